// What stands behind Lesson 13: its drawings and charts, and the networks that keep a beat.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// A number to two decimal places; a plain 0 for what is next to nothing.
func short(_ number: Double) -> String { abs(number) < 0.005 ? "0" : String(format: "%.2f", number) }

/// A number with a true minus sign.
func signed(_ number: Double) -> String { "\(number)".replacing("-", with: "−") }

// MARK: - Drawings

/// Two units, of which each candidate listens to the memory of the other: on the left Γ_r stands before the product, on the right on its recurrent half.
func twoPlacesPicture(memory: [Double], Γr: [Double]) -> Diagram {
  func candidate(_ heard: Double) -> Double { tanh(0.5 + heard) }
  let before = [candidate(Γr[1] * memory[1]), candidate(Γr[0] * memory[0])]
  let half = [candidate(Γr[0] * memory[1]), candidate(Γr[1] * memory[0])]
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  for (left, candidates, row) in [(0.0, before, 0.95), (4.6, half, 2.25)] {
    let places = [left, left + 2]
    let memories = places.indices.map {
      Node("c of unit \($0 + 1)\n\(signed(memory[$0]))", at: places[$0], 0, ink: .forward)
    }
    let written = places.indices.map {
      Node("c̃ of unit \($0 + 1)\n\(short(candidates[$0]))", at: places[$0], 3.2, ink: .neutral)
    }
    let inputs = places.indices.map { Node("x: +0.5", at: places[$0], 4.2, shape: .plain) }
    let gates = places.indices.map {
      Node("× \(Int(Γr[$0]))", at: places[$0], row, shape: .gate, ink: .backward)
    }
    nodes += memories + written + inputs + gates
    arrows += zip(inputs, written).map { Arrow($0, $1, ink: .faint) }
    for unit in 0...1 {
      let other = 1 - unit
      // What unit `unit` remembers goes to the candidate of `other`, through the gate of one of the two.
      if row < 2 {
        arrows += [
          Arrow(memories[unit], gates[unit], ink: .forward),
          Arrow(gates[unit], written[other], ink: Γr[unit] > 0 ? .forward : .faint, isDashed: Γr[unit] == 0),
        ]
      } else {
        arrows += [
          Arrow(memories[unit], gates[other], ink: .forward),
          Arrow(gates[other], written[other], ink: Γr[other] > 0 ? .forward : .faint, isDashed: Γr[other] == 0),
        ]
      }
    }
  }
  return Diagram(
    title: "The same weights, the same relevance gate (orange), two answers", nodes: nodes, arrows: arrows,
    frames: [
      Frame("", columns: -0.3...2.3, rows: -0.1...4.3),
      Frame("", columns: 4.3...6.9, rows: -0.1...4.3),
    ], spacing: (100, 70))
}

/// How a candidate is made, from the bottom to the top, in each of the four forms.
func candidateForms() -> Diagram {
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  var frames: [Frame] = []
  let forms = [
    ("no Γ_r", nil), ("before", 0.95), ("half", 2.75), ("whole", 4.5),
  ]
  for (place, (name, row)) in forms.enumerated() {
    let left = 3.1 * Double(place)
    let (c, x) = (Node("c⟨t−1⟩", at: left, 0, shape: .plain), Node("x⟨t⟩", at: left + 1, 0, shape: .plain))
    let (Wcc, Wcx) = (Node("W_cc", at: left, 1.85), Node("W_cx", at: left + 1, 1.85))
    let sum = Node("+", at: left + 0.5, 3.65, shape: .operation)
    let squash = Node("tanh", at: left + 0.5, 5.4)
    let out = Node("c̃⟨t⟩", at: left + 0.5, 6.3, shape: .plain)
    nodes += [c, x, Wcc, Wcx, sum, squash, out]
    var (fromMemory, fromProduct, fromSum) = ([c, Wcc], [Wcc, sum], [sum, squash])
    if let row {
      let times = Node("×", at: row < 4 ? left : left + 0.5, row, shape: .operation, ink: .backward)
      let gate = Node("Γ_r", at: row < 4 ? left - 0.85 : left - 0.35, row, shape: .gate, ink: .backward)
      nodes += [times, gate]
      arrows.append(Arrow(gate, times, ink: .backward))
      switch place {
      case 1: fromMemory.insert(times, at: 1)
      case 2: fromProduct.insert(times, at: 1)
      default: fromSum.insert(times, at: 1)
      }
    }
    for path in [fromMemory, fromProduct, fromSum, [x, Wcx], [Wcx, sum], [squash, out]] {
      arrows += zip(path, path.dropFirst()).map { Arrow($0, $1, ink: .forward) }
    }
    frames.append(Frame(name, columns: left - 0.8...left + 1.25, rows: -0.1...6.4))
  }
  return Diagram(
    title: "A candidate in four forms: where does the relevance gate stand?", nodes: nodes, arrows: arrows,
    frames: frames,
    spacing: (66, 58))
}

