// Sentences whose verb agrees with a noun many words before it: what Lesson 06 asks a network to remember.

extension Grammar {
  /// Sentences about who was full, lower case, with commas: "the cat , which already ate the bread near the dogs , was full".
  ///
  /// `was` or `were` goes by the first noun. Between the two stand as many nouns as `nouns` allows, each number as likely as another: first
  /// what was eaten, then bystanders, each singular or plural by the toss of a coin, so that only the first noun tells the verb. The verb
  /// follows it after `agreementDistance(nouns:)` words. One sentence in three goes on with a second subject, "… and the dogs were tired",
  /// for which the first number is of no use.
  ///
  /// The sentences of `1...1` have one noun between and all verbs at the same place; those of `0...6` are 4 to 31 words long. Traps where
  /// `nouns` reaches below 0 or beyond 12, where the sentences can no longer be counted.
  public static func agreement(nouns: ClosedRange<Int>) -> Grammar {
    precondition(nouns.lowerBound >= 0 && nouns.upperBound <= 12, "a sentence cannot have \(nouns) nouns between")
    do {
      return try Grammar(agreementRules(nouns))
    } catch {
      preconditionFailure("the rules of agreement are no grammar: \(error)")
    }
  }

  /// How many words stand between the first noun and its verb, with `nouns` nouns among them: 0, 7, 10, 13, …
  public static func agreementDistance(nouns: Int) -> Int { nouns == 0 ? 0 : 3 * nouns + 4 }

  private static func agreementRules(_ nouns: ClosedRange<Int>) -> String {
    let last = nouns.upperBound
    /// What follows `count` nouns: an end, or one noun more; each with the share of the numbers of nouns that it leads to.
    func rest(_ name: String, after count: Int, end: String, more: String) -> String {
      let ending = nouns.contains(count) ? ["[1] \(end)"] : []
      let left = last - max(count, nouns.lowerBound - 1)
      return "\(name) -> " + (ending + (count < last ? ["[\(left)] \(more)"] : [])).joined(separator: " | ")
    }
    let clause = rest("Clause", after: 0, end: "ε", more: ", which already ate the Food Rest1")
    let rests = (1..<max(last + 1, 1)).map { count in
      rest("Rest\(count)", after: count, end: ",", more: "Where the Anyone Rest\(count + 1)")
    }
    return """
      Sentence -> [2] First | First and Second
      First -> the One Clause was How | the Many Clause were How
      Second -> the One was How | the Many were How
      One -> cat | dog | mouse | child | farmer
      Many -> cats | dogs | mice | children | farmers
      How -> full | tired | happy | asleep
      \(clause)
      \(rests.joined(separator: "\n"))
      \(last > 0 ? "Food -> bread | cheese | rice | soup" : "")
      \(last > 1 ? "Anyone -> One | Many\nWhere -> near | behind" : "")
      """
  }
}
