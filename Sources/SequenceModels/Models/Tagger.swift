// Many to many, in step: a tag for every step of a sequence.
//
//   ŷ⟨t⟩ = softmax(W_ya a⟨t⟩ + b_y),   L = − Σ_t log ŷ⟨t⟩[y⟨t⟩]                      (notes 000, 004; T_x = T_y)

/// Sequences and, at each step, the tag to predict.
public struct TaggerBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// x⟨1⟩ … x⟨T⟩.
  public let inputs: SequenceInput<Scalar>
  /// y⟨1⟩ … y⟨T⟩; `TokenBatch.none` is ignored.
  public let targets: TokenBatch
  /// The lengths of the sequences; nil where all are of T steps.
  public let mask: Mask?
  /// The number of targets that are not ignored.
  public let targetCount: Int

  /// A batch of the given inputs and targets. Traps where their shapes differ, or where padding has a target.
  public init(inputs: SequenceInput<Scalar>, targets: TokenBatch, mask: Mask? = nil) {
    require(
      inputs.length == targets.length && inputs.batch == targets.batch,
      "inputs (\(inputs.length), \(inputs.batch)) and targets (\(targets.length), \(targets.batch)) differ in shape")
    inputs.check(mask)
    for (example, length) in (mask?.lengths ?? []).enumerated() {
      for t in length..<targets.length {
        require(targets[t, example] == TokenBatch.none, "example \(example) has a target in its padding")
      }
    }
    (self.inputs, self.targets, self.mask) = (inputs, targets, mask)
    targetCount = targets.ids.count { $0 != TokenBatch.none }
  }

  /// m, the number of sequences.
  public var exampleCount: Int { inputs.batch }

  /// The sequences in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> TaggerBatch {
    range == 0..<exampleCount
      ? self
      : TaggerBatch(inputs: inputs.examples(range), targets: targets.examples(range), mask: mask?.examples(range))
  }
}

/// A recurrent layer and, at each step, a softmax over the tags.
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨t⟩ (n_a, m), ŷ⟨t⟩ (n_y, m) for n_y tags.
public struct Tagger<Layer: RecurrentLayer>: ReadoutModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer: x⟨t⟩ in, a⟨t⟩ out.
  public var layer: Layer
  /// The output: a⟨t⟩ in, logits of the tags out.
  public var output: Dense<Scalar>

  /// A model of the layer and of an output that fits it. Traps where they do not fit.
  public init(layer: Layer, output: Dense<Scalar>) {
    output.checkFit(to: layer)
    (self.layer, self.output) = (layer, output)
  }

  /// The layer's parameters under `rnn.`, the output's under `output.`.
  public var parameterPaths: [ParameterPath<Tagger>] {
    paths(of: \.layer, layer.parameterPaths) { "rnn.\($0)" }
      + paths(of: \.output, output.parameterPaths) { "output.\($0)" }
  }

  /// n_y, the number of tags.
  public var tagCount: Int { output.Wya.rows }

  /// The layer's tape and the memory of the logits.
  public typealias Tape = ReadoutTape<Layer>

  // MARK: - Forward

  /// The summed −log ŷ of the targets, in nats. Traps where a target is no tag.
  public func forward(_ batch: TaggerBatch<Scalar>, from state: RecurrentState<Scalar>?, on tape: Tape) -> LossSum {
    SoftmaxCrossEntropy.forward(
      readEveryStep(batch.inputs, from: state, mask: batch.mask, on: tape), targets: batch.targets.ids)
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: TaggerBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Tagger
  ) {
    SoftmaxCrossEntropy.backward(tape.outputs, targets: batch.targets.ids, scale: scale)
    backwardEveryStep(on: tape, accumulatingInto: &gradient)
  }

  /// The state after the last step, from which the next batch of the same sequences starts.
  public func finalState(of tape: Tape) -> RecurrentState<Scalar> { tape.layer.finalState }

  // MARK: - In use

  /// ŷ⟨1⟩ … ŷ⟨T⟩, each (n_y, m): the probability of every tag at every step. Padded steps have no meaning.
  public func probabilities(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> SequenceBatch<Scalar> {
    inputs.check(mask)
    let z = readEveryStep(inputs, from: nil, mask: mask, on: makeTape())
    z.applySoftmax()
    return SequenceBatch(copying: z, length: inputs.length, batch: inputs.batch)
  }

  /// The likeliest tag at every step; `TokenBatch.none` at padding.
  public func tags(_ inputs: SequenceInput<Scalar>, mask: Mask? = nil) -> TokenBatch {
    inputs.check(mask)
    var result = TokenBatch(length: inputs.length, batch: inputs.batch)
    result.ids = readEveryStep(inputs, from: nil, mask: mask, on: makeTape()).largestColumns()
    for (example, length) in (mask?.lengths ?? []).enumerated() {
      for t in length..<inputs.length { result[t, example] = TokenBatch.none }
    }
    return result
  }
}
