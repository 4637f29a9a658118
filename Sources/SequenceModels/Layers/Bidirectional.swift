// A layer in both directions: one reads the sequence as it stands, another reads it from its end.
//
//   →a⟨t⟩ = g(→W_aa →a⟨t−1⟩ + →W_ax x⟨t⟩ + →b_a)
//   ←a⟨t⟩ = g(←W_aa ←a⟨t+1⟩ + ←W_ax x⟨t⟩ + ←b_a)
//   out⟨t⟩ = [→a⟨t⟩; ←a⟨t⟩]                                            (notes 001; Schuster & Paliwal 1997)
//
// The second layer is an ordinary one that is handed x⟨T⟩ … x⟨1⟩. Each example is turned round within its own length, so that
// its padding stays behind it in both directions, where the mask keeps it from doing anything.
//
// Two summaries that are easily taken for each other: out⟨T⟩ = [→a⟨T⟩; ←a⟨T⟩], in which ←a⟨T⟩ has read one step only, and
// `finalOutput`, [→a⟨T⟩; ←a⟨1⟩], in which both have read all of them.

/// Two recurrent layers of one type over the same sequence, one of them from its end.
///
/// Shapes: x⟨t⟩ (n_x, m), out⟨t⟩ = [→a⟨t⟩; ←a⟨t⟩] (2 n_a, m). The states are those of the forward layer, then those of the backward
/// one: before the pass, the state that ←a starts from at the last step; after it, ←a⟨1⟩. PyTorch keeps the parameters of the
/// backward layer under the names of the forward one with `_reverse` behind them.
///
/// At steps past an example's length the output is [→a⟨T⟩; ←a⟨1⟩] of that example, as both layers carry their last state on.
public struct Bidirectional<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layers.
  public typealias Scalar = Layer.Scalar

  /// The layer of →a⟨t⟩.
  public var forwardLayer: Layer
  /// The layer of ←a⟨t⟩.
  public var backwardLayer: Layer

  /// A layer of the two directions. Traps where they take inputs of different sizes.
  public init(forward: Layer, backward: Layer) {
    require(
      forward.inputSize == backward.inputSize,
      "two directions cannot read inputs of \(forward.inputSize) and \(backward.inputSize)")
    (forwardLayer, backwardLayer) = (forward, backward)
  }

  /// n_x, the size of the input at each step.
  public var inputSize: Int { forwardLayer.inputSize }
  /// 2 n_a, the size of [→a⟨t⟩; ←a⟨t⟩].
  public var outputSize: Int { forwardLayer.outputSize + backwardLayer.outputSize }
  /// The sizes of the forward layer's states, then of the backward layer's.
  public var stateSizes: [Int] { forwardLayer.stateSizes + backwardLayer.stateSizes }
  /// The places of →a⟨T⟩ and ←a⟨1⟩, each of which has read the whole sequence.
  public var outputStates: [Int] {
    forwardLayer.outputStates + backwardLayer.outputStates.map { forwardLayer.stateSizes.count + $0 }
  }

  /// The forward layer's parameters, then the backward layer's with `_reverse` behind their names.
  public func parameterPaths(level: Int) -> [ParameterPath<Bidirectional>] {
    paths(of: \.forwardLayer, forwardLayer.parameterPaths(level: level)) { $0 }
      + paths(of: \.backwardLayer, backwardLayer.parameterPaths(level: level)) { "\($0)_reverse" }
  }

  /// The tapes of both directions, and the sequence turned round.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tape of the forward layer.
    public let forward: Layer.Tape
    /// The tape of the backward layer: its step s of an example of length T is step T + 1 − s of the sequence.
    public let backward: Layer.Tape
    fileprivate let inputBuffer = Buffer<Scalar>()
    fileprivate let inputGradientBuffer = Buffer<Scalar>()
    private let outputBuffer = Buffer<Scalar>()
    private let outputGradientBuffer = Buffer<Scalar>()
    private let outputSize: Int
    /// For each row of the sequence, the row that stands in its place when every example is turned round; its own inverse.
    fileprivate private(set) var turned: [Int] = []
    /// The input of the backward layer.
    fileprivate var turnedInput = LayerInput<Scalar>.tokens(TokenBatch(length: 0, batch: 0))

    fileprivate init(_ layer: Bidirectional) {
      (forward, backward) = (layer.forwardLayer.makeTape(), layer.backwardLayer.makeTape())
      outputSize = layer.outputSize
    }

    /// T, the number of steps of the last pass.
    public private(set) var length = 0
    /// m, the number of its examples.
    public private(set) var batch = 0

    /// [→a⟨t⟩; ←a⟨t⟩] for t = 1 … T, one under the other: (T m, 2 n_a).
    public var outputs: Block<Scalar> { outputBuffer.block(rows: length * batch, columns: outputSize) }
    /// Where ∂L/∂[→a⟨t⟩; ←a⟨t⟩] goes before the way back: (T m, 2 n_a).
    public var outputGradients: Block<Scalar> {
      outputGradientBuffer.block(rows: length * batch, columns: outputSize)
    }
    /// The states of →a⟨T⟩, then those of ←a⟨1⟩, each (size, m).
    public var finalState: RecurrentState<Scalar> {
      RecurrentState(forward.finalState.values + backward.finalState.values)
    }
    /// ∂L/∂ the states that →a and ←a started from, each (size, m).
    public var initialGradient: RecurrentState<Scalar> {
      RecurrentState(forward.initialGradient.values + backward.initialGradient.values)
    }

    fileprivate func prepare(length: Int, batch: Int, mask: Mask?) {
      (self.length, self.batch) = (length, batch)
      turned.removeAll(keepingCapacity: true)
      for step in 0..<length {
        for example in 0..<batch {
          let real = min(mask?.lengths[example] ?? length, length)
          turned.append((step < real ? real - 1 - step : step) * batch + example)
        }
      }
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(self) }

  // MARK: - Forward

  /// Both directions, and their outputs side by side. Traps where the state or the mask has another number of examples.
  public func forward(_ input: LayerInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    mask?.check(batch: input.batch)
    tape.prepare(length: input.length, batch: input.batch, mask: mask)
    let (ahead, back) = halves(of: state)
    forwardLayer.forward(input, from: ahead, mask: mask, on: tape.forward)
    let turned = turned(input, on: tape)
    backwardLayer.forward(turned, from: back, mask: mask, on: tape.backward)
    tape.turnedInput = turned
    tape.outputs.setColumns(from: 0, to: tape.forward.outputs, rows: nil)
    tape.outputs.setColumns(from: forwardLayer.outputSize, to: tape.backward.outputs, rows: tape.turned)
  }

  /// Each example from its last step to its first, in the tape's memory.
  private func turned(_ input: LayerInput<Scalar>, on tape: Tape) -> LayerInput<Scalar> {
    switch input {
    case .features(let x, let length, let batch):
      let turned = tape.inputBuffer.block(rows: x.rows, columns: x.columns)
      turned.takeColumns(from: 0, of: x, rows: tape.turned)
      return .features(turned, length: length, batch: batch)
    case .tokens(let tokens):
      var turned = TokenBatch(length: tokens.length, batch: tokens.batch)
      for (row, other) in tape.turned.enumerated() { turned.ids[row] = tokens.ids[other] }
      return .tokens(turned)
    }
  }

  /// The states of the forward and of the backward layer.
  private func halves(
    of state: RecurrentState<Scalar>?
  ) -> (forward: RecurrentState<Scalar>?, backward: RecurrentState<Scalar>?) {
    guard let state else { return (nil, nil) }
    let count = forwardLayer.stateSizes.count
    require(
      state.values.count == stateSizes.count, "\(stateSizes.count) states were given \(state.values.count)")
    return (RecurrentState(Array(state.values[..<count])), RecurrentState(Array(state.values[count...])))
  }

  // MARK: - Backward

  /// Both directions backwards, with the mask of the way forwards: ∂L/∂x⟨t⟩ is the sum of what each sends to x⟨t⟩.
  public func backward(
    _ input: LayerInput<Scalar>, finalGradient: RecurrentState<Scalar>?, mask: Mask?, inputGradient: Block<Scalar>?,
    on tape: Tape, accumulatingInto gradient: inout Bidirectional
  ) {
    let (ahead, back) = halves(of: finalGradient)
    tape.forward.outputGradients.takeColumns(from: 0, of: tape.outputGradients, rows: nil)
    tape.backward.outputGradients.takeColumns(
      from: forwardLayer.outputSize, of: tape.outputGradients, rows: tape.turned)
    forwardLayer.backward(
      input, finalGradient: ahead, mask: mask, inputGradient: inputGradient, on: tape.forward,
      accumulatingInto: &gradient.forwardLayer)
    let turnedGradient = inputGradient.map { tape.inputGradientBuffer.block(rows: $0.rows, columns: $0.columns) }
    backwardLayer.backward(
      tape.turnedInput, finalGradient: back, mask: mask,
      inputGradient: turnedGradient, on: tape.backward, accumulatingInto: &gradient.backwardLayer)
    if let inputGradient, let turnedGradient { inputGradient.add(turnedGradient, rows: tape.turned) }
  }
}

extension Block {
  /// Sets in row r the columns from `first` on to the row `rows[r]` of `source`; to row r where `rows` is nil.
  @specialized(where Scalar == Float)
  fileprivate func setColumns(from first: Int, to source: Block, rows order: [Int]?) {
    for row in 0..<rows {
      (start + row * columns + first).update(
        from: source.start + (order?[row] ?? row) * source.columns, count: source.columns)
    }
  }

  /// Sets row r to the columns from `first` on of the row `rows[r]` of `source`; of row r where `rows` is nil.
  @specialized(where Scalar == Float)
  fileprivate func takeColumns(from first: Int, of source: Block, rows order: [Int]?) {
    for row in 0..<rows {
      (start + row * columns).update(
        from: source.start + (order?[row] ?? row) * source.columns + first, count: columns)
    }
  }

  /// Adds to row r the row `rows[r]` of `source`.
  @specialized(where Scalar == Float)
  fileprivate func add(_ source: Block, rows order: [Int]) {
    for (row, other) in order.enumerated() {
      let (target, from) = (start + row * columns, source.start + other * columns)
      for j in 0..<columns { target[j] += from[j] }
    }
  }
}
