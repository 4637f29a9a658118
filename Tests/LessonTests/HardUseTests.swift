import Foundation
import Testing

/// What a lesson meets outside itself: other terminals, full disks, missing programs, a second run, a reader who stops it.
@Suite(.serialized) struct HardUseTests {
  // MARK: - Where the output goes

  @Test(arguments: EveryLessonTests.programs)
  func aClosedPipeEndsALessonWithoutAWord(program: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program(
      program, ["--quick", "--no-render", "--plots", folder.path],
      by: #""$@" | head -n 1; echo "${PIPESTATUS[@]}""#)
    #expect(run.output.hasPrefix("Lesson \(program.suffix(2)) — "))
    // 141: ended by the signal of a closed pipe.
    #expect(run.output.hasSuffix("\n141 0\n"), "\(run.output)")
    #expect(run.errors.isEmpty, "\(run.errors)")
  }

  /// The lines that a narrow terminal would break. A word longer than a line, such as a path, stays whole, and so does a
  /// table of wide words, whose columns stand two spaces apart.
  private func longLines(_ output: String, columns: Int) -> [String] {
    output.split(separator: "\n").map(String.init).filter { line in
      line.unicodeScalars.count { $0.properties.generalCategory != .nonspacingMark } > columns
        && line.split(separator: " ").count > 1 && !line.contains("  ")
    }
  }

  private static let noTerminal: Comment = "needs a machine with pseudo-terminals, /dev/ptmx and /dev/pts"

  @Test(.enabled(if: Program.Terminal.isThere, noTerminal), arguments: EveryLessonTests.programs)
  func aNarrowTerminalHasRoomForEveryLine(program: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program.Running(
      program, ["--quick", "--no-render", "--ascii", "--plots", folder.path], environment: ["TERM": "dumb"],
      columns: 60
    ).finished()
    #expect(run.status == 0, "\(run.output)")
    #expect(longLines(run.output, columns: 60) == [])
    // A terminal that says it is dumb gets no marks and no bar.
    #expect(!run.output.contains("\u{1B}") && !run.output.contains("\r"))
  }

  @Test(.enabled(if: Program.Terminal.isThere, noTerminal)) func coloursAreLeftOutWhereTheReaderWantsNone() throws {
    let folder = try TemporaryFolder()
    func run(_ environment: [String: String]) throws -> Program {
      try Program.Running(
        "Lesson02", ["--quick", "--no-render", "--plots", folder.path], environment: environment, columns: 60
      ).finished()
    }
    let colours = try run(["TERM": "xterm", "NO_COLOR": ""])
    #expect(colours.output.contains("\u{1B}[32m✓\u{1B}[0m"))
    let none = try run(["TERM": "xterm", "NO_COLOR": "1"])
    #expect(none.output.contains("✓ ") && !none.output.contains(/\u{1B}\[[0-9;]*m/))
    #expect(longLines(none.output, columns: 60) == [])
  }

  @Test func outputThatIsLostIsReported() throws {
    let folder = try TemporaryFolder()
    let run = try Program("Lesson02", ["--quick", "--no-render", "--plots", folder.path], by: #""$@" >/dev/full"#)
    #expect(run.status == 1)
    #expect(run.errors.hasSuffix("Lesson02: error: Part of the output is lost: No space left on device.\n"))
    // The figures are there all the same.
    #expect(folder.contents.keys.contains("Lesson02/state.gp"))
  }

  /// Colours, titles of windows, a new line in a name: what a terminal would obey is shown and not sent.
  @Test func whatATerminalWouldObeyIsShown() throws {
    let folder = try TemporaryFolder()
    let hostile = "\u{1B}]0;title\u{7} \u{9B}31m \u{1B}[2J\u{202E}x\r\n"
    let corpus = try folder.file("corpus.txt", String(repeating: hostile, count: 40))
    let (model, forged) = (folder.path + "/model", folder.path + "/forged")
    let sizes = ["--hidden", "8", "--length", "10", "--batch", "4", "--steps", "5", "--sample", "200"]
    var runs = [
      try Program(
        "Lesson04", ["--corpus", corpus, "--save", model, "--ascii", "--plots", folder.path + "/\u{1B}[31m"] + sizes)
    ]
    #expect(runs[0].status == 0 && runs[0].output.contains("␛"), "\(runs[0].errors)")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    let note = try #require(bytes.range(of: Data(#""rnn × 1""#.utf8)))
    bytes.replaceSubrange(note, with: Data(#""\u001b\n""#.utf8))
    try bytes.write(to: URL(fileURLWithPath: forged))
    runs.append(try Program("Lesson04", ["--resume", forged]))
    #expect(runs[1].errors.contains(#"its cell is "\u{1B}\n""#), "\(runs[1].errors)")
    runs += try [
      ("Lesson04", ["--resume", hostile]), ("Lesson04", ["--\(hostile)"]), ("Benchmark", ["--\(hostile)"]),
      ("SampleExercise", ["--\(hostile)"]),
      ("Lesson07", ["--sentence", hostile, "--quick", "--no-render", "--plots", folder.path]),
    ].map { try Program($0, $1) }
    for run in runs {
      let sent = (run.output + run.errors).unicodeScalars.filter {
        [.control, .format].contains($0.properties.generalCategory) && $0 != "\n"
      }
      #expect(sent.isEmpty, "\(run.output)\(run.errors)")
    }
  }

  // MARK: - Figures

  @Test func withoutGnuplotALessonRunsAndSaysOnceWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    let run = try Program("Lesson02", ["--quick", "--plots", folder.path], environment: ["PATH": folder.path])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.components(separatedBy: "apt-get install gnuplot-nox").count == 2)
    #expect(
      folder.contents.keys.sorted()
        == ["by-hand", "networks", "places", "state", "unrolled"].map { "Lesson02/\($0).gp" })
  }

  /// A folder with a shell script in the place of gnuplot.
  private func tools(gnuplot script: String) throws -> TemporaryFolder {
    let tools = try TemporaryFolder()
    let gnuplot = try tools.file("gnuplot", "#!/bin/sh\n\(script)\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: gnuplot)
    return tools
  }

  @Test func aGnuplotThatFailsIsQuotedOnceAndTheLessonGoesOn() throws {
    let folder = try TemporaryFolder()
    let tools = try tools(gnuplot: "echo 'line 7: a bad day' >&2; exit 1")
    let run = try Program("Lesson02", ["--quick", "--plots", folder.path], environment: ["PATH": tools.path])
    #expect(run.status == 0)
    #expect(
      run.errors.contains("line 7: a bad day\nThe script is kept; run “gnuplot \(folder.path)/Lesson02/unrolled.gp”"))
    #expect(run.errors.components(separatedBy: "warning: ").count == 2 && run.output.contains("\nClaims: "))
    #expect(folder.contents.count == 5 && folder.contents.keys.allSatisfy { $0.hasSuffix(".gp") })
  }

  /// What else is called gnuplot, and what gnuplot would read from its environment.
  @Test func aFolderCalledGnuplotAndATerminalOfTheReadersAreOverlooked() throws {
    let (folder, place) = (try TemporaryFolder(), try TemporaryFolder())
    try FileManager.default.createDirectory(atPath: place.path + "/gnuplot", withIntermediateDirectories: false)
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let run = try Program(
      "Lesson02", ["--quick", "--plots", folder.path],
      environment: ["PATH": "\(place.path):\(path)", "GNUTERM": "no terminal", "GNUPLOT_LIB": place.path])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(folder.contents.keys.contains("Lesson02/state.svg"))
  }

  /// Its time limit is tested where it can be short.
  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalEndsAGnuplotThatHangsWithAllThatItStarted(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let tools = try tools(gnuplot: "sleep 1000 & echo $! >'\(folder.path)/pid'; wait")
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let running = try Program.Running(
      "Lesson02", ["--quick", "--plots", folder.path], environment: ["PATH": "\(tools.path):\(path)"])
    var child: pid_t?
    while running.process.isRunning && child == nil {
      usleep(1_000)
      child = folder.contents["pid"].flatMap { pid_t(String(decoding: $0, as: UTF8.self).dropLast()) }
    }
    kill(running.process.processIdentifier, signal)
    let run = running.finished()
    #expect(run.status == 128 + signal && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output.hasSuffix("Interrupted: the lesson ends here.\n"))
    // Nobody may have waited for it yet: then it is there, and dead.
    let state = try? String(contentsOfFile: "/proc/\(try #require(child))/stat", encoding: .utf8)
    #expect(state?.contains(") Z ") != false)
  }

  @Test func twoRunsAtOnceLeaveTheFiguresOfOne() throws {
    let (one, both) = (try TemporaryFolder(), try TemporaryFolder())
    let arguments = ["--quick", "--plots", both.path]
    let runs = try (0..<2).map { _ in try Program.Running("Lesson02", arguments) }.map { $0.finished() }
    #expect(runs.allSatisfy { $0.status == 0 }, "\(runs.map(\.errors))")
    _ = try Program("Lesson02", ["--quick", "--plots", one.path])
    #expect(one.contents.count == 10)
    #expect(one.contents == both.contents)
  }

  /// A shell line that runs a program for which the permissions of files hold, also where the tests run as root.
  private static let bound = geteuid() == 0 ? #"exec setpriv --bounding-set=-dac_override "$@""# : #"exec "$@""#

  private static let canBind = (try? Program("Lesson02", ["--help"], by: bound))?.status == 0

  @Test(.enabled(if: canBind, "needs setpriv where the tests run as root"))
  func aCheckoutThatCannotBeWrittenAsksForAnotherFolder() throws {
    let (checkout, elsewhere) = (try TemporaryFolder(), try TemporaryFolder())
    let corpus = try checkout.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    chmod(checkout.path, 0o555)
    let run = try Program("Lesson02", ["--quick"], in: checkout.path, by: Self.bound)
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.errors.contains("The folder plots/Lesson02 for figures cannot be made: Permission denied."))
    #expect(run.errors.contains("--plots FOLDER names another."))
    let other = try Program(
      "Lesson02", ["--quick", "--no-render", "--plots", elsewhere.path], in: checkout.path, by: Self.bound)
    #expect(other.status == 0, "\(other.errors)")
    let saving = try Program(
      "Lesson04", ["--corpus", corpus, "--save", "model", "--steps", "1000000", "--plots", elsewhere.path],
      in: checkout.path, by: Self.bound)
    #expect(saving.status == 1 && saving.errors.contains("its folder may not be written to"), "\(saving.errors)")
    #expect(checkout.contents.count == 1)
  }

