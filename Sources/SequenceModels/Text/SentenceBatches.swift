// Sentences for training, each a sequence of its own, padded to the longest of its batch.

/// Sentences or names that a model reads from the zero state, as the notes do: x⟨1⟩ = 0, and ⟨EOS⟩ is the last target.
public struct SentenceBatches: Sendable {
  private let sentences: [[Int32]]
  private let end: Int32

  /// Sentences without their end token, which is added. Traps where there is none.
  public init(_ sentences: [[Int32]], end: Int32) {
    require(!sentences.isEmpty, "training needs a sentence")
    (self.sentences, self.end) = (sentences, end)
  }

  /// A batch of the given sentences: padded with steps that read nothing and ask for nothing.
  public func batch(_ choice: some Collection<Int>) -> LanguageBatch {
    let length = choice.map { sentences[$0].count + 1 }.max() ?? 0
    var (inputs, targets) = (
      TokenBatch(length: length, batch: choice.count), TokenBatch(length: length, batch: choice.count)
    )
    for (example, place) in choice.enumerated() {
      for (t, token) in (sentences[place] + [end]).enumerated() {
        targets[t, example] = token
        if t + 1 <= sentences[place].count { inputs[t + 1, example] = token }
      }
    }
    return LanguageBatch(inputs: inputs, targets: targets)
  }

  /// A batch of `count` sentences drawn at random, each as likely as another.
  public func random(_ count: Int, using random: inout RandomSource) -> LanguageBatch {
    batch((0..<count).map { _ in random.index(below: sentences.count) })
  }

  /// All sentences once, in batches of at most `count`.
  public func all(inBatchesOf count: Int) -> [(batch: LanguageBatch, continues: Bool)] {
    stride(from: 0, to: sentences.count, by: count).map {
      (batch($0..<Swift.min($0 + count, sentences.count)), false)
    }
  }
}
