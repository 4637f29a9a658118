// Many to one: numbers for a whole sequence.
//
//   ŷ = W_ya a⟨T_x⟩ + b_y,   L = ‖ŷ − y‖²                                            (no ½, as in PyTorch)
//
// a⟨T_x⟩ of a layer that reads both ways, and under a mask: see FinalReadout.swift.

/// Sequences and the numbers that each stands for.
public struct RegressorBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// x⟨1⟩ … x⟨T⟩.
  public let inputs: SequenceInput<Scalar>
  /// y, (n_y, m): an example a column. A NaN asks for nothing.
  public let targets: Matrix<Scalar>
  /// The lengths of the sequences; nil where all are of T steps.
  public let mask: Mask?
  /// The number of numbers that are asked for.
  public let targetCount: Int

  /// A batch of the given inputs and targets. Traps where they are not as many.
  public init(inputs: SequenceInput<Scalar>, targets: Matrix<Scalar>, mask: Mask? = nil) {
    require(inputs.batch == targets.columns, "\(inputs.batch) sequences have \(targets.columns) targets")
    inputs.check(mask)
    (self.inputs, self.targets, self.mask) = (inputs, targets, mask)
    targetCount = targets.elements.count { !$0.isNaN }
  }

  /// m, the number of sequences.
  public var exampleCount: Int { inputs.batch }

  /// The sequences in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> RegressorBatch {
    range == 0..<exampleCount
      ? self
      : RegressorBatch(
        inputs: inputs.examples(range), targets: targets.transposed.rows(range).transposed,
        mask: mask?.examples(range))
  }
}

/// A recurrent layer and, once it has read the sequence, an affine map to the numbers asked for.
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨T_x⟩ (n_a, m), ŷ (n_y, m). Every batch holds whole sequences, so no state is handed on.
public struct Regressor<Layer: RecurrentLayer>: ReadoutModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer: x⟨t⟩ in, a⟨t⟩ out.
  public var layer: Layer
  /// The output: a⟨T_x⟩ in, ŷ out.
  public var output: Dense<Scalar>
  /// The key paths of `layer` and `output`, by which a gradient is added where it stands.
  public static var parts: (layer: WritableKeyPath<Regressor, Layer>, output: WritableKeyPath<Regressor, Dense<Scalar>>)
  {
    (\.layer, \.output)
  }

  /// A model of the layer and of an output that fits it. Traps where they do not fit.
  public init(layer: Layer, output: Dense<Scalar>) {
    output.checkFit(to: layer)
    (self.layer, self.output) = (layer, output)
  }

  /// The layer's tape, its last output, and the memory of the predictions.
  public typealias Tape = FinalReadoutTape<Layer>

  // MARK: - Forward

  /// The summed (ŷ − y)² of the numbers asked for.
  public func forward(_ batch: RegressorBatch<Scalar>, from state: Void?, on tape: Tape) -> LossSum {
    let predictions = readFinal(batch.inputs, mask: batch.mask, on: tape)
    return batch.targets.transposed.withBlock { MeanSquaredError.forward(predictions, targets: $0) }
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: RegressorBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Regressor
  ) {
    let δ = finalOutputs(of: batch.exampleCount, on: tape)
    batch.targets.transposed.withBlock { MeanSquaredError.backward(δ, targets: $0, scale: scale) }
    backwardFinal(outputGradient: δ, on: tape, accumulatingInto: &gradient)
  }

  // MARK: - In use

  /// ŷ, (n_y, m): the numbers predicted for each sequence.
  public func predictions(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> Matrix<Scalar> {
    inputs.check(mask)
    let tape = makeTape()
    // What is read last lies in its memory.
    defer { withExtendedLifetime(tape) {} }
    return Matrix(examples: readFinal(inputs, mask: mask, on: tape))
  }
}
