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
  @Option(help: "The activation of the networks in Experiment 3. (default: tanh)")
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
let cat = CatNetwork(seed: run.seed(), steps: run.choose(quick: 20, standard: 600, full: 2_000))
show(
  cat.picture(
    "The gradient on its way from the verb back to the cat, measured in an untrained network", lengths: cat.lengths),
  as: "fading")
// page: on

//: Each box is the state of an untrained network after one word (a comma counts as a word). After the last comma the network guesses the next
//: word. The guess is bad, so there is a loss, and the gradient of that loss flows back along the orange arrows. The number in a box is the length of
//: the gradient that gets there, if we call its length at the last comma 1. One step back, a bit more than half is left. At *cat*, ten steps
//: back, not even a hundredth.

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
//: The derivative of tanh is 1 − tanh², so the step to a⟨t⟩ now multiplies a nudge by w · (1 − (a⟨t⟩)²). Let's take w = 1 and start at a⟨0⟩ = 1.
//: The first step gives tanh(1) = 0.76, and its factor is 1 − 0.76² = 0.42. Here are three steps:

let w = 1.0
func threeSteps(from start: Double) -> [Double] {
  var a = [start]
  for t in 1...3 { a.append(tanh(w * a[t - 1])) }
  return a
}
let unit = threeSteps(from: 1)
let factors = unit.dropFirst().map { a in w * (1 - a * a) }

// page: off
show(byHandPicture(states: unit, factors: factors), as: "by-hand")
// page: on

//: Now read it from right to left. A gradient of 1 at a⟨3⟩ is multiplied by 0.68 on its way to a⟨2⟩, then by 0.59, then by 0.42:
//:
//: 0.68 · 0.59 · 0.42 = 0.17
//:
//: To check this, start from 1.01 instead of 1 and see how far a⟨3⟩ moves. The nudge is 0.01, so a⟨3⟩ should move by about 0.0017.

let moved = threeSteps(from: 1.01)[3] - unit[3]
show("a⟨3⟩ moves by", moved)
claim(
  "the product of the three factors predicts this within two per cent",
  abs(moved / 0.01 / factors.reduce(1, *) - 1) < 0.02)

//: Look what happened. The weight is exactly 1, and still only a sixth is left after three steps. The factor 1 − a² is never more than 1, so
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
//: backward pass of [Lesson 03](../03-bptt/README.md) with a single loss, at the end: no earlier step has an answer of its own, so all that comes is
//: from the future. δ⟨t⟩ is the gradient just before the tanh:
//:
//: ```math
//: \delta^{\langle t\rangle} = \frac{\partial L}{\partial a^{\langle t\rangle}} \odot \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right), \qquad \frac{\partial L}{\partial a^{\langle t-1\rangle}} = W_{aa}^{\top}\,\delta^{\langle t\rangle}
//: ```
//:
//: Here are the same two lines in code, for the T = 12 words of our sentence and a network of 64 units. `a[t]` is the state after word t, and
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
  "divided by the length of `grad[T]`, the lengths of `grad[t]` are the numbers in the first picture",
  (0...T).allSatisfy { abs(norm(grad[$0]) / norm(grad[T]) / cat.lengths[$0] - 1) < 1e-9 })

//: ## Why a short gradient is bad
//:
//: Couldn't we turn up the learning rate? No, and this is the heart of the matter. The weights are shared by all steps, so the gradient of W_aa is a *sum*
//: with one term for each step:
//:
//: ```math
//: \frac{\partial L}{\partial W_{aa}} = \sum_t \delta^{\langle t\rangle} a^{\langle t-1\rangle\top}
//: ```
//:
//: Each term says what W_aa should do with one state, the a⟨t−1⟩ that it gets at step t. And each is a matrix. To see how loud it is, we take its
//: **norm**: square all entries, add them up, take the root. (For a vector, that's its length.) The last term contains a⟨11⟩, the state after *dogs*. We call
//: its norm 1. Here are five of the terms:

let terms = (1...T).map { t in δ[t] * a[t - 1].transposed }
let norms = terms.map { norm($0) / norm(terms.last!) }

// page: off
show(
  Table(
    ["the term that contains the state after", "its norm"],
    rows: [11, 9, 8, 5, 2].map { [cat.words[$0 - 1], short(norms[$0])] }))
