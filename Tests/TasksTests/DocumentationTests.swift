// The code of the landing page, line by line as it stands there.

import SequenceModels
import Tasks
import Testing

@Suite struct DocumentationTests {
  @Test func anAdderIsTrained() throws {
    var random = RandomSource(seed: 1)
    let layer = LSTM(LSTMCell<Float>(inputSize: AddingProblem.inputSize, hiddenSize: 16, using: &random))
    let adder = Regressor(layer: layer, output: Dense(inputSize: 16, outputSize: 1, using: &random))

    var trainer = Trainer(adder, optimizer: Optimizer(.adam(), learningRate: 0.01, for: adder), clipping: .norm(1))
    // The mean squared error of the sum, from AddingProblem.baseline, 1/6, downwards.
    let losses = try (0..<10).map { _ in
      try trainer.step(on: AddingProblem.batch(count: 50, length: 20, using: &random)).loss
    }

    #expect(losses.last! < losses[0])
  }
}
