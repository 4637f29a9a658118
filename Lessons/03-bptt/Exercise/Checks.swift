// What the functions of Exercise03.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise { Exercise("03", "backpropagation through time", [stepCheck, backwardCheck, slopeCheck]) }

/// The columns of a matrix added up: what a bias gets from a batch, (n, 1).
func summed(_ A: Columns) -> Columns { A * Columns(rows: A.columns, columns: 1, repeating: 1) }

// MARK: - The inputs

/// A network, the ids of what it reads and of what is asked of it, and the forward pass over them.
private struct Pass {
  let θ: Network
  let inputs: TokenBatch, targets: TokenBatch
  let x: [Columns], a: [Columns], e: [Columns]

  init(_ θ: Network, inputs: TokenBatch, targets: TokenBatch) {
    (self.θ, self.inputs, self.targets) = (θ, inputs, targets)
    let (read, asked) = (
      inputs.oneHot(size: θ.Wax.columns, as: Double.self), targets.oneHot(size: θ.by.rows, as: Double.self)
    )
    var (x, a) = ([0 * read[0]], [Columns(rows: θ.ba.rows, columns: inputs.batch)])
    var e = [0 * asked[0]]
    for t in 0..<inputs.length {
      x.append(read[t])
      a.append(tanh(θ.Waa * a[t] + θ.Wax * read[t] + θ.ba))
      let ŷ = softmax(θ.Wya * a[t + 1] + θ.by)
      e.append(
        Columns(
          rows: ŷ.rows, columns: ŷ.columns,
          elements: (0..<ŷ.count).map { place in
            targets[t, place % ŷ.columns] < 0 ? 0 : ŷ.elements[place] - asked[t].elements[place]
          }))
    }
    (self.x, self.a, self.e) = (x, a, e)
  }

  init(units: Int, length: Int, batch: Int, seed: UInt64) {
    var random = RandomSource(seed: seed)
    let θ = Network(inputs: 2, units: units, outputs: 2, using: &random)
    var (inputs, targets) = (TokenBatch(length: length, batch: batch), TokenBatch(length: length, batch: batch))
    for place in inputs.ids.indices {
      inputs.ids[place] = Int32(random.index(below: 2))
      // At the first step nothing is asked.
      if place >= batch { targets.ids[place] = Int32(random.index(below: 2)) }
    }
    self.init(θ, inputs: inputs, targets: targets)
  }

  /// The gradients as the library computes them.
  var gradient: Network {
    let model = Tagger(
      layer: Recurrent(RNNCell(Wax: θ.Wax, Waa: θ.Waa, ba: θ.ba)), output: Dense(Wya: θ.Wya, by: θ.by))
    let batch = TaggerBatch<Double>(inputs: .tokens(inputs), targets: targets)
    var (sum, tape) = (model.zeroed, model.makeTape())
    _ = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1, on: tape, accumulatingInto: &sum)
    return Network(
      Wax: sum.layer.cell.Wax, Waa: sum.layer.cell.Waa, ba: sum.layer.cell.ba, Wya: sum.output.Wya, by: sum.output.by)
  }
}

private var passes: [(String, Pass)] {
  [
    ("one unit, three steps", Pass(units: 1, length: 3, batch: 1, seed: 1)),
    ("three units, four steps", Pass(units: 3, length: 4, batch: 1, seed: 2)),
    ("two units, five steps, a batch of three", Pass(units: 2, length: 5, batch: 3, seed: 3)),
  ]
}

// MARK: - The checks

