// One run of a lesson: what it has shown so far, and how that is printed.

import Foundation

/// What one line of a lesson showed.
struct Output: Sendable {
  enum Content: Sendable {
    case text(String)
    case table(Table)
    case figure(name: String, title: String)
    case claim(Claim)
  }

  let content: Content
  let kind: OutputKind
  let line: Int
}

/// A statement and what became of it.
struct Claim: Sendable {
  enum Outcome: Equatable, Sendable {
    case holds, fails
    case unchecked(String)
  }

  let statement: String
  let outcome: Outcome

  /// The sign before the statement.
  var sign: String {
    switch outcome {
    case .holds: "✓"
    case .fails: "✗"
    case .unchecked: "–"
    }
  }

  /// The statement, with the reason why it was not checked where it was not.
  var sentence: String {
    if case .unchecked(let reason) = outcome { return "\(statement) (\(reason))" }
    return statement
  }
}

/// One run of a lesson.
@MainActor final class LessonRun {
  /// The lesson that this process runs.
  static var current: LessonRun?

  /// The lesson that this process runs, which must have begun.
  static var begun: LessonRun {
    guard let current else { fail("Nothing can be shown before begin(…)") }
    return current
  }

  let program: String
  let title: String
  let options: NotebookOptions
  let file: String
  /// The most columns of a line of prose or of a figure.
  let width: Int
  /// The most columns of any other line.
  let lineWidth: Int
  private(set) var outputs: [Output] = []
  /// The images of each figure by its name; none where it was not drawn.
  var images: [String: [String]] = [:]
  /// What standard error has been told once.
  var warnings: Set<String> = []
  /// The bar that may stand in the terminal now.
  weak var progress: ProgressBar?

  /// The folder of the figures of this lesson.
  var plotFolder: String { "\(options.plots)/\(program)" }

  private let beginLine: Int
  private let source: String
  private let prose: [Cell]
  private var reader: ProseReader
  private let style: Style
  private let write: (String) -> Void
  private var printedLine = 0
  private var lastPiece: Piece?
  /// Whether the run leaves out the part of the lesson that it passes now.
  private var isSkipping = false

  /// What is printed; an empty line parts two pieces unless both are lines of one list.
  enum Piece { case block, values, claims }

  init(
    number: String, title: String, options: NotebookOptions, file: String, line: Int, source: String, width: Int,
    lineWidth: Int = .max, style: Style, write: @escaping (String) -> Void
  ) {
    program = "Lesson\(number)"
    self.title = "Lesson \(number) — \(title)"
    self.options = options
    self.file = file
    self.width = width
    self.lineWidth = lineWidth
    beginLine = line
    self.source = source
    prose = Cell.parse(source, begin: line).filter { $0.kind == .prose }
    let page = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("README.md").path
    reader = ProseReader(width: width, tableWidth: lineWidth, style: style, page: shortPath(page))
    self.style = style
    self.write = write
    let size = options.size == .standard ? "" : " (\(options.size.rawValue) run)"
    print([style.heading(self.title) + size], as: .block)
  }

  /// Passes the line at which a part of the lesson opens, and returns whether it runs.
  func enter(_ isAsked: Bool, line: Int) -> Bool {
    printProse(before: line)
    printedLine = line
    isSkipping = !isAsked
    return isAsked
  }

  /// Prints the prose between what was printed last and a line of the file.
  func printProse(before line: Int) {
    if isSkipping { return }
    let cells = prose.filter { printedLine < $0.start && $0.start < line }
    for cell in cells {
      let lines = reader.terminalLines(for: cell.lines)
      if !lines.isEmpty { print(lines, as: .block) }
      printedLine = cell.start
    }
  }

