// The weaver: makes of a lesson file and of what its run showed the page that GitHub renders.

import Files
import Foundation

/// The page of a lesson.
struct Page: Sendable {
  struct Line: Equatable, Sendable {
    enum Role {
      /// Prose, code, a claim, the name of a figure: the same on every machine.
      case fixed
      /// An exact output, whose numbers may differ by rounding.
      case exact
      /// What varies from machine to machine.
      case varies
    }

    let text: String
    var role = Role.fixed
  }

  /// The comment before an output that varies.
  static let varyingMarker = "<!-- varies -->"

  /// The comment before a table of which these columns vary, counted from 1.
  static func varyingMarker(columns: [Int]) -> String {
    "<!-- varies: columns \(columns.map(String.init).joined(separator: ", ")) -->"
  }

  private(set) var lines: [Line] = []
  /// The names of the figures, as they were shown.
  private(set) var figures: [String] = []

  /// The page as a text.
  var text: String { lines.map { $0.text + "\n" }.joined() }

  /// Weaves the page of a lesson from its cells and its outputs.
  init(program: String, title: String, cells: [Cell], outputs: [Output]) {
    add(["<!-- Woven from main.swift by `swift run \(program) --weave`: edit that file, not this page. -->"])
    add(["# \(title)"])
    // What a fold of code shows, until the fold is closed.
    var waiting: [Output] = []
    for (index, cell) in cells.enumerated() {
      let next = index + 1 < cells.count ? cells[index + 1] : nil
      // GitHub reads Markdown inside <details> only after an empty line, which stands between all blocks.
      if let fold = cell.fold, index == 0 || cells[index - 1].fold != fold {
        add(["<details>", "<summary>\(Self.escaped(fold.title))</summary>"])
      }
      let isEndOfFold = cell.fold != nil && cell.fold != next?.fold
      let foldsCodeAlone = cell.fold?.holdsProse == false
      switch cell.kind {
      case .prose: add(cell.lines)
      case .code: if !cell.lines.isEmpty { add(Self.fenced(cell.lines.joined(separator: "\n"), as: "swift")) }
      case .hidden: break
      }
      waiting += outputs.filter { $0.line >= (index == 0 ? 0 : cell.start) && $0.line < next?.start ?? .max }
      if isEndOfFold && foldsCodeAlone { add(["</details>"]) }
      if isEndOfFold || !foldsCodeAlone {
        add(waiting)
        waiting = []
      }
      if isEndOfFold && !foldsCodeAlone { add(["</details>"]) }
    }
    if let figure = figures.first {
      add([
        "*Each run of `swift run \(program)` writes the figures and their scripts below `plots/\(program)`;",
        "`gnuplot plots/\(program)/\(figure).gp` draws one of them again. [All lessons](../../README.md)*",
      ])
    }
  }

  /// Adds a block of lines, after an empty one.
  private mutating func add(_ block: [String], as role: Line.Role = .fixed, marker: String? = nil) {
    guard !block.isEmpty else { return }
    if !lines.isEmpty { lines.append(Line(text: "")) }
    if let marker { lines.append(Line(text: marker)) }
    lines += block.map { Line(text: $0, role: role) }
  }

  /// Adds the outputs of one cell. Values that follow each other share a block, and so do claims.
  private mutating func add(_ outputs: [Output]) {
    var rest = outputs[...]
    while let first = rest.first {
      let role: Line.Role = first.kind == .varies ? .varies : .exact
      let marker = first.kind == .varies ? Self.varyingMarker : first.content.columnMarker
      switch first.content {
      case .text:
        let texts = rest.prefix { $0.kind == first.kind && $0.content.text != nil }.map { $0.content.text! }
        add(Self.fenced(texts.joined(separator: "\n"), as: "text"), as: role, marker: marker)
        rest = rest.dropFirst(texts.count)
      case .table(let table):
        add(table.markdownLines, as: role, marker: marker)
        rest = rest.dropFirst()
      case .figure(let name, let title):
        figures.append(name)
        add(["![\(title.replacing(/[\[\]]/) { "\\" + $0.0 })](figures/\(name).svg)"])
        rest = rest.dropFirst()
      case .claim:
        let claims = rest.prefix { $0.content.claim != nil }.map { $0.content.claim! }
        add(claims.map { "- \($0.sign) \($0.sentence)" })
        rest = rest.dropFirst(claims.count)
      }
    }
  }

  /// A text in which HTML sees no tag.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }

  /// A fenced block, whose fence is longer than any in the text.
  private static func fenced(_ text: String, as language: String) -> [String] {
    let longest = text.matches(of: /`{3,}/).map(\.0.count).max() ?? 2
    let fence = String(repeating: "`", count: longest + 1)
    return [fence + language] + text.components(separatedBy: "\n") + [fence]
  }

  // MARK: - Writing

  /// Writes `README.md` and `figures/*.svg` into the folder of the lesson and removes the figures that it no longer
  /// shows. Each file is written beside its place and moved there.
  func write(to folder: URL, images: [String: String]) throws {
    let missing = figures.filter { images[$0] == nil }
    guard missing.isEmpty else { throw PageError.notDrawn(missing) }
    let place = folder.appendingPathComponent("figures")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for name in figures {
      let image = try Data(contentsOf: URL(fileURLWithPath: images[name]!.literalPath))
      try Self.write(image, to: place.appendingPathComponent("\(name).svg"))
    }
    for name in Self.figures(in: folder) where !figures.contains(name) {
      try FileManager.default.removeItem(at: place.appendingPathComponent("\(name).svg"))
    }
    try Self.write(Data(text.utf8), to: folder.appendingPathComponent("README.md"))
  }

  private static func write(_ data: Data, to place: URL) throws(PageError) {
    do {
      try WholeFile.write(data, to: place.path) { _ in nil }
    } catch {
      throw .notWritten(path: place.path, reason: error.reason)
    }
  }

  /// The names of the figures that lie in the folder of a lesson.
  static func figures(in folder: URL) -> [String] {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("figures").path)
    return (files ?? []).filter { $0.hasSuffix(".svg") }.map { String($0.dropLast(4)) }.sorted()
  }
}

/// Why a page cannot be written.
enum PageError: Error, CustomStringConvertible {
  case notDrawn([String])
  case notWritten(path: String, reason: String)

  var description: String {
    switch self {
    case .notDrawn(let names):
      "The page needs its figures, and these were not drawn: \(names.joined(separator: ", ")). Is gnuplot installed?"
    case .notWritten(let path, let reason): "\(shortPath(path)) cannot be written: \(reason)."
    }
  }
}

extension Output.Content {
  fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
  fileprivate var claim: Claim? { if case .claim(let claim) = self { claim } else { nil } }
  fileprivate var columnMarker: String? {
    guard case .table(let table) = self, !table.varying.isEmpty else { return nil }
    return Page.varyingMarker(columns: table.varying.map { $0 + 1 })
  }
}
