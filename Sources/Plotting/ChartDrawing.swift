// A chart as statements of gnuplot.

/// A chart on its way into a script: every mark in the units of the frame, every name at its place.
struct ChartDrawing {
  /// A mark with what of it the axes can show.
  private struct Drawn {
    let mark: Mark
    /// Its place among the marks, from 1, and the number of its colour, 0 for none.
    let number: Int, colour: Int
    /// x, y and the edges of a band; nan where there is a gap.
    var rows: [[Double]]
    /// What of its line or points the frame shows; 0 is the left edge or the foot, 1 the right edge or the top.
    var path: [NamePlacement.Place] = []
    /// The name at its end, or nil where a legend has it or nothing.
    var label: String?
    /// Whether it lies on a line before it, of which every other dash stays visible.
    var isCovering = false

    /// Where its line ends: on the right, also where the points come from right to left.
    var end: NamePlacement.Place {
      guard let first = path.first, let last = path.last else { return (0, 0) }
      return first.x > last.x ? first : last
    }

    /// Its label, where there is no room for that between the end and the edge of the frame.
    var atEdge: String? { !path.isEmpty && end.x > 0.93 && !mark.isVertical ? label : nil }

    /// The statement that writes its label.
    func name(at place: NamePlacement.Place, _ side: String) -> Statement {
      let tint = colour == 0 ? "rgb '#333333'" : "lt \(colour)"
      let at = "at graph \(place.x), graph \(place.y) \(side)"
      return .command("set label \(label!.quoted) \(at) tc \(tint) font ',\(Text.nameSize)' front")
    }
  }

  private let chart: Chart, cell: Cell
  private let x: PlacedAxis, y: PlacedAxis
  private var drawn: [Drawn]
  private let legend: [String], legendColumns: Int
  private let margins: (left: Double, right: Double, bottom: Double, top: Double)
  private let width: Double, height: Double

  init(_ chart: Chart, in cell: Cell) {
    (self.chart, self.cell) = (chart, cell)
    let bars = chart.marks.indices.filter { chart.marks[$0].isBars }
    var drawn = zip(chart.marks, chart.colourNumbers).enumerated().map { index, pair in
      Drawn(mark: pair.0, number: index + 1, colour: pair.1, rows: Self.rows(of: pair.0, on: chart))
    }
    let canvas = (width: Double(cell.canvas.width), height: Double(cell.canvas.height))
    let step = Self.step(bars.flatMap { drawn[$0].rows.map { $0[0] } })
    for (place, index) in bars.enumerated() {
      let shift = (Double(place) - Double(bars.count - 1) / 2) * 0.8 * step / Double(bars.count)
      for row in drawn[index].rows.indices { drawn[index].rows[row][0] += shift }
    }

    // The axes hold whatever can be seen of any mark.
    let shown = drawn.flatMap(\.rows).filter { !$0[0].isNaN && $0.dropFirst().contains { !$0.isNaN } }
    let rules = drawn.filter(\.mark.isRule)
    x = PlacedAxis(
      chart.x, "x",
      shown.map { $0[0] } + rules.compactMap { $0.mark.x?.first }
        + (bars.isEmpty ? [] : drawn[bars[0]].rows.flatMap { [$0[0] - step / 2, $0[0] + step / 2] }),
      pixels: canvas.width - 130, tight: true, room: chart.marks.contains { !$0.isLineAlone && !$0.isBars })
    y = PlacedAxis(
      chart.y, "y", shown.flatMap { $0.dropFirst() } + rules.map { $0.mark.y[0] }, pixels: canvas.height - 110,
      bars: !bars.isEmpty)

    for index in drawn.indices {
      if case .rule(let isVertical) = drawn[index].mark.kind {
        let value =
          isVertical ? chart.x.scale.place(drawn[index].mark.x![0]) : chart.y.scale.place(drawn[index].mark.y[0])
        let ends = isVertical ? [y.lower, y.upper] : [x.lower, x.upper]
        drawn[index].rows = value.isNaN ? [] : ends.map { isVertical ? [value, $0] : [$0, value] }
      }
      let points = drawn[index].rows.filter { !$0[0].isNaN && !$0[1].isNaN }.map { [x, y] row in
        // Far outside the frame, where a given range leaves it, is far enough.
        (x.fraction(row[0]), y.fraction(row[1]).clamped(to: -1e6...1e6))
      }
      drawn[index].path = NamePlacement.withinFrame(points.filter { -1e-9...1 + 1e-9 ~= $0.0 && !$0.1.isNaN })
    }
    let pixels = (width: canvas.width - 150, height: canvas.height - 110)
    legend = Self.name(&drawn, pixels: pixels)
    self.drawn = drawn

    let widest = legend.map { $0.width(size: Text.size) }.max() ?? 0
    // gnuplot takes letters to be wider than they are.
    legendColumns = max(1, min(legend.count, Int((canvas.width - 20) / (widest * 1.35 + 70))))
    let legendRows = legend.isEmpty ? 0 : (legend.count + legendColumns - 1) / legendColumns
    func lines(_ text: String, _ width: Int, _ lines: Int = 2) -> Double {
      text.isEmpty ? 0 : Double(text.wrapped(to: width, lines: lines).count)
    }
    margins = (
      left: 16 + Self.ticRoom + Text.width * Double(Text.smallSize) * Double(y.ticWidth)
        + Text.line * lines(chart.y.label, Self.side(cell)),
      right: max(24, drawn.compactMap { $0.atEdge.map { $0.width(size: Text.nameSize) + 18 } }.max() ?? 0),
      bottom: Self.ticRoom + x.ticDepth + Text.line * (lines(chart.x.label, Self.foot(cell)) + Double(legendRows)) + 14,
      top: 18 + Text.line * lines(chart.title, Self.foot(cell), 3)
    )
    width = max(20, canvas.width - margins.left - margins.right)
    height = max(20, canvas.height - margins.bottom - margins.top)
  }

