import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

extension Activation: ExpressibleByArgument {}

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(parsing: .unconditional, help: "The steps of a sequence in the experiments, 10 to 200. (default: 50)")
  var lag: Int?
  @Option(
    parsing: .unconditional,
    help: "The units of the networks in the experiments, 2 to 256. (default: 64; 30 where one is trained)")
  var hidden: Int?
  @Option(help: "The activation of the plain networks. (default: tanh)")
  var activation: Activation?

  func validate() throws {
    for (name, value, range) in [("lag", lag, 10...200), ("hidden", hidden, 2...256)] {
      if let value, !range.contains(value) {
        throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
      }
    }
  }

  /// Why the claims of a run are not checked: they are about the page's own sizes.
  var unchecked: String? {
    lag == nil && hidden == nil && activation == nil ? nil : "not checked at sizes of your own"
  }
}

let options = Options.parseLesson()
let run = options.notebook

begin("05", "Vanishing and exploding gradients", run, unchecked: options.unchecked)

//: *The cat, which already ate the bread near the dogs, **was** full.*
//:
//: Why *was* and not *were*? Because of *cat*, ten words earlier. You carried that one fact past the bread and the dogs without noticing. A
//: recurrent network could carry it too: its state passes through every step, so *cat* can still be in there when the verb is due. But the
//: network has to learn this. During training, the mistake at the verb must send word back to *cat*, one step at a time, and tell the
//: weights: keep this.
//:
//: In this lesson we follow that message on its way back, and watch it fade.

// page: off
let cat = CatNetwork(seed: run.seed())
show(cat.picture(), as: "fading")
// page: on

//: Each box is the state of an untrained network after one word (a comma counts as a word). After the last comma the network guesses the next
//: word. The guess is bad, so there is a loss, and the gradient of that loss flows back along the red arrows. The number on an arrow is the
//: length of the gradient where the arrow ends, compared with its length at the last comma. One step back, a bit more than half is left. At
//: *cat*, ten steps back, not even a hundredth.

claim(
  "one step back about half of the gradient is left, and at *cat* less than one part in a hundred",
  0.4...0.65 ~= cat.lengths[11] && cat.lengths[2] < 0.01)

//: ## One weight, fifty steps
//:
//: Where does the rest go? Take the smallest network there is: one unit, one weight, no activation function, and no input after the first step.
//:
//: ```math
//: a^{\langle t\rangle} = w\,a^{\langle t-1\rangle}
//: ```
//:
//: Nudge a⟨0⟩ a little. How far does a⟨50⟩ move? Every step multiplies the nudge by w, so in the end it has been multiplied by w⁵⁰. Before you
//: read on, guess that number for w = 0.9 and for w = 1.1.

// page: off
let weights = [0.9, 1.0, 1.1]
show(
  Table(
    ["w", "after 10 steps", "after 50 steps"], rows: weights.map { w in [w, pow(w, 10.0), pow(w, 50.0)] as [Double] }))
// page: on

//: Ten per cent either way, and after fifty steps the nudge is two hundred times too small or a hundred times too large. A gradient travels in
//: the other direction, but it is multiplied by the same numbers. If almost nothing of it arrives, we call it a **vanishing gradient**. If it
//: grows out of hand, it is an **exploding gradient**. The rest of this lesson is this little table, with more interesting things in the place
//: of w.

claim(
  "0.9⁵⁰ is about one part in two hundred, and 1.1⁵⁰ is more than a hundred",
  180...200 ~= 1 / pow(0.9, 50.0) && pow(1.1, 50.0) > 100)

//: ## One unit, by hand
//:
//: A real unit has an activation function. Give ours a tanh:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(w\,a^{\langle t-1\rangle})
//: ```
//:
//: The derivative of tanh is 1 − tanh², so the step to a⟨t⟩ now multiplies a nudge by w · (1 − (a⟨t⟩)²). Let's do three steps with w = 1, from
//: a⟨0⟩ = 0.8. You can check every number with a pocket calculator.

let w = 1.0
var unit = [0.8]
for t in 1...3 { unit.append(tanh(w * unit[t - 1])) }
let factors = unit.dropFirst().map { a in w * (1 - a * a) }

// page: off
show(byHandPicture(states: unit, factors: factors), as: "by-hand")
// page: on

