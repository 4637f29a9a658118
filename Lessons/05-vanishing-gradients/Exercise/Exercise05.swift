// Exercise 05: vanishing and exploding gradients. Put your lines in the place of each `unwritten()`, then:
// swift run Exercise05
//
// `Columns` is a matrix of numbers; a state and its gradient have one column. It has `*` (also for a number times a
// matrix), `+`, `-`, `⊙` (entry by entry; one column goes with every column of the other), `transposed`, `map` (a
// function for each entry), `rows`, `columns`, `A[i, j]`, and `elements`, the list of all its numbers.
// `norm(A)` is the norm of the page, and `identity(n)` is the identity matrix.

import Foundation
import Marker
import SequenceModels

/// The Jacobian of one step of the tanh cell: entry (i, j) says how much unit i moves when you nudge unit j.
///
///     ∂a⟨t⟩/∂a⟨t−1⟩ = Waa, with row i multiplied by 1 − (a_i⟨t⟩)²
///
/// Shapes: `Waa` (n_a, n_a); `a`, which is a⟨t⟩, (n_a, 1); the Jacobian (n_a, n_a).
func jacobian(_ Waa: Columns, _ a: Columns) -> Columns {
  unwritten()
}

/// How long the gradient is at each step on its way back: the norms of grad⟨T⟩, grad⟨T−1⟩ … grad⟨0⟩, in this order. So
/// place k of the list is k steps back.
///
///     grad⟨t⟩ = ∂L/∂a⟨t⟩,   δ⟨t⟩ = grad⟨t⟩ ⊙ (1 − a⟨t⟩ ⊙ a⟨t⟩),   grad⟨t−1⟩ = Waaᵀ δ⟨t⟩
///
/// `a` holds a⟨0⟩ … a⟨T⟩, so a⟨t⟩ is `a[t]`. `last` is grad⟨T⟩, (n_a, 1).
func gradientNorms(_ Waa: Columns, _ a: [Columns], from last: Columns) -> [Double] {
  unwritten()
}

/// How much gets through: the size after 0, 1, 2 … T steps from a⟨0⟩ on.
///
///     J = the product of the Jacobians of these steps; a later step stands further left
///     size = ‖J‖ / √n_a
///
/// After 0 steps J is the identity, and the size is 1. `a` holds a⟨0⟩ … a⟨T⟩ again.
func sizes(_ Waa: Columns, _ a: [Columns]) -> [Double] {
  unwritten()
}

/// A gradient, clipped: if it is longer than the bound, it is scaled down to the bound. Its direction stays.
///
/// `gradient` has a matrix for each matrix of the network. Its norm is that of all their numbers together.
func clipped(_ gradient: [Columns], to bound: Double) -> [Columns] {
  unwritten()
}
