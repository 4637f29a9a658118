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
  options.own.run(using: &random)
  end()
}

//: *Beside the notes: 000 “语言建模”, 001 “Language model and sequence generation” and “Sampling novel sequences”,
//: 004 §1.3; 002 poses the same problem as “predict the next word”. The chapter in Goodfellow's book is 10.2.*
//:
//: A **language model** gives every sentence a probability. It does so token by token: after y⟨1⟩ … y⟨t−1⟩ it says how
//: likely each token is to come next, and the probability of the sentence is the product. A model that can do that can
//: also write: draw a token, read it, draw the next.
//:
//: ## The probability of a sentence
//:
//: A text falls into tokens, words or characters, and a sentence of words ends with ⟨EOS⟩ ([Lesson 01](../01-notation/README.md)). Here is the
//: example of the notes:

let example = "Cats average 15 hours of sleep a day."
let words = TokenUnit.word.tokens(of: example)
let small = Vocabulary(of: example, unit: .word)
show(words.joined(separator: " · "))
claim("the sentence ends with ⟨EOS⟩", words.last == Vocabulary.endOfSentence)

//: The network of the notes reads what it has just predicted: x⟨1⟩ = 0 and x⟨t⟩ = y⟨t−1⟩. Its output at step t is a softmax
//: over the vocabulary,
//:
//: ```math
//: \hat y^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y) = P(y^{\langle t\rangle} \mid y^{\langle 1\rangle}, \dots, y^{\langle t-1\rangle})
//: ```
//:
//: and with it P(sentence) is a product. (Note 004 numbers the words y⁽¹⁾ … y⁽ᵀ⁾ in that product. Round brackets count examples everywhere
//: else in the notes, pointed ones count steps; steps are meant. Its x₁ and a₀ are x⟨1⟩ and a⟨0⟩.)
//:
//: A product of many numbers below 1 soon is too small for a computer, so one adds logarithms. Here is the whole of it in the symbols
//: of the notes, on a small network that has learned nothing yet:

var dice = RandomSource(seed: 4)
let cell = RNNCell<Double>(inputSize: small.count, hiddenSize: 6, using: &dice)
let output = Dense<Double>(inputSize: 6, outputSize: small.count, using: &dice)
let (Wax, Waa, ba, Wya, by) = (cell.Wax, cell.Waa, cell.ba, output.Wya, output.by)

let sentence = attempt { try small.encode(example) }
var a = Matrix<Double>(rows: 6, columns: 1)
var x = Matrix<Double>(rows: small.count, columns: 1)
var logP = 0.0
var ŷ = x
var sums: [Double] = []
for y in sentence {
  a = tanh(Waa * a + Wax * x + ba)
  ŷ = softmax(Wya * a + by)
  sums.append(ŷ.elements.reduce(0, +))
  logP += log(ŷ[Int(y), 0])
  x = TokenBatch(sequence: [y]).oneHot(size: small.count)[0]
}
show("shapes of x⟨t⟩, a⟨t⟩, ŷ⟨t⟩", "(\(x.rows), 1), (\(a.rows), 1), (\(ŷ.rows), 1)")
show("log P(sentence)", logP)

//: The library has the same in one call, `logProbability(of:)`. The two differ by rounding:

let untrained = LanguageModel(layer: Recurrent(cell), output: output)
let difference = abs(untrained.logProbability(of: sentence) - logP)
claim("written out and from the library, log P agrees within 10⁻¹²", difference < 1e-12)
claim("every ŷ⟨t⟩ sums to 1", sums.allSatisfy { abs($0 - 1) < 1e-12 })

//: To compare sentences and texts of different length, take the mean over the tokens: the **cross-entropy**, −log P a token, in
//: nats. Its power e^(nats) is the **perplexity**, as if the model hesitated between so many equally likely tokens; divided by ln 2
//: it counts **bits**, for characters *bits per character*. A model that has learned nothing hesitates between all of them:

