// A cell unrolled over time, with backpropagation through time.

/// A recurrent layer with the plain cell.
public typealias RNN<Scalar: RealScalar> = Recurrent<RNNCell<Scalar>>

/// A recurrent layer with gated recurrent units.
public typealias GRU<Scalar: RealScalar> = Recurrent<GRUCell<Scalar>>

/// A recurrent layer with long short-term memory.
public typealias LSTM<Scalar: RealScalar> = Recurrent<LSTMCell<Scalar>>

/// A cell applied at every step, its weights shared over time.
///
/// Forwards, the input's part of every step is one product (or one look-up a token) before the steps are taken in
/// order; backwards, the steps are taken in reverse, and then each weight's gradient is one product over all of them.
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
    /// What the last forward pass read, and under which mask; nil before the first.
    var pass: (input: SequenceInput<Scalar>, mask: Mask?)?
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
    public var outputs: Block<Scalar> { cell.states(0) }
    /// Where ∂L/∂a⟨1⟩ … ∂L/∂a⟨T⟩ go before the backward pass, without what comes from the steps after each: (T m, n_a).
    public var outputGradients: Block<Scalar> { cell.stateGradients(0) }
    /// The states after step T, each (size, m).
    public var finalState: RecurrentState<Scalar> { state(cell.length) }

    /// ∂L/∂ the states before step 1, after the backward pass, each (size, m).
    public var initialGradient: RecurrentState<Scalar> {
      RecurrentState((0..<stateCount).map { Matrix(examples: cell.stateGradient($0, at: 0)) })
    }

    /// Nothing: a cell does the same in training.
    public func beginTraining(using random: inout RandomSource) {}

    /// The states after step `t`, from 0 to T.
    @specialized(where Cell == RNNCell<Float>)
    @specialized(where Cell == GRUCell<Float>)
    @specialized(where Cell == LSTMCell<Float>)
    public func state(_ t: Int) -> RecurrentState<Scalar> {
      RecurrentState((0..<stateCount).map { Matrix(examples: cell.state($0, at: t)) })
    }

    /// State `k` after the steps 1 … T: of an LSTM, c⟨1⟩ … c⟨T⟩ is state 1.
    public func stateSequence(_ k: Int) -> SequenceBatch<Scalar> {
      SequenceBatch(copying: cell.states(k), length: cell.length, batch: cell.batch)
    }

    /// The values of each gate at the steps 1 … T, by name: what a heatmap draws.
    public var trace: [(name: String, values: SequenceBatch<Scalar>)] {
      var first = 0
      return gates.map { gate in
        defer { first += gate.size }
        let values = SequenceBatch(
          copying: cell.gates.columns(first..<first + gate.size), length: cell.length, batch: cell.batch)
        return (gate.name, values)
      }
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(cell) }

  // MARK: - Forward

  /// Takes the steps 1 … T. Traps where the state or the mask is for other examples, or where the weights do not fit
  /// each other.
  @specialized(where Cell == RNNCell<Float>)
  @specialized(where Cell == GRUCell<Float>)
  @specialized(where Cell == LSTMCell<Float>)
  @specialized(where Cell == RNNCell<Double>)
  @specialized(where Cell == GRUCell<Double>)
  @specialized(where Cell == LSTMCell<Double>)
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    mask?.check(batch: input.batch, length: input.length)
    state?.check(sizes: stateSizes, batch: input.batch)
    tape.cell.prepare(for: cell, length: input.length, batch: input.batch)
    tape.pass = (input, mask)
    for k in stateSizes.indices {
      let first = tape.cell.state(k, at: 0)
      if let state { first.copy(examples: state.values[k]) } else { first.fill(0) }
    }
    addInput(input, on: tape)
    guard input.length > 0 else { return }
    for t in 1...input.length {
      cell.stepForward(t, on: tape.cell)
      if let mask { carryStates(to: t, past: mask, on: tape.cell) }
    }
  }

  /// Leaves the states of the examples that have no step `t` as they were.
  private func carryStates(to t: Int, past mask: Mask, on tape: CellTape<Scalar>) {
    for k in stateSizes.indices {
      let (now, before) = (tape.state(k, at: t), tape.state(k, at: t - 1))
      for example in 0..<tape.batch where !mask.isReal(t, example: example) {
        now.row(example).update(from: before.row(example), count: now.columns)
      }
    }
  }

  /// z = W_ax x + b_a for every step at once.
  private func addInput(_ input: SequenceInput<Scalar>, on tape: Tape) {
    let z = tape.cell.gates
    z.fillRows(cell.ba)
    switch input {
    case .features(let x):
      cell.Wax.addProduct(x.block, to: z)
    case .tokens(let tokens) where tokens.ids.count < CellTape<Scalar>.fewRows:
      cell.Wax.withBlock { z.addColumns(of: $0, at: tokens.ids) }
    case .tokens(let tokens):
      // Transposed once, so that each look-up reads neighbours in memory.
      let columns = tape.transposedWeight.block(rows: inputSize, columns: z.columns)
      cell.Wax.withBlock { columns.transpose($0) }
      z.addRows(of: columns, at: tokens.ids)
    }
  }

  // MARK: - Backward

  /// Takes the steps T … 1 and adds the gradients of the parameters; see `RecurrentLayer`.
  @specialized(where Cell == RNNCell<Float>)
  @specialized(where Cell == GRUCell<Float>)
  @specialized(where Cell == LSTMCell<Float>)
  @specialized(where Cell == RNNCell<Double>)
  @specialized(where Cell == GRUCell<Double>)
  @specialized(where Cell == LSTMCell<Double>)
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Recurrent
  ) {
    guard let (input, mask) = tape.pass else { fatalError("there is no forward pass on the tape to go back through") }
    tape.cell.check(cell)
    gradient.cell.checkShapes()
    finalGradient?.check(sizes: stateSizes, batch: input.batch)
    tape.cell.stateGradient(0, at: 0).fill(0)
    for k in stateSizes.indices {
      if k > 0 { tape.cell.allStateGradients(k).fill(0) }
      if let finalGradient {
        finalGradient.values[k].transposed.withBlock { tape.cell.stateGradient(k, at: input.length).add($0) }
      }
    }
    for t in stride(from: input.length, to: 0, by: -1) {
      if let mask { stepBackward(t, past: mask, on: tape.cell) } else { cell.stepBackward(t, on: tape.cell) }
    }
    cell.accumulateRecurrentGradients(from: tape.cell, into: &gradient.cell)
    accumulateInput(input, on: tape, into: &gradient)
    if let inputGradient { cell.Wax.setTransposedProduct(tape.cell.gateGradients, in: inputGradient) }
  }

  /// A step backwards in which the gradient of a padded example passes as it came.
  private func stepBackward(_ t: Int, past mask: Mask, on tape: CellTape<Scalar>) {
    let padded = (0..<tape.batch).filter { !mask.isReal(t, example: $0) }
    var passing: [[Scalar]] = []
    for k in stateSizes.indices {
      let arriving = tape.stateGradient(k, at: t)
      for example in padded {
        let row = arriving.rows(example..<example + 1)
        passing.append(Array(UnsafeBufferPointer(start: row.start, count: row.count)))
        row.fill(0)
      }
    }
    cell.stepBackward(t, on: tape)
    var place = 0
    for k in stateSizes.indices {
      let leaving = tape.stateGradient(k, at: t - 1)
      for example in padded {
        let row = leaving.row(example)
        for j in 0..<leaving.columns { row[j] += passing[place][j] }
        place += 1
      }
    }
  }

  /// ∂L/∂W_ax = Σ δ⟨t⟩ x⟨t⟩ᵀ and ∂L/∂b_a = Σ δ⟨t⟩.
  private func accumulateInput(_ input: SequenceInput<Scalar>, on tape: Tape, into gradient: inout Recurrent) {
    let δ = tape.cell.gateGradients
    gradient.cell.ba.addSum(δ)
    switch input {
    case .features(let x):
      gradient.cell.Wax.addOuterProducts(δ, x.block)
    case .tokens(let tokens):
      let columns = tape.transposedWeight.block(rows: inputSize, columns: δ.columns)
      columns.fill(0)
      columns.addRows(δ, to: tokens.ids)
      gradient.cell.Wax.withMutableBlock { $0.transpose(columns, accumulating: true) }
    }
  }

  // MARK: - The final output

  /// a⟨T⟩ of each example, (n_a, m).
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> { tape.finalState.values[0] }

  /// ∂L/∂a⟨T⟩; 0 for the states that are no output.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Recurrent
  ) -> RecurrentState<Scalar> {
    require(
      outputGradient.rows == outputSize,
      "the gradient of \(outputSize) outputs cannot have \(outputGradient.rows) rows")
    var state = zeroState(batch: outputGradient.columns)
    state.values[0] = outputGradient
    return state
  }
}

