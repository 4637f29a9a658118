import Foundation
import SequenceModels
import Tasks
import Testing

@Suite struct GrammarTests {
  /// Small enough to list: an optional part, a part used twice, weights, and two rules that share their first word.
  let small = """
    Sentence -> [3] Noun Verb Adverb | [2] the Noun sees the Noun | the rain falls
    Noun -> [2] cat | dog
    Verb -> eats | [3] sleeps
    Adverb -> [4] ε | here | [0.5] over there
    """

  @Test func smallGrammarIsCountedExactly() throws {
    let grammar = try Grammar(small)
    #expect(grammar.sentenceCount == 2 * 2 * 3 + 2 * 2 + 1)
    #expect(grammar.vocabulary == words("cat dog eats falls here over rain sees sleeps the there"))
    #expect(grammar.lengths == 2...5)
    #expect(grammar.rules == small)
  }

  @Test func probabilitiesOfAllSentencesSumToOne() throws {
    let grammar = try Grammar(small)
    let sentences = everySentence(of: grammar)
    #expect(Set(sentences).count == grammar.sentenceCount)
    #expect(sentences.count == grammar.sentenceCount)
    #expect(abs(sentences.reduce(0) { $0 + exp(grammar.logProbability(of: $1)) } - 1) < 1e-14)
  }

  @Test func entropyAndLengthAreTheMeansOverAllSentences() throws {
    let grammar = try Grammar(small)
    let sentences = everySentence(of: grammar).map { ($0, exp(grammar.logProbability(of: $0))) }
    #expect(abs(sentences.reduce(0) { $0 - $1.1 * log($1.1) } - grammar.entropy) < 1e-14)
    #expect(abs(sentences.reduce(0) { $0 + $1.1 * Double($1.0.count) } - grammar.expectedLength) < 1e-14)
  }

  @Test func probabilityIsTheProductOfTheWeights() throws {
    let grammar = try Grammar(small)
    let expected = [
      "the rain falls": 1.0 / 6, "cat sleeps": 3.0 / 6 * 2 / 3 * 3 / 4 * 4 / 5.5,
      "dog eats over there": 3.0 / 6 / 3 / 4 * 0.5 / 5.5, "the dog sees the cat": 2.0 / 6 / 3 * 2 / 3,
    ]
    for (sentence, probability) in expected {
      #expect(abs(grammar.logProbability(of: words(sentence)) - log(probability)) < 1e-14, "\(sentence)")
    }
  }

  @Test func whatTheGrammarCannotMakeHasNoProbability() throws {
    let grammar = try Grammar(small)
    // Nothing; a word too few, one too many, one out of place, one that the language lacks.
    for sentence in ["", "cat", "the rain", "cat sleeps here here", "sleeps cat", "cat sleeps soundly"] {
      #expect(grammar.logProbability(of: words(sentence)) == -.infinity, "\(sentence)")
    }
  }

  @Test func continuationsFollowTheChainRule() throws {
    for grammar in [try Grammar(small), .kitchen] {
      var random = RandomSource(seed: 3)
      for sentence in grammar.sentences(50, using: &random) {
        var sum = 0.0
        for place in 0...sentence.count {
          let next = place < sentence.count ? sentence[place] : nil
          let continuations = grammar.continuations(of: Array(sentence[..<place]))
          #expect(abs(continuations.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
          let probability = try #require(continuations.first { $0.word == next }?.probability)
          sum += log(probability)
        }
        #expect(abs(sum - grammar.logProbability(of: sentence)) < 1e-12)
      }
      #expect(grammar.continuations(of: ["falls"]).isEmpty)
    }
  }

  @Test func continuationsAreSortedAndEndLast() throws {
    let continuations = try Grammar(small).continuations(of: ["cat", "eats"])
    #expect(continuations.map(\.word) == ["here", "over", nil])
    for (found, expected) in zip(continuations.map(\.probability), [1 / 5.5, 0.5 / 5.5, 4 / 5.5]) {
      #expect(abs(found - expected) < 1e-15)
    }
  }

