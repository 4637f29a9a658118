import Foundation
import Testing

/// What holds for every lesson, run as its user runs it.
@Suite(.serialized) struct EveryLessonTests {
  static let programs = (try? HouseTests.lessons().map { "Lesson\($0.number)" }) ?? []

  @Test(arguments: programs)
  func quickRunHoldsItsClaimsRepeatsAndDependsOnItsSeed(program: String) throws {
    let (one, other, third) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
    let run = try Program(program, ["--quick", "--no-render", "--plots", one.path])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(/\nClaims: [1-9][0-9]* held/))
    #expect(!run.output.contains("✗"))
    let again = try Program(program, ["--quick", "--no-render", "--plots", other.path])
    #expect(one.contents.keys.contains { $0.hasSuffix(".gp") })
    #expect(one.contents == other.contents)
    #expect(
      run.output.replacingOccurrences(of: one.path, with: "")
        == again.output.replacingOccurrences(of: other.path, with: ""))
    #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"))
    let seeded = try Program(program, ["--quick", "--no-render", "--seed", "2", "--plots", third.path])
    #expect(seeded.status == 0 && !seeded.output.contains("✗"), "\(seeded.errors)\(seeded.output)")
    #expect(one.contents != third.contents)
  }

  @Test(arguments: programs)
  func helpNamesTheProgramAndTheOptions(program: String) throws {
    let run = try Program(program, ["--help"])
    #expect(run.status == 0)
    for word in ["swift run \(program)", "--seed", "--quick", "--full", "--plots", "--no-render", "--ascii", "--weave"]
    {
      #expect(run.output.contains(word))
    }
  }

  @Test(
    arguments: programs,
    [
      ["--unknown"], ["--seed", "many"], ["--quick", "--full"], ["--weave", "--quick"], ["--plots"], ["--plots", ""],
    ])
  func mistakesInTheCallEndWith64(program: String, arguments: [String]) throws {
    let run = try Program(program, arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains("Error: "))
    #expect(run.output.isEmpty)
  }

  /// Lesson 02 has a figure of this name, and every lesson one that its file names.
  @Test(arguments: programs)
  func whatIsNoFigureIsNotWrittenOver(program: String) throws {
    let lesson = try #require(HouseTests.lessons().first { program.hasSuffix($0.number) })
    let source = try HouseTests.text("Lessons/\(lesson.folder)/main.swift")
    let figure = try #require(source.firstMatch(of: /as: "([A-Za-z0-9_-]+)"/)).1
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/" + program, withIntermediateDirectories: false)
    let drawing = try folder.file("\(program)/\(figure).svg", "<svg>a drawing of my own</svg>")
    let run = try Program(program, ["--quick", "--plots", folder.path])
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.errors.contains("\(drawing) cannot be written: there is a file that is no figure"), "\(run.errors)")
    #expect(folder.contents == ["\(program)/\(figure).svg": Data("<svg>a drawing of my own</svg>".utf8)])
  }

  @Test(arguments: programs)
  func plotsFolderThatCannotBeIsRefused(program: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.file("file", "not a folder")
    let run = try Program(program, ["--quick", "--plots", file + "/plots"])
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("\(program): error: "))
    #expect(run.errors.contains(file))
    #expect(folder.contents == ["file": Data("not a folder".utf8)])
  }
}
