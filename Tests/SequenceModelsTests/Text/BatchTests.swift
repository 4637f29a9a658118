import Testing

@testable import SequenceModels

@Suite struct TokenStreamsTests {
  /// Ten tokens in two streams of four: the last is the target of the one before it, and one is left over.
  @Test func targetsFollowTheirInputs() throws {
    let text = (90..<110).map(Int32.init)
    let streams = try TokenStreams(text[10..<20], batch: 2, length: 2)
    #expect(streams.windowCount == 2)
    let windows = Array(streams)
    #expect(windows.map(\.continues) == [false, true])
    #expect(windows[0].batch.inputs.ids == [100, 104, 101, 105])
    #expect(windows[0].batch.targets.ids == [101, 105, 102, 106])
    #expect(windows[1].batch.inputs.ids == [102, 106, 103, 107])
    #expect(windows[1].batch.targets.ids == [103, 107, 104, 108])
    #expect(windows[0].batch.targetCount == 4)
  }

  @Test func stepsGoRoundAndStartAnew() throws {
    let streams = try TokenStreams((0..<10).map(Int32.init)[...], batch: 2, length: 2)
    #expect((0..<5).map { streams.next($0).continues } == [false, true, false, true, false])
    #expect((0..<5).map { streams.next($0).batch } == [0, 1, 0, 1, 0].map(streams.window))
  }

  /// Laid end to end, the windows of a stream are the stream.
  @Test(arguments: [(50, 3, 4), (51, 1, 7), (9, 2, 4), (100, 5, 1)])
  func windowsContinueTheirStreams(count: Int, batch: Int, length: Int) throws {
    let streams = try TokenStreams(Array(0..<Int32(count))[...], batch: batch, length: length)
    #expect(streams.windowCount == (count - 1) / batch / length)
    let windows = streams.map(\.batch)
    for stream in 0..<batch {
      let inputs = windows.flatMap { window in (0..<length).map { window.inputs[$0, stream] } }
      let first = Int32(stream * ((count - 1) / batch))
      #expect(inputs == Array(first..<first + Int32(inputs.count)))
      let targets = windows.flatMap { window in (0..<length).map { window.targets[$0, stream] } }
      #expect(targets == inputs.map { $0 + 1 })
    }
  }

  @Test func oneTokenTooFewIsAnError() throws {
    let text = (0..<7).map(Int32.init)
    #expect(try TokenStreams(text[...], batch: 2, length: 3).windowCount == 1)
    #expect(throws: CorpusError.tooShort(part: "part held out", tokens: 6, needed: 7)) {
      try TokenStreams(text[..<6], batch: 2, length: 3, part: "part held out")
    }
  }

  @Test(arguments: [(1, 1), (1, 2), (2, 1), (3, 5)])
  func nothingIsTooShortForAnyWindow(batch: Int, length: Int) {
    #expect(throws: CorpusError.tooShort(part: "text", tokens: 0, needed: batch * length + 1)) {
      try TokenStreams([], batch: batch, length: length)
    }
  }
}

@Suite struct SentenceBatchesTests {
  let none = TokenBatch.none
  let sentences = SentenceBatches([[1, 2, 3], [], [4]], end: 0)

  @Test func sentencesArePaddedToTheLongest() {
    let batch = sentences.batch([0, 1, 2])
    #expect(batch.inputs.length == 4)
    #expect(batch.inputs.ids == [none, none, none, 1, none, 4, 2, none, none, 3, none, none])
    #expect(batch.targets.ids == [1, 0, 4, 2, none, 0, 3, none, none, 0, none, none])
    #expect(batch.targetCount == 7)
    #expect(batch.exampleCount == 3)
  }

  @Test func aSentenceAloneIsTheNotesBatch() {
    #expect(sentences.batch([0]) == LanguageBatch(sentence: [1, 2, 3, 0]))
    #expect(sentences.batch([1]) == LanguageBatch(sentence: [0]))
  }

  @Test func examplesAreCutOutOfABatch() {
    let part = sentences.batch([0, 1, 2]).examples(1..<3)
    #expect(part.inputs.ids == [none, none, none, 4, none, none, none, none])
    #expect(part.targets.ids == [0, 4, none, 0, none, none, none, none])
    #expect(part.targetCount == 3)
  }

  @Test func allComeOnceAndEachAlone() {
    let batches = sentences.all(inBatchesOf: 2)
    #expect(batches.map(\.batch) == [sentences.batch([0, 1]), sentences.batch([2])])
    #expect(batches.allSatisfy { !$0.continues })
  }

  @Test func randomBatchesDrawEverySentence() {
    var random = RandomSource(seed: 2)
    let firsts = sentences.random(300, using: &random).targets.ids.prefix(300)
    for first: Int32 in [1, 0, 4] { #expect(abs(firsts.count { $0 == first } - 100) < 40) }
  }
}
