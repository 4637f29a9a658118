// French sentences and their English: a small translation.

import SequenceModels

/// Simple French sentences in the present tense, and their translations.
///
/// Word by word is not enough: most adjectives follow their noun in French and agree with its gender ("la maison noire", "the black house"), a negation
/// stands around the verb ("ne voit pas", "does not see"), and "cherche" and "regarde" are two words of English each.
public enum FrenchSentences {
  /// A sentence in both languages, lower case, without punctuation.
  public struct Pair: Equatable, Sendable {
    /// The words of the source.
    public let french: [String]
    /// The words of the target.
    public let english: [String]
  }

  private struct Noun: Sendable {
    let french, english: String
    let isFeminine: Bool

    init(_ french: String, _ english: String, feminine: Bool = false) {
      (self.french, self.english, isFeminine) = (french, english, feminine)
    }
  }

  private static let nouns = [
    Noun("chat", "cat"), Noun("chien", "dog"), Noun("garçon", "boy"), Noun("livre", "book"), Noun("jardin", "garden"),
    Noun("fille", "girl", feminine: true), Noun("maison", "house", feminine: true),
    Noun("voiture", "car", feminine: true), Noun("fleur", "flower", feminine: true),
    Noun("table", "table", feminine: true),
  ]
  /// An article or an adjective, which goes by the gender of its noun.
  private struct Modifier: Sendable {
    let masculine, feminine, english: String

    init(_ masculine: String, _ feminine: String, _ english: String) {
      (self.masculine, self.feminine, self.english) = (masculine, feminine, english)
    }

    func french(with noun: Noun) -> String { noun.isFeminine ? feminine : masculine }
  }

  private static let articles = [Modifier("le", "la", "the"), Modifier("un", "une", "a")]
  private static let before = [Modifier("petit", "petite", "small"), Modifier("grand", "grande", "big")]
  private static let after = [
    Modifier("noir", "noire", "black"), Modifier("vert", "verte", "green"), Modifier("blanc", "blanche", "white"),
    Modifier("bleu", "bleue", "blue"),
  ]
  private struct Verb: Sendable {
    let french, third, base, rest: String

    /// The third person, the infinitive that English has after "does not", and what follows both.
    init(_ french: String, _ third: String, _ base: String, _ rest: String = "") {
      (self.french, self.third, self.base, self.rest) = (french, third, base, rest)
    }
  }

  private static let verbs = [
    Verb("voit", "sees", "see"), Verb("trouve", "finds", "find"), Verb("peint", "paints", "paint"),
    Verb("vend", "sells", "sell"), Verb("cherche", "looks", "look", "for"), Verb("regarde", "looks", "look", "at"),
  ]
  private static let places = [
    Pair(french: words("dans la rue"), english: words("in the street")),
    Pair(french: words("sous le pont"), english: words("under the bridge")),
    Pair(french: words("près du lac"), english: words("near the lake")),
    Pair(french: words("ce soir"), english: words("this evening")),
  ]

  /// The number of different pairs: (noun phrases, 10 · 2 · 3 · 5)², 6 verbs with or without a negation, 4 places or none.
  public static let count = 300 * 300 * 6 * 2 * 5

  /// The French words, and the English ones with ⟨EOS⟩.
  public static let vocabularies: (french: Vocabulary, english: Vocabulary) = {
    let modifiers = articles + before + after
    var french = ["ne", "pas"] + nouns.map(\.french) + verbs.map(\.french)
    var english = ["does", "not"] + nouns.map(\.english)
    for modifier in modifiers {
      french += [modifier.masculine, modifier.feminine]
      english.append(modifier.english)
    }
    for verb in verbs { english += [verb.third, verb.base] + words(verb.rest) }
    for place in places {
      french += place.french
      english += place.english
    }
    func vocabulary(_ words: [String]) -> Vocabulary {
      Vocabulary(unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + Set(words).sorted())
    }
    return (vocabulary(french), vocabulary(english))
  }()

  /// The English of a French word where it stands alone, as the first meaning in a dictionary; nothing for "ne".
  public static let dictionary: [String: String] = {
    var result: [String: String] = [:]
    for part in articles + before + after {
      result[part.masculine] = part.english
      result[part.feminine] = part.english
    }
    for noun in nouns { result[noun.french] = noun.english }
    for verb in verbs { result[verb.french] = words("\(verb.third) \(verb.rest)").joined(separator: " ") }
    for place in places {
      for (french, english) in zip(place.french, place.english) where result[french] == nil {
        result[french] = english
      }
    }
    result["pas"] = "not"
    return result
  }()

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  private static func phrase(using random: inout RandomSource) -> Pair {
    let noun = random.element(of: nouns)
    let article = random.element(of: articles)
    let front = random.index(below: before.count + 1)
    let back = random.index(below: after.count + 1)
    let (first, last) = (front == 0 ? [] : [before[front - 1]], back == 0 ? [] : [after[back - 1]])
    return Pair(
      french: ([article] + first).map { $0.french(with: noun) } + [noun.french] + last.map { $0.french(with: noun) },
      english: ([article] + first + last).map(\.english) + [noun.english])
  }

  private static func any(using random: inout RandomSource) -> Pair {
    let (subject, object) = (phrase(using: &random), phrase(using: &random))
    let verb = random.element(of: verbs)
    let isNegated = random.index(below: 2) == 1
    let place = random.index(below: places.count + 1)
    let (ending, end) = place == 0 ? ([], []) : (places[place - 1].french, places[place - 1].english)
    return Pair(
      french: subject.french + (isNegated ? ["ne", verb.french, "pas"] : [verb.french]) + object.french + ending,
      english: subject.english + (isNegated ? ["does", "not", verb.base] : [verb.third]) + words(verb.rest)
        + object.english + end)
  }

  /// A sentence and its translation, drawn at random until they belong to `split`.
  public static func pair(_ split: Split, using random: inout RandomSource) -> Pair {
    split.first(describedBy: { $0.french.joined(separator: " ") }, using: &random) { any(using: &$0) }
  }
}
