// Attention: what a decoder reads of the encoder's states at each of its steps, weighted by how well they fit.
//
//   scores:   e⟨t,j⟩ = s⟨t⟩ᵀ a⟨j⟩                              dot product       (Luong, Pham & Manning 2015)
//             e⟨t,j⟩ = v_e tanh(W_es s⟨t⟩ + W_ea a⟨j⟩)         additive          (Bahdanau, Cho & Bengio 2015)
//   weights:  α⟨t,j⟩ = softmax over j of e⟨t,j⟩, 0 where the source is padded
//   context:  ctx⟨t⟩ = Σ_j α⟨t,j⟩ a⟨j⟩
//   output:   s̃⟨t⟩ = tanh(W_c [ctx⟨t⟩; s⟨t⟩])                                     (Luong, Pham & Manning 2015, eq. 5)
//
//   δ = ∂L/∂s̃ ⊙ (1 − s̃²),   ∂L/∂W_c = Σ δ [ctx; s]ᵀ,   [∂L/∂ctx; ∂L/∂s] = W_cᵀ δ
//   ∂L/∂α⟨t,j⟩ = ∂L/∂ctx⟨t⟩ · a⟨j⟩,   ∂L/∂a⟨j⟩ += Σ_t α⟨t,j⟩ ∂L/∂ctx⟨t⟩
//   ∂L/∂e⟨t,j⟩ = α⟨t,j⟩ (∂L/∂α⟨t,j⟩ − Σ_i α⟨t,i⟩ ∂L/∂α⟨t,i⟩)
//
// s⟨t⟩ is the decoder's state after step t. Bahdanau et al. take the state before it and give the context to the step;
// here, as with Luong et al., the recurrence is left alone, and all steps are computed at once.

/// How a state of the decoder and a state of the encoder are compared.
public enum AttentionScore: String, CaseIterable, Sendable {
  /// e⟨t,j⟩ = s⟨t⟩ᵀ a⟨j⟩: no parameters, but states of one size.
  case dotProduct
  /// e⟨t,j⟩ = v_e tanh(W_es s⟨t⟩ + W_ea a⟨j⟩).
  case additive
}

/// The weights with which a decoder looks at its source, and what it makes of what it sees.
///
/// Shapes: s⟨t⟩ (n_s, m), a⟨j⟩ (n_a, m), α of an example (T_y, T_x), ctx⟨t⟩ (n_a, m), s̃⟨t⟩ (n_s, m). In training the
/// additive score keeps 2 · T_y · T_x · m · h numbers.
public struct Attention<Scalar: RealScalar>: Parameterized {
  /// How states are compared.
  public let score: AttentionScore
  /// What makes the output of the context and the state, (n_s, n_a + n_s).
  public var Wc: Matrix<Scalar>
  /// Of the additive score, (h, n_s), (h, n_a) and (1, h); empty with the dot product.
  public var Wes: Matrix<Scalar>, Wea: Matrix<Scalar>, ve: Matrix<Scalar>

  /// Attention with the dot product. Traps where `Wc` is not (n, 2 n).
  public init(Wc: Matrix<Scalar>) {
    let empty = Matrix<Scalar>(rows: 0, columns: 0)
    (score, self.Wc, Wes, Wea, ve) = (.dotProduct, Wc, empty, empty, empty)
    checkShapes()
  }

  /// Attention with the additive score. Traps where the shapes disagree.
  public init(Wes: Matrix<Scalar>, Wea: Matrix<Scalar>, ve: Matrix<Scalar>, Wc: Matrix<Scalar>) {
    (score, self.Wes, self.Wea, self.ve, self.Wc) = (.additive, Wes, Wea, ve, Wc)
    checkShapes()
  }

  /// Attention between a decoder and an encoder of `size` units each, h = `size` in the additive score, with weights
  /// drawn by `initialization`.
  public init(
    _ score: AttentionScore, size: Int, initialization: Initialization = .uniform, using random: inout RandomSource
  ) {
    func weight(_ rows: Int, _ columns: Int) -> Matrix<Scalar> {
      initialization.matrix(rows: rows, columns: columns, hiddenSize: columns, using: &random)
    }
    switch score {
    case .dotProduct: self.init(Wc: weight(size, 2 * size))
    case .additive:
      self.init(
        Wes: weight(size, size), Wea: weight(size, size), ve: weight(1, size), Wc: weight(size, 2 * size))
    }
  }

  /// W_c as `combine.weight`; of the additive score also W_es, W_ea and v_e, as `state.weight`, `source.weight` and
  /// `score.weight`.
  public var parameterPaths: [ParameterPath<Attention>] {
    let ofScore: [ParameterPath<Attention>] = [
      .init("state.weight", \.Wes), .init("source.weight", \.Wea), .init("score.weight", \.ve),
    ]
    return (score == .additive ? ofScore : []) + [.init("combine.weight", \.Wc)]
  }

