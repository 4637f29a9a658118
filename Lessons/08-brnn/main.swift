import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
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
if let text = options.sentence {
  tagOwn(text, run)
  end()
}

//: *Beside the notes: 001 “Bidirectional RNN”; 000 “双向循环神经网络” and, under “缺点”, the fault that it mends; 003 “双向RNN” (in Goodfellow's book 10.3).*
//:
//: “He said, *Teddy* Roosevelt was a great president.” “He said, *teddy* bears are on sale.” Is *teddy* part of a name? Up to that word the sentences are the same. 000 counts
//: it among the faults of an RNN that it captures only what came before. A **bidirectional** RNN reads the sentence twice, from its beginning and from its end, and so knows
//: all of it at every word. The notes show it as a figure; here are its equations, what it gains, and what it costs.
//:
//: ## A question that only the future answers
//:
//: A grammar makes such sentences, in lower case, so that no capital gives a name away. Six words, *teddy*, *rose*, *ruby*, *amber*, *olive* and *jade*, begin a person or a
//: thing to sell. The task is to **tag** each word: is it part of a person's name? Here names stand in brackets.

let grammar = Teddies.grammar
let vocabulary = Teddies.vocabulary
var random = RandomSource(seed: run.seed())
let (told, test) = Teddies.sentences(run, using: &random)
let seeds = (0..<run.choose(quick: 1, standard: 1, full: 3)).map { run.seed() &+ $0 }

for sentence in told.prefix(5) {
  show(zip(sentence.words, sentence.marks).map { $1 ? "[\($0)]" : $0 }.joined(separator: " "))
}
show("sentences that the grammar can make", grammar.grammar.sentenceCount)

//: For any beginning of a sentence the grammar knows exactly how likely each tag is. The past is not without use, for a historian speaks of persons four times in five and a
//: tailor of things. But it never decides:

func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
let beginnings = [
  "he said , teddy", "the historian said , teddy", "the tailor said , teddy", "he said , teddy bears",
  "he said , teddy bears the", "he said , teddy bears are", "he said , teddy roosevelt",
]
func known(_ words: [String]) -> [Double] { grammar.probabilities(of: words)! }
let P = beginnings.map { known(split($0))[split($0).firstIndex(of: "teddy")!] }
show(Table(["a sentence begins with", "P(teddy is a name)"], rows: zip(beginnings, P).map { [$0, $1] }))
claim(
  "at teddy it is ½, four fifths or one fifth, after “teddy bears” a third, and then certain",
  zip(P, [0.5, 0.8, 0.2, 1 / 3.0, 1, 0, 1]).allSatisfy { abs($0 - $1) < 1e-12 })

//: Who must answer at once does best to take the likelier tag, and is right with the larger of P and 1 − P. The mean of that over all beginnings that end in one of the six
//: words is the most that *any* network that reads forwards can get right of them:

let best = grammar.bestAccuracies(on: TaggedGrammar.teddyWords, lookAhead: 6).map { 100 * $0 }
show("the best without the future, % of the six words", best[0])
claim("it is 70 %", abs(best[0] - 70) < 1e-9)
claim(
  "once a sentence is read, nothing is left open",
  test.prefix(100).allSatisfy { grammar.probabilities(of: $0.words, isWhole: true) == $0.marks.map { $0 ? 1 : 0 } })

