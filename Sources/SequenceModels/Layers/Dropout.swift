// Dropout: in training each output of a layer is set to 0 with a probability of p, so that no unit relies on another.
//
//   d⟨t⟩ = a⟨t⟩ ⊙ M⟨t⟩,   each number of M⟨t⟩ is 0 with probability p, else 1 / (1 − p)      (Srivastava et al. 2014)
//   ∂L/∂a⟨t⟩ = ∂L/∂d⟨t⟩ ⊙ M⟨t⟩
//
// The division by 1 − p keeps the mean of d⟨t⟩ at a⟨t⟩ ("inverted dropout"), so that evaluation is the layer as it is.
// Only the output is dropped, what goes to the layer above: a⟨t⟩ reaches step t + 1 undropped (Zaremba, Sutskever &
// Vinyals 2014).

/// A recurrent layer whose outputs are dropped in training.
///
///     Deep(depth: 2, inputSize: 50) {
///       Dropout(LSTM(LSTMCell(inputSize: $0, hiddenSize: 100, using: &random)), rate: 0.5)
///     }
///
/// drops between its two layers and on the outputs of the upper one. PyTorch's `nn.LSTM(…, dropout=0.5)` leaves the
/// outputs of the top layer as they are: there its rate is 0.
///
/// Shapes, states, parameters and their names are those of the layer. A pass on a tape from `makeTape()` evaluates, and
/// is then the layer's own to the bit; `TrainableTape.beginTraining(using:)`, which the trainer calls, makes it drop.
/// Masks are drawn anew for each pass, step, example and unit. The final output, which a classifier reads, is dropped
/// by a mask of its own; final states are not dropped.
public struct Dropout<Layer: RecurrentLayer>: RecurrentLayer {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The layer whose outputs are dropped.
  public var layer: Layer
  /// p, the probability with which an output is dropped, in 0 ..< 1.
  public let rate: Double

  /// A layer whose outputs are dropped with a probability of `rate`. Traps where that lies outside 0 ..< 1.
  public init(_ layer: Layer, rate: Double) {
    require(rate >= 0 && rate < 1, "a dropout rate lies in 0 ..< 1, and \(rate) does not")
    (self.layer, self.rate) = (layer, rate)
  }

  /// n_x, the size of the layer's input at each step.
  public var inputSize: Int { layer.inputSize }
  /// n_a, the size of the layer's output at each step.
  public var outputSize: Int { layer.outputSize }
  /// The sizes of the layer's states.
  public var stateSizes: [Int] { layer.stateSizes }

  /// The layer's parameters.
  public func parameterPaths(level: Int) -> [ParameterPath<Dropout>] {
    paths(of: \.layer, layer.parameterPaths(level: level)) { $0 }
  }

  /// The tape of the layer, and in training the masks and what they leave.
  public final class Tape: RecurrentTape, @unchecked Sendable {
    /// The tape of the layer, whose outputs are not dropped.
    public let layer: Layer.Tape
    private let size: Int
    private let maskBuffer = Buffer<Scalar>()
    private let outputBuffer = Buffer<Scalar>()
    private let outputGradientBuffer = Buffer<Scalar>()
    /// Where the masks of the passes to come are drawn from; nil: those evaluate.
    private var random: RandomSource?
    /// Whether the last pass dropped.
    fileprivate private(set) var isDropped = false

    fileprivate init(_ layer: Layer) { (self.layer, size) = (layer.makeTape(), layer.outputSize) }

    /// T, the number of steps of the last pass.
    public var length: Int { layer.length }
    /// m, the number of its examples.
    public var batch: Int { layer.batch }
    /// d⟨t⟩ for t = 1 … T, one under the other: (T m, n_a).
    public var outputs: Block<Scalar> { isDropped ? block(outputBuffer) : layer.outputs }
    /// Where ∂L/∂d⟨t⟩ goes before the backward pass, (T m, n_a).
    public var outputGradients: Block<Scalar> { isDropped ? block(outputGradientBuffer) : layer.outputGradients }
    /// The state of the layer after the last step.
    public var finalState: RecurrentState<Scalar> { layer.finalState }
    /// ∂L/∂ the state that the layer started from.
    public var initialGradient: RecurrentState<Scalar> { layer.initialGradient }
    /// The attention of the layer.
    public var attention: AttentionTape<Scalar>? { layer.attention }

