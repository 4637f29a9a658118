// What the functions of Exercise09.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise {
  Exercise("09", "a stack of layers", [climbCheck, forwardCheck, backwardStepCheck, dropoutCheck])
}

/// The weights of a stack of tanh layers, and of the answer on top.
struct Stack {
  /// Those of layer l at place l, (n_l, n_l + n_(l−1)) and (n_l, 1); place 0 is only filled.
  let W: [Columns], b: [Columns]
  /// Those of the answer, (n_y, n_L) and (n_y, 1).
  let Wya: Columns, by: Columns

  /// The number of layers.
  var L: Int { W.count - 1 }
}

// MARK: - The inputs

/// A stack, the states from which it starts, and what it reads: x⟨1⟩ … x⟨T⟩ after an entry that only fills place 0.
private typealias Reading = (θ: Stack, x: [Columns], start: [Columns])

private var byHand: Reading {
  let (zero, ones) = (Columns([[0]]), Columns([[1, 1]]))
  return (
    Stack(W: [zero, ones, ones], b: [zero, zero, zero], Wya: Columns([[1], [-1]]), by: Columns(column: [0, 0])),
    [0, 1, 0, 0].map { Columns([[$0]]) }, [zero, zero, zero]
  )
}

/// All layers have as many units, so that who takes the wrong layer hears which it was.
private func drawn(inputs: Int, units: Int, layers: Int, length: Int, batch: Int, seed: UInt64) -> Reading {
  var random = RandomSource(seed: seed)
  let zero = Columns([[0]])
  let θ = Stack(
    W: [zero] + (1...layers).map { random.matrix(units, units + ($0 == 1 ? inputs : units)) },
    b: [zero] + (1...layers).map { _ in random.matrix(units, 1) }, Wya: random.matrix(2, units), by: random.matrix(2, 1)
  )
  let x = (0...length).map { _ in random.matrix(inputs, batch) }
  return (θ, x, [random.matrix(inputs, batch)] + (1...layers).map { _ in random.matrix(units, batch) })
}

extension Stack {
  /// The layers as the library has them.
  fileprivate var layers: Deep<RNN<Double>> {
    Deep(
      (1...L).map { l in
        let n = W[l].rows
        return Recurrent(RNNCell(Wax: W[l].columns(n..<W[l].columns), Waa: W[l].columns(0..<n), ba: b[l]))
      })
  }
}

// MARK: - The checks

