// The functions of Exercise14.swift, written.

import Foundation
import Marker
import SequenceModels

enum Solution {
  static func scores(_ θ: Parameters, _ s: Columns, _ a: [Columns]) -> Columns {
    Columns(column: a.map { (θ.ve * tanh(θ.Wes * s + θ.Wea * $0))[0, 0] })
  }

  static func weights(_ scores: Columns, length: Int) -> Columns {
    let exps = (0..<scores.rows).map { $0 < length ? exp(scores[$0, 0]) : 0 }
    let sum = exps.reduce(0, +)
    return Columns(column: exps.map { $0 / sum })
  }

  static func mix(_ α: Columns, _ a: [Columns]) -> Columns {
    var sum = 0 * a[0]
    for j in a.indices { sum = sum + α[j, 0] * a[j] }
    return sum
  }

  static func look(
    _ θ: Parameters, from s: [Columns], at a: [Columns], length: Int
  ) -> (α: [Columns], h: [Columns]) {
    let α = s.map { weights(scores(θ, $0, a), length: length) }
    let h = s.indices.map { t in tanh(θ.Wh * [mix(α[t], a), s[t]]) }
    return (α, h)
  }
}
