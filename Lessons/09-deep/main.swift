import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

let run = NotebookOptions.parseLesson()
begin("09", "Deep RNN", run)

//: *Beside the notes: 000 “Deep RNN”, 001 “Deep RNNs”, and 004, where deep RNNs stand among the remedies for vanishing gradients. In Goodfellow's book it is 10.5.*
//:
//: A recurrent network is deep in time already: x⟨1⟩ reaches a⟨T⟩ through T steps. From x⟨t⟩ to ŷ⟨t⟩, though, there is one layer. A **deep** RNN has several, each
//: reading the one below. This lesson writes the stack out, and then asks what it buys when no parameter is added: on a task with a structure of levels, and on sentences.
//:
//: ## One more index
//:
//: Notes 000 and 001 have a drawing and one symbol, $`a^{[l]\langle t\rangle}`$: layer l in square brackets, step t in pointed ones. The drawing means
//:
//: ```math
//: a^{[l]\langle t\rangle} = g\big(W_a^{[l]}\,[a^{[l]\langle t-1\rangle}, a^{[l-1]\langle t\rangle}] + b_a^{[l]}\big), \qquad a^{[0]\langle t\rangle} = x^{\langle t\rangle}
//: ```
//:
//: A unit hears its own layer a step ago and the layer below now. Every layer has a $`W_a^{[l]}`$ and a $`b_a^{[l]}`$ of its own, the same at all steps. Three layers of 6, 5 and 4 units:

var dice = RandomSource(seed: 9)
let sizes = [3, 6, 5, 4]
let cells = (1...3).map { l in RNNCell<Double>(inputSize: sizes[l - 1], hiddenSize: sizes[l], using: &dice) }
func beside(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
  ([left.transposed, right.transposed] as Matrix).transposed
}
let Wa = cells.map { beside($0.Waa, $0.Wax) }
let ba = cells.map(\.ba)
let x = SequenceBatch((0..<8).map { _ in Matrix<Double>(rows: 3, columns: 1) { dice.normal() } })
var a = sizes.dropFirst().map { Matrix<Double>(rows: $0, columns: 1) }
var tops: [Matrix<Double>] = []
for t in 0..<8 {
  var below = x[t]
  for l in 0..<3 {
    a[l] = tanh(Wa[l] * [a[l], below] + ba[l])
    below = a[l]
  }
  tops.append(below)
}
let three = Deep(cells.map { Recurrent($0) })
let output = three(x).outputSequence
let difference = (0..<8).map { tops[$0].largestDifference(from: output[$0]) }.max()!
for l in 0..<3 { show("shape of Wa of layer \(l + 1)", "(\(Wa[l].rows), \(Wa[l].columns))") }
show("largest difference from the library's Deep, T = 8", difference)
claim("written out and from the library, the top layer agrees within 10⁻¹²", difference < 1e-12)

//: ## A task of levels
//:
//: Four symbols drive an automaton of four states; its states drive a second, and those a third. The tag to give at step t is the state of the third:
//:
//: ```math
//: q^{[l]\langle t\rangle} = \delta^{[l]}\big(q^{[l]\langle t-1\rangle}, q^{[l-1]\langle t\rangle}\big), \qquad q^{[0]\langle t\rangle} = x^{\langle t\rangle}, \quad y^{\langle t\rangle} = q^{[3]\langle t\rangle}
//: ```
//:
//: It is the equation above with tables δ in place of g. Three tables of 16 entries say all; seen as one automaton, it has 4³ = 64 states and 256 entries. The tables are drawn such that
//: every state is equally likely at every step, whatever the tag before. So a guess is right one time in four, at ln 4 nats.

