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
//: Why *was* and not *were*? Because of *cat*, at the far end of the sentence. You carried that one fact past the bread and the dogs without
//: noticing. A recurrent network could carry it too: its state passes through every step, so *cat* can still be in there when the verb is due.
//: But the network has to learn this. During training, the mistake at the verb must send word back to *cat*, one step at a time, and tell the
//: weights: keep this.
//:
//: In this lesson we follow that message on its way back, and watch it fade.

// page: off
let cat = CatNetwork(seed: run.seed())
show(cat.picture(), as: "fading")
// page: on

//: Each box is the state of an untrained network after one word (a comma counts as a word). After the last comma the network guesses the next
//: word. The guess is bad, so there is a loss, and the gradient of that loss flows back along the orange arrows. The number above an arrow is the
//: length of the gradient that reaches the box on its left, if we call the length at the last comma 1. One step back, a bit more than half is
//: left. At *cat*, ten steps back, not even a hundredth.

claim(
  "one step back about half of the gradient is left, and at *cat* less than a hundredth",
  0.35...0.75 ~= cat.lengths[11] && cat.lengths[2] < 0.01)

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
    ["w", "after 10 steps", "after 50 steps"],
    rows: weights.map { w in [w, short(pow(w, 10.0)), short(pow(w, 50.0))] as [any CustomStringConvertible] }))
// page: on

//: Ten per cent either way, and after fifty steps the nudge is two hundred times smaller than it was, or a hundred times larger. A gradient travels
//: in the other direction, but it is multiplied by the same numbers. If almost nothing of it arrives, we call it a **vanishing gradient**. If it
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
//: The derivative of tanh is 1 − tanh², so the step to a⟨t⟩ now multiplies a nudge by w · (1 − (a⟨t⟩)²). Let's take w = 1 and start at a⟨0⟩ =
//: 0.8. The first step gives tanh(0.8) = 0.66, and its factor is 1 − 0.66² = 0.56. Here are three steps:

let w = 1.0
func threeSteps(from start: Double) -> [Double] {
  var a = [start]
  for t in 1...3 { a.append(tanh(w * a[t - 1])) }
  return a
}
let unit = threeSteps(from: 0.80)
let factors = unit.dropFirst().map { a in w * (1 - a * a) }

// page: off
show(byHandPicture(states: unit, factors: factors), as: "by-hand")
// page: on

//: Now read it from right to left. A gradient of 1 at a⟨3⟩ is multiplied by 0.73 on its way to a⟨2⟩, then by 0.66, then by 0.56:
//:
//: 0.73 · 0.66 · 0.56 = 0.27
//:
//: To check this, start from 0.81 instead of 0.80 and see how far a⟨3⟩ moves. The nudge is 0.01, so a⟨3⟩ should move by about 0.0027.

let moved = threeSteps(from: 0.81)[3] - unit[3]
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
//:
//: Each term is a matrix. To say how large it is, we take its **norm**: square all entries, add them up, take the root. (For a vector, that's its
//: length.)

let terms = (1...T).map { t in δ[t] * a[t - 1].transposed }
let norms = terms.map { norm($0) / norm(terms[T - 1]) }  // the last one is 1

// page: off
show(
  Table(
    ["step t", "word", "norm of its term"],
    rows: [12, 11, 10, 8, 5, 2].map { [$0, cat.words[$0 - 1], short(norms[$0 - 1])] }))
claim(
  "the terms add up to the gradient that the library computes",
  terms.dropFirst().reduce(terms[0], +).largestDifference(from: cat.gradientOfWaa) < 1e-12)
claim("the term at *cat* is less than a hundredth of the last one", norms[1] < 0.01)
// page: on

