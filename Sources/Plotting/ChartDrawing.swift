// A chart as statements of gnuplot.

/// A chart on its way into a script: every mark in the units of the frame, every name at its place.
struct ChartDrawing {
  /// A mark with what of it the axes can show.
  private struct Drawn {
    let mark: Mark
    /// Its place among the marks, from 1, and the number of its colour, 0 for none.
    let number: Int, colour: Int
    /// x and the values there; nan where there is a gap.
    var rows: [[Double]]
    /// What of its line or points the frame shows; 0 is the left edge or the foot, 1 the right edge or the top.
    var path: [Point] = []
    /// The name at its end, or nil where a legend has it or nothing.
    var label: String?
    /// Whether it lies on a line before it, of which every other dash stays visible.
    var isCovering = false

    /// Where its line ends: on the right, also where the points come from right to left.
    var end: Point {
      guard let first = path.first, let last = path.last else { return .zero }
      return first.x > last.x ? first : last
    }

    /// Its label, where there is no room for that between the end and the edge of the frame.
    var atEdge: String? { !path.isEmpty && end.x > 0.93 && !mark.isUpright ? label : nil }

    /// The command that writes its label.
    func name(at place: Point, _ side: String) -> String {
      let tint = colour == 0 ? "rgb '#333333'" : "lt \(colour)"
      return "set label \(label!.quotedWithSubscripts) at graph \(place.x), graph \(place.y) \(side) tc \(tint) "
        + "font ',\(Text.nameSize)' front"
    }
  }

  private let x: PlacedAxis, y: PlacedAxis
  private var drawn: [Drawn]
  private let bars: [Drawn], barWidth: Double
  private let legend: [String]
  /// The commands that draw the title, the labels of the axes, the frame and the legend.
  private let frame: String
  /// The size of the frame.
  private let size: Point

  init(_ chart: Chart, in cell: Cell) {
    var drawn = zip(chart.marks, chart.colourNumbers).enumerated().map { index, pair in
      Drawn(mark: pair.0, number: index + 1, colour: pair.1, rows: Self.rows(of: pair.0, on: chart))
    }
    // Bars of several marks stand side by side, as wide as the least distance between two places allows.
    let barred = drawn.indices.filter { drawn[$0].mark.kind == .bars }
    let places = Set(barred.flatMap { drawn[$0].rows.map { $0[0] } }.filter { !$0.isNaN }).sorted()
    let step = zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? 1
    for (place, index) in barred.enumerated() {
      let shift = (Double(place) - Double(barred.count - 1) / 2) * 0.8 * step / Double(barred.count)
      for row in drawn[index].rows.indices { drawn[index].rows[row][0] += shift }
    }
    (bars, barWidth) = (barred.map { drawn[$0] }, 0.8 * step / Double(max(1, barred.count)))

    // The axes hold whatever can be seen of any mark.
    let rows = drawn.flatMap(\.rows)
    let ends = (bars.first?.rows ?? []).flatMap { [$0[0] - step / 2, $0[0] + step / 2] }
    x = PlacedAxis(
      chart.x, "x", rows.map { $0[0] } + ends, pixels: cell.width - 130,
      room: chart.marks.contains { !$0.isLineAlone && $0.kind != .bars })
    y = PlacedAxis(chart.y, "y", rows.flatMap { $0.dropFirst() }, pixels: cell.height - 110, bars: !bars.isEmpty)

    for index in drawn.indices {
      if drawn[index].mark.kind == .rule {
        let row = drawn[index].rows[0]
        let line = [[x.lower, row[1]], [x.upper, row[1]], [row[0], y.lower], [row[0], y.upper]]
        drawn[index].rows = line.filter { !$0[0].isNaN && !$0[1].isNaN }
      }
      // Far outside the frame, where a given range leaves it, is far enough.
      let points = drawn[index].rows.map { [x, y] in Point(x.fraction($0[0]), y.fraction($0[1])) }
        .filter { -1e-9...1 + 1e-9 ~= $0.x && !$0.y.isNaN }
      drawn[index].path = NamePlacement.withinFrame(points.map { [$0.x, $0.y.clamped(to: -1e6...1e6)] })
    }
    legend = Self.name(&drawn, size: [cell.width - 150, cell.height - 110])
    self.drawn = drawn

    let title = Caption(chart.title, pixels: cell.width, isTitle: true)
    let xLabel = Caption(chart.x.label, pixels: cell.width)
    let yLabel = Caption(chart.y.label, pixels: cell.height - 44)
    let left = 30 + y.ticBreadth + yLabel.depth
    let right = max(24, drawn.compactMap { $0.atEdge.map { $0.width(size: Text.nameSize) + 18 } }.max() ?? 0)
    // gnuplot takes letters to be wider than they are, and the legend to have no more room than the frame.
    let widest = legend.map { $0.width(size: Text.size) }.max() ?? 0
    let legendColumns = max(1, min(legend.count, Int((cell.width - left - right) / (widest * 1.35 + 70))))
    let legendDepth = Text.line * Double((legend.count + legendColumns - 1) / legendColumns)
    let overBars = chart.marks.contains(where: \.showsValues) ? Text.line : 0
    let (bottom, top) = (28 + x.ticDepth + xLabel.depth + legendDepth, 18 + title.depth + overBars)
    size = pointwiseMax([cell.width - left - right, cell.height - bottom - top], [20, 20])
    let belowTics = bottom - x.ticDepth - 20
    let key = "at screen \(cell.screen(x: cell.width / 2)), screen \(cell.screen(y: belowTics - xLabel.depth - 4)) "
    // The text terminal cannot turn the label of the y axis, so there it stands under the title.
    frame = """
      if (terminal eq 'dumb') {
        set title \(title.lines.quoted)."\\n".\(Caption("↑ \(chart.y.label)", pixels: 718).lines.quoted)
        set xlabel \(xLabel.lines.quoted)
        set key outside below center horizontal Left reverse samplen 3
      } else {
        set termoption enhanced
        \(cell.label(title, cell.width / 2, cell.height - 11 - Text.line / 2))
        \(cell.label(xLabel, left + size.x / 2, belowTics - Text.line / 2))
        \(cell.label(yLabel, 6 + Text.line / 2, bottom + size.y / 2, "rotate by 90"))
        \(cell.margins(left: left, right: right, bottom: bottom, top: top))
        set grid \(bars.isEmpty ? "" : "noxtics ytics") lt 1 lc rgb '#e4e4e4' lw 1 dt 1
        set key \(key)center top horizontal maxcols \(legendColumns) Left reverse samplen 2 width 1
        \(legend.isEmpty ? "unset key" : "")
      }
      set border 3 lc rgb '#444444'
      set tics nomirror out scale 0.5 font ',\(Text.smallSize)' noenhanced
      set format '%.10g'
      set style textbox opaque noborder margins 0.4, 0.2
      """
  }

