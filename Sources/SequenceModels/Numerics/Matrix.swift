// The matrix: rows × columns, row-major, a value.

/// A matrix of `rows × columns` numbers, stored row by row.
///
/// As in the notes, a column is an example: x⟨t⟩ is `(n_x, m)`, a⟨t⟩ is `(n_a, m)`, and `Waa * a + Wax * x + ba` reads
/// as it is written there. A column vector such as a bias is a matrix with one column.
///
/// Operations trap where shapes disagree, and name the shapes.
public struct Matrix<Scalar: RealScalar>: Equatable, Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The numbers, row by row: entry (i, j) is number `i * columns + j`.
  public private(set) var elements: [Scalar]

  /// A matrix that holds `value` everywhere.
  @specialized(where Scalar == Float)
  public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
    require(rows >= 0 && columns >= 0, "a matrix cannot have (\(rows), \(columns)) entries")
    self.init(rows: rows, columns: columns, elements: Array(repeating: value, count: rows * columns))
  }

  /// A matrix of the given numbers, row by row. Traps where their count is not `rows * columns`.
  public init(rows: Int, columns: Int, elements: [Scalar]) {
    require(
      elements.count == rows * columns, "a (\(rows), \(columns)) matrix cannot hold \(elements.count) numbers")
    (self.rows, self.columns, self.elements) = (rows, columns, elements)
  }

  /// A matrix of the given rows. Traps where they are not all of one length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    require(rows.allSatisfy { $0.count == columns }, "the rows of a matrix must be of one length")
    self.init(rows: rows.count, columns: columns, elements: rows.reduce(into: []) { $0 += $1 })
  }

  /// A matrix with one column, (n, 1): a vector as the notes write it.
  public init(column: [Scalar]) {
    self.init(rows: column.count, columns: 1, elements: column)
  }

  /// A matrix of numbers drawn one after the other, row by row.
  @specialized(where Scalar == Float)
  public init(rows: Int, columns: Int, drawing draw: () -> Double) {
    self.init(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in Scalar(draw()) })
  }

  /// How many numbers it holds.
  public var count: Int { elements.count }

  /// The entry in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Scalar {
    get { elements[index(row, column)] }
    set { elements[index(row, column)] = newValue }
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    require(
      row >= 0 && row < rows && column >= 0 && column < columns,
      "(\(row), \(column)) lies outside a (\(rows), \(columns)) matrix")
    return row * columns + column
  }

  /// The number at a place in `elements`, counted from 0: entry (i, j) is at i · columns + j.
  public subscript(flat place: Int) -> Scalar {
    get {
      require(place >= 0 && place < count, "place \(place) lies outside a (\(rows), \(columns)) matrix")
      return elements[place]
    }
    set {
      require(place >= 0 && place < count, "place \(place) lies outside a (\(rows), \(columns)) matrix")
      elements[place] = newValue
    }
  }

  /// The same numbers with rows and columns exchanged: of (m, n), (n, m).
  public var transposed: Matrix {
    @specialized(where Scalar == Float)
    get {
      var result = Matrix(rows: columns, columns: rows)
      withBlock { source in result.withMutableBlock { $0.transpose(source) } }
      return result
    }
  }

  /// The rows in `range`, counted from 0, as a matrix of their own. Traps where there are none such.
  public func rows(_ range: Range<Int>) -> Matrix {
    require(range.lowerBound >= 0 && range.upperBound <= rows, "there are no rows \(range) in \(rows)")
    return Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The columns in `range`, counted from 0, as a matrix of their own: some examples. Traps where there are none such.
  public func columns(_ range: Range<Int>) -> Matrix {
    require(range.lowerBound >= 0 && range.upperBound <= columns, "there are no columns \(range) in \(columns)")
    return Matrix(
      rows: rows, columns: range.count,
      elements: (0..<rows).flatMap { elements[$0 * columns + range.lowerBound..<$0 * columns + range.upperBound] })
  }

  /// Puts other numbers into the rows in `range`, counted from 0. Traps where the shapes disagree.
  public mutating func replaceRows(_ range: Range<Int>, with rows: Matrix) {
    require(
      range.lowerBound >= 0 && range.upperBound <= self.rows && rows.rows == range.count && rows.columns == columns,
      "rows of (\(range.count), \(columns)) were given (\(rows.rows), \(rows.columns))")
    elements.replaceSubrange(range.lowerBound * columns..<range.upperBound * columns, with: rows.elements)
  }

  /// The matrix with `function` applied to each number.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func map(_ function: (Scalar) -> Scalar) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map(function))
  }

  /// The same numbers in another precision, rounded where that has fewer digits.
  public func converted<Other: RealScalar>(to type: Other.Type) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map { Other($0) })
  }

  /// The engine's view, to be read only, while `body` runs.
  package func withBlock<Result>(_ body: (Block<Scalar>) throws -> Result) rethrows -> Result {
    try elements.withUnsafeBufferPointer { buffer in
      // The view is read only by its name; an empty matrix has no address, and none of its numbers is ever touched.
      let start = UnsafeMutablePointer(mutating: buffer.baseAddress ?? Self.noNumbers)
      return try body(Block(start, rows: rows, columns: columns))
    }
  }

  /// The engine's view, to be read and written while `body` runs.
  package mutating func withMutableBlock<Result>(_ body: (Block<Scalar>) throws -> Result) rethrows -> Result {
    let (rows, columns) = (rows, columns)
    return try elements.withUnsafeMutableBufferPointer { buffer in
      try body(
        Block(buffer.baseAddress ?? UnsafeMutablePointer(mutating: Self.noNumbers), rows: rows, columns: columns))
    }
  }

  private static var noNumbers: UnsafePointer<Scalar> { UnsafePointer(bitPattern: MemoryLayout<Scalar>.alignment)! }
}

