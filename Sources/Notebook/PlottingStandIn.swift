// Stands in for `Plotting` with the shape that `Figures.swift` uses of it.

import Foundation

/// A figure with a title.
public protocol Figure: Sendable {
  /// What to see.
  var title: String { get }
}

enum ImageFormat: String, Sendable { case svg }

struct TextSize: Sendable {
  var columns = 79
}

struct SavedFigure: Sendable {
  let script: String
  let images: [String]
  let text: String?
  let warning: String?
}

struct PlotFolder: Sendable {
  let path: String
  let formats: [ImageFormat]
  let text: TextSize?

  func save(_ figure: some Figure, as name: String) throws -> SavedFigure {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let content = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text y=\"20\">\(figure.title)</text></svg>\n"
    let script = "\(path)/\(name).gp"
    try Data("# \(figure.title)\n".utf8).write(to: URL(fileURLWithPath: script))
    let images = formats.map { "\(path)/\(name).\($0.rawValue)" }
    for image in images { try Data(content.utf8).write(to: URL(fileURLWithPath: image)) }
    return SavedFigure(script: script, images: images, text: text.map { _ in "(\(figure.title))" }, warning: nil)
  }
}
