// The cell whose only way into the next step is its output.
//
//   a⟨t⟩ = g(W_ao o⟨t−1⟩ + W_ax x⟨t⟩ + b_a)                    (Goodfellow, figure 10.4)
//   o⟨t⟩ = W_oa a⟨t⟩ + b_o
//
// Backwards, with δ⟨t⟩ = ∂L/∂z⟨t⟩ for the pre-activation z⟨t⟩ of a⟨t⟩, and ∂L/∂o⟨t⟩ the sum of what the loss and step t
// + 1 send:
//
//   δ⟨t⟩ = W_oaᵀ ∂L/∂o⟨t⟩ ⊙ g′(z⟨t⟩)
//   ∂L/∂o⟨t−1⟩ gains W_aoᵀ δ⟨t⟩
//   ∂L/∂W_ao = Σ_t δ⟨t⟩ o⟨t−1⟩ᵀ,   ∂L/∂W_oa = Σ_t ∂L/∂o⟨t⟩ a⟨t⟩ᵀ,   ∂L/∂b_o = Σ_t ∂L/∂o⟨t⟩
//
// What is not in o⟨t⟩ is forgotten. In return, teacher forcing puts the target y⟨t−1⟩ in the place of o⟨t−1⟩, and no
// step has to wait for another.
//
// A step takes m · n_a (n_x + 2 n_o) multiply-adds forwards and twice that backwards.

/// The cell with recurrence through its output only, a⟨t⟩ = g(W_ao o⟨t−1⟩ + W_ax x⟨t⟩ + b_a) and o⟨t⟩ = W_oa a⟨t⟩ +
/// b_o.
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨t⟩ (n_a, m), o⟨t⟩ (n_o, m), W_ax (n_a, n_x), W_ao (n_a, n_o), b_a (n_a, 1), W_oa (n_o,
/// n_a), b_o (n_o, 1). The state, and the output of the layer, is o⟨t⟩; what a loss makes of it (a softmax, say) does
/// not come back.
public struct OutputRecurrentCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the output before, (n_a, n_o).
  public var Wao: Matrix<Scalar>
  /// The bias of a⟨t⟩, (n_a, 1).
  public var ba: Matrix<Scalar>
  /// The weights of the output, (n_o, n_a).
  public var Woa: Matrix<Scalar>
  /// The bias of the output, (n_o, 1).
  public var bo: Matrix<Scalar>
  /// The activation function g.
  public let activation: Activation

  /// A cell with the given weights. Traps where their shapes disagree.
  public init(
    Wax: Matrix<Scalar>, Wao: Matrix<Scalar>, ba: Matrix<Scalar>, Woa: Matrix<Scalar>, bo: Matrix<Scalar>,
    activation: Activation = .tanh
  ) {
    (self.Wax, self.Wao, self.ba, self.Woa, self.bo, self.activation) = (Wax, Wao, ba, Woa, bo, activation)
    checkShapes()
  }

  /// A cell with weights drawn by `initialization` and biases of 0.
  public init(
    inputSize: Int, hiddenSize: Int, outputSize: Int, activation: Activation = .tanh,
    initialization: Initialization = .uniform, using random: inout RandomSource
  ) {
    self.init(
      Wax: initialization.matrix(rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Wao: initialization.matrix(rows: hiddenSize, columns: outputSize, hiddenSize: hiddenSize, using: &random),
      ba: Matrix(rows: hiddenSize, columns: 1),
      Woa: initialization.matrix(rows: outputSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      bo: Matrix(rows: outputSize, columns: 1), activation: activation)
  }

  // MARK: - Forward

  /// a⟨t⟩ in the place of z⟨t⟩ in `tape.gates(at: t)`, (m, n_a), and o⟨t⟩, (m, n_o), from o⟨t−1⟩.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    forward(tape.gates(at: t), given: tape.state(0, at: t - 1), output: tape.state(0, at: t))
  }

  /// a in the place of z, and o: for the rows of one step, or of all of them.
  private func forward(_ z: Block<Scalar>, given previous: Block<Scalar>, output o: Block<Scalar>) {
    Wao.addProduct(previous, to: z)  // z = W_ao o⟨t−1⟩ + W_ax x⟨t⟩ + b_a
    activation.apply(to: z)  // a = g(z)
    o.fillRows(bo)
    Woa.addProduct(z, to: o)  // o = W_oa a + b_o
  }

  // MARK: - Backward

  /// δ⟨t⟩ from ∂L/∂o⟨t⟩, and its part of ∂L/∂o⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let δ = tape.gateGradient(at: t)
    backward(tape.stateGradient(0, at: t), a: tape.gates(at: t), into: δ)
    Wao.addTransposedProduct(δ, to: tape.stateGradient(0, at: t - 1))  // ∂L/∂o⟨t−1⟩ gains W_aoᵀ δ⟨t⟩
  }

  /// δ = W_oaᵀ ∂L/∂o ⊙ g′(z): for the rows of one step, or of all of them.
  private func backward(_ outputGradient: Block<Scalar>, a: Block<Scalar>, into δ: Block<Scalar>) {
    Woa.setTransposedProduct(outputGradient, in: δ)
    activation.backward(from: δ, output: a, into: δ)
  }

  /// ∂L/∂W_ao, ∂L/∂W_oa and ∂L/∂b_o, each as one sum over all steps and examples.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout OutputRecurrentCell) {
    accumulate(
      δ: tape.gateGradients, previous: tape.previousStates(0), a: tape.gates, outputGradient: tape.stateGradients(0),
      into: &gradient)
  }

  private func accumulate(
    δ: Block<Scalar>, previous: Block<Scalar>, a: Block<Scalar>, outputGradient: Block<Scalar>,
    into gradient: inout OutputRecurrentCell
  ) {
    gradient.Wao.addOuterProducts(δ, previous)  // ∂L/∂W_ao = Σ_t δ⟨t⟩ o⟨t−1⟩ᵀ
    gradient.Woa.addOuterProducts(outputGradient, a)  // ∂L/∂W_oa = Σ_t ∂L/∂o⟨t⟩ a⟨t⟩ᵀ
    gradient.bo.addSum(outputGradient)  // ∂L/∂b_o = Σ_t ∂L/∂o⟨t⟩
  }

  // MARK: - Shapes and parameters

  /// n_a, the size of a⟨t⟩, which stays inside a step.
  public var hiddenSize: Int { Wao.rows }
  /// One state, o⟨t⟩ of n_o numbers.
  public var stateSizes: [Int] { [Wao.columns] }
  /// No gate: the one block of rows holds a⟨t⟩.
  public var gates: [(name: String, size: Int)] { [("a", hiddenSize)] }
  /// None: a⟨t⟩ and o⟨t⟩ are all that the backward pass needs.
  public var caches: [(name: String, size: Int)] { [] }

  /// Traps where the shapes of the five weights and biases disagree.
  public func checkShapes() {
    check("W_ax", Wax, is: hiddenSize, by: inputSize)
    check("b_a", ba, is: hiddenSize, by: 1)
    check("W_oa", Woa, is: Wao.columns, by: hiddenSize)
    check("b_o", bo, is: Wao.columns, by: 1)
  }

  /// W_ax, W_ao, b_a, W_oa and b_o, as `weight_ih`, `weight_oh`, `bias`, `weight_ho` and `bias_o`.
  public var parameterPaths: [ParameterPath<OutputRecurrentCell>] {
    [
      .init("weight_ih", \.Wax), .init("weight_oh", \.Wao), .init("bias", \.ba), .init("weight_ho", \.Woa),
      .init("bias_o", \.bo),
    ]
  }
}

