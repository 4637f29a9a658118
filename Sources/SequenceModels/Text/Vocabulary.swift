// The vocabulary: which tokens there are, and the number of each.

/// The tokens that a model knows, each with an id from 0.
///
/// A vocabulary of characters has every character of its text. One of words may be limited to the most frequent; what
/// it does not know is read as ⟨UNK⟩.
public struct Vocabulary: Equatable, Sendable {
  /// The token that stands for every unknown word.
  public static let unknown = "⟨UNK⟩"
  /// The token that ends a sentence of words.
  public static let endOfSentence = "⟨EOS⟩"

  /// What a token is.
  public let unit: TokenUnit
  /// The tokens, in the order of their ids.
  public let tokens: [String]
  private let ids: [String: Int32]

  /// A vocabulary of the given tokens in the given order. Traps where a token stands twice.
  public init(unit: TokenUnit, tokens: [String]) {
    (self.unit, self.tokens) = (unit, tokens)
    ids = Dictionary(uniqueKeysWithValues: zip(tokens, 0...))
  }

  /// The vocabulary of a text, in the order of the characters' numbers; see `TokenizedCorpus` for a large one.
  public init(of text: String, unit: TokenUnit) {
    self = TokenizedCorpus(Corpus(text), unit: unit).vocabulary
  }

  /// How many tokens there are, V.
  public var count: Int { tokens.count }

  /// The id of a token; that of ⟨UNK⟩ for an unknown word, nil for an unknown character.
  public func id(of token: some StringProtocol) -> Int32? {
    ids[String(token)] ?? ids[Self.unknown]
  }

  /// The id that ends a sentence or a line: ⟨EOS⟩ among words, the newline among characters; nil where there is none.
  ///
  /// A newline is LF, or else CR LF, which is one character, or else CR.
  public var end: Int32? {
    let ends = unit == .word ? [Self.endOfSentence] : ["\n", "\r\n", "\r"]
    return ends.lazy.compactMap { ids[$0] }.first
  }

  /// The ids of a text's tokens; a word that the vocabulary does not know is ⟨UNK⟩.
  ///
  /// - Throws: `CorpusError.unknownCharacters` where it does not know a character.
  public func encode(_ text: String) throws(CorpusError) -> [Int32] {
    try ids(of: unit.tokens(of: text))
  }

  /// The ids of tokens, as in `encode`.
  func ids(of tokens: [String]) throws(CorpusError) -> [Int32] {
    var (result, unknown): ([Int32], [String]) = ([], [])
    for token in tokens {
      if let id = id(of: token) { result.append(id) } else if !unknown.contains(token) { unknown.append(token) }
    }
    if !unknown.isEmpty { throw .unknownCharacters(unknown) }
    return result
  }

  /// The text that some ids stand for. Traps where one is no token, `TokenBatch.none` among them.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    unit.text(of: ids.map { tokens[Int($0)] })
  }
}
