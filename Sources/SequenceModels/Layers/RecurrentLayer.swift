// What goes through time: the protocol of the layers that turn one sequence into another.

/// What a layer reads at its steps: vectors, or tokens in the place of their one-hot columns.
public enum LayerInput<Scalar: RealScalar> {
  /// `length · batch` rows of features, step by step.
  case features(Block<Scalar>, length: Int, batch: Int)
  /// Tokens: a one-hot product is a column look-up, and is computed as one.
  case tokens(TokenBatch)

  /// The number of steps, T.
  public var length: Int {
    switch self {
    case .features(_, let length, _): length
    case .tokens(let tokens): tokens.length
    }
  }

  /// The number of examples, m.
  public var batch: Int {
    switch self {
    case .features(_, _, let batch): batch
    case .tokens(let tokens): tokens.batch
    }
  }
}

/// The vectors that pass from one step of a layer to the next, and from one window of a text to the next.
public struct RecurrentState<Scalar: RealScalar>: Equatable, Sendable {
  /// One matrix (size, m) for each state of the layer, in the order of `stateSizes`.
  public var values: [Matrix<Scalar>]

  /// A state of the given vectors, (size, m) for each state of the layer.
  public init(_ values: [Matrix<Scalar>]) {
    self.values = values
  }
}

/// The lengths of the sequences in a padded batch: steps past a sequence's length change no state and take no gradient.
///
/// Whatever stands at a padded step is without effect as long as it is a finite number.
public struct Mask: Equatable, Sendable {
  /// The number of real steps of each example.
  public let lengths: [Int]

  /// A mask for examples of the given lengths, each from 0 to T.
  public init(lengths: [Int]) {
    self.lengths = lengths
  }

  /// Traps where the mask is for another number of examples.
  func check(batch: Int) {
    require(lengths.count == batch, "a mask of \(lengths.count) examples for \(batch)")
  }

  /// Whether example `example` has a real step `t`, counted from 1.
  public func isReal(_ t: Int, example: Int) -> Bool {
    t <= lengths[example]
  }

  /// The examples in `range`, in a mask of their own.
  public func examples(_ range: Range<Int>) -> Mask {
    Mask(lengths: Array(lengths[range]))
  }
}

/// A layer that turns a sequence into a sequence of the same length: a cell unrolled, two of them in both directions, a stack.
public protocol RecurrentLayer<Scalar>: Parameterized {
  /// Where a pass leaves what its way back needs.
  associatedtype Tape: RecurrentTape where Tape.Scalar == Scalar

  /// n_x, the size of the input at each step.
  var inputSize: Int { get }
  /// n_a, the size of the output at each step.
  var outputSize: Int { get }
  /// The sizes of the states that pass from step to step.
  var stateSizes: [Int] { get }
  /// The places in `stateSizes` of the states that, after the last step, are the output once it has read the whole sequence.
  var outputStates: [Int] { get }

  /// The parameters under the names that PyTorch gives them in layer `level` of a stack, from 0.
  func parameterPaths(level: Int) -> [ParameterPath<Self>]

  /// An empty tape for this layer, which serves pass after pass, one at a time.
  func makeTape() -> Tape

  /// Computes every output, from a⟨0⟩ = 0 or from `state`; they stand in `tape.outputs`.
  ///
  /// - Parameters:
  ///   - input: T steps of m examples.
  ///   - state: the states before the first step, (size, m) each, in the order of `stateSizes`; zeros where it is nil.
  ///   - mask: the lengths of the examples; nil where all are of T steps.
  ///   - tape: where the pass is kept. What it held before is overwritten.
  func forward(_ input: LayerInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape)

  /// Adds the gradients of the parameters, after `forward` and once `tape.outputGradients` holds ∂L/∂output.
  ///
  /// What `forward` left on the tape stays, so that another ∂L/∂output can be sent back after it.
  ///
  /// - Parameters:
  ///   - input: what `forward` read.
  ///   - finalGradient: what the loss sends to the final state besides, (size, m) for each state; nothing where it is nil.
  ///   - mask: the mask that `forward` was given.
  ///   - inputGradient: where ∂L/∂x is written, (T m, n_x); not computed where it is nil.
  ///   - tape: the tape that `forward` wrote.
  ///   - gradient: a value in the shape of this layer, to which ∂L/∂W of each parameter W is added.
  func backward(
    _ input: LayerInput<Scalar>, finalGradient: RecurrentState<Scalar>?, mask: Mask?, inputGradient: Block<Scalar>?,
    on tape: Tape, accumulatingInto gradient: inout Self)
}

/// What a pass through a recurrent layer leaves behind.
public protocol RecurrentTape<Scalar>: AnyObject, Sendable {
  /// The number type.
  associatedtype Scalar: RealScalar

  /// T, the number of steps of the last pass.
  var length: Int { get }
  /// m, the number of its examples.
  var batch: Int { get }
  /// The outputs of the steps 1 … T, one under the other: (T m, n_a).
  var outputs: Block<Scalar> { get }
  /// Where ∂L/∂output goes before the way back, (T m, n_a).
  var outputGradients: Block<Scalar> { get }
  /// The state after the last step, to be carried into the next window.
  var finalState: RecurrentState<Scalar> { get }
  /// ∂L/∂state before the first step, after the way back.
  var initialGradient: RecurrentState<Scalar> { get }
}

extension RecurrentTape {
  /// The outputs of the steps 1 … T.
  public var outputSequence: SequenceBatch<Scalar> {
    SequenceBatch(copying: outputs, length: length, batch: batch)
  }
}

extension RecurrentLayer {
  /// The first state alone, a⟨T⟩: right for one cell unrolled forwards.
  public var outputStates: [Int] { [0] }

  /// a⟨0⟩ = 0 for `batch` examples.
  func zeroState(batch: Int) -> RecurrentState<Scalar> {
    RecurrentState(stateSizes.map { Matrix(rows: $0, columns: batch) })
  }

  /// The output that has read the whole sequence, (n_a, m), from `tape.finalState`: a⟨T⟩, or [→a⟨T⟩; ←a⟨1⟩] in both directions.
  ///
  /// With a mask, each example's is that of its own length.
  public func finalOutput(of state: RecurrentState<Scalar>) -> Matrix<Scalar> {
    let parts = outputStates.map { state.values[$0] }
    return Matrix(rows: outputSize, columns: parts[0].columns, elements: parts.flatMap(\.elements))
  }

  /// The `finalGradient` of a way back, from ∂L/∂`finalOutput`, (n_a, m): 0 for the states that are no output.
  public func finalGradient(ofOutput gradient: Matrix<Scalar>) -> RecurrentState<Scalar> {
    require(gradient.rows == outputSize, "the gradient of \(outputSize) outputs cannot have \(gradient.rows) rows")
    var state = zeroState(batch: gradient.columns)
    var first = 0
    for k in outputStates {
      state.values[k] = gradient.rows(first..<first + stateSizes[k])
      first += stateSizes[k]
    }
    return state
  }

  /// The parameters under the names that they have in a layer alone, which is level 0.
  public var parameterPaths: [ParameterPath<Self>] { parameterPaths(level: 0) }
}
