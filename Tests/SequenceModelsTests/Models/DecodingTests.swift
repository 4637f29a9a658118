import RealModule
import Testing

@testable import SequenceModels

@Suite struct DecodingTests {
  /// Sharp enough that the likeliest first token does not begin the likeliest sequence.
  static func model(seed: UInt64) -> LanguageModel<RNN<Double>> {
    var random = RandomSource(seed: seed)
    return LanguageModel<RNN<Double>>.plain(vocabulary: 3, hidden: 4, using: &random)
      .randomised(deviation: 1.5, using: &random)
  }

  static func state(seed: UInt64, count: Int = 1) -> RecurrentState<Double> {
    var random = RandomSource(seed: seed)
    return RecurrentState([Matrix(rows: 4, columns: count) { random.normal() }])
  }

  /// Every sequence of at most `limit` tokens that ends with token 0, and every one of `limit` that has not ended.
  static func all(_ model: LanguageModel<RNN<Double>>, limit: Int, from state: RecurrentState<Double>) -> [Hypothesis] {
    func logProbability(_ tokens: [Int32]) -> Double {
      -model.forward(LanguageBatch(sentence: tokens), from: state, on: model.makeTape()).total
    }
    var (result, open): ([Hypothesis], [[Int32]]) = ([], [[]])
    for _ in 0..<limit {
      result += open.map { Hypothesis(tokens: $0, logProbability: logProbability($0 + [0]), isFinished: true) }
      open = open.flatMap { [$0 + [1], $0 + [2]] }
    }
    result += open.map { Hypothesis(tokens: $0, logProbability: logProbability($0), isFinished: false) }
    return result.sorted { $0.logProbability > $1.logProbability }
  }

  @Test(arguments: 1...8)
  func beamWideEnoughForAllFindsTheLikeliest(seed: UInt64) {
    let (model, state) = (Self.model(seed: seed), Self.state(seed: seed + 100))
    let expected = Self.all(model, limit: 4, from: state)
    let found = model.beamSearch(from: state, width: 81, until: 0, limit: 4)
    #expect(found.map(\.tokens) == expected.map(\.tokens))
    #expect(found.map(\.isFinished) == expected.map(\.isFinished))
    for (one, other) in zip(found, expected) { #expect(abs(one.logProbability - other.logProbability) < 1e-12) }
    #expect(abs(found.reduce(0) { $0 + Double.exp($1.logProbability) } - 1) < 1e-12)
  }

  @Test func narrowBeamCanMissIt() {
    let missed = (1...8 as ClosedRange<UInt64>).filter { seed in
      let (model, state) = (Self.model(seed: seed), Self.state(seed: seed + 100))
      return model.beamSearch(from: state, width: 1, until: 0, limit: 4)[0].tokens
        != Self.all(model, limit: 4, from: state)[0].tokens
    }
    #expect(!missed.isEmpty)
  }

  @Test(arguments: 1...8)
  func greedyIsABeamOfWidthOneAndASamplerAtZero(seed: UInt64) {
    let (model, states) = (Self.model(seed: seed), Self.state(seed: seed, count: 3))
    let greedy = model.greedyTokens(from: states, until: 0, limit: 6)
    for example in 0..<3 {
      let state = states.columns([example])
      #expect(model.beamSearch(from: state, width: 1, until: 0, limit: 6).map(\.tokens) == [greedy[example]])
      var (sampler, random) = (Sampler(model, temperature: 0, from: state), RandomSource(seed: 1))
      #expect(sampler.tokens(limit: 6, until: 0, using: &random) == greedy[example])
    }
  }

  @Test func beamReturnsItsBestInOrder() {
    let model = Self.model(seed: 2)
    let found = model.beamSearch(width: 5, until: 0, limit: 6)
    #expect(found.count == 5)
    #expect(Set(found.map { $0.tokens + ($0.isFinished ? [0] : []) }).count == 5)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.logProbability >= $1.logProbability })
    for hypothesis in found {
      let written = hypothesis.tokens + (hypothesis.isFinished ? [0] : [])
      #expect(abs(model.logProbability(of: written) - hypothesis.logProbability) < 1e-12)
      #expect(hypothesis.isFinished || hypothesis.tokens.count == 6)
    }
  }

  @Test func limitOfZeroWritesNothing() {
    let model = Self.model(seed: 2)
    #expect(model.greedyTokens(from: Self.state(seed: 1, count: 2), until: 0, limit: 0) == [[], []])
    let nothing = Hypothesis(tokens: [], logProbability: 0, isFinished: false)
    #expect(model.beamSearch(width: 3, until: 0, limit: 0) == [nothing])
  }
}
