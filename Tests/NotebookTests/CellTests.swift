import Testing

@testable import Notebook

struct CellTests {
  @Test func proseAndCodeTakeTurns() {
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
      Cell.parse(source, begin: 1, end: 12) == [
        Cell(kind: .hidden, start: 1, lines: ["begin()"]),
        Cell(kind: .prose, start: 2, lines: ["One", "paragraph.", "", "Another."]),
        Cell(kind: .code, start: 7, lines: ["let a = 1", "", "let b = 2"]),
        Cell(kind: .prose, start: 11, lines: ["  indented"]),
        Cell(kind: .hidden, start: 12, lines: ["end()"]),
      ])
  }

  @Test func codeOfABlockStandsAtTheLeft() {
    let source = """
      begin()

      if part(true) {
        //: One.
        for a in 1...2 {

          show(a)
        }
      }
      """
    let cells = Cell.parse(source, begin: 1)
    #expect(cells.last!.lines == ["  for a in 1...2 {", "", "    show(a)", "  }", "}"])
    #expect(cells[2].lines == ["One."])
    let inner = source.replacing("\n}", with: "\n  // page: off\n}")
    #expect(Cell.parse(inner, begin: 1)[3].lines == ["for a in 1...2 {", "", "  show(a)", "}"])
  }

  @Test func theHeadIsHiddenUpToTheParagraphOfBegin() {
    let source = """
      import Notebook

      //: Early prose.
      begin(
        "04")

      let a = 1
      """
    #expect(
      Cell.parse(source, begin: 4) == [
        Cell(kind: .hidden, start: 1, lines: ["import Notebook"]),
        Cell(kind: .prose, start: 3, lines: ["Early prose."]),
        Cell(kind: .hidden, start: 4, lines: ["begin(", #"  "04")"#]),
        Cell(kind: .code, start: 7, lines: ["let a = 1"]),
      ])
  }

  @Test func whatIsOffIsHiddenWithItsProse() {
    let source = """
      begin()

      let a = 1
      // page: off
      //: Not this.
      let b = 2
      // page: on
      let c = 3
      """
    let cells = Cell.parse(source, begin: 1).dropFirst()
    #expect(cells.map(\.kind) == [.code, .hidden, .code])
    #expect(cells.map(\.start) == [3, 4, 8])
  }
}
