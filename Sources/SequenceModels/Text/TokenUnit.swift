// What a token is: a character or a word; and how a text falls into tokens, fast enough for a hundred megabytes.

/// What the tokens of a text are.
public enum TokenUnit: String, CaseIterable, Sendable, Codable {
  /// A character as a reader sees it, with its combining marks; the end of a line is one.
  case character
  /// A word with its apostrophes, or a punctuation mark; ⟨EOS⟩ ends a sentence: where a space follows `.`, `!` or `?`
  /// and the closing marks after it, at an empty line, and at the end.
  case word

  /// The tokens of a text in their order, each as often as it stands there.
  public func tokens(of text: String) -> [String] {
    var result: [String] = []
    forEachToken(of: text) { result.append(String($0)) }
    return result
  }

  /// The text of tokens: characters side by side; words with a space between them, none before a closing mark, and a
  /// new line after a sentence.
  public func text(of tokens: some Sequence<String>) -> String {
    switch self {
    case .character: return tokens.joined()
    case .word:
      var (text, isLineStart) = ("", true)
      for token in tokens {
        if token == Vocabulary.endOfSentence {
          text += "\n"
        } else {
          text += isLineStart || ".,;:!?)]}’”".contains(token) ? token : " " + token
        }
        isLineStart = token == Vocabulary.endOfSentence
      }
      return text
    }
  }

  /// Calls `body` with each token in order.
  func forEachToken(of text: String, _ body: (Substring) -> Void) {
    switch self {
    case .character:
      forEachCharacter(of: text, ascii: { _, range in body(text[range]) }, other: { _, range in body(text[range]) })
    case .word: forEachWord(of: text, body)
    }
  }

  // MARK: - Words

  private func forEachWord(of text: String, _ body: (Substring) -> Void) {
    let end = Substring(Vocabulary.endOfSentence)
    var wordStart: String.Index?
    var (newlines, isSentenceOpen, isStopped) = (0, false, false)
    func closeWord(at index: String.Index) {
      if let start = wordStart { body(text[start..<index]) }
      wordStart = nil
    }
    func closeSentence() {
      if isSentenceOpen { body(end) }
      isSentenceOpen = false
    }
    func read(
      _ range: Range<String.Index>, isWord: Bool, isSpace: Bool, isNewline: Bool, isFullStop: Bool, isClosing: Bool
    ) {
      if isWord {
        if wordStart == nil { wordStart = range.lowerBound }
      } else {
        closeWord(at: range.lowerBound)
        if !isSpace { body(text[range]) }
      }
      if !isSpace { isSentenceOpen = true }
      newlines = isNewline ? newlines + 1 : isSpace ? newlines : 0
      if newlines == 2 || (isSpace && isStopped) { closeSentence() }
      isStopped = isFullStop || (isStopped && isClosing)
    }
    forEachCharacter(
      of: text,
      ascii: { byte, range in
        let isLetter = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "'")
        let isNewline = byte == 0x0A || byte == 0x0D
        read(
          range, isWord: isLetter, isSpace: byte <= 0x20, isNewline: isNewline,
          isFullStop: ".!?".utf8.contains(byte), isClosing: "\"')]}".utf8.contains(byte))
      },
      other: { character, range in
        let isLetter = character.isLetter || character.isNumber || character == "’"
        read(
          range, isWord: isLetter, isSpace: character.isWhitespace, isNewline: character.isNewline, isFullStop: false,
          isClosing: character == "”" || character == "’")
      })
    closeWord(at: text.endIndex)
    closeSentence()
  }
}

/// Calls `ascii` or `other` with each character of a text and where it stands.
///
/// An ASCII byte before another one is a character by itself (but for CR LF), which spares the search for the end of a
/// grapheme cluster that takes most of the time on a large text.
func forEachCharacter(
  of text: String, ascii: (UInt8, Range<String.Index>) -> Void, other: (Character, Range<String.Index>) -> Void
) {
  var text = text
  text.makeContiguousUTF8()
  let view = text.utf8
  var index = view.startIndex
  let walked: Void? = view.withContiguousStorageIfAvailable { bytes in
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      let isLast = offset + 1 == bytes.count
      if byte < 0x80 && (isLast || (bytes[offset + 1] < 0x80 && !(byte == 0x0D && bytes[offset + 1] == 0x0A))) {
        let next = view.index(after: index)
        ascii(byte, index..<next)
        (index, offset) = (next, offset + 1)
      } else {
        let next = text.index(after: index)
        let width = view.distance(from: index, to: next)
        if width == 1 { ascii(byte, index..<next) } else { other(text[index], index..<next) }
        (index, offset) = (next, offset + width)
      }
    }
  }
  require(walked != nil, "a native string keeps its bytes in one place")
}
