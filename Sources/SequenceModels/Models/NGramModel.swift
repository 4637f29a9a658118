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
  private var counts: PairCounts

  /// Counts the n-grams of a text, whose ids must lie below `vocabularySize`, V.
  public init(_ order: Order, vocabularySize: Int, counting tokens: some Collection<Int32>) {
    (self.order, self.vocabularySize) = (order, vocabularySize)
    contextCounts = Array(repeating: 0, count: order == .bigram ? vocabularySize : 1)
    counts = PairCounts(size: contextCounts.count * vocabularySize)
    guard order != .uniform else { return }
    var previous: Int32?
    for token in tokens {
      if let context = context(after: previous) {
        contextCounts[context] += 1
        counts.increment(context * vocabularySize + Int(token))
      }
      previous = token
    }
  }

  private func context(after previous: Int32?) -> Int? {
    order == .bigram ? previous.map(Int.init) : 0
  }

  /// P(token | previous); a bigram without a token before takes every token as equally likely.
  public func probability(of token: Int32, after previous: Int32?) -> Double {
    guard let context = context(after: previous) else { return 1 / Double(vocabularySize) }
    return Double(counts[context * vocabularySize + Int(token)] + 1) / Double(contextCounts[context] + vocabularySize)
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

/// How often each key was seen: a table where it stays small, else a dictionary.
private struct PairCounts {
  private var table: [Int]
  private var dictionary: [Int: Int] = [:]

  init(size: Int) {
    table = Array(repeating: 0, count: size <= 1 << 20 ? size : 0)
  }

  mutating func increment(_ key: Int) {
    if table.isEmpty { dictionary[key, default: 0] += 1 } else { table[key] += 1 }
  }

  subscript(key: Int) -> Int {
    table.isEmpty ? dictionary[key, default: 0] : table[key]
  }
}
