import RealModule
import Testing

@testable import SequenceModels

@Suite struct EncoderDecoderTests {
  typealias Model<Scalar: RealScalar> = EncoderDecoder<RNN<Scalar>, RNN<Scalar>>

  /// The case of encoder_decoder.json.
  struct File: Decodable {
    let source_lengths, target_lengths: [Int]
    let source, h_n, loss: Fixture.Tensor
    let targets: [[Int32]]
    let parameters, gradients: [String: Fixture.Tensor]
  }

  static func untrained<Scalar: RealScalar>(
    source: Int, target: Int, hidden: Int, using random: inout RandomSource
  ) -> Model<Scalar> {
    let encoder = RNN<Scalar>.plain(inputSize: source, hiddenSize: hidden, using: &random)
    return EncoderDecoder(encoder: encoder, decoder: .plain(vocabulary: target, hidden: hidden, using: &random))
  }

  @Test func agreesWithPyTorch() throws {
    let file: File = try Fixture.read("encoder_decoder")
    var random = RandomSource(seed: 1)
    var model: Model<Double> = Self.untrained(source: 4, target: 5, hidden: 6, using: &random)
    model.setTorchParameters { file.parameters[$0]!.matrix }
    // No end token in this case: the last of each target stands where it would.
    let sequences = file.target_lengths.enumerated().map { example, length in
      (0..<length).map { file.targets[$0][example] }
    }
    let (targets, _) = TokenBatch.padded(sequences)
    let (inputs, _) = TokenBatch.padded(sequences.map { [TokenBatch.none] + $0.dropLast() })
    let mask = Mask(lengths: file.source_lengths)
    let batch = EncoderDecoderBatch<Double>(
      source: .features(file.source.sequence), sourceMask: mask,
      target: LanguageBatch(inputs: inputs, targets: targets))

    let (loss, gradient) = model.lossAndGradient(batch)
    #expect(loss.count == 9)
    #expect(abs(loss.total - file.loss.elements[0]) < 1e-12)
    gradient.expectGradients(file.gradients)
    let state = model.encode(batch.source, mask: mask)
    #expect(state.values[0].largestDifference(from: file.h_n.matrix.transposed) < 1e-12)
  }

  // MARK: - A model at hand

  let model: Model<Double>
  let sources: [[Int32]] = [[1, 0], [2, 2, 1, 0], [0], [1, 2, 0]]
  let sentences: [[Int32]] = [[1, 2], [], [2, 2, 1, 3], [3]]

  init() {
    var random = RandomSource(seed: 51)
    let untrained: Model<Double> = Self.untrained(source: 3, target: 4, hidden: 5, using: &random)
    model = untrained.randomised(using: &random)
  }

