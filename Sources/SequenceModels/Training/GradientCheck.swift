// Central differences: the gradient by definition, slow and beyond doubt.
//
//   ∂L/∂w ≈ (L(w + ε) − L(w − ε)) / 2ε, with an error of order ε²

/// How far a gradient is from central differences.
public struct GradientCheck: Sendable {
  /// The parameters that were checked, each with its difference relative to its largest entry.
  public let differences: [(name: String, relative: Double)]

  /// The largest relative difference of all.
  public var largest: Double { differences.map(\.relative).max() ?? 0 }

  /// Compares `gradient` with central differences of `loss` around `point`, one number after another.
  ///
  /// A parameter's difference is relative to its largest entry: max |g − d| / max(|g|, |d|). Take `Double`, and `step`
  /// near the cube root of its precision: smaller steps lose digits to rounding, larger ones to curvature.
  public init<Model: Parameterized>(
    of gradient: Model, at point: Model, step: Double = 1e-5, loss: (Model) -> Double
  ) where Model.Scalar == Double {
    var moved = point
    differences = point.parameterPaths.map { path in
      let analytic = gradient[keyPath: path.keyPath].elements
      let numeric = analytic.indices.map { place in
        let start = point[keyPath: path.keyPath][flat: place]
        moved[keyPath: path.keyPath][flat: place] = start + step
        let above = loss(moved)
        moved[keyPath: path.keyPath][flat: place] = start - step
        let below = loss(moved)
        moved[keyPath: path.keyPath][flat: place] = start
        return (above - below) / (2 * step)
      }
      let scale = (analytic + numeric).map(abs).max() ?? 0
      let difference = zip(analytic, numeric).map { abs($0 - $1) }.max() ?? 0
      return (path.name, scale == 0 ? 0 : difference / scale)
    }
  }
}
