import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @OptionGroup(title: "A sentence of your own") var own: OwnSentenceOptions
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("06", "GRU", run, withProse: options.own.sentence == nil)
options.own.checkSave()
if let text = options.own.sentence {
  drawOwn(text, by: gru(26, .resetBefore), options.own, run, using: &random)
  end()
}

//: *Beside the notes: 000 “GRU”, 001 “Gated Recurrent Unit”, 004 “门控循环单元（GRU）”, 003 after “output gate” (in Goodfellow's book 10.10.2).*
//:
//: “The cat, which already ate the bread near the dogs, **was** full.” “The cats, which already ate the bread near the dogs, **were** full.” The
//: verb goes by a noun that was read long before. A plain recurrent network writes its whole state anew at every step, and what it should
//: remember has to survive every one of these writes. A **gated recurrent unit** decides for each unit and at each step whether to write at all.
//:
//: ## The simplified GRU
//:
//: The memory is c⟨t⟩, and in a GRU it is also the output: a⟨t⟩ = c⟨t⟩. (001 writes c⟨t⟩ = x⟨t⟩ there; a⟨t⟩ is meant.) At each step there is a
//: **candidate** to replace it, and an **update gate** Γ_u between 0 and 1. [c, x] is c on top of x:
//:
//: ```math
//: \begin{aligned}
//: \tilde c^{\langle t\rangle} &= \tanh(W_c\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c) \\
//: \Gamma_u &= \sigma(W_u\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_u) \\
//: c^{\langle t\rangle} &= \Gamma_u \odot \tilde c^{\langle t\rangle} + (1 - \Gamma_u) \odot c^{\langle t-1\rangle}
//: \end{aligned}
//: ```
//:
//: Where Γ_u is 1, the unit takes in the new; where it is 0, it keeps the old. 000 writes tanh(…) + b_c. The bias belongs inside, or c̃ could leave
//: the interval from −1 to 1.

typealias Column = Matrix<Double>
let (nx, na) = (3, 4)
var dice = RandomSource(seed: 6)
func column(_ size: Int) -> Column { Column(rows: size, columns: 1) { dice.normal() } }
func cell(_ form: GRUForm) -> GRUCell<Double> {
  var cell = GRUCell<Double>(
    inputSize: nx, hiddenSize: na, form: form, initialization: .normal(deviation: 1), using: &dice)
  cell.ba = column(cell.ba.rows)
  return cell
}
let x = (0..<20).map { _ in column(nx) }
let (zero, one) = (Column(rows: na, columns: 1), Column(rows: na, columns: 1, repeating: 1))

let small = cell(.simplified)
func simplifiedStep(_ c: Column, _ x: Column) -> Column {
  let c̃ = tanh(small.Wc * [c, x] + small.bc)
  let Γu = σ(small.Wu * [c, x] + small.bu)
  return Γu ⊙ c̃ + (one - Γu) ⊙ c
}

//: Twenty steps from c⟨0⟩ = 0, written out and by the library's `GRUCell`:

func unrolled(_ step: (Column, Column) -> Column) -> [Column] {
  var c = zero
  return x.map { x in
    c = step(c, x)
    return c
  }
}
func library(_ cell: GRUCell<Double>) -> [Column] {
  let states = Recurrent(cell)(SequenceBatch(x)).outputSequence
  return x.indices.map { states[$0] }
}
func difference(_ one: [Column], _ other: [Column]) -> Double {
  zip(one, other).map { $0.largestDifference(from: $1) }.max()!
}
claim("simplified: the two agree within 10⁻¹²", difference(unrolled(simplifiedStep), library(small)) < 1e-12)

//: ## The full GRU
//:
//: A second gate Γ_r, of *relevance*, decides how much of the old memory the candidate sees (Cho et al. 2014; Ng; in 004 “relation gate”):
//:
//: ```math
//: \begin{aligned}
//: \Gamma_r &= \sigma(W_r\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_r) \\
//: \tilde c^{\langle t\rangle} &= \tanh(W_c\,[\Gamma_r \odot c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c)
//: \end{aligned}
//: ```

