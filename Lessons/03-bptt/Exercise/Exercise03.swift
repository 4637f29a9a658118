// Exercise 03: backpropagation through time. Put your lines in the place of each `unwritten()`, then: swift run Exercise03
//
// `Columns` is a matrix of numbers, with one column for each example. It has `*`, `+`, `-`, `⊙` (entry by entry),
// `transposed`, and `map` (a function for each entry). `summed(A)` adds up the columns of A.
// `Network` has the five matrices: `θ.Wax`, `θ.Waa`, `θ.ba`, `θ.Wya`, `θ.by`; `θ.zeroed` has the same shapes, filled
// with 0. A gradient is a `Network` too: ∂L/∂Waa stands in the place of Waa.

import Foundation
import Marker
import SequenceModels

/// One step of the backward pass: the gradient at z⟨t⟩, and what is passed on to the step before.
///
///     δ⟨t⟩ = (Wyaᵀ e⟨t⟩ + fromFuture) ⊙ (1 − a⟨t⟩ ⊙ a⟨t⟩)
///     toPast = Waaᵀ δ⟨t⟩
///
/// Shapes: `e`, the output error ŷ⟨t⟩ − y⟨t⟩, (n_y, m); `a`, which is a⟨t⟩, `fromFuture`, δ and toPast (n_a, m).
func backwardStep(_ θ: Network, e: Columns, a: Columns, fromFuture: Columns) -> (δ: Columns, toPast: Columns) {
  unwritten()
}

/// The whole backward pass: all five gradients.
///
///     ∂L/∂Wax = Σ_t δ⟨t⟩ x⟨t⟩ᵀ,   ∂L/∂Waa = Σ_t δ⟨t⟩ a⟨t−1⟩ᵀ,   ∂L/∂ba = Σ_t δ⟨t⟩
///     ∂L/∂Wya = Σ_t e⟨t⟩ a⟨t⟩ᵀ,   ∂L/∂by = Σ_t e⟨t⟩
///
/// `x`, `a` and `e` have an entry for each step; place 0 of x and of e only fills its place, `a[0]` is the start. After
/// the last step there is no future.
func backward(_ θ: Network, x: [Columns], a: [Columns], e: [Columns]) -> Network {
  unwritten()
}

/// The slope of a function by a central difference: nudge its argument up by ε, then down by ε.
///
///     (f(w + ε) − f(w − ε)) / 2ε
func slope(of f: (Double) -> Double, at w: Double, ε: Double) -> Double {
  unwritten()
}
