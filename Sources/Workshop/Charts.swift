// The figures that more than one lesson draws of a network.

import Foundation
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

extension LineChart {
  /// How much of a gradient arrives at each lag from 0, on a logarithmic axis: what
  /// `jacobianNorms` and `gradientNorms` measure.
  public init(title: String, byLag curves: [(name: String, sizes: [Double])]) {
    self.init(
      title: title, xLabel: "lag k [steps]", yLabel: "size of the Jacobian",
      series: curves.map { Series($0.name, x: $0.sizes.indices.map(Double.init), y: $0.sizes) }, yScale: .logarithmic)
  }
}

extension Heatmap {
  /// Influence maps of one sentence side by side, as `influence(of:)` measures them: row i holds log₁₀ |∂ŷ⟨i⟩/∂x⟨j⟩|
  /// for each word j, less that of x⟨i⟩ itself. Words not read yet are grey.
  public init(
    title: String, influences: [(name: String, map: Matrix<Double>)], along words: [String],
    range: ClosedRange<Double>? = nil
  ) {
    self.init(
      title: title, xLabel: "word that is read, x⟨j⟩", yLabel: "guess after this word, ŷ⟨i⟩",
      colorLabel: "log₁₀ of influence, relative to x⟨i⟩",
      panels: influences.map { name, map in
        let values = words.indices.map { i in
          words.indices.map { j in j > i ? .nan : log10(map[i, j] / map[i, i]) }
        }
        return Panel(name, values: values, columnLabels: words, rowLabels: words)
      }, range: range)
  }

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

extension Heatmap {
  /// ŷ⟨1⟩ … ŷ⟨T⟩ of the first sequence, each a column over the token that was due; the whole vocabulary is shown.
  public init(title: String, probabilities: SequenceBatch<Float>, along due: [Int32], vocabulary: Vocabulary) {
    let names = vocabulary.tokens.map { $0 == "\n" ? "end" : $0 }
    let ŷ = probabilities.trajectory(example: 0)
    let values = names.indices.map { row in due.indices.map { Double(ŷ[row, $0]) } }
    self.init(
      title: title, xLabel: "the character that is due", yLabel: "the character expected", colorLabel: "probability",
      panels: [Panel(values: values, columnLabels: due.map { names[Int($0)] }, rowLabels: names)], range: 0...1)
  }
}
