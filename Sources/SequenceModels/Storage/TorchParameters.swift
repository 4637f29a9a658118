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

  /// The same parameter under another name.
  public func renamed(_ rename: (String) -> String) -> TorchParameter {
    TorchParameter(rename(name), value)
  }

  /// The shape of the tensor: a bias and a peephole have one dimension, a weight has two.
  public var shape: [Int] {
    let part = name.split(separator: ".").last ?? ""
    return part.hasPrefix("bias") || part.hasPrefix("peephole") ? [value.count] : [value.rows, value.columns]
  }
}

extension Parameterized {
  /// The parameters as they are, under their own names: right where PyTorch keeps the same.
  public var torchParameters: [TorchParameter<Scalar>] {
    parameterPaths.map { TorchParameter($0.name, self[keyPath: $0.keyPath]) }
  }

  /// Takes the parameters as they are.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) {
    for path in parameterPaths { self[keyPath: path.keyPath] = value(path.name) }
  }
}

extension RecurrentCell {
  /// `weight_ih`, `weight_hh` and PyTorch's two biases, which it adds: ours as `bias_ih`, and 0 as `bias_hh`.
  public var torchParameters: [TorchParameter<Scalar>] {
    parameterPaths.flatMap { path -> [TorchParameter<Scalar>] in
      let value = self[keyPath: path.keyPath]
      return path.name == "bias"
        ? [.init("bias_ih", value), .init("bias_hh", Matrix(rows: value.rows, columns: 1))]
        : [.init(path.name, value)]
    }
  }

  /// The same backwards: our bias is the sum of the two.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) {
    for path in parameterPaths {
      self[keyPath: path.keyPath] = path.name == "bias" ? value("bias_ih") + value("bias_hh") : value(path.name)
    }
  }
}

// MARK: - Files

extension Safetensors {
  /// Adds parameters, each name behind `prefix`.
  mutating func add(_ parameters: [TorchParameter<Float>], prefix: String = "") {
    for parameter in parameters {
      tensors[prefix + parameter.name] = Tensor(shape: parameter.shape, elements: parameter.value.elements)
    }
  }

  /// A parameter of the name and the shape of `expected`.
  ///
  /// - Throws: `StorageError.mismatch` where there is none, or where it has another shape or numbers that are not finite.
  func parameter(
    like expected: TorchParameter<Float>, prefix: String = "", path: String
  ) throws(StorageError) -> Matrix<Float> {
    let name = prefix + expected.name
    guard let tensor = tensors[name] else { throw .mismatch(path: path, reason: "it has no tensor \(name)") }
    guard tensor.shape == expected.shape else {
      throw .mismatch(
        path: path, reason: "its \(name) has shape \(tensor.shape), and the model's has \(expected.shape)")
    }
    guard tensor.elements.allSatisfy(\.isFinite) else {
      throw .mismatch(path: path, reason: "its \(name) holds numbers that are not finite")
    }
    return Matrix(rows: expected.value.rows, columns: expected.value.columns, elements: tensor.elements)
  }
}

extension Parameterized where Scalar == Float {
  /// The same model with the parameters that a file of PyTorch's tensors holds.
  ///
  /// - Throws: `StorageError.mismatch` where one is missing, has another shape, or where numbers are not finite.
  public func loaded(from file: Safetensors, path: String) throws(StorageError) -> Self {
    var values: [String: Matrix<Float>] = [:]
    for parameter in torchParameters { values[parameter.name] = try file.parameter(like: parameter, path: path) }
    var result = self
    result.setTorchParameters { values[$0]! }
    // Two finite biases can have an infinite sum.
    for parameter in result.parameterPaths where !result[keyPath: parameter.keyPath].elements.allSatisfy(\.isFinite) {
      throw .mismatch(path: path, reason: "its biases make a \(parameter.name) that is not finite")
    }
    return result
  }
}
