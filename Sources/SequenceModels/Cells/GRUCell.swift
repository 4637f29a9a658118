// The gated recurrent unit, in the four forms that go by its name.
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)                                      (all forms but the simplified one)
//   c̃⟨t⟩ = tanh(W_c [c⟨t−1⟩, x⟨t⟩] + b_c)                                 simplified
//   c̃⟨t⟩ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + b_c)                            Γr before the product
//   c̃⟨t⟩ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x⟨t⟩]) + b_c)                          Γr after it, on the whole
//   c̃⟨t⟩ = tanh(W_cx x⟨t⟩ + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc))              Γr after it, on the recurrent half
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩,   a⟨t⟩ = c⟨t⟩
//
// Backwards, with δ = ∂L/∂(what stands inside a gate's σ or the candidate's tanh) and ∂c = ∂L/∂c⟨t⟩:
//
//   δu = ∂c ⊙ (c̃ − c⟨t−1⟩) ⊙ Γu ⊙ (1 − Γu)
//   δc = ∂c ⊙ Γu ⊙ (1 − c̃²)
//   δr = ∂Γr ⊙ Γr ⊙ (1 − Γr), where, in the order of the forms with Γr,
//        ∂Γr = (W_ccᵀ δc) ⊙ c⟨t−1⟩,   δc ⊙ W_c [c⟨t−1⟩, x⟨t⟩],   δc ⊙ (W_cc c⟨t−1⟩ + b_cc)
//   ∂L/∂c⟨t−1⟩ gains ∂c ⊙ (1 − Γu) + W_ucᵀ δu + W_rcᵀ δr, and from the candidate
//        W_ccᵀ δc,   Γr ⊙ (W_ccᵀ δc),   W_ccᵀ (Γr ⊙ δc),   W_ccᵀ (Γr ⊙ δc), in the order of all forms
//
// A step takes m · 3 n_a (n_a + n_x) multiply-adds forwards, two thirds of it in the simplified form, and twice that backwards.

/// A recurrent layer with gated recurrent units.
public typealias GRU<Scalar: RealScalar> = Recurrent<GRUCell<Scalar>>

/// Whether a gated recurrent unit has a reset gate Γr, the relevance gate of the notes, and where it stands: four functions.
public enum GRUForm: String, CaseIterable, Sendable, Codable {
  /// No Γr: c̃ = tanh(W_c [c⟨t−1⟩, x] + b_c), the simplified GRU of the notes 000 and 001.
  case simplified
  /// Γr before the product: c̃ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x] + b_c) (Cho et al. 2014, equation 8; Ng; note 004).
  case resetBefore
  /// Γr after the product, on the whole of it: c̃ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x]) + b_c).
  ///
  /// Note 000 has it so, but writes `tanh(Γr ⊙ W_c […]) + b_c`: with the bias outside, c̃ could leave (−1, 1). Here it is inside.
  case resetAfterWhole
  /// Γr after the product, on its recurrent half: c̃ = tanh(W_cx x + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc)) (PyTorch, cuDNN).
  case resetAfterRecurrent
}

