import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @OptionGroup(title: "A text of your own") var own: OwnText
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("04", "Language model and sampling", run, withProse: !options.own.isAsked)
if options.own.isAsked {
  options.own.run(run, using: &random)
  end()
}

//: *The apple and **pear** salad was delicious.*
//:
//: *The apple and **pair** salad was delicious.*
//:
//: Say both aloud. They sound the same, so a machine that only listens can't know which one you said. A friend would know at once. After *the
//: apple and* she expects something to eat, and *pair* would surprise her.
//:
//: Can a network learn to expect words like that, from nothing but sentences? And if it knows what comes next, can it go on and write sentences
//: of its own? This lesson does both. First we measure how surprised a network is by a text. Then we let it write.

// page: off
let kitchen = Kitchen(sentences: run.choose(quick: 3_000, standard: 12_000, full: 60_000), using: &random)
let steps = run.choose(quick: 120, standard: 1_200, full: 6_000)
let wordNet = kitchen.train("a model of words", kitchen.words, units: 64, steps: steps, points: 12, using: &random)
show(readingPicture(wordNet), as: "reading")
// page: on

//: Here is such a network at work. It is the chain of [Lesson 02](../02-forward-pass/README.md): it reads one word per step and carries a hidden
//: state a⟨t⟩ along. (The first input is 0, because nothing has been read yet.) At every step its output is a guess at the *next* word: a
//: probability for each word that it knows. Above each step stands the word that came next, with its probability. *The* is easy to guess, and
//: *apple* is not: many words can follow *the*. Now look at the last step. *Pear* gets a probability of more than a half, and *pair* next to
//: nothing.
//:
//: A network that gives every possible next word a probability is called a **language model**. This one decides for *pear* without hearing a
//: thing.

claim(
  "after *the apple and*, the probability of *pear* is more than a half and that of *pair* less than one in a thousand",
  wordNet.probability(of: "pear", after: "the apple and") > 0.5
    && wordNet.probability(of: "pair", after: "the apple and") < 0.001, from: .standard)

//: ## By hand: how likely is a sentence?
//:
//: Take a shorter sentence, *the cooks eat*. Say that a language model expects its words like this (the bar | is read "after"):
//:
//: | step | it has read | next comes | P(next \| read) |
//: |--:|---|---|--:|
//: | 1 | nothing | the | 0.2 |
//: | 2 | the | cooks | 0.5 |
//: | 3 | the cooks | eat | 0.1 |
//: | 4 | the cooks eat | ⟨EOS⟩ | 0.8 |
//:
//: How likely is the whole sentence? Think of 1,000 sentences. 200 of them begin with *the*. Half of these, 100, go on with *cooks*. A tenth of
//: these, 10, go on with *eat*. And 8 of these end there. So the probability is 8 in 1,000. You've multiplied the four numbers:
//:
//: 0.2 · 0.5 · 0.1 · 0.8 = 0.008
//:
//: That's the **chain rule of probability**: the probability of a sequence is the product of the probabilities of its parts, each *after* what
//: came before it. (It isn't the chain rule for derivatives, but both multiply along a chain.) And the end counts as a part. The token ⟨EOS⟩,
//: "end of sentence" ([Lesson 01](../01-notation/README.md)), tells *the cooks eat* from the beginning of *the cooks eat the soup*.
//:
//: A product is no good for long texts. With 400 words of probability 0.1 each it would be 10⁻⁴⁰⁰, and the computer stores 0. So we take
//: logarithms and *add* them. The logarithm of a probability is negative or 0, so we turn the sign round: each token has a loss, −ln P. (The
//: code writes log for ln.)

let p = [0.2, 0.5, 0.1, 0.8]
let losses = p.map { -log($0) }
let nats = losses.reduce(0, +) / 4

// page: off
show(
  Table(
    ["", "the", "cooks", "eat", "⟨EOS⟩", "sum", "mean"],
    rows: [
      ["P"] + p.map { "\($0)" } + ["–", "–"],
      ["−ln P"] + (losses + [losses.reduce(0, +), nats]).map { String(format: "%.2f", $0) },
    ]))
claim(
  "the product is 0.008, the sum 4.83, and e^−4.83 is the product again",
  abs(p.reduce(1, *) - 0.008) < 1e-12 && abs(4 * nats - 4.83) < 0.005 && abs(exp(-4 * nats) - 0.008) < 1e-12)
claim("10⁻⁴⁰⁰ is stored as 0, and its logarithm is −∞", pow(0.1, 400.0) == 0 && log(pow(0.1, 400.0)) == -.infinity)
// page: on

//: (The losses are rounded, so a sum by hand may differ in the last digit.)
//:
//: Read it as surprise. A token that was certain to come would have a loss of 0. *Eat* was unlikely, so it has the largest. The mean over the
//: tokens is the **cross-entropy**: the loss that you know from softmax classifiers, here with the next word as the right class. We take the
//: mean because we want to compare texts of different lengths.
//:
//: You'll meet this number in three units:
//:
//: - in **nats**, with the natural logarithm: 1.207 nats per token.
//: - in **bits**, with the logarithm to base 2. A bit is ln 2 = 0.693 nats, so it is 1.207 / 0.693 = 1.74 bits per token.
//: - as **perplexity**, a number of choices. If N tokens are equally likely, each has the probability 1/N and the loss ln N. So e to the power
//:   of the loss is N. For our model it's e^1.207 = 3.34: it's as unsure as with 3.34 equally likely tokens.

