// What stands behind Lesson 06: its drawings, and the networks that learn a verb which agrees with a noun far before it.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// A number for a label or a table: two decimal places, and a plain 0 or 1 where it is one.
func short(_ number: Double) -> String {
  number == number.rounded() ? "\(Int(number))" : String(format: "%.2f", number)
}

func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

// MARK: - Drawings

/// The simplified GRU over one step, its direct path thick along the top.
func simplifiedPicture() -> Diagram {
  let (before, after) = (
    Node("c⟨t−1⟩", at: 0, 2, shape: .plain), Node("c⟨t⟩ = a⟨t⟩", at: 5.6, 2, shape: .plain)
  )
  let (keep, plus) = (Node("×", at: 1.6, 2, shape: .operation), Node("+", at: 3.6, 2, shape: .operation))
  let (write, fork) = (Node("×", at: 3.6, 1.05, shape: .operation), Node("", at: 1.6, 1.05, shape: .dot))
  let gate = Node("Γ_u", at: 1.6, 0.2, shape: .gate, ink: .accent)
  let candidate = Node("c̃⟨t⟩", at: 3.6, 0.2, shape: .gate)
  let inputs = [1.6, 3.6].map { Node("c⟨t−1⟩, x⟨t⟩", at: $0, -0.8, shape: .plain) }
  return Diagram(
    title: "A simplified GRU, one step",
    nodes: [before, after, keep, plus, write, fork, gate, candidate] + inputs,
    arrows: [(before, keep), (keep, plus), (plus, after)].map { Arrow($0, $1, ink: .forward, strength: 0.6) } + [
      Arrow(gate, fork, ink: .accent), Arrow(fork, keep, "1 − Γ_u", ink: .accent),
      Arrow(fork, write, "Γ_u", ink: .accent), Arrow(candidate, write), Arrow(write, plus, "write"),
      Arrow(inputs[0], gate, "σ"), Arrow(inputs[1], candidate, "tanh"),
    ], frames: [Frame("", columns: 1.2...4.3, rows: 0.1...2.2)], spacing: (110, 84))
}

/// The full GRU over one step: what it has in addition is in the colour of the relevance gate.
func fullPicture() -> Diagram {
  let (before, after) = (
    Node("c⟨t−1⟩", at: 0, 2, shape: .plain), Node("c⟨t⟩ = a⟨t⟩", at: 6.3, 2, shape: .plain)
  )
  let (keep, plus) = (Node("×", at: 1.5, 2, shape: .operation), Node("+", at: 4.4, 2, shape: .operation))
  let (write, fork) = (Node("×", at: 4.4, 1.05, shape: .operation), Node("", at: 1.5, 1.05, shape: .dot))
  let gate = Node("Γ_u", at: 1.5, 0.2, shape: .gate, ink: .accent)
  let candidate = Node("c̃⟨t⟩", at: 4.4, 0.2, shape: .gate)
  let relevance = Node("Γ_r", at: 3, -0.75, shape: .gate, ink: .backward)
  let hide = Node("×", at: 4.4, -0.75, shape: .operation, ink: .backward)
  let inputs = [(1.5, -0.75), (3, -1.7)].map { Node("c⟨t−1⟩, x⟨t⟩", at: $0, $1, shape: .plain) }
  let (old, word) = (Node("c⟨t−1⟩", at: 4.4, -1.7, shape: .plain), Node("x⟨t⟩", at: 6.3, 0.2, shape: .plain))
  return Diagram(
    title: "A full GRU, one step: the relevance gate is new",
    nodes: [before, after, keep, plus, write, fork, gate, candidate, relevance, hide, old, word] + inputs,
    arrows: [(before, keep), (keep, plus), (plus, after)].map { Arrow($0, $1, ink: .forward, strength: 0.6) } + [
      Arrow(gate, fork), Arrow(fork, keep, "1 − Γ_u"), Arrow(fork, write, "Γ_u"), Arrow(candidate, write),
      Arrow(write, plus, "write"), Arrow(inputs[0], gate, "σ"), Arrow(inputs[1], relevance, "σ", ink: .backward),
      Arrow(relevance, hide, "Γ_r", ink: .backward), Arrow(old, hide, ink: .backward),
      Arrow(hide, candidate, ink: .backward), Arrow(word, candidate),
    ], frames: [Frame("", columns: 1.1...5.1, rows: -0.85...2.2)], spacing: (110, 80))
}

