// What a number type brings to the engine: the matrix product and the functions that take most of a training step.

import CKernels
import COneDNN
import RealModule

/// A number that networks compute with: `Float` to train, `Double` to check gradients.
///
/// The requirements work on blocks, so that one call serves a whole time step.
public protocol RealScalar: Real, BinaryFloatingPoint, Sendable {
  /// `c = a b`, or `c += a b` with `accumulating`; either factor may be taken transposed.
  ///
  /// Shapes: `a` (m, k), `b` (k, n), `c` (m, n), after transposition. Traps where they disagree.
  static func multiply(
    _ a: Block<Self>, transposed aTransposed: Bool, _ b: Block<Self>, transposed bTransposed: Bool,
    into c: Block<Self>, accumulating: Bool)

  /// `target = sourceᵀ`, or `target += sourceᵀ` with `accumulating`, for blocks without gaps whose shapes agree.
  static func transpose(_ source: Block<Self>, into target: Block<Self>, accumulating: Bool)

  /// Replaces each number by its hyperbolic tangent.
  static func tanh(_ values: Block<Self>)

  /// Replaces each number z by σ(z) = 1 / (1 + e⁻ᶻ).
  static func sigmoid(_ values: Block<Self>)

  /// Replaces each number z by max(0, z); NaN stays.
  static func relu(_ values: Block<Self>)

  /// `gradient` is `upstream` where `output` is above 0, else 0. Traps where the shapes differ.
  static func reluBackward(_ upstream: Block<Self>, output: Block<Self>, into gradient: Block<Self>)

  /// Replaces each number z by exp(z − shift) and returns the sum of the results.
  static func exp(_ values: Block<Self>, minus shift: Self) -> Double

  /// The sum of the squares.
  static func sumOfSquares(_ values: Block<Self>) -> Double
}

/// The numbers of training: products by oneDNN, vector functions by SLEEF.
extension Float: RealScalar {
  /// The product of oneDNN, on one thread: batches are split over the cores instead. One row by a matrix, which is what
  /// a single example asks for at every step, is read faster than oneDNN would pack it.
  public static func multiply(
    _ a: Block<Float>, transposed aTransposed: Bool, _ b: Block<Float>, transposed bTransposed: Bool,
    into c: Block<Float>, accumulating: Bool
  ) {
    let inner = checkedInner(a, aTransposed, b, bTransposed, c)
    if c.count == 0 { return }
    if c.rows == 1 && !aTransposed {
      let product = bTransposed ? kernel_row_dots : kernel_row_product
      product(a.start, inner, b.start, b.stride, c.columns, accumulating, c.start)
    } else if aTransposed && !bTransposed && c.rows > c.columns && inner > c.columns && c.isContiguous {
      multiplyByTranspose(a, b, into: c, accumulating: accumulating)
    } else {
      callOneDNN(a, aTransposed, b, bTransposed, inner, into: c, accumulating: accumulating)
    }
  }

