// A date of the reader's own.

import Foundation
import Notebook
import SequenceModels
import Tasks
import Workshop

/// Trains the clerk and lets it write the reader's date.
@MainActor func writeOwn(_ text: String, _ run: NotebookOptions) {
  let source = attempt {
    try CalendarDates.vocabularies.spelled.encode(text.lowercased().trimmingCharacters(in: .whitespaces))
  }
  let clerk = trainClerks(run).trained
  show(
    text, write(from: read(source.map { clerk.encoder.oneHot(Int($0)) }, clerk.encoder), clerk.decoder), kind: .varies)
}
