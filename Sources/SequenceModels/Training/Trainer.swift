// The training step: forward, backward, clip, update, with the batch split over the cores.

import Dispatch
import Foundation

/// Whether a step starts from the state that the step before it left behind.
///
/// In truncated backpropagation through time the gradient is always cut at the first step of a window; the state need not be.
public enum StateHandling: Sendable {
  /// The window continues the one before: a⟨0⟩ is its last a⟨T⟩. No gradient flows into it.
  case carried
  /// The window stands alone: a⟨0⟩ = 0.
  case reset
}

/// Whether the gradient is that of the mean loss a target or of their sum.
public enum Reduction: Sendable {
  /// The mean over the targets, so that the learning rate does not depend on their number.
  case mean
  /// The sum, as in Karpathy's character model (2015).
  case sum
}

/// What one training step saw.
public struct StepReport: Equatable, Sendable {
  /// The step's number, from 1, over the life of the optimiser.
  public let step: Int
  /// The mean loss a target before the update, in nats.
  public let loss: Double
  /// The norm of the gradient before clipping.
  public let gradientNorm: Double
  /// How many targets went into it.
  public let targets: Int
}

/// Why training had to stop.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss or the gradient is no longer a finite number.
  case notFinite(step: Int, quantity: String)

  /// What happened, and what to try.
  public var description: String {
    switch self {
    case .notFinite(let step, let quantity):
      "the \(quantity) is not a finite number at step \(step): training has diverged. "
        + "Try a smaller learning rate or a tighter clipping bound."
    }
  }
}

extension TrainingError: LocalizedError {
  /// The same as `description`.
  public var errorDescription: String? { description }
}

/// Trains a model: the one loop that every model of the package goes through.
///
/// A batch is split over `threads` threads by examples; each goes through the whole sequence of its own, and their gradients are added in a
/// fixed order, so that a run repeats to the bit with the same number of threads.
public struct Trainer<Model: SequenceModel> {
  /// The model as trained so far; between two steps it may be changed.
  public var model: Model
  /// The optimiser, with what it remembers.
  public var optimizer: Optimizer<Model>
  /// What is done with long gradients.
  public let clipping: Clipping
  /// Whether the gradient is that of the mean loss or of the sum.
  public let reduction: Reduction

  private let paths: [ParameterPath<Model>]
  private let dropoutSeed: UInt64
  private var crew: Crew

  /// A thread's own tape, gradient and state.
  private final class Worker: @unchecked Sendable {
    let tape: Model.Tape
    var gradient: Model
    var state: Model.State?
    var loss = LossSum()

    init(_ model: Model, from state: Model.State?) {
      tape = model.makeTape()
      gradient = model.zeroed
      self.state = state
    }
  }

  /// The threads' own, which belong to one trainer; a copy of it gets others at its first step.
  private final class Crew {
    let workers: [Worker]

    init(_ workers: [Worker]) { self.workers = workers }

    func copy(for model: Model) -> Crew { Crew(workers.map { Worker(model, from: $0.state) }) }
  }

  /// A trainer of `model`, on as many threads as the machine has cores where `threads` is not given.
  ///
  /// What `Dropout` draws depends on `seed`, on the optimiser's step and on the number of threads alone.
  public init(
    _ model: Model, optimizer: Optimizer<Model>, clipping: Clipping = .none, reduction: Reduction = .mean,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount, seed: UInt64 = 0
  ) {
    require(threads > 0, "training needs a thread, not \(threads)")
    (self.model, self.optimizer, self.clipping, self.reduction) = (model, optimizer, clipping, reduction)
    paths = model.parameterPaths
    var random = RandomSource(seed: seed)
    dropoutSeed = random.next()
    crew = Crew((0..<threads).map { _ in Worker(model, from: nil) })
  }

  /// Takes one step on `batch`. Traps where it has no example.
  ///
  /// - Throws: `TrainingError.notFinite` where the loss or the gradient is; the model then stays as it was before the step.
  public mutating func step(on batch: Model.Batch, state handling: StateHandling = .reset) throws(TrainingError)
    -> StepReport
  {
    require(batch.exampleCount > 0, "training needs an example")
    let subnormals = Subnormals.flushed()
    defer { subnormals.restore() }
    if !isKnownUniquelyReferenced(&crew) { crew = crew.copy(for: model) }
    let workers = crew.workers
    let active = workers.prefix(batch.exampleCount)
    let scale = reduction == .sum ? 1 : 1 / Model.Scalar(max(batch.targetCount, 1))
    run(active, on: batch, state: handling, scale: scale)

    var loss = LossSum()
    for worker in active { loss += worker.loss }
    let total = workers[0]
    for worker in active.dropFirst() { total.gradient.add(worker.gradient, paths, threads: workers.count) }

    let number = optimizer.step + 1
    var isDone = false
    // A state that has diverged is not carried on.
    defer { if !isDone { for worker in active { worker.state = nil } } }
    if !loss.total.isFinite { throw .notFinite(step: number, quantity: "loss") }
    let norm = clipping.apply(to: &total.gradient, at: paths)
    if !norm.isFinite { throw .notFinite(step: number, quantity: "gradient") }
    optimizer.update(&model, gradient: total.gradient, at: paths, threads: workers.count)
    isDone = true
    return StepReport(step: number, loss: loss.mean, gradientNorm: norm, targets: loss.count)
  }

  private func run(
    _ workers: ArraySlice<Worker>, on batch: Model.Batch, state handling: StateHandling, scale: Model.Scalar
  ) {
    // Read by every thread, and written by none before all of them are done.
    let model = model
    let stepSeed = dropoutSeed &+ UInt64(optimizer.step) << 16
    nonisolated(unsafe) let paths = paths
    DispatchQueue.concurrentPerform(iterations: workers.count) { place in
      let subnormals = Subnormals.flushed()
      defer { subnormals.restore() }
      let worker = workers[place]
      let part = batch.examples(
        place * batch.exampleCount / workers.count..<(place + 1) * batch.exampleCount / workers.count)
      worker.gradient.setToZero(paths)
      var random = RandomSource(seed: stepSeed &+ UInt64(place))
      worker.tape.beginTraining(using: &random)
      worker.loss = model.forward(part, from: handling == .carried ? worker.state : nil, on: worker.tape)
      model.backward(part, scale: scale, on: worker.tape, accumulatingInto: &worker.gradient)
      worker.state = model.finalState(of: worker.tape)
    }
  }
}
