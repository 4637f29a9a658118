// A table: aligned in the terminal, Markdown on the page.

import Files
import Foundation

/// Rows of values under headings. Cells and headings may use inline Markdown and $`…`$.
///
/// ```swift
/// let rows = [["character", 1_115_394, 1.88], ["word", 202_651, 4.31]]
/// show(Table(["unit", "tokens", "loss"], varying: ["loss"], rows: rows))
/// ```
public struct Table: Sendable {
  let headings: [String]
  let rows: [[String]]
  /// The columns, from 0, whose cells vary from machine to machine.
  let varying: [Int]

  /// A table of these rows; each has as many cells as there are headings, or the program ends. Numbers are formatted by
  /// `formatted(_:)`.
  ///
  /// - Parameter varying: The headings of the columns whose cells vary from machine to machine, as `OutputKind.varies`
  ///   says of a whole output: the check of the page leaves these cells out. The program ends where there
  ///   is no such heading.
  public init(_ headings: [String], varying: [String] = [], rows: [[any CustomStringConvertible]]) {
    self.headings = headings
    for heading in varying where !headings.contains(heading) {
      fatalError("The table has no column “\(heading)”, only \(headings.map { "“\($0)”" }.joined(separator: ", ")).")
    }
    self.varying = headings.indices.filter { varying.contains(headings[$0]) }
    self.rows = rows.map { row in
      guard row.count == headings.count else {
        fatalError("A row of \(row.count) cells under \(headings.count) headings.")
      }
      return row.map { text(of: $0).replacing("\n", with: " ").printable }
    }
  }

  /// Whether each column holds numbers, perhaps with a dash for one that is missing: it is set to the right.
  private var isNumeric: [Bool] {
    headings.indices.map { column in
      let cells = rows.map { $0[column] }.filter { !["", "–", "—"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy { Double($0.trimmingCharacters(in: [" ", "%", "×"])) != nil }
    }
  }

  /// The lines of the table in a terminal: the headings, a rule, the rows. In a table wider than `width` the widest
  /// columns are narrowed, and a cell goes on below where its words leave room for that.
  func terminalLines(width: Int = .max) -> [String] {
    let texts = ([headings] + rows).map { $0.map(plainText) }
    let limits = columnWidths(of: texts, within: width)
    let cells = texts.map { row in row.indices.map { row[$0].wrapped(to: limits[$0], indent: "") } }
    let widths = headings.indices.map { column in cells.flatMap { $0[column] }.map(\.displayWidth).max()! }
    let numeric = isNumeric
    var lines = cells.map { row in
      (0..<row.map(\.count).max()!).map { place in
        let padded = row.indices.map { column in
          (place < row[column].count ? row[column][place] : "").padded(to: widths[column], right: numeric[column])
        }
        let line = padded.joined(separator: "  ")
        return String(line.reversed().drop(while: { $0 == " " }).reversed())
      }
    }
    lines.insert([widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")], at: 1)
    return Array(lines.joined())
  }

  /// The width of each column: that of its longest cell, less where the table would be wider than `width`, but never
  /// less than that of its longest word.
  private func columnWidths(of cells: [[String]], within width: Int) -> [Int] {
    func widest(_ width: (String) -> Int) -> [Int] {
      headings.indices.map { column in cells.map { width($0[column]) }.max()! }
    }
    var widths = widest(\.displayWidth)
    let least = widest { $0.split(separator: " ").map { String($0).displayWidth }.max() ?? 0 }
    while widths.reduce(2 * (widths.count - 1), +) > width {
      let room = widths.indices.filter { widths[$0] > least[$0] }
      guard let column = room.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[column] -= 1
    }
    return widths
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