private var climbCheck: Check {
  typealias Input = (θ: Stack, before: [Columns], x: Columns)
  /// One step, with one thing changed; `a` holds the new states so far, and x⟨t⟩ at place 0.
  func wrong(
    _ sentence: String, layers: @escaping (Int) -> ClosedRange<Int> = { 1...$0 },
    _ layer: @escaping (Input, [Columns], Int) -> Columns
  ) -> Mistake<Input, [Columns]> {
    Mistake(sentence) { input in
      var a = input.before
      a[0] = input.x
      for l in layers(input.θ.L) { a[l] = layer(input, a, l) }
      return a
    }
  }
  func layer(_ input: Input, _ l: Int, from before: Columns, below: Columns) -> Columns {
    tanh(input.θ.W[l] * [before, below] + input.θ.b[l])
  }
  func sum(_ input: Input, _ a: [Columns], _ l: Int) -> Columns { input.θ.W[l] * [input.before[l], a[l - 1]] }
  func library(_ input: Input) -> [Columns] {
    let (θ, before, x) = input
    let layers = θ.layers
    let tape = layers(SequenceBatch([x]), from: RecurrentState(Array(before.dropFirst())))
    return [x] + tape.layers.map { $0.outputSequence[0] }
  }
  var inputs: [(String, Input)] = []
  func add(_ name: String, _ reading: Reading) { inputs.append((name, (reading.θ, reading.start, reading.x[1]))) }
  add("the two layers by hand, step 1", byHand)
  inputs.append(("step 2", (byHand.θ, Solution.climb(byHand.θ, from: byHand.start, reading: byHand.x[1]), byHand.x[2])))
  add("three layers, drawn at random", drawn(inputs: 3, units: 3, layers: 3, length: 1, batch: 1, seed: 1))
  add("two layers, a batch of four", drawn(inputs: 2, units: 2, layers: 2, length: 1, batch: 4, seed: 2))
  return Check(
    "climb",
    inputs: inputs, parts: { $0.enumerated().dropFirst().map { Part("a[\($0)]⟨t⟩", $1) } },
    yours: { climb($0.θ, from: $0.before, reading: $0.x) },
    solution: { Solution.climb($0.θ, from: $0.before, reading: $0.x) },
    library: library,
    mistakes: [
      wrong("Every layer of yours reads x⟨t⟩. Only layer 1 does; the others read the new state of the layer below.") {
        layer($0, $2, from: $0.before[$2], below: $0.x)
      },
      wrong(
        "Your layers read the layer below as it was one step ago. Go from the bottom to the top, and hand the new state up: see Lesson 09, “In code”."
      ) { input, _, l in
        layer(input, l, from: input.before[l], below: l == 1 ? input.x : input.before[l - 1])
      },
      wrong("You put the two columns in the other order. W_a has the weights of the layer's own old state first.") {
        tanh($0.θ.W[$2] * [$1[$2 - 1], $0.before[$2]] + $0.θ.b[$2])
      },
      wrong("The layer's own old state is missing, and so is the memory: [a[l]⟨t−1⟩, a[l−1]⟨t⟩] has both.") {
        layer($0, $2, from: 0 * $0.before[$2], below: $1[$2 - 1])
      },
      wrong("What comes from below is missing: [a[l]⟨t−1⟩, a[l−1]⟨t⟩] has both.") {
        layer($0, $2, from: $0.before[$2], below: 0 * $1[$2 - 1])
      },
      wrong(
        "Your layers begin from a[l−1]⟨t−1⟩, the old state of the layer below. Each begins from its own: `before[l]`."
      ) { input, a, l in
        layer(input, l, from: input.before[max(l - 1, 1)], below: a[l - 1])
      },
      wrong("You use the weights of layer 1 in every layer. Each has its own: `θ.W[l]` and `θ.b[l]`.") {
        tanh($0.θ.W[1] * [$0.before[$2], $1[$2 - 1]] + $0.θ.b[1])
      },
      wrong("You use W[1] in every layer. Each has its own: `θ.W[l]`.") {
        tanh($0.θ.W[1] * [$0.before[$2], $1[$2 - 1]] + $0.θ.b[$2])
      },
      wrong("The bias is missing.") { tanh(sum($0, $1, $2)) },
      wrong("The tanh is missing.") { sum($0, $1, $2) + $0.θ.b[$2] },
      wrong("You add the bias behind the tanh. It belongs inside, with the product.") {
        tanh(sum($0, $1, $2)) + $0.θ.b[$2]
      },
      wrong("The top layer keeps its old state: the loop should go up to layer L.", layers: { 1...max($0 - 1, 1) }) {
        layer($0, $2, from: $0.before[$2], below: $1[$2 - 1])
      },
      wrong(
        "Every layer of yours has the tanh but the top one. All have it; only the answer, which comes later, has none."
      ) {
        $2 == $0.θ.L ? sum($0, $1, $2) + $0.θ.b[$2] : tanh(sum($0, $1, $2) + $0.θ.b[$2])
      },
      wrong("You add what comes from below to the new state. That would be a residual connection: here there is none.")
      { input, a, l in
        let new = tanh(sum(input, a, l) + input.θ.b[l])
        return a[l - 1] + new
      },
    ],
    hints: [
      "Begin with `var a = [x]`, so that a[0] is what layer 1 finds below it.",
      "For l in 1...θ.L: the layer's own old state is `before[l]`, and from below comes `a[l - 1]`, which is new already.",
      "`[before[l], a[l - 1]]` is one on top of the other. Multiply θ.W[l] by it, add θ.b[l], take the tanh, and append it.",
    ])
}

