// Numbers too small for full precision, on which a processor is many times slower.

import CKernels

/// The subnormal numbers, in `Float` those below 1e-38. A gradient that vanishes is full of them.
enum Subnormals {
  /// Calls `body` while this thread takes subnormal numbers as 0, and goes back to the mode that was before.
  static func flushed<Result>(_ body: () -> Result) -> Result {
    let before = kernel_flush_subnormals(true)
    defer { _ = kernel_flush_subnormals(before) }
    return body()
  }
}
