import Foundation
import Testing

@testable import Notebook

@MainActor struct PageTests {
  @Test func thePageHoldsProseCodeAndOutputs() throws {
    let sample = try SampleRun()
    sample.showAll()
    let page = try sample.page()
    #expect(page.figures == ["loss"])
    #expect(
      page.text == #"""
        <!-- Woven from main.swift by `swift run Lesson04 --weave`: edit that file, not this page. -->

        # Lesson 04 — Sampling

        Mirrors *note 003*.

        ## Tokens
        A **character** model reads $`x^{\langle t\rangle}`$.

        ```math
        y = x
        ```

        ```swift
        let count = 18
        show("characters", count)
        show("largest difference", 1e-16)
        ```

        ```text
        characters: 18
        largest difference: 1.0e-16
        ```

        - ✓ nothing is unknown

        Now it is trained.

        ```swift
        let loss = train()

        show("loss", loss, kind: .varies)
        show(table)
        ```

        <!-- varies -->
        ```text
        loss: 2.07
        ```

        <!-- varies: columns 2 -->
        | T | text |
        | ---: | --- |
        | 0.5 | a\|b |

        <details>
        <summary>How it is drawn</summary>

        ```swift
        let chart = drawn()
        show(chart, as: "loss")
        ```

        </details>

        ![The loss falls](figures/loss.svg)

        <details>
        <summary>Answer</summary>

        Secret.

        ```swift
        show("answer", 42)
        ```

        ```text
        answer: 42
        ```

        - ✓ it is 42

        </details>

        The end.

        *Each run of `swift run Lesson04` writes the figures and their scripts below `plots/Lesson04`;
        `gnuplot plots/Lesson04/loss.gp` draws one of them again. [All lessons](../../README.md)*

        """#)
  }

  @Test func whatHiddenCodeShowsStandsInItsPlace() throws {
    let sample = try SampleRun()
    sample.run.show(.text("from hidden code"), kind: .exact, line: line(of: "func drawing"))
    let text = try sample.page().text
    let place = try #require(text.range(of: "from hidden code"))
    #expect(text[..<place.lowerBound].contains("Now it is trained."))
    #expect(text[place.upperBound...].contains("let loss"))
    #expect(!text.contains("drawing"))
  }

  @Test func aFenceIsLongerThanWhatItHolds() throws {
    let sample = try SampleRun()
    sample.run.show(.text("a\n```\nb"), kind: .exact, line: line(of: "let count"))
    #expect(try sample.page().text.contains("\n````text\na\n```\nb\n````\n"))
  }

  @Test func weavingCopiesTheFiguresAndRemovesOldOnes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("page-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let old = folder.appendingPathComponent("figures/old.svg")
    try FileManager.default.createDirectory(at: old.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("old".utf8).write(to: old)
    let image = folder.appendingPathComponent("drawn.svg")
    try Data("new".utf8).write(to: image)

    let sample = try SampleRun()
    sample.showAll()
    #expect(throws: PageError.self) { try sample.page().write(to: folder, images: [:]) }
    #expect(Page.figures(in: folder) == ["old"])

    try sample.page().write(to: folder, images: ["loss": image.path])
    #expect(Page.figures(in: folder) == ["loss"])
    #expect(try String(contentsOf: folder.appendingPathComponent("figures/loss.svg"), encoding: .utf8) == "new")
    #expect(try sample.page().differences(fromPageIn: folder) == [])

    try FileManager.default.removeItem(at: folder.appendingPathComponent("figures/loss.svg"))
    #expect(try sample.page().differences(fromPageIn: folder) == ["+ figures/loss.svg"])
    try FileManager.default.removeItem(at: folder.appendingPathComponent("README.md"))
    #expect(try sample.page().differences(fromPageIn: folder) == ["There is no page yet: weave it."])
  }
}
