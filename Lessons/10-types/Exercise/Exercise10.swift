// Exercise 10: what a decoder reads. Put your lines in the place of each `unwritten()`, then: swift run Exercise10
//
// A token is a number here: its place in the vocabulary, counted from 0. The decoder starts in the state `start`, where
// the encoder ended. Use the network as the page does: `θ.step(a, x)` is the next state, `θ.answer(a)` the
// probabilities ŷ, a column, with `ŷ[token, 0]` for a token, `θ.nothing` a column of zeros, and `θ.oneHot(token)` a
// one-hot column. `likeliest(ŷ)` is the token with the largest probability.

import Foundation
import Marker
import SequenceModels

/// The losses of a decoder with teacher forcing, one for each step.
///
///     x⟨1⟩ = 0,   x⟨t⟩ = y⟨t−1⟩
///     loss⟨t⟩ = −log (entry y⟨t⟩ of ŷ⟨t⟩)
///
/// `y` is the right text with its end. Its first token, y⟨1⟩, is `y[0]`.
func forcedLosses(_ y: [Int], from start: Columns, _ θ: Network) -> [Double] {
  unwritten()
}

/// What the decoder writes on its own: the likeliest token at each step, which it reads at the next.
///
/// It stops when the likeliest is `end`, which isn't part of the text, and when the text has `limit` tokens.
func write(from start: Columns, _ θ: Network, until end: Int, limit: Int) -> [Int] {
  unwritten()
}

/// The losses of scheduled sampling, one for each step: a coin decides what the next step reads.
///
/// `u` holds a number between 0 and 1 for each step. If `u[t]` is below p, the step after t reads the right token,
/// `y[t]`; if not, it reads the likeliest of the decoder's own answer at t. The loss is that of the right token in any
/// case. With p = 1 this is teacher forcing, and with p = 0 the decoder runs free.
func scheduledLosses(_ y: [Int], from start: Columns, _ θ: Network, p: Double, u: [Double]) -> [Double] {
  unwritten()
}
