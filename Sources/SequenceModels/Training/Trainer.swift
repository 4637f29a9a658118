// The training step: forward, backward, clip, update, with the batch split over the cores.

import Dispatch
import Foundation

/// Whether a step starts from the state that the step before it left behind.
///
/// In truncated backpropagation through time the gradient is always cut at the first step of a window; the state need
/// not be.
public enum StateHandling: Sendable {
  /// The window continues the one before: a⟨0⟩ is its last a⟨T⟩, or the state that was given to the trainer since. No
  /// gradient flows into it.
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
/// A batch is split over `threads` threads by examples; each goes through the whole sequence of its own, and their
/// gradients are added in a fixed order, so that a run repeats to the bit with the same number of threads.
public struct Trainer<Model: SequenceModel> {
  /// The model as trained so far; between two steps it may be changed. Traps where the shape of a parameter does.
  public var model: Model {
    get { trained.model }
    set {
      requireSameShapes("the trainer's model", shapes, "the new model", newValue.shapes)
      (trained.model, weightBound) = (newValue, nil)
    }
  }
  /// The optimiser, with what it remembers. Traps where it was made for a model of other shapes.
  public var optimizer: Optimizer<Model> {
    get { trained.optimizer }
    set {
      requireSameShapes("the trainer's model", shapes, "the model of the optimiser", newValue.shapes)
      trained.optimizer = newValue
    }
  }
  /// What is done with long gradients.
  public let clipping: Clipping
  /// Whether the gradient is that of the mean loss or of the sum.
  public let reduction: Reduction

  private var trained: (model: Model, optimizer: Optimizer<Model>)
  /// A bound on the magnitude of the model's numbers, or nil where nobody has looked at them yet.
  private var weightBound: Double?
  private let shapes: [ParameterShape]
  private let paths: [ParameterPath<Model>]
  private let dropoutSeed: UInt64
  private var workers: Workers

  /// What one thread works with: a tape, a gradient, its examples and their state.
  private final class Worker: @unchecked Sendable {
    let tape: Model.Tape
    var gradient: Model
    var examples = 0..<0
    var state: Model.State?
    var loss = LossSum()

    init(_ model: Model, from state: Model.State?) {
      tape = model.makeTape()
      gradient = model.zeroed
      self.state = state
    }
  }

  /// The workers of one trainer. A copy of the trainer gets its own at its first step.
  private final class Workers {
    let all: [Worker]
    /// The number of examples that the states belong to, or nil where there are none.
    var exampleCount: Int?

    init(_ all: [Worker], exampleCount: Int?) { (self.all, self.exampleCount) = (all, exampleCount) }

    func copy(for model: Model) -> Workers {
      Workers(all.map { Worker(model, from: $0.state) }, exampleCount: exampleCount)
    }

    /// Splits so many examples over the workers, and returns those that have any.
    func split(_ count: Int) -> ArraySlice<Worker> {
      exampleCount = count
      let active = all.prefix(count)
      for (place, worker) in active.enumerated() {
        worker.examples = place * count / active.count..<(place + 1) * count / active.count
      }
      return active
    }

    func forgetStates() {
      exampleCount = nil
      for worker in all { worker.state = nil }
    }
  }

  /// A trainer of `model`, on as many threads as the machine has cores where `threads` is not given.
  ///
  /// What `Dropout` draws depends on `seed`, on the optimiser's step and on the number of threads alone. Traps where
  /// the optimiser was made for a model of other shapes, and where there is no thread or more than 4096.
  public init(
    _ model: Model, optimizer: Optimizer<Model>, clipping: Clipping = .none, reduction: Reduction = .mean,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount, seed: UInt64 = 0
  ) {
    require((1...4096).contains(threads), "training needs from 1 to 4096 threads, not \(threads)")
    (trained, self.clipping, self.reduction) = ((model, optimizer), clipping, reduction)
    requireSameShapes("the trainer's model", model.shapes, "the model of the optimiser", optimizer.shapes)
    (shapes, paths) = (optimizer.shapes, model.parameterPaths)
    workers = Workers((0..<threads).map { _ in Worker(model, from: nil) }, exampleCount: nil)
    var random = RandomSource(seed: seed)
    dropoutSeed = random.next()
  }