claim(
  "1.207 nats, 1.74 bits, a perplexity of 3.34",
  abs(nats - 1.207) < 0.0005 && abs(bits(nats: nats) - 1.74) < 0.005 && abs(perplexity(nats: nats) - 3.34) < 0.005)

//: ## In code: a network that reads
//:
//: Now with the network. The first input is the zero vector, and every later input is the word before:
//:
//: ```math
//: x^{\langle 1\rangle} = 0, \qquad x^{\langle t\rangle} = y^{\langle t-1\rangle}
//: ```
//:
//: y⟨t−1⟩ is the word that *really came*, as a one-hot column. It is not what the network expected: if *pair* had come in the salad, then *pair*
//: would be the next input. The rest is the chain you know, with a softmax over the vocabulary:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(W_{aa}\,a^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad \hat y^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y)
//: ```
//:
//: Each entry of ŷ⟨t⟩ is the probability of one word, after all the words before. The loop picks the entry of the word that came, takes its
//: logarithm, and adds:

func logP(_ sentence: [String], _ net: Network) -> Double {
  var (a, x, sum) = (net.noState, net.noInput, 0.0)
  for word in sentence + [net.end] {
    a = tanh(net.Waa * a + net.Wax * x + net.ba)
    let ŷ = softmax(net.Wya * a + net.by)
    sum += log(ŷ[net.index(of: word), 0])
    x = net.oneHot(word)  // the word that came
  }
  return sum
}

//: `net` holds the weights. `noState` and `noInput` are columns of zeros, `end` is ⟨EOS⟩, `index(of:)` is the place of a word in the vocabulary,
//: and `oneHot` makes its one-hot column. Our network of words, `wordNet`, has 64 units and knows 234 tokens. We ask it about both salads
//: (`split` cuts a sentence into words):

let pear = logP(split("the apple and pear salad was delicious"), wordNet)
let pair = logP(split("the apple and pair salad was delicious"), wordNet)

// page: off
let timesAsLikely = exp(pear - pair)
show(
  Table(
    ["the apple and … salad", "log P"], varying: ["log P"],
    rows: [["pear", pear], ["pair", pair], ["difference", pear - pair]]))
show("e to the difference", String(format: "%.0f", timesAsLikely), kind: .varies)
claim(
  "the loop gives what the library's `logProbability(of:)` gives, within 0.001",
  abs(wordNet.logProbability(of: split("the apple and pear salad was delicious")) - pear) < 1e-3)
claim("the sentence with *pear* is more than a thousand times as likely", timesAsLikely > 1000, from: .standard)
claim("the vocabulary has 234 tokens", wordNet.vocabulary.count == 234)
// page: on

//: A difference of logarithms is the logarithm of a ratio. So e to the difference says how many times as likely the network finds the sentence
//: with *pear*. That answers our first question.
//:
//: ## A language with a floor
//:
//: Where did the network learn this? From 10,000 sentences in the kitchen language of Lesson 01. Here are five:

// page: off
show(kitchen.told.prefix(5).map { $0.joined(separator: " ") }.joined(separator: "\n"))
claim(
  "more than one in ten of the 10,000 sentences has the word *pair*, and none has *pair salad*",
  kitchen.share(with: "pair") > 0.1 && !kitchen.told.contains { $0.joined(separator: " ").contains("pair salad") }
    && kitchen.grammar.logProbability(of: split("the apple and pair salad was delicious")) == -.infinity)
// page: on

//: A **grammar** made them: a list of rules about cooks, markets and food. One of its rules says that a sweet dish ends with *salad*, *tart*,
//: *cake* or *pie*, with the probabilities 0.4, 0.3, 0.2 and 0.1. The others are like it, and together they can make 21 million sentences.
//: *Pair* is a common word here, as in *a pair of gloves*. But it never stands in a salad.

// page: off
let endings = kitchen.grammar.continuations(of: split("the apple and pear")).sorted { $0.probability > $1.probability }
claim(
  "after *the apple and pear*, the grammar goes on with *salad*, *tart*, *cake* or *pie*, with these probabilities",
  endings.map(\.word) == ["salad", "tart", "cake", "pie"] && kitchen.grammar.sentenceCount / 100_000 == 209
    && zip(endings, [0.4, 0.3, 0.2, 0.1]).allSatisfy { abs($0.probability - $1) < 1e-9 })
// page: on

