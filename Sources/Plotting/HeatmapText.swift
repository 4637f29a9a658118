// A heatmap as text: one character for the value of a cell, from a ramp that the last line explains.

extension Heatmap {
  /// The panels below each other, each cell one to three characters wide, and the ramp of characters explained.
  public func text(columns: Int) -> String? {
    // Letters tell the sign where the palette does: n for negative, p for positive.
    let ramp = Array(palette == .sequential ? ".:-=+*#%@" : "Nn-.+pP")
    let (low, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    func character(_ value: Double) -> Character {
      if Scale.linear.place(value).isNaN { return " " }
      let place = width > 0 && width < .infinity ? (value - low) / width * Double(ramp.count) : 0
      return ramp[Int(place.clamped(to: 0...Double(ramp.count - 1)))]
    }
    let ends = ramp.indices.map { low + Double($0 + 1) * (width / Double(ramp.count)) }
    let steps = zip(ramp, ends).map { "\($0) to \(readable($1))" }
    let scale = "\(colorLabel.visible): from \(readable(low)), \(steps.joined(separator: ", ")); blank: none"

    var lines = title.wrapped(to: columns, lines: 3)
    for panel in panels { lines += panel.text(columns: columns, character) }
    lines += ["", "\(yLabel.visible) down, \(xLabel.visible) across"].flatMap { $0.wrapped(to: columns, lines: 3) }
    return (lines + scale.wrapped(to: columns)).asText
  }
}

extension Panel {
  /// The cells with their labels. Columns that do not fit beside each other continue below.
  fileprivate func text(columns width: Int, _ character: (Double) -> Character) -> [String] {
    let rowLabels = (rowLabels ?? values.indices.map { "\($0 + 1)" }).map { $0.elided(to: 12) }
    let columnLabels = (columnLabels ?? (0..<columns).map { "\($0 + 1)" }).map { $0.elided(to: 12) }
    let margin = (rowLabels.map(\.displayWidth).max() ?? 0) + 1
    let room = max(8, width - margin)
    let longest = (columnLabels.map(\.displayWidth).max() ?? 1) + 1
    // Labels lie flat where cells can be that wide, and stand otherwise.
    let isFlat = longest <= 2 || longest * columns <= room
    let letter = columnLabels.joined().map(\.displayWidth).max() ?? 1
    let cell = isFlat && longest > 2 ? longest : max(letter, 1, min(3, room / max(columns, 1)))

    var lines = [""] + (title.isEmpty ? [] : [title.elided(to: width)])
    for start in stride(from: 0, to: columns, by: room / cell) {
      let part = start..<min(columns, start + room / cell)
      if start > 0 { lines.append("") }
      for (label, row) in zip(rowLabels, values) {
        let cells = part.map { String(repeating: character($0 < row.count ? row[$0] : .nan), count: cell) }
        lines.append(label.padded(to: margin - 1, right: true) + " " + cells.joined())
      }
      let labels = columnLabels[part].map { isFlat ? [$0] : $0.map(String.init) }
      for row in 0..<(labels.map(\.count).max() ?? 0) {
        let foot = labels.map { ($0.count > row ? $0[row] : "").padded(to: cell) }
        lines.append(String(repeating: " ", count: margin) + foot.joined())
      }
    }
    return lines
  }
}
