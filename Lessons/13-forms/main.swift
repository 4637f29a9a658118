import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(
    help: ArgumentHelp(
      "Say which form of GRU or LSTM the cell in this safetensors file has. The lesson's own cells go by their names, such as cho.",
      valueName: "file"))
  var identify: String?

  func validate() throws {
    if identify == "" { throw ValidationError("--identify needs the name of a file.") }
  }
}

let options = Options.parseLesson()
let run = options.notebook

begin("13", "One cell, many forms", run, withProse: options.identify == nil)
if let path = options.identify {
  let answer = attempt { try Sample.named(path) }.answer(for: path)
  answer.lines.forEach { show($0) }
  show(answer.table)
  end()
}

//: *Same weights, same input. Your program says 0.46, the other one says 0.10, and both call it a GRU.*
//:
//: Say you have trained a GRU in PyTorch, and now you copy its weights into a program of your own. Every matrix has the right shape, and nothing
//: warns you. But the outputs are different. You take your textbook and check your program line by line: it follows the equations to the letter. Who is
//: wrong, the textbook or PyTorch?
//:
//: Neither. Several cells go by the name of GRU, and several more by the name of LSTM. They have the same gates and take the same weights, and
//: they compute different things. Here are two of them:

// page: off
show(twoPlacesPicture(memory: [0.8, -0.4], Γr: [1, 0]), as: "two-places")
// page: on

//: On both sides you see the same two units. What they remember is at the bottom: 0.8 and −0.4. Their candidates are at the top, the values they
//: would like to write next. Each candidate listens to the *other* unit: it takes what that one remembers, adds 0.5 for the input x, and applies
//: tanh. The green boxes are the relevance gate Γ_r of [Lesson 06](../06-gru/README.md). It is 1 for unit 1 and 0 for unit 2. A dashed line
//: carries nothing.
//:
//: On the left, Γ_r stands at the memory, and what unit 2 remembers is hidden. On the right, it stands at the candidate, and now it is unit 2
//: that hears nothing. Look at the candidate of unit 1: 0.46 on the left, 0.10 on the right.
//:
//: In this lesson we put such forms side by side. And you get a command that looks at the numbers of a cell and tells you which form it has.
//:
//: ## One gate, three places
//:
//: Let's do the two units by hand. The weights of a candidate come in two matrices: W_cc multiplies the memory, W_cx the input. (Side by side,
//: they are the W_c of Lesson 06.) Here each unit listens to the other with a weight of 1 and to itself with a weight of 0. There are no biases,
//: and x adds 0.5 to each unit.
//:
//: **Before the product.** Γ_r is multiplied with the memory first: (1 · 0.8, 0 · −0.4) = (0.8, 0). Unit 1 listens to unit 2, hears 0, and gets
//: tanh(0.5 + 0) = 0.46. Unit 2 listens to unit 1, hears 0.8, and gets tanh(0.5 + 0.8) = 0.86.
//:
//: **On the recurrent half.** First everybody listens: unit 1 hears −0.4, unit 2 hears 0.8. Then Γ_r is multiplied with what they *heard*:
//: (1 · −0.4, 0 · 0.8) = (−0.4, 0). The candidates are tanh(0.5 − 0.4) = 0.10 and tanh(0.5) = 0.46.
//:
//: **On the whole product.** Listen, add the input, and only then multiply by Γ_r: (1 · 0.1, 0 · 1.3) = (0.1, 0). The candidates are 0.10 and 0. Unit 2
//: doesn't even notice the input.
//:
//: So the first place silences a speaker, and nobody hears it. The second closes the ears of a listener. The third closes its eyes as well. In
//: formulas, now with biases:
//:
//: ```math
//: \begin{aligned}
//: \text{before:} \quad & \tilde c = \tanh(W_{cc}(\Gamma_r \odot c) + W_{cx}\,x + b_c) \\
//: \text{half:} \quad & \tilde c = \tanh(\Gamma_r \odot (W_{cc}\,c + b_{cc}) + W_{cx}\,x + b_c) \\
//: \text{whole:} \quad & \tilde c = \tanh(\Gamma_r \odot (W_{cc}\,c + W_{cx}\,x) + b_c)
//: \end{aligned}
//: ```
//:
//: (Here c is c⟨t−1⟩, and all the rest belongs to step t. PyTorch's form, the half, has two biases, because it makes a difference where one
//: stands: Γ_r multiplies b_cc, but not b_c.) And the same three lines in code, with our numbers:

let (Wcc, Wcx) = (Columns([[0, 1], [1, 0]]), Columns([[0.5], [0.5]]))
let (c, x, Γr) = (Columns([[0.8], [-0.4]]), Columns([[1]]), Columns([[1], [0]]))
let (bc, bcc) = (Columns([[0], [0]]), Columns([[0], [0]]))

let before = tanh(Wcc * (Γr ⊙ c) + Wcx * x + bc)
let half = tanh(Γr ⊙ (Wcc * c + bcc) + Wcx * x + bc)
let whole = tanh(Γr ⊙ (Wcc * c + Wcx * x) + bc)

// page: off
show(
  Table(
    ["candidate of", "before", "half", "whole"],
    rows: (0...1).map { unit in
      ["unit \(unit + 1)"] + [before, half, whole].map { short($0[unit, 0]) }
    }))
claim(
  "these are the numbers that we found by hand, and those in the picture",
  zip([before, half, whole], [[0.46, 0.86], [0.10, 0.46], [0.10, 0]]).allSatisfy { code, hand in
    zip(code.elements, hand).allSatisfy { abs($0 - $1) < 0.005 }
  })
// page: on

//: Does the difference wash out in a longer run? We draw the weights of a GRU with 4 units at random and feed 20 random inputs to each of the
//: three forms. Then we compare the states step by step. (They lie between −1 and 1.) Here is the largest difference for each pair:

// page: off
let drawn = RandomCell(seed: run.seed())
let threePlaces: [(name: String, place: ResetPlace)] = [("before", .before), ("half", .half), ("whole", .whole)]
let states = threePlaces.map { drawn.states(.gru($0.place, .takesIn, .tanh)) }
let apart = states.map { one in states.map { drawn.difference(one, $0) } }
show(
  Table(
    ["largest difference"] + threePlaces.map(\.name),
    rows: threePlaces.indices.map { row in [threePlaces[row].name] + apart[row].map { $0 == 0 ? "0" : short($0) } }))
claim(
  "any two of the three forms are more than 0.1 apart at some step",
  apart[0][1] > 0.1 && apart[0][2] > 0.1 && apart[1][2] > 0.1)
// page: on

//: It doesn't wash out: these really are different cells. So it's worth knowing their faces:

// page: off
show(candidateForms(), as: "candidates")
// page: on

//: Each panel shows how a candidate is made, from the bottom to the top (without the biases). Follow the memory c⟨t−1⟩ upwards, and look where
//: it meets the green ×:
//:
//: - **no Γ_r**: the simplified GRU in Ng's course.
//: - **before**: Ng's full GRU, the paper of Cho et al. (2014), which invented the GRU, and Goodfellow's book.
//: - **on the recurrent half**: PyTorch, and cuDNN, the library that computes it on graphics cards. (The *recurrent* half of the sum is the one with the memory.) It's faster, because the product W_cc c doesn't have to wait for Γ_r.
//: - **on the whole product**: one set of notes on Ng's course.
//:
//: ## Two meanings of one gate
//:
//: "My GRU's gate is the other way round!" In Ng's course, an update gate of 1 takes in the new value. In Cho's paper, in
//: PyTorch and in Goodfellow's book, a gate of 1 *keeps the old one*.

// page: off
show(updateForms(), as: "update-gate")
// page: on

//: Both panels start with a memory of 1, a candidate of −1 and a gate of 0.1. Follow the blue line along the top. Above, nine tenths of the old
//: memory are kept, and c⟨t⟩ is 0.9 − 0.1 = 0.8. Below, the same gate keeps one tenth, and c⟨t⟩ is 0.1 − 0.9 = −0.8. A unit that should have
//: remembered has forgotten.
//:
//: Luckily, we can turn one into the other. A gate is the sigmoid of some sum v: Γ_u = σ(v). And 1 − σ(v) = exp(−v) / (1 + exp(−v)) = 1 /
//: (exp(v) + 1) = σ(−v). So we only have to change the sign of v, that is, the sign of every weight and bias of this gate. For one unit:

