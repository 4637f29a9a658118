// The softmax and the cross-entropy as one function, in log space: no logit is too large for it.
//
//   log p_i = z_i − log Σ_j e^{z_j},   log Σ_j e^{z_j} = max z + log Σ_j e^{z_j − max z}
//   L = −log p_y,   ∂L/∂z = p − y                                      (p: softmax, y: one-hot)

import RealModule

/// A sum of losses, and over how many targets.
public struct LossSum: Equatable, Sendable {
  /// The sum: of a cross-entropy in nats, of a squared error in the square of the targets' unit.
  public var total: Double
  /// The number of targets.
  public var count: Int

  /// A sum over `count` targets.
  public init(total: Double = 0, count: Int = 0) {
    (self.total, self.count) = (total, count)
  }

  /// The loss a target, in the unit of `total`; NaN where there is no target.
  public var mean: Double { total / Double(count) }

  /// Adds another sum.
  public static func += (sum: inout LossSum, other: LossSum) {
    sum.total += other.total
    sum.count += other.count
  }
}

/// Softmax followed by cross-entropy with the index of the right class. Rows are examples, columns are classes.
public enum SoftmaxCrossEntropy {
  /// Sums −log p over the rows that have a target, and turns the logits into the probabilities.
  ///
  /// A target of `TokenBatch.none` takes no part. Traps where a target is no class.
  @specialized(where Scalar == Float)
  public static func forward<Scalar: RealScalar>(_ logits: Block<Scalar>, targets: [Int32]) -> LossSum {
    require(
      targets.count == logits.rows, "\(logits.rows) rows of logits need as many targets, not \(targets.count)")
    var sum = LossSum()
    for (row, target) in targets.enumerated() where target != TokenBatch.none {
      require(target >= 0 && target < logits.columns, "class \(target) is not one of \(logits.columns)")
      let z = logits.rows(row..<row + 1)
      let right = Double(z.start[Int(target)])
      sum.total += softmax(z) - right
      sum.count += 1
    }
    return sum
  }

  /// Turns the probabilities into `scale · (p − y)`, the gradient of the logits; rows without a target become 0.
  @specialized(where Scalar == Float)
  public static func backward<Scalar: RealScalar>(_ probabilities: Block<Scalar>, targets: [Int32], scale: Scalar) {
    for (row, target) in targets.enumerated() {
      let p = probabilities.rows(row..<row + 1)
      if target == TokenBatch.none {
        p.fill(0)
      } else {
        for i in 0..<p.count { p.start[i] *= scale }
        p.start[Int(target)] -= scale
      }
    }
  }

  /// Turns logits z, of one row, into probabilities that sum to 1, and returns log Σ e^z.
  @discardableResult @specialized(where Scalar == Float)
  public static func softmax<Scalar: RealScalar>(_ row: Block<Scalar>) -> Double {
    var largest = -Scalar.infinity
    for i in 0..<row.count where row.start[i] > largest { largest = row.start[i] }
    let sum = Scalar.exp(row, minus: largest)
    let factor = Scalar(1 / sum)
    for i in 0..<row.count { row.start[i] *= factor }
    return Double(largest) + Double.log(sum)
  }
}