let nats = -logP / Double(sentence.count)
show(
  Table(
    ["", "nats a token", "perplexity", "bits a token"],
    rows: [
      ["untrained", nats, perplexity(nats: nats), bits(nats: nats)],
      ["uniform, ln V", log(Double(small.count)), small.count, log2(Double(small.count))],
    ]))
claim("the untrained model is within 0.3 nats of a uniform guess", abs(nats - log(Double(small.count))) < 0.3)

//: ## A language whose every probability is known
//:
//: How good can a model of a text become? For English nobody knows. So this lesson speaks a language of its own: a grammar
//: that makes sentences about cooks and markets, each with a known probability.

let kitchen = Grammar.kitchen
let spoken = kitchen.sentences(run.choose(quick: 3_000, standard: 12_000, full: 60_000), using: &random)
let told = Array(spoken.prefix(spoken.count * 5 / 6))
let heard = Set(told)
let unheard = spoken.dropFirst(told.count).filter { !heard.contains($0) }
for sentence in told.prefix(4) { show(sentence.joined(separator: " ")) }
show("sentences that the grammar can make", kitchen.sentenceCount)
show("sentences to train on", told.count)
show("sentences held out, none of them trained on", unheard.count)
claim("no held-out sentence is among those trained on", unheard.allSatisfy { !heard.contains($0) })

//: Each sentence is a sequence of its own: it starts from a⟨0⟩ = 0 and x⟨1⟩ = 0, and its last target is ⟨EOS⟩. Training takes a
//: few sentences at a time, side by side, padded to the longest; a padded step asks for nothing and so adds no loss. The steps are
//: those of **Adam** (Kingma and Ba 2015), which go by the gradient over its usual size, weight by weight; a gradient of a norm above 5 is
//: scaled down to it (Lesson 05 says why). The learning rate is constant for half of the steps and then *settles*: it falls to 0 in a straight line.

func network(_ tokens: Int, _ units: Int) -> LanguageModel<RNN<Float>> {
  LanguageModel(
    layer: Recurrent(RNNCell(inputSize: tokens, hiddenSize: units, using: &random)),
    output: Dense(inputSize: units, outputSize: tokens, using: &random))
}

func trained(
  _ name: String, on sentences: SentenceBatches, heldOut: SentenceBatches, tokens: Int, units: Int, steps: Int,
  line: Int = #line, watch: (Int, LanguageModel<RNN<Float>>) -> Void = { _, _ in }
) -> (model: LanguageModel<RNN<Float>>, curve: TrainingCurve) {
  let model = network(tokens, units)
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
  let curve = trainer.train(
    name, steps: steps, points: 12, heldOut: heldOut.all(inBatchesOf: 100), settling: true, line: line,
    on: { _ in (sentences.random(50, using: &random), continues: false) }
  ) { report, hasNewPoint, trainer in if hasNewPoint { watch(report.step, trainer.model) } }
  if Interrupt.requested { end() }
  return (trainer.model, curve)
}

let wordVocabulary = Vocabulary(
  unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + kitchen.vocabulary)
func wordIDs(_ sentences: [[String]]) -> [[Int32]] { sentences.map { $0.map { wordVocabulary.id(of: $0)! } } }
let (toldIDs, unheardIDs) = (wordIDs(told), wordIDs(unheard))
let (wordModel, wordCurve) = trained(
  "a model of words", on: SentenceBatches(toldIDs, end: wordVocabulary.end!),
  heldOut: SentenceBatches(unheardIDs, end: wordVocabulary.end!), tokens: wordVocabulary.count, units: 64,
  steps: run.choose(quick: 120, standard: 1_200, full: 6_000))

//: A loss says little by itself. Beside it stand the **baselines**: a uniform guess, the frequency of each word (unigram), its
//: frequency after the word before (bigram); and below it the score of the grammar itself on the same sentences. Nothing that
//: knows only the past can be expected to do better than the rule that made it.