//: Why not take English? Because we want to know how good a language model can get. For English nobody knows. For our grammar we can compute it.
//:
//: Start small, with a language of only three sentences. A comes half of the time, B and C a quarter of the time each. You know these numbers,
//: so they are your guess. When A comes, your loss is −ln ½ = 0.69. When B or C comes, it is −ln ¼ = 1.39. On average:
//:
//: ½ · 0.69 + ¼ · 1.39 + ¼ · 1.39 = 1.04 nats per sentence
//:
//: This is the **entropy**: the mean loss of a guesser who knows the true probabilities p_i.
//:
//: ```math
//: H = -\sum_i p_i \ln p_i
//: ```
//:
//: Can another guess do better? Try ⅓ for each. Then every sentence costs ln 3 = 1.10. Try ¼, ½, ¼, with B as the favourite: ½ · 1.39 + ¼ · 0.69
//: + ¼ · 1.39 = 1.21. Both are worse. No guess beats the true probabilities, so the entropy is the floor under every loss.

// fold: Why no guess is better
//: Say that a guess has q_i where the truth is p_i. How much does it win on average? The key is that ln x is never more than x − 1; the two
//: touch at x = 1. Put q_i / p_i for x:
//:
//: ```math
//: \sum_i p_i \ln q_i - \sum_i p_i \ln p_i = \sum_i p_i \ln\frac{q_i}{p_i} \le \sum_i p_i \left(\frac{q_i}{p_i} - 1\right) = \sum_i q_i - \sum_i p_i = 1 - 1 = 0
//: ```
//:
//: On the left stands the loss of the truth minus the loss of the guess. It's never above 0, so the guess wins nothing. (In books, this is
//: Gibbs' inequality.)
// fold end

//: For our grammar it's the same sum, with 21 million sentences in the place of three. (The program takes a short cut through the rules.) But a
//: network's loss is per *token*: all losses divided by all tokens. So we divide by the mean number of tokens in a sentence. In the code,
//: `kitchen.grammar` knows both numbers; its `expectedLength` doesn't count ⟨EOS⟩:

let natsPerSentence = kitchen.grammar.entropy
let tokensPerSentence = kitchen.grammar.expectedLength + 1

// page: off
show("nats per sentence", String(format: "%.3f", natsPerSentence))
show("tokens per sentence", String(format: "%.3f", tokensPerSentence))
show("nats per token", natsPerSentence / tokensPerSentence)
let threeSentences = [0.5, 0.25, 0.25].reduce(0) { $0 - $1 * log($1) }
claim(
  "with ½, ¼, ¼, the entropy is 1.04 nats; guesses of ⅓ each cost 1.10, and ¼, ½, ¼ cost 1.21",
  abs(threeSentences - 1.04) < 0.005 && abs(log(3) - 1.10) < 0.005
    && abs(0.5 * log(4) + 0.25 * log(2) + 0.25 * log(4) - 1.21) < 0.005)
claim(
  "the grammar has 1.355 nats per token, a perplexity of 3.9",
  abs(kitchen.entropy - 1.355) < 0.0005 && abs(perplexity(nats: kitchen.entropy) - 3.9) < 0.05)
// page: on

//: The perplexity is e^1.355 = 3.9: even if you know the grammar, you're as unsure as with about four equally likely tokens. So if the loss
//: doesn't reach 0, that's not the network's fault.
//:
//: ## Experiment 1: how close does it get?
//:
//: A loss means little on its own, so we put **baselines** beside it: what you can have without a network.
//:
//: - *Uniform*: each of the 234 tokens gets 1/234. That's a loss of ln 234 = 5.46, and about what a network has before its training.
//: - *Unigram*: each word gets its frequency, whatever came before. That's still more than 4 nats.
//: - *Bigram*: look at the last word, and count what followed it in the training sentences. It knows that *of* follows *pair*, but it remembers
//:   only one word. That leaves about 2.3 nats.
//:
//: We train as in [Lesson 03](../03-bptt/README.md), but with 50 sentences at a time and with **Adam**. It keeps a moving average of each weight's
//: gradient and one of its square, and divides the first by the root of the second. For a gradient that's always g, that's g/√g² = ±1, whether g is large
//: or small. This times the learning rate is the step.
//:
//: After 1,200 **training steps**, each of them one change of the weights, we test the network on 2,000 fresh sentences from the grammar. Guess:
//: will it get past the bigram? How near will it come to the floor?

// page: off
show(lossChart(wordNet, kitchen), as: "words-loss")
let loss = wordNet.curve.heldOut.last!
claim(
  "after 200 steps the network is better than the bigram, and at the end it has 1.41 nats per token, give or take 0.03",
  wordNet.curve.heldOut[1] < kitchen.baselines[2].loss && abs(loss - 1.41) < 0.03, from: .standard)
claim(
  "on the same sentences, a guesser who knows the grammar has 0.04 to 0.07 nats less",
  0.04...0.07 ~= loss - kitchen.lossOfTheGrammar, from: .standard)
var dice = random
claim(
  "uniform is 5.46, an untrained network is within 0.1 of it, and unigram is more than 4",
  abs(kitchen.baselines[0].loss - 5.46) < 0.005 && kitchen.baselines[1].loss > 4
    && abs(kitchen.untrainedLoss(units: 64, using: &dice) - 5.46) < 0.1)
claim("the bigram has about 2.3", abs(kitchen.baselines[2].loss - 2.3) < 0.1, from: .standard)
// page: on

//: The curve begins far above the frame. After 200 training steps it's below the bigram. At the end it has come down to 1.41 nats per token,
//: about 0.05 above the floor: the network is nearly as good as one can be.

