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

begin("07", "LSTM", run, withProse: options.own.sentence == nil)
options.own.checkSave()
if let text = options.own.sentence {
  drawOwn(text, by: lstm(), options.own, run, using: &random)
  end()
}

//: *Beside the notes: 000 “Long Short Term Memory”, 001 “Long Short Term Memory”, 002 “LSTM”, 003 “LSTM” (in Goodfellow's book 10.10.1), 004
//: “长短期记忆”.*
//:
//: The GRU of [Lesson 06](../06-gru/README.md) has one gate for two things: what it takes in, it forgets as much. The **long short-term memory** of
//: Hochreiter and Schmidhuber (1997) has a gate for each, a third for what it shows, and a memory apart from its output.
//:
//: ## Three gates
//:
//: The memory is c⟨t⟩, the output a⟨t⟩. Three gates between 0 and 1 and a candidate between −1 and 1 are made of the last output and the
//: input; [a, x] is a on top of x:
//:
//: ```math
//: \begin{aligned}
//: \tilde c^{\langle t\rangle} &= \tanh(W_c\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c) \\
//: \Gamma_u &= \sigma(W_u\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_u) \\
//: \Gamma_f &= \sigma(W_f\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_f) \\
//: \Gamma_o &= \sigma(W_o\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_o) \\
//: c^{\langle t\rangle} &= \Gamma_u \odot \tilde c^{\langle t\rangle} + \Gamma_f \odot c^{\langle t-1\rangle} \\
//: a^{\langle t\rangle} &= \Gamma_o \odot \tanh(c^{\langle t\rangle})
//: \end{aligned}
//: ```
//:
//: Γ_u, *update*, says how much of the candidate comes in, Γ_f, *forget*, how much of the old memory stays (1 is “keep”: the name is the wrong way
//: round), Γ_o, *output*, how much of the memory is shown.

typealias Column = Matrix<Double>
let (nx, na) = (3, 4)
var dice = RandomSource(seed: 7)
func column(_ size: Int) -> Column { Column(rows: size, columns: 1) { dice.normal() } }
var cell = LSTMCell<Double>(inputSize: nx, hiddenSize: na, initialization: .normal(deviation: 1), using: &dice)
cell.ba = column(4 * na)
let x = (0..<20).map { _ in column(nx) }
let zero = Column(rows: na, columns: 1)

func step(_ a: Column, _ c: Column, _ x: Column) -> (a: Column, c: Column) {
  let c̃ = tanh(cell.Wc * [a, x] + cell.bc)
  let Γu = σ(cell.Wu * [a, x] + cell.bu)
  let Γf = σ(cell.Wf * [a, x] + cell.bf)
  let Γo = σ(cell.Wo * [a, x] + cell.bo)
  let c = Γu ⊙ c̃ + Γf ⊙ c
  return (Γo ⊙ tanh(c), c)
}

//: Twenty steps from a⟨0⟩ = c⟨0⟩ = 0, written out and by the library's `LSTMCell`:

func outputs(_ cell: LSTMCell<Double>) -> [Column] {
  let states = Recurrent(cell)(SequenceBatch(x)).outputSequence
  return x.indices.map { states[$0] }
}
func difference(_ one: [Column], _ other: [Column]) -> Double {
  zip(one, other).map { $0.largestDifference(from: $1) }.max()!
}
var (a, c) = (zero, zero)
let written = x.map { x in
  (a, c) = step(a, c, x)
  return a
}
claim("the two agree within 10⁻¹²", difference(written, outputs(cell)) < 1e-12)

//: Three slips of **note 000** stand here: its forget gate has the bias b_r, where b_f is meant; its candidate reads c⟨t−1⟩, where the gates read
//: a⟨t−1⟩ (in Ng's course the candidate reads a⟨t−1⟩ too); and its first line, c⟨t⟩ = a⟨t⟩, is true of a GRU and not here.
//:
//: ## The conveyor
//:
//: Follow c along the top of the notes' figures, past every gate: c⟨t⟩ = Γ_u ⊙ c̃ + Γ_f ⊙ c⟨t−1⟩. With Γ_f = 1 and Γ_u = 0 there is nothing on this line that changes
//: c, neither a matrix nor a tanh. A thousand steps of noise at the input, and it is what it was:

var conveyor = cell
(conveyor.bu, conveyor.bf) = (
  Column(rows: na, columns: 1, repeating: -1_000), Column(rows: na, columns: 1, repeating: 1_000)
)
let carried = column(na)
let far = Recurrent(conveyor)(
  SequenceBatch((0..<1_000).map { _ in column(nx) }), from: RecurrentState([zero, carried]), mask: nil)
claim("after 1,000 steps c is the same to the last bit", far.finalState.values[1] == carried)

//: In a trained network Γ_f is near 1 and not at it. Of c is left Γ_f^k after k steps, and of the gradient on its way back as much (Lesson 05):

let retained = [0.5, 0.9, 0.99, 0.999]
show(
  Chart(
    "What is left of c after k steps, at a forget gate of …", x: "k [steps]", y: "share of c that is left",
    retained.map { Γf in
      .line("Γ_f = \(Γf)", x: 0...100, y: (0...100).map { pow(Γf, Double($0)) })
    }),
  as: "retention")
claim(
  "after 100 steps at 0.9 nothing to speak of, at 0.99 a third, at 0.999 nine tenths",
  pow(0.9, 100) < 1e-4 && abs(pow(0.99, 100) - 1 / 3.0) < 0.04 && abs(pow(0.999, 100) - 0.9) < 0.01)

//: ## A text with quotation marks
//:
//: What would such a memory be good for? For a text in which something is opened that must be closed. Here are lines in which what is said stands in
//: quotation marks, made of the words that stand outside too. The mark that opens is the mark that closes, so nothing near a character tells whether it
//: is quoted.

for line in Lines.texts.prefix(3) { show(line) }
let (vocabulary, n) = (Lines.vocabulary, Lines.vocabulary.count)

//: A language model of characters reads them (Lesson 04): x⟨t⟩ = y⟨t−1⟩, a line from its first character to its newline. Plain RNN, GRU and LSTM get as many parameters
//: each. The forget gate of the LSTM starts at σ(3) = 0.95, the update gate of the GRU at 1 − 0.95.

func lstm() -> LSTMCell<Float> {
  LSTMCell(inputSize: Lines.vocabulary.count, hiddenSize: 49, forgetBias: 3, using: &random)
}
func gru() -> GRUCell<Float> {
  var cell = GRUCell<Float>(inputSize: n, hiddenSize: 58, form: .resetAfterRecurrent, using: &random)
  cell.bu = Matrix(rows: 58, columns: 1, repeating: -3)
  return cell
}

let starts = Array(1...run.choose(quick: 1, standard: 3, full: 3))
let others = Array(1...run.choose(quick: 1, standard: 1, full: 3))
let lstms = starts.map { trained("LSTM, start \($0)", lstm(), rate: 0.01, run, using: &random) }
let grus = others.map { trained("GRU, start \($0)", gru(), rate: 0.01, run, using: &random) }
let rnns = others.map {
  trained(
    "RNN, start \($0)", RNNCell<Float>(inputSize: n, hiddenSize: 104, using: &random), rate: 0.003, run,
    using: &random)
}
let characters = Double(Lines.texts.reduce(0) { $0 + $1.count + 1 })
let floor = -Lines.heldOut.reduce(0) { $0 + QuotedLines.grammar.logProbability(of: $1) } / characters
let kinds: [(name: String, parameters: Int, curves: [TrainingCurve])] = [
  ("RNN, 104 units", rnns[0].trainer.model.parameterCount, rnns.map(\.curve)),
  ("GRU, 58 units", grus[0].trainer.model.parameterCount, grus.map(\.curve)),
  ("LSTM, 49 units", lstms[0].trainer.model.parameterCount, lstms.map(\.curve)),
]
func last(_ curves: [TrainingCurve]) -> [Double] { curves.map { $0.heldOut.last! } }
show(
  Table(
    ["", "parameters", "starts", "held-out loss, nats a character"],
    rows: kinds.map { [$0.name, $0.parameters, $0.curves.count, spread(last($0.curves))] } + [
      ["the grammar itself", "–", "–", floor]
    ]),
  kind: .varies)
