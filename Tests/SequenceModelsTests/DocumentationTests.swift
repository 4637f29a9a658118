// The code of the articles and of README.md, line by line as it stands there, and what their text says of it.

import Foundation
import SequenceModels
import Testing

@Suite struct DocumentationTests {
  // MARK: - The code that is printed is the code that is tested

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// README.md and the articles of both libraries.
  private static func articles() throws -> [String] {
    try ["README.md"]
      + ["SequenceModels", "Plotting"].flatMap { library in
        let folder = "Sources/\(library)/\(library).docc"
        return try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
          .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
      }
  }

  /// The blocks of Swift in a text, without the import of a library at their head.
  private static func blocks(of text: String) -> [String] {
    text.matches(of: /(?ms)^```swift\n(?:import \w+\n\n)?(.*?)^```$/).map { String($0.1) }
  }

  @Test(arguments: try articles())
  func codeOfArticlesIsTested(article: String) throws {
    let tests = try ["SequenceModelsTests", "PlottingTests"].map {
      try Self.text("Tests/\($0)/DocumentationTests.swift")
    }
    for block in Self.blocks(of: try Self.text(article)) {
      let inside = block.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
      #expect(
        tests.contains { $0.contains("\n" + block) || $0.contains("\n" + inside) },
        "\(article) has code that is not in DocumentationTests.swift:\n\(block)")
    }
  }

  @Test func blocksAreFound() throws {
    #expect(
      Self.blocks(of: "a\n```swift\nimport Plotting\n\nlet a = 1\n\nlet b = 2\n```\n```sh\nls\n```\n") == [
        "let a = 1\n\nlet b = 2\n"
      ])
    let counts = try Self.articles().map { (article: $0, count: Self.blocks(of: try Self.text($0)).count) }
    #expect(counts.reduce(0) { $0 + $1.count } >= 10, "\(counts)")
  }

  // MARK: - README.md

  /// Compiled, not run: it reads a book.
  private func readme() throws {
    var random = RandomSource(seed: 1)
    let text = TokenizedCorpus(try Corpus(contentsOf: "book.txt"), unit: .character, heldOut: 0.1)
    let streams = try TokenStreams(text.training, batch: 50, length: 50)
    let model = LanguageModel(
      layer: Recurrent(RNNCell<Float>(inputSize: text.vocabulary.count, hiddenSize: 128, using: &random)),
      output: Dense(inputSize: 128, outputSize: text.vocabulary.count, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.002, for: model), clipping: .norm(5))
    for step in 0..<1_000 {
      let (window, continues) = streams.next(step)
      print(try trainer.step(on: window, state: continues ? .carried : .reset).loss)
    }
    var sampler = Sampler(trainer.model, temperature: 0.7)
    print(text.vocabulary.decode(sampler.tokens(limit: 200, using: &random)))
  }

  // MARK: - The landing page

  @Test func aModelLearnsTheNamesOfDinosaurs() throws {
    var random = RandomSource(seed: 1)
    let vocabulary = Vocabulary(of: DinosaurNames.text, unit: .character)
    let names = SentenceBatches(try DinosaurNames.all.map { try vocabulary.encode($0) }, end: vocabulary.end!)

    // x⟨t⟩ is a character, one of V; a⟨t⟩ has 64 numbers; ŷ⟨t⟩ is a distribution over the V characters.
    let V = vocabulary.count
    let model = LanguageModel(
      layer: GRU(GRUCell<Float>(inputSize: V, hiddenSize: 64, using: &random)),
      output: Dense(inputSize: 64, outputSize: V, using: &random))

    var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.005, for: model), clipping: .norm(5))
    // Before each step, the mean −log ŷ of the right character, in nats: ln V at first, below half of it in the end.
    let losses = try (0..<500).map { _ in try trainer.step(on: names.random(50, using: &random)).loss }

    var sampler = Sampler(trainer.model)
    let name = vocabulary.decode(sampler.tokens(limit: 30, until: vocabulary.end, using: &random))

    #expect(abs(losses[0] / log(Double(V)) - 1) < 0.05)
    #expect(losses.suffix(50).reduce(0, +) / 50 < log(Double(V)) / 2)
    #expect(!name.isEmpty && name.allSatisfy { $0.isASCII && $0.isLetter })
  }

  // MARK: - Shapes

  @Test func shapesAreAsTheArticleSays() throws {
    var random = RandomSource(seed: 1)
    let layer = LSTM(LSTMCell<Double>(inputSize: 3, hiddenSize: 4, using: &random))
    let x = SequenceBatch<Double>((0..<6).map { _ in Matrix(rows: 3, columns: 2) { random.normal() } })

    let tape = layer(x)
    let a = tape.outputSequence
    let last = a[5]  // a⟨6⟩: (n_a, m) = (4, 2)
    let overTime = a.trajectory(example: 0)  // a⟨1⟩ … a⟨6⟩ of the first example: (n_a, T) = (4, 6)
    let rows = tape.outputs  // the same numbers as the engine has them: (T m, n_a) = (12, 4)
    let memory = tape.finalState.values[1]  // c⟨6⟩: (n_a, m) = (4, 2)
    let forget = tape.trace[1].values  // Γf⟨1⟩ … Γf⟨6⟩: T × m × n_a = 6 × 2 × 4

    func shape(_ matrix: Matrix<Double>) -> [Int] { [matrix.rows, matrix.columns] }
    #expect(shape(last) == [4, 2])
    #expect(last == tape.finalState.values[0])
    #expect(shape(overTime) == [4, 6])
    #expect(overTime[3, 5] == last[3, 0])
    #expect(rows.rows == 12 && rows.columns == 4)
    #expect(rows.start[11 * 4 + 3] == last[3, 1])
    #expect(shape(memory) == [4, 2])
    #expect(memory == tape.stateSequence(1)[5])
    #expect(tape.trace[1].name == "Γf")
    #expect(forget.length == 6 && forget.batch == 2 && forget.size == 4)
  }

  // MARK: - Adding a cell

  @Test func minimalGatedCellIsItsEquationsAndItsGradientIsRight() {
    var random = RandomSource(seed: 1)
    var layer = Recurrent(MinimalGatedCell<Double>(inputSize: 2, hiddenSize: 3, using: &random))
    // Biases start at 0, where a wrong one could hide.
    layer.cell.ba = Matrix(rows: 6, columns: 1) { random.normal() }

    let x = SequenceBatch<Double>((0..<5).map { _ in Matrix(rows: 2, columns: 4) { random.normal() } })
    let outputs = layer(x).outputSequence
    let (cell, ones) = (layer.cell, Matrix<Double>(rows: 3, columns: 4, repeating: 1))
    var a = Matrix<Double>(rows: 3, columns: 4)
    var largestDifference = 0.0
    for t in 0..<x.length {
      let z = cell.Wax * x[t] + cell.ba
      let Γ = σ(z.rows(0..<3) + cell.Wga * a)
      let ã = tanh(z.rows(3..<6) + cell.Wca * (Γ ⊙ a))
      a = Γ ⊙ ã + (ones - Γ) ⊙ a
      largestDifference = max(largestDifference, a.largestDifference(from: outputs[t]))
    }

    #expect(largestDifference < 1e-15)

    let r = SequenceBatch<Double>((0..<5).map { _ in Matrix(rows: 3, columns: 4) { random.normal() } })
    func loss(_ layer: Recurrent<MinimalGatedCell<Double>>) -> Double {
      let outputs = layer(x).outputSequence
      return (0..<x.length).reduce(0) { $0 + (outputs[$1] ⊙ r[$1]).elements.reduce(0, +) }
    }
    let gradient = layer.gradients(x, outputGradient: r, on: layer(x)).layer
    let check = GradientCheck(of: gradient, at: layer, loss: loss)

    #expect(check.largest < 1e-7, "\(check.differences)")
    #expect(check.differences.map(\.name) == ["weight_ih_l0", "weight_gh_l0", "weight_ch_l0", "bias_l0"])
    for path in layer.parameterPaths {
      #expect(gradient[keyPath: path.keyPath].elements.map(abs).max()! > 1e-2, "\(path.name)")
    }
  }

  @Test func minimalGatedCellServesInEveryArrangement() {
    let form = EveryLayerTests.Form("minimal gated") { MinimalGatedCell(inputSize: $0, hiddenSize: 3, using: &$1) }
    var random = RandomSource(seed: 8)
    for arrangement in EveryLayerTests.Arrangement.allCases {
      for shape in EveryLayerTests.Shape.all {
        let layer = form.layer(arrangement, 0.5, &random)
        for slope in EveryLayerTests.slopes(of: layer, shape, inputs: 1, using: &random) {
          #expect(slope.difference < 1e-6, "\(arrangement), \(shape): \(slope)")
        }
      }
    }
  }

  @Test func minimalGatedCellLearnsToAdd() throws {
    var random = RandomSource(seed: 1)
    let stack = Deep(depth: 2, inputSize: 2) { n_x in
      Recurrent(MinimalGatedCell<Float>(inputSize: n_x, hiddenSize: 8, using: &random))
    }
    let tagger = Tagger(layer: stack, output: Dense(inputSize: 8, outputSize: 2, using: &random))
    var trainer = Trainer(tagger, optimizer: Optimizer(.adam(), learningRate: 0.01, for: tagger), clipping: .norm(1))
    let losses = try (0..<200).map { _ in
      try trainer.step(on: BinaryAddition.batch(20, bits: 8, using: &random)).loss
    }

    #expect(losses.last! < losses[0] / 4)
  }
}

