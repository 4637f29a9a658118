// Parameters under the names of PyTorch in a file of tensors.

extension Safetensors {
  /// The parameters of a layer or a model, as the `state_dict()` of the same PyTorch module has them, ready to be
  /// written.
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
  public init(torch model: some TorchModule<Float>, prefix: String = "", metadata: [String: String] = [:]) {
    self.init(metadata: metadata)
    add(torch: model, prefix: prefix)
  }

  /// Adds the parameters of a further part under another prefix. Traps where a name is taken.
  public mutating func add(torch model: some TorchModule<Float>, prefix: String) {
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

extension TorchModule where Scalar == Float {
  /// The same layer or model with the parameters of a file that PyTorch or `Safetensors(torch:)` wrote.
  ///
  /// This value says which tensors are taken, under which names and in which shapes; what else the file holds is left
  /// alone, so a file may hold several parts. It must be built like what was saved: a stack of one layer reads the
  /// first of two.
  ///
  /// - Parameters:
  ///   - file: the file, read already.
  ///   - prefix: what stands before every name in the file: `"encoder."` for a module that is `self.encoder` of
  ///     another.
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
