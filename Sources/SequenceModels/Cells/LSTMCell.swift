// The cell with a memory: long short-term memory (Hochreiter & Schmidhuber 1997), its forget gate from Gers, Schmidhuber & Cummins 2000.
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
// Backwards, with δ_k = ∂L/∂z_k for the pre-activation z_k of each gate, and ∂L/∂a⟨t⟩, ∂L/∂c⟨t⟩ what the output and step t + 1 send:
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
// A step takes 4 m · n_a (n_a + n_x) multiply-adds forwards and twice that backwards.

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
/// Shapes: x⟨t⟩ (n_x, m); a⟨t⟩, c⟨t⟩ and each gate (n_a, m). The weights of the gates stand one under the other, in the order
/// Γu, Γf, Γo, c̃: W_ax (4 n_a, n_x), W_aa (4 n_a, n_a), b_a (4 n_a, 1). `Wu`, `Wf`, `Wo` and `Wc` are the parts as the notes
/// write them. The states are [a, c].
public struct LSTMCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (4 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state, (4 n_a, n_a).
  public var Waa: Matrix<Scalar>
  /// The biases, (4 n_a, 1).
  public var ba: Matrix<Scalar>
  /// The peephole weights p_u, p_f, p_o, one under the other, (3 n_a, 1). No parameter, and without effect, where `peephole` is `.none`.
  public var pa: Matrix<Scalar>
  /// Which gates see the cell.
  public let peephole: Peephole
  /// The activation function of c̃: tanh, or σ in Goodfellow 10.41, under which the cell is never pushed below 0.
  public let candidateActivation: Activation

  /// A cell with the given weights; peephole weights of 0 where `pa` is nil. Traps where shapes disagree.
  public init(
    Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>, peephole: Peephole = .none,
    pa: Matrix<Scalar>? = nil, candidateActivation: Activation = .tanh
  ) {
    let n_a = Waa.columns
    require(
      Waa.rows == 4 * n_a && Wax.rows == 4 * n_a && ba.rows == 4 * n_a && ba.columns == 1,
      "W_aa (\(Waa.rows), \(Waa.columns)), W_ax (\(Wax.rows), \(Wax.columns)), b_a (\(ba.rows), \(ba.columns)) disagree"
    )
    let pa = pa ?? Matrix(rows: 3 * n_a, columns: 1)
    require(
      pa.rows == 3 * n_a && pa.columns == 1, "p_a of (\(3 * n_a), 1) was given (\(pa.rows), \(pa.columns))")
    (self.Wax, self.Waa, self.ba, self.pa) = (Wax, Waa, ba, pa)
    (self.peephole, self.candidateActivation) = (peephole, candidateActivation)
  }

  /// A cell with weights drawn by `initialization`, those of the state by `recurrentInitialization` where it is given, each gate's
  /// block on its own. Biases and peephole weights are 0 but b_f, which is `forgetBias`: at 1 or above the forget gate starts open
  /// (Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015).
  public init(
    inputSize: Int, hiddenSize: Int, peephole: Peephole = .none, candidateActivation: Activation = .tanh,
    forgetBias: Double = 1, initialization: Initialization = .uniform, recurrentInitialization: Initialization? = nil,
    using random: inout RandomSource
  ) {
    let recurrent = recurrentInitialization ?? initialization
    self.init(
      Wax: initialization.matrix(
        gates: 4, rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: recurrent.matrix(gates: 4, rows: hiddenSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: Matrix(rows: 4 * hiddenSize, columns: 1), peephole: peephole, candidateActivation: candidateActivation)
    bf = Matrix(rows: hiddenSize, columns: 1, repeating: Scalar(forgetBias))
  }

  /// Whether it is the form that has a fused step.
  private var isStandard: Bool { peephole == .none && candidateActivation == .tanh }

  // MARK: - Forward

  /// The gates from z⟨t⟩ and a⟨t−1⟩, then c⟨t⟩ and a⟨t⟩.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    Waa.withBlock { tape.multiply(tape.state(0, at: t - 1), by: $0, into: tape.gates(at: t), accumulating: true) }
    guard let fused = Scalar.fusedSteps, isStandard else {
      return pa.withBlock { takeUnits(t, peepholes: $0.start, on: tape) }
    }
    fused.lstmForward(
      tape.batch, hiddenSize, tape.gates(at: t).start, tape.state(1, at: t - 1).start, tape.state(1, at: t).start,
      tape.keepsake(0, at: t).start, tape.state(0, at: t).start)
  }

  /// What follows the product, one example after another.
  @specialized(where Scalar == Float)
  private func takeUnits(_ t: Int, peepholes p: UnsafeMutablePointer<Scalar>, on tape: CellTape<Scalar>) {
    let n = hiddenSize
    for example in 0..<tape.batch {
      let (Γu, a) = (tape.gates(at: t).start + example * 4 * n, tape.state(0, at: t).start + example * n)
      let (Γf, Γo, c̃) = (Γu + n, Γu + 2 * n, Γu + 3 * n)
      let (before, c) = (tape.state(1, at: t - 1).start + example * n, tape.state(1, at: t).start + example * n)
      let tanh_c = tape.keepsake(0, at: t).start + example * n
      if peephole != .none {
        for i in 0..<n { Γu[i] += p[i] * before[i] }
        for i in 0..<n { Γf[i] += p[n + i] * before[i] }
      }
      if peephole == .previous {
        for i in 0..<n { Γo[i] += p[2 * n + i] * before[i] }
      }
      Scalar.sigmoid(Γu, count: (peephole == .updated ? 2 : 3) * n)
      candidateActivation.apply(to: Block(c̃, rows: 1, columns: n))
      for i in 0..<n { c[i] = Γu[i] * c̃[i] + Γf[i] * before[i] }
      if peephole == .updated {
        for i in 0..<n { Γo[i] += p[2 * n + i] * c[i] }
        Scalar.sigmoid(Γo, count: n)
      }
      tanh_c.update(from: c, count: n)
      Scalar.tanh(tanh_c, count: n)
      for i in 0..<n { a[i] = Γo[i] * tanh_c[i] }
    }
  }

  // MARK: - Backward

  /// δ of each gate from ∂L/∂a⟨t⟩ and ∂L/∂c⟨t⟩, and their parts of ∂L/∂a⟨t−1⟩ and ∂L/∂c⟨t−1⟩.
  ///
  /// On return `tape.stateGradient(1, at: t)` holds what reaches c⟨t⟩ through a⟨t⟩ as well.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    if let fused = Scalar.fusedSteps, isStandard {
      fused.lstmBackward(
        tape.batch, hiddenSize, tape.gates(at: t).start, tape.state(1, at: t - 1).start, tape.keepsake(0, at: t).start,
        tape.stateGradient(0, at: t).start, tape.stateGradient(1, at: t).start, tape.stateGradient(1, at: t - 1).start,
        tape.gateGradient(at: t).start)
    } else {
      pa.withBlock { takeUnitsBack(t, peepholes: $0.start, on: tape) }
    }
    Waa.withBlock {
      Scalar.multiply(
        tape.gateGradient(at: t), transposed: false, $0, transposed: false, into: tape.stateGradient(0, at: t - 1),
        accumulating: true)
    }
  }

  /// What comes before the product, one example after another.
  @specialized(where Scalar == Float)
  private func takeUnitsBack(_ t: Int, peepholes p: UnsafeMutablePointer<Scalar>, on tape: CellTape<Scalar>) {
    let n = hiddenSize
    for example in 0..<tape.batch {
      let Γu = tape.gates(at: t).start + example * 4 * n
      let (Γf, Γo, c̃) = (Γu + n, Γu + 2 * n, Γu + 3 * n)
      let δu = tape.gateGradient(at: t).start + example * 4 * n
      let (δf, δo, δc) = (δu + n, δu + 2 * n, δu + 3 * n)
      let (before, tanh_c) = (tape.state(1, at: t - 1).start + example * n, tape.keepsake(0, at: t).start + example * n)
      let (da, dc) = (
        tape.stateGradient(0, at: t).start + example * n, tape.stateGradient(1, at: t).start + example * n
      )
      let dBefore = tape.stateGradient(1, at: t - 1).start + example * n
      for i in 0..<n { δo[i] = da[i] * tanh_c[i] * Γo[i] * (1 - Γo[i]) }
      for i in 0..<n { dc[i] += da[i] * Γo[i] * (1 - tanh_c[i] * tanh_c[i]) }
      if peephole == .updated {
        for i in 0..<n { dc[i] += p[2 * n + i] * δo[i] }
      }
      for i in 0..<n { δu[i] = dc[i] * c̃[i] * Γu[i] * (1 - Γu[i]) }
      for i in 0..<n { δf[i] = dc[i] * before[i] * Γf[i] * (1 - Γf[i]) }
      for i in 0..<n { δc[i] = dc[i] * Γu[i] }
      let row = Block(δc, rows: 1, columns: n)
      candidateActivation.backward(from: row, output: Block(c̃, rows: 1, columns: n), into: row)
      for i in 0..<n { dBefore[i] += dc[i] * Γf[i] }
      if peephole != .none {
        for i in 0..<n { dBefore[i] += p[i] * δu[i] + p[n + i] * δf[i] }
      }
      if peephole == .previous {
        for i in 0..<n { dBefore[i] += p[2 * n + i] * δo[i] }
      }
    }
  }

  /// ∂L/∂W_aa as one product over all steps and examples, and ∂L/∂p_a.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout LSTMCell) {
    let previous = tape.states(0).rows(0..<tape.length * tape.batch)
    gradient.Waa.withMutableBlock {
      Scalar.multiply(
        tape.gateGradients, transposed: true, previous, transposed: false, into: $0, accumulating: true)
    }
    if peephole != .none {
      gradient.pa.withMutableBlock { accumulatePeepholes(from: tape, into: $0.start) }
    }
  }

  /// Adds δ ⊙ the c that the gate saw, over all steps and examples.
  @specialized(where Scalar == Float)
  private func accumulatePeepholes(from tape: CellTape<Scalar>, into dp: UnsafeMutablePointer<Scalar>) {
    let n = hiddenSize
    let afterwards = peephole == .updated ? tape.batch * n : 0
    for row in 0..<tape.length * tape.batch {
      let (δ, before) = (tape.gateGradients.start + row * 4 * n, tape.states(1).start + row * n)
      let seenByOutput = before + afterwards
      for i in 0..<n { dp[i] += δ[i] * before[i] }
      for i in 0..<n { dp[n + i] += δ[n + i] * before[i] }
      for i in 0..<n { dp[2 * n + i] += δ[2 * n + i] * seenByOutput[i] }
    }
  }

  // MARK: - Shapes and parameters

  /// n_a, the size of a⟨t⟩, of c⟨t⟩ and of each gate.
  public var hiddenSize: Int { Waa.columns }
  /// Two states, a⟨t⟩ and c⟨t⟩, each of n_a numbers.
  public var stateSizes: [Int] { [hiddenSize, hiddenSize] }
  /// Γu, Γf, Γo and c̃, each of n_a rows.
  public var gates: [(name: String, size: Int)] { ["Γu", "Γf", "Γo", "c̃"].map { ($0, hiddenSize) } }
  /// tanh(c⟨t⟩), which both ∂L/∂c⟨t⟩ and δ_o need.
  public var keepsakes: [(name: String, size: Int)] { [("tanh c", hiddenSize)] }
  /// W_aa, which every step multiplies by a⟨t−1⟩.
  public var stepWeights: [Matrix<Scalar>] { [Waa] }

  /// W_ax, W_aa, b_a and, with peepholes, p_a, as `weight_ih`, `weight_hh`, `bias` and `peephole`.
  public var parameterPaths: [ParameterPath<LSTMCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa), .init("bias", \.ba)]
      + (peephole == .none ? [] : [.init("peephole", \.pa)])
  }

  // MARK: - As the notes write them

  /// W_u, the weights of Γu over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wu: Matrix<Scalar> { weights(ofGate: 0) }
  /// W_f, the weights of Γf over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wf: Matrix<Scalar> { weights(ofGate: 1) }
  /// W_o, the weights of Γo over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wo: Matrix<Scalar> { weights(ofGate: 2) }
  /// W_c, the weights of c̃ over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wc: Matrix<Scalar> { weights(ofGate: 3) }

  /// b_u, the bias of Γu, (n_a, 1).
  public var bu: Matrix<Scalar> {
    get { ba.rows(rows(ofGate: 0)) }
    set { ba.replaceRows(rows(ofGate: 0), with: newValue) }
  }
  /// b_f, the bias of Γf, (n_a, 1).
  public var bf: Matrix<Scalar> {
    get { ba.rows(rows(ofGate: 1)) }
    set { ba.replaceRows(rows(ofGate: 1), with: newValue) }
  }
  /// b_o, the bias of Γo, (n_a, 1).
  public var bo: Matrix<Scalar> {
    get { ba.rows(rows(ofGate: 2)) }
    set { ba.replaceRows(rows(ofGate: 2), with: newValue) }
  }
  /// b_c, the bias of c̃, (n_a, 1).
  public var bc: Matrix<Scalar> {
    get { ba.rows(rows(ofGate: 3)) }
    set { ba.replaceRows(rows(ofGate: 3), with: newValue) }
  }

  /// p_u, the peephole of Γu, (n_a, 1).
  public var pu: Matrix<Scalar> { pa.rows(rows(ofGate: 0)) }
  /// p_f, the peephole of Γf, (n_a, 1).
  public var pf: Matrix<Scalar> { pa.rows(rows(ofGate: 1)) }
  /// p_o, the peephole of Γo, (n_a, 1).
  public var po: Matrix<Scalar> { pa.rows(rows(ofGate: 2)) }

  private func rows(ofGate gate: Int) -> Range<Int> { gate * hiddenSize..<(gate + 1) * hiddenSize }

  private func weights(ofGate gate: Int) -> Matrix<Scalar> {
    let rows = rows(ofGate: gate)
    return ([Waa.rows(rows).transposed, Wax.rows(rows).transposed] as Matrix).transposed
  }
}
