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
  @Option(parsing: .unconditional, help: "The learning rate of every network, 0.0001 to 0.1. (default: 0.02)")
  var rate: Double?

  func validate() throws {
    if let rate, !(0.0001...0.1).contains(rate) {
      throw ValidationError("--rate must be from 0.0001 to 0.1, not \(rate).")
    }
  }
}

let options = Options.parseLesson()
let run = options.notebook

begin(
  "06", "GRU", run, withProse: options.own.sentence == nil,
  unchecked: options.rate == nil ? nil : "not checked at a learning rate of your own")
options.own.checkSave()
let verbs = Verbs(rate: options.rate ?? 0.02, run)
if let text = options.own.sentence {
  drawOwn(text, verbs, options.own, seed: run.seed())
  end()
}

//: *The cat, which already ate the bread near the dogs behind the mice, **was** full.*
//:
//: Between *cat* and *was* there are thirteen words (commas count). To get the verb right, you need one fact from the far end: there is *one* cat.
//: The dogs and the mice must not change your mind. How can a network hold on to one fact and go on reading?
//:
//: For a plain recurrent network this is hard. At every step it makes its whole state anew, so the cat has to survive thirteen rewrites. [Lesson
//: 05](../05-vanishing-gradients/README.md) ended with a better idea: a memory with gates, which a unit can simply leave alone. The smallest
//: network of this kind is the **gated recurrent unit**, or **GRU**. We train one on sentences like this one, and look for the place where it keeps
//: the cat. Then we reach in and make it two cats.

// page: off
show(simplifiedPicture(), as: "simplified")
// page: on

//: This is one step of the simplest GRU. Follow the thick line: the memory comes in on the left as c⟨t−1⟩ and leaves on the right as c⟨t⟩. On its
//: way it is multiplied by 1 − Γ_u, and then something is added to it: the candidate c̃⟨t⟩, times Γ_u. The rest of the network sees the memory
//: itself: a⟨t⟩ = c⟨t⟩.
//:
//: You know candidate and update gate (the green box) from Lesson 05. Both are computed from the old memory and the new word x⟨t⟩. If Γ_u is 0, the
//: old value passes unchanged. If it is 1, the candidate takes its place.
//:
//: In Lesson 05, another gate decided what to keep. Here one gate does both jobs: **the more a unit writes, the more it forgets**.
//:
//: ## One unit, by hand
//:
//: In a formula, the thick line is
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_u\,\tilde c^{\langle t\rangle} + (1 - \Gamma_u)\,c^{\langle t-1\rangle}
//: ```
//:
//: Take one unit, and let 1 mean singular and −1 plural. It has read *cat*, so c⟨t−1⟩ = 1. Now comes *dogs*, and the candidate is −1. Suppose the
//: gate is almost shut, Γ_u = 0.1:
//:
//: c⟨t⟩ = 0.1 · (−1) + 0.9 · 1 = 0.8
//:
//: The memory has moved a tenth of the way from 1 to −1. That doesn't look bad. But guess where c is after ten such words.

func memory(after words: Int, gate Γu: Double) -> Double {
  let c̃ = -1.0  // plural
  var c = 1.0  // singular
  for _ in 1...words { c = Γu * c̃ + (1 - Γu) * c }
  return c
}

// page: off
let gates = [("0.5", 0.5), ("0.1", 0.1), ("0.018", sigmoid(-4)), ("0", 0)]
show(
  Table(
    ["Γ_u", "c after one word", "c after ten words"],
    rows: gates.map { [$0, short(memory(after: 1, gate: $1)), short(memory(after: 10, gate: $1))] }))
claim(
  "with Γ_u = 0.1 the memory is 0.8 after one word, and below 0 after ten",
  abs(memory(after: 1, gate: 0.1) - 0.8) < 1e-12 && memory(after: 10, gate: 0.1) < 0)
// page: on

//: With 0.1, ten words turn singular into plural: a gate that is *almost* shut still leaks. At 0.018, c stays well above 0.
//:
//: What we want, then, is a gate that opens once, at *cat*, and is shut at all other words:

// page: off
let words = ["the", "cat", "near", "the", "dogs"]
let (opened, offered) = ([0.0, 1, 0, 0, 0], [0.0, 1, 0, 0, -1])
let held = zip(opened, offered).reduce(into: [0.0]) { c, step in
  c.append(step.0 * step.1 + (1 - step.0) * c.last!)
}
show(byHandPicture(words: words, gates: opened, candidates: offered, memory: held), as: "by-hand")
// page: on

