// A diagram as text: the nodes in their columns and rows, straight arrows between neighbours, and a list of the others.

extension Diagram {
  /// The grid in characters. Columns that do not fit beside each other continue below. Arrows that bend, run aslant or
  /// have no room are listed under the drawing, as are the nodes in each frame.
  public func text(columns: Int) -> String? {
    let columns = max(20, columns)
    var sketch = Sketch(self, columns: columns)
    let list = arrows.compactMap { sketch.draw($0, isTwoWay: isTwoWay($0)) ? nil : $0 }.map { arrow in
      "\(arrow.from.name) → \(arrow.to.name)" + (arrow.note.isEmpty ? "" : ": \(arrow.note.elided(to: 200))")
    }
    let groups = frames.filter { !$0.label.isEmpty }.map { frame in
      "\(frame.label.elided(to: 60)): " + nodes.filter { frame.contains($0.place) }.map(\.name).joined(separator: ", ")
    }
    let notes = (list + groups).flatMap { $0.wrapped(to: columns) }
    return
      (title.wrapped(to: columns, lines: 3) + [""] + sketch.bands(columns: columns)
      + (notes.isEmpty ? [] : [""] + notes)).asText
  }
}

extension Node {
  /// The label in one line, or a dot where there is none.
  fileprivate var name: String {
    let name = label.split(separator: "\n").joined(separator: " ").elided(to: 60)
    return name.isEmpty ? "•" : name
  }

  /// The node in the drawing, with its value.
  fileprivate func drawn(width: Int) -> String {
    let text = (label.isEmpty ? "" : name) + (value.map { " \(readable($0))" } ?? "")
    switch shape {
    case .box, .gate: return "[\(text.elided(to: width - 2))]"
    case .circle, .operation: return "(\(text.elided(to: width - 2)))"
    case .plain: return text.elided(to: width)
    case .dot: return "•"
    }
  }
}

extension Arrow {
  /// What is written on the arrow.
  fileprivate var note: String { label.visible }
}

/// A drawing in the cells of a terminal, in which nothing is drawn over another thing.
private struct Sketch {
  /// A character a cell; nothing in the second cell of a wide one.
  private var cells: [[String]] = []
  /// Where the columns begin, the first cell after them included, and the middle of each.
  private var starts: [Int] = [0]
  private var middles: [Int] = []
  /// The line of each row of the grid.
  private var lines: [Int] = []
  private let columns: [Double], rows: [Double]
  private let nodeWidth: Int, noteWidth: Int

  init(_ diagram: Diagram, columns width: Int) {
    noteWidth = width / 6
    nodeWidth = min(24, width - noteWidth - 5)
    columns = Set(diagram.nodes.map(\.place.column)).sorted()
    rows = Set(diagram.nodes.map(\.place.row)).sorted(by: >)

    // The room that notes need between the columns and beside the middles of them, and arrows between the rows.
    var gaps = columns.map { _ in 3 }
    var sides = columns.map { _ in (left: 0, right: 0) }
    for node in diagram.nodes {
      let column = columns.firstIndex(of: node.place.column)!
      let half = node.drawn(width: nodeWidth).displayWidth
      sides[column] = (max(sides[column].left, half / 2), max(sides[column].right, (half + 1) / 2))
    }
    var heights = rows.map { _ in 1 }
    for arrow in diagram.arrows where arrow.isStraight {
      let (from, to, isTwoWay) = (arrow.from.place, arrow.to.place, diagram.isTwoWay(arrow))
      let room = arrow.note.displayWidth > noteWidth ? 0 : arrow.note.displayWidth
      if from.row == to.row, let left = columns.firstIndex(of: min(from.column, to.column)) {
        gaps[left] = max(gaps[left], room + 5)
        if isTwoWay, let row = rows.firstIndex(of: from.row) { heights[row] = max(heights[row], 2) }
      } else if from.column == to.column, let column = columns.firstIndex(of: from.column) {
        if isTwoWay && from.row > to.row {
          sides[column].left = max(sides[column].left, room + 2)
        } else {
          sides[column].right = max(sides[column].right, room + 3)
        }
      }
    }
    for arrow in diagram.arrows where arrow.isStraight && arrow.from.place.column == arrow.to.place.column {
      if let row = rows.firstIndex(of: max(arrow.from.place.row, arrow.to.place.row)) {
        heights[row] = max(heights[row], 3)
      }
    }
    for (side, gap) in zip(sides, gaps) {
      middles.append(starts.last! + side.left)
      starts.append(middles.last! + side.right + gap)
    }
    for height in heights {
      lines.append(cells.count)
      cells += Array(repeating: Array(repeating: " ", count: starts.last!), count: height)
    }
    for node in diagram.nodes {
      let text = node.drawn(width: nodeWidth)
      write(text, line: line(node.place), at: middle(node.place) - text.displayWidth / 2)
    }
  }

