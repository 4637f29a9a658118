// What stands at a path: the question before a file is read or written over.

import Foundation

/// What stands at a path, at the end of its links.
package enum FileKind {
  case missing, file, folder, pipe, device

  /// Looks at `path`. What cannot be looked at is taken to be missing.
  package init(at path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing
      return
    }
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFIFO, S_IFSOCK: .pipe
      default: .device
      }
  }
}
