// Tables of numbers as colours: the gates of a network over a sentence, the influence of one position on another.

/// One table of a ``Heatmap``.
public struct Panel: Sendable {
  let title: String
  /// Row by row from the top. A missing or nan cell is left grey.
  let values: [[Double]]
  let columnLabels: [String]?, rowLabels: [String]?
  let outlined: [(row: Int, column: Int)]

  /// A panel of `values`, such as a matrix or rows of numbers. Traps where there are labels, but not one for each
  /// column or row.
  ///
  /// - Parameters:
  ///   - title: What sets this panel apart; drawn above it.
  ///   - values: The numbers. A missing or nan cell is left grey.
  ///   - columns: The words or characters under the columns, or nil to count them from 1.
  ///   - rows: The names of the rows, or nil to count them from 1.
  ///   - outlined: The cells that a frame picks out, such as those that came true; others than there are, are left out.
  public init(
    _ title: String = "", _ values: some PlottableTable, columns: [String]? = nil, rows: [String]? = nil,
    outlined: [(row: Int, column: Int)] = []
  ) {
    (self.title, self.values, columnLabels, rowLabels) = (title, values.plottedRows, columns, rows)
    let (height, width) = (self.values.count, self.values.map(\.count).max() ?? 0)
    if let columns, columns.count != width {
      fatalError("panel “\(title)” has \(width) columns and \(columns.count) labels for them")
    }
    if let rows, rows.count != height {
      fatalError("panel “\(title)” has \(height) rows and \(rows.count) labels for them")
    }
    self.outlined = outlined.filter { 0..<height ~= $0.row && 0..<width ~= $0.column }
  }

  /// The number of columns: the length of the longest row.
  var columns: Int { values.map(\.count).max() ?? 0 }
}

