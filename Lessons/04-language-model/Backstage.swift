// What stands behind Lesson 04: the trainings, a trained network with its weights at hand, and the figures.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>
typealias PlainModel = LanguageModel<RNN<Float>>

/// A probability for a label.
func short(_ p: Double) -> String { p >= 0.001 ? String(format: "%.2f", p) : "< 0.001" }

/// The words of a sentence.
func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

// MARK: - Trained networks

/// A trained network with its weights under their names in the equations.
struct Network {
  let model: PlainModel
  let vocabulary: Vocabulary
  let curve: TrainingCurve
  let Wax: Columns, Waa: Columns, ba: Columns
  let Wya: Columns, by: Columns

  init(_ model: PlainModel, _ vocabulary: Vocabulary, _ curve: TrainingCurve) {
    (self.model, self.vocabulary, self.curve) = (model, vocabulary, curve)
    let cell = model.layer.cell
    Wax = cell.Wax.converted(to: Double.self)
    Waa = cell.Waa.converted(to: Double.self)
    ba = cell.ba.converted(to: Double.self)
    Wya = model.output.Wya.converted(to: Double.self)
    by = model.output.by.converted(to: Double.self)
  }

  /// The token that ends a sentence or a name.
  var end: String { vocabulary.tokens[Int(vocabulary.end!)] }
  /// a⟨0⟩ = 0.
  var noState: Columns { Columns(rows: Waa.rows, columns: 1) }
  /// x⟨1⟩ = 0.
  var noInput: Columns { Columns(rows: Wax.columns, columns: 1) }

  /// The place of a token in the vocabulary.
  func index(of token: String) -> Int { Int(vocabulary.id(of: token)!) }

  /// The one-hot column of a token.
  func oneHot(_ token: String) -> Columns {
    var x = noInput
    x[index(of: token), 0] = 1
    return x
  }

  /// ŷ⟨1⟩ … ŷ⟨T + 1⟩, what the network expects at each place of a sentence and at its end.
  func guesses(along sentence: [String]) -> [[Double]] { model.guesses(along: ids(sentence)) }

  /// P(token), after the beginning of a sentence.
  func probability(of token: String, after beginning: String) -> Double {
    guesses(along: split(beginning)).last![index(of: token)]
  }

  /// The token with the largest probability after the beginning of a sentence.
  func likeliest(after beginning: String) -> String {
    let guess = guesses(along: split(beginning)).last!
    return vocabulary.tokens[guess.indices.max { guess[$0] < guess[$1] }!]
  }

  /// log P(sentence) from the library.
  func logProbability(of sentence: [String]) -> Double { model.logProbability(of: ids(sentence)) }

  /// A sentence with its end, as ids.
  private func ids(_ sentence: [String]) -> [Int32] { sentence.map { vocabulary.id(of: $0)! } + [vocabulary.end!] }

  /// What the library's own loop draws.
  func sample(using random: inout RandomSource) -> String { text(from: model, vocabulary, using: &random) }

  /// How many multiplications a step takes: n_a² for the state and n_y n_a for the output; the input is a look-up.
  var workPerStep: Double { Double(Waa.rows * (Waa.rows + Wya.rows)) }
}

/// A sentence or a name as the library draws it.
func text(from model: PlainModel, _ vocabulary: Vocabulary, using random: inout RandomSource) -> String {
  var sampler = Sampler(model)
  return vocabulary.decode(sampler.tokens(limit: 120, until: vocabulary.end, using: &random))
}

/// A network that has not learned anything yet.
func untrained(_ tokens: Int, _ units: Int, using random: inout RandomSource) -> PlainModel {
  LanguageModel(
    layer: Recurrent(RNNCell(inputSize: tokens, hiddenSize: units, using: &random)),
    output: Dense(inputSize: units, outputSize: tokens, using: &random))
}

/// Trains a network on sentences, fifty at a time, by Adam with its learning rate constant for half of the steps and
/// then falling to 0.
@MainActor func trained(
  _ name: String, on sentences: [[Int32]], heldOut: [[Int32]], _ vocabulary: Vocabulary, units: Int, steps: Int,
  points: Int = 12, using random: inout RandomSource, line: Int = #line, watch: (PlainModel) -> Void = { _ in }
) -> Network {
  let model = untrained(vocabulary.count, units, using: &random)
  let (read, tested) = (
    SentenceBatches(sentences, end: vocabulary.end!), SentenceBatches(heldOut, end: vocabulary.end!)
  )
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
  let curve = trainer.train(
    name, steps: steps, points: points, heldOut: tested.all(inBatchesOf: 100), settling: true, line: line,
    on: { _ in (read.random(50, using: &random), continues: false) }
  ) { _, hasNewPoint, trainer in
    if hasNewPoint { watch(trainer.model) }
  }
  if Interrupt.requested { end(line: line) }
  return Network(trainer.model, vocabulary, curve)
}

