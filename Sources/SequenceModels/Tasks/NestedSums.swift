// Nested sums: a running sum of a running sum of digits, each modulo k. What a level adds up is what the level below has come to.
//
//   s^[0]⟨t⟩ = x⟨t⟩,   s^[l]⟨t⟩ = (s^[l]⟨t−1⟩ + s^[l−1]⟨t⟩) mod k,   s^[l]⟨0⟩ = 0,   y⟨t⟩ = s^[levels]⟨t⟩

import RealModule

/// Sequences of digits, and at every step the running sum of the running sum of … them, modulo k.
///
/// Each level is an automaton of k states that reads the one below: a pipeline. Seen as one automaton it has k^levels states.
/// The digits are drawn uniformly from 0 ..< k, so that at each step every value of y⟨t⟩ is as likely as any other, whatever y was before:
/// a guess that does not know the levels below has a cross-entropy of `baseline(modulus:)`, ln k, and is right one time in k.
public enum NestedSums {
  /// ln k, in nats.
  public static func baseline(modulus: Int) -> Double { .log(Double(modulus)) }

  /// The running sum of each level, from level 0, the digits themselves, to level `levels`. Traps where a digit is not below `modulus`.
  public static func sums(of digits: [Int32], levels: Int, modulus: Int) -> [[Int32]] {
    precondition(levels > 0 && modulus > 1, "nested sums need a level and a modulus of 2 or more")
    precondition(digits.allSatisfy { (0..<Int32(modulus)).contains($0) }, "a digit is not below \(modulus)")
    var result = [digits]
    for _ in 0..<levels {
      var sum: Int32 = 0
      result.append(
        result.last!.map {
          sum = (sum + $0) % Int32(modulus)
          return sum
        })
    }
    return result
  }

  /// `count` sequences of `length` digits, one-hot of size k as tokens, each with y⟨t⟩ as the tag of step t.
  public static func batch<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, count: Int, length: Int, levels: Int = 2, modulus: Int = 3,
    using random: inout RandomSource
  ) -> TaggerBatch<Scalar> {
    var inputs = TokenBatch(length: length, batch: count)
    var targets = inputs
    for example in 0..<count {
      let digits = (0..<length).map { _ in Int32(random.index(below: modulus)) }
      let top = sums(of: digits, levels: levels, modulus: modulus).last!
      for t in 0..<length { (inputs[t, example], targets[t, example]) = (digits[t], top[t]) }
    }
    return TaggerBatch(inputs: .tokens(inputs), targets: targets)
  }
}
