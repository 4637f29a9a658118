import Foundation
import Testing

/// Every lesson is listed where a reader looks for it, and nothing else is.
@Suite struct HouseTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lessons of the table in Package.swift, a line each.
  static func lessons() throws -> [(number: String, folder: String)] {
    try text("Package.swift").matches(of: /(?m)^  \("(\d\d)", "([^"]+)"\),$/).map { (String($0.1), String($0.2)) }
  }

  @Test func everyFolderOfALessonIsInTheTable() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appendingPathComponent("Lessons").path)
    let listed = try Self.lessons().map(\.folder)
    #expect(!listed.isEmpty)
    #expect(folders.filter { !$0.hasPrefix(".") }.sorted() == listed.sorted())
  }

  @Test func everyLessonHasItsPageAndTheReadmeLeadsToIt() throws {
    let readme = try Self.text("README.md")
    for (number, folder) in try Self.lessons() {
      let page = try Self.text("Lessons/\(folder)/README.md")
      #expect(page.contains("# Lesson \(number) — "))
      #expect(FileManager.default.fileExists(atPath: Self.root.path + "/Lessons/\(folder)/main.swift"))
      #expect(readme.contains("(Lessons/\(folder)/README.md)"), "README.md does not lead to lesson \(number)")
    }
  }

  /// The pages that a reader reads.
  static func pages() throws -> [String] {
    try lessons().map { "Lessons/\($0.folder)/README.md" } + [
      "README.md", "CONTRIBUTING.md", "Sources/README.md", "Sources/Benchmark/README.md",
    ]
  }

  @Test func everyLocalLinkLeadsSomewhere() throws {
    for page in try Self.pages() {
      let folder = Self.root.appendingPathComponent(page).deletingLastPathComponent()
      for match in try Self.text(page).matches(of: /\]\(([^)#\s]*)(?:#([^)\s]+))?\)/) where !match.1.contains("://") {
        let link = String(match.1).removingPercentEncoding ?? String(match.1)
        let target = link.isEmpty ? Self.root.appendingPathComponent(page) : folder.appendingPathComponent(link)
        #expect(
          FileManager.default.fileExists(atPath: target.path), "\(page) leads to \(link), which is not there")
        if let anchor = match.2 {
          let headings = Self.anchors(in: try String(contentsOf: target, encoding: .utf8))
          #expect(headings.contains(String(anchor)), "\(page) leads to #\(anchor), which is not in \(target.path)")
        }
      }
    }
  }

  /// The anchors that GitHub gives to the headings of a page.
  private static func anchors(in page: String) -> Set<String> {
    Set(
      page.matches(of: /(?m)^#+ +(.*)$/).map { heading in
        String(heading.1.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) })
          .replacingOccurrences(of: " ", with: "-")
      })
  }

  @Test func whatTheReadmeShowsIsWhatIsPrinted() throws {
    let shown = try Self.text("README.md").matches(of: /(?ms)^```text\n(.*?)^```$/).map { String($0.1) }
    #expect(shown.count == 2)
    // A piece of a page as a terminal shows it: without its marks, its rules and its line breaks.
    func words(_ text: String) -> String {
      text.replacing(/(?m)^\|[ :|-]+$|^<!--.*-->$|^- (?=✓)|[|*─]/, with: " ").split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
    let page = words(try Self.text("Lessons/04-language-model/README.md"))
    for paragraph in shown[0].components(separatedBy: "\n\n") { #expect(page.contains(words(paragraph))) }
    // The marker's sentence about a mistake.
    let sentence = try #require(shown[1].split(separator: "\n").last).trimmingCharacters(in: .whitespaces)
    let exercise = "Lessons/02-forward-pass/Exercise"
    #expect(try Self.text("\(exercise)/Checks.swift").contains(sentence))
    // What the student is given, and the mistake.
    let code = try Self.text("README.md").matches(of: /(?ms)^```swift\n(.*?)^```$/).map { String($0.1) }
    #expect(code.count == 1)
    #expect(try Self.text("\(exercise)/Exercise02.swift").contains(code[0]))
    #expect(try Self.text("README.md").contains("`tanh(θ.Waa * before + θ.Wax * x) + θ.ba`"))
    #expect(
      try Self.text("\(exercise)/Checks.swift").contains("tanh($0.θ.Waa * $0.before + $0.θ.Wax * $0.x) + $0.θ.ba"))
  }

  @Test func everyFigureIsShownOnItsPage() throws {
    for (_, folder) in try Self.lessons() {
      let shown = try Self.text("Lessons/\(folder)/README.md").matches(of: /\]\(figures\/([^)]+)\)/).map {
        String($0.1)
      }
      let there = try FileManager.default.contentsOfDirectory(
        atPath: Self.root.appendingPathComponent("Lessons/\(folder)/figures").path)
      #expect(Set(shown) == Set(there), "\(folder)")
    }
  }

  /// Whoever uses the library has other programs than ours.
  @Test(arguments: ["Sources/SequenceModels", "Sources/Tasks"])
  func theLibraryNamesNoLessonAndNoOption(library: String) throws {
    let files = FileManager.default.enumerator(atPath: Self.root.appendingPathComponent(library).path)?.allObjects
    let sources = (files as? [String] ?? []).filter { $0.hasSuffix(".swift") }
    #expect(sources.count > 20)
    for file in sources {
      let found = try Self.text("\(library)/\(file)").matches(of: /Lessons? ?\d+|--[a-z]{3,}/).map { String($0.0) }
      #expect(found == [], "\(library)/\(file)")
    }
  }

  @Test func everyTestOfHardUseIsThere() throws {
    let section = try Self.text("CONTRIBUTING.md").split(separator: "## ").first { $0.hasPrefix("Hard use") }
    let rows = try #require(section).matches(of: /(?m)^\| .* \| (.*) \|$/).map { String($0.1) }
    let named = Set(rows.joined().matches(of: /`(\w+)`/).map { String($0.1) })
    let tests = Self.root.appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(atPath: tests.path)?.allObjects as? [String] ?? []
    let sources = try files.filter { $0.hasSuffix(".swift") }.map { try Self.text("Tests/" + $0) }.joined()
    let known = Set(sources.matches(of: /(?s)@Test.*?\bfunc (\w+)\(/).map { String($0.1) })
    #expect(named.count > 30)
    #expect(named.subtracting(known) == [])
  }
}
