import Testing

@testable import SequenceModels

/// Two matrices: the least that an optimiser or a clipping can be tried on.
struct Weights<Scalar: RealScalar>: Parameterized {
  var w: Matrix<Scalar>
  var b = Matrix<Scalar>(column: [1])

  var parameterPaths: [ParameterPath<Weights>] { [.init("weight", \.w), .init("bias", \.b)] }
}

@Suite struct OptimizerTests {
  /// optimizers.json: one start and five gradients, and where each rule goes with them.
  struct File: Decodable {
    struct Case: Decodable {
      let name: String
      let lr: Double
      let momentum, alpha, eps, weight_decay, initial_accumulator_value: Double?
      let nesterov, centered: Bool?
      let betas: [Double]?
      let parameters: [Fixture.Tensor]
    }

    let parameter: Fixture.Tensor
    let gradients: [Fixture.Tensor]
    let cases: [Case]
  }

  let file: File

  init() throws { file = try Fixture.read("optimizers") }

  /// The weights after each step of `rule`.
  private func steps<Scalar: RealScalar>(
    of rule: OptimizerRule, learningRate: Double, as type: Scalar.Type = Double.self
  ) throws -> [Matrix<Scalar>] {
    var weights = Weights(w: file.parameter.matrix.converted(to: type))
    var optimizer = Optimizer(rule, learningRate: learningRate, for: weights)
    return try file.gradients.enumerated().map { place, gradient in
      try optimizer.update(
        &weights, gradient: Weights(w: gradient.matrix.converted(to: type), b: Matrix(column: [0])))
      #expect(optimizer.step == place + 1)
      #expect((weights.b[0, 0] == 1) == (rule.weightDecay == 0), "a gradient of 0 moves nothing, and weight decay all")
      return weights.w
    }
  }

  private func rule(of item: File.Case) -> OptimizerRule? {
    let (momentum, λ) = (item.momentum ?? 0, item.weight_decay ?? 0)
    return switch item.name.prefix(while: { $0 != "_" }) {
    case "sgd": .sgd(momentum: momentum, nesterov: item.nesterov ?? false, weightDecay: λ)
    case "adagrad":
      .adagrad(
        epsilon: item.eps!, insideRoot: item.name == "adagrad_inside",
        initialAccumulator: item.initial_accumulator_value ?? 0, weightDecay: λ)
    case "rmsprop":
      .rmsprop(
        decay: item.alpha!, epsilon: item.eps!, momentum: momentum, centred: item.centered ?? false, weightDecay: λ)
    case "adam": .adam(beta1: item.betas![0], beta2: item.betas![1], epsilon: item.eps!, weightDecay: λ)
    case "adamw": .adamW(beta1: item.betas![0], beta2: item.betas![1], epsilon: item.eps!, weightDecay: λ)
    default: nil
    }
  }

  static let names = [
    "sgd", "sgd_momentum", "sgd_weight_decay", "sgd_nesterov", "adagrad", "adagrad_inside", "adagrad_initial",
    "rmsprop",
    "rmsprop_default", "rmsprop_momentum", "rmsprop_centred", "rmsprop_all", "adam", "adam_fast", "adam_weight_decay",
    "adamw",
  ]