// MARK: - Teacher forcing

extension OutputRecurrentCell {
  /// What the cell makes of every step where o⟨t−1⟩ is given, T steps at once: a⟨t⟩ of (n_a, m) and o⟨t⟩ of (n_o, m).
  ///
  /// - Parameters:
  ///   - x: the input, T steps of (n_x, m).
  ///   - previous: what stands for o⟨t−1⟩ at each step, T steps of (n_o, m): a start, then y⟨1⟩ … y⟨T−1⟩.
  public func teacherForced(
    _ x: SequenceBatch<Scalar>, given previous: SequenceBatch<Scalar>
  ) -> (a: SequenceBatch<Scalar>, o: SequenceBatch<Scalar>) {
    require(
      x.length == previous.length && x.batch == previous.batch,
      "\(x.length) steps of \(x.batch) examples were given \(previous.length) of \(previous.batch)")
    var a = SequenceBatch<Scalar>(length: x.length, batch: x.batch, size: hiddenSize)
    var o = SequenceBatch<Scalar>(length: x.length, batch: x.batch, size: stateSizes[0])
    checkShapes()
    a.withMutableBlock { z in
      z.fillRows(ba)
      Wax.addProduct(x.block, to: z)
      o.withMutableBlock { forward(z, given: previous.block, output: $0) }
    }
    return (a, o)
  }

  /// The gradient of the parameters under teacher forcing, all steps at once: no step sends anything to the one before.
  ///
  /// - Parameters:
  ///   - x: the input, as in the forward pass.
  ///   - previous: what stood for o⟨t−1⟩.
  ///   - a: a⟨1⟩ … a⟨T⟩ from the forward pass.
  ///   - outputGradient: ∂L/∂o⟨t⟩ of each step.
  public func teacherForcedGradient(
    _ x: SequenceBatch<Scalar>, given previous: SequenceBatch<Scalar>, a: SequenceBatch<Scalar>,
    outputGradient: SequenceBatch<Scalar>
  ) -> OutputRecurrentCell {
    checkShapes()
    var gradient = zeroed
    var δ = SequenceBatch<Scalar>(length: a.length, batch: a.batch, size: a.size)
    δ.withMutableBlock { backward(outputGradient.block, a: a.block, into: $0) }
    accumulate(
      δ: δ.block, previous: previous.block, a: a.block, outputGradient: outputGradient.block, into: &gradient)
    gradient.Wax.addOuterProducts(δ.block, x.block)
    gradient.ba.addSum(δ.block)
    return gradient
  }
}
