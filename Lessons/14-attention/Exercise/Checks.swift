// What the functions of Exercise14.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise { Exercise("14", "attention", [scoresCheck, weightsCheck, mixCheck, lookCheck]) }

/// The parameters of the additive score, and those of the layer that sees mix and state.
struct Parameters {
  /// What compares the two states, (n_e, n_s), (n_e, n_a) and (1, n_e).
  var Wes: Columns, Wea: Columns, ve: Columns
  /// What makes h of the mix and the state, (n_s, n_a + n_s).
  var Wh: Columns
}

// MARK: - The inputs

/// The states of a decoder, and those of an encoder, of which only the first `length` are real.
private struct Sight {
  let θ: Parameters
  let s: [Columns], a: [Columns]
  let length: Int
  /// What the library makes of them, in the two directions of an encoder and the two layers of a decoder.
  let α: [Columns], h: [Columns]

  init(units: Int, compared: Int, steps: Int, length: Int, padded: Int, seed: UInt64) {
    var random = RandomSource(seed: seed)
    func layer(_ inputs: Int) -> Recurrent<RNNCell<Double>> {
      Recurrent(
        RNNCell(Wax: random.matrix(units, inputs), Waa: random.matrix(units, units), ba: random.matrix(units, 1)))
    }
    let θ = Parameters(
      Wes: 2 * random.matrix(compared, units), Wea: 3 * random.matrix(compared, 2 * units),
      ve: 3 * random.matrix(1, compared), Wh: random.matrix(units, 3 * units))
    let model = EncoderDecoder(
      encoder: Bidirectional(forward: layer(2), backward: layer(2)),
      decoder: LanguageModel(
        layer: AttentionOnTop(
          Deep([layer(3), layer(units)]), Attention(Wes: θ.Wes, Wea: θ.Wea, ve: θ.ve, Wc: θ.Wh)),
        output: Dense(Wya: random.matrix(3, units), by: random.matrix(3, 1))))
    let source = SequenceBatch((1...length + padded).map { _ in random.matrix(2, 1) })
    let target = LanguageBatch(sentence: (0..<steps).map { Int32($0 % 3) })
    let tape = model.makeTape()
    _ = model.forward(
      EncoderDecoderBatch(source: .features(source), sourceMask: Mask(lengths: [length]), target: target), from: nil,
      on: tape)
    func columns(_ sequence: SequenceBatch<Double>) -> [Columns] { (0..<sequence.length).map { sequence[$0] } }
    let decoder = tape.decoder.layer
    let α = decoder.attention!.weights(ofExample: 0).transposed
    (self.θ, self.length) = (θ, length)
    (s, a) = (columns(decoder.layer.outputSequence), columns(tape.encoder.outputSequence))
    self.α = (0..<α.columns).map { α.columns($0..<$0 + 1) }
    h = columns(decoder.outputSequence)
  }
}

private var sights: [(String, Sight)] {
  [
    ("one unit, two steps, a source of two", Sight(units: 1, compared: 2, steps: 2, length: 2, padded: 0, seed: 1)),
    ("two units, a source of four", Sight(units: 2, compared: 4, steps: 3, length: 4, padded: 0, seed: 2)),
    (
      "two units, a source of three and two of padding",
      Sight(units: 2, compared: 3, steps: 4, length: 3, padded: 2, seed: 3)
    ),
  ]
}

/// The states of the page.
private let three = [[1.0, 0], [0, 1], [-1, 2]].map { Columns(column: $0) }

// MARK: - The checks

