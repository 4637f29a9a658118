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
  public static func install() {
    _ = signalNumber.load(ordering: .relaxed)  // Made now, for a handler must not be the first to touch it.
    // A parent's thread may have blocked them, and a child starts with the mask of the thread that started it.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] {
      sigaddset(&signals, signal)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        guard signalNumber.exchange(signal, ordering: .relaxed) != 0 else { return }
        var endOfLine: UInt8 = 10
        write(STDERR_FILENO, &endOfLine, 1)
        _exit(128 + signal)
      }
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the lesson was asked to stop.
  public static var requested: Bool { signalNumber.load(ordering: .relaxed) != 0 }

  /// The status to exit with after an interrupt.
  static var status: Int32 { 128 + signalNumber.load(ordering: .relaxed) }
}

/// The signal that arrived, or 0.
private let signalNumber = Atomic<Int32>(0)
