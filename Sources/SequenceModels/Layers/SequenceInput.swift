// What a layer reads at its steps: vectors, or tokens in the place of their one-hot columns.

/// The input sequences of a batch: a vector a step, or a token in the place of its one-hot column.
///
/// The product of a weight with a one-hot column is one of the weight's columns, and is looked up rather than computed.
public enum SequenceInput<Scalar: RealScalar>: Equatable, Sendable {
  /// x⟨1⟩ … x⟨T⟩, each (n_x, m).
  case features(SequenceBatch<Scalar>)
  /// Token ids below n_x; `TokenBatch.none` is the zero vector.
  case tokens(TokenBatch)

  /// The number of steps, T.
  public var length: Int {
    switch self {
    case .features(let sequence): sequence.length
    case .tokens(let tokens): tokens.length
    }
  }

  /// The number of examples, m.
  public var batch: Int {
    switch self {
    case .features(let sequence): sequence.batch
    case .tokens(let tokens): tokens.batch
    }
  }

  /// The examples in `range`, in an input of their own.
  public func examples(_ range: Range<Int>) -> SequenceInput {
    switch self {
    case .features(let sequence): .features(sequence.examples(range))
    case .tokens(let tokens): .tokens(tokens.examples(range))
    }
  }

  /// Traps where a mask is not for these examples and steps.
  func check(_ mask: Mask?) {
    mask?.check(batch: batch, length: length)
  }
}

extension TokenBatch {
  /// Sequences of unequal lengths, padded with `TokenBatch.none` to the longest, and the mask that tells them apart.
  public static func padded(_ sequences: [[Int32]]) -> (tokens: TokenBatch, mask: Mask) {
    var tokens = TokenBatch(length: sequences.map(\.count).max() ?? 0, batch: sequences.count)
    for (example, sequence) in sequences.enumerated() {
      for (t, token) in sequence.enumerated() { tokens[t, example] = token }
    }
    return (tokens, Mask(lengths: sequences.map(\.count)))
  }
}

extension SequenceBatch {
  /// Sequences of unequal lengths, each (size, length) as `trajectory` gives them, padded with zeros to the longest, and the mask that tells them
  /// apart. Traps where there is none or where their sizes differ.
  public static func padded(_ trajectories: [Matrix<Scalar>]) -> (sequence: SequenceBatch, mask: Mask) {
    let (size, batch) = (trajectories[0].rows, trajectories.count)
    let lengths = trajectories.map(\.columns)
    var sequence = SequenceBatch(length: lengths.max()!, batch: batch, size: size)
    sequence.withMutableBlock { rows in
      for (example, trajectory) in trajectories.enumerated() {
        require(
          trajectory.rows == size, "a sequence of \(trajectory.rows) numbers a step cannot join those of \(size)")
        for t in 0..<trajectory.columns {
          for unit in 0..<size { rows.row(t * batch + example)[unit] = trajectory[unit, t] }
        }
      }
    }
    return (sequence, Mask(lengths: lengths))
  }
}