private var scoresCheck: Check {
  typealias Input = (θ: Parameters, s: Columns, a: [Columns])
  /// The scores with something else for each of them.
  func wrong(
    _ sentence: String, _ score: @escaping (Input, Columns) -> Columns
  ) -> Mistake<Input, Columns> {
    Mistake(sentence) { input in Columns(column: input.a.map { score(input, $0).elements.reduce(0, +) }) }
  }
  func inside(_ θ: Parameters, _ s: Columns, _ a: Columns) -> Columns { θ.Wes * s + θ.Wea * a }
  func sum(_ count: Int, _ term: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + term($1) } }
  let page = Parameters(
    Wes: Columns([[1, 0], [0, 1]]), Wea: Columns([[1, 0], [0, 1]]), ve: Columns([[1, 0.5]]),
    Wh: Columns(rows: 2, columns: 4))
  return Check(
    "scores",
    inputs: [("the three states of the page, asked by [2, 1]", Input(page, Columns(column: [2, 1]), three))]
      + sights.map { ($0, Input($1.θ, $1.s[0], $1.a)) },
    parts: { [Part("the column of scores", $0)] }, yours: { scores($0.θ, $0.s, $0.a) },
    solution: { Solution.scores($0.θ, $0.s, $0.a) },
    // Number by number, as one would on paper.
    library: { θ, s, a in
      Columns(
        column: a.map { a in
          sum(θ.ve.columns) { k in
            θ.ve[0, k] * tanh(sum(s.rows) { θ.Wes[k, $0] * s[$0, 0] } + sum(a.rows) { θ.Wea[k, $0] * a[$0, 0] })
          }
        })
    },
    mistakes: [
      wrong("The tanh is missing between the two layers. Without it, s would add the same to every score.") {
        $0.θ.ve * inside($0.θ, $0.s, $1)
      },
      wrong("The tanh belongs inside, before ve: see Lesson 14, “In code”. You take it of the finished score.") {
        tanh($0.θ.ve * inside($0.θ, $0.s, $1))
      },
      wrong("The decoder's state is missing: Wes s. Every step would ask the same question.") {
        $0.θ.ve * tanh($0.θ.Wea * $1)
      },
      wrong("The encoder's state is missing: Wea a⟨j⟩. So all scores are equal, and there is no choice.") { input, _ in
        input.θ.ve * tanh(input.θ.Wes * input.s)
      },
      wrong("You take a tanh of each product. Add the two products first, then take one tanh of the sum.") {
        $0.θ.ve * (tanh($0.θ.Wes * $0.s) + tanh($0.θ.Wea * $1))
      },
      wrong("You multiply the two products entry by entry. They are added.") {
        $0.θ.ve * tanh(($0.θ.Wes * $0.s) ⊙ ($0.θ.Wea * $1))
      },
      wrong("You subtract one product from the other. They are added.") {
        $0.θ.ve * tanh($0.θ.Wes * $0.s - $0.θ.Wea * $1)
      },
      wrong("You add up the n_e numbers as they are. Some count more than others: multiply by ve.") {
        tanh(inside($0.θ, $0.s, $1))
      },
      Mistake("These are the weights already: leave the softmax to the next function.") {
        softmax(Solution.scores($0.θ, $0.s, $0.a))
      },
      Mistake("Each score should see one a⟨j⟩ of its own. Yours all see a⟨1⟩.") { input in
        Solution.scores(input.θ, input.s, input.a.map { _ in input.a[0] })
      },
      Mistake("Each score should see one a⟨j⟩ of its own. Yours all see the last.") { input in
        Solution.scores(input.θ, input.s, input.a.map { _ in input.a.last! })
      },
      Mistake("The right scores in the reverse order: the first one belongs to a⟨1⟩.") {
        Solution.scores($0.θ, $0.s, $0.a.reversed())
      },
    ],
    hints: [
      "Begin with a single a⟨j⟩: `θ.Wes * s + θ.Wea * a[0]` has n_e numbers.",
      "`θ.ve * tanh(…)` is a matrix with one row and one column. `[0, 0]` takes the number out of it.",
      "`a.map { … }` makes such a number for each state, and `Columns(column: …)` a column of them.",
    ])
}

