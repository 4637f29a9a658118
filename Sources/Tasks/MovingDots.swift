// Short films of a dot that moves: a class for a video.

import SequenceModels

/// Films of a dot on a square that has no edge: what leaves on the right comes in on the left. The class is the direction, one of eight.
///
/// The dot starts anywhere, each place as likely as another, so no single frame tells anything. On a square of n × n there are 8 n² paths;
/// every pixel of a film has noise of its own.
public enum MovingDots {
  /// What the ids of the directions stand for: an arrow each.
  public static let directions = ["→", "↘", "↓", "↙", "←", "↖", "↑", "↗"]
  /// The pixels of a side, n.
  public static let side = 8
  /// The number of different paths.
  public static let count = 8 * side * side

  private static let moves = [(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)]

  /// A film along a path of a split: its direction, and `length` frames of n² pixels, row by row: 1 at the dot, 0 elsewhere, and normal
  /// noise of the given deviation.
  public static func film(
    _ split: Split, length: Int, noise: Double, using random: inout RandomSource
  ) -> (direction: Int, frames: [[Float]]) {
    let path = split.first(describedBy: { "\($0)" }, using: &random) { $0.index(below: count) }
    let (direction, start) = path.quotientAndRemainder(dividingBy: side * side)
    let frames = (0..<length).map { t in
      var pixels = (0..<side * side).map { _ in Float(noise * random.normal()) }
      func moved(_ place: Int, _ step: Int) -> Int { (place + t * (step + side)) % side }
      pixels[moved(start / side, moves[direction].0) * side + moved(start % side, moves[direction].1)] += 1
      return pixels
    }
    return (direction, frames)
  }
}
