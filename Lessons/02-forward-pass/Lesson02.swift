import Notebook
import Plotting
import SequenceModels

let run = NotebookOptions.parseLesson()
var random = RandomSource(seed: run.seed())

begin("02", "Forward pass", run)

//: *Beside the notes: 001 “Recurrent Neural Network Model”; 004 §1.2 up to “前向传播”; 000 “前向传播与反向传播”; 002 “Neurons with Recurrence” and “Vanilla
//: RNN”; 003, the first network.*
//:
//: A recurrent network reads a sequence from left to right and keeps a **state** a⟨t⟩, a column of numbers. At each step it makes a new state from the old
//: one and from what it reads, with the same weights every time. That is the whole idea; this lesson writes it out.
//:
//: ## One step
//:
//: The sentence “mr cook met the baker” is read a word a step, each as a one-hot column of Lesson 01. Is the word a name? A network of two units shall say.
//: It has learned nothing yet.

let words = ["baker", "cook", "met", "mr", "the"]
func columns(_ sentence: String) -> [Matrix<Double>] {
  sentence.split(separator: " ").map { word in Matrix(column: words.map { $0 == word ? 1 : 0 }) }
}
let x = columns("mr cook met the baker")
let (nx, na, ny) = (5, 2, 2)
let Wax = Matrix<Double>(rows: na, columns: nx) { random.normal() }
let Waa = Matrix<Double>([[0.4, -0.7], [0.7, 0.4]])
let Wya = Matrix<Double>(rows: ny, columns: na) { random.normal() }
let (ba, by) = (Matrix<Double>(rows: na, columns: 1), Matrix<Double>(rows: ny, columns: 1))

//: The index of a weight has two letters, as 004 says: on the left what is computed, on the right what is multiplied. W_ax makes a from x. Before the
//: first step there is nothing to remember, a⟨0⟩ = 0. Then
//:
//: $$ z^{\langle 1\rangle} = W_{aa}\,a^{\langle 0\rangle} + W_{ax}\,x^{\langle 1\rangle} + b_a $$

let a0 = Matrix<Double>(rows: na, columns: 1)
let z1 = Waa * a0 + Wax * x[0] + ba

//: $$ a^{\langle 1\rangle} = g_1(z^{\langle 1\rangle}) = \tanh z^{\langle 1\rangle} $$

let a1 = tanh(z1)

//: $$ \hat y^{\langle 1\rangle} = g_2(W_{ya}\,a^{\langle 1\rangle} + b_y) = \mathrm{softmax}(W_{ya}\,a^{\langle 1\rangle} + b_y) $$

let ŷ1 = softmax(Wya * a1 + by)

func shape(_ matrix: Matrix<Double>) -> String { "(\(matrix.rows), \(matrix.columns))" }
func values(_ matrix: Matrix<Double>) -> String { matrix.elements.map { formatted($0) }.joined(separator: ", ") }
let inputs = [("x⟨1⟩", x[0]), ("W_ax", Wax), ("a⟨0⟩", a0), ("W_aa", Waa), ("b_a", ba)]
let results = [("z⟨1⟩", z1), ("a⟨1⟩", a1), ("W_ya", Wya), ("b_y", by), ("ŷ⟨1⟩", ŷ1)]
show(Table(["", "shape", "values, row by row"], rows: (inputs + results).map { [$0, shape($1), values($1)] }))
claim("W_aa a⟨0⟩ is 0, and W_ax x⟨1⟩ is the column of “mr”", z1 == Matrix(column: [Wax[0, 3], Wax[1, 3]]))
claim("ŷ⟨1⟩ sums to 1", abs(ŷ1[0, 0] + ŷ1[1, 0] - 1) < 1e-12)

