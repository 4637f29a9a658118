import Testing

@testable import SequenceModels

@Suite struct DropoutTests {
  let lengths = [3, 5, 1, 4]
  let x: SequenceBatch<Double>
  let lstm: LSTM<Double>

  init() {
    var random = RandomSource(seed: 91)
    x = .random(length: 5, batch: 4, size: 3, using: &random)
    lstm = LSTM<Double>(LSTMCell(inputSize: 3, hiddenSize: 4, using: &random)).randomised(using: &random)
  }

  var mask: Mask { Mask(lengths: lengths) }

  /// A pass of training over `x`, its masks from `seed`.
  private func trainingTape<Layer: RecurrentLayer>(_ layer: Layer, seed: UInt64) -> Layer.Tape
  where Layer.Scalar == Double {
    let tape = layer.makeTape()
    var random = RandomSource(seed: seed)
    tape.beginTraining(using: &random)
    layer.forward(.features(x), from: nil, mask: mask, on: tape)
    return tape
  }

  // MARK: - Evaluation

  @Test func evaluationIsTheLayerWithoutIt() {
    var random = RandomSource(seed: 1)
    let dropped = Dropout(lstm, rate: 0.5)
    let (tape, plain) = (dropped(x, mask: mask), lstm(x, mask: mask))
    #expect(tape.outputSequence == plain.outputSequence)
    #expect(tape.finalState == plain.finalState)
    #expect(dropped.finalOutput(on: tape) == lstm.finalOutput(on: plain))
    let r = SequenceBatch<Double>.random(length: 5, batch: 4, size: 4, using: &random)
    let ours = dropped.gradients(outputGradient: r, on: tape)
    let theirs = lstm.gradients(outputGradient: r, on: plain)
    #expect(ours.layer.numbers == theirs.layer.numbers)
    #expect(ours.input == theirs.input)
    #expect(ours.initialState == theirs.initialState)
  }

  @Test func parametersAreThoseOfTheLayer() {
    let stack = Deep([Dropout(lstm, rate: 0.5)])
    #expect(stack.torchParameters == lstm.torchParameters)
    #expect(stack.parameterPaths.map(\.name) == lstm.parameterPaths.map(\.name))
    var copy = stack.zeroed
    let values = Dictionary(uniqueKeysWithValues: lstm.torchParameters.map { ($0.name, $0.value) })
    copy.setTorchParameters { values[$0]! }
    #expect(copy.numbers == lstm.numbers)
  }

  // MARK: - Training

  /// An output is 0 or what 1 / (1 − p) makes of it, p of them are 0, and their mean is the layer's output. The states
  /// are untouched.
  @Test func outputsAreDroppedAndTheirMeanIsNot() {
    let (rate, draws) = (0.25, 2_000)
    let layer = Dropout(lstm, rate: rate)
    let plain = lstm(x, mask: mask)
    let (outputs, final) = (plain.outputSequence, lstm.finalOutput(on: plain))
    let tape = layer.makeTape()
    var random = RandomSource(seed: 2)
    tape.beginTraining(using: &random)
    var (sum, finalSum) = (
      (0..<5).map { _ in Matrix<Double>(rows: 4, columns: 4) }, Matrix<Double>(rows: 4, columns: 4)
    )
    var (zeros, areKept, areStatesKept) = (0, true, true)
    for _ in 0..<draws {
      layer.forward(.features(x), from: nil, mask: mask, on: tape)
      areStatesKept = areStatesKept && tape.finalState == plain.finalState
      let dropped = tape.outputSequence
      for t in 0..<5 {
        for (one, all) in zip(dropped[t].elements, outputs[t].elements) {
          if one == 0 { zeros += 1 } else { areKept = areKept && abs(one - all / (1 - rate)) < 1e-15 }
        }
        sum[t] = sum[t] + dropped[t]
      }
      finalSum = finalSum + layer.finalOutput(on: tape)
    }
    #expect(areKept && areStatesKept)
    // A mask's standard deviation is √(p / (1 − p)) = 0.58. Five of the mean's are 0.065 of an output.
    for (sum, expected) in zip(sum + [finalSum], (0..<5).map { outputs[$0] } + [final]) {
      for (one, all) in zip(sum.elements, expected.elements) {
        #expect(abs(one / Double(draws) - all) < 0.065 * abs(all))
      }
    }
    // Five standard deviations of a share of 160,000 draws are 0.0054.
    #expect(abs(Double(zeros) / Double(draws * 80) - rate) < 0.0054)
  }

