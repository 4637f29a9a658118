// What the functions of Exercise04.swift are measured by.

import Foundation
import Marker
import SequenceModels

var exercise: Exercise {
  Exercise("04", "a language model, and one draw", [logProbabilityCheck, perplexityCheck, temperedCheck, drawCheck])
}

extension Network {
  /// a⟨0⟩ = 0.
  var noState: Columns { Columns(rows: Waa.rows, columns: 1) }
  /// x⟨1⟩ = 0.
  var noInput: Columns { Columns(rows: Wax.columns, columns: 1) }
  /// ⟨EOS⟩.
  var end: Int { 0 }
}

// MARK: - The inputs

/// A network that gives the words of the page their probabilities there: ⟨EOS⟩, the, cooks, eat, after the last word.
private var page: Network {
  let first = [0.1, 0.2, 0.4, 0.3]
  let after: [[Double]] = [
    [0.25, 0.25, 0.25, 0.25], [0.1, 0.1, 0.5, 0.3], [0.3, 0.4, 0.2, 0.1], [0.8, 0.05, 0.1, 0.05],
  ]
  let one = Columns(rows: 4, columns: 4, elements: (0..<16).map { $0 % 5 == 0 ? 1 : 0 })
  let rows = (0..<4).map { next in (0..<4).map { log(after[$0][next] / first[next]) / tanh(1) } }
  return Network(
    Wax: one, Waa: 0 * one, ba: Columns(rows: 4, columns: 1), Wya: Columns(rows),
    by: Columns(column: first.map { log($0) }))
}

/// Weights drawn at random, large enough for the network to be rather sure.
private func drawn(words: Int, units: Int, seed: UInt64) -> Network {
  var random = RandomSource(seed: seed)
  return 2 * Network(inputs: words, units: units, outputs: words, using: &random)
}

/// The library's sampler of a model that always has these logits.
private func sampler(_ logits: [Double], τ: Double = 1) -> Sampler<Recurrent<RNNCell<Double>>> {
  let (none, count) = (Columns([[0]]), logits.count)
  let layer = Recurrent(RNNCell(Wax: Columns(rows: 1, columns: count), Waa: none, ba: none))
  let output = Dense(Wya: Columns(rows: count, columns: 1), by: Columns(column: logits))
  return Sampler(LanguageModel(layer: layer, output: output), temperature: τ)
}

/// Random bits that make one uniform number.
private struct Bits: RandomNumberGenerator {
  let u: Double
  mutating func next() -> UInt64 { UInt64(u * 0x1p53) << 11 }
}

/// The place of the largest entry.
private func likeliest(_ ŷ: Columns) -> Int { ŷ.elements.indices.max { ŷ.elements[$0] < ŷ.elements[$1] }! }

// MARK: - The checks

