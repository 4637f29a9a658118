// A training as a lesson runs it: with a progress bar, stopped by Ctrl-C, and with a sentence where it diverges.

import Notebook
import SequenceModels

extension Trainer {
  /// Trains as `train(steps:points:heldOut:until:on:observe:)` does, under a progress bar called `name` that ends with
  /// the last losses of the curve.
  ///
  /// An interrupt ends the training after the step at hand, and what was learned is kept; a loss that is no longer
  /// finite ends the lesson with status 1.
  ///
  /// - Parameter settling: whether the learning rate falls in a straight line to 0 over the second half of the steps.
  @MainActor public mutating func train(
    _ name: String, steps: Int, points: Int = 20, heldOut: some Sequence<(batch: Model.Batch, continues: Bool)>,
    settling: Bool = false, line: Int = #line, on next: (Int) -> (batch: Model.Batch, continues: Bool),
    observe: (_ report: StepReport, _ hasNewPoint: Bool, _ trainer: inout Trainer) -> Void = { _, _, _ in }
  ) -> TrainingCurve {
    let bar = ProgressBar(name, total: steps, line: line)
    let (start, rate) = (optimizer.step, optimizer.learningRate)
    // A large network takes long over what is held out, and before its second step.
    var done = 0
    let watched = heldOut.lazy.map { window in
      bar.update(done)
      return window
    }
    let curve = attempt {
      try train(steps: steps, points: points, heldOut: watched, until: { Interrupt.requested }, on: next) {
        let count = $0.step - start
        done = count
        bar.update(count, loss: $0.loss, tokens: $0.targets)
        if settling { $2.optimizer.learningRate = settled(rate, after: count, of: steps) }
        observe($0, $1, &$2)
      }
    }
    let (training, heldOut) = (curve.training.last ?? .nan, curve.heldOut.last ?? .nan)
    bar.finish("mean training loss \(formatted(training)), held-out loss \(formatted(heldOut))")
    return curve
  }
}

/// A learning rate that is constant for half of the steps and then falls in a straight line to 0.
private func settled(_ rate: Double, after count: Int, of steps: Int) -> Double {
  rate * min(1, 2 * Double(steps - count) / Double(steps))
}

/// The mean losses of a training over windows of its steps.
public struct WindowedLosses: Equatable, Sendable {
  /// The last step of each window.
  public var steps: [Double] = []
  /// The mean loss over the window, each batch tested before its step.
  public var losses: [Double] = []
  /// The step at which the bound was passed, or nil where it never was.
  public var solved: Int?

  /// What the progress bar closes with: the mean loss of the last window, and whether it is below the bound; nil where
  /// no window was finished.
  func result(window: Int, bound: Double) -> String? {
    guard let step = steps.last, let loss = losses.last else { return nil }
    let goal =
      bound > 0 ? ", \(solved == nil ? "not " : "")below \(formatted(bound))\(solved == nil ? "" : " as wanted")" : ""
    return "mean loss \(formatted(loss)) over steps \(Int(step) - window + 1) to \(Int(step))\(goal)"
  }
}

/// A model as most lessons train theirs: by Adam, the gradient clipped to norm 1, until the mean loss over `window`
/// steps is below `bound`, for `steps` steps at most. The progress bar, called `name`, ends with the mean loss of the
/// last window and says whether it is below `bound`, unless that is 0.
///
/// With a `next` that makes new examples at every step, each window is a test on examples never seen. An interrupt ends
/// the lesson after the step at hand; a loss that is no longer finite ends it with status 1.
///
/// - Parameter settling: whether the learning rate falls in a straight line to 0 over the second half of the steps.
@MainActor public func trainedByAdam<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double, window: Int, until bound: Double = 0,
  settling: Bool = false, line: Int = #line, on next: () -> Model.Batch
) -> (model: Model, curve: WindowedLosses) {
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let bar = ProgressBar(name, total: steps, line: line)
  var (curve, sum) = (WindowedLosses(), 0.0)
  for count in 1...steps where !Interrupt.requested && curve.solved == nil {
    if settling { trainer.optimizer.learningRate = settled(rate, after: count - 1, of: steps) }
    let report = attempt { try trainer.step(on: next()) }
    bar.update(count, loss: report.loss)
    sum += report.loss / Double(window)
    guard count % window == 0 else { continue }
    curve.steps.append(Double(count))
    curve.losses.append(sum)
    if sum < bound { curve.solved = count }
    sum = 0
  }
  bar.finish(curve.result(window: window, bound: bound))
  if Interrupt.requested { end(line: line) }
  return (trainer.model, curve)
}
