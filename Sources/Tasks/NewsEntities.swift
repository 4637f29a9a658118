// Sentences from the news in which most names could be something else: named entities.

import SequenceModels

/// Lower-case sentences in which a word is a person, a place, a firm or none of them, as its neighbours on both sides say.
///
/// "jordan", "florence" and five others are persons or places, "apple", "shell" and four others firms or things: "in jordan"
/// and "jordan said" differ before the word or after it. A list of names cannot tell them apart.
public enum NewsEntities {
  /// What the ids of the tags stand for.
  public static let tags = ["none", "person", "place", "firm"]

  /// A sentence, and the tag of each word.
  public struct Sentence: Equatable, Sendable {
    /// The words.
    public let words: [String]
    /// Their tags, by their places in `tags`.
    public let tags: [Int32]
  }

  /// The words of the sentences.
  public static let vocabulary = Vocabulary(
    unit: .word,
    tokens: [Vocabulary.unknown, Vocabulary.endOfSentence]
      + Set(grammar.vocabulary.map { String($0.prefix { $0 != "/" }) }).sorted())

  /// The sentences, each name with its tag behind a stroke.
  public static let grammar: Grammar = {
    do {
      return try Grammar(rules)
    } catch {
      fatalError("the rules of the news are no grammar: \(error)")
    }
  }()

  private static func names(_ words: String, _ tag: String) -> String {
    words.split(separator: " ").map { "\($0)/\(tag)" }.joined(separator: " | ")
  }

  private static let rules = """
    Sentence -> [4] Someone Told | [3] Firm Traded | [2] Place Lay | [3] Everyone Bought
    Someone -> [3] Person | Person Surname
    Everyone -> Someone | the Trade
    Told -> [2] said that Firm Traded | [2] met Someone in Place | flew from Place to Place | [2] thanked the Trade of Firm
      | was born in Place Time
    Traded -> [2] sold its shop in Place | opened a shop in Place Time | hired Someone Time | lost money Time
    Lay -> is a town near Place | had a mild winter Time | lies on a river | is where Someone met Someone
    Bought -> [2] bought a Ware Time | [2] found the Ware in Place | wanted a Ware from Firm
    Time -> [3] ε | today | last year | on sunday
    Trade -> baker | cook | mayor
    Person -> \(names("jordan florence austin victoria chelsea georgia carlisle", "person")) | [3] Only
    Only -> \(names("anna peter maria", "person"))
    Surname -> \(names("lincoln baker cook jordan", "person"))
    Place -> \(names("jordan florence austin victoria chelsea georgia lincoln", "place")) | [2] Town
    Town -> \(names("oslo lima", "place"))
    Firm -> \(names("apple shell orange target visa gap", "firm"))
    Ware -> apple | shell | orange | target | visa | hat
    """

  /// A sentence and its tags, drawn at random until they belong to `split`.
  public static func sentence(_ split: Split, using random: inout RandomSource) -> Sentence {
    let tokens = split.first(describedBy: { $0.joined(separator: " ") }, using: &random) {
      grammar.sentence(using: &$0)
    }
    let pairs = tokens.map { $0.split(separator: "/").map(String.init) }
    return Sentence(
      words: pairs.map { $0[0] },
      tags: pairs.map { $0.count == 1 ? 0 : Int32(tags.firstIndex(of: $0[1])!) })
  }
}
