// The limit that a step is held against: how fast this machine multiplies matrices, by the product
// that the library uses.

import Dispatch
import SequenceModels

/// Floating-point operations a second of a large product, on every one of `threads` threads at the same time.
///
/// (1600, 256) by (256, 1024) is a size at which oneDNN is near the limit of the processor.
func productRate(threads: Int, seconds: Double = 0.4) -> Double {
  let (m, k, n, repetitions) = (1600, 256, 1024, 4)
  final class Factors: @unchecked Sendable {
    var a: Matrix<Float>, b: Matrix<Float>, c: Matrix<Float>
    init(_ m: Int, _ k: Int, _ n: Int) {
      a = Matrix(rows: m, columns: k, repeating: 0.5)
      b = Matrix(rows: k, columns: n, repeating: 0.5)
      c = Matrix(rows: m, columns: n)
    }
  }
  let factors = (0..<threads).map { _ in Factors(m, k, n) }
  let time = times(for: seconds) {
    DispatchQueue.concurrentPerform(iterations: threads) { place in
      let own = factors[place]
      own.a.withBlock { a in
        own.b.withBlock { b in
          own.c.withMutableBlock { c in
            for _ in 0..<repetitions {
              Float.multiply(a, transposed: false, b, transposed: false, into: c, accumulating: false)
            }
          }
        }
      }
    }
  }.median
  return Double(2 * m * k * n * repetitions * threads) / time
}
