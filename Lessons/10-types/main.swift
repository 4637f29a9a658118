import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(help: "Learn to read dates, and write this one as ISO 8601.") var date: String?

  func validate() throws {
    if let date, !(1...40).contains(date.trimmingCharacters(in: .whitespaces).count) {
      throw ValidationError("--date needs a date of 1 to 40 characters, such as \"march 7, 1999\".")
    }
  }
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("10", "Types of RNN", run, withProse: options.date == nil)
if let date = options.date {
  translate(date, by: untrainedClerk(), run, using: &random)
  end()
}

//: *Beside the notes: 004 “不同类型的RNNS”, 000 “不同类型”, 001 “Different types of RNNs”, 003 “RNN常见的几种结构”: figures of Goodfellow
//: 10.2 (outputs into the next step, teacher forcing, the fully connected graphical model, a vector to a sequence) and 10.4.*
//:
//: One cell, read and asked in different places, makes networks for different tasks. Of the types in note 004 each is built and
//: trained here on a task of its own:
//:
//: | type | read | asked for | here | model of the library |
//: | --- | --- | --- | --- | --- |
//: | one to one | x | ŷ | seven segments of a display → the digit | `Classifier`, T = 1 |
//: | one to many | v | ŷ⟨1⟩ … ŷ⟨T_y⟩ | a number → its name | `Generator` |
//: | many to one | x⟨1⟩ … x⟨T_x⟩ | ŷ | the name → the number | `Regressor` |
//: | many to many, in step | x⟨1⟩ … x⟨T⟩ | ŷ⟨1⟩ … ŷ⟨T⟩ | two binary numbers → their sum | `Tagger` |
//: | many to many, out of step | x⟨1⟩ … x⟨T_x⟩ | ŷ⟨1⟩ … ŷ⟨T_y⟩ | a date in words → ISO 8601 | `EncoderDecoder` |
//:
//: (004 gives “video classification” for the type in step. What it describes is a label for each frame; one label for the whole video is many
//: to one.) All are trained alike: Adam, the gradient clipped to norm 1, the learning rate falling to 0 in the second half.

/// The loss of each training, as a share of what the untrained network has on its first batch.
var losses: [Losses] = []
func learn<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double = 0.01, line: Int = #line, on next: () -> Model.Batch
) -> Model {
  let (trained, curve) = learned(name, model, steps: steps, rate: rate, run, line: line, on: next)
  losses.append(curve)
  return trained
}
func gru(_ inputs: Int, _ units: Int) -> GRU<Float> {
  Recurrent(GRUCell(inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, using: &random))
}
func dense(_ inputs: Int, _ outputs: Int) -> Dense<Float> {
  Dense(inputSize: inputs, outputSize: outputs, using: &random)
}

//: ## One to one
//:
//: A single step from a⟨0⟩ = 0: nothing recurs. a = tanh(W_ax x + b_a), ŷ = softmax(W_ya a + b_y) is an ordinary network with one hidden layer. x is the
//: brightness of seven segments, 1 or 0 and noise on top. The noise is normal, so no one can do better than to take the
//: digit whose pattern lies nearest.

let untrainedReader = Classifier(
  layer: Recurrent(RNNCell<Float>(inputSize: 7, hiddenSize: 32, using: &random)), output: dense(32, 10))
let reader = learn("one to one", untrainedReader, steps: 500) {
  SevenSegments.batch(64, using: &random)
}
let shown = SevenSegments.batch(run.choose(quick: 500, standard: 2_000, full: 20_000), using: &random)
let read = percentEqual(reader.classes(shown.inputs), shown.targets)
guard case .features(let brightness) = shown.inputs else { fatalError("segments are numbers") }
let nearest = percentEqual(
  shown.targets.indices.map { SevenSegments.nearest(to: brightness.trajectory(example: $0).elements) }, shown.targets)
