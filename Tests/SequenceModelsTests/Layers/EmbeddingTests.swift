import Testing

@testable import SequenceModels

@Suite struct EmbeddingTests {
  /// The content of embedding.json.
  struct Numbers: Decodable {
    let tokens: [[Int32]]
    let weight, output, grad_output, grad_weight: Fixture.Tensor
  }

  @Test func agreesWithPyTorch() throws {
    let expected: Numbers = try Fixture.read("embedding")
    var tokens = TokenBatch(length: 3, batch: 2)
    tokens.ids = expected.tokens.flatMap { $0 }
    let embedding = Embedding(table: expected.weight.matrix)
    #expect(embedding.torchParameters.map(\.name) == ["weight"])
    #expect(embedding(tokens) == expected.output.sequence)
    var gradient = embedding.zeroed
    embedding.backward(tokens, outputGradient: expected.grad_output.sequence.block, accumulatingInto: &gradient)
    #expect(gradient.table.largestDifference(from: expected.grad_weight.matrix) < 1e-15)
  }

  @Test func noTokenIsTheZeroVectorAndLearnsNothing() {
    let embedding = Embedding<Float>(table: Matrix([[1, 2], [3, 4]]))
    let tokens = TokenBatch(sequence: [1, TokenBatch.none])
    #expect(embedding(tokens) == SequenceBatch([Matrix(column: [3, 4]), Matrix(column: [0, 0])]))
    var gradient = embedding.zeroed
    let upstream = SequenceBatch<Float>([Matrix(column: [5, 6]), Matrix(column: [7, 8])])
    embedding.backward(tokens, outputGradient: upstream.block, accumulatingInto: &gradient)
    #expect(gradient.table == Matrix([[0, 0], [5, 6]]))
  }

  /// A table before a layer is the layer with W_ax times that table.
  @Test func tableBeforeALayerIsALookUpInTheLayer() {
    var random = RandomSource(seed: 1)
    let embedding = Embedding<Double>(vocabularySize: 5, size: 3, using: &random)
    let layer = StackedTests.cell(3, 4, &random)
    var direct = layer
    direct.cell.Wax = layer.cell.Wax * embedding.table.transposed
    let tokens = TokenBatch(sequence: [4, 0, 2, 2])
    let tape = direct.makeTape()
    direct.forward(.tokens(tokens), from: nil, mask: nil, on: tape)
    #expect(tape.outputSequence.largestDifference(from: layer(embedding(tokens)).outputSequence) < 1e-14)
  }
}
