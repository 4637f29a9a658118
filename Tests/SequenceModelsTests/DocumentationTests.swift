// The code of the articles and of the pages, line by line as it stands there, and what their text says of it.

import Foundation
import SequenceModels
import Tasks
import Testing

@Suite struct DocumentationTests {
  // MARK: - The code that is printed is the code that is tested

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The pages and the articles of the libraries.
  private static func articles() throws -> [String] {
    try ["Sources/README.md"]
      + ["SequenceModels", "Tasks", "Plotting"].flatMap { library in
        let folder = "Sources/\(library)/\(library).docc"
        return try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
          .filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
      }
  }

  /// The blocks of Swift in a text, without the imports of libraries at their head.
  private static func blocks(of text: String) -> [String] {
    text.matches(of: /(?ms)^```swift\n(?:(?:import \w+\n)+\n)?(.*?)^```$/).map { String($0.1) }
  }

  @Test(arguments: try articles())
  func codeOfArticlesIsTested(article: String) throws {
    let tests = try ["SequenceModelsTests", "TasksTests", "PlottingTests"].map {
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

  // MARK: - Sources/README.md

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
    let ids = try DinosaurNames.all.map { try vocabulary.encode($0) }
    let names = SentenceBatches(ids, end: vocabulary.end!)

    // x⟨t⟩ is one of V characters, a⟨t⟩ has 64 numbers, ŷ⟨t⟩ a distribution over V.
    let V = vocabulary.count
    let model = LanguageModel(
      layer: GRU(GRUCell<Float>(inputSize: V, hiddenSize: 64, using: &random)),
      output: Dense(inputSize: 64, outputSize: V, using: &random))

    let adam = Optimizer(.adam(), learningRate: 0.005, for: model)
    var trainer = Trainer(model, optimizer: adam, clipping: .norm(5))
    // The mean −log ŷ of the right character, in nats: from ln V to half of it.
    let losses = try (0..<500).map { _ in
      try trainer.step(on: names.random(50, using: &random)).loss
    }

    var sampler = Sampler(trainer.model)
    let letters = sampler.tokens(limit: 30, until: vocabulary.end, using: &random)
    let name = vocabulary.decode(letters)

    #expect(abs(losses[0] / log(Double(V)) - 1) < 0.05)
    #expect(losses.suffix(50).reduce(0, +) / 50 < log(Double(V)) / 2)
    #expect(!name.isEmpty && name.allSatisfy { $0.isASCII && $0.isLetter })
  }

  // MARK: - Shapes

  @Test func shapesAreAsTheArticleSays() throws {
    var random = RandomSource(seed: 1)
    let layer = LSTM(LSTMCell<Double>(inputSize: 3, hiddenSize: 4, using: &random))
    let x = SequenceBatch<Double>(
      (0..<6).map { _ in Matrix(rows: 3, columns: 2) { random.normal() } })

    let tape = layer(x)
    let a = tape.outputSequence
    let last = a[5]  // a⟨6⟩: (n_a, m) = (4, 2)
    let overTime = a.trajectory(example: 0)  // of one example: (n_a, T) = (4, 6)
    let rows = tape.outputs  // as the engine has them: (T m, n_a) = (12, 4)
    let memory = tape.finalState.values[1]  // c⟨6⟩: (n_a, m) = (4, 2)
    let forget = tape.trace[1].values  // Γf at each step: 6 × 2 × 4

    func shape(_ matrix: Matrix<Double>) -> [Int] { [matrix.rows, matrix.columns] }
    #expect(shape(last) == [4, 2])
    #expect(last == tape.finalState.values[0])
    #expect(shape(overTime) == [4, 6])
    #expect(overTime[3, 5] == last[3, 0])
    #expect(rows.rows == 12 && rows.columns == 4)
    #expect(a.elements[11 * 4 + 3] == last[3, 1])
    #expect(shape(memory) == [4, 2])
    #expect(memory == tape.stateSequence(1)[5])
    #expect(tape.trace[1].name == "Γf")
    #expect(forget.length == 6 && forget.batch == 2 && forget.size == 4)
  }

  // MARK: - Adding a cell

  @Test func minimalGatedCellIsItsEquationsAndItsGradientIsRight() {
    var random = RandomSource(seed: 1)
    func draw(_ rows: Int, _ columns: Int) -> Matrix<Double> {
      Matrix(rows: rows, columns: columns) { random.normal() }
    }
    var cell = MinimalGatedCell<Double>(inputSize: 2, hiddenSize: 3, using: &random)
    // Biases start at 0, where a wrong one could hide.
    cell.ba = draw(6, 1)

    let layer = Recurrent(cell)
    let x = SequenceBatch((0..<5).map { _ in draw(2, 4) })
    let outputs = layer(x).outputSequence
    let ones = Matrix<Double>(rows: 3, columns: 4, repeating: 1)
    var a = Matrix<Double>(rows: 3, columns: 4)
    var largestDifference = 0.0
    for t in 0..<x.length {
      let z = cell.Wax * x[t] + cell.ba
      let Γ = σ(z.rows(0..<3) + cell.Wga * a)
      let ã = tanh(z.rows(3..<6) + cell.Wca * (Γ ⊙ a))
      a = Γ ⊙ ã + (ones - Γ) ⊙ a
      let difference = a.largestDifference(from: outputs[t])
      largestDifference = max(largestDifference, difference)
    }

    #expect(largestDifference < 1e-15)

    let r = SequenceBatch((0..<5).map { _ in draw(3, 4) })
    func loss(_ layer: Recurrent<MinimalGatedCell<Double>>) -> Double {
      let a = layer(x).outputSequence
      return (0..<5).reduce(0) { $0 + (a[$1] ⊙ r[$1]).elements.reduce(0, +) }
    }
    let gradient = layer.gradients(outputGradient: r, on: layer(x)).layer
    let check = GradientCheck(of: gradient, at: layer, loss: loss)

    #expect(check.largest < 1e-8, "\(check.differences)")
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
      Recurrent(
        MinimalGatedCell<Float>(inputSize: n_x, hiddenSize: 8, using: &random))
    }
    let output = Dense<Float>(inputSize: 8, outputSize: 2, using: &random)
    let tagger = Tagger(layer: stack, output: output)
    let adam = Optimizer(.adam(), learningRate: 0.01, for: tagger)
    var trainer = Trainer(tagger, optimizer: adam, clipping: .norm(1))
    let losses = try (0..<200).map { _ in
      try trainer.step(on: BinaryAddition.batch(20, bits: 8, using: &random)).loss
    }

    #expect(losses.last! < losses[0] / 4)
  }