//: Now read it from right to left. A gradient of 1 at a⟨3⟩ is multiplied by 0.73 on its way to a⟨2⟩, then by 0.66, then by 0.56:
//:
//: 0.73 · 0.66 · 0.56 = 0.27
//:
//: To check this, start from 0.81 instead of 0.80 and see how far a⟨3⟩ moves. The nudge is 0.01, so a⟨3⟩ should move by
//: about 0.0027.

let moved = tanh(tanh(tanh(0.81))) - unit[3]
show("a⟨3⟩ moves by", moved)
claim(
  "the product of the three factors predicts this within two per cent",
  abs(moved / 0.01 / factors.reduce(1, *) - 1) < 0.02)

//: Look what happened. The weight is exactly 1, and still only a quarter is left after three steps. The factor 1 − a² is never more than 1, so
//: tanh can only take away. It takes little while a is near 0, and almost everything when a is near 1 or −1. A unit out there is called
//: **saturated**.
//:
//: ## Many units: a matrix in the place of w
//:
//: With n units, a nudge is a vector of n small numbers. What multiplies it at each step is now a matrix, the **Jacobian** ∂a⟨t⟩/∂a⟨t−1⟩. Its
//: entry in row i, column j says how much unit i moves when you nudge unit j. For the tanh cell of [Lesson 02](../02-forward-pass/README.md) it
//: is W_aa with every row multiplied by that unit's 1 − a². That is our w · (1 − a²) again, for all pairs of units at once.
//:
//: Going forwards, nudges are multiplied by the Jacobians. Going back, gradients are multiplied by the Jacobians transposed. This is the
//: backward pass of [Lesson 03](../03-bptt/README.md), where δ⟨t⟩ is the gradient just before the tanh:
//:
//: ```math
//: \delta^{\langle t\rangle} = \frac{\partial L}{\partial a^{\langle t\rangle}} \odot \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right), \qquad \frac{\partial L}{\partial a^{\langle t-1\rangle}} = W_{aa}^{\top}\,\delta^{\langle t\rangle}
//: ```
//:
//: Here are the same two lines in code, for the sentence with the cat and a network of 64 units. `a[t]` is the state after word t, and
//: `grad[t]` is ∂L/∂a⟨t⟩. The weights are as PyTorch would draw them: uniformly between −1/√n and 1/√n.

// page: off
let (Wax, Waa, ba, Wya, by) = (cat.cell.Wax, cat.cell.Waa, cat.cell.ba, cat.output.Wya, cat.output.by)
let (x, y, T) = (cat.x, cat.y, cat.words.count)
var a = Array(repeating: Columns(rows: 64, columns: 1), count: T + 1)
var (grad, δ) = (a, a)
// page: on

for t in 1...T { a[t] = tanh(Waa * a[t - 1] + Wax * x[t] + ba) }
let ŷ = softmax(Wya * a[T] + by)

grad[T] = Wya.transposed * (ŷ - y)
for t in (1...T).reversed() {
  δ[t] = grad[t] ⊙ a[t].map { 1 - $0 * $0 }
  grad[t - 1] = Waa.transposed * δ[t]
}

claim(
  "the lengths of `grad[t]` are the numbers in the first picture, which the library's backward pass measured",
  (0...T).allSatisfy { abs(norm(grad[$0]) / norm(grad[T]) / cat.lengths[$0] - 1) < 1e-9 })

//: Why is a short gradient bad? Couldn't we turn up the learning rate? No, and this is the heart of the matter. The weights are shared by all
//: steps, so the gradient of W_aa is a *sum* with one term for each step:
//:
//: ```math
//: \frac{\partial L}{\partial W_{aa}} = \sum_t \delta^{\langle t\rangle} a^{\langle t-1\rangle\top}
//: ```

let terms = (1...T).map { t in δ[t] * a[t - 1].transposed }

// page: off
let last = norm(terms[T - 1])
show(
  Table(
    ["step t", "word", "size of its term"],
    rows: [12, 11, 10, 8, 5, 2].map { [$0, cat.words[$0 - 1], norm(terms[$0 - 1]) / last] }))
claim(
  "the terms add up to the gradient that the library computes",
  terms.dropFirst().reduce(terms[0], +).largestDifference(from: cat.gradientOfWaa) < 1e-12)
