// Stands in for `Plotting` with the shape that `Figures.swift` uses of it.

import Foundation

/// A figure with a title.
public protocol Figure: Sendable {
  /// What to see.
  var title: String { get }
}

struct SavedFigure: Sendable {
  let script: String
  let image: String?
  let text: String?
  let warning: String?
}

struct PlotFolder: Sendable {
  let path: String
  let rendersImages: Bool
  let rendersText: Bool

  func save(_ figure: some Figure, as name: String) throws -> SavedFigure {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let image = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text y=\"20\">\(figure.title)</text></svg>\n"
    try Data("# \(figure.title)\n".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).gp"))
    if rendersImages { try Data(image.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).svg")) }
    return SavedFigure(
      script: "\(path)/\(name).gp", image: rendersImages ? "\(path)/\(name).svg" : nil,
      text: rendersText ? "(\(figure.title))" : nil, warning: nil)
  }
}
