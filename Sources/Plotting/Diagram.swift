// Drawings of networks: nodes on a grid, arrows between them, and frames behind them.

/// What a node, an arrow or a frame stands for, told by its colour.
public enum Ink: Sendable {
  /// Dark grey, for what needs no colour.
  case neutral
  /// Blue, for the forward pass.
  case forward
  /// Vermilion, for the backward pass.
  case backward
  /// Green, for what the figure is about.
  case accent
  /// Light grey, for what stays in the background.
  case faint
}

/// A part of a network: a labelled shape at a place of the grid.
public struct Node: Sendable, Equatable {
  /// How a node is drawn.
  public enum Shape: Sendable {
    /// A rectangle.
    case box
    /// A circle.
    case circle
    /// A tinted rectangle with round corners.
    case gate
    /// A small circle for an operation, such as ×, + or σ.
    case operation
    /// A small filled circle where lines branch. Its label is not drawn, and an arrow into it has no head.
    case dot
    /// The label alone.
    case plain
  }

  let label: String
  let place: Place
  let shape: Shape
  let ink: Ink
  let value: Double?

  /// A node at `column`, counted to the right, and `row`, counted upwards; fractions lie between. A node further than
  /// 1000 from zero, or at a number that is not finite, is left out with its arrows.
  ///
  /// A line feed in `label` starts a new line, of at most four, and letters or digits after an underscore are drawn as
  /// a subscript. A label that is too long for the space between its neighbours is cut. The `value`, from 0 to 1, fills
  /// the node, from white to its ink.
  public init(
    _ label: String, at column: Double, _ row: Double, shape: Shape = .box, ink: Ink = .neutral, value: Double? = nil
  ) {
    self.label = label
    place = Place(column: column, row: row)
    self.shape = shape
    self.ink = ink
    self.value = value.flatMap { $0.isNaN ? nil : $0.clamped(to: 0...1) }
  }
}

/// An arrow from one node to another, or from a node to itself.
public struct Arrow: Sendable, Equatable {
  let from: Node, to: Node
  let label: String
  let ink: Ink
  let strength: Double?
  let bend: Double
  let via: [Place]
  let isDashed: Bool

  /// An arrow, drawn from border to border, with `label` beside it. Two straight arrows between the same nodes, one in
  /// each direction, run side by side.
  ///
  /// - Parameters:
  ///   - from: The node where the arrow begins. Neither node has to be among those of the diagram.
  ///   - to: The node where it ends.
  ///   - label: What stands beside the arrow, in one line of at most 40 characters.
  ///   - ink: The colour.
  ///   - strength: A number from 0 to 1 that the arrow carries: from a pale hairline to a line of ten pixels in full
  ///     colour, or of fewer pixels for all where one such arrow is short. Without a number, the arrow
  ///     is an ordinary one.
  ///   - bend: How far the arrow curves to the left of its direction, in units of the grid, from -4 to 4; negative, to
  ///     the right. An arrow from a node to itself is a loop on the right of the node, which reaches so far, or on the
  ///     left if `bend` is negative.
  ///   - via: The corners that the arrow passes, rounded off. An arrow with corners has no bend.
  ///   - isDashed: Whether the line is dashed.
  public init(
    _ from: Node, _ to: Node, _ label: String = "", ink: Ink = .neutral, strength: Double? = nil, bend: Double = 0,
    via: [(column: Double, row: Double)] = [], isDashed: Bool = false
  ) {
    self.from = from
    self.to = to
    self.label = label
    self.ink = ink
    self.strength = strength.flatMap { $0.isNaN ? nil : $0.clamped(to: 0...1) }
    self.bend = bend.isNaN ? 0 : bend.clamped(to: -4...4)
    self.via = via.map { Place(column: $0.column, row: $0.row) }.filter(\.isOnGrid)
    self.isDashed = isDashed
  }

  /// Whether the arrow is a straight line between two nodes.
  var isStraight: Bool { bend == 0 && via.isEmpty && from != to }
}

/// A labelled frame behind a part of a diagram, such as one layer or one time step.
public struct Frame: Sendable, Equatable {
  let label: String
  let lower: Place, upper: Place
  let ink: Ink
  let isDashed: Bool

  /// A frame around all that stands in `columns` and `rows`, tinted in `ink`, or dashed and without a tint. It reaches
  /// almost half a unit of the grid beyond them.
  public init(
    _ label: String, columns: ClosedRange<Double>, rows: ClosedRange<Double>, ink: Ink = .neutral,
    isDashed: Bool = false
  ) {
    self.label = label
    lower = Place(column: columns.lowerBound, row: rows.lowerBound)
    upper = Place(column: columns.upperBound, row: rows.upperBound)
    self.ink = ink
    self.isDashed = isDashed
  }

  func contains(_ place: Place) -> Bool {
    (lower.column...upper.column).contains(place.column) && (lower.row...upper.row).contains(place.row)
  }
}

/// A network as nodes and arrows on a grid.
public struct Diagram: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  let nodes: [Node], arrows: [Arrow], frames: [Frame]
  let spacing: Point

  /// A diagram of `nodes`, with `arrows` between them and `frames` behind them. The `spacing` is the distance between
  /// neighbouring columns and rows in pixels, from 20 to 300; a diagram wider or higher than 3000
  /// pixels is drawn closer.
  public init(
    title: String, nodes: [Node], arrows: [Arrow] = [], frames: [Frame] = [],
    spacing: (column: Double, row: Double) = (110, 90)
  ) {
    self.title = title
    self.nodes = nodes.filter(\.place.isOnGrid)
    self.arrows = arrows.filter { $0.from.place.isOnGrid && $0.to.place.isOnGrid }
    self.frames = frames.filter { $0.lower.isOnGrid && $0.upper.isOnGrid }
    self.spacing = Point(
      spacing.column.isNaN ? 110 : spacing.column.clamped(to: 20...300),
      spacing.row.isNaN ? 90 : spacing.row.clamped(to: 20...300))
  }

  /// Whether a straight arrow runs the other way between the nodes of this one.
  func isTwoWay(_ arrow: Arrow) -> Bool {
    arrow.isStraight && arrows.contains { $0.isStraight && $0.from == arrow.to && $0.to == arrow.from }
  }
}

/// A place on the grid of a diagram.
struct Place: Sendable, Equatable {
  let column: Double, row: Double

  var isOnGrid: Bool { abs(column) <= 1000 && abs(row) <= 1000 }
}

extension Double {
  func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
