// Files of a figure while they are made: under hidden names beside the final ones, which they take when whole.

import Files
import Foundation

/// The files of one figure that one save is making. No two drafts share a file, so two saves at once do not mix.
struct Draft {
  private let folder: String
  private let figure: String
  private let files: [String: HiddenFile]

  /// A draft of the figure named `name` in `folder`, with an empty file for each of `kinds`, which are extensions.
  ///
  /// - Throws: `PlottingError` where no file can be made there, or where the figure would replace a file that is no
  ///   figure.
  init(folder: String, name: String, kinds: [String]) throws(PlottingError) {
    (self.folder, figure) = (folder, name)
    for kind in kinds where kind != "txt" {
      let path = "\(folder)/\(name).\(kind)"
      do {
        try WholeFile.check(path, unless: { _ in Self.reasonToKeep(path) })
      } catch {
        throw .cannotWrite(path: path, reason: error.reason)
      }
    }
    var files: [String: HiddenFile] = [:]
    for kind in kinds {
      do {
        files[kind] = try HiddenFile(in: folder)
      } catch {
        throw .cannotWrite(path: "\(folder)/\(name).\(kind)", reason: error.reason)
      }
    }
    self.files = files
  }

  /// The name of the file in the making with this extension.
  func name(_ kind: String) -> String { files[kind]!.name }

  /// Its path.
  func path(_ kind: String) -> String { files[kind]!.path }

  /// The path that it takes when it is whole.
  func destination(_ kind: String) -> String { "\(folder)/\(figure).\(kind)" }

  /// Gives what was made its final name, in place of an older one, and returns its path.
  func keep(_ kind: String) throws(PlottingError) -> String {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path(kind)))
      try WholeFile.write(data, to: destination(kind)) { _ in Self.reasonToKeep(destination(kind)) }
    } catch {
      let reason = (error as? WriteFault)?.reason ?? error.localizedDescription
      throw .cannotWrite(path: destination(kind), reason: reason)
    }
    return destination(kind)
  }

  /// Why the file at `path`, which may be a link, is not replaced by a figure; nil where it is one that was saved
  /// before. A script is known by its head, an image by what gnuplot puts into it and by such a script beside it.
  private static func reasonToKeep(_ path: String) -> String? {
    let (stem, kind) = ((path as NSString).deletingPathExtension, (path as NSString).pathExtension)
    func has(_ path: String, _ mark: String) -> Bool {
      FileManager.default.contents(atPath: path)?.range(of: Data(mark.utf8)) != nil
    }
    let isImage = ImageFormat(rawValue: kind).map { has(path, $0.mark) } ?? true
    if isImage && has(stem + ".gp", Script.mark) { return nil }
    return "there is a file that is no figure saved before, and it is not written over"
  }
}
