// The parameters of a module as PyTorch keeps them: its names, its order of gates, its two biases.

/// A parameter of a PyTorch module, as its `state_dict()` has it.
public struct TorchParameter<Scalar: RealScalar>: Equatable, Sendable {
  /// The name: `rnn.weight_hh_l0`.
  public let name: String
  /// The numbers; a bias is one column.
  public let value: Matrix<Scalar>

  /// A parameter under a name.
  public init(_ name: String, _ value: Matrix<Scalar>) {
    (self.name, self.value) = (name, value)
  }

  /// The shape of the tensor: a bias and a peephole have one dimension, a weight has two.
  public var shape: [Int] {
    let part = name.split(separator: ".").last ?? ""
    return part.hasPrefix("bias") || part.hasPrefix("peephole") ? [value.count] : [value.rows, value.columns]
  }
}

/// A tensor of PyTorch's module of the same kind: its name, and how it is made of the parameters of a
/// `Root` and set back.
public struct TorchTensor<Root: Parameterized> {
  /// The number type.
  public typealias Scalar = Root.Scalar

  /// The name in the module's `state_dict()`: `weight_ih`.
  public let name: String
  let parameter: (Root) -> Matrix<Scalar>
  let gradient: (Root) -> Matrix<Scalar>
  let set: (inout Root, Matrix<Scalar>) -> Void

  /// A tensor that is made of parameters.
  ///
  /// - Parameters:
  ///   - name: the name in the module's `state_dict()`.
  ///   - parameter: the tensor from the parameters, in a shape that never changes; a bias is one column.
  ///   - gradient: its gradient from a value that holds ∂L/∂W in the place of each W; where it is nil, it is made as
  ///     the tensor is.
  ///   - set: takes the tensor back into the parameters. Tensors are set in the order in which they are listed, so that
  ///     the second of two biases can be added to the first.
  public init(
    _ name: String, parameter: @escaping (Root) -> Matrix<Scalar>, gradient: ((Root) -> Matrix<Scalar>)? = nil,
    set: @escaping (inout Root, Matrix<Scalar>) -> Void
  ) {
    (self.name, self.parameter, self.gradient, self.set) = (name, parameter, gradient ?? parameter, set)
  }

  /// A parameter as it is, under its own name.
  public init(_ path: ParameterPath<Root>) {
    let keyPath = path.keyPath
    self.init(path.name, parameter: { $0[keyPath: keyPath] }, set: { $0[keyPath: keyPath] = $1 })
  }

  /// The same tensor as one of `Whole`, of which the root is a part, under another name.
  public func inside<Whole: Parameterized>(
    _ part: WritableKeyPath<Whole, Root>, as name: String
  ) -> TorchTensor<Whole> where Whole.Scalar == Scalar {
    TorchTensor<Whole>(
      name, parameter: { parameter($0[keyPath: part]) }, gradient: { gradient($0[keyPath: part]) },
      set: { set(&$0[keyPath: part], $1) })
  }
}

/// A cell, layer or model whose parameters PyTorch can read and give.
///
/// `extension MyCell: TorchModule {}` is enough for a cell with the order of its gates in PyTorch too, and for whatever
/// else PyTorch has under the names in `parameterPaths`.
public protocol TorchModule<Scalar>: Parameterized {
  /// The tensors of the module's `state_dict()`.
  ///
  /// They are the parameters as they are, unless the type says otherwise. Of a cell, `bias` is two tensors, `bias_ih`
  /// and `bias_hh`, since PyTorch has two and adds them.
  var torchTensors: [TorchTensor<Self>] { get }
}

extension TorchModule {
  /// The parameters as they are, under their own names.
  public var torchTensors: [TorchTensor<Self>] { parameterPaths.map { TorchTensor($0) } }

  /// The parameters as PyTorch's module has them; of a gradient, `torchGradients`.
  ///
  /// Where PyTorch adds two biases that are one here, ours is the first and the second is 0.
  public var torchParameters: [TorchParameter<Scalar>] {
    torchTensors.map { TorchParameter($0.name, $0.parameter(self)) }
  }

  /// The gradients of the parameters that PyTorch's module has, from a value that holds ∂L/∂W in the place of each W.
  ///
  /// Where PyTorch adds two biases that are one here, the gradient of ours is that of both.
  public var torchGradients: [TorchParameter<Scalar>] {
    torchTensors.map { TorchParameter($0.name, $0.gradient(self)) }
  }

  /// Takes parameters in PyTorch's form, one for each name in `torchParameters`. Traps where one has another shape.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) {
    for tensor in torchTensors {
      let (own, new) = (tensor.parameter(self), value(tensor.name))
      require(
        own.rows == new.rows && own.columns == new.columns,
        "\(tensor.name) of (\(own.rows), \(own.columns)) was given (\(new.rows), \(new.columns))")
      tensor.set(&self, new)
    }
  }
}
