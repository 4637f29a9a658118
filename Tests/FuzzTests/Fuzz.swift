// Random input, case by case, each from a seed of its own, so that a failure can be shown again.

import Foundation
import SequenceModels
import Testing

/// Calls `body` with random numbers for each case and with a folder for its files.
///
/// A failure names the seed of its case. So does a trap, by the next run: the seed of the case at hand stands in a file of this
/// process, which a run that ends takes away. `FUZZ_CASES=100000 swift test --filter FuzzTests` tries more cases, and `FUZZ_SEED=17`
/// the one of this seed alone.
func fuzz(_ name: String, cases: Int, _ body: (inout RandomSource, _ folder: String) throws -> Void) throws {
  let variables = ProcessInfo.processInfo.environment
  let seeds: Range<UInt64> =
    if let seed = variables["FUZZ_SEED"].flatMap({ UInt64($0) }) {
      seed..<seed + 1
    } else {
      1..<UInt64(variables["FUZZ_CASES"].flatMap { Int($0) } ?? cases) + 1
    }
  let temporary = FileManager.default.temporaryDirectory
  // By name: other tests remove their folders from there meanwhile, which makes a list of URLs fail.
  for file in (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? [] {
    let left = temporary.appendingPathComponent(file)
    guard let match = file.wholeMatch(of: /fuzz-(.+)-(\d+)\.seed/), match.1 == name,
      let process = Int32(match.2), kill(process, 0) != 0, let seed = try? String(contentsOf: left, encoding: .utf8)
    else { continue }
    print("An earlier run of \(name) ended within a case: try FUZZ_SEED=\(seed.prefix { $0.isNumber })")
    try? FileManager.default.removeItem(at: left)
  }
  let current = temporary.appendingPathComponent("fuzz-\(name)-\(getpid()).seed")
  try Data().write(to: current)
  let note = try FileHandle(forWritingTo: current)
  defer { try? FileManager.default.removeItem(at: current) }

  let folder = temporary.appendingPathComponent("fuzz-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for seed in seeds {
    try note.seek(toOffset: 0)
    try note.write(contentsOf: Data("\(seed)\n".utf8))
    var random = RandomSource(seed: seed)
    do {
      try body(&random, folder.path)
    } catch {
      Issue.record("FUZZ_SEED=\(seed) of \(name): \(error)")
    }
  }
}

/// What a case expects and does not find.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
}

/// Throws where a case is not as it should be.
func expect(_ condition: Bool, _ description: @autoclosure () -> String) throws {
  if !condition { throw Unexpected(description: description()) }
}

extension RandomSource {
  /// Text of `count` pieces, of every plane of Unicode and of what means something to somebody.
  mutating func text(pieces count: Int) -> String {
    (0..<count).map { _ in piece() }.joined()
  }

  private mutating func piece() -> String {
    switch index(below: 12) {
    case 0...2: return String(Unicode.Scalar(UInt8(0x20 + index(below: 0x5F))))
    case 3: return String(Unicode.Scalar(UInt8(index(below: 0x20))))
    case 4: return element(of: Self.meaningful)
    case 5: return scalar(in: 0x300..<0x370)  // marks that combine
    case 6: return scalar(in: 0x590..<0x700)  // right to left
    case 7: return scalar(in: 0x1F300..<0x1FB00)  // emoji
    case 8: return scalar(in: 0x80..<0x10000)
    case 9: return scalar(in: 0x10000..<0x110000)
    case 10: return element(of: Self.joining)
    default: return " "
    }
  }

  private mutating func scalar(in range: Range<UInt32>) -> String {
    while true {
      let value = range.lowerBound + UInt32(index(below: range.count))
      if let scalar = Unicode.Scalar(value) { return String(scalar) }
    }
  }

  /// For gnuplot, a shell, XML, JSON or a terminal.
  private static let meaningful = [
    "\"", "'", "''", "\\", "\\n", "\\\"", "`date`", "$(date)", "$x", "@x", "{/Bold x}", "^", "_", "~a{.8-}", "%", "%g",
    "%%",
    "<", ">", "&", "&amp;", "]]>", "<![CDATA[", "-->", "\n", "\r\n", "\t", "#", ";", "e\n", "EOD", "\u{1B}[2J", "|",
    ",",
    "⟨EOS⟩", "⟨UNK⟩", "’", ". ", "?! ", "\n\n",
  ]

  /// What makes one character of several scalars, or steers how they are set.
  private static let joining = [
    "\u{200D}", "\u{FE0F}", "\u{200B}", "\u{202E}", "\u{2066}", "\u{2028}", "\u{FEFF}", "🇮", "🇸", "👩\u{200D}👧",
    "\u{1F3FD}",
    "\u{1100}", "\u{1161}", "\u{11A8}", "\u{94D}", "\u{600}", "\u{FFFF}", "\u{10FFFF}", "\u{85}", "\u{7F}", "\u{20E3}",
  ]
}
