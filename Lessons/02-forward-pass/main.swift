import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

let run = NotebookOptions.parseLesson()
var random = RandomSource(seed: run.seed())

begin("02", "Forward pass", run)

//: *Beside the notes: 001 “Recurrent Neural Network Model”; 004 §1.2 to “前向传播”; 000 “前向传播与反向传播”; 002 to “Vanilla RNN”; 003, first network.*
//:
//: A recurrent network reads a sequence from left to right and keeps a **state** a⟨t⟩, a column of numbers. At each step it makes a new state
//: from the old one and from what it reads, always with the same weights.
//:
//: ## One step
//:
//: The sentence “mr cook met the baker” is read a word a step, each as a one-hot column of Lesson 01. Is the word a name? An untrained network of
//: two units shall say.

let words = ["baker", "cook", "met", "mr", "the"]
func columns(_ sentence: String) -> [Matrix<Double>] {
  sentence.split(separator: " ").map { word in Matrix(column: words.map { $0 == word ? 1 : 0 }) }
}
let x = columns("mr cook met the baker")
let (nx, na, ny) = (5, 2, 2)
let Wax = Matrix<Double>(rows: na, columns: nx) { random.uniform(in: -1..<1) }
let Waa = Matrix<Double>([[0.4, -0.7], [0.7, 0.4]])
let Wya = Matrix<Double>(rows: ny, columns: na) { random.normal() }
let (ba, by) = (Matrix<Double>(rows: na, columns: 1), Matrix<Double>(rows: ny, columns: 1))

//: The index of a weight has two letters, as 004 says: on the left what is computed, on the right what is multiplied. W_ax makes a from x. Before
//: the first step there is nothing to remember, a⟨0⟩ = 0. Then
//:
//: ```math
//: z^{\langle 1\rangle} = W_{aa}\,a^{\langle 0\rangle} + W_{ax}\,x^{\langle 1\rangle} + b_a
//: ```

let a0 = Matrix<Double>(rows: na, columns: 1)
let z1 = Waa * a0 + Wax * x[0] + ba

//: A function g₁ bends each number. The usual one is tanh, whose values lie between −1 and 1:
//:
//: ```math
//: a^{\langle 1\rangle} = g_1(z^{\langle 1\rangle}) = \tanh z^{\langle 1\rangle}
//: ```

let a1 = tanh(z1)

//: The output has a g₂ of its own, here the softmax, $`e^{z_i} / \sum_j e^{z_j}`$: positive numbers that sum to 1, a probability for each class.
//:
//: ```math
//: \hat y^{\langle 1\rangle} = g_2(W_{ya}\,a^{\langle 1\rangle} + b_y) = \mathrm{softmax}(W_{ya}\,a^{\langle 1\rangle} + b_y)
//: ```

let ŷ1 = softmax(Wya * a1 + by)

func shape(_ matrix: Matrix<Double>) -> String { "(\(matrix.rows), \(matrix.columns))" }
func values(_ matrix: Matrix<Double>) -> String { matrix.elements.map { formatted($0) }.joined(separator: ", ") }
let inputs = [("x⟨1⟩", x[0]), ("W_ax", Wax), ("a⟨0⟩", a0), ("W_aa", Waa), ("b_a", ba)]
let results = [("z⟨1⟩", z1), ("a⟨1⟩", a1), ("W_ya", Wya), ("b_y", by), ("ŷ⟨1⟩", ŷ1)]
show(Table(["", "shape", "values, row by row"], rows: (inputs + results).map { [$0, shape($1), values($1)] }))
claim("W_aa a⟨0⟩ is 0, and W_ax x⟨1⟩ is the column of “mr”", z1 == Matrix(column: [Wax[0, 3], Wax[1, 3]]))

