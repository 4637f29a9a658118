// A memory with gates, the cell of an LSTM, as part of a drawing.

import Plotting

/// The cell of an LSTM over one step, its direct path thick along the top: a ``Diagram`` of these parts is the cell
/// alone.
public struct CellPicture {
  /// c⟨t⟩ and a⟨t⟩, where the cell ends.
  public let c = Node("c⟨t⟩", at: 6, 2, shape: .plain), a = Node("a⟨t⟩", at: 6, 1.2, shape: .plain)
  /// All of its nodes.
  public let nodes: [Node]
  /// The arrows between them.
  public let arrows: [Arrow]
  /// The box around what is computed in a step.
  public let frame = Frame("", columns: 1.1...5, rows: 0.1...2.2)

  /// The parts of the cell.
  public init() {
    let before = Node("c⟨t−1⟩", at: 0, 2, shape: .plain)
    let (keep, plus) = (Node("×", at: 1.5, 2, shape: .operation), Node("+", at: 3.5, 2, shape: .operation))
    let (fork, write) = (Node("", at: 4.5, 2, shape: .dot), Node("×", at: 3.5, 1.2, shape: .operation))
    let show = Node("×", at: 4.5, 1.2, shape: .operation)
    let input = Node("a⟨t−1⟩, x⟨t⟩", at: 0, -0.7, shape: .plain)
    let gates = ["Γ_f", "Γ_u", "c̃⟨t⟩", "Γ_o"].enumerated().map {
      Node($1, at: Double($0) + 1.5, 0.3, shape: .gate, ink: $0 == 2 ? .neutral : .accent)
    }
    let dots = (0..<3).map { Node("", at: Double($0) + 1.5, -0.7, shape: .dot) }
    let direct = [(before, keep), (keep, plus), (plus, fork), (fork, c)].map {
      Arrow($0, $1, ink: .forward, strength: 0.6)
    }
    let others = [
      Arrow(gates[0], keep, "keep"), Arrow(gates[1], write, via: [(2.5, 1.2)]), Arrow(gates[2], write),
      Arrow(write, plus, "write"), Arrow(gates[3], show), Arrow(fork, show, "tanh"), Arrow(show, a, "show"),
      Arrow(input, dots[0]), Arrow(dots[0], dots[1]), Arrow(dots[1], dots[2]),
      Arrow(dots[2], gates[3], via: [(4.5, -0.7)]),
    ]
    nodes = [before, c, keep, plus, fork, write, show, input, a] + gates + dots
    arrows = direct + others + zip(dots, gates).map { Arrow($0, $1) }
  }
}
