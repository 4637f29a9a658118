// The safetensors format: named tensors in one file, which PyTorch's tools read and write too.
//
//   8 bytes    N, the length of the header, little-endian
//   N bytes    the header, JSON:
//              {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}
//   the rest   the numbers, little-endian and row-major, each tensor at its offsets from the end of the header
//
// Published at github.com/huggingface/safetensors; the header may not exceed 100 MB, and tensors leave no holes.

import Files
import Foundation

/// Named tensors and notes about them.
public struct Safetensors: Equatable, Sendable {
  /// The numbers of one tensor.
  public struct Tensor: Equatable, Sendable {
    /// The length of each dimension; none for a single number.
    public let shape: [Int]
    /// The numbers, row-major.
    public let elements: [Float]

    /// A tensor. Traps where the shape does not hold as many numbers.
    public init(shape: [Int], elements: [Float]) {
      require(
        shape.reduce(1, *) == elements.count, "a tensor of shape \(shape) cannot hold \(elements.count) numbers")
      (self.shape, self.elements) = (shape, elements)
    }
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// Notes by name, kept in the header.
  public var metadata: [String: String]

  /// The given tensors and notes.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    (self.tensors, self.metadata) = (tensors, metadata)
  }

  // MARK: - Writing

  private struct Entry: Encodable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private enum Header: Encodable {
    case tensor(Entry)
    case metadata([String: String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .tensor(let entry): try container.encode(entry)
      case .metadata(let notes): try container.encode(notes)
      }
    }
  }

  /// The name that the format keeps for the notes.
  static let metadataName = "__metadata__"
  /// The longest header that the format allows, in bytes.
  static let longestHeader = 100_000_000

  /// The bytes of the file; the same tensors and notes give the same bytes.
  ///
  /// Traps where a tensor is called `__metadata__`, the name that the format keeps for the notes.
  public func encoded() -> Data {
    require(tensors[Self.metadataName] == nil, "no tensor can be called \(Self.metadataName)")
    let sorted = tensors.sorted { $0.key < $1.key }
    var header: [String: Header] = metadata.isEmpty ? [:] : [Self.metadataName: .metadata(metadata)]
    var end = 0
    for (name, tensor) in sorted {
      let start = end
      end += 4 * tensor.elements.count
      header[name] = .tensor(Entry(dtype: "F32", shape: tensor.shape, data_offsets: [start, end]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = try! encoder.encode(header)  // Strings and integers alone, which JSON always holds.
    let padding = (8 - text.count % 8) % 8
    var data = Data(capacity: 8 + text.count + padding + end)
    withUnsafeBytes(of: UInt64(text.count + padding).littleEndian) { data.append(contentsOf: $0) }
    data.append(text)
    data.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
    for (_, tensor) in sorted {
      tensor.elements.map { $0.bitPattern.littleEndian }.withUnsafeBytes { data.append(contentsOf: $0) }
    }
    return data
  }

  /// The note by which a format of ours is known again: what is written takes the place only of what has the same.
  static let formatName = "format"

  /// Writes the file: beside its place first, then into it, so that a file that was there is whole until the new one
  /// is, and keeps its mode. A link is followed to the file that it names.
  ///
  /// Written over is only an empty file, or a safetensors file with the same note of its `format`, if it has one.
  ///
  /// - Throws: `StorageError.inaccessible`, also where a number is not finite; what was there is unharmed.
  public func write(to path: String) throws(StorageError) {
    let damaged = tensors.filter { !$0.value.elements.allSatisfy(\.isFinite) }.keys.min()
    if let damaged {
      throw .unwritten(path, "its \(damaged.cited) holds numbers that are not finite")
    }
    try encoded().write(to: path) { Self.reasonToKeep($0, from: metadata[Self.formatName]) }
  }

  /// Makes sure that a file may be written to `path`, before a long training whose result should go there: tries what
  /// `write(to:)` does, and leaves everything as it was.
  ///
  /// - Parameters:
  ///   - path: where the file is to go.
  ///   - format: the note of its `format` that it will have, such as `languageModelFormat`.
  /// - Throws: `StorageError.inaccessible`, where `write(to:)` would throw it.
  public static func checkWritable(_ path: String, format: String? = nil) throws(StorageError) {
    do {
      try WholeFile.check(path) { reasonToKeep($0, from: format) }
    } catch {
      throw .unwritten(path, error.reason)
    }
  }

  /// Why a file with this note of its format does not take the place of the file at `path`, or nil where it does.
  private static func reasonToKeep(_ path: String, from format: String?) -> String? {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path.literalPath), options: .mappedIfSafe)
      let (header, _) = try header(of: data)
      return header.metadata[formatName] == format
        ? nil : "it holds another kind of model and is not written over; give another name"
    } catch is MalformedFile {
      return "there is a file that is no model, and it is not written over; give another name"
    } catch {
      return "there is a file that cannot be read, and it is not written over; give another name"
    }
  }

  // MARK: - Reading

