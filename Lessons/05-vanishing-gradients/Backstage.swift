// What stands behind Lesson 05: the network that reads the sentence with the cat, the figures, and the trainings.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// The length of a vector; of a matrix, the Frobenius norm.
func norm(_ v: Columns) -> Double { v.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// A number for a label: two significant digits.
func short(_ number: Double) -> String { String(format: abs(number) < 100 ? "%.2g" : "%.0f", number) }

/// Ones on the diagonal, (n, n).
func identity(_ n: Int) -> Columns {
  var matrix = Columns(rows: n, columns: n)
  for i in 0..<n { matrix[i, i] = 1 }
  return matrix
}

/// max(0, z) of each number.
func relu(_ z: Columns) -> Columns { z.map { max($0, 0) } }

// MARK: - The cat

/// An untrained network that has read the sentence up to its verb, and is wrong about it.
struct CatNetwork {
  let words = "the cat , which already ate the bread near the dogs ,".split(separator: " ").map(String.init)
  let cell: RNNCell<Double>
  let output: Dense<Double>
  /// x⟨1⟩ … x⟨T⟩ as one-hot columns; entry 0 only fills its place.
  let x: [Columns]
  /// *was*, one-hot.
  let y: Columns
  /// ‖∂L/∂a⟨t⟩‖ for t from 0 to T, relative to that at T, from the library's backward pass.
  let lengths: [Double]
  /// ∂L/∂W_aa, from the library's backward pass.
  let gradientOfWaa: Columns

  private let vocabulary: Vocabulary
  private let seed: UInt64
  private let steps: Int

  /// The network as it starts from `seed`; it is trained for so many steps.
  init(seed: UInt64, steps: Int) {
    (self.seed, self.steps) = (seed, steps)
    var random = RandomSource(seed: seed)
    let vocabulary = Vocabulary(
      unit: .word, tokens: [Vocabulary.endOfSentence] + Grammar.agreement(phrases: 0...4).vocabulary)
    let size = vocabulary.count
    cell = RNNCell(inputSize: size, hiddenSize: 64, using: &random)
    output = Dense(inputSize: 64, outputSize: size, using: &random)
    func oneHot(_ words: [String]) -> SequenceBatch<Double> {
      TokenBatch(sequence: words.map { vocabulary.id(of: $0)! }).oneHot(size: size)
    }
    let input = oneHot(words)
    x = [Columns(rows: size, columns: 1)] + words.indices.map { input[$0] }
    y = oneHot(["was"])[0]
    self.vocabulary = vocabulary

    let layer = Recurrent(cell)
    let tape = layer(input)
    let last = words.count - 1
    let error = softmax(output.Wya * tape.outputSequence[last] + output.by) - y
    var asked = SequenceBatch<Double>(length: words.count, batch: 1, size: 64)
    asked[last] = output.Wya.transposed * error
    let norms = layer.gradientNorms(of: asked[last], on: tape).elements
    lengths = norms.map { $0 / norms[0] }.reversed()
    gradientOfWaa = layer.gradients(outputGradient: asked, on: layer(input)).layer.cell.Waa
  }

  /// The unrolled network with the gradient on its way back: in each box its length there, each arrow as thick as the gradient that arrives.
  func picture(_ title: String, lengths: [Double]) -> Diagram {
    let states = words.indices.map {
      Node(short(lengths[$0 + 1]), at: Double($0), 1, ink: words[$0] == "cat" ? .accent : .neutral)
    }
    let inputs = words.indices.map { Node(words[$0], at: Double($0), 0, shape: .plain) }
    let verb = Node("was?", at: Double(words.count - 1), 2, shape: .plain)
    let upwards = words.indices.map { Arrow(inputs[$0], states[$0], ink: .faint) }
    let onwards = (1..<words.count).map { Arrow(states[$0 - 1], states[$0], ink: .faint) }
    let back = (1..<words.count).map {
      Arrow(states[$0], states[$0 - 1], ink: .backward, strength: min(1, lengths[$0]))
    }
    return Diagram(
      title: title, nodes: states + inputs + [verb],
      arrows: upwards + onwards + back + [Arrow(verb, states[words.count - 1], ink: .backward, strength: 1)],
      spacing: (84, 84))
  }

  /// What a training has made of the network: ‖∂L/∂a⟨t⟩‖ for t from 0 to T, relative to that at T, and the probabilities of both verbs
  /// where the noun is *cat* and where it is *cats*.
  struct Trained {
    let lengths: [Double]
    let choices: [(was: Double, were: Double)]
  }

  /// The network in single precision, as training wants it.
  private var model: LanguageModel<Recurrent<RNNCell<Float>>> {
    var random = RandomSource(seed: seed)
    var output = Dense<Float>(inputSize: 64, outputSize: vocabulary.count, using: &random)
    (output.Wya, output.by) = (self.output.Wya.converted(to: Float.self), self.output.by.converted(to: Float.self))
    let cell = RNNCell<Float>(
      Wax: cell.Wax.converted(to: Float.self), Waa: cell.Waa.converted(to: Float.self),
      ba: cell.ba.converted(to: Float.self))
    return LanguageModel(layer: Recurrent(cell), output: output)
  }

  private func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }

  /// A sentence for each number of words that can stand between noun and verb.
  func examples() -> Table {
    Table(
      ["words between", "sentence"],
      rows: Self.distances.map { [$0, sentences(wordsBetween: $0...$0, count: 1)[0].joined(separator: " ")] })
  }

  /// How many words can stand between the noun and the verb, by the number of phrases there.
  private static let distances = (0...4).map { Grammar.agreementDistance(phrases: $0) }

  /// Sentences with one noun and one verb, and with each number of words between them in this range as often as any other.
  private func sentences(wordsBetween range: ClosedRange<Int>, count: Int) -> [[String]] {
    var random = RandomSource(seed: seed)
    let phrases = Self.distances.indices.filter { range.contains(Self.distances[$0]) }
    let told = Grammar.agreement(phrases: phrases[0]...phrases.last!).sentences(2 * count + 20, using: &random)
    return Array(told.filter { !$0.contains("and") }.prefix(count))
  }

  /// Trains the network as a language model, on sentences with so many words between noun and verb.
  func trained(wordsBetween range: ClosedRange<Int>, line: Int = #line) -> Trained {
    var random = RandomSource(seed: seed)
    let batches = SentenceBatches(sentences(wordsBetween: range, count: 8_000).map(ids), end: vocabulary.end!)
    let name = "the cat, \(range.lowerBound) to \(range.upperBound) words between"
    let (trained, _) = trainedByAdam(name, model, steps: steps, rate: 0.003, window: min(steps, 100), line: line) {
      batches.random(50, using: &random)
    }
    let (was, were) = (Int(ids(["was"])[0]), Int(ids(["were"])[0]))
    let choices = ["cat", "cats"].map { noun -> (was: Double, were: Double) in
      let guess = trained.guesses(along: ids(words.map { $0 == "cat" ? noun : $0 } + ["was"]))[words.count]
      return (was: guess[was], were: guess[were])
    }
    let input: SequenceBatch<Float> = TokenBatch(sequence: [TokenBatch.none] + ids(words)).oneHot(
      size: vocabulary.count)
    let tape = trained.layer(input)
    var error = softmax(trained.output.Wya * tape.outputSequence[words.count] + trained.output.by)
    error[was, 0] -= 1
    let norms = trained.layer.gradientNorms(of: trained.output.Wya.transposed * error, on: tape).elements
    return Trained(lengths: norms.prefix(words.count + 1).map { $0 / norms[0] }.reversed(), choices: choices)
  }

  /// How the trained network chooses between the two verbs.
  func choices(_ trained: Trained) -> Table {
    Table(
      ["the network has read", "P(was)", "P(were)"], varying: ["P(was)", "P(were)"],
      rows: zip(["cat", "cats"], trained.choices).map { noun, choice in
        [
          "the \(noun) , which already ate the bread near the dogs ,", String(format: "%.2f", choice.was),
          String(format: "%.2f", choice.were),
        ]
      })
  }
}

