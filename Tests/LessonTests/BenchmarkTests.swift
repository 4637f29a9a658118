import Foundation
import Testing

/// The benchmark as a program: what it prints and what it refuses. No time is tested.
@Suite struct BenchmarkTests {
  static let small = ["--hidden", "8", "--batch", "3", "--length", "4", "--vocabulary", "5", "--seconds", "0.01"]

  @Test(arguments: ["rnn", "gru", "lstm"], ["1", "3"])
  func printsOneLineWithTheKeysOfThePeers(cell: String, layers: String) throws {
    let run = try Program("Benchmark", ["--cell", cell, "--layers", layers] + Self.small)
    #expect(run.status == 0, "\(run.errors)")
    let line = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let keys = [
      "batch", "cell", "engine", "hidden", "layers", "length", "limit_ratio", "milliseconds_per_step", "seconds",
      "steps", "threads", "tokens_per_second", "vocabulary",
    ]
    #expect(line?.keys.sorted() == keys)
    #expect(line?["cell"] as? String == cell)
    #expect(line?["tokens_per_second"] as? Int ?? 0 > 0)
  }

  @Test(arguments: ["--scaling", "--forms", "--sampling"])
  func printsTables(table: String) throws {
    let run = try Program("Benchmark", [table, "--cell", "rnn"] + Self.small)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("| "))
  }

  private static let sizes = ["hidden", "batch", "length", "vocabulary", "layers", "threads"]

  @Test(
    arguments: [
      ["--hidden", "0"], ["--cell", "cnn"], ["--seconds", "-1"], ["--seconds", "1e308"], ["--threads", "two"],
    ]
      + sizes.map { ["--\($0)", "9223372036854775807"] })
  func refusesBadOptions(options: [String]) throws {
    let run = try Program("Benchmark", options)
    #expect(run.status == 64)
    #expect(run.errors.contains(options[0]))
  }
}