func sigmoid(_ v: Double) -> Double { 1 / (1 + exp(-v)) }
func takesIn(_ c: Double, _ c̃: Double, v: Double) -> Double {
  sigmoid(v) * c̃ + (1 - sigmoid(v)) * c
}
func keeps(_ c: Double, _ c̃: Double, v: Double) -> Double {
  sigmoid(v) * c + (1 - sigmoid(v)) * c̃
}
let v = log(0.1 / 0.9)  // σ(v) = 0.1
show("takes in", takesIn(1, -1, v: v))
show("keeps", keeps(1, -1, v: v))
show("keeps, with −v", keeps(1, -1, v: -v))

claim("with the sign changed, the two agree", abs(keeps(1, -1, v: -v) - takesIn(1, -1, v: v)) < 1e-12)

//: ## From PyTorch and back
//:
//: Now we can bring PyTorch's weights home. In the folder `cells` beside this page lies a file with a real `nn.GRU`: its weights, an input of 12
//: steps, and the outputs that PyTorch computed. PyTorch has two tall matrices, one for the input and one for the state, with a bias beside
//: each. All four hold three blocks of rows: first r (our Γ_r), then z (our Γ_u), then n (the candidate).
//:
//: In the code, `Blocks` holds them block by block: `Wx` and `bx` for the input, `Wa` and `ba` for the state. So `Wx` and `Wa` of n are our W_cx
//: and W_cc, and `bx` and `ba` of n are b_c and b_cc. (In r and z, only the sum of the two biases counts.) We want Γ_u to be the first block,
//: and to take in. So we exchange two blocks and change a sign. Back to PyTorch, we take the same two steps in the opposite order:

func withTheOtherMeaning(_ w: Blocks) -> Blocks {
  var new = w  // only block 0 changes, the update gate
  (new.Wx[0], new.Wa[0]) = (-1 * w.Wx[0], -1 * w.Wa[0])
  (new.bx[0], new.ba[0]) = (-1 * w.bx[0], -1 * w.ba[0])
  return new
}

let pytorch = Sample.stored("pytorch-gru")  // from the file
let exchanged = pytorch.blocks.arranged([1, 0, 2])  // r, z, n becomes z, r, n
let ours = withTheOtherMeaning(exchanged)
let back = withTheOtherMeaning(ours).arranged([1, 0, 2])

// page: off
claim(
  "a GRU with the weights in `ours`, Γ_r on the recurrent half and a Γ_u that takes in makes PyTorch's outputs, to within one part in a million",
  pytorch.with(ours).difference(from: .gru(.half, .takesIn, .tanh), rows: [0, 1, 2]) < 1e-6)
claim("`back` has PyTorch's weights again, to the last bit", back == pytorch.blocks)
// page: on

//: That's all. For an LSTM it is easier still: PyTorch's rows i, f, g, o are our Γ_u, Γ_f, c̃ and Γ_o, and no gate means the opposite.
//:
//: ## Break it: forget one thing
//:
//: What if you forget one of these steps? We make one mistake at a time, and compare with PyTorch's outputs. Before you look: which mistake is
//: the worst, and which one could stay hidden?

// page: off
let mistakes = conversionMistakes(pytorch, right: ours)
show(
  Table(
    ["what we forgot", "largest difference from PyTorch's outputs"],
    rows: mistakes.map { [$0.name, scientific($0.difference)] }))
claim("nothing forgotten: only rounding is left", mistakes[0].difference < 1e-6)
claim(
  "every mistake changes an output by more than 0.1, and the sign by the most",
  mistakes.dropFirst().allSatisfy { $0.difference > 0.1 }
    && mistakes.max { $0.difference < $1.difference }!.name == "the sign of z")
// page: on

