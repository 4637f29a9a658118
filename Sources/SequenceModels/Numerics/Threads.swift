// Work on several threads.

import Dispatch

/// Calls `body` with 0 ..< count, on several threads at once, and returns when all calls are done.
///
/// Each call flushes subnormals on its own thread. The caller must not: a thread that is started here inherits the mode
/// of the thread that starts it, and would keep it.
func concurrently(_ count: Int, _ body: (Int) -> Void) {
  if count == 1 { return Subnormals.flushed { body(0) } }
  // Every call is done on return.
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: count) { place in Subnormals.flushed { body(place) } }
  }
}

/// Splits 0 ..< count over so many threads, or does it all on one where that is too little to pay for others.
func concurrently(over count: Int, threads: Int, _ body: (Range<Int>) -> Void) {
  let parts = count < 1 << 16 ? 1 : threads
  concurrently(parts) { part in body(part * count / parts..<(part + 1) * count / parts) }
}