claim("the term at *cat* is less than a hundredth of the last one", norm(terms[1]) < last / 100)
// page: on

//: (Sizes are relative to the last term.) The terms of the nearest words are loud, so the network learns, and the loss falls. What it learns is whatever the
//: nearest words can teach. The term at *cat* is in the sum too, but more than a hundred times quieter. A larger learning rate makes every term
//: louder, near ones and far ones alike. Adam rescales the sum as well, not the terms in it.
//:
//: ## Experiment 1: where does less get lost?
//:
//: Which choices let more of the gradient through? The weights that we start from? The activation function? To compare them, we need one number
//: for "how much gets through k steps". Here is how we measure it. Nudge unit 1 of the state by a tiny amount, let the network run for k steps,
//: and see how far the state has moved, compared with the nudge. Do the same with unit 2, with unit 3, and so on to unit n. The average of
//: these n distances (to be exact, their root mean square) is our number, the **size** after k steps. If it is 1, a typical nudge arrives as
//: large as it set out.
//:
//: In the language of matrices: the Jacobians of the k steps, multiplied, give one matrix J. Its column j is the answer to a nudge of unit j, and our
//: number is $`\lVert J\rVert_F/\sqrt{n}`$. The **Frobenius norm** $`\lVert J\rVert_F`$ is the root of the sum of all squared entries. Since J transposed has the same entries, the number
//: is as good for gradients on their way back.
//:
//: In code, all n nudges run side by side, as the n columns of one matrix. We run the network twice, once with all nudges up and once with all of
//: them down, and see how far apart the states end up.

// page: off
let n = options.hidden ?? run.choose(quick: 48, standard: 64, full: 128)
let lag = options.lag ?? 50
var random = RandomSource(seed: run.seed())
func draw(_ start: Initialization, columns: Int = n) -> Columns {
  start.matrix(rows: n, columns: columns, hiddenSize: n, using: &random)
}
let inputs = (0..<lag).map { _ in
  Columns(rows: 2, columns: n) + Columns(rows: 2, columns: 1) { 0.15 * random.normal() }
}
let Wx = draw(.uniform, columns: 2)
// page: on

func unroll(from start: Columns, _ W: Columns, _ activation: (Columns) -> Columns) -> [Columns] {
  var a = [start]
  for x in inputs { a.append(activation(W * a.last! + Wx * x)) }
  return a
}
func sizes(_ run: (Columns) -> [Columns]) -> [Double] {
  let ε = 1e-7, nudges = ε * identity(n)  // column j nudges unit j
  return zip(run(nudges), run(-1 * nudges)).map { up, down in
    norm(up - down) / (2 * ε * sqrt(Double(n)))  // entry k: after k steps
  }
}

//: First a case where we know the answer. An **orthogonal** matrix Q rotates or mirrors vectors without changing their length. Take W_aa = g Q and no
//: activation function. Then every step makes every nudge g times as long, and the size after k steps has to be gᵏ.

let Q = draw(.orthogonal())
let ruler = [0.9, 0.95, 1, 1.05, 1.1].map { g in
  (name: "g = \(g)", sizes: sizes { unroll(from: $0, g * Q) { z in z } })
}

// page: off
show(sizeChart("The ruler: with W_aa = g Q and no activation function, the size is gᵏ", ruler), as: "ruler")
claim(
  "after every number of steps the size is gᵏ, within one part in a million",
  zip([0.9, 0.95, 1, 1.05, 1.1], ruler).allSatisfy { g, curve in
    curve.sizes.indices.allSatisfy { abs(curve.sizes[$0] / pow(g, Double($0)) - 1) < 1e-6 }
  })
// page: on

//: On a logarithmic axis, gᵏ is a straight line. Use this figure as a ruler: the steeper a curve of the next figures falls, the smaller its g.
//: (Two words you'll meet elsewhere: the largest *singular value* of W_aa is the most that one step can stretch a vector, and the *eigenvalues* of
//: W_aa say what many steps do in the long run. For an orthogonal matrix all of them have size 1.)
//:
//: Now the real thing: tanh, small random inputs, and four ways to draw W_aa before training. Guess first: what is g with PyTorch's default, where
//: every weight is uniform between −1/√n and 1/√n?