//: ## Two readers
//:
//: One layer reads x⟨1⟩ … x⟨T⟩ as always; write its states →a⟨t⟩. Another has weights of its own and goes from x⟨T⟩ to x⟨1⟩: ←a⟨t⟩ is made of x⟨t⟩ and ←a⟨t+1⟩. The output at t
//: sees both, and so, in the words of 001, the past, the present and the future:
//:
//: ```math
//: \begin{aligned}
//: \overrightarrow{a}^{\langle t\rangle} &= \tanh(\overrightarrow{W}_{aa}\,\overrightarrow{a}^{\langle t-1\rangle} + \overrightarrow{W}_{ax}\,x^{\langle t\rangle} + \overrightarrow{b}_a) \\
//: \overleftarrow{a}^{\langle t\rangle} &= \tanh(\overleftarrow{W}_{aa}\,\overleftarrow{a}^{\langle t+1\rangle} + \overleftarrow{W}_{ax}\,x^{\langle t\rangle} + \overleftarrow{b}_a) \\
//: \hat y^{\langle t\rangle} &= g(W_y\,[\overrightarrow{a}^{\langle t\rangle};\,\overleftarrow{a}^{\langle t\rangle}] + b_y)
//: \end{aligned}
//: ```
//:
//: 001 says that one part of the *forward* propagation goes from left to right and another from right to left. Forward means here: from input to output. Neither part waits for
//: the other. (Goodfellow calls the two states h⁽ᵗ⁾ and g⁽ᵗ⁾.) No name in Swift holds an arrow: here `a` is →a and `b` is ←a.

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
//: The forward network gets more units, so that it has as many parameters as the bidirectional one, or a few more. Both are trained alike, on the same sentences. One word in
//: fifty is read as ⟨UNK⟩, so that both learn to do without a word. (`--full` trains three times as long, from three seeds, within two minutes.)

/// How many of the six words get the right tag, in %, and how many of all words.
func score<Layer>(_ model: Tagger<Layer>) -> TaggingScore where Layer.Scalar == Float {
  model.score(on: test, at: TaggedGrammar.teddyWords, vocabulary: vocabulary)
}

/// What is measured along a training.
typealias Curve = (name: String, x: [Double], y: [Double])

/// A trained tagger, and its score along the training.
func studied<Layer>(
  _ name: String, _ layer: Layer, seed: UInt64, line: Int = #line
) -> (model: Tagger<Layer>, curve: Curve) where Layer.Scalar == Float {
  var curve: (steps: [Double], scores: [Double]) = ([], [])
  let model = trained(name, layer, on: told, test, seed: seed, run, line: line) { step, model in
    curve.steps.append(Double(step))
    curve.scores.append(score(model).asked)
  }
  return (model, (name, curve.steps, curve.scores))
}
let studies = seeds.map { seed in
  var random = RandomSource(seed: seed)
  return (
    seed: seed, ahead: studied("forwards", forwardLayer(&random), seed: seed),
    both: studied("both ways", bothLayer(&random), seed: seed),
    pieces: trained("both ways, beginnings", bothLayer(&random), on: told, test, seed: seed, run, cut: true)
  )
}
let (forwards, bothWays) = (studies[0].ahead.model, studies[0].both.model)
show(
  Chart(
    "Forwards the network comes up to the line and stops, both ways it passes", x: "training step",
    y: "right of the six words [%]",
    [studies[0].ahead.curve, studies[0].both.curve].map { .line($0.name, x: $0.x, y: $0.y, hasPoints: true) } + [
      .rule("best without the future", y: best[0])
    ]), as: "accuracy")
let scores = studies.map { (seed: $0.seed, ahead: score($0.ahead.model), both: score($0.both.model)) }
let sizes = [forwards.parameterCount, bothWays.parameterCount]
show(
  Table(
    ["", "seed", "units", "parameters", "right of six, %", "std error", "of all, %"],
    rows: scores.flatMap { seed, ahead, both in
      [
        ["forwards", seed, "28", sizes[0], ahead.asked, ahead.error, ahead.all],
        ["both ways", seed, "16 + 16", sizes[1], both.asked, both.error, both.all],
      ]
    }), kind: .varies)
claim(
  "the forward network has as many parameters or up to 3 % more",
  sizes[0] * 100 <= sizes[1] * 103 && sizes[0] >= sizes[1])
claim(
  "forwards, it reaches the 70 % and does not pass them, within three standard errors",
  scores.allSatisfy { abs($0.ahead.asked - best[0]) < 3 * $0.ahead.error }, from: .standard)
claim("both ways, it passes the line by more than 10 points", scores.allSatisfy { $0.both.asked > best[0] + 10 })
claim("and is right more than 99 times in 100", scores.allSatisfy { $0.both.asked > 99 }, from: .standard)
claim("of all words the forward network has nine in ten right, or more", scores.allSatisfy { $0.ahead.all > 90 })

