// What must be true of every model that is trained on whole sequences.

import Testing

@testable import SequenceModels

extension SequenceModel {
  /// The summed loss of a batch and its gradient.
  func lossAndGradient(_ batch: Batch) -> (loss: LossSum, gradient: Self) {
    let tape = makeTape()
    var gradient = zeroed
    let loss = forward(batch, from: nil, on: tape)
    backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    return (loss, gradient)
  }

  /// The losses of a few steps on one batch, split over threads, and the model after them.
  func trained(on batch: Batch, steps: Int, threads: Int) throws -> (losses: [Double], model: Self) {
    var trainer = Trainer(
      self, optimizer: Optimizer(.sgd(momentum: 0.9), learningRate: 0.05, for: self), clipping: .norm(1),
      threads: threads)
    let losses = try (0..<steps).map { _ in try trainer.step(on: batch).loss }
    return (losses, trainer.model)
  }

  /// The model after `steps` steps of Adam, on the batches that `next` makes.
  func trainedByAdam(steps: Int, learningRate: Double, on next: () -> Batch) throws -> Self {
    var trainer = Trainer(
      self, optimizer: Optimizer(.adam(), learningRate: learningRate, for: self), clipping: .norm(1), threads: 2)
    for _ in 0..<steps { _ = try trainer.step(on: next()) }
    return trainer.model
  }
}

extension SequenceModel where Scalar == Double {
  /// Expects every gradient to agree with central differences, and none to be 0 for want of a way there.
  func expectGradientsOfCentralDifferences(on batch: Batch, sourceLocation: SourceLocation = #_sourceLocation) {
    let gradient = lossAndGradient(batch).gradient
    let check = GradientCheck(of: gradient, at: self) { $0.forward(batch, from: nil, on: $0.makeTape()).total }
    #expect(check.largest < 1e-7, "\(check.differences)", sourceLocation: sourceLocation)
    for path in parameterPaths {
      let largest = gradient[keyPath: path.keyPath].elements.map(abs).max()!
      #expect(largest > 1e-3, "\(path.name)", sourceLocation: sourceLocation)
    }
  }

  /// Expects the loss and the gradient of a padded batch to be the sums of those of its examples without padding.
  func expectPaddingToChangeNothing(
    in batch: Batch, alone: [Batch], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let whole = lossAndGradient(batch)
    var (loss, gradient) = (LossSum(), zeroed)
    for example in alone {
      let (part, partGradient) = lossAndGradient(example)
      loss += part
      gradient.add(partGradient, parameterPaths)
    }
    #expect(whole.loss.count == batch.targetCount && loss.count == batch.targetCount, sourceLocation: sourceLocation)
    #expect(abs(whole.loss.total - loss.total) < 1e-12, sourceLocation: sourceLocation)
    #expect(whole.gradient.largestDifference(from: gradient) < 1e-12, sourceLocation: sourceLocation)
  }

  /// Expects a tape that has seen another batch to serve as a fresh one does.
  func expectUsedTapeToServeAgain(on batch: Batch, sourceLocation: SourceLocation = #_sourceLocation) {
    let tape = makeTape()
    var used = zeroed
    _ = forward(batch, from: nil, on: tape)
    backward(batch, scale: 1, on: tape, accumulatingInto: &used)
    let part = batch.examples(1..<3)
    var gradient = zeroed
    let loss = forward(part, from: nil, on: tape)
    backward(part, scale: 1, on: tape, accumulatingInto: &gradient)
    let fresh = lossAndGradient(part)
    #expect(loss == fresh.loss, sourceLocation: sourceLocation)
    #expect(gradient.numbers == fresh.gradient.numbers, sourceLocation: sourceLocation)
  }

  /// Expects a few steps of training to be the same on one, two and three threads.
  func expectThreadsToAgree(on batch: Batch, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let one = try trained(on: batch, steps: 5, threads: 1)
    #expect(one.losses.last! < one.losses.first!, sourceLocation: sourceLocation)
    for threads in [2, 3] {
      let many = try trained(on: batch, steps: 5, threads: threads)
      for (loss, expected) in zip(many.losses, one.losses) {
        #expect(abs(loss - expected) < 1e-12, sourceLocation: sourceLocation)
      }
      #expect(many.model.largestDifference(from: one.model) < 1e-12, sourceLocation: sourceLocation)
    }
  }

  /// Expects the gradients of PyTorch, which has two biases where a recurrent layer has one.
  func expectGradients(_ expected: [String: Fixture.Tensor], sourceLocation: SourceLocation = #_sourceLocation) {
    for path in parameterPaths {
      let name = path.name.replacing("bias_l0", with: "bias_ih_l0")
      let difference = self[keyPath: path.keyPath].largestDifference(from: expected[name]!.matrix)
      #expect(difference < 1e-12, "\(name)", sourceLocation: sourceLocation)
    }
  }
}

extension Recurrent {
  /// A plain layer.
  static func plain<Scalar>(
    inputSize: Int, hiddenSize: Int, using random: inout RandomSource
  ) -> Recurrent where Cell == RNNCell<Scalar> {
    Recurrent(RNNCell(inputSize: inputSize, hiddenSize: hiddenSize, using: &random))
  }
}

extension LanguageModel {
  /// A language model with a plain layer.
  static func plain<Scalar>(
    vocabulary: Int, hidden: Int, using random: inout RandomSource
  ) -> LanguageModel where Layer == RNN<Scalar> {
    LanguageModel(
      layer: .plain(inputSize: vocabulary, hiddenSize: hidden, using: &random),
      output: Dense(inputSize: hidden, outputSize: vocabulary, using: &random))
  }
}
