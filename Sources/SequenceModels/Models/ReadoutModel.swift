// What the tagger, the classifier, the regressor and the language model share: a recurrent layer, and one affine map on its output.

/// A model of a recurrent layer and of an affine map on its output.
///
/// Each model lists its own `parameterPaths`: a key path through this protocol would copy a layer to change one of its numbers.
public protocol ReadoutModel<Scalar>: SequenceModel where Scalar == Layer.Scalar {
  /// The kind of the recurrent layer.
  associatedtype Layer: RecurrentLayer

  /// The recurrent layer.
  var layer: Layer { get set }
  /// The affine map: a in, logits or predictions out.
  var output: Dense<Scalar> { get set }
}

extension ReadoutModel {
  /// As a PyTorch module with `self.rnn` and `self.output` has them.
  public var torchParameters: [TorchParameter<Scalar>] {
    layer.torchParameters.map { $0.renamed { "rnn.\($0)" } }
      + output.torchParameters.map { $0.renamed { "output.\($0)" } }
  }

  /// Takes the parameters back from the names of `torchParameters`.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) {
    layer.setTorchParameters { value("rnn.\($0)") }
    output.setTorchParameters { value("output.\($0)") }
  }
}