//: More training, more units or another cell cannot lift the forward network over the line: what it lacks is not in its input. (The line is an expectation; the sentences of a
//: test are some of many, hence the standard error.) The last column, all words, is a warning: most words are easy, and an accuracy over all of them hides what is asked.
//:
//: ## One beginning, three endings
//:
//: Each column is a word, and its colour the probability that it is part of a name. The first row is exact: the best that can be said of a word without what comes after it.

let endings = [
  "he said , teddy roosevelt was a great president", "he said , teddy bears the cost",
  "he said , teddy bears are on sale",
].map(split)
func soFar(_ words: [String]) -> [Double] { words.indices.map { known(Array(words[...$0]))[$0] } }
show(
  Heatmap(
    "Forwards it cannot tell at teddy; both ways it can", x: "word", y: "who reads", color: "P(part of a name)",
    range: 0...1,
    panels: zip(endings, ["a name", "a name", "no name"]).map { words, title in
      Panel(
        title, [soFar(words), names(forwards, words), names(bothWays, words)], columns: words,
        rows: ["the best", "forwards", "both ways"])
    }), as: "tags")
let atTeddy = endings.map { (forwards: names(forwards, $0)[3], bothWays: names(bothWays, $0)[3]) }
claim("forwards, the three are the same at teddy", atTeddy.allSatisfy { abs($0.forwards - atTeddy[0].forwards) < 1e-6 })
claim("and within 0.2 of ½", abs(atTeddy[0].forwards - 0.5) < 0.2, from: .standard)
claim(
  "both ways, the names have more than 0.9 and the bears less than 0.1",
  zip(atTeddy, [true, true, false]).allSatisfy { $1 ? $0.bothWays > 0.9 : $0.bothWays < 0.1 }, from: .standard)

//: “Teddy bears the cost” leads even a reader astray. After *bears* the exact probability of a name has fallen to a third; *the* makes it certain.
//:
//: Here are the two states along the first sentence and the last. The sentences differ from *roosevelt* on, and so →a is the same up to *teddy*; ←a has seen the difference by then.

func states(_ words: [String]) -> Matrix<Float> {
  let inputs: SequenceBatch<Float> = TokenBatch(sequence: Teddies.ids(words)).oneHot(size: vocabulary.count)
  return bothWays.layer(inputs).outputSequence.trajectory(example: 0)
}
let (withName, withBears) = (states(endings[0]), states(endings[2]))
func panel(_ title: String, _ states: Matrix<Float>, _ units: Range<Int>, _ words: [String]) -> Panel {
  Panel(title, units.map { unit in words.indices.map { Double(states[unit, $0]) } }, columns: words)
}
show(
  Heatmap(
    "Up to teddy →a is the same in both sentences, and ←a is not", x: "word read", y: "unit", color: "state",
    palette: .diverging, range: -1...1,
    panels: [
      panel("→a, a name", withName, 0..<16, endings[0]), panel("→a, bears", withBears, 0..<16, endings[2]),
      panel("←a, a name", withName, 16..<32, endings[0]), panel("←a, bears", withBears, 16..<32, endings[2]),
    ]), as: "states")
func change(_ units: Range<Int>, _ t: Int) -> Float { units.map { abs(withName[$0, t] - withBears[$0, t]) }.max()! }
claim("up to teddy →a is the same to the last bit", (0...3).allSatisfy { change(0..<16, $0) == 0 })
claim("at teddy a unit of ←a differs by more than a half", change(16..<32, 3) > 0.5, from: .standard)

//: ## The influence of x⟨j⟩ on ŷ⟨i⟩
//:
//: Lesson 05 drew the influence map |∂ŷ⟨i⟩/∂x⟨j⟩|, the logits of word i against word j. In a forward network no later word has any: those cells are grey.

