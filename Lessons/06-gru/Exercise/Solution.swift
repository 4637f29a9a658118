// The functions of Exercise06.swift, written.

import Marker
import SequenceModels

enum Solution {
  static func step(_ θ: Cell, c: Columns, x: Columns) -> Step {
    let Γu = σ(θ.Wu * [c, x] + θ.bu)
    let Γr = σ(θ.Wr * [c, x] + θ.br)
    let c̃ = tanh(θ.Wc * [Γr ⊙ c, x] + θ.bc)
    return Step(c: c, x: x, Γu: Γu, Γr: Γr, c̃: c̃, new: Γu ⊙ c̃ + Γu.map { 1 - $0 } ⊙ c)
  }

  static func gateGradients(_ θ: Cell, _ s: Step, dc: Columns) -> Inside {
    let δu = dc ⊙ (s.c̃ - s.c) ⊙ s.Γu.map { $0 * (1 - $0) }
    let δc = dc ⊙ s.Γu ⊙ s.c̃.map { 1 - $0 * $0 }
    let Wcc = θ.Wc.columns(0..<s.c.rows)
    let δr = (Wcc.transposed * δc) ⊙ s.c ⊙ s.Γr.map { $0 * (1 - $0) }
    return (δu, δr, δc)
  }

  static func toPast(_ θ: Cell, _ s: Step, dc: Columns, _ δ: Inside) -> Columns {
    func back(_ W: Columns, _ δ: Columns) -> Columns { W.columns(0..<s.c.rows).transposed * δ }
    return dc ⊙ s.Γu.map { 1 - $0 } + back(θ.Wc, δ.c) ⊙ s.Γr + back(θ.Wu, δ.u) + back(θ.Wr, δ.r)
  }

  static func weightGradients(_ s: Step, _ δ: Inside) -> (Wu: Columns, Wr: Columns, Wc: Columns) {
    let seen = ([s.c, s.x] as Columns).transposed
    let seenByCandidate = ([s.Γr ⊙ s.c, s.x] as Columns).transposed
    return (δ.u * seen, δ.r * seen, δ.c * seenByCandidate)
  }
}