let full = cell(.resetBefore)
func Γu(_ c: Column, _ x: Column) -> Column { σ(full.Wu * [c, x] + full.bu) }
func Γr(_ c: Column, _ x: Column) -> Column { σ(full.Wr * [c, x] + full.br) }
func fullStep(_ c: Column, _ x: Column) -> Column {
  let c̃ = tanh(full.Wc * [Γr(c, x) ⊙ c, x] + full.bc)
  return Γu(c, x) ⊙ c̃ + (one - Γu(c, x)) ⊙ c
}
claim("full: the two agree within 10⁻¹²", difference(unrolled(fullStep), library(full)) < 1e-12)

//: 004 says that Γ_r decides how much of the past is forgotten. It hides the past from the candidate only; what is kept is up to Γ_u. Where Γ_u is
//: 0, nothing is lost, whatever Γ_r does:

var shut = full
shut.Wu = Matrix(rows: na, columns: na + nx)
shut.bu = -1_000 * one
let old = column(na)
let kept = Recurrent(shut)(SequenceBatch(x), from: RecurrentState([old])).outputSequence
claim("with Γ_u = 0 the memory is the same after twenty steps, to the last bit", kept[x.count - 1] == old)

//: ## Three places of Γ_r
//:
//: The notes do not agree on where Γ_r stands. 004 has it before the product, on c alone. 000 writes Γ_r W_c[…] and so multiplies the whole product,
//: the input's part included. PyTorch and cuDNN multiply the recurrent half, after its product: W_c falls into [W_cc W_cx], and the bias into two.
//:
//: ```math
//: \begin{aligned}
//: & \tanh(W_c[\Gamma_r \odot c, x] + b_c) \\
//: & \tanh(\Gamma_r \odot (W_c[c, x]) + b_c) \\
//: & \tanh(W_{cx}\,x + b_c + \Gamma_r \odot (W_{cc}\,c + b_{cc}))
//: \end{aligned}
//: ```

func withCandidate(_ candidate: @escaping (_ c: Column, _ x: Column, _ Γr: Column) -> Column) -> [Column] {
  unrolled { c, x in Γu(c, x) ⊙ candidate(c, x, Γr(c, x)) + (one - Γu(c, x)) ⊙ c }
}
let before = withCandidate { c, x, Γr in tanh(full.Wc * [Γr ⊙ c, x] + full.bc) }
let whole = withCandidate { c, x, Γr in tanh(Γr ⊙ (full.Wc * [c, x]) + full.bc) }
let half = withCandidate { c, x, Γr in tanh(full.Wcx * x + full.bc + Γr ⊙ (full.Wcc * c)) }
func formed(_ form: GRUForm) -> GRUCell<Double> { GRUCell(Wax: full.Wax, Waa: full.Waa, ba: full.ba, form: form) }
let places = [("before", before), ("on the whole", whole), ("on the recurrent half", half)]
show(
  Table(
    ["largest difference of a state"] + places.map(\.0),
    rows: places.map { one in [one.0] + places.map { difference(one.1, $0.1) } }))
claim(
  "no two are the same function of the same weights",
  difference(before, whole) > 0.1 && difference(before, half) > 0.1 && difference(whole, half) > 0.1)
claim("before: the library's `.resetBefore`, within 10⁻¹²", difference(before, library(formed(.resetBefore))) < 1e-12)
claim("on the whole: `.resetAfterWhole`", difference(whole, library(formed(.resetAfterWhole))) < 1e-12)
claim("on the half: `.resetAfterRecurrent`", difference(half, library(formed(.resetAfterRecurrent))) < 1e-12)

//: So weights that were trained for one place are another function in another, though all shapes fit and nothing warns.
//:
//: ## Two meanings of the update gate
//:
//: “My GRU's gate is the other way round” is a common complaint. Ng's Γ_u takes in the new. PyTorch's z and Goodfellow's u keep the
//: old: h⟨t⟩ = u ⊙ h⟨t−1⟩ + (1 − u) ⊙ h̃. Same name, same shapes, another function; and since 1 − σ(v) = σ(−v), one becomes the other when W_u and
//: b_u change their sign.

