import Testing

@testable import SequenceModels

@Suite struct MatrixTests {
  @Test func productByHand() {
    let a = Matrix<Double>([[1, 2, 3], [4, 5, 6]])
    let b = Matrix<Double>([[1, 0], [2, 1], [0, 3]])
    #expect(a * b == Matrix([[5, 11], [14, 23]]))
    #expect(a.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
    #expect(a ⊙ a == Matrix([[1, 4, 9], [16, 25, 36]]))
    #expect(a + Matrix(column: [10, 20]) == Matrix([[11, 12, 13], [24, 25, 26]]))
    #expect(2 * a - a == a)
    #expect([a, a] == Matrix([[1, 2, 3], [4, 5, 6], [1, 2, 3], [4, 5, 6]]))
  }

  /// The library's product in Float against plain loops in Double, for every transposition and for odd shapes.
  @Test(arguments: [(1, 1, 1), (1, 7, 5), (5, 1, 3), (17, 33, 9), (64, 65, 128)])
  func floatProductAgreesWithDouble(shape: (Int, Int, Int)) {
    let (m, k, n) = shape
    var random = RandomSource(seed: 5)
    for (aTransposed, bTransposed) in [(false, false), (true, false), (false, true), (true, true)] {
      let a = Matrix<Double>(rows: aTransposed ? k : m, columns: aTransposed ? m : k) { random.normal() }
      let b = Matrix<Double>(rows: bTransposed ? n : k, columns: bTransposed ? k : n) { random.normal() }
      let start = Matrix<Double>(rows: m, columns: n) { random.normal() }
      func product<Scalar>(_ type: Scalar.Type) -> Matrix<Scalar> {
        var c = start.converted(to: type)
        a.converted(to: type).withBlock { a in
          b.converted(to: type).withBlock { b in
            c.withMutableBlock {
              Scalar.multiply(a, transposed: aTransposed, b, transposed: bTransposed, into: $0, accumulating: true)
            }
          }
        }
        return c
      }
      let difference = product(Float.self).converted(to: Double.self).largestDifference(from: product(Double.self))
      #expect(difference < 2e-5 * Double(k).squareRoot())
    }
  }

  @Test func vectorKernelsAgreeWithTheCLibrary() {
    // Every length of tail, and values from saturation to saturation.
    for count in 1...70 {
      let z = (0..<count).map { Float($0 - count / 2) * 0.7 }
      for activation in Activation.allCases {
        var (fast, exact) = (Matrix(column: z), Matrix(column: z.map(Double.init)))
        fast.withMutableBlock { activation.apply(to: $0) }
        exact.withMutableBlock { activation.apply(to: $0) }
        #expect(
          fast.converted(to: Double.self).largestDifference(from: exact) < 3e-7
            * (activation == .tanh || activation == .sigmoid ? 1 : 30))
      }
    }
  }

  @Test func softmaxOfHugeLogitsIsFinite() {
    let p = softmax(Matrix<Float>(column: [1e30, -1e30, 1e30, 0]))
    #expect(p.elements == [0.5, 0, 0.5, 0])
  }

  @Test func differenceShowsNaN() {
    let one = Matrix<Double>([[1, .nan, 2]])
    #expect(one.largestDifference(from: Matrix([[1, 0, 2]])).isNaN)
  }

  @Test func stepsOfASequenceAreColumnsOfExamples() {
    var batch = SequenceBatch<Double>(length: 2, batch: 3, size: 2)
    batch[1] = Matrix([[1, 2, 3], [4, 5, 6]])
    #expect(batch[1] == Matrix([[1, 2, 3], [4, 5, 6]]))
    #expect(batch[0] == Matrix(rows: 2, columns: 3))
    #expect(batch.trajectory(example: 2) == Matrix([[0, 3], [0, 6]]))
    #expect(batch.examples(1..<3)[1] == Matrix([[2, 3], [5, 6]]))
  }
}
