// What the functions of Exercise08.swift are measured by.

import Marker
import SequenceModels

var exercise: Exercise { Exercise("08", "two chains", [stepCheck, bothChainsCheck, answersCheck, summaryCheck]) }

/// The weights of one chain of tanh units.
typealias Chain = RNNCell<Double>

// MARK: - The inputs

/// The states of both chains at the places 0 to T + 1.
private typealias States = (fromLeft: [Columns], fromRight: [Columns])

/// Two chains, what they read, and what the library makes of it.
private struct Reading {
  let left: Chain, right: Chain
  let x: [Columns], mask: [[Int]]
  let states: States
  let summary: Columns

  var zeros: Columns { 0 * states.fromLeft[0] }
  var steps: Int { x.count - 1 }

  /// - Parameter words: x⟨1⟩ … x⟨T⟩.
  init(_ left: Chain, _ right: Chain, _ words: [Columns], lengths: [Int]) {
    (self.left, self.right) = (left, right)
    x = [0 * words[0]] + words
    mask = x.indices.map { t in lengths.map { t > 0 && t <= $0 ? 1 : 0 } }
    let layer = Bidirectional(forward: Recurrent(left), backward: Recurrent(right))
    let tape = layer(SequenceBatch(words), mask: Mask(lengths: lengths))
    let (units, output) = (left.Waa.rows, tape.outputSequence)
    let zeros = [Columns(rows: units, columns: lengths.count)]
    let steps = (0..<words.count).map { output[$0] }
    let ahead = steps.map { $0.rows(0..<units) }
    // In the padding, the backward chain hasn't begun.
    let back = zip(steps, mask.dropFirst()).map { choose($1, $0.rows(units..<2 * units), zeros[0]) }
    states = (zeros + ahead + zeros, zeros + back + zeros)
    summary = layer.finalOutput(on: tape)
  }

  init(inputs: Int, units: Int, lengths: [Int], seed: UInt64) {
    var random = RandomSource(seed: seed)
    func chain() -> Chain {
      Chain(Wax: random.matrix(units, inputs), Waa: random.matrix(units, units), ba: random.matrix(units, 1))
    }
    let (left, right) = (chain(), chain())
    let words = (1...lengths.max()!).map { _ in random.matrix(inputs, lengths.count) }
    self.init(left, right, words, lengths: lengths)
  }
}

/// The chain of the page, in which all weights are 1.
private func pageChain(bias: Double) -> Chain { Chain(Wax: Columns([[1]]), Waa: Columns([[1]]), ba: Columns([[bias]])) }

private var readings: [(String, Reading)] {
  func page(_ x: [Double], length: Int, bias: Double) -> Reading {
    Reading(pageChain(bias: 0), pageChain(bias: bias), x.map { Columns([[$0]]) }, lengths: [length])
  }
  return [
    ("rose sang", page([0, 1], length: 2, bias: 0)),
    ("rose sang, with two places of padding", page([0, 1, 0, 0], length: 2, bias: -0.3)),
    ("three units that read four columns of two numbers", Reading(inputs: 2, units: 3, lengths: [4], seed: 1)),
    ("a batch of three, of unequal length", Reading(inputs: 2, units: 2, lengths: [5, 2, 4], seed: 2)),
  ]
}

/// The columns of `new` where the mask is 1, those of `old` where it is 0.
private func choose(_ mask: [Int], _ new: Columns, _ old: Columns) -> Columns {
  Columns(
    rows: new.rows, columns: new.columns,
    elements: (0..<new.count).map { mask[$0 % new.columns] == 1 ? new.elements[$0] : old.elements[$0] })
}

// MARK: - The checks

