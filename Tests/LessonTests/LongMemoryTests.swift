import Foundation
import Testing

/// The tournament of Lesson 12, which is made by an option and kept beside the page.
@Suite struct LongMemoryTests {
  private static let columns = "task,lag,network,seed,size,losses"

  @Test func theCommittedTableSaysHowItWasMade() throws {
    let lines = try HouseTests.text("Lessons/12-long-memory/tournament.csv").split(separator: "\n").map(String.init)
    #expect(lines[0] == "# swift run Lesson12 --table")
    #expect(lines[1] == "# seeds: 1 2 3 4 5")
    #expect(lines[2].contains("50 units, batches of 20") && lines[2].contains("6000 steps"))
    #expect(lines[3] == Self.columns)
    #expect(lines.count == 4 + 5 * 44)
  }

  @Test func aSmallTournamentIsWrittenBesideTheFigures() throws {
    let folder = try TemporaryFolder()
    let run = try Program("Lesson12", ["--quick", "--table", "--plots", folder.path])
    #expect(run.status == 0, "\(run.errors)")
    let file = try #require(folder.contents["Lesson12/tournament.csv"])
    let lines = String(decoding: file, as: UTF8.self).split(separator: "\n")
    #expect(lines[3] == Self.columns)
    #expect(lines.count == 4 + 44)
    #expect(run.output.contains("The table is "))
  }

  @Test func whatIsNoTableIsNotWrittenOver() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/Lesson12", withIntermediateDirectories: false)
    _ = try folder.file("Lesson12/tournament.csv", "my own results")
    let run = try Program("Lesson12", ["--quick", "--table", "--plots", folder.path])
    #expect(run.status == 1)
    #expect(run.errors.contains("is no table of this lesson"), "\(run.errors)")
    #expect(folder.contents == ["Lesson12/tournament.csv": Data("my own results".utf8)])
  }

  @Test(arguments: [["--lag", "9"], ["--hidden", "1"], ["--table", "--lag", "50"], ["--table", "--hidden", "20"]])
  func refusesSizesThatCannotBe(arguments: [String]) throws {
    let run = try Program("Lesson12", arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(arguments.contains("--table") ? "leave out \(arguments[1])" : "must be from"))
  }
}