/// Coloured cells, in one panel or in several side by side, on one scale of colours that a bar explains.
public struct Heatmap: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  let xLabel: String, yLabel: String, colorLabel: String
  let panels: [Panel]
  let palette: Palette
  /// The values at the ends of the scale of colours.
  let range: ClosedRange<Double>
  let isSquare: Bool

  /// A heatmap of `panels`. Traps where there is none.
  ///
  /// - Parameters:
  ///   - title: What the figure shows.
  ///   - x: What the columns are.
  ///   - y: What the rows are.
  ///   - color: What the colours measure.
  ///   - palette: The colours.
  ///   - range: The values over which the colours run; one beyond takes the colour of its end. Without a range they run
  ///     over the values, and with the diverging palette as far below zero as above.
  ///   - isSquare: Whether cells are as wide as they are high, as those of a picture.
  ///   - panels: The tables.
  public init(
    _ title: String, x: String, y: String, color: String, palette: Palette = .sequential,
    range: ClosedRange<Double>? = nil, isSquare: Bool = false, panels: [Panel]
  ) {
    if panels.isEmpty { fatalError("heatmap “\(title)” has no panel") }
    (self.title, xLabel, yLabel, colorLabel) = (title, x, y, color)
    (self.panels, self.palette, self.isSquare) = (panels, palette, isSquare)
    self.range = range ?? Heatmap.range(of: panels.flatMap { $0.values.joined() }, palette: palette)
  }

  /// A heatmap of one table; `columns`, `rows` and `outlined` are those of its ``Panel``.
  ///
  /// - Parameters:
  ///   - title: What the figure shows.
  ///   - x: What the columns are.
  ///   - y: What the rows are.
  ///   - color: What the colours measure.
  ///   - palette: The colours.
  ///   - range: The values over which the colours run.
  ///   - isSquare: Whether cells are as wide as they are high.
  ///   - values: The numbers.
  ///   - columns: The words or characters under the columns.
  ///   - rows: The names of the rows.
  ///   - outlined: The cells that a frame picks out.
  public init(
    _ title: String, x: String, y: String, color: String, palette: Palette = .sequential,
    range: ClosedRange<Double>? = nil, isSquare: Bool = false, values: some PlottableTable,
    columns: [String]? = nil, rows: [String]? = nil, outlined: [(row: Int, column: Int)] = []
  ) {
    self.init(
      title, x: x, y: y, color: color, palette: palette, range: range, isSquare: isSquare,
      panels: [Panel("", values, columns: columns, rows: rows, outlined: outlined)])
  }

  /// The size of the image: as high as the rows and the labels of the columns need.
  public var canvas: Canvas { HeatmapLayout(self).canvas }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let layout = HeatmapLayout(self)
    let colours = palette.colours.enumerated().map { "\($0.offset) '\($0.element)'" }
    let bar = layout.colourBar
    var statements: [Statement] = [
      .command("if (terminal eq 'dumb') { print 'A heatmap needs colours: terminal svg or png.'; exit status 1 }"),
      .command("set palette defined (\(colours.joined(separator: ", ")))"),
      .command("set multiplot"),
      .command("unset key"),
      .command("set tics scale 0"),
      .command("set border lc rgb '#444444'"),
      .command("set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb '#d8d8d8' fs solid noborder"),
      .command("set tmargin at screen \(layout.top)"),
      .command("set bmargin at screen \(layout.bottom)"),
      .command("unset colorbox"),
    ]
    let ends = [range.lowerBound, range.upperBound]
    statements += PlacedAxis("", "cb", ends, pixels: 0, tight: true, room: false).statements("cb")
    statements += [
      .command("set format cb '%.10g'"),
      .command("set cbtics font ',\(Text.smallSize)'"),
      .command(
        "set label 1 \(title.quotedLines(width: HeatmapLayout.foot, lines: 3)) at screen 0.5, \(layout.titleHeight) "
          + "center"),
      .command(
        "set label 2 \(xLabel.quotedLines(width: HeatmapLayout.foot)) at screen \(layout.middle), "
          + "\(layout.xLabelHeight) center"),
      .command(
        "set label 3 \(yLabel.quotedLines(width: layout.sideLength)) at screen \(layout.yLabelLeft), \(layout.centre) "
          + "center rotate by 90 font ',\(Text.nameSize)'"),
    ]
    for (index, panel) in panels.enumerated() {
      let place = layout.places[index]
      if index == panels.count - 1 {
        statements += [
          .command("set colorbox user origin \(bar.left), \(bar.bottom) size \(bar.width), \(bar.height)"),
          .command("set cblabel \(colorLabel.quotedLines(width: layout.sideLength)) font ',\(Text.smallSize)'"),
        ]
      }
      statements += [
        .command("set lmargin at screen \(place.left)"),
        .command("set rmargin at screen \(place.right)"),
        .command("set xrange [-0.5:\(Double(max(panel.columns, 1)) - 0.5)]"),
        .command("set yrange [\(Double(max(panel.values.count, 1)) - 0.5):-0.5]"),
        .command(
          "set title \(panel.title.elided(to: place.titleWidth).quoted) offset 0, -0.4 font ',\(Text.smallSize)'"),
      ]
      statements += place.columnTics.statements("x")
      statements += place.rowTics.map { $0.statements("y") } ?? [.command("unset ytics")]
      statements += panel.outlined.enumerated().map { number, cell in
        let (x, y) = (Double(cell.column), Double(cell.row))
        return .command(
          "set object \(number + 2) rectangle from \(x - 0.5), \(y - 0.5) to \(x + 0.5), \(y + 0.5) front fs empty "
            + "border rgb '\(Style.colours[1])' lw 2.5")
      }
      statements += cells(of: panel, name: "panel\(index + 1)")
      statements += panel.outlined.indices.map { .command("unset object \($0 + 2)") }
      if index == 0 { statements.append(.command("unset label")) }
    }
    return statements + [.command("unset multiplot")]
  }

  /// A rectangle for each cell, which stays sharp where the SVG is enlarged.
  private func cells(of panel: Panel, name: String) -> [Statement] {
    let width = panel.columns
    let rows = panel.values.map { row in
      row.map(Scale.linear.place) + Array(repeating: .nan, count: width - row.count)
    }
    if rows.joined().allSatisfy(\.isNaN) { return [.plot([])] }
    return [.data(name: name, rows: rows), .plot(["$\(name) matrix with image pixels notitle"])]
  }

  private static func range(of values: [Double], palette: Palette) -> ClosedRange<Double> {
    let values = values.filter { !Scale.linear.place($0).isNaN }
    let low = values.min() ?? 0
    let high = values.max() ?? 1
    switch palette {
    case .sequential: return low...high
    case .diverging:
      let reach = max(abs(low), abs(high))
      return -reach...reach
    }
  }
}

