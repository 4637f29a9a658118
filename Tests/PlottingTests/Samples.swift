// Figures of every kind and size that lessons draw, for the tests to render.

import Foundation
import Plotting

enum Samples {
  static let words = "The cat , which already ate the fish that John bought for his aunt yesterday evening , was full"
    .split(
      separator: " "
    ).map(String.init)

  static let losses = Chart(
    "Held-out loss falls below the bigram after 300 steps", x: "optimiser steps", y: "loss (nats a character)",
    [
      "RNN", "GRU", "LSTM, forget bias 0", "LSTM, forget bias 1", "LSTM, forget bias 2", "GRU, simplified",
    ].enumerated().map {
      .line($0.element, y: fall(to: 2 + Double($0.offset) / 10, time: Double(20 + 8 * $0.offset)))
    } + [.rule("uniform", y: 4.17), .rule("unigram", y: 2.96), .rule("bigram", y: 2.48)])

  private static func fall(to floor: Double, time: Double) -> [Double] {
    (1...200).map { floor + 2.2 * exp(-Double($0) / time) }
  }

  static let gradients = Chart(
    "The gradient vanishes exponentially with the lag", x: "lag (time steps)",
    y: Axis("‖∂L⟨T⟩/∂a⟨t⟩‖ / ‖∂L⟨T⟩/∂a⟨T⟩‖", .logarithmic),
    [
      .line("RNN", y: decay(0.99)),
      .line("GRU, with zeros and gaps", y: decay(0.2, holes: true)),
      .line("orthogonal", y: decay(0.003), hasPoints: true), .rule("smallest 32-bit number", y: 1.2e-38),
      .rule("not on this axis", y: 0),
    ])

  /// A hundred powers of ten, `rate` decades apart, some of them replaced by zero and nan where there are `holes`.
  private static func decay(_ rate: Double, holes: Bool = false) -> [Double] {
    (0..<100).map { lag in
      if holes && lag % 10 == 3 { return 0 }
      if holes && lag % 10 == 7 { return .nan }
      return pow(10, -Double(lag) * rate)
    }
  }

  static let gates = Heatmap(
    "The update gate opens at the subject and closes after the verb", x: "word", y: "unit", color: "Γu", range: 0...1,
    values: table(rows: 8, columns: words.count), columns: words)

  private static let text = "He said, “Teddy Roosevelt was a great president!”\n\tif (x[0] > 1) { return y_1; };"

  static let characters = Heatmap(
    "Cell state over eighty characters", x: "character", y: "unit", color: "c", palette: .diverging,
    values: table(rows: 32, columns: text.count).map { $0.map { 2 * $0 - 1 } }, columns: text.map(String.init))

  static let influence = Heatmap(
    "What the output at i hears of the input at j", x: "input j", y: "output i", color: "|∂ŷ⟨i⟩/∂x⟨j⟩|",
    panels: ["RNN", "GRU", "LSTM"].map {
      Panel(
        $0, (0..<12).map { row in (0...row).map { exp(Double($0 - row) / 3) } }, columns: Array(words.prefix(12)),
        rows: Array(words.prefix(12)))
    })

  static let accuracies = Chart(
    "Every model beats its baseline",
    x: Axis(
      "task",
      .categorical(["sentiment", "named entities", "translation", "melody", "captions", "DNA", "speech", "video"])),
    y: "accuracy (%)",
    [
      .bars("most frequent class", y: [50, 61, 3, 12, 25, 50, 10, 25], showsValues: true),
      .bars("RNN", y: [71, 80, 44, 51, 62, 88, 74, 91], showsValues: true),
      .bars("LSTM", y: [83, 91, 86, 64, 90, 99, 93, 97], showsValues: true), .rule("chance", y: 50),
    ])

  static let embedding: Chart = {
    let angles = (0..<30).map { Double($0) * 2.4 }
    let radii = (0..<30).map { Double($0 + 3) / 30 }
    return Chart(
      "Words that mean alike lie together", x: "first component", y: "second component",
      [
        .points("words", x: zip(angles, radii).map { cos($0) * $1 }, y: zip(angles, radii).map { sin($0) * $1 }),
        .texts(
          (0..<30).map { words[$0 % words.count] + ($0 < words.count ? "" : "s") },
          x: zip(angles, radii).map { cos($0) * $1 }, y: zip(angles, radii).map { sin($0) * $1 }),
        .line("path", x: [-0.5, 0, 0.3, 0.5], y: [-0.5, -0.2, 0.1, 0.6], hasPoints: true),
        .texts(["⟨1⟩", "⟨2⟩", "⟨3⟩", "⟨4⟩"], x: [-0.5, 0, 0.3, 0.5], y: [-0.5, -0.2, 0.1, 0.6]),
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
