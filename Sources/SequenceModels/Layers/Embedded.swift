// A layer that reads its tokens through a table of vectors.
//
//   e⟨t⟩ = E o⟨t⟩,   a⟨t⟩ = layer(e⟨t⟩, a⟨t−1⟩)                                     (Ng, Sequence Models, week 2)

/// An embedding and the recurrent layer that reads its vectors.
///
/// Shapes: tokens below V in, e⟨t⟩ (n_e, m) between, a⟨t⟩ (n_a, m) out. It reads tokens only and traps where it is
/// given vectors.
public struct Embedded<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The table, (V, n_e).
  public var embedding: Embedding<Scalar>
  /// What reads the vectors.
  public var layer: Layer

  /// A layer behind a table. Traps where the vectors are not of the layer's n_x.
  public init(_ embedding: Embedding<Scalar>, _ layer: Layer) {
    require(
      embedding.size == layer.inputSize,
      "vectors of \(embedding.size) numbers do not fit a layer that reads \(layer.inputSize)")
    (self.embedding, self.layer) = (embedding, layer)
  }

  /// V, the number of tokens.
  public var inputSize: Int { embedding.vocabularySize }
  /// n_a, the size of the layer's output at each step.
  public var outputSize: Int { layer.outputSize }
  /// The sizes of the layer's states.
  public var stateSizes: [Int] { layer.stateSizes }

  /// The table as `embedding.weight`, then the layer's parameters.
  public func parameterPaths(level: Int) -> [ParameterPath<Embedded>] {
    paths(of: \.embedding, embedding.parameterPaths) { "embedding.\($0)" }
      + paths(of: \.layer, layer.parameterPaths(level: level)) { $0 }
  }

  /// The tape of the layer, and the vectors that it read.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tape of the layer.
    public let layer: Layer.Tape
    /// The tokens of the last forward pass.
    fileprivate var tokens = TokenBatch(length: 0, batch: 0)
    fileprivate let vectors = Buffer<Scalar>()
    fileprivate let vectorGradients = Buffer<Scalar>()

    fileprivate init(_ layer: Layer) { self.layer = layer.makeTape() }

    /// T, the number of steps of the last pass.
    public var length: Int { layer.length }
    /// m, the number of its examples.
    public var batch: Int { layer.batch }
    /// The outputs of the layer, (T m, n_a).
    public var outputs: Block<Scalar> { layer.outputs }
    /// Where ∂L/∂output goes before the backward pass, (T m, n_a).
    public var outputGradients: Block<Scalar> { layer.outputGradients }
    /// The state of the layer after the last step.
    public var finalState: RecurrentState<Scalar> { layer.finalState }
    /// ∂L/∂ the state that the layer started from.
    public var initialGradient: RecurrentState<Scalar> { layer.initialGradient }
    /// Makes the passes of the layer passes of training.
    public func beginTraining(using random: inout RandomSource) { layer.beginTraining(using: &random) }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(layer) }

  /// Looks the tokens up and lets the layer read their vectors. Traps where it is given vectors.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    guard case .tokens(let tokens) = input else { fatalError("an embedding reads tokens, not vectors") }
    tape.tokens = tokens
    let vectors = tape.vectors.block(rows: tokens.ids.count, columns: embedding.size)
    embedding.forward(tokens, into: vectors)
    layer.forward(
      .features(SequenceBatch(viewing: vectors, length: tokens.length, batch: tokens.batch)), from: state, mask: mask,
      on: tape.layer)
  }

  /// Adds the gradients of the table and of the layer. Traps where it is asked for ∂L/∂x, which a token does not have.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Embedded
  ) {
    require(inputGradient == nil, "a token has no gradient")
    let δ = tape.vectorGradients.block(rows: tape.length * tape.batch, columns: embedding.size)
    layer.backward(
      finalGradient: finalGradient, inputGradient: δ, on: tape.layer, accumulatingInto: &gradient.layer)
    embedding.backward(tape.tokens, outputGradient: δ, accumulatingInto: &gradient.embedding)
  }

  /// The final output of the layer, (n_a, m).
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> { layer.finalOutput(on: tape.layer) }

  /// The layer's.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Embedded
  ) -> RecurrentState<Scalar> {
    layer.finalGradient(ofOutput: outputGradient, on: tape.layer, accumulatingInto: &gradient.layer)
  }
}
