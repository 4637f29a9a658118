// A horizontal line that a chart is read against: a baseline, a bound, a theoretical value.

/// A labelled horizontal line across a chart, drawn dark and dashed, its label at its right end or in the legend.
public struct Reference: Sendable {
  /// What the line stands for.
  public var label: String
  /// Where it stands, in the units of the y axis.
  public var value: Double

  /// A line at `value` that stands for `label`.
  public init(_ label: String, at value: Double) {
    self.label = label
    self.value = value
  }

  /// The part of a `plot` command that draws the line as line type `lineType`, the `index`-th of its chart.
  func plot(index: Int, lineType: Int, scale: Scale) -> String {
    let style = "lines lt \(lineType) lc rgb '#333333' lw 1.5 dt \(index % 4 + 2) \(Style.entry(label))"
    return scale.place(value).isNaN ? "keyentry with \(style)" : "\(value) with \(style)"
  }

  /// The text terminal has few kinds of lines, so there the label also stands on the line.
  func nameInText(scale: Scale) -> [Statement] {
    if scale.place(value).isNaN || label.isEmpty { return [] }
    return [
      .command(
        "if (terminal eq 'dumb') { set label \(label.elided(to: 40).quoted) at graph 0.99, first \(value) right front }"
      )
    ]
  }
}
