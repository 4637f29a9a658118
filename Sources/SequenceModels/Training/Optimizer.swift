// The rules that turn a gradient into a step. W is a parameter, g its gradient, α the learning rate.

import RealModule

/// A first-order optimisation rule and its constants.
///
/// Sources differ on where ε goes. Here Adagrad has it inside the root, as the character model of Karpathy (2015) does, and RMSProp
/// and Adam outside it, as PyTorch and Kingma & Ba (2015) do.
public enum OptimizerRule: Equatable, Sendable {
  /// v ← μ v + g, W ← W − α v; with μ = 0, plain stochastic gradient descent.
  case sgd(momentum: Double = 0)
  /// s ← s + g², W ← W − α g / √(s + ε)                                       (Duchi et al. 2011)
  case adagrad(epsilon: Double = 1e-8)
  /// s ← ρ s + (1 − ρ) g², W ← W − α g / (√s + ε)                             (Hinton 2012)
  case rmsprop(decay: Double = 0.99, epsilon: Double = 1e-8)
  /// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², W ← W − α m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵏ) and v̂ = v / (1 − β₂ᵏ)
  /// at step k                                                                (Kingma & Ba 2015, algorithm 1)
  case adam(firstDecay: Double = 0.9, secondDecay: Double = 0.999, epsilon: Double = 1e-8)

  /// The name in files and options.
  public var name: String {
    switch self {
    case .sgd: "sgd"
    case .adagrad: "adagrad"
    case .rmsprop: "rmsprop"
    case .adam: "adam"
    }
  }

  /// The names of the running values that the rule keeps for each parameter.
  public var momentNames: [String] {
    switch self {
    case .sgd(let momentum): momentum == 0 ? [] : ["velocity"]
    case .adagrad: ["squared_sum"]
    case .rmsprop: ["squared_average"]
    case .adam: ["average", "squared_average"]
    }
  }
}

/// The constants of step k of Adam: w ← w − rate · m / (√v · correction + ε), with rate = α / (1 − β₁ᵏ) and correction = 1 / √(1 − β₂ᵏ).
public struct AdamStep: Sendable {
  let firstDecay, secondDecay, rate, correction, epsilon: Double
}

/// An optimiser at work on a model: a rule, a learning rate, and what the rule remembers.
public struct Optimizer<Model: Parameterized> {
  /// The number type of the model.
  public typealias Scalar = Model.Scalar

  /// The rule and its constants.
  public let rule: OptimizerRule
  /// α, which may change along the training.
  public var learningRate: Double
  /// k, how many steps have been taken.
  public internal(set) var step = 0
  /// The rule's running values, each in the shape of the model: those of `rule.momentNames` that it has, the rest untouched.
  var first, second: Model

  /// An optimiser that has taken no step on `model` yet.
  public init(_ rule: OptimizerRule, learningRate: Double, for model: Model) {
    (self.rule, self.learningRate) = (rule, learningRate)
    (first, second) = (model.zeroed, model.zeroed)
  }

  /// Takes one step on `model` along `gradient`.
  public mutating func update(_ model: inout Model, gradient: Model) {
    update(&model, gradient: gradient, at: model.parameterPaths, threads: 1)
  }

  /// The same with the model's paths at hand, which a training loop asks for once.
  mutating func update(_ model: inout Model, gradient: Model, at paths: [ParameterPath<Model>], threads: Int) {
    step += 1
    let (rule, learningRate, step) = (rule, learningRate, step)
    for path in paths {
      gradient[keyPath: path.keyPath].withBlock { g in
        model.change(path) { w in
          first.change(path) { m in
            second.change(path) { v in
              w.inParts(threads) {
                rule.update(
                  w.numbers($0), gradient: g.numbers($0), m.numbers($0), v.numbers($0), learningRate: learningRate,
                  step: step)
              }
            }
          }
        }
      }
    }
  }
}

extension OptimizerRule {
  /// One step of the rule on the numbers of one parameter; `first` and `second` are its running values, as many as the rule has.
  @specialized(where Scalar == Float)
  func update<Scalar: RealScalar>(
    _ parameter: Block<Scalar>, gradient: Block<Scalar>, _ first: Block<Scalar>, _ second: Block<Scalar>,
    learningRate: Double, step: Int
  ) {
    let (w, g, m, count) = (parameter.start, gradient.start, first.start, parameter.count)
    switch self {
    case .sgd(let momentum):
      let (α, μ) = (Scalar(learningRate), Scalar(momentum))
      for i in 0..<count {
        m[i] = μ * m[i] + g[i]
        w[i] -= α * m[i]
      }
    case .adagrad(let epsilon):
      let (α, ε) = (Scalar(learningRate), Scalar(epsilon))
      for i in 0..<count {
        m[i] += g[i] * g[i]
        w[i] -= α * g[i] / (m[i] + ε).squareRoot()
      }
    case .rmsprop(let decay, let epsilon):
      let (α, ρ, ε) = (Scalar(learningRate), Scalar(decay), Scalar(epsilon))
      // Rounded once: 1 − ρ of a rounded ρ loses the digits that ρ lacks.
      let share = Scalar(1 - decay)
      for i in 0..<count {
        m[i] = ρ * m[i] + share * g[i] * g[i]
        w[i] -= α * g[i] / (m[i].squareRoot() + ε)
      }
    case .adam(let firstDecay, let secondDecay, let epsilon):
      let constants = AdamStep(
        firstDecay: firstDecay, secondDecay: secondDecay, rate: learningRate / (1 - Double.pow(firstDecay, step)),
        correction: 1 / (1 - Double.pow(secondDecay, step)).squareRoot(), epsilon: epsilon)
      Scalar.adam(parameter, gradient: gradient, first, second, constants)
    }
  }
}
