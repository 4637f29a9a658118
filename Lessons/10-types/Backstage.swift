// What stands behind Lesson 10: the drawings, a trained network with its steps at hand, and the trainings.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Float>

/// A trained network, a step at a time.
struct Network {
  /// a⟨t⟩ from a⟨t−1⟩ and x⟨t⟩: one step of its cell.
  let step: (_ a: Columns, _ x: Columns) -> Columns
  /// The weights of the output; empty where there is none.
  let Wya: Columns, by: Columns
  /// a⟨0⟩ = 0, and an input of zeros.
  let zero: Columns, nothing: Columns
  /// The tokens that it writes.
  let vocabulary: Vocabulary?

  init<Cell: RecurrentCell<Float>>(
    _ layer: Recurrent<Cell>, _ output: Dense<Float>? = nil, vocabulary: Vocabulary? = nil
  ) {
    step = { a, x in layer(SequenceBatch([x]), from: RecurrentState([a])).finalState.values[0] }
    Wya = output?.Wya ?? Columns(rows: 0, columns: layer.outputSize)
    by = output?.by ?? Columns(rows: 0, columns: 1)
    zero = Columns(rows: layer.outputSize, columns: 1)
    nothing = Columns(rows: layer.inputSize, columns: 1)
    self.vocabulary = vocabulary
  }

  /// ŷ from a.
  func answer(_ a: Columns) -> Columns { softmax(Wya * a + by) }

  /// The one-hot column of a token.
  func oneHot(_ token: Int) -> Columns {
    var x = nothing
    x[token, 0] = 1
    return x
  }

  /// The one-hot columns of the characters of a text.
  func oneHot(_ text: String) -> [Columns] { text.map { oneHot(Int(vocabulary!.id(of: String($0))!)) } }

  /// The token that ends what it writes.
  var end: Int { Int(vocabulary!.end!) }

  /// The character that a token stands for.
  func character(_ token: Int) -> String { vocabulary!.tokens[token] }
}

/// The place of the largest entry.
func likeliest(_ ŷ: Columns) -> Int { ŷ.elements.indices.max { ŷ.elements[$0] < ŷ.elements[$1] }! }

/// A share in words that a table can have: 0.36.
func short(_ p: Double) -> String { String(format: "%.2f", p) }

// MARK: - Drawings

/// A chain of states, with what comes in below and what goes out above.
struct Chain {
  var nodes: [Node] = [], arrows: [Arrow] = []
  private(set) var states: [Node] = [], outputs: [Node?] = []

  /// - Parameters:
  ///   - left: The column of the first state.
  ///   - spacing: The columns between two states.
  ///   - labels: What stands on the states; "…" is a gap.
  ///   - inputs: What comes in at each state, or nothing.
  ///   - outputs: What goes out of each, or nothing.
  ///   - feedsBack: Whether each output comes back in one step later.
  ///   - isForced: Whether what comes in is the right answer to the step before; its arrows are dashed, as in Lesson 04.
  ///   - ink: The colour of the states.
  init(
    at left: Double, spacing: Double = 1, states labels: [String], inputs: [String?], outputs names: [String?],
    feedsBack: Bool = false, isForced: Bool = false, ink: Ink = .forward
  ) {
    func column(_ t: Int) -> Double { left + spacing * Double(t) }
    states = labels.enumerated().map { t, label in
      Node(label, at: column(t), 1.1, shape: label == "…" ? .plain : .box, ink: ink)
    }
    outputs = names.enumerated().map { t, name in
      name.map { Node($0, at: column(t), 2.2, shape: $0 == "…" ? .plain : .box, ink: .accent) }
    }
    let below = inputs.enumerated().map { t, input in
      input.map { Node($0, at: column(t), 0, shape: .plain) }
    }
    nodes = states + outputs.compactMap { $0 } + below.compactMap { $0 }
    arrows = zip(states, states.dropFirst()).map { Arrow($0, $1, ink: ink) }
    for t in labels.indices {
      if let input = below[t], labels[t] != "…" {
        arrows.append(Arrow(input, states[t], ink: isForced ? .accent : .neutral, isDashed: isForced))
      }
      guard let output = outputs[t], labels[t] != "…" else { continue }
      arrows.append(Arrow(states[t], output, ink: .accent))
      if feedsBack && t + 1 < labels.count { arrows.append(Arrow(output, states[t + 1], ink: .accent)) }
    }
    if feedsBack {
      for t in labels.indices where labels[t] == "…" && t + 1 < labels.count {
        if let output = outputs[t] { arrows.append(Arrow(output, states[t + 1], ink: .accent)) }
      }
    }
  }
}

private func drawing(
  _ title: String, _ chains: [Chain], more: [Node] = [], arrows: [Arrow] = [], spacing: (Double, Double)
) -> Diagram {
  Diagram(
    title: title, nodes: chains.flatMap(\.nodes) + more, arrows: chains.flatMap(\.arrows) + arrows, spacing: spacing)
}

