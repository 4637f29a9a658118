// The squared error of a number that is predicted as it is, without an activation.
//
//   L = (ŷ − y)²,   ∂L/∂ŷ = 2 (ŷ − y)                                   (no ½, as in PyTorch)

/// The squared difference of each prediction from its target.
public enum MeanSquaredError {
  /// The summed (ŷ − y)², and ∂/∂ŷ of its mean, the mean squared error.
  ///
  /// Steps past a sequence's length are ignored, whatever their targets are. Any other NaN among the targets makes
  /// the loss NaN. Traps where the shapes differ.
  ///
  /// - Parameters:
  ///   - predictions: ŷ⟨1⟩ … ŷ⟨T⟩, (n_y, m) each.
  ///   - targets: y⟨1⟩ … y⟨T⟩, in the same shape.
  ///   - mask: the lengths of the sequences; nil where all are of T steps.
  public static func lossAndMeanGradient<Scalar: RealScalar>(
    of predictions: SequenceBatch<Scalar>, targets: SequenceBatch<Scalar>, mask: Mask? = nil
  ) -> (loss: LossSum, meanGradient: SequenceBatch<Scalar>) {
    predictions.checkTargets(targets)
    let isCounted = mask?.isReal(in: predictions)
    var gradient = predictions
    let loss = gradient.withMutableBlock { ŷ in
      let loss = forward(ŷ, targets: targets.block, isCounted: isCounted)
      backward(ŷ, targets: targets.block, isCounted: isCounted, scale: 1 / Scalar(max(loss.count, 1)))
      return loss
    }
    return (loss, gradient)
  }

  /// Sums (ŷ − y)² over the numbers that count.
  @specialized(where Scalar == Float)
  static func forward<Scalar: RealScalar>(
    _ predictions: Block<Scalar>, targets: Block<Scalar>, isCounted: [Bool]? = nil
  ) -> LossSum {
    predictions.checkTargets(targets, isCounted)
    var sum = LossSum()
    for i in 0..<predictions.count where isCounted?[i] ?? true {
      let error = Double(predictions.start[i]) - Double(targets.start[i])
      sum.total += error * error
      sum.count += 1
    }
    return sum
  }

  /// Replaces the predictions by `scale · 2 (ŷ − y)`, their gradient: 0 for a number that does not count.
  @specialized(where Scalar == Float)
  static func backward<Scalar: RealScalar>(
    _ predictions: Block<Scalar>, targets: Block<Scalar>, isCounted: [Bool]? = nil, scale: Scalar
  ) {
    predictions.checkTargets(targets, isCounted)
    let (p, y) = (predictions.start, targets.start)
    for i in 0..<predictions.count { p[i] = isCounted?[i] ?? true ? scale * 2 * (p[i] - y[i]) : 0 }
  }
}
