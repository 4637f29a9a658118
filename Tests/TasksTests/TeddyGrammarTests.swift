import SequenceModels
import Tasks
import Testing

@Suite struct TeddyGrammarTests {
  static let teddies = TaggedGrammar.teddies
  static let samples = {
    var random = RandomSource(seed: 1)
    return teddies.sentences(20_000, using: &random)
  }()

  static func words(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

  @Test func hasTheLengthsAndWordsThatItSays() {
    #expect(Self.teddies.grammar.lengths == 7...18)
    #expect(Set(Self.samples.flatMap(\.words)) == Set(Self.teddies.vocabulary))
    #expect(Self.teddies.vocabulary.allSatisfy { $0 == $0.lowercased() && !$0.contains("*") })
  }

  @Test func namesOfPersonsAreMarked() {
    let teddies = Self.teddies
    let sentences: [(text: String, names: Set<String>)] = [
      ("he said , teddy roosevelt was a great president", ["teddy", "roosevelt"]),
      ("he said , teddy bears are on sale", []),
      ("she said , teddy bears the cost", ["teddy"]),
      ("she said , teddy bears near the door are sold out", []),
      ("he said , teddy , rose and olive miller were good singers", ["teddy", "rose", "olive", "miller"]),
    ]
    for (text, names) in sentences {
      let words = Self.words(text)
      #expect(teddies.probabilities(of: words, isWhole: true) == words.map { names.contains($0) ? 1 : 0 })
    }
  }

  @Test func aWholeSentenceLeavesNothingOpen() {
    for sentence in Self.samples.prefix(300) {
      #expect(
        Self.teddies.probabilities(of: sentence.words, isWhole: true) == sentence.marks.map { $0 ? 1 : 0 })
    }
  }

  @Test(arguments: [
    ("he said , teddy", 0.5), ("the historian said , rose", 0.8), ("last week the tailor said , jade", 0.2),
  ])
  func thePastMakesOneLikelier(text: String, probability: Double) {
    #expect(abs(Self.teddies.probabilities(of: Self.words(text))!.last! - probability) < 1e-12)
  }

  @Test func theBestWithoutTheFutureIsSevenInTen() {
    let best = Self.teddies.bestAccuracies(on: TaggedGrammar.teddyWords, lookAhead: 5)
    #expect(abs(best[0] - 0.7) < 1e-12)
    #expect(zip(best, best.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
    #expect(best[4] < 1 - 1e-3 && abs(best[5] - 1) < 1e-12)
  }

  @Test func aListTellsNothing() {
    let lists = Self.samples.filter { $0.words.contains("and") }
    #expect(abs(Double(lists.count) / 20_000 - 0.5) < 0.02)
    #expect(abs(Double(lists.count { $0.marks.contains(true) }) / Double(lists.count) - 0.5) < 0.03)
  }
}
