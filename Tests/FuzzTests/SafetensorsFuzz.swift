import Foundation
import SequenceModels
import Testing

/// Damaged model files: each is read, or refused with an error that names it.
struct SafetensorsFuzz {
  @Test func aDamagedFileIsReadOrRefused() throws {
    var (read, refused, cases) = (0, 0, 0)
    try fuzz("safetensors", cases: 3000) { random, folder in
      cases += 1
      let path = folder + "/damaged"
      var bytes = [UInt8](Self.file(&random).encoded())
      for _ in 0...random.index(below: 2) { Self.damage(&bytes, &random) }
      // As a header of another length, where the length at the start is to agree.
      if bytes.count > 8, random.index(below: 2) == 0, let end = bytes.lastIndex(of: UInt8(ascii: "}")), end > 8 {
        bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: UInt64(end - 7).littleEndian) { Array($0) })
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let file: Safetensors
      do throws(StorageError) {
        file = try Safetensors(contentsOf: path)
      } catch {
        guard case .malformed(path, let reason) = error else { throw error }
        refused += 1
        return try expect(!reason.isEmpty && reason.utf8.count < 400, "the reason is \(reason)")
      }
      read += 1
      let numbers = file.tensors.values.map(\.elements.count).reduce(0, +)
      try expect(4 * numbers <= bytes.count, "\(numbers) numbers from \(bytes.count) bytes")
      try file.encoded().write(to: URL(fileURLWithPath: path))
      try expect(Safetensors(contentsOf: path).encoded() == file.encoded(), "it changes when it is written")
    }
    if cases > 100 { #expect(read > cases / 100 && refused > cases / 2, "\(read) read, \(refused) refused") }
  }

  /// A whole file with a few tensors and notes.
  static func file(_ random: inout RandomSource) -> Safetensors {
    var file = Safetensors()
    for place in 0..<random.index(below: 4) {
      let shape = (0..<random.index(below: 3)).map { _ in random.index(below: 4) }
      file.tensors[random.index(below: 2) == 0 ? "weight_\(place)" : random.text(pieces: 3)] = .init(
        shape: shape,
        elements: (0..<shape.reduce(1, *)).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) })
    }
    for _ in 0..<random.index(below: 3) { file.metadata[random.text(pieces: 2)] = random.text(pieces: 5) }
    return file
  }

  static func damage(_ bytes: inout [UInt8], _ random: inout RandomSource) {
    if bytes.isEmpty { return }
    // Half of it at the start of the header, where damage may pass for sense.
    let place = random.index(below: random.index(below: 2) == 0 ? bytes.count : min(bytes.count, 120))
    switch random.index(below: 8) {
    case 0: bytes[place] ^= 1 << random.index(below: 8)
    case 1: bytes[place] = UInt8(random.index(below: 256))
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.index(below: 8)))
    case 3: bytes.removeSubrange(place...)
    case 4: bytes.insert(contentsOf: random.element(of: pieces).utf8, at: place)
    case 5:
      let piece = bytes[place..<min(bytes.count, place + random.index(below: 100))]
      bytes.insert(contentsOf: piece, at: random.index(below: bytes.count))
    case 6: replaceNumber(in: &bytes, from: place, &random)
    default: doubleEntry(in: &bytes, &random)
    }
  }

  private static let pieces = [
    "[", "]", "{", "}", ",", ":", "\"", "\\", "-", "0", "9", "\\u0061", "\\ud800", "1e999", "null",
    "\"__metadata__\":{}",
    String(repeating: "[", count: 500), String(repeating: #"{"a":"#, count: 500),
  ]

  /// Another number in the place of one, large, negative or past all integers.
  private static func replaceNumber(in bytes: inout [UInt8], from place: Int, _ random: inout RandomSource) {
    func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    let numbers = [
      "0", "1", "4", "-1", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551616",
      "4611686018427387904", "100000000", "1000000007", String(repeating: "9", count: 400), "\(random.next())",
    ]
    bytes.replaceSubrange(start..<end, with: random.element(of: numbers).utf8)
  }

  /// One of the header's entries a second time.
  private static func doubleEntry(in bytes: inout [UInt8], _ random: inout RandomSource) {
    guard let start = bytes.firstIndex(of: UInt8(ascii: "\"")),
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "}"))
    else { return }
    bytes.insert(contentsOf: bytes[start...end] + [UInt8(ascii: ",")], at: start)
  }
}
