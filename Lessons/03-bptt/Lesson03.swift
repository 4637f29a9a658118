import Foundation
import Notebook
import Plotting
import SequenceModels

let run = NotebookOptions.parseLesson()
var random = RandomSource(seed: run.seed())

begin("03", "Backpropagation through time", run)

//: *Beside the notes: 004 “通过时间反向传播(BPTT)”, 001 “Backpropagation through time”, 002 “时间上的反向传播”, 000 “前向传播与反向传播”.
//: The section in Goodfellow's book is 10.2.2.*
//:
//: Lesson 02 goes from weights to outputs. To learn is to change the weights so that a **loss** falls, and that takes the derivative of the loss
//: by every weight. In a recurrent network each weight is used at every step, and a⟨t⟩ acts on all later steps as well.
//: **Backpropagation through time** (BPTT) is the chain rule on the unrolled network, followed from the last step to the first.
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

//: The network is that of Lesson 02, with n_x = 2, n_a = 8, n_y = 2. A gradient is of the same type, with ∂L/∂W_aa in the place of W_aa. Letters
//: become one-hot columns, a column an example; entry 0 of a list fills its place, so that `x[t]` is x⟨t⟩ and `a[0]` is a⟨0⟩.
//: $$ a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad \hat y^{\langle t\rangle} = g_2(W_{ya}\,a^{\langle t\rangle} + b_y) $$

typealias Columns = Matrix<Double>
typealias Network = Tagger<RNN<Double>>
func columns(_ ids: TokenBatch) -> [Columns] {
  let steps = ids.oneHot(size: 2, as: Double.self)
  return [Columns(rows: 2, columns: ids.batch)] + (0..<ids.length).map { steps[$0] }
}
func states(_ cell: RNNCell<Double>, _ x: [Columns]) -> [Columns] {
  var a = [Columns(rows: 8, columns: x[0].columns)]
  for t in 1..<x.count { a.append(tanh(cell.Waa * a[t - 1] + cell.Wax * x[t] + cell.ba)) }
  return a
}
func outputs(_ output: Dense<Double>, _ a: [Columns], _ g2: (Columns) -> Columns) -> [Columns] {
  a.map { g2(output.Wya * $0 + output.by) }
}
let start = Network(
  layer: Recurrent(RNNCell(inputSize: 2, hiddenSize: 8, using: &random)),
  output: Dense(inputSize: 8, outputSize: 2, using: &random))

//: ## Two losses, each with its output
//:
//: If the answer is **one of many**, ŷ is a softmax and the loss of a step is the **cross-entropy**. If each output is **a yes or no of its own**,
//: ŷ is a sigmoid and the loss is the **binary cross-entropy**. A sequence has the sum, L = Σ_t L⟨t⟩.
//: $$ L^{\langle t\rangle} = -\sum_k y_k \log \hat y_k \qquad\text{or}\qquad L^{\langle t\rangle} = -\sum_k \left( y_k \log \hat y_k + (1-y_k)\log(1-\hat y_k) \right) $$

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
//: $$ \frac{\partial L}{\partial z_j} = -\sum_k \frac{y_k}{\hat y_k}\frac{\partial \hat y_k}{\partial z_j} = -y_j + \hat y_j\sum_k y_k = \hat y_j - y_j, \qquad \frac{\partial L}{\partial z} = \frac{\hat y - y}{\hat y(1-\hat y)}\,\hat y(1-\hat y) = \hat y - y $$
//: Note 004 writes the binary loss, which is right where it asks of a word whether it is a name. Its language model ends in a softmax and needs
//: the other one. A mixed pair has another derivative, here by central differences:

let (z, third) = (Columns(column: [0.5, -1, 2, 0.3]), Columns(column: [0, 0, 1, 0]))
func off(_ g2: (Columns) -> Columns, _ L: (Columns, Columns) -> Double) -> Double {
  let slopes = (0..<4).map { k in
    let h = Columns(column: (0..<4).map { $0 == k ? 1e-5 : 0 })
    return (L(g2(z + h), third) - L(g2(z - h), third)) / 2e-5
  }
  return Columns(column: slopes).largestDifference(from: g2(z) - third)
}
let paired = [off(softmax, crossEntropy), off(σ, binaryCrossEntropy)]
let mixed = [off(softmax, binaryCrossEntropy), off(σ, crossEntropy)]
show(
  Table(
    ["largest difference of ∂L/∂z from ŷ − y", "softmax", "sigmoid"],
    rows: [["cross-entropy", paired[0], mixed[1]], ["binary cross-entropy", mixed[0], paired[1]]]))
