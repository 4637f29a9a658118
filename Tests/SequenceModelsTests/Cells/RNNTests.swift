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
        outputGradient: grad_output.sequence.converted(to: type),
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

  init() {
    var random = RandomSource(seed: 11)
    let cell = RNNCell<Double>(inputSize: 3, hiddenSize: 4, using: &random)
    layer = Recurrent(cell).randomised(using: &random)
    x = .random(length: 6, batch: 3, size: 3, using: &random)
    start = RecurrentState([Matrix(rows: 4, columns: 3) { random.normal() }])
    outputGradient = .random(length: 6, batch: 3, size: 4, using: &random)
  }

  @Test func traceOfAPlainCellIsItsOutput() {
    let tape = layer(x, from: start)
    #expect(tape.trace.map(\.name) == ["a"])
    #expect(tape.trace[0].values == tape.outputSequence)
    #expect(tape.state(0) == start)
    #expect(tape.state(6) == tape.finalState)
  }

  @Test func maskOfFullLengthsIsNoMask() {
    let mask = Mask(lengths: [6, 6, 6])
    let (masked, plain) = (layer(x, from: start, mask: mask), layer(x, from: start))
    #expect(masked.outputSequence == plain.outputSequence)
    let one = layer.gradients(outputGradient: outputGradient, on: masked)
    let other = layer.gradients(outputGradient: outputGradient, on: plain)
    #expect(one.layer.numbers == other.layer.numbers)
    #expect(one.input == other.input)
  }
}