//: 001 calls the two functions g₁ and g₂; 004 writes g for both, though they differ. 003 has other letters, and one of them is a trap: its a⁽ᵗ⁾ is our z⟨t⟩,
//: its h⁽ᵗ⁾ is our a⟨t⟩.
//:
//: ## All steps
//:
//: The next step is the same with a⟨1⟩ in the place of a⟨0⟩, and so on, which makes a loop:
//:
//: $$ a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad \hat y^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y) $$

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
claim("its first step is the one above", a[1] == a1 && ŷ[1] == ŷ1)

//: The library has this loop as a layer. It computes W_ax x⟨t⟩ + b_a for all steps at once, and then takes the steps:

let layer = Recurrent(RNNCell(Wax: Wax, Waa: Waa, ba: ba))
let tape = layer.makeTape()
SequenceBatch(x).withBlock { layer.forward(.features($0, length: 5, batch: 1), from: nil, mask: nil, on: tape) }
let difference = (1...5).map { tape.outputSequence[$0 - 1].largestDifference(from: a[$0]) }.max()!
show("largest difference of a state from the library's", difference)
claim("it is rounding, below 10⁻¹²", difference < 1e-12)

//: With two units a state is a point in the plane, and a sentence a path. A second sentence begins with “the” and goes on in the same way. Its path starts
//: elsewhere and draws near to the first, for the state forgets: with this W_aa a difference shrinks at each step to 0.81 of itself or less.

let other = forward(columns("the cook met the baker")).a
func path(_ name: String, _ a: [Matrix<Double>], _ names: [String]) -> Points {
  Points(name, x: a.map { $0[0, 0] }, y: a.map { $0[1, 0] }, names: names, isPath: true)
}
let mr = path("mr cook met the baker", a, ["a⟨0⟩", "mr", "cook", "met", "the", "baker"])
let the = path("the cook met the baker", other, ["", "the", "", "", "", ""])
show(
  ScatterPlot(
    title: "Two sentences that differ in their first word: the states draw near again",
    xLabel: "first unit of a⟨t⟩ [−1 to 1]", yLabel: "second unit of a⟨t⟩ [−1 to 1]", points: [mr, the]), as: "path")
