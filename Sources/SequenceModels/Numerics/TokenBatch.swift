// Token ids of several sequences at once: what a model of text is given.

/// The token ids of `batch` sequences over `length` steps.
///
/// A token stands for its one-hot column; `TokenBatch.none` stands for the zero vector, the x⟨1⟩ = 0 of the notes, and,
/// among targets, for a step without one.
public struct TokenBatch: Equatable, Sendable {
  /// The id of no token: a zero vector as an input, no loss as a target.
  public static let none: Int32 = -1

  /// The number of steps, T.
  public let length: Int
  /// The number of sequences, m.
  public let batch: Int
  /// The ids, step by step: that of example e at step t, both from 0, is number `t * batch + e`.
  public var ids: [Int32]

  /// A batch with the same id at every step of every sequence; without one, `TokenBatch.none`.
  public init(length: Int, batch: Int, repeating id: Int32 = TokenBatch.none) {
    (self.length, self.batch) = (length, batch)
    ids = Array(repeating: id, count: length * batch)
  }

  /// One sequence: T is its length, and m is 1.
  public init(sequence: [Int32]) {
    (length, batch, ids) = (sequence.count, 1, sequence)
  }

  /// The id of an example at a step, both from 0.
  public subscript(t: Int, example: Int) -> Int32 {
    get { ids[t * batch + example] }
    set { ids[t * batch + example] = newValue }
  }

  /// The examples in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> TokenBatch {
    if range == 0..<batch { return self }
    var result = TokenBatch(length: length, batch: range.count)
    for t in 0..<length {
      for (place, example) in range.enumerated() { result[t, place] = self[t, example] }
    }
    return result
  }

  /// The steps in `range`, counted from 0, in a batch of their own: a window of each sequence.
  public func steps(_ range: Range<Int>) -> TokenBatch {
    var result = TokenBatch(length: range.count, batch: batch)
    result.ids = Array(ids[range.lowerBound * batch..<range.upperBound * batch])
    return result
  }
}
