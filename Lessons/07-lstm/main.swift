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
  drawOwn(text, options.own, run, using: &random)
  end()
}

//: *aaaabbbb*
//:
//: Here is a game. Somebody reads letters to you: first a few a's, then just as many b's, and then it's over. Listen: a, a, a, a, b … How many
//: letters are still to come? Three. You know because you counted the a's, and now you count back.
//:
//: Could a recurrent network play this game? It would need a memory that can hold a *number*, and go up and down by one. The GRU of [Lesson
//: 06](../06-gru/README.md) can hold a fact such as "singular" over many words. Where would it keep a count? In this lesson we find a place
//: for it, and then we let three kinds of network play.

// page: off
show(conveyorPicture("aabb", states: count("aabb", Γf: 1, Γu: 1)), as: "conveyor")
// page: on

//: Follow the thick line along the top, from left to right. It's a conveyor belt, and what rides on it is c, the memory of one unit. At each
//: step two things can happen to it. At the ×, c is multiplied by the forget gate Γ_f. Here that's 1, so all of c stays. At the +, Γ_u c̃ is added,
//: update gate times candidate. Here the gate is 1, and the candidate is 1 if the letter is an *a* and −1 if it's a *b*. So c goes 0, 1, 2, 1, 0.
//: It's 0 again when the word is over.
//:
//: The cell with this memory is the LSTM, for long short-term memory (Hochreiter and Schmidhuber 1997). You met it and its gates in [Lesson
//: 05](../05-vanishing-gradients/README.md), where it kept gradients alive.
//:
//: ## Counting by hand
//:
//: This is what happens on the belt, for one unit (in Lesson 05, the two terms stood the other way round):
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_u\,\tilde c^{\langle t\rangle} + \Gamma_f\,c^{\langle t-1\rangle}
//: ```
//:
//: And this is the GRU. It has one gate for both jobs: the more it writes, the less it keeps.
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_u\,\tilde c^{\langle t\rangle} + (1 - \Gamma_u)\,c^{\langle t-1\rangle}
//: ```
//:
//: To count, you have to keep everything *and* write everything: both factors must be 1. In the GRU they can't be, because they add up to 1. Say
//: we give it Γ_u = ½, half and half. Let both units read *aaaabbbb*, the candidate being 1 or −1 as before. Take your calculator: at the first
//: *a* the GRU's c is ½ · 1 + ½ · 0 = 0.5, at the second ½ · 1 + ½ · 0.5 = 0.75. In code, the line with `append` is our equation (`c.last!` is
//: the newest number in the list). For the GRU, `Γf` is 1 − Γ_u:

func count(_ word: String, Γf: Double, Γu: Double) -> [Double] {
  var c = [0.0]
  for letter in word {
    let c̃ = letter == "a" ? 1.0 : -1.0
    c.append(Γu * c̃ + Γf * c.last!)
  }
  return c
}
let lstmCount = count("aaaabbbb", Γf: 1, Γu: 1)
let gruCount = count("aaaabbbb", Γf: 0.5, Γu: 0.5)

// page: off
show(countTable("aaaabbbb", [("c, LSTM", lstmCount), ("c, GRU", gruCount)]))
// page: on

claim(
  "the LSTM's unit goes 1, 2, 3, 4, 3, 2, 1, 0; the GRU's falls below 0 at the first b",
  lstmCount == [0, 1, 2, 3, 4, 3, 2, 1, 0] && gruCount[4] > 0.9 && gruCount[5] < 0)

//: The LSTM's column counts. The GRU's unit is at 0.88 after three a's, at 0.94 after four, and a single *b* is
//: enough to take it below 0. The four a's are lost.
//:
//: Another Γ_u doesn't help, not even a different one at each step. Γ_u and 1 − Γ_u are the weights of an *average*: the new c always lies
//: between the old c and the candidate. So it never leaves the range from −1 to 1, while the LSTM's c may grow as large as it likes.