  /// Reads a file of single-precision tensors.
  ///
  /// - Throws: `StorageError` where the file is missing, cannot be read or is malformed; nothing in it can trap.
  public init(contentsOf path: String) throws(StorageError) {
    switch FileKind(at: path) {
    case .file: break
    case .missing: throw .missing(path: path)
    case .hidden(let reason): throw .inaccessible(path: path, reason: "cannot be read: \(reason)")
    default: throw .inaccessible(path: path, reason: "this is not a regular file, so there is no model in it")
    }
    let data: Data
    do {
      // Mapped, so that the numbers are in memory once.
      data = try Data(contentsOf: URL(fileURLWithPath: path.literalPath), options: .mappedIfSafe)
    } catch {
      throw .inaccessible(path: path, reason: "cannot be read: \(error.systemReason)")
    }
    do {
      try self.init(decoding: data)
    } catch {
      throw .malformed(path: path, reason: error.reason)
    }
  }

  private init(decoding data: Data) throws(MalformedFile) {
    let (header, first) = try Self.header(of: data)
    // A closure that throws its own type of error is not what Data takes, so it gives a result.
    let result = data.withUnsafeBytes { bytes in
      Result { () throws(MalformedFile) in
        try Self.contents(of: header, UnsafeRawBufferPointer(rebasing: bytes[first...]))
      }
    }
    self = try result.get()
  }

  /// The header of a file, and where the numbers begin behind it.
  private static func header(of data: Data) throws(MalformedFile) -> (SafetensorsHeader, first: Int) {
    guard data.count >= 8 else {
      throw MalformedFile(reason: "it has \(data.count) bytes, fewer than a header's length takes")
    }
    let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(longestHeader) else {
      throw MalformedFile(reason: "its header should have \(length) bytes, and the format allows \(longestHeader)")
    }
    guard length <= UInt64(data.count - 8) else {
      throw MalformedFile(
        reason: "its header should have \(length) bytes, and the file has \(data.count - 8) after its length")
    }
    let first = 8 + Int(length)
    let header = data.withUnsafeBytes { bytes in
      Result { () throws(MalformedFile) in
        try SafetensorsHeader(UnsafeRawBufferPointer(rebasing: bytes[8..<first]))
      }
    }
    return (try header.get(), first)
  }

  /// The tensors that a header describes, from the bytes behind it.
  private static func contents(
    of header: SafetensorsHeader, _ body: UnsafeRawBufferPointer
  ) throws(MalformedFile) -> Safetensors {
    var result = Safetensors(metadata: header.metadata)
    // All places are looked at before any number is read.
    let spans = try header.entries.map { (name, entry) throws(MalformedFile) in
      (name: name, shape: entry.shape, range: try span(of: entry, name, in: body.count))
    }.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    var end = 0
    for span in spans {
      guard span.range.lowerBound == end else {
        let fault = span.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw MalformedFile(
          reason:
            "its \(span.name.cited) at byte \(span.range.lowerBound) \(fault), which ends at \(end)")
      }
      end = span.range.upperBound
    }
    guard end == body.count else {
      throw MalformedFile(reason: "its tensors take \(end) bytes, and \(body.count) are there")
    }
    for span in spans {
      let count = span.range.count / 4
      // The empty arrays of all threads are one, in which the initializer would write.
      let elements =
        count == 0
        ? []
        : [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
          for place in 0..<count {
            let word = body.loadUnaligned(fromByteOffset: span.range.lowerBound + 4 * place, as: UInt32.self)
            buffer.initializeElement(at: place, to: Float(bitPattern: UInt32(littleEndian: word)))
          }
          initialized = count
        }
      result.tensors[span.name] = Tensor(shape: span.shape, elements: elements)
    }
    return result
  }

  /// The bytes that a tensor takes, once they are as many as its shape says and lie within the file.
  private static func span(
    of entry: SafetensorsHeader.Entry, _ name: String, in available: Int
  ) throws(MalformedFile) -> Range<Int> {
    let name = name.cited
    guard entry.dtype == "F32" else {
      throw MalformedFile(
        reason:
          "its \(name) has numbers of type \(entry.dtype.cited); only F32, single precision, is read")
    }
    let offsets = entry.offsets
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw MalformedFile(
        reason: "its \(name) has the data_offsets \(offsets.prefix(8)), which are no start and end")
    }
    var bytes = 4
    for dimension in entry.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else {
        throw MalformedFile(reason: "its \(name) has a shape \(entry.shape.prefix(8)) larger than any file")
      }
      bytes = product
    }
    guard offsets[1] <= available else {
      throw MalformedFile(
        reason: "its \(name) of shape \(entry.shape.prefix(8)) should end at byte \(offsets[1]) of \(available): "
          + "the file is cut short or damaged")
    }
    guard offsets[1] - offsets[0] == bytes else {
      throw MalformedFile(
        reason:
          "its \(name) of shape \(entry.shape.prefix(8)) takes \(bytes) bytes, and its data_offsets \(offsets) have "
          + "\(offsets[1] - offsets[0])")
    }
    return offsets[0]..<offsets[1]
  }
}
