// The options that every lesson has, and how a lesson reads them together with its own.

import ArgumentParser
import Foundation

/// How much a run computes.
public enum RunSize: String, Comparable, Sendable {
  /// Within 5 seconds: what the tests run.
  case quick
  /// Within 30 seconds on two cores: what the page is woven from.
  case standard
  /// The scale of the papers.
  case full

  /// Orders the sizes from the smallest to the largest.
  public static func < (one: RunSize, other: RunSize) -> Bool {
    let order: [RunSize] = [.quick, .standard, .full]
    return order.firstIndex(of: one)! < order.firstIndex(of: other)!
  }
}

/// The options that every lesson has. A lesson takes them into its own:
///
/// ```swift
/// struct Options: ParsableArguments {
///   @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
///   @Option(help: "Train on this text instead of the lesson's own.") var corpus: String?
/// }
/// let options = Options.parseLesson()
/// ```
public struct NotebookOptions: ParsableArguments, Sendable {
  @Option(name: .customLong("seed"), parsing: .unconditional, help: "Start the random numbers from this number.")
  var givenSeed: UInt64?

  @Flag(help: "Run a small version, within seconds.")
  var quick = false

  @Flag(help: "Run at the scale of the papers.")
  var full = false

  @Option(help: ArgumentHelp("Write the figures below this folder.", valueName: "folder"))
  var plots = "plots"

  @Flag(help: "Write the gnuplot scripts of the figures, draw nothing.")
  var noRender = false

  @Flag(help: "Draw the figures as text, in the terminal.")
  var ascii = false

  @Flag(help: "Write the lesson's page, README.md, and its figures from this run.")
  var weave = false

  @Flag(help: "Compare the lesson's page with this run; exit with status 1 where they differ.")
  var checkPage = false

  /// The options of a run without arguments, to be filled by the parser.
  public init() {}

  /// Refuses options that contradict each other.
  public func validate() throws {
    if quick && full { throw ValidationError("--quick and --full exclude each other.") }
    if plots.isEmpty { throw ValidationError("--plots needs a folder: write --plots . for the one you are in.") }
    if weave && checkPage { throw ValidationError("--weave and --check-page exclude each other.") }
  }

  /// How much this run computes: `--quick`, `--full`, or neither.
  public var size: RunSize { quick ? .quick : full ? .full : .standard }

  /// The start of the random numbers: what `--seed` says, or that of the page.
  public func seed() -> UInt64 { givenSeed ?? Self.pageSeed }

  private static let pageSeed: UInt64 = 1

  /// Whether the page speaks of another run: of other random numbers, or of shorter trainings.
  var isAnotherRun: Bool { seed() != Self.pageSeed || size == .full }

  /// The value for the size of this run, as in `choose(quick: 100, standard: 2_000, full: 10_000)`.
  public func choose<Value>(quick: Value, standard: Value, full: Value) -> Value {
    switch size {
    case .quick: quick
    case .standard: standard
    case .full: full
    }
  }
}

extension ParsableArguments {
  /// Reads the options of a lesson from the command line. `--help` prints them and exits with status 0;
  /// a mistake prints what is wrong and how the lesson is called, and exits with status 64.
  public static func parseLesson() -> Self {
    do {
      return try parseLesson(Array(CommandLine.arguments.dropFirst()))
    } catch {
      let status = LessonCommand<Self>.exitCode(for: error)
      // The parser would print an unknown argument as it is.
      Terminal(descriptor: status.isSuccess ? STDOUT_FILENO : STDERR_FILENO)
        .write(LessonCommand<Self>.fullMessage(for: error) + "\n")
      Foundation.exit(status.rawValue)
    }
  }

  /// Reads the options from `arguments`. A page shows the run that every reader gets, so beside `--weave` and
  /// `--check-page` only those arguments are taken that leave the run as it is, whatever options a lesson adds.
  static func parseLesson(_ arguments: [String]) throws -> Self {
    let options = try LessonCommand<Self>.parse(arguments).options
    for page in ["--weave", "--check-page"] where arguments.contains(page) {
      let others = arguments.enumerated().filter { index, argument in
        let namesPlots = index > 0 && arguments[index - 1] == "--plots"
        return !(namesPlots || argument.hasPrefix("--plots") || [page, "--ascii"].contains(argument))
      }
      if !others.isEmpty {
        let list = others.map(\.element).joined(separator: " ")
        throw ValidationError("A page shows the default run: \(page) does not go together with \(list).")
      }
    }
    return options
  }
}

/// Gives the options of a lesson the name under which a student calls it.
private struct LessonCommand<Options: ParsableArguments>: ParsableCommand {
  static var configuration: CommandConfiguration {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
    return CommandConfiguration(commandName: "swift run \(program)")
  }

  @OptionGroup var options: Options
}
