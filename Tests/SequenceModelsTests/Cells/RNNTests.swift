import Testing

@testable import SequenceModels

@Suite struct RNNTests {
  /// One case of rnn.json, under PyTorch's names.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let activation: Activation
    let x, h0, weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0: Fixture.Tensor
    let output, h_n, grad_output, grad_h_n: Fixture.Tensor
    let gradients: [String: Fixture.Tensor]

    var testDescription: String { name }

    static func all() throws -> [Case] { try Fixture.read("rnn", as: File.self).cases }

    /// The layer of the case; PyTorch's two biases are one here.
    func layer<Scalar: RealScalar>(as type: Scalar.Type) -> RNN<Scalar> {
      Recurrent(
        RNNCell(
          Wax: weight_ih_l0.matrix.converted(to: type), Waa: weight_hh_l0.matrix.converted(to: type),
          ba: (bias_ih_l0.matrix + bias_hh_l0.matrix).converted(to: type), activation: activation))
    }

    /// Every result of a pass forwards and backwards with its largest difference from PyTorch.
    func differences<Scalar: RealScalar>(as type: Scalar.Type) -> [(String, Double)] {
      let layer = layer(as: type)
      let x = x.sequence.converted(to: type)
      let start = RecurrentState([h0.matrix.transposed.converted(to: type)])
      // A case from the zero state shows besides that no state is the zero state.
      let tape = layer(x, from: h0.elements.allSatisfy { $0 == 0 } ? nil : start)
      let (outputs, last) = (tape.outputSequence, tape.finalState)
      let gradient = layer.gradients(
        x, outputGradient: grad_output.sequence.converted(to: type),
        finalGradient: RecurrentState([grad_h_n.matrix.transposed.converted(to: type)]), on: tape)
      func difference(_ ours: Matrix<Scalar>, _ theirs: Matrix<Double>) -> Double {
        ours.converted(to: Double.self).largestDifference(from: theirs)
      }
      func gradientDifference(_ ours: Matrix<Scalar>, _ name: String) -> (String, Double) {
        ("∂\(name)", difference(ours, gradients[name]!.matrix))
      }
      return [
        ("output", outputs.converted(to: Double.self).largestDifference(from: output.sequence)),
        ("final state", difference(last.values[0], h_n.matrix.transposed)),
        ("∂x", gradient.input.converted(to: Double.self).largestDifference(from: gradients["x"]!.sequence)),
        ("∂h0", difference(gradient.initialState.values[0], gradients["h0"]!.matrix.transposed)),
        gradientDifference(gradient.layer.cell.Wax, "weight_ih_l0"),
        gradientDifference(gradient.layer.cell.Waa, "weight_hh_l0"),
        gradientDifference(gradient.layer.cell.ba, "bias_ih_l0"),
        gradientDifference(gradient.layer.cell.ba, "bias_hh_l0"),
      ]
    }

