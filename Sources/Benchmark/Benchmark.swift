// Times a training step: swift run -c release Benchmark --help

import ArgumentParser
import Files
import Foundation

extension CellKind: ExpressibleByArgument {}

@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times one training step of a character model, on the path that the lessons train by.",
    discussion: """
      A step: token ids in, recurrent layers, a linear output over the vocabulary, mean cross-entropy, backpropagation \
      through every step of time, the gradient's norm clipped at 5, Adam; in single precision. Build it with \
      -c release. Without a flag it times the step of the given sizes and prints one line of JSON; a flag prints a \
      table instead.
      """)

  @Option(help: "The cell.") var cell = CellKind.lstm
  @Option(help: "The number of units, n_a.") var hidden = 256
  @Option(help: "The number of examples, m.") var batch = 64
  @Option(help: "The number of steps in time, T.") var length = 64
  @Option(help: "The number of tokens, n_x = n_y.") var vocabulary = 65
  @Option(help: "The number of layers, one above the other.") var layers = 1
  @Option(help: "The number of threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "For how long each is timed.") var seconds = 2.0

  @Flag(help: "Time every cell at four sizes.") var grid = false
  @Flag(
    help: "Time PyTorch and JAX beside each of them, in a Python environment that the first run makes in .build/peers.")
  var peers = false
  @Flag(help: "Show how the time grows with each size.") var scaling = false
  @Flag(help: "Time the other forms of the cells and layers beside the standard ones.") var forms = false
  @Flag(help: "Time the sampling of characters one by one.") var sampling = false

  /// All options are numbers and words: an argument that the parser repeats in a message cannot need what is not seen.
  static func main() { main(CommandLine.arguments.dropFirst().map(\.printable)) }

  func validate() throws {
    let sizes: [(name: String, value: Int, limit: Int)] = [
      ("hidden", hidden, 0x4000), ("batch", batch, 0x10000), ("length", length, 0x10000),
      ("vocabulary", vocabulary, 1_000_000), ("layers", layers, 64), ("threads", threads, 256),
    ]
    for (name, value, limit) in sizes where !(1...limit).contains(value) {
      throw ValidationError("--\(name) must be from 1 to \(limit), not \(value).")
    }
    if !(seconds > 0 && seconds <= 3600) {
      throw ValidationError("--seconds must be above 0 and at most 3600, not \(seconds).")
    }
  }

  func run() throws {
    try ProcessLimits.check()
    let work = Work(
      cell: cell, hidden: hidden, batch: batch, length: length, vocabulary: vocabulary, layers: layers, threads: threads
    )
    if let fault = work.memory.fault { throw ValidationError(fault) }
    if grid || peers {
      try printGrid(peers: peers ? Peer.allCases : [], seconds: seconds, threads: threads)
    } else if scaling {
      try printScaling(of: work, seconds: seconds)
    } else if forms {
      try printForms(of: work, seconds: seconds)
    } else if sampling {
      printSampling(vocabulary: vocabulary, seconds: seconds)
    } else {
      try printMeasurement(of: work)
    }
  }

  private func printMeasurement(of work: Work) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(work.measure(seconds: seconds)), as: UTF8.self))
  }
}
