// How a lesson ends when something goes wrong outside it: with a sentence, not with a stack dump.

import ArgumentParser
import Files
import Foundation

/// Ends the lesson: prints `Lesson04: error: …` on standard error and exits with status 1, or with 64 where the mistake
/// is in how the lesson was called (a `ValidationError`).
@MainActor public func fail(_ error: any Error) -> Never {
  fail(message(of: error), status: error is ValidationError ? 64 : 1)
}

/// Ends the lesson with this message and status 1.
@MainActor public func fail(_ message: String) -> Never { fail(message, status: 1) }

/// What `body` returns; where it throws, the lesson ends as with `fail`:
///
/// ```swift
/// let corpus = attempt { try Corpus(contentsOf: path) }
/// ```
@MainActor public func attempt<Value>(_ body: () throws -> Value) -> Value {
  do { return try body() } catch { fail(error) }
}

@MainActor private func fail(_ message: String, status: Int32) -> Never {
  let program = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
  LessonRun.current?.progress?.clear()
  Terminal(descriptor: STDERR_FILENO).write("\(program): error: \(message)\n")
  exit(status)
}

/// The words of an error.
func message(of error: any Error) -> String {
  if let error = error as? CocoaError {
    return [error.filePath.map(shortPath), error.systemReason].compactMap { $0 }.joined(separator: ": ")
  }
  return (error as? any LocalizedError)?.errorDescription ?? String(describing: error)
}
