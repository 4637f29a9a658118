// How figures look: colours that survive colour blindness and print, dashes and marks that tell series apart without
// colour, and the frame that the charts share.

/// The colours that a heatmap gives its values.
public enum Palette: Sendable {
  /// From dark blue over green to yellow in equal steps to the eye, for values that run from little to much.
  case sequential
  /// Blue below zero, white at zero, orange above, for values of either sign.
  case diverging

  /// The colours from the lowest value to the highest, evenly spaced.
  var colours: [String] {
    switch self {
    case .sequential:
      ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"]
    case .diverging: ["#0b4f8a", "#6aaed6", "#ffffff", "#f5a15a", "#b3410e"]
    }
  }
}

enum Style {
  /// The colours of Okabe and Ito (2008), the ones that read best as lines on white first.
  static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]

  /// Defines the line types 1 to `count`, each with a colour, a dash and a mark.
  static func lineTypes(_ count: Int) -> [Statement] {
    (0..<count).map { index in
      let colour = colours[index % colours.count]
      return .command(
        "set linetype \(index + 1) lc rgb '\(colour)' lw 2 dt \(index % 5 + 1) pt \(marks[index % 6]) ps 0.7")
    }
  }

  /// Filled and open circles, squares and triangles: gnuplot's point types.
  private static let marks = [7, 5, 9, 6, 4, 8]

  /// The title, the axis labels and the frame of a chart. `legend` is whether a legend stands below it.
  static func frame(title: String, xLabel: String, yLabel: String, legend: Bool) -> [Statement] {
    let title = title.quotedLines(width: 78, lines: 3)
    let xText = xLabel.quotedLines(width: 78)
    // The text terminal cannot turn the label of the y axis, so there it stands under the title. In an image, a second
    // line keeps the label of the x axis off the legend.
    return [
      .command("if (terminal eq 'dumb') {"),
      .command(#"  set title \#(title)."\n".\#("↑ \(yLabel)".quotedLines(width: 78))"#),
      .command("  set xlabel \(xText)"),
      .command("} else {"),
      .command("  set title \(title)"),
      .command(#"  set xlabel \#(xText)."\n " offset 0, 0.5"#),
      .command("  set ylabel \(yLabel.quotedLines(width: 48))"),
      .command("  set grid lt 1 lc rgb '#dddddd' lw 1 dt 1"),
      .command("}"),
      .command("set border 3 lc rgb '#444444'"),
      .command("set tics nomirror out"),
      .command("set format '%.10g'"),
      .command(legend ? "set key outside below center horizontal Left reverse samplen 3" : "unset key"),
      .command("set samples 2"),
    ]
  }

  /// A legend entry. An empty label has none.
  static func entry(_ label: String) -> String {
    label.isEmpty ? "notitle" : "title \(label.elided(to: 72).quoted)"
  }
}
