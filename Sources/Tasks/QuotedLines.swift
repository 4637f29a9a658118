// Lines with words in quotation marks, where the mark that opens is the mark that closes.

import SequenceModels

/// Lines of text such as `anna said "tom asked so no" then well.`, characters in lower case.
///
/// What stands inside the marks is built of the same words as what stands outside, and the opening mark is the closing
/// mark. Someone may also say something without a mark. So whether a character is quoted is told by nothing near it: a
/// network that closes what it opened has remembered the mark over up to thirty characters.
public enum QuotedLines {
  /// The lines as words, `<` and `>` for the two marks.
  public static let grammar: Grammar = {
    do {
      return try Grammar(rules)
    } catch {
      fatalError("the rules of the quoted lines are no grammar: \(error)")
    }
  }()

  /// The characters of the lines, and the newline that ends each.
  public static let vocabulary = Vocabulary(of: "\n abcdefghijklmnopqrstuvwxyz\".", unit: .character)

  private static let rules = """
    Line -> Quote Talk . | Talk Quote . | Talk Quote Talk . | Quote Talk Quote .
    Quote -> Who Verb < Talk >
    Talk -> First Word Rest3
    First -> [2] Word | Who Verb
    Rest3 -> ε | [2] Word Rest4
    Rest4 -> ε | [2] Word Rest5
    Rest5 -> ε | Word
    Who -> anna | peter | tom
    Verb -> asked | said | wrote
    Word -> well | no | yes | then | so | go
    """

  /// The text of a line of the grammar, without a newline.
  public static func text(of words: [String]) -> String {
    words.joined(separator: " ").replacing("< ", with: "\"").replacing(" >", with: "\"").replacing(" .", with: ".")
  }

  /// For each character of a line whether it stands between two marks; the marks themselves do not.
  public static func isQuoted(_ line: String) -> [Bool] {
    var isInside = false
    return line.map { character in
      if character == "\"" { isInside.toggle() }
      return isInside && character != "\""
    }
  }
}
