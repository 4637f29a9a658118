// Lesson 01 on a text of the reader's own: what it counts there, without the page around it.

import Notebook
import SequenceModels
import Workshop

/// Shows how many words a text has, how many of them a vocabulary misses, and how long its sentences are.
@MainActor func showOwnText(_ path: String) {
  let text = attempt { try TextMeasure(Corpus(contentsOf: path)) }
  show(text.sizeTable)
  show(text.unknownTable)
  show(text.coverageChart(), as: "coverage")
  show(text.lengthChart(), as: "lengths")
  show(text.lengthTable())
}
