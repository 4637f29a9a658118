// What stands behind Lesson 05: the network that reads the sentence with the cat, the figures, and the trainings.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

typealias Columns = Matrix<Double>

/// The length of a vector; of a matrix, the Frobenius norm.
func norm(_ v: Columns) -> Double { v.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// A number for a label: two significant digits.
func short(_ number: Double) -> String { String(format: "%.2g", number) }

/// Ones on the diagonal, (n, n).
func identity(_ n: Int) -> Columns {
  var matrix = Columns(rows: n, columns: n)
  for i in 0..<n { matrix[i, i] = 1 }
  return matrix
}

/// The activation function as the notebook writes it.
func function(_ activation: Activation) -> (Columns) -> Columns {
  switch activation {
  case .tanh: tanh
  case .sigmoid: σ
  case .relu: { $0.map { max($0, 0) } }
  case .identity: { $0 }
  }
}

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

  private let grammar = Grammar.agreement(phrases: 0...4)
  private let vocabulary: Vocabulary
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    var random = RandomSource(seed: seed)
    let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.endOfSentence] + grammar.vocabulary)
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
    gradientOfWaa = layer.gradients(input, outputGradient: asked, on: layer(input)).layer.cell.Waa
  }

  /// The unrolled network with the gradient on its way back, each arrow as thick as the gradient that arrives.
  func picture() -> Diagram {
    let states = words.indices.map { Node("", at: Double($0), 1, ink: words[$0] == "cat" ? .accent : .neutral) }
    let inputs = words.indices.map { Node(words[$0], at: Double($0), 0, shape: .plain) }
    let verb = Node("was?", at: Double(words.count - 1), 2, shape: .plain)
    let upwards = words.indices.map { Arrow(inputs[$0], states[$0], ink: .faint) }
    let onwards = (1..<words.count).map { Arrow(states[$0 - 1], states[$0], ink: .faint) }
    let back = (1..<words.count).map {
      Arrow(states[$0], states[$0 - 1], short(lengths[$0]), ink: .backward, strength: lengths[$0])
    }
    return Diagram(
      title: "The gradient on its way from the verb back to the cat, measured in an untrained network",
      nodes: states + inputs + [verb],
      arrows: upwards + onwards + back + [Arrow(verb, states[words.count - 1], "1", ink: .backward, strength: 1)],
      spacing: (76, 84))
  }

  /// The influence of each word on the guess at the verb, ‖∂z_y⟨T⟩/∂x⟨j⟩‖, relative to that of the last word.
  private func influence(_ layer: Recurrent<RNNCell<Float>>, _ output: Dense<Float>) -> [Double] {
    let ids = words.map { vocabulary.id(of: $0)! }
    let input: SequenceBatch<Float> = TokenBatch(sequence: [TokenBatch.none] + ids).oneHot(size: vocabulary.count)
    let map = layer.influence(of: input, through: output)
    let row = (1...words.count).map { map[words.count, $0] }
    return row.map { $0 / row[words.count - 1] }
  }

  /// Some sentences of the language that it is trained on.
  func examples() -> [String] {
    var random = RandomSource(seed: seed)
    return grammar.sentences(4, using: &random).map { $0.joined(separator: " ") }
  }

  /// What the words weigh at the verb before and after a training as a language model.
  func trained(steps: Int, line: Int = #line) -> (before: [Double], after: [Double], probability: Double) {
    var random = RandomSource(seed: seed)
    var model = LanguageModel(
      layer: Recurrent(
        RNNCell<Float>(
          Wax: cell.Wax.converted(to: Float.self), Waa: cell.Waa.converted(to: Float.self),
          ba: cell.ba.converted(to: Float.self))),
      output: Dense(inputSize: 64, outputSize: vocabulary.count, using: &random))
    (model.output.Wya, model.output.by) = (output.Wya.converted(to: Float.self), output.by.converted(to: Float.self))
    let sentences = grammar.sentences(8_000, using: &random).map { $0.map { vocabulary.id(of: $0)! } }
    let batches = SentenceBatches(sentences, end: vocabulary.end!)
    let (trained, _) = trainedByAdam(
      "the network of the cat", model, steps: steps, rate: 0.003, window: min(steps, 100), line: line
    ) { batches.random(50, using: &random) }
    let ids = words.map { vocabulary.id(of: $0)! }
    let guesses = trained.guesses(along: ids + [vocabulary.id(of: "was")!])
    return (
      influence(model.layer, model.output), influence(trained.layer, trained.output),
      guesses[words.count][Int(vocabulary.id(of: "was")!)]
    )
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

/// The memory of a gated cell over one step, its direct path thick along the top.
func gatePicture() -> Diagram {
  let (before, after) = (Node("c⟨t−1⟩", at: 0, 2, shape: .plain), Node("c⟨t⟩", at: 5, 2, shape: .plain))
  let (keep, plus) = (Node("×", at: 1.5, 2, shape: .operation), Node("+", at: 3.5, 2, shape: .operation))
  let write = Node("×", at: 3.5, 1.2, shape: .operation)
  let forget = Node("Γ_f", at: 1.5, 0.3, shape: .gate, ink: .accent)
  let update = Node("Γ_u", at: 2.5, 0.3, shape: .gate, ink: .accent)
  let candidate = Node("c̃⟨t⟩", at: 3.5, 0.3, shape: .gate)
  let input = Node("a⟨t−1⟩, x⟨t⟩", at: 0, -0.7, shape: .plain)
  let dots = [1.5, 2.5].map { Node("", at: $0, -0.7, shape: .dot) }
  let direct = [(before, keep), (keep, plus), (plus, after)].map { Arrow($0, $1, ink: .forward, strength: 0.6) }
  let written = [
    Arrow(forget, keep, "keep"), Arrow(update, write, via: [(2.5, 1.2)]), Arrow(candidate, write),
    Arrow(write, plus, "write"),
  ]
  let read = [
    Arrow(input, dots[0]), Arrow(dots[0], dots[1]), Arrow(dots[1], candidate, via: [(3.5, -0.7)]),
    Arrow(dots[0], forget), Arrow(dots[1], update),
  ]
  return Diagram(
    title: "A memory with gates, one step",
    nodes: [before, after, keep, plus, write, forget, update, candidate, input] + dots,
    arrows: direct + written + read, frames: [Frame("", columns: 1.1...4, rows: 0.1...2.2)], spacing: (100, 80))
}

/// How much of a nudge is left after k steps, drawn down to a millionth.
func sizeChart(_ title: String, _ curves: [(name: String, sizes: [Double])]) -> LineChart {
  LineChart(
    title: title, xLabel: "steps k", yLabel: "size of J: 1 = all of it arrives",
    series: curves.map { name, sizes in
      let shown = sizes.prefix { $0 > 1e-6 }
      return Series(name, x: shown.indices.map(Double.init), y: Array(shown))
    }, yScale: .logarithmic)
}

/// What each word weighs at the verb, before and after the training.
func influencePicture(_ words: [String], before: [Double], after: [Double]) -> BarChart {
  BarChart(
    title: "How much each word weighs when the verb is due", xLabel: "word", yLabel: "influence, last comma = 1",
    categories: words, bars: [Bars("before training", before), Bars("after training", after)])
}

// MARK: - Temporal order

/// What became of one network on temporal order.
struct Outcome {
  let start: String
  let seed: UInt64
  /// The size of J from the first symbol, where it stands as early as it can, to the end, before training.
  let arrives: Double
  let losses: [Double]
  let steps: [Double]
  /// The step after which the mean loss was below 0.05.
  let learned: Int?
}

/// A plain network that classifies sequences of temporal order, with its weights as they start.
func orderModel(
  _ activation: Activation, _ recurrent: Initialization, units: Int, using random: inout RandomSource
) -> Classifier<Recurrent<RNNCell<Float>>> {
  let cell = RNNCell<Float>(
    inputSize: TemporalOrder.symbols.count, hiddenSize: units, activation: activation,
    recurrentInitialization: recurrent, using: &random)
  return Classifier(
    layer: Recurrent(cell), output: Dense(inputSize: units, outputSize: TemporalOrder.classes.count, using: &random))
}

/// Trains a plain network on temporal order, with Adam, until the mean loss of 100 steps is below 0.05.
func learnOrder(
  _ name: String, _ recurrent: Initialization, _ activation: Activation, units: Int, length: Int, steps: Int,
  seed: UInt64, line: Int = #line
) -> Outcome {
  var random = RandomSource(seed: seed)
  let model = orderModel(activation, recurrent, units: units, using: &random)
  var data = RandomSource(seed: seed &+ 1_000)  // the same sequences for every network
  let example = TemporalOrder.batch(Float.self, count: 1, length: length, using: &data)
  guard case .tokens(let symbols) = example.inputs else { fatalError("temporal order is made of tokens") }
  let sizes = model.layer.jacobianNorms(symbols.oneHot(size: TemporalOrder.symbols.count))
  let (_, curve) = trainedByAdam(
    "\(name), seed \(seed)", model, steps: steps, rate: 0.001, window: min(steps, 100), until: 0.05, line: line
  ) { TemporalOrder.batch(count: 20, length: length, using: &data) }
  return Outcome(
    start: name, seed: seed, arrives: sizes[length - TemporalOrder.places(length: length).first.lowerBound],
    losses: curve.losses, steps: curve.steps, learned: curve.solved)
}

/// The losses of plain gradient descent on temporal order, by a relu network whose W_aa starts at twice an orthogonal matrix. Where
/// a loss is no longer finite the training ends, and the last is NaN.
func descent(_ clipping: Clipping, length: Int, steps: Int, seed: UInt64) -> [Double] {
  var random = RandomSource(seed: seed)
  let model = orderModel(.relu, .orthogonal(gain: 2), units: 30, using: &random)
  var data = RandomSource(seed: seed &+ 1_000)
  var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0.01, for: model), clipping: clipping)
  var losses: [Double] = []
  for _ in 0..<steps {
    let batch = TemporalOrder.batch(Float.self, count: 20, length: length, using: &data)
    guard let report = try? trainer.step(on: batch) else { return losses + [.nan] }
    losses.append(report.loss)
  }
  return losses
}
