// How weights start: the distributions that the literature names.

/// The distribution that a weight matrix is drawn from before training.
public enum Initialization: Sendable, Equatable {
  /// Uniform on ±1/√n, where n is the hidden size: the default of PyTorch's recurrent layers.
  case uniform
  /// Normal with mean 0 and this standard deviation.
  case normal(deviation: Double)
  /// `gain` times an orthogonal matrix, each as likely as another (Saxe, McClelland & Ganguli 2014): W Wᵀ = gain² I
  /// where it has no more rows than columns, Wᵀ W = gain² I where it has no fewer. A square one changes the length of
  /// every vector by the factor `gain`.
  case orthogonal(gain: Double = 1)
  /// `scale` on the diagonal, 0 elsewhere (Le, Jaitly & Hinton 2015); nothing is drawn.
  case identity(scale: Double = 1)

  /// A matrix of (rows, columns) weights for a layer with `hiddenSize` units, which `uniform` alone asks for.
  public func matrix<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, rows: Int, columns: Int, hiddenSize: Int, using random: inout RandomSource
  ) -> Matrix<Scalar> {
    switch self {
    case .uniform:
      let bound = 1 / Double(hiddenSize).squareRoot()
      return Matrix(rows: rows, columns: columns) { random.uniform(in: -bound..<bound) }
    case .normal(let deviation):
      return Matrix(rows: rows, columns: columns) { deviation * random.normal() }
    case .orthogonal(let gain):
      let vectors = orthonormal(count: min(rows, columns), size: max(rows, columns), using: &random)
      let matrix = Matrix<Scalar>(
        rows: vectors.count, columns: max(rows, columns), elements: vectors.joined().map { Scalar(gain * $0) })
      return rows <= columns ? matrix : matrix.transposed
    case .identity(let scale):
      var matrix = Matrix<Scalar>(rows: rows, columns: columns)
      for i in 0..<min(rows, columns) { matrix[i, i] = Scalar(scale) }
      return matrix
    }
  }

  /// One block of `rows` rows for each of `gates` gates, one under the other, each drawn on its own: `gates · rows`
  /// rows.
  public func matrix<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, gates: Int, rows: Int, columns: Int, hiddenSize: Int,
    using random: inout RandomSource
  ) -> Matrix<Scalar> {
    let blocks = (0..<gates).map { _ in
      matrix(type, rows: rows, columns: columns, hiddenSize: hiddenSize, using: &random)
    }
    return Matrix(rows: gates * rows, columns: columns, elements: blocks.flatMap(\.elements))
  }
}

/// Vectors of length 1 at right angles: normal ones from which Gram and Schmidt's method takes what those before them
/// span.
///
/// It leaves the diagonal of R in the QR decomposition positive, which is what makes every orthogonal matrix as likely
/// as another (Mezzadri 2007). A second round takes what rounding left of the first.
private func orthonormal(count: Int, size: Int, using random: inout RandomSource) -> [[Double]] {
  var vectors: [[Double]] = []
  for _ in 0..<count {
    var v = (0..<size).map { _ in random.normal() }
    for _ in 1...2 {
      for q in vectors {
        var overlap = 0.0
        for i in 0..<size { overlap += q[i] * v[i] }
        for i in 0..<size { v[i] -= overlap * q[i] }
      }
    }
    let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
    vectors.append(v.map { $0 / length })
  }
  return vectors
}
