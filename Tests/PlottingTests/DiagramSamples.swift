// Networks as lessons draw them, for the tests to render.

@testable import Plotting

enum DiagramSamples {
  static let all = [loop, gradients, chain, gated, bidirectional, deep, attention]

  /// A row of nodes, one for each label.
  private static func row(
    _ labels: [String], from column: Double, at row: Double, shape: Node.Shape = .box, ink: Ink = .neutral
  ) -> [Node] {
    labels.enumerated().map { Node($0.element, at: column + Double($0.offset), row, shape: shape, ink: ink) }
  }

  static let loop: Diagram = {
    let x = Node("x⟨t⟩", at: 0, 0, shape: .plain)
    let a = Node("a⟨t⟩", at: 0, 1)
    let y = Node("ŷ⟨t⟩", at: 0, 2, shape: .plain)
    var arrows = [Arrow(x, a, "W_ax"), Arrow(a, y, "W_ya"), Arrow(a, a, "W_aa", ink: .accent, bend: 0.35)]
    let start = Node("a⟨0⟩", at: 1.8, 1, shape: .plain)
    let inputs = row(["x⟨1⟩", "x⟨2⟩", "x⟨3⟩"], from: 2.8, at: 0, shape: .plain)
    let states = row(["a⟨1⟩", "a⟨2⟩", "a⟨3⟩"], from: 2.8, at: 1)
    let outputs = row(["ŷ⟨1⟩", "ŷ⟨2⟩", "ŷ⟨3⟩"], from: 2.8, at: 2, shape: .plain)
    for step in 0..<3 {
      arrows.append(Arrow(inputs[step], states[step], "W_ax"))
      arrows.append(Arrow(states[step], outputs[step], "W_ya"))
      arrows.append(Arrow(step == 0 ? start : states[step - 1], states[step], "W_aa", ink: .accent))
    }
    let others = [x, a, y, Node("=", at: 1.2, 1, shape: .plain), start]
    return Diagram(title: "A loop is a chain of steps", nodes: others + inputs + states + outputs, arrows: arrows)
  }()

  static let gradients: Diagram = {
    let inputs = row(["x⟨1⟩", "x⟨2⟩", "x⟨3⟩"], from: 1, at: 0, shape: .circle)
    let states = row(["a⟨1⟩", "a⟨2⟩", "a⟨3⟩"], from: 1, at: 1)
    let outputs = row(["ŷ⟨1⟩", "ŷ⟨2⟩", "ŷ⟨3⟩"], from: 1, at: 2, shape: .circle)
    var arrows = [Arrow(outputs[2], states[2], "1", ink: .backward, strength: 1)]
    for step in 0..<3 {
      arrows.append(Arrow(inputs[step], states[step], ink: .forward))
      arrows.append(Arrow(states[step], outputs[step], ink: .forward))
    }
    for (step, strength) in [(1, 0.1), (2, 0.4)] {
      arrows.append(Arrow(states[step - 1], states[step], "W_aa", ink: .forward))
      arrows.append(Arrow(states[step], states[step - 1], "\(strength)", ink: .backward, strength: strength))
    }
    return Diagram(
      title: "What the last loss says to each step", nodes: inputs + states + outputs, arrows: arrows,
      spacing: (140, 100))
  }()

  static let chain: Diagram = {
    let words = Array(Samples.words.prefix(12))
    let states = row((1...12).map { "a⟨\($0)⟩" }, from: 0, at: 1)
    let loss = Node("L", at: 11, 1.9, shape: .plain)
    var arrows = [Arrow(loss, states[11], "1", ink: .backward, strength: 1)]
    for (step, strength) in [0.001, 0.0024, 0.0061, 0.011, 0.02, 0.041, 0.08, 0.15, 0.31, 0.57, 1].enumerated() {
      arrows.append(Arrow(states[step + 1], states[step], readable(strength), ink: .backward, strength: strength))
    }
    return Diagram(
      title: "How the gradient fades on its way back",
      nodes: states + row(words, from: 0, at: 0.45, shape: .plain) + [loss], arrows: arrows, spacing: (72, 70))
  }()