  /// From the frame to the labels of its tics, in pixels.
  private static let ticRoom = 14.0

  /// How many columns a line of text at the foot, or at the side, may have.
  private static func foot(_ cell: Cell) -> Int { (cell.canvas.width - 16) / 9 }
  private static func side(_ cell: Cell) -> Int { (cell.canvas.height - 60) / 9 }

  /// The numbers of a mark as its axes have place for them.
  private static func rows(of mark: Mark, on chart: Chart) -> [[Double]] {
    if mark.isRule { return [] }
    let first: Double = if case .categorical = chart.x.scale { 0 } else { 1 }
    return mark.y.indices.map { index in
      let place = chart.x.scale.place(mark.x?[index] ?? first + Double(index))
      let heights = [mark.y[index]] + (mark.low.isEmpty ? [] : [mark.low[index], mark.high[index]])
      let row = heights.map { place.isNaN ? .nan : chart.y.scale.place($0) }
      return [row.allSatisfy(\.isNaN) ? .nan : place] + row
    }
  }

  /// The least distance between two different places of bars; 1 where there are not two.
  private static func step(_ places: [Double]) -> Double {
    let sorted = Set(places.filter { !$0.isNaN }).sorted()
    return zip(sorted, sorted.dropFirst()).map { $1 - $0 }.min() ?? 1
  }

  /// Decides which marks carry their names, joins the names of lines that lie on each other, and gives what a legend
  /// must name.
  private static func name(_ drawn: inout [Drawn], pixels: (width: Double, height: Double)) -> [String] {
    let named = drawn.indices.filter { index in
      (drawn[index].mark.isRule || drawn[index].mark.isLine) && !drawn[index].mark.name.isEmpty
    }
    let canStand =
      named.count <= 10
      && named.allSatisfy { index in
        drawn[index].mark.name.visible.displayWidth <= 26 && !drawn[index].path.isEmpty
      }
    for index in canStand ? named : [] {
      let label = drawn[index].mark.name.visible
      let other = named.first { other in
        guard other < index, let start = drawn[other].label, drawn[other].mark.isLine, drawn[index].mark.isLine,
          "\(start), \(label)".displayWidth <= 26, drawn[other].path.count == drawn[index].path.count
        else { return false }
        return zip(drawn[other].path, drawn[index].path).allSatisfy {
          abs($0.x - $1.x) * pixels.width < 2 && abs($0.y - $1.y) * pixels.height < 2
        }
      }
      if let other {
        drawn[other].label! += ", " + label
        drawn[index].isCovering = true
      } else {
        drawn[index].label = label
      }
    }
    var legend: [String] = []
    for one in drawn where !one.mark.name.isEmpty && one.label == nil && !one.isCovering {
      let isShared = drawn.contains { $0.mark.name == one.mark.name && $0.label != nil }
      let name = one.mark.name.elided(to: 72)
      if !legend.contains(name) && !isShared { legend.append(name) }
    }
    return legend
  }

  // MARK: - Statements