func keepingOld(_ sign: Double) -> [Column] {
  unrolled { c, x in
    let u = σ((sign * full.Wu) * [c, x] + sign * full.bu)
    return u ⊙ c + (one - u) ⊙ tanh(full.Wc * [Γr(c, x) ⊙ c, x] + full.bc)
  }
}
show("difference with the same W_u and b_u", difference(keepingOld(1), before))
show("difference with −W_u and −b_u", difference(keepingOld(-1), before))
claim("the two meanings are two functions of the same weights", difference(keepingOld(1), before) > 0.1)
claim("with the sign changed they agree within 10⁻¹²", difference(keepingOld(-1), before) < 1e-12)

//: PyTorch's `nn.GRU` differs in three things: the place of Γ_r, the meaning of z, and the order of the rows, r, z, n. `torchParameters` gives a
//: cell's weights as `nn.GRU` has them. Its own equations with these weights make the same states, and on the way back nothing is lost:

var ours = formed(.resetAfterRecurrent)
ours.bcc = column(na)
let torch = Dictionary(uniqueKeysWithValues: ours.torchParameters.map { ($0.name, $0.value) })
func block(_ name: String, _ gate: Int) -> Matrix<Double> { torch[name]!.rows(gate * na..<(gate + 1) * na) }
func input(_ gate: Int, _ x: Column) -> Column { block("weight_ih", gate) * x + block("bias_ih", gate) }
func hidden(_ gate: Int, _ h: Column) -> Column { block("weight_hh", gate) * h + block("bias_hh", gate) }
let pytorch = unrolled { h, x in
  let r = σ(input(0, x) + hidden(0, h))
  let z = σ(input(1, x) + hidden(1, h))
  let n = tanh(input(2, x) + r ⊙ hidden(2, h))
  return (one - z) ⊙ n + z ⊙ h
}
var back = formed(.resetAfterRecurrent)
back.setTorchParameters { torch[$0]! }
claim(
  "PyTorch's equations with PyTorch's weights make our states, within 10⁻¹²", difference(pytorch, library(ours)) < 1e-12
)
claim("there and back, every state is the same within 10⁻¹²", difference(library(back), library(ours)) < 1e-12)

//: Goodfellow's book differs in two more: its candidate is a σ, and its step reads x and h of t − 1. Note 003 closes the bracket of that σ too early
//: and leaves the recurrent term outside; it belongs inside.
//:
//: ## A language whose verb looks back
//:
//: Which of this does a network need? A grammar makes the sentences. Bystanders come in both numbers by the toss of a coin, so that only the first
//: noun tells the verb. One sentence in three has a second subject, for which the first number is of no use.

let vocabulary = Language.vocabulary
let (was, were) = (Int(Language.ids(["was"])[0]), Int(Language.ids(["were"])[0]))
var examples = RandomSource(seed: 3)
for sentence in Language.told.sentences(3, using: &examples) { show(sentence.joined(separator: " ")) }
let distances = (3...13).map { Grammar.agreementDistance(phrases: $0) }
show("words and commas between noun and verb, as trained", distances.prefix(6).map(String.init).joined(separator: ", "))
show("and as tested besides", distances.dropFirst(6).map(String.init).joined(separator: ", "))
claim("the nearest verb stands ten words after its noun", distances[0] == 10)

//: The network is the language model of Lesson 04: it reads x⟨t⟩ = y⟨t−1⟩ and guesses the next word. Nothing tells it what a number is. One word
//: in fifty is read as ⟨UNK⟩, so that it has met unknown words.

func network<Cell: RecurrentCell>(_ cell: Cell) -> LanguageModel<Recurrent<Cell>> where Cell.Scalar == Float {
  LanguageModel(
    layer: Recurrent(cell), output: Dense(inputSize: cell.hiddenSize, outputSize: cell.inputSize, using: &random))
}

//: With small weights a gate starts half open, and Γ_u = ½ forgets half of the memory at each step. As Lesson 05 finds,
//: gates alone cure nothing; a gate that starts on the side of keeping does. So b_u starts at −4, and Γ_u near σ(−4), which is 0.018:

func rnn() -> LanguageModel<RNN<Float>> {
  network(RNNCell(inputSize: Language.vocabulary.count, hiddenSize: 48, using: &random))
}
func gru(_ units: Int, _ form: GRUForm, bu: Float = -4) -> LanguageModel<GRU<Float>> {
  var cell = GRUCell<Float>(inputSize: Language.vocabulary.count, hiddenSize: units, form: form, using: &random)
  cell.bu = Matrix(rows: units, columns: 1, repeating: bu)
  return network(cell)
}

