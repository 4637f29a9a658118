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
//: Say you have trained a GRU in PyTorch, and now you copy its weights into a program of your own. Every matrix has the right shape. But the
//: outputs are different. You check your program against your textbook, line by line: it follows the equations to the letter. Who is wrong, the
//: textbook or PyTorch?
//:
//: Neither. Several cells go by the name of GRU, and several more by the name of LSTM. They take the same weights, and they compute different
//: things. Here are two of them:

// page: off
show(twoPlacesPicture(memory: [0.8, -0.4], Γr: [1, 0]), as: "two-places")
// page: on

//: On both sides you see the same two units. What they remember is at the bottom: 0.8 and −0.4. Their candidates are at the top, the values they
//: would like to write next. Each candidate listens to the *other* unit: it takes what that one remembers, adds 0.5 for the input x, and applies
//: tanh. The orange boxes are the relevance gate Γ_r of [Lesson 06](../06-gru/README.md). It is 1 for unit 1 and 0 for unit 2. A dashed line
//: carries nothing.
//:
//: On the left, Γ_r hides what unit 2 remembers. On the right, the same Γ_r keeps unit 2 from hearing anything. Look at the candidate of unit 1:
//: 0.46 on the left, 0.10 on the right.
//:
//: In this lesson we put such forms side by side. A command then tells you which of them your own cell has. After that, it's the LSTM's turn.
//:
//: ## One gate, three places
//:
//: Let's do the two units by hand. The candidate of Lesson 06 is made from a product, W_c [c, x]. This is the sum of two halves: W_cc c, the
//: **recurrent half**, and W_cx x. In W_cc, each unit listens to the other with a weight of 1 and to itself with a weight of 0. There are no
//: biases, and x adds 0.5 to each unit.
//:
//: ***Before* the product** (the left side of the picture). Γ_r is multiplied with the memory first: [1 · 0.8, 0 · −0.4] = [0.8, 0]. Unit 1
//: listens to unit 2, hears 0, and gets tanh(0.5 + 0) = 0.46. Unit 2 listens to unit 1, hears 0.8, and gets tanh(0.5 + 0.8) = 0.86.
//:
//: **On the recurrent *half*** (the right side). First everybody listens: unit 1 hears −0.4, unit 2 hears 0.8. Then Γ_r is multiplied with what
//: they *heard*: [1 · −0.4, 0 · 0.8] = [−0.4, 0]. The candidates are tanh(0.5 − 0.4) = 0.10 and tanh(0.5) = 0.46.
//:
//: **On the *whole* product.** Listen, add the input, and only then multiply by Γ_r: [1 · 0.1, 0 · 1.3] = [0.1, 0]. The candidates are 0.10 and 0.
//: Unit 2 doesn't even notice the input.
//:
//: So the first place silences a speaker, and nobody hears it. The second closes the ears of a listener. The third closes its eyes as well. In
//: formulas, with c for c⟨t−1⟩ and without biases:
//:
//: ```math
//: \begin{aligned}
//: \text{before:} \quad & \tilde c = \tanh(W_{cc}(\Gamma_r \odot c) + W_{cx}\,x) \\
//: \text{half:} \quad & \tilde c = \tanh(\Gamma_r \odot (W_{cc}\,c) + W_{cx}\,x) \\
//: \text{whole:} \quad & \tilde c = \tanh(\Gamma_r \odot (W_{cc}\,c + W_{cx}\,x))
//: \end{aligned}
//: ```
//:
//: And the same three lines in code, with our numbers:

let Wcc = Columns([[0, 1], [1, 0]])
let Wcx = Columns([[0.5], [0.5]])
let c = Columns(column: [0.8, -0.4])
let x = Columns(column: [1])
let Γr = Columns(column: [1, 0])

let before = tanh(Wcc * (Γr ⊙ c) + Wcx * x)
let half = tanh(Γr ⊙ (Wcc * c) + Wcx * x)
let whole = tanh(Γr ⊙ (Wcc * c + Wcx * x))

// page: off
show(
  Table(
    ["candidate of", "before", "half", "whole"],
    rows: (0...1).map { unit in
      ["unit \(unit + 1)"] + [before, half, whole].map { short($0[unit, 0]) }
    }))
