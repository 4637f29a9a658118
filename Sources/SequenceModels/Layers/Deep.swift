// A stack of recurrent layers: the outputs of one are the inputs of the next.
//
//   a^[l]⟨t⟩ = g(W_a^[l] [a^[l]⟨t−1⟩, a^[l−1]⟨t⟩] + b_a^[l]),   a^[0]⟨t⟩ = x⟨t⟩         (notes 001)
//
// Backwards, the layers are taken from the top: ∂L/∂a^[l−1]⟨t⟩ is what layer l sends to its input at step t, besides
// what layer l − 1 sends itself from step t + 1.

/// Recurrent layers of one type, one on top of the other.
///
/// Shapes: the first layer takes x⟨t⟩ (n_x, m), each of the others the output of the one below; the output is the top
/// layer's, (n_a, m). The states are those of the first layer, then those of the second, and so on. PyTorch's names
/// carry the level from 0: `weight_ih_l0`, `weight_ih_l1`; `Deep<Bidirectional<…>>` is its `num_layers=…,
/// bidirectional=True`.
public struct Deep<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layers.
  public typealias Scalar = Layer.Scalar

  /// The layers from the bottom to the top.
  public var layers: [Layer]

  /// A stack of `layers`, from the bottom to the top.
  ///
  /// Traps where there is none, where one does not fit the one below, and where a layer is itself a stack, as two
  /// levels would then share a name.
  public init(_ layers: [Layer]) {
    self.layers = layers
    checkFit()
    let names = parameterPaths.map(\.name)
    require(Set(names).count == names.count, "a stack of stacks has two parameters of one name")
  }

  /// Traps where there is no layer, or where one does not fit the one below.
  private func checkFit() {
    require(!layers.isEmpty, "a stack needs a layer")
    for (below, layer) in zip(layers, layers.dropFirst()) {
      require(
        layer.inputSize == below.outputSize,
        "a layer with inputs of \(layer.inputSize) cannot stand on one with outputs of \(below.outputSize)")
    }
  }

  /// A stack of `depth` layers: the first is made for inputs of `inputSize`, each of the others for the outputs of the
  /// one below.
  public init(depth: Int, inputSize: Int, makeLayer: (_ inputSize: Int) -> Layer) {
    require(depth > 0, "a stack needs a layer")
    var layers = [makeLayer(inputSize)]
    while layers.count < depth { layers.append(makeLayer(layers.last!.outputSize)) }
    self.init(layers)
  }

  /// n_x, the size of the input at each step.
  public var inputSize: Int { layers[0].inputSize }
  /// n_a, the size of the top layer's output at each step.
  public var outputSize: Int { layers.last!.outputSize }
  /// The sizes of the states, layer by layer from the bottom.
  public var stateSizes: [Int] { layers.flatMap(\.stateSizes) }

  /// The parameters of each layer, the bottom one at `level`.
  public func parameterPaths(level: Int) -> [ParameterPath<Deep>] {
    layers.indices.flatMap { l in paths(of: \.layers[l], layers[l].parameterPaths(level: level + l)) { $0 } }
  }

  /// The tape of each layer.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tapes from the bottom to the top: `layers[l].trace` is what layer l's gates did.
    public let layers: [Layer.Tape]

    fileprivate init(_ layers: [Layer]) {
      self.layers = layers.map { $0.makeTape() }
    }

    private var top: Layer.Tape { layers[layers.count - 1] }

    /// T, the number of steps of the last pass.
    public var length: Int { top.length }
    /// m, the number of its examples.
    public var batch: Int { top.batch }
    /// The top layer's outputs at the steps 1 … T, one under the other: (T m, n_a).
    public var outputs: Block<Scalar> { top.outputs }
    /// Where ∂L/∂(top layer's output) goes before the backward pass: (T m, n_a).
    public var outputGradients: Block<Scalar> { top.outputGradients }
    /// The states after the last step, layer by layer, each (size, m).
    public var finalState: RecurrentState<Scalar> { RecurrentState(layers.flatMap(\.finalState.values)) }
    /// ∂L/∂ the states before the first step, layer by layer, each (size, m).
    public var initialGradient: RecurrentState<Scalar> { RecurrentState(layers.flatMap(\.initialGradient.values)) }
    /// Makes the passes of every layer passes of training.
    public func beginTraining(using random: inout RandomSource) {
      for layer in layers { layer.beginTraining(using: &random) }
    }
  }

  /// An empty tape.
  public func makeTape() -> Tape { Tape(layers) }

  // MARK: - Forward

  /// The layers from the bottom to the top. Traps where the state or the mask is for other examples.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    checkFit()
    state?.check(sizes: stateSizes, batch: input.batch)
    let states = split(state)
    var input = input
    for l in layers.indices {
      layers[l].forward(input, from: states?[l], mask: mask, on: tape.layers[l])
      input = .features(SequenceBatch(viewing: tape.layers[l].outputs, length: input.length, batch: input.batch))
    }
  }

  /// The states of each layer.
  private func split(_ state: RecurrentState<Scalar>?) -> [RecurrentState<Scalar>]? {
    guard let state else { return nil }
    var rest = state.values[...]
    return layers.map { layer in
      defer { rest = rest.dropFirst(layer.stateSizes.count) }
      return RecurrentState(Array(rest.prefix(layer.stateSizes.count)))
    }
  }

  // MARK: - Backward

  /// The layers from the top to the bottom, each writing what the one below needs.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Deep
  ) {
    finalGradient?.check(sizes: stateSizes, batch: tape.batch)
    require(
      gradient.layers.count == layers.count,
      "a stack of \(layers.count) layers has no gradient of \(gradient.layers.count)")
    let finalGradients = split(finalGradient)
    for l in layers.indices.reversed() {
      layers[l].backward(
        finalGradient: finalGradients?[l],
        inputGradient: l == 0 ? inputGradient : tape.layers[l - 1].outputGradients, on: tape.layers[l],
        accumulatingInto: &gradient.layers[l])
    }
  }

  // MARK: - The final output

  /// The final output of the top layer, (n_a, m).
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> {
    layers.last!.finalOutput(on: tape.layers.last!)
  }

  /// The top layer's; 0 for the states of the layers below.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Deep
  ) -> RecurrentState<Scalar> {
    let top = layers.count - 1
    let below = layers.dropLast().flatMap { $0.zeroState(batch: outputGradient.columns).values }
    return RecurrentState(
      below
        + layers[top].finalGradient(
          ofOutput: outputGradient, on: tape.layers[top], accumulatingInto: &gradient.layers[top]
        ).values)
  }
}
