// A dense layer on a recurrent one: the same at every step, and not connected in time.
//
//   a^[l]⟨t⟩ = g(W^[l] a^[l−1]⟨t⟩ + b^[l])                                          (Ng, Sequence Models, week 1)
//   δ = ∂L/∂a^[l]⟨t⟩ ⊙ g′,   ∂L/∂a^[l−1]⟨t⟩ = W^[l]ᵀ δ

/// A recurrent layer, and a dense layer with an activation that reads its output at each step.
///
/// Shapes: x⟨t⟩ (n_x, m) in, the recurrent layer's output (n_a, m) between, (n, m) out.
/// The states are those of the recurrent layer. The final output, which a classifier or a regressor reads, is the dense
/// layer's of the recurrent layer's: g(W a⟨T⟩ + b), or g(W [→a⟨T⟩; ←a⟨1⟩] + b) on a layer of both directions.
public struct DenseOnTop<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer below.
  public var layer: Layer
  /// The dense layer: W, (n, n_a), and b, (n, 1).
  public var dense: Dense<Scalar>
  /// The activation function g of the dense layer.
  public let activation: Activation

  /// A dense layer on a recurrent one. Traps where the two do not fit, and where the one below has a dense layer of its
  /// own, as the two would share a name.
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

  /// What stands before the names of the dense layer's parameters: in a stack of such layers each has a name of its
  /// own.
  func prefix(_ level: Int) -> String { level == 0 ? "dense." : "dense_l\(level)." }

  /// The recurrent layer's parameters, then the dense layer's under `dense.`; above level 0 of a stack, `dense_l1.` and
  /// so on.
  public func parameterPaths(level: Int) -> [ParameterPath<DenseOnTop>] {
    paths(of: \.layer, layer.parameterPaths(level: level)) { $0 }
      + paths(of: \.dense, dense.parameterPaths) { prefix(level) + $0 }
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
    /// Where ∂L/∂output goes before the backward pass, (T m, n).
    public var outputGradients: Block<Scalar> { outputGradientBuffer.block(rows: length * batch, columns: size) }
    /// The state of the recurrent layer after the last step.
    public var finalState: RecurrentState<Scalar> { layer.finalState }
    /// ∂L/∂ the state that the recurrent layer started from.
    public var initialGradient: RecurrentState<Scalar> { layer.initialGradient }
    /// Makes the passes of the layer passes of training.
    public func beginTraining(using random: inout RandomSource) { layer.beginTraining(using: &random) }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(self) }

  /// The recurrent layer over all steps, then the dense one on all of them at once.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    layer.forward(input, from: state, mask: mask, on: tape.layer)
    dense.forward(tape.layer.outputs, into: tape.outputs)
    activation.apply(to: tape.outputs)
  }

  /// The dense layer on all steps at once, then the recurrent one through time.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout DenseOnTop
  ) {
    let δ = tape.linearGradients.block(rows: tape.length * tape.batch, columns: outputSize)
    activation.backward(from: tape.outputGradients, output: tape.outputs, into: δ)
    dense.backward(
      tape.layer.outputs, outputGradient: δ, inputGradient: tape.layer.outputGradients,
      accumulatingInto: &gradient.dense)
    layer.backward(
      finalGradient: finalGradient, inputGradient: inputGradient, on: tape.layer, accumulatingInto: &gradient.layer)
  }

  // MARK: - The final output

  /// g(W f + b), (n, m), where f is the final output of the recurrent layer.
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> {
    var output = dense(layer.finalOutput(on: tape.layer))
    output.withMutableBlock { activation.apply(to: $0) }
    return output
  }

  /// Adds δ fᵀ and Σ δ to the gradients of W and b, and sends Wᵀ δ to f, with δ = ∂L/∂g ⊙ g′.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout DenseOnTop
  ) -> RecurrentState<Scalar> {
    let (f, output) = (layer.finalOutput(on: tape.layer), finalOutput(on: tape))
    var δ = outputGradient
    δ.withMutableBlock { δ in output.withBlock { activation.backward(from: δ, output: $0, into: δ) } }
    gradient.dense.Wya = gradient.dense.Wya + δ * f.transposed
    gradient.dense.by = gradient.dense.by + δ * Matrix(rows: f.columns, columns: 1, repeating: 1)
    return layer.finalGradient(
      ofOutput: dense.Wya.transposed * δ, on: tape.layer, accumulatingInto: &gradient.layer)
  }
}
