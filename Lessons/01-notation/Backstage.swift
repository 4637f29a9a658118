// What stands behind Lesson 01: its drawings, the kitchen's text, and which columns a gradient reaches.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

typealias Columns = Matrix<Double>

/// A number for a label: as many digits as it needs, at most two after the point.
func short(_ number: Double) -> String {
  let digits = number == number.rounded() ? "%.0f" : abs(10 * number - (10 * number).rounded()) < 1e-9 ? "%.1f" : "%.2f"
  return String(format: digits, number).replacing("-", with: "−")
}

/// How far two columns are apart: the root of the sum of the squared differences.
func distance(_ a: Columns, _ b: Columns) -> Double {
  (a - b).elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
}

// MARK: - Tasks

/// One example of each of the tasks that the notes name.
let tasks: [(name: String, input: String, x: [String], output: String, y: [String])] = {
  func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
  return [
    ("finding names", "words", words("mr baker met the cook"), "name or not?", words("0 1 0 0 0")),
    ("finding genes in DNA", "bases", words("A C G T A A G C"), "in a gene?", words("0 0 1 1 1 1 0 0")),
    ("machine translation", "words", words("woran denkst du"), "words", words("what are you thinking about")),
    (
      "speech recognition", "frames of sound", Array(repeating: "frame", count: 200), "words",
      words("the soup is cold")
    ),
    ("judging a review", "words", words("the soup was cold and the bread was old"), "stars", ["1"]),
    (
      "recognising what happens in a video", "pictures", Array(repeating: "picture", count: 48), "an activity",
      ["running"]
    ),
    ("describing a picture", "a picture", ["picture"], "words", words("a bowl of pears on a table")),
    ("writing music", "nothing", [], "notes", words("C E G E C E G C")),
  ]
}()

/// The tasks, with the lengths of their examples.
func taskTable() -> Table {
  Table(
    ["task", "goes in", "T_x", "comes out", "T_y"],
    rows: tasks.map { [$0.name, $0.input, $0.x.count, $0.output, $0.y.count] })
}

// MARK: - Drawings

/// Two sentences as rows of boxes, each box with its answer above it, and the word that both have in colour.
func questionPicture(_ examples: [(text: String, answers: [Int])]) -> Diagram {
  var nodes: [Node] = []
  for (row, example) in zip([2.6, 0], examples) {
    for (t, word) in example.text.split(separator: " ").enumerated() {
      let (place, answer) = (Double(t), example.answers[t])
      let ink: Ink = word == "Teddy" ? .accent : .neutral
      nodes += [
        Node(String(word), at: place, row, ink: ink, value: word == "Teddy" ? 0.3 : nil),
        Node("\(answer)", at: place, row + 0.95, shape: .circle, ink: ink, value: word == "Teddy" ? 0.3 : nil),
      ]
    }
  }
  return Diagram(title: "Two sentences, word by word, and the answers we want", nodes: nodes, spacing: (108, 72))
}

/// W times a one-hot column: the chosen column of W, and the same numbers on the right.
func lookUpPicture(_ W: Columns, _ words: [String], chosen: Int) -> Diagram {
  var nodes: [Node] = []
  for column in 0..<W.columns {
    let ink: Ink = column == chosen ? .accent : .neutral
    nodes.append(Node(words[column], at: Double(column), 1.75, shape: .plain))
    for row in 0..<W.rows {
      nodes.append(
        Node(short(W[row, column]), at: Double(column), 1 - Double(row), ink: ink, value: column == chosen ? 0.4 : 0))
    }
    nodes.append(
      Node(column == chosen ? "1" : "0", at: 4, 1.5 - Double(column), ink: ink, value: column == chosen ? 0.4 : 0))
  }
  for row in 0..<W.rows {
    nodes.append(Node(short(W[row, chosen]), at: 6, 1 - Double(row), ink: .accent, value: 0.4))
  }
  nodes += [
    Node("×", at: 3, 0.5, shape: .plain), Node("=", at: 5, 0.5, shape: .plain),
    Node("W (2, 3)", at: 1, -1.25, shape: .plain), Node("o (3, 1)", at: 4, -1.25, shape: .plain),
    Node("W o (2, 1)", at: 6, -1.25, shape: .plain),
  ]
  return Diagram(
    title: "W times the one-hot column of “\(words[chosen])” is the column of W for “\(words[chosen])”", nodes: nodes,
    spacing: (86, 50))
}