/// The five types side by side.
func typesPicture() -> Diagram {
  let a = "a", x = "x", y = "ŷ"
  let chains = [
    Chain(at: 0, states: [a], inputs: [x], outputs: [y]),
    Chain(at: 2.1, states: [a, a, a], inputs: ["v", nil, nil], outputs: [nil, y, y], feedsBack: true),
    Chain(at: 6.2, states: [a, a, a], inputs: [x, x, x], outputs: [nil, nil, y]),
    Chain(at: 10.3, states: [a, a, a], inputs: [x, x, x], outputs: [y, y, y]),
    Chain(at: 14.4, states: [a, a, a], inputs: [x, x, x], outputs: [nil, nil, nil]),
    Chain(
      at: 17.4, states: ["s", "s"], inputs: [nil, nil], outputs: [y, y], feedsBack: true, ink: .backward),
  ]
  let names = ["one\nto one", "one\nto many", "many\nto one", "many to many,\nin step", "many to many,\nout of step"]
  let captions = zip(names, [0, 3.1, 7.2, 11.3, 16.4]).map { Node($0, at: $1, -0.95, shape: .plain) }
  return drawing(
    "Five types: inputs below, states in the middle, outputs on top", chains, more: captions,
    arrows: [Arrow(chains[4].states[2], chains[5].states[0], ink: .forward)], spacing: (44, 64))
}

func oneToOnePicture() -> Diagram {
  drawing(
    "One to one", [Chain(at: 0, states: ["a"], inputs: ["seven bars"], outputs: ["a digit"])], spacing: (110, 70))
}

func oneToManyPicture() -> Diagram {
  drawing(
    "One to many: a number, and its name",
    [
      Chain(
        at: 0, states: ["a⟨0⟩", "a⟨1⟩", "a⟨2⟩", "…", "a⟨9⟩", "a⟨10⟩"], inputs: ["v: 4, 2", nil, nil, nil, nil, nil],
        outputs: [nil, "f", "o", "…", "o", "end"], feedsBack: true)
    ], spacing: (92, 74))
}

func manyToOnePicture() -> Diagram {
  drawing(
    "Many to one: a name, and its number",
    [
      Chain(
        at: 0, states: ["a⟨1⟩", "a⟨2⟩", "…", "a⟨8⟩", "a⟨9⟩"], inputs: ["f", "o", "…", "w", "o"],
        outputs: [nil, nil, nil, nil, "42"])
    ], spacing: (92, 74))
}

func inStepPicture() -> Diagram {
  drawing(
    "Many to many, in step: 6 + 7 = 13",
    [
      Chain(
        at: 0, states: ["a⟨1⟩", "a⟨2⟩", "a⟨3⟩", "a⟨4⟩"], inputs: ["0\n1", "1\n1", "1\n1", "0\n0"],
        outputs: ["1", "0", "1", "1"])
    ], spacing: (92, 74))
}

func encoderDecoderPicture() -> Diagram {
  let encoder = Chain(
    at: 0, states: ["a⟨1⟩", "a⟨2⟩", "…", "a⟨13⟩"], inputs: ["m", "a", "…", "3"], outputs: [nil, nil, nil, nil])
  let decoder = Chain(
    at: 4.2, states: ["s⟨1⟩", "s⟨2⟩", "…", "s⟨10⟩", "s⟨11⟩"], inputs: [nil, nil, nil, nil, nil],
    outputs: ["1", "9", "…", "7", "end"], feedsBack: true, ink: .backward)
  let names = [
    Node("encoder", at: 1.5, 1.75, shape: .plain, ink: .forward),
    Node("decoder", at: 6.2, 0.4, shape: .plain, ink: .backward),
  ]
  return drawing(
    "Many to many, out of step: “march 7, 1993”, and the same date as 1993-03-07", [encoder, decoder], more: names,
    arrows: [Arrow(encoder.states[3], decoder.states[0], ink: .forward)], spacing: (78, 74))
}

/// Four steps of a walk twice: the decoder reads where he is, and it reads its own answer.
func forcingPicture(places: [Int], forced: [Int], free: [Int]) -> Diagram {
  func chain(_ left: Double, says: [Int], isForced: Bool) -> (Chain, [Node]) {
    let steps = 0..<4
    var chain = Chain(
      at: left, states: steps.map { "s⟨\($0 + 1)⟩" },
      inputs: steps.map { isForced && $0 > 0 ? "\(places[$0 - 1])" : nil },
      outputs: steps.map { "says \(says[$0])" }, feedsBack: !isForced, isForced: isForced,
      ink: .backward)
    let start = Node("s⟨0⟩", at: left - 1, 1.1, ink: .forward)
    chain.arrows.append(Arrow(start, chain.states[0], ink: .forward))
    chain.nodes = chain.nodes.map { node in
      guard let t = chain.outputs.firstIndex(where: { $0 == node }), says[t] != places[t] else { return node }
      return Node("says \(says[t])", at: left + Double(t), 2.2, ink: .neutral, value: 0.25)
    }
    let truth = steps.map { Node("at \(places[$0])", at: left + Double($0), 2.85, shape: .plain) }
    let name = Node(
      isForced ? "forced: it reads where he was" : "free: it reads its own answers", at: left + 1.5, -0.65,
      shape: .plain)
    return (chain, truth + [name, start])
  }
  let (one, above) = chain(0, says: forced, isForced: true)
  let (other, beyond) = chain(5.6, says: free, isForced: false)
  return drawing(
    "The same decoder, forced and free, on the same walk", [one, other], more: above + beyond, spacing: (86, 74))
}

