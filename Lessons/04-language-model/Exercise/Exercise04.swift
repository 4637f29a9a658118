// Exercise 04: a language model. Put your lines in the place of each `unwritten()`, then: swift run Exercise04
//
// A word is a number here: its place in the vocabulary, counted from 0. `θ.end` is the place of ⟨EOS⟩.
// `Network` has the five matrices: `θ.Wax`, `θ.Waa`, `θ.ba`, `θ.Wya`, `θ.by`. `θ.noState` and `θ.noInput` are columns
// of zeros, and `θ.oneHot(word)` is the one-hot column of a word.
// `Columns` is a matrix of numbers. It has `*` (also for a number times a matrix), `+`, `map` (a function for each
// entry), `rows`, and `A[i, j]`; `tanh(A)` and `softmax(A)` take a whole matrix.

import Foundation
import Marker
import SequenceModels

/// The logarithm of the probability of a sentence, in nats. `sentence` comes without its ⟨EOS⟩, and the end counts.
///
///     x⟨1⟩ = 0,   x⟨t⟩ = y⟨t−1⟩
///     a⟨t⟩ = tanh(Waa a⟨t−1⟩ + Wax x⟨t⟩ + ba),   ŷ⟨t⟩ = softmax(Wya a⟨t⟩ + by)
///     log P = Σ_t log (entry y⟨t⟩ of ŷ⟨t⟩)
///
/// Shapes: x⟨t⟩ (n_x, 1), a⟨t⟩ (n_a, 1), ŷ⟨t⟩ (n_y, 1); n_x = n_y is the number of words that the network knows.
func logProbability(of sentence: [Int], _ θ: Network) -> Double {
  unwritten()
}

/// The perplexity of several sentences: e to the power of the loss per token. That's all losses, divided by the number
/// of all tokens.
///
/// `logP[i]` is log P of sentence i, with its ⟨EOS⟩, and `words[i]` the number of its words, without ⟨EOS⟩.
func perplexity(logP: [Double], words: [Int]) -> Double {
  unwritten()
}

/// The probabilities at a temperature τ: the logits are divided by τ before the softmax.
///
/// Shapes: `z` (n_y, m), the probabilities (n_y, m).
func tempered(_ z: Columns, τ: Double) -> Columns {
  unwritten()
}

/// One draw: the place of the first entry at which the entries, summed up so far, are larger than u.
///
/// If rounding leaves even the last sum at u or below, it's the last place. `ŷ` is (n_y, 1), and u lies in 0 ..< 1.
func draw(_ ŷ: Columns, at u: Double) -> Int {
  unwritten()
}