let costly = endings[1]
func influence<Layer>(_ model: Tagger<Layer>) -> [[Double]] where Layer.Scalar == Float {
  let x: SequenceBatch<Float> = TokenBatch(sequence: Teddies.ids(costly)).oneHot(size: vocabulary.count)
  let map = model.layer.influence(of: x, through: model.output)
  return costly.indices.map { i in costly.indices.map { map[i, $0] } }
}
let maps = [influence(forwards), influence(bothWays)]
show(
  Heatmap(
    "Both ways, the tag of teddy also depends on what comes after it", x: "word that is read, x⟨j⟩",
    y: "word that is tagged, ŷ⟨i⟩", color: "log₁₀ of influence, relative to the row's largest", range: -1.5...0,
    panels: zip(["forwards", "both ways"], maps).map { name, map in
      let values = map.map { row in row.map { $0 > 0 ? log10($0 / row.max()!) : .nan } }
      return Panel(name, values, columns: costly, rows: costly)
    }), as: "influence")
let ofTeddy = maps[1][3]
let future = ofTeddy[4...].reduce(0, +) / ofTeddy.reduce(0, +)
show("influence of the three words after teddy on its tag, share of all", future, kind: .varies)
claim(
  "forwards, the influence of a later word is exactly 0",
  maps[0].enumerated().allSatisfy { i, row in row[(i + 1)...].allSatisfy { $0 == 0 } })
claim("both ways, no influence is 0", maps[1].joined().allSatisfy { $0 > 0 })
claim("the words after teddy have more than a third of the influence on its tag", future > 1 / 3.0, from: .standard)

//: The map holds derivatives, what a *small* change would do. A network that is certain of its tag is flat there: that the words before *teddy* have influence on its logits
//: does not mean that they could turn the tag.
//:
//: ## Which output says what the whole sequence was
//:
//: The tagger needs both states at each word. A *class* for the whole sequence (many to one) needs one column that has read all of it, and here many go wrong. The output at
//: the last step is out⟨T⟩ = [→a⟨T⟩; ←a⟨T⟩]. Its forward half has read the sequence, but its backward half **has read one word**: it started there. The states that have read
//: everything are →a⟨T⟩ and ←a⟨1⟩, at opposite ends. (In PyTorch: `output[-1]` is the wrong one, the two of `h_n` are the right ones.)
//:
//: The task: five sentences in a row, some sixty words, and the question *who spoke first*, one of six. Networks of 16 + 16 plain units, the same start, the same passages. The
//: one reads its class from out⟨T⟩, which is a tagger with a target at the last step only; the other from [→a⟨T⟩; ←a⟨1⟩], the library's `finalOutput`, as its `Classifier`
//: does. No batch comes twice, so the loss is that on passages never seen.

let guess: Double = log(6)
let speakers = ["he", "she", "historian", "teacher", "shopkeeper", "tailor"]
show("words in a passage, in the mean", 5 * grammar.grammar.expectedLength)
func passages(_ count: Int, using random: inout RandomSource) -> (words: TokenBatch, mask: Mask, speakers: [Int32]) {
  let passages = (0..<count).map { _ in (0..<5).flatMap { _ in told[random.index(below: told.count)].words } }
  let first = passages.map { words in Int32(speakers.firstIndex(of: words.first(where: speakers.contains)!)!) }
  let (tokens, mask) = TokenBatch.padded(passages.map(Teddies.ids))
  return (tokens, mask, first)
}
func losses<Model: ReadoutModel>(
  _ name: String, _ model: Model, on next: (inout RandomSource) -> Model.Batch
) -> Curve where Model.Scalar == Float {
  var random = RandomSource(seed: run.seed() &+ 200)
  let steps = run.choose(quick: 40, standard: 300, full: 1_000)
  let curve = trainedByAdam(name, model, steps: steps, rate: 0.004, window: steps / 20) { next(&random) }.curve
  return (name, curve.steps, curve.losses)
}
let reader = Bidirectional(
  forward: Recurrent(RNNCell<Float>(inputSize: vocabulary.count, hiddenSize: 16, using: &random)),
  backward: Recurrent(RNNCell<Float>(inputSize: vocabulary.count, hiddenSize: 16, using: &random)))
