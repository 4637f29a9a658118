// How times are taken: again and again for a while, and the median of them.

import Dispatch

/// Runs `body` three times to warm up and then for `seconds`, at least once; returns the sorted times, in seconds.
func times(for seconds: Double, _ body: () throws -> Void) rethrows -> [Double] {
  func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) * 1e-9 }
  for _ in 0..<3 { try body() }
  var times: [Double] = []
  let start = now()
  repeat {
    let before = now()
    try body()
    times.append(now() - before)
  } while now() - start < seconds
  return times.sorted()
}

extension [Double] {
  /// The middle one of sorted numbers.
  var median: Double { self[count / 2] }
}