/// The memory over one step, with a gate of 0.1 that takes in, and with one that keeps.
func updateForms() -> Diagram {
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  var frames: [Frame] = []
  for (row, name, keep, take, result) in [
    (3.4, "takes in (Ng)", "1 − Γ_u\n0.9", "Γ_u\n0.1", "0.8"),
    (0.0, "keeps (Cho, PyTorch, Goodfellow)", "Γ_u\n0.1", "1 − Γ_u\n0.9", "−0.8"),
  ] {
    let before = Node("c⟨t−1⟩ = 1", at: 0, row + 1.2, shape: .plain)
    let (times, plus) = (
      Node("×", at: 1.3, row + 1.2, shape: .operation), Node("+", at: 4, row + 1.2, shape: .operation)
    )
    let after = Node("c⟨t⟩ = \(result)", at: 5.4, row + 1.2, shape: .plain)
    let write = Node("×", at: 4, row, shape: .operation)
    let candidate = Node("c̃⟨t⟩ = −1", at: 5.4, row, shape: .plain)
    let (keeps, takes) = (
      Node(keep, at: 1.3, row, shape: .gate, ink: .accent), Node(take, at: 2.8, row, shape: .gate, ink: .accent)
    )
    nodes += [before, times, plus, after, write, candidate, keeps, takes]
    arrows += [
      Arrow(before, times, ink: .forward), Arrow(times, plus, ink: .forward), Arrow(plus, after, ink: .forward),
      Arrow(candidate, write, ink: .forward), Arrow(write, plus, ink: .forward), Arrow(keeps, times, ink: .accent),
      Arrow(takes, write, ink: .accent),
    ]
    frames.append(Frame(name, columns: -0.3...5.8, rows: row - 0.1...row + 1.4))
  }
  return Diagram(
    title: "Two meanings of an update gate of 0.1", nodes: nodes, arrows: arrows, frames: frames, spacing: (115, 62))
}

