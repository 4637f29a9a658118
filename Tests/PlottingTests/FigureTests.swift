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
      let saved = try PlotFolder(path: path, formats: [.svg, .png], text: TextSize()).save(figure, as: "figure")
      #expect(saved.script == path + "/figure.gp")
      #expect(saved.images == [path + "/figure.svg", path + "/figure.png"])
      #expect(saved.warning == nil)
      #expect(try files(in: path) == ["figure.gp", "figure.png", "figure.svg"])
      #expect(try SVGText(path: path + "/figure.svg").texts.contains(figure.title))
      let signature = try Data(contentsOf: URL(fileURLWithPath: path + "/figure.png")).prefix(4)
      #expect(Array(signature) == [0x89, 0x50, 0x4E, 0x47])
      let text = try #require(saved.text)
      #expect(text.contains(figure.title))
      #expect(!text.contains("\u{1B}"))
      #expect(text.split(separator: "\n").allSatisfy { String($0).displayWidth <= 79 })
    }
  }

  @Test func labelsStandInImageAndText() throws {
    try withTemporaryFolder { path in
      let chart = LineChart(
        title: "Title", xLabel: "across", yLabel: "upwards",
        series: [Series("first", y: [1, 2]), Series("second", y: [2, 3])],
        references: [Reference("baseline", at: 1.5)])
      let bars = BarChart(
        title: "Title", xLabel: "across", yLabel: "upwards", categories: ["cat", "dog"],
        bars: [Bars("first", [1, 0.125]), Bars("second", [3, -4])], references: [Reference("baseline", at: 2)],
        showsValues: true)
      let scatter = ScatterPlot(
        title: "Title", xLabel: "across", yLabel: "upwards",
        points: [Points("first", x: [0, 1], y: [0, 1], names: ["cat", "dog"]), Points("second", x: [0.5], y: [0.2])])
      let heatmap = Heatmap(
        title: "Title", xLabel: "across", yLabel: "upwards", colorLabel: "colour",
        panels: [
          Panel("first", values: [[0, 1]], columnLabels: ["cat", "dog"], rowLabels: ["gate"]),
          Panel("second", values: [[0, 1]], columnLabels: ["the", "end"], rowLabels: ["gate"]),
        ])
      let common = ["Title", "across", "upwards", "first", "second"]
      let figures: [(any Figure, [String])] = [
        (chart, ["baseline"]), (bars, ["baseline", "cat", "dog", "0.125", "-4"]), (scatter, ["cat", "dog"]),
        (heatmap, ["colour", "cat", "dog", "the", "end", "gate"]),
      ]
      for (figure, words) in figures {
        let saved = try PlotFolder(path: path, text: TextSize()).save(figure, as: "figure")
        let texts = try SVGText(path: saved.images[0]).texts
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
      let chart = LineChart(title: "", xLabel: "", yLabel: "", series: [Series("", y: values)])
      try Script(chart, name: "figure").write(to: path + "/figure.gp")
      let lines = try contents(of: path + "/figure.gp").split(separator: "\n")
      let start = try #require(lines.firstIndex(of: "$series1 << e"))
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
      let folder = PlotFolder(path: path, text: TextSize())
      for scale in [Scale.linear, .logarithmic] {
        for values in [
          [], [.nan], odd, odd + [1], [3, 3, 3], [1e-307, 1], [1e-98, 1], [1e307, 1e300, 1e307], [-7], [2, 3],
        ] {
          let line = LineChart(
            title: "Odd", xLabel: "x", yLabel: "y",
            series: [Series("a", x: values, y: values), Series("b", y: values)],
            references: [Reference("r", at: values.first ?? 0)], xScale: scale, yScale: scale)
          let saved = try folder.save(line, as: "odd")
          #expect(try SVGText(path: saved.images[0]).texts.contains("Odd"))
          #expect(saved.text!.contains("Odd"))
        }
      }
      for values in [[.nan], odd, [0], [0, 1], [1e300, -1e300], []] {
        let figures: [any Figure] = [
          BarChart(
            title: "Odd", xLabel: "x", yLabel: "y", categories: values.map { "\($0)" }, bars: [Bars("a", values)],
            showsValues: true),
          ScatterPlot(
            title: "Odd", xLabel: "x", yLabel: "y",
            points: [Points("a", x: values, y: values, names: values.map { "\($0)" }, isPath: true)]),
          Heatmap(title: "Odd", xLabel: "x", yLabel: "y", colorLabel: "c", panels: [Panel(values: [values])]),
          Heatmap(
            title: "Odd", xLabel: "x", yLabel: "y", colorLabel: "c",
            panels: [Panel(values: values.map { [$0] }), Panel(values: [])],
            palette: .diverging),
        ]
        for figure in figures {
          let saved = try folder.save(figure, as: "odd")
          #expect(try SVGText(path: saved.images[0]).texts.contains("Odd"), "\(type(of: figure)) of \(values)")
        }
      }
    }
  }

  @Test func aLogarithmicAxisReachesTheSmallestGradients() throws {
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path).save(Samples.gradients, as: "gradient")
      let texts = try SVGText(path: saved.images[0]).texts
      #expect(texts.contains("1e-80"))
      #expect(texts.contains("1"))
    }
  }

  @Test func aGapIsNotBridged() throws {
    try withTemporaryFolder { path in
      /// How many strokes a curve through `y` has.
      func strokes(_ y: [Double]) throws -> Int {
        let chart = LineChart(title: "", xLabel: "", yLabel: "", series: [Series("", y: y)], yScale: .logarithmic)
        let svg = try contents(of: PlotFolder(path: path).save(chart, as: "gap").images[0])
        let path = svg.components(separatedBy: "stroke='rgb(  0, 114, 178)'")[1].components(separatedBy: "/>")[0]
        return path.count { $0 == "M" }
      }
      let counts = try [strokes([1, 2, 3, 4, 5]), strokes([1, 2, 0, 4, 5]), strokes([1, 2, .nan, 4, 5])]
      #expect(counts == [1, 2, 2])
    }
  }

  @Test func textOfAHeatmapShowsItsValues() {
    let heatmap = Heatmap(
      title: "Gate", xLabel: "word", yLabel: "unit", colorLabel: "Γu",
      panels: [
        Panel(values: [[0, 0.5, 1], [1, .nan, 0]], columnLabels: ["a", "b", " "], rowLabels: ["one", "two"])
      ],
      range: 0...1)
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
        #expect(try contents(of: saved.images[0]).utf8.count < 150_000)
      }
    }
  }
}