let dense = Dense<Float>(inputSize: 32, outputSize: 6, using: &random)
let wrong = losses("out⟨T⟩", Tagger(layer: reader, output: dense)) {
  let batch = passages(50, using: &$0)
  var atTheEnd = TokenBatch(length: batch.words.length, batch: 50)
  for (example, length) in batch.mask.lengths.enumerated() { atTheEnd[length - 1, example] = batch.speakers[example] }
  return TaggerBatch(inputs: .tokens(batch.words), targets: atTheEnd, mask: batch.mask)
}
let right = losses("[→a⟨T⟩; ←a⟨1⟩]", Classifier(layer: reader, output: dense)) {
  let batch = passages(50, using: &$0)
  return ClassifierBatch(inputs: .tokens(batch.words), targets: batch.speakers, mask: batch.mask)
}
show(
  Chart(
    "out⟨T⟩ has lost the beginning, [→a⟨T⟩; ←a⟨1⟩] has just read it", x: "training step", y: "cross-entropy [nats]",
    [wrong, right].map { .line($0.name, x: $0.x, y: $0.y) } + [.rule("a guess: ln 6", y: guess)]), as: "last-output")
claim("out⟨T⟩ stays within 0.1 of a guess", abs(wrong.y.last! - guess) < 0.1)
claim("[→a⟨T⟩; ←a⟨1⟩] comes below 0.1", right.y.last! < 0.1, from: .standard)

//: The wrong one has the beginning in →a⟨T⟩ alone, sixty steps away; Lesson 05 measured how little of a plain network's gradient comes so far. In ←a⟨1⟩ it was read a moment ago.
//:
//: ## A batch of unequal lengths
//:
//: In a batch, the shorter sentences are padded behind their end. A forward network meets the padding when it is done with the sentence. A backward one would *begin* with it,
//: so each sentence is turned round within its own length, and a **mask** keeps padded steps from changing a state. The answer is then that of each sentence alone:

let mixed = Array(test.map(\.words).prefix(200))
let (padded, mask) = TokenBatch.padded(mixed.map(Teddies.ids))
func largestChange<Layer>(_ model: Tagger<Layer>, mask: Mask?) -> Double where Layer.Scalar == Float {
  let ŷ = model.probabilities(.tokens(padded), mask: mask)
  return mixed.indices.map { example in
    zip(names(model, mixed[example]), mixed[example].indices).map { abs($0 - Double(ŷ[$1][1, example])) }.max()!
  }.max()!
}
let (masked, unmasked) = (largestChange(bothWays, mask: mask), largestChange(bothWays, mask: nil))
let unmaskedForwards = largestChange(forwards, mask: nil)
show("largest change of a probability, forwards without the mask", unmaskedForwards, kind: .varies)
show("both ways, with the mask and without", [masked, unmasked], kind: .varies)
claim("with the mask, the batch gives the same as the sentences one by one, within 10⁻⁵", masked < 1e-5)
claim("forwards it does so without the mask too", unmaskedForwards < 1e-5)
claim("both ways, without the mask, a probability changes by more than a tenth", unmasked > 0.1, from: .standard)

//: ## The price
//:
//: 001 names it: the whole sequence is needed before the first prediction. Whoever tags speech as it is spoken, at 0.4 s a word, has the tag of the first word after

show(
  Table(
    ["words", "forwards", "look-ahead 5", "both ways", "steps of ←a to keep up"],
    rows: [7, 18, 60, 150].map { T in
      [T] + [0, min(5, T - 1), T - 1].map { "\(formatted(0.4 * Double($0))) s" } + [T * (T + 1) / 2]
    }))

//: Both ways, the wait grows with the length. Not to wait, but to tag at once and correct the tags later, means to take ←a anew from each new word back to the first: T (T + 1)
//: / 2 steps, the last column. For a finished text all this costs nothing. For live captions it is too much, and one settles for a **look-ahead** of k words.
//:
//: How good can tags be then? Each of the six words is tagged once k more have been read: the network is handed x⟨1⟩ … x⟨t+k⟩ as if that were all. The grammar says exactly how
//: much can be known. One network is that from above, trained on whole sentences; another, of the same kind, was trained on beginnings of sentences, cut at random.