show(
  Chart(
    "Three cells of as many parameters on one text (first start of each)", x: "training step",
    y: "held-out loss [nats a character]",
    kinds.map {
      .line($0.name, x: $0.curves[0].steps, y: $0.curves[0].heldOut, hasPoints: true)
    } + [.rule("the grammar", y: floor)]), as: "cells")
claim(
  "the parameters differ by less than one in a hundred",
  Double(kinds.map(\.parameters).max()!) < 1.01 * Double(kinds.map(\.parameters).min()!))
claim(
  "no network is below the grammar by more than 0.01", kinds.allSatisfy { last($0.curves).min()! > floor - 0.01 },
  from: .standard)
claim(
  "and every one ends within 0.1 of it", kinds.allSatisfy { last($0.curves).max()! < floor + 0.1 }, from: .standard)

//: With as many parameters, on a text as simple as this, the three are close. Which cell is better is a question of the task, and Lesson 06 has one that tells them apart.
//:
//: ## A unit that follows the marks
//:
//: Karpathy, Johnson and Fei-Fei (2015) found a unit that is on inside quotation marks. Is there one here? Where it matters is after the last letter of
//: a word, for there a mark may come. Over all these places, the correlation of each unit's c with being inside; and an experiment: early inside the marks the
//: unit's c is set by hand to its mean outside, once, and the network reads on. Does it still close what it opened?

typealias Network = LanguageModel<LSTM<Float>>
func correlation(_ v: [Double], _ w: [Double]) -> Double {
  let (v, w) = (v.map { $0 - mean(v) }, w.map { $0 - mean(w) })
  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  return dot(v, w) / max((dot(v, v) * dot(w, w)).squareRoot(), 1e-12)
}
struct Follower { let start, unit: Int; let correlation, inside, outside, closes, closesWithout: Double }

let told = Lines.texts.prefix(run.choose(quick: 10, standard: 60, full: 60)).map {
  (text: Array($0), ids: Lines.ids($0), inside: QuotedLines.isQuoted($0))
}
let mark = Int(vocabulary.id(of: "\"")!)
/// The mean probability of the closing mark where it stands, with c of a unit set to `value` three characters after the opening one.
func closing(_ model: Network, unit: Int? = nil, set value: Double = 0) -> Double {
  mean(
    told.filter { $0.text.contains("\"") }.map { line in
      let open = line.text.firstIndex(of: "\"")!, close = line.text[(open + 1)...].firstIndex(of: "\"")!
      func state(_ ids: [Int32], from state: RecurrentState<Float>?) -> RecurrentState<Float> {
        let tape = model.layer.makeTape()
        model.layer.forward(.tokens(TokenBatch(sequence: ids)), from: state, mask: nil, on: tape)
        return tape.finalState
      }
      var early = state([TokenBatch.none] + line.ids[...(open + 3)], from: nil)
      if let unit { early.values[1][unit, 0] = Float(value) }
      let end = state(Array(line.ids[(open + 4)..<close]), from: early)
      return Double(softmax(model.output.Wya * end.values[0] + model.output.by)[mark, 0])
    })
}
func followers(_ start: Int) -> [Follower] {
  let model = lstms[start].trainer.model
  var (cells, inside) = (Array(repeating: [Double](), count: 49), [Double]())
  for line in told {
    let c = model.reading(of: line.ids).states[1]
    for t in 1..<line.text.count where line.text[t - 1].isLetter && !line.text[t].isLetter {
      inside.append(line.inside[t - 1] ? 1 : 0)
      for unit in cells.indices { cells[unit].append(c[unit][t - 1]) }
    }
  }
  let correlations = cells.map { correlation($0, inside) }
  let best = cells.indices.sorted { abs(correlations[$0]) > abs(correlations[$1]) }.prefix(2)
  func middle(_ unit: Int, _ place: Double) -> Double {
    mean(zip(cells[unit], inside).filter { $1 == place }.map(\.0))
  }
  let untouched = closing(model)
  return best.map { unit in
    return Follower(
      start: start, unit: unit, correlation: correlations[unit], inside: middle(unit, 1), outside: middle(unit, 0),
      closes: untouched, closesWithout: closing(model, unit: unit, set: middle(unit, 0)))
  }
}
let found = starts.indices.flatMap(followers)
show(
  Table(
    ["LSTM", "unit", "correlation", "c inside, mean", "outside", "P(closing mark)", "set to outside"],
    rows: found.map {
      ["start \(starts[$0.start])", $0.unit + 1, $0.correlation, $0.inside, $0.outside, $0.closes, $0.closesWithout]
    }), kind: .varies)