/// The state goes on, or the output alone.
func outputRecurrencePicture() -> Diagram {
  let usual = Chain(
    at: 0, states: ["a⟨1⟩", "a⟨2⟩", "a⟨3⟩"], inputs: ["x⟨1⟩", "x⟨2⟩", "x⟨3⟩"], outputs: ["z_y⟨1⟩", "z_y⟨2⟩", "z_y⟨3⟩"])
  var other = Chain(
    at: 4.2, states: ["a⟨1⟩", "a⟨2⟩", "a⟨3⟩"], inputs: ["x⟨1⟩", "x⟨2⟩", "x⟨3⟩"],
    outputs: ["z_y⟨1⟩", "z_y⟨2⟩", "z_y⟨3⟩"], feedsBack: true)
  let across = zip(other.states, other.states.dropFirst()).map { Arrow($0, $1, ink: .forward) }
  other.arrows.removeAll { across.contains($0) }
  let names = [
    Node("as usual: through the state", at: 1, -0.65, shape: .plain),
    Node("through the output alone", at: 5.2, -0.65, shape: .plain),
  ]
  return drawing("What one step hands to the next", [usual, other], more: names, spacing: (86, 74))
}

/// Who depends on whom: every output on all before it, directly or through a state.
func graphicalPicture() -> Diagram {
  let names = (1...4).map { "y⟨\($0)⟩" }
  let full = names.enumerated().map { Node($1, at: Double($0), 1.1, shape: .circle, ink: .accent) }
  var arrows: [Arrow] = []
  for s in full.indices {
    for t in full.indices where t > s {
      arrows.append(Arrow(full[s], full[t], ink: .accent, bend: t == s + 1 ? 0 : 0.45 * Double(t - s)))
    }
  }
  let y = names.enumerated().map { Node($1, at: 5 + Double($0), 2, shape: .circle, ink: .accent) }
  let a = (1...4).map { Node("a⟨\($0)⟩", at: 4 + Double($0), 0.6, ink: .forward) }
  for t in y.indices {
    arrows.append(Arrow(a[t], y[t], ink: .accent))
    guard t < 3 else { continue }
    arrows += [Arrow(a[t], a[t + 1], ink: .forward), Arrow(y[t], a[t + 1], ink: .accent)]
  }
  return Diagram(
    title: "Every output depends on all before it: directly, or through a state",
    nodes: full + y + a, arrows: arrows, spacing: (84, 84))
}

// MARK: - Trainings

/// Trains as all networks of this lesson but the clerk are trained: by Adam, the gradient clipped to norm 1, the
/// learning rate falling to 0 in the second half.
@MainActor private func learn<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double = 0.01, _ run: NotebookOptions, line: Int,
  on next: () -> Model.Batch
) -> Model {
  let count = run.choose(quick: steps / 10, standard: steps, full: 3 * steps)
  return trainedByAdam(
    name, model, steps: count, rate: rate, window: max(1, count / 25), settling: true, line: line, on: next
  ).model
}

private func gru(_ inputs: Int, _ units: Int, _ random: inout RandomSource) -> GRU<Float> {
  Recurrent(GRUCell(inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, using: &random))
}

private func dense(_ inputs: Int, _ outputs: Int, _ random: inout RandomSource) -> Dense<Float> {
  Dense(inputSize: inputs, outputSize: outputs, using: &random)
}

/// A network of one step that reads the seven segments of a display.
struct DigitReader {
  let net: Network
  /// The brightness of the segments of digits that it was not trained on, and the digits.
  let tests: [(x: Columns, digit: Int)]
  /// Whether training has changed W_aa.
  let hasNewWaa: Bool

  /// How many of the tests have the digit whose pattern is nearest, in %: nobody can do better.
  var best: Double {
    percentEqual(tests.map { Int(SevenSegments.nearest(to: $0.x.elements)) }, tests.map(\.digit))
  }
}

