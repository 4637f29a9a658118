import Testing

@testable import SequenceModels

/// Every cell in every arrangement of layers, one table against central differences, and the gated stacks against PyTorch.
@Suite struct EveryLayerTests {
  // MARK: - The table

  /// A cell of the library in one of its forms.
  struct Form: CustomTestStringConvertible {
    let testDescription: String
    /// Whether its gates or its activation have ends to sit at; max(0, z) and z have none.
    let saturates: Bool
    /// Layers of the form for inputs of 2 numbers, every parameter of the given deviation.
    let layer: @Sendable (Arrangement, Double, inout RandomSource) -> any RecurrentLayer<Double>
    /// Everything that the gates of one layer did.
    let gates: @Sendable (any RecurrentTape<Double>) -> [Double]

    init<Cell: RecurrentCell>(
      _ name: String, saturates: Bool = true, _ cell: @escaping @Sendable (Int, inout RandomSource) -> Cell
    ) where Cell.Scalar == Double {
      (testDescription, self.saturates) = (name, saturates)
      gates = { ($0 as! Recurrent<Cell>.Tape).trace.flatMap(\.values.numbers) }
      layer = { arrangement, deviation, random in
        func one(_ n_x: Int) -> Recurrent<Cell> {
          Recurrent(cell(n_x, &random)).randomised(deviation: deviation, using: &random)
        }
        func both(_ n_x: Int) -> Bidirectional<Recurrent<Cell>> { Bidirectional(forward: one(n_x), backward: one(n_x)) }
        return switch arrangement {
        case .one: one(2)
        case .both: both(2)
        case .three: Deep(depth: 3, inputSize: 2, makeLayer: one)
        case .threeOfBoth: Deep(depth: 3, inputSize: 2, makeLayer: both)
        }
      }
    }

    static let all: [Form] =
      Activation.allCases.map { g in
        Form("RNN, \(g)", saturates: g == .tanh || g == .sigmoid) {
          RNNCell(inputSize: $0, hiddenSize: 3, activation: g, using: &$1)
        }
      }
      + Activation.allCases.map { g in
        Form("output recurrence, \(g)", saturates: g == .tanh || g == .sigmoid) {
          OutputRecurrentCell(inputSize: $0, hiddenSize: 3, outputSize: 2, activation: g, using: &$1)
        }
      }
      + GRUForm.allCases.map { form in
        Form("GRU, \(form)") { GRUCell(inputSize: $0, hiddenSize: 3, form: form, using: &$1) }
      }
      + Peephole.allCases.flatMap { peephole in
        [Activation.tanh, .sigmoid].map { candidate in
          Form("LSTM, peephole \(peephole), \(candidate)") {
            LSTMCell(
              inputSize: $0, hiddenSize: 3, peephole: peephole, candidateActivation: candidate, using: &$1)
          }
        }
      }
  }

  enum Arrangement: CaseIterable { case one, both, three, threeOfBoth }

  /// T, m and the lengths of the examples.
  struct Shape {
    let length, batch: Int
    var lengths: [Int]?
    var mask: Mask? { lengths.map(Mask.init) }

    static let all = [
      Shape(length: 1, batch: 1), Shape(length: 1, batch: 3), Shape(length: 5, batch: 1), Shape(length: 5, batch: 3),
      Shape(length: 1, batch: 3, lengths: [1, 0, 1]), Shape(length: 5, batch: 3, lengths: [2, 5, 0]),
      Shape(length: 5, batch: 3, lengths: [5, 1, 3]),
    ]
  }

  /// L = Σ out ⊙ r + Σ state⟨T⟩ ⊙ s over all states, from given states.
  struct Pass<Layer: RecurrentLayer> where Layer.Scalar == Double {
    var layer: Layer
    var x: SequenceBatch<Double>
    var start: RecurrentState<Double>
    let r: SequenceBatch<Double>
    let s: RecurrentState<Double>
    let mask: Mask?

