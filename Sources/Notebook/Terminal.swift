// What the notebook knows of the terminal that it writes to, if it writes to one.

import Files
import Foundation
import Synchronization

/// Light marks for a terminal; none where the output is piped, or where the reader wants none.
package struct Style: Sendable {
  /// Whether the marks are written.
  var isOn: Bool

  package func heading(_ text: String) -> String { mark(text, "1;36") }
  package func good(_ text: String) -> String { mark(text, "32") }
  package func bad(_ text: String) -> String { mark(text, "1;31") }
  package func faint(_ text: String) -> String { mark(text, "2") }

  private func mark(_ text: String, _ code: String) -> String { isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

/// A stream of this process that may be a terminal.
package struct Terminal {
  let descriptor: Int32
  /// Whether lines can be redrawn and marked on this stream.
  let isInteractive: Bool

  package init(descriptor: Int32) {
    self.descriptor = descriptor
    isInteractive = isatty(descriptor) == 1 && Self.variable("TERM") != "dumb"
  }

  /// How text is marked on this stream.
  package var style: Style { Style(isOn: isInteractive && Self.variable("NO_COLOR").isEmpty) }

  /// The columns of a line, now; 80 where a terminal does not say, and no end of them where there is no terminal.
  package var columns: Int {
    guard isatty(descriptor) == 1 else { return .max }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Writes a message at once, whatever is in it: its control characters are shown and not sent.
  func write(_ text: String) { send(text.printable) }

  /// Writes text of our own, with the marks in it, at once. Where a stream is closed or full the run goes on, for what
  /// it saves, and `end` tells what was lost. A reader who closes the pipe of standard output, as `head` does, asks the
  /// lesson to stop.
  func send(_ text: String) {
    fflush(nil)
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress!, $0.count) }
      if written < 0 && errno == EAGAIN {
        // A stream that does not wait for its reader: so we do.
        var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&stream, 1, -1)
      } else if written < 0 && errno != EINTR {
        if descriptor == STDOUT_FILENO {
          outputError.store(errno, ordering: .relaxed)
          if errno == EPIPE { Interrupt.request(SIGPIPE) }
        }
        return
      }
      bytes = bytes.dropFirst(max(0, written))
    }
  }

  /// Why standard output did not take everything, or nil.
  static var outputFailure: String? {
    let error = outputError.load(ordering: .relaxed)
    return error == 0 ? nil : String(cString: strerror(error))
  }

  private static func variable(_ name: String) -> String { ProcessInfo.processInfo.environment[name] ?? "" }
}

/// The error of the last write to standard output that failed, or 0.
private let outputError = Atomic<Int32>(0)