@MainActor func trainDigitReader(_ run: NotebookOptions = options.notebook, line: Int = #line) -> DigitReader {
  var random = RandomSource(seed: run.seed())
  let untrained = Classifier(
    layer: Recurrent(RNNCell<Float>(inputSize: 7, hiddenSize: 32, using: &random)), output: dense(32, 10, &random))
  let model = learn("one to one", untrained, steps: 500, run, line: line) { SevenSegments.batch(64, using: &random) }
  let batch = SevenSegments.batch(run.choose(quick: 300, standard: 2_000, full: 20_000), using: &random)
  guard case .features(let x) = batch.inputs else { fatalError("segments are numbers") }
  return DigitReader(
    net: Network(model.layer, model.output),
    tests: batch.targets.enumerated().map { (x[0].columns($0..<$0 + 1), Int($1)) },
    hasNewWaa: model.layer.cell.Waa != untrained.layer.cell.Waa)
}

/// A network that writes the names of numbers.
struct Namer {
  let net: Network
  private let model: Generator<GRU<Float>>

  /// The numbers that it has never seen.
  static let heldOut = NumberNames.numbers(.heldOut)

  fileprivate init(_ model: Generator<GRU<Float>>) {
    self.model = model
    net = Network(model.decoder.layer, model.decoder.output, vocabulary: NumberNames.vocabulary)
  }

  /// a⟨0⟩ = tanh(W v + b), v being the two digits of a number.
  func start(_ number: Int) -> Columns {
    tanh(model.start.Wya * NumberNames.digits(of: [number]) + model.start.by)
  }

  /// What the library's own loop writes.
  func libraryWrites(_ number: Int) -> String {
    let tokens = model.greedyTokens(
      for: NumberNames.digits(of: [number]), until: NumberNames.vocabulary.end!, limit: 20)
    return NumberNames.vocabulary.decode(tokens[0])
  }
}

@MainActor func trainNamer(_ run: NotebookOptions = options.notebook, line: Int = #line) -> Namer {
  var random = RandomSource(seed: run.seed() &+ 100)
  let (told, letters) = (NumberNames.numbers(.training), NumberNames.vocabulary)
  let decoder = LanguageModel(layer: gru(letters.count, 48, &random), output: dense(48, letters.count, &random))
  return Namer(
    learn(
      "one to many", Generator(vectorSize: 20, decoder: decoder, using: &random), steps: 400, run, line: line
    ) { NumberNames.naming((0..<32).map { _ in random.element(of: told) }) })
}

/// A network that reads the names of numbers; its answer is a hundredth of the number.
@MainActor func trainNameReader(_ run: NotebookOptions = options.notebook, line: Int = #line) -> Network {
  var random = RandomSource(seed: run.seed() &+ 200)
  let (told, letters) = (NumberNames.numbers(.training), NumberNames.vocabulary)
  let model = learn(
    "many to one", Regressor(layer: gru(letters.count, 64, &random), output: dense(64, 1, &random)), steps: 800, run,
    line: line
  ) { NumberNames.reading((0..<32).map { _ in random.element(of: told) }) }
  return Network(model.layer, model.output, vocabulary: letters)
}

/// Two numbers to be added, their lowest bits first.
struct Sum {
  /// Both bits of each place.
  let x: [Columns]
  /// The bits of the sum, and the carry that comes into each place.
  let y: [Int], carry: [Int]

  /// One sum of 20 bits, the same in every run.
  static var example: Sum {
    var random = RandomSource(seed: 1)
    return Sum(bits: 20, using: &random)
  }

  init(bits: Int, using random: inout RandomSource) {
    let batch = BinaryAddition.batch(1, bits: bits, using: &random)
    guard case .features(let steps) = batch.inputs else { fatalError("bits are numbers") }
    x = (0..<bits).map { steps[$0] }
    y = (0..<bits).map { Int(batch.targets[$0, 0]) }
    var carries = [0]
    for x in x { carries.append(Int(x[0, 0]) + Int(x[1, 0]) + carries.last! > 1 ? 1 : 0) }
    carry = Array(carries.dropLast())
  }

  init(_ first: [Int], _ second: [Int], sum: [Int], carry: [Int]) {
    x = zip(first, second).map { Columns(column: [Float($0), Float($1)]) }
    (y, self.carry) = (sum, carry)
  }

  /// The bits, the carry and the sum, and the probability that the network gives to a 1.
  func picture(answers: [Columns]) -> Heatmap {
    Heatmap(
      "A sum of \(y.count) bits, the lowest first", x: "step t", y: "", color: "bit, or P(1)", range: 0...1,
      values: [0, 1].map { row in x.map { Double($0[row, 0]) } } + [carry.map(Double.init), y.map(Double.init)]
        + [answers.map { Double($0[1, 0]) }],
      rows: ["first number", "second number", "carry in", "sum", "network: P(1)"])
  }
}

