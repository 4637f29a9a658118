import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions

  @Option(help: ArgumentHelp("Draw the gates over this sentence instead of running the lesson.", valueName: "text"))
  var sentence: String?

  @Option(help: ArgumentHelp("Write the trained full GRU to this safetensors file.", valueName: "file"))
  var save: String?

  func validate() throws {
    if sentence.map(words(of:))?.isEmpty == true { throw ValidationError("--sentence needs a word.") }
  }
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("06", "GRU", run, withProse: options.sentence == nil)
if let text = options.sentence {
  drawOwn(text)
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
//: $$ \tilde c^{\langle t\rangle} = \tanh(W_c\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c) $$
//: $$ \Gamma_u = \sigma(W_u\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_u) $$
//: $$ c^{\langle t\rangle} = \Gamma_u \odot \tilde c^{\langle t\rangle} + (1 - \Gamma_u) \odot c^{\langle t-1\rangle} $$
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
//: A second gate Γ_r, of *relevance*, decides how much of the old memory the candidate sees (Cho et al. 2014; Ng; 004):
//:
//: $$ \Gamma_r = \sigma(W_r\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_r) $$
//: $$ \tilde c^{\langle t\rangle} = \tanh(W_c\,[\Gamma_r \odot c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c) $$

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
//: $$ \tanh(W_c[\Gamma_r \odot c, x] + b_c), \qquad \tanh(\Gamma_r \odot (W_c[c, x]) + b_c), \qquad \tanh(W_{cx}\,x + b_c + \Gamma_r \odot (W_{cc}\,c + b_{cc})) $$

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
claim("no two are the same function of the same weights", difference(before, whole) > 0.1 && difference(before, half) > 0.1 && difference(whole, half) > 0.1)
claim("before: the library's `.resetBefore`, within 10⁻¹²", difference(before, library(formed(.resetBefore))) < 1e-12)
claim("on the whole: `.resetAfterWhole`", difference(whole, library(formed(.resetAfterWhole))) < 1e-12)
claim("on the half: `.resetAfterRecurrent`", difference(half, library(formed(.resetAfterRecurrent))) < 1e-12)

//: Weights that were trained for one place are wrong for another, though all shapes fit and nothing warns.
//:
//: ## Two meanings of the update gate
//:
//: “My GRU's gate is the other way round” is the commonest question about it. Ng's Γ_u takes in the new. PyTorch's z and Goodfellow's u keep the
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
claim("PyTorch's equations with PyTorch's weights make our states, within 10⁻¹²", difference(pytorch, library(ours)) < 1e-12)
claim("there and back, every state is the same within 10⁻¹²", difference(library(back), library(ours)) < 1e-12)

//: Goodfellow's book differs in two more: its candidate is a σ, and its step reads x and h of t − 1. Note 003 closes the bracket of that σ too early
//: and leaves the recurrent term outside; it belongs inside.
//:
//: ## A language whose verb looks back
//:
//: Which of this does a network need? A grammar makes the sentences. Bystanders come in both numbers by the toss of a coin, so that only the first
//: noun tells the verb. One sentence in three has a second subject, for which the first number is of no use.

enum Language {
  static let told = Grammar.agreement(phrases: 3...8)
  static let vocabulary = Vocabulary(
    unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + told.vocabulary)
  static func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }
}
let vocabulary = Language.vocabulary
let (was, were) = (Int(Language.ids(["was"])[0]), Int(Language.ids(["were"])[0]))
var examples = RandomSource(seed: 3)
for sentence in Language.told.sentences(3, using: &examples) { show(sentence.joined(separator: " ")) }
let distances = (3...13).map { Grammar.agreementDistance(phrases: $0) }
show("words and commas between noun and verb, as trained", distances.prefix(6).map(String.init).joined(separator: ", "))
show("and as tested besides", distances.dropFirst(6).map(String.init).joined(separator: ", "))
claim("the nearest verb stands ten words after its noun", distances[0] == 10)

//: The network is the language model of Lesson 04: it reads x⟨t⟩ = y⟨t−1⟩ and guesses the next word, nothing tells it about numbers. One word in
//: fifty is read as ⟨UNK⟩, so that it has met unknown words.

