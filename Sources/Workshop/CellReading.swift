// What a cell does along a sentence: gates, candidate and states, unit by unit and word by word.

import SequenceModels

/// The inside of a recurrent layer along one text. Each table has a row for a unit and a column for a token: the values
/// after it was read.
public struct CellReading {
  private let gates: [(name: String, values: [[Double]])]
  /// The states in the order of the cell's `stateSizes`: of an LSTM a⟨t⟩, then c⟨t⟩.
  public let states: [[[Double]]]

  /// A gate or the candidate under its name in the cell's trace, such as Γu or c̃. Traps where the cell has none of
  /// this name.
  public subscript(name: String) -> [[Double]] {
    guard let gate = gates.first(where: { $0.name == name }) else {
      fatalError("the cell has no \(name), only \(gates.map(\.name).joined(separator: ", "))")
    }
    return gate.values
  }

  init<Cell: RecurrentCell>(of tape: Recurrent<Cell>.Tape, from first: Int) {
    func table(_ values: SequenceBatch<Cell.Scalar>) -> [[Double]] {
      let units = values.trajectory(example: 0)
      return (0..<units.rows).map { unit in (first..<units.columns).map { Double(units[unit, $0]) } }
    }
    gates = tape.trace.map { ($0.name, table($0.values)) }
    states = (0..<tape.finalState.values.count).map { table(tape.stateSequence($0)) }
  }
}

extension LanguageModel {
  /// What the cell does as it reads `tokens`, after x⟨1⟩ = 0 as in the training on sentences.
  public func reading<Cell>(of tokens: [Int32]) -> CellReading where Layer == Recurrent<Cell> {
    let tape = layer.makeTape()
    layer.forward(.tokens(TokenBatch(sequence: [TokenBatch.none] + tokens)), from: nil, mask: nil, on: tape)
    return CellReading(of: tape, from: 1)
  }
}