claim(
  "the terms add up to the gradient that the library computes",
  terms.dropFirst().reduce(terms[0], +).largestDifference(from: cat.gradientOfWaa) < 1e-12)
claim("the term with the state after *cat* has less than 2 % of the norm of the last one", norms[2] < 0.02)
// page: on

//: The terms fade like the gradients in the first picture. Those of the nearest words are loud, so the network learns, and the loss falls. What it
//: learns is whatever the nearest words can teach. The term that could teach it to keep *cat* is in the sum too, but about a hundred times quieter. A
//: larger learning rate makes every term louder, near ones and far ones alike. Adam doesn't help either. It only sees the finished sum, and can't turn up
//: one term in it.
//:
//: ## How much gets through?
//:
//: Which choices let more of the gradient through? To compare them, we need one number for "how much gets through k steps". We get it with nudges.
//:
//: Take a network with n = 64 units. Its state starts at 0, and every step has a small random input. Nudge unit 1 of the state by a tiny ε, let it run for k steps, and see how far the state ends up from where
//: it would have been without the nudge. Divide that by ε. Do the same with unit 2, with unit 3, and so on. The average of these 64 numbers (to be
//: exact, their root mean square) is what we call the **size** after k steps. If it is 1, a typical nudge arrives as large as it set out. And so does a
//: typical gradient in the backward pass, since that is multiplied by the same matrices, transposed. (Why transposing changes nothing is in
//: the fold.) In the code below, `sizes(W, activation)` measures it: a
//: list with the size after 0, 1, 2, … steps.

// page: off
let n = options.hidden ?? run.choose(quick: 48, standard: 64, full: 128)
let lag = options.lag ?? 50
var random = RandomSource(seed: run.seed())
func draw(_ start: Initialization, columns: Int = n) -> Columns {
  start.matrix(rows: n, columns: columns, hiddenSize: n, using: &random)
}
let inputs = (0..<lag).map { _ in Columns(rows: 2, columns: 1) { 0.15 * random.normal() } }
let zeros = Columns(rows: n, columns: 1)
let Wx = draw(.uniform, columns: 2)
let I = identity(n)
// page: on

// fold: The size in matrices and in code
//: Multiply the Jacobians of the k steps, and you get one matrix J. Its column j is what becomes of a nudge to unit j. The squared lengths of all columns add up
//: to the sum of all squared entries, which is the squared norm of J. So the root mean square of the n lengths is $`\lVert J\rVert/\sqrt{n}`$. In the backward pass the
//: product is Jᵀ, since (AB)ᵀ = BᵀAᵀ. Transposing moves the entries around and leaves the norm as it is.
//:
//: In code, all 64 nudges run side by side, as the columns of one matrix. `I` is the identity matrix, so `nudged` begins with ε in another unit for
//: each column. `inputs` holds a small random x for every step, `Wx` is W_ax, and there are no biases.

func sizes(_ W: Columns, _ activation: (Columns) -> Columns) -> [Double] {
  let ε = 1e-7
  var a = zeros  // the state without a nudge
  var nudged = ε * I  // column j: the state with a nudge to unit j
  var result = [1.0]
  for x in inputs {
    a = activation(W * a + Wx * x)
    nudged = activation(W * nudged + Wx * x)
    result.append(norm(nudged - a) / (ε * sqrt(Double(n))))  // a is subtracted from every column
  }
  return result
}
// fold end

//: Let's test this on a case where we know the answer. An **orthogonal** matrix Q rotates or mirrors vectors and leaves their length alone. Take
//: W_aa = g Q and no activation function. Then every step makes every nudge g times as long, and the size after k steps has to be gᵏ.

let Q = draw(.orthogonal())
let none = { (z: Columns) in z }
let gains = [0.9, 0.95, 1, 1.05, 1.1]
let ruler = gains.map { g in sizes(g * Q, none) }

// page: off
show(
  sizeChart(
    "g times an orthogonal matrix, no activation function: the size is gᵏ", zip(gains, ruler).map { ("g = \($0)", $1) },
    1e-3...1e3),
  as: "ruler")
claim(
  "after every number of steps the size is gᵏ, within one part in a million",
  zip(gains, ruler).allSatisfy { g, sizes in
    sizes.indices.allSatisfy { abs(sizes[$0] / pow(g, Double($0)) - 1) < 1e-6 }
  })