show(Table(["digits", "right, %"], rows: [["the network", read], ["the nearest pattern", nearest]]), kind: .varies)
claim("the network comes within 4 points of the best possible", abs(read - nearest) < 4, from: .standard)
claim(
  "training has left W_aa as it was: it multiplies a⟨0⟩ = 0", reader.layer.cell.Waa == untrainedReader.layer.cell.Waa)

let guesses = reader.probabilities(shown.inputs)
show(
  Heatmap(
    "One to one: the doubt is between digits that differ in one segment", x: "digit shown", y: "digit read",
    color: "mean probability", range: 0...1,
    values: (0..<10).map { row in
      (0..<10 as Range<Int32>).map { digit in
        mean(shown.targets.indices.filter { shown.targets[$0] == digit }.map { Double(guesses[row, $0]) })
      }
    }, columns: (0..<10).map(String.init), rows: (0..<10).map(String.init)), as: "one-to-one")

//: ## One to many
//:
//: A vector v, here two digits as one-hot columns, sets the state in which a language model starts, a⟨0⟩ = tanh(W v + b). That is a conditional model,
//: P(y⟨1⟩ … y⟨T⟩ | v); the figure in Goodfellow (10.9) that 003 shows lets v enter at every step instead. A name is read by
//: the network as it writes it, letter by letter, x⟨t⟩ = y⟨t−1⟩, and ends with an end token. In training, x⟨t⟩ is the right letter whatever the network
//: itself would have written: **teacher forcing**. A few numbers are held out, all of two words that others have.

let letters = NumberNames.vocabulary
let (told, untold) = (NumberNames.numbers(.training), NumberNames.numbers(.heldOut))
func some() -> [Int] { (0..<32).map { _ in random.element(of: told) } }
let writer = learn(
  "one to many",
  Generator(
    vectorSize: 20, decoder: LanguageModel(layer: gru(letters.count, 64), output: dense(64, letters.count)),
    using: &random), steps: 600
) { NumberNames.naming(some()) }
let names = writer.greedyTokens(for: NumberNames.digits(of: untold), until: letters.end!, limit: 16).map {
  letters.decode($0)
}
show(
  Table(["held out"] + untold.prefix(5).map(String.init), rows: [["written"] + Array(names.prefix(5))]), kind: .varies)
show("numbers held out", untold.count)
let named = percentEqual(names, untold.map(NumberNames.name))
show("held-out numbers named without a mistake, %", named, kind: .varies)
claim("at least half of the numbers that it has never named are named right", named >= 50, from: .standard)

//: The names of a batch differ in length. The shorter are padded, and a padded step asks for nothing: the **masked loss** of a batch is
//: the sum of its names' own losses.

let tape = writer.makeTape()
let together = writer.forward(NumberNames.naming(untold), from: nil, on: tape).total
let alone = untold.map { writer.forward(NumberNames.naming([$0]), from: nil, on: tape).total }.reduce(0, +)
claim("together and each alone, the losses agree within 10⁻⁴ of their size", abs(together - alone) < 1e-4 * alone)

let example = untold[untold.count / 2]
let naming = NumberNames.naming([example])
let due = NumberNames.ids(of: example) + [letters.end!]
show(
  guessHeatmap(
    "One to many: a held-out name, letter by letter",
    writer.decoder.probabilities(naming.text.inputs, from: writer.initialState(for: naming.vectors)),
    along: due, vocabulary: letters), as: "one-to-many")

//: ## Many to one
//:
//: Back again: the letters are read one by one, and after the last of them one number is asked for, ŷ = W_ya a⟨T_x⟩ + b_y. The loss is
//: the squared error. In a padded batch a⟨T_x⟩ is the state after the *last letter*, not after the last step of the batch: the mask sees to that.

let counter = learn("many to one", Regressor(layer: gru(letters.count, 64), output: dense(64, 1)), steps: 800) {
  NumberNames.reading(some())
}
func values(_ numbers: [Int]) -> [Double] {
  counter.predictions(NumberNames.reading(numbers).inputs, mask: NumberNames.reading(numbers).mask).elements.map {
    100 * Double($0)
  }
}
let errors = zip(values(untold), untold).map { abs($0 - Double($1)) }
let spread = mean(untold.map { abs(Double($0) - mean(told.map(Double.init))) })
show(
  Table(["held out", "mean error"], rows: [["always the mean", spread], ["the network", mean(errors)]]), kind: .varies)
