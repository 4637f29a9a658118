// The engine's view of memory: rows of numbers, one under the other.

/// Some rows and columns of numbers that a tape, a sequence or a matrix holds.
///
/// The engine keeps examples as rows and units as columns: a time step's (m, n) numbers are one block, and so are all
/// the steps of a sequence, (T m, n). A block is a view: who writes into it writes into the memory behind it, which
/// lives as long as the block does. The gates of a cell stand side by side, and `columns` is a view of one of them.
public struct Block<Scalar: RealScalar> {
  /// What keeps the numbers alive; nil where that is a matrix, for as long as `withBlock` runs.
  let memory: Memory<Scalar>?
  @usableFromInline let start: UnsafeMutablePointer<Scalar>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// How many numbers lie from the beginning of a row to that of the next; 0 where one row stands for all.
  @usableFromInline let stride: Int

  private init(
    _ memory: Memory<Scalar>?, _ start: UnsafeMutablePointer<Scalar>, _ rows: Int, _ columns: Int, _ stride: Int
  ) {
    (self.memory, self.start, self.rows, self.columns, self.stride) = (memory, start, rows, columns, stride)
  }

  /// A view of `rows · columns` numbers of a memory, from its number `first` on.
  init(_ memory: Memory<Scalar>, from first: Int = 0, rows: Int, columns: Int) {
    self.init(memory, memory.numbers.baseAddress! + first, rows, columns, columns)
  }

  /// A view of `rows · columns` numbers that somebody else keeps alive.
  init(_ start: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int) {
    self.init(nil, start, rows, columns, columns)
  }

  /// The one column of `matrix` as a row for every one of `rows` examples: a vector of weights, the same for all.
  ///
  /// It is a copy, to be read only. Traps where the matrix has more columns.
  public init(repeating matrix: Matrix<Scalar>, rows: Int) {
    require(matrix.columns == 1, "a row for every example is one column, not (\(matrix.rows), \(matrix.columns))")
    let copy = Memory<Scalar>(count: matrix.count)
    matrix.withBlock { copy.numbers.baseAddress!.update(from: $0.start, count: $0.count) }
    self.init(copy, copy.numbers.baseAddress!, rows, matrix.rows, 0)
  }

  /// How many numbers it holds.
  var count: Int { rows * columns }

  /// Whether its numbers lie in memory without a gap.
  var isContiguous: Bool { stride == columns || rows == 1 }

  /// The first number of a row.
  func row(_ row: Int) -> UnsafeMutablePointer<Scalar> { start + row * stride }

  /// A view of the rows in `range`, counted from 0. Traps where there are none such.
  public func rows(_ range: Range<Int>) -> Block {
    require(range.lowerBound >= 0 && range.upperBound <= rows, "there are no rows \(range) in \(rows)")
    return Block(memory, start + range.lowerBound * stride, range.count, columns, stride)
  }

  /// A view of the columns in `range`, counted from 0. Traps where there are none such.
  public func columns(_ range: Range<Int>) -> Block {
    require(range.lowerBound >= 0 && range.upperBound <= columns, "there are no columns \(range) in \(columns)")
    return Block(memory, start + range.lowerBound, rows, range.count, stride)
  }

  /// A view of part `place` of `count` parts of equal size that stand side by side: of [Γu, Γf, Γo, c̃], part 1 is Γf.
  public func part(_ place: Int, of count: Int) -> Block {
    require(columns % count == 0, "\(columns) columns are not \(count) parts of equal size")
    let size = columns / count
    return columns(place * size..<(place + 1) * size)
  }

  /// A view of the rows `first`, `first + step`, …: of T · m rows, the T steps of one of m examples.
  func everyRow(from first: Int, by step: Int) -> Block {
    require(first >= 0 && first < step && rows % step == 0, "\(rows) rows are not steps of \(step) examples")
    return Block(memory, start + first * stride, rows / step, columns, step * stride)
  }

  /// A view of its numbers one under the other; only for a block without gaps.
  var asColumn: Block { Block(memory, start, count, 1, 1) }

  /// A view of some of its numbers, in the order of memory, as one row; only for a block without gaps.
  func numbers(_ range: Range<Int>) -> Block {
    Block(memory, start + range.lowerBound, 1, range.count, range.count)
  }

  /// Calls `body` with stretches of numbers that lie together and make up the block: one where it has no gaps, else its
  /// rows.
  func forEachStretch(_ body: (UnsafeMutablePointer<Scalar>, Int) -> Void) {
    if isContiguous { return body(start, count) }
    for i in 0..<rows { body(row(i), columns) }
  }
}

