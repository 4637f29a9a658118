import Testing

@testable import SequenceModels

@Suite struct RandomSourceTests {
  /// xoshiro256** started by SplitMix64 from 42, as the algorithms' authors publish them, computed apart from this package.
  @Test func firstWordsAreThoseOfTheAlgorithm() {
    var random = RandomSource(seed: 42)
    let words = (0..<4).map { _ in random.next() }
    #expect(
      words == [
        1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009, 17_057_574_109_182_124_193,
      ])
  }

  @Test func sameSeedSameStream() {
    var (one, other) = (RandomSource(seed: 7), RandomSource(seed: 7))
    for _ in 0..<100 { #expect(one.normal() == other.normal()) }
    var third = RandomSource(seed: 8)
    #expect(one.next() != third.next())
  }

  @Test func momentsOfTheDistributions() {
    var random = RandomSource(seed: 1)
    let count = 200_000
    let normals = (0..<count).map { _ in random.normal() }
    let mean = normals.reduce(0, +) / Double(count)
    let variance = normals.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean) < 4 / Double(count).squareRoot())
    #expect(abs(variance - 1) < 4 * (2 / Double(count)).squareRoot())
    var counts = [0, 0, 0]
    for _ in 0..<count { counts[random.index(below: 3)] += 1 }
    for seen in counts { #expect(abs(Double(seen) / Double(count) - 1 / 3.0) < 0.005) }
  }

  @Test func shuffleKeepsEveryItem() {
    var random = RandomSource(seed: 1)
    var items = Array(0..<50)
    random.shuffle(&items)
    #expect(items != Array(0..<50))
    #expect(items.sorted() == Array(0..<50))
  }
}
