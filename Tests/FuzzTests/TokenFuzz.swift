import Foundation
import SequenceModels
import Testing

/// Texts of every kind: what is read as tokens comes back.
struct TokenFuzz {
  @Test func aTextOfCharactersComesBack() throws {
    try fuzz("characters", cases: 3000) { random, _ in
      let text = random.text(pieces: random.index(below: 40))
      let tokens = TokenUnit.character.tokens(of: text)
      try expect(tokens.map { Array($0.utf8) } == text.map { Array(String($0).utf8) }, text.debugDescription)
      let vocabulary = Vocabulary(of: text, unit: .character)
      try expect(vocabulary.decode(try vocabulary.encode(text)) == text, text.debugDescription)
      let corpus = TokenizedCorpus(Corpus(text), unit: .character, heldOut: random.uniform())
      try expect(Array(corpus.training + corpus.heldOut) == (try vocabulary.encode(text)), text.debugDescription)
    }
  }

  /// Words give the spaces up, so it is the tokens that come back; but for one that looks like the name of a special one.
  @Test func theWordsOfATextComeBack() throws {
    try fuzz("words", cases: 3000) { random, _ in
      let text = random.text(pieces: random.index(below: 40))
      let tokens = TokenUnit.word.tokens(of: text)
      let words = tokens.filter { $0 != Vocabulary.endOfSentence }
      let isSpace = { (character: Character) in character.isWhitespace || character.isASCII && character <= " " }
      try expect(words.joined().utf8.elementsEqual(text.filter { !isSpace($0) }.utf8), text.debugDescription)
      let vocabulary = Vocabulary(of: text, unit: .word)
      let ids = try vocabulary.encode(text)
      try expect(ids.map { vocabulary.tokens[Int($0)] } == tokens, text.debugDescription)
      _ = try vocabulary.encode(vocabulary.decode(ids))
      let small = TokenizedCorpus(Corpus(text), unit: .word, heldOut: random.uniform(), limit: random.index(below: 5))
      try expect(small.tokens.count == tokens.count, text.debugDescription)
    }
  }

  /// Bytes are read as the text that they are, or their first fault is found.
  @Test func bytesAreReadOrTheirFaultIsNamed() throws {
    try fuzz("bytes", cases: 3000) { random, folder in
      var bytes = Array(random.text(pieces: 1 + random.index(below: 20)).utf8)
      for _ in 0..<random.index(below: 4) {
        let place = random.index(below: bytes.count + 1)
        if place < bytes.count, random.index(below: 2) == 0 {
          bytes[place] = UInt8(random.index(below: 256))
        } else {
          bytes.insert(
            contentsOf: random.element(of: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90], [0x80]]), at: place)
        }
      }
      let path = folder + "/text"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      do throws(CorpusError) {
        let text = try Corpus(contentsOf: path).text
        guard text.utf8.elementsEqual(body) else { throw .unreadable(path: path, reason: "\(bytes)") }
      } catch {
        switch error {
        case .notUTF8(path, let offset):
          // The text before the fault is whole, and with the byte at the fault it is none.
          let start = bytes.count - body.count
          try expect(String(validating: bytes[start..<offset], as: UTF8.self) != nil, "\(bytes)")
          try expect(String(validating: bytes[offset...], as: UTF8.self) == nil, "\(bytes)")
        case .empty(path): try expect(body.isEmpty, "\(bytes)")
        case .utf16(path): try expect([[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(body.prefix(2))), "\(bytes)")
        case .notText(path):
          try expect(body.contains(0) && String(validating: body, as: UTF8.self) == nil, "\(bytes)")
        default: throw error
        }
      }
    }
  }
}
