// The shapes of a model's parameters, by which it is known whether a gradient or an optimiser belongs to it.

/// The name and the shape of a parameter.
struct ParameterShape: Equatable, CustomStringConvertible, Sendable {
  let name: String
  let rows, columns: Int

  var description: String { "\(name) of (\(rows), \(columns))" }
}

extension Parameterized {
  /// The shape of each parameter, in their order.
  var shapes: [ParameterShape] {
    parameterPaths.map {
      let parameter = self[keyPath: $0.keyPath]
      return ParameterShape(name: $0.name, rows: parameter.rows, columns: parameter.columns)
    }
  }
}

/// Traps where the shapes of two differ, and names the first parameter that does, and both shapes.
func requireSameShapes(_ owner: String, _ shapes: [ParameterShape], _ otherOwner: String, _ others: [ParameterShape]) {
  if shapes == others { return }
  for place in 0..<max(shapes.count, others.count) {
    let shape = place < shapes.count ? "\(shapes[place])" : "no parameter"
    let other = place < others.count ? "\(others[place])" : "no parameter"
    require(shape == other, "\(otherOwner) has \(other) where \(owner) has \(shape)")
  }
}
