// Files of a figure while they are made: under names of their own beside the final ones, which they take when whole.

import Foundation

/// The files of one figure that one save is making. No two drafts share a file, so two saves at once do not mix.
struct Draft {
  private let folder: String
  private let figure: String
  private let token = UUID().uuidString

  /// A draft of the figure named `name` in `folder`.
  init(folder: String, name: String) {
    self.folder = folder
    figure = name
  }

  /// The name of the file in the making with this extension.
  func name(_ kind: String) -> String { ".\(figure).\(token).\(kind)" }

  /// Its path.
  func path(_ kind: String) -> String { folder + "/" + name(kind) }

  /// The path that it takes when it is whole.
  func destination(_ kind: String) -> String { "\(folder)/\(figure).\(kind)" }

  /// Gives the file its final name, in place of an older one, and returns its path.
  func keep(_ kind: String) throws(PlottingError) -> String {
    guard rename(path(kind), destination(kind)) == 0 else {
      throw .cannotWrite(path: destination(kind), reason: String(cString: strerror(errno)))
    }
    return destination(kind)
  }

  /// Removes what has not taken its final name.
  func discard() {
    for kind in ["gp", "txt"] + ImageFormat.allCases.map(\.rawValue) { unlink(path(kind)) }
  }
}
