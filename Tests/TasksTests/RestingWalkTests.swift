import SequenceModels
import Testing

@testable import Tasks

/// A walk round twelve places, with rests.
@Suite struct RestingWalkTests {
  @Test func walkersMoveOnOrRest() {
    var random = RandomSource(seed: 5)
    let batch = RestingWalk.batch(1_000, teacherForcing: 1, using: &random)
    guard case .tokens(let source) = batch.source else { return }
    var rests = 0
    for i in 0..<1_000 {
      var place = source[1, i]
      for t in 0..<RestingWalk.length {
        let next = batch.target.targets[t, i]
        if next == place { rests += 1 } else { #expect(next == (place + (source[0, i] == 12 ? 1 : 11)) % 12) }
        #expect(batch.target.inputs[t, i] == (t == 0 ? TokenBatch.none : place))
        place = next
      }
    }
    #expect(abs(Double(rests) / 12_000 - RestingWalk.rest) < 0.02)
    #expect(abs(RestingWalk.chance(of: 2, in: 4) - 6 * 0.04 * 0.64) < 1e-12)
    #expect(abs((0...12).reduce(0) { $0 + RestingWalk.chance(of: $1, in: 12) } - 1) < 1e-12)
  }
}
