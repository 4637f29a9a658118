// What an optimiser remembers, by name, for a file.

extension Optimizer {
  /// The running values by name, as `squared_average.rnn.weight_hh_l0`, each in the shape of its parameter.
  var namedMoments: [TorchParameter<Scalar>] {
    rule.momentNames.enumerated().flatMap { row, name in
      zip(shapes, moments).map { shape, moments in
        TorchParameter(
          "\(name).\(shape.name)",
          Matrix(rows: shape.rows, columns: shape.columns, elements: moments.rows(row..<row + 1).elements))
      }
    }
  }
}
