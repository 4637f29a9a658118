// A diagram as statements of gnuplot: polygons, lines and labels in the pixels of the canvas.

extension Diagram {
  /// The size of the image: as large as the grid and all that stands on it need.
  public var canvas: Canvas { DiagramLayout(self).canvas }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let layout = DiagramLayout(self)
    var pen = Pen(origin: layout.origin)
    for placed in layout.frames {
      let frame = placed.frame
      if frame.isDashed {
        pen.stroke(placed.box.outline, frame.ink.mixed(0.8), width: 1.2)
      } else {
        pen.fill(placed.box, frame.ink.mixed(0.06), border: frame.ink.mixed(0.5), width: 1)
      }
    }
    for placed in layout.arrows {
      let colour = placed.arrow.ink.mixed(placed.arrow.strength.map { 0.4 + 0.6 * $0 } ?? 1)
      if placed.arrow.isDashed {
        pen.stroke(placed.shaft, colour, width: placed.width)
        pen.fill(placed.outline.dropFirst(placed.shaft.count - 1).dropLast(placed.shaft.count - 1), colour)
      } else {
        pen.fill(placed.outline, colour)
      }
    }
    let labels = (layout.frames.map(\.label) + layout.arrows.compactMap(\.label)).filter { !$0.text.isEmpty }
    for label in labels where label.isCrossed {
      let ground = layout.frames.last { !$0.frame.isDashed && $0.box.distance(to: label.box.centre) < 0 }
      pen.fill(label.box.outline, ground?.frame.ink.mixed(0.06) ?? "#ffffff")
    }
    for placed in layout.nodes {
      let ink = placed.node.ink
      if let fill = placed.node.fill {
        let border = placed.node.shape == .plain ? fill : 1
        pen.fill(placed.box, ink.mixed(fill), border: ink.mixed(border), width: 1.5)
      }
      for (index, line) in placed.lines.enumerated() {
        let height = (Double(placed.lines.count - 1) / 2 - Double(index)) * Double(placed.fontSize) * Text.height
        let isLight = (placed.node.fill ?? 0) < 0.6 || ink == .faint
        pen.write(
          line, at: placed.box.centre + [0, height], size: placed.fontSize, colour: isLight ? "#222222" : "#ffffff")
      }
    }
    for label in labels {
      let shift: Double =
        switch label.side {
        case .left: -1
        case .center: 0
        case .right: 1
        }
      pen.write(
        label.text, at: label.box.centre + [shift * label.box.half.x, 0], size: DiagramLayout.PlacedText.fontSize,
        colour: label.ink == .faint ? "#777777" : label.ink.mixed(1), side: label.side)
    }
    for (index, line) in layout.title.enumerated() {
      let place = Point(Double(layout.canvas.width) / 2, Double(layout.canvas.height - 16 - 20 * index))
      pen.write(line, at: layout.origin + place, size: 14, colour: "#000000", isLiteral: true)
    }
    return [
      .command("if (terminal eq 'dumb') { print 'A diagram needs lines: terminal svg or png.'; exit status 1 }"),
      .command("set termoption enhanced"),
      .command("unset border"), .command("unset tics"), .command("unset key"),
      .command("set lmargin at screen 0"), .command("set rmargin at screen 1"),
      .command("set bmargin at screen 0"), .command("set tmargin at screen 1"),
      .command("set xrange [0:\(layout.canvas.width)]"), .command("set yrange [0:\(layout.canvas.height)]"),
    ] + pen.labels + pen.data + [.plot(pen.plots)]
  }
}

/// What is drawn so far, the later over the earlier, and text over all.
private struct Pen {
  /// The lower left corner of the canvas.
  let origin: Point
  private(set) var data: [Statement] = []
  private(set) var plots: [String] = []
  private(set) var labels: [Statement] = []

  init(origin: Point) { self.origin = origin }

  mutating func fill(_ outline: some Sequence<Point>, _ colour: String) {
    add(outline, "filledcurves closed fs solid noborder fc rgb '\(colour)'")
  }

  /// The border is an area too: gnuplot's PNG frays the corners of wide lines.
  mutating func fill(_ box: RoundedBox, _ colour: String, border: String, width: Double) {
    fill(box.grown(by: width / 2).outline, border)
    fill(box.grown(by: -width / 2).outline, colour)
  }

  /// A dashed line.
  mutating func stroke(_ path: [Point], _ colour: String, width: Double) {
    add(path, "lines lc rgb '\(colour)' lw \(width) dt (8, 6)")
  }

  private mutating func add(_ points: some Sequence<Point>, _ style: String) {
    let rows = points.map { [rounded($0.x - origin.x), rounded($0.y - origin.y)] }
    data.append(.data(name: "part\(data.count + 1)", rows: rows))
    plots.append("$part\(data.count) using 1:2 with \(style) notitle")
  }

  mutating func write(
    _ text: String, at place: Point, size: Int, colour: String, side: DiagramLayout.PlacedText.Side = .center,
    isLiteral: Bool = false
  ) {
    if text.isEmpty { return }
    let label = isLiteral ? "\(text.quoted) noenhanced" : text.quotedWithSubscripts
    let at = "\(rounded(place.x - origin.x)), \(rounded(place.y - origin.y))"
    labels.append(.command("set label \(label) at \(at) \(side) font ',\(size)' tc rgb '\(colour)' front"))
  }

  /// Finer than an image is, and short to write.
  private func rounded(_ length: Double) -> Double { (length * 32).rounded() / 32 }
}

extension Node {
  /// How much of the ink fills the node, or nil where nothing does.
  fileprivate var fill: Double? {
    switch shape {
    case .box, .circle: value ?? 0.05
    case .gate: value ?? 0.16
    case .operation: value ?? 0
    case .dot: 1
    case .plain: value
    }
  }
}

extension Ink {
  private var colour: String {
    switch self {
    case .neutral: "#444444"
    case .forward: Style.colours[0]
    case .backward: Style.colours[1]
    case .accent: Style.colours[2]
    case .faint: "#bbbbbb"
    }
  }

  /// The colour on white, from 0 for none of it to 1 for all.
  fileprivate func mixed(_ share: Double) -> String {
    let code = Int(colour.dropFirst(), radix: 16)!
    let parts = [code >> 16, code >> 8 & 255, code & 255].map { 255 - Int((Double(255 - $0) * share).rounded()) }
    return "#" + parts.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
