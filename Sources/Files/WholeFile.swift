// Writing a file so that nobody ever finds half of it, and so that no other file is lost.

import Foundation

/// Why a file cannot be written.
package struct WriteFault: Error, Equatable {
  /// The end of the sentence “it cannot be written: …”.
  package let reason: String

  package init(_ reason: String) { self.reason = reason }

  init(errno code: Int32) { reason = String(cString: strerror(code)) }
}

/// How the package writes files.
///
/// A file is written beside its place first and then moved there, so that a file that was there is whole until the new
/// one is; it keeps its mode and, where the system allows, its owner. A link is followed to the file that it names.
package enum WholeFile {
  /// What is known of a place before it is written to.
  private struct Place {
    /// The path at the end of all links.
    let path: String
    let folder: String
    /// The file that is there.
    let older: stat?
  }

  /// Writes `data` to `path`.
  ///
  /// - Parameter refusal: why a file that is there, is not empty and has this path may not be replaced, or nil where it
  ///   may.
  /// - Throws: `WriteFault`; what was there is unharmed then.
  package static func write(
    _ data: Data, to path: String, unless refusal: (String) -> String?
  ) throws(WriteFault) {
    let place = try place(path, unless: refusal)
    HiddenFile.clearAbandoned(in: place.folder)
    let file = try hiddenFile(in: place.folder)
    var rest = data[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(file.descriptor, $0.baseAddress!, $0.count) }
      if count < 0 && errno != EINTR { throw WriteFault(errno: errno) }
      rest = rest.dropFirst(max(0, count))
    }
    if let older = place.older {
      // Owner first: a change of owner takes bits from the mode.
      _ = fchown(file.descriptor, older.st_uid, older.st_gid)
      guard fchmod(file.descriptor, older.st_mode & 0o7777) == 0 else { throw WriteFault(errno: errno) }
    }
    // A full disk or a quota may show no sooner. A file system that cannot wait for its disk says EINVAL.
    guard fsync(file.descriptor) == 0 || errno == EINVAL else { throw WriteFault(errno: errno) }
    // With its owner the hidden file would be gone.
    let isMoved = withExtendedLifetime(file) { rename(file.path, place.path) == 0 }
    guard isMoved else { throw WriteFault(errno: errno) }
  }

  /// Makes sure that `write` could write to `path` now, by trying what it will do. The place itself is left alone:
  /// another run may write to it at this moment.
  ///
  /// - Throws: `WriteFault`, as `write` would.
  package static func check(_ path: String, unless refusal: (String) -> String?) throws(WriteFault) {
    let place = try place(path, unless: refusal)
    HiddenFile.clearAbandoned(in: place.folder)
    let file = try hiddenFile(in: place.folder)
    // In a folder where files are only ever added, nothing can be moved to its place.
    guard unlink(file.path) == 0 else { throw WriteFault(errno: errno) }
  }

  // MARK: - Places

  private static func place(_ path: String, unless refusal: (String) -> String?) throws(WriteFault) -> Place {
    if path.isEmpty { throw WriteFault("it has no name; give one") }
    if path.utf8.contains(0) { throw WriteFault("a name cannot hold the character NUL; give another") }
    if path.hasSuffix("/") { throw WriteFault("this names a folder; add the name of a file") }
    let path = try followed(path.hasPrefix("/") ? path : "./" + path)
    let folder = folder(of: path)
    var status = stat()
    let isThere = stat(path, &status) == 0
    if !isThere && errno == ENAMETOOLONG { throw WriteFault("its name is too long; give a shorter one") }
    switch FileKind(at: folder) {
    case .folder: break
    case .hidden(let reason): throw WriteFault("its folder cannot be reached (\(reason)); give another")
    default: throw WriteFault("its folder does not exist; create it first")
    }
    guard isThere else { return Place(path: path, folder: folder, older: nil) }
    // Anything but a file would be replaced by the renaming.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw WriteFault("this is not a regular file, so it is not written over; give another name")
    }
    if status.st_size > 0, let reason = refusal(path) { throw WriteFault(reason) }
    try checkReplaceable(path, status, in: folder)
    return Place(path: path, folder: folder, older: status)
  }

  /// The path at the end of the links that start at `path`, whether something is there or not.
  private static func followed(_ path: String) throws(WriteFault) -> String {
    var path = path
    for _ in 0..<40 {
      let longest = Int(PATH_MAX)
      let link = String(unsafeUninitializedCapacity: longest) { max(0, readlink(path, $0.baseAddress!, longest)) }
      if link.isEmpty { return path }
      path = link.hasPrefix("/") ? link : folder(of: path) + "/" + link
    }
    throw WriteFault("its links lead in a circle; give another name")
  }

  /// The folder of a path that begins with `/` or `./`.
  private static func folder(of path: String) -> String {
    let end = path.lastIndex(of: "/")!
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// Makes sure that the file at `path` may be replaced by a renaming. The system would allow that in most folders for
  /// a file that may not be written to; its owner would not want it.
  private static func checkReplaceable(_ path: String, _ status: stat, in folder: String) throws(WriteFault) {
    // Asks as well whether the file is immutable. For root, who may write to any file, its mode has to be asked.
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    let isOpen = descriptor >= 0
    if isOpen { close(descriptor) }
    guard isOpen, status.st_mode & 0o222 != 0 else {
      throw WriteFault("this file is read-only; make it writable or give another name")
    }
    // In a sticky folder, such as /tmp, a file can be replaced by those alone who may change its mode.
    var parent = stat()
    if stat(folder, &parent) == 0, parent.st_mode & S_ISVTX != 0, parent.st_uid != geteuid(),
      chmod(path, status.st_mode & 0o7777) != 0
    {
      throw WriteFault("this file is another user's, in a folder where only its owner replaces it; give another name")
    }
    // Nothing can take the place of a mount, such as a single file that a container was given.
    let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
    if let whole = realpath(path, nil) {
      defer { free(whole) }
      if mounts.contains(" \(String(cString: whole).replacing(" ", with: "\\040")) ") {
        throw WriteFault("this file is mounted, so it cannot be replaced; give another name")
      }
    }
  }

  private static func hiddenFile(in folder: String) throws(WriteFault) -> HiddenFile {
    do {
      return try HiddenFile(in: folder)
    } catch {
      throw WriteFault("its folder may not be written to (\(error.reason)); give another")
    }
  }
}