show(
  Chart(
    "Many to one: the names of numbers, and what they are read as", x: "the number", y: "the number read",
    [
      .points("trained on", x: told, y: values(told)),
      .points("held out", x: untold, y: values(untold)),
    ]), as: "many-to-one")
claim("the error is below a tenth of that of the mean", mean(errors) < spread / 10, from: .standard)

//: ## Many to many, in step
//:
//: Two binary numbers, the lowest bits first: at each step one bit of both comes in and one bit of the sum goes out. The carry must be
//: remembered, and nothing but the carry. Trained on 8 bits, the network is asked to add numbers of 32.

let adder = learn("many to many, in step", Tagger(layer: gru(2, 16), output: dense(16, 2)), steps: 500) {
  BinaryAddition.batch(32, bits: 8, using: &random)
}
let long = BinaryAddition.batch(200, bits: 32, using: &random)
let added = percentEqual(adder.tags(long.inputs).ids, long.targets.ids)
show("bits right in sums of 32 bits, %", added, kind: .varies)
claim("of the bits in sums four times as long as any in training, 99 % are right", added > 99, from: .standard)
let sum = BinaryAddition.batch(1, bits: 20, using: &random)
let bit = adder.probabilities(sum.inputs)
if case .features(let x) = sum.inputs {
  show(
    Heatmap(
      "Many to many, in step: a sum of 20 bits, the lowest first", x: "step t", y: "bits",
      color: "bit, or probability of a 1", range: 0...1,
      values: [0, 1].map { row in (0..<20).map { Double(x[$0][row, 0]) } }
        + [(0..<20).map { Double(sum.targets[$0, 0]) }, (0..<20).map { Double(bit[$0][1, 0]) }],
      rows: ["x₁⟨t⟩", "x₂⟨t⟩", "y⟨t⟩", "ŷ⟨t⟩"]), as: "in-step")
}

//: ## Many to many, out of step
//:
//: Where input and output differ in length and order, one network reads everything first, and another writes. The **encoder** ends in a⟨T_x⟩; the
//: **decoder** is a language model that starts there, s⟨0⟩ = a⟨T_x⟩ (Cho et al. 2014, Sutskever et al. 2014; Goodfellow 10.4). Here a date in one of ten spellings
//: is to become ISO 8601. A day is held out in all its spellings, so none of those tested on has ever been seen, in any form.

let held = (0..<run.choose(quick: 200, standard: 1_000, full: 5_000)).map { _ in
  CalendarDates.example(.heldOut, using: &random)
}
show("spellings", CalendarDates.spellings.joined(separator: " · "))
show("examples that there are", CalendarDates.count)

let iso = CalendarDates.vocabularies.iso
typealias Clerk = EncoderDecoder<GRU<Float>, GRU<Float>>
func untrainedClerk() -> Clerk {
  let (spelled, iso) = CalendarDates.vocabularies
  let decoder = LanguageModel(layer: gru(iso.count, 128), output: dense(128, iso.count))
  return EncoderDecoder(encoder: gru(spelled.count, 128), decoder: decoder)
}
func clerk(_ name: String, reversed: Bool = false, line: Int = #line) -> Clerk {
  let (clerk, curve) = trained(name, untrainedClerk(), reversed: reversed, run, using: &random, line: line)
  losses.append(curve)
  return clerk
}
/// What a model greedily makes of the dates held out; how many of them are exactly right, in percent.
func exact(_ model: Clerk, reversed: Bool = false, masked: Bool = true) -> Double {
  let batch = CalendarDates.batch(held, reversed: reversed)
  let mask = masked ? batch.sourceMask : nil
  let written = model.greedyTokens(for: batch.source, mask: mask, until: iso.end!, limit: 12)
  return percentEqual(written.map { iso.decode($0) }, held.map(\.iso))
}
/// The same by a beam, for the first hundred.
func exactByBeam(_ model: Clerk, reversed: Bool = false) -> Double {
  let written = held.prefix(100).map { date in
    model.beamSearch(for: CalendarDates.batch([date], reversed: reversed).source, width: 4, until: iso.end!, limit: 12)[
      0
    ].tokens
  }
  return percentEqual(written.map { iso.decode($0) }, held.prefix(100).map(\.iso))
}
let forwards = clerk("many to many, out of step")
let backwards = clerk("the same, source reversed", reversed: true)

