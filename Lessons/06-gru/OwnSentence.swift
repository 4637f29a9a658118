// The language of this lesson, how a network is trained on it, and the gates over a sentence of the reader's own.

import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Sentences whose verb agrees with their first noun.
enum Language {
  static let told = Grammar.agreement(phrases: 3...8)
  static let vocabulary = Vocabulary(
    unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + told.vocabulary)
  static let heldOut: [[String]] = {
    var random = RandomSource(seed: 6)
    return told.sentences(400, using: &random)
  }()
  /// What a model file calls the cell.
  static func name(_ form: GRUForm) -> String {
    form == .resetBefore ? "gru, Γ_r before the product" : "gru, \(form)"
  }
  static func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }
}

/// A model trained on sentences of `told`, by Adam with a learning rate that falls to 0, and its losses. One word in fifty is read as ⟨UNK⟩. An
/// interrupt saves it where `--save` says so, and ends the lesson.
func trained<Layer: CausalLayer & TorchLayer>(
  _ name: String, _ model: LanguageModel<Layer>, on told: Grammar = Language.told, rate: Double = 0.02,
  _ run: NotebookOptions, using random: inout RandomSource, line: Int = #line,
  afterEachStep change: (inout LanguageModel<Layer>) -> Void = { _ in }
) -> (trainer: Trainer<LanguageModel<Layer>>, curve: TrainingCurve) where Layer.Scalar == Float {
  let sentences = told.sentences(run.choose(quick: 500, standard: 4_000, full: 16_000), using: &random)
  let read = SentenceBatches(
    sentences.map { Language.ids($0.map { random.uniform() < 0.02 ? Vocabulary.unknown : $0 }) },
    end: Language.vocabulary.end!)
  let heldOut = SentenceBatches(Language.heldOut.map(Language.ids), end: Language.vocabulary.end!).all(inBatchesOf: 100)
  let steps = run.choose(quick: 60, standard: 3_000, full: 8_000)
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let curve = trainer.train(
    name, steps: steps, points: 15, heldOut: heldOut, settling: true, line: line,
    on: { _ in (read.random(32, using: &random), continues: false) }
  ) { _, _, trainer in change(&trainer.model) }
  let form = (model.layer as? GRU<Float>)?.cell.form
  options.own.saveIfInterrupted(
    trainer, vocabulary: Language.vocabulary, cell: form.map(Language.name) ?? "rnn × 1", isMain: form == .resetBefore,
    line: line)
  if Interrupt.requested { end(line: line) }
  return (trainer, curve)
}

/// Trains one full GRU and draws its gates over the reader's sentence.
func drawOwn(
  _ text: String, by model: LanguageModel<GRU<Float>>, _ options: OwnSentenceOptions, _ run: NotebookOptions,
  using random: inout RandomSource
) {
  let own = OwnSentence(text, vocabulary: Language.vocabulary)
  show(own)
  let (trainer, _) = trained("full GRU", model, run, using: &random)
  let over = trainer.model.reading(of: own.ids)
  let order = over["Γu"].indices.sorted { over["Γu"][$0].reduce(0, +) < over["Γu"][$1].reduce(0, +) }
  show(
    gateHeatmap(
      "Γ_u over your sentence: the units that keep on top", over["Γu"], "Γ_u: 0 keeps, 1 takes in",
      along: own.words, units: order), as: "own-update-gate")
  show(
    gateHeatmap(
      "Γ_r over your sentence, its rows in the same order", over["Γr"], "Γ_r: 0 hides the memory, 1 shows it",
      along: own.words, units: order), as: "own-relevance-gate")
  let guesses = trainer.model.guesses(along: own.ids)
  let words = own.words
  let verbs = words.indices.filter { ["was", "were"].contains(words[$0]) }
  let (was, were) = (Int(Language.ids(["was"])[0]), Int(Language.ids(["were"])[0]))
  if !verbs.isEmpty {
    show(
      Table(
        ["word", "you wrote", "P(was), %", "P(were), %"],
        rows: verbs.map { [$0 + 1, words[$0], 100 * guesses[$0][was], 100 * guesses[$0][were]] }),
      kind: .varies)
  }
  options.saveIfAsked(trainer, vocabulary: Language.vocabulary, cell: Language.name(.resetBefore))
}
