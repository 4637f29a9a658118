// The rules that turn a gradient into a step. W is a parameter, g its gradient, α the learning rate, λ the weight
// decay.

import CKernels
import RealModule

/// A first-order optimisation rule and its constants, as PyTorch's optimisers of the same names have them.
///
/// Weight decay λ pulls every weight towards 0. As an L2 penalty it is part of the gradient, g ← g + λ W, before
/// anything else is done with it; AdamW applies it to the weights alone (Loshchilov & Hutter 2019).
///
/// β₁, β₂, ρ and μ are from 0 to below 1, each ε is above 0, and the others are 0 or more.
public enum OptimizerRule: Equatable, Sendable {
  /// v ← μ v + g, W ← W − α v; with μ = 0, plain stochastic gradient descent, which remembers nothing.
  /// With Nesterov's momentum, W ← W − α (g + μ v)                            (Sutskever et al. 2013)
  case sgd(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0)
  /// s ← s + g², W ← W − α g / √(s + ε), s from `initialAccumulator` on       (Duchi et al. 2011)
  ///
  /// ε stands inside the root, as in the character model of Karpathy (2015). Outside it, as in PyTorch, W ← W − α g /
  /// (√s + ε).
  case adagrad(
    epsilon: Double = 1e-8, insideRoot: Bool = true, initialAccumulator: Double = 0, weightDecay: Double = 0)
  /// s ← ρ s + (1 − ρ) g², W ← W − α g / (√s + ε)                             (Hinton 2012)
  ///
  /// Centred, with a ← ρ a + (1 − ρ) g and s − a² in the place of s            (Graves 2013, equations 38 to 40)
  ///
  /// With momentum, b ← μ b + g / (√s + ε), W ← W − α b.
  case rmsprop(
    decay: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, centred: Bool = false, weightDecay: Double = 0)
  /// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², W ← W − α m̂ / (√v̂ + ε), with m̂ = m / (1 − β₁ᵏ) and v̂ = v / (1 −
  /// β₂ᵏ) at step k                                                                (Kingma & Ba 2015, algorithm 1)
  case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0)
  /// W ← W − α λ W, and then Adam's step without λ in the gradient            (Loshchilov & Hutter 2019, algorithm 2)
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01)

  /// The name in files and options.
  public var name: String {
    switch self {
    case .sgd: "sgd"
    case .adagrad: "adagrad"
    case .rmsprop: "rmsprop"
    case .adam: "adam"
    case .adamW: "adamw"
    }
  }

  /// The names of the running values that the rule keeps for each parameter.
  public var momentNames: [String] {
    switch self {
    case .sgd(let momentum, _, _): momentum == 0 ? [] : ["velocity"]
    case .adagrad: ["squared_sum"]
    case .rmsprop(_, _, let momentum, let centred, _):
      ["squared_average"] + (centred ? ["average"] : []) + (momentum == 0 ? [] : ["velocity"])
    case .adam, .adamW: ["average", "squared_average"]
    }
  }

  /// λ.
  var weightDecay: Double {
    switch self {
    case .sgd(_, _, let λ), .adagrad(_, _, _, let λ), .rmsprop(_, _, _, _, let λ): λ
    case .adam(_, _, _, let λ), .adamW(_, _, _, let λ): λ
    }
  }

  /// Whether λ acts on the weights alone, and not through the gradient.
  var isDecoupled: Bool {
    if case .adamW = self { true } else { false }
  }

  /// Where the running values start.
  var initialMoment: Double {
    if case .adagrad(_, _, let initialAccumulator, _) = self { initialAccumulator } else { 0 }
  }
}

// MARK: - A step

