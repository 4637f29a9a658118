// What stands behind Lesson 08: the drawings, the four sentences with *rose*, the taggers of names, and the networks that
// look back over a passage or copy a sentence.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// The parameters of one chain.
typealias Chain = RNNCell<Double>

nonisolated func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

/// A number for a label: two decimals, with a minus sign as the prose has it.
func short(_ number: Double) -> String {
  abs(number) < 5e-7 ? "0" : String(format: "%.2f", number).replacing("-", with: "−")
}

func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

/// What speaks for a person (1), for a thing (−1), or for nothing (0).
func hint(_ word: String) -> Double {
  switch word {
  case "name", "sang": 1
  case "coat", "coats": -1
  default: 0
  }
}

// MARK: - Drawings

/// Two chains over a sentence, each state with its lines of text, and what else stands at each step. States in green are
/// `filled`.
private func chains(
  _ words: [String], forward: [String], backward: [String], answers: [Node?], ink: (Bool, Int) -> Ink,
  filled: Double? = nil, isWide: Bool = false
) -> (nodes: [Node], arrows: [Arrow]) {
  let width = isWide ? 1.95 : 1.7
  func column(_ t: Int) -> Double { Double(t) * width }
  let aside = isWide ? 0.46 : 0.4
  let inputs = words.indices.map { t in Node("x⟨\(t + 1)⟩\n\(words[t])", at: column(t), 0, shape: .plain) }
  func state(_ label: String, _ column: Double, _ row: Double, _ ink: Ink) -> Node {
    Node(label, at: column, row, ink: ink, value: ink == .accent ? filled : nil)
  }
  let ahead = words.indices.map { t in state(forward[t], column(t) - aside, 1.1, ink(true, t)) }
  let back = words.indices.map { t in state(backward[t], column(t) + aside, 2.2, ink(false, t)) }
  let starts = [
    Node("→a⟨0⟩\n0", at: -width * 0.85 - aside, 1.1, shape: .plain),
    Node("←a⟨\(words.count + 1)⟩\n0", at: column(words.count - 1) + width * 0.85 + aside, 2.2, shape: .plain),
  ]
  var arrows: [Arrow] = []
  for t in words.indices {
    arrows.append(Arrow(inputs[t], ahead[t], ink: .forward))
    arrows.append(Arrow(inputs[t], back[t], ink: .backward))
    arrows.append(Arrow(t == 0 ? starts[0] : ahead[t - 1], ahead[t], ink: .forward))
    arrows.append(Arrow(t == words.count - 1 ? starts[1] : back[t + 1], back[t], ink: .backward))
  }
  for (t, answer) in answers.enumerated() {
    guard let answer else { continue }
    arrows += [Arrow(ahead[t], answer, ink: .forward), Arrow(back[t], answer, ink: .backward)]
  }
  return (starts + inputs + ahead + back + answers.compactMap { $0 }, arrows)
}

/// The states of the backward chain by hand over words, after an entry that only fills its place, with this bias in it.
/// Where `mask` is 0, the old state stays.
func backwardStates(_ words: [String], bias: Double, mask: [Double]) -> [Double] {
  var a = Array(repeating: 0.0, count: words.count + 2)
  for t in (1...words.count).reversed() {
    a[t] = mask[t - 1] == 0 ? a[t + 1] : tanh(a[t + 1] + hint(words[t - 1]) + bias)
  }
  return a
}

/// The two chains over a sentence with their states, and what the network answers at the first word.
func chainsPicture(_ words: [String], fromLeft: [Double], fromRight: [Double], answer: Double) -> Diagram {
  let answers: [Node?] = words.indices.map { t in
    Node(
      "ŷ⟨\(t + 1)⟩" + (t == 0 ? "\na name: \(percent(answer))" : ""), at: Double(t) * 1.7, 3.3,
      shape: t == 0 ? .box : .plain, ink: t == 0 ? .accent : .neutral)
  }
  let (nodes, arrows) = chains(
    words,
    forward: words.indices.map { "→a⟨\($0 + 1)⟩\n\(short(fromLeft[$0 + 1]))" },
    backward: words.indices.map { "←a⟨\($0 + 1)⟩\n\(short(fromRight[$0 + 1]))" }, answers: answers,
    ink: { isForward, _ in isForward ? .forward : .backward })
  return Diagram(
    title: "A bidirectional network: two chains, and every answer sees both", nodes: nodes, arrows: arrows,
    spacing: (98, 82))
}

