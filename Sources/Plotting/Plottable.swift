// What a figure takes as numbers: those of any type, so that a caller converts nothing.

/// A number that a figure can show.
public protocol Plottable {
  /// The number in double precision; NaN where it has no place.
  var plotted: Double { get }
}

/// A number of double precision, as it is.
extension Double: Plottable {
  /// The number itself.
  public var plotted: Double { self }
}

/// A number of single precision, as it is.
extension Float: Plottable {
  /// The same number.
  public var plotted: Double { Double(self) }
}

/// A whole number.
extension Int: Plottable {
  /// The nearest number.
  public var plotted: Double { Double(self) }
}

/// A whole number, such as a token.
extension Int32: Plottable {
  /// The same number.
  public var plotted: Double { Double(self) }
}

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
