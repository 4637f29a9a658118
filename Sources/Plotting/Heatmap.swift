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
  public var canvas: Canvas { HeatmapLayout(self).canvas }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let layout = HeatmapLayout(self)
    let cell = Cell(layout.canvas)
    let colours = palette.colours.enumerated().map { "\($0.offset) '\($0.element)'" }.joined(separator: ", ")
    let ends = [range.lowerBound, range.upperBound]
    var statements =
      [
        .command(
          """
          if (terminal eq 'dumb') { print 'A heatmap needs colours: terminal svg or png.'; exit status 1 }
          set palette defined (\(colours))
          set multiplot
          unset key
          unset colorbox
          set tics scale 0
          set border lc rgb '#444444'
          set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb '#d8d8d8' fs solid noborder
          set format cb '%.10g'
          set cbtics font ',\(Text.smallSize)'
          """)
      ] + PlacedAxis("", "cb", ends, pixels: 0, room: false).statements
    for (index, panel) in panels.enumerated() {
      let part = layout.parts[index]
      let name = panel.title.elided(to: max(4, Int((layout.size.x + HeatmapLayout.gap) / 7.5))).quoted
      statements += [
        .command(
          """
          \(index == 0 ? layout.labels(in: cell) : "unset label")
          \(index == panels.count - 1 ? layout.colourBar(in: cell) : "")
          \(layout.margins(index, in: cell))
          set xrange [-0.5:\(Double(max(panel.columns, 1)) - 0.5)]
          set yrange [\(Double(max(panel.values.count, 1)) - 0.5):-0.5]
          set title \(name) offset 0, -0.4 font ',\(Text.smallSize)'
          """)
      ]
      statements += part.columns.statements("x") + (part.rows?.statements("y") ?? [.command("unset ytics")])
      statements += cells(of: panel, number: index + 1)
    }
    return statements + [.command("unset multiplot")]
  }

  /// A rectangle for each cell, which stays sharp where the SVG is enlarged, and the frames of those that are outlined.
  private func cells(of panel: Panel, number: Int) -> [Statement] {
    let rows = panel.values.map { row in (0..<panel.columns).map { $0 < row.count ? Scale.linear.place(row[$0]) : .nan }
    }
    var (data, plots): ([Statement], [String]) = ([], [])
    if !rows.joined().allSatisfy(\.isNaN) {
      data.append(.data(name: "panel\(number)", rows: rows))
      plots.append("$panel\(number) matrix with image pixels notitle")
    }
    if !panel.outlined.isEmpty {
      let cells = panel.outlined.map { [Double($0.column), Double($0.row)] }
      data.append(.data(name: "outlined\(number)", rows: cells))
      let style = "with boxxyerror fs empty border rgb '\(Style.colours[1])' lw 2.5 notitle"
      plots.append("$outlined\(number) using 1:2:(0.5):(0.5) \(style)")
    }
    return data + [.plot(plots)]
  }
}

/// Where the parts of a heatmap stand, in pixels.
private struct HeatmapLayout {
  /// From one panel to the next.
  static let gap = 14.0

  let canvas: Canvas
  /// The size of each panel.
  let size: Point
  /// The left edge of each panel, and its labels; nil where those of its rows stand at the first.
  private(set) var parts: [(left: Double, columns: Tics, rows: Tics?)] = []
  private let title: Caption, xLabel: Caption, yLabel: Caption, colorLabel: Caption
  private let top: Double, bottom: Double

  init(_ heatmap: Heatmap) {
    let (panels, width) = (heatmap.panels, 720.0)
    let rows = Double(max(1, panels.map(\.values.count).max()!))
    let columns = Double(max(1, panels.map(\.columns).max()!))
    var height = (rows * 24).clamped(to: 120...400)
    (title, xLabel) = (Caption(heatmap.title, pixels: width, lines: 3), Caption(heatmap.xLabel, pixels: width))
    yLabel = Caption(heatmap.yLabel, pixels: height + 100)
    colorLabel = Caption(heatmap.colorLabel, pixels: height + 100)
    top = 12 + title.depth + (panels.contains { !$0.title.isEmpty } ? Text.line + 6 : 8)

    // Rows that all panels share are named once, at the left.
    let isShared = panels.allSatisfy {
      $0.rowLabels == panels[0].rowLabels && $0.values.count == panels[0].values.count
    }
    func sides() -> [Tics?] {
      panels.enumerated().map { index, panel in
        if isShared && index > 0 { return nil }
        return Tics(panel.rowLabels, count: panel.values.count, atFoot: false, pixels: height)
      }
    }
    func room(_ side: Tics?) -> Double { side.map { $0.breadth + 12 } ?? 0 }
    let taken = sides().reduce(0) { $0 + room($1) + Self.gap }
    var share = max(20, (width - 86 - yLabel.depth - colorLabel.depth - taken) / Double(panels.count))
    if heatmap.isSquare {
      // As large as the room allows: the panel with the most cells sets the size of all.
      let cell = min(share / columns, 400 / rows)
      (share, height) = (max(20, cell * columns), max(20, cell * rows))
    }
    size = [share, height]
    var x = 10 + yLabel.depth
    for (panel, side) in zip(panels, sides()) {
      x += room(side)
      parts.append((x, Tics(panel.columnLabels, count: panel.columns, atFoot: true, pixels: share), side))
      x += share + Self.gap
    }
    bottom = 22 + xLabel.depth + parts.map(\.columns.depth).max()!
    canvas = Canvas(width: Int(width), height: Int((top + height + bottom).rounded(.up)))
  }

  private var right: Double { parts[parts.count - 1].left + size.x }

  /// The commands that write what stands around all panels.
  func labels(in cell: Cell) -> String {
    """
    \(cell.label(title, cell.width / 2, cell.height - 6 - Text.line / 2))
    \(cell.label(xLabel, (parts[0].left + right) / 2, 8 + xLabel.depth - Text.line / 2))
    \(cell.label(yLabel, 6 + Text.line / 2, bottom + size.y / 2, "rotate by 90 font ',\(Text.nameSize)'"))
    """
  }

  /// The commands that draw the scale of colours beside the last panel.
  func colourBar(in cell: Cell) -> String {
    """
    set colorbox user origin \(cell.screen(x: right + 16)), \(cell.screen(y: bottom)) \
    size \(16 / cell.width), \(size.y / cell.height)
    set cblabel \(colorLabel.quoted) font ',\(Text.smallSize)'
    """
  }

  /// The commands that give a panel its place.
  func margins(_ index: Int, in cell: Cell) -> String {
    let left = parts[index].left
    return cell.margins(left: left, right: cell.width - left - size.x, bottom: bottom, top: top)
  }
}
