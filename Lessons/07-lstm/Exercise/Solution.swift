// The functions of Exercise07.swift, written.

import Marker
import SequenceModels

enum Solution {
  static func step(_ θ: Cell, a: Columns, c: Columns, x: Columns) -> Step {
    let c̃ = tanh(θ.Wc * [a, x] + θ.bc)
    let Γu = σ(θ.Wu * [a, x] + θ.bu)
    let Γf = σ(θ.Wf * [a, x] + θ.bf)
    let Γo = σ(θ.Wo * [a, x] + θ.bo)
    let new = Γu ⊙ c̃ + Γf ⊙ c
    return Step(a: a, c: c, x: x, c̃: c̃, Γu: Γu, Γf: Γf, Γo: Γo, newC: new, newA: Γo ⊙ tanh(new))
  }

  static func memoryGradient(_ s: Step, da: Columns, fromFuture: Columns) -> Columns {
    fromFuture + da ⊙ s.Γo ⊙ tanh(s.newC).map { 1 - $0 * $0 }
  }

  static func gateGradients(_ s: Step, da: Columns, dc: Columns) -> Inside {
    let δc = dc ⊙ s.Γu ⊙ s.c̃.map { 1 - $0 * $0 }
    let δu = dc ⊙ s.c̃ ⊙ s.Γu.map { $0 * (1 - $0) }
    let δf = dc ⊙ s.c ⊙ s.Γf.map { $0 * (1 - $0) }
    let δo = da ⊙ tanh(s.newC) ⊙ s.Γo.map { $0 * (1 - $0) }
    return (δc, δu, δf, δo)
  }

  static func toPast(_ θ: Cell, _ s: Step, dc: Columns, _ δ: Inside) -> (a: Columns, c: Columns) {
    func back(_ W: Columns, _ δ: Columns) -> Columns { W.columns(0..<s.a.rows).transposed * δ }
    return (back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wf, δ.f) + back(θ.Wo, δ.o), dc ⊙ s.Γf)
  }
}
