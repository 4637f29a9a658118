import RealModule
import Testing

@testable import SequenceModels

/// The losses that look at each number alone.
@Suite struct ElementwiseLossTests {
  /// One case of elementwise_losses.json.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let inputs, targets, losses, grad_of_mean: Fixture.Tensor
    let counted: [[Bool]]
    let sum, mean: Double

    var testDescription: String { name }
    /// The targets, with `noTarget` where PyTorch leaves a number out.
    var ourTargets: Matrix<Double> {
      var targets = targets.matrix
      for (place, counts) in counted.joined().enumerated() where !counts { targets[flat: place] = .noTarget }
      return targets
    }
  }

  struct File: Decodable {
    let binary_cross_entropy, mean_squared_error: [Case]

    static func read() throws -> File { try Fixture.read("elementwise_losses") }
  }

  typealias Forward = (Block<Double>, Block<Double>) -> LossSum
  typealias Backward = (Block<Double>, Block<Double>, Double) -> Void

  func compare(_ case: Case, _ forward: Forward, _ backward: Backward) {
    var numbers = `case`.inputs.matrix
    let targets = `case`.ourTargets
    func near(_ ours: Double, _ theirs: Double) -> Bool { abs(ours - theirs) <= 1e-14 * max(1, abs(theirs)) }
    for (place, expected) in `case`.losses.elements.enumerated() where `case`.counted.flatMap({ $0 })[place] {
      var (one, target) = (Matrix(column: [numbers[flat: place]]), Matrix(column: [targets[flat: place]]))
      let loss = one.withMutableBlock { z in target.withMutableBlock { forward(z, $0) } }
      #expect(loss.count == 1)
      #expect(near(loss.total, expected), "number \(place)")
    }
    let sum = numbers.withMutableBlock { z in targets.withBlock { forward(z, $0) } }
    #expect(sum.count == `case`.counted.joined().count { $0 })
    #expect(near(sum.total, `case`.sum))
    #expect(near(sum.mean, `case`.mean))
    numbers.withMutableBlock { z in targets.withBlock { backward(z, $0, 1 / Double(sum.count)) } }
    #expect(numbers.largestDifference(from: `case`.grad_of_mean.matrix) < 1e-12)
  }

  @Test(arguments: try File.read().binary_cross_entropy)
  func binaryCrossEntropyAgreesWithPyTorch(case: Case) {
    compare(
      `case`, { BinaryCrossEntropy.forward($0, targets: $1) },
      { BinaryCrossEntropy.backward($0, targets: $1, scale: $2) })
  }

  @Test(arguments: try File.read().mean_squared_error)
  func meanSquaredErrorAgreesWithPyTorch(case: Case) {
    compare(
      `case`, { MeanSquaredError.forward($0, targets: $1) }, { MeanSquaredError.backward($0, targets: $1, scale: $2) })
  }

  @Test func hugeFloatLogitsGiveAFiniteLossAndGradient() {
    var logits = Matrix<Float>([[3e38, -3e38, 200, -200]])
    let targets = Matrix<Float>([[0, 1, 1, 0]])
    let sum = logits.withMutableBlock { z in targets.withBlock { BinaryCrossEntropy.forward(z, targets: $0) } }
    #expect(abs(sum.total / 6e38 - 1) < 1e-6)
    #expect(logits == Matrix([[1, 0, 1, 0]]))
    logits.withMutableBlock { z in targets.withBlock { BinaryCrossEntropy.backward(z, targets: $0, scale: 2) } }
    #expect(logits == Matrix([[2, -2, 0, 0]]))
  }

  @Test func surelyRightLossKeepsItsDigits() {
    var logit = Matrix<Double>([[-50]])
    let sum = logit.withMutableBlock { z in
      Matrix<Double>([[0]]).withBlock { BinaryCrossEntropy.forward(z, targets: $0) }
    }
    #expect(abs(sum.total / Double.exp(-50) - 1) < 1e-14)
  }

  @Test func aPredictionThatIsNotANumberShows() {
    let target = Matrix<Double>([[0]])
    var z = Matrix<Double>([[.nan]])
    let sums = target.withBlock { y in
      z.withMutableBlock { (MeanSquaredError.forward($0, targets: y), BinaryCrossEntropy.forward($0, targets: y)) }
    }
    #expect(sums.0.total.isNaN && sums.1.total.isNaN)
  }

  @Test func stepsPastALengthHaveNoTarget() {
    let targets = SequenceBatch<Double>([Matrix([[1, 2], [3, 4]]), Matrix([[5, 6], [7, 8]])])
      .targets(within: Mask(lengths: [2, 1]))
    #expect(targets[0] == Matrix([[1, 2], [3, 4]]))
    #expect(targets[1].columns(0..<1) == Matrix(column: [5, 7]))
    let none = targets[1].columns(1..<2).elements
    #expect(none.count == 2 && none.allSatisfy(\.isNaN))
    var predictions = SequenceBatch<Double>(length: 2, batch: 2, size: 2)
    let sum = predictions.withMutableBlock { y in MeanSquaredError.forward(y, targets: targets.block) }
    #expect(sum == LossSum(total: 1 + 4 + 9 + 16 + 25 + 49, count: 6))
    predictions.withMutableBlock { y in MeanSquaredError.backward(y, targets: targets.block, scale: 1) }
    #expect(predictions[1] == Matrix([[-10, 0], [-14, 0]]))
  }
}