/// What each state has read, with the two that have read everything in green.
func readPicture(_ words: [String]) -> Diagram {
  let count = words.count
  func read(_ range: ClosedRange<Int>) -> String {
    "read " + (range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)")
  }
  let (nodes, arrows) = chains(
    words,
    forward: words.indices.map { "→a⟨\($0 + 1)⟩\n\(read(1...($0 + 1)))" },
    backward: words.indices.map { "←a⟨\($0 + 1)⟩\n\(read(($0 + 1)...count))" }, answers: [],
    ink: { isForward, t in t == (isForward ? count - 1 : 0) ? .accent : isForward ? .forward : .backward },
    filled: 0.4, isWide: true)
  return Diagram(
    title: "What each state has read: only the green ones have read it all", nodes: nodes, arrows: arrows,
    spacing: (98, 82))
}

// MARK: - The library's layer

/// ŷ⟨1⟩ … ŷ⟨T⟩ of the library's bidirectional layer with these weights, for x⟨1⟩ … x⟨T⟩ after an entry that only fills its
/// place.
func answersOfTheLibrary(_ left: Chain, _ right: Chain, Wya: Columns, by: Columns, _ x: [Columns]) -> [Columns] {
  let layer = Bidirectional(forward: Recurrent(left), backward: Recurrent(right))
  let model = Tagger(layer: layer, output: Dense(Wya: Wya, by: by))
  let ŷ = model.probabilities(.features(SequenceBatch(Array(x.dropFirst()))))
  return x.indices.dropFirst().map { ŷ[$0 - 1] }
}

/// One-hot or random: T columns after an entry that only fills its place.
func randomColumns(_ size: Int, _ length: Int, using random: inout RandomSource) -> [Columns] {
  (0...length).map { _ in Columns(rows: size, columns: 1) { random.normal() } }
}

// MARK: - A tagger, whatever its layer

/// A trained tagger of names.
struct NameTagger {
  let parameterCount: Int
  /// How many of the six words it got right along its training, in %.
  var curve: (steps: [Double], right: [Double]) = ([], [])
  /// The probability of a name at each word.
  let probabilities: ([String]) -> [Double]
  /// The likeliest tag at each word; without the mask, where there is none.
  let tags: (TaggerBatch<Float>, _ mask: Mask?) -> TokenBatch

  init<Layer: RecurrentLayer>(_ model: Tagger<Layer>, ids: @escaping ([String]) -> [Int32])
  where Layer.Scalar == Float {
    parameterCount = model.parameterCount
    probabilities = { model.probabilities(of: 1, along: ids($0)) }
    tags = { model.tags($0.inputs, mask: $1) }
  }
}

// MARK: - Rose

/// Four sentences in which *rose* is a name or not.
struct RoseSentences {
  static let sentences = ["her name was rose", "her coat was rose", "rose sang well", "rose coats sold well"].map(split)
  static let isName = [true, false, true, false]
  static let words = Set(sentences.joined()).sorted()

  let seed: UInt64
  let steps: Int

  private static func ids(_ words: [String]) -> [Int32] { words.map { Int32(Self.words.firstIndex(of: $0)!) } }

