import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(help: "How many steps later a letter is to be said, 1 to 8.")
  var delay = 3

  func validate() throws {
    if !(1...8 ~= delay) { throw ValidationError("--delay must be from 1 to 8, not \(delay).") }
  }
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())
func letters(_ count: Int, _ length: Int) -> Echo {
  Echo(count, length: length, delay: options.delay, using: &random)
}

begin(
  "03", "Backpropagation through time", run,
  unchecked: options.delay == 3 ? nil : "not checked with another delay")

//: Somebody reads letters to you, one per step, *a* or *b*. At each step, say the letter that you heard three steps before. (At the first three
//: steps, say nothing.)

// page: off
let one = Echo("a a a b a b b a a b a a", delay: options.delay)
let untrained = Network.untrained(using: &random)
show(one.lines)
// page: on

//: Easy. Now let the recurrent network of [Lesson 02](../02-forward-pass/README.md) try it, with random weights. At step 12 it should say *a*,
//: because that's what it heard at step 9. It has learned nothing yet, so it only guesses. We'd like to change its weights so that it does
//: better next time. But it took twelve steps to get there, with the same weights at each. **Which step is to blame, and by how much?**

// page: off
show(unrolledPicture(one, ŷ: forward(untrained, one.x, from: one.zero).ŷ), as: "unrolled")
claim(
  "untrained, the network gives the right letter of step 12 a probability between 0.3 and 0.7",
  0.3...0.7 ~= forward(untrained, one.x, from: one.zero).ŷ[12][0, 0])
// page: on

//: Here are the last four of the twelve steps. The blue arrows are the forward pass that you know. At the top stands the letter that is right,
//: whatever the network says, and the probability that it got.
//:
//: The orange arrows are new. They begin at the answers, where we can see how wrong each one was, and run backwards. Look at a⟨11⟩, the green
//: box. *Two* orange arrows end there, one from above and one from the right. That's because a⟨11⟩ helped to make two things: its own answer
//: ŷ⟨11⟩, and the next state a⟨12⟩. Both send something back, and the two are added.
//:
//: That's nearly all of **backpropagation through time**, or **BPTT**: the backpropagation that you know from an MLP, on the unrolled network.
//: Let's put numbers on the orange arrows.
//:
//: ## What a gradient says
//:
//: We measure how wrong a network is with a single number, the **loss** L. Now pick any other number u in the network, a weight or a state, and
//: nudge it: make it larger by 0.001. If L then moves by 0.002, it moves twice as far as u, and we write ∂L/∂u = 2. That's the **gradient** of L
//: with respect to u, or "the gradient at u" for short. If it's negative, L goes down when u goes up.
//:
//: Two rules are enough to find any gradient. They are the **chain rule**.
//:
//: - **Along a path, multiply.** Say that u leads to v, and v to L. If v moves 3 times as far as u, and L moves 2 times as far as v, then L
//:   moves 6 times as far as u.
//: - **Where paths meet, add.** If u reaches L by two paths, and alone they would give 6 and −1, then together they give 5.
//:
//: ## By hand: one unit, three steps
//:
//: We take the unit of Lesson 02, with w_ax = 1 and w_aa = ½. It read *mr baker met* as 1, 0, 0, and its state was 0.76, 0.36, 0.18: a memory of
//: *mr* that fades. We want more of it: after the third step, the state should be 1. Our loss is half of the squared error. (The ½ cancels the 2
//: in its derivative.)
//:
//: ```math
//: L = \frac{1}{2}\left(a^{\langle 3\rangle} - 1\right)^2 = \frac{1}{2}\,(0.18 - 1)^2 = 0.34
//: ```

func states(waa: Double, wax: Double = 1) -> [Double] {
  var a = [0.0]
  for x in [1.0, 0, 0] { a.append(tanh(waa * a.last! + wax * x)) }
  return a
}
func loss(waa: Double, wax: Double = 1) -> Double {
  let a3 = states(waa: waa, wax: wax)[3]
  return (a3 - 1) * (a3 - 1) / 2
}

//: Should w_aa be larger or smaller? To find out, we go through the unit backwards:

// page: off
let unit = states(waa: 0.5)
var deltas = [0.0, 0, 0, 0]
for t in (1...3).reversed() {
  deltas[t] = (t == 3 ? unit[3] - 1 : 0.5 * deltas[t + 1]) * (1 - unit[t] * unit[t])
}
show(byHandPicture(a: unit, δ: deltas), as: "by-hand")
// page: on

//: Blue goes forwards, with the numbers of Lesson 02. Each step is drawn in two halves, before the tanh and after it:
//:
//: ```math
//: z^{\langle t\rangle} = w_{aa}\,a^{\langle t-1\rangle} + w_{ax}\,x^{\langle t\rangle}, \qquad a^{\langle t\rangle} = \tanh(z^{\langle t\rangle})
//: ```
//:
//: Now start at L, on the right, and follow the orange arrows to the left. On each of them stands the gradient at the place where it ends. (Your
//: last digit may differ by one, because we calculate with all digits.)
//:
//: 1. **From L to a⟨3⟩.** The derivative of ½(a − 1)² is a − 1. That's 0.180 − 1 = −0.820.
//: 2. **Through the tanh to z⟨3⟩.** The slope of tanh is 1 − tanh², here 1 − 0.180² = 0.968. Along a path we multiply: −0.820 · 0.968 = −0.794.
//:    The gradient at z⟨t⟩ is called **δ⟨t⟩** (delta). So δ⟨3⟩ = −0.794.
//: 3. **Through the weight to a⟨2⟩.** In z⟨3⟩, the state a⟨2⟩ is multiplied by w_aa = ½. So we multiply by ½: −0.397.
//:
//: And now the same again, one step earlier. Through the tanh, with the slope 1 − 0.363² = 0.868: δ⟨2⟩ = −0.397 · 0.868 = −0.344. Through the
//: weight: −0.172. And once more through the tanh, with the slope 1 − 0.762² = 0.420: δ⟨1⟩ = −0.172 · 0.420 = −0.072. The slope, the weight, the
//: slope, the weight: that's all that ever happens.

