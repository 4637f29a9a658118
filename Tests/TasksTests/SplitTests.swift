import SequenceModels
import Testing

@testable import Tasks

/// Held out or not: a hash of the example decides.
@Suite struct SplitTests {
  @Test func oneExampleInTenIsHeldOut() {
    let heldOut = (0..<10_000).count { Split.heldOut.contains("example \($0)") }
    #expect(abs(heldOut - 1_000) < 100)
    #expect((0..<100).allSatisfy { Split.training.contains("\($0)") != Split.heldOut.contains("\($0)") })
  }
}

/// Examples of both parts, `count` of each, never meet, and the same seed draws the same.
func expectPartsApart(_ count: Int = 2_000, _ describe: (Split, inout RandomSource) -> String) {
  func examples(_ part: Split, seed: UInt64) -> [String] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in describe(part, &random) }
  }
  let training = examples(.training, seed: 1)
  #expect(Set(training).isDisjoint(with: examples(.heldOut, seed: 2)))
  #expect(examples(.training, seed: 1) == training)
}
