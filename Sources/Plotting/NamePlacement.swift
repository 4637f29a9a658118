// Where names stand: at the ends of lines, apart from each other, and beside points where they cover no other point, no
// line and no other name.

/// The names placed so far among the points or lines of a chart. Lengths are in pixels, y upwards.
struct NamePlacement {
  private let frame: RoundedBox
  private var taken: [RoundedBox]

  /// No name yet, among `points`, `lines` and `bars` in a frame of this `size`.
  init(points: [Point], lines: [[Point]], bars: [RoundedBox], size: Point) {
    frame = RoundedBox(centre: size / 2, half: size / 2)
    // A point every four pixels is as good as the line.
    taken =
      bars + points.map { RoundedBox(centre: $0, half: [5, 5]) }
      + lines.flatMap { $0.dense(step: 4) }.map { RoundedBox(centre: $0, half: [2, 2]) }
  }

  /// The side of `point` for `name` in a font of `size` pixels, in gnuplot's words for a label. Where every side covers
  /// something, the one that covers least.
  mutating func side(for name: String, size: Int, at point: Point) -> String {
    let half = Point(name.width(size: size) / 2, Double(size) * 0.6)
    var best: (cost: Double, words: String, box: RoundedBox)?
    // Beside the point, then around it, then the same further away.
    for distance in [7.0, 16, 26, 38] {
      for side in [[1, 0], [-1, 0], [0, 1], [0, -1], [0.6, 1], [0.6, -1], [-0.6, 1], [-0.6, -1]] as [Point] {
        let offset = side * [distance, distance + half.y - 2]
        let (words, shift) = side.x > 0 ? ("left", half.x) : side.x < 0 ? ("right", -half.x) : ("center", 0)
        let box = RoundedBox(centre: point + offset + [shift, 0], half: half)
        // What lies outside the frame counts ten times.
        let outside = box.shared(with: box) - box.shared(with: frame)
        let cost = taken.reduce(10 * outside) { $0 + $1.shared(with: box) }
        if cost < best?.cost ?? .infinity {
          let share = offset / (2 * frame.half)
          best = (cost, "\(words) offset graph \(share.x), graph \(share.y)", box)
        }
      }
    }
    taken.append(best!.box)
    return best!.words
  }

  /// The part of a line that the frame shows, from and to the points where it crosses the foot or the top: at 0 and 1.
  static func withinFrame(_ line: [Point]) -> [Point] {
    zip(line.prefix(1) + line, line).flatMap { before, place in
      let crossed = [0.0, 1.0].filter {
        (before.y < $0) != (place.y < $0) && before.y != $0 && place.y != $0
      }
      return crossed.map { edge in
        Point(before.x + (place.x - before.x) * (edge - before.y) / (place.y - before.y), edge)
      } + (0...1 ~= place.y ? [place] : [])
    }
  }

  /// The rising `places`, moved as little as possible so that they are `distance` apart and between 0 and `limit`.
  static func spread(_ places: [Double], distance: Double, upTo limit: Double) -> [Double] {
    // Less the distances before it, no place may lie below the one before. Those that do share their mean.
    var groups: [(sum: Double, count: Int)] = []
    for (index, place) in places.enumerated() {
      var group = (sum: place - Double(index) * distance, count: 1)
      while let last = groups.last, last.sum / Double(last.count) > group.sum / Double(group.count) {
        group = (group.sum + last.sum, group.count + last.count)
        groups.removeLast()
      }
      groups.append(group)
    }
    let highest = max(0, limit - Double(places.count - 1) * distance)
    return groups.flatMap { Array(repeating: min(max($0.sum / Double($0.count), 0), highest), count: $0.count) }
      .enumerated().map { $0.element + Double($0.offset) * distance }
  }
}
