// What stands behind Lesson 14: the drawings, the words to be copied, the sentences to be translated, the dates to be
// rewritten, and the networks that do it with and without attention.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Float>

nonisolated func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

// MARK: - Networks

/// A trained encoder and decoder, whatever their sizes.
struct Writer {
  let units: Int, parameterCount: Int
  /// What it writes for each source, without the end.
  let written: ([[Int32]]) -> [[Int32]]
  /// How it looked at a source while it wrote this target, the end included: a row for each step. Nil without attention.
  let weights: ([Int32], [Int32]) -> Columns?
}

extension EncoderDecoder where Scalar == Float {
  /// The network with what the lesson asks of it; every target ends with `end`.
  @MainActor func writer(units: Int, end: Int32) -> Writer {
    Writer(
      units: units, parameterCount: parameterCount,
      written: { sources in
        let (tokens, mask) = TokenBatch.padded(sources)
        return greedyTokens(for: .tokens(tokens), mask: mask, until: end, limit: 30)
      },
      weights: { source, target in
        attentionWeights(for: .tokens(TokenBatch(sequence: source)), writing: target + [end])
      })
  }
}

/// A network with attention: two GRUs, and what looks.
typealias Looking = EncoderDecoder<GRU<Float>, AttentionOnTop<GRU<Float>>>

/// How a decoder may look at its source.
enum Look { case none, additive, uniform }

/// Pairs of a source and a target as tokens, and the training of a network on them.
struct Pairs {
  let sourceCount: Int, targetCount: Int
  let end: Int32
  let steps: Int, batch: Int, rate: Double
  let seed: UInt64
  let next: (inout RandomSource) -> (source: [Int32], target: [Int32])

  private func gru(_ inputs: Int, _ units: Int, using random: inout RandomSource) -> GRU<Float> {
    GRU(GRUCell(inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, using: &random))
  }

  /// Trains a network with a learning rate that falls to 0. An interrupt ends the lesson.
  private func trained<Decoder: CausalLayer>(
    _ name: String, _ encoder: GRU<Float>, _ decoder: Decoder, units: Int, line: Int, using random: inout RandomSource,
    after change: (inout EncoderDecoder<GRU<Float>, Decoder>) -> Void = { _ in }
  ) -> EncoderDecoder<GRU<Float>, Decoder> where Decoder.Scalar == Float {
    let output = Dense<Float>(inputSize: units, outputSize: targetCount, using: &random)
    var model = EncoderDecoder(encoder: encoder, decoder: LanguageModel(layer: decoder, output: output))
    change(&model)
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
    let bar = ProgressBar(name, total: steps, line: line)
    for step in 1...steps where !Interrupt.requested {
      trainer.optimizer.learningRate = rate * min(1, 2 * Double(steps - step + 1) / Double(steps))
      let pairs = (0..<batch).map { _ in next(&random) }
      let (source, mask) = TokenBatch.padded(pairs.map(\.source))
      let target = SentenceBatches(pairs.map(\.target), end: end).batch(pairs.indices)
      let report = attempt {
        try trainer.step(on: EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target))
      }
      change(&trainer.model)
      bar.update(step, loss: report.loss)
    }
    bar.finish()
    if Interrupt.requested { end(line: line) }
    return trainer.model
  }

  private func end(line: Int) -> Never { Notebook.end(line: line) }

  func trainWithoutAttention(units: Int, line: Int = #line) -> Writer {
    var random = RandomSource(seed: seed)
    let (encoder, decoder) = (gru(sourceCount, units, using: &random), gru(targetCount, units, using: &random))
    return trained("\(units) units, no attention", encoder, decoder, units: units, line: line, using: &random)
      .writer(units: units, end: end)
  }

  /// With additive attention; `uniform` holds v_e at 0, so that every score is 0 and every weight the same.
  func trainWithAttention(units: Int, uniform: Bool = false, line: Int = #line) -> Looking {
    var random = RandomSource(seed: seed)
    let (encoder, decoder) = (gru(sourceCount, units, using: &random), gru(targetCount, units, using: &random))
    let layer = AttentionOnTop(decoder, Attention(.additive, size: units, using: &random))
    return trained(
      "\(units) units, \(uniform ? "uniform weights" : "attention")", encoder, layer, units: units, line: line,
      using: &random
    ) { if uniform { $0.decoder.layer.attention.ve = Columns(rows: 1, columns: units) } }
  }
}

