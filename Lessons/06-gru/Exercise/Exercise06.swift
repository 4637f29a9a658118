// Exercise 06: the GRU. Put your lines in the place of each `unwritten()`, then: swift run Exercise06
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `transposed`, `σ(A)`, `tanh(A)` and `map` (a function for each entry): 1 − A is `A.map { 1 - $0 }`. `[c, x]` is c on
// top of x, and `A.columns(0..<n)` are the first n columns of A. Swift takes `*` and `⊙` from left to right.
// `Cell` has the weights and biases: `θ.Wu`, `θ.Wr`, `θ.Wc`, `θ.bu`, `θ.br`, `θ.bc`.

import Foundation
import Marker
import SequenceModels

/// One step of the full GRU: both gates, the candidate, and the new memory.
///
///     Γu = σ(Wu [c⟨t−1⟩, x⟨t⟩] + bu)
///     Γr = σ(Wr [c⟨t−1⟩, x⟨t⟩] + br)
///     c̃⟨t⟩ = tanh(Wc [Γr ⊙ c⟨t−1⟩, x⟨t⟩] + bc)
///     c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + (1 − Γu) ⊙ c⟨t−1⟩
///
/// Shapes: `c`, which is c⟨t−1⟩, (n_a, m); `x` (n_x, m); each weight (n_a, n_a + n_x). Return a `Step`, which keeps all
/// that the way back needs: `Step(c: c, x: x, Γu: …, Γr: …, c̃: …, new: …)`; `new` is c⟨t⟩.
func step(_ θ: Cell, c: Columns, x: Columns) -> Step {
  unwritten()
}

/// Backwards from ∂L/∂c⟨t⟩, which is `dc`, to what stands inside each σ and inside the tanh.
///
///     δu = ∂L/∂c⟨t⟩ ⊙ (c̃⟨t⟩ − c⟨t−1⟩) ⊙ Γu ⊙ (1 − Γu)
///     δc = ∂L/∂c⟨t⟩ ⊙ Γu ⊙ (1 − c̃⟨t⟩ ⊙ c̃⟨t⟩)
///     δr = (Wccᵀ δc) ⊙ c⟨t−1⟩ ⊙ Γr ⊙ (1 − Γr)
///
/// The slope of σ is Γ ⊙ (1 − Γ). Wcc are the first n_a columns of Wc, those that see the memory; n_a is `s.c.rows`.
/// `s` is what `step` made: `s.c`, which is c⟨t−1⟩, `s.x`, `s.Γu`, `s.Γr`, `s.c̃`. Return (δu, δr, δc), each (n_a, m).
func gateGradients(_ θ: Cell, _ s: Step, dc: Columns) -> Inside {
  unwritten()
}

/// What the step passes on to the step before: ∂L/∂c⟨t−1⟩, by the direct path and through the three products.
///
///     ∂L/∂c⟨t−1⟩ = ∂L/∂c⟨t⟩ ⊙ (1 − Γu) + (Wccᵀ δc) ⊙ Γr + Wucᵀ δu + Wrcᵀ δr
///
/// Wuc and Wrc are the first n_a columns of Wu and Wr. `δ` holds what `gateGradients` gives: `δ.u`, `δ.r`, `δ.c`.
func toPast(_ θ: Cell, _ s: Step, dc: Columns, _ δ: Inside) -> Columns {
  unwritten()
}

/// The gradients of the three weights, in this step. (A bias gets the sum of δ over the batch, as in Exercise 03.)
///
///     ∂L/∂Wu = δu [c⟨t−1⟩, x⟨t⟩]ᵀ,   ∂L/∂Wr = δr [c⟨t−1⟩, x⟨t⟩]ᵀ,   ∂L/∂Wc = δc [Γr ⊙ c⟨t−1⟩, x⟨t⟩]ᵀ
///
/// Shapes: each as its weight, (n_a, n_a + n_x).
func weightGradients(_ s: Step, _ δ: Inside) -> (Wu: Columns, Wr: Columns, Wc: Columns) {
  unwritten()
}
