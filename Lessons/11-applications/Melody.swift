// Tunes, note by note.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Tunes to learn from and others to test on.
struct Tunes {
  typealias Composer = LanguageModel<GRU<Float>>

  static let vocabulary = SequenceMelodies.vocabulary
  private let training: [[Int32]], test: [[Int32]]
  private let run: NotebookOptions
  /// The notes that follow from the bar before.
  private let places = (0..<SequenceMelodies.length).filter(SequenceMelodies.isRepetition)

  init(_ run: NotebookOptions) {
    func tunes(_ split: Split, _ count: Int) -> [[Int32]] {
      (0..<count).map { _ in
        SequenceMelodies.tune(split, using: &random).map { Self.vocabulary.id(of: $0.name)! }
      }
    }
    training = tunes(.training, run.choose(quick: 500, standard: 5_000, full: 20_000))
    test = tunes(.heldOut, run.choose(quick: 20, standard: 200, full: 1_000))
    self.run = run
  }

  var noteCount: Int { Self.vocabulary.count }

  /// Notes with strokes between them, four to a bar and one in bars 4 and 8, however long they are. Each half is a line,
  /// and behind the notes at the `starred` places stands a star.
  static func bars(_ notes: [SequenceMelodies.Note], starred: [Int] = []) -> String {
    notes.enumerated().map { place, note in
      let inHalf = place % 13
      let gap = place == notes.count - 1 ? "" : inHalf == 12 ? "\n" : inHalf % 4 == 3 ? " | " : " "
      return note.name + (starred.contains(place) ? "*" : "") + gap
    }.joined()
  }

  private static func notes(_ ids: [Int32]) -> [SequenceMelodies.Note] {
    ids.filter { $0 != vocabulary.end! }.map { SequenceMelodies.notes[Int($0)] }
  }

  /// The first half of some tunes.
  func examples() -> String {
    training.prefix(3).map { Self.bars(Array(Self.notes($0).prefix(13))) }.joined(separator: "\n")
  }

  func train(_ network: Composer, line: Int = #line) -> Composer {
    var dice = RandomSource(seed: run.seed() &+ 40)
    return learned("melody", network, steps: 2_000, rate: 0.007, run, line: line) {
      let some = (0..<8).map { _ in dice.element(of: training) }
      return SentenceBatches(some, end: Self.vocabulary.end!).batch(some.indices)
    }
  }

  /// The notes of the test tunes that follow from the bar before.
  var rightNotes: [Int32] { test.flatMap { tune in places.map { tune[$0] } } }

  /// The likeliest note at each of these places, after the notes before it.
  func guesses(_ network: Composer) -> [Int32] {
    test.flatMap { tune in
      let guesses = network.guesses(along: tune)
      return places.map { Self.likeliest(guesses[$0]) }
    }
  }

  /// The same by a table of which note follows which.
  func guessesOfBigram() -> [Int32] {
    let bigram = NGramModel(.bigram, vocabularySize: noteCount, counting: training.prefix(2_000).flatMap { $0 })
    return test.flatMap { tune in
      places.map { place in
        Self.likeliest((0..<Int32(noteCount)).map { bigram.probability(of: $0, after: tune[place - 1]) })
      }
    }
  }

  private static func likeliest(_ guesses: [Double]) -> Int32 {
    Int32(guesses.indices.max { guesses[$0] < guesses[$1] }!)
  }

  /// Tunes of the network's own, drawn note by note.
  func compose(_ count: Int, with network: Composer, temperature: Double) -> [Tune] {
    (0..<count).map { _ in
      var sampler = Sampler(network, temperature: temperature)
      let ids = sampler.tokens(limit: SequenceMelodies.length, until: Self.vocabulary.end!, using: &random)
      return Tune(notes: Self.notes(ids))
    }
  }
}

/// A tune that was composed.
struct Tune {
  let notes: [SequenceMelodies.Note]
  private var places: [Int] { (0..<SequenceMelodies.length).filter(SequenceMelodies.isRepetition) }

  /// How far note `place` lies above the first note of its bar, and its length.
  private func form(_ place: Int) -> [Int] {
    let first = place - place % 13 % 4
    return [notes[place].step - notes[first].step, notes[place].eighths]
  }

  /// The places of the notes that follow from the bar before.
  private var following: [Int] { places.filter { $0 < notes.count && form($0) == form($0 - 4) } }

  var repeated: Int { following.count }
  var asked: Int { places.count }
  var isPerfect: Bool { repeated == asked && notes.count == SequenceMelodies.length }

  /// The notes, a half a line, with a star behind each that follows from the bar before.
  var text: String { Tunes.bars(notes, starred: following) }

  func write(_ path: String) {
    let midi = StandardMIDIFile(notes.map { .init(key: $0.key, eighths: $0.eighths) })
    attempt { try midi.write(to: path) }
  }

  /// The tune as a piano roll, with a grey line behind every bar.
  func heatmap(_ title: String) -> Heatmap {
    let heights = SequenceMelodies.steps.reversed()
    var roll = heights.map { _ in [Double]() }
    for note in notes {
      for (row, height) in heights.enumerated() {
        // The last eighth of a note is paler, so that a repeated note is seen as two.
        let sounds = (0..<note.eighths).map { $0 == note.eighths - 1 && note.eighths > 1 ? 0.8 : 1.0 }
        roll[row] += height == note.step ? sounds : sounds.map { _ in 0 }
      }
    }
    let bars = stride(from: 0, to: roll[0].count, by: 8).map { $0..<min($0 + 8, roll[0].count) }
    return Heatmap(
      title, x: "bar", y: "note", color: "sounds (last eighth: 0.8)", range: 0...1,
      values: roll.map { row in Array(bars.map { Array(row[$0]) }.joined(separator: [.nan])) },
      columns: Array(
        bars.enumerated().map { bar, eighths in eighths.map { $0 == eighths.lowerBound ? "\(bar + 1)" : "" } }
          .joined(separator: [""])),
      rows: heights.map { String(SequenceMelodies.Note(step: $0, eighths: 1).name.prefix { $0 != "/" }) })
  }
}

extension [Tune] {
  /// Of all the notes that should repeat a motif, the share that does.
  var shareRight: Double { Double(reduce(0) { $0 + $1.repeated }) / Double(reduce(0) { $0 + $1.asked }) }
}

/// The drawing: every note drawn is the next input.
func melodyPicture() -> Diagram {
  var sketch = Sketch()
  let notes = split("E4/2 F4/2 E4/2 G4/2 F4/2")
  sketch.add(inputs: ["0"] + notes.dropLast(), outputs: notes, isFed: true, width: 1.15)
  return sketch.diagram("One to many: each note that was drawn is read next")
}
