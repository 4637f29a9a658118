// Films of a dot that moves.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// Films to learn from and others to test on.
struct Films {
  typealias Eye = Classifier<GRU<Float>>
  static let length = 8, side = MovingDots.side

  /// Some films, frame by frame, and their directions.
  private struct Reel {
    let films: [[[Float]]]
    let directions: [Int]

    init(_ split: Split, _ count: Int) {
      let drawn = (0..<count).map { _ in
        MovingDots.film(split, length: Films.length, noise: 0.1, using: &random)
      }
      (films, directions) = (drawn.map(\.frames), drawn.map(\.direction))
    }

    /// The films as a batch; with a `dice`, each film's frames in an order of its own.
    func batch(shuffledBy dice: inout RandomSource?) -> ClassifierBatch<Float> {
      let orders = films.map { _ in dice == nil ? Array(0..<Films.length) : shuffledOrder(Films.length, &dice!) }
      let frames = (0..<Films.length).map { t in
        Matrix(films.indices.map { films[$0][orders[$0][t]] }).transposed
      }
      return ClassifierBatch(inputs: .features(SequenceBatch(frames)), targets: directions.map(Int32.init))
    }
  }

  private let training: [Reel], test: Reel
  private let run: NotebookOptions

  init(_ run: NotebookOptions) {
    training = (0..<run.choose(quick: 15, standard: 200, full: 800)).map { _ in Reel(.training, 32) }
    test = Reel(.heldOut, run.choose(quick: 100, standard: 500, full: 5_000))
    self.run = run
  }

  var pixelCount: Int { Self.side * Self.side }
  var rightDirections: [String] { test.directions.map { MovingDots.directions[$0] } }

  /// The brightest pixel of a frame, as a row and a column counted from 1.
  private func place(_ reel: Reel, _ t: Int, _ film: Int) -> String {
    let frame = reel.films[film][t]
    let brightest = frame.firstIndex(of: frame.max()!)!
    return "(\(brightest / Self.side + 1), \(brightest % Self.side + 1))"
  }

  /// Whether each step of the test films, from pixel to pixel, also occurs in a training film.
  var knowsEveryStep: Bool {
    func steps(_ reel: Reel) -> Set<String> {
      Set(
        reel.films.indices.flatMap { film in
          let places = (0..<Self.length).map { place(reel, $0, film) }
          return zip(places, places.dropFirst()).map { $0 + $1 }
        })
    }
    return steps(test).isSubset(of: training.reduce(into: []) { $0.formUnion(steps($1)) })
  }

  func examples() -> Table {
    Table(
      ["row and column of the brightest pixel, frame by frame", "direction"],
      rows: (0..<2).map { film in
        [
          (0..<Self.length).map { place(training[0], $0, film) }.joined(separator: " "),
          MovingDots.directions[training[0].directions[film]],
        ]
      })
  }

  func train(_ network: Eye, shuffled: Bool = false, line: Int = #line) -> Eye {
    var dice = RandomSource(seed: run.seed() &+ 80)
    var shuffling: RandomSource? = shuffled ? RandomSource(seed: run.seed() &+ 81) : nil
    let batches = training.map { $0.batch(shuffledBy: &shuffling) }
    return learned(
      shuffled ? "video, frames shuffled" : "video", network, steps: 1_500, rate: 0.007, run, line: line
    ) { dice.element(of: batches) }
  }

  func directions(_ network: Eye, shuffled: Bool = false) -> [String] {
    var shuffling: RandomSource? = shuffled ? RandomSource(seed: run.seed() &+ 82) : nil
    return network.classes(test.batch(shuffledBy: &shuffling).inputs).map { MovingDots.directions[Int($0)] }
  }

  func cases(_ answers: [String]) -> [Case] {
    answers.indices.map { film in
      Case(
        input: (0..<Self.length).map { place(test, $0, film) }.joined(separator: " "), expected: rightDirections[film],
        answer: answers[film])
    }
  }

  /// The frames of the first film that was taken for another direction, or of the first film.
  func heatmap(_ answers: [String]) -> Heatmap {
    let film = answers.indices.first { answers[$0] != rightDirections[$0] } ?? 0
    return Heatmap(
      "A test film frame by frame: the dot moves \(rightDirections[film]), the network says \(answers[film])",
      x: "pixel", y: "pixel", color: "brightness", isSquare: true,
      panels: [0, 1, 2, 3].map { t in
        Panel(
          "frame \(t + 1)",
          (0..<Self.side).map { i in (0..<Self.side).map { j in Double(test.films[film][t][Self.side * i + j]) } })
      })
  }
}

/// The drawing: frames in, a direction out after the last.
func videoPicture() -> Diagram {
  var sketch = Sketch()
  sketch.add(
    inputs: ["frame 1", "frame 2", "frame 3", "…", "frame 8"], outputs: [nil, nil, nil, nil, "↘"],
    numbers: ["1", "2", "3", "…", "8"], width: 1.1)
  return sketch.diagram("Many to one: watch all frames, then name the direction")
}