  private func line(_ place: Place) -> Int { rows.firstIndex(of: place.row).map { lines[$0] } ?? -1 }
  private func middle(_ place: Place) -> Int { columns.firstIndex(of: place.column).map { middles[$0] } ?? -1 }

  private func isFree(line: Int, _ range: Range<Int>) -> Bool {
    cells.indices.contains(line) && range.lowerBound >= 0 && range.upperBound <= starts.last!
      && cells[line][range].allSatisfy { $0 == " " }
  }

  private mutating func write(_ text: String, line: Int, at start: Int) {
    if !isFree(line: line, start..<start + text.displayWidth) { return }
    var cell = start
    for character in text where character.displayWidth > 0 {
      cells[line][cell] = String(character)
      for empty in 1..<character.displayWidth { cells[line][cell + empty] = "" }
      cell += character.displayWidth
    }
  }

  /// Draws `arrow` with its note, or says that it has no place in the drawing.
  mutating func draw(_ arrow: Arrow, isTwoWay: Bool) -> Bool {
    let (from, to) = (arrow.from.place, arrow.to.place)
    if !arrow.isStraight || line(from) < 0 || line(to) < 0 || middle(from) < 0 || middle(to) < 0 { return false }
    if from.row == to.row { return drawAcross(arrow, isTwoWay: isTwoWay) }
    return from.column == to.column && drawUpright(arrow, isTwoWay: isTwoWay)
  }

  /// On the line of the nodes; of two arrows, the one to the left on the line below.
  private mutating func drawAcross(_ arrow: Arrow, isTwoWay: Bool) -> Bool {
    let isRight = arrow.from.place.column < arrow.to.place.column
    let (left, right) = isRight ? (arrow.from, arrow.to) : (arrow.to, arrow.from)
    let width = left.drawn(width: nodeWidth).displayWidth
    let start = middle(left.place) - width / 2 + width + 1
    let end = middle(right.place) - right.drawn(width: nodeWidth).displayWidth / 2 - 1
    let line = line(left.place) + (isTwoWay && !isRight ? 1 : 0)
    if end - start < 2 || !isFree(line: line, start..<end) { return false }
    let fits = arrow.note.displayWidth <= min(noteWidth, end - start - 3)
    let note = fits ? arrow.note : ""
    let dashes = end - start - 1 - note.displayWidth
    let stroke = { (count: Int) in String(repeating: arrow.isDashed ? "╌" : "─", count: count) }
    let body = stroke(dashes - dashes / 2) + note + stroke(dashes / 2)
    write(
      isRight ? body + "▶" : "◀" + String(stroke(dashes / 2) + note + stroke(dashes - dashes / 2)), line: line,
      at: start)
    return fits
  }

  /// In the middle of the column; of two arrows, each on its right-hand side, with its note outside.
  private mutating func drawUpright(_ arrow: Arrow, isTwoWay: Bool) -> Bool {
    let (from, to) = (line(arrow.from.place), line(arrow.to.place))
    let isUp = to < from
    let cell = middle(arrow.from.place) + (!isTwoWay ? 0 : isUp ? 1 : -1)
    let span = min(from, to) + 1..<max(from, to)
    if span.isEmpty || !span.allSatisfy({ isFree(line: $0, cell..<cell + 1) }) { return false }
    for line in span {
      let isTip = line == (isUp ? span.first : span.last)
      write(isTip ? (isUp ? "▲" : "▼") : arrow.isDashed ? "╎" : "│", line: line, at: cell)
    }
    let width = arrow.note.displayWidth
    if width > noteWidth { return false }
    let start = isTwoWay && !isUp ? cell - 1 - width : cell + 2
    // Not on the line of another row, and rather beside the shaft than beside the tip.
    let free = span.filter { !lines.contains($0) && isFree(line: $0, start..<start + width) }
    guard let line = isUp ? free.last : free.first else { return width == 0 }
    write(arrow.note, line: line, at: start)
    return true
  }

  /// The drawing in bands of at most `width` cells.
  func bands(columns width: Int) -> [String] {
    var result: [String] = []
    var first = 0
    while first < columns.count {
      var end = first + 1
      while end < columns.count && starts[end + 1] - starts[first] <= width { end += 1 }
      if first > 0 { result.append("") }
      let lines = cells.map { $0[starts[first]..<min(starts[end], starts[first] + width)].joined() }
      let isDrawn = lines.map { $0.contains { $0 != " " } }
      result += lines[isDrawn.firstIndex(of: true)!...isDrawn.lastIndex(of: true)!]
      first = end
    }
    return result
  }
}
