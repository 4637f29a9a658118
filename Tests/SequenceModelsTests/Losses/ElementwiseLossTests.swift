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
    /// Whether each number counts, one after another.
    var isCounted: [Bool] { Array(counted.joined()) }
    /// The targets, with NaN where PyTorch leaves a number out: whatever is ignored must not matter.
    var ourTargets: Matrix<Double> {
      var targets = targets.matrix
      for (place, counts) in isCounted.enumerated() where !counts { targets[flat: place] = .nan }
      return targets
    }
  }

  struct File: Decodable {
    let binary_cross_entropy, mean_squared_error: [Case]

    static func read() throws -> File { try Fixture.read("elementwise_losses") }
  }

  typealias Forward = (Block<Double>, Block<Double>, [Bool]?) -> LossSum
  typealias Backward = (Block<Double>, Block<Double>, [Bool]?, Double) -> Void

  func compare(_ case: Case, _ forward: Forward, _ backward: Backward) {
    var numbers = `case`.inputs.matrix
    let targets = `case`.ourTargets
    func near(_ ours: Double, _ theirs: Double) -> Bool { abs(ours - theirs) <= 1e-14 * max(1, abs(theirs)) }
    for (place, expected) in `case`.losses.elements.enumerated() where `case`.isCounted[place] {
      var (one, target) = (Matrix(column: [numbers[flat: place]]), Matrix(column: [targets[flat: place]]))
      let loss = one.withMutableBlock { z in target.withMutableBlock { forward(z, $0, nil) } }
      #expect(loss.count == 1)
      #expect(near(loss.total, expected), "number \(place)")
    }
    let sum = numbers.withMutableBlock { z in targets.withBlock { forward(z, $0, `case`.isCounted) } }
    #expect(sum.count == `case`.isCounted.count { $0 })
    #expect(near(sum.total, `case`.sum))
    #expect(near(sum.mean, `case`.mean))
    numbers.withMutableBlock { z in targets.withBlock { backward(z, $0, `case`.isCounted, 1 / Double(sum.count)) } }
    #expect(numbers.largestDifference(from: `case`.grad_of_mean.matrix) < 1e-12)
  }

  @Test(arguments: try File.read().binary_cross_entropy)
  func binaryCrossEntropyAgreesWithPyTorch(case: Case) {
    compare(
      `case`, { BinaryCrossEntropy.forward($0, targets: $1, isCounted: $2) },
      { BinaryCrossEntropy.backward($0, targets: $1, isCounted: $2, scale: $3) })
  }

  @Test(arguments: try File.read().mean_squared_error)
  func meanSquaredErrorAgreesWithPyTorch(case: Case) {
    compare(
      `case`, { MeanSquaredError.forward($0, targets: $1, isCounted: $2) },
      { MeanSquaredError.backward($0, targets: $1, isCounted: $2, scale: $3) })
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

  /// A NaN of the data is no way to leave a target out.
  @Test func aTargetThatIsNotANumberShows() async {
    let sequence = SequenceBatch<Double>([Matrix([[0, 1]])])
    let targets = SequenceBatch<Double>([Matrix([[.nan, 1]])])
    let (loss, gradient) = MeanSquaredError.lossAndMeanGradient(of: sequence, targets: targets)
    #expect(loss.total.isNaN && loss.count == 2)
    #expect(gradient[0][0, 0].isNaN && gradient[0][0, 1] == 0)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = BinaryCrossEntropy.lossAndMeanGradient(
        of: SequenceBatch<Double>([Matrix([[0]])]), targets: SequenceBatch([Matrix([[.nan]])]))
    }
    #expect(result.words.contains("a target of nan is no probability"))
  }

  /// Every number by hand; what stands past a length is ignored, a NaN too.
  @Test func stepsPastALengthAreIgnored() {
    let targets = SequenceBatch<Double>([Matrix([[1, 0], [0, 1]]), Matrix([[1, .nan], [1, 7]])])
    let mask = Mask(lengths: [2, 1])
    let zeros = SequenceBatch<Double>(length: 2, batch: 2, size: 2)
    let squares = MeanSquaredError.lossAndMeanGradient(of: zeros, targets: targets, mask: mask)
    #expect(squares.loss == LossSum(total: 4, count: 6))
    #expect(squares.meanGradient[0] == Matrix([[-2.0 / 6, 0], [0, -2.0 / 6]]))
    #expect(squares.meanGradient[1] == Matrix([[-2.0 / 6, 0], [-2.0 / 6, 0]]))
    let crosses = BinaryCrossEntropy.lossAndMeanGradient(of: zeros, targets: targets, mask: mask)
    #expect(crosses.loss.count == 6 && abs(crosses.loss.mean - Double.log(2)) < 1e-15)
    #expect(crosses.meanGradient[1] == Matrix([[-0.5 / 6, 0], [-0.5 / 6, 0]]))
    // Without any target there is no mean, and no gradient.
    let none = MeanSquaredError.lossAndMeanGradient(of: zeros, targets: targets, mask: Mask(lengths: [0, 0]))
    #expect(none.loss == LossSum() && none.meanGradient == zeros)
  }

  @Test func targetsOfAnotherShapeAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MeanSquaredError.lossAndMeanGradient(
        of: SequenceBatch<Double>(length: 2, batch: 3, size: 4), targets: SequenceBatch(length: 3, batch: 2, size: 4))
    }
    #expect(
      result.words.contains("outputs of 2 steps of (4, 3) have targets of 3 steps of (4, 2)"))
  }
}
