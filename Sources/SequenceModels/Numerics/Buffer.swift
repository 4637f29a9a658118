// Memory that a tape keeps from step to step, so that training allocates nothing after its first step.

/// Numbers at one address, grown when more are needed and never shrunk.
final class Buffer<Scalar: RealScalar> {
  private var storage = UnsafeMutableBufferPointer<Scalar>.allocate(capacity: 0)

  deinit { storage.deallocate() }

  /// A block of the given shape in this memory. Blocks handed out before are void when the memory has to grow; what
  /// grows starts as zeros.
  func block(rows: Int, columns: Int) -> Block<Scalar> {
    let count = rows * columns
    if storage.count < max(count, 1) {
      storage.deallocate()
      storage = .allocate(capacity: max(count, 1))
      storage.initialize(repeating: 0)
    }
    return Block(storage.baseAddress!, rows: rows, columns: columns)
  }
}
