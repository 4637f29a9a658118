import RealModule
import Testing

@testable import SequenceModels

@Suite struct AttentionTests {
  typealias Model<Scalar: RealScalar> = EncoderDecoder<GRU<Scalar>, AttentionOnTop<GRU<Scalar>>>

  /// A case of attention.json.
  struct Case: Decodable {
    let name: String
    let source_lengths, target_lengths: [Int]
    let source, weights, logits, loss: Fixture.Tensor
    let targets: [[Int32]]
    let parameters, gradients: [String: Fixture.Tensor]
  }

  struct File: Decodable {
    let cases: [Case]
  }

  static func untrained<Scalar: RealScalar>(
    _ score: AttentionScore, source: Int, target: Int, hidden: Int, using random: inout RandomSource
  ) -> Model<Scalar> {
    func gru(_ inputSize: Int) -> GRU<Scalar> {
      GRU(GRUCell(inputSize: inputSize, hiddenSize: hidden, form: .resetAfterRecurrent, using: &random))
    }
    let (encoder, decoder) = (gru(source), gru(target))
    let attention = Attention<Scalar>(score, size: hidden, using: &random)
    return EncoderDecoder(
      encoder: encoder,
      decoder: LanguageModel(
        layer: AttentionOnTop(decoder, attention),
        output: Dense(inputSize: hidden, outputSize: target, using: &random)))
  }

  @Test(arguments: AttentionScore.allCases)
  func agreesWithPyTorch(score: AttentionScore) throws {
    let file: File = try Fixture.read("attention")
    let expected = try #require(file.cases.first { $0.name == score.rawValue })
    var random = RandomSource(seed: 1)
    var model: Model<Double> = Self.untrained(score, source: 4, target: 5, hidden: 6, using: &random)
    if score == .additive {
      // h = 3 in the fixture, half of the units.
      func zeros(_ rows: Int, _ columns: Int) -> Matrix<Double> { Matrix(rows: rows, columns: columns) }
      model.decoder.layer.attention = Attention(
        Wes: zeros(3, 6), Wea: zeros(3, 6), ve: zeros(1, 3), Wc: zeros(6, 12))
    }
    model.setTorchParameters { expected.parameters[$0]!.matrix }
    let sequences = expected.target_lengths.enumerated().map { example, length in
      (0..<length).map { expected.targets[$0][example] }
    }
    let batch = EncoderDecoderBatch<Double>(
      source: .features(expected.source.sequence), sourceMask: Mask(lengths: expected.source_lengths),
      target: LanguageBatch(
        inputs: TokenBatch.padded(sequences.map { [TokenBatch.none] + $0.dropLast() }).tokens,
        targets: TokenBatch.padded(sequences).tokens))

    let tape = model.makeTape()
    var gradient = model.zeroed
    let loss = model.forward(batch, from: nil, on: tape)
    #expect(abs(loss.total - expected.loss.elements[0]) < 1e-12)
    for (example, length) in expected.target_lengths.enumerated() {
      let α = tape.decoder.layer.attention!.weights(ofExample: example)
      for (t, row) in (0..<length).map({ ($0, ($0 + example * 4) * 5) }) {
        for j in 0..<5 { #expect(abs(α[t, j] - expected.weights.elements[row + j]) < 1e-12) }
      }
    }
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    for part in gradient.torchGradients {
      #expect(part.value.largestDifference(from: expected.gradients[part.name]!.matrix) < 1e-12, "\(part.name)")
    }
  }

  // MARK: - A model at hand

  static let sources: [[Int32]] = [[1, 0], [2, 2, 1, 0], [0], [1, 2, 0]]
  static let sentences: [[Int32]] = [[1, 2], [], [2, 2, 1, 3], [3]]

  static func model(_ score: AttentionScore) -> Model<Double> {
    var random = RandomSource(seed: 51)
    let model: Model<Double> = untrained(score, source: 3, target: 4, hidden: 5, using: &random)
    return model.randomised(using: &random)
  }

  static func batch(_ range: Range<Int> = 0..<4, teacherForcing: Double? = nil) -> EncoderDecoderBatch<Double> {
    let (source, mask) = TokenBatch.padded(Array(sources[range]))
    let target = SentenceBatches(sentences, end: 0).batch(range)
    guard let teacherForcing else {
      return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target)
    }
    var random = RandomSource(seed: 3)
    return EncoderDecoderBatch(
      source: .tokens(source), sourceMask: mask, target: target, teacherForcing: teacherForcing, using: &random)
  }

  @Test(arguments: AttentionScore.allCases, [nil, 0.5, 0])
  func learnsAsAModelShould(score: AttentionScore, teacherForcing: Double?) throws {
    let (model, batch) = (Self.model(score), Self.batch(teacherForcing: teacherForcing))
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    try model.expectThreadsToAgree(on: batch)
    if teacherForcing == 0.5 { return }  // the draws are of the whole batch
    model.expectPaddingToChangeNothing(
      in: batch, alone: (0..<4).map { Self.batch($0..<$0 + 1, teacherForcing: teacherForcing) })
  }

