import Foundation
import Testing

/// Lesson 04 on a text of the reader's own: what it learns, what it keeps, and what it refuses.
@Suite(.serialized) struct OwnTextTests {
  static let verse = "the rain in spain stays mainly in the plain.\n"

  /// A run with small sizes that ends within a second.
  func learn(_ folder: TemporaryFolder, _ arguments: [String]) throws -> Program {
    try Program(
      "Lesson04",
      [
        "--plots", folder.path + "/plots", "--no-render", "--hidden", "16", "--length", "10", "--batch", "4", "--steps",
        "60",
      ]
        + arguments)
  }

  @Test func learnsSavesResumesAndSamples() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    let run = try learn(folder, ["--corpus", corpus, "--save", model, "--learning-rate", "0.02"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.errors.contains(/reading: 60 steps in .*, mean training loss [0-9.]+, held-out loss [0-9.]+\n/),
      "\(run.errors)")
    #expect(run.output.contains("temperature 0.5"))

    let sample = try Program(
      "Lesson04", ["--resume", model, "--sample", "40", "--prime", "the ", "--temperature", "0.1"])
    #expect(sample.status == 0, "\(sample.errors)")
    #expect(sample.output.contains("\nthe "))

    let before = try Data(contentsOf: URL(fileURLWithPath: model))
    let further = try Program(
      "Lesson04",
      [
        "--corpus", corpus, "--resume", model, "--save", model, "--steps", "20", "--length", "10", "--batch", "4",
        "--no-render", "--plots", folder.path + "/more",
      ])
    #expect(further.status == 0, "\(further.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) != before)
  }

  @Test(arguments: ["gru", "lstm"])
  func gatedCellsLearnAndComeBack(cell: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    let run = try learn(folder, ["--corpus", corpus, "--cell", cell, "--save", model])
    #expect(run.status == 0, "\(run.errors)")
    let sample = try Program(
      "Lesson04", ["--resume", model, "--sample", "20", "--plots", folder.path + "/plots", "--no-render"])
    #expect(sample.status == 0 && sample.output.contains("temperature 0.5"), "\(sample.errors)")
  }

