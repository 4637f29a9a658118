// Persons, places and firms in the news.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// A name in a sentence: where it stands and what it is.
struct Entity: Hashable {
  let sentence: Int
  let words: Range<Int>
  let tag: Int
}

/// 60 sentences to learn from and others to test on.
struct News {
  typealias Reader = Tagger<Bidirectional<GRU<Float>>>

  static let vocabulary = NewsEntities.vocabulary
  let training: [NewsEntities.Sentence], test: [NewsEntities.Sentence]
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    training = (0..<60).map { _ in NewsEntities.sentence(.training, using: &random) }
    test = (0..<run.choose(quick: 200, standard: 1_000, full: 5_000)).map { _ in
      NewsEntities.sentence(.heldOut, using: &random)
    }
    self.run = run
  }

  var wordCount: Int { Self.vocabulary.count }
  /// The tags of the test sentences.
  var rightTags: [[Int]] { test.map { $0.tags.map(Int.init) } }

  /// A sentence with a tag behind each name.
  static func marked(_ words: [String], _ tags: [Int]) -> String {
    zip(words, tags).map { $1 == 0 ? $0 : "\($0)/\(NewsEntities.tags[$1])" }.joined(separator: " ")
  }

  /// Some training sentences with names of two kinds or three.
  func examples() -> String {
    // The rules also allow a mayor of a firm and "a orange".
    training.filter { sentence in
      Set(sentence.tags).subtracting([0]).count > 1
        && !["mayor of", "a apple", "a orange"].contains { sentence.words.joined(separator: " ").contains($0) }
    }.prefix(5).map { Self.marked($0.words, $0.tags.map(Int.init)) }.joined(separator: "\n")
  }

  private func batch(_ sentences: [NewsEntities.Sentence]) -> TaggerBatch<Float> {
    let (words, mask) = TokenBatch.padded(sentences.map { $0.words.map { Self.vocabulary.id(of: $0)! } })
    return TaggerBatch(inputs: .tokens(words), targets: TokenBatch.padded(sentences.map(\.tags)).tokens, mask: mask)
  }

  func train(_ network: Reader, line: Int = #line) -> Reader {
    var dice = RandomSource(seed: run.seed() &+ 20)
    return learned("entities", network, steps: 500, rate: 0.01, run, line: line) {
      batch((0..<32).map { _ in dice.element(of: training) })
    }
  }

  /// The tags that a network gives to the test sentences.
  func tags(_ network: Reader) -> [[Int]] {
    let all = batch(test)
    let tags = network.tags(all.inputs, mask: all.mask)
    return test.indices.map { i in test[i].words.indices.map { Int(tags[$0, i]) } }
  }

  /// The tags of a list that gives each word the tag it had most often in training.
  func tagsOfList() -> [[Int]] {
    var seen: [String: [Int]] = [:]
    for sentence in training {
      for (word, tag) in zip(sentence.words, sentence.tags) { seen[word, default: []].append(Int(tag)) }
    }
    let list = seen.mapValues { tags in (0..<4).max { a, b in tags.count { $0 == a } < tags.count { $0 == b } }! }
    return test.map { $0.words.map { list[$0] ?? 0 } }
  }

  /// No names at all.
  func noTags() -> [[Int]] { test.map { $0.words.map { _ in 0 } } }

  /// The share of the words whose tag is right; with the padding of one batch of all sentences, where both say none.
  func accuracy(_ tags: [[Int]], withPadding: Bool = false) -> Double {
    let right = zip(tags, rightTags).reduce(0) { $0 + zip($1.0, $1.1).count { $0 == $1 } }
    let words = test.reduce(0) { $0 + $1.words.count }
    let padded = test.count * test.map(\.words.count).max()!
    return withPadding ? Double(right + padded - words) / Double(padded) : Double(right) / Double(words)
  }

  func cases(_ answers: [[Int]]) -> [Case] {
    test.indices.map {
      Case(
        input: test[$0].words.joined(separator: " "), expected: Self.marked(test[$0].words, rightTags[$0]),
        answer: Self.marked(test[$0].words, answers[$0]))
    }
  }
}

/// The names among the tags of some sentences: neighbours with the same tag are one name.
func entities(_ tags: [[Int]]) -> Set<Entity> {
  var result: Set<Entity> = []
  for (sentence, tags) in tags.enumerated() {
    var start = 0
    while start < tags.count {
      let end = tags[start...].firstIndex { $0 != tags[start] } ?? tags.count
      if tags[start] != 0 { result.insert(Entity(sentence: sentence, words: start..<end, tag: tags[start])) }
      start = end
    }
  }
  return result
}

/// The drawing: a tag for each word, from both directions.
func entitiesPicture() -> Diagram {
  var sketch = Sketch()
  sketch.add(
    inputs: split("jordan flew from lima to jordan"),
    outputs: ["person", "none", "none", "place", "none", "place"], both: true, width: 1.35)
  return sketch.diagram("Many to many, in step: a tag for each word", spacing: (100, 72))
}