  private func train<Layer: RecurrentLayer>(
    _ layer: Layer, fromTheEnd: Bool, using random: inout RandomSource
  ) -> NameTagger where Layer.Scalar == Float {
    func turned<Element>(_ items: [Element]) -> [Element] { fromTheEnd ? items.reversed() : items }
    let (words, mask) = TokenBatch.padded(Self.sentences.map { turned(Self.ids($0)) })
    let marks = TokenBatch.padded(
      zip(Self.sentences, Self.isName).map { words, isName in
        turned(words.map { $0 == "rose" && isName ? Int32(1) : 0 })
      }
    ).tokens
    let batch = TaggerBatch<Float>(inputs: .tokens(words), targets: marks, mask: mask)
    let model = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: 2, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.02, for: model))
    for _ in 0..<steps { _ = attempt { try trainer.step(on: batch) } }
    let trained = trainer.model
    guard fromTheEnd else { return NameTagger(trained, ids: Self.ids) }
    return NameTagger(trained) { Self.ids($0.reversed()) }
  }

  private func rnn(_ units: Int, using random: inout RandomSource) -> RNN<Float> {
    Recurrent(RNNCell(inputSize: Self.words.count, hiddenSize: units, using: &random))
  }

  func trainForwardChain(units: Int) -> NameTagger {
    var random = RandomSource(seed: seed)
    return train(rnn(units, using: &random), fromTheEnd: false, using: &random)
  }

  func trainBackwardChain(units: Int) -> NameTagger {
    var random = RandomSource(seed: seed)
    return train(rnn(units, using: &random), fromTheEnd: true, using: &random)
  }

  func trainBoth(unitsEach: Int) -> NameTagger {
    var random = RandomSource(seed: seed)
    let layer = Bidirectional(forward: rnn(unitsEach, using: &random), backward: rnn(unitsEach, using: &random))
    return train(layer, fromTheEnd: false, using: &random)
  }

  /// The probability of a name at *rose* in each sentence; `fromTheEnd` says that the tagger answers in that order.
  static func atRose(_ tagger: NameTagger, fromTheEnd: Bool = false) -> [Double] {
    sentences.map { words in
      let answers = tagger.probabilities(words)
      return (fromTheEnd ? answers.reversed() : answers)[words.firstIndex(of: "rose")!]
    }
  }
}

/// The probabilities at *rose*, a row for each sentence.
func roseTable(forward: [Double], backward: [Double], both: [Double]) -> Table {
  let measured = ["forward chain alone", "backward chain alone", "both"]
  return Table(
    ["sentence", "a name?"] + measured, varying: measured,
    rows: RoseSentences.sentences.indices.map { i in
      let words = RoseSentences.sentences[i].map { $0 == "rose" ? "*rose*" : $0 }.joined(separator: " ")
      return [words, RoseSentences.isName[i] ? "yes" : "no"]
        + [forward, backward, both].map { String(format: "%.2f", $0[i]) }
    })
}

// MARK: - Six words

