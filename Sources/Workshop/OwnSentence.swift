// A sentence of the reader's own, as a network with a small vocabulary reads it.

import ArgumentParser
import Notebook
import SequenceModels

/// Whether this run has saved its model, and whether there is one of the cell that it is to save.
@MainActor private var (isSaved, hasMain) = (false, false)

/// The options of a lesson that draws its gates over a sentence of the reader's own, and saves the network that it drew
/// them with.
public struct OwnSentenceOptions: ParsableArguments {
  /// The reader's sentence.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Draw the gates over this sentence instead of running the lesson.", valueName: "text"))
  public var sentence: String?

  /// Where the network goes.
  @Option(help: ArgumentHelp("Write the trained network to this safetensors file.", valueName: "file"))
  var save: String?

  /// The options of a run without arguments, to be filled by the parser.
  public init() {}

  /// Refuses a sentence without a word and a file without a name.
  public func validate() throws {
    if save?.isEmpty == true { throw ValidationError("--save needs the name of a file, and this one is empty.") }
    try sentence.map(OwnSentence.check)
  }

  /// Ends the lesson where the network cannot be saved, before it is trained.
  @MainActor public func checkSave() {
    if let save { attempt { try Safetensors.checkWritable(save, format: Safetensors.languageModelFormat) } }
  }

  /// Has the lesson save this language model where the reader asked for it, if it is interrupted from now on and has
  /// not saved one before.
  ///
  /// - Parameter isMain: whether it has the cell that `--save` is about. Another is saved only as long as there is none
  ///   of these.
  @MainActor public func saveIfInterrupted<Layer: CausalLayer & TorchLayer>(
    _ trainer: Trainer<LanguageModel<Layer>>, vocabulary: Vocabulary, cell: String, isMain: Bool, line: Int = #line
  ) where Layer.Scalar == Float {
    guard isMain || !hasMain else { return }
    hasMain = isMain
    whenInterrupted { saveIfAsked(trainer, vocabulary: vocabulary, cell: cell, line: line) }
  }

  /// Saves a trained language model where the reader asked for it; `cell` tells what it is made of.
  @MainActor public func saveIfAsked<Layer: CausalLayer & TorchLayer>(
    _ trainer: Trainer<LanguageModel<Layer>>, vocabulary: Vocabulary, cell: String, line: Int = #line
  ) where Layer.Scalar == Float {
    guard let save, !isSaved else { return }
    let file = LanguageModelFile(model: trainer.model, vocabulary: vocabulary, optimizer: trainer.optimizer)
    attempt { try file.write(to: save, cell: cell) }
    isSaved = true
    show("saved", save, kind: .varies, line: line)
  }
}

/// A sentence in lower case, without its full stop; words that the vocabulary does not have are read as ⟨UNK⟩.
public struct OwnSentence: CustomStringConvertible {
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
      fatalError("a vocabulary for sentences of the reader's own needs \(Vocabulary.unknown)")
    }
    ids = written.map { vocabulary.id(of: $0)! }
    words = ids.map { vocabulary.tokens[Int($0)] }
    var found: Set<String> = []
    unknown = zip(written, words).filter { $0 != $1 && found.insert($0).inserted }.map(\.0)
  }

  /// Refuses a sentence without a word, or with more than a figure has columns for.
  public static func check(_ sentence: String) throws {
    let count = words(of: sentence).count
    if count == 0 { throw ValidationError("--sentence needs a word.") }
    if count > 100 { throw ValidationError("--sentence takes 100 words at most, and this one has \(count).") }
  }

  /// The words of `text`; none where there are none, which is for the lesson's options to refuse.
  public static func words(of text: String) -> [String] {
    TokenUnit.word.tokens(of: text.lowercased()).filter { ![".", Vocabulary.endOfSentence].contains($0) }
  }

  /// How the sentence is read, and which of its words are unknown.
  public var description: String {
    """
    read: \(words.joined(separator: " "))
    not in the vocabulary: \(unknown.isEmpty ? "none" : unknown.joined(separator: ", "))
    """
  }
}