//: Read it from left to right. In the boxes on top is the memory, and below each is the gate at that word. Blue arrows carry the old value, times
//: 1 − Γ_u, and green ones the candidate, times Γ_u; what comes by a pale arrow counts 0 times. At *cat* the gate is 1 and the candidate 1, so c
//: becomes 1. At *dogs* the candidate is −1, but the gate is 0. Nothing gets in, and the unit still says singular.

claim("after *dogs* the unit still has the 1 of *cat*", held == [0, 0, 1, 1, 1, 1])

//: ## What the gate does for the gradient
//:
//: A shut gate also helps to *learn*. Nudge c⟨t−1⟩ from 1 to 1.01, with Γ_u = 0.1 again:
//:
//: c⟨t⟩ = 0.1 · (−1) + 0.9 · 1.01 = 0.809
//:
//: The nudge of 0.01 has become 0.009. So along the thick line, the direct path, ∂c⟨t⟩/∂c⟨t−1⟩ is 1 − Γ_u and nothing else. In the
//: backward pass, the gradient is multiplied by the same number. Compare that with a plain RNN, where each step back multiplies the gradient by the
//: slopes of tanh, and then by a matrix:
//:
//: ```math
//: W_{aa}^{\top}\,\mathrm{diag}(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}) \qquad \mathrm{against} \qquad \mathrm{diag}(1 - \Gamma_u)
//: ```
//:
//: (diag puts these numbers on the diagonal of a matrix, with 0 elsewhere.) A unit whose gate is shut has the factor 1, over any distance: **what
//: keeps the memory keeps the gradient**. (Gate and candidate depend on c⟨t−1⟩ too. That makes a second path, as in Lesson 05; here we follow the
//: direct one.)

// page: off
func moved(_ c: Double) -> Double { 0.1 * -1 + 0.9 * c }
claim(
  "with Γ_u = 0.1, a nudge of 0.01 moves c⟨t⟩ from 0.8 by 0.009",
  abs(moved(1.01) - 0.809) < 1e-9 && abs(moved(1) - 0.8) < 1e-9)
// page: on

//: But who shuts the gate before anything is learned? It is computed with a sigmoid, so small random weights put Γ_u near σ(0) = ½. On the direct
//: path, ten steps with Γ_u = ½ leave less than a thousandth of a nudge. So we give the update gate a bias b_u that starts at −4. Then Γ_u is near
//: σ(−4) = 0.018, and ten steps leave 0.982¹⁰ = 0.83 of a nudge. A little still gets in, 0.018 of each
//: candidate. From there, training can open the gate where that pays.

claim(
  "ten steps leave less than a thousandth of a nudge with Γ_u = ½, and 0.83 of it with Γ_u = σ(−4) = 0.018",
  pow(0.5, 10) < 0.001 && abs(sigmoid(-4) - 0.018) < 5e-4 && abs(pow(1 - sigmoid(-4), 10) - 0.83) < 0.005)

//: ## In code
//:
//: With many units, c⟨t⟩, c̃⟨t⟩ and Γ_u are columns with a number for each unit. [c, x] is c on top of x, so W_c and W_u have columns for both:
//:
//: ```math
//: \begin{aligned}
//: \tilde c^{\langle t\rangle} &= \tanh(W_c\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c) \\
//: \Gamma_u &= \sigma(W_u\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_u) \\
//: c^{\langle t\rangle} &= \Gamma_u \odot \tilde c^{\langle t\rangle} + (1 - \Gamma_u) \odot c^{\langle t-1\rangle}
//: \end{aligned}
//: ```
//:
//: The first line is the plain RNN of [Lesson 02](../02-forward-pass/README.md). The code has the same three lines (`one` is a column of ones):

// page: off
var cells = SmallCells()
let one = cells.one
let simpleCell = cells.cell(.simplified), fullCell = cells.cell(.resetBefore)
let (Wc, bc, Wu, bu) = (simpleCell.Wc, simpleCell.bc, simpleCell.Wu, simpleCell.bu)
// page: on

func simplifiedStep(_ c: Columns, _ x: Columns) -> Columns {
  let c̃ = tanh(Wc * [c, x] + bc)
  let Γu = σ(Wu * [c, x] + bu)
  return Γu ⊙ c̃ + (one - Γu) ⊙ c
}

