// Attention on a decoder's layer: its output at each step is made of its state and of what it sees of the source.

/// A recurrent layer, and attention that looks from each of its outputs at the encoder's.
///
///     EncoderDecoder(
///       encoder: encoder,
///       decoder: LanguageModel(
///         layer: AttentionOnTop(GRU(cell), Attention(.additive, size: 64, using: &random)), output: output))
///
/// Shapes: x⟨t⟩ (n_x, m) in, the recurrent layer's output s⟨t⟩ (n_s, m) between, s̃⟨t⟩ (n_s, m) out. The states are
/// those of the recurrent layer. `EncoderDecoder` gives it the encoder's outputs; a pass without a source traps.
public struct AttentionOnTop<Layer: CausalLayer>: CausalLayer {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer below.
  public var layer: Layer
  /// What looks at the source.
  public var attention: Attention<Scalar>

  /// Attention on a layer. Traps where the two do not fit.
  public init(_ layer: Layer, _ attention: Attention<Scalar>) {
    require(
      attention.stateSize == layer.outputSize,
      "attention from a state of \(attention.stateSize) units does not fit a layer of \(layer.outputSize)")
    (self.layer, self.attention) = (layer, attention)
  }

  /// n_x, the size of the recurrent layer's input at each step.
  public var inputSize: Int { layer.inputSize }
  /// n_s, the size of the output at each step.
  public var outputSize: Int { layer.outputSize }
  /// The sizes of the recurrent layer's states.
  public var stateSizes: [Int] { layer.stateSizes }

  /// The recurrent layer's parameters, then those of the attention under `attention.`.
  public func parameterPaths(level: Int) -> [ParameterPath<AttentionOnTop>] {
    paths(of: \.layer, layer.parameterPaths(level: level)) { $0 }
      + paths(of: \.attention, attention.parameterPaths) { "attention.\($0)" }
  }

  /// The tape of the recurrent layer, and that of the attention.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tape of the recurrent layer.
    public let layer: Layer.Tape
    /// The source, and the weights with which the last pass looked at it.
    public let attention: AttentionTape<Scalar>? = AttentionTape()
    private let size: Int
    private let outputBuffer = Buffer<Scalar>()
    private let outputGradientBuffer = Buffer<Scalar>()

    fileprivate init(_ layer: Layer) { (self.layer, size) = (layer.makeTape(), layer.outputSize) }

    /// T, the number of steps of the last pass.
    public var length: Int { layer.length }
    /// m, the number of its examples.
    public var batch: Int { layer.batch }
    /// s̃⟨1⟩ … s̃⟨T⟩, one under the other: (T m, n_s).
    public var outputs: Block<Scalar> { outputBuffer.block(rows: length * batch, columns: size) }
    /// Where ∂L/∂s̃ goes before the backward pass, (T m, n_s).
    public var outputGradients: Block<Scalar> { outputGradientBuffer.block(rows: length * batch, columns: size) }
    /// The state of the recurrent layer after the last step.
    public var finalState: RecurrentState<Scalar> { layer.finalState }
    /// ∂L/∂ the state that the recurrent layer started from.
    public var initialGradient: RecurrentState<Scalar> { layer.initialGradient }
    /// Makes the passes of the layer passes of training.
    public func beginTraining(using random: inout RandomSource) { layer.beginTraining(using: &random) }
  }

  /// An empty tape, which has no source yet.
  public func makeTape() -> Tape { Tape(layer) }

  /// The recurrent layer over all steps, then attention from all of them at once. Traps where the tape has no source.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    layer.forward(input, from: state, mask: mask, on: tape.layer)
    attention.forward(tape.layer.outputs, batch: tape.batch, into: tape.outputs, on: tape.attention!)
  }

  /// Attention on all steps at once, which adds to the gradient of the source, then the recurrent layer through time.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout AttentionOnTop
  ) {
    attention.backward(
      tape.layer.outputs, batch: tape.batch, output: tape.outputs, outputGradient: tape.outputGradients,
      stateGradients: tape.layer.outputGradients, on: tape.attention!, accumulatingInto: &gradient.attention)
    layer.backward(
      finalGradient: finalGradient, inputGradient: inputGradient, on: tape.layer, accumulatingInto: &gradient.layer)
  }

  // MARK: - The final output

  /// Traps: a decoder is read at every step.
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> { fatalError(Self.noFinalOutput) }

  /// Traps: a decoder is read at every step.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout AttentionOnTop
  ) -> RecurrentState<Scalar> { fatalError(Self.noFinalOutput) }

  private static var noFinalOutput: String { "attention belongs to a decoder, which is read at every step" }
}