claim(
  "the gradients on the orange arrows are −0.820, −0.794, −0.397, −0.344, −0.172 and −0.072",
  zip(
    [unit[3] - 1, deltas[3], deltas[3] / 2, deltas[2], deltas[2] / 2, deltas[1]],
    [-0.820, -0.794, -0.397, -0.344, -0.172, -0.072]
  ).allSatisfy {
    abs($0 - $1) < 0.0005
  })

//: ### From the states to the weight
//:
//: Now we know the gradient at every z⟨t⟩. But what we can change is w_aa, and it is used three times.
//:
//: Let's pretend for a moment that each step had its own w_aa. The one of step 3 is multiplied by a⟨2⟩ = 0.363, so z⟨3⟩ moves 0.363 times as far
//: as this weight. And L moves δ⟨3⟩ = −0.794 times as far as z⟨3⟩. Along a path we multiply: −0.794 · 0.363 = −0.29. In the same way, step 2
//: gives δ⟨2⟩ · a⟨1⟩ = −0.344 · 0.762 = −0.26. And step 1 gives δ⟨1⟩ · a⟨0⟩ = 0, since there was nothing to remember yet.
//:
//: In truth, there is only one w_aa, and it reaches L by three paths. Where paths meet, we add:
//:
//: ```math
//: \frac{\partial L}{\partial w_{aa}} = \delta^{\langle 3\rangle}a^{\langle 2\rangle} + \delta^{\langle 2\rangle}a^{\langle 1\rangle} + \delta^{\langle 1\rangle}a^{\langle 0\rangle} = -0.29 - 0.26 - 0 = -0.55
//: ```
//:
//: With w_ax it is the same, except that this weight is multiplied by x⟨t⟩:

// page: off
show(
  Table(
    ["step t", "δ⟨t⟩", "for w_aa: δ⟨t⟩ a⟨t−1⟩", "for w_ax: δ⟨t⟩ x⟨t⟩"],
    rows: [3, 2, 1].map { t in
      ["\(t)", short(deltas[t]), short(deltas[t] * unit[t - 1]), short(t == 1 ? deltas[1] : 0)]
    }
      + [["sum", "", short(deltas[3] * unit[2] + deltas[2] * unit[1]), short(deltas[1])]]))
// page: on

//: So which step is to blame? For w_aa, steps 3 and 2, about equally. For w_ax, step 1 alone, the only step where something came in.
//:
//: Do you believe the −0.55? Let's nudge w_aa from 0.5 to 0.501. Then L should move by −0.55 · 0.001 = −0.00055.

show("L moves by", loss(waa: 0.501) - loss(waa: 0.5))
claim(
  "for both weights, a nudge of 0.001 moves L by 0.001 times the sum of the terms, within one per cent",
  abs((loss(waa: 0.501) - loss(waa: 0.5)) / 0.001 / (deltas[3] * unit[2] + deltas[2] * unit[1]) - 1) < 0.01
    && abs((loss(waa: 0.5, wax: 1.001) - loss(waa: 0.5)) / 0.001 / deltas[1] - 1) < 0.01)
claim(
  "the sums are −0.55 and −0.07, and the terms −0.29 and −0.26",
  abs(deltas[3] * unit[2] + deltas[2] * unit[1] + 0.55) < 0.005 && abs(deltas[1] + 0.07) < 0.005
    && abs(deltas[3] * unit[2] + 0.29) < 0.005
    && abs(deltas[2] * unit[1] + 0.26) < 0.005)

//: −5.5e-4 is Swift for −0.00055, just as it should be. With a larger w_aa the memory fades more slowly, and the loss gets smaller.
//:
//: ### Where two gradients meet
//:
//: So far, only the last state was judged. Let's say that a⟨2⟩ should also be 1:
//:
//: ```math
//: L = \frac{1}{2}\left(a^{\langle 2\rangle} - 1\right)^2 + \frac{1}{2}\left(a^{\langle 3\rangle} - 1\right)^2
//: ```
//:
//: Now a⟨2⟩ reaches L by two paths, like the green box in the first picture. The direct one gives a⟨2⟩ − 1 = −0.637. The other one goes through
//: step 3 and gives −0.397, as before. We call that the **gradient from the future**. Add the two: −0.637 − 0.397 = −1.033. Then go on with the
//: slope: δ⟨2⟩ = −1.033 · 0.868 = −0.897.
//:
//: So this is one step of the backward pass: **add** what comes from the step's own answer and what comes from the future, **multiply** by the
//: slope, and **pass** it on through the weight.

claim(
  "both together give −1.033 at a⟨2⟩, and δ⟨2⟩ = −0.897",
  abs(unit[2] - 1 + deltas[3] / 2 + 1.033) < 0.0005
    && abs((unit[2] - 1 + deltas[3] / 2) * (1 - unit[2] * unit[2]) + 0.897) < 0.0005)

//: ## The same with matrices
//:
//: Back to the letters. The backward pass stays the same, but its numbers become columns and matrices. Our network has n_a = 8 units. There are
//: two letters to read and two to say, so n_x = n_y = 2. Here is its forward pass, as in Lesson 02. `θ` (theta) stands for the five parts of the
//: network together: W_ax, W_aa, b_a, W_ya and b_y. (Entry 0 of x, y and ŷ doesn't count.)