// MARK: - As the engine has it: examples as rows

extension Matrix {
  /// The columns of a matrix from the rows of the engine, where examples are rows.
  @specialized(where Scalar == Float)
  init(examples block: Block<Scalar>) {
    self.init(rows: block.columns, columns: block.rows)
    withMutableBlock { target in
      if block.isContiguous { return target.transpose(block) }
      for i in 0..<block.rows {
        for j in 0..<block.columns { target.row(j)[i] = block.row(i)[j] }
      }
    }
  }
}

extension Block {
  /// Takes the columns of a matrix as rows. Traps where the shapes disagree.
  func copy(examples matrix: Matrix<Scalar>) {
    require(
      matrix.columns == rows && matrix.rows == columns,
      "a state of (\(columns), \(rows)) was given (\(matrix.rows), \(matrix.columns))")
    matrix.withBlock { transpose($0) }
  }
}

// MARK: - Arithmetic

extension Matrix {
  /// The matrix product: (m, k) by (k, n) is (m, n), with 2·m·k·n floating-point operations.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (left: Matrix, right: Matrix) -> Matrix {
    require(
      left.columns == right.rows,
      "(\(left.rows), \(left.columns)) cannot be multiplied by (\(right.rows), \(right.columns))")
    var product = Matrix(rows: left.rows, columns: right.columns)
    left.withBlock { a in
      right.withBlock { b in
        product.withMutableBlock {
          Scalar.multiply(a, transposed: false, b, transposed: false, into: $0, accumulating: false)
        }
      }
    }
    return product
  }

  /// Each number times `factor`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func * (factor: Scalar, matrix: Matrix) -> Matrix {
    matrix.map { factor * $0 }
  }

  /// The sum; a matrix with one column, such as a bias, is added to every column of the other.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    combine(left, right, +)
  }

  /// The difference; one column is subtracted from every column.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    combine(left, right, -)
  }

  /// The product entry by entry, which the notes write `∗` or `⊙`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func ⊙ (left: Matrix, right: Matrix) -> Matrix {
    combine(left, right, *)
  }

  private static func combine(_ left: Matrix, _ right: Matrix, _ operation: (Scalar, Scalar) -> Scalar) -> Matrix {
    require(
      left.rows == right.rows && (left.columns == right.columns || left.columns == 1 || right.columns == 1),
      "(\(left.rows), \(left.columns)) and (\(right.rows), \(right.columns)) cannot be combined entry by entry")
    let columns = left.columns == 1 ? right.columns : left.columns
    var result = Matrix(rows: left.rows, columns: columns)
    for row in 0..<left.rows {
      for column in 0..<columns {
        result[row, column] = operation(
          left[row, left.columns == 1 ? 0 : column], right[row, right.columns == 1 ? 0 : column])
      }
    }
    return result
  }

  /// The largest difference between entries, as a measure of agreement. Traps where the shapes differ.
  public func largestDifference(from other: Matrix) -> Scalar {
    require(
      rows == other.rows && columns == other.columns,
      "(\(rows), \(columns)) and (\(other.rows), \(other.columns)) cannot be compared")
    // A NaN on either side must show, and `max` would drop it.
    return zip(elements, other.elements).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1)
      return largest.isNaN || difference <= largest ? largest : difference
    }
  }
}

/// `[c, x]` is c on top of x, as the notes write it: matrices with the same columns, stacked.
extension Matrix: ExpressibleByArrayLiteral {
  /// Stacks matrices from top to bottom. Traps where their columns differ in number.
  public init(arrayLiteral parts: Matrix...) {
    let columns = parts.first?.columns ?? 0
    require(
      parts.allSatisfy { $0.columns == columns }, "stacked matrices must have the same columns: \(parts.map(\.columns))"
    )
    self.init(rows: parts.map(\.rows).reduce(0, +), columns: columns, elements: parts.flatMap(\.elements))
  }
}

extension Matrix: CustomStringConvertible {
  /// The rows one under the other, numbers to four digits.
  public var description: String {
    func text(_ number: Scalar) -> String {
      let rounded = (Double(number) * 1e4).rounded() / 1e4
      return rounded == 0 ? "0" : "\(rounded)"
    }
    let cells = elements.map(text)
    let width = cells.map(\.count).max() ?? 0
    return (0..<rows).map { row in
      cells[row * columns..<(row + 1) * columns].map { String(repeating: " ", count: width - $0.count) + $0 }
        .joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
