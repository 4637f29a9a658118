// A batch of sequences of vectors: what goes into a layer and comes out of it.

/// The vectors of `batch` sequences over `length` steps, `size` numbers each.
///
/// `sequence[t]` is the matrix of step t as the notes have it: (size, batch), columns are examples. In memory a step
/// follows a step, an example an example, and the numbers of one vector lie together.
public struct SequenceBatch<Scalar: RealScalar>: Equatable, Sendable {
  /// The number of steps, T.
  public let length: Int
  /// The number of examples, m.
  public let batch: Int
  /// The number of units or features, n.
  public let size: Int
  private var memory: Memory<Scalar>
  /// Where in the memory the numbers begin.
  private var first = 0

  /// A batch of zeros, (size, batch) at each of `length` steps.
  public init(length: Int, batch: Int, size: Int) {
    require(length >= 0 && batch >= 0 && size >= 0, "a sequence cannot have \(length) steps of (\(size), \(batch))")
    (self.length, self.batch, self.size) = (length, batch, size)
    memory = Memory(count: length * batch * size)
  }

  /// A batch of the given numbers: those of a vector one after the other, then the next example, then the next step.
  ///
  /// Traps where there are not `length * batch * size` of them.
  public init(length: Int, batch: Int, size: Int, elements: [Scalar]) {
    self.init(length: length, batch: batch, size: size)
    require(
      elements.count == length * batch * size,
      "\(length) steps of (\(size), \(batch)) cannot hold \(elements.count) numbers")
    for (place, element) in elements.enumerated() { memory.numbers[place] = element }
  }

  /// One matrix a step, each (size, batch). Traps where their shapes differ.
  public init(_ steps: [Matrix<Scalar>]) {
    self.init(length: steps.count, batch: steps.first?.columns ?? 0, size: steps.first?.rows ?? 0)
    for (t, step) in steps.enumerated() { self[t] = step }
  }

  /// The numbers of a block of `length · batch` rows, copied.
  init(copying block: Block<Scalar>, length: Int, batch: Int) {
    require(block.rows == length * batch, "\(block.rows) rows are not \(length) steps of \(batch) examples")
    self.init(length: length, batch: batch, size: block.columns)
    self.block.copy(block)
  }

  /// The numbers of a tape's block of `length · batch` rows without gaps, as they are there: a later pass changes them.
  ///
  /// For what one layer of a tape hands to the next.
  init(viewing block: Block<Scalar>, length: Int, batch: Int) {
    require(
      block.rows == length * batch && block.isContiguous, "\(block.rows) rows are not \(length) steps of \(batch)")
    (self.length, self.batch, size) = (length, batch, block.columns)
    memory = block.memory!
    first = block.start - memory.numbers.baseAddress!
  }

  /// All numbers: those of a vector one after the other, then the next example, then the next step.
  public var elements: [Scalar] { Array(UnsafeBufferPointer(start: block.start, count: block.count)) }

  /// The matrix of step `t`, counted from 0: (size, batch).
  public subscript(t: Int) -> Matrix<Scalar> {
    get { Matrix(examples: rows(of: t)) }
    set {
      require(
        newValue.rows == size && newValue.columns == batch,
        "a step of (\(size), \(batch)) was given (\(newValue.rows), \(newValue.columns))")
      makeUnique()
      rows(of: t).copy(examples: newValue)
    }
  }

  private func rows(of t: Int) -> Block<Scalar> {
    require(t >= 0 && t < length, "step \(t) lies outside a sequence of \(length)")
    return block.rows(t * batch..<(t + 1) * batch)
  }

  /// One example over time: a row a unit, a column a step, (size, length). What a heatmap draws.
  public func trajectory(example: Int) -> Matrix<Scalar> {
    require(example >= 0 && example < batch, "example \(example) lies outside a batch of \(batch)")
    var result = Matrix<Scalar>(rows: size, columns: length)
    for t in 0..<length {
      let numbers = block.row(t * batch + example)
      for unit in 0..<size { result[unit, t] = numbers[unit] }
    }
    return result
  }

  /// The examples in `range`, counted from 0, in a batch of their own. Traps where there are none such.
  public func examples(_ range: Range<Int>) -> SequenceBatch {
    require(range.lowerBound >= 0 && range.upperBound <= batch, "there are no examples \(range) in a batch of \(batch)")
    if range == 0..<batch { return self }
    let result = SequenceBatch(length: length, batch: range.count, size: size)
    for t in 0..<length {
      let source = block.rows(t * batch + range.lowerBound..<t * batch + range.upperBound)
      result.block.rows(t * range.count..<(t + 1) * range.count).copy(source)
    }
    return result
  }

  /// Whether both have the same shape and the same numbers.
  public static func == (left: SequenceBatch, right: SequenceBatch) -> Bool {
    left.length == right.length && left.batch == right.batch && left.size == right.size
      && left.elements == right.elements
  }

  // MARK: - The engine's view

  /// `length · batch` rows of `size` numbers, to be read: who writes into it writes into every copy of this batch.
  var block: Block<Scalar> { Block(memory, from: first, rows: length * batch, columns: size) }

  /// The same, to be written too.
  mutating func withMutableBlock<Result>(_ body: (Block<Scalar>) throws -> Result) rethrows -> Result {
    makeUnique()
    return try body(block)
  }

  /// Numbers of its own, which no other batch and no tape refers to.
  private mutating func makeUnique() {
    if isKnownUniquelyReferenced(&memory) { return }
    let copy = SequenceBatch(copying: block, length: length, batch: batch)
    (memory, first) = (copy.memory, 0)
  }
}
