import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

let run = NotebookOptions.parseLesson()
begin("09", "Deep RNN", run)

//: *the tea was too hot to drink*
//:
//: What reaches your eye here is ink. You make letters from it, then words, then phrases, and in the end you put the cup down again. Nobody gets
//: from ink to tea in one go. But that's what we've asked of our networks so far: between a word and the state there was always *one* layer,
//: one weighted sum and one tanh. Why not put several on top of each other? And if we do, who works on what?

// page: off
show(gridPicture(layers: 3, steps: 4, marked: (layer: 2, step: 3)), as: "grid")
// page: on

//: This is a **deep** recurrent network, or a **stack** of layers. Time goes to the right, as always. What's new goes upwards: the states of
//: layer 1 are the inputs of layer 2, and those of layer 2 are the inputs of layer 3. Only the top layer gives answers.
//:
//: Now a state needs two numbers: a[2]⟨3⟩ is the state of *layer* 2 at *step* 3. (Square brackets are now layers, as Ng writes.) Look at the
//: green box and its two green arrows. From the left comes a[2]⟨2⟩: the same layer, one step ago. From below comes a[1]⟨3⟩: the layer below, at
//: this step. It's so in every box. In the lowest row, the layer below is the input: you may read x⟨t⟩ as a[0]⟨t⟩.
//:
//: ## Two layers, by hand
//:
//: Take one unit per layer. All weights are 1, there are no biases, and all states start at 0. So each state is the tanh of a sum, left plus
//: below. The input is 0.5 once, then zeros:
//:
//: - step 1: a[1]⟨1⟩ = tanh(0 + 0.5) = 0.46, then a[2]⟨1⟩ = tanh(0 + 0.46) = 0.43
//: - step 2: a[1]⟨2⟩ = tanh(0.46 + 0) = 0.43, then a[2]⟨2⟩ = tanh(0.43 + 0.43) = 0.70
//: - step 3: a[1]⟨3⟩ = tanh(0.43 + 0) = 0.41, then a[2]⟨3⟩ = tanh(0.70 + 0.41) = 0.80
//:
//: In code, `low[t]` is a[1]⟨t⟩ and `high[t]` is a[2]⟨t⟩. Place 0 holds the zeros from which they start.

let x = [0.0, 0.5, 0, 0]  // x[1] is x⟨1⟩
var low = [0.0, 0, 0, 0], high = [0.0, 0, 0, 0]
for t in 1...3 {
  low[t] = tanh(low[t - 1] + x[t])
  high[t] = tanh(high[t - 1] + low[t])
}

// page: off
show(handPicture(x: x, low: low, high: high), as: "by-hand")
// page: on
claim(
  "the lower states are 0.46, 0.43, 0.41, and the upper ones 0.43, 0.70, 0.80",
  low.dropFirst().map(short) == ["0.46", "0.43", "0.41"] && high.dropFirst().map(short) == ["0.43", "0.70", "0.80"])

//: Both units have the same weights, yet they do different things. The lower one (blue) got a push at step 1, and it fades. The upper one
//: (green) never sees x. It sees what the lower one makes of x, and at every step it adds that to what it has, so it grows.
//:
//: ## In code
//:
//: With more units, each layer l has weights and a bias of its own. To write one product and not two, we put W_aa and W_ax side by side in one
//: matrix W_a, and the layer's old state on top of what comes from below:
//:
//: ```math
//: a^{[l]\langle t\rangle} = \tanh(W_a^{[l]}\,[a^{[l]\langle t-1\rangle},\, a^{[l-1]\langle t\rangle}] + b_a^{[l]})
//: ```
//:
//: Our three layers have 6, 5 and 4 units, and read columns of 3 numbers. So the matrices have the shapes (6, 6 + 3), (5, 5 + 6) and (4, 4 + 5).
//: The answer is made from the top state: ŷ⟨t⟩ = softmax(W_ya a[3]⟨t⟩ + b_y). In code, `a[l]` is the newest state of layer l, at first zeros.
//: `below` climbs through the layers:

