// The GRU with Γr after the product, on the whole of it: note 000, which has the bias outside of tanh, where c̃ could
// leave (−1, 1).
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
//   c̃⟨t⟩ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x⟨t⟩]) + b_c)
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩
//
// The layer puts the bias in with the input, so with p = W_c [c⟨t−1⟩, x⟨t⟩] + b_c it is c̃⟨t⟩ = tanh(Γr ⊙ (p − b_c) +
// b_c). Backwards, δu and δc as `GRUCell.swift` has them, and
//
//   δr = δc ⊙ (p − b_c) ⊙ Γr ⊙ (1 − Γr)
//   ∂L/∂p = Γr ⊙ δc,   ∂L/∂b_c gains what is left, (1 − Γr) ⊙ δc,   ∂L/∂c⟨t−1⟩ gains W_ccᵀ ∂L/∂p

extension GRUCell {
  func forwardResetAfterWhole(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, c, before) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    let (Γu, Γr, c̃, p) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3), tape.cache(0, at: t))
    let bc = Block(repeating: bc, rows: tape.batch)
    tape.addProduct(Waa, before, to: gates)
    Scalar.sigmoid(Γu)  // Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
    Scalar.sigmoid(Γr)  // Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
    p.copy(c̃)
    c̃ ← Γr ⊙ (p - bc) + bc
    Scalar.tanh(c̃)  // c̃⟨t⟩ = tanh(Γr ⊙ (W_c [c⟨t−1⟩, x⟨t⟩]) + b_c)
    c ← Γu ⊙ c̃ + (1 - Γu) ⊙ before
  }

  func backwardResetAfterWhole(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, before, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (dc, dBefore) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1))
    let (Γu, Γr, c̃) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3))
    let (δu, δr, δc) = (δ.part(0, of: 3), δ.part(1, of: 3), δ.part(2, of: 3))
    let (p, rest, bc) = (tape.cache(0, at: t), tape.cache(1, at: t), Block(repeating: bc, rows: tape.batch))
    δu ← dc ⊙ (c̃ - before) ⊙ Γu ⊙ (1 - Γu)
    δc ← dc ⊙ Γu ⊙ (1 - c̃ ⊙ c̃)
    dBefore += dc ⊙ (1 - Γu)
    δr ← δc ⊙ (p - bc) ⊙ Γr ⊙ (1 - Γr)
    rest ← (1 - Γr) ⊙ δc
    δc ← Γr ⊙ δc  // ∂L/∂p, which is what the layer sends to the input
    Waa.addTransposedProduct(δ, to: dBefore)  // gains W_ucᵀ δu + W_rcᵀ δr + W_ccᵀ ∂L/∂p
  }

  func accumulateResetAfterWhole(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    gradient.Waa.addOuterProducts(tape.gateGradients, tape.previousStates(0))
    gradient.ba.addSum(tape.caches(1), rows: candidateRows)  // ∂L/∂b_c gains (1 − Γr) ⊙ δc
  }
}