claim(
  "with any gate at each step, the GRU's c stays between −1 and 1",
  {
    var dice = RandomSource(seed: run.seed())
    return (0..<1_000).allSatisfy { _ in
      var c = 0.0
      return (0..<50).allSatisfy { _ in
        let Γu = Double(dice.index(below: 1_001)) / 1_000
        c = Γu * (dice.index(below: 2) == 0 ? 1 : -1) + (1 - Γu) * c
        return abs(c) <= 1
      }
    }
  }())

//: Could a GRU count in smaller steps, with other candidates than 1 and −1? Yes, but the more steps have to fit between −1 and 1, the harder it
//: is to tell twelve of them from thirteen. The plain RNN has the same trouble, since its state is a tanh.

//: ## The whole cell
//:
//: In a real cell nobody sets the gates by hand. The network computes them anew at every step:

// page: off
show(cellPicture(), as: "cell")
// page: on

//: The belt is on top. From below come three gates, in green, and the candidate. Each of the four is made of the same two things, a⟨t−1⟩ and
//: x⟨t⟩, with weights of its own. Γ_f and Γ_u you know. The third gate is the output gate Γ_o: it decides how much of the memory is shown.
//: What is shown is a⟨t⟩, the hidden state that you know from the plain network. In the code, `a` and `c` come from one step before, and `new`
//: is c⟨t⟩:
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

// page: off
let (nx, na) = (3, 4)
var dice = RandomSource(seed: run.seed())
var cell = LSTMCell<Double>(inputSize: nx, hiddenSize: na, initialization: .normal(deviation: 1), using: &dice)
cell.ba = Columns(rows: 4 * na, columns: 1) { dice.normal() }
let (Wc, Wu, Wf, Wo) = (cell.Wc, cell.Wu, cell.Wf, cell.Wo)
let (bc, bu, bf, bo) = (cell.bc, cell.bu, cell.bf, cell.bo)
// page: on

func step(a: Columns, c: Columns, x: Columns) -> (a: Columns, c: Columns) {
  let c̃ = tanh(Wc * [a, x] + bc)
  let Γu = σ(Wu * [a, x] + bu)
  let Γf = σ(Wf * [a, x] + bf)
  let Γo = σ(Wo * [a, x] + bo)
  let new = Γu ⊙ c̃ + Γf ⊙ c
  return (Γo ⊙ tanh(new), new)
}

// page: off
let x = (0..<20).map { _ in Columns(rows: nx, columns: 1) { dice.normal() } }
let zero = Columns(rows: na, columns: 1)
func outputs(_ cell: LSTMCell<Double>) -> [Columns] {
  let states = Recurrent(cell)(SequenceBatch(x)).outputSequence
  return x.indices.map { states[$0] }
}
func difference(_ one: [Columns], _ other: [Columns]) -> Double {
  zip(one, other).map { $0.largestDifference(from: $1) }.max()!
}
var (a, c) = (zero, zero)
let written = x.map { x in
  (a, c) = step(a: a, c: c, x: x)
  return a
}
// page: on
claim(
  "with the same random weights, this code and the library's LSTM give the same a⟨t⟩",
  difference(written, outputs(cell)) < 1e-12)

//: So an LSTM has two states. **a⟨t⟩ goes out**: to the output, or to a layer above, and to the gates of the next step. **c⟨t⟩ stays in**: it
//: rides on to the next step of the same layer, and nobody else ever sees it.
//:
//: Doesn't the tanh spoil the count on its way out? Let Γ_o be 1. Then our unit shows tanh(4) = 0.9993 at c = 4, and 0.9951 at c = 3. From
//: outside, these are nearly the same. But c = 1 shows 0.76, and c = 0 shows 0. So the output can hardly see *how far* the count is, but it sees
//: clearly when the count comes to 0. That's all it needs to say "over".

