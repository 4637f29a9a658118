// A language model of a running text: cut into streams, read with the state carried, judged beside the baselines.

import Notebook
import Plotting
import SequenceModels

/// How a running text is read and a model trained on it.
public struct ReadingRecipe: Sendable {
  /// What a token is.
  public var unit = TokenUnit.character
  /// n_a, the number of units.
  public var hidden = 128
  /// T, the number of tokens in a window.
  public var length = 50
  /// m, the number of streams.
  public var batch = 50
  /// The number of training steps.
  public var steps = 2_000
  /// The rule of a step.
  public var rule = OptimizerRule.adam()
  /// The size of a step.
  public var learningRate = 0.002
  /// The bound on the gradient's norm.
  public var clip = 5.0

  /// 128 units, 50 streams of 50 characters, 2,000 steps of Adam.
  public init() {}
}

/// A text in streams, and a language model that learns it.
public struct RunningText<Layer: CausalLayer & TorchLayer> where Layer.Scalar == Float {
  /// A language model with such a layer on disk.
  public typealias File = LanguageModelFile<Layer>

  /// The model, its vocabulary and its optimiser.
  public private(set) var file: File
  /// What is trained on.
  public let training: TokenStreams
  /// What is held out: of the last tenth of the text at most 50,000 tokens, which tell the loss to a hundredth.
  public let heldOut: TokenStreams

  /// The first tokens of what is held out, as many as fit under a heatmap.
  public var opening: ArraySlice<Int32> { data.heldOut.prefix(40) }

  private let recipe: ReadingRecipe
  private let data: TokenizedCorpus

  private static func tested(of data: TokenizedCorpus) -> ArraySlice<Int32> { data.heldOut.prefix(50_000) }

  /// Cuts a text into streams, for a model at hand or for a new one, which `build` makes for so many tokens and units.
  ///
  /// - Throws: `CorpusError` where there is too little of the text or nothing to predict in it, or where a model at
  ///   hand does not know its characters.
  public init(
    _ corpus: Corpus, _ recipe: ReadingRecipe, from file: File? = nil,
    build: (_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<Layer>
  ) throws(CorpusError) {
    if let file {
      data = try TokenizedCorpus(corpus, vocabulary: file.vocabulary, heldOut: 0.1)
    } else {
      // The notes take a vocabulary of 10,000 words.
      data = TokenizedCorpus(corpus, unit: recipe.unit, heldOut: 0.1, limit: 10_000)
    }
    if let token = data.onlyToken { throw .monotonous(token: token) }
    // A text without a word that the model knows is ⟨UNK⟩ between marks.
    let unknown = data.vocabulary.id(of: Vocabulary.unknown)
    let isWord = data.vocabulary.tokens.map { $0.first?.isLetter == true }
    if file != nil && data.vocabulary.unit == .word && data.tokens.allSatisfy({ $0 == unknown || !isWord[Int($0)] }) {
      throw .monotonous(token: Vocabulary.unknown)
    }
    training = try TokenStreams(
      data.training, batch: recipe.batch, length: recipe.length, part: "part of the text to train on")
    let tested = Self.tested(of: data)
    heldOut = try TokenStreams(
      tested, batch: max(1, min(recipe.batch, (tested.count - 1) / recipe.length)), length: recipe.length,
      part: "part of the text held out")
    self.recipe = recipe
    if let file {
      self.file = file
    } else {
      let model = build(data.vocabulary.count, recipe.hidden)
      let optimizer = Optimizer(recipe.rule, learningRate: recipe.learningRate, for: model)
      self.file = File(model: model, vocabulary: data.vocabulary, optimizer: optimizer)
    }
  }

  /// Trains the model: window after window, the state carried from each to the next.
  @MainActor public mutating func train(line: Int = #line) -> TrainingCurve {
    var trainer = Trainer(file.model, optimizer: file.optimizer, clipping: .norm(recipe.clip))
    let curve = trainer.train("reading", steps: recipe.steps, heldOut: heldOut, line: line, on: training.next)
    (file.model, file.optimizer) = (trainer.model, trainer.optimizer)
    return curve
  }

  /// How much text there is, and how many of its words the vocabulary doesn't have.
  public var sizeTable: Table {
    let unit = data.vocabulary.unit.rawValue
    var columns = [
      ("\(unit)s to train on", data.training.count), ("\(unit)s held out", data.heldOut.count),
      ("vocabulary", data.vocabulary.count), ("parameters", file.model.parameterCount),
    ]
    if let unknown = data.vocabulary.id(of: Vocabulary.unknown), data.vocabulary.unit == .word {
      columns.insert(("of them \(Vocabulary.unknown)", data.tokens.count { $0 == unknown }), at: 2)
    }
    return Table(columns.map(\.0), rows: [columns.map(\.1)])
  }

  /// The losses along a training beside uniform guess, unigram and bigram.
  public func lossChart(_ curve: TrainingCurve) -> Chart {
    trainingChart(
      "A running text, read in streams", curve, per: data.vocabulary.unit.rawValue, baselines: counted)
  }

  /// The loss at the end of a training, on what is held out, beside the same three.
  public func lossTable(_ curve: TrainingCurve) -> Table {
    let unit = data.vocabulary.unit.rawValue
    let scores = counted.map { ($0.name, $0.loss) } + [("this network", curve.heldOut.last ?? .nan)]
    return Table(
      ["held out", "nats per \(unit)", "perplexity", "bits per \(unit)"],
      rows: scores.map { [$0, $1, perplexity(nats: $1), bits(nats: $1)] })
  }

  private var counted: [Baseline] {
    baselines(vocabularySize: data.vocabulary.count, read: data.training, tested: Self.tested(of: data))
  }
}
