// Runs a lesson as its user does: as a process of its own, with its arguments, outputs and exit status.

import Foundation

/// A run of a lesson's executable that has ended.
struct Program {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `name` with `arguments` to its end.
  init(_ name: String, _ arguments: [String]) throws {
    let running = try Running(name, arguments)
    self = running.finished()
  }

  fileprivate init(status: Int32, output: String, errors: String) {
    (self.status, self.output, self.errors) = (status, output, errors)
  }

  /// A run that goes on.
  struct Running {
    let process = Process()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init(_ name: String, _ arguments: [String]) throws {
      // The executables lie beside the bundle of the tests.
      let tests = Bundle.allBundles.map(\.bundleURL) + [URL(fileURLWithPath: CommandLine.arguments[0])]
      let places = tests.map { $0.deletingLastPathComponent().appendingPathComponent(name) }
      guard let executable = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
        throw CocoaError(.fileNoSuchFile)
      }
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      // Files and not pipes, so that no amount of output can stop the program.
      func file(_ name: String) throws -> FileHandle {
        let path = folder.appendingPathComponent(name)
        try Data().write(to: path)
        return try FileHandle(forWritingTo: path)
      }
      process.executableURL = executable
      process.arguments = arguments
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try file("output")
      process.standardError = try file("errors")
      try process.run()
    }

    /// What it has written to standard error by now.
    var errors: String { text("errors") }

    private func text(_ name: String) -> String {
      (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }

    /// Waits for its end.
    func finished() -> Program {
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(at: folder) }
      let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
      return Program(status: status, output: text("output"), errors: text("errors"))
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
