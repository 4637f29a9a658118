import Testing

@testable import Notebook

@MainActor struct PageCheckTests {
  /// The lines in which the sample page, after an edit, differs from a run.
  private func differences(
    editing edit: (String) -> String = { $0 }, against run: (SampleRun) -> Void
  ) throws -> [String] {
    let committed = try SampleRun()
    committed.showAll()
    let now = try SampleRun()
    run(now)
    return try now.page().differences(from: edit(try committed.page().text))
  }

  @Test func theSameRunAgrees() throws {
    #expect(try differences { $0.showAll() } == [])
  }

  @Test func whatVariesMayDiffer() throws {
    #expect(try differences { $0.showAll(loss: 1.98) } == [])
  }

  @Test func whatVariesMustStandInItsPlace() throws {
    let report = try differences(editing: { $0.replacing("<!-- varies -->\n", with: "") }) { $0.showAll() }
    #expect(report == ["- 36: ```text", "- 37: loss: 2.07", "- 38: ```", "+ <!-- varies -->"])
  }

  @Test func cellsOfAVaryingColumnMayDiffer() throws {
    #expect(try differences { $0.showAll(text: "c") } == [])
    #expect(try differences(editing: { $0.replacing("| 0.5 | a", with: "| 0.7 | a") }) { $0.showAll() }.count == 2)
    #expect(try differences(editing: { $0.replacing("T | text", with: "T | words") }) { $0.showAll() }.count == 2)
    #expect(try differences(editing: { $0.replacing("columns 2", with: "columns 1") }) { $0.showAll() }.count > 2)
  }

  @Test func noiseMayDiffer() throws {
    #expect(try differences { $0.showAll(difference: 2.4e-16) } == [])
    #expect(try differences { $0.showAll(difference: 0) } == [])
  }

  @Test func anExactNumberMustAgree() throws {
    #expect(try differences { $0.showAll(count: 19) } == ["- 21: characters: 18", "+ characters: 19"])
    #expect(try differences { $0.showAll(difference: 1e-3) }.count == 2)
  }

  @Test func claimsMustAgreeToTheLetter() throws {
    #expect(try differences { $0.showAll(claim: "something is unknown") }.count == 2)
    #expect(try differences(editing: { $0.replacing("- ✓ n", with: "- ✗ n") }) { $0.showAll() }.count == 2)
  }

  @Test(arguments: ["Now it is trained.", "let count = 18", "## Tokens", "figures/loss.svg", "```swift", "# Lesson 04"])
  func proseCodeAndNamesMustAgreeToTheLetter(text: String) throws {
    #expect(try !differences(editing: { $0.replacing(text, with: text + "!") }) { $0.showAll() }.isEmpty)
  }

  @Test func aVaryingBlockHidesNothingBehindIt() throws {
    let committed = try SampleRun()
    committed.run.show(.table(Table(["a"], rows: [[1]])), kind: .varies, line: line(of: #"show("loss""#))
    committed.run.show(.text("x\n\ny"), kind: .varies, line: line(of: #"show("loss""#))
    committed.run.show(.text("shape: 3"), kind: .exact, line: line(of: "show(table"))
    let page = try committed.page()
    #expect(page.differences(from: page.text) == [])
    #expect(page.differences(from: page.text.replacing("x\n\ny", with: "z\n\n\nz")) == [])
    #expect(page.differences(from: page.text.replacing("shape: 3", with: "shape: 4")).count == 2)
  }

  @Test(arguments: [
    ("0.1234", "0.1235"), ("1.2e-16", "0"), ("3.5e-4", "3.6e-4"), ("0.5", "0.5001"), ("loss  2.07", "loss 2.071"),
    ("[0.1, -2.346]", "[0.1, -2.345]"), ("7.7e12", "7.8e12"),
  ])
  func numbersThatAgree(one: String, other: String) {
    #expect(Tolerance.agree(one, other))
    #expect(Tolerance.agree(other, one))
  }

  @Test(arguments: [
    ("0.5", "0.6"), ("0.1234", "0.1236"), ("65", "66"), ("1.2e-4", "1.4e-4"), ("loss 2.07", "cost 2.07"), ("1 2", "1"),
    ("0.5", "-0.5"), ("nan", "0.5"), ("100 x 20", "100 x 21"), ("x1", "x2"),
  ])
  func numbersThatDiffer(one: String, other: String) {
    #expect(!Tolerance.agree(one, other))
    #expect(!Tolerance.agree(other, one))
  }
}
