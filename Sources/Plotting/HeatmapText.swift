// A heatmap as text: one character for the value of a cell, from a ramp that the last line explains.

extension Heatmap {
  /// The panels below each other, each cell one to three characters wide, and the ramp of characters explained.
  public func text(columns: Int) -> String? {
    var lines = title.wrapped(to: columns, lines: 3)
    for panel in panels { lines += text(of: panel, columns: columns) }
    lines += ["", "\(yLabel.visible) down, \(xLabel.visible) across"].flatMap { $0.wrapped(to: columns, lines: 3) }
    lines += scaleLines.flatMap { $0.wrapped(to: columns) }
    return lines.asText
  }

  /// From the lowest value to the highest. Letters tell the sign where the palette does: n for
  /// negative, p for positive.
  private var ramp: [Character] {
    switch palette {
    case .sequential: Array(".:-=+*#%@")
    case .diverging: Array("Nn-.+pP")
    }
  }

  private func character(for value: Double) -> Character {
    if Scale.linear.place(value).isNaN { return " " }
    let width = range.upperBound - range.lowerBound
    let position = width > 0 ? (value - range.lowerBound) / width * Double(ramp.count) : 0
    return ramp[min(ramp.count - 1, max(0, Int(min(position, 100))))]
  }

  private var scaleLines: [String] {
    let width = (range.upperBound - range.lowerBound) / Double(ramp.count)
    let steps = ramp.enumerated().map {
      "\($0.element) to \(readable(range.lowerBound + Double($0.offset + 1) * width))"
    }
    return [
      "\(colorLabel.visible): from \(readable(range.lowerBound)), " + steps.joined(separator: ", ") + "; blank: none"
    ]
  }

  /// The cells with their labels. Columns that do not fit beside each other continue below.
  private func text(of panel: Panel, columns: Int) -> [String] {
    let rowLabels = (panel.rowLabels ?? panel.values.indices.map { String($0 + 1) }).map { $0.elided(to: 12) }
    let columnLabels = (panel.columnLabels ?? (0..<panel.columns).map { String($0 + 1) }).map { $0.elided(to: 12) }
    let margin = (rowLabels.map(\.displayWidth).max() ?? 0) + 1
    let room = max(8, columns - margin)
    let longest = (columnLabels.map(\.displayWidth).max() ?? 1) + 1
    // Labels lie flat where cells can be that wide, and stand otherwise.
    let flat = longest <= 2 || longest * panel.columns <= room
    let letter = columnLabels.joined().map { String($0).displayWidth }.max() ?? 1
    let cell = flat && longest > 2 ? longest : max(letter, min(3, room / max(panel.columns, 1)))

    var lines = [""]
    if !panel.title.isEmpty { lines.append(panel.title.elided(to: columns)) }
    var start = 0
    while start < panel.columns {
      let part = start..<min(panel.columns, start + room / cell)
      if start > 0 { lines.append("") }
      for (label, row) in zip(rowLabels, panel.values) {
        let cells = part.map { String(repeating: character(for: $0 < row.count ? row[$0] : .nan), count: cell) }
        lines.append(label.padded(to: margin - 1, atStart: true) + " " + cells.joined())
      }
      lines += feet(Array(columnLabels[part]), cell: cell, flat: flat).map {
        String(repeating: " ", count: margin) + $0
      }
      start = part.upperBound
    }
    return lines
  }

  private func feet(_ labels: [String], cell: Int, flat: Bool) -> [String] {
    if flat { return [labels.map { $0.padded(to: cell) }.joined()] }
    let letters = labels.map(Array.init)
    let depth = letters.map(\.count).max() ?? 0
    return (0..<depth).map { row in
      letters.map { ($0.count > row ? String($0[row]) : "").padded(to: cell) }.joined()
    }
  }
}