  @Test func minimalGatedCellGoesIntoFiles() {
    var random = RandomSource(seed: 1)
    let cell = MinimalGatedCell<Float>(inputSize: 2, hiddenSize: 3, using: &random)
    #expect(cell.torchParameters.map(\.name) == ["weight_ih", "weight_gh", "weight_ch", "bias_ih", "bias_hh"])
  }
}

extension MinimalGatedCell: TorchModule {}

// MARK: - The cell of the article

/// The minimal gated unit, a⟨t⟩ = Γ ⊙ ã + (1 − Γ) ⊙ a⟨t−1⟩: one gate for the
/// two of a GRU (Zhou et al. 2016).
///
/// Shapes: x⟨t⟩ (n_x, m), a⟨t⟩ (n_a, m), W_ga and W_ca (n_a, n_a); with the
/// rows of Γ above those of ã, W_ax (2 n_a, n_x) and b_a (2 n_a, 1).
public struct MinimalGatedCell<Scalar: RealScalar>: RecurrentCell {
  /// The weights of the input, (2 n_a, n_x).
  public var Wax: Matrix<Scalar>
  /// The weights of the state in Γ, (n_a, n_a).
  public var Wga: Matrix<Scalar>
  /// The weights of the gated state in ã, (n_a, n_a).
  public var Wca: Matrix<Scalar>
  /// The biases b_g and b_c, one under the other, (2 n_a, 1).
  public var ba: Matrix<Scalar>

