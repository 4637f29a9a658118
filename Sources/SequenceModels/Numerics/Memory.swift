// Where the engine's numbers live.

/// Numbers at one address, zeros at first, which live as long as anything refers to them.
@usableFromInline final class Memory<Scalar: RealScalar>: @unchecked Sendable {
  let numbers: UnsafeMutableBufferPointer<Scalar>

  init(count: Int) {
    numbers = .allocate(capacity: max(count, 1))
    numbers.initialize(repeating: 0)
  }

  deinit { numbers.deallocate() }

  /// Puts a larger memory in the place of one that has not as many numbers; the larger one starts as zeros.
  static func grow(_ memory: inout Memory, to count: Int) {
    if memory.numbers.count < count { memory = Memory(count: count) }
  }
}

/// Memory that a tape keeps from step to step, so that training allocates nothing after its first step.
final class Buffer<Scalar: RealScalar> {
  private var memory = Memory<Scalar>(count: 0)

  /// A block of the given shape in this memory, which grows where it is too small and then starts as zeros.
  ///
  /// Blocks of one buffer share their numbers. One that was handed out before the memory grew keeps the old numbers.
  func block(rows: Int, columns: Int) -> Block<Scalar> {
    Memory.grow(&memory, to: rows * columns)
    return Block(memory, rows: rows, columns: columns)
  }
}