let (states, levels, length) = (4, 3, 20)
struct Draw {
  let seed: UInt64, pipeline: AutomatonPipeline, test: TaggerBatch<Float>
  /// The pipelines are fixed, one after the other; the networks are drawn from the seed.
  init(_ number: UInt64) {
    var random = RandomSource(seed: 2_001 + number)
    seed = run.seed() &+ number
    pipeline = AutomatonPipeline(levels: levels, states: states, using: &random)
    test = pipeline.batch(count: 1_000, length: length, using: &random)
  }
}
let draws = (0..<run.choose(quick: 1, standard: 1, full: 3)).map { Draw(UInt64($0)) }
let pipeline = draws[0].pipeline
var random = RandomSource(seed: run.seed())
let symbols = (0..<12).map { _ in random.index(below: states) }
show(
  Table(
    ["step"] + (1...12).map(String.init),
    rows: zip(["x, symbol", "level 1", "level 2", "level 3, y"], pipeline.states(reading: symbols)).map { [$0] + $1 }))

//: ## Depth against width
//:
//: More layers of the same width are more parameters, and would prove nothing. A layer of n units that reads n_x numbers has $`n(n + n_x + 1)`$; two layers of n units have some 3n². So as depth grows, width goes
//: down. Where the numbers do not come out even, the lower layers have a unit more.

/// The parameters of a stack of plain or gated layers (`blocks` is 3 for a GRU), of a dense layer on it, and of the output.
func count(_ widths: [Int], dense: Int? = nil, blocks: Int = 1, inputs: Int, outputs: Int) -> Int {
  var (total, below) = (0, inputs)
  for n in widths { (total, below) = (total + blocks * n * (n + below + 1), n) }
  if let dense { (total, below) = (total + dense * (below + 1), dense) }
  return total + outputs * (below + 1)
}
/// The widths of a stack that come nearest to a number of parameters: n, or n + 1 for some of the lower layers.
func widths(_ depth: Int, near budget: Int, _ count: ([Int]) -> Int) -> [Int] {
  let all = (4...160).flatMap { n in (0..<depth).map { more in (0..<depth).map { $0 < more ? n + 1 : n } } }
  return all.min { abs(count($0) - budget) < abs(count($1) - budget) }!
}
let budget = count([run.choose(quick: 32, standard: 128, full: 128)], inputs: states, outputs: states)

