// Text on its way into a figure. Titles, labels and words come from any corpus, and must be drawn as they are and never
// be read as commands or formats by gnuplot.

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
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x0A: result.append("↵")
      case 0x09: result.append("⇥")
      case 0x00...0x1F: result.append(Unicode.Scalar(0x2400 + scalar.value)!)
      case 0x7F: result.append("␡")
      case 0x200C, 0x200D: result.append(scalar)  // they shape letters and join emoji
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned:
          result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
        default: result.append(scalar)
        }
      }
    }
    return String(result)
  }

  /// The visible text as a string of gnuplot, in single quotes, where it takes nothing for a command. gnuplot 5.4
  /// misreads a doubled quote at the start of a string, so a quote stands in a string of its own. It writes `>` into an
  /// SVG as it is, which XML forbids after two brackets: a space of no width stands between them.
  ///
  /// Scalar by scalar, as gnuplot reads: a quote with a mark that combines is another character, and
  /// still ends a string.
  var quoted: String {
    var result = "'".unicodeScalars
    for scalar in visible.unicodeScalars {
      switch scalar {
      case "'": result.append(contentsOf: #"'."'".'"#.unicodeScalars)
      case ">" where result.suffix(2).elementsEqual("]]".unicodeScalars):
        result.append(contentsOf: "\u{200B}>".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result) + "'"
  }

  /// The visible text as a tic label. gnuplot takes a tic label with a `%` for a format of its position, so the `%` is
  /// doubled; what it makes of a format it cuts after 49 bytes, within a character if need be, so the
  /// text is cut before.
  var quotedTic: String {
    var text = visible
    if text.unicodeScalars.contains("%") {
      while text.utf8.count > 46 { text = text.elided(to: text.displayWidth - 1) }
    }
    let doubled = text.unicodeScalars.flatMap { $0 == "%" ? [$0, $0] : [$0] }
    return String(String.UnicodeScalarView(doubled)).quoted
  }

  /// The visible text as a gnuplot string of at most `lines` lines no longer than `width`, all about as long.
  func quotedLines(width: Int, lines: Int = 2) -> String {
    let count = wrapped(to: width).count
    var width = width
    if 2...lines ~= count {
      while width > 8 && wrapped(to: width - 1).count == count { width -= 1 }
    }
    return wrapped(to: width, lines: lines).map(\.quoted).joined(separator: #"."\n"."#)
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

  /// The visible text as what a `set label` begins with: in quotes, its subscripts drawn as such and all else as it is.
  var quotedWithSubscripts: String {
    if !scripts.contains(where: \.isSubscript) { return "\(quoted) noenhanced" }
    let marked = scripts.map { piece in
      var escaped = String.UnicodeScalarView()
      for scalar in piece.text.unicodeScalars {
        if "{}^_@&~\\".unicodeScalars.contains(scalar) { escaped.append("\\") }
        escaped.append(scalar)
      }
      return piece.isSubscript ? "_{\(escaped)}" : String(escaped)
    }
    return "\(marked.joined().quoted) enhanced"
  }

  /// About how wide the text with its subscripts is in a font of `size` pixels.
  func width(size: Int) -> Double {
    scripts.reduce(0) { $0 + Double($1.text.displayWidth) * Text.width * Double(size) * ($1.isSubscript ? 0.8 : 1) }
  }

  /// The number of columns that the text takes in a terminal: two for an ideograph or an emoji,
  /// one for another character.
  var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// The visible text, its end replaced by … where it is wider than `width` columns.
  func elided(to width: Int) -> String {
    let text = visible
    if text.displayWidth <= width { return text }
    var result = ""
    var taken = 1
    for character in text {
      taken += character.displayWidth
      if taken > width { break }
      result.append(character)
    }
    return result + "…"
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

  /// The text followed or preceded by spaces up to `width` columns.
  func padded(to width: Int, atStart: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - displayWidth))
    return atStart ? spaces + self : self + spaces
  }
}

extension [String] {
  /// The lines as one text, without spaces at their ends and without empty lines at its end.
  var asText: String {
    var lines = map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Character {
  fileprivate var displayWidth: Int {
    let first = unicodeScalars.first!
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 2
    default: return first.properties.isEmojiPresentation ? 2 : 1
    }
  }
}

/// A number for a reader: three significant digits, and no exponent up to a million.
func readable(_ number: Double) -> String {
  let size = abs(number)
  if size >= 1000 && size < 1e6 { return String(Int(number.rounded())) }
  return String(format: "%.3g", number)
}