/// Sentences in which six words begin a person or a thing to sell, and the networks that tell which.
struct NameSentences {
  static let grammar = TaggedGrammar.teddies
  static let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.unknown] + grammar.vocabulary)
  static let asked = TaggedGrammar.teddyWords

  /// The sentences to train on and those to test on.
  let told: [TaggedSentence], test: [TaggedSentence]
  private let run: NotebookOptions
  private let steps: Int

  init(_ run: NotebookOptions) {
    var random = RandomSource(seed: run.seed())
    told = Self.grammar.sentences(run.choose(quick: 3_000, standard: 12_000, full: 24_000), using: &random)
    test = Self.grammar.sentences(run.choose(quick: 500, standard: 4_000, full: 12_000), using: &random)
    self.run = run
    steps = run.choose(quick: 120, standard: 600, full: 1_800)
  }

  static func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }

  /// The first different beginnings of the sentences, one for each of these words.
  func examples(with words: [String]) -> [String] {
    words.compactMap { word in
      told.first { $0.words.contains(word) && $0.words.count < 13 }.map { sentence in
        zip(sentence.words, sentence.marks).map { $1 ? "[\($0)]" : $0 }.joined(separator: " ")
      }
    }
  }

  func trainForward(units: Int, line: Int = #line) -> NameTagger {
    var random = RandomSource(seed: run.seed())
    return trained("forward", lstm(units, using: &random), line: line)
  }

  func trainBidirectional(unitsEach: Int, onBeginnings isCut: Bool = false, line: Int = #line) -> NameTagger {
    var random = RandomSource(seed: run.seed())
    let layer = Bidirectional(forward: lstm(unitsEach, using: &random), backward: lstm(unitsEach, using: &random))
    return trained(isCut ? "bidirectional, beginnings" : "bidirectional", layer, onBeginnings: isCut, line: line)
  }

  private func lstm(_ units: Int, using random: inout RandomSource) -> LSTM<Float> {
    Recurrent(LSTMCell(inputSize: Self.vocabulary.count, hiddenSize: units, using: &random))
  }

  /// A tagger trained by Adam with a learning rate that falls to 0, on whole sentences or on beginnings cut at random.
  /// One word in fifty is read as ⟨UNK⟩. An interrupt ends the lesson.
  private func trained<Layer: RecurrentLayer>(
    _ name: String, _ layer: Layer, onBeginnings isCut: Bool = false, line: Int
  ) -> NameTagger where Layer.Scalar == Float {
    var random = RandomSource(seed: run.seed() &+ 100)
    let model = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: 2, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
    var curve: (steps: [Double], right: [Double]) = ([], [])
    let observed = Array(test.prefix(1_000))
    _ = trainer.train(
      name, steps: steps, heldOut: [(TaggerBatch(test.prefix(100), vocabulary: Self.vocabulary), false)],
      settling: true, line: line,
      on: { _ in
        let sentences = (0..<50).map { _ in
          let sentence = told[random.index(below: told.count)]
          let words = sentence.words.map { random.uniform() < 0.02 ? Vocabulary.unknown : $0 }
          return TaggedSentence(words: words, marks: sentence.marks)
            .prefix(isCut ? 1 + random.index(below: words.count) : words.count)
        }
        return (TaggerBatch(sentences, vocabulary: Self.vocabulary), false)
      }
    ) { report, hasNewPoint, trainer in
      guard hasNewPoint else { return }
      curve.steps.append(Double(report.step))
      curve.right.append(trainer.model.score(on: observed, at: Self.asked, vocabulary: Self.vocabulary).asked)
    }
    if Interrupt.requested { end(line: line) }
    var tagger = NameTagger(trainer.model, ids: Self.ids)
    tagger.curve = curve
    return tagger
  }

  /// How many of the six words get the right tag, in %.
  func score(_ tagger: NameTagger, masked: Bool = true) -> Double {
    let batch = TaggerBatch<Float>(test, vocabulary: Self.vocabulary)
    let tags = tagger.tags(batch, masked ? batch.mask : nil)
    let isRight = test.enumerated().flatMap { example, sentence in
      sentence.places(of: Self.asked).map { tags[$0, example] == batch.targets[$0, example] }
    }
    return 100 * Double(isRight.count { $0 }) / Double(isRight.count)
  }

  /// How many of the six words get the right tag, in %, when the tagger is handed no more than k words after each.
  func right(_ tagger: NameTagger, lookAhead k: Int) -> Double {
    let answers = answers(tagger, lookAhead: k)
    return 100 * Double(answers.count { $0.tag == $0.target }) / Double(answers.count)
  }

  /// How many of the six words are taken for names, in %, when the tagger is handed no more than k words after each.
  func named(_ tagger: NameTagger, lookAhead k: Int) -> Double {
    let answers = answers(tagger, lookAhead: k)
    return 100 * Double(answers.count { $0.tag == 1 }) / Double(answers.count)
  }

  private func answers(_ tagger: NameTagger, lookAhead k: Int) -> [(tag: Int32, target: Int32)] {
    let asked = test.prefix(test.count / 2).flatMap { sentence in
      sentence.places(of: Self.asked).map { (sentence, place: $0) }
    }
    let heard = TaggerBatch<Float>(asked.map { $0.prefix($1 + 1 + k) }, vocabulary: Self.vocabulary)
    let tags = tagger.tags(heard, heard.mask)
    return asked.enumerated().map { (tags[$1.place, $0], heard.targets[$1.place, $0]) }
  }

  /// P(the last of these words is part of a name), exactly.
  static func chance(_ beginning: String) -> Double { grammar.probabilities(of: split(beginning))!.last! }

  /// P(*teddy* is part of a name) in a sentence that begins "he said , teddy" and these words, exactly.
  static func chanceOfTeddy(before words: String) -> Double {
    grammar.probabilities(of: split("he said , teddy " + words))![3]
  }
}

let networkNames = ["forward", "bidirectional"]

/// How many of the six words are right along the training, and the line that no forward network can pass.
func accuracyChart(forward: NameTagger, both: NameTagger, best: Double) -> Chart {
  Chart(
    "The forward network stops at 70 %", x: "training step", y: Axis("correct, of the six words [%]", range: 40...102),
    colours: ["forward", "backward", "bidirectional"],
    [
      .line("forward", x: forward.curve.steps, y: forward.curve.right, hasPoints: true),
      .line("bidirectional", x: both.curve.steps, y: both.curve.right, hasPoints: true),
      .rule("best without the future", y: best),
    ])
}

/// The probability of a name, word by word, in sentences that begin alike.
func tagHeatmap(_ sentences: [(words: [String], title: String)], forward: NameTagger, both: NameTagger) -> Heatmap {
  Heatmap(
    "At teddy, the forward network can only guess", x: "word", y: "network", color: "P(part of a name)",
    range: 0...1,
    panels: sentences.map { words, title in
      Panel(
        title, [forward.probabilities(words), both.probabilities(words)], columns: words, rows: networkNames,
        outlined: [(0, 3), (1, 3)])
    })
}

