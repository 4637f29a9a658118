// The check of what a caller hands over.

/// Ends the program with `message` where `condition` does not hold, in debug and in release alike.
///
/// `precondition` does the same, but under `-O`, which this library is always compiled with, it keeps its message to
/// itself.
@inline(__always)
package func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
