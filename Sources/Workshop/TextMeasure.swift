// What a vocabulary and a batch make of a text: how many of its words are unknown, and how long its sentences are.

import Notebook
import Plotting
import SequenceModels

/// A text measured: its vocabulary, the rate of ⟨UNK⟩ where only the commonest words are kept, the
/// lengths of its sentences.
///
/// The vocabulary is that of the first four fifths; the last fifth is held out. ⟨EOS⟩ counts as no word.
public struct TextMeasure {
  /// The vocabulary sizes that are measured: 1, 2, 5, 10, 20, … and all words.
  public let kept: [Int]
  /// The rate of ⟨UNK⟩ among the words read, from 0 to 1, with so many kept.
  public let unknownRead: [Double]
  /// The same among the words held out.
  public let unknownHeldOut: [Double]
  /// The number of words of each sentence.
  public let lengths: [Int]

  /// How often each word occurs in the part read, the commonest first.
  private let counts: [Int]
  private let unit: [(name: String, tokens: Int, distinct: Int)]

  /// Measures a text.
  ///
  /// - Throws: `CorpusError.tooFewWords` where it is too short to hold a word out.
  public init(_ corpus: Corpus) throws {
    let text = TokenizedCorpus(corpus, unit: .word, heldOut: 0.2)
    let end = text.vocabulary.end!
    func census(_ part: ArraySlice<Int32>) -> (counts: [Int], total: Int) {
      var counts = Array(repeating: 0, count: text.vocabulary.count)
      for word in part where word != end { counts[Int(word)] += 1 }
      return (counts, counts.reduce(0, +))
    }
    let (read, heldOut) = (census(text.training), census(text.heldOut))
    if heldOut.total == 0 {
      throw CorpusError.tooFewWords(read.total)
    }
    let special = [end, text.vocabulary.id(of: Vocabulary.unknown)!].map(Int.init)
    let words = read.counts.indices.filter { !special.contains($0) }.sorted { read.counts[$0] > read.counts[$1] }
    let rounds = [1, 10, 100, 1_000, 10_000, 100_000].flatMap { [$0, 2 * $0, 5 * $0] }
    let kept = rounds.filter { $0 < words.count } + [words.count]
    func unknown(_ part: (counts: [Int], total: Int)) -> [Double] {
      kept.map { Double(part.total - words.prefix($0).reduce(0) { $0 + part.counts[$1] }) / Double(part.total) }
    }
    let spelling = TokenizedCorpus(corpus, unit: .character)
    self.kept = kept
    (unknownRead, unknownHeldOut) = (unknown(read), unknown(heldOut))
    lengths = text.tokens.split(separator: end).map(\.count)
    counts = words.map { read.counts[$0] }
    unit = [
      ("words read", read.total, words.count),
      ("words held out", heldOut.total, heldOut.counts.count { $0 > 0 }),
      ("characters", spelling.tokens.count, spelling.vocabulary.count),
    ]
  }

  /// The share of the steps that is padding, from 0 to 1, in batches of so many sentences, in order
  /// or sorted by length.
  public func padding(inBatchesOf count: Int = 12, sorted: Bool) -> Double {
    let lengths = sorted ? self.lengths.sorted() : self.lengths
    let batches = stride(from: 0, to: lengths.count, by: count).map { lengths[$0..<min($0 + count, lengths.count)] }
    let steps = batches.reduce(0) { $0 + $1.count * $1.max()! }
    return 1 - Double(lengths.reduce(0, +)) / Double(steps)
  }

  /// How many words and characters there are.
  public var sizeTable: Table {
    Table(["tokens", "in the text", "different ones"], rows: unit.map { [$0, $1, $2] })
  }

  /// The coverage and the rate of ⟨UNK⟩, for each number of words kept.
  public var unknownTable: Table {
    Table(
      ["words kept", "coverage, %", "⟨UNK⟩, read, %", "held out, %"],
      rows: kept.indices.map {
        [kept[$0], 100 - 100 * unknownRead[$0], 100 * unknownRead[$0], 100 * unknownHeldOut[$0]]
      })
  }

  /// How much of the text the commonest words cover, against their number.
  public func coverageChart(_ scale: Scale = .logarithmic) -> Chart {
    Chart(
      "The larger the vocabulary, the more of the text it covers",
      x: Axis("words in the list, the commonest first", scale), y: Axis("coverage [% of the words]", range: 0...100),
      [("text read", unknownRead), ("text held out", unknownHeldOut)].map { name, rates in
        .line(name, x: kept, y: rates.map { 100 - 100 * $0 }, hasPoints: true)
      })
  }

  /// The lengths of the first sentences, before and after they are padded to one length.
  public func lengthChart(ofFirst count: Int = 12) -> Chart {
    let first = lengths.prefix(count)
    return Chart(
      "A batch of sentences, before and after padding", x: Axis("sentence of the batch", .integers),
      y: "length [words]", [.bars("before", y: first), .bars("after", y: first.map { _ in first.max()! })])
  }

  /// The lengths of all sentences, and the share of padding in batches of so many.
  public func lengthTable(inBatchesOf count: Int = 12) -> Table {
    Table(
      ["sentences", "words: fewest", "mean", "most", "padding, %", "sorted by length, %"],
      rows: [
        [
          lengths.count, lengths.min()!, Double(lengths.reduce(0, +)) / Double(lengths.count), lengths.max()!,
          100 * padding(inBatchesOf: count, sorted: false), 100 * padding(inBatchesOf: count, sorted: true),
        ]
      ])
  }
}
