import SequenceModels
import Testing

@testable import Tasks

/// Sums of binary numbers, the lowest bit first.
@Suite struct BinaryAdditionTests {
  @Test func numbersAreAdded() {
    var random = RandomSource(seed: 4)
    let batch = BinaryAddition.batch(200, bits: 9, using: &random)
    guard case .features(let x) = batch.inputs else { return }
    for i in 0..<200 {
      func number(_ bit: (Int) -> Int) -> Int { (0..<9).reduce(0) { $0 + bit($1) << $1 } }
      let (a, b) = (number { Int(x[$0][0, i]) }, number { Int(x[$0][1, i]) })
      #expect(number { Int(batch.targets[$0, i]) } == (a + b) % 512)
    }
  }
}