claim(
  "with the same random weights, this code and the library's simplified GRU give the same states",
  cells.difference(simplifiedStep, simpleCell) < 1e-12)

//: Look where the units meet. The matrices let every unit read every other one. So a gate can stay shut at *dogs* because another unit has noted
//: that there was a noun already. But in the last line, ⊙ works unit by unit: each decides for itself what it keeps.
//:
//: ## The relevance gate
//:
//: The full GRU has one more gate. Why would one want it? Say our unit still holds 1, for *cat*, and then a new subject comes: *the cat was full,
//: and the dogs* … Now the unit should forget the cat, so its gate opens: Γ_u = 1, and c⟨t⟩ = c̃⟨t⟩. Let the candidate be tanh(2 c⟨t−1⟩ + 2 x⟨t⟩),
//: where x is −1 for a plural noun. Then
//:
//: c⟨t⟩ = tanh(2 · 1 + 2 · (−1)) = tanh(0) = 0
//:
//: The old cat and the new dogs cancel out. The candidate should *not look* at the memory just now. That's what the **relevance gate** Γ_r is for
//: (also called the *reset gate*). It is a number between 0 and 1, and c⟨t−1⟩ is multiplied by it before the candidate sees it. With Γ_r = 0,
//:
//: c⟨t⟩ = tanh(2 · (0 · 1) + 2 · (−1)) = tanh(−2) = −0.96
//:
//: and the unit has changed over to plural. But a unit that writes at *ate*, too, needs its memory there: x is 0, and with Γ_r = 0 the candidate would be tanh(0) = 0. With Γ_r = 1 it's tanh(2) = 0.96 and still says singular. So Γ_r has to change from word to word.

claim(
  "tanh(2 · 1 − 2) is 0, tanh(−2) is −0.96, and tanh(2) is 0.96",
  tanh(2 * 1 - 2.0) == 0 && abs(tanh(-2.0) + 0.96) < 0.005 && abs(tanh(2.0) - 0.96) < 0.005)

// page: off
show(fullPicture(), as: "full")
// page: on

//: What is new is orange. Γ_r is made from the old memory and the word, like Γ_u, with weights of its own. Then c⟨t−1⟩ is multiplied by Γ_r on its
//: way to the candidate, and only there: the thick line on top is untouched. So Γ_r *hides* the memory, it doesn't erase it.
//:
//: ```math
//: \begin{aligned}
//: \Gamma_r &= \sigma(W_r\,[c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_r) \\
//: \tilde c^{\langle t\rangle} &= \tanh(W_c\,[\Gamma_r \odot c^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_c)
//: \end{aligned}
//: ```
//:
//: Γ_r comes before W_c, so what a unit hides is hidden from the candidates of all units. In code, one line is new, and in the candidate `c` becomes `Γr ⊙ c`:

// page: off
func fullStep(_ c: Columns, _ x: Columns) -> Columns {
  let (Wc, bc, Wu, bu) = (fullCell.Wc, fullCell.bc, fullCell.Wu, fullCell.bu)
  let (Wr, br) = (fullCell.Wr, fullCell.br)
  // page: on
  let Γr = σ(Wr * [c, x] + br)
  let c̃ = tanh(Wc * [Γr ⊙ c, x] + bc)
  // page: off
  let Γu = σ(Wu * [c, x] + bu)
  return Γu ⊙ c̃ + (one - Γu) ⊙ c
}
var shut = fullCell
(shut.Wu, shut.bu) = (0 * shut.Wu, -1_000 * one)
let anyMemory = cells.column(4)
let afterTwenty = Recurrent(shut)(SequenceBatch(cells.x), from: RecurrentState([anyMemory])).outputSequence[19]
// page: on

claim(
  "with the same random weights, this code and the library's full GRU give the same states",
  cells.difference(fullStep, fullCell) < 1e-12)
claim("with Γ_u = 0 the memory is the same after twenty steps, whatever Γ_r does", afterTwenty == anyMemory)

//: ## Experiment 1: how far back?
//:
//: Now let's train. The networks are language models as in [Lesson 04](../04-language-model/README.md): they read a sentence word by word and guess
//: the next word. A small grammar makes the sentences. Here are three:

// page: off
show(verbs.examples())
// page: on

