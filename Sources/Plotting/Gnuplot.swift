// The gnuplot program: where it is, and how a script is run through it.

import Foundation

/// An installed gnuplot.
struct Gnuplot {
  /// What a user without gnuplot does about it.
  static let advice = """
    gnuplot is not installed, so the figure is a script without an image. Install it with \
    “sudo apt-get install gnuplot-nox” (macOS: “brew install gnuplot”) and run again.
    """

  /// Why a run of gnuplot failed, in gnuplot's own words.
  struct Failure: Error {
    let message: String
  }

  private let executable: String

  /// The gnuplot in one of the folders of `searchPath`, which are separated by colons, or nil where none has one.
  init?(searchPath: String) {
    let candidates = searchPath.split(separator: ":").map { "\($0)/gnuplot" }
    guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
    executable = found
  }

  /// Runs `script`, a file in `folder`, with `settings` of gnuplot's variables in force, and returns what it has drawn
  /// into the file `output` beside it. gnuplot does not notice a full disk: where the drawing is not whole by
  /// `isWhole`, it has failed.
  func run(
    _ script: String, in folder: String, settings: [String], output: String, isWhole: (Data) -> Bool
  ) throws(Failure) -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    // -d: the settings in a user's home do not reach the figure.
    process.arguments = ["-d", "-e", (settings + ["output = '\(output)'"]).joined(separator: "; "), script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw Failure(message: "\(executable) could not be started: \(error.localizedDescription)")
    }
    let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      throw Failure(message: message.isEmpty ? "gnuplot ended with status \(process.terminationStatus)" : message)
    }
    let drawing = FileManager.default.contents(atPath: folder + "/" + output) ?? Data()
    if !isWhole(drawing) {
      throw Failure(message: message.isEmpty ? "gnuplot did not finish the drawing; is the disk full?" : message)
    }
    return drawing
  }
}
