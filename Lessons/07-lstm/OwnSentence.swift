// The gates over a sentence of the reader's own.

import Notebook
import Plotting
import SequenceModels
import Workshop

/// Trains the network that reads quoted speech and draws its gates over the reader's sentence.
@MainActor func drawOwn(
  _ text: String, _ options: OwnSentenceOptions, _ run: NotebookOptions, using random: inout RandomSource
) {
  let text = text.lowercased().filter { !$0.isNewline }
  let ids = Lines.ids(text)
  let read = zip(text, ids).map { $1 == TokenBatch.none ? "⟨UNK⟩" : $0 == " " ? "␣" : String($0) }
  let unknown = Set(zip(text, ids).filter { $1 == TokenBatch.none }.map { String($0.0) }).sorted()
  show("read", text)
  show("not in the vocabulary, read as ⟨UNK⟩", unknown.isEmpty ? "none" : unknown.joined(separator: " "))
  let trainer = trainOnLines(run, using: &random)
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