//: The first noun decides about the verb after the last comma. (Some sentences go on with a second noun, its verb right behind it. We don't ask for that one.) For the nouns in between, a coin decides between singular and plural, so they tell
//: nothing about it. In training, 10 to 25 words stand between noun and verb. We test with up to 40, on 200 sentences for each distance. A network
//: is right if it gives the right verb, *was* or *were*, a higher probability than the other one.
//:
//: A plain RNN with 48 units competes with a full GRU with 26. That makes about 5,250 parameters each, with the output layer. They learn from the
//: same sentences, at the same learning rate, for 1,500 steps. Each gets a good start: b_u = −4 for the GRU, and for the RNN an orthogonal W_aa,
//: which did best in Lesson 05. We train each from two `seeds`; `verbs` does the training. Guess first: who gets the verb right?

// page: off
let seeds = (0..<run.choose(quick: 1, standard: 2, full: 3)).map { run.seed() &+ $0 }
// page: on
let plain = seeds.map { verbs.trainedRNN(units: 48, seed: $0) }
let full = seeds.map { verbs.trainedGRU(units: 26, seed: $0) }

// page: off
let right = (rnn: plain.map { verbs.accuracies($0.model) }, gru: full.map { verbs.accuracies($0.model) })
let trainedOn = 0..<6
show(distanceChart([("RNN", right.rnn), ("full GRU", right.gru)]), as: "distance")
func haveSameSize(_ one: Int, _ other: Int) -> Bool { abs(one - 5_250) < 50 && abs(other - 5_250) < 50 }
claim(
  "10 to 25 words stand between noun and verb in training, and up to 40 in the test, with at least 200 sentences for each distance",
  Set(Language.heldOut.map(verbs.distance)) == Set(Verbs.distances[trainedOn])
    && verbs.exams.map { Set($0.map(verbs.distance)) } == Verbs.distances.map { [$0] }
    && [Verbs.distances[0], Verbs.distances[5], Verbs.distances.last] == [10, 25, 40]
    && verbs.exams.allSatisfy { $0.count >= 200 }, from: .standard)
claim(
  "RNN and GRU have 5,250 parameters each, give or take 50",
  haveSameSize(plain[0].model.parameterCount, full[0].model.parameterCount))
claim(
  "RNN: at every distance, every seed is right for 30 % to 70 % of the sentences",
  right.rnn.joined().allSatisfy { abs($0 - 50) < 20 }, from: .standard)
let ourSentence = split("the cat , which already ate the bread near the dogs behind the mice ,")
func kept(_ model: RNNNetwork) -> Double { verbs.kept(model, along: ourSentence) }
claim(
  "RNN: more than half of a nudge gets from *cat* to the last comma before training, and less than a hundredth after it",
  seeds.allSatisfy { kept(verbs.untrainedRNN(units: 48, seed: $0)) > 0.5 }
    && plain.allSatisfy { kept($0.model) < 0.01 }, from: .standard)
let slow = Verbs(rate: 0.005, run)
claim(
  "RNN with a quarter of the learning rate: again, it's right for 30 % to 70 % of the sentences at every distance",
  slow.accuracies(slow.trainedRNN(units: 48, seed: seeds[0]).model).allSatisfy { abs($0 - 50) < 20 }, from: .standard)
claim(
  "GRU: up to 25 words, every seed is right for more than 98 % of the sentences",
  right.gru.allSatisfy { $0[trainedOn].min()! > 98 }, from: .standard)
// page: on

//: To the right, the verb moves away from its noun. A band goes from one seed to the other, with a line in the middle. Look at the bottom
//: first. The RNN stays near the dashed line of the coin: within 1,500 steps it learns nothing about the verb. It had a good start, but
//: training spoils it: before, more than half of a nudge gets from *cat* to the last comma of our sentence, and afterwards less than a hundredth. (A quarter of the learning rate doesn't help.)
//:
//: Now look at the top. Up to the vertical line, the GRU gets practically every verb right. Longer distances it has never seen. How well
//: it does there depends on the seed (with `--seed 4` it falls back towards the coin).
//:
//: ## Experiment 2: where is the cat?
//:
//: We take the GRU of the first seed and call it `network`. Is there one among its 26 units that says singular or plural until the verb comes?
//:
//: A unit that *differs* between singular and plural need not be the one that *matters*. So we reach in: we let the network read up to *ate*, and
//: change one number, the c of one unit. Say its mean there is m₁ = 0.2 in singular sentences and m₂ = −0.7 in plural ones, and now c is 0.3.
//: That's 0.1 above m₁, so we set it 0.1 below m₂, to −0.8: now it says plural as firmly as it said singular. This **flip** takes c to m₁ + m₂ − c.
//: Then the network reads on, and we see whether the verb changes.
//:
//: In code, `network.state(after:)` gives the 26 numbers c after some words, and `from:` goes on from a given c. Here is the flip of one `unit`,
//: with its m₁ and m₂ in `singular` and `plural`. From `flipped`, the output layer then computes the probabilities of *was* and *were*:

// page: off
let network = Specimen(model: full[0].model)
let exam = verbs.exams[3]
let units = network.study(exam, distance: Verbs.distances[3])
let unit = units.indices.max { units[$0].changed < units[$1].changed }!
let (singular, plural) = (units[unit].singular, units[unit].plural)
// page: on

let beginning = "the cat , which already ate", rest = "the bread near the dogs behind the mice ,"
var c = network.state(after: beginning)
c[unit] = singular + plural - c[unit]
let flipped = network.state(after: rest, from: c)

claim(
  "if the means are 0.2 and −0.7, a flip makes −0.8 of 0.3, and 0.3 of −0.8",
  abs(mirror(0.3, 0.2, -0.7) + 0.8) < 1e-9 && abs(mirror(-0.8, 0.2, -0.7) - 0.3) < 1e-9)

//: We flipped each of the 26 units like this, one at a time, in 200 sentences with 19 words between noun and verb. For each unit we also asked:
//: could you *tell* singular from plural by this one number, by whether it is nearer to m₁ or m₂? In the first row is the unit whose flip changes
//: most verbs. Below it are three others that tell in at least 90 % of the sentences:

// page: off
let others = units.indices.filter { $0 != unit && units[$0].told >= 90 }.sorted { units[$0].gap > units[$1].gap }
  .prefix(3)
let headings = ["unit", "m₁, singular", "m₂, plural", "tells, % of sentences", "its flip changes, % of verbs"]
show(
  Table(
    headings, varying: headings,
    rows: ([unit] + others).map { i in
      let it = units[i]
      return [
        i + 1, short(it.singular), short(it.plural), String(format: "%.0f", it.told),
        String(format: "%.0f", it.changed),
      ] as [any CustomStringConvertible]
    }), kind: .varies)
claim(
  "the flip of the first unit changes more than 85 % of the verbs", units[unit].changed > 85, from: .standard)
claim(
  "the other three tell singular from plural in at least 90 % of the sentences, but their flips change less than 15 % of the verbs",
  others.count == 3 && others.allSatisfy { units[$0].told >= 90 && units[$0].changed < 15 }, from: .standard)
// page: on

//: All four tell. But look at the last column. Flip the first unit, and nearly every verb changes. Flip another, and hardly any does: what it holds is soon overwritten,
//: or the verb doesn't listen to it. The first unit *carries* singular and plural.
//:
//: Here is the unit along our sentence, up to the comma before the verb:

// page: off
let reading = split("\(beginning) \(rest)")
func carried(_ noun: String) -> [[Double]] { network.states(along: reading.map { $0 == "cat" ? noun : $0 }) }
let (cat, cats) = (carried("cat"), carried("cats"))
let operated = Array(cat.prefix(5)) + [c] + network.states(along: split(rest), from: c)
show(
  flipHeatmap(
    [("cat", cat), ("cats", cats), ("cat, flipped", operated)].map { ($0, $1.map { $0[unit] }) },
    along: reading.map { $0 == "cat" ? "cat(s)" : $0 }), as: "number-unit")
let choices = [cat.last!, cats.last!, flipped].map(network.were)
show(
  Table(
    ["sentence", "P(was) against P(were)"], varying: ["P(was) against P(were)"],
    rows: zip(["the cat …", "the cats …", "the cat …, flipped after *ate*"], choices).map {
      [$0, String(format: "%.0f %% : %.0f %%", 100 * (1 - $1), 100 * $1)]
    }))
claim(
  "“the cat …” goes on with *was*, “the cats …” with *were*, and “the cat …” flipped in one unit with *were*",
  choices[0] < 0.1 && choices[1] > 0.9 && choices[2] > 0.5, from: .standard)
// page: on

