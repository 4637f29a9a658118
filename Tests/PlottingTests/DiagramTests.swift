// Networks are drawn with all their words, every part in its place and none over another.

import Foundation
import Testing

@testable import Plotting

struct DiagramTests {
  @Test(arguments: DiagramSamples.all.indices)
  func allWordsAreDrawn(index: Int) throws {
    let diagram = DiagramSamples.all[index]
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path, textColumns: 79).save(diagram, as: "diagram")
      let texts = try SVGText(path: saved.image!).texts
      let labels = diagram.nodes.map(\.label) + diagram.arrows.map(\.label) + diagram.frames.map(\.label)
      for label in labels where !label.isEmpty {
        #expect(texts.contains(label.replacing("_", with: "")))
        #expect(saved.text!.contains(label))
      }
    }
  }

  @Test func subscriptsAreDrawnAsSuch() throws {
    #expect("W_aa".quotedWithSubscripts == "'W_{aa}' enhanced")
    #expect("a_ _b{2}".quotedWithSubscripts == #"'a\_ _{b}\{2\}' enhanced"#)
    #expect("a_^{2}".quotedWithSubscripts == "'a_^{2}' noenhanced")
    try withTemporaryFolder { path in
      let diagram = Diagram(title: "W_aa", nodes: [Node("Γ_u", at: 0, 0)])
      let saved = try PlotFolder(path: path).save(diagram, as: "diagram")
      #expect(try SVGText(path: saved.image!).texts == ["Γu", "W_aa"])
      #expect(try contents(of: saved.image!).contains(#"font-size="11.2""#))
    }
  }

  @Test(arguments: HostileTextTests.texts)
  func hostileTextBesideASubscriptIsDrawnAsItIs(text: String) throws {
    try withTemporaryFolder { path in
      let hostile = "_1" + text.replacing("SENTINEL", with: path + "/s").replacing("\n", with: "")
      let diagram = Diagram(title: "", nodes: [Node(hostile, at: 0, 0)])
      let saved = try PlotFolder(path: path, textColumns: 79).save(diagram, as: "diagram")
      let drawn = try #require(try SVGText(path: saved.image!).texts.first)
      let line = try #require(DiagramLayout(diagram).nodes[0].lines.first)
      let expected = line.scripts.map(\.text).joined()
      #expect(drawn.filter { $0 != " " && $0 != "\u{200B}" } == expected.filter { $0 != " " })
      #expect(expected.hasSuffix("…") || expected.hasSuffix(String(hostile.visible.suffix(1))))
      #expect(try files(in: path) == ["diagram.gp", "diagram.svg"])
    }
  }

  @Test func textShowsTheGrid() {
    let x = [1, 2].map { Node("x⟨\($0)⟩", at: Double($0), 0, shape: .plain) }
    let a = [1, 2].map { Node("a⟨\($0)⟩", at: Double($0), 1) }
    let y = Node("ŷ⟨2⟩", at: 2, 2, shape: .circle, value: 0.25)
    let diagram = Diagram(
      title: "Two steps", nodes: x + a + [y],
      arrows: [
        Arrow(x[0], a[0], "W_ax"), Arrow(x[1], a[1], isDashed: true), Arrow(a[0], a[1], "W_aa"),
        Arrow(a[1], a[0], "0.5", strength: 0.5), Arrow(a[1], y, "up"), Arrow(y, a[1], "1"),
        Arrow(a[0], a[0], "again", bend: 1),
        Arrow(x[0], a[1]),
      ], frames: [Frame("inputs", columns: 1...2, rows: 0...0)])
    #expect(
      diagram.text(columns: 79) == """
        Two steps

                           (ŷ⟨2⟩ 0.25)
                             1 │ ▲
                               ▼ │ up
        [a⟨1⟩] ────W_aa────▶ [a⟨2⟩]
           ▲   ◀────0.5─────    ▲
           │ W_ax               ╎
         x⟨1⟩                 x⟨2⟩

        a⟨1⟩ → a⟨1⟩: again
        x⟨1⟩ → a⟨2⟩
        inputs: x⟨1⟩, x⟨2⟩

        """)
  }

  @Test func aWideTextContinuesBelow() {
    let nodes = (1...5).map { Node("word\($0)", at: Double($0), 0) }
    let arrows = zip(nodes, nodes.dropFirst()).map { Arrow($1, $0, "0.5") }
    #expect(
      Diagram(title: "Words", nodes: nodes, arrows: arrows).text(columns: 34) == """
        Words

        [word1] ◀─0.5─ [word2] ◀─0.5─

        [word3] ◀─0.5─ [word4] ◀─0.5─

        [word5]

        """)
  }

  @Test func distancesToARoundedBox() {
    let box = RoundedBox(centre: [1, 1], half: [4, 3], radius: 2)
    #expect(box.distance(to: [1, 1]) == -3)
    #expect(box.distance(to: [5, 1]) == 0)
    #expect(box.distance(to: [1, 9]) == 5)
    #expect(abs(box.distance(to: [5, 4]) - 2 * (2.0.squareRoot() - 1)) < 1e-12)
    #expect(box.outline.allSatisfy { abs(box.distance(to: $0)) < 1e-9 })
  }

  @Test func pathsAreCutAndRounded() {
    let corner: [Point] = [[0, 0], [10, 0], [10, 10]]
    #expect(corner.length == 20)
    #expect(corner.upTo(15) == [[0, 0], [10, 0], [10, 5]])
    #expect(corner.turn == 1)
    let box = RoundedBox(centre: [0, 0], half: [2, 2])
    #expect(abs(corner.leaving(box)[0].x - 2) < 1e-9)
    #expect([Point]([[0, 0], [1, 0]]).leaving(box).isEmpty)
    let rounded = corner.rounded(radius: 4)
    #expect(rounded[0] == corner[0] && rounded.last == corner.last && rounded.length < 20 && rounded.length > 17)
  }

  @Test(arguments: DiagramSamples.all.indices)
  func arrowsRunFromBorderToBorder(index: Int) throws {
    let layout = DiagramLayout(DiagramSamples.all[index])
    for arrow in layout.arrows {
      for (node, end) in [(arrow.arrow.from, arrow.path[0]), (arrow.arrow.to, arrow.path.last!)] {
        let distance = try #require(layout.nodes.first { $0.node == node }).box.distance(to: end)
        #expect(node.shape == .dot ? abs(distance + 1) < 0.01 : distance > 2 && distance < 6.5)
      }
    }
  }

  @Test(arguments: DiagramSamples.all.indices)
  func nothingCoversALabelAndNothingIsCutOff(index: Int) {
    let layout = DiagramLayout(DiagramSamples.all[index])
    let labels = layout.arrows.compactMap(\.label) + layout.frames.map(\.label)
    let boxes = layout.nodes.map(\.box) + labels.map(\.box)
    for (index, box) in boxes.enumerated() {
      #expect(boxes[..<index].allSatisfy { $0.shared(with: box) < 1 })
      let (lower, upper) = (box.lower - layout.origin, box.upper - layout.origin)
      #expect(lower.min() > 8)
      #expect(upper.x < Double(layout.canvas.width) - 8 && upper.y < Double(layout.canvas.height) - 30)
    }
    #expect(labels.allSatisfy { !$0.isCrossed })
    #expect(layout.canvas.width <= 1000)
  }

  @Test func arrowsInBothDirectionsAreApart() throws {
    let layout = DiagramLayout(DiagramSamples.gradients)
    var pairs = 0
    for one in layout.arrows {
      for other in layout.arrows where other.arrow.from == one.arrow.to && other.arrow.to == one.arrow.from {
        pairs += 1
        let gap = one.path.dense(step: 1).flatMap { point in other.path.dense(step: 1).map { ($0 - point).length } }
          .min()!
        #expect(gap > one.width / 2 + other.head.breadth)
        // Each is on its own right-hand side.
        let along = (one.path.last! - one.path[0]).unit
        let across = one.path[0] - other.path[0]
        #expect(along.x * across.y - along.y * across.x < 0)
      }
    }
    #expect(pairs == 6)
  }

  @Test func strengthIsWidth() {
    let nodes = [Node("a", at: 0, 0), Node("b", at: 2, 0), Node("c", at: 4, 0)]
    func widths(_ strengths: [Double?]) -> [Double] {
      let arrows = zip(strengths, [(0, 1), (1, 2)]).map { Arrow(nodes[$1.0], nodes[$1.1], strength: $0) }
      return DiagramLayout(Diagram(title: "", nodes: nodes, arrows: arrows)).arrows.map(\.width)
    }
    #expect(widths([0, 1]) == [0.6, 10])
    #expect(widths([-1, 7]) == [0.6, 10])
    #expect(widths([nil, .nan]) == [1.8, 1.8])
  }

  @Test func labelsAreBrokenAndCut() {
    let long = String(repeating: "long ", count: 20)
    let layout = DiagramLayout(
      Diagram(title: "", nodes: [Node("cat\n0.02", at: 0, 0), Node(long, at: 1, 0), Node(long, at: 0, 1)]))
    #expect(layout.nodes[0].lines == ["cat", "0.02"])
    #expect(layout.nodes[1].lines[0].hasSuffix("…"))
    #expect(layout.nodes[1].box.half.x * 2 < 110)
    #expect(layout.nodes[2].box.half.x * 2 > 220)
  }

  @Test func oddNumbersAreLeftOutOrClamped() throws {
    let odd: [Double] = [
      .nan, .infinity, -.infinity, 0, -1, 1e-300, 1000, -1000, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]
    try withTemporaryFolder { path in
      let folder = PlotFolder(path: path, textColumns: 79)
      for spacing in [Double.nan, .infinity, 0, -1] {
        let nodes = odd.map { Node("n\($0)", at: $0, 1, value: $0) } + odd.map { Node("m", at: 1, $0, shape: .circle) }
        let arrows = zip(nodes, nodes.dropFirst()).flatMap { from, to in
          [
            Arrow(from, to, "label", strength: from.place.column, bend: to.place.row),
            Arrow(to, from, "label", via: [(from.place.row, spacing)]), Arrow(from, from, bend: to.place.column),
          ]
        }
        let frames = odd.filter { !$0.isNaN }.map { Frame("frame", columns: min($0, 0)...max($0, 0), rows: 0...1) }
        let diagram = Diagram(title: "Odd", nodes: nodes, arrows: arrows, frames: frames, spacing: (spacing, spacing))
        #expect(diagram.canvas.width < 6000 && diagram.canvas.height < 6000)
        let saved = try folder.save(diagram, as: "odd")
        #expect(try SVGText(path: saved.image!).texts.contains("Odd"))
      }
      let empty = try folder.save(Diagram(title: "Empty", nodes: []), as: "empty")
      #expect(empty.text == "Empty\n")
      // A node that is an end of an arrow, but not drawn, still has its place.
      let ghost = Diagram(title: "", nodes: [], arrows: [Arrow(Node("a", at: 0, 0), Node("b", at: 1, 0))])
      #expect(DiagramLayout(ghost).arrows.count == 1)
      #expect(ghost.text(columns: 40)!.contains("a → b"))
    }
  }
}
