// What makes a network recurrent: one step from a⟨t−1⟩ and x⟨t⟩ to a⟨t⟩, and the same step backwards.

/// One step of a recurrent network, forwards and backwards.
///
/// The step sees its input through the pre-activation z⟨t⟩ = W_ax x⟨t⟩ + b_a, which the layer computes for all steps at
/// once; the cell adds what comes from its state. A cell with gates stacks their pre-activations, so `Wax` has one
/// block of rows a gate.
///
/// The tape holds everything by step, numbered 1 … T as in the notes: a cell reads `tape.state(0, at: t - 1)` and
/// writes `tape.state(0, at: t)`. State 0 is the output a⟨t⟩; an LSTM carries c⟨t⟩ as state 1. <doc:AddingACell> makes
/// one from its equations.
public protocol RecurrentCell<Scalar>: Parameterized {
  /// The weights of the input, (gate rows, n_x): PyTorch's `weight_ih`.
  var Wax: Matrix<Scalar> { get set }
  /// The bias, (gate rows, 1).
  var ba: Matrix<Scalar> { get set }

  /// n_a, the size of the hidden vector a⟨t⟩: the output's, unless a cell says otherwise.
  var hiddenSize: Int { get }
  /// The sizes of the vectors that pass from step to step; the first is the output's.
  var stateSizes: [Int] { get }
  /// The gates, in the order of their rows, by name and size: what a heatmap can show of them.
  var gates: [(name: String, size: Int)] { get }
  /// What else a step keeps for its backward pass, by name and size: `tape.cache(k, at: t)` is cache `k` of step t, (m,
  /// size).
  var caches: [(name: String, size: Int)] { get }
  /// The weights that steps multiply by with the tape's products, which go by their places here; none, unless a cell
  /// says otherwise.
  var stepWeights: [Matrix<Scalar>] { get }

  /// Traps where the shapes of the weights disagree. Called before every pass, since weights can be set.
  func checkShapes()

  /// Computes step `t`: on entry `tape.gates(at: t)` holds z⟨t⟩, on return the gates' values; the states at `t` are
  /// written.
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

  /// None: no weight is transposed beforehand.
  public var stepWeights: [Matrix<Scalar>] { [] }

  /// Traps where W_ax or b_a has not as many rows as the gates have. A cell's products check their own shapes.
  public func checkShapes() {
    check("W_ax", Wax, is: gateSize, by: inputSize)
    check("b_a", ba, is: gateSize, by: 1)
  }

  /// How many rows the gates have together.
  var gateSize: Int { gates.reduce(0) { $0 + $1.size } }

  /// Traps where a weight or bias, named as the notes do, has not the shape that the others ask for.
  func check(_ name: String, _ matrix: Matrix<Scalar>, is rows: Int, by columns: Int) {
    require(
      matrix.rows == rows && matrix.columns == columns,
      "\(name) is (\(matrix.rows), \(matrix.columns)) and has to be (\(rows), \(columns)), as W_ax is "
        + "(\(Wax.rows), \(Wax.columns)) and n_a is \(hiddenSize)")
  }
}