//: A row is one reading of the sentence, a column is a word, and the colour is the c of this one unit. Compare the first two rows. From *ate* on
//: the colours hardly change, and at the last comma, just before the verb, they still differ. In the third row we flip the one number at *ate*,
//: and from there on it keeps the side of *cats*. The table has the verb: the network goes on with *were*. One number out of 26, and it sees more
//: than one cat.
//:
//: ## Experiment 3: watch the gates
//:
//: How does this unit keep the fact past the dogs and the mice? Each row of the next figure is one of the 26 units, and the colour is its update
//: gate: dark is shut, bright is open. The rows are sorted, with those on top that stay shut after the noun. The arrow → marks the unit we flipped.

// page: off
func gates(_ noun: String) -> CellReading {
  network.reading(reading.map { $0 == "cat" ? noun : $0 })
}
let (noun, over) = ["cat", "cats"].map { ($0, gates($0)) }
  .max { $0.1["Γu"][unit][1...4].max()! < $1.1["Γu"][unit][1...4].max()! }!
let (updates, relevances) = (over["Γu"], over["Γr"])
func between(_ gate: [Double]) -> Double { mean(Array(gate[2..<15])) }
let order = updates.indices.sorted { between(updates[$0]) < between(updates[$1]) }
let along = reading.map { $0 == "cat" ? noun : $0 }
show(
  gateHeatmap(
    "The update gate: which unit writes at which word", updates, "Γ_u: 0 keeps, 1 writes", along: along,
    units: order, marked: unit), as: "update-gate")
claim(
  "the marked unit: within four words from the noun on, its Γ_u rises above 0.4; from *ate* to *mice* it is below 0.2 at every word",
  updates[unit][1...4].max()! > 0.4 && updates[unit][5...13].max()! < 0.2, from: .standard)
let writers = updates.indices.filter { between(updates[$0]) > 0.9 }
claim(
  "at least five units have a mean Γ_u above 0.9 between noun and verb", writers.count >= 5, from: .standard)
// page: on

//: Start with the marked row. It has a bright cell at the noun, where the unit writes. (The axis says which noun was read, *cat* or *cats*. At the other one the unit needn't write: to stay near 0 is different enough.) Then comes a long dark stretch: *dogs* and *mice* pass by, and the gate is
//: shut. The network found that out in training.
//:
//: The rows in the middle write at some words and keep at others. Now the rows at the very bottom, bright from left to right. There Γ_u is about 1
//: and 1 − Γ_u about 0, so c⟨t⟩ is about c̃⟨t⟩: these units write anew at every word, **like the units of a plain RNN**. It makes sense: to guess
//: the word after *near*, you need only the last few words. So one layer has units with a long memory and units with a short one.

// fold: The relevance gates along the same sentence
//: The rows are in the same order, and now the colour is Γ_r. Where a row is bright, the candidates see this unit's memory; where it is dark, they don't:

// page: off
show(
  gateHeatmap(
    "The relevance gate: which unit's memory the candidates see", relevances,
    "Γ_r: 0 hides the memory, 1 shows it", along: along, units: order, marked: unit), as: "relevance-gate")
claim(
  "of the units with a mean Γ_u above 0.9, some have a mean Γ_r below 0.4, and some above 0.6",
  writers.contains { between(relevances[$0]) < 0.4 } && writers.contains { between(relevances[$0]) > 0.6 },
  from: .standard)
// page: on

//: Look at the marked row. Where it is dark, the candidates don't see whether it was one cat or many. But nothing is lost there: what is kept is up
//: to Γ_u, and that is shut.
//:
//: Then look at the bottom, at the units that write all the time. Some of their rows are mostly bright here: the next candidates see what these
//: units said, as in a plain RNN. Others are mostly dark: what they said goes to the output and to the gates, but the candidates see it only at a
//: few words. Here are the clear cases, by their means over the words between noun and verb:

// page: off
func list(_ chosen: [Int]) -> String { chosen.map { "\($0 + 1)" }.joined(separator: ", ") }
show(
  Table(
    ["what the unit does", "how we know", "units"], varying: ["units"],
    rows: [
      ["carries singular or plural", "the flip", list([unit])],
      [
        "as in a plain RNN", "mean Γ_u above 0.9, mean Γ_r above 0.6",
        list(writers.filter { between(relevances[$0]) > 0.6 }),
      ],
      [
        "writes, and the candidates seldom see it", "mean Γ_u above 0.9, mean Γ_r below 0.4",
        list(writers.filter { between(relevances[$0]) < 0.4 }),
      ],
    ]))
// page: on

//: More is hard to read off: Γ_r has another pattern for every seed.
// fold end

