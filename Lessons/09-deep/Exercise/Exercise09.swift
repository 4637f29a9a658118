// Exercise 09: a stack of layers. Put your lines in the place of each `unwritten()`, then: swift run Exercise09
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `transposed`, `map` (a function for each entry), `rows`, `columns`, `A[i, j]`, `tanh(A)` and `softmax(A)`. `[A, B]` is
// A on top of B, and `A.rows(0..<3)` has the first three rows of A.
// `Stack` has L layers, `θ.L`. Layer l has `θ.W[l]`, which is W_a of the page, and `θ.b[l]`, for l = 1 … L; on top are
// `θ.Wya` and `θ.by`.
//
// Lists that have an entry for each layer begin with one that only fills place 0, which is never looked at: in `before`
// below, a[2]⟨t−1⟩ is `before[2]`.

import Foundation
import Marker
import SequenceModels

/// One step of all layers, from the bottom to the top.
///
///     a[l]⟨t⟩ = tanh(W[l] [a[l]⟨t−1⟩, a[l−1]⟨t⟩] + b[l]),    a[0]⟨t⟩ = x⟨t⟩
///
/// Shapes: `before` holds a[l]⟨t−1⟩, (n_l, m); `x` (n_x, m); `θ.W[l]` (n_l, n_l + n_(l−1)). You return the new states in
/// the same way, L + 1 entries: a[l]⟨t⟩ at place l.
func climb(_ θ: Stack, from before: [Columns], reading x: Columns) -> [Columns] {
  unwritten()
}

/// The whole forward pass over T steps. Only the top layer gives answers.
///
///     ŷ⟨t⟩ = softmax(Wya a[L]⟨t⟩ + by)
///
/// `x` holds x⟨1⟩ … x⟨T⟩ after an entry that only fills place 0, and so do the two lists that you return: `a[t]` has the
/// states of all layers at step t, so a[l]⟨t⟩ is `a[t][l]`. `a[0]` is the start, and `ŷ[0]` is never looked at.
func forward(_ θ: Stack, _ x: [Columns], from start: [Columns]) -> (a: [[Columns]], ŷ: [Columns]) {
  unwritten()
}

/// One step of the backward pass, from the top to the bottom. Each box gets a gradient from above and one from the right,
/// and adds them. What it sends on is cut in two: the upper n_l rows go to the step before, the lower rows to the layer
/// below.
///
///     δ[l] = (fromAbove + fromFuture[l]) ⊙ (1 − a[l]⟨t⟩ ⊙ a[l]⟨t⟩)
///     [toPast[l]; toBelow] = W[l]ᵀ δ[l]
///
/// To the top layer, `fromAnswer` comes from above (it is Wyaᵀ e⟨t⟩); to each other layer, what the layer above sends
/// down. `a[l]` is a[l]⟨t⟩. Shapes: `a[l]`, `fromFuture[l]`, `δ[l]` and `toPast[l]` are all (n_l, m). You return lists of
/// L + 1 entries.
func backwardStep(
  _ θ: Stack, a: [Columns], fromAnswer: Columns, fromFuture: [Columns]
) -> (δ: [Columns], toPast: [Columns]) {
  unwritten()
}

/// Dropout: what a layer hands upwards in training.
///
///     0                   where the draw is below p,
///     a_ij / (1 − p)      elsewhere
///
/// Shapes: `a`, `draws` and the result (n, m). Each draw lies between 0 and 1.
func dropout(_ a: Columns, p: Double, draws: Columns) -> Columns {
  unwritten()
}