private var weightsCheck: Check {
  typealias Input = (e: Columns, length: Int)
  var random = RandomSource(seed: 4)
  func wrong(_ sentence: String, _ weights: @escaping ([Double], Int) -> [Double]) -> Mistake<Input, Columns> {
    Mistake(sentence) { Columns(column: weights($0.e.elements, $0.length)) }
  }
  /// What `number` makes of the scores, divided by its sum, over some of the places.
  func shares(
    _ e: [Double], _ number: (Double) -> Double, over isCounted: (Int) -> Bool = { _ in true },
    at isReal: (Int) -> Bool = { _ in true }
  ) -> [Double] {
    let sum = e.indices.filter(isCounted).reduce(0) { $0 + number(e[$1]) }
    return e.indices.map { isReal($0) ? number(e[$0]) / sum : 0 }
  }
  let inputs: [(String, Input)] = [
    ("the scores 2, 1 and 0", (Columns(column: [2, 1, 0]), 3)),
    ("the same with two places of padding", (Columns(column: [2, 1, 0, 1.5, -0.5]), 3)),
    ("two places of four", (2 * random.matrix(4, 1), 2)), ("five places of six", (3 * random.matrix(6, 1), 5)),
  ]
  return Check(
    "weights", inputs: inputs, parts: { [Part("α", $0)] }, yours: { weights($0.e, length: $0.length) },
    solution: { Solution.weights($0.e, length: $0.length) },
    library: { e, length in [softmax(e.rows(0..<length)), Columns(rows: e.rows - length, columns: 1)] },
    mistakes: [
      wrong(
        "You forget the mask: the padding gets a part of the weight. See Lesson 14, “Two scores, two places for them”."
      ) { e, _ in shares(e, exp) },
      wrong("Your padding isn't 0: you left it out of the sum, and then divided it like the others.") { e, length in
        shares(e, exp, over: { $0 < length })
      },
      wrong("The padding is 0, but it's still in your sum. So the weights of the real places don't add up to 1.") {
        e, length in shares(e, exp, at: { $0 < length })
      },
      wrong("You set the scores of the padding to 0, and e⁰ is 1. Set their exponentials to 0.") { e, length in
        shares(e.indices.map { $0 < length ? e[$0] : 0 }, exp)
      },
      wrong("You set the scores of the padding to 0. e⁰ is 1, so they are in your sum. Leave them out of it.") {
        e, length in shares(e.indices.map { $0 < length ? e[$0] : 0 }, exp, at: { $0 < length })
      },
      wrong("You leave the last real place out. Counted from 0, the real places are 0 to length − 1.") { e, length in
        shares(e, exp, over: { $0 < length - 1 }, at: { $0 < length - 1 })
      },
      wrong("One place too many. Counted from 0, the real places are 0 to length − 1.") { e, length in
        shares(e, exp, over: { $0 <= length }, at: { $0 <= length })
      },
      wrong("The padding stands at the end. You leave out as many places at the beginning.") { e, length in
        shares(e, exp, over: { $0 >= e.count - length }, at: { $0 >= e.count - length })
      },
      wrong("These are the exponentials. Divide each by their sum, so that the weights add up to 1.") { e, length in
        e.indices.map { $0 < length ? exp(e[$0]) : 0 }
      },
      wrong("You divide the scores themselves by their sum. First raise e to each of them.") { e, length in
        shares(e, { $0 }, over: { $0 < length }, at: { $0 < length })
      },
      wrong("The sign is turned round: exp(−score) gives the worst fit the largest weight.") { e, length in
        shares(e, { exp(-$0) }, over: { $0 < length }, at: { $0 < length })
      },
      wrong("You give all the weight to the best. Such a choice has no gradient: see Lesson 14, “By hand: a look”.") {
        e, length in e.indices.map { $0 < length && e[$0] == e[..<length].max() ? 1 : 0 }
      },
      wrong("You leave the padding away. Keep its places, with the weight 0: α has a number for each a⟨j⟩.") {
        e, length in Array(shares(e, exp, over: { $0 < length }).prefix(length))
      },
      wrong("All your weights are equal, and the scores play no part.") { e, length in
        e.indices.map { $0 < length ? 1 / Double(length) : 0 }
      },
    ],
    hints: [
      "First the exponentials, a list: for each place of `0..<scores.rows` the number `exp(scores[j, 0])`, or 0 in the padding.",
      "Place j is real if `j < length`. Then the sum: `exps.reduce(0, +)`.",
      "Divide each by the sum, and make a column of the list.",
    ])
}

