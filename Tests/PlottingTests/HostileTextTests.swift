// Text from any corpus is drawn as it is, in every place that holds text, and nothing in it is run.

import Foundation
import Testing

@testable import Plotting

struct HostileTextTests {
  /// Texts that mean something to gnuplot, to a shell, to XML or to a terminal. `SENTINEL` becomes a path that none of
  /// them may bring into being.
  static let texts = [
    "`touch SENTINEL`", "$(touch SENTINEL)", "'; system('touch SENTINEL'); '", "\"; system(\"touch SENTINEL\"); \"",
    "' . system('touch SENTINEL') . '", "@terminal @folder", "x\n`touch SENTINEL`", "\nsystem 'touch SENTINEL'\n",
    "!touch SENTINEL",
    "|touch SENTINEL", "it's", "''", "'", "'''", "'x", "'' . system(\"touch SENTINEL\")",
    "'.system(\"touch SENTINEL\").'", "\\", "a\\", "\\n", "\\\\n", "{/Bold x}", "a_b^c", "~a{.8-}", "%g %s %%",
    "100%", "%",
    "$0", "#", "a # b", "<b>&amp;</b>", "]]>", "<![CDATA[", "-->", "\"", "\u{0}\u{1}\u{1B}[31m\u{7F}\u{85}", "\t", " ",
    "   ",
    "e", "\u{FFFE}\u{FFFF}", "\u{202E}abc", "\u{2028}", "👩‍👩‍👧", "é e\u{301}", "日本語", "\u{FEFF}", "columnheader(1)",
    "'\u{301}; system('touch SENTINEL'); '\u{301}", "%\u{301}s", "]]>\u{301}", "\\\u{301}",
    "a'b<&{_^`$@%g\n\t漢é👩‍👩‍👧]]>", "100 % 日本語日本語日本語日本語日本語日本語日本語",
  ]

  /// Figures that show `text` in every place that holds text.
  static func figures(_ text: String) -> [any Figure] {
    [
      Chart(
        text, x: Axis(text), y: Axis(text),
        [.line(text, y: [1, 2]), .line(text, y: [Double.nan]), .rule(text, y: 1), .rule(text, y: .nan)]),
      Chart(
        text, x: Axis(text, .categorical([text, text])), y: Axis(text),
        [.bars(text, y: [1, 2], showsValues: true), .rule(text, y: 1)]),
      Chart(
        text, x: Axis(text, .categorical(Array(repeating: text + "long", count: 30))), y: Axis(text),
        [.bars(text, y: Array(repeating: 1, count: 30))]),
      Chart(
        text, x: Axis(text), y: Axis(text),
        [.line(text, x: [1, 2], y: [2, 1], hasPoints: true), .texts([text, text], x: [1, 2], y: [2, 1])]),
      Heatmap(
        text, x: text, y: text, color: text,
        panels: [
          Panel(text, [[1, 2]], columns: [text, text], rows: [text]), Panel(text, [[3]]),
        ]),
      diagram(text),
    ]
  }

  private static func diagram(_ text: String) -> Diagram {
    let nodes = [
      Node(text, at: 0, 0), Node(text, at: 1, 0, shape: .circle), Node(text, at: 0, 1, shape: .plain),
      Node("a", at: 1, 1),
    ]
    return Diagram(
      title: text, nodes: nodes,
      arrows: [
        Arrow(nodes[0], nodes[1], text), Arrow(nodes[0], nodes[0], text, bend: 1), Arrow(nodes[0], nodes[2], text),
      ],
      frames: [Frame(text, columns: 0...1, rows: 0...0)])
  }

  @Test(arguments: texts)
  func isDrawnAndNotRun(text: String) throws {
    try withTemporaryFolder { path in
      let sentinel = path + "/s"
      let hostile = text.replacing("SENTINEL", with: sentinel)
      for figure in Self.figures(hostile) {
        let saved = try PlotFolder(path: path, textColumns: 79).save(figure, as: "figure")
        let texts = try SVGText(path: saved.image!).texts.map { $0.replacing("\u{200B}", with: "") }
        // gnuplot draws each line without its spaces at the start; XML counts no others.
        let drawn = texts.joined(separator: " ").filter { $0 != " " }
        #expect(drawn.contains(hostile.visible.filter { $0 != " " }), "\(type(of: figure))")
        _ = try #require(saved.text)
        #expect(!saved.text!.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(try files(in: path) == ["figure.gp", "figure.svg"])
      }
    }
  }

  @Test func textOfAnyLengthFits() throws {
    try withTemporaryFolder { path in
      for text in [
        "", String(repeating: "word ", count: 2000), String(repeating: "x", count: 10_000),
        String(repeating: "漢é👩‍👩‍👧 ", count: 2000),
      ] {
        for figure in Self.figures(text) {
          let saved = try PlotFolder(path: path, textColumns: 79).save(figure, as: "long")
          #expect(try !SVGText(path: saved.image!).texts.isEmpty)
        }
      }
    }
  }

  @Test func whatCannotBeSeenIsMadeVisible() {
    #expect("a\nb\tc".visible == "a↵b⇥c")
    #expect(" ".visible == "␣")
    #expect("a b".visible == "a b")
    #expect("\u{0}\u{1B}\u{7F}".visible == "␀␛␡")
    #expect("\u{85}\u{202E}\u{FFFF}".visible == "\\u{85}\\u{202E}\\u{FFFF}")
    #expect("👩‍👩‍👧".visible == "👩‍👩‍👧")
    #expect("it's".quoted == #"'it'."'".'s'"#)
    #expect("5 %".quotedTic == "'5 %%'")
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("unbroken".wrapped(to: 3) == ["unb", "rok", "en"])
    #expect("one two three".wrapped(to: 7, lines: 1) == ["one tw…"])
    #expect("unbroken".elided(to: 4) == "unb…")
    #expect("日本語".displayWidth == 6)
  }
}