//: The terms fade like the gradients in the first picture. Those of the nearest words are loud, so the network learns, and the loss falls. What it
//: learns is whatever the nearest words can teach. The term at *cat* is in the sum too, but more than a hundred times quieter. A larger learning
//: rate makes every term louder, near ones and far ones alike. Adam doesn't help either: it rescales the finished sum.
//:
//: ## How much gets through?
//:
//: Which choices let more of the gradient through? To compare them, we need one number for "how much gets through k steps". We measure it with
//: nudges. Nudge unit 1 of the state by a tiny amount, let the network run for k steps, and see how far the state has moved, compared with the
//: nudge. Do the same with unit 2, with unit 3, and so on to unit n. The average of these n distances (to be exact, their root mean square) is
//: our number, the **size** after k steps. If it is 1, a typical nudge arrives as large as it set out.
//:
//: In the language of matrices: multiply the Jacobians of the k steps, and you get one matrix J. Its column j is what becomes of a nudge to unit
//: j, and our size is the norm of J divided by √n. J transposed has the same norm. So the size also tells you what becomes of a gradient on its
//: way back.
//:
//: In code, all n nudges run side by side, as the n columns of one matrix. `states` runs a plain cell from any start: `W` is its W_aa, `Wx` its
//: W_ax, and all columns read the same small random `inputs`. `measure` starts it once at 0 plus the nudges and once at 0 minus the nudges, and sees
//: how far apart the two runs are after each step.

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

func states(from start: Columns, _ W: Columns, _ activation: (Columns) -> Columns) -> [Columns] {
  var a = [start]
  for x in inputs { a.append(activation(W * a.last! + Wx * x)) }
  return a
}
func measure(_ run: (Columns) -> [Columns]) -> [Double] {
  let ε = 1e-7, nudges = ε * identity(n)  // column j nudges unit j
  return zip(run(nudges), run(-1 * nudges)).map { up, down in
    norm(up - down) / (2 * ε * sqrt(Double(n)))  // entry k: the size after k steps
  }
}

//: Let's test this on a case where we know the answer. An **orthogonal** matrix Q rotates or mirrors vectors and leaves their length alone. Take
//: W_aa = g Q and no activation function. Then every step makes every nudge g times as long, and the size after k steps has to be gᵏ.

let Q = draw(.orthogonal())
let gains = [0.9, 0.95, 1, 1.05, 1.1]
let ruler = gains.map { g in measure { start in states(from: start, g * Q) { z in z } } }

// page: off
show(
  sizeChart(
    "W_aa = g Q and no activation function: the size is gᵏ", zip(gains, ruler).map { ("g = \($0)", $1) }, 1e-3...1e3),
  as: "ruler")
claim(
  "after every number of steps the size is gᵏ, within one part in a million",
  zip(gains, ruler).allSatisfy { g, sizes in
    sizes.indices.allSatisfy { abs(sizes[$0] / pow(g, Double($0)) - 1) < 1e-6 }
  })
// page: on

//: It is. The vertical axis is logarithmic, and there a power gᵏ is a straight line. That's how you'll recognise one in the next figures.
//:
//: ## Experiment 1: the weights at the start
//:
//: Now the real thing, with tanh. We draw W_aa in four ways: uniformly between −1/√n and 1/√n, which is PyTorch's default; orthogonal; the identity
//: matrix; and 1.5 times an orthogonal matrix. Guess first: which of the four will lose most, and how much per step?

let starts: [(name: String, W: Initialization)] = [
  ("uniform", .uniform), ("orthogonal", .orthogonal()), ("identity", .identity()),
  ("1.5 × orthogonal", .orthogonal(gain: 1.5)),
]
let activation = function(options.activation ?? .tanh)
let byStart = starts.map { kind in
  let W = draw(kind.W)
  return measure { start in states(from: start, W, activation) }
}

// page: off
show(
  sizeChart("With tanh: four ways to draw W_aa", zip(starts, byStart).map { ($0.name, $1) }), as: "by-initialisation")
claim(
  "uniform: about 0.58 per step over the first ten steps, and less than 3 · 10⁻⁵ after 25",
  0.5...0.68 ~= pow(byStart[0][10], 0.1) && byStart[0][25] < 3e-5)
claim(
  "orthogonal and identity: after 50 steps more than half is left", byStart[1][lag] > 0.5 && byStart[2][lag] > 0.5)
claim("1.5 × orthogonal: more than a hundredfold after 50 steps", byStart[3][lag] > 100)
// page: on

