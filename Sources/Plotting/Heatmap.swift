// Tables of numbers as colours: the gates of a network over a sentence, the influence of one position on another.

/// One table of a `Heatmap`.
public struct Panel: Sendable {
  /// What sets this panel apart; drawn above it.
  public var title: String
  /// The numbers, row by row from the top, each row from the left. A missing or nan cell is left grey.
  public var values: [[Double]]
  /// The words or characters under the columns, or nil to count them from 1.
  public var columnLabels: [String]?
  /// The names of the rows, or nil to count them from 1.
  public var rowLabels: [String]?

  /// A panel of `values`. Traps where there are labels, but not one for each column or row.
  public init(
    _ title: String = "", values: [[Double]], columnLabels: [String]? = nil, rowLabels: [String]? = nil
  ) {
    self.title = title
    self.values = values
    self.columnLabels = columnLabels
    self.rowLabels = rowLabels
    checkLabels()
  }

  fileprivate func checkLabels() {
    if let columnLabels, columnLabels.count != columns {
      fatalError("panel “\(title)” has \(columns) columns and \(columnLabels.count) labels for them")
    }
    if let rowLabels, rowLabels.count != values.count {
      fatalError("panel “\(title)” has \(values.count) rows and \(rowLabels.count) labels for them")
    }
  }

  /// The number of columns: the length of the longest row.
  var columns: Int { values.map(\.count).max() ?? 0 }
}

