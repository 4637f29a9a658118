import Testing

@testable import SequenceModels

/// Views of rows and columns, and the equations between them, against plain arithmetic.
@Suite struct BlockTests {
  static func block(_ rows: Int, _ columns: Int) -> Block<Double> {
    let memory = Memory<Double>(count: rows * columns)
    for place in 0..<rows * columns { memory.numbers[place] = Double(place * place % 17) - 5 }
    return Block(memory, rows: rows, columns: columns)
  }

  static func numbers(_ block: Block<Double>) -> [[Double]] {
    (0..<block.rows).map { i in (0..<block.columns).map { block.row(i)[$0] } }
  }

  @Test func partsAreViewsOfOneMemory() {
    let whole = Self.block(3, 6)
    let part = whole.part(1, of: 3)
    part ← part + part
    #expect(Self.numbers(whole.columns(2..<4)) == Self.numbers(part))
    #expect(Self.numbers(whole.columns(0..<2)) == Self.numbers(Self.block(3, 6).columns(0..<2)))
    #expect(Self.numbers(part) == Self.numbers(Self.block(3, 6).part(1, of: 3)).map { $0.map { 2 * $0 } })
    part.fill(0)
    #expect(Self.numbers(whole).joined().count { $0 == 0 } >= 6 && whole.row(0)[0] == -5)
  }

  @Test func expressionsAreEntryByEntry() {
    let (Γ, new, old, c) = (Self.block(3, 4), Self.block(3, 12).part(2, of: 3), Self.block(3, 4), Self.block(3, 4))
    c ← Γ ⊙ new + (1 - Γ) ⊙ old
    for i in 0..<3 {
      for j in 0..<4 {
        let gate = Γ.row(i)[j]
        #expect(c.row(i)[j] == gate * new.row(i)[j] + (1 - gate) * old.row(i)[j])
      }
    }
    let before = Self.numbers(c)
    c += Γ - old
    #expect(Self.numbers(c) == before)
  }

  @Test func oneRowStandsForAll() {
    let row = Block(repeating: Matrix<Double>(column: [1, 2]), rows: 3)
    let target = Self.block(3, 2)
    target ← row - target
    #expect(Self.numbers(target) == Self.numbers(Self.block(3, 2)).map { [1 - $0[0], 2 - $0[1]] })
  }

  /// A product reads and writes columns of wider blocks where they stand.
  @Test(arguments: [1, 3, 9]) func productsOfColumns(rows: Int) {
    func check<Scalar: RealScalar>(_ type: Scalar.Type, _ tolerance: Double) {
      var random = RandomSource(seed: 2)
      func matrix(_ rows: Int, _ columns: Int) -> Matrix<Scalar> {
        Matrix(rows: rows, columns: columns) { random.normal() }
      }
      func wide(_ matrix: Matrix<Scalar>) -> Block<Scalar> {
        let memory = Memory<Scalar>(count: matrix.rows * (matrix.columns + 7))
        let whole = Block(memory, rows: matrix.rows, columns: matrix.columns + 7)
        whole.fill(.nan)
        let part = whole.columns(3..<3 + matrix.columns)
        matrix.withBlock { part.copy($0) }
        return part
      }
      let (a, b) = (matrix(rows, 20), matrix(20, 33))
      for (aIsTransposed, bIsTransposed) in [(false, false), (false, true), (true, false)] {
        let c = wide(Matrix(rows: rows, columns: 33))
        Scalar.multiply(
          wide(aIsTransposed ? a.transposed : a), transposed: aIsTransposed,
          wide(bIsTransposed ? b.transposed : b), transposed: bIsTransposed, into: c, accumulating: false)
        let result = Matrix<Scalar>(
          rows: rows, columns: 33, elements: (0..<rows).flatMap { i in (0..<33).map { c.row(i)[$0] } })
        #expect(Double(result.largestDifference(from: a * b)) < tolerance)
        #expect(c.start[-1].isNaN && c.row(0)[33].isNaN)
      }
    }
    check(Float.self, 1e-4)
    check(Double.self, 1e-12)
  }

  @Test func columnsOfAMatrixAreItsExamples() {
    let matrix = Matrix<Float>([[1, 2, 3], [4, 5, 6]])
    #expect(matrix.columns(1..<3) == Matrix([[2, 3], [5, 6]]))
  }

  @Test func aSequenceOfNumbersIsInTheOrderOfMemory() {
    let sequence = SequenceBatch<Float>(length: 2, batch: 2, size: 3, elements: (0..<12).map(Float.init))
    #expect(sequence[0] == Matrix([[0, 3], [1, 4], [2, 5]]) && sequence.elements == (0..<12).map(Float.init))
    var copy = sequence
    copy[0] = Matrix(rows: 3, columns: 2)
    #expect(sequence.elements[1] == 1 && copy.elements[1] == 0 && copy != sequence)
  }

  @Test func aDenseLayerOfGivenWeightsIsCalledLikeAFunction() {
    let dense = Dense<Float>(Wya: Matrix([[1, 2], [3, 4]]), by: Matrix(column: [10, 20]))
    #expect(dense(Matrix([[1, 0], [0, 1]])) == Matrix([[11, 12], [23, 24]]))
  }
}
