import Testing

@testable import Notebook

@MainActor struct ProgressBarTests {
  /// A stream that keeps what is written, with a clock that the test moves.
  private final class Stream: ProgressStream {
    let isInteractive: Bool
    let columns: Int
    var now = 0.0
    var writes: [String] = []

    init(isInteractive: Bool, columns: Int = 80) {
      self.isInteractive = isInteractive
      self.columns = columns
    }

    func write(_ text: String) { writes.append(text) }
  }

  /// Twelve seconds of a training, an update each millisecond.
  private func run(on stream: Stream) {
    let bar = ProgressBar("training", total: 12_000, unit: "steps", stream: stream)
    for step in 1...12_000 {
      stream.now = Double(step) / 1000
      bar.update(step, loss: 2, tokens: 25)
    }
    bar.finish("mean loss 1.9")
    bar.finish()
  }

  @Test func pipedItIsPlainLinesSecondsApart() {
    let stream = Stream(isInteractive: false)
    run(on: stream)
    #expect(
      stream.writes == [
        "training: steps 5000/12000, loss 2, 25000 tokens/s, 7.0 s left\n",
        "training: steps 10000/12000, loss 2, 25000 tokens/s, 2.0 s left\n",
        "training: 12000 steps in 12 s, 25000 tokens/s, mean loss 1.9\n",
      ])
  }

  @Test func inATerminalOneLineIsRedrawnAndCleared() {
    let stream = Stream(isInteractive: true)
    run(on: stream)
    let drawings = stream.writes.dropLast(2)
    #expect((100...120).contains(drawings.count), "about ten a second")
    #expect(drawings.allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") && !$0.contains("\n") })
    #expect(drawings.last!.contains("━") && drawings.last!.contains("loss 2 · 25000 tokens/s · "))
    #expect(
      stream.writes.suffix(2) == ["\r\u{1B}[K", "training: 12000 steps in 12 s, 25000 tokens/s, mean loss 1.9\n"])
  }

  @Test func aCountWithoutEndIsDrawn() {
    let stream = Stream(isInteractive: true, columns: 200)
    let bar = ProgressBar("reading", total: .max, unit: "steps", stream: stream)
    for (step, time) in [(1, 1e9), (.max / 2, 2e9), (.max, 3e9)] {
      stream.now = time
      bar.update(step)
    }
    #expect(stream.writes[0].contains("over a million h left") && stream.writes[1].contains("555555:33 h left"))
    #expect(stream.writes[2].contains(" ━━━━"))
  }

  @Test(arguments: [1, 10, 40, 60, 300]) func aDrawingFitsItsLine(columns: Int) {
    let stream = Stream(isInteractive: true, columns: columns)
    run(on: stream)
    for drawing in stream.writes.dropLast(2) {
      #expect(drawing.dropFirst().dropLast(3).count <= max(0, columns - 3))
    }
  }

  @Test func stoppedEarlyItSaysSo() {
    let stream = Stream(isInteractive: false)
    let bar = ProgressBar("epoch", total: 10, unit: "batches", stream: stream)
    stream.now = 2
    bar.update(4, loss: 2)
    bar.finish()
    #expect(stream.writes == ["epoch: 4 of 10 batches in 2.0 s\n"])
  }
}