func stack<Cell: RecurrentCell>(_ widths: [Int], inputs: Int, _ make: (Int, Int) -> Cell) -> Deep<Recurrent<Cell>> {
  Deep(zip([inputs] + widths, widths).map { Recurrent(make($0, $1)) })
}
struct Outcome { let name: String, widths: [Int], parameters: Int, curve: WindowedLosses, accuracy: Double }
func learn<Layer: RecurrentLayer<Float>>(
  _ name: String, _ draw: Draw, _ widths: [Int], _ layer: Layer, steps: Int, line: Int = #line
) -> (outcome: Outcome, start: Tagger<Layer>, model: Tagger<Layer>) {
  let start = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: states, using: &random))
  var data = RandomSource(seed: draw.seed &+ 1_000)  // the same sequences for every network
  let (model, curve) = trainedByAdam(
    name, start, steps: steps, rate: 0.003, window: max(10, steps / 15), line: line
  ) { draw.pipeline.batch(count: 32, length: length, using: &data) }
  let outcome = Outcome(
    name: name, widths: widths, parameters: start.parameterCount, curve: curve,
    accuracy: percentEqual(model.tags(draw.test.inputs).ids, draw.test.targets.ids) / 100)
  return (outcome, start, model)
}
func plain(_ inputs: Int, _ units: Int) -> RNNCell<Float> {
  RNNCell(inputSize: inputs, hiddenSize: units, recurrentInitialization: .orthogonal(), using: &random)
}
func gru(_ inputs: Int, _ units: Int) -> GRUCell<Float> {
  GRUCell(inputSize: inputs, hiddenSize: units, using: &random)
}
func layers(_ count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

let steps = run.choose(quick: 30, standard: 1_500, full: 1_500)
let plainRuns = draws.map { draw in
  (1...3).map { depth in
    let n = widths(depth, near: budget) { count($0, inputs: states, outputs: states) }
    return learn("plain, \(layers(depth))", draw, n, stack(n, inputs: states, plain), steps: steps)
  }
}
let plainOutcomes = plainRuns.map { $0.map(\.outcome) }
let gruOutcomes = draws.map { draw in
  (1...3).map { depth in
    let n = widths(depth, near: budget) { count($0, blocks: 3, inputs: states, outputs: states) }
    return learn("GRU, \(layers(depth))", draw, n, stack(n, inputs: states, gru), steps: steps).outcome
  }
}
func results(_ seeds: [[Outcome]]) -> [[any CustomStringConvertible]] {
  seeds[0].indices.map { k in
    let one = seeds[0][k]
    return [one.name, one.widths.map(String.init).joined(separator: ", "), one.parameters]
      + [seeds.map { formatted(100 * $0[k].accuracy) }.joined(separator: ", ")]
  }
}
show(
  Table(["", "units", "parameters", "right tags, %"], rows: results(plainOutcomes) + results(gruOutcomes)),
  kind: .varies)
show(
  Chart(
    "Three automata: at equal parameters the deep plain networks learn first", x: "training step",
    y: "cross-entropy [nats]",
    (plainOutcomes[0] + gruOutcomes[0]).map { .line($0.name, x: $0.curve.steps, y: $0.curve.losses) } + [
      .rule("a guess: ln 4", y: pipeline.baseline)
    ]), as: "pipeline-loss")
show(
  Chart(
    "Depth helps the plain network, not the GRU",
    x: Axis("layers, at equal parameters", .categorical(["1", "2", "3"])), y: "right tags [%]",
    [
      .bars("plain", y: plainOutcomes[0].map { 100 * $0.accuracy }, showsValues: true),
      .bars("GRU", y: gruOutcomes[0].map { 100 * $0.accuracy }, showsValues: true),
    ] + [.rule("a guess", y: 25)]), as: "pipeline-depth")

let all = (plainOutcomes + gruOutcomes).joined()
claim(
  "no network has 2 % more or fewer parameters than another",
  all.map(\.parameters).max()! * 100 < all.map(\.parameters).min()! * 102, from: .standard)
claim(
  "two plain layers give at least 8 tags of 100 more rightly than one, three as well",
  plainOutcomes.allSatisfy { min($0[1].accuracy, $0[2].accuracy) > $0[0].accuracy + 0.08 }, from: .standard)
claim(
  "one GRU layer is right in 95 of 100, and no deeper GRU is better by as much as 2",
  gruOutcomes.allSatisfy { $0[0].accuracy > 0.95 && max($0[1].accuracy, $0[2].accuracy) < $0[0].accuracy + 0.02 },
  from: .standard)

//: The curves say when, not whether: what is shown is that within 1,500 steps the one wide plain layer has not learned what two and three narrow ones have. A plain layer has one tanh from x⟨t⟩ and a⟨t−1⟩ to a⟨t⟩, and in
//: that one it must find the state of three automata; a stack has one for each. A GRU has more than one in a layer, for its gates multiply, and here it needs no second layer.
//:
//: ## Dense layers on top
//:
//: The drawing of the notes has, above the recurrent layers, layers that are not connected in time: they read $`a^{[2]\langle t\rangle}`$ and no step before it. In the library that is `DenseOnTop`, here one layer with tanh,
//: $`a^{[3]\langle t\rangle} = \tanh(W^{[3]} a^{[2]\langle t\rangle} + b^{[3]})`$. It has no $`W_{aa}`$, so at equal parameters it leaves more units to the others.

func topped(_ depth: Int, _ draw: Draw) -> Outcome {
  let n = widths(depth, near: budget) { count($0, dense: $0.last!, inputs: states, outputs: states) }
  let dense = Dense<Float>(inputSize: n.last!, outputSize: n.last!, using: &random)
  let layer = DenseOnTop(stack(n, inputs: states, plain), dense)
  return learn("plain, \(layers(depth)) + dense", draw, n, layer, steps: steps).outcome
}
let toppedOutcomes = draws.map { draw in (1...2).map { topped($0, draw) } }
show(Table(["", "units", "parameters", "right tags, %"], rows: results(toppedOutcomes)), kind: .varies)
claim(
  "a dense layer on one recurrent layer brings at least 5 tags of 100",
  zip(toppedOutcomes, plainOutcomes).allSatisfy { $0[0].accuracy > $1[0].accuracy + 0.05 }, from: .standard)
claim(
  "on two it brings less than 3",
  zip(toppedOutcomes, plainOutcomes).allSatisfy { $0[1].accuracy < $1[1].accuracy + 0.03 }, from: .standard)

//: On one layer the dense one supplies the second tanh that was missing. On two it takes units from them and gives nothing here that they lack.

//: ## Sentences
//:
//: Now a language model of words, of the sentences of Lesson 04, with plain cells and 1,200 steps for each depth, again at equal parameters.

let kitchen = Grammar.kitchen
let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.endOfSentence] + kitchen.vocabulary)
let spoken = kitchen.sentences(run.choose(quick: 600, standard: 6_000, full: 6_000), using: &random)
let ids = spoken.map { $0.map { vocabulary.id(of: $0)! } }
let (read, held) = (Array(ids.dropLast(ids.count / 6)), Array(ids.suffix(ids.count / 6)))
let (readBatches, heldBatches) = (
  SentenceBatches(read, end: vocabulary.end!), SentenceBatches(held, end: vocabulary.end!)
)
let wordBudget = count([64], inputs: vocabulary.count, outputs: vocabulary.count)
func sentences(_ depth: Int, seed: UInt64) -> (model: LanguageModel<Deep<RNN<Float>>>, loss: Double, parameters: Int) {
  let n = widths(depth, near: wordBudget) { count($0, inputs: vocabulary.count, outputs: vocabulary.count) }
  let model = LanguageModel(
    layer: stack(n, inputs: vocabulary.count, plain),
    output: Dense(inputSize: n.last!, outputSize: vocabulary.count, using: &random))
  var data = RandomSource(seed: seed)
  let steps = run.choose(quick: 20, standard: 1_200, full: 1_200)
  let trained = trainedByAdam("words, \(layers(depth))", model, steps: steps, rate: 0.003, window: steps / 10) {
    readBatches.random(50, using: &data)
  }.model
  return (trained, trained.meanLoss(over: heldBatches.all(inBatchesOf: 100)), model.parameterCount)
}
let told = draws.map { draw in (1...3).map { sentences($0, seed: draw.seed) } }
func text(_ sentences: [[Int32]]) -> [Int32] { sentences.flatMap { $0 + [vocabulary.end!] } }
let counted = baselines(vocabularySize: vocabulary.count, read: text(read), tested: text(held))
let entropy = kitchen.entropy / (kitchen.expectedLength + 1)
show(
  Table(
    ["", "parameters", "held out, nats a word"],
    rows: (0..<3).map { k in
      [layers(k + 1), told[0][k].parameters, told.map { formatted($0[k].loss) }.joined(separator: ", ")]
    }), kind: .varies)
