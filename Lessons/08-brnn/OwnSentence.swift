// The tags of a sentence of the reader's own.

import Notebook
import Plotting
import SequenceModels
import Workshop

/// The probability of a name at each word, from both networks side by side.
func tagTable(_ words: [String], forward: NameTagger, both: NameTagger) -> Table {
  let (one, other) = (forward.probabilities(words), both.probabilities(words))
  return Table(
    ["word", "P(part of a name), forward", "bidirectional"],
    rows: words.indices.map { [words[$0], percent(one[$0]), percent(other[$0])] })
}

/// Trains both networks and lets them tag the reader's sentence.
func tagOwn(_ text: String, _ run: NotebookOptions) {
  let own = OwnSentence(text, vocabulary: NameSentences.vocabulary)
  show(own)
  let sentences = NameSentences(run)
  let forward = sentences.trainForward(units: 28)
  let both = sentences.trainBidirectional(unitsEach: 16)
  show(tagTable(own.words, forward: forward, both: both), kind: .varies)
}
