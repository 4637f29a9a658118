// What the functions of Exercise10.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise { Exercise("10", "what a decoder reads", [forcedCheck, writeCheck, scheduledCheck]) }

extension Network {
  /// The next state, from a state and an input.
  func step(_ a: Columns, _ x: Columns) -> Columns { tanh(Waa * a + Wax * x + ba) }
  /// ŷ from a.
  func answer(_ a: Columns) -> Columns { softmax(Wya * a + by) }
  /// An input of zeros.
  var nothing: Columns { Columns(rows: Wax.columns, columns: 1) }
}

/// The place of the largest entry.
func likeliest(_ ŷ: Columns) -> Int { ŷ.elements.indices.max { ŷ.elements[$0] < ŷ.elements[$1] }! }

// MARK: - The inputs

/// A decoder, what its encoder reads, and the right text. The end is the last token of the vocabulary.
private struct Dictation {
  typealias Layer = Recurrent<RNNCell<Double>>

  let θ: Network
  /// An encoder that reads this in one step ends in the tanh of it.
  let source: Columns
  let y: [Int]
  let limit: Int
  /// How probable it is that the decoder reads the right token, and where the coins come from.
  let p: Double, seed: UInt64

  var start: Columns { tanh(source) }
  var end: Int { θ.by.rows - 1 }
  /// The library draws a coin for what each step reads, though the first reads nothing.
  var u: [Double] {
    var random = RandomSource(seed: seed)
    return y.indices.map { _ in random.uniform() }.dropFirst() + [0.5]
  }

  private var model: EncoderDecoder<Layer, Layer> {
    let one = Columns(
      rows: source.rows, columns: source.rows,
      elements: (0..<source.rows * source.rows).map { $0 % (source.rows + 1) == 0 ? 1 : 0 })
    let encoder = RNNCell(Wax: one, Waa: 0 * one, ba: 0 * source)
    let decoder = LanguageModel(
      layer: Recurrent(RNNCell(Wax: θ.Wax, Waa: θ.Waa, ba: θ.ba)), output: Dense(Wya: θ.Wya, by: θ.by))
    return EncoderDecoder(encoder: Recurrent(encoder), decoder: decoder)
  }

  /// The losses as the library computes them, from what its decoder reads.
  func losses(forcing: Double) -> [Double] {
    var random = RandomSource(seed: seed)
    let (model, text) = (model, LanguageBatch(sentence: y.map { Int32($0) }))
    let batch = EncoderDecoderBatch(
      source: .features(SequenceBatch([source])), target: text, teacherForcing: forcing, using: &random)
    let tape = model.makeTape()
    _ = model.forward(batch, from: nil, on: tape)
    let ŷ = model.decoder.probabilities(tape.read, from: model.encode(batch.source))
    return y.indices.map { -log(ŷ[$0][y[$0], 0]) }
  }

  /// What the library's decoder writes.
  var written: [Int] {
    let source = SequenceInput.features(SequenceBatch([source]))
    return model.greedyTokens(for: source, until: Int32(end), limit: limit)[0].map { Int($0) }
  }
}

/// A decoder that knows of the walker's rests nothing but their probability: one place on from the place that it reads.
private var walker: Network {
  let places = 13
  func matrix(_ entry: (Int, Int) -> Double) -> Columns {
    Columns(rows: places, columns: places, elements: (0..<places * places).map { entry($0 / places, $0 % places) })
  }
  return Network(
    Wax: matrix { $0 == $1 ? 3 : 0 }, Waa: matrix { $0 == $1 ? 0.1 : 0 }, ba: Columns(rows: places, columns: 1),
    Wya: matrix { to, from in to == from ? 4 : from < 12 && to == (from + 1) % 12 ? 6 : 0 },
    by: Columns(rows: places, columns: 1))
}

private func drawn(tokens: Int, units: Int, length: Int, limit: Int, p: Double, seed: UInt64) -> Dictation {
  var random = RandomSource(seed: seed)
  let θ = 3 * Network(inputs: tokens, units: units, outputs: tokens, using: &random)
  let y = (1..<length).map { _ in random.index(below: tokens - 1) } + [tokens - 1]
  return Dictation(θ: θ, source: 2 * random.matrix(units, 1), y: y, limit: limit, p: p, seed: seed)
}

