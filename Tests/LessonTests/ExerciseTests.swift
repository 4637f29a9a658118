import Foundation
import Testing

@testable import Exercise02
@testable import Exercise03
@testable import Exercise04
@testable import Exercise05
@testable import Exercise06
@testable import Exercise07
@testable import Exercise08
@testable import Exercise09
@testable import Exercise10
@testable import Exercise14
@testable import Marker

/// The exercises that students write, and the marker that tells them what they did.
@Suite struct ExerciseTests {
  static var exercises: [Exercise] {
    [
      Exercise02.exercise,
      Exercise03.exercise,
      Exercise04.exercise,
      Exercise05.exercise,
      Exercise06.exercise,
      Exercise07.exercise,
      Exercise08.exercise,
      Exercise09.exercise,
      Exercise10.exercise,
      Exercise14.exercise,
    ]
  }

  static func exercise(_ number: String) throws -> Exercise {
    try #require(exercises.first { $0.number == number })
  }

  /// The numbers in Package.swift.
  static func numbers() throws -> [String] {
    let list = try HouseTests.text("Package.swift").firstMatch(of: /(?m)^let exercises = \[(.*)\]$/)
    return try #require(list).1.matches(of: /"(\d\d)"/).map { String($0.1) }
  }

  @Test func allOfThemAreTested() throws { #expect(try Self.numbers() == Self.exercises.map(\.number)) }

  @Test(arguments: exercises.map(\.number))
  func whatIsUnwrittenIsTheNextThingToDo(number: String) throws {
    let exercise = try Self.exercise(number)
    let run = try Program("Exercise\(number)", [])
    #expect(run.status == 1)
    #expect(run.errors == "")
    let file = try String(contentsOfFile: exercise.file, encoding: .utf8).components(separatedBy: "\n")
    for check in exercise.checks {
      let line = try #require(run.output.firstMatch(of: try Regex("\(check.name): still to be written, .*:([0-9]+)\n")))
      let place = try #require(line[1].substring.flatMap { Int($0) })
      #expect(file[place - 1] == "  unwritten()")
    }
    #expect(run.output.contains("0 of \(exercise.checks.count) are right.\nNext: \(exercise.checks[0].name), "))
  }

  @Test(arguments: exercises.map(\.number))
  func theSolutionIsRight(number: String) throws {
    let exercise = try Self.exercise(number)
    let run = try Program("Exercise\(number)", ["--solution"])
    #expect(run.status == 0)
    #expect(run.output.matches(of: /✓ \w+: right/).count == exercise.checks.count)
  }

  @Test(arguments: exercises.map(\.number))
  func everyMistakeIsRecognisedByItsOwnSentence(number: String) throws {
    let exercise = try Self.exercise(number)
    for check in exercise.checks {
      #expect(check.mistakes.count >= 4)
      for place in check.mistakes.indices {
        #expect(check.markedMistake(place) == .mistake(check.mistakes[place]), "\(number), \(check.name)")
      }
    }
  }

  /// A sentence that sends a student to a part of a page names one that is there.
  @Test(arguments: exercises.map(\.number))
  func whatASentenceRefersToIsOnItsPage(number: String) throws {
    for sentence in try Self.exercise(number).checks.flatMap({ $0.mistakes + $0.hints }) {
      for match in sentence.matches(of: /Lesson (\d\d), “([^”]+)”/) {
        let folder = try #require(try HouseTests.lessons().first { $0.number == match.1 }?.folder)
        #expect(try HouseTests.text("Lessons/\(folder)/README.md").contains(match.2), "\(sentence)")
      }
    }
  }

  /// A student learns of the exercise where the page ends.
  @Test(arguments: exercises.map(\.number))
  func thePageLeadsToItsExercise(number: String) throws {
    let folder = try #require(try HouseTests.lessons().first { $0.number == number }?.folder)
    let turn = try #require(
      try HouseTests.text("Lessons/\(folder)/README.md").components(separatedBy: "## Your turn").last)
    #expect(turn.contains("`swift run Exercise\(number)` marks what you write in [Exercise\(number).swift]"))
  }

  @Test(arguments: exercises.map(\.number))
  func hintsComeOneByOne(number: String) throws {
    let exercise = try Self.exercise(number)
    let check = exercise.checks[0]
    for count in 1...check.hints.count {
      let run = try Program("Exercise\(number)", Array(repeating: "--hint", count: count))
      #expect(run.status == 0)
      #expect(run.output.matches(of: #/(?m)^  \d\. /#).count == count)
    }
    #expect(check.hints.count >= 2)
  }

  /// What stands under the name of each function, in an exercise in which everything goes wrong that can.
  @Test func theMarkerSaysWhatIsWrong() throws {
    let run = try Program("SampleExercise", [])
    #expect(run.status == 1)
    #expect(run.output.contains("\n1 of 14 is right.\n"))
    let parts = run.output.split(separator: /(?m)^(?=[✓✗…] )/)
    func said(_ name: String) throws -> Substring {
      try #require(
        parts.first { $0.dropFirst(2).hasPrefix("\(name)") && !$0.dropFirst(2 + name.count).first!.isLetter })
    }
    #expect(try said("loops").contains("right. The largest difference from the library is 0."))
    #expect(try said("missing").contains("still to be written"))
    #expect(try said("turned").contains("You use W transposed."))
    #expect(try said("shape").contains("Its shape is (1, 2), and (2, 1) is right. A transposition is missing"))
    #expect(
      try said("trap").contains("On the input “two units” the program stopped: (2, 1) cannot be multiplied by (2, 2)."))
    #expect(try said("endless").contains("On the input “two units” it did not end within 2 seconds"))
    #expect(try said("notANumber").contains("There is a NaN in it"))
    #expect(try said("twice").contains("Every number is 2 times the right one."))
    #expect(try said("sign").contains("Its sign is wrong."))
    #expect(try said("deeper").contains("it ran out of stack"))
    #expect(try said("leaves").contains("it ended the program"))
    #expect(try said("talks").contains("It printed:\n    W has 2 rows\n    W has 3 rows"))
    #expect(try said("talks").contains("Yours: [[0], [-2]]\n  Right: [[-1], [-1]]"))
    #expect(try said("outOfRange").contains("the program stopped: Index out of range."))
    #expect(try said("endlessWords").contains("it printed without an end"))
  }

  @Test func aCallThatIsWrongEndsWith64() throws {
    let run = try Program("Exercise03", ["--answer"])
    #expect(run.status == 64)
    #expect(run.errors.contains("--answer"))
  }
}
