// What stands behind Lesson 07: its drawings and charts, the networks that count, and the one that reads quoted speech.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// A number for a table or a label: two decimals, none where it is whole.
func short(_ number: Double) -> String {
  abs(number - number.rounded()) < 1e-9
    ? String(format: "%.0f", number.rounded()).replacing("-", with: "−")
    : String(format: "%.2f", number).replacing("-", with: "−")
}

// MARK: - Drawings

/// A counter on its conveyor: c along the top, at each step multiplied by Γ_f and then added to.
func conveyorPicture(_ word: String, states c: [Double]) -> Diagram {
  let boxes = c.indices.map { Node("c⟨\($0)⟩\n\(short(c[$0]))", at: 3 * Double($0), 2, ink: .forward) }
  var nodes = boxes
  var arrows: [Arrow] = []
  for (t, letter) in word.enumerated() {
    let left = 3 * Double(t)
    let (times, plus) = (
      Node("×", at: left + 1, 2, shape: .operation), Node("+", at: left + 2, 2, shape: .operation)
    )
    let keep = Node("Γ_f\n1", at: left + 0.9, 1, shape: .gate, ink: .accent)
    let write = Node("Γ_u c̃\n1 · \(letter == "a" ? "1" : "−1")", at: left + 2.1, 1, shape: .gate)
    let input = Node("x⟨\(t + 1)⟩\n\(letter)", at: left + 1.5, 0, shape: .plain)
    nodes += [times, plus, keep, write, input]
    arrows += [(boxes[t], times), (times, plus), (plus, boxes[t + 1])].map {
      Arrow($0, $1, ink: .forward, strength: 0.6)
    }
    arrows += [Arrow(keep, times), Arrow(write, plus), Arrow(input, keep), Arrow(input, write)]
  }
  return Diagram(
    title: "A counter that reads aabb: up by 1 at each a, down by 1 at each b", nodes: nodes, arrows: arrows,
    spacing: (66, 78))
}

/// The whole cell over one step, and where a and c go.
func cellPicture() -> Diagram {
  let cell = CellPicture()
  let stays = Node("to the next step\nof this layer", at: 7.7, 2, shape: .plain)
  let leaves = Node("to the next step,\nand to the output", at: 7.7, 1.2, shape: .plain)
  return Diagram(
    title: "The LSTM cell over one step: c straight along the top, a below", nodes: cell.nodes + [stays, leaves],
    arrows: cell.arrows + [Arrow(cell.c, stays), Arrow(cell.a, leaves)], frames: [cell.frame], spacing: (94, 80))
}

// MARK: - Counting

/// The memory of both kinds of unit, letter by letter.
func countTable(_ word: String, _ rows: [(name: String, c: [Double])]) -> Table {
  Table(
    ["t", "letter"] + rows.map(\.name),
    rows: word.enumerated().map { t, letter in
      ["\(t + 1)", "\(letter)"] + rows.map { short($0.c[t + 1]).replacing("−", with: "-") }
    })
}

/// The words ab, aabb, aaabbb and so on, as a language model reads them.
enum Words {
  static let vocabulary = Vocabulary(of: "\nab", unit: .character)
  /// The longest word in training has so many letters a.
  static let longest = 12
  static func word(_ n: Int) -> String { String(repeating: "a", count: n) + String(repeating: "b", count: n) }
  static func ids(_ n: Int) -> [Int32] { word(n).map { vocabulary.id(of: String($0))! } }
  static let training = SentenceBatches((1...longest).map { ids($0) }, end: vocabulary.end!)
  /// What the best guesses score: only the number of letters a cannot be known, and all twelve are equally likely.
  static let floor = log(Double(longest)) / Double((1...longest).reduce(0) { $0 + 2 * $1 + 1 }) * Double(longest)
}

/// A network that has learned the words with up to twelve letters a.
struct CountingNetwork<Cell: RecurrentCell<Float>> {
  typealias Model = LanguageModel<Recurrent<Cell>>
  let seed: UInt64
  var model: Model

  /// The loss on the words of the training, in nats per letter.
  var loss: Double { model.meanLoss(over: Words.training.all(inBatchesOf: Words.longest)) }

  /// Whether from the first b on each letter that comes, and the end, has a probability of more than ½.
  private func isRight(_ n: Int) -> Bool {
    let guesses = model.probabilities(TokenBatch(sequence: [TokenBatch.none] + Words.ids(n)))
    let came = Words.ids(n) + [Words.vocabulary.end!]
    return (n + 1...2 * n).allSatisfy { guesses[$0][Int(came[$0]), 0] > 0.5 }
  }

