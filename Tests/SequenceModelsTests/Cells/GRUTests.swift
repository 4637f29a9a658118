import Testing

@testable import SequenceModels

@Suite struct GRUTests {
  // MARK: - Against PyTorch

  /// One case of gru.json: of nn.GRU, or of a form that it does not have, whose weights are then those of the notes.
  struct Case: Decodable, CustomTestStringConvertible {
    let name: String
    let form: GRUForm?
    let x, h0, output, h_n, grad_output, grad_h_n: Fixture.Tensor
    let parameters, gradients: [String: Fixture.Tensor]

    var testDescription: String { name }

    static func torch() throws -> [Case] { try Fixture.read("gru", as: File.self).torch }
    static func notes() throws -> [Case] { try Fixture.read("gru", as: File.self).notes }

    /// The layer with the parameters of the case.
    func layer<Scalar: RealScalar>(as type: Scalar.Type) -> GRU<Scalar> {
      func parameter(_ name: String) -> Matrix<Scalar> { parameters[name]!.matrix.converted(to: type) }
      var random = RandomSource(seed: 1)
      var layer = GRU<Scalar>(
        GRUCell(inputSize: 3, hiddenSize: 4, form: form ?? .resetAfterRecurrent, using: &random))
      switch form {
      case nil:
        layer.setTorchParameters(parameter)
      case .simplified:
        (layer.cell.Wu, layer.cell.Wc) = (parameter("Wu"), parameter("Wc"))
        (layer.cell.bu, layer.cell.bc) = (parameter("bu"), parameter("bc"))
      default:
        (layer.cell.Wu, layer.cell.Wr, layer.cell.Wc) = (parameter("Wu"), parameter("Wr"), parameter("Wc"))
        (layer.cell.bu, layer.cell.br, layer.cell.bc) = (parameter("bu"), parameter("br"), parameter("bc"))
      }
      return layer
    }

    /// A gradient under the names of the case's parameters.
    func named<Scalar>(_ gradient: GRU<Scalar>) -> [(String, Matrix<Scalar>)] {
      let cell = gradient.cell
      let shared = [("Wu", cell.Wu), ("Wc", cell.Wc), ("bu", cell.bu), ("bc", cell.bc)]
      return switch form {
      case nil: gradient.torchGradients.map { ($0.name, $0.value) }
      case .simplified: shared
      default: shared + [("Wr", cell.Wr), ("br", cell.br)]
      }
    }

    /// Every result of a pass forwards and backwards with its largest difference from PyTorch.
    func differences<Scalar: RealScalar>(as type: Scalar.Type) -> [(String, Double)] {
      let layer = layer(as: type)
      let x = x.sequence.converted(to: type)
      let start = RecurrentState([h0.matrix.transposed.converted(to: type)])
      let tape = layer(x, from: h0.elements.allSatisfy { $0 == 0 } ? nil : start)
      let (outputs, last) = (tape.outputSequence, tape.finalState)
      let gradient = layer.gradients(
        outputGradient: grad_output.sequence.converted(to: type),
        finalGradient: RecurrentState([grad_h_n.matrix.transposed.converted(to: type)]), on: tape)
      func difference(_ ours: Matrix<Scalar>, _ theirs: Matrix<Double>) -> Double {
        ours.converted(to: Double.self).largestDifference(from: theirs)
      }
      return [
        ("output", outputs.converted(to: Double.self).largestDifference(from: output.sequence)),
        ("final state", difference(last.values[0], h_n.matrix.transposed)),
        ("∂x", gradient.input.converted(to: Double.self).largestDifference(from: gradients["x"]!.sequence)),
        ("∂h0", difference(gradient.initialState.values[0], gradients["h0"]!.matrix.transposed)),
      ] + named(gradient.layer).map { ("∂\($0.0)", difference($0.1, gradients[$0.0]!.matrix)) }
    }

    private struct File: Decodable { let torch, notes: [Case] }
  }

