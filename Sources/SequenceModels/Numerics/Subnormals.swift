// Numbers too small for full precision, on which a processor is many times slower.

import CKernels

/// Whether this thread takes subnormal numbers, in `Float` those below 1e-38, as 0. A gradient that vanishes is full of them.
struct Subnormals {
  private let wereFlushed: Bool

  /// Takes them as 0 from here on, until `restore`.
  static func flushed() -> Subnormals {
    Subnormals(wereFlushed: kernel_flush_subnormals(true))
  }

  /// Goes back to what was before.
  func restore() {
    _ = kernel_flush_subnormals(wereFlushed)
  }
}
