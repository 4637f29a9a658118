// The language of this lesson, and the gates over a sentence of the reader's own.

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

/// Trains one full GRU and draws its gates over the reader's sentence.
func drawOwn(_ text: String, _ verbs: Verbs, _ options: OwnSentenceOptions, seed: UInt64) {
  let own = OwnSentence(text, vocabulary: Language.vocabulary)
  show(own)
  let trainer = verbs.trainedGRU(units: 26, seed: seed)
  let over = trainer.model.reading(of: own.ids)
  let order = over["Γu"].indices.sorted { over["Γu"][$0].reduce(0, +) < over["Γu"][$1].reduce(0, +) }
  show(
    gateHeatmap(
      "Γ_u over your sentence: the units that keep on top", over["Γu"], "Γ_u: 0 keeps, 1 writes",
      along: own.words, units: order), as: "own-update-gate")
  show(
    gateHeatmap(
      "Γ_r over your sentence, its rows in the same order", over["Γr"], "Γ_r: 0 hides the memory, 1 shows it",
      along: own.words, units: order), as: "own-relevance-gate")
  let guesses = trainer.model.guesses(along: own.ids)
  let words = own.words
  let places = words.indices.filter { ["was", "were"].contains(words[$0]) }
  if !places.isEmpty {
    show(
      Table(
        ["word", "you wrote", "P(was), %", "P(were), %"],
        rows: places.map {
          [$0 + 1, words[$0], 100 * guesses[$0][Verbs.was], 100 * guesses[$0][Verbs.were]]
        }),
      kind: .varies)
  }
  options.saveIfAsked(trainer, vocabulary: Language.vocabulary, cell: Language.name(.resetBefore))
}
