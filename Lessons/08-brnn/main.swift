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

  func validate() throws { try sentence.map(OwnSentence.check) }
}

let options = Options.parseLesson()
let run = options.notebook

begin("08", "Bidirectional RNN", run, withProse: options.sentence == nil)
if let text = options.sentence {
  tagOwn(text, run)
  end()
}

//: *he said , **teddy roosevelt** was a great president*
//:
//: *he said , teddy bears are on sale*
//:
//: Is *teddy* part of a name? You read one word more, and then you know. The networks of the lessons before can't do that. They answer at
//: *teddy*, and up to there the two sentences are the same. Same words, same state, same answer: one of the two must be wrong.
//:
//: Then let's read from the end! Here that works. But in the next two sentences, the word that decides comes *before* (*rose* is a name and a
//: colour):
//:
//: *her name was **rose***
//:
//: *her coat was rose*
//:
//: Can a network read from both ends?

// page: off
/// The states of both chains over words, after an entry that only fills its place; with one more at the end for ←a.
func bothChains(_ words: [String]) -> (fromLeft: [Double], fromRight: [Double], answers: [Double]) {
  let x = [0] + words.map(hint) + [0]
  var (fromLeft, fromRight) = (x.map { _ in 0.0 }, x.map { _ in 0.0 })
  for t in 1...words.count { fromLeft[t] = tanh(fromLeft[t - 1] + x[t]) }
  for t in (1...words.count).reversed() { fromRight[t] = tanh(fromRight[t + 1] + x[t]) }
  return (fromLeft, fromRight, x.indices.map { sigmoid(4 * fromLeft[$0] + 4 * fromRight[$0]) })
}
let coats = bothChains(split("rose coats sold well"))
show(
  chainsPicture(
    split("rose coats sold well"), fromLeft: coats.fromLeft, fromRight: coats.fromRight, answer: coats.answers[1]),
  as: "chains")
// page: on

//: Yes. This is a **bidirectional** network, and it reads *rose coats sold well*. Start with the blue boxes. They are a recurrent layer as you
//: know it: it reads from left to right, and its state is →a⟨t⟩. We call it the **forward chain**. The orange boxes are a second layer, with
//: weights of its own. It reads from right to left, so ←a⟨t⟩ is made from x⟨t⟩ and ←a⟨t+1⟩. That's the **backward chain**. (The arrow over or
//: before a letter only says which chain is meant.) At the top, every answer ŷ⟨t⟩ sees both states.
//:
//: Now look at *rose*, on the left. In the states, plus speaks for a person and minus for a thing. The blue state is 0: nothing has been said
//: yet. The orange one is −0.64, because this chain has already read *coats*. From both comes the answer at the top: a name, with only 7 %.
//:
//: Don't mix up the backward chain with the backward pass. Both chains belong to the forward pass, from the words to the answers. And no arrow
//: leads from one chain to the other: only the answer brings them together.

claim(
  "at *rose*, →a is 0 and ←a is −0.64, and a name has 7 %",
  coats.fromLeft[1] == 0 && abs(coats.fromRight[1] + 0.64) < 0.005 && percent(coats.answers[1]) == "7 %")

//: ## Two words, by hand
//:
//: The numbers in the picture come from the smallest bidirectional network, with one unit in each chain. Its input is a single number: 1 for a
//: word that goes with a person (*name*, *sang*), −1 for one that goes with a thing (*coat*, *coats*), and 0 for all others. All weights in the
//: chains are 1, and there are no biases. So each state is the tanh of a sum, the state before plus the input:
//:
//: ```math
//: \overrightarrow{a}^{\langle t\rangle} = \tanh(\overrightarrow{a}^{\langle t-1\rangle} + x^{\langle t\rangle}), \qquad \overleftarrow{a}^{\langle t\rangle} = \tanh(\overleftarrow{a}^{\langle t+1\rangle} + x^{\langle t\rangle})
//: ```
//:
//: The forward chain starts from 0 before the first word. The backward chain starts from 0 *behind the last word*. Let them read *rose sang*,
//: with x⟨1⟩ = 0 and x⟨2⟩ = 1:
//:
//: - from the left: →a⟨1⟩ = tanh(0 + 0) = 0, then →a⟨2⟩ = tanh(0 + 1) = 0.76
//: - from the right: ←a⟨2⟩ = tanh(0 + 1) = 0.76, then ←a⟨1⟩ = tanh(0.76 + 0) = 0.64
//:
//: In code, the places 0 and 3 hold the zeros at the start. (`fromLeft[t]` is →a⟨t⟩, and `fromRight[t]` is ←a⟨t⟩.)