//: 001 calls the functions g₁ and g₂; 004 writes g for both, though they differ. 003 has a trap: its a⁽ᵗ⁾ is our z⟨t⟩, its h⁽ᵗ⁾ our a⟨t⟩.
//:
//: ## All steps
//:
//: The next step is the same with a⟨1⟩ in the place of a⟨0⟩, and so on, which makes a loop:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad \hat y^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y)
//: ```

func forward(_ x: [Matrix<Double>]) -> (a: [Matrix<Double>], ŷ: [Matrix<Double>]) {
  var a = [Matrix<Double>(rows: na, columns: x[0].columns)]
  var ŷ = [Matrix<Double>(rows: ny, columns: x[0].columns)]
  for t in 1...x.count {
    a.append(tanh(Waa * a[t - 1] + Wax * x[t - 1] + ba))
    ŷ.append(softmax(Wya * a[t] + by))
  }
  return (a, ŷ)
}
let (a, ŷ) = forward(x)
show(Table(["t", "a⟨t⟩", "ŷ⟨t⟩"], rows: (1...5).map { [$0, values(a[$0]), values(ŷ[$0])] }))

//: The library has this loop as a layer, which computes W_ax x⟨t⟩ + b_a for all steps at once before it takes the steps. It writes the states
//: on a **tape**, from which the way back will read them (Lesson 03):

let layer = Recurrent(RNNCell(Wax: Wax, Waa: Waa, ba: ba))
let tape = layer(SequenceBatch(x))
let difference = (1...5).map { tape.outputSequence[$0 - 1].largestDifference(from: a[$0]) }.max()!
show("largest difference of a state from the library's", difference)
claim("it is rounding, below 10⁻¹²", difference < 1e-12)

//: With two units a state is a point in the plane, and a sentence a path. Another sentence begins with “the” and goes on in the same way. Its
//: path starts elsewhere and draws near, for the state forgets: this W_aa turns a difference and shrinks it to √0.65 of itself, and tanh
//: stretches none.

let other = forward(columns("the cook met the baker")).a
func path(_ name: String, _ a: [Matrix<Double>], _ names: [String]) -> [Mark] {
  let (x, y) = (a.map { $0[0, 0] }, a.map { $0[1, 0] })
  return [.line(name, x: x, y: y, hasPoints: true), .texts(names, x: x, y: y)]
}
let mr = path("mr cook met the baker", a, ["a⟨0⟩", "mr", "cook", "met", "the", "baker"])
let the = path("the cook met the baker", other, ["", "the", "", "", "", ""])
show(
  Chart(
    "Two sentences that differ in their first word: the states draw near again", x: "first unit of a⟨t⟩ [−1 to 1]",
    y: "second unit of a⟨t⟩ [−1 to 1]", mr + the), as: "path")
