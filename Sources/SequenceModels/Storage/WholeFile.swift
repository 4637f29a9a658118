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
      // Foundation has no words for a quota or for a limit on the size of a file.
      let reason =
        (error as? CocoaError)?.code == .fileWriteUnknown
        ? "is the disk full, or a limit reached?" : (error as NSError).localizedDescription
      throw .inaccessible(path: path, reason: "cannot be written: \(reason) What was there is unharmed.")
    }
  }
}
