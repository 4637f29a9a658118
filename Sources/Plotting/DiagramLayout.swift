// Where the parts of a diagram stand on its canvas, in pixels, y upwards.

/// The parts of a diagram at their places.
struct DiagramLayout {
  struct PlacedNode {
    let node: Node
    let box: RoundedBox
    let lines: [String]
    let fontSize: Int
  }

  struct PlacedArrow {
    let arrow: Arrow
    /// From the border of the one node to the tip of the arrow.
    let path: [Point]
    let width: Double
    var label: PlacedText?

    /// The length of the head and half its breadth. They grow with the width, and a short arrow has a short head. A
    /// line into a dot has none.
    var head: (length: Double, breadth: Double) {
      if arrow.to.shape == .dot { return (0, width / 2) }
      let size = min(1, 0.7 * path.length / (6.5 + 1.7 * width))
      return (size * (6.5 + 1.7 * width), max(width / 2 + 1.5, size * (2.6 + 0.95 * width)))
    }

    /// The line and its head, as a polygon.
    var outline: [Point] {
      let tip = path[path.count - 1]
      let along = (tip - path.upTo(path.length - head.length - 1).last!).unit
      let shaft = shaft
      let sides = shaft.indices.map { index in
        (shaft[min(index + 1, shaft.count - 1)] - shaft[max(index - 1, 0)]).unit.left * (width / 2)
      }
      let base = tip - along * head.length
      let barb = along.left * head.breadth
      let point = head.length == 0 ? [] : [base + barb, tip, base - barb]
      return zip(shaft, sides).map(+) + point + zip(shaft, sides).reversed().map(-)
    }

    /// The line as far as into its head, which is hollow at the back.
    var shaft: [Point] { path.upTo(path.length - 0.8 * head.length) }
  }

  /// The label of an arrow or a frame.
  struct PlacedText {
    enum Side: String { case left, center, right }
    static let fontSize = 13
    let text: String
    var box: RoundedBox
    /// The side of the box that the text is flush with.
    let side: Side
    let ink: Ink
    /// Whether a line passes behind it, so that it needs a ground.
    var isCrossed = false

    init(_ text: String, in box: RoundedBox, side: Side, ink: Ink) {
      self.text = text
      self.box = box
      self.side = side
      self.ink = ink
    }

    /// Half the width and half the height of `text`.
    static func half(_ text: String) -> Point { Point(text.width(size: fontSize) / 2 + 1, 8.5) }
  }

  struct PlacedFrame {
    let frame: Frame
    let box: RoundedBox
    var label: PlacedText
  }

  let nodes: [PlacedNode]
  var arrows: [PlacedArrow]
  var frames: [PlacedFrame]
  /// The lower left corner of the canvas.
  private(set) var origin = Point.zero
  private(set) var canvas = Canvas(width: 0, height: 0)
  /// The lines of the title.
  private(set) var title: [String] = []

  init(_ diagram: Diagram) {
    let grid = DiagramGrid(diagram)
    nodes = diagram.nodes.map(grid.placed)
    arrows = DiagramLayout.placed(diagram, on: grid)
    frames = diagram.frames.map { frame in
      let (lower, upper) = (grid.point(frame.lower), grid.point(frame.upper))
      let box = RoundedBox(centre: (lower + upper) / 2, half: (upper - lower + grid.spacing) / 2 - 4, radius: 10)
      let text = frame.label.elided(to: 60)
      let place = RoundedBox(centre: box.centre, half: PlacedText.half(text))
      return PlacedFrame(frame: frame, box: box, label: PlacedText(text, in: place, side: .left, ink: frame.ink))
    }
    placeLabels(of: diagram)

    // The canvas encloses all of it.
    let boxes =
      nodes.map(\.box) + frames.flatMap { [$0.box, $0.label.box] } + arrows.compactMap(\.label?.box)
      + arrows.flatMap { arrow in arrow.path.map { RoundedBox(centre: $0, half: Point() + arrow.head.breadth) } }
    let lower = boxes.map(\.lower).reduce(boxes.first?.lower ?? .zero, pointwiseMin)
    let upper = boxes.map(\.upper).reduce(boxes.first?.upper ?? .zero, pointwiseMax)
    let margin = 17.0
    let width = max(upper.x - lower.x + 2 * margin, min(400, diagram.title.width(size: 14) + 2 * margin), 120)
    title = diagram.title.isEmpty ? [] : diagram.title.wrapped(to: Int((width - margin) / 8.2), lines: 3)
    let height = max(upper.y - lower.y, 40) + 2 * margin + (title.isEmpty ? 0 : 4 + 20 * Double(title.count))
    canvas = Canvas(width: Int(width.rounded(.up)), height: Int(height.rounded(.up)))
    origin = [(lower.x + upper.x - Double(canvas.width)) / 2, lower.y - margin]
  }

  private static func placed(_ diagram: Diagram, on grid: DiagramGrid) -> [PlacedArrow] {
    let arrows = diagram.arrows
    // The widest line is no wider than a quarter of the shortest arrow that carries a number, so that all have heads.
    let shortest = arrows.filter { $0.strength != nil }.map { grid.path(of: $0, aside: 0).length }.min() ?? 0
    let widest = (shortest / 4).clamped(to: 2...10)
    func width(_ arrow: Arrow) -> Double { arrow.strength.map { 0.6 + (widest - 0.6) * $0 } ?? 1.8 }
    // All pairs of arrows step aside as far, so that a row of them is straight.
    let sidestep = 4 + 0.7 * (arrows.filter(diagram.isTwoWay).map(width).max() ?? 0)
    return arrows.compactMap { arrow in
      let path = grid.path(of: arrow, aside: diagram.isTwoWay(arrow) ? sidestep : 0, gap: 3 + width(arrow) / 4)
      return path.length < 1 ? nil : PlacedArrow(arrow: arrow, path: path, width: width(arrow), label: nil)
    }
  }
}
