// Text on its way into a figure. Titles, labels and words come from any corpus, and must be drawn as they are and never
// be read as commands or formats by gnuplot.

import Files
import Foundation

/// How large the text of a figure is, in pixels.
enum Text {
  /// The fonts of titles and axes, of the names of lines, and of tics and words.
  static let size = 15, nameSize = 14, smallSize = 13
  /// The width of a character and the height of a line, over the size of the font.
  static let width = 0.58, height = 1.25
  /// The height of a line of the font of titles.
  static let line = 21.0
}

extension String {
  /// The text with what cannot be seen made visible, and nothing in it that an SVG could not hold: a newline as ↵, a
  /// tab as ⇥, another control character as its picture or its code, and the spaces of a text that is
  /// nothing else as ␣.
  var visible: String {
    if !isEmpty && allSatisfy({ $0 == " " }) { return String(repeating: "␣", count: count) }
    return unicodeScalars.map { scalar in
      switch scalar {
      case "\n": "↵"
      case "\t": "⇥"
      default: scalar.visible
      }
    }.joined()
  }

  /// The visible text as a string of gnuplot, in single quotes, where it takes nothing for a command. gnuplot 5.4
  /// misreads a doubled quote at the start of a string, so a quote stands in a string of its own. It writes `>` into an
  /// SVG as it is, which XML forbids after two brackets: a space of no width stands between them.
  ///
  /// Scalar by scalar, as gnuplot reads: a quote with a mark that combines is another character, and
  /// still ends a string.
  var quoted: String {
    var brackets = 0
    return "'"
      + visible.unicodeScalars.map { scalar in
        defer { brackets = scalar == "]" ? brackets + 1 : 0 }
        if scalar == "'" { return #"'."'".'"# }
        return scalar == ">" && brackets > 1 ? "\u{200B}>" : String(scalar)
      }.joined() + "'"
  }

  /// The visible text as a tic label. gnuplot takes a tic label with a `%` for a format of its position, so the `%` is
  /// doubled; what it makes of a format it cuts after 49 bytes, within a character if need be, so the
  /// text is cut before.
  var quotedTic: String {
    var text = visible
    while text.utf8.count > 46 && text.unicodeScalars.contains("%") { text = text.elided(to: text.displayWidth - 1) }
    return text.unicodeScalars.map { $0 == "%" ? "%%" : String($0) }.joined().quoted
  }

  /// The visible text in pieces, in which letters and digits after an underscore are a subscript.
  var scripts: [(text: String, isSubscript: Bool)] {
    var pieces: [(text: String, isSubscript: Bool)] = []
    var rest = visible[...]
    while let mark = rest.firstIndex(of: "_") {
      let script = rest[mark...].dropFirst().prefix { $0.isLetter || $0.isNumber }
      pieces.append((String(rest[..<mark]) + (script.isEmpty ? "_" : ""), false))
      if !script.isEmpty { pieces.append((String(script), true)) }
      rest = rest[script.endIndex...]
    }
    return pieces + [(String(rest), false)]
  }

  var hasSubscripts: Bool { scripts.contains(where: \.isSubscript) }

  /// The visible text as gnuplot's enhanced mode takes it: its subscripts drawn as such and all else as it is.
  var enhanced: String {
    scripts.map { piece in
      let escaped = piece.text.unicodeScalars.map { "{}^_@&~\\".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }
      return piece.isSubscript ? "_{\(escaped.joined())}" : escaped.joined()
    }.joined()
  }

  /// The visible text as what a `set label` begins with, its subscripts drawn as such.
  var quotedWithSubscripts: String { [self].quotedWithSubscripts }

  /// About how wide the text with its subscripts is in a font of `size` pixels.
  func width(size: Int) -> Double {
    scripts.reduce(0) { $0 + Double($1.text.displayWidth) * Text.width * Double(size) * ($1.isSubscript ? 0.8 : 1) }
  }

  /// The visible text, its end replaced by … where it is wider than `width` columns.
  func elided(to width: Int) -> String {
    let text = visible
    if text.displayWidth <= width { return text }
    var taken = 1
    let start = text.prefix { character in
      taken += character.displayWidth
      return taken <= width
    }
    return start + "…"
  }

  /// The visible text in lines of at most `width` columns, broken between words, or inside a word that is longer. Of
  /// more than `count` lines, the last ends with …
  func wrapped(to width: Int, lines count: Int = .max) -> [String] {
    var lines = [""]
    for word in visible.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = lines[lines.count - 1].isEmpty ? String(word) : lines[lines.count - 1] + " " + word
      if longer.displayWidth <= width {
        lines[lines.count - 1] = longer
        continue
      }
      if !lines[lines.count - 1].isEmpty { lines.append("") }
      for character in word {
        if lines[lines.count - 1].displayWidth + character.displayWidth > width { lines.append("") }
        lines[lines.count - 1].append(character)
      }
    }
    if lines.count > count {
      lines[count - 1] = (lines[count - 1] + " " + lines[count]).elided(to: width)
      lines.removeSubrange(count...)
    }
    return lines
  }
}

extension [String] {
  /// The visible lines as one string of gnuplot.
  var quoted: String { map(\.quoted).joined(separator: #"."\n"."#) }

  /// The same as what a `set label` begins with, their subscripts drawn as such.
  var quotedWithSubscripts: String {
    contains(where: \.hasSubscripts) ? "\(map(\.enhanced).quoted) enhanced" : "\(quoted) noenhanced"
  }

  /// The lines as one text, without spaces at their ends and without empty lines at its end.
  var asText: String {
    var lines = map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A number for a reader: three significant digits, and no exponent up to a million.
func readable(_ number: Double) -> String {
  let size = abs(number)
  if size >= 1000 && size < 1e6 { return String(Int(number.rounded())) }
  return String(format: "%.3g", number)
}