  // MARK: - Models

  /// A limit on the size of a file stands for a full disk, for which the tests would need one of their own.
  @Test func aModelForWhichThereIsNoRoomLeavesTheOldOne() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    func run(_ hidden: String, by script: String? = nil) throws -> Program {
      try Program(
        "Lesson04",
        [
          "--corpus", corpus, "--save", model, "--hidden", hidden, "--length", "10", "--batch", "4", "--steps", "5",
          "--no-render", "--plots", folder.path + "/plots",
        ], by: script)
    }
    #expect(try run("8").status == 0)
    let older = try Data(contentsOf: URL(fileURLWithPath: model))
    let larger = try run("64", by: #"trap '' XFSZ; ulimit -f 16; exec "$@""#)
    #expect(larger.status == 1)
    #expect(larger.errors.contains("\(model): cannot be written: File too large."), "\(larger.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == older)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
  }

  /// Before anything is made: a terabyte fits nowhere.
  @Test func aTrainingThatDoesNotFitSaysWhatItTakes() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 400))
    let sizes = ["--cell", "lstm", "--layers", "16", "--hidden", "16384"]
    let run = try Program("Lesson04", ["--corpus", corpus, "--plots", folder.path] + sizes)
    #expect(run.status == 1)
    let words = /error: this takes about \d{4}\.\d GB of memory, and \d+\.\d GB are free;/
    #expect(run.errors.contains(words), "\(run.errors)")
    let benchmark = try Program("Benchmark", sizes)
    #expect(benchmark.status == 64 && benchmark.errors.contains("GB of memory"), "\(benchmark.errors)")
  }

  /// A figure has a column for each word.
  @Test func aFigureDoesNotGrowWithTheText() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    let run = try Program(
      "Lesson04",
      [
        "--corpus", corpus, "--hidden", "8", "--length", "10", "--batch", "4", "--steps", "5", "--no-render",
        "--plots", folder.path, "--prime", String(repeating: "the rain ", count: 10_000), "--sample", "1",
      ])
    #expect(run.status == 0 && run.output.contains("drawn: the first 40 of 89999 tokens"), "\(run.errors)")
    #expect(folder.contents["Lesson04/next-token.gp"]!.count < 100_000)
    for lesson in ["Lesson07", "Lesson08"] {
      let sentence = try Program(lesson, ["--sentence", String(repeating: "the cat ", count: 51)])
      #expect(sentence.status == 64 && sentence.errors.contains("100 words at most"), "\(sentence.errors)")
    }
  }

  // MARK: - Limits of the system

  @Test(arguments: ["Lesson02", "SampleExercise", "Benchmark"])
  func tooFewOpenFilesAreToldAtOnce(program: String) throws {
    let run = try Program(program, [], by: #"ulimit -n 9; exec "$@""#)
    #expect(run.status == 1 && run.output.isEmpty)
    let words = "rror: Only 9 files may be open here at once, and it takes 256. Raise the limit: ulimit -n 256\n"
    #expect(run.errors.hasSuffix(words), "\(run.errors)")
  }

  /// A limit of its own that a process may raise is no reason to stop, nor is a file that was open before.
  @Test func aLowLimitOfOpenFilesIsRaised() throws {
    let folder = try TemporaryFolder()
    let run = try Program(
      "Lesson02", ["--quick", "--plots", folder.path], by: #"exec 300>&2; ulimit -Sn 20; exec "$@""#)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
  }

  /// The superuser has no limit: the run is another's.
  @Test(.enabled(if: getuid() == 0), arguments: ["Lesson02", "SampleExercise", "Benchmark"])
  func aProcessThatMayStartNoThreadSaysSo(program: String) throws {
    let run = try Program(
      program, [], in: "/", by: #"exec setpriv --reuid=61184 --clear-groups bash -c 'ulimit -u 2; exec "$@"' bash "$@""#
    )
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.errors.contains("fewer can be started here. Raise the limit: ulimit -u"), "\(run.errors)")
  }

  /// A stream that says “not now” instead of waiting, as a terminal does that another program has set so.
  @Test func anOutputThatDoesNotWaitGetsEverything() throws {
    let folder = try TemporaryFolder()
    let arguments = ["--quick", "--no-render", "--plots", folder.path]
    let (process, pipe) = (Process(), Pipe())
    let end = pipe.fileHandleForWriting.fileDescriptor
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ
    _ = fcntl(end, setPipeSize, 4096)
    _ = fcntl(end, F_SETFL, O_NONBLOCK)
    process.executableURL = try Program.executable("Lesson02")
    process.arguments = arguments
    (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
    try process.run()
    try pipe.fileHandleForWriting.close()
    usleep(1_000_000)
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(output == (try Program("Lesson02", arguments)).output)
  }

  // MARK: - Messages

  /// What cannot be reached is not called missing, and the system's reason is told in its words.
  @Test func aFileThatCannotBeReadIsNamedWithTheReason() throws {
    let folder = try TemporaryFolder()
    let text = try folder.file("text", "text")
    let loop = folder.path + "/loop"
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    for (path, reason) in [
      (text + "/", "Not a directory"), (loop, "Too many levels of symbolic links"),
      (folder.path + "/" + String(repeating: "n", count: 256), "File name too long"),
      ("/proc/self/mem", "Input/output error"),
    ] {
      for option in ["--corpus", "--resume"] {
        let run = try Program("Lesson04", [option, path, "--plots", folder.path])
        #expect(run.status == 1 && run.errors.contains("\(path): ") || run.errors.contains("\(path) cannot be read: "))
        #expect(run.errors.contains(reason), "\(run.errors)")
      }
    }
  }

  /// A newline in a name does not make a message of two.
  @Test func aPathInAMessageStaysOnItsLine() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/x\nLesson04: error: forged"
    for options in [["--corpus"], ["--resume"], ["--corpus", folder.path, "--save"]] {
      let run = try Program("Lesson04", options + [path])
      #expect(run.status == 1 && run.errors.count { $0 == "\n" } == 1, "\(run.errors)")
    }
    let plots = try Program("Lesson02", ["--quick", "--plots", try folder.file("file", "") + "/x\ny"])
    #expect(plots.status == 1 && plots.errors.contains("/x␊y/Lesson02 for figures"), "\(plots.errors)")
  }

  /// A value that looks like an option is one, and advice can be followed.
  @Test func aMessageIsAboutTheMistake() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    for (arguments, message) in [
      (["--seed", "-1"], "The value '-1' is invalid"), (["--resume", "x", "--hidden", "3"], "leave out --unit"),
      (
        ["--corpus", corpus, "--length", "10", "--batch", "4", "--prime", "-x", "--plots", folder.path],
        #"does not have "-", "x""#
      ),
    ] {
      let run = try Program("Lesson04", arguments)
      #expect(run.status != 0 && run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test func aQuickRunOnATextOfTheReadersIsShort() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    let run = try Program(
      "Lesson04",
      [
        "--corpus", corpus, "--quick", "--hidden", "8", "--length", "10", "--batch", "4", "--no-render",
        "--plots", folder.path,
      ])
    #expect(run.errors.contains("reading: 200 steps in "), "\(run.errors)")
  }

  /// A layer that would be dropped, and words that would all be ⟨UNK⟩.
  @Test func whatAModelWouldPassOverInSilenceIsRefused() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    let other = try folder.file("other.txt", String(repeating: "Другие слова.\n", count: 100))
    let model = folder.path + "/model"
    let sizes = ["--hidden", "8", "--length", "10", "--batch", "4", "--steps", "5", "--no-render"]
    let first = try Program(
      "Lesson04",
      ["--corpus", corpus, "--unit", "word", "--layers", "2", "--save", model, "--plots", folder.path] + sizes)
    #expect(first.status == 0, "\(first.errors)")
    let unknown = try Program(
      "Lesson04",
      ["--corpus", other, "--resume", model, "--length", "10", "--batch", "4", "--plots", folder.path])
    #expect(unknown.status == 1 && unknown.errors.contains(#"one distinct token, "⟨UNK⟩""#), "\(unknown.errors)")
    // Of a text of which it knows some words, it says how many it doesn't.
    let mixed = try folder.file("mixed.txt", String(repeating: OwnTextTests.verse + "Другие слова.\n", count: 40))
    let some = try Program(
      "Lesson04",
      ["--corpus", mixed, "--resume", model, "--sample", "0", "--plots", folder.path]
        + ["--length", "10", "--batch", "4", "--steps", "5", "--no-render"])
    let unknownWords = #/of them ⟨UNK⟩.*\n.*\n +\d+ +\d+ +80 /#
    #expect(some.output.contains(unknownWords), "\(some.output) \(some.errors)")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    bytes.replaceSubrange(try #require(bytes.range(of: Data("rnn × 2".utf8))), with: Data("rnn × 1".utf8))
    try bytes.write(to: URL(fileURLWithPath: model))
    let dropped = try Program("Lesson04", ["--resume", model, "--plots", folder.path])
    #expect(dropped.status == 1 && dropped.errors.contains("_l1\" has no place in a model"), "\(dropped.errors)")
  }

  // MARK: - Signals

  /// Wherever a lesson is: at the first line that it prints.
  @Test(arguments: EveryLessonTests.programs, [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsEveryLessonInGoodOrder(program: String, signal: Int32) throws {
    let folder = try TemporaryFolder()
    let running = try Program.Running(program, ["--no-render", "--plots", folder.path])
    while running.process.isRunning && running.output.isEmpty { usleep(1_000) }
    kill(running.process.processIdentifier, signal)
    let run = running.finished()
    #expect(run.status == 128 + signal)
    #expect(run.output.hasSuffix("\n\nInterrupted: the lesson ends here.\n"), "\(run.output.suffix(300))")
    #expect(!run.output.contains("Claims: ") && !run.errors.contains("error"), "\(run.errors)")
  }

  /// Ctrl-\, which is to leave a core file where the shell wants one, and no report of a crash.
  @Test func aQuitIsTheEnd() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 400))
    let running = try Program.Running(
      "Lesson04", ["--corpus", corpus, "--plots", folder.path] + Self.endless, by: #"ulimit -c 0; exec "$@""#)
    while running.process.isRunning && running.output.isEmpty { usleep(1_000) }
    kill(running.process.processIdentifier, SIGQUIT)
    let run = running.finished()
    #expect(run.status == 128 + SIGQUIT && run.errors.isEmpty, "\(run.errors)")
  }

  private static let endless = ["--steps", "100000000", "--no-render"]

  @Test(.enabled(if: Program.Terminal.isThere, noTerminal)) func aClosedTerminalSavesTheModel() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 400))
    let model = folder.path + "/model.safetensors"
    let running = try Program.Running(
      "Lesson04", ["--corpus", corpus, "--save", model, "--plots", folder.path + "/plots"] + Self.endless,
      environment: ["TERM": "xterm"], columns: 80)
    running.wait(for: "reading")
    try running.hangUp()
    #expect(running.finished().status == 129)
    #expect(try Program("Lesson04", ["--resume", model, "--sample", "0"], in: folder.path).status == 0)
  }

  /// As `nohup` starts it, a run outlives its terminal.
  @Test func aSignalThatIsIgnoredFromTheStartEndsNothing() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 400))
    let running = try Program.Running(
      "Lesson04", ["--corpus", corpus, "--plots", folder.path + "/plots"] + Self.endless,
      by: #"trap '' HUP; exec "$@""#)
    while running.process.isRunning && running.output.isEmpty { usleep(1_000) }
    kill(running.process.processIdentifier, SIGHUP)
    running.wait(for: "reading: ")
    #expect(running.process.isRunning)
    running.process.interrupt()
    #expect(running.finished().status == 130)
  }

  /// Nobody reads the progress any more.
  @Test func aReaderOfTheProgressWhoLeavesEndsNoTraining() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    let run = try Program(
      "Lesson04",
      [
        "--corpus", corpus, "--save", model, "--hidden", "8", "--length", "10", "--batch", "4", "--steps", "5",
        "--no-render", "--plots", folder.path + "/plots",
      ], by: #""$@" 2> >(exit 0)"#)
    #expect(run.status == 0)
    #expect(run.output.contains("saved: \(model)"))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSecondSignalEndsALessonAtOnce(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: OwnTextTests.verse, count: 400))
    let running = try Program.Running(
      "Lesson04", ["--corpus", corpus, "--steps", "100000000", "--no-render", "--plots", folder.path + "/plots"])
    while running.process.isRunning {
      usleep(30_000)
      kill(running.process.processIdentifier, signal)
    }
    let run = running.finished()
    #expect(run.status == 128 + signal)
    #expect(run.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("reading: ") }, "\(run.errors)")
  }
}