let x = [0.0, 0, 1, 0]  // x[1] is rose, x[2] is sang
var fromLeft = [0.0, 0, 0, 0], fromRight = [0.0, 0, 0, 0]
for t in [1, 2] { fromLeft[t] = tanh(fromLeft[t - 1] + x[t]) }
for t in [2, 1] { fromRight[t] = tanh(fromRight[t + 1] + x[t]) }

//: What does the answer see at *rose*? Both states in one column, →a⟨1⟩ on top of ←a⟨1⟩. They are **concatenated**, written [→a⟨1⟩, ←a⟨1⟩] as in
//: Lesson 06. Two numbers come in, here 0 and 0.64, and there are two classes, "no name" and "name". So W_ya is (2, 2). We take
//:
//: ```math
//: W_{ya} = \begin{pmatrix} 0 & 0 \\ 4 & 4 \end{pmatrix}, \qquad W_{ya} \begin{pmatrix} 0 \\ 0.64 \end{pmatrix} = \begin{pmatrix} 0 \\ 2.6 \end{pmatrix}
//: ```
//:
//: The logits are 0 and 2.6, and the softmax turns them into 7 % and 93 %: a name. In the picture they are 0 and 4 · (0 − 0.64) = −2.6, and a
//: name has 7 %. With →a⟨1⟩ alone, both logits would be 0, and the answer 50 %.

// page: off
let handLogit = 4 * fromLeft[1] + 4 * fromRight[1]
// page: on
claim(
  "the states are 0, 0.76 and 0.64, 0.76; with both, *rose* is a name with 93 %, with →a alone with 50 %; the picture has the logit −2.6",
  [fromLeft[1], fromLeft[2], fromRight[1], fromRight[2]].map(short) == ["0", "0.76", "0.64", "0.76"]
    && abs(handLogit - 2.6) < 0.05 && percent(sigmoid(handLogit)) == "93 %"
    && percent(sigmoid(4 * fromLeft[1])) == "50 %"
    && abs(4 * coats.fromLeft[1] + 4 * coats.fromRight[1] + 2.6) < 0.05)

//: ## In code
//:
//: With n_a units, each chain has a W_ax, a W_aa and a b_a of its own:
//:
//: ```math
//: \begin{aligned}
//: \overrightarrow{a}^{\langle t\rangle} &= \tanh(\overrightarrow{W}_{aa}\,\overrightarrow{a}^{\langle t-1\rangle} + \overrightarrow{W}_{ax}\,x^{\langle t\rangle} + \overrightarrow{b}_a) \\
//: \overleftarrow{a}^{\langle t\rangle} &= \tanh(\overleftarrow{W}_{aa}\,\overleftarrow{a}^{\langle t+1\rangle} + \overleftarrow{W}_{ax}\,x^{\langle t\rangle} + \overleftarrow{b}_a) \\
//: \hat y^{\langle t\rangle} &= \mathrm{softmax}(W_{ya}\,[\overrightarrow{a}^{\langle t\rangle},\,\overleftarrow{a}^{\langle t\rangle}] + b_y)
//: \end{aligned}
//: ```
//:
//: The concatenated column has 2 n_a numbers, so W_ya has the shape (n_y, 2 n_a). Below, `left` and `right` hold the weights of the forward and
//: the backward chain, `x[1]` to `x[T]` are the words, as columns, and all states are zeros at first. The two loops differ only in their
//: direction:

// page: off
let (nx, na, T) = (3, 4, 7)
var dice = RandomSource(seed: run.seed())
let left = Chain(inputSize: nx, hiddenSize: na, using: &dice)
let right = Chain(inputSize: nx, hiddenSize: na, using: &dice)
let output = Dense<Double>(inputSize: 2 * na, outputSize: 2, using: &dice)
let (Wya, by) = (output.Wya, output.by)
let inputs = randomColumns(nx, T, using: &dice)
func read(_ x: [Columns]) -> (fromLeft: [Columns], fromRight: [Columns], ŷ: [Columns]) {
  var fromLeft = Array(repeating: Columns(rows: na, columns: 1), count: T + 2)
  var fromRight = fromLeft
  // page: on
  for t in 1...T {
    fromLeft[t] = tanh(left.Waa * fromLeft[t - 1] + left.Wax * x[t] + left.ba)
  }
  for t in (1...T).reversed() {
    fromRight[t] = tanh(right.Waa * fromRight[t + 1] + right.Wax * x[t] + right.ba)
  }
  let ŷ = (1...T).map { t in softmax(Wya * [fromLeft[t], fromRight[t]] + by) }  // ŷ[0] is ŷ⟨1⟩
  // page: off
  return (fromLeft, fromRight, ŷ)
}
func sameStates(_ one: [Columns], _ other: [Columns]) -> [Int] { (1...T).filter { one[$0] == other[$0] } }
let general = read(inputs)
var changed = inputs
changed[5] = -1 * inputs[5]
let other = read(changed)
// page: on

claim(
  "with the same random weights, this code and the library give the same ŷ",
  zip(general.ŷ, answersOfTheLibrary(left, right, Wya: Wya, by: by, inputs)).allSatisfy {
    $0.largestDifference(from: $1) < 1e-12
  })
claim(
  "if x⟨5⟩ of seven changes, →a⟨1⟩ to →a⟨4⟩ stay the same, and so do ←a⟨6⟩ and ←a⟨7⟩; all seven answers change",
  sameStates(general.fromLeft, other.fromLeft) == [1, 2, 3, 4]
    && sameStates(general.fromRight, other.fromRight) == [6, 7]
    && zip(general.ŷ, other.ŷ).allSatisfy { $0 != $1 })

//: And training? The unrolled network has no circle in it, so the backward pass of [Lesson 03](../03-bptt/README.md) works as it is. At each
//: step, the gradient of the concatenated column is cut in two: the upper n_a numbers go into →a⟨t⟩, the lower ones into ←a⟨t⟩. From there on,
//: each chain has a backward pass of its own, against its own direction. Any cell will do in place of the tanh units, and often it's the LSTM.
//:
//: ## Experiment 1: each chain alone
//:
//: Here is a very small language. It has four sentences, all equally likely:
//:
//: - *her name was **rose***
//: - *her coat was rose*
//: - ***rose** sang well*
//: - *rose coats sold well*
//:
//: How often can the forward chain alone be right about *rose*? In the first two sentences it has read everything, so it's right every time. In
//: the last two it has read nothing but *rose*. So it gives the same answer in both, once wrongly. That makes (1 + 1 + ½ + ½) / 4 = ¾. From the
//: right it's the other way round, and again ¾. We train three networks of tanh units: a forward chain of 8, a backward chain of 8, and a
//: bidirectional network with 4 in each chain, which has the fewest parameters. (`roses` does the training, 300 steps for each.) Guess first:
//: what will each chain alone say?

// page: off
let roses = RoseSentences(seed: run.seed(), steps: run.choose(quick: 150, standard: 300, full: 1_000))
// page: on
let ahead = roses.trainForwardChain(units: 8)
let back = roses.trainBackwardChain(units: 8)
let two = roses.trainBoth(unitsEach: 4)

// page: off
let byAhead = RoseSentences.atRose(ahead), byBack = RoseSentences.atRose(back, fromTheEnd: true)
let byTwo = RoseSentences.atRose(two)
show(roseTable(forward: byAhead, backward: byBack, both: byTwo))
claim(
  "each chain alone gives 0.45 to 0.55 in two sentences, and is right with more than 90 % in two; both together are in all four",
  zip([byAhead[0], byBack[2]], [byAhead[1], byBack[3]]).allSatisfy { $0 > 0.9 && $1 < 0.1 }
    && [byAhead[2], byAhead[3], byBack[0], byBack[1]].allSatisfy { abs($0 - 0.5) < 0.05 }
    && byTwo[0] > 0.9 && byTwo[2] > 0.9 && byTwo[1] < 0.1 && byTwo[3] < 0.1
    && two.parameterCount < min(ahead.parameterCount, back.parameterCount))