func forward(_ θ: Network, _ x: [Columns], from start: Columns) -> (a: [Columns], ŷ: [Columns]) {
  var a = [start]
  for t in 1..<x.count { a.append(tanh(θ.Waa * a[t - 1] + θ.Wax * x[t] + θ.ba)) }
  return (a, a.map { state in softmax(θ.Wya * state + θ.by) })
}

//: Now the loss. You may know it from classification: the **cross-entropy** of one answer is minus the logarithm of the probability that the
//: right letter got. With probability 1, it's 0. With ½, it's −ln ½ = 0.69. That's the **chance level**: what you get if you know nothing and
//: say 50 % each time. The loss of the whole sequence is the sum over its answers. (From Lesson 04 on, it will be their mean.)
//:
//: Its gradient at the logits z_y is as simple as it can be: what the network said minus what it should have said. We call it the **output
//: error** e⟨t⟩.
//:
//: ```math
//: e^{\langle t\rangle} = \frac{\partial L}{\partial z_y^{\langle t\rangle}} = \hat y^{\langle t\rangle} - y^{\langle t\rangle}
//: ```
//:
//: At the first three steps there is nothing to say, and y⟨t⟩ is a column of zeros. (`isAsked` looks for that.) There we set the error to 0.

func errors(_ ŷ: [Columns], _ y: [Columns]) -> [Columns] {
  zip(ŷ, y).map { guess, wanted in isAsked(wanted) ? guess - wanted : 0 * wanted }
}

//: Now go back. By hand we multiplied by the weight ½. How does a gradient go back through a matrix? Take a smaller one, the W_aa of Lesson 02
//: for two units:
//:
//: ```math
//: W_{aa} = \begin{pmatrix} 0 & 0 \\ 2 & 0 \end{pmatrix}, \qquad \delta^{\langle t+1\rangle} = \begin{pmatrix} 0 \\ 1 \end{pmatrix}, \qquad W_{aa}^{\top}\,\delta^{\langle t+1\rangle} = \begin{pmatrix} 0 & 2 \\ 0 & 0 \end{pmatrix} \begin{pmatrix} 0 \\ 1 \end{pmatrix} = \begin{pmatrix} 2 \\ 0 \end{pmatrix}
//: ```
//:
//: Forwards, the 2 stands in row 2 and column 1: unit 2 receives twice the state of unit 1. Backwards, this δ puts all the blame on unit 2. Unit
//: 1 sent to it, so unit 1 gets the blame, times 2. The transposed matrix does exactly that. So W_aaᵀ δ⟨t+1⟩ comes from the future.
//:
//: One stretch is new. By hand, the loss sat right on the state. Here the error is at the logits, and it comes down through W_ya, in the same
//: way: W_yaᵀ e⟨t⟩. Add the two, and multiply by the slopes, one for each unit (⊙ multiplies entry by entry):
//:
//: ```math
//: \delta^{\langle t\rangle} = \left( W_{ya}^{\top} e^{\langle t\rangle} + W_{aa}^{\top}\,\delta^{\langle t+1\rangle} \right) \odot \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right)
//: ```
//:
//: Then from δ to the weights. By hand, a term was δ times the number that the weight is multiplied by. The weight in row i and column j leads
//: from unit j to unit i, so its term is δ_i times a_j. With δ⟨t⟩ = [0, 1] and a⟨t−1⟩ = [0.5, 0.1] we get all four terms at once:
//:
//: ```math
//: \delta^{\langle t\rangle} a^{\langle t-1\rangle\top} = \begin{pmatrix} 0 \\ 1 \end{pmatrix} \begin{pmatrix} 0.5 & 0.1 \end{pmatrix} = \begin{pmatrix} 0 & 0 \\ 0.5 & 0.1 \end{pmatrix}
//: ```
//:
//: A column times a row gives a matrix, and it has the shape of its weight: (8, 1) · (1, 8) → (8, 8) for our W_aa. A bias is multiplied by 1, so
//: its term is δ itself. Add up the terms of all steps:
//:
//: ```math
//: \frac{\partial L}{\partial W_{aa}} = \sum_t \delta^{\langle t\rangle} a^{\langle t-1\rangle\top}, \qquad \frac{\partial L}{\partial W_{ax}} = \sum_t \delta^{\langle t\rangle} x^{\langle t\rangle\top}, \qquad \frac{\partial L}{\partial b_a} = \sum_t \delta^{\langle t\rangle}
//: ```
//:
//: W_ya takes a⟨t⟩ to the logits, and there the gradient is e⟨t⟩:
//:
//: ```math
//: \frac{\partial L}{\partial W_{ya}} = \sum_t e^{\langle t\rangle} a^{\langle t\rangle\top}, \qquad \frac{\partial L}{\partial b_y} = \sum_t e^{\langle t\rangle}
//: ```
//:
//: In code, the loop runs from the last step to the first. `d` collects the five gradients. It begins with zeros (`zeroed`), and every step adds
//: its terms with `+=`. (`summed` matters only for a batch: it adds up the columns.)

func backward(_ θ: Network, _ x: [Columns], _ a: [Columns], _ e: [Columns]) -> (d: Network, δ: [Columns]) {
  let zero = 0 * a[0]
  var (d, δ) = (θ.zeroed, Array(repeating: zero, count: a.count))
  var fromFuture = zero  // after the last step there is no future
  for t in (1..<a.count).reversed() {
    let slope = a[t].map { entry in 1 - entry * entry }
    δ[t] = (θ.Wya.transposed * e[t] + fromFuture) ⊙ slope
    fromFuture = θ.Waa.transposed * δ[t]
    d.Wax += δ[t] * x[t].transposed
    d.Waa += δ[t] * a[t - 1].transposed
    d.ba += summed(δ[t])
    d.Wya += e[t] * a[t].transposed
    d.by += summed(e[t])
  }
  return (d, δ)
}

