// What a number type brings to the engine: the matrix product and the functions that take most of a training step.

import CKernels
import COneDNN
import RealModule

/// A number that networks compute with: `Float` to train, `Double` to check gradients.
///
/// The requirements work on contiguous numbers, so that one call serves a whole time step.
public protocol RealScalar: Real, BinaryFloatingPoint, Sendable {
  /// `c = a b`, or `c += a b` with `accumulating`, for row-major blocks; either factor may be taken transposed.
  ///
  /// Shapes: `a` (m, k), `b` (k, n), `c` (m, n), after transposition. Traps where they disagree.
  static func multiply(
    _ a: Block<Self>, transposed aTransposed: Bool, _ b: Block<Self>, transposed bTransposed: Bool,
    into c: Block<Self>, accumulating: Bool)

  /// `target = sourceᵀ`, or `target += sourceᵀ` with `accumulating`, where `target` has the shape turned round.
  static func transpose(_ source: Block<Self>, into target: Block<Self>, accumulating: Bool)

  /// Replaces each number by its hyperbolic tangent.
  static func tanh(_ values: UnsafeMutablePointer<Self>, count: Int)

  /// Replaces each number z by σ(z) = 1 / (1 + e⁻ᶻ).
  static func sigmoid(_ values: UnsafeMutablePointer<Self>, count: Int)

  /// Replaces each number z by max(0, z); NaN stays.
  static func relu(_ values: UnsafeMutablePointer<Self>, count: Int)

  /// `gradient[i] = upstream[i]` where `output[i] > 0`, else 0.
  static func reluBackward(
    _ upstream: UnsafeMutablePointer<Self>, output: UnsafeMutablePointer<Self>,
    into gradient: UnsafeMutablePointer<Self>,
    count: Int)

  /// Replaces each number z by exp(z − shift) and returns the sum of the results.
  static func exp(_ values: UnsafeMutablePointer<Self>, minus shift: Self, count: Int) -> Double

  /// The sum of the squares.
  static func sumOfSquares(_ values: UnsafeMutablePointer<Self>, count: Int) -> Double

  /// The gated cells' steps in one sweep over memory, where this number type has them.
  static var fusedSteps: FusedSteps<Self>? { get }
}

/// A gated cell's step after its products as one function: the same equations as the loops in the cell's file, for the forms that
/// lessons train the most. The kernels' header says what each takes.
public struct FusedSteps<Scalar: RealScalar>: Sendable {
  typealias Numbers = UnsafeMutablePointer<Scalar>
  typealias Constants = UnsafePointer<Scalar>
  let lstmForward: @Sendable (Int, Int, Numbers, Constants, Numbers, Numbers, Numbers) -> Void
  let lstmBackward: @Sendable (Int, Int, Constants, Constants, Constants, Constants, Numbers, Numbers, Numbers) -> Void
  let gruForward: @Sendable (Int, Int, Numbers, Numbers, Constants, Constants, Numbers) -> Void
  let gruBackward: @Sendable (Int, Int, Constants, Constants, Constants, Constants, Numbers, Numbers, Numbers) -> Void
}

/// The numbers of training: products by oneDNN, vector functions by SLEEF.
extension Float: RealScalar {
  /// The kernels of `CKernels`.
  public static let fusedSteps: FusedSteps<Float>? = FusedSteps(
    lstmForward: { kernel_lstm_forward($0, $1, $2, $3, $4, $5, $6) },
    lstmBackward: { kernel_lstm_backward($0, $1, $2, $3, $4, $5, $6, $7, $8) },
    gruForward: { kernel_gru_forward($0, $1, $2, $3, $4, $5, $6) },
    gruBackward: { kernel_gru_backward($0, $1, $2, $3, $4, $5, $6, $7, $8) })

  /// The product of oneDNN, on one thread: batches are split over the cores instead. One row by a matrix, which is what a
  /// single example asks for at every step, is read faster than oneDNN would pack it.
  public static func multiply(
    _ a: Block<Float>, transposed aTransposed: Bool, _ b: Block<Float>, transposed bTransposed: Bool,
    into c: Block<Float>, accumulating: Bool
  ) {
    let inner = checkedInner(a, aTransposed, b, bTransposed, c)
    if c.count == 0 { return }
    if c.rows == 1 && !aTransposed {
      let product = bTransposed ? kernel_row_dots : kernel_row_product
      product(a.start, inner, b.start, c.columns, accumulating, c.start)
    } else if aTransposed && !bTransposed && c.rows > c.columns && inner > c.columns {
      multiplyTurned(a, b, into: c, accumulating: accumulating)
    } else {
      callOneDNN(a, aTransposed, b, bTransposed, inner, into: c, accumulating: accumulating)
    }
  }

