// A file in the making: under a hidden name beside the place that it is for.

import Foundation

/// A new, empty file with a hidden name, gone again with its owner unless it was moved to its place.
///
/// It is locked while its process lives. What a killed process has left is not locked, and `clearAbandoned` removes it.
package final class HiddenFile {
  /// The name in its folder.
  package let name: String
  /// The path.
  package let path: String
  let descriptor: Int32

  private static let prefix = ".sequencemodels-"

  /// Makes the file in `folder`.
  ///
  /// - Throws: `WriteFault` with the system's words.
  package init(in folder: String) throws(WriteFault) {
    while true {
      let name = Self.prefix + UUID().uuidString
      let path = folder.literalPath + "/" + name
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw WriteFault(errno: errno) }
      flock(descriptor, LOCK_EX | LOCK_NB)
      var status = stat()
      // Another process may have taken it for abandoned before it was locked.
      if fstat(descriptor, &status) == 0 && status.st_nlink > 0 {
        (self.name, self.path, self.descriptor) = (name, path, descriptor)
        return
      }
      close(descriptor)
    }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Removes the hidden files in `folder` whose processes have ended without removing them.
  package static func clearAbandoned(in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.literalPath)) ?? []
    for name in names where name.hasPrefix(prefix) && UUID(uuidString: String(name.dropFirst(prefix.count))) != nil {
      let path = folder.literalPath + "/" + name
      let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      if descriptor < 0 { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(descriptor)
    }
  }
}
