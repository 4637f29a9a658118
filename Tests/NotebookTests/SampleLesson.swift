// A small lesson and a run of it, for the tests of the terminal, the page and its check.

import Testing

@testable import Notebook

/// The file of the sample lesson; `line(of:)` finds the line of a call.
let sampleSource = #"""
  import Notebook

  let options = Options.parseLesson()
  //: Mirrors *note 003*.
  begin("04", "Sampling", options.notebook)

  //: ## Tokens
  //: A **character** model reads $`x^{\langle t\rangle}`$.
  //:
  //: ```math
  //: y = x
  //: ```

  let count = 18
  show("characters", count)
  show("largest difference", 1e-16)
  claim("nothing is unknown", true)
  //: Now it is trained.
  // page: off
  func drawing() {}
  // page: on
  let loss = train()

  show("loss", loss, kind: .varies)
  show(table)
  // fold: How it is drawn
  let chart = drawn()
  show(chart, as: "loss")
  // fold end
  // fold: Answer
  //: Secret.

  show("answer", 42)
  claim("it is 42", true)
  // fold end
  //: The end.

  end()
  """#

func line(of call: String) -> Int {
  sampleSource.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(call) }! + 1
}

/// What a run collects and prints.
@MainActor final class SampleRun {
  let run: LessonRun
  private(set) var printed = ""

  init(arguments: [String] = [], unchecked: String? = nil, source: String = sampleSource) throws {
    var write: (String) -> Void = { _ in }
    run = try LessonRun(
      number: "04", title: "Sampling", options: try NotebookOptions.parse(arguments), unchecked: unchecked,
      file: "/lesson/main.swift", line: line(of: "begin("), source: source, width: 40, style: Style(isOn: false),
      write: { write($0) })
    write = { [unowned self] in printed += $0 }
  }

  /// Shows what the sample lesson shows, with these values.
  func showAll(
    count: Int = 18, difference: Double = 1e-16, claim: String = "nothing is unknown", loss: Double = 2.07,
    text: String = "a|b", answer: Bool = true
  ) {
    run.show(.text("characters: \(count)"), kind: .exact, line: line(of: #"show("characters""#))
    run.show(.text("largest difference: \(formatted(difference))"), kind: .exact, line: line(of: "largest"))
    run.claim(claim, { true }, from: .quick, line: line(of: "claim("))
    run.show(.text("loss: \(formatted(loss))"), kind: .varies, line: line(of: #"show("loss""#))
    run.show(
      .table(Table(["T", "text"], varying: ["text"], rows: [[0.5, text]])), kind: .exact, line: line(of: "show(table"))
    run.show(.figure(name: "loss", title: "The loss falls"), kind: .exact, line: line(of: "show(chart"))
    run.show(.text("answer: 42"), kind: .exact, line: line(of: #"show("answer""#))
    run.claim("it is 42", { answer }, from: .quick, line: line(of: #"claim("it is 42""#))
  }

  /// The page of this run.
  func page(source: String = sampleSource) throws -> Page {
    Page(
      program: "Lesson04", title: "Lesson 04 — Sampling",
      cells: try Cell.parse(source, begin: line(of: "begin("), end: line(of: "end()")), outputs: run.outputs)
  }
}
