// The plain recurrent cell.
//
//   a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a)                    (notes 000, 001, 004; Goodfellow 10.8, 10.9)
//
// Backwards, with δ⟨t⟩ = ∂L/∂z⟨t⟩ and ∂L/∂a⟨t⟩ the sum of what the output and step t + 1 send:
//
//   δ⟨t⟩ = ∂L/∂a⟨t⟩ ⊙ g′(z⟨t⟩)
//   ∂L/∂a⟨t−1⟩ gains W_aaᵀ δ⟨t⟩
//   ∂L/∂W_aa = Σ_t δ⟨t⟩ a⟨t−1⟩ᵀ,   ∂L/∂W_ax = Σ_t δ⟨t⟩ x⟨t⟩ᵀ,   ∂L/∂b_a = Σ_t δ⟨t⟩
//
// A step takes m · n_a (n_a + n_x) multiply-adds forwards and twice that backwards.

/// The plain recurrent cell, a⟨t⟩ = g(W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a).
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨t⟩ (n_a, m), W_ax (n_a, n_x), W_aa (n_a, n_a), b_a (n_a, 1).
public struct RNNCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state, (n_a, n_a).
  public var Waa: Matrix<Scalar>
  /// The bias, (n_a, 1).
  public var ba: Matrix<Scalar>
  /// The activation function g.
  public let activation: Activation

  /// A cell with the given weights. Traps where their shapes disagree.
  public init(Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>, activation: Activation = .tanh) {
    require(
      Waa.rows == Waa.columns && Wax.rows == Waa.rows && ba.rows == Waa.rows && ba.columns == 1,
      "W_aa (\(Waa.rows), \(Waa.columns)), W_ax (\(Wax.rows), \(Wax.columns)), b_a (\(ba.rows), \(ba.columns)) disagree"
    )
    (self.Wax, self.Waa, self.ba, self.activation) = (Wax, Waa, ba, activation)
  }

  /// A cell with weights drawn by `initialization`, those of the state by `recurrentInitialization` where it is given, and a
  /// bias of 0.
  public init(
    inputSize: Int, hiddenSize: Int, activation: Activation = .tanh, initialization: Initialization = .uniform,
    recurrentInitialization: Initialization? = nil, using random: inout RandomSource
  ) {
    let recurrent = recurrentInitialization ?? initialization
    self.init(
      Wax: initialization.matrix(rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: recurrent.matrix(rows: hiddenSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: Matrix(rows: hiddenSize, columns: 1), activation: activation)
  }

  // MARK: - Forward

  /// a⟨t⟩ = g(W_aa a⟨t−1⟩ + z⟨t⟩), from `tape.gates(at: t)` and the state before, each (m, n_a).
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (z, a, previous) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    Waa.withBlock { tape.multiply(previous, by: $0, into: z, accumulating: true) }
    activation.apply(to: z)
    a.copy(z)
  }

  // MARK: - Backward

  /// δ⟨t⟩ from ∂L/∂a⟨t⟩, and its part of ∂L/∂a⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let δ = tape.gateGradient(at: t)
    activation.backward(from: tape.stateGradient(0, at: t), output: tape.state(0, at: t), into: δ)
    Waa.withBlock {
      Scalar.multiply(
        δ, transposed: false, $0, transposed: false, into: tape.stateGradient(0, at: t - 1), accumulating: true)
    }
  }

  /// ∂L/∂W_aa = Σ_t δ⟨t⟩ a⟨t−1⟩ᵀ, as one product over all steps and examples.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout RNNCell) {
    let previous = tape.states(0).rows(0..<tape.length * tape.batch)
    gradient.Waa.withMutableBlock {
      Scalar.multiply(
        tape.gateGradients, transposed: true, previous, transposed: false, into: $0, accumulating: true)
    }
  }

  // MARK: - Shapes and parameters

  /// One state, a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Waa.rows] }
  /// No gate: the one block of rows holds a⟨t⟩ itself.
  public var gates: [(name: String, size: Int)] { [("a", Waa.rows)] }
  /// None: a⟨t⟩ is all that the way back needs.
  public var keepsakes: [(name: String, size: Int)] { [] }
  /// W_aa, which every step multiplies by a⟨t−1⟩.
  public var stepWeights: [Matrix<Scalar>] { [Waa] }

  /// W_ax, W_aa and b_a, as `weight_ih`, `weight_hh` and `bias`.
  public var parameterPaths: [ParameterPath<RNNCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa), .init("bias", \.ba)]
  }
}
