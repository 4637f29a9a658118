// What stands behind all of Lesson 11: how its networks are made and trained, how answers are counted, and the drawings.

import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// The eight applications, in the order of the page.
enum Application: String, CaseIterable, ExpressibleByArgument {
  case sentiment, entities, translation, melody, captions, dna, speech, video
}

// MARK: - Networks

/// The random numbers of the application at hand.
var random = RandomSource(seed: 0)

/// A GRU layer that reads columns of `inputs` numbers.
func gru(_ inputs: Int, _ units: Int) -> GRU<Float> {
  Recurrent(
    GRUCell(
      inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, initialization: .orthogonal(), using: &random))
}

/// A bidirectional layer with `units` in each chain.
func both(_ inputs: Int, _ units: Int) -> Bidirectional<GRU<Float>> {
  Bidirectional(forward: gru(inputs, units), backward: gru(inputs, units))
}

/// W_ya and b_y.
func dense(_ inputs: Int, _ outputs: Int) -> Dense<Float> {
  Dense(inputSize: inputs, outputSize: outputs, using: &random)
}

/// An embedding: a column of `numbers` for each of `words` words.
func embedding(_ words: Int, _ numbers: Int) -> Embedding<Float> {
  Embedding(vocabularySize: words, size: numbers, using: &random)
}

/// A language model whose first state is made from a column of `inputs` numbers.
func generator(_ inputs: Int, _ writer: LanguageModel<GRU<Float>>) -> Generator<GRU<Float>> {
  Generator(vectorSize: inputs, decoder: writer, using: &random)
}

/// A model as all of this lesson are trained: by Adam, the gradient clipped to norm 1, the learning rate falling to 0 in the
/// second half of the steps.
func learned<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double, _ run: NotebookOptions, line: Int,
  on next: () -> Model.Batch
) -> Model {
  let count = run.choose(quick: max(10, steps / 20), standard: steps, full: 3 * steps)
  return trainedByAdam(
    name, model, steps: count, rate: rate, window: max(1, count / 10), settling: true, line: line, on: next
  ).model
}

/// The numbers from 0 below `count` in a random order.
func shuffledOrder(_ count: Int, _ dice: inout RandomSource) -> [Int] {
  var order = Array(0..<count)
  for i in order.indices.reversed() { order.swapAt(i, dice.index(below: i + 1)) }
  return order
}

// MARK: - Counting

nonisolated func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

/// How many of `answers` are equal to what stands in their place in `expected`, from 0 to 1.
func share<Answer: Equatable>(_ answers: [Answer], equalTo expected: [Answer]) -> Double {
  percentEqual(answers, expected) / 100
}

/// The share of the commonest of these.
func shareOfCommonest<Answer: Hashable>(_ answers: [Answer]) -> Double {
  Double(Dictionary(grouping: answers) { $0 }.values.map(\.count).max()!) / Double(answers.count)
}

/// A share for a table: 95.7 %.
func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

/// What an application reached: without a network, with it, and with one thing taken away.
struct Reached {
  let name: String, metric: String
  let baseline: Double, network: Double
  let broken: (what: String, score: Double)?

  /// Whether the score counts errors, so that less is better.
  var countsErrors: Bool { metric.contains("error") }
  var isAboveBaseline: Bool { countsErrors ? network < baseline : network > baseline }
}

/// What the applications of this run have reached so far.
var results: [Reached] = []

func note(
  _ name: String, _ metric: String, _ baseline: Double, _ network: Double, _ taken: String? = nil, _ score: Double = 0
) {
  results.append(
    Reached(name: name, metric: metric, baseline: baseline, network: network, broken: taken.map { ($0, score) }))
}

/// All of them, each in the way of its field.
func resultTable() -> Table {
  Table(
    ["application", "metric", "baseline", "network", "what we took away", "and then"],
    rows: results.map { one in
      func written(_ score: Double) -> String {
        one.metric == "F1" ? String(format: "%.2f", score) : String(format: "%.0f %%", 100 * score)
      }
      return [
        one.name, one.metric, written(one.baseline), written(one.network), one.broken?.what ?? "–",
        one.broken.map { written($0.score) } ?? "–",
      ]
    })
}

/// A case in full: what went in, what should come out, what came out.
struct Case {
  let input: String, expected: String, answer: String
  var isRight: Bool { expected == answer }
}