// page: off
let sizes = [3, 6, 5, 4], T = 8
var dice = RandomSource(seed: run.seed())
let cells = (1...3).map { RNNCell<Double>(inputSize: sizes[$0 - 1], hiddenSize: sizes[$0], using: &dice) }
let output = Dense<Double>(inputSize: 4, outputSize: 2, using: &dice)
// An entry that only fills its place comes first, so that the layers and the steps count from 1.
let W = [Columns(rows: 1, columns: 1)] + cells.map { beside($0.Waa, $0.Wax) }
let b = [Columns(rows: 1, columns: 1)] + cells.map(\.ba)
let (Wya, by) = (output.Wya, output.by)
let input = (0...T).map { _ in Columns(rows: 3, columns: 1) { dice.normal() } }
var a = sizes.map { Columns(rows: $0, columns: 1) }
var ŷ: [Columns] = []
// page: on
for t in 1...T {
  var below = input[t]
  for l in 1...3 {
    a[l] = tanh(W[l] * [a[l], below] + b[l])
    below = a[l]
  }
  ŷ.append(softmax(Wya * below + by))
}

claim(
  "with the same random weights, this code and the library give the same ŷ",
  zip(ŷ, answersOfTheLibrary(cells, output, input)).allSatisfy { $0.largestDifference(from: $1) < 1e-12 })
claim(
  "the three matrices have the shapes (6, 9), (5, 11) and (4, 9)",
  W.dropFirst().map { [$0.rows, $0.columns] } == [[6, 9], [5, 11], [4, 9]])

//: The line with the tanh reads the old `a[l]` on the right and writes the new one on the left. And the backward pass? It follows all arrows
//: against their direction, so each box gets a gradient from the right and one from above, and adds them. Any cell will do in place of the tanh
//: units.
//:
//: ## Experiment 1: three machines
//:
//: When could layers be of use? When the task itself has levels. So we build one that has. There are three machines in a row, and each is in
//: one of the states 0, 1, 2 and 3. Machine 1 reads a symbol, also 0 to 3, and goes to a new state. Machine 2 reads this state as *its* symbol.
//: Machine 3 reads the state of machine 2. Here are their tables: each row belongs to a state, and each number is the state that follows.

// page: off
let machines = Machines(run)
show(machines.tables)
// page: on

//: All machines begin in state 0. Say the first two symbols are 2 and 0. Follow them with your finger:
//:
//: - Symbol 2: machine 1 is in state 0 and reads 2, so it goes to 3. Machine 2 is in 0 and reads 3: it goes to 2. Machine 3 is in 0 and reads
//:   2: it goes to 3.
//: - Symbol 0: machine 1 is in state 3 and reads 0: it goes to 2. Machine 2 is in 2 and reads 2: to 1. Machine 3 is in 3 and reads 1: to 1.

// page: off
let symbols = [2, 0, 3, 1, 1, 0, 2, 3]
let followed = machines.pipeline.states(reading: symbols)
show(
  Table(
    ["step"] + (1...8).map(String.init),
    rows: zip(["symbol", "machine 1", "machine 2", "**machine 3**"], followed).map { [$0] + $1 }))
// page: on
claim(
  "the machines go to 3, 2, 3 with the first symbol, and to 2, 1, 1 with the second",
  followed.dropFirst().map { $0[0] } == [3, 2, 3] && followed.dropFirst().map { $0[1] } == [2, 1, 1])

//: The network reads one symbol per step, and must say the state of machine 3. It never sees the states of machines 1 and 2. The symbols are
//: random, and from any state, the four symbols lead to four different states. So each state is equally likely, and chance level is 25 %.
//:
//: We train three networks of tanh units, with one, two and three layers, on the same 1,500 batches of new sequences of 20 symbols. More layers
//: would mean more parameters, and then we wouldn't know which of the two had helped. So the layers get narrower: 90 units in one layer, 53 in
//: each of two, or 41 in each of three, about 8,900 parameters every time. (`trainPlain` does the training, and every W_aa starts orthogonal, as
//: in [Lesson 05](../05-vanishing-gradients/README.md).) Guess first: does it matter how you pile up 8,900 parameters?

