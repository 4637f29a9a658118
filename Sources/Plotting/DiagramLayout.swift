// Where the parts of a diagram stand on its canvas, in pixels, y upwards.

/// The parts of a diagram at their places.
struct DiagramLayout {
  struct PlacedNode {
    let node: Node
    var box: RoundedBox
    let lines: [String]
    let fontSize: Int
  }

  struct PlacedArrow {
    let arrow: Arrow
    /// From the border of the one node to the tip of the arrow.
    var path: [Point]
    let width: Double
    var label: PlacedText?

    /// The length of the head and half its breadth. They grow with the width, and a short arrow has a short head. A line
    /// into a dot has none.
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

  struct PlacedText {
    enum Side: String { case left, center, right }
    let text: String
    var box: RoundedBox
    let size: Int
    /// The side of the box that the text begins at.
    let side: Side
    let ink: Ink
    /// Whether a line passes behind it, so that it needs a white ground.
    var isCrossed = false
  }

  struct PlacedFrame {
    let frame: Frame
    var box: RoundedBox
    var label: PlacedText
  }

  private(set) var nodes: [PlacedNode] = []
  private(set) var arrows: [PlacedArrow] = []
  private(set) var frames: [PlacedFrame] = []
  private(set) var canvas = Canvas()
  /// The lines of the title, and the height of the first above the foot of the canvas.
  private(set) var title: (lines: [String], height: Double) = ([], 0)

  init(_ diagram: Diagram) {
    let grid = DiagramGrid(diagram)
    nodes = diagram.nodes.map(grid.placed)
    frames = diagram.frames.map { frame in
      let (lower, upper) = (grid.point(frame.lower), grid.point(frame.upper))
      let box = RoundedBox(centre: (lower + upper) / 2, half: (upper - lower) / 2 + grid.spacing / 2 - 4, radius: 10)
      let text = frame.label.elided(to: 60)
      let half = Point(text.width(size: 13) / 2, 8.5)
      return PlacedFrame(
        frame: frame, box: box,
        label: PlacedText(
          text: text, box: RoundedBox(centre: box.centre, half: half), size: 13, side: .left, ink: frame.ink))
    }
    place(diagram.arrows, of: diagram, on: grid)
    placeLabels(of: diagram)

    // The canvas encloses all of it.
    let boxes =
      nodes.map { $0.box.grown(by: 1) } + frames.flatMap { [$0.box.grown(by: 1), $0.label.box] }
      + arrows.flatMap { arrow in
        let reach = arrow.head.breadth
        return arrow.path.map { RoundedBox(centre: $0, half: [reach, reach]) } + (arrow.label.map { [$0.box] } ?? [])
      }
    let lower = boxes.map(\.lower).reduce(boxes.first?.lower ?? .zero, pointwiseMin)
    let upper = boxes.map(\.upper).reduce(boxes.first?.upper ?? .zero, pointwiseMax)
    let margin = 16.0
    let width = max(upper.x - lower.x + 2 * margin, min(400, diagram.title.width(size: 14) + 2 * margin), 120)
    let lines = diagram.title.isEmpty ? [] : diagram.title.wrapped(to: Int((width - margin) / 8.2), lines: 3)
    let foot = max(upper.y - lower.y, 40) + 2 * margin
    title = (lines, foot + 20 * Double(lines.count) - 12)
    canvas = Canvas(
      width: Int(width.rounded(.up)),
      height: Int((foot + 20 * Double(lines.count) + (lines.isEmpty ? 0 : 4)).rounded(.up)))
    let shift = Point(Double(canvas.width) / 2, foot / 2) - (lower + upper) / 2
    for index in nodes.indices { nodes[index].box.centre += shift }
    for index in frames.indices {
      frames[index].box.centre += shift
      frames[index].label.box.centre += shift
    }
    for index in arrows.indices {
      arrows[index].path = arrows[index].path.map { $0 + shift }
      arrows[index].label?.box.centre += shift
    }
  }

  private mutating func place(_ arrows: [Arrow], of diagram: Diagram, on grid: DiagramGrid) {
    // The widest line is no wider than a quarter of the shortest arrow that carries a number, so that all have heads.
    let shortest = arrows.filter { $0.strength != nil }.map { grid.path(of: $0, aside: 0).length }.min() ?? 0
    let widest = (shortest / 4).clamped(to: 2...10)
    func width(_ arrow: Arrow) -> Double { arrow.strength.map { 0.6 + (widest - 0.6) * $0 } ?? 1.8 }
    // All pairs of arrows step aside as far, so that a row of them is straight.
    let sidestep = 4 + 0.7 * (arrows.filter(diagram.isTwoWay).map(width).max() ?? 0)
    self.arrows = arrows.compactMap { arrow in
      let path = grid.path(of: arrow, aside: diagram.isTwoWay(arrow) ? sidestep : 0, gap: 3 + width(arrow) / 4)
      return path.length < 1 ? nil : PlacedArrow(arrow: arrow, path: path, width: width(arrow), label: nil)
    }
  }