// fold: Why the gradient at the logits is ŷ − y
//: Let k be the right letter. Its loss is −ln ŷ_k, and the softmax gives
//:
//: ```math
//: L = -\mathrm{ln}\,\frac{\exp(z_{y,k})}{\sum_j \exp(z_{y,j})} = -z_{y,k} + \mathrm{ln}\sum_j \exp(z_{y,j})
//: ```
//:
//: Take the derivative with respect to the logit of letter i. The first term gives −1 if i is the right letter and 0 if not. That's −y_i. The
//: second gives the exponential of this logit divided by the sum of all. That's ŷ_i. Together: ŷ_i − y_i.
//:
//: There is a second output with the same result. If each output is a yes or no of its own, then ŷ = σ(z_y), and the loss is the *binary
//: cross-entropy*, −y ln ŷ − (1 − y) ln(1 − ŷ), summed over the outputs. Its derivative with respect to ŷ is (ŷ − y) / (ŷ (1 − ŷ)), and the
//: slope of the sigmoid is ŷ (1 − ŷ). Multiply the two along the path, and ŷ − y is left again.
//:
//: But don't mix the pairs. For all four, the table says how far a gradient that is computed with ŷ − y is from the true one, relative to its
//: largest entry. (The true one is found with nudges; see "Is it right?" below.)

// page: off
let fourPairs = pairs(untrained, one) { θ, x, a, e in backward(θ, x, a, e).d }
show(
  Table(
    ["output", "loss", "difference", "so ŷ − y is"], varying: ["difference"],
    rows: fourPairs.map { [$0.output, $0.loss, $0.difference, $0.difference < 1e-6 ? "right" : "wrong"] }))
claim(
  "ŷ − y is right for softmax with cross-entropy and for sigmoid with binary cross-entropy, and wrong for the mixed pairs",
  fourPairs.map { $0.difference < 1e-6 } == [true, true, false, false]
    && fourPairs.allSatisfy { !(1e-6...0.1 ~= $0.difference) })
// fold end
// page: on

//: ## Is it right?
//:
//: A wrong gradient gives no error message. So check it before you train with it. You know how: with nudges. Below, `untrained` is our network
//: with random weights, and `one`, of type `Echo`, is the sequence from the top of this page. `one.x` and `one.y` are its letters and the right
//: answers as one-hot columns, and `one.zero` is a⟨0⟩ = 0.
//:
//: Take the weight in row 1 and column 2 of W_aa. (Swift counts from 0, so that's `Waa[0, 1]`.) Move it up by a tiny ε, then down by ε. Divide
//: the difference of the two losses by 2ε. That's a **central difference**.

func loss(_ θ: Network, _ s: Echo) -> Double {
  crossEntropy(forward(θ, s.x, from: s.zero).ŷ, s.y)
}
let ε = 1e-5
var (up, down) = (untrained, untrained)
up.Waa[0, 1] += ε
down.Waa[0, 1] -= ε
show("with nudges", (loss(up, one) - loss(down, one)) / (2 * ε))

//: And here is what BPTT says about the same weight:

let (a, ŷ) = forward(untrained, one.x, from: one.zero)
let (d, δ) = backward(untrained, one.x, a, errors(ŷ, one.y))
show("with BPTT", d.Waa[0, 1])

//: They agree, and so do the other 105:

// page: off
let check = GradientCheck(of: d, at: untrained) { loss($0, one) }
claim(
  "in each of the five gradients, BPTT and nudges differ by less than 10⁻⁷ of its largest number",
  untrained.parameterCount == 106 && check.largest < 1e-7)
// page: on

//: From Lesson 04 on, the library of these lessons computes the gradients for us. It's called SequenceModels.

// fold: All 106 numbers, and a third way to them
//: The library has a backward pass of its own. Here are all three side by side, one row for each of the five gradients. The differences are relative to the largest number in that gradient.

// page: off
let library = untrained.gradientOfTheLibrary(one)
show(
  Table(
    ["gradient of", "shape", "numbers", "BPTT and the library", "BPTT and nudges"],
    varying: ["BPTT and the library", "BPTT and nudges"],
    rows: zip(untrained.parameterPaths, check.differences).map { path, check in
      let W = d[keyPath: path.keyPath]
      return [
        path.name, "(\(W.rows), \(W.columns))", W.count,
        W.largestDifference(from: library[keyPath: path.keyPath]) / W.elements.map(abs).max()!, check.relative,
      ]
    }))
claim(
  "in each gradient, our numbers and the library's differ by less than 10⁻¹² of its largest number",
  untrained.parameterPaths.map(\.keyPath).allSatisfy {
    d[keyPath: $0].largestDifference(from: library[keyPath: $0]) < 1e-12 * d[keyPath: $0].elements.map(abs).max()!
  })
// page: on

//: Ours and the library's are the same up to rounding, since a `Double` has about 16 digits. Nudges agree to about nine, because a nudge is only
//: *nearly* a derivative.
// fold end

// fold: How small should the nudge be?
//: Not as small as possible. Here is the largest difference over all 106 weights, for nudges from 0.1 down to 10⁻¹³:

// page: off
let nudges = (2...26).map { pow(10, -Double($0) / 2) }
let misses = nudges.map { GradientCheck(of: d, at: untrained, step: $0) { loss($0, one) }.largest }
let best = misses.indices.min { misses[$0] < misses[$1] }!
show(differenceChart(nudges, misses), as: "difference-step")
claim("from ε = 0.01 to 0.001 the error falls about a hundredfold", 90...110 ~= misses[2] / misses[4])
claim(
  "it is smallest between 10⁻⁷ and 10⁻⁴, and at 10⁻¹² more than a thousand times as large",
  4...12 ~= best && misses[22] > 1e3 * misses[best])
