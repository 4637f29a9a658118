// Which numbers have a target, and whether there is one for each: what the losses of single numbers share.

extension SequenceBatch {
  /// Traps where `targets` have another shape.
  func checkTargets(_ targets: SequenceBatch) {
    require(
      targets.length == length && targets.batch == batch && targets.size == size,
      "outputs of \(length) steps of (\(size), \(batch)) have targets of \(targets.length) steps of "
        + "(\(targets.size), \(targets.batch))")
  }
}

extension Block {
  /// Traps where there is not a target for each number, and, where the numbers that count are marked, a mark.
  func checkTargets(_ targets: Block, _ isCounted: [Bool]?) {
    require(count == targets.count, "\(count) outputs need as many targets, not \(targets.count)")
    require(isCounted.map { $0.count == count } ?? true, "\(count) targets need as many marks, not \(isCounted!.count)")
  }
}

extension Mask {
  /// Whether a number stands at a real step of its example, for each number of `sequence` in the order of memory.
  func isReal<Scalar>(in sequence: SequenceBatch<Scalar>) -> [Bool] {
    check(batch: sequence.batch, length: sequence.length)
    return (0..<sequence.length).flatMap { t in
      (0..<sequence.batch).flatMap { Array(repeating: isReal(t + 1, example: $0), count: sequence.size) }
    }
  }
}
