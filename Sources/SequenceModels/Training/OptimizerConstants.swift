// Which constants an optimisation rule can have.

extension OptimizerRule {
  /// What is wrong with a constant, in one sentence, or nil where all are as they can be.
  var fault: String? {
    switch self {
    case .sgd(let momentum, let nesterov, _):
      decayFault("momentum", momentum)
        ?? (nesterov && momentum == 0 ? "Nesterov's rule needs a momentum above 0" : weightDecayFault)
    case .adagrad(let epsilon, _, let initialAccumulator, _):
      epsilonFault(epsilon) ?? amountFault("initial accumulator", initialAccumulator) ?? weightDecayFault
    case .rmsprop(let decay, let epsilon, let momentum, _, _):
      decayFault("decay", decay) ?? epsilonFault(epsilon) ?? decayFault("momentum", momentum) ?? weightDecayFault
    case .adam(let beta1, let beta2, let epsilon, _), .adamW(let beta1, let beta2, let epsilon, _):
      decayFault("β₁", beta1) ?? decayFault("β₂", beta2) ?? epsilonFault(epsilon) ?? weightDecayFault
    }
  }

  private var weightDecayFault: String? { amountFault("weight decay", weightDecay) }

  private func decayFault(_ constant: String, _ value: Double) -> String? {
    value >= 0 && value < 1 ? nil : "\(constant) of \(name) must be from 0 to below 1, not \(value)"
  }

  private func epsilonFault(_ value: Double) -> String? {
    value > 0 && value.isFinite ? nil : "ε of \(name) must be above 0, not \(value)"
  }

  private func amountFault(_ constant: String, _ value: Double) -> String? {
    value >= 0 && value.isFinite ? nil : "the \(constant) of \(name) must be 0 or more, not \(value)"
  }
}
