import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks

let run = NotebookOptions.parseLesson()
var random = RandomSource(seed: run.seed())

begin("03", "Backpropagation through time", run)

//: *Beside the notes: 004 “通过时间反向传播(BPTT)”, 001 “Backpropagation through time”, 002 “时间上的反向传播”, 000 “前向传播与反向传播”.
//: The section in Goodfellow's book is 10.2.2.*
//:
//: To learn is to change the weights so that a **loss** falls, and that takes its derivative by every weight. Here each weight is used at every step,
//: and a⟨t⟩ acts on all later steps too. **Backpropagation through time** (BPTT) is the chain rule on the unrolled network, from its end to its start.
//:
//: ## A task that needs memory
//:
//: The network reads a letter a step, *a* or *b*, and is to say which letter it read three steps before. The first three steps are not asked.
//: Nothing but W_aa carries a letter from one step to the next, so memory is what must be learned.

let echo = DelayedEcho(delay: 3)
typealias Example = (inputs: TokenBatch, targets: TokenBatch)
let s = echo.sequences(1, length: 12, using: &random)
show("x⟨1⟩ … x⟨12⟩", s.inputs.ids.map { $0 == 0 ? "a" : "b" }.joined(separator: " "))
show("y⟨1⟩ … y⟨12⟩", s.targets.ids.map { $0 < 0 ? "·" : $0 == 0 ? "a" : "b" }.joined(separator: " "))
claim("y⟨t⟩ is x⟨t−3⟩", (3..<12).allSatisfy { s.targets[$0, 0] == s.inputs[$0 - 3, 0] })

//: The network is that of Lesson 02, with n_x = 2, n_a = 8, n_y = 2. Letters become one-hot columns, a column for each example. Entry 0 of a list
//: only fills its place, so that `x[t]` is x⟨t⟩ and `a[0]` is a⟨0⟩ = 0.
//:
//: ```math
//: \begin{aligned}
//: a^{\langle t\rangle} &= \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a) \\
//: \hat y^{\langle t\rangle} &= g_2(W_{ya}\,a^{\langle t\rangle} + b_y)
//: \end{aligned}
//: ```

typealias Network = Tagger<RNN<Double>>
typealias Columns = Matrix<Double>
func columns(_ ids: TokenBatch) -> [Columns] {
  let steps = ids.oneHot(size: 2, as: Double.self)
  return [Columns(rows: 2, columns: ids.batch)] + (0..<ids.length).map { steps[$0] }
}
func states(_ cell: RNNCell<Double>, _ x: [Columns]) -> [Columns] {
  var a = [Columns(rows: 8, columns: x[0].columns)]
  for t in 1..<x.count { a.append(tanh(cell.Waa * a[t - 1] + cell.Wax * x[t] + cell.ba)) }
  return a
}
func outputs(_ out: Dense<Double>, _ a: [Columns], _ g2: (Columns) -> Columns) -> [Columns] {
  a.map { g2(out.Wya * $0 + out.by) }
}
let cell = RNNCell<Double>(inputSize: 2, hiddenSize: 8, using: &random)
let start = Network(layer: Recurrent(cell), output: Dense(inputSize: 8, outputSize: 2, using: &random))

//: ## Two losses, each with its output
//:
//: If the answer is **one of many**, ŷ is a softmax and the loss of a step is the **cross-entropy** (CE). If each output is **a yes or no of its own**,
//: ŷ is a sigmoid and the loss is the **binary cross-entropy** (BCE). A sequence has the sum, L = Σ_t L⟨t⟩. The logarithm is
//: the natural one, and so a loss is counted in **nats**.
//:
//: ```math
//: L^{\langle t\rangle} = -\sum_k y_k \log \hat y_k \qquad\text{or}\qquad L^{\langle t\rangle} = -\sum_k \left( y_k \log \hat y_k + (1-y_k)\log(1-\hat y_k) \right)
//: ```