  /// A cell with weights drawn uniformly on ±1/√n_a and biases of 0.
  public init(
    inputSize n_x: Int, hiddenSize n_a: Int, using random: inout RandomSource
  ) {
    func draw(_ rows: Int, _ columns: Int) -> Matrix<Scalar> {
      Initialization.uniform.matrix(
        rows: rows, columns: columns, hiddenSize: n_a, using: &random)
    }
    (Wax, Wga, Wca) = (draw(2 * n_a, n_x), draw(n_a, n_a), draw(n_a, n_a))
    ba = Matrix(rows: 2 * n_a, columns: 1)
  }

  /// One state, a⟨t⟩ of n_a numbers.
  public var stateSizes: [Int] { [Wga.rows] }
  /// Γ and ã, each of n_a rows.
  public var gates: [(name: String, size: Int)] {
    ["Γ", "ã"].map { ($0, Wga.rows) }
  }
  /// What W_ca is multiplied by, and its gradient ρ, n_a numbers each.
  public var caches: [(name: String, size: Int)] {
    ["Γ ⊙ a⟨t−1⟩", "ρ"].map { ($0, Wga.rows) }
  }
  /// W_ga and W_ca, at the places 0 and 1.
  public var stepWeights: [Matrix<Scalar>] { [Wga, Wca] }

  /// The parameters, as `weight_ih`, `weight_gh`, `weight_ch` and `bias`.
  public var parameterPaths: [ParameterPath<MinimalGatedCell>] {
    [
      .init("weight_ih", \.Wax), .init("weight_gh", \.Wga),
      .init("weight_ch", \.Wca), .init("bias", \.ba),
    ]
  }
}

extension MinimalGatedCell {
  /// Γ and ã in the place of z⟨t⟩, (m, 2 n_a), and a⟨t⟩, (m, n_a).
  public func stepForward(_ t: Int, on tape: CellTape<Scalar>) {
    let (z, a) = (tape.gates(at: t), tape.state(0, at: t))
    let (before, gated) = (tape.state(0, at: t - 1), tape.cache(0, at: t))
    let (Γ, ã) = (z.part(0, of: 2), z.part(1, of: 2))

    tape.addProduct(Wga, at: 0, before, to: Γ)
    Scalar.sigmoid(Γ)  // Γ = σ(W_g [a⟨t−1⟩, x⟨t⟩] + b_g)
    gated ← Γ ⊙ before
    tape.addProduct(Wca, at: 1, gated, to: ã)
    Scalar.tanh(ã)  // ã = tanh(W_c [Γ ⊙ a⟨t−1⟩, x⟨t⟩] + b_c)
    a ← Γ ⊙ ã + (1 - Γ) ⊙ before
  }
}

extension MinimalGatedCell {
  /// ∂L/∂z⟨t⟩ from ∂L/∂a⟨t⟩, and its part of ∂L/∂a⟨t−1⟩.
  public func stepBackward(_ t: Int, on tape: CellTape<Scalar>) {
    let (z, before) = (tape.gates(at: t), tape.state(0, at: t - 1))
    let (da, ρ) = (tape.stateGradient(0, at: t), tape.cache(1, at: t))
    let (δ, daBefore) = (
      tape.gateGradient(at: t), tape.stateGradient(0, at: t - 1)
    )
    let (Γ, ã) = (z.part(0, of: 2), z.part(1, of: 2))
    let (δg, δc) = (δ.part(0, of: 2), δ.part(1, of: 2))

    δc ← da ⊙ Γ ⊙ (1 - ã ⊙ ã)
    Wca.setTransposedProduct(δc, in: ρ)  // ρ = W_caᵀ δ_c
    δg ← (da ⊙ (ã - before) + ρ ⊙ before) ⊙ Γ ⊙ (1 - Γ)
    daBefore += da ⊙ (1 - Γ) + ρ ⊙ Γ
    Wga.addTransposedProduct(δg, to: daBefore)
  }

  /// ∂L/∂W_ga and ∂L/∂W_ca, each as one product over all steps and examples.
  public func accumulateRecurrentGradients(
    from tape: CellTape<Scalar>, into gradient: inout MinimalGatedCell
  ) {
    let (δ, before) = (tape.gateGradients, tape.previousStates(0))
    gradient.Wga.addOuterProducts(δ.part(0, of: 2), before)
    gradient.Wca.addOuterProducts(δ.part(1, of: 2), tape.caches(0))
  }
}
