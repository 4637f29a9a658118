// A language model on disk: its parameters under PyTorch's names, its vocabulary, and what its optimiser remembers.

import Foundation

/// A trained language model with what it takes to sample from it or to train it on.
public struct LanguageModelFile<Layer: RecurrentLayer> where Layer.Scalar == Float {
  /// The model.
  public var model: LanguageModel<Layer>
  /// The vocabulary that its tokens belong to.
  public var vocabulary: Vocabulary
  /// The optimiser that trained it.
  public var optimizer: Optimizer<LanguageModel<Layer>>

  /// A model, its vocabulary and its optimiser.
  public init(model: LanguageModel<Layer>, vocabulary: Vocabulary, optimizer: Optimizer<LanguageModel<Layer>>) {
    (self.model, self.vocabulary, self.optimizer) = (model, vocabulary, optimizer)
  }

  private static var format: String { "SequenceModels language model, version 1" }

  /// Writes the file, beside its place first.
  ///
  /// - Parameter cell: the kind of the layer's cell, by which `init(contentsOf:cell:build:)` knows it again.
  /// - Throws: `StorageError.inaccessible`.
  public func write(to path: String, cell: String) throws(StorageError) {
    var file = Safetensors()
    model.export(to: &file, prefix: "")
    for (name, moment) in zip(optimizer.rule.momentNames, [optimizer.first, optimizer.second]) {
      moment.export(to: &file, prefix: "optimizer.\(name).")
    }
    file.metadata = [
      "format": Self.format, "cell": cell, "unit": vocabulary.unit.rawValue, "hidden_size": "\(model.layer.outputSize)",
      "optimizer": optimizer.rule.encodedText, "learning_rate": "\(optimizer.learningRate)",
      "step": "\(optimizer.step)",
      "vocabulary": String(decoding: try! JSONEncoder().encode(vocabulary.tokens), as: UTF8.self),
    ]
    try file.write(to: path)
  }

  /// Reads the file of a model whose layer `build` makes from the number of tokens and of units.
  ///
  /// - Throws: `StorageError`, also where the file's cell is another than `cell` or its shapes do not fit.
  public init(
    contentsOf path: String, cell: String, build: (_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<Layer>
  ) throws(StorageError) {
    let file = try Safetensors(contentsOf: path)
    func note(_ name: String) throws(StorageError) -> String {
      guard let text = file.metadata[name] else {
        throw .mismatch(path: path, reason: "its header has no note of its \(name), which --save writes")
      }
      return text
    }
    func number<Value: LosslessStringConvertible>(_ name: String, _ isValid: (Value) -> Bool) throws(StorageError)
      -> Value
    {
      let text = try note(name)
      guard let value = Value(text), isValid(value) else {
        throw .mismatch(path: path, reason: "its note of \(name) reads \(text.debugDescription)")
      }
      return value
    }
    guard try note("format") == Self.format else {
      throw .mismatch(path: path, reason: "its format is \(try note("format")), and \(Self.format) is read here")
    }
    guard try note("cell") == cell else {
      throw .mismatch(path: path, reason: "its cell is \(try note("cell")), and \(cell) was asked for")
    }
    let list = try note("vocabulary")  // Apart, for `try?` would hide that it is missing.
    guard
      let unit = TokenUnit(rawValue: try note("unit")),
      let tokens = try? JSONDecoder().decode([String].self, from: Data(list.utf8)),
      Set(tokens).count == tokens.count, !tokens.isEmpty,
      let rule = OptimizerRule(encodedText: try note("optimizer"))
    else { throw .mismatch(path: path, reason: "its notes of unit, vocabulary and optimizer cannot be read") }
    // A model has V · n weights in its output and about n² between its units, so a file cannot ask for more memory than
    // its own numbers take, whatever its shapes say: a shape with a 0 in it holds nothing.
    let numbers = file.tensors.values.reduce(0) { $0 + $1.elements.count }
    let hiddenSize: Int = try number("hidden_size") { size in
      size > 0 && size <= numbers / tokens.count && size <= 2 * numbers / size
    }
    vocabulary = Vocabulary(unit: unit, tokens: tokens)
    model = build(tokens.count, hiddenSize)
    try model.assign(from: file, prefix: "", path: path)
    optimizer = Optimizer(rule, learningRate: try number("learning_rate") { $0 >= 0 && $0.isFinite }, for: model)
    // Steps yet to come must be countable, too.
    optimizer.step = try number("step") { $0 >= 0 && $0 < Int.max / 2 }
    if rule.momentNames.count > 0 {
      try optimizer.first.assign(from: file, prefix: "optimizer.\(rule.momentNames[0]).", path: path)
    }
    if rule.momentNames.count > 1 {
      try optimizer.second.assign(from: file, prefix: "optimizer.\(rule.momentNames[1]).", path: path)
    }
  }
}

// MARK: - Parameters as PyTorch has them

extension Parameterized where Scalar == Float {
  /// Adds the parameters to a file. A bias is one-dimensional; a recurrent layer's goes to PyTorch's `bias_ih`, and 0 to its
  /// `bias_hh`, for PyTorch adds the two.
  func export(to file: inout Safetensors, prefix: String) {
    for path in parameterPaths {
      let matrix = self[keyPath: path.keyPath]
      let names = TorchNames(path.name)
      file.tensors[prefix + names.first] = .init(shape: names.shape(of: matrix), elements: matrix.elements)
      if let second = names.second {
        file.tensors[prefix + second] = .init(
          shape: names.shape(of: matrix), elements: Array(repeating: 0, count: matrix.count))
      }
    }
  }