// MARK: - The cell of the article

/// The minimal gated unit: a⟨t⟩ = Γ ⊙ ã⟨t⟩ + (1 − Γ) ⊙ a⟨t−1⟩, with one gate Γ for the GRU's two (Zhou et al. 2016).
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨t⟩ (n_a, m), W_ax (2 n_a, n_x) and b_a (2 n_a, 1) with the rows of Γ and ã, W_ga and W_ca (n_a, n_a).
public struct MinimalGatedCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (2 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state in Γ, (n_a, n_a).
  public var Wga: Matrix<Scalar>
  /// The weights of the gated state in ã, (n_a, n_a).
  public var Wca: Matrix<Scalar>
  /// The biases b_g and b_c, one under the other, (2 n_a, 1).
  public var ba: Matrix<Scalar>

  /// A cell with weights drawn by `initialization` and biases of 0.
  public init(
    inputSize: Int, hiddenSize: Int, initialization: Initialization = .uniform, using random: inout RandomSource
  ) {
    let n_a = hiddenSize
    Wax = initialization.matrix(gates: 2, rows: n_a, columns: inputSize, hiddenSize: n_a, using: &random)
    Wga = initialization.matrix(rows: n_a, columns: n_a, hiddenSize: n_a, using: &random)
    Wca = initialization.matrix(rows: n_a, columns: n_a, hiddenSize: n_a, using: &random)
    ba = Matrix(rows: 2 * n_a, columns: 1)
  }

  /// One state, a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Wga.rows] }
  /// Γ and ã, each of n_a rows.
  public var gates: [(name: String, size: Int)] { [("Γ", Wga.rows), ("ã", Wga.rows)] }
  /// The two vectors that recurrent weights are multiplied by, forwards and backwards, and a place for products.
  public var keepsakes: [(name: String, size: Int)] {
    ["Γ ⊙ a⟨t−1⟩", "δ_g", "δ_c", "product"].map { ($0, Wga.rows) }
  }
  /// W_ga and W_ca, at the places 0 and 1.
  public var stepWeights: [Matrix<Scalar>] { [Wga, Wca] }

  /// The parameters, as `weight_ih`, `weight_gh`, `weight_ch` and `bias`.
  public var parameterPaths: [ParameterPath<MinimalGatedCell>] {
    [
      .init("weight_ih", \.Wax), .init("weight_gh", \.Wga), .init("weight_ch", \.Wca), .init("bias", \.ba),
    ]
  }
}