    private struct File: Decodable { let cases: [Case] }
  }

  @Test(arguments: try Case.all())
  func agreesWithPyTorch(case: Case) {
    for (name, difference) in `case`.differences(as: Double.self) { #expect(difference < 1e-12, "\(name)") }
  }

  @Test(arguments: try Case.all())
  func floatAgreesWithPyTorch(case: Case) {
    for (name, difference) in `case`.differences(as: Float.self) { #expect(difference < 1e-5, "\(name)") }
  }

  @Test(arguments: try Case.all().filter { $0.activation == .tanh })
  func isTheEquationOfTheNotes(case: Case) {
    let layer = `case`.layer(as: Double.self)
    let (Wax, Waa, ba) = (layer.cell.Wax, layer.cell.Waa, layer.cell.ba)
    let x = `case`.x.sequence
    var a = `case`.h0.matrix.transposed
    let outputs = layer(x, from: RecurrentState([a])).outputSequence
    for t in 0..<x.length {
      a = tanh(Waa * a + Wax * x[t] + ba)
      #expect(a.largestDifference(from: outputs[t]) < 1e-15)
    }
  }

  // MARK: - A layer at hand

  let layer: RNN<Double>
  let x: SequenceBatch<Double>
  let start: RecurrentState<Double>
  let outputGradient: SequenceBatch<Double>
  let finalGradient: RecurrentState<Double>

  init() {
    var random = RandomSource(seed: 11)
    let cell = RNNCell<Double>(inputSize: 3, hiddenSize: 4, using: &random)
    layer = Recurrent(cell).randomised(using: &random)
    x = .random(length: 6, batch: 3, size: 3, using: &random)
    start = RecurrentState([Matrix(rows: 4, columns: 3) { random.normal() }])
    outputGradient = .random(length: 6, batch: 3, size: 4, using: &random)
    finalGradient = RecurrentState([Matrix(rows: 4, columns: 3) { random.normal() }])
  }

  @Test func traceOfAPlainCellIsItsOutput() {
    let tape = layer(x, from: start)
    #expect(tape.trace.map(\.name) == ["a"])
    #expect(tape.trace[0].values == tape.outputSequence)
    #expect(tape.state(0) == start)
    #expect(tape.state(6) == tape.finalState)
  }

  @Test func stateCarriedOverTwoWindowsIsOneLongWindow() {
    let whole = layer(x, from: start)
    let first = layer(x.steps(0..<2), from: start)
    let second = layer(x.steps(2..<6), from: first.finalState)
    #expect(whole.outputSequence.steps(0..<2) == first.outputSequence)
    #expect(whole.outputSequence.steps(2..<6) == second.outputSequence)
    #expect(whole.finalState == second.finalState)
  }

  /// The gradient that leaves the second window enters the first as that of its final state.
  @Test func gradientHandedBackOverTwoWindowsIsThatOfOneLongWindow() {
    let whole = layer.gradients(
      x, outputGradient: outputGradient, finalGradient: finalGradient, on: layer(x, from: start))
    let tape = layer(x.steps(0..<2), from: start)
    let second = layer.gradients(
      x.steps(2..<6), outputGradient: outputGradient.steps(2..<6), finalGradient: finalGradient,
      on: layer(x.steps(2..<6), from: tape.finalState))
    let first = layer.gradients(
      x.steps(0..<2), outputGradient: outputGradient.steps(0..<2), finalGradient: second.initialState, on: tape)
    var sum = first.layer
    sum.add(second.layer, sum.parameterPaths)
    #expect(sum.largestDifference(from: whole.layer) < 1e-12)
    #expect(first.initialState.values[0].largestDifference(from: whole.initialState.values[0]) < 1e-12)
    #expect(first.input.largestDifference(from: whole.input.steps(0..<2)) < 1e-12)
  }

  @Test func tapeUsedBeforeGivesWhatAFreshOneGives() {
    // Longer and wider first, so that what it left behind could show.
    var random = RandomSource(seed: 12)
    let long = SequenceBatch<Double>.random(length: 9, batch: 5, size: 3, using: &random)
    let tape = layer(long)
    _ = layer.gradients(
      long, outputGradient: .random(length: 9, batch: 5, size: 4, using: &random), on: tape)
    x.withBlock { layer.forward(.features($0, length: 6, batch: 3), from: start, mask: nil, on: tape) }
    let fresh = layer(x, from: start)
    #expect(tape.outputSequence == fresh.outputSequence)
    let (again, first) = (
      layer.gradients(x, outputGradient: outputGradient, on: tape),
      layer.gradients(x, outputGradient: outputGradient, on: fresh)
    )
    #expect(again.layer.numbers == first.layer.numbers)
    #expect(again.input == first.input)
    #expect(again.initialState == first.initialState)
  }

  @Test func tokensAreTheirOneHotColumns() {
    var tokens = TokenBatch(length: 6, batch: 3)
    // A token twice in a step and in later ones, one that never comes, and a step without a token.
    tokens.ids = [0, 0, 2, 2, 0, 2, 0, 2, TokenBatch.none, 0, 0, 0, 2, 2, 2, 0, 2, 0]
    let columns = tokens.oneHot(size: 3, as: Double.self)
    #expect(columns[2] == Matrix([[1, 0, 0], [0, 0, 0], [0, 1, 0]]))

    let dense = layer(columns, from: start)
    let sparse = layer.makeTape()
    layer.forward(.tokens(tokens), from: start, mask: nil, on: sparse)
    #expect(sparse.outputSequence.largestDifference(from: dense.outputSequence) < 1e-15)

    let expected = layer.gradients(columns, outputGradient: outputGradient, on: dense).layer
    var gradient = layer.zeroed
    outputGradient.withBlock { sparse.outputGradients.copy($0) }
    layer.backward(
      .tokens(tokens), finalGradient: nil, mask: nil, inputGradient: nil, on: sparse, accumulatingInto: &gradient)
    #expect(gradient.largestDifference(from: expected) < 1e-14)
    #expect(gradient.cell.Wax.columns(1..<2) == Matrix(rows: 4, columns: 1))
  }

  /// A padded batch is as good as each of its sequences alone: the padding is noise, and nothing of it shows.
  @Test func maskedBatchIsEachSequenceAlone() {
    let lengths = [6, 2, 1]
    let mask = Mask(lengths: lengths)
    var asked = outputGradient
    for t in 0..<6 {
      for example in 0..<3 where !mask.isReal(t + 1, example: example) {
        for unit in 0..<4 { asked[t][unit, example] = 0 }
      }
    }
    let tape = layer(x, from: start, mask: mask)
    let (outputs, last) = (tape.outputSequence, tape.finalState.values[0])
    let whole = layer.gradients(x, outputGradient: asked, finalGradient: finalGradient, mask: mask, on: tape)

    var sum = layer.zeroed
    for (example, length) in lengths.enumerated() {
      let range = example..<example + 1
      func alone(_ state: RecurrentState<Double>) -> RecurrentState<Double> {
        RecurrentState(state.values.map { $0.columns(range) })
      }
      let input = x.examples(range).steps(0..<length)
      let tape = layer(input, from: alone(start))
      #expect(outputs.examples(range).steps(0..<length).largestDifference(from: tape.outputSequence) < 1e-12)
      #expect(last.columns(range).largestDifference(from: tape.finalState.values[0]) < 1e-12)
      let gradient = layer.gradients(
        input, outputGradient: outputGradient.examples(range).steps(0..<length), finalGradient: alone(finalGradient),
        on: tape)
      #expect(whole.input.examples(range).steps(0..<length).largestDifference(from: gradient.input) < 1e-12)
      for t in length..<6 { #expect(whole.input.examples(range)[t] == Matrix(rows: 3, columns: 1)) }
      #expect(
        whole.initialState.values[0].columns(range).largestDifference(from: gradient.initialState.values[0]) < 1e-12)
      sum.add(gradient.layer, sum.parameterPaths)
    }
    #expect(whole.layer.largestDifference(from: sum) < 1e-12)
  }

  @Test func maskOfFullLengthsIsNoMask() {
    let mask = Mask(lengths: [6, 6, 6])
    let (masked, plain) = (layer(x, from: start, mask: mask), layer(x, from: start))
    #expect(masked.outputSequence == plain.outputSequence)
    let one = layer.gradients(x, outputGradient: outputGradient, mask: mask, on: masked)
    let other = layer.gradients(x, outputGradient: outputGradient, on: plain)
    #expect(one.layer.numbers == other.layer.numbers)
    #expect(one.input == other.input)
  }
}
