import Testing

@testable import SequenceModels

/// Layers made of layers, both ways and one on the other, against PyTorch.
@Suite struct StackedTests {
  /// One case of stacked.json, under PyTorch's names.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let num_layers: Int
    let bidirectional, starts_at_zero: Bool
    let lengths: [Int]
    let x, output, grad_output: Fixture.Tensor
    let h0, h_n, grad_h_n, grad_h0: [Fixture.Tensor]
    let parameters, gradients: [String: Fixture.Tensor]

    var testDescription: String { name }
    var mask: Mask? { lengths.allSatisfy { $0 == x.shape[0] } ? nil : Mask(lengths: lengths) }

    static func all() throws -> [Case] { try Fixture.read("stacked", as: File.self).cases }

    private struct File: Decodable { let cases: [Case] }
  }

  /// Every result of a pass of `empty` with the parameters of the case, with its largest difference from PyTorch.
  static func differences<Layer: TorchLayer>(
    _ empty: Layer, _ fixture: Case
  ) -> [(String, Double)] where Layer.Scalar == Double {
    func state(_ parts: [Fixture.Tensor]) -> RecurrentState<Double> {
      RecurrentState(parts.map(\.matrix.transposed))
    }
    func difference(_ ours: RecurrentState<Double>, _ theirs: [Fixture.Tensor]) -> Double {
      zip(ours.values, state(theirs).values).map { $0.largestDifference(from: $1) }.max()!
    }
    var layer = empty
    layer.setTorchParameters { fixture.parameters[$0]!.matrix }
    let x = fixture.x.sequence
    let tape = layer(x, from: fixture.starts_at_zero ? nil : state(fixture.h0), mask: fixture.mask)
    var outputs = tape.outputSequence
    // PyTorch fills the steps past a sequence's end with 0.
    for (example, length) in fixture.lengths.enumerated() {
      for t in length..<x.length { for unit in 0..<outputs.size { outputs[t][unit, example] = 0 } }
    }
    let last = tape.finalState
    let gradient = layer.gradients(
      outputGradient: fixture.grad_output.sequence, finalGradient: state(fixture.grad_h_n),
      on: tape)
    return [
      ("output", outputs.largestDifference(from: fixture.output.sequence)),
      ("final state", last.values.count == fixture.h_n.count ? difference(last, fixture.h_n) : .infinity),
      ("∂x", gradient.input.largestDifference(from: fixture.gradients["x"]!.sequence)),
      ("∂h0", difference(gradient.initialState, fixture.grad_h0)),
    ]
      + gradient.layer.torchGradients.map {
        ("∂\($0.name)", $0.value.largestDifference(from: fixture.gradients[$0.name]!.matrix))
      }
  }

  static func cell(_ inputSize: Int, _ hiddenSize: Int, _ random: inout RandomSource) -> RNN<Double> {
    Recurrent(RNNCell(inputSize: inputSize, hiddenSize: hiddenSize, using: &random)).randomised(using: &random)
  }

  static func both(_ inputSize: Int, _ hiddenSize: Int, _ random: inout RandomSource) -> Bidirectional<RNN<Double>> {
    Bidirectional(forward: cell(inputSize, hiddenSize, &random), backward: cell(inputSize, hiddenSize, &random))
  }

  @Test(arguments: try Case.all())
  func agreesWithPyTorch(case: Case) {
    var random = RandomSource(seed: 1)
    let differences =
      switch (`case`.num_layers, `case`.bidirectional) {
      case (1, true): Self.differences(Self.both(3, 2, &random), `case`)
      case (let depth, true):
        Self.differences(Deep(depth: depth, inputSize: 3) { Self.both($0, 2, &random) }, `case`)
      case (let depth, false):
        Self.differences(Deep(depth: depth, inputSize: 3) { Self.cell($0, 2, &random) }, `case`)
      }
    #expect(differences.count > 6)
    for (name, difference) in differences { #expect(difference < 1e-12, "\(name)") }
  }

  @Test(arguments: try Case.all())
  func parametersHaveTheNamesAndShapesOfPyTorch(case: Case) {
    var random = RandomSource(seed: 1)
    func shapes(_ layer: some TorchLayer<Double>) -> [String: [Int]] {
      Dictionary(uniqueKeysWithValues: layer.torchParameters.map { ($0.name, $0.shape) })
    }
    let ours =
      switch (`case`.num_layers, `case`.bidirectional) {
      case (1, true): shapes(Self.both(3, 2, &random))
      case (let depth, true): shapes(Deep(depth: depth, inputSize: 3) { Self.both($0, 2, &random) })
      case (let depth, false): shapes(Deep(depth: depth, inputSize: 3) { Self.cell($0, 2, &random) })
      }
    #expect(ours == `case`.parameters.mapValues(\.shape))
  }

  // MARK: - What holds of any of them

  /// L = Σ (out ⊙ r) + Σ (finalOutput ⊙ s), from a state of its own, and its gradient against central differences.
  static func check<Layer: RecurrentLayer>(
    _ layer: Layer, mask: Mask?, random: inout RandomSource
  ) -> Double where Layer.Scalar == Double {
    let x = SequenceBatch<Double>.random(length: 4, batch: 3, size: layer.inputSize, using: &random)
    let start = RecurrentState(
      layer.stateSizes.map { size in Matrix<Double>(rows: size, columns: 3) { random.normal() } })
    let r = SequenceBatch<Double>.random(length: 4, batch: 3, size: layer.outputSize, using: &random)
    let s = Matrix<Double>(rows: layer.outputSize, columns: 3) { random.normal() }
    let tape = layer(x, from: start, mask: mask)
    var gradient = layer.zeroed
    let finalGradient = layer.finalGradient(ofOutput: s, on: tape, accumulatingInto: &gradient)
    gradient.add(
      layer.gradients(outputGradient: r, finalGradient: finalGradient, on: tape).layer, layer.parameterPaths)
    return GradientCheck(of: gradient, at: layer) { moved in
      let tape = moved(x, from: start, mask: mask)
      let (outputs, last) = (tape.outputSequence, moved.finalOutput(on: tape))
      return (0..<4).reduce(0) { $0 + (outputs[$1] ⊙ r[$1]).elements.reduce(0, +) } + (last ⊙ s).elements.reduce(0, +)
    }.largest
  }

  @Test(arguments: [nil, Mask(lengths: [4, 1, 3])])
  func gradientsAgreeWithCentralDifferences(mask: Mask?) {
    var random = RandomSource(seed: 2)
    #expect(Self.check(Self.both(2, 3, &random), mask: mask, random: &random) < 1e-7)
    #expect(Self.check(Deep(depth: 3, inputSize: 2) { Self.cell($0, 2, &random) }, mask: mask, random: &random) < 1e-7)
    let deep = Deep(depth: 2, inputSize: 2) { Self.both($0, 2, &random) }
    #expect(Self.check(deep, mask: mask, random: &random) < 1e-7)
    // A stack in each direction, of layers of different sizes.
    let stacks = Bidirectional(
      forward: Deep([Self.cell(2, 3, &random), Self.cell(3, 2, &random)]),
      backward: Deep([Self.cell(2, 2, &random), Self.cell(2, 4, &random)]))
    #expect(Self.check(stacks, mask: mask, random: &random) < 1e-7)
    // A dense layer on both directions, in each of them, and in a stack.
    func dense(_ inputSize: Int) -> Dense<Double> {
      Dense(inputSize: inputSize, outputSize: 3, using: &random).randomised(using: &random)
    }
    #expect(Self.check(DenseOnTop(deep, dense(4)), mask: mask, random: &random) < 1e-7)
    let inBoth = Bidirectional(
      forward: DenseOnTop(Self.cell(2, 2, &random), dense(2)),
      backward: DenseOnTop(Self.cell(2, 2, &random), dense(2), activation: .sigmoid))
    #expect(Self.check(inBoth, mask: mask, random: &random) < 1e-7)
    let stack = Deep(depth: 2, inputSize: 2) { DenseOnTop(Self.cell($0, 2, &random), dense(2)) }
    #expect(Self.check(stack, mask: mask, random: &random) < 1e-7)
    #expect(stack.torchParameters.map(\.name).suffix(2) == ["dense_l1.weight", "dense_l1.bias"])
    #expect(Self.check(DenseOnTop(stacks, dense(6), activation: .relu), mask: mask, random: &random) < 1e-7)
  }

  @Test func floatIsDoubleRounded() {
    var random = RandomSource(seed: 7)
    let layer = Deep(depth: 2, inputSize: 3) { Self.both($0, 2, &random) }
    let single = Deep<Bidirectional<RNN<Float>>>(
      layer.layers.map { both in
        func rounded(_ layer: RNN<Double>) -> RNN<Float> {
          let cell = layer.cell
          return Recurrent(
            RNNCell(
              Wax: cell.Wax.converted(to: Float.self), Waa: cell.Waa.converted(to: Float.self),
              ba: cell.ba.converted(to: Float.self)))
        }
        return Bidirectional(forward: rounded(both.forwardLayer), backward: rounded(both.backwardLayer))
      })
    let mask = Mask(lengths: [3, 5])
    let x = SequenceBatch<Double>.random(length: 5, batch: 2, size: 3, using: &random)
    let r = SequenceBatch<Double>.random(length: 5, batch: 2, size: 4, using: &random)
    let tape = layer(x, mask: mask)
    let singleTape = single(x.converted(to: Float.self), mask: mask)
    #expect(singleTape.outputSequence.converted(to: Double.self).largestDifference(from: tape.outputSequence) < 1e-5)
    let ours = single.gradients(outputGradient: r.converted(to: Float.self), on: singleTape)
    let exact = layer.gradients(outputGradient: r, on: tape)
    #expect(ours.input.converted(to: Double.self).largestDifference(from: exact.input) < 1e-5)
    for (one, other) in zip(ours.layer.numbers, exact.layer.numbers) { #expect(abs(Double(one) - other) < 1e-5) }
  }

  @Test func stackServesALanguageModel() {
    var random = RandomSource(seed: 6)
    let layer = Deep(depth: 2, inputSize: 4) { Self.cell($0, 3, &random) }
    let model = LanguageModel(layer: layer, output: Dense(inputSize: 3, outputSize: 4, using: &random))
    #expect(model.parameterPaths.map(\.name).contains("rnn.weight_hh_l1"))
    let batch = LanguageBatch(sentence: [1, 2, 3, 0])
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    let check = GradientCheck(of: gradient, at: model) { $0.forward(batch, from: nil, on: tape).total }
    #expect(check.largest < 1e-7)
  }
}

@Suite struct BidirectionalTests {
  @Test func isTheEquationOfTheNotes() {
    var random = RandomSource(seed: 1)
    let layer = StackedTests.both(3, 2, &random)
    let x = SequenceBatch<Double>.random(length: 5, batch: 2, size: 3, using: &random)
    let start = RecurrentState((0..<2).map { _ in Matrix<Double>(rows: 2, columns: 2) { random.normal() } })
    let tape = layer(x, from: start)
    let (ahead, back) = (layer.forwardLayer.cell, layer.backwardLayer.cell)
    var (a, b) = (start.values[0], start.values[1])
    for t in 0..<5 {
      a = tanh(ahead.Waa * a + ahead.Wax * x[t] + ahead.ba)
      #expect(tape.outputSequence[t].rows(0..<2).largestDifference(from: a) < 1e-15)
    }
    for t in (0..<5).reversed() {
      b = tanh(back.Waa * b + back.Wax * x[t] + back.ba)
      #expect(tape.outputSequence[t].rows(2..<4).largestDifference(from: b) < 1e-15)
    }
    // What has read everything is →a at the end and ←a at the beginning, and not the last output.
    #expect(layer.finalOutput(on: tape).largestDifference(from: [a, b]) < 1e-15)
    #expect(tape.outputSequence[4].largestDifference(from: [a, b]) > 0.01)
  }

  @Test func pastItsLengthAnExampleKeepsItsFinalOutput() {
    var random = RandomSource(seed: 2)
    let layer = StackedTests.both(3, 2, &random)
    let x = SequenceBatch<Double>.random(length: 4, batch: 2, size: 3, using: &random)
    let tape = layer(x, mask: Mask(lengths: [4, 2]))
    let last = layer.finalOutput(on: tape)
    for t in 2..<4 { #expect(tape.outputSequence[t].columns(1..<2) == last.columns(1..<2)) }
  }
}

@Suite struct DeepTests {
  @Test func oneLayerIsThatLayer() {
    var random = RandomSource(seed: 1)
    let layer = StackedTests.cell(3, 2, &random)
    let x = SequenceBatch<Double>.random(length: 4, batch: 2, size: 3, using: &random)
    #expect(Deep([layer])(x).outputSequence == layer(x).outputSequence)
    #expect(Deep([layer]).parameterPaths.map(\.name) == layer.parameterPaths.map(\.name))
  }

  @Test func eachLayerReadsTheOneBelow() {
    var random = RandomSource(seed: 2)
    let deep = Deep(depth: 3, inputSize: 3) { StackedTests.cell($0, 2, &random) }
    let x = SequenceBatch<Double>.random(length: 4, batch: 2, size: 3, using: &random)
    let tape = deep(x)
    var below = x
    for (layer, part) in zip(deep.layers, tape.layers) {
      below = layer(below).outputSequence
      #expect(part.trace[0].values == below)
    }
    #expect(tape.outputSequence == below)
    #expect(deep.finalOutput(on: tape) == below[3])
  }
}
