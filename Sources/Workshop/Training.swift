// A training as a lesson runs it: with a progress bar, stopped by Ctrl-C, and with a sentence where it diverges.

import Notebook
import SequenceModels

extension Trainer {
  /// Trains as `train(steps:points:heldOut:until:on:observe:)` does, under a progress bar called `name`.
  ///
  /// An interrupt ends the training after the step at hand, and what was learned is kept; a loss that is no longer finite
  /// ends the lesson with status 1.
  @MainActor public mutating func train(
    _ name: String, steps: Int, points: Int = 20, heldOut: some Sequence<(batch: Model.Batch, continues: Bool)>,
    line: Int = #line, on next: (Int) -> (batch: Model.Batch, continues: Bool),
    observe: (_ report: StepReport, _ hasNewPoint: Bool, _ trainer: inout Trainer) -> Void = { _, _, _ in }
  ) -> TrainingCurve {
    let bar = ProgressBar(name, total: steps, line: line)
    let start = optimizer.step
    defer { bar.finish() }
    return attempt {
      try train(steps: steps, points: points, heldOut: heldOut, until: { Interrupt.requested }, on: next) {
        bar.update($0.step - start, loss: $0.loss, tokens: $0.targets)
        observe($0, $1, &$2)
      }
    }
  }
}