let chosen = found.max { $0.closes - $0.closesWithout < $1.closes - $1.closesWithout }!
let (model, follower) = (lstms[chosen.start].trainer.model, chosen.unit)
claim("one unit correlates by more than 0.4", abs(chosen.correlation) > 0.4, from: .standard)
claim(
  "set by hand to its mean outside, the closing mark is less than half as likely",
  2 * chosen.closesWithout < chosen.closes, from: .standard)

//: Which unit it is, and whether it is one or several, depends on the start. Now the unit that changes most, along a line that none of the trainings has seen.
//: Every row is one of the six quantities of the equations above:

let shown = Lines.texts.filter { (50...80).contains($0.count) && $0.contains("\"") }.max { $0.count < $1.count }!
let over = model.reading(of: Lines.ids(shown))
let parts = [
  ("Γ_u", over["Γu"]), ("Γ_f", over["Γf"]), ("Γ_o", over["Γo"]), ("c̃", over["c̃"]),
  ("tanh c", over.states[1].map { $0.map { tanh($0) } }), ("a", over.states[0]),
]
show(
  Heatmap(
    "One unit of an LSTM follows the quotation marks", x: "character read", y: "of the unit", color: "value",
    palette: .diverging, range: -1...1, values: parts.map { $1[follower] },
    columns: shown.map { $0 == " " ? "␣" : String($0) }, rows: parts.map(\.0)), as: "unit")

//: And the forget gates over the same line: of all units the twenty that forget most, on top those that forget more, and an arrow at the unit above.

func openness(_ unit: Int) -> Double { mean(over["Γf"][unit]) }
let byOpenness = (0..<49).sorted { openness($0) < openness($1) }
show(
  gateHeatmap(
    "Γ_f of the twenty units that forget most: most keep nearly always", over["Γf"], "Γ_f: 0 forgets, 1 keeps",
    along: shown.map { $0 == " " ? "␣" : String($0) },
    units: byOpenness.filter { byOpenness.prefix(20).contains($0) || $0 == follower }, marked: follower),
  as: "forget-gate")
claim(
  "more than half of the units keep more than nine tenths of c at a character, in the mean",
  (0..<49).count { openness($0) > 0.9 } > 24, from: .standard)

//: ## How often is a gate shut or open?
//:
//: Karpathy, Johnson and Fei-Fei call a gate *saturated* where it is below 0.1 or above 0.9. For each unit, the share of all characters at which it is:

let read = told.map { model.reading(of: $0.ids) }
func share(_ gate: String, _ unit: Int, _ isCounted: (Double) -> Bool) -> Double {
  let values = read.flatMap { $0[gate][unit] }
  return Double(values.count(where: isCounted)) / Double(values.count)
}
let gates = [("Γ_u", "Γu"), ("Γ_f", "Γf"), ("Γ_o", "Γo")]
let saturation = gates.map { name, gate in
  (name: name, open: (0..<49).map { share(gate, $0) { $0 > 0.9 } }, shut: (0..<49).map { share(gate, $0) { $0 < 0.1 } })
}
show(
  Chart(
    "Saturation: each point is a gate of one unit", x: "share of characters at which it is open (above 0.9)",
    y: "share at which it is shut (below 0.1)", saturation.map { .points($0.name, x: $0.open, y: $0.shut) }),
  as: "saturation")
