// Pictures and a sentence about each.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Pictures to learn from and others to test on.
struct Scenes {
  typealias Writer = Generator<GRU<Float>>

  static let vocabulary = DrawnScenes.vocabulary
  private let batches: [GeneratorBatch<Float>]
  private let held: GeneratorBatch<Float>
  private let captions: [String]
  let rightCaptions: [String]
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    func drawn(_ split: Split, _ count: Int) -> (captions: [[Int32]], batch: GeneratorBatch<Float>) {
      let scenes = (0..<count).map { _ in DrawnScenes.scene(split, using: &random) }
      let captions = scenes.map { DrawnScenes.caption(of: $0).map { Self.vocabulary.id(of: $0)! } }
      let pictures = Matrix(scenes.map { DrawnScenes.picture(of: $0, noise: 0.1, using: &random) }).transposed
      let text = SentenceBatches(captions, end: Self.vocabulary.end!).batch(captions.indices)
      return (captions, GeneratorBatch(vectors: pictures, text: text))
    }
    let told = (0..<run.choose(quick: 20, standard: 150, full: 600)).map { _ in drawn(.training, 32) }
    batches = told.map(\.batch)
    captions = told.flatMap(\.captions).map { Self.vocabulary.decode($0) }
    let test = drawn(.heldOut, run.choose(quick: 100, standard: 1_000, full: 5_000))
    held = test.batch
    rightCaptions = test.captions.map { Self.vocabulary.decode($0) }
    self.run = run
  }

  var wordCount: Int { Self.vocabulary.count }
  /// The test pictures, a column each.
  var pictures: Matrix<Float> { held.vectors }

  /// Each picture in the place of another: the order is turned by one.
  var shuffledPictures: Matrix<Float> {
    let n = pictures.columns
    var result = pictures
    for column in 0..<n {
      for row in 0..<pictures.rows { result[row, column] = pictures[row, (column + 1) % n] }
    }
    return result
  }

  /// How many different captions the training has.
  var captionCount: Int { Set(captions).count }

  func examples() -> String { captions.prefix(5).joined(separator: "\n") }

  func train(_ network: Writer, line: Int = #line) -> Writer {
    var dice = RandomSource(seed: run.seed() &+ 50)
    return learned("captions", network, steps: 900, rate: 0.01, run, line: line) { dice.element(of: batches) }
  }

  func captions(_ network: Writer, of pictures: Matrix<Float>) -> [String] {
    network.greedyTokens(for: pictures, until: Self.vocabulary.end!, limit: 12).map { Self.vocabulary.decode($0) }
  }

  /// The caption that came most often in training, for every picture.
  func commonestCaption() -> [String] {
    let counts = Dictionary(grouping: captions) { $0 }.mapValues(\.count)
    let commonest = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }!.key
    return rightCaptions.map { _ in commonest }
  }

  /// The share of the words that are right, place by place; the longer of two captions counts.
  func wordsRight(_ answers: [String]) -> Double {
    var (right, all) = (0, 0)
    for (answer, expected) in zip(answers, rightCaptions) {
      let (one, other) = (split(answer), split(expected))
      right += zip(one, other).count { $0 == $1 }
      all += max(one.count, other.count)
    }
    return Double(right) / Double(all)
  }

  /// The first picture that was described well and the first that wasn't.
  func heatmap(_ answers: [String]) -> Heatmap {
    let shown = [true, false].compactMap { isRight in
      answers.indices.first { (answers[$0] == rightCaptions[$0]) == isRight }
    }
    return Heatmap(
      "A test picture that was described well, and one that wasn't", x: "pixel", y: "pixel", color: "brightness",
      isSquare: true,
      panels: shown.map { picture in
        Panel(
          "picture \(picture + 1)",
          (0..<15).map { i in (0..<15).map { j in Double(pictures[15 * i + j, picture]) } })
      })
  }

  /// Of the captions that are wrong, the share in which it's the shape of something small.
  func shareOfSmallShapes(_ answers: [String]) -> Double {
    let wrong = answers.indices.filter { answers[$0] != rightCaptions[$0] }
    let small = wrong.count { i in
      let (answer, right) = (split(answers[i]), split(rightCaptions[i]))
      return answer.count == right.count
        && right.indices.contains { $0 > 0 && answer[$0] != right[$0] && right[$0 - 1] == "small" }
    }
    return Double(small) / Double(max(1, wrong.count))
  }

  func cases(_ answers: [String]) -> [Case] {
    answers.indices.map { Case(input: "picture \($0 + 1)", expected: rightCaptions[$0], answer: answers[$0]) }
  }
}

/// The drawing: a picture sets the first state.
func captionsPicture() -> Diagram {
  var sketch = Sketch()
  sketch.begin(with: "picture:\n225 numbers", state: "a⟨0⟩", at: 0)
  let words = split("a large ring above a")
  sketch.add(from: 1.4, inputs: ["0"] + words.dropLast(), outputs: words, isFed: true, width: 1.1)
  return sketch.diagram("One to many: the picture sets the first state")
}
