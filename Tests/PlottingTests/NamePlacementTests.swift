// The names of curves stand where the curves end: each in the picture, none over another and none over a curve.

import Foundation
import Testing

@testable import Plotting

struct NamePlacementTests {
  /// A straight line from (0, `from`) to (`end`, `to`).
  private static func line(
    _ label: String, _ from: Double, _ to: Double, end: Double = 10, like: String? = nil
  ) -> Mark {
    .line(label, x: [0, end / 2, end], y: [from, (from + to) / 2, to], like: like, isDashed: like != nil)
  }

  private static func chart(
    _ lines: [Mark], _ rules: [Mark] = [], title: String = "Title", yLabel: String = "upwards",
    yScale: Scale = .linear
  ) -> Chart {
    Chart(title, x: "across", y: Axis(yLabel, yScale), lines + rules)
  }

  static let charts: [Chart] = [
    chart((1...6).map { line("ends at \($0)", Double($0) * 20, 50 + Double($0) / 10) }),
    chart((1...5).map { line("low \($0)", Double($0), 0) }, [.rule("foot", y: 0), .rule("top", y: 5)]),
    chart((1...5).map { line("high \($0)", Double($0), 6) }, [.rule("foot", y: 0), .rule("top", y: 6)]),
    // One leaves at the foot, one ends early, one passes right of it.
    chart(
      [
        line("stays", 1, 0.5), line("leaves", 1, 1e-6, end: 3), line("early", 1, 1e-3, end: 5), line("falls", 1, 1e-5),
      ], yScale: .logarithmic),
    chart([line("one that stops early", 1, 5, end: 6), line("near the edge", 5, 2, end: 9.5), line("b", 1, 5)]),
    chart([line("stops", 1, 3, end: 5), line("through", 3, 3), line("above", 3.1, 3.5)]),
    // Points from right to left: the name stands at the right end all the same.
    chart([.line("backwards", x: [9, 5, 1], y: [1, 2, 4]), line("forwards", 1, 4, end: 9)]),
    chart([.line("alone", y: [3]), line("漢字 and 26 columns of it", 1, 2)], [.rule("level", y: 3)]),
    chart(
      [line("wide tics", 123456.7, 123456.9), line("", 123456.8, 123456.7)],
      title: String(repeating: "a long title ", count: 20), yLabel: String(repeating: "a long label ", count: 10)),
  ]

