// What a program asks of the system before it begins.

import Foundation

/// The limits under which a process runs, `ulimit` in a shell.
package enum ProcessLimits {
  /// What a process needs and may not have, and what to do about it.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// So many files must be allowed to be open at once for Foundation to start another program, such as gnuplot.
  private static let files: rlim_t = 256

  /// What a lower limit is raised to. A file that was open before the limit was lowered keeps its number, and
  /// Foundation starts no program where that number is beyond the limit.
  private static let raised: rlim_t = 4096

  /// Makes sure that the process may open the files and start the threads that it needs. Where it is the process's own
  /// to raise, the number of open files is raised.
  ///
  /// To be called before a second thread starts: who may not start one would wait for it for ever.
  package static func check() throws(Fault) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if limit.rlim_cur < files {
      limit.rlim_cur = min(raised, limit.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    if limit.rlim_cur < files {
      throw Fault(
        description: "Only \(limit.rlim_cur) files may be open here at once, and it takes \(files). "
          + "Raise the limit: ulimit -n \(files)")
    }
    // One for each core, and some that wait: for signals, and for the end of a program that was started.
    let threads = ProcessInfo.processInfo.activeProcessorCount + 3
    if !canStart(threads) {
      throw Fault(description: "It takes \(threads) threads, and fewer can be started here. Raise the limit: ulimit -u")
    }
  }

  /// Whether so many threads can live at the same time.
  private static func canStart(_ count: Int) -> Bool {
    var threads: [pthread_t] = []
    for _ in 0..<count {
      var thread = pthread_t()
      let wait: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { _ in
        gate.wait()
        return nil
      }
      if pthread_create(&thread, nil, wait, nil) != 0 { break }
      threads.append(thread)
    }
    for _ in threads { gate.signal() }
    for thread in threads { pthread_join(thread, nil) }
    return threads.count == count
  }
}

/// Where threads wait that were started to see whether they can be.
private let gate = DispatchSemaphore(value: 0)
