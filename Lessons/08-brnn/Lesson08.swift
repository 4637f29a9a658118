import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions

  @Option(help: ArgumentHelp("Let both networks tag this sentence instead of running the lesson.", valueName: "text"))
  var sentence: String?

  func validate() throws {
    if let sentence, OwnSentence.words(of: sentence).isEmpty { throw ValidationError("--sentence needs a word.") }
  }
}

let options = Options.parseLesson()
let run = options.notebook

begin("08", "Bidirectional RNN", run, withProse: options.sentence == nil)

//: *Beside the notes: 001 “Bidirectional RNN”; 000 “双向循环神经网络” and, under “缺点”, the fault that it mends; 003 “双向RNN” (in
//: Goodfellow's book 10.3).*
//:
//: “He said, *Teddy* Roosevelt was a great president.” “He said, *teddy* bears are on sale.” Is *teddy* part of a name? Up to that word the
//: sentences are the same. 000 counts it among the faults of an RNN that it captures only what came before. A **bidirectional** RNN
//: reads the sentence twice, from its beginning and from its end, and so knows all of it at every word. The notes show it as a figure; here are its
//: equations, what it gains, and what it costs.
//:
//: ## A question that only the future answers
//:
//: A grammar makes such sentences, in lower case, so that no capital gives a name away. Six words, *teddy*, *rose*, *ruby*, *amber*, *olive* and
//: *jade*, begin a person or a thing to sell. The task is to **tag** each word: is it part of a person's name? Here names stand in brackets.

let grammar = TaggedGrammar.teddies
let vocabulary = Vocabulary(unit: .word, tokens: [Vocabulary.unknown] + grammar.vocabulary)
var random = RandomSource(seed: run.seed())
let told = grammar.sentences(run.choose(quick: 3_000, standard: 12_000, full: 24_000), using: &random)
let test = grammar.sentences(run.choose(quick: 500, standard: 6_000, full: 12_000), using: &random)
let seeds = (0..<run.choose(quick: 1, standard: 1, full: 3)).map { run.seed() &+ $0 }

// page: off
if let text = options.sentence {
  tagOwn(text)
  end()
}
// page: on

for sentence in told.prefix(5) {
  show(zip(sentence.words, sentence.marks).map { $1 ? "[\($0)]" : $0 }.joined(separator: " "))
}
show("sentences that the grammar can make", grammar.grammar.sentenceCount)

//: For any beginning of a sentence the grammar knows exactly how likely each tag is. The past is not without use, for a historian speaks of persons four
//: times in five and a tailor of things. But it never decides:

func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
func exact(_ words: [String], at place: Int) -> Double { grammar.probabilities(of: words)![place] }
let beginnings = [
  "he said , teddy", "the historian said , teddy", "the tailor said , teddy", "he said , teddy bears",
  "he said , teddy bears the", "he said , teddy bears are", "he said , teddy roosevelt",
].map(split)
show(
  Table(
    ["a sentence begins with", "P(teddy is a name)"],
    rows: beginnings.map { [$0.joined(separator: " "), exact($0, at: $0.firstIndex(of: "teddy")!)] }))

//: Who must answer at once does best to take the likelier tag, and is right with the larger of P and 1 − P. The mean of that over all beginnings that end in one of
//: the six words is the most that *any* network that reads forwards can get right of them:

let best = grammar.bestAccuracies(on: TaggedGrammar.teddyWords, lookAhead: 6).map { 100 * $0 }
show("the best without the future, % of the six words", best[0])
claim("it is 70 %", abs(best[0] - 70) < 1e-9)
claim(
  "once a sentence is read, nothing is left open",
  test.prefix(100).allSatisfy { grammar.probabilities(of: $0.words, isWhole: true) == $0.marks.map { $0 ? 1 : 0 } })