/// Where the parts of a heatmap stand. Lengths are pixels until `screen` turns them into gnuplot's
/// fractions of the canvas.
private struct HeatmapLayout {
  struct Place {
    let left: Double, right: Double
    let titleWidth: Int
    let columnTics: Tics
    let rowTics: Tics?
  }

  /// The width of a figure, and the columns that a line of text has in it.
  static let width = 720.0, foot = 78

  let canvas: Canvas
  let top: Double, bottom: Double, centre: Double, middle: Double
  let titleHeight: Double, xLabelHeight: Double, yLabelLeft: Double
  /// How many characters the labels at the sides hold in a line.
  let sideLength: Int
  let places: [Place]
  let colourBar: (left: Double, bottom: Double, width: Double, height: Double)

  init(_ heatmap: Heatmap) {
    let (line, width) = (Text.line, Self.width)
    let rows = heatmap.panels.map(\.values.count).max() ?? 1
    var height = min(400, max(120, Double(rows) * 24))
    sideLength = Int((height + 60) / 8)
    let titleLines = Double(heatmap.title.wrapped(to: Self.foot, lines: 3).count)
    let above = 12 + titleLines * line + (heatmap.panels.contains { !$0.title.isEmpty } ? line + 6 : 8)

    // Rows that all panels share are named once, at the left.
    let first = heatmap.panels[0]
    let shared = heatmap.panels.allSatisfy { $0.rowLabels == first.rowLabels && $0.values.count == first.values.count }
    func sides(_ height: Double) -> [Tics?] {
      heatmap.panels.enumerated().map { index, panel in
        if shared && index > 0 { return nil }
        return panel.rowLabels.map { Tics(side: $0, pixels: height) }
          ?? Tics(count: panel.values.count, pixels: height, apart: 20)
      }
    }
    let yLines = Double(heatmap.yLabel.wrapped(to: sideLength, lines: 2).count)
    let left = 10 + yLines * line
    let right = width - 76 - Double(heatmap.colorLabel.wrapped(to: sideLength, lines: 2).count) * line
    let gap = 14.0
    let taken = sides(height).reduce(0) { $0 + ($1.map { $0.breadth + 12 } ?? 0) + gap }
    var share = max(20, (right - left - taken) / Double(heatmap.panels.count))
    if heatmap.isSquare {
      // As large as the room allows: the panel with the most cells sets the size of all.
      let widest = Double(max(1, heatmap.panels.map(\.columns).max() ?? 1))
      let cell = min(share / widest, 400 / Double(max(1, rows)))
      (share, height) = (max(20, cell * widest), max(20, cell * Double(rows)))
    }

    var places: [Place] = []
    var x = left
    for (panel, side) in zip(heatmap.panels, sides(height)) {
      x += side.map { $0.breadth + 12 } ?? 0
      let foot =
        panel.columnLabels.map { Tics(foot: $0, pixels: share) }
        ?? Tics(count: panel.columns, pixels: share, apart: 30)
      places.append(
        Place(
          left: x / width, right: (x + share) / width, titleWidth: max(4, Int((share + gap) / 7.5)), columnTics: foot,
          rowTics: side))
      x += share + gap
    }
    let depth = places.map(\.columnTics.depth).max() ?? 0
    let xLines = Double(heatmap.xLabel.wrapped(to: Self.foot, lines: 2).count)
    let total = above + height + depth + 14 + xLines * line + 8

    canvas = Canvas(width: Int(width), height: Int(total.rounded(.up)))
    top = 1 - above / total
    bottom = 1 - (above + height) / total
    centre = (top + bottom) / 2
    middle = (places[0].left + places[places.count - 1].right) / 2
    titleHeight = 1 - (6 + line / 2) / total
    xLabelHeight = (8 + (xLines - 0.5) * line) / total
    yLabelLeft = (6 + line / 2) / width
    self.places = places
    colourBar = (places[places.count - 1].right + 16 / width, bottom, 16 / width, height / total)
  }
}
