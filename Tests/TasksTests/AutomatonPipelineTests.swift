import RealModule
import SequenceModels
import Testing

@testable import Tasks

@Suite struct AutomatonPipelineTests {
  let pipeline: AutomatonPipeline

  init() {
    var random = RandomSource(seed: 1)
    pipeline = AutomatonPipeline(levels: 3, states: 4, using: &random)
  }

  func examples(count: Int, length: Int) -> [(symbols: [Int], tags: [Int])] {
    var random = RandomSource(seed: 2)
    let batch = pipeline.batch(Float.self, count: count, length: length, using: &random)
    guard case .tokens(let tokens) = batch.inputs else { preconditionFailure("symbols come as tokens") }
    return (0..<count).map { example in
      ((0..<length).map { Int(tokens[$0, example]) }, (0..<length).map { Int(batch.targets[$0, example]) })
    }
  }

  @Test func tagsAreThoseOfTheTablesReadOneInsideTheOther() {
    for (symbols, tags) in examples(count: 50, length: 12) {
      var q = [0, 0, 0]
      for (symbol, tag) in zip(symbols, tags) {
        q[0] = pipeline.tables[0][q[0]][symbol]
        q[1] = pipeline.tables[1][q[1]][q[0]]
        q[2] = pipeline.tables[2][q[2]][q[1]]
        #expect(tag == q[2])
      }
      #expect(pipeline.states(reading: symbols).first == symbols && pipeline.states(reading: symbols).last == tags)
    }
  }

  @Test func everyRowIsAPermutation() {
    #expect(pipeline.tables.count == 3 && pipeline.tables.allSatisfy { $0.count == 4 })
    for row in pipeline.tables.joined() { #expect(row.sorted() == [0, 1, 2, 3]) }
  }

  /// Every tag is as likely as any other, whatever the tag before it: the baseline is that of a guess.
  @Test func tagsAreUniformAndIndependent() {
    var pairs = [Int](repeating: 0, count: 16)
    for (_, tags) in examples(count: 1_000, length: 17) {
      for (one, next) in zip(tags, tags.dropFirst()) { pairs[4 * one + next] += 1 }
    }
    for count in pairs { #expect(abs(Double(count) / 16_000 - 1.0 / 16) < 0.01) }
    #expect(pipeline.baseline == Double.log(4))
  }

  @Test func seedAloneDecides() {
    var (one, same, other) = (RandomSource(seed: 3), RandomSource(seed: 3), RandomSource(seed: 4))
    let batch = pipeline.batch(Float.self, count: 5, length: 20, using: &one)
    #expect(batch == pipeline.batch(count: 5, length: 20, using: &same))
    #expect(batch != pipeline.batch(count: 5, length: 20, using: &other))
    var again = RandomSource(seed: 1)
    #expect(AutomatonPipeline(levels: 3, states: 4, using: &again).tables == pipeline.tables)
  }
}