    init(_ layer: Layer, _ shape: Shape, inputs deviation: Double, using random: inout RandomSource) {
      self.layer = layer
      func states(_ deviation: Double) -> RecurrentState<Double> {
        RecurrentState(
          layer.stateSizes.map { Matrix(rows: $0, columns: shape.batch) { deviation * random.normal() } })
      }
      func sequence(_ size: Int, _ deviation: Double) -> SequenceBatch<Double> {
        SequenceBatch(
          (0..<shape.length).map { _ in Matrix(rows: size, columns: shape.batch) { deviation * random.normal() } })
      }
      (x, start, mask) = (sequence(layer.inputSize, deviation), states(deviation), shape.mask)
      (r, s) = (sequence(layer.outputSize, 1), states(1))
    }

    var tape: Layer.Tape { layer(x, from: start, mask: mask) }

    var loss: Double {
      let tape = tape
      return zip(tape.outputSequence.numbers, r.numbers).reduce(0) { $0 + $1.0 * $1.1 }
        + zip(tape.finalState.values, s.values).reduce(0) { $0 + ($1.0 ⊙ $1.1).elements.reduce(0, +) }
    }

    /// The gradients of everything that moves, by hand, in the order of `tensors`.
    func gradients(of r: SequenceBatch<Double>, on tape: Layer.Tape) -> [[Double]] {
      let gradient = layer.gradients(outputGradient: r, finalGradient: s, on: tape)
      return [gradient.input.numbers] + gradient.initialState.values.map(\.elements)
        + layer.parameterPaths.map { gradient.layer[keyPath: $0.keyPath].elements }
    }

    /// Everything that moves, by name, and how to add numbers to it.
    var tensors: [(name: String, add: (inout Pass, [Double]) -> Void)] {
      [("x", { $0.x.add($1) })]
        + start.values.indices.map { k in ("state \(k)", { $0.start.values[k].add($1) }) }
        + layer.parameterPaths.map { path in (path.name, { $0.layer[keyPath: path.keyPath].add($1) }) }
    }
  }

  /// One tensor's gradient along one direction, by hand and by central differences.
  struct Slope {
    let name: String
    let byHand, measured: Double
    /// The largest entry of the tensor's gradient.
    let largest: Double

    /// The difference relative to the largest entry, but to 1e-2 at least: where every gate is shut a gradient is 0, and the
    /// rounding of a loss of tens, near 1e-14, is 1e-9 in a slope. What is held to 1e-6 is so held to 1e-8 where all is small.
    var difference: Double { abs(byHand - measured) / max(largest, Slope.floor) }

    static let floor = 1e-2
  }

