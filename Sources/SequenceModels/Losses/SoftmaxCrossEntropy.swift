// The softmax and the cross-entropy as one function, in log space: no logit is too large for it.
//
//   log p_i = z_i − log Σ_j e^{z_j},   log Σ_j e^{z_j} = max z + log Σ_j e^{z_j − max z}
//   L = −log p_y,   ∂L/∂z = p − y                                      (p: softmax, y: one-hot)

import RealModule

/// Softmax followed by the cross-entropy with the index of the right class.
public enum SoftmaxCrossEntropy {
  /// The summed −log p of the right classes, in nats, and ∂/∂logits of its mean.
  ///
  /// - Parameters:
  ///   - logits: z⟨1⟩ … z⟨T⟩, (n_y, m) each for n_y classes.
  ///   - targets: the class at each step; `TokenBatch.none` is ignored. Traps where another is not one of the n_y, and
  ///     where T or m differ.
  public static func lossAndMeanGradient<Scalar: RealScalar>(
    of logits: SequenceBatch<Scalar>, targets: TokenBatch
  ) -> (loss: LossSum, meanGradient: SequenceBatch<Scalar>) {
    require(
      logits.length == targets.length && logits.batch == targets.batch,
      "logits (\(logits.length), \(logits.batch)) and targets (\(targets.length), \(targets.batch)) differ in shape")
    var gradient = logits
    let loss = gradient.withMutableBlock { z in
      let loss = forward(z, targets: targets.ids)
      backward(z, targets: targets.ids, scale: 1 / Scalar(max(loss.count, 1)))
      return loss
    }
    return (loss, gradient)
  }

  /// Sums −log p over the rows that have a target, and replaces their logits by the probabilities. A row is an example,
  /// a column a class.
  ///
  /// A row whose target is `TokenBatch.none` is left as it is. Traps where another target is no class.
  @specialized(where Scalar == Float)
  static func forward<Scalar: RealScalar>(_ logits: Block<Scalar>, targets: [Int32]) -> LossSum {
    require(
      targets.count == logits.rows, "\(logits.rows) rows of logits need as many targets, not \(targets.count)")
    var sum = LossSum()
    for (row, target) in targets.enumerated() where target != TokenBatch.none {
      require(target >= 0 && target < logits.columns, "class \(target) is not one of \(logits.columns)")
      let right = Double(logits.row(row)[Int(target)])
      sum.total += logits.applySoftmax(toRow: row) - right
      sum.count += 1
    }
    return sum
  }

  /// Replaces the probabilities by `scale · (p − y)`, the gradient of the logits: 0 in a row without a target. Traps as
  /// `forward` does.
  @specialized(where Scalar == Float)
  static func backward<Scalar: RealScalar>(_ probabilities: Block<Scalar>, targets: [Int32], scale: Scalar) {
    require(
      targets.count == probabilities.rows,
      "\(probabilities.rows) rows of probabilities need as many targets, not \(targets.count)")
    for (row, target) in targets.enumerated() {
      let p = probabilities.rows(row..<row + 1)
      if target == TokenBatch.none {
        p.fill(0)
      } else {
        require(target >= 0 && target < p.columns, "class \(target) is not one of \(p.columns)")
        for i in 0..<p.count { p.start[i] *= scale }
        p.start[Int(target)] -= scale
      }
    }
  }
}
