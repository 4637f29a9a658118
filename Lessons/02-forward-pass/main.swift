import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

let run = NotebookOptions.parseLesson()

begin("02", "Forward pass", run)

//: *mr baker met the old cook*
//:
//: *mr cook met the old baker*
//:
//: Which words are names? You see it at once: *baker* in the first sentence, *cook* in the second. The last word of each sentence is only a
//: job.
//:
//: An MLP that reads one word at a time can't see it: both bakers are the same input, so they get the same answer. It would have to know
//: that the word before was *mr*. So it needs a memory, and in this lesson it gets one.

// page: off
let vocabulary = ["mr", "baker", "cook", "met", "old", "the"]
/// x⟨1⟩ … x⟨T⟩ as one-hot columns; entry 0 only fills its place.
func oneHot(_ sentence: String) -> [Columns] {
  [Columns(rows: 6, columns: 1)]
    + split(sentence).map { word in Columns(column: vocabulary.map { $0 == word ? 1 : 0 }) }
}
let first = oneHot("mr baker met the old cook"), second = oneHot("mr cook met the old baker")
let library = answersOfTheLibrary(first)
show(
  unrolledPicture(split("mr baker met the old cook"), states: library.a, answers: library.ŷ), as: "unrolled")
// page: on

//: On the left is a **recurrent network**. At each step it reads one word, x⟨t⟩. In the middle is its **hidden state** a⟨t⟩, a column of
//: numbers. (Hidden, as in an MLP: neither input nor output.) On top is its answer ŷ⟨t⟩, with a hat to tell it from y⟨t⟩, the answer that we
//: want. The arrows are matrices of weights. Read their subscripts from right to left: W_ax takes an x and makes an a. New is the loop, W_aa: at
//: each step, the network also reads its own state of the step before.
//:
//: A loop is hard to follow. So on the right we draw the network again for each word, and the loop becomes a chain. That is the **unrolled
//: network**. It isn't six networks, but one network at six moments: its weights are the same every time.
//:
//: The state has two numbers here, and in a⟨0⟩ both are 0. *mr* sets the first to 0.96. One step later, at *baker*, the second is 0.96. That's
//: how this network remembers that the word before was *mr*. Each answer has two probabilities: above for "not a name" (y⟨t⟩ = 0), below for
//: "name" (y⟨t⟩ = 1). So *baker* is a name with 94 %, and *cook*, like all other words, with 5 %.
//:
//: We have chosen these weights ourselves. How a network finds them is the subject of [Lesson 03](../03-bptt/README.md).
//:
//: ## One unit, by hand
//:
//: Let's begin smaller, with a state of one number. The input is one number as well: 1 if the word is *mr*, 0 if it isn't. So *mr baker
//: met* is 1, 0, 0. The new state is made from the input and the old state, each with a weight:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(w_{aa}\,a^{\langle t-1\rangle} + w_{ax}\,x^{\langle t\rangle})
//: ```
//:
//: We take w_ax = 1 and w_aa = ½. Before the first word there is nothing to remember, so a⟨0⟩ = 0. Take your calculator:
//:
//: - *mr*: a⟨1⟩ = tanh(½ · 0 + 1 · 1) = tanh(1) = 0.76
//: - *baker*: a⟨2⟩ = tanh(½ · 0.76 + 1 · 0) = tanh(0.38) = 0.36
//: - *met*: a⟨3⟩ = tanh(½ · 0.36 + 1 · 0) = tanh(0.18) = 0.18
//:
//: In code, a⟨t⟩ is `a[t]` and x⟨t⟩ is now `x[t]`, not `x[t - 1]`. Since place 0 belongs to a⟨0⟩, the inputs get a 0 in front:

func states(_ x: [Double], waa: Double, from start: Double = 0) -> [Double] {
  var a = [start]
  for t in 1..<x.count {
    a.append(tanh(waa * a[t - 1] + 1 * x[t]))  // w_ax = 1
  }
  return a
}
let fading = states([0, 1, 0, 0], waa: 0.5)