private var forwardCheck: Check {
  typealias Output = (a: [[Columns]], ŷ: [Columns])
  func states(_ input: Reading, _ a: [[Columns]], _ t: Int) -> [Columns] {
    Solution.climb(input.θ, from: a[t - 1], reading: input.x[t])
  }
  func logits(_ input: Reading, _ a: Columns) -> Columns { input.θ.Wya * a + input.θ.by }
  func wrong(
    _ sentence: String,
    ŷ answer: @escaping (Reading, [[Columns]], Int) -> Columns = { softmax(logits($0, $1[$2][$0.θ.L])) },
    a next: @escaping (Reading, [[Columns]], Int) -> [Columns] = states,
    after: @escaping (inout Output) -> Void = { _ in }
  ) -> Mistake<Reading, Output> {
    Mistake(sentence) { input in
      var output: Output = ([input.start], [input.x[0]])
      for t in 1..<input.x.count {
        output.a.append(next(input, output.a, t))
        output.ŷ.append(answer(input, output.a, t))
      }
      after(&output)
      return output
    }
  }
  /// Step by step, as it is computed.
  func parts(_ output: Output) -> [Part] {
    var parts: [Part] = []
    for (t, states) in output.a.enumerated() {
      for l in states.indices.dropFirst() { parts.append(Part("a[\(l)]⟨\(t)⟩", states[l])) }
      if t > 0 && t < output.ŷ.count { parts.append(Part("ŷ⟨\(t)⟩", output.ŷ[t])) }
    }
    return parts
  }
  func library(_ input: Reading) -> Output {
    let (θ, x, start) = input
    let layers = θ.layers
    let tape = layers(SequenceBatch(Array(x.dropFirst())), from: RecurrentState(Array(start.dropFirst())))
    let dense = Dense(Wya: θ.Wya, by: θ.by)
    var output: Output = ([start], [x[0]])
    for t in 1..<x.count {
      let states: [Columns] = tape.layers.map { $0.outputSequence[t - 1] }
      output.a.append([x[t]] + states)
      output.ŷ.append(softmax(dense(states[θ.L - 1])))
    }
    return output
  }
  let inputs: [(String, Reading)] = [
    ("the two layers by hand, which read 1, 0, 0", byHand),
    ("three layers, drawn at random", drawn(inputs: 2, units: 3, layers: 3, length: 4, batch: 1, seed: 3)),
    ("two layers, a batch of four", drawn(inputs: 3, units: 3, layers: 2, length: 3, batch: 4, seed: 4)),
  ]
  return Check(
    "forward",
    inputs: inputs,
    parts: parts,
    yours: { forward($0.θ, $0.x, from: $0.start) }, solution: { Solution.forward($0.θ, $0.x, from: $0.start) },
    library: library,
    mistakes: [
      wrong("Your answers come from layer 1. Only the top layer gives answers: `a[t][θ.L]`.") {
        softmax(logits($0, $1[$2][1]))
      },
      wrong(
        "Every step begins at the start again, so nothing is remembered: step t begins from `a[t - 1]`.",
        a: { input, _, t in Solution.climb(input.θ, from: input.start, reading: input.x[t]) }),
      wrong(
        "You begin with zeros, and not with the states that were given as `start`.",
        a: { input, a, t in
          Solution.climb(input.θ, from: t == 1 ? input.start.map { 0 * $0 } : a[t - 1], reading: input.x[t])
        }),
      wrong(
        "You read x⟨t−1⟩ at step t: the inputs are one step late. x⟨t⟩ is `x[t]`.",
        a: { Solution.climb($0.θ, from: $1[$2 - 1], reading: $0.x[$2 - 1]) }),
      wrong(
        "Only layer 1 remembers: the others begin every step at the start. Hand the states of all layers on.",
        a: { input, a, t in
          Solution.climb(
            input.θ, from: [input.x[0], a[t - 1][1]] + input.start.dropFirst(2), reading: input.x[t])
        }),
      wrong(
        "You hand the top layer's state on to all layers. Each begins from its own: give all of `a[t - 1]` to `climb`.",
        a: { input, a, t in
          Solution.climb(input.θ, from: a[t - 1].map { _ in a[t - 1][input.θ.L] }, reading: input.x[t])
        }),
      wrong("Your ŷ⟨t⟩ is made from a[L]⟨t−1⟩, the state before x⟨t⟩ was read. It should be made from a[L]⟨t⟩.") {
        softmax(logits($0, $1[$2 - 1][$0.θ.L]))
      },
      wrong("Your ŷ are the logits: the softmax is missing.") { logits($0, $1[$2][$0.θ.L]) },
      wrong("The bias by is missing in the logits.") { softmax($0.θ.Wya * $1[$2][$0.θ.L]) },
      wrong(
        "`a` begins with step 1 in yours. Place 0 has the start, so that `a[t]` are the states of step t.",
        after: {
          $0.a.removeFirst()
        }),
      wrong(
        "`ŷ` begins with ŷ⟨1⟩ in yours. Something must fill place 0, such as x[0], so that ŷ⟨t⟩ is `ŷ[t]`.",
        after: {
          $0.ŷ.removeFirst()
        }),
      wrong(
        "Your lists begin with step 1. Place 0 of `a` has the start, and something must fill place 0 of `ŷ`.",
        after: {
          $0.a.removeFirst()
          $0.ŷ.removeFirst()
        }),
      wrong("You add up the states of all layers before the answer. Only the top one is read.") { input, a, t in
        softmax(logits(input, a[t].dropFirst(2).reduce(a[t][1]) { $0 + $1 }))
      },
      wrong("You apply the tanh to the logits before the softmax. They go into it as they are.") {
        softmax(tanh(logits($0, $1[$2][$0.θ.L])))
      },
    ],
    hints: [
      "Begin with two lists, `var a = [start]` and `var ŷ = [x[0]]`, and go through t from 1 to x.count − 1.",
      "`climb`, which you wrote above, makes the states of all layers from `a[t - 1]` and `x[t]`. Append them.",
      "The top layer's state is `a[t][θ.L]`: append softmax(θ.Wya * … + θ.by), and return both lists.",
    ])
}

