// A dense layer on a recurrent one: the same at every step, and not connected in time.
//
//   a^[l]⟨t⟩ = g(W^[l] a^[l−1]⟨t⟩ + b^[l])                                          (Ng, Sequence Models, week 1)
//   δ = ∂L/∂a^[l]⟨t⟩ ⊙ g′,   ∂L/∂a^[l−1]⟨t⟩ = W^[l]ᵀ δ

/// A recurrent layer, and a dense layer with an activation that reads its output at each step.
///
/// Shapes: x⟨t⟩ (n_x, m) in, the recurrent layer's output (n_a, m) between, (n, m) out.
/// No state is the output of this layer, so `outputStates` is empty: a tagger and a language model, which read every step, can
/// stand on it; a classifier or a regressor, which reads the last state, cannot.
public struct DenseOnTop<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer below.
  public var layer: Layer
  /// The dense layer: W, (n, n_a), and b, (n, 1).
  public var dense: Dense<Scalar>
  /// The activation function g of the dense layer.
  public let activation: Activation

  /// A dense layer on a recurrent one. Traps where the two do not fit, and where the one below has a dense layer of its own, as the
  /// two would share a name.
  public init(_ layer: Layer, _ dense: Dense<Scalar>, activation: Activation = .tanh) {
    dense.checkFit(to: layer)
    (self.layer, self.dense, self.activation) = (layer, dense, activation)
    let names = parameterPaths.map(\.name)
    require(Set(names).count == names.count, "a dense layer on a dense layer has two parameters of one name")
  }

  /// n_x, the size of the recurrent layer's input at each step.
  public var inputSize: Int { layer.inputSize }
  /// n, the units of the dense layer.
  public var outputSize: Int { dense.Wya.rows }
  /// The sizes of the recurrent layer's states.
  public var stateSizes: [Int] { layer.stateSizes }
  /// No state: what the dense layer makes of a⟨T⟩ is not handed on.
  public var outputStates: [Int] { [] }

  /// The recurrent layer's parameters, then the dense layer's under `dense.`.
  public func parameterPaths(level: Int) -> [ParameterPath<DenseOnTop>] {
    paths(of: \.layer, layer.parameterPaths(level: level)) { $0 }
      + paths(of: \.dense, dense.parameterPaths) { "dense.\($0)" }
  }

  /// The tape of the recurrent layer, and the outputs of the dense one.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tape of the recurrent layer.
    public let layer: Layer.Tape
    private let size: Int
    private let outputBuffer = Buffer<Scalar>()
    private let outputGradientBuffer = Buffer<Scalar>()
    fileprivate let linearGradients = Buffer<Scalar>()

    fileprivate init(_ layer: DenseOnTop) { (self.layer, size) = (layer.layer.makeTape(), layer.outputSize) }

    /// T, the number of steps of the last pass.
    public var length: Int { layer.length }
    /// m, the number of its examples.
    public var batch: Int { layer.batch }
    /// g(W a⟨t⟩ + b) for t = 1 … T, one under the other: (T m, n).
    public var outputs: Block<Scalar> { outputBuffer.block(rows: length * batch, columns: size) }
    /// Where ∂L/∂output goes before the way back, (T m, n).
    public var outputGradients: Block<Scalar> { outputGradientBuffer.block(rows: length * batch, columns: size) }
    /// The state of the recurrent layer after the last step.
    public var finalState: RecurrentState<Scalar> { layer.finalState }
    /// ∂L/∂ the state that the recurrent layer started from.
    public var initialGradient: RecurrentState<Scalar> { layer.initialGradient }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(self) }

  /// The recurrent layer over all steps, then the dense one on all of them at once.
  public func forward(_ input: LayerInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    layer.forward(input, from: state, mask: mask, on: tape.layer)
    dense.forward(tape.layer.outputs, into: tape.outputs)
    activation.apply(to: tape.outputs)
  }

  /// The dense layer on all steps at once, then the recurrent one through time.
  public func backward(
    _ input: LayerInput<Scalar>, finalGradient: RecurrentState<Scalar>?, mask: Mask?, inputGradient: Block<Scalar>?,
    on tape: Tape, accumulatingInto gradient: inout DenseOnTop
  ) {
    let δ = tape.linearGradients.block(rows: tape.length * tape.batch, columns: outputSize)
    activation.backward(from: tape.outputGradients, output: tape.outputs, into: δ)
    dense.backward(
      tape.layer.outputs, outputGradient: δ, inputGradient: tape.layer.outputGradients,
      accumulatingInto: &gradient.dense)
    layer.backward(
      input, finalGradient: finalGradient, mask: mask, inputGradient: inputGradient, on: tape.layer,
      accumulatingInto: &gradient.layer)
  }
}