func bounded<Layer>(_ model: Tagger<Layer>, _ k: Int) -> Double where Layer.Scalar == Float {
  let asked = test.prefix(2_000).flatMap { sentence in
    sentence.places(of: TaggedGrammar.teddyWords).map { (sentence, place: $0) }
  }
  let heard = TaggerBatch<Float>(asked.map { $0.prefix($1 + 1 + k) }, vocabulary: vocabulary)
  let tags = model.tags(heard.inputs, mask: heard.mask)
  let right = asked.enumerated().count { tags[$1.place, $0] == heard.targets[$1.place, $0] }
  return 100 * Double(right) / Double(asked.count)
}
let whole = best.indices.map { bounded(bothWays, $0) }
let pieces = best.indices.map { bounded(studies[0].pieces, $0) }
let ks = best.indices.map(Double.init)
show(
  Chart(
    "Five words of the future are enough, for a network trained to do with them", x: "look-ahead k [words]",
    y: "right of the six words [%]",
    [
      .line("the best, exactly", x: ks, y: best), .points("trained on beginnings", x: ks, y: pieces),
      .line("trained on whole sentences", x: ks, y: whole, hasPoints: true),
    ]), as: "look-ahead")
show("the best for k = 0 … 6, %", best)
claim(
  "the best grows with k, from 70 % to 100 % at five words",
  zip(best, best.dropFirst()).allSatisfy { $0 < $1 + 1e-9 } && best[4] < 99 && abs(best[5] - 100) < 1e-9)
claim(
  "trained on beginnings, the network is within 3 points of the best for every k",
  zip(pieces, best).allSatisfy { abs($0 - $1) < 3 }, from: .standard)
claim(
  "trained on whole sentences and handed no future, it is at least 10 points worse than the forward network",
  whole[0] < scores[0].ahead.asked - 10, from: .standard)

//: So live speech need not do without the future, only with less of it: after two seconds the tags are here as good as at the end. But a network must be trained as it is used.
//: The other takes the end of what it is handed for the end of the sentence. Deep Speech 2, a recogniser (Amodei et al. 2016), reads live speech forwards, and a layer on top
//: sees a small number of later steps.
//:
//: ## A sentence of your own
//:
//: `swift run Lesson08 --sentence "He said, Ruby covers the table."` trains both networks and tags the sentence with each. They know the words of the grammar; any other is read as
//: ⟨UNK⟩, and the run says which. Here it is *turner*:

let own = OwnSentence("Amber and Olive Turner were great friends.", vocabulary: vocabulary)
show(own)
show(tagTable(own.words, forwards, bothWays), kind: .varies)
claim("one word is unknown", own.unknown == ["turner"])
claim(
  "both ways, the three names have more than a half and the rest less",
  names(bothWays, own.words).map { $0 > 0.5 } == [true, false, true, true, false, false, false], from: .standard)

//: ## Break it
//:
//: **Take a half away**: the trained bidirectional network, with 0 in the place of →a or of ←a.

func without(_ half: Range<Int>) -> Double {
  var model = bothWays
  for unit in half { for tag in 0..<2 { model.output.Wya[tag, unit] = 0 } }
  return score(model).asked
}
let breaks = [("as trained", scores[0].both.asked), ("without ←a", without(16..<32)), ("without →a", without(0..<16))]
show(Table(["", "right of the six words, %"], rows: breaks.map { [$0, $1] }), kind: .varies)
claim("without ←a it has less than 60 %", breaks[1].1 < 60, from: .standard)
claim("without →a it is right as before", breaks[2].1 > 99, from: .standard)

