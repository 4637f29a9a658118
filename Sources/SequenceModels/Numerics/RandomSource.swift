// Random numbers that repeat: one seed gives one stream, on every platform and with every compiler.

import Foundation

/// A seeded stream of random numbers: xoshiro256** (Blackman & Vigna 2018), its state filled by SplitMix64.
///
/// The standard library leaves open how it turns random bits into a number, so every draw that the package makes goes
/// through the methods below. Integers and uniform numbers are the same bits everywhere; normal numbers agree to the
/// rounding of the platform's logarithm.
public struct RandomSource: RandomNumberGenerator, Sendable, Equatable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// A stream of random bits that `seed` alone determines, the same on every machine.
  public init(seed: UInt64) {
    var mixer = seed
    func mix() -> UInt64 {
      mixer &+= 0x9E37_79B9_7F4A_7C15
      var word = mixer
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
    state = (mix(), mix(), mix(), mix())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 { (word << count) | (word >> (64 - count)) }
    let result = rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotate(state.3, 45)
    return result
  }

  /// A number drawn uniformly from 0 ..< 1, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { nextUniform() }

  /// A number drawn uniformly from `range`.
  public mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// An index drawn uniformly from 0 ..< `count`. Traps where `count` is not positive.
  public mutating func index(below count: Int) -> Int {
    require(count > 0, "an index can only be drawn from a positive count")
    // The high word of a 128-bit product is uniform once the low words that would be favoured are drawn again (Lemire
    // 2019).
    let bound = UInt64(count)
    var product = next().multipliedFullWidth(by: bound)
    let rejected = (0 &- bound) % bound
    while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
    return Int(product.high)
  }

  /// A number drawn from the normal distribution with mean 0 and variance 1 (the polar method, Marsaglia & Bray 1964).
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square > 0 && square < 1 { return x * (-2 * log(square) / square).squareRoot() }
    }
  }

  /// An element of `choices`, each as likely as another. Traps where there is none.
  public mutating func element<Element>(of choices: [Element]) -> Element {
    choices[index(below: choices.count)]
  }

  /// Puts `items` into a random order, each order as likely as another (Fisher & Yates).
  public mutating func shuffle<Element>(_ items: inout [Element]) {
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, index(below: last + 1))
    }
  }

  /// Two streams are equal where everything that they will draw is.
  public static func == (one: RandomSource, other: RandomSource) -> Bool {
    one.state == other.state
  }
}

extension RandomNumberGenerator {
  /// A number drawn uniformly from 0 ..< 1, a multiple of 2⁻⁵³: the same from the same bits, whatever they come from.
  mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