// MARK: - Whole sequences

extension RecurrentLayer {
  /// The outputs for a batch of sequences, from a⟨0⟩ = 0 or from `state`, and the tape that they stand on.
  public func callAsFunction(
    _ input: SequenceBatch<Scalar>, from state: RecurrentState<Scalar>? = nil, mask: Mask? = nil
  ) -> Tape {
    let tape = makeTape()
    forward(.features(input), from: state, mask: mask, on: tape)
    return tape
  }

  /// The gradients of a scalar L with the given ∂L/∂output and ∂L/∂(final state), after the forward pass on `tape`.
  ///
  /// - Parameters:
  ///   - outputGradient: ∂L/∂output, T steps of (n_a, m).
  ///   - finalGradient: ∂L/∂(final state), (size, m) for each state; nothing where it is nil.
  ///   - tape: what `callAsFunction` returned; it knows the input and the mask.
  /// - Returns: ∂L/∂W in the place of each W, ∂L/∂x, T steps of (n_x, m), and ∂L/∂(initial state), (size, m) for each
  ///   state.
  public func gradients(
    outputGradient: SequenceBatch<Scalar>, finalGradient: RecurrentState<Scalar>? = nil, on tape: Tape
  ) -> (layer: Self, input: SequenceBatch<Scalar>, initialState: RecurrentState<Scalar>) {
    require(
      outputGradient.length == tape.length && outputGradient.batch == tape.batch && outputGradient.size == outputSize,
      "the gradient of \(tape.length) outputs of (\(outputSize), \(tape.batch)) cannot be \(outputGradient.length) of "
        + "(\(outputGradient.size), \(outputGradient.batch))")
    var gradient = zeroed
    var inputGradient = SequenceBatch<Scalar>(length: tape.length, batch: tape.batch, size: inputSize)
    tape.outputGradients.copy(outputGradient.block)
    inputGradient.withMutableBlock {
      backward(finalGradient: finalGradient, inputGradient: $0, on: tape, accumulatingInto: &gradient)
    }
    return (gradient, inputGradient, tape.initialGradient)
  }
}
