import Testing

@testable import Notebook

struct CellTests {
  @Test func proseAndCodeTakeTurns() throws {
    let source = """
      begin()
      //: One
      //: paragraph.

      //: Another.

      let a = 1

      let b = 2

      //:   indented
      end()
      """
    #expect(
      try Cell.parse(source, begin: 1, end: 12) == [
        Cell(kind: .hidden, start: 1, lines: ["begin()"]),
        Cell(kind: .prose, start: 2, lines: ["One", "paragraph.", "", "Another."]),
        Cell(kind: .code, start: 7, lines: ["let a = 1", "", "let b = 2"]),
        Cell(kind: .prose, start: 11, lines: ["  indented"]),
        Cell(kind: .hidden, start: 12, lines: ["end()"]),
      ])
  }

  @Test func codeOfABlockStandsAtTheLeft() throws {
    let source = """
      begin()

      if part(true) {
        //: One.
        for a in 1...2 {

          show(a)
        }
      }
      """
    let cells = try Cell.parse(source, begin: 1)
    #expect(cells.last!.lines == ["  for a in 1...2 {", "", "    show(a)", "  }", "}"])
    #expect(cells[2].lines == ["One."])
    let inner = source.replacing("\n}", with: "\n  // page: off\n}")
    #expect(try Cell.parse(inner, begin: 1)[3].lines == ["for a in 1...2 {", "", "  show(a)", "}"])
  }

  @Test func theHeadIsHiddenUpToTheParagraphOfBegin() throws {
    let source = """
      import Notebook

      //: Early prose.
      begin(
        "04")

      let a = 1
      """
    #expect(
      try Cell.parse(source, begin: 4) == [
        Cell(kind: .hidden, start: 1, lines: ["import Notebook"]),
        Cell(kind: .prose, start: 3, lines: ["Early prose."]),
        Cell(kind: .hidden, start: 4, lines: ["begin(", #"  "04")"#]),
        Cell(kind: .code, start: 7, lines: ["let a = 1"]),
      ])
  }

  @Test func whatIsOffIsHiddenWithItsProse() throws {
    let source = """
      begin()

      let a = 1
      // page: off
      //: Not this.
      let b = 2
      // page: on
      let c = 3
      """
    let cells = try Cell.parse(source, begin: 1).dropFirst()
    #expect(cells.map(\.kind) == [.code, .hidden, .code])
    #expect(cells.map(\.start) == [3, 4, 8])
  }

  @Test func aFoldPartsWhatStandsInItFromTheRest() throws {
    let source = """
      begin()

      if part(true) {
        let a = 1
        // fold: How it is drawn
        let b = 2
        // fold end
        let c = 3
        //: One.
        // fold: Answer <1>
        //: Two.

        // page: off
        let d = 4
        // page: on
        // fold end
        //: Three.
      }
      """
    let cells = try Cell.parse(source, begin: 1).dropFirst()
    let drawing = Fold(title: "How it is drawn", lines: 5...7, holdsProse: false)
    let answer = Fold(title: "Answer <1>", lines: 10...16, holdsProse: true)
    #expect(cells.map(\.fold) == [nil, drawing, nil, nil, answer, answer, nil, nil])
    #expect(cells.map(\.kind) == [.code, .code, .code, .prose, .prose, .hidden, .prose, .code])
    #expect(cells[2].lines == ["let b = 2"])
  }

  @Test(arguments: [
    ("// fold: A\n//: text", FoldError.unclosed(line: 1)),
    ("let a = 1\n  // fold end", .stray(line: 2)),
    ("// fold: A\n// fold: B\n// fold end", .nested(line: 2, outer: 1)),
    ("// fold:\n// fold end", .untitled(line: 1)),
  ])
  func foldsThatAreNoneAreNamed(source: String, fault: FoldError) {
    #expect(throws: fault) { try Cell.parse(source, begin: 1) }
    #expect(fault.description.contains("line \(source.hasPrefix("let") || source.contains("B") ? 2 : 1)"))
  }

  @Test func claimsAreNotShown() throws {
    let source = """
      begin()

      // Adds up.
      claim("one", true)
      let a = 1
      claim(
        "two",
        a < 3)
      claim(
        "three",
        [1].allSatisfy {
          $0 == a

        }
      )
      let claimed = 1
      if a == 1 {
        claim(
          "four", {
            true
          }())

        show(a)
      }

      claim("five", true)

      let b = 2
      """
    #expect(
      try Cell.parse(source, begin: 1)[1].lines == [
        "// Adds up.", "let a = 1", "let claimed = 1", "if a == 1 {", "", "  show(a)", "}", "", "let b = 2",
      ])
  }

  @Test func aCellOfClaimsIsLeftEmpty() throws {
    let cells = try Cell.parse("begin()\n\n//: Text.\n\nclaim(\n  \"one\", true)\n", begin: 1)
    #expect(cells.map(\.kind) == [.hidden, .prose, .code])
    #expect(cells[2].lines == [] && cells[2].start == 5)
  }

  @Test func aLineThatBelongsAboveTheOneBeforeItIsFound() throws {
    let cells = try Cell.parse("begin()\n\nlet a = 1\nlet b = 2\n//: Text.\nlet c = 3\nlet d = 4", begin: 1)
    #expect(cells.disorder(of: [3, 4, 3, 6, 7, 6]) == nil)
    #expect(try #require(cells.disorder(of: [3, 7, 4])) == (7, 4))
  }
}
