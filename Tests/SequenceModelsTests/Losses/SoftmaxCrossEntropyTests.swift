import RealModule
import Testing

@testable import SequenceModels

@Suite struct SoftmaxCrossEntropyTests {
  /// One case of cross_entropy.json.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let logits, log_softmax, grad_logits_of_mean: Fixture.Tensor
    let targets: [Int32]
    let ignore_index: Int32
    let losses: [Double]
    let sum, mean: Double

    var testDescription: String { name }
    var ourTargets: [Int32] { targets.map { $0 == ignore_index ? TokenBatch.none : $0 } }

    static func all() throws -> [Case] { try Fixture.read("cross_entropy", as: File.self).cases }

    private struct File: Decodable { let cases: [Case] }
  }

  @Test(arguments: try Case.all())
  func agreesWithPyTorch(case: Case) {
    var rows = `case`.logits.matrix
    let targets = `case`.ourTargets
    let sum = rows.withMutableBlock { SoftmaxCrossEntropy.forward($0, targets: targets) }
    let count = targets.count { $0 != TokenBatch.none }
    #expect(sum.count == count)
    // log Σ e^z has the rounding of the largest logit.
    let rounding = `case`.logits.elements.map(abs).max()!.ulp
    #expect(abs(sum.total - `case`.sum) <= Double(count) * (1e-14 + rounding))
    #expect(abs(sum.mean - `case`.mean) <= 1e-14 + rounding)

    let logarithms = `case`.log_softmax.matrix
    for (row, target) in targets.enumerated() where target != TokenBatch.none {
      for i in 0..<rows.columns { #expect(abs(rows[row, i] - Double.exp(logarithms[row, i])) < 1e-12) }
    }
    rows.withMutableBlock { SoftmaxCrossEntropy.backward($0, targets: targets, scale: 1 / Double(count)) }
    #expect(rows.largestDifference(from: `case`.grad_logits_of_mean.matrix) < 1e-12)
  }

  @Test(arguments: try Case.all())
  func eachRowAloneHasItsOwnLoss(case: Case) {
    for (row, target) in `case`.ourTargets.enumerated() {
      var logits = `case`.logits.matrix.rows(row..<row + 1)
      let loss = logits.withMutableBlock { SoftmaxCrossEntropy.forward($0, targets: [target]) }
      #expect(loss.count == (target == TokenBatch.none ? 0 : 1))
      // log Σ e^z has the rounding of the largest logit.
      let rounding = `case`.logits.elements.map(abs).max()!.ulp
      #expect(abs(loss.total - `case`.losses[row]) <= 1e-14 + rounding)
    }
  }

  @Test func hugeLogitsGiveAFiniteLoss() {
    var logits = Matrix<Float>([[1e38, 0, -1e38], [-1e38, -1e38, -1e38]])
    let sum = logits.withMutableBlock { SoftmaxCrossEntropy.forward($0, targets: [1, 2]) }
    #expect(logits.elements == [1, 0, 0] + Array(repeating: Float(1.0 / 3), count: 3))
    #expect(abs(sum.total / 1e38 - 1) < 1e-6)
  }

  @Test func rowsWithoutATargetHaveNoLossAndNoGradient() {
    var logits = Matrix<Double>([[3, -2], [1e300, 1], [0, 0]])
    let targets = [TokenBatch.none, TokenBatch.none, 1]
    let sum = logits.withMutableBlock { SoftmaxCrossEntropy.forward($0, targets: targets) }
    #expect(sum == LossSum(total: Double.log(2), count: 1))
    logits.withMutableBlock { SoftmaxCrossEntropy.backward($0, targets: targets, scale: 1) }
    #expect(logits == Matrix([[0, 0], [0, 0], [0.5, -0.5]]))
  }

  @Test func sequencesHaveTheLossAndTheGradientOfTheirRows() async {
    let logits = SequenceBatch<Double>([Matrix([[0, 3], [0, -2]]), Matrix([[1e300, 0], [1, 0]])])
    var targets = TokenBatch(length: 2, batch: 2)
    targets.ids = [0, TokenBatch.none, TokenBatch.none, 1]
    let (loss, gradient) = SoftmaxCrossEntropy.lossAndMeanGradient(of: logits, targets: targets)
    #expect(loss == LossSum(total: 2 * Double.log(2), count: 2))
    #expect(gradient[0] == Matrix([[-0.25, 0], [0.25, 0]]))
    #expect(gradient[1] == Matrix([[0, 0.25], [0, -0.25]]))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SoftmaxCrossEntropy.lossAndMeanGradient(
        of: SequenceBatch<Double>(length: 2, batch: 1, size: 3), targets: TokenBatch(length: 1, batch: 2))
    }
    #expect(result.words.contains("logits (2, 1) and targets (1, 2) differ in shape"))
  }

  @Test func noTargetAtAllHasNoMean() {
    #expect(LossSum().mean.isNaN)
  }
}