  /// A row for each step, positive, summing to 1, and nothing at all where the source is padded.
  @Test(arguments: AttentionScore.allCases)
  func weightsAreProbabilitiesOfTheRealPlaces(score: AttentionScore) {
    let model = Self.model(score)
    let tape = model.makeTape()
    _ = model.forward(Self.batch(), from: nil, on: tape)
    for (example, source) in Self.sources.enumerated() {
      let α = tape.decoder.layer.attention!.weights(ofExample: example)
      #expect(α.rows == 5 && α.columns == 4)
      for t in 0..<5 {
        #expect(abs((0..<source.count).reduce(0) { $0 + α[t, $1] } - 1) < 1e-12)
        for j in 0..<4 { #expect(j < source.count ? α[t, j] > 0 : α[t, j] == 0) }
      }
      let alone = SequenceInput<Double>.tokens(TokenBatch(sequence: source))
      let own = model.attentionWeights(for: alone, writing: Self.sentences[example] + [0])!
      #expect(own.columns == source.count)
      for t in 0..<own.rows { for j in 0..<own.columns { #expect(abs(own[t, j] - α[t, j]) < 1e-12) } }
    }
  }

  /// Scores 2, 1 and 0: the weights 0.665, 0.245 and 0.090, and the mix of three states by them.
  @Test func threeStatesByHand() {
    let source = Matrix<Double>(rows: 1, columns: 3, elements: [2, 1, 0])
    let α = softmax(source.transposed)
    let attention = Attention<Double>(Wc: Matrix(rows: 1, columns: 2, elements: [1, 0]))
    let tape = AttentionTape<Double>()
    source.transposed.withBlock { states in
      tape.source = (states, 1, nil)
      Matrix<Double>(rows: 1, columns: 1, elements: [1]).withBlock { s in
        var output = Matrix<Double>(rows: 1, columns: 1)
        output.withMutableBlock { attention.forward(s, batch: 1, into: $0, on: tape) }
        #expect(abs(output[0, 0] - Double.tanh(2 * α[0, 0] + α[1, 0])) < 1e-12)
      }
    }
    #expect(abs(α[0, 0] - 0.665) < 5e-4 && abs(α[1, 0] - 0.245) < 5e-4 && abs(α[2, 0] - 0.090) < 5e-4)
  }

  @Test(arguments: AttentionScore.allCases)
  func greedyIsABeamOfWidthOne(score: AttentionScore) {
    let model = Self.model(score)
    let (source, mask) = TokenBatch.padded(Self.sources)
    let greedy = model.greedyTokens(for: .tokens(source), mask: mask, until: 0, limit: 5)
    for (example, tokens) in Self.sources.enumerated() {
      let alone = SequenceInput<Double>.tokens(TokenBatch(sequence: tokens))
      #expect(model.beamSearch(for: alone, width: 1, until: 0, limit: 5).map(\.tokens) == [greedy[example]])
      #expect(model.greedyTokens(for: alone, until: 0, limit: 5) == [greedy[example]])
      // A wide beam finds none less likely.
      let best = [1, 20].map { model.beamSearch(for: alone, width: $0, until: 0, limit: 5)[0].logProbability }
      #expect(best[1] >= best[0] - 1e-12)
    }
  }

  @Test func parametersHaveNamesOfTheirOwnAndComeBackFromAFile() throws {
    for score in AttentionScore.allCases {
      var random = RandomSource(seed: 4)
      let model: Model<Float> = Self.untrained(score, source: 3, target: 4, hidden: 5, using: &random)
      let names = model.parameterPaths.map(\.name)
      #expect(Set(names).count == names.count)
      #expect(names.contains("decoder.rnn.attention.combine.weight"))
      #expect(names.contains("decoder.rnn.attention.score.weight") == (score == .additive))
      let copy = try model.zeroed.loaded(from: Safetensors(torch: model), path: "model.safetensors")
      #expect(copy.numbers == model.numbers)
    }
  }

  /// Dropout around attention leaves it its source.
  @Test func dropoutOnAttentionLearnsAsWell() {
    var random = RandomSource(seed: 7)
    let inner: Model<Double> = Self.untrained(.additive, source: 3, target: 4, hidden: 5, using: &random)
    let model = EncoderDecoder(
      encoder: inner.encoder,
      decoder: LanguageModel(layer: Dropout(inner.decoder.layer, rate: 0.5), output: inner.decoder.output)
    ).randomised(using: &random)
    model.expectGradientsOfCentralDifferences(on: Self.batch())
  }

  @Test(arguments: AttentionScore.allCases)
  func learnsToReverse(score: AttentionScore) throws {
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
    let untrained: Model<Float> = Self.untrained(score, source: 4, target: 4, hidden: 24, using: &weights)
    let model = try untrained.trainedByAdam(steps: 300, learningRate: 0.01) { batch }
    #expect(model.lossAndGradient(batch).loss.mean < 0.02)
    #expect(model.greedyTokens(for: batch.source, mask: mask, until: 0, limit: 8) == reversed)
  }
}
