import Testing

@testable import SequenceModels

@Suite struct TrainingCurveTests {
  let batches = TrainerTests.batches()
  let model = LanguageModel<RNN<Double>>.random(vocabulary: 6, hidden: 7, seed: 6)

  private func trainer(learningRate: Double) -> Trainer<LanguageModel<RNN<Double>>> {
    Trainer(model, optimizer: Optimizer(.sgd(), learningRate: learningRate, for: model), threads: 1)
  }

  /// A model that stands still, so that every loss is known beforehand.
  @Test func pointsAreTheMeansOfTheirSteps() throws {
    var trainer = trainer(learningRate: 0)
    var seen: [Int] = []
    let curve = try trainer.train(
      steps: 10, points: 4, heldOut: [(batches[19], false)], on: { (batches[$0], false) },
      observe: { report, hasNewPoint, _ in if hasNewPoint { seen.append(report.step) } })
    #expect(curve.steps == [3, 5, 8, 10])
    #expect(seen == curve.steps)
    // Over targets, not over batches: these are of unequal size.
    for (point, range) in [0..<3, 3..<5, 5..<8, 8..<10].enumerated() {
      let mean = model.meanLoss(over: batches[range].map { ($0, false) })
      #expect(abs(curve.training[point] - mean) < 1e-13)
    }
    #expect(curve.heldOut == Array(repeating: model.meanLoss(over: [(batches[19], false)]), count: 4))
  }

  @Test func stoppingEndsWithAPoint() throws {
    var trainer = trainer(learningRate: 0.1)
    var steps = 0
    let curve = try trainer.train(
      steps: 10, points: 1, heldOut: [(batches[19], false)],
      until: {
        steps += 1
        return steps == 2
      }, on: { (batches[$0], false) })
    #expect(curve.steps == [2])
    #expect(curve.heldOut == [trainer.model.meanLoss(over: [(batches[19], false)])])
    #expect(trainer.optimizer.step == 2)
  }

  @Test func stateIsCarriedWhereABatchContinues() throws {
    let (windows, whole) = try TrainerTests.windows()
    var trainer = trainer(learningRate: 0)
    let curve = try trainer.train(steps: 3, points: 1, heldOut: [(whole, false)], on: { (windows[$0], $0 > 0) })
    #expect(abs(curve.training[0] - curve.heldOut[0]) < 1e-13)
  }
}
