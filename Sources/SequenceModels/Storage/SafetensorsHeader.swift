// The header of a safetensors file, read as strictly as the format lays it down and no further.
//
//   header  { name: entry, …, "__metadata__": { name: string, … } }
//   entry   { "dtype": string, "shape": [whole, …], "data_offsets": [whole, whole] }
//
// It is JSON of a depth known beforehand. A reader for JSON of every kind would keep one of two entries with the same
// name, take 1.0 for a whole number and follow brackets as deep as they go; here each of these is refused, and the
// reason named.

import Files
import Foundation

/// Why bytes are no safetensors file.
struct MalformedFile: Error {
  /// The reason, about "it".
  let reason: String
}

/// What the header says of the tensors, before it is held against their bytes.
struct SafetensorsHeader {
  /// Where and how a tensor is kept.
  struct Entry {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]
  }

  /// The tensors by name.
  private(set) var entries: [String: Entry] = [:]
  /// The notes by name.
  private(set) var metadata: [String: String] = [:]

  /// Reads the JSON of a header.
  init(_ bytes: UnsafeRawBufferPointer) throws(MalformedFile) {
    var text = HeaderText(bytes: bytes)
    var hasMetadata = false
    try text.readObject("the header") { (text, name) throws(MalformedFile) in
      guard name == "__metadata__" else {
        let entry = try Self.entry(name, &text)
        try Self.insert(entry, name, into: &entries, "tensors")
        return
      }
      guard !hasMetadata else { throw MalformedFile(reason: "its header has two __metadata__") }
      hasMetadata = true
      try text.readObject("__metadata__") { (text, name) throws(MalformedFile) in
        let note = try text.readString("the text of the note \(name.cited)")
        try Self.insert(note, name, into: &metadata, "notes")
      }
    }
    try text.readEnd()
  }

  /// Names that differ only in the way é is composed are one key of a dictionary, so they are refused
  /// like the same name.
  private static func insert<Value>(
    _ value: Value, _ name: String, into values: inout [String: Value], _ kind: String
  ) throws(MalformedFile) {
    guard values.updateValue(value, forKey: name) == nil else {
      throw MalformedFile(reason: "its header has two \(kind) of the name \(name.cited)")
    }
  }

  private static func entry(_ name: String, _ text: inout HeaderText) throws(MalformedFile) -> Entry {
    let tensor = name.cited
    var (dtype, shape, offsets) = (String?.none, [Int]?.none, [Int]?.none)
    try text.readObject("the entry of \(tensor)") { (text, field) throws(MalformedFile) in
      switch field {
      case "dtype" where dtype == nil: dtype = try text.readString("the dtype of \(tensor)")
      case "shape" where shape == nil: shape = try text.readIntegers("the shape of \(tensor)")
      case "data_offsets" where offsets == nil: offsets = try text.readIntegers("the data_offsets of \(tensor)")
      case "dtype", "shape", "data_offsets": throw MalformedFile(reason: "its \(tensor) has two \(field)")
      default: throw MalformedFile(reason: "its \(tensor) has an unknown field \(field.cited)")
      }
    }
    guard let dtype else { throw MalformedFile(reason: "its \(tensor) has no dtype") }
    guard let shape else { throw MalformedFile(reason: "its \(tensor) has no shape") }
    guard let offsets else { throw MalformedFile(reason: "its \(tensor) has no data_offsets") }
    return Entry(dtype: dtype, shape: shape, offsets: offsets)
  }
}

/// The text of a header and how far it is read: the parts of JSON that a header has.
private struct HeaderText {
  let bytes: UnsafeRawBufferPointer
  var place = 0

  /// The next byte that is no white space.
  private mutating func next() -> UInt8? {
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): place += 1
      case let byte: return byte
      }
    }
    return nil
  }

  /// Passes over `character` if it comes next.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ what: String) throws(MalformedFile) {
    guard skip(character) else { throw unexpected("'\(character)' of \(what)") }
  }

  /// What stands here instead of what should.
  private mutating func unexpected(_ expected: String) -> MalformedFile {
    let found =
      next().map { byte in
        byte > 0x20 && byte < 0x7F ? "'\(Unicode.Scalar(byte))'" : "the byte \(byte)"
      } ?? "its end"
    return MalformedFile(reason: "its header has \(found) at byte \(place), where \(expected) should stand")
  }

  /// `{"name": value, …}`, each value read by `member`.
  mutating func readObject(
    _ what: String, _ member: (inout HeaderText, String) throws(MalformedFile) -> Void
  ) throws(MalformedFile) {
    try expect("{", what)
    if skip("}") { return }
    repeat {
      let name = try readString("a name in \(what)")
      try expect(":", what)
      try member(&self, name)
    } while skip(",")
    try expect("}", what)
  }

  /// `[whole, …]`.
  mutating func readIntegers(_ what: String) throws(MalformedFile) -> [Int] {
    var numbers: [Int] = []
    try expect("[", what)
    if skip("]") { return [] }
    repeat { numbers.append(try readInteger(what)) } while skip(",")
    try expect("]", what)
    return numbers
  }

  /// A whole number from 0 on, as JSON writes it: digits alone, without a leading 0.
  private mutating func readInteger(_ what: String) throws(MalformedFile) -> Int {
    guard next() != nil else { throw unexpected("a number of \(what)") }
    let start = place
    while place < bytes.count, !" \t\n\r,[]{}:\"".utf8.contains(bytes[place]) { place += 1 }
    guard place > start else { throw unexpected("a number of \(what)") }
    let digits = bytes[start..<place]
    let isWhole = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let text = String(decoding: digits.prefix(40), as: UTF8.self)
    guard isWhole, digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      throw MalformedFile(reason: "in \(what) stands \(text.cited), which is no whole number from 0 on")
    }
    guard digits.count <= 19, let number = Int(text) else {
      throw MalformedFile(reason: "in \(what) stands \(text), which is larger than any file")
    }
    return number
  }

  /// `"text"`.
  mutating func readString(_ what: String) throws(MalformedFile) -> String {
    try expect("\"", what)
    let start = place
    var hasEscape = false
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] >= 0x20 else {
        throw MalformedFile(reason: "\(what) has a control character at byte \(place) of the header")
      }
      if bytes[place] == UInt8(ascii: "\\") {
        hasEscape = true
        place += 1  // Past the character that it escapes, which may be a quote.
      }
      place += 1
    }
    guard place < bytes.count else { throw MalformedFile(reason: "its header ends within \(what)") }
    place += 1
    // With its quotes, a string with escapes is JSON of its own.
    let text =
      hasEscape
      ? try? JSONDecoder().decode(String.self, from: Data(bytes[start - 1..<place]))
      : String(validating: bytes[start..<place - 1], as: UTF8.self)
    guard let text else {
      throw MalformedFile(reason: "\(what), at byte \(start) of the header, is no text: UTF-8 or an escape is broken")
    }
    return text
  }

  /// Nothing but white space to the end.
  mutating func readEnd() throws(MalformedFile) {
    if next() != nil { throw unexpected("nothing more") }
  }
}
