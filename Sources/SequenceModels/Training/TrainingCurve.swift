// A training from its first step to its last, and the losses along the way.

/// The loss of a model along its training, in nats a target.
public struct TrainingCurve: Equatable, Sendable {
  /// The steps at which the losses were taken, over the life of the optimiser.
  public private(set) var steps: [Int] = []
  /// The mean loss on the batches trained on since the point before, each taken before its step.
  public private(set) var training: [Double] = []
  /// The loss on what is held out, after the step.
  public private(set) var heldOut: [Double] = []

  private var recent = LossSum()

  fileprivate mutating func add(_ report: StepReport) {
    recent += LossSum(total: report.loss * Double(report.targets), count: report.targets)
  }

  fileprivate mutating func close(at step: Int, heldOut loss: Double) {
    steps.append(step)
    training.append(recent.mean)
    heldOut.append(loss)
    recent = LossSum()
  }
}

extension Trainer {
  /// Takes `steps` steps and measures the losses at `points` places along them, the last of them at the end.
  ///
  /// - Parameters:
  ///   - steps: how many steps to take.
  ///   - points: how many points the curve gets; it has one a step where there are more points than steps.
  ///   - heldOut: what the model is tested on, the state carried into a batch that continues the one before.
  ///   - isStopping: asked after each step; where it says so, the training ends early.
  ///   - next: the batch of a step, counted from 0, and whether it continues the one before.
  ///   - observe: called after each step, and whether the curve has a new point.
  /// - Throws: `TrainingError.notFinite`; the model is that of the last step that was finite.
  public mutating func train(
    steps: Int, points: Int = 20, heldOut: some Sequence<(batch: Model.Batch, continues: Bool)>,
    until isStopping: () -> Bool = { false }, on next: (Int) -> (batch: Model.Batch, continues: Bool),
    observe: (_ report: StepReport, _ hasNewPoint: Bool, _ trainer: inout Trainer) -> Void = { _, _, _ in }
  ) throws(TrainingError) -> TrainingCurve {
    var curve = TrainingCurve()
    for count in 0..<steps {
      let (batch, continues) = next(count)
      let report = try step(on: batch, state: continues ? .carried : .reset)
      curve.add(report)
      let stops = isStopping()
      let isPoint = (count + 1) * points / steps > count * points / steps || stops
      if isPoint { curve.close(at: report.step, heldOut: model.meanLoss(over: heldOut)) }
      observe(report, isPoint, &self)
      if stops { break }
    }
    return curve
  }
}