// MARK: - Words to copy

/// Words of random letters, each to be written again.
struct Words {
  static let letters = (0..<10).map { String(UnicodeScalar(UInt8(97 + $0))) }
  static let longest = 12
  /// The letters are the tokens from 1 on; 0 is the end.
  static let end: Int32 = 0

  let pairs: Pairs
  /// Words to test on, as many of each length.
  let tests: [[Int32]]

  init(_ run: NotebookOptions) {
    var random = RandomSource(seed: run.seed() &+ 14)
    let each = run.choose(quick: 20, standard: 100, full: 400)
    tests = (1...Self.longest).flatMap { length in (0..<each).map { _ in Self.word(length, using: &random) } }
    pairs = Pairs(
      sourceCount: Self.letters.count + 1, targetCount: Self.letters.count + 1, end: Self.end,
      steps: run.choose(quick: 60, standard: 800, full: 3_000), batch: 32, rate: 0.01, seed: run.seed()
    ) { random in
      let word = Self.word(1 + random.index(below: Self.longest), using: &random)
      return (word, word)
    }
  }

  static func word(_ length: Int, using random: inout RandomSource) -> [Int32] {
    (0..<length).map { _ in Int32(1 + random.index(below: letters.count)) }
  }

  static func ids(_ word: String) -> [Int32] { word.map { Int32(letters.firstIndex(of: String($0))! + 1) } }

  static func text(_ ids: [Int32]) -> String { ids.map { letters[Int($0) - 1] }.joined() }

  /// How many words of each length come out right, in %.
  func right(_ isRight: ([[Int32]]) -> [Bool]) -> [Double] {
    let answers = isRight(tests)
    return (1...Self.longest).map { length in
      let places = tests.indices.filter { tests[$0].count == length }
      return 100 * Double(places.count { answers[$0] }) / Double(places.count)
    }
  }

  func right(_ writer: Writer) -> [Double] { right { words in zip(writer.written(words), words).map(==) } }

  // MARK: Without recurrence

  /// A reader and a writer without recurrence, trained on the same words with half of the steps.
  func trainWithoutRecurrence(
    selfAttention: Bool = false, _ run: NotebookOptions, line: Int = #line
  ) -> WithoutRecurrence<Float> {
    var random = RandomSource(seed: run.seed())
    let model = WithoutRecurrence<Float>(
      letters: Self.letters.count + 1, units: 32, longest: Self.longest, selfAttention: selfAttention, using: &random)
    return trainedByAdam(
      selfAttention ? "self-attention" : "no recurrence", model,
      steps: pairs.steps / 2, rate: 0.006, window: 20, settling: true, line: line
    ) {
      WordBatch(
        pairs: (0..<32).map { _ in
          let word = pairs.next(&random).source
          return (word, word + [Self.end])
        })
    }.model
  }

  /// A word is right where each right letter is the likeliest after those before it, which is when a greedy writer would
  /// write it.
  func right(_ model: WithoutRecurrence<Float>) -> [Double] {
    right { words in
      words.map { word in
        let target = word + [Self.end]
        let ŷ = model.pass(word, target).ŷ
        return target.enumerated().allSatisfy { t, letter in
          (0..<ŷ.rows).allSatisfy { ŷ[$0, t] <= ŷ[Int(letter), t] }
        }
      }
    }
  }
}

/// The longest word of which a network copies at least half.
func reach(_ right: [Double]) -> Int { (right.lastIndex { $0 >= 50 } ?? -1) + 1 }

/// Words that come out right by their length, a line for each network.
func copyChart(_ title: String, _ lines: [(name: String, right: [Double])]) -> Chart {
  Chart(
    title, x: Axis("letters of the word", .integers), y: Axis("copied without error [%]", range: 0...100),
    colours: ["32 units, attention", "32 units", "128 units"],
    lines.map { .line($0.name, x: Array(1...Words.longest), y: $0.right, hasPoints: true) })
}

