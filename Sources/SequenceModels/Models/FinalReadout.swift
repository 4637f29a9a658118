// Many to one: what the classifier and the regressor share. The output reads a⟨T_x⟩, once the layer has read the sequence.
//
// A layer that reads both ways has read the whole sequence at T_x in one direction and at 1 in the other, so that
// a⟨T_x⟩ becomes [→a⟨T_x⟩; ←a⟨1⟩]: `RecurrentLayer.finalOutput`. Under a mask each state stays as its sequence left it, so that
// a batch of unequal lengths ends in the a⟨T_x⟩ of each.

/// The tape of a model whose output reads the end of a sequence: the layer's tape, a⟨T_x⟩, and the memory of the outputs.
public final class FinalReadoutTape<Layer: RecurrentLayer>: TrainableTape, @unchecked Sendable {
  /// The tape of the recurrent layer.
  public let layer: Layer.Tape
  /// a⟨T_x⟩, an example a row: (m, n_a).
  fileprivate var final = Matrix<Layer.Scalar>(rows: 0, columns: 0)
  fileprivate let outputs = Buffer<Layer.Scalar>()

  fileprivate init(_ layer: Layer) { self.layer = layer.makeTape() }

  /// Makes the passes of the layer passes of training.
  public func beginTraining(using random: inout RandomSource) { layer.beginTraining(using: &random) }
}

extension ReadoutModel where Tape == FinalReadoutTape<Layer> {
  /// An empty tape.
  public func makeTape() -> Tape { FinalReadoutTape(layer) }

  /// The memory of the outputs, one row an example: (m, n_y).
  func finalOutputs(of count: Int, on tape: Tape) -> Block<Scalar> {
    tape.outputs.block(rows: count, columns: output.Wya.rows)
  }

  /// W_ya a⟨T_x⟩ + b_y, one row an example: (m, n_y).
  func readFinal(_ inputs: SequenceInput<Scalar>, mask: Mask?, on tape: Tape) -> Block<Scalar> {
    layer.forward(inputs, from: nil, mask: mask, on: tape.layer)
    tape.final = layer.finalOutput(on: tape.layer).transposed
    let z = finalOutputs(of: inputs.batch, on: tape)
    tape.final.withBlock { output.forward($0, into: z) }
    return z
  }

  /// Adds the gradient, given that by the outputs, δ (m, n_y), after `readFinal`.
  func backwardFinal(
    outputGradient δ: Block<Scalar>, on tape: Tape, accumulatingInto gradient: inout Self
  ) {
    var finalGradient = tape.final
    tape.final.withBlock { final in
      finalGradient.withMutableBlock {
        output.backward(final, outputGradient: δ, inputGradient: $0, accumulatingInto: &gradient.output)
      }
    }
    let stateGradient = layer.finalGradient(
      ofOutput: finalGradient.transposed, on: tape.layer, accumulatingInto: &gradient.layer)
    tape.layer.outputGradients.fill(0)
    layer.backward(
      finalGradient: stateGradient, inputGradient: nil, on: tape.layer, accumulatingInto: &gradient.layer)
  }
}

extension ReadoutModel where Tape == FinalReadoutTape<Layer>, State == Void {
  /// Nothing: every batch holds whole sequences.
  public func finalState(of tape: Tape) {}
}