// page: on

//: Each number is the probability that *rose* is a name. In the last two rows, the forward chain says one half, and that's the best it can say.
//: In the first two, the backward chain does. Only the network with both is right in all four. We tested on the very sentences that we trained
//: on, but even learning by heart doesn't help a single chain: what it lacks isn't in its input.
//:
//: ## Experiment 2: seventy per cent
//:
//: Now a larger language, with 15,876 sentences. Six words, *teddy*, *rose*, *ruby*, *amber*, *olive* and *jade*, can begin a name or a thing
//: to sell. Here are three sentences, with the names in brackets:

// page: off
let sentences = NameSentences(run)
for sentence in sentences.examples(with: ["he", "historian", "tailor"]) { show(sentence) }
// page: on

//: What can you know at *teddy*, before the next word? A little, if you look who speaks. Historians and teachers speak of a person four times in
//: five, and shopkeepers and tailors of a thing. If you must answer at once, the best guess is the likelier one.
//: It's the same for the other five words.

// page: off
let speakers = [
  "he said , teddy", "the historian said , teddy", "the tailor said , teddy", "the tailor said , ruby and amber",
]
let chances = speakers.map(NameSentences.chance)
show(
  Table(
    ["who speaks", "share of the sentences", "P(name)", "best guess", "right in"],
    rows: [
      ["*he* or *she*", "⅓", "½", "either", "½"], ["*the historian* or *the teacher*", "⅓", "⅘", "name", "⅘"],
      ["*the shopkeeper* or *the tailor*", "⅓", "⅕", "no name", "⅘"],
    ] as [[String]]))
let best = NameSentences.grammar.bestAccuracies(on: NameSentences.asked, lookAhead: 6).map { 100 * $0 }
claim(
  "over all 15,876 sentences, the best guess at the six words is right in 70 %",
  zip(chances, [0.5, 0.8, 0.2, 0.2]).allSatisfy { abs($0 - $1) < 1e-12 } && abs(best[0] - 70) < 1e-9
    && NameSentences.grammar.grammar.sentenceCount == 15_876)
// page: on

//: The average is (½ + ⅘ + ⅘) / 3 = 0.7. So no forward network can be right in more than 70 %, however large it is and however long you train it
//: (but for luck in a test).
//:
//: Now we train two LSTMs. One is a forward chain of 28 units with 9,578 parameters, the **forward network** from now on. The other is
//: bidirectional with 16 units in each chain, 9,410 parameters. Both get 600 steps on the same sentences, and we draw others for the test.
//: (`sentences` holds them all.) Where will each of them end?

let forward = sentences.trainForward(units: 28)
let both = sentences.trainBidirectional(unitsEach: 16)

// page: off
show(accuracyChart(forward: forward, both: both, best: best[0]), as: "accuracy")
let (forwardScore, bothScore) = (sentences.score(forward), sentences.score(both))
claim(
  "the forward network has 9,578 parameters, the bidirectional one 9,410",
  forward.parameterCount == 9_578 && both.parameterCount == 9_410)
claim(
  "at the end, 68 % to 72 % of the six words are right with the forward network, more than 99 % with the bidirectional one",
  abs(forwardScore - 70) < 2 && bothScore > 99, from: .standard)
claim(
  "at no point of the curve are more than 75 % right with the forward network",
  forward.curve.right.allSatisfy { $0 <= 75 }, from: .standard)
// page: on

//: The blue curve climbs to the dashed line and gets no further: there is nothing more to learn from the past. It can fall below the line for a
//: while. The green curve goes on to 100 %.
//:
//: Here are both on three sentences that begin alike:

// page: off
let endings = [
  "he said , teddy roosevelt was a great president", "he said , teddy bears the cost",
  "he said , teddy bears are on sale",
].map(split)
show(
  tagHeatmap(Array(zip(endings, ["a name", "a name", "no name"])), forward: forward, both: both), as: "tags")