let one = machines.trainPlain(layers: 1)
let two = machines.trainPlain(layers: 2)
let three = machines.trainPlain(layers: 3)

// page: off
let plain = [one, two, three]
show(followersChart("Three machines: tanh units in one, two and three layers", plain, [1, 2, 3]), as: "plain")
claim(
  "the networks have 90, 53 + 53 and 41 + 41 + 41 units, and 8,800 to 9,000 parameters",
  plain.map(\.units) == [[90], [53, 53], [41, 41, 41]]
    && plain.allSatisfy { (8_800...9_000).contains($0.parameterCount) },
  from: .standard)
claim(
  "after 1,500 steps, one layer is right in fewer than 80 %, two in more than 80 %, three in more than 90 %",
  one.right(after: 1_500) < 80 && two.right(after: 1_500) > 80 && three.right(after: 1_500) > 90, from: .standard)
if run.choose(quick: false, standard: false, full: true) {
  claim("after 4,500 steps, one layer is right in more than 95 %", one.right(after: 4_500) > 95)
}
// page: on

//: The left axis says how many answers are right, on new sequences, from the hundredth step on. The blue curve, one layer, creeps up, and stays far behind. Two narrow
//: layers do better, and three do best. So it matters how the parameters are arranged.
//:
//: One layer has a weighted sum and *one* tanh to get from a symbol to its new state. In this one go it must move three machines. Three layers
//: have three of each, one after the other. But the blue curve is still rising. With three times the steps (`--full`), one layer learns it too.
//: So depth wasn't necessary here. It was much quicker.
//:
//: ## Who works on what?
//:
//: It would be neat if layer 1 did machine 1, layer 2 machine 2, and layer 3 machine 3. To test that, take the trained network of three
//: layers, and leave it as it is. On the states of one layer, train a new softmax, whose only job is to tell the state of one machine. This is
//: called a **probe**. If it does well on new sequences, the machine can be read off this layer. We do it for each layer with each machine:

let readable = machines.probes(of: three)

// page: off
show(probesTable(readable))
claim(
  "machine 1 is read off layer 1 in 60 % to 80 %, off layers 2 and 3 in more than 90 %",
  (60...80).contains(readable[0][0]) && readable[1][0] > 90 && readable[2][0] > 90, from: .standard)
claim(
  "machine 2 is read off layers 1 and 2 in fewer than 70 %, off layer 3 in more than 80 %",
  readable[0][1] < 70 && readable[1][1] < 70 && readable[2][1] > 80, from: .standard)
claim(
  "machine 3 is read off layer 1 in fewer than 50 %, off layer 2 in 50 % to 70 %, off layer 3 in more than 85 %",
  readable[0][2] < 50 && (50...70).contains(readable[1][2]) && readable[2][2] > 85, from: .standard)
// page: on

//: Each number says in how many steps of 100 a probe is right, and chance level is 25. Read the column of machine 3 from the bottom: layer 1
//: knows little about it, layer 2 more, layer 3 nearly everything. Now the column of machine 1. On layer 1, the probe still makes many mistakes,
//: on layer 2 hardly any. But layer 2 reads nothing but layer 1! How can it know more? A probe is one weighted sum, and a weighted sum can't even
//: tell an XOR. Layer 2 also has a tanh and a memory, so it can.
//:
//: So no layer has a machine to itself. Machine 1 can be read off layer 2, machines 2 and 3 only off layer 3, and machine 1 is still there.
//: The network found machines 1 and 2 by itself.
//:
//: ## Experiment 2: and with gates?
//:
//: Would a GRU ([Lesson 06](../06-gru/README.md)) gain as much? Same task, same batches, about as many parameters: 51 units in one layer, or
//: 24, 24 and 23 in three.

let shallow = machines.trainGRU(layers: 1)
let deep = machines.trainGRU(layers: 3)

// page: off
show(followersChart("Three machines: GRUs of one and three layers", [shallow, deep], [1, 3]), as: "gru")
claim(
  "GRU: 51 or 24 + 24 + 23 units, and 8,700 to 9,100 parameters",
  [shallow.units, deep.units] == [[51], [24, 24, 23]]
    && [shallow, deep].allSatisfy { (8_700...9_100).contains($0.parameterCount) }, from: .standard)