claim(
  "tanh(4) is 0.9993, tanh(3) is 0.9951 and tanh(1) is 0.76",
  abs(tanh(4.0) - 0.9993) < 5e-5 && abs(tanh(3.0) - 0.9951) < 5e-5 && abs(tanh(1.0) - 0.76) < 5e-3)

//: Back to the belt. With Γ_f = 1 and Γ_u = 0 nothing changes c, however long the text and whatever the input. And backwards, the
//: direct path from c⟨t⟩ to c⟨t−1⟩ multiplies the gradient by Γ_f and by nothing else. (There is a second path, through a and the gates, as in
//: Lesson 05.)

// page: off
var closed = cell
(closed.bu, closed.bf) = (
  Columns(rows: na, columns: 1, repeating: -1_000), Columns(rows: na, columns: 1, repeating: 1_000)
)
let carried = Columns(rows: na, columns: 1) { dice.normal() }
let far = Recurrent(closed)(
  SequenceBatch((0..<1_000).map { _ in Columns(rows: nx, columns: 1) { dice.normal() } }),
  from: RecurrentState([zero, carried]), mask: nil)
// page: on
claim(
  "with Γ_f = 1 and Γ_u = 0, c is what it was after 1,000 steps of random input, to the last bit",
  far.finalState.values[1] == carried)

//: So the forget gate should be open when training begins. With a forget bias b_f of 0, it starts half open, and neither the memory nor the gradient
//: gets far. That's why people start with b_f = 1 or more. Lesson 05 has the curves for 0, 1 and 2.
//:
//: All this has a price. A plain layer with n_a units and n_x inputs has n_a (n_a + n_x + 1) parameters. The full GRU has three times as many,
//: for two gates and a candidate, and the LSTM four times. So we compare cells at equal size.
//:
//: ## Experiment: who can count?
//:
//: Our networks play the game as language models ([Lesson 04](../04-language-model/README.md)): they read a word letter by letter, and at each
//: step they guess which of three things comes next: *a*, *b* or the end. (So n_x = 3.) They train on the words with n = 1 to 12 letters *a*,
//: and as many *b*. Then we ask them about longer ones, which they have never seen.
//:
//: When is a network right? Before the first *b*, nobody can know how many a's there are. But after it, everything is determined. We call a word
//: right if each letter after the first *b*, and the end, gets a probability of more than ½.
//:
//: The LSTM, the full GRU of Lesson 06 and the plain RNN play, each from five seeds and with about the same number of parameters (`counting`
//: trains them):

// page: off
let counting = Counting(run: run)
// page: on

let lstms = counting.lstms(units: 5)
let grus = counting.grus(units: 6)
let rnns = counting.rnns(units: 11)

// page: off
let sizes = [lstms[0].model.parameterCount, grus[0].model.parameterCount, rnns[0].model.parameterCount]
// page: on
claim("with the output layer they have 198, 201 and 201 parameters", sizes == [198, 201, 201])

//: The rest is equal: 1,200 steps, with the same 20 words at each step. Even the gates start alike. The LSTM has b_f = 1, so before training it
//: keeps about σ(1) = 0.73 of its memory at each step. For the same 0.73, the GRU has b_u = −1.
//:
//: Before you look: who'll be right at n = 12? And at n = 16?

// page: off
let kinds: [(name: String, furthest: [Int])] = [
  ("RNN", rnns.map(\.furthest)), ("GRU", grus.map(\.furthest)), ("LSTM", lstms.map(\.furthest)),
]
func median(_ values: [Int]) -> Int { values.sorted()[values.count / 2] }
show(furthestChart(kinds, seeds: counting.seeds), as: "furthest")
// page: on
claim(
  "all fifteen networks are right at every word of the training, up to n = 12",
  kinds.allSatisfy { $0.furthest.min()! >= 12 }, from: .standard)
claim(
  "every LSTM is right up to n = 15 or more; the LSTMs' median is 16 or more, the GRUs' and the RNNs' 13 or less",
  kinds[2].furthest.min()! >= 15 && median(kinds[2].furthest) >= 16 && kinds[2].furthest.max()! < 99
    && kinds.dropLast().allSatisfy { median($0.furthest) <= 13 }, from: .standard)

