import Testing

@testable import Notebook

@MainActor struct LessonRunTests {
  @Test func theTerminalReadsLikeThePage() throws {
    let sample = try SampleRun()
    sample.showAll()
    #expect(sample.run.end(line: line(of: "end()")) == 0)
    #expect(
      sample.printed == """

        Mirrors note 003.

        Tokens

        A character model reads x⟨t⟩.

          y = x

            let count = 18
            show("characters", count)
            show("largest difference", 1e-16)

        characters: 18
        largest difference: 1.0e-16

        ✓ nothing is unknown

        Now it is trained.

            let loss = train()

            show("loss", loss, kind: .varies)
            show(table)

        loss: 2.07

          T  text
        ───  ────
        0.5  a|b

        ▸ Answer (see the page)

        Claims: 2 held.

        The end.

        """)
  }

  @Test func withoutItsFileALessonShowsItsOutputs() throws {
    let sample = try SampleRun(source: "")
    sample.run.show(.text("characters: 18"), kind: .exact, line: 12)
    #expect(sample.printed == "\ncharacters: 18\n")
  }

  @Test func proseIsPrintedOnceAndForward() throws {
    let sample = try SampleRun()
    sample.run.pass(line(of: "let loss"))
    sample.run.pass(line(of: "let count"))
    #expect(sample.printed.components(separatedBy: "Tokens").count == 2)
    #expect(sample.printed.hasSuffix("    show(table)\n"))
  }

  @Test func ofALessonWithMuchCodeTheTerminalShowsNone() throws {
    let much = (1...160).map { "let value\($0) = \($0)" }.joined(separator: "\n")
    let sample = try SampleRun(source: sampleSource.replacing("let count = 18", with: "let count = 18\n" + much))
    sample.run.pass(line(of: "let loss") + 160)
    #expect(sample.printed.hasSuffix("Now it is trained.\n"))
    #expect(!sample.printed.contains("let"))
  }

  @Test func aPartThatIsNotAskedHasNoProse() throws {
    let sample = try SampleRun()
    #expect(!sample.run.enter(false, line: line(of: "claim(")))
    #expect(sample.run.enter(true, line: line(of: "let loss")))
    #expect(sample.run.end(line: line(of: "end()")) == 0)
    #expect(sample.printed.contains("Tokens"))
    #expect(!sample.printed.contains("Now it is trained."))
  }

  @Test func aFailedClaimIsListedAgainAndFailsTheLesson() throws {
    let sample = try SampleRun()
    sample.run.claim("one is two", { 1 == 2 }, from: .quick, line: 17)
    #expect(sample.printed.hasSuffix("✗ one is two\n"))
    #expect(sample.run.end(line: 40) == 1)
    #expect(sample.printed.contains("Claims: 1 failed.\n\nThe end.\n"))
    #expect(sample.printed.hasSuffix("This run does not bear out:\n✗ one is two (/lesson/main.swift:17)\n"))
  }

  /// A page speaks of its own random numbers and of its own budget.
  @Test(arguments: [
    (["--seed", "1"], Int32(1), "failed"), (["--seed", "2"], 0, "not seen in this run"),
    (["--full"], 0, "not seen in this run"),
  ])
  func aClaimThatAnotherRunDoesNotBearOutIsToldAndNoFault(options: [String], status: Int32, words: String) throws {
    let sample = try SampleRun(arguments: options)
    sample.run.claim("one is two", { 1 == 2 }, from: .quick, line: 17)
    #expect(sample.run.end(line: 40) == status)
    #expect(sample.printed.contains("Claims: 1 \(words).\n"))
    #expect(sample.printed.hasSuffix("This run does not bear out:\n✗ one is two (/lesson/main.swift:17)\n"))
  }

  @Test func aFoldedClaimIsCheckedAndNotTold() throws {
    let sample = try SampleRun()
    sample.showAll(answer: false)
    #expect(!sample.printed.contains("42"))
    #expect(sample.run.end(line: line(of: "end()")) == 1)
    #expect(sample.printed.contains("Claims: 1 held, 1 failed.\n\nThe end.\n"))
    #expect(sample.printed.contains("\n✗ it is 42 (/lesson/main.swift:"))
  }

  @Test func noClaimOfARunThatHasAReasonIsChecked() throws {
    let sample = try SampleRun(unchecked: "not checked at sizes of your own")
    sample.run.claim("one is two", { false }, from: .quick, line: 17)
    #expect(sample.printed.hasSuffix("– one is two (not checked at sizes of your own)\n"))
    #expect(sample.run.end(line: 40) == 0)
  }

  @Test(arguments: [
    ([], "Figures go to plots/Lesson04 as SVG; --ascii draws them here."),
    (["--ascii"], "Figures are drawn here and go to plots/Lesson04 as SVG."),
    (["--no-render"], "The gnuplot scripts of the figures go to plots/Lesson04; nothing is drawn."),
    (["--no-render", "--ascii"], "Figures are drawn here; their gnuplot scripts go to plots/Lesson04."),
  ])
  func theBeginningSaysWhereTheFiguresGo(arguments: [String], note: String) throws {
    #expect(try SampleRun(arguments: arguments).run.figuresNote == note)
  }

  @Test func aPageIsNotWovenOverAFailedClaim() throws {
    let sample = try SampleRun(arguments: ["--weave"])
    sample.run.claim("one is two", { false }, from: .quick, line: 17)
    #expect(sample.run.end(line: 40) == 1)
    #expect(sample.printed.hasSuffix("The page is left as it is: it says what this run does not bear out.\n"))
  }

  @Test func aClaimOfALargerRunIsNotChecked() throws {
    let sample = try SampleRun(arguments: ["--quick"])
    var evaluations = 0
    func condition() -> Bool {
      evaluations += 1
      return false
    }
    sample.run.claim("it learns", condition, from: .standard, line: 17)
    #expect(evaluations == 0)
    #expect(sample.printed.hasSuffix("– it learns (not checked in a quick run)\n"))
    sample.run.claim("it runs", { true }, from: .quick, line: 17)
    #expect(sample.run.end(line: 40) == 0)
    #expect(sample.printed.contains("\nClaims: 1 held, 1 not checked.\n"))
  }

  @Test(arguments: [
    ("one two  three four", 40, ["one two  three four"]),
    ("one two  three four", 10, ["one two ", "  three", "  four"]),
    ("/a/path/that/is/long and short", 8, ["/a/path/that/is/long", "  and", "  short"]), ("", 1, [""]),
    ("日本 日本", 5, ["日本", "  日本"]),
  ])
  func aLineIsBrokenAtItsSpaces(line: String, width: Int, lines: [String]) {
    #expect(line.wrapped(to: width) == lines)
  }
}
