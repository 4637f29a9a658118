// What stands behind Lesson 03: the five matrices and the letters, what only measures, and the figures.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks

typealias Columns = Matrix<Double>

func += (sum: inout Columns, term: Columns) { sum = sum + term }

/// The sum of all numbers.
func total(_ A: Columns) -> Double { A.elements.reduce(0, +) }

/// The columns added up: what a bias gets from a batch.
func summed(_ A: Columns) -> Columns { A * Columns(rows: A.columns, columns: 1, repeating: 1) }

/// The length of a column; of a matrix, the root of the sum of all squares.
func norm(_ A: Columns) -> Double { total(A ⊙ A).squareRoot() }

/// The mean length of the columns.
func meanLength(_ A: Columns) -> Double { mean((0..<A.columns).map { norm(A.columns($0..<$0 + 1)) }) }

/// How far A goes in the direction of B, relative to B: 1 for B itself.
func share(_ A: Columns, of B: Columns) -> Double { total(A ⊙ B) / total(B ⊙ B) }

/// The angle between two matrices, each as one long list of numbers, in degrees.
func angle(_ A: Columns, _ B: Columns) -> Double { acos(min(1, total(A ⊙ B) / (norm(A) * norm(B)))) * 180 / .pi }

/// A number to two decimal places, with a true minus sign.
func short(_ number: Double) -> String {
  String(format: "%.2f", number).replacing("-0.00", with: "0.00").replacing("-", with: "−")
}

/// A number to three decimal places, with a true minus sign.
func three(_ number: Double) -> String { String(format: "%.3f", number).replacing("-", with: "−") }

func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

// MARK: - The network and the letters

/// The five matrices of the network; a gradient holds ∂L/∂W in the place of each W.
struct Network: Parameterized {
  typealias Scalar = Double

  var Wax, Waa, ba, Wya, by: Columns

  var parameterPaths: [ParameterPath<Network>] {
    [
      ParameterPath("W_ax", \.Wax), ParameterPath("W_aa", \.Waa), ParameterPath("b_a", \.ba),
      ParameterPath("W_ya", \.Wya), ParameterPath("b_y", \.by),
    ]
  }

  static func - (θ: Network, step: Network) -> Network {
    θ.parameterPaths.map(\.keyPath).reduce(into: θ) { $0[keyPath: $1] = $0[keyPath: $1] - step[keyPath: $1] }
  }

  static func * (factor: Double, d: Network) -> Network {
    d.parameterPaths.map(\.keyPath).reduce(into: d) { $0[keyPath: $1] = factor * $0[keyPath: $1] }
  }

  static func += (sum: inout Network, d: Network) { sum = sum - (-1 * d) }

  /// An untrained network of 8 units that reads and says two letters.
  static func untrained(using random: inout RandomSource) -> Network {
    let cell = RNNCell<Double>(inputSize: 2, hiddenSize: 8, using: &random)
    let output = Dense<Double>(inputSize: 8, outputSize: 2, using: &random)
    return Network(Wax: cell.Wax, Waa: cell.Waa, ba: cell.ba, Wya: output.Wya, by: output.by)
  }

  /// The same network as the library has it.
  var tagger: Tagger<RNN<Double>> {
    Tagger(layer: Recurrent(RNNCell(Wax: Wax, Waa: Waa, ba: ba)), output: Dense(Wya: Wya, by: by))
  }

  /// The gradient of the loss as the library computes it.
  func gradientOfTheLibrary(_ s: Echo) -> Network {
    let model = tagger
    let batch = TaggerBatch<Double>(inputs: .tokens(s.inputs), targets: s.targets)
    var (sum, tape) = (model.zeroed, model.makeTape())
    _ = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &sum)
    let (cell, output) = (sum.layer.cell, sum.output)
    return Network(Wax: cell.Wax, Waa: cell.Waa, ba: cell.ba, Wya: output.Wya, by: output.by)
  }

  /// How many answers of the network are wrong.
  func mistakes(_ s: Echo) -> Int {
    zip(tagger.tags(.tokens(s.inputs)).ids, s.targets.ids).count { $1 >= 0 && $0 != $1 }
  }
}

/// Sequences of letters side by side, and what is to be said at each step.
struct Echo {
  let inputs: TokenBatch, targets: TokenBatch
  /// One-hot columns for the steps 1 to T, after an entry that only fills its place; where nothing is asked, y is 0.
  let x: [Columns], y: [Columns]