  func show(_ content: Output.Content, kind: OutputKind, line: Int) {
    printProse(before: line)
    outputs.append(Output(content: content, kind: kind, line: line))
    switch content {
    case .text(let text): print(filled(text), as: text.contains("\n") ? .block : .values)
    case .table(let table): print(table.terminalLines(width: lineWidth), as: .block)
    case .figure: break
    case .claim(let claim): print(terminalLines(of: claim), as: .claims)
    }
  }

  func claim(_ statement: String, _ condition: () -> Bool, from size: RunSize, line: Int) {
    let outcome: Claim.Outcome =
      if options.size < size {
        .unchecked("not checked in a \(options.size.rawValue) run")
      } else if Interrupt.requested {
        .unchecked("not checked after an interrupt")
      } else {
        condition() ? .holds : .fails
      }
    show(.claim(Claim(statement: statement, outcome: outcome)), kind: .exact, line: line)
  }

  /// Prints the rest and returns the status to exit with.
  func end(line: Int) -> Int32 {
    guard !Interrupt.requested else {
      print(["Interrupted: the lesson ends here."], as: .block)
      return Interrupt.status
    }
    printProse(before: .max)
    let claims = outputs.compactMap { output -> (claim: Claim, line: Int)? in
      if case .claim(let claim) = output.content { (claim, output.line) } else { nil }
    }
    let failed = claims.filter { $0.claim.outcome == .fails }
    let held = claims.count { $0.claim.outcome == .holds }
    let unchecked = claims.count - held - failed.count
    if !claims.isEmpty {
      let counts = [(held, "held"), (unchecked, "not checked"), (failed.count, "failed")].filter { $0.0 > 0 }
      let summary = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      let list = failed.flatMap { terminalLines(of: $0.claim, at: " (\(shortPath(file)):\($0.line))") }
      print(["Claims: \(summary)."] + list, as: .block)
    }
    guard options.weave || options.checkPage else { return failed.isEmpty ? 0 : 1 }
    guard failed.isEmpty else {
      print(["The page is left as it is: it says what this run does not bear out."], as: .block)
      return 1
    }
    return finishPage(end: line)
  }

  /// Weaves the page or compares it, and returns the status to exit with.
  private func finishPage(end line: Int) -> Int32 {
    let page = Page(
      program: program, title: title, cells: Cell.parse(source, begin: beginLine, end: line), outputs: outputs)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let path = shortPath(folder.appendingPathComponent("README.md").path)
    if options.weave {
      attempt { try page.write(to: folder, images: images.compactMapValues(\.first)) }
      print(["Wrote \(path)."], as: .block)
      return 0
    }
    let differences = page.differences(fromPageIn: folder)
    guard !differences.isEmpty else {
      print(["\(path) agrees with this run."], as: .block)
      return 0
    }
    print(["\(path) differs from this run (- the page, + this run):"] + differences.prefix(20), as: .block)
    if differences.count > 20 { print(["… and \(differences.count - 20) lines more."], as: .values) }
    return 1
  }

  func print(_ lines: [String], as piece: Piece) {
    progress?.clear()
    let isApart = lastPiece != nil && (lastPiece != piece || piece == .block)
    write((isApart ? "\n" : "") + lines.map { $0 + "\n" }.joined())
    lastPiece = piece
  }

  /// The lines of a text, each broken where it is longer than a line of the terminal.
  func filled(_ text: String) -> [String] { text.components(separatedBy: "\n").flatMap { $0.wrapped(to: lineWidth) } }

  private func terminalLines(of claim: Claim, at place: String = "") -> [String] {
    let lines = filled("\(claim.sign) \(plainText(claim.sentence))\(place)")
    switch claim.outcome {
    case .holds: return [style.good(claim.sign) + lines[0].dropFirst()] + lines.dropFirst()
    case .fails: return lines.map(style.bad)
    case .unchecked: return lines.map(style.faint)
    }
  }
}

/// The path as one would write it from the working directory.
func shortPath(_ path: String) -> String {
  let here = FileManager.default.currentDirectoryPath + "/"
  return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
}