private var dictations: [(String, Dictation)] {
  let third = Columns(column: (0..<13).map { $0 == 3 ? 2 : 0 })
  let walk = [4, 5, 5, 6, 7, 8, 9, 9, 10, 11, 0, 1]
  return [
    ("three tokens, two units", drawn(tokens: 3, units: 2, length: 3, limit: 4, p: 0.5, seed: 7)),
    ("the walker of the page, from 3", Dictation(θ: walker, source: third, y: walk, limit: 12, p: 0.5, seed: 2)),
    ("five tokens, four units", drawn(tokens: 5, units: 4, length: 6, limit: 8, p: 0.6, seed: 7)),
    ("six tokens, six units", drawn(tokens: 6, units: 6, length: 7, limit: 8, p: 0.4, seed: 8)),
  ]
}

/// A decoder's way along the right text, with something changed in it.
private struct Reading {
  var start: (Dictation) -> Columns = { $0.start }
  var first: (Dictation) -> Columns = { $0.θ.nothing }
  /// The state before a step, and what the step reads.
  var before: (Dictation, Columns) -> Columns = { $1 }
  var read: (Dictation, Columns, Int) -> Columns = { _, x, _ in x }
  /// What the next step reads.
  var next: (Dictation, Columns, Int) -> Columns = { text, _, t in text.θ.oneHot(text.y[t]) }
  var loss: (Dictation, Columns, Int) -> Double = { text, ŷ, t in -log(ŷ[text.y[t], 0]) }
  var result: ([Double]) -> [Double] = { $0 }

  func losses(_ text: Dictation) -> [Double] {
    var (a, x, losses) = (start(text), first(text), [Double]())
    for t in text.y.indices {
      a = text.θ.step(before(text, a), read(text, x, t))
      let ŷ = text.θ.answer(a)
      losses.append(loss(text, ŷ, t))
      x = next(text, ŷ, t)
    }
    return result(losses)
  }
}

private func parts(_ losses: [Double]) -> [Part] {
  losses.enumerated().map { Part("loss⟨\($0 + 1)⟩", $1) }
}

// MARK: - The checks

private var forcedCheck: Check {
  func wrong(_ sentence: String, _ change: (inout Reading) -> Void) -> Mistake<Dictation, [Double]> {
    var reading = Reading()
    change(&reading)
    return Mistake(sentence, reading.losses)
  }
  return Check(
    "forcedLosses", inputs: dictations, parts: parts, yours: { forcedLosses($0.y, from: $0.start, $0.θ) },
    solution: { Solution.forcedLosses($0.y, from: $0.start, $0.θ) }, library: { $0.losses(forcing: 1) },
    mistakes: [
      wrong(
        "Your decoder runs free. Let it read the right tokens: see Lesson 10, “What did the network read in training?”."
      ) { $0.next = { text, ŷ, _ in text.θ.oneHot(likeliest(ŷ)) } },
      wrong(
        "You read y⟨t⟩, the token that should be guessed: so a network learns to copy. At step t, read y⟨t−1⟩."
      ) {
        $0.read = { text, _, t in text.θ.oneHot(text.y[t]) }
      },
      wrong("x stays 0, so the decoder never reads what came. After each step, x becomes the right token.") {
        $0.next = { text, _, _ in text.θ.nothing }
      },
      wrong("Each step begins at `start` again. Hand the state on from step to step.") {
        $0.before = { text, _ in text.start }
      },
      wrong("You begin at a state of zeros. The decoder starts where the encoder ended: in `start`.") {
        $0.start = { 0 * $0.start }
      },
      wrong("The first input should be 0. You begin with the end token, and here nothing has been read yet.") {
        $0.first = { $0.θ.oneHot($0.end) }
      },
      wrong("You leave the logarithm out: that's the probability of the right token. Its loss is −log of it.") {
        $0.loss = { text, ŷ, t in ŷ[text.y[t], 0] }
      },
      wrong("The sign is turned round. A loss is −log, so it's never below 0.") {
        $0.loss = { text, ŷ, t in log(ŷ[text.y[t], 0]) }
      },
      wrong("You take the loss of the likeliest token. It's the right token that counts, y⟨t⟩.") {
        $0.loss = { _, ŷ, _ in -log(ŷ[likeliest(ŷ), 0]) }
      },
      wrong("That's the sum of the losses. Here every step has its own.") { $0.result = { [$0.reduce(0, +)] } },
      wrong("That's the mean of the losses. Here every step has its own.") {
        $0.result = { [$0.reduce(0, +) / Double($0.count)] }
      },
      Mistake("You begin with the second token. The first is guessed too, from `start` and an input of 0.") { text in
        let rest = Dictation(θ: text.θ, source: text.source, y: Array(text.y.dropFirst()), limit: 0, p: 1, seed: 1)
        var reading = Reading()
        reading.first = { _ in text.θ.oneHot(text.y[0]) }
        return reading.losses(rest)
      },
      Mistake("You guess from the state before the step. First read: the new state gives the answer.") { text in
        var (a, x, losses) = (text.start, text.θ.nothing, [Double]())
        for token in text.y {
          losses.append(-log(text.θ.answer(a)[token, 0]))
          (a, x) = (text.θ.step(a, x), text.θ.oneHot(token))
        }
        return losses
      },
      wrong("The loss of the end is missing. The end counts: the decoder has to learn when to stop.") {
        $0.result = { $0.dropLast() }
      },
      wrong("The first loss is missing. The first token is guessed too, from `start` alone.") {
        $0.result = { Array($0.dropFirst()) }
      },
    ],
    hints: [
      "Begin with `var (a, x, losses) = (start, θ.nothing, [Double]())`, and go through the tokens of y.",
      "In the loop, `a = θ.step(a, x)`, and then the loss: −log of `θ.answer(a)[token, 0]`.",
      "Last in the loop, set what the next step reads: the right token, whatever the answer was.",
    ])
}

