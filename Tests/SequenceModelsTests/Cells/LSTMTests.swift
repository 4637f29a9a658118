import Testing

@testable import SequenceModels

@Suite struct LSTMTests {
  /// One case of lstm.json, under PyTorch's names.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let peephole: Peephole
    let candidate: Activation
    let parameters: [String: Fixture.Tensor]
    let x, h0, c0, output, h_n, c_n, grad_output, grad_h_n, grad_c_n: Fixture.Tensor
    let gradients: [String: Fixture.Tensor]

    var testDescription: String { name }

    static func all() throws -> [Case] { try Fixture.read("lstm", as: File.self).cases }

    /// The layer of the case, through the conversion from PyTorch's form.
    func layer<Scalar: RealScalar>(as type: Scalar.Type) -> LSTM<Scalar> {
      let (n_x, n_a) = (x.shape[2], h0.shape[1])
      let cell = LSTMCell<Scalar>(
        Wax: Matrix(rows: 4 * n_a, columns: n_x), Waa: Matrix(rows: 4 * n_a, columns: n_a),
        ba: Matrix(rows: 4 * n_a, columns: 1), peephole: peephole, candidateActivation: candidate)
      var layer = LSTM(cell)
      layer.setTorchParameters { parameters[$0]!.matrix.converted(to: type) }
      return layer
    }

    /// Every result of a pass forwards and backwards with its largest difference from PyTorch.
    func differences<Scalar: RealScalar>(as type: Scalar.Type) -> [(String, Double)] {
      let layer = layer(as: type)
      let x = x.sequence.converted(to: type)
      func state(_ a: Fixture.Tensor, _ c: Fixture.Tensor) -> RecurrentState<Scalar> {
        RecurrentState([a.matrix.transposed.converted(to: type), c.matrix.transposed.converted(to: type)])
      }
      // A case from the zero state shows besides that no state is the zero state.
      let zero = (h0.elements + c0.elements).allSatisfy { $0 == 0 }
      let tape = layer(x, from: zero ? nil : state(h0, c0))
      let (outputs, last) = (tape.outputSequence, tape.finalState)
      let gradient = layer.gradients(
        outputGradient: grad_output.sequence.converted(to: type), finalGradient: state(grad_h_n, grad_c_n), on: tape)
      func difference(_ ours: Matrix<Scalar>, _ theirs: Matrix<Double>) -> Double {
        ours.converted(to: Double.self).largestDifference(from: theirs)
      }
      let parameterDifferences = gradient.layer.torchGradients.map {
        ("∂\($0.name)", difference($0.value, gradients[$0.name]!.matrix))
      }
      return [
        ("output", outputs.converted(to: Double.self).largestDifference(from: output.sequence)),
        ("final a", difference(last.values[0], h_n.matrix.transposed)),
        ("final c", difference(last.values[1], c_n.matrix.transposed)),
        ("∂x", gradient.input.converted(to: Double.self).largestDifference(from: gradients["x"]!.sequence)),
        ("∂a0", difference(gradient.initialState.values[0], gradients["h0"]!.matrix.transposed)),
        ("∂c0", difference(gradient.initialState.values[1], gradients["c0"]!.matrix.transposed)),
      ] + parameterDifferences
    }