let starts: [(name: String, W: Initialization)] = [
  ("uniform", .uniform), ("orthogonal", .orthogonal()), ("identity", .identity()),
  ("1.5 × orthogonal", .orthogonal(gain: 1.5)),
]
let activation = function(options.activation ?? .tanh)
let byStart = starts.map { start in
  let W = draw(start.W)
  return (name: start.name, sizes: sizes { unroll(from: $0, W, activation) })
}

// page: off
show(sizeChart("With tanh: four ways to draw W_aa", byStart), as: "by-initialisation")
claim(
  "uniform: after 10 steps less than 0.02 is left, after 25 less than 3 · 10⁻⁵",
  byStart[0].sizes[10] < 0.02 && byStart[0].sizes[25] < 3e-5)
claim(
  "orthogonal and identity: after 50 steps more than half is left",
  byStart[1].sizes[lag] > 0.5 && byStart[2].sizes[lag] > 0.5)
claim("1.5 × orthogonal: more than a hundredfold after 50 steps", byStart[3].sizes[lag] > 100)
// page: on

//: The lowest curve, uniform, is a straight line like those of the ruler, with g = 0.58. (The mean square of a number drawn uniformly from ±1/√n is 1/(3n).
//: A row of W_aa has n of them, which makes ⅓, and the root of ⅓ is 0.58.) The curve leaves the figure at one millionth after some 25 steps. After 50 steps
//: it would be near 10⁻¹². Nothing can be learned from that. The orthogonal matrix and the identity keep lengths, and tanh alone takes something away: after 50 steps about three quarters is
//: left. At 1.5 times an orthogonal matrix, nudges explode. The curve bends because large states saturate, and then tanh holds them back.
//:
//: Next the activation function, now always with an orthogonal W_aa. Many courses advise a "good" activation against vanishing, and usually mean
//: relu. Guess: which of the four lets most through?

let byActivation = [Activation.relu, .tanh, .identity, .sigmoid].map { kind in
  (name: kind == .identity ? "none" : "\(kind)", sizes: sizes { unroll(from: $0, Q, function(kind)) })
}

// page: off
show(sizeChart("With an orthogonal W_aa: four activation functions", byActivation), as: "by-activation")
claim(
  "sigmoid loses at least a factor of four at every step",
  (1...8).allSatisfy { byActivation[3].sizes[$0] < byActivation[3].sizes[$0 - 1] / 3.999 })
claim("relu keeps between 0.6 and 0.8 per step over the first ten", 0.6...0.8 ~= pow(byActivation[0].sizes[10], 0.1))
claim("tanh keeps more than half over 50 steps", byActivation[1].sizes[lag] > 0.5)
// page: on

//: The sigmoid is lost at once: its derivative is never more than ¼. relu passes a nudge on untouched if the unit is on, and blocks it if the unit is off. About
//: half of the units are off at any moment. That leaves half of the squared length, or √½ = 0.7 of the length, per step. Here, tanh beats relu by far: the states are
//: small, and near 0 the slope of tanh is 1. The advice is from networks with large inputs and many layers, where tanh units saturate and relu
//: units can't. What relu has instead: a unit that is off for every input has no gradient and stays off (it is *dead*), and nothing stops a
//: state from exploding.
//:
//: One draw for each curve, small inputs: that's what you have seen. `--seed 2` draws again.
//:
//: ## A gate: choose the factor yourself
//:
//: So far the factor was whatever W_aa and tanh made of it. What if the network had a separate memory, c, and could choose the factor itself?
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_f \odot c^{\langle t-1\rangle} + \Gamma_u \odot \tilde c^{\langle t\rangle}
//: ```
//:
//: Γ_f and Γ_u are **gates**: vectors of numbers between 0 and 1, one for each unit, by which something is multiplied. The **forget gate** Γ_f decides how much of the old
//: memory stays: 1 keeps it, 0 erases it. The **update gate** Γ_u decides how much of the **candidate** c̃⟨t⟩, the new value on offer, is
//: written. The network computes both gates at every step, from its state and its input.

// page: off
show(gatePicture(), as: "gate")
// page: on

