// What stands at a path: the question before a file is read or written over.

import Foundation

/// What stands at a path, at the end of its links.
package enum FileKind: Equatable {
  case missing, file, folder, pipe, device
  /// The path cannot be followed to its end, for the system's reason.
  case hidden(reason: String)

  /// Looks at `path`.
  package init(at path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = errno == ENOENT ? .missing : .hidden(reason: String(cString: strerror(errno)))
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

extension Error {
  /// Why a file could not be read or a program started, in the system's words: Foundation has often but a number.
  package var systemReason: String {
    let fault = ((self as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? self) as NSError
    return fault.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(fault.code))) : localizedDescription
  }
}
