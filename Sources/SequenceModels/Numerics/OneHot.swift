// Ids as one-hot columns, where the zero vector stands for no id.

extension Matrix {
  /// Each id as a one-hot column, (size, count); a column of zeros for `TokenBatch.none`. Traps where an id is not
  /// below `size`.
  public init(oneHot ids: some Collection<Int32>, size: Int) {
    self.init(rows: size, columns: ids.count)
    for (column, id) in ids.enumerated() where id != TokenBatch.none {
      require(id >= 0 && id < size, "id \(id) has no place in a one-hot column of \(size)")
      self[Int(id), column] = 1
    }
  }
}

extension TokenBatch {
  /// The ids as one-hot columns, (size, batch) a step; a column of zeros for `TokenBatch.none`. Traps where an id is
  /// not below `size`.
  public func oneHot<Scalar: RealScalar>(size: Int, as type: Scalar.Type = Scalar.self) -> SequenceBatch<Scalar> {
    var result = SequenceBatch<Scalar>(length: length, batch: batch, size: size)
    for t in 0..<length { result[t] = Matrix(oneHot: ids[t * batch..<(t + 1) * batch], size: size) }
    return result
  }
}
