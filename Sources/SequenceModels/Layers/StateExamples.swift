// The state of some examples of a batch, and of all of them together: how a batch is split over threads.

extension RecurrentState {
  /// m, the number of examples. Traps where its matrices disagree on it, or where there is none.
  var exampleCount: Int {
    let counts = Set(values.map(\.columns))
    require(
      counts.count == 1,
      "a state needs matrices of one number of columns, not \(values.map { "(\($0.rows), \($0.columns))" })")
    return counts.first!
  }

  /// The examples in `range`, in a state of their own.
  func examples(_ range: Range<Int>) -> RecurrentState {
    RecurrentState(values.map { $0.transposed.rows(range).transposed })
  }

  /// The examples of several states, one state after the other.
  init(joining parts: [RecurrentState]) {
    self.init(
      parts[0].values.indices.map { k in
        let rows = parts.flatMap { $0.values[k].transposed.elements }
        let size = parts[0].values[k].rows
        return Matrix(rows: rows.count / size, columns: size, elements: rows).transposed
      })
  }
}
