// French sentences and their English.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Pairs of sentences in both languages.
struct French {
  typealias Translator = EncoderDecoder<GRU<Float>, GRU<Float>>

  let test: [FrenchSentences.Pair]
  private let training: [FrenchSentences.Pair]
  private let run: NotebookOptions
  private let french = FrenchSentences.vocabularies.french
  private let english = FrenchSentences.vocabularies.english

  init(_ run: NotebookOptions) {
    training = (0..<run.choose(quick: 2_000, standard: 16_000, full: 60_000)).map { _ in
      FrenchSentences.pair(.training, using: &random)
    }
    test = (0..<run.choose(quick: 50, standard: 400, full: 5_000)).map { _ in
      FrenchSentences.pair(.heldOut, using: &random)
    }
    self.run = run
  }

  var frenchWordCount: Int { french.count }
  var englishWordCount: Int { english.count }
  var rightSentences: [String] { test.map { $0.english.joined(separator: " ") } }

  func examples() -> Table {
    Table(
      ["goes in", "comes out"],
      rows: training.prefix(3).map { [$0.french.joined(separator: " "), $0.english.joined(separator: " ")] })
  }

  private func batch(_ pairs: [FrenchSentences.Pair]) -> EncoderDecoderBatch<Float> {
    let (source, mask) = TokenBatch.padded(pairs.map { $0.french.reversed().map { french.id(of: $0)! } })
    let target = SentenceBatches(pairs.map { $0.english.map { english.id(of: $0)! } }, end: english.end!)
    return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target.batch(pairs.indices))
  }

  /// A network trained further, on the sentences of at most so many French words.
  func train(_ network: Translator, upTo longest: Int, steps: Int, line: Int = #line) -> Translator {
    var dice = RandomSource(seed: run.seed() &+ 30 &+ UInt64(steps))
    let pairs = training.filter { $0.french.count <= longest }
    return learned(
      "translation, up to \(longest) words", network, steps: steps, rate: 0.006, run, line: line
    ) { batch((0..<16).map { _ in dice.element(of: pairs) }) }
  }

  /// What a network makes of the test sentences, the likeliest word at each step.
  func translations(_ network: Translator) -> [String] {
    let all = batch(test)
    let tokens = network.greedyTokens(for: all.source, mask: all.sourceMask, until: english.end!, limit: 30)
    return tokens.map { $0.map { english.tokens[Int($0)] }.joined(separator: " ") }
  }

  /// The same by a dictionary, word by word.
  func wordByWord() -> [String] {
    test.map { $0.french.compactMap { FrenchSentences.dictionary[$0] }.joined(separator: " ") }
  }

  /// How many of the test sentences of these lengths are right.
  func share(_ answers: [String], lengths: ClosedRange<Int>) -> Double {
    let places = test.indices.filter { lengths.contains(test[$0].french.count) }
    return percentEqual(places.map { answers[$0] }, places.map { rightSentences[$0] }) / 100
  }

  func cases(_ answers: [String]) -> [Case] {
    test.indices.map {
      Case(input: test[$0].french.joined(separator: " "), expected: rightSentences[$0], answer: answers[$0])
    }
  }

  func chart(_ curves: [(name: String, answers: [String])]) -> Chart {
    let lengths = (5...14).filter { length in test.count { $0.french.count == length } >= 10 }
    return Chart(
      "Both networks can do what they were trained on", x: Axis("words of the French sentence", .integers),
      y: "exactly right [%]",
      curves.map { name, answers in
        .line(name, x: lengths, y: lengths.map { 100 * share(answers, lengths: $0...$0) }, hasPoints: true)
      })
  }
}

/// The drawing: one network reads, the other writes.
func translationPicture() -> Diagram {
  var sketch = Sketch()
  let source = split("livre un voit chat le")
  sketch.add(inputs: source, outputs: source.map { _ in nil })
  let target = split("the cat sees a book") + ["⟨EOS⟩"]
  sketch.add(
    from: 5.3, inputs: ["0"] + target.dropLast(), outputs: target, state: "s", ink: .backward, isFed: true, width: 1.1)
  return sketch.diagram("Many to many, out of step: one network reads, another writes", spacing: (82, 76))
}
