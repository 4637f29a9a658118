import Testing

@testable import Notebook

struct TableTests {
  private let table = Table(
    ["word", "n", "loss"],
    rows: [["日本語", 12, 0.5], ["e\u{301}te\u{301}", 3, 1.2345e-16], ["👩‍👩‍👧 a|b", 1_000, 2.0712], ["<UNK>", "–", 4]])

  @Test func numbersAreSetToTheRightAndWideCharactersKeepTheColumns() {
    #expect(
      table.terminalLines() == [
        "word       n     loss",
        "──────  ────  ───────",
        "日本語    12      0.5",
        "e\u{301}te\u{301}        3  1.2e-16",
        "👩‍👩‍👧 a|b  1000    2.071",
        "<UNK>      –        4",
      ])
  }

  @Test func inANarrowTerminalTheWidestColumnsGoOnBelow() {
    let wide = Table(
      ["what it is", "loss, nats a word"], rows: [["the model of the words", 1.5], ["incomprehensibilities", 2]])
    #expect(
      wide.terminalLines(width: 33) == [
        "what it is             loss, nats", "                           a word", "─────────────────────  ──────────",
        "the model of the              1.5", "words", "incomprehensibilities           2",
      ])
    #expect(wide.terminalLines(width: 41) == wide.terminalLines())
  }

  @Test func thePageGetsMarkdownThatCannotBreak() {
    #expect(
      table.markdownLines == [
        "| word | n | loss |", "| --- | ---: | ---: |", "| 日本語 | 12 | 0.5 |", "| e\u{301}te\u{301} | 3 | 1.2e-16 |",
        "| 👩‍👩‍👧 a\\|b | 1000 | 2.071 |", "| &lt;UNK> | – | 4 |",
      ])
  }

  @Test func aVaryingColumnThatIsNotThereIsNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Table(["word", "n"], varying: ["loss"], rows: [])
    }
    let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(errors.contains("The table has no column “loss”, only “word”, “n”."))
  }

  @Test(arguments: [
    ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👍🏽", 2), ("❤️", 2), ("ŷ⟨t⟩", 4), ("Γ̃", 1), ("한글", 4), ("\u{200B}", 0),
    ("ｱ", 1),
  ])
  func displayWidth(text: String, width: Int) {
    #expect(text.displayWidth == width)
  }

  @Test(arguments: [
    (0, "0"), (-0.0, "0"), (3, "3"), (2.0712345, "2.071"), (0.05, "0.05"), (12345.6, "12346"), (-1.23456, "-1.235"),
    (1.2345e-16, "1.2e-16"), (0.00049, "4.9e-4"), (7.7e12, "7.7e12"), (999.96, "1000"), (.nan, "nan"),
    (-.infinity, "-inf"),
  ])
  func numbersHaveFourDigits(number: Double, text: String) {
    #expect(formatted(number) == text)
  }

  @Test func arraysOfNumbersAreFormattedToo() {
    #expect(text(of: [Float(0.1), 2.34567]) == "[0.1, 2.346]")
    #expect(text(of: ["a"]) == #"["a"]"#)
    #expect(text(of: 1_000_000) == "1000000")
  }
}