show(
  Chart(
    "On sentences depth brings next to nothing", x: Axis("layers, at equal parameters", .categorical(["1", "2", "3"])),
    y: "held out [nats a word]",
    zip(draws, told).map { draw, runs in
      .bars(draws.count > 1 ? "seed \(draw.seed)" : "", y: runs.map(\.loss), showsValues: true)
    }
      + counted.dropFirst().map { .rule($0.name, y: $0.loss) } + [.rule("the grammar's entropy", y: entropy)]),
  as: "words-depth")
claim(
  "the three depths lie within three hundredths of a nat",
  told.allSatisfy { runs in runs.map(\.loss).max()! < runs.map(\.loss).min()! + 0.03 }, from: .standard)
claim("every depth beats the bigram", told.allSatisfy { $0.allSatisfy { $0.loss < counted[2].loss } }, from: .standard)

//: Here depth does not help. The grammar has its structure along the sentence, where a layer is as deep as the sentence is long, and little to compute within a word. Here are the first ten units of each layer along a sentence:

let words = "the basket of pears that my mother sold was heavy".split(separator: " ").map(String.init)
let wordTape = told[0][2].model.layer(
  (TokenBatch(sequence: [TokenBatch.none] + words.map { vocabulary.id(of: $0)! }).oneHot(size: vocabulary.count)))
