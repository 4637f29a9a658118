// Shows on standard error how far a long computation is: a bar in a terminal, now and then a line where it is piped.

import Files
import Foundation

/// The progress of anything that takes over two seconds.
///
/// ```swift
/// let progress = ProgressBar("training", total: 2_000, unit: "steps")
/// for step in 1...2_000 { progress.update(step, loss: trainer.step(), tokens: 25) }
/// progress.finish("mean loss of the last 100 steps 1.52")
/// ```
///
/// Nothing of it reaches the page. An update costs a reading of the clock, well under a microsecond.
@MainActor public final class ProgressBar {
  private let name: String
  private let total: Int
  private let unit: String
  private let stream: any ProgressStream
  private let start: Double

  private var step = 0
  private var loss: Double?
  private var tokens = 0
  private var nextDrawing: Double
  private var isDrawn = false
  private var isFinished = false

  /// Starts to count to `total`, in units of this name, which is a plural. Prints the prose of the lesson
  /// up to the call.
  public convenience init(_ name: String, total: Int, unit: String = "steps", line: Int = #line) {
    LessonRun.current?.endIfInterrupted(line: line)
    LessonRun.current?.pass(line)
    LessonRun.current?.endIfInterrupted(line: line)
    self.init(name, total: total, unit: unit, stream: StandardError())
    LessonRun.current?.progress = self
  }

  init(_ name: String, total: Int, unit: String, stream: any ProgressStream) {
    self.name = name
    self.total = total
    self.unit = unit
    self.stream = stream
    start = stream.now
    nextDrawing = start + (stream.isInteractive ? 0.5 : 5)
  }

  /// Says that `step` units are done, what the loss is now, and how many tokens have been read since the last update.
  public func update(_ step: Int, loss: Double? = nil, tokens: Int = 0) {
    self.step = step
    self.loss = loss ?? self.loss
    self.tokens += tokens
    let now = stream.now
    guard now >= nextDrawing else { return }
    nextDrawing = now + (stream.isInteractive ? 0.1 : 5)
    let left = seconds(step > 0 ? (now - start) * Double(total - step) / Double(step) : .infinity)
    if stream.isInteractive {
      draw(["\(step)/\(total)"] + measures(at: now) + ["\(left) left"])
    } else {
      writeLine(["\(unit) \(step)/\(total)"] + measures(at: now) + ["\(left) left"])
    }
  }

  /// Says what was done, in one line that stays, and closes it with the result. The loss of the last update, which is
  /// that of one batch, is not in it.
  public func finish(_ result: String? = nil) {
    guard !isFinished else { return }
    isFinished = true
    let now = stream.now
    let amount = "\(step)\(step < total ? " of \(total)" : "") \(unit)"
    clear()
    let speed = tokens > 0 ? [speed(at: now)] : []
    writeLine(["\(amount) in \(seconds(now - start))"] + speed + [result].compactMap(\.self))
  }

  /// Takes the bar off the terminal, so that something else can be written; the next update draws it again.
  func clear() {
    if isDrawn { stream.write("\r\u{1B}[K") }
    isDrawn = false
  }

  private func writeLine(_ parts: [String]) {
    let line = "\(name): \(parts.joined(separator: ", "))"
    stream.write(line.wrapped(to: stream.columns).joined(separator: "\n") + "\n")
  }

  private func measures(at now: Double) -> [String] {
    (loss.map { ["loss \(formatted($0))"] } ?? []) + [speed(at: now)]
  }

  private func speed(at now: Double) -> String {
    let speed = Double(tokens > 0 ? tokens : step) / max(now - start, 1e-9)
    return "\(formatted(speed)) \(tokens > 0 ? "tokens" : unit)/s"
  }

  /// Draws the bar as long as the line has room for it, and as much of the rest. A terminal may still add `^C`.
  private func draw(_ parts: [String]) {
    let room = stream.columns - 3
    let text = parts.joined(separator: " · ")
    let length = min(30, room - name.displayWidth - text.displayWidth - 2)
    let done = Int(Double(max(0, length)) * min(1, Double(step) / Double(max(1, total))))
    let bar = length > 4 ? String(repeating: "━", count: done) + String(repeating: "─", count: length - done) + " " : ""
    var line = "\(name) \(bar)\(text)"
    while !line.isEmpty && line.displayWidth > room { line.removeLast() }
    stream.write("\r\(line)\u{1B}[K")
    isDrawn = true
  }

  private func seconds(_ time: Double) -> String {
    guard time < 3.6e9 else { return time.isFinite ? "over a million h" : "?" }
    let whole = Int(time.rounded())
    switch whole {
    case ..<10: return String(format: "%.1f s", time)
    case ..<60: return "\(whole) s"
    case ..<3600: return String(format: "%d:%02d min", whole / 60, whole % 60)
    default: return String(format: "%ld:%02ld h", whole / 3600, whole / 60 % 60)
    }
  }
}

/// Where a progress bar is drawn, and its clock in seconds.
protocol ProgressStream {
  var isInteractive: Bool { get }
  var columns: Int { get }
  var now: Double { get }
  func write(_ text: String)
}

private struct StandardError: ProgressStream {
  private let terminal = Terminal(descriptor: STDERR_FILENO)
  var isInteractive: Bool { terminal.isInteractive }
  var columns: Int { terminal.columns }
  var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  func write(_ text: String) { terminal.send(text) }
}
