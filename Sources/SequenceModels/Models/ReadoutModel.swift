// What the tagger, the classifier and the language model share: a recurrent layer, and one affine map that reads it out.

/// A model of a recurrent layer and of an output that reads it out.
public protocol ReadoutModel<Scalar>: SequenceModel where Scalar == Layer.Scalar {
  /// The kind of the recurrent layer.
  associatedtype Layer: RecurrentLayer

  /// The recurrent layer.
  var layer: Layer { get set }
  /// The output: a in, logits out.
  var output: Dense<Scalar> { get set }
  /// The way to each of the two as a stored property, which a path through this protocol would read and write as a whole.
  static var parts: (layer: WritableKeyPath<Self, Layer>, output: WritableKeyPath<Self, Dense<Scalar>>) { get }
}

extension ReadoutModel {
  /// The layer's parameters under `rnn.`, the output's under `output.`.
  public var parameterPaths: [ParameterPath<Self>] {
    paths(of: Self.parts.layer, layer.parameterPaths) { "rnn.\($0)" }
      + paths(of: Self.parts.output, output.parameterPaths) { "output.\($0)" }
  }
}