show(
  Table(
    ["mean over the units", "open, %", "shut, %"],
    rows: saturation.map { [$0.name, 100 * mean($0.open), 100 * mean($0.shut)] }), kind: .varies)
claim(
  "the forget gates are open far more often than the output gates",
  mean(saturation[1].open) > mean(saturation[2].open) + 0.2, from: .standard)

//: They found the same in networks that read a novel and source code: forget gates that are nearly always open, and so remember over long stretches, and none
//: that is nearly always shut.
//:
//: ## The forget bias
//:
//: A gate that starts at σ(0) = ½ forgets half at each step, before anything is learned. *Temporal order* is the task of Lesson 05: of 40 symbols two decide the class, and half of the sequence
//: follows them. Networks of 50 units that differ in b_f alone, three starts each, until the loss is below 0.1:

let biases = [0.0, 1, 2]
let orderLimit = run.choose(quick: 60, standard: 1_000, full: 4_000)
let trials = Array(1...run.choose(quick: 1, standard: 3, full: 3))
let orders = biases.map { bias in
  trials.map { trial in
    let cell = LSTMCell<Float>(inputSize: 6, hiddenSize: 50, forgetBias: bias, using: &random)
    return trainedByAdam(
      "temporal order, b_f = \(Int(bias)), start \(trial)",
      Classifier(layer: Recurrent(cell), output: Dense(inputSize: 50, outputSize: 4, using: &random)),
      steps: orderLimit, rate: 0.002, window: 50, until: 0.1
    ) { TemporalOrder.batch(count: 50, length: 40, using: &random) }.curve
  }
}
func steps(_ curves: [WindowedLosses], atMost limit: Int) -> [Double] { curves.map { Double($0.solved ?? limit) } }
func learned(_ curves: [WindowedLosses]) -> Int { curves.count { $0.solved != nil } }
show(
  Table(
    ["", "starts that learn it", "steps, at most \(orderLimit)"],
    rows: zip(biases, orders).map {
      ["b_f = \(Int($0))", "\(learned($1)) of \($1.count)", spread(steps($1, atMost: orderLimit))]
    }),
  kind: .varies)
show(
  Chart(
    "Temporal order over 40 steps: only the forget bias differs (first start of each)", x: "training step",
    y: "loss [nats]",
    zip(biases, orders).map { .line("b_f = \(Int($0))", x: $1[0].steps, y: $1[0].losses, hasPoints: true) } + [
      .rule("a guess, ln 4", y: TemporalOrder.baseline)
    ]), as: "forget-bias")
func total(_ curves: [WindowedLosses], atMost limit: Int) -> Double { steps(curves, atMost: limit).reduce(0, +) }
claim("with 2 every start learns it", learned(orders[2]) == trials.count, from: .standard)
claim(
  "and in fewer steps than with 1 or with 0, in the sum over the starts",
  total(orders[2], atMost: orderLimit)
    < min(total(orders[1], atMost: orderLimit), total(orders[0], atMost: orderLimit)),
  from: .standard)

//: Gers, Schmidhuber and Cummins (2000) give the advice, Jozefowicz, Zaremba and Sutskever (2015) repeat it; PyTorch starts near 0.
//:
//: ## Peepholes
//:
//: The gates see a⟨t−1⟩, and that is the memory as Γ_o lets it out: where Γ_o is shut, they are blind. **Peepholes** let each gate see its own unit's c, with one weight a unit. (004 calls U_f a matrix; that the
//: fifth cell reaches only the fifth gate, as it also says, makes it a vector. It writes W_f[c⟨t−1⟩, x⟨t⟩] besides; a⟨t−1⟩ is meant.) In Ng's form all
//: three gates see c⟨t−1⟩. In that of Gers, Schraudolph and Schmidhuber (2002), and of Graves, Γ_o sees c⟨t⟩:
//:
//: ```math
//: \Gamma_o = \sigma(W_o\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + p_o \odot c^{\langle t\rangle} + b_o)
//: ```

