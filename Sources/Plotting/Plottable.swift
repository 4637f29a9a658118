// What a figure takes as numbers: those of any type, so that a caller converts nothing.

/// A number that a figure can show.
public protocol Plottable {
  /// The number in double precision; NaN where it has no place.
  var plotted: Double { get }
}

extension Plottable where Self: BinaryFloatingPoint {
  /// The nearest number.
  public var plotted: Double { Double(self) }
}

extension Plottable where Self: BinaryInteger {
  /// The nearest number.
  public var plotted: Double { Double(self) }
}

/// A number of double precision, as it is.
extension Double: Plottable {}
/// A number of single precision, as it is.
extension Float: Plottable {}
/// A whole number.
extension Int: Plottable {}
/// A whole number, such as a token.
extension Int32: Plottable {}

/// A table of numbers that a heatmap can show.
public protocol PlottableTable {
  /// The numbers, row by row from the top, each row from the left. Rows may differ in length.
  var plottedRows: [[Double]] { get }
}

/// Rows of numbers.
extension Array: PlottableTable where Element: Collection, Element.Element: Plottable {
  /// One array for each row.
  public var plottedRows: [[Double]] { map { $0.map(\.plotted) } }
}