  /// `c = aᵀ b` as the transpose of `bᵀ a`, which oneDNN takes by a third faster where c is higher than wide.
  private static func multiplyByTranspose(
    _ a: Block<Float>, _ b: Block<Float>, into c: Block<Float>, accumulating: Bool
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: c.count) { memory in
      let product = Block(memory.baseAddress!, rows: c.columns, columns: c.rows)
      callOneDNN(b, true, a, false, a.rows, into: product, accumulating: false)
      c.transpose(product, accumulating: accumulating)
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
      1, a.start, dnnl_dim_t(a.stride), b.start, dnnl_dim_t(b.stride), accumulating ? 1 : 0, c.start,
      dnnl_dim_t(c.stride))
    require(status == dnnl_success, "oneDNN refused a product (status \(status.rawValue))")
  }

  /// `target = sourceᵀ` or `target += sourceᵀ`, by tiles of 4 × 4.
  public static func transpose(_ source: Block<Float>, into target: Block<Float>, accumulating: Bool) {
    kernel_transpose(source.start, source.rows, source.columns, accumulating, target.start)
  }

  /// SLEEF's hyperbolic tangent, within 3.5 units in the last place.
  public static func tanh(_ values: Block<Float>) { values.forEachStretch(kernel_tanh) }

  /// The logistic function on SLEEF's exponential.
  public static func sigmoid(_ values: Block<Float>) { values.forEachStretch(kernel_sigmoid) }

  /// max(0, z), several at a time.
  public static func relu(_ values: Block<Float>) { values.forEachStretch(kernel_relu) }

  /// The gradient of `relu`, several at a time.
  public static func reluBackward(_ upstream: Block<Float>, output: Block<Float>, into gradient: Block<Float>) {
    checkShapes(upstream, output, gradient)
    if upstream.isContiguous && output.isContiguous && gradient.isContiguous {
      return kernel_relu_backward(upstream.start, output.start, gradient.start, gradient.count)
    }
    for i in 0..<gradient.rows {
      kernel_relu_backward(upstream.row(i), output.row(i), gradient.row(i), gradient.columns)
    }
  }

  /// SLEEF's exponential; the sum is taken in double precision.
  public static func exp(_ values: Block<Float>, minus shift: Float) -> Double {
    var sum = 0.0
    values.forEachStretch { sum += kernel_exp($0, shift, $1) }
    return sum
  }

  /// The sum of the squares, in double precision.
  public static func sumOfSquares(_ values: Block<Float>) -> Double {
    var sum = 0.0
    values.forEachStretch { sum += kernel_sum_of_squares($0, $1) }
    return sum
  }
}

/// The numbers of gradient checks: plain loops, exact to some 16 digits.
extension Double: RealScalar {
  /// Plain loops: double precision serves gradient checks on small sizes.
  public static func multiply(
    _ a: Block<Double>, transposed aTransposed: Bool, _ b: Block<Double>, transposed bTransposed: Bool,
    into c: Block<Double>, accumulating: Bool
  ) {
    let inner = checkedInner(a, aTransposed, b, bTransposed, c)
    let (aRow, aInner) = aTransposed ? (1, a.stride) : (a.stride, 1)
    let (bInner, bColumn) = bTransposed ? (1, b.stride) : (b.stride, 1)
    if !accumulating { c.fill(0) }
    for i in 0..<c.rows {
      let target = c.row(i)
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
  public static func tanh(_ values: Block<Double>) { values.replaceEach(Double.tanh) }

  /// The logistic function on the C library's exponential.
  public static func sigmoid(_ values: Block<Double>) { values.replaceEach { 1 / (1 + Double.exp(-$0)) } }

  /// max(0, z), one by one.
  public static func relu(_ values: Block<Double>) { values.replaceEach { $0 < 0 ? 0 : $0 } }

  /// The gradient of `relu`, one by one.
  public static func reluBackward(_ upstream: Block<Double>, output: Block<Double>, into gradient: Block<Double>) {
    checkShapes(upstream, output, gradient)
    for i in 0..<gradient.rows {
      for j in 0..<gradient.columns { gradient.row(i)[j] = output.row(i)[j] > 0 ? upstream.row(i)[j] : 0 }
    }
  }

  /// The C library's exponential.
  public static func exp(_ values: Block<Double>, minus shift: Double) -> Double {
    var sum = 0.0
    values.replaceEach {
      let power = Double.exp($0 - shift)
      sum += power
      return power
    }
    return sum
  }

  /// The sum of the squares.
  public static func sumOfSquares(_ values: Block<Double>) -> Double {
    var sum = 0.0
    values.replaceEach {
      sum += $0 * $0
      return $0
    }
    return sum
  }
}

extension Block {
  fileprivate func replaceEach(_ function: (Scalar) -> Scalar) {
    forEachStretch { numbers, count in
      for i in 0..<count { numbers[i] = function(numbers[i]) }
    }
  }
}

/// Traps where the three shapes differ.
private func checkShapes<Scalar>(_ upstream: Block<Scalar>, _ output: Block<Scalar>, _ gradient: Block<Scalar>) {
  _ = Shape.common(upstream.shape, Shape.common(output.shape, gradient.shape))
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
  // One row that stands for many is no matrix in memory.
  require(min(a.stride - a.columns, b.stride - b.columns, c.stride - c.columns) >= 0, "a repeated row has no product")
  return k
}