  /// Takes one step on `batch`. Traps where it has no example, or carries a state of another number of examples.
  ///
  /// - Throws: `TrainingError.notFinite` where the loss or the gradient is, or what the update would make of the model
  ///   or of the optimiser's moments. All of them then stay as they were before the step; only the carried state is
  ///   lost.
  public mutating func step(on batch: Model.Batch, state handling: StateHandling = .reset) throws(TrainingError)
    -> StepReport
  {
    require(batch.exampleCount > 0, "training needs an example")
    makeWorkersOwn()
    if handling == .reset { workers.forgetStates() }
    if let carried = workers.exampleCount {
      require(
        carried == batch.exampleCount, "the carried state has \(carried) examples and the batch \(batch.exampleCount)")
    }
    let active = workers.split(batch.exampleCount)
    run(active, on: batch, scale: reduction == .sum ? 1 : 1 / Model.Scalar(max(batch.targetCount, 1)))

    var loss = LossSum()
    for worker in active { loss += worker.loss }
    let (total, threads) = (active[0], workers.all.count)
    for worker in active.dropFirst() { total.gradient.add(worker.gradient, paths, threads: threads) }

    let number = trained.optimizer.step + 1
    do throws(TrainingError) {
      if !loss.total.isFinite { throw .notFinite(step: number, quantity: "loss") }
      let norm = clipping.apply(to: &total.gradient, at: paths)
      if !norm.isFinite { throw .notFinite(step: number, quantity: "gradient") }
      try trained.optimizer.update(
        &trained.model, gradient: total.gradient, gradientNorm: norm, at: paths, weightBound: &weightBound,
        threads: threads)
      return StepReport(step: number, loss: loss.mean, gradientNorm: norm, targets: loss.count)
    } catch {
      // A state that has diverged is not carried on.
      workers.forgetStates()
      throw error
    }
  }

  /// Gives a copy of a trainer workers of its own.
  fileprivate mutating func makeWorkersOwn() {
    if !isKnownUniquelyReferenced(&workers) { workers = workers.copy(for: trained.model) }
  }

  private func run(_ active: ArraySlice<Worker>, on batch: Model.Batch, scale: Model.Scalar) {
    // Read by every thread, and written by none before all of them are done.
    let model = trained.model
    let stepSeed = dropoutSeed &+ UInt64(optimizer.step) << 16
    concurrently(active.count) { place in
      let worker = active[place]
      let part = batch.examples(worker.examples)
      worker.gradient.setToZero(paths)
      var random = RandomSource(seed: stepSeed &+ UInt64(place))
      worker.tape.beginTraining(using: &random)
      worker.loss = model.forward(part, from: worker.state, on: worker.tape)
      model.backward(part, scale: scale, on: worker.tape, accumulatingInto: &worker.gradient)
      worker.state = model.finalState(of: worker.tape)
    }
  }
}

// MARK: - The carried state

extension Trainer where Model.State == RecurrentState<Model.Scalar> {
  /// The state after the last step, (size, m) for each state of the layer, from which a step with `.carried` starts;
  /// nil before the first step, where every state is 0. It may be set, for as many examples as the next batch has.
  ///
  /// Traps where its matrices are not of one number of examples.
  public var state: RecurrentState<Model.Scalar>? {
    get {
      guard let examples = workers.exampleCount else { return nil }
      return RecurrentState(joining: workers.all.prefix(examples).map { $0.state! })
    }
    set {
      makeWorkersOwn()
      workers.forgetStates()
      guard let newValue else { return }
      let count = newValue.exampleCount
      require(count > 0, "a state needs an example")
      for worker in workers.split(count) { worker.state = newValue.examples(worker.examples) }
    }
  }
}
