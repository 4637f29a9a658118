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
