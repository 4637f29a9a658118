import Foundation
import Testing

@testable import SequenceModels

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let example = Safetensors(
    tensors: [
      "weight": .init(
        shape: [2, 3], elements: [0, -0.0, 1.5, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 0.1]),
      "number": .init(shape: [], elements: [7]),
      "nothing": .init(shape: [0, 4], elements: []),
      "a \"name\"\n\\é👩‍👩‍👧": .init(shape: [1], elements: [.greatestFiniteMagnitude]),
    ],
    metadata: ["note": "two\nlines, \"quoted\" and \\", "empty": ""])

  /// A file of this header and as many bytes of numbers.
  private func file(header: String, numbers: Int = 0) throws -> String {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    return try folder.file("crafted", length + header.utf8 + Array(repeating: 0, count: numbers))
  }

  /// Why a file is malformed; nil where it is not.
  private func reason(_ path: String) -> String? {
    do {
      _ = try Safetensors(contentsOf: path)
      return nil
    } catch {
      guard case .malformed(path, let reason) = error, error.description.contains(path) else { return nil }
      return reason
    }
  }

  private func isMalformed(_ path: String) -> Bool { reason(path)?.isEmpty == false }

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

  private typealias Hostile = (kind: String, header: String, reason: String)

  /// Headers that are refused, each with a part of the reason; every file has eight bytes of numbers.
  private static let hostile: [Hostile] = [
    (
      "a dimension below 0",
      #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#,
      #""-1", which is no whole number"#
    ),
    ("two below 0", #"{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,8]}}"#, "no whole number"),
    ("0 below 0", #"{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}"#, "no whole number"),
    (
      "a product past all integers",
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
      "larger than any file"
    ),
    (
      "a product past all integers before a 0",
      #"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#,
      "larger than any file"
    ),
    (
      "bytes past all integers",
      #"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#,
      "larger than any file"
    ),
    (
      "a dimension past all integers",
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
      "99999999999999999999, which is larger than any file"
    ),
    (
      "the first integer past all",
      #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}"#,
      "larger than any file"
    ),
    (
      "half a dimension",
      #"{"a":{"dtype":"F32","shape":[0.5],"data_offsets":[0,8]}}"#,
      #""0.5", which is no whole number"#
    ),
    (
      "a whole number with a fraction",
      #"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#,
      #""2.0", which is no whole number"#
    ),
    (
      "a power of ten",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8e0]}}"#,
      #""8e0", which is no whole number"#
    ),
    (
      "a huge power of ten",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,1e999]}}"#,
      #""1e999", which is no whole number"#
    ),
    ("a leading zero", #"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, #""02", which is no whole number"#),
    ("a plus", #"{"a":{"dtype":"F32","shape":[+2],"data_offsets":[0,8]}}"#, #""+2", which is no whole number"#),
    ("no number", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,NaN]}}"#, #""NaN", which is no whole number"#),
    (
      "infinity",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,Infinity]}}"#,
      #""Infinity", which is no whole number"#
    ),
    (
      "infinity below 0",
      #"{"a":{"dtype":"F32","shape":[-Infinity],"data_offsets":[0,8]}}"#,
      #""-Infinity", which is no whole number"#
    ),
    ("null", #"{"a":{"dtype":"F32","shape":[null],"data_offsets":[0,8]}}"#, #""null", which is no whole number"#),
    ("a dimension in quotes", #"{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}"#, #"'"' at byte 29"#),
    ("a list of lists", #"{"a":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}"#, "'[' at byte 29"),
    ("a comma too many", #"{"a":{"dtype":"F32","shape":[2,],"data_offsets":[0,8]}}"#, "']' at byte 31"),
    (
      "an offset below 0",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
      #""-4", which is no whole number"#
    ),
    (
      "offsets turned round",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
      "[4, 0], which are no start and end"
    ),
    (
      "the offsets farthest apart",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-9223372036854775808,9223372036854775807]}}"#,
      "no whole number"
    ),
    (
      "the last offsets",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}"#,
      "should end at byte 9223372036854775807 of 8"
    ),
    (
      "an offset past the end",
      #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#,
      "should end at byte 12 of 8"
    ),
    ("one offset", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "[0], which are no start and end"),
    ("three offsets", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, "no start and end"),
    (
      "fewer bytes than the shape holds",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      "[2] takes 8 bytes, and its data_offsets [0, 4] have 4"
    ),
    (
      "more bytes than the shape holds",
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}"#,
      "[] takes 4 bytes, and its data_offsets [0, 8] have 8"
    ),
    (
      "bytes that no tensor has",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      "its tensors take 4 bytes, and 8 are there"
    ),
    ("no tensor for the bytes", "{}", "its tensors take 0 bytes, and 8 are there"),
    ("a hole before", #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, #"its "a" at byte 4 leaves a hole"#),
    (
      "a hole between",
      #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}"#,
      #"its "b" at byte 8 leaves a hole"#
    ),
    (
      "two tensors in one place",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "overlaps"
    ),
    (
      "two that overlap",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"its "b" at byte 4 overlaps"#
    ),
    (
      "nothing within another",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
      #"its "b" at byte 4 overlaps"#
    ),
    (
      "double precision",
      #"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
      #"its "a" has numbers of type "F64"; only F32"#
    ),
    ("half precision", #"{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}"#, #"type "BF16"; only F32"#),
    ("no type", #"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, #""a" has no dtype"#),
    ("no shape", #"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, #""a" has no shape"#),
    ("no offsets", #"{"a":{"dtype":"F32","shape":[2]}}"#, #""a" has no data_offsets"#),
    ("a field of its own", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, #"unknown field "x""#),
    ("two types", #"{"a":{"dtype":"F32","dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#, #""a" has two dtype"#),
    ("two shapes", #"{"a":{"dtype":"F32","shape":[2],"shape":[1,2],"data_offsets":[0,8]}}"#, #""a" has two shape"#),
    (
      "two places",
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8]}}"#,
      #""a" has two data_offsets"#
    ),
    ("a shape that is no list", #"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, "'2' at byte 28"),
    ("a tensor that is a number", #"{"a":2}"#, #"'2' at byte 5, where '{' of the entry of "a" should stand"#),
    (
      "one name twice",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"two tensors of the name "a""#
    ),
    (
      "one name twice, once in escapes",
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"two tensors of the name "a""#
    ),
    (
      "one name twice, composed and not",
      "{\"\u{E9}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"e\u{301}\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
      "two tensors of the name"
    ),
    (
      "one name twice, composed in escapes",
      #"{"\u00e9":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"e\u0301":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "two tensors of the name"
    ),
    (
      "one empty name twice",
      #"{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"two tensors of the name """#
    ),
    (
      "one note twice",
      #"{"__metadata__":{"a":"b","\u0061":"b"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"two notes of the name "a""#
    ),
    (
      "two lists of notes",
      #"{"__metadata__":{"a":"b"},"__met\u0061data__":{"b":"c"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "two __metadata__"
    ),
    (
      "notes that are numbers",
      #"{"__metadata__":{"a":2},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"where '"' of the text of the note "a" should stand"#
    ),
    (
      "notes that are null",
      #"{"__metadata__":{"a":null},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "'n' at byte 21"
    ),
    (
      "notes in notes",
      #"{"__metadata__":{"a":{}},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      "'{' at byte 21"
    ),
    (
      "notes that are a tensor",
      #"{"__metadata__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
      #"the note "shape""#
    ),
    ("notes in a list", #"{"__metadata__":[],"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "'[' at byte 16"),
    ("a list", "[]", "'[' at byte 0"),
    ("a word", "hello", "'h' at byte 0"),
    ("nothing", "", "its end at byte 0"),
    ("spaces", "        ", "its end at byte 8"),
    ("a byte order mark", "\u{FEFF}{}", "the byte 239 at byte 0"),
    ("an open brace", "{", "its end at byte 1"),
    ("an open name", #"{"a"#, "ends within a name"),
    ("an open escape", #"{"a\"#, "ends within a name"),
    ("an open list", #"{"a":{"shape":[2"#, "its end at byte 16"),
    ("an open number", #"{"a":{"shape":[2,"#, "its end at byte 17"),
    ("two objects", "{}{}", "'{' at byte 2, where nothing more should stand"),
    ("a zero byte at the end", "{}\0", "the byte 0 at byte 2"),
    ("a comma at the end", #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}"#, "'}' at byte"),
    ("a newline in a name", "{\"a\nb\":{}}", "a control character at byte 3"),
    ("half an escape", #"{"\u12":{}}"#, "an escape is broken"),
    ("an escape that is none", #"{"\x":{}}"#, "an escape is broken"),
    ("half a surrogate pair", #"{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "an escape is broken"),
    ("a hundred thousand brackets", String(repeating: "[", count: 100_000), "'[' at byte 0"),
    (
      "a hundred thousand brackets in a shape", #"{"a":{"shape":"# + String(repeating: "[", count: 100_000),
      "'[' at byte 15"
    ),
    ("a hundred thousand braces", String(repeating: #"{"a":"#, count: 100_000), #"unknown field "a""#),
    ("a hundred thousand digits", #"{"a":{"shape":["# + String(repeating: "9", count: 100_000), "larger than any file"),
  ]

  @Test func hostileHeaderIsRefused() throws {
    for (kind, header, expected) in Self.hostile {
      let reason = reason(try file(header: header, numbers: 8)) ?? "none"
      #expect(reason.contains(expected), "\(kind)")
      #expect(reason.utf8.count < 400, "\(kind)")
    }
  }

  /// What a message quotes of a file neither fills the screen nor steers the terminal.
  @Test func quotedNamesAreShortAndHarmless() throws {
    let name = #"\u001b[2J"# + String(repeating: "e\u{301}", count: 100_000)
    let header = "{\"" + name + #"":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#
    let reason = try #require(reason(try file(header: header, numbers: 8)))
    #expect(reason.contains(#"\u{1B}[2J"#) && reason.contains("F64"))
    #expect(reason.utf8.count < 400 && !reason.utf8.contains(0x1B))
  }

  /// What looks odd and is right.
  @Test func oddHeaderIsRead() throws {
    let header = """
       {"nothing" : {"data_offsets":[4 , 4],"shape":[7,0,3],"dtype":"F32"},\t"":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
       "__metadata__":{}, "\\u0061\\"\\/\\ud83d\\ude00 \\\\":{"shape":[1,1,1],"dtype":"\\u004632","data_offsets":[4,8]}}   \n
      """
    let read = try Safetensors(contentsOf: file(header: header, numbers: 8))
    #expect(
      read
        == Safetensors(tensors: [
          "nothing": .init(shape: [7, 0, 3], elements: []), "": .init(shape: [], elements: [0]),
          "a\"/😀 \\": .init(shape: [1, 1, 1], elements: [0]),
        ]))
  }

  @Test func headerThatIsNotUTF8IsRefused() throws {
    let name: [UInt8] = [0x22, 0xFF, 0xC0, 0x22]
    let text = [UInt8(ascii: "{")] + name + Array(#":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#.utf8)
    let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) }
    #expect(reason(try folder.file("crafted", length + text))?.contains("UTF-8") == true)
  }

  @Test(arguments: [
    (UInt64.max, "allows 100000000"), (UInt64(Int.max), "allows 100000000"), (1 << 63, "allows 100000000"),
    (1 << 30, "allows 100000000"), (100_000_001, "allows 100000000"), (100_000_000, "the file has 8"),
    (9, "the file has 8"), (1, "its end at byte 1"), (0, "its end at byte 0"),
  ])
  func wrongLengthOfTheHeaderIsRefused(length: UInt64, expected: String) throws {
    let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}      ".utf8)
    let reason = reason(try folder.file("crafted", bytes)) ?? "none"
    #expect(reason.contains("\(length) bytes") || length < 2)
    #expect(reason.contains(expected), "\(length): \(reason)")
  }

  /// Also where the file is as long as it says.
  @Test func headerPastTheLimitIsRefused() throws {
    let length = Safetensors.longestHeader + 1
    let path = try folder.file("long", withUnsafeBytes(of: UInt64(length).littleEndian) { Array($0) } + "{}".utf8)
    try #require(truncate(path, 8 + length) == 0)
    #expect(reason(path)?.contains("should have \(length) bytes, and the format allows") == true)
  }

  @Test func longHeaderIsRead() throws {
    let notes = (0..<20_000).map { "\"note \($0)\":\"\($0)\"" }.joined(separator: ",")
    let read = try Safetensors(contentsOf: file(header: "{\"__metadata__\":{\(notes)}}"))
    #expect(read.metadata.count == 20_000 && read.metadata["note 19999"] == "19999")
  }

  @Test func nameOfTheNotesIsNoTensors() async {
    await #expect(processExitsWith: .failure) {
      _ = Safetensors(tensors: ["__metadata__": .init(shape: [], elements: [1])]).encoded()
    }
  }

  @Test func shapeAndPlaceOfDamageAreNamed() throws {
    let path = try file(header: #"{"small":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#, numbers: 20)
    let error = #expect(throws: StorageError.self) { try Safetensors(contentsOf: path) }
    #expect(error?.description.contains("\"small\" of shape [2, 3] should end at byte 24 of 20") == true)
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
    let file = try folder.file("old", Self.example.encoded())
    try Safetensors.checkWritable(file)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Self.example.encoded())
    // As `mktemp` makes it.
    try Safetensors.checkWritable(try folder.file("empty", []))
    #expect(try folder.names == ["empty", "old"])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreNotWritten(number: Float) throws {
    let path = try folder.file("old", Self.example.encoded())
    let file = Safetensors(tensors: ["a": .init(shape: [2], elements: [1, number])])
    #expect(
      throws: StorageError.inaccessible(
        path: path, reason: "cannot be written: its \"a\" holds numbers that are not finite")
    ) { try file.write(to: path) }
    #expect(try Safetensors(contentsOf: path) == Self.example)
  }

  /// A file of another kind is somebody's work.
  @Test(arguments: ["text", "{\"a\": 1}", "0123456789", " "])
  func whatIsNoModelIsNotWrittenOver(text: String) throws {
    let (file, link) = (try folder.file("old", text.utf8), folder.path("link"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "old")
    for path in [file, link] { #expect(isRefused(path)) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(text.utf8))
    #expect(try folder.names == ["link", "old"])
  }

  @Test func namesThatCannotBeAreRefused() throws {
    let long = folder.path(String(repeating: "n", count: 256))
    for path in ["", folder.path("x") + "/", folder.url.path + "/a\0b", long, "/proc/model"] {
      #expect(isRefused(path), "\(path)")
    }
    #expect(try folder.names == [])
    // As long as a name may be: what is written beside it has a name of its own.
    let longest = folder.path(String(repeating: "n", count: 255))
    try Safetensors.checkWritable(longest)
    try Self.example.write(to: longest)
    #expect(try Safetensors(contentsOf: longest) == Self.example)
  }

  /// A path is what it says: the same file is asked about, written and read.
  @Test func tildeIsALetter() async throws {
    await #expect(processExitsWith: .success) { [folder = folder.url.path as String] in
      chdir(folder)
      mkdir("./~", 0o777)
      try Safetensors.checkWritable("~/model")
      try SafetensorsTests.example.write(to: "~/model")
      let read = try Safetensors(contentsOf: "~/model")
      exit(read == SafetensorsTests.example ? 0 : 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("~")) == ["model"])
  }

  @Test func folderThatIsGoneIsRefused() async throws {
    let path = folder.path("gone")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    await #expect(processExitsWith: .success) { [path = path as String] in
      chdir(path)
      rmdir(path)
      do {
        try Safetensors.checkWritable("model")
        exit(1)
      } catch {}
    }
  }

  /// The mode of a path.
  private func mode(_ path: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func modeOfTheFileIsKept() throws {
    let file = try folder.file("old", Self.example.encoded())
    for wanted in [0o600, 0o664] {
      chmod(file, mode_t(wanted))
      try Safetensors(metadata: ["a": "b"]).write(to: file)
      #expect(try mode(file) == wanted)
    }
    // The refusal holds for root as well, who may write to any file.
    chmod(file, 0o444)
    #expect(isRefused(file))
    #expect(try mode(file) == 0o444)
    #expect(try Safetensors(contentsOf: file).metadata == ["a": "b"])
  }

  @Test func linksAreFollowedToTheirEnd() throws {
    let inner = folder.path("inner")
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    func link(_ name: String, _ destination: String) throws -> String {
      try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: destination)
      return folder.path(name)
    }
    // To a file that is not there yet, over another link.
    let (_, second) = (try link("first", "inner/model"), try link("second", "first"))
    try Safetensors.checkWritable(second)
    try Self.example.write(to: second)
    #expect(try Safetensors(contentsOf: inner + "/model") == Self.example)
    #expect(try kind(second) == .typeSymbolicLink)
    #expect(isRefused(try link("circle", "circle")))
    #expect(isRefused(try link("nowhere", "none/model")))
    #expect(try folder.names == ["circle", "first", "inner", "nowhere", "second"])
  }

  private static let isRoot: Comment = "needs root, to take on another user"

  /// A file that others may write to, in a folder like /tmp, can be written but not replaced.
  @Test(.enabled(if: geteuid() == 0, isRoot)) func anotherUsersFileInAStickyFolderIsRefused() async throws {
    let file = try folder.file("old", Self.example.encoded())
    chmod(file, 0o666)
    chmod(folder.url.path, 0o1777)
    await #expect(processExitsWith: .success) { [file = file as String] in
      guard setuid(65_534) == 0 else { exit(1) }
      do {
        try Safetensors.checkWritable(file)
        exit(1)
      } catch {
        exit("\(error)".contains("another user's") ? 0 : 1)
      }
    }
    #expect(try folder.names == ["old"])
  }

  /// `chattr +i`, where the file system has it.
  @Test(.enabled(if: geteuid() == 0, isRoot)) func immutableFileIsRefused() throws {
    let file = try folder.file("old", Self.example.encoded())
    let descriptor = open(file, O_RDONLY)
    defer { close(descriptor) }
    // FS_IOC_SETFLAGS and FS_IMMUTABLE_FL.
    func setFlags(_ flags: Int) -> Bool {
      var flags = flags
      return ioctl(descriptor, UInt(0x4008_6602), &flags) == 0
    }
    guard setFlags(0x10) else { return }
    #expect(isRefused(file))
    #expect(setFlags(0))
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
    let (file, link) = (try folder.file("file", Safetensors().encoded()), folder.path("link"))
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

  /// Two files of four megabytes, so that a save takes most of its time in writing.
  private static let large = [Float(1), 2].map { number in
    Safetensors(tensors: ["a": .init(shape: [1 << 20], elements: Array(repeating: number, count: 1 << 20))])
  }

  /// A process that does nothing but save one of two models over the other, killed at any moment.
  @Test func aKilledSaveLeavesAWholeFile() async throws {
    let path = folder.path("model")
    try Self.large[0].write(to: path)
    var random = RandomSource(seed: 41)
    for _ in 0..<10 {
      let microseconds = UInt32(random.index(below: 40_000))
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, microseconds = microseconds as UInt32] in
        Thread.detachNewThread {
          usleep(microseconds)
          kill(getpid(), SIGKILL)
        }
        while true {
          for file in SafetensorsTests.large { try file.write(to: path) }
        }
      }
      #expect(try Self.large.contains(Safetensors(contentsOf: path)), "killed after \(microseconds) µs")
    }
    // The next save clears away what the killed ones were writing.
    try Self.example.write(to: path)
    #expect(try Safetensors(contentsOf: path) == Self.example)
    #expect(try folder.names == ["model"])
  }
}
