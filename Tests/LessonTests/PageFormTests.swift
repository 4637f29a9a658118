import Foundation
import Testing

/// Every page has the same form, so that a reader who knows one knows where to look in all of them.
@Suite struct PageFormTests {
  static let folders = (try? HouseTests.lessons().map(\.folder)) ?? []

  /// A page, without the code and the outputs on it.
  static func prose(_ folder: String) throws -> String {
    try HouseTests.text("Lessons/\(folder)/README.md").replacing(/(?ms)^```.*?^```$/, with: "")
  }

  @Test(arguments: folders)
  func beginsBesideTheNotesAndEndsWithExercises(folder: String) throws {
    let page = try Self.prose(folder)
    #expect(page.contains(#/# Lesson \d\d — [^\n]+\n\n\*Beside the notes:/#))
    let headings = page.matches(of: /(?m)^## (.+)$/).map { String($0.1) }
    #expect(headings.suffix(3) == ["Break it", "What to expect", "Exercises"])
  }

  @Test(arguments: folders)
  func hasThreeExercisesWithFoldedAnswers(folder: String) throws {
    let exercises = try #require(try Self.prose(folder).components(separatedBy: "## Exercises").last)
    #expect(exercises.matches(of: /(?m)^(\d)\.\ /).map { String($0.1) } == ["1", "2", "3"])
    #expect(exercises.matches(of: /(?m)^<details>\n<summary>Answer<\/summary>\n/).count == 3)
    #expect(exercises.matches(of: /(?m)^<\/details>$/).count == 3)
  }

  @Test(arguments: folders.indices)
  func leadsBackAndOn(place: Int) throws {
    let page = try Self.prose(Self.folders[place])
    let end = try #require(page.components(separatedBy: "</details>").last)
    for other in [place - 1, place + 1] where Self.folders.indices.contains(other) {
      #expect(end.contains("](../\(Self.folders[other])/README.md)"))
    }
    #expect(end.contains("[All lessons](../../README.md)"))
  }
}