show(
  Heatmap(
    "The higher the layer, the more decided its units", x: "word read", y: "unit", color: "activation",
    palette: .diverging, range: -1...1,
    panels: (0..<3).map { l in
      let units = wordTape.layers[l].outputSequence.trajectory(example: 0)
      return Panel(
        "layer \(l + 1)", (0..<10).map { unit in (1...words.count).map { Double(units[unit, $0]) } }, columns: words)
    }), as: "activations")
let sizesByLayer = (0..<3).map { l in
  let units = wordTape.layers[l].outputSequence.trajectory(example: 0).elements
  return units.reduce(0) { $0 + abs(Double($1)) } / Double(units.count)
}
show("mean of |a|, layer by layer, over all units", sizesByLayer)
claim(
  "the units of layers 2 and 3 are nearer to ±1 than those of layer 1",
  min(sizesByLayer[1], sizesByLayer[2]) > sizesByLayer[0] + 0.1, from: .standard)

//: ## The gradient, layer by layer
//:
//: Backwards, too, there are two ways: down to the layer below at the same step, and back in the same layer. With a loss at the last step alone, $`\partial L/\partial a^{[l]\langle T-k\rangle}`$ is
//: measured in each layer at each lag k, relative to the top layer at lag 0. The stack is that of three layers that learned the automata, from an orthogonal $`W_{aa}`$; beside it one with uniform weights.

let (deepStart, deepModel) = (plainRuns[0][2].start, plainRuns[0][2].model)
guard case .tokens(let tokens) = draws[0].test.examples(0..<200).inputs else {
  preconditionFailure("symbols are tokens")
}
let probe: SequenceBatch<Float> = tokens.oneHot(size: states)
let layerNames = ["layer 3", "layer 2", "layer 1"]

func gradientMap<Cell: RecurrentCell<Float>>(_ model: Tagger<Deep<Recurrent<Cell>>>) -> [[Double]] {
  let tape = model.layer(probe)
  var asked = SequenceBatch<Float>(length: length, batch: probe.batch, size: model.layer.outputSize)
  var dice = RandomSource(seed: 1)
  asked[length - 1] = Matrix(rows: model.layer.outputSize, columns: probe.batch) { dice.normal() }
  _ = model.layer.gradients(outputGradient: asked, on: tape)
  let means = model.layer.layers.indices.map { l in
    let norms = tape.layers[l].gradientNorms
    return (0..<length).map { lag in
      (0..<probe.batch).reduce(0) { $0 + norms[length - 1 - lag, $1] } / Double(probe.batch)
    }
  }
  return means.reversed().map { $0.map { log10($0 / means.last![0]) } }
}
let uniformStack = Tagger(
  layer: stack(plainOutcomes[0][2].widths, inputs: states) {
    RNNCell<Float>(inputSize: $0, hiddenSize: $1, using: &random)
  },
  output: deepStart.output)
let maps = [
  ("untrained, uniform", gradientMap(uniformStack)), ("untrained, orthogonal", gradientMap(deepStart)),
  ("trained, orthogonal", gradientMap(deepModel)),
]
show(
  Heatmap(
    "Stacked or not, uniform weights lose the gradient with the lag", x: "lag k [steps]", y: "layer",
    color: "log₁₀ of the norm", range: -4...1,
    panels: maps.map { Panel($0, $1, columns: (0..<length).map(String.init), rows: layerNames) }),
  as: "gradient")
claim(
  "from uniform weights, at lag 15 every layer has less than a hundredth",
  maps[0].1.allSatisfy { $0[15] < -2 })
