import Foundation
import Testing

@testable import SequenceModels

@Suite struct LanguageModelFileTests {
  typealias File = LanguageModelFile<RNN<Float>>

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let rules: [OptimizerRule] = [
    .sgd(), .sgd(momentum: 0.9), .adagrad(), .rmsprop(decay: 0.95, epsilon: 1e-7), .adam(beta2: 0.99),
    .sgd(momentum: 0.9, nesterov: true, weightDecay: 0.01),
    .adagrad(epsilon: 1e-6, insideRoot: false, initialAccumulator: 0.1, weightDecay: 0.02),
    .rmsprop(momentum: 0.8, centred: true, weightDecay: 0.03), .adam(weightDecay: 0.04), .adamW(),
  ]

  static func layer(_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<RNN<Float>> {
    var random = RandomSource(seed: 31)
    let cell = RNNCell<Float>(inputSize: vocabularySize, hiddenSize: hiddenSize, using: &random)
    return LanguageModel(
      layer: Recurrent(cell), output: Dense(inputSize: hiddenSize, outputSize: vocabularySize, using: &random))
  }

  static let vocabulary = Vocabulary(
    unit: .character, tokens: ["\"", "\\", "\n", "\r\n", "/", "\u{0}", "e\u{301}", "👩‍👩‍👧", "\u{2028}"])

  /// A trainer, some steps along its way.
  static func trainer(_ rule: OptimizerRule, steps: Int = 5) throws -> Trainer<LanguageModel<RNN<Float>>> {
    let model = layer(9, 4)
    var trainer = Trainer(model, optimizer: Optimizer(rule, learningRate: 0.01, for: model), threads: 1)
    for step in 0..<steps { _ = try trainer.step(on: batch(step)) }
    return trainer
  }

  static func batch(_ step: Int) -> LanguageBatch {
    LanguageBatch(sentence: (0..<6).map { Int32(($0 * $0 + step) % 9) })
  }

  private func saved(_ rule: OptimizerRule = .adam()) throws -> String {
    let (trainer, path) = (try Self.trainer(rule), folder.path("model"))
    try File(model: trainer.model, vocabulary: Self.vocabulary, optimizer: trainer.optimizer)
      .write(to: path, cell: "rnn")
    return path
  }

  private func read(_ path: String) throws(StorageError) -> File {
    try File(contentsOf: path, cell: "rnn", build: Self.layer)
  }

  // MARK: - Round trip

  @Test(arguments: rules)
  func everythingComesBack(rule: OptimizerRule) throws {
    let (trainer, file) = (try Self.trainer(rule), try read(saved(rule)))
    #expect(file.model.numbers == trainer.model.numbers)
    #expect(file.vocabulary == Self.vocabulary)
    #expect(zip(file.vocabulary.tokens, Self.vocabulary.tokens).allSatisfy { $0.utf8.elementsEqual($1.utf8) })
    #expect(file.optimizer.rule == rule)
    #expect(file.optimizer.learningRate == 0.01)
    #expect(file.optimizer.step == 5)
  }

  @Test(arguments: rules)
  func trainingGoesOnAsIfItHadNotStopped(rule: OptimizerRule) throws {
    var onward = try Self.trainer(rule)
    let file = try read(saved(rule))
    var resumed = Trainer(file.model, optimizer: file.optimizer, threads: 1)
    for step in 5..<15 {
      #expect(try onward.step(on: Self.batch(step)) == resumed.step(on: Self.batch(step)))
    }
    #expect(onward.model.numbers.map(\.bitPattern) == resumed.model.numbers.map(\.bitPattern))
  }

  /// Files of earlier versions have a rule's first constants only.
  @Test(arguments: [
    ("sgd 0.9", OptimizerRule.sgd(momentum: 0.9)), ("adagrad 1e-06", .adagrad(epsilon: 1e-6)),
    ("rmsprop 0.95 1e-07", .rmsprop(decay: 0.95, epsilon: 1e-7)), ("adam 0.9 0.99 1e-08", .adam(beta2: 0.99)),
  ])
  func notesOfEarlierVersionsAreRead(note: String, rule: OptimizerRule) throws {
    let path = try saved(rule)
    var file = try Safetensors(contentsOf: path)
    file.metadata["optimizer"] = note
    try file.write(to: path)
    #expect(try read(path).optimizer.rule == rule)
  }

  /// The end of a schedule.
  @Test func learningRateOfZeroComesBack() throws {
    let model = Self.layer(9, 4)
    let path = folder.path("model")
    try File(model: model, vocabulary: Self.vocabulary, optimizer: Optimizer(.sgd(), learningRate: 0, for: model))
      .write(to: path, cell: "rnn")
    #expect(try read(path).optimizer.learningRate == 0)
  }

  @Test func tensorsHavePyTorchsNamesAndShapes() throws {
    let file = try Safetensors(contentsOf: saved(.adagrad()))
    let model: [String: [Int]] = [
      "rnn.weight_ih_l0": [4, 9], "rnn.weight_hh_l0": [4, 4], "rnn.bias_ih_l0": [4], "rnn.bias_hh_l0": [4],
      "output.weight": [9, 4], "output.bias": [9],
    ]
    var expected = model
    // What the optimiser remembers belongs to our parameters, which have one bias.
    for (name, shape) in model where !name.hasPrefix("rnn.bias") { expected["optimizer.squared_sum.\(name)"] = shape }
    expected["optimizer.squared_sum.rnn.bias_l0"] = [4]
    #expect(file.tensors.mapValues(\.shape) == expected)
  }

  /// PyTorch adds the two biases, so a file of its weights means their sum.
  @Test func twoBiasesAreOne() throws {
    let path = try saved()
    var file = try Safetensors(contentsOf: path)
    file.tensors["rnn.bias_ih_l0"] = .init(shape: [4], elements: [1, 2, 3, 4])
    file.tensors["rnn.bias_hh_l0"] = .init(shape: [4], elements: [0.5, 0, -3, 8])
    try file.write(to: path)
    #expect(try read(path).model.layer.cell.ba.elements == [1.5, 2, 0, 12])
  }

  // MARK: - Damage

  /// A whole file, made once.
  static let whole = Result {
    let tests = try LanguageModelFileTests()
    return try withExtendedLifetime(tests.folder) { try Safetensors(contentsOf: tests.saved()) }
  }

  /// Reads a file that `change` has changed, and gives the reason of the mismatch.
  private func mismatch(_ change: (inout Safetensors) -> Void) throws -> String? {
    var file = try Self.whole.get()
    change(&file)
    let path = try folder.file("changed", file.encoded())
    do {
      _ = try read(path)
      return nil
    } catch {
      guard case .mismatch(path, let reason) = error else { return nil }
      return reason
    }
  }

  @Test(arguments: ["format", "cell", "unit", "hidden_size", "optimizer", "learning_rate", "step", "vocabulary"])
  func missingNoteIsNamed(note: String) throws {
    let reason = try mismatch { $0.metadata[note] = nil }
    #expect(reason?.contains("no note of its \(note)") == true)
  }

  @Test(arguments: [
    ("format", "SequenceModels language model, version 2"), ("cell", "lstm"), ("unit", "syllable"),
    ("hidden_size", "0"), ("hidden_size", "-4"), ("hidden_size", "four"), ("hidden_size", "9223372036854775807"),
    ("hidden_size", "99999999999999999999"), ("hidden_size", "5"), ("hidden_size", "9"), ("hidden_size", "4.0"),
    ("step", "-1"), ("step", "many"), ("step", "9223372036854775807"), ("step", "99999999999999999999"),
    ("learning_rate", "nan"), ("learning_rate", "-1"), ("learning_rate", "inf"), ("learning_rate", ""),
    ("optimizer", ""), ("optimizer", "adam"), ("optimizer", "adam 0.9"), ("optimizer", "lion 0.9 0.99"),
    ("optimizer", "adam 0.9 x 0.999 1e-8"),
    ("optimizer", "adam 0.9 nan 1e-8"), ("optimizer", "adam 0.9 inf 1e-8"), ("optimizer", "sgd 0.9 0.9"),
    ("optimizer", "adam 1 1 0"), ("optimizer", "adam 0.9 1 1e-8"), ("optimizer", "adam -0.1 0.999 1e-8"),
    ("optimizer", "adam 0.9 0.999 0"), ("optimizer", "adam 0.9 0.999 -1e-8"), ("optimizer", "adam 0.9 0.999 1e-8 -1"),
    // Its moments are not in this file.
    ("optimizer", "adagrad 1e-8"),
    ("vocabulary", "[]"), ("vocabulary", "{}"), ("vocabulary", "[1, 2]"), ("vocabulary", ""),
    ("vocabulary", "[\"a\""),
    ("vocabulary", #"["a","b","c","d","e","f","g","h","a"]"#),
    // One token by two ways to write it.
    ("vocabulary", "[\"\u{E9}\",\"e\u{301}\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]"),
    ("vocabulary", #"["a","b","c","d","e","f","g","h"]"#),
    ("vocabulary", #"["a","b","c","d","e","f","g","h","i","j"]"#),
  ])
  func noteThatCannotBeIsRefused(note: String, text: String) throws {
    #expect(try mismatch { $0.metadata[note] = text } != nil)
  }

  /// Its root would make every weight not a number.
  @Test func aSquareBelowZeroIsRefused() throws {
    let name = "optimizer.squared_average.output.bias"
    let reason = try mismatch { $0.tensors[name] = .init(shape: [9], elements: Array(repeating: -1e-9, count: 9)) }
    #expect(reason == "its tensor \(name) has a number below 0")
  }

  /// Shapes cost nothing where they hold nothing: a small file must not ask for a large model.
  @Test(arguments: [[0, 1_000_000_000], [0, 3_000_000], [200_000]])
  func hiddenSizeIsBoundByTheNumbersOfTheFile(shape: [Int]) throws {
    let size = try #require(shape.last)
    let reason = try mismatch { file in
      file.metadata["hidden_size"] = "\(size)"
      file.tensors["bait"] = .init(shape: shape, elements: Array(repeating: 0, count: shape.reduce(1, *)))
    }
    #expect(reason?.contains("hidden_size") == true)
  }

  @Test(arguments: [
    "rnn.weight_ih_l0", "rnn.bias_hh_l0", "output.bias", "optimizer.average.rnn.weight_hh_l0",
    "optimizer.squared_average.output.weight",
  ])
  func tensorThatIsMissingOrOfAnotherShapeIsNamed(name: String) throws {
    #expect(try mismatch { $0.tensors[name] = nil } == "it has no tensor \(name)")
    var shape: [Int] = []
    let reason = try mismatch {
      shape = $0.tensors[name]!.shape
      $0.tensors[name] = .init(shape: [7, 1], elements: Array(repeating: 0, count: 7))
    }
    #expect(reason == "its \(name) has shape [7, 1], and the model's has \(shape)")
  }

  /// As many numbers in another shape are another tensor.
  @Test func transposedTensorIsRefused() throws {
    let reason = try mismatch {
      $0.tensors["rnn.weight_ih_l0"] = .init(shape: [9, 4], elements: $0.tensors["rnn.weight_ih_l0"]!.elements)
    }
    #expect(reason?.contains("[9, 4]") == true && reason?.contains("[4, 9]") == true)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreRefused(value: Float) throws {
    for name in ["rnn.weight_hh_l0", "rnn.bias_hh_l0", "optimizer.squared_average.output.bias"] {
      let reason = try mismatch {
        var elements = $0.tensors[name]!.elements
        elements[elements.count - 1] = value
        $0.tensors[name] = .init(shape: $0.tensors[name]!.shape, elements: elements)
      }
      #expect(reason == "its \(name) holds numbers that are not finite")
    }
  }

  @Test func biasesWhoseSumIsNotFiniteAreRefused() throws {
    let reason = try mismatch {
      for name in ["rnn.bias_ih_l0", "rnn.bias_hh_l0"] {
        $0.tensors[name] = .init(shape: [4], elements: Array(repeating: .greatestFiniteMagnitude, count: 4))
      }
    }
    #expect(reason?.contains("not finite") == true)
  }

  @Test func wordsWithoutTheirSpecialTokensDoNotTrap() throws {
    let path = try saved()
    var safetensors = try Safetensors(contentsOf: path)
    safetensors.metadata["unit"] = "word"
    safetensors.metadata["vocabulary"] = #"["a","b","c","d","e","f","g","h",""]"#
    try safetensors.write(to: path)
    guard let file = try? read(path) else { return }
    #expect(file.vocabulary.end == nil)
    #expect(throws: CorpusError.unknownCharacters(["zebra", "⟨EOS⟩"])) { try file.vocabulary.encode("a zebra") }
    #expect(file.vocabulary.decode([0, 8, 1]).hasPrefix("a"))
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: saved(.sgd())))
    for count in 0..<bytes.count {
      let path = try folder.file("cut", bytes[..<count])
      #expect(throws: StorageError.self, "\(count) of \(bytes.count) bytes") { try read(path) }
    }
  }

  /// What a damaged file gives can be trained, or it is refused.
  @Test func flippedBytesNeverTrap() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: saved())))
    let length = Int(bytes[0]) + Int(bytes[1]) << 8
    var random = RandomSource(seed: 22)
    var (whole, refused) = (0, 0)
    for round in 0..<1500 {
      var damaged = bytes
      // Mostly digits and letters of the header, where damage passes for sense.
      let place = round % 4 == 0 ? random.index(below: bytes.count) : 8 + random.index(below: length)
      damaged[place] ^= UInt8(1 + random.index(below: round % 2 == 0 ? 15 : 255))
      let path = try folder.file("damaged", damaged)
      do {
        let file = try read(path)
        var trainer = Trainer(file.model, optimizer: file.optimizer, threads: 1)
        _ = try? trainer.step(on: LanguageBatch(sentence: [0]))
        whole += 1
      } catch {
        refused += 1
      }
    }
    #expect(whole > 100 && refused > 400)
  }

  /// What is written can be read, and a good model is not replaced by one that nobody reads.
  @Test func whatIsNotFiniteIsNotWritten() throws {
    let path = try saved()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    let good = try read(path)
    var files = [good, good]
    files[0].model.output.by = Matrix(rows: 9, columns: 1, repeating: .nan)
    let shapes = Dictionary(uniqueKeysWithValues: good.optimizer.namedMoments.map { ($0.name, $0.value) })
    files[1].optimizer.restore(step: 1) {
      Matrix(rows: shapes[$0]!.rows, columns: shapes[$0]!.columns, repeating: .infinity)
    }
    let reasons = ["output.bias", "optimizer.average.output.bias"]
    for (file, reason) in zip(files, reasons) {
      let error = #expect(throws: StorageError.self) { try file.write(to: path, cell: "rnn") }
      #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test func tensorsOfAnotherKindAreNotWrittenOver() throws {
    let path = folder.path("weights")
    let model = Self.layer(9, 4)
    try Safetensors(torch: model).write(to: path)
    let file = File(
      model: model, vocabulary: Self.vocabulary, optimizer: Optimizer(.sgd(), learningRate: 1, for: model))
    let error = #expect(throws: StorageError.self) { try file.write(to: path, cell: "rnn") }
    #expect(error?.description.contains("another kind of model") == true)
    #expect(throws: StorageError.self) {
      try Safetensors.checkWritable(path, format: Safetensors.languageModelFormat)
    }
    // And the other way round.
    let other = try saved()
    #expect(throws: StorageError.self) { try Safetensors(torch: model).write(to: other) }
    #expect(try read(other).model.numbers.count == model.numbers.count)
  }

  @Test func corpusIsNoModel() throws {
    let path = try folder.file("text", "Call me Ishmael. Some years ago".utf8)
    let error = #expect(throws: StorageError.self) { try read(path) }
    #expect(error?.description.contains("not a whole model file") == true)
  }
}