/// Panels of coloured cells side by side, on one scale of colours that a bar explains.
public struct Heatmap: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  let xLabel: String, yLabel: String, colorLabel: String
  let panels: [Panel]
  let palette: Palette
  /// The values at the ends of the scale of colours.
  let range: ClosedRange<Double>

  /// A heatmap of `panels`. The colours run over `range`; without one, over the values, and with the diverging palette
  /// as far below zero as above. A value beyond the range takes the colour of its end. Traps where there is no panel.
  public init(
    title: String, xLabel: String, yLabel: String, colorLabel: String, panels: [Panel], palette: Palette = .sequential,
    range: ClosedRange<Double>? = nil
  ) {
    if panels.isEmpty { fatalError("heatmap “\(title)” has no panel") }
    // They may have changed since they were made.
    for panel in panels { panel.checkLabels() }
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.colorLabel = colorLabel
    self.panels = panels
    self.palette = palette
    self.range = range ?? Heatmap.range(of: panels.flatMap { $0.values.joined() }, palette: palette)
  }

  /// The size of the image: as high as the rows and the labels of the columns need.
  public var canvas: Canvas { Layout(self).canvas }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let layout = Layout(self)
    let colours = palette.colours.enumerated().map { "\($0.offset) '\($0.element)'" }
    let bar = layout.colourBar
    var statements: [Statement] = [
      .command("if (terminal eq 'dumb') { print 'A heatmap needs colours: terminal svg or png.'; exit status 1 }"),
      .command("set palette defined (\(colours.joined(separator: ", ")))"),
      .command("set multiplot"),
      .command("unset key"),
      .command("set tics scale 0"),
      .command("set border lc rgb '#444444'"),
      .command("set style fill solid noborder"),
      .command("set object 1 rectangle from graph 0, 0 to graph 1, 1 behind fc rgb '#d8d8d8' fs solid noborder"),
      .command("set tmargin at screen \(layout.top)"),
      .command("set bmargin at screen \(layout.bottom)"),
      .command("unset colorbox"),
    ]
    statements += Axis([range.lowerBound, range.upperBound], scale: .linear, tight: true).statements("cb")
    statements += [
      .command("set format cb '%.10g'"),
      .command("set label 1 \(title.quotedLines(width: 78, lines: 3)) at screen 0.5, \(layout.titleHeight) center"),
      .command(
        "set label 2 \(xLabel.quotedLines(width: 78)) at screen \(layout.middle), \(layout.xLabelHeight) center"),
      .command(
        "set label 3 \(yLabel.quotedLines(width: layout.sideLength)) at screen \(layout.yLabelLeft), \(layout.centre) "
          + "center rotate by 90"),
    ]
    for (index, panel) in panels.enumerated() {
      let place = layout.places[index]
      if index == panels.count - 1 {
        statements += [
          .command("set colorbox user origin \(bar.left), \(bar.bottom) size \(bar.width), \(bar.height)"),
          .command("set cblabel \(colorLabel.quotedLines(width: layout.sideLength))"),
        ]
      }
      statements += [
        .command("set lmargin at screen \(place.left)"),
        .command("set rmargin at screen \(place.right)"),
        .command("set xrange [-0.5:\(Double(max(panel.columns, 1)) - 0.5)]"),
        .command("set yrange [\(Double(max(panel.values.count, 1)) - 0.5):-0.5]"),
        .command("set title \(panel.title.elided(to: place.titleWidth).quoted) offset 0, -0.4"),
      ]
      statements += place.columnTics.statements("x")
      statements += place.rowTics.map { $0.statements("y") } ?? [.command("unset ytics")]
      statements += cells(of: panel, name: "panel\(index + 1)")
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
    return [
      .data(name: name, rows: rows),
      .plot([
        "$\(name) matrix using 1:($3 == $3 ? $2 : NaN):($1-0.5):($1+0.5):($2-0.5):($2+0.5):3 "
          + "with boxxyerror fc palette notitle"
      ]),
    ]
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
private struct Layout {
  struct Place {
    let left: Double, right: Double
    let titleWidth: Int
    let columnTics: Tics
    let rowTics: Tics?
  }

  let canvas: Canvas
  let top: Double, bottom: Double, centre: Double, middle: Double
  let titleHeight: Double, xLabelHeight: Double, yLabelLeft: Double
  /// How many characters the labels at the sides hold in a line.
  let sideLength: Int
  let places: [Place]
  let colourBar: (left: Double, bottom: Double, width: Double, height: Double)

  init(_ heatmap: Heatmap) {
    let line = 20.0
    let width = 800.0
    let rows = heatmap.panels.map(\.values.count).max() ?? 1
    let height = min(400, max(120, Double(rows) * 24))
    sideLength = Int((height + 60) / 8)
    let titleLines = Double(heatmap.title.wrapped(to: 78, lines: 3).count)
    let above = 12 + titleLines * line + (heatmap.panels.contains { !$0.title.isEmpty } ? line + 6 : 8)

    // Rows that all panels share are named once, at the left.
    let first = heatmap.panels[0]
    let shared = heatmap.panels.allSatisfy { $0.rowLabels == first.rowLabels && $0.values.count == first.values.count }
    let sides = heatmap.panels.enumerated().map { index, panel -> Tics? in
      if shared && index > 0 { return nil }
      return panel.rowLabels.map { Tics(side: $0, pixels: height) } ?? Tics(count: panel.values.count, pixels: height)
    }
    let yLines = Double(heatmap.yLabel.wrapped(to: sideLength, lines: 2).count)
    let left = 10 + yLines * line
    let right = width - 80 - Double(heatmap.colorLabel.wrapped(to: sideLength, lines: 2).count) * line
    let gap = 14.0
    let taken = sides.reduce(0) { $0 + ($1.map { $0.breadth + 12 } ?? 0) } + gap * Double(sides.count)
    let share = max(20, (right - left - taken) / Double(sides.count))

    var places: [Place] = []
    var x = left
    for (panel, side) in zip(heatmap.panels, sides) {
      x += side.map { $0.breadth + 12 } ?? 0
      let foot = panel.columnLabels.map { Tics(foot: $0, pixels: share) } ?? Tics(count: panel.columns, pixels: share)
      places.append(
        Place(
          left: x / width, right: (x + share) / width, titleWidth: max(4, Int((share + gap) / 9)), columnTics: foot,
          rowTics: side))
      x += share + gap
    }
    let depth = places.map(\.columnTics.depth).max() ?? 0
    let xLines = Double(heatmap.xLabel.wrapped(to: 78, lines: 2).count)
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
