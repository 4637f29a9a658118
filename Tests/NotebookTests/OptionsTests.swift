import ArgumentParser
import Testing

@testable import Notebook

struct OptionsTests {
  private struct Options: ParsableArguments {
    @OptionGroup var notebook: NotebookOptions
    @Option var corpus: String?
  }

  @Test func theSizeChooses() throws {
    for (arguments, value) in [(["--quick"], 1), ([], 2), (["--full"], 3)] {
      #expect(try NotebookOptions.parse(arguments).choose(quick: 1, standard: 2, full: 3) == value)
    }
    #expect(RunSize.quick < .standard && RunSize.standard < .full)
  }

  @Test func theSeedIsTheLessonsUnlessItIsGiven() throws {
    #expect(try NotebookOptions.parse([]).seed() == 1)
    #expect(try NotebookOptions.parse(["--seed", "3"]).seed() == 3)
  }

  @Test(arguments: [
    ["--quick", "--full"], ["--weave", "--check-page"], ["--weave", "--quick"], ["--weave", "--full"],
    ["--check-page", "--no-render"], ["--seed", "2", "--weave"], ["--weave", "--corpus", "mine.txt"], ["--seed", "-1"],
  ])
  func whatContradictsIsAMistakeInTheCall(arguments: [String]) {
    #expect {
      try Options.parseLesson(arguments)
    } throws: {
      Options.exitCode(for: $0).rawValue == 64
    }
  }

  @Test(arguments: [
    ["--weave"], ["--check-page", "--ascii"], ["--plots", "/elsewhere", "--weave"], ["--weave", "--plots=x"],
    ["--quick", "--seed", "2", "--corpus", "mine.txt"],
  ])
  func whatLeavesTheRunAsItIsIsTaken(arguments: [String]) throws {
    _ = try Options.parseLesson(arguments)
  }

  @Test func aRefusalNamesWhatToLeaveOut() {
    #expect {
      try Options.parseLesson(["--weave", "--quick", "--corpus", "mine.txt"])
    } throws: {
      Options.message(for: $0).hasSuffix("does not go together with --quick --corpus mine.txt.")
    }
  }
}
