// What every figure is to the code that writes and renders it: a title, a size, and the gnuplot
// statements that draw it.

/// A figure that can become a gnuplot script. A `Chart`, `Panels` of them, a `Heatmap` and a `Diagram` are
/// the four kinds.
public protocol Figure: Sendable {
  /// What the figure shows, in a sentence; drawn above it.
  var title: String { get }

  /// The size of the image.
  var canvas: Canvas { get }

  /// The statements that draw the figure, once the script has chosen a terminal. Equal figures give equal statements.
  var statements: [Statement] { get }

  /// The figure as lines of at most `columns` characters where it draws itself as text, or nil where gnuplot's `dumb`
  /// terminal does that well.
  func text(columns: Int) -> String?
}

extension Figure {
  /// Nil: gnuplot draws the text.
  public func text(columns: Int) -> String? { nil }
}

/// The size of an image in pixels; an SVG scales from there.
public struct Canvas: Sendable, Equatable {
  /// Pixels.
  public let width: Int, height: Int

  /// A canvas of `width` by `height` pixels.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }
}

/// One statement of a gnuplot script.
public enum Statement: Sendable, Equatable {
  /// A command. All text from outside must have passed through gnuplot's quotes.
  case command(String)
  /// Numbers that stand in the script as the datablock `$name`. The rows are of equal length, and there
  /// is at least one.
  case data(name: String, rows: [[Double]])
}