// page: on

//: It is. The vertical axis is logarithmic, and there a power gᵏ is a straight line. That's how you'll recognise one in the next figures.
//:
//: ## Experiment 1: five networks before training
//:
//: Now for real networks. Three use tanh and differ in how we draw W_aa: uniformly between −1/√n and 1/√n, as PyTorch does; orthogonal; and 1.5 times
//: orthogonal. Two have an orthogonal W_aa and another activation function: relu, and the sigmoid. Guess first: in which of the five is a nudge neither lost nor blown up
//: after fifty steps?

let curves = [
  sizes(draw(.uniform), tanh), sizes(Q, tanh), sizes(1.5 * Q, tanh), sizes(Q, relu), sizes(Q, σ),
]

// page: off
let names = ["uniform", "orthogonal", "1.5 × orthogonal", "relu", "sigmoid"]
show(sizeChart("What is left of a nudge, before training", zip(names, curves).map { ($0, $1) }), as: "before-training")
claim(
  "tanh, uniform: each of the first ten steps keeps about 0.58, and after 30 less than a millionth is left",
  0.5...0.68 ~= pow(curves[0][10], 0.1) && curves[0][30] < 1e-6)
claim("tanh, orthogonal: more than half is left after 50 steps", curves[1][lag] > 0.5)
claim("relu: each of the first ten steps keeps about 0.7", 0.6...0.8 ~= pow(curves[3][10], 0.1))
claim(
  "sigmoid: every step keeps less than a quarter",
  (1...8).allSatisfy { curves[4][$0] < curves[4][$0 - 1] * 0.2501 })
// page: on

//: Start with *orthogonal*, the one that keeps its nudge. An orthogonal matrix keeps lengths, so only tanh can take something away. It takes little, because the states
//: start at 0 and stay near it, where the slope of tanh is one. (By hand we started at 1, and there it took five sixths.)
//:
//: With *uniform* weights, each step keeps about 0.58. Around the 30th step, the curve leaves the figure. (Question 1 of “Your turn” asks where that number comes from.)
//: After fifty steps it would be at 10⁻¹². Nothing can be learned from so little. With *1.5 times* the orthogonal matrix, nudges explode. The states grow
//: too, and once they are large, tanh is saturated and lets less through. That's the bend in the curve.
//:
//: Now the activation functions. The *sigmoid* is gone at once: its slope is never more than ¼. And *relu*, max(0, z)? Many courses recommend it against
//: vanishing gradients, but here tanh beats it by far. A relu unit lets a nudge pass if it is on, and blocks it if it is off. About half of the units
//: are off at any moment. The squared length of a nudge is a sum of squares, and half of them become 0, so √½ = 0.7 of the length is left.
//:
//: Larger weights would make up for that, but then nothing keeps the states of relu units from growing without bound. And with any weights, a unit that is
//: off for every input gets no gradient and stays off; it is *dead*.
//:
//: So before training, the factor is near 1 only if we choose W_aa to make it so.
//:
//: ## Experiment 2: the cat, after training
//:
//: Back to the cat, and to the plain network with uniform weights. Less than a hundredth of the gradient gets to *cat*. Can the network still learn its
//: verb? We train it as a language model, like those of [Lesson 04](../04-language-model/README.md): 600 training steps, on sentences with 0, 3, 7, 10 or 13 words
//: between the noun and the verb.

show(cat.examples())

//: After the training we ask for the verb of our sentence, once with *cat* and once with *cats*:

let all = cat.trained(wordsBetween: 0...13)

// page: off
show(cat.choices(all))
claim(
  "after training: *was* for the cat and *were* for the cats, each with a probability of more than 0.9",
  all.choices[0].was > 0.9 && all.choices[1].were > 0.9, from: .standard)
// page: on

//: It can. How did so faint a signal get through? Look at the sentence with 0 words between. There the noun stands right before the verb, and
//: nothing has to travel: W_ax learns to tell singular from plural, and W_ya learns which verb goes with which. With 3 words between, W_aa only has to
//: carry this for three steps, and over three steps the gradient still arrives. But W_aa is the same at every step. Once it keeps singular or plural for
//: three steps, the factor of a step is near 1 for one kind of nudge, the kind that turns singular into plural, and a gradient gets through seven steps, too, then through ten.
//:
//: If that is the reason, then the network should fail without the short sentences. Let's train it again, with the long ones alone. (The one about the
//: cat has 10 words between.) Guess, then look:

let longOnly = cat.trained(wordsBetween: 10...13)

// page: off
show(cat.choices(longOnly))
claim(
  "with long sentences only, after the same 600 steps, *cat* and *cats* make no difference",
  abs(longOnly.choices[0].was - longOnly.choices[1].was) < 0.1, from: .standard)
// page: on

//: It gives the same answer to *cat* and to *cats*. (That's after 600 training steps. We tried no more.) So what can be learned nearby opens the
//: way for what is far away.
//:
//: You can see the open way. Here is the first picture again, for the network that had all sentences. The length at the last comma is called 1 again,
//: though by now it is tiny, because the network is right. What has changed is the share that gets through:

// page: off
show(
  cat.picture("The same gradient after training, with short and long sentences", lengths: all.lengths), as: "open")
claim(
  "the share that gets to *cat* is more than ten times as large as before training, and at some words the gradient grows",
  all.lengths[2] > 10 * cat.lengths[2] && (2..<T).contains { all.lengths[$0] > all.lengths[$0 + 1] }, from: .standard)
// page: on

//: In the first picture, the arrows faded with every step. Here they stay thick all the way, and at some words the gradient
//: even grows. If this network gets a verb wrong, word of it will reach the noun.
//:
//: ## Experiment 3: when nothing is near
//:
//: And if nothing at all can be learned nearby? Here is a task made for that question (Hochreiter and Schmidhuber 1997). The network reads 50 symbols:

show(orderExample())

//: Somewhere in steps 5 to 10 there is an A or a B, and somewhere in steps 20 to 25 there is another. The rest is noise. At the end the network must say which two
//: it saw, in order: AA, AB, BA or BB. Someone who only guesses has a loss of ln 4 = 1.39, the **chance level**.
//:
//: We train two of our five networks, tanh with a uniform and tanh with an orthogonal W_aa, each with 30 units and from three seeds. All the rest is equal: the same sequences, batches of
//: 20, Adam. The training stops when the loss is below 0.05, or after 1,500 steps. Which one learns it?

// page: off
let units = options.hidden ?? 30
let steps = run.choose(quick: 40, standard: 1_500, full: 5_000)
let seeds = (0..<run.choose(quick: 1, standard: 3, full: 5)).map { run.seed() &+ $0 }
let outcomes = [("uniform", Initialization.uniform), ("orthogonal", .orthogonal())].flatMap { name, start in
  learnOrder(name, length: lag, steps: steps, seeds: seeds) {
    RNNCell(
      inputSize: $0, hiddenSize: units, activation: options.activation ?? .tanh, recurrentInitialization: start,
      using: &$1)
  }
}
show(orderChart(outcomes.filter { $0.seed == seeds[0] }), as: "order")
show(orderTable(outcomes, limit: steps))
claim(
  "uniform: within 1,500 steps no seed leaves the chance level",
  outcomes.filter { $0.start == "uniform" }.allSatisfy { $0.losses.last! > 1.35 }, from: .standard)
claim(
  "orthogonal: at least two of the three seeds learn it within 1,500 steps",
  outcomes.filter { $0.start == "orthogonal" && $0.learned != nil }.count >= 2, from: .standard)
claim(
  "from the first A or B to the end, less than a millionth gets through uniform weights, and more than a hundredth through orthogonal ones",
  outcomes.allSatisfy { $0.start == "uniform" ? $0.fromFirst < 1e-6 : $0.fromFirst > 0.01 })
// page: on

//: The figure shows the first seed. The table says why its curves differ. It has the size before training, from a⟨5⟩ (the earliest place of the first A or B) to a⟨50⟩. With orthogonal weights a
//: few per cent get through. (That's less than in Experiment 1. One-hot inputs are larger, so the states don't stay near 0.) With uniform weights
//: next to nothing does. **What is learned follows the gradient that arrives.**
//:
//: ## Break it: gradients that explode
//:
//: So far we tried to keep the factor up. What happens when it's larger than 1? Here is one unit again, with a constant pull downwards. Say we want it
//: to be at 0.8 after fifty steps:

func loss(_ w: Double) -> Double {
  var a = 0.5
  for _ in 1...50 { a = tanh(w * a - 0.3) }
  return (a - 0.8) * (a - 0.8)
}

// page: off
let face = cliffFace()
show(cliffChart(around: face, loss), as: "cliff")
// page: on

//: A cliff! If w is a bit above 1.7, the unit goes up, and the loss is small. If w is a bit below, the unit falls, and the loss is large. Why is there
//: nothing in between?
//:
//: With w = 1.7, the unit almost stays where it is: tanh(1.7 · 0.5 − 0.3) = tanh(0.55) = 0.50. But the factor of a step, w · (1 − a²), is
//: 1.7 · (1 − 0.5²) = 1.275. A tiny change of w makes a tiny difference at the first step, every further step makes it 1.275 times larger,
//: and 1.275⁵⁰ is nearly 200,000. (And w acts at every step, and near 0 the factor is 1.7.) That's an exploding gradient. It makes the face of the cliff so steep.
//:
//: Suppose that training has led us there, to a weight `face` in the middle of it. We get the slope with a nudge:

let ε = 1e-9
let slope = (loss(face + ε) - loss(face - ε)) / (2 * ε)

//: The slope is enormous, and the step that follows would be, too. The cure is **gradient clipping**. A training step has four parts: forward pass, backward pass, *clip*,
//: update. If the gradient is longer than some bound, it is scaled down to the bound. Its direction stays.

func clipped(_ gradient: Columns, to bound: Double) -> Columns {
  norm(gradient) > bound ? (bound / norm(gradient)) * gradient : gradient
}

// page: off
let bounded = clipped(Columns([[slope]]), to: 1)[0, 0]
func places(_ w: Double, _ count: Int) -> String { String(format: "%.\(count)f", w) }
show(
  Table(
    ["", "dL/dw", "w before", "w after the step w − 0.1 dL/dw", "dL/dw there"],
    varying: ["dL/dw", "w before", "w after the step w − 0.1 dL/dw", "dL/dw there"],
    rows: [("not clipped", slope, 0), ("clipped at 1", bounded, 8)].map { name, gradient, digits in
      let after = face - 0.1 * gradient
      let slope = (loss(after + 1e-6) - loss(after - 1e-6)) / 2e-6
      return [name, places(gradient, 0), places(face, 8), places(after, digits), short(slope)]
    }))
claim("not clipped, the step is more than ten thousand times as long as the figure is wide", abs(0.1 * slope) > 1.4e4)
claim("clipped, it is 0.1 long", abs(abs(0.1 * bounded) - 0.1) < 1e-9)
// page: on

//: Without clipping, one step throws w far out of the figure. There the unit is saturated, the slope is 0, and no further step brings w back. With
//: clipping, w takes a small step to the right, and training can go on.
//:
//: Two things clipping can't do. It makes long gradients shorter and none longer, so it's no help against *vanishing*. And it has to come in time: when
//: numbers overflow to infinity, ∞ − ∞ gives NaN, "not a number", and no scaling makes a number of it again. Then all you can do is go back to the last
//: weights you saved.

claim("a gradient of NaN stays NaN, clipped or not", clipped(Columns([[.nan]]), to: 1)[0, 0].isNaN)

//: ## A gate: choose the factor yourself
//:
//: Back to gradients that vanish. Why not take an orthogonal W_aa and be done? Because that is only the start: training changes W_aa. And a network that keeps everything can't
//: forget anything. It would be better if the network could choose, at every step, what to keep.
//:
//: So let's give it a second state, a memory c, and multiply that by a factor which the network chooses:
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_f \odot c^{\langle t-1\rangle}
//: ```
//:
//: Γ_f is a **gate**: a vector of numbers between 0 and 1, one for each unit. This one is the **forget gate**. Where it is 1 the memory stays, where it is
//: 0 the memory is erased. (So an open forget gate forgets nothing.) It is our w again, but now it can be different for every unit and at every step. (We leave out its ⟨t⟩.)
//:
//: Something new has to get in as well. A second gate, the **update gate** Γ_u, decides how much is written of the **candidate** c̃⟨t⟩, the new value on
//: offer:
//:
//: ```math
//: c^{\langle t\rangle} = \Gamma_f \odot c^{\langle t-1\rangle} + \Gamma_u \odot \tilde c^{\langle t\rangle}
//: ```
//:
//: And the state a, which the rest of the network reads, need not show the whole memory all the time. That's up to a third gate, the **output gate**. (c
//: can grow, so a tanh brings it back to between −1 and 1 before it is shown.)
//:
//: ```math
//: a^{\langle t\rangle} = \Gamma_o \odot \tanh(c^{\langle t\rangle})
//: ```

