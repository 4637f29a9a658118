// What the steps of a cell leave behind, for the backward pass and for who looks into the gates.

/// States, gates and caches of every step of a cell, for T steps of m examples.
///
/// Steps are numbered 1 … T, as in the notes; the states are there for t = 0 too. Memory is kept from pass to pass, and
/// a tape serves one pass at a time.
public final class CellTape<Scalar: RealScalar>: @unchecked Sendable {
  /// T, the number of steps on the tape.
  @exclusivity(unchecked) public private(set) var length = 0
  /// m, the number of examples.
  @exclusivity(unchecked) public private(set) var batch = 0

  private let gateSize: Int
  private let cacheSizes: [Int]
  private let stateSizes: [Int]
  @exclusivity(unchecked) private var gateMemory = Memory<Scalar>(count: 0)
  @exclusivity(unchecked) private var gateGradientMemory = Memory<Scalar>(count: 0)
  @exclusivity(unchecked) private var cacheMemories: [Memory<Scalar>]
  @exclusivity(unchecked) private var stateMemories: [Memory<Scalar>]
  @exclusivity(unchecked) private var stateGradientMemories: [Memory<Scalar>]
  @exclusivity(unchecked) private var transposedWeights: [Memory<Scalar>]
  @exclusivity(unchecked) private var areWeightsTransposed = false

  /// A tape with the shapes of `cell`.
  public init<Cell: RecurrentCell>(for cell: Cell) where Cell.Scalar == Scalar {
    gateSize = cell.gateSize
    cacheSizes = cell.caches.map(\.size)
    stateSizes = cell.stateSizes
    cacheMemories = cacheSizes.map { _ in Memory(count: 0) }
    stateMemories = stateSizes.map { _ in Memory(count: 0) }
    stateGradientMemories = stateSizes.map { _ in Memory(count: 0) }
    transposedWeights = cell.stepWeights.map { _ in Memory(count: 0) }
  }

  /// Fewer steps and examples than this do not pay for weights that are transposed first.
  static var fewRows: Int { 8 }

  /// Makes room for a pass of `cell` over `length` steps of `batch` examples.
  ///
  /// Products are the fastest with transposed weights, so these are made here once for all steps, where there are
  /// enough.
  func prepare<Cell: RecurrentCell>(for cell: Cell, length: Int, batch: Int) where Cell.Scalar == Scalar {
    check(cell)
    (self.length, self.batch) = (length, batch)
    let rows = length * batch
    Memory.grow(&gateMemory, to: rows * gateSize)
    Memory.grow(&gateGradientMemory, to: rows * gateSize)
    for (k, size) in cacheSizes.enumerated() { Memory.grow(&cacheMemories[k], to: rows * size) }
    for (k, size) in stateSizes.enumerated() {
      Memory.grow(&stateMemories[k], to: (rows + batch) * size)
      Memory.grow(&stateGradientMemories[k], to: (rows + batch) * size)
    }
    areWeightsTransposed = rows >= Self.fewRows
    guard areWeightsTransposed else { return }
    for (place, weight) in cell.stepWeights.enumerated() {
      Memory.grow(&transposedWeights[place], to: weight.count)
      weight.withBlock { transposed(place, of: weight).transpose($0) }
    }
  }

  /// Traps where the weights of `cell` do not fit each other, or where this tape was made for a cell of other sizes.
  func check<Cell: RecurrentCell>(_ cell: Cell) where Cell.Scalar == Scalar {
    cell.checkShapes()
    require(
      cell.ba.rows == gateSize && cell.stateSizes == stateSizes && cell.caches.map(\.size) == cacheSizes,
      "a tape for states of \(stateSizes) and gates of \(gateSize) rows was given a cell with states of "
        + "\(cell.stateSizes) and gates of \(cell.ba.rows) rows")
  }

  private func transposed(_ place: Int, of weight: Matrix<Scalar>) -> Block<Scalar> {
    Block(transposedWeights[place], rows: weight.columns, columns: weight.rows)
  }

  // MARK: - Products with the weights of a step

  /// Adds W v to the rows of `target`, for each row v of `vectors`: a step's product, with the weights as this tape has
  /// them.
  ///
  /// - Parameters:
  ///   - weight: W, (n, k), as it stands now.
  ///   - place: where W stands among the cell's `stepWeights`.
  ///   - rows: which rows of W; all where it is nil.
  ///   - vectors: an example a row, (m, k).
  ///   - target: an example a row, (m, n).
  public func addProduct(
    _ weight: Matrix<Scalar>, at place: Int = 0, rows: Range<Int>? = nil, _ vectors: Block<Scalar>,
    to target: Block<Scalar>
  ) {
    multiply(weight, place, rows, vectors, into: target, accumulating: true)
  }