/// The states that attention compares while a network copies a word: a⟨1⟩ … a⟨T_x⟩, and s⟨1⟩ … s⟨T_y⟩.
func states(of looking: Looking, copying word: [Int32]) -> (a: [Columns], s: [Columns]) {
  let count = Words.letters.count + 1
  let read = looking.encoder(TokenBatch(sequence: word).oneHot(size: count)).outputSequence
  let written = TokenBatch(sequence: [TokenBatch.none] + word)
  let start = looking.encode(.tokens(TokenBatch(sequence: word)))
  let decoder = looking.decoder.layer.layer(written.oneHot(size: count), from: start).outputSequence
  return ((0..<read.length).map { read[$0] }, (0..<decoder.length).map { decoder[$0] })
}

// MARK: - Drawings

/// The encoder over a word, and the decoder up to step t, which looks at all states of the encoder: the arrows are as
/// thick as the weights.
func lookPicture(_ word: String, step t: Int, weights: Columns) -> Diagram {
  let letters = word.map(String.init)
  let step = 1.15
  let inputs = letters.indices.map { Node("x⟨\($0 + 1)⟩\n\(letters[$0])", at: Double($0) * step, 0, shape: .plain) }
  let states = letters.indices.map { j in
    Node("a⟨\(j + 1)⟩", at: Double(j) * step, 1, ink: .forward, value: Double(weights[t - 1, j]))
  }
  let mix = Node("mix", at: Double(letters.count - 1) * step / 2, 2.4, shape: .circle, ink: .accent)
  func right(_ t: Int) -> Double { Double(letters.count + t - 1) * step }
  let decoder = (1...t).map { Node("s⟨\($0)⟩", at: right($0), 1, ink: .backward) }
  let before = (2...t).map { Node("ŷ⟨\($0 - 1)⟩\n\(letters[$0 - 2])", at: right($0), 0, shape: .plain) }
  let answer = Node("ŷ⟨\(t)⟩\n\(letters[t - 1])", at: right(t), 3.2, shape: .plain)
  var arrows = zip(inputs, states).map { Arrow($0, $1, ink: .forward) }
  arrows += zip(states, states.dropFirst()).map { Arrow($0, $1, ink: .forward) }
  arrows += letters.indices.map { j in
    Arrow(states[j], mix, ink: .accent, strength: Double(weights[t - 1, j]))
  }
  arrows += zip([states.last!] + decoder, decoder).map { Arrow($0, $1, ink: .backward) }
  arrows += zip(before, decoder.dropFirst()).map { Arrow($0, $1, ink: .backward) }
  arrows += [
    Arrow(decoder.last!, mix, "asks", ink: .backward, bend: -0.3, isDashed: true),
    Arrow(decoder.last!, answer, ink: .backward), Arrow(mix, answer),
  ]
  return Diagram(
    title: "At step \(t), the decoder asks, and gets a mix of all encoder states",
    nodes: inputs + states + decoder + before + [mix, answer], arrows: arrows, spacing: (92, 84))
}

/// Self-attention: each letter's column is mixed from the columns of all letters.
func selfPicture(_ word: String, weights: Columns) -> Diagram {
  let letters = word.map(String.init)
  let below = letters.indices.map { Node("\(letters[$0]) + p⟨\($0 + 1)⟩", at: Double($0) * 1.5, 0) }
  let above = letters.indices.map { Node("a′⟨\($0 + 1)⟩", at: Double($0) * 1.5, 2, ink: .accent) }
  let arrows = above.indices.flatMap { t in
    below.indices.map { j in Arrow(below[j], above[t], ink: .accent, strength: Double(weights[j, t])) }
  }
  return Diagram(
    title: "Self-attention: each place looks at all places, and no arrow waits for another", nodes: below + above,
    arrows: arrows, spacing: (92, 78))
}

/// How a writer looked: a row for each token that it wrote, a column for each that it read.
func alignment(_ title: String, _ weights: Columns, read: [String], written: [String], unit: String) -> Heatmap {
  Heatmap(
    title, x: "\(unit) read", y: "\(unit) written", color: "weight α", range: 0...1, values: weights, columns: read,
    rows: written)
}

// MARK: - Sentences and dates

/// French sentences to be translated.
struct Sentences {
  static let vocabularies = FrenchSentences.vocabularies
  let pairs: Pairs
  let tests: [FrenchSentences.Pair]