claim("in the two pairs ∂L/∂z is ŷ − y within 10⁻⁹, in the mixed ones it is not", paired.max()! < 1e-9 && mixed.min()! > 0.05)

//: ## Backwards, line by line
//:
//: **The output error** is what both pairs have in common, and 0 at a step that is not asked:
//: $$ e^{\langle t\rangle} = \hat y^{\langle t\rangle} - y^{\langle t\rangle} $$

func outputErrors(_ ŷ: [Columns], _ y: [Columns]) -> [Columns] {
  zip(ŷ, y).map { ŷ, y in y.elements.contains(1) ? ŷ - y : 0 * y }
}

//: **The error of the state**, δ⟨t⟩, is the derivative by W_aa a⟨t−1⟩ + W_ax x⟨t⟩ + b_a. The state a⟨t⟩ acts on the loss in two ways, through ŷ⟨t⟩
//: and through a⟨t+1⟩, and the two derivatives add. The second is the **carry** from t+1; after the last step it is 0. The factor 1 − a² is tanh′.
//: $$ \delta^{\langle t\rangle} = \left( W_{ya}^{\top} e^{\langle t\rangle} + W_{aa}^{\top}\,\delta^{\langle t+1\rangle} \right) \odot \left(1 - a^{\langle t\rangle} \odot a^{\langle t\rangle}\right), \qquad \delta^{\langle T+1\rangle} = 0 $$

func stateErrors(_ θ: Network, _ e: [Columns], _ a: [Columns], window: Int = .max) -> [Columns] {
  var δ = Array(repeating: 0 * a[0], count: a.count + 1)
  for t in (1..<a.count).reversed() {
    let carry = (t % window == 0 ? 0 : 1) * (θ.layer.cell.Waa.transposed * δ[t + 1])  // All carries, unless a window ends here.
    δ[t] = (θ.output.Wya.transposed * e[t] + carry) ⊙ a[t].map { 1 - $0 * $0 }
  }
  return δ
}

//: Note 004 has δ⟨t⟩ = ∂L/∂ŷ⟨t⟩ · ∂ŷ⟨t⟩/∂a⟨t⟩ · ∂a⟨t⟩/∂z⟨t⟩, the first term alone. The carry, which is what goes through time, is missing; “Break it”
//: shows what that costs. **The gradients**: a weight has a derivative at each step at which it is used, and they add up.
//: $$ \frac{\partial L}{\partial W_{ax}} = \sum_t \delta^{\langle t\rangle} x^{\langle t\rangle\top} \quad \frac{\partial L}{\partial W_{aa}} = \sum_t \delta^{\langle t\rangle} a^{\langle t-1\rangle\top} \quad \frac{\partial L}{\partial b_a} = \sum_t \delta^{\langle t\rangle} \quad \frac{\partial L}{\partial W_{ya}} = \sum_t e^{\langle t\rangle} a^{\langle t\rangle\top} \quad \frac{\partial L}{\partial b_y} = \sum_t e^{\langle t\rangle} $$
//: A product such as δ⟨t⟩ x⟨t⟩ᵀ adds up the examples too. For a bias, a column of ones does it.

