// Sentences whose verb agrees with a noun many words before it: a number to remember.

import SequenceModels

extension Grammar {
  /// Sentences about who was full, lower case, commas as words: "the cat , which already ate the bread near the dogs , was full".
  ///
  /// `was` or `were` goes by the first noun. Between the two stand as many phrases as `phrases` allows, each number as likely as another:
  ///
  /// | phrases | after "the cat" or "the cats" | words and commas between |
  /// |---|---|---|
  /// | 0 | | 0 |
  /// | 1 | near the dogs | 3 |
  /// | 2 | , which already ate the bread , | 7 |
  /// | 3 | , which already ate the bread near the dogs , | 10 |
  /// | 4 … | the same, three words more for each further bystander | 13 … |
  ///
  /// A bystander is singular or plural by the toss of a coin, so that only the first noun tells the verb. One sentence in three goes on
  /// with a second subject, "and the dogs were tired", for which the first number is of no use.
  ///
  /// The verbs of `3...3` all stand at one place. Traps where `phrases` reaches below 0, or beyond 13, where the sentences are more than
  /// an `Int` counts.
  public static func agreement(phrases: ClosedRange<Int>) -> Grammar {
    require(
      phrases.lowerBound >= 0 && phrases.upperBound <= 13, "a sentence cannot have \(phrases) phrases between")
    do {
      return try Grammar(agreementRules(phrases))
    } catch {
      fatalError("the rules of agreement are no grammar: \(error)")
    }
  }

  /// How many words and commas stand between the first noun and its verb where there are `phrases` phrases: 0, 3, 7, 10, 13, …
  public static func agreementDistance(phrases: Int) -> Int { phrases < 2 ? 3 * phrases : 3 * phrases + 1 }

  private static func agreementRules(_ phrases: ClosedRange<Int>) -> String {
    let (first, last) = (phrases.lowerBound, phrases.upperBound)
    // The weight of an alternative is how many of the numbers of phrases it leads to.
    let between = [
      first == 0 ? "[1] ε" : nil,
      phrases.contains(1) ? "[1] Where the Anyone" : nil,
      last > 1 ? "[\(last - max(first, 2) + 1)] , which already ate the Food Rest2" : nil,
    ]
    let rests = stride(from: 2, through: last, by: 1).map { count in
      let rest = [
        count >= first ? "[1] ," : nil,
        count < last ? "[\(last - max(first, count + 1) + 1)] Where the Anyone Rest\(count + 1)" : nil,
      ]
      return "Rest\(count) -> " + rest.compactMap(\.self).joined(separator: " | ")
    }
    return """
      Sentence -> [2] First | First and Second
      First -> the One Between was How | the Many Between were How
      Second -> the One was How | the Many were How
      One -> cat | dog | mouse | child | farmer
      Many -> cats | dogs | mice | children | farmers
      How -> full | tired | happy | asleep
      Between -> \(between.compactMap(\.self).joined(separator: " | "))
      \(rests.joined(separator: "\n"))
      \(last > 1 ? "Food -> bread | cheese | rice | soup" : "")
      \(phrases.contains(1) || last > 2 ? "Anyone -> One | Many\nWhere -> near | behind" : "")
      """
  }
}
