import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

let run = NotebookOptions.parseLesson()
begin("09", "Deep RNN", run)
if run.size == .full {
  show("This run trains every network from three seeds, and the first three for longer: about five minutes on two cores.")
}

//: *Beside the notes: 000 “Deep RNN”, 001 “Deep RNNs”, and 004, where deep RNNs stand among the remedies for vanishing gradients. In Goodfellow's book it is 10.5.*
//:
//: A recurrent network is deep in time already: x⟨1⟩ reaches a⟨T⟩ through T steps. From x⟨t⟩ to ŷ⟨t⟩, though, there is one layer. A **deep** RNN has several, each
//: reading the one below. This lesson writes the stack out, and then asks what it buys when no parameter is added: on a task with a structure of levels, and on sentences.
//:
//: ## One more index
//:
//: Notes 000 and 001 have a drawing and one symbol, $a^{[l]\langle t\rangle}$: layer l in square brackets, step t in pointed ones. The drawing means
//:
//: $$ a^{[l]\langle t\rangle} = g\big(W_a^{[l]}\,[a^{[l]\langle t-1\rangle}, a^{[l-1]\langle t\rangle}] + b_a^{[l]}\big), \qquad a^{[0]\langle t\rangle} = x^{\langle t\rangle} $$
//:
//: A unit hears its own layer a step ago and the layer below now. Every layer has a $W_a^{[l]}$ and a $b_a^{[l]}$ of its own, the same at all steps. Three layers of 6, 5 and 4 units:

var dice = RandomSource(seed: 9)
let sizes = [3, 6, 5, 4]
let cells = (1...3).map { l in RNNCell<Double>(inputSize: sizes[l - 1], hiddenSize: sizes[l], using: &dice) }
func besides(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
  ([left.transposed, right.transposed] as Matrix).transposed
}
let Wa = cells.map { besides($0.Waa, $0.Wax) }
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
//: $$ q^{[l]\langle t\rangle} = \delta^{[l]}\big(q^{[l]\langle t-1\rangle}, q^{[l-1]\langle t\rangle}\big), \qquad q^{[0]\langle t\rangle} = x^{\langle t\rangle}, \quad y^{\langle t\rangle} = q^{[3]\langle t\rangle} $$
//:
//: It is the equation above with tables δ in place of g. Three tables of 16 entries say all; seen as one automaton, it has 4³ = 64 states and 256 entries. The tables are drawn such that
//: every state is equally likely at every step, whatever the tag before. So a guess is right one time in four, at ln 4 nats.

let (states, levels, length) = (4, 3, 20)
struct Draw {
  let seed: UInt64, pipeline: AutomatonPipeline, test: TaggerBatch<Float>
  init(_ seed: UInt64) {
    var random = RandomSource(seed: seed &+ 2_000)
    self.seed = seed
    pipeline = AutomatonPipeline(levels: levels, states: states, using: &random)
    test = pipeline.batch(count: 1_000, length: length, using: &random)
  }
}
let draws = (0..<run.choose(quick: 1, standard: 1, full: 3)).map { Draw(run.seed() &+ $0) }
let pipeline = draws[0].pipeline
var random = RandomSource(seed: run.seed())
let symbols = (0..<12).map { _ in random.index(below: states) }
show(
  Table(
    ["step"] + (1...12).map(String.init),
    rows: zip(["x, symbol", "level 1", "level 2", "level 3, y"], pipeline.states(reading: symbols)).map { [$0] + $1 }))

//: ## Depth against width
//:
//: More layers of the same width are more parameters, and would prove nothing. A layer of n units that reads n_x numbers has $n(n + n_x + 1)$; two layers of n units have some 3n². So as depth grows, width goes
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
struct Outcome {
  let name: String, depth: Int, widths: [Int], parameters: Int, curve: WindowedLosses, accuracy: Double
}
func learn<Layer: RecurrentLayer<Float>>(
  _ name: String, _ draw: Draw, _ widths: [Int], _ layer: Layer, steps: Int, line: Int = #line
) -> (outcome: Outcome, start: Tagger<Layer>, model: Tagger<Layer>) {
  let start = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: states, using: &random))
  var trainer = Trainer(start, optimizer: Optimizer(.adam(), learningRate: 0.003, for: start), clipping: .norm(1))
  var data = RandomSource(seed: draw.seed &+ 1_000)  // the same sequences for every network
  let curve = trainer.train(
    name, steps: steps, window: max(10, steps / 15), until: 0, line: line
  ) { draw.pipeline.batch(count: 32, length: length, using: &data) }
  if Interrupt.requested { end() }
  let tags = trainer.model.tags(draw.test.inputs)
  let right = zip(tags.ids, draw.test.targets.ids).count { $0 == $1 }
  let outcome = Outcome(
    name: name, depth: widths.count, widths: widths, parameters: start.parameterCount, curve: curve,
    accuracy: Double(right) / Double(tags.ids.count))
  return (outcome, start, trainer.model)
}
func plain(_ inputs: Int, _ units: Int) -> RNNCell<Float> {
  RNNCell(inputSize: inputs, hiddenSize: units, recurrentInitialization: .orthogonal(), using: &random)
}
func gru(_ inputs: Int, _ units: Int) -> GRUCell<Float> {
  GRUCell(inputSize: inputs, hiddenSize: units, using: &random)
}
func layers(_ count: Int) -> String { count == 1 ? "1 layer" : "\(count) layers" }

let steps = run.choose(quick: 30, standard: 1_500, full: 1_500)
func plainStack(_ depth: Int, _ draw: Draw, steps: Int) -> (
  outcome: Outcome, start: Tagger<Deep<RNN<Float>>>, model: Tagger<Deep<RNN<Float>>>
) {
  let n = widths(depth, near: budget) { count($0, inputs: states, outputs: states) }
  return learn("plain, \(layers(depth))", draw, n, stack(n, inputs: states, plain), steps: steps)
}
let plainRuns = draws.map { draw in (1...3).map { plainStack($0, draw, steps: steps) } }
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
  kind: .trained)
let baseline = Reference("a guess: ln 4", at: pipeline.baseline)
show(
  LineChart(
    title: "Three automata: at equal parameters the deep plain networks learn first", xLabel: "training step",
    yLabel: "cross-entropy [nats]",
    series: (plainOutcomes[0] + gruOutcomes[0]).map { Series($0.name, x: $0.curve.steps, y: $0.curve.losses) },
    references: [baseline]), as: "pipeline-loss")
show(
  BarChart(
    title: "Depth helps the plain network, not the GRU", xLabel: "layers, at equal parameters", yLabel: "right tags [%]",
    categories: ["1", "2", "3"],
    bars: [
      Bars("plain", plainOutcomes[0].map { 100 * $0.accuracy }), Bars("GRU", gruOutcomes[0].map { 100 * $0.accuracy }),
    ], references: [Reference("a guess", at: 25)], showsValues: true), as: "pipeline-depth")
end()