extension MinimalGatedCell {
  /// Γ and ã in the place of z⟨t⟩, (m, 2 n_a), and a⟨t⟩, (m, n_a), from the state before.
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (z, a, before) = (tape.gates(at: t), tape.state(0, at: t), tape.state(0, at: t - 1))
    let (gated, product) = (tape.keepsake(0, at: t), tape.keepsake(3, at: t))
    let n = a.columns

    // Γ = σ(z_g + W_ga a⟨t−1⟩)
    Wga.withBlock { tape.multiply(before, by: $0, at: 0, into: product, accumulating: false) }
    for example in 0..<z.rows {
      let (Γ, p) = (z.start + example * 2 * n, product.start + example * n)
      let (previous, gated) = (before.start + example * n, gated.start + example * n)
      for j in 0..<n { Γ[j] += p[j] }
      Scalar.sigmoid(Γ, count: n)
      for j in 0..<n { gated[j] = Γ[j] * previous[j] }
    }

    // ã = tanh(z_c + W_ca (Γ ⊙ a⟨t−1⟩)), a⟨t⟩ = Γ ⊙ ã + (1 − Γ) ⊙ a⟨t−1⟩
    Wca.withBlock { tape.multiply(gated, by: $0, at: 1, into: product, accumulating: false) }
    for example in 0..<z.rows {
      let (Γ, p) = (z.start + example * 2 * n, product.start + example * n)
      let (ã, a, previous) = (Γ + n, a.start + example * n, before.start + example * n)
      for j in 0..<n { ã[j] += p[j] }
      Scalar.tanh(ã, count: n)
      for j in 0..<n { a[j] = Γ[j] * ã[j] + (1 - Γ[j]) * previous[j] }
    }
  }
}

