// The functions of Exercise03.swift, written.

import Marker
import SequenceModels

enum Solution {
  static func backwardStep(
    _ θ: Network, e: Columns, a: Columns, fromFuture: Columns
  ) -> (δ: Columns, toPast: Columns) {
    let δ = (θ.Wya.transposed * e + fromFuture) ⊙ a.map { 1 - $0 * $0 }
    return (δ, θ.Waa.transposed * δ)
  }

  static func backward(_ θ: Network, x: [Columns], a: [Columns], e: [Columns]) -> Network {
    var d = θ.zeroed
    var fromFuture = 0 * a[0]
    for t in (1..<a.count).reversed() {
      let (δ, toPast) = backwardStep(θ, e: e[t], a: a[t], fromFuture: fromFuture)
      d.Wax = d.Wax + δ * x[t].transposed
      d.Waa = d.Waa + δ * a[t - 1].transposed
      d.ba = d.ba + summed(δ)
      d.Wya = d.Wya + e[t] * a[t].transposed
      d.by = d.by + summed(e[t])
      fromFuture = toPast
    }
    return d
  }

  static func slope(of f: (Double) -> Double, at w: Double, ε: Double) -> Double {
    (f(w + ε) - f(w - ε)) / (2 * ε)
  }
}