func baselines(_ vocabulary: Vocabulary, training: [[Int32]], heldOut: [[Int32]]) -> [Baseline] {
  func text(_ sentences: [[Int32]]) -> [Int32] { sentences.flatMap { $0 + [vocabulary.end!] } }
  return Workshop.baselines(vocabularySize: vocabulary.count, read: text(training), tested: text(heldOut))
}

let heldOutWords = Double(unheardIDs.reduce(0) { $0 + $1.count + 1 })
let grammarScore = -unheard.reduce(0) { $0 + kitchen.logProbability(of: $1) } / heldOutWords
let wordBaselines = baselines(wordVocabulary, training: toldIDs, heldOut: unheardIDs)
show(
  trainingChart(
    "Beyond the bigram, and down towards the grammar", wordCurve, per: "word",
    baselines: wordBaselines + [("the grammar itself", grammarScore)]), as: "words-loss")
let wordLoss = wordCurve.heldOut.last!
claim("held out, the network beats counting pairs of words", wordLoss < wordBaselines[2].loss, from: .standard)
claim("it does not beat the grammar", wordLoss > grammarScore)

//: The curve of the training runs below that line, for the line is drawn for the sentences held out. Those are the ones that did not
//: occur among thousands, the rarer ones. Over all its sentences the grammar scores less, its entropy a word:

show("the grammar's entropy, nats a word", kitchen.entropy / (kitchen.expectedLength + 1))
claim("unheard sentences are harder than the average", grammarScore > kitchen.entropy / (kitchen.expectedLength + 1))
claim("the training ends below the line for them", wordCurve.training.last! < grammarScore, from: .standard)

//: ### The apple and pear salad
//:
//: “The apple and *pear* salad” and “the apple and *pair* salad” sound alike. A speech recogniser hears both; the language model
//: tells it which was said. *Pair* is a common word here, in one sentence of ten and more, as in “a pair of gloves”, yet never in a salad:

func split(_ sentence: String) -> [String] { sentence.split(separator: " ").map(String.init) }
func wordLogP(_ sentence: String) -> Double {
  wordModel.logProbability(of: wordIDs([split(sentence)])[0] + [wordVocabulary.end!])
}
let spelled = (pear: "the apple and pear salad was delicious", pair: "the apple and pair salad was delicious")
let (pear, pair) = (wordLogP(spelled.pear), wordLogP(spelled.pair))
show(
  Table(
    ["the apple and … salad was delicious", "log P, network", "log P, grammar"],
    rows: [
      ["pear", pear, kitchen.logProbability(of: split(spelled.pear))],
      ["pair", pair, kitchen.logProbability(of: split(spelled.pair))],
    ]), kind: .varies)
claim(
  "the network takes pear to be at least a hundred times likelier than pair", pear - pair > log(100), from: .standard)
claim("at least every tenth sentence has a pair", told.count { $0.contains("pair") } * 10 >= told.count)
claim("for the grammar pair is impossible here", kitchen.logProbability(of: split(spelled.pair)) == -.infinity)

//: Along the sentence, what the network expects at each place before it reads the word: a column is one ŷ⟨t⟩, shown for the words
//: that are likely somewhere in it. After *the apple and* it expects *pear* before all others; after *a pair* it would expect *of*:

let said = split(spelled.pear)
let saidIDs = wordIDs([said])[0] + [wordVocabulary.end!]
let saidGuesses = wordModel.guesses(along: saidIDs)
show(
  guessHeatmap(
    "What comes next: each column a guess before its word", saidGuesses, along: saidIDs,
    vocabulary: wordVocabulary, atMost: 24), as: "next-word")
func likeliest(_ guess: [Double]) -> String { wordVocabulary.tokens[guess.indices.max { guess[$0] < guess[$1] }!] }
claim("after “the apple and”, pear is the likeliest word", likeliest(saidGuesses[3]) == "pear", from: .standard)
let ofGloves = wordModel.guesses(along: wordIDs([split("a pair of gloves")])[0])
claim("after “a pair” it is of", likeliest(ofGloves[2]) == "of", from: .standard)

