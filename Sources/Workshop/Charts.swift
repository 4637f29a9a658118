// The figures that more than one lesson draws of a network.

import Plotting
import SequenceModels

extension LineChart {
  /// The losses along a training, in nats `unit`, beside what is known without a network.
  public init(title: String, losses curve: TrainingCurve, per unit: String, references: [Reference]) {
    let steps = curve.steps.map(Double.init)
    self.init(
      title: title, xLabel: "training step", yLabel: "loss [nats a \(unit)]",
      series: [
        Series("training", x: steps, y: curve.training),
        Series("held out", x: steps, y: curve.heldOut, style: .linePoints),
      ], references: references)
  }
}

extension Heatmap {
  /// The guesses of a language model along a text, a column for each token: the distribution before it was read.
  ///
  /// - Parameters:
  ///   - guesses: a distribution over the vocabulary for each of `tokens`.
  ///   - least: the tokens that reach this probability somewhere get a row.
  public init(title: String, guesses: [[Double]], along tokens: [Int32], vocabulary: Vocabulary, least: Double = 0) {
    let rows = vocabulary.tokens.indices.filter { row in guesses.contains { $0[row] >= least } }
    let unit = vocabulary.unit.rawValue
    self.init(
      title: title, xLabel: "the \(unit) that came", yLabel: "guessed \(unit)", colorLabel: "probability",
      panels: [
        Panel(
          values: rows.map { row in guesses.map { $0[row] } }, columnLabels: tokens.map { vocabulary.tokens[Int($0)] },
          rowLabels: rows.map { vocabulary.tokens[$0] })
      ], range: 0...1)
  }
}