  @Test func readsWords() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: "The rain stays. It doesn't go!\n", count: 60))
    let run = try learn(folder, ["--corpus", corpus, "--unit", "word"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("doesn't"))
  }

  @Test func hostileTextIsDrawnAndExecutesNothing() throws {
    let folder = try TemporaryFolder()
    let sentinel = folder.path + "/touched"
    let text =
      "`touch \(sentinel)` $(touch \(sentinel)) 'a' \"b\" \\n {x} _y ^z % @w \t 👩‍👩‍👧 e\u{301} ⟨UNK⟩ system('touch \(sentinel)')\n"
    let corpus = try folder.file("corpus.txt", String(repeating: text, count: 30))
    for unit in ["character", "word"] {
      let run = try Program(
        "Lesson04",
        [
          "--plots", folder.path + "/plots", "--ascii", "--hidden", "16", "--length", "10", "--batch", "4", "--steps",
          "30",
          "--corpus", corpus, "--unit", unit, "--prime", "'a' `touch",
        ])
      #expect(run.status == 0, "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: sentinel))
      let script = try String(contentsOfFile: folder.path + "/plots/Lesson04/next-token.gp", encoding: .utf8)
      #expect(script.contains("`") && script.contains("noenhanced"))
    }
  }

  @Test func refusesTextsThatCannotBeLearned() throws {
    let folder = try TemporaryFolder()
    let cases: [(path: String, message: String)] = [
      (folder.path + "/missing.txt", "there is no file"),
      (folder.path, "is a folder"),
      (try folder.file("empty.txt", ""), "is empty"),
      (try folder.file("one.txt", "a"), "one distinct token"),
      (try folder.file("same.txt", String(repeating: "a", count: 5000)), "one distinct token"),
      (try folder.file("short.txt", "abcabcabc"), "has 9 tokens"),
      (try folder.file("window.txt", "abcabcab"), "(--batch, --length)"),
      (try folder.file("latin.txt", Data(Array("caf".utf8) + [0xE9, 0x20])), "offset 3"),
      (try folder.file("spaces.txt", "   \n  "), "tokens"),
    ]
    for (path, message) in cases {
      let run = try learn(folder, ["--corpus", path, "--unit", path.hasSuffix("spaces.txt") ? "word" : "character"])
      #expect(run.status == 1, "\(path)")
      #expect(run.errors.hasPrefix("Lesson04: error: ") && run.errors.contains(message), "\(path): \(run.errors)")
    }
  }

  @Test(
    arguments: [
      ["--hidden", "0"], ["--length", "0"], ["--batch", "-1"], ["--steps", "0"], ["--temperature", "-0.5"],
      ["--temperature", "nan"], ["--learning-rate", "0"], ["--clip", "-1"], ["--optimizer", "newton"],
      ["--unit", "byte"], ["--sample", "-1"], ["--sample", "2305843009213693952"], ["--steps", "9223372036854775807"],
      ["--hidden", "16385"], ["--length", "4611686018427387904"], ["--batch", "4611686018427387904"],
    ])
  func refusesValuesOutOfRange(option: [String]) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    // The value joined to its option, for a negative number would look like one.
    let run = try Program("Lesson04", ["--corpus", corpus, option.joined(separator: "=")])
    #expect(run.status == 64)
    #expect(run.errors.contains(option[0]), "\(run.errors)")
  }

  @Test func refusesOptionsWithoutATextOrAModel() throws {
    for option in [["--hidden", "10"], ["--save", "x"], ["--sample", "10"], ["--prime", "a"]] {
      let run = try Program("Lesson04", option)
      #expect(run.status == 64 && run.errors.contains("--corpus"), "\(run.errors)")
    }
  }

  @Test func refusesAPrimeThatTheModelCannotSpell() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let run = try learn(folder, ["--corpus", corpus, "--prime", "Größe"])
    #expect(run.status == 1)
    #expect(run.errors.contains("\"G\"") && run.errors.contains("\"ö\""), "\(run.errors)")
  }

  @Test func refusesDamagedModelsAndKeepsThem() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    _ = try learn(folder, ["--corpus", corpus, "--save", model, "--sample", "0"])
    let whole = try Data(contentsOf: URL(fileURLWithPath: model))
    let short = try folder.file("short.safetensors", whole.prefix(whole.count - 10))
    let other = try folder.file("text.safetensors", "not a model at all")
    for (path, message) in [
      (short, "cut short"), (other, "not a whole model file"), (folder.path + "/no", "no model file"),
    ] {
      let run = try Program("Lesson04", ["--resume", path])
      #expect(run.status == 1)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: short)) == whole.prefix(whole.count - 10))
  }

  @Test func refusesAPlaceToSaveBeforeItTrains() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let long = folder.path + "/" + String(repeating: "n", count: 256)
    for place in [
      folder.path, folder.path + "/none/model", corpus + "/model", "/dev/full", folder.path + "/x/", long,
      "/proc/model",
    ] {
      let run = try learn(folder, ["--corpus", corpus, "--save", place, "--steps", "1000000"])
      #expect(run.status == 1)
      #expect(run.errors.hasPrefix("Lesson04: error: \(place)"), "\(run.errors)")
    }
  }

  /// A mistake of a letter, `--save` for `--corpus`: the text is somebody's work.
  @Test func aTextIsNotWrittenOver() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: Self.verse, count: 40)
    let (corpus, link) = (try folder.file("corpus.txt", text), folder.path + "/link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: corpus)
    for place in [corpus, link] {
      let run = try learn(folder, ["--corpus", corpus, "--save", place, "--steps", "1000000"])
      #expect(run.status == 1)
      #expect(run.errors.hasPrefix("Lesson04: error: \(place): cannot be written: there is a file that is no model"))
      #expect(try String(contentsOfFile: corpus, encoding: .utf8) == text)
    }
  }

  @Test(arguments: ["save", "resume", "corpus"])
  func refusesAFileWithoutAName(option: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let run = try Program("Lesson04", (option == "save" ? ["--corpus", corpus] : []) + ["--\(option)", ""])
    #expect(run.status == 64)
    #expect(run.errors.contains("--\(option) needs the name of a file"), "\(run.errors)")
  }

  @Test func refusesAFolderThatIsGone() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let run = try Program(
      "Lesson04",
      ["--corpus", corpus, "--save", "model", "--steps", "1000000", "--no-render", "--plots", folder.path + "/plots"],
      in: folder.path, by: #"mkdir gone && cd gone && rmdir ../gone && exec "$@""#)
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("Lesson04: error: model: cannot be written: its folder"), "\(run.errors)")
  }

  /// A shell leaves a `~` behind `=` as it is, and so do the programs, wherever they meet it.
  @Test func tildeIsALetter() throws {
    let (folder, home) = (try TemporaryFolder(), try TemporaryFolder())
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    func run(_ arguments: [String]) throws -> Program {
      try Program("Lesson04", arguments, environment: ["HOME": home.path], in: folder.path)
    }
    let sizes = ["--hidden", "8", "--length", "10", "--batch", "4", "--steps", "5", "--sample", "0"]
    let early = try run(["--corpus", corpus, "--save=~/m", "--plots", folder.path + "/plots"] + sizes)
    #expect(early.status == 1 && early.errors.contains("its folder does not exist"), "\(early.errors)")
    let whole = try run(["--corpus", corpus, "--save=~/m", "--plots=~"] + sizes)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(folder.contents.keys.contains("~/m") && folder.contents.keys.contains("~/Lesson04/running-loss.svg"))
    #expect(try run(["--resume=~/m", "--sample", "0"]).status == 0)
    #expect(home.contents.isEmpty)
  }

  /// A step that makes numbers which are not finite is not saved over a model that is.
  @Test(arguments: ["sgd", "adagrad", "rmsprop", "adam"], ["rnn", "gru", "lstm"])
  func aGoodModelStaysGood(rule: String, cell: String) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    let sizes = ["--length", "10", "--batch", "4", "--sample", "0", "--no-render", "--plots", folder.path + "/plots"]
    let first = try Program(
      "Lesson04",
      ["--corpus", corpus, "--save", model, "--optimizer", rule, "--cell", cell, "--hidden", "8", "--steps", "1"]
        + sizes)
    #expect(first.status == 0, "\(first.errors)")
    let before = try Data(contentsOf: URL(fileURLWithPath: model))
    let run = try Program(
      "Lesson04",
      ["--corpus", corpus, "--resume", model, "--save", model, "--learning-rate", "1e39", "--steps", "1"] + sizes)
    #expect(run.status == 1 && run.errors.contains("finite"), "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == before)
  }

  @Test func constantsThatCannotBeAreRefused() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    _ = try learn(folder, ["--corpus", corpus, "--save", model, "--sample", "0"])
    var bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    let note = try #require(bytes.range(of: Data(#""adam 0.9 0.999 1e-08 0.0""#.utf8)))
    // Filled up with spaces, for the header is to keep its length.
    bytes.replaceSubrange(note, with: Data(#""adam 1 1 0""#.utf8) + Data(repeating: 32, count: note.count - 12))
    try bytes.write(to: URL(fileURLWithPath: model))
    let run = try Program(
      "Lesson04", ["--corpus", corpus, "--resume", model, "--save", model, "--steps", "1"], in: folder.path)
    #expect(run.status == 1 && run.errors.contains("β₁ of adam must be from 0 to below 1, not 1.0"), "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == bytes)
  }

  /// The model that would be saved could not be read.
  @Test func stepsThatCannotBeCountedAreRefused() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    _ = try learn(folder, ["--corpus", corpus, "--save", model, "--sample", "0"])
    var bytes = try Data(contentsOf: URL(fileURLWithPath: model))
    let note = try #require(bytes.range(of: Data(#""step":"60""#.utf8)))
    bytes.replaceSubrange(note, with: Data(#""step":       "4611686018427387902""#.utf8))
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) } + 24
    bytes.replaceSubrange(0..<8, with: withUnsafeBytes(of: length.littleEndian) { Data($0) })
    try bytes.write(to: URL(fileURLWithPath: model))
    #expect(try Program("Lesson04", ["--resume", model, "--sample", "3"], in: folder.path).status == 0)
    let run = try Program(
      "Lesson04", ["--corpus", corpus, "--resume", model, "--save", model, "--steps", "10"], in: folder.path)
    #expect(run.status == 1 && run.errors.contains("10 more cannot be counted"), "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == bytes)
  }

  /// Before the training, as for the model.
  @Test func refusesAPlaceForItsFiguresBeforeItTrains() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    try FileManager.default.createDirectory(
      atPath: folder.path + "/plots/Lesson04", withIntermediateDirectories: true)
    let mine = try folder.file("plots/Lesson04/next-token.gp", "plot sin(x)")
    let run = try learn(folder, ["--corpus", corpus, "--steps", "1000000"])
    #expect(run.status == 1 && run.errors.contains("\(mine) cannot be written"), "\(run.errors)")
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "plot sin(x)")
  }

  @Test func divergenceSaysWhereAndWhatToTry() throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 40))
    let model = folder.path + "/model.safetensors"
    _ = try learn(folder, ["--corpus", corpus, "--save", model, "--sample", "0"])
    let before = try Data(contentsOf: URL(fileURLWithPath: model))
    let run = try learn(
      folder, ["--corpus", corpus, "--optimizer", "sgd", "--learning-rate", "1e38", "--clip", "1e30", "--save", model])
    #expect(run.status == 1)
    #expect(run.errors.contains("at step") && run.errors.contains("smaller learning rate"), "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)) == before)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func interruptSavesTheModel(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let corpus = try folder.file("corpus.txt", String(repeating: Self.verse, count: 400))
    let model = folder.path + "/model.safetensors"
    let running = try Program.Running(
      "Lesson04",
      ["--corpus", corpus, "--save", model, "--steps", "100000000", "--no-render", "--plots", folder.path + "/plots"])
    // The first line of progress says that the training is under way.
    running.wait(for: "reading:")
    kill(running.process.processIdentifier, signal)
    let run = running.finished()
    #expect(run.status == 128 + signal)
    #expect(run.output.hasSuffix("\nsaved: \(model)\n\nInterrupted: the lesson ends here.\n"), "\(run.output)")
    let sample = try Program("Lesson04", ["--resume", model, "--sample", "20"])
    #expect(sample.status == 0, "\(sample.errors)")
  }
}
