// The translation of a sentence of the reader's own.

import ArgumentParser
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Refuses a sentence without a word, one that is too long, and words that the network has never seen.
nonisolated func checkFrench(_ text: String) throws {
  let (words, known) = (OwnSentence.words(of: text), FrenchSentences.vocabularies.french)
  if words.isEmpty { throw ValidationError("--sentence needs a word.") }
  if words.count > 40 { throw ValidationError("--sentence takes 40 words at most, and this one has \(words.count).") }
  let unknown = words.filter { word in !known.tokens.contains(word) || word == Vocabulary.unknown }
  if unknown.isEmpty { return }
  let names = known.tokens.filter { $0 != Vocabulary.unknown && $0 != Vocabulary.endOfSentence }
  throw ValidationError(
    "--sentence has words that the network has never seen: \(unknown.joined(separator: ", ")). It knows "
      + names.joined(separator: ", ") + ".")
}

/// Trains the translator with attention, and draws how it looks at the reader's sentence.
func translateOwn(_ text: String, _ run: NotebookOptions) {
  let (french, words) = (Sentences(run), OwnSentence.words(of: text))
  let translator = french.pairs.trainWithAttention(units: 32).writer(units: 32, end: french.pairs.end)
  let (english, weights) = french.alignment(translator, of: words)
  show("French", words.joined(separator: " "), kind: .exact)
  show("English", english.joined(separator: " "), kind: .varies)
  show(
    alignment("Where the translator looks", weights, read: words, written: english + ["end"], unit: "word"),
    as: "own-translation")
}