@MainActor func trainAdder(_ run: NotebookOptions = options.notebook, line: Int = #line) -> Network {
  var random = RandomSource(seed: run.seed() &+ 300)
  let model = learn(
    "many to many, in step", Tagger(layer: gru(2, 16, &random), output: dense(16, 2, &random)), steps: 500, run,
    line: line
  ) { BinaryAddition.batch(32, bits: 8, using: &random) }
  return Network(model.layer, model.output)
}

// MARK: - Dates

typealias Translator = EncoderDecoder<GRU<Float>, GRU<Float>>

/// A network that writes dates as ISO 8601, as it is at some time of its training.
struct Clerk {
  let encoder: Network, decoder: Network
  private let model: Translator

  fileprivate init(_ model: Translator) {
    let (spelled, iso) = CalendarDates.vocabularies
    self.model = model
    encoder = Network(model.encoder, vocabulary: spelled)
    decoder = Network(model.decoder.layer, model.decoder.output, vocabulary: iso)
  }

  /// What it writes for each date, always the likeliest character.
  func writes(_ dates: [CalendarDates.Example]) -> [String] {
    let batch = CalendarDates.batch(dates)
    let iso = CalendarDates.vocabularies.iso
    return model.greedyTokens(for: batch.source, mask: batch.sourceMask, until: iso.end!, limit: 12)
      .map { iso.decode($0) }
  }

  /// The same by a beam.
  func writes(_ date: CalendarDates.Example, beam width: Int) -> String {
    let iso = CalendarDates.vocabularies.iso
    let found = model.beamSearch(
      for: CalendarDates.batch([date]).source, width: width, until: iso.end!, limit: 12)
    return iso.decode(found[0].tokens)
  }

  /// How many of the dates are exactly right, in %.
  func right(_ dates: [CalendarDates.Example]) -> Double { percentEqual(writes(dates), dates.map(\.iso)) }

  /// What it writes for a date and what it should have written, with their ends, and its probabilities at each step.
  fileprivate func steps(_ date: CalendarDates.Example) -> (written: [Int32], due: [Int32], p: [[Double]]) {
    let iso = CalendarDates.vocabularies.iso
    let written = attempt { try iso.encode(writes([date])[0]) } + [iso.end!]
    let due = attempt { try iso.encode(date.iso) } + [iso.end!]
    let read = TokenBatch(sequence: [TokenBatch.none] + written.dropLast())
    let ŷ = model.decoder.probabilities(read, from: model.encode(CalendarDates.batch([date]).source))
      .trajectory(example: 0)
    return (written, due, written.indices.map { t in iso.tokens.indices.map { Double(ŷ[$0, t]) } })
  }

  /// The probability of the right character where it first goes wrong; nil where it does not.
  func doubt(_ date: CalendarDates.Example) -> Double? {
    let (written, due, p) = steps(date)
    return zip(written, due).enumerated().first { $1.0 != $1.1 }.map { t, pair in p[t][Int(pair.1)] }
  }

  /// The least probability of a character that it writes for a date.
  func certainty(_ date: CalendarDates.Example) -> Double {
    let (written, _, p) = steps(date)
    return zip(written, p).map { $1[Int($0)] }.min()!
  }

  /// Its probabilities along what it writes for a date.
  fileprivate func panel(_ title: String, _ date: CalendarDates.Example) -> Panel {
    let (written, due, p) = steps(date)
    let names = CalendarDates.vocabularies.iso.tokens.map { $0 == "\n" ? "end" : $0 }
    return Panel(
      title, names.indices.map { row in p.map { $0[row] } }, columns: written.map { names[Int($0)] }, rows: names,
      outlined: zip(written.indices, due).map { (row: Int($1), column: $0) })
  }
}

/// A clerk early in its training, and after all of it; and dates that it has not been trained on.
struct Clerks {
  let early: Clerk, trained: Clerk
  let heldOut: [CalendarDates.Example]
  let earlySteps: Int, steps: Int

  /// A date at which the clerk hesitates and goes wrong early in the training, and of which it is certain at its end;
  /// where there is none, the first.
  var example: CalendarDates.Example {
    let (before, after) = (early.writes(heldOut), trained.writes(heldOut))
    let place = heldOut.indices.first { i in
      heldOut[i].spelling.count > 12 && before[i] != heldOut[i].iso && before[i].count == 10
        && after[i] == heldOut[i].iso && early.doubt(heldOut[i])! > 0.2 && trained.certainty(heldOut[i]) > 0.9
    }
    return heldOut[place ?? 0]
  }

  /// What both write for a date, character by character.
  func picture(_ date: CalendarDates.Example) -> Heatmap {
    Heatmap(
      "“\(date.spelling)”, character by character (the right one is outlined)", x: "the character that it wrote",
      y: "character", color: "probability", range: 0...1,
      panels: [early.panel("after \(earlySteps) steps", date), trained.panel("after \(steps) steps", date)])
  }
}