typealias Steps = ClosedRange<Int>
func Σ(_ t: Steps, _ term: (Int) -> Columns) -> Columns { t.dropFirst().reduce(term(t.lowerBound)) { $0 + term($1) } }
func gradient(
  _ θ: Network, _ s: Example, _ head: Head = choice, window: Int = .max, steps: Steps? = nil
) -> Network {
  let (x, y, all) = (columns(s.inputs), columns(s.targets), steps ?? 1...s.inputs.length)
  let a = states(θ.layer.cell, x)
  let e = outputErrors(outputs(θ.output, a, head.g2), y)
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
//: either side and see what the loss does. The table has, for the sequence above, the largest entry of each gradient, and how far the library and
//: the central differences are from the lines above, relative to it:
//: $$ \frac{\partial L}{\partial w} \approx \frac{L(w+\varepsilon) - L(w-\varepsilon)}{2\varepsilon} $$

func batch(_ s: Example) -> TaggerBatch<Double> { TaggerBatch(inputs: .tokens(s.inputs), targets: s.targets) }
var (library, tape) = (start.zeroed, start.makeTape())
_ = start.forward(batch(s), from: nil, on: tape)
start.backward(batch(s), scale: 1, on: tape, accumulatingInto: &library)

let byHand = gradient(start, s)
let checks = [choice, yesNo].map { g in GradientCheck(of: gradient(start, s, g), at: start) { loss($0, s, g) } }
let paths = start.parameterPaths.map(\.keyPath)
let largest = paths.map { byHand[keyPath: $0].elements.map(abs).max()! }
let apart = zip(paths, largest).map { byHand[keyPath: $0].largestDifference(from: library[keyPath: $0]) / $1 }
let central = checks.map { $0.differences.map(\.relative) }
show(
  Table(
    ["gradient of", "largest entry", "library", "central, softmax", "central, sigmoid"],
    rows: ["W_ax", "W_aa", "b_a", "W_ya", "b_y"].enumerated().map { i, name in
      [name, largest[i], apart[i], central[0][i], central[1][i]]
    }))
claim("by hand and from the library, each gradient agrees within 10⁻¹²", apart.allSatisfy { $0 < 1e-12 })
claim("central differences agree within 10⁻⁷, for both losses", checks.allSatisfy { $0.largest < 1e-7 })

//: How small should ε be? Half of it leaves a quarter of the error of the formula, but the difference of two nearly equal losses has fewer digits
//: that count. The two errors make a V, lowest near the cube root of the precision, 5 · 10⁻⁶:

let ε = (2...26).map { pow(10, -Double($0) / 2) }
let error = ε.map { GradientCheck(of: byHand, at: start, step: $0) { loss($0, s) }.largest }
show(
  LineChart(
    title: "Central differences: a step can be too large and too small", xLabel: "step ε [1]",
    yLabel: "largest relative error [1]",
    series: [
      Series("central difference", x: ε, y: error, style: .linePoints),
      Series("falls as ε²", x: Array(ε[0...9]), y: ε[0...9].map { error[4] * pow($0 / ε[4], 2) }),
      Series("rises as 1/ε", x: Array(ε[9...24]), y: ε[9...24].map { error[20] * ε[20] / $0 }),
    ], xScale: .logarithmic, yScale: .logarithmic), as: "difference-step")
let best = error.indices.min { error[$0] < error[$1] }!
claim("from ε = 0.01 to 0.001 the error falls a hundredfold", (90...110).contains(error[2] / error[4]))
claim(
  "it is least between 10⁻⁷ and 10⁻⁴, and a thousand times as large at 10⁻¹²", 4...12 ~= best && error[22] > 1e3 * error[best])

//: ## What each step contributes
//:
//: ∂L/∂W_aa is a sum over the steps. The **share** of a step is the part of its term δ⟨t⟩ a⟨t−1⟩ᵀ along the whole gradient, over that gradient's
//: length; the shares sum to 1. Here they are for the untrained network and many sequences, with all steps asked, and with step 12 alone:

let many = echo.sequences(run.choose(quick: 100, standard: 400, full: 4_000), length: 12, using: &random)
var lastAsked = many
for place in 0..<11 * many.targets.batch { lastAsked.targets.ids[place] = TokenBatch.none }
func dot(_ A: Columns, _ B: Columns) -> Double { (A ⊙ B).elements.reduce(0, +) }
let shares = [many, lastAsked].map { s in
  let whole = gradient(start, s).layer.cell.Waa
  return (1...12).map { t in dot(gradient(start, s, steps: t...t).layer.cell.Waa, whole) / dot(whole, whole) }
}
show(
  BarChart(
    title: "Step 12's gradient comes from the three steps that carry the letter", xLabel: "step t",
    yLabel: "share of ∂L/∂W_aa [1]", categories: (1...12).map(String.init),
    bars: [Bars("all steps asked", shares[0]), Bars("step 12 alone asked", shares[1])]), as: "shares")
claim("the shares sum to 1", shares.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
claim("step 1 has none, for a⟨0⟩ is 0", shares.allSatisfy { $0[0] == 0 })
claim("steps 10, 11 and 12 hold nine tenths of what step 12 asks for", shares[1][9...].reduce(0, +) > 0.9)

//: ## Trained until it is solved
//:
//: **The update**, with the learning rate α. Note 004 takes δ⟨t⟩ for W_ya as well, where e⟨t⟩ is needed: δ⟨t⟩ a⟨t⟩ᵀ is (8, 8), W_ya is (2, 8). It leaves
//: out the biases, and the transposes without which δ⟨t⟩ · x⟨t⟩ cannot be formed.
//: $$ W \leftarrow W - \alpha\,\frac{\partial L}{\partial W} $$

let count = run.choose(quick: 300, standard: 1_000, full: 5_000)
let school = (0..<count).map { _ in echo.sequences(1, length: 12, using: &random) }
func trained(_ count: Int, window: Int = .max, steps: Steps? = nil) -> (θ: Network, losses: [Double]) {
  var (θ, losses, α) = (start, [Double](), 0.05)
  for s in school.prefix(count) {
    losses.append(loss(θ, s) / 9)
    let d = gradient(θ, s, window: window, steps: steps)
    for W in paths { θ[keyPath: W] = θ[keyPath: W] - α * d[keyPath: W] }
  }
  return (θ, losses)
}
let exam = echo.sequences(500, length: 48, using: &random)
let answers = trained(count).θ.tags(.tokens(exam.inputs)).ids
let mistakes = zip(answers, exam.targets.ids).count { $1 != TokenBatch.none && $0 != $1 }
show("sequences read, and mistakes in 500 new ones, four times as long", [count, mistakes])
claim("it makes no mistake", mistakes == 0)

//: ## Carry, detach, reset
//:
//: A text is too long for one way back and is cut into **windows**. What happens at a cut has three names. **Carry** the state: a⟨0⟩ of the next window
//: is the last a⟨T⟩ of this one. **Detach** it: no gradient goes back over the cut (`detach()` in PyTorch). **Reset** it: a⟨0⟩ = 0. To carry and to
//: detach is *truncated* BPTT: `.carried` in the library's trainer, `window` above. Here are windows of 6 in sequences of 24, after 60 sequences of training:

let half = trained(60).θ
let long = echo.sequences(run.choose(quick: 200, standard: 1_000, full: 20_000), length: 24, using: &random)
func Waa(_ θ: Network, _ s: Example, window: Int = .max) -> Columns { gradient(θ, s, window: window).layer.cell.Waa }
func angle(_ A: Columns, _ B: Columns) -> Double { acos(min(1, dot(A, B) / sqrt(dot(A, A) * dot(B, B)))) * 180 / .pi }
let pieces = [0..<6, 6..<12, 12..<18, 18..<24].map { (inputs: long.inputs.steps($0), targets: long.targets.steps($0)) }
let (whole, detached, reset) = (Waa(half, long), Waa(half, long, window: 6), Σ(0...3) { Waa(half, pieces[$0]) })
let (kept, lost) = (loss(half, long), pieces.reduce(0) { $0 + loss(half, $1) })
let asked = Double(21 * long.inputs.batch)
show(
  Table(
    ["at a cut", "loss, nats a letter", "angle of ∂L/∂W_aa to the whole [°]"],
    rows: [
      ["carry", kept / asked, 0], ["carry and detach", kept / asked, angle(detached, whole)],
      ["reset", lost / asked, angle(reset, whole)],
    ]), kind: .trained)
claim("to detach changes the gradient, to reset changes the loss as well", angle(detached, whole) > 5 && lost > 2 * kept)

var (windows, state) = (half.zeroed, RecurrentState<Double>?.none)
for piece in pieces {
  _ = half.forward(batch(piece), from: state, on: tape)
  half.backward(batch(piece), scale: 1, on: tape, accumulatingInto: &windows)
  state = half.finalState(of: tape)
}
let gap = windows.layer.cell.Waa.largestDifference(from: detached) / sqrt(dot(detached, detached))
claim("window by window, the library has the detached gradient within 10⁻¹²", gap < 1e-12)

//: The shorter the window, the more of the gradient is missing. What is missing is a **bias**: more sequences average the noise of a gradient away, and
//: leave it where it was (Tallec & Ollivier 2017).

let sizes = [1, 2, 3, 4, 6, 8, 12, 24]
let curves = [start, half].map { θ in sizes.map { angle(Waa(θ, long, window: $0), Waa(θ, long)) } }
show(
  LineChart(
    title: "The shorter the window, the further its gradient points off", xLabel: "window [steps]",
    yLabel: "angle of ∂L/∂W_aa to the whole [°]",
    series: zip(["untrained", "after 60 sequences"], curves).map {
      Series($0, x: sizes.map(Double.init), y: $1, style: .linePoints)
    }), as: "window-angle")
claim("the angle falls from window to window, to 0 for the whole sequence", curves.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { $0 > $1 } && $0[7] < 1e-3 })
let means = [1, 10, 100, long.inputs.batch].map { n in
  let some = (inputs: long.inputs.examples(0..<n), targets: long.targets.examples(0..<n))
  return (n: n, all: angle(Waa(half, some), whole), cut: angle(Waa(half, some, window: 6), whole))
}
show(
  Table(
    ["sequences", "their gradient to that of all [°]", "detached at windows of 6 [°]"],
    rows: means.map { [$0.n, $0.all, $0.cut] }), kind: .trained)
claim("the noise of 100 sequences is below the bias of all", means[2].all < means[3].cut)

//: ## Break it
//:
//: Two mistakes, each a word long. **No carry**: many copies of a well-known course assignment send `da[:, :, t]` back where `da[:, :, t] + da_prevt`
//: is needed. That is a window of one step, which is how Elman (1990) trained. **No accumulation**: `=` for `+=` leaves the term of the
//: step that the loop visits last, which is step 1.

let variants: [(name: String, window: Int, steps: Steps?)] = [
  ("right", .max, nil), ("no carry", 1, nil), ("no accumulation", .max, 1...1),
]
let runs = variants.map { trained(count, window: $0.window, steps: $0.steps).losses }
let ends = Array(stride(from: 20, through: count, by: 20))
let losses = runs.map { run in ends.map { run[$0 - 20..<$0].reduce(0, +) / 20 } }
show(
  LineChart(
    title: "A wrong gradient can still lower the loss", xLabel: "sequences read", yLabel: "loss [nats a letter]",
    series: zip(variants, losses).map { Series($0.name, x: ends.map(Double.init), y: $1) },
    references: [Reference("a guess, ln 2", at: log(2))]), as: "loss")
let wrong = variants.map { v in
  GradientCheck(of: gradient(start, s, window: v.window, steps: v.steps), at: start) { loss($0, s) }.largest
}
show(
  Table(
    ["", "difference from central differences", "loss at the end"],
    rows: (0..<3).map { [variants[$0].name, wrong[$0], losses[$0].last!] }), kind: .trained)
claim("without the carry it learned a little, and did not solve the task", losses[1].min()! < 0.95 * log(2) && losses[1].min()! > 0.1)
claim("without accumulation it stayed within a sixth of a guess", losses[2].allSatisfy { abs($0 - log(2)) < log(2) / 6 })
claim("the check finds both before any training", wrong[0] < 1e-7 && wrong[1] > 0.1 && wrong[2] > 0.1)

//: Both curves could pass for a bad learning rate; the check takes a second. At step 1, a⟨0⟩ = 0 and nothing is asked, so that without
//: accumulation W_aa, W_ya and b_y never move at all.
//:
//: ## What to expect
//:
//: The precision of a `Double` is u = 1.1 · 10⁻¹⁶. Theory for the check: Press et al., *Numerical Recipes*, section 5.7.

show(
  Table(
    ["quantity", "theory", "this run"],
    rows: [
      ["loss of the untrained network, nats a letter", "ln 2, 0.693", loss(start, many) / Double(9 * many.inputs.batch)],
      ["by hand against the library", "a few u", apart.max()!], ["best step ε", "u^(1/3), 5e-06", ε[best]],
      ["its error", "u^(2/3), 2e-11", error[best]], ["loss when solved", "towards 0", losses[0].last!],
    ]), kind: .trained)

//: ## Exercises
//:
//: 1. The one-sided difference (L(w+ε) − L(w)) / ε needs one loss less. What does it cost?
//:
//: <details><summary>Answer</summary>
//: Its error falls as ε, not as ε²: a step ten times smaller is ten times better, where the central difference gains a hundredfold.

let oneSided = [0.01, 0.001].map { h in
  (0..<64).map { i in
    var θ = start
    θ.layer.cell.Waa[flat: i] += h
    return abs((loss(θ, s) - loss(start, s)) / h - byHand.layer.cell.Waa[flat: i])
  }.max()!
}
claim("the error falls tenfold", (8...12).contains(oneSided[0] / oneSided[1]))

//: </details>
//:
//: 2. How many losses does the central difference take for this network, and how many for 100 units and 65 characters? What does BPTT take?
//:
//: <details><summary>Answer</summary>
//: Two for each of 106 parameters, 212; for the larger one 2 · 23,165. One way back costs about two ways forward, however many weights there are.

claim("there are 106 parameters", start.parameterCount == 106)
claim("the larger network has 23,165", 100 * (65 + 100 + 1) + 65 * (100 + 1) == 23_165)

//: </details>
//:
//: 3. Start with every weight at 0. Which gradients are 0, and what does the network ever learn?
//:
//: <details><summary>Answer</summary>
//: All but that of b_y: a⟨t⟩ stays 0, and with W_ya = 0 no error reaches δ⟨t⟩. It learns how often each letter occurs and nothing else.

let flat = gradient(start.zeroed, s)
claim("only b_y has a gradient", paths.dropLast().allSatisfy { flat[keyPath: $0].elements.allSatisfy { $0 == 0 } } && flat.output.by[0, 0] != 0)

//: </details>
//:
//: Lesson 02 has the forward pass that this one goes back through; [Lesson 04](../04-language-model/README.md) trains a language model with it.

end()