//: ## Accuracy against distance
//:
//: Three networks of as many parameters each, from three starts. At the verb, is *were* likelier than *was* where it should be, and only there?
//: Guessing is right half of the time. The RNN has a smaller learning rate, the one with which it
//: succeeds below.

let exams = (3...13).map {
  Grammar.agreement(phrases: $0...$0).sentences(run.choose(quick: 50, standard: 200, full: 1_000), using: &random)
}
func accuracies<Layer: CausalLayer>(_ model: LanguageModel<Layer>) -> [Double] where Layer.Scalar == Float {
  zip(exams, distances).map { exam, distance in
    let verb = 2 + distance
    let begun = SentenceBatches(exam.map { Language.ids(Array($0.prefix(verb))) }, end: vocabulary.end!)
    let ŷ = model.probabilities(begun.batch(exam.indices).inputs)[verb]
    let right = exam.indices.count { (ŷ[were, $0] > ŷ[was, $0]) == (exam[$0][verb] == "were") }
    return 100 * Double(right) / Double(exam.count)
  }
}
let starts = Array(1...run.choose(quick: 1, standard: 3, full: 3))
let plain = starts.map { trained("RNN, start \($0)", rnn(), rate: 0.005, run, using: &random) }
let simple = starts.map { trained("simplified GRU, start \($0)", gru(33, .simplified), run, using: &random) }
let gated = starts.map { trained("full GRU, start \($0)", gru(26, .resetBefore), run, using: &random) }
let scores = [
  ("RNN, 48 units", plain[0].trainer.model.parameterCount, plain.map { accuracies($0.trainer.model) }),
  ("simplified GRU, 33", simple[0].trainer.model.parameterCount, simple.map { accuracies($0.trainer.model) }),
  ("full GRU, 26", gated[0].trainer.model.parameterCount, gated.map { accuracies($0.trainer.model) }),
]
func spread(_ runs: [[Double]], at place: Int) -> String { spread(runs.map { $0[place] }) }
let (near, far, unseen) = (0, 5, 10)
show(
  Table(
    ["right at the verb, %, lowest to highest", "parameters"] + [near, far, unseen].map { "\(distances[$0]) between" },
    rows: scores.map { [$0, $1, spread($2, at: near), spread($2, at: far), spread($2, at: unseen)] }), kind: .varies)
show(
  Chart(
    "The verb's number across a distance: mean of \(starts.count) starts, trained up to 25",
    x: "words and commas between noun and verb", y: "right at the verb [%]",
    scores.map { name, _, runs in
      let means = distances.indices.map { place in mean(runs.map { $0[place] }) }
      return .line(name, x: distances, y: means, hasPoints: true)
    } + [.rule("guessing", y: 50)]), as: "distance")
let sizes = scores.map(\.1)
claim(
  "the parameters differ by less than one in a hundred",
  Double(sizes.max()! - sizes.min()!) < 0.01 * Double(sizes.min()!))
claim(
  "no start of the RNN is far from guessing, at any distance", scores[0].2.joined().allSatisfy { abs($0 - 50) < 20 },
  from: .standard)
claim(
  "every start of the simplified GRU is right at every distance trained on",
  scores[1].2.allSatisfy { $0.prefix(6).min()! > 98 }, from: .standard)
claim("and every start of the full one", scores[2].2.allSatisfy { $0.prefix(6).min()! > 98 }, from: .standard)

//: The loss says what is missing. One coin a sentence, for the verb, costs ln 2; spread over all words it is little. The lines are the grammar's own loss
//: on the sentences held out, and the same with that coin. Both include −ln 0.98 a word for the share that goes to ⟨UNK⟩.

let wordCount = Double(Language.heldOut.reduce(0) { $0 + $1.count + 1 })
let known = Language.heldOut.reduce(0) { $0 + Language.told.logProbability(of: $1) + log(0.98) * Double($1.count) }
let floor = -known / wordCount
let coin = floor + log(2) * Double(Language.heldOut.count) / wordCount
let curves = [("RNN", plain[0].curve), ("simplified GRU", simple[0].curve), ("full GRU", gated[0].curve)]
show(
  Chart(
    "The RNN stops where only the verb's number is missing (first start of each)", x: "training step",
    y: "held-out loss [nats a word]",
    curves.map { .line($0, x: $1.steps, y: $1.heldOut, hasPoints: true) } + [
      .rule("a coin for the verb", y: coin), .rule("the grammar", y: floor),
    ]), as: "loss")
