// Bars: a quantity by category, one bar a category or a group of bars side by side.

/// The bars of one colour in a `BarChart`, one for each category.
public struct Bars: Sendable {
  /// The name of the group in the legend.
  public var label: String
  /// The heights, in the units of the y axis, category by category. A nan leaves its place empty.
  public var values: [Double]

  /// The bars `values`, named `label`.
  public init(_ label: String, _ values: [Double]) {
    self.label = label
    self.values = values
  }
}

/// A chart of bars that rise from zero, with horizontal lines to read them against.
public struct BarChart: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas = Canvas()
  private let xLabel: String, yLabel: String
  private let categories: [String]
  private let bars: [Bars]
  private let references: [Reference]
  private let showsValues: Bool

  /// A chart with one group of bars for each of `categories`. Where `showsValues` holds, each bar carries its value to
  /// three digits. Traps where one of `bars` has not as many values as there are categories.
  public init(
    title: String, xLabel: String, yLabel: String, categories: [String], bars: [Bars], references: [Reference] = [],
    showsValues: Bool = false
  ) {
    for group in bars where group.values.count != categories.count {
      fatalError("bars “\(group.label)” have \(group.values.count) values for \(categories.count) categories")
    }
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.categories = categories
    self.bars = bars
    self.references = references
    self.showsValues = showsValues
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let width = 0.8 / Double(max(bars.count, 1))
    let groups = bars.enumerated().map { index, group in
      let shift = (Double(index) - Double(bars.count - 1) / 2) * width
      return group.values.enumerated().map { [Double($0) + shift, Scale.linear.place($1)] }
    }
    let heights = groups.joined().map { $0[1] }
    let yAxis = Axis([0] + heights + references.map(\.value), scale: .linear)

    var data: [Statement] = []
    var plots: [String] = []
    for (index, rows) in groups.enumerated() {
      let style = "boxes lt \(index + 1) dt 1 fs solid 0.85 noborder \(Style.entry(bars[index].label))"
      if rows.allSatisfy({ $0[1].isNaN }) {
        plots.append("keyentry with \(style)")
      } else {
        data.append(.data(name: "bars\(index + 1)", rows: rows))
        plots.append("$bars\(index + 1) using 1:2 with \(style)")
      }
    }
    for (index, reference) in references.enumerated() {
      plots.append(reference.plot(index: index, lineType: bars.count + index + 1, scale: .linear))
    }
    return Style.frame(
      title: title, xLabel: xLabel, yLabel: yLabel,
      legend: !(bars.map(\.label) + references.map(\.label)).allSatisfy(\.isEmpty))
      + Style.lineTypes(bars.count) + yAxis.statements("y")
      + [
        // Lines up the sides of the bars would say nothing.
        .command("if (terminal ne 'dumb') { set grid noxtics }"),
        .command("set xrange [-0.6:\(Double(max(categories.count, 1)) - 0.4)]"),
        .command("set boxwidth \(width)"),
        .command("set xzeroaxis lt 1 lc rgb '#444444' lw 1 dt 1"),
      ]
      + Tics(foot: categories, pixels: 680).statements("x")
      + [.command("set style textbox opaque noborder margins 0.5, 0")]
      + (showsValues ? valueLabels(groups) : []) + references.flatMap { $0.nameInText(scale: .linear) } + data + [
        .plot(plots)
      ]
  }

  private func valueLabels(_ groups: [[[Double]]]) -> [Statement] {
    let size = groups.joined().count > 20 ? 10 : 12
    return groups.joined().filter { !$0[1].isNaN }.map { bar in
      let side = bar[1] < 0 ? "-0.7" : "0.7"
      return .command(
        "set label \(readable(bar[1]).quoted) at \(bar[0]), \(bar[1]) center offset 0, char \(side) "
          + "font ',\(size)' front boxed")
    }
  }
}
