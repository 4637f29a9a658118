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
  }

  /// The name of the curve in the legend.
  public var label: String
  /// The points from left to right, in the units of the axes.
  public var x: [Double], y: [Double]
  /// How the curve is drawn.
  public var style: Style

  /// A curve through the points (x[i], y[i]). Traps where `x` and `y` differ in length.
  public init(_ label: String, x: [Double], y: [Double], style: Style = .line) {
    precondition(x.count == y.count, "series “\(label)” has \(x.count) x values and \(y.count) y values")
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
/// A point that its axes cannot show (nan, infinite, or zero and below on a logarithmic axis) leaves a gap in its curve.
public struct LineChart: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas = Canvas()
  private let xLabel: String, yLabel: String
  private let series: [Series]
  private let references: [Reference]
  private let xScale: Scale, yScale: Scale

  /// A chart of `series`. The labels of the axes name what they measure and its unit.
  public init(
    title: String, xLabel: String, yLabel: String, series: [Series], references: [Reference] = [],
    xScale: Scale = .linear, yScale: Scale = .linear
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
    self.references = references
    self.xScale = xScale
    self.yScale = yScale
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let curves = series.map { series in
      zip(series.x, series.y).map { [xScale.place($0), yScale.place($1)] }
    }
    let shown = curves.joined().filter { !$0[0].isNaN && !$0[1].isNaN }
    let xAxis = Axis(shown.map { $0[0] }, scale: xScale, tight: true)
    let yAxis = Axis(shown.map { $0[1] } + references.map(\.value), scale: yScale)

    var data: [Statement] = []
    var plots: [String] = []
    for (index, series) in series.enumerated() {
      let count = curves[index].count { !$0[0].isNaN && !$0[1].isNaN }
      let style = "with \(style(of: series, count: count)) lt \(index + 1) \(Plotting.Style.entry(series.label))"
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
      + Plotting.Style.lineTypes(series.count) + xAxis.statements("x") + yAxis.statements("y")
      + references.flatMap { $0.nameInText(scale: yScale) } + data + [.plot(plots)]
  }

  /// A line needs two points: a single one is drawn as a mark.
  private func style(of series: Series, count: Int) -> String {
    switch series.style {
    case .line: count == 1 ? "linespoints" : "lines"
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