// page: on

//: Read the dots from right to left. With a tenth of the ε, the error is a hundred times smaller: it falls like ε², as the dashed line on the
//: right does. Where does it come from? L, drawn over the weight, isn't a straight line, and its Taylor series has terms with ε² and ε³ too. The
//: one with ε² is the same up and down, so it cancels. The one with ε³ is left, and divided by 2ε it's like ε². Near 10⁻⁵ the dots turn and rise
//: again. Now the two losses are almost equal, and when you subtract them, only their last digits are left, which are rounding errors, about
//: 10⁻¹⁶ for a `Double`. Divided by 2ε, they grow like 1/ε. The best ε is where both errors are equal: ε² = 10⁻¹⁶ / ε, so ε is the cube root of
//: 10⁻¹⁶, roughly 10⁻⁵. (Press et al., *Numerical Recipes*, section 5.7.)
// fold end

//: ## Experiment: which step is to blame?
//:
//: The gradient of W_aa is a sum with one term per step. If step 12 is wrong, how much of the sum comes from each step? In a single sequence
//: that's partly chance, so we take 400 random ones. `many` holds them side by side, as a batch, and only the answer of step 12 counts. In the
//: last line below, (8, 400) · (400, 8) → (8, 8), each product adds up the terms of all 400:

// page: off
let many = letters(run.choose(quick: 100, standard: 400, full: 4_000), 12).lastAsked
func pass(_ θ: Network, _ s: Echo) -> (a: [Columns], δ: [Columns]) {
  let (a, ŷ) = forward(θ, s.x, from: s.zero)
  return (a, backward(θ, s.x, a, errors(ŷ, s.y)).δ)
}
// page: on

let (aMany, ŷMany) = forward(untrained, many.x, from: many.zero)
let δMany = backward(untrained, many.x, aMany, errors(ŷMany, many.y)).δ
let terms = (1...12).map { t in δMany[t] * aMany[t - 1].transposed }

//: The **share** of a step is how far its term goes in the direction of the sum: its projection onto the sum. Say that two terms are (1.5, 1)
//: and (0.5, −1). Their sum is (2, 0). Of this 2, the first goes 1.5 and the second 0.5, so their shares are ¾ and ¼. A term that points against
//: the sum has a share below 0. (We read our matrices as vectors of 64 numbers.)
//:
//: Guess first! Is the blame spread over all twelve steps? Or is it with step 9, where the letter was heard?

// page: off
let whole12 = terms.dropFirst().reduce(terms[0], +)
let shares = terms.map { share($0, of: whole12) }
show(shareChart(shares), as: "shares")
claim(
  "steps 10, 11 and 12 have more than 0.9 of the gradient together, and step 9 has less than 0.05",
  shares[9...].reduce(0, +) > 0.9 && abs(shares[8]) < 0.05)
// page: on

//: Look at the three high bars. Steps 10, 11 and 12 have nearly everything, in this run about a third each. These are exactly the right ones! At
//: step 9 the letter comes in through W_ax. There W_aa multiplies a⟨8⟩, which doesn't know it yet. Then W_aa has to carry it three times, in
//: steps 10, 11 and 12.
//:
//: Why do steps 10 and 11 have so much, although step 12 is closest to the loss? A term is a δ times a state, and the state is made of many letters. But
//: only that of step 9 has to do with the answer; in the sum over 400 random sequences, what the others add cancels nearly all. So of a
//: state, only what's left of this one letter counts. At step 12 the δ is large, but in a⟨11⟩ little of the letter is left. At step 10 it's the other
//: way round: δ⟨10⟩ is small, but in a⟨9⟩ the letter is fresh.

// page: off
claim(
  "with every step backwards from step 12, δ gets smaller",
  zip(δMany[1...], δMany[2...]).allSatisfy { norm($0) < norm($1) })
let letter9 = Columns([[1, -1]]) * many.x[9]  // 1 for a, −1 for b
let traces = (9...11).map { norm(aMany[$0] * letter9.transposed) }
claim(
  "the letter of step 9 makes less and less difference to the state, from a⟨9⟩ to a⟨10⟩ to a⟨11⟩",
  traces[0] > traces[1] && traces[1] > traces[2])
// page: on

//: ## Training
//:
//: Now we can open the black box of Lesson 02, the training. Read a sequence, go back, and move each weight a little against its gradient. How
//: far is decided by the **learning rate** α, here 0.05:
//:
//: ```math
//: W \leftarrow W - \alpha\,\frac{\partial L}{\partial W}
//: ```

// page: off
let school = (0..<run.choose(quick: 200, standard: 1_000, full: 5_000)).map { _ in letters(1, 12) }
// page: on

func train(_ gradient: (Network, Echo) -> Network) -> (θ: Network, losses: [Double]) {
  var (θ, losses) = (untrained, [Double]())
  for s in school {
    losses.append(loss(θ, s) / Double(s.asked))
    θ = θ - 0.05 * gradient(θ, s)
  }
  return (θ, losses)
}

//: `school` holds 1,000 random sequences of 12 letters, and `asked` counts the answers in one. `train` gets a function that computes the
//: gradient. This is the right one:

let right = train { θ, s in
  let (a, ŷ) = forward(θ, s.x, from: s.zero)
  return backward(θ, s.x, a, errors(ŷ, s.y)).d
}

//: Has it learned the task? We test it on 500 new sequences of 48 letters, four times as long:

// page: off
let exam = letters(run.choose(quick: 100, standard: 500, full: 500), 48)
// page: on

show("wrong answers", right.θ.mistakes(exam))
claim("the trained network gives no wrong answer in new sequences of 48 letters", right.θ.mistakes(exam) == 0)