// fold: More about the training, and a remark on the fresh sentences
//: Adam is by Kingma and Ba (2015). We also shorten a gradient that gets too long: that's **clipping**, and [Lesson
//: 05](../05-vanishing-gradients/README.md) shows what it's for. The bigram adds 1 to each count, so that nothing gets the probability 0.
//:
//: About a third of the fresh sentences are in the training set too. The grammar can make 21 million, but short ones come up again and again. We
//: leave them in, since the floor is the mean over *all* sentences.

claim(
  "about a third of the fresh sentences were in the training set too",
  0.3...0.42 ~= kitchen.shareOfFreshTold, from: .standard)
// fold end

//: And what did it learn? Here is its guess at every word of our sentence. Each column is one ŷ⟨t⟩. Below it stands the word that came, and the
//: cell of that word is outlined. The rows are the likeliest of the 234 words, and *pair*, with an arrow:

// page: off
show(nextWordHeatmap(wordNet, along: "the apple and pear salad was delicious", with: "pair"), as: "next-word")
claim(
  "*pear* is the likeliest after *the apple and*", wordNet.likeliest(after: "the apple and") == "pear", from: .standard)
claim(
  "*pair* is the likeliest after *the cook needs a new*",
  wordNet.likeliest(after: "the cook needs a new") == "pair", from: .standard)
claim(
  "after *the apple and pear salad*, the network bets on ⟨EOS⟩, and after the last word it is nearly certain of it",
  wordNet.likeliest(after: "the apple and pear salad") == "⟨EOS⟩"
    && wordNet.probability(of: "⟨EOS⟩", after: "the apple and pear salad was delicious") > 0.95, from: .standard)
// page: on

//: Look at the column of *pear*, which is the guess after *the apple and*. The cell of *pear* is bright, *lemon* has a little, and *pair* is
//: dark. In the next column, *salad*, *tart*, *cake* and *pie* share the probability. You know their true values: 0.4, 0.3, 0.2 and 0.1. In the
//: column of *was* the network bet on ⟨EOS⟩, because many sentences are no more than a dish on a menu. In the last column, ⟨EOS⟩ is nearly
//: certain.
//:
//: Is *pair* forbidden, then? No: in another sentence, after *the cook needs a new*, it is the likeliest word of all. The network didn't learn
//: to avoid the word. It learned where it belongs.
//:
//: ## By hand: one draw
//:
//: So far the network reads. To let it write, we *draw* a word from its guess: each word with its own probability. How does a computer draw?
//: Take the true probabilities after *the apple and pear*:
//:
//: | | salad | tart | cake | pie |
//: |---|--:|--:|--:|--:|
//: | P | 0.4 | 0.3 | 0.2 | 0.1 |
//: | summed up | 0.4 | 0.7 | 0.9 | 1 |
//:
//: Take a random number u between 0 and 1, every one as likely as another. Go along the sums and stop at the first that is larger than u. With u
//: = 0.62 we pass 0.4 and stop at 0.7: *tart*. Any u from 0.4 to 0.7 gives *tart*. That's a piece of length 0.3, as it should be.

func draw(_ p: [Double], at u: Double) -> Int {
  var sum = 0.0
  for i in p.indices {
    sum += p[i]
    if u < sum { return i }
  }
  return p.count - 1  // if rounding left the sum below 1
}

claim(
  "u = 0.62 gives *tart*, the second of the four, and so do 0.41 and 0.69, but not 0.39 or 0.71",
  [0.62, 0.41, 0.69, 0.39, 0.71].map { draw(endings.map(\.probability), at: $0) } == [1, 1, 1, 0, 2])

//: ## In code: a network that writes
//:
//: Now comes the trick of this lesson. Draw a word from ŷ⟨t⟩, and let the network *read* it, as if it had come from a text. Then draw the next.
//: This is **sampling**:

// page: off
show(loopPicture(), as: "loop")
// page: on

//: On the left is the training. The loss compares ŷ⟨1⟩ with the true word. Then the true word becomes x⟨2⟩: follow the dashed green arrow. On
//: the right is the sampling. There is no text, so a word is drawn from ŷ⟨1⟩, and that becomes x⟨2⟩, along the solid orange arrow. The weights
//: are the same on both sides. Here is the right side in Swift. `random.uniform()` is our u, and `tokens` is the list of all words. Two
//: arguments are for later: `start` is empty for now, so y is the word drawn, and τ = 1 does nothing.

func write(_ net: Network, after start: [String] = [], τ: Double = 1) -> [String] {
  var (a, x, text) = (net.noState, net.noInput, [String]())
  while text.count < 120 {
    a = tanh(net.Waa * a + net.Wax * x + net.ba)
    let ŷ = softmax(1 / τ * (net.Wya * a + net.by))
    let drawn = net.vocabulary.tokens[draw(ŷ.elements, at: random.uniform())]
    let y = text.count < start.count ? start[text.count] : drawn
    if y == net.end { break }
    text.append(y)
    x = net.oneHot(y)
  }
  return text
}

//: The loop ends when ⟨EOS⟩ is drawn, or after 120 tokens. Here are five sentences:

let five = (1...5).map { _ in write(wordNet).joined(separator: " ") }

// page: off
show(five.joined(separator: "\n"), kind: .varies)
var (mine, library) = (random, random)
claim(
  "the library's `Sampler` draws the same twenty sentences from the same random numbers",
  (1...20).allSatisfy { _ in
    random = mine
    let sentence = write(wordNet).joined(separator: " ")
    mine = random
    return sentence == wordNet.sample(using: &library)
  })
// page: on

//: With `start` you choose the first words. The network reads them as in training, and goes on from there. That's called **priming**. After *the
//: hungry*, three times:

let primed = (1...3).map { _ in write(wordNet, after: ["the", "hungry"]).joined(separator: " ") }

// page: off
show(primed.joined(separator: "\n"), kind: .varies)
// page: on

//: How good is that? We let it write 100 sentences and ask the grammar about each of them.

// page: off
let hundred = (1...100).map { _ in write(wordNet).joined(separator: " ") }
let known = Set(kitchen.told.map { $0.joined(separator: " ") })
show("of 100 sentences, the grammar could have made", kitchen.possible(hundred), kind: .varies)
show(
  "of these, not among the 10,000 it was trained on", kitchen.possible(hundred.filter { !known.contains($0) }),
  kind: .varies)
claim(
  "of 100 sentences, at least 60 are the grammar's, and more than half of these are new",
  kitchen.possible(hundred) >= 60
    && 2 * kitchen.possible(hundred.filter { !known.contains($0) }) > kitchen.possible(hundred), from: .standard)
// page: on

//: Most of what it writes is correct, and more than half of that is new: the network doesn't just repeat what it has read. And the rest? Here
//: are two that the grammar couldn't have made. One other word would mend each of them. Which one would you change?

// page: off
let mendable = kitchen.mendable(hundred, limit: 2)
show(mendable.joined(separator: "\n"), kind: .varies)
claim("of the 100, two or more need only one other word", mendable.count == 2, from: .standard)
// page: on

//: Sometimes a word is simply out of place. And sometimes two words don't go together, such as one *brother* and *were*.
//:
//: ## Experiment 2: names, letter by letter
//:
//: A token doesn't have to be a word. Take characters, and let a line break be the end. Then a new network, `nameNet`, again of 64 units, can
//: learn the names of more than a thousand dinosaurs. At a few points of the training we let it write three:

// page: off
let dinosaurs = Names(using: &random)
let (nameNet, writtenOnTheWay) = dinosaurs.train(
  steps: run.choose(quick: 120, standard: 1_200, full: 2_400), using: &random)
show(dinosaurs.progress(of: nameNet, written: writtenOnTheWay))
claim(
  "of more than 1,000 names, 128 are held out; on these the network ends between 1.7 and 1.9 nats per character",
  dinosaurs.read.count + dinosaurs.heldOut.count > 1000 && dinosaurs.heldOut.count == 128
    && dinosaurs.vocabulary.decode(dinosaurs.heldOut.last!) == "tyrannosaurus"
    && 1.7...1.9 ~= nameNet.curve.heldOut.last!, from: .standard)
claim("a bigram of characters has about 2.2", abs(dinosaurs.bigram - 2.2) < 0.1)
// page: on

//: After 25 steps, it's a heap of letters. After 1,200, some of the names could stand in a museum. The network was never told what a syllable
//: is, or that so many names end in *-saurus*. It found that out because it lowers the loss.
//:
//: *Tyrannosaurus* is one of the 128 names held out, so the network has never read it. Here are its guesses:

// page: off
let tyrannosaurus = "tyrannosaurus".map(String.init)
let letterByLetter = nameNet.guesses(along: tyrannosaurus)
show(
  guessHeatmap(
    "The next character, guessed before it comes; the one that came is outlined", letterByLetter,
    along: (tyrannosaurus + ["\n"]).map { Int32(nameNet.index(of: $0)) }, vocabulary: nameNet.vocabulary),
  as: "next-character")
let lossByLetter = zip(tyrannosaurus + ["\n"], letterByLetter).map { -log($1[nameNet.index(of: $0)]) }
claim(
  "the first four letters cost more than six nats, the last four and the end together less than one",
  lossByLetter.prefix(4).reduce(0, +) > 6 && lossByLetter.suffix(5).reduce(0, +) < 1, from: .standard)
// page: on

//: Each column is again one ŷ⟨t⟩, and the character that came is outlined. The first columns are dark: a name can begin in many ways. Now follow
//: the outlined cells to the right. The first four letters cost more than six nats, the last four and the end together less than one. That's
//: where a loss comes from: from the places where the text really has a choice.

// fold: Characters or words?
//: Which is better? Characters need only 35 tokens, and you can spell everything with them, even words that don't exist. But a sentence gets
//: longer.
//:
//: We train a network of characters on the same 10,000 sentences, again with 64 units and 1,200 steps. Its vocabulary is small, so it has only a
//: quarter of the parameters of `wordNet`. To be fair, we also train a small network of words, with about as many parameters as the network of
//: characters. We compare the loss of a whole sentence, because a character is a smaller piece than a word. The floor is the same for all three:
//: the nats per sentence that we computed above.