//: It has left the six words to ←a, and →a alone cannot even do what the forward network can. More that breaks stands above: the last output, the batch without its mask, the
//: network that is handed half a sentence and was trained on whole ones.
//:
//: ## What to expect
//:
//: An LSTM layer has 4 n_a (n_a + n_x + 1) parameters, a bidirectional one twice as many, and its output n_y (2 n_a + 1).

let V = vocabulary.count
func lstm(_ n: Int) -> Int { 4 * n * (n + V + 1) }
show(
  Table(
    ["", "expected", "this run"],
    rows: [
      ["parameters, forwards", lstm(28) + 2 * (28 + 1), sizes[0]],
      ["both ways", 2 * lstm(16) + 2 * (32 + 1), sizes[1]],
      ["right of the six, forwards, %", best[0], scores[0].ahead.asked], ["both ways", 100, scores[0].both.asked],
      ["both ways, no look-ahead", best[0], pieces[0]], ["both ways, look-ahead of 5", best[5], pieces[5]],
      ["who spoke first, from out⟨T⟩, nats", guess, wrong.y.last!], ["from [→a⟨T⟩; ←a⟨1⟩]", 0, right.y.last!],
    ]), kind: .varies)
claim("the parameters are as counted", sizes == [lstm(28) + 2 * 29, 2 * lstm(16) + 2 * 33])

//: The grammar is made so that the gap is wide. The network is that of Schuster and Paliwal (1997). On phonemes of real speech Graves and Schmidhuber (2005) found networks that
//: read both ways better than forward ones, and LSTMs better than plain units.
//:
//: ## Exercises
//:
//: 1. Historian, teacher, shopkeeper and tailor keep to their trade nine times in ten instead of four in five. What is the best without the future now?

// fold: Answer
//: A third of the sentences says *he* or *she*, where P is ½; in two thirds the likelier tag has 0.9: (0.5 + 0.9 + 0.9) / 3 = 0.767.

func best(_ rules: String, on word: String, lookAhead: Int = 0) -> Double {
  attempt { try TaggedGrammar(rules) }.bestAccuracies(on: [word], lookAhead: lookAhead)[lookAhead]
}
let speakersRules = "Sentence -> he A | historian B | tailor C A -> P | T B -> [9] P | T C -> P | [9] T"
claim("0.767", abs(best(speakersRules + " P -> teddy* miller* T -> teddy bears", on: "teddy") - 0.767) < 5e-4)
// fold end

//: 2. The notes' vocabulary has 10,000 words. A bidirectional layer of 100 + 100 LSTM units reads them, and a softmax over two tags follows. How many parameters?

// fold: Answer
//: 2 · 4 · 100 · (100 + 10,000 + 1) + 2 · (200 + 1) = 8,081,202.

claim("8,081,202", 2 * 4 * 100 * (100 + 10_000 + 1) + 2 * (200 + 1) == 8_081_202)
// fold end

//: 3. “Break it” shows that here ←a alone would do. In another language there are four sentences, equally likely: *her name was rose*, *her coat was rose*, *rose sang well*, *rose coats sold
//:    well*. What is the best for *rose* that →a alone can do, ←a alone, and both?

// fold: Answer
//: →a tells the first two apart and guesses in the others: (1 + 1 + ½ + ½) / 4 = ¾. ←a tells the last two apart and is also right in ¾. Both are always right: language needs
//: both directions.

let four = ["her name was rose*", "her coat was rose", "rose* sang well", "rose coats sold well"]
let rules = "Sentence -> " + four.joined(separator: " | ")
let fromTheEnd = "Sentence -> " + four.map { split($0).reversed().joined(separator: " ") }.joined(separator: " | ")
claim("→a alone ¾, ←a alone ¾", best(rules, on: "rose") == 0.75 && best(fromTheEnd, on: "rose") == 0.75)
claim("both always", best(rules, on: "rose", lookAhead: 3) == 1)
// fold end

//: [Lesson 07](../07-lstm/README.md) has the cell that these networks are made of, and [Lesson 05](../05-vanishing-gradients/README.md) the gradient that does not reach sixty
//: steps back. The next puts layers one above the other: [deep networks](../09-deep/README.md).

end()