//: The sign is the worst. (Outputs lie between −1 and 1, so no two can differ by more than 2.) But none of these mistakes raises an error,
//: because every shape fits. The last one is the sneaky one: in a network whose b_cc happens to be 0, it doesn't show at all. You'd find out
//: with the next network.
//:
//: ## LSTMs: what can a gate see?
//:
//: On to the LSTM of [Lesson 07](../07-lstm/README.md). Its gates read a⟨t−1⟩, and that's only what the output gate has *let out* of the memory
//: c. While Γ_o is shut, a is 0, and the gates are blind to their own unit's memory. **Peepholes** help: with them, each gate also sees the c of
//: its own unit, times a weight p. That's one more weight per gate and unit. In Ng's course, they look like this for Γ_o,
//:
//: ```math
//: \Gamma_o = \sigma(W_o\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + p_o \odot c^{\langle t-1\rangle} + b_o)
//: ```
//:
//: and in the same way for Γ_u and Γ_f. Gers and Schmidhuber (2000), who invented peepholes, and Graves (2013) do it differently in one place:
//: their Γ_o sees c⟨t⟩, the memory that this step has just made.

// page: off
show(lstmForms(), as: "lstm-forms")
// page: on

//: Start with the first panel: it is the cell of Lesson 07, with the memory running along the top. What's special about the others is green. In
//: Ng's form, c⟨t−1⟩ also runs along the bottom to all three gates. In Gers's form it runs to two of them, and Γ_o gets its line from c⟨t⟩. (The
//: fourth panel comes later. What all gates read, a⟨t−1⟩ and x⟨t⟩, isn't drawn.)
//:
//: What is a peephole good for? For telling the *time*. Let's build a clock by hand: one unit, without any input. All its weights are 0 but the
//: peepholes of Γ_f and Γ_o, so these two gates see c and nothing else. The candidate and Γ_u have a large bias and are always 1. So while Γ_f
//: is open, c grows by 1 with every step. Γ_o gets a peephole weight p = 20 and a bias of −70. Its sum is 20 c − 70: far below 0 for c = 3, and
//: far above 0 for c = 4, which opens the gate. Γ_f has the opposite numbers, −20 and 70, so it shuts when it sees a 4. Γ_f sees c⟨t−1⟩ in both
//: forms. Γ_o sees c⟨t⟩ (`delay` is 0) or c⟨t−1⟩ (`delay` is 1):

func clock(p: Double, delay: Int) -> [Double] {
  var (a, c) = ([0.0], [0.0])
  for t in 1...16 {
    let Γf = sigmoid(70 - 20 * c[t - 1])
    c.append(Γf * c[t - 1] + 1)
    let Γo = sigmoid(p * c[t - delay] - 70)
    a.append(Γo * tanh(c[t]))
  }
  return a
}
let ofGers = clock(p: 20, delay: 0)
let ofNg = clock(p: 20, delay: 1)
let blind = clock(p: 0, delay: 0)

// page: off
show(
  clockChart([("Gers: Γ_o sees c⟨t⟩", ofGers), ("Ng: Γ_o sees c⟨t−1⟩", ofNg), ("Γ_o sees nothing", blind)]), as: "clock"
)
claim(
  "Gers's clock beats at the steps 4, 8, 12 and 16, Ng's one step later",
  (1...16).allSatisfy { (ofGers[$0] > 0.9) == ($0 % 4 == 0) && (ofNg[$0] > 0.7) == ($0 % 4 == 1 && $0 > 1) }
    && ofGers.allSatisfy { $0 < 1e-4 || $0 > 0.9 })
claim("without a peephole at Γ_o, the output stays below 0.0001", blind.allSatisfy { $0 < 1e-4 })
claim("a real LSTM with these peepholes, Ng's or Gers's, puts out the same numbers", clockOfTheForms(ofGers, ofNg))
// page: on

