// The sigmoid and the binary cross-entropy as one function of the logit: no logit is too large for it.
//
//   L = −y log ŷ − (1 − y) log(1 − ŷ) with ŷ = σ(z)                               (notes 000, 004)
//     = max(z, 0) − z y + log(1 + e^{−|z|}),   ∂L/∂z = ŷ − y
//
// It goes with a sigmoid: each output is a yes or no of its own. A choice of one among many is `SoftmaxCrossEntropy`'s.

import RealModule

/// Sigmoid followed by the cross-entropy with a probability, for each number alone. Rows are examples, columns are questions.
///
/// `forward` gives the sum over the targets and how many there are; `LossSum.mean` is their mean. The gradient of the sum has
/// `scale` 1, that of the mean `1 / count`. A target of `noTarget` counts in neither and has no gradient; for the steps past
/// a mask's lengths, `SequenceBatch.targets(within:)` sets it.
public enum BinaryCrossEntropy {
  /// Sums the loss over the numbers that have a target, and turns the logits into the probabilities ŷ = σ(z).
  ///
  /// Targets lie in 0 … 1, one for each logit. Traps where there are more or fewer, or where one lies outside.
  @specialized(where Scalar == Float)
  public static func forward<Scalar: RealScalar>(_ logits: Block<Scalar>, targets: Block<Scalar>) -> LossSum {
    require(logits.count == targets.count, "\(logits.count) logits need as many targets, not \(targets.count)")
    var sum = LossSum()
    for i in 0..<logits.count where !targets.start[i].isNaN {
      let (z, y) = (Double(logits.start[i]), Double(targets.start[i]))
      require(y >= 0 && y <= 1, "a target of \(y) is no probability")
      // Not Swift.max, which would drop a NaN that the trainer must see.
      sum.total += (z < 0 ? 0 : z) - z * y + Double.log(onePlus: Double.exp(-abs(z)))
      sum.count += 1
    }
    Scalar.sigmoid(logits)
    return sum
  }

  /// Turns the probabilities into `scale · (ŷ − y)`, the gradient of the logits; numbers without a target become 0.
  @specialized(where Scalar == Float)
  public static func backward<Scalar: RealScalar>(
    _ probabilities: Block<Scalar>, targets: Block<Scalar>, scale: Scalar
  ) {
    require(
      probabilities.count == targets.count, "\(probabilities.count) outputs need as many targets, not \(targets.count)")
    let (p, y) = (probabilities.start, targets.start)
    for i in 0..<probabilities.count { p[i] = y[i].isNaN ? 0 : scale * (p[i] - y[i]) }
  }
}
