// The engine's view of memory: one row-major block of numbers that somebody else owns.

/// A row-major block of numbers in memory that a matrix, a batch or a tape owns.
///
/// The engine keeps examples as rows and units as columns: a time step's `batch × size` numbers are one block, and so are all
/// the steps of a sequence, `(length · batch) × size`. A block is valid as long as its owner is.
public struct Block<Scalar: RealScalar> {
  /// The first number.
  public let start: UnsafeMutablePointer<Scalar>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int

  /// A view of `rows × columns` numbers from `start` on.
  public init(_ start: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
    (self.start, self.rows, self.columns) = (start, rows, columns)
  }

  /// How many numbers it holds.
  public var count: Int { rows * columns }

  /// A view of the rows in `range`, counted from 0, which must be there.
  public func rows(_ range: Range<Int>) -> Block {
    Block(start + range.lowerBound * columns, rows: range.count, columns: columns)
  }

  /// A view of some of its numbers, in the order of memory, as one row.
  func numbers(_ range: Range<Int>) -> Block {
    Block(start + range.lowerBound, rows: 1, columns: range.count)
  }

  /// Sets every number to `value`.
  @specialized(where Scalar == Float)
  public func fill(_ value: Scalar) {
    start.update(repeating: value, count: count)
  }

  /// Copies the numbers of `other`, in the order of memory. Traps where they are not as many.
  @specialized(where Scalar == Float)
  public func copy(_ other: Block) {
    require(count == other.count, "a copy needs \(count) numbers and was given \(other.count)")
    start.update(from: other.start, count: count)
  }

  /// Adds the numbers of `other`, in the order of memory. Traps where they are not as many.
  @specialized(where Scalar == Float)
  public func add(_ other: Block) {
    require(count == other.count, "a sum needs \(count) numbers and was given \(other.count)")
    for i in 0..<count { start[i] += other.start[i] }
  }

  /// Sets each row to the numbers of `row`: a bias for every example. Traps where they are not as many as there are columns.
  @specialized(where Scalar == Float)
  public func fillRows(_ row: Block) {
    require(row.count == columns, "a row of \(columns) was given \(row.count) numbers")
    for i in 0..<rows { (start + i * columns).update(from: row.start, count: columns) }
  }

  /// Adds the sum of the rows of `other` to a block of one row: the gradient of a bias. Traps where their columns differ in number.
  @specialized(where Scalar == Float)
  public func addSum(ofRows other: Block) {
    require(count == other.columns, "a sum of rows of \(other.columns) cannot go into \(count)")
    for i in 0..<other.rows {
      let row = other.start + i * other.columns
      for j in 0..<count { start[j] += row[j] }
    }
  }

  /// Takes the numbers of `other` with its rows and columns exchanged, or adds them. Traps where the shape is not turned round.
  public func transpose(_ other: Block, accumulating: Bool = false) {
    require(rows == other.columns && columns == other.rows, "a transpose needs the shape turned round")
    if rows > 1 && columns > 1 {
      Scalar.transpose(other, into: self, accumulating: accumulating)
    } else if accumulating {
      add(other)
    } else {
      copy(other)
    }
  }

  /// Adds to row r the column `ids[r]` of `weight`. A negative id adds nothing. Traps where an id has no column.
  @specialized(where Scalar == Float)
  public func addColumns(of weight: Block, at ids: [Int32]) {
    require(ids.count == rows && weight.rows == columns, "a look-up needs an id for each of its rows")
    for (row, id) in ids.enumerated() where id >= 0 {
      require(id < weight.columns, "token \(id) is not one of \(weight.columns)")
      let (target, source) = (start + row * columns, weight.start + Int(id))
      for j in 0..<columns { target[j] += source[j * weight.columns] }
    }
  }

  /// Adds to row r the row `ids[r]` of `table`: a one-hot product as a look-up. A negative id adds nothing.
  @specialized(where Scalar == Float)
  public func addRows(of table: Block, at ids: [Int32]) {
    require(ids.count == rows && table.columns == columns, "a look-up needs an id for each of its rows")
    for (row, id) in ids.enumerated() where id >= 0 {
      require(id < table.rows, "token \(id) is not one of \(table.rows)")
      let (target, source) = (start + row * columns, table.start + Int(id) * columns)
      for j in 0..<columns { target[j] += source[j] }
    }
  }

  /// Adds row r of `source` to the row `ids[r]` of this block: the way back of a look-up.
  @specialized(where Scalar == Float)
  public func addRows(_ source: Block, to ids: [Int32]) {
    require(ids.count == source.rows && source.columns == columns, "a look-up needs an id for each of its rows")
    for (row, id) in ids.enumerated() where id >= 0 {
      require(id < rows, "token \(id) is not one of \(rows)")
      let (target, from) = (start + Int(id) * columns, source.start + row * columns)
      for j in 0..<columns { target[j] += from[j] }
    }
  }

  /// The column of the largest number in each row, the first of equals: what a softmax over classes chooses.
  @specialized(where Scalar == Float)
  public func largestColumns() -> [Int32] {
    (0..<rows).map { row in
      let values = start + row * columns
      var largest = 0
      for j in 0..<columns where values[j] > values[largest] { largest = j }
      return Int32(largest)
    }
  }
}