private var stepCheck: Check {
  typealias Input = (chain: Chain, before: Columns, x: Columns, mask: [Int])
  func inside(_ input: Input) -> Columns {
    input.chain.Waa * input.before + input.chain.Wax * input.x + input.chain.ba
  }
  func keep(_ input: Input, _ new: Columns) -> Columns { choose(input.mask, new, input.before) }
  func wrong(_ sentence: String, _ step: @escaping (Input) -> Columns) -> Mistake<Input, Columns> {
    Mistake(sentence, step)
  }
  let (dark, half) = (pageChain(bias: -0.3), Columns([[0.5]]))
  var random = RandomSource(seed: 3)
  let inputs: [(String, Input)] = [
    ("a step on padding, with the bias −0.3", (dark, half, Columns([[0]]), [0])),
    ("a step on a word, with the same weights", (dark, half, Columns([[1]]), [1])),
  ]
  return Check(
    "step",
    inputs: inputs
      + readings.dropFirst(2).map { name, reading in
        let t = reading.steps - 1
        return (
          name,
          Input(reading.left, random.matrix(reading.zeros.rows, reading.zeros.columns), reading.x[t], reading.mask[t])
        )
      }, parts: { [Part("the new state", $0)] },
    yours: { step($0.chain, from: $0.before, reading: $0.x, mask: $0.mask) },
    solution: { Solution.step($0.chain, from: $0.before, reading: $0.x, mask: $0.mask) },
    library: { chain, before, x, mask in
      Recurrent(chain)(SequenceBatch([x]), from: RecurrentState([before]), mask: Mask(lengths: mask)).outputSequence[0]
    },
    mistakes: [
      wrong("You forget the mask: the state also changes in the padding. See Lesson 08, “Break it”.") {
        tanh(inside($0))
      },
      wrong("In the padding your state becomes 0. It should stay as it was: a chain that has read words keeps them.") {
        choose($0.mask, tanh(inside($0)), 0 * $0.before)
      },
      wrong("The mask is turned round: 1 is a word, and 0 is padding.") {
        choose($0.mask.map { 1 - $0 }, tanh(inside($0)), $0.before)
      },
      wrong("An input of 0 isn't enough: the bias and the old state are still added. See Lesson 08, “Break it”.") {
        tanh($0.chain.Waa * $0.before + $0.chain.Wax * choose($0.mask, $0.x, 0 * $0.x) + $0.chain.ba)
      },
      wrong("You add the old state everywhere. Where the mask is 1, only the new one counts.") {
        choose($0.mask, tanh(inside($0)), 0 * $0.before) + $0.before
      },
      wrong("If one example has ended, all of yours stay as they are. Go column by column.") {
        $0.mask.contains(0) ? $0.before : tanh(inside($0))
      },
      wrong("You keep row j, and an example is a column: `new[i, j] = before[i, j]` for each row i.") { input in
        var new = tanh(inside(input))
        for j in input.mask.indices where input.mask[j] == 0 && j < new.rows {
          for i in 0..<min(new.rows, new.columns) { new[j, i] = input.before[j, i] }
        }
        return new
      },
      wrong("You look at the first example only. Each column has a number of its own in the mask.") {
        $0.mask[0] == 0 ? $0.before : tanh(inside($0))
      },
      wrong("You use Waa transposed. Forwards, row i of Waa has the weights with which unit i reads the others.") {
        keep($0, tanh($0.chain.Waa.transposed * $0.before + $0.chain.Wax * $0.x + $0.chain.ba))
      },
      wrong("The old state is missing inside the tanh: Waa times it.") {
        keep($0, tanh($0.chain.Wax * $0.x + $0.chain.ba))
      },
      wrong("The bias ba is missing.") { keep($0, tanh($0.chain.Waa * $0.before + $0.chain.Wax * $0.x)) },
      wrong("The tanh is missing.") { keep($0, inside($0)) },
      wrong("You add the bias behind the tanh. It belongs inside, with the two products.") {
        keep($0, tanh($0.chain.Waa * $0.before + $0.chain.Wax * $0.x) + $0.chain.ba)
      },
    ],
    hints: [
      "First the new state, as if there were no padding: `var new = tanh(chain.Waa * before + …)`.",
      "Then go through the examples, `for j in mask.indices`, and look for those with `mask[j] == 0`.",
      "There, each row of column j gets the old number back: `new[i, j] = before[i, j]`.",
    ])
}

