// Ctrl-C and its like: the first ends the lesson in good order, the second at once.

import Foundation
import Synchronization

/// Lets a loop stop where it can be stopped, after `begin`:
///
/// ```swift
/// for step in 1...steps where !Interrupt.requested { … }
/// ```
///
/// A lesson that was asked to stop ends the next time that it shows something or begins a progress bar. So does one of
/// whose output nobody reads the rest, as behind `head`.
public enum Interrupt {
  /// From now on the first SIGINT (Ctrl-C), SIGTERM or SIGHUP (a closed terminal) only sets `requested`. A second
  /// SIGINT or SIGTERM ends the process at once, with status 128 plus the number of the signal: 130 after Ctrl-C.
  ///
  /// To be called before a second thread starts: all threads of the process then block the signals, and one that does
  /// nothing else waits for them. No code of a step is interrupted, and no thread of a library dies of the signal.
  static func install() {
    guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    // `nohup` has it ignored, so that the run outlives its terminal.
    var hangUp = sigaction()
    sigaction(SIGHUP, nil, &hangUp)
    if unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self) != 1 { sigaddset(&signals, SIGHUP) }
    // Ctrl-\ ends a process; Swift's runtime would print a report of a crash and go on.
    Foundation.signal(SIGQUIT, SIG_DFL)
    var quit = sigset_t()
    sigemptyset(&quit)
    sigaddset(&quit, SIGQUIT)
    pthread_sigmask(SIG_UNBLOCK, &quit, nil)
    // Threads that start from here on inherit the mask.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Thread.detachNewThread { [signals] in wait(for: signals) }
  }

  private static func wait(for signals: sigset_t) {
    var signals = signals
    var first = 0.0
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0 else { continue }
      request(signal)
      // A terminal that closes and the shell in it may both send SIGHUP, and `timeout` sends its signal twice.
      if signal == SIGHUP { continue }
      let now = seconds()
      if first == 0 {
        first = now
      } else if now - first > 0.2 {
        var endOfLine: UInt8 = 10
        write(STDERR_FILENO, &endOfLine, 1)
        _exit(128 + signal)
      }
    }
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Asks the lesson to stop as this signal would.
  static func request(_ signal: Int32) {
    _ = signalNumber.compareExchange(expected: 0, desired: signal, ordering: .relaxed)
  }

  /// Whether the lesson was asked to stop.
  public static var requested: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// The status to exit with after an interrupt.
  static var status: Int32 { 128 + signalNumber.load(ordering: .relaxed) }
}

private let isInstalled = Atomic<Bool>(false)

/// The first signal that arrived, or 0.
private let signalNumber = Atomic<Int32>(0)
