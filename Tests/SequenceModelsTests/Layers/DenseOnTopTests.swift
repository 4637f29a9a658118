import Testing

@testable import SequenceModels

@Suite struct DenseOnTopTests {
  @Test(arguments: Activation.allCases)
  func learnsAsAModelShould(activation: Activation) throws {
    var random = RandomSource(seed: 81)
    let lengths = [3, 5, 1, 4]
    let model = Tagger(
      layer: DenseOnTop(
        Deep(depth: 2, inputSize: 3) { RNN<Double>.plain(inputSize: $0, hiddenSize: 4, using: &random) },
        Dense(inputSize: 4, outputSize: 5, using: &random), activation: activation),
      output: Dense(inputSize: 5, outputSize: 3, using: &random)
    ).randomised(using: &random)
    let x = SequenceBatch<Double>.random(length: 5, batch: 4, size: 3, using: &random)
    let tags = lengths.map { length in (0..<length).map { _ in Int32(random.index(below: 3)) } }
    let batch = TaggerBatch(
      inputs: .features(x), targets: TokenBatch.padded(tags).tokens, mask: Mask(lengths: lengths))
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch,
      alone: (0..<4).map { example in
        TaggerBatch(
          inputs: .features(x.examples(example..<example + 1).steps(0..<lengths[example])),
          targets: TokenBatch(sequence: tags[example]))
      })
    try model.expectThreadsToAgree(on: batch)
  }

  struct Case: Decodable {
    let x, outputs, grad_output, grad_x: Fixture.Tensor
    let parameters, gradients: [String: Fixture.Tensor]
  }

  @Test func agreesWithPyTorch() throws {
    let expected: Case = try Fixture.read("dense_on_top")
    var random = RandomSource(seed: 82)
    var layer = DenseOnTop(
      Deep(depth: 2, inputSize: 3) { RNN<Double>.plain(inputSize: $0, hiddenSize: 4, using: &random) },
      Dense(inputSize: 4, outputSize: 5, using: &random))
    layer.setTorchParameters { expected.parameters[$0]!.matrix }
    let x = expected.x.sequence
    let tape = layer(x)
    let (gradient, xGradient, _) = layer.gradients(outputGradient: expected.grad_output.sequence, on: tape)
    for t in 0..<x.length {
      #expect(tape.outputSequence[t].largestDifference(from: expected.outputs.sequence[t]) < 1e-12)
      #expect(xGradient[t].largestDifference(from: expected.grad_x.sequence[t]) < 1e-12)
    }
    for path in layer.parameterPaths {
      let name = path.name.replacing("bias_l", with: "bias_ih_l")
      let difference = gradient[keyPath: path.keyPath].largestDifference(from: expected.gradients[name]!.matrix)
      #expect(difference < 1e-12, "\(name)")
    }
  }

  @Test func namesItsParametersAsPyTorchDoes() {
    var random = RandomSource(seed: 83)
    let deep = Deep(depth: 1, inputSize: 3) { RNN<Double>.plain(inputSize: $0, hiddenSize: 4, using: &random) }
    let layer = DenseOnTop(deep, Dense(inputSize: 4, outputSize: 5, using: &random))
    #expect(
      layer.torchParameters.map(\.name) == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "dense.weight", "dense.bias",
      ])
  }
}
