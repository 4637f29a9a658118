// The tables: the grid of sizes, how the time grows, what the other forms cost, and a character at a time.

import Foundation
import SequenceModels

/// Prints a row of a Markdown table, at once, so that a long run shows how far it is.
private func row(_ cells: [String]) {
  FileHandle.standardOutput.write(Data("| \(cells.joined(separator: " | ")) |\n".utf8))
}

private func head(_ cells: [String]) {
  row(cells)
  row(cells.map { _ in "---" })
}

private func format(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

/// The sizes that the package is held to, every cell at each; beside them the peers where `peers` says so.
func printGrid(peers: [Peer], seconds: Double, threads: Int) throws {
  let sizes = [(100, 1, 25), (128, 50, 50), (256, 64, 64), (512, 64, 64)]
  head(
    ["cell", "n_a, m, T", "ms a step", "of the limit"] + peers.map { "\($0.rawValue), ms" }
      + (peers.isEmpty ? [] : ["times the faster"]))
  var ratios: [Double] = []
  var engines: [String] = []
  for (hidden, batch, length) in sizes {
    for cell in CellKind.allCases {
      let work = Work(cell: cell, hidden: hidden, batch: batch, length: length, threads: threads)
      // Ours before and after the peers: a machine that is slower for a while is so for both.
      let first = try work.measure(seconds: seconds)
      let measured = try peers.map { try $0.measure(work, seconds: seconds) }
      engines = measured.map(\.engine)
      let others = measured.map(\.millisecondsPerStep)
      let second = try work.measure(seconds: seconds)
      let own = (first.millisecondsPerStep + second.millisecondsPerStep) / 2
      let limit = (first.limitRatio! + second.limitRatio!) / 2
      var cells = ["\(cell)", "\(hidden), \(batch), \(length)", format(own, 3), format(limit, 2)]
      cells += others.map { format($0, 3) }
      if let fastest = others.min() {
        ratios.append(fastest / own)
        cells.append(format(fastest / own, 2))
      }
      row(cells)
    }
  }
  if !ratios.isEmpty {
    let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
    print("\nGeometric mean \(format(mean, 2)), smallest \(format(ratios.min()!, 2)).")
  }
  let date = Date.now.formatted(.iso8601.year().month().day())
  print("\n" + (["\(threads) threads on \(processorName)", date] + engines).joined(separator: ", ") + ".")
}

/// What the processor calls itself.
private var processorName: String {
  let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
  // x86 has a name; arm64 has numbers alone.
  guard let name = lines.first(where: { $0.hasPrefix("model name") })?.split(separator: ":").last else {
    return "a processor without a name"
  }
  return name.trimmingCharacters(in: .whitespaces)
}

/// How the time of a step grows when one size is doubled again and again.
func printScaling(of work: Work, seconds: Double) throws {
  head(["cell", "size", "values", "ms a step", "growth at each doubling"])
  let sizes: [(name: String, path: WritableKeyPath<Work, Int>, values: [Int])] = [
    ("T", \.length, [16, 32, 64, 128, 256]), ("m", \.batch, [16, 32, 64, 128, 256]),
    ("n_a", \.hidden, [64, 128, 256, 512]),
  ]
  for size in sizes {
    let times = try size.values.map { value in
      var work = work
      work[keyPath: size.path] = value
      return try median(of: work, seconds: seconds)
    }
    let growth = zip(times, times.dropFirst()).map { format($1 / $0, 2) }
    row([
      "\(work.cell)", size.name, size.values.map(String.init).joined(separator: ", "),
      times.map { format($0 * 1e3, 2) }.joined(separator: ", "), growth.joined(separator: ", "),
    ])
  }
}

private func median(of work: Work, seconds: Double) throws -> Double {
  try times(for: seconds, work.step()).median
}

/// What the other forms of the cells and layers cost beside the standard one, for the same work.
func printForms(of work: Work, seconds: Double) throws {
  let (inputs, hidden) = (work.vocabulary, work.hidden)
  var random = RandomSource(seed: 1)
  func time(_ step: () throws -> Void) rethrows -> Double { try times(for: seconds, step).median }
  func rnn(_ activation: Activation) -> RNN<Float> {
    RNN(RNNCell(inputSize: inputs, hiddenSize: hidden, activation: activation, using: &random))
  }
  func gru(_ form: GRUForm) -> GRU<Float> {
    GRU(GRUCell(inputSize: inputs, hiddenSize: hidden, form: form, using: &random))
  }
  func lstm(_ peephole: Peephole = .none, _ candidate: Activation = .tanh, inputs: Int, hidden: Int) -> LSTM<Float> {
    LSTM(
      LSTMCell(
        inputSize: inputs, hiddenSize: hidden, peephole: peephole, candidateActivation: candidate, using: &random))
  }
  func lstm(_ peephole: Peephole, _ candidate: Activation = .tanh) -> LSTM<Float> {
    lstm(peephole, candidate, inputs: inputs, hidden: hidden)
  }

  head(["form", "ms a step", "standard, ms", "times"])
  func compare(_ name: String, _ form: () throws -> Void, with standard: () throws -> Void, parts: Double = 1) rethrows
  {
    let (one, other) = (try time(form), try time(standard) * parts)
    row([name, format(one * 1e3, 2), format(other * 1e3, 2), format(one / other, 2)])
  }
  try compare("RNN with relu", work.step(rnn(.relu)), with: work.step(rnn(.tanh)))
  for form in GRUForm.allCases where form != .resetAfterRecurrent {
    try compare("GRU, \(form.rawValue)", work.step(gru(form)), with: work.step(gru(.resetAfterRecurrent)))
  }
  for peephole in Peephole.allCases where peephole != .none {
    try compare("LSTM, peepholes: \(peephole.rawValue)", work.step(lstm(peephole)), with: work.step(lstm(.none)))
  }
  try compare("LSTM, σ candidate", work.step(lstm(.none, .sigmoid)), with: work.step(lstm(.none)))
  try compare(
    "LSTM in both directions, beside two of one",
    work.taggingStep(Bidirectional(forward: lstm(.none), backward: lstm(.none)), masked: false),
    with: work.taggingStep(lstm(.none), masked: false), parts: 2)
  try compare(
    "three LSTM layers, beside one and a half times two",
    work.step(Deep([lstm(.none), lstm(inputs: hidden, hidden: hidden), lstm(inputs: hidden, hidden: hidden)])),
    with: work.step(Deep([lstm(.none), lstm(inputs: hidden, hidden: hidden)])), parts: 1.5)
  let layer = lstm(.none)
  try compare(
    "LSTM under a mask", work.taggingStep(layer, masked: true), with: work.taggingStep(layer, masked: false))
  try compare("LSTM with dropout", work.step(Dropout(layer, rate: 0.5)), with: work.step(layer))
  for score in AttentionScore.allCases {
    try compare(
      "translation by two GRUs, attention: \(score.rawValue)",
      work.translationStep(
        gru(.resetAfterRecurrent),
        AttentionOnTop(gru(.resetAfterRecurrent), Attention(score, size: hidden, using: &random))),
      with: work.translationStep(gru(.resetAfterRecurrent), gru(.resetAfterRecurrent)))
  }
}

/// The time of a character when they are sampled one after the other from 100 units.
func printSampling(vocabulary: Int, seconds: Double) {
  head(["cell", "µs a character"])
  var random = RandomSource(seed: 1)
  func time(_ layer: Recurrent<some RecurrentCell<Float>>) {
    let output = Dense<Float>(inputSize: 100, outputSize: vocabulary, using: &random)
    var sampler = Sampler(LanguageModel(layer: layer, output: output))
    let count = 1_000
    let time = times(for: seconds) { _ = sampler.tokens(limit: count, using: &random) }.median
    row([
      layer.cell is RNNCell<Float> ? "rnn" : layer.cell is GRUCell<Float> ? "gru" : "lstm",
      format(time / Double(count) * 1e6, 2),
    ])
  }
  time(RNN(RNNCell(inputSize: vocabulary, hiddenSize: 100, using: &random)))
  time(GRU(GRUCell(inputSize: vocabulary, hiddenSize: 100, form: .resetAfterRecurrent, using: &random)))
  time(LSTM(LSTMCell(inputSize: vocabulary, hiddenSize: 100, using: &random)))
}