extension MinimalGatedCell {
  /// ∂L/∂z⟨t⟩ from ∂L/∂a⟨t⟩, and its part of ∂L/∂a⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let (gates, before, δ) = (tape.gates(at: t), tape.state(0, at: t - 1), tape.gateGradient(at: t))
    let (arriving, leaving) = (tape.stateGradient(0, at: t), tape.stateGradient(0, at: t - 1))
    let (keptδg, keptδc, ρ) = (tape.keepsake(1, at: t), tape.keepsake(2, at: t), tape.keepsake(3, at: t))
    let n = before.columns

    for example in 0..<gates.rows {
      let (Γ, ã) = (gates.start + example * 2 * n, gates.start + (example * 2 + 1) * n)
      let (da, δc) = (arriving.start + example * n, keptδc.start + example * n)
      for j in 0..<n { δc[j] = da[j] * Γ[j] * (1 - ã[j] * ã[j]) }
    }
    Wca.withBlock {
      Scalar.multiply(keptδc, transposed: false, $0, transposed: false, into: ρ, accumulating: false)
    }
    for example in 0..<gates.rows {
      let (Γ, ã) = (gates.start + example * 2 * n, gates.start + (example * 2 + 1) * n)
      let (da, previous) = (arriving.start + example * n, before.start + example * n)
      let (ρ, δg, earlier) = (ρ.start + example * n, keptδg.start + example * n, leaving.start + example * n)
      for j in 0..<n { δg[j] = (da[j] * (ã[j] - previous[j]) + ρ[j] * previous[j]) * Γ[j] * (1 - Γ[j]) }
      for j in 0..<n { earlier[j] += da[j] * (1 - Γ[j]) + ρ[j] * Γ[j] }
      (δ.start + example * 2 * n).update(from: δg, count: n)
      (δ.start + (example * 2 + 1) * n).update(from: keptδc.start + example * n, count: n)
    }
    Wga.withBlock {
      Scalar.multiply(keptδg, transposed: false, $0, transposed: false, into: leaving, accumulating: true)
    }
  }

  /// ∂L/∂W_ga and ∂L/∂W_ca, each as one product over all steps and examples.
  public func accumulateRecurrentGradients(from tape: CellTape<Scalar>, into gradient: inout MinimalGatedCell) {
    let before = tape.states(0).rows(0..<tape.length * tape.batch)
    gradient.Wga.withMutableBlock {
      Scalar.multiply(tape.keepsakes(1), transposed: true, before, transposed: false, into: $0, accumulating: true)
    }
    gradient.Wca.withMutableBlock {
      Scalar.multiply(
        tape.keepsakes(2), transposed: true, tape.keepsakes(0), transposed: false, into: $0, accumulating: true)
    }
  }
}
