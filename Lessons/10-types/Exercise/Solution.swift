// The functions of Exercise10.swift, written.

import Foundation
import Marker
import SequenceModels

enum Solution {
  static func forcedLosses(_ y: [Int], from start: Columns, _ θ: Network) -> [Double] {
    var (a, x, losses) = (start, θ.nothing, [Double]())
    for token in y {
      a = θ.step(a, x)
      losses.append(-log(θ.answer(a)[token, 0]))
      x = θ.oneHot(token)
    }
    return losses
  }

  static func write(from start: Columns, _ θ: Network, until end: Int, limit: Int) -> [Int] {
    var (a, x, text) = (start, θ.nothing, [Int]())
    while text.count < limit {
      a = θ.step(a, x)
      let token = likeliest(θ.answer(a))
      if token == end { break }
      text.append(token)
      x = θ.oneHot(token)
    }
    return text
  }

  static func scheduledLosses(_ y: [Int], from start: Columns, _ θ: Network, p: Double, u: [Double]) -> [Double] {
    var (a, x, losses) = (start, θ.nothing, [Double]())
    for t in y.indices {
      a = θ.step(a, x)
      let ŷ = θ.answer(a)
      losses.append(-log(ŷ[y[t], 0]))
      x = θ.oneHot(u[t] < p ? y[t] : likeliest(ŷ))
    }
    return losses
  }
}
