// What the steps of a cell leave behind, for the backward pass and for who looks into the gates.

/// States, gates and caches of every step of a cell, for T steps of m examples.
///
/// Steps are numbered 1 … T, as in the notes; the states are there for t = 0 too. Memory is kept from pass to pass, and
/// a tape serves one pass at a time.
public final class CellTape<Scalar: RealScalar>: @unchecked Sendable {
  /// T, the number of steps on the tape.
  public private(set) var length = 0
  /// m, the number of examples.
  public private(set) var batch = 0

  private let gateSize: Int
  private let cacheSizes: [Int]
  private let stateSizes: [Int]
  private let gateBuffer = Buffer<Scalar>()
  private let gateGradientBuffer = Buffer<Scalar>()
  private let cacheBuffers: [Buffer<Scalar>]
  private let stateBuffers: [Buffer<Scalar>]
  private let stateGradientBuffers: [Buffer<Scalar>]
  private let transposedWeights: [Buffer<Scalar>]
  private var areWeightsTransposed = false

  /// A tape with the shapes of `cell`.
  public init<Cell: RecurrentCell>(for cell: Cell) where Cell.Scalar == Scalar {
    gateSize = cell.gateSize
    cacheSizes = cell.caches.map(\.size)
    stateSizes = cell.stateSizes
    cacheBuffers = cacheSizes.map { _ in Buffer() }
    stateBuffers = stateSizes.map { _ in Buffer() }
    stateGradientBuffers = stateSizes.map { _ in Buffer() }
    transposedWeights = cell.stepWeights.map { _ in Buffer() }
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
    areWeightsTransposed = length * batch >= Self.fewRows
    guard areWeightsTransposed else { return }
    for (place, weight) in cell.stepWeights.enumerated() {
      weight.withBlock { transposed(place, of: weight).transpose($0) }
    }
  }

  /// Traps where the weights of `cell` do not fit each other, or where this tape was made for a cell of other sizes.
  func check<Cell: RecurrentCell>(_ cell: Cell) where Cell.Scalar == Scalar {
    cell.checkShapes()
    require(
      cell.stateSizes == stateSizes && cell.gateSize == gateSize && cell.caches.map(\.size) == cacheSizes,
      "a tape for states of \(stateSizes) and gates of \(gateSize) rows was given a cell with states of "
        + "\(cell.stateSizes) and gates of \(cell.gateSize) rows")
  }

  private func transposed(_ place: Int, of weight: Matrix<Scalar>) -> Block<Scalar> {
    transposedWeights[place].block(rows: weight.columns, columns: weight.rows)
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
      require(place < transposedWeights.count, "a cell has no step weight \(place), only \(transposedWeights.count)")
      let factor = transposed(place, of: weight)
      Scalar.multiply(
        vectors, transposed: false, rows.map(factor.columns) ?? factor, transposed: false, into: target,
        accumulating: accumulating)
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
  public func state(_ k: Int, at t: Int) -> Block<Scalar> { step(t, of: allStates(k)) }

  /// ∂L/∂state `k` at step `t` from 0 to T: (m, size).
  public func stateGradient(_ k: Int, at t: Int) -> Block<Scalar> { step(t, of: allStateGradients(k)) }

  /// The gates of step `t` from 1 to T, side by side: (m, gate rows).
  public func gates(at t: Int) -> Block<Scalar> { step(t - 1, of: gates) }

  /// ∂L/∂z⟨t⟩: (m, gate rows).
  public func gateGradient(at t: Int) -> Block<Scalar> { step(t - 1, of: gateGradients) }

  /// Cache `k` of step `t` from 1 to T: (m, size).
  public func cache(_ k: Int, at t: Int) -> Block<Scalar> { step(t - 1, of: caches(k)) }

  private func step(_ row: Int, of block: Block<Scalar>) -> Block<Scalar> {
    require(row >= 0 && (row + 1) * batch <= block.rows, "step \(row) lies outside the \(length) steps of a tape")
    return block.rows(row * batch..<(row + 1) * batch)
  }

  // MARK: - All steps, one under the other

  /// State `k` after the steps 1 … T: (T m, size).
  public func states(_ k: Int) -> Block<Scalar> { allStates(k).rows(batch..<(length + 1) * batch) }

  /// State `k` before the steps 1 … T: (T m, size).
  public func previousStates(_ k: Int) -> Block<Scalar> { allStates(k).rows(0..<length * batch) }

  /// ∂L/∂state `k` after the steps 1 … T: (T m, size).
  public func stateGradients(_ k: Int) -> Block<Scalar> { allStateGradients(k).rows(batch..<(length + 1) * batch) }

  /// The gates of the steps 1 … T: (T m, gate rows).
  public var gates: Block<Scalar> { gateBuffer.block(rows: length * batch, columns: gateSize) }

  /// ∂L/∂z of the steps 1 … T: (T m, gate rows).
  public var gateGradients: Block<Scalar> { gateGradientBuffer.block(rows: length * batch, columns: gateSize) }

  /// Cache `k` of the steps 1 … T: (T m, size).
  public func caches(_ k: Int) -> Block<Scalar> {
    cacheBuffers[k].block(rows: length * batch, columns: cacheSizes[k])
  }

  /// State `k` at the steps 0 … T: ((T + 1) m, size).
  func allStates(_ k: Int) -> Block<Scalar> {
    stateBuffers[k].block(rows: (length + 1) * batch, columns: stateSizes[k])
  }

  /// ∂L/∂state `k` at the steps 0 … T: ((T + 1) m, size).
  func allStateGradients(_ k: Int) -> Block<Scalar> {
    stateGradientBuffers[k].block(rows: (length + 1) * batch, columns: stateSizes[k])
  }
}
