// The sentences of this lesson, how a tagger is trained on them, and the tags of a sentence of the reader's own.

import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Sentences in which six words begin a person or a thing to sell.
enum Teddies {
  static let grammar = TaggedGrammar.teddies
  static let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.unknown] + grammar.vocabulary)

  /// The sentences to train on and those to test on.
  static func sentences(
    _ run: NotebookOptions, using random: inout RandomSource
  ) -> (told: [TaggedSentence], test: [TaggedSentence]) {
    let told = grammar.sentences(run.choose(quick: 3_000, standard: 12_000, full: 24_000), using: &random)
    let test = grammar.sentences(run.choose(quick: 500, standard: 6_000, full: 12_000), using: &random)
    return (told, test)
  }

  static func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }
}

/// A tagger trained on `told` by Adam with a learning rate that falls to 0; `observe` sees it along the way. One that is `cut` trains on
/// beginnings of sentences. One word in fifty is read as ⟨UNK⟩. An interrupt ends the lesson.
func trained<Layer>(
  _ name: String, _ layer: Layer, on told: [TaggedSentence], _ test: [TaggedSentence], seed: UInt64,
  _ run: NotebookOptions, cut: Bool = false, line: Int = #line,
  observe: (_ step: Int, _ model: Tagger<Layer>) -> Void = { _, _ in }
) -> Tagger<Layer> where Layer.Scalar == Float {
  let vocabulary = Teddies.vocabulary
  var random = RandomSource(seed: seed &+ 100)
  let model = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: 2, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
  let steps = run.choose(quick: 150, standard: 1_000, full: 3_000)
  _ = trainer.train(
    name, steps: steps, heldOut: [(TaggerBatch(test.prefix(100), vocabulary: vocabulary), false)], settling: true,
    line: line,
    on: { _ in
      let sentences = (0..<50).map { _ in
        let sentence = told[random.index(below: told.count)]
        let words = sentence.words.map { random.uniform() < 0.02 ? Vocabulary.unknown : $0 }
        return TaggedSentence(words: words, marks: sentence.marks)
          .prefix(cut ? 1 + random.index(below: words.count) : words.count)
      }
      return (TaggerBatch(sentences, vocabulary: vocabulary), false)
    }
  ) { report, hasNewPoint, trainer in
    if hasNewPoint { observe(report.step, trainer.model) }
  }
  if Interrupt.requested { end(line: line) }
  return trainer.model
}

func forwardLayer(_ random: inout RandomSource) -> LSTM<Float> {
  Recurrent(LSTMCell(inputSize: Teddies.vocabulary.count, hiddenSize: 28, using: &random))
}
func bothLayer(_ random: inout RandomSource) -> Bidirectional<LSTM<Float>> {
  func half() -> LSTM<Float> {
    Recurrent(LSTMCell(inputSize: Teddies.vocabulary.count, hiddenSize: 16, using: &random))
  }
  return Bidirectional(forward: half(), backward: half())
}

/// The probability of each word to be part of a name.
func names<Layer>(_ model: Tagger<Layer>, _ words: [String]) -> [Double] where Layer.Scalar == Float {
  model.probabilities(of: 1, along: Teddies.ids(words))
}

/// The same from both networks, side by side.
func tagTable(
  _ words: [String], _ forwards: Tagger<LSTM<Float>>, _ bothWays: Tagger<Bidirectional<LSTM<Float>>>
) -> Table {
  let (one, other) = (names(forwards, words), names(bothWays, words))
  return Table(
    ["word", "P(part of a name), forwards", "both ways"], rows: words.indices.map { [words[$0], one[$0], other[$0]] })
}

/// Trains both networks and lets them tag the reader's sentence.
func tagOwn(_ text: String, _ run: NotebookOptions) {
  let own = OwnSentence(text, vocabulary: Teddies.vocabulary)
  show(own)
  var random = RandomSource(seed: run.seed())
  let (told, test) = Teddies.sentences(run, using: &random)
  random = RandomSource(seed: run.seed())
  let forwards = trained("forwards", forwardLayer(&random), on: told, test, seed: run.seed(), run)
  let both = trained("both ways", bothLayer(&random), on: told, test, seed: run.seed(), run)
  show(tagTable(own.words, forwards, both), kind: .varies)
}