  static let gated: Diagram = {
    let before = Node("c⟨t−1⟩", at: 0, 2, shape: .plain)
    let after = Node("c⟨t⟩", at: 5, 2, shape: .plain)
    let times = Node("×", at: 1.5, 2, shape: .operation)
    let plus = Node("+", at: 3.5, 2, shape: .operation)
    let inner = Node("×", at: 3.5, 1.2, shape: .operation)
    let forget = Node("Γ_f", at: 1.5, 0.3, shape: .gate, ink: .forward)
    let update = Node("Γ_u", at: 2.5, 0.3, shape: .gate, ink: .forward)
    let candidate = Node("c̃⟨t⟩", at: 3.5, 0.3, shape: .gate, ink: .accent)
    let input = Node("a⟨t−1⟩, x⟨t⟩", at: 0, -0.7, shape: .plain)
    var arrows = [Arrow(before, times), Arrow(times, plus), Arrow(plus, after), Arrow(forget, times, "keep")]
    arrows += [Arrow(update, inner, via: [(2.5, 1.2)]), Arrow(candidate, inner), Arrow(inner, plus, "write")]
    let dots = row(["", ""], from: 1.5, at: -0.7, shape: .dot)
    arrows += [Arrow(input, dots[0]), Arrow(dots[0], dots[1]), Arrow(dots[1], candidate, via: [(3.5, -0.7)])]
    arrows += [Arrow(dots[0], forget), Arrow(dots[1], update)]
    return Diagram(
      title: "The cell state runs along the top",
      nodes: [before, after, times, plus, inner, forget, update, candidate, input] + dots, arrows: arrows,
      frames: [Frame("one step", columns: 1.1...4, rows: 0.1...2.2)], spacing: (100, 80))
  }()

  static let bidirectional: Diagram = {
    let steps = (1...4).map { "⟨\($0)⟩" }
    let inputs = row(steps.map { "x" + $0 }, from: 1, at: 0, shape: .plain)
    let forward = row(steps.map { "a→" + $0 }, from: 0.8, at: 1, ink: .forward)
    let backward = row(steps.map { "a←" + $0 }, from: 1.2, at: 1.9, ink: .backward)
    let outputs = row(steps.map { "ŷ" + $0 }, from: 1, at: 3, shape: .circle)
    var arrows: [Arrow] = []
    for step in 0..<4 {
      arrows += [Arrow(inputs[step], forward[step]), Arrow(inputs[step], backward[step])]
      arrows += [Arrow(forward[step], outputs[step]), Arrow(backward[step], outputs[step])]
      if step == 0 { continue }
      arrows.append(Arrow(forward[step - 1], forward[step], ink: .forward))
      arrows.append(Arrow(backward[step], backward[step - 1], ink: .backward))
    }
    return Diagram(
      title: "Two chains in opposite directions", nodes: inputs + forward + backward + outputs, arrows: arrows,
      spacing: (150, 85))
  }()

  static let deep: Diagram = {
    var rows = [row((1...4).map { "x⟨\($0)⟩" }, from: 0, at: 0, shape: .plain)]
    for layer in 1...3 { rows.append(row((1...4).map { "a[\(layer)]⟨\($0)⟩" }, from: 0, at: Double(layer))) }
    rows.append(row((1...4).map { "ŷ⟨\($0)⟩" }, from: 0, at: 4, shape: .plain))
    var arrows: [Arrow] = []
    for layer in 1...4 {
      for step in 0..<4 {
        arrows.append(Arrow(rows[layer - 1][step], rows[layer][step]))
        if layer < 4 && step > 0 { arrows.append(Arrow(rows[layer][step - 1], rows[layer][step])) }
      }
    }
    return Diagram(
      title: "Three layers over four steps", nodes: rows.flatMap { $0 }, arrows: arrows,
      frames: [Frame("second layer", columns: 0...3, rows: 2...2, ink: .accent, isDashed: true)], spacing: (130, 80))
  }()

  static let attention: Diagram = {
    let weights = [0.05, 0.12, 0.7, 0.03, 0.1]
    let states = weights.enumerated().map {
      Node("a⟨\($0.offset + 1)⟩", at: Double($0.offset), 0, ink: .forward, value: $0.element)
    }
    let words = row(["Jane", "visite", "l’Afrique", "en", "septembre"], from: 0, at: -0.6, shape: .plain)
    let decoder = Node("s⟨3⟩", at: 2, 1.7, shape: .circle, ink: .accent)
    let output = Node("Africa", at: 2, 2.6, shape: .plain)
    let arrows = zip(states, weights).map { Arrow($0, decoder, "\($1)", ink: .forward, strength: $1) }
    return Diagram(
      title: "The third word looks at the third", nodes: states + words + [decoder, output],
      arrows: arrows + [Arrow(decoder, output)])
  }()
}
