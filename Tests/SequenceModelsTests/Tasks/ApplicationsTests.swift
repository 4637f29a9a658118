import Foundation
import Testing

@testable import SequenceModels

/// The tasks of Lesson 11: the rules that make their answers, and that nothing held out is ever drawn for training.
@Suite struct ApplicationsTests {
  /// The descriptions of so many examples of both parts, which must not meet.
  func expectPartsApart(_ count: Int = 2_000, _ describe: (Part, inout RandomSource) -> String) {
    var (one, other) = (RandomSource(seed: 1), RandomSource(seed: 2))
    let training = Set((0..<count).map { _ in describe(.training, &one) })
    let heldOut = Set((0..<count).map { _ in describe(.heldOut, &other) })
    #expect(training.isDisjoint(with: heldOut))
    var again = RandomSource(seed: 1)
    #expect(
      describe(.training, &again)
        == {
          var first = RandomSource(seed: 1); return describe(.training, &first)
        }())
  }

  @Test func oneExampleInTenIsHeldOut() {
    let heldOut = (0..<10_000).count { Part.heldOut.contains("example \($0)") }
    #expect(abs(heldOut - 1_000) < 100)
    #expect((0..<100).allSatisfy { Part.training.contains("\($0)") != Part.heldOut.contains("\($0)") })
  }

  // MARK: - Reviews

  @Test(arguments: [
    ("the soup was good", 4), ("the soup was very good", 5), ("the soup was not good", 2),
    ("the soup was not very good", 2),
    ("the tea was not very stale", 4), ("the tea was very awful", 1), ("the tea was usual", 3),
    ("the tea was good but the room was cold", 2), ("the room was cold but the tea was very good", 4),
    ("the tea was good although the room was cold", 4), ("the tea was usual although the room was very cold", 3),
  ])
  func starsFollowTheRule(review: String, stars: Int) {
    let words = review.split(separator: " ").map(String.init)
    #expect(DishReviews.stars(of: words) == stars)
    #expect(DishReviews.grammar.logProbability(of: words) > -.infinity)
  }

  @Test func reviews() {
    #expect(DishReviews.grammar.sentenceCount == 333_336)
    expectPartsApart { DishReviews.review($0, using: &$1).joined(separator: " ") }
  }

  // MARK: - Entities

  @Test func entitiesAreTaggedByTheirNeighbours() {
    var random = RandomSource(seed: 3)
    let sentences = (0..<3_000).map { _ in NewsEntities.sentence(.training, using: &random) }
    var seen: [String: Set<Int32>] = [:]
    for sentence in sentences {
      for (word, tag) in zip(sentence.words, sentence.tags) { seen[word, default: []].insert(tag) }
      for (place, word) in sentence.words.enumerated() where word == "in" {
        let next = sentence.tags[place + 1]
        #expect(next == 2, "\(sentence)")
      }
    }
    #expect(seen["jordan"] == [1, 2])
    #expect(seen["apple"] == [0, 3])
    #expect(seen["baker"] == [0, 1])
    #expect(seen["oslo"] == [2])
    #expect(sentences.allSatisfy { $0.words.allSatisfy { NewsEntities.vocabulary.tokens.contains($0) } })
    expectPartsApart { NewsEntities.sentence($0, using: &$1).words.joined(separator: " ") }
  }

  // MARK: - Translation

  @Test func translationsAgree() {
    var random = RandomSource(seed: 4)
    let pairs = (0..<5_000).map { _ in FrenchSentences.pair(.training, using: &random) }
    let (french, english) = FrenchSentences.vocabularies
    for pair in pairs {
      #expect(
        pair.french.allSatisfy { french.tokens.contains($0) && FrenchSentences.dictionary[$0] != nil || $0 == "ne" })
      #expect(pair.english.allSatisfy { english.tokens.contains($0) })
      #expect(pair.french.contains("pas") == pair.english.contains("not"))
      // Gender agrees: nothing feminine before or after a masculine noun.
      #expect(
        !pair.french.joined(separator: " ").contains(/(la|une) (petite |grande )?(chat|chien|garçon|livre|jardin)/))
      #expect(
        !pair.french.joined(separator: " ").contains(/(maison|fille|voiture|fleur|table) (noir|vert|blanc|bleu)( |$)/))
    }
    let told = Dictionary(pairs.map { ($0.french.joined(separator: " "), $0.english) }, uniquingKeysWith: { a, b in a })
    #expect(pairs.allSatisfy { told[$0.french.joined(separator: " ")] == $0.english })
    expectPartsApart { FrenchSentences.pair($0, using: &$1).french.joined(separator: " ") }
  }

  // MARK: - Melodies

  @Test func motifsReturn() {
    var random = RandomSource(seed: 5)
    for _ in 0..<500 {
      let tune = SequenceMelodies.tune(.training, using: &random)
      #expect(tune.count == SequenceMelodies.length)
      #expect(tune.reduce(0) { $0 + $1.eighths } == 64)
      for place in tune.indices where SequenceMelodies.isRepetition(place) {
        let bar = place / 13 * 13 + (place % 13) / 4 * 4
        #expect(tune[place].step - tune[bar].step == tune[place - 4].step - tune[bar - 4].step)
        #expect(tune[place].eighths == tune[place - 4].eighths)
      }
      #expect(tune.allSatisfy { SequenceMelodies.vocabulary.tokens.contains($0.name) })
    }
    #expect((0..<26).count(where: SequenceMelodies.isRepetition) == 12)
    expectPartsApart { SequenceMelodies.tune($0, using: &$1).map(\.name).joined(separator: " ") }
  }

  @Test func tunesAreCounted() {
    let moves = [-2, -1, 1, 2]
    var count = 0
    for start in [0, 2, 4, 5, 7] {
      for code in 0..<1_024 {
        let digits = (0..<5).map { moves[code >> (2 * $0) & 3] }
        let motif = digits[..<3].reduce(into: [0]) { $0.append($0.last! + $1) }
        let bars = digits[3...].reduce(into: [start]) { $0.append($0.last! + $1) }
        if bars.allSatisfy({ bar in motif.allSatisfy { SequenceMelodies.steps.contains(bar + $0) } }) { count += 1 }
      }
    }
    #expect(SequenceMelodies.count == (4 * count) * (4 * count))
  }

  @Test func notesHaveTheKeysOfTheScale() {
    typealias Note = SequenceMelodies.Note
    #expect((-3...7).map { Note(step: $0, eighths: 2).key } == [55, 57, 59, 60, 62, 64, 65, 67, 69, 71, 72])
    #expect(Note(step: -1, eighths: 2).name == "B3/2" && Note(step: 7, eighths: 1).name == "C5/1")
  }

  // MARK: - Captions

  @Test func captionsSayWhatIsDrawn() {
    var random = RandomSource(seed: 6)
    var captions: Set<[String]> = []
    for _ in 0..<3_000 {
      let scene = DrawnScenes.scene(.training, using: &random)
      let caption = DrawnScenes.caption(of: scene)
      captions.insert(caption)
      #expect(scene[0].row == scene[1].row ? scene[0].column < scene[1].column : scene[0].row < scene[1].row)
      #expect(caption.contains("above") == (scene[0].column == scene[1].column))
      let picture = DrawnScenes.picture(of: scene, noise: 0, using: &random)
      #expect(picture.count == 225 && picture.allSatisfy { $0 == 0 || $0 == 1 })
    }
    #expect(captions.count == DrawnScenes.captionCount)
    expectPartsApart(500) { "\(DrawnScenes.scene($0, using: &$1))" }
  }

  // MARK: - Genes

  @Test(arguments: [
    ("CCATGAAATAACC", "..*********.."), ("ATGATAACATAG", "************"), ("ATGATAACCCCC", "............"),
    ("AATGTGATGA", ".******..."), ("CATGCTGACTAAC", "............."),
  ])
  func genesRunFromStartToStopInStep(strand: String, genes: String) {
    let ids = strand.map { Int32(GeneStrands.bases.firstIndex(of: String($0))!) }
    #expect(GeneStrands.genes(in: ids).map { $0 == 1 ? "*" : "." }.joined() == genes)
  }

  @Test func strands() {
    var random = RandomSource(seed: 7)
    let strands = (0..<500).map { _ in GeneStrands.strand(.training, length: 60, using: &random) }
    #expect(strands.allSatisfy { $0.count == 60 })
    let share = Double(strands.reduce(0) { $0 + $1.count { $0 == 1 } }) / 30_000
    #expect(share > 0.1 && share < 0.5)
    let coding = Double(strands.reduce(0) { $0 + GeneStrands.genes(in: $1).count { $0 == 1 } }) / 30_000
    #expect(abs(coding - 0.5) < 0.15)
    expectPartsApart(500) { "\(GeneStrands.strand($0, length: 60, using: &$1))" }
  }

  // MARK: - Speech and video

  @Test func soundsHaveTheirTones() {
    var random = RandomSource(seed: 8)
    let tone = (0..<1_200).map { Float(sin(2 * Double.pi * 800 * Double($0) / SpokenWords.sampleRate)) }
    let energy = SpokenWords.spectrogram(of: tone)
    #expect(energy.columns == 10)
    let loudest = SpokenWords.bands.indices.max { energy[$0, 4] < energy[$1, 4] }!
    #expect(SpokenWords.bands[loudest] == 800)
    let sound = SpokenWords.sound(of: 0, .training, using: &random)
    #expect((1_000...6_000).contains(sound.count) && sound.allSatisfy { abs($0) < 3 })
  }

  @Test func dotsMove() {
    var random = RandomSource(seed: 9)
    var paths: [Part: Set<String>] = [:]
    for part in [Part.training, .heldOut] {
      for _ in 0..<6_000 {
        let film = MovingDots.film(part, length: 6, noise: 0, using: &random)
        #expect(film.frames.allSatisfy { $0.reduce(0, +) == 1 })
        let places = film.frames.map { $0.firstIndex(of: 1)! }
        paths[part, default: []].insert("\(places)")
        let step = (places[1] / 8 - places[0] / 8 + 8) % 8 * 8 + (places[1] % 8 - places[0] % 8 + 8) % 8
        #expect([1, 9, 8, 15, 7, 63, 56, 57][film.direction] == step)
      }
    }
    #expect(paths[.training]!.isDisjoint(with: paths[.heldOut]!))
    #expect(paths[.training]!.count + paths[.heldOut]!.count == MovingDots.count)
  }
}
