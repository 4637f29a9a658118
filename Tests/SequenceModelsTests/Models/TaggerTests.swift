import Testing

@testable import SequenceModels

@Suite struct TaggerTests {
  /// The cases of tagger.json.
  struct File: Decodable {
    let lengths: [Int]
    let tokens, targets: [[Int32]]
    let cases: [Case]

    struct Case: Decodable {
      let name: String
      let x, probabilities, loss: Fixture.Tensor
      let parameters, gradients: [String: Fixture.Tensor]
    }
  }

  static func tokens(_ rows: [[Int32]]) -> TokenBatch {
    var result = TokenBatch(length: rows.count, batch: rows[0].count)
    // PyTorch ignores −100.
    result.ids = rows.joined().map { $0 < 0 ? TokenBatch.none : $0 }
    return result
  }

  @Test(arguments: [0, 1])
  func agreesWithPyTorch(number: Int) throws {
    let file: File = try Fixture.read("tagger")
    let expected = file.cases[number]
    var random = RandomSource(seed: 1)
    var model = Tagger<RNN<Double>>(
      layer: .plain(inputSize: 4, hiddenSize: 5, using: &random),
      output: Dense(inputSize: 5, outputSize: 3, using: &random))
    model.setTorchParameters { expected.parameters[$0]!.matrix }
    let inputs: SequenceInput<Double> =
      expected.name == "tokens" ? .tokens(Self.tokens(file.tokens)) : .features(expected.x.sequence)
    let mask = Mask(lengths: file.lengths)
    let batch = TaggerBatch(inputs: inputs, targets: Self.tokens(file.targets), mask: mask)

    let (loss, gradient) = model.lossAndGradient(batch)
    #expect(loss.count == 11)
    #expect(abs(loss.total - expected.loss.elements[0]) < 1e-12)
    gradient.expectGradients(expected.gradients)
    let (probabilities, tags) = (model.probabilities(inputs, mask: mask), model.tags(inputs, mask: mask))
    for (example, length) in file.lengths.enumerated() {
      for t in 0..<6 {
        guard t < length else {
          #expect(tags[t, example] == TokenBatch.none)
          continue
        }
        let ours = probabilities[t].columns(example..<example + 1)
        let theirs = expected.probabilities.sequence[t].columns(example..<example + 1)
        #expect(ours.largestDifference(from: theirs) < 1e-12)
        #expect(ours.elements[Int(tags[t, example])] == ours.elements.max()!)
      }
    }
  }

  @Test func parametersAreThoseOfAPyTorchModule() {
    #expect(
      model.parameterPaths.map(\.name)
        == ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_l0", "output.weight", "output.bias"])
    var copy = model.zeroed
    let values = Dictionary(uniqueKeysWithValues: model.torchParameters.map { ($0.name, $0.value) })
    copy.setTorchParameters { values[$0]! }
    #expect(copy.numbers == model.numbers)
  }

  // MARK: - A model at hand

  let model: Tagger<RNN<Double>>
  let features: SequenceBatch<Double>
  let targets: TokenBatch
  let lengths = [3, 5, 1, 4]

  init() {
    var random = RandomSource(seed: 21)
    model = Tagger<RNN<Double>>(
      layer: .plain(inputSize: 3, hiddenSize: 4, using: &random),
      output: Dense(inputSize: 4, outputSize: 3, using: &random)
    ).randomised(using: &random)
    features = .random(length: 5, batch: 4, size: 3, using: &random)
    targets =
      TokenBatch.padded(lengths.map { length in (0..<length).map { _ in Int32(random.index(below: 3)) } }).tokens
  }

  var batch: TaggerBatch<Double> {
    TaggerBatch(inputs: .features(features), targets: targets, mask: Mask(lengths: lengths))
  }