//: ## Characters against words
//:
//: The same sentences once more, as characters. There are only a few of them, and none is ever unknown; but a sentence is
//: several times as long, every step costs a step of the network, and what belongs together lies farther apart.

let letters = Vocabulary(of: told.joined().joined() + " \n", unit: .character)
func letterIDs(_ sentences: [[String]]) -> [[Int32]] {
  sentences.map { sentence in attempt { try letters.encode(sentence.joined(separator: " ")) } }
}
let unheardLetters = letterIDs(unheard)
let (letterModel, letterCurve) = trained(
  "a model of characters", on: SentenceBatches(letterIDs(told), end: letters.end!),
  heldOut: SentenceBatches(unheardLetters, end: letters.end!), tokens: letters.count, units: 128,
  steps: run.choose(quick: 60, standard: 1_200, full: 6_000))

//: What the two cost, and what they miss. A vocabulary of words is often cut to the commonest, here for comparison to 100:

/// n_a² for the state and n_y n_a for the output; the input is a look-up.
func multiplyAdds(_ model: LanguageModel<RNN<Float>>) -> Double {
  Double(model.layer.outputSize * (model.layer.outputSize + model.vocabularySize))
}
let sentences = Double(unheard.count)
let wordSteps = heldOutWords / sentences
let letterSteps = Double(unheardLetters.reduce(0) { $0 + $1.count + 1 }) / sentences
let book = Corpus(told.map { $0.joined(separator: " ") }.joined(separator: "\n"))
let common = TokenizedCorpus(book, unit: .word, heldOut: 0.1, limit: 100)
let unknownWords = common.heldOut.filter { $0 == common.vocabulary.id(of: Vocabulary.unknown) }.count
show(
  Table(
    ["", "words", "characters"],
    rows: [
      ["vocabulary", wordVocabulary.count, letters.count],
      ["steps a sentence", wordSteps, letterSteps],
      ["multiply-adds a sentence", wordSteps * multiplyAdds(wordModel), letterSteps * multiplyAdds(letterModel)],
      ["unknown, of 100 words and of all characters, %", 100 * Double(unknownWords) / Double(common.heldOut.count), 0],
    ]))
claim("as characters, a sentence is at least four times as long", letterSteps > 4 * wordSteps)

//: The losses can be compared where they count, in nats a *sentence*. And what do the two write? A hundred sentences of each, and how
//: many of them the grammar could have made. The character model is free to invent words:

func drawn(
  _ count: Int, from model: LanguageModel<RNN<Float>>, _ vocabulary: Vocabulary, temperature: Double = 1
) -> [String] {
  (0..<count).map { _ in
    var sampler = Sampler(model, temperature: temperature)
    return vocabulary.decode(sampler.tokens(limit: 120, until: vocabulary.end, using: &random))
  }
}
func judged(_ name: String, _ nats: Double, _ written: [String]) -> [any CustomStringConvertible] {
  let possible = written.filter { kitchen.logProbability(of: split($0)) > -.infinity }
  return [name, nats, invented(in: written).count, possible.count]
}
func invented(in written: [String]) -> [String] {
  written.flatMap(split).filter { !kitchen.vocabulary.contains($0) }
}
let written = drawn(100, from: letterModel, letters)
show(
  Table(
    ["of 100 sentences", "held out, nats a sentence", "invented words", "sentences of the grammar"],
    rows: [
      judged("network of words", wordLoss * wordSteps, drawn(100, from: wordModel, wordVocabulary)),
      judged("network of characters", letterCurve.heldOut.last! * letterSteps, written),
      judged("the grammar", grammarScore * wordSteps, spoken.prefix(100).map { $0.joined(separator: " ") }),
    ]), kind: .varies)
