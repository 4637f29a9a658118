import Testing

@testable import SequenceModels

@Suite struct OutputRecurrentTests {
  static func layer(_ activation: Activation = .tanh) -> Recurrent<OutputRecurrentCell<Double>> {
    var random = RandomSource(seed: 1)
    let cell = OutputRecurrentCell<Double>(
      inputSize: 3, hiddenSize: 5, outputSize: 2, activation: activation, using: &random)
    return Recurrent(cell).randomised(using: &random)
  }

  let x, outputGradient: SequenceBatch<Double>
  let start, finalGradient: RecurrentState<Double>

  init() {
    var random = RandomSource(seed: 2)
    x = .random(length: 6, batch: 3, size: 3, using: &random)
    outputGradient = .random(length: 6, batch: 3, size: 2, using: &random)
    start = RecurrentState([Matrix(rows: 2, columns: 3) { random.normal() }])
    finalGradient = RecurrentState([Matrix(rows: 2, columns: 3) { random.normal() }])
  }

  /// What comes out before step t, and so goes into it: the start, then the outputs but the last.
  func shifted(_ outputs: SequenceBatch<Double>) -> SequenceBatch<Double> {
    SequenceBatch([start.values[0]] + (0..<5).map { outputs[$0] })
  }

  func sum(_ outputs: SequenceBatch<Double>) -> Double {
    (0..<6).flatMap { (outputs[$0] ⊙ outputGradient[$0]).elements }.reduce(0, +)
  }

  @Test func isTheEquationOfTheBook() {
    let layer = Self.layer()
    let cell = layer.cell
    let (Wao, Wax, ba, Woa, bo) = (cell.Wao, cell.Wax, cell.ba, cell.Woa, cell.bo)
    let tape = layer(x, from: start)
    #expect(tape.trace.map(\.name) == ["a"])
    var o = start.values[0]
    for t in 0..<6 {
      let a = tanh(Wao * o + Wax * x[t] + ba)
      o = Woa * a + bo
      #expect(tape.trace[0].values[t].largestDifference(from: a) < 1e-15)
      #expect(tape.outputSequence[t].largestDifference(from: o) < 1e-14)
    }
    #expect(layer.outputSize == 2)
    #expect((layer.cell as any RecurrentCell).hiddenSize == 5)
  }

  /// With W_oa the identity and b_o = 0 it is the plain cell, whose gradients PyTorch has confirmed.
  @Test func isThePlainCellWhereTheOutputIsTheHiddenVector() {
    var random = RandomSource(seed: 3)
    let plain = Recurrent(RNNCell<Double>(inputSize: 3, hiddenSize: 2, using: &random)).randomised(using: &random)
    let cell = OutputRecurrentCell(
      Wax: plain.cell.Wax, Wao: plain.cell.Waa, ba: plain.cell.ba, Woa: .identity(2),
      bo: Matrix(rows: 2, columns: 1))
    let layer = Recurrent(cell)
    let (tape, plainTape) = (layer(x, from: start), plain(x, from: start))
    #expect(tape.outputSequence.largestDifference(from: plainTape.outputSequence) < 1e-15)
    let gradient = layer.gradients(outputGradient: outputGradient, finalGradient: finalGradient, on: tape)
    let expected = plain.gradients(outputGradient: outputGradient, finalGradient: finalGradient, on: plainTape)
    #expect(gradient.layer.cell.Wao.largestDifference(from: expected.layer.cell.Waa) < 1e-13)
    #expect(gradient.layer.cell.Wax.largestDifference(from: expected.layer.cell.Wax) < 1e-13)
    #expect(gradient.layer.cell.ba.largestDifference(from: expected.layer.cell.ba) < 1e-13)
    #expect(gradient.input.largestDifference(from: expected.input) < 1e-13)
    #expect(gradient.initialState.values[0].largestDifference(from: expected.initialState.values[0]) < 1e-13)
  }

  @Test(arguments: Activation.allCases, [nil, Mask(lengths: [6, 2, 0])])
  func gradientsAgreeWithCentralDifferences(activation: Activation, mask: Mask?) {
    let layer = Self.layer(activation)
    func loss(_ layer: Recurrent<OutputRecurrentCell<Double>>) -> Double {
      let tape = layer(x, from: start, mask: mask)
      return sum(tape.outputSequence) + (tape.finalState.values[0] ⊙ finalGradient.values[0]).elements.reduce(0, +)
    }
    let gradient = layer.gradients(
      outputGradient: outputGradient, finalGradient: finalGradient,
      on: layer(x, from: start, mask: mask)
    ).layer
    let check = GradientCheck(of: gradient, at: layer, loss: loss)
    #expect(check.differences.count == 5)
    #expect(check.largest < 1e-7, "\(check.differences)")
    for path in layer.parameterPaths {
      #expect(gradient[keyPath: path.keyPath].elements.contains { $0 != 0 }, "\(path.name)")
    }
  }

  @Test func weightsThatDisagreeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = OutputRecurrentCell<Double>(
        Wax: Matrix(rows: 4, columns: 1), Wao: Matrix(rows: 4, columns: 2), ba: Matrix(rows: 4, columns: 1),
        Woa: Matrix(rows: 3, columns: 4), bo: Matrix(rows: 3, columns: 1))
    }
  }

  // MARK: - Teacher forcing

  /// A teacher that says what the network says itself changes nothing.
  @Test func forcedWithItsOwnOutputsItRunsAsFreely() {
    let layer = Self.layer()
    let tape = layer(x, from: start)
    let forced = layer.cell.teacherForced(x, given: shifted(tape.outputSequence))
    #expect(forced.o.largestDifference(from: tape.outputSequence) < 1e-14)
    #expect(forced.a.largestDifference(from: tape.trace[0].values) < 1e-14)
  }

  /// No step hears of another but through the teacher.
  @Test func forcedStepsDoNotTouchEachOther() {
    var random = RandomSource(seed: 4)
    let cell = Self.layer().cell
    let previous = SequenceBatch<Double>.random(length: 6, batch: 3, size: 2, using: &random)
    let forced = cell.teacherForced(x, given: previous).o
    var (moved, told) = (x, previous)
    moved[2] = 2.0 * moved[2]
    told[4] = 2.0 * told[4]
    let other = cell.teacherForced(moved, given: told).o
    for t in 0..<6 { #expect((other[t] == forced[t]) == (t != 2 && t != 4)) }
  }

  @Test(arguments: Activation.allCases)
  func forcedGradientAgreesWithCentralDifferences(activation: Activation) {
    var random = RandomSource(seed: 5)
    let cell = Self.layer(activation).cell
    let previous = SequenceBatch<Double>.random(length: 6, batch: 3, size: 2, using: &random)
    let gradient = cell.teacherForcedGradient(
      x, given: previous, a: cell.teacherForced(x, given: previous).a, outputGradient: outputGradient)
    let check = GradientCheck(of: gradient, at: cell) { sum($0.teacherForced(x, given: previous).o) }
    #expect(check.differences.count == 5)
    #expect(check.largest < 1e-7, "\(check.differences)")
    for path in cell.parameterPaths {
      #expect(gradient[keyPath: path.keyPath].elements.contains { $0 != 0 }, "\(path.name)")
    }
  }
}
