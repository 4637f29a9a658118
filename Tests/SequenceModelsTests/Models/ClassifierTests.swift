import RealModule
import Testing

@testable import SequenceModels

@Suite struct ClassifierTests {
  let model: Classifier<RNN<Double>>
  let features: SequenceBatch<Double>
  let lengths = [3, 5, 1, 4]
  let targets: [Int32] = [2, 0, 1, 1]

  init() {
    var random = RandomSource(seed: 31)
    model = Classifier<RNN<Double>>(
      layer: .plain(inputSize: 3, hiddenSize: 4, using: &random),
      output: Dense(inputSize: 4, outputSize: 3, using: &random)
    ).randomised(using: &random)
    features = .random(length: 5, batch: 4, size: 3, using: &random)
  }

  var batch: ClassifierBatch<Double> {
    ClassifierBatch(inputs: .features(features), targets: targets, mask: Mask(lengths: lengths))
  }

  /// Each example alone, written with matrices.
  @Test func isTheEquationOfTheNotes() {
    let (Wax, Waa, ba) = (model.layer.cell.Wax, model.layer.cell.Waa, model.layer.cell.ba)
    let probabilities = model.probabilities(batch.inputs, mask: batch.mask)
    let classes = model.classes(batch.inputs, mask: batch.mask)
    var loss = 0.0
    for (example, length) in lengths.enumerated() {
      var a = Matrix<Double>(rows: 4, columns: 1)
      for t in 0..<length { a = tanh(Waa * a + Wax * features[t].columns(example..<example + 1) + ba) }
      let ŷ = softmax(model.output.Wya * a + model.output.by)
      #expect(probabilities.columns(example..<example + 1).largestDifference(from: ŷ) < 1e-15)
      #expect(ŷ[Int(classes[example]), 0] == ŷ.elements.max()!)
      loss -= Double.log(ŷ[Int(targets[example]), 0])
    }
    #expect(abs(model.lossAndGradient(batch).loss.total - loss) < 1e-13)
  }

  @Test func gradientsAreCentralDifferences() {
    model.expectGradientsOfCentralDifferences(on: batch)
    let (tokens, mask) = TokenBatch.padded([[0, 2], [1], [2, 1, 0, 1]])
    model.expectGradientsOfCentralDifferences(
      on: ClassifierBatch(inputs: .tokens(tokens), targets: [0, TokenBatch.none, 2], mask: mask))
  }

  @Test func paddingChangesNothing() {
    let alone = lengths.enumerated().map { example, length in
      ClassifierBatch(
        inputs: .features(features.examples(example..<example + 1).steps(0..<length)), targets: [targets[example]])
    }
    model.expectPaddingToChangeNothing(in: batch, alone: alone)
  }

  @Test func usedTapeServesAgain() {
    model.expectUsedTapeToServeAgain(on: batch)
  }

  @Test func threadsAgree() throws {
    try model.expectThreadsToAgree(on: batch)
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

  /// Tokens 1 and 2 stand once each among zeros: which came first?
  @Test func learnsWhichTokenCameFirst() throws {
    var random = RandomSource(seed: 6)
    func batch(_ count: Int) -> ClassifierBatch<Float> {
      let sequences = (0..<count).map { _ in
        var sequence: [Int32] = [1, 2] + Array(repeating: 0, count: random.index(below: 7))
        random.shuffle(&sequence)
        return sequence
      }
      let (tokens, mask) = TokenBatch.padded(sequences)
      return ClassifierBatch(
        inputs: .tokens(tokens), targets: sequences.map { $0.firstIndex(of: 1)! < $0.firstIndex(of: 2)! ? 0 : 1 },
        mask: mask)
    }
    var weights = RandomSource(seed: 7)
    let untrained = Classifier<RNN<Float>>(
      layer: .plain(inputSize: 3, hiddenSize: 16, using: &weights),
      output: Dense(inputSize: 16, outputSize: 2, using: &weights))
    let model = try untrained.trainedByAdam(steps: 500, learningRate: 0.01) { batch(32) }
    let test = batch(200)
    #expect(model.lossAndGradient(test).loss.mean < 0.02)
    #expect(model.classes(test.inputs, mask: test.mask) == test.targets)
  }
}