private var bothChainsCheck: Check {
  /// The solution, with something else given to it.
  func chains(
    _ r: Reading, left: Chain? = nil, right: Chain? = nil, x: [Columns]? = nil, mask: [[Int]]? = nil
  ) -> States {
    Solution.bothChains(left ?? r.left, right ?? r.right, x ?? r.x, mask: mask ?? r.mask, zeros: r.zeros)
  }
  /// The forward chain as it should be, the backward chain with something changed: its loop, and what it reads at t.
  func wrong(
    _ sentence: String, steps: @escaping (Int) -> [Int] = { (1...$0).reversed() },
    start: @escaping (Reading) -> Columns = { $0.zeros },
    step: @escaping (Reading, [Columns], Int) -> Columns = {
      Solution.step($0.right, from: $1[$2 + 1], reading: $0.x[$2], mask: $0.mask[$2])
    }
  ) -> Mistake<Reading, States> {
    Mistake(sentence) { r in
      var back = Array(repeating: r.zeros, count: r.steps + 2)
      back[r.steps + 1] = start(r)
      for t in steps(r.steps) { back[t] = step(r, back, t) }
      return (chains(r).fromLeft, back)
    }
  }
  /// The states with something changed in them.
  func changed(_ sentence: String, _ change: @escaping (Reading) -> States) -> Mistake<Reading, States> {
    Mistake(sentence, change)
  }
  func ones(_ r: Reading) -> [[Int]] { r.mask.map { $0.map { _ in 1 } } }
  return Check(
    "bothChains", inputs: readings,
    parts: { states in
      // Each in the order in which it is computed.
      states.fromLeft.enumerated().map { Part("→a⟨\($0)⟩", $1) }
        + states.fromRight.enumerated().reversed().map { Part("←a⟨\($0)⟩", $1) }
    }, yours: { bothChains($0.left, $0.right, $0.x, mask: $0.mask, zeros: $0.zeros) },
    solution: { Solution.bothChains($0.left, $0.right, $0.x, mask: $0.mask, zeros: $0.zeros) }, library: \.states,
    mistakes: [
      changed("You forget the mask, and the backward chain begins with the padding. See Lesson 08, “Break it”.") {
        chains($0, mask: ones($0))
      },
      changed("The forward chain is right. The backward chain forgets the mask, and it needs it most.") {
        (chains($0).fromLeft, chains($0, mask: ones($0)).fromRight)
      },
      changed("The backward chain is right. The forward chain forgets the mask.") {
        (chains($0, mask: ones($0)).fromLeft, chains($0).fromRight)
      },
      wrong(
        "Your backward chain goes from the first step to the last, so it finds zeros at t + 1. Go from T to 1: `.reversed()`.",
        steps: { Array(1...$0) }),
      wrong(
        "Your second chain also reads from left to right. ←a⟨t⟩ is made from ←a⟨t+1⟩: begin behind the last word.",
        steps: { Array(1...$0) },
        step: { Solution.step($0.right, from: $1[$2 - 1], reading: $0.x[$2], mask: $0.mask[$2]) }),
      changed("The backward chain is in the order in which it reads. ←a⟨t⟩ should stand at place t, beside x⟨t⟩.") {
        (chains($0).fromLeft, chains($0).fromRight.reversed())
      },
      changed("Your backward chain has the weights of the forward chain. It has its own: `right`.") {
        chains($0, right: $0.left)
      },
      changed("The chains have exchanged their weights: `left` reads from the left, and `right` from the right.") {
        chains($0, left: $0.right, right: $0.left)
      },
      wrong(
        "Your backward chain begins where the forward chain ended. No arrow leads from one to the other: begin with zeros.",
        start: { chains($0).fromLeft[$0.steps] }),
      wrong(
        "Your backward chain makes ←a⟨t⟩ from →a⟨t−1⟩. No arrow leads from one chain to the other.",
        step: { Solution.step($0.right, from: chains($0).fromLeft[$2 - 1], reading: $0.x[$2], mask: $0.mask[$2]) }),
      wrong(
        "Your backward chain reads x⟨t−1⟩ at step t. Both chains read x⟨t⟩.",
        step: { Solution.step($0.right, from: $1[$2 + 1], reading: $0.x[$2 - 1], mask: $0.mask[$2]) }),
      wrong(
        "At step t, your backward chain takes the mask of step t − 1. It's `mask[t]`.",
        step: { Solution.step($0.right, from: $1[$2 + 1], reading: $0.x[$2], mask: $0.mask[$2 - 1]) }),
      wrong(
        "You turn the words round twice: your loop goes from T to 1 already. At step t it reads x⟨t⟩, which is `x[t]`.",
        step: {
          let s = $0.steps + 1 - $2
          return Solution.step($0.right, from: $1[$2 + 1], reading: $0.x[s], mask: $0.mask[s])
        }),
      wrong(
        "At step t, your backward chain reads x⟨T+1−t⟩. Both chains read x⟨t⟩ there: only the order of the steps differs.",
        step: {
          Solution.step($0.right, from: $1[$2 + 1], reading: $0.x[$0.steps + 1 - $2], mask: $0.mask[$2])
        }),
      wrong("Your backward chain leaves the last word out: begin with t = T.", steps: { (1..<$0).reversed() }),
      wrong("Your backward chain stops before the first word: go down to t = 1.", steps: { (2..<$0 + 1).reversed() }),
      changed("The zeros at the places 0 and T + 1 are missing in what you return.") {
        (Array($0.states.fromLeft.dropFirst().dropLast()), Array($0.states.fromRight.dropFirst().dropLast()))
      },
      changed("The right states, but the two lists are exchanged: return the forward chain first.") {
        ($0.states.fromRight, $0.states.fromLeft)
      },
    ],
    hints: [
      "Fill two lists with zeros first, `Array(repeating: zeros, count: T + 2)`, where T is x.count − 1.",
      "Two loops, as on the page. Each calls `step`, which keeps the old state in the padding.",
      "The second loop goes through `(1...T).reversed()`, and makes `fromRight[t]` from `fromRight[t + 1]`.",
    ])
}

