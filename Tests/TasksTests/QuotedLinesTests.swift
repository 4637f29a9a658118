import SequenceModels
import Testing

@testable import Tasks

@Suite struct QuotedLinesTests {
  @Test func wordsBecomeText() {
    let words = "now anna said < go here > so no .".split(separator: " ").map(String.init)
    #expect(QuotedLines.text(of: words) == "now anna said \"go here\" so no.")
  }

  @Test func whatStandsBetweenTheMarksIsQuoted() {
    let quoted = QuotedLines.isQuoted("a \"bc\" d \"e\".")
    #expect(quoted.map { $0 ? "*" : "." }.joined() == "...**.....*..")
  }

  @Test func everyLineClosesWhatItOpensAndIsSpelledInTheVocabulary() {
    var random = RandomSource(seed: 1)
    for words in QuotedLines.grammar.sentences(500, using: &random) {
      let text = QuotedLines.text(of: words)
      #expect(text.count { $0 == "\"" }.isMultiple(of: 2) && text.contains(/(asked|said|wrote) "/))
      #expect(text.allSatisfy { QuotedLines.vocabulary.id(of: String($0)) != nil })
      #expect(QuotedLines.isQuoted(text).contains(true))
    }
  }
}
