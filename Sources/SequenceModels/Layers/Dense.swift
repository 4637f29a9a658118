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

  /// z for each row of `a`.
  func forward(_ a: Block<Scalar>, into z: Block<Scalar>) {
    by.withBlock { z.fillRows($0) }
    Wya.withBlock { Scalar.multiply(a, transposed: false, $0, transposed: true, into: z, accumulating: true) }
  }

  /// Adds the gradients of the parameters and writes ∂L/∂a.
  func backward(
    _ a: Block<Scalar>, outputGradient: Block<Scalar>, inputGradient: Block<Scalar>,
    accumulatingInto gradient: inout Dense
  ) {
    gradient.Wya.withMutableBlock {
      Scalar.multiply(outputGradient, transposed: true, a, transposed: false, into: $0, accumulating: true)
    }
    gradient.by.withMutableBlock { Block($0.start, rows: 1, columns: $0.count).addSum(ofRows: outputGradient) }
    Wya.withBlock {
      Scalar.multiply(
        outputGradient, transposed: false, $0, transposed: false, into: inputGradient, accumulating: false)
    }
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