/// One unit along a few words: what it holds, and below each word how far its gate opens and what the word offers.
func byHandPicture(words: [String], gates: [Double], candidates: [Double], memory: [Double]) -> Diagram {
  let states = memory.indices.map {
    Node("c⟨\($0)⟩\n\(short(memory[$0]))", at: Double($0), 2, ink: .forward)
  }
  let doors = gates.indices.map {
    Node("Γ_u = \(short(gates[$0]))", at: Double($0 + 1), 1, shape: .gate, ink: .accent, value: gates[$0] * 0.5)
  }
  let offers = words.indices.map {
    Node("c̃ = \(short(candidates[$0]).replacing("-", with: "−"))\n\(words[$0])", at: Double($0 + 1), 0.1, shape: .plain)
  }
  return Diagram(
    title: "One unit over five words: the gate opens once", nodes: states + doors + offers,
    arrows: gates.indices.map {
      let kept = 1 - gates[$0]
      return Arrow(
        states[$0], states[$0 + 1], "× \(short(kept))", ink: kept > 0 ? .forward : .faint,
        strength: kept > 0 ? kept : nil)
    }
      + gates.indices.map {
        let isOpen = gates[$0] > 0
        return Arrow(
          doors[$0], states[$0 + 1], ink: isOpen ? .accent : .faint, strength: isOpen ? gates[$0] : nil)
      }
      + gates.indices.map {
        let isOpen = gates[$0] > 0
        return Arrow(offers[$0], doors[$0], ink: isOpen ? .accent : .faint, strength: isOpen ? gates[$0] : nil)
      }, spacing: (128, 84))
}

/// How often each network is right, by the distance to the noun: the median and the range of its seeds.
func distanceChart(_ results: [(name: String, right: [[Double]])]) -> Chart {
  Chart(
    "Is the verb right? Trained on 10 to 25 words between noun and verb",
    x: Axis("words and commas between noun and verb", .integers), y: Axis("sentences with the right verb [%]"),
    colours: results.map(\.name),
    results.map { .runs($0.name, x: Verbs.distances, y: $0.right) } + [
      .rule("a coin", y: 50), .rule("trained up to here", x: 25),
    ])
}

/// The one unit along the sentence, once for each beginning.
func flipHeatmap(_ rows: [(name: String, c: [Double])], along words: [String]) -> Heatmap {
  Heatmap(
    "The unit of singular and plural, from the noun to the verb", x: "word read", y: "first noun",
    color: "c of the unit", palette: .diverging, range: -1...1, values: rows.map(\.c), columns: words,
    rows: rows.map(\.name))
}

// MARK: - A cell with weights at random

/// Cells of 4 units that read 3 numbers, and twenty steps of such numbers.
struct SmallCells {
  private var random = RandomSource(seed: 6)
  let one = Columns(rows: 4, columns: 1, repeating: 1)
  private(set) var x: [Columns] = []

  init() { x = (0..<20).map { _ in column(3) } }

  mutating func column(_ size: Int) -> Columns { Columns(rows: size, columns: 1) { random.normal() } }

  mutating func cell(_ form: GRUForm) -> GRUCell<Double> {
    var cell = GRUCell<Double>(
      inputSize: 3, hiddenSize: 4, form: form, initialization: .normal(deviation: 1), using: &random)
    cell.ba = column(cell.ba.rows)
    return cell
  }

  /// How far the states of this step and those of the library's layer are apart at most, over the twenty steps from 0.
  func difference(_ step: (_ c: Columns, _ x: Columns) -> Columns, _ cell: GRUCell<Double>) -> Double {
    let states = Recurrent(cell)(SequenceBatch(x)).outputSequence
    var c = 0 * one
    return x.indices.map { t in
      c = step(c, x[t])
      return c.largestDifference(from: states[t])
    }.max()!
  }
}

// MARK: - The verb that agrees

typealias GRUNetwork = LanguageModel<GRU<Float>>
typealias RNNNetwork = LanguageModel<RNN<Float>>

/// Networks that learn the language whose verb agrees with its first noun, and the exams in it.
struct Verbs {
  /// The words and commas between the noun and its verb in the exams; the networks learn from the first six.
  static let distances = (3...13).map { Grammar.agreementDistance(phrases: $0) }
  static let (was, were) = (Int(Language.ids(["was"])[0]), Int(Language.ids(["were"])[0]))

  /// The sentences of each exam.
  let exams: [[[String]]]
  private let run: NotebookOptions
  private let (steps, rate): (Int, Double)

  init(rate: Double, _ run: NotebookOptions) {
    self.run = run
    self.rate = rate
    steps = run.choose(quick: 60, standard: 1_500, full: 8_000)
    var random = RandomSource(seed: run.seed() &+ 77)
    let count = run.choose(quick: 50, standard: 200, full: 1_000)
    exams = (3...13).map { Grammar.agreement(phrases: $0...$0).sentences(count, using: &random) }
  }

