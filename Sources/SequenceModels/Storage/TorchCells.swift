// The cells in PyTorch's form: the order and the sense of its gates, and its two biases, b_ih + b_hh.

extension RNNCell: TorchModule {}

extension OutputRecurrentCell: TorchModule {}

extension TorchModule where Self: RecurrentCell {
  /// The parameters as they are, but `bias` as PyTorch's two: `bias_ih`, and `bias_hh`, which is added to it.
  public var torchTensors: [TorchTensor<Self>] {
    parameterPaths.flatMap { path in
      path.name == "bias" ? TorchTensor.biases(rows: { $0 }, own: { $0 }) : [TorchTensor(path)]
    }
  }

  /// Whether the cell has a bias. Without one, PyTorch's module has neither of its two.
  fileprivate var hasBiases: Bool { parameterPaths.contains { $0.name == "bias" } }
}

extension TorchTensor where Root: RecurrentCell {
  /// A weight whose gates stand in another order in PyTorch: `rows` leads there and `own` back.
  fileprivate static func weight(
    _ name: String, _ keyPath: WritableKeyPath<Root, Matrix<Scalar>>,
    rows: @escaping (Matrix<Scalar>) -> Matrix<Scalar>, own: @escaping (Matrix<Scalar>) -> Matrix<Scalar>
  ) -> TorchTensor {
    TorchTensor(name, parameter: { rows($0[keyPath: keyPath]) }, set: { $0[keyPath: keyPath] = own($1) })
  }

  /// The bias as PyTorch's two: ours as the first, and 0 as the second.
  fileprivate static func biases(
    rows: @escaping (Matrix<Scalar>) -> Matrix<Scalar>, own: @escaping (Matrix<Scalar>) -> Matrix<Scalar>
  ) -> [TorchTensor] {
    [
      weight("bias_ih", \.ba, rows: rows, own: own),
      TorchTensor(
        "bias_hh", parameter: { Matrix(rows: $0.ba.rows, columns: 1) }, gradient: { rows($0.ba) },
        set: { $0.ba = $0.ba + own($1) }),
    ]
  }
}

// MARK: - LSTM

extension LSTMCell: TorchModule {
  /// `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh` with the gates in PyTorch's order i, f, g, o, which is Γu, Γf,
  /// c̃, Γo.
  ///
  /// PyTorch has no peepholes: ours go under `peephole` as they are.
  public var torchTensors: [TorchTensor<LSTMCell>] {
    let n = hiddenSize
    // Γo and c̃ in each other's place, which leads to PyTorch's order and back from it.
    func exchanged(_ matrix: Matrix<Scalar>) -> Matrix<Scalar> {
      [matrix.rows(0..<2 * n), matrix.rows(3 * n..<4 * n), matrix.rows(2 * n..<3 * n)]
    }
    return [
      .weight("weight_ih", \.Wax, rows: exchanged, own: exchanged),
      .weight("weight_hh", \.Waa, rows: exchanged, own: exchanged),
    ] + (hasBiases ? TorchTensor.biases(rows: exchanged, own: exchanged) : [])
      + parameterPaths.filter { $0.name == "peephole" }.map { TorchTensor($0) }
  }
}

// MARK: - GRU

extension GRUCell: TorchModule {
  /// The parameters of `nn.GRU` where the form is PyTorch's, and their own names and order in the other forms.
  ///
  /// PyTorch's rows are (r, z, n): Γr, minus those of Γu since z = 1 − Γu, and c̃. Of its two biases the first takes
  /// b_r, b_u and b_c, the second holds 0, 0 and b_cc. The other forms are no module of PyTorch's: they keep
  /// `weight_ih`, `weight_hh` and one `bias` with the rows of Γu, Γr, c̃, and since `nn.GRU` has no `bias`, neither is
  /// taken for the other.
  public var torchTensors: [TorchTensor<GRUCell>] {
    guard form == .resetAfterRecurrent else { return parameterPaths.map { TorchTensor($0) } }
    let n = hiddenSize
    // From (Γu, Γr, c̃) to (r, z, n), and back: σ(−v) = 1 − σ(v).
    func rows(_ own: Matrix<Scalar>) -> Matrix<Scalar> {
      [own.rows(n..<2 * n), -1 * own.rows(0..<n), own.rows(2 * n..<3 * n)]
    }
    func own(_ torch: Matrix<Scalar>) -> Matrix<Scalar> {
      [-1 * torch.rows(n..<2 * n), torch.rows(0..<n), torch.rows(2 * n..<3 * n)]
    }
    let biases: [TorchTensor<GRUCell>] = [
      .weight("bias_ih", \.ba, rows: rows, own: own),
      // Its rows of r and z are added to those of the first; b_cc, which Γr gates, is apart.
      TorchTensor(
        "bias_hh", parameter: { [Matrix(rows: 2 * n, columns: 1), $0.bcc] },
        gradient: { [rows($0.ba).rows(0..<2 * n), $0.bcc] },
        set: {
          $0.ba = $0.ba + own([$1.rows(0..<2 * n), Matrix(rows: n, columns: 1)])
          $0.bcc = $1.rows(2 * n..<3 * n)
        }),
    ]
    return [
      .weight("weight_ih", \.Wax, rows: rows, own: own), .weight("weight_hh", \.Waa, rows: rows, own: own),
    ] + (hasBiases ? biases : [])
  }
}
