// The cell with a memory: long short-term memory (Hochreiter & Schmidhuber 1997), its forget gate from Gers,
// Schmidhuber & Cummins 2000.
//
//   Γu = σ(W_u [a⟨t−1⟩, x⟨t⟩] + b_u)                           (notes 000, 001, 004; Goodfellow 10.40–10.44)
//   Γf = σ(W_f [a⟨t−1⟩, x⟨t⟩] + b_f)
//   Γo = σ(W_o [a⟨t−1⟩, x⟨t⟩] + b_o)
//   c̃⟨t⟩ = tanh(W_c [a⟨t−1⟩, x⟨t⟩] + b_c)
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t−1⟩
//   a⟨t⟩ = Γo ⊙ tanh(c⟨t⟩)
//
// Peepholes add p_u ⊙ c⟨t−1⟩, p_f ⊙ c⟨t−1⟩ and p_o ⊙ c⟨t−1⟩ (or p_o ⊙ c⟨t⟩) inside the σ of the gates.
//
// Backwards, with δ_k = ∂L/∂z_k for the pre-activation z_k of each gate, and ∂L/∂a⟨t⟩, ∂L/∂c⟨t⟩ what the output and
// step t + 1 send:
//
//   δ_o = ∂L/∂a⟨t⟩ ⊙ tanh(c⟨t⟩) ⊙ Γo ⊙ (1 − Γo)
//   ∂L/∂c⟨t⟩ gains ∂L/∂a⟨t⟩ ⊙ Γo ⊙ (1 − tanh²(c⟨t⟩)), and p_o ⊙ δ_o where Γo sees c⟨t⟩
//   δ_u = ∂L/∂c⟨t⟩ ⊙ c̃⟨t⟩ ⊙ Γu ⊙ (1 − Γu)
//   δ_f = ∂L/∂c⟨t⟩ ⊙ c⟨t−1⟩ ⊙ Γf ⊙ (1 − Γf)
//   δ_c = ∂L/∂c⟨t⟩ ⊙ Γu ⊙ (1 − c̃⟨t⟩²)
//   ∂L/∂c⟨t−1⟩ gains ∂L/∂c⟨t⟩ ⊙ Γf, and p_k ⊙ δ_k of each gate that sees c⟨t−1⟩
//   ∂L/∂a⟨t−1⟩ gains Σ_k W_kaᵀ δ_k
//   ∂L/∂p_k = Σ_t δ_k ⊙ the c that the gate saw
//
// W_ka is what W_k has over a⟨t−1⟩. A step takes 4 m · n_a (n_a + n_x) multiply-adds forwards and twice that backwards.
//
// In the code, `x ← …` sets every entry of a block and `x += …` adds to it (Numerics/Elementwise.swift), `da` is
// ∂L/∂a⟨t⟩, and the tape (CellTape.swift) holds states, gates and caches of every step. `Wu`, `bf`, `pu` and so on are
// in GateWeights.swift.

/// Which gates of an LSTM see the cell, each unit its own: the weights are a vector a gate.
public enum Peephole: String, CaseIterable, Sendable, Codable {
  /// No gate.
  case none
  /// Γu, Γf and Γo see c⟨t−1⟩ (Ng; notes 001, 004).
  case previous
  /// Γu and Γf see c⟨t−1⟩, Γo sees the cell as it has become, c⟨t⟩ (Gers & Schmidhuber 2000; Graves 2013).
  case updated
}