//: Sutskever et al. found that reversing the source helped their translation: the first words of both languages come nearer to each
//: other. Here what is written first, the year, mostly stands *last* in the source.

let (right, rightReversed) = (exact(forwards), exact(backwards, reversed: true))
show(
  Table(
    ["dates held out, exactly right, %", "greedy", "beam of 4, the first 100"],
    rows: [
      ["source as it stands", right, exactByBeam(forwards)],
      ["source reversed", rightReversed, exactByBeam(backwards, reversed: true)],
    ]), kind: .varies)
claim("at least 90 % of the dates held out are exactly right", right >= 90, from: .standard)
claim("in a full run, at least 98 %", right >= 98, from: .full)
let (lossForwards, lossBackwards) = (mean(losses[losses.count - 2].y), mean(losses[losses.count - 1].y))
claim("over the training, the source as it stands has the lower loss", lossForwards < lossBackwards, from: .standard)

//: A beam keeps the four likeliest beginnings instead of one. It helps where the likeliest beginning leads to an unlikely end; a network
//: that is sure of every character leaves it nothing to do.

let date = held.first { $0.spelling.count > 14 } ?? held[0]
let one = CalendarDates.batch([date])
let dateTokens = attempt { try iso.encode(date.iso) } + [iso.end!]
show(
  guessHeatmap(
    "Out of step: “\(date.spelling)” is written",
    forwards.decoder.probabilities(one.target.inputs, from: forwards.encode(one.source)),
    along: dateTokens, vocabulary: iso),
  as: "out-of-step")

//: `swift run Lesson10 --date "march 7, 1999"` trains this part and writes a date of yours. The five trainings side by side:

show(
  Chart(
    "The loss of each type", x: "share of the training",
    y: Axis("loss, as a share of the untrained loss", .logarithmic),
    losses.prefix(5).map { .line($0.name, x: $0.x, y: $0.y) }), as: "losses")
claim("each ends below half of its untrained loss", losses.prefix(5).allSatisfy { $0.y.last! < 0.5 }, from: .standard)

//: ## Recurrence through the output only
//:
//: Goodfellow's figure 10.4, the second in 003, sends back not a⟨t−1⟩ but the output, o⟨t−1⟩:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(W_{ao}\,o^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad o^{\langle t\rangle} = W_{oa}\,a^{\langle t\rangle} + b_o
//: ```
//:
//: (003 says that each *layer* passes its output on to the next; its layers are the steps of time.) What is not in the output is lost. In return the
//: right output can stand in its place: with teacher forcing o⟨t−1⟩ becomes y⟨t−1⟩, which is known beforehand, and no step waits for another. Two
//: tasks on bits: in the first, y⟨t⟩ says whether the number of ones so far is odd, for which y⟨t−1⟩ and x⟨t⟩ are enough. In the second y⟨t⟩ = x⟨t−2⟩,
//: of which y⟨t−1⟩ = x⟨t−3⟩ and x⟨t⟩ say nothing: the bits are fair, and the best that is left is ln 2.

typealias Bits = (inputs: TokenBatch, targets: TokenBatch)
func parity(_ count: Int, length: Int = 12) -> Bits {
  var bits = DelayedEcho(delay: 0).sequences(count, length: length, using: &random)
  for place in count..<bits.targets.ids.count { bits.targets.ids[place] ^= bits.targets.ids[place - count] }
  return bits
}
func echo(_ count: Int) -> Bits { DelayedEcho(delay: 2).sequences(count, length: 12, using: &random) }