/// The matrices of the answer, and the states that it sees.
private typealias Seen = (Wya: Columns, by: Columns, left: [Columns], right: [Columns])

private var seen: [(String, Seen)] {
  var random = RandomSource(seed: 4)
  return readings.map { name, reading in
    let (units, states) = (reading.zeros.rows, reading.states)
    // One unit is that of the page.
    let Wya = units == 1 ? Columns([[0, 0], [4, 4]]) : random.matrix(3, 2 * units)
    let by = units == 1 ? Columns(column: [0, 0]) : random.matrix(3, 1)
    return (name, (Wya, by, states.fromLeft, states.fromRight))
  }
}

private var answersCheck: Check {
  /// The answers with other columns in them, or something else around the softmax.
  func wrong(
    _ sentence: String, steps: @escaping (Int) -> [Int] = { Array(1...$0) },
    column: @escaping (Seen, Int) -> Columns = { [$0.left[$1], $0.right[$1]] },
    answer: @escaping (Seen, Columns) -> Columns = { softmax($0.Wya * $1 + $0.by) }
  ) -> Mistake<Seen, [Columns]> {
    Mistake(sentence) { input in steps(input.left.count - 2).map { answer(input, column(input, $0)) } }
  }
  return Check(
    "answers", inputs: seen, parts: { $0.enumerated().map { Part("ŷ⟨\($0 + 1)⟩", $1) } },
    yours: { answers($0.Wya, $0.by, fromLeft: $0.left, fromRight: $0.right) },
    solution: { Solution.answers($0.Wya, $0.by, fromLeft: $0.left, fromRight: $0.right) },
    // Each chain times its half of Wya.
    library: { input in
      let units = input.left[0].rows
      let (ahead, back) = (input.Wya.columns(0..<units), input.Wya.columns(units..<2 * units))
      return zip(input.left, input.right).dropFirst().dropLast().map { softmax(ahead * $0 + back * $1 + input.by) }
    },
    mistakes: [
      wrong(
        "The order is turned round: in [→a⟨t⟩, ←a⟨t⟩] the forward chain is on top.",
        column: { [$0.right[$1], $0.left[$1]] }),
      wrong(
        "You take ←a⟨t+1⟩, which hasn't read x⟨t⟩. Both states are those of step t.",
        column: { [$0.left[$1], $0.right[$1 + 1]] }),
      wrong(
        "You take →a⟨t−1⟩, which hasn't read x⟨t⟩. Both states are those of step t.",
        column: { [$0.left[$1 - 1], $0.right[$1]] }),
      wrong(
        "You take →a⟨t−1⟩ and ←a⟨t+1⟩, which haven't read x⟨t⟩. Both states are those of step t.",
        column: { [$0.left[$1 - 1], $0.right[$1 + 1]] }),
      wrong(
        "You turn the backward chain round once more. ←a⟨t⟩ stands at place t already.",
        column: { [$0.left[$1], $0.right[$0.right.count - 1 - $1]] }),
      wrong(
        "The backward chain is missing: its half of the column is 0.", column: { [$0.left[$1], 0 * $0.right[$1]] }),
      wrong("The forward chain is missing: its half of the column is 0.", column: { [0 * $0.left[$1], $0.right[$1]] }),
      wrong(
        "The forward chain comes twice, and the backward chain is missing.", column: { [$0.left[$1], $0.left[$1]] }),
      wrong(
        "You add the two states, and each half of Wya gets the sum. Put one on top of the other: `[fromLeft[t], fromRight[t]]`.",
        column: { [$0.left[$1] + $0.right[$1], $0.left[$1] + $0.right[$1]] }),
      wrong(
        "Every answer sees →a⟨T⟩ and ←a⟨1⟩. That's good for one answer for all; here each step has its own two states.",
        column: { seen, _ in [seen.left[seen.left.count - 2], seen.right[1]] }),
      wrong("Wya is missing: the softmax is taken of its product with the column.", answer: { softmax($1) }),
      wrong(
        "You take the softmax of the states. First multiply them by Wya and add by; the softmax comes last.",
        answer: { $0.Wya * softmax($1) + $0.by }),
      wrong("These are the logits: the softmax is missing.", answer: { $0.Wya * $1 + $0.by }),
      wrong("The bias by is missing.", answer: { softmax($0.Wya * $1) }),
      wrong("The bias belongs inside the softmax, with the product.", answer: { softmax($0.Wya * $1) + $0.by }),
      wrong(
        "You apply a tanh before the softmax. The logits go into it as they are.",
        answer: { softmax(tanh($0.Wya * $1 + $0.by)) }),
      wrong(
        "You also return an answer for place 0, where nothing was read. Begin with ŷ⟨1⟩.", steps: { Array(0...$0) }),
      wrong("You also answer at the places 0 and T + 1, where only zeros stand.", steps: { Array(0...$0 + 1) }),
      wrong("You also answer at place T + 1, where only zeros stand.", steps: { Array(1...$0 + 1) }),
      wrong("The last answer is missing: T is the count of the lists minus 2.", steps: { Array(1..<$0) }),
      wrong("The right answers in the reverse order.", steps: { (1...$0).reversed() }),
    ],
    hints: [
      "The lists have T + 2 places, so the steps are `1..<fromLeft.count - 1`.",
      "`[fromLeft[t], fromRight[t]]` is the concatenated column. Multiply it by Wya, add by, take the softmax.",
    ])
}

