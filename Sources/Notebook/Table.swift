// A table: aligned in the terminal, Markdown on the page.

import Foundation

/// Rows of values under headings. Cells and headings may use inline Markdown and `$…$`.
///
/// ```swift
/// show(Table(["unit", "tokens", "loss"], rows: [["character", 1_115_394, 1.88], ["word", 202_651, 4.31]]))
/// ```
public struct Table: Sendable {
  let headings: [String]
  let rows: [[String]]

  /// A table of these rows; each has as many cells as there are headings. Numbers are formatted by `formatted(_:)`.
  public init(_ headings: [String], rows: [[any CustomStringConvertible]]) {
    self.headings = headings
    self.rows = rows.map { row in
      precondition(row.count == headings.count, "A row of \(row.count) cells under \(headings.count) headings.")
      return row.map { text(of: $0).replacing("\n", with: " ") }
    }
  }

  /// Whether each column holds numbers, perhaps with a dash for one that is missing: it is set to the right.
  private var isNumeric: [Bool] {
    headings.indices.map { column in
      let cells = rows.map { $0[column] }.filter { !["", "–", "—"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy { Double($0.trimmingCharacters(in: [" ", "%", "×"])) != nil }
    }
  }

  /// The lines of the table in a terminal: the headings, a rule, the rows.
  var terminalLines: [String] {
    let cells = ([headings] + rows).map { $0.map(plainText) }
    let widths = headings.indices.map { column in cells.map { $0[column].displayWidth }.max()! }
    let numeric = isNumeric
    var lines = cells.map { row in
      let padded = row.indices.map { row[$0].padded(to: widths[$0], right: numeric[$0]) }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop(while: { $0 == " " }).reversed())
    }
    lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
    return lines
  }

  /// The lines of the table in Markdown.
  var markdownLines: [String] {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = isNumeric.map { $0 ? "---:" : "---" }
    return [line(headings.map(Self.escaped)), line(rule)] + rows.map { line($0.map(Self.escaped)) }
  }

  /// A cell that can neither end early nor open a tag: ⟨UNK⟩ may as well be written <UNK>.
  private static func escaped(_ cell: String) -> String {
    let bars = cell.replacing("|", with: "\\|")
    let parts = bars.split(separator: "`", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0 % 2 == 0 ? String($1).replacing("<", with: "&lt;") : String($1) }
      .joined(separator: "`")
  }
}