private var writeCheck: Check {
  /// A decoder that runs free, with something changed in it.
  struct Writing {
    var start: (Dictation) -> Columns = { $0.start }
    var first: (Dictation) -> Columns = { $0.θ.nothing }
    var before: (Dictation, Columns) -> Columns = { $1 }
    /// The answer of a step, from the states before and after it.
    var answer: (Network, Columns, Columns) -> Columns = { θ, _, a in θ.answer(a) }
    var choice: (Columns) -> Int = likeliest
    var next: (Dictation, Columns, Int) -> Columns = { text, ŷ, _ in text.θ.oneHot(likeliest(ŷ)) }
    var stops = true, keepsTheEnd = false
    var extra = 0

    func text(_ input: Dictation) -> [Int] {
      var (a, x, text) = (start(input), first(input), [Int]())
      while text.count < input.limit + extra {
        let old = a
        a = input.θ.step(before(input, a), x)
        let ŷ = answer(input.θ, old, a)
        let token = choice(ŷ)
        if token == input.end && stops { return keepsTheEnd ? text + [token] : text }
        x = next(input, ŷ, text.count)
        text.append(token)
      }
      return text
    }
  }
  func wrong(_ sentence: String, _ change: (inout Writing) -> Void) -> Mistake<Dictation, [Int]> {
    var writing = Writing()
    change(&writing)
    return Mistake(sentence, writing.text)
  }
  let beforeTheStep = "You ask for the answer before the step. First read: the new state gives the answer."
  let onAfterTheEnd = "Your decoder writes on after the end. When the likeliest token is `end`, the text is over."
  return Check(
    "write", inputs: dictations, parts: { [Part("the text", Columns([$0.map { Double($0) }]))] },
    yours: { write(from: $0.start, $0.θ, until: $0.end, limit: $0.limit) },
    solution: { Solution.write(from: $0.start, $0.θ, until: $0.end, limit: $0.limit) }, library: \.written,
    mistakes: [
      wrong("Your decoder never reads its own answer: x stays 0. See Lesson 10, “One to many”.") {
        $0.next = { text, _, _ in text.θ.nothing }
      },
      wrong("You read the probabilities ŷ themselves. Read the answer: the one-hot column of the likeliest token.") {
        $0.next = { _, ŷ, _ in ŷ }
      },
      wrong("Each step begins at `start` again. Hand the state on from step to step.") {
        $0.before = { text, _ in text.start }
      },
      wrong("You begin at a state of zeros. The decoder starts where the encoder ended: in `start`.") {
        $0.start = { 0 * $0.start }
      },
      wrong("The first input should be 0. You begin with the end token, and here nothing has been read yet.") {
        $0.first = { $0.θ.oneHot($0.end) }
      },
      wrong(beforeTheStep) {
        $0.answer = { θ, old, _ in θ.answer(old) }
      },
      Mistake(beforeTheStep) { input in
        var (a, text) = (input.start, [Int]())
        while text.count < input.limit {
          let token = likeliest(input.θ.answer(a))
          if token == input.end { break }
          text.append(token)
          a = input.θ.step(a, input.θ.oneHot(token))
        }
        return text
      },
      wrong("The end is in your text. It only says that the text is over: stop before you append it.") {
        $0.keepsTheEnd = true
      },
      wrong(onAfterTheEnd) {
        $0.stops = false
      },
      Mistake(onAfterTheEnd) { input in
        var writing = Writing()
        writing.stops = false
        return writing.text(input).filter { $0 != input.end }
      },
      wrong("Your text may have one token too many: go on only while it has fewer than `limit`.") { $0.extra = 1 },
      wrong("Your text may have one token too few: go on while it has fewer than `limit`.") { $0.extra = -1 },
      wrong("You take the least likely token.") {
        $0.choice = { likeliest(-1 * $0) }
        $0.next = { text, ŷ, _ in text.θ.oneHot(likeliest(-1 * ŷ)) }
      },
    ],
    hints: [
      "Begin with `var (a, x, text) = (start, θ.nothing, [Int]())`, and go on `while text.count < limit`.",
      "In the loop, make the step, and take the likeliest token of the answer. If it's the end, `break`.",
      "If not, append it to the text, and let the next step read it: `x = θ.oneHot(token)`.",
    ])
}

