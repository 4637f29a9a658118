// The squared error of a number that is predicted as it is, without an activation.
//
//   L = (ŷ − y)²,   ∂L/∂ŷ = 2 (ŷ − y)                                   (no ½, as in PyTorch)

/// The squared difference of each prediction from its target. Rows are examples, columns are the numbers predicted.
///
/// `forward` gives the sum over the targets and how many there are; `LossSum.mean` is the mean squared error. The gradient of the
/// sum has `scale` 1, that of the mean `1 / count`. A target of `noTarget` counts in neither and has no gradient; for the
/// steps past a mask's lengths, `SequenceBatch.targets(within:)` sets it.
public enum MeanSquaredError {
  /// Sums (ŷ − y)² over the numbers that have a target. Traps where there are more or fewer targets than predictions.
  @specialized(where Scalar == Float)
  public static func forward<Scalar: RealScalar>(_ predictions: Block<Scalar>, targets: Block<Scalar>) -> LossSum {
    require(
      predictions.count == targets.count, "\(predictions.count) outputs need as many targets, not \(targets.count)")
    var sum = LossSum()
    for i in 0..<predictions.count where !targets.start[i].isNaN {
      let error = Double(predictions.start[i]) - Double(targets.start[i])
      sum.total += error * error
      sum.count += 1
    }
    return sum
  }

  /// Turns the predictions into `scale · 2 (ŷ − y)`, their gradient; numbers without a target become 0.
  @specialized(where Scalar == Float)
  public static func backward<Scalar: RealScalar>(_ predictions: Block<Scalar>, targets: Block<Scalar>, scale: Scalar) {
    require(
      predictions.count == targets.count, "\(predictions.count) outputs need as many targets, not \(targets.count)")
    let (p, y) = (predictions.start, targets.start)
    for i in 0..<predictions.count { p[i] = y[i].isNaN ? 0 : scale * 2 * (p[i] - y[i]) }
  }
}