func crossEntropy(_ ŷ: Columns, _ y: Columns) -> Double { -(y ⊙ ŷ.map { log($0) }).elements.reduce(0, +) }
func binaryCrossEntropy(_ ŷ: Columns, _ y: Columns) -> Double {
  crossEntropy(ŷ, y) + crossEntropy(ŷ.map { 1 - $0 }, y.map { 1 - $0 })
}
typealias Head = (g2: (Columns) -> Columns, L: (Columns, Columns) -> Double)
let (choice, yesNo): (Head, Head) = ((softmax, crossEntropy), (σ, binaryCrossEntropy))
func loss(_ θ: Network, _ s: Example, _ head: Head = choice) -> Double {
  let ŷ = outputs(θ.output, states(θ.layer.cell, columns(s.inputs)), head.g2)
  return zip(ŷ, columns(s.targets)).reduce(0) { L, t in t.1.elements.contains(1) ? L + head.L(t.0, t.1) : L }
}

//: Both pairs have the same derivative by z = W_ya a + b_y. For the softmax, ∂ŷ_k/∂z_j is ŷ_j (1 − ŷ_j) where k = j and −ŷ_k ŷ_j elsewhere, and y
//: sums to 1. For the sigmoid, ∂ŷ/∂z is ŷ (1 − ŷ), and the first factor below is ∂L/∂ŷ:
//:
//: ```math
//: \begin{aligned}
//: \frac{\partial L}{\partial z_j} &= -\sum_k \frac{y_k}{\hat y_k}\frac{\partial \hat y_k}{\partial z_j} = -y_j + \hat y_j\sum_k y_k = \hat y_j - y_j \\
//: \frac{\partial L}{\partial z} &= \frac{\hat y - y}{\hat y(1-\hat y)}\,\hat y(1-\hat y) = \hat y - y
//: \end{aligned}
//: ```
//:
//: Note 004 writes the binary loss. That is right where it asks of a word whether it is a name; its language model ends in a softmax and takes
//: the other loss. A mixed pair has another derivative, as the check below will find.
//:
//: ## Backwards, line by line
//:
//: **The output error** is what both pairs have in common, and 0 at a step that is not asked:
//:
//: ```math
//: e^{\langle t\rangle} = \hat y^{\langle t\rangle} - y^{\langle t\rangle}
//: ```

func outputErrors(_ ŷ: [Columns], _ y: [Columns]) -> [Columns] {
  zip(ŷ, y).map { ŷ, y in y.elements.contains(1) ? ŷ - y : 0 * y }
}

//: **The error of the state**, δ⟨t⟩, is the derivative by W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a. The state a⟨t⟩ acts on the loss in two ways, through ŷ⟨t⟩
//: and through a⟨t+1⟩, and the two derivatives add. The second is the **carry** from t+1; after the last step it is 0. The factor 1 − a² is tanh′.
//:
//: ```math
//: \begin{aligned}
//: \delta^{\langle t\rangle} &= \left( W_{ya}^{\top} e^{\langle t\rangle} + W_{aa}^{\top}\,\delta^{\langle t+1\rangle} \right) \odot \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right) \\
//: \delta^{\langle T+1\rangle} &= 0
//: \end{aligned}
//: ```

func stateErrors(_ θ: Network, _ e: [Columns], _ a: [Columns], window: Int = .max) -> [Columns] {
  var δ = Array(repeating: 0 * a[0], count: a.count + 1)
  for t in (1..<a.count).reversed() {
    let carry = θ.layer.cell.Waa.transposed * (t % window == 0 ? 0 * a[0] : δ[t + 1])  // 0 where a window ends: later.
    δ[t] = (θ.output.Wya.transposed * e[t] + carry) ⊙ a[t].map { 1 - $0 * $0 }
  }
  return δ
}

