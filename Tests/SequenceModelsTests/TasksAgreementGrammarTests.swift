import Foundation
import SequenceModels
import Testing

@Suite struct TasksAgreementGrammarTests {
  static let plural: Set = ["cats", "dogs", "mice", "children", "farmers"]
  static let singular: Set = ["cat", "dog", "mouse", "child", "farmer"]

  static func samples(_ nouns: ClosedRange<Int>, _ count: Int = 6_000) -> [[String]] {
    var random = RandomSource(seed: 1)
    return Grammar.agreement(nouns: nouns).sentences(count, using: &random)
  }

  static func words(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

  @Test func hasTheLengthsThatItSays() {
    #expect(Grammar.agreement(nouns: 0...6).lengths == 4...31)
    #expect(Grammar.agreement(nouns: 0...0).lengths == 4...9)
    #expect(Grammar.agreement(nouns: 12...12).lengths.lowerBound == 4 + Grammar.agreementDistance(nouns: 12))
    #expect((0...3).map(Grammar.agreementDistance) == [0, 7, 10, 13])
  }

  @Test func theVerbGoesByTheFirstNoun() {
    for sentence in Self.samples(0...6) {
      let verb = sentence.firstIndex { $0 == "was" || $0 == "were" }!
      #expect((sentence[verb] == "were") == Self.plural.contains(sentence[1]))
    }
    let grammar = Grammar.agreement(nouns: 0...6)
    #expect(
      grammar.logProbability(of: Self.words("the cat , which already ate the bread near the dogs , was full"))
        > -.infinity)
    #expect(
      grammar.logProbability(of: Self.words("the cat , which already ate the bread near the dogs , were full"))
        == -.infinity)
  }

  @Test func theVerbStandsAtTheDistance() {
    for nouns in [0, 1, 2, 5, 12] {
      for sentence in Self.samples(nouns...nouns, 200) {
        let verb = sentence.firstIndex { $0 == "was" || $0 == "were" }!
        #expect(verb == 2 + Grammar.agreementDistance(nouns: nouns))
      }
    }
  }

  @Test func everyNumberOfNounsIsAsLikely() {
    for range in [0...3, 2...5] {
      let samples = Self.samples(range)
      for nouns in range {
        let share = samples.count {
          $0.firstIndex { $0 == "was" || $0 == "were" } == 2 + Grammar.agreementDistance(nouns: nouns)
        }
        #expect(abs(Double(share) / 6_000 - 0.25) < 0.03)
      }
    }
  }

  @Test func theNounBeforeTheVerbTellsNothing() {
    let agreeing = Self.samples(3...3).count { Self.plural.contains($0[1]) == Self.plural.contains($0[13]) }
    #expect(abs(Double(agreeing) / 6_000 - 0.5) < 0.03)
    #expect(Self.samples(3...3, 100).allSatisfy { Self.plural.union(Self.singular).contains($0[13]) })
  }
}
