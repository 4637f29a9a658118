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
nonisolated struct Network: Parameterized {
  typealias Scalar = Double
  var Wax, Waa, ba, Wya, by: Matrix<Double>
  init(_ m: Tagger<RNN<Double>>) {
    (Wax, Waa, ba, Wya, by) = (m.layer.cell.Wax, m.layer.cell.Waa, m.layer.cell.ba, m.output.Wya, m.output.by)
  }
  var parameterPaths: [ParameterPath<Network>] {
    [.init("W_ax", \.Wax), .init("W_aa", \.Waa), .init("b_a", \.ba), .init("W_ya", \.Wya), .init("b_y", \.by)]
  }
}
func columns(_ ids: TokenBatch) -> [Columns] {
  let steps = ids.oneHot(size: 2, as: Double.self)
  return [Columns(rows: 2, columns: ids.batch)] + (0..<ids.length).map { steps[$0] }
}
func states(_ θ: Network, _ x: [Columns]) -> [Columns] {
  var a = [Columns(rows: 8, columns: x[0].columns)]
  for t in 1..<x.count { a.append(tanh(θ.Waa * a[t - 1] + θ.Wax * x[t] + θ.ba)) }
  return a
}
func outputs(_ θ: Network, _ a: [Columns], _ g2: (Columns) -> Columns) -> [Columns] { a.map { g2(θ.Wya * $0 + θ.by) } }
let cell = RNNCell<Double>(inputSize: 2, hiddenSize: 8, using: &random)
let tagger = Tagger(layer: Recurrent(cell), output: Dense(inputSize: 8, outputSize: 2, using: &random))
let start = Network(tagger)

//: ## Two losses, each with its output
//:
//: If the answer is **one of many**, ŷ is a softmax and the loss of a step is the **cross-entropy**. If each output is **a yes or no of its own**,
//: ŷ is a sigmoid and the loss is the **binary cross-entropy**. A sequence has the sum, L = Σ_t L⟨t⟩.
//: $$ L^{\langle t\rangle} = -\sum_k y_k \log \hat y_k \qquad\text{or}\qquad L^{\langle t\rangle} = -\sum_k \left( y_k \log \hat y_k + (1-y_k)\log(1-\hat y_k) \right) $$

func crossEntropy(_ ŷ: Columns, _ y: Columns) -> Double { -(y ⊙ ŷ.map { log($0) }).elements.reduce(0, +) }
func binaryCrossEntropy(_ ŷ: Columns, _ y: Columns) -> Double {
  crossEntropy(ŷ, y) + crossEntropy(ŷ.map { 1 - $0 }, y.map { 1 - $0 })
}
typealias Output = (g2: (Columns) -> Columns, L: (Columns, Columns) -> Double)
let (choice, yesNo): (Output, Output) = ((softmax, crossEntropy), (σ, binaryCrossEntropy))
func loss(_ θ: Network, _ s: Example, _ output: Output = choice) -> Double {
  let ŷ = outputs(θ, states(θ, columns(s.inputs)), output.g2)
  return zip(ŷ, columns(s.targets)).reduce(0) { L, t in t.1.elements.contains(1) ? L + output.L(t.0, t.1) : L }
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
let offs = [
  [off(softmax, crossEntropy), off(σ, crossEntropy)], [off(softmax, binaryCrossEntropy), off(σ, binaryCrossEntropy)],
]
show(
  Table(
    ["largest difference of ∂L/∂z from ŷ − y", "softmax", "sigmoid"],
    rows: [["cross-entropy", offs[0][0], offs[0][1]], ["binary cross-entropy", offs[1][0], offs[1][1]]]))
claim(
  "in the two pairs ∂L/∂z is ŷ − y within 10⁻⁹, in the mixed ones it is not",
  max(offs[0][0], offs[1][1]) < 1e-9 && min(offs[0][1], offs[1][0]) > 0.05)

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
    let carry = (t % window == 0 ? 0 : 1) * (θ.Waa.transposed * δ[t + 1])  // All carries, unless a window ends here.
    δ[t] = (θ.Wya.transposed * e[t] + carry) ⊙ a[t].map { 1 - $0 * $0 }
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
  _ θ: Network, _ s: Example, _ output: Output = choice, window: Int = .max, steps: Steps? = nil
) -> Network {
  let (x, y, all) = (columns(s.inputs), columns(s.targets), steps ?? 1...s.inputs.length)
  let a = states(θ, x)
  let e = outputErrors(outputs(θ, a, output.g2), y)
  let δ = stateErrors(θ, e, a, window: window)
  let ones = Columns(rows: s.inputs.batch, columns: 1, repeating: 1)
  var d = θ
  d.Wax = Σ(all) { t in δ[t] * x[t].transposed }
  d.Waa = Σ(all) { t in δ[t] * a[t - 1].transposed }
  d.ba = Σ(all) { t in δ[t] * ones }
  d.Wya = Σ(all) { t in e[t] * a[t].transposed }
  d.by = Σ(all) { t in e[t] * ones }
  return d
}

