// A cell unrolled over time, with backpropagation through time.

/// A recurrent layer with the plain cell.
public typealias RNN<Scalar: RealScalar> = Recurrent<RNNCell<Scalar>>

/// A recurrent layer with long short-term memory.
public typealias LSTM<Scalar: RealScalar> = Recurrent<LSTMCell<Scalar>>

/// A cell applied at every step, its weights shared over time.
///
/// Forwards, the input's part of every step is one product (or one look-up a token) before the steps are taken in order;
/// backwards, the steps are taken in reverse, and then each weight's gradient is one product over all of them.
public struct Recurrent<Cell: RecurrentCell>: RecurrentLayer {
  /// The number type of the cell.
  public typealias Scalar = Cell.Scalar

  /// The cell.
  public var cell: Cell

  /// A layer of `cell`.
  public init(_ cell: Cell) {
    self.cell = cell
  }

  /// n_x, the size of the input at each step.
  public var inputSize: Int { cell.inputSize }
  /// The size of the output, which is the cell's first state: n_a where that is a⟨t⟩.
  public var outputSize: Int { cell.stateSizes[0] }
  /// The sizes of the cell's states.
  public var stateSizes: [Int] { cell.stateSizes }

  /// The cell's parameters with `_l` and the level behind their names.
  public func parameterPaths(level: Int) -> [ParameterPath<Recurrent>] {
    paths(of: \.cell, cell.parameterPaths) { "\($0)_l\(level)" }
  }

  /// The tape of a cell, and what the layer around it needs.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The states and gates of the cell, step by step.
    public let cell: CellTape<Scalar>
    fileprivate let transposedWeight = Buffer<Scalar>()
    private let stateCount: Int
    private let gates: [(name: String, size: Int)]

    fileprivate init(_ cell: Cell) {
      self.cell = CellTape(for: cell)
      stateCount = cell.stateSizes.count
      gates = cell.gates
    }

    /// T, the number of steps of the last pass.
    public var length: Int { cell.length }
    /// m, the number of its examples.
    public var batch: Int { cell.batch }

    /// a⟨1⟩ … a⟨T⟩, one under the other: (T m, n_a).
    public var outputs: Block<Scalar> { cell.states(0).rows(steps) }
    /// Where ∂L/∂a⟨1⟩ … ∂L/∂a⟨T⟩ go before the way back, without what comes from the steps after each: (T m, n_a).
    public var outputGradients: Block<Scalar> { cell.stateGradients(0).rows(steps) }
    /// The states after step T, each (size, m).
    public var finalState: RecurrentState<Scalar> { state(cell.length) }

    /// ∂L/∂ the states before step 1, after the way back, each (size, m).
    public var initialGradient: RecurrentState<Scalar> {
      RecurrentState((0..<stateCount).map { Matrix(examples: cell.stateGradient($0, at: 0)) })
    }

    private var steps: Range<Int> { cell.batch..<(cell.length + 1) * cell.batch }

    /// The states after step `t`, from 0 to T.
    @specialized(where Cell == RNNCell<Float>)
    @specialized(where Cell == GRUCell<Float>)
    @specialized(where Cell == LSTMCell<Float>)
    public func state(_ t: Int) -> RecurrentState<Scalar> {
      RecurrentState((0..<stateCount).map { Matrix(examples: cell.state($0, at: t)) })
    }

    /// State `k` after the steps 1 … T: of an LSTM, c⟨1⟩ … c⟨T⟩ is state 1.
    public func stateSequence(_ k: Int) -> SequenceBatch<Scalar> {
      SequenceBatch(copying: cell.states(k).rows(steps), length: cell.length, batch: cell.batch)
    }