let (oneWay, twoWay) = (endings.map { forward.probabilities($0)[3] }, endings.map { both.probabilities($0)[3] })
claim(
  "at *teddy* the forward network gives the same probability three times, between 0.3 and 0.7",
  oneWay.allSatisfy { abs($0 - oneWay[0]) < 1e-5 } && abs(oneWay[0] - 0.5) < 0.2, from: .standard)
claim(
  "at *teddy* the bidirectional network gives more than 0.9, more than 0.9 and less than 0.1",
  twoWay[0] > 0.9 && twoWay[1] > 0.9 && twoWay[2] < 0.1, from: .standard)
// page: on

//: Each column is a word. Yellow means that the network takes it for part of a name, dark purple that it doesn't, and green is in between.
//: *teddy* is outlined. In the upper row it has the same green three times: the forward network can't tell. In the lower row it's yellow where
//: *teddy* is a person, and dark where it isn't. Don't miss *teddy bears the cost* in the middle: there even the next word misleads.
//:
//: In this language a backward chain alone would do, since all you need comes after the word. That's why we began with *rose*.
//:
//: ## The price: you have to wait
//:
//: The backward chain starts at the last word, so before the first answer the sentence must be complete. For a written text that's no problem,
//: but nobody wants to wait for the subtitles of live speech. A compromise is a **look-ahead**: wait for k more words, then answer.
//:
//: How large must k be? For our language we can compute the best possible for each k, as we did for k = 0. And we test our bidirectional
//: network: it gets the sentence up to k words after one of the six, and must answer. We also train a second one, not on whole sentences but on
//: *beginnings*, cut off at random.

let onBeginnings = sentences.trainBidirectional(unitsEach: 16, onBeginnings: true)
let byWhole = (0...6).map { k in sentences.right(both, lookAhead: k) }
let byBeginnings = (0...6).map { k in sentences.right(onBeginnings, lookAhead: k) }

// page: off
show(lookAheadChart(best: best, whole: byWhole, pieces: byBeginnings), as: "look-ahead")
claim(
  "the best possible is 70 % with no word, 82 % with one, 87 % with two, 96 % with three or four and 100 % with five",
  best.prefix(6).map { $0.rounded() } == [70, 82, 87, 96, 96, 100])
claim(
  "trained on beginnings, the network is at most 4 percentage points below the best for every k",
  zip(best, byBeginnings).allSatisfy { $0 - $1 < 4 }, from: .standard)
let after = [
  "roosevelt", "bears", "bears are", "and rose", "and rose bears", ", rose and", ", rose and jade",
  ", rose and jade bears",
].map(NameSentences.chanceOfTeddy)
claim(
  "*teddy* is settled by *roosevelt*, by *bears are* but not by *bears*, and in the two lists by *bears* and no word before",
  zip(after, [1, nil, 0, 0.5, 0, 0.5, 0.5, 0]).allSatisfy { $1 == nil ? $0 > 0.1 && $0 < 0.9 : abs($0 - $1!) < 1e-12 })
claim(
  "trained on whole sentences, with no word of the future, more than 95 % are taken for names, and 47 % to 53 % are right",
  sentences.named(both, lookAhead: 0) > 95 && abs(byWhole[0] - 50) < 3, from: .standard)
claim(
  "one word more brings less than 5 percentage points, and with six words at most 99 % are right",
  byWhole[1] - byWhole[0] < 5 && byWhole[6] <= 99, from: .standard)
// page: on

//: Follow the best possible. One word of the future settles *teddy roosevelt* (82 %), two settle *teddy bears are* (87 %), and three *teddy and
//: rose bears* (96 %; two people would *bear*). That leaves *teddy , rose and jade bears*. The fourth word after *teddy* is *jade* and tells you nothing, but the fifth
//: settles it. Trained on beginnings, the network gets about all that can be had.
//:
//: The surprise is the green line. With k = 0, that network takes nearly all of the six words for names, and half of them are. Even the forward
//: network is better. One word more hardly helps, and six still leave mistakes. In training, its backward chain always began at the end of a
//: sentence. Now it begins in the middle. The moral: train a network on what it'll get when it's used.
//:
//: ## One answer for a whole sequence
//:
//: What if you want one answer for the whole text, such as whether a review is good or bad? With one chain, you take the last state. With two,
//: many people take both states of the last step, [→a⟨T⟩, ←a⟨T⟩]. But what have they read?