/// An LSTM in four forms: which gate sees which memory, and what the candidate goes through.
func lstmForms() -> Diagram {
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  var frames: [Frame] = []
  let names = [
    "no peepholes (PyTorch)", "Ng's peepholes", "Gers's peepholes", "σ in the candidate (Goodfellow)",
  ]
  for (place, name) in names.enumerated() {
    let (left, row) = (7.5 * Double(place % 2), place < 2 ? 4.2 : 0)
    func node(_ label: String, _ column: Double, _ height: Double, _ shape: Node.Shape, _ ink: Ink = .neutral) -> Node {
      Node(label, at: left + column, row + height, shape: shape, ink: ink)
    }
    let (before, after) = (node("c⟨t−1⟩", 0, 2.3, .plain), node("c⟨t⟩", 6, 2.3, .plain))
    let (keep, plus) = (node("×", 0.9, 2.3, .operation), node("+", 2.5, 2.3, .operation))
    let (write, show) = (node("×", 2.5, 1.35, .operation), node("×", 5, 1.35, .operation))
    let (fork, out) = (node("", 5, 2.3, .dot, .forward), node("a⟨t⟩", 6, 1.35, .plain))
    let gates = [("Γ_f", 0.9), ("Γ_u", 1.75), ("Γ_o", 5.0)].map { node($0, $1, 0.4, .gate) }
    let candidate = node(place == 3 ? "c̃: σ" : "c̃: tanh", 3.2, 0.4, .box, place == 3 ? .accent : .neutral)
    nodes += [before, after, keep, plus, fork, write, show, out, candidate] + gates
    arrows += [(before, keep), (keep, plus), (plus, fork), (fork, after), (show, out), (write, plus)].map {
      Arrow($0, $1, ink: .forward)
    }
    arrows += [
      Arrow(fork, show, "tanh", ink: .forward), Arrow(gates[0], keep), Arrow(gates[1], write), Arrow(candidate, write),
      Arrow(gates[2], show),
    ]
    if place == 1 || place == 2 {
      // Along the bottom to every gate that sees c⟨t−1⟩, and from there up.
      let dots = [0.9, 1.75, 5].prefix(place == 1 ? 3 : 2).map { node("", $0, -0.35, .dot, .accent) }
      nodes += dots
      arrows.append(Arrow(before, dots[0], ink: .accent, via: [(left, row - 0.35)]))
      arrows += zip(dots, dots.dropFirst()).map { Arrow($0, $1, ink: .accent) }
      arrows += zip(dots, gates).map { Arrow($0, $1, ink: .accent) }
      if place == 2 {
        let new = node("", 4.2, 2.3, .dot, .accent)
        nodes.append(new)
        arrows.append(Arrow(new, gates[2], ink: .accent, via: [(left + 4.2, row + 0.4)]))
      }
    }
    frames.append(Frame(name, columns: left - 0.2...left + 6.2, rows: row - 0.3...row + 2.6))
  }
  return Diagram(
    title: "An LSTM in four forms: green is what the first one doesn't have", nodes: nodes, arrows: arrows,
    frames: frames, spacing: (66, 56))
}

// MARK: - What tells the forms apart

/// How far off the outputs of each form are, on a logarithmic axis: the short bar is the form that the cell has.
func fitChart(_ title: String, _ difference: (RelevancePlace, UpdateMeaning) -> Double) -> Chart {
  let places: [(RelevancePlace, String)] = [
    (.before, "before"), (.half, "half"), (.whole, "whole"),
  ]
  func bars(_ name: String, _ meaning: UpdateMeaning) -> Mark {
    .bars(name, y: places.map { difference($0.0, meaning) }, showsValues: true)
  }
  return Chart(
    title, x: Axis("where the relevance gate stands", .categorical(places.map(\.1))),
    y: Axis("largest difference of an output", .logarithmic, range: 1e-8...10),
    [bars("Γ_u: takes in", .takesIn), bars("Γ_u: keeps", .keeps), .rule("rounding", y: 1e-5)])
}

// MARK: - A GRU drawn at random

/// A GRU with 4 units and random weights, and 20 random inputs of 3 numbers.
struct RandomCell {
  let blocks: Blocks
  let x: [Columns]
  private let start = Columns(rows: 4, columns: 1)

  init(seed: UInt64) {
    var random = RandomSource(seed: seed)
    func draw(_ columns: Int) -> [Columns] {
      (0..<3).map { _ in Columns(rows: 4, columns: columns) { random.normal() } }
    }
    // The second bias only where the forms are free to have it, beside the candidate: it is 0 here.
    blocks = Blocks(
      Wx: draw(3), Wa: draw(4), bx: draw(1), ba: Array(repeating: Columns(rows: 4, columns: 1), count: 3), p: [])
    x = (0..<20).map { _ in Columns(rows: 3, columns: 1) { random.normal() } }
  }

  /// The states after each input.
  func states(_ form: Form) -> [Columns] {
    x.reduce(into: [start]) { $0.append(form.step(blocks, $1, $0.last!, $0.last!).c) }
  }

  /// The same from the library's cell.
  func statesOfTheLibrary(_ form: GRUForm) -> [Columns] {
    func stacked(_ parts: [Columns]) -> Columns { [parts[0], parts[1], parts[2]] }
    let cell = GRUCell(Wax: stacked(blocks.Wx), Waa: stacked(blocks.Wa), ba: stacked(blocks.bx), form: form)
    let outputs = Recurrent(cell)(SequenceBatch(x)).outputSequence
    return [start] + x.indices.map { outputs[$0] }
  }