/// y⟨t−1⟩ in the place of o⟨t−1⟩, as one-hot columns; 0 before there is one.
func shifted(_ y: TokenBatch) -> SequenceBatch<Float> {
  var before = y
  before.ids = Array(repeating: TokenBatch.none, count: y.batch) + y.ids.dropLast(y.batch)
  return before.oneHot(size: 2)
}
func throughOutput(_ task: (Int) -> Bits) throws -> (cell: OutputRecurrentCell<Float>, loss: Double) {
  var cell = OutputRecurrentCell<Float>(inputSize: 2, hiddenSize: 16, outputSize: 2, using: &random)
  var adam = Optimizer(.adam(), learningRate: 0.01, for: cell)
  let steps = run.choose(quick: 60, standard: 600, full: 2_000)
  var loss = 0.0
  for step in 1...steps + 1 {
    let bits = task(step > steps ? 1_000 : 32)
    let (x, y) = (bits.inputs.oneHot(size: 2, as: Float.self), bits.targets)
    let (a, o) = cell.teacherForced(x, given: shifted(y))  // all T steps at once
    let (sum, δ) = SoftmaxCrossEntropy.lossAndMeanGradient(of: o, targets: y)
    loss = sum.mean
    if step > steps { break }
    try adam.update(&cell, gradient: cell.teacherForcedGradient(x, given: shifted(y), a: a, outputGradient: δ))
  }
  return (cell, loss)
}
func throughState(_ name: String, _ task: (Int) -> Bits) -> Double {
  func batch(_ count: Int) -> TaggerBatch<Float> {
    let bits = task(count)
    return TaggerBatch(inputs: .tokens(bits.inputs), targets: bits.targets)
  }
  let model = Tagger(
    layer: Recurrent(RNNCell<Float>(inputSize: 2, hiddenSize: 16, using: &random)), output: dense(16, 2))
  return learn(name, model, steps: 1_000) { batch(32) }.meanLoss(over: [(batch(1_000), false)])
}
let (parityCell, parityThroughOutput) = try throughOutput { parity($0) }
let echoThroughOutput = try throughOutput(echo).loss
let echoThroughState = throughState("echo", echo)
let parityThroughState = throughState("parity") { parity($0) }
show(
  Table(
    ["loss on new bits, nats", "y⟨t⟩ is odd or even", "y⟨t⟩ = x⟨t−2⟩"],
    rows: [
      ["through the state", parityThroughState, echoThroughState],
      ["through the output", parityThroughOutput, echoThroughOutput], ["a guess, ln 2", log(2.0), log(2.0)],
    ]), kind: .varies)
claim("through the output, whether it is odd is learned", parityThroughOutput < 0.1, from: .standard)
claim("the echo is not: the loss stays within 0.02 of ln 2", abs(echoThroughOutput - log(2.0)) < 0.02, from: .standard)
claim("through the state the echo is learned", echoThroughState < 0.1, from: .standard)

//: The gain: under teacher forcing all steps are one product of matrices. One after the other, even from the last to the first, they come to the same:

let many = parity(8, length: 200)
let (x, given) = (many.inputs.oneHot(size: 2, as: Float.self), shifted(many.targets))
func oneByOne() -> (outputs: SequenceBatch<Float>, calls: Int) {
  var (outputs, calls) = (SequenceBatch<Float>(length: x.length, batch: x.batch, size: 2), 0)
  for t in (0..<x.length).reversed() {
    outputs[t] = parityCell.teacherForced(SequenceBatch([x[t]]), given: SequenceBatch([given[t]])).o[0]
    calls += 1
  }
  return (outputs, calls)
}
let (atOnce, apart) = (parityCell.teacherForced(x, given: given).o, oneByOne())
let gap = (0..<x.length).map { atOnce[$0].largestDifference(from: apart.outputs[$0]) }.max()!
show(
  Table(
    ["T = 200, 8 sequences", "multiply-adds", "one after the other"],
    rows: [["step by step", 8 * 200 * 16 * (2 + 2 * 2), apart.calls], ["at once", 8 * 200 * 16 * (2 + 2 * 2), 1]]))
