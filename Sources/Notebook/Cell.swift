// A lesson file as a notebook: its prose, its code, and the lines that its page leaves out.

import Foundation

/// A run of lines of a lesson file.
///
/// - Lines that open with `//:` are prose, in Markdown; an empty line between two of them parts paragraphs.
/// - The other lines are code. The code between two pieces of prose is one cell.
/// - What comes before `begin`, the paragraph of `begin` and the line of `end` are left out of the page, and so is
///   everything between a line `// page: off` and a line `// page: on`. What hidden code shows stands in its place.
struct Cell: Equatable {
  enum Kind { case prose, code, hidden }

  let kind: Kind
  /// The line of the file on which the cell starts; the first line of a file is 1.
  let start: Int
  /// The lines, without the `//:` of prose, without the indent that all lines of code share, and without empty lines at both ends.
  var lines: [String]

  /// The cells of a lesson file, given the lines of its calls of `begin` and `end`.
  static func parse(_ source: String, begin: Int, end: Int? = nil) -> [Cell] {
    var cells: [Cell] = []
    var isOff = false
    var isHead = true
    for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let number = index + 1
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      let isProse = trimmed.hasPrefix("//:")
      if number > begin && (trimmed.isEmpty || isProse) { isHead = false }
      if trimmed == "// page: off" { isOff = true }

      let kind: Kind = isOff ? .hidden : isProse ? .prose : isHead || number == end ? .hidden : .code
      let text = kind == .prose ? String(trimmed.dropFirst(trimmed.hasPrefix("//: ") ? 4 : 3)) : String(line)
      if cells.last?.kind == kind || (trimmed.isEmpty && cells.last?.kind == .prose) {
        cells[cells.count - 1].lines.append(text)
      } else if !trimmed.isEmpty {
        cells.append(Cell(kind: kind, start: number, lines: [text]))
      }
      if trimmed == "// page: on" { isOff = false }
    }
    for index in cells.indices {
      cells[index].lines.trimEmptyEnds()
      if cells[index].kind == .code { cells[index].lines.trimCommonIndent() }
    }
    return cells
  }
}

extension [String] {
  /// Moves the lines to the left until one of them begins there.
  mutating func trimCommonIndent() {
    let indents = filter { !$0.allSatisfy(\.isWhitespace) }.map { $0.prefix { $0 == " " }.count }
    guard let indent = indents.min(), indent > 0 else { return }
    self = map { String($0.dropFirst(indent)) }
  }

  /// Drops the empty lines at the start and at the end.
  mutating func trimEmptyEnds() {
    func isEmpty(_ line: String) -> Bool { line.allSatisfy(\.isWhitespace) }
    while last.map(isEmpty) == true { removeLast() }
    while first.map(isEmpty) == true { removeFirst() }
  }
}