  @Test func oneSeedGivesOneMask() {
    let layer = Deep([Dropout(lstm, rate: 0.5)])
    let (one, same, other) = (
      trainingTape(layer, seed: 3), trainingTape(layer, seed: 3), trainingTape(layer, seed: 4)
    )
    #expect(one.outputSequence == same.outputSequence)
    #expect(layer.finalOutput(on: one) == layer.finalOutput(on: same))
    #expect(one.outputSequence != other.outputSequence)
    // The next pass on the same tape has other masks.
    let first = one.outputSequence
    layer.forward(.features(x), from: nil, mask: mask, on: one)
    #expect(one.outputSequence != first)
  }

  @Test func rateZeroDropsNothing() {
    let tape = trainingTape(Dropout(lstm, rate: 0), seed: 5)
    #expect(tape.outputSequence == lstm(x, mask: mask).outputSequence)
  }

  /// What the layer above reads is dropped, by masks that differ from layer to layer.
  @Test func stackDropsBetweenItsLayers() {
    var random = RandomSource(seed: 6)
    let stack = Deep(depth: 2, inputSize: 3) { inputSize in
      Dropout(RNN<Double>.plain(inputSize: inputSize, hiddenSize: 4, using: &random), rate: 0.5)
    }
    let tape = trainingTape(stack, seed: 7)
    let (below, above) = (tape.layers[0], tape.layers[1])
    #expect(stack.layers[0].layer(x, mask: mask).outputSequence == below.layer.outputSequence)
    #expect(below.outputSequence != below.layer.outputSequence)
    #expect(stack.layers[1].layer(below.outputSequence, mask: mask).outputSequence == above.layer.outputSequence)
    let zeros = [below, above].map { $0.outputSequence.trajectory(example: 1).elements.map { $0 == 0 } }
    #expect(zeros[0] != zeros[1])
  }

