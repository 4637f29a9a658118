// A language of short words whose every probability is known.

import RealModule
import SequenceModels

/// The 3⁶ words of six letters 0, 1 and 2. The first two letters are fair draws; every other is the sum of the two before it, modulo 3,
/// with probability 0.8, and either of the two others with 0.1.
public enum SixLetters {
  /// The words, in the order of the numbers that they are to base 3.
  public static let words: [[Int32]] = (0..<729).map { place in
    [243, 81, 27, 9, 3, 1].map { Int32(place / $0 % 3) }
  }

  /// The probability of each word.
  public static let probabilities: [Double] = words.map { word in
    var probability = 1.0 / 9
    for t in 2..<6 {
      let sum = (word[t - 1] + word[t - 2]) % 3
      probability *= word[t] == sum ? 0.8 : 0.1
    }
    return probability
  }

  /// −Σ P log P, in nats a word.
  public static let entropy = -probabilities.reduce(0) { $0 + $1 * Double.log($1) }

  /// The place in `words` of a word drawn by its probability.
  public static func sample(using random: inout RandomSource) -> Int {
    var rest = random.uniform()
    for (place, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return place }
    }
    return words.count - 1
  }
}
