// Every kind of figure becomes a script that gnuplot draws, with its words, whatever its numbers.

import Foundation
import Testing

@testable import Plotting

struct FigureTests {
  static let samples: [any Figure] =
    [
      Samples.losses, Samples.gradients, Samples.gates, Samples.characters, Samples.influence, Samples.accuracies,
      Samples.embedding,
    ] + DiagramSamples.all

  @Test(arguments: samples.indices)
  func isDrawnWithItsTitle(index: Int) throws {
    try withTemporaryFolder { path in
      let figure = Self.samples[index]
      let saved = try PlotFolder(path: path, textColumns: 79).save(figure, as: "figure")
      #expect(saved.script == path + "/figure.gp")
      #expect(saved.image == path + "/figure.svg")
      #expect(saved.warning == nil)
      #expect(try files(in: path) == ["figure.gp", "figure.svg"])
      #expect(try SVGText(path: path + "/figure.svg").texts.contains(figure.title))
      let text = try #require(saved.text)
      #expect(text.contains(figure.title))
      #expect(!text.contains("\u{1B}"))
      #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 79 })
    }
  }

  @Test func labelsStandInImageAndText() throws {
    try withTemporaryFolder { path in
      let chart = Chart(
        "Title", x: "across", y: "upwards",
        [.line("first", y: [1, 2]), .line("second", y: [2, 3]), .rule("baseline", y: 1.5)])
      let bars = Chart(
        "Title", x: Axis("across", .categorical(["cat", "dog"])), y: "upwards",
        [
          .bars("first", y: [1, 0.125], showsValues: true), .bars("second", y: [3, -4], showsValues: true),
          .rule("baseline", y: 2),
        ])
      let scatter = Chart(
        "Title", x: "across", y: "upwards",
        [
          .points("first", x: [0, 1], y: [0, 1]), .texts(["cat", "dog"], x: [0, 1], y: [0, 1]),
          .points("second", x: [0.5], y: [0.2]),
        ])
      let heatmap = Heatmap(
        "Title", x: "across", y: "upwards", color: "colour",
        panels: [
          Panel("first", [[0, 1]], columns: ["cat", "dog"], rows: ["gate"]),
          Panel("second", [[0, 1]], columns: ["the", "end"], rows: ["gate"]),
        ])
      let common = ["Title", "across", "upwards", "first", "second"]
      let figures: [(any Figure, [String])] = [
        (chart, ["baseline"]), (bars, ["baseline", "cat", "dog", "0.125", "-4"]), (scatter, ["cat", "dog"]),
        (heatmap, ["colour", "cat", "dog", "the", "end", "gate"]),
      ]
      for (figure, words) in figures {
        let saved = try PlotFolder(path: path, textColumns: 79).save(figure, as: "figure")
        let texts = try SVGText(path: saved.image!).texts
        for word in common + words {
          #expect(texts.contains(word), "\(type(of: figure)) draws no “\(word)”")
          #expect(saved.text!.contains(word), "\(type(of: figure)) prints no “\(word)”")
        }
      }
    }
  }

  @Test func equalFiguresGiveEqualBytes() throws {
    try withTemporaryFolder { path in
      for figure in Self.samples {
        try Script(figure, name: "same").write(to: path + "/one.gp")
        try Script(figure, name: "same").write(to: path + "/other.gp")
        #expect(try contents(of: path + "/one.gp") == contents(of: path + "/other.gp"))
      }
    }
  }

  @Test func numbersKeepFullPrecision() throws {
    try withTemporaryFolder { path in
      let values = [1.0 / 3, .pi, 1e-98, 2.2250738585072014e-308]
      let chart = Chart("", x: "", y: "", [.line(y: values)])
      try Script(chart, name: "figure").write(to: path + "/figure.gp")
      let lines = try contents(of: path + "/figure.gp").split(separator: "\n")
      let start = try #require(lines.firstIndex(of: "$mark1 << e"))
      let read = lines[(start + 1)...(start + values.count)].map { Double($0.split(separator: " ")[1]) }
      #expect(read == values)
      #expect(lines[start + values.count + 1] == "e")
    }
  }

