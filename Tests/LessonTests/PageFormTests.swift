import Foundation
import Testing

/// Every page has the same form, so that a reader who knows one knows where to look in all of them.
@Suite struct PageFormTests {
  static let folders = (try? HouseTests.lessons().map(\.folder)) ?? []

  static func text(_ folder: String) throws -> String { try HouseTests.text("Lessons/\(folder)/README.md") }

  @Test func thereArePages() { #expect(!Self.folders.isEmpty) }

  @Test(arguments: folders.indices)
  func leadsBackAndOn(place: Int) throws {
    let end = try #require(try Self.text(Self.folders[place]).components(separatedBy: "</details>").last)
    for other in [place - 1, place + 1] where Self.folders.indices.contains(other) {
      #expect(end.contains("](../\(Self.folders[other])/README.md)"))
    }
    #expect(end.contains("[All lessons](../../README.md)"))
  }

  // MARK: - The form

  /// The parts of a page, in its order: headings, paragraphs, lists, tables, figures, and fences with their code.
  static func blocks(_ page: String) -> [String] {
    page.matches(of: /(?ms)^(`{3,})[^\n]*\n.*?^\1$|^[^\n]+(?:\n[^\n]+)*/).map { String($0.0) }
  }

  /// A page without what is folded.
  static func open(_ page: String) -> String { page.replacing(/(?ms)^<details>$.*?^<\/details>$/, with: "") }

  static func isProse(_ block: String) -> Bool { block.first.map { !"#`|!<-".contains($0) } ?? false }

  static func words(_ text: String) -> Int { text.matches(of: /[A-Za-z][A-Za-z'’-]*/).count }

  @Test(arguments: folders)
  func beginsWithAQuestionAndAPicture(folder: String) throws {
    let blocks = Self.blocks(try Self.text(folder))
    let opening = blocks.dropFirst(2).prefix { !$0.hasPrefix("## ") }
    #expect(opening.contains { $0.contains("?") })
    #expect(opening.contains { $0.hasPrefix("![") })
  }

  @Test(arguments: folders)
  func endsWithTheNotesTheReadersTurnAndWhatItSaid(folder: String) throws {
    let page = try Self.text(folder)
    #expect(page.matches(of: /(?m)^## (.+)$/).suffix(2).map { String($0.1) } == ["Your turn", "In short"])
    let folds = page.matches(of: /<summary>(.*?)<\/summary>/).map { String($0.1) }
    #expect(folds.suffix(4) == ["In your notes", "Answer", "Answer", "Answer"])
    let turn = try #require(page.components(separatedBy: "## Your turn").last)
    #expect(turn.matches(of: /(?m)^(\d)\.\ /).map { String($0.1) } == ["1", "2", "3"])
    // What was found, the commands to try, and the way on.
    let short = Self.blocks(try #require(page.components(separatedBy: "## In short").last))
    #expect((3...5).contains(short[0].matches(of: /[.!?](?:\s|$)/).count))
    let commands = try #require(short.first { $0.hasPrefix("```sh\n") })
    #expect((2...4).contains(commands.matches(of: /(?m)^swift run Lesson\d\d --/).count))
  }

  @Test(arguments: folders)
  func showsTheCodeOfItsSubjectAlone(folder: String) throws {
    let blocks = Self.blocks(Self.open(try Self.text(folder)))
    let cells = blocks.filter { $0.hasPrefix("```swift\n") }
    let lengths = cells.map {
      $0.split(separator: "\n").dropFirst().dropLast().count { !$0.allSatisfy(\.isWhitespace) }
    }
    let shown = lengths.reduce(0, +)
    #expect(shown <= 160)
    #expect(lengths.max() ?? 0 <= 20)
    let prose = blocks.filter(Self.isProse).reduce(0) { $0 + Self.words($1) }
    #expect(prose >= 10 * shown)
    let machinery = /withBlock|withMutableBlock|[Uu]nsafe|[Tt]ape|\bwhere\b|\bclaim\(/
    #expect(cells.filter { $0.contains(machinery) } == [])
  }

  @Test(arguments: folders)
  func walksTheReaderThroughEveryFigure(folder: String) throws {
    let blocks = Self.blocks(Self.open(try Self.text(folder)))
    for index in blocks.indices where blocks[index].hasPrefix("![") {
      let below = blocks[(index + 1)...].prefix { !$0.hasPrefix("![") && !$0.hasPrefix("## ") }
      let said = below.filter(Self.isProse).reduce(0) { $0 + Self.words($1) }
      #expect(said >= 25, "\(blocks[index]) is not spoken of")
    }
  }

  @Test(arguments: folders)
  func drawsItsNetworks(folder: String) throws {
    let path = HouseTests.root.path + "/Lessons/\(folder)/"
    let files = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".swift") }
    let code = try files.map { try HouseTests.text("Lessons/\(folder)/\($0)") }.joined()
    #expect(code.matches(of: /\bDiagram\(/).count >= 2)
  }

  @Test(arguments: folders)
  func speaksToTheReader(folder: String) throws {
    let prose = Self.blocks(Self.open(try Self.text(folder))).filter(Self.isProse).joined(separator: "\n")
    #expect(prose.matches(of: /(?i)\b(?:you|your|you're|you'll|we|we'll|our|let's)\b/).count >= 15)
  }
}