  /// The slope of the loss along a direction through all of a tensor's entries, for each tensor of a pass.
  ///
  /// The entries of the direction lie between 1/2 and 3/2 with either sign: no error is lost, or cancels another but by chance. Steps
  /// of two sizes take out the curvature, which large weights make large. Of max(0, z) the seed keeps every z off 0.
  static func slopes<Layer: RecurrentLayer>(
    of layer: Layer, _ shape: Shape, inputs: Double, using random: inout RandomSource,
    spoiling spoil: (inout [Double]) -> Void = { _ in }
  ) -> [Slope] where Layer.Scalar == Double {
    let pass = Pass(layer, shape, inputs: inputs, using: &random)
    let step = 2e-5
    return zip(pass.tensors, pass.gradients(of: pass.r, on: pass.tape)).map { tensor, gradient in
      var gradient = gradient
      spoil(&gradient)
      let direction = gradient.map { _ in random.uniform(in: 0.5..<1.5) * (random.uniform() < 0.5 ? -1 : 1) }
      func loss(_ steps: Double) -> Double {
        var moved = pass
        tensor.add(&moved, direction.map { steps * step * $0 })
        return moved.loss
      }
      let near = (loss(1) - loss(-1)) / (2 * step)
      let far = (loss(2) - loss(-2)) / (4 * step)
      return Slope(
        name: tensor.name, byHand: zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 },
        measured: (4 * near - far) / 3, largest: gradient.map(abs).max() ?? 0)
    }
  }

  @Test(arguments: Form.all)
  func gradientsAgreeWithCentralDifferences(form: Form) {
    var random = RandomSource(seed: 8)
    for arrangement in Arrangement.allCases {
      for shape in Shape.all {
        for slope in Self.slopes(of: form.layer(arrangement, 0.5, &random), shape, inputs: 1, using: &random) {
          #expect(slope.difference < 1e-6, "\(arrangement), \(shape): \(slope)")
        }
      }
    }
  }

  /// Inputs and weights so large that many gates sit at their ends, and that gradients still come through the others.
  @Test(arguments: Form.all.filter(\.saturates))
  func saturatedGradientsAgreeWithCentralDifferences(form: Form) {
    var random = RandomSource(seed: 2)
    var slopes: [Slope] = []
    for arrangement in Arrangement.allCases {
      for shape in Shape.all {
        let found = Self.slopes(of: form.layer(arrangement, 4, &random), shape, inputs: 3, using: &random)
        for slope in found { #expect(slope.difference < 1e-6, "\(arrangement), \(shape): \(slope)") }
        slopes += found
      }
    }
    let seen = slopes.count { $0.largest > Slope.floor }
    func gates(_ layer: some RecurrentLayer<Double>) -> [Double] {
      form.gates(Pass(layer, Shape(length: 5, batch: 20), inputs: 3, using: &random).tape)
    }
    let values = gates(form.layer(.one, 4, &random))
    let shut = values.count { min(abs($0), 1 - abs($0)) < 1e-3 }
    // At least half of the gradients are no 0, and at least a third of a layer's gates sit at an end.
    #expect(2 * seen > slopes.count)
    #expect(3 * shut > values.count)
  }

  /// A weight's gradient that is wrong in one entry, by a thousandth of the largest.
  @Test(arguments: Arrangement.allCases)
  func wrongEntryIsSeen(arrangement: Arrangement) {
    var random = RandomSource(seed: 4)
    for form in Form.all where form.saturates {
      let slopes = Self.slopes(
        of: form.layer(arrangement, 4, &random), Shape.all[3], inputs: 3, using: &random,
        spoiling: { $0[$0.count / 2] += 1e-3 * max($0.map(abs).max()!, Slope.floor) })
      #expect(slopes.allSatisfy { $0.difference > 1e-4 }, "\(form)")
    }
  }

  // MARK: - Backwards twice

  /// What forward left on the tape stays, whatever is sent back meanwhile.
  @Test(arguments: Form.all)
  func backwardTwiceOverOneForwardGivesTheSame(form: Form) {
    func check(_ layer: some RecurrentLayer<Double>, _ shape: Shape, _ random: inout RandomSource) -> Bool {
      let pass = Pass(layer, shape, inputs: 1, using: &random)
      let other = SequenceBatch<Double>.random(
        length: shape.length, batch: shape.batch, size: layer.outputSize, using: &random)
      let tape = pass.tape
      let outputs = tape.outputSequence
      let first = pass.gradients(of: pass.r, on: tape)
      let between = pass.gradients(of: other, on: tape)
      return pass.gradients(of: pass.r, on: tape) == first && between != first && tape.outputSequence == outputs
    }
    var random = RandomSource(seed: 3)
    for arrangement in Arrangement.allCases {
      for shape in Shape.all {
        #expect(check(form.layer(arrangement, 0.5, &random), shape, &random), "\(arrangement), \(shape)")
      }
    }
  }

  // MARK: - How far gradients reach

  /// The reach to state k, and how far that is from central differences, relative to the reach of each lag from 1 to 4.
  static func reachDifferences<Cell: RecurrentCell>(
    _ cell: Cell, toState k: Int
  ) -> [Double] where Cell.Scalar == Double {
    var random = RandomSource(seed: 5)
    let layer = Recurrent(cell).randomised(using: &random)
    let x = SequenceBatch<Double>.random(length: 4, batch: 1, size: layer.inputSize, using: &random)
    let start = RecurrentState(layer.stateSizes.map { Matrix<Double>(rows: $0, columns: 1) { random.normal() } })
    let cotangent = Matrix<Double>(rows: layer.outputSize, columns: 1) { random.normal() }
    let sizes = layer.jacobianNorms(x, from: start, toState: k)
    let tape = layer(x, from: start)
    let norms = layer.gradientNorms(of: cotangent, toState: k, on: tape)
    let again = layer.gradientNorms(of: cotangent, toState: k, on: tape)
    let root = Double(layer.outputSize).squareRoot()
    // What a⟨T⟩ is to itself, and to the cell beside it.
    #expect(abs(sizes[0] - (k == 0 ? 1 : 0)) < 1e-15)
    #expect(norms == again)
    return (1...4).flatMap { lag in
      let state = lag == 4 ? start : layer(x.steps(0..<4 - lag), from: start).finalState
      let jacobian = GradientFlowTests.jacobian(at: state.values[k]) {
        var moved = state
        moved.values[k] = $0
        return layer(x.steps(4 - lag..<4), from: moved).finalState.values[0]
      }
      return [
        abs(sizes[lag] / (GradientFlowTests.norm(jacobian) / root) - 1),
        abs(norms[lag, 0] / GradientFlowTests.norm(jacobian.transposed * cotangent) - 1),
      ]
    }
  }

  @Test func reachThroughGatesAgreesWithCentralDifferences() {
    var random = RandomSource(seed: 6)
    for form in GRUForm.allCases {
      let cell = GRUCell<Double>(inputSize: 2, hiddenSize: 3, form: form, using: &random)
      for difference in Self.reachDifferences(cell, toState: 0) { #expect(difference < 1e-7, "\(form)") }
    }
    for peephole in Peephole.allCases {
      let cell = LSTMCell<Double>(inputSize: 2, hiddenSize: 3, peephole: peephole, using: &random)
      for k in 0..<2 {
        for difference in Self.reachDifferences(cell, toState: k) { #expect(difference < 1e-7, "\(peephole), \(k)") }
      }
    }
  }

  @Test(arguments: Form.all)
  func influenceAgreesWithCentralDifferences(form: Form) {
    // Relative to the largest entry of the map.
    func difference(_ layer: some RecurrentLayer<Double>, _ random: inout RandomSource) -> Double {
      let x = SequenceBatch<Double>.random(length: 3, batch: 1, size: 2, using: &random)
      let start = RecurrentState(layer.stateSizes.map { Matrix<Double>(rows: $0, columns: 1) { random.normal() } })
      let expected = GradientFlowTests.influence(layer, x, from: start, through: nil)
      let largest = expected.elements.max()!
      #expect(largest > 1e-3)
      return layer.influence(of: x, from: start).largestDifference(from: expected) / largest
    }
    var random = RandomSource(seed: 7)
    for arrangement in Arrangement.allCases {
      #expect(difference(form.layer(arrangement, 1, &random), &random) < 1e-6, "\(arrangement)")
    }
  }

  // MARK: - Gated stacks in PyTorch

  /// A case of gated_stacks.json: two layers in both directions over three sequences of unequal lengths.
  struct Stack: Decodable {
    let lengths: [Int]
    let x, output, grad_output: Fixture.Tensor
    let start, last, grad_last, grad_start: [String: [Fixture.Tensor]]
    let parameters, gradients: [String: Fixture.Tensor]

    struct File: Decodable { let gru, lstm: Stack }

    static func read() throws -> File { try Fixture.read("gated_stacks") }

    /// Every result with its largest difference from PyTorch.
    func differences<Layer: TorchLayer>(_ empty: Layer) -> [(String, Double)] {
      typealias Scalar = Layer.Scalar
      var layer = empty
      layer.setTorchParameters { parameters[$0]!.matrix.converted(to: Scalar.self) }
      #expect(
        Dictionary(uniqueKeysWithValues: layer.torchParameters.map { ($0.name, $0.shape) })
          == parameters.mapValues(\.shape))
      // PyTorch keeps h of all layers and directions and then c of all, we keep h and c side by side.
      func state(_ kinds: [String: [Fixture.Tensor]]) -> RecurrentState<Scalar> {
        RecurrentState(
          (0..<4).flatMap { place in
            ["h", "c"].compactMap { kinds[$0]?[place].matrix.transposed.converted(to: Scalar.self) }
          })
      }
      func difference(_ ours: Matrix<Scalar>, _ theirs: Matrix<Double>) -> Double {
        ours.converted(to: Double.self).largestDifference(from: theirs)
      }
      func difference(_ ours: SequenceBatch<Scalar>, _ theirs: SequenceBatch<Double>) -> Double {
        ours.converted(to: Double.self).largestDifference(from: theirs)
      }
      func differences(
        _ name: String, _ ours: RecurrentState<Scalar>, _ theirs: [String: [Fixture.Tensor]]
      ) -> [(String, Double)] {
        let theirs = state(theirs).values
        #expect(ours.values.count == theirs.count)
        return zip(ours.values, theirs).enumerated().map {
          ("\(name) \($0)", difference($1.0, $1.1.converted(to: Double.self)))
        }
      }
      let (input, mask) = (x.sequence.converted(to: Scalar.self), Mask(lengths: lengths))
      let tape = layer(input, from: state(start), mask: mask)
      var outputs = tape.outputSequence
      for (example, length) in lengths.enumerated() {
        for t in length..<input.length { for unit in 0..<outputs.size { outputs[t][unit, example] = 0 } }
      }
      let last = differences("last state", tape.finalState, self.last)
      let gradient = layer.gradients(
        outputGradient: grad_output.sequence.converted(to: Scalar.self), finalGradient: state(grad_last), on: tape)
      return [
        ("output", difference(outputs, output.sequence)), ("∂x", difference(gradient.input, gradients["x"]!.sequence)),
      ] + last + differences("∂ first state", gradient.initialState, grad_start)
        + gradient.layer.torchGradients.map { ("∂\($0.name)", difference($0.value, gradients[$0.name]!.matrix)) }
    }
  }

  static func stack<Cell: RecurrentCell>(_ cell: (Int) -> Cell) -> Deep<Bidirectional<Recurrent<Cell>>> {
    Deep(depth: 2, inputSize: 3) {
      Bidirectional(forward: Recurrent(cell($0)), backward: Recurrent(cell($0)))
    }
  }

  static func gruDifferences<Scalar: RealScalar>(as type: Scalar.Type) throws -> [(String, Double)] {
    var random = RandomSource(seed: 1)
    let empty = stack {
      GRUCell<Scalar>(inputSize: $0, hiddenSize: 2, form: .resetAfterRecurrent, using: &random)
    }
    return try Stack.read().gru.differences(empty)
  }

  static func lstmDifferences<Scalar: RealScalar>(as type: Scalar.Type) throws -> [(String, Double)] {
    var random = RandomSource(seed: 1)
    let empty = stack { LSTMCell<Scalar>(inputSize: $0, hiddenSize: 2, using: &random) }
    return try Stack.read().lstm.differences(empty)
  }

  @Test func gatedStacksAgreeWithPyTorch() throws {
    let (gru, lstm) = try (Self.gruDifferences(as: Double.self), Self.lstmDifferences(as: Double.self))
    #expect(gru.count == 2 + 8 + 16)
    #expect(lstm.count == 2 + 16 + 16)
    for (name, difference) in gru { #expect(difference < 1e-12, "GRU, \(name)") }
    for (name, difference) in lstm { #expect(difference < 1e-12, "LSTM, \(name)") }
  }

  @Test func gatedStacksInFloatAgreeWithPyTorch() throws {
    for (name, difference) in try Self.gruDifferences(as: Float.self) { #expect(difference < 1e-5, "GRU, \(name)") }
    for (name, difference) in try Self.lstmDifferences(as: Float.self) { #expect(difference < 1e-5, "LSTM, \(name)") }
  }
}

extension SequenceBatch {
  /// All numbers, a step after a step and an example after an example.
  fileprivate var numbers: [Scalar] { elements }

  fileprivate mutating func add(_ numbers: [Scalar]) {
    withMutableBlock { for place in 0..<$0.count { $0.start[place] += numbers[place] } }
  }
}

extension Matrix {
  fileprivate mutating func add(_ numbers: [Scalar]) {
    withMutableBlock { for place in 0..<$0.count { $0.start[place] += numbers[place] } }
  }
}