/// The baselines of sentences, each with its end.
func baselines(_ vocabulary: Vocabulary, read: [[Int32]], tested: [[Int32]]) -> [Baseline] {
  func text(_ sentences: [[Int32]]) -> [Int32] { sentences.flatMap { $0 + [vocabulary.end!] } }
  return baselines(vocabularySize: vocabulary.count, read: text(read), tested: text(tested))
}

// MARK: - The kitchen

/// Sentences of the kitchen's grammar, to train on and to test with, as words and as characters.
struct Kitchen {
  let grammar = Grammar.kitchen
  let told: [[String]], fresh: [[String]]
  let words: Vocabulary, letters: Vocabulary

  init(sentences: Int, using random: inout RandomSource) {
    let spoken = grammar.sentences(sentences, using: &random)
    told = Array(spoken.prefix(sentences * 5 / 6))
    fresh = Array(spoken.dropFirst(told.count))
    words = Vocabulary(unit: .word, tokens: [Vocabulary.endOfSentence] + grammar.vocabulary)
    letters = Vocabulary(of: told.joined().joined() + " \n", unit: .character)
  }

  func ids(_ sentences: [[String]], _ vocabulary: Vocabulary) -> [[Int32]] {
    sentences.map { sentence in
      if vocabulary.unit == .word { return sentence.map { vocabulary.id(of: $0)! } }
      return sentence.joined(separator: " ").map { vocabulary.id(of: String($0))! }
    }
  }

  /// The tokens per fresh sentence, with the end.
  func length(_ vocabulary: Vocabulary) -> Double {
    let sentences = ids(fresh, vocabulary)
    return Double(sentences.reduce(0) { $0 + $1.count + 1 }) / Double(sentences.count)
  }

  /// The mean loss per token of a network before its training, on some fresh sentences.
  func untrainedLoss(units: Int, using random: inout RandomSource) -> Double {
    let model = untrained(words.count, units, using: &random)
    let sentences = ids(Array(fresh.prefix(100)), words).map { $0 + [words.end!] }
    return -sentences.reduce(0) { $0 + model.logProbability(of: $1) } / Double(sentences.joined().count)
  }

  /// The floor: the entropy per token, with the end.
  var entropy: Double { grammar.entropy / (grammar.expectedLength + 1) }

  /// The mean loss per token, on the fresh sentences, of a guesser who knows the grammar.
  var lossOfTheGrammar: Double {
    -fresh.reduce(0) { $0 + grammar.logProbability(of: $1) } / Double(fresh.reduce(0) { $0 + $1.count + 1 })
  }

  /// The share of the sentences with this word.
  func share(with word: String) -> Double {
    Double(told.count { $0.contains(word) }) / Double(told.count)
  }

  /// The share of the fresh sentences that are also among those told.
  var shareOfFreshTold: Double {
    let known = Set(told)
    return Double(fresh.count(where: known.contains)) / Double(fresh.count)
  }

  /// The words of these texts that the grammar doesn't have.
  func invented(in texts: [String]) -> [String] {
    texts.flatMap(split).filter { !grammar.vocabulary.contains($0) }
  }

  /// How many of these texts the grammar could have made.
  func possible(_ texts: [String]) -> Int { texts.count { grammar.logProbability(of: split($0)) > -.infinity } }

  /// Of the texts that the grammar couldn't have made, the first few that it could if one word were another.
  func mendable(_ texts: [String], limit: Int) -> [String] {
    func isMendable(_ text: String) -> Bool {
      let words = split(text)
      return words.indices.contains { place in
        grammar.vocabulary.contains { other in
          var mended = words
          mended[place] = other
          return grammar.logProbability(of: mended) > -.infinity
        }
      }
    }
    return Array(texts.lazy.filter { possible([$0]) == 0 && isMendable($0) }.prefix(limit))
  }

  /// The share of words that would be unknown, were only so many kept.
  func unknown(keeping limit: Int) -> Double {
    let text = TokenizedCorpus(book, unit: .word, heldOut: 0.1, limit: limit)
    let unknown = text.vocabulary.id(of: Vocabulary.unknown)!
    return Double(text.heldOut.count { $0 == unknown }) / Double(text.heldOut.count)
  }

  /// The share of steps that are no padding in batches of fifty fresh sentences.
  var shareOfWords: Double {
    let lengths = fresh.map { Double($0.count + 1) }
    let batches = stride(from: 0, to: lengths.count, by: 50).map { lengths[$0..<min($0 + 50, lengths.count)] }
    return lengths.reduce(0, +) / batches.reduce(0) { $0 + $1.max()! * Double($1.count) }
  }

  /// The sentences told as one text, a sentence a line.
  var book: Corpus { Corpus(told.map { $0.joined(separator: " ") }.joined(separator: "\n")) }