/// A translator trained on dates; the learning rate falls to 0 in the second half.
@MainActor func trainClerks(_ run: NotebookOptions = options.notebook, line: Int = #line) -> Clerks {
  var random = RandomSource(seed: run.seed() &+ 400)
  let (spelled, iso) = CalendarDates.vocabularies
  let decoder = LanguageModel(layer: gru(iso.count, 96, &random), output: dense(96, iso.count, &random))
  let untrained = Translator(encoder: gru(spelled.count, 96, &random), decoder: decoder)
  var other = RandomSource(seed: run.seed() &+ 401)
  let heldOut = (0..<run.choose(quick: 100, standard: 1_000, full: 5_000)).map { _ in
    CalendarDates.example(.heldOut, using: &other)
  }
  let steps = run.choose(quick: 100, standard: 2_000, full: 6_000)
  let earlySteps = min(1_000, steps / 2)
  var early: Clerk?
  var trainer = Trainer(
    untrained, optimizer: Optimizer(.adam(), learningRate: 0.006, for: untrained), clipping: .norm(1))
  _ = trainer.train(
    "many to many, out of step", steps: steps, points: 4,
    heldOut: [(CalendarDates.batch(Array(heldOut.prefix(100))), false)], settling: true, line: line,
    on: { _ in
      (CalendarDates.batch((0..<32).map { _ in CalendarDates.example(.training, using: &random) }), false)
    }
  ) { report, _, trainer in
    if report.step == earlySteps { early = Clerk(trainer.model) }
  }
  if Interrupt.requested { end(line: line) }
  return Clerks(
    early: early ?? Clerk(trainer.model), trained: Clerk(trainer.model), heldOut: heldOut, earlySteps: earlySteps,
    steps: steps)
}

// MARK: - A beam by hand

/// A language model of the tokens 1 and 2, with 0 for the end, that has exactly these probabilities at its first two
/// steps: of the first token, and of the second after each.
struct TwoSteps {
  let model: LanguageModel<RNN<Double>>

  init(first: [Double], second: [[Double]]) {
    // A unit for each token read, which says 1 where it was that one; the logits are logarithms.
    let count = first.count
    var (Wax, Wya) = (Matrix<Double>(rows: count, columns: count + 1), Matrix<Double>(rows: count + 1, columns: count))
    var by = Matrix<Double>(rows: count + 1, columns: 1)
    by[0, 0] = -1e3
    for token in 0..<count {
      by[token + 1, 0] = log(first[token])
      Wax[token, token + 1] = 100
      for next in 0..<count { Wya[next + 1, token] = log(second[token][next]) - log(first[next]) }
    }
    let cell = RNNCell(Wax: Wax, Waa: Matrix(rows: count, columns: count), ba: nil)
    model = LanguageModel(layer: Recurrent(cell), output: Dense(Wya: Wya, by: by))
  }

  /// The two tokens that a beam finds, and their probability.
  func best(beam width: Int) -> (tokens: [Int], probability: Double) {
    let found = model.beamSearch(width: width, until: 0, limit: 2)[0]
    return (found.tokens.map(Int.init), exp(found.logProbability))
  }
}

// MARK: - The walker

/// A decoder that says where a walker is, and the encoder that reads his direction and where he starts.
struct Walker {
  let encoder: Network, decoder: Network
  /// How often each of the twelve places is right, in %: where the decoder reads the places before, and where it reads
  /// its own answers.
  let forced: [Double], free: [Double]

  /// What the encoder reads: his direction, and his place.
  func reads(from place: Int, forwards: Bool) -> [Columns] {
    [encoder.oneHot(RestingWalk.length + (forwards ? 0 : 1)), encoder.oneHot(place)]
  }
}

/// What a network reads in training in the place of its own last answer.
enum Reading {
  /// The right answers.
  case theRightAnswers
  /// Its own answers.
  case itsOwnAnswers
  /// More and more often its own answers: the probability of the right one falls from 1 to 0.
  case moreAndMoreItsOwn

  /// The probability of the right answer after this share of the training.
  func forcing(after share: Double) -> Double {
    switch self {
    case .theRightAnswers: 1
    case .itsOwnAnswers: 0
    case .moreAndMoreItsOwn: max(0, 1 - share)
    }
  }
}

