import Testing

@testable import SequenceModels

/// The recipe of min-char-rnn (Karpathy 2015), window by window against PyTorch.
@Suite struct RecipeTests {
  struct File: Decodable {
    let vocabulary_size, hidden_size, length: Int
    let clip_value, lr, eps: Double
    let text: [Int32]
    let start, end: [String: Fixture.Tensor]
    let losses: [Double]
  }

  /// PyTorch's names in the fixture for the parameters of a language model.
  static let names = [
    "rnn.weight_ih_l0": "weight_ih", "rnn.weight_hh_l0": "weight_hh", "rnn.bias_l0": "bias", "output.weight": "weight",
    "output.bias": "output_bias",
  ]

  @Test func everyWindowAgreesWithPyTorch() throws {
    let file: File = try Fixture.read("recipe")
    var random = RandomSource(seed: 1)
    var model = LanguageModel(
      layer: Recurrent(
        RNNCell<Double>(inputSize: file.vocabulary_size, hiddenSize: file.hidden_size, using: &random)),
      output: Dense(inputSize: file.hidden_size, outputSize: file.vocabulary_size, using: &random))
    for path in model.parameterPaths { model[keyPath: path.keyPath] = file.start[Self.names[path.name]!]!.matrix }
    var trainer = Trainer(
      model, optimizer: Optimizer(.adagrad(epsilon: file.eps), learningRate: file.lr, for: model),
      clipping: .elements(file.clip_value), reduction: .sum)
    let streams = try TokenStreams(file.text[...], batch: 1, length: file.length)
    for (step, loss) in file.losses.enumerated() {
      let (window, continues) = streams.next(step)
      let report = try trainer.step(on: window, state: continues ? .carried : .reset)
      #expect(abs(report.loss * Double(file.length) - loss) < 1e-10, "window \(step)")
    }
    for path in model.parameterPaths {
      let end = file.end[Self.names[path.name]!]!.matrix
      #expect(trainer.model[keyPath: path.keyPath].largestDifference(from: end) < 1e-10, "\(path.name)")
    }
  }
}