for sentence in written.prefix(4) { show(sentence, kind: .varies) }
claim("the character model invents words", !invented(in: written).isEmpty)

//: ## Sampling
//:
//: Names are short and a small character model learns to make them, here those of dinosaurs. To sample is the loop of the notes:
//: x⟨1⟩ = 0, draw y⟨1⟩ from ŷ⟨1⟩, let x⟨2⟩ = y⟨1⟩, and so on until the end token, a new line, is drawn. To draw is what 004 does with
//: `np.random.choice`: take a uniform number, and the first token at which the summed probabilities pass it.

var names = DinosaurNames.all
random.shuffle(&names)
let nameVocabulary = Vocabulary(of: DinosaurNames.text, unit: .character)
let nameIDs = names.map { name in attempt { try nameVocabulary.encode(name) } }
let (oldNames, newNames) = (Array(nameIDs.dropLast(128)), Array(nameIDs.suffix(128)))
let newNameBatches = SentenceBatches(newNames, end: nameVocabulary.end!)
var along: [[any CustomStringConvertible]] = []
let (nameModel, nameCurve) = trained(
  "a model of names", on: SentenceBatches(oldNames, end: nameVocabulary.end!), heldOut: newNameBatches,
  tokens: nameVocabulary.count, units: 64, steps: run.choose(quick: 120, standard: 1_200, full: 2_400)
) { step, model in along.append([step, drawn(3, from: model, nameVocabulary).joined(separator: ", ")]) }
show(Table(["step", "three names, as the model learns"], rows: along), kind: .varies)

let nameBaselines = baselines(nameVocabulary, training: oldNames, heldOut: newNames)
show(
  trainingChart(
    "Names of dinosaurs: the network against counting", nameCurve, per: "character", baselines: nameBaselines),
  as: "names-loss")
claim("held out, the network beats the bigram", nameCurve.heldOut.last! < nameBaselines[2].loss, from: .standard)

//: The model's guesses along one name, character by character. Where the name could go on in many ways, as at its start, the column is
//: spread; at the end of *saurus* it is all but certain.

let name = "tyrannosaurus"
let nameTokens = attempt { try nameVocabulary.encode(name) } + [nameVocabulary.end!]
let nameGuesses = nameModel.guesses(along: nameTokens)
show(
  guessHeatmap(
    "The next character, guessed before it comes", nameGuesses, along: nameTokens,
    vocabulary: nameVocabulary), as: "next-character")
let ending = zip(name, nameGuesses).suffix(3).map { $1[Int(nameVocabulary.id(of: String($0))!)] }
claim("no first character is expected by more than a quarter", nameGuesses[0].allSatisfy { $0 < 0.25 })
claim("the r, u and s that end the name are each given more than 0.8", ending.allSatisfy { $0 > 0.8 }, from: .standard)

//: **Temperature** τ divides the logits before the softmax. τ = 1 is the model's own distribution. Below 1 the likely becomes likelier;
//: at 0 only the likeliest is left, which is *greedy* sampling: the same name every time. Above 1 the distribution flattens towards
//: uniform, and names fall apart. A higher temperature is a wilder sample, not a better one.

let temperatures = [0, 0.5, 1, 1.5]
show(
  Table(
    ["τ", "six names"],
    rows: temperatures.map { [$0, drawn(6, from: nameModel, nameVocabulary, temperature: $0).joined(separator: ", ")] }),
  kind: .varies)
let entropies = [0.01, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5].map { temperature in
  (temperature, entropy(of: nameModel, at: temperature, along: newNames.prefix(40)))
}
show(
  Chart(
    "The hotter, the more open the next character", x: "temperature τ", y: "mean entropy [nats]",
    [
      .line("along held-out names", x: entropies.map(\.0), y: entropies.map(\.1), hasPoints: true),
      .rule("uniform", y: log(Double(nameVocabulary.count))),
    ]), as: "entropy")