@MainActor func trainWalker(
  reading: Reading, _ run: NotebookOptions = options.notebook, line: Int = #line
) -> Walker {
  var random = RandomSource(seed: run.seed() &+ 500)
  let decoder = LanguageModel(layer: gru(12, 48, &random), output: dense(48, 12, &random))
  let (steps, name) = (600.0, reading == .theRightAnswers ? "forced" : "less and less forced")
  let count = Double(run.choose(quick: steps / 10, standard: steps, full: 3 * steps))
  var done = 0.0
  let model = learn(
    "the walker, \(name)", Translator(encoder: gru(14, 48, &random), decoder: decoder), steps: Int(steps), run,
    line: line
  ) {
    defer { done += 1 }
    return RestingWalk.batch(64, teacherForcing: reading.forcing(after: done / count), using: &random)
  }
  let watched = run.choose(quick: 300, standard: 2_000, full: 10_000)
  func right(forced: Double) -> [Double] {
    let (batch, tape) = (RestingWalk.batch(watched, teacherForcing: forced, using: &random), model.makeTape())
    _ = model.forward(batch, from: nil, on: tape)
    let steps = model.decoder.probabilities(tape.read, from: model.encode(batch.source))
    return (0..<RestingWalk.length).map { t in
      let ŷ = steps[t]
      let says = (0..<watched).map { i in Int32((0..<RestingWalk.length).max { ŷ[$0, i] < ŷ[$1, i] }!) }
      return percentEqual(says, (0..<watched).map { batch.target.targets[t, $0] })
    }
  }
  return Walker(
    encoder: Network(model.encoder), decoder: Network(model.decoder.layer, model.decoder.output),
    forced: right(forced: 1), free: right(forced: 0))
}

/// How likely it is at each step, in %, that he has rested this often.
func restedChance(_ rests: Int, after step: Int) -> Double { 100 * RestingWalk.chance(of: rests, in: step) }

/// How likely the likeliest place is at each step, in %, for somebody who sees nothing after the start.
let bestBlind = (1...12).map { t in (0...t).map { restedChance($0, after: t) }.max()! }

/// A walk, and what is said of it; what is right is set in bold.
func walkTable(_ places: [Int], _ rows: [(name: String, says: [Int])]) -> Table {
  let said: [[String]] = rows.map { name, says in
    [name] + zip(says, places).map { $0 == $1 ? "**\($0)**" : "\($0)" }
  }
  return Table(["step"] + places.indices.map { "\($0 + 1)" }, rows: [["he is at"] + places.map(String.init)] + said)
}

func walkerChart(forced: Walker, mixed: Walker) -> Chart {
  Chart(
    "The walker: how often the decoder is right, step by step", x: Axis("step t", .integers),
    y: Axis("right [%]", range: 0...100),
    colours: ["trained forced, reads the truth", "trained forced, runs free", "scheduled, runs free"],
    [
      .line("trained forced, reads the truth", y: forced.forced, hasPoints: true),
      .line("trained forced, runs free", y: forced.free, hasPoints: true),
      .line("scheduled, runs free", y: mixed.free, hasPoints: true),
      .line("best possible", y: bestBlind, isDashed: true),
    ])
}

// MARK: - Through the output alone

/// A cell of 16 units that hands nothing but its output to the next step, trained to repeat the bit of two steps ago.
struct Echo {
  let loss: Double
  fileprivate let cell: OutputRecurrentCell<Float>

  /// z_y⟨t⟩ over new sequences, with the last three bits, the newest last.
  private func outputs(using random: inout RandomSource) -> [(o: [Float], bits: [Int32])] {
    let x = DelayedEcho(delay: 0).sequences(60, length: 12, using: &random).inputs
    let o = Recurrent(cell)(x.oneHot(size: 2, as: Float.self)).outputSequence
    return (4..<x.length).flatMap { t in
      (0..<x.batch).map { i in ([o[t][0, i], o[t][1, i]], (t - 2...t).map { x[$0, i] }) }
    }
  }

  /// How often the two numbers in z_y⟨t⟩ tell the last three bits, in %: those of the nearest z_y in other sequences.
  func bitsTold(_ run: NotebookOptions) -> Double {
    var random = RandomSource(seed: run.seed() &+ 601)
    let (known, asked) = (outputs(using: &random), outputs(using: &random))
    let told = asked.map { asked in
      known.min { distance($0.o, asked.o) < distance($1.o, asked.o) }!.bits
    }
    return percentEqual(told, asked.map(\.bits))
  }

  private func distance(_ one: [Float], _ other: [Float]) -> Float {
    (one[0] - other[0]) * (one[0] - other[0]) + (one[1] - other[1]) * (one[1] - other[1])
  }

  /// The two numbers in z_y⟨t⟩ against each other, with the last three bits beside each group.
  func chart(_ run: NotebookOptions) -> Chart {
    var random = RandomSource(seed: run.seed() &+ 602)
    let all = outputs(using: &random)
    let groups = Dictionary(grouping: all, by: \.bits).sorted { $0.key.lexicographicallyPrecedes($1.key) }
    func middle(_ group: [(o: [Float], bits: [Int32])], _ row: Int) -> Double { mean(group.map { Double($0.o[row]) }) }
    func points(_ name: String, due bit: Int32) -> Mark {
      let due = all.filter { $0.bits[0] == bit }
      return .points(name, x: due.map(\.o[0]), y: due.map(\.o[1]))
    }
    return Chart(
      "The two numbers in the output, and the last three bits", x: "first number in z_y⟨t⟩, the logit of 0",
      y: "second number in z_y⟨t⟩, the logit of 1",
      [
        points("0 is due", due: 0), points("1 is due", due: 1),
        .texts(
          groups.map { $0.key.map(String.init).joined() }, x: groups.map { middle($0.value, 0) },
          y: groups.map { middle($0.value, 1) }),
      ])
  }
}

