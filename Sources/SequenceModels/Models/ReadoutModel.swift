// What the tagger, the language model, the classifier and the regressor share: a recurrent layer, and one affine map on
// its output.
//
//   z⟨t⟩ = W_ya a⟨t⟩ + b_y at every step,   or z = W_ya a⟨T_x⟩ + b_y once the layer has read the sequence
//
// A layer of both directions has read the whole sequence at T_x in the one and at 1 in the other: its a⟨T_x⟩ is
// [→a⟨T_x⟩; ←a⟨1⟩], `RecurrentLayer.finalOutput`. Under a mask the states stay as they are past a sequence's length, so
// that T_x is that of each sequence.

/// A model of a recurrent layer and of an affine map on its output.
///
/// Each model lists its own `parameterPaths`: a key path through this protocol would copy a layer to change one of its
/// numbers.
public protocol ReadoutModel<Scalar>: SequenceModel where Scalar == Layer.Scalar, Tape == ReadoutTape<Layer> {
  /// The kind of the recurrent layer.
  associatedtype Layer: RecurrentLayer

  /// The recurrent layer.
  var layer: Layer { get set }
  /// The affine map: a in, logits or predictions out.
  var output: Dense<Scalar> { get set }
}

/// The tape of the layer, and the memory of what the affine map makes of its output.
public final class ReadoutTape<Layer: RecurrentLayer>: TrainableTape, @unchecked Sendable {
  /// The tape of the recurrent layer.
  public let layer: Layer.Tape
  /// a⟨T_x⟩, an example a row, (m, n_a), in a model that reads no other output.
  fileprivate var final = Matrix<Layer.Scalar>(rows: 0, columns: 0)
  private let buffer = Buffer<Layer.Scalar>()
  private let size: Int
  private var rows = 0

  fileprivate init(_ layer: Layer, outputSize: Int) { (self.layer, size) = (layer.makeTape(), outputSize) }

  /// z of the last pass, or what the loss has put in its place, an example a row: (T m, n_y), or (m, n_y) of whole
  /// sequences.
  var outputs: Block<Layer.Scalar> { buffer.block(rows: rows, columns: size) }

  fileprivate func outputs(rows: Int) -> Block<Layer.Scalar> {
    self.rows = rows
    return outputs
  }

  /// Makes the passes of the layer passes of training.
  public func beginTraining(using random: inout RandomSource) { layer.beginTraining(using: &random) }
}

extension ReadoutModel {
  /// An empty tape.
  public func makeTape() -> ReadoutTape<Layer> { ReadoutTape(layer, outputSize: output.Wya.rows) }

  // MARK: - At every step

  /// z⟨1⟩ … z⟨T⟩, a row for each step and example: (T m, n_y).
  func readEveryStep(
    _ inputs: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: ReadoutTape<Layer>
  ) -> Block<Scalar> {
    layer.forward(inputs, from: state, mask: mask, on: tape.layer)
    let z = tape.outputs(rows: inputs.length * inputs.batch)
    output.forward(tape.layer.outputs, into: z)
    return z
  }

  /// Adds the gradient, after `readEveryStep` and once `tape.outputs` holds ∂L/∂z⟨t⟩.
  func backwardEveryStep(on tape: ReadoutTape<Layer>, accumulatingInto gradient: inout Self) {
    output.backward(
      tape.layer.outputs, outputGradient: tape.outputs, inputGradient: tape.layer.outputGradients,
      accumulatingInto: &gradient.output)
    layer.backward(finalGradient: nil, inputGradient: nil, on: tape.layer, accumulatingInto: &gradient.layer)
  }

  // MARK: - Once the sequence has been read

  /// z, a row for each example: (m, n_y).
  func readFinal(_ inputs: SequenceInput<Scalar>, mask: Mask?, on tape: ReadoutTape<Layer>) -> Block<Scalar> {
    layer.forward(inputs, from: nil, mask: mask, on: tape.layer)
    tape.final = layer.finalOutput(on: tape.layer).transposed
    let z = tape.outputs(rows: inputs.batch)
    tape.final.withBlock { output.forward($0, into: z) }
    return z
  }

  /// Adds the gradient, after `readFinal` and once `tape.outputs` holds ∂L/∂z.
  func backwardFinal(on tape: ReadoutTape<Layer>, accumulatingInto gradient: inout Self) {
    var finalGradient = tape.final
    tape.final.withBlock { final in
      finalGradient.withMutableBlock {
        output.backward(final, outputGradient: tape.outputs, inputGradient: $0, accumulatingInto: &gradient.output)
      }
    }
    let stateGradient = layer.finalGradient(
      ofOutput: finalGradient.transposed, on: tape.layer, accumulatingInto: &gradient.layer)
    tape.layer.outputGradients.fill(0)
    layer.backward(
      finalGradient: stateGradient, inputGradient: nil, on: tape.layer, accumulatingInto: &gradient.layer)
  }
}

extension ReadoutModel where State == Void {
  /// Nothing: every batch holds whole sequences.
  public func finalState(of tape: ReadoutTape<Layer>) {}
}
