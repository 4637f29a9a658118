// A tagger on sentences: how many tags are right, and how sure it is of them along one sentence.

import SequenceModels
import Tasks

/// How many words of some sentences a tagger gets right, in %.
public struct TaggingScore: Equatable, Sendable {
  /// Of the words that were asked for.
  public let asked: Double
  /// The standard error of `asked`. The words of a sentence can share their fate, so the sentences are what counts as independent.
  public let error: Double
  /// Of all words.
  public let all: Double
}

extension Tagger {
  /// The score on `sentences`, where tag 1 stands for a mark, at the words `asked` and at all.
  public func score(on sentences: [TaggedSentence], at asked: Set<String>, vocabulary: Vocabulary) -> TaggingScore {
    let batch = TaggerBatch<Scalar>(sentences, vocabulary: vocabulary)
    let tags = tags(batch.inputs, mask: batch.mask)
    let all = zip(tags.ids, batch.targets.ids).count { $0 == $1 && $0 != TokenBatch.none }
    let counts = sentences.enumerated().map { example, sentence in
      let places = sentence.places(of: asked)
      return (right: Double(places.count { tags[$0, example] == batch.targets[$0, example] }), of: Double(places.count))
    }
    let of = counts.reduce(0) { $0 + $1.of }
    let share = counts.reduce(0) { $0 + $1.right } / of
    let squares = counts.reduce(0) { $0 + ($1.right - share * $1.of) * ($1.right - share * $1.of) }
    return TaggingScore(
      asked: 100 * share, error: 100 * squares.squareRoot() / of, all: 100 * Double(all) / Double(batch.targetCount))
  }

  /// The probability of `tag` at each of `words`, read as one sequence.
  public func probabilities(of tag: Int, along words: [Int32]) -> [Double] {
    let ŷ = probabilities(.tokens(TokenBatch(sequence: words)))
    return words.indices.map { Double(ŷ[$0][tag, 0]) }
  }
}

extension TaggedSentence {
  /// Where the words `asked` stand, counted from 0.
  public func places(of asked: Set<String>) -> [Int] {
    words.indices.filter { asked.contains(words[$0]) }
  }
}
