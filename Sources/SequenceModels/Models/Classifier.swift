// Many to one: a class for a whole sequence.
//
//   ŷ = softmax(W_ya a⟨T_x⟩ + b_y),   L = −log ŷ[y]                                  (notes 000; T_y = 1)
//
// a⟨T_x⟩ of a layer of both directions, and under a mask: see ReadoutModel.swift.

/// Sequences and the class of each.
public struct ClassifierBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// x⟨1⟩ … x⟨T⟩.
  public let inputs: SequenceInput<Scalar>
  /// The class of each sequence; `TokenBatch.none` is ignored.
  public let targets: [Int32]
  /// The lengths of the sequences; nil where all are of T steps.
  public let mask: Mask?
  /// The number of targets that are not ignored.
  public let targetCount: Int

  /// A batch of the given inputs and classes. Traps where they are not as many.
  public init(inputs: SequenceInput<Scalar>, targets: [Int32], mask: Mask? = nil) {
    require(inputs.batch == targets.count, "\(inputs.batch) sequences have \(targets.count) classes")
    inputs.check(mask)
    (self.inputs, self.targets, self.mask) = (inputs, targets, mask)
    targetCount = targets.count { $0 != TokenBatch.none }
  }

  /// m, the number of sequences.
  public var exampleCount: Int { inputs.batch }

  /// The sequences in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> ClassifierBatch {
    range == 0..<exampleCount
      ? self
      : ClassifierBatch(inputs: inputs.examples(range), targets: Array(targets[range]), mask: mask?.examples(range))
  }
}

/// A recurrent layer and, once it has read the sequence, a softmax over the classes.
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨T_x⟩ (n_a, m), ŷ (n_y, m) for n_y classes. Every batch holds whole sequences, so no state
/// is carried from batch to batch.
public struct Classifier<Layer: RecurrentLayer>: ReadoutModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer: x⟨t⟩ in, a⟨t⟩ out.
  public var layer: Layer
  /// The output: a⟨T_x⟩ in, logits of the classes out.
  public var output: Dense<Scalar>

  /// A model of the layer and of an output that fits it. Traps where they do not fit.
  public init(layer: Layer, output: Dense<Scalar>) {
    output.checkFit(to: layer)
    (self.layer, self.output) = (layer, output)
  }

  /// The layer's parameters under `rnn.`, the output's under `output.`.
  public var parameterPaths: [ParameterPath<Classifier>] {
    paths(of: \.layer, layer.parameterPaths) { "rnn.\($0)" }
      + paths(of: \.output, output.parameterPaths) { "output.\($0)" }
  }

  /// n_y, the number of classes.
  public var classCount: Int { output.Wya.rows }

  /// The layer's tape, its final output, and the memory of the logits.
  public typealias Tape = ReadoutTape<Layer>

  // MARK: - Forward

  /// The summed −log ŷ of the classes, in nats. Traps where a target is no class.
  public func forward(_ batch: ClassifierBatch<Scalar>, from state: Void?, on tape: Tape) -> LossSum {
    SoftmaxCrossEntropy.forward(readFinal(batch.inputs, mask: batch.mask, on: tape), targets: batch.targets)
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: ClassifierBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Classifier
  ) {
    SoftmaxCrossEntropy.backward(tape.outputs, targets: batch.targets, scale: scale)
    backwardFinal(on: tape, accumulatingInto: &gradient)
  }

  // MARK: - In use

  /// ŷ, (n_y, m): the probability of every class for each sequence.
  public func probabilities(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> Matrix<Scalar> {
    inputs.check(mask)
    let z = readFinal(inputs, mask: mask, on: makeTape())
    z.applySoftmax()
    return Matrix(examples: z)
  }

  /// The likeliest class of each of the m sequences, the first of equals.
  public func classes(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> [Int32] {
    inputs.check(mask)
    return readFinal(inputs, mask: mask, on: makeTape()).largestColumns()
  }
}