//: Each group of bars is one seed, and a bar says how far the network is right: at every word up to that n. The dashed line is the longest word
//: in training, and all bars reach it. The blue and the orange ones end there or just above. But look at the green ones: they go on, all five.
//:
//: Why? Let's look into the memory of the first LSTM and the first GRU, at a word with n = 15. We draw the unit whose c rises and falls most
//: like the count (or −c, if it counts downwards).

// page: off
let (lstmCounter, gruCounter) = (lstms[0].counter(15), grus[0].counter(15))
show(countersChart(15, lstm: lstmCounter, gru: gruCounter), as: "counters")
// page: on
claim(
  "the LSTM's unit passes 6; its last ten letters a take it up by more than 4, and the first ten b down by more than 4",
  lstmCounter.max()! > 6 && lstmCounter[15] - lstmCounter[5] > 4 && lstmCounter[15] - lstmCounter[25] > 4,
  from: .standard)
claim(
  "the GRU's unit stays between −1 and 1, and its last three letters a take it up by less than 0.3",
  gruCounter.allSatisfy { abs($0) <= 1 } && gruCounter[15] - gruCounter[12] < 0.3, from: .standard)

//: On the left is the count that we did by hand. Nobody told the network to count. But letter by letter the memory climbs, by nearly the same
//: amount, and then it comes down again. It starts and turns a letter late, and it doesn't end at exactly 0. That's no harm, as long as it does
//: the same in every word.
//:
//: On the right is the GRU. Mind the scale: its memory can't leave −1 to 1, so its steps are small, and they get smaller towards the edge. One
//: unit of six has drawn this line. All of them together are enough for the twelve letters of the training, and for little more.
//:
//: The LSTM isn't perfect either. Each of our five fails somewhere: a step up and a step down are not exactly the same size, and the difference
//: adds up. And we tested tiny networks, on one game, for 1,200 steps. Weiss, Goldberg and Yahav (2018) found the same for longer words, and
//: show why: with numbers of limited precision, a GRU or a plain network can't keep a count that has no limit. Gers and Schmidhuber (2001)
//: trained LSTMs that counted into the hundreds.
//:
//: ## Break it
//:
//: What does each gate do for the count? We take the first LSTM and hold one gate at a fixed value, in all five units and at every step. Nothing
//: is trained again. How far is it right (n = 0 means that even *ab* goes wrong), and what is its loss on the twelve words of the training?
//:
//: What would be perfect? All that a network can't know is which of twelve equally likely words it reads. That costs ln 12 = 2.48 nats per word. A
//: word has 14 letters on average: 6.5 a's, 6.5 b's and the end. So a perfect network has 2.48 / 14 = 0.18 nats per letter.

// page: off
let broken: [(name: String, network: CountingNetwork<LSTMCell<Float>>)] = [
  ("as trained", lstms[0]), ("Γ_f = 0.9", fixing(1, at: 0.9, in: lstms[0])),
  ("Γ_u = 0", fixing(0, at: 0, in: lstms[0])), ("Γ_o = 1", fixing(2, at: 1, in: lstms[0])),
]
show(brokenTable(broken))
let costs = lstms.map { fixing(2, at: 1, in: $0).loss - $0.loss }
// page: on
claim(
  "as trained, the loss is within 0.01 of ln 12 / 14 = 0.18; with Γ_f = 0.9 and with Γ_u = 0, even *ab* goes wrong",
  abs(log(12.0) / 14 - Words.floor) < 1e-9 && abs(Words.floor - 0.18) < 0.005
    && broken[0].network.loss - Words.floor < 0.01 && broken[1...2].allSatisfy { $0.network.furthest == 0 },
  from: .standard)
claim(
  "with Γ_o = 1, the loss of each of the five LSTMs goes up, on average by more than 0.1",
  costs.min()! > 0.005 && mean(costs) > 0.1, from: .standard)

