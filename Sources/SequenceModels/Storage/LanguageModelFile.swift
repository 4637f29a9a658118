// A language model on disk: its parameters under PyTorch's names, its vocabulary, and what its optimiser remembers.

import Files
import Foundation

/// A trained language model with what it takes to sample from it or to train it on.
public struct LanguageModelFile<Layer: CausalLayer & TorchLayer> where Layer.Scalar == Float {
  /// The model.
  public var model: LanguageModel<Layer>
  /// The vocabulary that its tokens belong to.
  public var vocabulary: Vocabulary
  /// The optimiser that trained it.
  public var optimizer: Optimizer<LanguageModel<Layer>>

  /// The most steps that the optimiser of a file may have taken. Many more can be counted, those yet to come.
  public static var mostSteps: Int { Int.max / 2 }

  /// A model, its vocabulary and its optimiser.
  public init(model: LanguageModel<Layer>, vocabulary: Vocabulary, optimizer: Optimizer<LanguageModel<Layer>>) {
    (self.model, self.vocabulary, self.optimizer) = (model, vocabulary, optimizer)
  }

  /// Writes the file, beside its place first.
  ///
  /// - Parameters:
  ///   - path: where to write. A file that is there stays whole until the new one is; one that is neither empty nor a
  ///     language model is not written over.
  ///   - cell: the kind of the layer's cell, by which `init(contentsOf:cell:build:)` knows it again.
  /// - Throws: `StorageError.inaccessible`, also where a number of the model or of its optimiser is not finite: what is
  ///   written can be read.
  public func write(to path: String, cell: String) throws(StorageError) {
    var file = Safetensors()
    file.add(model.torchParameters)
    // Under their own names: a square has no PyTorch form where a gate turns round.
    file.add(optimizer.namedMoments, prefix: "optimizer.")
    file.metadata = [
      Safetensors.formatName: Safetensors.languageModelFormat, "cell": cell, "unit": vocabulary.unit.rawValue,
      "hidden_size": "\(model.layer.outputSize)",
      "optimizer": optimizer.rule.encodedText, "learning_rate": "\(optimizer.learningRate)",
      "step": "\(optimizer.step)",
      "vocabulary": String(decoding: try! JSONEncoder().encode(vocabulary.tokens), as: UTF8.self),
    ]
    try file.write(to: path)
  }

