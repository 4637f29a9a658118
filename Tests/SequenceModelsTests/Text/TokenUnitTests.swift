import Testing

@testable import SequenceModels

@Suite struct TokenUnitTests {
  /// Pieces of text whose characters depend on their neighbours.
  static let pieces = [
    "a", "Z", " ", ".", "'", "\n", "\r", "\r\n", "\t", "\u{0}", "é", "e\u{301}", "\u{301}", "日", "’", "“", "…",
    "👩\u{200D}👩\u{200D}👧", "\u{200D}", "🇮🇸", "🇮", "👍🏽", "\u{FE0F}", "각", "\u{1100}\u{1161}", "क्ष", "\u{600}", "\u{2028}",
    "1\u{20E3}",
  ]

  static func texts() -> [String] {
    var random = RandomSource(seed: 13)
    return (0..<400).map { _ in
      (0..<random.index(below: 12)).map { _ in random.element(of: pieces) }.joined()
    }
  }

  /// The quick walk finds exactly the characters that Swift finds, byte for byte.
  @Test func charactersAreThoseOfAReader() {
    for text in Self.texts() + Self.pieces {
      let tokens = TokenUnit.character.tokens(of: text)
      #expect(tokens.map { Array($0.utf8) } == text.map { Array(String($0).utf8) }, "\(text.debugDescription)")
    }
  }

  @Test(arguments: ["", "a", "aé", "é", "a\u{301}b", "x\r\ny\r\n", "\r\r\n\n", "a👩‍👩‍👧b", "naïve\n"])
  func charactersAtTheEdges(text: String) {
    #expect(TokenUnit.character.tokens(of: text) == text.map(String.init))
  }

  /// No byte but white space is lost, and none comes twice.
  @Test func wordsHoldAllThatIsNotSpace() {
    for text in Self.texts() {
      let tokens = TokenUnit.word.tokens(of: text).filter { $0 != Vocabulary.endOfSentence }
      let expected = text.filter { !$0.isWhitespace && $0 != "\u{0}" }
      #expect(tokens.joined().utf8.elementsEqual(expected.utf8), "\(text.debugDescription)")
    }
  }

  @Test(arguments: [
    ("Don't stop, it's 3 o'clock!", "Don't stop , it's 3 o'clock ! ⟨EOS⟩"),
    ("one\ntwo.", "one two . ⟨EOS⟩"),
    // An empty line ends a sentence, with spaces in it or without, however its lines end, and once.
    ("A poem\n\nby me", "A poem ⟨EOS⟩ by me ⟨EOS⟩"),
    ("A poem\r\n\r\nby me", "A poem ⟨EOS⟩ by me ⟨EOS⟩"),
    ("A poem\r\nby me", "A poem by me ⟨EOS⟩"),
    ("A poem\n \t\nby me", "A poem ⟨EOS⟩ by me ⟨EOS⟩"),
    ("Stop.\n\n\nGo", "Stop . ⟨EOS⟩ Go ⟨EOS⟩"),
    ("Why? Look! So.", "Why ? ⟨EOS⟩ Look ! ⟨EOS⟩ So . ⟨EOS⟩"),
    ("“Hello,” naïve café’s cat—yes", "“ Hello , ” naïve café’s cat — yes ⟨EOS⟩"),
    ("e\u{301}te\u{301}", "été ⟨EOS⟩"),
    ("日本.日本", "日本 . 日本 ⟨EOS⟩"),
    ("Pi is 3.14. Wait... what?", "Pi is 3 . 14 . ⟨EOS⟩ Wait . . . ⟨EOS⟩ what ? ⟨EOS⟩"),
    ("“Go!” (Now.) He went.", "“ Go ! ” ⟨EOS⟩ ( Now . ) ⟨EOS⟩ He went . ⟨EOS⟩"),
    ("(a;b)", "( a ; b ) ⟨EOS⟩"),
    ("", ""), (" \n\n ", ""),
  ])
  func wordsAndSentences(text: String, tokens: String) {
    #expect(TokenUnit.word.tokens(of: text) == tokens.split(separator: " ").map(String.init))
  }

  @Test func wordsAreSetAsAReaderSetsThem() {
    let tokens = ["Hello", ",", "you", "!", "⟨EOS⟩", "It", "isn't", "(", "yet", ")", ":", "”", "⟨EOS⟩"]
    #expect(TokenUnit.word.text(of: tokens) == "Hello, you!\nIt isn't ( yet):”\n")
    #expect(TokenUnit.word.text(of: [] as [String]) == "")
  }
}
