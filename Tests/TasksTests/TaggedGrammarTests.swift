import SequenceModels
import Tasks
import Testing

@Suite struct TaggedGrammarTests {
  static func grammar(_ rules: String) -> TaggedGrammar { try! TaggedGrammar(rules) }

  @Test func sentencesComeInWordsAndMarks() {
    var random = RandomSource(seed: 1)
    let grammar = Self.grammar("Sentence -> [3] teddy* sleeps | teddy bears sleep")
    #expect(grammar.vocabulary == ["bears", "sleep", "sleeps", "teddy"])
    let sentences = grammar.sentences(4_000, using: &random)
    for sentence in sentences {
      #expect(sentence.marks == [sentence.words[1] == "sleeps"] + sentence.words.dropFirst().map { _ in false })
    }
    #expect(abs(Double(sentences.count { $0.marks[0] }) / 4_000 - 0.75) < 0.03)
  }

  @Test func probabilitiesAreThoseOfTheBeginning() {
    let grammar = Self.grammar("Sentence -> [3] teddy* sleeps | teddy bears sleep | [4] teddy* bears it")
    #expect(grammar.probabilities(of: []) == [])
    #expect(abs(grammar.probabilities(of: ["teddy"])![0] - 7 / 8) < 1e-12)
    #expect(abs(grammar.probabilities(of: ["teddy", "bears"])![0] - 4 / 5) < 1e-12)
    #expect(grammar.probabilities(of: ["teddy", "bears", "sleep"]) == [0, 0, 0])
    #expect(grammar.probabilities(of: ["bears"]) == nil)
  }

  @Test func theEndOfASentenceTells() {
    let grammar = Self.grammar("Sentence -> teddy* | [3] teddy bears")
    #expect(abs(grammar.probabilities(of: ["teddy"])![0] - 0.25) < 1e-12)
    #expect(grammar.probabilities(of: ["teddy"], isWhole: true) == [1])
    #expect(grammar.probabilities(of: ["teddy", "bears"], isWhole: true) == [0, 0])
    #expect(grammar.bestAccuracies(on: ["teddy"], lookAhead: 2) == [0.75, 1, 1])
  }

  @Test func bestAccuraciesAreExpectations() {
    let grammar = Self.grammar("Sentence -> [3] teddy* sleeps | teddy bears sleep | [4] teddy* bears it")
    let best = grammar.bestAccuracies(on: ["teddy"], lookAhead: 2)
    for (one, other) in zip(best, [7.0 / 8, 7.0 / 8, 1]) { #expect(abs(one - other) < 1e-12) }
  }

  @Test func twoWordsInOneSentenceCountEach() {
    // The first is decided by the third word, two words on; the second by the same word, one word on.
    let grammar = Self.grammar("Sentence -> rose* rose* sang | [3] rose rose coats")
    let best = grammar.bestAccuracies(on: ["rose"], lookAhead: 2)
    for (one, other) in zip(best, [0.75, (0.75 + 1) / 2, 1]) { #expect(abs(one - other) < 1e-12) }
  }

  @Test func sentencesBecomeTokensAndTags() {
    let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.unknown, "teddy", "sleeps", "bears"])
    let batch = TaggerBatch<Float>(
      [
        TaggedSentence(words: ["teddy", "sleeps"], marks: [true, false]),
        TaggedSentence(words: ["many", "bears", "sleeps"], marks: [false, false, false]).prefix(3),
      ], vocabulary: vocabulary)
    let none = TokenBatch.none
    #expect(batch.inputs == .tokens(TokenBatch.padded([[1, 2], [0, 3, 2]]).tokens))
    #expect((0..<3).map { batch.targets[$0, 0] } == [1, 0, none])
    #expect((0..<3).map { batch.targets[$0, 1] } == [0, 0, 0])
    #expect(batch.mask?.lengths == [2, 3])
  }

  @Test func whereNoWordIsAskedForThereIsNoAccuracy() {
    #expect(Self.grammar("Sentence -> a b").bestAccuracies(on: ["c"], lookAhead: 0)[0].isNaN)
  }
}