func trained<Cell: RecurrentCell>(_ name: String, _ cell: Cell, on told: Grammar = Language.told, line: Int = #line)
  -> (model: LanguageModel<Recurrent<Cell>>, curve: TrainingCurve, optimizer: Optimizer<LanguageModel<Recurrent<Cell>>>)
where Cell.Scalar == Float {
  let model = LanguageModel(
    layer: Recurrent(cell),
    output: Dense(inputSize: cell.hiddenSize, outputSize: Language.vocabulary.count, using: &random))
  let (trainer, curve) = trained(name, model, on: told, line: line)
  return (trainer.model, curve, trainer.optimizer)
}
func trained<Model: SequenceModel>(_ name: String, _ model: Model, on told: Grammar, line: Int = #line)
  -> (Trainer<Model>, TrainingCurve) where Model.Batch == LanguageBatch {
  let (steps, rate) = (run.choose(quick: 100, standard: 4_000, full: 8_000), 0.015)
  func batches(_ count: Int, unknown share: Double) -> SentenceBatches {
    let sentences = told.sentences(count, using: &random).map { sentence in
      sentence.map { random.uniform() < share ? Vocabulary.unknown : $0 }
    }
    return SentenceBatches(sentences.map(Language.ids), end: Language.vocabulary.end!)
  }
  let (read, heldOut) = (batches(run.choose(quick: 500, standard: 8_000, full: 8_000), unknown: 0.02), batches(200, unknown: 0))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let curve = trainer.train(
    name, steps: steps, points: 12, heldOut: heldOut.all(inBatchesOf: 100), line: line,
    on: { _ in (read.random(32, using: &random), continues: false) }
  ) { report, _, trainer in
    trainer.optimizer.learningRate = rate * min(1, 2 * Double(steps - report.step) / Double(steps))
  }
  if Interrupt.requested { end() }
  return (trainer, curve)
}

//: The gates of a GRU start half open, Γ_u = ½, which forgets half of the memory at each step. Lesson 05's cure for that is a bias: with b_u = −3
//: Γ_u starts near 0.05, and the memory keeps 95 % of itself.

func gru(_ units: Int, _ form: GRUForm, bu: Float = -3) -> GRUCell<Float> {
  var cell = GRUCell<Float>(inputSize: Language.vocabulary.count, hiddenSize: units, form: form, using: &random)
  cell.bu = Matrix(rows: units, columns: 1, repeating: bu)
  return cell
}
func rnn() -> RNNCell<Float> { RNNCell(inputSize: vocabulary.count, hiddenSize: 48, using: &random) }

//: ## Accuracy against distance
//:
//: Three networks with as many parameters each, from three starts. At the verb, is *were* likelier than *was* where it should be, and less likely
//: where it should not? Guessing is right half of the time.

let exams = (3...13).map { Grammar.agreement(phrases: $0...$0).sentences(200, using: &random) }
func accuracies<Layer: RecurrentLayer>(_ model: LanguageModel<Layer>) -> [Double] where Layer.Scalar == Float {
  let tape = model.makeTape()
  return zip(exams, distances).map { exam, distance in
    let verb = 2 + distance
    let batch = SentenceBatches(exam.map { Language.ids(Array($0.prefix(verb))) }, end: vocabulary.end!).batch(exam.indices)
    _ = model.forward(batch, from: nil, on: tape)
    let guesses = tape.probabilities(rows: batch.inputs.ids.count)
    let right = exam.indices.count { example in
      let ŷ = guesses.start + (verb * exam.count + example) * vocabulary.count
      return (ŷ[were] > ŷ[was]) == (exam[example][verb] == "were")
    }
    return 100 * Double(right) / Double(exam.count)
  }
}
let starts = run.choose(quick: 1, standard: 3, full: 3)
let plain = (1...starts).map { trained("RNN, start \($0)", rnn()) }
let simplified = (1...starts).map { trained("simplified GRU, start \($0)", gru(33, .simplified)) }
let gated = (1...starts).map { trained("full GRU, start \($0)", gru(26, .resetBefore)) }

let scores = [plain.map { accuracies($0.model) }, simplified.map { accuracies($0.model) }, gated.map { accuracies($0.model) }]
print(scores)
print([plain[0].model.parameterCount, simplified[0].model.parameterCount, gated[0].model.parameterCount])

// study
let model = gated[0].model
let exam = exams[3]
func study(_ model: LanguageModel<GRU<Float>>) {
let verb = 2 + distances[3]
let batch = SentenceBatches(exam.map { Language.ids(Array($0.prefix(verb))) }, end: vocabulary.end!).batch(exam.indices).inputs
let plural = exam.map { $0[verb] == "were" }
let tape = model.layer.makeTape()
model.layer.forward(.tokens(batch), from: nil, mask: nil, on: tape)
let a = tape.outputSequence
func verdicts(_ s: Matrix<Float>) -> [Bool] { let z = model.output.Wya * s + model.output.by; return exam.indices.map { z[were, $0] > z[was, $0] } }
let base = verdicts(a[verb])
var rest = TokenBatch(length: batch.length - 7, batch: batch.batch)
rest.ids = Array(batch.ids[(7 * batch.batch)...])
for place in [6] {
  var rows: [(Int, Double, Double, Double, Double)] = []
  for j in 0..<model.layer.outputSize {
    let v = exam.indices.map { Double(a[place][j, $0]) }
    let s = zip(v, plural).filter { !$0.1 }.map(\.0), p = zip(v, plural).filter(\.1).map(\.0)
    let ms = s.reduce(0,+)/Double(s.count), mp = p.reduce(0,+)/Double(p.count)
    var c = a[place]
    for e in exam.indices { c[j, e] = Float(ms + mp) - c[j, e] }
    let t2 = model.layer.makeTape()
    model.layer.forward(.tokens(rest), from: RecurrentState([c]), mask: nil, on: t2)
    let f = verdicts(t2.outputSequence[rest.length - 1])
    let sd = (v.reduce(0) { $0 + $1*$1 } / Double(v.count) - pow(v.reduce(0,+)/Double(v.count), 2)).squareRoot()
    rows.append((j, abs(mp - ms) / 2 / max(sd, 1e-9), Double(zip(f, base).count { $0 != $1 }) / Double(exam.count), ms, mp))
  }
  for r in rows.sorted(by: { $0.2 > $1.2 }).prefix(4) { print("unit", r) }
  print("rank of keeper by r:", rows.sorted(by: { $0.1 > $1.1 }).firstIndex { $0.0 == rows.max(by: { $0.2 < $1.2 })!.0 }!)
  let keeper = rows.max(by: { $0.2 < $1.2 })!.0
  let g = tape.trace
  let line = "the cat , which already ate the bread near the dogs behind the mice , was full and the dogs were tired".split(separator: " ").map(String.init)
  let t3 = model.layer.makeTape()
  model.layer.forward(.tokens(TokenBatch(sequence: [-1] + Language.ids(line))), from: nil, mask: nil, on: t3)
  for (i, w) in line.enumerated() {
    print(w, t3.trace.map { "\($0.name) \(formatted($0.values[i + 1][keeper, 0]))" }, formatted(t3.outputSequence[i + 1][keeper, 0]), "mean", t3.trace.map { formatted($0.values[i+1].elements.reduce(0,+) / Float(model.layer.outputSize)) })
  }
  _ = g
}
}
for g in gated { study(g.model) }
for s in simplified { study(s.model) }
var half2 = model
half2.layer.cell.Wu = Matrix(rows: 26, columns: 26 + vocabulary.count); half2.layer.cell.bu = Matrix(rows: 26, columns: 1)
print("half", accuracies(half2))
var noR = model
noR.layer.cell.Wr = Matrix(rows: 26, columns: 26 + vocabulary.count); noR.layer.cell.br = Matrix(rows: 26, columns: 1, repeating: 40)
print("no r", accuracies(noR))
let b0 = trained("full GRU bu 0", gru(26, .resetBefore, bu: 0))
print("bu 0", accuracies(b0.model))
let ladder = trained("rnn ladder", rnn(), on: Grammar.agreement(phrases: 0...8))
print("rnn ladder", accuracies(ladder.model))
nonisolated func words(of text: String) -> [String] {
  TokenUnit.word.tokens(of: text.lowercased()).filter { $0 != Vocabulary.endOfSentence }
}
func drawOwn(_ text: String) {}
end()
