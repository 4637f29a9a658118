import Testing

@testable import SequenceModels

@Suite struct RegressorTests {
  let model: Regressor<RNN<Double>>
  let features: SequenceBatch<Double>
  let targets: Matrix<Double>
  let lengths = [3, 5, 1, 4]

  init() {
    var random = RandomSource(seed: 41)
    model = Regressor<RNN<Double>>(
      layer: .plain(inputSize: 3, hiddenSize: 4, using: &random),
      output: Dense(inputSize: 4, outputSize: 2, using: &random)
    ).randomised(using: &random)
    features = .random(length: 5, batch: 4, size: 3, using: &random)
    targets = Matrix(rows: 2, columns: 4) { random.normal() }
  }

  var batch: RegressorBatch<Double> {
    RegressorBatch(inputs: .features(features), targets: targets, mask: Mask(lengths: lengths))
  }

  /// Each example alone, written with matrices.
  @Test func isTheEquation() {
    let (Wax, Waa, ba) = (model.layer.cell.Wax, model.layer.cell.Waa, model.layer.cell.ba)
    let predictions = model.predictions(batch.inputs, mask: batch.mask)
    var loss = 0.0
    for (example, length) in lengths.enumerated() {
      var a = Matrix<Double>(rows: 4, columns: 1)
      for t in 0..<length { a = tanh(Waa * a + Wax * features[t].columns(example..<example + 1) + ba) }
      let ŷ = model.output.Wya * a + model.output.by
      #expect(predictions.columns(example..<example + 1).largestDifference(from: ŷ) < 1e-15)
      loss += (ŷ - targets.columns(example..<example + 1)).elements.reduce(0) { $0 + $1 * $1 }
    }
    let sum = model.lossAndGradient(batch).loss
    #expect(abs(sum.total - loss) < 1e-13)
    #expect(sum.count == 8)
  }

  @Test func gradientsAreCentralDifferences() {
    model.expectGradientsOfCentralDifferences(on: batch)
    let (tokens, mask) = TokenBatch.padded([[0, 2], [1], [2, 1, 0, 1]])
    let partial = RegressorBatch<Double>(
      inputs: .tokens(tokens), targets: Matrix([[0.5, .nan, 2], [-1, 0.25, .nan]]),
      isCounted: [[true, false, true], [true, true, false]], mask: mask)
    #expect(partial.targetCount == 4)
    #expect(partial.examples(1..<3).targetCount == 2)
    model.expectGradientsOfCentralDifferences(on: partial)
  }

  /// A missing number in somebody's table is found, and not left out in silence.
  @Test func aTargetThatIsNotANumberIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var tokens = TokenBatch(length: 1, batch: 3)
      tokens.ids = [0, 1, 2]
      _ = RegressorBatch<Double>(
        inputs: .tokens(tokens), targets: Matrix([[1, .nan, .nan]]), isCounted: [[true, false, true]])
    }
    #expect(result.words.contains("target (0, 2) is nan; isCounted says which are to be ignored"))
  }

  @Test func paddingChangesNothing() {
    let alone = lengths.enumerated().map { example, length in
      RegressorBatch(
        inputs: .features(features.examples(example..<example + 1).steps(0..<length)),
        targets: targets.columns(example..<example + 1))
    }
    model.expectPaddingToChangeNothing(in: batch, alone: alone)
  }

  @Test func usedTapeServesAgain() {
    model.expectUsedTapeToServeAgain(on: batch)
  }

  @Test func threadsAgree() throws {
    try model.expectThreadsToAgree(on: batch)
    try model.expectThreadsToAgree(
      on: RegressorBatch(
        inputs: .features(features), targets: targets,
        isCounted: [[true, false, true, true], [false, false, true, true]]))
  }
}
