// Which constants a rule can have.

extension OptimizerRule {
  /// Which constant no training can have, and its range: “ε must be above 0 and finite, not 0.0”; nil where all are
  /// possible.
  ///
  /// Decays and momentum lie in 0 ..< 1: with 1, a running average would never take anything in, and Adam's correction
  /// 1 / (1 − βᵏ) would be infinite.
  var fault: String? {
    func decay(_ name: String, _ value: Double) -> String? {
      (0..<1).contains(value) ? nil : "\(name) must be 0 or more and below 1, not \(value)"
    }
    func epsilon(_ value: Double) -> String? {
      value > 0 && value.isFinite ? nil : "ε must be above 0 and finite, not \(value)"
    }
    return switch self {
    case .sgd(let momentum): decay("the momentum", momentum)
    case .adagrad(let ε): epsilon(ε)
    case .rmsprop(let ρ, let ε): decay("the decay", ρ) ?? epsilon(ε)
    case .adam(let β1, let β2, let ε): decay("β₁", β1) ?? decay("β₂", β2) ?? epsilon(ε)
    }
  }
}