  @MainActor func train(
    _ name: String, _ vocabulary: Vocabulary, units: Int, steps: Int, points: Int = 2,
    using random: inout RandomSource, line: Int = #line
  ) -> Network {
    trained(
      name, on: ids(told, vocabulary), heldOut: ids(fresh, vocabulary), vocabulary, units: units, steps: steps,
      points: points, using: &random, line: line)
  }

  var baselines: [Baseline] {
    Lesson04.baselines(words, read: ids(told, words), tested: ids(fresh, words))
  }
}

// MARK: - Dinosaurs

/// The names of dinosaurs, those to train on and those held out; tyrannosaurus is always the last of these.
struct Names {
  let vocabulary = Vocabulary(of: DinosaurNames.text, unit: .character)
  let read: [[Int32]], heldOut: [[Int32]]

  init(using random: inout RandomSource) {
    var names = DinosaurNames.all
    random.shuffle(&names)
    names.removeAll { $0 == "tyrannosaurus" }
    names.append("tyrannosaurus")
    let vocabulary = vocabulary
    let ids = names.map { name in name.map { vocabulary.id(of: String($0))! } }
    (read, heldOut) = (Array(ids.dropLast(128)), Array(ids.suffix(128)))
  }

  var bigram: Double { baselines(vocabulary, read: read, tested: heldOut)[2].loss }

  /// A trained network, and what it wrote on the way: the place of each of the curve's points, and three names.
  @MainActor func train(
    steps: Int, using random: inout RandomSource, line: Int = #line
  ) -> (network: Network, written: [String]) {
    var written: [String] = []
    var dice = random
    let network = trained(
      "a model of names", on: read, heldOut: heldOut, vocabulary, units: 64, steps: steps, points: 48, using: &random,
      line: line
    ) { model in
      written.append((1...3).map { _ in text(from: model, vocabulary, using: &dice) }.joined(separator: ", "))
    }
    return (network, written)
  }

  /// A few points of the training, with the names written there.
  func progress(of network: Network, written: [String]) -> Table {
    let curve = network.curve
    let heading = ["after step", "held out, nats per character", "three names"]
    return Table(
      heading, varying: Array(heading.dropFirst()),
      rows: [0, 3, 11, curve.steps.count - 1].filter(curve.steps.indices.contains).map {
        [curve.steps[$0], String(format: "%.2f", curve.heldOut[$0]), written[$0]]
      })
  }
}

// MARK: - Comparisons

/// Networks that learned the same sentences, as words or as characters, and how many of a hundred sentences of each the
/// grammar could have made.
@MainActor func comparison(_ networks: [Network], _ kitchen: Kitchen, using random: inout RandomSource) -> Table {
  let measured = ["loss, nats per sentence", "correct, of 100 sentences"]
  return Table(
    ["tokens", "units", "parameters"] + measured, varying: measured,
    rows: networks.map { network in
      let written = (1...100).map { _ in network.sample(using: &random) }
      return [
        network.vocabulary.unit == .word ? "words" : "characters", network.Waa.rows, network.model.parameterCount,
        String(format: "%.1f", network.curve.heldOut.last! * kitchen.length(network.vocabulary)),
        kitchen.possible(written),
      ]
    })
}

/// What a sentence costs each of the networks, in multiplications.
func costs(_ networks: [Network], _ kitchen: Kitchen) -> Table {
  Table(
    ["tokens", "units", "tokens per sentence", "multiplications per sentence"],
    rows: networks.map { network in
      let length = kitchen.length(network.vocabulary)
      return [
        network.vocabulary.unit == .word ? "words" : "characters", network.Waa.rows, String(format: "%.1f", length),
        String(format: "%.0f,000", network.workPerStep * length / 1000),
      ]
    })
}

/// After how many tokens the second half of a text repeats itself, nil where it doesn't.
func period(of tokens: [Int32]) -> Int? {
  let half = tokens.count / 2
  return (1...half).first { tokens.suffix(half).elementsEqual(tokens.dropLast($0).suffix(half)) }
}

// MARK: - Drawings

