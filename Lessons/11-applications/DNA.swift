// Genes in strands of DNA.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Strands to learn from and others to test on.
struct Genes {
  static let length = 36
  private static let stops = ["TAA", "TAG", "TGA"]
  private let batches: [TaggerBatch<Float>]
  private let training: [[Int32]], test: [[Int32]]
  private let held: TaggerBatch<Float>
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    func strands(_ split: Split, _ count: Int) -> [[Int32]] {
      (0..<count).map { _ in GeneStrands.strand(split, length: Self.length, using: &random) }
    }
    func batch(_ strands: [[Int32]]) -> TaggerBatch<Float> {
      TaggerBatch(
        inputs: .tokens(TokenBatch.padded(strands).tokens),
        targets: TokenBatch.padded(strands.map(GeneStrands.genes)).tokens)
    }
    let size = 8
    training = strands(.training, size * run.choose(quick: 20, standard: 1_000, full: 4_000))
    let all = training
    batches = stride(from: 0, to: all.count, by: size).map { batch(Array(all[$0..<$0 + size])) }
    test = strands(.heldOut, run.choose(quick: 100, standard: 1_000, full: 5_000))
    held = batch(test)
    self.run = run
  }

  /// The tags of the test strands: 1 in a gene.
  var rightTags: [[Int]] { test.map { GeneStrands.genes(in: $0).map(Int.init) } }

  static func letters(_ strand: [Int32]) -> String { strand.map { GeneStrands.bases[Int($0)] }.joined() }
  static func stars(_ tags: [Int]) -> String { tags.map { $0 == 1 ? "*" : "·" }.joined() }

  func examples() -> String {
    training.prefix(3).map { "\(Self.letters($0))\n\(Self.stars(GeneStrands.genes(in: $0).map(Int.init)))" }
      .joined(separator: "\n")
  }

  func train<Layer: RecurrentLayer>(_ network: Tagger<Layer>, _ name: String, line: Int = #line) -> Tagger<Layer>
  where Layer.Scalar == Float {
    var dice = RandomSource(seed: run.seed() &+ 60)
    return learned("dna, \(name)", network, steps: 3_000, rate: 0.01, run, line: line) { dice.element(of: batches) }
  }

  func tags<Layer: RecurrentLayer>(_ network: Tagger<Layer>) -> [[Int]] where Layer.Scalar == Float {
    let tags = network.tags(held.inputs)
    return test.indices.map { i in (0..<Self.length).map { Int(tags[$0, i]) } }
  }

  /// How many of the genes are found whole: of those without a false stop, and of those in which a stop codon stands
  /// out of step, behind the ATG and before the end.
  func found(_ answers: [[Int]]) -> (plain: Double, misleading: Double) {
    let found = entities(answers)
    let misleading = Dictionary(grouping: entities(rightTags)) { gene in
      let text = Array(Self.letters(test[gene.sentence]))
      return gene.words.dropFirst(3).dropLast(3).contains { place in
        (place - gene.words.lowerBound) % 3 != 0 && Self.stops.contains(String(text[place..<place + 3]))
      }
    }
    func share(_ genes: [Entity]) -> Double { Double(genes.count(where: found.contains)) / Double(genes.count) }
    return (share(misleading[false] ?? []), share(misleading[true] ?? []))
  }

  /// Of what is marked as a gene and isn't one, the share that covers a part of a gene.
  func shareOfPieces(_ answers: [[Int]]) -> Double {
    let right = Dictionary(grouping: entities(rightTags)) { $0.sentence }
    let wrong = entities(answers).subtracting(entities(rightTags))
    let pieces = wrong.count { piece in (right[piece.sentence] ?? []).contains { $0.words.overlaps(piece.words) } }
    return Double(pieces) / Double(max(1, wrong.count))
  }

  /// The share of the genes whose base `place`, counted from 0, is marked.
  func marked(_ answers: [[Int]], place: Int) -> Double {
    let genes = entities(rightTags)
    return Double(genes.count { answers[$0.sentence][$0.words.lowerBound + place] == 1 }) / Double(genes.count)
  }

  /// From each ATG to the next stop codon, wherever it stands: a search that doesn't count by three.
  func tagsOfSearch() -> [[Int]] {
    return test.map { strand in
      let text = Array(Self.letters(strand))
      func codon(_ place: Int) -> String { String(text[place..<place + 3]) }
      var (tags, place) = (Array(repeating: 0, count: text.count), 0)
      while place + 3 <= text.count {
        guard codon(place) == "ATG",
          let stop = text.indices.dropFirst(place + 3).dropLast(2).first(where: { Self.stops.contains(codon($0)) })
        else {
          place += 1
          continue
        }
        for base in place..<stop + 3 { tags[base] = 1 }
        place = stop + 3
      }
      return tags
    }
  }

  /// The share of the bases whose tag is right.
  func accuracy(_ tags: [[Int]]) -> Double { share(tags.flatMap { $0 }, equalTo: rightTags.flatMap { $0 }) }

  func noTags() -> [[Int]] { test.map { $0.map { _ in 0 } } }

  /// A strand with the right tags and those of a network below: the first without a mistake, or the first with one.
  func shown(_ answers: [[Int]], isRight: Bool) -> String {
    guard let found = test.indices.first(where: { (answers[$0] == rightTags[$0]) == isRight }) else {
      return "none of \(test.count)"
    }
    return [
      "strand      " + Self.letters(test[found]), "should be   " + Self.stars(rightTags[found]),
      "the network " + Self.stars(answers[found]),
    ].joined(separator: "\n")
  }
}

/// The drawing: a tag for each base, from both directions.
func dnaPicture() -> Diagram {
  var sketch = Sketch()
  sketch.add(
    inputs: "CATGTAAG".map(String.init), outputs: split("· * * * * * * ·"), both: true, width: 1.15)
  return sketch.diagram("Many to many, in step: is this base part of a gene?", spacing: (92, 72))
}
