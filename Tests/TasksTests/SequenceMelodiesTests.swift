import SequenceModels
import Testing

@testable import Tasks

/// Tunes whose motif climbs or falls.
@Suite struct SequenceMelodiesTests {
  @Test func motifsReturn() {
    var random = RandomSource(seed: 5)
    for _ in 0..<500 {
      let tune = SequenceMelodies.tune(.training, using: &random)
      #expect(tune.count == SequenceMelodies.length)
      #expect(tune.reduce(0) { $0 + $1.eighths } == 64)
      for place in tune.indices where SequenceMelodies.isRepetition(place) {
        let bar = place / 13 * 13 + (place % 13) / 4 * 4
        #expect(tune[place].step - tune[bar].step == tune[place - 4].step - tune[bar - 4].step)
        #expect(tune[place].eighths == tune[place - 4].eighths)
      }
      #expect(tune.allSatisfy { SequenceMelodies.vocabulary.tokens.contains($0.name) })
    }
    #expect((0..<26).count(where: SequenceMelodies.isRepetition) == 12)
    expectPartsApart { SequenceMelodies.tune($0, using: &$1).map(\.name).joined(separator: " ") }
  }

  @Test func tunesAreCounted() {
    let moves = [-2, -1, 1, 2]
    var count = 0
    for start in [0, 2, 4, 5, 7] {
      for code in 0..<1_024 {
        let digits = (0..<5).map { moves[code >> (2 * $0) & 3] }
        let motif = digits[..<3].reduce(into: [0]) { $0.append($0.last! + $1) }
        let bars = digits[3...].reduce(into: [start]) { $0.append($0.last! + $1) }
        if bars.allSatisfy({ bar in motif.allSatisfy { SequenceMelodies.steps.contains(bar + $0) } }) { count += 1 }
      }
    }
    #expect(SequenceMelodies.count == (4 * count) * (4 * count))
  }

  @Test func notesHaveTheKeysOfTheScale() {
    typealias Note = SequenceMelodies.Note
    #expect((-3...7).map { Note(step: $0, eighths: 2).key } == [55, 57, 59, 60, 62, 64, 65, 67, 69, 71, 72])
    #expect(Note(step: -1, eighths: 2).name == "B3/2" && Note(step: 7, eighths: 1).name == "C5/1")
  }
}