//: ## Three ways to the same numbers
//:
//: Check a gradient before you train with it. The check is the definition of the derivative, the **central difference**: move one weight by ε to
//: either side and see what the loss does. The table has, for the sequence above, the largest entry of each gradient, and how far the library and
//: the central differences are from the lines above, relative to it:
//: $$ \frac{\partial L}{\partial w} \approx \frac{L(w+\varepsilon) - L(w-\varepsilon)}{2\varepsilon} $$

func batch(_ s: Example) -> TaggerBatch<Double> { TaggerBatch(inputs: .tokens(s.inputs), targets: s.targets) }
var (library, tape) = (tagger.zeroed, tagger.makeTape())
_ = tagger.forward(batch(s), from: nil, on: tape)
tagger.backward(batch(s), scale: 1, on: tape, accumulatingInto: &library)

let byHand = gradient(start, s)
let checks = [choice, yesNo].map { o in GradientCheck(of: gradient(start, s, o), at: start) { loss($0, s, o) } }
let largest = start.parameterPaths.map { byHand[keyPath: $0.keyPath].elements.map(abs).max()! }
let apart = zip(start.parameterPaths.map(\.keyPath), largest).map {
  byHand[keyPath: $0].largestDifference(from: Network(library)[keyPath: $0]) / $1
}
let central = checks.map { $0.differences.map(\.relative) }
show(
  Table(
    ["gradient of", "largest entry", "library", "central, softmax", "central, sigmoid"],
    rows: (0..<5).map { [checks[0].differences[$0].name, largest[$0], apart[$0], central[0][$0], central[1][$0]] }))
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
  "it is least between 10⁻⁷ and 10⁻⁴, a thousandth of that at 10⁻¹²", 4...12 ~= best && error[22] > 1e3 * error[best])

//: ## What each step contributes
//:
//: ∂L/∂W_aa is a sum over the steps. The **share** of a step is the part of its term δ⟨t⟩ a⟨t−1⟩ᵀ along the whole gradient, over that gradient's
//: length; the shares sum to 1. Here they are for the untrained network and many sequences, with all steps asked, and with step 12 alone:

let many = echo.sequences(run.choose(quick: 100, standard: 400, full: 4_000), length: 12, using: &random)
var lastAsked = many
for place in 0..<11 * many.targets.batch { lastAsked.targets.ids[place] = TokenBatch.none }
func dot(_ A: Columns, _ B: Columns) -> Double { (A ⊙ B).elements.reduce(0, +) }
let shares = [many, lastAsked].map { s in
  let whole = gradient(start, s).Waa
  return (1...12).map { t in dot(gradient(start, s, steps: t...t).Waa, whole) / dot(whole, whole) }
}
show(
  BarChart(
    title: "Step 12's gradient comes from the three steps that carry the letter", xLabel: "step t",
    yLabel: "share of ∂L/∂W_aa [1]", categories: (1...12).map(String.init),
    bars: [Bars("all steps asked", shares[0]), Bars("step 12 alone asked", shares[1])]), as: "shares")
claim("the shares sum to 1", shares.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
claim("step 1 has none, for a⟨0⟩ is 0", shares.allSatisfy { $0[0] == 0 })
claim("steps 10, 11 and 12 hold nine tenths of what step 12 asks for", shares[1][9...].reduce(0, +) > 0.9)

end()
