// Ctrl-C: the first ends the training in good order, the second ends the lesson at once.

import Foundation
import Synchronization

/// Lets a training loop stop where it can be stopped:
///
/// ```swift
/// Interrupt.install()
/// for step in 1...steps where !Interrupt.requested { … }
/// ```
public enum Interrupt {
  /// From now on the first SIGINT (Ctrl-C) or SIGTERM only sets `requested`. The second ends the process at once, with
  /// status 128 plus the number of the signal: 130 after Ctrl-C.
  ///
  /// A thread of its own waits for the signals, and no other thread takes them: a handler on the main thread, in the
  /// middle of a step that the cores share, was seen to leave a damaged heap one time in six.
  public static func install() {
    guard !isInstalled.exchange(true, ordering: .relaxed) else { return }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    // Threads that start from here on inherit the mask.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    Thread.detachNewThread { [signals] in
      var signals = signals
      while true {
        var signal: Int32 = 0
        guard sigwait(&signals, &signal) == 0 else { continue }
        if signalNumber.exchange(signal, ordering: .relaxed) != 0 {
          var endOfLine: UInt8 = 10
          write(STDERR_FILENO, &endOfLine, 1)
          _exit(128 + signal)
        }
      }
    }
  }

  /// Whether the lesson was asked to stop.
  public static var requested: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// The status to exit with after an interrupt.
  static var status: Int32 { 128 + signalNumber.load(ordering: .relaxed) }
}

private let isInstalled = Atomic<Bool>(false)

/// The signal that arrived, or 0.
private let signalNumber = Atomic<Int32>(0)