//: Look at the lowest curve, *uniform*. It is a straight line, and after 25 steps it has all but left the figure. Each step multiplies by about 0.58. Where does that number come from? A
//: nudge to unit j comes out as column j of W_aa: n weights, each with a mean square of 1/(3n). Their squares add up to ⅓, so the column has a length
//: of √⅓ = 0.58. After 50 steps that makes 10⁻¹². Nothing can be learned from so little.
//:
//: The orthogonal matrix and the identity keep lengths. Only tanh takes something away, and after 50 steps more than half is left. With 1.5 times an
//: orthogonal matrix, nudges explode. The curve bends because large states saturate, and then tanh holds them back.
//:
//: This is one draw for each curve, with small inputs. With large inputs, tanh saturates, and all four curves would be lower.
//:
//: ## Experiment 2: the activation function
//:
//: Many courses advise a "good" activation function against vanishing gradients, and they usually mean relu. Let's compare tanh, relu and the sigmoid, always
//: with an orthogonal W_aa. Which will keep most? Guess the order.

let kinds: [(name: String, W: Columns, activation: Activation)] = [
  ("sigmoid", Q, .sigmoid), ("tanh", Q, .tanh), ("relu", Q, .relu), ("relu, √2 × orthogonal", sqrt(2) * Q, .relu),
]
let byActivation = kinds.map { kind in
  measure { start in states(from: start, kind.W, function(kind.activation)) }
}

// page: off
show(
  sizeChart("With an orthogonal W_aa: three activation functions", zip(kinds, byActivation).map { ($0.name, $1) }),
  as: "by-activation")
claim(
  "sigmoid: at least a factor of four is lost at every step",
  (1...8).allSatisfy { byActivation[0][$0] < byActivation[0][$0 - 1] / 3.999 })
claim("tanh: more than half is left after 50 steps", byActivation[1][lag] > 0.5)
claim("relu: between 0.6 and 0.8 per step over the first ten steps", 0.6...0.8 ~= pow(byActivation[2][10], 0.1))
claim(
  "after ten steps, relu with √2 times an orthogonal matrix keeps ten times as much as with the matrix itself, or more",
  byActivation[3][10] > 10 * byActivation[2][10])
// page: on

//: The sigmoid is gone at once: its derivative is never more than ¼. tanh keeps most, because the states are small, and near 0 its slope is
//: 1. And relu? It lets a nudge pass if the unit is on and blocks it if the unit is off. About half of the units are off at any moment, so half of
//: the squared length is lost at every step, and √½ = 0.7 of the length is left.
//:
//: So the usual advice is upside down here. It belongs with larger weights: with √2 times the orthogonal matrix, relu gets back what it loses,
//: and its curve stays up too. relu units never saturate, but they have troubles of their own. A unit that is off for every input gets no
//: gradient and stays off; it is *dead*. And nothing keeps the states from growing without bound.
//:
//: ## A gate: choose the factor yourself
//:
//: So far the factor was whatever W_aa and the activation function made of it. What if the network could choose it? Give it a second state, a memory c, next to a:
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_f \odot c^{\langle t-1\rangle} + \Gamma_u \odot \tilde c^{\langle t\rangle}
//: ```
//:
//: Γ_f and Γ_u are **gates**: vectors of numbers between 0 and 1 that something is multiplied by, unit by unit. The **forget gate** Γ_f decides how much
//: of the old memory stays: 1 keeps all of it, 0 erases it. The **update gate** Γ_u decides how much is written of the **candidate** c̃⟨t⟩,
//: which is the new value on offer. The network computes each gate with a sigmoid, anew at every step:
//:
//: ```math
//: \Gamma_f = \sigma(W_f\,[a^{\langle t-1\rangle}, x^{\langle t\rangle}] + b_f)
//: ```

// page: off
show(gatePicture(), as: "gate")
// page: on

//: Follow the thick line along the top. Between c⟨t−1⟩ and c⟨t⟩ there is one multiplication and one addition. No matrix, no tanh. On this direct
//: path, the factor of a step is Γ_f, and nothing else.
//:
//: There is also a second path, the thin one: the memory shapes a⟨t⟩, and a⟨t⟩ has a say in the next gates and the next candidate. A third
//: gate, Γ_o, decides how much of the memory a⟨t⟩ gets to see. This is the LSTM, and [Lesson 07](../07-lstm/README.md) takes it apart. Here it is in a loop
//: like the one above:

// page: off
let (Wf, Wu) = (draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2))
let (Wo, Wc) = (draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2))
// page: on

func memories(from start: Columns, forgetBias: Double) -> [Columns] {
  let bf = Columns(rows: n, columns: 1, repeating: forgetBias)
  var (c, a) = ([start], 0 * start)
  for x in inputs {
    let Γf = σ(Wf * [a, x] + bf)
    let (Γu, Γo) = (σ(Wu * [a, x]), σ(Wo * [a, x]))
    let c̃ = tanh(Wc * [a, x])
    c.append(Γf ⊙ c.last! + Γu ⊙ c̃)
    a = Γo ⊙ tanh(c.last!)
  }
  return c
}

//: ## Experiment 3: how open is the gate?
//:
//: How open is the forget gate before training? The weights are small, so Γ_f starts near σ(b_f), and the **forget bias** b_f is ours to choose.
//: With b_f = 0 the gate is half open and keeps 0.5 per step. With b_f = 1 it keeps σ(1) = 0.73, and with b_f = 2 it keeps σ(2) = 0.88. Guess: which
//: of the three gets a nudge through 50 steps?

let biases = [0.0, 1, 2]
let byBias = biases.map { bias in measure { start in memories(from: start, forgetBias: bias) } }

// page: off
func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
/// The factor per step, where the curves have become straight.
let perStep = byBias.map { pow($0[lag] / $0[lag / 2], 1 / Double(lag - lag / 2)) }
show(forgetBiasChart(biases, byBias), as: "by-forget-bias")
show(
  Table(
    ["b_f", "direct path: σ(b_f)", "measured factor per step"],
    rows: zip(biases, perStep).map { [Int($0), short(sigmoid($0)), short($1)] }))
claim(
  "after one step the size is σ(b_f), within 0.01: the second path hasn't come round yet",
  zip(biases, byBias).allSatisfy { abs($1[1] - sigmoid($0)) < 0.01 })
claim(
  "later on, the measured factor is larger than σ(b_f) by 0.1 to 0.18, for each of the three",
  zip(biases, perStep).allSatisfy { 0.1...0.18 ~= $1 - sigmoid($0) })
claim("b_f = 0: less than 10⁻⁸ after 50 steps", byBias[0][lag] < 1e-8)
claim("b_f = 2: more than a third after 50 steps", byBias[2][lag] > 1 / 3.0)
// page: on

//: Look at b_f = 0 first. After 50 steps nothing is left, as in the plain network. A gate alone cures nothing: it has to be *open*. With b_f = 1 the curve
//: falls far more slowly, and with b_f = 2 it stays up.
//:
//: The dashed lines are σ(b_f)ᵏ, what the direct path alone would leave. The measured curves lie above them, and the table shows why: the second path adds about
//: 0.14 to the factor of each step, whatever the bias. With b_f = 0 that makes 0.5 + 0.14 = 0.64, still a vanishing gradient. With b_f = 2
//: it makes 0.88 + 0.14, which is about 1. So most of the factor is the open gate, and the rest comes round the other way. That is why many
//: people start an LSTM with a forget bias of 1 or 2.
//:
//: ## Experiment 4: the cat, after training
//:
//: All this was before training. Back to the cat: if less than a hundredth of the gradient gets there, can the plain network still learn its verb? We
//: train it on 8,000 sentences, 500 steps of Adam. In between noun and verb there may be nothing, or up to thirteen words:

show(cat.examples().joined(separator: "\n"))

let trained = cat.trained(on: 0...4, steps: run.choose(quick: 20, standard: 500, full: 2_000))

// page: off
show(cat.choices(trained), kind: .varies)
claim(
  "after training: *was* for the cat, *were* for the cats, each with a probability of more than 0.9",
  trained.pWas[0] > 0.9 && trained.pWas[1] < 0.1, from: .standard)
// page: on

//: It can. How did so faint a signal get through? Look at the sentences again. Some are as short as the first one: there the noun is the last word before the verb, and nothing
//: has to travel. To get these right, the network learns to keep singular and plural apart in its state. The next sentences are a little
//: longer, and the same weights already do half of the work. If this is right, then the network should fail without the short sentences. Guess, then look:

let longOnly = cat.trained(on: 3...4, steps: run.choose(quick: 20, standard: 500, full: 2_000))

// page: off
show(cat.choices(longOnly), kind: .varies)
claim(
  "with long sentences only, after the same 500 steps, the network doesn't tell the cat from the cats",
  abs(longOnly.pWas[0] - longOnly.pWas[1]) < 0.2, from: .standard)
// page: on

//: With nothing but long sentences, ten or thirteen words between noun and verb, the network still tosses a coin after 500 steps. (It isn't lost for ever. With more steps
//: it may get there.) What can be learned nearby opens the way for what is far away.
//:
//: You can see the way open. Nudge a word x⟨j⟩ and ask how far the choice between *was* and *were* moves. We call this the word's influence:

// page: off
show(influencePicture(cat.words, before: cat.influence, after: trained.influence), as: "influence")
claim("before training, *cat* has less than a hundredth of the influence of the last comma", cat.influence[1] < 0.01)
claim(
  "after training, it has more than ten times as much as before", trained.influence[1] > 10 * cat.influence[1],
  from: .standard)
// page: on

//: Before training, the bars are the first picture again: every step to the left, about half is lost, and *cat* is too small to be seen. After training its bar is a tall one.
//: From now on, a mistake at the verb does reach *cat*.
//:
//: ## Experiment 5: when nothing is near
//:
//: So what if nothing at all can be learned nearby? Here is a task made for that question (Hochreiter and Schmidhuber 1997). The network reads 50 symbols. Somewhere in
//: steps 5 to 10 there is an A or a B, somewhere in steps 20 to 25 there is another, and all the rest is noise. At the end the network must say
//: which two it saw, in order: AA, AB, BA or BB. Someone who only guesses has a loss of ln 4 = 1.39, the **chance level**.
//:
//: We train the plain tanh network with two of our four ways to draw W_aa. All the rest is equal: 30 units, the same sequences, 1,500 steps of
//: Adam, three seeds each. Which one learns it?

// page: off
let units = options.hidden ?? 30
let steps = run.choose(quick: 40, standard: 1_500, full: 5_000)
let seeds = (0..<run.choose(quick: 1, standard: 3, full: 5)).map { run.seed() &+ $0 }
// page: on

let outcomes = starts.prefix(2).flatMap { start in
  seeds.map { seed in
    learnOrder(
      start.name, start.W, options.activation ?? .tanh, units: units, length: lag, steps: steps, seed: seed)
  }
}

// page: off
show(orderChart(outcomes.filter { $0.seed == seeds[0] }), as: "order")
show(
  Table(
    ["W_aa", "seed", "size from the first symbol", "from the second", "steps to a loss of 0.05"],
    rows: outcomes.map {
      [
        $0.start, $0.seed, short($0.fromFirst), short($0.fromSecond),
        $0.learned.map(String.init) ?? "not within \(steps)",
      ]
    }), kind: .varies)
claim(
  "uniform: within 1,500 steps no seed leaves the chance level",
  outcomes.filter { $0.start == "uniform" }.allSatisfy { $0.losses.last! > 1.35 }, from: .standard)
claim(
  "orthogonal: every seed learns it within 1,500 steps",
  outcomes.filter { $0.start == "orthogonal" }.allSatisfy { $0.learned != nil }, from: .standard)
claim(
  "before training, less than a millionth arrives with uniform weights, and more than a hundredth with orthogonal ones",
  outcomes.allSatisfy { $0.start == "uniform" ? $0.fromFirst < 1e-6 : $0.fromFirst > 0.01 })
// page: on

//: The figure shows the first seed. With uniform weights the loss stays at the chance level: within 1,500 steps, none of the three seeds
//: learns anything. With orthogonal weights all three learn the task. (On the way, the loss is slow around ln 2 = 0.69. There the network knows one of the two
//: symbols.)
//:
//: The table says why. It has the size from each symbol to the end, before the first training step. With orthogonal weights, a few per
//: cent arrive. (That's less than in Experiment 1, since one-hot inputs are larger and tanh saturates more.) With uniform weights next to nothing does. The two networks differ
//: in W_aa before the first step, and in nothing else. **What is learned follows the gradient that arrives.**
//:
//: ## Break it: gradients that explode
//:
//: So far we tried to keep the factor up. What happens when it's larger than 1? Here is one unit again, with a constant pull downwards:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(w\,a^{\langle t-1\rangle} - 0.3), \qquad a^{\langle 0\rangle} = 0.5
//: ```
//:
//: Let it run with two weights that are almost the same:

