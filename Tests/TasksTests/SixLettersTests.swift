import SequenceModels
import Testing

@testable import Tasks

/// Words of six letters whose every probability is known.
@Suite struct SixLettersTests {
  @Test func wordsOfSixLettersHaveTheirProbabilities() {
    #expect(Set(SixLetters.words).count == 729)
    #expect(abs(SixLetters.probabilities.reduce(0, +) - 1) < 1e-12)
    #expect(SixLetters.words[1] == [0, 0, 0, 0, 0, 1])
    #expect(abs(SixLetters.probabilities[1] - 0.8 * 0.8 * 0.8 * 0.1 / 9) < 1e-12)
    var random = RandomSource(seed: 6)
    let drawn = (0..<20_000).count { _ in SixLetters.sample(using: &random) == 0 }
    #expect(abs(Double(drawn) / 20_000 - SixLetters.probabilities[0]) < 0.01)
  }
}
