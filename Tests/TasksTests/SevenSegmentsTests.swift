import SequenceModels
import Testing

@testable import Tasks

/// The digits of a display.
@Suite struct SevenSegmentsTests {
  @Test func segmentsWithoutNoiseAreRead() {
    #expect((0..<10).allSatisfy { SevenSegments.nearest(to: SevenSegments.patterns[$0]) == Int32($0) })
    #expect(SevenSegments.patterns.map { Int($0.reduce(0, +)) } == [6, 2, 5, 5, 4, 5, 6, 3, 7, 6])
    var random = RandomSource(seed: 3)
    let batch = SevenSegments.batch(50, using: &random)
    #expect(batch.inputs.length == 1 && batch.exampleCount == 50)
  }
}