  static func ids(_ words: [String], _ vocabulary: Vocabulary) -> [Int32] { words.map { vocabulary.id(of: $0)! } }
  static func french(_ words: [String]) -> [Int32] { ids(words, vocabularies.french) }
  static func english(_ words: [String]) -> [Int32] { ids(words, vocabularies.english) }

  init(_ run: NotebookOptions) {
    var random = RandomSource(seed: run.seed() &+ 140)
    tests = (0..<run.choose(quick: 50, standard: 500, full: 2_000)).map { _ in
      FrenchSentences.pair(.heldOut, using: &random)
    }
    let (french, english) = Self.vocabularies
    pairs = Pairs(
      sourceCount: french.count, targetCount: english.count, end: english.end!,
      steps: run.choose(quick: 30, standard: 500, full: 2_000), batch: 64, rate: 0.006, seed: run.seed()
    ) { random in
      let pair = FrenchSentences.pair(.training, using: &random)
      return (Self.french(pair.french), Self.english(pair.english))
    }
  }

  /// The English that a network writes for French sentences.
  func translations(_ writer: Writer, of sentences: [[String]]) -> [[String]] {
    writer.written(sentences.map(Self.french)).map { $0.map { Self.vocabularies.english.tokens[Int($0)] } }
  }

  /// How many of the test sentences come out right in every word, in %.
  func right(_ writer: Writer) -> Double {
    let answers = translations(writer, of: tests.map(\.french))
    return 100 * Double(zip(answers, tests).count { $0 == $1.english }) / Double(tests.count)
  }

  /// How the network looked at a sentence while it wrote its translation.
  func alignment(_ writer: Writer, of sentence: [String]) -> (english: [String], weights: Columns) {
    let english = translations(writer, of: [sentence])[0]
    return (english, writer.weights(Self.french(sentence), Self.english(english))!)
  }
}

/// Dates to be written as ISO 8601.
struct Dates {
  static let vocabularies = CalendarDates.vocabularies
  let pairs: Pairs
  let tests: [CalendarDates.Example]

  static func ids(_ text: String, _ vocabulary: Vocabulary) -> [Int32] {
    text.map { vocabulary.id(of: String($0))! }
  }

  init(_ run: NotebookOptions) {
    var random = RandomSource(seed: run.seed() &+ 1_400)
    tests = (0..<run.choose(quick: 50, standard: 500, full: 2_000)).map { _ in
      CalendarDates.example(.heldOut, using: &random)
    }
    let (spelled, iso) = Self.vocabularies
    pairs = Pairs(
      sourceCount: spelled.count, targetCount: iso.count, end: iso.end!,
      steps: run.choose(quick: 30, standard: 400, full: 2_000), batch: 32, rate: 0.01, seed: run.seed()
    ) { random in
      let example = CalendarDates.example(.training, using: &random)
      return (Self.ids(example.spelling, spelled), Self.ids(example.iso, iso))
    }
  }

  /// How many of the test dates come out right, in %.
  func right(_ writer: Writer) -> Double {
    let answers = writer.written(tests.map { Self.ids($0.spelling, Self.vocabularies.spelled) })
    return 100 * Double(zip(answers, tests).count { $0 == Self.ids($1.iso, Self.vocabularies.iso) })
      / Double(tests.count)
  }

  func weights(_ writer: Writer, spelling: String, iso: String) -> Columns {
    writer.weights(Self.ids(spelling, Self.vocabularies.spelled), Self.ids(iso, Self.vocabularies.iso))!
  }
}

/// A number with a comma at the thousands.
func grouped(_ number: Int) -> String {
  number < 1_000 ? "\(number)" : "\(number / 1_000)," + String(format: "%03d", number % 1_000)
}

/// Whether the gradients of the network without recurrence agree with central differences, on a small one.
func withoutRecurrenceIsDifferentiatedRightly() -> Bool {
  var random = RandomSource(seed: 1)
  let batch = WordBatch(pairs: [([1, 2, 3], [1, 2, 3, 0]), ([2], [2, 0])])
  return [false, true].allSatisfy { selfAttention in
    let model = WithoutRecurrence<Double>(
      letters: 4, units: 6, longest: 3, selfAttention: selfAttention, using: &random)
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    return GradientCheck(of: gradient, at: model) { $0.forward(batch, from: nil, on: $0.makeTape()).total }.largest
      < 1e-6
  }
}
