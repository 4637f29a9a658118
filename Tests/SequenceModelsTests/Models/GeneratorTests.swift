import RealModule
import Testing

@testable import SequenceModels

@Suite struct GeneratorTests {
  let model: Generator<RNN<Double>>
  let vectors: Matrix<Double>
  let sentences: [[Int32]] = [[1, 2], [], [2, 2, 1, 3], [3]]

  init() {
    var random = RandomSource(seed: 41)
    let decoder = LanguageModel<RNN<Double>>.plain(vocabulary: 4, hidden: 5, using: &random)
    model = Generator<RNN<Double>>(vectorSize: 3, decoder: decoder, using: &random).randomised(using: &random)
    vectors = Matrix(rows: 3, columns: 4) { random.normal() }
  }

  var batch: GeneratorBatch<Double> {
    GeneratorBatch(vectors: vectors, text: SentenceBatches(sentences, end: 0).batch(0..<4))
  }

  /// Each example alone, written with matrices.
  @Test func isItsEquation() {
    let cell = model.decoder.layer.cell
    var loss = 0.0
    for (example, sentence) in sentences.enumerated() {
      var a = tanh(model.start.Wya * vectors.columns(example..<example + 1) + model.start.by)
      var x = Matrix<Double>(rows: 4, columns: 1)
      for token in sentence + [0] {
        a = tanh(cell.Waa * a + cell.Wax * x + cell.ba)
        let ŷ = softmax(model.decoder.output.Wya * a + model.decoder.output.by)
        loss -= Double.log(ŷ[Int(token), 0])
        x = Matrix(oneHot: [token], size: 4)
      }
    }
    #expect(abs(model.lossAndGradient(batch).loss.total - loss) < 1e-12)
  }

  @Test func gradientsAreCentralDifferences() {
    model.expectGradientsOfCentralDifferences(on: batch)
  }

  @Test func paddingChangesNothing() {
    let alone = sentences.indices.map { example in
      GeneratorBatch(
        vectors: vectors.columns(example..<example + 1), text: LanguageBatch(sentence: sentences[example] + [0]))
    }
    model.expectPaddingToChangeNothing(in: batch, alone: alone)
  }

  @Test func usedTapeServesAgain() {
    model.expectUsedTapeToServeAgain(on: batch)
  }

  @Test func threadsAgree() throws {
    try model.expectThreadsToAgree(on: batch)
  }

  @Test func classIsItsOneHotColumn() {
    let text = batch.text
    let classes = GeneratorBatch<Double>(classes: [2, 0, 1, 2], of: 3, text: text)
    let columns: [[Double]] = [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]]
    #expect(classes == GeneratorBatch(vectors: Matrix(columns), text: text))
  }

  @Test func parametersAreThoseOfAPyTorchModule() {
    #expect(
      model.parameterPaths.map(\.name)
        == [
          "start.weight", "start.bias", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_l0", "output.weight",
          "output.bias",
        ])
    var copy = model.zeroed
    let values = Dictionary(uniqueKeysWithValues: model.torchParameters.map { ($0.name, $0.value) })
    copy.setTorchParameters { values[$0]! }
    #expect(copy.numbers == model.numbers)
  }

  /// No sample goes past the end token or the limit, and how often the empty one is drawn is its probability.
  @Test func samplesObeyTheEndToken() {
    var random = RandomSource(seed: 8)
    let vector = vectors.columns(0..<1)
    let state = model.initialState(for: vector)
    let tape = model.decoder.makeTape()
    let p = Double.exp(-model.decoder.forward(LanguageBatch(sentence: [0]), from: state, on: tape).total)
    var (empty, full) = (0, 0)
    for _ in 0..<2000 {
      var sampler = model.sampler(for: vector)
      let tokens = sampler.tokens(limit: 3, until: 0, using: &random)
      #expect(!tokens.contains(0) && tokens.count <= 3)
      if tokens.isEmpty { empty += 1 }
      if tokens.count == 3 { full += 1 }
    }
    // Four standard deviations of a share of 2000 draws are less than 0.045.
    #expect(abs(Double(empty) / 2000 - p) < 0.045)
    #expect(empty > 0 && full > 0)
  }

  @Test func decodesFromTheStateOfItsVector() {
    let greedy = model.greedyTokens(for: vectors, until: 0, limit: 5)
    for example in 0..<4 {
      let vector = vectors.columns(example..<example + 1)
      #expect(model.beamSearch(for: vector, width: 1, until: 0, limit: 5).map(\.tokens) == [greedy[example]])
      var (sampler, random) = (model.sampler(for: vector, temperature: 0), RandomSource(seed: 1))
      #expect(sampler.tokens(limit: 5, until: 0, using: &random) == greedy[example])
    }
  }

  /// A class is its word.
  @Test func learnsTheWordOfEachClass() throws {
    let words: [[Int32]] = [[1, 2, 3], [1, 2, 2, 4], [4, 1], [3, 3, 3, 3, 3]]
    let batch = GeneratorBatch<Float>(
      classes: [0, 1, 2, 3], of: 4, text: SentenceBatches(words, end: 0).batch(0..<4))
    var weights = RandomSource(seed: 9)
    let decoder = LanguageModel<RNN<Float>>.plain(vocabulary: 5, hidden: 16, using: &weights)
    let untrained = Generator<RNN<Float>>(vectorSize: 4, decoder: decoder, using: &weights)
    let model = try untrained.trainedByAdam(steps: 500, learningRate: 0.01) { batch }
    #expect(model.lossAndGradient(batch).loss.mean < 0.02)
    #expect(model.greedyTokens(for: batch.vectors, until: 0, limit: 10) == words)
    let best = model.beamSearch(for: batch.vectors.columns(1..<2), width: 3, until: 0, limit: 10)[0]
    #expect(best.tokens == words[1] && best.isFinished && best.logProbability > -0.2)
  }
}
