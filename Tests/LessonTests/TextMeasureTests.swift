import Foundation
import Testing

/// Lesson 01 on a text of the reader's own: what it counts, and what it refuses.
@Suite(.serialized) struct TextMeasureTests {
  func measure(_ text: Data, _ folder: TemporaryFolder, _ arguments: [String] = ["--no-render"]) throws -> Program {
    try Program(
      "Lesson01", ["--plots", folder.path + "/plots", "--corpus", try folder.file("corpus.txt", text)] + arguments)
  }

  @Test func countsWordsCharactersAndSentences() throws {
    let folder = try TemporaryFolder()
    // Read: a a b ⟨EOS⟩ a a b ⟨EOS⟩; held out, the last fifth: c a.
    let run = try measure(Data("a a b\n\na a b\n\nc a".utf8), folder)
    #expect(run.status == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.contains(["words", "read", "7", "3"]))
    #expect(lines.contains(["words", "held", "out", "1", "1"]))
    #expect(lines.contains(["characters", "17", "5"]))
    #expect(lines.contains(["3", "2", "2.667", "3", "11.11", "11.11"]))
    #expect(!run.output.contains("Exercises"))
  }

  @Test func aWordThatOnlyThePartHeldOutHasIsUnknown() throws {
    let folder = try TemporaryFolder()
    let run = try measure(
      Data((String(repeating: "a b ", count: 20) + String(repeating: "c ", count: 9)).utf8), folder)
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(rows.contains(["2", "100", "0", "100"]), "\(run.output)")
  }

  @Test func hostileTextIsDrawnAndExecutesNothing() throws {
    let folder = try TemporaryFolder()
    let sentinel = folder.path + "/touched"
    let text = String(
      repeating: "`touch \(sentinel)` $(touch \(sentinel)) 'a' \"b\" \\n {x} ⟨UNK⟩ 👩‍👩‍👧 e\u{301}. ", count: 5)
    let run = try measure(Data(text.utf8), folder, ["--ascii"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: sentinel))
  }

  @Test(arguments: [
    ("", "empty"), (" \n\n ", "0 words"), ("one", "1 words"), ("two words", "words"), ("\u{FEFF}", "empty"),
  ])
  func textsWithTooLittleInThemAreRefused(text: String, reason: String) throws {
    let run = try measure(Data(text.utf8), try TemporaryFolder())
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("Lesson01: error: ") && run.errors.contains(reason), "\(run.errors)")
  }

  @Test func filesThatAreNoTextAreRefused() throws {
    let folder = try TemporaryFolder()
    let latin = try measure(Data([0x63, 0x61, 0x66, 0xE9]), folder)
    #expect(latin.status == 1 && latin.errors.contains("not UTF-8"), "\(latin.errors)")
    for path in [folder.path, folder.path + "/none.txt", "/dev/zero"] {
      let run = try Program("Lesson01", ["--plots", folder.path + "/plots", "--corpus", path])
      #expect(run.status == 1 && run.errors.contains(path), "\(run.errors)")
    }
  }
}