claim("both ways give the same outputs, within 10⁻⁵", gap < 1e-5)
func fastest(_ body: () -> Void) -> Duration { (0..<7).map { _ in ContinuousClock().measure(body) }.min()! }
claim(
  "at once is the faster by the clock",
  fastest { _ = parityCell.teacherForced(x, given: given) } < fastest { _ = oneByOne() })

//: ## Teacher forcing and free running
//:
//: In training the decoder reads the right tokens; in use it reads its own. Whatever rests on the right ones is gone then. A walker goes round twelve places,
//: forwards or backwards, one place a step, and one time in five he stays where he is. Given the start and the direction, the twelve places to
//: come are asked for. **Forced**, the decoder reads where he was last, and can be right four times of five, always. **Free**, it reads its own answer. If
//: that is each time the likeliest next place, it never lets him rest, and is right at step t with probability 0.8ᵗ. The best that can be done blind is
//: to expect the likeliest number of rests.
//:
//: **Scheduled sampling** (Bengio et al. 2015) trains on a mixture: each token read is the right one with some probability, else the network's
//: own. Three trainings, forced always, half of the time, and never:

let watched = run.choose(quick: 500, standard: 2_000, full: 10_000)
/// How often each position is right, in percent, where `forced` of the tokens read are the right ones.
func byPosition(_ model: Clerk, forced: Double) -> [Double] {
  let (batch, tape) = (RestingWalk.batch(watched, teacherForcing: forced, using: &random), model.makeTape())
  _ = model.forward(batch, from: nil, on: tape)
  let steps = model.decoder.probabilities(tape.read, from: model.encode(batch.source))
  return (0..<12).map { t in
    let ŷ = steps[t]
    let likeliest = (0..<watched).map { example in Int32((0..<12).max { ŷ[$0, example] < ŷ[$1, example] }!) }
    return percentEqual(likeliest, (0..<watched).map { batch.target.targets[t, $0] })
  }
}
let schools = [("always", 1.0), ("half of the time", 0.5), ("never", 0)].map { name, forced in
  let decoder = LanguageModel(layer: gru(12, 48), output: dense(48, 12))
  let model = learn(
    "forced \(name)", EncoderDecoder(encoder: gru(14, 48), decoder: decoder), steps: 800
  ) { RestingWalk.batch(64, teacherForcing: forced, using: &random) }
  return (name: name, forced: byPosition(model, forced: 1), free: byPosition(model, forced: 0))
}
let unrested = (1...12).map { RestingWalk.chance(of: 0, in: $0) }
let rests = (1...12).map { t in (0...t).map { 100 * RestingWalk.chance(of: $0, in: t) }.max()! }
show(
  Table(
    ["forced in training", "right, forced, mean of 12, %", "free, mean of 12, %", "free, the last, %"],
    rows: schools.map { [$0.name, mean($0.forced), mean($0.free), $0.free[11]] } + [
      ["0.8 and 0.8ᵗ", 100 * unrested[0], 100 * mean(unrested), 100 * unrested[11]],
      ["best possible", 100 * unrested[0], mean(rests), rests[11]],
    ]), kind: .varies)
show(
  Chart(
    "Always forced in training: right where it is forced, and lost where it is free", x: "position t", y: "right [%]",
    [
      .line("always forced: forced", y: schools[0].forced, hasPoints: true),
      .line("always forced: free", y: schools[0].free, hasPoints: true),
      .line("half forced: free", y: schools[1].free, hasPoints: true),
      .line("never forced: forced", y: schools[2].forced, hasPoints: true),
      .line("never forced: free", y: schools[2].free, hasPoints: true), .rule("0.8 of the time", y: 80),
    ]), as: "free-running")