let letterNet = kitchen.train("characters, 64 units", kitchen.letters, units: 64, steps: steps, using: &random)
let smallNet = kitchen.train("words, 17 units", kitchen.words, units: 17, steps: steps, using: &random)

// page: off
show(comparison([wordNet, smallNet, letterNet], kitchen, using: &random))
let writtenInLetters = (1...100).map { _ in letterNet.sample(using: &random) }
func perSentence(_ net: Network) -> Double { net.curve.heldOut.last! * kitchen.length(net.vocabulary) }
claim(
  "small words and characters have the same number of parameters, within 3 %",
  abs(Double(smallNet.model.parameterCount) / Double(letterNet.model.parameterCount) - 1) < 0.03)
claim(
  "the loss per sentence is higher for the characters than for both networks of words",
  perSentence(letterNet) > perSentence(wordNet) && perSentence(letterNet) > perSentence(smallNet), from: .standard)
claim("of 100 sentences written in characters, at most 15 are correct", kitchen.possible(writtenInLetters) <= 15)
// page: on

//: (Here each network writes a new hundred sentences, so the count of `wordNet` isn't the one above.) Compare the last two rows. The network of
//: characters has the higher loss, and hardly any of its sentences is correct. It has to spend its units on spelling. And words that belong
//: together are farther apart if you count characters; [Lesson 05](../05-vanishing-gradients/README.md) shows why that's hard. More units and
//: more training help the characters; we didn't try how far.
//:
//: With words, whatever isn't in the vocabulary becomes ⟨UNK⟩. If we kept only the 100 commonest words of our language, that would be one word
//: in six. The network of characters never meets an unknown word, but it makes up some.

claim("with the 100 commonest words, about one word in six is unknown", 0.14...0.19 ~= kitchen.unknown(keeping: 100))
claim("the characters make up words", kitchen.invented(in: writtenInLetters).count > 10)
//: What does a sentence cost to compute? A character is cheaper than a word, because ŷ has 35 entries instead of 234. For one token the network
//: multiplies with W_aa and W_ya, in words 64 · 64 + 234 · 64 = 19,072 times. (W_ax times a one-hot column is only a look-up.) The tokens are
//: counted in the fresh sentences.

// page: off
show(costs([wordNet, smallNet, letterNet], kitchen))
func work(_ net: Network) -> Double { net.workPerStep * kitchen.length(net.vocabulary) }
// page: on
claim(
  "a sentence costs 1.5 times as many multiplications in characters, and at equal parameters 6 to 7 times as many",
  wordNet.workPerStep == 19_072 && abs(work(letterNet) / work(wordNet) - 1.5) < 0.05
    && 6...7 ~= work(letterNet) / work(smallNet))

//: With 64 units each, a sentence in characters costs 1.5 times as much. With the same number of parameters, it costs six to seven times as
//: much.
// fold end

//: ## Temperature
//:
//: What was τ for? It's the **temperature**. Before the softmax, we divide the logits by τ. Take the logits 2, 1 and 0, and τ = ½. Divided by ½
//: they are 4, 2 and 0. e⁴ = 54.6, e² = 7.4 and e⁰ = 1 make 63 together, so the first has the probability 54.6 / 63 = 0.87. Do the other two
//: rows yourself:

// page: off
func softened(_ τ: Double) -> [Double] { softmax(Columns(column: [2 / τ, 1 / τ, 0])).elements }
show(
  Table(
    ["τ", "logits / τ", "P(first)", "P(second)", "P(third)"],
    rows: [("½", 0.5), ("1", 1), ("2", 2)].map { name, τ in
      [name, [2 / τ, 1 / τ, 0].map { String(format: "%g", $0) }.joined(separator: ", ")]
        + softened(τ).map { String(format: "%.2f", $0) }
    }))
// page: on

//: At τ = ½ the logits are twice as far apart, so the likely gets likelier. At τ = 2 they move together, and the unlikely gets its chance.
//: People often have it backwards, because we *divide*: a low temperature is the careful one. As τ goes to 0, only the likeliest token is left.
//: That's called **greedy** sampling. (We can't divide by 0, so below we take 0.001.) Let's write some names:

let temperatures = [0.001, 0.5, 1, 2]
let byTemperature = temperatures.map { τ in (1...5).map { _ in write(nameNet, τ: τ).joined() } }

// page: off
show(
  Table(
    ["τ", "five names"], varying: ["five names"],
    rows: zip(temperatures, byTemperature).map { [$0, $1.joined(separator: ", ")] }))
claim(
  "the softmax of 2, 1, 0 is 0.67, 0.24, 0.09",
  zip(softened(1), [0.67, 0.24, 0.09]).allSatisfy { abs($0 - $1) < 0.006 })
claim("at 0.001 it is the same name five times", Set(byTemperature[0]).count == 1, from: .standard)
let perCharacter = temperatures.dropFirst().map { τ in
  let names = (1...50).map { _ in write(nameNet, τ: τ) }
  return names.reduce(0) { $0 - logP($1, nameNet) } / names.reduce(0) { $0 + Double($1.count + 1) }
}
claim(
  "from 0.5 to 1 to 2, the names become less likely for the network, per character, in 50 names each",
  zip(perCharacter, perCharacter.dropFirst()).allSatisfy { $0 < $1 }, from: .standard)
