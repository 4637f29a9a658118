// The functions of Exercise04.swift, written.

import Foundation
import Marker
import SequenceModels

enum Solution {
  static func logProbability(of sentence: [Int], _ θ: Network) -> Double {
    var (a, x, sum) = (θ.noState, θ.noInput, 0.0)
    for word in sentence + [θ.end] {
      a = tanh(θ.Waa * a + θ.Wax * x + θ.ba)
      let ŷ = softmax(θ.Wya * a + θ.by)
      sum += log(ŷ[word, 0])
      x = θ.oneHot(word)
    }
    return sum
  }

  static func perplexity(logP: [Double], words: [Int]) -> Double {
    let tokens = words.reduce(0) { $0 + $1 + 1 }
    return exp(-logP.reduce(0, +) / Double(tokens))
  }

  static func tempered(_ z: Columns, τ: Double) -> Columns {
    softmax(1 / τ * z)
  }

  static func draw(_ ŷ: Columns, at u: Double) -> Int {
    var sum = 0.0
    for i in 0..<ŷ.rows {
      sum += ŷ[i, 0]
      if u < sum { return i }
    }
    return ŷ.rows - 1
  }
}
