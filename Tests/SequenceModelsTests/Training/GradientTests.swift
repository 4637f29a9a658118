import Testing

@testable import SequenceModels

/// Gradients by hand against central differences in Double.
@Suite struct GradientTests {
  static func model(activation: Activation, random: inout RandomSource) -> LanguageModel<RNN<Double>> {
    let cell = RNNCell<Double>(inputSize: 5, hiddenSize: 4, activation: activation, using: &random)
    var model = LanguageModel(
      layer: Recurrent(cell), output: Dense(inputSize: 4, outputSize: 5, using: &random))
    // Biases start at 0, where a wrong one could hide.
    for path in model.parameterPaths where path.name.contains("bias") {
      model[keyPath: path.keyPath] = model[keyPath: path.keyPath].map { _ in random.uniform(in: -0.5..<0.5) }
    }
    return model
  }

  @Test(arguments: Activation.allCases)
  func languageModelAgreesWithCentralDifferences(activation: Activation) {
    var random = RandomSource(seed: 3)
    let model = Self.model(activation: activation, random: &random)
    var (inputs, targets) = (TokenBatch(length: 6, batch: 3), TokenBatch(length: 6, batch: 3))
    for place in inputs.ids.indices {
      inputs.ids[place] = Int32(random.index(below: 5))
      targets.ids[place] = Int32(random.index(below: 5))
    }
    inputs[0, 1] = TokenBatch.none
    targets[5, 2] = TokenBatch.none
    let batch = LanguageBatch(inputs: inputs, targets: targets)
    let state = RecurrentState([Matrix<Double>(rows: 4, columns: 3) { random.normal() }])
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: state, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    let check = GradientCheck(of: gradient, at: model) { $0.forward(batch, from: state, on: tape).total }
    #expect(check.largest < 1e-7, "\(check.differences)")
    #expect(gradient.norm > 0.1)
  }

  @Test func checkSeesAWrongGradient() {
    var random = RandomSource(seed: 3)
    let model = Self.model(activation: .tanh, random: &random)
    let batch = LanguageBatch(sentence: [1, 2, 3, 0])
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    gradient.layer.cell.Waa[0, 0] *= 1.001
    let check = GradientCheck(of: gradient, at: model) { $0.forward(batch, from: nil, on: tape).total }
    #expect(check.largest > 1e-6)
  }
}
