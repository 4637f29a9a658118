// Shapes and paths of a diagram. Lengths are pixels, y upwards.

import Foundation

typealias Point = SIMD2<Double>

extension Point {
  var length: Double { (self * self).sum().squareRoot() }
  /// The vector of length one in this direction, or zero where there is no direction.
  var unit: Point { length > 0 ? self / length : .zero }
  /// The vector turned to the left by a right angle.
  var left: Point { Point(-y, x) }
}

/// A rectangle with round corners: every shape of a node, up to the circle.
struct RoundedBox {
  var centre: Point
  /// Half the width and half the height.
  var half: Point
  var radius = 0.0

  var lower: Point { centre - half }
  var upper: Point { centre + half }

  /// How far `point` lies outside of the border; negative inside.
  func distance(to point: Point) -> Double {
    let past = Point(abs(point.x - centre.x), abs(point.y - centre.y)) - half + radius
    return pointwiseMax(past, .zero).length + min(past.max(), 0) - radius
  }

  func grown(by margin: Double) -> RoundedBox {
    RoundedBox(centre: centre, half: half + margin, radius: max(0, radius + margin))
  }

  /// The border, once around.
  var outline: [Point] {
    let corner = half - radius
    if radius <= 0 { return [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]].map { centre + $0 * corner } }
    let steps = max(4, Int(radius))
    let arcs = (0..<4).flatMap { quarter in
      (0...steps).map { step in
        let angle = (Double(quarter) + Double(step) / Double(steps)) * .pi / 2
        let side: Point = [quarter == 0 || quarter == 3 ? 1 : -1, quarter < 2 ? 1 : -1]
        return centre + side * corner + radius * Point(cos(angle), sin(angle))
      }
    }
    return arcs + [arcs[0]]
  }

  /// The area that the rectangles share.
  func shared(with other: RoundedBox) -> Double {
    let size = pointwiseMin(upper, other.upper) - pointwiseMax(lower, other.lower)
    return size.min() > 0 ? size.x * size.y : 0
  }
}

/// A path is the corners of a line of many straight pieces.
extension [Point] {
  /// From `start` over `end`, drawn aside by the two handles: a cubic Bézier curve.
  static func curve(_ start: Point, _ first: Point, _ second: Point, _ end: Point) -> [Point] {
    (0...48).map { step in
      let t = Double(step) / 48
      let s = 1 - t
      return s * s * s * start + 3 * s * s * t * first + 3 * s * t * t * second + t * t * t * end
    }
  }

  /// The path with its corners rounded by arcs that begin `radius` before them, or halfway to the next corner.
  func rounded(radius: Double) -> [Point] {
    if count < 3 { return self }
    let arcs = (1..<count - 1).flatMap { index in
      let corner = self[index]
      let reach = [self[index - 1], self[index + 1]].map { end in
        corner + (end - corner).unit * Swift.min(radius, (end - corner).length / 2)
      }
      return [Point].curve(reach[0], (reach[0] + 2 * corner) / 3, (reach[1] + 2 * corner) / 3, reach[1])
    }
    return [self[0]] + arcs + [self[count - 1]]
  }

  var length: Double { zip(self, dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length } }

  /// The path as far as `distance` from its start.
  func upTo(_ distance: Double) -> [Point] {
    var rest = Swift.max(0, distance)
    for index in indices.dropFirst() {
      let step = self[index] - self[index - 1]
      if step.length >= rest { return self[..<index] + [self[index - 1] + step.unit * rest] }
      rest -= step.length
    }
    return self
  }

  /// The path from where it first leaves `box`; none of it where it stays inside.
  func leaving(_ box: RoundedBox) -> [Point] {
    guard let out = firstIndex(where: { box.distance(to: $0) > 0 }) else { return [] }
    if out == 0 { return self }
    var inside = self[out - 1]
    var outside = self[out]
    for _ in 0..<40 {
      let middle = (inside + outside) / 2
      if box.distance(to: middle) > 0 { outside = middle } else { inside = middle }
    }
    return [outside] + self[out...]
  }

  /// How much the path turns, positive to the left.
  var turn: Double {
    zip(zip(self, dropFirst()), dropFirst(2)).reduce(0) { sum, corner in
      let (one, other) = ((corner.0.1 - corner.0.0).unit, (corner.1 - corner.0.1).unit)
      return sum + (one.x * other.y - one.y * other.x)
    }
  }

  /// Points on the path, at most `step` apart.
  func dense(step: Double) -> [Point] {
    zip(self, dropFirst()).flatMap { start, end in
      let pieces = Swift.max(1, Int(((end - start).length / step).rounded(.up)))
      return (0...pieces).map { start + (end - start) * (Double($0) / Double(pieces)) }
    }
  }
}