//: Not one. In Lesson 02 we built units by hand that passed *mr* on. Here the network has found something of that kind by itself.

// fold: All the way down to the letters
//: The orange arrows don't have to stop at the states. They can run on through W_ax, down to the input:
//:
//: ```math
//: \frac{\partial L}{\partial x^{\langle t\rangle}} = W_{ax}^{\top}\,\delta^{\langle t\rangle}
//: ```
//:
//: If x⟨t⟩ comes from another layer below, this is the gradient that the layer below needs. (The stacked layers of [Lesson
//: 09](../09-deep/README.md) live on it.) And it shows us which letters an answer depends on. Again only the answer of step 12 counts. Here is
//: the mean length of ∂L/∂x⟨t⟩ over the 400 sequences, as a share of all twelve, before the training and after it. Where do you expect the
//: highest bar?

// page: off
func lengths(_ θ: Network) -> [Double] {
  let δ = pass(θ, many).δ
  let sums = (1...12).map { meanLength(θ.Wax.transposed * δ[$0]) }
  return sums.map { $0 / sums.reduce(0, +) }
}
let (before, after) = (lengths(untrained), lengths(right.θ))
show(inputChart(before, after), as: "letters")
claim("before training, the last four steps have more than 0.7 of all", before[8...].reduce(0, +) > 0.7)
claim(
  "after training, step 9 has the most, and more than 1.4 times as much as any other",
  after[8] == after.max()! && after.sorted()[10] * 1.4 < after[8])
// page: on

//: Before the training, the bars fall from right to left: what is near counts, and step 9, where the letter was heard, hardly does. After the
//: training the highest bar is that of step 9. So the network has learned where to look. (The other bars are lower, but they aren't 0. All
//: letters travel through the same eight units, so a nudge at any of them moves the answer a bit. It's just not enough to turn it over.)
// fold end

//: ## Long texts: cut into windows
//:
//: Our sequences have 12 steps, but a novel has a million letters. The backward pass needs *every* state, so our list `a` would hold a million
//: of them. And after all that we'd change the weights only once.
//:
//: So we cut the text into **windows** of, say, 50 letters, and each window gets a backward pass of its own. This is called **truncated BPTT**.
//: But what should happen at a cut?

// page: off
show(cutPicture(), as: "cuts")
// page: on

//: In the upper row the state is **carried**: the last state of window 1, a⟨3⟩, takes the place of a⟨0⟩ in window 2. So the forward pass doesn't
//: notice the cut. But no orange arrow crosses it. We say that the state is **detached**: window 2 takes it as a plain number, and doesn't ask
//: where it came from. In the lower row, the state is **reset** to 0, and what window 1 heard is lost. So carry the state where two windows
//: belong together, and reset it where something new begins.
//:
//: Here is the upper row in code. `backward` sees one window at a time, so it can't go back further. (On a real text, you change the weights
//: after each window.)

func truncated(_ θ: Network, _ s: Echo, window: Int) -> Network {
  var (sum, start) = (θ.zeroed, s.zero)
  for part in s.windows(of: window) {
    let (a, ŷ) = forward(θ, part.x, from: start)
    sum += backward(θ, part.x, a, errors(ŷ, part.y)).d
    start = a.last!  // carried, and detached
  }
  return sum
}

//: Does the network still learn? We train it twice more, in windows of 2 and of 6 steps. Guess: which are long enough?

let byWindow = [2, 6].map { window in
  train { θ, s in truncated(θ, s, window: window) }
}

// page: off
let trainings = byWindow + [right]
show(
  Table(
    ["window", "loss per answer, over the last 100 sequences"],
    varying: ["loss per answer, over the last 100 sequences"],
    rows: zip(["2", "6", "12 (the whole sequence)"], trainings).map { [$0, shortLoss(mean($1.losses.suffix(100)))] }))
claim(
  "over the last 100 sequences, the loss is above 0.5 in windows of 2, and below 0.05 in windows of 6",
  mean(trainings[0].losses.suffix(100)) > 0.5 && trainings[1...].allSatisfy { mean($0.losses.suffix(100)) < 0.05 },
  from: .standard)
// page: on

//: Windows of 6 are enough. With windows of 2, the loss gets at best a little below the chance level, 0.69 (see “Break it”). From step 12 back
//: to its letter, the orange arrows lead through four steps, 12, 11, 10 and 9. In windows of 2 they never get that far. In windows of 6, only
//: the answers of steps 7, 8 and 9 are cut off from their letters. The others teach the weights, and these are shared. So here's the rule:
//: **what your network should learn to remember has to fit into the window.**

// fold: What a cut does to the answers and to the gradient
//: Let the trained network read 1,000 sequences of 24 letters, in windows of 6:

// page: off
let long = letters(run.choose(quick: 200, standard: 1_000, full: 20_000), 24)
let pieces = long.windows(of: 6)
let whole = truncated(right.θ, long, window: 24).Waa
let detached = truncated(right.θ, long, window: 6).Waa
let alone = pieces.dropFirst().reduce(truncated(right.θ, pieces[0], window: 6).Waa) {
  $0 + truncated(right.θ, $1, window: 6).Waa
}
let carriedLoss = loss(right.θ, long) / Double(long.asked)
let resetLoss = pieces.reduce(0) { $0 + loss(right.θ, $1) } / Double(long.asked)
show(
  Table(
    ["at a cut", "loss per answer"], varying: ["loss per answer"],
    rows: [["no cut at all", carriedLoss], ["carried and detached", carriedLoss], ["reset", resetLoss]]))
claim("reset, the loss is more than a hundred times as large", resetLoss > 100 * carriedLoss, from: .standard)
// page: on

