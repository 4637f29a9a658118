// A text of the reader's own: the options, and what a lesson does with them.

import ArgumentParser
import Files
import Notebook
import Plotting
import SequenceModels

extension TokenUnit: ExpressibleByArgument {}

/// The options for training a language model on a text of the reader's own, and for sampling from one.
public struct OwnText: ParsableArguments {
  enum Rule: String, CaseIterable, ExpressibleByArgument {
    case sgd, adagrad, rmsprop, adam

    /// The rule, and a learning rate that suits a plain RNN of a hundred units.
    var defaults: (rule: OptimizerRule, learningRate: Double) {
      switch self {
      case .sgd: (.sgd(momentum: 0.9), 0.2)
      case .adagrad: (.adagrad(), 0.05)
      case .rmsprop: (.rmsprop(), 0.001)
      case .adam: (.adam(), 0.002)
      }
    }
  }

  enum Cell: String, CaseIterable, ExpressibleByArgument {
    case rnn, gru, lstm

    /// How many blocks of n_a rows its weights have.
    var blocks: Int {
      switch self {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  /// A cell and how many layers of it, as a model file names them: `lstm × 2`.
  struct Architecture: Equatable {
    var cell = Cell.rnn, layers = 1

    static let layerLimit = 16

    var name: String { "\(cell) × \(layers)" }

    /// The architecture of a model file that was read from `path`.
    init(of file: Safetensors, from path: String) throws {
      let name = file.metadata["cell"]
      let every = Cell.allCases.flatMap { cell in (1...Self.layerLimit).map { Self(cell: cell, layers: $0) } }
      guard let known = every.first(where: { $0.name == name }) else {
        throw StorageError.mismatch(
          path: path,
          reason: name.map { "its cell is \($0.cited)" } ?? "its header has no note of its cell, which --save writes")
      }
      self = known
    }

    init(cell: Cell, layers: Int) {
      (self.cell, self.layers) = (cell, layers)
    }
  }

  @Option(help: ArgumentHelp("Train on this UTF-8 text instead of the lesson's own.", valueName: "file"))
  var corpus: String?
  @Option(help: "What a token is. (default: character)")
  var unit: TokenUnit?
  @Option(help: "The cell of the network; gru in PyTorch's form. (default: rnn)")
  var cell: Cell?
  @Option(parsing: .unconditional, help: "The number of layers, one above the other. (default: 1)")
  var layers: Int?
  @Option(parsing: .unconditional, help: "The number of units. (default: 128)")
  var hidden: Int?
  @Option(
    parsing: .unconditional, help: "The number of tokens in a window, through which the gradient flows. (default: 50)")
  var length: Int?
  @Option(parsing: .unconditional, help: "The number of streams that are read side by side. (default: 50)")
  var batch: Int?
  @Option(
    parsing: .unconditional,
    help: "The number of training steps. (default: 2000, with --quick 200, with --full 10000)")
  var steps: Int?
  @Option(
    parsing: .unconditional, help: "The size of a step. (default: adam 0.002, rmsprop 0.001, adagrad 0.05, sgd 0.2)")
  var learningRate: Double?
  @Option(help: "The rule of a step; sgd has momentum 0.9. (default: adam)")
  var optimizer: Rule?
  @Option(parsing: .unconditional, help: "The longest gradient; a longer one is scaled down to it. (default: 5)")
  var clip: Double?
  @Option(parsing: .unconditional, help: "Sample at this temperature. (default: 0, 0.5, 1 and 1.5 one after the other)")
  var temperature: Double?
  @Option(parsing: .unconditional, help: ArgumentHelp("Let the samples continue this text.", valueName: "text"))
  var prime: String?
  @Option(parsing: .unconditional, help: "The number of tokens to sample. (default: 300)")
  var sample: Int?
  @Option(help: ArgumentHelp("Save the model here (safetensors), also when interrupted.", valueName: "file"))
  var save: String?
  @Option(
    help: ArgumentHelp("Take the model from here: train it on with --corpus, or sample from it.", valueName: "file"))
  var resume: String?

  /// The options of a run without arguments, to be filled by the parser.
  public init() {}

  /// Whether the reader brings a text or a model.
  public var isAsked: Bool { corpus != nil || resume != nil }

  /// Refuses values out of range and options that belong to something that was not asked for.
  public func validate() throws {
    for (name, path) in [("corpus", corpus), ("save", save), ("resume", resume)] where path?.isEmpty == true {
      throw ValidationError("--\(name) needs the name of a file, and this one is empty.")
    }
    let ranges: [(name: String, value: Int?, range: ClosedRange<Int>)] = [
      ("layers", layers, 1...Architecture.layerLimit), ("hidden", hidden, 1...0x4000), ("length", length, 1...0x100000),
      ("batch", batch, 1...0x100000), ("steps", steps, 1...1_000_000_000), ("sample", sample, 0...10_000_000),
    ]
    for (name, value, range) in ranges {
      guard let value, !range.contains(value) else { continue }
      throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
    }
    // The longest buffers of a step hold so many numbers; a gigabyte of them is plenty for two cores.
    let sizes = [hidden ?? 128, length ?? 50, batch ?? 50].map(Double.init)
    if sizes.reduce(1, *) > 0x1p28 {
      throw ValidationError("--hidden × --length × --batch may be 2^28 at most: choose smaller ones.")
    }
    for (name, value) in [("learning-rate", learningRate), ("clip", clip)] {
      if let value, !(value > 0 && value.isFinite) {
        throw ValidationError("--\(name) must be a number above 0, not \(value).")
      }
    }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more, not \(temperature).")
    }
    let training: [(name: String, value: Any?)] = [
      ("unit", unit), ("cell", cell), ("layers", layers), ("hidden", hidden), ("length", length), ("batch", batch),
      ("steps", steps),
      ("learning-rate", learningRate), ("optimizer", optimizer), ("clip", clip), ("save", save),
    ]
    let sampling: [(name: String, value: Any?)] = [("temperature", temperature), ("prime", prime), ("sample", sample)]
    let model: [Any?] = [unit, cell, layers, hidden, optimizer]
    if resume != nil && model.contains(where: { $0 != nil }) {
      throw ValidationError(
        "--resume takes model and optimiser from its file: leave out --unit, --cell, --layers, --hidden and "
          + "--optimizer."
      )
    }
    if corpus == nil, let given = training.first(where: { $0.value != nil }) {
      throw ValidationError("--\(given.name) is about training on a text of yours: give one with --corpus.")
    }
    if !isAsked, let given = sampling.first(where: { $0.value != nil }) {
      throw ValidationError("--\(given.name) needs a model: train one with --corpus or take one with --resume.")
    }
  }

  /// Trains on the reader's text or takes the reader's model, saves it where it was asked to, and samples from it.
  /// How long it trains, where `--steps` does not say, is chosen by the size of the run.
  @MainActor public func run(_ notebook: NotebookOptions, using random: inout RandomSource, line: Int = #line) {
    var own = self
    own.steps = steps ?? notebook.choose(quick: 200, standard: 2_000, full: 10_000)
    own.run(using: &random, line: line)
  }

  /// The same with the steps that were chosen.
  @MainActor private func run(using random: inout RandomSource, line: Int) {
    let resumed = resume.map { path in (file: attempt { try Safetensors(contentsOf: path) }, path: path) }
    let architecture =
      resumed.map { resumed in attempt { try Architecture(of: resumed.file, from: resumed.path) } }
      ?? Architecture(cell: cell ?? .rnn, layers: layers ?? 1)
    switch architecture.cell {
    case .rnn:
      run(architecture, resumed, &random, line) { RNNCell<Float>(inputSize: $0, hiddenSize: $1, using: &$2) }
    case .gru:
      // PyTorch's form, so that the file loads there.
      run(architecture, resumed, &random, line) {
        GRUCell<Float>(inputSize: $0, hiddenSize: $1, form: .resetAfterRecurrent, using: &$2)
      }
    case .lstm:
      run(architecture, resumed, &random, line) { Self.lstm(inputSize: $0, hiddenSize: $1, using: &$2) }
    }
  }

  /// An LSTM that starts as PyTorch's does: each bias, that of the forget gate too, is the sum of two numbers drawn as
  /// the weights are. Most of what there is to learn in a text is near, and a forget gate that starts half open learns
  /// it sooner: of four starts this one had the lowest loss after 500 and after 2,000 steps, from each of three seeds.
  private static func lstm(
    inputSize: Int, hiddenSize: Int, using random: inout RandomSource
  ) -> LSTMCell<Float> {
    var cell = LSTMCell<Float>(inputSize: inputSize, hiddenSize: hiddenSize, using: &random)
    func bias() -> Matrix<Float> {
      Initialization.uniform.matrix(rows: 4 * hiddenSize, columns: 1, hiddenSize: hiddenSize, using: &random)
    }
    cell.ba = bias() + bias()
    return cell
  }

  /// The same with cells that `makeCell` makes for an input of so many numbers and so many units.
  @MainActor private func run<Kind: RecurrentCell & TorchModule>(
    _ architecture: Architecture, _ resumed: (file: Safetensors, path: String)?, _ random: inout RandomSource,
    _ line: Int, makeCell: (Int, Int, inout RandomSource) -> Kind
  ) where Kind.Scalar == Float {
    func model(_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<Deep<Recurrent<Kind>>> {
      if corpus != nil { checkMemory(architecture, vocabularySize, hiddenSize, line: line) }
      return LanguageModel(
        layer: Deep(depth: architecture.layers, inputSize: vocabularySize) {
          Recurrent(makeCell($0, hiddenSize, &random))
        },
        output: Dense(inputSize: hiddenSize, outputSize: vocabularySize, using: &random))
    }
    var file = resumed.map { resumed in
      attempt { try LanguageModelFile(resumed.file, from: resumed.path, cell: architecture.name, build: model) }
    }
    var passage: [Int32] = []
    if let corpus {
      var text = reading(of: corpus, from: file, line: line, build: model)
      let curve = text.train(line: line)
      file = text.file
      if let save {
        attempt { try text.file.write(to: save, cell: architecture.name) }
        show("saved", save, kind: .varies, line: line)
      }
      if Interrupt.requested { return }
      show(text.lossChart(curve), as: "running-loss", line: line)
      show(text.lossTable(curve), kind: .varies, line: line)
      passage = Array(text.opening)
    }
    guard let file else { return }
    let prime = attempt { try file.vocabulary.encode(self.prime ?? "") }
    // A figure has a column for each.
    if !prime.isEmpty { passage = Array(prime.prefix(41)) }
    if prime.count > 41 { show("drawn", "the first 40 of \(prime.count - 1) tokens", line: line) }
    if passage.count > 1 {
      show(
        guessHeatmap(
          "What comes next: each column a guess before its token",
          file.model.guesses(along: passage.dropFirst(), after: passage[0]), along: Array(passage.dropFirst()),
          vocabulary: file.vocabulary), as: "next-token", line: line)
    }
    // Without a text to continue, a new line or sentence begins, or the first token of the vocabulary.
    let start = prime.isEmpty ? [file.vocabulary.end ?? 0] : prime
    let count = sample ?? 300
    let temperatures: [Double] = temperature.map { [$0] } ?? [0, 0.5, 1, 1.5]
    if count == 0 { return }
    let bar = ProgressBar("sampling", total: count * temperatures.count, unit: "tokens", line: line)
    for (place, temperature) in temperatures.enumerated() {
      var sampler = Sampler(file.model, temperature: temperature, after: start[0])
      for token in start.dropFirst() { sampler.read(token) }
      var tokens = prime
      for number in 1...count where !Interrupt.requested {
        tokens.append(sampler.next(using: &random))
        bar.update(place * count + number)
      }
      show("temperature \(temperature)", "\n" + file.vocabulary.decode(tokens) + "\n", kind: .varies, line: line)
    }
    bar.finish()
  }

  /// How the text is read, as the options say.
  private var recipe: ReadingRecipe {
    var recipe = ReadingRecipe()
    recipe.unit = unit ?? recipe.unit
    recipe.hidden = hidden ?? recipe.hidden
    recipe.length = length ?? recipe.length
    recipe.batch = batch ?? recipe.batch
    recipe.steps = steps ?? recipe.steps
    recipe.clip = clip ?? recipe.clip
    let (rule, rate) = (optimizer ?? .adam).defaults
    (recipe.rule, recipe.learningRate) = (rule, learningRate ?? rate)
    return recipe
  }

  /// Ends the lesson before a training for which there is too little memory, and says what one takes that needs much.
  @MainActor private func checkMemory(_ architecture: Architecture, _ vocabulary: Int, _ hidden: Int, line: Int) {
    let need = MemoryNeed(
      blocks: architecture.cell.blocks, layers: architecture.layers, hidden: hidden, vocabulary: vocabulary,
      tokens: recipe.batch * recipe.length)
    if let fault = need.fault { fail("\(fault) (--hidden, --layers, --batch, --length)") }
    if need.bytes > 1e9 { show("the training takes", need.words, kind: .varies, line: line) }
  }

  /// The text in streams, as the options say. What can be refused is refused here, before the training.
  @MainActor private func reading<Layer: CausalLayer & TorchLayer>(
    of path: String, from resumed: LanguageModelFile<Layer>?, line: Int,
    build: (Int, Int) -> LanguageModel<Layer>
  ) -> RunningText<Layer> where Layer.Scalar == Float {
    if let save { attempt { try Safetensors.checkWritable(save, format: Safetensors.languageModelFormat) } }
    checkFigures(["running-loss", "next-token"])
    var start = resumed
    if let learningRate { start?.optimizer.learningRate = learningRate }
    if let resume, let step = start?.optimizer.step, step > LanguageModelFile<Layer>.mostSteps - recipe.steps {
      fail(
        StorageError.mismatch(
          path: resume, reason: "its note of step reads \(step), and \(recipe.steps) more cannot be counted"))
    }
    let text = attempt {
      do throws(CorpusError) {
        return try RunningText(try Corpus(contentsOf: path), recipe, from: start, build: build)
      } catch {
        guard case .tooShort = error else { throw error }
        fail("\(error) (--batch, --length)")
      }
    }
    _ = attempt { try text.file.vocabulary.encode(prime ?? "") }
    show(text.sizeTable, line: line)
    return text
  }
}
