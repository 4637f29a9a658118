import Testing

@testable import SequenceModels

@Suite struct VocabularyTests {
  @Test func charactersComeBack() throws {
    for text in TokenUnitTests.texts() {
      let vocabulary = Vocabulary(of: text, unit: .character)
      #expect(Set(vocabulary.tokens).count == vocabulary.count)
      let ids = try vocabulary.encode(text)
      #expect(ids.count == text.count)
      #expect(vocabulary.decode(ids) == text)
      #expect(TokenizedCorpus(Corpus(text), unit: .character).tokens == ids)
    }
  }

  @Test func charactersStandInOrder() throws {
    let vocabulary = Vocabulary(of: "banana\nZé", unit: .character)
    #expect(vocabulary.tokens == ["\n", "Z", "a", "b", "n", "é"])
    #expect(try vocabulary.encode("nab") == [4, 2, 3])
    #expect(vocabulary.end == 0)
    #expect(Vocabulary(of: "ab", unit: .character).end == nil)
  }

  /// CR LF is one character, and ends a line as LF does.
  @Test(arguments: ["\n", "\r\n", "\r"])
  func everyKindOfNewlineEndsALine(newline: String) throws {
    let text = "Wer reitet so spät?\(newline)Es ist der Vater.\(newline)"
    let (characters, words) = (Vocabulary(of: text, unit: .character), Vocabulary(of: text, unit: .word))
    #expect(characters.end == 0 && characters.tokens[0] == newline)
    #expect(try characters.decode(characters.encode(text)) == text)
    #expect(try characters.encode(text).split(separator: 0).count == 2)
    #expect(words.end == words.id(of: Vocabulary.endOfSentence))
    #expect(try words.encode(text) == words.encode(text.replacing(newline, with: "\n")))
  }

  /// Two ways to write é are one character.
  @Test func equivalentCharactersAreOneToken() throws {
    let vocabulary = Vocabulary(of: "\u{E9}e\u{301}", unit: .character)
    #expect(vocabulary.count == 1)
    #expect(try vocabulary.encode("e\u{301}\u{E9}") == [0, 0])
  }

  @Test func unknownCharactersAreNamedOnceEach() {
    let vocabulary = Vocabulary(of: "ab", unit: .character)
    #expect(throws: CorpusError.unknownCharacters(["x", "👍🏽"])) { try vocabulary.encode("axbx👍🏽") }
    #expect(vocabulary.id(of: "x") == nil)
  }

  @Test func unknownWordsAreOneToken() throws {
    let vocabulary = Vocabulary(of: "a cat sat.", unit: .word)
    #expect(vocabulary.tokens == ["⟨UNK⟩", "⟨EOS⟩", ".", "a", "cat", "sat"])
    #expect(vocabulary.end == 1)
    #expect(try vocabulary.encode("a dog sat.") == [3, 0, 5, 2, 1])
    #expect(vocabulary.decode([3, 0, 5, 2, 1, 3]) == "a ⟨UNK⟩ sat.\na")
  }

  // MARK: - A corpus

  @Test(arguments: [
    (0, ["⟨UNK⟩", "⟨EOS⟩"]),
    (2, ["⟨UNK⟩", "⟨EOS⟩", "a", "b"]),
    // "c", "d" and "e" come once each: the first in the alphabet stays.
    (3, ["⟨UNK⟩", "⟨EOS⟩", "a", "b", "c"]),
    (5, ["⟨UNK⟩", "⟨EOS⟩", "a", "b", "c", "d", "e"]),
    (.max, ["⟨UNK⟩", "⟨EOS⟩", "a", "b", "c", "d", "e"]),
  ])
  func limitKeepsTheMostFrequentWords(limit: Int, tokens: [String]) {
    let corpus = TokenizedCorpus(Corpus("e d b b b a c a"), unit: .word, limit: limit)
    #expect(corpus.vocabulary.tokens == tokens)
    #expect(corpus.tokens.count == 9)
    #expect(corpus.tokens.filter { $0 == 0 }.count == (limit == 0 ? 8 : max(0, 5 - min(limit, 5))))
  }

  @Test func wordsHeldOutAreUnknown() {
    let corpus = TokenizedCorpus(Corpus("a b a b a b a new"), unit: .word, heldOut: 1 / 3.0)
    #expect(corpus.trainingCount == 6)
    #expect(corpus.vocabulary.tokens == ["⟨UNK⟩", "⟨EOS⟩", "a", "b"])
    #expect(Array(corpus.training) == [2, 3, 2, 3, 2, 3])
    #expect(Array(corpus.heldOut) == [2, 0, 1])
  }

  @Test func charactersHeldOutAreKnown() {
    let corpus = TokenizedCorpus(Corpus("aaab"), unit: .character, heldOut: 0.25)
    #expect(Array(corpus.training) == [0, 0, 0])
    #expect(Array(corpus.heldOut) == [1])
  }

  @Test func wordsReadBySpaceAreThoseOfTheUnit() throws {
    for text in TokenUnitTests.texts() {
      let corpus = TokenizedCorpus(Corpus(text), unit: .word)
      #expect(corpus.tokens.map { corpus.vocabulary.tokens[Int($0)] } == TokenUnit.word.tokens(of: text))
      #expect(try corpus.vocabulary.encode(text) == corpus.tokens)
    }
  }

  /// A text read with the vocabulary of another: its own tokens play no part.
  @Test func vocabularyAtHandIsKept() throws {
    let words = Vocabulary(of: "a cat sat.", unit: .word)
    let corpus = try TokenizedCorpus(Corpus("a dog sat."), vocabulary: words, heldOut: 0.4)
    #expect(corpus.vocabulary == words)
    #expect(corpus.tokens == [3, 0, 5, 2, 1])
    #expect(corpus.trainingCount == 3)
    let characters = Vocabulary(of: "abc", unit: .character)
    #expect(try TokenizedCorpus(Corpus("cab"), vocabulary: characters).tokens == [2, 0, 1])
    #expect(throws: CorpusError.unknownCharacters(["x"])) {
      try TokenizedCorpus(Corpus("axx"), vocabulary: characters)
    }
  }

  @Test func textOfOneTokenIsKnown() {
    #expect(TokenizedCorpus(Corpus("aaa"), unit: .character).onlyToken == "a")
    #expect(TokenizedCorpus(Corpus("aab"), unit: .character).onlyToken == nil)
    #expect(TokenizedCorpus(Corpus(""), unit: .character).onlyToken == nil)
  }
}
