// What a lesson file calls: it begins, shows what it computed, claims what the prose says, and ends.
//
//   begin("04", "Language model and sampling", options.notebook)
//   //: ## Tokens
//   //: A character model never meets an unknown word …
//   show("characters", vocabulary.count)
//   claim("the character model has no unknown token", unknown == 0)
//   end()
//
// Everything shown belongs to the line of the call: the terminal prints the prose above that line first, and the page
// sets the output under the code around it. A function returns what is to be shown, or passes its caller's `line` on.
//
// What stands between a line `// fold: TITLE` and a line `// fold end` is folded on the page. Where there is prose in
// it, the fold hides all of it, and the terminal prints only its title; where it is code alone, what the code shows
// stands behind the fold.

import Files
import Foundation
import Plotting

/// Whether what is shown is the same on every machine, which is what the check of the page asks of it.
public enum OutputKind: Sendable {
  /// The same everywhere but for rounding: shapes, counts, differences from a reference.
  case exact
  /// Different from machine to machine: training and sampling grow a difference of rounding. The check only asks that
  /// something stands there.
  case varies
}

/// Begins the lesson of this number, which is written with two digits. To be called before anything is shown.
///
/// - Parameters:
///   - withProse: Whether the run prints the lesson's prose, which one on the reader's own data does not.
///   - unchecked: Why no claim of this run is checked, such as "not checked at sizes of your own"; nil where they are.
@MainActor public func begin(
  _ number: String, _ title: String, _ options: NotebookOptions, withProse: Bool = true, unchecked: String? = nil,
  file: String = #filePath, line: Int = #line
) {
  attempt { try ProcessLimits.check() }
  Interrupt.install()
  // Nobody who stops reading may end a lesson before its model is saved: `Terminal` sees to that.
  signal(SIGPIPE, SIG_IGN)
  let terminal = Terminal(descriptor: STDOUT_FILENO)
  // Without its file a lesson still computes and shows; only its prose is missing.
  let source = try? String(contentsOfFile: file, encoding: .utf8)
  do {
    // The figures that the lesson's file names. The own figures of a run on the reader's data are its own to check.
    let figures = withProse ? (source ?? "").matches(of: /as: "([A-Za-z0-9_-]+)"/).map { String($0.1) } : []
    try PlotFolder(path: "\(options.plots)/Lesson\(number)", isDrawing: !options.noRender)
      .prepare(for: figures)
  } catch {
    fail("\(error.description) --plots FOLDER names another.")
  }
  if source == nil && (options.weave || options.checkPage) { fail("The page is made of \(file), which is not there.") }
  LessonRun.current = attempt {
    try LessonRun(
      number: number, title: title, options: options, unchecked: unchecked, file: file, line: line,
      source: withProse ? source ?? "" : "",
      width: min(100, terminal.columns), lineWidth: terminal.columns, style: terminal.style, write: terminal.send)
  }
}

/// Shows a value, or a text of several lines.
@MainActor public func show(
  _ value: some CustomStringConvertible, kind: OutputKind = .exact, line: Int = #line
) {
  LessonRun.begun.show(.text(text(of: value)), kind: kind, line: line)
}

/// Shows a value and what it is, `vocabulary: 65`. A value of several lines, such as a matrix, stands under its label.
@MainActor public func show(
  _ label: String, _ value: some CustomStringConvertible, kind: OutputKind = .exact, line: Int = #line
) {
  let text = text(of: value)
  let separator = text.contains("\n") ? ":\n" : ": "
  LessonRun.begun.show(.text(label + separator + text), kind: kind, line: line)
}

/// Shows a table.
@MainActor public func show(_ table: Table, kind: OutputKind = .exact, line: Int = #line) {
  LessonRun.begun.show(.table(table), kind: kind, line: line)
}

/// States what the prose says and whether the run bears it out: a line that opens with `✓` or with `✗`. The page shows
/// that line and not the call. The lesson goes on either way; where a claim failed, `end` lists it again and exits with
/// status 1, or with 0 where the page speaks of another run, because of `--seed` or `--full`.
///
/// - Parameters:
///   - statement: The sentence, which may use inline Markdown and $`…`$. No measured number belongs into it.
///   - condition: What must be true. It is only evaluated where it is checked.
///   - size: The smallest run that can bear out the statement. In a smaller one it is printed as not checked.
@MainActor public func claim(
  _ statement: String, _ condition: @autoclosure () -> Bool, from size: RunSize = .quick, line: Int = #line
) {
  LessonRun.begun.claim(statement, condition, from: size, line: line)
}

/// Opens a part of a lesson that not every run wants, `if part(asked == nil || asked == .dna) { … }`, and returns
/// `isAsked`. Where it is not asked, the prose from here to the next part is left out as well; the last
/// `part(asked == nil)` keeps what stands at the end of the page to the whole run.
@MainActor public func part(_ isAsked: Bool, line: Int = #line) -> Bool {
  LessonRun.begun.enter(isAsked, line: line)
}

/// Has an interrupted lesson do this before it ends, such as saving what is trained so far. The last one given counts.
@MainActor public func whenInterrupted(_ rescue: (() -> Void)?) { LessonRun.begun.rescue = rescue }

/// Ends the lesson: sums up its claims, weaves or checks its page where that is asked for, and exits. The status is 0;
/// 1 where a claim failed, of which `claim` tells more, or the page differs; 128 plus the number of the signal after an
/// interrupt.
@MainActor public func end(line: Int = #line) -> Never {
  let status = LessonRun.begun.end(line: line)
  if Interrupt.requested { exit(Interrupt.status) }
  if status == 0, let reason = Terminal.outputFailure { fail("Part of the output is lost: \(reason).") }
  exit(status)
}