private var stepCheck: Check {
  typealias Input = (θ: Network, e: Columns, a: Columns, fromFuture: Columns)
  typealias Output = (δ: Columns, toPast: Columns)
  func slope(_ a: Columns) -> Columns { a.map { 1 - $0 * $0 } }
  func fromOutput(_ input: Input) -> Columns { input.θ.Wya.transposed * input.e }
  func wrong(
    _ sentence: String, δ: @escaping (Input) -> Columns,
    toPast: @escaping (Input, Columns) -> Columns = { $0.θ.Waa.transposed * $1 }
  ) -> Mistake<Input, Output> {
    Mistake(sentence) { input in
      let δ = δ(input)
      return (δ, toPast(input, δ))
    }
  }
  func right(_ input: Input) -> Columns { (fromOutput(input) + input.fromFuture) ⊙ slope(input.a) }
  return Check(
    "backwardStep",
    inputs: passes.map { name, pass in
      var random = RandomSource(seed: 4)
      return (name, (pass.θ, pass.e[2], pass.a[2], random.matrix(pass.θ.ba.rows, pass.inputs.batch)))
    },
    parts: { [Part("δ", $0.δ), Part("toPast", $0.toPast)] },
    yours: { backwardStep($0.θ, e: $0.e, a: $0.a, fromFuture: $0.fromFuture) },
    solution: { Solution.backwardStep($0.θ, e: $0.e, a: $0.a, fromFuture: $0.fromFuture) },
    // Entry by entry, as one would on paper.
    library: { θ, e, a, fromFuture in
      func sum(_ count: Int, _ term: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + term($1) } }
      var (δ, toPast) = (a, a)
      for j in 0..<a.columns {
        for i in 0..<a.rows {
          δ[i, j] = (sum(e.rows) { θ.Wya[$0, i] * e[$0, j] } + fromFuture[i, j]) * (1 - a[i, j] * a[i, j])
        }
        for i in 0..<a.rows { toPast[i, j] = sum(a.rows) { θ.Waa[$0, i] * δ[$0, j] } }
      }
      return (δ, toPast)
    },
    mistakes: [
      wrong(
        "You leave the gradient from the future out. A state reaches the loss by two paths: see Lesson 03, “Where two gradients meet”."
      ) { fromOutput($0) ⊙ slope($0.a) },
      wrong("You leave out what comes down from the step's own answer, Wyaᵀ e⟨t⟩.") { $0.fromFuture ⊙ slope($0.a) },
      wrong("The slope of the tanh is missing: 1 − a⟨t⟩ ⊙ a⟨t⟩.") { fromOutput($0) + $0.fromFuture },
      wrong(
        "You compute the slope as if a were z: 1 − tanh²(a). The tanh is in a already, so the slope is 1 − a ⊙ a."
      ) { (fromOutput($0) + $0.fromFuture) ⊙ slope(tanh($0.a)) },
      wrong("The slope multiplies only one of the two terms. Add first, then multiply the sum.") {
        fromOutput($0) ⊙ slope($0.a) + $0.fromFuture
      },
      wrong("The slope multiplies only one of the two terms. Add first, then multiply the sum.") {
        fromOutput($0) + $0.fromFuture ⊙ slope($0.a)
      },
      wrong("The slope is 1 − a ⊙ a, and not a ⊙ (1 − a): that's the slope of the sigmoid.") {
        (fromOutput($0) + $0.fromFuture) ⊙ $0.a.map { $0 * (1 - $0) }
      },
      wrong(
        "δ is right. You pass it on through Waa, and backwards it is Waaᵀ: see Lesson 03, “The same with matrices”."
      ) {
        right($0)
      } toPast: {
        $0.θ.Waa * $1
      },
      wrong("δ is right. But what you pass on hasn't gone through the tanh: it should be Waaᵀ δ⟨t⟩, with this δ.") {
        right($0)
      } toPast: { input, _ in
        input.θ.Waa.transposed * (fromOutput(input) + input.fromFuture)
      },
      wrong("δ is right. You pass on δ itself: it has to go through Waaᵀ.") {
        right($0)
      } toPast: {
        $1
      },
    ],
    hints: [
      "Add what comes from the two paths: `θ.Wya.transposed * e` and `fromFuture`.",
      "The slopes of all units at once: `a.map { 1 - $0 * $0 }`. Multiply by them with ⊙.",
      "That's δ. Pass it on with `θ.Waa.transposed * δ`.",
    ])
}

