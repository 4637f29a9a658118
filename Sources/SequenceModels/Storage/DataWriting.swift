// How the files of this folder are written.

import Files
import Foundation

extension Data {
  /// Writes these bytes as a whole file, unless there is a reason to keep the file that is there.
  func write(to path: String, unless reasonToKeep: (String) -> String?) throws(StorageError) {
    do {
      try WholeFile.write(self, to: path, unless: reasonToKeep)
    } catch {
      throw .unwritten(path, "\(error.reason). What was there is unharmed.")
    }
  }
}
