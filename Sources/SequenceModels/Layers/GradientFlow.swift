// How far a gradient reaches: the backward pass that training takes, measured step by step.
//
//   ∂L⟨T⟩/∂a⟨t⟩ = (∂a⟨t+1⟩/∂a⟨t⟩)ᵀ … (∂a⟨T⟩/∂a⟨T−1⟩)ᵀ ∂L⟨T⟩/∂a⟨T⟩    (Pascanu et al. 2013, equation 5; Goodfellow 10.7)
//
// A product of T − t Jacobians: with g the typical size of one it goes as g^{T−t}, and for a linear network with W_aa =
// g Q, Q orthogonal, it is exactly that. A step backwards is linear in the gradient that it takes, so each example's
// gradient is brought near 1 by a power of two after every step and the powers are counted apart: in Float as in
// Double, a norm is right down to 1e-300, where the gradient itself would long have become 0.

import RealModule

extension Recurrent {
  /// ‖∂L⟨T⟩/∂state⟨t⟩‖ by lag T − t, for a loss that sees the output of the last step only.
  ///
  /// - Parameters:
  ///   - cotangent: ∂L⟨T⟩/∂a⟨T⟩, (n_a, m).
  ///   - state: which of the cell's states; 0 is a⟨t⟩. The states of a step stand side by side, as step t + 1 reads
  ///     them.
  ///   - tape: after `forward` of m examples without a mask. Its gradients are overwritten.
  /// - Returns: a row a lag from 0 to T, where lag T is the state before the first step, and a column an example, (T +
  ///   1, m).
  public func gradientNorms(
    of cotangent: Matrix<Scalar>, toState state: Int = 0, on tape: Tape
  ) -> Matrix<Double> {
    require(tape.pass?.mask == nil, "gradient norms by lag are those of sequences of one length, without a mask")
    let tape = tape.cell
    tape.check(cell)
    var norms = Matrix<Double>(rows: tape.length + 1, columns: tape.batch)
    var exponents = [Int](repeating: 0, count: tape.batch)
    for k in stateSizes.indices { tape.allStateGradients(k).fill(0) }
    tape.stateGradient(0, at: tape.length).copy(examples: cotangent)
    for lag in 0...tape.length {
      let t = tape.length - lag
      if lag > 0 { cell.stepBackward(t + 1, on: tape) }
      for example in 0..<tape.batch {
        let parts = stateSizes.indices.map { tape.stateGradient($0, at: t).rows(example..<example + 1) }
        norms[lag, example] = Double(sign: .plus, exponent: exponents[example], significand: parts[state].norm)
        exponents[example] += Block.bringNearOne(parts)
      }
    }
    return norms
  }

  /// The size of the Jacobian J = ∂a⟨T⟩/∂state⟨t⟩ along one sequence, by lag T − t from 0 to T.
  ///
  /// It is ‖J‖_F / √n_a, the root mean square of the singular values: what J makes of a vector of length 1 in the mean
  /// over all directions. At lag 0 it is 1, or 0 for a state that is not the output, and for a linear network with W_aa
  /// = g Q it is gᵏ at lag k. The n_a rows of J are the gradients of n_a examples, all of the same sequence.
  ///
  /// - Parameters:
  ///   - input: one sequence, (n_x, 1) a step.
  ///   - start: the state before the first step, each (size, 1); zeros where it is nil.
  ///   - state: which of the cell's states; 0 is a⟨t⟩.
  public func jacobianNorms(
    _ input: SequenceBatch<Scalar>, from start: RecurrentState<Scalar>? = nil, toState state: Int = 0
  ) -> [Double] {
    let tape = self(input.repeated(outputSize), from: start?.repeated(outputSize))
    let rows = gradientNorms(of: .identity(outputSize), toState: state, on: tape)
    return (0...input.length).map { lag in
      let norms = (0..<outputSize).map { rows[lag, $0] }
      guard let largest = norms.max(), largest > 0, largest.isFinite else { return norms.reduce(0, +) }
      let squares = norms.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }
      return largest * (squares / Double(outputSize)).squareRoot()
    }
  }
}

