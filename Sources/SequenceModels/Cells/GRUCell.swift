// The gated recurrent unit, in the four forms that go by its name. Each has a file of its own with its forward and
// backward step.
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)                            in all forms but the simplified one
//   c̃⟨t⟩ = tanh(W_c [c⟨t−1⟩, x⟨t⟩] + b_c)                       simplified: GRUSimplified.swift
//   c̃⟨t⟩ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + b_c)                  Γr before the product: GRUResetBefore.swift
//   c̃⟨t⟩ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x⟨t⟩]) + b_c)                Γr after it: GRUResetAfterWhole.swift
//   c̃⟨t⟩ = tanh(W_cx x⟨t⟩ + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc))    on half of it: GRUResetAfterRecurrent.swift
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩,   a⟨t⟩ = c⟨t⟩
//
// Backwards, in all forms, with δ = ∂L/∂(what stands inside a gate's σ or the candidate's tanh):
//
//   δu = ∂L/∂c⟨t⟩ ⊙ (c̃ − c⟨t−1⟩) ⊙ Γu ⊙ (1 − Γu)
//   δc = ∂L/∂c⟨t⟩ ⊙ Γu ⊙ (1 − c̃²)
//   ∂L/∂c⟨t−1⟩ gains ∂L/∂c⟨t⟩ ⊙ (1 − Γu), W_ucᵀ δu and W_rcᵀ δr; the form says what δr is, and what comes from c̃.
//   W_uc is what W_u has over c⟨t−1⟩, and so on
//
// A step takes m · 3 n_a (n_a + n_x) multiply-adds forwards, two thirds of it in the simplified form, and twice that
// backwards.

/// Whether a gated recurrent unit has a reset gate Γr, the relevance gate of the notes, and where it stands: four
/// functions.
public enum GRUForm: String, CaseIterable, Sendable, Codable {
  /// No Γr: c̃ = tanh(W_c [c⟨t−1⟩, x] + b_c), the simplified GRU of the notes 000 and 001.
  case simplified
  /// Γr before the product: c̃ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x] + b_c) (Cho et al. 2014, equation 8; Ng; note 004).
  case resetBefore
  /// Γr after the product, on the whole of it: c̃ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x]) + b_c).
  ///
  /// Note 000 has it so, but writes `tanh(Γr ⊙ W_c […]) + b_c`: with the bias outside, c̃ could leave (−1, 1). Here it
  /// is inside.
  case resetAfterWhole
  /// Γr after the product, on its recurrent half: c̃ = tanh(W_cx x + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc)) (PyTorch, cuDNN).
  case resetAfterRecurrent
}

