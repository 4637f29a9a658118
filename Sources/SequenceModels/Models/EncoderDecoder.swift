// Many to many, out of step: one layer reads the source, and a language model writes the target from the state that it
// ends in.
//
//   encoder: a⟨0⟩ = 0, x⟨1⟩ … x⟨T_x⟩ → a⟨T_x⟩         (Cho et al. 2014; Sutskever et al. 2014; Goodfellow fig. 10.12)
//   decoder: s⟨0⟩ = a⟨T_x⟩, ŷ⟨t⟩ = softmax(W_ya s⟨t⟩ + b_y), x⟨1⟩ = 0, x⟨t⟩ = y⟨t−1⟩ → y⟨1⟩ … y⟨T_y⟩
//
// Backwards, ∂L/∂s⟨0⟩ of the decoder is ∂L/∂a⟨T_x⟩ of the encoder. A decoder with `AttentionOnTop` reads a⟨1⟩ … a⟨T_x⟩
// besides, and sends a gradient to each.

/// Sources, and the target sequence of each.
public struct EncoderDecoderBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// The sources, x⟨1⟩ … x⟨T_x⟩.
  public let source: SequenceInput<Scalar>
  /// The lengths of the sources; nil where all are of T_x steps.
  public let sourceMask: Mask?
  /// The targets, with their end tokens: what `SentenceBatches` makes. Those that are `TokenBatch.none` are ignored.
  public let target: LanguageBatch
  /// Where the decoder reads the right token, by place in `target.inputs.ids`, and elsewhere its own; nil: the right
  /// one everywhere.
  public let isForced: [Bool]?

  /// A batch for which the decoder reads the right token at every step: full teacher forcing. Traps where sources and
  /// targets are not as many.
  public init(source: SequenceInput<Scalar>, sourceMask: Mask? = nil, target: LanguageBatch) {
    self.init(source: source, sourceMask: sourceMask, target: target, isForced: nil)
  }

  /// A batch for which the decoder reads the right token with a probability of `teacherForcing`, drawn for every step
  /// of every example alone, and else the likeliest token of its own step before (scheduled sampling, Bengio et al.
  /// 2015).
  ///
  /// With 1 it is always the right one, with 0 the decoder runs free. The draws belong to the batch, so a training
  /// repeats.
  public init(
    source: SequenceInput<Scalar>, sourceMask: Mask? = nil, target: LanguageBatch, teacherForcing: Double,
    using random: inout RandomSource
  ) {
    require(
      teacherForcing >= 0 && teacherForcing <= 1, "teacher forcing has a probability, not \(teacherForcing)")
    self.init(
      source: source, sourceMask: sourceMask, target: target,
      isForced: target.inputs.ids.map { _ in random.uniform() < teacherForcing })
  }

  private init(source: SequenceInput<Scalar>, sourceMask: Mask?, target: LanguageBatch, isForced: [Bool]?) {
    require(source.batch == target.exampleCount, "\(source.batch) sources have \(target.exampleCount) targets")
    source.check(sourceMask)
    (self.source, self.sourceMask, self.target, self.isForced) = (source, sourceMask, target, isForced)
  }

  /// m, the number of pairs.
  public var exampleCount: Int { target.exampleCount }
  /// The number of targets that are not ignored.
  public var targetCount: Int { target.targetCount }

  /// The pairs in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> EncoderDecoderBatch {
    if range == 0..<exampleCount { return self }
    let part = isForced.map { all in
      (0..<target.inputs.length).flatMap { t in range.map { all[t * exampleCount + $0] } }
    }
    return EncoderDecoderBatch(
      source: source.examples(range), sourceMask: sourceMask?.examples(range), target: target.examples(range),
      isForced: part)
  }
}