claim(
  "at step 500, three layers of GRU are more than 4 percentage points ahead of one",
  deep.right(after: 500) > shallow.right(after: 500) + 4, from: .standard)
claim(
  "at step 1,500, one layer of GRU is right in more than 98 %, and three are not more than 1 percentage point ahead",
  shallow.right(after: 1_500) > 98 && deep.right(after: 1_500) <= shallow.right(after: 1_500) + 1, from: .standard)
// page: on

//: Look at the left half: three layers are ahead. On the right the curves meet, and at the end one layer is right in nearly 100 %. (With another
//: seed, three layers may end a few per cent below it.) So here depth made the beginning quicker, and the end no better. Why? A layer of GRU
//: does more in one step than a layer of tanh units: it also computes gates, and multiplies by them. So it gains less from more layers.
//:
//: Does depth help, then? It helps if a step has more to do than one layer learns easily. If not, one wide layer can be as good. Before
//: attention ([Lesson 14](../14-attention/README.md)), speech recognisers and translators had stacks of two to eight LSTM layers.
//:
//: ## How many layers?
//:
//: [Lesson 05](../05-vanishing-gradients/README.md) followed a nudge along time. Now we follow one upwards, at a single step, through an
//: untrained stack of eight layers with 50 units each. Its weights are drawn uniformly, as in PyTorch, and there are no biases. The states
//: before are 0, so time plays no part. From 0, we nudge the input: a tiny column, 0.001 long, goes in. How much of it arrives
//: on top? `up[l]` is W_ax of layer l, and `norm` is the length of a column.

// page: off
let up = [Columns(rows: 1, columns: 1)] + squareLayers(8, units: 50, seed: run.seed())
let tiny = columnOfLength(0.001, rows: 50, seed: run.seed())
var arrived: [Double] = [], arrivedWithSkips: [Double] = []
// page: on
var nudge = tiny
for l in 1...8 {
  nudge = tanh(up[l] * nudge)
  arrived.append(norm(nudge) / norm(tiny))
}

// page: off
show(nudgeTable("share of the nudge", arrived, "%.3f"))
claim(
  "after three layers 0.1 to 0.3 of the nudge is left, after eight less than 0.03",
  (0.1...0.3).contains(arrived[2]) && arrived[7] < 0.03)
// page: on

//: Each layer leaves little more than half, like a step along time with such weights in Lesson 05. After three layers a fifth is left, and after
//: eight about a hundredth. (Orthogonal weights would keep more, until training changes them.) On the way down the gradient meets the same
//: matrices, transposed, and shrinks too. But there is a cure: *add* what a layer reads to what it computes.

// page: off
show(residualPicture(), as: "residual")
// page: on

//: Follow the green arrow: it takes what comes from below around layer l, and meets the layer's output at the plus. This is a **residual
//: connection**, or a **skip**. (The two columns must have the same size.) In the loop, one line changes:

nudge = tiny
for l in 1...8 {
  nudge = nudge + tanh(up[l] * nudge)
  arrivedWithSkips.append(norm(nudge) / norm(tiny))
}

// page: off
show(nudgeTable("share with skips", arrivedWithSkips, "%.2f"))
claim(
  "with skips, the nudge stays between 0.9 and 4 times as long", arrivedWithSkips.allSatisfy { (0.9...4).contains($0) })
// page: on

//: Now the nudge isn't lost. At first it may get a little shorter: two columns can partly cancel. Then it grows, but not much. A layer only has
//: to learn what to add, and the gradient comes down through the plus untouched, as along c in an LSTM with an open forget gate ([Lesson
//: 07](../07-lstm/README.md)). With such skips, networks of eight LSTM layers have been trained to translate. Without any, you'll rarely see more
//: than three or four.
//:
//: ## Break it: too little text
//:
//: Two layers of 48 GRU units and a softmax over words have 66,186 parameters. Give them only a hundred of the sentences from [Lesson
//: 04](../04-language-model/README.md). What will this language model do? It learns them by heart. The best-known remedy is **dropout**: in
//: training, each number that a layer hands *upwards* is set to 0 with probability p, anew at each word. So the network never reads a sentence
//: twice in the same way. With p = ½ a coin decides on each number: 1 keeps it, 0 drops it.