claim(
  "trained always forced, it is right 0.8 of the time where it is forced, within 0.04 at every position",
  schools[0].forced.allSatisfy { abs($0 - 80) < 4 }, from: .standard)
claim(
  "free, it follows 0.8ᵗ within 0.06",
  schools[0].free.indices.allSatisfy { abs(schools[0].free[$0] - 100 * unrested[$0]) < 6 }, from: .standard)
claim(
  "trained never forced, it is better at the last place when free, and worse when forced",
  schools[2].free[11] > schools[0].free[11] + 5 && mean(schools[2].forced) < mean(schools[0].forced) - 5,
  from: .standard)

//: What is won on one side is lost on the other. The network that has only ever read its own tokens has learned the pace of the walk, and to
//: make little of what it reads.

//: ## The fully connected graphical model
//:
//: The figure of that name in 003 (Goodfellow 10.7) has an arrow from every y⟨s⟩ to every later y⟨t⟩. As a table, P(y⟨1⟩ … y⟨T⟩) takes kᵀ numbers for
//: T tokens of k kinds; an RNN with a state in between has the same arrows, and as many parameters for any T. Take three letters, six steps, and a language in
//: which y⟨t⟩ = y⟨t−1⟩ + y⟨t−2⟩ modulo 3 eight times of ten. Both are fitted to the same N samples, the table by counting, with 1 added to
//: every count.

let (words, truth, entropy) = (SixLetters.words, SixLetters.probabilities, SixLetters.entropy)
/// −Σ P(y) log Q(y): the loss on all that could be held out, each word as often as the language says it.
func crossEntropy(_ logQ: (Int) -> Double) -> Double { -words.indices.reduce(0) { $0 + truth[$1] * logQ($1) } }
func small() -> LanguageModel<RNN<Float>> {
  LanguageModel(layer: Recurrent(RNNCell(inputSize: 3, hiddenSize: 12, using: &random)), output: dense(12, 3))
}
let sizes = [100, 300, 1_000, 3_000, 10_000]
let fits = sizes.map { count in
  let samples = (0..<count).map { _ in SixLetters.sample(using: &random) }
  let counts = Dictionary(grouping: samples) { $0 }.mapValues(\.count)
  let table = crossEntropy { log(Double(counts[$0, default: 0] + 1) / Double(count + 729)) }
  let network = learn("a network for \(count) samples", small(), steps: 500, rate: 0.02) {
    let chosen = (0..<32).map { _ in words[random.element(of: samples)] }
    let (y, _) = TokenBatch.padded(chosen)
    let (x, _) = TokenBatch.padded(chosen.map { [TokenBatch.none] + $0.dropLast() })
    return LanguageBatch(inputs: x, targets: y)
  }
  return (table: table, network: crossEntropy { network.logProbability(of: words[$0]) })
}
show("entropy of the language, nats a word", entropy)
let choice = -[0.8, 0.1, 0.1].reduce(0) { $0 + $1 * log($1) }
claim("it is 2 ln 3 and four times that of 0.8, 0.1, 0.1", abs(entropy - (2 * log(3.0) + 4 * choice)) < 1e-9)
show(
  Table(
    ["samples", "table, nats a word", "RNN, nats a word"],
    rows: zip(sizes, fits).map { [$0, $1.table, $1.network] }), kind: .varies)
let parameters = small().parameterCount
show(
  Chart(
    "The table needs more samples than the RNN to come as near", x: Axis("samples", .logarithmic),
    y: "cross-entropy [nats a word]",
    [
      .line("table of 729", x: sizes, y: fits.map(\.table), hasPoints: true),
      .line("RNN of \(parameters)", x: sizes, y: fits.map(\.network), hasPoints: true),
      .rule("entropy of the language", y: entropy),
    ]), as: "graphical-model")
