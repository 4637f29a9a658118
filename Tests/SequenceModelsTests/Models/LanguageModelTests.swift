import RealModule
import Testing

@testable import SequenceModels

@Suite struct LanguageModelTests {
  /// language_model.json: one step of a model, by PyTorch.
  struct File: Decodable {
    let tokens, targets: [[Int32]]
    let parameters, gradients: [String: Fixture.Tensor]
    let output, h_n, logits: Fixture.Tensor
    let loss: Double

    /// Our names for PyTorch's values: one bias in the place of two, and the output layer is called so.
    func values(_ of: [String: Fixture.Tensor], bias: (Matrix<Double>, Matrix<Double>) -> Matrix<Double>)
      -> [String: Matrix<Double>]
    {
      [
        "rnn.weight_ih_l0": of["rnn.weight_ih_l0"]!.matrix, "rnn.weight_hh_l0": of["rnn.weight_hh_l0"]!.matrix,
        "rnn.bias_l0": bias(of["rnn.bias_ih_l0"]!.matrix, of["rnn.bias_hh_l0"]!.matrix),
        "output.weight": of["linear.weight"]!.matrix, "output.bias": of["linear.bias"]!.matrix,
      ]
    }
  }

  @Test func agreesWithPyTorch() throws {
    let file: File = try Fixture.read("language_model")
    var model = LanguageModel<RNN<Double>>.random(vocabulary: 5, hidden: 4, seed: 1)
    let parameters = file.values(file.parameters, bias: +)
    for path in model.parameterPaths { model[keyPath: path.keyPath] = try #require(parameters[path.name]) }

    var (inputs, targets) = (TokenBatch(length: 6, batch: 2), TokenBatch(length: 6, batch: 2))
    (inputs.ids, targets.ids) = (Array(file.tokens.joined()), Array(file.targets.joined()))
    let batch = LanguageBatch(inputs: inputs, targets: targets)
    let tape = model.makeTape()
    let loss = model.forward(batch, from: nil, on: tape)
    #expect(loss.count == 12)
    #expect(abs(loss.mean - file.loss) < 1e-12)
    #expect(tape.layer.outputSequence.largestDifference(from: file.output.sequence) < 1e-12)
    #expect(model.finalState(of: tape).values[0].largestDifference(from: file.h_n.matrix.transposed) < 1e-12)

    let probabilities = model.probabilities(inputs)
    for t in 0..<6 {
      #expect(probabilities[t].largestDifference(from: softmax(file.logits.sequence[t])) < 1e-12)
    }
    // Those of the pass, to the bit.
    #expect(probabilities == SequenceBatch(copying: tape.outputs, length: 6, batch: 2))

    var gradient = model.zeroed
    model.backward(batch, scale: 1.0 / 12, on: tape, accumulatingInto: &gradient)
    let expected = file.values(file.gradients) { one, other in
      #expect(one.largestDifference(from: other) < 1e-15)
      return one
    }
    for path in model.parameterPaths {
      #expect(gradient[keyPath: path.keyPath].largestDifference(from: expected[path.name]!) < 1e-12, "\(path.name)")
    }
  }

  let model = LanguageModel<RNN<Double>>.random(vocabulary: 3, hidden: 4, seed: 2)

  @Test func logProbabilitiesAreTheLossOfTheSentence() {
    let sentence: [Int32] = [2, 0, 1, 1, 0]
    let loss = model.forward(LanguageBatch(sentence: sentence), from: nil, on: model.makeTape())
    let logarithms = model.logProbabilities(of: sentence)
    #expect(logarithms.count == 5)
    #expect(logarithms.allSatisfy { $0 < 0 })
    #expect(abs(logarithms.reduce(0, +) + loss.total) < 1e-13)
    #expect(abs(model.logProbability(of: sentence) + loss.total) < 1e-13)
    #expect(model.logProbability(of: []) == 0)
  }

  @Test func probabilitiesStartFromAState() {
    let whole = model.probabilities(TokenBatch(sequence: [2, 0, 1, 1]))
    let tape = model.makeTape()
    _ = model.forward(LanguageBatch(sentence: [0, 1]), from: nil, on: tape)
    let first = TokenBatch(sequence: [2, 0])
    _ = model.forward(LanguageBatch(inputs: first, targets: first), from: nil, on: tape)
    let rest = model.probabilities(TokenBatch(sequence: [1, 1]), from: model.finalState(of: tape))
    #expect(rest.length == 2 && rest.size == 3)
    for t in 0..<2 {
      #expect(rest[t].largestDifference(from: whole[t + 2]) < 1e-15)
      #expect(abs(rest[t].elements.reduce(0, +) - 1) < 1e-15)
    }
  }

  @Test func sentenceIsReadOneStepBehindItsTargets() {
    let batch = LanguageBatch(sentence: [2, 0, 1])
    #expect(batch.inputs.ids == [TokenBatch.none, 2, 0])
    #expect(batch.targets.ids == [2, 0, 1])
    #expect(batch.targetCount == 3)
  }

  @Test func probabilitiesOfTheNextTokenSumToOne() {
    for prefix: [Int32] in [[], [1], [0, 2, 2, 1]] {
      let sum = (0..<3).reduce(0.0) { $0 + Double.exp(model.logProbabilities(of: prefix + [$1]).last!) }
      #expect(abs(sum - 1) < 1e-14)
    }
  }

  /// Every sentence of at most six tokens that ends with token 0, and every beginning of six that has not ended yet.
  @Test func probabilitiesOfAllSentencesSumToOne() {
    var total = 0.0
    var open: [[Int32]] = [[]]
    for _ in 1...6 {
      total += open.reduce(0.0) { $0 + Double.exp(model.logProbability(of: $1 + [0])) }
      open = open.flatMap { [$0 + [1], $0 + [2]] }
    }
    #expect(total < 1)
    total += open.reduce(0.0) { $0 + Double.exp(model.logProbability(of: $1)) }
    #expect(abs(total - 1) < 1e-13)
  }

  @Test func stateCarriedOverWindowsIsOneLongText() {
    let text: [Int32] = [0, 1, 2, 2, 1, 0, 0, 2]
    let (inputs, targets) = (Array(text.dropLast()), Array(text.dropFirst()))
    func window(_ range: Range<Int>) -> LanguageBatch {
      LanguageBatch(
        inputs: TokenBatch(sequence: Array(inputs[range])), targets: TokenBatch(sequence: Array(targets[range])))
    }
    let whole = model.forward(window(0..<7), from: nil, on: model.makeTape()).mean
    let carried = model.meanLoss(over: [(window(0..<3), false), (window(3..<4), true), (window(4..<7), true)])
    #expect(abs(carried - whole) < 1e-14)
    let reset = model.meanLoss(over: [(window(0..<3), false), (window(3..<7), false)])
    #expect(abs(reset - whole) > 1e-3)
  }

  /// A sentence padded beside a longer one has the loss and the gradient that it has alone.
  @Test func paddingChangesNothing() {
    let sentences: [[Int32]] = [[1, 2, 2, 1], [2]]
    func result(_ batch: LanguageBatch) -> (LossSum, LanguageModel<RNN<Double>>) {
      let tape = model.makeTape()
      var gradient = model.zeroed
      let loss = model.forward(batch, from: nil, on: tape)
      model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
      return (loss, gradient)
    }
    let (loss, gradient) = result(SentenceBatches(sentences, end: 0).batch([0, 1]))
    var (lossSum, gradientSum) = (LossSum(), model.zeroed)
    for sentence in sentences {
      let alone = result(LanguageBatch(sentence: sentence + [0]))
      lossSum += alone.0
      gradientSum.add(alone.1, gradientSum.parameterPaths)
    }
    #expect(loss.count == 7 && lossSum.count == 7)
    #expect(abs(loss.total - lossSum.total) < 1e-13)
    #expect(gradient.largestDifference(from: gradientSum) < 1e-13)
  }

  @Test func perplexityAndBits() {
    // Of a choice among eight, each as likely as another.
    let nats = Double.log(8)
    #expect(abs(perplexity(nats: nats) - 8) < 1e-14)
    #expect(abs(bits(nats: nats) - 3) < 1e-15)
    #expect(perplexity(nats: 0) == 1)
    #expect(bits(nats: 0) == 0)
  }

  @Test func parametersAreCountedAndNamed() {
    #expect(model.parameterCount == 3 * 4 + 4 * 4 + 4 + 4 * 3 + 3)
    #expect(
      model.parameterPaths.map(\.name)
        == ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_l0", "output.weight", "output.bias"])
  }
}
