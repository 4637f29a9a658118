// A memory with gates, the cell of an LSTM, as a drawing.

import Plotting

/// The cell of an LSTM over one step, its direct path thick along the top.
///
/// - Parameters:
///   - title: What the drawing shows.
///   - leadsOn: Whether it says where c⟨t⟩ and a⟨t⟩ go.
public func cellPicture(_ title: String, leadsOn: Bool = false) -> Diagram {
  let (before, after) = (Node("c⟨t−1⟩", at: 0, 2, shape: .plain), Node("c⟨t⟩", at: 6, 2, shape: .plain))
  let (keep, plus) = (Node("×", at: 1.5, 2, shape: .operation), Node("+", at: 3.5, 2, shape: .operation))
  let (fork, write) = (Node("", at: 4.5, 2, shape: .dot), Node("×", at: 3.5, 1.2, shape: .operation))
  let (show, output) = (Node("×", at: 4.5, 1.2, shape: .operation), Node("a⟨t⟩", at: 6, 1.2, shape: .plain))
  let input = Node("a⟨t−1⟩, x⟨t⟩", at: 0, -0.7, shape: .plain)
  let gates = ["Γ_f", "Γ_u", "c̃⟨t⟩", "Γ_o"].enumerated().map {
    Node($1, at: Double($0) + 1.5, 0.3, shape: .gate, ink: $0 == 2 ? .neutral : .accent)
  }
  let dots = (0..<3).map { Node("", at: Double($0) + 1.5, -0.7, shape: .dot) }
  let direct = [(before, keep), (keep, plus), (plus, fork), (fork, after)].map {
    Arrow($0, $1, ink: .forward, strength: 0.6)
  }
  var nodes = [before, after, keep, plus, fork, write, show, input, output]
  var arrows = [
    Arrow(gates[0], keep, "keep"), Arrow(gates[1], write, via: [(2.5, 1.2)]), Arrow(gates[2], write),
    Arrow(write, plus, "write"), Arrow(gates[3], show), Arrow(fork, show, "tanh"), Arrow(show, output, "show"),
    Arrow(input, dots[0]), Arrow(dots[0], dots[1]), Arrow(dots[1], dots[2]),
    Arrow(dots[2], gates[3], via: [(4.5, -0.7)]),
  ]
  if leadsOn {
    let stays = Node("to the next step\nof this layer", at: 7.7, 2, shape: .plain)
    let leaves = Node("to the next step,\nand to the output", at: 7.7, 1.2, shape: .plain)
    nodes += [stays, leaves]
    arrows += [Arrow(after, stays), Arrow(output, leaves)]
  }
  arrows += zip(dots, gates).map { Arrow($0, $1) }
  return Diagram(
    title: title, nodes: nodes + gates + dots, arrows: direct + arrows,
    frames: [Frame("", columns: 1.1...5, rows: 0.1...2.2)], spacing: (leadsOn ? 94 : 100, 80))
}