/// The gated recurrent unit: c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩ and a⟨t⟩ = c⟨t⟩, with c̃⟨t⟩ as its form has it.
///
/// ```
/// Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
/// Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
/// c̃⟨t⟩ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + b_c)
/// ```
///
/// (Cho et al. 2014; c̃⟨t⟩ is that of `GRUForm.resetBefore`, where nothing else is asked for.)
///
/// Γu takes in the new, as in the notes. PyTorch's z keeps the old: z = 1 − Γu, so its rows are minus ours.
///
/// Shapes: x⟨t⟩ (n_x, m), c⟨t⟩ (n_a, m), W_ax (3 n_a, n_x), W_aa (3 n_a, n_a), b_a (3 n_a, 1): n_a rows each for Γu, Γr and c̃, in
/// this order. The simplified form has 2 n_a rows, for Γu and c̃. The notes' W_u, W_r and W_c are views, each (n_a, n_a + n_x).
public struct GRUCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (3 n_a, n_x): the rows of Γu, Γr, c̃. Without Γr, (2 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state, (3 n_a, n_a): the rows of Γu, Γr, c̃. Without Γr, (2 n_a, n_a).
  public var Waa: Matrix<Scalar>
  /// The biases b_u, b_r, b_c, one under the other, (3 n_a, 1). Without Γr, (2 n_a, 1).
  public var ba: Matrix<Scalar>
  /// The bias b_cc that Γr gates together with W_cc c⟨t−1⟩, (n_a, 1); only `.resetAfterRecurrent` has it, elsewhere it is (0, 1).
  public var bcc: Matrix<Scalar>
  /// Whether there is a Γr, and where it stands.
  public let form: GRUForm

  /// A cell with the given weights; b_cc is 0 where a form that has it is not given it.
  ///
  /// Traps where shapes disagree, and where another form is given a b_cc.
  public init(
    Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>, bcc: Matrix<Scalar>? = nil, form: GRUForm
  ) {
    let (rows, n) = (form.blocks * Waa.columns, Waa.columns)
    require(
      Waa.rows == rows && Wax.rows == rows && ba.rows == rows && ba.columns == 1,
      "W_aa (\(Waa.rows), \(Waa.columns)), W_ax (\(Wax.rows), \(Wax.columns)), b_a (\(ba.rows), \(ba.columns)) disagree "
        + "in a GRU of \(form.blocks) blocks of rows")
    let bcc = bcc ?? Matrix(rows: form == .resetAfterRecurrent ? n : 0, columns: 1)
    require(
      bcc.rows == (form == .resetAfterRecurrent ? n : 0) && bcc.columns == 1,
      "b_cc (\(bcc.rows), \(bcc.columns)) does not fit a GRU of \(n) units in the form \(form)")
    (self.Wax, self.Waa, self.ba, self.bcc, self.form) = (Wax, Waa, ba, bcc, form)
  }

  /// A cell with weights drawn by `initialization` and biases of 0.
  public init(
    inputSize: Int, hiddenSize: Int, form: GRUForm = .resetBefore, initialization: Initialization = .uniform,
    using random: inout RandomSource
  ) {
    let rows = form.blocks * hiddenSize
    self.init(
      Wax: initialization.matrix(rows: rows, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: initialization.matrix(rows: rows, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: Matrix(rows: rows, columns: 1), form: form)
  }

  // MARK: - Forward

  /// Γu, Γr and c̃ in the place of z⟨t⟩ in `tape.gates(at: t)`, (m, 3 n_a), and c⟨t⟩, (m, n_a), from the state before.
  @specialized(where Scalar == Float)
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (z, c, previous) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    if let fused = Scalar.fusedSteps, form == .resetAfterRecurrent {
      let recurrent = tape.keepsake(0, at: t)
      Waa.withBlock { tape.multiply(previous, by: $0, into: recurrent, accumulating: false) }
      return bcc.withBlock {
        fused.gruForward(z.rows, c.columns, z.start, recurrent.start, $0.start, previous.start, c.start)
      }
    }
    switch form {
    case .simplified: forwardSimplified(z, previous, on: tape)
    case .resetBefore: forwardBefore(z, previous, t, on: tape)
    case .resetAfterWhole: forwardAfterWhole(z, previous, kept: tape.keepsake(0, at: t), on: tape)
    case .resetAfterRecurrent: forwardAfterRecurrent(z, previous, recurrent: tape.keepsake(0, at: t), on: tape)
    }
    let n = c.columns
    for example in 0..<c.rows {
      let Γu = z.start + example * z.columns
      let c̃ = Γu + z.columns - n
      let (c, previous) = (c.start + example * n, previous.start + example * n)
      for j in 0..<n { c[j] = Γu[j] * c̃[j] + (1 - Γu[j]) * previous[j] }
    }
  }

  @specialized(where Scalar == Float)
  private func forwardSimplified(_ z: Block<Scalar>, _ previous: Block<Scalar>, on tape: CellTape<Scalar>) {
    Waa.withBlock { tape.multiply(previous, by: $0, into: z, accumulating: true) }
    openGates(z)
    closeCandidate(z)
  }

  /// c̃ = tanh(z_c + W_cc (Γr ⊙ c⟨t−1⟩)), where Γr must be known before its product is taken.
  @specialized(where Scalar == Float)
  private func forwardBefore(_ z: Block<Scalar>, _ previous: Block<Scalar>, _ t: Int, on tape: CellTape<Scalar>) {
    let (gates, candidate, gated) = (tape.keepsake(0, at: t), tape.keepsake(1, at: t), tape.keepsake(2, at: t))
    let n = previous.columns
    Waa.withBlock { tape.multiply(previous, by: $0.rows(0..<2 * n), at: 0, into: gates, accumulating: false) }
    for example in 0..<z.rows {
      let (z, gates) = (z.start + example * 3 * n, gates.start + example * 2 * n)
      for j in 0..<2 * n { z[j] += gates[j] }
    }
    openGates(z)
    for example in 0..<z.rows {
      let Γr = z.start + (example * 3 + 1) * n
      let (gated, previous) = (gated.start + example * n, previous.start + example * n)
      for j in 0..<n { gated[j] = Γr[j] * previous[j] }
    }
    Waa.withBlock { tape.multiply(gated, by: $0.rows(2 * n..<3 * n), at: 1, into: candidate, accumulating: false) }
    for example in 0..<z.rows {
      let (c̃, candidate) = (z.start + (example * 3 + 2) * n, candidate.start + example * n)
      for j in 0..<n { c̃[j] += candidate[j] }
    }
    closeCandidate(z)
  }

  /// c̃ = tanh(Γr ⊙ p + (1 − Γr) ⊙ b_c), where p = W_c [c⟨t−1⟩, x⟨t⟩] + b_c comes with the bias in it.
  @specialized(where Scalar == Float)
  private func forwardAfterWhole(
    _ z: Block<Scalar>, _ previous: Block<Scalar>, kept: Block<Scalar>, on tape: CellTape<Scalar>
  ) {
    let n = previous.columns
    Waa.withBlock { tape.multiply(previous, by: $0, into: z, accumulating: true) }
    openGates(z)
    ba.withBlock { ba in
      let bc = ba.start + 2 * n
      for example in 0..<z.rows {
        let (Γr, c̃) = (z.start + (example * 3 + 1) * n, z.start + (example * 3 + 2) * n)
        let p = kept.start + example * n
        for j in 0..<n {
          p[j] = c̃[j]
          c̃[j] = Γr[j] * p[j] + (1 - Γr[j]) * bc[j]
        }
      }
    }
    closeCandidate(z)
  }

  /// c̃ = tanh(z_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc)); the bracket stays in the last columns of `recurrent`.
  @specialized(where Scalar == Float)
  private func forwardAfterRecurrent(
    _ z: Block<Scalar>, _ previous: Block<Scalar>, recurrent: Block<Scalar>, on tape: CellTape<Scalar>
  ) {
    let n = previous.columns
    Waa.withBlock { tape.multiply(previous, by: $0, into: recurrent, accumulating: false) }
    for example in 0..<z.rows {
      let (z, recurrent) = (z.start + example * 3 * n, recurrent.start + example * 3 * n)
      for j in 0..<2 * n { z[j] += recurrent[j] }
    }
    openGates(z)
    bcc.withBlock { bcc in
      for example in 0..<z.rows {
        let (Γr, c̃) = (z.start + (example * 3 + 1) * n, z.start + (example * 3 + 2) * n)
        let half = recurrent.start + (example * 3 + 2) * n
        for j in 0..<n {
          half[j] += bcc.start[j]
          c̃[j] += Γr[j] * half[j]
        }
      }
    }
    closeCandidate(z)
  }

  /// σ of the gates' columns, which lie before the candidate's.
  @specialized(where Scalar == Float)
  private func openGates(_ z: Block<Scalar>) {
    for example in 0..<z.rows { Scalar.sigmoid(z.start + example * z.columns, count: z.columns - Waa.columns) }
  }

  /// tanh of the candidate's columns, the last ones.
  @specialized(where Scalar == Float)
  private func closeCandidate(_ z: Block<Scalar>) {
    for example in 0..<z.rows {
      Scalar.tanh(z.start + (example + 1) * z.columns - Waa.columns, count: Waa.columns)
    }
  }

  // MARK: - Backward

  /// ∂L/∂z⟨t⟩ from ∂L/∂c⟨t⟩, and its part of ∂L/∂c⟨t−1⟩.
  @specialized(where Scalar == Float)
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, previous, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (gradient, earlier) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1))
    let (n, columns) = (previous.columns, gates.columns)
    if let fused = Scalar.fusedSteps, form == .resetAfterRecurrent {
      let recurrent = tape.keepsake(1, at: t)
      fused.gruBackward(
        gates.rows, n, gates.start, tape.keepsake(0, at: t).start, previous.start, gradient.start, earlier.start,
        δ.start, recurrent.start)
      return handBack(recurrent, to: earlier)
    }
    // One assignment a loop, here and below: with all in one, the compiler leaves it unvectorised.
    for example in 0..<gates.rows {
      let (Γu, δu) = (gates.start + example * columns, δ.start + example * columns)
      let (c̃, δc) = (Γu + columns - n, δu + columns - n)
      let (c, previous) = (gradient.start + example * n, previous.start + example * n)
      let earlier = earlier.start + example * n
      for j in 0..<n { δu[j] = c[j] * (c̃[j] - previous[j]) * Γu[j] * (1 - Γu[j]) }
      for j in 0..<n { δc[j] = c[j] * Γu[j] * (1 - c̃[j] * c̃[j]) }
      for j in 0..<n { earlier[j] += c[j] * (1 - Γu[j]) }
    }
    switch form {
    case .simplified: handBack(δ, to: earlier)
    case .resetBefore: backwardBefore(δ, gates, previous, earlier, t, on: tape)
    case .resetAfterWhole:
      backwardAfterWhole(δ, gates, earlier, kept: tape.keepsake(0, at: t), rest: tape.keepsake(1, at: t))
    case .resetAfterRecurrent:
      backwardAfterRecurrent(δ, gates, earlier, kept: tape.keepsake(0, at: t), recurrent: tape.keepsake(1, at: t))
    }
  }

  /// ∂L/∂c⟨t−1⟩ gains W_aaᵀ δ.
  @specialized(where Scalar == Float)
  private func handBack(_ δ: Block<Scalar>, to earlier: Block<Scalar>) {
    Waa.withBlock { Scalar.multiply(δ, transposed: false, $0, transposed: false, into: earlier, accumulating: true) }
  }

  /// Keeps [δu, δr] and δc apart, for their weights are multiplied by different states: c⟨t−1⟩ and Γr ⊙ c⟨t−1⟩.
  @specialized(where Scalar == Float)
  private func backwardBefore(
    _ δ: Block<Scalar>, _ gates: Block<Scalar>, _ previous: Block<Scalar>, _ earlier: Block<Scalar>, _ t: Int,
    on tape: CellTape<Scalar>
  ) {
    let (δur, δc, gated) = (tape.keepsake(0, at: t), tape.keepsake(1, at: t), tape.keepsake(3, at: t))
    let n = previous.columns
    for example in 0..<δ.rows { (δc.start + example * n).update(from: δ.start + (example * 3 + 2) * n, count: n) }
    // ∂L/∂(Γr ⊙ c⟨t−1⟩) = W_ccᵀ δc
    Waa.withBlock {
      Scalar.multiply(
        δc, transposed: false, $0.rows(2 * n..<3 * n), transposed: false, into: gated, accumulating: false)
    }
    for example in 0..<δ.rows {
      let (δr, Γr) = (δ.start + (example * 3 + 1) * n, gates.start + (example * 3 + 1) * n)
      let (gated, previous) = (gated.start + example * n, previous.start + example * n)
      let earlier = earlier.start + example * n
      for j in 0..<n { δr[j] = gated[j] * previous[j] * Γr[j] * (1 - Γr[j]) }
      for j in 0..<n { earlier[j] += gated[j] * Γr[j] }
      (δur.start + example * 2 * n).update(from: δ.start + example * 3 * n, count: 2 * n)
    }
    Waa.withBlock {
      Scalar.multiply(
        δur, transposed: false, $0.rows(0..<2 * n), transposed: false, into: earlier, accumulating: true)
    }
  }

  /// ∂L/∂z_c is Γr ⊙ δc; what is left of δc, (1 − Γr) ⊙ δc, reaches b_c alone and goes to `rest`.
  @specialized(where Scalar == Float)
  private func backwardAfterWhole(
    _ δ: Block<Scalar>, _ gates: Block<Scalar>, _ earlier: Block<Scalar>, kept: Block<Scalar>, rest: Block<Scalar>
  ) {
    let n = earlier.columns
    ba.withBlock { ba in
      let bc = ba.start + 2 * n
      for example in 0..<δ.rows {
        let (δr, Γr) = (δ.start + (example * 3 + 1) * n, gates.start + (example * 3 + 1) * n)
        let (δc, p, rest) = (δr + n, kept.start + example * n, rest.start + example * n)
        for j in 0..<n { δr[j] = δc[j] * (p[j] - bc[j]) * Γr[j] * (1 - Γr[j]) }
        for j in 0..<n { rest[j] = (1 - Γr[j]) * δc[j] }
        for j in 0..<n { δc[j] = Γr[j] * δc[j] }
      }
    }
    handBack(δ, to: earlier)
  }

  /// The input's half of the candidate has δc, the recurrent half Γr ⊙ δc: `recurrent` takes [δu, δr, Γr ⊙ δc].
  @specialized(where Scalar == Float)
  private func backwardAfterRecurrent(
    _ δ: Block<Scalar>, _ gates: Block<Scalar>, _ earlier: Block<Scalar>, kept: Block<Scalar>,
    recurrent: Block<Scalar>
  ) {
    let n = earlier.columns
    for example in 0..<δ.rows {
      let (δr, Γr) = (δ.start + (example * 3 + 1) * n, gates.start + (example * 3 + 1) * n)
      let (δc, half) = (δr + n, kept.start + (example * 3 + 2) * n)
      let gated = recurrent.start + (example * 3 + 2) * n
      for j in 0..<n { δr[j] = δc[j] * half[j] * Γr[j] * (1 - Γr[j]) }
      for j in 0..<n { gated[j] = Γr[j] * δc[j] }
      (recurrent.start + example * 3 * n).update(from: δ.start + example * 3 * n, count: 2 * n)
    }
    handBack(recurrent, to: earlier)
  }

  /// ∂L/∂W_aa, as one product over all steps and examples for each state that its rows are multiplied by, and b_cc's gradient.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    let (previous, n) = (tape.states(0).rows(0..<tape.length * tape.batch), hiddenSize)
    func add(_ δ: Block<Scalar>, _ state: Block<Scalar>, to rows: Range<Int>) {
      gradient.Waa.withMutableBlock {
        Scalar.multiply(δ, transposed: true, state, transposed: false, into: $0.rows(rows), accumulating: true)
      }
    }
    switch form {
    case .simplified:
      add(tape.gateGradients, previous, to: 0..<2 * n)
    case .resetBefore:
      add(tape.keepsakes(0), previous, to: 0..<2 * n)
      add(tape.keepsakes(1), tape.keepsakes(2), to: 2 * n..<3 * n)
    case .resetAfterWhole:
      add(tape.gateGradients, previous, to: 0..<3 * n)
      gradient.ba.withMutableBlock {
        let bc = $0.rows(2 * n..<3 * n)
        Block(bc.start, rows: 1, columns: n).addSum(ofRows: tape.keepsakes(1))
      }
    case .resetAfterRecurrent:
      add(tape.keepsakes(1), previous, to: 0..<3 * n)
      gradient.bcc.withMutableBlock { $0.addSum(ofLastColumnsOf: tape.keepsakes(1)) }
    }
  }

  // MARK: - Shapes and parameters

  /// One state, c⟨t⟩ = a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Waa.columns] }

  /// Γu, Γr and c̃, each of n_a numbers; Γu and c̃ in the simplified form.
  public var gates: [(name: String, size: Int)] {
    (form == .simplified ? ["Γu", "c̃"] : ["Γu", "Γr", "c̃"]).map { ($0, Waa.columns) }
  }

  /// What a form has besides its gates. The way back has places of its own: it can be taken again over the same way forward.
  public var keepsakes: [(name: String, size: Int)] {
    let n = Waa.columns
    return switch form {
    case .simplified: []
    case .resetBefore:
      [("δu, δr", 2 * n), ("δc", n), ("Γr ⊙ c⟨t−1⟩", n), ("∂L/∂(Γr ⊙ c⟨t−1⟩)", n)]
    case .resetAfterWhole: [("W_c [c⟨t−1⟩, x⟨t⟩] + b_c", n), ("(1 − Γr) ⊙ δc", n)]
    case .resetAfterRecurrent: [("W_aa c⟨t−1⟩ + [0, 0, b_cc]", 3 * n), ("δu, δr, Γr ⊙ δc", 3 * n)]
    }
  }

  /// W_aa; with Γr before the product in two parts, for they are multiplied by different vectors.
  public var stepWeights: [Matrix<Scalar>] {
    let n = Waa.columns
    return form == .resetBefore ? [Waa.rows(0..<2 * n), Waa.rows(2 * n..<3 * n)] : [Waa]
  }

  /// W_ax, W_aa and b_a, as `weight_ih`, `weight_hh` and `bias`, and b_cc as `bias_cc` where the form has it.
  public var parameterPaths: [ParameterPath<GRUCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa), .init("bias", \.ba)]
      + (form == .resetAfterRecurrent ? [.init("bias_cc", \.bcc)] : [])
  }
}

