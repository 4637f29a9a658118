// The peers: the same step in PyTorch and in JAX, each in a process of its own.

import Foundation

/// Another engine that takes the step.
enum Peer: String, CaseIterable {
  case torch, jax

  /// Times `work` in this engine.
  func measure(_ work: Work, seconds: Double) throws -> Measurement {
    let script = Bundle.module.url(forResource: "peers", withExtension: "py")!
    let environment = URL(filePath: ".build/peers").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["python3", script.path, rawValue, "--environment", environment, "--cell", work.cell.rawValue]
      + [
        ("hidden", work.hidden), ("batch", work.batch), ("length", work.length), ("vocabulary", work.vocabulary),
        ("layers", work.layers), ("threads", work.threads),
      ].flatMap { ["--\($0)", String($1)] } + ["--seconds", String(seconds)]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PeerFailure(peer: self) }
    return try JSONDecoder().decode(Measurement.self, from: answer)
  }
}

/// A peer that ended without a result; what it had to say stands on standard error.
struct PeerFailure: Error, CustomStringConvertible {
  let peer: Peer
  var description: String { "the step in \(peer.rawValue) could not be timed: see the lines above" }
}
