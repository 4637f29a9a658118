import Foundation
import Testing

@testable import SequenceModels

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let example = Safetensors(
    tensors: [
      "weight": .init(shape: [2, 3], elements: [0, -0.0, 1.5, .leastNonzeroMagnitude, -.infinity, 0.1]),
      "number": .init(shape: [], elements: [7]),
      "nothing": .init(shape: [0, 4], elements: []),
      "a \"name\"\n\\é👩‍👩‍👧": .init(shape: [1], elements: [.infinity]),
    ],
    metadata: ["note": "two\nlines, \"quoted\" and \\", "empty": ""])

  /// A file of this header and as many bytes of numbers.
  private func file(header: String, numbers: Int = 0) throws -> String {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    return try folder.file("crafted", length + header.utf8 + Array(repeating: 0, count: numbers))
  }

  private func isMalformed(_ path: String) -> Bool {
    do {
      _ = try Safetensors(contentsOf: path)
      return false
    } catch {
      guard case .malformed(path, let reason) = error else { return false }
      return !reason.isEmpty && error.description.contains(path)
    }
  }

  // MARK: - Round trip

  @Test func whatIsWrittenIsRead() throws {
    let path = folder.path("file")
    try Self.example.write(to: path)
    let read = try Safetensors(contentsOf: path)
    #expect(read == Self.example)
    #expect(read.tensors["weight"]!.elements[1].sign == .minus)
    // A second writing takes the place of the first, and leaves nothing beside it.
    try Safetensors(metadata: ["a": "b"]).write(to: path)
    #expect(try Safetensors(contentsOf: path) == Safetensors(metadata: ["a": "b"]))
    #expect(try folder.names == ["file"])
  }

  @Test func nothingAtAllIsAFileToo() throws {
    let path = folder.path("file")
    try Safetensors().write(to: path)
    #expect(try Safetensors(contentsOf: path) == Safetensors())
  }

  @Test func sameTensorsGiveTheSameBytes() {
    #expect(Self.example.encoded() == Self.example.encoded())
  }

  /// As github.com/huggingface/safetensors lays it down, read with nothing of ours.
  @Test func bytesFollowTheFormat() throws {
    let bytes = [UInt8](Self.example.encoded())
    let length = bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    #expect((8 + length) % 8 == 0, "the numbers are aligned")
    #expect(bytes[8] == UInt8(ascii: "{"))
    let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length]))
    let header = try #require(json as? [String: [String: Any]])
    #expect(header["__metadata__"] as? [String: String] == Self.example.metadata)
    var spans: [(first: Int, end: Int)] = []
    for (name, tensor) in Self.example.tensors {
      let entry = try #require(header[name], "\(name)")
      #expect(entry.count == 3)
      #expect(entry["dtype"] as? String == "F32")
      #expect(entry["shape"] as? [Int] == tensor.shape)
      let offsets = try #require(entry["data_offsets"] as? [Int])
      #expect(offsets.count == 2 && offsets[1] - offsets[0] == 4 * tensor.elements.count)
      for (place, element) in tensor.elements.enumerated() {
        let start = 8 + length + offsets[0] + 4 * place
        let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) }
        #expect(word == element.bitPattern)
      }
      spans.append((offsets[0], offsets[1]))
    }
    #expect(header.count == Self.example.tensors.count + 1)
    var end = 0
    for span in spans.sorted(by: { $0 < $1 }) {
      #expect(span.first == end, "no holes")
      end = span.end
    }
    #expect(bytes.count == 8 + length + end)
  }

  // MARK: - Damage

  @Test func everyTruncationIsRefused() throws {
    let bytes = [UInt8](Self.example.encoded())
    for count in 0..<bytes.count {
      let path = try folder.file("cut", bytes[..<count])
      #expect(isMalformed(path), "\(count) of \(bytes.count) bytes")
    }
    #expect(isMalformed(try folder.file("longer", bytes + [0])))
  }

  @Test func flippedBytesNeverTrap() throws {
    let bytes = [UInt8](Self.example.encoded())
    var random = RandomSource(seed: 21)
    var refused = 0
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0...random.index(below: 3) {
        damaged[random.index(below: bytes.count)] ^= UInt8(1 + random.index(below: 255))
      }
      // Whatever it holds, it is read or it is refused.
      do { _ = try Safetensors(contentsOf: try folder.file("damaged", damaged)) } catch is StorageError { refused += 1 }
    }
    #expect(refused > 1000)
  }

  @Test(arguments: [
    ("a dimension below 0", #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#),
    ("two below 0", #"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}"#),
    ("a product past all integers", #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#),
    (
      "bytes past all integers",
      #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#
    ),
    ("a dimension past all integers", #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#),
    ("half a dimension", #"{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,4]}}"#),
    ("an offset below 0", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#),
    ("offsets turned round", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#),
    (
      "the offsets farthest apart",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-9223372036854775808,9223372036854775807]}}"#
    ),
    ("an offset past the end", #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#),
    ("one offset", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#),
    ("three offsets", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#),
    ("fewer bytes than the shape holds", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#),
    ("bytes that no tensor has", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#),
    ("a hole before", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#),
    (
      "two tensors in one place",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    ),
    (
      "two that overlap",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#
    ),
    ("double precision", #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#),
    ("no type", #"{"a":{"shape":[2],"data_offsets":[0,8]}}"#),
    ("no shape", #"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#),
    ("a shape that is no list", #"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#),
    ("a tensor that is a number", #"{"a":2}"#),
    ("notes that are numbers", #"{"__metadata__":{"a":2}}"#),
    ("a list", "[]"),
    ("a word", "hello"),
    ("nothing", ""),
    ("spaces", "        "),
    ("an open brace", "{"),
    ("two objects", "{}{}"),
    ("half an escape", #"{"\u12":{}}"#),
    ("half a surrogate pair", #"{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#),
    ("a hundred thousand brackets", String(repeating: "[", count: 100_000)),
    ("a hundred thousand braces", String(repeating: #"{"a":"#, count: 100_000)),
  ])
  func hostileHeaderIsRefused(kind: String, header: String) throws {
    #expect(isMalformed(try file(header: header, numbers: 8)), "\(kind)")
  }

  @Test func headerThatIsNotUTF8IsRefused() throws {
    let name: [UInt8] = [0x22, 0xFF, 0xC0, 0x22]
    let text = [UInt8(ascii: "{")] + name + Array(#":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    #expect(isMalformed(try folder.file("crafted", length + text)))
  }

  @Test(arguments: [UInt64.max, UInt64(Int.max), 1 << 63, 100_000_001, 9, 1])
  func wrongLengthOfTheHeaderIsRefused(length: UInt64) throws {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}      ".utf8)
    #expect(isMalformed(try folder.file("crafted", bytes)))
  }

  @Test func shapeAndPlaceOfDamageAreNamed() throws {
    let path = try file(header: #"{"small":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#, numbers: 20)
    let error = #expect(throws: StorageError.self) { try Safetensors(contentsOf: path) }
    #expect(error?.description.contains("small of shape [2, 3]") == true)
  }

  // MARK: - Places

  @Test func missingFileAndFolderAreToldApart() throws {
    let missing = folder.path("nothing")
    #expect(throws: StorageError.missing(path: missing)) { try Safetensors(contentsOf: missing) }
    #expect { try Safetensors(contentsOf: folder.url.path) } throws: { error in
      guard case StorageError.inaccessible(folder.url.path, _) = error else { return false }
      return true
    }
  }

  /// Whether a place is refused, beforehand as well as in writing.
  private func isRefused(_ path: String) -> Bool {
    func isInaccessible(_ attempt: () throws(StorageError) -> Void) -> Bool {
      do {
        try attempt()
        return false
      } catch {
        guard case .inaccessible(path, _) = error else { return false }
        return true
      }
    }
    return isInaccessible { () throws(StorageError) in try Safetensors.checkWritable(path) }
      && isInaccessible { () throws(StorageError) in try Self.example.write(to: path) }
  }

  @Test func askingWhetherAFileMayBeWrittenWritesNothing() throws {
    try Safetensors.checkWritable(folder.path("new"))
    let file = try folder.file("old", "text".utf8)
    try Safetensors.checkWritable(file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("text".utf8))
    #expect(try folder.names == ["old"])
  }

  private func kind(_ path: String) throws -> FileAttributeType? {
    try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  }

  @Test func folderIsNotWrittenOver() throws {
    let path = folder.path("models")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(isRefused(path))
    #expect(try kind(path) == .typeDirectory)
    #expect(try folder.names == ["models"])
  }

  /// A pipe stands for every device: also where a link leads to it.
  @Test func deviceIsNotWrittenOver() throws {
    let (pipe, link) = (folder.path("pipe"), folder.path("link"))
    try #require(mkfifo(pipe, 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pipe)
    let before = try kind(pipe)
    for path in [pipe, link] {
      #expect(isRefused(path))
      #expect(try kind(pipe) == before)
      #expect(try kind(link) == .typeSymbolicLink)
      #expect(try folder.names == ["link", "pipe"])
    }
  }

  @Test func fileBehindALinkIsWrittenAndTheLinkStays() throws {
    let (file, link) = (try folder.file("file", "old".utf8), folder.path("link"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "file")
    try Self.example.write(to: link)
    #expect(try kind(link) == .typeSymbolicLink)
    #expect(try Safetensors(contentsOf: file) == Self.example)
  }

  @Test func failedWritingLeavesWhatWasThere() throws {
    let file = try folder.file("file", "old".utf8)
    #expect(isRefused(folder.path("nowhere/model")))
    #expect(isRefused(file + "/model"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
    #expect(try folder.names == ["file"])
  }
}