  /// The largest n up to which every word is right; 99 at most.
  var furthest: Int { (1...99).first { !isRight($0) }.map { $0 - 1 } ?? 99 }

  /// The memory of each unit after every letter of a word, from 0 before the first.
  private func memories(_ n: Int) -> [[Double]] {
    model.reading(of: Words.ids(n)).states.last!.map { [0] + $0 }
  }

  /// The memory of the unit that counts best, along a word: that which follows the true count most closely
  /// on the longest word of the training. A unit that counts downwards is turned over.
  func counter(_ n: Int) -> [Double] {
    func count(_ n: Int) -> [Double] { (0...2 * n).map { Double(min($0, 2 * n - $0)) } }
    let alike = memories(Words.longest).map { correlation($0, count(Words.longest)) }
    let unit = alike.indices.max { abs(alike[$0]) < abs(alike[$1]) }!
    return memories(n)[unit].map { alike[unit] < 0 ? -$0 : $0 }
  }
}

/// How alike two rows of numbers rise and fall, from −1 to 1.
func correlation(_ v: [Double], _ w: [Double]) -> Double {
  let (v, w) = (v.map { $0 - mean(v) }, w.map { $0 - mean(w) })
  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  return dot(v, w) / max((dot(v, v) * dot(w, w)).squareRoot(), 1e-12)
}

/// The networks that learn to count: the seeds, and the training, which is the same for every kind of cell.
@MainActor struct Counting {
  let run: NotebookOptions

  var seeds: [UInt64] { (0..<run.choose(quick: 1, standard: 5, full: 10)).map { run.seed() &+ $0 } }

  func lstms(units: Int, line: Int = #line) -> [CountingNetwork<LSTMCell<Float>>] {
    train("LSTM", line) { LSTMCell(inputSize: 3, hiddenSize: units, forgetBias: 1, using: &$0) }
  }

  func grus(units: Int, line: Int = #line) -> [CountingNetwork<GRUCell<Float>>] {
    train("GRU", line) {
      var cell = GRUCell<Float>(inputSize: 3, hiddenSize: units, form: .resetBefore, using: &$0)
      cell.bu = Matrix(rows: units, columns: 1, repeating: -1)
      return cell
    }
  }

  func rnns(units: Int, line: Int = #line) -> [CountingNetwork<RNNCell<Float>>] {
    train("RNN", line) { RNNCell(inputSize: 3, hiddenSize: units, using: &$0) }
  }

  private func train<Cell: RecurrentCell<Float> & TorchModule>(
    _ name: String, _ line: Int, _ makeCell: (inout RandomSource) -> Cell
  ) -> [CountingNetwork<Cell>] {
    seeds.map { seed in
      var (random, data) = (RandomSource(seed: seed), RandomSource(seed: seed &+ 1_000))
      let trainer = trained(
        "counting, \(name), seed \(seed)", makeCell(&random), reading: Words.vocabulary, kind: name.lowercased(),
        steps: run.choose(quick: 40, standard: 1_200, full: 4_000), rate: 0.01,
        heldOut: Words.training.all(inBatchesOf: Words.longest), using: &random, line: line
      ) { Words.training.random(20, using: &data) }
      return CountingNetwork(seed: seed, model: trainer.model)
    }
  }
}

