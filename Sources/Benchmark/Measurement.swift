// What one measurement says, in the keys that the peers use as well.

/// The time of a step, by our engine or by a peer's.
struct Measurement: Codable {
  var engine: String
  var cell: CellKind
  var hidden, batch, length, vocabulary, layers, threads: Int
  var seconds: Double
  var steps: Int
  /// The median.
  var millisecondsPerStep: Double
  var tokensPerSecond: Int
  /// The time that the step's matrix products would take at the machine's product rate, over the
  /// step's time; ours alone.
  var limitRatio: Double?

  enum CodingKeys: String, CodingKey {
    case engine, cell, hidden, batch, length, vocabulary, layers, threads, seconds, steps
    case millisecondsPerStep = "milliseconds_per_step"
    case tokensPerSecond = "tokens_per_second"
    case limitRatio = "limit_ratio"
  }
}

extension Work {
  /// Times this work for `seconds`, and the machine's products before and after it.
  func measure(seconds: Double) throws -> Measurement {
    let before = productRate(threads: threads)
    let steps = try times(for: seconds, step())
    let rate = max(before, productRate(threads: threads))
    return Measurement(
      engine: "SequenceModels", cell: cell, hidden: hidden, batch: batch, length: length, vocabulary: vocabulary,
      layers: layers, threads: threads, seconds: seconds, steps: steps.count,
      millisecondsPerStep: (steps.median * 1e7).rounded() / 1e4,
      tokensPerSecond: Int(Double(batch * length) / steps.median),
      limitRatio: (productOperations / rate / steps.median * 1e3).rounded() / 1e3)
  }
}