/// The one-hot columns of a sentence, a framed column of digits for each word.
func oneHotPicture(_ words: [String], _ columns: [Columns], _ vocabulary: [String]) -> Diagram {
  let V = vocabulary.count
  var nodes = vocabulary.enumerated().map { Node("\($0) \($1)", at: -1.3, Double(V - $0), shape: .plain) }
  for (t, word) in words.enumerated() {
    nodes.append(Node("\(word)\nx⟨\(t + 1)⟩", at: Double(t), -0.6, shape: .plain))
    nodes += (0..<V).map { v in
      let isOne = columns[t][v, 0] == 1
      return Node(
        isOne ? "1" : "0", at: Double(t), Double(V - v), shape: .plain, ink: .accent, value: isOne ? 0.5 : nil)
    }
  }
  let frames = words.indices.map { Frame("", columns: Double($0)...Double($0), rows: 0.7...Double(V) + 0.3) }
  return Diagram(
    title: "A sentence as one-hot columns: a single 1 in each", nodes: nodes, frames: frames, spacing: (88, 26))
}

/// Three words as one-hot columns, all equally far apart, and as the columns of W, drawn to one scale.
func distancePicture(_ W: Columns, _ words: [String]) -> Diagram {
  let scale = 2.2
  let side = 2.0.squareRoot() * scale
  func corners(
    _ points: [(x: Double, y: Double)], _ names: [String], label: (Int, Int) -> String
  ) -> (nodes: [Node], arrows: [Arrow]) {
    let dots = points.map { Node("", at: $0.x, $0.y, shape: .dot, ink: .accent) }
    let top = points.map(\.y).max()
    let names = zip(names, points).map { Node($0, at: $1.x, $1.y + ($1.y == top ? 0.45 : -0.45), shape: .plain) }
    let pairs = [(0, 1), (1, 2), (0, 2)]
    return (dots + names, pairs.map { Arrow(dots[$0], dots[$1], label($0, $1)) })
  }
  let left = corners([(0, 0), (side, 0), (side / 2, side * 3.0.squareRoot() / 2)], words) { _, _ in
    short(2.0.squareRoot())
  }
  let columns = (0..<3).map { W.columns($0..<$0 + 1) }
  let places = zip(words, columns).map { "\($0) [\(short($1[0, 0])), \(short($1[1, 0]))]" }
  let right = corners(columns.map { (x: 7 + scale * $0[0, 0], y: 1.2 + scale * $0[1, 0]) }, places) {
    short(distance(columns[$0], columns[$1]))
  }
  let titles = [
    Node("one-hot columns", at: side / 2, -1.1, shape: .plain), Node("columns of W", at: 7, -1.1, shape: .plain),
  ]
  return Diagram(
    title: "How far apart the words are, before and after the look-up", nodes: left.nodes + right.nodes + titles,
    arrows: left.arrows + right.arrows, spacing: (70, 70))
}

