import SequenceModels
import Tasks
import Testing

@Suite struct DelayedEchoTests {
  @Test(arguments: [0, 1, 3, 9]) func eachTargetIsTheLetterReadSomeStepsBefore(delay: Int) {
    var random = RandomSource(seed: 1)
    let (inputs, targets) = DelayedEcho(letters: 3, delay: delay).sequences(4, length: 6, using: &random)
    #expect(inputs.length == 6 && inputs.batch == 4 && targets.length == 6 && targets.batch == 4)
    for t in 0..<6 {
      for e in 0..<4 { #expect(targets[t, e] == (t < delay ? TokenBatch.none : inputs[t - delay, e])) }
    }
  }

  @Test func everyLetterComesAboutAsOften() {
    var random = RandomSource(seed: 2)
    let inputs = DelayedEcho(letters: 3, delay: 1).sequences(100, length: 30, using: &random).inputs
    for letter in 0..<3 { #expect((900...1_100).contains(inputs.ids.count { $0 == letter })) }
  }

  @Test func theSeedDecidesWhatIsDrawn() {
    func drawn(_ seed: UInt64) -> TokenBatch {
      var random = RandomSource(seed: seed)
      return DelayedEcho(delay: 2).sequences(2, length: 20, using: &random).inputs
    }
    #expect(drawn(1) == drawn(1))
    #expect(drawn(1) != drawn(2))
  }
}
