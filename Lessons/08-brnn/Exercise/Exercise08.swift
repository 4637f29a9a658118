// Exercise 08: two chains. Put your lines in the place of each `unwritten()`, then: swift run Exercise08
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `rows`, `columns`, `A[i, j]`, `tanh(A)` and `softmax(A)`. `[b, c]` is b on top of c.
// `Chain` has the three matrices of one chain: `chain.Wax`, `chain.Waa`, `chain.ba`.
// The examples are padded at the end to T steps. `mask[t]` says which of them have a step t: `mask[t][j]` is 1 where
// example j has a word there, and 0 where there is padding.

import Foundation
import Marker
import SequenceModels

/// One step of a chain, under the mask: where there is padding, the old state stays.
///
///     new = tanh(Waa before + Wax x + ba)
///     column j of the result is column j of new where mask[j] is 1, and column j of before where it is 0
///
/// Shapes: `before`, the old state, and the result (n_a, m); `x` (n_x, m). `mask` has m numbers.
func step(_ chain: Chain, from before: Columns, reading x: Columns, mask: [Int]) -> Columns {
  unwritten()
}

/// Both chains over x⟨1⟩ … x⟨T⟩: the forward chain from its left, the backward chain from its right.
///
///     →a⟨t⟩ from →a⟨t−1⟩ and x⟨t⟩,    ←a⟨t⟩ from ←a⟨t+1⟩ and x⟨t⟩
///
/// x⟨t⟩ is `x[t]`, and its mask `mask[t]`; place 0 of both only fills its place. What you return has the places 0 to
/// T + 1, as on the page: `fromLeft[t]` is →a⟨t⟩, `fromRight[t]` is ←a⟨t⟩, and zeros fill the places 0 and T + 1 of
/// both. `zeros` is (n_a, m).
func bothChains(
  _ left: Chain, _ right: Chain, _ x: [Columns], mask: [[Int]], zeros: Columns
) -> (fromLeft: [Columns], fromRight: [Columns]) {
  unwritten()
}

/// The answers: each of them sees both states.
///
///     ŷ⟨t⟩ = softmax(Wya [→a⟨t⟩, ←a⟨t⟩] + by)
///
/// Shapes: `Wya` (n_y, 2 n_a); `by` (n_y, 1); each ŷ⟨t⟩ (n_y, m). The lists are those of `bothChains`, with the places
/// 0 to T + 1. Return ŷ⟨1⟩ … ŷ⟨T⟩ and nothing else: ŷ⟨1⟩ comes first.
func answers(_ Wya: Columns, _ by: Columns, fromLeft: [Columns], fromRight: [Columns]) -> [Columns] {
  unwritten()
}

/// One column for the whole of each example, made of the two states that have read all of it.
///
/// Shape: (2 n_a, m), the forward chain on top. The lists are those of `bothChains`, with the places 0 to T + 1.
func summary(fromLeft: [Columns], fromRight: [Columns]) -> Columns {
  unwritten()
}