/// The batch as a grid, a row for each example: real boxes hold a word, green where it is the one that all have, and
/// padded ones are grey.
func paddingPicture(_ sentences: [[String]], marking step: Int) -> Diagram {
  let length = sentences.map(\.count).max()!
  var (nodes, frames): ([Node], [Frame]) = ([], [])
  for t in 1...length { nodes.append(Node("t = \(t)", at: Double(t), 3.8, shape: .plain)) }
  for (i, sentence) in sentences.enumerated() {
    let row = Double(3 - i)
    nodes.append(Node("i = \(i + 1)", at: 0, row, shape: .plain))
    for t in 1...length {
      let isTeddy = t <= sentence.count && sentence[t - 1] == "Teddy"
      frames.append(Frame("", columns: Double(t)...Double(t), rows: row...row))
      nodes.append(
        t <= sentence.count
          ? Node(
            sentence[t - 1], at: Double(t), row, shape: .plain, ink: isTeddy ? .accent : .neutral,
            value: isTeddy ? 0.3 : nil)
          : Node("−1", at: Double(t), row, ink: .faint, value: 1))
    }
  }
  return Diagram(
    title: "Three sentences in one batch: grey boxes are padding", nodes: nodes,
    frames: frames + [
      Frame("", columns: Double(step) - 0.03...Double(step) + 0.03, rows: 0.94...3.06, ink: .forward, isDashed: true)
    ],
    spacing: (92, 56))
}

/// All steps in one column: a block of W for each step, and which of them two sentences read.
func longColumnPicture(_ first: [String], _ second: [String]) -> Diagram {
  let blocks = first.indices.map { Node("W_\($0 + 1)", at: Double($0), 1) }
  func row(_ words: [String], _ height: Double) -> [Node] {
    words.indices.map {
      Node(
        words[$0], at: Double($0), height, shape: .plain, ink: words[$0] == "Teddy" ? .accent : .neutral,
        value: words[$0] == "Teddy" ? 0.3 : nil)
    }
  }
  let padding = Array(repeating: "zeros", count: first.count - second.count)
  let (above, below) = (row(first, 2), row(second + padding, 0))
  let arrows = [above, below].flatMap { row in
    zip(row, blocks).map { Arrow($0, $1, ink: .faint) }
  }
  return Diagram(
    title: "All steps in one long column: every step has weights of its own", nodes: blocks + above + below,
    arrows: arrows, spacing: (92, 70))
}

// MARK: - Unknown words

/// The sentences of a text, one paragraph each, measured with the last fifth held out.
@MainActor func measured(_ sentences: [[String]]) -> TextMeasure {
  attempt { try TextMeasure(Corpus(sentences.map { $0.joined(separator: " ") }.joined(separator: "\n\n"))) }
}

extension TextMeasure {
  /// The share of the text read that the commonest words cover, from 0 to 1. Traps where that many are not measured.
  func coverage(keeping words: Int) -> Double { 1 - unknownRead[kept.firstIndex(of: words)!] }
}

/// One matrix of columns of the same height.
func sideBySide(_ columns: [Columns]) -> Columns {
  Columns((0..<columns[0].rows).map { row in columns.map { $0[row, 0] } })
}

/// The columns of ∂L/∂W_ax that are not zero, for an untrained network whose last state is pushed in some direction.
func columnsWithGradient(reading ids: [Int32], vocabularySize: Int) -> Set<Int32> {
  var random = RandomSource(seed: 1)
  let layer = Recurrent(RNNCell<Double>(inputSize: vocabularySize, hiddenSize: 4, using: &random))
  let input: SequenceBatch<Double> = TokenBatch(sequence: ids).oneHot(size: vocabularySize)
  var pushed = SequenceBatch<Double>(length: ids.count, batch: 1, size: 4)
  pushed[ids.count - 1] = Columns(rows: 4, columns: 1, repeating: 1)
  let gradient = layer.gradients(outputGradient: pushed, on: layer(input)).layer.cell.Wax
  return Set((0..<Int32(vocabularySize)).filter { v in (0..<4).contains { gradient[$0, Int(v)] != 0 } })
}

/// How many boxes of batches with these lengths are padding, and how many there are.
func padding(_ batches: [[Int]]) -> (padded: Int, boxes: Int) {
  let boxes = batches.reduce(0) { $0 + $1.count * $1.max()! }
  return (boxes - batches.joined().reduce(0, +), boxes)
}
