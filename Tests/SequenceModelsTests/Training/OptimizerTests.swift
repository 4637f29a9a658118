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
      let momentum, alpha, eps: Double?
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
  ) -> [Matrix<Scalar>] {
    var weights = Weights(w: file.parameter.matrix.converted(to: type))
    var optimizer = Optimizer(rule, learningRate: learningRate, for: weights)
    return file.gradients.enumerated().map { place, gradient in
      optimizer.update(
        &weights, gradient: Weights(w: gradient.matrix.converted(to: type), b: Matrix(column: [0])))
      #expect(optimizer.step == place + 1)
      #expect(weights.b[0, 0] == 1, "a parameter without a gradient stays where it is")
      return weights.w
    }
  }

  private func rule(of item: File.Case) -> OptimizerRule? {
    switch item.name {
    case "sgd": .sgd()
    case "sgd_momentum": .sgd(momentum: item.momentum!)
    case "adagrad_inside": .adagrad(epsilon: item.eps!)
    case "rmsprop", "rmsprop_default": .rmsprop(decay: item.alpha!, epsilon: item.eps!)
    case "adam", "adam_fast": .adam(firstDecay: item.betas![0], secondDecay: item.betas![1], epsilon: item.eps!)
    default: nil
    }
  }

  @Test(arguments: ["sgd", "sgd_momentum", "adagrad_inside", "rmsprop", "rmsprop_default", "adam", "adam_fast"])
  func agreesWithPyTorch(name: String) throws {
    let item = try #require(file.cases.first { $0.name == name })
    let rule = try #require(self.rule(of: item))
    for (ours, theirs) in zip(steps(of: rule, learningRate: item.lr), item.parameters) {
      #expect(ours.largestDifference(from: theirs.matrix) < 1e-14)
    }
  }

  @Test(arguments: ["sgd", "sgd_momentum", "adagrad_inside", "rmsprop", "rmsprop_default", "adam", "adam_fast"])
  func floatAgreesWithPyTorch(name: String) throws {
    let item = try #require(file.cases.first { $0.name == name })
    let rule = try #require(self.rule(of: item))
    for (ours, theirs) in zip(steps(of: rule, learningRate: item.lr, as: Float.self), item.parameters) {
      #expect(ours.converted(to: Double.self).largestDifference(from: theirs.matrix) < 1e-6)
    }
  }

  /// PyTorch's Adagrad divides by √s + ε, ours with ε² by √(s + ε²). The two are at most ε apart, so a step α g / … is at
  /// most α |g| ε / s apart.
  @Test func adagradIsPyTorchsToWhereEpsilonStands() throws {
    let item = try #require(file.cases.first { $0.name == "adagrad" })
    let ε = item.eps!
    var squares = Matrix<Double>(rows: 2, columns: 3)
    var bound = Matrix<Double>(rows: 2, columns: 3)
    for (k, ours) in steps(of: .adagrad(epsilon: ε * ε), learningRate: item.lr).enumerated() {
      let g = file.gradients[k].matrix
      squares = squares + g ⊙ g
      for i in 0..<g.count where g[flat: i] != 0 {
        bound[flat: i] += item.lr * abs(g[flat: i]) * ε / squares[flat: i]
      }
      let theirs = item.parameters[k].matrix
      for i in 0..<g.count { #expect(abs(ours[flat: i] - theirs[flat: i]) <= bound[flat: i] + 1e-15) }
    }
    #expect(bound.elements.max()! < 1e-6)
  }

  @Test(arguments: [OptimizerRule.sgd(momentum: 0.9), .adagrad(), .rmsprop(), .adam()])
  func noGradientMovesNothing(rule: OptimizerRule) {
    var weights = Weights<Float>(w: Matrix([[1, -2]]))
    var optimizer = Optimizer(rule, learningRate: 0.1, for: weights)
    optimizer.update(&weights, gradient: weights.zeroed)
    #expect(weights.numbers == [1, -2, 1])
  }

  /// Adam's first step is α g / |g|: both corrections undo the decays exactly, in single precision as well.
  @Test func firstStepOfAdamIsTheLearningRate() {
    var weights = Weights<Float>(w: Matrix([[0, 0]]))
    var optimizer = Optimizer(.adam(), learningRate: 1, for: weights)
    optimizer.update(&weights, gradient: Weights(w: Matrix([[4, -0.25]])))
    #expect(abs(weights.w[0, 0] + 1) < 1e-6)
    #expect(abs(weights.w[0, 1] - 1) < 1e-6)
  }

  /// RMSProp's first step is α / √(1 − ρ).
  @Test func firstStepOfRMSPropInSinglePrecision() {
    var weights = Weights<Float>(w: Matrix([[0]]))
    var optimizer = Optimizer(.rmsprop(decay: 0.9999), learningRate: 0.01, for: weights)
    optimizer.update(&weights, gradient: Weights(w: Matrix([[2]])))
    #expect(abs(weights.w[0, 0] + 1) < 1e-6)
  }

  @Test func learningRateMayChangeAlongTheWay() {
    var weights = Weights<Double>(w: Matrix([[1]]))
    var optimizer = Optimizer(.sgd(), learningRate: 0.5, for: weights)
    let gradient = Weights<Double>(w: Matrix([[1]]), b: Matrix(column: [0]))
    optimizer.update(&weights, gradient: gradient)
    optimizer.learningRate = 0.25
    optimizer.update(&weights, gradient: gradient)
    #expect(weights.w[0, 0] == 0.25)
  }
}