private var summaryCheck: Check {
  func wrong(_ sentence: String, _ summary: @escaping (States, _ T: Int) -> Columns) -> Mistake<Reading, Columns> {
    Mistake(sentence) { summary($0.states, $0.steps) }
  }
  func mean(_ states: [Columns], _ T: Int) -> Columns {
    1 / Double(T) * states.dropFirst(2).reduce(states[1], +)
  }
  return Check(
    "summary", inputs: readings, parts: { [Part("the summary", $0)] },
    yours: { summary(fromLeft: $0.states.fromLeft, fromRight: $0.states.fromRight) },
    solution: { Solution.summary(fromLeft: $0.states.fromLeft, fromRight: $0.states.fromRight) }, library: \.summary,
    mistakes: [
      wrong(
        "That's [→a⟨T⟩, ←a⟨T⟩], and ←a⟨T⟩ has hardly read anything. See Lesson 08, “One answer for a whole sequence”."
      ) { [$0.fromLeft[$1], $0.fromRight[$1]] },
      wrong("That's [→a⟨1⟩, ←a⟨1⟩], and →a⟨1⟩ has read one word only. The forward chain ends at T.") { s, _ in
        [s.fromLeft[1], s.fromRight[1]]
      },
      wrong("That's [→a⟨1⟩, ←a⟨T⟩], the two that have read least. Each chain has read all at its other end.") {
        [$0.fromLeft[1], $0.fromRight[$1]]
      },
      wrong("The order is turned round: the forward chain on top.") { [$0.fromRight[1], $0.fromLeft[$1]] },
      wrong("Place T + 1 of the forward chain only holds zeros. →a⟨T⟩ is one place before.") {
        [$0.fromLeft[$1 + 1], $0.fromRight[1]]
      },
      wrong("Place 0 of the backward chain only holds zeros. Its last state is ←a⟨1⟩.") {
        [$0.fromLeft[$1], $0.fromRight[0]]
      },
      wrong("Those are the zeros at the ends of the lists. The states are at the places 1 to T.") {
        [$0.fromLeft[$1 + 1], $0.fromRight[0]]
      },
      wrong("One step too early: T is the count of the lists minus 2.") { [$0.fromLeft[$1 - 1], $0.fromRight[1]] },
      wrong("You add the two states. Put one on top of the other, so that the answer can tell them apart.") {
        $0.fromLeft[$1] + $0.fromRight[1]
      },
      wrong("That's the mean over all steps. Two states have read everything, and they are enough.") {
        [mean($0.fromLeft, $1), mean($0.fromRight, $1)]
      },
      wrong("The backward chain is missing: put ←a⟨1⟩ below.") { $0.fromLeft[$1] },
      wrong("The forward chain is missing: put →a⟨T⟩ on top.") { s, _ in s.fromRight[1] },
    ],
    hints: [
      "At which step has the forward chain read everything, and at which one the backward chain?",
      "The forward chain carries its state through the padding, so →a⟨T⟩ is right for short examples too. T is the count of the lists minus 2.",
    ])
}
