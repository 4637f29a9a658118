// A text to learn from, read from a file with errors that say what is wrong with it.

import Files
import Foundation

/// Why a text cannot be learned from.
public enum CorpusError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The path leads to a folder.
  case isDirectory(path: String)
  /// The file is there and cannot be read.
  case unreadable(path: String, reason: String)
  /// There is nothing in it.
  case empty(path: String)
  /// The bytes at `offset`, counted from 0, are not UTF-8.
  case notUTF8(path: String, offset: Int)
  /// The bytes are those of text in UTF-16.
  case utf16(path: String)
  /// The bytes are not those of a text, such as a picture's or a model's.
  case notText(path: String)
  /// Too few tokens for one window of every stream, in the training part or in the part held out.
  case tooShort(part: String, tokens: Int, needed: Int)
  /// Too few words to hold some of them out.
  case tooFewWords(Int)
  /// Only one distinct token: there is nothing to predict.
  case monotonous(token: String)

  /// A text has characters that the vocabulary does not have.
  case unknownCharacters([String])

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "there is no file at \(path.onOneLine)"
    case .isDirectory(let path): "\(path.onOneLine) is a folder; give a text file"
    case .unreadable(let path, let reason): "\(path.onOneLine) cannot be read: \(reason)"
    case .empty(let path): "\(path.onOneLine) is empty; give a file with text in it"
    case .notUTF8(let path, let offset):
      "\(path.onOneLine) is not UTF-8 text: the byte at offset \(offset) does not belong there; "
        + "convert it, for example with iconv -f latin1 -t utf-8"
    case .utf16(let path):
      "\(path.onOneLine) is UTF-16 text, and UTF-8 is read; convert it, for example with iconv -f utf-16 -t utf-8"
    case .notText(let path): "\(path.onOneLine) is no text: there are zeros among its bytes; give a text file"
    case .tooShort(let part, let tokens, let needed):
      "the \(part) has \(tokens) tokens, and batch × length + 1 = \(needed) are needed; "
        + "give a longer text, fewer streams or shorter windows"
    case .tooFewWords(let count): "the text has \(count) words, too few to hold a fifth of them out; give a longer one"
    case .monotonous(let token):
      "the text has one distinct token, \(token.cited), so there is nothing to predict; give another text"
    case .unknownCharacters(let characters):
      "the model's vocabulary does not have \(characters.prefix(8).map(\.cited).joined(separator: ", "))"
        + (characters.count > 8 ? " and \(characters.count - 8) more; " : "; ")
        + "use characters of the text that it was trained on"
    }
  }
}

extension CorpusError: LocalizedError {
  /// The same as `description`.
  public var errorDescription: String? { description }
}

/// A text that a model learns from.
public struct Corpus: Sendable {
  /// The text.
  public let text: String

  /// A text that is at hand.
  public init(_ text: String) {
    self.text = text
  }

  /// The text in a UTF-8 file; a byte order mark at its start is left out.
  ///
  /// - Throws: `CorpusError` where the file is missing, a folder, unreadable, empty, no text or not UTF-8.
  public init(contentsOf path: String) throws(CorpusError) {
    let bytes: Data
    do {
      let file = URL(fileURLWithPath: path.literalPath)
      switch FileKind(at: path) {
      case .missing: throw CorpusError.missing(path: path)
      case .folder: throw CorpusError.isDirectory(path: path)
      case .hidden(let reason): throw CorpusError.unreadable(path: path, reason: reason)
      case .device: throw CorpusError.unreadable(path: path, reason: "it is a device, which has no end")
      case .file: bytes = try Data(contentsOf: file, options: .mappedIfSafe)
      // A pipe, such as a shell makes of `<(zcat book.gz)`, can be read but not mapped.
      case .pipe: bytes = try FileHandle(forReadingFrom: file).readToEnd() ?? Data()
      }
    } catch let error as CorpusError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: error.systemReason)
    }
    let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let body = bytes.dropFirst(mark)
    if body.isEmpty { throw .empty(path: path) }
    guard let text = String(validating: body, as: UTF8.self) else {
      if [[0xFF, 0xFE], [0xFE, 0xFF]].contains(Array(body.prefix(2))) { throw .utf16(path: path) }
      if body.contains(0) { throw .notText(path: path) }
      throw .notUTF8(path: path, offset: mark + Self.firstInvalidByte(in: body))
    }
    self.text = text
  }

  /// How many bytes from the start are UTF-8.
  static func firstInvalidByte(in bytes: some Sequence<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var valid = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { valid += UTF8.width(scalar) }
    return valid
  }
}