//: Follow the thick line along the top. Between c⟨t−1⟩ and c⟨t⟩ there is one multiplication and one addition. No matrix, no tanh. On this direct
//: path, the factor of a step is Γ_f, and nothing else.
//:
//: This memory is the core of the LSTM. [Lesson 07](../07-lstm/README.md) takes it apart; here are the five lines that matter, in a loop like the one
//: above. The output gate Γ_o says how much of the memory the rest of the network gets to see.

// page: off
let (Wf, Wu, Wo, Wc) = (
  draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2),
  draw(.uniform, columns: n + 2)
)
// page: on

func memories(from start: Columns, forgetBias: Double) -> [Columns] {
  let bf = Columns(rows: n, columns: 1, repeating: forgetBias)
  var (c, a) = ([start], 0 * start)
  for x in inputs {
    let (Γf, Γu) = (σ(Wf * [a, x] + bf), σ(Wu * [a, x]))
    let Γo = σ(Wo * [a, x])
    let c̃ = tanh(Wc * [a, x])
    c.append(Γf ⊙ c.last! + Γu ⊙ c̃)
    a = Γo ⊙ tanh(c.last!)
  }
  return c
}

//: How open is the forget gate before training? The weights are small, so Γ_f starts near σ(b_f), and the **forget bias** b_f is ours to choose.
//: With b_f = 0 the gate is half open, with 1 it keeps σ(1) = 0.73 and with 2 it keeps σ(2) = 0.88 per step. Guess how much of a nudge to c
//: is left after 50 steps, for each of the three.

let byBias = [0.0, 1, 2].map { bias in
  (name: "b_f = \(Int(bias))", sizes: sizes { memories(from: $0, forgetBias: bias) })
}

// page: off
func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
let direct = [0.0, 1, 2].map { bias in
  (name: "σ(\(Int(bias)))ᵏ", sizes: (0...lag).map { pow(sigmoid(bias), Double($0)) })
}
show(sizeChart("A memory with a gate: what is left of a nudge, by forget bias", byBias + direct), as: "by-forget-bias")
claim(
  "after one step exactly the gate is left: 0.50, 0.73 and 0.88, within 0.01",
  zip([0.0, 1, 2], byBias).allSatisfy { abs($1.sizes[1] - sigmoid($0)) < 0.01 })
claim("b_f = 0: less than 10⁻⁸ after 50 steps, like the plain network", byBias[0].sizes[lag] < 1e-8)
claim(
  "b_f = 1 has more than a thousand times as much, b_f = 2 more than a third of the whole",
  byBias[1].sizes[lag] > 1e3 * byBias[0].sizes[lag] && byBias[2].sizes[lag] > 1 / 3.0)
// page: on

//: At b_f = 0 the curve falls as fast as the plain network's. So a gate alone cures nothing; it has to be *open*. With b_f = 1 it falls far more
//: slowly, and with b_f = 2 about as much arrives after 50 steps as set out. That is why most LSTMs are started with a forget bias of 1 or more.
//:
//: The dashed lines are σ(b_f)ᵏ, the direct path alone. The measured curves lie above them, because there is a second path: the memory shapes
//: a⟨t⟩, which goes through the matrices into the next gates and the next candidate, and so back into the memory. The two add up.
//:
//: ## Experiment 2: what does training change?
//:
//: All of this was before training. If less than a hundredth of the gradient reaches *cat*, can the network still learn its verb? Ours gets 8,000 sentences of this kind:

show(cat.examples().joined(separator: "\n"))

//: We ask how much each word weighs when the verb is due: nudge the input x⟨j⟩, and see how far the network's guess moves.

let influence = cat.trained(steps: run.choose(quick: 20, standard: 600, full: 2_000))

// page: off
show(influencePicture(cat.words, before: influence.before, after: influence.after), as: "influence")
show("probability of “was” in this place, trained", influence.probability, kind: .varies)
claim("before training, *cat* weighs less than a hundredth of the last comma", influence.before[1] < 0.01)
claim(
  "after training, *cat* weighs more than ten times as much as before", influence.after[1] > 10 * influence.before[1],
  from: .standard)
// page: on