/// How many of the six words can be right with k more words, and how many are.
func lookAheadChart(best: [Double], whole: [Double], pieces: [Double]) -> Chart {
  Chart(
    "How many words of the future are enough?", x: Axis("look-ahead k [words]", .integers),
    y: Axis("correct, of the six words [%]", range: 40...102),
    colours: ["forward", "backward", "trained on whole sentences", "trained on beginnings", "the best possible"],
    [
      .line("the best possible", x: best.indices, y: best),
      .line("trained on beginnings", x: pieces.indices, y: pieces, hasPoints: true),
      .line("trained on whole sentences", x: whole.indices, y: whole, hasPoints: true),
    ])
}

// MARK: - Who spoke first?

/// Passages of five sentences, and networks that say who spoke first.
struct Passages {
  static let speakers = ["he", "she", "historian", "teacher", "shopkeeper", "tailor"]
  static let words = 5 * NameSentences.grammar.grammar.expectedLength

  /// Where a network takes its answer from.
  enum Reading { case lastStep, lastOfEachChain }

  let told: [TaggedSentence]
  let seed: UInt64
  let steps: Int

  /// The mean losses of a training; no batch comes twice.
  func train(readingFrom reading: Reading, line: Int = #line) -> (steps: [Double], losses: [Double]) {
    var random = RandomSource(seed: seed &+ 300)
    func chain() -> RNN<Float> {
      Recurrent(RNNCell(inputSize: NameSentences.vocabulary.count, hiddenSize: 16, using: &random))
    }
    let layer = Bidirectional(forward: chain(), backward: chain())
    let output = Dense<Float>(inputSize: 32, outputSize: Self.speakers.count, using: &random)
    var data = RandomSource(seed: seed &+ 200)  // the same passages for both
    let curve: WindowedLosses
    switch reading {
    case .lastStep:
      curve =
        trainedByAdam(
          "who spoke first? from the last step", Tagger(layer: layer, output: output), steps: steps, rate: 0.004,
          window: steps / 20, line: line
        ) {
          let batch = passages(50, using: &data)
          var atTheEnd = TokenBatch(length: batch.words.length, batch: 50)
          for (i, length) in batch.mask.lengths.enumerated() { atTheEnd[length - 1, i] = batch.speakers[i] }
          return TaggerBatch(inputs: .tokens(batch.words), targets: atTheEnd, mask: batch.mask)
        }.curve
    case .lastOfEachChain:
      curve =
        trainedByAdam(
          "who spoke first? from the last state of each chain", Classifier(layer: layer, output: output), steps: steps,
          rate: 0.004, window: steps / 20, line: line
        ) {
          let batch = passages(50, using: &data)
          return ClassifierBatch(inputs: .tokens(batch.words), targets: batch.speakers, mask: batch.mask)
        }.curve
    }
    return (curve.steps, curve.losses)
  }

  private func passages(
    _ count: Int, using random: inout RandomSource
  ) -> (words: TokenBatch, mask: Mask, speakers: [Int32]) {
    let passages = (0..<count).map { _ in (0..<5).flatMap { _ in told[random.index(below: told.count)].words } }
    let first = passages.map { words in
      Int32(Self.speakers.firstIndex(of: words.first(where: Self.speakers.contains)!)!)
    }
    let (tokens, mask) = TokenBatch.padded(passages.map(NameSentences.ids))
    return (tokens, mask, first)
  }
}

/// The losses of the two readings beside chance level.
func passageChart(
  lastStep: (steps: [Double], losses: [Double]), lastOfEachChain: (steps: [Double], losses: [Double])
) -> Chart {
  Chart(
    "Who spoke first? The same network, read at two places", x: "training step",
    y: Axis("loss [nats]", range: 0...2), colours: networkNames + ["[→a⟨T⟩, ←a⟨1⟩]"],
    [
      .line("[→a⟨T⟩, ←a⟨T⟩]", x: lastStep.steps, y: lastStep.losses),
      .line("[→a⟨T⟩, ←a⟨1⟩]", x: lastOfEachChain.steps, y: lastOfEachChain.losses),
      .rule("chance level: ln 6", y: log(6)),
    ])
}

