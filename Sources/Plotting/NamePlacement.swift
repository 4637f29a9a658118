// Beside which side of its point a name stands: the first that covers no other point, no line and no other name.

import Foundation

/// The names placed so far among the points or lines of a chart. Lengths are in pixels, y upwards.
struct NamePlacement {
  private typealias Box = (left: Double, right: Double, bottom: Double, top: Double)

  private var taken: [Box]
  private let width: Double, height: Double

  /// No name yet, among `points` in a frame of `width` by `height`.
  init(points: [(x: Double, y: Double)], width: Double, height: Double) {
    taken = points.map { ($0.x - 4, $0.x + 4, $0.y - 4, $0.y + 4) }
    self.width = width
    self.height = height
  }

  /// No name yet, among `lines` through points in a frame of `width` by `height`.
  init(lines: [[(x: Double, y: Double)]], width: Double, height: Double) {
    // A point every four pixels is as good as the line.
    let points = lines.flatMap { line in
      line.prefix(1)
        + zip(line, line.dropFirst()).flatMap { start, end in
          let steps = max(1, Int(hypot(end.x - start.x, end.y - start.y) / 4))
          return (1...steps).map { step in
            let share = Double(step) / Double(steps)
            return (x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y))
          }
        }
    }
    self.init(points: points, width: width, height: height)
  }

  /// The side of `point` for `name`, in gnuplot's words for a label. Where every side covers something, the one that
  /// covers least.
  mutating func side(for name: String, at point: (x: Double, y: Double)) -> String {
    let length = Double(name.displayWidth) * 7.5
    let x = point.x
    let y = point.y
    let sides: [(words: String, box: Box)] = [
      ("left offset 0.8, 0", (x + 6, x + 6 + length, y - 7, y + 7)),
      ("right offset -0.8, 0", (x - 6 - length, x - 6, y - 7, y + 7)),
      ("center offset 0, 0.7", (x - length / 2, x + length / 2, y + 5, y + 19)),
      ("center offset 0, -0.7", (x - length / 2, x + length / 2, y - 19, y - 5)),
      ("left offset 0.4, 0.7", (x + 3, x + 3 + length, y + 5, y + 19)),
      ("left offset 0.4, -0.7", (x + 3, x + 3 + length, y - 19, y - 5)),
      ("right offset -0.4, 0.7", (x - 3 - length, x - 3, y + 5, y + 19)),
      ("right offset -0.4, -0.7", (x - 3 - length, x - 3, y - 19, y - 5)),
    ]
    let costs = sides.map { cost(of: $0.box) }
    let best = costs.firstIndex(of: costs.min()!)!
    taken.append(sides[best].box)
    return sides[best].words
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
}
