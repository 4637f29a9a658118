import Foundation
import SequenceModels
import Tasks
import Testing

@Suite struct AgreementGrammarTests {
  static let plural: Set = ["cats", "dogs", "mice", "children", "farmers"]
  static let singular: Set = ["cat", "dog", "mouse", "child", "farmer"]

  static func samples(_ phrases: ClosedRange<Int>, _ count: Int = 6_000) -> [[String]] {
    var random = RandomSource(seed: 1)
    return Grammar.agreement(phrases: phrases).sentences(count, using: &random)
  }

  static func words(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

  @Test func hasTheLengthsThatItSays() {
    #expect(Grammar.agreement(phrases: 0...6).lengths == 4...28)
    #expect(Grammar.agreement(phrases: 0...0).lengths == 4...9)
    #expect(Grammar.agreement(phrases: 12...12).lengths.lowerBound == 4 + Grammar.agreementDistance(phrases: 12))
    #expect((0...4).map(Grammar.agreementDistance) == [0, 3, 7, 10, 13])
  }

  @Test func theVerbGoesByTheFirstNoun() {
    for sentence in Self.samples(0...6) {
      let verb = sentence.firstIndex { $0 == "was" || $0 == "were" }!
      #expect((sentence[verb] == "were") == Self.plural.contains(sentence[1]))
    }
    let grammar = Grammar.agreement(phrases: 0...6)
    #expect(
      grammar.logProbability(of: Self.words("the cat , which already ate the bread near the dogs , was full"))
        > -.infinity)
    #expect(
      grammar.logProbability(of: Self.words("the cat , which already ate the bread near the dogs , were full"))
        == -.infinity)
  }

  @Test func theVerbStandsAtTheDistance() {
    for phrases in [0, 1, 2, 5, 12] {
      for sentence in Self.samples(phrases...phrases, 200) {
        let verb = sentence.firstIndex { $0 == "was" || $0 == "were" }!
        #expect(verb == 2 + Grammar.agreementDistance(phrases: phrases))
      }
    }
  }

  @Test func everyNumberOfPhrasesIsAsLikely() {
    for range in [0...3, 2...5] {
      let samples = Self.samples(range)
      for phrases in range {
        let share = samples.count {
          $0.firstIndex { $0 == "was" || $0 == "were" } == 2 + Grammar.agreementDistance(phrases: phrases)
        }
        #expect(abs(Double(share) / 6_000 - 0.25) < 0.03)
      }
    }
  }

  @Test func theNounBeforeTheVerbTellsNothing() {
    let agreeing = Self.samples(4...4).count { Self.plural.contains($0[1]) == Self.plural.contains($0[13]) }
    #expect(abs(Double(agreeing) / 6_000 - 0.5) < 0.03)
    #expect(Self.samples(4...4, 100).allSatisfy { Self.plural.union(Self.singular).contains($0[13]) })
  }
}