  /// Puts each label where it covers least: nodes and labels by their area, lines by their points.
  private mutating func placeLabels(of diagram: Diagram) {
    var taken = nodes.map { $0.box.grown(by: 1) }
    let points = arrows.flatMap { arrow in
      arrow.shaft.dense(step: 4).map { (point: $0, reach: arrow.width / 2) }
        + [(point: arrow.path.upTo(arrow.path.length - arrow.head.length).last!, reach: arrow.head.breadth)]
    }
    func lines(_ box: RoundedBox) -> Double { 20 * Double(points.count { box.distance(to: $0.point) < $0.reach + 1 }) }
    func cost(_ box: RoundedBox) -> Double { taken.reduce(lines(box)) { $0 + $1.shared(with: box) } }

    for index in frames.indices where !frames[index].label.text.isEmpty {
      frames[index].label.box =
        frames[index].labelPlaces.min { cost($0.box) + $0.penalty < cost($1.box) + $1.penalty }!.box
      frames[index].label.isCrossed = lines(frames[index].label.box) > 0
      taken.append(frames[index].label.box)
    }
    // Arrows that run alike from the same row to the same row have their labels in the same place.
    var groups: [[Double]: [Int]] = [:]
    for (index, arrow) in arrows.map(\.arrow).enumerated() where !arrow.label.isEmpty {
      let (from, to) = (arrow.from.place, arrow.to.place)
      let way = [from.row, to.row, to.column - from.column, arrow.bend, diagram.isTwoWay(arrow) ? 1 : 0]
      groups[arrow.via.isEmpty ? way : [Double(index)], default: []].append(index)
    }
    for group in groups.values.sorted(by: { $0[0] < $1[0] }) {
      let places = group.map { arrows[$0].labelPlaces(isTwoWay: diagram.isTwoWay(arrows[$0].arrow)) }
      let costs = places[0].indices.map { place in
        places.reduce(0) { $0 + cost($1[place].text.box) + $1[place].penalty }
      }
      let best = costs.firstIndex(of: costs.min()!)!
      for (index, choices) in zip(group, places) {
        var text = choices[best].text
        text.isCrossed = lines(text.box) > 0
        arrows[index].label = text
        taken.append(text.box)
      }
    }
  }
}

extension DiagramLayout.PlacedFrame {
  /// Where the label may stand, inside or outside of the upper and lower side, each with a penalty for how far that is from
  /// the upper left corner.
  fileprivate var labelPlaces: [(box: RoundedBox, penalty: Double)] {
    let half = label.box.half
    let room = max(0, box.half.x - half.x - 8)
    return [(1.0, -1.0), (1, 1), (-1, -1), (-1, 1)].enumerated().flatMap { rank, side in
      (0...20).map { step in
        let x = box.centre.x + room * (Double(step) / 10 - 1)
        let y = box.centre.y + side.0 * (box.half.y + side.1 * (half.y + 2))
        return (RoundedBox(centre: [x, y], half: half), Double(rank * 10) + Double(step) / 2)
      }
    }
  }
}

extension DiagramLayout.PlacedArrow {
  /// Where the label may stand, the best places first, each with a penalty for how far it is from the best.
  fileprivate func labelPlaces(isTwoWay: Bool) -> [(text: DiagramLayout.PlacedText, penalty: Double)] {
    let text = arrow.label.elided(to: 40)
    let half = Point(text.width(size: 13) / 2 + 1, 8.5)
    let (total, turn) = (path.length, path.turn)
    var places: [(text: DiagramLayout.PlacedText, penalty: Double)] = []
    for (step, share) in [0.5, 0.42, 0.58, 0.3, 0.7, 0.2, 0.8].enumerated() {
      let middle = path.upTo(total * share).last!
      let along = (path.upTo(total * share + 2).last! - path.upTo(total * share - 2).last!).unit
      // Outside of a curve, on the right-hand side of one of two arrows, else above or to the right.
      let isRight = abs(turn) > 0.1 ? turn > 0 : isTwoWay || (abs(along.x) > abs(along.y) ? along.x < 0 : along.y > 0)
      let best = isRight ? -along.left : along.left
      for (normal, other) in [(best, 0.0), (-best, 40.0)] {
        for lift in [0.0, 4, 8, 14, 20, 28] {
          let reach = abs(normal.x) * half.x + abs(normal.y) * half.y + width / 2 + 3 + lift
          let side: DiagramLayout.PlacedText.Side = normal.x > 0.7 ? .left : normal.x < -0.7 ? .right : .center
          let box = RoundedBox(centre: middle + normal * reach, half: half)
          places.append(
            (.init(text: text, box: box, size: 13, side: side, ink: arrow.ink), Double(step) * 6 + other + lift * 2))
        }
      }
    }
    return places
  }
}

/// The grid of a diagram in pixels: how large its nodes are, and how its arrows run.
private struct DiagramGrid {
  let spacing: Point
  private var sizes: [Node.Shape: Int] = [:]
  private let nodes: [Node]

