// Where the labels of arrows and frames stand in a diagram.

extension DiagramLayout {
  /// Puts each label where it covers least: nodes and labels by their area, lines by their points.
  mutating func placeLabels(of diagram: Diagram) {
    var taken = nodes.map { $0.box.grown(by: 1) }
    var points = arrows.flatMap { arrow in
      arrow.shaft.dense(step: 4).map { (point: $0, reach: arrow.width / 2) }
        + [(point: arrow.path.upTo(arrow.path.length - arrow.head.length).last!, reach: arrow.head.breadth)]
    }
    func lines(_ box: RoundedBox) -> Double { 20 * Double(points.count { box.distance(to: $0.point) < $0.reach + 1 }) }
    func cost(_ box: RoundedBox) -> Double { taken.reduce(lines(box)) { $0 + $1.shared(with: box) } }

    for index in frames.indices where !frames[index].label.text.isEmpty {
      frames[index].label.box =
        frames[index].labelPlaces.min { cost($0.box) + $0.penalty < cost($1.box) + $1.penalty }!.box
      frames[index].label.isCrossed = lines(frames[index].label.box) > 0
      taken.append(frames[index].label.box)
    }
    points += frames.flatMap { $0.box.outline.dense(step: 4).map { (point: $0, reach: 0.5) } }
    // Arrows that run alike from the same row to the same row have their labels in the same place.
    var groups: [[Double]: [Int]] = [:]
    for (index, arrow) in arrows.map(\.arrow).enumerated() where !arrow.label.isEmpty {
      let (from, to) = (arrow.from.place, arrow.to.place)
      let way = [from.row, to.row, to.column - from.column, arrow.bend, diagram.isTwoWay(arrow) ? 1 : 0]
      groups[arrow.via.isEmpty ? way : [Double(index)], default: []].append(index)
    }
    for group in groups.values.sorted(by: { $0[0] < $1[0] }) {
      let places = group.map { arrows[$0].labelPlaces(isTwoWay: diagram.isTwoWay(arrows[$0].arrow)) }
      let costs = places[0].indices.map { place in
        places.reduce(0) { $0 + cost($1[place].text.box) + $1[place].penalty }
      }
      let best = costs.firstIndex(of: costs.min()!)!
      for (index, choices) in zip(group, places) {
        var text = choices[best].text
        text.isCrossed = lines(text.box) > 0
        arrows[index].label = text
        taken.append(text.box)
      }
    }
  }
}

extension DiagramLayout.PlacedFrame {
  /// Where the label may stand, inside or outside of the upper and lower side, each with a penalty for how far that is
  /// from the upper left corner.
  fileprivate var labelPlaces: [(box: RoundedBox, penalty: Double)] {
    let half = label.box.half
    let room = max(0, box.half.x - half.x - 8)
    return [(1.0, -1.0), (1, 1), (-1, -1), (-1, 1)].enumerated().flatMap { rank, side in
      (0...20).map { step in
        let x = box.centre.x + room * (Double(step) / 10 - 1)
        let y = box.centre.y + side.0 * (box.half.y + side.1 * (half.y + 2))
        return (RoundedBox(centre: [x, y], half: half), Double(rank * 10) + Double(step) / 2)
      }
    }
  }
}

extension DiagramLayout.PlacedArrow {
  /// Where the label may stand, the best places first, each with a penalty for how far it is from the best.
  fileprivate func labelPlaces(isTwoWay: Bool) -> [(text: DiagramLayout.PlacedText, penalty: Double)] {
    let text = arrow.label.elided(to: 40)
    let half = DiagramLayout.PlacedText.half(text)
    let (total, turn) = (path.length, path.turn)
    var places: [(text: DiagramLayout.PlacedText, penalty: Double)] = []
    for (step, share) in [0.5, 0.42, 0.58, 0.3, 0.7, 0.2, 0.8].enumerated() {
      let middle = path.upTo(total * share).last!
      let along = (path.upTo(total * share + 2).last! - path.upTo(total * share - 2).last!).unit
      // Outside of a curve, on the right-hand side of one of two arrows, else above or to the right.
      let isRight = abs(turn) > 0.1 ? turn > 0 : isTwoWay || (abs(along.x) > abs(along.y) ? along.x < 0 : along.y > 0)
      let best = isRight ? -along.left : along.left
      let isNearHead = total * (1 - share) < head.length + abs(along.x) * half.x + abs(along.y) * half.y
      let breadth = isNearHead ? head.breadth : width / 2
      for (normal, other) in [(best, 0.0), (-best, 40.0)] {
        for lift in [0.0, 4, 8, 14, 20, 28] {
          let reach = abs(normal.x) * half.x + abs(normal.y) * half.y + breadth + 3 + lift
          let side: DiagramLayout.PlacedText.Side = normal.x > 0.7 ? .left : normal.x < -0.7 ? .right : .center
          let box = RoundedBox(centre: middle + normal * reach, half: half)
          places.append((.init(text, in: box, side: side, ink: arrow.ink), Double(step) * 6 + other + lift * 2))
        }
      }
    }
    return places
  }
}
