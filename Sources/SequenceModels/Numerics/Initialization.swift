// How weights start: the distributions that the literature names.

/// The distribution that a weight matrix is drawn from before training.
public enum Initialization: Sendable, Equatable {
  /// Uniform on ±1/√n, where n is the hidden size: the default of PyTorch's recurrent layers.
  case uniform
  /// Normal with mean 0 and this standard deviation.
  case normal(deviation: Double)

  /// A matrix of `rows × columns` weights for a layer with `hiddenSize` units.
  public func matrix<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, rows: Int, columns: Int, hiddenSize: Int, using random: inout RandomSource
  ) -> Matrix<Scalar> {
    switch self {
    case .uniform:
      let bound = 1 / Double(hiddenSize).squareRoot()
      return Matrix(rows: rows, columns: columns) { random.uniform(in: -bound..<bound) }
    case .normal(let deviation):
      return Matrix(rows: rows, columns: columns) { deviation * random.normal() }
    }
  }
}
