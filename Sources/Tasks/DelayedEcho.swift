// The smallest task that needs a memory of a known length: repeat what was read some steps ago.

import SequenceModels

/// Sequences of letters drawn at random, each letter to be repeated `delay` steps after it was read: y⟨t⟩ = x⟨t − delay⟩.
///
/// Each step is a fair draw, so whoever remembers nothing does no better than ln(letters) nats a target. The first `delay` steps
/// have no target.
///
/// ```swift
/// let echo = DelayedEcho(delay: 3).sequences(1, length: 6, using: &random)
/// // inputs:   0  1  1  0  1  0
/// // targets: −1 −1 −1  0  1  1
/// ```
public struct DelayedEcho: Equatable, Sendable {
  /// How many letters there are; their ids count from 0.
  public let letters: Int
  /// After how many steps a letter is repeated.
  public let delay: Int

  /// A task of `letters` letters. Traps where there is none, or where `delay` is negative.
  public init(letters: Int = 2, delay: Int) {
    require(letters > 0 && delay >= 0, "there is no echo of \(letters) letters after \(delay) steps")
    (self.letters, self.delay) = (letters, delay)
  }

  /// `count` sequences side by side, of `length` steps each: the letters, and at each step the one to repeat, or `TokenBatch.none`.
  public func sequences(_ count: Int, length: Int, using random: inout RandomSource)
    -> (inputs: TokenBatch, targets: TokenBatch)
  {
    var (inputs, targets) = (TokenBatch(length: length, batch: count), TokenBatch(length: length, batch: count))
    for place in inputs.ids.indices {
      inputs.ids[place] = Int32(random.index(below: letters))
      let source = place - delay * count
      if source >= 0 { targets.ids[place] = inputs.ids[source] }
    }
    return (inputs, targets)
  }
}