/// The chain as it reads the beginning of our sentence: above each step the word that came, and the probability it had
/// been given. Above the last, both candidates.
func readingPicture(_ network: Network) -> Diagram {
  let words = split("the apple and")
  let guesses = network.guesses(along: words + ["pear"])
  let inputs = ["0"] + words
  let x = inputs.indices.map {
    Node("x⟨\($0 + 1)⟩\n\(inputs[$0])", at: Double($0), 0, shape: .plain)
  }
  let a = inputs.indices.map { Node("a⟨\($0 + 1)⟩", at: Double($0), 1, ink: .forward) }
  func label(_ word: String, _ t: Int) -> String { "\(word)\n\(short(guesses[t][network.index(of: word)]))" }
  var above = words.indices.map { Node(label(words[$0], $0), at: Double($0), 2, shape: .plain) }
  let (pear, pair) = (
    Node(label("pear", 3), at: 2.75, 2.15, shape: .box, ink: .accent),
    Node(label("pair", 3), at: 3.6, 2.15, shape: .box, ink: .backward)
  )
  above += [pear, pair]
  let upwards = inputs.indices.map { Arrow(x[$0], a[$0]) }
  let onwards = (1..<inputs.count).map { Arrow(a[$0 - 1], a[$0], ink: .forward) }
  let outputs = words.indices.map { Arrow(a[$0], above[$0]) } + [Arrow(a[3], pear), Arrow(a[3], pair)]
  return Diagram(
    title: "The word that came next, and its probability",
    nodes: x + a + above, arrows: upwards + onwards + outputs, spacing: (135, 90))
}

/// The same chain twice: in training the word of the text goes in next, in sampling the word that was drawn.
func loopPicture() -> Diagram {
  var (nodes, arrows): ([Node], [Arrow]) = ([], [])
  for (shift, words, isTraining) in [(0.0, ["the", "apple", "and"], true), (4.2, ["two", "cooks", "eat"], false)] {
    func node(_ label: String, _ t: Int, _ row: Double, _ shape: Node.Shape, _ ink: Ink = .neutral) -> Node {
      Node(label, at: shift + Double(t) * 1.15, row, shape: shape, ink: ink)
    }
    let ink: Ink = isTraining ? .accent : .backward
    let x = (0..<3).map { node($0 == 0 ? "x⟨1⟩ = 0" : "x⟨\($0 + 1)⟩", $0, 0, .plain) }
    let a = (0..<3).map { node("a⟨\($0 + 1)⟩", $0, 1, .box, .forward) }
    let ŷ = (0..<3).map { node("ŷ⟨\($0 + 1)⟩", $0, 2, .circle) }
    let y = (0..<3).map { node(words[$0], $0, 3.1, .gate, ink) }
    nodes += x + a + ŷ + y
    for t in 0..<3 {
      arrows += [Arrow(x[t], a[t]), Arrow(a[t], ŷ[t])]
      arrows.append(isTraining ? Arrow(ŷ[t], y[t], "loss", isDashed: true) : Arrow(ŷ[t], y[t], "draw", ink: ink))
      guard t > 0 else { continue }
      arrows.append(Arrow(a[t - 1], a[t], ink: .forward))
      let lane = shift + (Double(t) - 0.5) * 1.15
      arrows.append(Arrow(y[t - 1], x[t], ink: ink, via: [(lane, 3.1), (lane, 0)], isDashed: isTraining))
    }
  }
  return Diagram(
    title: "What goes in next: the true word, or the word just drawn",
    nodes: nodes, arrows: arrows,
    frames: [
      Frame("training", columns: 0...2.3, rows: -0.1...3.3, isDashed: true),
      Frame("sampling", columns: 4.2...6.5, rows: -0.1...3.3, isDashed: true),
    ], spacing: (100, 80))
}

/// The losses of the words, in the range that matters: what is at the top of the axis is far below a uniform guess.
func lossChart(_ network: Network, _ kitchen: Kitchen) -> Chart {
  let (curve, baselines) = (network.curve, kitchen.baselines)
  return Chart(
    "Past the bigram, and nearly down to the floor", x: "training step",
    y: Axis("loss [nats per token]", range: 1.2...3.2),
    [
      .line("fresh sentences", x: curve.steps, y: curve.heldOut, hasPoints: true),
      .rule("bigram", y: baselines[2].loss), .rule("floor: the entropy", y: kitchen.entropy),
    ])
}

/// The guesses along a sentence, for the words that are likely somewhere and one more.
func nextWordHeatmap(_ network: Network, along sentence: String, with extra: String) -> Heatmap {
  let words = split(sentence) + [network.end]
  let guesses = network.guesses(along: split(sentence))
  let tokens = network.vocabulary.tokens
  let peaks = tokens.indices.map { row in guesses.map { $0[row] }.max()! }
  let likely = peaks.indices.sorted { (peaks[$1], $0) < (peaks[$0], $1) }.prefix(16)
  let came = words.map(network.index)
  let rows = Set(likely).union(came).union([network.index(of: extra)]).sorted()
  return Heatmap(
    "What the network expects before each word comes (the one that came is outlined)", x: "the word that came",
    y: "the word expected", color: "probability", range: 0...1, values: rows.map { row in guesses.map { $0[row] } },
    columns: words, rows: rows.map { (tokens[$0] == extra ? "→ " : "") + tokens[$0] },
    outlined: came.enumerated().compactMap { column, token in
      rows.firstIndex(of: token).map { (row: $0, column: column) }
    })
}