claim("untrained and orthogonal, every layer has more than a tenth there", maps[1].1.allSatisfy { $0[15] > -1 })
claim(
  "at lag 0 each layer has less than the one above, before and after the training",
  maps.allSatisfy { $0.1[2][0] < $0.1[1][0] && $0.1[1][0] < $0.1[0][0] })

//: Note 004 lists deep RNNs among the remedies for vanishing gradients and adds that they need more refined training. The first half misleads: a layer above has the same product of Jacobians along time, and below it the gradient has to come down
//: besides. What stacking adds is more to compute within a step; against vanishing help the initialisation and the gates of Lesson 05.
//:
//: ## Why seldom more than three
//:
//: In Ng's lectures three layers are already a lot. Here is the price of depth at one width, 58 units and T = 20: cell steps one after the other, multiply-adds a step, and how much of the gradient of an untrained stack comes down to layer 1 at
//: lag 0.

func arrives(_ depth: Int) -> Double {
  let deep = Tagger(
    layer: stack(Array(repeating: 58, count: depth), inputs: states) {
      RNNCell<Float>(inputSize: $0, hiddenSize: $1, using: &random)
    }, output: Dense(inputSize: 58, outputSize: states, using: &random))
  return pow(10, gradientMap(deep).last![0])
}
let arrivals = [1, 2, 3, 4, 6, 8].map { ($0, arrives($0)) }
show(
  Table(
    ["layers", "cell steps, T·L", "longest path, T + L − 1", "multiply-adds a step", "of the gradient at layer 1"],
    rows: arrivals.map { depth, arrived in
      [depth, length * depth, length + depth - 1, 58 * (58 + states) + (depth - 1) * 2 * 58 * 58, arrived]
    }))
claim(
  "each layer more leaves less: three leave more than a fifth, eight less than a twentieth",
  zip(arrivals, arrivals.dropFirst()).allSatisfy { $0.1 > $1.1 } && arrivals[2].1 > 0.2 && arrivals.last!.1 < 0.05)

//: A feedforward network of a hundred layers is a hundred products, one after the other. A recurrent one of three layers is sixty here, and a thousand steps make three thousand. And with the usual uniform weights the bottom layer learns from what is left of the gradient.
//:
//: ## Both ways and deep
//:
//: `Deep` takes any recurrent layer, so also the bidirectional one of Lesson 08. Its second layer reads $`[\overrightarrow a; \overleftarrow a]`$, twice as many numbers: 2n(n + 2n + 1) parameters after 2n(n + n_x + 1).

func both(_ inputs: Int, _ units: Int) -> Bidirectional<RNN<Double>> {
  Bidirectional(
    forward: Recurrent(RNNCell(inputSize: inputs, hiddenSize: units, using: &dice)),
    backward: Recurrent(RNNCell(inputSize: inputs, hiddenSize: units, using: &dice)))
}
let (lower, upper) = (both(3, 5), both(10, 5))
let deepBoth = Deep([lower, upper])
let oneByOne = upper(lower(x).outputSequence).outputSequence
let together = deepBoth(x).outputSequence
show("parameters, n_x = 3 and n = 5", deepBoth.parameterCount)
claim("they are 2n(n + n_x + 1) + 2n(3n + 1) = 250", deepBoth.parameterCount == 10 * 9 + 10 * 16)
claim(
  "the stack does what its layers do one after the other, within 10⁻¹²",
  (0..<8).allSatisfy { together[$0].largestDifference(from: oneByOne[$0]) < 1e-12 })
claim("the top at the first step depends on the last input", deepBoth.influence(of: x)[0, 7] > 0)

//: ## Break it
//:
//: **Take the recurrence from one layer.** In the trained stack $`W_{aa}^{[l]} = 0`$, for one l at a time. Which layer remembers?

