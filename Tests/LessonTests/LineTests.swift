import Foundation
import Testing

/// Lines of code and of comment alike, as long as a window beside a page is wide; the formatter breaks code alone.
@Suite struct LineTests {
  @Test func noLineOfTheSourcesIsLongerThan120Columns() throws {
    let files = FileManager.default.enumerator(atPath: HouseTests.root.appendingPathComponent("Sources").path)
    // An article has tables, whose rows cannot be broken.
    let kinds = ["swift", "c", "h", "inc", "cpp", "py", "lua", "css"]
    let paths = (files?.allObjects as? [String] ?? []).filter { path in kinds.contains { path.hasSuffix(".\($0)") } }
    #expect(paths.count > 100)
    for path in paths.sorted() {
      let lines = try HouseTests.text("Sources/" + path).split(separator: "\n", omittingEmptySubsequences: false)
      for (place, line) in lines.enumerated() where line.count > 120 {
        Issue.record("Sources/\(path):\(place + 1) has \(line.count) columns")
      }
    }
  }
}