private var logProbabilityCheck: Check {
  typealias Input = (sentence: [Int], θ: Network)
  /// The loop of the page with something changed in it.
  struct Loop {
    var words: (Input) -> [Int] = { $0.sentence + [$0.θ.end] }
    var first: (Input) -> Columns = { $0.θ.noInput }
    var before: (Network, Columns) -> Columns = { $1 }
    var read: (Network, Columns, Int) -> Columns = { _, x, _ in x }
    /// ŷ, from the states before and after the step.
    var guess: (Network, Columns, Columns) -> Columns = { softmax($0.Wya * $2 + $0.by) }
    var next: (Network, Int, Columns) -> Columns = { θ, word, _ in θ.oneHot(word) }
    var term: (Double) -> Double = { log($0) }
    var add: (Double, Double) -> Double = { $0 + $1 }
    var result: (Double, Int) -> Double = { sum, _ in sum }

    func run(_ input: Input) -> Double {
      let θ = input.θ
      var (a, x, sum) = (θ.noState, first(input), 0.0)
      for word in words(input) {
        let old = a
        a = tanh(θ.Waa * before(θ, a) + θ.Wax * read(θ, x, word) + θ.ba)
        let ŷ = guess(θ, old, a)
        sum = add(sum, term(ŷ[word, 0]))
        x = next(θ, word, ŷ)
      }
      return result(sum, words(input).count)
    }
  }
  func wrong(_ sentence: String, _ change: (inout Loop) -> Void) -> Mistake<Input, Double> {
    var loop = Loop()
    change(&loop)
    return Mistake(sentence, loop.run)
  }
  let inputs: [(String, Input)] = [
    ("the cooks eat", ([1, 2, 3], page)),
    ("a sentence of two words, two units", ([2, 1], drawn(words: 3, units: 2, seed: 1))),
    ("a sentence of five words, four units", ([4, 1, 1, 3, 2], drawn(words: 5, units: 4, seed: 2))),
    ("a sentence of four words, as many units as words", ([2, 3, 3, 1], drawn(words: 4, units: 4, seed: 3))),
  ]
  return Check(
    "logProbability", inputs: inputs,
    parts: { [Part("log P", $0)] }, yours: { logProbability(of: $0.sentence, $0.θ) },
    solution: { Solution.logProbability(of: $0.sentence, $0.θ) },
    library: { sentence, θ in
      let layer = Recurrent(RNNCell(Wax: θ.Wax, Waa: θ.Waa, ba: θ.ba))
      let model = LanguageModel(layer: layer, output: Dense(Wya: θ.Wya, by: θ.by))
      return model.logProbability(of: (sentence + [θ.end]).map { Int32($0) })
    },
    mistakes: [
      wrong("⟨EOS⟩ is missing. The end counts as a part: see Lesson 04, “By hand: how likely is a sentence?”.") {
        $0.words = { $0.sentence }
      },
      wrong("That's P itself. Add up the logarithms: the product of many small numbers would be stored as 0.") {
        $0.result = { sum, _ in exp(sum) }
      },
      wrong("The sign is turned round: that's the loss, −log P.") { $0.result = { sum, _ in -sum } },
      wrong("That's the mean per token. log P of the sentence is the sum.") { $0.result = { $0 / Double($1) } },
      wrong("That's in bits. In nats the logarithm is the natural one, `log`.") {
        $0.result = { sum, _ in sum / log(2) }
      },
      wrong("You add up the probabilities. Take the logarithm of each first.") { $0.term = { $0 } },
      wrong("You add up the logits. The softmax makes probabilities of them, and their logarithms are added.") {
        $0.guess = { $0.Wya * $2 + $0.by }
        $0.term = { $0 }
      },
      wrong("You read y⟨t⟩ when it should be guessed. The input is the word before: set x at the end of the loop.") {
        $0.read = { θ, _, word in θ.oneHot(word) }
      },
      wrong("x stays 0, so the network never reads a word. After each guess, x becomes the word that came.") {
        $0.next = { θ, _, _ in θ.noInput }
      },
      wrong(
        "You read the likeliest word. Read the one that really came: see Lesson 04, “In code: a network that reads”."
      ) { $0.next = { θ, _, ŷ in θ.oneHot(likeliest(ŷ)) } },
      wrong("You read the probabilities ŷ themselves. Read the word that really came, as a one-hot column.") {
        $0.next = { _, _, ŷ in ŷ }
      },
      wrong("You guess from the state before the step. First make a⟨t⟩, and then ŷ⟨t⟩ from it.") {
        $0.guess = { θ, old, _ in softmax(θ.Wya * old + θ.by) }
      },
      wrong("Only the last term is left: you write `=` where the terms should be added, `+=`.") { $0.add = { $1 } },
      wrong("Each step begins at a⟨0⟩ = 0 again, so all that is known is the last word. Keep a from step to step.") {
        $0.before = { θ, _ in θ.noState }
      },
      wrong("You begin with ⟨EOS⟩ as the first input. Here x⟨1⟩ is 0, for nothing has been read yet.") {
        $0.first = { $0.θ.oneHot($0.θ.end) }
      },
      wrong("The first word isn't counted. It has a probability too: it's guessed from x⟨1⟩ = 0.") {
        $0.first = { $0.θ.oneHot($0.sentence[0]) }
        $0.words = { Array($0.sentence.dropFirst()) + [$0.θ.end] }
      },
    ],
    hints: [
      "Begin with `var (a, x, sum) = (θ.noState, θ.noInput, 0.0)`, and go through the words of `sentence + [θ.end]`.",
      "In the loop, first compute a and then ŷ. The probability of the word is `ŷ[word, 0]`.",
      "Add its logarithm to the sum. Last in the loop, the word that came is the next input: `x = θ.oneHot(word)`.",
    ])
}

