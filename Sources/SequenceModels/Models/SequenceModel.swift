// What the trainer needs of a model: a loss on a batch, and its gradient.

/// A batch of examples that can be split over the cores.
public protocol ExampleBatch: Sendable {
  /// m, the number of examples.
  var exampleCount: Int { get }
  /// The number of targets, over which a mean loss is taken.
  var targetCount: Int { get }
  /// The examples in `range`, in a batch of their own.
  func examples(_ range: Range<Int>) -> Self
}

/// A model that the trainer can train: it knows its loss on a batch and the gradient of it.
public protocol SequenceModel<Scalar>: Parameterized {
  /// The examples that it learns from.
  associatedtype Batch: ExampleBatch
  /// What is carried from a batch to the batch that continues it.
  associatedtype State: Sendable
  /// Where the forward pass leaves what the backward pass needs.
  associatedtype Tape: TrainableTape

  /// An empty tape for this model, which serves pass after pass, one at a time. A pass evaluates until `beginTraining`.
  func makeTape() -> Tape
  /// The summed loss on a batch and the number of its targets, from `state`, or from the zero state where it is nil.
  func forward(_ batch: Batch, from state: State?, on tape: Tape) -> LossSum
  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  func backward(_ batch: Batch, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Self)
  /// The state after the batch, to be carried into the batch that continues it.
  func finalState(of tape: Tape) -> State
}

extension SequenceModel {
  /// The mean loss over a run of batches, the state carried from each to the next within a stream.
  public func meanLoss(over batches: some Sequence<(batch: Batch, continues: Bool)>) -> Double {
    let tape = makeTape()
    var (sum, state) = (LossSum(), State?.none)
    for (batch, continues) in batches {
      sum += forward(batch, from: continues ? state : nil, on: tape)
      state = finalState(of: tape)
    }
    return sum.mean
  }
}