/// Trains the echo through the output; in training the cell reads the right answers or its own outputs.
@MainActor func echoThroughOutput(reading: Reading, _ run: NotebookOptions = options.notebook) -> Echo {
  var random = RandomSource(seed: run.seed() &+ 600)
  var cell = OutputRecurrentCell<Float>(inputSize: 2, hiddenSize: 16, outputSize: 2, using: &random)
  var adam = Optimizer(.adam(), learningRate: 0.01, for: cell)
  let steps = run.choose(quick: 60, standard: 1_200, full: 4_000)
  var loss = 0.0
  for step in 0...steps where !Interrupt.requested {
    let bits = DelayedEcho(delay: 2).sequences(step == steps ? 1_000 : 32, length: 12, using: &random)
    let (x, y) = (bits.inputs.oneHot(size: 2, as: Float.self), bits.targets)
    let gradient: OutputRecurrentCell<Float>
    if reading == .theRightAnswers {
      var before = y
      before.ids = Array(repeating: TokenBatch.none, count: y.batch) + y.ids.dropLast(y.batch)
      let given: SequenceBatch<Float> = before.oneHot(size: 2)
      let (a, o) = cell.teacherForced(x, given: given)
      let (sum, δ) = SoftmaxCrossEntropy.lossAndMeanGradient(of: o, targets: y)
      loss = sum.mean
      gradient = cell.teacherForcedGradient(x, given: given, a: a, outputGradient: δ)
    } else {
      let layer = Recurrent(cell)
      let tape = layer(x)
      let (sum, δ) = SoftmaxCrossEntropy.lossAndMeanGradient(of: tape.outputSequence, targets: y)
      loss = sum.mean
      gradient = layer.gradients(outputGradient: δ, on: tape).layer.cell
    }
    if step < steps { attempt { try adam.update(&cell, gradient: gradient) } }
  }
  return Echo(loss: loss, cell: cell)
}

/// The same of a plain recurrent layer of 16 units.
@MainActor func echoThroughState(_ run: NotebookOptions, line: Int = #line) -> Double {
  var random = RandomSource(seed: run.seed() &+ 700)
  func batch(_ count: Int) -> TaggerBatch<Float> {
    let bits = DelayedEcho(delay: 2).sequences(count, length: 12, using: &random)
    return TaggerBatch(inputs: .tokens(bits.inputs), targets: bits.targets)
  }
  let model = Tagger(
    layer: Recurrent(RNNCell<Float>(inputSize: 2, hiddenSize: 16, using: &random)), output: dense(16, 2, &random))
  return learn("the echo, through the state", model, steps: 1_200, run, line: line) { batch(32) }
    .meanLoss(over: [(batch(1_000), false)])
}

// MARK: - A table or a network

/// The cross-entropies, in nats per word, of a table and of an RNN for words of six letters, fitted to as many samples.
struct SixLetterFits {
  let sizes = [300, 1_000, 3_000]
  let table: [Double], network: [Double]
  let parameters: Int

  @MainActor init(_ run: NotebookOptions, line: Int = #line) {
    var random = RandomSource(seed: run.seed() &+ 800)
    let (words, truth) = (SixLetters.words, SixLetters.probabilities)
    func crossEntropy(_ logQ: (Int) -> Double) -> Double {
      -words.indices.reduce(0) { $0 + truth[$1] * logQ($1) }
    }
    var (table, network, parameters): ([Double], [Double], Int) = ([], [], 0)
    for size in sizes {
      let samples = (0..<size).map { _ in SixLetters.sample(using: &random) }
      let counts = Dictionary(grouping: samples) { $0 }.mapValues(\.count)
      table.append(crossEntropy { log(Double(counts[$0, default: 0] + 1) / Double(size + words.count)) })
      let small = LanguageModel(
        layer: Recurrent(RNNCell<Float>(inputSize: 3, hiddenSize: 12, using: &random)), output: dense(12, 3, &random))
      parameters = small.parameterCount
      let model = learn("six letters, \(size) samples", small, steps: 500, rate: 0.02, run, line: line) {
        let chosen: [[Int32]] = (0..<32).map { _ in words[random.element(of: samples)] }
        let before: [[Int32]] = chosen.map { word in [TokenBatch.none] + word.dropLast() }
        return LanguageBatch(inputs: TokenBatch.padded(before).tokens, targets: TokenBatch.padded(chosen).tokens)
      }
      network.append(crossEntropy { model.logProbability(of: words[$0]) })
    }
    (self.table, self.network, self.parameters) = (table, network, parameters)
  }
}