//: Look at the blue line, the output of Gers's form. Behind it, the memory goes 1, 2, 3, 4. At 4 the output gate opens, and you hear a beat. One
//: step later the forget gate sees the 4 and shuts, and c is 1 again. That's a clock in one unit, with a beat every four steps. Now Ng's form,
//: with the same weights. It has the same rhythm, but its Γ_o sees the 4 one step later, when c is already back at 1. So each beat comes a step
//: late, and it's quieter: tanh(1) = 0.76. And without its peephole (p = 0), Γ_o is the same at every step: always shut here, and with another
//: bias always open.
//:
//: Can a network *learn* this? Here's a task after Gers, Schraudolph and Schmidhuber (2002). The network hears two beats, four to nine steps
//: apart, then silence. It has to go on at the same pace until step 30, and say at every step whether there's a beat. We train LSTMs with Adam,
//: from three seeds, until the mean loss of 50 training steps is below 0.01, or for 1,000 steps. For the same seed, all hear the same rhythms.
//: The one without peepholes gets an extra unit, so that it doesn't have fewer parameters.

// page: off
let limit = run.choose(quick: 50, standard: 1_000, full: 3_000)
let seeds = (0..<run.choose(quick: 1, standard: 3, full: 8)).map { run.seed() &+ $0 }
let beats = keepTheBeat(seeds: seeds, limit: limit)
show(beatTable(beats, limit: limit))
func stepsTaken(_ form: Int) -> [Double] {
  beats.filter { $0.name == beatForms[form].name }.map { $0.learned.map(Double.init) ?? .infinity }
}
func cappedMean(_ form: Int) -> Double { mean(stepsTaken(form).map { min($0, 1_000) }) }
claim(
  "from each seed, the network with Gers's peepholes learns the beat within 1,000 steps, and sooner than the one without",
  zip(stepsTaken(2), stepsTaken(0)).allSatisfy { $0 <= 1_000 && $0 < $1 }, from: .standard)
claim(
  "on average, the networks with Ng's peepholes also need fewer steps than those without (a failure counts as 1,000 steps)",
  cappedMean(1) < cappedMean(0), from: .standard)
// page: on

//: So here peepholes help. Don't read more into it: three seeds are few. And a plain LSTM can learn it too: one of its units can show its count
//: to the gates of the others.

// fold: Are gates switches? How often they are open or shut
//: We speak of gates as if they were switches, open or shut. But a sigmoid can be anything in between. Which is it in a trained network? Call a
//: gate **saturated** when it is below 0.1 (shut) or above 0.9 (open), as Karpathy, Johnson and Fei-Fei (2015) do. We let our LSTMs with Gers's
//: peepholes hear 100 new rhythms, and count at how many steps each gate of each unit is shut, and at how many open.

// page: off
let keepers = beats.filter { $0.name == beatForms[2].name }
let gates = [("Γ_u", "Γu"), ("Γ_f", "Γf"), ("Γ_o", "Γo")].map { name, gate in
  (name: name, before: saturations(keepers.map(\.untrained), gate), after: saturations(keepers.map(\.trained), gate))
}
show(saturationChart(gates.map { ($0.name, $0.after) }), as: "saturation")
func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
let means = gates.map { (before: Saturation.mean($0.before), after: Saturation.mean($0.after)) }
show(
  Table(
    ["mean over all units", "saturated before training", "shut after training", "open after training"],
    varying: ["shut after training", "open after training"],
    rows: zip(gates, means).map {
      [$0.name, percent($1.before.shut + $1.before.open), percent($1.after.shut), percent($1.after.open)]
    }))
claim("before training, no gate is saturated", means.allSatisfy { $0.before.shut + $0.before.open == 0 })
claim(
  "after training, each kind of gate is saturated between a third and two thirds of the time",
  means.allSatisfy { 0.33...0.67 ~= $0.after.shut + $0.after.open }, from: .standard)
claim(
  "some forget gates are open at more than nine steps of ten, and some output gates are shut at more than half of the steps",
  gates[1].after.contains { $0.open > 0.9 } && gates[2].after.contains { $0.shut > 0.5 }, from: .standard)
// page: on

//: The further to the right a point lies, the more often this gate is open; the higher, the more often it is shut. Before training, all points
//: lay in the lower left corner, where gates are never saturated. Now look at the orange squares on the right: forget gates that are nearly
//: always open, units that remember. The green triangles at the upper left are output gates that hide their unit at more than half of the steps.
//: Nobody told them to become switches. But the table also says that each kind of gate is something in between about half of the time.
// fold end

