// The activation functions g of the notes, and their derivatives as functions of their outputs.

import RealModule

/// An activation function, applied to each number alone.
public enum Activation: String, CaseIterable, Sendable, Codable {
  /// tanh z, in (−1, 1).
  case tanh
  /// max(0, z).
  case relu
  /// σ(z) = 1 / (1 + e⁻ᶻ), in (0, 1).
  case sigmoid
  /// z itself: a linear network.
  case identity

  /// Replaces each number z of the block by g(z).
  @specialized(where Scalar == Float)
  public func apply<Scalar: RealScalar>(to block: Block<Scalar>) {
    switch self {
    case .tanh: Scalar.tanh(block.start, count: block.count)
    case .relu: Scalar.relu(block.start, count: block.count)
    case .sigmoid: Scalar.sigmoid(block.start, count: block.count)
    case .identity: break
    }
  }

  /// `gradient[i] = upstream[i] · g′(z[i])`, where `output` holds g(z).
  ///
  /// tanh′ = 1 − a², σ′ = a (1 − a), and relu′ = 1 where a > 0, else 0.
  @specialized(where Scalar == Float)
  public func backward<Scalar: RealScalar>(
    from upstream: Block<Scalar>, output: Block<Scalar>, into gradient: Block<Scalar>
  ) {
    let (a, d, g, count) = (output.start, upstream.start, gradient.start, gradient.count)
    switch self {
    case .tanh: for i in 0..<count { g[i] = d[i] * (1 - a[i] * a[i]) }
    case .relu: Scalar.reluBackward(d, output: a, into: g, count: count)
    case .sigmoid: for i in 0..<count { g[i] = d[i] * a[i] * (1 - a[i]) }
    case .identity: gradient.copy(upstream)
    }
  }
}

// MARK: - On matrices, as lessons write them

/// tanh z of each number, in (−1, 1).
public func tanh<Scalar>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  applied(.tanh, z)
}

/// The logistic function σ(z) = 1 / (1 + e⁻ᶻ) of each number, in (0, 1).
public func σ<Scalar>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  applied(.sigmoid, z)
}

private func applied<Scalar>(_ activation: Activation, _ z: Matrix<Scalar>) -> Matrix<Scalar> {
  var result = z
  result.withMutableBlock { activation.apply(to: $0) }
  return result
}

/// The softmax of each column: positive numbers that sum to 1, e^{z_i} / Σ_j e^{z_j}, finite for any finite z.
public func softmax<Scalar>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  var examples = z.transposed
  examples.withMutableBlock { block in
    for row in 0..<block.rows { SoftmaxCrossEntropy.softmax(block.rows(row..<row + 1)) }
  }
  return examples.transposed
}