//: ## Two readers
//:
//: One layer reads x⟨1⟩ … x⟨T⟩ as always; write its states →a⟨t⟩. Another has weights of its own and goes from x⟨T⟩ to x⟨1⟩: ←a⟨t⟩ is made of x⟨t⟩ and ←a⟨t+1⟩.
//: The output at t sees both:
//:
//: $$ \overrightarrow{a}^{\langle t\rangle} = \tanh(\overrightarrow{W}_{aa}\,\overrightarrow{a}^{\langle t-1\rangle} + \overrightarrow{W}_{ax}\,x^{\langle t\rangle} + \overrightarrow{b}_a) $$
//: $$ \overleftarrow{a}^{\langle t\rangle} = \tanh(\overleftarrow{W}_{aa}\,\overleftarrow{a}^{\langle t+1\rangle} + \overleftarrow{W}_{ax}\,x^{\langle t\rangle} + \overleftarrow{b}_a) $$
//: $$ \hat y^{\langle t\rangle} = g(W_y\,[\overrightarrow{a}^{\langle t\rangle};\,\overleftarrow{a}^{\langle t\rangle}] + b_y) $$
//:
//: 001 says that one part of the *forward* propagation goes from left to right and another from right to left. Forward means here: from input to
//: output. Neither part waits for the other. In Swift a name cannot hold an arrow; `a` is →a and `b` is ←a.

var dice = RandomSource(seed: 8)
let (nx, na, T) = (3, 4, 7)
let ahead = RNNCell<Double>(inputSize: nx, hiddenSize: na, using: &dice)
let back = RNNCell<Double>(inputSize: nx, hiddenSize: na, using: &dice)
let output = Dense<Double>(inputSize: 2 * na, outputSize: 2, using: &dice)
let (Wy, by) = (output.Wya, output.by)
let x = (0...T).map { _ in Matrix<Double>(rows: nx, columns: 1) { dice.normal() } }  // x[1] … x[T]

var a = Array(repeating: Matrix<Double>(rows: na, columns: 1), count: T + 2)
var b = a
for t in 1...T { a[t] = tanh(ahead.Waa * a[t - 1] + ahead.Wax * x[t] + ahead.ba) }
for t in (1...T).reversed() { b[t] = tanh(back.Waa * b[t + 1] + back.Wax * x[t] + back.ba) }
let ŷ = (1...T).map { t in softmax(Wy * [a[t], b[t]] + by) }

show("shapes of →a⟨t⟩, ←a⟨t⟩, W_y, ŷ⟨t⟩", "(\(na), 1), (\(na), 1), (\(Wy.rows), \(Wy.columns)), (\(ŷ[0].rows), 1)")
let small = Tagger(layer: Bidirectional(forward: Recurrent(ahead), backward: Recurrent(back)), output: output)
let inLibrary = small.probabilities(.features(SequenceBatch(Array(x[1...]))))
let difference = (1...T).map { ŷ[$0 - 1].largestDifference(from: inLibrary[$0 - 1]) }.max()!
show("largest difference from the library's Bidirectional", difference)
claim("written out and from the library, ŷ agrees within 10⁻¹²", difference < 1e-12)

//: Any cell may stand in the place of the two. The next networks take LSTMs, as 001 does, which calls the bidirectional RNN of LSTM units the most used model for natural
//: language; that was so when it was written.
//:
//: ## At equal parameters
//:
//: The forward network gets more units, so that it has as many parameters as the bidirectional one, or a few more. Both are trained alike, on the same
//: sentences. One word in fifty is read as ⟨UNK⟩, so that both learn to do without a word.

func batch(_ sentences: [TaggedSentence], unknown rate: Double = 0, using random: inout RandomSource) -> TaggerBatch<
  Float
> {
  let unknown = vocabulary.id(of: Vocabulary.unknown)!
  let (words, mask) = TokenBatch.padded(
    sentences.map { ids($0.words).map { random.uniform() < rate ? unknown : $0 } })
  let names = TokenBatch.padded(sentences.map { $0.marks.map { $0 ? 1 : 0 } }).tokens
  return TaggerBatch(inputs: .tokens(words), targets: names, mask: mask)
}
func ids(_ words: [String]) -> [Int32] { words.map { vocabulary.id(of: $0)! } }

/// Whether each word of each sentence is taken for part of a name.
func tags<Layer>(_ model: Tagger<Layer>, _ sentences: [[String]]) -> [[Bool]] where Layer.Scalar == Float {
  let (words, mask) = TokenBatch.padded(sentences.map(ids))
  let tags = model.tags(.tokens(words), mask: mask)
  return sentences.indices.map { example in sentences[example].indices.map { tags[$0, example] == 1 } }
}