  var statements: [Statement] {
    var data: [Statement] = []
    var plots: [String] = []
    var entries = Set<String>()
    for (index, one) in drawn.enumerated() {
      let (title, name) = (entry(one.mark, &entries), "mark\(index + 1)")
      var parts = [(using: "1:2", style: style(one))]
      switch one.mark.kind {
      case .texts: continue
      case .band: parts = []
      default: break
      }
      // A text terminal would fill the band with letters.
      if !one.mark.low.isEmpty {
        let fill = "filledcurves lc \(one.colour) fs transparent solid 0.2 noborder"
        parts.insert((using: "1:(terminal eq 'dumb' ? NaN : $3):4", style: fill), at: 0)
      }
      if one.rows.allSatisfy({ $0[0].isNaN }) {
        plots.append("keyentry with \(style(one)) \(title)")
      } else {
        data.append(.data(name: name, rows: one.rows))
        let titles = Array(repeating: "notitle", count: parts.count - 1) + [title]
        plots += zip(parts, titles).map { "$\(name) using \($0.using) with \($0.style) \($1)" }
      }
    }
    return frame + Style.lineTypes(2 * colourCount) + x.statements("x") + y.statements("y") + barStatements + names
      + data + [.plot(plots)]
  }

  /// The title of a mark in a legend, once for a name: in an image, where it has no label; in text, always.
  private func entry(_ mark: Mark, _ entries: inout Set<String>) -> String {
    let name = mark.name.elided(to: 72)
    if name.isEmpty || !entries.insert(name).inserted { return "notitle" }
    return legend.contains(name) ? "title \(name.quoted)" : "title (terminal eq 'dumb' ? \(name.quoted) : '')"
  }

  private func style(_ one: Drawn) -> String {
    let count = one.rows.count { !$0[1].isNaN }
    switch one.mark.kind {
    case .line(let hasPoints, let isDashed):
      // A line needs two points: a single one is drawn as a mark.
      let kind = hasPoints || count == 1 ? "linespoints" : "lines"
      let dash = isDashed ? "lw 1.5 dt (4, 4)" : one.isCovering ? "dt (10, 10)" : one.label == nil ? "" : "dt 1"
      // The text terminal has no colours: there a line type of its own tells a mark from one that it is like.
      let type = one.mark.like == nil ? "\(one.colour)" : "\(colourCount + one.colour) lc \(one.colour)"
      return "\(kind) lt \(type) \(dash)"
    case .points: return "points lt \(one.colour) ps 1"
    case .bars: return "boxes lt \(one.colour) dt 1 fs solid 0.85 noborder"
    case .band: return "filledcurves lc \(one.colour) fs transparent solid 0.2 noborder"
    // The text terminal tells rules apart by their line types.
    case .rule: return "lines lt \(colourCount + one.number) lc rgb '#333333' lw 1.5 dt (6, 4)"
    case .texts: return ""
    }
  }

  private var colourCount: Int { max(1, drawn.map(\.colour).max() ?? 1) }

  /// The title, the labels of the axes, the frame and the legend.
  private var frame: [Statement] {
    let title = chart.title.quotedLines(width: Self.foot(cell), lines: 3)
    let xText = chart.x.label.quotedLines(width: Self.foot(cell))
    let yText = chart.y.label.quotedLines(width: Self.side(cell))
    let size = (width: Double(cell.canvas.width), height: Double(cell.canvas.height))
    let middle = (x: margins.left + width / 2, y: margins.bottom + height / 2)
    let belowTics = margins.bottom - Self.ticRoom - x.ticDepth - 6
    let xLines = chart.x.label.isEmpty ? 0 : Double(chart.x.label.wrapped(to: Self.foot(cell), lines: 2).count)
    let yLines = Double(chart.y.label.wrapped(to: Self.side(cell), lines: 2).count)
    func screen(_ x: Double, _ y: Double) -> String { "screen \(cell.screen(x: x)), screen \(cell.screen(y: y))" }
    let key = "at \(screen(size.width / 2, belowTics - Text.line * xLines - 4)) center top horizontal "
    // The text terminal cannot turn the label of the y axis, so there it stands under the title.
    return [
      .command(
        """
        if (terminal eq 'dumb') {
          set title \(title)."\\n".\("↑ \(chart.y.label)".quotedLines(width: 78))
          set xlabel \(xText)
          set key outside below center horizontal Left reverse samplen 3
        } else {
          set label \(title) at \(screen(size.width / 2, size.height - margins.top / 2 - 2)) center
          set label \(xText) at \(screen(middle.x, belowTics - Text.line * xLines / 2)) center
          set label \(yText) at \(screen(6 + Text.line * yLines / 2, middle.y)) center rotate by 90
          set grid lt 1 lc rgb '#e4e4e4' lw 1 dt 1
          set lmargin at screen \(cell.screen(x: margins.left))
          set rmargin at screen \(cell.screen(x: size.width - margins.right))
          set bmargin at screen \(cell.screen(y: margins.bottom))
          set tmargin at screen \(cell.screen(y: size.height - margins.top))
          \(legend.isEmpty ? "unset key" : "set key \(key)maxcols \(legendColumns) Left reverse samplen 2 width 1")
        }
        set border 3 lc rgb '#444444'
        set tics nomirror out scale 0.5 font ',\(Text.smallSize)'
        set format '%.10g'
        set style textbox opaque noborder margins 0.4, 0.2
        """)
    ]
  }