claim(
  "the code finds the same candidates as we did by hand",
  zip([before, half, whole], [[0.46, 0.86], [0.10, 0.46], [0.10, 0]]).allSatisfy { code, hand in
    zip(code.elements, hand).allSatisfy { abs($0 - $1) < 0.005 }
  })
// page: on

//: Are our two units a special case? We draw the weights of a GRU with four units at random and feed it twenty random inputs, once in each form.
//: (States always lie between −1 and 1.)

// page: off
let drawn = RandomCell(seed: run.seed())
let states = [RelevancePlace.before, .half, .whole].map { drawn.states(.gru($0, .takesIn, .tanh)) }
claim(
  "any two of the three forms have states that are more than 0.1 apart at some step",
  [(0, 1), (0, 2), (1, 2)].allSatisfy { drawn.difference(states[$0], states[$1]) > 0.1 })
// page: on

//: So the two units are no special case: these really are different cells. It's worth knowing their faces:

// page: off
show(candidateForms(), as: "candidates")
// page: on

//: Each panel shows how a candidate is made, from the bottom to the top. Follow the memory c⟨t−1⟩ upwards, and look where it meets the orange ×:
//:
//: - **no Γ_r**: the simplified GRU in Ng's course.
//: - **before**: Ng's full GRU, the paper of Cho et al. (2014), which invented the GRU, and Goodfellow's book.
//: - **half**: PyTorch, and cuDNN, which it uses on graphics cards. It's faster: W_cc and the gates' matrices can be multiplied with c all at once. In "before", W_cc has to wait for Γ_r.
//: - **whole**: a set of notes on Ng's course; the fold "In your notes" says which.
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
let v = log(1.0 / 9)  // exp(−v) = 9, so σ(v) = 0.1
show("takes in", takesIn(1, -1, v: v))
show("keeps", keeps(1, -1, v: v))
show("keeps, with −v", keeps(1, -1, v: -v))

claim(
  "a gate that keeps, with the sign of v changed, gives the same c⟨t⟩ as one that takes in",
  abs(keeps(1, -1, v: -v) - takesIn(1, -1, v: v)) < 1e-12)

//: ## From PyTorch and back
//:
//: Now we can bring PyTorch's weights home. A file beside this page holds a real `nn.GRU`: its weights, an input, and the outputs that PyTorch
//: computed. PyTorch has two tall matrices, one for the input and one for the memory, with a bias beside each. All four consist of three blocks
//: of rows. Our `Blocks` holds them as `Wx`, `bx`, `Wa` and `ba`. (In a GRU, the state a is the memory c.)
//:
//: | block | makes | for the input | for the memory |
//: |---|---|---|---|
//: | 0, PyTorch's r (reset) | Γ_r | `Wx[0]`, `bx[0]` | `Wa[0]`, `ba[0]` |
//: | 1, PyTorch's z (update) | Γ_u | `Wx[1]`, `bx[1]` | `Wa[1]`, `ba[1]` |
//: | 2, PyTorch's n (new) | c̃ | W_cx is `Wx[2]`, b_c is `bx[2]` | W_cc is `Wa[2]`, b_cc is `ba[2]` |
//:
//: So everything has two biases. In r and z, only their sum matters. But in the candidate, Γ_r multiplies one of them and not the other:
//:
//: ```math
//: \tilde c = \tanh(\Gamma_r \odot (W_{cc}\,c + b_{cc}) + W_{cx}\,x + b_c)
//: ```
//:
//: Our update gate takes in, and PyTorch's keeps. So block 1 changes its sign. To go back, we change it again:

func withTheOtherMeaning(_ w: Blocks) -> Blocks {
  var new = w  // only block 1 changes, the update gate
  (new.Wx[1], new.Wa[1]) = (-1 * w.Wx[1], -1 * w.Wa[1])
  (new.bx[1], new.ba[1]) = (-1 * w.bx[1], -1 * w.ba[1])
  return new
}

let pytorch = Sample.stored("pytorch-gru")  // the file
let ours = withTheOtherMeaning(pytorch.blocks)
let back = withTheOtherMeaning(ours)

//: No sign moves Γ_r. So we also need a cell that has it on the half. Does that one say what PyTorch says?

let difference = pytorch.with(ours).difference(
  from: .gru(.half, .takesIn, .tanh), rows: [1, 0, 2])