  @Test func numbersWithoutAPlaceLeaveGaps() throws {
    let odd: [Double] = [
      .nan, .infinity, -.infinity, 0, -1, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    try withTemporaryFolder { path in
      let folder = PlotFolder(path: path, textColumns: 79)
      for scale in [Scale.linear, .logarithmic] {
        for values in [
          [], [.nan], odd, odd + [1], [3, 3, 3], [1e-307, 1], [1e-98, 1], [1e307, 1e300, 1e307], [-7], [2, 3],
        ] {
          let line = Chart(
            "Odd", x: Axis("x", scale), y: Axis("y", scale),
            [.line("a", x: values, y: values), .line("b", y: values), .rule("r", y: values.first ?? 0)])
          let saved = try folder.save(line, as: "odd")
          #expect(try SVGText(path: saved.image!).texts.contains("Odd"))
          #expect(saved.text!.contains("Odd"))
        }
      }
      for values in [[.nan], odd, [0], [0, 1], [1e300, -1e300], []] {
        let figures: [any Figure] = [
          Chart(
            "Odd", x: Axis("x", .categorical(values.map { "\($0)" })), y: "y",
            [.bars("a", y: values, showsValues: true)]),
          Chart(
            "Odd", x: "x", y: "y",
            [.line("a", x: values, y: values, hasPoints: true), .texts(values.map { "\($0)" }, x: values, y: values)]),
          Heatmap("Odd", x: "x", y: "y", color: "c", values: [values]),
          Heatmap(
            "Odd", x: "x", y: "y", color: "c", palette: .diverging,
            panels: [Panel("", values.map { [$0] }), Panel("", [[Double]]())]),
        ]
        for figure in figures {
          let saved = try folder.save(figure, as: "odd")
          #expect(try SVGText(path: saved.image!).texts.contains("Odd"), "\(type(of: figure)) of \(values)")
        }
      }
    }
  }

  @Test func aLogarithmicAxisReachesTheSmallestGradients() throws {
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path).save(Samples.gradients, as: "gradient")
      let texts = try SVGText(path: saved.image!).texts
      #expect(texts.contains("1e-80"))
      #expect(texts.contains("1"))
    }
  }

  @Test func aGapIsNotBridged() throws {
    try withTemporaryFolder { path in
      /// How many strokes a curve through `y` has.
      func strokes(_ y: [Double]) throws -> Int {
        let chart = Chart("", x: "", y: Axis("", .logarithmic), [.line(y: y)])
        let svg = try contents(of: PlotFolder(path: path).save(chart, as: "gap").image!)
        let path = svg.components(separatedBy: "stroke='rgb(  0, 114, 178)'")[1].components(separatedBy: "/>")[0]
        return path.count { $0 == "M" }
      }
      let counts = try [strokes([1, 2, 3, 4, 5]), strokes([1, 2, 0, 4, 5]), strokes([1, 2, .nan, 4, 5])]
      #expect(counts == [1, 2, 2])
    }
  }

  @Test func textOfAHeatmapShowsItsValues() {
    let heatmap = Heatmap(
      "Gate", x: "word", y: "unit", color: "Γu", range: 0...1, values: [[0, 0.5, 1], [1, .nan, 0]],
      columns: ["a", "b", " "], rows: ["one", "two"])
    #expect(
      heatmap.text(columns: 79) == """
        Gate

        one ...+++@@@
        two @@@   ...
            a  b  ␣

        unit down, word across
        Γu: from 0, . to 0.111, : to 0.222, - to 0.333, = to 0.444, + to 0.556, * to
        0.667, # to 0.778, % to 0.889, @ to 1; blank: none

        """)
  }

  @Test func manyPointsStayASmallFile() throws {
    try withTemporaryFolder { path in
      for figure in [Samples.losses, Samples.gates, Samples.influence] as [any Figure] {
        let saved = try PlotFolder(path: path).save(figure, as: "size")
        #expect(try contents(of: saved.image!).utf8.count < 150_000)
      }
    }
  }
}
