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
  /// The parameters as they are, under their own names.
  var ownParameters: [TorchParameter<Scalar>] {
    parameterPaths.map { TorchParameter($0.name, self[keyPath: $0.keyPath]) }
  }

  /// Takes the parameters as they are.
  mutating func setOwnParameters(_ value: (String) -> Matrix<Scalar>) {
    for path in parameterPaths { self[keyPath: path.keyPath] = value(path.name) }
  }

  /// The parameters as they are, under their own names: right where PyTorch's module keeps the same.
  public var torchParameters: [TorchParameter<Scalar>] { ownParameters }

  /// Takes the parameters as they are, one of the right shape under each name.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) { setOwnParameters(value) }
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

  /// Takes the parameters back from PyTorch's names; our bias is the sum of PyTorch's two.
  public mutating func setTorchParameters(_ value: (String) -> Matrix<Scalar>) {
    for path in parameterPaths {
      self[keyPath: path.keyPath] = path.name == "bias" ? value("bias_ih") + value("bias_hh") : value(path.name)
    }
  }
}

// MARK: - Files

extension Safetensors {
  /// The parameters of a layer or a model, as the `state_dict()` of the same PyTorch module has them, ready to be written.
  ///
  ///     try Safetensors(torch: tagger).write(to: path)
  ///     tagger = try tagger.loaded(from: Safetensors(contentsOf: path), path: path)
  ///
  /// In Python, `module.load_state_dict(safetensors.torch.load_file(path))` takes them.
  ///
  /// - Parameters:
  ///   - model: what is to be written.
  ///   - prefix: what goes before every name: `"encoder."` for a module that is `self.encoder` of another.
  ///   - metadata: notes for the header.
  public init(torch model: some Parameterized<Float>, prefix: String = "", metadata: [String: String] = [:]) {
    self.init(metadata: metadata)
    add(torch: model, prefix: prefix)
  }

  /// Adds the parameters of a further part under another prefix. Traps where a name is taken.
  public mutating func add(torch model: some Parameterized<Float>, prefix: String) {
    add(model.torchParameters, prefix: prefix)
  }

  /// Adds parameters, each name behind `prefix`.
  mutating func add(_ parameters: [TorchParameter<Float>], prefix: String = "") {
    for parameter in parameters {
      let name = prefix + parameter.name
      require(tensors[name] == nil, "there is a tensor \(name) already")
      tensors[name] = Tensor(shape: parameter.shape, elements: parameter.value.elements)
    }
  }

  /// Parameters of the names and the shapes of `expected`, by name.
  ///
  /// - Throws: `StorageError.mismatch` where one is missing, or has another shape or numbers that are not finite.
  func parameters(
    like expected: [TorchParameter<Float>], prefix: String, path: String
  ) throws(StorageError) -> [String: Matrix<Float>] {
    var values: [String: Matrix<Float>] = [:]
    for parameter in expected {
      values[parameter.name] = try self.parameter(like: parameter, prefix: prefix, path: path)
    }
    return values
  }

  private func parameter(
    like expected: TorchParameter<Float>, prefix: String, path: String
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
  /// The same layer or model with the parameters of a file that PyTorch or `Safetensors(torch:)` wrote.
  ///
  /// This value says which tensors are taken, under which names and in which shapes; what else the file holds is left alone, so a
  /// file may hold several parts. It must be built like what was saved: a stack of one layer reads the first of two.
  ///
  /// - Parameters:
  ///   - file: the file, read already.
  ///   - prefix: what stands before every name in the file: `"encoder."` for a module that is `self.encoder` of another.
  ///   - path: where the file is, for the message of an error.
  /// - Throws: `StorageError.mismatch` where a tensor is missing, has another shape, or where numbers are not finite.
  public func loaded(from file: Safetensors, prefix: String = "", path: String) throws(StorageError) -> Self {
    let values = try file.parameters(like: torchParameters, prefix: prefix, path: path)
    var result = self
    result.setTorchParameters { values[$0]! }
    // Two finite biases can have an infinite sum.
    for parameter in result.parameterPaths where !result[keyPath: parameter.keyPath].elements.allSatisfy(\.isFinite) {
      throw .mismatch(path: path, reason: "its biases make a \(prefix + parameter.name) that is not finite")
    }
    return result
  }
}
