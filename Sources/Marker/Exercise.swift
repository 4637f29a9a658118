// An exercise: the functions that a student writes, and the program that marks them.

import ArgumentParser
import Files
import Foundation
import Notebook

/// The functions of one exercise, in the order in which they are best written.
///
/// A folder `Exercise` beside a lesson has four files: `Exercise03.swift` with the functions that are missing,
/// `Solution.swift` with the same functions written, `Checks.swift` with what they are measured by, and `main.swift`,
/// which calls `run`.
public struct Exercise {
  let number: String
  let title: String
  let checks: [Check]
  /// The file that the student writes in.
  let file: String

  /// - Parameter checks: One for each function.
  public init(_ number: String, _ title: String, _ checks: [Check], checksFile: String = #filePath) {
    (self.number, self.title, self.checks) = (number, title, checks)
    file = URL(fileURLWithPath: checksFile).deletingLastPathComponent().path + "/Exercise\(number).swift"
  }

  /// Marks what the student wrote, prints what was found, and ends the program: with status 0 where every function is
  /// right, with 1 otherwise.
  @MainActor public func run() -> Never {
    // A message repeats an argument.
    let options = MarkerOptions.parseOrExit(CommandLine.arguments.dropFirst().map(\.printable))
    if let function = options.function, checks.indices.contains(function) {
      InnerRun.mark(checks[function], solution: options.solution)
    }
    attempt { try ProcessLimits.check() }
    if options.hint > 0 { hint(options.hint) }
    var verdicts: [Verdict] = []
    print("Exercise \(number): \(title)\n")
    for (check, run) in zip(checks, checks.indices.map { InnerRun(function: $0, solution: options.solution) }) {
      let (verdict, printed) = run.finished()
      show(verdict, of: check, printed: printed, isSolution: options.solution)
      verdicts.append(verdict)
    }
    let count = verdicts.count(where: \.isRight)
    print("\n\(count) of \(checks.count) \(count == 1 ? "is" : "are") right.")
    if options.solution {
      print("This was the solution: \(place(of: nil, in: "Solution.swift"))")
    } else if let next = verdicts.firstIndex(where: { !$0.isRight }) {
      print(
        "Next: \(checks[next].name), \(place(of: checks[next].name)). For a hint: swift run Exercise\(number) --hint")
    }
    exit(count == checks.count ? 0 : 1)
  }

  /// Prints so many hints for the first function that is not right yet, and ends the program.
  private func hint(_ count: Int) -> Never {
    for (check, run) in zip(checks, checks.indices.map { InnerRun(function: $0, solution: false) })
    where !run.finished().verdict.isRight {
      print("\(check.name), \(place(of: check.name))")
      for (index, hint) in check.hints.prefix(count).enumerated() { write("\(index + 1). \(hint)") }
      let isMore = count < check.hints.count
      write(
        isMore
          ? "For the next hint, say --hint once more: \(count + 1) times."
          : "That was the last hint. The solution is in \(place(of: nil, in: "Solution.swift")).")
      exit(0)
    }
    print("Every function is right: there is nothing left to hint at.")
    exit(0)
  }

  private func show(_ verdict: Verdict, of check: Check, printed: String, isSolution: Bool) {
    switch verdict {
    case .right(let difference):
      print("✓ \(check.name): right. The largest difference from the library is \(formatted(difference)).")
    case .unwritten(let line):
      print("… \(check.name): still to be written, \(place(of: nil)):\(line)")
    case .mistake(let sentence):
      print("✗ \(check.name), \(place(of: check.name, in: isSolution ? "Solution.swift" : nil))")
      write(sentence)
    case .wrong(let lines):
      print("✗ \(check.name), \(place(of: check.name, in: isSolution ? "Solution.swift" : nil))")
      lines.forEach(write)
    }
    if !printed.isEmpty && !verdict.isUnwritten {
      write("It printed:")
      printed.split(separator: "\n").prefix(20).forEach { print("    \($0)") }
    }
  }

  /// Prints lines that fit, under the name of a function.
  private func write(_ text: String) {
    let width = min(Terminal(descriptor: STDOUT_FILENO).columns, 100)
    print(("  " + text).wrapped(to: width).joined(separator: "\n"))
  }

  /// Where a function stands: the path from here, and the line.
  private func place(of function: String?, in other: String? = nil) -> String {
    let path = other.map { URL(fileURLWithPath: file).deletingLastPathComponent().path + "/" + $0 } ?? file
    let here = FileManager.default.currentDirectoryPath + "/"
    let short = path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.components(separatedBy: "\n")
    guard let function, let line = lines?.firstIndex(where: { $0.contains("func \(function)(") }) else { return short }
    return "\(short):\(line + 1)"
  }
}

/// Where something is missing that the student writes. The marker says so, and that it is no error.
public func unwritten(file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(Verdict.unwrittenWords, file: file, line: line)
}

/// How an exercise is called.
struct MarkerOptions: ParsableCommand {
  static var configuration: CommandConfiguration {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
    return CommandConfiguration(
      commandName: "swift run \(program)",
      abstract:
        "Marks the functions that you wrote in \(program).swift: which are right, and what went wrong in the others.")
  }

  @Flag(help: "Give a hint for the first function that is not right; twice, the next hint too.")
  var hint: Int
  @Flag(help: "Mark the solution instead of what you wrote.")
  var solution = false
  @Option(help: .hidden) var function: Int?
}
