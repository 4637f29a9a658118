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
    case .tanh: gradient.set(upstream, a) { d, a in d * (1 - a * a) }
    case .relu: Scalar.reluBackward(upstream, output: a, into: gradient)
    case .sigmoid: gradient.set(upstream, a) { d, a in d * a * (1 - a) }
    case .identity: gradient.copy(upstream)
    }
  }
}

extension Block {
  /// Sets every number from those of two blocks at its place. Traps where the shapes differ.
  ///
  /// An expression of blocks would say the same, and hold each block once more; in the small steps of a plain RNN that
  /// is felt.
  @inline(__always)
  fileprivate func set(_ left: Block, _ right: Block, _ number: (Scalar, Scalar) -> Scalar) {
    _ = Shape.common(shape, .common(left.shape, right.shape))
    for i in 0..<rows {
      let (target, left, right) = (row(i), left.row(i), right.row(i))
      for j in 0..<columns { target[j] = number(left[j], right[j]) }
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
