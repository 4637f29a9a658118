// The simplified GRU of the notes 000 and 001: no reset gate.
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   c̃⟨t⟩ = tanh(W_c [c⟨t−1⟩, x⟨t⟩] + b_c)
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩
//
// Backwards, δu and δc as `GRUCell.swift` has them; ∂L/∂c⟨t−1⟩ gains W_ucᵀ δu + W_ccᵀ δc.

extension GRUCell {
  func forwardSimplified(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, c, before) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    let (Γu, c̃) = (gates.part(0, of: 2), gates.part(1, of: 2))
    tape.addProduct(Waa, before, to: gates)  // W [c⟨t−1⟩, x⟨t⟩] + b of both: the layer has put in the input's half
    Scalar.sigmoid(Γu)  // Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
    Scalar.tanh(c̃)  // c̃⟨t⟩ = tanh(W_c [c⟨t−1⟩, x⟨t⟩] + b_c)
    c ← Γu ⊙ c̃ + (1 - Γu) ⊙ before
  }

  func backwardSimplified(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, before, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (dc, dBefore) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1))
    let (Γu, c̃, δu, δc) = (gates.part(0, of: 2), gates.part(1, of: 2), δ.part(0, of: 2), δ.part(1, of: 2))
    δu ← dc ⊙ (c̃ - before) ⊙ Γu ⊙ (1 - Γu)
    δc ← dc ⊙ Γu ⊙ (1 - c̃ ⊙ c̃)
    dBefore += dc ⊙ (1 - Γu)
    Waa.addTransposedProduct(δ, to: dBefore)  // ∂L/∂c⟨t−1⟩ gains W_ucᵀ δu + W_ccᵀ δc
  }

  func accumulateSimplified(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    gradient.Waa.addOuterProducts(tape.gateGradients, tape.previousStates(0))
  }
}