let cut = (0..<3).map { l in
  var model = deepModel
  model.layer.layers[l].cell.Waa = 0 * model.layer.layers[l].cell.Waa
  return percentEqual(model.tags(draws[0].test.inputs).ids, draws[0].test.targets.ids) / 100
}
show(
  Table(
    ["recurrence", "right tags, %"],
    rows: [["in all layers", 100 * plainOutcomes[0][2].accuracy]]
      + cut.enumerated().map { ["not in layer \($0 + 1)", 100 * $1] }), kind: .varies)
claim(
  "without recurrence in layer 2 or 3 at least 25 tags of 100 are lost, without it in layer 1 fewer",
  max(cut[1], cut[2]) < plainOutcomes[0][2].accuracy - 0.25 && cut[0] > max(cut[1], cut[2]), from: .standard)

//: The memory is mostly above: layers 2 and 3 cannot do without theirs. Layer 1 remembers least, although automaton 1 needs a memory as the others do; a layer above can keep what it needs to know of it.
//:
//: ## What to expect

func row(_ name: String, _ expected: String, _ outcomes: [Outcome]) -> [any CustomStringConvertible] {
  let found = outcomes.map { formatted(100 * $0.accuracy) }
  return [name, expected] + found + Array(repeating: "–", count: 3 - found.count)
}
show(
  Table(
    ["", "expected", "1 layer", "2 layers", "3 layers"],
    rows: [
      ["a guess, right tags, %", "25", "–", "–", "–"], row("plain", "more with two or three", plainOutcomes[0]),
      row("GRU", "near 100", gruOutcomes[0]),
      row("plain, a dense layer on top", "more than without, on one", toppedOutcomes[0]),
      ["sentences, nats a word", "the grammar's entropy, \(formatted(entropy)), is the least in the mean"]
        + told[0].map { formatted($0.loss) },
    ]), kind: .varies)

//: The pipeline of this page is fixed; another has other tables, and is easier or harder.
//:
//: ## Exercises
//:
//: 1. One layer has n units and reads few inputs. How wide are two, and three, with as many parameters?

// fold: Answer
//: A layer has about n², each layer above the first 2m²: for two layers 3m² = n², for three 5m² = n². From n = 128 come 74 and 57. The search above, which counts biases, inputs and outputs too, found 75 and 58.

claim(
  "n/√3 and n/√5 are 74 and 57",
  Int((128 / 3.0.squareRoot()).rounded()) == 74 && Int((128 / 5.0.squareRoot()).rounded()) == 57)
claim(
  "the search found 75 and 58",
  plainOutcomes[0][1].widths == [75, 75] && plainOutcomes[0][2].widths == [58, 58, 58], from: .standard)
// fold end

//: 2. Every edge of the drawing goes one step forward in a layer or one layer up at a step. How many paths lead from $`a^{[1]\langle 1\rangle}`$ to $`a^{[3]\langle 20\rangle}`$, and how many edges has each?

// fold: Answer
//: 19 steps and 2 layers, 21 edges, in any order: 21 · 20 / 2 = 210 paths. One layer has a single path. The gradient is the sum over all.

var paths = [1, 1, 1]
for _ in 1..<20 { for l in 1..<3 { paths[l] += paths[l - 1] } }
claim("counted along the drawing, there are 210 paths", paths[2] == 210)
// fold end

//: 3. A processor for each layer: when can layer 3 begin, and after how many cell steps, one after the other, are T = 20 steps of three layers done? And with `Bidirectional` layers?

// fold: Answer
//: Layer 3 can begin when layers 1 and 2 have done step 1, so after 2; it ends after T + L − 1 = 22, not T·L = 60. A bidirectional layer has its first output only when it has read the whole sequence, so its stack takes all 60, with two processors at work.

claim("the last cell step of three layers is the 22nd, or the 60th", length + 3 - 1 == 22 && length * 3 == 60)
// fold end

//: [Lesson 08](../08-brnn/README.md) read a sequence from both ends. [Lesson 10](../10-types/README.md) leaves the form “a step
//: in, a step out” and takes up the other types of RNN.

end()