    /// The values of each gate at the steps 1 … T, by name: what a heatmap draws.
    public var trace: [(name: String, values: SequenceBatch<Scalar>)] {
      var first = 0
      return gates.map { gate in
        defer { first += gate.size }
        var values = SequenceBatch<Scalar>(length: cell.length, batch: cell.batch, size: gate.size)
        values.withMutableBlock { target in
          for row in 0..<target.rows {
            let source = cell.gates.start + row * cell.gates.columns + first
            (target.start + row * gate.size).update(from: source, count: gate.size)
          }
        }
        return (gate.name, values)
      }
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(cell) }

  // MARK: - Forward

  /// Takes the steps 1 … T. Traps where the state or the mask has another number of examples.
  @specialized(where Cell == RNNCell<Float>)
  @specialized(where Cell == GRUCell<Float>)
  @specialized(where Cell == LSTMCell<Float>)
  public func forward(_ input: LayerInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    mask?.check(batch: input.batch)
    tape.cell.prepare(for: cell, length: input.length, batch: input.batch)
    for k in stateSizes.indices {
      let first = tape.cell.state(k, at: 0)
      if let state { first.copy(examples: state.values[k]) } else { first.fill(0) }
    }
    addInput(input, on: tape)
    guard input.length > 0 else { return }
    for t in 1...input.length {
      cell.stepForward(t, on: tape.cell)
      guard let mask else { continue }
      for k in stateSizes.indices {
        let (now, before) = (tape.cell.state(k, at: t), tape.cell.state(k, at: t - 1))
        for example in 0..<input.batch where !mask.isReal(t, example: example) {
          now.rows(example..<example + 1).copy(before.rows(example..<example + 1))
        }
      }
    }
  }

  /// z = W_x x + b for every step at once.
  private func addInput(_ input: LayerInput<Scalar>, on tape: Tape) {
    let z = tape.cell.gates
    cell.ba.withBlock { z.fillRows($0) }
    cell.Wax.withBlock { weight in
      switch input {
      case .features(let x, _, _):
        Scalar.multiply(x, transposed: false, weight, transposed: true, into: z, accumulating: true)
      case .tokens(let tokens) where tokens.ids.count < CellTape<Scalar>.fewRows:
        z.addColumns(of: weight, at: tokens.ids)
      case .tokens(let tokens):
        // Transposed once, so that each look-up reads neighbours in memory.
        let columns = tape.transposedWeight.block(rows: weight.columns, columns: weight.rows)
        columns.transpose(weight)
        z.addRows(of: columns, at: tokens.ids)
      }
    }
  }

  // MARK: - Backward

  /// Takes the steps T … 1 and adds the gradients of the parameters; see `RecurrentLayer`.
  @specialized(where Cell == RNNCell<Float>)
  @specialized(where Cell == GRUCell<Float>)
  @specialized(where Cell == LSTMCell<Float>)
  public func backward(
    _ input: LayerInput<Scalar>, finalGradient: RecurrentState<Scalar>?, mask: Mask?, inputGradient: Block<Scalar>?,
    on tape: Tape, accumulatingInto gradient: inout Recurrent
  ) {
    tape.cell.stateGradient(0, at: 0).fill(0)
    for k in stateSizes.indices {
      if k > 0 { tape.cell.stateGradients(k).fill(0) }
      if let finalGradient {
        finalGradient.values[k].transposed.withBlock { tape.cell.stateGradient(k, at: input.length).add($0) }
      }
    }
    for t in stride(from: input.length, to: 0, by: -1) {
      guard let mask else {
        cell.stepBackward(t, on: tape.cell)
        continue
      }
      stepBackward(t, past: mask, on: tape)
    }
    cell.accumulateRecurrentGradients(from: tape.cell, into: &gradient.cell)
    accumulateInput(input, inputGradient: inputGradient, on: tape, into: &gradient)
  }