// page: off
options.own.saveIfAsked(full[0], vocabulary: Language.vocabulary, cell: Language.name(.resetBefore))
// page: on

//: ## Break it
//:
//: Let's spoil the update gate, in two ways. First we hold all update gates of the trained network at ½. Then we train a new network that differs
//: in one thing: it starts with b_u = 0.
//:
//: The relevance gate we take away, also in two ways. First we hold it at 1 in the trained network, so that the candidates see everything. Then we
//: train a network that never had one: the simplified GRU, with 33 units, which again makes about 5,250 parameters:

let halfOpen = network.halfOpen
let startsHalfOpen = verbs.trainedGRU(units: 26, bu: 0, seed: seeds[0])
let allRelevant = network.allRelevant
let simplified = verbs.trainedGRU(units: 33, .simplified, seed: seeds[0])

// page: off
let broken = [
  ("full GRU, as trained", right.gru[0]), ("Γ_u = ½ after training", verbs.accuracies(halfOpen)),
  ("trained from b_u = 0", verbs.accuracies(startsHalfOpen.model)),
  ("Γ_r = 1 after training", verbs.accuracies(allRelevant)),
  ("trained without Γ_r", verbs.accuracies(simplified.model)),
]
let places = [0, 3, 5]
let columns = places.map { "right at \(Verbs.distances[$0]) words, %" }
show(
  Table(
    ["network"] + columns, varying: columns,
    rows: broken.map { name, right in [name] + places.map { String(format: "%.0f", right[$0]) } }))
func guesses(_ right: [Double]) -> Bool { right[trainedOn].allSatisfy { abs($0 - 50) < 20 } }
claim(
  "with Γ_u = ½ after training, and trained from b_u = 0, the verb is a guess at every distance (30 % to 70 %)",
  guesses(broken[1].1) && guesses(broken[2].1), from: .standard)
claim(
  "with Γ_r = 1 after training, the network gets verbs wrong that it had right",
  broken[3].1[trainedOn].min()! < broken[0].1[trainedOn].min()! - 0.9, from: .standard)
claim(
  "trained without Γ_r, with as many parameters (give or take 50): right for more than 98 % of the sentences, up to 25 words",
  broken[4].1[trainedOn].min()! > 98 && haveSameSize(simplified.model.parameterCount, full[0].model.parameterCount),
  from: .standard)
// page: on

//: The second row is no surprise: half of the memory goes at every word. The network of the third row could learn to shut its gates. Within 1,500
//: steps it doesn't: with a half-open gate, next to no gradient comes along the direct path from the verb to the noun. So a gate has to *start*
//: on the side of keeping.
//:
//: The last two rows look like a contradiction: hold Γ_r at 1 after training, and verbs go wrong; train without Γ_r, and they are right. But a
//: network that was trained *with* a part has learned to rely on it. (Over short distances it gets by, and we don't know how.) If you want to know whether a part is needed, train without it. For our verbs,
//: Γ_r isn't: our story of the cat and the dogs was a reason to *want* it, not a proof that one needs it.

// fold: In your notes
//: - **Ng's notes** (000, "GRU"): the candidate is written as tanh(W_c […]) + b_c, with the bias outside. It belongs inside, or c̃ could leave the
//:   range from −1 to 1. In the full form Γ_r multiplies the whole product W_c[c, x]. That's another function; more in [Lesson 13](../13-forms/README.md).
//: - **Ng's notes** (001, "Gated Recurrent Unit"): c⟨t⟩ = x⟨t⟩ should read c⟨t⟩ = a⟨t⟩. The asterisk * is our ⊙.
//: - **Ng's notes** (004, "门控循环单元（GRU）"): Γ_r is called "relation gate", 相关门, and is said to decide how much of the past is forgotten. It decides
//:   how much the candidate sees; forgetting is up to Γ_u. Its example, a unit that is 1 for singular and 0 for plural, is the unit of Experiment 2.
//: - **6.S191** (002) names the GRU among the ways against vanishing gradients, without its equations.
//: - **Goodfellow** (003, "GRN"; 10.10.2 in the book): his update gate u keeps the old, so u is our 1 − Γ_u. His r is our Γ_r. His state is
//:   h, his candidate has a σ where ours has tanh, and his step reads x and h of t − 1.
//: - **PyTorch**: `nn.GRU` has z = 1 − Γ_u, and Γ_r behind the product. Lesson 13 converts its weights. Nothing in it starts the gate on the side of
//:   keeping; in PyTorch that's a *positive* bias of z.
//: - The GRU is from Cho et al. (2014). On real English, LSTMs trained to tell the verb's form make less than 1 % of errors, and more as language
//:   models (Linzen, Dupoux and Goldberg 2016). In one of them, two "number units" carry singular and plural over long distances (Lakretz et al.
//:   2019).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise06` marks what you write in [Exercise06.swift](Exercise/Exercise06.swift), and tells you what went
//: wrong.
//:
//: 1. A layer of 100 units reads words from a vocabulary of 10,000. How many parameters does it have as a simplified GRU, as a full GRU, and as an
//:    LSTM? (The LSTM of Lesson 05 has three gates and a candidate.)

