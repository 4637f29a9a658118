import SequenceModels
import Tasks
import Testing

@Suite struct GuestGrammarTests {
  static let samples = {
    var random = RandomSource(seed: 1)
    return Grammar.guests.sentences(20_000, using: &random)
  }()

  @Test func hasTheLengthsThatItSays() {
    #expect(Grammar.guests.lengths == 5...15)
    #expect(Set(Self.samples.joined()) == Set(Grammar.guests.vocabulary))
  }

  @Test func aNameIsWhatFollowsATitle() {
    let words = "mr baker thanked the old cook".split(separator: " ").map(String.init)
    #expect(Grammar.guests.logProbability(of: words) > -.infinity)
    #expect(Grammar.guestNames(in: words) == [false, true, false, false, false, false])
    #expect(Grammar.guestNames(in: []).isEmpty)
  }

  @Test func aNameCanStandFromTheSecondPlaceToTheEleventh() {
    let places = Self.samples.flatMap { sentence in
      Grammar.guestNames(in: sentence).enumerated().filter(\.element).map { $0.offset + 1 }
    }
    #expect(Set(places) == Set(2...11))
  }

  @Test func everyNameIsElsewhereATrade() {
    let tagged = Self.samples.flatMap { zip($0, Grammar.guestNames(in: $0)) }
    let names = Set(tagged.filter(\.1).map(\.0))
    let others = Set(tagged.filter { !$0.1 }.map(\.0))
    #expect(names.count == 6 && names.isSubset(of: others))
  }

  @Test func sentencesBecomeTokensAndTags() {
    let sentences = ["dr cook met the cook", "the old cook met mrs smith"].map {
      $0.split(separator: " ").map(String.init)
    }
    let batch = GuestSentences(sentences)
    #expect(batch.mask.lengths == [5, 6])
    for (example, sentence) in sentences.enumerated() {
      let words = sentence.indices.map { GuestSentences.vocabulary.tokens[Int(batch.words[$0, example])] }
      #expect(words == sentence)
    }
    #expect((0..<6).map { batch.names[$0, 0] } == [0, 1, 0, 0, 0, TokenBatch.none])
    #expect((0..<6).map { batch.names[$0, 1] } == [0, 0, 0, 0, 0, 1])
    #expect(batch.words[5, 0] == TokenBatch.none)
  }
}