let p = column(3 * na)
func peephole(_ form: Peephole) -> LSTMCell<Double> {
  LSTMCell(Wax: cell.Wax, Waa: cell.Waa, ba: cell.ba, peephole: form, pa: p)
}
func withPeepholes(showing: Peephole) -> [Column] {
  let (pu, pf, po) = (p.rows(0..<na), p.rows(na..<2 * na), p.rows(2 * na..<3 * na))
  var (a, c) = (zero, zero)
  return x.map { x in
    let Γu = σ(cell.Wu * [a, x] + pu ⊙ c + cell.bu)
    let Γf = σ(cell.Wf * [a, x] + pf ⊙ c + cell.bf)
    let before = c
    c = Γu ⊙ tanh(cell.Wc * [a, x] + cell.bc) + Γf ⊙ c
    a = σ(cell.Wo * [a, x] + po ⊙ (showing == .previous ? before : c) + cell.bo) ⊙ tanh(c)
    return a
  }
}
claim(
  "Ng's: the library's `.previous`, within 10⁻¹²",
  difference(withPeepholes(showing: .previous), outputs(peephole(.previous))) < 1e-12)
claim("Gers's: `.updated`", difference(withPeepholes(showing: .updated), outputs(peephole(.updated))) < 1e-12)
claim("two functions of the same weights", difference(outputs(peephole(.previous)), outputs(peephole(.updated))) > 0.01)

//: What are they for? For *time*. Two beats are heard, four to nine steps apart, and from then on silence; the network has to go on beating at that pace. It must measure
//: a time and count it out again and again, and act on the count at one step and no other. The plain LSTM gets a unit more, and so more parameters.

let forms: [(name: String, form: Peephole, units: Int)] = [
  ("no peepholes", .none, 21), ("Ng's", .previous, 20), ("Gers's", .updated, 20),
]
let limit = run.choose(quick: 60, standard: 2_000, full: 4_000)
let beats = forms.map { kind in
  trials.map { trial in
    let cell = LSTMCell<Float>(inputSize: 1, hiddenSize: kind.units, peephole: kind.form, using: &random)
    let result = trainedByAdam(
      "beat, \(kind.name), start \(trial)",
      Tagger(layer: Recurrent(cell), output: Dense(inputSize: kind.units, outputSize: 2, using: &random)), steps: limit,
      rate: 0.01, window: 50, until: 0.002
    ) { SteadyBeat.batch(count: 32, length: 40, using: &random) }
    return (parameters: result.model.parameterCount, curve: result.curve)
  }
}
let rhythms = beats.map { $0.map(\.curve) }
show(
  Table(
    ["", "units", "parameters", "starts that learn it", "steps, at most \(limit)"],
    rows: forms.indices.map {
      [
        forms[$0].name, forms[$0].units, beats[$0][0].parameters, "\(learned(rhythms[$0])) of \(trials.count)",
        spread(steps(rhythms[$0], atMost: limit)),
      ]
    }), kind: .varies)
show(
  Chart(
    "Keeping a beat: steps until it is learned (\(limit): not learned)",
    x: Axis("start", .categorical(trials.map(String.init))), y: "training steps",
    zip(forms, rhythms).map { .bars($0.name, y: steps($1, atMost: limit)) }),
  as: "beat")
claim(
  "in the mean over all starts with peepholes, of either kind, it takes fewer steps than without",
  mean(rhythms[1...].flatMap { steps($0, atMost: limit) }) < mean(steps(rhythms[0], atMost: limit)), from: .standard)

