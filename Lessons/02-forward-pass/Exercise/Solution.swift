// The functions of Exercise02.swift, written.

import Foundation
import Marker
import SequenceModels

enum Solution {
  static func step(_ θ: Network, from before: Columns, reading x: Columns) -> Columns {
    tanh(θ.Waa * before + θ.Wax * x + θ.ba)
  }

  static func probabilities(_ z: Columns) -> Columns {
    var ŷ = z.map { exp($0) }
    for j in 0..<z.columns {
      let sum = (0..<z.rows).reduce(0) { $0 + ŷ[$1, j] }
      for i in 0..<z.rows { ŷ[i, j] /= sum }
    }
    return ŷ
  }

  static func forward(_ θ: Network, _ x: [Columns], from start: Columns) -> (a: [Columns], ŷ: [Columns]) {
    var (a, ŷ) = ([start], [x[0]])
    for t in 1..<x.count {
      a.append(step(θ, from: a[t - 1], reading: x[t]))
      ŷ.append(probabilities(θ.Wya * a[t] + θ.by))
    }
    return (a, ŷ)
  }

  static func batch(_ sentences: [[Columns]]) -> [Columns] {
    sentences[0].indices.map { t in
      var step = Columns(rows: sentences[0][t].rows, columns: sentences.count)
      for i in sentences.indices {
        for row in 0..<step.rows { step[row, i] = sentences[i][t][row, 0] }
      }
      return step
    }
  }
}