  /// A forward pass on the tags 0 and 1, then a backward pass on other ones.
  static func backward(_ other: [Int32]) {
    var random = RandomSource(seed: 1)
    let model = Tagger<RNN<Float>>(
      layer: .plain(inputSize: 2, hiddenSize: 2, using: &random),
      output: Dense(inputSize: 2, outputSize: 3, using: &random))
    func batch(_ targets: [Int32]) -> TaggerBatch<Float> {
      TaggerBatch(
        inputs: .tokens(TokenBatch(length: targets.count, batch: 1)), targets: TokenBatch(sequence: targets))
    }
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch([0, 1]), from: nil, on: tape)
    model.backward(batch(other), scale: 1, on: tape, accumulatingInto: &gradient)
  }

  /// A gradient of other targets than those of the forward pass is refused before it reaches memory.
  @Test func backwardOfAnotherBatchIsRefused() async {
    let longer = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      TaggerTests.backward([0, 1, 2])
    }
    #expect(longer.words.contains("2 rows of probabilities need as many targets, not 3"))
    let unknown = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      TaggerTests.backward([0, 3])
    }
    #expect(unknown.words.contains("class 3 is not one of 3"))
  }

  @Test func gradientsAreCentralDifferences() {
    model.expectGradientsOfCentralDifferences(on: batch)
    let tokens = TaggerBatch<Double>(inputs: .tokens(targets), targets: targets, mask: Mask(lengths: lengths))
    model.expectGradientsOfCentralDifferences(on: tokens)
  }

  @Test func paddingChangesNothing() {
    let alone = lengths.enumerated().map { example, length in
      TaggerBatch(
        inputs: .features(features.examples(example..<example + 1).steps(0..<length)),
        targets: TokenBatch(sequence: (0..<length).map { targets[$0, example] }))
    }
    model.expectPaddingToChangeNothing(in: batch, alone: alone)
  }

  @Test func usedTapeServesAgain() {
    model.expectUsedTapeToServeAgain(on: batch)
  }

  @Test func threadsAgree() throws {
    try model.expectThreadsToAgree(on: batch)
  }

  @Test func stateCarriedOverTwoWindowsIsOneLongSequence() {
    func window(_ steps: Range<Int>) -> TaggerBatch<Double> {
      var part = TokenBatch(length: steps.count, batch: 4, repeating: 1)
      part[0, 0] = 2
      return TaggerBatch(inputs: .features(features.steps(steps)), targets: part)
    }
    let tape = model.makeTape()
    _ = model.forward(window(0..<2), from: nil, on: tape)
    let carried = model.forward(window(2..<5), from: model.finalState(of: tape), on: tape)
    var targets = TokenBatch(length: 5, batch: 4)
    for t in 2..<5 { for example in 0..<4 { targets[t, example] = t == 2 && example == 0 ? 2 : 1 } }
    let whole = model.forward(TaggerBatch(inputs: .features(features), targets: targets), from: nil, on: tape)
    #expect(abs(carried.total - whole.total) < 1e-13)
  }

  /// A tag says whether the ones so far are odd in number: learned on one to twelve steps, right for forty.
  @Test func learnsParity() throws {
    var random = RandomSource(seed: 4)
    func batch(length: Int, count: Int) -> TaggerBatch<Float> {
      var (bits, parity) = (TokenBatch(length: length, batch: count), TokenBatch(length: length, batch: count))
      for example in 0..<count {
        for t in 0..<length {
          bits[t, example] = Int32(random.index(below: 2))
          parity[t, example] = (t > 0 ? parity[t - 1, example] : 0) ^ bits[t, example]
        }
      }
      return TaggerBatch(inputs: .tokens(bits), targets: parity)
    }
    var weights = RandomSource(seed: 5)
    let untrained = Tagger<RNN<Float>>(
      layer: .plain(inputSize: 2, hiddenSize: 16, using: &weights),
      output: Dense(inputSize: 16, outputSize: 2, using: &weights))
    let model = try untrained.trainedByAdam(steps: 2000, learningRate: 0.01) {
      batch(length: 1 + random.index(below: 12), count: 32)
    }
    let long = batch(length: 40, count: 20)
    #expect(model.lossAndGradient(long).loss.mean < 0.02)
    #expect(model.tags(long.inputs) == long.targets)
  }
}
