// The layers that a language model can stand on: those that have not read what they are to predict.

/// A layer whose output at step t depends on x⟨1⟩ … x⟨t⟩ alone.
///
/// A language model predicts y⟨t⟩ = x⟨t+1⟩ from the output at step t. A `Bidirectional` layer has read it by then: its
/// loss would go to 0 and say nothing, and nothing could be sampled from it.
public protocol CausalLayer<Scalar>: RecurrentLayer {}

extension Recurrent: CausalLayer {}
extension Deep: CausalLayer where Layer: CausalLayer {}
extension Dropout: CausalLayer where Layer: CausalLayer {}
extension DenseOnTop: CausalLayer where Layer: CausalLayer {}
extension Embedded: CausalLayer where Layer: CausalLayer {}
