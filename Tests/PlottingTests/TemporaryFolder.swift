// A folder of its own for each test, gone afterwards.

import Foundation

/// Runs `body` with the path of a new, empty folder, and removes the folder.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// The names of all files in the folder at `path`, hidden ones too.
func files(in path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path).sorted()
}

/// The text of the file at `path`.
func contents(of path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

/// Puts a shell script named gnuplot into the folder at `path`.
func install(gnuplot script: String, in path: String) throws {
  try "#!/bin/sh\n\(script)\n".write(toFile: path + "/gnuplot", atomically: false, encoding: .utf8)
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path + "/gnuplot")
}
