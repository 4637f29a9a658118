// Layers and models in PyTorch's form: what stands before and behind the names of their parts.

// MARK: - Layers

/// A layer whose parameters PyTorch can read and give: alone, or as one level of a stack.
public protocol TorchLayer<Scalar>: RecurrentLayer, TorchModule {
  /// The tensors of PyTorch's module in layer `level` of a stack, from 0.
  func torchTensors(level: Int) -> [TorchTensor<Self>]
}

extension TorchLayer {
  /// The tensors of a layer alone, which is level 0.
  public var torchTensors: [TorchTensor<Self>] { torchTensors(level: 0) }
}

extension Recurrent: TorchModule, TorchLayer where Cell: TorchModule {
  /// The cell's tensors with `_l` and the level behind their names.
  public func torchTensors(level: Int) -> [TorchTensor<Recurrent>] {
    cell.torchTensors.map { $0.inside(\.cell, as: "\($0.name)_l\(level)") }
  }
}

extension Bidirectional: TorchModule, TorchLayer where Layer: TorchLayer {
  /// The forward layer's tensors, then the backward layer's with `_reverse` behind their names.
  public func torchTensors(level: Int) -> [TorchTensor<Bidirectional>] {
    forwardLayer.torchTensors(level: level).map { $0.inside(\.forwardLayer, as: $0.name) }
      + backwardLayer.torchTensors(level: level).map { $0.inside(\.backwardLayer, as: "\($0.name)_reverse") }
  }
}

extension Deep: TorchModule, TorchLayer where Layer: TorchLayer {
  /// The tensors of each layer, the bottom one at `level`.
  public func torchTensors(level: Int) -> [TorchTensor<Deep>] {
    layers.indices.flatMap { l in
      layers[l].torchTensors(level: level + l).map { $0.inside(\.layers[l], as: $0.name) }
    }
  }
}

extension DenseOnTop: TorchModule, TorchLayer where Layer: TorchLayer {
  /// As a PyTorch module that is an `nn.RNN` with `self.dense = nn.Linear(…)` besides has them.
  public func torchTensors(level: Int) -> [TorchTensor<DenseOnTop>] {
    layer.torchTensors(level: level).map { $0.inside(\.layer, as: $0.name) }
      + dense.torchTensors.map { $0.inside(\.dense, as: prefix(level) + $0.name) }
  }
}

extension Dropout: TorchModule, TorchLayer where Layer: TorchLayer {
  /// The layer's tensors: dropout has none.
  public func torchTensors(level: Int) -> [TorchTensor<Dropout>] {
    layer.torchTensors(level: level).map { $0.inside(\.layer, as: $0.name) }
  }
}

extension Embedded: TorchModule, TorchLayer where Layer: TorchLayer {
  /// As a PyTorch module that is an `nn.RNN` with `self.embedding` besides has them.
  public func torchTensors(level: Int) -> [TorchTensor<Embedded>] {
    embedding.torchTensors.map { $0.inside(\.embedding, as: "embedding.\($0.name)") }
      + layer.torchTensors(level: level).map { $0.inside(\.layer, as: $0.name) }
  }
}

extension AttentionOnTop: TorchModule, TorchLayer where Layer: TorchLayer {
  /// As a PyTorch module that is an `nn.GRU` with the weights of `self.attention` besides has them.
  public func torchTensors(level: Int) -> [TorchTensor<AttentionOnTop>] {
    layer.torchTensors(level: level).map { $0.inside(\.layer, as: $0.name) }
      + attention.torchTensors.map { $0.inside(\.attention, as: "attention.\($0.name)") }
  }
}

extension Attention: TorchModule {}

extension Dense: TorchModule {}

extension Embedding: TorchModule {}

// MARK: - Models

extension LanguageModel: TorchModule where Layer: TorchLayer {}

extension Tagger: TorchModule where Layer: TorchLayer {}

extension Classifier: TorchModule where Layer: TorchLayer {}

extension Regressor: TorchModule where Layer: TorchLayer {}

extension TorchModule where Self: ReadoutModel, Self.Layer: TorchLayer {
  /// As a PyTorch module with `self.rnn` and `self.output` has them.
  public var torchTensors: [TorchTensor<Self>] {
    layer.torchTensors.map { $0.inside(\.layer, as: "rnn.\($0.name)") }
      + output.torchTensors.map { $0.inside(\.output, as: "output.\($0.name)") }
  }
}

extension Generator: TorchModule where Layer: TorchLayer {
  /// As a PyTorch module with `self.start`, `self.rnn` and `self.output` has them.
  public var torchTensors: [TorchTensor<Generator>] {
    start.torchTensors.map { $0.inside(\.start, as: "start.\($0.name)") }
      + decoder.torchTensors.map { $0.inside(\.decoder, as: $0.name) }
  }
}

extension EncoderDecoder: TorchModule where Encoder: TorchLayer, Decoder: TorchLayer {
  /// As a PyTorch module with `self.encoder` and, in `self.decoder`, `rnn` and `output` has them.
  public var torchTensors: [TorchTensor<EncoderDecoder>] {
    encoder.torchTensors.map { $0.inside(\.encoder, as: "encoder.\($0.name)") }
      + decoder.torchTensors.map { $0.inside(\.decoder, as: "decoder.\($0.name)") }
  }
}