let middle = (coin + floor) / 2
claim("each RNN ends nearer to the coin than to the grammar", plain.allSatisfy { $0.curve.heldOut.last! > middle })
claim(
  "each GRU of both kinds ends nearer to the grammar", (simple + gated).allSatisfy { $0.curve.heldOut.last! < middle },
  from: .standard)

//: Beyond 25 none was trained, and how far a start carries on depends on the start. Two things the textbooks do not say. Γ_r is no help here: the
//: simplified GRU does as well without it. And the RNN does not lack the *memory* for one bit. Give it the short distances too, 0, 3 and 7, and it
//: climbs from them to the long ones. What it cannot do is to learn a long distance when no shorter one leads there.

let led = accuracies(
  trained("RNN, short distances too", rnn(), on: Grammar.agreement(phrases: 0...8), rate: 0.005, run, using: &random)
    .trainer.model)
show("the RNN trained from 0 to 25, right at 10 and at 25, %", [led[near], led[far]], kind: .varies)
claim("led by short distances, the RNN is right at the long ones as well", led.prefix(6).min()! > 95, from: .standard)

//: ## The unit that carries the number
//:
//: 004 gives an example: the memory is 1 for a singular and 0 for a plural, until the verb has come. Is there such a unit? An experiment on sentences
//: with 19 words between: after “ate”, set the one number c of a unit to its mirror image, at the other side of the middle between its means for
//: singular and plural; let the network read on, and count the verbs that change. Beside it, the correlation of c with the number.

let (asked, verb, ate) = (exams[3], 2 + distances[3], 6)
let plural = asked.map { $0[verb] == "were" }
let begun = SentenceBatches(asked.map { Language.ids(Array($0.prefix(verb))) }, end: vocabulary.end!).batch(
  asked.indices)
var rest = TokenBatch(length: verb - ate, batch: asked.count)
rest.ids = Array(begun.inputs.ids.dropFirst((ate + 1) * asked.count))

typealias Network = LanguageModel<GRU<Float>>
func states(_ model: Network, _ inputs: TokenBatch, from state: Matrix<Float>? = nil) -> SequenceBatch<Float> {
  let tape = model.layer.makeTape()
  model.layer.forward(.tokens(inputs), from: state.map { RecurrentState([$0]) }, mask: nil, on: tape)
  return tape.outputSequence
}
func preference(_ model: Network, _ c: Matrix<Float>) -> [Float] {
  let ŷ = softmax(model.output.Wya * c + model.output.by)
  return (0..<c.columns).map { ŷ[were, $0] / (ŷ[was, $0] + ŷ[were, $0]) }
}
func flipped(_ unit: Int, _ c: Matrix<Float>, about middle: Double) -> Matrix<Float> {
  var c = c
  for example in 0..<c.columns { c[unit, example] = Float(2 * middle) - c[unit, example] }
  return c
}
func study(_ model: Network) -> [(one: Double, many: Double, correlation: Double, changed: Double)] {
  let c = states(model, begun.inputs)
  let untouched = preference(model, c[verb])
  return (0..<26).map { unit in
    let values = asked.indices.map { Double(c[ate][unit, $0]) }
    let one = mean(asked.indices.filter { !plural[$0] }.map { values[$0] })
    let many = mean(asked.indices.filter { plural[$0] }.map { values[$0] })
    let share = mean(plural.map { $0 ? 1 : 0 })
    let variance = mean(values.map { $0 * $0 }) - mean(values) * mean(values)
    let correlation = (many - one) * (share * (1 - share) / max(variance, 1e-12)).squareRoot()
    let after = preference(
      model, states(model, rest, from: flipped(unit, c[ate], about: (one + many) / 2))[rest.length - 1])
    let changed = zip(after, untouched).count { ($0 > 0.5) != ($1 > 0.5) }
    return (one, many, correlation, 100 * Double(changed) / Double(asked.count))
  }
}
let studies = gated.map { study($0.trainer.model) }
let keepers = studies.map { units in units.indices.max { units[$0].changed < units[$1].changed }! }
show(
  Table(
    ["full GRU", "the unit that changes most", "correlation with a plural", "verbs changed by its flip, %"],
    rows: starts.indices.map { start in
      let unit = studies[start][keepers[start]]
      return ["start \(starts[start])", keepers[start] + 1, unit.correlation, unit.changed]
    }), kind: .varies)