// page: on

//: At 0.001 you get one name over and over. At 0.5 the names are plausible and alike. At 1 you get the network's own probabilities, and at 2 the
//: names get wild. There is no best temperature. It's your choice between dull and odd.
//:
//: ## Break it: always the likeliest
//:
//: Why not always take the likeliest token? You've seen it with the names: each starts from a⟨0⟩ = 0, so each is the same. But what if a network
//: writes on and on, without starting anew? We train one on our 10,000 sentences, as one long text of characters, and always take the likeliest:

// page: off
var recipe = ReadingRecipe()
recipe.steps = run.choose(quick: 60, standard: 800, full: 10_000)
var reading = attempt { try RunningText(kitchen.book, recipe) { untrained($0, $1, using: &random) } }
_ = reading.train()
if Interrupt.requested { end() }
let runningModel = reading.file.model
let afterLine = reading.file.vocabulary.end!
var greedy = Sampler(runningModel, temperature: 0, after: afterLine)
let circles = greedy.tokens(limit: 2_000, using: &random)
var open = Sampler(runningModel, after: afterLine)
let free = open.tokens(limit: 2_000, using: &random)
show(String(reading.file.vocabulary.decode(circles.prefix(250))), kind: .varies)
show(
  "length of the loop", "\(period(of: circles).map(String.init) ?? "more than 1,000") characters", kind: .varies)
claim(
  "always the likeliest ends in a loop; drawing, with the same network, does not within 2,000 characters",
  period(of: circles) != nil && period(of: free) == nil, from: .standard)
// page: on

//: It goes round in circles. Without chance, every step follows from the one before: the state decides the character, and the two decide the
//: next state. So once the network is back in a state where it has been before, the same text has to follow, and lead back to the same state
//: again. If you draw, a less likely character comes now and then and takes the text somewhere else.
//:
//: ## Your own text
//:
//: Any plain text file will do, the longer the better. A token is a character unless you say `--unit word`:
//:
//: ```sh
//: swift run Lesson04 --corpus a.txt --save a.model
//: swift run Lesson04 --resume a.model --prime "Once upon"
//: ```
//:
//: The first command trains and saves the model, the second lets it write. `--cell gru` or `--cell lstm` (Lessons 06 and 07) and `--layers 2`
//: (Lesson 09) choose other networks, `--temperature` is your τ, and `--help` explains the rest.

// fold: A batch from one long text, and what the carried state is worth
//: A book is one sequence of a million characters, far too long to backpropagate through. So we read it in windows, as in Lesson 03, here of 50
//: characters. The *gradient* is cut between two windows, but the *state* is carried over. For a batch, we cut the book into 50 long pieces.
//: Their first windows are one batch, their second windows the next, and each piece has a state of its own.
//:
//: What is the carried state worth? The network that went round in circles was trained like this, on nine tenths of its text. On the last tenth
//: we test it twice:

// page: off
let carried = runningModel.meanLoss(over: reading.heldOut)
let reset = runningModel.meanLoss(over: reading.heldOut.map { ($0.batch, continues: false) })
show(
  Table(
    ["at the start of a window, the state is", "held out, nats per character"],
    varying: ["held out, nats per character"], rows: [["carried over", carried], ["reset to 0", reset]]))
claim(
  "with the state carried over, the loss is about 0.6; with the state reset, it is more than 1.3 times as high",
  0.5...0.7 ~= carried && reset > 1.3 * carried, from: .standard)
// page: on

//: Without the state, the network starts each window in the middle of a word and doesn't know of which. So it loses a good part of what it could
//: do, and no error is raised. If your own code does worse than you hoped, look there.
// fold end

// fold: What loss to expect
//: Some values for orientation, in nats per character. The last three rows were measured on texts that aren't in this repository. (The LSTM is
//: the cell of Lesson 07.)
//:
//: | text | network | held out |
//: |---|---|--:|
//: | any, with V different characters | untrained | ln V (4.56 for 96) |
//: | our grammar, as one text | `--steps 800` | 0.6 |
//: | English prose about programming, 1.1 MB, 96 different characters | `--cell lstm --steps 500` | 2.2 |
//: | the same prose | `--cell lstm --steps 2000` | 1.6 |
//: | Shakespeare, 1.1 MB, 65 different characters | an LSTM of 128 units, 500 steps, in PyTorch | 2.14 |
//:
//: On the prose, the bigram has 2.49. So if your network isn't better than the bigram after some hundred steps, something is wrong.
//:
//: One choice is made for you. An LSTM has *gates*, which say how much of its memory to keep ([Lesson 05](../05-vanishing-gradients/README.md)). We tried
//: four starts of them on the prose, from three seeds each. Gates that start half open, as in PyTorch, won every time: after 2,000 steps, 1.57 to 1.60 nats per
//: character. Gates that keep more from the start gave 1.72 to 1.77. So `--cell lstm` starts like PyTorch.
// fold end

