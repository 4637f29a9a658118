// Sequences of unequal lengths in one batch: the shorter ones are padded, and a mask tells what is real.

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
  /// Sequences of unequal lengths, each (size, length) as `trajectory` gives them, padded with zeros to the longest,
  /// and the mask that tells them apart. Traps where there is none or where their sizes differ.
  public static func padded(_ trajectories: [Matrix<Scalar>]) -> (sequence: SequenceBatch, mask: Mask) {
    require(!trajectories.isEmpty, "there is no sequence to pad")
    let (size, lengths) = (trajectories[0].rows, trajectories.map(\.columns))
    for trajectory in trajectories {
      require(
        trajectory.rows == size, "a sequence of \(trajectory.rows) numbers a step cannot join those of \(size)")
    }
    var sequence = SequenceBatch(length: lengths.max()!, batch: trajectories.count, size: size)
    for t in 0..<sequence.length {
      var step = Matrix<Scalar>(rows: size, columns: trajectories.count)
      for (example, trajectory) in trajectories.enumerated() where t < trajectory.columns {
        for unit in 0..<size { step[unit, example] = trajectory[unit, t] }
      }
      sequence[t] = step
    }
    return (sequence, Mask(lengths: lengths))
  }
}