  /// `c = aᵀ b` as the transpose of `bᵀ a`, which oneDNN takes by a third faster where c is higher than wide.
  private static func multiplyTurned(
    _ a: Block<Float>, _ b: Block<Float>, into c: Block<Float>, accumulating: Bool
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: c.count) { memory in
      let turned = Block(memory.baseAddress!, rows: c.columns, columns: c.rows)
      callOneDNN(b, true, a, false, a.rows, into: turned, accumulating: false)
      c.transpose(turned, accumulating: accumulating)
    }
  }

  private static func callOneDNN(
    _ a: Block<Float>, _ aTransposed: Bool, _ b: Block<Float>, _ bTransposed: Bool, _ inner: Int,
    into c: Block<Float>, accumulating: Bool
  ) {
    omp_set_num_threads(1)
    let status = dnnl_sgemm(
      CChar(UInt8(ascii: aTransposed ? "T" : "N")), CChar(UInt8(ascii: bTransposed ? "T" : "N")),
      dnnl_dim_t(c.rows), dnnl_dim_t(c.columns), dnnl_dim_t(inner),
      1, a.start, dnnl_dim_t(a.columns), b.start, dnnl_dim_t(b.columns),
      accumulating ? 1 : 0, c.start, dnnl_dim_t(c.columns))
    require(status == dnnl_success, "oneDNN refused a product (status \(status.rawValue))")
  }

  /// `target = sourceᵀ` or `target += sourceᵀ`, by tiles of 4 × 4.
  public static func transpose(_ source: Block<Float>, into target: Block<Float>, accumulating: Bool) {
    kernel_transpose(source.start, source.rows, source.columns, accumulating, target.start)
  }

  /// SLEEF's hyperbolic tangent, within 3.5 units in the last place.
  public static func tanh(_ values: UnsafeMutablePointer<Float>, count: Int) {
    kernel_tanh(values, count)
  }

  /// The logistic function on SLEEF's exponential.
  public static func sigmoid(_ values: UnsafeMutablePointer<Float>, count: Int) {
    kernel_sigmoid(values, count)
  }

  /// max(0, z), several at a time.
  public static func relu(_ values: UnsafeMutablePointer<Float>, count: Int) {
    kernel_relu(values, count)
  }

  /// The way back of `relu`, several at a time.
  public static func reluBackward(
    _ upstream: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>, count: Int
  ) {
    kernel_relu_backward(upstream, output, gradient, count)
  }

  /// SLEEF's exponential; the sum is taken in double precision.
  public static func exp(_ values: UnsafeMutablePointer<Float>, minus shift: Float, count: Int) -> Double {
    kernel_exp(values, shift, count)
  }

  /// The sum of the squares, in double precision.
  public static func sumOfSquares(_ values: UnsafeMutablePointer<Float>, count: Int) -> Double {
    kernel_sum_of_squares(values, count)
  }
}

/// The numbers of gradient checks: plain loops, exact to some 16 digits.
extension Double: RealScalar {
  /// None: the cells' own loops serve.
  public static var fusedSteps: FusedSteps<Double>? { nil }

  /// Plain loops: double precision serves gradient checks on small sizes.
  public static func multiply(
    _ a: Block<Double>, transposed aTransposed: Bool, _ b: Block<Double>, transposed bTransposed: Bool,
    into c: Block<Double>, accumulating: Bool
  ) {
    let inner = checkedInner(a, aTransposed, b, bTransposed, c)
    let (aRow, aInner) = aTransposed ? (1, a.columns) : (a.columns, 1)
    let (bInner, bColumn) = bTransposed ? (1, b.columns) : (b.columns, 1)
    if !accumulating { c.fill(0) }
    for i in 0..<c.rows {
      let target = c.start + i * c.columns
      for k in 0..<inner {
        let factor = a.start[i * aRow + k * aInner]
        let source = b.start + k * bInner
        for j in 0..<c.columns { target[j] += factor * source[j * bColumn] }
      }
    }
  }

  /// `target = sourceᵀ` or `target += sourceᵀ`, by a plain loop.
  public static func transpose(_ source: Block<Double>, into target: Block<Double>, accumulating: Bool) {
    if !accumulating { target.fill(0) }
    for i in 0..<source.rows {
      for j in 0..<source.columns { target.start[j * source.rows + i] += source.start[i * source.columns + j] }
    }
  }

  /// The C library's hyperbolic tangent.
  public static func tanh(_ values: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { values[i] = Double.tanh(values[i]) }
  }

  /// The logistic function on the C library's exponential.
  public static func sigmoid(_ values: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count { values[i] = 1 / (1 + Double.exp(-values[i])) }
  }

  /// max(0, z), one by one.
  public static func relu(_ values: UnsafeMutablePointer<Double>, count: Int) {
    for i in 0..<count where values[i] < 0 { values[i] = 0 }
  }

  /// The way back of `relu`, one by one.
  public static func reluBackward(
    _ upstream: UnsafeMutablePointer<Double>, output: UnsafeMutablePointer<Double>,
    into gradient: UnsafeMutablePointer<Double>, count: Int
  ) {
    for i in 0..<count { gradient[i] = output[i] > 0 ? upstream[i] : 0 }
  }

  /// The C library's exponential.
  public static func exp(_ values: UnsafeMutablePointer<Double>, minus shift: Double, count: Int) -> Double {
    var sum = 0.0
    for i in 0..<count {
      values[i] = Double.exp(values[i] - shift)
      sum += values[i]
    }
    return sum
  }

  /// The sum of the squares.
  public static func sumOfSquares(_ values: UnsafeMutablePointer<Double>, count: Int) -> Double {
    var sum = 0.0
    for i in 0..<count { sum += values[i] * values[i] }
    return sum
  }
}

/// The inner dimension of a product whose shapes agree; traps with the three shapes where they do not.
private func checkedInner<Scalar>(
  _ a: Block<Scalar>, _ aTransposed: Bool, _ b: Block<Scalar>, _ bTransposed: Bool, _ c: Block<Scalar>
) -> Int {
  let (m, k) = aTransposed ? (a.columns, a.rows) : (a.rows, a.columns)
  let (l, n) = bTransposed ? (b.columns, b.rows) : (b.rows, b.columns)
  require(
    k == l && m == c.rows && n == c.columns,
    "a product of (\(m), \(k)) and (\(l), \(n)) cannot fill (\(c.rows), \(c.columns))")
  return k
}