    private func block(_ buffer: Buffer<Scalar>) -> Block<Scalar> {
      buffer.block(rows: length * batch, columns: size)
    }

    /// M⟨1⟩ … M⟨T⟩, one under the other, and the mask of the final output below them: ((T + 1) m, n_a).
    private var allMasks: Block<Scalar> { maskBuffer.block(rows: (length + 1) * batch, columns: size) }
    /// M⟨1⟩ … M⟨T⟩, one under the other: (T m, n_a).
    fileprivate var masks: Block<Scalar> { allMasks.rows(0..<length * batch) }
    /// The mask of the final output, (n_a, m).
    fileprivate var finalMask: Matrix<Scalar> {
      Matrix(examples: allMasks.rows(length * batch..<(length + 1) * batch))
    }

    /// Makes the passes to come drop, and those of the layer train.
    public func beginTraining(using random: inout RandomSource) {
      self.random = RandomSource(seed: random.next())
      layer.beginTraining(using: &random)
    }

    /// Draws the masks of a pass, where it is one of training.
    fileprivate func drawMasks(rate: Double) {
      isDropped = rate > 0 && random != nil
      if isDropped { allMasks.drawMask(rate: rate, using: &random!) }
    }
  }

  /// An empty tape, on which a pass evaluates.
  public func makeTape() -> Tape { Tape(layer) }

  // MARK: - Forward

  /// The layer over all steps; in training, its outputs ⊙ M.
  public func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape) {
    layer.forward(input, from: state, mask: mask, on: tape.layer)
    tape.drawMasks(rate: rate)
    if tape.isDropped { tape.outputs.setProduct(tape.layer.outputs, tape.masks) }
  }

  // MARK: - Backward

  /// ∂L/∂a⟨t⟩ = ∂L/∂d⟨t⟩ ⊙ M⟨t⟩, then the layer through time.
  public func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Dropout
  ) {
    if tape.isDropped { tape.layer.outputGradients.setProduct(tape.outputGradients, tape.masks) }
    layer.backward(
      finalGradient: finalGradient, inputGradient: inputGradient, on: tape.layer, accumulatingInto: &gradient.layer)
  }

  // MARK: - The final output

  /// The layer's final output, (n_a, m); in training, dropped by a mask of its own.
  public func finalOutput(on tape: Tape) -> Matrix<Scalar> {
    let output = layer.finalOutput(on: tape.layer)
    return tape.isDropped ? output ⊙ tape.finalMask : output
  }

  /// The layer's, from the gradient under the same mask.
  public func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Dropout
  ) -> RecurrentState<Scalar> {
    layer.finalGradient(
      ofOutput: tape.isDropped ? outputGradient ⊙ tape.finalMask : outputGradient, on: tape.layer,
      accumulatingInto: &gradient.layer)
  }
}

extension Block {
  /// Takes `values` ⊙ `masks`. Where the layer is any layer, only a method of its own is compiled for the number type.
  @specialized(where Scalar == Float)
  fileprivate func setProduct(_ values: Block, _ masks: Block) { self ← values ⊙ masks }

  /// Sets each number to 0 with a probability of `rate`, else to 1 / (1 − rate).
  @specialized(where Scalar == Float)
  fileprivate func drawMask(rate: Double, using random: inout RandomSource) {
    let kept = Scalar(1 / (1 - rate))
    var stream = random  // A variable of its own stays in registers.
    for i in 0..<count { start[i] = stream.uniform() < rate ? 0 : kept }
    random = stream
  }
}