  func difference(_ one: [Columns], _ other: [Columns]) -> Double {
    zip(one, other).map { $0.largestDifference(from: $1) }.max()!
  }
}

// MARK: - Mistakes in a conversion

/// What becomes of PyTorch's outputs where one part of the conversion is forgotten.
func conversionMistakes(_ torch: Sample, right: Blocks) -> [(name: String, difference: Double)] {
  let rows = [1, 0, 2]
  var oneBias = right
  (oneBias.bx[2], oneBias.ba[2]) = (right.bx[2] + right.ba[2], 0 * right.ba[2])
  func difference(_ blocks: Blocks, _ form: Form, rows: [Int]) -> Double {
    torch.with(blocks).difference(from: form, rows: rows)
  }
  let form = Form.gru(.half, .takesIn, .tanh)
  return [
    ("the order of the rows: 0, 1, 2 instead of 1, 0, 2", difference(right, form, rows: [0, 1, 2])),
    ("the sign of z", difference(torch.blocks, form, rows: rows)),
    (
      "the place of Γ_r: before instead of half",
      difference(right, .gru(.before, .takesIn, .tanh), rows: rows)
    ),
    ("that Γ_r multiplies b_cc: we added it to b_c", difference(oneBias, form, rows: rows)),
  ]
}

// MARK: - The clock

/// What a clock says with either kind of peephole, and the memory behind it.
func clockChart(ofGers: [Double], ofNg: [Double], memory: [Double]) -> Chart {
  Chart(
    "One unit as a clock: its memory, and what it puts out", x: Axis("step", .integers),
    y: Axis("memory c, output a", range: -0.2...4.4),
    [("a, Gers's peepholes", ofGers), ("a, Ng's peepholes", ofNg), ("c, the memory of both", memory)].map {
      .line($0, x: $1.indices, y: $1, hasPoints: true)
    })
}

/// Whether LSTMs with these weights, one with each kind of peephole, put out the same as the two clocks.
func clockOfTheForms(_ ofGers: [Double], _ ofNg: [Double]) -> Bool {
  func number(_ value: Double) -> Columns { Columns([[value]]) }
  let none = number(0)
  // Γ_u and c̃ are 1, as nearly as a bias of 40 makes them.
  let weights = Blocks(
    Wx: Array(repeating: none, count: 4), Wa: Array(repeating: none, count: 4),
    bx: [number(40), number(70), number(-70), number(40)], ba: Array(repeating: none, count: 4),
    p: [none, number(-20), number(20)])
  return [(Peephole.updated, ofGers), (.previous, ofNg)].allSatisfy { peephole, outputs in
    var state = (a: none, c: none)
    return outputs.dropFirst().allSatisfy { output in
      state = Form.lstm(peephole, .tanh).step(weights, none, state.a, state.c)
      return abs(state.a[0, 0] - output) < 1e-9
    }
  }
}

// MARK: - A candidate of σ

/// The memory of an LSTM of one unit over aaaabbb: the letter has the weight 40 in the candidate, and the gates are
/// open, but for a Γ_f that is ½ at each b where it is `halving`.
func letterCounts(_ kind: CandidateKind, halving: Bool = false) -> [Double] {
  func number(_ value: Double) -> Columns { Columns([[value]]) }
  let none = Array(repeating: number(0), count: 4)
  let weights = Blocks(
    Wx: [number(0), number(halving ? 20 : 0), number(0), number(40)], Wa: none,
    bx: [number(40), number(halving ? 20 : 40), number(40), number(0)], ba: none, p: [])
  var state = (a: number(0), c: number(0))
  return [1, 1, 1, 1, -1, -1, -1].map { letter in
    state = Form.lstm(.none, kind).step(weights, number(letter), state.a, state.c)
    return state.c[0, 0]
  }
}

// MARK: - The beat

/// The forms that learn to keep a beat. The plain LSTM has a unit more, and so no fewer parameters.
let beatForms: [(name: String, form: Peephole, units: Int)] = [
  ("no peepholes", .none, 13), ("Ng's peepholes", .previous, 12), ("Gers's peepholes", .updated, 12),
]