//: Before training, the bars are the first picture again: every step to the left, half is lost, and *cat* can't be told from nothing. Now look at
//: *cat* after training. It weighs more than ten times as much as before. How could the network learn this, from so faint a signal?
//:
//: Look at the sentences again. Some of them are short: "the cats were asleep". There the gradient has one step to go. To get these right, the
//: network learns to keep singular and plural apart in its state, and the same weights serve in long sentences. What can be learned nearby opens the way
//: for what is far away.
//:
//: So what if *nothing* is nearby? Here is a task made for that question (Hochreiter and Schmidhuber 1997). The network reads 50 symbols. One A or B stands
//: somewhere in steps 5 to 10, another in steps 20 to 25, and all the rest is noise. At the end, it has to say which two it saw, in order: AA, AB, BA or BB. For
//: the last 25 steps there is nothing to learn from at all. Someone who doesn't know has a loss of ln 4 = 1.39, the chance level.
//:
//: We train the plain tanh network with two of our four ways to draw W_aa. Everything else is the same: 30 units, the same sequences, Adam. Guess which one learns it.

// page: off
let units = options.hidden ?? 30
let steps = run.choose(quick: 40, standard: 1_500, full: 5_000)
let seeds = (0..<run.choose(quick: 1, standard: 3, full: 5)).map { run.seed() &+ $0 }
// page: on

let outcomes = starts.prefix(2).flatMap { start in
  seeds.map {
    learnOrder(start.name, start.W, options.activation ?? .tanh, units: units, length: lag, steps: steps, seed: $0)
  }
}

// page: off
show(
  LineChart(
    title: "Temporal order: one network learns it, one stays at chance", xLabel: "training step",
    yLabel: "loss [nats]",
    series: outcomes.filter { $0.seed == seeds[0] }.map { Series($0.start, x: $0.steps, y: $0.losses) },
    references: [Reference("chance level: ln 4", at: TemporalOrder.baseline)]), as: "order")
show(
  Table(
    ["W_aa", "seed", "size of J from the first symbol to the end", "steps to a loss of 0.05"],
    rows: outcomes.map { [$0.start, $0.seed, $0.arrives, $0.learned.map(String.init) ?? "not within \(steps)"] }),
  kind: .varies)
claim(
  "uniform: within 1,500 steps no seed leaves the chance level",
  outcomes.filter { $0.start == "uniform" }.allSatisfy { $0.losses.last! > 1.35 },
  from: .standard)
claim(
  "orthogonal: every seed learns it within 1,500 steps",
  outcomes.filter { $0.start == "orthogonal" }.allSatisfy { $0.learned != nil }, from: .standard)
// page: on

//: The figure has the first seed. With uniform weights the loss doesn't move within 1,500 steps, for none of the three seeds: one part in ten billion of the
//: gradient arrives, or less. With orthogonal weights a few per cent arrive, and the network learns the task. (The halt near 0.7, which is ln 2,
//: is a network that knows one of the two symbols.) Two networks that differ in nothing but W_aa before the first step: **what is learned follows the gradient that
//: arrives.**
//:
//: ## Break it: gradients that explode
//:
//: Now let the factor be larger than 1. One unit again, with a constant pull downwards: a⟨t⟩ = tanh(w a⟨t−1⟩ − 0.3), started at 0.5. Its loss after 50 steps is L = (a⟨50⟩ − 0.5)². The
//: slope dL/dw comes along in the same loop, by the chain rule:

func loss(_ w: Double) -> (L: Double, slope: Double) {
  var (a, slope) = (0.5, 0.0)
  for _ in 1...50 {
    let next = tanh(w * a - 0.3)
    (a, slope) = (next, (1 - next * next) * (a + w * slope))
  }
  return ((a - 0.5) * (a - 0.5), 2 * (a - 0.5) * slope)
}

// page: off
var (below, face) = (1.5, 2.0)
for _ in 1...50 {
  let middle = (below + face) / 2
  if loss(middle).L > 0.25 { below = middle } else { face = middle }
}
let ws = ((0...280).map { 1 + 0.005 * Double($0) } + [face]).sorted()
show(
  LineChart(
    title: "The cliff: a slightly smaller w gives a completely different loss", xLabel: "weight w", yLabel: "loss L",
    series: [Series("", x: ws, y: ws.map { loss($0).L })]), as: "cliff")
// page: on

