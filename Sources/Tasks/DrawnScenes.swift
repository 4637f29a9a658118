// Small pictures of two shapes, and a sentence about each: captions.

import SequenceModels

/// Pictures of 15 × 15 pixels with two shapes on a grid of three by three places, and what they show.
///
/// A shape is a square, a ring, a triangle or a cross, large or small, and both stand in one row or in one column of the grid: 8 · 8 · 18 scenes,
/// `count` of them. Each drawing of a scene has its own noise. The caption names the left or the upper shape first: "a large ring above a
/// small cross".
public enum DrawnScenes {
  /// A shape at a place of the grid.
  public struct Shape: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// Whether it fills its place of five by five pixels; else three by three of them.
    public let isLarge: Bool
    /// Its row in the grid, from the top.
    public let row: Int
    /// Its column, from the left.
    public let column: Int

    var description: String { "\(isLarge) \(name) \(row) \(column)," }
    var phrase: [String] { ["a", isLarge ? "large" : "small", name] }
  }

  /// Two shapes: the left or the upper one first.
  public typealias Scene = [Shape]

  /// The number of different scenes.
  public static let count = 8 * 8 * 18
  /// The pixels of a side.
  public static let side = 15

  /// The words of the captions.
  public static let vocabulary = Vocabulary(
    unit: .word,
    tokens: [Vocabulary.endOfSentence]
      + (drawings.map(\.name) + ["a", "large", "small", "above", "left", "of"]).sorted())

  /// The shapes, and the pixels of each, counted from the corner of its place.
  private static let drawings: [(name: String, large: [Int], small: [Int])] = [
    ("square", pixels("##### ##### ##### ##### #####"), pixels("..... .###. .###. .###. .....")),
    ("ring", pixels(".###. #...# #...# #...# .###."), pixels("..... .###. .#.#. .###. .....")),
    ("triangle", pixels("..#.. ..#.. .###. .###. #####"), pixels("..... ..#.. ..#.. .###. .....")),
    ("cross", pixels("#...# .#.#. ..#.. .#.#. #...#"), pixels("..... .#.#. ..#.. .#.#. .....")),
  ]

  private static func pixels(_ rows: String) -> [Int] {
    rows.split(separator: " ").enumerated().flatMap { i, row in
      row.enumerated().filter { $1 == "#" }.map { j, _ in i * side + j }
    }
  }

  /// The words of the caption, all of them in `vocabulary`.
  public static func caption(of scene: Scene) -> [String] {
    scene[0].phrase + (scene[0].row == scene[1].row ? ["left", "of"] : ["above"]) + scene[1].phrase
  }

  /// A scene drawn at random until it belongs to `split`.
  public static func scene(_ split: Split, using random: inout RandomSource) -> Scene {
    split.first(describedBy: { $0.map(\.description).joined() }, using: &random) { random in
      let line = random.index(below: 3)
      let (first, second) = random.element(of: [(0, 1), (0, 2), (1, 2)])
      let isRow = random.index(below: 2) == 0
      return [first, second].map { place in
        Shape(
          name: random.element(of: drawings).name, isLarge: random.index(below: 2) == 0, row: isRow ? line : place,
          column: isRow ? place : line)
      }
    }
  }

  /// A drawing, row by row: 1 in a shape and 0 elsewhere, and at each pixel normal noise of the given deviation.
  public static func picture(of scene: Scene, noise: Double, using random: inout RandomSource) -> [Float] {
    var pixels = (0..<side * side).map { _ in Float(noise * random.normal()) }
    for shape in scene {
      let drawing = drawings.first { $0.name == shape.name }!
      let corner = 5 * shape.row * side + 5 * shape.column
      for place in shape.isLarge ? drawing.large : drawing.small { pixels[corner + place] += 1 }
    }
    return pixels
  }
}
