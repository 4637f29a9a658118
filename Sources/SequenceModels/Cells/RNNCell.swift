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
  /// The bias, (n_a, 1): zeros, and no parameter, in a cell without bias.
  public var ba: Matrix<Scalar>
  /// Whether the bias is a parameter.
  public let hasBias: Bool
  /// The activation function g.
  public let activation: Activation

  /// A cell with the given weights, without bias where `ba` is nil. Traps where their shapes disagree.
  public init(Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>?, activation: Activation = .tanh) {
    (self.Wax, self.Waa, hasBias, self.activation) = (Wax, Waa, ba != nil, activation)
    self.ba = ba ?? Matrix(rows: Waa.rows, columns: 1)
    checkShapes()
  }

  /// A cell with weights drawn by `initialization`, those of the state by `recurrentInitialization` where it is given,
  /// and a bias of 0, or none where `bias` is false.
  public init(
    inputSize: Int, hiddenSize: Int, activation: Activation = .tanh, bias: Bool = true,
    initialization: Initialization = .uniform, recurrentInitialization: Initialization? = nil,
    using random: inout RandomSource
  ) {
    let recurrent = recurrentInitialization ?? initialization
    self.init(
      Wax: initialization.matrix(rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: recurrent.matrix(rows: hiddenSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: bias ? Matrix(rows: hiddenSize, columns: 1) : nil, activation: activation)
  }

  // MARK: - Forward

  /// a⟨t⟩, (m, n_a), from `tape.gates(at: t)` and the state before.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (a, z, before) = (tape.state(0, at: t), tape.gates(at: t), tape.state(0, at: t - 1))
    tape.addProduct(Waa, before, to: z)  // z⟨t⟩ = W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a
    activation.apply(to: z)  // g(z⟨t⟩)
    a.copy(z)
  }

  // MARK: - Backward

  /// δ⟨t⟩ from ∂L/∂a⟨t⟩, and its part of ∂L/∂a⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let (da, δ, dBefore) = (tape.stateGradient(0, at: t), tape.gateGradient(at: t), tape.stateGradient(0, at: t - 1))
    activation.backward(from: da, output: tape.state(0, at: t), into: δ)  // δ⟨t⟩ = ∂L/∂a⟨t⟩ ⊙ g′(z⟨t⟩)
    Waa.addTransposedProduct(δ, to: dBefore)  // ∂L/∂a⟨t−1⟩ gains W_aaᵀ δ⟨t⟩
  }

  /// ∂L/∂W_aa = Σ_t δ⟨t⟩ a⟨t−1⟩ᵀ, as one product over all steps and examples.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout RNNCell) {
    gradient.Waa.addOuterProducts(tape.gateGradients, tape.previousStates(0))
  }

  // MARK: - Shapes and parameters

  /// One state, a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Waa.rows] }
  /// No gate: the one block of rows holds a⟨t⟩ itself.
  public var gates: [(name: String, size: Int)] { [("a", Waa.rows)] }
  /// None: a⟨t⟩ is all that the backward pass needs.
  public var caches: [(name: String, size: Int)] { [] }
  /// W_aa, which every step multiplies by a⟨t−1⟩.
  public var stepWeights: [Matrix<Scalar>] { [Waa] }

  /// Traps where the shapes of W_aa, W_ax and b_a disagree.
  public func checkShapes() {
    check("W_aa", Waa, is: hiddenSize, by: hiddenSize)
    check("W_ax", Wax, is: hiddenSize, by: inputSize)
    check("b_a", ba, is: hiddenSize, by: 1)
  }

  /// W_ax, W_aa and b_a, as `weight_ih`, `weight_hh` and `bias`.
  public var parameterPaths: [ParameterPath<RNNCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa)] + (hasBias ? [.init("bias", \.ba)] : [])
  }
}