/// The LSTM cell, c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t−1⟩ and a⟨t⟩ = Γo ⊙ tanh(c⟨t⟩).
///
/// ```
/// Γu = σ(W_u [a⟨t−1⟩, x⟨t⟩] + b_u)
/// Γf = σ(W_f [a⟨t−1⟩, x⟨t⟩] + b_f)
/// Γo = σ(W_o [a⟨t−1⟩, x⟨t⟩] + b_o)
/// c̃⟨t⟩ = tanh(W_c [a⟨t−1⟩, x⟨t⟩] + b_c)
/// ```
///
/// (Hochreiter & Schmidhuber 1997; Γf from Gers, Schmidhuber & Cummins 2000.)
///
/// Shapes: x⟨t⟩ (n_x, m); a⟨t⟩, c⟨t⟩ and each gate (n_a, m). The weights of the gates stand one under the other, in the
/// order Γu, Γf, Γo, c̃: W_ax (4 n_a, n_x), W_aa (4 n_a, n_a), b_a (4 n_a, 1). `Wu`, `Wf`, `Wo` and `Wc` are the parts
/// as the notes write them. The states are [a, c].
public struct LSTMCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (4 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state, (4 n_a, n_a).
  public var Waa: Matrix<Scalar>
  /// The biases, (4 n_a, 1): zeros, and no parameter, in a cell without bias.
  public var ba: Matrix<Scalar>
  /// The peephole weights p_u, p_f, p_o, one under the other, (3 n_a, 1). No parameter, and without effect, where
  /// `peephole` is `.none`.
  public var pa: Matrix<Scalar>
  /// Which gates see the cell.
  public let peephole: Peephole
  /// The activation function of c̃: tanh, or σ in Goodfellow 10.41, under which the cell is never pushed below 0.
  public let candidateActivation: Activation
  /// Whether the biases are parameters.
  public let hasBias: Bool

  /// A cell with the given weights; without bias where `ba` is nil, peephole weights of 0 where `pa` is nil. Traps
  /// where shapes disagree.
  public init(
    Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>?, peephole: Peephole = .none,
    pa: Matrix<Scalar>? = nil, candidateActivation: Activation = .tanh
  ) {
    (self.Wax, self.Waa, hasBias) = (Wax, Waa, ba != nil)
    (self.peephole, self.candidateActivation) = (peephole, candidateActivation)
    self.ba = ba ?? Matrix(rows: 4 * Waa.columns, columns: 1)
    self.pa = pa ?? Matrix(rows: 3 * Waa.columns, columns: 1)
    checkShapes()
  }

  /// A cell with weights drawn by `initialization`, those of the state by `recurrentInitialization` where it is given,
  /// each gate's block on its own. Biases and peephole weights are 0 but b_f, which is `forgetBias`: at 1 or above the
  /// forget gate starts open (Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015). There is no bias
  /// at all where `bias` is false.
  public init(
    inputSize: Int, hiddenSize: Int, peephole: Peephole = .none, candidateActivation: Activation = .tanh,
    bias: Bool = true, forgetBias: Double = 1, initialization: Initialization = .uniform,
    recurrentInitialization: Initialization? = nil, using random: inout RandomSource
  ) {
    let recurrent = recurrentInitialization ?? initialization
    self.init(
      Wax: initialization.matrix(
        gates: 4, rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: recurrent.matrix(gates: 4, rows: hiddenSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: bias ? Matrix(rows: 4 * hiddenSize, columns: 1) : nil, peephole: peephole,
      candidateActivation: candidateActivation)
    if bias { bf = Matrix(rows: hiddenSize, columns: 1, repeating: Scalar(forgetBias)) }
  }

  /// Whether it is the form whose steps `FusedSteps` takes in single precision.
  private var isStandard: Bool { peephole == .none && candidateActivation == .tanh }

  // MARK: - Forward

  /// The gates from z⟨t⟩ and a⟨t−1⟩, then c⟨t⟩ and a⟨t⟩.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, a_before, c_before) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.state(1, at: t - 1))
    let (a, c, tanh_c) = (tape.state(0, at: t), tape.state(1, at: t), tape.cache(0, at: t))

    // The layer has put W_x x⟨t⟩ + b there, for all steps at once; with this it is W [a⟨t−1⟩, x⟨t⟩] + b of all gates.
    tape.addProduct(Waa, a_before, to: gates)
    // In single precision all that follows is one sweep over memory, in FusedSteps.swift, and the step is done.
    if isStandard, FusedSteps.lstmForward(gates: gates, c_before: c_before, c: c, tanh_c: tanh_c, a: a) { return }

    let (Γu, Γf, Γo, c̃) = (gates.part(0, of: 4), gates.part(1, of: 4), gates.part(2, of: 4), gates.part(3, of: 4))
    if peephole != .none {
      Γu += Block(repeating: pu, rows: tape.batch) ⊙ c_before
      Γf += Block(repeating: pf, rows: tape.batch) ⊙ c_before
    }
    if peephole == .previous { Γo += Block(repeating: po, rows: tape.batch) ⊙ c_before }
    Scalar.sigmoid(Γu)  // Γu = σ(W_u [a⟨t−1⟩, x⟨t⟩] + b_u)
    Scalar.sigmoid(Γf)  // Γf = σ(W_f [a⟨t−1⟩, x⟨t⟩] + b_f)
    candidateActivation.apply(to: c̃)  // c̃⟨t⟩ = tanh(W_c [a⟨t−1⟩, x⟨t⟩] + b_c)
    c ← Γu ⊙ c̃ + Γf ⊙ c_before
    if peephole == .updated { Γo += Block(repeating: po, rows: tape.batch) ⊙ c }
    Scalar.sigmoid(Γo)  // Γo = σ(W_o [a⟨t−1⟩, x⟨t⟩] + b_o)
    tanh_c.copy(c)
    Scalar.tanh(tanh_c)
    a ← Γo ⊙ tanh_c
  }

  // MARK: - Backward

  /// δ of each gate from ∂L/∂a⟨t⟩ and ∂L/∂c⟨t⟩, and their parts of ∂L/∂a⟨t−1⟩ and ∂L/∂c⟨t−1⟩.
  ///
  /// On return `tape.stateGradient(1, at: t)` holds what reaches c⟨t⟩ through a⟨t⟩ as well.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, c_before, tanh_c) = (tape.gates(at: t), tape.state(1, at: t - 1), tape.cache(0, at: t))
    let (da, dc, δ) = (tape.stateGradient(0, at: t), tape.stateGradient(1, at: t), tape.gateGradient(at: t))
    let (da_before, dc_before) = (tape.stateGradient(0, at: t - 1), tape.stateGradient(1, at: t - 1))
    // In single precision one sweep over memory, in FusedSteps.swift, does what the lines in the braces do.
    let isDone =
      isStandard
      && FusedSteps.lstmBackward(
        gates: gates, c_before: c_before, tanh_c: tanh_c, da: da, dc: dc, dc_before: dc_before, δ: δ)
    if !isDone {
      let (Γu, Γf, Γo, c̃) = (gates.part(0, of: 4), gates.part(1, of: 4), gates.part(2, of: 4), gates.part(3, of: 4))
      let (δu, δf, δo, δc) = (δ.part(0, of: 4), δ.part(1, of: 4), δ.part(2, of: 4), δ.part(3, of: 4))
      δo ← da ⊙ tanh_c ⊙ Γo ⊙ (1 - Γo)
      dc += da ⊙ Γo ⊙ (1 - tanh_c ⊙ tanh_c)
      if peephole == .updated { dc += Block(repeating: po, rows: tape.batch) ⊙ δo }
      δu ← dc ⊙ c̃ ⊙ Γu ⊙ (1 - Γu)
      δf ← dc ⊙ c_before ⊙ Γf ⊙ (1 - Γf)
      δc ← dc ⊙ Γu
      candidateActivation.backward(from: δc, output: c̃, into: δc)  // δ_c = ∂L/∂c⟨t⟩ ⊙ Γu ⊙ (1 − c̃⟨t⟩²)
      dc_before += dc ⊙ Γf
      if peephole != .none {
        dc_before += Block(repeating: pu, rows: tape.batch) ⊙ δu
        dc_before += Block(repeating: pf, rows: tape.batch) ⊙ δf
      }
      if peephole == .previous { dc_before += Block(repeating: po, rows: tape.batch) ⊙ δo }
    }
    Waa.addTransposedProduct(δ, to: da_before)  // ∂L/∂a⟨t−1⟩ gains Σ_k W_kaᵀ δ_k
  }

  /// ∂L/∂W_aa as one product over all steps and examples, and ∂L/∂p_a.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout LSTMCell) {
    let (δ, previous) = (tape.gateGradients, tape.previousStates(0))
    gradient.Waa.addOuterProducts(δ, previous)  // ∂L/∂W_aa = Σ_t δ⟨t⟩ a⟨t−1⟩ᵀ
    if peephole == .none { return }
    let (c_before, n) = (tape.previousStates(1), hiddenSize)
    let c_seen = peephole == .updated ? tape.states(1) : c_before
    gradient.pa.addSum(δ.part(0, of: 4) ⊙ c_before, rows: 0..<n)  // ∂L/∂p_u = Σ_t δ_u ⊙ c⟨t−1⟩
    gradient.pa.addSum(δ.part(1, of: 4) ⊙ c_before, rows: n..<2 * n)
    gradient.pa.addSum(δ.part(2, of: 4) ⊙ c_seen, rows: 2 * n..<3 * n)
  }

  // MARK: - Shapes and parameters

  /// n_a, the size of a⟨t⟩, of c⟨t⟩ and of each gate.
  public var hiddenSize: Int { Waa.columns }
  /// Two states, a⟨t⟩ and c⟨t⟩, each of n_a numbers.
  public var stateSizes: [Int] { [hiddenSize, hiddenSize] }
  /// Γu, Γf, Γo and c̃, each of n_a rows.
  public var gates: [(name: String, size: Int)] { ["Γu", "Γf", "Γo", "c̃"].map { ($0, hiddenSize) } }
  /// tanh(c⟨t⟩), which both ∂L/∂c⟨t⟩ and δ_o need.
  public var caches: [(name: String, size: Int)] { [("tanh c", hiddenSize)] }
  /// W_aa, which every step multiplies by a⟨t−1⟩.
  public var stepWeights: [Matrix<Scalar>] { [Waa] }

  /// Traps where the shapes of W_aa, W_ax, b_a and p_a disagree.
  public func checkShapes() {
    check("W_aa", Waa, is: 4 * hiddenSize, by: hiddenSize)
    check("W_ax", Wax, is: 4 * hiddenSize, by: inputSize)
    check("b_a", ba, is: 4 * hiddenSize, by: 1)
    check("p_a", pa, is: 3 * hiddenSize, by: 1)
  }

  /// W_ax, W_aa, b_a and, with peepholes, p_a, as `weight_ih`, `weight_hh`, `bias` and `peephole`.
  public var parameterPaths: [ParameterPath<LSTMCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa)] + (hasBias ? [.init("bias", \.ba)] : [])
      + (peephole == .none ? [] : [.init("peephole", \.pa)])
  }
}