//: One start is no evidence: with more steps or other numbers a plain LSTM can learn it too, and which of the two forms is the quicker differs from start to start.
//:
//: ## A candidate that is a σ
//:
//: In Goodfellow's book, and so in note 003, the candidate is a σ and no tanh. (Its index f_i^{(i)} should read f_i^{(t)}.) Then nothing can be taken from c: from 0 it never falls
//: below 0, whatever the weights, and only forgetting makes it smaller.

func lowest(_ candidate: Activation) -> Double {
  (0..<50).map { _ in
    let cell = LSTMCell<Double>(
      inputSize: nx, hiddenSize: na, candidateActivation: candidate, initialization: .normal(deviation: 2), using: &dice
    )
    return Recurrent(cell)(SequenceBatch(x)).stateSequence(1).trajectory(example: 0).elements.min()!
  }.min()!
}
show("lowest c of fifty random cells over twenty steps, tanh", lowest(.tanh))
show("and σ", lowest(.sigmoid))
claim("with σ no c is below 0, with tanh some are", lowest(.sigmoid) >= 0 && lowest(.tanh) < 0)

//: Can one unit then still count up *and* down? The task is the sum of twelve numbers, each 1 or −1, divided by √12; a guess of 0 has a mean squared error
//: of 1.

func walk(_ candidate: Activation) -> Double {
  let cell = LSTMCell<Float>(
    inputSize: 1, hiddenSize: 1, candidateActivation: candidate, forgetBias: 3, using: &random)
  return trainedByAdam(
    "sum of ±1, \(candidate)",
    Regressor(layer: Recurrent(cell), output: Dense(inputSize: 1, outputSize: 1, using: &random)),
    steps: run.choose(quick: 50, standard: 1_000, full: 6_000), rate: 0.02, window: 50
  ) {
    let x = SequenceBatch(
      (0..<12).map { _ in Matrix<Float>(rows: 1, columns: 64) { random.index(below: 2) == 0 ? 1 : -1 } })
    let sums = (0..<64).map { example in x.trajectory(example: example).elements.reduce(0, +) / Float(12).squareRoot() }
    return RegressorBatch(inputs: .features(x), targets: Matrix(rows: 1, columns: 64, elements: sums))
  }.curve.losses.last!
}
let walks = [Activation.tanh, .sigmoid].map(walk)
show(
  Table(["one unit, candidate", "mean squared error"], rows: [["tanh", walks[0]], ["σ", walks[1]]]), kind: .varies)
claim("both have less than a tenth of the error of a guess", walks.allSatisfy { $0 < 0.1 }, from: .standard)

//: It can. The unit works around some c above 0, up by taking in and down by forgetting. The bound is real, and a network finds its way around it.
//:
//: ## A sentence of your own
//:
//: `swift run Lesson07 --sentence 'anna said "now go" then well.'` trains one LSTM and draws its gates over the sentence. Characters that these lines do not have are read
//: as ⟨UNK⟩, for which x⟨t⟩ = 0, and the run says which. `--save FILE` writes the network as safetensors, under the names of `torch.nn.LSTM`; `swift run Lesson04 --resume FILE` samples
//: from it.

// page: off
options.own.saveIfAsked(lstms[chosen.start].trainer, vocabulary: vocabulary, cell: "lstm × 1")
// page: on

//: ## Break it
//:
//: **Set the forget gate** of the trained network to ½, or **open it** for good. **Show everything**: Γ_o = 1. **Take in nothing**: Γ_u = 0.