extension Recurrent.Tape {
  /// ‖∂L/∂a⟨t⟩‖ after a backward pass, whatever the loss: a row a step 1 … T, a column an example, (T, m).
  ///
  /// In a stack it is that of a layer, `tape.layers[l].gradientNorms`. These are the gradients as training has them: a
  /// `Float` below 1e-45 is 0, and deep lags want `Double`.
  public var gradientNorms: Matrix<Double> {
    var norms = Matrix<Double>(rows: length, columns: batch)
    for row in 0..<length * batch { norms[flat: row] = outputGradients.rows(row..<row + 1).norm }
    return norms
  }
}

extension RecurrentLayer {
  /// The influence map |∂ŷ⟨i⟩/∂x⟨j⟩| of one sequence: row i − 1 and column j − 1 hold the norm of that block, (T, T).
  ///
  /// The norm is Frobenius', the root of the sum of the squares of all ∂ŷ_k⟨i⟩/∂x_l⟨j⟩. Entries with j > i are exactly
  /// 0 where the layer reads forwards only. It takes one forward pass and T backward passes of n_y examples; `Float`
  /// loses what lies below 1e-45.
  ///
  /// - Parameters:
  ///   - input: one sequence, (n_x, 1) a step.
  ///   - start: the state before the first step, each (size, 1); zeros where it is nil.
  ///   - output: what turns the layer's output into the logits ŷ stands for; where it is nil, ŷ⟨t⟩ is the layer's
  ///     output itself.
  public func influence(
    of input: SequenceBatch<Scalar>, from start: RecurrentState<Scalar>? = nil, through output: Dense<Scalar>? = nil
  ) -> Matrix<Double> {
    let cotangents = output?.Wya ?? .identity(outputSize)
    let (length, count) = (input.length, cotangents.rows)
    let x = input.repeated(count)
    let tape = self(x, from: start?.repeated(count))
    var result = Matrix<Double>(rows: length, columns: length)
    for i in 0..<length {
      // Row k of the cotangents is the question that example k asks of step i.
      var asked = SequenceBatch<Scalar>(length: length, batch: count, size: outputSize)
      asked[i] = cotangents.transposed
      var answer = gradients(outputGradient: asked, on: tape).input
      answer.withMutableBlock { block in
        for j in 0..<length { result[i, j] = block.rows(j * count..<(j + 1) * count).norm }
      }
    }
    return result
  }
}

extension Block {
  /// The root of the sum of squares, each divided by the largest first, so that none of them is lost.
  fileprivate var norm: Double {
    @specialized(where Scalar == Float)
    get {
      var largest = 0.0
      for i in 0..<count {
        let size = abs(Double(start[i]))
        if !(size <= largest) { largest = size }
      }
      guard largest > 0, largest.isFinite else { return largest }
      var sum = 0.0
      for i in 0..<count {
        let part = Double(start[i]) / largest
        sum += part * part
      }
      return largest * sum.squareRoot()
    }
  }

  /// Divides all parts by one power of two such that the largest number lies in 1 ..< 2, and returns its exponent.
  @specialized(where Scalar == Float)
  fileprivate static func bringNearOne(_ parts: [Block]) -> Int {
    var largest: Scalar = 0
    for part in parts {
      for i in 0..<part.count where abs(part.start[i]) > largest { largest = abs(part.start[i]) }
    }
    guard largest > 0, largest.isFinite else { return 0 }
    let exponent = largest.exponent
    for part in parts {
      for i in 0..<part.count { part.start[i] = Scalar(sign: .plus, exponent: -exponent, significand: part.start[i]) }
    }
    return Int(exponent)
  }
}

extension Matrix {
  /// Ones on the diagonal, (size, size).
  fileprivate static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }

  /// Its one column, `count` times.
  fileprivate func repeated(_ count: Int) -> Matrix {
    require(columns == 1, "a map of one sequence was given \(columns) of them")
    return Matrix(rows: rows, columns: count) + self
  }
}

extension SequenceBatch {
  /// Its one example, `count` times.
  fileprivate func repeated(_ count: Int) -> SequenceBatch {
    SequenceBatch((0..<length).map { self[$0].repeated(count) })
  }
}

extension RecurrentState {
  /// Its one example, `count` times.
  fileprivate func repeated(_ count: Int) -> RecurrentState {
    RecurrentState(values.map { $0.repeated(count) })
  }
}
