// What a model reads when it may be given vectors or tokens.

/// The input sequences of a batch: a vector a step, or a token in the place of its one-hot column.
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

  /// The engine's view, to be read only while `body` runs.
  func withLayerInput<Result>(_ body: (LayerInput<Scalar>) -> Result) -> Result {
    switch self {
    case .features(let sequence):
      sequence.withBlock { body(.features($0, length: sequence.length, batch: sequence.batch)) }
    case .tokens(let tokens): body(.tokens(tokens))
    }
  }

  /// Traps where a mask is not for these examples and steps.
  func check(_ mask: Mask?) {
    guard let mask else { return }
    require(
      mask.lengths.count == batch && mask.lengths.allSatisfy { $0 >= 0 && $0 <= length },
      "a mask of lengths \(mask.lengths) does not fit \(batch) sequences of at most \(length) steps")
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
          for unit in 0..<size { rows.start[(t * batch + example) * size + unit] = trajectory[unit, t] }
        }
      }
    }
    return (sequence, Mask(lengths: lengths))
  }
}