  init(_ diagram: Diagram) {
    let places =
      diagram.nodes.map(\.place) + diagram.arrows.flatMap { [$0.from.place, $0.to.place] + $0.via }
      + diagram.frames.flatMap { [$0.lower, $0.upper] }
    func extent(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
    let extents = Point(extent(places.map(\.column)), extent(places.map(\.row)))
    spacing = pointwiseMin(diagram.spacing, 3000 / pointwiseMax(extents, [1, 1]))
    nodes = diagram.nodes
    // Nodes of one shape share a size of type: the largest that fits in all of them, as far as one does.
    for node in nodes {
      let fitting = (11...14).last { size in lines(of: node).allSatisfy { $0.width(size: size) <= room(for: node) } }
      sizes[node.shape] = min(sizes[node.shape] ?? 14, fitting ?? 14)
    }
  }

  func point(_ place: Place) -> Point { Point(place.column, place.row) * spacing }

  private func lines(of node: Node) -> [String] {
    if node.shape == .dot { return [] }
    let lines = node.label.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return lines.count <= 4 ? lines : lines[..<3] + [lines[3] + "…"]
  }

  /// How wide the label of `node` may be: its neighbours in the same row need room too, and an arrow between them.
  private func room(for node: Node) -> Double {
    let distances = nodes.map { abs($0.place.column - node.place.column) * spacing.x }
    let beside = zip(nodes, distances).filter { abs($0.0.place.row - node.place.row) * spacing.y < 30 && $0.1 > 0 }
    let free = min(beside.map(\.1).min() ?? 280, 280)
    switch node.shape {
    case .plain: return max(free - 6, 12)
    case .circle: return max(min(free, spacing.y) - 36, 12)
    default: return max(free - 36, 12)
    }
  }

  func placed(_ node: Node) -> DiagramLayout.PlacedNode {
    let size = node.shape == .operation ? 15 : sizes[node.shape] ?? 14
    let columns = max(1, Int(room(for: node) / Tics.width / Double(size)))
    let lines = lines(of: node).map { $0.width(size: size) <= room(for: node) ? $0.visible : $0.elided(to: columns) }
    let text = Point(
      lines.map { $0.width(size: size) }.max() ?? 0, Double(max(lines.count, 1) * size) * Tics.height)
    let narrow = min(46, spacing.x / 2)
    let half: Point
    let radius: Double
    switch node.shape {
    case .box: (half, radius) = (pointwiseMax(text + [14, 14], [narrow, 34]) / 2, 3)
    case .gate: (half, radius) = (pointwiseMax(text + [16, 14], [narrow, 32]) / 2, 9)
    case .circle:
      radius = max(narrow * 0.43, text.length / 2 + 2)
      half = [radius, radius]
    case .operation:
      half = pointwiseMax(text + [10, 6], [26, 26]) / 2
      radius = half.min()
    case .dot: (half, radius) = ([3.5, 3.5], 3.5)
    case .plain: (half, radius) = ((text + [4, 2]) / 2, 0)
    }
    return .init(
      node: node, box: RoundedBox(centre: point(node.place), half: half, radius: radius), lines: lines, fontSize: size)
  }

  /// The path of `arrow` from border to border, `aside` to the right of where it would run alone, with a `gap` at its ends.
  func path(of arrow: Arrow, aside: Double, gap: Double = 3) -> [Point] {
    let (from, to) = (placed(arrow.from), placed(arrow.to))
    let (start, end) = (from.box.centre, to.box.centre)
    var path: [Point]
    if !arrow.via.isEmpty {
      path = ([start] + arrow.via.map(point) + [end]).rounded(radius: 12)
    } else if arrow.from == arrow.to {
      let bend = arrow.bend == 0 ? 0.4 : arrow.bend
      let reach = Point(bend * spacing.x / 0.75, 0)
      let side = Point(bend < 0 ? -from.box.half.x : from.box.half.x, 0)
      let (foot, spread) = (Point(0, from.box.half.y * 0.5), Point(0, abs(bend) * spacing.x * 0.7))
      path =
        [start]
        + .curve(
          start + side - foot, start + side + reach - foot - spread,
          start + side + reach + foot + spread, start + side + foot) + [start]
    } else {
      let left = (end - start).unit.left
      let control = (start + end) / 2 + left * spacing * (2 * arrow.bend)
      let shift = -left * aside
      path =
        arrow.bend == 0
        ? [start + shift, end + shift]
        : .curve(start, (start + 2 * control) / 3, (end + 2 * control) / 3, end)
    }
    /// The border of a node, with a gap; wide enough that an arrow beside the middle meets it.
    func border(_ node: DiagramLayout.PlacedNode) -> RoundedBox {
      var box = node.box.grown(by: node.node.shape == .dot ? -1 : gap)
      if box.half.min() <= aside {
        box = RoundedBox(centre: box.centre, half: pointwiseMax(box.half, [aside + 1, aside + 1]))
      }
      return box
    }
    path = path.leaving(border(from))
    path = [Point]([Point](path.reversed()).leaving(border(to)).reversed())
    // Points that coincide have no direction.
    return path.reduce(into: []) { if $0.isEmpty || ($1 - $0.last!).length > 0.01 { $0.append($1) } }
  }
}
