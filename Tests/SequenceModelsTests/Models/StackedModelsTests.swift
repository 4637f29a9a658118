import Testing

@testable import SequenceModels

/// The models on layers that read both ways and stand on each other, where the last output and the states are several.
@Suite struct StackedModelsTests {
  let lengths = [3, 5, 1, 4]
  let x: SequenceBatch<Double>
  let both: Deep<Bidirectional<RNN<Double>>>
  let output: Dense<Double>
  let text = SentenceBatches([[1, 2], [], [2, 5, 1], [3]], end: 0).batch(0..<4)

  init() {
    var random = RandomSource(seed: 61)
    func layer(_ inputSize: Int) -> Bidirectional<RNN<Double>> {
      Bidirectional(
        forward: .plain(inputSize: inputSize, hiddenSize: 4, using: &random),
        backward: .plain(inputSize: inputSize, hiddenSize: 4, using: &random))
    }
    x = .random(length: 5, batch: 4, size: 3, using: &random)
    both = Deep([layer(3), layer(8)])
    output = Dense(inputSize: 8, outputSize: 3, using: &random)
  }

  func alone(_ example: Int) -> SequenceInput<Double> {
    .features(x.examples(example..<example + 1).steps(0..<lengths[example]))
  }

  @Test func classifierReadsBothEnds() throws {
    var random = RandomSource(seed: 62)
    let model = Classifier(layer: both, output: output).randomised(using: &random)
    let targets: [Int32] = [2, 0, 1, 1]
    let batch = ClassifierBatch(
      inputs: .features(x), targets: targets, mask: Mask(lengths: lengths))
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch, alone: (0..<4).map { ClassifierBatch(inputs: alone($0), targets: [targets[$0]]) })
    try model.expectThreadsToAgree(on: batch)
  }

  /// The last output of a dense layer is no state: it is made of the last output of the layer below, and sends its
  /// gradient there.
  @Test(arguments: Activation.allCases)
  func classifierReadsADenseLayer(activation: Activation) throws {
    var random = RandomSource(seed: 66)
    let dense = Dense<Double>(inputSize: 8, outputSize: 6, using: &random)
    let layer = DenseOnTop(both, dense, activation: activation)
    let model = Classifier(layer: layer, output: Dense(inputSize: 6, outputSize: 3, using: &random))
      .randomised(using: &random)
    let targets: [Int32] = [2, 0, 1, 1]
    let batch = ClassifierBatch(inputs: .features(x), targets: targets, mask: Mask(lengths: lengths))
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch, alone: (0..<4).map { ClassifierBatch(inputs: alone($0), targets: [targets[$0]]) })
    try model.expectThreadsToAgree(on: batch)
  }

  @Test func regressorReadsADenseLayerBehindATable() {
    var random = RandomSource(seed: 67)
    let layer = Embedded(
      Embedding(vocabularySize: 5, size: 3, using: &random),
      DenseOnTop(
        LSTM<Double>(LSTMCell(inputSize: 3, hiddenSize: 4, using: &random)),
        Dense(inputSize: 4, outputSize: 6, using: &random)))
    let model = Regressor(layer: layer, output: Dense(inputSize: 6, outputSize: 2, using: &random))
      .randomised(using: &random)
    let sequences: [[Int32]] = [[4, 0, 2, 2], [1], [3, 1, 0]]
    let (tokens, mask) = TokenBatch.padded(sequences)
    let targets = Matrix<Double>(rows: 2, columns: 3) { random.normal() }
    let batch = RegressorBatch(inputs: .tokens(tokens), targets: targets, mask: mask)
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch,
      alone: (0..<3).map {
        RegressorBatch(inputs: .tokens(TokenBatch(sequence: sequences[$0])), targets: targets.columns($0..<$0 + 1))
      })
  }

  /// A decoder with a dense layer starts from the states of the layer below it.
  @Test func decodersWithADenseLayerAreStarted() {
    var random = RandomSource(seed: 68)
    let layer = DenseOnTop(
      LSTM<Double>(LSTMCell(inputSize: 6, hiddenSize: 4, using: &random)),
      Dense(inputSize: 4, outputSize: 5, using: &random))
    let decoder = LanguageModel(layer: layer, output: Dense(inputSize: 5, outputSize: 6, using: &random))
    let encoder = LSTM<Double>(LSTMCell(inputSize: 3, hiddenSize: 4, using: &random))
    let model = EncoderDecoder(encoder: encoder, decoder: decoder).randomised(using: &random)
    model.expectGradientsOfCentralDifferences(
      on: EncoderDecoderBatch(source: .features(x), sourceMask: Mask(lengths: lengths), target: text))
    let generator = Generator(vectorSize: 2, decoder: decoder, using: &random).randomised(using: &random)
    let vectors = Matrix<Double>(rows: 2, columns: 4) { random.normal() }
    generator.expectGradientsOfCentralDifferences(on: GeneratorBatch(vectors: vectors, text: text))
  }

  @Test func taggerReadsBothSides() throws {
    var random = RandomSource(seed: 63)
    let model = Tagger(layer: both, output: output).randomised(using: &random)
    let tags = lengths.map { length in (0..<length).map { _ in Int32(random.index(below: 3)) } }
    let batch = TaggerBatch(
      inputs: .features(x), targets: TokenBatch.padded(tags).tokens, mask: Mask(lengths: lengths))
    model.expectGradientsOfCentralDifferences(on: batch)
    model.expectUsedTapeToServeAgain(on: batch)
    model.expectPaddingToChangeNothing(
      in: batch,
      alone: (0..<4).map { TaggerBatch(inputs: alone($0), targets: TokenBatch(sequence: tags[$0])) }
    )
    try model.expectThreadsToAgree(on: batch)
  }

  /// Two states of unlike sizes pass from the vector or the encoder to the decoder.
  @Test func stacksStartAndAreStarted() throws {
    var random = RandomSource(seed: 64)
    func stack(_ inputSize: Int) -> Deep<RNN<Double>> {
      Deep([
        .plain(inputSize: inputSize, hiddenSize: 4, using: &random),
        .plain(inputSize: 4, hiddenSize: 5, using: &random),
      ])
    }
    let decoder = LanguageModel(
      layer: stack(6), output: Dense(inputSize: 5, outputSize: 6, using: &random))
    let model = EncoderDecoder(encoder: stack(3), decoder: decoder).randomised(using: &random)
    model.expectGradientsOfCentralDifferences(
      on: EncoderDecoderBatch(
        source: .features(x), sourceMask: Mask(lengths: lengths), target: text))

    let generator = Generator(vectorSize: 2, decoder: decoder, using: &random).randomised(
      using: &random)
    let vectors = Matrix<Double>(rows: 2, columns: 4) { random.normal() }
    generator.expectGradientsOfCentralDifferences(on: GeneratorBatch(vectors: vectors, text: text))
    let greedy = generator.greedyTokens(for: vectors, until: 0, limit: 5)
    for example in 0..<4 {
      let beam = generator.beamSearch(
        for: vectors.columns(example..<example + 1), width: 1, until: 0, limit: 5)
      #expect(beam.map(\.tokens) == [greedy[example]])
    }
  }

  /// a⟨t⟩ and c⟨t⟩ both pass from the vector or the encoder to the decoder, and back.
  @Test func longShortTermMemoryIsStartedInBothStates() {
    var random = RandomSource(seed: 65)
    let encoder = LSTM<Double>(LSTMCell(inputSize: 3, hiddenSize: 4, using: &random))
    let decoder = LanguageModel(
      layer: LSTM<Double>(LSTMCell(inputSize: 6, hiddenSize: 4, using: &random)),
      output: Dense(inputSize: 4, outputSize: 6, using: &random))
    let model = EncoderDecoder(encoder: encoder, decoder: decoder).randomised(using: &random)
    model.expectGradientsOfCentralDifferences(
      on: EncoderDecoderBatch(source: .features(x), sourceMask: Mask(lengths: lengths), target: text))
    let generator = Generator(vectorSize: 2, decoder: decoder, using: &random).randomised(using: &random)
    let vectors = Matrix<Double>(rows: 2, columns: 4) { random.normal() }
    generator.expectGradientsOfCentralDifferences(on: GeneratorBatch(vectors: vectors, text: text))
  }
}