// MARK: - The other drawings

/// Three steps of one unit, forwards along the top and the gradient backwards, each red number what one step multiplies by.
func byHandPicture(states: [Double], factors: [Double]) -> Diagram {
  let nodes = states.indices.map { Node("a⟨\($0)⟩\n\(short(states[$0]))", at: Double($0), 0, shape: .box) }
  let product = factors.reversed().reduce(into: [1.0]) { $0.append($0.last! * $1) }
  return Diagram(
    title: "One unit with w = 1: the state going forwards, the gradient going back",
    nodes: nodes,
    arrows: factors.indices.map { Arrow(nodes[$0], nodes[$0 + 1], "tanh", ink: .forward) }
      + factors.indices.map {
        Arrow(
          nodes[$0 + 1], nodes[$0], "× \(short(factors[$0]))", ink: .backward,
          strength: product[factors.count - $0])
      },
    spacing: (190, 100))
}

/// A memory with its gates over one step.
func gatePicture() -> Diagram {
  let cell = CellPicture()
  return Diagram(
    title: "A memory with gates, one step", nodes: cell.nodes, arrows: cell.arrows, frames: [cell.frame],
    spacing: (100, 80))
}

/// The size after k steps, on a logarithmic axis.
func sizeChart(
  _ title: String, _ curves: [(name: String, sizes: [Double])], _ range: ClosedRange<Double> = 1e-7...1e3
) -> Chart {
  Chart(
    title, x: "steps k", y: Axis("size", .logarithmic, range: range), curves.map { .line($0, x: $1.indices, y: $1) })
}

/// The size by forget bias, and beside each curve what the direct path alone would leave, σ(b_f)ᵏ.
func forgetBiasChart(_ biases: [Double], _ sizes: [[Double]]) -> Chart {
  Chart(
    "A memory with gates: what is left of a nudge", x: "steps k", y: Axis("size", .logarithmic, range: 1e-6...10),
    zip(biases, sizes).flatMap { bias, sizes -> [Mark] in
      let k = sizes.indices
      let gate = 1 / (1 + exp(-bias))
      return [
        .line("b_f = \(Int(bias))", x: k, y: sizes),
        .line("σ(\(Int(bias)))ᵏ", x: k, y: k.map { pow(gate, Double($0)) }, like: "b_f = \(Int(bias))", isDashed: true),
      ]
    })
}