private var perplexityCheck: Check {
  typealias Input = (logP: [Double], words: [Int])
  func total(_ input: Input) -> Double { -input.logP.reduce(0, +) }
  func tokens(_ input: Input) -> Double { Double(input.words.reduce(0, +) + input.words.count) }
  func nats(_ input: Input) -> Double { total(input) / tokens(input) }
  func each(_ input: Input) -> [Double] { zip(input.logP, input.words).map { -$0 / Double($1 + 1) } }
  func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
  var random = RandomSource(seed: 4)
  let lengths = [3, 1, 7, 4, 2]
  let inputs: [(String, Input)] = [
    ("the cooks eat", ([log(0.008)], [3])),
    ("the cooks eat, and a sentence about cats", ([log(0.008), -4.28], [3, 8])),
    ("five sentences", (lengths.map { -Double($0 + 1) * random.uniform(in: 0.5..<2.5) }, lengths)),
  ]
  func wrong(_ sentence: String, _ function: @escaping (Input) -> Double) -> Mistake<Input, Double> {
    Mistake(sentence, function)
  }
  return Check(
    "perplexity", inputs: inputs, parts: { [Part("the perplexity", $0)] },
    yours: { perplexity(logP: $0.logP, words: $0.words) },
    solution: { Solution.perplexity(logP: $0.logP, words: $0.words) },
    library: { SequenceModels.perplexity(nats: nats($0)) },
    mistakes: [
      wrong("You divide by the number of words. Each ⟨EOS⟩ is a token too, one for each sentence.") {
        exp(total($0) / Double($0.words.reduce(0, +)))
      },
      wrong("You count one ⟨EOS⟩ for all. There is one for each sentence.") {
        exp(total($0) / (tokens($0) - Double($0.words.count) + 1))
      },
      wrong("You divide by the number of sentences. That's the loss per sentence, and per token is asked.") {
        exp(total($0) / Double($0.words.count))
      },
      wrong(
        "You take a mean over sentences, where short ones count like long ones. Divide all losses by all tokens."
      ) {
        exp(mean(each($0)))
      },
      wrong(
        "That's the mean of the sentences' perplexities. Take the mean loss of all tokens first, then raise e to it."
      ) {
        mean(each($0).map { exp($0) })
      },
      wrong("The sign is turned round. The loss is −log P, so it's above 0, and a perplexity is at least 1.") {
        exp(-nats($0))
      },
      wrong("That's the loss in nats per token. The perplexity is e to the power of it.") { nats($0) },
      wrong("That's the loss in bits per token. The perplexity is e to the power of the loss in nats.") {
        nats($0) / log(2)
      },
      wrong("You raise 2 to the power of nats. It's e to the power of nats, or 2 to the power of bits.") {
        pow(2, nats($0))
      },
      wrong("You divide outside the exponential. First the mean loss, and then e to the power of it.") {
        exp(total($0)) / tokens($0)
      },
      wrong("You don't divide by the number of tokens: this is 1/P of all sentences together.") { exp(total($0)) },
    ],
    hints: [
      "The sum of a list is `logP.reduce(0, +)`. The loss is minus that.",
      "A sentence has one token more than it has words. Count them all, and make a `Double(…)` of the number.",
      "`exp` of the quotient.",
    ])
}

