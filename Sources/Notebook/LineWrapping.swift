// Lines that fit a terminal.

import Files

extension String {
  /// This line as lines of at most `width` columns, broken at spaces; all but the first open with `indent`. A word that
  /// is longer, such as a path, stays whole. A terminal can have it, whatever is in it.
  package func wrapped(to width: Int, indent: String = "  ") -> [String] {
    let line = printable
    guard line.displayWidth > width else { return [line] }
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    var lines = [words[0]]
    for word in words.dropFirst() {
      let longer = lines[lines.count - 1] + " " + word
      if longer.displayWidth <= width { lines[lines.count - 1] = longer } else { lines.append(indent + word) }
    }
    return lines
  }
}