extension OptimizerRule {
  /// Step k of the rule on the numbers in `range` of one parameter; `moments` has a row for each of `momentNames`.
  @specialized(where Scalar == Float)
  func update<Scalar: RealScalar>(
    _ parameter: Block<Scalar>, gradient: Block<Scalar>, moments: Block<Scalar>, in range: Range<Int>,
    learningRate: Double, step k: Int
  ) {
    let (w, gradient) = (parameter.start, gradient.start)
    let (α, λ) = (Scalar(learningRate), Scalar(weightDecay))
    func moment(_ row: Int) -> UnsafeMutablePointer<Scalar> { moments.start + row * moments.columns }
    switch self {
    case .sgd(momentum: 0, _, _):
      for i in range { w[i] -= α * (gradient[i] + λ * w[i]) }
    case .sgd(let momentum, let nesterov, _):
      let (v, μ) = (moment(0), Scalar(momentum))
      for i in range {
        let g = gradient[i] + λ * w[i]
        v[i] = μ * v[i] + g
        w[i] -= α * (nesterov ? g + μ * v[i] : v[i])
      }
    case .adagrad(let epsilon, let insideRoot, _, _):
      let (s, ε) = (moment(0), Scalar(epsilon))
      for i in range {
        let g = gradient[i] + λ * w[i]
        s[i] += g * g
        w[i] -= α * g / (insideRoot ? (s[i] + ε).squareRoot() : s[i].squareRoot() + ε)
      }
    case .rmsprop(let decay, let epsilon, let momentum, let centred, _):
      let (s, ρ, ε, μ) = (moment(0), Scalar(decay), Scalar(epsilon), Scalar(momentum))
      // Rounded once: 1 − ρ of a rounded ρ loses the digits that ρ lacks.
      let share = Scalar(1 - decay)
      if !centred && momentum == 0 {
        for i in range {
          let g = gradient[i] + λ * w[i]
          s[i] = ρ * s[i] + share * g * g
          w[i] -= α * g / (s[i].squareRoot() + ε)
        }
        return
      }
      let (a, b) = (moment(1), moment(centred ? 2 : 1))
      for i in range {
        let g = gradient[i] + λ * w[i]
        s[i] = ρ * s[i] + share * g * g
        var variance = s[i]
        if centred {
          a[i] = ρ * a[i] + share * g
          // Rounding may leave it below 0.
          variance = max(0, variance - a[i] * a[i])
        }
        var direction = g / (variance.squareRoot() + ε)
        if momentum != 0 {
          b[i] = μ * b[i] + direction
          direction = b[i]
        }
        w[i] -= α * direction
      }
    case .adam(let beta1, let beta2, let epsilon, _), .adamW(let beta1, let beta2, let epsilon, _):
      AdamStep(
        penalty: isDecoupled ? 0 : weightDecay, beta1: beta1, beta2: beta2,
        kept: isDecoupled ? 1 - learningRate * weightDecay : 1, rate: learningRate / (1 - Double.pow(beta1, k)),
        correction: 1 / (1 - Double.pow(beta2, k)).squareRoot(), epsilon: epsilon
      ).update(w, gradient: gradient, moment(0), moment(1), in: range)
    }
  }
}

/// The constants of a step of Adam, the same for all numbers: λ of the L2 penalty, β₁, β₂, the share 1 − α λ of the
/// weights that AdamW keeps, α / (1 − β₁ᵏ), 1 / √(1 − β₂ᵏ), ε.
private struct AdamStep {
  let penalty, beta1, beta2, kept, rate, correction, epsilon: Double

  /// Takes the step on the numbers in `range`; `CKernels` has the same loop in single precision, for wider vectors.
  @specialized(where Scalar == Float)
  func update<Scalar: RealScalar>(
    _ w: UnsafeMutablePointer<Scalar>, gradient: UnsafeMutablePointer<Scalar>, _ m: UnsafeMutablePointer<Scalar>,
    _ v: UnsafeMutablePointer<Scalar>, in range: Range<Int>
  ) {
    let (λ, β1, β2, kept) = (Scalar(penalty), Scalar(beta1), Scalar(beta2), Scalar(kept))
    // Rounded once: 1 − β of a rounded β loses the digits that β lacks.
    let (share1, share2) = (Scalar(1 - beta1), Scalar(1 - beta2))
    let (rate, correction, ε) = (Scalar(rate), Scalar(correction), Scalar(epsilon))
    let first = range.lowerBound
    if let w = w as? UnsafeMutablePointer<Float>, let g = gradient as? UnsafeMutablePointer<Float>,
      let m = m as? UnsafeMutablePointer<Float>, let v = v as? UnsafeMutablePointer<Float>
    {
      let constants = CKernels.adam(
        penalty: Float(λ), beta1: Float(β1), share1: Float(share1), beta2: Float(β2), share2: Float(share2),
        kept: Float(kept), rate: Float(rate), correction: Float(correction), epsilon: Float(ε))
      return kernel_adam(w + first, g + first, m + first, v + first, range.count, constants)
    }
    for i in range {
      let g = gradient[i] + λ * w[i]
      m[i] = β1 * m[i] + share1 * g
      v[i] = β2 * v[i] + share2 * g * g
      w[i] = kept * w[i] - rate * m[i] / (v[i].squareRoot() * correction + ε)
    }
  }
}
