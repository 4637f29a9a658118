// A lesson file as a notebook: its prose, its code, its folds, and the lines that its page leaves out.

import Foundation

/// A run of lines of a lesson file.
///
/// - Lines that open with `//:` are prose, in Markdown; an empty line between two of them parts paragraphs.
/// - The other lines are code. The code between two pieces of prose is one cell.
/// - What stands between a line `// fold: TITLE` and a line `// fold end` is folded on the page.
/// - What comes before `begin`, the paragraph of `begin` and the line of `end` are left out of the page, and so is
///   everything between a line `// page: off` and a line `// page: on`. What hidden code shows stands in its place.
struct Cell: Equatable {
  enum Kind { case prose, code, hidden }

  let kind: Kind
  /// The line of the file on which the cell starts; the first line of a file is 1.
  let start: Int
  /// The lines, without the `//:` of prose, without the claims of code and the indent that all its lines share, and
  /// without empty lines at both ends.
  var lines: [String]
  /// The fold that it stands in.
  var fold: Fold?

  /// The cells of a lesson file, given the lines of its calls of `begin` and `end`.
  static func parse(_ source: String, begin: Int, end: Int? = nil) throws(FoldError) -> [Cell] {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let folds = try Fold.all(in: lines)
    var cells: [Cell] = []
    var isOff = false
    var isHead = true
    for (index, line) in lines.enumerated() {
      let number = index + 1
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      let isProse = trimmed.hasPrefix("//:")
      let fold = folds.first { $0.lines.contains(number) }
      if number > begin && (trimmed.isEmpty || isProse || fold != nil) { isHead = false }
      if number == fold?.lines.lowerBound || number == fold?.lines.upperBound { continue }
      if trimmed == "// page: off" { isOff = true }

      let kind: Kind = isOff ? .hidden : isProse ? .prose : isHead || number == end ? .hidden : .code
      let text = kind == .prose ? String(trimmed.dropFirst(trimmed.hasPrefix("//: ") ? 4 : 3)) : String(line)
      let last = cells.last?.fold == fold ? cells.last?.kind : nil
      if last == kind || (trimmed.isEmpty && last == .prose) {
        cells[cells.count - 1].lines.append(text)
      } else if !trimmed.isEmpty {
        cells.append(Cell(kind: kind, start: number, lines: [text], fold: fold))
      }
      if trimmed == "// page: on" { isOff = false }
    }
    for index in cells.indices {
      if cells[index].kind == .code { cells[index].lines.dropClaims() }
      cells[index].lines.trimEmptyEnds()
      if cells[index].kind == .code { cells[index].lines.trimCommonIndent() }
    }
    return cells
  }
}

/// The part of a lesson file between a line `// fold: TITLE` and a line `// fold end`.
///
/// A fold with prose in it folds all that stands in it. One with code alone folds this code; what the code shows stands
/// behind it.
struct Fold: Equatable {
  let title: String
  /// From the line that opens it to the line that closes it.
  let lines: ClosedRange<Int>
  let holdsProse: Bool

  /// The folds of a lesson file, from the top.
  fileprivate static func all(in lines: [Substring]) throws(FoldError) -> [Fold] {
    var folds: [Fold] = []
    var opened: (line: Int, title: String, holdsProse: Bool)?
    for (index, line) in lines.enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("// fold:") {
        if let opened { throw .nested(line: index + 1, outer: opened.line) }
        let title = text.dropFirst(8).trimmingCharacters(in: .whitespaces)
        if title.isEmpty { throw .untitled(line: index + 1) }
        opened = (index + 1, title, false)
      } else if text == "// fold end" {
        guard let fold = opened else { throw .stray(line: index + 1) }
        folds.append(Fold(title: fold.title, lines: fold.line...index + 1, holdsProse: fold.holdsProse))
        opened = nil
      } else if text.hasPrefix("//:") {
        opened?.holdsProse = true
      }
    }
    if let opened { throw .unclosed(line: opened.line) }
    return folds
  }
}

/// What is wrong with the folds of a lesson file.
enum FoldError: Error, Equatable, CustomStringConvertible {
  case nested(line: Int, outer: Int)
  case stray(line: Int)
  case unclosed(line: Int)
  case untitled(line: Int)

  var description: String {
    switch self {
    case .nested(let line, let outer):
      "main.swift, line \(line): a fold opens inside the fold of line \(outer). Close that one first, with // fold end."
    case .stray(let line): "main.swift, line \(line): // fold end closes no fold."
    case .unclosed(let line): "main.swift, line \(line): this fold is never closed. Close it with // fold end."
    case .untitled(let line): "main.swift, line \(line): a fold needs a title, // fold: TITLE."
    }
  }
}

extension [Cell] {
  /// The first two neighbours among the lines that a run came to, in its order, of which the second belongs to an
  /// earlier cell.
  func disorder(of lines: [Int]) -> (line: Int, next: Int)? {
    func place(_ line: Int) -> Int { lastIndex { $0.start <= line } ?? 0 }
    return zip(lines, lines.dropFirst()).first { place($0) > place($1) }.map { ($0, $1) }
  }
}

extension [String] {
  /// Drops the statements that begin with `claim(`, of which a page shows the sentence and its tick. The code is
  /// formatted, so that a statement goes on over the lines that are indented more deeply and ends, perhaps, with a
  /// bracket under its beginning.
  fileprivate mutating func dropClaims() {
    func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
    var kept: [String] = []
    var rest = self[...]
    while let line = rest.popFirst() {
      let depth = indent(line)
      if line.dropFirst(depth).hasPrefix("claim(") {
        var body = rest.prefix { $0.isEmpty || indent($0) > depth }
        let next = rest.dropFirst(body.count).first
        let isClosed = next.map { indent($0) == depth && [")", "}"].contains($0.dropFirst(depth).first) } ?? false
        while !isClosed && body.last?.isEmpty == true { body.removeLast() }
        rest = rest.dropFirst(body.count + (isClosed ? 1 : 0))
      } else if !(line.isEmpty && kept.last?.isEmpty != false) {
        kept.append(line)
      }
    }
    self = kept
  }

  /// Moves the lines to the left until one of them begins there.
  fileprivate mutating func trimCommonIndent() {
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
