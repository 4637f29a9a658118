// The kernels for every width of vector, each against plain arithmetic in double precision.

import CKernels
import Testing

@testable import SequenceModels

@Suite struct KernelTests {
  /// Sizes below, at and above the widths, with and without a rest.
  static let sizes = [1, 3, 4, 7, 16, 21, 37, 100]
  static let widths: [Int32] = [4, 8, 16]

  /// Runs `body` on vectors of at most `lanes`.
  private func limited<Result>(to lanes: Int32, _ body: () -> Result) -> Result {
    kernels_use_at_most(lanes)
    defer { kernels_use_at_most(.max) }
    return body()
  }

  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in Float(random.uniform(in: -3..<3)) }
  }

  private func isNear(_ one: some Sequence<Float>, _ other: some Sequence<Double>, _ tolerance: Double = 1e-5) -> Bool {
    zip(one, other).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
  }

  @Test(arguments: widths, sizes)
  func functionsAgreeWithDouble(lanes: Int32, count: Int) {
    let start = numbers(count, seed: 1)
    func compare(_ float: (Block<Float>) -> Void, _ double: (Block<Double>) -> Void) {
      var one = Matrix(column: start)
      var other = one.converted(to: Double.self)
      limited(to: lanes) { one.withMutableBlock(float) }
      other.withMutableBlock(double)
      let agree = isNear(one.elements, other.elements)
      #expect(agree)
    }
    compare(Float.tanh, Double.tanh)
    compare(Float.sigmoid, Double.sigmoid)
    compare(Float.relu, Double.relu)
    var (sum, expected) = (0.0, 0.0)
    compare({ sum = Float.exp($0, minus: 1) }, { expected = Double.exp($0, minus: 1) })
    #expect(abs(sum - expected) < 1e-5 * expected)
    let squares = limited(to: lanes) { Matrix(column: start).withBlock(Float.sumOfSquares) }
    let exact = start.map(Double.init).map { $0 * $0 }.reduce(0, +)
    #expect(abs(squares - exact) < 1e-9 * exact)
  }

  @Test(arguments: widths) func functionsKeepNaN(lanes: Int32) {
    let functions: [(Block<Float>) -> Void] = [Float.tanh, Float.sigmoid, Float.relu]
    for function in functions {
      var values = Matrix<Float>(rows: 21, columns: 1, repeating: .nan)
      limited(to: lanes) { values.withMutableBlock(function) }
      let areNaN = values.elements.allSatisfy(\.isNaN)
      #expect(areNaN)
    }
  }

  @Test(arguments: widths, sizes)
  func rowTimesMatrixAgreesWithDouble(lanes: Int32, columns: Int) {
    let inner = 23
    let (row, matrix) = (
      Matrix(rows: 1, columns: inner, elements: numbers(inner, seed: 2)),
      Matrix(rows: inner, columns: columns, elements: numbers(inner * columns, seed: 3))
    )
    let expected = (row.converted(to: Double.self) * matrix.converted(to: Double.self)).elements
    for isTransposed in [false, true] {
      for accumulating in [false, true] {
        var product = Matrix<Float>(rows: 1, columns: columns, repeating: 1)
        let factor = isTransposed ? matrix.transposed : matrix
        limited(to: lanes) {
          row.withBlock { a in
            factor.withBlock { b in
              product.withMutableBlock {
                Float.multiply(a, transposed: false, b, transposed: isTransposed, into: $0, accumulating: accumulating)
              }
            }
          }
        }
        let sums = expected.map { $0 + (accumulating ? 1 : 0) }
        #expect(isNear(product.elements, sums))
      }
    }
  }

  @Test(arguments: sizes) func transposesExactly(rows: Int) {
    let matrix = Matrix(rows: rows, columns: 19, elements: numbers(rows * 19, seed: 4))
    let transposed = matrix.transposed
    let isExact = (0..<rows).allSatisfy { i in (0..<19).allSatisfy { transposed[$0, i] == matrix[i, $0] } }
    #expect(isExact)
    var sum = transposed
    matrix.withBlock { source in sum.withMutableBlock { $0.transpose(source, accumulating: true) } }
    #expect(sum == 2 * transposed)
  }

  /// A high product of many rows, which is taken as the transpose of another.
  @Test func highProductAgreesWithDouble() {
    let (a, b) = (
      Matrix(rows: 90, columns: 40, elements: numbers(3_600, seed: 5)),
      Matrix(rows: 90, columns: 17, elements: numbers(1_530, seed: 6))
    )
    let expected = (a.transposed.converted(to: Double.self) * b.converted(to: Double.self)).elements
    for accumulating in [false, true] {
      var product = Matrix<Float>(rows: 40, columns: 17, repeating: 2)
      a.withBlock { a in
        b.withBlock { b in
          product.withMutableBlock {
            Float.multiply(a, transposed: true, b, transposed: false, into: $0, accumulating: accumulating)
          }
        }
      }
      let sums = expected.map { $0 + (accumulating ? 2 : 0) }
      #expect(isNear(product.elements, sums))
    }
  }

  @Test(arguments: widths, sizes)
  func adamAgreesWithDouble(lanes: Int32, count: Int) {
    for rule in [OptimizerRule.adam(weightDecay: 0.1), .adamW(weightDecay: 0.1)] { compare(rule, lanes, count) }
  }

  private func compare(_ rule: OptimizerRule, _ lanes: Int32, _ count: Int) {
    func trained<Scalar: RealScalar>(_ type: Scalar.Type) -> Matrix<Scalar> {
      func column(_ seed: UInt64) -> Matrix<Scalar> { Matrix(column: numbers(count, seed: seed)).converted(to: type) }
      var (w, moments) = (column(7), [column(9).transposed, (column(10) ⊙ column(10)).transposed] as Matrix)
      w.withMutableBlock { w in
        column(8).withBlock { g in
          moments.withMutableBlock {
            rule.update(w, gradient: g, moments: $0, in: 0..<count, learningRate: 0.01, step: 3)
          }
        }
      }
      return w
    }
    let single = limited(to: lanes) { trained(Float.self) }
    #expect(isNear(single.elements, trained(Double.self).elements))
  }

  /// The fused steps against the loops of the cells' own files, forwards and backwards, with sizes that leave a rest.
  @Test(arguments: widths, [3, 16, 37])
  func gatedCellsAgreeWithDouble(lanes: Int32, hidden: Int) {
    func check<Single, Exact>(_ single: Recurrent<Single>, _ exact: Recurrent<Exact>)
    where Single.Scalar == Float, Exact.Scalar == Double {
      func sequence<Scalar>(_ size: Int, seed: UInt64, as type: Scalar.Type) -> SequenceBatch<Scalar> {
        let steps = (0..<5).map { Matrix(rows: size, columns: 3, elements: numbers(3 * size, seed: seed + $0)) }
        return SequenceBatch(steps.map { $0.converted(to: type) })
      }
      let (x, upstream) = (sequence(4, seed: 11, as: Float.self), sequence(hidden, seed: 21, as: Float.self))
      let (one, ours) = limited(to: lanes) {
        let tape = single(x)
        return (tape, single.gradients(outputGradient: upstream, on: tape))
      }
      let exactX = sequence(4, seed: 11, as: Double.self)
      let other = exact(exactX)
      let theirs = exact.gradients(outputGradient: sequence(hidden, seed: 21, as: Double.self), on: other)
      func all<Scalar>(_ state: RecurrentState<Scalar>) -> [Scalar] { state.values.flatMap { $0.elements } }
      #expect(isNear(all(one.finalState), all(other.finalState)))
      for (mine, yours) in zip(ours.layer.parameterPaths, theirs.layer.parameterPaths) {
        #expect(
          isNear(ours.layer[keyPath: mine.keyPath].elements, theirs.layer[keyPath: yours.keyPath].elements, 1e-4),
          "\(mine.name)")
      }
      #expect(
        isNear(ours.initialState.values.flatMap(\.elements), theirs.initialState.values.flatMap(\.elements), 1e-4))
      withExtendedLifetime((one, other)) {}
    }
    var random = RandomSource(seed: 13)
    let lstm = LSTMCell<Float>(inputSize: 4, hiddenSize: hidden, using: &random)
    check(
      LSTM(lstm),
      LSTM(
        LSTMCell(
          Wax: lstm.Wax.converted(to: Double.self), Waa: lstm.Waa.converted(to: Double.self),
          ba: lstm.ba.converted(to: Double.self))))
    var gru = GRUCell<Float>(inputSize: 4, hiddenSize: hidden, form: .resetAfterRecurrent, using: &random)
    gru.bcc = Matrix(column: numbers(hidden, seed: 14))
    check(
      GRU(gru),
      GRU(
        GRUCell(
          Wax: gru.Wax.converted(to: Double.self), Waa: gru.Waa.converted(to: Double.self),
          ba: gru.ba.converted(to: Double.self), bcc: gru.bcc.converted(to: Double.self), form: .resetAfterRecurrent)))
  }

  /// A single example on few steps goes by weights as they are, a longer one by transposed weights: both are the same function.
  @Test func transposedWeightsChangeNothing() {
    var random = RandomSource(seed: 15)
    let layer = LSTM(LSTMCell<Float>(inputSize: 4, hiddenSize: 9, using: &random))
    let steps = (0..<20).map { Matrix(column: numbers(4, seed: 16 + $0)) }
    let whole = layer(SequenceBatch(steps))
    var state: RecurrentState<Float>?
    for step in steps { state = layer(SequenceBatch([step]), from: state).finalState }
    #expect(whole.finalState.values[0].largestDifference(from: state!.values[0]) < 1e-5)
  }

  @Test func subnormalsAreFlushedAndRestored() {
    let small = Float.leastNormalMagnitude
    let half: (Float) -> Float = { $0 / Float(2 + Int.random(in: 0...0)) }
    let before = half(small)
    let flushed = Subnormals.flushed { half(small) }
    #expect(before > 0 && flushed == 0 && half(small) > 0)
  }
}
