// Reviews and their stars.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// 400 reviews to learn from and others to test on.
struct Reviews {
  typealias Reader = Classifier<Embedded<GRU<Float>>>

  static let vocabulary = DishReviews.vocabulary
  let training: [[String]], test: [[String]]
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    training = (0..<400).map { _ in DishReviews.review(.training, using: &random) }
    test = (0..<run.choose(quick: 200, standard: 1_000, full: 5_000)).map { _ in
      DishReviews.review(.heldOut, using: &random)
    }
    self.run = run
  }

  var wordCount: Int { Self.vocabulary.count }
  /// The stars of the test reviews, from 1.
  var rightStars: [Int] { test.map { DishReviews.stars(of: $0) } }

  func examples() -> Table {
    Table(
      ["goes in", "comes out"],
      rows: training.prefix(5).map { [$0.joined(separator: " "), "\(DishReviews.stars(of: $0)) stars"] })
  }

  private func batch(_ reviews: [[String]], isSorted: Bool) -> ClassifierBatch<Float> {
    let (words, mask) = TokenBatch.padded(
      reviews.map { (isSorted ? $0.sorted() : $0).map { Self.vocabulary.id(of: $0)! } })
    return ClassifierBatch(
      inputs: .tokens(words), targets: reviews.map { Int32(DishReviews.stars(of: $0) - 1) }, mask: mask)
  }

  func train(_ network: Reader, sorted: Bool = false, line: Int = #line) -> Reader {
    var dice = RandomSource(seed: run.seed() &+ 10)
    return learned(
      sorted ? "sentiment, words sorted" : "sentiment", network, steps: 1_500, rate: 0.01, run, line: line
    ) {
      batch((0..<32).map { _ in dice.element(of: training) }, isSorted: sorted)
    }
  }

  /// The stars that a network gives to the test reviews.
  func stars(_ network: Reader, sorted: Bool = false) -> [Int] {
    let all = batch(test, isSorted: sorted)
    return network.classes(all.inputs, mask: all.mask).map { Int($0) + 1 }
  }

  /// How many reviews got the wrong stars, and how many of these have two clauses.
  func mistakes(_ answers: [Int]) -> (all: Int, withTwoClauses: Int) {
    let wrong = test.indices.filter { answers[$0] != rightStars[$0] }
    return (wrong.count, wrong.count { hasTwoClauses(test[$0]) })
  }

  private func hasTwoClauses(_ review: [String]) -> Bool { review.contains("but") || review.contains("although") }

  /// The share of the test reviews that have two clauses.
  var shareWithTwoClauses: Double { Double(test.count(where: hasTwoClauses)) / Double(test.count) }

  func cases(_ answers: [Int]) -> [Case] {
    test.indices.map {
      Case(input: test[$0].joined(separator: " "), expected: "\(rightStars[$0]) stars", answer: "\(answers[$0]) stars")
    }
  }
}

/// The drawing: words in, stars out after the last.
func sentimentPicture() -> Diagram {
  var sketch = Sketch()
  let review = split("the tea was not very good")
  sketch.add(
    inputs: review, outputs: review.indices.map { $0 < 5 ? nil : "\(DishReviews.stars(of: review)) stars" })
  return sketch.diagram("Many to one: read the whole review, then answer once")
}

/// The two numbers of each word.
struct EmbeddedWords {
  let groups: [(name: String, words: [String], x: [Double], y: [Double])]

  init(_ network: Reviews.Reader) {
    let table = network.layer.embedding.table
    let ordinary = ["ordinary", "average", "usual"]
    groups = [("pleasant", DishReviews.pleasant), ("unpleasant", DishReviews.unpleasant), ("ordinary", ordinary)].map {
      name, words in
      let places = words.map { Int(Reviews.vocabulary.id(of: $0)!) }
      return (name, words, places.map { Double(table[$0, 0]) }, places.map { Double(table[$0, 1]) })
    }
  }

  private func distance(_ group: Int, _ word: Int, from other: Int) -> Double {
    hypot(groups[group].x[word] - mean(groups[other].x), groups[group].y[word] - mean(groups[other].y))
  }

  /// Whether each of the pleasant and unpleasant words lies nearer to the middle of its own group than to the other's.
  var areApart: Bool {
    [(0, 1), (1, 0)].allSatisfy { own, other in
      groups[own].words.indices.allSatisfy { distance(own, $0, from: own) < distance(own, $0, from: other) }
    }
  }

  /// The words as points. Those that lie close together have their names in a column at the side, joined by a line.
  func chart() -> Chart {
    let (xs, ys) = (groups.flatMap(\.x), groups.flatMap(\.y))
    let (left, right, bottom, top) = (xs.min()!, xs.max()!, ys.min()!, ys.max()!)
    let (width, height) = (right - left, top - bottom)
    let pleasantIsLeft = mean(groups[0].x) < mean(groups[1].x)
    var marks: [Mark] = []
    for (index, group) in groups.enumerated() where index < 2 {
      let isLeft = (index == 0) == pleasantIsLeft
      let column = isLeft ? left - 0.2 * width : right + 0.2 * width
      let order = group.words.indices.sorted { group.y[$0] < group.y[$1] }
      // The names are a line apart, as near to their points as the frame allows.
      let (gap, last) = (0.1 * height, Double(order.count - 1))
      let middle = min(max(mean(group.y), bottom + last / 2 * gap), top - last / 2 * gap)
      let heights = order.indices.map { middle + (Double($0) - last / 2) * gap }
      for (place, word) in zip(heights, order) {
        let end = column + (isLeft ? 0.02 : -0.02) * width
        marks.append(.line(x: [group.x[word], end], y: [group.y[word], place], like: group.name, isDashed: true))
      }
      marks.append(.texts(order.map { group.words[$0] }, x: order.map { _ in column }, y: heights))
    }
    marks += groups.map { .points($0.name, x: $0.x, y: $0.y) }
    marks.append(.texts(groups[2].words, x: groups[2].x, y: groups[2].y))
    return Chart(
      "Where the words lie after training", x: Axis("first number", range: left - 0.45 * width...right + 0.45 * width),
      y: Axis("second number", range: bottom - 0.1 * height...top + 0.1 * height),
      colours: groups.map(\.name), marks)
  }
}
