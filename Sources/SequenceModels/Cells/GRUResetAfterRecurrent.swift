// The GRU with Γr after the product, on its recurrent half: PyTorch's and cuDNN's.
//
//   Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
//   Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
//   c̃⟨t⟩ = tanh(W_cx x⟨t⟩ + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc))
//   c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩
//
// Backwards, δu and δc as `GRUCell.swift` has them, and
//
//   δr = δc ⊙ (W_cc c⟨t−1⟩ + b_cc) ⊙ Γr ⊙ (1 − Γr)
//   ∂L/∂(W_cc c⟨t−1⟩ + b_cc) = Γr ⊙ δc,   so ∂L/∂c⟨t−1⟩ gains W_ccᵀ (Γr ⊙ δc)

extension GRUCell {
  func forwardResetAfterRecurrent(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, c, before) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    let recurrent = tape.cache(0, at: t)
    tape.setProduct(Waa, before, in: recurrent)  // W_aa c⟨t−1⟩
    // In single precision all that follows is one sweep over memory, in FusedSteps.swift, and the step is done.
    if FusedSteps.gruForward(gates: gates, recurrent: recurrent, bcc: bcc, before: before, c: c) { return }

    let (Γu, Γr, c̃) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3))
    let half = recurrent.part(2, of: 3)  // W_cc c⟨t−1⟩, and b_cc
    Γu += recurrent.part(0, of: 3)
    Γr += recurrent.part(1, of: 3)
    half += Block(repeating: bcc, rows: tape.batch)
    Scalar.sigmoid(Γu)  // Γu = σ(W_u [c⟨t−1⟩, x⟨t⟩] + b_u)
    Scalar.sigmoid(Γr)  // Γr = σ(W_r [c⟨t−1⟩, x⟨t⟩] + b_r)
    c̃ += Γr ⊙ half
    Scalar.tanh(c̃)  // c̃⟨t⟩ = tanh(W_cx x⟨t⟩ + b_c + Γr ⊙ (W_cc c⟨t−1⟩ + b_cc))
    c ← Γu ⊙ c̃ + (1 - Γu) ⊙ before
  }

  func backwardResetAfterRecurrent(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, before, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (dc, dBefore) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1))
    let (recurrent, δRecurrent) = (tape.cache(0, at: t), tape.cache(1, at: t))
    // In single precision one sweep over memory, in FusedSteps.swift, does what the lines in the braces do.
    let isDone = FusedSteps.gruBackward(
      gates: gates, recurrent: recurrent, before: before, dc: dc, dBefore: dBefore, δ: δ, δRecurrent: δRecurrent)
    if !isDone {
      let (Γu, Γr, c̃) = (gates.part(0, of: 3), gates.part(1, of: 3), gates.part(2, of: 3))
      let half = recurrent.part(2, of: 3)  // W_cc c⟨t−1⟩, and b_cc
      let (δu, δr, δc) = (δ.part(0, of: 3), δ.part(1, of: 3), δ.part(2, of: 3))
      δu ← dc ⊙ (c̃ - before) ⊙ Γu ⊙ (1 - Γu)
      δc ← dc ⊙ Γu ⊙ (1 - c̃ ⊙ c̃)
      dBefore += dc ⊙ (1 - Γu)
      δr ← δc ⊙ half ⊙ Γr ⊙ (1 - Γr)
      δRecurrent.columns(gateRows).copy(δ.columns(gateRows))
      δRecurrent.columns(candidateRows) ← Γr ⊙ δc
    }
    Waa.addTransposedProduct(δRecurrent, to: dBefore)  // gains W_ucᵀ δu + W_rcᵀ δr + W_ccᵀ (Γr ⊙ δc)
  }

  func accumulateResetAfterRecurrent(from tape: CellTape<Scalar>, into gradient: inout GRUCell) {
    let δRecurrent = tape.caches(1)
    gradient.Waa.addOuterProducts(δRecurrent, tape.previousStates(0))
    gradient.bcc.addSum(δRecurrent.part(2, of: 3))  // ∂L/∂b_cc = Σ_t Γr ⊙ δc
  }
}
