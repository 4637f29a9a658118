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