//: Note 004 has δ⟨t⟩ = ∂L/∂ŷ⟨t⟩ · ∂ŷ⟨t⟩/∂a⟨t⟩ · ∂a⟨t⟩/∂z⟨t⟩, the first term alone. The carry, which is what goes through time, is missing; “Break it”
//: shows what that costs. **The gradients**: a weight has a derivative at each step at which it is used, and they add up.
//:
//: ```math
//: \begin{aligned}
//: \frac{\partial L}{\partial W_{ax}} &= \sum_t \delta^{\langle t\rangle} x^{\langle t\rangle\top} \\
//: \frac{\partial L}{\partial W_{aa}} &= \sum_t \delta^{\langle t\rangle} a^{\langle t-1\rangle\top} \\
//: \frac{\partial L}{\partial b_a} &= \sum_t \delta^{\langle t\rangle} \\
//: \frac{\partial L}{\partial W_{ya}} &= \sum_t e^{\langle t\rangle} a^{\langle t\rangle\top} \\
//: \frac{\partial L}{\partial b_y} &= \sum_t e^{\langle t\rangle}
//: \end{aligned}
//: ```
//:
//: A product such as δ⟨t⟩ x⟨t⟩ᵀ adds up the examples too; for a bias, a column of ones does it. Each gradient stands in the place of its weight.

func Σ(_ t: [Int], _ term: (Int) -> Columns) -> Columns { t.dropFirst().reduce(term(t[0])) { $0 + term($1) } }
func gradient(_ θ: Network, _ s: Example, _ g: Head = choice, window: Int = .max, steps: [Int]? = nil) -> Network {
  let (x, y, all) = (columns(s.inputs), columns(s.targets), steps ?? Array(1...s.inputs.length))
  let a = states(θ.layer.cell, x)
  let e = outputErrors(outputs(θ.output, a, g.g2), y)
  let δ = stateErrors(θ, e, a, window: window)
  let ones = Columns(rows: s.inputs.batch, columns: 1, repeating: 1)
  var d = θ
  d.layer.cell.Wax = Σ(all) { t in δ[t] * x[t].transposed }
  d.layer.cell.Waa = Σ(all) { t in δ[t] * a[t - 1].transposed }
  d.layer.cell.ba = Σ(all) { t in δ[t] * ones }
  d.output.Wya = Σ(all) { t in e[t] * a[t].transposed }
  d.output.by = Σ(all) { t in e[t] * ones }
  return d
}

//: ## Three ways to the same numbers
//:
//: Check a gradient before you train with it. The check is the definition of the derivative, the **central difference**: move one weight by ε to
//: either side and see what the loss does. The table has the largest difference of each gradient from the library's, then from central differences
//: for all four pairs of output and loss (relative to the largest entry), though the lines above have ŷ − y for each of them:
//:
//: ```math
//: \frac{\partial L}{\partial w} \approx \frac{L(w+\varepsilon) - L(w-\varepsilon)}{2\varepsilon}
//: ```

let batch = TaggerBatch<Double>(inputs: .tokens(s.inputs), targets: s.targets)
var (library, tape) = (start.zeroed, start.makeTape())
_ = start.forward(batch, from: nil, on: tape)
start.backward(batch, scale: 1, on: tape, accumulatingInto: &library)
let byHand = gradient(start, s)
let paths = start.parameterPaths.map(\.keyPath)
let apart = paths.map { byHand[keyPath: $0].largestDifference(from: library[keyPath: $0]) }
let heads: [Head] = [choice, yesNo, (softmax, binaryCrossEntropy), (σ, crossEntropy)]
let checks = heads.map { g in GradientCheck(of: gradient(start, s, g), at: start) { loss($0, s, g) } }
show(
  Table(
    ["gradient of", "library", "softmax, CE", "sigmoid, BCE", "softmax, BCE", "sigmoid, CE"],
    rows: ["W_ax", "W_aa", "b_a", "W_ya", "b_y"].enumerated().map { i, name in
      [name, apart[i]] + checks.map { $0.differences[i].relative }
    }))
claim("by hand and from the library, each gradient agrees within 10⁻¹²", apart.allSatisfy { $0 < 1e-12 })
claim("in the two right pairs central differences agree within 10⁻⁷", max(checks[0].largest, checks[1].largest) < 1e-7)
claim("with two letters, softmax and BCE have twice the gradient", abs(checks[2].largest - 0.5) < 1e-6)
claim("sigmoid and CE have another one", checks[3].largest > 0.1)

