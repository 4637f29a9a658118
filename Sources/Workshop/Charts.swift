// The figures that more than one lesson draws of a network.

import Plotting
import SequenceModels

extension Reference {
  /// What counting alone scores on `tested`, in nats a token: a uniform guess, the unigram and the bigram of `read`.
  public static func baselines(
    vocabularySize: Int, read: some Collection<Int32>, tested: some Collection<Int32>
  ) -> [Reference] {
    NGramModel.Order.allCases.map { order in
      let counts = NGramModel(order, vocabularySize: vocabularySize, counting: read)
      return Reference("\(order)", at: counts.meanLoss(over: tested))
    }
  }
}

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
  ///   - limit: at most so many tokens get a row, those that are likeliest somewhere.
  public init(
    title: String, guesses: [[Double]], along tokens: [Int32], vocabulary: Vocabulary, atMost limit: Int = 30
  ) {
    let peaks = vocabulary.tokens.indices.map { row in guesses.map { $0[row] }.max() ?? 0 }
    let rows = peaks.indices.sorted { (peaks[$1], $0) < (peaks[$0], $1) }.prefix(limit).sorted()
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