private var mixCheck: Check {
  typealias Input = (α: Columns, a: [Columns])
  /// The sum of the states with other weights.
  func wrong(_ sentence: String, _ weights: @escaping ([Double]) -> [Double]) -> Mistake<Input, Columns> {
    Mistake(sentence) { Solution.mix(Columns(column: weights($0.α.elements)), $0.a) }
  }
  let exps = Columns(column: [2, 1, 0])
  return Check(
    "mix",
    inputs: [("the three states of the page", Input(softmax(exps), three))] + sights.map { ($0, Input($1.α[0], $1.a)) },
    parts: { [Part("mix", $0)] }, yours: { mix($0.α, $0.a) }, solution: { Solution.mix($0.α, $0.a) },
    // The states side by side, times the weights.
    library: { α, a in
      Columns(rows: a.count, columns: a[0].rows, elements: a.flatMap(\.elements)).transposed * α
    },
    mistakes: [
      wrong("That's the mean of all states: your weights play no part. See Lesson 14, “Break it”.") { α in
        α.map { _ in 1 / Double(α.count) }
      },
      wrong("You add up the states without their weights.") { $0.map { _ in 1 } },
      wrong("You divide by the number of states. The weights add up to 1 already, so the sum is the mix.") { α in
        α.map { $0 / Double(α.count) }
      },
      wrong("You pick the state with the largest weight. A mix takes a bit of each: see Lesson 14, “By hand: a look”.")
      { α in α.map { $0 == α.max() ? 1 : 0 } },
      wrong("Only the last state is left: you write `=` where all terms should be added.") { α in
        α.indices.map { $0 == α.count - 1 ? α[$0] : 0 }
      },
      wrong("Only the first state is in it: the loop ends too soon.") { α in
        α.indices.map { $0 == 0 ? α[$0] : 0 }
      },
      wrong("The first state is missing. a⟨1⟩ is `a[0]`: begin with place 0.") { [0] + $0.dropFirst() },
      wrong("The last state is missing: the loop ends one place too soon.") { $0.dropLast() + [0] },
      wrong("The weights are those of the reverse order: a⟨1⟩ goes with the first one.") { $0.reversed() },
      wrong("Your first state comes twice: begin the sum with zeros, `0 * a[0]`, and not with `a[0]`.") {
        [$0[0] + 1] + $0.dropFirst()
      },
      wrong("Your sum begins with the whole a⟨1⟩. It comes in with its weight as well: begin with zeros, `0 * a[0]`.") {
        [1] + $0.dropFirst()
      },
      wrong("Every state gets the weight of the first. a⟨j⟩ goes with its own: `α[j, 0] * a[j]`.") { α in
        α.map { _ in α[0] }
      },
      wrong("You take the softmax once more. α holds the weights already.") {
        softmax(Columns(column: $0)).elements
      },
    ],
    hints: [
      "Begin with zeros in the shape of a state, `var sum = 0 * a[0]`, and go through `a.indices`.",
      "`α[j, 0]` is a number, and a number times a matrix is a matrix: `α[j, 0] * a[j]`.",
    ])
}

