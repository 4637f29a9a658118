import SequenceModels
import Testing

@testable import Tasks

@Suite struct SteadyBeatTests {
  @Test func theBeatGoesOnAtTheDistanceThatWasHeard() {
    var random = RandomSource(seed: 1)
    let batch = SteadyBeat.batch(Double.self, count: 300, length: 40, using: &random)
    guard case .features(let x) = batch.inputs else { return #expect(Bool(false), "vectors are heard") }
    var periods: Set<Int> = []
    for example in 0..<300 {
      let heard = (0..<40).filter { x[$0][0, example] == 1 }
      #expect(heard.count == 2 && heard[0] < 3)
      let period = heard[1] - heard[0]
      periods.insert(period)
      let expected = (0..<40).map { Int32($0 > heard[1] && ($0 - heard[1]).isMultiple(of: period) ? 1 : 0) }
      #expect((0..<40).map { batch.targets[$0, example] } == expected)
    }
    #expect(periods == Set(SteadyBeat.periods))
  }
}