  private var barStatements: [Statement] {
    let bars = drawn.filter(\.mark.isBars)
    if bars.isEmpty { return [] }
    let values = bars.flatMap { one in
      if case .bars(showsValues: true) = one.mark.kind { one.rows.filter { !$0[1].isNaN } } else { [] as [[Double]] }
    }
    let size = values.count > 20 ? 10 : 13
    return [
      // Lines up the sides of the bars would say nothing.
      .command("if (terminal ne 'dumb') { set grid noxtics }"),
      .command("set boxwidth \(0.8 * Self.step(bars[0].rows.map { $0[0] }) / Double(bars.count))"),
      .command("set xzeroaxis lt 1 lc rgb '#444444' lw 1 dt 1"),
    ]
      + values.map { row in
        let side = row[1] < 0 ? "-0.7" : "0.7"
        let place = "at \(row[0]), \(row[1]) center offset 0, char \(side)"
        return .command("set label \(readable(row[1]).quoted) \(place) font ',\(size)' front boxed")
      }
  }

  // MARK: - Names

  /// The names at the ends of lines, and the texts beside their points.
  private var names: [Statement] {
    var ends: [Statement] = []
    // From the foot up; of two that end together, the first stands above.
    let column = drawn.reversed().filter { $0.atEdge != nil }.enumerated()
      .sorted { ($0.element.end.y, $0.offset) < ($1.element.end.y, $1.offset) }.map(\.element)
    let heights = NamePlacement.spread(column.map { $0.end.y * height }, distance: 18, upTo: height)
    for (one, place) in zip(column, heights) {
      ends.append(one.name(at: (1 + 8 / width, place / height), "left"))
    }
    var placement = NamePlacement(
      points: drawn.flatMap { $0.mark.isLineAlone ? [] : scaled($0.path) },
      lines: drawn.filter { $0.mark.isLine || $0.mark.isRule }.map { scaled($0.path) }, width: width, height: height)
    for row in drawn.filter(\.mark.isBars).flatMap(\.rows) where !row[1].isNaN {
      placement.take(x: x.fraction(row[0]) * width, from: y.fraction(0) * height, to: y.fraction(row[1]) * height)
    }
    for one in drawn where one.label != nil && one.atEdge == nil {
      ends.append(
        one.name(
          at: one.end,
          placement.side(for: one.label!, size: Text.nameSize, at: (one.end.x * width, one.end.y * height))))
    }
    // The text terminal has few kinds of lines, so there the name of a rule stands on it.
    let onRules = drawn.filter { $0.mark.isRule && !$0.path.isEmpty && !$0.mark.name.isEmpty }.map { one in
      let name = one.mark.name.elided(to: 40).quoted
      return Statement.command("set label \(name) at graph \(min(one.end.x, 0.99)), graph \(one.end.y) right front")
    }
    var texts: [Statement] = []
    for one in drawn {
      guard case .texts(let words) = one.mark.kind else { continue }
      for (word, row) in zip(words.map { $0.elided(to: 24) }, one.rows) where !row[1].isNaN && !word.isEmpty {
        let place = (x: x.fraction(row[0]), y: y.fraction(row[1]))
        let side = placement.side(for: word, size: Text.smallSize, at: (place.x * width, place.y * height))
        let at = "at graph \(place.x), graph \(place.y) \(side)"
        texts.append(.command("set label \(word.quoted) \(at) font ',\(Text.smallSize)' front"))
      }
    }
    return [.command("if (terminal eq 'dumb') {")] + onRules + [.command("} else {")] + ends + [.command("}")] + texts
  }

  private func scaled(_ path: [NamePlacement.Place]) -> [NamePlacement.Place] {
    path.map { ($0.x * width, $0.y * height) }
  }
}

extension Mark {
  fileprivate var isBars: Bool { if case .bars = kind { true } else { false } }
  fileprivate var isRule: Bool { if case .rule = kind { true } else { false } }
  fileprivate var isVertical: Bool { if case .rule(isVertical: true) = kind { true } else { false } }
  fileprivate var isLine: Bool { if case .line = kind { true } else { false } }
  /// Whether it may begin and end on the frame.
  fileprivate var isLineAlone: Bool {
    switch kind {
    case .line(hasPoints: false, _), .band, .rule: true
    default: false
    }
  }
}

extension Statement {
  /// The command that draws `parts` into one frame, and the frame alone where there is none.
  static func plot(_ parts: [String]) -> Statement {
    .command("plot " + (["NaN notitle"] + parts).joined(separator: ", \\\n  "))
  }
}