// page: off
show(byHandPicture(inputs: [0, 1, 0, 0], states: fading), as: "by-hand")
claim(
  "the three states are 0.76, 0.36 and 0.18", zip(fading, [0, 0.76, 0.36, 0.18]).allSatisfy { abs($0 - $1) < 0.005 })
// page: on

//: Each arrow shows the weight that it multiplies by, and tanh is applied in the box. The 1 came in at *mr* and never again. Still,
//: something of it is there at *baker*, and a little at *met*. So the state is a **memory**. It also fades: every step halves it, and tanh
//: takes a bit more away.
//:
//: ## Why tanh?
//:
//: Let's make the memory stronger, with w_aa = 2. The unit reads *mr* and then nineteen other words: 1, 0, 0, and so on. Where is the state
//: after these twenty words? And without tanh?

// page: off
let twenty = [0, 1] + Array(repeating: 0.0, count: 19)
let (weak, strong) = (states(twenty, waa: 0.5), states(twenty, waa: 2))
let doubled = (1...20).reduce(into: [0.0]) { $0.append(2 * $0.last! + twenty[$1]) }
show(
  Table(
    ["t", "w_aa = ½, tanh", "w_aa = 2, tanh", "w_aa = 2, without tanh"],
    rows: [1, 2, 3, 4, 20].map { t in
      ["\(t)", short(weak[t]), short(strong[t]), "\(Int(doubled[t]))"] as [any CustomStringConvertible]
    }))
// page: on

//: Without tanh the state doubles at every step. With tanh it climbs to 0.96 and stays there, because 2 · 0.96 = 1.92, and tanh(1.92) is
//: 0.96 again. The tanh of any number is between −1 and 1, so the state is too, **whatever the weights are and however long the sentence
//: is**.
//:
//: Now compare ½ and 2, both with tanh. After twenty words, one memory is gone, and the other is as strong as ever. So w_aa decides how
//: long a memory lasts.

claim(
  "with w_aa = 2 and tanh, the state ends at 0.96, and tanh(2 · 0.96) is 0.96 again; without tanh, it ends above 500,000",
  doubled[20] > 5e5 && abs(strong[20] - 0.96) < 0.005 && abs(tanh(1.92) - 0.96) < 0.005)

//: ## Your MLP, plus one term
//:
//: Real networks have many units, and every unit can read what every unit said one step before. So w_aa becomes a matrix, W_aa. Here is the
//: hidden layer of an MLP and, below it, the **recurrent layer**:
//:
//: ```math
//: a = \tanh(W_{ax}\,x + b_a)
//: ```
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a)
//: ```
//:
//: One term is new. The bias b_a has one number for each unit. (By hand we left it out.)
//:
//: The output is the one you know from classification:
//:
//: ```math
//: z_y^{\langle t\rangle} = W_{ya}\,a^{\langle t\rangle} + b_y, \qquad \hat y^{\langle t\rangle} = \mathrm{softmax}(z_y^{\langle t\rangle})
//: ```
//:
//: The numbers in z_y are called **logits**. The softmax turns them into probabilities: it raises e to each of them and divides by the sum.
//:
//: ## Two units that solve the puzzle
//:
//: Now we choose the weights for the first picture. The vocabulary has six words, in any order and without ⟨UNK⟩: *mr*, *baker*, *cook*, *met*,
//: *old*, *the*. So x⟨t⟩ is a one-hot column of six numbers ([Lesson 01](../01-notation/README.md)). Each of the two units gets a job. Unit 1
//: says "this word is *mr*". Unit 2 says "the word before was *mr*". In code, we write a matrix row by row:

let Wax = Columns([[2, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
let Waa = Columns([[0, 0], [2, 0]])
let ba = Columns(column: [0, 0])

//: Row 1 of W_ax has a 2 at *mr*, so *mr* switches unit 1 on. (Any large number would do: tanh(2) is nearly 1.) No word switches unit 2 on,
//: because row 2 is 0. But row 2 of W_aa has a 2 in column 1: *unit 2 reads what unit 1 said one step before*.
//:
//: The output has a row for "not a name" and a row for "name":

let Wya = Columns([[0, 0], [0, 6]])
let by = Columns(column: [0, -3])

//: The first logit is always 0. The second is 6 times unit 2, minus 3. If unit 2 is nearly 1, that's nearly 3, a clear yes. If it's 0,
//: that's −3, a clear no.
//:
//: The code reads a whole sentence. `first` holds the one-hot columns of *mr baker met the old cook*, after a column of zeros that fills
//: place 0. The two lines in the loop are the two equations:

func forward(_ x: [Columns], from start: Columns) -> (a: [Columns], ŷ: [Columns]) {
  var a = [start]
  var ŷ = [x[0]]  // only fills place 0
  for t in 1..<x.count {
    a.append(tanh(Waa * a[t - 1] + Wax * x[t] + ba))
    ŷ.append(softmax(Wya * a[t] + by))
  }
  return (a, ŷ)
}
let zero = Columns(column: [0, 0])  // a⟨0⟩
let solved = forward(first, from: zero)

//: Let's check the first two words by hand, with three decimals. As in Lesson 01, [2, 0] is a column lying down.
//:
//: - *mr*: a⟨0⟩ is 0, so only W_ax x⟨1⟩ counts, which is [2, 0]. Then a⟨1⟩ = [tanh 2, tanh 0] = [0.964, 0].
//: - *baker*: W_ax x⟨2⟩ is [0, 0]. W_aa a⟨1⟩ is [0, 2 · 0.964] = [0, 1.928]. Then a⟨2⟩ = [0, tanh 1.928] = [0, 0.959].
//:
//: The *mr* has moved from unit 1 to unit 2. At the next step it's gone, because column 2 of W_aa is 0: no unit reads unit 2. Now the
//: answers:
//:
//: - *baker*: the logits are 0 and 6 · 0.959 − 3 = 2.75. $`e^0`$ = 1 and $`e^{2.75}`$ = 15.6, so the softmax gives 15.6 / (1 + 15.6) =
//:   0.94.
//: - any other word: the logits are 0 and −3. $`e^{-3}`$ = 0.05, so the softmax gives 0.05 / (1 + 0.05) = 0.05.

claim(
  "in the code, a⟨1⟩ is [0.964, 0], a⟨2⟩ is [0, 0.959], and the second logit at *baker* is 2.75",
  solved.a[1].largestDifference(from: Columns(column: [0.964, 0])) < 0.0005
    && (Waa * solved.a[1]).largestDifference(from: Columns(column: [0, 1.928])) < 0.0005
    && solved.a[2].largestDifference(from: Columns(column: [0, 0.959])) < 0.0005
    && abs((Wya * solved.a[2] + by)[1, 0] - 2.75) < 0.005)

//: ### Both sentences at once
//:
//: Let's read both sentences as a batch, like in Lesson 01: x⟨t⟩ of the first and x⟨t⟩ of the second are two columns of one matrix. (`second` is
//: the other sentence. `beside` puts two columns side by side, and the line with `zip` does so for every step.) `forward` and the weights stay
//: as they are. The state now has two columns, one for each sentence, and a bias is added to both.

let start = beside(zero, zero)  // a⟨0⟩ for both
let both = forward(zip(first, second).map(beside), from: start)

// page: off
show(
  Table(
    ["t", "first sentence", "a name?", "second sentence", "a name?"],
    rows: (1...6).map { t in
      let words = ["mr baker met the old cook", "mr cook met the old baker"].map { split($0)[t - 1] }
      return [
        "\(t)", words[0], percent(both.ŷ[t][1, 0]), words[1], percent(both.ŷ[t][1, 1]),
      ] as [any CustomStringConvertible]
    }))
claim(
  "the word after *mr* gets 94 % and every other word 5 %, in both sentences",
  (0...1).allSatisfy { i in (1...6).allSatisfy { percent(both.ŷ[$0][1, i]) == ($0 == 2 ? "94 %" : "5 %") } })
claim(
  "each sentence gets the same states alone and in the batch",
  zip(both.a.dropFirst(), zip(solved.a, forward(second, from: zero).a).dropFirst())
    .allSatisfy { $0.largestDifference(from: beside($1.0, $1.1)) < 1e-12 }
    && zip(both.a, library.a).allSatisfy { $0.columns(0..<1).largestDifference(from: $1) < 1e-12 })
// page: on

//: Compare the two rows with *baker*: 94 % after *mr*, 5 % after *old*. The same word, the same weights, two answers.

// fold: All the shapes
//: Here n_x is the length of an input column (V in Lesson 01), n_a the number of units, n_y of classes, and m of sentences in the batch. (We
//: happen to have two of almost everything. So look at the letters.)
//:
//: | | shape | here |
//: |---|---|---|
//: | x⟨t⟩ | (n_x, m) | (6, 2) |
//: | a⟨t⟩ | (n_a, m) | (2, 2) |
//: | ŷ⟨t⟩ | (n_y, m) | (2, 2) |
//: | W_ax | (n_a, n_x) | (2, 6) |
//: | W_aa | (n_a, n_a) | (2, 2) |
//: | W_ya | (n_y, n_a) | (2, 2) |
//: | b_a, b_y | (n_a, 1), (n_y, 1) | (2, 1), (2, 1) |

claim(
  "these are the shapes of the batch",
  [Wax, Waa, Wya, ba, by, both.a[1], both.ŷ[1]].map { [$0.rows, $0.columns] }
    == [[2, 6], [2, 2], [2, 2], [2, 1], [2, 1], [2, 2], [2, 2]])
// fold end

// fold: One merged matrix instead of two, and a trap
//: Many books and programs write W_aa and W_ax as one **merged** matrix, because one product is shorter to write than two. Put the two side
//: by side, and put a⟨t−1⟩ on top of x⟨t⟩:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh\left(W \begin{pmatrix} a^{\langle t-1\rangle} \\ x^{\langle t\rangle} \end{pmatrix} + b_a\right), \qquad W = \begin{pmatrix} W_{aa} & W_{ax} \end{pmatrix} = \begin{pmatrix} 0 & 0 & 2 & 0 & 0 & 0 & 0 & 0 \\ 2 & 0 & 0 & 0 & 0 & 0 & 0 & 0 \end{pmatrix}
//: ```
//:
//: It's the same sum. At *baker* the tall column is [0.964, 0, 0, 1, 0, 0, 0, 0]: first the state, then the one-hot word. Row 2 of W gives
//: 2 · 0.964, as before.
//:
//: And the trap: put x on top of a, and leave W as it is. The column is now [0, 1, 0, 0, 0, 0, 0.964, 0]. It has eight numbers as well, so
//: nothing warns you. But row 2 of W looks for the state in the first place and finds a 0 there. The new state is [0, 0]: *mr* is
//: forgotten. Some books put W_ax first and x on top, which is right too. Only mixing the two orders is wrong. (`stacked` puts one column on
//: top of another.)

let W = beside(Waa, Wax)
let right = stacked(solved.a[1], on: first[2])
let wrong = stacked(first[2], on: solved.a[1])
show("a⟨2⟩, a on top", tanh(W * right + ba).elements)
show("a⟨2⟩, x on top", tanh(W * wrong + ba).elements)
claim(
  "with a on top, the merged matrix gives the same a⟨2⟩; with x on top, it gives [0, 0]",
  tanh(W * right + ba).largestDifference(from: solved.a[2]) < 1e-12 && tanh(W * wrong + ba).elements == [0, 0])
claim(
  "with W_ax first and x on top, it's right again",
  tanh(beside(Wax, Waa) * wrong + ba).largestDifference(from: solved.a[2]) < 1e-12)
// fold end

// fold: The same layer in PyTorch
//: In PyTorch this layer is `torch.nn.RNN(6, 2)`: n_x = 6 numbers in, n_a = 2 units. Five things differ from this page:
//:
//: - **A batch is one block of numbers.** We have a list of T steps with a matrix (n_x, m) in each. In PyTorch each example is a *row*, and
//:   all steps are in one block (a *tensor*) of shape (T, m, n_x), here (6, 2, 6).
//: - **The first two axes can be swapped.** With `batch_first=True` the shape is (m, T, n_x). If you mix the two up, there is no error: the
//:   network takes the sentences for steps and the steps for sentences.
//: - **There are two biases**, `bias_ih_l0` and `bias_hh_l0`. Only their sum matters, and it is our b_a. So PyTorch counts n_a parameters
//:   more than we do. (`weight_ih_l0` is W_ax, and `weight_hh_l0` is W_aa.)
//: - **You get two results.** `output` has the states of all steps, (T, m, n_a). `h_n` has the last one alone, (1, m, n_a). The 1 is the
//:   number of layers; [Lesson 09](../09-deep/README.md) has more than one.
//: - **There is no W_ya in it.** For that you put an `nn.Linear` on top. `CrossEntropyLoss` wants its *logits*, because it does the softmax
//:   itself.

claim(
  "our layer has n_a (n_x + n_a + 1) = 18 parameters, 2 fewer than with two biases",
  RNNCell(Wax: Wax, Waa: Waa, ba: ba).parameterCount == 18 && 2 * (6 + 2 + 2) == 18 + 2)
// fold end

//: ## Experiment: why share the weights?
//:
//: Why not give each step weights of its own, like the long column of Lesson 01? Let's try. We make sentences in which a name can stand at
//: any step from 2 to 11. A name is what follows *mr*, *mrs* or *dr*:

// page: off
let names = NameNetworks(seed: run.seed(), steps: run.choose(quick: 100, standard: 300, full: 1_000))
for words in names.early.filter({ Grammar.guestNames(in: $0).contains(true) }).prefix(3) {
  show(words.joined(separator: " "))
}
// page: on

//: For training we only take sentences whose names stand at steps 2 to 6. (The sentences themselves may be longer.) Then we test at all
//: steps.

// page: off
claim(
  "names stand at steps 2 to 6 in training, and at all steps from 2 to 11 in the test",
  names.early.allSatisfy { !Grammar.guestNames(in: $0).dropFirst(6).contains(true) }
    && (2...11).allSatisfy { t in names.tests.contains { t <= $0.count && Grammar.guestNames(in: $0)[t - 1] } })
// page: on

//: Two kinds of network compete:

// page: off
show(networksPicture(), as: "networks")
// page: on

//: Above, in orange, are ten MLPs, one for each step from 2 to 11. Network 3 reads the first three words, stacked into one long column, and
//: says whether word 3 is a name. So it sees all that it needs. Each MLP has one hidden layer of 8 units, and weights of its own. Below, in
//: blue, is one recurrent network, unrolled. It's built like ours, only with 8 units, and now training finds the weights.
//:
//: For us, **training** is still a black box: it changes the weights a little, again and again, so that the answers get better. The object
//: `names` holds our sentences and does the training:

let recurrent = names.trainRecurrent()
let ten = (2...11).map { t in names.trainMLP(at: t) }

//: If the probability of "name" is above 50 %, we say that the network *calls* the word a name. If the word really is a name, the network
//: has *found* it. Guess before you look: who finds the names at step 4? And at step 9?

// page: off
let byRecurrent = names.found(by: recurrent)
let byTen = zip(2...11, ten).map { t, network in names.found(at: t, by: network) }
show(placesChart(shared: byRecurrent, own: byTen), as: "places")
claim(
  "the recurrent network finds at least 95 % of the names at every step, and calls fewer than 1 % of the other words names",
  byRecurrent.min()! >= 95 && names.falseAlarms(of: recurrent) < 1, from: .standard)
claim(
  "the ten MLPs find at least 95 % of the names at steps 2 to 6, and none at steps 7 to 11",
  byTen.prefix(5).min()! >= 95 && byTen.suffix(5).max()! == 0, from: .standard)
// page: on

//: At steps 2 to 6 the two bars are equally high. From step 7 on, the blue bar is as high as before. The orange one isn't missing: its
//: height is 0.
//:
//: Why? Network 9 never met a name during training. The right answer was always "no", and that's what it learned. Network 4 knows all about
//: *mr*, *mrs* and *dr*, but network 9 has none of its weights. The recurrent network has the *same* weights at every step. To them, step 9
//: is a step like any other: *mr* came just before, so this is a name.
//:
//: We tested the sharing here, not the memory: the word that decides always stands right before the name. One MLP that reads two words,
//: with the same weights at every step, finds the names too. But it can never look further back. Our unit with w_aa = 2 remembered *mr* for
//: twenty words.

// page: off
claim(
  "one MLP that reads two words, with the same weights at every step, finds at least 95 % of the names at every step",
  names.found(byWindow: names.trainWindow()).min()! >= 95, from: .standard)
// page: on

// fold: Sharing also saves weights
//: The recurrent network has 338 parameters, the ten MLPs have 16,380. Here is how to count them. Our vocabulary has 31 words. The recurrent
//: network has 8 rows in W_ax, W_aa and b_a, and 2 in W_ya and b_y: 8 · (31 + 8 + 1) + 2 · (8 + 1) = 338. Network 2 has no W_aa, but reads two
//: words: 8 · (2 · 31 + 1) + 2 · (8 + 1) = 522. In the same way, network 11 has 8 · (11 · 31 + 1) + 18 = 2,754.

// page: off
let sizes = ten.map { $0.layer.cell.Wax.elements.count + 8 + $0.output.parameterCount }
claim(
  "the numbers are 338, 522, 2,754, and 16,380 for all ten",
  NameNetworks.wordCount == 31 && recurrent.parameterCount == 8 * (31 + 8 + 1) + 2 * (8 + 1)
    && recurrent.parameterCount == 338 && sizes[0] == 522 && sizes[9] == 2_754 && sizes.reduce(0, +) == 16_380)
// page: on
// fold end

//: ## It knows the past only
//:
//: The trained network reads *in the end mr baker met the old cook*, and then the same sentence with *the* instead of *mr*. Here are its
//: states:

// page: off
let pair = ["mr", "the"].map { names.read(split("in the end \($0) baker met the old cook"), by: recurrent) }
show(stateHeatmap(pair), as: "state")
func apart(_ t: Int) -> Float {
  pair[0].a.columns(t - 1..<t).largestDifference(from: pair[1].a.columns(t - 1..<t))
}
func unitsApart(_ t: Int, by least: Float) -> Int {
  (0..<8).count { abs(pair[0].a[$0, t - 1] - pair[1].a[$0, t - 1]) > least }
}
// page: on

//: Each column is the state after one word, with a row for each unit. (Orange now means near 1, and blue near −1.) Compare the first
//: three columns on the left and on the right: they are equal, since a⟨3⟩ is made from x⟨1⟩, x⟨2⟩ and x⟨3⟩. The network can't know what
//: comes next. ([Lesson 08](../08-brnn/README.md) reads in both directions.)

claim(
  "the first three states are equal in both sentences, to the last bit",
  (1...3).allSatisfy { apart($0) == 0 } && pair[0].yes.prefix(3) == pair[1].yes.prefix(3))

//: The fourth words differ, and so do the fourth states. Now compare the two columns of *baker*. Most of the units are orange in one and
//: blue in the other. They say whether the word before was *mr*, like our unit 2. So the answer, in the title above each, changes too. At
//: *cook*, you can hardly see a difference: the network has learned to forget *mr*.

claim(
  "at *baker*, five or more of the eight units differ by more than 1, and the answers are above 90 % and below 10 %",
  unitsApart(5, by: 1) >= 5
    && pair[0].yes[4] > 0.9 && pair[1].yes[4] < 0.1, from: .standard)
claim("at *cook*, no unit differs by more than 0.1", apart(9) < 0.1, from: .standard)

//: ## Break it
//:
//: **Take W_aa away.** Set it to 0 in the trained network, and nothing passes from one step to the next. Then read 1,000 sentences
//: with each network: which words get both answers, here “name” and there “no name”? With W_aa there are six: *baker*, *cook*,
//: *gardener*, *smith*, *miller* and *farmer*. Without W_aa there isn't one. We are back at the MLP of the beginning: one word, one answer.

// page: off
var forgetful = recurrent
forgetful.layer.cell.Waa = Matrix(rows: 8, columns: 8)
let twofold = [recurrent, forgetful].map(names.wordsWithBothAnswers)
let jobs: Set = ["baker", "cook", "gardener", "smith", "miller", "farmer"]
claim(
  "with W_aa the six jobs get both answers and no other word does; without W_aa no word does",
  twofold[0] == jobs && twofold[1].isEmpty, from: .standard)
// page: on

//: **Let the state leak into the next sentence.** Every sentence has to start from a⟨0⟩ = 0. What if we forget that, and go on from the
//: last state of the sentence before? Take our unit with w_aa = 2, which never forgets a *mr*, and let it read *mr baker met* and then *the
//: old cook*:

let before = states([0, 1, 0, 0], waa: 2)
let reset = states([0, 0, 0, 0], waa: 2)
let leaked = states([0, 0, 0, 0], waa: 2, from: before[3])

// page: off
show(
  Table(
    ["*the old cook*", "the", "old", "cook"],
    rows: [("from a⟨0⟩ = 0", reset), ("from the state after *mr baker met*", leaked)].map { name, a in
      [name] + (1...3).map { short(a[$0]) } as [any CustomStringConvertible]
    }))
claim(
  "from 0 the state stays 0; leaked, it is about 0.96 at all three words",
  reset.allSatisfy { $0 == 0 } && leaked.dropFirst().allSatisfy { abs($0 - 0.96) < 0.005 })
// page: on

//: The unit says that there was a *mr*. But there is none in *the old cook*. The shapes are right, and the answer is wrong. (If a long text is
//: cut into pieces, you *want* to go on from the last state, as in Lesson 03. And once, in Lesson 10, a⟨0⟩ is made from an input.)

// fold: A third mistake: reading the padding
//: Lesson 01 padded short sentences with columns of zeros. Take the unit of "One unit, by hand", and pad the sentence *mr* with two zeros.
//: After its only word the state is 0.76. Read the padding too, and it's 0.18. A zero adds nothing, but the old state still goes through
//: w_aa and tanh. So give the layer the mask of Lesson 01: where it's 0, the layer keeps the old state, here 0.76. (PyTorch does this if
//: you give it a `pack_padded_sequence`.)
//:
//: You need this wherever the last state is used, for example to judge a whole sentence. The answers at the real words are safe if the
//: padding is *behind* them, because the network knows the past only.

claim(
  "padded with two zeros, the last state of *mr* is 0.18 without a mask and 0.76 with one",
  [false, true].map { short(lastState(masked: $0)) } == ["0.18", "0.76"])
// fold end

// fold: In your notes
//: - **Ng's notes** (004, §1.2) have these equations with one g for both activations; 001 ("Recurrent Neural Network Model") writes g₁ for
//:   tanh and g₂ for sigmoid or softmax. That's better, since the two differ. 000 ("前向传播与反向传播") has a figure only.
//: - **Ng's notes** (004) merge as [W_ax W_aa] with x on top; Ng's course writes [W_aa W_ax] with a on top. Both are right.
//: - **Ng's notes** (004) say of the ordinary network that it can't share what it learned at one place because it has no memory, and that a
//:   recurrent one remembers how often a word stood where. It counts nothing. Our ten networks had all the words before them and failed,
//:   because their weights are not *shared*.
//: - **Ng's notes** (004) call padding with zeros noise. It is, if it is read. With a mask it isn't.
//: - **6.S191** (the figures of 002, "Neurons with Recurrence" and "Vanilla RNN") writes h_t for our a⟨t⟩, and W_xh, W_hh, W_hy for W_ax, W_aa, W_ya.
//:   There the subscript is read from left to right.
//: - **Goodfellow** (003, the first network; equations 10.8 to 10.11 in the book) has a trap: his a is what goes *into* the tanh, and his h is our a.
//:   His U is our W_ax, W is W_aa, V is W_ya, b is b_a, c is b_y, and o are the logits. In 003, hᵗ is a slip for h⁽ᵗ⁾, and "softmatx"
//:   is the softmax.
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise02` marks what you write in [Exercise02.swift](Exercise/Exercise02.swift), and tells you what went
//: wrong. And three questions:
//:
//: 1. One unit with w_ax = 1 and w_aa = ½ reads 1, 0, 1. Compute the three states. Then do it with w_aa = −½. Why is the last state the
//:    same?

// fold: Answer
//: With ½: tanh(1) = 0.76, tanh(0.38) = 0.36, tanh(0.18 + 1) = tanh(1.18) = 0.83. With −½: 0.76, then tanh(−0.38) = −0.36, and then tanh(½
//: · 0.36 + 1) = 0.83 again. Since tanh(−z) = −tanh(z), the middle state only gets a minus sign, and −½ times it is positive again.

let signs = [0.5, -0.5].map { states([0, 1, 0, 1], waa: $0) }
claim(
  "the states are 0.76, 0.36, 0.83 and 0.76, −0.36, 0.83",
  signs.map { $0.dropFirst().map(short) } == [["0.76", "0.36", "0.83"], ["0.76", "-0.36", "0.83"]])
// fold end

//: 2. A vocabulary has 10,000 words. A network of 100 units reads them one-hot and ends in a softmax over the same 10,000. How many
//:    parameters does it have? What are the shapes of x⟨t⟩ and a⟨t⟩ in a batch of 50?

// fold: Answer
//: W_ax 1,000,000, W_aa 10,000, b_a 100, W_ya 1,000,000, b_y 10,000: together 2,020,100. Nearly all of them are where words come in and go
//: out. x⟨t⟩ is (10,000, 50), and a⟨t⟩ is (100, 50).

// page: off
claim("it has 2,020,100 parameters", parameterCount(words: 10_000, units: 100) == 2_020_100)
// page: on
// fold end

//: 3. In *mr old baker* the name comes two words after *mr*, and our two units miss it. Add a third unit that says "two words ago there was
//:    *mr*", and let the output read unit 3 instead of unit 2. Write down W_aa and W_ya. What does the network say now in *mr old baker*,
//:    and what in *mr baker*?

// fold: Answer
//: Unit 3 reads what unit 2 said one step before, and the 6 of W_ya moves to column 3. (W_ax and b_a get one more 0 row.)
//:
//: ```math
//: W_{aa} = \begin{pmatrix} 0 & 0 & 0 \\ 2 & 0 & 0 \\ 0 & 2 & 0 \end{pmatrix}, \qquad W_{ya} = \begin{pmatrix} 0 & 0 & 0 \\ 0 & 0 & 6 \end{pmatrix}
//: ```
//:
//: In *mr old baker*, unit 3 is tanh(2 · 0.959) = 0.958 at *baker*, and the answer is 94 % again. But in *mr baker* the name is missed now:
//: 5 %. With a 6 in column 2 as well, both names are found, and then *old* in *mr old baker* is called a name too.

// page: off
claim(
  "reading unit 3, it answers 5 %, 5 %, 94 % in *mr old baker* and 5 %, 5 % in *mr baker*",
  threeUnits(oneHot("mr old baker"), second: 0).map(percent) == ["5 %", "5 %", "94 %"]
    && threeUnits(oneHot("mr baker"), second: 0).map(percent) == ["5 %", "5 %"])
claim(
  "reading both, it says yes to *old* and *baker* in *mr old baker*, and to *baker* in *mr baker*",
  threeUnits(oneHot("mr old baker"), second: 6).map { $0 > 0.5 } == [false, true, true]
    && threeUnits(oneHot("mr baker"), second: 6).map { $0 > 0.5 } == [false, true])
// page: on
// fold end

//: ## In short
//:
//: A recurrent layer is a layer of an MLP with one more term: W_aa times its own state of the step before. The state is a memory, W_aa
//: decides how long it lasts, and tanh keeps it in bounds. All steps share their weights, so what is learned at one step holds at every
//: step. The answer at step t knows x⟨1⟩ to x⟨t⟩ and nothing later. Start every sentence from a⟨0⟩ = 0: if you forget it, no error tells
//: you.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson02 --seed 2  # other sentences and weights
//: swift run Lesson02 --full    # a longer training
//: swift run Lesson02 --ascii   # the charts in the terminal
//: ```
//:
//: [Lesson 01](../01-notation/README.md) has the notation. The [next lesson](../03-bptt/README.md) opens the black box: it goes back through the
//: unrolled network and asks which step is to blame.

end()