  /// How far a label reaches.
  private func box(_ label: SVGText.Label) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    let width = Double(label.text.displayWidth) * Text.width * label.size
    let left = label.x - (label.anchor == "end" ? width : label.anchor == "middle" ? width / 2 : 0)
    return (left...left + width, label.y - 10...label.y + 2)
  }

  @Test(arguments: charts.indices)
  func namesAreInThePictureAndClearOfEachOther(index: Int) throws {
    let chart = Self.charts[index]
    try withTemporaryFolder { path in
      let svg = try SVGText(path: PlotFolder(path: path).save(chart, as: "chart").image!)
      let names = svg.labels.filter { $0.size == 14 }
      let expected = chart.marks.map(\.name)
      #expect(names.map(\.text).sorted() == expected.filter { !$0.isEmpty }.sorted())
      for (index, name) in names.enumerated() {
        let (x, y) = box(name)
        #expect(x.lowerBound >= 0 && x.upperBound <= 680 && y.lowerBound >= 0 && y.upperBound <= 430, "\(name)")
        for other in names[..<index].map(box) {
          #expect(!(x.overlaps(other.x) && y.overlaps(other.y)), "\(name)")
        }
        for line in svg.lines where Style.colours.map(Self.rgb).contains(line.colour) {
          for (start, end) in zip(line.points, line.points.dropFirst()) {
            let covered = stride(from: 0, through: 1, by: 0.002).contains {
              x.contains(start.x + $0 * (end.x - start.x)) && y.contains(start.y + $0 * (end.y - start.y))
            }
            #expect(!covered, "\(name) lies on a curve")
          }
        }
      }
      // What stands around the frame has room as well.
      for label in svg.labels where label.size == 15 {
        #expect(label.x >= 12 && label.y >= 12 && label.y <= 426, "\(label)")
      }
    }
  }

  /// A colour as the SVG has it.
  private static func rgb(_ colour: String) -> String {
    let value = Int(colour.dropFirst(), radix: 16)!
    return "rgb(\(value >> 16),\(value >> 8 & 255),\(value & 255))"
  }

  @Test func aLineIsCutAtTheFrame() {
    func cut(_ line: [(Double, Double)]) -> [[Double]] {
      NamePlacement.withinFrame(line.map { [$0, $1] }).map { [$0.x, $0.y] }
    }
    #expect(cut([(0, 1), (1, 0)]) == [[0, 1], [1, 0]])
    #expect(cut([(0, 0.5), (0.5, -0.5), (1, -2)]) == [[0, 0.5], [0.25, 0]])
    #expect(cut([(0, 2), (1, 0)]) == [[0.5, 1], [1, 0]])
    #expect(cut([(0, -1), (1, 3)]) == [[0.25, 0], [0.5, 1]])
    #expect(cut([(0, 5), (1, 4)]) == [])
  }

  @Test func aCurveLeavesTheRangeOfItsAxis() throws {
    try withTemporaryFolder { path in
      let chart = Chart(
        "Title", x: "across", y: Axis("upwards", .logarithmic, range: 1e-3...10),
        [Self.line("stays", 1, 0.5), Self.line("leaves", 1, 1e-9)])
      let saved = try PlotFolder(path: path, textColumns: 79).save(chart, as: "chart")
      let svg = try SVGText(path: saved.image!)
      #expect(svg.texts.contains("0.001") && !svg.texts.contains("1e-4"))
      let name = try #require(svg.labels.first { $0.text == "leaves" })
      #expect(name.y < 500 && name.x < 700)
    }
  }

  @Test func namesMoveApartAsLittleAsPossible() {
    #expect(NamePlacement.spread([], distance: 10, upTo: 100) == [])
    #expect(NamePlacement.spread([10, 50], distance: 10, upTo: 100) == [10, 50])
    #expect(NamePlacement.spread([50, 52, 80], distance: 10, upTo: 100) == [46, 56, 80])
    #expect(NamePlacement.spread([0, 0, 12], distance: 10, upTo: 100) == [0, 10, 20])
    #expect(NamePlacement.spread([40, 98, 99], distance: 10, upTo: 100) == [40, 90, 100])
  }

  @Test func aLineLikeAnotherHasItsColour() throws {
    try withTemporaryFolder { path in
      let chart = Self.chart([
        Self.line("measured", 1, 5), Self.line("expected", 1, 4, like: "measured"),
        Self.line("bound", 1, 3, like: "measured"), Self.line("other", 1, 2),
      ])
      let svg = try SVGText(path: PlotFolder(path: path).save(chart, as: "chart").image!)
      let colours = Style.colours.map(Self.rgb)
      #expect(svg.lines.filter { $0.isDashed && $0.colour == colours[0] && $0.points.count > 2 }.count == 2)
      #expect(svg.lines.filter { !$0.isDashed && $0.colour == colours[0] && $0.points.count > 2 }.count == 1)
      #expect(!svg.lines.contains { $0.colour == colours[2] })
      let label = { name in svg.labels.first { $0.text == name }!.colour }
      #expect(["measured", "expected", "bound", "other"].map(label) == [0, 0, 0, 1].map { colours[$0] })
    }
  }

  @Test func aNameKeepsItsColourFromChartToChart() {
    let names = ["RNN", "GRU", "LSTM"]
    func numbers(_ marks: [Mark]) -> [Int] { Chart("", x: "", y: "", colours: names, marks).colourNumbers }
    let lines = names.map { Mark.line($0, y: [1]) }
    #expect(numbers(lines) == [1, 2, 3])
    #expect(numbers([lines[2], .rule("r", y: 1), lines[0], .line("new", y: [1])]) == [3, 0, 1, 4])
    // Two without a name are two lines, and neither takes the colour of one that has none yet.
    #expect(numbers([.line(y: [1]), .line(y: [1])]) == [4, 5])
  }

  @Test func linesThatLieOnEachOtherShareALabel() throws {
    try withTemporaryFolder { path in
      let chart = Self.chart([Self.line("GRU", 1, 2), Self.line("LSTM", 1, 2), Self.line("RNN", 1, 1.5)])
      let svg = try SVGText(path: PlotFolder(path: path).save(chart, as: "chart").image!)
      #expect(svg.labels.filter { $0.size == 14 }.map(\.text).sorted() == ["GRU, LSTM", "RNN"])
      // The second is dashed, so that both colours are seen.
      #expect(svg.lines.contains { $0.isDashed && $0.colour == Self.rgb(Style.colours[1]) })
    }
  }

  @Test func runsAreAMedianInABandOfTheirExtremes() throws {
    let mark = Mark.runs("LSTM", x: [1, 2], y: [[3, 1], [1, .nan], [2, 5]] as [[Double]])
    #expect(mark.y == [[2, 3], [1, 1], [3, 5]])
    try withTemporaryFolder { path in
      let svg = try contents(of: PlotFolder(path: path).save(Self.chart([mark]), as: "runs").image!)
      #expect(svg.contains("fill-opacity=\"0.2\"") || svg.contains("fill-opacity = '0.20'") || svg.contains("0.20"))
    }
  }

  @Test func aLegendHasTheNamesThatCannotStandAtAnEnd() throws {
    try withTemporaryFolder { path in
      let line = Self.line("curve", 1, 2)
      let charts: [(Chart, legend: Set<String>)] = [
        (
          Self.chart([line, Self.line("a name of twenty-seven colu", 2, 1)]), ["curve", "a name of twenty-seven colu"]
        ),
        (Self.chart([line, .points("marks", y: [1, 2])]), ["marks"]),
        (
          Self.chart([line, .bars("update gate takes in", y: [1, 2]), .bars("update gate keeps", y: [2, 1])]),
          ["update gate takes in", "update gate keeps"]
        ),
        (Self.chart([line, .line("not to be seen", y: [Double.nan])]), ["curve", "not to be seen"]),
        (Self.chart([line], [.rule("not on this axis", y: 0)], yScale: .logarithmic), ["curve", "not on this axis"]),
        (Self.chart([line, .band("between", x: [0, 10], low: [1, 1], high: [2, 2])]), ["between"]),
        (
          Self.chart([line], (1...10).map { .rule("rule \($0)", y: Double($0)) }),
          Set(["curve"] + (1...10).map { "rule \($0)" })
        ),
      ]
      for (chart, legend) in charts {
        let saved = try PlotFolder(path: path, textColumns: 79).save(chart, as: "chart")
        let svg = try SVGText(path: saved.image!)
        for name in chart.marks.map(\.name) {
          let label = try #require(svg.labels.first { $0.text == name }, "“\(name)” is not drawn")
          #expect((label.size == 15) == legend.contains(name), "“\(name)”")
        }
        #expect(saved.text!.contains("curve"))
      }
    }
  }

  @Test(arguments: HostileTextTests.texts)
  func hostileNamesAreDrawnAndNotRun(text: String) throws {
    // gnuplot works in the folder of the figure, so that this short path is below it.
    let name = text.replacing("SENTINEL", with: "s")
    try withTemporaryFolder { path in
      let chart = Self.chart([Self.line(name, 1, 2), Self.line(name, 2, 1, end: 5)])
      let svg = try SVGText(path: PlotFolder(path: path, textColumns: 79).save(chart, as: "chart").image!)
      let drawn = svg.labels.filter { $0.size == 14 }.map { $0.text.replacing("\u{200B}", with: "").trimmed }
      let expected = name.scripts.map(\.text).joined().trimmed
      #expect(drawn == (name.visible.displayWidth > 26 ? [] : [expected, expected]))
      #expect(try files(in: path) == ["chart.gp", "chart.svg"])
    }
  }

  @Test func labelsHaveSubscriptsWhereAWordHasNone() throws {
    try withTemporaryFolder { path in
      let marks = [Self.line("b_f", 1, 2), .points("Γ_u", y: [1]), .texts(["x_1"], y: [1.5])]
      let chart = Self.chart(marks, title: "W_ax", yLabel: "W_aa")
      let saved = try PlotFolder(path: path, textColumns: 79).save(chart, as: "chart")
      #expect(try Set(SVGText(path: saved.image!).texts).isSuperset(of: ["bf", "Γu", "x_1", "W_ax", "Waa"]))
      for name in ["b_f", "Γ_u", "x_1", "W_ax", "W_aa"] { #expect(saved.text!.contains(name)) }
      let heatmap = Heatmap("W_ax", x: "n_x", y: "n_a", color: "Γ_r", values: [[1]], columns: ["x_1"])
      let texts = try SVGText(path: PlotFolder(path: path).save(heatmap, as: "map").image!).texts
      #expect(Set(texts).isSuperset(of: ["W_ax", "nx", "na", "Γr", "x_1"]))
    }
  }

  @Test func textKeepsTheLegend() throws {
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path, textColumns: 79).save(Self.charts[0], as: "chart")
      for number in 1...6 { #expect(saved.text!.contains("ends at \(number)")) }
    }
  }
}

extension String {
  /// The text without its first spaces, which gnuplot leaves out.
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