extension GRUForm {
  /// How many blocks of n_a rows its weights have: those of the gates, and that of c̃.
  var gateCount: Int { self == .simplified ? 2 : 3 }
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
/// Shapes: x⟨t⟩ (n_x, m), c⟨t⟩ (n_a, m), W_ax (3 n_a, n_x), W_aa (3 n_a, n_a), b_a (3 n_a, 1): n_a rows each for Γu, Γr
/// and c̃, in this order. The simplified form has 2 n_a rows, for Γu and c̃. The notes' W_u, W_r and W_c are views,
/// each (n_a, n_a + n_x).
public struct GRUCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (3 n_a, n_x): the rows of Γu, Γr, c̃. Without Γr, (2 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state, (3 n_a, n_a): the rows of Γu, Γr, c̃. Without Γr, (2 n_a, n_a).
  public var Waa: Matrix<Scalar>
  /// The biases b_u, b_r, b_c, one under the other, (3 n_a, 1). Without Γr, (2 n_a, 1).
  public var ba: Matrix<Scalar>
  /// The bias b_cc that Γr gates together with W_cc c⟨t−1⟩, (n_a, 1); only `.resetAfterRecurrent` has it, elsewhere it
  /// is (0, 1).
  public var bcc: Matrix<Scalar>
  /// Whether there is a Γr, and where it stands.
  public let form: GRUForm
  /// Whether the biases are parameters; else they are zeros.
  public let hasBias: Bool

  /// A cell with the given weights, without bias where `ba` is nil; b_cc is 0 where a form that has it is not given it.
  ///
  /// Traps where shapes disagree, and where another form is given a b_cc.
  public init(
    Wax: Matrix<Scalar>, Waa: Matrix<Scalar>, ba: Matrix<Scalar>?, bcc: Matrix<Scalar>? = nil, form: GRUForm
  ) {
    (self.Wax, self.Waa, self.form, hasBias) = (Wax, Waa, form, ba != nil)
    self.ba = ba ?? Matrix(rows: form.gateCount * Waa.columns, columns: 1)
    self.bcc = bcc ?? Matrix(rows: form == .resetAfterRecurrent ? Waa.columns : 0, columns: 1)
    checkShapes()
  }

  /// A cell with weights drawn by `initialization`, those of the state by `recurrentInitialization` where it is given,
  /// each gate's block on its own, and biases of 0, or none where `bias` is false.
  public init(
    inputSize: Int, hiddenSize: Int, form: GRUForm = .resetBefore, bias: Bool = true,
    initialization: Initialization = .uniform, recurrentInitialization: Initialization? = nil,
    using random: inout RandomSource
  ) {
    let (gates, recurrent) = (form.gateCount, recurrentInitialization ?? initialization)
    self.init(
      Wax: initialization.matrix(
        gates: gates, rows: hiddenSize, columns: inputSize, hiddenSize: hiddenSize, using: &random),
      Waa: recurrent.matrix(
        gates: gates, rows: hiddenSize, columns: hiddenSize, hiddenSize: hiddenSize, using: &random),
      ba: bias ? Matrix(rows: gates * hiddenSize, columns: 1) : nil, form: form)
  }

  // MARK: - The steps of its form

  /// Γu, Γr and c̃ in the place of z⟨t⟩ in `tape.gates(at: t)`, (m, 3 n_a), and c⟨t⟩, (m, n_a), from the state before.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    switch form {
    case .simplified: forwardSimplified(t, on: tape)
    case .resetBefore: forwardResetBefore(t, on: tape)
    case .resetAfterWhole: forwardResetAfterWhole(t, on: tape)
    case .resetAfterRecurrent: forwardResetAfterRecurrent(t, on: tape)
    }
  }

  /// ∂L/∂z⟨t⟩ from ∂L/∂c⟨t⟩, and its part of ∂L/∂c⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    switch form {
    case .simplified: backwardSimplified(t, on: tape)
    case .resetBefore: backwardResetBefore(t, on: tape)
    case .resetAfterWhole: backwardResetAfterWhole(t, on: tape)
    case .resetAfterRecurrent: backwardResetAfterRecurrent(t, on: tape)
    }
  }

  /// The gradients of W_aa, as one product over all steps and examples, and of the biases that the input does not see.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    switch form {
    case .simplified: accumulateSimplified(from: tape, into: &gradient)
    case .resetBefore: accumulateResetBefore(from: tape, into: &gradient)
    case .resetAfterWhole: accumulateResetAfterWhole(from: tape, into: &gradient)
    case .resetAfterRecurrent: accumulateResetAfterRecurrent(from: tape, into: &gradient)
    }
  }

  // MARK: - Shapes and parameters

  /// One state, c⟨t⟩ = a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Waa.columns] }

  /// Γu, Γr and c̃, each of n_a numbers; Γu and c̃ in the simplified form.
  public var gates: [(name: String, size: Int)] {
    (form == .simplified ? ["Γu", "c̃"] : ["Γu", "Γr", "c̃"]).map { ($0, Waa.columns) }
  }

  /// What a form has besides its gates. The backward step has places of its own, so that it can be taken again.
  public var caches: [(name: String, size: Int)] {
    let n = Waa.columns
    return switch form {
    case .simplified: []
    case .resetBefore: [("Γr ⊙ c⟨t−1⟩", n), ("∂L/∂(Γr ⊙ c⟨t−1⟩)", n)]
    case .resetAfterWhole: [("W_c [c⟨t−1⟩, x⟨t⟩] + b_c", n), ("(1 − Γr) ⊙ δc", n)]
    case .resetAfterRecurrent: [("W_aa c⟨t−1⟩ + [0, 0, b_cc]", 3 * n), ("δu, δr, Γr ⊙ δc", 3 * n)]
    }
  }

  /// W_aa, which every step multiplies by the state.
  public var stepWeights: [Matrix<Scalar>] { [Waa] }

  /// Traps where the shapes of W_aa, W_ax, b_a and b_cc do not make a GRU of this form.
  public func checkShapes() {
    check("W_aa", Waa, is: form.gateCount * hiddenSize, by: hiddenSize)
    check("W_ax", Wax, is: form.gateCount * hiddenSize, by: inputSize)
    check("b_a", ba, is: form.gateCount * hiddenSize, by: 1)
    check("b_cc", bcc, is: form == .resetAfterRecurrent ? hiddenSize : 0, by: 1)
  }

  /// W_ax, W_aa and b_a, as `weight_ih`, `weight_hh` and `bias`, and b_cc as `bias_cc` where the form has it.
  public var parameterPaths: [ParameterPath<GRUCell>] {
    [.init("weight_ih", \.Wax), .init("weight_hh", \.Waa)] + (hasBias ? [.init("bias", \.ba)] : [])
      + (hasBias && form == .resetAfterRecurrent ? [.init("bias_cc", \.bcc)] : [])
  }
}