  @Test(arguments: try Case.torch())
  func agreesWithPyTorch(case: Case) {
    let differences = `case`.differences(as: Double.self)
    #expect(differences.count == `case`.gradients.count + 2)
    for (name, difference) in differences { #expect(difference < 1e-12, "\(name)") }
  }

  /// The other forms against the equations of the notes in PyTorch, differentiated by its autograd.
  @Test(arguments: try Case.notes())
  func agreesWithTheNotesInPyTorch(case: Case) {
    let differences = `case`.differences(as: Double.self)
    #expect(differences.count == `case`.gradients.count + 2)
    for (name, difference) in differences { #expect(difference < 1e-12, "\(name)") }
  }

  @Test(arguments: try Case.torch() + Case.notes())
  func floatAgreesWithPyTorch(case: Case) {
    for (name, difference) in `case`.differences(as: Float.self) { #expect(difference < 2e-5, "\(name)") }
  }

  // MARK: - A layer at hand

  /// A layer of 3 inputs and 4 units with no parameter at 0.
  static func layer(_ form: GRUForm) -> GRU<Double> {
    var random = RandomSource(seed: 21)
    return Recurrent(GRUCell<Double>(inputSize: 3, hiddenSize: 4, form: form, using: &random))
      .randomised(using: &random)
  }

  let x: SequenceBatch<Double>
  let start: RecurrentState<Double>
  let finalGradient: RecurrentState<Double>

  init() {
    var random = RandomSource(seed: 22)
    x = .random(length: 6, batch: 3, size: 3, using: &random)
    start = RecurrentState([Matrix(rows: 4, columns: 3) { random.normal() }])
    finalGradient = RecurrentState([Matrix(rows: 4, columns: 3) { random.normal() }])
  }

  // MARK: - The equations

  /// The equations as a lesson writes them, with the views on the weights; and the gates that the tape shows.
  @Test(arguments: GRUForm.allCases)
  func isTheEquationOfTheNotes(form: GRUForm) {
    let layer = Self.layer(form)
    let (Wu, bu, Wc, bc) = (layer.cell.Wu, layer.cell.bu, layer.cell.Wc, layer.cell.bc)
    let (Wcx, Wcc, bcc) = (layer.cell.Wcx, layer.cell.Wcc, layer.cell.bcc)
    let tape = layer(x, from: start)
    let (outputs, trace) = (tape.outputSequence, tape.trace)
    #expect(trace.map(\.name) == (form == .simplified ? ["Γu", "c̃"] : ["Γu", "Γr", "c̃"]))
    let one = Matrix<Double>(rows: 4, columns: 3, repeating: 1)
    var c = start.values[0]
    for t in 0..<x.length {
      let x = x[t]
      let Γu = σ(Wu * [c, x] + bu)
      let Γr = form == .simplified ? one : σ(layer.cell.Wr * [c, x] + layer.cell.br)
      let c̃ =
        switch form {
        case .simplified: tanh(Wc * [c, x] + bc)
        case .resetBefore: tanh(Wc * [Γr ⊙ c, x] + bc)
        case .resetAfterWhole: tanh(Γr ⊙ (Wc * [c, x]) + bc)
        case .resetAfterRecurrent: tanh(Wcx * x + bc + Γr ⊙ (Wcc * c + bcc))
        }
      c = Γu ⊙ c̃ + (one - Γu) ⊙ c
      #expect(c.largestDifference(from: outputs[t]) < 1e-14)
      #expect(Γu.largestDifference(from: trace[0].values[t]) < 1e-14)
      #expect(c̃.largestDifference(from: trace.last!.values[t]) < 1e-14)
      if form != .simplified { #expect(Γr.largestDifference(from: trace[1].values[t]) < 1e-14) }
    }
  }

  @Test(arguments: GRUForm.allCases)
  func gradientsAgreeWithCentralDifferences(form: GRUForm) {
    var random = RandomSource(seed: 23)
    let model = LanguageModel(
      layer: Recurrent(GRUCell<Double>(inputSize: 5, hiddenSize: 4, form: form, using: &random)),
      output: Dense(inputSize: 4, outputSize: 5, using: &random)
    ).randomised(using: &random)
    var (inputs, targets) = (TokenBatch(length: 6, batch: 3), TokenBatch(length: 6, batch: 3))
    for place in inputs.ids.indices {
      inputs.ids[place] = Int32(random.index(below: 5))
      targets.ids[place] = Int32(random.index(below: 5))
    }
    inputs[0, 1] = TokenBatch.none
    let batch = LanguageBatch(inputs: inputs, targets: targets)
    let tape = model.makeTape()
    var gradient = model.zeroed
    _ = model.forward(batch, from: start, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &gradient)
    let check = GradientCheck(of: gradient, at: model) { $0.forward(batch, from: start, on: tape).total }
    #expect(check.largest < 1e-7, "\(check.differences)")
    // A parameter that reaches nothing would agree with its differences, too.
    for path in model.parameterPaths {
      #expect(gradient[keyPath: path.keyPath].elements.contains { abs($0) > 1e-3 }, "\(path.name)")
    }
  }

  // MARK: - What tells the forms apart

  /// The weights of one full cell in every form, b_cc at 0.
  static func sameWeights(change: (inout GRUCell<Double>) -> Void = { _ in }) -> [GRU<Double>] {
    var full = layer(.resetBefore).cell
    change(&full)
    return GRUForm.allCases.map { form in
      guard form == .simplified else {
        return Recurrent(GRUCell(Wax: full.Wax, Waa: full.Waa, ba: full.ba, form: form))
      }
      var random = RandomSource(seed: 1)
      var simplified = GRUCell<Double>(inputSize: 3, hiddenSize: 4, form: .simplified, using: &random)
      (simplified.Wu, simplified.Wc, simplified.bu, simplified.bc) = (full.Wu, full.Wc, full.bu, full.bc)
      return Recurrent(simplified)
    }
  }

  @Test func formsAreDifferentFunctionsOfTheSameWeights() {
    let outputs = Self.sameWeights().map { $0(x, from: start).outputSequence }
    for i in outputs.indices {
      for j in 0..<i { #expect(outputs[i].largestDifference(from: outputs[j]) > 0.05, "\(i), \(j)") }
    }
  }

  /// With Γr = 1, all forms are the simplified one.
  @Test func openResetGateMakesAllFormsAgree() {
    let layers = Self.sameWeights { $0.br = Matrix(rows: 4, columns: 1, repeating: 1000) }
    let outputs = layers.map { $0(x, from: start).outputSequence }
    for other in outputs.dropFirst() { #expect(other.largestDifference(from: outputs[0]) < 1e-14) }
  }

  /// With Γr = 0, c̃ sees the input alone before the product and on the recurrent half, and nothing but b_c on the whole.
  @Test func shutResetGateForgetsWhatEachFormSays() {
    let layers = Self.sameWeights { $0.br = Matrix(rows: 4, columns: 1, repeating: -1000) }
    let candidates = layers.map { $0(x, from: start).trace.last!.values }
    let cell = layers[0].cell
    for t in 0..<x.length {
      let input = tanh(cell.Wcx * x[t] + cell.bc)
      #expect(candidates[1][t].largestDifference(from: input) < 1e-14)
      #expect(candidates[2][t].largestDifference(from: tanh(0 * input + cell.bc)) < 1e-14)
      #expect(candidates[3][t].largestDifference(from: input) < 1e-14)
    }
  }

  /// With Γu = 0 the state crosses a hundred steps unchanged, and so does its gradient on the way back.
  @Test(arguments: GRUForm.allCases)
  func shutUpdateGateKeepsTheState(form: GRUForm) {
    var layer = Self.layer(form)
    layer.cell.bu = Matrix(rows: 4, columns: 1, repeating: -1000)
    var random = RandomSource(seed: 24)
    let x = SequenceBatch<Double>.random(length: 100, batch: 3, size: 3, using: &random)
    let tape = layer(x, from: start)
    for t in 0...100 { #expect(tape.state(t) == start) }
    let gradient = layer.gradients(
      outputGradient: SequenceBatch(length: 100, batch: 3, size: 4), finalGradient: finalGradient, on: tape)
    #expect(gradient.initialState == finalGradient)
  }

  /// With Γu = 1 nothing of the old state is left but what c̃ saw of it.
  @Test(arguments: GRUForm.allCases)
  func openUpdateGateTakesInTheCandidate(form: GRUForm) {
    var layer = Self.layer(form)
    layer.cell.bu = Matrix(rows: 4, columns: 1, repeating: 1000)
    let tape = layer(x, from: start)
    #expect(tape.trace.last!.values == tape.outputSequence)
  }

  // MARK: - Parameters

  @Test func simplifiedFormHasNoResetGate() {
    let cell = Self.layer(.simplified).cell
    #expect(cell.parameterPaths.map(\.name) == ["weight_ih", "weight_hh", "bias"])
    #expect(cell.Wax.rows == 8 && cell.Waa.rows == 8 && cell.ba.rows == 8)
    #expect(cell.parameterCount == 2 * 4 * (4 + 3 + 1))
    #expect(Self.layer(.resetBefore).parameterCount == 3 * 4 * (4 + 3 + 1))
    #expect(Self.layer(.resetAfterWhole).parameterCount == 3 * 4 * (4 + 3 + 1))
    // nn.GRU(3, 4) has 108 with its two biases, of which r and z need one.
    #expect(Self.layer(.resetAfterRecurrent).parameterCount == 108 - 2 * 4)
  }

  /// One matrix for all gates would leave each at 1/√3 of its length.
  @Test(arguments: GRUForm.allCases)
  func everyGateIsDrawnOnItsOwn(form: GRUForm) {
    var random = RandomSource(seed: 5)
    let cell = GRUCell<Double>(
      inputSize: 4, hiddenSize: 4, form: form, initialization: .identity(scale: 2),
      recurrentInitialization: .orthogonal(), using: &random)
    for gate in cell.gates.indices {
      let (Wa, Wx) = (cell.Waa.rows(gate * 4..<(gate + 1) * 4), cell.Wax.rows(gate * 4..<(gate + 1) * 4))
      #expect((Wa * Wa.transposed).largestDifference(from: .identity(4)) < 1e-12)
      #expect(Wx == 2 * .identity(4))
    }
  }

  @Test func whatAFormDoesNotHaveIsRefused() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomSource(seed: 1)
      _ = GRUCell<Double>(inputSize: 3, hiddenSize: 4, form: .simplified, using: &random).Wr
    }
    await #expect(processExitsWith: .failure) {
      let rows = Matrix<Double>(rows: 3, columns: 1)
      _ = GRUCell(Wax: rows, Waa: rows, ba: rows, bcc: Matrix(rows: 1, columns: 1), form: .resetBefore)
    }
    await #expect(processExitsWith: .failure) {
      let rows = Matrix<Double>(rows: 3, columns: 1)
      _ = GRUCell(Wax: rows, Waa: rows, ba: rows, form: .simplified)
    }
  }

  @Test func viewsAreTheRowsOfTheirGates() {
    var cell = GRUCell<Double>(
      Wax: Matrix([[1], [2], [3]]), Waa: Matrix([[4], [5], [6]]), ba: Matrix([[7], [8], [9]]), form: .resetBefore)
    #expect(cell.Wu == Matrix([[4, 1]]) && cell.Wr == Matrix([[5, 2]]) && cell.Wc == Matrix([[6, 3]]))
    #expect(cell.bu == Matrix([[7]]) && cell.br == Matrix([[8]]) && cell.bc == Matrix([[9]]))
    #expect(cell.Wcc == Matrix([[6]]) && cell.Wcx == Matrix([[3]]))
    (cell.Wr, cell.br) = (Matrix([[50, 20]]), Matrix([[80]]))
    #expect(cell.Wax == Matrix([[1], [20], [3]]))
    #expect(cell.Waa == Matrix([[4], [50], [6]]))
    #expect(cell.ba == Matrix([[7], [80], [9]]))
  }

  /// PyTorch's rows are (r, z, n), and its z keeps what our Γu replaces.
  @Test func torchParametersAreInPyTorchsOrderAndSense() {
    let cell = GRUCell<Double>(
      Wax: Matrix([[1], [2], [3]]), Waa: Matrix([[4], [5], [6]]), ba: Matrix([[7], [8], [9]]), bcc: Matrix([[10]]),
      form: .resetAfterRecurrent)
    #expect(
      cell.torchParameters == [
        TorchParameter("weight_ih", Matrix([[2], [-1], [3]])), TorchParameter("weight_hh", Matrix([[5], [-4], [6]])),
        TorchParameter("bias_ih", Matrix([[8], [-7], [9]])), TorchParameter("bias_hh", Matrix([[0], [0], [10]])),
      ])
    // Two biases of a gate become their sum; those of the candidate stay two.
    var other = cell.zeroed
    other.setTorchParameters { name in
      name == "bias_hh" ? Matrix([[100], [200], [10]]) : cell.torchParameters.first { $0.name == name }!.value
    }
    #expect(other.ba == Matrix([[7 - 200], [108], [9]]))
    #expect(other.bcc == Matrix([[10]]))
  }

  @Test(arguments: GRUForm.allCases)
  func torchParametersComeBackAsTheyWent(form: GRUForm) {
    let layer = Self.layer(form)
    var other = layer.zeroed
    let values = Dictionary(uniqueKeysWithValues: layer.torchParameters.map { ($0.name, $0.value) })
    other.setTorchParameters { values[$0]! }
    #expect(other.numbers == layer.numbers)
  }

  /// Weights of nn.GRU are refused by the forms that it does not have: they find no `bias`.
  @Test(arguments: GRUForm.allCases.filter { $0 != .resetAfterRecurrent })
  func otherFormsKeepTheirOwnNames(form: GRUForm) {
    #expect(Self.layer(form).torchParameters.map(\.name) == ["weight_ih_l0", "weight_hh_l0", "bias_l0"])
  }
}