private var scheduledCheck: Check {
  /// Scheduled sampling with something changed in it.
  func wrong(_ sentence: String, _ change: (inout Reading) -> Void) -> Mistake<Dictation, [Double]> {
    var reading = Reading()
    reading.next = { text, ŷ, t in text.θ.oneHot(text.u[t] < text.p ? text.y[t] : likeliest(ŷ)) }
    change(&reading)
    return Mistake(sentence, reading.losses)
  }
  /// A next input by a coin of its own.
  func tossed(_ sentence: String, _ isRight: @escaping (Dictation, Int) -> Bool) -> Mistake<Dictation, [Double]> {
    wrong(sentence) {
      $0.next = { text, ŷ, t in text.θ.oneHot(isRight(text, t) ? text.y[t] : likeliest(ŷ)) }
    }
  }
  return Check(
    "scheduledLosses", inputs: dictations, parts: parts,
    yours: { scheduledLosses($0.y, from: $0.start, $0.θ, p: $0.p, u: $0.u) },
    solution: { Solution.scheduledLosses($0.y, from: $0.start, $0.θ, p: $0.p, u: $0.u) },
    library: { $0.losses(forcing: $0.p) },
    mistakes: [
      tossed("That's teacher forcing: it reads the right token at every step. Let the coin decide.") { _, _ in true },
      tossed("Your decoder runs free: it reads its own answer at every step. Let the coin decide.") { _, _ in false },
      tossed("The coin is turned round: p is the probability of the right token, so that's for u[t] < p.") {
        $0.u[$1] >= $0.p
      },
      tossed(
        "You toss one coin for all steps. Each has its own, `u[t]`: see Lesson 10, “A cure: scheduled sampling”."
      ) { text, _ in
        text.u[0] < text.p
      },
      tossed("You use the coin of the step before. `u[t]` decides what the step after t reads.") { text, t in
        text.u[max(t - 1, 0)] < text.p
      },
      tossed("You use the coin of the step after. `u[t]` decides what the step after t reads.") { text, t in
        text.u[min(t + 1, text.u.count - 1)] < text.p
      },
      tossed("You compare the coin with ½. The probability of the right token is p.") { $0.u[$1] < 0.5 },
      wrong("You mix the two columns. A coin chooses one of them: the right token, or its own.") {
        $0.next = { text, ŷ, t in
          text.p * text.θ.oneHot(text.y[t]) + (1 - text.p) * text.θ.oneHot(likeliest(ŷ))
        }
      },
      wrong(
        "Where it's the decoder's turn, you read the probabilities ŷ. Read the one-hot column of the likeliest."
      ) {
        $0.next = { text, ŷ, t in text.u[t] < text.p ? text.θ.oneHot(text.y[t]) : ŷ }
      },
      wrong("Where it's the decoder's turn, you read nothing. Read the one-hot column of the likeliest.") {
        $0.next = { text, ŷ, t in text.u[t] < text.p ? text.θ.oneHot(text.y[t]) : text.θ.nothing }
      },
      wrong("Where it's the decoder's turn, you leave x as it was. Read the one-hot column of the likeliest.") {
        $0.next = { text, _, t in
          let last = (0...t).last { text.u[$0] < text.p }
          return last.map { text.θ.oneHot(text.y[$0]) } ?? text.θ.nothing
        }
      },
      wrong("You take the loss of what is read next. The loss is that of the right token in any case.") {
        $0.loss = { text, ŷ, t in -log(ŷ[text.u[t] < text.p ? text.y[t] : likeliest(ŷ), 0]) }
      },
      wrong("Each step begins at `start` again. Hand the state on from step to step.") {
        $0.before = { text, _ in text.start }
      },
      wrong("That's the sum of the losses. Here every step has its own.") { $0.result = { [$0.reduce(0, +)] } },
    ],
    hints: [
      "It's `forcedLosses` with another last line. Go through the places, `for t in y.indices`, and keep `ŷ`.",
      "The next input is one of two tokens: `y[t]` if `u[t] < p`, and if not, `likeliest(ŷ)`.",
    ])
}
