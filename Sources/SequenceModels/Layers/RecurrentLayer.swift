// What goes through time: the protocol of the layers that turn one sequence into another.

/// The vectors that pass from one step of a layer to the next, and from one window of a text to the next.
public struct RecurrentState<Scalar: RealScalar>: Equatable, Sendable {
  /// One matrix (size, m) for each state of the layer, in the order of `stateSizes`.
  public var values: [Matrix<Scalar>]

  /// A state of the given vectors, (size, m) for each state of the layer.
  public init(_ values: [Matrix<Scalar>]) {
    self.values = values
  }
}

/// A layer that turns a sequence into a sequence of the same length: a cell unrolled, two of them in both directions, a
/// stack.
public protocol RecurrentLayer<Scalar>: Parameterized {
  /// Where a forward pass leaves what its backward pass needs.
  associatedtype Tape: RecurrentTape where Tape.Scalar == Scalar

  /// n_x, the size of the input at each step.
  var inputSize: Int { get }
  /// n_a, the size of the output at each step.
  var outputSize: Int { get }
  /// The sizes of the states that pass from step to step.
  var stateSizes: [Int] { get }

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
  ///   - tape: where the pass is kept, with its input and its mask. What it held before is overwritten.
  func forward(_ input: SequenceInput<Scalar>, from state: RecurrentState<Scalar>?, mask: Mask?, on tape: Tape)

  /// Adds the gradients of the parameters, after `forward` and once `tape.outputGradients` holds ∂L/∂output.
  ///
  /// What `forward` left on the tape stays, so that another ∂L/∂output can be sent back after it. Traps where the tape
  /// holds no forward pass.
  ///
  /// - Parameters:
  ///   - finalGradient: what the loss sends to the final state besides, (size, m) for each state; nothing where it is
  ///     nil.
  ///   - inputGradient: where ∂L/∂x is written, (T m, n_x); not computed where it is nil.
  ///   - tape: the tape that `forward` wrote.
  ///   - gradient: a value in the shape of this layer, to which ∂L/∂W of each parameter W is added.
  func backward(
    finalGradient: RecurrentState<Scalar>?, inputGradient: Block<Scalar>?, on tape: Tape,
    accumulatingInto gradient: inout Self)

  /// The output that has read the whole sequence, (n_a, m), after `forward`: a⟨T⟩, or [→a⟨T⟩; ←a⟨1⟩] in both
  /// directions.
  ///
  /// With a mask, each example's is that of its own length.
  func finalOutput(on tape: Tape) -> Matrix<Scalar>

  /// The `finalGradient` for `backward`, from ∂L/∂`finalOutput`, (n_a, m).
  ///
  /// A layer with parameters between its states and its output adds their gradients to `gradient`.
  func finalGradient(
    ofOutput outputGradient: Matrix<Scalar>, on tape: Tape, accumulatingInto gradient: inout Self
  ) -> RecurrentState<Scalar>
}

/// What a pass through a recurrent layer leaves behind.
public protocol RecurrentTape<Scalar>: TrainableTape {
  /// The number type.
  associatedtype Scalar: RealScalar

  /// T, the number of steps of the last pass.
  var length: Int { get }
  /// m, the number of its examples.
  var batch: Int { get }
  /// The outputs of the steps 1 … T, one under the other: (T m, n_a). At a padded step it is that of the last real one;
  /// see `Mask`.
  var outputs: Block<Scalar> { get }
  /// Where ∂L/∂output goes before the backward pass, (T m, n_a).
  var outputGradients: Block<Scalar> { get }
  /// The state after the last step, to be carried into the next window.
  var finalState: RecurrentState<Scalar> { get }
  /// ∂L/∂state before the first step, after the backward pass.
  var initialGradient: RecurrentState<Scalar> { get }
  /// Where attention finds its source, and what it did; nil in a layer without attention.
  var attention: AttentionTape<Scalar>? { get }
}

extension RecurrentTape {
  /// Nil: the layer has no attention.
  public var attention: AttentionTape<Scalar>? { nil }
}

extension RecurrentTape {
  /// The outputs of the steps 1 … T.
  public var outputSequence: SequenceBatch<Scalar> {
    SequenceBatch(copying: outputs, length: length, batch: batch)
  }
}

extension RecurrentState {
  /// Traps where it is not one matrix (size, m) for each of `sizes`.
  func check(sizes: [Int], batch: Int) {
    func text(_ shapes: [(Int, Int)]) -> String { shapes.map { "\($0)" }.joined(separator: ", ") }
    require(
      values.count == sizes.count && zip(values, sizes).allSatisfy { $0.rows == $1 && $0.columns == batch },
      "states of \(text(values.map { ($0.rows, $0.columns) })) were given where a layer has "
        + text(sizes.map { ($0, batch) }))
  }
}

extension RecurrentLayer {
  /// a⟨0⟩ = 0 for `batch` examples.
  func zeroState(batch: Int) -> RecurrentState<Scalar> {
    RecurrentState(stateSizes.map { Matrix(rows: $0, columns: batch) })
  }

  /// The parameters under the names that they have in a layer alone, which is level 0.
  public var parameterPaths: [ParameterPath<Self>] { parameterPaths(level: 0) }
}
