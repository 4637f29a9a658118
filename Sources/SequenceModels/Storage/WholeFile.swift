// Writing a file so that nobody ever finds half of it.

import Foundation

/// How the package writes files.
enum WholeFile {
  /// Writes `data` beside its place first, then into it, so that a file that was there is whole until the new one is.
  ///
  /// - Throws: `StorageError.inaccessible`.
  static func write(_ data: Data, to path: String) throws(StorageError) {
    try Safetensors.checkWritable(path)
    do {
      try data.write(to: URL(fileURLWithPath: path).resolvingSymlinksInPath(), options: .atomic)
    } catch {
      throw .inaccessible(path: path, reason: "cannot be written: \((error as NSError).localizedDescription)")
    }
  }
}
