import RealModule
import SequenceModels
import Testing

@testable import Tasks

@Suite struct TemporalOrderTests {
  func examples(length: Int, count: Int = 2_000) -> [(tokens: [Int32], target: Int32)] {
    var random = RandomSource(seed: 1)
    let batch = TemporalOrder.batch(Float.self, count: count, length: length, using: &random)
    guard case .tokens(let tokens) = batch.inputs else { preconditionFailure("symbols come as tokens") }
    return (0..<count).map { example in ((0..<length).map { tokens[$0, example] }, batch.targets[example]) }
  }

  @Test(arguments: [10, 15, 50, 100])
  func classIsTheTwoSymbolsInTheirOrder(length: Int) {
    let places = TemporalOrder.places(length: length)
    for (tokens, target) in examples(length: length) {
      let symbols = tokens.indices.filter { tokens[$0] < 2 }
      #expect(symbols.count == 2)
      #expect(places.first.contains(symbols[0] + 1) && places.second.contains(symbols[1] + 1))
      #expect(
        TemporalOrder.classes[Int(target)] == symbols.map { TemporalOrder.symbols[Int(tokens[$0])] }.joined())
      #expect(tokens.allSatisfy { (0..<6).contains($0) })
    }
  }

  @Test func placesAreThoseOfThePaper() {
    #expect(TemporalOrder.places(length: 100).first == 10...20)
    #expect(TemporalOrder.places(length: 100).second == 40...50)
    #expect(TemporalOrder.places(length: 10).first == 1...2)
  }

  @Test func everyPlaceSymbolAndClassOccurs() {
    let examples = examples(length: 50)
    for place in Array(5...10) + Array(20...25) {
      #expect(examples.contains { $0.tokens[place - 1] < 2 }, "step \(place)")
    }
    for symbol in 0..<6 { #expect(examples.contains { $0.tokens.contains(Int32(symbol)) }) }
    for (index, name) in TemporalOrder.classes.enumerated() {
      let share = Double(examples.count { $0.target == Int32(index) }) / Double(examples.count)
      #expect(abs(share - 0.25) < 0.04, "\(name)")
    }
  }

  @Test func baselineIsTheLossOfAUniformGuess() {
    #expect(TemporalOrder.baseline == Double.log(Double(TemporalOrder.classes.count)))
  }

  @Test func seedAloneDecides() {
    var (one, same, other) = (RandomSource(seed: 3), RandomSource(seed: 3), RandomSource(seed: 4))
    let batch = TemporalOrder.batch(Float.self, count: 5, length: 20, using: &one)
    #expect(batch == TemporalOrder.batch(count: 5, length: 20, using: &same))
    #expect(batch != TemporalOrder.batch(count: 5, length: 20, using: &other))
    #expect(batch != TemporalOrder.batch(count: 5, length: 20, using: &one))
  }
}
