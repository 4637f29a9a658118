// One to many: a sequence written from one vector, an image's features or a class.
//
//   a⟨0⟩ = tanh(W v + b),   ŷ⟨t⟩ = softmax(W_ya a⟨t⟩ + b_y),   x⟨1⟩ = 0,   x⟨t⟩ = y⟨t−1⟩
//
// The vector sets the state that a language model starts from; a cell with two states has both set so (Xu et al. 2015,
// section 3.1.2). The other way of the field, v as a first input (Vinyals et al. 2015), needs a v of the size of a
// token.
//
// Backwards: δ = ∂L/∂a⟨0⟩ ⊙ (1 − a⟨0⟩²),   ∂L/∂W = δ vᵀ,   ∂L/∂b = Σ δ

/// Vectors, and the sequence that each stands for.
public struct GeneratorBatch<Scalar: RealScalar>: ExampleBatch, Equatable {
  /// v, (n_v, m): an example a column.
  public let vectors: Matrix<Scalar>
  /// The sequences, with their end tokens among the targets: what `SentenceBatches` makes.
  public let text: LanguageBatch

  /// A batch of vectors and sequences. Traps where they are not as many.
  public init(vectors: Matrix<Scalar>, text: LanguageBatch) {
    require(
      vectors.columns == text.exampleCount, "\(vectors.columns) vectors have \(text.exampleCount) sequences")
    (self.vectors, self.text) = (vectors, text)
  }

  /// A batch of classes below `classCount`, each as its one-hot column, and sequences.
  public init(classes: [Int32], of classCount: Int, text: LanguageBatch) {
    self.init(vectors: Matrix(oneHot: classes, size: classCount), text: text)
  }

  /// m, the number of sequences.
  public var exampleCount: Int { text.exampleCount }
  /// The number of targets that are not ignored.
  public var targetCount: Int { text.targetCount }

  /// The examples in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> GeneratorBatch {
    range == 0..<exampleCount
      ? self : GeneratorBatch(vectors: vectors.transposed.rows(range).transposed, text: text.examples(range))
  }
}

/// A language model that starts from a vector: teacher forced in training, its own reader in use.
///
/// Shapes: v (n_v, m), a⟨0⟩ and the cell's other states on top of each other (Σ sizes, m), ŷ⟨t⟩ (V, m). Every batch
/// holds whole sequences, so no state is carried from batch to batch.
public struct Generator<Layer: CausalLayer>: SequenceModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The map from the vector to the states, before tanh.
  public var start: Dense<Scalar>
  /// The language model that writes.
  public var decoder: LanguageModel<Layer>

  /// A generator of the given parts. Traps where they do not fit.
  public init(start: Dense<Scalar>, decoder: LanguageModel<Layer>) {
    let size = decoder.layer.stateSizes.reduce(0, +)
    require(start.Wya.rows == size, "a start of \(start.Wya.rows) numbers does not fill states of \(size)")
    (self.start, self.decoder) = (start, decoder)
  }

  /// A generator around `decoder` for vectors of `vectorSize` numbers, its start drawn by `initialization`.
  public init(
    vectorSize: Int, decoder: LanguageModel<Layer>, initialization: Initialization = .uniform,
    using random: inout RandomSource
  ) {
    let size = decoder.layer.stateSizes.reduce(0, +)
    self.init(
      start: Dense(inputSize: vectorSize, outputSize: size, initialization: initialization, using: &random),
      decoder: decoder)
  }

  /// n_v, the size of the vector.
  public var vectorSize: Int { start.Wya.columns }

  /// The start's parameters under `start.`, the language model's as they are: `rnn.`, `output.`.
  public var parameterPaths: [ParameterPath<Generator>] {
    paths(of: \.start, start.parameterPaths) { "start.\($0)" }
      + paths(of: \.decoder, decoder.parameterPaths) { $0 }
  }

  /// The decoder's tape, and the states that it started from.
  public final class Tape: TrainableTape, @unchecked Sendable {
    /// The tape of the language model.
    public let decoder: LanguageModel<Layer>.Tape
    fileprivate var states = Matrix<Scalar>(rows: 0, columns: 0)

    fileprivate init(_ decoder: LanguageModel<Layer>) { self.decoder = decoder.makeTape() }

    /// Makes the passes of the language model passes of training.
    public func beginTraining(using random: inout RandomSource) { decoder.beginTraining(using: &random) }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(decoder) }

  // MARK: - Forward

  /// The summed −log ŷ of the targets, in nats, the right tokens read at every step.
  public func forward(_ batch: GeneratorBatch<Scalar>, from state: Void?, on tape: Tape) -> LossSum {
    tape.states = states(for: batch.vectors)
    return decoder.forward(batch.text, from: divided(tape.states), on: tape.decoder)
  }

  /// tanh(W v + b), (Σ state sizes, m).
  private func states(for vectors: Matrix<Scalar>) -> Matrix<Scalar> {
    tanh(start.Wya * vectors + start.by)
  }

  /// The rows of each state as a matrix of their own.
  private func divided(_ states: Matrix<Scalar>) -> RecurrentState<Scalar> {
    var first = 0
    return RecurrentState(
      decoder.layer.stateSizes.map { size in
        defer { first += size }
        return states.rows(first..<first + size)
      })
  }

  // MARK: - Backward

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: GeneratorBatch<Scalar>, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Generator
  ) {
    decoder.backward(batch.text, scale: scale, on: tape.decoder, accumulatingInto: &gradient.decoder)
    let arriving = tape.decoder.layer.initialGradient.values
    var δ = Matrix<Scalar>(
      rows: arriving.map(\.rows).reduce(0, +), columns: batch.exampleCount, elements: arriving.flatMap(\.elements))
    δ = δ ⊙ tape.states.map { 1 - $0 * $0 }
    gradient.start.Wya = gradient.start.Wya + δ * batch.vectors.transposed
    gradient.start.by = gradient.start.by + δ * Matrix(rows: batch.exampleCount, columns: 1, repeating: 1)
  }

  /// Nothing: every batch holds whole sequences.
  public func finalState(of tape: Tape) {}

  // MARK: - In use

  /// a⟨0⟩ = tanh(W v + b) for each vector, (n_v, m): the states that the decoder starts from, (size, m) each.
  public func initialState(for vectors: Matrix<Scalar>) -> RecurrentState<Scalar> {
    divided(states(for: vectors))
  }

  /// A sampler that writes from one vector, (n_v, 1); see `Sampler`.
  public func sampler(for vector: Matrix<Scalar>, temperature: Double = 1, topK: Int? = nil) -> Sampler<Layer> {
    require(vector.columns == 1, "a sampler writes from one vector, not \(vector.columns)")
    return Sampler(decoder, temperature: temperature, topK: topK, from: initialState(for: vector))
  }

  /// The likeliest token at each step, until `end` or `limit` tokens: a sequence for each vector, without `end`.
  public func greedyTokens(for vectors: Matrix<Scalar>, until end: Int32, limit: Int) -> [[Int32]] {
    decoder.greedyTokens(from: initialState(for: vectors), until: end, limit: limit)
  }

  /// The `width` likeliest sequences for one vector that a beam finds; see `LanguageModel.beamSearch`.
  public func beamSearch(for vector: Matrix<Scalar>, width: Int, until end: Int32, limit: Int) -> [Hypothesis] {
    decoder.beamSearch(from: initialState(for: vector), width: width, until: end, limit: limit)
  }
}
