// What makes a network recurrent: one step from a⟨t−1⟩ and x⟨t⟩ to a⟨t⟩, and the same step backwards.

/// One step of a recurrent network, forwards and backwards.
///
/// The step sees its input through the pre-activation z⟨t⟩ = W_ax x⟨t⟩ + b_a, which the layer computes for all steps at once; the
/// cell adds what comes from its state. A cell with gates stacks their pre-activations, so `Wax` has one block of rows a gate.
///
/// The tape holds everything by step, numbered 1 … T as in the notes: a cell reads `tape.state(0, at: t - 1)` and writes
/// `tape.state(0, at: t)`. State 0 is the output a⟨t⟩; an LSTM carries c⟨t⟩ as state 1. <doc:AddingACell> makes one from its equations.
public protocol RecurrentCell<Scalar>: Parameterized {
  /// The weights of the input, (gate rows, n_x): PyTorch's `weight_ih`.
  var Wax: Matrix<Scalar> { get set }
  /// The bias, (gate rows, 1).
  var ba: Matrix<Scalar> { get set }

  /// n_a, the size of the hidden vector a⟨t⟩: the output's, unless a cell says otherwise.
  var hiddenSize: Int { get }
  /// The sizes of the vectors that pass from step to step; the first is the output's.
  var stateSizes: [Int] { get }
  /// The parts of a step's gate rows, in their order, by name and size: what a heatmap can show of them.
  var gates: [(name: String, size: Int)] { get }
  /// What else a step must keep for its way back, by name and size: keepsake `k` of step t is `tape.keepsake(k, at: t)`, (m, size).
  var keepsakes: [(name: String, size: Int)] { get }
  /// The weights that steps take forwards by `CellTape.multiply`, which goes by their places here; none, unless a cell says otherwise.
  var stepWeights: [Matrix<Scalar>] { get }

  /// Computes step `t`: on entry `tape.gates(at: t)` holds z⟨t⟩, on return the gates' values; the states at `t` are written.
  func stepForward(_ t: Int, on tape: CellTape<Scalar>)

  /// Computes the gradients of step `t`: on entry `tape.stateGradient(k, at: t)` is the whole ∂L/∂state⟨t⟩; on return
  /// `tape.gateGradient(at: t)` is ∂L/∂z⟨t⟩, and what reaches the states at `t − 1` is added to their gradients.
  func stepBackward(_ t: Int, on tape: CellTape<Scalar>)

  /// Adds the gradients of the recurrent weights over all steps, once the steps have gone backwards.
  func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout Self)
}

extension RecurrentCell {
  /// n_x, the size of the input x⟨t⟩.
  public var inputSize: Int { Wax.columns }

  /// n_a, where the output is a⟨t⟩.
  public var hiddenSize: Int { stateSizes[0] }

  /// None: no weight is turned round beforehand.
  public var stepWeights: [Matrix<Scalar>] { [] }
}

/// Everything that a cell's steps leave behind: states, gates and what the way back needs, for T steps of m examples.
///
/// Memory is kept from pass to pass. A tape serves one pass at a time.
public final class CellTape<Scalar: RealScalar>: @unchecked Sendable {
  /// T, the number of steps on the tape.
  public private(set) var length = 0
  /// m, the number of examples.
  public private(set) var batch = 0

  private let gateSizes: [(name: String, size: Int)]
  private let gateRows: Int
  private let keepsakeSizes: [(name: String, size: Int)]
  private let stateSizes: [Int]
  private let gateBuffer = Buffer<Scalar>()
  private let gateGradientBuffer = Buffer<Scalar>()
  private let keepsakeBuffers: [Buffer<Scalar>]
  private let stateBuffers: [Buffer<Scalar>]
  private let stateGradientBuffers: [Buffer<Scalar>]
  private let turnedWeights: [Buffer<Scalar>]
  private var areWeightsTurned = false

  /// A tape with the shapes of `cell`.
  public init<Cell: RecurrentCell>(for cell: Cell) where Cell.Scalar == Scalar {
    gateSizes = cell.gates
    gateRows = gateSizes.reduce(0) { $0 + $1.size }
    keepsakeSizes = cell.keepsakes
    stateSizes = cell.stateSizes
    keepsakeBuffers = keepsakeSizes.map { _ in Buffer() }
    stateBuffers = stateSizes.map { _ in Buffer() }
    stateGradientBuffers = stateSizes.map { _ in Buffer() }
    turnedWeights = cell.stepWeights.map { _ in Buffer() }
  }