  /// n_s, the units of the decoder's state.
  public var stateSize: Int { Wc.rows }
  /// n_a, the units of the encoder's states.
  public var sourceSize: Int { Wc.columns - Wc.rows }

  private func checkShapes() {
    require(
      score == .dotProduct
        ? stateSize == sourceSize
        : sourceSize > 0 && Wes.columns == stateSize && Wea.columns == sourceSize && Wea.rows == Wes.rows
          && ve.rows == 1 && ve.columns == Wes.rows,
      "W_c (\(Wc.rows), \(Wc.columns)), W_es (\(Wes.rows), \(Wes.columns)), W_ea (\(Wea.rows), \(Wea.columns)) and v_e "
        + "(\(ve.rows), \(ve.columns)) disagree")
  }

  // MARK: - Passes

  /// s̃ for each row of `states`, which are T_y steps of `batch` examples: (T_y m, n_s). One source serves them all.
  @specialized(where Scalar == Float)
  func forward(_ states: Block<Scalar>, batch: Int, into output: Block<Scalar>, on tape: AttentionTape<Scalar>) {
    checkShapes()
    (tape.rows, tape.batch) = (states.rows, batch)
    let α = tape.weights
    let (source, sources, mask) = tape.source!
    require(
      source.columns == sourceSize && (sources == batch || sources == 1),
      "attention to states of \(sourceSize) units of \(batch) sources was given \(source.columns) of \(sources)")
    let joined = tape.joined.block(rows: states.rows, columns: Wc.columns)
    joined.columns(sourceSize..<Wc.columns).copy(states)
    if score == .additive { compare(states, source, batch: batch, sources: sources, scores: α, on: tape) }
    for example in 0..<batch {
      let own = sources == 1 ? 0 : example
      let (a, α) = (source.everyRow(from: own, by: sources), α.everyRow(from: example, by: batch))
      if score == .dotProduct {
        let s = states.everyRow(from: example, by: batch)
        Scalar.multiply(s, transposed: false, a, transposed: true, into: α, accumulating: false)
      }
      let length = mask?.lengths[own] ?? a.rows
      for t in 0..<α.rows { α.columns(0..<length).applySoftmax(toRow: t) }
      for t in 0..<α.rows { α.rows(t..<t + 1).columns(length..<a.rows).fill(0) }
      let context = joined.columns(0..<sourceSize).everyRow(from: example, by: batch)
      context.fill(0)
      if a.rows > 0 {
        Scalar.multiply(α, transposed: false, a, transposed: false, into: context, accumulating: true)
      }
    }
    output.fill(0)
    Wc.addProduct(joined, to: output)
    Scalar.tanh(output)
  }

  /// The additive scores of all steps, all examples and all their source's states, h numbers for each.
  @specialized(where Scalar == Float)
  private func compare(
    _ states: Block<Scalar>, _ source: Block<Scalar>, batch: Int, sources: Int, scores: Block<Scalar>,
    on tape: AttentionTape<Scalar>
  ) {
    let fromState = tape.fromState.block(rows: states.rows, columns: ve.columns)
    let fromSource = tape.fromSource.block(rows: source.rows, columns: ve.columns)
    let compared = tape.compared.block(rows: scores.count, columns: ve.columns)
    fromState.fill(0)
    fromSource.fill(0)
    Wes.addProduct(states, to: fromState)
    Wea.addProduct(source, to: fromSource)
    for row in 0..<states.rows {
      for j in 0..<scores.columns {
        let own = sources == 1 ? 0 : row % batch
        let (sum, s, a) = (
          compared.row(row * scores.columns + j), fromState.row(row), fromSource.row(j * sources + own)
        )
        for k in 0..<ve.columns { sum[k] = s[k] + a[k] }
      }
    }
    Scalar.tanh(compared)
    scores.fill(0)
    ve.addProduct(compared, to: scores.asColumn)
  }

