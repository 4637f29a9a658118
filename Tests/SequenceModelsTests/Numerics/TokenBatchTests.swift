import Testing

@testable import SequenceModels

@Suite struct TokenBatchTests {
  @Test func windowsOfTheStepsKeepTheSequencesApart() {
    var batch = TokenBatch(length: 3, batch: 2)
    batch.ids = [10, 20, 11, 21, 12, 22]
    #expect(batch.steps(1..<3).ids == [11, 21, 12, 22])
    #expect(batch.steps(1..<3).length == 2 && batch.steps(1..<3).batch == 2)
    #expect(batch.steps(0..<3) == batch)
    #expect(batch.steps(2..<2) == TokenBatch(length: 0, batch: 2))
  }

  @Test func noIdIsTheZeroVector() {
    var batch = TokenBatch(length: 2, batch: 2)
    batch.ids = [2, TokenBatch.none, 0, 1]
    let columns = batch.oneHot(size: 3, as: Float.self)
    #expect(columns[0] == Matrix([[0, 0], [0, 0], [1, 0]]) && columns[1] == Matrix([[1, 0], [0, 1], [0, 0]]))
    #expect(
      TokenBatch(length: 0, batch: 2).oneHot(size: 3, as: Float.self) == SequenceBatch(length: 0, batch: 2, size: 3))
  }

  @Test(arguments: [3, -2])
  func anIdWithoutAPlaceIsRefused(id: Int32) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [id] in
      _ = TokenBatch(sequence: [id]).oneHot(size: 3, as: Float.self)
    }
    let words = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
    #expect(words?.contains("id \(id) has no place in a one-hot column of 3") == true)
  }

  @Test func sequencesArePaddedToTheLongest() async {
    let (tokens, mask) = TokenBatch.padded([[1], [2, 3], []])
    #expect(tokens.ids == [1, 2, -1, -1, 3, -1] && mask.lengths == [1, 2, 0])
    let (vectors, same) = SequenceBatch<Float>.padded([Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]])])
    #expect(
      vectors[0] == Matrix([[1, 3], [2, 5]]) && vectors[1] == Matrix([[0, 4], [0, 6]]) && same.lengths == [1, 2])
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = SequenceBatch<Float>.padded([])
    }
    #expect(result.map { String(decoding: $0.standardErrorContent, as: UTF8.self).contains("no sequence") } == true)
  }
}
