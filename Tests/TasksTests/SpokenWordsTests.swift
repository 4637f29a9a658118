import Foundation
import SequenceModels
import Testing

@testable import Tasks

/// Six words of the same sounds.
@Suite struct SpokenWordsTests {
  @Test func soundsHaveTheirTones() {
    var random = RandomSource(seed: 8)
    let tone = (0..<1_200).map { Float(sin(2 * Double.pi * 800 * Double($0) / SpokenWords.sampleRate)) }
    let energy = SpokenWords.spectrogram(of: tone)
    #expect(energy.columns == 10)
    let loudest = SpokenWords.bands.indices.max { energy[$0, 4] < energy[$1, 4] }!
    #expect(SpokenWords.bands[loudest] == 800)
    let sound = SpokenWords.sound(of: 0, .training, using: &random)
    #expect((1_000...6_000).contains(sound.count) && sound.allSatisfy { abs($0) < 3 })
  }
}
