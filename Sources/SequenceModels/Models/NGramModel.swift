// The baselines of a language model: what counting alone achieves.

import RealModule

/// A language model by counting, with one added to each count: Laplace's rule, under which nothing has probability 0.
///
/// P(y | context) = (count(context, y) + 1) / (count(context) + V)
public struct NGramModel: Sendable {
  /// How many tokens go into a count.
  public enum Order: Int, Sendable, CaseIterable {
    /// Every token as likely as another, 1/V.
    case uniform
    /// Each token as often as in the text.
    case unigram
    /// Each token as often as after the token before it.
    case bigram
  }

  /// How many tokens go into a count.
  public let order: Order
  private let vocabularySize: Int
  private var contextCounts: [Int]
  private var counts: [UInt64: Int] = [:]

  /// Counts the n-grams of a text over a vocabulary of the given size.
  public init(_ order: Order, vocabularySize: Int, counting tokens: some Collection<Int32>) {
    (self.order, self.vocabularySize) = (order, vocabularySize)
    contextCounts = Array(repeating: 0, count: order == .bigram ? vocabularySize : 1)
    guard order != .uniform else { return }
    var previous: Int32?
    for token in tokens {
      if let (context, key) = place(of: token, after: previous) {
        contextCounts[context] += 1
        counts[key, default: 0] += 1
      }
      previous = token
    }
  }

  private func place(of token: Int32, after previous: Int32?) -> (context: Int, key: UInt64)? {
    if order != .bigram { return (0, UInt64(token)) }
    return previous.map { (Int($0), UInt64($0) << 32 | UInt64(token)) }
  }

  /// P(token | previous); a bigram without a token before takes every token as equally likely.
  public func probability(of token: Int32, after previous: Int32?) -> Double {
    guard let (context, key) = place(of: token, after: previous) else { return 1 / Double(vocabularySize) }
    return Double(counts[key, default: 0] + 1) / Double(contextCounts[context] + vocabularySize)
  }

  /// The mean −log P over a text, in nats a token; a bigram starts at the second token.
  public func meanLoss(over tokens: some Collection<Int32>) -> Double {
    var (total, count, previous) = (0.0, 0, Int32?.none)
    for token in tokens {
      if order != .bigram || previous != nil {
        total -= Double.log(probability(of: token, after: previous))
        count += 1
      }
      previous = token
    }
    return total / Double(count)
  }
}