// page: off
show(readPicture(split("rose coats sold well")), as: "what-is-read")
// page: on

//: Each box says which words the state has read. At the last step, on the right, →a⟨4⟩ has read words 1 to 4. But ←a⟨4⟩ has only read word 4,
//: because that's where the backward chain starts! The two that have read everything are green, at *opposite ends*: →a⟨T⟩ and ←a⟨1⟩. So take
//: [→a⟨T⟩, ←a⟨1⟩]: one has just read the end, the other the beginning.
//:
//: Does it matter? We put five sentences in a row, 61 words on average, and ask: who spoke *first*? There are six speakers, so chance level is
//: a loss of ln 6 = 1.79 nats. We train a bidirectional network twice, with 16 tanh units in each chain, from the same initial weights and on
//: the same 300 batches. Only the place where we read the answer differs. (`passages` does the training.)

// page: off
let passages = Passages(
  told: sentences.told, seed: run.seed(), steps: run.choose(quick: 40, standard: 300, full: 1_000))
// page: on
let wrong = passages.train(readingFrom: .lastStep)  // [→a⟨T⟩, ←a⟨T⟩]
let good = passages.train(readingFrom: .lastOfEachChain)  // [→a⟨T⟩, ←a⟨1⟩]

// page: off
show(passageChart(lastStep: wrong, lastOfEachChain: good), as: "last-output")
claim(
  "read at the last step, the loss is still within 0.1 of ln 6 after 300 steps",
  abs(wrong.losses.last! - log(6)) < 0.1, from: .standard)
claim(
  "read at the end of each chain, the loss is below 0.1", good.losses.last! < 0.1 && Passages.words.rounded() == 61,
  from: .standard)
// page: on

//: The upper curve stays at chance level, at least for these 300 steps. In [→a⟨T⟩, ←a⟨T⟩], only →a⟨T⟩ has read the first speaker, about sixty
//: steps ago. To have read isn't to have kept: that must be learned, and [Lesson 05](../05-vanishing-gradients/README.md) showed how little
//: gradient gets that far. The lower curve falls to almost nothing. ←a⟨1⟩ has read the beginning just now, and the gradient has a short way.
//:
//: ## Break it
//:
//: **Make it a language model.** [Lesson 04](../04-language-model/README.md) let a network guess the next word. Could a bidirectional one do it
//: better? We train both kinds on whole sentences, with the sizes of Experiment 2 and 300 steps each. At each word they say what comes next, a
//: word or ⟨EOS⟩. (`next` does that.)

// page: off
let next = NextWord(sentences, seed: run.seed(), steps: run.choose(quick: 40, standard: 300, full: 1_000))
// page: on
let honest = next.trainForward()
let cheat = next.trainBidirectional()

// page: off
show(
  Table(
    ["network", "loss with the whole sentence, nats per token", "with only the words so far"],
    varying: ["loss with the whole sentence, nats per token", "with only the words so far"],
    rows: [("forward", honest), ("bidirectional", cheat)].map { name, outcome in
      [name, String(format: "%.2f", outcome.whole), String(format: "%.2f", outcome.soFar)]
    }))
claim(
  "with the whole sentence, the bidirectional network has a loss below 0.2 nats per token, the forward one above 0.5",
  cheat.whole < 0.2 && honest.whole > 0.5, from: .standard)
claim(
  "with only the words so far, the forward network has the same loss as before, and the bidirectional one a higher one",
  abs(honest.soFar - honest.whole) < 1e-3 && cheat.soFar > honest.soFar + 0.1, from: .standard)
// page: on