private var backwardStepCheck: Check {
  typealias Input = (θ: Stack, before: [Columns], x: Columns, a: [Columns], fromAnswer: Columns, fromFuture: [Columns])
  typealias Output = (δ: [Columns], toPast: [Columns])
  func slope(_ a: Columns) -> Columns { a.map { 1 - $0 * $0 } }
  /// W[l]ᵀ δ, its upper and its lower rows.
  func cut(_ input: Input, _ δ: Columns, _ l: Int) -> (upper: Columns, lower: Columns) {
    let both = input.θ.W[l].transposed * δ
    return (both.rows(0..<δ.rows), both.rows(δ.rows..<both.rows))
  }
  func δ(_ input: Input, _ fromAbove: Columns, _ l: Int) -> Columns {
    (fromAbove + input.fromFuture[l]) ⊙ slope(input.a[l])
  }
  func wrong(
    _ sentence: String, δ: @escaping (Input, Columns, Int) -> Columns = δ,
    toPast: @escaping (Input, Columns, Columns, Int) -> Columns = { input, δ, _, l in cut(input, δ, l).upper },
    toBelow: @escaping (Input, Columns, Columns, Int) -> Columns = { input, δ, _, l in cut(input, δ, l).lower }
  ) -> Mistake<Input, Output> {
    Mistake(sentence) { input in
      var result = (δ: input.a, toPast: input.a)
      var fromAbove = input.fromAnswer
      for l in (1...input.θ.L).reversed() {
        result.δ[l] = δ(input, fromAbove, l)
        result.toPast[l] = toPast(input, result.δ[l], fromAbove, l)
        fromAbove = toBelow(input, result.δ[l], fromAbove, l)
      }
      return result
    }
  }
  var random = RandomSource(seed: 5)
  func input(_ reading: Reading) -> Input {
    let (θ, x, start) = reading
    func drawn(_ a: Columns) -> Columns { random.matrix(a.rows, a.columns) }
    return (θ, start, x[1], Solution.climb(θ, from: start, reading: x[1]), drawn(start[θ.L]), start.map { drawn($0) })
  }
  /// From the top, as it is computed.
  func parts(_ output: Output) -> [Part] {
    var parts: [Part] = []
    for l in output.δ.indices.dropFirst().reversed() {
      parts.append(Part("δ[\(l)]", output.δ[l]))
      if l < output.toPast.count { parts.append(Part("toPast[\(l)]", output.toPast[l])) }
    }
    return parts
  }
  func library(_ input: Input) -> Output {
    let layers = input.θ.layers
    var result = (δ: input.a, toPast: input.a)
    // One example at a time: then δ is the gradient of the bias.
    for j in 0..<input.x.columns {
      func own(_ a: Columns) -> Columns { a.columns(j..<j + 1) }
      func states(_ a: [Columns]) -> RecurrentState<Double> { RecurrentState(a.dropFirst().map(own)) }
      let tape = layers(SequenceBatch([own(input.x)]), from: states(input.before))
      let gradient = layers.gradients(
        outputGradient: SequenceBatch([own(input.fromAnswer)]), finalGradient: states(input.fromFuture), on: tape)
      for l in 1...input.θ.L {
        for i in 0..<input.a[l].rows {
          result.δ[l][i, j] = gradient.layer.layers[l - 1].cell.ba[i, 0]
          result.toPast[l][i, j] = gradient.initialState.values[l - 1][i, 0]
        }
      }
    }
    return result
  }
  let inputs: [(String, Input)] = [
    ("the two layers by hand", input(byHand)),
    ("three layers, drawn at random", input(drawn(inputs: 2, units: 3, layers: 3, length: 1, batch: 1, seed: 6))),
    ("two layers, a batch of four", input(drawn(inputs: 3, units: 3, layers: 2, length: 1, batch: 4, seed: 7))),
  ]
  return Check(
    "backwardStep",
    inputs: inputs,
    parts: parts,
    yours: { backwardStep($0.θ, a: $0.a, fromAnswer: $0.fromAnswer, fromFuture: $0.fromFuture) },
    solution: { Solution.backwardStep($0.θ, a: $0.a, fromAnswer: $0.fromAnswer, fromFuture: $0.fromFuture) },
    library: library,
    mistakes: [
      wrong(
        "You leave out `fromFuture`, what comes from the right. Each box gets two gradients and adds them: see Lesson 09, “In code”.",
        δ: { $1 ⊙ slope($0.a[$2]) }),
      wrong(
        "Below the top, nothing comes from above: you leave out what each layer sends down to the next.",
        toBelow: { input, _, _, l in 0 * input.a[max(l - 1, 1)] }),
      wrong(
        "You give `fromAnswer` to every layer. Only the top one gives answers; the others get from above what W[l+1]ᵀ δ[l+1] sends down.",
        toBelow: { input, _, _, _ in input.fromAnswer }),
      wrong(
        "You leave out what comes from above, in every layer.", δ: { $0.fromFuture[$2] ⊙ slope($0.a[$2]) }),
      wrong(
        "The two parts of W[l]ᵀ δ[l] are exchanged. The old state is on top, so the upper n_l rows go to the past, and the lower ones down.",
        toPast: { input, δ, _, l in
          let both = input.θ.W[l].transposed * δ
          return both.rows(both.rows - min(δ.rows, both.rows - δ.rows)..<both.rows)
        }, toBelow: { input, δ, _, l in cut(input, δ, l).upper }),
      wrong("The slope of the tanh is missing: 1 − a ⊙ a, with the a[l] of each layer.", δ: { $1 + $0.fromFuture[$2] }),
      wrong(
        "The slope multiplies only one of the two gradients. Add first, then multiply the sum.",
        δ: { $1 ⊙ slope($0.a[$2]) + $0.fromFuture[$2] }),
      wrong(
        "The slope multiplies only one of the two gradients. Add first, then multiply the sum.",
        δ: { $1 + $0.fromFuture[$2] ⊙ slope($0.a[$2]) }),
      wrong(
        "You compute the slope as if a were z: 1 − tanh²(a). The tanh is in a already, so the slope is 1 − a ⊙ a.",
        δ: { ($1 + $0.fromFuture[$2]) ⊙ slope(tanh($0.a[$2])) }),
      wrong(
        "You take the slope of the top layer in every layer. Each has its own: 1 − a[l] ⊙ a[l].",
        δ: { ($1 + $0.fromFuture[$2]) ⊙ slope($0.a[$0.θ.L]) }),
      wrong(
        "You give the top layer's `fromFuture` to every layer. Layer l gets `fromFuture[l]`.",
        δ: { ($1 + $0.fromFuture[$0.θ.L]) ⊙ slope($0.a[$2]) }),
      wrong(
        "The top layer's δ is right. What it sends on hasn't gone through the tanh: multiply W[l]ᵀ by δ[l].",
        toPast: { input, _, fromAbove, l in cut(input, fromAbove + input.fromFuture[l], l).upper },
        toBelow: { input, _, fromAbove, l in cut(input, fromAbove + input.fromFuture[l], l).lower }),
      wrong(
        "δ[l] itself goes down in yours. It has to go through W[l]ᵀ: the lower rows of W[l]ᵀ δ[l] go to the layer below.",
        toBelow: { _, δ, _, _ in δ }),
      wrong(
        "All δ are right. But you send δ[l] itself to the past: it has to go through W[l]ᵀ, and the upper n_l rows go there.",
        toPast: { _, δ, _, _ in δ }),
    ],
    hints: [
      "Begin with `var fromAbove = fromAnswer`, and with two lists to fill, such as `var δ = a` and `var toPast = a`. Go through (1...θ.L).reversed().",
      "In each layer: add the two gradients, and multiply by `a[l].map { 1 - $0 * $0 }` with ⊙.",
      "`let both = θ.W[l].transposed * δ[l]`. Its rows 0..<a[l].rows are toPast[l]; the rest, a[l].rows..<both.rows, is the next `fromAbove`.",
    ])
}