// page: off
let face = cliffFace()
show(tippingChart([face - 0.002, face + 0.002]), as: "tipping")
// page: on

//: For the first ten steps you can hardly tell the two apart. Then one goes up and the other falls. The unit stood at a tipping point: around a = 0.5 the factor w (1 − a²) is
//: about 1.3, so every step makes the small difference larger. Now give it a loss, L = (a⟨50⟩ − 0.5)². Its slope dL/dw comes along in the same
//: loop, by the chain rule:
//:
//: ```math
//: \frac{da^{\langle t\rangle}}{dw} = \left(1 - (a^{\langle t\rangle})^2\right)\left(a^{\langle t-1\rangle} + w\,\frac{da^{\langle t-1\rangle}}{dw}\right)
//: ```

func loss(_ w: Double) -> (L: Double, slope: Double) {
  var (a, da) = (0.5, 0.0)
  for _ in 1...50 {
    let next = tanh(w * a - 0.3)
    da = (1 - next * next) * (a + w * da)
    a = next
  }
  return ((a - 0.5) * (a - 0.5), 2 * (a - 0.5) * da)
}

// page: off
show(cliffChart(around: face), as: "cliff")
claim(
  "around a = 0.5 the factor is about 1.3, and on either side of the cliff the losses differ more than tenfold",
  1.2...1.4 ~= face * 0.75 && loss(face - 0.01).L > 10 * loss(face + 0.01).L)
// page: on

//: That's a cliff. To the right of it the unit goes up, to the left it goes down, and the lowest loss lies right at the edge. A training that comes down from the right may well
//: land on the face of the cliff, where the slope is enormous. What does the next step do? And what can we do about it?
//:
//: The cure is **gradient clipping**. A training step has four parts: forward pass, backward pass, *clip*, update. A gradient longer than some
//: bound is scaled down to the bound. Its direction stays.

func clipped(_ gradient: Columns, to bound: Double) -> Columns {
  norm(gradient) > bound ? (bound / norm(gradient)) * gradient : gradient
}

// page: off
let slope = loss(face).slope
let bounded = clipped(Columns([[slope]]), to: 1)[0, 0]
func places(_ w: Double, _ count: Int) -> String { String(format: "%.\(count)f", w) }
show(
  Table(
    ["", "w", "dL/dw", "w after the step w − 0.1 dL/dw"],
    rows: [
      ["not clipped", places(face, 4), places(slope, 0), places(face - 0.1 * slope, 0)],
      ["clipped at 1", places(face, 4), places(bounded, 0), places(face - 0.1 * bounded, 4)],
    ]), kind: .varies)
claim("not clipped, the step is more than ten thousand times as long as the figure is wide", abs(0.1 * slope) > 1.4e4)
claim("clipped, it is 0.1 long", abs(abs(0.1 * bounded) - 0.1) < 1e-9)
claim("a gradient of NaN stays NaN, clipped or not", clipped(Columns([[.nan]]), to: 1)[0, 0].isNaN)
// page: on

//: Without clipping, one step throws w out of the figure, and whatever the network had learned is gone. With clipping, w takes a small step to the right, back
//: onto the good side.
//:
//: Two things clipping can't do. It makes long gradients shorter and none longer, so it's no help against *vanishing*. And it has to come in time: when numbers overflow, the gradient
//: becomes NaN, "not a number", and scaled it is still NaN. Then all you can do is go back to the last weights you saved.
//:
//: ## How you'll notice
//:
//: | what you see | what it may be | what to try |
//: |---|---|---|
//: | the loss falls, then stops where nearby words alone would bring it | vanishing | measure the gradient step by step, as in the first picture; orthogonal W_aa; a gated cell with an open forget gate |
//: | the loss jumps now and then, and takes long to recover | exploding: a step over a cliff | clip the gradient; plot its norm before clipping |
//: | the loss is NaN | exploded, too late to clip | go back to saved weights; clip; a smaller learning rate |
//: | with relu: states that are 0 for every input, or in the thousands | dead units, or exploding states | smaller initial weights, clipping, tanh |