func length(_ a: Matrix<Double>) -> Double { a.elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
let apart = (1...5).map { length(a[$0] - other[$0]) }
show("distance of the two at the steps 1 to 5", apart)
claim("from step to step it shrinks to 0.81 or less", zip(apart, apart.dropFirst()).allSatisfy { $1 <= 0.81 * $0 })

//: ## Sigmoid or softmax
//:
//: “Is it a name?” is a yes or no, for which one number is enough, ŷ⟨t⟩ = σ(w a⟨t⟩ + b). A choice of one among several classes takes a softmax. With two
//: classes they are the same, if w is the difference of the two rows of W_ya. With more, several σ answer a question each and need not sum to 1:

let w = Wya.rows(1..<2) - Wya.rows(0..<1)
claim("σ is the second number of the softmax", abs(σ(w * a[5])[0, 0] - ŷ[5][1, 0]) < 1e-12)
let logits = Matrix<Double>(column: [2, 1, 0])
show(Table(["logits 2, 1, 0", "values"], rows: [["σ", values(σ(logits))], ["softmax", values(softmax(logits))]]))
claim("these three σ sum to more than 2", σ(logits).elements.reduce(0, +) > 2)

//: ## One matrix for both
//:
//: The two products can be one: put W_aa and W_ax side by side, and a⟨t−1⟩ on top of x⟨t⟩.
//:
//: $$ a^{\langle t\rangle} = \tanh\left(W\,[a^{\langle t-1\rangle};\ x^{\langle t\rangle}] + b_a\right), \qquad W = [W_{aa}\ W_{ax}] $$

func beside(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
  ([left.transposed, right.transposed] as Matrix).transposed
}
let W = beside(Waa, Wax)
let a2 = tanh(W * [a[1], x[1]] + ba)
show("shapes of W and [a⟨1⟩; x⟨2⟩]", "\(shape(W)), \(shape([a[1], x[1]]))")
claim("it is the same a⟨2⟩", a2.largestDifference(from: a[2]) < 1e-12)

//: Ng writes [W_aa W_ax], 004 writes [W_ax W_aa] with x on top of a. Both are right, but the two orders must agree. Where they do not, the shapes still fit
//: and nothing warns:

let fourth = tanh(beside(Wax, Waa) * [x[1], a[1]] + ba)
let mixed = tanh(W * [x[1], a[1]] + ba)
claim("004's order gives the same", fourth.largestDifference(from: a[2]) < 1e-12)
claim("mixed orders give something else", mixed.largestDifference(from: a[2]) > 0.01)

//: ## A batch
//:
//: Several sentences of one length are read side by side. x⟨t⟩ is then (n_x, m), a column an example, and a⟨t⟩ is (n_a, m). `forward` needs no change: the
//: weights stay as they are, and b_a is added to every column.

let (first, second) = (columns("mr cook met the baker"), columns("the baker met mr cook"))
let together = forward((0..<5).map { beside(first[$0], second[$0]) })
show("shapes of a⟨t⟩ and ŷ⟨t⟩", "\(shape(together.a[1])), \(shape(together.ŷ[1]))")
let loop = zip(forward(first).ŷ, forward(second).ŷ).map(beside)
let gap = (1...5).map { together.ŷ[$0].largestDifference(from: loop[$0]) }.max()!
claim("each column is as if it were alone", gap < 1e-12)

//: That is T products in the place of T · m, and larger ones, which a processor does better.
//:
//: ## The same weights at every step
//:
//: 004 says what is wrong with an ordinary network, which has weights of its own for each position: the lengths differ, and a name learned at one place is not
//: known at another. It blames the second on a lack of memory. The cause is that the weights are not *shared*, and that can be measured. In these sentences
//: a name is what follows a title; the same word can be a trade, as in “the old cook”. All names to train on stand at the places 2 to 6.

let spoken = Grammar.guests.sentences(4_000, using: &random)
let early = spoken.filter { !Grammar.guestNames(in: $0).dropFirst(6).contains(true) }
for sentence in early.prefix(3) { show(sentence.joined(separator: " ")) }

let guests = Vocabulary(unit: .word, tokens: Grammar.guests.vocabulary), n = guests.count
func batch(_ sentences: some Sequence<[String]>) -> (x: TokenBatch, y: TokenBatch, mask: Mask) {
  let (x, mask) = TokenBatch.padded(sentences.map { $0.map { guests.id(of: $0)! } })
  let (y, _) = TokenBatch.padded(sentences.map { Grammar.guestNames(in: $0).map { $0 ? 1 : 0 } })
  return (x, y, mask)
}
let (told, asked) = (batch(early.prefix(500)), batch(spoken.suffix(1_000)))

//: One network is recurrent. Against it stand ten ordinary ones, for the places 2 to 11: that of place t reads x⟨1⟩ … x⟨t⟩ as one column, one on top of the
//: other, and says whether the word at t is a name. (A single step from a⟨0⟩ = 0 is an ordinary network.) All have 8 units and the same training.

func trained(_ size: Int, on batch: TaggerBatch<Float>) -> Tagger<RNN<Float>> {
  let cell = RNNCell<Float>(inputSize: size, hiddenSize: 8, using: &random)
  let model = Tagger(layer: Recurrent(cell), output: Dense(inputSize: 8, outputSize: 2, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.02, for: model))
  for _ in 0..<run.choose(quick: 100, standard: 300, full: 1_000) { _ = attempt { try trainer.step(on: batch) } }
  return trainer.model
}
func column(_ x: TokenBatch, to t: Int) -> SequenceInput<Float> {
  let x = x.oneHot(size: n, as: Float.self)
  let elements = (0..<t).flatMap { x[$0].elements }
  return .features(SequenceBatch([Matrix(rows: t * n, columns: x.batch, elements: elements)]))
}
func row(_ t: Int, of batch: TokenBatch) -> TokenBatch {
  var row = TokenBatch(length: 1, batch: batch.batch)
  row.ids = Array(batch.ids[(t - 1) * batch.batch..<t * batch.batch])
  return row
}
let places = Array(2...11)
let shared = trained(n, on: TaggerBatch(inputs: .tokens(told.x), targets: told.y, mask: told.mask))
let own = places.map { t in
  trained(t * n, on: TaggerBatch(inputs: column(told.x, to: t), targets: row(t, of: told.y)))
}

//: Of the names at each place, how many are found? And of the other words, how many are taken for names?

func called(_ kind: Int32, at t: Int, by tags: TokenBatch) -> Double {
  let tags = zip(row(t, of: asked.y).ids, tags.ids).filter { $0.0 == kind }.map(\.1)
  return 100 * Double(tags.count { $0 == 1 }) / Double(tags.count)
}
let tags = shared.tags(.tokens(asked.x), mask: asked.mask)
let answers = [places.map { row($0, of: tags) }, zip(places, own).map { $1.tags(column(asked.x, to: $0)) }]
let found = answers.map { zip(places, $0).map { called(1, at: $0, by: $1) } }
let mistaken = answers.map { zip(places, $0).map { called(0, at: $0, by: $1) } }
let bars = [Bars("one network, its weights shared", found[0]), Bars("a network for each place", found[1])]
show(
  BarChart(
    title: "Names learned at the places 2 to 6: only shared weights find them elsewhere", xLabel: "place of the name",
    yLabel: "names found [%]", categories: places.map(String.init), bars: bars), as: "places")
claim("at the places of the training both find nearly all", found.joined().prefix(5).min()! > 90, from: .standard)
claim("elsewhere the recurrent network does so too", found[0].suffix(5).min()! > 90, from: .standard)
claim("and the others find next to nothing", found[1].suffix(5).max()! < 10)
claim("next to no other word is taken for a name", mistaken.joined().max()! < 5, from: .standard)

//: The weights for place 9 have never met a name there, so they have learned to say no. The shared weights have met names at every step of the training,
//: and to them step 9 is like step 2.
//:
//: ## The past only
//:
//: ŷ⟨t⟩ is made of x⟨1⟩ … x⟨t⟩ and of nothing that comes later. To see it, change x⟨4⟩ and look where the states and the answers change:

func reading(_ sentence: String) -> (words: [String], a: Matrix<Float>, yes: [Float]) {
  let words = sentence.split(separator: " ").map(String.init)
  let tape = shared.layer.makeTape()
  let tokens = batch([words]).x
  shared.layer.forward(.tokens(tokens), from: nil, mask: nil, on: tape)
  let ŷ = shared.probabilities(.tokens(tokens))
  return (words, tape.outputSequence.trajectory(example: 0), words.indices.map { ŷ[$0][1, 0] })
}
let (one, two) = (reading("in the end mr baker met the old cook"), reading("in the end the baker met the old cook"))
let panels = [one, two].map { words, a, _ in
  let rows = (0..<a.rows).map { unit in words.indices.map { Double(a[unit, $0]) } }
  return Panel("x⟨4⟩ = \(words[3])", values: rows, columnLabels: words)
}
show(
  Heatmap(
    title: "The state over a sentence: another fourth word changes nothing before it", xLabel: "word read",
    yLabel: "unit", colorLabel: "a⟨t⟩", panels: panels, palette: .diverging, range: -1...1), as: "state")
let guesses = one.words.indices.map { t in
  [t + 1, one.words[t], 100 * one.yes[t], 100 * two.yes[t]] as [any CustomStringConvertible]
}
show(Table(["t", "x⟨t⟩", "is it a name, %", "with “the” at 4, %"], rows: guesses), kind: .trained)
claim("ŷ⟨1⟩, ŷ⟨2⟩ and ŷ⟨3⟩ are the same to the last bit", one.yes.prefix(3) == two.yes.prefix(3))
claim("baker is a name in the one, and none in the other", one.yes[4] > 0.9 && two.yes[4] < 0.1, from: .standard)

//: Where the answer comes later, as in “Teddy Roosevelt” and “teddy bears”, a network must read both ways, which a later lesson does.
//:
//: ## Break it
//:
//: **Take W_aa away.** With W_aa = 0 the state is made anew from each word, and nothing passes from step to step. How many words are then a name in one
//: sentence and none in another?

func ambiguous(_ model: Tagger<RNN<Float>>) -> Int {
  let tags = model.tags(.tokens(asked.x), mask: asked.mask).ids
  let tagged = Set(zip(asked.x.ids, tags).filter { $1 >= 0 }.map { [$0, $1] })
  return tagged.count - Set(tagged.map { $0[0] }).count
}
var forgetful = shared
forgetful.layer.cell.Waa = Matrix(rows: 8, columns: 8)
show("words with both answers: with W_aa, without", [ambiguous(shared), ambiguous(forgetful)], kind: .trained)
claim("with W_aa the six trades are among them", ambiguous(shared) >= 6, from: .standard)
claim("without, there is none", ambiguous(forgetful) == 0)

//: ## What to expect
//:
//: The shared weights are n_a (n_a + n_x + 1) + n_y (n_a + 1) numbers, however long the sentence. A network for place t has n_a (t n_x + 1) + n_y (n_a + 1),
//: so that all together grow with the square of the length. Weights that never meet a name cannot learn one: the last column should be 100 and 0.

let sums = [8 * (8 + n + 1) + 2 * (8 + 1), places.reduce(0) { $0 + 8 * ($1 * n + 1) + 2 * (8 + 1) }]
func mean(_ shares: ArraySlice<Double>) -> Double { shares.reduce(0, +) / Double(shares.count) }
let summary = [0, 1].map {
  [["shared", "one a place"][$0], sums[$0], mean(found[$0].prefix(5)), mean(found[$0].suffix(5))]
    as [any CustomStringConvertible]
}
show(Table(["weights", "numbers", "found at 2 to 6, %", "found at 7 to 11, %"], rows: summary), kind: .trained)
claim("the library counts the same for the shared ones", shared.parameterCount == sums[0])
claim("the others are more than forty times as many", sums[1] > 40 * sums[0])

//: ## Exercises
//:
//: 1. The notes' vocabulary has 10,000 words. A network of 100 units reads them and ends in a softmax over them. How many parameters has it?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: W_ax 1,000,000, W_aa 10,000, b_a 100, W_ya 1,000,000, b_y 10,000: together 2,020,100. Nearly all stand where words come in and go out.

let large = RNNCell<Float>(inputSize: 10_000, hiddenSize: 100, using: &random)
let wide = Dense<Float>(inputSize: 100, outputSize: 10_000, using: &random)
claim("2,020,100", large.parameterCount + wide.parameterCount == 2_020_100)

//: </details>
//:
//: 2. What are the shapes of the merged W and of [a⟨t−1⟩; x⟨t⟩] in that network, for a batch of 50?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: (100, 10,100) and (10,100, 50): the columns of the one are the rows of the other.

claim("10,100 columns", large.Waa.columns + large.Wax.columns == 10_100)

//: </details>
//:
//: 3. One unit without tanh has W_aa = 0.5, W_ax = 1 and b_a = 0. It reads a 1 and then only zeros. What is a⟨10⟩? And with W_aa = 1.5?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: a⟨1⟩ is 1, and each step multiplies by W_aa: 0.5⁹ = 1/512, and 1.5⁹, about 38.4. What a state remembers fades or grows as a power, which is the subject of
//: the lesson on vanishing gradients.

func tenth(_ weight: Double) -> Double { (2...10).reduce(1) { a, _ in weight * a } }
claim("1/512, and about 38.4", tenth(0.5) == 1.0 / 512 && abs(tenth(1.5) - 38.4) < 0.05)

//: </details>
//:
//: [Lesson 01](../01-notation/README.md) made the columns that this one reads. The next goes the same way back, to find how each weight must change:
//: backpropagation through time.

end()
