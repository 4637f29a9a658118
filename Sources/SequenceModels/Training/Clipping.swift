// What to do with a gradient that is too long.

/// A bound, above 0, on the gradient of a step.
public enum Clipping: Equatable, Sendable {
  /// The gradient as it is.
  case none
  /// Where ‖g‖ > bound, g ← g · bound / ‖g‖, over all parameters together     (Pascanu et al. 2013, algorithm 1).
  /// PyTorch's `clip_grad_norm_` divides by ‖g‖ + 1e-6, which is shorter by a millionth of the norm or less.
  case norm(Double)
  /// Each number of g is held in −bound … bound.
  case elements(Double)

  /// Clips `gradient` at `paths`, and returns the norm that it had before. Traps where the bound is not above 0.
  func apply<Model: Parameterized>(to gradient: inout Model, at paths: [ParameterPath<Model>]) -> Double {
    if case .norm(let bound) = self { require(bound > 0, "a clipping bound must be above 0, not \(bound)") }
    if case .elements(let bound) = self { require(bound > 0, "a clipping bound must be above 0, not \(bound)") }
    return Subnormals.flushed {
      let norm = gradient.norm(at: paths)
      switch self {
      case .none: break
      case .norm(let bound):
        guard norm > bound else { break }
        let factor = Model.Scalar(bound / norm)
        for path in paths { gradient.change(path) { $0.scale(by: factor) } }
      case .elements(let bound):
        for path in paths { gradient.change(path) { $0.clamp(to: Model.Scalar(bound)) } }
      }
      return norm
    }
  }
}

extension Parameterized {
  /// ‖·‖₂ over all parameters together, summed in double precision.
  public var norm: Double { norm(at: parameterPaths) }

  func norm(at paths: [ParameterPath<Self>]) -> Double {
    paths.reduce(0) { sum, path in
      sum + self[keyPath: path.keyPath].withBlock { Scalar.sumOfSquares($0) }
    }.squareRoot()
  }

  /// Clips this gradient, and returns the norm that it had before. Traps where the bound is not above 0.
  @discardableResult
  public mutating func clip(_ clipping: Clipping) -> Double {
    clipping.apply(to: &self, at: parameterPaths)
  }
}

extension Block {
  @specialized(where Scalar == Float)
  func scale(by factor: Scalar) {
    for i in 0..<count { start[i] *= factor }
  }

  @specialized(where Scalar == Float)
  func clamp(to bound: Scalar) {
    // A NaN fails both comparisons and stays, so that the trainer sees it.
    for i in 0..<count {
      if start[i] > bound { start[i] = bound }
      if start[i] < -bound { start[i] = -bound }
    }
  }
}
