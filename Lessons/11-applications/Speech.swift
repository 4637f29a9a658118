// Six words, spoken by voices of tones.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Sounds to learn from and others, in other voices, to test on.
struct Sounds {
  typealias Ear = Classifier<GRU<Float>>

  private let training: [(grams: [Matrix<Float>], words: [Int])]
  private let test: (grams: [Matrix<Float>], words: [Int])
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    func spoken(_ split: Split, _ count: Int) -> (grams: [Matrix<Float>], words: [Int]) {
      let words = (0..<count).map { _ in random.index(below: SpokenWords.words.count) }
      return (
        words.map { SpokenWords.spectrogram(of: SpokenWords.sound(of: $0, split, using: &random)) }, words
      )
    }
    training = (0..<run.choose(quick: 15, standard: 60, full: 240)).map { _ in spoken(.training, 32) }
    test = spoken(.heldOut, run.choose(quick: 100, standard: 1_000, full: 5_000))
    self.run = run
  }

  /// The words of the test, in their order.
  var said: [String] { test.words.map { SpokenWords.words[$0] } }

  private func batch(
    _ sounds: (grams: [Matrix<Float>], words: [Int]), isShuffled: Bool
  ) -> ClassifierBatch<Float> {
    var dice = RandomSource(seed: 7)
    let grams = isShuffled ? sounds.grams.map { shuffled($0, using: &dice) } : sounds.grams
    let (frames, mask) = SequenceBatch.padded(grams)
    return ClassifierBatch(inputs: .features(frames), targets: sounds.words.map(Int32.init), mask: mask)
  }

  private func shuffled(_ gram: Matrix<Float>, using dice: inout RandomSource) -> Matrix<Float> {
    var result = gram
    for (t, from) in shuffledOrder(gram.columns, &dice).enumerated() {
      for band in 0..<gram.rows { result[band, t] = gram[band, from] }
    }
    return result
  }

  /// A network trained on the sounds, or on the same sounds with their frames in a random order.
  func train(_ network: Ear, shuffled: Bool = false, line: Int = #line) -> Ear {
    var dice = RandomSource(seed: run.seed() &+ 70)
    let batches = training.map { batch($0, isShuffled: shuffled) }
    return learned(
      shuffled ? "speech, frames shuffled" : "speech", network, steps: 600, rate: 0.01, run, line: line
    ) { dice.element(of: batches) }
  }

  /// The words that a network hears in the test sounds.
  func heard(_ network: Ear, shuffled: Bool = false) -> [String] {
    let all = batch(test, isShuffled: shuffled)
    return network.classes(all.inputs, mask: all.mask).map { SpokenWords.words[Int($0)] }
  }

  func cases(_ answers: [String]) -> [Case] {
    answers.indices.map {
      Case(input: "sound \($0 + 1), \(test.grams[$0].columns) frames", expected: said[$0], answer: answers[$0])
    }
  }

  /// How loud the bands in `range` get in a sound.
  private func loudest(_ sound: Int, _ range: Range<Int>) -> Float {
    let gram = test.grams[sound]
    return range.map { band in (0..<gram.columns).map { gram[band, $0] }.max()! }.max()!
  }

  /// Of each of these words the utterance in which both the high and the low sounds are the loudest.
  func heatmap(_ words: [String]) -> Heatmap {
    let sounds = words.map { word in
      said.indices.filter { said[$0] == word }
        .max { min(loudest($0, 7..<10), loudest($0, 1..<5)) < min(loudest($1, 7..<10), loudest($1, 1..<5)) }!
    }
    return Heatmap(
      "The same sounds in another order: \(words.joined(separator: " and "))", x: "frame of 15 ms", y: "band [Hz]",
      color: "log₁₀ of the energy",
      panels: zip(words, sounds).map { word, sound in
        Panel(
          word,
          SpokenWords.bands.indices.reversed().map { band in
            (0..<test.grams[sound].columns).map { Double(test.grams[sound][band, $0]) }
          }, rows: SpokenWords.bands.reversed().map { "\(Int($0))" })
      })
  }
}

/// The drawing: frames of sound in, a word out after the last.
func speechPicture() -> Diagram {
  var sketch = Sketch()
  let frames = ["frame 1", "frame 2", "frame 3", "…", "frame 19"]
  sketch.add(inputs: frames, outputs: [nil, nil, nil, nil, "stop"], numbers: ["1", "2", "3", "…", "19"], width: 1.1)
  return sketch.diagram("Many to one: hear the whole word, then name it")
}

/// The fewest errors if only the first words of `said` were said and the first words of `heard` heard.
func errorTable(_ said: [String], _ heard: [String]) -> Table {
  Table(
    ["said so far", "nothing heard"] + heard.indices.map { heard[...$0].joined(separator: " ") },
    rows: (0...said.count).map { i in
      [i == 0 ? "nothing" : said[..<i].joined(separator: " ")]
        + (0...heard.count).map { "\(errors(Array(said[..<i]), Array(heard[..<$0])))" }
    })
}
