import Foundation
import Testing

/// Every command that a page shows can be given: its program is there and takes its options, its verb is one of the
/// Makefile's, its file exists. None is run to its end.
@Suite(.serialized) struct CommandTests {
  /// The commands of a page: the lines of its shell blocks, and what stands between backticks.
  static func commands(of page: String) throws -> [String] {
    let text = try HouseTests.text(page)
    let blocks = text.matches(of: /(?ms)^```sh\n(.*?)^```/).flatMap { $0.1.split(separator: "\n").map(String.init) }
    let inline = text.replacing(/(?ms)^(`{3,})\w*$.*?^\1$/, with: "").matches(of: /`([^`\n]+)`/).map { String($0.1) }
    let programs = ["swift", "make", "gnuplot", "bash", "sh", "python", "pip"]
    return (blocks + inline.filter { text in programs.contains { text.hasPrefix($0 + " ") } })
      .map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// The words of a command as a shell parts them, as far as a page needs that.
  static func words(_ command: String) -> [String] {
    command.matches(of: /([A-Z]+=)?(?:"([^"]*)"|'([^']*)'|(\S+))/).map { word in
      String(word.1 ?? "") + String(word.2 ?? word.3 ?? word.4 ?? "")
    }
  }

  @Test(arguments: try HouseTests.pages())
  func everyCommandOfAPageCanBeGiven(page: String) throws {
    let commands = try Self.commands(of: page)
    for command in commands { try check(Self.words(command), of: "\(page): \(command)") }
    #expect(!commands.isEmpty)
  }

  private func check(_ words: [String], of place: String) throws {
    switch words[0] {
    case "swift" where words.count > 1 && words[1] == "run": try checkRun(Array(words.dropFirst(2)), of: place)
    case "swift": #expect(words == ["swift", "test"], "\(place)")
    case "make": try checkMake(Array(words.dropFirst()), of: place)
    case "gnuplot":
      let figure = try #require(words.last?.firstMatch(of: /^plots\/Lesson(\d\d)\/(.+)\.gp$/), "\(place)")
      let lesson = try HouseTests.lessons().first { $0.number == figure.1 }
      #expect(isThere("Lessons/\(lesson?.folder ?? "")/figures/\(figure.2).svg"), "\(place)")
    case "bash", "sh", "python": #expect(isThere(words[1]), "\(place)")
    case "docker": #expect(words[1] != "build" || isThere(words[words.firstIndex(of: "--file")! + 1]), "\(place)")
    case "pip": #expect(words[1] == "install", "\(place)")
    default: Issue.record("\(place) is a command that no test knows")
    }
  }

  private func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: HouseTests.root.appendingPathComponent(path).path)
  }

  /// Looks for the options in the program's help, and adds to them what it refuses once it has read their values.
  private func checkRun(_ words: [String], of place: String) throws {
    let isRelease = words.starts(with: ["-c", "release"])
    var program = words[isRelease ? 2 : 0]
    let options = words.dropFirst(isRelease ? 3 : 1).filter { $0 != "--help" }
    // The lesson that CONTRIBUTING.md adds is to take the options that every lesson has.
    if program == "Lesson15", try !HouseTests.lessons().contains(where: { $0.number == "15" }) { program = "Lesson01" }
    let help = try Program(program, ["--help"]).output
    for option in options where option.hasPrefix("--") {
      #expect(help.contains("\n  \(option)"), "\(place): \(program) has no \(option)")
    }
    // An exercise has nothing to check but its options.
    if program.hasPrefix("Exercise") { return }
    let isBenchmark = program == "Benchmark"
    let isPage = options.contains("--weave") || options.contains("--check-page")
    let refused = isBenchmark ? ["--seconds", "0"] : ["--seed", "1"] + (isPage ? [] : ["--weave"])
    let reason = isBenchmark ? "--seconds must be above 0" : "A page shows the default run"
    let run = try Program(program, options + refused)
    #expect(run.status == 64 && run.errors.contains(reason), "\(place): \(run.errors)")
  }

  private func checkMake(_ words: [String], of place: String) throws {
    let makefile = try HouseTests.text("Makefile")
    let verbs = makefile.matches(of: /(?m)^([a-z%-]+):.*## \w/).map { String($0.1) }
    let lessons = try HouseTests.lessons().map { "lesson\($0.number)" }
    let exercises = try ExerciseTests.numbers().map { "exercise\($0)" }
    #expect(verbs.contains("lesson%"))
    for word in words {
      if let arguments = word.firstMatch(of: /^ARGS=(.*)$/) {
        let program = words[0].replacing("lesson", with: "Lesson")
        if lessons.contains(words[0]) { try checkRun([program] + Self.words(String(arguments.1)), of: place) }
      } else {
        #expect(verbs.contains(word) || (lessons + exercises).contains(word), "\(place): make has no verb \(word)")
      }
    }
  }

  /// What the Makefile would do, without doing it.
  @Test func aLessonWithoutItsNumberIsNoVerbAndTheBookMakesItsFolder() throws {
    func words(_ verb: String) throws -> String {
      let (process, pipe) = (Process(), Pipe())
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["make", "--dry-run", verb]
      process.currentDirectoryURL = HouseTests.root
      (process.standardOutput, process.standardError) = (pipe, pipe)
      try process.run()
      return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    #expect(try words("lesson").contains("No rule to make target 'lesson'"))
    #expect(try words("book").contains("mkdir -p plots"))
  }

  /// An option that a page names by itself is one of some program's.
  @Test func everyOptionOfAPageIsOneOfAProgram() throws {
    let programs = EveryLessonTests.programs + ["Benchmark", "Exercise02"]
    let help = try programs.map { try Program($0, ["--help"]).output }.joined()
    let known = Set(help.matches(of: /--[a-z-]+/).map { String($0.0) })
    for page in try HouseTests.pages() {
      for option in try HouseTests.text(page).matches(of: /`(--[a-z-]+)[^`\n]*`/) {
        #expect(known.contains(String(option.1)), "\(page): no program has \(option.1)")
      }
    }
  }
}