  /// Fewer steps and examples than this do not pay for weights turned round.
  static var fewRows: Int { 8 }

  /// Makes room for a pass of `cell` over `length` steps of `batch` examples.
  ///
  /// The engine's products are the fastest on weights turned round, which is done here once for all steps, where they are enough
  /// to pay for it.
  func prepare<Cell: RecurrentCell>(for cell: Cell, length: Int, batch: Int) where Cell.Scalar == Scalar {
    (self.length, self.batch) = (length, batch)
    areWeightsTurned = length * batch >= Self.fewRows
    guard areWeightsTurned else { return }
    for (place, weight) in cell.stepWeights.enumerated() {
      weight.withBlock { turned(place, of: $0).transpose($0) }
    }
  }

  private func turned(_ place: Int, of weight: Block<Scalar>) -> Block<Scalar> {
    turnedWeights[place].block(rows: weight.columns, columns: weight.rows)
  }

  /// W v for each row v of `vectors`, into the rows of `target` or added to them, where W is number `place` of the cell's
  /// `stepWeights`.
  ///
  /// A cell takes its recurrent products forwards by this, as the tape has its weights in the form in which the product is the
  /// fastest. Backwards, and for weights that are not among `stepWeights`, `Scalar.multiply` serves.
  ///
  /// - Parameters:
  ///   - vectors: an example a row, (m, k).
  ///   - weight: W, (n, k), as it stands now.
  ///   - place: where W stands among `stepWeights`.
  ///   - target: W v of each example, (m, n).
  ///   - accumulating: whether W v is added to what stands in `target`, rather than put in its place.
  public func multiply(
    _ vectors: Block<Scalar>, by weight: Block<Scalar>, at place: Int = 0, into target: Block<Scalar>,
    accumulating: Bool
  ) {
    let factor = areWeightsTurned ? turned(place, of: weight) : weight
    Scalar.multiply(
      vectors, transposed: false, factor, transposed: !areWeightsTurned, into: target, accumulating: accumulating)
  }

  /// State `k` at step `t` from 0 to T: (m, size).
  public func state(_ k: Int, at t: Int) -> Block<Scalar> {
    states(k).rows(t * batch..<(t + 1) * batch)
  }

  /// State `k` at the steps 0 … T, one under the other: ((T + 1) m, size).
  public func states(_ k: Int) -> Block<Scalar> {
    stateBuffers[k].block(rows: (length + 1) * batch, columns: stateSizes[k])
  }

  /// ∂L/∂state `k` at step `t`: (m, size).
  public func stateGradient(_ k: Int, at t: Int) -> Block<Scalar> {
    stateGradients(k).rows(t * batch..<(t + 1) * batch)
  }

  /// ∂L/∂state `k` at the steps 0 … T, one under the other: ((T + 1) m, size).
  public func stateGradients(_ k: Int) -> Block<Scalar> {
    stateGradientBuffers[k].block(rows: (length + 1) * batch, columns: stateSizes[k])
  }

  /// The gates of step `t` from 1 to T, side by side: (m, gate rows).
  public func gates(at t: Int) -> Block<Scalar> {
    gates.rows((t - 1) * batch..<t * batch)
  }

  /// The gates of the steps 1 … T, one under the other: (T m, gate rows).
  public var gates: Block<Scalar> {
    gateBuffer.block(rows: length * batch, columns: gateRows)
  }

  /// ∂L/∂z⟨t⟩: (m, gate rows).
  public func gateGradient(at t: Int) -> Block<Scalar> {
    gateGradients.rows((t - 1) * batch..<t * batch)
  }

  /// ∂L/∂z of the steps 1 … T, one under the other: (T m, gate rows).
  public var gateGradients: Block<Scalar> {
    gateGradientBuffer.block(rows: length * batch, columns: gateRows)
  }

  /// Keepsake `k` of step `t` from 1 to T: (m, size).
  public func keepsake(_ k: Int, at t: Int) -> Block<Scalar> {
    keepsakes(k).rows((t - 1) * batch..<t * batch)
  }

  /// Keepsake `k` of the steps 1 … T, one under the other: (T m, size).
  public func keepsakes(_ k: Int) -> Block<Scalar> {
    keepsakeBuffers[k].block(rows: length * batch, columns: keepsakeSizes[k].size)
  }
}
