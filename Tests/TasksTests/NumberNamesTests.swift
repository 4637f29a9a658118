import SequenceModels
import Testing

@testable import Tasks

/// The names of the numbers below a hundred.
@Suite struct NumberNamesTests {
  @Test func numbersAreNamed() {
    #expect(
      [0, 7, 13, 20, 42, 99].map(NumberNames.name) == [
        "zero", "seven", "thirteen", "twenty", "forty-two", "ninety-nine",
      ])
    #expect(Set((0..<100).map(NumberNames.name)).count == NumberNames.count)
    let (told, untold) = (NumberNames.numbers(.training), NumberNames.numbers(.heldOut))
    #expect(Set(told).isDisjoint(with: untold) && told.count + untold.count == 100)
    for number in untold {
      #expect(told.count { $0 >= 20 && $0 / 10 == number / 10 } >= 5)
      #expect(told.count { $0 >= 20 && $0 % 10 == number % 10 } >= 5)
    }
    #expect(
      (0..<100).allSatisfy { NumberNames.name(of: $0).allSatisfy { NumberNames.vocabulary.id(of: "\($0)") != nil } })
  }

  @Test func batchesHoldWhatTheNumbersSay() {
    let reading = NumberNames.reading([7, 42])
    #expect(reading.mask == Mask(lengths: [5, 9]) && reading.targets.elements == [0.07, 0.42])
    #expect(NumberNames.naming([42]).vectors.elements.indices { $0 == 1 }.ranges.map(\.lowerBound) == [4, 12])
  }
}