//: From here on the network is the start whose one unit changes most. Its units that correlate most with the number:

let chosen = starts.indices.max { studies[$0][keepers[$0]].changed < studies[$1][keepers[$1]].changed }!
let (model, units, keeper) = (gated[chosen].trainer.model, studies[chosen], keepers[chosen])
let ranked = units.indices.sorted { abs(units[$0].correlation) > abs(units[$1].correlation) }.prefix(5)
show(
  Table(
    ["unit", "correlation with a plural", "c, mean, singular", "plural", "verbs changed, %"],
    rows: ranked.map { [$0 + 1, units[$0].correlation, units[$0].one, units[$0].many, units[$0].changed] }),
  kind: .varies)
claim("the flip of one unit changes nearly all verbs", units[keeper].changed > 90, from: .standard)
claim("the unit correlates with the number by more than 0.9", abs(units[keeper].correlation) > 0.9, from: .standard)
claim(
  "at least two others correlate by more than 0.8, and change less than a tenth of the verbs",
  units.indices.count { $0 != keeper && abs(units[$0].correlation) > 0.8 && units[$0].changed < 10 } >= 2,
  from: .standard)

//: A unit that correlates need not carry anything: others know the number as well and do not pass it on. Here it is along the
//: sentence, once after *cat*, once after *cats*, and once flipped by hand after “ate”:

let sentence = OwnSentence.words(
  of: "the cat, which already ate the bread near the dogs behind the mice, was full and the dogs were tired")
let reading = Array(sentence.prefix(15))
func carried(_ noun: String, flip: Bool = false) -> (c: [Double], were: Double) {
  var tokens = Language.ids(reading)
  tokens[1] = Language.ids([noun])[0]
  var c = states(model, TokenBatch(sequence: [TokenBatch.none] + tokens))
  if flip {
    c[ate] = flipped(keeper, c[ate], about: (units[keeper].one + units[keeper].many) / 2)
    let after = states(model, TokenBatch(sequence: Array(tokens.dropFirst(ate))), from: c[ate])
    for t in 0..<after.length { c[ate + 1 + t] = after[t] }
  }
  return ((1...15).map { Double(c[$0][keeper, 0]) }, Double(preference(model, c[15])[0]))
}
let lines = [("cat", carried("cat")), ("cats", carried("cats")), ("cat, flipped", carried("cat", flip: true))]
show(
  Heatmap(
    "One unit holds the number up to the verb; flipped by hand, it holds the other", x: "word read", y: "first noun",
    color: "c of the unit", palette: .diverging, range: -1...1, values: lines.map(\.1.c),
    columns: reading.enumerated().map { $0 == 1 ? "cat(s)" : $1 }, rows: lines.map(\.0)), as: "number-unit")
show(Table(["first noun", "P(were) : P(was or were)"], rows: lines.map { [$0, $1.were] }), kind: .varies)
claim(
  "“the cat …” goes on with was, “the cats …” with were", lines[0].1.were < 0.1 && lines[1].1.were > 0.9,
  from: .standard)
claim("“the cat …”, flipped in one unit, goes on with were", lines[2].1.were > 0.9, from: .standard)

//: It is as 004 says, but for the values: 1 and 0 are an illustration, and which side is the plural is a matter of the start.
//:
//: ## The gates over a sentence
//:
//: How does it keep the number past *dogs* and *mice*? Along the bottom stands the sentence as it is read, a row is a unit, and the arrow marks the one
//: that carries the number. The rows are ordered by how far Γ_u opens between the first noun and its verb, the keepers on top.

func reading(_ model: Network, _ words: [String]) -> CellReading { model.reading(of: Language.ids(words)) }
let over = reading(model, sentence), (updates, relevances) = (over["Γu"], over["Γr"])
func opening(_ unit: Int) -> Double { updates[unit][2..<15].reduce(0, +) }
let order = (0..<26).sorted { opening($0) < opening($1) }
show(
  gateHeatmap(
    "Γ_u, the update gate: the unit of the number is shut while others pass by", updates, "Γ_u: 0 keeps, 1 takes in",
    along: sentence, units: order, marked: keeper), as: "update-gate")