  /// Takes the parameters from a file.
  mutating func assign(from file: Safetensors, prefix: String, path location: String) throws(StorageError) {
    for path in parameterPaths {
      let matrix = self[keyPath: path.keyPath]
      let names = TorchNames(path.name)
      var values: [Float] = []
      for name in [names.first, names.second].compactMap({ $0 }).map({ prefix + $0 }) {
        guard let tensor = file.tensors[name] else {
          throw .mismatch(path: location, reason: "it has no tensor \(name)")
        }
        guard tensor.shape == names.shape(of: matrix) else {
          throw .mismatch(
            path: location,
            reason: "its \(name) has shape \(tensor.shape), and the model's has \(names.shape(of: matrix))")
        }
        values = values.isEmpty ? tensor.elements : zip(values, tensor.elements).map { $0 + $1 }
        // Two finite biases can have an infinite sum.
        guard values.allSatisfy(\.isFinite) else {
          throw .mismatch(path: location, reason: "its \(name) holds numbers that are not finite")
        }
      }
      self[keyPath: path.keyPath] = Matrix(rows: matrix.rows, columns: matrix.columns, elements: values)
    }
  }
}

/// The names and the shape of a parameter in PyTorch's state dictionary.
private struct TorchNames {
  let first: String
  let second: String?
  private let isBias: Bool

  init(_ name: String) {
    let part = name.split(separator: ".").last ?? ""
    isBias = part.hasPrefix("bias")
    let isRecurrentBias = part.hasPrefix("bias_l")
    first = isRecurrentBias ? name.replacing("bias_l", with: "bias_ih_l") : name
    second = isRecurrentBias ? name.replacing("bias_l", with: "bias_hh_l") : nil
  }

  func shape(of matrix: Matrix<Float>) -> [Int] {
    isBias ? [matrix.count] : [matrix.rows, matrix.columns]
  }
}

extension OptimizerRule {
  /// The rule and its constants, in one line of a file's header.
  fileprivate var encodedText: String {
    switch self {
    case .sgd(let momentum): "sgd \(momentum)"
    case .adagrad(let epsilon): "adagrad \(epsilon)"
    case .rmsprop(let decay, let epsilon): "rmsprop \(decay) \(epsilon)"
    case .adam(let firstDecay, let secondDecay, let epsilon): "adam \(firstDecay) \(secondDecay) \(epsilon)"
    }
  }

  fileprivate init?(encodedText: String) {
    let words = encodedText.split(separator: " ")
    let constants = words.dropFirst().compactMap { Double($0) }
    guard constants.count == words.count - 1, constants.allSatisfy(\.isFinite) else { return nil }
    switch (words.first, constants.count) {
    case ("sgd", 1): self = .sgd(momentum: constants[0])
    case ("adagrad", 1): self = .adagrad(epsilon: constants[0])
    case ("rmsprop", 2): self = .rmsprop(decay: constants[0], epsilon: constants[1])
    case ("adam", 3): self = .adam(firstDecay: constants[0], secondDecay: constants[1], epsilon: constants[2])
    default: return nil
    }
  }
}