/// The first answer that is right and the first that is wrong.
func oneOfEach(_ cases: [Case], says: String = "the network says") -> Table {
  Table(
    ["", "in", "should be", says],
    rows: [("a success", true), ("a failure", false)].map { name, isRight in
      guard let found = cases.first(where: { $0.isRight == isRight }) else {
        return [name, "none of \(cases.count)", "–", "–"]
      }
      return [name, found.input, found.expected, found.answer]
    })
}

// MARK: - Drawings

/// A network over its steps: what it reads below, what it writes above.
struct Sketch {
  var nodes: [Node] = [], arrows: [Arrow] = []
  /// The last state of the forward chain so far, which the next step begins with.
  private var last: Node?

  /// Steps from `first` on, which are counted unless they have `numbers`: `inputs` below, where they are not empty, and
  /// `outputs` above, where they are not nil. With `isFed`, an output is the next input.
  mutating func add(
    from first: Double = 0, inputs: [String], outputs: [String?], state: String = "a", both: Bool = false,
    numbers: [String]? = nil, ink: Ink = .forward, isFed: Bool = false, width: Double = 1
  ) {
    let aside = both ? 0.24 * width : 0
    let top = both ? 2.0 : 1.0
    var backs: [Node] = []
    for t in inputs.indices.reversed() where both {
      let node = Node("←\(state)", at: first + Double(t) * width + aside, 2, ink: .backward)
      if let next = backs.first { arrows.append(Arrow(next, node, ink: .backward)) }
      backs.insert(node, at: 0)
      nodes.append(node)
      let input = Node(inputs[t], at: first + Double(t) * width, 0, shape: .plain)
      arrows.append(Arrow(input, node, ink: .backward))
    }
    for t in inputs.indices {
      let place = first + Double(t) * width
      let node = Node(both ? "→\(state)" : "\(state)⟨\(numbers?[t] ?? "\(t + 1)")⟩", at: place - aside, 1, ink: ink)
      nodes.append(node)
      if let last { arrows.append(Arrow(last, node, ink: ink)) }
      last = node
      if !inputs[t].isEmpty {
        let input = Node(inputs[t], at: place, 0, shape: .plain)
        nodes.append(input)
        arrows.append(Arrow(input, node, ink: ink))
      }
      guard let output = outputs[t] else { continue }
      let above = Node(output, at: place, top + 1, shape: .gate, ink: .accent)
      nodes.append(above)
      arrows.append(Arrow(node, above, ink: ink))
      if both { arrows.append(Arrow(backs[t], above, ink: .backward)) }
      if isFed && t + 1 < inputs.count {
        let next = Node(inputs[t + 1], at: first + Double(t + 1) * width, 0, shape: .plain)
        let lane = place + width / 2
        arrows.append(Arrow(above, next, ink: .accent, via: [(lane, top + 1), (lane, 0)]))
      }
    }
  }

  /// What the first state is made from.
  mutating func begin(with label: String, state: String, at place: Double) {
    let (source, start) = (Node(label, at: place, 0, shape: .gate), Node(state, at: place, 1, ink: .forward))
    nodes += [source, start]
    arrows.append(Arrow(source, start, ink: .forward))
    last = start
  }

  func diagram(_ title: String, spacing: (Double, Double) = (105, 72)) -> Diagram {
    Diagram(title: title, nodes: nodes, arrows: arrows, spacing: spacing)
  }
}

/// How every application of the lesson is tested.
func testPicture() -> Diagram {
  let training = Node("training\nexamples", at: 0, 1, shape: .gate)
  let held = Node("test\nexamples", at: 0, -0.2, shape: .gate)
  let network = Node("the network", at: 1.7, 1, ink: .forward)
  let baseline = Node("the baseline", at: 1.7, -0.2, ink: .backward)
  let count = Node("compare with the\nright answers", at: 3.7, 0.4, shape: .gate, ink: .accent)
  let (one, other) = (
    Node("a score\nwith a network", at: 5.6, 1, shape: .plain),
    Node("a score\nwithout one", at: 5.6, -0.2, shape: .plain)
  )
  return Diagram(
    title: "How every application on this page is tested",
    nodes: [training, held, network, baseline, count, one, other],
    arrows: [
      Arrow(training, network), Arrow(training, baseline), Arrow(held, network), Arrow(held, baseline),
      Arrow(network, count, "answers", ink: .forward), Arrow(baseline, count, "answers", ink: .backward),
      Arrow(count, one, ink: .forward), Arrow(count, other, ink: .backward),
    ], spacing: (115, 82))
}