/// A language model with such a cell, trained by Adam with a learning rate that falls to 0. An interrupt saves it where
/// `--save` says so, and ends the lesson.
@MainActor func trained<Cell: RecurrentCell<Float> & TorchModule>(
  _ name: String, _ cell: Cell, reading vocabulary: Vocabulary, kind: String, isMain: Bool = false, steps: Int,
  rate: Double, heldOut: [(batch: LanguageBatch, continues: Bool)], using random: inout RandomSource,
  line: Int, on next: () -> LanguageBatch
) -> Trainer<LanguageModel<Recurrent<Cell>>> {
  let model = LanguageModel(
    layer: Recurrent(cell), output: Dense(inputSize: cell.hiddenSize, outputSize: vocabulary.count, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  _ = trainer.train(name, steps: steps, points: 1, heldOut: heldOut, settling: true, line: line) { _ in
    (next(), false)
  }
  options.own.saveIfInterrupted(trainer, vocabulary: vocabulary, cell: "\(kind) × 1", isMain: isMain, line: line)
  if Interrupt.requested { end(line: line) }
  return trainer
}

/// The colours of the page.
private let cells = ["RNN", "GRU", "LSTM"]

/// How far each network is right, a group of bars for each seed.
func furthestChart(_ kinds: [(name: String, furthest: [Int])], seeds: [UInt64]) -> Chart {
  Chart(
    "Trained on words up to n = 12: how far is each network right?",
    x: Axis("seed", .categorical(seeds.map(String.init))),
    y: Axis("right up to n = …", range: 0...Double(kinds.flatMap(\.furthest).max()! + 4)), colours: cells,
    kinds.map { .bars($0.name, y: $0.furthest, showsValues: true) }
      + [.rule("training ends", y: Double(Words.longest))])
}

/// The memory of one unit of each network along one word.
func countersChart(_ n: Int, lstm: [Double], gru: [Double]) -> Panels {
  func chart(_ name: String, _ c: [Double], _ range: ClosedRange<Double>) -> Chart {
    Chart(
      "\(name): one unit", x: "letters read", y: Axis("c of the unit", range: range), colours: cells,
      [
        .line("", x: c.indices, y: c, hasPoints: true, like: name),
        .rule("last a", x: Double(n)),
      ])
  }
  return Panels(
    "The memory of one unit over \(n) letters a and \(n) letters b",
    [chart("LSTM", lstm, min(-2, lstm.min()!)...max(lstm.max()! + 1, 4)), chart("GRU", gru, -1.1...1.1)])
}

/// The network with one gate at the same value everywhere: gate 0 is Γ_u, 1 is Γ_f, 2 is Γ_o.
func fixing(
  _ gate: Int, at value: Double, in network: CountingNetwork<LSTMCell<Float>>
) -> CountingNetwork<LSTMCell<Float>> {
  var broken = network
  let units = network.model.layer.cell.hiddenSize
  let rows = gate * units..<(gate + 1) * units
  let bias = value >= 1 ? 40 : value <= 0 ? -40 : log(value / (1 - value))
  broken.model.layer.cell.Wax.replaceRows(rows, with: Matrix(rows: units, columns: 3))
  broken.model.layer.cell.Waa.replaceRows(rows, with: Matrix(rows: units, columns: units))
  broken.model.layer.cell.ba.replaceRows(rows, with: Matrix(rows: units, columns: 1, repeating: Float(bias)))
  return broken
}

/// How far the network is right, and its loss, as it is and with gates held at one value.
func brokenTable(_ rows: [(name: String, network: CountingNetwork<LSTMCell<Float>>)]) -> Table {
  Table(
    ["", "right up to n =", "loss, nats per letter"], varying: ["right up to n =", "loss, nats per letter"],
    rows: rows.map { [$0.name, $0.network.furthest, String(format: "%.2f", $0.network.loss)] })
}

// MARK: - Quoted speech

/// Lines with quoted speech, character by character.
enum Lines {
  static let vocabulary = QuotedLines.vocabulary
  static func ids(_ line: String) -> [Int32] { line.map { vocabulary.id(of: String($0)) ?? TokenBatch.none } }
  static func batches(_ lines: [[String]]) -> SentenceBatches {
    SentenceBatches(lines.map { ids(QuotedLines.text(of: $0)) }, end: vocabulary.end!)
  }
  /// Lines that no network is trained on, but by chance.
  static let heldOut: [[String]] = {
    var random = RandomSource(seed: 7)
    return QuotedLines.grammar.sentences(200, using: &random)
  }()
  static let texts = heldOut.map(QuotedLines.text(of:))
  static let mark = Int(vocabulary.id(of: "\"")!)

  /// The probability that the next character is a quotation mark, by the grammar, after each character of a line.
  static func exactProbabilities(along line: String) -> [Double] {
    var words: [String] = []  // the finished ones
    var letters = ""  // of the word that is being read
    var isInside = false
    return line.map { character in
      switch character {
      case " ", ".":
        if !letters.isEmpty { words.append(letters) }
        if character == "." { words.append(".") }
        letters = ""
      case "\"":
        if !letters.isEmpty { words.append(letters) }
        words.append(isInside ? ">" : "<")
        letters = ""
        isInside.toggle()
      default: letters.append(character)
      }
      return probabilityOfAMark(after: words, and: letters, behindSpace: character == " ")
    }
  }

  private static func probabilityOfAMark(after words: [String], and letters: String, behindSpace: Bool) -> Double {
    let next = QuotedLines.grammar.continuations(of: words)
    if letters.isEmpty {
      // A mark opens behind a space.
      return behindSpace ? next.first { $0.word == "<" }?.probability ?? 0 : 0
    }
    let possible = next.filter { $0.word?.hasPrefix(letters) == true }
    let total = possible.reduce(0) { $0 + $1.probability }
    guard let whole = possible.first(where: { $0.word == letters }), total > 0 else { return 0 }
    let closing = QuotedLines.grammar.continuations(of: words + [letters]).first { $0.word == ">" }?.probability ?? 0
    return whole.probability / total * closing
  }
}

/// A language model of the lines.
@MainActor func trainOnLines(
  _ run: NotebookOptions, using random: inout RandomSource, line: Int = #line
) -> Trainer<LanguageModel<LSTM<Float>>> {
  let read = Lines.batches(
    QuotedLines.grammar.sentences(run.choose(quick: 200, standard: 4_000, full: 16_000), using: &random))
  let cell = LSTMCell<Float>(inputSize: Lines.vocabulary.count, hiddenSize: 24, forgetBias: 1, using: &random)
  var data = random
  return trained(
    "quoted speech, LSTM", cell, reading: Lines.vocabulary, kind: "lstm", isMain: true,
    steps: run.choose(quick: 30, standard: 1_600, full: 5_000), rate: 0.02,
    heldOut: Lines.batches(Lines.heldOut).all(inBatchesOf: 100), using: &random, line: line
  ) { read.random(16, using: &data) }
}

/// The unit of a network without which quotations are not closed.
struct MarkUnit {
  typealias Model = LanguageModel<LSTM<Float>>
  let model: Model
  let unit: Int
  /// The mean probability of the closing mark where it comes: as the network reads on, and after c of the unit was
  /// set to its mean outside, three characters behind the opening mark.
  let closes, closesWithout: Double

  init(of model: Model) {
    self.model = model
    let told = Lines.texts.prefix(run.choose(quick: 10, standard: 60, full: 60)).map {
      (text: Array($0), ids: Lines.ids($0), inside: QuotedLines.isQuoted($0))
    }
    let units = model.layer.cell.hiddenSize
    var (cells, places) = (Array(repeating: [Double](), count: units), [Bool]())
    for line in told {
      let c = model.reading(of: line.ids).states[1]
      for t in 1..<line.text.count where line.text[t - 1].isLetter && !line.text[t].isLetter {
        places.append(line.inside[t - 1])
        for unit in 0..<units { cells[unit].append(c[unit][t - 1]) }
      }
    }
    func meanOutside(_ unit: Int) -> Double { mean(zip(cells[unit], places).filter { !$1 }.map(\.0)) }
    func state(_ ids: [Int32], from state: RecurrentState<Float>?) -> RecurrentState<Float> {
      let tape = model.layer.makeTape()
      model.layer.forward(.tokens(TokenBatch(sequence: ids)), from: state, mask: nil, on: tape)
      return tape.finalState
    }
    let quotations = told.map { line -> (early: RecurrentState<Float>, rest: [Int32]) in
      let open = line.text.firstIndex(of: "\"")!, close = line.text[(open + 1)...].firstIndex(of: "\"")!
      return (state([TokenBatch.none] + line.ids[...(open + 3)], from: nil), Array(line.ids[(open + 4)..<close]))
    }
    func closing(_ unit: Int? = nil) -> Double {
      mean(
        quotations.map { quotation in
          var early = quotation.early
          if let unit { early.values[1][unit, 0] = Float(meanOutside(unit)) }
          let a = state(quotation.rest, from: early).values[0]
          return Double(softmax(model.output.Wya * a + model.output.by)[Lines.mark, 0])
        })
    }
    let effects = (0..<units).map { closing($0) }
    unit = effects.indices.min { effects[$0] < effects[$1] }!
    (closes, closesWithout) = (closing(), effects[unit])
  }

  /// The probability that the next character is a quotation mark, by the network, after each character of a line.
  func probabilities(along line: String) -> [Double] {
    let guesses = model.probabilities(TokenBatch(sequence: [TokenBatch.none] + Lines.ids(line)))
    return (1...line.count).map { Double(guesses[$0][Lines.mark, 0]) }
  }

  /// The unit along a line, a row for each of its six quantities, and below them the probability of a mark by the
  /// network and by the grammar.
  func picture(along line: String) -> Heatmap {
    let over = model.reading(of: Lines.ids(line))
    let rows: [(String, [Double])] = [
      ("tanh c", over.states[1][unit].map { tanh($0) }), ("update gate", over["Γu"][unit]),
      ("candidate", over["c̃"][unit]), ("forget gate", over["Γf"][unit]), ("output gate", over["Γo"][unit]),
      ("a", over.states[0][unit]),
      ("P(mark), network", probabilities(along: line)), ("P(mark), grammar", Lines.exactProbabilities(along: line)),
    ]
    return Heatmap(
      "One unit of an LSTM follows the quotation marks", x: "character read", y: "", color: "value",
      palette: .diverging, range: -1...1, values: rows.map(\.1),
      columns: line.map { $0 == " " ? "␣" : String($0) }, rows: rows.map(\.0))
  }
}