    private struct File: Decodable { let cases: [Case] }
  }

  @Test(arguments: try Case.all())
  func agreesWithPyTorch(case: Case) {
    let differences = `case`.differences(as: Double.self)
    #expect(differences.count == (`case`.peephole == .none ? 10 : 11))
    for (name, difference) in differences { #expect(difference < 1e-12, "\(name)") }
  }

  @Test(arguments: try Case.all())
  func floatAgreesWithPyTorch(case: Case) {
    for (name, difference) in `case`.differences(as: Float.self) { #expect(difference < 2e-5, "\(name)") }
  }

  /// The equations of the notes, symbol for symbol, from the readable weights.
  @Test(arguments: try Case.all())
  func isTheEquationsOfTheNotes(case: Case) {
    let layer = `case`.layer(as: Double.self)
    let cell = layer.cell
    let (Wu, Wf, Wo, Wc) = (cell.Wu, cell.Wf, cell.Wo, cell.Wc)
    let (bu, bf, bo, bc) = (cell.bu, cell.bf, cell.bo, cell.bc)
    let (pu, pf, po) = (cell.pu, cell.pf, cell.po)
    let input = `case`.x.sequence
    var (a, c) = (`case`.h0.matrix.transposed, `case`.c0.matrix.transposed)
    let tape = layer(input, from: RecurrentState([a, c]))
    let trace = tape.trace
    #expect(trace.map(\.name) == ["Γu", "Γf", "Γo", "c̃"])
    for t in 0..<input.length {
      let x = input[t]
      let before = c
      let Γu = σ(Wu * [a, x] + bu + pu ⊙ before)
      let Γf = σ(Wf * [a, x] + bf + pf ⊙ before)
      let c̃ = `case`.candidate == .tanh ? tanh(Wc * [a, x] + bc) : σ(Wc * [a, x] + bc)
      c = Γu ⊙ c̃ + Γf ⊙ before
      let Γo = σ(Wo * [a, x] + bo + po ⊙ (`case`.peephole == .updated ? c : before))
      a = Γo ⊙ tanh(c)
      for (gate, value) in zip(trace, [Γu, Γf, Γo, c̃]) {
        #expect(gate.values[t].largestDifference(from: value) < 1e-14, "\(gate.name)")
      }
      #expect(tape.stateSequence(1)[t].largestDifference(from: c) < 1e-14)
      #expect(tape.stateSequence(0)[t].largestDifference(from: a) < 1e-14)
    }
  }

  // MARK: - Gradients

  struct Variant: CustomTestStringConvertible {
    let peephole: Peephole
    let candidate: Activation

    var testDescription: String { "\(candidate), peephole \(peephole)" }

    static let all = Peephole.allCases.flatMap { peephole in
      [Activation.tanh, .sigmoid].map { Variant(peephole: peephole, candidate: $0) }
    }

    /// A layer of the variant with no parameter at 0.
    func layer(seed: UInt64) -> LSTM<Double> {
      var random = RandomSource(seed: seed)
      let cell = LSTMCell<Double>(
        inputSize: 3, hiddenSize: 4, peephole: peephole, candidateActivation: candidate, using: &random)
      return LSTM(cell).randomised(using: &random)
    }
  }

  /// The inputs, the states and what a loss sends back, for a batch of three.
  struct Pass {
    let x, outputGradient: SequenceBatch<Double>
    let start, finalGradient: RecurrentState<Double>

    init(length: Int = 6, seed: UInt64) {
      var random = RandomSource(seed: seed)
      x = .random(length: length, batch: 3, size: 3, using: &random)
      outputGradient = .random(length: length, batch: 3, size: 4, using: &random)
      start = RecurrentState((0..<2).map { _ in Matrix(rows: 4, columns: 3) { random.normal() } })
      finalGradient = RecurrentState((0..<2).map { _ in Matrix(rows: 4, columns: 3) { random.normal() } })
    }

    /// Σ output ⊙ its gradient + Σ final state ⊙ its gradient.
    func loss(
      of layer: LSTM<Double>, _ input: SequenceBatch<Double>, from start: RecurrentState<Double>, mask: Mask? = nil
    ) -> Double {
      let tape = layer(input, from: start, mask: mask)
      let (outputs, last) = (tape.outputSequence, tape.finalState)
      let products =
        (0..<input.length).map { outputs[$0] ⊙ outputGradient[$0] }
        + zip(last.values, finalGradient.values).map { $0 ⊙ $1 }
      return products.flatMap(\.elements).reduce(0, +)
    }
  }

  @Test(arguments: Variant.all, [nil, Mask(lengths: [6, 2, 0])])
  func gradientsAgreeWithCentralDifferences(variant: Variant, mask: Mask?) {
    let (layer, pass) = (variant.layer(seed: 21), Pass(seed: 22))
    let gradient = layer.gradients(
      outputGradient: pass.outputGradient, finalGradient: pass.finalGradient,
      on: layer(pass.x, from: pass.start, mask: mask))
    let check = GradientCheck(of: gradient.layer, at: layer) { pass.loss(of: $0, pass.x, from: pass.start, mask: mask) }
    #expect(check.differences.count == (variant.peephole == .none ? 3 : 4))
    #expect(check.largest < 1e-7, "\(check.differences)")
    for path in layer.parameterPaths {
      #expect(gradient.layer[keyPath: path.keyPath].elements.allSatisfy { $0 != 0 }, "\(path.name)")
    }

    // The input and the states before the first step, by the same definition.
    func slope(_ move: (Double) -> Double) -> Double { (move(1e-5) - move(-1e-5)) / 2e-5 }
    for t in 0..<6 {
      for unit in 0..<3 {
        for example in 0..<3 {
          let expected = slope { step in
            var moved = pass.x
            moved[t][unit, example] += step
            return pass.loss(of: layer, moved, from: pass.start, mask: mask)
          }
          #expect(abs(gradient.input[t][unit, example] - expected) < 1e-8)
        }
      }
    }
    for k in 0..<2 {
      for place in 0..<12 {
        let expected = slope { step in
          var moved = pass.start
          moved.values[k][flat: place] += step
          return pass.loss(of: layer, pass.x, from: moved, mask: mask)
        }
        #expect(abs(gradient.initialState.values[k][flat: place] - expected) < 1e-8)
      }
    }
  }

  /// Tokens in, logits out, with the states of a window before.
  @Test func languageModelAgreesWithCentralDifferences() {
    var random = RandomSource(seed: 25)
    let cell = LSTMCell<Double>(inputSize: 5, hiddenSize: 4, peephole: .updated, using: &random)
    let model = LanguageModel(
      layer: LSTM(cell), output: Dense(inputSize: 4, outputSize: 5, using: &random)
    ).randomised(using: &random)
    var (inputs, targets) = (TokenBatch(length: 6, batch: 3), TokenBatch(length: 6, batch: 3))
    for place in inputs.ids.indices {
      inputs.ids[place] = Int32(random.index(below: 5))
      targets.ids[place] = Int32(random.index(below: 5))
    }
    let batch = LanguageBatch(inputs: inputs, targets: targets)
    let start = Pass(seed: 26).start
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: start, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    let check = GradientCheck(of: gradient, at: model) { $0.forward(batch, from: start, on: tape).total }
    #expect(check.differences.count == 6)
    #expect(check.largest < 1e-7, "\(check.differences)")
  }

  // MARK: - Through time

  /// Γf = 1 and Γu = 0: what the cell holds crosses a thousand steps, and so does its gradient, to the bit.
  @Test(arguments: Peephole.allCases)
  func conveyorCarriesAValueUnchanged(peephole: Peephole) {
    func carry<Scalar: RealScalar>(as type: Scalar.Type) {
      var random = RandomSource(seed: 31)
      var cell = LSTMCell<Scalar>(inputSize: 3, hiddenSize: 4, peephole: peephole, using: &random)
      cell.bf = Matrix(rows: 4, columns: 1, repeating: 1000)
      cell.bu = Matrix(rows: 4, columns: 1, repeating: -1000)
      let x = SequenceBatch<Double>.random(length: 1000, batch: 2, size: 3, using: &random).converted(to: type)
      let c = Matrix<Scalar>(rows: 4, columns: 2) { random.normal() }
      let nothing = Matrix<Scalar>(rows: 4, columns: 2)
      let layer = LSTM(cell)
      let tape = layer(x, from: RecurrentState([nothing, c]))
      #expect(tape.finalState.values[1] == c)
      #expect(tape.state(500).values[1] == c)
      #expect(tape.finalState.values[0] != nothing)
      let gradient = layer.gradients(
        outputGradient: SequenceBatch(length: 1000, batch: 2, size: 4), finalGradient: RecurrentState([nothing, c]),
        on: tape)
      #expect(gradient.initialState.values == [nothing, c])
    }
    carry(as: Double.self)
    carry(as: Float.self)
  }

  // MARK: - Parameters

  /// Every number of every parameter tells where it came from.
  @Test func torchHasTheGatesInItsOwnOrder() {
    func gates(_ numbers: [Double], columns: Int) -> Matrix<Double> {
      Matrix(rows: numbers.count, columns: columns, elements: numbers.flatMap { Array(repeating: $0, count: columns) })
    }
    let cell = LSTMCell(
      Wax: gates([1, 2, 3, 4], columns: 2), Waa: gates([5, 6, 7, 8], columns: 1),
      ba: gates([9, 10, 11, 12], columns: 1))
    let parameters = LSTM(cell).torchParameters
    #expect(parameters.map(\.name) == ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"])
    #expect(parameters.map(\.shape) == [[4, 2], [4, 1], [4], [4]])
    #expect(parameters[0].value == gates([1, 2, 4, 3], columns: 2))
    #expect(parameters[1].value == gates([5, 6, 8, 7], columns: 1))
    #expect(parameters[2].value == gates([9, 10, 12, 11], columns: 1))
    #expect(parameters[3].value == gates([0, 0, 0, 0], columns: 1))
    #expect(cell.Wo == Matrix([[7, 3, 3]]))
    #expect(cell.bc == Matrix([[12]]))
  }

  @Test(arguments: Variant.all)
  func roundTripThroughTorchChangesNoBit(variant: Variant) {
    let layer = variant.layer(seed: 71)
    let parameters = Dictionary(uniqueKeysWithValues: layer.torchParameters.map { ($0.name, $0.value) })
    var other = variant.layer(seed: 72)
    other.setTorchParameters { parameters[$0]! }
    #expect(other.numbers == layer.numbers)
    #expect(parameters["peephole_l0"]?.rows == (variant.peephole == .none ? nil : 12))
  }

  @Test func biasesGoToTheirGate() {
    var cell = LSTMCell<Double>(
      Wax: Matrix(rows: 8, columns: 1), Waa: Matrix(rows: 8, columns: 2), ba: Matrix(rows: 8, columns: 1))
    (cell.bu, cell.bf) = (Matrix(column: [1, 2]), Matrix(column: [3, 4]))
    (cell.bo, cell.bc) = (Matrix(column: [5, 6]), Matrix(column: [7, 8]))
    #expect(cell.ba.elements == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect([cell.bu, cell.bf, cell.bo, cell.bc] as Matrix == cell.ba)
  }

  @Test func weightsThatDisagreeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = LSTMCell<Double>(
        Wax: Matrix(rows: 8, columns: 1), Waa: Matrix(rows: 6, columns: 2), ba: Matrix(rows: 8, columns: 1))
    }
    await #expect(processExitsWith: .failure) {
      var cell = LSTMCell<Double>(
        Wax: Matrix(rows: 8, columns: 1), Waa: Matrix(rows: 8, columns: 2), ba: Matrix(rows: 8, columns: 1))
      cell.bf = Matrix(column: [1])
    }
  }

  @Test func startsWithTheForgetGateAsAsked() {
    func cell(_ forgetBias: Double) -> LSTMCell<Double> {
      var random = RandomSource(seed: 81)
      return LSTMCell(inputSize: 3, hiddenSize: 4, forgetBias: forgetBias, using: &random)
    }
    let (shut, open) = (cell(0), cell(2))
    #expect(shut.ba == Matrix(rows: 16, columns: 1))
    #expect(open.bf == Matrix(rows: 4, columns: 1, repeating: 2))
    #expect([open.bu, open.bo, open.bc] == Array(repeating: Matrix(rows: 4, columns: 1), count: 3))
    #expect(open.Waa == shut.Waa && open.Wax == shut.Wax)
  }

  /// Peepholes start shut: a fresh cell is the plain cell of the same seed, and the first step of learning opens them.
  @Test func peepholesStartAtZeroAndLearn() {
    func layer(_ peephole: Peephole) -> LSTM<Double> {
      var random = RandomSource(seed: 91)
      return LSTM(LSTMCell(inputSize: 3, hiddenSize: 4, peephole: peephole, using: &random))
    }
    let pass = Pass(seed: 92)
    let plain = layer(.none)(pass.x).outputSequence
    for peephole in [Peephole.previous, .updated] {
      let layer = layer(peephole)
      let tape = layer(pass.x)
      #expect(tape.outputSequence == plain)
      let gradient = layer.gradients(outputGradient: pass.outputGradient, on: tape).layer
      #expect(gradient.cell.pa.elements.allSatisfy { $0 != 0 })
    }
    #expect(layer(.updated).parameterCount == layer(.none).parameterCount + 12)
  }

  /// The parts as the notes write them can be set, each without touching the others.
  @Test func partsOfTheWeightsAreSet() {
    var random = RandomSource(seed: 96)
    var cell = LSTMCell<Double>(inputSize: 3, hiddenSize: 2, peephole: .previous, using: &random)
    let others = (cell.Wu, cell.Wo, cell.Wc, cell.pu, cell.po)
    let (W, p) = (Matrix(rows: 2, columns: 5, repeating: 7.0), Matrix(column: [8.0, 9]))
    (cell.Wf, cell.pf) = (W, p)
    #expect(cell.Wf == W && cell.pf == p)
    #expect(cell.Waa.rows(2..<4) == W.columns(0..<2) && cell.Wax.rows(2..<4) == W.columns(2..<5))
    #expect(cell.pa.rows(2..<4) == p)
    #expect((cell.Wu, cell.Wo, cell.Wc, cell.pu, cell.po) == others)
  }

  @Test func orthogonalStartIsOfEachGateAlone() {
    var random = RandomSource(seed: 95)
    let cell = LSTMCell<Double>(
      inputSize: 3, hiddenSize: 4, recurrentInitialization: .orthogonal(), using: &random)
    for gate in 0..<4 {
      let W = cell.Waa.rows(gate * 4..<(gate + 1) * 4)
      #expect((W.transposed * W).largestDifference(from: .identity(4)) < 1e-12)
    }
    #expect(cell.Wax.elements.allSatisfy { abs($0) < 0.5 })
  }
}
