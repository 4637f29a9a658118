// The names of lines where the lines end, in their colours: nobody has to match a dash with one in a legend.

/// The names of the curves and horizontal lines of a chart, each beside the end of its line. A line that ends at the
/// right edge of the frame has its name in the margin; another, beside its end within the frame.
struct EndLabels {
  /// A place in the frame: 0 is the left edge or the foot, 1 the right edge or the top.
  typealias Place = (x: Double, y: Double)

  /// The end of a line: its name, its colour in gnuplot's words, and where it is.
  struct End {
    let name: String
    let colour: String
    let place: Place

    /// The width of the name in pixels.
    var width: Double { Double(name.displayWidth) * Tics.width * 13 }

    /// Whether the name stands in the margin: there is no room for it between the end and the edge.
    var isAtEdge: Bool { place.x > 0.95 }

    func label(at place: Place, _ side: String) -> Statement {
      .command("set label \(name.quoted) at graph \(place.x), graph \(place.y) \(side) tc \(colour) font ',13' front")
    }
  }

  private let ends: [End], lines: [[Place]]
  private let margins: (left: Double, right: Double, bottom: Double, top: Double)
  private let canvas: Canvas

  /// The names of `ends`, clear of `lines`, on a canvas with room for the texts around the frame and for tics of the y
  /// axis that are `ticWidth` columns wide.
  init(
    ends: [End], lines: [[Place]], canvas: Canvas, title: String, xLabel: String, yLabel: String, ticWidth: Int
  ) {
    /// The lines into which `Style.frame` breaks a text.
    func count(_ text: String, width: Int, lines: Int = 2) -> Double {
      Double(text.wrapped(to: width, lines: lines).count)
    }
    self.ends = ends
    self.lines = lines
    self.canvas = canvas
    // gnuplot's distances from the frame: a line of text is 21 pixels high, a column of a tic at most 10 wide.
    margins = (
      left: 42 + 10 * Double(ticWidth) + 11 * count(yLabel, width: 48),
      right: ends.filter(\.isAtEdge).map { $0.width + 20 }.max() ?? 30,
      bottom: 46 + 21 * count(xLabel, width: 78), top: 24 + 21 * count(title, width: 78, lines: 3)
    )
  }

  /// The statements that fix the frame and write the names. The text terminal is too coarse for them
  /// and keeps the legend.
  var statements: [Statement] {
    let size = (width: Double(canvas.width), height: Double(canvas.height))
    let width = size.width - margins.left - margins.right
    let height = size.height - margins.bottom - margins.top
    var statements: [Statement] = [
      .command("if (terminal ne 'dumb') {"),
      .command("unset key"),
      .command("set lmargin at screen \(margins.left / size.width)"),
      .command("set rmargin at screen \(1 - margins.right / size.width)"),
      .command("set bmargin at screen \(margins.bottom / size.height)"),
      .command("set tmargin at screen \(1 - margins.top / size.height)"),
    ]
    // From the foot up; of two that end together, the first stands above.
    let column = ends.filter(\.isAtEdge).reversed().enumerated()
      .sorted { ($0.element.place.y, $0.offset) < ($1.element.place.y, $1.offset) }.map(\.element)
    let heights = Self.spread(column.map { $0.place.y * height }, distance: 17, upTo: height)
    for (end, y) in zip(column, heights) {
      statements.append(end.label(at: (1 + 8 / width, y / height), "left"))
    }
    var placement = NamePlacement(
      lines: lines.map { $0.map { ($0.x * width, $0.y * height) } }, width: width, height: height)
    for end in ends where !end.isAtEdge {
      let side = placement.side(for: end.name, at: (end.place.x * width, end.place.y * height))
      statements.append(end.label(at: end.place, side))
    }
    return statements + [.command("}")]
  }

  /// The part of a line that the frame shows, from and to the points where it crosses the foot or the top.
  static func withinFrame(_ line: [Place]) -> [Place] {
    var shown: [Place] = []
    for (index, place) in line.enumerated() {
      if index > 0, case let before = line[index - 1] {
        for edge in [0.0, 1.0] where (before.y < edge) != (place.y < edge) && before.y != edge && place.y != edge {
          shown.append((before.x + (place.x - before.x) * (edge - before.y) / (place.y - before.y), edge))
        }
      }
      if 0...1 ~= place.y { shown.append(place) }
    }
    return shown
  }

  /// The rising `places`, moved as little as possible so that they are `distance` apart and between 0 and `limit`.
  static func spread(_ places: [Double], distance: Double, upTo limit: Double) -> [Double] {
    // Less the distances before it, no place may lie below the one before. Those that do share their mean.
    var groups: [(sum: Double, count: Int)] = []
    for (index, place) in places.enumerated() {
      var group = (sum: place - Double(index) * distance, count: 1)
      while let last = groups.last, last.sum / Double(last.count) > group.sum / Double(group.count) {
        group = (group.sum + last.sum, group.count + last.count)
        groups.removeLast()
      }
      groups.append(group)
    }
    let highest = max(0, limit - Double(places.count - 1) * distance)
    return groups.flatMap { Array(repeating: min(max($0.sum / Double($0.count), 0), highest), count: $0.count) }
      .enumerated().map { $0.element + Double($0.offset) * distance }
  }
}