// MARK: - Whole blocks

extension Block {
  /// Sets every number to `value`.
  @specialized(where Scalar == Float)
  func fill(_ value: Scalar) {
    forEachStretch { $0.update(repeating: value, count: $1) }
  }

  /// Takes the numbers of `other`. Traps where the shapes differ.
  @specialized(where Scalar == Float)
  func copy(_ other: Block) {
    require(
      rows == other.rows && columns == other.columns,
      "(\(rows), \(columns)) numbers were given (\(other.rows), \(other.columns))")
    if isContiguous && other.isContiguous { return start.update(from: other.start, count: count) }
    for i in 0..<rows { row(i).update(from: other.row(i), count: columns) }
  }

  /// Adds the numbers of `other`. Traps where the shapes differ.
  @specialized(where Scalar == Float)
  func add(_ other: Block) {
    require(
      rows == other.rows && columns == other.columns,
      "(\(rows), \(columns)) numbers were given (\(other.rows), \(other.columns))")
    if isContiguous && other.isContiguous {
      for i in 0..<count { start[i] += other.start[i] }
    } else {
      self += other
    }
  }

  /// Sets each row to the one column of `column`: a bias for every example. Traps where it is of another size.
  @specialized(where Scalar == Float)
  func fillRows(_ column: Matrix<Scalar>) {
    require(
      column.rows == columns && column.columns == 1,
      "a bias of (\(columns), 1) was given (\(column.rows), \(column.columns))")
    column.withBlock { column in
      for i in 0..<rows { row(i).update(from: column.start, count: columns) }
    }
  }

  /// Takes the numbers of `other` transposed, or adds them. Traps where the shapes disagree.
  func transpose(_ other: Block, accumulating: Bool = false) {
    require(
      rows == other.columns && columns == other.rows && isContiguous && other.isContiguous,
      "(\(other.rows), \(other.columns)) transposed is not (\(rows), \(columns))")
    if rows > 1 && columns > 1 {
      Scalar.transpose(other, into: self, accumulating: accumulating)
    } else if accumulating {
      for i in 0..<count { start[i] += other.start[i] }
    } else {
      start.update(from: other.start, count: count)
    }
  }

  /// The column of the largest number in each row, the first of equals: what a softmax over classes chooses.
  @specialized(where Scalar == Float)
  func largestColumns() -> [Int32] {
    (0..<rows).map { row in
      let values = self.row(row)
      var largest = 0
      for j in 0..<columns where values[j] > values[largest] { largest = j }
      return Int32(largest)
    }
  }
}

// MARK: - Look-ups: the product with a one-hot vector

extension Block {
  /// Adds to row r the column `ids[r]` of `weight`. A negative id adds nothing. Traps where an id has no column.
  @specialized(where Scalar == Float)
  func addColumns(of weight: Block, at ids: [Int32]) {
    require(weight.rows == columns, "a look-up of \(columns) numbers was given columns of \(weight.rows)")
    checkIDs(ids, below: weight.columns)
    for (row, id) in ids.enumerated() where id >= 0 {
      let (target, source) = (self.row(row), weight.start + Int(id))
      for j in 0..<columns { target[j] += source[j * weight.stride] }
    }
  }

  /// Adds to row r the row `ids[r]` of `table`. A negative id adds nothing. Traps where an id has no row.
  @specialized(where Scalar == Float)
  func addRows(of table: Block, at ids: [Int32]) {
    require(table.columns == columns, "a look-up of \(columns) numbers was given rows of \(table.columns)")
    checkIDs(ids, below: table.rows)
    for (row, id) in ids.enumerated() where id >= 0 {
      let (target, source) = (self.row(row), table.row(Int(id)))
      for j in 0..<columns { target[j] += source[j] }
    }
  }

  /// Adds row r of `source` to the row `ids[r]` of this block: the gradient of a look-up.
  @specialized(where Scalar == Float)
  func addRows(_ source: Block, to ids: [Int32]) {
    require(source.columns == columns, "a table of rows of \(columns) was given gradients of \(source.columns)")
    source.checkIDs(ids, below: rows)
    for (row, id) in ids.enumerated() where id >= 0 {
      let (target, from) = (self.row(Int(id)), source.row(row))
      for j in 0..<columns { target[j] += from[j] }
    }
  }

  private func checkIDs(_ ids: [Int32], below count: Int) {
    require(ids.count == rows, "\(rows) rows need as many tokens, not \(ids.count)")
    for id in ids where id >= count { fatalError("token \(id) is not one of \(count)") }
  }
}
