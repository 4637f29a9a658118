// How the networks of this lesson are trained, and a date of the reader's own.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Losses along a training: its name, the share of the training, and the loss there.
typealias Losses = (name: String, x: [Double], y: [Double])

/// A model trained by Adam with a learning rate that falls to 0, and its loss along the training, as a share of what the untrained model has on
/// its first batch.
func learned<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double, _ run: NotebookOptions, line: Int = #line,
  on next: () -> Model.Batch
) -> (model: Model, losses: Losses) {
  let count = run.choose(quick: steps / 10, standard: steps, full: 3 * steps)
  let untrained = model.meanLoss(over: [(next(), false)])
  let (trained, curve) = trainedByAdam(
    name, model, steps: count, rate: rate, window: count / 25, settling: true, line: line, on: next)
  return (trained, (name, curve.steps.map { $0 / Double(count) }, curve.losses.map { $0 / untrained }))
}

/// A model that has learned to write dates as ISO 8601, from their spelling or from the same read backwards.
func trained(
  _ name: String, _ clerk: EncoderDecoder<GRU<Float>, GRU<Float>>, reversed: Bool = false, _ run: NotebookOptions,
  using random: inout RandomSource, line: Int = #line
) -> (model: EncoderDecoder<GRU<Float>, GRU<Float>>, losses: Losses) {
  learned(name, clerk, steps: 2_000, rate: 0.006, run, line: line) {
    CalendarDates.batch((0..<64).map { _ in CalendarDates.example(.training, using: &random) }, reversed: reversed)
  }
}

/// Trains a model and lets it write the reader's date.
func translate(
  _ text: String, by clerk: EncoderDecoder<GRU<Float>, GRU<Float>>, _ run: NotebookOptions,
  using random: inout RandomSource
) {
  let (spelled, iso) = CalendarDates.vocabularies
  let source = attempt { try spelled.encode(text.lowercased().trimmingCharacters(in: .whitespaces)) }
  let (model, _) = trained("reading dates", clerk, run, using: &random)
  let tokens = model.greedyTokens(for: .tokens(TokenBatch(sequence: source)), until: iso.end!, limit: 12)
  show(text, iso.decode(tokens[0]), kind: .varies)
}