//: The last three rows:
//:
//: - **Γ_f = 0.9**: the belt leaks. A tenth of the count is lost at every step.
//: - **Γ_u = 0**: nothing is ever written. c stays 0, so a is 0 too, and the network gives the same guess after every letter.
//: - **Γ_o = 1**: all of the memory is shown, all the time: to the output, and to the gates of the next step, which are made from a. So the
//:   count itself may go wrong.

//: ## A unit that follows quotation marks
//:
//: A count is one thing to keep on a belt. A switch is another. Karpathy, Johnson and Fei-Fei (2015) looked into an LSTM that had read a novel,
//: and found a unit that was on inside quotation marks and off outside. Can we find one too? We made up a language for it. Three of its lines:

// page: off
show(Lines.texts.prefix(3).joined(separator: "\n"))
// page: on

//: A quotation has two to six words. The mark that opens looks like the mark that closes, and the words are the same inside and outside. Not even *anna wrote* tells: in the third
//: line a quotation follows, in the second it doesn't. So to know whether it's inside, a network must remember the mark that opened.
//:
//: We train an LSTM of 24 units on these lines, character by character. Then we reach in, as in Lesson 06. The network reads a line up to the
//: third character after the opening mark, we set c of *one* unit to its mean outside the marks, and the network reads on. If this unit is the
//: memory of the mark, the network shouldn't expect a closing mark any more. We try every unit, and keep the one that matters most.

// page: off
let speech = trainOnLines(run, using: &random)
let follower = MarkUnit(of: speech.model)
let line = "tom said \"anna asked go no\" then go so well."
let (guessed, exact) = (follower.probabilities(along: line), Lines.exactProbabilities(along: line))
options.own.saveIfAsked(speech, vocabulary: Lines.vocabulary, cell: "lstm × 1")
// page: on

//: Where the closing mark comes, the network gives it a probability of 0.4 to 0.6 on average. (By the rules it's ⅓ after a short quotation, and 1
//: after the longest.) With our unit set once, less than a third of that is left. Here is the unit along the line *tom said "anna asked go no"
//: then go so well.*

// page: off
show(follower.picture(along: line), as: "unit")
// page: on
claim(
  "the closing mark has a mean probability of 0.4 to 0.6; with c of the unit set once, less than a third of that",
  0.4...0.6 ~= follower.closes && 3 * follower.closesWithout < follower.closes, from: .standard)

//: Each column is a character, each row one quantity: orange is near 1, white is 0, and blue is near −1. Begin with *tanh c*, the first row.
//: From the opening mark to the closing one it's dark blue, and elsewhere paler. That's the switch: here "on" is negative. (The sign depends on
//: the seed.)
//:
//: How is it switched on? Look at the column of the first mark. There the update gate opens, for one step, and lets the candidate in. How does
//: it stay on? Letter after letter, the forget gate is near 1 and the update gate near 0: that's the belt. And off? One character after the
//: second mark, at the space, the forget gate is near 0, and the memory is gone.
//:
//: The last two rows are the probability that the *next* character is a mark, as the network guesses it, and as the rules of our language have
//: it. After *tom said* and a space, a quotation begins in three of four cases: 0.75. After *anna asked* the probability is 0, because another
//: word has to follow. After *go* a quotation as short as this ends in one of three cases, and after *no* too. The network's row has almost the
//: same colours.

claim(
  "along this line, the network's probability of a mark is never further than 0.3 from the exact one",
  zip(guessed, exact).allSatisfy { abs($0 - $1) < 0.3 }, from: .standard)
claim(
  "the exact probability is 0.75 after *tom said*, 0 after *anna asked*, ⅓ after *go*, ⅓ after *no*, and 1 after the longest quotation",
  zip(
    [
      "tom said ", "tom said \"anna asked", "tom said \"anna asked ", "tom said \"anna asked go",
      "tom said \"anna asked go no", "tom said \"anna asked go no so so",
    ].map { Lines.exactProbabilities(along: $0).last! },
    [0.75, 0, 0, 1 / 3.0, 1 / 3.0, 1]
  ).allSatisfy { abs($0 - $1) < 1e-9 })

