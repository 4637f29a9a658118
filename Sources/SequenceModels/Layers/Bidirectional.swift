// A layer in both directions: one reads the sequence as it stands, another reads it from its end.
//
//   →a⟨t⟩ = g(→W_aa →a⟨t−1⟩ + →W_ax x⟨t⟩ + →b_a)
//   ←a⟨t⟩ = g(←W_aa ←a⟨t+1⟩ + ←W_ax x⟨t⟩ + ←b_a)
//   out⟨t⟩ = [→a⟨t⟩; ←a⟨t⟩]                                            (notes 001; Schuster & Paliwal 1997)
//
// The second layer is an ordinary one that reads x⟨T⟩ … x⟨1⟩. Each example is reversed within its own length, so that
// its padding stays behind it in both directions, where the mask keeps it from doing anything.
//
// Two summaries that are easily taken for each other: out⟨T⟩ = [→a⟨T⟩; ←a⟨T⟩], in which ←a⟨T⟩ has read one step only,
// and `finalOutput`, [→a⟨T⟩; ←a⟨1⟩], in which both have read all of them.

/// Two recurrent layers of one type over the same sequence, one of them from its end.
///
/// Shapes: x⟨t⟩ (n_x, m), out⟨t⟩ = [→a⟨t⟩; ←a⟨t⟩] (2 n_a, m). The states are those of the forward layer, then those of
/// the backward one: before the pass, the state that ←a starts from at the last step; after it, ←a⟨1⟩. PyTorch keeps
/// the parameters of the backward layer under the names of the forward one with `_reverse` behind them.
///
/// At steps past an example's length the output is [→a⟨T⟩; ←a⟨1⟩] of that example, as both layers carry their last
/// state on.
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

  /// The forward layer's parameters, then the backward layer's with `_reverse` behind their names.
  public func parameterPaths(level: Int) -> [ParameterPath<Bidirectional>] {
    paths(of: \.forwardLayer, forwardLayer.parameterPaths(level: level)) { $0 }
      + paths(of: \.backwardLayer, backwardLayer.parameterPaths(level: level)) { "\($0)_reverse" }
  }

  /// The tapes of both directions, and the sequence reversed.
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
    /// For each row of the sequence, the row that stands in its place when every example is reversed; its own inverse.
    fileprivate private(set) var reversed: [Int] = []

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
    /// Where ∂L/∂[→a⟨t⟩; ←a⟨t⟩] goes before the backward pass: (T m, 2 n_a).
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

    /// Makes the passes of both directions passes of training.
    public func beginTraining(using random: inout RandomSource) {
      forward.beginTraining(using: &random)
      backward.beginTraining(using: &random)
    }

    fileprivate func prepare(length: Int, batch: Int, mask: Mask?) {
      (self.length, self.batch) = (length, batch)
      reversed.removeAll(keepingCapacity: true)
      for step in 0..<length {
        for example in 0..<batch {
          let real = min(mask?.lengths[example] ?? length, length)
          reversed.append((step < real ? real - 1 - step : step) * batch + example)
        }
      }
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(self) }

  // MARK: - Forward

  /// Both directions, and their outputs side by side. Traps where the state or the mask is for other examples.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    mask?.check(batch: input.batch, length: input.length)
    state?.check(sizes: stateSizes, batch: input.batch)
    tape.prepare(length: input.length, batch: input.batch, mask: mask)
    let (ahead, back) = split(state)
    forwardLayer.forward(input, from: ahead, mask: mask, on: tape.forward)
    backwardLayer.forward(reversed(input, on: tape), from: back, mask: mask, on: tape.backward)
    let size = forwardLayer.outputSize
    tape.outputs.columns(0..<size).copy(tape.forward.outputs)
    tape.outputs.columns(size..<outputSize).copy(tape.backward.outputs, rows: tape.reversed)
  }

  /// Each example from its last step to its first, in the tape's memory.
  private func reversed(_ input: SequenceInput<Scalar>, on tape: Tape) -> SequenceInput<Scalar> {
    switch input {
    case .features(let x):
      let reversed = tape.inputBuffer.block(rows: x.block.rows, columns: x.size)
      reversed.copy(x.block, rows: tape.reversed)
      return .features(SequenceBatch(viewing: reversed, length: x.length, batch: x.batch))
    case .tokens(let tokens):
      var reversed = TokenBatch(length: tokens.length, batch: tokens.batch)
      for (row, other) in tape.reversed.enumerated() { reversed.ids[row] = tokens.ids[other] }
      return .tokens(reversed)
    }
  }

  /// The states of the forward and of the backward layer.
  private func split(
    _ state: RecurrentState<Scalar>?
  ) -> (forward: RecurrentState<Scalar>?, backward: RecurrentState<Scalar>?) {
    guard let state else { return (nil, nil) }
    let count = forwardLayer.stateSizes.count
    return (RecurrentState(Array(state.values[..<count])), RecurrentState(Array(state.values[count...])))
  }

  // MARK: - Backward

  /// Both directions backwards: ∂L/∂x⟨t⟩ is the sum of what each sends to x⟨t⟩.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Bidirectional
  ) {
    finalGradient?.check(sizes: stateSizes, batch: tape.batch)
    let ((ahead, back), size) = (split(finalGradient), forwardLayer.outputSize)
    tape.forward.outputGradients.copy(tape.outputGradients.columns(0..<size))
    tape.backward.outputGradients.copy(tape.outputGradients.columns(size..<outputSize), rows: tape.reversed)
    forwardLayer.backward(
      finalGradient: ahead, inputGradient: inputGradient, on: tape.forward, accumulatingInto: &gradient.forwardLayer)
    let reversedGradient = inputGradient.map { tape.inputGradientBuffer.block(rows: $0.rows, columns: $0.columns) }
    backwardLayer.backward(
      finalGradient: back, inputGradient: reversedGradient, on: tape.backward,
      accumulatingInto: &gradient.backwardLayer)
    if let inputGradient, let reversedGradient { inputGradient.add(reversedGradient, rows: tape.reversed) }
  }

  // MARK: - The final output

  /// [→a⟨T⟩; ←a⟨1⟩], (2 n_a, m): each has read the whole sequence.
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> {
    [forwardLayer.finalOutput(on: tape.forward), backwardLayer.finalOutput(on: tape.backward)]
  }

  /// The upper rows go to the forward layer, the others to the backward layer.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Bidirectional
  ) -> RecurrentState<Scalar> {
    let ahead = forwardLayer.finalGradient(
      ofOutput: outputGradient.rows(0..<forwardLayer.outputSize), on: tape.forward,
      accumulatingInto: &gradient.forwardLayer)
    let back = backwardLayer.finalGradient(
      ofOutput: outputGradient.rows(forwardLayer.outputSize..<outputSize), on: tape.backward,
      accumulatingInto: &gradient.backwardLayer)
    return RecurrentState(ahead.values + back.values)
  }
}

extension Block {
  /// Takes as row r the row `order[r]` of `source`.
  @specialized(where Scalar == Float)
  fileprivate func copy(_ source: Block, rows order: [Int]) {
    require(
      order.count == rows && source.rows == rows && source.columns == columns,
      "(\(rows), \(columns)) numbers were given (\(source.rows), \(source.columns))")
    for (row, other) in order.enumerated() { self.row(row).update(from: source.row(other), count: columns) }
  }

  /// Adds to row r the row `order[r]` of `source`.
  @specialized(where Scalar == Float)
  fileprivate func add(_ source: Block, rows order: [Int]) {
    for (row, other) in order.enumerated() {
      let (target, from) = (self.row(row), source.row(other))
      for j in 0..<columns { target[j] += from[j] }
    }
  }
}
