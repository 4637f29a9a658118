// What the functions of Exercise05.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise {
  Exercise(
    "05", "vanishing and exploding gradients", [jacobianCheck, gradientNormsCheck, sizesCheck, clippedCheck])
}

/// All entries squared and added up, and the root of that.
func norm(_ A: Columns) -> Double { A.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// Ones on the diagonal, (n, n).
func identity(_ n: Int) -> Columns {
  Columns(rows: n, columns: n, elements: (0..<n * n).map { $0 % (n + 1) == 0 ? 1 : 0 })
}

// MARK: - The inputs

/// A layer, what it reads, and its states a⟨0⟩ … a⟨T⟩.
private struct Walk {
  let layer: Recurrent<RNNCell<Double>>
  let x: [Columns]
  let a: [Columns]
  let last: Columns

  var Waa: Columns { layer.cell.Waa }
  /// The layer's pass over its first steps.
  func tape(_ steps: Int) -> Recurrent<RNNCell<Double>>.Tape {
    layer(SequenceBatch(Array(x.prefix(steps))), from: RecurrentState([a[0]]))
  }

  init(_ layer: Recurrent<RNNCell<Double>>, x: [Columns], start: Columns, last: Columns) {
    (self.layer, self.x, self.last) = (layer, x, last)
    let states = layer(SequenceBatch(x), from: RecurrentState([start])).outputSequence
    a = [start] + (0..<x.count).map { states[$0] }
  }

  init(units: Int, length: Int, seed: UInt64) {
    var random = RandomSource(seed: seed)
    let cell = RNNCell(
      Wax: random.matrix(units, 2), Waa: 1.5 * random.matrix(units, units), ba: random.matrix(units, 1))
    let (start, last) = (random.matrix(units, 1), random.matrix(units, 1))
    self.init(Recurrent(cell), x: (1...length).map { _ in random.matrix(2, 1) }, start: start, last: last)
  }
}

private var walks: [(String, Walk)] {
  let (zero, one) = (Columns([[0]]), Columns([[1]]))
  let unit = Recurrent(RNNCell(Wax: zero, Waa: one, ba: zero))
  return [
    ("one unit with w = 1 that starts at 1", Walk(unit, x: [zero, zero, zero], start: one, last: one)),
    ("two units, three steps", Walk(units: 2, length: 3, seed: 1)),
    ("four units, five steps", Walk(units: 4, length: 5, seed: 2)),
  ]
}

private func slope(_ a: Columns) -> Columns { a.map { 1 - $0 * $0 } }

/// The norms by lag or by step, as parts.
private func parts(_ name: String) -> ([Double]) -> [Part] {
  { numbers in numbers.enumerated().map { Part("\(name) \($0)", $1) } }
}

// MARK: - The checks

private var jacobianCheck: Check {
  func wrong(_ sentence: String, _ jacobian: @escaping (Columns, Columns) -> Columns) -> Mistake<Walk, Columns> {
    Mistake(sentence) { jacobian($0.Waa, $0.a[1]) }
  }
  return Check(
    "jacobian", inputs: walks, parts: { [Part("∂a⟨t⟩/∂a⟨t−1⟩", $0)] }, yours: { jacobian($0.Waa, $0.a[1]) },
    solution: { Solution.jacobian($0.Waa, $0.a[1]) },
    // Row i is the gradient of unit i.
    library: { walk in
      let rows = (0..<walk.Waa.rows).map { unit in
        let asked = identity(walk.Waa.rows).columns(unit..<unit + 1)
        return walk.layer.gradients(outputGradient: SequenceBatch([asked]), on: walk.tape(1)).initialState.values[0]
      }
      return Columns(rows.map(\.elements))
    },
    mistakes: [
      wrong("You multiply the columns. It's the rows: unit i moves by its own slope, and its weights are row i.") {
        $0 ⊙ slope($1).transposed.spread(to: $0)
      },
      wrong("The slope of the tanh is missing. Multiply row i of Waa by 1 − a_i².") { Waa, _ in Waa },
      wrong("You use a² in the place of 1 − a². The slope of the tanh is largest where a is 0.") {
        $1.map { $0 * $0 } ⊙ $0
      },
      wrong("Square a first: the slope is 1 − a², and you have 1 − a.") { $1.map { 1 - $0 } ⊙ $0 },
      wrong("Brackets: you have (1 − a)², and the slope is 1 − a².") { $1.map { (1 - $0) * (1 - $0) } ⊙ $0 },
      wrong("You take the tanh of a once more. It's in a already, so the slope is 1 − a².") { slope(tanh($1)) ⊙ $0 },
      wrong("That's the slope of the sigmoid, a (1 − a). The tanh has 1 − a².") { $1.map { $0 * (1 - $0) } ⊙ $0 },
      wrong("The right numbers, transposed: row i should belong to the unit that moves, column j to the nudged one.") {
        (slope($1) ⊙ $0).transposed
      },
      wrong("You use Waa transposed. Forwards, row i of Waa has the weights with which unit i reads the others.") {
        slope($1) ⊙ $0.transposed
      },
      wrong("Only the diagonal is left. Nudge one unit, and the others move as well: keep the other entries of Waa.") {
        slope($1) ⊙ $0 ⊙ identity($0.rows)
      },
      wrong("That's a product of Waa and the slopes, (n_a, 1). Multiply row by row instead, with ⊙.") {
        $0 * slope($1)
      },
    ],
    hints: [
      "The slopes of all units at once: `a.map { 1 - $0 * $0 }`, (n_a, 1).",
      "`⊙` takes one column beside a matrix, and multiplies row i of the matrix by entry i of the column.",
    ])
}

private var gradientNormsCheck: Check {
  /// The backward pass with something changed in it.
  struct Pass {
    var steps: (Int) -> [Int] = { (1...$0).reversed() }
    var before: (Columns, Columns) -> Columns = { grad, _ in grad }
    var slope: ([Columns], Int) -> Columns = { a, t in a[t].map { 1 - $0 * $0 } }
    var through: (Columns, Columns, Columns) -> Columns = { Waa, grad, slope in Waa.transposed * (grad ⊙ slope) }
    var size: (Columns, Columns) -> Double = { grad, _ in norm(grad) }
    var result: ([Double]) -> [Double] = { $0 }

    func run(_ walk: Walk) -> [Double] {
      var (grad, norms) = (walk.last, [size(walk.last, walk.last)])
      for t in steps(walk.a.count - 1) {
        let δ = before(grad, walk.last) ⊙ slope(walk.a, t)
        grad = through(walk.Waa, before(grad, walk.last), slope(walk.a, t))
        norms.append(size(grad, δ))
      }
      return result(norms)
    }
  }
  func wrong(_ sentence: String, _ change: (inout Pass) -> Void) -> Mistake<Walk, [Double]> {
    var pass = Pass()
    change(&pass)
    return Mistake(sentence, pass.run)
  }
  return Check(
    "gradientNorms", inputs: walks, parts: parts("the norm at lag"),
    yours: { gradientNorms($0.Waa, $0.a, from: $0.last) },
    solution: { Solution.gradientNorms($0.Waa, $0.a, from: $0.last) },
    library: { $0.layer.gradientNorms(of: $0.last, on: $0.tape($0.x.count)).elements },
    mistakes: [
      wrong("You go back through Waa, and it should be Waaᵀ: see Lesson 05, “Many units: a matrix in the place of w”.")
      {
        $0.through = { $0 * ($1 ⊙ $2) }
      },
      wrong("The slope of the tanh is missing: first multiply by 1 − a⟨t⟩ ⊙ a⟨t⟩, then go through Waaᵀ.") {
        $0.slope = { a, t in a[t].map { _ in 1 } }
      },
      wrong("Waaᵀ is missing: the gradient only gets smaller by the slopes. Each step back goes through Waaᵀ as well.")
      {
        $0.through = { $1 ⊙ $2 }
      },
      wrong("You use a ⊙ a in the place of 1 − a ⊙ a. The slope of the tanh is largest where a is 0.") {
        $0.slope = { a, t in a[t].map { $0 * $0 } }
      },
      wrong("You go through Waaᵀ first, and then multiply by the slope. Backwards, the tanh comes first.") {
        $0.through = { Waa, grad, slope in (Waa.transposed * grad) ⊙ slope }
      },
      wrong("You take the slope at a⟨t−1⟩. The tanh that made a⟨t⟩ has its slope at a⟨t⟩.") {
        $0.slope = { a, t in a[t - 1].map { 1 - $0 * $0 } }
      },
      wrong("You take the tanh of a once more. It's in a already, so the slope is 1 − a ⊙ a.") {
        $0.slope = { a, t in tanh(a[t]).map { 1 - $0 * $0 } }
      },
      wrong("You go from the first step to the last. A gradient travels back: `(1..<a.count).reversed()`.") {
        $0.steps = { Array(1...$0) }
      },
      wrong("Each of your steps begins with grad⟨T⟩ again. It should begin with the gradient of the step before.") {
        $0.before = { _, last in last }
      },
      wrong("You measure δ⟨t⟩, the gradient before the tanh. Measure grad⟨t−1⟩, after Waaᵀ.") {
        $0.size = { _, δ in norm(δ) }
      },
      wrong("These are the squares of the norms: the root is missing.") {
        $0.size = { grad, _ in norm(grad) * norm(grad) }
      },
      wrong("You divide by the norm of grad⟨T⟩, as the first picture does. Here the norms are wanted as they are.") {
        $0.result = { norms in norms.map { $0 / norms[0] } }
      },
      wrong("The list should begin with the norm of grad⟨T⟩ itself, 0 steps back.") {
        $0.result = { Array($0.dropFirst()) }
      },
      wrong("The list ends too soon: the last one is the norm of grad⟨0⟩, so the loop runs down to t = 1.") {
        $0.steps = { (2...$0).reversed() }
      },
      wrong("The right norms in the reverse order: place k should be k steps back from the end.") {
        $0.result = { $0.reversed() }
      },
    ],
    hints: [
      "Begin with `var grad = last` and `var norms = [norm(grad)]`, and go through `(1..<a.count).reversed()`.",
      "δ is `grad ⊙ a[t].map { 1 - $0 * $0 }`.",
      "The next `grad` is `Waa.transposed * δ`. Append its norm.",
    ])
}

private var sizesCheck: Check {
  /// The product with something changed in it.
  struct Product {
    var jacobian: (Walk, Int) -> Columns = { slope($0.a[$1]) ⊙ $0.Waa }
    var times: (Columns, Columns) -> Columns = { $0 * $1 }
    var first: (Walk) -> Columns = { identity($0.Waa.rows) }
    var start: (Columns) -> Double = { _ in 1 }
    var size: (Columns) -> Double = { norm($0) / sqrt(Double($0.rows)) }
    var result: ([Double]) -> [Double] = { $0 }

    func run(_ walk: Walk) -> [Double] {
      var J = first(walk)
      var sizes = [start(J)]
      for t in 1..<walk.a.count {
        J = times(jacobian(walk, t), J)
        sizes.append(size(J))
      }
      return result(sizes)
    }
  }
  func wrong(_ sentence: String, _ change: (inout Product) -> Void) -> Mistake<Walk, [Double]> {
    var product = Product()
    change(&product)
    return Mistake(sentence, product.run)
  }
  let notTheRoot = "You divide by n_a. A norm is a root: divide by √n_a. See Lesson 05, “How much gets through?”."
  let undivided = "That's ‖J‖. Divide it by √n_a, so that the size is 1 if every nudge keeps its length."
  return Check(
    "sizes", inputs: walks, parts: parts("the size after step"), yours: { sizes($0.Waa, $0.a) },
    solution: { Solution.sizes($0.Waa, $0.a) },
    library: { walk in
      [1]
        + (1..<walk.a.count).map { steps in
          let x = SequenceBatch(Array(walk.x.prefix(steps)))
          return walk.layer.jacobianNorms(x, from: RecurrentState([walk.a[0]])).last!
        }
    },
    mistakes: [
      wrong(
        "A later Jacobian should stand further left, as it is: you have it on the right, or transposed on the left."
      ) {
        $0.times = { $1 * $0 }
      },
      wrong("You measure each Jacobian by itself. The nudge goes through all of them: multiply them.") {
        $0.times = { one, _ in one }
      },
      wrong("You add the Jacobians. A nudge goes through one after the other: multiply them.") {
        $0.times = { $0 + $1 }
      },
      wrong("You multiply the sizes of single Jacobians. Multiply the Jacobians, and measure their product.") {
        $0.times = { one, _ in one }
        $0.result = { sizes in sizes.indices.map { sizes[...$0].reduce(1, *) } }
      },
      wrong("You multiply entry by entry, with ⊙. A step after a step is the product of the matrices, with *.") {
        $0.times = { $0 ⊙ $1 }
      },
      wrong(notTheRoot) { $0.size = { norm($0) / Double($0.rows) } },
      wrong(notTheRoot) {
        $0.size = { norm($0) / Double($0.rows) }
        $0.start = { norm($0) / Double($0.rows) }
      },
      wrong(undivided) { $0.size = norm },
      wrong(undivided) { ($0.size, $0.start) = (norm, norm) },
      wrong("You begin with Waa. Before the first step the product is the identity, `identity(Waa.rows)`.") {
        $0.first = { $0.Waa }
      },
      wrong("You begin with a⟨0⟩. The first step made a⟨1⟩: go from t = 1 on.") {
        $0.first = { slope($0.a[0]) ⊙ $0.Waa }
        $0.start = { norm($0) / sqrt(Double($0.rows)) }
        $0.result = { [1] + $0 }
      },
      wrong("You take the slopes at a⟨t−1⟩. Step t made a⟨t⟩, and its Jacobian has the slopes there.") {
        $0.jacobian = { slope($0.a[$1 - 1]) ⊙ $0.Waa }
      },
      wrong("You leave the slopes out: that's a power of Waa. Multiply by `jacobian(Waa, a[t])`.") {
        $0.jacobian = { walk, _ in walk.Waa }
      },
      wrong("The list should begin with 1, the size after 0 steps.") { $0.result = { Array($0.dropFirst()) } },
    ],
    hints: [
      "Begin with `var J = identity(Waa.rows)` and the list [1], and go through t from 1 to a.count − 1.",
      "`jacobian(Waa, a[t])` is written above. The new J is it, times the old J.",
      "Append `norm(J) / sqrt(Double(Waa.rows))`.",
    ])
}

private var clippedCheck: Check {
  typealias Input = (gradient: [Columns], bound: Double)
  func together(_ gradient: [Columns]) -> Double { norm(Columns(column: gradient.flatMap(\.elements))) }
  /// All matrices times the bound over something else than the norm, where that is larger than the bound.
  func wrong(_ sentence: String, norm: @escaping ([Columns]) -> Double) -> Mistake<Input, [Columns]> {
    Mistake(sentence) { gradient, bound in
      norm(gradient) > bound ? gradient.map { bound / norm(gradient) * $0 } : gradient
    }
  }
  /// All matrices times a factor, made from the norm and the bound.
  func scaled(_ sentence: String, _ factor: @escaping (Double, Double) -> Double) -> Mistake<Input, [Columns]> {
    Mistake(sentence) { gradient, bound in gradient.map { factor(together(gradient), bound) * $0 } }
  }
  var random = RandomSource(seed: 3)
  let inputs: [(String, Input)] = [
    ("the two entries 30 and 0.4, at 5", ([Columns([[30]]), Columns([[0.4]])], 5)),
    ("a long gradient of two matrices", ([2 * random.matrix(2, 3), 6 * random.matrix(2, 1)], 2)),
    ("a short one", ([random.matrix(3, 3), random.matrix(3, 1)], 20)),
    ("a gradient longer than the bound, though neither matrix is", ([Columns([[3]]), Columns([[-4]])], 4.5)),
  ]
  return Check(
    "clipped", inputs: inputs, parts: { $0.enumerated().map { Part("matrix \($0)", $1) } },
    yours: { clipped($0.gradient, to: $0.bound) }, solution: { Solution.clipped($0.gradient, to: $0.bound) },
    library: { gradient, bound in
      var dense = Dense(Wya: gradient[0], by: gradient[1])
      dense.clip(.norm(bound))
      return [dense.Wya, dense.by]
    },
    mistakes: [
      Mistake(
        "You clip each matrix by its own norm, which turns the gradient. There is one norm for all of them together."
      ) {
        gradient, bound in
        gradient.map { norm($0) > bound ? bound / norm($0) * $0 : $0 }
      },
      Mistake("You cut every entry on its own, which turns the gradient. Scale all by the same factor.") {
        gradient, bound in
        gradient.map { $0.map { min(max($0, -bound), bound) } }
      },
      scaled("You make short gradients longer. Scale only a gradient whose norm is above the bound.") { $1 / $0 },
      scaled("Nothing is clipped. If the norm is above the bound, multiply every matrix by bound / norm.") { _, _ in 1
      },
      scaled("The comparison is turned round: you scale the short ones and leave the long ones.") {
        $0 < $1 ? $1 / $0 : 1
      },
      scaled("Your long gradients get the norm 1. They should keep as much as the bound allows: bound / norm.") {
        $0 > $1 ? 1 / $0 : 1
      },
      scaled("You multiply by the bound, and don't divide by the norm. The factor is bound / norm.") {
        $0 > $1 ? $1 : 1
      },
      scaled("The factor is upside down: norm / bound makes a long gradient longer.") { $0 > $1 ? $0 / $1 : 1 },
      wrong("You add the norms of the matrices. Add up the squares of all numbers, and take the root of the sum.") {
        $0.reduce(0) { $0 + norm($1) }
      },
      wrong("The root is missing in your norm: that's the sum of the squares.") { together($0) * together($0) },
      wrong("You add up the absolute values. Square all entries, add them up, take the root.") {
        $0.reduce(0) { $0 + $1.elements.reduce(0) { $0 + abs($1) } }
      },
      wrong("You add up the entries themselves. Square all entries, add them up, take the root.") {
        $0.reduce(0) { $0 + $1.elements.reduce(0, +) }
      },
      wrong("You take the largest entry for the norm. Square all entries, add them up, take the root.") {
        $0.flatMap(\.elements).map(abs).max()!
      },
      wrong("You take the longest matrix for the whole. Square all entries, add them up, take the root.") {
        $0.map { norm($0) }.max()!
      },
      wrong("You take the norm of the first matrix alone. The gradient is all of them together.") { norm($0[0]) },
    ],
    hints: [
      "The squares of all numbers: norm(A) · norm(A) for each matrix, added up. The root of that is the norm.",
      "If it's above the bound, every matrix is multiplied by the same factor, bound / norm. If not, nothing changes.",
    ])
}

extension Columns {
  /// One row, repeated for every row of `other`.
  fileprivate func spread(to other: Columns) -> Columns { Columns(rows: other.rows, columns: 1, repeating: 1) * self }
}