//: If the state is carried, the answers are the same as without a cut. If it is reset, they go wrong: the first three letters that each window
//: has to say were heard in the window before, and they're gone.
//:
//: Now the gradient. That of W_aa is a list of 64 numbers, so it's a vector in a space of 64 dimensions. If some paths are cut, it points in
//: another direction than the true one. We can measure the angle: at 0° both have the same direction, at 90° they have nothing in common, and
//: beyond that, one points backwards. Carried and detached, windows of 6 turn it by about 15°. Reset, it's more than 60°, because the answers
//: are wrong, too.
//:
//: Here is the angle for windows of 1 to 12 steps, for the network before the training and after it. (These sequences have 24 steps. So even
//: with windows of 12 there is one cut.)

// page: off
let sizes = [1, 2, 3, 4, 6, 8, 12]
let turned = [untrained, right.θ].map { θ in
  let whole = truncated(θ, long, window: 24).Waa
  return sizes.map { angle(truncated(θ, long, window: $0).Waa, whole) }
}
show(windowChart(sizes, untrained: turned[0], trained: turned[1]), as: "window-angle")
claim(
  "carried and detached, windows of 6 turn the gradient by 5° to 30°; reset, by more than 60°",
  5...30 ~= angle(detached, whole) && angle(alone, whole) > 60, from: .standard)
claim(
  "each longer window turns the gradient less; a window of 1 by more than 30°, and one of 12 by less than 10°",
  turned.allSatisfy { angles in
    zip(angles, angles.dropFirst()).allSatisfy { $0 > $1 } && angles[0] > 30 && angles.last! < 10
  }, from: .standard)
let half = truncated(right.θ, long.first(long.inputs.batch / 2), window: 6).Waa
let wholeOfHalf = truncated(right.θ, long.first(long.inputs.batch / 2), window: 24).Waa
claim(
  "with half of the sequences, the angle for windows of 6 is the same within 3°",
  abs(angle(half, wholeOfHalf) - angle(detached, whole)) < 3, from: .standard)
// page: on

//: Both curves fall: the longer the window, the smaller the angle.
//:
//: Could we use short windows and make up for it with more sequences? No. More sequences help against noise, which is different each time and
//: cancels out. But a path that is cut is missing *every* time. That's a **systematic error**, and it stays: with half of the sequences, the
//: angle is the same.
// fold end

// fold: If you forget to detach in PyTorch
//: PyTorch computes gradients by itself. For that it keeps a record of how each number was made, called the *graph*, together with the numbers
//: that the backward pass needs (the *saved tensors*; our list `a`). Once a backward pass has used a record, PyTorch frees it to save memory.
//: Now carry a state over to the next window, as it is. The state still knows that it was made in window 1. So the backward pass of window 2
//: wants to go on into window 1, where the record is gone, and you read:
//:
//: ```text
//: RuntimeError: Trying to backward through the graph a
//: second time (or directly access saved tensors after they
//: have already been freed). […] Specify retain_graph=True if
//: you need to backward through the graph a second time […]
//: ```
//:
//: Don't follow that advice. With `retain_graph=True` all records are kept, memory grows with every window, and each backward pass goes back to
//: the first letter of the text. And then you get the next error, "one of the variables needed for gradient computation has been modified by an
//: inplace operation": the weights that the old record needs have been changed since, in the same place. What you want is one line after each
//: window, `h = h.detach()`, where `h` is the state. It keeps the numbers and forgets how they were made.
// fold end

//: ## Break it
//:
//: Let's make two tiny mistakes in `backward`.
//:
//: **Forget the future.** Leave out `+ fromFuture`. It cuts every orange arrow between two steps.
//:
//: **Overwrite instead of adding.** Write `=` instead of `+=`. The loop ends with step 1, so only the term of step 1 is left.

// page: off
let overwriting = train { θ, s in
  let (a, ŷ) = forward(θ, s.x, from: s.zero)
  let e = errors(ŷ, s.y)
  return firstTerm(θ, s, a: a, e: e, δ: backward(θ, s.x, a, e).δ)
}
let forgetful = train { θ, s in truncated(θ, s, window: 1) }
let names = ["right", "forgets the future", "overwrites"]
let broken = [right, forgetful, overwriting]
show(lossChart(Array(zip(names, broken.map(\.losses)))), as: "loss")
claim(
  "right, the loss is below 0.05 from the 100th sequence on", averages(broken[0].losses)[5...].allSatisfy { $0 < 0.05 })
claim(
  "without the future, the loss gets below 0.55, but in the test more than one answer in ten is wrong",
  averages(broken[1].losses).min()! < 0.55 && 10 * forgetful.θ.mistakes(exam) > exam.asked, from: .standard)
claim("overwriting, the loss stays between 0.58 and 0.8", averages(broken[2].losses).allSatisfy { 0.58...0.8 ~= $0 })
// page: on

//: The lines are means over 20 sequences. Blue is the right gradient: after about 100 sequences, the task is learned. Orange, which forgets the
//: future, is the nasty one. Its loss goes down a little, so it looks as if the network were learning, only badly. The answer uses what happens
//: to be left of the letter in the state, but no gradient tells the steps before to keep more of it. Green, which overwrites, stays near the
//: chance level.
//:
//: A curve can't tell you what's wrong. Nudges can, before any training:

// page: off
let gradients = [
  d, truncated(untrained, one, window: 1), firstTerm(untrained, one, a: a, e: errors(ŷ, one.y), δ: δ),
]
let found = gradients.map { GradientCheck(of: $0, at: untrained) { loss($0, one) }.largest }
show(
  Table(
    ["gradient", "difference from nudges, relative to the largest number"],
    varying: ["difference from nudges, relative to the largest number"],
    rows: zip(names, found).map { [$0, $1] }))
