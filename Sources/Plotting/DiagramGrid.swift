// The grid of a diagram in pixels.

/// How large the nodes of a diagram are, and how its arrows run.
struct DiagramGrid {
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
    let columns = max(1, Int(room(for: node) / Text.width / Double(size)))
    let lines = lines(of: node).map { $0.width(size: size) <= room(for: node) ? $0.visible : $0.elided(to: columns) }
    let text = Point(
      lines.map { $0.width(size: size) }.max() ?? 0, Double(max(lines.count, 1) * size) * Text.height)
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

  /// The path of `arrow` from border to border, `aside` to the right of where it would run alone, with a
  /// `gap` at its ends.
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
