// Many to one: numbers for a whole sequence.
//
//   ŷ = W_ya a⟨T_x⟩ + b_y,   L = ‖ŷ − y‖²                                            (no ½, as in PyTorch)
//
// a⟨T_x⟩ of a layer of both directions, and under a mask: see ReadoutModel.swift.

/// Sequences and the numbers that each stands for.
public struct RegressorBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// x⟨1⟩ … x⟨T⟩.
  public let inputs: SequenceInput<Scalar>
  /// y, (n_y, m): an example a column.
  public let targets: Matrix<Scalar>
  /// Which targets count, in the shape of `targets`, row by row; the others are ignored, whatever stands there. Nil:
  /// all of them.
  public let isCounted: [[Bool]]?
  /// The lengths of the sequences; nil where all are of T steps.
  public let mask: Mask?
  /// The number of targets that count.
  public let targetCount: Int

  /// A batch of the given inputs and targets. Traps where they are not as many, and where a target that counts is not
  /// finite.
  public init(
    inputs: SequenceInput<Scalar>, targets: Matrix<Scalar>, isCounted: [[Bool]]? = nil, mask: Mask? = nil
  ) {
    require(inputs.batch == targets.columns, "\(inputs.batch) sequences have \(targets.columns) targets")
    if let isCounted {
      require(
        isCounted.count == targets.rows && isCounted.allSatisfy { $0.count == targets.columns },
        "targets of (\(targets.rows), \(targets.columns)) are counted by rows of \(isCounted.map(\.count))")
    }
    inputs.check(mask)
    (self.inputs, self.targets, self.isCounted, self.mask) = (inputs, targets, isCounted, mask)
    targetCount = isCounted?.joined().count { $0 } ?? targets.count
    for row in 0..<targets.rows {
      for example in 0..<targets.columns where isCounted?[row][example] ?? true {
        require(
          targets[row, example].isFinite,
          "target (\(row), \(example)) is \(targets[row, example]); isCounted says which are to be ignored")
      }
    }
  }

  /// m, the number of sequences.
  public var exampleCount: Int { inputs.batch }

  /// The sequences in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> RegressorBatch {
    range == 0..<exampleCount
      ? self
      : RegressorBatch(
        inputs: inputs.examples(range), targets: targets.transposed.rows(range).transposed,
        isCounted: isCounted?.map { Array($0[range]) }, mask: mask?.examples(range))
  }

  /// Calls `body` with the targets as the engine has them, an example a row, (m, n_y), and whether each counts.
  fileprivate func withTargets<Result>(_ body: (Block<Scalar>, [Bool]?) -> Result) -> Result {
    let marks = isCounted.map { rows in (0..<exampleCount).flatMap { example in rows.map { $0[example] } } }
    return targets.transposed.withBlock { body($0, marks) }
  }
}

/// A recurrent layer and, once it has read the sequence, an affine map to the numbers that it predicts.
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨T_x⟩ (n_a, m), ŷ (n_y, m). Every batch holds whole sequences, so no state is carried from
/// batch to batch.
public struct Regressor<Layer: RecurrentLayer>: ReadoutModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer: x⟨t⟩ in, a⟨t⟩ out.
  public var layer: Layer
  /// The output: a⟨T_x⟩ in, ŷ out.
  public var output: Dense<Scalar>

  /// A model of the layer and of an output that fits it. Traps where they do not fit.
  public init(layer: Layer, output: Dense<Scalar>) {
    output.checkFit(to: layer)
    (self.layer, self.output) = (layer, output)
  }

  /// The layer's parameters under `rnn.`, the output's under `output.`.
  public var parameterPaths: [ParameterPath<Regressor>] {
    paths(of: \.layer, layer.parameterPaths) { "rnn.\($0)" }
      + paths(of: \.output, output.parameterPaths) { "output.\($0)" }
  }

  /// The layer's tape, its final output, and the memory of the predictions.
  public typealias Tape = ReadoutTape<Layer>

  // MARK: - Forward

  /// The summed (ŷ − y)² of the targets that count.
  public func forward(_ batch: RegressorBatch<Scalar>, from state: Void?, on tape: Tape) -> LossSum {
    let predictions = readFinal(batch.inputs, mask: batch.mask, on: tape)
    return batch.withTargets { MeanSquaredError.forward(predictions, targets: $0, isCounted: $1) }
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: RegressorBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Regressor
  ) {
    batch.withTargets { MeanSquaredError.backward(tape.outputs, targets: $0, isCounted: $1, scale: scale) }
    backwardFinal(on: tape, accumulatingInto: &gradient)
  }

  // MARK: - In use

  /// ŷ, (n_y, m): the numbers predicted for each sequence.
  public func predictions(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> Matrix<Scalar> {
    inputs.check(mask)
    return Matrix(examples: readFinal(inputs, mask: mask, on: makeTape()))
  }
}