//: How small should ε be? Half of it leaves a quarter of the error of the formula, but the difference of two nearly equal losses has fewer digits
//: that count. The two make a V, lowest near u^(1/3), where u = 1.1 · 10⁻¹⁶ is the precision of a `Double`:

let ε = (2...26).map { pow(10, -Double($0) / 2) }
let error = ε.map { GradientCheck(of: byHand, at: start, step: $0) { loss($0, s) }.largest }
show(
  Chart(
    "Central differences: a step can be too large and too small", x: Axis("step ε [1]", .logarithmic),
    y: Axis("largest relative error [1]", .logarithmic),
    [
      .line("central difference", x: ε, y: error, hasPoints: true),
      .line("as ε²", x: Array(ε[0...9]), y: ε[0...9].map { error[4] * pow($0 / ε[4], 2) }),
      .line("as 1/ε", x: Array(ε[9...24]), y: ε[9...24].map { error[20] * ε[20] / $0 }),
    ]), as: "difference-step")
let best = error.indices.min { error[$0] < error[$1] }!
claim("from ε = 0.01 to 0.001 the error falls a hundredfold", (90...110).contains(error[2] / error[4]))
claim("least between 10⁻⁷ and 10⁻⁴, it is a thousandfold at 10⁻¹²", 4...12 ~= best && error[22] > 1e3 * error[best])

//: ## What each step contributes
//:
//: ∂L/∂W_aa is a sum over the steps. The **share** of a step is the part of its term δ⟨t⟩ a⟨t−1⟩ᵀ along the whole gradient, over that gradient's
//: length; the shares sum to 1. Here they are for the untrained network and many sequences, with all steps asked, and with step 12 alone:

let many = echo.sequences(run.choose(quick: 100, standard: 400, full: 4_000), length: 12, using: &random)
var lastAsked = many
for place in 0..<11 * many.targets.batch { lastAsked.targets.ids[place] = TokenBatch.none }
func dot(_ A: Columns, _ B: Columns) -> Double { (A ⊙ B).elements.reduce(0, +) }
let shares = [many, lastAsked].map { s in
  let terms = (1...12).map { t in gradient(start, s, steps: [t]).layer.cell.Waa }
  let whole = gradient(start, s).layer.cell.Waa
  return terms.map { dot($0, whole) / dot(whole, whole) }
}
show(
  Chart(
    "Step 12's gradient comes from the three steps that carry the letter",
    x: Axis("step t", .categorical((1...12).map(String.init))), y: "share of ∂L/∂W_aa [1]",
    [.bars("all steps asked", y: shares[0]), .bars("step 12 alone asked", y: shares[1])]), as: "shares")
