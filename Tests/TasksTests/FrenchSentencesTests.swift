import Foundation
import SequenceModels
import Testing

@testable import Tasks

/// French sentences and their translations.
@Suite struct FrenchSentencesTests {
  @Test func translationsAgree() {
    var random = RandomSource(seed: 4)
    let pairs = (0..<5_000).map { _ in FrenchSentences.pair(.training, using: &random) }
    let (french, english) = FrenchSentences.vocabularies
    for pair in pairs {
      #expect(
        pair.french.allSatisfy { french.tokens.contains($0) && FrenchSentences.dictionary[$0] != nil || $0 == "ne" })
      #expect(pair.english.allSatisfy { english.tokens.contains($0) })
      #expect(pair.french.contains("pas") == pair.english.contains("not"))
      // Gender agrees: nothing feminine before or after a masculine noun.
      #expect(
        !pair.french.joined(separator: " ").contains(/(la|une) (petite |grande )?(chat|chien|garçon|livre|jardin)/))
      #expect(
        !pair.french.joined(separator: " ").contains(/(maison|fille|voiture|fleur|table) (noir|vert|blanc|bleu)( |$)/))
    }
    let told = Dictionary(pairs.map { ($0.french.joined(separator: " "), $0.english) }, uniquingKeysWith: { a, b in a })
    #expect(pairs.allSatisfy { told[$0.french.joined(separator: " ")] == $0.english })
    expectPartsApart { FrenchSentences.pair($0, using: &$1).french.joined(separator: " ") }
  }
}
