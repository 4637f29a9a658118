// A language whose every tag has a known probability, however much of the sentence has been read.
//
//   P(y⟨t⟩ = 1 | x⟨1⟩ … x⟨n⟩) = Σ P(beginning with tags) over the tagged beginnings that read x⟨1⟩ … x⟨n⟩ and have y⟨t⟩
//   = 1
//                               / Σ P(beginning with tags) over all that read x⟨1⟩ … x⟨n⟩
//
// and the most that a tagger can get right that tags word t once it has read word t + k is the mean of max(P, 1 − P).

import SequenceModels

/// A sentence, and whether each of its words is marked.
public struct TaggedSentence: Equatable, Sendable {
  /// The words, x⟨1⟩ … x⟨T⟩.
  public let words: [String]
  /// y⟨1⟩ … y⟨T⟩.
  public let marks: [Bool]

  /// Its first `count` words with their marks, or all of them where it has fewer.
  public func prefix(_ count: Int) -> TaggedSentence {
    TaggedSentence(words: Array(words.prefix(count)), marks: Array(marks.prefix(count)))
  }

  /// Words and whether each is marked. Traps where they are not as many.
  public init(words: [String], marks: [Bool]) {
    require(words.count == marks.count, "\(words.count) words have \(marks.count) marks")
    (self.words, self.marks) = (words, marks)
  }

  /// A sentence of words that carry `*` where they are marked.
  init(written: [String]) {
    words = written.map(TaggedGrammar.bare)
    marks = written.map { $0.hasSuffix("*") }
  }
}

/// A grammar whose words are marked or not: a word that ends in `*` is the word before the star, and marked.
///
/// The same word can occur with a mark and without one. What is asked of a tagger is which it was; the grammar knows
/// how likely each is after any beginning of a sentence.
///
/// ```swift
/// let grammar = try TaggedGrammar("Sentence -> [3] teddy* sleeps | teddy bears sleep")
/// grammar.probabilities(of: ["teddy"])            // [0.75]
/// grammar.probabilities(of: ["teddy", "bears"])   // [0, 0]
/// grammar.bestAccuracies(on: ["teddy"], lookAhead: 1)  // [0.75, 1]
/// ```
public struct TaggedGrammar: Sendable {
  /// The grammar of the marked words.
  public let grammar: Grammar
  /// The words without their marks, in alphabetical order.
  public let vocabulary: [String]

  /// The grammar that `rules` describe, in the notation of `Grammar`.
  public init(_ rules: String) throws(GrammarError) {
    grammar = try Grammar(rules)
    vocabulary = Set(grammar.vocabulary.map(Self.bare)).sorted()
  }

  static func bare(_ word: String) -> String { word.hasSuffix("*") ? String(word.dropLast()) : word }

  /// `count` sentences, drawn independently with the grammar's probabilities.
  public func sentences(_ count: Int, using random: inout RandomSource) -> [TaggedSentence] {
    grammar.sentences(count, using: &random).map(TaggedSentence.init(written:))
  }

  // MARK: - Probabilities

  /// The probability that each of `words` is marked, where a sentence begins with them; nil where none does.
  ///
  /// - Parameters:
  ///   - words: the beginning of a sentence, or all of it.
  ///   - isWhole: whether the sentence is known to end after them.
  public func probabilities(of words: [String], isWhole: Bool = false) -> [Double]? {
    var reading = Reading()
    for word in words {
      guard let next = followers(of: reading).words[word] else { return nil }
      reading = next
    }
    let end = isWhole ? followers(of: reading).end : reading
    let total = end.probability
    return total > 0 ? words.indices.map { end.probability(marked: $0) / total } : nil
  }

  /// The share of words that the best tagger gets right which tags a word once it has read the `k` words after it, for
  /// each k from 0 to `lookAhead`. Where the sentence ends before, the tagger knows that.
  ///
  /// - Parameters:
  ///   - asked: the words that count, wherever they stand.
  ///   - lookAhead: how many words the tagger reads after a word before it must tag it, at the most.
  /// - Returns: exact expectations over all sentences; nan where none of the words occurs.
  /// - Complexity: visits every beginning of every sentence.
  public func bestAccuracies(on asked: Set<String>, lookAhead: Int) -> [Double] {
    var (right, count) = (Array(repeating: 0.0, count: lookAhead + 1), 0.0)
    func visit(_ reading: Reading, _ places: [Int]) {
      let (words, end) = followers(of: reading)
      let length = reading.length
      for place in places where end.probability > 0 {
        let best = end.bestProbability(at: place)
        // Word `place` + 1 is the (length − place)-th from the end: from that look-ahead on, the end is known.
        for k in stride(from: length - place, through: lookAhead, by: 1) { right[k] += best }
      }
      // In a fixed order, so that the sums are the same to the last bit in every run.
      for (word, next) in words.sorted(by: { $0.key < $1.key }) {
        let open = places.filter { length - $0 <= lookAhead } + (asked.contains(word) ? [length] : [])
        for place in open { right[length - place] += next.bestProbability(at: place) }
        if asked.contains(word) { count += next.probability }
        visit(next, open)
      }
    }
    visit(Reading(), [])
    return right.map { $0 / count }
  }

  // MARK: - Beginnings

  /// The tagged beginnings that read the same words, each with its probability.
  private struct Reading {
    var beginnings: [(written: [String], probability: Double)] = [([], 1)]

    var length: Int { beginnings.first?.written.count ?? 0 }
    var probability: Double { beginnings.reduce(0) { $0 + $1.probability } }

    func probability(marked place: Int) -> Double {
      beginnings.reduce(0) { $0 + ($1.written[place].hasSuffix("*") ? $1.probability : 0) }
    }

    func bestProbability(at place: Int) -> Double {
      let (all, marked) = (probability, probability(marked: place))
      return max(marked, all - marked)
    }
  }

  /// What can come after a beginning: each word, and the end of the sentence.
  private func followers(of reading: Reading) -> (words: [String: Reading], end: Reading) {
    var (words, end) = ([String: Reading](), Reading(beginnings: []))
    for (written, probability) in reading.beginnings {
      for next in grammar.continuations(of: written) {
        guard let word = next.word else {
          end.beginnings.append((written, probability * next.probability))
          continue
        }
        words[Self.bare(word), default: Reading(beginnings: [])].beginnings
          .append((written + [word], probability * next.probability))
      }
    }
    return (words, end)
  }
}

/// Sentences of a ``TaggedGrammar`` as a tagger reads them.
extension TaggerBatch {
  /// Sentences as a tagger reads them, padded to the longest: a word a step, and tag 1 where it is marked, 0 where it
  /// is not.
  ///
  /// A word that `vocabulary` does not have is read as ⟨UNK⟩. Traps where it has no ⟨UNK⟩ either.
  public init(_ sentences: some Collection<TaggedSentence>, vocabulary: Vocabulary) {
    let (words, mask) = TokenBatch.padded(
      sentences.map { sentence in
        sentence.words.map { word in
          guard let id = vocabulary.id(of: word) else { fatalError("the vocabulary has no “\(word)”") }
          return id
        }
      })
    let marks = TokenBatch.padded(sentences.map { $0.marks.map { $0 ? 1 : 0 } }).tokens
    self.init(inputs: .tokens(words), targets: marks, mask: mask)
  }
}
