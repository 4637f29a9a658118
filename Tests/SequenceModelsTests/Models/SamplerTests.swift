import RealModule
import Testing

@testable import SequenceModels

@Suite struct SamplerTests {
  let model = LanguageModel<RNN<Double>>.random(vocabulary: 5, hidden: 4, seed: 4)

  /// A model that counts: after token t comes t + 1 of four, and 0 at the start.
  static var counting: LanguageModel<RNN<Double>> {
    var model = LanguageModel<RNN<Double>>.random(vocabulary: 4, hidden: 4, seed: 1).zeroed
    for t in 0..<4 {
      model.layer.cell.Wax[t, t] = 10
      model.output.Wya[(t + 1) % 4, t] = 10
    }
    model.output.by[0, 0] = 1
    return model
  }

  private func distribution(temperature: Double, topK: Int? = nil, after prime: [Int32] = []) -> [Double] {
    var sampler = Sampler(model, temperature: temperature, topK: topK)
    for token in prime { sampler.read(token) }
    return sampler.distribution()
  }

  private func entropy(_ p: [Double]) -> Double {
    p.reduce(0) { $1 > 0 ? $0 - $1 * Double.log($1) : $0 }
  }

  @Test func distributionIsTheModelsOwn() {
    for prime: [Int32] in [[], [3], [3, 0, 0, 4, 1]] {
      let p = distribution(temperature: 1, after: prime)
      #expect(abs(p.reduce(0, +) - 1) < 1e-14)
      for token in 0..<5 {
        let logarithm = model.logProbabilities(of: prime + [Int32(token)]).last!
        #expect(abs(Double.log(p[token]) - logarithm) < 1e-13)
      }
    }
  }

  @Test func frequenciesAreTheProbabilities() {
    var random = RandomSource(seed: 9)
    let count = 20_000
    // The sequence of two draws, so that the second is seen to depend on the first.
    var seen = Array(repeating: 0.0, count: 25)
    for _ in 0..<count {
      var sampler = Sampler(model)
      let (first, second) = (sampler.next(using: &random), sampler.next(using: &random))
      seen[Int(first * 5 + second)] += 1
    }
    // Pearson's χ² with 24 degrees of freedom exceeds 51.2 once in a thousand seeds.
    let square = (0..<25).reduce(0.0) { sum, pair in
      let expected = Double(count) * Double.exp(model.logProbability(of: [Int32(pair / 5), Int32(pair % 5)]))
      return sum + (seen[pair] - expected) * (seen[pair] - expected) / expected
    }
    #expect(square < 51.2)
  }

  @Test func temperatureDividesTheLogits() {
    let (one, half) = (distribution(temperature: 1), distribution(temperature: 0.5))
    // softmax(2 z) is p² by its sum.
    let squares = one.map { $0 * $0 }
    let sum = squares.reduce(0, +)
    for (p, square) in zip(half, squares) { #expect(abs(p - square / sum) < 1e-14) }
  }

  @Test func lowerTemperatureIsSharper() {
    let entropies = [0, 0.25, 0.5, 1, 2, 1000].map { entropy(distribution(temperature: $0)) }
    for (lower, higher) in zip(entropies, entropies.dropFirst()) { #expect(lower < higher) }
    #expect(entropies[0] == 0)
    #expect(abs(entropies[5] - Double.log(5)) < 1e-5)
  }

  @Test func temperatureNearZeroIsStillADistribution() {
    #expect(distribution(temperature: .leastNonzeroMagnitude) == distribution(temperature: 0))
  }

  @Test func temperatureZeroTakesTheLikeliestWhateverTheSeed() {
    var prime: [Int32] = []
    for _ in 0..<10 {
      let p = distribution(temperature: 1, after: prime)
      prime.append(Int32(p.indices.max { p[$0] < p[$1] }!))
    }
    for seed: UInt64 in [1, 2] {
      var random = RandomSource(seed: seed)
      var sampler = Sampler(model, temperature: 0)
      #expect(sampler.tokens(limit: 10, using: &random) == prime)
    }
  }

  // MARK: - Top-k

  @Test func topKIsTheLikeliestByTheirSum() {
    for temperature in [0.5, 1, 2] {
      let all = distribution(temperature: temperature)
      let order = all.indices.sorted { all[$0] > all[$1] }
      for k in 1...5 {
        let sum = order.prefix(k).reduce(0.0) { $0 + all[$1] }
        let p = distribution(temperature: temperature, topK: k)
        for (rank, token) in order.enumerated() {
          let expected = rank < k ? all[token] / sum : 0
          #expect(abs(p[token] - expected) < 1e-15)
        }
      }
    }
    #expect(distribution(temperature: 1, topK: 5) == distribution(temperature: 1))
    #expect(distribution(temperature: 1, topK: 1) == distribution(temperature: 0))
    #expect(distribution(temperature: 0, topK: 3) == distribution(temperature: 0))
    #expect(distribution(temperature: 1, topK: .max) == distribution(temperature: 1))
  }

  @Test func ofEquallyLikelyTokensTheFirstAreKept() {
    var random = RandomSource(seed: 1)
    let even = LanguageModel<RNN<Double>>.random(vocabulary: 4, hidden: 2, seed: 1).zeroed
    var sampler = Sampler(even, topK: 3)
    let third = 1.0 / 3
    #expect(sampler.distribution() == [third, third, third, 0])
    var generator = Generator(vectorSize: 1, decoder: even, using: &random).sampler(for: Matrix([[1]]), topK: 2)
    #expect(generator.distribution() == [0.5, 0.5, 0, 0])
  }

  @Test func drawsOfTopKAreItsProbabilities() {
    var random = RandomSource(seed: 10)
    let p = distribution(temperature: 1, topK: 3)
    var seen = [0, 0, 0, 0, 0]
    for _ in 0..<20_000 {
      var sampler = Sampler(model, topK: 3)
      seen[Int(sampler.next(using: &random))] += 1
    }
    // Pearson's χ² with 2 degrees of freedom exceeds 13.8 once in a thousand seeds.
    let square = (0..<5).filter { p[$0] > 0 }.reduce(0.0) { sum, token in
      let (count, expected) = (Double(seen[token]), 20_000 * p[token])
      return sum + (count - expected) * (count - expected) / expected
    }
    #expect(square < 13.8)
    let drawn = seen.count { $0 > 0 }
    #expect(drawn == 3)
  }

  @Test func topKBelowOneIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Sampler(SamplerTests.counting, topK: 0)
    }
    #expect(result.words.contains("top-k sampling needs a k of at least 1, not 0"))
  }