// fold: In your notes
//: - **Ng's notes** (001, "Vanishing gradients with RNNs") say that a plain RNN isn't good at long-term dependencies, and name clipping. Clipping is
//:   against exploding gradients only.
//: - **Ng's notes** (000, the first of the drawbacks, "缺点"): the farther away x⟨j⟩ is, the less it influences ŷ⟨i⟩. Those are the bars before
//:   training in Experiment 4. The bars after training show that this can change.
//: - **Ng's notes** (004, §1.4) call the gradient a product of many small numbers, "especially in deep networks". Deep means deep in *time* here: one layer is
//:   enough. Deep RNNs are named there as a solution, but stacking layers doesn't help: each layer has a product of Jacobians of its own. GRU and LSTM help if
//:   their gates are open.
//: - **6.S191** (002, "Backpropagation Through Time") lists a good activation, a good initialisation, and gated cells. A good activation
//:   usually means relu. At the orthogonal initialisation, Experiment 2 turns that advice round.
//: - **Goodfellow** has the product of Jacobians in 10.7, skip connections and leaky units in 10.9, gates in 10.10, clipping in 10.11. His forget gate is f, his
//:   memory s. He argues with *eigenvalues*: those of W_aa say what many steps do in the long run. The largest *singular value* says how much
//:   one step can stretch a vector at most. For an orthogonal matrix, all of them have size 1.
//: - **PyTorch**: `nn.LSTM` draws all biases uniformly around 0, so an open forget gate is for you to set. Clipping is `clip_grad_norm_`, called
//:   between `backward()` and `step()`.
//: - The size ‖J‖_F/√n uses the **Frobenius norm** ‖·‖_F, which is the norm above by its full name. The cliff and clipping by norm are from Pascanu, Mikolov and Bengio (2013);
//:   the forget bias from Gers, Schmidhuber and Cummins (2000) and Jozefowicz, Zaremba and Sutskever (2015); orthogonal initialisation from Saxe, McClelland and Ganguli (2014).
// fold end

//: ## Your turn
//:
//: 1. In a network with W_aa = g Q and no activation function, for which g is half of the gradient left after 100 steps?

// fold: Answer
//: From g¹⁰⁰ = ½ follows g = 2^(−1/100) = 0.9931. Less than one per cent below 1 is already enough to halve it.

let half = pow(0.5, 1 / 100.0)
claim("g is 0.9931", abs(half - 0.9931) < 5e-5)
// fold end

//: 2. A forget gate stays at σ(b_f) at every step. Which b_f keeps half of the memory over 100 steps, on the direct path? And how much does b_f = 1
//:    leave after 50?

// fold: Answer
//: The gate has to be 0.9931, from exercise 1. If σ(b) = p, then b = ln(p / (1 − p)). So b_f = ln(0.9931 / 0.0069) = 4.97. With b_f = 1,
//: σ(1)⁵⁰ = 1.6 · 10⁻⁷ is left. In Experiment 3 the measured curve has far more, thanks to the second path.

claim("b_f is 4.97", abs(log(half / (1 - half)) - 4.97) < 0.005)
claim("σ(1)⁵⁰ is 1.6 · 10⁻⁷", abs(pow(sigmoid(1), 50.0) - 1.6e-7) < 5e-9)
claim("the measured curve has more than a hundred times as much", byBias[1][lag] > 100 * pow(sigmoid(1), 50.0))
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
//: swift run Lesson05 --lag 30             # 30 steps: what does "uniform" learn now?
//: swift run Lesson05 --activation relu    # relu in Experiments 1 and 5
//: swift run Lesson05 --seed 2             # other random weights
//: ```
//:
//: [Lesson 04](../04-language-model/README.md) trained on sentences, where almost everything is near. The next two lessons take the gated cells
//: apart: first the [GRU](../06-gru/README.md), then the [LSTM](../07-lstm/README.md).

end()