//: What doesn't this show? Ours is a toy language. And another seed puts the switch into another unit, or spreads it over several.

// fold: The same layer in PyTorch
//: `torch.nn.LSTM(3, 5)` is the layer of our counting network: n_x = 3, n_a = 5. Lesson 02 has what is true of every layer; this is what's new:
//:
//: - **The rows.** `weight_ih_l0` has 4 n_a = 20 rows, `weight_hh_l0` too. The first five belong to i, which is our Γ_u, then come f (Γ_f), g
//:   (c̃) and o (Γ_o). Other programs have other orders.
//: - **Two biases** again, so 4 n_a more parameters than ours: 200 instead of 180, without the output layer. Both are drawn around 0. For b_f =
//:   1, set rows 5 to 9 (counted from 0) of one bias to 1 and those of the other to 0. If you set both to 1, you get 2.
//: - **Two states.** `output, (h_n, c_n) = lstm(x)`. `output` has a⟨t⟩ of every step, `h_n` is the last a, and `c_n` is the last c. To go on
//:   with a text, hand both of them back.

claim(
  "the layer has 180 parameters, 200 with two biases",
  lstms[0].model.layer.cell.parameterCount == 180
    && lstms[0].model.layer.cell.torchParameters.reduce(0) { $0 + $1.value.count } == 200)
// fold end

// fold: In your notes
//: - **Ng's notes** (000, "Long Short Term Memory") have three slips. The forget gate carries b_r, where b_f is meant. The candidate reads
//:   c⟨t−1⟩, where it should read a⟨t−1⟩ like the gates. And the first line, c⟨t⟩ = a⟨t⟩, is true of a GRU, but not here.
//: - **Ng's notes** (001 and 004) name **peepholes**: the gates also look at the memory, each unit at its own, as in Γ_f = σ(W_f [a⟨t−1⟩, x⟨t⟩]
//:   + p_f ⊙ c⟨t−1⟩ + b_f). 004 writes U_f for p_f and calls it a matrix. But it says that the fifth number only reaches the fifth gate, which
//:   makes it a vector. It also has c⟨t−1⟩ in the brackets, where a⟨t−1⟩ is meant. Peepholes are a subject of [Lesson 13](../13-forms/README.md).
//: - **Ng's notes** (004, "长短期记忆") say that the LSTM generalises better than the GRU. For counting that's what we found. It isn't true of every
//:   task. The red line in the figure there is our belt.
//: - **6.S191** (002, "LSTM") lists forget, store, update, output. Storing is Γ_u c̃, and updating is the line for c⟨t⟩.
//: - **Goodfellow** (003; 10.10.1 in the book) writes f for Γ_f, g for Γ_u, q for Γ_o, s for c and h for a. His candidate is a sigmoid, σ(b + Ux
//:   + Wh), not a tanh. Then nothing can be subtracted, only forgotten (more in Lesson 13). In 003, f_i^{(i)} should read f_i^{(t)}.
//: - Karpathy, Johnson and Fei-Fei call a gate *saturated* where it is below 0.1 or above 0.9. How often ours are is measured in Lesson 13.
//: - The first LSTM, of 1997, had no forget gate. It's from Gers, Schmidhuber and Cummins (2000).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise07` marks what you write in [Exercise07.swift](Exercise/Exercise07.swift), and tells you what went
//: wrong.
//:
//: 1. A unit counts with Γ_u = 1, but its belt leaks: Γ_f = 0.9. Let it read *aaabbb*, by hand. Without the leak, c would be 1 after the second
//:    *b* and 0 after the third. What is it now?