extension GRUForm {
  /// How many blocks of n_a rows its weights have.
  fileprivate var blocks: Int { self == .simplified ? 2 : 3 }
}

extension Block {
  /// Adds the sum over the rows of as many of `other`'s last columns as this column has numbers.
  @specialized(where Scalar == Float)
  fileprivate func addSum(ofLastColumnsOf other: Block) {
    for i in 0..<other.rows {
      let row = other.start + (i + 1) * other.columns - count
      for j in 0..<count { start[j] += row[j] }
    }
  }
}

// MARK: - The weights as the notes write them

extension GRUCell {
  /// W_u over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wu: Matrix<Scalar> {
    get { weight(0) }
    set { setWeight(0, newValue) }
  }

  /// W_r over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x). Traps in the simplified form, which has none.
  public var Wr: Matrix<Scalar> {
    get { weight(reset) }
    set { setWeight(reset, newValue) }
  }

  /// W_c = [W_cc W_cx] over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wc: Matrix<Scalar> {
    get { weight(form.blocks - 1) }
    set { setWeight(form.blocks - 1, newValue) }
  }

  /// The columns of W_c that see the state, (n_a, n_a).
  public var Wcc: Matrix<Scalar> { Waa.rows(rows(form.blocks - 1)) }

  /// The columns of W_c that see the input, (n_a, n_x).
  public var Wcx: Matrix<Scalar> { Wax.rows(rows(form.blocks - 1)) }

  /// The bias of Γu, (n_a, 1).
  public var bu: Matrix<Scalar> {
    get { ba.rows(rows(0)) }
    set { ba.replace(rows(0), by: newValue) }
  }

  /// The bias of Γr, (n_a, 1). Traps in the simplified form, which has none.
  public var br: Matrix<Scalar> {
    get { ba.rows(rows(reset)) }
    set { ba.replace(rows(reset), by: newValue) }
  }

  /// The bias of c̃, (n_a, 1).
  public var bc: Matrix<Scalar> {
    get { ba.rows(rows(form.blocks - 1)) }
    set { ba.replace(rows(form.blocks - 1), by: newValue) }
  }

  private var reset: Int {
    require(form != .simplified, "a simplified GRU has no reset gate")
    return 1
  }

  private func rows(_ block: Int) -> Range<Int> { block * Waa.columns..<(block + 1) * Waa.columns }

  private func weight(_ block: Int) -> Matrix<Scalar> {
    let stacked: Matrix = [Waa.rows(rows(block)).transposed, Wax.rows(rows(block)).transposed]
    return stacked.transposed
  }

  private mutating func setWeight(_ block: Int, _ weight: Matrix<Scalar>) {
    let (n, columns) = (Waa.columns, Waa.columns + Wax.columns)
    require(
      weight.rows == n && weight.columns == columns,
      "a weight over [c, x] of (\(n), \(columns)) was given (\(weight.rows), \(weight.columns))")
    let stacked = weight.transposed
    Waa.replace(rows(block), by: stacked.rows(0..<n).transposed)
    Wax.replace(rows(block), by: stacked.rows(n..<columns).transposed)
  }
}

extension Matrix {
  /// Puts other rows in the place of some.
  fileprivate mutating func replace(_ range: Range<Int>, by other: Matrix) {
    require(
      other.rows == range.count && other.columns == columns,
      "(\(range.count), \(columns)) entries were given (\(other.rows), \(other.columns))")
    other.withBlock { source in withMutableBlock { $0.rows(range).copy(source) } }
  }
}
