// Points in a plane: words embedded in two dimensions, the path of a state of two units.

/// Points of one colour and mark in a `ScatterPlot`.
public struct Points: Sendable {
  /// The name of the points in the legend.
  public var label: String
  /// Where the points stand, in the units of the axes.
  public var x: [Double], y: [Double]
  /// What is written beside each point, or nil for nothing.
  public var names: [String]?
  /// Whether a line leads from each point to the next.
  public var isPath: Bool

  /// The points (x[i], y[i]). Traps where `x`, `y` and `names` differ in length.
  public init(_ label: String, x: [Double], y: [Double], names: [String]? = nil, isPath: Bool = false) {
    guard x.count == y.count else {
      fatalError("points “\(label)” have \(x.count) x values and \(y.count) y values")
    }
    if let names, names.count != x.count {
      fatalError("points “\(label)” number \(x.count), their names \(names.count)")
    }
    self.label = label
    self.x = x
    self.y = y
    self.names = names
    self.isPath = isPath
  }
}

/// A chart of points, each with a name beside it if it has one. A point that is nan or infinite is left out.
public struct ScatterPlot: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas = Canvas(width: 800, height: 600)
  private let xLabel: String, yLabel: String
  private let points: [Points]

  /// A chart of `points`.
  public init(title: String, xLabel: String, yLabel: String, points: [Points]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.points = points
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let groups = points.map { points in
      zip(points.x, points.y).map { x, y in
        let whole = !Scale.linear.place(x).isNaN && !Scale.linear.place(y).isNaN
        return whole ? [x, y] : [Double.nan, .nan]
      }
    }
    let xAxis = Axis(groups.joined().map { $0[0] }, scale: .linear)
    let yAxis = Axis(groups.joined().map { $0[1] }, scale: .linear)

    var data: [Statement] = []
    var plots: [String] = []
    for (index, rows) in groups.enumerated() {
      let style = points[index].isPath ? "linespoints" : "points"
      let entry = "with \(style) lt \(index + 1) ps 1 \(Style.entry(points[index].label))"
      if rows.allSatisfy({ $0[0].isNaN }) {
        plots.append("keyentry \(entry)")
      } else {
        data.append(.data(name: "points\(index + 1)", rows: rows))
        plots.append("$points\(index + 1) using 1:2 \(entry)")
      }
    }
    return Style.frame(
      title: title, xLabel: xLabel, yLabel: yLabel, legend: !points.map(\.label).allSatisfy(\.isEmpty))
      + Style.lineTypes(points.count) + xAxis.statements("x") + yAxis.statements("y")
      + names(groups, xAxis, yAxis) + data + [.plot(plots)]
  }

  private func names(_ groups: [[[Double]]], _ xAxis: Axis, _ yAxis: Axis) -> [Statement] {
    // The frame takes about this much of the canvas; names need no more precision than that.
    let place = { (row: [Double]) in (x: xAxis.fraction(row[0]) * 690, y: yAxis.fraction(row[1]) * 450) }
    var placement = NamePlacement(
      points: groups.joined().filter { !$0[0].isNaN }.map(place), width: 690, height: 450)
    var statements: [Statement] = []
    for (points, rows) in zip(points, groups) {
      for (name, row) in zip(points.names ?? [], rows) where !row[0].isNaN && !name.isEmpty {
        let name = name.elided(to: 24)
        let side = placement.side(for: name, at: place(row))
        statements.append(.command("set label \(name.quoted) at \(row[0]), \(row[1]) \(side) font ',12' front"))
      }
    }
    return statements
  }
}