  /// The numbers of a mark as its axes have place for them.
  private static func rows(of mark: Mark, on chart: Chart) -> [[Double]] {
    if mark.kind == .rule { return [[chart.x.scale.place(mark.x![0]), chart.y.scale.place(mark.y[0][0])]] }
    let first: Double = if case .categorical = chart.x.scale { 0 } else { 1 }
    return mark.y[0].indices.map { index in
      let place = chart.x.scale.place(mark.x?[index] ?? first + Double(index))
      let row = mark.y.map { place.isNaN ? .nan : chart.y.scale.place($0[index]) }
      return [row.allSatisfy(\.isNaN) ? .nan : place] + row
    }
  }

  /// Decides which marks carry their names, joins the names of lines that lie on each other in a frame of about this
  /// size, and gives what a legend must name.
  private static func name(_ drawn: inout [Drawn], size: Point) -> [String] {
    let named = drawn.indices.filter { [.line, .rule].contains(drawn[$0].mark.kind) && !drawn[$0].mark.name.isEmpty }
    let canStand =
      named.count <= 10
      && named.allSatisfy { drawn[$0].mark.name.visible.displayWidth <= 26 && !drawn[$0].path.isEmpty }
    for index in canStand ? named : [] {
      let (one, name) = (drawn[index], drawn[index].mark.name.visible)
      let other = named.first { other in
        guard other < index, let start = drawn[other].label, drawn[other].mark.kind == .line, one.mark.kind == .line,
          "\(start), \(name)".displayWidth <= 26, drawn[other].path.count == one.path.count
        else { return false }
        return zip(drawn[other].path, one.path).allSatisfy { (($0 - $1) * size).length < 2 }
      }
      if let other { drawn[other].label! += ", " + name } else { drawn[index].label = name }
      drawn[index].isCovering = other != nil
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
    for one in drawn where one.mark.kind != .texts {
      // Once for a name: in an image, where it has no label; in text, always.
      let name = one.mark.name.elided(to: 72)
      let isNew = !name.isEmpty && entries.insert(name).inserted
      let inImage = !legend.contains(name) ? "''" : name.hasSubscripts ? name.enhanced.quoted : name.quoted
      let mode = name.hasSubscripts ? "" : "noenhanced"
      let title = isNew ? "title (terminal eq 'dumb' ? \(name.quoted) : \(inImage)) \(mode)" : "notitle"
      if one.rows.allSatisfy({ $0[0].isNaN }) {
        plots.append("keyentry with \(style(one, one.mark.kind)) \(title)")
        continue
      }
      let block = "$mark\(one.number)"
      data.append(.data(name: "mark\(one.number)", rows: one.rows))
      let (isBand, width) = (one.mark.kind == .band, one.rows[0].count)
      if width > 2 {
        // A text terminal would fill the band with letters.
        let columns = "1:(terminal eq 'dumb' ? NaN : $\(width - 1)):\(width)"
        plots.append("\(block) using \(columns) with \(style(one, .band)) \(isBand ? title : "notitle")")
      }
      if !isBand { plots.append("\(block) using 1:2 with \(style(one, one.mark.kind)) \(title)") }
    }
    let commands = [frame] + Style.lineTypes(2 * colourCount) + [x.commands, y.commands] + barValues + names
    return [.command(commands.joined(separator: "\n"))] + data + [.plot(plots)]
  }

  /// How gnuplot draws a mark of this kind.
  private func style(_ one: Drawn, _ kind: Mark.Kind) -> String {
    switch kind {
    case .line:
      // A line needs two points: a single one is drawn as a mark.
      let isPoint = one.rows.count { !$0[1].isNaN } == 1
      let kind = one.mark.hasPoints || isPoint ? "linespoints" : "lines"
      let plain = one.label == nil ? "" : "dt 1"
      let dash = one.mark.isDashed ? "lw 1.5 dt (4, 4)" : one.isCovering ? "dt (10, 10)" : plain
      // The text terminal has no colours: there a line type of its own tells a mark from one that it is like.
      let type = one.mark.like == nil ? "\(one.colour)" : "\(colourCount + one.colour) lc \(one.colour)"
      return "\(kind) lt \(type) \(dash)"
    case .points: return "points lt \(one.colour) ps 1"
    case .bars: return "boxes lt \(one.colour) dt 1 fs solid 0.85 noborder"
    case .band: return "filledcurves lc \(one.colour) fs transparent solid 0.2 noborder"
    // The text terminal tells rules apart by their line types.
    case .rule, .texts: return "lines lt \(colourCount + one.number) lc rgb '#333333' lw 1.5 dt (6, 4)"
    }
  }

  private var colourCount: Int { max(1, drawn.map(\.colour).max() ?? 1) }

  /// The commands that set the width of bars and write their values.
  private var barValues: [String] {
    if bars.isEmpty { return [] }
    let values = bars.filter(\.mark.showsValues).flatMap(\.rows).filter { !$0[1].isNaN }
    return ["set boxwidth \(barWidth)", "set xzeroaxis lt 1 lc rgb '#444444' lw 1 dt 1"]
      + values.map { row in
        let place = "at \(row[0]), \(row[1]) center offset 0, char \(row[1] < 0 ? -0.7 : 0.7)"
        return "set label '\(readable(row[1]))' \(place) font ',\(values.count > 20 ? 10 : 13)' noenhanced front boxed"
      }
  }

  /// The commands that write the names at the ends of lines, and the texts beside their points.
  private var names: [String] {
    // From the foot up; of two that end together, the first stands above.
    let column = drawn.reversed().filter { $0.atEdge != nil }.enumerated()
      .sorted { ($0.element.end.y, $0.offset) < ($1.element.end.y, $1.offset) }.map(\.element)
    let heights = NamePlacement.spread(column.map { $0.end.y * size.y }, distance: 18, upTo: size.y)
    var ends = zip(column, heights).map { $0.name(at: [1 + 8 / size.x, $1 / size.y], "left") }

    var placement = NamePlacement(
      points: drawn.filter { !$0.mark.isLineAlone }.flatMap(\.path).map { $0 * size },
      lines: drawn.filter { [.line, .rule].contains($0.mark.kind) }.map { $0.path.map { $0 * size } },
      bars: bars.flatMap(\.rows).filter { !$0[1].isNaN }.map { row in
        let (foot, top) = (y.fraction(0).clamped(to: 0...1), y.fraction(row[1]).clamped(to: 0...1))
        return RoundedBox(
          centre: Point(x.fraction(row[0]), (foot + top) / 2) * size, half: [10, abs(top - foot) / 2 * size.y])
      }, size: size)
    for one in drawn where one.label != nil && one.atEdge == nil {
      ends.append(one.name(at: one.end, placement.side(for: one.label!, size: Text.nameSize, at: one.end * size)))
    }
    // The text terminal has few kinds of lines, so there the name of a rule stands on it.
    let onRules = drawn.filter { $0.mark.kind == .rule && !$0.path.isEmpty && !$0.mark.name.isEmpty }.map { one in
      let name = one.mark.name.elided(to: 40).quoted
      return "set label \(name) at graph \(min(one.end.x, 0.99)), graph \(one.end.y) right front"
    }
    var texts: [String] = []
    for (row, word) in drawn.flatMap({ zip($0.rows, $0.mark.texts) }) where !row[1].isNaN && !word.isEmpty {
      let (place, name) = (Point(x.fraction(row[0]), y.fraction(row[1])), word.elided(to: 24))
      let side = placement.side(for: name, size: Text.smallSize, at: place * size)
      let at = "at graph \(place.x), graph \(place.y) \(side)"
      texts.append("set label \(name.quoted) noenhanced \(at) font ',\(Text.smallSize)' front")
    }
    return ["if (terminal eq 'dumb') {"] + onRules + ["} else {"] + ends + ["}"] + texts
  }
}

extension Mark {
  /// Whether it may begin and end on the frame.
  fileprivate var isLineAlone: Bool { kind == .band || kind == .rule || kind == .line && !hasPoints }
}

extension Statement {
  /// The command that draws `parts` into one frame, and the frame alone where there is none.
  static func plot(_ parts: [String]) -> Statement {
    .command("plot " + (["NaN notitle"] + parts).joined(separator: ", \\\n  "))
  }
}
