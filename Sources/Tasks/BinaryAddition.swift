// Two binary numbers to be added bit by bit: many to many, in step.

import SequenceModels

/// Two numbers drawn at random, their lowest bits first: x⟨t⟩ are the two bits of place t, y⟨t⟩ is the bit of their sum. All that is to be
/// remembered is the carry. The carry out of the last place is dropped.
public enum BinaryAddition {
  /// `count` pairs of numbers of so many bits each: x⟨t⟩ (2, count). There are 4 to the power of `bits` pairs.
  public static func batch(_ count: Int, bits: Int, using random: inout RandomSource) -> TaggerBatch<Float> {
    var (x, y) = (
      SequenceBatch<Float>(length: bits, batch: count, size: 2), TokenBatch(length: bits, batch: count)
    )
    var carries = [Int](repeating: 0, count: count)
    for t in 0..<bits {
      let pair = (0..<2).map { _ in (0..<count).map { _ in random.index(below: 2) } }
      x[t] = Matrix(pair.map { $0.map(Float.init) })
      for i in 0..<count {
        let sum = pair[0][i] + pair[1][i] + carries[i]
        (y[t, i], carries[i]) = (Int32(sum % 2), sum / 2)
      }
    }
    return TaggerBatch(inputs: .features(x), targets: y)
  }
}
