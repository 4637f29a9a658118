// Runs a lesson as its user does: as a process of its own, with its arguments, outputs and exit status.

import Foundation

/// A run of a lesson's executable that has ended.
struct Program {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `name` with `arguments` to its end.
  ///
  /// - Parameters:
  ///   - environment: Variables that the run has beside those of the tests.
  ///   - folder: Where it runs; where the tests run, if nothing is said.
  ///   - script: The lines of bash that run it, where it stands as `"$@"`.
  init(
    _ name: String, _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil,
    by script: String? = nil
  ) throws {
    self = try Running(name, arguments, environment: environment, in: folder, by: script).finished()
  }

  fileprivate init(status: Int32, output: String, errors: String) {
    (self.status, self.output, self.errors) = (status, output, errors)
  }

  /// Where a program of this package is: the executables lie beside the bundle of the tests.
  static func executable(_ name: String) throws -> URL {
    let tests = Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let places = tests.map { $0.deletingLastPathComponent().appendingPathComponent(name) }
    guard let executable = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
      throw CocoaError(.fileNoSuchFile)
    }
    return executable
  }

  /// A run that goes on.
  struct Running {
    let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let terminal: Terminal?

    /// Starts a run, whose output goes into a terminal of so many columns where `columns` says so.
    init(
      _ name: String, _ arguments: [String], environment: [String: String] = [:], in place: String? = nil,
      by script: String? = nil, columns: Int? = nil
    ) throws {
      let executable = try Program.executable(name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      // Files and not pipes, so that no amount of output can stop the program.
      func file(_ name: String) throws -> FileHandle {
        let path = folder.appendingPathComponent(name)
        try Data().write(to: path)
        return try FileHandle(forWritingTo: path)
      }
      process.executableURL = script == nil ? executable : URL(fileURLWithPath: "/bin/bash")
      process.arguments = (script.map { ["-c", $0, "bash", executable.path] } ?? []) + arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      if let place { process.currentDirectoryURL = URL(fileURLWithPath: place) }
      process.standardInput = FileHandle.nullDevice
      terminal = try columns.map(Terminal.init)
      process.standardOutput = try terminal?.program ?? file("output")
      process.standardError = try terminal?.program ?? file("errors")
      try process.run()
      try terminal?.program.close()
    }

    /// What it has written to standard output and to standard error by now.
    var output: String { text("output") }
    var errors: String { text("errors") }

    /// Waits until it has written `words`, to a terminal where it has one and to standard error otherwise, or has
    /// ended.
    func wait(for words: String) {
      if let terminal { return terminal.wait(for: words) }
      while process.isRunning && !errors.contains(words) { usleep(20_000) }
    }

    /// Closes its terminal, as one closes a window.
    func hangUp() throws {
      try terminal?.screen.close()
      kill(process.processIdentifier, SIGHUP)
    }

    private func text(_ name: String) -> String {
      (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    /// Waits for its end.
    func finished() -> Program {
      let shown = terminal?.shown()
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(at: folder) }
      let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
      return Program(status: status, output: shown ?? text("output"), errors: text("errors"))
    }
  }

  /// A terminal that a run takes for a true one.
  struct Terminal {
    fileprivate let screen: FileHandle
    /// The side that the program writes to.
    let program: FileHandle

    /// Whether this machine has terminals to give.
    static let isThere = (try? Terminal(columns: 80)) != nil

    init(columns: Int) throws {
      let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      // Swift does not see these two macros of Linux: take the lock off, and give the number of the other side.
      let (TIOCSPTLCK, TIOCGPTN) = (UInt(0x4004_5431), UInt(0x8004_5430))
      var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
      var (locked, number) = (Int32(0), Int32(0))
      guard
        descriptor >= 0, ioctl(descriptor, TIOCSPTLCK, &locked) == 0, ioctl(descriptor, TIOCGPTN, &number) == 0,
        ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0
      else { throw CocoaError(.fileReadUnknown) }
      screen = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      guard other >= 0 else { throw CocoaError(.fileReadUnknown) }
      program = FileHandle(fileDescriptor: other, closeOnDealloc: true)
    }

    /// All that a program writes until its end.
    func shown() -> String { shown { _ in false } }

    /// Waits until a program has written `words`, or has ended.
    func wait(for words: String) { _ = shown { String(decoding: $0, as: UTF8.self).contains(words) } }

    private func shown(until isEnough: ([UInt8]) -> Bool) -> String {
      var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      while !isEnough(bytes) {
        let count = read(screen.fileDescriptor, &piece, piece.count)
        // The end of the program is an error here.
        if count > 0 { bytes += piece[..<count] } else if count == 0 || errno != EINTR { break }
      }
      return String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    }
  }
}

/// A folder for one test, gone when the test is.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file of this name, written with `bytes` where they are given.
  func file(_ name: String, _ bytes: Data? = nil) throws -> String {
    let file = path + "/" + name
    try bytes?.write(to: URL(fileURLWithPath: file))
    return file
  }

  func file(_ name: String, _ text: String) throws -> String { try file(name, Data(text.utf8)) }

  /// The files below it and what is in them.
  var contents: [String: Data] {
    let names = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: path + "/" + name).map { (name, $0) }
      })
  }
}
