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
  /// Why this run checks no claim, or nil where it checks them.
  let unchecked: String?
  private(set) var outputs: [Output] = []
  /// The image of each figure by its name; nil where it was not drawn.
  var images: [String: String?] = [:]
  /// Whether gnuplot has failed to draw a figure.
  var isGnuplotGivenUp = false
  /// What standard error has been told once.
  var warnings: Set<String> = []
  /// The bar that may stand in the terminal now.
  weak var progress: ProgressBar?
  /// What an interrupted lesson does before it ends.
  var rescue: (() -> Void)?
  private var isEnding = false

  /// The folder of the figures of this lesson.
  var plotFolder: String { "\(options.plots)/\(program)" }

  private let beginLine: Int
  private let source: String
  /// What a terminal has of the lesson beside its outputs: the prose, and the code where there is little of it.
  private let story: [Cell]
  /// The last line of the last fold, or 0.
  private let lastFoldEnd: Int
  private let reader: ProseReader
  private let style: Style
  private let write: (String) -> Void
  private var printedLine = 0
  /// The lines at which something was shown or a progress bar began, in the order of the run.
  private var passed: [Int] = []
  private var lastPiece: Piece?
  /// Whether the run leaves out the part of the lesson that it passes now.
  private var isSkipping = false

  /// The most lines of code that a terminal shows of a lesson, which are those that a page has open to view. Of a
  /// lesson with more it shows none.
  private static let mostCode = 160

  /// What is printed; an empty line parts two pieces unless both are lines of one list.
  enum Piece { case block, values, claims }

  init(
    number: String, title: String, options: NotebookOptions, unchecked: String? = nil, file: String, line: Int,
    source: String, width: Int, lineWidth: Int = .max, style: Style, write: @escaping (String) -> Void
  ) throws {
    program = "Lesson\(number)"
    self.title = "Lesson \(number) — \(title)"
    self.options = options
    self.unchecked = unchecked
    self.file = file
    self.width = width
    self.lineWidth = lineWidth
    beginLine = line
    self.source = source
    let cells = try Cell.parse(source, begin: line)
    let code = cells.filter { $0.kind == .code && $0.fold == nil }
    let showsCode = code.reduce(0) { $0 + $1.lines.count { !$0.isEmpty } } <= Self.mostCode
    story = cells.filter { $0.kind == .prose || (showsCode && $0.kind == .code && $0.fold == nil) }
    lastFoldEnd = cells.compactMap(\.fold).last?.lines.upperBound ?? 0
    reader = ProseReader(width: width, tableWidth: lineWidth, style: style)
    self.style = style
    self.write = write
    let size = options.size == .standard ? "" : " (\(options.size.rawValue) run)"
    let note =
      source.isEmpty ? [] : "\(figuresNote) The page with its drawings: \(pagePath)".wrapped(to: width).map(style.faint)
    print([style.heading(self.title) + size] + note, as: .block)
  }

  /// The path of the lesson's page.
  private var pagePath: String {
    shortPath(URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("README.md").path)
  }

  /// Where this run's figures go.
  var figuresNote: String {
    let folder = shortPath(plotFolder)
    return switch (options.noRender, options.ascii) {
    case (false, false): "Figures go to \(folder) as SVG; --ascii draws them here."
    case (false, true): "Figures are drawn here and go to \(folder) as SVG."
    case (true, false): "The gnuplot scripts of the figures go to \(folder); nothing is drawn."
    case (true, true): "Figures are drawn here; their gnuplot scripts go to \(folder)."
    }
  }

  /// Passes the line at which a part of the lesson opens, and returns whether it runs.
  func enter(_ isAsked: Bool, line: Int) -> Bool {
    printStory(before: line)
    printedLine = line
    isSkipping = !isAsked
    return isAsked
  }

  /// Comes to a line at which something is shown or a progress bar begins: prints the story before it.
  func pass(_ line: Int) {
    passed.append(line)
    printStory(before: line)
  }

  /// Prints the prose and the code between what was printed last and a line of the file, and of a fold with prose its
  /// title alone.
  private func printStory(before line: Int) {
    if isSkipping { return }
    for cell in story {
      let start = cell.fold?.lines.lowerBound ?? cell.start
      guard printedLine < start && start <= line else { continue }
      printedLine = start
      let lines =
        if let fold = cell.fold {
          filled("▸ \(fold.title) (see the page)").map(style.faint)
        } else if cell.kind == .code {
          cell.lines.flatMap { $0.isEmpty ? [""] : ("    " + $0).wrapped(to: lineWidth, indent: "        ") }.map(
            style.faint)
        } else {
          reader.terminalLines(for: cell.lines)
        }
      if !lines.isEmpty { print(lines, as: .block) }
    }
  }

  /// Whether a line stands in a fold with prose, of which the terminal shows the title alone.
  func isFolded(_ line: Int) -> Bool { story.contains { $0.fold?.lines.contains(line) == true } }

  /// Ends the lesson where it was asked to stop.
  func endIfInterrupted(line: Int) {
    if Interrupt.requested && !isEnding { Notebook.end(line: line) }
  }

  func show(_ content: Output.Content, kind: OutputKind, line: Int) {
    // What was computed is shown, such as where a model was saved; then the lesson ends.
    defer { endIfInterrupted(line: line) }
    pass(line)
    outputs.append(Output(content: content, kind: kind, line: line))
    if isFolded(line) { return }
    switch content {
    case .text(let text): print(filled(text), as: text.contains("\n") ? .block : .values)
    case .table(let table): print(table.terminalLines(width: lineWidth), as: .block)
    case .figure: break
    case .claim(let claim): print(terminalLines(of: claim), as: .claims)
    }
  }

  func claim(_ statement: String, _ condition: () -> Bool, from size: RunSize, line: Int) {
    endIfInterrupted(line: line)
    let outcome: Claim.Outcome =
      if let unchecked {
        .unchecked(unchecked)
      } else if options.size < size {
        .unchecked("not checked in a \(options.size.rawValue) run")
      } else {
        condition() ? .holds : .fails
      }
    show(.claim(Claim(statement: statement, outcome: outcome)), kind: .exact, line: line)
  }

  /// Prints the rest and returns the status to exit with.
  func end(line: Int) -> Int32 {
    guard !Interrupt.requested else {
      isEnding = true
      rescue?()
      print(["Interrupted: the lesson ends here."], as: .block)
      return Interrupt.status
    }
    // What stands behind the last output and the last fold closes the lesson, and a good run ends with it.
    printStory(before: max(lastFoldEnd, outputs.map(\.line).max() ?? 0))
    let claims = outputs.compactMap { output -> (claim: Claim, line: Int)? in
      if case .claim(let claim) = output.content { (claim, output.line) } else { nil }
    }
    let failed = claims.filter { $0.claim.outcome == .fails }
    let held = claims.count { $0.claim.outcome == .holds }
    let unchecked = claims.count - held - failed.count
    if !claims.isEmpty {
      let fault = options.isAnotherRun ? "not seen in this run" : "failed"
      let counts = [(held, "held"), (unchecked, "not checked"), (failed.count, fault)].filter { $0.0 > 0 }
      let summary = counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      print(["Claims: \(summary)."], as: .block)
    }
    printStory(before: line - 1)
    if !failed.isEmpty {
      let list = failed.flatMap { terminalLines(of: $0.claim, at: " (\(shortPath(file)):\($0.line))") }
      print(["This run does not bear out:"] + list, as: .block)
    }
    // The claims are the page's, and so are its numbers: other random numbers, or longer trainings, may bear out less.
    guard options.weave || options.checkPage else { return failed.isEmpty || options.isAnotherRun ? 0 : 1 }
    guard failed.isEmpty else {
      print(["The page is left as it is: it says what this run does not bear out."], as: .block)
      return 1
    }
    return finishPage(end: line)
  }

  /// Weaves the page or compares it, and returns the status to exit with.
  private func finishPage(end line: Int) -> Int32 {
    let cells = attempt { try Cell.parse(source, begin: beginLine, end: line) }
    if let disorder = cells.disorder(of: passed) {
      fail(
        """
        main.swift: the run came to line \(disorder.next) after line \(disorder.line), so what line \(disorder.next) \
        shows would stand in the wrong place. A function that shows something passes its caller's line on, or returns \
        what is to be shown.
        """)
    }
    let page = Page(program: program, title: title, cells: cells, outputs: outputs)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    if options.weave {
      attempt { try page.write(to: folder, images: images.compactMapValues(\.self)) }
      print(["Wrote \(pagePath)."], as: .block)
      return 0
    }
    let differences = page.differences(fromPageIn: folder)
    guard !differences.isEmpty else {
      print(["\(pagePath) agrees with this run."], as: .block)
      return 0
    }
    print(["\(pagePath) differs from this run (- the page, + this run):"] + differences.prefix(20), as: .block)
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
