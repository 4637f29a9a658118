// An optimiser: a rule at work on a model.

/// An optimiser at work on a model: a rule, a learning rate, and what the rule remembers.
public struct Optimizer<Model: Parameterized> {
  /// The number type of the model.
  public typealias Scalar = Model.Scalar

  /// The rule and its constants.
  public let rule: OptimizerRule
  /// α, which may change along the training. Traps where it is negative or not a finite number.
  public var learningRate: Double {
    didSet { requireLearningRate() }
  }
  /// k, how many steps have been taken.
  public internal(set) var step = 0
  /// The rule's running values: for each parameter a matrix with a row for each of `rule.momentNames`, (rows, numbers
  /// of the parameter).
  private(set) var moments: [Matrix<Scalar>]
  /// A bound on the magnitude of the moments, or nil where nobody has looked at them yet.
  private var momentBound: Double?
  /// The shapes of the model that it was made for.
  let shapes: [ParameterShape]

  /// An optimiser that has taken no step on `model` yet.
  ///
  /// Traps where a constant of the rule is out of its range, or the learning rate is negative or not a finite number.
  public init(_ rule: OptimizerRule, learningRate: Double, for model: Model) {
    if let fault = rule.fault { fatalError(fault) }
    (self.rule, self.learningRate) = (rule, learningRate)
    shapes = model.shapes
    moments = shapes.map {
      Matrix(rows: rule.momentNames.count, columns: $0.rows * $0.columns, repeating: Scalar(rule.initialMoment))
    }
    requireLearningRate()
  }

  private func requireLearningRate() {
    require(
      learningRate >= 0 && learningRate.isFinite,
      "a learning rate must be a finite number from 0 on, not \(learningRate)")
  }

  /// Takes one step on `model` along `gradient`. Traps where the shape of a parameter is another than that of the model
  /// that the optimiser was made for.
  ///
  /// - Throws: `TrainingError.notFinite` where a number of the model or of the moments would no longer be finite; both
  ///   stay as they were.
  public mutating func update(_ model: inout Model, gradient: Model) throws(TrainingError) {
    requireSameShapes("the model of the optimiser", shapes, "the model", model.shapes)
    requireSameShapes("the model of the optimiser", shapes, "the gradient", gradient.shapes)
    let paths = model.parameterPaths
    var weightBound: Double?
    try update(
      &model, gradient: gradient, gradientNorm: gradient.norm(at: paths), at: paths, weightBound: &weightBound,
      threads: 1)
  }

  /// The same with what a training loop has at hand: a bound on the gradient's norm, the model's paths, and the bound
  /// on its weights that the step before has left, or nil where the model has been changed since.
  mutating func update(
    _ model: inout Model, gradient: Model, gradientNorm: Double, at paths: [ParameterPath<Model>],
    weightBound: inout Double?, threads: Int
  ) throws(TrainingError) {
    var bounds = UpdateBounds(weights: weightBound ?? model.norm(at: paths), moments: momentBound ?? momentNorm)
    bounds.follow(rule, learningRate: learningRate, gradientNorm: gradientNorm)
    if !bounds.areSafe(for: Scalar.self) {
      // Bounds that are followed only grow, and the numbers need not.
      bounds = UpdateBounds(weights: model.norm(at: paths), moments: momentNorm)
      bounds.follow(rule, learningRate: learningRate, gradientNorm: gradientNorm)
    }
    if bounds.areSafe(for: Scalar.self) {
      move(&model, along: gradient, at: paths, threads: threads)
    } else {
      let before = (model, moments)
      move(&model, along: gradient, at: paths, threads: threads)
      bounds = UpdateBounds(weights: model.norm(at: paths), moments: momentNorm)
      if !(bounds.weights.isFinite && bounds.moments.isFinite) {
        (model, moments) = before
        throw .notFinite(step: step + 1, quantity: "update")
      }
    }
    (weightBound, momentBound) = (bounds.weights, bounds.moments)
    step += 1
  }

  /// Not a number, or infinite, where one of the moments is.
  private var momentNorm: Double {
    moments.reduce(0) { sum, moment in
      sum + moment.withBlock { Scalar.sumOfSquares($0) }
    }.squareRoot()
  }

  private mutating func move(
    _ model: inout Model, along gradient: Model, at paths: [ParameterPath<Model>], threads: Int
  ) {
    let (rule, learningRate, step) = (rule, learningRate, step + 1)
    for (place, path) in paths.enumerated() {
      gradient[keyPath: path.keyPath].withBlock { g in
        model.change(path) { w in
          moments[place].withMutableBlock { moments in
            concurrently(over: w.count, threads: threads) {
              rule.update(w, gradient: g, moments: moments, in: $0, learningRate: learningRate, step: step)
            }
          }
        }
      }
    }
  }
}

// MARK: - From a file

extension Optimizer {
  /// Takes the running values and the number of steps back, by the name of the moment and that of the
  /// parameter, as `squared_average.rnn.weight_hh_l0`: each in the shape of the parameter.
  mutating func restore(step: Int, _ moment: (String) -> Matrix<Scalar>) {
    for (row, name) in rule.momentNames.enumerated() {
      for (place, shape) in shapes.enumerated() {
        let values = moment("\(name).\(shape.name)")
        moments[place].replaceRows(
          row..<row + 1, with: Matrix(rows: 1, columns: values.count, elements: values.elements))
      }
    }
    (self.step, momentBound) = (step, nil)
  }
}
