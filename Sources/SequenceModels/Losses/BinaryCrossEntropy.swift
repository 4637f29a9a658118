// The sigmoid and the binary cross-entropy as one function of the logit: no logit is too large for it.
//
//   L = −y log ŷ − (1 − y) log(1 − ŷ) with ŷ = σ(z)                               (notes 000, 004)
//     = max(z, 0) − z y + log(1 + e^{−|z|}),   ∂L/∂z = ŷ − y
//
// It goes with a sigmoid: each output answers a yes-or-no question of its own. For one class of many:
// `SoftmaxCrossEntropy`.

import RealModule

/// Sigmoid followed by the cross-entropy with a probability, for each number alone.
public enum BinaryCrossEntropy {
  /// The summed loss of logits, and ∂/∂logits of its mean.
  ///
  /// Steps past a sequence's length are ignored, whatever their targets are. Traps where the shapes differ, and where a
  /// target that counts lies outside 0 … 1 or is not a number.
  ///
  /// - Parameters:
  ///   - logits: z⟨1⟩ … z⟨T⟩, (n_y, m) each.
  ///   - targets: y⟨1⟩ … y⟨T⟩, probabilities in the same shape.
  ///   - mask: the lengths of the sequences; nil where all are of T steps.
  public static func lossAndMeanGradient<Scalar: RealScalar>(
    of logits: SequenceBatch<Scalar>, targets: SequenceBatch<Scalar>, mask: Mask? = nil
  ) -> (loss: LossSum, meanGradient: SequenceBatch<Scalar>) {
    logits.checkTargets(targets)
    let isCounted = mask?.isReal(in: logits)
    var gradient = logits
    let loss = gradient.withMutableBlock { z in
      let loss = forward(z, targets: targets.block, isCounted: isCounted)
      backward(z, targets: targets.block, isCounted: isCounted, scale: 1 / Scalar(max(loss.count, 1)))
      return loss
    }
    return (loss, gradient)
  }

  /// Sums the loss over the numbers that count, and replaces the logits by the probabilities ŷ = σ(z).
  @specialized(where Scalar == Float)
  static func forward<Scalar: RealScalar>(
    _ logits: Block<Scalar>, targets: Block<Scalar>, isCounted: [Bool]? = nil
  ) -> LossSum {
    logits.checkTargets(targets, isCounted)
    var sum = LossSum()
    for i in 0..<logits.count where isCounted?[i] ?? true {
      let (z, y) = (Double(logits.start[i]), Double(targets.start[i]))
      require(y >= 0 && y <= 1, "a target of \(y) is no probability")
      // Not Swift.max, which would drop a NaN that the trainer must see.
      sum.total += (z < 0 ? 0 : z) - z * y + Double.log(onePlus: Double.exp(-abs(z)))
      sum.count += 1
    }
    Scalar.sigmoid(logits)
    return sum
  }

  /// Replaces the probabilities by `scale · (ŷ − y)`, the gradient of the logits: 0 for a number that does not count.
  @specialized(where Scalar == Float)
  static func backward<Scalar: RealScalar>(
    _ probabilities: Block<Scalar>, targets: Block<Scalar>, isCounted: [Bool]? = nil, scale: Scalar
  ) {
    probabilities.checkTargets(targets, isCounted)
    let (p, y) = (probabilities.start, targets.start)
    for i in 0..<probabilities.count { p[i] = isCounted?[i] ?? true ? scale * (p[i] - y[i]) : 0 }
  }
}