  /// Three sentences as the networks read them.
  func examples() -> String {
    var random = RandomSource(seed: 3)
    return Language.told.sentences(3, using: &random).map { $0.joined(separator: " ") }.joined(separator: "\n")
  }

  // MARK: Training

  /// An RNN whose W_aa is orthogonal.
  func untrainedRNN(units: Int, seed: UInt64) -> RNNNetwork {
    var random = RandomSource(seed: seed)
    let cell = RNNCell<Float>(
      inputSize: Language.vocabulary.count, hiddenSize: units, recurrentInitialization: .orthogonal(), using: &random)
    return network(cell, &random)
  }

  /// The same network, trained.
  func trainedRNN(units: Int, seed: UInt64, line: Int = #line) -> Trainer<RNNNetwork> {
    trained("RNN", untrainedRNN(units: units, seed: seed), seed: seed, line: line)
  }

  /// How much of a typical nudge to the state after the second word is left after the last one.
  func kept(_ model: RNNNetwork, along words: [String]) -> Double {
    let sentence = TokenBatch(sequence: [TokenBatch.none] + Language.ids(words))
    return model.layer.jacobianNorms(sentence.oneHot(size: Language.vocabulary.count))[words.count - 2]
  }

  /// A trained GRU; every number of its b_u begins with `bu`.
  func trainedGRU(
    units: Int, _ form: GRUForm = .resetBefore, bu: Float = -4, seed: UInt64, line: Int = #line
  ) -> Trainer<GRUNetwork> {
    var random = RandomSource(seed: seed)
    var cell = GRUCell<Float>(
      inputSize: Language.vocabulary.count, hiddenSize: units, form: form, using: &random)
    cell.bu = Matrix(rows: units, columns: 1, repeating: bu)
    let name = (form == .simplified ? "simplified GRU" : "full GRU") + (bu == 0 ? " with b_u = 0" : "")
    return trained(name, network(cell, &random), seed: seed, line: line)
  }

  private func network<Cell: RecurrentCell<Float>>(
    _ cell: Cell, _ random: inout RandomSource
  ) -> LanguageModel<Recurrent<Cell>> {
    LanguageModel(
      layer: Recurrent(cell), output: Dense(inputSize: cell.hiddenSize, outputSize: cell.inputSize, using: &random))
  }

  /// Trains a model on the sentences that belong to `seed`, by Adam with a learning rate that falls to 0 over the second
  /// half. One word in fifty is read as ⟨UNK⟩. An interrupt saves the model where `--save` says so, and ends the lesson.
  private func trained<Layer: CausalLayer<Float> & TorchLayer>(
    _ name: String, _ model: LanguageModel<Layer>, seed: UInt64, line: Int
  ) -> Trainer<LanguageModel<Layer>> {
    var random = RandomSource(seed: seed &+ 1_000)  // the same sentences for every network
    let sentences = Language.told.sentences(run.choose(quick: 500, standard: 4_000, full: 16_000), using: &random)
    let read = SentenceBatches(
      sentences.map { Language.ids($0.map { random.uniform() < 0.02 ? Vocabulary.unknown : $0 }) },
      end: Language.vocabulary.end!)
    let heldOut = SentenceBatches(Language.heldOut.map(Language.ids), end: Language.vocabulary.end!)
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
    _ = trainer.train(
      "\(name), start \(seed)", steps: steps, points: 2, heldOut: heldOut.all(inBatchesOf: 100), settling: true,
      line: line, on: { _ in (read.random(32, using: &random), continues: false) })
    let form = (model.layer as? GRU<Float>)?.cell.form
    options.own.saveIfInterrupted(
      trainer, vocabulary: Language.vocabulary, cell: form.map(Language.name) ?? "rnn × 1",
      isMain: form == .resetBefore, line: line)
    if Interrupt.requested { end(line: line) }
    return trainer
  }

  // MARK: Exams

  /// How many words and commas stand between the first noun of a sentence and its verb.
  func distance(_ sentence: [String]) -> Int { sentence.firstIndex { ["was", "were"].contains($0) }! - 2 }

  /// How many sentences of each exam have the right verb, in %: of *was* and *were* the likelier one.
  func accuracies<Layer: CausalLayer<Float>>(_ model: LanguageModel<Layer>) -> [Double] {
    zip(exams, Self.distances).map { exam, distance in
      let verb = 2 + distance
      let begun = SentenceBatches(
        exam.map { Language.ids(Array($0.prefix(verb))) }, end: Language.vocabulary.end!)
      let ŷ = model.probabilities(begun.batch(exam.indices).inputs)[verb]
      let right = exam.indices.count {
        (ŷ[Self.were, $0] > ŷ[Self.was, $0]) == (exam[$0][verb] == "were")
      }
      return 100 * Double(right) / Double(exam.count)
    }
  }
}