//: With a large w the unit stays up; with a small one it falls to the other side. In between is a cliff, and the lowest loss lies right at its edge. A
//: training that comes down the slope from the right only has to take one step too many to stand on the face of the cliff. What does the next step do?
//:
//: The cure is **gradient clipping**. A training step has four parts: forward pass, backward pass, *clip*, update. A gradient longer than a bound
//: is scaled down to the bound; its direction stays.

func clipped(_ g: Columns, to bound: Double) -> Columns {
  norm(g) > bound ? (bound / norm(g)) * g : g
}
let slope = loss(face).slope
let bounded = clipped(Columns([[slope]]), to: 1)[0, 0]

// page: off
show(
  Table(
    ["on the cliff, w = \(short(face))", "dL/dw", "w after the step w − 0.1 dL/dw"],
    rows: [["not clipped", slope, face - 0.1 * slope], ["clipped at 1", bounded, face - 0.1 * bounded]]), kind: .varies)
claim("without clipping, one step throws w a thousand times as far as the picture is wide", abs(0.1 * slope) > 1e3)
claim("with it, w moves by 0.1", abs(0.1 * bounded) < 0.1001)
// page: on

//: Now the same in a real training. We take a network that explodes on purpose: relu units, and a W_aa of 2 times an orthogonal matrix. It gets the 50
//: symbols of Experiment 2, and plain gradient descent with a learning rate of 0.01.

let descents = [Clipping.none, .norm(1)].map {
  descent($0, length: 50, steps: run.choose(quick: 60, standard: 300, full: 300), seed: run.seed())
}

// page: off
func after(_ step: Int, _ losses: [Double]) -> String {
  step <= losses.count ? (losses[step - 1].isNaN ? "NaN" : formatted(losses[step - 1])) : "–"
}
let told = [1, 2, 3, 10, 100, 300].filter { $0 <= descents[1].count }
show(
  Table(
    ["loss at step"] + told.map(String.init),
    rows: zip(["not clipped", "clipped at 1"], descents).map { name, losses in [name] + told.map { after($0, losses) } }
  ),
  kind: .varies)
claim("without clipping the loss is NaN within three steps", descents[0].count <= 3 && descents[0].last!.isNaN)
claim(
  "with clipping it stays finite and falls to less than a tenth, but not below the chance level",
  descents[1].allSatisfy(\.isFinite) && mean(descents[1].suffix(50)) < 0.1 * descents[1][0]
    && mean(descents[1].suffix(50)) > TemporalOrder.baseline - 0.05, from: .standard)
// page: on

//: Without clipping, a single step is enough, and there is nothing left to save: the loss is NaN, "not a number". With clipping the training
//: survives, and the loss comes down from absurd heights. But look where it ends: no better than chance. Clipping makes long gradients
//: shorter and none longer, so it's no help against *vanishing*. And it has to come in time. Once there is a NaN in the gradient, scaling it gives NaN
//: again. All you can do then is go back to the last weights you saved.
//:
//: ## How you'll notice
//:
//: | what you see | what it may be | what to try |
//: |---|---|---|
//: | the loss falls, then stops where nearby words alone would bring it | vanishing | measure the gradient by lag; orthogonal W_aa; a gated cell with an open forget gate |
//: | the loss jumps now and then, and takes long to recover | exploding: a step over a cliff | clip the gradient; plot its norm before clipping |
//: | the loss is NaN | exploded, too late to clip | go back to saved weights; clip, a smaller learning rate |
//: | states of exactly 0, or in the thousands, with relu | dead units, or exploding activations | a smaller start, clipping, tanh |

