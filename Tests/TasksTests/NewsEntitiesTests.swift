import SequenceModels
import Testing

@testable import Tasks

/// Sentences with persons, places and firms.
@Suite struct NewsEntitiesTests {
  @Test func entitiesAreTaggedByTheirNeighbours() {
    var random = RandomSource(seed: 3)
    let sentences = (0..<3_000).map { _ in NewsEntities.sentence(.training, using: &random) }
    var seen: [String: Set<Int32>] = [:]
    for sentence in sentences {
      for (word, tag) in zip(sentence.words, sentence.tags) { seen[word, default: []].insert(tag) }
      for (place, word) in sentence.words.enumerated() where word == "in" {
        let next = sentence.tags[place + 1]
        #expect(next == 2, "\(sentence)")
      }
    }
    #expect(seen["jordan"] == [1, 2])
    #expect(seen["apple"] == [0, 3])
    #expect(seen["baker"] == [0, 1])
    #expect(seen["oslo"] == [2])
    #expect(sentences.allSatisfy { $0.words.allSatisfy { NewsEntities.vocabulary.tokens.contains($0) } })
    expectPartsApart { NewsEntities.sentence($0, using: &$1).words.joined(separator: " ") }
  }
}