claim("entropy grows with temperature", zip(entropies, entropies.dropFirst()).allSatisfy { $0.1 < $1.1 })
claim("greedy sampling has one name only", Set(drawn(6, from: nameModel, nameVocabulary, temperature: 0)).count == 1)

func entropy(of model: LanguageModel<RNN<Float>>, at temperature: Double, along names: some Sequence<[Int32]>) -> Double
{
  var (sum, count) = (0.0, 0.0)
  for name in names {
    var reader = Sampler(model, temperature: temperature)
    for token in name {
      sum -= reader.distribution().reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
      count += 1
      reader.read(token)
    }
  }
  return sum / count
}

//: ## Any text
//:
//: A book is not a list of sentences but one long sequence, too long to backpropagate through. It is cut into `--batch`
//: streams that are read side by side, `--length` tokens at a time. Three things are told apart here. The *gradient* is always cut at the
//: first step of such a window. The *state* is carried: a⟨0⟩ of a window is the last a⟨T⟩ of the window before. It is *reset* to 0 only
//: where the streams start over.
//:
//: `swift run Lesson04 --corpus FILE` does this for a text of yours; see `--help` for the cells, sizes and optimisers, `--save`,
//: `--resume`, `--prime` and `--sample`. Here it reads the sentences of the grammar as one text: `train` takes the windows in
//: order, and tells the trainer of each whether it continues the one before.

var recipe = ReadingRecipe()
recipe.steps = run.choose(quick: 60, standard: 1_500, full: 10_000)
var reading = attempt { try RunningText(book, recipe, build: network) }
show(reading.sizeTable)
let readingCurve = reading.train()
if Interrupt.requested { end() }
show(reading.lossChart(readingCurve), as: "running-loss")
show(reading.lossTable(readingCurve), kind: .varies)

//: Greedy sampling, which is so dull with names, goes round in circles on a running text: there are only so many states that it passes
//: through, and the likeliest next character depends on the state alone.

var greedy = Sampler(reading.file.model, temperature: 0, after: reading.file.vocabulary.end!)
let circles = greedy.tokens(limit: 2_000, using: &random)
let period = (1...1_000).first { period in circles.suffix(1_000).elementsEqual(circles.dropLast(period).suffix(1_000)) }
show(reading.file.vocabulary.decode(circles.prefix(300)), kind: .varies)
show("characters until it repeats itself", period.map(String.init) ?? "more than 1,000", kind: .varies)
claim("greedy sampling ends in a loop", period != nil, from: .standard)

//: ## Break it
//:
//: **Reset the state at every window.** The model above is tested twice on the text held out: with the state carried, as it was
//: trained, and from a⟨0⟩ = 0 in every window.

let carried = reading.file.model.meanLoss(over: reading.heldOut)
let reset = reading.file.model.meanLoss(over: reading.heldOut.map { ($0.batch, continues: false) })
show(Table(["state", "held out, nats a character"], rows: [["carried", carried], ["reset", reset]]), kind: .varies)
claim("without the carried state the loss is higher", reset > carried, from: .standard)

//: **Do not feed back what was drawn.** The loop x⟨t⟩ = y⟨t−1⟩ is what makes a model of sequences. With x⟨t⟩ = 0 at every step it knows
//: how many characters have gone by, and nothing of what they were:

let blind = newNameBatches.all(inBatchesOf: 100).map { batch, continues in
  (
    batch: LanguageBatch(
      inputs: TokenBatch(length: batch.inputs.length, batch: batch.inputs.batch), targets: batch.targets),
    continues: continues
  )
}
let blindLoss = nameModel.meanLoss(over: blind)
show(
  Table(
    ["input of the name model", "held out, nats a character"],
    rows: [
      ["x⟨t⟩ = y⟨t−1⟩", nameCurve.heldOut.last!], ["x⟨t⟩ = 0", blindLoss],
      ["the bigram, for comparison", nameBaselines[2].loss],
    ]), kind: .varies)