func fixed(_ gate: WritableKeyPath<LSTMCell<Float>, Matrix<Float>>, _ block: Int, to bias: Float) -> Network {
  var broken = model
  let rows = block * 49..<(block + 1) * 49
  broken.layer.cell.Wax.replaceRows(rows, with: Matrix(rows: 49, columns: n))
  broken.layer.cell.Waa.replaceRows(rows, with: Matrix(rows: 49, columns: 49))
  broken.layer.cell[keyPath: gate] = Matrix(rows: 49, columns: 1, repeating: bias)
  return broken
}
let test = Lines.batches(Lines.heldOut).all(inBatchesOf: 100)
let broken: [(name: String, loss: Double)] = [
  ("as trained", model), ("Γ_f = ½", fixed(\.bf, 1, to: 0)), ("Γ_f = 1", fixed(\.bf, 1, to: 40)),
  ("Γ_o = 1", fixed(\.bo, 2, to: 40)), ("Γ_u = 0", fixed(\.bu, 0, to: -40)),
].map { ($0, $1.meanLoss(over: test)) }
let uniform = log(Double(n))
show(
  Table(
    ["", "held-out loss, nats a character"], rows: broken.map { [$0.name, $0.loss] } + [["a uniform guess", uniform]]),
  kind: .varies)
claim(
  "each change costs a tenth of a nat or more", broken.dropFirst().allSatisfy { $0.loss > broken[0].loss + 0.1 },
  from: .standard)
claim("a forget gate held open costs more than one held at ½", broken[2].loss > broken[1].loss, from: .standard)

//: A memory that forgets nothing fills up.
//:
//: ## What to expect

let weights = 4 * 49 * (49 + n + 1) + n * 50
show(
  Table(
    ["", "expected", "this run"],
    rows: [
      ["parameters of the LSTM: 4 n_a (n_a + n_x + 1) + n_y (n_a + 1)", weights, kinds[2].parameters],
      ["held-out loss: the grammar's own is the least", floor, spread(last(kinds[2].curves))],
      [
        "a unit inside quotation marks (Karpathy et al. 2015)", "1 or more",
        "correlation \(formatted(abs(chosen.correlation)))",
      ],
      ["temporal order, b_f = 2: starts that learn it (Lesson 05)", "all", "\(learned(orders[2])) of \(trials.count)"],
    ]), kind: .varies)
claim("the parameters are as counted", weights == kinds[2].parameters)

//: ## Exercises
//:
//: 1. Γ_f of a unit stays at 0.95 and nothing is taken in. After how many characters is half of c left, and how much after forty?

// fold: Answer
//: 0.95^k = ½ for k = ln ½ / ln 0.95, which is 13.5; after forty, 0.95⁴⁰, which is 0.129.

claim("13.5 and 0.129", abs(log(0.5) / log(0.95) - 13.5) < 0.05 && abs(pow(0.95, 40) - 0.129) < 5e-4)
// fold end

//: 2. Which LSTM is a plain RNN, but for one tanh?

// fold: Answer
//: Γ_u = 1, Γ_f = 0 and Γ_o = 1: c⟨t⟩ is the candidate, tanh(W_c[a⟨t−1⟩, x⟨t⟩] + b_c), and a⟨t⟩ is its tanh once more.

var likePlain = cell
func gates(_ value: Double) -> Column { Column(rows: na, columns: 1, repeating: value) }
(likePlain.bu, likePlain.bf, likePlain.bo) = (gates(1_000), gates(-1_000), gates(1_000))
var last_a = zero
let doubled = x.map { x in
  last_a = tanh(tanh(cell.Wc * [last_a, x] + cell.bc))
  return last_a
}
claim("the outputs are the same within 10⁻¹²", difference(doubled, outputs(likePlain)) < 1e-12)
// fold end

//: 3. An LSTM layer of 100 units reads 10,000 words. How many parameters has it, how many more with peepholes, and why so few?

// fold: Answer
//: 4 · 100 · (100 + 10,000 + 1) = 4,040,400, and 300 more: each gate of each unit sees one number, its own c.

func large(_ form: Peephole) -> Int {
  LSTMCell<Float>(inputSize: 10_000, hiddenSize: 100, peephole: form, using: &random).parameterCount
}
claim("4,040,400 and 300", large(.none) == 4_040_400 && large(.updated) - large(.none) == 300)
// fold end

//: [Lesson 06](../06-gru/README.md) does with one gate what takes two here, and on this text as well. Both read from left to right and know only what has been;
//: [Lesson 08](../08-brnn/README.md) reads from both ends.

end()