private var dropoutCheck: Check {
  typealias Input = (a: Columns, p: Double, draws: Columns)
  func wrong(
    _ sentence: String,
    number: @escaping (Double, Double, Double) -> Double = { a, p, draw in draw < p ? 0 : a / (1 - p) },
    draw: @escaping (Columns, Int, Int) -> Double = { $0[$1, $2] }
  ) -> Mistake<Input, Columns> {
    Mistake(sentence) { input in
      var result = input.a
      for i in 0..<result.rows {
        for j in 0..<result.columns { result[i, j] = number(input.a[i, j], input.p, draw(input.draws, i, j)) }
      }
      return result
    }
  }
  var random = RandomSource(seed: 8)
  func drawn(_ rows: Int, _ columns: Int, p: Double) -> Input {
    let (a, draws) = (random.matrix(rows, columns), random.matrix(rows, columns))
    return (a, p, draws.map { ($0 + 1) / 2 })
  }
  return Check(
    "dropout",
    inputs: [
      (
        "the column of the page, p = ½",
        Input(Columns(column: [0.8, 0.6, -0.4, 0.2]), 0.5, Columns(column: [0.7, 0.1, 0.3, 0.9]))
      ), ("five units, p = 0.2", drawn(5, 1, p: 0.2)), ("four units, a batch of four, p = 0.4", drawn(4, 4, p: 0.4)),
    ], parts: { [Part("what is handed up", $0)] }, yours: { dropout($0.a, p: $0.p, draws: $0.draws) },
    solution: { Solution.dropout($0.a, p: $0.p, draws: $0.draws) },
    // As the page writes it, with a mask.
    library: { a, p, draws in
      let mask = Columns(rows: a.rows, columns: a.columns, elements: draws.elements.map { $0 < p ? 0 : 1 })
      return (1 / (1 - p)) * (a ⊙ mask)
    },
    mistakes: [
      wrong(
        "What is left isn't divided by 1 − p. Then less goes up than without dropout: see Lesson 09, “Break it: too little text”."
      ) { a, p, draw in draw < p ? 0 : a },
      wrong("You divide by p. What is left has a share of 1 − p, so divide by that.") { a, p, draw in
        draw < p ? 0 : a / p
      },
      wrong("You multiply by 1 − p, so even less goes up. Divide by it.") { a, p, draw in draw < p ? 0 : a * (1 - p) },
      wrong("It's turned round: you keep what should be dropped. p is the probability of a 0.") { a, p, draw in
        draw < p ? a / (1 - p) : 0
      },
      wrong("You keep with probability p, and divide by p. Here p is the probability of a 0.") { a, p, draw in
        draw < p ? a / p : 0
      },
      wrong("Your mask drops each number with probability 1 − p, not p: compare each draw with p.") { a, p, draw in
        draw < 1 - p ? 0 : a / (1 - p)
      },
      wrong("Nothing is dropped: where the draw is below p, a 0 should go up.") { a, p, _ in a / (1 - p) },
      wrong("Where the draw is below p, you leave the number as it was. A 0 should go up there.") {
        a, p, draw in draw < p ? a : a / (1 - p)
      },
      wrong("Brackets: a / 1 - p is (a / 1) − p in Swift. Write / (1 - p).") { a, p, draw in draw < p ? 0 : a / 1 - p },
      wrong("You multiply by the draws themselves. They only decide: 0, or the number divided by 1 − p.") {
        a, p, draw in a * draw / (1 - p)
      },
      wrong(
        "You drop the same units in all examples: `draws[i, 0]` for the whole row. Each number has its own draw.",
        draw: {
          draws, i, _ in draws[i, 0]
        }),
      wrong(
        "You throw one coin for a whole column: `draws[0, j]`. Each number has its own draw.",
        draw: { draws, _, j in
          draws[0, j]
        }),
    ],
    hints: [
      "Make the mask first: `draws.map { … }` with 0 where a draw is below p, and 1 elsewhere.",
      "Multiply `a` by the mask with ⊙, and divide what is left by 1 − p: a number times a matrix is `(1 / (1 - p)) * …`.",
    ])
}