  /// The examples at `range`, padded; forced with a probability where one is given.
  func batch(_ range: Range<Int> = 0..<4, teacherForcing: Double? = nil, seed: UInt64 = 3) -> EncoderDecoderBatch<
    Double
  > {
    let (source, mask) = TokenBatch.padded(Array(sources[range]))
    let target = SentenceBatches(sentences, end: 0).batch(range)
    guard let teacherForcing else {
      return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target)
    }
    var random = RandomSource(seed: seed)
    return EncoderDecoderBatch(
      source: .tokens(source), sourceMask: mask, target: target, teacherForcing: teacherForcing, using: &random)
  }

  /// With what the decoder wrote itself the loss is still smooth as long as no choice flips.
  @Test(arguments: [nil, 1, 0.5, 0])
  func gradientsAreCentralDifferences(teacherForcing: Double?) {
    model.expectGradientsOfCentralDifferences(on: batch(teacherForcing: teacherForcing))
  }

  @Test(arguments: [nil, 0])
  func paddingChangesNothing(teacherForcing: Double?) {
    model.expectPaddingToChangeNothing(
      in: batch(teacherForcing: teacherForcing),
      alone: (0..<4).map { batch($0..<$0 + 1, teacherForcing: teacherForcing) })
  }

  @Test(arguments: [nil, 0.5])
  func usedTapeServesAgain(teacherForcing: Double?) {
    model.expectUsedTapeToServeAgain(on: batch(teacherForcing: teacherForcing))
  }

  @Test(arguments: [nil, 0.5])
  func threadsAgree(teacherForcing: Double?) throws {
    try model.expectThreadsToAgree(on: batch(teacherForcing: teacherForcing))
  }

  @Test func forcingDrawnFromASeedRepeats() {
    #expect(batch(teacherForcing: 0.5) == batch(teacherForcing: 0.5))
    #expect(batch(teacherForcing: 0.5) != batch(teacherForcing: 0.5, seed: 4))
    let (whole, part) = (batch(teacherForcing: 0.5), batch(teacherForcing: 0.5).examples(1..<3))
    for t in 0..<5 {
      for example in 0..<2 { #expect(part.isForced![t * 2 + example] == whole.isForced![t * 4 + example + 1]) }
    }
    #expect(batch(teacherForcing: 1).isForced!.allSatisfy { $0 })
    #expect(batch(teacherForcing: 0).isForced!.allSatisfy { !$0 })
  }

  @Test func forcedEverywhereIsFullTeacherForcing() {
    let (one, other) = (model.lossAndGradient(batch()), model.lossAndGradient(batch(teacherForcing: 1)))
    #expect(one.loss == other.loss)
    #expect(one.gradient.numbers == other.gradient.numbers)
  }

  /// Step by step, the decoder's own choice in the place of the right token.
  @Test func freeRunningReadsWhatItWrote() {
    let tape = model.makeTape()
    let batch = batch(teacherForcing: 0)
    let loss = model.forward(batch, from: nil, on: tape)
    var expected = 0.0
    var differs = false
    for (example, sentence) in sentences.enumerated() {
      var state = model.encode(.tokens(TokenBatch(sequence: sources[example])))
      var previous = TokenBatch.none
      for (t, token) in (sentence + [0]).enumerated() {
        #expect(tape.read[t, example] == previous)
        differs = differs || previous != batch.target.inputs[t, example]
        let z = model.decoder.logits(after: [previous], from: &state, on: tape.decoder)
        let ŷ = softmax(Matrix(examples: z)).elements
        expected -= Double.log(ŷ[Int(token)])
        previous = Int32(ŷ.firstIndex(of: ŷ.max()!)!)
      }
      for t in sentence.count + 1..<5 { #expect(tape.read[t, example] == TokenBatch.none) }
    }
    #expect(differs)
    #expect(abs(loss.total - expected) < 1e-12)
  }

  @Test func greedyIsABeamOfWidthOne() {
    let (source, mask) = TokenBatch.padded(sources)
    let greedy = model.greedyTokens(for: .tokens(source), mask: mask, until: 0, limit: 5)
    for (example, tokens) in sources.enumerated() {
      let alone = SequenceInput<Double>.tokens(TokenBatch(sequence: tokens))
      #expect(model.beamSearch(for: alone, width: 1, until: 0, limit: 5).map(\.tokens) == [greedy[example]])
    }
  }

  @Test func parametersAreThoseOfAPyTorchModule() {
    #expect(
      model.parameterPaths.map(\.name)
        == [
          "encoder.weight_ih_l0", "encoder.weight_hh_l0", "encoder.bias_l0", "decoder.rnn.weight_ih_l0",
          "decoder.rnn.weight_hh_l0", "decoder.rnn.bias_l0", "decoder.output.weight", "decoder.output.bias",
        ])
    var copy = model.zeroed
    let values = Dictionary(uniqueKeysWithValues: model.torchParameters.map { ($0.name, $0.value) })
    copy.setTorchParameters { values[$0]! }
    #expect(copy.numbers == model.numbers)
  }

  /// Every string of one to four of three symbols, written backwards.
  @Test func learnsToReverse() throws {
    var strings: [[Int32]] = []
    var longest: [[Int32]] = [[]]
    for _ in 1...4 {
      longest = longest.flatMap { string in (1...3).map { string + [Int32($0)] } }
      strings += longest
    }
    let (source, mask) = TokenBatch.padded(strings)
    let reversed = strings.map { Array($0.reversed()) }
    let batch = EncoderDecoderBatch<Float>(
      source: .tokens(source), sourceMask: mask, target: SentenceBatches(reversed, end: 0).batch(strings.indices))
    var weights = RandomSource(seed: 10)
    let untrained: Model<Float> = Self.untrained(source: 4, target: 4, hidden: 48, using: &weights)
    let model = try untrained.trainedByAdam(steps: 500, learningRate: 0.005) { batch }
    #expect(model.lossAndGradient(batch).loss.mean < 0.02)
    #expect(model.greedyTokens(for: batch.source, mask: mask, until: 0, limit: 8) == reversed)
  }
}