// page: off
show(gatePicture(), as: "gate")
// page: on

//: Follow the thick line along the top. Between c⟨t−1⟩ and c⟨t⟩ there is one multiplication and one addition. No matrix, and no tanh: the tanh in the
//: figure is on the way to a.
//:
//: By hand: take one unit with c⟨t−1⟩ = 1, Γ_f = 0.9, Γ_u = 0.5 and c̃⟨t⟩ = 0.2. Then c⟨t⟩ = 0.9 · 1 + 0.5 · 0.2 = 1. Nudge c⟨t−1⟩ to 1.01, and c⟨t⟩ becomes
//: 0.9 · 1.01 + 0.1 = 1.009. The nudge of 0.01 has become 0.009: on this **direct path**, the factor of a step is Γ_f and nothing else.
//:
//: So with Γ_f = 0.9 we are back at the first table, and after fifty steps 0.005 of the memory is left. But with Γ_f = 0.99 it is 0.6. And a network
//: that has learned to set Γ_f to 1 until the verb comes loses nothing at all.

claim("0.9⁵⁰ is 0.005, and 0.99⁵⁰ is 0.6", abs(pow(0.9, 50.0) - 0.005) < 5e-4 && abs(pow(0.99, 50.0) - 0.6) < 0.05)

//: Where do the gates come from? The network computes them anew at every step, from the state a and the input, with a sigmoid, so that they lie
//: between 0 and 1. The candidate is made in the same way, with a tanh. In the code, [a, x] is a on top of x. Here are all the lines together:

// page: off
let (Wf, Wu) = (draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2))
let (Wo, Wc) = (draw(.uniform, columns: n + 2), draw(.uniform, columns: n + 2))
// page: on

func step(c: Columns, a: Columns, x: Columns, bf: Columns) -> (c: Columns, a: Columns) {
  let Γf = σ(Wf * [a, x] + bf)
  let (Γu, Γo) = (σ(Wu * [a, x]), σ(Wo * [a, x]))
  let c̃ = tanh(Wc * [a, x])
  let new = Γf ⊙ c + Γu ⊙ c̃
  return (new, Γo ⊙ tanh(new))
}

//: This network is called **LSTM**, for long short-term memory, and [Lesson 07](../07-lstm/README.md) takes its time for it. (All gates may have biases. Here we only need
//: that of the forget gate.)
//:
//: ## Experiment 4: how open is the gate?
//:
//: We go back to the time before training. The weights are drawn uniformly and are small, so Γ_f starts near σ(b_f), and the **forget bias** b_f is ours to choose:
//:
//: - b_f = 0: the gate is half open, and keeps σ(0) = 0.5 per step.
//: - b_f = 1: it keeps σ(1) = 0.73.
//: - b_f = 2: it keeps σ(2) = 0.88.
//:
//: Guess: which of the three gets a nudge through fifty steps? With the inputs of Experiment 1, we nudge c, one unit after the other, and measure
//: how far c (not a) has moved after k steps.

// page: off
func sizes(forgetBias: Double) -> [Double] {
  let ε = 1e-7, bf = Columns(rows: n, columns: 1, repeating: forgetBias)
  var (plain, nudged) = ((c: 0 * I, a: 0 * I), (c: ε * I, a: 0 * I))
  var sizes = [1.0]
  for input in inputs {
    let x = Columns(rows: 2, columns: n) + input
    plain = step(c: plain.c, a: plain.a, x: x, bf: bf)
    nudged = step(c: nudged.c, a: nudged.a, x: x, bf: bf)
    sizes.append(norm(nudged.c - plain.c) / (ε * sqrt(Double(n))))
  }
  return sizes
}
func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
let biases = [0.0, 1, 2]
let byBias = biases.map(sizes(forgetBias:))
show(forgetBiasChart(biases, byBias), as: "by-forget-bias")
claim(
  "after 50 steps, b_f = 0 has next to nothing left (less than 10⁻⁸), and b_f = 2 about the whole nudge (a third to three times)",
  byBias[0][lag] < 1e-8 && 1 / 3.0...3 ~= byBias[2][lag])
