import Testing

@testable import SequenceModels

@Suite struct EmbeddedTests {
  let model: Classifier<Embedded<GRU<Double>>>
  let sequences: [[Int32]] = [[4, 0, 2, 2], [1], [3, 1, 0]]
  let classes: [Int32] = [1, 0, 2]

  init() {
    var random = RandomSource(seed: 71)
    let cell = GRUCell<Double>(inputSize: 3, hiddenSize: 4, form: .resetAfterRecurrent, using: &random)
    model = Classifier(
      layer: Embedded(Embedding(vocabularySize: 5, size: 3, using: &random), Recurrent(cell)),
      output: Dense(inputSize: 4, outputSize: 3, using: &random)
    ).randomised(using: &random)
  }

  var batch: ClassifierBatch<Double> {
    let (tokens, mask) = TokenBatch.padded(sequences)
    return ClassifierBatch(inputs: .tokens(tokens), targets: classes, mask: mask)
  }

  @Test func learnsAsAModelShould() throws {
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch,
      alone: sequences.indices.map {
        ClassifierBatch(inputs: .tokens(TokenBatch(sequence: sequences[$0])), targets: [classes[$0]])
      })
    try model.expectThreadsToAgree(on: batch)
  }

  /// Under its table a layer does what it does on the vectors themselves.
  @Test func isItsLayerOnTheVectors() {
    let (tokens, mask) = TokenBatch.padded(sequences)
    let direct = Classifier(layer: model.layer.layer, output: model.output)
    let vectors = model.layer.embedding(tokens)
    #expect(
      model.probabilities(.tokens(tokens), mask: mask) == direct.probabilities(.features(vectors), mask: mask))
  }

  @Test func namesItsParametersAsPyTorchDoes() {
    #expect(
      model.torchParameters.map(\.name) == [
        "rnn.embedding.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0",
        "output.weight", "output.bias",
      ])
    var copy = model.zeroed
    let values = Dictionary(uniqueKeysWithValues: model.torchParameters.map { ($0.name, $0.value) })
    copy.setTorchParameters { values[$0]! }
    #expect(copy.numbers == model.numbers)
  }
}