//: With the whole sentence, the bidirectional network hardly makes a mistake! But it doesn't guess, it copies. At step t the answer is x⟨t+1⟩,
//: and the backward chain has just read it, because ←a⟨t⟩ is made from ←a⟨t+1⟩. To *write*, a network has to choose the next word before it's
//: there. So in the second column, we hand over the words up to x⟨t⟩ and no more. The forward network doesn't mind. The bidirectional one is now
//: the worse of the two: in training its state had always read the answer, so it had no need to learn to guess.
//:
//: You could train it on beginnings, to say what comes after their last word. But at the last word, ←a⟨t⟩ has read nothing but x⟨t⟩, and →a⟨t⟩
//: has read that too. So when you write, the backward chain brings nothing new.
//:
//: **Forget the mask.** In a batch, short sentences are padded at the end ([Lesson 01](../01-notation/README.md)). A forward network meets the
//: padding when its answers are already given. A backward chain *begins* with it. Take the backward chain by hand, now with a bias of −0.3. It
//: reads *rose sang* and two boxes of padding behind. Their input is 0, but the bias and the old state are still added: ←a⟨4⟩ = tanh(0 + 0 −
//: 0.3) = −0.29, then ←a⟨3⟩ = tanh(−0.29 + 0 − 0.3) = −0.53. So the chain needs the mask, as in [Lesson 02](../02-forward-pass/README.md):
//: where it's 0, the chain keeps the old state. So it comes to *sang* with 0:

// page: off
let padded = ["rose", "sang", "", ""]
let byMask = [[1.0, 1, 1, 1], [1, 1, 0, 0]].map { backwardStates(padded, bias: -0.3, mask: $0) }
show(
  Table(
    ["backward chain", "←a⟨4⟩, padding", "←a⟨3⟩, padding", "←a⟨2⟩, *sang*", "←a⟨1⟩, *rose*"],
    rows: zip(["without the mask", "with the mask"], byMask).map { name, a in
      [name] + [4, 3, 2, 1].map { short(a[$0]) }
    }))
claim(
  "without the mask, the state at *rose* is −0.13 and speaks for a thing, with the mask it's 0.30 and speaks for a person",
  byMask[0][1...4].map(short) == ["−0.13", "0.17", "−0.53", "−0.29"]
    && byMask[1][1...4].map(short) == ["0.30", "0.60", "0", "0"])
// page: on

//: Without the mask, *rose* is a thing. Now the two networks of Experiment 2. They were trained with the mask, and we only test them without it.
//: How many of the six words are right?

// page: off
let unmasked = (forward: sentences.score(forward, masked: false), both: sentences.score(both, masked: false))
show(
  Table(
    ["network", "right with the mask, %", "right without it, %"],
    varying: ["right with the mask, %", "right without it, %"],
    rows: [("forward", forwardScore, unmasked.forward), ("bidirectional", bothScore, unmasked.both)].map {
      [$0, String(format: "%.1f", $1), String(format: "%.1f", $2)]
    }))
claim("the forward network has just as many right without the mask", forwardScore == unmasked.forward)
claim(
  "without the mask, the bidirectional network gets more than 5 in 100 of the six words wrong",
  unmasked.both < 95, from: .standard)
// page: on

//: The forward network doesn't notice. The bidirectional one gets many more of the six words wrong.

// fold: The same layer in PyTorch
//: `torch.nn.LSTM(n_x, n_a, bidirectional=True)` is our layer of Experiment 2. Lessons 02 and 07 have what is true of every layer. Here is
//: what's new:
//:
//: - `output` has the shape (T, m, 2 n_a). The first n_a numbers are →a⟨t⟩, the others ←a⟨t⟩. So `output[-1]` is
//:   [→a⟨T⟩, ←a⟨T⟩].
//: - `h_n` has the shape (2, m, n_a): `h_n[0]` is →a⟨T⟩, and `h_n[1]` is ←a⟨1⟩. For one answer, put these two together:
//:   `torch.cat([h_n[0], h_n[1]], dim=1)`. In `output`, the same two are `output[-1, :, :n_a]` and `output[0, :, n_a:]`.
//: - The weights of the backward chain have the names of the forward chain with `_reverse` at the end, such as `weight_hh_l0_reverse`.
//: - For sentences of unequal length, give it a `pack_padded_sequence`. Then the backward chain starts at the last word of each sentence, and
//:   `h_n` is right. `output` is packed too, and `pad_packed_sequence` unpacks it. For a short sentence its last steps are padding, so
//:   don't look for →a⟨T⟩ in `output[-1]`: take `h_n`.
// fold end

