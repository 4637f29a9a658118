// Figures of every kind and size that lessons draw, for the tests to render.

import Foundation
import Plotting

enum Samples {
  static let words = "The cat , which already ate the fish that John bought for his aunt yesterday evening , was full"
    .split(
      separator: " "
    ).map(String.init)

  static let losses = LineChart(
    title: "Held-out loss falls below the bigram after 300 steps", xLabel: "optimiser steps",
    yLabel: "loss (nats a character)",
    series: [
      "RNN", "GRU", "LSTM, forget bias 0", "LSTM, forget bias 1", "LSTM, forget bias 2", "GRU, simplified",
    ].enumerated().map {
      Series($0.element, y: fall(to: 2 + Double($0.offset) / 10, time: Double(20 + 8 * $0.offset)))
    },
    references: [Reference("uniform", at: 4.17), Reference("unigram", at: 2.96), Reference("bigram", at: 2.48)])

  private static func fall(to floor: Double, time: Double) -> [Double] {
    (1...200).map { floor + 2.2 * exp(-Double($0) / time) }
  }

  static let gradients = LineChart(
    title: "The gradient vanishes exponentially with the lag", xLabel: "lag (time steps)",
    yLabel: "‖∂L⟨T⟩/∂a⟨t⟩‖ / ‖∂L⟨T⟩/∂a⟨T⟩‖",
    series: [
      Series("RNN", y: decay(0.99)),
      Series("GRU, with zeros and gaps", y: decay(0.2, holes: true)),
      Series("orthogonal", y: decay(0.003), style: .linePoints),
    ],
    references: [Reference("smallest 32-bit number", at: 1.2e-38), Reference("not on this axis", at: 0)],
    yScale: .logarithmic)

  /// A hundred powers of ten, `rate` decades apart, some of them replaced by zero and nan where there are `holes`.
  private static func decay(_ rate: Double, holes: Bool = false) -> [Double] {
    (0..<100).map { lag in
      if holes && lag % 10 == 3 { return 0 }
      if holes && lag % 10 == 7 { return .nan }
      return pow(10, -Double(lag) * rate)
    }
  }

  static let gates = Heatmap(
    title: "The update gate opens at the subject and closes after the verb", xLabel: "word", yLabel: "unit",
    colorLabel: "Γu", panels: [Panel(values: table(rows: 8, columns: words.count), columnLabels: words)], range: 0...1)

  private static let text = "He said, “Teddy Roosevelt was a great president!”\n\tif (x[0] > 1) { return y_1; };"

  static let characters = Heatmap(
    title: "Cell state over eighty characters", xLabel: "character", yLabel: "unit", colorLabel: "c",
    panels: [
      Panel(
        values: table(rows: 32, columns: text.count).map { $0.map { 2 * $0 - 1 } },
        columnLabels: text.map(String.init))
    ], palette: .diverging)

  static let influence = Heatmap(
    title: "What the output at i hears of the input at j", xLabel: "input j", yLabel: "output i",
    colorLabel: "|∂ŷ⟨i⟩/∂x⟨j⟩|",
    panels: ["RNN", "GRU", "LSTM"].map {
      Panel(
        $0, values: (0..<12).map { row in (0...row).map { exp(Double($0 - row) / 3) } },
        columnLabels: Array(words.prefix(12)), rowLabels: Array(words.prefix(12)))
    })

  static let accuracies = BarChart(
    title: "Every model beats its baseline", xLabel: "task", yLabel: "accuracy (%)",
    categories: ["sentiment", "named entities", "translation", "melody", "captions", "DNA", "speech", "video"],
    bars: [
      Bars("most frequent class", [50, 61, 3, 12, 25, 50, 10, 25]),
      Bars("RNN", [71, 80, 44, 51, 62, 88, 74, 91]), Bars("LSTM", [83, 91, 86, 64, 90, 99, 93, 97]),
    ], references: [Reference("chance", at: 50)], showsValues: true)

  static let embedding: ScatterPlot = {
    let angles = (0..<30).map { Double($0) * 2.4 }
    let radii = (0..<30).map { Double($0 + 3) / 30 }
    return ScatterPlot(
      title: "Words that mean alike lie together", xLabel: "first component", yLabel: "second component",
      points: [
        Points(
          "words", x: zip(angles, radii).map { cos($0) * $1 }, y: zip(angles, radii).map { sin($0) * $1 },
          names: (0..<30).map { words[$0 % words.count] + ($0 < words.count ? "" : "s") }),
        Points(
          "path", x: [-0.5, 0, 0.3, 0.5], y: [-0.5, -0.2, 0.1, 0.6], names: ["⟨1⟩", "⟨2⟩", "⟨3⟩", "⟨4⟩"], isPath: true),
      ])
  }()

  static func table(rows: Int, columns: Int) -> [[Double]] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let phase = Double(row * 7 + column * (row % 3 + 1))
        return (1 + sin(phase / 5)) / 2
      }
    }
  }
}