  /// A step backwards in which the padded examples hand their gradient on as it came.
  private func stepBackward(_ t: Int, past mask: Mask, on tape: Tape) {
    let padded = (0..<tape.cell.batch).filter { !mask.isReal(t, example: $0) }
    var kept: [[Scalar]] = []
    for k in stateSizes.indices {
      let arriving = tape.cell.stateGradient(k, at: t)
      for example in padded {
        let row = arriving.rows(example..<example + 1)
        kept.append(Array(UnsafeBufferPointer(start: row.start, count: row.count)))
        row.fill(0)
      }
    }
    cell.stepBackward(t, on: tape.cell)
    var place = 0
    for k in stateSizes.indices {
      let leaving = tape.cell.stateGradient(k, at: t - 1)
      for example in padded {
        kept[place].withUnsafeMutableBufferPointer {
          leaving.rows(example..<example + 1).add(Block($0.baseAddress!, rows: 1, columns: $0.count))
        }
        place += 1
      }
    }
  }

  private func accumulateInput(
    _ input: LayerInput<Scalar>, inputGradient: Block<Scalar>?, on tape: Tape, into gradient: inout Recurrent
  ) {
    let δ = tape.cell.gateGradients
    gradient.cell.ba.withMutableBlock { Block($0.start, rows: 1, columns: $0.count).addSum(ofRows: δ) }
    gradient.cell.Wax.withMutableBlock { target in
      switch input {
      case .features(let x, _, _):
        Scalar.multiply(δ, transposed: true, x, transposed: false, into: target, accumulating: true)
      case .tokens(let tokens):
        let columns = tape.transposedWeight.block(rows: target.columns, columns: target.rows)
        columns.fill(0)
        columns.addRows(δ, to: tokens.ids)
        target.transpose(columns, accumulating: true)
      }
    }
    if let inputGradient {
      cell.Wax.withBlock {
        Scalar.multiply(δ, transposed: false, $0, transposed: false, into: inputGradient, accumulating: false)
      }
    }
  }
}

extension Matrix {
  /// The columns of a matrix from the rows of the engine, where examples are rows.
  @specialized(where Scalar == Float)
  init(examples block: Block<Scalar>) {
    self.init(
      rows: block.rows, columns: block.columns,
      elements: Array(UnsafeBufferPointer(start: block.start, count: block.count)))
    self = transposed
  }
}

extension Block {
  /// Takes the columns of a matrix as rows. Traps where the shapes disagree.
  func copy(examples matrix: Matrix<Scalar>) {
    require(
      matrix.columns == rows && matrix.rows == columns,
      "a state of (\(columns), \(rows)) was given (\(matrix.rows), \(matrix.columns))")
    matrix.transposed.withBlock { copy($0) }
  }
}

// MARK: - Whole sequences, as lessons and tests use them

extension RecurrentLayer {
  /// The outputs for a batch of sequences, from a⟨0⟩ = 0 or from `state`, and the tape that they stand on.
  public func callAsFunction(
    _ input: SequenceBatch<Scalar>, from state: RecurrentState<Scalar>? = nil, mask: Mask? = nil
  ) -> Tape {
    let tape = makeTape()
    input.withBlock {
      forward(.features($0, length: input.length, batch: input.batch), from: state, mask: mask, on: tape)
    }
    return tape
  }

  /// The gradients of a scalar L with the given ∂L/∂output and ∂L/∂(final state).
  public func gradients(
    _ input: SequenceBatch<Scalar>, outputGradient: SequenceBatch<Scalar>, finalGradient: RecurrentState<Scalar>? = nil,
    mask: Mask? = nil, on tape: Tape
  ) -> (layer: Self, input: SequenceBatch<Scalar>, initialState: RecurrentState<Scalar>) {
    var gradient = zeroed
    var inputGradient = SequenceBatch<Scalar>(length: input.length, batch: input.batch, size: input.size)
    outputGradient.withBlock { tape.outputGradients.copy($0) }
    input.withBlock { x in
      inputGradient.withMutableBlock { target in
        backward(
          .features(x, length: input.length, batch: input.batch), finalGradient: finalGradient, mask: mask,
          inputGradient: target, on: tape, accumulatingInto: &gradient)
      }
    }
    return (gradient, inputGradient, tape.initialGradient)
  }
}
