// Whether an update stays finite, told before it is made.
//
// An update overwrites weights and moments where they are, and could not be undone. To look through its result, or to
// keep a copy, would take a few hundredths of the step of a small model. Bounds take a few operations: no rule moves a
// weight further.

/// Upper bounds on the magnitude of a model's weights and of its optimiser's moments.
struct UpdateBounds {
  var weights, moments: Double

  /// Follows an update. With W and M for the bounds, G for that of the gradient and d for the rule's smallest divisor:
  ///
  ///     G = ‖g‖ + λ W,   M ← M + (1 + G + G²) / d,   W ← W + α (1 + G + M) / d
  ///
  /// The running averages and sums grow by no more than G, G² or, with a momentum behind the division, G / d. The ones
  /// bound α and 1 / d themselves. AdamW has G = ‖g‖, and |1 − α λ| W in the place of W.
  mutating func follow(_ rule: OptimizerRule, learningRate: Double, gradientNorm: Double) {
    let λ = rule.weightDecay
    let gradient = gradientNorm + (rule.isDecoupled ? 0 : λ * weights)
    moments += (1 + gradient + gradient * gradient) / rule.smallestDivisor
    if rule.isDecoupled { weights *= max(1, learningRate * λ - 1) }
    weights += learningRate * (1 + gradient + moments) / rule.smallestDivisor
  }

  /// Whether numbers of the type `Scalar` surely stay finite. A factor of 256 is left for the rounding of 10⁸ updates.
  func areSafe<Scalar: RealScalar>(for type: Scalar.Type) -> Bool {
    let limit = Double(Scalar.greatestFiniteMagnitude) / 256
    return weights < limit && moments < limit
  }
}

extension OptimizerRule {
  /// The smallest number that a step may divide by, or 1 where that is smaller.
  fileprivate var smallestDivisor: Double {
    switch self {
    case .sgd: 1
    case .adagrad(let epsilon, let insideRoot, _, _): min(insideRoot ? epsilon.squareRoot() : epsilon, 1)
    case .rmsprop(_, let epsilon, _, _, _): min(epsilon, 1)
    case .adam(let beta1, _, let epsilon, _), .adamW(let beta1, _, let epsilon, _): min(epsilon, 1) * (1 - beta1)
    }
  }
}