// fold: In your notes
//: - **Ng's notes** (001, "Vanishing gradients with RNNs") say that a plain RNN isn't good at long-term dependencies, and name clipping. Clipping is
//:   against exploding gradients only.
//: - **Ng's notes** (000, the first of the drawbacks, "缺点"): the farther away x⟨j⟩ is, the less it influences ŷ⟨i⟩. That is the top row of Experiment 2.
//:   It is true before training; the bottom row shows that training can change it.
//: - **Ng's notes** (004, §1.4) call the gradient a product of many small numbers, "especially in deep networks". Deep means deep in *time* here: one layer is
//:   enough. Deep RNNs, named there as a solution, are none: every layer has a product of Jacobians of its own. GRU and LSTM help if their gates are open.
//: - **6.S191** (002, "Backpropagation Through Time") lists a good activation, a good initialisation, and gated cells. Experiment 1 has the first two.
//:   A good activation usually means relu; at our initialisation, the measurement turns that advice round. (With √2 times an orthogonal
//:   matrix, relu would keep lengths too.)
//: - **Goodfellow**: 10.7 for the product of Jacobians, in terms of eigenvalues; 10.9 for skip connections and leaky units; 10.10 for gates; 10.11 for clipping. His forget gate is f, his
//:   memory s.
//: - **PyTorch**: `nn.LSTM` draws all biases uniformly around 0. An open forget gate you have to set yourself. Clipping is
//:   `clip_grad_norm_`, called between `backward()` and `step()`.
//: - The cliff and clipping by norm are from Pascanu, Mikolov and Bengio (2013); the forget bias from Gers, Schmidhuber and Cummins (2000) and
//:   Jozefowicz, Zaremba and Sutskever (2015); the orthogonal start from Saxe, McClelland and Ganguli (2014).
// fold end

//: ## Your turn
//:
//: 1. In a network with W_aa = g Q and no activation function, for which g is half of the gradient left after 100 steps?

// fold: Answer
//: From g¹⁰⁰ = ½ follows g = 2^(−1/100) = 0.9931. Less than one per cent below 1 is already enough to halve it.

let half = pow(0.5, 1 / 100.0)
claim("g is 0.9931", abs(half - 0.9931) < 5e-5)
// fold end

//: 2. A forget gate stays at σ(b_f) at every step. Which b_f keeps half of the memory over 100 steps? And how much does b_f = 1 leave after 50, on the
//:    direct path?

// fold: Answer
//: The gate has to be 0.9931, from exercise 1, so b_f = ln(0.9931 / 0.0069) = 4.97. With b_f = 1 the direct path leaves σ(1)⁵⁰ = 1.6 · 10⁻⁷. The measured curve
//: has far more, thanks to the second path.

claim("b_f is 4.97", abs(log(half / (1 - half)) - 4.97) < 0.005)
claim("σ(1)⁵⁰ is 1.6 · 10⁻⁷", abs(pow(sigmoid(1), 50.0) - 1.6e-7) < 5e-9)
claim("the measured curve has more than a hundred times as much", byBias[1].sizes[lag] > 100 * pow(sigmoid(1), 50.0))
// fold end

//: 3. A gradient has two entries, (30, 0.4). Clip it by norm at 5. Another way to clip is *by element*: every entry on its own is cut to the
//:    range from −5 to 5. What does each give, and how far does each turn the gradient's direction?

// fold: Answer
//: By norm: (5.00, 0.07), in the same direction as before, 0.76° above the first axis. By element: (5, 0.4), which is 4.57° above it. Clipping by
//: element makes small entries count for more.

let byNorm = clipped(Columns([[30], [0.4]]), to: 5).elements
func degrees(_ v: [Double]) -> Double { atan2(v[1], v[0]) * 180 / .pi }
claim("by norm it is (5.00, 0.07)", abs(byNorm[0] - 5) < 0.005 && abs(byNorm[1] - 0.07) < 0.005)
claim("the angles are 0.76° and 4.57°", abs(degrees(byNorm) - 0.76) < 0.005 && abs(degrees([5, 0.4]) - 4.57) < 0.005)
// fold end

//: ## In short
//:
//: A gradient that travels back k steps is multiplied k times. If the typical factor is below 1 it vanishes, if it is above 1 it explodes, and both
//: happen exponentially. A vanished gradient gives no error message: the network learns what nearby words can teach, and a larger learning
//: rate doesn't change that. What helps is a W_aa that keeps lengths, and gates that start open. Clipping helps against explosions, and only
//: against them.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson05 --lag 30             # a shorter way for the gradient: does the uniform network learn now?
//: swift run Lesson05 --activation relu    # Experiment 1 and the 50 symbols with relu
//: swift run Lesson05 --seed 2             # other random weights
//: ```
//:
//: [Lesson 04](../04-language-model/README.md) trained on sentences, where almost everything is near. The next two lessons take the gated cells
//: apart: first the [GRU](../06-gru/README.md), then the [LSTM](../07-lstm/README.md).

end()
