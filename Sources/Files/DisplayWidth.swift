// How many columns of a terminal a text takes, which is not how many characters it has.

extension String {
  /// The columns that this text takes in a terminal, if it is one line: two for a wide character (Chinese, Japanese,
  /// Korean, emoji), none for a combining mark.
  package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

  /// This text, filled with spaces to a width, at its end or at its start.
  package func padded(to width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - displayWidth))
    return right ? space + self : self + space
  }
}

extension Character {
  /// The columns that this character takes, whatever number of scalars it is made of.
  package var displayWidth: Int {
    let scalars = unicodeScalars
    if scalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) { return 2 }
    switch scalars.first!.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
    default: return Self.isWide(scalars.first!.value) ? 2 : 1
    }
  }

  /// The blocks that Unicode's East Asian Width calls wide or full width.
  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
