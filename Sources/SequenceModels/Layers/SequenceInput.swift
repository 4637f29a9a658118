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