// page: on

//: Only b_f = 2 gets the nudge through. Why? Start at the left. The dashed lines are σ(b_f)ᵏ, what the direct path alone would leave. In its first steps, each curve runs along its dashed line.
//:
//: Then it bends away from it, because there is a second path: the nudge has also moved a, and a has a say in the gates and the candidate of the next
//: step. So a part of it comes back into c. Once the curves are
//: straight, the second path adds about 0.14 to the factor of each step. (We only measured this.)

// page: off
let perStep = byBias.map { pow($0[lag] / $0[lag / 2], 1 / Double(lag - lag / 2)) }
claim(
  "over the last 25 steps, the factor per step is larger than σ(b_f) by 0.1 to 0.18, for all three",
  zip(biases, perStep).allSatisfy { 0.1...0.18 ~= $1 - sigmoid($0) })
// page: on

//: Now look at the right. With b_f = 0 the factor is 0.5 + 0.14, and after fifty steps next to nothing is left, as in the plain network with uniform
//: weights. A gate alone cures nothing: it has to be *open*. With b_f = 1 the factor is 0.73 + 0.14 = 0.87: enough for ten steps, but not for fifty.
//: With b_f = 2 it is 0.88 + 0.14, about 1 (a little more, so the curve turns upwards), and the nudge gets through. So for a long memory, give the forget gate a positive bias at the start. 1 is what
//: people use most; over a long way it has to be more.
//:
//: And does an open gate help to learn? We train LSTMs of 30 units on the 50 symbols, in the same way as the plain networks, with b_f = 0 and with b_f = 2:

// page: off
let gated = [0.0, 2].flatMap { bias in
  learnOrder("b_f = \(Int(bias))", length: lag, steps: steps, seeds: seeds) {
    LSTMCell(inputSize: $0, hiddenSize: units, forgetBias: bias, using: &$1)
  }
}
claim(
  "b_f = 0: within 1,500 steps no seed leaves the chance level; b_f = 2: every seed learns it",
  gated.allSatisfy { $0.start == "b_f = 0" ? $0.losses.last! > 1.35 : $0.learned != nil }, from: .standard)
// page: on

//: Again, what is learned follows the gradient that arrives.
//:
//: ## How you'll notice
//:
//: | what you see | what it may be | what to try |
//: |---|---|---|
//: | the loss stops too high, or never leaves the chance level | vanishing: the network learns what is near, and nothing else | measure the gradient step by step, as in the first picture; an orthogonal W_aa; a gated cell with an open forget gate |
//: | the loss jumps now and then, and takes long to recover | exploding: a step over a cliff | clip the gradient; plot its norm before clipping |
//: | the loss is NaN | exploded, too late to clip | go back to saved weights; clip; a smaller learning rate |

