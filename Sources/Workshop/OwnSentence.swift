// A sentence of the reader's own, as a network with a small vocabulary reads it.

import Notebook
import SequenceModels

/// A sentence in lower case, without its full stop; words that the vocabulary does not have are read as ⟨UNK⟩.
public struct OwnSentence {
  /// The words as the network reads them.
  public let words: [String]
  /// Their places in the vocabulary.
  public let ids: [Int32]
  /// The words that are not in the vocabulary, each once, as they were written.
  public let unknown: [String]

  /// Reads `text`. Traps where the vocabulary has no ⟨UNK⟩.
  public init(_ text: String, vocabulary: Vocabulary) {
    let written = Self.words(of: text)
    guard vocabulary.tokens.contains(Vocabulary.unknown) else {
      preconditionFailure("a vocabulary for sentences of the reader's own needs \(Vocabulary.unknown)")
    }
    ids = written.map { vocabulary.id(of: $0)! }
    words = ids.map { vocabulary.tokens[Int($0)] }
    var found: Set<String> = []
    unknown = zip(written, words).filter { $0 != $1 && found.insert($0).inserted }.map(\.0)
  }

  /// The words of `text`; none where there are none, which is for the lesson's options to refuse.
  public static func words(of text: String) -> [String] {
    TokenUnit.word.tokens(of: text.lowercased()).filter { ![".", Vocabulary.endOfSentence].contains($0) }
  }

  /// Says how the sentence is read, and which of its words are unknown.
  @MainActor public func show(line: Int = #line) {
    Notebook.show("read", words.joined(separator: " "), line: line)
    Notebook.show("not in the vocabulary", unknown.isEmpty ? "none" : unknown.joined(separator: ", "), line: line)
  }
}