// fold: Answer
//: c goes 1, 1.9, 2.71, 1.439, 0.295, −0.734. After the second *b* hardly anything is left, and after the third c is far below 0. The early a's
//: have leaked away, so two b's nearly undo three a's.

let leaking = count("aaabbb", Γf: 0.9, Γu: 1)
claim(
  "c is 1, 1.9, 2.71, 1.439, 0.295 and −0.734",
  zip(leaking, [0, 1, 1.9, 2.71, 1.439, 0.295, -0.734]).allSatisfy { abs($0 - $1) < 6e-4 })
// fold end

//: 2. Which values of the three gates turn an LSTM into a plain recurrent layer, but for one tanh too many?

// fold: Answer
//: Γ_f = 0, Γ_u = 1 and Γ_o = 1. Then c⟨t⟩ is the candidate, tanh(W_c [a⟨t−1⟩, x⟨t⟩] + b_c), as in Lesson 02. And a⟨t⟩ is the tanh of that once
//: more.

// page: off
var plain = cell
func gates(_ value: Double) -> Columns { Columns(rows: na, columns: 1, repeating: value) }
(plain.bf, plain.bu, plain.bo) = (gates(-1_000), gates(1_000), gates(1_000))
var before = zero
let twice = x.map { x in
  before = tanh(tanh(Wc * [before, x] + bc))
  return before
}
// page: on
claim("over 20 steps, tanh(tanh(…)) gives the same a⟨t⟩", difference(twice, outputs(plain)) < 1e-12)
// fold end

//: 3. An LSTM has 100 units and n_x = 50 inputs. How many units do you give a full GRU and a plain layer, so that all three have about the same
//:    number of parameters?

// fold: Answer
//: The LSTM has 4 · 100 · (100 + 50 + 1) = 60,400 parameters. For the GRU, 3 n_a (n_a + 51) should be about that. The nearest is n_a = 119, with
//: 60,690. For the plain layer, n_a (n_a + 51) should be. The nearest is n_a = 222, with 60,606: more than twice as many units.

// page: off
func parameters(gru units: Int) -> Int {
  GRUCell<Float>(inputSize: 50, hiddenSize: units, form: .resetBefore, using: &random).parameterCount
}
func parameters(plain units: Int) -> Int {
  RNNCell<Float>(inputSize: 50, hiddenSize: units, using: &random).parameterCount
}
func nearest(cells: Int) -> Int {
  (1...300).min { abs(cells * $0 * ($0 + 51) - 60_400) < abs(cells * $1 * ($1 + 51) - 60_400) }!
}
// page: on
claim(
  "60,400 for the LSTM; nearest to that are 119 units for the GRU (60,690) and 222 for the plain layer (60,606)",
  LSTMCell<Float>(inputSize: 50, hiddenSize: 100, using: &random).parameterCount == 60_400
    && nearest(cells: 3) == 119 && parameters(gru: 119) == 60_690
    && nearest(cells: 1) == 222 && parameters(plain: 222) == 60_606)
// fold end

//: ## In short
//:
//: An LSTM keeps its memory c apart from what it shows. One gate decides what stays, one what is written, one what is shown. Because keeping and
//: writing have separate gates, both can be 1, and then c counts. In our game, LSTMs counted beyond what they had been trained on, while GRUs
//: and plain networks of the same size stopped where their training ended, or just after. With the gate for keeping open and the one for writing
//: shut, c is a switch that holds until something flips it.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson07 --seed 2      # other seeds
//: swift run Lesson07 --sentence 'tom said "go so" no.'
//: swift run Lesson07 --save lstm.safetensors
//: swift run Lesson04 --resume lstm.safetensors
//: ```
//:
//: The second draws all gates over a line of yours. The last one lets the network from this lesson write lines. [Lesson 06](../06-gru/README.md)
//: has the GRU, which saves a gate. Other forms of both cells are in [Lesson 13](../13-forms/README.md). All of them read from left to right and know only what has been;
//: [Lesson 08](../08-brnn/README.md) reads from both ends.

end()