// fold: In your notes
//: - **Ng's notes** (001, "Vanishing gradients with RNNs") say that a plain RNN isn't good at long-term dependencies, and name clipping, against
//:   exploding gradients.
//: - **Ng's notes** (000, the first of the drawbacks, "缺点"): the farther away x⟨j⟩ is, the less it influences ŷ⟨i⟩. That's the first picture, before training.
//:   The picture in Experiment 2 shows that training can change it.
//: - **Ng's notes** (004, §1.4) say that the gradient, a product of many small numbers, gets very small "especially in deep networks". Deep
//:   means deep in *time* here, as they say themselves: one layer is enough. Deep RNNs (layers on layers, Lesson 09) are named there as a solution, but stacking layers doesn't help: each layer has a product of Jacobians of its own. GRU and LSTM
//:   help if their gates are open, as Experiment 4 shows for the LSTM.
//: - **6.S191** (002, "Backpropagation Through Time") lists a good activation, a good initialisation, and gated cells. A good activation
//:   usually means relu. With orthogonal weights, tanh does better than relu in Experiment 1.
//: - **Goodfellow** has the product of Jacobians in 10.7, other ways to keep the factor near 1 in 10.9, gates in 10.10, clipping in 10.11. His
//:   forget gate is f, his memory s. He argues with *eigenvalues*: those of W_aa say what many steps do in the long run. The largest *singular
//:   value* of W_aa says how much one step can stretch a vector at most. For an orthogonal W_aa, that is 1, and so are all eigenvalues in absolute value.
//: - **PyTorch**: `nn.LSTM` draws all biases uniformly around 0, so an open forget gate is for you to set. Clipping is `clip_grad_norm_`, called
//:   between `backward()` and `step()`.
//: - The norm of a matrix that we use is called its **Frobenius norm**, ‖·‖_F. The cliff and clipping by norm are from Pascanu, Mikolov and Bengio
//:   (2013); the forget bias from Gers, Schmidhuber and Cummins (2000) and Jozefowicz, Zaremba and Sutskever (2015); orthogonal initialisation from
//:   Saxe, McClelland and Ganguli (2014).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise05` marks what you write in [Exercise05.swift](Exercise/Exercise05.swift), and tells you what went
//: wrong.
//:
//: 1. Where does the factor 0.58 of Experiment 1 come from? Compute the mean of u² for a number u drawn uniformly between −1/√n and 1/√n. How long, then, is
//:    a column of W_aa, which has n such numbers?

// fold: Answer
//: For u uniform between −b and b, the mean of u² is b²/3. With b = 1/√n that is 1/(3n). A column has n of them, so its squared length is about ⅓, and
//: its length √⅓ = 0.58. A nudge to one unit comes out as one column v of W_aa, if tanh takes nothing away. In the next
//: step, entry i becomes Σ_j w_ij v_j. Square this sum: the squares w_ij² v_j² have the mean v_j²/(3n), all together the squared length of v over 3n, and the products of different weights average to 0. There are n
//: entries, so the new squared length is ⅓ of the old one.

claim("√⅓ is 0.58", abs((1 / 3.0).squareRoot() - 0.58) < 0.005)
claim(
  "the columns of a uniform W_aa have this length on average, within five per cent",
  abs(norm(draw(.uniform)) / sqrt(Double(n)) / (1 / 3.0).squareRoot() - 1) < 0.05)
// fold end

//: 2. A forget gate stays at σ(b_f) at every step. Which b_f keeps half of the memory over 100 steps, on the direct path? And how much does b_f = 1
//:    leave after 50?

// fold: Answer
//: Call the gate p. From p¹⁰⁰ = ½ follows p = 2^(−1/100) = 0.9931. If σ(b) = p, then b = ln(p / (1 − p)), so b_f = ln(0.9931 / 0.0069) = 4.97. With
//: b_f = 1, σ(1)⁵⁰ = 1.6 · 10⁻⁷ is left. In Experiment 4 the measured curve has far more, thanks to the second path.

let p = pow(0.5, 1 / 100.0)
claim("p is 0.9931 and b_f is 4.97", abs(p - 0.9931) < 5e-5 && abs(log(p / (1 - p)) - 4.97) < 0.005)
claim("σ(1)⁵⁰ is 1.6 · 10⁻⁷", abs(pow(sigmoid(1), 50.0) - 1.6e-7) < 5e-9)
claim("the measured curve has more than a hundred times as much", byBias[1][lag] > 100 * pow(sigmoid(1), 50.0))
// fold end

//: 3. A gradient has two entries, (30, 0.4). Clip it by norm at 5. Another way to clip is *by element*: every entry on its own is cut to the
//:    range from −5 to 5. What does each give? And by how many degrees does each turn the gradient?

// fold: Answer
//: By norm: (5.00, 0.07). It points where it pointed before, 0.76° above the first axis. By element: (5, 0.4), 4.57° above the axis, so it has been
//: turned by 3.8°. Clipping by element makes small entries count for more.

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
//: swift run Lesson05 --activation relu    # relu in Experiment 3
//: swift run Lesson05 --seed 2             # other random weights
//: ```
//:
//: [Lesson 04](../04-language-model/README.md) got by without gates, because in its sentences almost everything is near. The next two lessons take
//: the gated cells apart: first the [gated recurrent unit, or GRU](../06-gru/README.md), then the [LSTM](../07-lstm/README.md).

end()