  @Test func samplesComeAsOftenAsTheyShould() throws {
    let grammar = try Grammar(small)
    var random = RandomSource(seed: 1)
    let count = 40_000
    let drawn = Dictionary(grammar.sentences(count, using: &random).map { ($0, 1.0) }, uniquingKeysWith: +)
    // Pearson's χ² over the 17 sentences: 16 degrees of freedom exceed 39.3 once in a thousand seeds.
    let square = everySentence(of: grammar).reduce(0.0) {
      let expected = Double(count) * exp(grammar.logProbability(of: $1))
      let difference = drawn[$1, default: 0] - expected
      return $0 + difference * difference / expected
    }
    #expect(square < 39.3)
    #expect(drawn.values.reduce(0, +) == Double(count))
  }

  @Test func oneSeedGivesOneCorpus() throws {
    let grammar = try Grammar(small)
    var one = RandomSource(seed: 5)
    var other = RandomSource(seed: 5)
    #expect(grammar.sentences(20, using: &one) == (0..<20).map { _ in grammar.sentence(using: &other) })
    #expect(one == other)
  }

  @Test func oneSentenceIsCertain() throws {
    let grammar = try Grammar("Sentence -> to be")
    #expect(grammar.entropy == 0)
    #expect(grammar.expectedLength == 2)
    #expect(grammar.sentenceCount == 1)
    #expect(grammar.logProbability(of: ["to", "be"]) == 0)
  }

  @Test(arguments: [
    // The same alternative twice; two rules for one word; an optional part at either end; the classic attachment; an
    // ambiguity behind a word that both derivations share; nothing said in two ways.
    ("Sentence -> a | b | a", "a"),
    ("Sentence -> One | Other One -> a Other -> a", "a"),
    ("Sentence -> Maybe a Maybe Maybe -> ε | a", "a a"),
    (
      """
      Sentence -> she sees Thing | she sees Thing With
      Thing -> birds | birds With
      With -> with glasses
      """, "she sees birds with glasses"
    ),
    ("Sentence -> a Rest c | a b b c Rest -> b | b b", "a b b c"),
    ("Sentence -> ε | Nothing Nothing -> ε | a", ""),
  ])
  func ambiguityIsFound(rules: String, sentence: String) {
    #expect(throws: GrammarError.ambiguous(sentence: words(sentence))) { try Grammar(rules) }
  }

  @Test(arguments: [
    ("Sentence -> a Sentence | a", GrammarError.recursive(rule: "Sentence")),
    ("Sentence -> One One -> a Two | a Two -> b One", .recursive(rule: "One")),
    ("Sentence -> a Thing", .missing(rule: "Thing")),
    ("Sentence -> a Thing -> b", .unused(rule: "Thing")),
    ("Sentence -> a Sentence -> b", .repeated(rule: "Sentence")),
  ])
  func brokenRulesAreNamed(rules: String, error: GrammarError) {
    #expect(throws: error) { try Grammar(rules) }
  }

  @Test(arguments: [
    "", "a b", "Sentence", "sentence -> a", "Sentence ->", "Sentence -> a |", "Sentence -> | a",
    "Sentence -> [0] a | b", "Sentence -> [-1] a", "Sentence -> [two] a", "Sentence -> [inf] a", "Sentence -> [2]",
    "Sentence -> a [2]", "Sentence -> a ε", "-> a", "Sentence -> a -> b",
  ])
  func malformedTextIsRefused(rules: String) {
    let error = #expect(throws: GrammarError.self) { try Grammar(rules) }
    guard case .malformed? = error else {
      Issue.record("\(rules): \(String(describing: error))")
      return
    }
  }

  @Test func moreSentencesThanAnIntegerCountsAreRefused() {
    let bits = (1...64).map { _ in "Bit" }.joined(separator: " ")
    #expect(throws: GrammarError.tooManySentences) { try Grammar("Sentence -> \(bits) Bit -> a | b") }
    #expect(throws: Never.self) { try Grammar("Sentence -> \(bits.dropLast(8)) Bit -> a | b") }
  }

  private func words(_ sentence: String) -> [String] {
    sentence.split(separator: " ").map(String.init)
  }

  /// All sentences, found by following every continuation to its end.
  private func everySentence(of grammar: Grammar, after beginning: [String] = []) -> [[String]] {
    grammar.continuations(of: beginning).flatMap { continuation in
      guard let word = continuation.word else { return [beginning] }
      return everySentence(of: grammar, after: beginning + [word])
    }
  }
}
