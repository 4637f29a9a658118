// The gnuplot program: where it is, and how a script is run through it.

import Files
import Foundation

/// An installed gnuplot.
struct Gnuplot {
  /// What a user without gnuplot does about it.
  static let advice = """
    gnuplot is not installed, so the figure is a script without an image. Install it with \
    “sudo apt-get install gnuplot-nox” (macOS: “brew install gnuplot”) and run again.
    """

  private let executable: String

  /// The gnuplot in one of the folders of `searchPath`, which are separated by colons, or nil where none has one.
  init?(searchPath: String) {
    let candidates = searchPath.split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
    executable = found
  }

  /// Runs `script`, a file in `folder`, with `settings` of gnuplot's variables in force, and returns what it has drawn.
  /// gnuplot does not notice a full disk: where the drawing is not whole by `isWhole`, it has failed.
  ///
  /// - Throws: what gnuplot says, or why it could not be started.
  func run(
    _ script: String, in folder: String, settings: String, isWhole: (Data) -> Bool
  ) throws(WriteFault) -> Data {
    let output = try HiddenFile(in: folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
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
      throw WriteFault("\(executable) could not be started: \(error.localizedDescription)")
    }
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    process.waitUntilExit()
    let drawing = FileManager.default.contents(atPath: output.path) ?? Data()
    let status = process.terminationStatus
    if status == 0 && isWhole(drawing) { return drawing }
    if !message.isEmpty { throw WriteFault(message) }
    throw WriteFault(
      status == 0 ? "gnuplot did not finish the drawing; is the disk full?" : "gnuplot ended with status \(status)")
  }
}
