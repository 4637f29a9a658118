// What the tests share: the numbers from PyTorch, random inputs, and how far two results are apart.

import Foundation
import Testing

@testable import SequenceModels

/// The JSON files that make_fixtures.py writes.
enum Fixture {
  static func read<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }

  /// A nested array of numbers, in PyTorch's order.
  struct Tensor: Decodable {
    let shape: [Int]
    let elements: [Double]

    init(from decoder: any Decoder) throws {
      if let number = try? decoder.singleValueContainer().decode(Double.self) {
        (shape, elements) = ([], [number])
      } else {
        let parts = try decoder.singleValueContainer().decode([Tensor].self)
        (shape, elements) = ([parts.count] + (parts.first?.shape ?? []), parts.flatMap(\.elements))
      }
    }

    /// Rows and columns as they stand; a single dimension is a column.
    var matrix: Matrix<Double> {
      Matrix(rows: shape[0], columns: shape.count == 1 ? 1 : shape[1], elements: elements)
    }

    /// [time][example][feature] as one (feature, example) matrix a step.
    var sequence: SequenceBatch<Double> {
      let (batch, size) = (shape[1], shape[2])
      return SequenceBatch(
        (0..<shape[0]).map { t in
          Matrix(rows: batch, columns: size, elements: Array(elements[t * batch * size..<(t + 1) * batch * size]))
            .transposed
        })
    }
  }
}

/// A folder of its own for a test's files, gone when the test is done with it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("SequenceModelsTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes a file and gives its path.
  func file(_ name: String = "file", _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: url.appendingPathComponent(name))
    return path(name)
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

extension SequenceBatch {
  /// Normal numbers everywhere.
  static func random(length: Int, batch: Int, size: Int, using random: inout RandomSource) -> SequenceBatch {
    SequenceBatch((0..<length).map { _ in Matrix(rows: size, columns: batch) { random.normal() } })
  }

  /// The first steps, or the steps from one on.
  func steps(_ range: Range<Int>) -> SequenceBatch {
    SequenceBatch(range.map { self[$0] })
  }

  func converted<Other: RealScalar>(to type: Other.Type) -> SequenceBatch<Other> {
    SequenceBatch<Other>((0..<length).map { self[$0].converted(to: type) })
  }

  func largestDifference(from other: SequenceBatch) -> Scalar {
    precondition(length == other.length, "sequences of \(length) and \(other.length) steps cannot be compared")
    let differences = (0..<length).map { self[$0].largestDifference(from: other[$0]) }
    return differences.first(where: \.isNaN) ?? differences.max() ?? 0
  }
}

extension Matrix {
  /// Some columns: examples.
  func columns(_ range: Range<Int>) -> Matrix { transposed.rows(range).transposed }
}

extension Parameterized {
  /// Every parameter's numbers, one after another.
  var numbers: [Scalar] { parameterPaths.flatMap { self[keyPath: $0.keyPath].elements } }

  /// The same value with other numbers in every parameter, biases too, so that nothing hides behind a 0.
  func randomised(deviation: Double = 0.5, using random: inout RandomSource) -> Self {
    var result = self
    for path in parameterPaths {
      result[keyPath: path.keyPath] = self[keyPath: path.keyPath].map { _ in Scalar(deviation * random.normal()) }
    }
    return result
  }

  func largestDifference(from other: Self) -> Scalar {
    Matrix(column: numbers).largestDifference(from: Matrix(column: other.numbers))
  }
}

extension LanguageModel where Layer == RNN<Double> {
  /// A small model with no parameter at 0.
  static func random(vocabulary: Int, hidden: Int, seed: UInt64) -> Self {
    var random = RandomSource(seed: seed)
    let cell = RNNCell<Double>(inputSize: vocabulary, hiddenSize: hidden, using: &random)
    let output = Dense<Double>(inputSize: hidden, outputSize: vocabulary, using: &random)
    return LanguageModel(layer: Recurrent(cell), output: output).randomised(using: &random)
  }
}
