// Exercise 02: the forward pass. Put your lines in the place of each `unwritten()`, then: swift run Exercise02
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `transposed`, `map` (a function for each entry), `rows`, `columns`, `A[i, j]`, and `tanh(A)`.
// `Network` has the five matrices: `θ.Wax`, `θ.Waa`, `θ.ba`, `θ.Wya`, `θ.by`.

import Foundation
import Marker
import SequenceModels

/// One step: the new state from the old one and the input.
///
///     a⟨t⟩ = tanh(Waa a⟨t−1⟩ + Wax x⟨t⟩ + ba)
///
/// Shapes: `before`, which is a⟨t−1⟩, (n_a, m); `x` (n_x, m); the new state (n_a, m).
func step(_ θ: Network, from before: Columns, reading x: Columns) -> Columns {
  unwritten()
}

/// The softmax of each column: e to the power of each entry, divided by the sum of its column.
///
///     ŷ_i = exp(z_i) / Σ_j exp(z_j)
///
/// Shapes: `z` (n_y, m); the probabilities (n_y, m). Don't call the library's `softmax`: write it.
func probabilities(_ z: Columns) -> Columns {
  unwritten()
}

/// The whole forward pass over a sentence of T words.
///
///     z_y⟨t⟩ = Wya a⟨t⟩ + by,    ŷ⟨t⟩ = softmax(z_y⟨t⟩)
///
/// `x` holds x⟨1⟩ … x⟨T⟩ after an entry that only fills place 0, so x⟨t⟩ is `x[t]`. What you return begins with place 0
/// as well: `a[0]` is the start, `ŷ[0]` is never looked at.
func forward(_ θ: Network, _ x: [Columns], from start: Columns) -> (a: [Columns], ŷ: [Columns]) {
  unwritten()
}

/// Several sentences of the same length side by side, so that one forward pass reads them all.
///
/// `sentences[i][t]` is x⟨t⟩ of sentence i, (n_x, 1). In the result, step t is (n_x, m): column i is sentence i.
func batch(_ sentences: [[Columns]]) -> [Columns] {
  unwritten()
}
