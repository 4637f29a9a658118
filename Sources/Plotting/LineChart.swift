// Curves over a common x axis: a loss over the steps of training, a gradient over the lag.

/// A curve of a `LineChart`.
public struct Series: Sendable {
  /// How a curve is drawn.
  public enum Style: Sendable {
    /// A line through the points.
    case line
    /// A mark at each point.
    case points
    /// A line through the points and a mark at each.
    case linePoints
    /// A thin dashed line in the colour of the series before it: what theory expects of that curve.
    case guide
  }

  /// The name of the curve, drawn where it ends or in the legend. An empty one is not drawn.
  public var label: String
  /// The points from left to right, in the units of the axes.
  public var x: [Double], y: [Double]
  /// How the curve is drawn.
  public var style: Style

  /// A curve through the points (x[i], y[i]). Traps where `x` and `y` differ in length.
  public init(_ label: String, x: [Double], y: [Double], style: Style = .line) {
    guard x.count == y.count else {
      fatalError("series “\(label)” has \(x.count) x values and \(y.count) y values")
    }
    self.label = label
    self.x = x
    self.y = y
    self.style = style
  }

  /// A curve through `y` at x = 1, 2, 3, …
  public init(_ label: String, y: [Double], style: Style = .line) {
    self.init(label, x: y.indices.map { Double($0 + 1) }, y: y, style: style)
  }
}

/// A chart of one or several curves, with horizontal lines to read them against.
///
/// The name of each curve stands in its colour where the curve ends, that of a horizontal line at its right end. A
/// legend below the chart takes their place where that cannot be: in a text terminal, for more than eight names or
/// seven colours, for a name that is wider than 26 columns, of `points` without a line, or of what
/// the axes cannot show.
///
/// A point that its axes cannot show (nan, infinite, or zero and below on a logarithmic axis) leaves a
/// gap in its curve.
public struct LineChart: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas = Canvas()
  private let xLabel: String, yLabel: String
  let series: [Series]
  let references: [Reference]
  private let xScale: Scale, yScale: Scale
  private let yRange: ClosedRange<Double>?

  /// A chart of `series`. The labels of the axes name what they measure and its unit. The y axis shows `yRange`, and a
  /// curve that goes beyond it leaves the frame; without a range it shows everything.
  public init(
    title: String, xLabel: String, yLabel: String, series: [Series], references: [Reference] = [],
    xScale: Scale = .linear, yScale: Scale = .linear, yRange: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.references = references
    self.xScale = xScale
    self.yScale = yScale
    self.yRange = yRange
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let curves = series.map { series in
      zip(series.x, series.y).map { [xScale.place($0), yScale.place($1)] }
    }
    let shown = curves.joined().filter { !$0[0].isNaN && !$0[1].isNaN }
    let xAxis = Axis(shown.map { $0[0] }, scale: xScale, tight: true)
    let shownHeights = yRange.map { [$0.lowerBound, $0.upperBound] } ?? shown.map { $0[1] } + references.map(\.value)
    let yAxis = Axis(shownHeights, scale: yScale)

    var data: [Statement] = []
    var plots: [String] = []
    let names = endLabels(curves, xAxis, yAxis)
    for (index, series) in series.enumerated() {
      let count = curves[index].count { !$0[0].isNaN && !$0[1].isNaN }
      // Where the names stand at the curves, no curve needs a dash to be told from another.
      let dash = series.style == .guide ? " lw 1.2 dt 2" : names == nil ? "" : " dt 1"
      let style =
        "with \(style(of: series, count: count)) \(lineType(index))\(dash) \(Plotting.Style.entry(series.label))"
      if count == 0 {
        plots.append("keyentry \(style)")
      } else {
        data.append(.data(name: "series\(index + 1)", rows: curves[index]))
        plots.append("$series\(index + 1) using 1:2 \(style)")
      }
    }
    for (index, reference) in references.enumerated() {
      plots.append(reference.plot(index: index, lineType: series.count + index + 1, scale: yScale))
    }
    return Plotting.Style.frame(
      title: title, xLabel: xLabel, yLabel: yLabel,
      legend: !(series.map(\.label) + references.map(\.label)).allSatisfy(\.isEmpty))
      + Plotting.Style.lineTypes(colourCount) + xAxis.statements("x") + yAxis.statements("y")
      + (names?.statements ?? []) + references.flatMap { $0.nameInText(scale: yScale) } + data + [.plot(plots)]
  }

  /// The names where the curves end, or nil where they have to stand in a legend.
  private func endLabels(_ curves: [[[Double]]], _ xAxis: Axis, _ yAxis: Axis) -> EndLabels? {
    var lines = curves.map { rows in
      rows.filter { !$0[0].isNaN && !$0[1].isNaN }.map { (x: xAxis.fraction($0[0]), y: yAxis.fraction($0[1])) }
    }
    lines += references.map(\.value).map { value in
      yScale.place(value).isNaN ? [] : [0.0, 1].map { (x: $0, y: yAxis.fraction(value)) }
    }
    lines = lines.map(EndLabels.withinFrame)
    let labels = (series.map(\.label) + references.map(\.label)).map(\.visible)
    let named = labels.indices.filter { !labels[$0].isEmpty }
    let canStand = named.allSatisfy { index in
      labels[index].displayWidth <= 26 && !lines[index].isEmpty
        && (index >= series.count || series[index].style != .points)
    }
    guard canStand, named.count <= 8, colourCount <= Plotting.Style.colours.count else { return nil }
    let ends = named.map { index in
      // The end on the right, also where the points come from right to left.
      let (first, last) = (lines[index][0], lines[index][lines[index].count - 1])
      return EndLabels.End(
        name: labels[index], colour: index < series.count ? "lt \(colour(index))" : "rgb '#333333'",
        place: first.x > last.x ? first : last)
    }
    return EndLabels(
      ends: ends, lines: lines, canvas: canvas, title: title, xLabel: xLabel, yLabel: yLabel,
      ticWidth: yAxis.ticWidth)
  }

  private var colourCount: Int { max(1, series.count { $0.style != .guide }) }

  /// The line type whose colour the series at `index` has.
  private func colour(_ index: Int) -> Int { max(1, series[...index].count { $0.style != .guide }) }

  /// The line type of the series at `index`: a guide has one of its own for the text terminal, which has no colours.
  private func lineType(_ index: Int) -> String {
    if series[index].style != .guide { return "lt \(colour(index))" }
    return "lt \(colourCount + series[...index].count { $0.style == .guide }) lc \(colour(index))"
  }

  /// A line needs two points: a single one is drawn as a mark.
  private func style(of series: Series, count: Int) -> String {
    switch series.style {
    case .line, .guide: count == 1 ? "linespoints" : "lines"
    case .points: "points"
    case .linePoints: "linespoints"
    }
  }
}

extension Statement {
  /// The command that draws `parts` into one frame, and the frame alone where there is none.
  static func plot(_ parts: [String]) -> Statement {
    .command("plot " + (["NaN notitle"] + parts).joined(separator: ", \\\n  "))
  }
}
