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
    searchPath.split(separator: ":").map { "\($0)/gnuplot" }.first {
      FileKind(at: $0) == .file && FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// The environment of gnuplot: what it takes to start, and a locale of ours, which its scripts are written in. Other
  /// variables change what it does, as GNUTERM and GNUPLOT_LIB do.
  private static let environment = ProcessInfo.processInfo.environment.filter {
    ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"].contains($0.key)
  }.merging(["LC_ALL": "C.UTF-8"]) { $1 }

  /// Runs `script`, a file in `folder`, for an image or for a text of `columns` by 24, and returns what `gnuplot` drew.
  /// It is stopped where it takes longer than `seconds`, or once `isStopped` says so.
  ///
  /// - Throws: what it says, or why it could not be started or was stopped.
  static func run(
    _ gnuplot: String, _ script: String, in folder: String, terminal: String, columns: Int, seconds: Double,
    until isStopped: () -> Bool
  ) throws(WriteFault) -> Data {
    let output = try HiddenFile(in: folder)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: gnuplot)
    let settings = "terminal = '\(terminal)'; columns = \(columns)"
    // -d: the settings in a user's home do not reach the figure.
    process.arguments = ["-d", "-e", "\(settings); output = '\(output.name)'", script]
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let errors = Pipe()
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw WriteFault("\(gnuplot) could not be started: \(error.systemReason)")
    }
    let message = try words(of: process, from: errors.fileHandleForReading, seconds: seconds, until: isStopped)
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

  /// The first words that `process` writes until it ends, without those behind the first 4,096 bytes.
  ///
  /// - Throws: why it was stopped.
  private static func words(
    of process: Process, from errors: FileHandle, seconds: Double, until isStopped: () -> Bool
  ) throws(WriteFault) -> String {
    let end = ContinuousClock.now + .seconds(seconds)
    var (message, piece) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
    var stream = pollfd(fd: errors.fileDescriptor, events: Int16(POLLIN), revents: 0)
    while true {
      // Asked first: what it wrote before its end can then be read.
      let isRunning = process.isRunning
      if poll(&stream, 1, isRunning ? 10 : 0) > 0 {
        let count = read(stream.fd, &piece, piece.count)
        if count > 0 && message.count < piece.count { message += piece[..<count] }
        // One that has closed the stream may still run; a negative one is only waited at.
        if count <= 0 { stream.fd = -1 }
      } else if !isRunning {
        break
      }
      if isStopped() || ContinuousClock.now > end {
        // With all that it has started, and by the signal that the lesson's threads do not block.
        kill(-process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw WriteFault(isStopped() ? "gnuplot was stopped" : "gnuplot did not end within \(Int(seconds)) seconds")
      }
    }
    return String(decoding: message, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
