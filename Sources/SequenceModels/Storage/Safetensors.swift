// The safetensors format: named tensors in one file, which PyTorch's tools read and write too.
//
//   8 bytes    N, the length of the header, little-endian
//   N bytes    the header, JSON: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}
//   the rest   the numbers, little-endian and row-major, each tensor at its offsets from the end of the header
//
// Published at github.com/huggingface/safetensors; the header may not exceed 100 MB, and tensors leave no holes.

import Foundation

/// Why a file of tensors cannot be read or written.
public enum StorageError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The file cannot be read or written.
  case inaccessible(path: String, reason: String)
  /// The file is not a whole safetensors file.
  case malformed(path: String, reason: String)
  /// The file holds tensors, but not those of this model.
  case mismatch(path: String, reason: String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "there is no model file at \(path)"
    case .inaccessible(let path, let reason): "\(path): \(reason)"
    case .malformed(let path, let reason): "\(path) is not a whole model file: \(reason)"
    case .mismatch(let path, let reason): "\(path) holds another model: \(reason)"
    }
  }
}

extension StorageError: LocalizedError {
  /// The same as `description`.
  public var errorDescription: String? { description }
}

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
      precondition(
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

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private enum Header: Codable {
    case tensor(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      let isMetadata = decoder.codingPath.last?.stringValue == "__metadata__"
      self =
        isMetadata ? .metadata(try container.decode([String: String].self)) : .tensor(try container.decode(Entry.self))
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .tensor(let entry): try container.encode(entry)
      case .metadata(let notes): try container.encode(notes)
      }
    }
  }

  /// The bytes of the file; the same tensors and notes give the same bytes.
  public func encoded() -> Data {
    var header: [String: Header] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
    var numbers = Data()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = numbers.count
      for element in tensor.elements {
        withUnsafeBytes(of: element.bitPattern.littleEndian) { numbers.append(contentsOf: $0) }
      }
      header[name] = .tensor(Entry(dtype: "F32", shape: tensor.shape, data_offsets: [start, numbers.count]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try! encoder.encode(header)  // Strings and integers alone, which JSON always holds.
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + numbers
  }

  /// Writes the file: beside its place first, then into it, so that a file that was there is whole until the new one is.
  ///
  /// - Throws: `StorageError.inaccessible`.
  public func write(to path: String) throws(StorageError) {
    try Self.checkWritable(path)
    do {
      try encoded().write(to: URL(fileURLWithPath: path).resolvingSymlinksInPath(), options: .atomic)
    } catch {
      throw .inaccessible(path: path, reason: "cannot be written: \((error as NSError).localizedDescription)")
    }
  }

  /// Makes sure that a file may be written to `path`, before a long training whose result should go there.
  ///
  /// - Throws: `StorageError.inaccessible` where its folder is missing or closed, or where something else stands there.
  public static func checkWritable(_ path: String) throws(StorageError) {
    // Anything but a file would be replaced by the renaming.
    if ![.missing, .file].contains(FileKind(at: path)) {
      throw .inaccessible(
        path: path, reason: "this is not a regular file, so it is not written over; give another name")
    }
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
    guard FileKind(at: folder) == .folder else {
      throw .inaccessible(path: path, reason: "its folder does not exist; create it first")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw .inaccessible(path: path, reason: "its folder may not be written to; give another")
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
    default: throw .inaccessible(path: path, reason: "this is not a regular file, so there is no model in it")
    }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .inaccessible(path: path, reason: "cannot be read: \((error as NSError).localizedDescription)")
    }
    do {
      try self.init(decoding: data)
    } catch let error as Malformed {
      throw .malformed(path: path, reason: error.reason)
    } catch {
      throw .malformed(path: path, reason: "its header is not the JSON of a safetensors file")
    }
  }

  private struct Malformed: Error {
    let reason: String
  }

  private init(decoding data: Data) throws {
    let bytes = [UInt8](data)
    guard bytes.count >= 8 else {
      throw Malformed(reason: "it has \(bytes.count) bytes, fewer than a header's length takes")
    }
    let length = bytes[0..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= 100_000_000, length <= UInt64(bytes.count - 8) else {
      throw Malformed(
        reason: "its header should have \(length) bytes, and the file has \(bytes.count - 8) after its length")
    }
    let first = 8 + Int(length)
    let header = try JSONDecoder().decode([String: Header].self, from: Data(bytes[8..<first]))
    self.init()
    var spans: [Range<Int>] = []
    for (name, entry) in header {
      switch entry {
      case .metadata(let notes): metadata = notes
      case .tensor(let entry):
        let (tensor, span) = try Self.tensor(name, entry, in: bytes[first...])
        tensors[name] = tensor
        spans.append(span)
      }
    }
    var end = 0
    for span in spans.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
      guard span.lowerBound == end else {
        throw Malformed(reason: "its tensors overlap or leave a hole at byte \(end)")
      }
      end = span.upperBound
    }
    guard first + end == bytes.count else {
      throw Malformed(reason: "its tensors take \(end) bytes, and \(bytes.count - first) are there")
    }
  }

  private static func tensor(_ name: String, _ entry: Entry, in body: ArraySlice<UInt8>) throws -> (Tensor, Range<Int>)
  {
    guard entry.dtype == "F32" else {
      throw Malformed(reason: "\(name) has numbers of type \(entry.dtype); only F32 is read here")
    }
    var count = 1
    for dimension in entry.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else {
        throw Malformed(reason: "\(name) has the impossible shape \(entry.shape)")
      }
      count = product
    }
    let offsets = entry.data_offsets
    guard
      offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= body.count,
      count <= body.count / 4, offsets[1] - offsets[0] == 4 * count
    else {
      throw Malformed(
        reason:
          "\(name) of shape \(entry.shape) should lie at bytes \(offsets) of \(body.count): the file is cut short or damaged"
      )
    }
    let span = offsets[0]..<offsets[1]
    let elements = stride(from: span.lowerBound, to: span.upperBound, by: 4).map { offset in
      let place = body.startIndex + offset
      return Float(bitPattern: body[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    }
    return (Tensor(shape: entry.shape, elements: elements), span)
  }
}
