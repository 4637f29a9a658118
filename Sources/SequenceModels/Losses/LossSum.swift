// What a loss returns: a sum, and over how many targets, so that the mean over several batches is right.

/// A sum of losses, and over how many targets.
public struct LossSum: Equatable, Sendable {
  /// The sum: of a cross-entropy in nats, of a squared error in the square of the targets' unit.
  public var total: Double
  /// The number of targets, those that are ignored left out.
  public var count: Int

  /// A sum over `count` targets.
  public init(total: Double = 0, count: Int = 0) {
    (self.total, self.count) = (total, count)
  }

  /// The mean loss of a target, in the unit of `total`; NaN where there is no target.
  public var mean: Double { total / Double(count) }

  /// Adds another sum.
  public static func += (sum: inout LossSum, other: LossSum) {
    sum.total += other.total
    sum.count += other.count
  }
}