  init(_ inputs: TokenBatch, _ targets: TokenBatch) {
    (self.inputs, self.targets) = (inputs, targets)
    func columns(_ ids: TokenBatch) -> [Columns] {
      let steps = ids.oneHot(size: 2, as: Double.self)
      return [Columns(rows: 2, columns: ids.batch)] + (0..<ids.length).map { steps[$0] }
    }
    (x, y) = (columns(inputs), columns(targets))
  }

  /// Letters drawn at random, `count` sequences of `length` steps.
  init(_ count: Int, length: Int, delay: Int, using random: inout RandomSource) {
    let drawn = DelayedEcho(delay: delay).sequences(count, length: length, using: &random)
    self.init(drawn.inputs, drawn.targets)
  }

  /// One sequence of these letters.
  init(_ letters: String, delay: Int) {
    let ids = letters.split(separator: " ").map { $0 == "a" ? Int32(0) : 1 }
    var targets = TokenBatch(sequence: ids)
    for t in ids.indices { targets.ids[t] = t < delay ? TokenBatch.none : ids[t - delay] }
    self.init(TokenBatch(sequence: ids), targets)
  }

  var length: Int { inputs.length }
  /// How many answers are asked for.
  var asked: Int { targets.ids.count { $0 >= 0 } }
  /// a⟨0⟩ = 0 for every sequence.
  var zero: Columns { Columns(rows: 8, columns: inputs.batch) }

  /// The same letters, but only the last answer counts.
  var lastAsked: Echo {
    var targets = targets
    for place in 0..<(length - 1) * targets.batch { targets.ids[place] = TokenBatch.none }
    return Echo(inputs, targets)
  }

  /// Cut into windows of `size` steps.
  func windows(of size: Int) -> [Echo] {
    stride(from: 0, to: length, by: size).map { start in
      let steps = start..<min(start + size, length)
      return Echo(inputs.steps(steps), targets.steps(steps))
    }
  }

  func first(_ count: Int) -> Echo { Echo(inputs.examples(0..<count), targets.examples(0..<count)) }

  /// What is heard and what is to be said, letter by letter.
  var lines: String {
    func line(_ ids: [Int32]) -> String { ids.map { $0 < 0 ? "·" : $0 == 0 ? "a" : "b" }.joined(separator: "  ") }
    let steps = (1...length).map { String($0).padding(toLength: 3, withPad: " ", startingAt: 0) }.joined()
    return "step  \(steps)\nhear  \(line(inputs.ids))\nsay   \(line(targets.ids))"
  }
}

// MARK: - Other losses, other gradients

/// Σ −y log ŷ over all steps and both letters: the cross-entropy.
func crossEntropy(_ ŷ: [Columns], _ y: [Columns]) -> Double {
  -zip(ŷ, y).reduce(0) { $0 + total($1.1 ⊙ $1.0.map { log($0) }) }
}

/// Both letters as a yes or no of their own: the binary cross-entropy, at the steps that are asked.
func binaryCrossEntropy(_ ŷ: [Columns], _ y: [Columns]) -> Double {
  let asked = zip(ŷ, y).filter { isAsked($1) }
  return crossEntropy(asked.map(\.0), asked.map(\.1))
    + crossEntropy(asked.map { $0.0.map { 1 - $0 } }, asked.map { $0.1.map { 1 - $0 } })
}

/// Whether an answer is asked for at this step.
func isAsked(_ y: Columns) -> Bool { y.elements.contains { $0 != 0 } }

/// One output and one loss, and how far the lines of the page are from central differences there.
struct Pair {
  let output: String, loss: String
  let difference: Double
}

func pairs(_ θ: Network, _ s: Echo, backward: (Network, [Columns], [Columns], [Columns]) -> Network) -> [Pair] {
  typealias Function = (Columns) -> Columns
  typealias Loss = ([Columns], [Columns]) -> Double
  let outputs: [(String, Function)] = [("softmax", softmax), ("sigmoid", σ)]
  let losses: [(String, Loss)] = [("cross-entropy", crossEntropy), ("binary cross-entropy", binaryCrossEntropy)]
  let (start, length) = (s.zero, s.length)
  return [(0, 0), (1, 1), (0, 1), (1, 0)].map { o, l in
    func answers(_ θ: Network) -> (a: [Columns], ŷ: [Columns]) {
      var a = [start]
      for t in 1...length { a.append(tanh(θ.Waa * a[t - 1] + θ.Wax * s.x[t] + θ.ba)) }
      return (a, a.map { outputs[o].1(θ.Wya * $0 + θ.by) })
    }
    let (a, ŷ) = answers(θ)
    let e = zip(ŷ, s.y).map { isAsked($1) ? $0 - $1 : 0 * $1 }
    let check = GradientCheck(of: backward(θ, s.x, a, e), at: θ) { losses[l].1(answers($0).ŷ, s.y) }
    return Pair(output: outputs[o].0, loss: losses[l].0, difference: check.largest)
  }
}