/// What became of one LSTM that was to keep a beat.
struct BeatRun {
  let name: String
  /// The step after which the mean loss of 50 steps was below 0.01, or nil where it never was.
  let learned: Int?
  let curve: WindowedLosses
  let untrained: Tagger<LSTM<Float>>, trained: Tagger<LSTM<Float>>
}

/// LSTMs of each kind, from several seeds, trained with Adam until the mean loss of 50 steps is below 0.01.
func keepTheBeat(seeds: [UInt64], limit: Int, line: Int = #line) -> [BeatRun] {
  beatForms.flatMap { name, peephole, units in
    seeds.map { seed in
      var random = RandomSource(seed: seed)
      let model = Tagger(
        layer: Recurrent(LSTMCell<Float>(inputSize: 1, hiddenSize: units, peephole: peephole, using: &random)),
        output: Dense(inputSize: units, outputSize: 2, using: &random))
      var data = RandomSource(seed: seed &+ 1_000)  // the same rhythms for every network
      let (trained, curve) = trainedByAdam(
        "beat, \(name), seed \(seed)", model, steps: limit, rate: 0.02, window: min(limit, 50), until: 0.01, line: line
      ) { SteadyBeat.batch(count: 16, length: 30, using: &data) }
      return BeatRun(
        name: name, learned: curve.solved, curve: curve, untrained: model, trained: trained)
    }
  }
}

/// The steps that each network took, by kind, with a column for the run from each seed.
func beatTable(_ runs: [BeatRun], limit: Int) -> Table {
  let own = beatForms.map { form in runs.filter { $0.name == form.name } }
  let measured = own[0].indices.map { "steps, run \($0 + 1)" }
  return Table(
    ["", "units"] + measured, varying: measured,
    rows: zip(beatForms, own).map { form, runs in
      [form.name, form.units] + runs.map { $0.learned.map(String.init) ?? "not within \(limit)" }
    })
}

/// The losses of these trainings, a line for each run, in the colour of its kind. The runs of a kind are one mark with
/// gaps, so that they look alike; the first one comes last and carries the name.
func beatChart(_ runs: [BeatRun]) -> Chart {
  Chart(
    "How the networks learn to keep a beat, a line for each run", x: "training step",
    y: Axis("loss [nats per step]", .logarithmic),
    beatForms.map { form in
      let curves = runs.filter { $0.name == form.name }.reversed().map(\.curve)
      let losses = curves.map { $0.losses }.joined(separator: [.nan])
      let steps = curves.map { $0.steps }.joined(separator: [.nan])
      return .line(form.name, x: Array(steps), y: Array(losses), hasPoints: true)
    } + [.rule("learned", y: 0.01)])
}

// MARK: - Saturation

/// How often a gate of one unit is shut (below 0.1) and open (above 0.9), as shares of the steps.
struct Saturation {
  let shut: Double, open: Double

  /// The means over all units.
  static func mean(_ units: [Saturation]) -> Saturation {
    Saturation(shut: Workshop.mean(units.map(\.shut)), open: Workshop.mean(units.map(\.open)))
  }
}

/// A gate in all units of these networks, on 100 rhythms that they were not trained on.
func saturations(_ models: [Tagger<LSTM<Float>>], _ gate: String) -> [Saturation] {
  var random = RandomSource(seed: 0)
  guard case .features(let x) = SteadyBeat.batch(Float.self, count: 100, length: 30, using: &random).inputs else {
    fatalError("a beat is made of features")
  }
  return models.flatMap { model -> [Saturation] in
    let values = model.layer(x).trace.first { $0.name == gate }!.values
    return (0..<model.layer.outputSize).map { unit in
      let all = (0..<values.length).flatMap { values[$0].rows(unit..<unit + 1).elements }
      func share(_ isCounted: (Float) -> Bool) -> Double { Double(all.count(where: isCounted)) / Double(all.count) }
      return Saturation(shut: share { $0 < 0.1 }, open: share { $0 > 0.9 })
    }
  }
}
