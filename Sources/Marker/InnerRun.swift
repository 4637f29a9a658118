// A function of the student's runs in a process of its own: whatever happens to it, the others are marked.

import Foundation

/// The program once more, for one function.
struct InnerRun {
  /// The seconds of computing that a function may take for all its inputs.
  static let seconds = 2

  private let process = Process()
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  private let failure: String?

  /// Starts a run that marks one function, of the student's or of the solution.
  init(function: Int, solution: Bool) {
    process.executableURL = Bundle.main.executableURL
    process.arguments = ["--function", "\(function)"] + (solution ? ["--solution"] : [])
    // A trap is reported in a sentence; nobody needs its trace.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      process.standardOutput = try Self.file(folder, "answer")
      process.standardError = try Self.file(folder, "words")
      try process.run()
      failure = nil
    } catch { failure = error.localizedDescription }
  }

  private static func file(_ folder: URL, _ name: String) throws -> FileHandle {
    let path = folder.appendingPathComponent(name)
    try Data().write(to: path)
    return try FileHandle(forWritingTo: path)
  }

  /// What was found, and what the function printed.
  func finished() -> (verdict: Verdict, printed: String) {
    defer { try? FileManager.default.removeItem(at: folder) }
    if let failure { return (.wrong(["It could not be run: \(failure)"]), "") }
    process.waitUntilExit()
    func text(_ name: String) -> String {
      let data = (try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()
      return String(decoding: data, as: UTF8.self)
    }
    let answer = text("answer").split(separator: "\n", omittingEmptySubsequences: false)
    let words = text("words")
    let end = words.firstMatch(of: /(?m)^(?:[^\n]*?:(\d+): )?Fatal error(?:: (.*))?$/)
    let printed = String(words[..<(end?.range.lowerBound ?? words.endIndex)])
    if let last = answer.last, let verdict = try? JSONDecoder().decode(Verdict.self, from: Data(last.utf8)) {
      return (verdict, printed)
    }
    if let end, end.2.map(String.init) == Verdict.unwrittenWords {
      return (.unwritten(line: end.1.flatMap { Int($0) } ?? 1), printed)
    }
    let input = answer.last { !$0.isEmpty } ?? "?"
    let signal = process.terminationReason == .uncaughtSignal ? process.terminationStatus : 0
    let what =
      switch signal {
      case SIGXCPU, SIGKILL: "it did not end within \(Self.seconds) seconds: is there a loop without an end?"
      case SIGXFSZ: "it printed without an end."
      case SIGSEGV: "it ran out of stack: does it call itself without an end?"
      case 0: "it ended the program."
      default: "the program stopped" + (end?.2.map { ": \($0)." } ?? ".")
      }
    return (.wrong(["On the input “\(input)” " + what]), printed)
  }

  /// Inside such a run: marks one function and ends the process.
  static func mark(_ check: Check, solution: Bool) -> Never {
    // What the function prints goes with the errors, the answer alone to the output.
    let answer = FileHandle(fileDescriptor: dup(STDOUT_FILENO))
    dup2(STDERR_FILENO, STDOUT_FILENO)
    // Whoever started us may ignore them, or block them.
    for sign in [SIGXCPU, SIGXFSZ] { signal(sign, SIG_DFL) }
    var none = sigset_t()
    sigemptyset(&none)
    sigprocmask(SIG_SETMASK, &none, nil)
    limit(__rlimit_resource_t(RLIMIT_CPU.rawValue), to: seconds)
    limit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), to: 1 << 20)
    func say(_ text: String) {
      fflush(nil)
      try? answer.write(contentsOf: Data(text.utf8))
    }
    let verdict = check.marked(solution) { say($0 + "\n") }
    if let data = try? JSONEncoder().encode(verdict) { say(String(decoding: data, as: UTF8.self)) }
    exit(0)
  }

  private static func limit(_ resource: __rlimit_resource_t, to value: Int) {
    var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value + 1))
    setrlimit(resource, &limit)
  }
}
