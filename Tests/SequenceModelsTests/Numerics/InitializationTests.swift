import Testing

@testable import SequenceModels

@Suite struct InitializationTests {
  static func matrix(_ initialization: Initialization, _ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var random = RandomSource(seed: seed)
    return initialization.matrix(rows: rows, columns: columns, hiddenSize: rows, using: &random)
  }

  @Test(arguments: [(1, 1), (6, 6), (64, 64), (7, 3), (3, 7), (200, 10)], [0.5, 1, 1.5])
  func orthogonalKeepsLengths(shape: (Int, Int), gain: Double) {
    let W = Self.matrix(.orthogonal(gain: gain), shape.0, shape.1, seed: 1)
    #expect(W.rows == shape.0 && W.columns == shape.1)
    let product = shape.0 >= shape.1 ? W.transposed * W : W * W.transposed
    #expect(product.largestDifference(from: gain * gain * .identity(min(shape.0, shape.1))) < 1e-12)
  }

  /// Among many draws some are nearly parallel, and one round of Gram and Schmidt's method leaves them at a wrong angle.
  @Test func nearlyParallelDrawsComeOutOrthogonal() {
    var random = RandomSource(seed: 9)
    for _ in 0..<10_000 {
      let W: Matrix<Double> = Initialization.orthogonal().matrix(rows: 2, columns: 2, hiddenSize: 2, using: &random)
      guard (W * W.transposed).largestDifference(from: .identity(2)) < 1e-14 else {
        Issue.record("\(W.elements) is not orthogonal")
        return
      }
    }
  }

  @Test func orthogonalIsWhatItsSeedSays() {
    let W = Self.matrix(.orthogonal(), 5, 5, seed: 2)
    #expect(W == Self.matrix(.orthogonal(), 5, 5, seed: 2))
    #expect(W != Self.matrix(.orthogonal(), 5, 5, seed: 3))
  }

  /// Every orthogonal matrix is as likely as another: each entry of an n × n one has mean 0 and variance 1/n, and half of them are
  /// rotations. A QR decomposition whose signs are left alone has a diagonal of one sign.
  @Test func orthogonalFavoursNoDirection() {
    let (n, draws) = (3, 4000)
    var random = RandomSource(seed: 4)
    var (sum, squares) = (Matrix<Double>(rows: n, columns: n), Matrix<Double>(rows: n, columns: n))
    var (positive, rotations) = (Array(repeating: 0, count: n), 0)
    for _ in 0..<draws {
      let W: Matrix<Double> = Initialization.orthogonal().matrix(rows: n, columns: n, hiddenSize: n, using: &random)
      sum = sum + W
      squares = squares + W ⊙ W
      for i in 0..<n where W[i, i] > 0 { positive[i] += 1 }
      let determinant = (0..<n).reduce(0) { total, i in
        let (j, k) = ((i + 1) % n, (i + 2) % n)
        return total + W[0, i] * (W[1, j] * W[2, k] - W[1, k] * W[2, j])
      }
      if determinant > 0 { rotations += 1 }
    }
    // Five standard deviations: of the mean 0.58/√4000 each, of the mean square 0.3/√4000, of a share 0.5/√4000.
    #expect(sum.elements.allSatisfy { abs($0) / Double(draws) < 0.046 })
    #expect(squares.elements.allSatisfy { abs($0 / Double(draws) - 1.0 / 3) < 0.024 })
    for count in positive + [rotations] { #expect(abs(Double(count) / Double(draws) - 0.5) < 0.04) }
  }

  @Test func identityIsOnTheDiagonal() {
    var random = RandomSource(seed: 5)
    let untouched = random
    let W: Matrix<Float> = Initialization.identity(scale: 0.5).matrix(
      rows: 2, columns: 3, hiddenSize: 2, using: &random)
    #expect(W == Matrix([[0.5, 0, 0], [0, 0.5, 0]]))
    #expect(random == untouched)
  }

  @Test func gatesAreDrawnOneAfterTheOther() {
    var (random, again) = (RandomSource(seed: 6), RandomSource(seed: 6))
    let both: Matrix<Double> = Initialization.orthogonal().matrix(
      gates: 2, rows: 3, columns: 3, hiddenSize: 3, using: &random)
    let first: Matrix<Double> = Initialization.orthogonal().matrix(rows: 3, columns: 3, hiddenSize: 3, using: &again)
    let second: Matrix<Double> = Initialization.orthogonal().matrix(rows: 3, columns: 3, hiddenSize: 3, using: &again)
    #expect(both == [first, second])
  }

  // MARK: - In a cell

  @Test func recurrentWeightsHaveTheirOwn() {
    func cell(_ recurrent: Initialization?) -> RNNCell<Double> {
      var random = RandomSource(seed: 7)
      return RNNCell(inputSize: 3, hiddenSize: 4, recurrentInitialization: recurrent, using: &random)
    }
    #expect(cell(.identity()).Waa == .identity(4))
    #expect(cell(.identity()).Wax == cell(nil).Wax)
    #expect(cell(nil).Waa == cell(.uniform).Waa)
  }

  /// A linear network with W_aa = gQ multiplies every length by g a step, forwards and backwards: ‖∂a⟨T⟩/∂a⟨t⟩ v‖ = g^(T−t) ‖v‖.
  @Test(arguments: [0.9, 1, 1.1])
  func linearOrthogonalNetworkScalesByItsGain(g: Double) {
    let (n, T) = (8, 50)
    var random = RandomSource(seed: 8)
    let cell = RNNCell<Double>(
      inputSize: 1, hiddenSize: n, activation: .identity, recurrentInitialization: .orthogonal(gain: g), using: &random)
    let layer = Recurrent(cell)
    let x = SequenceBatch<Double>(length: T, batch: 1, size: 1)
    let v = Matrix<Double>(rows: n, columns: 1) { random.normal() }
    func length(_ v: Matrix<Double>) -> Double { (v.transposed * v)[0, 0].squareRoot() }
    func expected(_ lag: Int) -> Double { (0..<lag).reduce(length(v)) { result, _ in result * g } }

    let tape = layer(x, from: RecurrentState([v]))
    let states = (0...T).map { tape.state($0).values[0] }
    for t in 0...T { #expect(abs(length(states[t]) / expected(t) - 1) < 1e-13) }

    _ = layer.gradients(
      outputGradient: SequenceBatch(length: T, batch: 1, size: n), finalGradient: RecurrentState([v]), on: tape)
    for t in 0...T {
      let gradient = Matrix(examples: tape.cell.stateGradient(0, at: t))
      #expect(abs(length(gradient) / expected(T - t) - 1) < 1e-13)
    }
  }
}

extension Matrix {
  /// 1 on the diagonal, 0 elsewhere.
  static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }
}
