// Text from outside on its way to a reader: what a terminal or a figure would obey or hide is shown instead.

extension Unicode.Scalar {
  /// This scalar, or what is shown in its place where it cannot be seen: the picture of a control character, or a code.
  package var visible: String {
    switch value {
    case 0x00...0x1F: return String(Unicode.Scalar(0x2400 + value)!)
    case 0x7F: return "␡"
    case 0x200C, 0x200D: return String(self)  // they shape letters and join emoji
    default:
      let unseen: Set<Unicode.GeneralCategory> = [
        .control, .format, .lineSeparator, .paragraphSeparator, .unassigned,
      ]
      if !unseen.contains(properties.generalCategory) { return String(self) }
      return "\\u{\(String(value, radix: 16, uppercase: true))}"
    }
  }
}

extension String {
  /// The text as a terminal may have it: its lines and tabs as they are, and every other character that a terminal
  /// would obey, such as ␛, shown.
  package var printable: String {
    unicodeScalars.map { $0 == "\n" || $0 == "\t" ? String($0) : $0.visible }.joined()
  }

  /// The text without a break, such as a path in a message: what stands behind a newline could pass for another one.
  package var onOneLine: String { replacing("\n", with: "␊") }

  /// The text in a sentence about it: in quotes, on one line, and not at any length.
  package var cited: String {
    let start = String(String.UnicodeScalarView(unicodeScalars.prefix(80)))
    return start.debugDescription + (start.utf8.count < utf8.count ? "…" : "")
  }
}
