// The gnuplot program: where it is, and how a script is run through it.

import Files
import Foundation

/// The gnuplot that is installed.
enum Gnuplot {
  /// What a user without gnuplot does about it.
  static let advice = """
    gnuplot is not installed, so the figure is a script without an image. Install it with \
    “sudo apt-get install gnuplot-nox” (macOS: “brew install gnuplot”) and run again.
    """

  /// The path of gnuplot in one of the folders of `searchPath`, which are separated by colons; nil where none has it.
  static func path(in searchPath: String) -> String? {
    searchPath.split(separator: ":").map { "\($0)/gnuplot" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Runs `script`, a file in `folder`, for an image or for a text of `columns` by 24, and returns what `gnuplot` drew.
  ///
  /// - Throws: what it says, or why it could not be started.
  static func run(
    _ gnuplot: String, _ script: String, in folder: String, terminal: String, columns: Int
  ) throws(WriteFault) -> Data {
    let output = try HiddenFile(in: folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: gnuplot)
    let settings = "terminal = '\(terminal)'; columns = \(columns)"
    // -d: the settings in a user's home do not reach the figure.
    process.arguments = ["-d", "-e", "\(settings); output = '\(output.name)'", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw WriteFault("\(gnuplot) could not be started: \(error.localizedDescription)")
    }
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    process.waitUntilExit()
    let status = process.terminationStatus
    let drawing = FileManager.default.contents(atPath: output.path) ?? Data()
    let isWhole =
      terminal == "svg"
      ? drawing.suffix(16).range(of: Data("</svg>".utf8)) != nil : drawing.count { $0 == UInt8(ascii: "\n") } >= 24
    if status == 0 && isWhole { return drawing }
    if !message.isEmpty { throw WriteFault(message) }
    // gnuplot does not notice a full disk.
    throw WriteFault(
      status == 0 ? "gnuplot did not finish the drawing; is the disk full?" : "gnuplot ended with status \(status)")
  }
}
