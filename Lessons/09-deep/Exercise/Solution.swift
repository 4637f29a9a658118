// The functions of Exercise09.swift, written.

import Marker
import SequenceModels

enum Solution {
  static func climb(_ θ: Stack, from before: [Columns], reading x: Columns) -> [Columns] {
    var a = [x]
    for l in 1...θ.L { a.append(tanh(θ.W[l] * [before[l], a[l - 1]] + θ.b[l])) }
    return a
  }

  static func forward(_ θ: Stack, _ x: [Columns], from start: [Columns]) -> (a: [[Columns]], ŷ: [Columns]) {
    var (a, ŷ) = ([start], [x[0]])
    for t in 1..<x.count {
      a.append(climb(θ, from: a[t - 1], reading: x[t]))
      ŷ.append(softmax(θ.Wya * a[t][θ.L] + θ.by))
    }
    return (a, ŷ)
  }

  static func backwardStep(
    _ θ: Stack, a: [Columns], fromAnswer: Columns, fromFuture: [Columns]
  ) -> (δ: [Columns], toPast: [Columns]) {
    var (δ, toPast) = (a, a)
    var fromAbove = fromAnswer
    for l in (1...θ.L).reversed() {
      δ[l] = (fromAbove + fromFuture[l]) ⊙ a[l].map { 1 - $0 * $0 }
      let both = θ.W[l].transposed * δ[l]
      toPast[l] = both.rows(0..<a[l].rows)
      fromAbove = both.rows(a[l].rows..<both.rows)
    }
    return (δ, toPast)
  }

  static func dropout(_ a: Columns, p: Double, draws: Columns) -> Columns {
    a ⊙ draws.map { $0 < p ? 0 : 1 / (1 - p) }
  }
}