private var temperedCheck: Check {
  typealias Input = (z: Columns, τ: Double)
  var random = RandomSource(seed: 5)
  let page = Columns(column: [2, 1, 0])
  let inputs: [(String, Input)] = [
    ("2, 1, 0 at τ = ½", (page, 0.5)), ("2, 1, 0 at τ = 2", (page, 2)),
    ("three logits for each of three examples, at τ = 0.7", (3 * random.matrix(3, 3), 0.7)),
    ("four logits for each of two examples, at τ = 1.5", (2 * random.matrix(4, 2), 1.5)),
  ]
  func wrong(_ sentence: String, _ function: @escaping (Input) -> Columns) -> Mistake<Input, Columns> {
    Mistake(sentence, function)
  }
  return Check(
    "tempered", inputs: inputs, parts: { [Part("ŷ", $0)] }, yours: { tempered($0.z, τ: $0.τ) },
    solution: { Solution.tempered($0.z, τ: $0.τ) },
    library: { z, τ in
      let columns = (0..<z.columns).map { j in
        var sampler = sampler(z.columns(j..<j + 1).elements, τ: τ)
        return sampler.distribution()
      }
      return Columns(columns).transposed
    },
    mistakes: [
      wrong(
        "The temperature is upside down: you multiply by τ. Divide, so that a low temperature is the careful one."
      ) {
        softmax($0.τ * $0.z)
      },
      wrong("τ makes no difference in your numbers. It has to divide the logits, inside the softmax.") { z, _ in
        softmax(z)
      },
      wrong(
        "You divide the probabilities by τ, so a column no longer adds up to 1. Divide the logits, before the softmax."
      ) {
        1 / $0.τ * softmax($0.z)
      },
      wrong("You take the softmax twice. Divide the logits by τ, not the probabilities, and take it once.") {
        softmax(1 / $0.τ * softmax($0.z))
      },
      wrong("These are the logits divided by τ. The softmax is missing.") { 1 / $0.τ * $0.z },
      wrong("These are exponentials. Each has to be divided by the sum of its column: `softmax` does both.") { z, τ in
        z.map { exp($0 / τ) }
      },
      wrong(
        "These powers of the probabilities don't add up to 1. Divide the logits by τ, and then take the softmax."
      ) { z, τ in
        softmax(z).map { pow($0, 1 / τ) }
      },
      wrong("Your rows add up to 1, and the columns should: an example is a column.") {
        softmax((1 / $0.τ * $0.z).transposed).transposed
      },
      wrong("You divide by the sum of the whole matrix. Each example has probabilities of its own: one sum a column.") {
        z, τ in
        let e = z.map { exp($0 / τ) }
        return 1 / e.elements.reduce(0, +) * e
      },
      wrong(
        "Only the likeliest is left, as with a temperature of 0. At τ, each entry keeps a probability of its own."
      ) { z, _ in
        var ŷ = 0 * z
        for j in 0..<z.columns { ŷ[likeliest(z.columns(j..<j + 1)), j] = 1 }
        return ŷ
      },
    ],
    hints: ["`1 / τ * z` divides every logit by τ.", "Then comes the softmax of the whole."])
}

