// A vector of its own for every token: the table that a network learns to read words by.
//
//   e⟨t⟩ = E o⟨t⟩, with o⟨t⟩ the one-hot column of the token: a column of E    (Ng, Sequence Models, week 2)
//   ∂L/∂E gains ∂L/∂e⟨t⟩ in the column of that token
//
// A recurrent layer that reads tokens looks up columns of W_ax, which is an embedding already; a table before it lets
// fewer numbers a token, n_e, stand between the vocabulary and the gates, and several layers share them.

/// A table of one vector a token.
///
/// Shapes: the table is Eᵀ, (V, n_e), as PyTorch's `nn.Embedding` keeps it: row v is the vector of token v. The vectors
/// of a batch of tokens are (n_e, m) a step. A look-up copies n_e numbers a token and multiplies nothing.
public struct Embedding<Scalar: RealScalar>: Parameterized {
  /// The vectors, one a row, (V, n_e).
  public var table: Matrix<Scalar>

  /// An embedding with the given table, (V, n_e).
  public init(table: Matrix<Scalar>) {
    self.table = table
  }

  /// A table drawn by `initialization`: from the standard normal distribution, as PyTorch's, where nothing else is
  /// said.
  public init(
    vocabularySize: Int, size: Int, initialization: Initialization = .normal(deviation: 1),
    using random: inout RandomSource
  ) {
    self.init(table: initialization.matrix(rows: vocabularySize, columns: size, hiddenSize: size, using: &random))
  }

  /// V, the number of tokens that have a vector.
  public var vocabularySize: Int { table.rows }
  /// n_e, the size of a vector.
  public var size: Int { table.columns }

  /// The table, as `weight`.
  public var parameterPaths: [ParameterPath<Embedding>] { [.init("weight", \.table)] }

  /// Writes the vector of each token, one row a step and example, (T m, n_e); 0 for `TokenBatch.none`.
  ///
  /// Traps where a token is not in the table.
  func forward(_ tokens: TokenBatch, into vectors: Block<Scalar>) {
    vectors.fill(0)
    table.withBlock { vectors.addRows(of: $0, at: tokens.ids) }
  }

  /// Adds ∂L/∂(vector) of each token, (T m, n_e), to the token's row of the gradient.
  func backward(
    _ tokens: TokenBatch, outputGradient: Block<Scalar>, accumulatingInto gradient: inout Embedding
  ) {
    gradient.table.withMutableBlock { $0.addRows(outputGradient, to: tokens.ids) }
  }

  /// The vectors of a batch of tokens, (n_e, m) a step.
  public func callAsFunction(_ tokens: TokenBatch) -> SequenceBatch<Scalar> {
    var vectors = SequenceBatch<Scalar>(length: tokens.length, batch: tokens.batch, size: size)
    vectors.withMutableBlock { forward(tokens, into: $0) }
    return vectors
  }
}