private var lookCheck: Check {
  typealias Output = (α: [Columns], h: [Columns])
  /// The look with one thing changed. What asks sees the outputs so far.
  func wrong(
    _ sentence: String, asks: @escaping (Sight, [Columns], Int) -> Columns = { sight, _, t in sight.s[t] },
    α: @escaping (Sight, Columns) -> Columns = { Solution.weights(Solution.scores($0.θ, $1, $0.a), length: $0.length) },
    mix: @escaping (Sight, [Columns], Int) -> Columns = { Solution.mix($1[$2], $0.a) },
    h: @escaping (Sight, Columns, Columns) -> Columns = { tanh($0.θ.Wh * [$1, $2]) }
  ) -> Mistake<Sight, Output> {
    Mistake(sentence) { sight in
      var (αs, hs): Output = ([], [])
      for t in sight.s.indices {
        αs.append(α(sight, asks(sight, hs, t)))
        hs.append(h(sight, mix(sight, αs, t), sight.s[t]))
      }
      return (αs, hs)
    }
  }
  return Check(
    "look", inputs: sights,
    parts: { output in
      output.α.enumerated().map { Part("α⟨\($0 + 1)⟩", $1) } + output.h.enumerated().map { Part("h⟨\($0 + 1)⟩", $1) }
    }, yours: { look($0.θ, from: $0.s, at: $0.a, length: $0.length) },
    solution: { Solution.look($0.θ, from: $0.s, at: $0.a, length: $0.length) }, library: { ($0.α, $0.h) },
    mistakes: [
      wrong(
        "You put the state on top of the mix. In [mix; s] the mix is on top: see Lesson 14, “In code”.",
        h: { tanh($0.θ.Wh * [$2, $1]) }),
      wrong("The tanh is missing around Wh [mix; s].", h: { $0.θ.Wh * [$1, $2] }),
      wrong("That's the mix itself. Put it on top of the state, and take tanh(Wh [mix; s]).", h: { _, mix, _ in mix }),
      wrong(
        "The state is missing beside the mix. The decoder should know both what it saw and where it is.",
        h: { tanh($0.θ.Wh * [$1, 0 * $2]) }),
      wrong(
        "The mix is missing beside the state: nothing of the look gets into the answer.",
        h: { tanh($0.θ.Wh * [0 * $1, $2]) }),
      wrong(
        "The weights don't know of the mask: pass `length` on, and not the number of all places.",
        α: { softmax(Solution.scores($0.θ, $1, $0.a)) }),
      wrong(
        "You ask with s⟨t−1⟩, as Bahdanau and his colleagues do. Here s⟨t⟩ asks: see Lesson 14, “Two scores, two places for them”.",
        asks: { $0.s[max($2 - 1, 0)] }),
      wrong(
        "Every step asks with s⟨1⟩, so all looks are the same. Let step t ask with s⟨t⟩.",
        asks: { sight, _, _ in sight.s[0] }),
      wrong("You ask with h⟨t−1⟩, which no step sees. It's the state s⟨t⟩ that asks.", asks: { $1.last ?? $0.s[$2] }),
      wrong(
        "Your mix is that of the first step. Each step has weights of its own, and so a mix of its own.",
        mix: { sight, α, _ in Solution.mix(α[0], sight.a) }),
      wrong(
        "Your mix is that of the step before. Mix with the weights of step t.",
        mix: { Solution.mix($1[max($2 - 1, 0)], $0.a) }),
      wrong(
        "You mix with the scores: take `weights` of them first.",
        mix: { Solution.mix(Solution.scores($0.θ, $0.s[$2], $0.a), $0.a) }),
      wrong("Your α are the scores: `weights` is missing.", α: { Solution.scores($0.θ, $1, $0.a) }),
    ],
    hints: [
      "All three functions that you need are written above. At step t: scores with `s[t]`, then weights, then the mix.",
      "`s.map { weights(scores(θ, $0, a), length: length) }` has the weights of all steps.",
      "`tanh(θ.Wh * [mix(α[t], a), s[t]])` is what step t makes of them.",
    ])
}