claim(
  "from the same 300, 1,000 and 3,000 samples the RNN is the closer",
  fits[1...3].allSatisfy { $0.network < $0.table }, from: .standard)
claim("neither is below the entropy", fits.allSatisfy { $0.network > entropy && $0.table > entropy })
let lengths = (1...20).map(Double.init)
show(
  Chart(
    "Three letters, T steps: what has to be stored", x: "T", y: Axis("numbers", .logarithmic),
    [
      .line("table, 3ᵀ", x: lengths, y: lengths.map { pow(3, $0) }),
      .line("RNN of 12 units", x: lengths, y: lengths.map { _ in Double(parameters) }),
    ]), as: "table-size")

//: ## Break it
//:
//: **Read the padding.** The dates in a batch differ in length. Without its mask the encoder goes on over the padding, and hands on a state that no longer
//: is the one after the last character:

let unmasked = exact(forwards, masked: false)
show(
  Table(["dates held out", "exactly right, %"], rows: [["masked", right], ["not masked", unmasked]]),
  kind: .varies)
claim("without the mask fewer are right", unmasked < right, from: .standard)

//: ## What to expect

show(
  Table(
    ["", "this run", "to be expected", "source"],
    rows: [
      ["digits right, %", read, nearest, "the nearest pattern"],
      ["echo through the output, nats", echoThroughOutput, log(2.0), "ln 2: fair bits"],
      ["free running at t = 12, %", schools[0].free[11], 100 * unrested[11], "0.8¹²"],
      ["dates held out, exactly right, %", right, "–", "no published number: the task is this package's"],
    ]), kind: .varies)

//: ## Exercises
//:
//: 1. A melody of 10 notes of 10 kinds as a table: how many numbers, and how many parameters has an RNN of 128 units for it?

// fold: Answer
//: 10¹⁰ for the table. The RNN has 128 · 10 + 128² + 128 for the state and 10 · 128 + 10 for the output:

let melody = LanguageModel(
  layer: Recurrent(RNNCell<Float>(inputSize: 10, hiddenSize: 128, using: &random)), output: dense(128, 10))
show("parameters", melody.parameterCount)
claim(
  "the sum is 19,082, less than a 500,000th of the table",
  melody.parameterCount == 19_082 && 19_082 * 500_000 < 10_000_000_000)
// fold end

//: 2. Through the output alone, y⟨t⟩ = x⟨t−2⟩ cannot be learned. Ask for more at each step, so that it can be.

// fold: Answer
//: Let the output name the last three bits, x⟨t−2⟩, x⟨t−1⟩ and x⟨t⟩, as one of eight tokens. Then y⟨t⟩ follows from y⟨t−1⟩ and x⟨t⟩: the two last
//: bits move on, the new one joins them. That is what a rich enough output means in Goodfellow's remark. All pairs of a token and a bit lead to one token each:

let next = (0..<8).map { y in (0..<2).map { x in (y << 1 | x) & 7 } }
claim(
  "each of the eight tokens follows from two", (0..<8).allSatisfy { token in next.joined().count { $0 == token } == 2 })
// fold end

//: 3. At which step does the best blind guess of the walker first expect a rest, and how likely is it to be right there?

// fold: Answer
//: Where t · 0.2 · 0.8ᵗ⁻¹ reaches 0.8ᵗ, that is at t = 4, where one rest and none are equally likely:

show("0.8⁴ and 4 · 0.2 · 0.8³", [RestingWalk.chance(of: 0, in: 4), RestingWalk.chance(of: 1, in: 4)])
claim(
  "they are equal, and one step later one rest is likelier",
  abs(RestingWalk.chance(of: 0, in: 4) - RestingWalk.chance(of: 1, in: 4)) < 1e-12
    && RestingWalk.chance(of: 1, in: 5) > RestingWalk.chance(of: 0, in: 5))
// fold end

//: [Lesson 09](../09-deep/README.md) put layers on layers, to the same end at every step. [Lesson 11](../11-applications/README.md) takes the applications that the notes
//: name, each with one of these types.

end()
