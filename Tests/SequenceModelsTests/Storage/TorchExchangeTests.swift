// Weights that go to PyTorch and come from it, in files; make_fixtures.py is the other side.

import Foundation
import Tasks
import Testing

@testable import SequenceModels

@Suite struct TorchExchangeTests {
  /// The module `Tagger` of make_fixtures.py: two layers both ways, a layer one way, a linear head.
  struct Tagger {
    var lstm: Deep<Bidirectional<LSTM<Float>>>
    var gru: GRU<Float>
    var head: Dense<Float>

    /// A tagger whose numbers all come from `number`, biases too.
    init(drawing number: @escaping () -> Float) {
      var random = RandomSource(seed: 0)  // For the shapes; its numbers go.
      func drawn<Part: Parameterized>(_ part: Part) -> Part where Part.Scalar == Float {
        var result = part
        for path in part.parameterPaths {
          result[keyPath: path.keyPath] = part[keyPath: path.keyPath].map { _ in number() }
        }
        return result
      }
      func direction(_ inputSize: Int) -> LSTM<Float> {
        Recurrent(LSTMCell(inputSize: inputSize, hiddenSize: 4, using: &random))
      }
      lstm = drawn(
        Deep(depth: 2, inputSize: 3) { Bidirectional(forward: direction($0), backward: direction($0)) })
      gru = drawn(Recurrent(GRUCell(inputSize: 8, hiddenSize: 3, form: .resetAfterRecurrent, using: &random)))
      head = drawn(Dense(inputSize: 3, outputSize: 5, using: &random))
    }

    /// What comes out of every part.
    func outputs(_ x: SequenceBatch<Float>) -> [(name: String, value: SequenceBatch<Float>)] {
      let states = lstm(x).outputSequence
      let summary = gru(states).outputSequence
      let ones = Matrix<Float>(rows: 1, columns: x.batch, repeating: 1)
      let scores = SequenceBatch((0..<x.length).map { head.Wya * summary[$0] + head.by * ones })
      return [("lstm_output", states), ("gru_output", summary), ("head_output", scores)]
    }

    mutating func load(from file: Safetensors, path: String) throws(StorageError) {
      lstm = try lstm.loaded(from: file, prefix: "lstm.", path: path)
      gru = try gru.loaded(from: file, prefix: "gru.", path: path)
      head = try head.loaded(from: file, prefix: "head.", path: path)
    }
  }

  /// [time][example][feature], as PyTorch has a sequence.
  static func tensor(_ sequence: SequenceBatch<Float>) -> Safetensors.Tensor {
    .init(
      shape: [sequence.length, sequence.batch, sequence.size],
      elements: (0..<sequence.length).flatMap { sequence[$0].transposed.elements })
  }

  static func sequence(_ tensor: Safetensors.Tensor) -> SequenceBatch<Float> {
    let (batch, size) = (tensor.shape[1], tensor.shape[2])
    return SequenceBatch(
      (0..<tensor.shape[0]).map { t in
        let step = tensor.elements[t * batch * size..<(t + 1) * batch * size]
        return Matrix(rows: batch, columns: size, elements: Array(step)).transposed
      })
  }

  static func fixture(_ name: String) throws -> (file: Safetensors, path: String) {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures"))
    return (try Safetensors(contentsOf: url.path), url.path)
  }

  /// The file for PyTorch: no number depends on a logarithm, so that they are the same everywhere.
  static func fromSwift() -> Safetensors {
    var random = RandomSource(seed: 51)
    func draw() -> Float { Float(random.uniform(in: -0.8..<0.8)) }
    let tagger = Tagger(drawing: draw)
    let x = SequenceBatch((0..<5).map { _ in Matrix<Float>(rows: 3, columns: 2).map { _ in draw() } })
    var file = Safetensors(torch: tagger.lstm, prefix: "lstm.", metadata: ["made_by": "TorchExchangeTests"])
    file.add(torch: tagger.gru, prefix: "gru.")
    file.add(torch: tagger.head, prefix: "head.")
    file.tensors["x"] = tensor(x)
    for (name, value) in tagger.outputs(x) { file.tensors[name] = tensor(value) }
    return file
  }