private var drawCheck: Check {
  typealias Input = (p: [Double], u: [Double])
  typealias Output = [(u: Double, place: Int)]
  func places(_ place: @escaping ([Double], Double) -> Int) -> (Input) -> Output {
    { input in input.u.map { ($0, place(input.p, $0)) } }
  }
  func wrong(_ sentence: String, _ place: @escaping ([Double], Double) -> Int) -> Mistake<Input, Output> {
    Mistake(sentence, places(place))
  }
  /// The first place at which `isReached` holds for the sum up to there.
  func first(_ p: [Double], _ isReached: (Double) -> Bool) -> Int? {
    p.indices.first { isReached(p[...$0].reduce(0, +)) }
  }
  var random = RandomSource(seed: 6)
  let six = softmax(random.matrix(6, 1)).elements
  let inputs: [(String, Input)] = [
    ("salad, tart, cake, pie", ([0.4, 0.3, 0.2, 0.1], [0.62, 0.41, 0.69, 0.39, 0.71, 0.95])),
    ("six words, drawn at random", (six, (1...8).map { _ in (100 * random.uniform()).rounded() / 100 })),
    ("the first word is impossible", ([0, 0.25, 0.75], [0.1, 0.3, 0])),
    ("ten words of 0.1 each, whose sum is just below 1", ([Double](repeating: 0.1, count: 10), [0.35, 1 - 0x1p-53])),
  ]
  let byItself =
    "You compare u with each probability by itself. Sum them up on the way: see Lesson 04, “By hand: one draw”."
  let tooFar = "You're one place too far. Places count from 0: the first one is 0."
  return Check(
    "draw", inputs: inputs,
    parts: { draws in
      let u = draws.map { "\($0.u)" }.joined(separator: ", ")
      return [Part("the place at u = \(u)", Columns([draws.map { Double($0.place) }]))]
    },
    yours: places { draw(Columns(column: $0), at: $1) },
    solution: places { Solution.draw(Columns(column: $0), at: $1) },
    library: places { p, u in
      var (sampler, bits) = (sampler(p.map { log($0) }), Bits(u: u))
      return Int(sampler.next(using: &bits))
    },
    mistakes: [
      wrong(byItself) { p, u in
        p.firstIndex { u < $0 } ?? p.count - 1
      },
      wrong(byItself) { p, u in p.firstIndex { u < $0 } ?? 0 },
      wrong("You always take the likeliest. A draw gives every word its chance: u decides.") { p, _ in
        likeliest(Columns(column: p))
      },
      wrong("Every place is as likely as another in yours. Each should have its own probability: sum up the entries.") {
        p, u in
        Int(u * Double(p.count))
      },
      wrong("The comparison is turned round. Stop at the first sum that is larger than u.") { p, u in
        first(p) { $0 < u } ?? p.count - 1
      },
      wrong("You stop where the sum is equal to u, too. At u = 0 that draws a word of probability 0: stop at u < sum.")
      { p, u in
        first(p) { $0 >= u } ?? p.count - 1
      },
      wrong(tooFar) { p, u in
        (first(p) { u < $0 } ?? p.count - 1) + 1
      },
      wrong(tooFar) { p, u in
        var (sum, i) = (0.0, 0)
        while sum < u && i < p.count { (sum, i) = (sum + p[i], i + 1) }
        return i
      },
      wrong("You compare before you add, so you stop one place late. Add the entry first.") { p, u in
        min((first(p) { u < $0 } ?? p.count - 1) + 1, p.count - 1)
      },
      wrong(
        "Nearly right. But where rounding leaves the last sum at u or below, it's the last place, and not the first."
      ) { p, u in
        first(p) { u < $0 } ?? 0
      },
      wrong("Nearly right. But where rounding leaves the last sum at u or below, it's the last place: `ŷ.rows - 1`.") {
        p, u in
        first(p) { u < $0 } ?? p.count
      },
      wrong("Nearly right. But where rounding leaves the last sum at u or below, it's the last place, and −1 is none.")
      { p, u in
        first(p) { u < $0 } ?? -1
      },
      wrong("You go from the last word to the first. The sums begin at place 0.") { p, u in
        p.count - 1 - (first(p.reversed()) { u < $0 } ?? 0)
      },
    ],
    hints: [
      "Keep a sum, 0 at first, and go through the places: `for i in 0..<ŷ.rows`.",
      "Add `ŷ[i, 0]` to the sum, and where u is smaller than the sum, return i.",
      "Behind the loop, return the last place: `ŷ.rows - 1`.",
    ])
}
