// Exercise 14: attention. Put your lines in the place of each `unwritten()`, then: swift run Exercise14
//
// `Columns` is a matrix of numbers. Here every state is one column. It has `*` (also for a number times a matrix), `+`,
// `-`, `⊙` (entry by entry), `rows`, `A[i, j]` and `tanh(A)`. `[b, c]` is b on top of c, and `Columns(column: …)` makes
// a column of a list of numbers. `exp(x)` is e to the power of a number.
// `Parameters` has the four matrices of the page: `θ.Wes`, `θ.Wea`, `θ.ve`, `θ.Wh`.
// `a` holds the states of the encoder: a⟨1⟩ is `a[0]`, and a⟨j⟩ is `a[j - 1]`.

import Foundation
import Marker
import SequenceModels

/// The additive scores: how well does each state of the encoder fit the state of the decoder?
///
///     score⟨j⟩ = ve tanh(Wes s + Wea a⟨j⟩)
///
/// Shapes: `s` (n_s, 1); each a⟨j⟩ (n_a, 1); `Wes` (n_e, n_s); `Wea` (n_e, n_a); `ve` (1, n_e). The scores are a
/// column, (T_x, 1), with a number for each a⟨j⟩.
func scores(_ θ: Parameters, _ s: Columns, _ a: [Columns]) -> Columns {
  unwritten()
}

/// The weights: a softmax of the scores that leaves the padding out.
///
///     α⟨j⟩ = exp(score⟨j⟩) / Σ_i exp(score⟨i⟩),    i and j from 1 to `length`;    α⟨j⟩ = 0 behind
///
/// Shapes: `scores` and the weights (T_x, 1). Only the first `length` places are real, the others are padding.
func weights(_ scores: Columns, length: Int) -> Columns {
  unwritten()
}

/// The mix of the states, each times its weight.
///
///     mix = Σ_j α⟨j⟩ a⟨j⟩
///
/// Shapes: `α` (T_x, 1); each a⟨j⟩ and the mix (n_a, 1).
func mix(_ α: Columns, _ a: [Columns]) -> Columns {
  unwritten()
}

/// A look at each step of the decoder: the weights, and the hidden layer h, which sees the mix and the state.
///
///     h⟨t⟩ = tanh(Wh [mix⟨t⟩; s⟨t⟩])
///
/// `s` holds s⟨1⟩ … s⟨T_y⟩, and what you return has as many entries. Shapes: `Wh` (n_s, n_a + n_s); each h⟨t⟩
/// (n_s, 1).
func look(_ θ: Parameters, from s: [Columns], at a: [Columns], length: Int) -> (α: [Columns], h: [Columns]) {
  unwritten()
}
