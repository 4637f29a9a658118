// Sentences with names in them.

import SequenceModels

extension Grammar {
  /// Sentences about who met whom, lower case and without punctuation, 5 to 15 words long.
  ///
  /// A name is a word that is also a trade: "mr baker thanked the old cook at the market". Which of the two it is, the word before it
  /// tells, so that no list of names is enough. A name can stand at any place from the second to the eleventh.
  public static let guests: Grammar = {
    do {
      return try Grammar(guestRules)
    } catch {
      fatalError("the rules of the guests are no grammar: \(error)")
    }
  }()

  /// For each word of a sentence of the guests, whether it is a name: the word after a title is.
  public static func guestNames(in words: [String]) -> [Bool] {
    words.indices.map { $0 > 0 && ["mr", "mrs", "dr"].contains(words[$0 - 1]) }
  }

  private static let guestRules = """
    Sentence -> Opening Someone Met Someone Ending
    Opening -> [4] ε | [2] today | [3] last Night | [2] in the end | [2] after the long dinner | at the small Old market
    Night -> [2] night | week | year
    Someone -> [6] Title Trade | [4] the Trade | [2] the Old Trade
    Title -> [2] mr | [2] mrs | dr
    Trade -> [3] baker | [3] cook | [2] gardener | [2] smith | miller | farmer
    Old -> old | young | tired
    Met -> [3] met | [2] called | [2] thanked | saw
    Ending -> [4] ε | [2] today | [2] at the market | in the garden
    """
}

/// Sentences of the guests as a tagger reads them: a word a step, and whether it is a name.
public struct GuestSentences: Sendable {
  /// The words of the grammar.
  public static let vocabulary = Vocabulary(unit: .word, tokens: Grammar.guests.vocabulary)

  /// The words, padded to the longest sentence, (T, m).
  public let words: TokenBatch
  /// 1 where the word is a name and 0 where it is none; `TokenBatch.none` at padding.
  public let names: TokenBatch
  /// The lengths of the sentences.
  public let mask: Mask

  /// The given sentences. Traps where a word is not one of the grammar's.
  public init(_ sentences: some Sequence<[String]>) {
    (words, mask) = TokenBatch.padded(
      sentences.map { sentence in
        sentence.map { word in
          guard let id = Self.vocabulary.id(of: word) else { fatalError("“\(word)” is no word of the guests") }
          return id
        }
      })
    names = TokenBatch.padded(sentences.map { Grammar.guestNames(in: $0).map { $0 ? 1 : 0 } }).tokens
  }
}
