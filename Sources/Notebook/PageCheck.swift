// Compares the page of a lesson with a run, on any machine: prose, code and claims to the letter, exact numbers within
// a tolerance, and of what varies only its place.

import Foundation

/// How far two exact numbers may lie apart that two machines computed. This is the one place that says so.
enum Tolerance {
  /// Below this, a difference is noise of single precision.
  static let absolute = 1e-6
  /// The digits that are taken to be printed where fewer are, as in `0.5`: one unit of the last digit may differ.
  static let digits = 4
  /// The same for a number with an exponent, as in `3.5e-4`.
  static let digitsBeforeExponent = 2

  /// Whether the numbers that two tokens spell agree. Whole numbers are counts, and agree only when they are the same.
  static func agree(_ one: Substring, _ other: Substring) -> Bool {
    if one == other { return true }
    let tokens = [one.lowercased(), other.lowercased()]
    guard let a = Double(tokens[0]), let b = Double(tokens[1]), tokens.contains(where: { $0.contains(/[.e]/) }) else {
      return false
    }
    let printed = tokens.map { $0.prefix { $0 != "e" }.drop { "-+0.".contains($0) }.count(where: \.isNumber) }.max()!
    let digits = max(printed, tokens.contains { $0.contains("e") } ? digitsBeforeExponent : digits)
    let exponent = floor(log10(max(abs(a), abs(b))))
    let unit = pow(10, exponent - Double(digits - 1))
    return abs(a - b) <= max(absolute, unit * (1 + 1e-9))
  }

  /// Whether two lines agree but for the tolerance of their numbers and the spaces that align them.
  static func agree(_ one: String, _ other: String) -> Bool {
    let number = /[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/
    func tokens(_ line: String) -> (words: [String], numbers: [Substring]) {
      let words = line.replacing(number, with: "#").split(separator: " ").map(String.init)
      return (words, line.matches(of: number).map(\.0))
    }
    let a = tokens(one), b = tokens(other)
    return a.words == b.words && zip(a.numbers, b.numbers).allSatisfy(agree)
  }
}

extension Page {
  /// The lines in which the page in the folder of a lesson differs from this one, with what stands in its `figures`.
  func differences(fromPageIn folder: URL) -> [String] {
    guard let committed = try? String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8) else {
      return ["There is no page yet: weave it."]
    }
    let there = Self.figures(in: folder)
    let missing = figures.filter { !there.contains($0) }.map { "+ figures/\($0).svg" }
    let needless = there.filter { !figures.contains($0) }.map { "- figures/\($0).svg" }
    return differences(from: committed) + missing + needless
  }

  /// The lines in which a page differs from this one: `- 12: …` stands in that page, `+ …` in this one.
  func differences(from committed: String) -> [String] {
    let old = Self.withoutVarying(committed)
    let kept = lines.filter { $0.role != .varies }
    let new = zip(kept, Self.masked(kept.map(\.text))).map { Line(text: $1, role: $0.role) }
    let changes = new.difference(from: old.map { Line(text: $0.text) }) { one, other in
      one.text == other.text
        || ((one.role == .exact || other.role == .exact) && Tolerance.agree(one.text, other.text))
    }
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in changes {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    // Side by side through both pages, so that what replaces a line stands below it.
    var report: [String] = []
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < old.count || newIndex < new.count {
      if removed.contains(oldIndex) {
        report.append("- \(old[oldIndex].number): \(old[oldIndex].text)")
        oldIndex += 1
      } else if inserted.contains(newIndex) {
        report.append("+ \(new[newIndex].text)")
        newIndex += 1
      } else {
        oldIndex += 1
        newIndex += 1
      }
    }
    return report
  }

  /// The lines of a page and their numbers, without the blocks that follow the marker of what varies, and masked.
  private static func withoutVarying(_ page: String) -> [(number: Int, text: String)] {
    var kept: [(number: Int, text: String)] = []
    /// The fence that ends a block, which is empty for a table: an empty line ends that.
    var blockEnd: String?
    var lines = page.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      if let end = blockEnd {
        if line == end { blockEnd = nil }
        if line != end || !end.isEmpty { continue }
      } else if kept.last?.text == varyingMarker && !line.isEmpty {
        blockEnd = String(line.prefix { $0 == "`" })
        continue
      }
      kept.append((index + 1, line))
    }
    return zip(kept, masked(kept.map(\.text))).map { ($0.number, $1) }
  }

  /// The lines of a page with `…` for each cell of the columns that vary, below the headings of the table.
  private static func masked(_ lines: [String]) -> [String] {
    var columns: [Int] = []
    var hasHeadings = false
    return lines.map { line in
      if let marker = line.wholeMatch(of: /<!-- varies: columns ([0-9, ]+) -->/) {
        columns = marker.1.split(separator: ", ").compactMap { Int($0) }
        hasHeadings = false
        return line
      }
      guard !columns.isEmpty, line.hasPrefix("|") else {
        columns = []
        return line
      }
      defer { hasHeadings = true }
      return hasHeadings ? masked(line, columns: columns) : line
    }
  }

  /// A line of a Markdown table with `…` for the cells of these columns.
  private static func masked(_ line: String, columns: [Int]) -> String {
    // What stands before the first bar is cell 0.
    var cells = line.replacing("\\|", with: "\u{E002}").split(separator: "|", omittingEmptySubsequences: false).map(
      String.init)
    for column in columns where cells.indices.contains(column) { cells[column] = " … " }
    return cells.joined(separator: "|").replacing("\u{E002}", with: "\\|")
  }
}