  /// Writes W v into the rows of `target`, for each row v of `vectors`; see `addProduct`.
  public func setProduct(
    _ weight: Matrix<Scalar>, at place: Int = 0, rows: Range<Int>? = nil, _ vectors: Block<Scalar>,
    in target: Block<Scalar>
  ) {
    multiply(weight, place, rows, vectors, into: target, accumulating: false)
  }

  private func multiply(
    _ weight: Matrix<Scalar>, _ place: Int, _ rows: Range<Int>?, _ vectors: Block<Scalar>, into target: Block<Scalar>,
    accumulating: Bool
  ) {
    if areWeightsTransposed {
      require(
        place < transposedWeights.count && weight.count <= transposedWeights[place].numbers.count,
        "a weight of (\(weight.rows), \(weight.columns)) is not number \(place) of the cell's step weights")
      var factor = transposed(place, of: weight)
      if let rows { factor = factor.columns(rows) }
      Scalar.multiply(
        vectors, transposed: false, factor, transposed: false, into: target, accumulating: accumulating)
    } else {
      weight.withBlock {
        Scalar.multiply(
          vectors, transposed: false, rows.map($0.rows) ?? $0, transposed: true, into: target,
          accumulating: accumulating)
      }
    }
  }

  // MARK: - Step by step

  /// State `k` at step `t` from 0 to T: (m, size).
  public func state(_ k: Int, at t: Int) -> Block<Scalar> { step(t, upTo: length, of: stateMemories[k], stateSizes[k]) }

  /// ∂L/∂state `k` at step `t` from 0 to T: (m, size).
  public func stateGradient(_ k: Int, at t: Int) -> Block<Scalar> {
    step(t, upTo: length, of: stateGradientMemories[k], stateSizes[k])
  }

  /// The gates of step `t` from 1 to T, side by side: (m, gate rows).
  public func gates(at t: Int) -> Block<Scalar> { step(t - 1, upTo: length - 1, of: gateMemory, gateSize) }

  /// ∂L/∂z⟨t⟩: (m, gate rows).
  public func gateGradient(at t: Int) -> Block<Scalar> {
    step(t - 1, upTo: length - 1, of: gateGradientMemory, gateSize)
  }

  /// Cache `k` of step `t` from 1 to T: (m, size).
  public func cache(_ k: Int, at t: Int) -> Block<Scalar> {
    step(t - 1, upTo: length - 1, of: cacheMemories[k], cacheSizes[k])
  }

  private func step(_ place: Int, upTo last: Int, of memory: Memory<Scalar>, _ size: Int) -> Block<Scalar> {
    require(place >= 0 && place <= last, "step \(place) lies outside the \(last + 1) that a tape holds")
    return Block(memory, from: place * batch * size, rows: batch, columns: size)
  }

  // MARK: - All steps, one under the other

  /// State `k` after the steps 1 … T: (T m, size).
  public func states(_ k: Int) -> Block<Scalar> { allStates(k).rows(batch..<(length + 1) * batch) }

  /// State `k` before the steps 1 … T: (T m, size).
  public func previousStates(_ k: Int) -> Block<Scalar> { allStates(k).rows(0..<length * batch) }

  /// ∂L/∂state `k` after the steps 1 … T: (T m, size).
  public func stateGradients(_ k: Int) -> Block<Scalar> { allStateGradients(k).rows(batch..<(length + 1) * batch) }

  /// The gates of the steps 1 … T: (T m, gate rows).
  public var gates: Block<Scalar> { Block(gateMemory, rows: length * batch, columns: gateSize) }

  /// ∂L/∂z of the steps 1 … T: (T m, gate rows).
  public var gateGradients: Block<Scalar> { Block(gateGradientMemory, rows: length * batch, columns: gateSize) }

  /// Cache `k` of the steps 1 … T: (T m, size).
  public func caches(_ k: Int) -> Block<Scalar> {
    Block(cacheMemories[k], rows: length * batch, columns: cacheSizes[k])
  }

  /// State `k` at the steps 0 … T: ((T + 1) m, size).
  func allStates(_ k: Int) -> Block<Scalar> {
    Block(stateMemories[k], rows: stateRows, columns: stateSizes[k])
  }

  /// ∂L/∂state `k` at the steps 0 … T: ((T + 1) m, size).
  func allStateGradients(_ k: Int) -> Block<Scalar> {
    Block(stateGradientMemories[k], rows: stateRows, columns: stateSizes[k])
  }

  /// The rows of a state at all steps; none before the first pass.
  private var stateRows: Int { (length + 1) * batch }
}