//: ## A candidate that can't subtract
//:
//: Now the fourth panel of the LSTMs. In Goodfellow's book, the candidate goes through σ instead of tanh, so it lies between 0 and 1. What does
//: that change? Take c⟨t⟩ = Γ_f c⟨t−1⟩ + Γ_u c̃⟨t⟩ and start at 0: now nothing in this sum can ever be negative. You can add to such a memory,
//: and you can let it fade, but you can't subtract.

// page: off
let lowest = [CandidateKind.tanh, .sigmoid].map { lowestMemory($0, seed: run.seed()) }
claim(
  "in 50 random cells with σ, no c is ever below 0; in 50 with tanh, some are below −1",
  lowest[1] >= 0 && lowest[0] < -1)
let walks = [Activation.tanh, .sigmoid].map {
  errorOfAWalk($0, seed: run.seed(), steps: run.choose(quick: 20, standard: 1_000, full: 6_000))
}
// page: on

//: Can a unit like that still count up *and* down? We train two units, one with tanh and one with σ, to add up twelve numbers, each of them 1 or
//: −1. An output layer makes the answer from a⟨t⟩, with a weight and a bias:

// page: off
claim(
  "after 1,000 steps, both have less than a fiftieth of the error of always saying 0", walks.allSatisfy { $0 < 0.02 },
  from: .standard)
// page: on

//: How can a unit with σ do that? For example like this. Let c = 0.5 stand for a sum of 0, and let the output layer compute 10 c − 5. The first
//: number sets c to 0.6 or to 0.4: both are adding, since c starts at 0. After that, up is adding 0.1, and down is fading: Γ_f = 0.8 takes 0.5 to
//: 0.4, which stands for −1. So the bound is real, and there is a way around it. (We didn't look how our unit does it.)
//:
//: There is a third kind of candidate, with the bias outside: tanh(…) + b_c. It's a slip in the same notes that have Γ_r on the whole product,
//: and whoever types from them has it too.
//:
//: ## Which form is yours?
//:
//: So how do you find out which form a program has? Don't argue about equations: compare numbers. Take its weights, some input and its output.
//: Try every form on this page, with the rows in every order, and look how far its outputs are from the program's. Say somebody has sent us a
//: file with all three. Its matrices have three blocks of rows, two gates and a candidate, so it's a GRU:

let theirs = Sample.stored("cho")
let forms = Form.all(blocks: 3, hasBias: true, hasPeepholes: false)
let nearest = forms.map { form in
  permutations(of: [0, 1, 2]).map { rows in
    theirs.difference(from: form, rows: rows)
  }.min()!
}

//: There are 18 forms to try: three places of Γ_r, two meanings of Γ_u, and three kinds of candidate. For each form, `nearest` has the
//: difference with the order of rows that suits it best. The figure shows the six forms with tanh:

// page: off
let found = theirs.fits()
show(fitChart("Somebody's GRU: six forms, and how far off each of them is", found), as: "identify")
claim(
  "one of the 18 forms makes the same outputs, within rounding: Γ_r before the product, and Γ_u keeps",
  forms.count == 18 && nearest.count { $0 < theirs.rounding } == 1
    && found[0].form == .gru(.before, .keeps, .tanh) && found[0].difference < theirs.rounding)
claim(
  "with every other form, some output is off by more than 0.3", found.dropFirst().allSatisfy { $0.difference > 0.3 })
// page: on

//: Each bar is one form, and its height is the largest difference of an output. Mind the axis: it is logarithmic. Below the dashed line,
//: rounding alone could be the cause. Five of the six are far above it. The remaining one is off by a ten-millionth. So this cell has Γ_r before
//: the product and a Γ_u that keeps. It's the GRU of Cho's paper, and in fact we wrote it in NumPy straight from there.
//:
//: And if nothing fits? We also made a stranger: an LSTM that shows c itself, without the last tanh. An LSTM without peepholes has three forms
//: here, one for each kind of candidate. The command that comes with this lesson tries them and answers:

// page: off
let stranger = Sample.stored("stranger")
let strangers = stranger.answer(for: "stranger")
strangers.lines.prefix(5).forEach { show($0) }
claim("no form comes nearer to the stranger than 0.1", stranger.fits()[0].difference > 0.1)
// page: on

//: Now ask about a cell of your own. These lines write the file in PyTorch (the fold has them for NumPy):
//:
//: ```python
//: import torch
//: from safetensors.torch import save_file
//: x = torch.randn(12, 1, 2)  # time, example, input
//: cell = torch.nn.GRU(2, 4)
//: output = cell(x)[0].detach().contiguous()
//: tensors = {"x": x, "output": output}
//: tensors.update(cell.state_dict())
//: save_file(tensors, "cell.safetensors")
//: ```
//:
//: ```sh
//: swift run Lesson13 --identify cell.safetensors
//: ```
//:
// fold: The same from NumPy, and what the file may hold
//: For a cell that you wrote yourself, stack the rows of its gates and of its candidate, in any order you like:
//:
//: ```python
//: import numpy as np
//: from safetensors.numpy import save_file
//: tensors = {"x": x,       # time, input
//:            "output": a,  # time, unit
//:            "weight_ih": W_x, "weight_hh": W_a,
//:            "bias_ih": b}
//: for name, t in tensors.items():
//:     tensors[name] = np.ascontiguousarray(t, "float32")
//: save_file(tensors, "cell.safetensors")
//: ```
//:
//: | tensor | shape | |
//: |---|---|---|
//: | `x` | [time, input] or [time, example, input] | a random input; ten steps are enough |
//: | `output` | [time, unit] or [time, example, unit] | what the cell puts out at every step |
//: | `weight_ih`, `weight_hh` | [blocks · units, input] and [blocks · units, unit] | a block of rows for each gate and one for the candidate, in any order, but in the same order in both |
//: | `bias_ih`, `bias_hh` | [blocks · units] | either or both may be missing; the second is the one that belongs to the state |
//: | `peephole` | [3 · units] | of an LSTM, in the order of its gates |
//: | `h0`, `c0` | [example, unit] | the state before the first step, if it isn't 0 |
//:
//: Of a larger file, the command looks at the first 20 steps of the first 4 examples. All tensors are in single precision, and PyTorch's `_l0`
//: at the end of a name may stay. A transposed weight (Keras, JAX) has to be transposed. The command ends with status 0 if it could read the
//: file, whatever the answer, and with 1 if it couldn't.
// fold end
// fold: In your notes
//: - **Ng's notes** (000, GRU, "full") write c̃ = tanh(Γ_r W_c[c, x]) + b_c. So Γ_r stands on the whole product, and the bias outside the tanh, where it can take c̃ out of (−1, 1). It belongs inside.
//: - **Ng's notes** (004, §1.4) have Γ_r before the product, as the course does. They say that Γ_r, the "relation gate", decides how much of the past is forgotten. It only hides the past from the candidate. What is kept is up to Γ_u.
//: - **Ng's notes** (001, 004) have peepholes that see c⟨t−1⟩. 004 calls U_f a matrix and then says that the fifth number of c only reaches the fifth gate. That makes it a vector, our p. It also writes W_f[c⟨t−1⟩, x⟨t⟩] in the same line; a⟨t−1⟩ is meant.
//: - **Goodfellow** (003): the gate u keeps, and candidates have a σ, in the GRU as well. His GRU reads x and the gates of step t − 1, so shift your x by one step before you compare. Note 003 closes the bracket of that σ too early; the recurrent term belongs inside. In the state
//:   of the LSTM, f_i^(i) should read f_i^(t). His letters: f, g and q are Γ_f, Γ_u and Γ_o, s is c, h is a.
//: - **Cho et al.** have both forms: the first version of their paper on arXiv (1406.1078v1) has r on the product, the third has it before. Keras names these two versions where it explains its option `reset_after`.
//: - **In this package**, `GRUCell` has the forms `.simplified`, `.resetBefore`, `.resetAfterRecurrent` and `.resetAfterWhole`, always with a Γ_u that takes in. `LSTMCell` has `peephole` (`.previous` is Ng's, `.updated` Gers's) and `candidateActivation`. `setTorchParameters` does the conversion of this page.