  @Test func everyCaseIsTried() { #expect(Set(file.cases.map(\.name)) == Set(Self.names)) }

  @Test(arguments: names)
  func agreesWithPyTorch(name: String) throws {
    let item = try #require(file.cases.first { $0.name == name })
    let rule = try #require(self.rule(of: item))
    for (ours, theirs) in try zip(steps(of: rule, learningRate: item.lr), item.parameters) {
      #expect(ours.largestDifference(from: theirs.matrix) < 1e-14)
    }
  }

  @Test(arguments: names)
  func floatAgreesWithPyTorch(name: String) throws {
    let item = try #require(file.cases.first { $0.name == name })
    let rule = try #require(self.rule(of: item))
    for (ours, theirs) in try zip(steps(of: rule, learningRate: item.lr, as: Float.self), item.parameters) {
      #expect(ours.converted(to: Double.self).largestDifference(from: theirs.matrix) < 1e-6)
    }
  }

  /// Every rule, and what it has beside the standard form.
  static let rules: [OptimizerRule] = [
    .sgd(), .sgd(momentum: 0.9), .sgd(momentum: 0.9, nesterov: true, weightDecay: 0.1), .adagrad(),
    .adagrad(insideRoot: false, weightDecay: 0.1), .rmsprop(), .rmsprop(momentum: 0.9, centred: true, weightDecay: 0.1),
    .adam(), .adam(weightDecay: 0.1), .adamW(),
  ]

  @Test(arguments: rules.filter { $0.weightDecay == 0 })
  func noGradientMovesNothing(rule: OptimizerRule) throws {
    var weights = Weights<Float>(w: Matrix([[1, -2]]))
    var optimizer = Optimizer(rule, learningRate: 0.1, for: weights)
    try optimizer.update(&weights, gradient: weights.zeroed)
    #expect(weights.numbers == [1, -2, 1])
  }

  /// Adam's first step is α g / |g|: both corrections undo the decays exactly, in single precision as well.
  @Test func firstStepOfAdamIsTheLearningRate() throws {
    var weights = Weights<Float>(w: Matrix([[0, 0]]))
    var optimizer = Optimizer(.adam(), learningRate: 1, for: weights)
    try optimizer.update(&weights, gradient: Weights(w: Matrix([[4, -0.25]])))
    #expect(abs(weights.w[0, 0] + 1) < 1e-6)
    #expect(abs(weights.w[0, 1] - 1) < 1e-6)
  }

  /// RMSProp's first step is α / √(1 − ρ).
  @Test func firstStepOfRMSPropInSinglePrecision() throws {
    var weights = Weights<Float>(w: Matrix([[0]]))
    var optimizer = Optimizer(.rmsprop(decay: 0.9999), learningRate: 0.01, for: weights)
    try optimizer.update(&weights, gradient: Weights(w: Matrix([[2]])))
    #expect(abs(weights.w[0, 0] + 1) < 1e-6)
  }

  @Test func learningRateMayChangeAlongTheWay() throws {
    var weights = Weights<Double>(w: Matrix([[1]]))
    var optimizer = Optimizer(.sgd(), learningRate: 0.5, for: weights)
    let gradient = Weights<Double>(w: Matrix([[1]]), b: Matrix(column: [0]))
    try optimizer.update(&weights, gradient: gradient)
    optimizer.learningRate = 0.25
    try optimizer.update(&weights, gradient: gradient)
    #expect(weights.w[0, 0] == 0.25)
  }

  @Test func plainDescentRemembersNothing() {
    let weights = Weights<Float>(w: Matrix([[1, -2]]))
    #expect(Optimizer(.sgd(), learningRate: 1, for: weights).moments.allSatisfy { $0.count == 0 })
    let centred = OptimizerRule.rmsprop(momentum: 0.9, centred: true)
    #expect(Optimizer(centred, learningRate: 1, for: weights).moments.map(\.count) == [6, 3])
  }

  // MARK: - What cannot be

  static let impossible: [(OptimizerRule, String)] = [
    (.sgd(momentum: 1), "momentum of sgd must be from 0 to below 1, not 1.0"),
    (.sgd(momentum: -0.1), "momentum of sgd"), (.sgd(momentum: .nan), "momentum of sgd"),
    (.sgd(nesterov: true), "Nesterov's rule needs a momentum above 0"),
    (.sgd(weightDecay: -1), "the weight decay of sgd must be 0 or more, not -1.0"),
    (.adagrad(epsilon: 0), "ε of adagrad must be above 0, not 0.0"),
    (.adagrad(initialAccumulator: -1), "the initial accumulator of adagrad"),
    (.adagrad(weightDecay: .infinity), "the weight decay of adagrad"),
    (.rmsprop(decay: 1), "decay of rmsprop"), (.rmsprop(epsilon: -1e-8), "ε of rmsprop"),
    (.rmsprop(momentum: 1), "momentum of rmsprop"), (.rmsprop(weightDecay: .nan), "the weight decay of rmsprop"),
    (.adam(beta1: 1), "β₁ of adam"), (.adam(beta2: 1), "β₂ of adam"), (.adam(epsilon: .infinity), "ε of adam"),
    (.adam(weightDecay: -0.1), "the weight decay of adam"), (.adamW(beta1: -1), "β₁ of adamw"),
  ]

  @Test(arguments: impossible)
  func constantsThatCannotBeAreNamed(rule: OptimizerRule, sentence: String) {
    #expect(rule.fault?.contains(sentence) == true)
  }

  @Test func constantsThatCannotBeAreRefused() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Optimizer(.adam(beta1: 1), learningRate: 1, for: Weights<Float>(w: Matrix([[1]])))
    }
    #expect(result.words.contains("β₁ of adam must be from 0 to below 1, not 1.0"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Optimizer(.sgd(), learningRate: -1, for: Weights<Float>(w: Matrix([[1]])))
    }
    #expect(result.words.contains("a learning rate must be a finite number from 0 on, not -1.0"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var optimizer = Optimizer(.sgd(), learningRate: 1, for: Weights<Float>(w: Matrix([[1]])))
      optimizer.learningRate = .nan
    }
    #expect(result.words.contains("a learning rate must be a finite number from 0 on, not nan"))
  }

  @Test func anotherShapeIsRefused() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var large = Weights<Float>(w: Matrix(rows: 40, columns: 40))
      var optimizer = Optimizer(.adam(), learningRate: 1, for: Weights<Float>(w: Matrix(rows: 2, columns: 3)))
      try optimizer.update(&large, gradient: large)
    }
    #expect(
      result.words.contains("the model has weight of (40, 40) where the model of the optimiser has weight of (2, 3)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var weights = Weights<Float>(w: Matrix(rows: 2, columns: 3))
      var optimizer = Optimizer(.sgd(), learningRate: 1, for: weights)
      try optimizer.update(&weights, gradient: Weights(w: Matrix(rows: 3, columns: 2)))
    }
    #expect(
      result.words.contains("the gradient has weight of (3, 2) where the model of the optimiser has weight of (2, 3)"))
  }
}