//: Read it from the left. `pytorch.with(ours)` is the file, with `ours` in place of its weights. `difference` gives the largest difference between the
//: file's outputs and those of a cell, run with these weights on the file's input. `.gru(.half, .takesIn, .tanh)` is that cell: Γ_r on the half, a Γ_u that
//: takes in, and tanh in the candidate. It wants its blocks in the order Γ_u, Γ_r, c̃; in the table these are blocks 1, 0 and 2.

// page: off
show("largest difference", scientific(difference))
claim("with the weights in `ours`, that cell makes PyTorch's outputs, to within a millionth", difference < 1e-6)
claim("`back` has PyTorch's weights again, to the last bit", back == pytorch.blocks)
// page: on

//: For an LSTM it is easier still: PyTorch's blocks i, f, g, o are our Γ_u, Γ_f, c̃ and Γ_o, and every gate means the same there as here.
//:
//: ## Break it: forget one thing
//:
//: What if you forget one of these steps? We run the same comparison again, with one mistake at a time. Before you look: which mistake is the
//: worst, and which one could stay hidden?

// page: off
let mistakes = conversionMistakes(pytorch, right: ours)
show(
  Table(
    ["what we forgot", "largest difference from PyTorch's outputs"],
    rows: mistakes.map { [$0.name, scientific($0.difference)] }))
claim(
  "every mistake in the conversion changes an output by more than 0.1, and the forgotten sign by the most",
  mistakes.allSatisfy { $0.difference > 0.1 }
    && mistakes.max { $0.difference < $1.difference }!.name == "the sign of z")
// page: on

//: The sign is the worst. (Outputs lie between −1 and 1, so no two can differ by more than 2.) But none of these mistakes raises an error,
//: because every shape fits. The last one is the sneaky one: in a network whose b_cc happens to be 0, it doesn't show at all. You'd find out
//: with the next network.
//:
//: ## Which form is yours?
//:
//: So how do you find out which form a program has? Don't argue about equations: compare numbers. Take its weights, some input and its output.
//: Try every form, with the rows in every order, and look how far its outputs are from the program's.
//:
//: Say somebody has sent us a file with all three. Its matrices have three blocks of rows, two gates and a candidate, so it's a GRU with a Γ_r.
//: We don't know in which order the blocks stand, so for each form we try all six orders and take the best:

let theirs = Sample.stored("cho")
let orders = permutations(of: [0, 1, 2])  // all six orders
func nearest(_ place: RelevancePlace, _ meaning: UpdateMeaning) -> Double {
  orders.map { rows in
    theirs.difference(
      from: .gru(place, meaning, .tanh), rows: rows)
  }.min()!
}

//: Three places of Γ_r and two meanings of Γ_u make six forms:

// page: off
show(fitChart("Somebody's GRU: six forms, and how far off each of them is", nearest), as: "identify")
let differences = [RelevancePlace.before, .half, .whole].flatMap { place in
  [UpdateMeaning.keeps, .takesIn].map { nearest(place, $0) }
}
claim(
  "Γ_r before the product with a Γ_u that keeps makes the same outputs, to within a millionth", differences[0] < 1e-6)
claim(
  "each of the other five forms is off by more than 0.3 at some output",
  differences.dropFirst().allSatisfy { $0 > 0.3 })
// page: on

//: Each bar is one form, and its height is the largest difference of an output. Mind the axis: it is logarithmic. Five bars are high. The one
//: that isn't ends at a ten-millionth. That's rounding: the file has single precision, with about seven digits. (We take anything below the
//: dashed line for rounding.) So this cell has Γ_r before the product and a Γ_u that keeps. It's the GRU of Cho's paper, and in fact we wrote it
//: in NumPy straight from there.
//:
//: The command of this lesson does the same, also for the LSTMs of the next sections. Ask it about this file with `swift run Lesson13 --identify cho`, and it answers:

// page: off
theirs.answer(for: "cho").lines.forEach { show($0) }
// page: on

