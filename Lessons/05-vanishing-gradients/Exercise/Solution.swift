// The functions of Exercise05.swift, written.

import Foundation
import Marker
import SequenceModels

enum Solution {
  static func jacobian(_ Waa: Columns, _ a: Columns) -> Columns {
    a.map { 1 - $0 * $0 } ⊙ Waa
  }

  static func gradientNorms(_ Waa: Columns, _ a: [Columns], from last: Columns) -> [Double] {
    var grad = last
    var norms = [norm(grad)]
    for t in (1..<a.count).reversed() {
      let δ = grad ⊙ a[t].map { 1 - $0 * $0 }
      grad = Waa.transposed * δ
      norms.append(norm(grad))
    }
    return norms
  }

  static func sizes(_ Waa: Columns, _ a: [Columns]) -> [Double] {
    var J = identity(Waa.rows)
    var sizes = [1.0]
    for t in 1..<a.count {
      J = jacobian(Waa, a[t]) * J
      sizes.append(norm(J) / sqrt(Double(Waa.rows)))
    }
    return sizes
  }

  static func clipped(_ gradient: [Columns], to bound: Double) -> [Columns] {
    let length = gradient.reduce(0) { $0 + norm($1) * norm($1) }.squareRoot()
    return length > bound ? gradient.map { bound / length * $0 } : gradient
  }
}