func length(_ a: Matrix<Double>) -> Double { a.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
let apart = (1...5).map { length(a[$0] - other[$0]) }
show("distance at the steps 1 to 5", apart)
claim("each step leaves at most √0.65 of it", zip(apart, apart.dropFirst()).allSatisfy { $1 < 0.807 * $0 })

//: ## Sigmoid or softmax
//:
//: “Is it a name?” is a yes or no, for which one number is enough: ŷ⟨t⟩ = σ(w a⟨t⟩ + b), with σ(z) = 1 / (1 + e⁻ᶻ). With two classes that is the
//: softmax, if w is the difference of the rows of W_ya. With more, a softmax chooses one of them, while each σ answers a question of its own:

let w = Wya.rows(1..<2) - Wya.rows(0..<1)
claim("σ is the second number of the softmax", abs(σ(w * a[5])[0, 0] - ŷ[5][1, 0]) < 1e-12)
let logits = Matrix<Double>(column: [2, 1, 0])
show(Table(["logits 2, 1, 0", "values"], rows: [["σ", values(σ(logits))], ["softmax", values(softmax(logits))]]))

//: ## One matrix for both
//:
//: The two products can be one: put W_aa and W_ax side by side, and a⟨t−1⟩ on top of x⟨t⟩.
//:
//: ```math
//: a^{\langle t\rangle} = \tanh\left(W\,[a^{\langle t-1\rangle};\ x^{\langle t\rangle}] + b_a\right), \qquad W = [W_{aa}\ W_{ax}]
//: ```

func beside(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
  ([left.transposed, right.transposed] as Matrix).transposed
}
let W = beside(Waa, Wax)
let a2 = tanh(W * [a[1], x[1]] + ba)
show("shapes of W and [a⟨1⟩; x⟨2⟩]", "\(shape(W)), \(shape([a[1], x[1]]))")
claim("it is the same a⟨2⟩", a2.largestDifference(from: a[2]) < 1e-12)

//: Ng writes [W_aa W_ax], 004 [W_ax W_aa] with x on top of a. Both are right. Where the two orders differ, the shapes fit and nothing warns:

let fourth = tanh(beside(Wax, Waa) * [x[1], a[1]] + ba)
let mixed = tanh(W * [x[1], a[1]] + ba)
claim("004's order gives the same", fourth.largestDifference(from: a[2]) < 1e-12)
claim("mixed orders give something else", mixed.largestDifference(from: a[2]) > 0.01)

//: ## A batch
//:
//: Several sentences of one length are read side by side. x⟨t⟩ is then (n_x, m), a column an example, and a⟨t⟩ is (n_a, m). `forward` needs no
//: change: the weights stay as they are, b_a is added to every column, and T larger products take the place of T · m.

let (first, second) = (columns("mr cook met the baker"), columns("the baker met mr cook"))
let together = forward((0..<5).map { beside(first[$0], second[$0]) })
show("shapes of a⟨t⟩ and ŷ⟨t⟩", "\(shape(together.a[1])), \(shape(together.ŷ[1]))")
let loop = zip(forward(first).ŷ, forward(second).ŷ).map(beside)
claim("each column is as if it were alone", zip(together.ŷ, loop).allSatisfy { $0.largestDifference(from: $1) < 1e-12 })

//: ## The same weights at every step
//:
//: 004 says what is wrong with an ordinary network, with weights of its own for each position: the lengths differ, and a name learned at one
//: place is not known at another. It blames the second on a lack of memory, and has the recurrent network remember how often a word stood where.
//: It counts nothing; its weights are *shared*. In these sentences a name is what follows a title; the same word can be a trade, as in “the old
//: cook”. All names to train on stand at the places 2 to 6.

let spoken = Grammar.guests.sentences(4_000, using: &random)
let early = spoken.filter { !Grammar.guestNames(in: $0).dropFirst(6).contains(true) }
for sentence in early.prefix(3) { show(sentence.joined(separator: " ")) }
let places = Array(2...11), n = GuestSentences.vocabulary.count
let (told, asked) = (GuestSentences(early.prefix(500)), GuestSentences(spoken.suffix(1_000)))

//: One network is recurrent. Against it stand ten ordinary ones, which take one step from a⟨0⟩ = 0: that of place t reads x⟨1⟩ … x⟨t⟩ as one
//: column, on top of each other, and says whether the word at t is a name. Each is a `Tagger`, a layer with an output at every step, of
//: 8 units; all are trained alike.

func trained(_ size: Int, on batch: TaggerBatch<Float>) -> Tagger<RNN<Float>> {
  let cell = RNNCell<Float>(inputSize: size, hiddenSize: 8, using: &random)
  let model = Tagger(layer: Recurrent(cell), output: Dense(inputSize: 8, outputSize: 2, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.02, for: model))
  for _ in 0..<run.choose(quick: 100, standard: 300, full: 1_000) { _ = attempt { try trainer.step(on: batch) } }
  return trainer.model
}
func at(_ t: Int, _ batch: TokenBatch) -> [Int32] { Array(batch.ids[(t - 1) * batch.batch..<t * batch.batch]) }
func upTo(_ t: Int, _ sentences: GuestSentences) -> TaggerBatch<Float> {
  let x = sentences.words.oneHot(size: n, as: Float.self)
  let column = Matrix(rows: t * n, columns: x.batch, elements: (0..<t).flatMap { x[$0].elements })
  var y = TokenBatch(length: 1, batch: x.batch)
  y.ids = at(t, sentences.names)
  return TaggerBatch(inputs: .features(SequenceBatch([column])), targets: y)
}
let shared = trained(n, on: TaggerBatch(inputs: .tokens(told.words), targets: told.names, mask: told.mask))
let own = places.map { t in trained(t * n, on: upTo(t, told)) }

//: How many of the names at each place are found?

func found(_ t: Int, by tags: [Int32]) -> Double {
  let names = zip(at(t, asked.names), tags).filter { $0.0 == 1 }
  return 100 * Double(names.count { $0.1 == 1 }) / Double(names.count)
}
let tags = shared.tags(.tokens(asked.words), mask: asked.mask)
let byShared = places.map { found($0, by: at($0, tags)) }
let byOwn = zip(places, own).map { t, network in found(t, by: network.tags(upTo(t, asked).inputs).ids) }
show(
  Chart(
    "Names learned at the places 2 to 6: only shared weights find them elsewhere",
    x: Axis("place of the name", .categorical(places.map(String.init))), y: "names found [%]",
    [.bars("one network, its weights shared", y: byShared), .bars("a network for each place", y: byOwn)]), as: "places")
claim("the recurrent network finds nearly all, at every place", byShared.min()! > 90, from: .standard)
let wrong = zip(asked.names.ids, tags.ids).count { $0 == 0 && $1 == 1 }
claim("it takes next to no other word for one", wrong < 50, from: .standard)
claim("the others find nearly all where they were trained", byOwn.prefix(5).min()! > 90, from: .standard)
claim("and next to none elsewhere", byOwn.suffix(5).max()! < 10)

//: The weights for place 9 never meet a name, so they learn to say no. The shared weights meet names at many steps, and step 9 is like any other.
//:
//: ## The past only
//:
//: ŷ⟨t⟩ is made of x⟨1⟩ … x⟨t⟩ and of nothing later. To see it, change x⟨4⟩ and look where the states and the answers change:

func reading(_ sentence: String) -> (words: [String], a: Matrix<Float>, yes: [Float]) {
  let words = sentence.split(separator: " ").map(String.init)
  let tape = shared.layer.makeTape()
  let tokens = GuestSentences([words]).words
  shared.layer.forward(.tokens(tokens), from: nil, mask: nil, on: tape)
  let ŷ = shared.probabilities(.tokens(tokens))
  return (words, tape.outputSequence.trajectory(example: 0), words.indices.map { ŷ[$0][1, 0] })
}
let (one, two) = (reading("in the end mr baker met the old cook"), reading("in the end the baker met the old cook"))
let panels = [one, two].map { words, a, _ in
  let rows = (0..<a.rows).map { unit in words.indices.map { Double(a[unit, $0]) } }
  return Panel("x⟨4⟩ = \(words[3])", rows, columns: words)
}
show(
  Heatmap(
    "The state over a sentence: another fourth word changes nothing before it", x: "word read", y: "unit",
    color: "a⟨t⟩", palette: .diverging, range: -1...1, panels: panels), as: "state")
let guesses = one.words.indices.map { t in (t + 1, one.words[t], 100 * one.yes[t], 100 * two.yes[t]) }
show(Table(["t", "x⟨t⟩", "a name, %", "with “the”, %"], rows: guesses.map { [$0, $1, $2, $3] }), kind: .varies)
claim("ŷ⟨1⟩, ŷ⟨2⟩ and ŷ⟨3⟩ are the same to the last bit", one.yes.prefix(3) == two.yes.prefix(3))
claim("baker is a name in the one, and none in the other", one.yes[4] > 0.9 && two.yes[4] < 0.1, from: .standard)

//: Where the answer comes later, as in “Teddy Roosevelt” and “teddy bears”, a network must read both ways, which Lesson 08 does.
//:
//: ## Break it
//:
//: **Take W_aa away.** With W_aa = 0 nothing passes from step to step. How many words are then a name in one sentence and none in another?

func ambiguous(_ model: Tagger<RNN<Float>>) -> Int {
  let tags = model.tags(.tokens(asked.words), mask: asked.mask).ids
  let tagged = Set(zip(asked.words.ids, tags).filter { $1 >= 0 }.map { [$0, $1] })
  return tagged.count - Set(tagged.map { $0[0] }).count
}
var forgetful = shared
forgetful.layer.cell.Waa = Matrix(rows: 8, columns: 8)
show("words with both answers: with W_aa, without", [ambiguous(shared), ambiguous(forgetful)], kind: .varies)
claim("with W_aa the six trades are among them", ambiguous(shared) >= 6, from: .standard)
claim("without, there is none", ambiguous(forgetful) == 0)

//: ## What to expect
//:
//: The shared weights are n_a (n_a + n_x + 1) + n_y (n_a + 1) numbers for any length, the network of place t has n_a (t n_x + 1) + n_y (n_a + 1).
//: Weights that never meet a name cannot learn one, so the last column should be 100 and 0.

let sums = [8 * (8 + n + 1) + 2 * (8 + 1), places.reduce(0) { $0 + 8 * ($1 * n + 1) + 2 * (8 + 1) }]
let headings = ["weights", "numbers", "found at 2 to 6, %", "found at 7 to 11, %"]
let scores = [("shared", sums[0], byShared), ("one a place", sums[1], byOwn)]
show(Table(headings, rows: scores.map { [$0, $1, mean($2.prefix(5)), mean($2.suffix(5))] }), kind: .varies)
claim("the library has as many, the others forty times", shared.parameterCount == sums[0] && sums[1] > 40 * sums[0])

//: ## Exercises
//:
//: 1. The notes' vocabulary has 10,000 words. A network of 100 units reads them and ends in a softmax over them. How many parameters has it?

// fold: Answer
//: W_ax 1,000,000, W_aa 10,000, b_a 100, W_ya 1,000,000, b_y 10,000: together 2,020,100. Nearly all stand where words come in and go out.

let large = RNNCell<Float>(inputSize: 10_000, hiddenSize: 100, using: &random)
let wide = Dense<Float>(inputSize: 100, outputSize: 10_000, using: &random)
claim("2,020,100", large.parameterCount + wide.parameterCount == 2_020_100)
// fold end

//: 2. What are the shapes of the merged W and of [a⟨t−1⟩; x⟨t⟩] in that network, for a batch of 50?

// fold: Answer
//: (100, 10,100) and (10,100, 50): the columns of the one are the rows of the other.

claim("10,100 columns", large.Waa.columns + large.Wax.columns == 10_100)
// fold end

//: 3. One unit without tanh has W_aa = 0.5, W_ax = 1 and b_a = 0. It reads a 1 and then only zeros. What is a⟨10⟩? And with W_aa = 1.5?

// fold: Answer
//: a⟨1⟩ is 1, and each step multiplies by W_aa: 0.5⁹ = 1/512, and 1.5⁹ is about 38.4. Lesson 05 is about such powers.

func tenth(_ weight: Double) -> Double { (2...10).reduce(1) { a, _ in weight * a } }
claim("1/512, and about 38.4", tenth(0.5) == 1.0 / 512 && abs(tenth(1.5) - 38.4) < 0.05)
// fold end

//: [Lesson 01](../01-notation/README.md) made the columns read here. The next goes back: [backpropagation through time](../03-bptt/README.md).

end()
