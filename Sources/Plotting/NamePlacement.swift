// Where names stand: at the ends of lines, apart from each other, and beside points where they cover no other point, no
// line and no other name.

import Foundation

/// The names placed so far among the points or lines of a chart. Lengths are in pixels, y upwards.
struct NamePlacement {
  /// A place: in pixels, or in a frame, of which 0 is the left edge or the foot and 1 the right edge or the top.
  typealias Place = (x: Double, y: Double)

  private typealias Box = (left: Double, right: Double, bottom: Double, top: Double)

  private var taken: [Box]
  private let width: Double, height: Double

  /// No name yet, among `points` and `lines` in a frame of `width` by `height`.
  init(points: [Place], lines: [[Place]], width: Double, height: Double) {
    taken = points.map { ($0.x - 5, $0.x + 5, $0.y - 5, $0.y + 5) }
    (self.width, self.height) = (width, height)
    for line in lines {
      for (start, end) in zip(line, line.dropFirst()) {
        // A point every four pixels is as good as the line.
        let steps = max(1, min(1000, Int(hypot(end.x - start.x, end.y - start.y) / 4)))
        for step in 0...steps {
          let share = Double(step) / Double(steps)
          let (x, y) = (start.x + share * (end.x - start.x), start.y + share * (end.y - start.y))
          taken.append((x - 2, x + 2, y - 2, y + 2))
        }
      }
    }
  }

  /// Keeps a bar at `x` clear.
  mutating func take(x: Double, from foot: Double, to top: Double) {
    taken.append((x - 10, x + 10, min(foot, top), max(foot, top)))
  }

  /// The side of `point` for `name` in a font of `size` pixels, in gnuplot's words for a label. Where every side covers
  /// something, the one that covers least.
  mutating func side(for name: String, size: Int, at point: Place) -> String {
    let (length, half) = (name.width(size: size), Double(size) * 0.6)
    var best: (cost: Double, words: String, box: Box)?
    // Beside the point, then around it, then the same further away.
    for distance in [7.0, 16, 26, 38] {
      for (x, y) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (0.6, 1), (0.6, -1), (-0.6, 1), (-0.6, -1)] {
        let (dx, dy) = (x * distance, y * (distance + half - 2))
        let left = point.x + dx - (x > 0 ? 0 : x < 0 ? length : length / 2)
        let box = (left, left + length, point.y + dy - half, point.y + dy + half)
        let cost = cost(of: box)
        if cost < best?.cost ?? .infinity {
          let side = x > 0 ? "left" : x < 0 ? "right" : "center"
          best = (cost, "\(side) offset graph \(dx / width), graph \(dy / height)", box)
        }
      }
    }
    taken.append(best!.box)
    return best!.words
  }

  /// The area that `box` covers of what is taken, and ten times what of it lies outside the frame.
  private func cost(of box: Box) -> Double {
    func shared(_ one: Box) -> Double {
      max(0, min(box.right, one.right) - max(box.left, one.left))
        * max(0, min(box.top, one.top) - max(box.bottom, one.bottom))
    }
    let outside = (box.right - box.left) * (box.top - box.bottom) - shared((0, width, 0, height))
    return taken.reduce(10 * outside) { $0 + shared($1) }
  }

  /// The part of a line that the frame shows, from and to the points where it crosses the foot or the top.
  static func withinFrame(_ line: [Place]) -> [Place] {
    var shown: [Place] = []
    for (index, place) in line.enumerated() {
      if index > 0, case let before = line[index - 1] {
        for edge in [0.0, 1.0] where (before.y < edge) != (place.y < edge) && before.y != edge && place.y != edge {
          shown.append((before.x + (place.x - before.x) * (edge - before.y) / (place.y - before.y), edge))
        }
      }
      if 0...1 ~= place.y { shown.append(place) }
    }
    return shown
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