claim(
  "`GRUCell` in the last three of these forms makes the states that we compared",
  zip([GRUForm.resetBefore, .resetAfterRecurrent, .resetAfterWhole], states).allSatisfy {
    drawn.difference(drawn.statesOfTheLibrary($0), $1) < 1e-12
  })
// fold end

//: ## Your turn
//:
//: 1. Do the two units again, with Γ_r = (0, 1). What are the three pairs of candidates?

// fold: Answer
//: Before: the memory becomes (0, −0.4). Unit 1 hears −0.4 and gets tanh(0.1) = 0.10, unit 2 hears 0 and gets tanh(0.5) = 0.46. On the half,
//: (−0.4, 0.8) is heard and becomes (0, 0.8): tanh(0.5) = 0.46 and tanh(1.3) = 0.86. On the whole, (0.1, 1.3) becomes (0, 1.3): 0 and 0.86.

let other = Columns([[0], [1]])
let again = [
  tanh(Wcc * (other ⊙ c) + Wcx * x), tanh(other ⊙ (Wcc * c) + Wcx * x), tanh(other ⊙ (Wcc * c + Wcx * x)),
]
claim(
  "0.10 and 0.46, 0.46 and 0.86, 0 and 0.86",
  zip(again, [[0.10, 0.46], [0.46, 0.86], [0, 0.86]]).allSatisfy { code, hand in
    zip(code.elements, hand).allSatisfy { abs($0 - $1) < 0.005 }
  })
// fold end

//: 2. A GRU has one unit, and no b_cc. Why can nobody tell "before" from "half"? And what if it has many units, but Γ_r is the same number for
//: all of them?

// fold: Answer
//: With one unit W_cc is a number, and W_cc · (Γ_r · c) = Γ_r · (W_cc · c). There's nobody else to be hidden from. The same holds if Γ_r is the
//: same number for all units, because a number can be moved through a matrix product. With b_cc, the half differs even then: Γ_r is multiplied
//: with b_cc.

let same = Columns([[0.3], [0.3]])
claim(
  "with the same Γ_r for both units, before and half agree",
  (Wcc * (same ⊙ c)).largestDifference(from: same ⊙ (Wcc * c)) < 1e-12)
// fold end

//: 3. Change the clock so that it beats at every sixth step. Which number takes the place of 70?

// fold: Answer
//: Now c has to climb to 6, so the gates must switch between 5 and 6, say at 5.5. The sums 70 − 20 c and 20 c − 70 change their sign at c = 3.5;
//: with 20 · 5.5 = 110 they do it at 5.5. From 6 on, it beats at 6, 12, 18, …

var sixth = [0.0]
for _ in 1...18 { sixth.append(1 + sigmoid(110 - 20 * sixth.last!) * sixth.last!) }
claim(
  "with 110, c is above 5.5 at the steps 6, 12 and 18",
  (1...18).allSatisfy { (sixth[$0] > 5.5) == ($0 % 6 == 0) })
// fold end

//: ## In short
//:
//: GRU and LSTM are names of families. In a GRU, Γ_r can stand before the product, on its recurrent half or on the whole, and an update gate of
//: 1 can take in or keep; in an LSTM, gates can see c or not, and the candidate can be a tanh or a σ. The same weights fit all of them, and no
//: shape will warn you. Changing the sign of a gate's weights changes its meaning, so weights can be carried from one program to another. If
//: code and textbook disagree, compare numbers: only the right form is off by no more than rounding.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson13 --identify cho           # a GRU
//: swift run Lesson13 --identify ng-peepholes  # an LSTM
//: swift run Lesson13 --identify stranger      # no form
//: swift run Lesson13 --seed 2                 # redrawn
//: ```
//:
//: Here the lessons on gated cells end. [Lesson 06](../06-gru/README.md) and [Lesson 07](../07-lstm/README.md) show what their gates are good
//: for, and [Lesson 11](../11-applications/README.md) what such networks are used for.

end()
