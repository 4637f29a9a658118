// Equations between blocks, entry by entry, written as in the notes:
//
//   c ← Γu ⊙ c̃ + Γf ⊙ before          every entry of c is set
//   dBefore += dc ⊙ Γf                 every entry gains
//
// Such a line is one loop over memory. Nothing is stored on the way, and the compiler takes several entries at a time.

infix operator ⊙ : MultiplicationPrecedence
infix operator ← : AssignmentPrecedence

/// Numbers by row and column that are computed one by one: a block, or an expression of blocks.
public protocol Elementwise<Scalar> {
  /// The number type.
  associatedtype Scalar: RealScalar

  /// How many rows and columns it has; nil where it fits any, as a constant does.
  var shape: Shape? { get }
  /// The number at a place that lies within the shape.
  func number(at place: Place) -> Scalar
}

/// A number of rows and columns.
public struct Shape: Equatable, Sendable {
  @usableFromInline let rows, columns: Int

  @inlinable @inline(__always) init(_ rows: Int, _ columns: Int) { (self.rows, self.columns) = (rows, columns) }

  /// The shape of two that are combined. Traps where they differ.
  @inlinable @inline(__always) static func common(_ left: Shape?, _ right: Shape?) -> Shape? {
    guard let left, let right else { return left ?? right }
    if left != right { fail(left, right) }
    return left
  }

  @usableFromInline static func fail(_ left: Shape, _ right: Shape) -> Never {
    fatalError(
      "(\(left.rows), \(left.columns)) and (\(right.rows), \(right.columns)) cannot be combined entry by entry")
  }
}

/// A place in a block. Only the library makes one, where it has checked that the place is there.
public struct Place {
  @usableFromInline let row, column: Int

  @inlinable @inline(__always) init(_ row: Int, _ column: Int) { (self.row, self.column) = (row, column) }
}

extension Block: Elementwise {
  /// Its rows and columns.
  @inlinable @inline(__always) public var shape: Shape? { Shape(rows, columns) }

  /// The number at `place`.
  ///
  /// The shape was checked, so nothing overflows here; a check for it would keep the compiler from taking several
  /// numbers at a time.
  @inlinable @inline(__always) public func number(at place: Place) -> Scalar {
    start[place.row &* stride &+ place.column]
  }

  /// Sets every number to that of `expression`, which may read this block. Traps where the shapes differ.
  @inlinable @inline(__always) public static func ← <E: Elementwise<Scalar>>(target: Block, expression: E) {
    _ = Shape.common(target.shape, expression.shape)
    for i in 0..<target.rows {
      let row = target.start + i * target.stride
      for j in 0..<target.columns { row[j] = expression.number(at: Place(i, j)) }
    }
  }

  /// Adds to every number that of `expression`. Traps where the shapes differ.
  @inlinable @inline(__always) public static func += <E: Elementwise<Scalar>>(target: Block, expression: E) {
    _ = Shape.common(target.shape, expression.shape)
    for i in 0..<target.rows {
      let row = target.start + i * target.stride
      for j in 0..<target.columns { row[j] += expression.number(at: Place(i, j)) }
    }
  }
}

// MARK: - Expressions

extension Elementwise {
  /// The product entry by entry. Traps where the shapes differ.
  @inlinable @inline(__always)
  public static func ⊙ <R: Elementwise<Scalar>>(left: Self, right: R) -> some Elementwise<Scalar> {
    ElementwiseProduct(left, right)
  }

  /// The sum entry by entry. Traps where the shapes differ.
  @inlinable @inline(__always)
  public static func + <R: Elementwise<Scalar>>(left: Self, right: R) -> some Elementwise<Scalar> {
    ElementwiseSum(left, right)
  }

  /// The difference entry by entry. Traps where the shapes differ.
  @inlinable @inline(__always)
  public static func - <R: Elementwise<Scalar>>(left: Self, right: R) -> some Elementwise<Scalar> {
    ElementwiseDifference(left, right)
  }

  /// A constant less every entry: `1 - Γ`.
  @inlinable @inline(__always)
  public static func - (left: Scalar, right: Self) -> some Elementwise<Scalar> {
    ElementwiseDifference(Constant(number: left), right)
  }
}

@usableFromInline struct Constant<Scalar: RealScalar>: Elementwise {
  @usableFromInline let number: Scalar

  @inlinable @inline(__always) init(number: Scalar) { self.number = number }
  @inlinable @inline(__always) var shape: Shape? { nil }
  @inlinable @inline(__always) func number(at place: Place) -> Scalar { number }
}

@usableFromInline struct ElementwiseProduct<L: Elementwise, R: Elementwise<L.Scalar>>: Elementwise {
  @usableFromInline let left: L, right: R, shape: Shape?

  @inlinable @inline(__always) init(_ left: L, _ right: R) {
    (self.left, self.right, shape) = (left, right, .common(left.shape, right.shape))
  }
  @inlinable @inline(__always) func number(at place: Place) -> L.Scalar {
    left.number(at: place) * right.number(at: place)
  }
}

@usableFromInline struct ElementwiseSum<L: Elementwise, R: Elementwise<L.Scalar>>: Elementwise {
  @usableFromInline let left: L, right: R, shape: Shape?

  @inlinable @inline(__always) init(_ left: L, _ right: R) {
    (self.left, self.right, shape) = (left, right, .common(left.shape, right.shape))
  }
  @inlinable @inline(__always) func number(at place: Place) -> L.Scalar {
    left.number(at: place) + right.number(at: place)
  }
}

@usableFromInline struct ElementwiseDifference<L: Elementwise, R: Elementwise<L.Scalar>>: Elementwise {
  @usableFromInline let left: L, right: R, shape: Shape?

  @inlinable @inline(__always) init(_ left: L, _ right: R) {
    (self.left, self.right, shape) = (left, right, .common(left.shape, right.shape))
  }
  @inlinable @inline(__always) func number(at place: Place) -> L.Scalar {
    left.number(at: place) - right.number(at: place)
  }
}