let state = Columns(column: [0.8, 0.6, -0.4, 0.2])
let mask = Columns(column: [1, 0, 0, 1]), p = 0.5
let handedUp = (1 / (1 - p)) * (state ⊙ mask)  // 1.6, 0, 0, 0.4

claim("it is 1.6, 0, 0, 0.4", zip(handedUp.elements, [1.6, 0, 0, 0.4]).allSatisfy { abs($0 - $1) < 1e-12 })

//: What is left is divided by 1 − p, here doubled. So on average as much goes up as without dropout. In a test, nothing is dropped. And why only
//: upwards? Along time, what the state must keep for ten steps would have to be spared ten times. The chance of that is ½¹⁰, one in a thousand.
//: Upwards it passes only two such places, above layer 1 and above layer 2, and the memory stays whole.
//:
//: We train the network twice, 300 steps from the same weights. One time p is 0, the other ½. `text` has the hundred
//: sentences, and two hundred others that are held out.

// page: off
let text = FewSentences(100, run)
// page: on
let without = text.train(dropout: 0)
let with = text.train(dropout: 0.5)

// page: off
show(dropoutChart(without: without, with: with), as: "dropout")
claim("the network has 66,186 parameters", text.parameterCount == 66_186)
let (bare, masked) = (without.until(300), with.until(300))
claim(
  "from its lowest point to step 300, the held-out loss rises by more than 0.2 nats without dropout, and less with it",
  bare.rise > 0.2 && masked.rise < bare.rise, from: .standard)
claim(
  "after 300 steps, dropout is more than 0.2 nats better on the held-out sentences, and worse on the hundred",
  masked.test.last! < bare.test.last! - 0.2 && masked.told.last! > bare.told.last!, from: .standard)
claim(
  "after 300 steps, both are below the floor on the hundred sentences",
  bare.told.last! < FewSentences.floor && masked.told.last! < FewSentences.floor, from: .standard)
// page: on

//: The dotted curves are the losses on the hundred sentences, the solid ones those on the sentences held out, all measured without dropping
//: anything. Follow blue first, without dropout. The dotted curve falls below the floor, the entropy of the language: the best that a guesser
//: can do on new sentences. Whoever is below it knows the sentences by heart. Meanwhile the solid curve turns and rises. That's
//: **overfitting**: more training, worse on everything new.
//:
//: Now orange, with dropout. Its dotted curve ends above the blue one, its solid curve below, because it rises less. But a hundred sentences are
//: too few: the floor is far away, and more text would help more.

// fold: The same stack in PyTorch
//: `torch.nn.GRU(n_x, n_a, num_layers=3, dropout=0.5)` is a stack of three layers. Lessons 02 and 06 have what is true of one layer. Here is
//: what's new:
//:
//: - `output` has the shape (T, m, n_a): the states of the *top* layer at all steps.
//: - `h_n` has the shape (3, m, n_a): the last state of *each* layer. `h_n[0]` is a[1]⟨T⟩, and `h_n[-1]` is a[3]⟨T⟩. For one answer to a whole
//:   sequence, take `h_n[-1]`. To carry the state to the next window, hand over all of `h_n`.
//: - Every layer has n_a units. For other sizes, put single layers on top of each other yourself.
//: - `dropout` acts between the layers, and not on the top one's output. (Ours acts there too. In PyTorch, add an `nn.Dropout` for that.)
//: - The weights of layer 2 are called `weight_ih_l1` and `weight_hh_l1`, because PyTorch counts layers from 0.
//: - With `bidirectional=True`, each layer has two chains, the layer above reads both, and `h_n` has 2 · 3 states. `h_n[-2]` and `h_n[-1]` are
//:   those of the top layer ([Lesson 08](../08-brnn/README.md) says what each has read).
//: - There are no residual connections in it. You write that loop yourself.
// fold end

