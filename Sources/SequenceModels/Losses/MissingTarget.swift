// A number that is not asked for: how a target of a binary or a squared loss says that it takes no part.

extension RealScalar {
  /// The target that asks for nothing, as `TokenBatch.none` does among classes: not a number.
  public static var noTarget: Self { .nan }
}

extension SequenceBatch {
  /// The same targets with `noTarget` at the steps past each sequence's length. Traps where the mask has another number of
  /// examples.
  public func targets(within mask: Mask) -> SequenceBatch {
    mask.check(batch: batch, length: length)
    var result = self
    result.withMutableBlock { block in
      for t in 0..<length {
        for example in 0..<batch where !mask.isReal(t + 1, example: example) {
          let row = t * batch + example
          block.rows(row..<row + 1).fill(.noTarget)
        }
      }
    }
    return result
  }
}
