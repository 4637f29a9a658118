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

/// Coloured cells, in one panel or in several side by side, on one scale of colours that a bar explains. What its axes
/// and its colours measure may have subscripts, like an axis of a ``Chart``.
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

  /// A heatmap of one table: a ``Panel`` of `values` with these `columns`, `rows` and `outlined` cells, and all else as
  /// for `panels`.
  public init(
    _ title: String, x: String, y: String, color: String, palette: Palette = .sequential,
    range: ClosedRange<Double>? = nil, isSquare: Bool = false, values: some PlottableTable,
    columns: [String]? = nil, rows: [String]? = nil, outlined: [(row: Int, column: Int)] = []
  ) {
    self.init(
      title, x: x, y: y, color: color, palette: palette, range: range, isSquare: isSquare,
      panels: [Panel("", values, columns: columns, rows: rows, outlined: outlined)])
  }

  private static func range(of values: [Double], palette: Palette) -> ClosedRange<Double> {
    let values = values.filter { !Scale.linear.place($0).isNaN }
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if palette == .sequential { return low...high }
    let reach = max(abs(low), abs(high))
    return -reach...reach
  }

  /// The size of the image: as high as the rows and the labels of the columns need.
  public var canvas: Canvas { HeatmapDrawing(self).canvas }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] { HeatmapDrawing(self).statements }
}

/// A heatmap on its way into a script. Lengths are pixels.
private struct HeatmapDrawing {
  let canvas: Canvas
  private(set) var statements: [Statement]

  init(_ heatmap: Heatmap) {
    let (panels, width, gap) = (heatmap.panels, 720.0, 14.0)
    let rows = Double(max(1, panels.map(\.values.count).max()!))
    let columns = Double(max(1, panels.map(\.columns).max()!))
    var size = Point(0, (rows * 24).clamped(to: 120...400))
    let (title, xLabel) = (Caption(heatmap.title, pixels: width, isTitle: true), Caption(heatmap.xLabel, pixels: width))
    let yLabel = Caption(heatmap.yLabel, pixels: size.y + 100)
    let colorLabel = Caption(heatmap.colorLabel, pixels: size.y + 100)
    let top = 12 + title.depth + (panels.contains { !$0.title.isEmpty } ? Text.line + 6 : 8)

    // Rows that all panels share are named once, at the left.
    let isShared = panels.allSatisfy {
      $0.rowLabels == panels[0].rowLabels && $0.values.count == panels[0].values.count
    }
    func sides() -> [Tics?] {
      panels.enumerated().map { index, panel in
        if isShared && index > 0 { return nil }
        return Tics(panel.rowLabels, count: panel.values.count, atFoot: false, pixels: size.y)
      }
    }
    func room(_ side: Tics?) -> Double { side.map { $0.breadth + 12 } ?? 0 }
    let taken = sides().reduce(0) { $0 + room($1) + gap }
    size.x = max(20, (width - 86 - yLabel.depth - colorLabel.depth - taken) / Double(panels.count))
    if heatmap.isSquare {
      // As large as the room allows: the panel with the most cells sets the size of all.
      size = pointwiseMax([20, 20], Point(columns, rows) * min(size.x / columns, 400 / rows))
    }
    let feet = panels.map { Tics($0.columnLabels, count: $0.columns, atFoot: true, pixels: size.x) }
    let bottom = 22 + xLabel.depth + feet.map(\.depth).max()!
    canvas = Canvas(width: Int(width), height: Int((top + size.y + bottom).rounded(.up)))

    let cell = Cell(canvas)
    let colours = heatmap.palette.colours.enumerated().map { "\($0.offset) '\($0.element)'" }
    let ends = [heatmap.range.lowerBound, heatmap.range.upperBound]
    statements = [
      .command(
        """
        if (terminal eq 'dumb') { print 'A heatmap needs colours: terminal svg or png.'; exit status 1 }
        set palette defined (\(colours.joined(separator: ", ")))
        set multiplot
        unset key
        unset colorbox
        set termoption enhanced
        set tics scale 0 noenhanced
        set border lc rgb '#444444'
        set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb '#d8d8d8' fs solid noborder
        \(PlacedAxis("", "cb", ends, pixels: size.y, room: false).commands)
        set format cb '%.10g'
        set cbtics font ',\(Text.smallSize)'
        set cblabel \(colorLabel.quoted) font ',\(Text.smallSize)'
        \(cell.label(title, width / 2, cell.height - 6 - Text.line / 2))
        \(cell.label(yLabel, 6 + Text.line / 2, bottom + size.y / 2, "rotate by 90 font ',\(Text.nameSize)'"))
        """)
    ]
    var left = 10 + yLabel.depth
    let first = left + room(sides()[0])
    for (index, (panel, side)) in zip(panels, sides()).enumerated() {
      left += room(side)
      let right = left + size.x
      let name = panel.title.elided(to: max(4, Int((size.x + gap) / 7.5)))
      statements.append(
        .command(
          """
          \(cell.margins(left: left, right: width - right, bottom: bottom, top: top))
          set xrange [-0.5:\(Double(max(panel.columns, 1)) - 0.5)]
          set yrange [\(Double(max(panel.values.count, 1)) - 0.5):-0.5]
          set title \(name.quoted) noenhanced offset 0, -0.4 font ',\(Text.smallSize)'
          \(feet[index].commands("x"))
          \(side?.commands("y") ?? "unset ytics")
          """))
      if index == panels.count - 1 {
        let bar = (x: cell.screen(x: right + 16), y: cell.screen(y: bottom))
        statements.append(
          .command(
            """
            set colorbox user origin \(bar.x), \(bar.y) size \(16 / width), \(size.y / cell.height)
            \(cell.label(xLabel, (first + right) / 2, 8 + xLabel.depth - Text.line / 2))
            """))
      }
      statements += panel.plot(number: index + 1) + [.command("unset label")]
      left = right + gap
    }
    statements.append(.command("unset multiplot"))
  }
}

extension Panel {
  /// A rectangle for each cell, which stays sharp where the SVG is enlarged, and the frames of those that are outlined.
  fileprivate func plot(number: Int) -> [Statement] {
    let rows = values.map { row in (0..<columns).map { $0 < row.count ? Scale.linear.place(row[$0]) : .nan } }
    var (data, plots): ([Statement], [String]) = ([], [])
    if !rows.joined().allSatisfy(\.isNaN) {
      data.append(.data(name: "panel\(number)", rows: rows))
      plots.append("$panel\(number) matrix with image pixels notitle")
    }
    if !outlined.isEmpty {
      data.append(.data(name: "outlined\(number)", rows: outlined.map { [Double($0.column), Double($0.row)] }))
      let style = "with boxxyerror fs empty lc rgb '\(Style.colours[1])' lw 2.5 notitle"
      plots.append("$outlined\(number) using 1:2:(0.5):(0.5) \(style)")
    }
    return data + [.plot(plots)]
  }
}