// fold: In your notes
//: - **Ng's notes** (000, "语言建模", language modelling; 001, "Language model and sequence generation" and "Sampling novel sequences"; 004, §1.3)
//:   have the core of this lesson, without perplexity and temperature. 004 has the apple and pear salad, and "Cats average 15 hours of sleep a day."
//: - 004 writes the words of a sentence as y⁽¹⁾ … y⁽ᵀ⁾. Round brackets count *examples* everywhere else, and pointed ones count steps. Steps are
//:   meant: y⟨1⟩ … y⟨T⟩. Its x₁ and a₀ are x⟨1⟩ and a⟨0⟩.
//: - 000 says of sampling that "one may choose one of the words" of the softmax. Choose means draw. 004 names the function, `np.random.choice`.
//:   It needs `p=ŷ`; without it, every word is as likely as another.
//: - 001 and 004 say that models of characters are more expensive and worse over long distances. The fold "Characters or words?" puts numbers to
//:   it. 004 also says that a model of characters never meets an unknown word. True, but a character that the training text
//:   didn't have is unknown to it.
//: - **6.S191** (002) calls the same task "predict the next word".
//: - **Goodfellow** writes the true output as the next input in 10.2.1 and calls it teacher forcing. (Lesson 10 takes it up.) His h, U, W, V, b
//:   and c are our a, W_ax, W_aa, W_ya, b_a and b_y.
//: - **PyTorch**: `nn.CrossEntropyLoss` takes the logits and computes softmax and logarithm in one go, so that it never takes log 0. It gives
//:   the mean in nats per token. `torch.multinomial` draws.
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise04` marks what you write in [Exercise04.swift](Exercise/Exercise04.swift), and tells you what went
//: wrong.
//:
//: 1. For *cats average 15 hours of sleep a day*, the grammar has log P = −4.28, with ⟨EOS⟩. What is P? What are the nats per token, the bits
//:    per token, and the perplexity?

// fold: Answer
//: P = e^−4.28 = 0.0138, about one sentence in 72. There are eight words and ⟨EOS⟩, nine tokens, so 4.28 / 9 = 0.476 nats per token. That's
//: 0.476 / 0.693 = 0.69 bits, and a perplexity of e^0.476 = 1.61. In this language there is little else to say about cats.

let cats = split("cats average 15 hours of sleep a day")
let nine = kitchen.grammar.logProbability(of: cats)
claim("log P is −4.28, and P is 0.0138", abs(nine + 4.28) < 0.005 && abs(exp(nine) - 0.0138) < 1e-4)
claim(
  "0.476 nats, 0.69 bits, a perplexity of 1.61",
  abs(-nine / 9 - 0.476) < 0.001 && abs(bits(nats: -nine / 9) - 0.69) < 0.005
    && abs(perplexity(nats: -nine / 9) - 1.61) < 0.005)
// fold end

//: 2. Take the logits 2, 1, 0 from the temperature table. Your random number is u = 0.62. Which token do you draw at τ = ½, 1 and 2? And at
//:    which temperature is the first token exactly twice as likely as the second?

// fold: Answer
//: At ½ the first has 0.87, and 0.62 is below that: the first. At 1 it has 0.67: the first again. At 2 it has 0.51, so u passes it. The sum with
//: the second is above 0.8, so the second is drawn. Same random number, another token.
//:
//: The ratio of the first two is e^(2/τ) / e^(1/τ) = e^(1/τ). That's 2 for τ = 1 / ln 2 = 1.44.

claim("the first, the first, the second", [0.5, 1, 2].map { draw(softened($0), at: 0.62) } == [0, 0, 1])
claim("at 1.44 the ratio is 2", abs(softened(1.44)[0] / softened(1.44)[1] - 2) < 0.01)
// fold end

//: 3. A friend trains a network on our grammar and reports 1.0 nats per token on fresh sentences. You know that something is wrong. Why? And
//:    what would you look for?

// fold: Answer
//: The floor is 1.355, and nobody gets below it on average. Three common mistakes do this. The inputs are not shifted, so that the network reads
//: y⟨t⟩ when it should predict y⟨t⟩. The fresh sentences are *all* taken from the training set, and a large network knows that by heart. Or the
//: padding counts: if the loss is divided by all steps of a padded batch, it looks better than it is. With batches of 50, the padding would turn
//: our 1.41 into less than 1.

claim(
  "divided by all steps, the loss of our network would be below 1", loss * kitchen.shareOfWords < 1, from: .standard)
// fold end

//: ## In short
//:
//: A language model gives each possible next token a probability, and the probabilities along a text multiply. Their logarithms add up: the mean
//: of −log P is the loss, and the entropy of the language is the floor under it. In training the network reads the true text. In sampling it
//: reads what it has just drawn, and so it writes. The temperature decides how bold it is.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson04 --seed 2    # other sentences and names
//: swift run Lesson04 --corpus a.txt --save a.model
//: swift run Lesson04 --resume a.model --prime "Once upon"
//: ```
//:
//: [Lesson 03](../03-bptt/README.md) has the gradients that these networks were trained with. How far back do they reach? That's the question of
//: [Lesson 05](../05-vanishing-gradients/README.md).

end()
