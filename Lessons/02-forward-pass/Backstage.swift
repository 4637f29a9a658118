// What stands behind Lesson 02: its drawings and charts, and the networks that learn which words are names.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks

typealias Columns = Matrix<Double>

/// Two matrices of as many rows, side by side.
func beside(_ left: Columns, _ right: Columns) -> Columns {
  ([left.transposed, right.transposed] as Columns).transposed
}

/// Two columns on top of each other.
func stacked(_ upper: Columns, on lower: Columns) -> Columns { [upper, lower] }

/// A number to two decimal places; a plain 0 for what is next to nothing.
func short(_ number: Double) -> String { abs(number) < 5e-7 ? "0" : String(format: "%.2f", number) }

func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }

/// The two units of the page, as the library computes them: a⟨0⟩ … a⟨T⟩ and ŷ⟨1⟩ … ŷ⟨T⟩ after an entry that only fills
/// its place.
func answersOfTheLibrary(_ x: [Columns]) -> (a: [Columns], ŷ: [Columns]) {
  let cell = RNNCell(
    Wax: Columns([[2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]), Waa: Columns([[0, 0], [2, 0]]), ba: nil)
  let output = Dense(Wya: Columns([[0, 0], [0, 6]]), by: Columns([[0], [-3]]))
  let states = Recurrent(cell)(SequenceBatch(Array(x.dropFirst()))).outputSequence
  let a = [Columns(rows: 2, columns: 1)] + (1..<x.count).map { states[$0 - 1] }
  return (a, a.map { softmax(output.Wya * $0 + output.by) })
}

// MARK: - Drawings

/// The loop on the left, and on the right the same network once for each word, with its states and its answers.
func unrolledPicture(_ words: [String], states: [Columns], answers: [Columns]) -> Diagram {
  let (input, loop) = (Node("x⟨t⟩", at: 0, 0, shape: .plain), Node("a⟨t⟩", at: 0, 1.2, ink: .forward))
  let output = Node("ŷ⟨t⟩", at: 0, 2.4, shape: .plain)
  let start = Node("a⟨0⟩\n0\n0", at: 1.75, 1.2, shape: .plain)
  func column(_ t: Int) -> Double { Double(t) + 1.75 }
  let inputs = words.enumerated().map { Node("x⟨\($0 + 1)⟩\n\($1)", at: column($0 + 1), 0, shape: .plain) }
  let cells = words.indices.map { t in
    Node(
      "a⟨\(t + 1)⟩\n" + states[t + 1].elements.map(short).joined(separator: "\n"), at: column(t + 1), 1.2, ink: .forward
    )
  }
  let outputs = words.indices.map { t in
    let yes = answers[t + 1][1, 0]
    let ink: Ink = yes > 0.5 ? .accent : .neutral
    return Node(
      "ŷ⟨\(t + 1)⟩\n\(percent(1 - yes))\n\(percent(yes))", at: column(t + 1), 2.4, shape: yes > 0.5 ? .box : .plain,
      ink: ink)
  }
  var arrows = [
    Arrow(input, loop, "W_ax", ink: .forward), Arrow(loop, output, "W_ya", ink: .forward),
    Arrow(loop, loop, "W_aa", ink: .forward, bend: 0.5),
  ]
  arrows += zip([start] + cells, cells).map { Arrow($0, $1, "W_aa", ink: .forward) }
  arrows += zip(inputs, cells).map { Arrow($0, $1, "W_ax", ink: .forward) }
  arrows += zip(cells, outputs).map { Arrow($0, $1, "W_ya", ink: .forward) }
  return Diagram(
    title: "A recurrent network: the loop, and the same network unrolled over a sentence",
    nodes: [input, loop, output, start] + inputs + cells + outputs, arrows: arrows, spacing: (98, 94))
}

/// One unit over three steps, each arrow with the weight it multiplies by.
func byHandPicture(inputs: [Double], states: [Double]) -> Diagram {
  let words = ["mr", "baker", "met"]
  let units = states.indices.map { Node("a⟨\($0)⟩\n\(short(states[$0]))", at: Double($0), 1, ink: .forward) }
  let below = words.enumerated().map {
    Node("\($1)\nx⟨\($0 + 1)⟩ = \(Int(inputs[$0 + 1]))", at: Double($0 + 1), 0, shape: .plain)
  }
  return Diagram(
    title: "One unit, three steps: the state remembers the 1, and it fades", nodes: units + below,
    arrows: zip(units, units.dropFirst()).map { Arrow($0, $1, "× ½", ink: .forward) }
      + zip(below, units.dropFirst()).map { Arrow($0, $1, "× 1", ink: .forward) }, spacing: (150, 100))
}

/// Three of the ten MLPs, each with its own weights, and the recurrent one, whose weights are the same
/// everywhere.
func networksPicture() -> Diagram {
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  for (place, left, inputs) in [(2, 0.0, ["x⟨1⟩", "x⟨2⟩"]), (3, 2.4, ["x⟨1⟩", "x⟨2⟩", "x⟨3⟩"])] + [
    (11, 6.4, ["x⟨1⟩", "x⟨2⟩", "…", "x⟨11⟩"])
  ] {
    let middle = left + Double(inputs.count - 1) * 0.35
    let network = Node("network \(place)", at: middle, 3.9, ink: .backward)
    let answer = Node("name at \(place)?", at: middle, 4.9, shape: .plain)
    let words = inputs.enumerated().map { Node($1, at: left + Double($0) * 0.7, 2.9, shape: .plain) }
    nodes += [network, answer] + words
    arrows += zip(inputs, words).filter { $0.0 != "…" }.map { Arrow($0.1, network, ink: .backward) }
    arrows.append(Arrow(network, answer, ink: .backward))
  }
  nodes.append(Node("…", at: 5.2, 3.9, shape: .plain))
  var before: Node?
  for (place, column) in [(1, 0.3), (2, 1.9), (3, 3.5), (0, 5.1), (11, 6.7)] {
    guard place > 0 else {
      let gap = Node("…", at: column, 1, shape: .plain)
      if let before { arrows.append(Arrow(before, gap, ink: .forward)) }
      nodes.append(gap)
      before = gap
      continue
    }
    let cell = Node("the network", at: column, 1, ink: .forward)
    let (word, answer) = (
      Node("x⟨\(place)⟩", at: column, 0, shape: .plain), Node("name at \(place)?", at: column, 2, shape: .plain)
    )
    nodes += [cell, word, answer]
    arrows += [Arrow(word, cell, ink: .forward), Arrow(cell, answer, ink: .forward)]
    if let before { arrows.append(Arrow(before, cell, ink: .forward)) }
    before = cell
  }
  return Diagram(
    title: "Above: a network of its own for each step. Below: one network for all steps", nodes: nodes,
    arrows: arrows, spacing: (96, 62))
}

// MARK: - Names

/// Networks that say of a word whether it is a name, and the sentences they learn from and are tested on.
struct NameNetworks {
  typealias Network = Tagger<RNN<Float>>

  /// The places at which a name can stand.
  static let places = Array(2...11)
  static let wordCount = GuestSentences.vocabulary.count

  /// Sentences whose names all stand at the places 2 to 6.
  let early: [[String]]
  /// Sentences to be tested on, with names at any place.
  let tests: [[String]]
  private let (seed, steps): (UInt64, Int)

  /// The sentences that `seed` draws; a network is trained for so many steps.
  init(seed: UInt64, steps: Int) {
    (self.seed, self.steps) = (seed, steps)
    var random = RandomSource(seed: seed)
    let spoken = Grammar.guests.sentences(4_000, using: &random)
    early = Array(
      spoken.dropLast(1_000).filter { !Grammar.guestNames(in: $0).dropFirst(6).contains(true) }.prefix(500))
    tests = Array(spoken.suffix(1_000))
  }

  private func trained(_ inputSize: Int, seed: UInt64, on batch: TaggerBatch<Float>) -> Network {
    var random = RandomSource(seed: seed)
    let cell = RNNCell<Float>(inputSize: inputSize, hiddenSize: 8, using: &random)
    let model = Tagger(layer: Recurrent(cell), output: Dense(inputSize: 8, outputSize: 2, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.02, for: model))
    for _ in 0..<steps { _ = attempt { try trainer.step(on: batch) } }
    return trainer.model
  }

  /// A recurrent network, trained on whole sentences.
  func trainRecurrent() -> Network {
    let told = GuestSentences(early)
    return trained(
      Self.wordCount, seed: seed, on: TaggerBatch(inputs: .tokens(told.words), targets: told.names, mask: told.mask))
  }

  /// An MLP for the words at one place: it takes one step, from a⟨0⟩ = 0, and reads x⟨1⟩ … x⟨t⟩ on top of
  /// each other.
  func trainMLP(at place: Int) -> Network {
    trained(place * Self.wordCount, seed: seed &+ UInt64(place), on: upTo(place, GuestSentences(early)))
  }

  /// An MLP with the same weights at every step: it reads the word before on top of the word.
  func trainWindow() -> Network { trained(2 * Self.wordCount, seed: seed, on: windows(GuestSentences(early))) }

  /// Every step of every sentence as an example of one step.
  private func windows(_ sentences: GuestSentences) -> TaggerBatch<Float> {
    let x = sentences.words.oneHot(size: Self.wordCount, as: Float.self)
    let steps = (0..<x.length).map { x[$0] }
    let before = [Matrix<Float>(rows: Self.wordCount, columns: x.batch)] + steps.dropLast()
    let rows = [before, steps].flatMap { steps in
      (0..<Self.wordCount).flatMap { row in steps.flatMap { $0.rows(row..<row + 1).elements } }
    }
    var y = TokenBatch(length: 1, batch: x.length * x.batch)
    y.ids = sentences.names.ids
    let column = Matrix(rows: 2 * Self.wordCount, columns: x.length * x.batch, elements: rows)
    return TaggerBatch(inputs: .features(SequenceBatch([column])), targets: y)
  }

  /// How many of the names at each place of `places` the network of two words finds, in %.
  func found(byWindow network: Network) -> [Double] {
    let tested = GuestSentences(tests)
    var tags = TokenBatch(length: tested.words.length, batch: tested.words.batch)
    tags.ids = network.tags(windows(tested).inputs).ids
    return Self.places.map { found($0, tested, by: at($0, tags)) }
  }

  private func at(_ t: Int, _ batch: TokenBatch) -> [Int32] {
    Array(batch.ids[(t - 1) * batch.batch..<t * batch.batch])
  }

  private func upTo(_ t: Int, _ sentences: GuestSentences) -> TaggerBatch<Float> {
    let x = sentences.words.oneHot(size: Self.wordCount, as: Float.self)
    let column = Matrix(
      rows: t * Self.wordCount, columns: x.batch, elements: (0..<t).flatMap { x[$0].elements })
    var y = TokenBatch(length: 1, batch: x.batch)
    y.ids = at(t, sentences.names)
    return TaggerBatch(inputs: .features(SequenceBatch([column])), targets: y)
  }

  /// How many of the names at place t have the tag 1, in %.
  private func found(_ t: Int, _ tested: GuestSentences, by tags: [Int32]) -> Double {
    let names = zip(at(t, tested.names), tags).filter { $0.0 == 1 }
    return 100 * Double(names.count { $0.1 == 1 }) / Double(names.count)
  }

  /// How many of the names at each place of `places` the recurrent network finds, in %.
  func found(by network: Network) -> [Double] {
    let tested = GuestSentences(tests)
    let tags = network.tags(.tokens(tested.words), mask: tested.mask)
    return Self.places.map { found($0, tested, by: at($0, tags)) }
  }

  /// How many of the names at this place its MLP finds, in %.
  func found(at place: Int, by network: Network) -> Double {
    let tested = GuestSentences(tests)
    return found(place, tested, by: network.tags(upTo(place, tested).inputs).ids)
  }

  /// How many of the words that are not names the recurrent network takes for one, in %.
  func falseAlarms(of network: Network) -> Double {
    let tested = GuestSentences(tests)
    let tags = network.tags(.tokens(tested.words), mask: tested.mask)
    let others = zip(tested.names.ids, tags.ids).filter { $0.0 == 0 }
    return 100 * Double(others.count { $0.1 == 1 }) / Double(others.count)
  }

  /// The words that the network calls a name in one sentence and not in another.
  func wordsWithBothAnswers(_ network: Network) -> Set<String> {
    let tested = GuestSentences(tests)
    let tags = network.tags(.tokens(tested.words), mask: tested.mask).ids
    func words(tagged tag: Int32) -> Set<Int32> { Set(zip(tested.words.ids, tags).filter { $1 == tag }.map(\.0)) }
    let both = words(tagged: 0).intersection(words(tagged: 1))
    return Set(both.map { GuestSentences.vocabulary.tokens[Int($0)] })
  }

  /// What a network makes of one sentence.
  struct Reading {
    let words: [String]
    /// The states, a column for each word.
    let a: Matrix<Float>
    /// The probability of a name, word by word.
    let yes: [Double]
  }

  func read(_ words: [String], by network: Network) -> Reading {
    let tape = network.layer.makeTape()
    network.layer.forward(.tokens(GuestSentences([words]).words), from: nil, mask: nil, on: tape)
    let yes = words.indices.map { t in
      Double(softmax(network.output.Wya * tape.outputSequence[t] + network.output.by)[1, 0])
    }
    return Reading(words: words, a: tape.outputSequence.trajectory(example: 0), yes: yes)
  }
}

/// How many of the names at each place are found, by the one network and by the ten.
func placesChart(shared: [Double], own: [Double]) -> Chart {
  Chart(
    "Trained on names at steps 2 to 6, tested on names at steps 2 to 11",
    x: Axis("step of the name", .categorical(NameNetworks.places.map(String.init))), y: "names found [%]",
    [.bars("one recurrent network", y: shared), .bars("ten networks, one for each step", y: own)])
}

/// The states over two sentences, side by side.
func stateHeatmap(_ readings: [NameNetworks.Reading]) -> Heatmap {
  Heatmap(
    "The state over two sentences that differ in the fourth word", x: "word read", y: "unit", color: "a⟨t⟩",
    palette: .diverging, range: -1...1,
    panels: readings.map {
      Panel("\($0.words[3]) baker: a name? \($0.yes[4] > 0.5 ? "yes" : "no")", $0.a, columns: $0.words)
    })
}

// MARK: - Padding

/// The last state of the unit by hand after the input 1 and two columns of padding.
func lastState(masked: Bool) -> Double {
  let layer = Recurrent(RNNCell(Wax: Columns([[1]]), Waa: Columns([[0.5]]), ba: nil))
  let batch = SequenceBatch([Columns([[1]]), Columns([[0]]), Columns([[0]])])
  let tape = layer.makeTape()
  layer.forward(.features(batch), from: nil, mask: masked ? Mask(lengths: [1]) : nil, on: tape)
  return tape.finalState.values[0].elements[0]
}

// MARK: - Answers

/// The parameters of a network that reads words one-hot and ends in a softmax over the same words.
func parameterCount(words: Int, units: Int) -> Int {
  var random = RandomSource(seed: 1)
  return RNNCell<Float>(inputSize: words, hiddenSize: units, using: &random).parameterCount
    + Dense<Float>(inputSize: units, outputSize: words, using: &random).parameterCount
}

/// The probabilities of a name with a third unit that reads the second. The output reads the third, and the second with
/// this weight.
func threeUnits(_ x: [Columns], second: Double) -> [Double] {
  let Wax = Columns([[2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
  let (Waa, Wya) = (Columns([[0, 0, 0], [2, 0, 0], [0, 2, 0]]), Columns([[0, 0, 0], [0, second, 6]]))
  let by = Columns(column: [0, -3])
  var a = Columns(rows: 3, columns: 1)
  return x.dropFirst().map { x in
    a = tanh(Waa * a + Wax * x)
    return softmax(Wya * a + by)[1, 0]
  }
}
