// A batch of sequences of vectors: what goes into a layer and comes out of it.

/// The vectors of `batch` sequences over `length` steps, `size` numbers each.
///
/// `sequence[t]` is the matrix of step t as the notes have it: (size, batch), columns are examples. In memory a step follows
/// a step, an example an example, and the numbers of one vector lie together.
public struct SequenceBatch<Scalar: RealScalar>: Equatable, Sendable {
  /// The number of steps, T.
  public let length: Int
  /// The number of examples, m.
  public let batch: Int
  /// The number of units or features, n.
  public let size: Int
  private var elements: [Scalar]

  /// A batch of zeros, (size, batch) at each of `length` steps.
  public init(length: Int, batch: Int, size: Int) {
    (self.length, self.batch, self.size) = (length, batch, size)
    elements = Array(repeating: 0, count: length * batch * size)
  }

  /// One matrix a step, each (size, batch). Traps where their shapes differ.
  public init(_ steps: [Matrix<Scalar>]) {
    self.init(length: steps.count, batch: steps.first?.columns ?? 0, size: steps.first?.rows ?? 0)
    for (t, step) in steps.enumerated() { self[t] = step }
  }

  /// The numbers of a block of `length · batch` rows, copied.
  init(copying block: Block<Scalar>, length: Int, batch: Int) {
    require(block.rows == length * batch, "\(block.rows) rows are not \(length) steps of \(batch) examples")
    (self.length, self.batch, size) = (length, batch, block.columns)
    elements = Array(UnsafeBufferPointer(start: block.start, count: block.count))
  }

  /// The matrix of step `t`, counted from 0: (size, batch).
  public subscript(t: Int) -> Matrix<Scalar> {
    get {
      require(t >= 0 && t < length, "step \(t) lies outside a sequence of \(length)")
      return Matrix(rows: batch, columns: size, elements: Array(elements[t * batch * size..<(t + 1) * batch * size]))
        .transposed
    }
    set {
      require(t >= 0 && t < length, "step \(t) lies outside a sequence of \(length)")
      require(
        newValue.rows == size && newValue.columns == batch,
        "a step of (\(size), \(batch)) was given (\(newValue.rows), \(newValue.columns))")
      elements.replaceSubrange(t * batch * size..<(t + 1) * batch * size, with: newValue.transposed.elements)
    }
  }

  /// One example over time: a row a unit, a column a step, (size, length). What a heatmap draws.
  public func trajectory(example: Int) -> Matrix<Scalar> {
    require(example >= 0 && example < batch, "example \(example) lies outside a batch of \(batch)")
    var result = Matrix<Scalar>(rows: size, columns: length)
    for t in 0..<length {
      for unit in 0..<size { result[unit, t] = elements[(t * batch + example) * size + unit] }
    }
    return result
  }

  /// The examples in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> SequenceBatch {
    var result = SequenceBatch(length: length, batch: range.count, size: size)
    for t in 0..<length {
      let source = (t * batch + range.lowerBound) * size..<(t * batch + range.upperBound) * size
      let target = t * range.count * size..<(t + 1) * range.count * size
      result.elements.replaceSubrange(target, with: elements[source])
    }
    return result
  }

  /// The engine's view: `length · batch` rows of `size` numbers, to be read only while `body` runs.
  public func withBlock<Result>(_ body: (Block<Scalar>) throws -> Result) rethrows -> Result {
    try Matrix(rows: length * batch, columns: size, elements: elements).withBlock(body)
  }

  /// The engine's view, to be read and written while `body` runs.
  public mutating func withMutableBlock<Result>(_ body: (Block<Scalar>) throws -> Result) rethrows -> Result {
    let (rows, columns) = (length * batch, size)
    return try elements.withUnsafeMutableBufferPointer { buffer in
      let nothing = UnsafeMutablePointer<Scalar>(bitPattern: MemoryLayout<Scalar>.alignment)!
      return try body(Block(buffer.baseAddress ?? nothing, rows: rows, columns: columns))
    }
  }
}