claim("nudges find both mistakes in the untrained network", found[0] < 1e-7 && found[1] > 0.25 && found[2] > 0.25)
// page: on

// fold: In your notes
//: - **Ng's notes** (004, "通过时间反向传播(BPTT)") write δ⟨t⟩ = ∂L/∂ŷ⟨t⟩ · ∂ŷ⟨t⟩/∂a⟨t⟩ · ∂a⟨t⟩/∂z⟨t⟩. That's only the step's own answer. They
//:   say that it is passed back to the steps before, but the formula lacks this gradient from the future, the part that makes it "through time". It's our first "Break it".
//: - They change W_ya with δ⟨t⟩ · a⟨t⟩. It needs the output error e⟨t⟩ there: in our network, δ⟨t⟩ a⟨t⟩ᵀ is (8, 8), and W_ya is (2, 8). They
//:   leave out the transposes, without which the products can't be formed, and the biases.
//: - They write the loss as binary cross-entropy. That's right for the question "is this word a name?" with a sigmoid. With a softmax, as in
//:   their language model, it's the wrong pair (see the fold above).
//: - **Ng's notes** (001, "Backpropagation through time"; 000, "前向传播与反向传播") have only figures.
//: - **6.S191** (002, "Backpropagation Through Time") says that over long sequences the gradient vanishes or explodes. Why, is the subject of
//:   Lesson 05.
//: - **Goodfellow** has BPTT in 10.2.2 of the book; the notes (003) don't. He gives W an index, W⁽ᵗ⁾, as if each step had a copy of its own, and
//:   then adds up. It's the trick that we used by hand. His h is our a, his o our z_y, and he writes the gradient at h, while our δ is the
//:   gradient at z.
//: - **PyTorch** does all of this with `loss.backward()`. It adds to what is already in `W.grad`, like our `+=`. So set the gradients to 0
//:   before the next sequence, with `optimizer.zero_grad()`.
//: - BPTT is described in Werbos (1990), its truncated form in Williams and Peng (1990). What truncation does to the gradient, and how to get
//:   rid of the systematic error, is in Tallec and Ollivier (2017).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise03` marks what you write in [Exercise03.swift](Exercise/Exercise03.swift), and tells you what went
//: wrong. And three questions:
//:
//: 1. Do the example by hand again, with w_aa = 1 in the place of ½. (w_ax = 1, the input is 1, 0, 0, and only a⟨3⟩ should be 1.) What is
//:    ∂L/∂w_aa now?

// fold: Answer
//: Forwards: 0.76, 0.64, 0.57. Backwards: a⟨3⟩ − 1 = −0.43; δ⟨3⟩ = −0.43 · (1 − 0.57²) = −0.29; passed on through the weight 1, it stays −0.29;
//: δ⟨2⟩ = −0.29 · (1 − 0.64²) = −0.17; δ⟨1⟩ = −0.17 · (1 − 0.76²) = −0.07. So ∂L/∂w_aa = −0.29 · 0.64 − 0.17 · 0.76 − 0.07 · 0 = −0.19 − 0.13 =
//: −0.32.

let strong = states(waa: 1)
let slope = (loss(waa: 1.001) - loss(waa: 0.999)) / 0.002
claim(
  "the states are 0.76, 0.64 and 0.57, and the nudge gives −0.32",
  zip(strong.dropFirst(), [0.76, 0.64, 0.57]).allSatisfy { abs($0 - $1) < 0.005 } && abs(slope + 0.32) < 0.005)
// fold end

//: 2. A network with 100 units reads and says 65 different characters. How many weights and biases does it have? How many forward passes do you
//:    need to check all of them with nudges?

// fold: Answer
//: W_ax has 100 · 65, W_aa 100 · 100, and b_a 100 numbers. W_ya has 65 · 100, and b_y 65. Together that's 23,165. With two forward passes for
//: each, it's 46,330. BPTT needs one pass forwards and one backwards. (So we train with BPTT, and use nudges only to check it, on a small
//: network.)

claim("there are 23,165 parameters", parameters(inputs: 65, units: 100, outputs: 65) == 23_165)
// fold end

//: 3. Somebody starts with all weights and biases at 0. Which of the five gradients are 0? What can the network ever learn?

// fold: Answer
//: All states are 0, because tanh(0) = 0. So the terms of W_aa and W_ya are 0, since they contain a state. W_ya is 0, so no error comes down to
//: the states. So δ⟨t⟩ is 0, and the terms of W_ax and b_a are 0 as well. Only b_y has a gradient. After the change of b_y, everything else is
//: as before. So the network learns how often each letter is the answer, and nothing more. This is why weights start at random.

let flat = truncated(untrained.zeroed, one, window: 12)
claim(
  "only b_y has a gradient",
  flat.parameterPaths.map { path in norm(flat[keyPath: path.keyPath]) > 0 } == [false, false, false, false, true])
// fold end

//: ## In short
//:
//: Backpropagation through time is the chain rule on the unrolled network: along a path multiply, where paths meet add. At each step the error
//: of its own answer and the gradient from the future meet, go through the slope of tanh, and are passed on through W_aa transposed. The weights
//: are shared, so the gradient of a weight is a sum with one term per step. Long texts are cut into windows, and what should be remembered has
//: to fit into one. A wrong gradient gives no error message, so check it with nudges.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson03 --seed 2   # other random weights
//: swift run Lesson03 --delay 1  # are windows of 2 enough?
//: swift run Lesson03 --full     # 5,000 sequences
//: ```
//:
//: The network was that of [Lesson 02](../02-forward-pass/README.md). The [next lesson](../04-language-model/README.md) trains one that writes.
//: And [Lesson 05](../05-vanishing-gradients/README.md) asks what is left of a gradient after fifty steps.

end()