  /// Adds the gradients of the parameters and of the source, and writes ∂L/∂s into `stateGradients`, after `forward`.
  @specialized(where Scalar == Float)
  func backward(
    _ states: Block<Scalar>, batch: Int, output: Block<Scalar>, outputGradient: Block<Scalar>,
    stateGradients: Block<Scalar>, on tape: AttentionTape<Scalar>, accumulatingInto gradient: inout Attention
  ) {
    let α = tape.weights
    let (source, sources, _) = tape.source!
    guard let sourceGradients = tape.sourceGradients, sources == batch else {
      fatalError("the gradient of \(sources) sources has nowhere to go")
    }
    let joined = tape.joined.block(rows: states.rows, columns: Wc.columns)
    let joinedGradients = tape.joinedGradients.block(rows: states.rows, columns: Wc.columns)
    let δ = tape.linearGradients.block(rows: states.rows, columns: stateSize)
    Activation.tanh.backward(from: outputGradient, output: output, into: δ)
    gradient.Wc.addOuterProducts(δ, joined)
    Wc.setTransposedProduct(δ, in: joinedGradients)
    stateGradients.copy(joinedGradients.columns(sourceSize..<Wc.columns))
    if α.columns == 0 { return }

    let δe = tape.scoreGradients.block(rows: states.rows, columns: α.columns)
    for example in 0..<batch {
      let (a, δa) = (source.everyRow(from: example, by: batch), sourceGradients.everyRow(from: example, by: batch))
      let δctx = joinedGradients.columns(0..<sourceSize).everyRow(from: example, by: batch)
      let (α, δe) = (α.everyRow(from: example, by: batch), δe.everyRow(from: example, by: batch))
      Scalar.multiply(δctx, transposed: false, a, transposed: true, into: δe, accumulating: false)  // ∂L/∂α
      Scalar.multiply(α, transposed: true, δctx, transposed: false, into: δa, accumulating: true)
      for t in 0..<α.rows {
        let (α, δe) = (α.row(t), δe.row(t))
        var mean: Scalar = 0
        for j in 0..<a.rows { mean += α[j] * δe[j] }
        for j in 0..<a.rows { δe[j] = α[j] * (δe[j] - mean) }
      }
      if score == .dotProduct {
        let (s, δs) = (states.everyRow(from: example, by: batch), stateGradients.everyRow(from: example, by: batch))
        Scalar.multiply(δe, transposed: false, a, transposed: false, into: δs, accumulating: true)
        Scalar.multiply(δe, transposed: true, s, transposed: false, into: δa, accumulating: true)
      }
    }
    if score == .additive {
      compareBackward(
        states, source, batch: batch, scoreGradients: δe, stateGradients: stateGradients,
        sourceGradients: sourceGradients, on: tape, accumulatingInto: &gradient)
    }
  }

  @specialized(where Scalar == Float)
  private func compareBackward(
    _ states: Block<Scalar>, _ source: Block<Scalar>, batch: Int, scoreGradients δe: Block<Scalar>,
    stateGradients: Block<Scalar>, sourceGradients: Block<Scalar>, on tape: AttentionTape<Scalar>,
    accumulatingInto gradient: inout Attention
  ) {
    let compared = tape.compared.block(rows: δe.count, columns: ve.columns)
    let δ = tape.comparedGradients.block(rows: δe.count, columns: ve.columns)
    gradient.ve.addOuterProducts(δe.asColumn, compared)
    ve.setTransposedProduct(δe.asColumn, in: δ)
    Activation.tanh.backward(from: δ, output: compared, into: δ)
    // What reached s⟨t⟩ and a⟨j⟩ is the sum over all that each was compared with.
    let fromState = tape.fromState.block(rows: states.rows, columns: ve.columns)
    let fromSource = tape.fromSource.block(rows: source.rows, columns: ve.columns)
    fromState.fill(0)
    fromSource.fill(0)
    for row in 0..<states.rows {
      for j in 0..<δe.columns {
        let (part, s, a) = (
          δ.row(row * δe.columns + j), fromState.row(row), fromSource.row(j * batch + row % batch)
        )
        for k in 0..<ve.columns {
          s[k] += part[k]
          a[k] += part[k]
        }
      }
    }
    gradient.Wes.addOuterProducts(fromState, states)
    gradient.Wea.addOuterProducts(fromSource, source)
    Wes.addTransposedProduct(fromState, to: stateGradients)
    Wea.addTransposedProduct(fromSource, to: sourceGradients)
  }
}

/// The source that a decoder looks at, and the weights with which a pass looked.
public final class AttentionTape<Scalar: RealScalar> {
  /// a⟨1⟩ … a⟨T_x⟩ of `batch` sources, one under the other, (T_x m, n_a), and their lengths; nil before there is one.
  var source: (states: Block<Scalar>, batch: Int, mask: Mask?)?
  /// Where ∂L/∂a goes, in the same shape; the pass back adds to it.
  var sourceGradients: Block<Scalar>?
  fileprivate let joined = Buffer<Scalar>(), joinedGradients = Buffer<Scalar>(), linearGradients = Buffer<Scalar>()
  fileprivate let weightBuffer = Buffer<Scalar>(), scoreGradients = Buffer<Scalar>()
  fileprivate let fromState = Buffer<Scalar>(), fromSource = Buffer<Scalar>()
  fileprivate let compared = Buffer<Scalar>(), comparedGradients = Buffer<Scalar>()
  fileprivate var rows = 0, batch = 0

  /// α, a row for each step and example: (T_y m, T_x).
  fileprivate var weights: Block<Scalar> {
    guard let source else { fatalError("there is no source to attend to: attention is for an EncoderDecoder") }
    return weightBuffer.block(rows: rows, columns: source.states.rows / max(source.batch, 1))
  }

  /// α of the last pass for one of its m examples, counted from 0, (T_y, T_x): a row for each step, which sums to 1.
  /// Traps where there is no such example.
  public func weights(ofExample example: Int) -> Matrix<Scalar> {
    require(0..<batch ~= example, "there is no example \(example) among \(batch)")
    return Matrix(examples: weights.everyRow(from: example, by: batch)).transposed
  }
}