/// How many of the six words are tagged rightly, in %, the standard error of that, and the same of all words.
func score(_ tags: [[Bool]], _ sentences: [TaggedSentence]) -> (names: Double, error: Double, all: Double) {
  var (right, count, all, words) = ([Double](), [Double](), 0, 0)
  for (tags, sentence) in zip(tags, sentences) {
    let places = sentence.words.indices.filter { TaggedGrammar.teddyWords.contains(sentence.words[$0]) }
    count.append(Double(places.count))
    right.append(Double(places.count { tags[$0] == sentence.marks[$0] }))
    all += zip(tags, sentence.marks).count { $0 == $1 }
    words += tags.count
  }
  // The words of a sentence share their fate, so the sentences are what is independent.
  let (n, share) = (count.reduce(0, +), right.reduce(0, +) / count.reduce(0, +))
  let squares = zip(right, count).reduce(0) { $0 + ($1.0 - share * $1.1) * ($1.0 - share * $1.1) }
  return (100 * share, 100 * squares.squareRoot() / n, 100 * Double(all) / Double(words))
}
func score<Layer>(_ model: Tagger<Layer>) -> (names: Double, error: Double, all: Double) where Layer.Scalar == Float {
  score(tags(model, test.map(\.words)), test)
}

/// A trained tagger, and its score along the training; one that is `cut` trains on beginnings of sentences.
func trained<Layer>(
  _ name: String, _ layer: Layer, seed: UInt64, cut: Bool = false, line: Int = #line
) -> (model: Tagger<Layer>, curve: Series) where Layer.Scalar == Float {
  var random = RandomSource(seed: seed &+ 100)
  let model = Tagger(layer: layer, output: Dense(inputSize: layer.outputSize, outputSize: 2, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
  let steps = run.choose(quick: 150, standard: 1_000, full: 3_000)
  var curve = Series(name, x: [], y: [], style: .linePoints)
  _ = trainer.train(
    name, steps: steps, heldOut: [(batch(Array(test.prefix(100)), using: &random), false)], line: line,
    on: { _ in
      let sentences = (0..<50).map { _ in
        let sentence = told[random.index(below: told.count)]
        return cut ? sentence.prefix(1 + random.index(below: sentence.words.count)) : sentence
      }
      return (batch(sentences, unknown: 0.02, using: &random), false)
    }
  ) { report, hasNewPoint, trainer in
    // The learning rate is constant for half of the way, then goes down to 0.
    trainer.optimizer.learningRate = 0.004 * min(1, 2 * Double(steps - report.step) / Double(steps))
    if hasNewPoint && !cut {
      curve.x.append(Double(report.step))
      curve.y.append(score(trainer.model).names)
    }
  }
  if Interrupt.requested { end() }
  return (trainer.model, curve)
}

func forwardLayer(_ random: inout RandomSource) -> LSTM<Float> {
  Recurrent(LSTMCell(inputSize: vocabulary.count, hiddenSize: 28, using: &random))
}
func bothLayer(_ random: inout RandomSource) -> Bidirectional<LSTM<Float>> {
  func half() -> LSTM<Float> { Recurrent(LSTMCell(inputSize: vocabulary.count, hiddenSize: 16, using: &random)) }
  return Bidirectional(forward: half(), backward: half())
}
let studies = seeds.map { seed in
  var random = RandomSource(seed: seed)
  return (
    seed: seed, ahead: trained("forwards", forwardLayer(&random), seed: seed),
    both: trained("both ways", bothLayer(&random), seed: seed),
    pieces: trained("both ways, beginnings", bothLayer(&random), seed: seed, cut: true).model
  )
}
let (forwards, bothWays) = (studies[0].ahead.model, studies[0].both.model)
show(
  LineChart(
    title: "Forwards, the network comes up to the line; both ways, it passes", xLabel: "training step",
    yLabel: "right of the six words [%]", series: [studies[0].ahead.curve, studies[0].both.curve],
    references: [Reference("the best without the future", at: best[0])]), as: "accuracy")
let scores = studies.map { (seed: $0.seed, ahead: score($0.ahead.model), both: score($0.both.model)) }
let sizes = [forwards.parameterCount, bothWays.parameterCount]
show(
  Table(
    ["", "seed", "units", "parameters", "right of the six, %", "standard error", "right of all words, %"],
    rows: scores.flatMap { seed, ahead, both in
      [
        ["forwards", seed, "28", sizes[0], ahead.names, ahead.error, ahead.all],
        ["both ways", seed, "16 + 16", sizes[1], both.names, both.error, both.all],
      ]
    }), kind: .trained)
claim(
  "the forward network has as many parameters or more, by less than 3 %",
  (1..<1.03).contains(Double(sizes[0]) / Double(sizes[1])))
claim(
  "forwards, it reaches the 70 % and does not pass them, within three standard errors",
  scores.allSatisfy { abs($0.ahead.names - best[0]) < 3 * $0.ahead.error }, from: .standard)
claim("both ways, it is right more than 99 times in 100", scores.allSatisfy { $0.both.names > 99 }, from: .standard)
claim(
  "of all words the forward network has more than nine in ten right, though it guesses where it matters",
  scores.allSatisfy { $0.ahead.all > 90 }, from: .standard)

//: More training, more units or another cell cannot lift the forward network over the line: what it lacks is not in its input. (The line is an
//: expectation; the sentences of a test are some of many, hence the standard error.) The last column is a warning: most words are easy, and an accuracy over all of them hides what is asked.
//:
//: ## One beginning, three endings
//:
//: Each column is a word, and its colour the probability that it is part of a name. The first row is exact, what the words up to this one tell.

let endings = [
  "he said , teddy roosevelt was a great president", "he said , teddy bears the cost",
  "he said , teddy bears are on sale",
].map(split)
func names<Layer>(_ model: Tagger<Layer>, _ words: [String]) -> [Double] where Layer.Scalar == Float {
  let ŷ = model.probabilities(.tokens(TokenBatch(sequence: ids(words))))
  return words.indices.map { Double(ŷ[$0][1, 0]) }
}
func soFar(_ words: [String]) -> [Double] { words.indices.map { exact(Array(words[...$0]), at: $0) } }
let readers = ["the best without the future", "the network, forwards", "the network, both ways"]
show(
  Heatmap(
    title: "Forwards it cannot tell at teddy; both ways it can", xLabel: "word", yLabel: "",
    colorLabel: "P(part of a name)",
    panels: zip(endings, ["a name", "a name", "no name"]).map { words, title in
      Panel(
        title, values: [soFar(words), names(forwards, words), names(bothWays, words)], columnLabels: words,
        rowLabels: readers)
    }, range: 0...1), as: "tags")
let atTeddy = endings.map { [soFar($0)[3], names(forwards, $0)[3], names(bothWays, $0)[3]] }
show(
  Table(
    ["P(teddy is a name), sentence ends with"] + readers,
    rows: zip(endings, atTeddy).map { words, P in [words[4...].joined(separator: " ")] + P.map { formatted($0) } }),
  kind: .trained)
claim("forwards, the three are the same at teddy, to the last bit", Set(atTeddy.map { $0[1] }).count == 1)
claim("and within 0.2 of ½", abs(atTeddy[0][1] - 0.5) < 0.2, from: .standard)
claim(
  "both ways, the names have more than 0.9 and the bears less than 0.1",
  atTeddy[0][2] > 0.9 && atTeddy[1][2] > 0.9 && atTeddy[2][2] < 0.1, from: .standard)

//: “Teddy bears the cost” leads even a reader astray. After *bears* the exact probability of a name has fallen to a third; *the* makes it certain.
//:
//: The two states along the first sentence and the last. They differ from *roosevelt* on, and so →a is the same up to *teddy*; ←a has already seen the difference there.

func states(_ words: [String]) -> Matrix<Float> {
  let inputs: SequenceBatch<Float> = TokenBatch(sequence: ids(words)).oneHot(size: vocabulary.count)
  return bothWays.layer(inputs).outputSequence.trajectory(example: 0)
}
func rows(_ states: Matrix<Float>, _ range: Range<Int>) -> [[Double]] {
  range.map { unit in (0..<states.columns).map { Double(states[unit, $0]) } }
}
let (withName, without) = (states(endings[0]), states(endings[2]))
show(
  Heatmap(
    title: "Up to teddy →a is the same in both sentences, and ←a is not", xLabel: "word read", yLabel: "unit",
    colorLabel: "state",
    panels: [
      ("→a, a name", withName, 0..<16, 0), ("→a, bears", without, 0..<16, 2), ("←a, a name", withName, 16..<32, 0),
      ("←a, bears", without, 16..<32, 2),
    ].map {
      Panel($0, values: rows($1, $2), columnLabels: endings[$3])
    }, palette: .diverging, range: -1...1), as: "states")
func change(_ units: Range<Int>, _ t: Int) -> Float { units.map { abs(withName[$0, t] - without[$0, t]) }.max()! }
claim("up to teddy →a is the same to the last bit", (0...3).allSatisfy { change(0..<16, $0) == 0 })
claim("at teddy a unit of ←a differs by more than a half", change(16..<32, 3) > 0.5, from: .standard)

//: ## The influence of x⟨j⟩ on ŷ⟨i⟩
//:
//: Lesson 05 drew the influence map |∂ŷ⟨i⟩/∂x⟨j⟩|, the logits of word i against word j. Of a forward network everything right of the diagonal is 0: grey here.

let list = split("he said , teddy , rose and olive coats are on sale")
let onehots: SequenceBatch<Float> = TokenBatch(sequence: ids(list)).oneHot(size: vocabulary.count)
let maps = [
  ("forwards", forwards.layer.influence(of: onehots, through: forwards.output)),
  ("both ways", bothWays.layer.influence(of: onehots, through: bothWays.output)),
]
show(
  Heatmap(
    title: "Both ways, the tag of teddy goes by the coats five words later", xLabel: "word that is read, x⟨j⟩",
    yLabel: "word that is tagged, ŷ⟨i⟩", colorLabel: "log₁₀ of influence, relative to the row's largest",
    panels: maps.map { name, map in
      let values = list.indices.map { i in
        let row = list.indices.map { map[i, $0] }
        return row.map { $0 > 0 ? log10($0 / row.max()!) : .nan }
      }
      return Panel(name, values: values, columnLabels: list, rowLabels: list)
    }, range: -2...0), as: "influence")
claim(
  "forwards, every influence of a later word is exactly 0",
  list.indices.allSatisfy { i in list.indices.allSatisfy { $0 <= i || maps[0].1[i, $0] == 0 } })
claim(
  "both ways, on the tag of teddy no word to its left has as much influence as coats",
  (0..<3).allSatisfy { maps[1].1[3, $0] < maps[1].1[3, 8] }, from: .standard)

//: ## Which output says what the whole sequence was
//:
//: The tagger needs both states at each word. A *class* for the whole sequence (many to one) needs one column that has read all of it, and here many go wrong. The output at the last step
//: is out⟨T⟩ = [→a⟨T⟩; ←a⟨T⟩]. Its forward half has read the sequence, but its backward half **has read one word**: it started there. The states that have read everything are
//: →a⟨T⟩ and ←a⟨1⟩, at opposite ends. (In PyTorch: `output[-1]` is the wrong one, the two of `h_n` are the right ones.)
//:
//: The task: five sentences in a row, some sixty words, and the question *who spoke first*, one of six. Networks of 16 + 16 plain units, the same start, the same passages. The one reads its class
//: from out⟨T⟩, which is a tagger with a target at the last step only; the other from [→a⟨T⟩; ←a⟨1⟩], the library's `finalOutput`, as its `Classifier` does.

let speakers = ["he", "she", "historian", "teacher", "shopkeeper", "tailor"]
func passages(_ count: Int, using random: inout RandomSource) -> (words: TokenBatch, mask: Mask, speakers: [Int32]) {
  let passages = (0..<count).map { _ in (0..<5).flatMap { _ in told[random.index(below: told.count)].words } }
  let first = passages.map { words in Int32(speakers.firstIndex(of: words.first(where: speakers.contains)!)!) }
  let (tokens, mask) = TokenBatch.padded(passages.map(ids))
  return (tokens, mask, first)
}
func lastOnly(_ speakers: [Int32], _ mask: Mask, length: Int) -> TokenBatch {
  var targets = TokenBatch(length: length, batch: speakers.count)
  for (example, speaker) in speakers.enumerated() { targets[mask.lengths[example] - 1, example] = speaker }
  return targets
}
func asked<Model: ReadoutModel>(
  _ name: String, _ model: Model, line: Int = #line, _ next: (inout RandomSource) -> Model.Batch
) -> (model: Model, curve: WindowedLosses) where Model.Scalar == Float {
  var random = RandomSource(seed: run.seed() &+ 200)
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(1))
  let steps = run.choose(quick: 40, standard: 300, full: 1_000)
  let curve = trainer.train(name, steps: steps, window: steps / 20, until: 0, line: line) { next(&random) }
  if Interrupt.requested { end() }
  return (trainer.model, curve)
}
let reader = Bidirectional(
  forward: Recurrent(RNNCell<Float>(inputSize: vocabulary.count, hiddenSize: 16, using: &random)),
  backward: Recurrent(RNNCell<Float>(inputSize: vocabulary.count, hiddenSize: 16, using: &random)))
let dense = Dense<Float>(inputSize: 32, outputSize: 6, using: &random)
let wrong = asked("out⟨T⟩", Tagger(layer: reader, output: dense)) {
  let batch = passages(50, using: &$0)
  return TaggerBatch(
    inputs: .tokens(batch.words), targets: lastOnly(batch.speakers, batch.mask, length: batch.words.length),
    mask: batch.mask)
}
let right = asked("[→a⟨T⟩; ←a⟨1⟩]", Classifier(layer: reader, output: dense)) {
  let batch = passages(50, using: &$0)
  return ClassifierBatch(inputs: .tokens(batch.words), targets: batch.speakers, mask: batch.mask)
}
show(
  LineChart(
    title: "out⟨T⟩ has lost the beginning, [→a⟨T⟩; ←a⟨1⟩] has just read it", xLabel: "training step",
    yLabel: "cross-entropy [nats]",
    series: [
      Series("out⟨T⟩", x: wrong.curve.steps, y: wrong.curve.losses),
      Series("[→a⟨T⟩; ←a⟨1⟩]", x: right.curve.steps, y: right.curve.losses),
    ],
    references: [Reference("a guess: ln 6", at: log(6))]), as: "last-output")
let fresh = passages(run.choose(quick: 300, standard: 1_000, full: 1_000), using: &random)
let lastTags = wrong.model.tags(.tokens(fresh.words), mask: fresh.mask)
let byLast = fresh.speakers.indices.count { lastTags[fresh.mask.lengths[$0] - 1, $0] == fresh.speakers[$0] }
let byBoth = zip(right.model.classes(.tokens(fresh.words), mask: fresh.mask), fresh.speakers).count { $0 == $1 }
func percent(_ count: Int) -> Double { 100 * Double(count) / Double(fresh.speakers.count) }
show(
  Table(
    ["read out", "who spoke first, right, %"],
    rows: [["out⟨T⟩", percent(byLast)], ["[→a⟨T⟩; ←a⟨1⟩]", percent(byBoth)], ["a guess", 100.0 / 6]]), kind: .trained)
claim("out⟨T⟩ is right less than three times in ten", percent(byLast) < 30)
claim("[→a⟨T⟩; ←a⟨1⟩] more than 99 times in 100", percent(byBoth) > 99, from: .standard)

//: The wrong one has the beginning in →a⟨T⟩ alone, sixty steps away, where a plain network's gradient does not reach (Lesson 05). In ←a⟨1⟩ it was read a moment ago.
//:
//: ## A batch of unequal lengths
//:
//: In a batch, the shorter sentences are padded behind their end. A forward network meets the padding when it is done with the sentence. A backward one would *begin* with it, so each
//: sentence is turned round within its own length, and a **mask** keeps padded steps from changing a state. The answer is then that of each sentence alone:

let mixed = Array(test.map(\.words).prefix(200))
let (padded, mask) = TokenBatch.padded(mixed.map(ids))
func largestChange<Layer>(_ model: Tagger<Layer>, mask: Mask?) -> Double where Layer.Scalar == Float {
  let ŷ = model.probabilities(.tokens(padded), mask: mask)
  return mixed.indices.map { example in
    zip(names(model, mixed[example]), mixed[example].indices).map { abs($0 - Double(ŷ[$1][1, example])) }.max()!
  }.max()!
}
show("words in the shortest and in the longest sentence", [mixed.map(\.count).min()!, mixed.map(\.count).max()!])
show(
  Table(
    ["largest change of a probability, in a batch", "with the mask", "without"],
    rows: [
      ["forwards", largestChange(forwards, mask: mask), largestChange(forwards, mask: nil)],
      ["both ways", largestChange(bothWays, mask: mask), largestChange(bothWays, mask: nil)],
    ]), kind: .trained)
claim(
  "with the mask the batch gives the same as the sentences one by one, within 10⁻⁵",
  largestChange(bothWays, mask: mask) < 1e-5)
claim("forwards, it does so without the mask too", largestChange(forwards, mask: nil) < 1e-5)
claim(
  "both ways, without the mask a probability changes by more than a tenth", largestChange(bothWays, mask: nil) > 0.1,
  from: .standard)

//: ## The price
//:
//: 001 names it: the entire sequence is needed before the first prediction. How much of it does this task need? Let a network tag each of the six words when it has read k words
//: more: it is handed x⟨1⟩ … x⟨t+k⟩, as if that were all. The grammar's exact line says how much can be known then. One network has been trained on whole sentences; the other,
//: from the same start, on beginnings of sentences, cut at random.

func bounded<Layer>(_ model: Tagger<Layer>, _ k: Int) -> Double where Layer.Scalar == Float {
  let places = test.prefix(2_000).flatMap { sentence in
    sentence.words.indices.filter { TaggedGrammar.teddyWords.contains(sentence.words[$0]) }.map { (sentence, $0) }
  }
  let tags = tags(model, places.map { $0.prefix($1 + 1 + k).words })
  let right = zip(tags, places).count { tags, place in tags[place.1] == place.0.marks[place.1] }
  return 100 * Double(right) / Double(places.count)
}
let ks = best.indices.map(Double.init)
let (whole, pieces) = (best.indices.map { bounded(bothWays, $0) }, best.indices.map { bounded(studies[0].pieces, $0) })
show(
  LineChart(
    title: "Five words of the future are enough, for a network trained for them", xLabel: "look-ahead k [words]",
    yLabel: "right of the six words [%]",
    series: [
      Series("the best, exactly", x: ks, y: best), Series("trained on beginnings", x: ks, y: pieces, style: .points),
      Series("trained on whole sentences", x: ks, y: whole, style: .linePoints),
    ]), as: "look-ahead")
show(
  Table(
    ["look-ahead k, words"] + best.indices.map { "\($0)" },
    rows: [
      ["the best, %"] + best.map { formatted($0) }, ["trained on beginnings"] + pieces.map { formatted($0) },
      ["trained on whole sentences"] + whole.map { formatted($0) },
    ]), kind: .trained)
claim("the best grows from 70 % to 100 % at five words", best[4] < 99 && abs(best[5] - 100) < 1e-9)
claim(
  "trained on beginnings, the network is within 3 % of the best at every k",
  zip(pieces, best).allSatisfy { abs($0 - $1) < 3 }, from: .standard)
claim(
  "trained on whole sentences, without a future it does worse than the forward network",
  whole[0] < scores[0].ahead.names, from: .standard)

// page: off

/// Trains both networks and lets them tag the reader's sentence.
func tagOwn(_ text: String) {
  let own = OwnSentence(text, vocabulary: vocabulary)
  own.show()
  var random = RandomSource(seed: run.seed())
  let forwards = trained("forwards", forwardLayer(&random), seed: run.seed()).model
  let both = trained("both ways", bothLayer(&random), seed: run.seed()).model
  let columns = [names(forwards, own.words), names(both, own.words)]
  show(
    Table(
      ["word", "P(part of a name), forwards", "both ways"],
      rows: own.words.indices.map { [own.words[$0], columns[0][$0], columns[1][$0]] }), kind: .trained)
  show(
    Heatmap(
      title: "Your sentence, forwards and both ways", xLabel: "word", yLabel: "", colorLabel: "P(part of a name)",
      panels: [
        Panel(values: columns, columnLabels: own.words, rowLabels: ["forwards", "both ways"])
      ], range: 0...1), as: "own-sentence")
}

// page: on

end()