// fold: In your notes
//: - **Ng's notes** (000, "缺点") count it among the faults of an RNN that it "only captures what came before". Under "双向循环神经网络" they have the
//:   figure only.
//: - **Ng's notes** (001, "Bidirectional RNN") combine "information from the past, the present and the future": →a⟨t−1⟩, x⟨t⟩ and ←a⟨t+1⟩. They
//:   say of the figure that one part of the forward propagation is computed from left to right, another from right to left. Forward propagation
//:   means here what our picture shows, from the words to the answers. They also name the price, "need the entire sequence of data before
//:   making predictions".
//: - **Ng's notes** (001) call the bidirectional network of LSTM units the most used one for language. That was so when they were written.
//:   Since 2018, mostly networks without recurrence have taken its place.
//: - **Goodfellow** (003, "双向RNN"; 10.3 in the book) writes h for →a, and g for ←a.
//: - The network is from Schuster and Paliwal (1997). Graves and Schmidhuber (2005) showed on real speech that reading in both directions
//:   helps, and that LSTM units help more than tanh units.
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise08` marks what you write in [Exercise08.swift](Exercise/Exercise08.swift), and tells you what went
//: wrong. And three questions:
//:
//: 1. Let the small network by hand read *her name was rose*. What are →a⟨4⟩ and ←a⟨4⟩, and what does it answer at *rose*?

// fold: Answer
//: The inputs are 0, 1, 0, 0. From the left: 0, tanh(1) = 0.76, tanh(0.76) = 0.64, tanh(0.64) = 0.57. From the right, *rose* comes first: ←a⟨4⟩
//: = tanh(0 + 0) = 0. The second logit is 4 · 0.566 = 2.26, so *rose* is a name with 91 %.

// page: off
let named = bothChains(split("her name was rose"))
claim(
  "→a⟨4⟩ is 0.57, ←a⟨4⟩ is 0, and a name has 91 %",
  named.fromLeft[1...].prefix(4).map(short) == ["0", "0.76", "0.64", "0.57"] && named.fromRight[4] == 0
    && abs(4 * named.fromLeft[4] - 2.26) < 0.006 && percent(named.answers[4]) == "91 %")
// page: on
// fold end

//: 2. Suppose that the historian, the teacher, the shopkeeper and the tailor keep to their subject nine times in ten, not four in five. How
//:    often can a forward network be right about *teddy*?

// fold: Answer
//: A third of the sentences has *he* or *she*, where ½ is the best. In the other two thirds it's 0.9. (0.5 + 0.9 + 0.9) / 3 = 0.767.

// page: off
let rules = """
  Sentence -> he A | historian B | tailor C
  A -> P | T
  B -> [9] P | T
  C -> P | [9] T
  P -> teddy* miller
  T -> teddy bears
  """
claim("the best is 0.767", abs(best(rules, on: "teddy") - 0.767) < 0.0005)
// page: on
// fold end

//: 3. A bidirectional LSTM layer with 100 + 100 units reads 10,000 different words as one-hot columns. On top is a softmax over two classes.
//:    How many parameters does it all have?

// fold: Answer
//: Each chain has 4 · 100 · (100 + 10,000 + 1) = 4,040,400 ([Lesson 07](../07-lstm/README.md)), so two have 8,080,800. W_ya is (2, 200) and b_y
//: is (2, 1), which makes 402 more: 8,081,202. Note that it's twice the number of *one* chain of 100. A single chain of 200 units would have
//: about as many, because most weights are in W_ax.

claim("it has 8,081,202 parameters", parameterCount(words: 10_000, unitsEach: 100, classes: 2) == 8_081_202)
// fold end

//: ## In short
//:
//: A bidirectional network has two chains: one reads from the left, the other from the right, and each answer sees both states. So it can use
//: what comes before a word and what comes after it. The price is that the text must be there before the first answer: live speech needs a
//: look-ahead, and a language model would only copy. If you want one answer for the whole sequence, take →a⟨T⟩ and ←a⟨1⟩, which are at opposite
//: ends.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson08 --sentence "amber bears the cost"
//: swift run Lesson08 --seed 2  # other sentences and weights
//: swift run Lesson08 --full    # three times the training
//: ```
//:
//: The first one tags a sentence of yours with both networks. The cell that we used is in [Lesson 07](../07-lstm/README.md). So far, all our
//: networks had one layer, or two side by side. The next ones stack them: [deep networks](../09-deep/README.md).

end()
