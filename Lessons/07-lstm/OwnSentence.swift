// The lines of this lesson, how a network is trained on them, and the gates over a sentence of the reader's own.

import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Lines with quotation marks, character by character.
enum Lines {
  static let vocabulary = QuotedLines.vocabulary
  static func ids(_ line: String) -> [Int32] { line.map { vocabulary.id(of: String($0)) ?? TokenBatch.none } }
  static func batches(_ lines: [[String]]) -> SentenceBatches {
    SentenceBatches(lines.map { ids(QuotedLines.text(of: $0)) }, end: vocabulary.end!)
  }
  static let heldOut: [[String]] = {
    var random = RandomSource(seed: 7)
    return QuotedLines.grammar.sentences(300, using: &random)
  }()
  static let texts = heldOut.map(QuotedLines.text(of:))
}

/// A language model with such a cell, trained by Adam with a learning rate that falls to 0, and its losses. An
/// interrupt saves it where `--save` says so, and ends the lesson.
func trained<Cell: RecurrentCell & TorchModule>(
  _ name: String, _ cell: Cell, rate: Double, _ run: NotebookOptions, using random: inout RandomSource,
  line: Int = #line
) -> (
  trainer: Trainer<LanguageModel<Recurrent<Cell>>>, curve: TrainingCurve
) where Cell.Scalar == Float {
  let V = Lines.vocabulary.count
  let read = Lines.batches(
    QuotedLines.grammar.sentences(run.choose(quick: 300, standard: 4_000, full: 16_000), using: &random))
  let model = LanguageModel(
    layer: Recurrent(cell), output: Dense(inputSize: cell.hiddenSize, outputSize: V, using: &random))
  let steps = run.choose(quick: 40, standard: 1_200, full: 4_000)
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let curve = trainer.train(
    name, steps: steps, points: 15, heldOut: Lines.batches(Lines.heldOut).all(inBatchesOf: 100), settling: true,
    line: line, on: { _ in (read.random(32, using: &random), continues: false) })
  let isLSTM = Cell.self == LSTMCell<Float>.self
  let name = isLSTM ? "lstm" : Cell.self == RNNCell<Float>.self ? "rnn" : "gru"
  options.own.saveIfInterrupted(
    trainer, vocabulary: Lines.vocabulary, cell: "\(name) × 1", isMain: isLSTM, line: line)
  if Interrupt.requested { end(line: line) }
  return (trainer, curve)
}

/// Trains one LSTM and draws its gates over the reader's sentence.
func drawOwn(
  _ text: String, by cell: LSTMCell<Float>, _ options: OwnSentenceOptions, _ run: NotebookOptions,
  using random: inout RandomSource
) {
  let text = text.lowercased().filter { !$0.isNewline }
  let ids = Lines.ids(text)
  let read = zip(text, ids).map { $1 == TokenBatch.none ? "⟨UNK⟩" : $0 == " " ? "␣" : String($0) }
  let unknown = Set(zip(text, ids).filter { $1 == TokenBatch.none }.map { String($0.0) }).sorted()
  show("read", text)
  show("not in the vocabulary, read as ⟨UNK⟩", unknown.isEmpty ? "none" : unknown.joined(separator: " "))
  let (trainer, _) = trained("LSTM", cell, rate: 0.01, run, using: &random)
  let over = trainer.model.reading(of: ids)
  let order = over["Γf"].indices.sorted { over["Γf"][$0].reduce(0, +) < over["Γf"][$1].reduce(0, +) }
  for (name, gate, says) in [
    ("update", "Γu", "0 shuts, 1 takes in"), ("forget", "Γf", "0 forgets, 1 keeps"),
    ("output", "Γo", "0 hides, 1 shows"),
  ] {
    let sign = "Γ_\(gate.suffix(1))"
    show(
      gateHeatmap(
        "\(sign) over your sentence, the units that keep at the bottom", over[gate], "\(sign): \(says)", along: read,
        units: order), as: "own-\(name)-gate")
  }
  options.saveIfAsked(trainer, vocabulary: Lines.vocabulary, cell: "lstm × 1")
}
