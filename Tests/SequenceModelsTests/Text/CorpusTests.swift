import Foundation
import Testing

@testable import SequenceModels

@Suite struct CorpusTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  @Test func textIsReadAsItStands() throws {
    let text = "Zeile eins\r\nnaïve 👩‍👩‍👧\n"
    #expect(try Corpus(contentsOf: folder.file("text", text.utf8)).text.utf8.elementsEqual(text.utf8))
    #expect(try Corpus(contentsOf: folder.file("marked", Self.mark + text.utf8)).text.utf8.elementsEqual(text.utf8))
  }

  /// Only at the start is it a mark.
  @Test func markWithinTheTextStays() throws {
    let text = "a\u{FEFF}b"
    #expect(try Corpus(contentsOf: folder.file("text", text.utf8)).text.utf8.elementsEqual(text.utf8))
  }

  @Test func missingFileIsNamed() {
    let path = folder.path("nothing")
    #expect(throws: CorpusError.missing(path: path)) { try Corpus(contentsOf: path) }
  }

  @Test func folderIsNoText() {
    #expect(throws: CorpusError.isDirectory(path: folder.url.path)) { try Corpus(contentsOf: folder.url.path) }
  }

  @Test func emptyFileIsRefused() throws {
    for bytes in [[], Self.mark] {
      let path = try folder.file("empty", bytes)
      #expect(throws: CorpusError.empty(path: path)) { try Corpus(contentsOf: path) }
    }
  }

  /// Neither is to be converted from Latin-1.
  @Test func otherEncodingsAndWhatIsNoTextAreToldApart() throws {
    for bytes in [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]] {
      let path = try folder.file("utf16", bytes)
      #expect(throws: CorpusError.utf16(path: path)) { try Corpus(contentsOf: path) }
    }
    let path = try folder.file("picture", [0x89, 0x50, 0x4E, 0x47, 0x00])
    #expect(throws: CorpusError.notText(path: path)) { try Corpus(contentsOf: path) }
  }

  @Test(
    arguments: [
      ("a continuation by itself", [0x61, 0x62, 0x80, 0x63], 2),
      ("the first byte", [0xFF], 0),
      ("Latin-1 é", [0x63, 0x61, 0x66, 0xE9, 0x20], 3),
      ("cut short at the end", [0x61, 0xE2, 0x82], 1),
      ("cut short before a letter", [0xC3, 0xA9, 0xE2, 0x82, 0x61], 2),
      ("overlong slash", [0x61, 0xC0, 0xAF], 1),
      ("overlong in three bytes", [0xE2, 0x82, 0xAC, 0xE0, 0x80, 0xAF], 3),
      ("half of a surrogate pair", [0xC3, 0xA9, 0xED, 0xA0, 0x80], 2),
      ("past the last character", [0xF0, 0x9F, 0x91, 0x8D, 0xF4, 0x90, 0x80, 0x80], 4),
      ("the second of two", [0x61, 0x62, 0x63, 0xFE, 0xFF], 3),
    ] as [(String, [UInt8], Int)])
  func invalidByteIsFound(kind: String, bytes: [UInt8], offset: Int) throws {
    let plain = try folder.file("plain", bytes)
    #expect(throws: CorpusError.notUTF8(path: plain, offset: offset), "\(kind)") { try Corpus(contentsOf: plain) }
    let marked = try folder.file("marked", Self.mark + bytes)
    #expect(throws: CorpusError.notUTF8(path: marked, offset: offset + 3), "\(kind)") { try Corpus(contentsOf: marked) }
  }

  @Test func invalidByteFarIntoALargeFileIsFound() throws {
    let start = Array(String(repeating: "naïve ", count: 50_000).utf8)
    let path = try folder.file("large", start + [0xE9] + start)
    #expect(throws: CorpusError.notUTF8(path: path, offset: start.count)) { try Corpus(contentsOf: path) }
  }
}
