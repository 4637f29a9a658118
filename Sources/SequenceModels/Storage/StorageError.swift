// What can be wrong with a file of a model.

import Files
import Foundation

/// Why a file of tensors cannot be read or written.
public enum StorageError: Error, Equatable, CustomStringConvertible {
  /// There is no such file.
  case missing(path: String)
  /// The file cannot be read or written.
  case inaccessible(path: String, reason: String)
  /// The file is not a whole safetensors file.
  case malformed(path: String, reason: String)
  /// The file holds tensors, but not those of this model.
  case mismatch(path: String, reason: String)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "there is no model file at \(path.onOneLine)"
    case .inaccessible(let path, let reason): "\(path.onOneLine): \(reason)"
    case .malformed(let path, let reason): "\(path.onOneLine) is not a whole model file: \(reason)"
    case .mismatch(let path, let reason): "\(path.onOneLine) holds another model: \(reason)"
    }
  }
}

extension StorageError {
  /// A file that is not written, for this reason.
  static func unwritten(_ path: String, _ reason: String) -> StorageError {
    .inaccessible(path: path, reason: "cannot be written: \(reason)")
  }
}

extension StorageError: LocalizedError {
  /// The same as `description`.
  public var errorDescription: String? { description }
}
