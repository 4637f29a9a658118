// What the functions of Exercise02.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise {
  Exercise("02", "the forward pass", [stepCheck, probabilitiesCheck, forwardCheck, batchCheck])
}

// MARK: - The inputs

/// A network and what it reads: x⟨1⟩ … x⟨T⟩ after an entry that only fills place 0.
private typealias Reading = (θ: Network, x: [Columns], start: Columns)

/// The two units of the page, which tell whether the word before was mr.
private let page = Network(
  Wax: Columns([[2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]), Waa: Columns([[0, 0], [2, 0]]), ba: Columns(column: [0, 0]),
  Wya: Columns([[0, 0], [0, 6]]), by: Columns(column: [0, -3]))

private func word(_ place: Int) -> Columns { Columns(column: (0..<6).map { $0 == place ? 1 : 0 }) }

private func drawn(inputs: Int, units: Int, length: Int, batch: Int, seed: UInt64) -> Reading {
  var random = RandomSource(seed: seed)
  let θ = Network(inputs: inputs, units: units, outputs: 3, using: &random)
  let x = (0...length).map { _ in random.matrix(inputs, batch) }
  return (θ, x, random.matrix(units, batch))
}

private var readings: [(String, Reading)] {
  [
    (
      "one unit that reads 1, 0, 0",
      (
        Network(
          Wax: Columns([[1]]), Waa: Columns([[0.5]]), ba: Columns([[0]]), Wya: Columns([[1], [-1]]),
          by: Columns(column: [0, 0])), [0, 1, 0, 0].map { Columns([[$0]]) }, Columns([[0]])
      )
    ),
    ("mr baker met", (page, [0, 0, 1, 3].map(word), Columns(column: [0, 0]))),
    ("three units that read two numbers, drawn at random", drawn(inputs: 2, units: 3, length: 4, batch: 1, seed: 1)),
    ("a batch of four", drawn(inputs: 3, units: 3, length: 3, batch: 4, seed: 2)),
  ]
}

// MARK: - The checks

private var stepCheck: Check {
  typealias Input = (θ: Network, before: Columns, x: Columns)
  func wrong(_ sentence: String, _ step: @escaping (Input) -> Columns) -> Mistake<Input, Columns> {
    Mistake(sentence, step)
  }
  return Check(
    "step", inputs: readings.map { name, input in (name, Input(input.θ, input.start, input.x[1])) },
    parts: { [Part("a⟨t⟩", $0)] },
    yours: { step($0.θ, from: $0.before, reading: $0.x) },
    solution: { Solution.step($0.θ, from: $0.before, reading: $0.x) },
    library: { θ, before, x in
      let layer = Recurrent(RNNCell(Wax: θ.Wax, Waa: θ.Waa, ba: θ.ba))
      return layer(SequenceBatch([x]), from: RecurrentState([before])).outputSequence[0]
    },
    mistakes: [
      wrong("That's the MLP: the term Waa a⟨t−1⟩ is missing. See Lesson 02, “Your MLP, plus one term”.") {
        tanh($0.θ.Wax * $0.x + $0.θ.ba)
      },
      wrong("The term Wax x⟨t⟩ is missing: this network never reads its input.") {
        tanh($0.θ.Waa * $0.before + $0.θ.ba)
      },
      wrong("The bias ba is missing.") { tanh($0.θ.Waa * $0.before + $0.θ.Wax * $0.x) },
      wrong("The tanh is missing. Without it the state can grow at every step: see Lesson 02, “Why tanh?”.") {
        $0.θ.Waa * $0.before + $0.θ.Wax * $0.x + $0.θ.ba
      },
      wrong("You add the bias behind the tanh. It belongs inside, with the two products.") {
        tanh($0.θ.Waa * $0.before + $0.θ.Wax * $0.x) + $0.θ.ba
      },
      wrong("You use Waa transposed. Forwards, row i of Waa has the weights with which unit i reads the others.") {
        tanh($0.θ.Waa.transposed * $0.before + $0.θ.Wax * $0.x + $0.θ.ba)
      },
      wrong("That's a sigmoid in the place of the tanh. Its values lie between 0 and 1.") {
        ($0.θ.Waa * $0.before + $0.θ.Wax * $0.x + $0.θ.ba).map { 1 / (1 + exp(-$0)) }
      },
      wrong("You add the old state to the new one once more. Only Waa brings it in.") {
        $0.before + tanh($0.θ.Waa * $0.before + $0.θ.Wax * $0.x + $0.θ.ba)
      },
    ],
    hints: [
      "Two products and a bias: what multiplies the old state, and what multiplies the input?",
      "`θ.Waa * before` is (n_a, m), and so is `θ.Wax * x`. `+` adds them, and adds a bias to every column.",
      "`tanh` takes a whole matrix: tanh(… + … + θ.ba).",
    ])
}

private var probabilitiesCheck: Check {
  var random = RandomSource(seed: 3)
  func each(_ z: Columns, _ total: (Int, Int) -> Double) -> Columns {
    var result = z
    for i in 0..<z.rows {
      for j in 0..<z.columns { result[i, j] = exp(z[i, j]) / total(i, j) }
    }
    return result
  }
  return Check(
    "probabilities",
    inputs: [
      ("0 and 2.75", Columns(column: [0, 2.75])), ("three logits", random.matrix(3, 1)),
      ("three logits for each of four examples", random.matrix(3, 4)),
    ], parts: { [Part("ŷ", $0)] }, yours: { probabilities($0) }, solution: { Solution.probabilities($0) },
    library: { softmax($0) },
    mistakes: [
      Mistake("Your rows add up to 1, and the columns should: an example is a column.") { z in
        each(z) { i, _ in (0..<z.columns).reduce(0) { $0 + exp(z[i, $1]) } }
      },
      Mistake("You divide by the sum of the whole matrix. Each example has probabilities of its own: one sum a column.")
      { z in
        each(z) { _, _ in z.elements.reduce(0) { $0 + exp($1) } }
      },
      Mistake("These are the exponentials. They have to be divided by the sum of their column.") { $0.map { exp($0) } },
      Mistake("You divide the logits themselves by their sum. First raise e to each of them.") { z in
        var result = z
        for j in 0..<z.columns {
          let sum = (0..<z.rows).reduce(0) { $0 + z[$1, j] }
          for i in 0..<z.rows { result[i, j] = z[i, j] / sum }
        }
        return result
      },
      Mistake("That's a sigmoid of each logit: each looks at itself alone, and a column doesn't add up to 1.") {
        $0.map { 1 / (1 + exp(-$0)) }
      },
      Mistake("The sign is turned round: exp(−z) makes the largest logit the least probable.") { softmax(-1 * $0) },
      Mistake("These are the logarithms of the probabilities: one exponential is missing.") {
        softmax($0).map { log($0) }
      },
    ],
    hints: [
      "First the exponentials: `z.map { exp($0) }`.",
      "Then go through the columns. The sum of column j is that of all its rows: (0..<z.rows).reduce(0) { $0 + e[$1, j] }.",
      "Divide every entry of the column by this sum.",
    ])
}

private var forwardCheck: Check {
  typealias Output = (a: [Columns], ŷ: [Columns])
  func wrong(
    _ sentence: String, a next: @escaping (Reading, [Columns], Int) -> Columns,
    ŷ answer: @escaping (Reading, [Columns], Int) -> Columns
  ) -> Mistake<Reading, Output> {
    Mistake(sentence) { input in
      var a = [input.start]
      for t in 1..<input.x.count { a.append(next(input, a, t)) }
      return (a, [input.x[0]] + (1..<a.count).map { answer(input, a, $0) })
    }
  }
  func state(_ input: Reading, _ a: [Columns], _ t: Int) -> Columns {
    Solution.step(input.θ, from: a[t - 1], reading: input.x[t])
  }
  func logits(_ input: Reading, _ a: Columns) -> Columns { input.θ.Wya * a + input.θ.by }
  func answer(_ input: Reading, _ a: [Columns], _ t: Int) -> Columns { softmax(logits(input, a[t])) }
  return Check(
    "forward", inputs: readings,
    parts: { output in
      // Place 0 of ŷ only fills its place.
      output.a.enumerated().map { Part("a⟨\($0)⟩", $1) }
        + output.ŷ.enumerated().dropFirst().map { Part("ŷ⟨\($0)⟩", $1) }
    },
    yours: { forward($0.θ, $0.x, from: $0.start) }, solution: { Solution.forward($0.θ, $0.x, from: $0.start) },
    library: { input in
      let layer = Recurrent(RNNCell(Wax: input.θ.Wax, Waa: input.θ.Waa, ba: input.θ.ba))
      let states = layer(SequenceBatch(Array(input.x.dropFirst())), from: RecurrentState([input.start])).outputSequence
      let a = [input.start] + (0..<states.length).map { states[$0] }
      return (a, a.map { softmax(logits(input, $0)) })
    },
    mistakes: [
      wrong("Every step begins at a⟨0⟩ again, so nothing is remembered: read a⟨t−1⟩, the state of the step before.") {
        Solution.step($0.θ, from: $0.start, reading: $0.x[$2])
      } ŷ: {
        answer($0, $1, $2)
      },
      wrong("You begin with zeros, and not with the state that was given as `start`.") { input, a, t in
        Solution.step(input.θ, from: t == 1 ? 0 * input.start : a[t - 1], reading: input.x[t])
      } ŷ: {
        answer($0, $1, $2)
      },
      wrong("You read x⟨t−1⟩ at step t: the inputs are one step late. x⟨t⟩ is `x[t]`.") {
        Solution.step($0.θ, from: $1[$2 - 1], reading: $0.x[$2 - 1])
      } ŷ: {
        answer($0, $1, $2)
      },
      wrong("Your ŷ⟨t⟩ is made from a⟨t−1⟩, the state before the word was read. It should be made from a⟨t⟩.") {
        state($0, $1, $2)
      } ŷ: {
        answer($0, $1, $2 - 1)
      },
      wrong("Your ŷ are the logits: the softmax is missing.") {
        state($0, $1, $2)
      } ŷ: {
        logits($0, $1[$2])
      },
      wrong("The bias by is missing in the logits.") {
        state($0, $1, $2)
      } ŷ: {
        softmax($0.θ.Wya * $1[$2])
      },
      wrong("You apply the tanh to the logits before the softmax. They go into it as they are.") {
        state($0, $1, $2)
      } ŷ: {
        softmax(tanh(logits($0, $1[$2])))
      },
      Mistake("Your ŷ begins with ŷ⟨1⟩. Place 0 has to be filled, so that ŷ⟨t⟩ is `ŷ[t]`.") { input in
        let (a, ŷ) = Solution.forward(input.θ, input.x, from: input.start)
        return (a, Array(ŷ.dropFirst()))
      },
      Mistake("You read place 0 of x as well, which only fills its place. The sentence begins at t = 1.") { input in
        let (a, ŷ) = Solution.forward(input.θ, [input.x[0]] + input.x, from: input.start)
        return (a, Array(ŷ.dropFirst()))
      },
    ],
    hints: [
      "Begin with two lists, `var a = [start]` and `var ŷ = [x[0]]`, and go through t from 1 to x.count − 1.",
      "Both functions that you need are written above: `step` makes a⟨t⟩ from `a[t - 1]` and `x[t]`.",
      "`probabilities(θ.Wya * a[t] + θ.by)` is ŷ⟨t⟩. Append it, and return both lists.",
    ])
}

private var batchCheck: Check {
  var random = RandomSource(seed: 4)
  func sentences(_ count: Int, _ size: Int, _ length: Int) -> [[Columns]] {
    (0..<count).map { _ in (0..<length).map { _ in random.matrix(size, 1) } }
  }
  func beside(_ columns: [Columns]) -> Columns {
    Columns(rows: columns.count, columns: columns[0].rows, elements: columns.flatMap(\.elements)).transposed
  }
  func byStep(_ sentences: [[Columns]], _ make: ([Columns]) -> Columns) -> [Columns] {
    sentences[0].indices.map { t in make(sentences.map { $0[t] }) }
  }
  return Check(
    "batch",
    inputs: [
      ("the sentences 1, 0, 0 and 0, 1, 1", [[1, 0, 0], [0, 1, 1]].map { $0.map { Columns([[$0]]) } }),
      ("three sentences of four steps", sentences(3, 2, 4)), ("three sentences of three steps", sentences(3, 3, 3)),
    ], parts: { $0.enumerated().map { Part("step \($0)", $1) } }, yours: { batch($0) },
    solution: { Solution.batch($0) }, library: { byStep($0, beside) },
    mistakes: [
      Mistake("Each step has a sentence in each row. It should be transposed: an example is a column.") {
        byStep($0) { beside($0).transposed }
      },
      Mistake("You put the steps of one sentence side by side. A matrix of the result is one step of all sentences.") {
        $0.map(beside)
      },
      Mistake("You put the columns on top of each other. They belong side by side.") {
        byStep($0) { Columns(column: $0.flatMap(\.elements)) }
      },
      Mistake("The sentences stand in the reverse order: column i should be sentence i.") {
        byStep($0.reversed(), beside)
      },
      Mistake("Only the first sentence is there.") { $0[0] },
    ],
    hints: [
      "There is one matrix for each step t. All sentences are equally long, so `sentences[0].indices` has the steps.",
      "Make an empty one, `Columns(rows: …, columns: sentences.count)`, and fill column i with `sentences[i][t]`.",
      "`step[row, i] = sentences[i][t][row, 0]`, for each row.",
    ])
}