/// What is left of a gradient where each step overwrites the term of the step that was visited before it: step 1's.
func firstTerm(_ θ: Network, _ s: Echo, a: [Columns], e: [Columns], δ: [Columns]) -> Network {
  Network(
    Wax: δ[1] * s.x[1].transposed, Waa: δ[1] * a[0].transposed, ba: summed(δ[1]), Wya: e[1] * a[1].transposed,
    by: summed(e[1]))
}

// MARK: - Drawings

/// The last four steps of the network: forwards in blue, backwards in orange; a⟨11⟩, where two gradients meet, in green.
func unrolledPicture(_ s: Echo, ŷ: [Columns]) -> Diagram {
  let steps = Array(9...12)
  func letter(_ id: Int32) -> String { id == 0 ? "a" : "b" }
  func column(_ t: Int) -> Double { Double(t - 8) }
  let before = Node("…", at: 0.1, 1, shape: .plain)
  let inputs = steps.map { Node("x⟨\($0)⟩\n\(letter(s.inputs[$0 - 1, 0]))", at: column($0), 0, shape: .plain) }
  let states = steps.map { Node("a⟨\($0)⟩", at: column($0), 1, ink: $0 == 11 ? .accent : .neutral) }
  let answers = steps.map { t in
    let right = s.targets[t - 1, 0]
    return Node(
      "ŷ⟨\(t)⟩\n\(letter(right)): \(percent(ŷ[t][Int(right), 0]))", at: column(t), 2, shape: .plain)
  }
  let chain = [before] + states
  let links = Array(zip(chain, chain.dropFirst())) + Array(zip(states, answers))
  return Diagram(
    title: "The unrolled network: forwards in blue, backwards in orange",
    nodes: [before] + inputs + states + answers,
    arrows: zip(inputs, states).map { Arrow($0, $1, ink: .forward) } + links.map { Arrow($0, $1, ink: .forward) }
      + links.map { Arrow($1, $0, ink: .backward) }, spacing: (130, 100))
}

/// One unit over three steps, number by number: forwards in blue, and on each orange arrow the gradient that it brings.
func byHandPicture(a: [Double], δ: [Double]) -> Diagram {
  var nodes = [Node("a⟨0⟩\n0", at: 0, 1)]
  for t in 1...3 {
    nodes.append(Node("z⟨\(t)⟩\n\(three(atanh(a[t])))", at: Double(2 * t - 1), 1, shape: .circle))
    nodes.append(Node("a⟨\(t)⟩\n\(three(a[t]))", at: Double(2 * t), 1))
  }
  let loss = Node("L\n\(three(0.5 * (a[3] - 1) * (a[3] - 1)))", at: 7, 1, shape: .plain)
  let inputs = (1...3).map { Node("x⟨\($0)⟩ = \($0 == 1 ? 1 : 0)", at: Double(2 * $0 - 1), 0, shape: .plain) }
  var arrows = zip(nodes, nodes.dropFirst()).enumerated().map {
    Arrow($1.0, $1.1, $0 % 2 == 0 ? "× ½" : "tanh", ink: .forward)
  }
  arrows.append(Arrow(nodes[6], loss, ink: .forward))
  arrows += zip(inputs, [nodes[1], nodes[3], nodes[5]]).map { Arrow($0, $1, "× 1", ink: .forward) }
  arrows.append(Arrow(loss, nodes[6], three(a[3] - 1), ink: .backward))
  for t in 1...3 {
    arrows.append(Arrow(nodes[2 * t], nodes[2 * t - 1], three(δ[t]), ink: .backward))
    if t > 1 { arrows.append(Arrow(nodes[2 * t - 1], nodes[2 * t - 2], three(0.5 * δ[t]), ink: .backward)) }
  }
  return Diagram(
    title: "One unit, three steps: on each orange arrow stands the gradient at its tip", nodes: nodes + [loss] + inputs,
    arrows: arrows, spacing: (108, 90))
}

