// The vocabulary: which tokens there are, and the number of each.

/// The tokens that a model knows, each with an id from 0.
///
/// A vocabulary of characters has every character of its text. One of words may be limited to the most frequent; what it does not know
/// is read as ⟨UNK⟩.
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
  /// The ids of the characters that are one ASCII byte; −1 where there is none.
  private let asciiIDs: [Int32]

  /// A vocabulary of the given tokens in the given order. Traps where a token stands twice.
  public init(unit: TokenUnit, tokens: [String]) {
    (self.unit, self.tokens) = (unit, tokens)
    ids = Dictionary(uniqueKeysWithValues: zip(tokens, 0...))
    asciiIDs = (0..<128).map { [ids] in ids[String(UnicodeScalar(UInt8($0)))] ?? -1 }
  }

  /// The vocabulary of a text, sorted.
  ///
  /// - Parameters:
  ///   - limit: how many words to keep, the most frequent first; characters are all kept, whatever it says. ⟨UNK⟩ and
  ///     ⟨EOS⟩ come on top of it, in a vocabulary of words always.
  public init(of text: String, unit: TokenUnit, limit: Int? = nil) {
    switch unit {
    case .character:
      var isSeen = Array(repeating: false, count: 128)
      var others: Set<Character> = []
      forEachCharacter(of: text, ascii: { byte, _ in isSeen[Int(byte)] = true }, other: { character, _ in others.insert(character) })
      let ascii = (0..<128).filter { isSeen[$0] }.map { String(UnicodeScalar(UInt8($0))) }
      self.init(unit: unit, tokens: (ascii + others.map(String.init)).sorted())
    case .word:
      var counts: [Substring: Int] = [:]
      unit.forEachToken(of: text) { counts[$0, default: 0] += 1 }
      counts[Substring(Self.endOfSentence)] = nil
      counts[Substring(Self.unknown)] = nil
      let frequent = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit ?? counts.count)
      self.init(unit: unit, tokens: [Self.unknown, Self.endOfSentence] + frequent.map { String($0.key) }.sorted())
    }
  }

  /// How many tokens there are, V.
  public var count: Int { tokens.count }

  /// The id of a token; that of ⟨UNK⟩ for an unknown word, nil for an unknown character.
  public func id(of token: some StringProtocol) -> Int32? {
    ids[String(token)] ?? ids[Self.unknown]
  }

  /// The id that ends a sentence or a line: ⟨EOS⟩ among words, the newline among characters; nil where there is neither.
  public var end: Int32? {
    ids[unit == .word ? Self.endOfSentence : "\n"]
  }

  /// The ids of a text's tokens. Characters that the vocabulary does not know are left out; see `unknownCharacters`.
  public func encode(_ text: String) -> [Int32] {
    var result: [Int32] = []
    switch unit {
    case .character:
      result.reserveCapacity(text.utf8.count)
      forEachCharacter(
        of: text,
        ascii: { byte, _ in
          let id = asciiIDs[Int(byte)]
          if id >= 0 { result.append(id) }
        },
        other: { character, _ in
          if let id = ids[String(character)] { result.append(id) }
        })
    case .word:
      var seen: [Substring: Int32] = [:]
      unit.forEachToken(of: text) { word in
        if let id = seen[word] { return result.append(id) }
        let id = id(of: word)!
        seen[word] = id
        result.append(id)
      }
    }
    return result
  }

  /// The text of some ids.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    unit.text(of: ids.map { tokens[Int($0)] })
  }

  /// The characters of a text that have no id, each once, in their order; none for words, which are read as ⟨UNK⟩.
  public func unknownCharacters(in text: String) -> [Character] {
    guard unit == .character else { return [] }
    var found: [Character] = []
    for character in text where ids[String(character)] == nil && !found.contains(character) { found.append(character) }
    return found
  }
}
