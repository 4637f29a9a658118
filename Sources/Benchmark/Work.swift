// One training step of a character model, as the lessons take it: what is timed, and what its products cost.

import Foundation
import SequenceModels

/// The cells, each in the form that the peers have: PyTorch's GRU, an LSTM without peepholes.
enum CellKind: String, CaseIterable, Codable {
  case rnn, gru, lstm

  /// How many blocks of n_a rows its weights have.
  var blocks: Int {
    switch self {
    case .rnn: 1
    case .gru: 3
    case .lstm: 4
    }
  }
}

/// The sizes of a step.
struct Work {
  var cell = CellKind.lstm
  var hidden = 256
  var batch = 64
  var length = 64
  var vocabulary = 65
  var layers = 1
  var threads = ProcessInfo.processInfo.activeProcessorCount

  /// The floating-point operations of the step's matrix products. Every weight is multiplied once forwards and twice
  /// backwards; the first layer's input is a look-up and counts for nothing.
  var productOperations: Double {
    let (hidden, vocabulary, layers) = (Double(hidden), Double(vocabulary), Double(layers))
    let recurrent = Double(cell.blocks) * hidden * hidden * (2 * layers - 1)
    return 3 * 2 * Double(batch * length) * (recurrent + vocabulary * hidden)
  }

  /// What it takes of the memory, beside the factors of each thread by which the machine's rate is measured.
  var memory: MemoryNeed {
    MemoryNeed(
      blocks: cell.blocks, layers: layers, hidden: hidden, vocabulary: vocabulary, tokens: batch * length,
      threads: threads)
  }

  /// A step of this work, to be taken again and again.
  func step() -> () throws -> Void {
    var random = RandomSource(seed: 1)
    switch cell {
    case .rnn: return step { RNN(RNNCell(inputSize: $0, hiddenSize: hidden, using: &random)) }
    case .gru:
      return step {
        GRU(GRUCell(inputSize: $0, hiddenSize: hidden, form: .resetAfterRecurrent, using: &random))
      }
    case .lstm: return step { LSTM(LSTMCell(inputSize: $0, hiddenSize: hidden, using: &random)) }
    }
  }

  private func step<Cell>(_ layer: (Int) -> Recurrent<Cell>) -> () throws -> Void where Cell.Scalar == Float {
    layers == 1 ? step(layer(vocabulary)) : step(Deep(depth: layers, inputSize: vocabulary, makeLayer: layer))
  }

  /// Token ids drawn at random.
  private func tokens(using random: inout RandomSource) -> TokenBatch {
    var tokens = TokenBatch(length: length, batch: batch)
    for place in tokens.ids.indices { tokens.ids[place] = Int32(random.index(below: vocabulary)) }
    return tokens
  }

  /// A step of a language model with `layer`: mean cross-entropy, norm clipped at 5, Adam.
  func step<Layer: CausalLayer>(_ layer: Layer) -> () throws -> Void where Layer.Scalar == Float {
    var random = RandomSource(seed: 2)
    let output = Dense<Float>(inputSize: layer.outputSize, outputSize: vocabulary, using: &random)
    let model = LanguageModel(layer: layer, output: output)
    var trainer = Trainer(
      model, optimizer: Optimizer(.adam(), learningRate: 1e-4, for: model), clipping: .norm(5), threads: threads)
    let work = LanguageBatch(inputs: tokens(using: &random), targets: tokens(using: &random))
    return { _ = try trainer.step(on: work) }
  }

  /// A step of an encoder and a decoder on sources and targets of T / 4 tokens, about as long as sentences are.
  func translationStep<Decoder: CausalLayer>(_ encoder: GRU<Float>, _ decoder: Decoder) -> () throws -> Void
  where Decoder.Scalar == Float {
    var random = RandomSource(seed: 2)
    let output = Dense<Float>(inputSize: decoder.outputSize, outputSize: vocabulary, using: &random)
    let model = EncoderDecoder(encoder: encoder, decoder: LanguageModel(layer: decoder, output: output))
    var trainer = Trainer(
      model, optimizer: Optimizer(.adam(), learningRate: 1e-4, for: model), clipping: .norm(5), threads: threads)
    var work = self
    work.length = max(1, length / 4)
    let target = LanguageBatch(inputs: work.tokens(using: &random), targets: work.tokens(using: &random))
    let batch = EncoderDecoderBatch<Float>(source: .tokens(work.tokens(using: &random)), target: target)
    return { _ = try trainer.step(on: batch) }
  }

  /// The same work as a tagger's, with sequences of random lengths from T / 2 on under a mask, or without one.
  func taggingStep<Layer: RecurrentLayer>(_ layer: Layer, masked: Bool) -> () throws -> Void
  where Layer.Scalar == Float {
    var random = RandomSource(seed: 2)
    let model = Tagger(
      layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: vocabulary, using: &random))
    var trainer = Trainer(
      model, optimizer: Optimizer(.adam(), learningRate: 1e-4, for: model), clipping: .norm(5), threads: threads)
    var targets = tokens(using: &random)
    let lengths = (0..<batch).map { _ in masked ? length - random.index(below: length / 2 + 1) : length }
    for (example, real) in lengths.enumerated() {
      for t in real..<length { targets[t, example] = TokenBatch.none }
    }
    let work = TaggerBatch<Float>(
      inputs: .tokens(tokens(using: &random)), targets: targets, mask: masked ? Mask(lengths: lengths) : nil)
    return { _ = try trainer.step(on: work) }
  }
}