/// Two windows of three steps: what crosses the cut where the state is carried and detached, and where it is reset.
func cutPicture() -> Diagram {
  var (nodes, arrows): ([Node], [Arrow]) = ([], [])
  for (row, name) in [(1.5, "carry and detach"), (0.0, "reset")] {
    nodes.append(Node(name, at: -0.5, row, shape: .plain))
    let states = (1...6).map { Node("a⟨\($0)⟩", at: Double($0) + ($0 > 3 ? 0.9 : 0), row) }
    nodes += states
    for t in 0..<5 where t != 2 {
      arrows.append(Arrow(states[t], states[t + 1], ink: .forward))
      arrows.append(Arrow(states[t + 1], states[t], ink: .backward))
    }
    if name == "reset" {
      let zero = Node("0", at: 4, row, shape: .plain)
      nodes.append(zero)
      arrows.append(Arrow(zero, states[3], ink: .forward))
    } else {
      arrows.append(Arrow(states[2], states[3], "state", ink: .forward))
    }
  }
  return Diagram(
    title: "What crosses the cut between two windows: the state, or nothing", nodes: nodes, arrows: arrows,
    frames: [
      Frame("window 1", columns: 0.9...3.1, rows: -0.1...1.7), Frame("window 2", columns: 4.8...7, rows: -0.1...1.7),
    ], spacing: (100, 80))
}

// MARK: - Charts

/// What each step contributes to ∂L/∂W_aa if step 12 alone is asked.
func shareChart(_ shares: [Double]) -> Chart {
  Chart(
    "Wrong at step 12: how much of the gradient comes from each step",
    x: Axis("step t", .categorical((1...12).map(String.init))), y: "share of ∂L/∂W_aa",
    [.bars(y: shares)])
}

/// The length of ∂L/∂x⟨t⟩ for each step, before and after training, each relative to its sum.
func inputChart(_ before: [Double], _ after: [Double]) -> Chart {
  Chart(
    "Where the gradient from step 12 goes: to the letters", x: Axis("step t", .categorical((1...12).map(String.init))),
    y: "length of ∂L/∂x⟨t⟩, as a share of all",
    [.bars("before training", y: before), .bars("after training", y: after)])
}

/// The mean of each twenty losses.
func averages(_ losses: [Double]) -> [Double] {
  stride(from: 0, to: losses.count - 19, by: 20).map { mean(losses[$0..<$0 + 20]) }
}

/// The losses of trainings, averaged over twenty sequences each.
func lossChart(_ trainings: [(name: String, losses: [Double])]) -> Chart {
  Chart(
    "A wrong gradient can still lower the loss", x: "sequences read", y: "loss per answer",
    trainings.map { name, losses in
      let means = averages(losses)
      return .line(name, x: means.indices.map { 20 * $0 + 20 }, y: means)
    } + [.rule("chance level: ln 2", y: log(2))])
}

func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(values.count) }

func degrees(_ angle: Double) -> String { String(format: "%.0f°", angle) }

func shortLoss(_ loss: Double) -> String { String(format: loss < 0.01 ? "%.4f" : "%.2f", loss) }

/// How many weights and biases a network of one tanh layer and a softmax has.
func parameters(inputs: Int, units: Int, outputs: Int) -> Int {
  var random = RandomSource(seed: 1)
  return RNNCell<Double>(inputSize: inputs, hiddenSize: units, using: &random).parameterCount
    + Dense<Double>(inputSize: units, outputSize: outputs, using: &random).parameterCount
}

/// How far the gradient of a truncated backward pass is turned, by window.
func windowChart(_ sizes: [Int], untrained: [Double], trained: [Double]) -> Chart {
  Chart(
    "The shorter the window, the further the gradient is turned", x: "window [steps]",
    y: Axis("angle of ∂L/∂W_aa to the true one [°]", range: 0...70),
    [
      .line("untrained", x: sizes, y: untrained, hasPoints: true),
      .line("trained", x: sizes, y: trained, hasPoints: true),
    ])
}

/// The largest relative error of central differences, by the step ε, and what theory says of its two sides.
func differenceChart(_ ε: [Double], _ error: [Double]) -> Chart {
  Chart(
    "A nudge can be too large, and it can be too small", x: Axis("nudge ε", .logarithmic),
    y: Axis("largest relative error", .logarithmic),
    [
      .line("measured", x: ε, y: error, hasPoints: true),
      .line("like ε²", x: Array(ε[0...7]), y: ε[0...7].map { 20 * error[4] * pow($0 / ε[4], 2) }, isDashed: true),
      .line("like 1/ε", x: Array(ε[10...24]), y: ε[10...24].map { 20 * error[20] * ε[20] / $0 }, isDashed: true),
    ])
}