let afterCats = reading(model, ["the", "cats"] + sentence.dropFirst(2))["Γu"]
let written = (updates[keeper][1...4] + afterCats[keeper][1...4]).max()!
let passing = mean(Array(updates[keeper][5..<14]))
claim("from “ate” to “mice” the unit's Γ_u is below 0.1 in the mean", passing < 0.1, from: .standard)
claim(
  "after “cat” or after “cats” it opens at least three times as far, within four words", written > 3 * passing,
  from: .standard)

//: Γ_u opens where the number is learned and is shut while bystanders pass. (For one of the two numbers it may stay shut: c is already there.)

show(
  gateHeatmap(
    "Γ_r, the relevance gate: most open at the commas around the clause", relevances,
    "Γ_r: 0 hides the memory, 1 shows it", along: sentence, units: order, marked: keeper), as: "relevance-gate")
func openness(_ places: [Int]) -> Double { mean(places.flatMap { place in relevances.map { $0[place] } }) }
claim(
  "over all units, Γ_r is further open at the two commas than between them",
  openness([2, 14]) > openness(Array(3..<14)), from: .standard)

//: What Γ_r hides is hidden from the candidates only. The output reads c itself, with no Γ_r between.
//:
//: ## A sentence of your own
//:
//: `swift run Lesson06 --sentence "The zebra, which already ate the cheese near the farmers, was full."` trains one full GRU and draws its gates over
//: the sentence. Words that the grammar has not are read as ⟨UNK⟩, and the run says which. `--save FILE` writes the full GRU as safetensors, with the
//: names and the order of this library, for `nn.GRU` has no Γ_r before the product.

show(OwnSentence("The zebra, which already ate the cheese near the farmers, was full.", vocabulary: vocabulary))

// page: off
options.own.saveIfAsked(gated[chosen].trainer, vocabulary: vocabulary, cell: Language.name(.resetBefore))
// page: on

//: ## Break it
//:
//: **Fix Γ_u at ½**, in the trained network or from the first step of a training on. **Start with b_u = 0.** **Take Γ_r away** from the trained
//: network: Γ_r = 1 shows the candidate everything.

func setHalfOpen(_ model: inout Network) {
  let cell = model.layer.cell
  model.layer.cell.Wu = Matrix(rows: cell.hiddenSize, columns: cell.hiddenSize + cell.inputSize)
  model.layer.cell.bu = Matrix(rows: cell.hiddenSize, columns: 1)
}
var fixed = model
setHalfOpen(&fixed)
let halfOpened = trained("Γ_u = ½", gru(26, .resetBefore, bu: 0), run, using: &random, afterEachStep: setHalfOpen)
  .trainer.model
let zeroBias = trained("b_u = 0", gru(26, .resetBefore, bu: 0), run, using: &random).trainer.model
var open = model
open.layer.cell.Wr = Matrix(rows: 26, columns: 26 + vocabulary.count)
open.layer.cell.br = Matrix(rows: 26, columns: 1, repeating: 40)
let broken = [
  ("as trained", accuracies(model)), ("Γ_u = ½ after training", accuracies(fixed)),
  ("trained with Γ_u = ½", accuracies(halfOpened)),
  ("trained from b_u = 0", accuracies(zeroBias)), ("Γ_r = 1 after training", accuracies(open)),
]
show(
  Table(
    ["full GRU, right at the verb, %"] + [near, far].map { "\(distances[$0]) between" },
    rows: broken.map { [$0, $1[near], $1[far]] }),
  kind: .varies)
claim(
  "with Γ_u at ½ the trained network guesses", broken[1].1.prefix(6).allSatisfy { abs($0 - 50) < 20 }, from: .standard)
let (meets, lacks) = (broken[0].1.prefix(6).reduce(0, +), broken[4].1.prefix(6).reduce(0, +))
claim("without Γ_r the network that was trained with it is less often right", lacks < meets, from: .standard)
claim("through the gate alone, Γ_u = ½ leaves less than a thousandth after ten steps", pow(0.5, 10) < 0.001)