/// An encoder, and a language model over the target vocabulary that starts from the encoder's last state.
///
/// Shapes: x⟨t⟩ (n_x, m), the states of both of the same sizes, ŷ⟨t⟩ (V, m). Whether a source is read in reverse is up
/// to whoever makes the batch. Every batch holds whole pairs, so no state is carried from batch to batch. The decoder
/// starts from the encoder's states. The encoder's outputs are read by a decoder with `AttentionOnTop` alone: without
/// it, a dense layer on top of the encoder would take no part.
public struct EncoderDecoder<Encoder: RecurrentLayer, Decoder: CausalLayer>: SequenceModel
where Encoder.Scalar == Decoder.Scalar {
  /// The number type of both layers.
  public typealias Scalar = Encoder.Scalar

  /// What reads the source.
  public var encoder: Encoder
  /// What writes the target.
  public var decoder: LanguageModel<Decoder>

  /// A model of the two. Traps where their states are not of the same sizes.
  public init(encoder: Encoder, decoder: LanguageModel<Decoder>) {
    require(
      encoder.stateSizes == decoder.layer.stateSizes,
      "an encoder with states of \(encoder.stateSizes) cannot start a decoder of \(decoder.layer.stateSizes)")
    (self.encoder, self.decoder) = (encoder, decoder)
  }

  /// The encoder's parameters under `encoder.`, the language model's under `decoder.`: `decoder.rnn.`,
  /// `decoder.output.`.
  public var parameterPaths: [ParameterPath<EncoderDecoder>] {
    paths(of: \.encoder, encoder.parameterPaths) { "encoder.\($0)" }
      + paths(of: \.decoder, decoder.parameterPaths) { "decoder.\($0)" }
  }

  /// The tapes of both, and what the decoder read.
  public final class Tape: TrainableTape, @unchecked Sendable {
    /// The tape of the encoder.
    public let encoder: Encoder.Tape
    /// The tape of the language model.
    public let decoder: LanguageModel<Decoder>.Tape
    /// The tokens that the decoder read: the right ones where it was forced, and its own.
    public fileprivate(set) var read = TokenBatch(length: 0, batch: 0)

    fileprivate init(_ model: EncoderDecoder) {
      (encoder, decoder) = (model.encoder.makeTape(), model.decoder.makeTape())
    }

    /// Makes the passes of both passes of training.
    public func beginTraining(using random: inout RandomSource) {
      encoder.beginTraining(using: &random)
      decoder.beginTraining(using: &random)
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(self) }

  // MARK: - Forward

  /// The summed −log ŷ of the targets, in nats.
  public func forward(_ batch: EncoderDecoderBatch<Scalar>, from state: Void?, on tape: Tape) -> LossSum {
    let state = encode(batch.source, mask: batch.sourceMask, on: tape)
    tape.read = read(batch, from: state, on: tape.decoder)
    return decoder.forward(
      LanguageBatch(inputs: tape.read, targets: batch.target.targets), from: state, on: tape.decoder)
  }

  /// The encoder's final state; its outputs become the source that the decoder attends to, if it does.
  private func encode(_ source: SequenceInput<Scalar>, mask: Mask?, on tape: Tape) -> RecurrentState<Scalar> {
    encoder.forward(source, from: nil, mask: mask, on: tape.encoder)
    tape.decoder.layer.attention?.source = (tape.encoder.outputs, source.batch, mask)
    return tape.encoder.finalState
  }

  /// What the decoder reads: it has to write step by step where it reads what it wrote.
  private func read(
    _ batch: EncoderDecoderBatch<Scalar>, from state: RecurrentState<Scalar>, on tape: LanguageModel<Decoder>.Tape
  ) -> TokenBatch {
    var inputs = batch.target.inputs
    guard let isForced = batch.isForced, isForced.contains(false), inputs.length > 1 else { return inputs }
    var state = state
    for t in 1..<inputs.length {
      let before = Array(inputs.ids[(t - 1) * inputs.batch..<t * inputs.batch])
      let own = decoder.logits(after: before, from: &state, on: tape).largestColumns()
      // Past the end of a sequence nothing is read.
      for example in 0..<inputs.batch where inputs[t, example] != TokenBatch.none {
        if !isForced[t * inputs.batch + example] { inputs[t, example] = own[example] }
      }
    }
    return inputs
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch. None flows through the
  /// choice of a token.
  public func backward(
    _ batch: EncoderDecoderBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout EncoderDecoder
  ) {
    tape.encoder.outputGradients.fill(0)
    tape.decoder.layer.attention?.sourceGradients = tape.encoder.outputGradients
    decoder.backward(
      LanguageBatch(inputs: tape.read, targets: batch.target.targets), scale: scale, on: tape.decoder,
      accumulatingInto: &gradient.decoder)
    encoder.backward(
      finalGradient: tape.decoder.layer.initialGradient, inputGradient: nil, on: tape.encoder,
      accumulatingInto: &gradient.encoder)
  }

  /// Nothing: every batch holds whole pairs.
  public func finalState(of tape: Tape) {}

  // MARK: - In use

  /// The state in which the encoder leaves each source: without attention, all that the decoder learns of it.
  public func encode(_ source: SequenceInput<Scalar>, mask: Mask? = nil) -> RecurrentState<Scalar> {
    source.check(mask)
    return encode(source, mask: mask, on: makeTape())
  }

  /// The likeliest token at each step, until `end` or `limit` tokens: a sequence for each source, without `end`.
  public func greedyTokens(
    for source: SequenceInput<Scalar>, mask: Mask? = nil, until end: Int32, limit: Int
  ) -> [[Int32]] {
    source.check(mask)
    let tape = makeTape()
    let state = encode(source, mask: mask, on: tape)
    return decoder.greedyTokens(from: state, until: end, limit: limit, on: tape.decoder)
  }

  /// The `width` likeliest targets of one source that a beam finds; see `LanguageModel.beamSearch`.
  public func beamSearch(
    for source: SequenceInput<Scalar>, width: Int, until end: Int32, limit: Int
  ) -> [Hypothesis] {
    let tape = makeTape()
    let state = encode(source, mask: nil, on: tape)
    return decoder.beamSearch(from: state, width: width, until: end, limit: limit, on: tape.decoder)
  }

  /// α, with which the decoder looks at one source while it reads and writes `target`, (T_y, T_x): row t sums to 1. Nil
  /// for a decoder without attention.
  public func attentionWeights(for source: SequenceInput<Scalar>, writing target: [Int32]) -> Matrix<Scalar>? {
    let tape = makeTape()
    _ = forward(EncoderDecoderBatch(source: source, target: LanguageBatch(sentence: target)), from: nil, on: tape)
    return tape.decoder.layer.attention?.weights(ofExample: 0)
  }
}