  /// Reads the file of a model whose layer `build` makes from the number of tokens and of units.
  ///
  /// - Parameters:
  ///   - path: where the file is.
  ///   - cell: the kind of the cell that the file must have been written with.
  ///   - build: makes a model of the right shapes for a vocabulary of V tokens and n_a units; its numbers are replaced.
  /// - Throws: `StorageError`, also where the file's cell is another than `cell` or its shapes do not fit.
  public init(
    contentsOf path: String, cell: String, build: (_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<Layer>
  ) throws(StorageError) {
    try self.init(Safetensors(contentsOf: path), from: path, cell: cell, build: build)
  }

  /// A model from a file that has been read already; `path` only says in an error where it came from.
  ///
  /// - Throws: `StorageError.mismatch` where the file's cell is another than `cell`, or its shapes or notes do not fit.
  public init(
    _ file: Safetensors, from path: String, cell: String,
    build: (_ vocabularySize: Int, _ hiddenSize: Int) -> LanguageModel<Layer>
  ) throws(StorageError) {
    func note(_ name: String) throws(StorageError) -> String {
      guard let text = file.metadata[name] else {
        throw .mismatch(path: path, reason: "its header has no note of its \(name), as a saved language model has")
      }
      return text
    }
    func number<Value: LosslessStringConvertible>(_ name: String, _ isValid: (Value) -> Bool) throws(StorageError)
      -> Value
    {
      let text = try note(name)
      guard let value = Value(text), isValid(value) else {
        throw .mismatch(path: path, reason: "its note of \(name) reads \(text.cited)")
      }
      return value
    }
    let (format, expected) = (try note(Safetensors.formatName), Safetensors.languageModelFormat)
    guard format == expected else {
      throw .mismatch(path: path, reason: "its format is \(format.cited), and \(expected.cited) is read here")
    }
    guard try note("cell") == cell else {
      throw .mismatch(path: path, reason: "its cell is \(try note("cell").cited), and \(cell.cited) was asked for")
    }
    let list = try note("vocabulary")  // Apart, for `try?` would hide that it is missing.
    guard
      let unit = TokenUnit(rawValue: try note("unit")),
      let tokens = try? JSONDecoder().decode([String].self, from: Data(list.utf8)),
      Set(tokens).count == tokens.count, !tokens.isEmpty,
      let rule = OptimizerRule(encodedText: try note("optimizer"))
    else { throw .mismatch(path: path, reason: "its notes of unit, vocabulary and optimizer cannot be read") }
    if let fault = rule.fault { throw .mismatch(path: path, reason: "its note of optimizer cannot be: \(fault)") }
    // A model has V · n weights in its output and about n² between its units, so a file cannot ask for more memory than
    // its own numbers take, whatever its shapes say: a shape with a 0 in it holds nothing.
    let numbers = file.tensors.values.reduce(0) { $0 + $1.elements.count }
    let hiddenSize: Int = try number("hidden_size") { size in
      size > 0 && size <= numbers / tokens.count && size <= 2 * numbers / size
    }
    vocabulary = Vocabulary(unit: unit, tokens: tokens)
    model = try build(tokens.count, hiddenSize).loaded(from: file, path: path)
    let known = Set(model.torchParameters.map(\.name))
    if let other = file.tensors.keys.filter({ !known.contains($0) && !$0.hasPrefix("optimizer.") }).min() {
      throw .mismatch(path: path, reason: "its tensor \(other.cited) has no place in a model of cell \(cell.cited)")
    }
    optimizer = Optimizer(rule, learningRate: try number("learning_rate") { $0 >= 0 && $0.isFinite }, for: model)
    let step: Int = try number("step") { (0...Self.mostSteps).contains($0) }
    let moments = try file.parameters(like: optimizer.namedMoments, prefix: "optimizer.", path: path)
    for (name, values) in moments where name.hasPrefix("squared") && values.elements.contains(where: { $0 < 0 }) {
      throw .mismatch(path: path, reason: "its tensor optimizer.\(name) has a number below 0")
    }
    optimizer.restore(step: step) { moments[$0]! }
  }
}

extension Safetensors {
  /// The note of its `format` that the file of a language model has.
  public static let languageModelFormat = "SequenceModels language model, version 1"
}

extension OptimizerRule {
  /// The rule and its constants, in one line of a file's header.
  fileprivate var encodedText: String {
    func text(_ constants: Double...) -> String { ([name] + constants.map { "\($0)" }).joined(separator: " ") }
    switch self {
    case .sgd(let momentum, let nesterov, let weightDecay):
      return text(momentum, nesterov ? 1 : 0, weightDecay)
    case .adagrad(let epsilon, let insideRoot, let initialAccumulator, let weightDecay):
      return text(epsilon, insideRoot ? 1 : 0, initialAccumulator, weightDecay)
    case .rmsprop(let decay, let epsilon, let momentum, let centred, let weightDecay):
      return text(decay, epsilon, momentum, centred ? 1 : 0, weightDecay)
    case .adam(let beta1, let beta2, let epsilon, let weightDecay),
      .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      return text(beta1, beta2, epsilon, weightDecay)
    }
  }

  fileprivate init?(encodedText: String) {
    let words = encodedText.split(separator: " ")
    let constants = words.dropFirst().compactMap { Double($0) }
    guard constants.count == words.count - 1, constants.allSatisfy(\.isFinite) else { return nil }
    // Earlier files have the first constants only.
    let (c, count) = (constants + [0, 0, 0, 0], constants.count)
    switch words.first {
    case "sgd" where count == 1 || count == 3: self = .sgd(momentum: c[0], nesterov: c[1] == 1, weightDecay: c[2])
    case "adagrad" where count == 1 || count == 4:
      self = .adagrad(
        epsilon: c[0], insideRoot: count == 1 || c[1] == 1, initialAccumulator: c[2], weightDecay: c[3])
    case "rmsprop" where count == 2 || count == 5:
      self = .rmsprop(decay: c[0], epsilon: c[1], momentum: c[2], centred: c[3] == 1, weightDecay: c[4])
    case "adam" where count == 3 || count == 4:
      self = .adam(beta1: c[0], beta2: c[1], epsilon: c[2], weightDecay: c[3])
    case "adamw" where count == 4: self = .adamW(beta1: c[0], beta2: c[1], epsilon: c[2], weightDecay: c[3])
    default: return nil
    }
  }
}
