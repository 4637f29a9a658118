// How figures look: colours that survive colour blindness and print, and dashes and marks that tell lines apart without
// colour.

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
  static func lineTypes(_ count: Int) -> [String] {
    (0..<count).map { index in
      let colour = colours[index % colours.count]
      return "set linetype \(index + 1) lc rgb '\(colour)' lw 2 dt \(index % 5 + 1) pt \(marks[index % 6]) ps 0.7"
    }
  }

  /// Filled and open circles, squares and triangles: gnuplot's point types.
  private static let marks = [7, 5, 9, 6, 4, 8]
}
