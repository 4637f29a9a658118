// The GRU with Γr before the product (Cho et al. 2014, equation 8; Ng; note 004).
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
//   c̃⟨t⟩ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + b_c)
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩
//
// Backwards, δu and δc as `GRUCell.swift` has them, and with ∂L/∂(Γr ⊙ c⟨t−1⟩) = W_ccᵀ δc
//
//   δr = ∂L/∂(Γr ⊙ c⟨t−1⟩) ⊙ c⟨t−1⟩ ⊙ Γr ⊙ (1 − Γr)
//   ∂L/∂c⟨t−1⟩ gains ∂L/∂(Γr ⊙ c⟨t−1⟩) ⊙ Γr
//
// Γr must be known before the product of c̃ is taken, so there are two products a step, and two vectors that W_aa
// multiplies.

extension GRUCell {
  func forwardResetBefore(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, c, before) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    let (Γu, Γr, c̃, gated) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3), tape.cache(0, at: t))
    tape.addProduct(Waa, rows: gateRows, before, to: gates.columns(gateRows))
    Scalar.sigmoid(Γu)  // Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
    Scalar.sigmoid(Γr)  // Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
    gated ← Γr ⊙ before
    tape.addProduct(Waa, rows: candidateRows, gated, to: c̃)
    Scalar.tanh(c̃)  // c̃⟨t⟩ = tanh(W_c [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + b_c)
    c ← Γu ⊙ c̃ + (1 - Γu) ⊙ before
  }

  func backwardResetBefore(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, before, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (dc, dBefore, dGated) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1), tape.cache(1, at: t))
    let (Γu, Γr, c̃) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3))
    let (δu, δr, δc) = (δ.part(0, of: 3), δ.part(1, of: 3), δ.part(2, of: 3))
    δu ← dc ⊙ (c̃ - before) ⊙ Γu ⊙ (1 - Γu)
    δc ← dc ⊙ Γu ⊙ (1 - c̃ ⊙ c̃)
    dBefore += dc ⊙ (1 - Γu)
    Waa.setTransposedProduct(δc, rows: candidateRows, in: dGated)  // ∂L/∂(Γr ⊙ c⟨t−1⟩) = W_ccᵀ δc
    δr ← dGated ⊙ before ⊙ Γr ⊙ (1 - Γr)
    dBefore += dGated ⊙ Γr
    Waa.addTransposedProduct(δ.columns(gateRows), rows: gateRows, to: dBefore)  // gains W_ucᵀ δu + W_rcᵀ δr
  }

  func accumulateResetBefore(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    let (δ, gated) = (tape.gateGradients, tape.caches(0))
    gradient.Waa.addOuterProducts(δ.columns(gateRows), tape.previousStates(0), rows: gateRows)
    gradient.Waa.addOuterProducts(δ.columns(candidateRows), gated, rows: candidateRows)
  }
}
