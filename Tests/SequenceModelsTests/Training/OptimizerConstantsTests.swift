import Testing

@testable import SequenceModels

@Suite struct OptimizerConstantsTests {
  @Test(
    arguments: [
      .sgd(), .sgd(momentum: 0.9), .adagrad(), .rmsprop(), .rmsprop(decay: 0), .adam(), .adam(firstDecay: 0),
      .adam(epsilon: .leastNonzeroMagnitude),
    ] as [OptimizerRule])
  func possibleConstantsHaveNoFault(rule: OptimizerRule) {
    #expect(rule.fault == nil)
  }

  @Test(
    arguments: [
      (.sgd(momentum: 1), "the momentum must be 0 or more and below 1, not 1.0"),
      (.sgd(momentum: -0.1), "the momentum must be"), (.sgd(momentum: .nan), "the momentum must be"),
      (.adagrad(epsilon: 0), "ε must be above 0 and finite, not 0.0"),
      (.rmsprop(decay: 1), "the decay must be"), (.rmsprop(epsilon: .infinity), "ε must be"),
      (.adam(firstDecay: 1), "β₁ must be"), (.adam(secondDecay: 1), "β₂ must be"), (.adam(epsilon: -1), "ε must be"),
    ] as [(OptimizerRule, String)])
  func impossibleConstantIsNamed(rule: OptimizerRule, start: String) {
    #expect(rule.fault?.hasPrefix(start) == true)
  }
}
