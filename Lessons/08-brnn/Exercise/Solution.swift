// The functions of Exercise08.swift, written.

import Marker
import SequenceModels

enum Solution {
  static func step(_ chain: Chain, from before: Columns, reading x: Columns, mask: [Int]) -> Columns {
    var new = tanh(chain.Waa * before + chain.Wax * x + chain.ba)
    for j in mask.indices where mask[j] == 0 {
      for i in 0..<new.rows { new[i, j] = before[i, j] }
    }
    return new
  }

  static func bothChains(
    _ left: Chain, _ right: Chain, _ x: [Columns], mask: [[Int]], zeros: Columns
  ) -> (fromLeft: [Columns], fromRight: [Columns]) {
    let T = x.count - 1
    var fromLeft = Array(repeating: zeros, count: T + 2), fromRight = fromLeft
    for t in 1...T { fromLeft[t] = step(left, from: fromLeft[t - 1], reading: x[t], mask: mask[t]) }
    for t in (1...T).reversed() {
      fromRight[t] = step(right, from: fromRight[t + 1], reading: x[t], mask: mask[t])
    }
    return (fromLeft, fromRight)
  }

  static func answers(_ Wya: Columns, _ by: Columns, fromLeft: [Columns], fromRight: [Columns]) -> [Columns] {
    (1..<fromLeft.count - 1).map { t in softmax(Wya * [fromLeft[t], fromRight[t]] + by) }
  }

  static func summary(fromLeft: [Columns], fromRight: [Columns]) -> Columns {
    [fromLeft[fromLeft.count - 2], fromRight[1]]
  }
}