/// The losses of two trainings on temporal order beside what a guess scores.
func orderChart(_ outcomes: [Outcome]) -> Chart {
  Chart(
    "AA, AB, BA or BB? One network learns it, one stays at chance", x: "training step",
    y: Axis("loss [nats]", range: 0...1.6),
    outcomes.map { .line($0.start, x: $0.steps, y: $0.losses) } + [
      .rule("chance level: ln 4", y: TemporalOrder.baseline)
    ])
}

// MARK: - The cliff

/// The weight halfway down the cliff, where the unit with a pull downwards is at 0 after 50 steps, by bisection.
func cliffFace() -> Double {
  var (below, above) = (1.5, 2.0)
  for _ in 1...50 {
    let middle = (below + above) / 2
    let end = (1...50).reduce(0.5) { a, _ in tanh(middle * a - 0.3) }
    if end < 0 { below = middle } else { above = middle }
  }
  return above
}

/// The loss by weight, with points on the face itself.
func cliffChart(around face: Double, _ loss: (Double) -> Double) -> Chart {
  let weights = ((0...280).map { 1 + 0.005 * Double($0) } + [face - 1e-4, face, face + 1e-4]).sorted()
  return Chart(
    "The cliff: a slightly smaller w gives a completely different loss", x: "weight w", y: "loss L",
    [.line(x: weights, y: weights.map(loss))])
}

// MARK: - Temporal order

/// A sequence of temporal order, symbol by symbol, and its class.
func orderExample() -> String {
  var random = RandomSource(seed: 1)
  let example = TemporalOrder.batch(Float.self, count: 1, length: 50, using: &random)
  guard case .tokens(let ids) = example.inputs else { fatalError("temporal order is made of tokens") }
  let symbols = ids.ids.map { TemporalOrder.symbols[Int($0)] }.joined(separator: " ")
  return "\(symbols)  →  \(TemporalOrder.classes[Int(example.targets[0])])"
}

/// What got through before training and what was learned, a row for each kind of network, over the seeds.
func orderTable(_ outcomes: [Outcome], limit: Int) -> Table {
  let starts = outcomes.map(\.start).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
  let measured = ["size from the first A or B to the end, by seed", "steps to a loss of 0.05, by seed"]
  return Table(
    ["W_aa"] + measured, varying: measured,
    rows: starts.map { start in
      let seeds = outcomes.filter { $0.start == start }
      let steps = seeds.map { $0.learned.map(String.init) ?? "not within \(limit)" }
      let learned = seeds.allSatisfy { $0.learned == nil } ? "not within \(limit)" : steps.joined(separator: ", ")
      return [start, seeds.map { short($0.fromFirst) }.joined(separator: ", "), learned]
    })
}

/// What became of one network on temporal order.
struct Outcome {
  /// What sets the network apart from the others.
  let start: String
  let seed: UInt64
  /// The size from the first A or B, where it stands as early as it can, to the end, before training.
  let fromFirst: Double
  let losses: [Double]
  let steps: [Double]
  /// The step after which the mean loss was below 0.05.
  let learned: Int?
}

/// Trains a network with one layer of `cell` on temporal order, from several seeds: with Adam, until the mean loss of 100 steps is below 0.05.
func learnOrder<Cell: RecurrentCell<Float>>(
  _ name: String, length: Int, steps: Int, seeds: [UInt64], line: Int = #line,
  cell makeCell: (_ inputSize: Int, inout RandomSource) -> Cell
) -> [Outcome] {
  seeds.map { seed in
    var random = RandomSource(seed: seed)
    let cell = makeCell(TemporalOrder.symbols.count, &random)
    let output = Dense<Float>(
      inputSize: cell.hiddenSize, outputSize: TemporalOrder.classes.count, using: &random)
    let model = Classifier(layer: Recurrent(cell), output: output)
    var data = RandomSource(seed: seed &+ 1_000)  // the same sequences for every network
    let example = TemporalOrder.batch(Float.self, count: 1, length: length, using: &data)
    guard case .tokens(let symbols) = example.inputs else { fatalError("temporal order is made of tokens") }
    let untrained = model.meanLoss(over: [(TemporalOrder.batch(count: 500, length: length, using: &random), false)])
    let sizes = model.layer.jacobianNorms(
      symbols.oneHot(size: TemporalOrder.symbols.count), toState: cell.stateSizes.count - 1)
    let (_, curve) = trainedByAdam(
      "\(name), seed \(seed)", model, steps: steps, rate: 0.001, window: min(steps, 100), until: 0.05, line: line
    ) { TemporalOrder.batch(count: 20, length: length, using: &data) }
    return Outcome(
      start: name, seed: seed, fromFirst: sizes[length - TemporalOrder.places(length: length).first.lowerBound],
      losses: [untrained] + curve.losses, steps: [0] + curve.steps, learned: curve.solved)
  }
}
