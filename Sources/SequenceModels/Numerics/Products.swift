// The products of a layer with its weights, over every example at once. An example is a row of a block, so that
//
//   W v for each of them is V Wᵀ,   Wᵀ δ is Δ W,   Σ δ vᵀ is Δᵀ V

extension Matrix {
  /// Adds W v to the rows of `target`, for each row v of `vectors`. Traps where the shapes disagree.
  ///
  /// Shapes: W (n, k), `vectors` (m, k), `target` (m, n). It takes m · n · k multiply-adds, as the others here do.
  public func addProduct(_ vectors: Block<Scalar>, to target: Block<Scalar>) {
    withBlock { Scalar.multiply(vectors, transposed: false, $0, transposed: true, into: target, accumulating: true) }
  }

  /// Adds Wᵀ δ to the rows of `target`, for each row δ of `gradients`: how a gradient goes back through W.
  ///
  /// Shapes: W (n, k), `gradients` (m, n), `target` (m, k). Of some `rows` of W alone, `gradients` has as many columns.
  public func addTransposedProduct(_ gradients: Block<Scalar>, rows: Range<Int>? = nil, to target: Block<Scalar>) {
    multiplyTransposed(gradients, rows, into: target, accumulating: true)
  }

  /// Writes Wᵀ δ into the rows of `target`, for each row δ of `gradients`; see `addTransposedProduct`.
  public func setTransposedProduct(_ gradients: Block<Scalar>, rows: Range<Int>? = nil, in target: Block<Scalar>) {
    multiplyTransposed(gradients, rows, into: target, accumulating: false)
  }

  private func multiplyTransposed(
    _ gradients: Block<Scalar>, _ rows: Range<Int>?, into target: Block<Scalar>, accumulating: Bool
  ) {
    withBlock {
      let weight = rows.map($0.rows) ?? $0
      Scalar.multiply(
        gradients, transposed: false, weight, transposed: false, into: target, accumulating: accumulating)
    }
  }

  /// Adds Σ δ vᵀ over the rows δ of `gradients` and v of `vectors`: the gradient of a W that multiplied each v.
  ///
  /// Shapes: this gradient (n, k), `gradients` (m, n), `vectors` (m, k). Of some `rows` of it alone, `gradients` has as
  /// many columns.
  public mutating func addOuterProducts(
    _ gradients: Block<Scalar>, _ vectors: Block<Scalar>, rows: Range<Int>? = nil
  ) {
    withMutableBlock {
      let target = rows.map($0.rows) ?? $0
      Scalar.multiply(gradients, transposed: true, vectors, transposed: false, into: target, accumulating: true)
    }
  }

  /// Adds Σ δ over the rows δ of `gradients` to this column: the gradient of a bias.
  ///
  /// Shapes: this gradient (n, 1), `gradients` (m, n). Traps where they disagree.
  @specialized(where Scalar == Float)
  public mutating func addSum(_ gradients: Block<Scalar>) {
    require(
      columns == 1 && rows == gradients.columns,
      "the gradient of a bias of (\(rows), \(columns)) was given columns of \(gradients.columns)")
    withMutableBlock {
      let sum = $0.start
      for i in 0..<gradients.rows {
        let row = gradients.row(i)
        for j in 0..<gradients.columns { sum[j] += row[j] }
      }
    }
  }

  /// Adds Σ δ over the rows δ of `gradients` to some `rows` of this column: the gradient of a part of a bias.
  ///
  /// Shapes: this gradient (n, 1), `gradients` (m, n) for n rows. Traps where they disagree.
  public mutating func addSum(_ gradients: some Elementwise<Scalar>, rows: Range<Int>) {
    let shape = gradients.shape ?? Shape(0, 0)
    require(
      columns == 1 && rows.upperBound <= self.rows && rows.count == shape.columns,
      "the gradient of rows \(rows) of (\(self.rows), \(columns)) was given columns of \(shape.columns)")
    withMutableBlock {
      let sum = $0.start + rows.lowerBound
      for i in 0..<shape.rows {
        for j in 0..<shape.columns { sum[j] += gradients.number(at: Place(i, j)) }
      }
    }
  }
}
