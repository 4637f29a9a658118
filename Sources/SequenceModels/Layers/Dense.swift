// The output of a network: one affine map, the same at every step.
//
//   z⟨t⟩ = W_ya a⟨t⟩ + b_y
//   ∂L/∂W_ya = Σ_t ∂L/∂z⟨t⟩ a⟨t⟩ᵀ,   ∂L/∂b_y = Σ_t ∂L/∂z⟨t⟩,   ∂L/∂a⟨t⟩ = W_yaᵀ ∂L/∂z⟨t⟩

/// The affine map z = W_ya a + b_y.
///
/// Shapes: a (n_a, m), W_ya (n_y, n_a), b_y (n_y, 1), z (n_y, m).
public struct Dense<Scalar: RealScalar>: Parameterized {
  /// The weights, (n_y, n_a).
  public var Wya: Matrix<Scalar>
  /// The bias, (n_y, 1).
  public var by: Matrix<Scalar>

  /// A layer with the given weights. Traps where their shapes disagree.
  public init(Wya: Matrix<Scalar>, by: Matrix<Scalar>) {
    (self.Wya, self.by) = (Wya, by)
    checkShapes()
  }

  /// A layer with weights drawn by `initialization` and a bias of 0.
  public init(
    inputSize: Int, outputSize: Int, initialization: Initialization = .uniform, using random: inout RandomSource
  ) {
    Wya = initialization.matrix(rows: outputSize, columns: inputSize, hiddenSize: inputSize, using: &random)
    by = Matrix(rows: outputSize, columns: 1)
  }

  /// W_ya and b_y, as `weight` and `bias`.
  public var parameterPaths: [ParameterPath<Dense>] {
    [.init("weight", \.Wya), .init("bias", \.by)]
  }

  /// z = W_ya a + b_y for each column of `a`: (n_a, m) to (n_y, m). Traps where the shapes disagree.
  public func callAsFunction(_ a: Matrix<Scalar>) -> Matrix<Scalar> { Wya * a + by }

  /// Traps where W_ya and b_y are not of one output size.
  private func checkShapes() {
    require(
      by.rows == Wya.rows && by.columns == 1,
      "W_ya (\(Wya.rows), \(Wya.columns)) and b_y (\(by.rows), \(by.columns)) disagree")
  }

  /// z for each row of `a`.
  @specialized(where Scalar == Float)
  func forward(_ a: Block<Scalar>, into z: Block<Scalar>) {
    checkShapes()
    z.fillRows(by)
    Wya.addProduct(a, to: z)
  }

  /// Adds the gradients of the parameters and writes ∂L/∂a.
  @specialized(where Scalar == Float)
  func backward(
    _ a: Block<Scalar>, outputGradient: Block<Scalar>, inputGradient: Block<Scalar>,
    accumulatingInto gradient: inout Dense
  ) {
    gradient.Wya.addOuterProducts(outputGradient, a)  // ∂L/∂W_ya = Σ_t ∂L/∂z⟨t⟩ a⟨t⟩ᵀ
    gradient.by.addSum(outputGradient)  // ∂L/∂b_y = Σ_t ∂L/∂z⟨t⟩
    Wya.setTransposedProduct(outputGradient, in: inputGradient)  // ∂L/∂a⟨t⟩ = W_yaᵀ ∂L/∂z⟨t⟩
  }
}

extension Dense {
  /// Traps where the output of a layer is not what this one reads.
  func checkFit(to layer: some RecurrentLayer) {
    require(
      Wya.columns == layer.outputSize,
      "an output of (\(Wya.rows), \(Wya.columns)) does not fit \(layer.outputSize) units")
  }
}
