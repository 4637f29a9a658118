// A language model: the probability of every next token, and so of a sentence.
//
//   ŷ⟨t⟩ = softmax(W_ya a⟨t⟩ + b_y) = P(y⟨t⟩ | y⟨1⟩ … y⟨t−1⟩),   x⟨1⟩ = 0,   x⟨t⟩ = y⟨t−1⟩
//   P(sentence) = Π_t P(y⟨t⟩ | y⟨1⟩ … y⟨t−1⟩)                          (notes 000, 002, 004)

import RealModule

/// Tokens to read and, at each step, the token to predict.
public struct LanguageBatch: ExampleBatch, Equatable {
  /// x⟨1⟩ … x⟨T⟩; `TokenBatch.none` is the zero vector.
  public let inputs: TokenBatch
  /// y⟨1⟩ … y⟨T⟩; `TokenBatch.none` is ignored.
  public let targets: TokenBatch

  /// A batch of the given inputs and targets. Traps where their shapes differ.
  public init(inputs: TokenBatch, targets: TokenBatch) {
    require(
      inputs.length == targets.length && inputs.batch == targets.batch,
      "inputs (\(inputs.length), \(inputs.batch)) and targets (\(targets.length), \(targets.batch)) differ in shape")
    (self.inputs, self.targets) = (inputs, targets)
    targetCount = targets.ids.count { $0 != TokenBatch.none }
  }

  /// One sentence: x⟨1⟩ = 0, x⟨t⟩ = y⟨t−1⟩.
  public init(sentence: [Int32]) {
    self.init(
      inputs: TokenBatch(sequence: [TokenBatch.none] + sentence.dropLast()), targets: TokenBatch(sequence: sentence))
  }

  /// m, the number of sequences.
  public var exampleCount: Int { inputs.batch }
  /// The number of targets that are not ignored.
  public let targetCount: Int

  /// The sequences in `range`, in a batch of their own.
  public func examples(_ range: Range<Int>) -> LanguageBatch {
    range == 0..<exampleCount ? self : LanguageBatch(inputs: inputs.examples(range), targets: targets.examples(range))
  }
}

/// A recurrent layer and a softmax over the vocabulary.
public struct LanguageModel<Layer: CausalLayer>: ReadoutModel {
  /// The number type of the layer.
  public typealias Scalar = Layer.Scalar

  /// The recurrent layer: tokens in, a⟨t⟩ out.
  public var layer: Layer
  /// The output: a⟨t⟩ in, logits out.
  public var output: Dense<Scalar>

  /// A model of the layer and of an output layer that fits it. Traps where they do not fit.
  public init(layer: Layer, output: Dense<Scalar>) {
    require(
      output.Wya.columns == layer.outputSize && output.Wya.rows == layer.inputSize,
      "an output of (\(output.Wya.rows), \(output.Wya.columns)) does not fit \(layer.outputSize) units and "
        + "\(layer.inputSize) tokens")
    (self.layer, self.output) = (layer, output)
  }

  /// The layer's parameters under `rnn.`, the output's under `output.`.
  public var parameterPaths: [ParameterPath<LanguageModel>] {
    paths(of: \.layer, layer.parameterPaths) { "rnn.\($0)" }
      + paths(of: \.output, output.parameterPaths) { "output.\($0)" }
  }

  /// The number of tokens it knows.
  public var vocabularySize: Int { layer.inputSize }

  /// The layer's tape and the memory of the logits: of the probabilities ŷ, after `forward`, where there is a target.
  public typealias Tape = ReadoutTape<Layer>

  /// The summed −log ŷ of the targets, in nats. Traps where a token is not in the vocabulary.
  public func forward(_ batch: LanguageBatch, from state: RecurrentState<Scalar>?, on tape: Tape) -> LossSum {
    SoftmaxCrossEntropy.forward(
      readEveryStep(.tokens(batch.inputs), from: state, mask: nil, on: tape), targets: batch.targets.ids)
  }

  /// Adds `scale` times the gradient of the summed loss, after `forward` on the same batch.
  public func backward(
    _ batch: LanguageBatch, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout LanguageModel
  ) {
    SoftmaxCrossEntropy.backward(tape.outputs, targets: batch.targets.ids, scale: scale)
    backwardEveryStep(on: tape, accumulatingInto: &gradient)
  }

  /// a⟨T⟩, from which the next batch of the same texts starts.
  public func finalState(of tape: Tape) -> RecurrentState<Scalar> { tape.layer.finalState }
}

// MARK: - Probabilities

extension LanguageModel {
  /// ŷ⟨1⟩ … ŷ⟨T⟩, each (V, m): at every step the probability of every next token, after the tokens read so far.
  ///
  /// - Parameters:
  ///   - tokens: x⟨1⟩ … x⟨T⟩; `TokenBatch.none` is the zero vector. Traps where another is not in the vocabulary.
  ///   - state: a⟨0⟩; 0 where it is nil.
  public func probabilities(
    _ tokens: TokenBatch, from state: RecurrentState<Scalar>? = nil
  ) -> SequenceBatch<Scalar> {
    let z = readEveryStep(.tokens(tokens), from: state, mask: nil, on: makeTape())
    z.applySoftmax()
    return SequenceBatch(copying: z, length: tokens.length, batch: tokens.batch)
  }

  /// log P(y⟨t⟩ | y⟨1⟩ … y⟨t−1⟩) for each token of a sentence, in nats. Their sum is log P(sentence).
  public func logProbabilities(of sentence: [Int32]) -> [Double] {
    let tape = makeTape()
    var state: RecurrentState<Scalar>?
    var previous = TokenBatch.none
    return sentence.map { token in
      defer { previous = token }
      let step = LanguageBatch(inputs: TokenBatch(sequence: [previous]), targets: TokenBatch(sequence: [token]))
      defer { state = finalState(of: tape) }
      return -forward(step, from: state, on: tape).total
    }
  }

  /// log P(sentence), in nats.
  public func logProbability(of sentence: [Int32]) -> Double {
    logProbabilities(of: sentence).reduce(0, +)
  }
}

/// A cross-entropy of `nats` a token as perplexity, e^nats: as hard as choosing among so many equally likely tokens.
public func perplexity(nats: Double) -> Double {
  Double.exp(nats)
}

/// A cross-entropy of `nats` a token in bits a token; for characters, bits per character.
public func bits(nats: Double) -> Double {
  nats / Double.log(2)
}