  // MARK: - From PyTorch

  @Test func modelOfPyTorchGivesItsOutputsHere() throws {
    let (file, path) = try Self.fixture("from_torch")
    var tagger = Tagger { .nan }
    try tagger.load(from: file, path: path)
    for (name, value) in tagger.outputs(Self.sequence(try #require(file.tensors["x"]))) {
      let expected = Self.sequence(try #require(file.tensors[name]))
      #expect(value.largestDifference(from: expected) < 1e-4, "\(name)")
      // A tolerance says something of outputs that differ from step to step.
      #expect(expected[0].largestDifference(from: expected[4]) > 1e-2, "\(name)")
    }
  }

  /// Every tensor of the module is taken: none would be missed if it were gone.
  @Test func parametersAreThoseOfTheModule() throws {
    let (file, path) = try Self.fixture("from_torch")
    let results: Set = ["x", "lstm_output", "gru_output", "head_output"]
    for name in file.tensors.keys where !results.contains(name) {
      var less = file
      less.tensors[name] = nil
      var tagger = Tagger { 0 }
      #expect(throws: StorageError.mismatch(path: path, reason: "it has no tensor \(name)")) {
        try tagger.load(from: less, path: path)
      }
    }
    #expect(file.tensors.count == results.count + 16 + 4 + 2)
  }

  // MARK: - To PyTorch

  @Test(.enabled(if: ProcessInfo.processInfo.environment["WRITE_FROM_SWIFT"] != nil))
  func fileForPyTorchIsWritten() throws {
    try Self.fromSwift().write(to: try #require(ProcessInfo.processInfo.environment["WRITE_FROM_SWIFT"]))
  }

  /// make_fixtures.py holds the same file against PyTorch.
  @Test func fileThatPyTorchAgreedToIsWhatIsWritten() throws {
    let (ours, agreed) = (Self.fromSwift(), try Self.fixture("from_swift").file)
    #expect(ours.metadata == agreed.metadata)
    #expect(ours.tensors.keys.sorted() == agreed.tensors.keys.sorted())
    for (name, tensor) in agreed.tensors {
      let own = try #require(ours.tensors[name])
      #expect(own.shape == tensor.shape, "\(name)")
      if name.hasSuffix("_output") {
        #expect(Self.sequence(own).largestDifference(from: Self.sequence(tensor)) < 1e-5, "\(name)")
      } else {
        #expect(own.elements == tensor.elements, "\(name)")
      }
    }
  }

  // MARK: - A model of one's own

  /// Not a language model: anything with parameters is saved and comes back.
  @Test func taggerComesBackFromItsFile() throws {
    var random = RandomSource(seed: 52)
    let tagger = Tagger { Float(random.normal()) }
    let folder = try TemporaryFolder()
    let path = folder.path("tagger")
    try Safetensors(torch: tagger.lstm).write(to: path)
    let read = try Tagger { 0 }.lstm.loaded(from: Safetensors(contentsOf: path), path: path)
    #expect(read.numbers == tagger.lstm.numbers)
  }

  @Test func prefixIsPartOfTheNameInAMessage() throws {
    let head = Tagger { 1 }.head
    var file = Safetensors(torch: head, prefix: "head.")
    #expect(throws: StorageError.mismatch(path: "file", reason: "it has no tensor weight")) {
      try head.loaded(from: file, path: "file")
    }
    #expect(throws: StorageError.mismatch(path: "file", reason: "it has no tensor tail.weight")) {
      try head.loaded(from: file, prefix: "tail.", path: "file")
    }
    file.tensors["head.bias"] = .init(shape: [5], elements: [0, 0, .nan, 0, 0])
    #expect(throws: StorageError.mismatch(path: "file", reason: "its head.bias holds numbers that are not finite")) {
      try head.loaded(from: file, prefix: "head.", path: "file")
    }
  }

  @Test func takenNameTraps() async {
    await #expect(processExitsWith: .failure) {
      let head = Tagger { 1 }.head
      var file = Safetensors(torch: head, prefix: "head.")
      file.add(torch: head, prefix: "head.")
    }
  }
}