//: The two rows that are trained anew depend on the start, as other seeds show: most guess, and now and then one learns. Where Γ_u is ½ and it
//: learns, the candidate writes the number anew at each step, as in a plain RNN. Γ_r is a part like any other: a network trained with it has come to
//: need it; one trained without it, the simplified GRU above, does not miss it.
//:
//: ## What to expect
//:
//: A full GRU has 3 n_a (n_a + n_x + 1) parameters, the simplified 2 n_a (n_a + n_x + 1), an RNN a third of the first; the output adds n_y (n_a + 1).
//: On English, an LSTM that was trained to tell the verb's number made less than 1 % of errors, and more of them as a language model (Linzen, Dupoux
//: and Goldberg 2016); in an LSTM trained on English two “number units” carry the number across long distances (Lakretz et al. 2019). English is
//: richer than this grammar, which one unit is enough for.

let V = vocabulary.count
func count(_ blocks: Int, _ n: Int) -> Int { blocks * n * (n + V + 1) + V * (n + 1) }
show(
  Table(
    ["", "expected", "this run"],
    rows: [
      ["parameters of the RNN", count(1, 48), sizes[0]], ["of the simplified GRU", count(2, 33), sizes[1]],
      ["of the full GRU", count(3, 26), sizes[2]],
      ["right by guessing, and RNN at 25, %", 50, spread(scores[0].2, at: far)],
      ["full GRU at 25, %", 100, spread(scores[2].2, at: far)],
      ["units that carry the number", "1 to 2", units.count { $0.changed > 50 }],
    ]), kind: .varies)
claim("the parameters are as counted", sizes == [count(1, 48), count(2, 33), count(3, 26)])

//: ## Exercises
//:
//: 1. The notes' vocabulary has 10,000 words. How many parameters has a GRU layer of 100 units that reads them, in the simplified form, in the full
//:    form and in PyTorch's, which has two biases for each gate?

// fold: Answer
//: 2 · 100 · (100 + 10,000 + 1) = 2,020,200; three times as many rows instead of two make 3,030,300; PyTorch's has 300 more, 3,030,600.

func large(_ form: GRUForm) -> GRUCell<Float> {
  GRUCell(inputSize: 10_000, hiddenSize: 100, form: form, using: &random)
}
let inTorch = large(.resetAfterRecurrent).torchParameters.reduce(0) { $0 + $1.value.count }
claim(
  "2,020,200, 3,030,300 and 3,030,600",
  [large(.simplified).parameterCount, large(.resetBefore).parameterCount, inTorch] == [2_020_200, 3_030_300, 3_030_600])
// fold end

//: 2. Γ_u of a unit stays at σ(−4), and its candidate at 0. How much of c is left after 25 steps? At which Γ_u is half of it left?

// fold: Answer
//: Each step multiplies c by 1 − Γ_u: 0.982²⁵ is 0.635. Half is left with (1 − Γ_u)²⁵ = ½, so Γ_u = 1 − 2^(−1/25), which is 0.0273.

let left = pow(1 - 1 / (1 + exp(4.0)), 25)
claim("0.635 and 0.0273", abs(left - 0.635) < 5e-4 && abs(1 - pow(2, -1.0 / 25) - 0.0273) < 5e-5)
// fold end

//: 3. Which W_u and b_u make a simplified GRU the plain RNN of Lesson 02?

// fold: Answer
//: W_u = 0 and a large b_u, such as 40: Γ_u is 1 everywhere, c⟨t⟩ is c̃⟨t⟩, and that is tanh(W_c[c⟨t−1⟩, x⟨t⟩] + b_c).

var always = small
always.Wu = Matrix(rows: na, columns: na + nx)
always.bu = 40 * one
let tanhOnly = unrolled { c, x in tanh(small.Wc * [c, x] + small.bc) }
claim("the states are those of the RNN within 10⁻¹²", difference(library(always), tanhOnly) < 1e-12)
// fold end

//: [Lesson 05](../05-vanishing-gradients/README.md) found that a gate keeps a gradient alive where it starts on the side of keeping; here such gates were
//: seen at work. [Lesson 07](../07-lstm/README.md) takes the LSTM apart, which has a gate of its own for keeping.

end()