// fold: Answer
//: Each gate and each candidate has a matrix of 100 · (100 + 10,000) weights and 100 biases: 1,010,100 numbers. A plain RNN has one of these. The
//: simplified GRU has two, 2,020,200; the full GRU three, 3,030,300; the LSTM four, 4,040,400.

// page: off
func large(_ form: GRUForm) -> Int {
  var random = RandomSource(seed: 1)
  return GRUCell<Float>(inputSize: 10_000, hiddenSize: 100, form: form, using: &random).parameterCount
}
var dice = RandomSource(seed: 1)
claim(
  "the cells have 2,020,200, 3,030,300 and 4,040,400 parameters",
  [
    large(.simplified), large(.resetBefore),
    LSTMCell<Float>(inputSize: 10_000, hiddenSize: 100, using: &dice).parameterCount,
  ] == [2_020_200, 3_030_300, 4_040_400])
// page: on
// fold end

//: 2. A unit's gate stays at Γ_u = σ(−4), and its candidate at 0. How much of c is left after 25 steps? At which Γ_u would half of it be left?

// fold: Answer
//: Every step multiplies c by 1 − 0.018 = 0.982, and 0.982²⁵ = 0.635. Half is left if (1 − Γ_u)²⁵ = ½, so Γ_u = 1 − 2^(−1/25) = 0.0273.

claim(
  "after 25 steps 0.635 of c is left, and half of it with Γ_u = 0.0273",
  abs(pow(1 - sigmoid(-4), 25) - 0.635) < 5e-4 && abs(1 - pow(2, -1.0 / 25) - 0.0273) < 5e-5)
// fold end

//: 3. Which W_u and b_u turn a simplified GRU into the plain RNN of Lesson 02? And which turn it into a network that never changes its state?

// fold: Answer
//: W_u = 0 and a large b_u, such as 40. Then Γ_u is 1 everywhere, and c⟨t⟩ = c̃⟨t⟩ = tanh(W_c[c⟨t−1⟩, x⟨t⟩] + b_c). With b_u = −40, Γ_u is 0
//: everywhere (to sixteen decimals), and the state stays what it was.

// page: off
var always = simpleCell
(always.Wu, always.bu) = (0 * always.Wu, 40 * one)
claim(
  "with b_u = 40 the states are those of the RNN, with b_u = −40 they don't change",
  cells.difference({ c, x in tanh(simpleCell.Wc * [c, x] + simpleCell.bc) }, always) < 1e-12 && sigmoid(-40) < 1e-16)
// page: on
// fold end

//: ## In short
//:
//: A GRU has a memory that each unit can leave alone: with Γ_u = 0 it keeps, with Γ_u = 1 it writes. Along the direct path the gradient is
//: multiplied by 1 − Γ_u, so what keeps the memory keeps the gradient. For this, the gates have to start on the side of keeping. Our network put
//: singular or plural into one unit, shut its gate until the verb, and used others like units of a plain RNN. The relevance gate hides the memory
//: from the candidates; for our verbs it wasn't needed.
//:
//: Try next (the first command draws the gates over a sentence of your own):
//:
//: ```sh
//: swift run Lesson06 --sentence "The cats were full"
//: swift run Lesson06 --rate 0.005   # slower: and the RNN?
//: swift run Lesson06 --seed 4       # another unit, same job
//: ```
//:
//: [Lesson 05](../05-vanishing-gradients/README.md) asked how the fact can survive; here it did. But one gate for two jobs has a price: a GRU can't
//: keep what it has *and* add to it. Try to count with that! [Lesson 07](../07-lstm/README.md) does, with the LSTM, which has a gate for each.

end()
