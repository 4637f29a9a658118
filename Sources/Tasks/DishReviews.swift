// Reviews with one to five stars: sentiment.

import SequenceModels

/// What guests write about a restaurant, and the stars that they mean.
///
/// A clause such as "the soup was not very good" is worth +1 for a pleasant word and −1 for an unpleasant one, twice as much after "very",
/// and 0 for an ordinary one; "not" takes a pleasant clause to −1 and an unpleasant one to +1. A review of one clause gets three stars
/// and that many more. Of two clauses one counts, for a single star: the second after "but", the first before "although".
///
/// So the words alone do not tell the stars: "the tea was good but the room was cold" and "the room was cold but the tea was good" are
/// the same words.
public enum DishReviews {
  /// The reviews; 333,336 of them, all different.
  public static let grammar: Grammar = {
    do {
      return try Grammar(rules)
    } catch {
      fatalError("the rules of the reviews are no grammar: \(error)")
    }
  }()

  /// The words of the reviews.
  public static let vocabulary = Vocabulary(
    unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + grammar.vocabulary)

  /// The words that are worth a star more than three.
  public static let pleasant = ["good", "wonderful", "lovely", "fresh", "pleasant", "perfect"]
  /// The words that are worth a star less.
  public static let unpleasant = ["bad", "awful", "dull", "stale", "cold", "terrible"]

  /// What the reviews are about.
  public static let things = ["soup", "bread", "fish", "cake", "tea", "music", "room", "table"]

  private static let rules = """
    Review -> [3] Clause | [2] Clause but Clause | [2] Clause although Clause
    Clause -> the Thing was Feeling
    Thing -> \(things.joined(separator: " | "))
    Feeling -> [4] Pleasant | [4] Unpleasant | [2] very Pleasant | [2] very Unpleasant | [3] not Pleasant
      | [3] not Unpleasant | not very Pleasant | not very Unpleasant | [3] Ordinary
    Pleasant -> \(pleasant.joined(separator: " | "))
    Unpleasant -> \(unpleasant.joined(separator: " | "))
    Ordinary -> ordinary | average | usual
    """

  /// The stars of a review, 1 to 5, by the rule above. Traps where a clause has no words.
  public static func stars(of review: [String]) -> Int {
    if let place = review.firstIndex(of: "but") { return 3 + worth(of: review[(place + 1)...]).signum() }
    if let place = review.firstIndex(of: "although") { return 3 + worth(of: review[..<place]).signum() }
    return 3 + worth(of: review[...])
  }

  private static func worth(of clause: ArraySlice<String>) -> Int {
    let sign = pleasant.contains(clause.last!) ? 1 : unpleasant.contains(clause.last!) ? -1 : 0
    return clause.contains("not") ? -sign : clause.contains("very") ? 2 * sign : sign
  }

  /// A review drawn at random until it belongs to `split`, its words in lower case.
  public static func review(_ split: Split, using random: inout RandomSource) -> [String] {
    split.first(describedBy: { $0.joined(separator: " ") }, using: &random) { grammar.sentence(using: &$0) }
  }
}
