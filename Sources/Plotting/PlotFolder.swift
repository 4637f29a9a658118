// A folder of figures: each a script that redraws itself, its images beside it, and its text for the terminal.

import Files
import Foundation

/// A format that gnuplot draws a figure in.
public enum ImageFormat: String, Sendable, CaseIterable {
  /// Lines and text, sharp at every size.
  case svg
  /// Pixels, as many as the canvas has.
  case png

  /// What an image of this format holds, if gnuplot drew it.
  var mark: String {
    switch self {
    case .svg: "Produced by GNUPLOT"
    case .png: "IHDR"
    }
  }

  /// Whether `file` is an image of this format to its end.
  func isWhole(_ file: Data) -> Bool {
    switch self {
    case .svg: String(decoding: file.suffix(16), as: UTF8.self).contains("</svg>")
    case .png: file.suffix(8).starts(with: Data("IEND".utf8))
    }
  }
}

/// The size of a figure as text, at least 20 by 8.
public struct TextSize: Sendable {
  /// The width in characters.
  public var columns: Int
  /// The height in lines. A heatmap takes as many as it has rows.
  public var rows: Int

  /// A text of `columns` by `rows` characters.
  public init(columns: Int = 79, rows: Int = 24) {
    self.columns = columns
    self.rows = rows
  }
}

/// What saving a figure has made.
public struct SavedFigure: Sendable, Equatable {
  /// The path of the script.
  public let script: String
  /// The paths of the images, none where gnuplot is missing.
  public let images: [String]
  /// The figure as text, where the folder was asked for it and could make it.
  public let text: String?
  /// What is missing from the result, and how to get it.
  public let warning: String?
}

/// A folder that figures are saved in.
public struct PlotFolder: Sendable {
  private let path: String
  private let formats: [ImageFormat]
  private let textSize: TextSize?
  private let searchPath: String

  /// The folder at `path`, made with the first figure. Each figure is drawn in `formats`, and as text where `text`
  /// gives a size for it.
  public init(path: String, formats: [ImageFormat] = [.svg], text: TextSize? = nil) {
    self.init(
      path: path, formats: formats, text: text, searchPath: ProcessInfo.processInfo.environment["PATH"] ?? "")
  }

  /// A folder whose gnuplot is looked for in the folders of `searchPath`.
  init(path: String, formats: [ImageFormat], text: TextSize?, searchPath: String) {
    self.path = path.literalPath
    self.formats = formats
    self.textSize = text
    self.searchPath = searchPath
  }

  /// Makes the folder, so that one that cannot be is found out before there is anything to draw. Removes the unfinished
  /// files of runs that were killed.
  ///
  /// - Parameter names: figures that are to be saved.
  /// - Throws: `PlottingError` where it cannot be made or written to, or where one of the figures would replace a file
  ///   that is no figure.
  public func prepare(for names: [String] = []) throws(PlottingError) {
    if path.isEmpty { throw .cannotCreateFolder(path: path, reason: "it has no name") }
    // `mkdir` itself gives the system's reason, which FileManager keeps to itself.
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      folder += part + "/"
      if mkdir(folder, 0o777) != 0 && errno != EEXIST {
        throw .cannotCreateFolder(path: path, reason: String(cString: strerror(errno)))
      }
    }
    do {
      _ = try HiddenFile(in: path)
    } catch {
      throw .cannotCreateFolder(path: path, reason: error.reason)
    }
    HiddenFile.clearAbandoned(in: path)
    for name in names { _ = try Draft(folder: path, name: name, kinds: ["gp"] + formats.map(\.rawValue)) }
  }

  /// Writes the script `name`.gp and draws it. A file takes its name when it is whole, so an older one stays until
  /// then, and where gnuplot is missing the script is written all the same. What is replaced keeps its mode, and a link
  /// is followed.
  ///
  /// - Throws: `PlottingError` where the name has other characters than letters from a to z, digits, “-” and “_”, where
  ///   the folder or a file in it cannot be written, where a file that is no figure has the name already, and where
  ///   gnuplot fails; then the script is kept.
  public func save(_ figure: some Figure, as name: String) throws(PlottingError) -> SavedFigure {
    guard name.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil else { throw .invalidName(name) }
    try prepare()

    let draft = try Draft(folder: path, name: name, kinds: ["gp", "txt"] + formats.map(\.rawValue))
    do {
      try Script(figure, name: name).write(to: draft.path("gp"))
    } catch {
      throw .cannotWrite(path: draft.destination("gp"), reason: error.reason)
    }

    var text = textSize.flatMap { figure.text(columns: max(20, $0.columns)) }
    let drawsText = textSize != nil && text == nil
    guard let gnuplot = Gnuplot(searchPath: searchPath) else {
      let isMissed = drawsText || !formats.isEmpty
      return SavedFigure(
        script: try draft.keep("gp"), images: [], text: text, warning: isMissed ? Gnuplot.advice : nil)
    }
    do {
      for format in formats {
        _ = try gnuplot.run(
          draft.name("gp"), in: path, settings: ["terminal = '\(format)'"], output: draft.name(format.rawValue),
          isWhole: format.isWhole)
      }
      if let size = textSize, drawsText {
        let (columns, rows) = (max(20, size.columns), max(8, size.rows) * figure.textRows)
        let drawing = try gnuplot.run(
          draft.name("gp"), in: path, settings: ["terminal = 'dumb'", "columns = \(columns)", "rows = \(rows)"],
          output: draft.name("txt"), isWhole: { $0.count { $0 == UInt8(ascii: "\n") } >= rows })
        // A form feed and, mostly, empty lines stand above the figure.
        let lines = String(decoding: drawing.filter { $0 != 0x0C }, as: UTF8.self)
          .split(separator: "\n", omittingEmptySubsequences: false)
        text = lines.drop { $0.allSatisfy(\.isWhitespace) }.map(String.init).asText
      }
    } catch {
      let message = error.message.replacing(draft.name("gp"), with: name + ".gp")
      throw .gnuplotFailed(script: try draft.keep("gp"), message: message)
    }
    let script = try draft.keep("gp")
    var images: [String] = []
    for format in formats { images.append(try draft.keep(format.rawValue)) }
    return SavedFigure(script: script, images: images, text: text, warning: nil)
  }
}