//: If no form fits, it says NONE, and names the one that comes nearest. If several fit, it names them all.
//:
//: Now ask about a cell of your own. These lines write the file in PyTorch (the fold has them for NumPy, and what else the file may hold):
//:
//: ```python
//: import torch
//: from safetensors.torch import save_file
//: x = torch.randn(12, 1, 2)  # time, example, input
//: cell = torch.nn.GRU(2, 4)
//: output = cell(x)[0]  # of all steps
//: output = output.detach().contiguous()  # plain numbers, no gradients
//: tensors = {"x": x, "output": output}
//: tensors.update(cell.state_dict())  # adds all weights, with their names
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
//: | `peephole` | [3 · units] | of an LSTM with peepholes (next section), in the order of its gates |
//: | `h0`, `c0` | [example, unit] | the state before the first step, if it isn't 0 |
//:
//: The command tries all forms of this page, and each candidate with tanh, with σ (last section), and with its bias outside the tanh. (That one is a slip; see
//: “In your notes”.) Of a larger file, it looks at the first 20 steps of the first 4 examples. All tensors are in single precision, and PyTorch's `_l0` at
//: the end of a name may stay. Keras and Flax (JAX) store weights the other way round: transpose them first.
// fold end

//: ## LSTMs: what can a gate see?
//:
//: An LSTM that you copy can disagree as well. In [Lesson 07](../07-lstm/README.md), the gates read a⟨t−1⟩, and that's only what the output gate
//: has *let out* of the memory c. While Γ_o is shut, a is 0, and the gates are blind to their own unit's memory. **Peepholes** help: with them,
//: each gate also sees the c of its own unit, times a weight p. In Ng's course, they look like this for Γ_o,
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

//: The first panel is the cell of Lesson 07, with the memory running along the top. (What all gates read, a⟨t−1⟩ and x⟨t⟩, isn't drawn.) What's
//: special about the others is green. With Ng's peepholes, c⟨t−1⟩ also goes to all three gates. With Gers's, it goes to two of them, and Γ_o gets
//: its line from c⟨t⟩. The fourth panel has its own section below.
//:
//: ## A clock in one unit
//:
//: What is a peephole good for? For telling the *time*. Let's build a clock by hand: one unit, without any input. Its candidate and Γ_u are always
//: 1; a large bias does that. So c grows by 1 at every step, as long as Γ_f is open. The other two gates see nothing but c, through peepholes of
//: −20 and 20:
//:
//: ```math
//: \Gamma_f = \sigma(70 - 20\,c^{\langle t-1\rangle}) \qquad \Gamma_o = \sigma(20\,c^{\langle t\rangle} - 70)
//: ```
//:
//: This is Gers's Γ_o. Ng's sees c⟨t−1⟩ instead. In the code, that's a `delay` of 0 or 1. If they see a 3,
//: Γ_f is σ(10), so it's open, and Γ_o is σ(−10), so it's shut. If they see a 4, it's the other way round. (They switch at 3.5, where 20 c is
//: 70.)

func clock(delay: Int) -> (a: [Double], c: [Double]) {
  var (a, c) = ([0.0], [0.0])
  for t in 1...16 {
    let Γf = sigmoid(70 - 20 * c[t - 1])
    c.append(Γf * c[t - 1] + 1)
    let Γo = sigmoid(20 * c[t - delay] - 70)
    a.append(Γo * tanh(c[t]))
  }
  return (a, c)
}
let ofGers = clock(delay: 0)
let ofNg = clock(delay: 1)

// page: off
show(clockChart(ofGers: ofGers.a, ofNg: ofNg.a, memory: ofGers.c), as: "clock")
claim(
  "with Gers's peepholes the clock beats at the steps 4, 8, 12 and 16, with Ng's one step later",
  (1...16).allSatisfy { t in
    let gers = t % 4 == 0 ? 1.0 : 0
    let ng = t % 4 == 1 && t > 1 ? 0.76 : 0
    return abs(ofGers.a[t] - gers) < 0.005 && abs(ofNg.a[t] - ng) < 0.005
  })
claim(
  "a real LSTM with these peepholes, Ng's or Gers's, puts out the same numbers",
  clockOfTheForms(ofGers.a, ofNg.a))
// page: on