  // MARK: - Random numbers

  /// A generator that is none of ours, with the bits of one that is.
  struct Foreign: RandomNumberGenerator {
    var source: RandomSource
    mutating func next() -> UInt64 { source.next() }
  }

  @Test func anyGeneratorDrawsByItsBits() {
    var (ours, foreign) = (RandomSource(seed: 3), Foreign(source: RandomSource(seed: 3)))
    var (one, other) = (Sampler(model), Sampler(model))
    #expect(one.tokens(limit: 50, using: &ours) == other.tokens(limit: 50, using: &foreign))
    #expect(one.next(using: &ours) == other.next(using: &foreign))
    var system = SystemRandomNumberGenerator()
    #expect(one.tokens(limit: 20, using: &system).count == 20)
  }

  @Test func oneSeedGivesOneText() {
    func text(seed: UInt64) -> [Int32] {
      var random = RandomSource(seed: seed)
      var sampler = Sampler(model)
      return sampler.tokens(limit: 50, using: &random)
    }
    #expect(text(seed: 1) == text(seed: 1))
    #expect(text(seed: 1) != text(seed: 2))
  }

  @Test func askingForTheDistributionDoesNotAdvance() {
    var (asked, unasked) = (Sampler(model), Sampler(model))
    asked.read(2)
    unasked.read(2)
    let first = asked.distribution()
    #expect(asked.distribution() == first)
    asked.read(4)
    unasked.read(4)
    #expect(asked.distribution() == unasked.distribution())
  }

  @Test func copyGoesItsOwnWay() {
    var one = Sampler(model)
    one.read(1)
    var other = one
    other.read(3)
    _ = other.distribution()
    #expect(one.distribution() == distribution(temperature: 1, after: [1]))
    #expect(other.distribution() == distribution(temperature: 1, after: [1, 3]))
  }

  @Test func endStopsAndIsLeftOut() {
    var random = RandomSource(seed: 1)
    func tokens(limit: Int, until end: Int32?) -> [Int32] {
      var sampler = Sampler(Self.counting, temperature: 0)
      return sampler.tokens(limit: limit, until: end, using: &random)
    }
    #expect(tokens(limit: 6, until: nil) == [0, 1, 2, 3, 0, 1])
    #expect(tokens(limit: 6, until: 3) == [0, 1, 2])
    #expect(tokens(limit: 2, until: 3) == [0, 1])
    #expect(tokens(limit: 6, until: 0) == [])
    #expect(tokens(limit: 0, until: nil) == [])
  }

  @Test func primeIsContinued() {
    var random = RandomSource(seed: 1)
    var sampler = Sampler(Self.counting, temperature: 0)
    sampler.read(2)
    #expect(sampler.tokens(limit: 3, using: &random) == [3, 0, 1])
  }
}
