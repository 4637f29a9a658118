// A folder of figures: each a script that redraws itself, its images beside it, and its text for the terminal.

import Files
import Foundation

/// What saving a figure has made.
public struct SavedFigure: Sendable, Equatable {
  /// The path of the script.
  public let script: String
  /// The path of the drawing, an SVG; nil where gnuplot is missing or the folder draws nothing.
  public let image: String?
  /// The figure as text, where the folder was asked for it and could make it.
  public let text: String?
  /// What is missing from the result, and how to get it.
  public let warning: String?
}

/// A folder that figures are saved in.
public struct PlotFolder: Sendable {
  private let path: String, isDrawing: Bool, textColumns: Int?
  /// The folders that gnuplot is looked for in, separated by colons.
  var searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""
  /// Whether gnuplot is run at all. Where it is not, images and the texts that gnuplot would draw are left out.
  package var usesGnuplot = true
  /// How long gnuplot may take for one figure, in seconds.
  var drawingTime = 30.0
  /// Whether a figure that is being drawn is given up: asked again and again while gnuplot runs.
  package var isStopped: @Sendable () -> Bool = { false }

  /// The folder at `path`, made with the first figure. Each figure is drawn unless `isDrawing` is false, and as text
  /// where `textColumns` says how wide that may be, at least 20.
  public init(path: String, isDrawing: Bool = true, textColumns: Int? = nil) {
    (self.path, self.isDrawing, self.textColumns) = (path.literalPath, isDrawing, textColumns.map { max(20, $0) })
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
    for name in names {
      for kind in isDrawing ? ["gp", "svg"] : ["gp"] { _ = try put(nil, name, kind) }
    }
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
    try prepare(for: [name])
    // Under a hidden name, so that two saves at once do not mix.
    let draft: HiddenFile
    let written: Data
    do throws(WriteFault) {
      draft = try HiddenFile(in: path)
      try Script(figure, name: name).write(to: draft.path)
      guard let data = FileManager.default.contents(atPath: draft.path) else { throw WriteFault("it is gone again") }
      written = data
    } catch {
      throw .cannotWrite(path: "\(path)/\(name).gp", reason: error.reason)
    }

    var text = textColumns.flatMap(figure.text)
    let wanted = (isDrawing ? ["svg"] : []) + (textColumns != nil && text == nil ? ["dumb"] : [])
    let terminals = usesGnuplot ? wanted : []
    var drawings: [String: Data] = [:]
    var failure: String?
    if let gnuplot = Gnuplot.path(in: searchPath) {
      do {
        for terminal in terminals {
          drawings[terminal] = try Gnuplot.run(
            gnuplot, draft.name, in: path, terminal: terminal, columns: textColumns ?? 0, seconds: drawingTime,
            until: isStopped)
        }
      } catch {
        failure = error.reason.replacing(draft.name, with: name + ".gp")
      }
    }
    let script = try put(written, name, "gp")
    if let failure { throw .gnuplotFailed(script: script, message: failure) }
    if let drawing = drawings["dumb"] {
      // A form feed and, mostly, empty lines stand above the figure.
      let lines = String(decoding: drawing.filter { $0 != 0x0C }, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false)
      text = lines.drop { $0.allSatisfy(\.isWhitespace) }.map(String.init).asText
    }
    let image = try drawings["svg"].map { drawing throws(PlottingError) in try put(drawing, name, "svg") }
    let warning = drawings.isEmpty && !terminals.isEmpty ? Gnuplot.advice : nil
    return SavedFigure(script: script, image: image, text: text, warning: warning)
  }

  /// Writes `data` as the figure's file of this kind, in place of an older one, and returns its path. Without data, it
  /// only makes sure that it could.
  private func put(_ data: Data?, _ name: String, _ kind: String) throws(PlottingError) -> String {
    let path = "\(path)/\(name).\(kind)"
    do {
      if let data {
        try WholeFile.write(data, to: path) { _ in Self.reasonToKeep(path) }
      } else {
        try WholeFile.check(path) { _ in Self.reasonToKeep(path) }
      }
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    return path
  }

  /// Why the file at `path`, which may be a link, is not replaced by a figure; nil where it is one that was saved
  /// before. A script is known by its head, an image by what gnuplot puts into it and by such a script beside it.
  private static func reasonToKeep(_ path: String) -> String? {
    let file = path as NSString
    func has(_ path: String, _ mark: String) -> Bool {
      FileManager.default.contents(atPath: path)?.range(of: Data(mark.utf8)) != nil
    }
    let isOurs = file.pathExtension == "gp" || has(path, "Produced by GNUPLOT")
    if isOurs && has(file.deletingPathExtension + ".gp", Script.mark) { return nil }
    return "there is a file that is no figure saved before, and it is not written over"
  }
}
