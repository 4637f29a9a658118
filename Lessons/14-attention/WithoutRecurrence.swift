// Attention without recurrence: no state passes from step to step, and what tells the places apart is added to the letters.
//
//   a = E_x x + p,   s = E_y y⟨t−1⟩ + p                              one column for each place, all at once
//   α = softmax(aᵀ W_1 a),   a′ = a + W_v a α                        self-attention: each letter looks at all letters
//   β = softmax(a′ᵀ W_2 s),   h = tanh(W_c [a′ β; s]),   ŷ = softmax(W_ya h + b_y)
//
// Without self-attention, a′ = a. The page calls W_1 and W_v by what they work on, W_score and W_mix. A softmax is taken
// over each column. With δ for what comes from above, its gradient is α ⊙ (δ − Σ α ⊙ δ).

import SequenceModels

/// Words to be read and to be written, each with its end.
struct WordBatch: ExampleBatch {
  let pairs: [(source: [Int32], target: [Int32])]

  var exampleCount: Int { pairs.count }
  var targetCount: Int { pairs.reduce(0) { $0 + $1.target.count } }
  func examples(_ range: Range<Int>) -> WordBatch { WordBatch(pairs: Array(pairs[range])) }
}

/// A reader and a writer with attention and no recurrence.
nonisolated struct WithoutRecurrence<Scalar: RealScalar>: SequenceModel {
  typealias Columns = Matrix<Scalar>

  var Ex, Ey, W1, W2, Wv, Wc, Wya, by: Columns
  /// p: marks of the places, a column for each.
  let places: Columns

  /// A network of `units` for words of so many `letters`, the end among them, and of at most `longest` letters.
  init(
    letters: Int, units n: Int, longest: Int, selfAttention: Bool, using random: inout RandomSource
  ) {
    func draw(_ rows: Int, _ columns: Int, _ scale: Double = 1) -> Columns {
      let deviation = scale / Double(columns).squareRoot()
      return Columns(rows: rows, columns: columns) { deviation * random.normal() }
    }
    (Ex, Ey) = (draw(n, letters, Double(letters).squareRoot()), draw(n, letters, Double(letters).squareRoot()))
    (W2, Wc) = (draw(n, n, 0.3), draw(n, 2 * n))
    let none = Columns(rows: n, columns: 0)
    (W1, Wv) = selfAttention ? (draw(n, n, 0.3), draw(n, n, 0.3)) : (none, none)
    (Wya, by) = (draw(letters, n), Columns(rows: letters, columns: 1))
    places = Self.marks(units: n, count: longest + 1)
  }

  private var hasSelfAttention: Bool { Wv.columns > 0 }

  /// sin and cos of the place at speeds from 1 down to 1/100 (Vaswani et al. 2017, with a smaller range).
  static func marks(units n: Int, count: Int) -> Columns {
    var marks = Columns(rows: n, columns: count)
    for i in 0..<n {
      let speed = Scalar.pow(100, -Scalar(i / 2 * 2) / Scalar(n))
      for t in 0..<count { marks[i, t] = i % 2 == 0 ? .sin(Scalar(t + 1) * speed) : .cos(Scalar(t + 1) * speed) }
    }
    return marks
  }

  var parameterPaths: [ParameterPath<Self>] {
    [
      .init("Ex", \.Ex), .init("Ey", \.Ey), .init("W1", \.W1), .init("W2", \.W2), .init("Wv", \.Wv), .init("Wc", \.Wc),
      .init("Wya", \.Wya), .init("by", \.by),
    ]
  }

  /// What the forward pass leaves of one pair.
  struct Pass {
    let x, y, a, α, mix, read, s, β, joined, h, ŷ: Columns
  }

  final class Tape: TrainableTape, @unchecked Sendable {
    var passes: [Pass] = []
    func beginTraining(using random: inout RandomSource) {}
  }

  func makeTape() -> Tape { Tape() }
  func finalState(of tape: Tape) {}

  private func placed(_ e: Columns) -> Columns { e + places.columns(0..<e.columns) }

  /// The pass of one word, with the right letter before each: all places at once.
  func pass(_ source: [Int32], _ target: [Int32]) -> Pass {
    let x = Columns(oneHot: source, size: Ex.columns)
    let y = Columns(oneHot: [TokenBatch.none] + target.dropLast(), size: Ey.columns)
    let (a, s) = (placed(Ex * x), placed(Ey * y))
    let α = hasSelfAttention ? softmax(a.transposed * (W1 * a)) : a
    let mix = hasSelfAttention ? a * α : a
    let read = hasSelfAttention ? a + Wv * mix : a
    let β = softmax(read.transposed * (W2 * s))
    let joined: Columns = [read * β, s]
    let h = tanh(Wc * joined)
    return Pass(
      x: x, y: y, a: a, α: α, mix: mix, read: read, s: s, β: β, joined: joined, h: h, ŷ: softmax(Wya * h + by))
  }

  /// How far each part of the score of a letter and an answer varies from place to place or from letter to letter, on average:
  /// mark with mark, mark with letter, letter with mark, letter with letter.
  var partsOfScore: [Double] {
    [(places, places), (places, Ey), (Ex, places), (Ex, Ey)].map { asked, asking in
      let scores = asked.transposed * (W2 * asking)
      let spans = (0..<scores.columns).map { column in
        let values = (0..<scores.rows).map { Double(scores[$0, column]) }
        return values.max()! - values.min()!
      }
      return spans.reduce(0, +) / Double(spans.count)
    }
  }

  func forward(_ batch: WordBatch, from state: Void?, on tape: Tape) -> LossSum {
    var loss = LossSum()
    tape.passes = batch.pairs.map { pair in
      let pass = pass(pair.source, pair.target)
      for (t, token) in pair.target.enumerated() { loss.total -= Double(Scalar.log(pass.ŷ[Int(token), t])) }
      loss.count += pair.target.count
      return pass
    }
    return loss
  }

  /// ∂L/∂e of α = softmax(e), column by column, from ∂L/∂α.
  private func back(_ δ: Columns, through α: Columns) -> Columns {
    let sums = Columns(rows: 1, columns: α.rows, repeating: 1) * (α ⊙ δ)
    return α ⊙ (δ - Columns(rows: α.rows, columns: 1, repeating: 1) * sums)
  }

  func backward(_ batch: WordBatch, scale: Scalar, on tape: Tape, accumulatingInto gradient: inout Self) {
    for (pair, p) in zip(batch.pairs, tape.passes) {
      let δz = scale * (p.ŷ - Columns(oneHot: pair.target, size: Wya.rows))
      gradient.Wya = gradient.Wya + δz * p.h.transposed
      gradient.by = gradient.by + δz * Columns(rows: δz.columns, columns: 1, repeating: 1)
      let δh = (Wya.transposed * δz) ⊙ p.h.map { 1 - $0 * $0 }
      gradient.Wc = gradient.Wc + δh * p.joined.transposed
      let δjoined = Wc.transposed * δh
      let (δmix, ofState) = (δjoined.rows(0..<p.s.rows), δjoined.rows(p.s.rows..<2 * p.s.rows))
      // The look of the writer at the letters.
      let δβ = back(p.read.transposed * δmix, through: p.β)
      gradient.W2 = gradient.W2 + p.read * δβ * p.s.transposed
      let δs = ofState + W2.transposed * (p.read * δβ)
      let δread = δmix * p.β.transposed + W2 * p.s * δβ.transposed
      var δa = δread
      if hasSelfAttention {  // the look of the letters at each other
        gradient.Wv = gradient.Wv + δread * p.mix.transposed
        let δown = Wv.transposed * δread
        let δα = back(p.a.transposed * δown, through: p.α)
        gradient.W1 = gradient.W1 + p.a * δα * p.a.transposed
        δa = δa + δown * p.α.transposed + W1 * p.a * δα.transposed + W1.transposed * (p.a * δα)
      }
      gradient.Ex = gradient.Ex + δa * p.x.transposed
      gradient.Ey = gradient.Ey + δs * p.y.transposed
    }
  }
}