// MARK: - A language model that sees the answer

/// Two networks that say the next word at each word, one of which has read it.
struct NextWord {
  let told: [TaggedSentence], test: [TaggedSentence]
  let seed: UInt64
  let steps: Int
  private let vocabulary = Vocabulary(
    unit: .word, tokens: [Vocabulary.endOfSentence, Vocabulary.unknown] + NameSentences.grammar.vocabulary)

  init(_ sentences: NameSentences, seed: UInt64, steps: Int) {
    (told, test, self.seed, self.steps) = (sentences.told, Array(sentences.test.prefix(500)), seed, steps)
  }

  private func batch(_ sentences: [TaggedSentence]) -> TaggerBatch<Float> {
    let ids = sentences.map { sentence in sentence.words.map { vocabulary.id(of: $0)! } }
    let (words, mask) = TokenBatch.padded(ids)
    let next = TokenBatch.padded(ids.map { Array($0.dropFirst()) + [vocabulary.end!] }).tokens
    return TaggerBatch(inputs: .tokens(words), targets: next, mask: mask)
  }

  /// Each test sentence up to each of its words, with the word after that as the one target.
  private var beginnings: TaggerBatch<Float> {
    let pieces = test.prefix(150).flatMap { sentence in
      let ids = sentence.words.map { vocabulary.id(of: $0)! }
      return ids.indices.map { t in (read: Array(ids[...t]), next: t + 1 < ids.count ? ids[t + 1] : vocabulary.end!) }
    }
    let (words, mask) = TokenBatch.padded(pieces.map(\.read))
    var next = TokenBatch(length: words.length, batch: words.batch)
    for (i, piece) in pieces.enumerated() { next[piece.read.count - 1, i] = piece.next }
    return TaggerBatch(inputs: .tokens(words), targets: next, mask: mask)
  }

  /// The loss per word on the tests: with the whole sentence before the network, and with no more than the words so far.
  struct Outcome {
    let whole: Double
    let soFar: Double
  }

  private func train<Layer: RecurrentLayer>(
    _ name: String, _ layer: Layer, using random: inout RandomSource, line: Int
  ) -> Outcome where Layer.Scalar == Float {
    let output = Dense<Float>(inputSize: layer.outputSize, outputSize: vocabulary.count, using: &random)
    let (model, _) = trainedByAdam(
      "next word, \(name)", Tagger(layer: layer, output: output), steps: steps, rate: 0.01, window: max(1, steps / 10),
      settling: true, line: line
    ) {
      batch((0..<50).map { _ in told[random.index(below: told.count)] })
    }
    return Outcome(
      whole: model.meanLoss(over: [(batch(Array(test.prefix(150))), false)]),
      soFar: model.meanLoss(over: [(beginnings, false)]))
  }

  private func lstm(_ units: Int, using random: inout RandomSource) -> LSTM<Float> {
    Recurrent(LSTMCell(inputSize: vocabulary.count, hiddenSize: units, using: &random))
  }

  func trainForward(line: Int = #line) -> Outcome {
    var random = RandomSource(seed: seed)
    return train("forward", lstm(28, using: &random), using: &random, line: line)
  }

  func trainBidirectional(line: Int = #line) -> Outcome {
    var random = RandomSource(seed: seed)
    let layer = Bidirectional(forward: lstm(16, using: &random), backward: lstm(16, using: &random))
    return train("bidirectional", layer, using: &random, line: line)
  }
}

// MARK: - Answers

/// The most that a tagger which reads forwards gets right of `word`.
func best(_ rules: String, on word: String) -> Double {
  attempt { try TaggedGrammar(rules) }.bestAccuracies(on: [word], lookAhead: 0)[0]
}

/// The parameters of a bidirectional LSTM layer and a softmax on top, from small layers: each word more costs as many.
func parameterCount(words: Int, unitsEach: Int, classes: Int) -> Int {
  var random = RandomSource(seed: 1)
  func chain(_ words: Int) -> Int {
    LSTMCell<Float>(inputSize: words, hiddenSize: unitsEach, using: &random).parameterCount
  }
  let (one, two) = (chain(1), chain(2))
  return 2 * (one + (words - 1) * (two - one))
    + Dense<Float>(inputSize: 2 * unitsEach, outputSize: classes, using: &random).parameterCount
}
