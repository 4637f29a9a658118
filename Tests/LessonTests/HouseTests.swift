import Foundation
import Testing

/// Every lesson is listed where a reader looks for it, and nothing else is.
@Suite struct HouseTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The lessons of the table in Package.swift.
  static func lessons() throws -> [(number: String, folder: String)] {
    try text("Package.swift").matches(of: /\("(\d\d)", "([^"]+)"\)/).map { (String($0.1), String($0.2)) }
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
      #expect(FileManager.default.fileExists(atPath: Self.root.path + "/Lessons/\(folder)/Lesson\(number).swift"))
      #expect(readme.contains("(Lessons/\(folder)/README.md)"), "README.md does not lead to lesson \(number)")
    }
  }

  @Test func everyLocalLinkLeadsSomewhere() throws {
    let pages = try Self.lessons().map { "Lessons/\($0.folder)/README.md" } + ["README.md", "CONTRIBUTING.md"]
    for page in pages {
      let folder = Self.root.appendingPathComponent(page).deletingLastPathComponent()
      for link in try Self.text(page).matches(of: /\]\(([^)#\s]+)/).map({ String($0.1) }) where !link.contains("://") {
        let target = folder.appendingPathComponent(link.removingPercentEncoding ?? link).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page) leads to \(link), which is not there")
      }
    }
  }
}
