// Exercise 07: the LSTM. Put your lines in the place of each `unwritten()`, then: swift run Exercise07
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `transposed`, `σ(A)`, `tanh(A)` and `map` (a function for each entry): 1 − A is `A.map { 1 - $0 }`. `[a, x]` is a on
// top of x, and `A.columns(0..<n)` are the first n columns of A. Swift takes `*` and `⊙` from left to right.
// `Cell` has the weights and biases: `θ.Wc`, `θ.Wu`, `θ.Wf`, `θ.Wo`, `θ.bc`, `θ.bu`, `θ.bf`, `θ.bo`.

import Foundation
import Marker
import SequenceModels

/// One step of the LSTM: the candidate, the three gates, and both new states.
///
///     c̃⟨t⟩ = tanh(Wc [a⟨t−1⟩, x⟨t⟩] + bc)
///     Γu = σ(Wu [a⟨t−1⟩, x⟨t⟩] + bu),    and so Γf and Γo, with weights and biases of their own
///     c⟨t⟩ = Γu ⊙ c̃⟨t⟩ + Γf ⊙ c⟨t−1⟩
///     a⟨t⟩ = Γo ⊙ tanh(c⟨t⟩)
///
/// Shapes: `a` and `c`, which are a⟨t−1⟩ and c⟨t−1⟩, (n_a, m); `x` (n_x, m); each weight (n_a, n_a + n_x). Return a
/// `Step`, which keeps all that the way back needs:
/// `Step(a: a, c: c, x: x, c̃: …, Γu: …, Γf: …, Γo: …, newC: …, newA: …)`, where `newC` is c⟨t⟩ and `newA` is a⟨t⟩.
func step(_ θ: Cell, a: Columns, c: Columns, x: Columns) -> Step {
  unwritten()
}

/// The whole gradient at the memory c⟨t⟩. It reaches the loss by two paths: through a⟨t⟩, and on the belt.
///
///     ∂L/∂c⟨t⟩ = fromFuture + ∂L/∂a⟨t⟩ ⊙ Γo ⊙ (1 − tanh(c⟨t⟩) ⊙ tanh(c⟨t⟩))
///
/// `da` is ∂L/∂a⟨t⟩, `fromFuture` is what the step after sent along the belt; each (n_a, m). `s` is what `step` made.
func memoryGradient(_ s: Step, da: Columns, fromFuture: Columns) -> Columns {
  unwritten()
}

/// The gradient of what stands inside each σ and inside the tanh of the candidate. `dc` is the whole ∂L/∂c⟨t⟩.
///
///     δc = ∂L/∂c⟨t⟩ ⊙ Γu ⊙ (1 − c̃⟨t⟩ ⊙ c̃⟨t⟩)
///     δu = ∂L/∂c⟨t⟩ ⊙ c̃⟨t⟩ ⊙ Γu ⊙ (1 − Γu)
///     δf = ∂L/∂c⟨t⟩ ⊙ c⟨t−1⟩ ⊙ Γf ⊙ (1 − Γf)
///     δo = ∂L/∂a⟨t⟩ ⊙ tanh(c⟨t⟩) ⊙ Γo ⊙ (1 − Γo)
///
/// The slope of σ is Γ ⊙ (1 − Γ). Return (δc, δu, δf, δo), each (n_a, m).
func gateGradients(_ s: Step, da: Columns, dc: Columns) -> Inside {
  unwritten()
}

/// What the step passes on to the step before: along the belt, and through the four products.
///
///     ∂L/∂c⟨t−1⟩ = ∂L/∂c⟨t⟩ ⊙ Γf
///     ∂L/∂a⟨t−1⟩ = Wcaᵀ δc + Wuaᵀ δu + Wfaᵀ δf + Woaᵀ δo
///
/// Wca are the first n_a columns of Wc, those that see a⟨t−1⟩, and so the others; n_a is `s.a.rows`. `δ` holds what
/// `gateGradients` gives: `δ.c`, `δ.u`, `δ.f`, `δ.o`.
func toPast(_ θ: Cell, _ s: Step, dc: Columns, _ δ: Inside) -> (a: Columns, c: Columns) {
  unwritten()
}
