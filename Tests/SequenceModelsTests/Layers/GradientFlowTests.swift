import RealModule
import Testing

@testable import SequenceModels

@Suite struct GradientFlowTests {
  /// A linear network with W_aa = g Q, where Q turns the first two units by 0.7 and the others by 2.
  static func linear<Scalar: RealScalar>(_ g: Double, as type: Scalar.Type = Scalar.self) -> RNN<Scalar> {
    var Waa = Matrix<Double>(rows: 4, columns: 4)
    for (place, angle) in [(0, 0.7), (2, 2.0)] {
      (Waa[place, place], Waa[place, place + 1]) = (g * Double.cos(angle), -g * Double.sin(angle))
      (Waa[place + 1, place], Waa[place + 1, place + 1]) = (g * Double.sin(angle), g * Double.cos(angle))
    }
    return Recurrent(
      RNNCell(
        Wax: Matrix(rows: 4, columns: 1, repeating: 1), Waa: Waa.converted(to: type), ba: Matrix(rows: 4, columns: 1),
        activation: .identity))
  }

  static func norm(_ matrix: Matrix<Double>) -> Double { matrix.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test(arguments: [0.5, 1, 1.5])
  func linearNetworkWithATurnFollowsThePowerLaw(g: Double) {
    let layer = Self.linear(g, as: Double.self)
    let x = SequenceBatch<Double>(length: 30, batch: 2, size: 1)
    let norms = layer.gradientNorms(of: Matrix([[3, 1], [4, 0], [0, 0], [0, 0]]), on: layer(x))
    let jacobians = layer.jacobianNorms(x.examples(0..<1))
    #expect(norms.rows == 31 && norms.columns == 2 && jacobians.count == 31)
    for lag in 0...30 {
      let power = Double.pow(g, lag)
      #expect(abs(norms[lag, 0] / (5 * power) - 1) < 1e-13)
      #expect(abs(norms[lag, 1] / power - 1) < 1e-13)
      #expect(abs(jacobians[lag] / power - 1) < 1e-13)
    }
  }

  /// 0.1⁹⁸ lies far below the smallest Float, and 10⁹⁸ far above the largest.
  @Test(arguments: [0.1, 10])
  func floatNeitherUnderflowsNorOverflows(g: Double) {
    let layer = Self.linear(g, as: Float.self)
    let x = SequenceBatch<Float>(length: 98, batch: 1, size: 1)
    let norms = layer.gradientNorms(of: Matrix(column: [0, 1, 0, 0]), on: layer(x))
    let jacobians = layer.jacobianNorms(x)
    #expect(abs(norms[98, 0] / Double.pow(g, 98) - 1) < 1e-4)
    #expect(abs(jacobians[98] / Double.pow(g, 98) - 1) < 1e-4)
  }

  @Test func examplesOfDifferentReachDoNotHideEachOther() {
    // A unit that keeps and a unit that forgets.
    let cell = RNNCell<Float>(
      Wax: Matrix(rows: 2, columns: 1), Waa: Matrix([[1, 0], [0, 0.01]]), ba: Matrix(rows: 2, columns: 1),
      activation: .identity)
    let layer = Recurrent(cell)
    let norms = layer.gradientNorms(
      of: Matrix([[1, 0], [0, 1]]), on: layer(SequenceBatch(length: 100, batch: 2, size: 1)))
    #expect(norms[100, 0] == 1)
    #expect(abs(norms[100, 1] / 1e-200 - 1) < 1e-4)
  }

  @Test func gradientThatIsGoneIsZero() {
    let cell = RNNCell<Double>(
      Wax: Matrix(rows: 1, columns: 1), Waa: Matrix([[0]]), ba: Matrix(rows: 1, columns: 1), activation: .tanh)
    let norms = Recurrent(cell).jacobianNorms(SequenceBatch(length: 3, batch: 1, size: 1))
    #expect(norms == [1, 0, 0, 0])
  }

  // MARK: - A network with an activation, against central differences

  let layer: RNN<Double>
  let x: SequenceBatch<Double>
  let start: RecurrentState<Double>

  init() {
    var random = RandomSource(seed: 1)
    layer = StackedTests.cell(2, 3, &random)
    x = .random(length: 4, batch: 1, size: 2, using: &random)
    start = RecurrentState([Matrix(rows: 3, columns: 1) { random.normal() }])
  }

  /// The Jacobian of a vector function at `point`, column by column.
  static func jacobian(at point: Matrix<Double>, _ function: (Matrix<Double>) -> Matrix<Double>) -> Matrix<Double> {
    let columns = (0..<point.rows).map { place in
      var (above, below) = (point, point)
      above[place, 0] += 1e-5
      below[place, 0] -= 1e-5
      return (1 / 2e-5) * (function(above) - function(below))
    }
    return Matrix(rows: columns.count, columns: columns[0].rows, elements: columns.flatMap(\.elements)).transposed
  }

  /// ∂a⟨T⟩/∂a⟨t⟩ for each lag, by moving a⟨t⟩ and taking the rest of the steps.
  var jacobians: [Matrix<Double>] {
    (0...4).map { lag in
      let state = lag == 4 ? start : layer(x.steps(0..<4 - lag), from: start).finalState
      guard lag > 0 else { return Self.jacobian(at: state.values[0]) { $0 } }
      return Self.jacobian(at: state.values[0]) {
        layer(x.steps(4 - lag..<4), from: RecurrentState([$0])).finalState.values[0]
      }
    }
  }

  @Test func jacobianNormsAgreeWithCentralDifferences() {
    let norms = layer.jacobianNorms(x, from: start)
    for (norm, jacobian) in zip(norms, jacobians) {
      #expect(abs(norm / (Self.norm(jacobian) / 3.0.squareRoot()) - 1) < 1e-8)
    }
  }

  @Test func gradientNormsAgreeWithCentralDifferences() {
    let cotangent = Matrix<Double>(column: [0.3, -2, 1])
    let tape = layer(x, from: start)
    let norms = layer.gradientNorms(of: cotangent, on: tape)
    for (lag, jacobian) in jacobians.enumerated() {
      #expect(abs(norms[lag, 0] / Self.norm(jacobian.transposed * cotangent) - 1) < 1e-8)
    }
  }

  @Test func whatTrainingLeavesOnATapeIsTheSame() {
    let cotangent = Matrix<Double>(column: [0.3, -2, 1])
    let tape = layer(x, from: start)
    _ = layer.gradients(
      outputGradient: SequenceBatch(length: 4, batch: 1, size: 3), finalGradient: RecurrentState([cotangent]), on: tape)
    let left = tape.gradientNorms
    let norms = layer.gradientNorms(of: cotangent, on: tape)
    #expect(left.rows == 4)
    for t in 1...4 { #expect(abs(left[t - 1, 0] / norms[4 - t, 0] - 1) < 1e-12) }
  }

  // MARK: - The influence map

  /// The norm of each block ∂out⟨i⟩/∂x⟨j⟩ by central differences.
  static func influence(
    _ layer: some RecurrentLayer<Double>, _ x: SequenceBatch<Double>, from start: RecurrentState<Double>?,
    through weight: Matrix<Double>?
  ) -> Matrix<Double> {
    var result = Matrix<Double>(rows: x.length, columns: x.length)
    for i in 0..<x.length {
      for j in 0..<x.length {
        result[i, j] = norm(
          jacobian(at: x[j]) {
            var moved = x
            moved[j] = $0
            let output = layer(moved, from: start).outputSequence[i]
            return weight.map { $0 * output } ?? output
          })
      }
    }
    return result
  }

  @Test func influenceAgreesWithCentralDifferences() {
    var random = RandomSource(seed: 2)
    let output = Dense<Double>(inputSize: 3, outputSize: 2, using: &random)
    #expect(
      layer.influence(of: x, from: start)
        .largestDifference(from: Self.influence(layer, x, from: start, through: nil)) < 1e-9)
    #expect(
      layer.influence(of: x, from: start, through: output)
        .largestDifference(from: Self.influence(layer, x, from: start, through: output.Wya)) < 1e-9)
    let both = StackedTests.both(2, 3, &random)
    #expect(both.influence(of: x).largestDifference(from: Self.influence(both, x, from: nil, through: nil)) < 1e-9)
  }

  @Test func onlyBothDirectionsSeeTheFuture() {
    var random = RandomSource(seed: 3)
    let deep = Deep(depth: 2, inputSize: 2) { StackedTests.cell($0, 3, &random) }
    let both = Deep(depth: 2, inputSize: 2) { StackedTests.both($0, 2, &random) }
    let (forwards, bothWays) = (deep.influence(of: x), both.influence(of: x))
    for i in 0..<4 {
      for j in 0..<4 {
        if j > i { #expect(forwards[i, j] == 0) } else { #expect(forwards[i, j] > 1e-6) }
        #expect(bothWays[i, j] > 1e-6)
      }
    }
  }
}
