// What stands behind Lesson 09: the drawings, the networks that follow three machines, what can be read off their layers,
// and the language models that have too little to read.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// A number for a label: two decimals, with a minus sign as the prose has it.
func short(_ number: Double) -> String {
  abs(number) < 5e-7 ? "0" : String(format: "%.2f", number).replacing("-", with: "−")
}

/// "1 layer", "2 layers", …
func layersName(_ count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

// MARK: - Drawings

/// The grid of a deep network, with one state and the two arrows into it picked out.
func gridPicture(layers: Int, steps: Int, marked: (layer: Int, step: Int)) -> Diagram {
  func isMarked(_ l: Int, _ t: Int) -> Bool { l == marked.layer && t == marked.step }
  let inputs = (1...steps).map { Node("x⟨\($0)⟩", at: Double($0), 0, shape: .plain) }
  let answers = (1...steps).map { Node("ŷ⟨\($0)⟩", at: Double($0), Double(layers) + 1, shape: .plain) }
  let states = (1...layers).map { l in
    (1...steps).map { t in
      Node("a[\(l)]⟨\(t)⟩", at: Double(t), Double(l), ink: isMarked(l, t) ? .accent : .forward)
    }
  }
  let starts = (1...layers).map { Node("a[\($0)]⟨0⟩", at: 0.1, Double($0), shape: .plain) }
  let names = (1...layers).map { Node("layer \($0)", at: Double(steps) + 0.95, Double($0), shape: .plain) }
  var arrows: [Arrow] = []
  for t in 0..<steps {
    for l in 0..<layers {
      let ink: Ink = isMarked(l + 1, t + 1) ? .accent : .faint
      arrows.append(Arrow(t == 0 ? starts[l] : states[l][t - 1], states[l][t], ink: ink))
      arrows.append(Arrow(l == 0 ? inputs[t] : states[l - 1][t], states[l][t], ink: ink))
    }
    arrows.append(Arrow(states[layers - 1][t], answers[t], ink: .faint))
  }
  return Diagram(
    title: "A deep network: layers upwards, time to the right",
    nodes: inputs + starts + states.joined() + answers + names, arrows: arrows, spacing: (112, 78))
}

/// Two layers of one unit over three steps, with their numbers.
func handPicture(x: [Double], low: [Double], high: [Double]) -> Diagram {
  let steps = x.indices.dropFirst()
  let inputs = steps.map { Node("x⟨\($0)⟩\n\(x[$0] == 0 ? "0" : "\(x[$0])")", at: Double($0), 0, shape: .plain) }
  let lower = steps.map { Node("a[1]⟨\($0)⟩\n\(short(low[$0]))", at: Double($0), 1.1, ink: .forward) }
  let upper = steps.map { Node("a[2]⟨\($0)⟩\n\(short(high[$0]))", at: Double($0), 2.2, ink: .accent) }
  let starts = [
    Node("a[1]⟨0⟩\n0", at: 0.1, 1.1, shape: .plain), Node("a[2]⟨0⟩\n0", at: 0.1, 2.2, shape: .plain),
  ]
  var arrows: [Arrow] = []
  for t in inputs.indices {
    arrows.append(Arrow(inputs[t], lower[t]))
    arrows.append(Arrow(t == 0 ? starts[0] : lower[t - 1], lower[t], ink: .forward))
    arrows.append(Arrow(lower[t], upper[t], ink: .forward))
    arrows.append(Arrow(t == 0 ? starts[1] : upper[t - 1], upper[t], ink: .accent))
  }
  return Diagram(
    title: "The lower unit fades, the upper one collects", nodes: inputs + starts + lower + upper, arrows: arrows,
    spacing: (125, 82))
}

/// One step of a layer with a residual connection around it.
func residualPicture() -> Diagram {
  let below = Node("from layer l−1", at: 0, 0, shape: .plain)
  let layer = Node("layer l", at: 0, 1, shape: .gate, ink: .forward)
  let before = Node("from t−1", at: -1.15, 1, shape: .plain)
  let after = Node("to t+1", at: 1.3, 1, shape: .plain)
  let sum = Node("+", at: 0, 2, shape: .operation, ink: .accent)
  let above = Node("to layer l+1", at: 0, 2.85, shape: .plain)
  return Diagram(
    title: "A residual connection",
    nodes: [below, layer, before, after, sum, above],
    arrows: [
      Arrow(below, layer), Arrow(before, layer, ink: .forward), Arrow(layer, after, ink: .forward), Arrow(layer, sum),
      Arrow(sum, above), Arrow(below, sum, ink: .accent, via: [(-0.62, 0), (-0.62, 2)]),
    ], spacing: (125, 66))
}

// MARK: - The library's stack

/// ŷ⟨1⟩ … ŷ⟨T⟩ of the library's layers with these weights, for x⟨1⟩ … x⟨T⟩ after an entry that only fills its place.
func answersOfTheLibrary(_ cells: [RNNCell<Double>], _ output: Dense<Double>, _ x: [Columns]) -> [Columns] {
  let model = Tagger(layer: Deep(cells.map { Recurrent($0) }), output: output)
  let ŷ = model.probabilities(.features(SequenceBatch(Array(x.dropFirst()))))
  return x.indices.dropFirst().map { ŷ[$0 - 1] }
}

/// W_aa and W_ax side by side, as W_a.
func beside(_ left: Columns, _ right: Columns) -> Columns {
  ([left.transposed, right.transposed] as Columns).transposed
}

// MARK: - Three machines

/// A stack of plain layers.
typealias PlainStack = Deep<RNN<Float>>

/// A network that follows the machines, with what it got right along its training.
struct Follower {
  let units: [Int]
  let parameterCount: Int
  let steps: [Double], right: [Double]
  /// Its states, layer by layer from the bottom, for sequences of symbols.
  let states: (TaggerBatch<Float>) -> [SequenceBatch<Float>]

  /// What it got right after this many steps, or at the end of a shorter training.
  func right(after step: Int) -> Double { right[steps.lastIndex { $0 <= Double(step) }!] }
}

/// Three machines in a row, and the networks that learn to follow the last.
struct Machines {
  static let (count, states, length) = (3, 4, 20)

  /// The machines are the same in every run.
  let pipeline: AutomatonPipeline
  let test: TaggerBatch<Float>
  private let run: NotebookOptions
  private let steps: Int
  private let budget: Int

  init(_ run: NotebookOptions) {
    var random = RandomSource(seed: 2_001)
    pipeline = AutomatonPipeline(levels: Self.count, states: Self.states, using: &random)
    random = RandomSource(seed: run.seed() &+ 500)
    test = pipeline.batch(count: 400, length: Self.length, using: &random)
    self.run = run
    steps = run.choose(quick: 40, standard: 1_500, full: 4_500)
    budget = Self.parameters([run.choose(quick: 32, standard: 90, full: 90)], blocks: 1)
  }

  /// The three tables side by side.
  var tables: String {
    func row(_ name: String, _ cells: [String]) -> String {
      name.padding(toLength: 15, withPad: " ", startingAt: 0) + cells.joined(separator: "      ")
    }
    let symbols = (0..<Self.states).map(String.init).joined(separator: " ")
    let head = [
      row("", (1...Self.count).map { "machine \($0)" }.map { $0.padding(toLength: 7 + 2, withPad: " ", startingAt: 0) })
        .replacing("      machine", with: "    machine"),
      row("it reads", Array(repeating: symbols, count: Self.count)),
    ]
    let body = (0..<Self.states).map { q in
      row("from state \(q)", pipeline.tables.map { $0[q].map(String.init).joined(separator: " ") })
    }
    return (head + body).joined(separator: "\n")
  }

  /// The parameters of a stack with a softmax on top; a GRU's layer has three blocks of weights.
  private static func parameters(_ units: [Int], blocks: Int) -> Int {
    var (total, below) = (0, states)
    for n in units { (total, below) = (total + blocks * n * (n + below + 1), n) }
    return total + states * (below + 1)
  }

  /// The units of each layer, equal or one more in the lower ones, with the number of parameters nearest to the budget.
  private func units(_ layers: Int, blocks: Int) -> [Int] {
    let all = (4...160).flatMap { n in (0..<layers).map { more in (0..<layers).map { $0 < more ? n + 1 : n } } }
    return all.min {
      abs(Self.parameters($0, blocks: blocks) - budget) < abs(Self.parameters($1, blocks: blocks) - budget)
    }!
  }

  private func trained<Cell: RecurrentCell<Float>>(
    _ name: String, _ units: [Int], line: Int, _ make: (Int, Int, inout RandomSource) -> Cell
  ) -> Follower {
    var random = RandomSource(seed: run.seed())
    let layer = Deep(zip([Self.states] + units, units).map { Recurrent(make($0, $1, &random)) })
    let model = Tagger(layer: layer, output: Dense(inputSize: units.last!, outputSize: Self.states, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.003, for: model), clipping: .norm(1))
    var data = RandomSource(seed: run.seed() &+ 1_000)  // the same sequences for every network
    var curve: (steps: [Double], right: [Double]) = ([], [])
    _ = trainer.train(
      name, steps: steps, points: max(1, steps / 100), heldOut: [(test.examples(0..<50), false)], line: line,
      on: { _ in (pipeline.batch(count: 32, length: Self.length, using: &data), false) }
    ) { report, hasNewPoint, trainer in
      guard hasNewPoint else { return }
      curve.steps.append(Double(report.step))
      curve.right.append(percentEqual(trainer.model.tags(test.inputs).ids, test.targets.ids))
    }
    if Interrupt.requested { end(line: line) }
    let final = trainer.model
    return Follower(
      units: units, parameterCount: model.parameterCount, steps: curve.steps, right: curve.right
    ) { batch in
      guard case .tokens(let tokens) = batch.inputs else { preconditionFailure("symbols are tokens") }
      let pass = final.layer(tokens.oneHot(size: Self.states))
      return pass.layers.map(\.outputSequence)
    }
  }

  func trainPlain(layers: Int, line: Int = #line) -> Follower {
    trained("plain, \(layersName(layers))", units(layers, blocks: 1), line: line) {
      RNNCell(inputSize: $0, hiddenSize: $1, recurrentInitialization: .orthogonal(), using: &$2)
    }
  }

  func trainGRU(layers: Int, line: Int = #line) -> Follower {
    trained("GRU, \(layersName(layers))", units(layers, blocks: 3), line: line) {
      GRUCell(inputSize: $0, hiddenSize: $1, using: &$2)
    }
  }

  // MARK: What can be read off a layer

  /// For each layer of the network, and each machine: in how many of 100 steps a softmax on that layer alone tells the
  /// machine's state. The softmax is trained on 200 sequences and tested on the 200 others of the test.
  func probes(of network: Follower) -> [[Double]] {
    guard case .tokens(let tokens) = test.inputs else { preconditionFailure("symbols are tokens") }
    let batch = tokens.batch
    let machines = (0..<batch).map { i in
      Array(pipeline.states(reading: (0..<Self.length).map { Int(tokens[$0, i]) }).dropFirst())
    }
    return network.states(test).map { layer in
      (0..<Self.count).map { machine in
        Probe(states: layer, told: 0..<batch / 2, tested: batch / 2..<batch) { t, i in machines[i][machine][t] }
          .right
      }
    }
  }
}

/// A softmax on the states of one layer.
private struct Probe {
  let right: Double

  init(states: SequenceBatch<Float>, told: Range<Int>, tested: Range<Int>, _ state: (Int, Int) -> Int) {
    let k = Machines.states
    /// The states of some examples with a 1 below, and what's asked, a column for each step of each.
    func columns(_ examples: Range<Int>) -> (a: Matrix<Float>, asked: [Int]) {
      let places = (0..<states.length).flatMap { t in examples.map { (t, $0) } }
      let steps = (0..<states.length).map { states[$0] }
      let n = steps[0].rows
      var elements: [Float] = []
      elements.reserveCapacity((n + 1) * places.count)
      for row in 0..<n { for (t, i) in places { elements.append(steps[t][row, i]) } }
      elements += Array(repeating: 1, count: places.count)
      return (Matrix(rows: n + 1, columns: places.count, elements: elements), places.map(state))
    }
    let (a, asked) = columns(told)
    let y = Matrix<Float>(
      rows: k, columns: asked.count, elements: (0..<k).flatMap { q in asked.map { $0 == q ? 1 : 0 } })
    let transposed = a.transposed
    var (W, speed) = (Matrix<Float>(rows: k, columns: a.rows), Matrix<Float>(rows: k, columns: a.rows))
    for _ in 0..<100 {
      speed = 0.9 * speed - (0.5 / Float(asked.count)) * ((softmax(W * a) - y) * transposed)
      W = W + speed
    }
    let (b, hidden) = columns(tested)
    let ŷ = W * b
    let guesses = hidden.indices.map { j in (0..<k).max { ŷ[$0, j] < ŷ[$1, j] }! }
    right = percentEqual(guesses, hidden)
  }
}

/// How much each stack got right along its training; a number of layers keeps its colour.
func followersChart(_ title: String, _ followers: [Follower], _ layers: [Int]) -> Chart {
  Chart(
    title, x: "training step", y: Axis("right [%]", range: 20...102), colours: (1...3).map(layersName),
    zip(layers, followers).map { .line(layersName($0), x: $1.steps, y: $1.right, hasPoints: true) }
      + [.rule("chance level", y: 25)])
}

/// How often a probe on each layer is right about each machine, the top layer first.
func probesTable(_ right: [[Double]]) -> Table {
  let machines = right[0].indices.map { "machine \($0 + 1)" }
  return Table(
    ["probe on"] + machines, varying: machines,
    rows: right.indices.reversed().map { l in ["layer \(l + 1)"] + right[l].map { String(format: "%.0f", $0) } })
}

// MARK: - Many layers

/// Weights of square layers, drawn uniformly as in PyTorch.
func squareLayers(_ count: Int, units: Int, seed: UInt64) -> [Columns] {
  var random = RandomSource(seed: seed)
  return (0..<count).map { _ in RNNCell<Double>(inputSize: units, hiddenSize: units, using: &random).Wax }
}

/// A random column of this length.
func columnOfLength(_ length: Double, rows: Int, seed: UInt64) -> Columns {
  var random = RandomSource(seed: seed &+ 50)
  let column = Columns(rows: rows, columns: 1) { random.normal() }
  return (length / norm(column)) * column
}

/// The length of a column.
func norm(_ column: Columns) -> Double { column.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// What is left of a nudge after some of the layers.
func nudgeTable(_ name: String, _ sizes: [Double], _ format: String) -> Table {
  let layers = [1, 2, 3, 4, 8]
  return Table(
    ["after layer"] + layers.map(String.init), rows: [[name] + layers.map { String(format: format, sizes[$0 - 1]) }])
}

// MARK: - Too little text

/// A hundred sentences to learn from, and many more to test on.
struct FewSentences {
  static let grammar = Grammar.kitchen
  static let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.endOfSentence] + grammar.vocabulary)
  /// The mean loss of a guesser who knows the grammar.
  static let floor = grammar.entropy / (grammar.expectedLength + 1)

  let count: Int
  private let told: SentenceBatches, test: SentenceBatches
  private let run: NotebookOptions

  init(_ count: Int, _ run: NotebookOptions) {
    var random = RandomSource(seed: run.seed() &+ 2_000)
    let ids = Self.grammar.sentences(count + 200, using: &random).map { $0.map { Self.vocabulary.id(of: $0)! } }
    (told, test) = (
      SentenceBatches(Array(ids.prefix(count)), end: Self.vocabulary.end!),
      SentenceBatches(Array(ids.suffix(200)), end: Self.vocabulary.end!)
    )
    self.count = count
    self.run = run
  }

  /// The losses along a training, in nats per token, both without dropping anything.
  struct Outcome {
    var steps: [Double] = []
    /// On the sentences to learn from, and on those held out.
    var told: [Double] = [], test: [Double] = []

    /// The same training up to this step.
    func until(_ step: Double) -> Outcome {
      let points = steps.prefix { $0 <= step }.count
      return Outcome(
        steps: Array(steps.prefix(points)), told: Array(told.prefix(points)), test: Array(test.prefix(points)))
    }

    /// How far the loss on the sentences held out ends above its lowest point.
    var rise: Double { test.last! - test.min()! }
  }

  /// Two GRU layers with dropout above each of them, untrained.
  private func model(dropout rate: Double) -> LanguageModel<Deep<Dropout<GRU<Float>>>> {
    var random = RandomSource(seed: run.seed() &+ 3_000)
    let layer = Deep(depth: 2, inputSize: Self.vocabulary.count) {
      Dropout(Recurrent(GRUCell<Float>(inputSize: $0, hiddenSize: 48, using: &random)), rate: rate)
    }
    return LanguageModel(
      layer: layer, output: Dense(inputSize: 48, outputSize: Self.vocabulary.count, using: &random))
  }

  var parameterCount: Int { model(dropout: 0).parameterCount }

  func train(dropout rate: Double, line: Int = #line) -> Outcome {
    var random = RandomSource(seed: run.seed() &+ 4_000)  // the same batches for both
    let model = model(dropout: rate)
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.005, for: model), clipping: .norm(1))
    let steps = run.choose(quick: 30, standard: 300, full: 900)
    var outcome = Outcome()
    _ = trainer.train(
      "dropout \(rate)", steps: steps, points: max(10, steps / 30),
      heldOut: test.all(inBatchesOf: 300), line: line, on: { _ in (told.random(50, using: &random), false) }
    ) { report, hasNewPoint, trainer in
      guard hasNewPoint else { return }
      outcome.steps.append(Double(report.step))
      outcome.told.append(trainer.model.meanLoss(over: told.all(inBatchesOf: 300)))
      outcome.test.append(trainer.model.meanLoss(over: test.all(inBatchesOf: 300)))
    }
    if Interrupt.requested { end(line: line) }
    return outcome
  }
}

/// The losses with and without dropout.
func dropoutChart(without: FewSentences.Outcome, with: FewSentences.Outcome) -> Chart {
  let names = ["without, held out", "with, held out"]
  return Chart(
    "Dropout: worse on the hundred sentences, better on others", x: "training step", y: "loss [nats per token]",
    colours: names,
    [
      .line(names[0], x: without.steps, y: without.test), .line(names[1], x: with.steps, y: with.test),
      .line("without, the hundred", x: without.steps, y: without.told, like: names[0], isDashed: true),
      .line("with, the hundred", x: with.steps, y: with.told, like: names[1], isDashed: true),
      .rule("floor: the entropy", y: FewSentences.floor),
    ])
}

// MARK: - Answers

/// The parameters of a stack of LSTM layers.
func lstmParameters(inputs: Int, units: [Int]) -> Int {
  var random = RandomSource(seed: 1)
  return zip([inputs] + units, units).reduce(0) {
    $0 + LSTMCell<Float>(inputSize: $1.0, hiddenSize: $1.1, using: &random).parameterCount
  }
}
