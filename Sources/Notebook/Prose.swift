// The prose of a lesson, which is Markdown, as plain text for a terminal.

import Foundation

/// Turns the prose of a lesson into lines of a terminal, piece by piece, as the run passes it.
///
/// Display mathematics becomes indented lines of plain characters.
struct ProseReader {
  /// The most columns that a line takes.
  let width: Int
  /// The most columns that a table takes.
  let tableWidth: Int
  /// How headings are set off.
  let style: Style

  init(width: Int, tableWidth: Int = .max, style: Style) {
    self.width = width
    self.tableWidth = tableWidth
    self.style = style
  }

  /// The lines of a terminal for these lines of Markdown.
  func terminalLines(for markdown: [String]) -> [String] {
    var output: [String] = []
    var paragraph: Paragraph?
    var table: [String] = []
    var isFenced = false
    // The TeX of the fence for mathematics that has begun.
    var tex: String?

    func closeBlock() {
      if let ended = paragraph { output += ended.wrapped(to: width) }
      if !table.isEmpty { output += Table(markdown: table).terminalLines(width: tableWidth) }
      paragraph = nil
      table = []
    }
    func open(_ first: String, rest: String, with text: some StringProtocol) {
      closeBlock()
      paragraph = Paragraph(first: first, rest: rest, text: String(text))
    }

    for line in markdown {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if let begun = tex {
        if trimmed == "```" { output += formulaLines(begun) }
        tex = trimmed == "```" ? nil : begun + trimmed + " "
      } else if isFenced {
        if trimmed == "```" { isFenced = false } else { output.append(line) }
      } else if trimmed == "```math" {
        closeBlock()
        tex = ""
      } else if trimmed.hasPrefix("```") {
        closeBlock()
        isFenced = true
      } else if trimmed.isEmpty {
        closeBlock()
        output.append("")
      } else if let heading = trimmed.firstMatch(of: /^#{1,6} +(.*)$/) {
        closeBlock()
        output += ["", style.heading(plainText(String(heading.1))), ""]
      } else if trimmed.hasPrefix("|") {
        if table.isEmpty { closeBlock() }
        table.append(trimmed)
      } else if let item = line.firstMatch(of: /^( *)([-*+]|[0-9]+[.)]) +(.*)$/) {
        let bullet = item.1 + (item.2.count == 1 ? "•" : item.2) + " "
        open(String(bullet), rest: String(repeating: " ", count: bullet.count), with: item.3)
      } else if let quote = trimmed.firstMatch(of: /^> ?(.*)$/) {
        if paragraph?.rest == "> " {
          paragraph!.text += " " + quote.1
        } else {
          open("> ", rest: "> ", with: quote.1)
        }
      } else if paragraph != nil {
        paragraph!.text += " " + trimmed
      } else {
        open("", rest: "", with: trimmed)
      }
    }
    closeBlock()
    return output.withSingleEmptyLines
  }

  private func formulaLines(_ tex: String) -> [String] {
    plainFormulas(tex).flatMap { ("  " + $0).wrapped(to: width, indent: "    ") }
  }
}

/// A text that is filled into lines, with what stands before its first line and before the others.
private struct Paragraph {
  var first: String
  var rest: String
  var text: String

  func wrapped(to width: Int) -> [String] {
    let words = plainText(text).split(separator: " ")
    return words.isEmpty ? [] : (first + words.joined(separator: " ")).wrapped(to: width, indent: rest)
  }
}

/// A line of Markdown without its marks: emphasis, code, links and tags give way to what they enclose, a formula to its
/// characters.
func plainText(_ markdown: String) -> String {
  // What stands in backticks is set aside, so that nothing in it is taken for a mark.
  var asides: [String] = []
  func setAside(_ text: String) -> String {
    asides.append(text)
    return "\u{E000}\(asides.count - 1)\u{E001}"
  }
  var text = markdown.replacing(/\\([\\`*_{}\[\]()#+\-.!$|<>])|\$`([^`]+)`\$|(`+)(.+?)\3/) { match in
    setAside(match.2.map { plainFormula(String($0)) } ?? String(match.1 ?? match.4!))
  }
  text = text.replacing(/<!--.*?-->/, with: "")
  let tag = /<\/?(?:sub|sup|br|b|i|em|strong|kbd|a|img|p|div|span|code)(?: [^<>]*)?\/?>/
  text = text.replacing(tag, with: "")
  text = text.replacing(/!?\[([^\]]*)\]\([^()\s]*\)/) { $0.1 }
  text = text.replacing(/\*\*(\S|\S.*?\S)\*\*/) { $0.1 }
  text = text.replacing(/\*(\S|\S[^*]*?\S)\*/) { $0.1 }
  text = text.replacing(/(^|[\s(])_(\S|\S.*?\S)_($|[\s).,:;!?])/) { "\($0.1)\($0.2)\($0.3)" }
  text = text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  return text.replacing(/\x{E000}([0-9]+)\x{E001}/) { asides[Int($0.1)!] }
}

extension Table {
  /// The table that these lines of Markdown draw.
  fileprivate init(markdown lines: [String]) {
    func cells(_ line: String) -> [String] {
      line.replacing("\\|", with: "\u{E002}").split(separator: "|", omittingEmptySubsequences: false)
        .dropFirst().dropLast()
        .map { $0.trimmingCharacters(in: .whitespaces).replacing("\u{E002}", with: "|") }
    }
    let headings = cells(lines[0])
    let rows = lines.dropFirst().map(cells).filter { row in !row.allSatisfy { $0.contains(/^:?-+:?$/) } }
    self.init(
      headings,
      rows: rows.map { row in headings.indices.map { $0 < row.count ? row[$0] : "" } })
  }
}

extension [String] {
  /// The lines without empty ones at both ends and with one where several follow each other.
  fileprivate var withSingleEmptyLines: [String] {
    var lines: [String] = []
    for line in self where !(line.isEmpty && lines.last?.isEmpty != false) { lines.append(line) }
    lines.trimEmptyEnds()
    return lines
  }
}