/// The mirror image of c at the middle between two means.
func mirror(_ c: Double, _ one: Double, _ many: Double) -> Double { one + many - c }

/// What one unit knows of singular and plural, and what becomes of the verbs when it is flipped.
struct UnitStudy {
  /// The mean of c after *ate* where the first noun is singular, and where it is plural.
  let singular, plural: Double
  /// How many sentences are on their side of the middle between these means, in %.
  let told: Double
  /// How many verbs change when c is mirrored at this middle, in %.
  let changed: Double

  /// How far the two means are apart.
  var gap: Double { abs(singular - plural) }
}

/// A trained full GRU, to be looked into.
struct Specimen {
  let model: GRUNetwork

  /// The states c after the words so far, unit by unit, going on from `start` or from the beginning of a sentence.
  func state(after text: String, from start: [Double]? = nil) -> [Double] {
    states(along: split(text), from: start).last!
  }

  /// The states c after each of these words.
  func states(along words: [String], from start: [Double]? = nil) -> [[Double]] {
    let ids = (start == nil ? [TokenBatch.none] : []) + Language.ids(words)
    let state = start.map { Matrix<Float>(column: $0.map(Float.init)) }
    let sequence = states(TokenBatch(sequence: ids), from: state)
    return (sequence.length - words.count..<sequence.length).map { sequence[$0].elements.map(Double.init) }
  }

  /// P(were) out of P(was) + P(were), after the words that led to c.
  func were(_ c: [Double]) -> Double { Double(were(Matrix(column: c.map(Float.init)))[0]) }

  private func were(_ c: Matrix<Float>) -> [Float] {
    let ŷ = softmax(model.output.Wya * c + model.output.by)
    return (0..<c.columns).map { ŷ[Verbs.were, $0] / (ŷ[Verbs.was, $0] + ŷ[Verbs.were, $0]) }
  }

  private func states(_ inputs: TokenBatch, from state: Matrix<Float>? = nil) -> SequenceBatch<Float> {
    let tape = model.layer.makeTape()
    model.layer.forward(.tokens(inputs), from: state.map { RecurrentState([$0]) }, mask: nil, on: tape)
    return tape.outputSequence
  }

  /// Flips every unit after *ate*, one at a time, in sentences that all have so many words between noun and verb.
  func study(_ exam: [[String]], distance: Int) -> [UnitStudy] {
    let (verb, ate) = (2 + distance, 6)
    let plural = exam.map { $0[verb] == "were" }
    let begun = SentenceBatches(
      exam.map { Language.ids(Array($0.prefix(verb))) }, end: Language.vocabulary.end!
    ).batch(exam.indices)
    var rest = TokenBatch(length: verb - ate, batch: exam.count)
    rest.ids = Array(begun.inputs.ids.dropFirst((ate + 1) * exam.count))
    let c = states(begun.inputs)
    let untouched = were(c[verb])
    return (0..<c[ate].rows).map { unit in
      let values = exam.indices.map { Double(c[ate][unit, $0]) }
      let one = mean(exam.indices.filter { !plural[$0] }.map { values[$0] })
      let many = mean(exam.indices.filter { plural[$0] }.map { values[$0] })
      let told = exam.indices.count { (abs(values[$0] - many) < abs(values[$0] - one)) == plural[$0] }
      var flipped = c[ate]
      for i in exam.indices { flipped[unit, i] = Float(mirror(values[i], one, many)) }
      let after = were(states(rest, from: flipped)[rest.length - 1])
      let changed = zip(after, untouched).count { ($0 > 0.5) != ($1 > 0.5) }
      func percent(_ count: Int) -> Double { 100 * Double(count) / Double(exam.count) }
      return UnitStudy(singular: one, plural: many, told: percent(told), changed: percent(changed))
    }
  }

  func reading(_ words: [String]) -> CellReading { model.reading(of: Language.ids(words)) }

  // MARK: Parts taken away

  /// The same network with every update gate at ½.
  var halfOpen: GRUNetwork {
    var broken = model
    let cell = model.layer.cell
    broken.layer.cell.Wu = Matrix(rows: cell.hiddenSize, columns: cell.hiddenSize + cell.inputSize)
    broken.layer.cell.bu = Matrix(rows: cell.hiddenSize, columns: 1)
    return broken
  }

  /// The same network with every relevance gate at 1.
  var allRelevant: GRUNetwork {
    var broken = model
    let cell = model.layer.cell
    broken.layer.cell.Wr = Matrix(rows: cell.hiddenSize, columns: cell.hiddenSize + cell.inputSize)
    broken.layer.cell.br = Matrix(rows: cell.hiddenSize, columns: 1, repeating: 40)
    return broken
  }
}