claim("without its input the network is worse than the bigram", blindLoss > nameBaselines[2].loss, from: .standard)

//: ## What to expect
//:
//: | what | where | nats a character |
//: |---|---|---|
//: | an untrained model | any text of V characters | ln V, 4.17 for 65 |
//: | RNN, 100 units, Adagrad 0.1, 25 characters at a time | a play text of 1.1 MB, after 10,000 steps | about 2.07 |
//: | the same | after 100,000 steps | about 1.88 |
//: | RNN, 64 units | 32,000 first names, held out | about 2.05; the bigram has 2.48 |
//:
//: These were measured with NumPy and PyTorch. The recipe of the second row is that of Karpathy's min-char-rnn (2015); for a text
//: of yours it is `swift run Lesson04 --corpus FILE --hidden 100 --length 25 --batch 1 --optimizer adagrad --learning-rate 0.1
//: --steps 10000`. Another text and another seed have other numbers, easily by a tenth. Those of this run:

show(
  Table(
    ["model", "untrained, ln V", "bigram", "this network", "floor"],
    rows: [
      ["words of the grammar", wordBaselines[0].loss, wordBaselines[2].loss, wordLoss, formatted(grammarScore)],
      ["names of dinosaurs", nameBaselines[0].loss, nameBaselines[2].loss, nameCurve.heldOut.last!, "unknown"],
    ]), kind: .varies)

//: ## Exercises
//:
//: 1. The sentence model is given “cats average 15 hours of sleep a day”. How likely does the grammar take it to be, and what
//:    perplexity a word is that, ⟨EOS⟩ included?

// fold: Answer
//: `kitchen.logProbability(of:)` has −4.28 for its logarithm, over nine tokens. e^(4.28 / 9) is 1.61: there is little else to say
//: about cats in this language.

let cats = split("cats average 15 hours of sleep a day")
let nine = kitchen.logProbability(of: cats)
claim("log P is −4.28", abs(nine + 4.28) < 0.005)
claim("the perplexity is 1.61 a word", abs(perplexity(nats: -nine / Double(cats.count + 1)) - 1.61) < 0.005)
// fold end

//: 2. Why does a model of characters not need ⟨UNK⟩, and when does it still meet something that it does not know?

// fold: Answer
//: Every word of an alphabet can be spelled, also one that never occurred. A *character* that never occurred cannot: `--prime` with one
//: ends with an error that names it.
// fold end

//: 3. At which temperature is the perplexity of the samples, judged by the model itself, the lowest? Is that the temperature to use?

// fold: Answer
//: From 0.5 on, the colder the sample the less it surprises the model. At τ = 0 the perplexity is that of a single name, and with some
//: seeds (try `--seed 2`) it is no longer the lowest: the likeliest character at every step does not make the likeliest name. Between repetition and
//: noise lies a choice, not an optimum.

let judgements = temperatures.map { temperature in
  let lines = drawn(60, from: nameModel, nameVocabulary, temperature: temperature)
  let ids = lines.map { line in attempt { try nameVocabulary.encode(line) } + [nameVocabulary.end!] }
  let logP = ids.reduce(0) { $0 + nameModel.logProbability(of: $1) }
  return perplexity(nats: -logP / Double(ids.reduce(0) { $0 + $1.count }))
}
show(
  Table(["τ", "perplexity a character of 60 names"], rows: zip(temperatures, judgements).map { [$0, $1] }),
  kind: .varies)
let warm = judgements.dropFirst()
claim(
  "from 0.5 on, the hotter the sample, the more it surprises the model",
  zip(warm, warm.dropFirst()).allSatisfy { $0 < $1 })
// fold end

//: [Lesson 03](../03-bptt/README.md) has the gradients that these networks were trained with. The next asks how far back a gradient reaches:
//: [vanishing gradients](../05-vanishing-gradients/README.md).

end()