claim("the shares sum to 1", shares.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
claim("step 1 has none, for a⟨0⟩ is 0", shares.allSatisfy { $0[0] == 0 })
claim("steps 10, 11 and 12 hold nine tenths of what step 12 asks for", shares[1][9...].reduce(0, +) > 0.9)

//: ## Trained until it is solved
//:
//: **The update**, with the learning rate α. Note 004 takes δ⟨t⟩ for W_ya as well, where e⟨t⟩ is needed: δ⟨t⟩ a⟨t⟩ᵀ is (8, 8), W_ya is (2, 8). It leaves
//: out the biases, and the transposes without which δ⟨t⟩ · x⟨t⟩ cannot be formed.
//:
//: ```math
//: W \leftarrow W - \alpha\,\frac{\partial L}{\partial W}
//: ```

let count = run.choose(quick: 300, standard: 1_000, full: 5_000)
let school = (0..<count).map { _ in echo.sequences(1, length: 12, using: &random) }
func trained(_ count: Int, window: Int = .max, steps: [Int]? = nil) -> (θ: Network, losses: [Double]) {
  var (θ, losses, α) = (start, Array(repeating: 0.0, count: count / 20), 0.05)
  for (n, s) in school.prefix(count).enumerated() {
    losses[n / 20] += loss(θ, s) / (20 * 9)
    let d = gradient(θ, s, window: window, steps: steps)
    for W in paths { θ[keyPath: W] = θ[keyPath: W] - α * d[keyPath: W] }
  }
  return (θ, losses)
}
let right = trained(count)
let exam = echo.sequences(500, length: 48, using: &random)
let mistakes = zip(right.θ.tags(.tokens(exam.inputs)).ids, exam.targets.ids).count { $1 >= 0 && $0 != $1 }
claim("it makes no mistake in 500 new sequences, four times as long", mistakes == 0)
claim("δ⟨t⟩ a⟨t⟩ᵀ is (8, 8), W_ya is (2, 8)", byHand.layer.cell.ba.rows == 8 && start.output.Wya.rows == 2)

//: ## Carry, detach, reset
//:
//: A text is too long for one way back and is cut into **windows**. What happens at a cut has three names. **Carry** the state: a⟨0⟩ of the next
//: window is the last a⟨T⟩ of this one. **Detach** it: no gradient goes back over the cut (`detach()` in PyTorch). **Reset** it: a⟨0⟩ = 0. To carry and
//: to detach is *truncated* BPTT, `window` above and `.carried` in the library's trainer. Windows of 6, for the network after 200 sequences:

let half = trained(200).θ
let long = echo.sequences(run.choose(quick: 200, standard: 1_000, full: 20_000), length: 24, using: &random)
func Waa(_ θ: Network, _ s: Example, window: Int = .max) -> Columns { gradient(θ, s, window: window).layer.cell.Waa }
func angle(_ A: Columns, _ B: Columns) -> Double { acos(min(1, dot(A, B) / sqrt(dot(A, A) * dot(B, B)))) * 180 / .pi }
let pieces = [0..<6, 6..<12, 12..<18, 18..<24].map { (inputs: long.inputs.steps($0), targets: long.targets.steps($0)) }
let (whole, detached, reset) = (Waa(half, long), Waa(half, long, window: 6), Σ([0, 1, 2, 3]) { Waa(half, pieces[$0]) })
let (kept, lost) = (loss(half, long), pieces.reduce(0) { $0 + loss(half, $1) })
let cuts = [("carry", kept, whole), ("carry and detach", kept, detached), ("reset", lost, reset)]
show(
  Table(
    ["at a cut", "loss, nats a letter", "∂L/∂W_aa, angle to the whole [°]"],
    rows: cuts.map { [$0, $1 / Double(21 * long.inputs.batch), angle($2, whole)] }), kind: .varies)
claim("to detach changes the gradient, to reset changes the loss too", angle(detached, whole) > 5 && lost > 2 * kept)

//: After a reset, the first three letters that each window asks for are gone. After a detach, the gradient misses something, as a rule the more the
//: shorter the window. That is a **bias**: more sequences average noise away, and leave the bias where it was (Tallec and Ollivier 2017).

let sizes = [1, 2, 3, 4, 6, 8, 12, 24]
let curves = [start, half].map { θ in sizes.map { angle(Waa(θ, long, window: $0), Waa(θ, long)) } }
show(
  Chart(
    "The gradient of a short window points far off the whole one", x: Axis("window [steps]", .logarithmic),
    y: "angle of ∂L/∂W_aa to the whole [°]",
    zip(["untrained", "after 200 sequences"], curves).map {
      .line($0, x: sizes, y: $1, hasPoints: true)
    }), as: "window-angle")
claim("a window of 1 is over 30° off, one of 12 not half as far", curves.allSatisfy { $0[0] > max(30, 2 * $0[6]) })
let means = [1, 10, 100, long.inputs.batch].map { n in
  let some = (inputs: long.inputs.examples(0..<n), targets: long.targets.examples(0..<n))
  return [Double(n), angle(Waa(half, some), whole), angle(Waa(half, some, window: 6), whole)]
}
show(Table(["sequences", "their gradient, angle to that of all [°]", "detached [°]"], rows: means), kind: .varies)
claim("the noise of 100 sequences is below the bias of all", means[2][1] < means[3][2])

//: ## Break it
//:
//: Two mistakes, each of one word. **No carry**: many copies of a well-known course assignment send `da[:, :, t]` back where `da[:, :, t] + da_prevt`
//: is needed. That is a window of one step. **No accumulation**: `=` for `+=` leaves the term of the step that the loop visits last, step 1.

let runs = [right, trained(count, window: 1), trained(count, steps: [1])]
let wrong = [byHand, gradient(start, s, window: 1), gradient(start, s, steps: [1])]
let found = wrong.map { GradientCheck(of: $0, at: start) { loss($0, s) }.largest }
let names = ["right", "no carry from t+1", "no accumulation"]
show(
  Chart(
    "A wrong gradient can still lower the loss", x: "sequences read", y: "loss [nats a letter]",
    zip(names, runs).map { .line($0, x: $1.losses.indices.map { Double(20 * $0 + 20) }, y: $1.losses) } + [
      .rule("a guess, ln 2", y: log(2))
    ]), as: "loss")
show(
  Table(
    ["gradient", "from central differences", "least loss", "last loss"],
    rows: (0..<3).map { [names[$0], found[$0], runs[$0].losses.min()!, runs[$0].losses.last!] }), kind: .varies)
claim("without the carry it learns a little", (0.1...0.95 * log(2)).contains(runs[1].losses.min()!))
claim("without accumulation it stays near a guess", runs[2].losses.allSatisfy { abs($0 / log(2) - 1) < 0.15 })
claim("there W_aa never moves, for a⟨0⟩ is 0", runs[2].θ.layer.cell.Waa == start.layer.cell.Waa)
claim("the check finds both before any training", found[0] < 1e-7 && found[1] > 0.1 && found[2] > 0.1)

//: ## What to expect
//:
//: Both curves could pass for a bad learning rate; the check cannot be mistaken. Its theory is in Press et al., *Numerical Recipes*, section 5.7.

show(
  Table(
    ["quantity", "theory", "this run"],
    rows: [
      ["untrained, nats a letter", "ln 2, 0.6931", loss(start, many) / Double(9 * many.inputs.batch)],
      ["by hand against the library", "a few u, 1.1e-16", apart.max()!],
      ["best step ε", "near u^(1/3), 4.8e-06", ε[best]],
      ["its error", "above u^(2/3), 2.3e-11", error[best]], ["loss when solved", "towards 0", right.losses.last!],
    ]), kind: .varies)

//: ## Exercises
//:
//: 1. In single precision u is 6 · 10⁻⁸. Which ε is best for the check, and how good is it then?

// fold: Answer
//: About u^(1/3) = 0.004, with an error near u^(2/3) = 1.5 · 10⁻⁵. A small mistake can hide in that, so gradients are checked in double precision.
// fold end

//: 2. How many losses do central differences take for this network, and how many for 100 units and 65 characters? What does BPTT take?

// fold: Answer
//: Two for each of 106 parameters, 212; for the larger one 2 · 23,165. One way back costs about two ways forward, whatever the number of weights.
// fold end

//: 3. Start with every weight at 0. Which gradients are 0, and what does the network ever learn?

// fold: Answer
//: All but that of b_y: a⟨t⟩ stays 0, and through W_ya = 0 no error reaches δ⟨t⟩. It learns how often each letter occurs and nothing else.

claim("1: 0.004 and 1.5 · 10⁻⁵", abs(cbrt(6e-8) - 0.004) < 1e-4 && abs(cbrt(36e-16) - 1.5e-5) < 1e-6)
claim("2: 106 and 23,165 parameters", start.parameterCount == 106 && 100 * (65 + 100 + 1) + 65 * 101 == 23_165)
let flat = paths.map { gradient(start.zeroed, s)[keyPath: $0].elements.allSatisfy { $0 == 0 } }
claim("3: only b_y has a gradient", flat == [true, true, true, true, false])
// fold end

//: [Lesson 02](../02-forward-pass/README.md) has the forward pass that this lesson goes back through; [Lesson 04](../04-language-model/README.md) trains a language model with it.

end()
