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
    case .tanh: Scalar.tanh(block)
    case .relu: Scalar.relu(block)
    case .sigmoid: Scalar.sigmoid(block)
    case .identity: break
    }
  }

  /// `gradient` = `upstream` ⊙ g′(z), where `output` holds g(z); `gradient` may be `upstream`. Traps where the shapes
  /// differ.
  ///
  /// tanh′ = 1 − a², σ′ = a (1 − a), and relu′ = 1 where a > 0, else 0.
  @specialized(where Scalar == Float)
  public func backward<Scalar: RealScalar>(
    from upstream: Block<Scalar>, output a: Block<Scalar>, into gradient: Block<Scalar>
  ) {
    switch self {
    case .tanh: gradient ← upstream ⊙ (1 - a ⊙ a)
    case .relu: Scalar.reluBackward(upstream, output: a, into: gradient)
    case .sigmoid: gradient ← upstream ⊙ a ⊙ (1 - a)
    case .identity: gradient.copy(upstream)
    }
  }
}

// MARK: - On matrices

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