private var backwardCheck: Check {
  /// The backward pass with one thing changed.
  func wrong(
    _ sentence: String, passing: @escaping (_ δ: Columns, _ toPast: Columns) -> Columns = { $1 },
    steps: @escaping (Int) -> [Int] = { (1...$0).reversed() },
    terms: @escaping (Pass, Columns, Int) -> Network = terms,
    add: @escaping (Network, Network) -> Network = { $0 + $1 }, after: @escaping (Pass, Network) -> Network = { $1 }
  ) -> Mistake<Pass, Network> {
    Mistake(sentence) { pass in
      var (d, fromFuture) = (pass.θ.zeroed, 0 * pass.a[0])
      for t in steps(pass.a.count - 1) {
        let (δ, toPast) = Solution.backwardStep(pass.θ, e: pass.e[t], a: pass.a[t], fromFuture: fromFuture)
        d = add(d, terms(pass, δ, t))
        fromFuture = passing(δ, toPast)
      }
      return after(pass, d)
    }
  }
  func terms(_ pass: Pass, _ δ: Columns, _ t: Int) -> Network {
    Network(
      Wax: δ * pass.x[t].transposed, Waa: δ * pass.a[t - 1].transposed, ba: summed(δ),
      Wya: pass.e[t] * pass.a[t].transposed, by: summed(pass.e[t]))
  }
  func changed(_ change: @escaping (inout Network, Pass, Columns, Int) -> Void) -> (Pass, Columns, Int) -> Network {
    { pass, δ, t in
      var d = terms(pass, δ, t)
      change(&d, pass, δ, t)
      return d
    }
  }
  return Check(
    "backward", inputs: passes, parts: \.parts, yours: { backward($0.θ, x: $0.x, a: $0.a, e: $0.e) },
    solution: { Solution.backward($0.θ, x: $0.x, a: $0.a, e: $0.e) }, library: \.gradient,
    mistakes: [
      wrong(
        "Your ∂L/∂Waa is what comes out if the gradient from step t+1 is left out: see Lesson 03, “Where two gradients meet”. Set `fromFuture` to what each step passes on.",
        passing: { δ, _ in 0 * δ }),
      wrong(
        "You pass δ itself on to the step before. What comes from the future has gone through Waaᵀ: it's the second thing that `backwardStep` gives you.",
        passing: { δ, _ in δ }),
      wrong(
        "Only the terms of step 1 are left: you write `=` where the terms of all steps should be added, with `d.Waa = d.Waa + …`.",
        add: { $1 }),
      wrong(
        "You go from the first step to the last. The gradient from the future needs the last one first: `.reversed()`.",
        steps: { Array(1...$0) }),
      wrong(
        "In ∂L/∂Waa, you multiply by a⟨t⟩. Forwards, Waa was multiplied by the state before: a⟨t−1⟩.",
        terms: changed { $0.Waa = $2 * $1.a[$3].transposed }),
      wrong(
        "In ∂L/∂Wax, you multiply by x⟨t−1⟩. At step t the network read x⟨t⟩.",
        terms: changed { $0.Wax = $2 * $1.x[$3 - 1].transposed }),
      wrong(
        "In ∂L/∂Wya, you multiply by a⟨t−1⟩. The answer was made from a⟨t⟩.",
        terms: changed { $0.Wya = $1.e[$3] * $1.a[$3 - 1].transposed }),
      wrong(
        "That's the mean over the steps. The gradient of the summed loss is the sum: don't divide by T.",
        after: { pass, d in 1 / Double(pass.a.count - 1) * d }),
      wrong(
        "That's the mean over the batch. The gradient of the summed loss is the sum: don't divide by m.",
        after: { pass, d in 1 / Double(pass.inputs.batch) * d }),
      wrong("You stop before step 1: the loop should run down to t = 1.", steps: { (2...$0).reversed() }),
      wrong("You leave the last step out: the loop should begin at t = T.", steps: { (1..<$0).reversed() }),
    ],
    hints: [
      "Begin with `var d = θ.zeroed` and `var fromFuture = 0 * a[0]`, and go through `(1..<a.count).reversed()`.",
      "At each step, `backwardStep` gives you δ and what comes from the future for the next round of the loop.",
      "Add the five terms, such as `d.Waa = d.Waa + δ * a[t - 1].transposed`; a bias gets `summed(δ)`.",
    ])
}

private var slopeCheck: Check {
  typealias Input = (f: (Double) -> Double, w: Double, ε: Double)
  let inputs: [(String, Input)] = [
    ("w², at w = 3", ({ $0 * $0 }, 3, 0.001)), ("w³, at w = 1", ({ $0 * $0 * $0 }, 1, 0.1)),
    ("tanh w, at w = 0.5", ({ tanh($0) }, 0.5, 0.01)),
  ]
  return Check(
    "slope", inputs: inputs, parts: { [Part("the slope", $0)] }, yours: { slope(of: $0.f, at: $0.w, ε: $0.ε) },
    solution: { Solution.slope(of: $0.f, at: $0.w, ε: $0.ε) },
    library: { f, w, ε in f(w + ε) / (2 * ε) - f(w - ε) / (2 * ε) },
    mistakes: [
      Mistake("You nudge upwards only. In both directions, the error is much smaller: f(w + ε) − f(w − ε).") {
        f, w, ε in
        (f(w + ε) - f(w)) / ε
      },
      Mistake("You nudge by ε / 2 only. The two arguments are w + ε and w − ε, and they are 2ε apart.") { f, w, ε in
        (f(w + ε / 2) - f(w - ε / 2)) / ε
      },
      Mistake("You divide by ε, and the two arguments are 2ε apart. So the slope comes out twice as large.") {
        f, w, ε in
        (f(w + ε) - f(w - ε)) / ε
      },
      Mistake("Brackets: a / 2 * ε is (a / 2) · ε in Swift. Write / (2 * ε).") { f, w, ε in
        (f(w + ε) - f(w - ε)) / 2 * ε
      },
      Mistake("Brackets: only the second value is divided by 2ε. The difference is.") { f, w, ε in
        f(w + ε) - f(w - ε) / (2 * ε)
      },
      Mistake("The sign is turned round: it's up minus down.") { f, w, ε in (f(w - ε) - f(w + ε)) / (2 * ε) },
      Mistake("That's the difference. It has to be divided by 2ε, the distance of the two arguments.") { f, w, ε in
        f(w + ε) - f(w - ε)
      },
    ],
    hints: [
      "Call f twice: with w + ε and with w − ε.",
      "The difference of the two, divided by the distance of the arguments, 2 * ε.",
    ])
}