  @Test(arguments: ["1.0", "-0.1", "inf", "nan"])
  func rateOutsideItsRangeIsRefused(rate: String) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [rate] in
      var random = RandomSource(seed: 1)
      _ = Dropout(RNN<Float>.plain(inputSize: 1, hiddenSize: 1, using: &random), rate: Double(rate)!)
    }
    #expect(result.words.contains("a dropout rate lies in 0 ..< 1, and \(rate) does not"))
  }

  // MARK: - Gradients under a mask that stays

  /// Expects the gradient of a pass of training to be central differences of the loss, each with the same masks, and
  /// masks to matter.
  private func expectGradients<Model: SequenceModel<Double>>(
    of model: Model, on batch: Model.Batch, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func loss(_ model: Model, on tape: Model.Tape) -> Double {
      var random = RandomSource(seed: 8)
      tape.beginTraining(using: &random)
      return model.forward(batch, from: nil, on: tape).total
    }
    let tape = model.makeTape()
    let dropped = loss(model, on: tape)
    var gradient = model.zeroed
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    let check = GradientCheck(of: gradient, at: model) { loss($0, on: $0.makeTape()) }
    #expect(check.largest < 1e-7, "\(check.differences)", sourceLocation: sourceLocation)
    #expect(abs(dropped - model.lossAndGradient(batch).loss.total) > 1e-3, sourceLocation: sourceLocation)
    // Evaluation has gradients of its own.
    model.expectGradientsOfCentralDifferences(on: batch, sourceLocation: sourceLocation)
  }

  @Test func gradientsAreCentralDifferencesUnderOneMask() {
    var random = RandomSource(seed: 9)
    func layer(_ inputSize: Int) -> Dropout<RNN<Double>> {
      Dropout(.plain(inputSize: inputSize, hiddenSize: 4, using: &random), rate: 0.3)
    }
    func both(_ inputSize: Int) -> Bidirectional<Dropout<RNN<Double>>> {
      Bidirectional(forward: layer(inputSize), backward: layer(inputSize))
    }
    let classes = ClassifierBatch(inputs: .features(x), targets: [2, 0, 1, 1], mask: mask)
    let tags = TaggerBatch(
      inputs: .features(x), targets: TokenBatch.padded(lengths.map { Array(repeating: 1, count: $0) }).tokens,
      mask: mask)
    func output(_ size: Int) -> Dense<Double> { Dense(inputSize: size, outputSize: 3, using: &random) }

    let deep = Deep(depth: 2, inputSize: 3, makeLayer: both)
    expectGradients(of: Tagger(layer: deep, output: output(8)).randomised(using: &random), on: tags)
    expectGradients(of: Classifier(layer: deep, output: output(8)).randomised(using: &random), on: classes)
    let outside = Dropout(DenseOnTop(lstm, Dense(inputSize: 4, outputSize: 5, using: &random)), rate: 0.3)
    expectGradients(of: Classifier(layer: outside, output: output(5)).randomised(using: &random), on: classes)
    let inside = DenseOnTop(Dropout(lstm, rate: 0.3), Dense(inputSize: 4, outputSize: 5, using: &random))
    expectGradients(of: Classifier(layer: inside, output: output(5)).randomised(using: &random), on: classes)

    let text = SentenceBatches([[1, 2], [], [2, 5, 1], [3]], end: 0).batch(0..<4)
    let decoder = LanguageModel(
      layer: Embedded(Embedding(vocabularySize: 6, size: 3, using: &random), layer(3)),
      output: Dense(inputSize: 4, outputSize: 6, using: &random)
    ).randomised(using: &random)
    expectGradients(of: decoder, on: text)
    expectGradients(
      of: EncoderDecoder(encoder: layer(3), decoder: decoder).randomised(using: &random),
      on: EncoderDecoderBatch(source: .features(x), sourceMask: mask, target: text))
    expectGradients(
      of: Generator(vectorSize: 2, decoder: decoder, using: &random).randomised(using: &random),
      on: GeneratorBatch(vectors: Matrix(rows: 2, columns: 4) { random.normal() }, text: text))
  }

  // MARK: - The trainer

  /// The losses of a training whose seed is `seed`.
  private func losses(rate: Double, seed: UInt64, threads: Int, copiedAfter copied: Int? = nil) throws -> [Double] {
    var random = RandomSource(seed: 10)
    let model = Classifier(
      layer: Dropout(RNN<Float>.plain(inputSize: 3, hiddenSize: 8, using: &random), rate: rate),
      output: Dense(inputSize: 8, outputSize: 3, using: &random))
    let batch = ClassifierBatch<Float>(
      inputs: .tokens(TokenBatch(length: 4, batch: 6, repeating: 1)), targets: [0, 1, 2, 0, 1, 2])
    var trainer = Trainer(
      model, optimizer: Optimizer(.adam(), learningRate: 0.01, for: model), threads: threads, seed: seed)
    return try (0..<8).map { step in
      if step == copied {
        // Another trainer of the same step goes on with the same masks; a step of the first one does not disturb it.
        let copy = trainer
        _ = try trainer.step(on: batch)
        trainer = copy
      }
      return try trainer.step(on: batch).loss
    }
  }

  @Test(arguments: [1, 2])
  func trainingDropsAndRepeats(threads: Int) throws {
    let one = try losses(rate: 0.5, seed: 1, threads: threads)
    #expect(try losses(rate: 0.5, seed: 1, threads: threads) == one)
    #expect(try losses(rate: 0.5, seed: 1, threads: threads, copiedAfter: 3) == one)
    #expect(try losses(rate: 0.5, seed: 2, threads: threads) != one)
    #expect(try losses(rate: 0, seed: 1, threads: threads) == losses(rate: 0, seed: 2, threads: threads))
    #expect(try losses(rate: 0, seed: 1, threads: threads) != one)
    // Every step has masks of its own.
    #expect(Set(one).count == one.count)
  }
}