//: Look at the green line first, the memory c: 1, 2, 3, 4. At 4, Gers's output gate opens, and you hear a beat (blue). One step later the forget
//: gate sees the 4 and shuts, and c is 1 again. That's a clock in one unit, with a beat every four steps.
//:
//: Now the orange line, Ng's peepholes with the same weights. The rhythm is the same, but this Γ_o sees the 4 one step later, when c is already
//: back at 1. So each beat comes a step late, and it's quieter: tanh(1) = 0.76.
//:
//: Networks can also *learn* to keep a beat. In our few runs, those with peepholes learn it sooner, on average.

// fold: A network learns to keep a beat, with and without peepholes
//: The task is after Gers, Schraudolph and Schmidhuber (2002). The network hears two beats, four to nine steps apart, then silence. It has to go
//: on at the same pace until step 30, and say at every step whether there's a beat. So it has one input, 1 at a beat and else 0, and two outputs.
//: We train LSTMs with Adam, until their loss is below 0.01 nats per step, or for 1,000 training steps. Each kind is trained
//: from three seeds. For the same seed, all hear the same rhythms. The LSTM without peepholes gets an extra unit, so that it doesn't have fewer
//: parameters.

// page: off
let limit = run.choose(quick: 50, standard: 1_000, full: 3_000)
let seeds = (0..<run.choose(quick: 1, standard: 3, full: 8)).map { run.seed() &+ $0 }
let beats = keepTheBeat(seeds: seeds, limit: limit)
show(beatTable(beats, limit: limit))
show(beatChart(beats), as: "beat")
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

//: In the figure, each line is a training, and the colour tells the kind. A line ends where it passes the dashed one, or at 1,000 steps.
//:
//: Don't read more into it: three seeds are few. And a plain LSTM can learn it too: one of its units can show its count to the gates of the
//: others.
// fold end

// fold: Are gates switches? How often they are open or shut
//: We speak of gates as if they were switches, open or shut. But a sigmoid can be anything in between. Which is it in a trained network? Call a
//: gate shut when it is below 0.1, and open when it is above 0.9 (the bounds are from Karpathy, Johnson and Fei-Fei 2015). We let the LSTMs with
//: Gers's peepholes, from the fold above, hear 100 new rhythms. At how many steps is a gate shut, and at how many open?

// page: off
let keepers = beats.filter { $0.name == beatForms[2].name }
let gates = [("Γ_u", "Γu"), ("Γ_f", "Γf"), ("Γ_o", "Γo")].map { name, gate in
  (name: name, before: saturations(keepers.map(\.untrained), gate), after: saturations(keepers.map(\.trained), gate))
}
func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }
let means = gates.map { (before: Saturation.mean($0.before), after: Saturation.mean($0.after)) }
show(
  Table(
    ["mean over all units", "shut or open before training", "shut after training", "open after training"],
    varying: ["shut after training", "open after training"],
    rows: zip(gates, means).map {
      [$0.name, percent($1.before.shut + $1.before.open), percent($1.after.shut), percent($1.after.open)]
    }))
claim("before training, no gate is shut or open", means.allSatisfy { $0.before.shut + $0.before.open == 0 })
claim(
  "after training, each kind of gate is shut or open between a third and two thirds of the time",
  means.allSatisfy { 0.33...0.67 ~= $0.after.shut + $0.after.open }, from: .standard)
claim(
  "some forget gates are open at more than nine steps of ten, and some output gates are shut at more than half of the steps",
  gates[1].after.contains { $0.open > 0.9 } && gates[2].after.contains { $0.shut > 0.5 }, from: .standard)
// page: on

//: So some units remember nearly all the time, and some are hidden more often than not. Nobody told their gates to become switches. But the table
//: also says that each kind of gate is something in between about half of the time.
// fold end

//: ## A candidate that can't subtract
//:
//: Now the fourth panel of the LSTMs. In Goodfellow's book, the candidate goes through σ instead of tanh, so it lies between 0 and 1. What does
//: that change?
//:
//: Take the counter of Lesson 07: Γ_f and Γ_u are 1, and c goes up by 1 at every letter *a* and down by 1 at every *b*. With a large weight, its
//: candidate is tanh(40) = 1 at an *a* and tanh(−40) = −1 at a *b*. With σ, the same weight gives σ(40) = 1 and σ(−40) = 0:

// page: off
let counts = [
  ("c with tanh", letterCounts(.tanh)), ("c with σ", letterCounts(.sigmoid)),
  ("c with σ, and Γ_f = ½ at each b", letterCounts(.sigmoid, halving: true)),
]
show(
  Table(
    ["letter"] + "aaaabbb".map { String($0) },
    rows: counts.map { name, c in [name] + c.map { String(format: "%.4g", $0) } }))
claim(
  "with tanh, c counts down again; with σ it stays at 4, unless the forget gate halves it",
  zip(counts, [[1, 2, 3, 4, 3, 2, 1], [1, 2, 3, 4, 4, 4, 4], [1, 2, 3, 4, 2, 1, 0.5]]).allSatisfy { count, hand in
    zip(count.1, hand).allSatisfy { abs($0 - $1) < 1e-6 }
  })
// page: on

//: With tanh, c comes down again. With σ, a *b* adds nothing, and it can't take anything away either: c starts at 0, and in c⟨t⟩ = Γ_f c⟨t−1⟩ +
//: Γ_u c̃⟨t⟩ nothing is negative. Only the forget gate can bring c down. But it doesn't subtract 1, it leaves a *share*. The last row shows it:
//: with Γ_f = ½, 4 becomes 2, then 1, then 0.5. So you can add to such a memory, and you can let it fade, but you can't subtract.
//:
// fold: In your notes
//: - **Ng's notes** (000, GRU, "full") write c̃ = tanh(Γ_r W_c[c, x]) + b_c. So Γ_r stands on the whole product, and the bias outside the tanh, where it can take c̃ out of (−1, 1). It belongs inside.
//: - **Ng's notes** (004, §1.4) have Γ_r before the product, as the course does.
//: - **Ng's notes** (004; 001 has a figure) have peepholes that see c⟨t−1⟩. 004 writes U_f for our p_f.
//: - **Goodfellow** (003): the gate u keeps, and candidates have a σ, in the GRU as well. His GRU numbers the inputs one lower: his x⟨t−1⟩ is our x⟨t⟩. Note 003 ("GRN") closes the bracket of the GRU's σ too early; the
//:   recurrent term belongs inside. His letters: f, g and q are Γ_f, Γ_u and Γ_o, s is c, h is a.
//: - **Cho et al.** have two of the places: the first version of their paper on arXiv (1406.1078v1) has r on the half, the third has it before. Keras names these two versions where it explains its option `reset_after`.
//: - **In this package**, `GRUCell` has the forms `.simplified`, `.resetBefore`, `.resetAfterRecurrent` and `.resetAfterWhole`, always with a Γ_u that takes in. `LSTMCell` has `peephole` (`.previous` is Ng's, `.updated` Gers's) and `candidateActivation`. `setTorchParameters` does the conversion of this page.

claim(
  "`GRUCell` in the last three of these forms makes the states that we compared",
  zip([GRUForm.resetBefore, .resetAfterRecurrent, .resetAfterWhole], states).allSatisfy {
    drawn.difference(drawn.statesOfTheLibrary($0), $1) < 1e-12
  })
// fold end

//: ## Your turn
//:
//: 1. Do the two units again, with Γ_r = [0, 1]. What are the three pairs of candidates?

// fold: Answer
//: Before: the memory becomes [0, −0.4]. Unit 1 hears −0.4 and gets tanh(0.1) = 0.10, unit 2 hears 0 and gets tanh(0.5) = 0.46. On the half,
//: [−0.4, 0.8] is heard and becomes [0, 0.8]: tanh(0.5) = 0.46 and tanh(1.3) = 0.86. On the whole, [0.1, 1.3] becomes [0, 1.3]: 0 and 0.86.

let other = Columns(column: [0, 1])
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

let same = Columns(column: [0.3, 0.3])
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
//: GRU and LSTM are names of families. In a GRU, Γ_r can stand before the product, on its recurrent half or on the whole, and an update gate of 1
//: can take in or keep. In an LSTM, gates can see c or not, and the candidate can be a tanh or a σ. The same weights fit many of these forms, and
//: no shape will warn you. If code and textbook disagree, compare numbers: only the right form is off by no more than rounding.
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
//: for, [Lesson 11](../11-applications/README.md) what such networks are used for, and [Lesson 12](../12-long-memory/README.md) how far they
//: remember. What's left is their narrowest place, the one state between an encoder and a decoder: [Lesson 14](../14-attention/README.md)
//: widens it.

end()