// fold: In your notes
//: - **Ng's notes** (000, "Deep RNN"; 001, "Deep RNNs") have the figure, and 001 the symbol for "layer l, at time t", with t in pointed brackets as
//:   here.
//: - In Ng's lecture three layers are "already quite a lot". He also mentions ordinary layers on top, without arrows to the right, that only
//:   work on a[L]⟨t⟩.
//: - **Ng's notes** (004) list deep RNNs among the remedies for vanishing gradients, and add that they need more refined training. The first
//:   half misleads: a layer more doesn't shorten the path along time.
//: - **Goodfellow** (10.5 in the book; the notes 003 leave it out) draws three ways to be deep: layers as here, an MLP within a step, and the
//:   same with skips, because the MLP makes the path from step to step longer.
//: - Dropout on the upward arrows alone is from Zaremba, Sutskever and Vinyals (2014), residual connections are from He et al. (2015), and the
//:   eight layers from Wu et al. (2016).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise09` marks what you write in [Exercise09.swift](Exercise/Exercise09.swift), and tells you what went
//: wrong. And three questions:
//:
//: 1. Let the network by hand go on with x⟨4⟩ = 0. What are a[1]⟨4⟩ and a[2]⟨4⟩?

// fold: Answer
//: a[1]⟨4⟩ = tanh(0.41 + 0) = 0.39, and a[2]⟨4⟩ = tanh(0.80 + 0.39) = 0.83. The upper unit hardly grows any more: tanh takes away nearly as
//: much as comes in from below.

// page: off
let fourth = tanh(low[3])
claim("they are 0.39 and 0.83", short(fourth) == "0.39" && short(tanh(high[3] + fourth)) == "0.83")
// page: on
// fold end

//: 2. A stack of three layers reads 20 symbols. You have one processor per layer, and each computes one box of the grid per tick. After how
//:    many ticks is the last box done? And if all three layers are bidirectional, with two processors each?

// fold: Answer
//: A box can be done when the ones on its left and below are. So layer 2 starts one tick after layer 1, and layer 3 one tick after that. The
//: last box is done after 20 + 2 = 22 ticks; in general T + L − 1. One processor would need 60. A bidirectional layer can't start before the
//: one below has read everything, from both ends. So here it's 60 ticks, even with six processors.

// page: off
/// The tick after which each box is done: one after the later of those that it waits for.
var done = [[Int]](repeating: [Int](repeating: 0, count: 21), count: 4)
for l in 1...3 { for t in 1...20 { done[l][t] = max(done[l][t - 1], done[l - 1][t]) + 1 } }
// page: on
claim("counted box by box, the last one is done after 22 ticks", done[3][20] == 22)
// fold end

//: 3. Two LSTM layers of 200 units read columns of 100 numbers. How many parameters have they? Which of the two layers has more?

// fold: Answer
//: An LSTM layer has 4 n_a (n_a + n_x + 1) ([Lesson 07](../07-lstm/README.md)). Layer 1 has 4 · 200 · (200 + 100 + 1) = 240,800. For layer 2,
//: n_x is 200: 4 · 200 · (200 + 200 + 1) = 320,800. Together 561,600, and the upper layer has more.

claim("they have 561,600 parameters", lstmParameters(inputs: 100, units: [200, 200]) == 561_600)
// fold end

//: ## In short
//:
//: In a deep network, each layer reads the states of the one below, so there is more than one tanh per step. With as many parameters, three
//: narrow layers of tanh units learned the machines sooner than one wide layer, but a single layer of GRU was as good as three in the end. Each
//: layer makes signal and gradient smaller, and residual connections prevent that. Dropout on the arrows that go upwards slows down learning by
//: heart.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson09 --seed 2  # other weights and sequences
//: swift run Lesson09 --full    # three times the training
//: ```
//:
//: In the second one, one layer catches up. [Lesson 08](../08-brnn/README.md) put two chains side by side. Most of our networks so far gave one
//: answer per step. [Lesson 10](../10-types/README.md) shows what else can be done with sequences.

end()
