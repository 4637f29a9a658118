// A long text cut for training: contiguous streams, read window by window.

/// A text as `batch` streams of equal length that a model reads side by side, `length` tokens at a time.
///
/// Window after window continues each stream where the last one left it, so the state can be carried; after the last,
/// all streams start over. What does not fill a window of every stream is left out.
public struct TokenStreams: Sequence, Sendable {
  /// T, the number of steps of a window.
  public let length: Int
  /// m, the number of streams.
  public let batch: Int
  /// The number of windows before the streams start over.
  public let windowCount: Int
  private let tokens: ArraySlice<Int32>
  private let streamLength: Int

  /// Cuts `tokens` into streams.
  ///
  /// - Parameters:
  ///   - tokens: the ids of the text, in order. Each stream is a stretch of them.
  ///   - batch: m, the number of streams. Traps where it is below 1.
  ///   - length: T, the number of steps of a window. Traps where it is below 1.
  ///   - part: what the tokens are, for the error: "text", "part held out".
  /// - Throws: `CorpusError.tooShort` where not one window fits.
  public init(_ tokens: ArraySlice<Int32>, batch: Int, length: Int, part: String = "text") throws(CorpusError) {
    require(batch > 0 && length > 0, "streams need a batch and a length of 1 or more")
    (self.tokens, self.batch, self.length) = (tokens, batch, length)
    streamLength = Swift.max(0, tokens.count - 1) / batch
    windowCount = streamLength / length
    let needed = batch.multipliedReportingOverflow(by: length)
    if windowCount == 0 {
      throw .tooShort(part: part, tokens: tokens.count, needed: needed.overflow ? .max : needed.partialValue + 1)
    }
  }

  /// Window `number`, from 0: each input is followed by its target.
  public func window(_ number: Int) -> LanguageBatch {
    require(number >= 0 && number < windowCount, "window \(number) is not one of \(windowCount)")
    var (inputs, targets) = (TokenBatch(length: length, batch: batch), TokenBatch(length: length, batch: batch))
    for stream in 0..<batch {
      let start = tokens.startIndex + stream * streamLength + number * length
      for t in 0..<length {
        inputs[t, stream] = tokens[start + t]
        targets[t, stream] = tokens[start + t + 1]
      }
    }
    return LanguageBatch(inputs: inputs, targets: targets)
  }

  /// The window of training step `step`, from 0: the windows in order, over and over. The first of
  /// each round starts anew.
  public func next(_ step: Int) -> (batch: LanguageBatch, continues: Bool) {
    (window(step % windowCount), step % windowCount > 0)
  }

  /// The windows in order, once through, each with whether it continues the one before.
  public func makeIterator() -> some IteratorProtocol<(batch: LanguageBatch, continues: Bool)> {
    (0..<windowCount).lazy.map(next).makeIterator()
  }
}
