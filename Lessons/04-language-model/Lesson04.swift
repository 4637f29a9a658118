import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @OptionGroup(title: "A text of your own") var own: OwnText
}

let options = Options.parseLesson()
let size = options.notebook
var random = RandomSource(seed: size.seed())
Interrupt.install()

begin("04", "Language model and sampling", size)

if options.own.isAsked { readOwnText(options.own) }

//: *Beside the notes: 000 “语言建模”, 001 “Language model and sequence generation” and “Sampling novel sequences”,
//: 004 §1.3; 002 poses the same problem as “predict the next word”. The chapter in Goodfellow's book is 10.2.*
//:
//: A **language model** gives every sentence a probability. It does so token by token: after y⟨1⟩ … y⟨t−1⟩ it says how
//: likely each token is to come next, and the probability of the sentence is the product. A model that can do that can
//: also write: draw a token, read it, draw the next.
//:
//: ## Tokens
//:
//: A text first falls into **tokens**. They can be words, with a token ⟨EOS⟩ where a sentence ends, or characters.

let example = "Cats average 15 hours of sleep a day."
let words = TokenUnit.word.tokens(of: example)
show(words.joined(separator: " · "))
show("words", words.count)
show("characters", TokenUnit.character.tokens(of: example).count)
claim("the sentence ends with ⟨EOS⟩", words.last == Vocabulary.endOfSentence)

//: The **vocabulary** numbers the tokens. A word that it does not have is read as ⟨UNK⟩, and what the word was is lost.
//: Characters have no such trouble: a new word is made of the old letters.

let small = Vocabulary(of: example, unit: .word)
let unknown = attempt { try small.encode("Cats average 15 naps a day.") }
show(small.decode(unknown))
claim("the unknown word has become ⟨UNK⟩", small.decode(unknown).contains(Vocabulary.unknown))

//: ## The probability of a sentence
//:
//: The network of the notes reads what it has just predicted: x⟨1⟩ = 0 and x⟨t⟩ = y⟨t−1⟩. Its output at step t is a softmax
//: over the vocabulary,
//:
//: $$ \hat y^{\langle t\rangle} = \mathrm{softmax}(W_{ya}\,a^{\langle t\rangle} + b_y) = P(y^{\langle t\rangle} \mid y^{\langle 1\rangle}, \dots, y^{\langle t-1\rangle}) $$
//:
//: and with it P(sentence) is a product. A product of many numbers below 1 soon is too small for a computer, so one adds
//: logarithms. Here is the whole of it in the symbols of the notes, on a small network that has learned nothing yet:

var dice = RandomSource(seed: 4)
let cell = RNNCell<Double>(inputSize: small.count, hiddenSize: 6, using: &dice)
let output = Dense<Double>(inputSize: 6, outputSize: small.count, using: &dice)
let (Wax, Waa, ba, Wya, by) = (cell.Wax, cell.Waa, cell.ba, output.Wya, output.by)

let sentence = attempt { try small.encode(example) }
var a = Matrix<Double>(rows: 6, columns: 1)
var x = Matrix<Double>(rows: small.count, columns: 1)
var logP = 0.0
var ŷ = x
for y in sentence {
  a = tanh(Waa * a + Wax * x + ba)
  ŷ = softmax(Wya * a + by)
  logP += log(ŷ[Int(y), 0])
  x = TokenBatch(sequence: [y]).oneHot(size: small.count)[0]
}
show("shapes of x⟨t⟩, a⟨t⟩, ŷ⟨t⟩", "(\(x.rows), 1), (\(a.rows), 1), (\(ŷ.rows), 1)")
show("log P(sentence)", logP)

//: The library computes the same in one pass, `logProbability(of:)`. The difference between the two is rounding:

let untrained = LanguageModel(layer: Recurrent(cell), output: output)
let difference = abs(untrained.logProbability(of: sentence) - logP)
claim("written out and from the library, log P agrees within 10⁻¹²", difference < 1e-12)
claim("every ŷ⟨t⟩ sums to 1", abs(ŷ.elements.reduce(0, +) - 1) < 1e-12)

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
let spoken = kitchen.sentences(size.choose(quick: 3_000, standard: 12_000, full: 60_000), using: &random)
let told = Array(spoken.prefix(spoken.count * 5 / 6))
let heard = Set(told)
let unheard = spoken.dropFirst(told.count).filter { !heard.contains($0) }
for sentence in told.prefix(4) { show(sentence.joined(separator: " ")) }
show("sentences that the grammar can make", kitchen.sentenceCount)
show("sentences to train on", told.count)
show("sentences held out, none of them trained on", unheard.count)
claim("no held-out sentence is among those trained on", unheard.allSatisfy { !heard.contains($0) })

//: Each sentence is a sequence of its own: it starts from a⟨0⟩ = 0 and x⟨1⟩ = 0, and its last target is ⟨EOS⟩. Training takes a
//: few sentences at a time, side by side, padded to the longest; a padded step asks for nothing and so adds no loss.

func trained(
  _ name: String, on sentences: SentenceBatches, heldOut: SentenceBatches, vocabulary: Vocabulary, hidden: Int,
  steps: Int, line: Int = #line, watch: (Int, LanguageModel<RNN<Float>>) -> Void = { _, _ in }
) -> (model: LanguageModel<RNN<Float>>, curve: TrainingCurve) {
  let model = plainModel(vocabulary.count, hidden)
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.004, for: model), clipping: .norm(5))
  let bar = ProgressBar(name, total: steps, line: line)
  let curve = attempt {
    try trainer.train(
      steps: steps, points: 12, heldOut: heldOut.all(inBatchesOf: 100), until: { Interrupt.requested },
      on: { _ in (sentences.random(50, using: &random), false) }
    ) { report, hasNewPoint, trainer in
      // The learning rate is constant for half of the way, then goes down to 0.
      trainer.optimizer.learningRate = 0.004 * min(1, 2 * Double(steps - report.step) / Double(steps))
      bar.update(report.step, loss: report.loss, tokens: report.targets)
      if hasNewPoint { watch(report.step, trainer.model) }
    }
  }
  bar.finish()
  if Interrupt.requested { end() }
  return (trainer.model, curve)
}

let wordVocabulary = Vocabulary(
  unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + kitchen.vocabulary)
func wordIDs(_ sentences: [[String]]) -> [[Int32]] { sentences.map { $0.map { wordVocabulary.id(of: $0)! } } }
let wordTraining = SentenceBatches(wordIDs(told), end: wordVocabulary.end!)
let wordHeldOut = SentenceBatches(wordIDs(unheard), end: wordVocabulary.end!)
let wordSteps = size.choose(quick: 120, standard: 1_200, full: 6_000)
let (wordModel, wordCurve) = trained(
  "a model of words", on: wordTraining, heldOut: wordHeldOut, vocabulary: wordVocabulary, hidden: 64, steps: wordSteps)

//: A loss says little by itself. Beside it stand the **baselines**: a uniform guess, the frequency of each word (unigram), its
//: frequency after the word before (bigram); and below it the score of the grammar itself on the same sentences. Nothing that
//: knows only the past can be expected to do better than the rule that made it.

func baselines(_ vocabulary: Vocabulary, training: [[Int32]], heldOut: [[Int32]]) -> [Reference] {
  let names: [NGramModel.Order: String] = [.uniform: "uniform", .unigram: "unigram", .bigram: "bigram"]
  return NGramModel.Order.allCases.map { order in
    let counts = NGramModel(
      order, vocabularySize: vocabulary.count, counting: training.flatMap { $0 + [vocabulary.end!] })
    return Reference(names[order]!, at: counts.meanLoss(over: heldOut.flatMap { $0 + [vocabulary.end!] }))
  }
}

let wordTokens = Double(unheard.reduce(0) { $0 + $1.count + 1 })
let grammarScore = -unheard.reduce(0) { $0 + kitchen.logProbability(of: $1) } / wordTokens
let wordBaselines = baselines(wordVocabulary, training: wordIDs(told), heldOut: wordIDs(unheard))
show(
  LineChart(
    title: "Beyond the bigram, and down towards the grammar", xLabel: "training step", yLabel: "loss [nats a word]",
    series: [
      Series("training", x: wordCurve.steps.map(Double.init), y: wordCurve.training),
      Series("held out", x: wordCurve.steps.map(Double.init), y: wordCurve.heldOut, style: .linePoints),
    ], references: wordBaselines + [Reference("the grammar itself", at: grammarScore)]), as: "words-loss")
let wordLoss = wordCurve.heldOut.last!
claim("held out, the network beats counting pairs of words", wordLoss < wordBaselines[2].value, from: .standard)
claim("it does not beat the grammar", wordLoss > grammarScore)

//: ### The apple and pear salad
//:
//: “The apple and *pear* salad” and “the apple and *pair* salad” sound alike. A speech recogniser hears both; the language model
//: tells it which was said. *Pair* is a common word here, as in “a pair of gloves”, yet never in a salad:

func logP(of text: String) -> Double {
  wordModel.logProbability(of: wordIDs([text.split(separator: " ").map(String.init)])[0] + [wordVocabulary.end!])
}
let pear = logP(of: "the apple and pear salad was delicious")
let pair = logP(of: "the apple and pair salad was delicious")
show(
  Table(
    ["the apple and … salad was delicious", "log P, network", "log P, grammar"],
    rows: [
      [
        "pear", pear,
        kitchen.logProbability(of: "the apple and pear salad was delicious".split(separator: " ").map(String.init)),
      ],
      ["pair", pair, "−∞"],
    ]), kind: .trained)
claim(
  "the network takes pear to be at least a hundred times likelier than pair", pear - pair > log(100), from: .standard)

//: Along the sentence, the network's guess for each next word. A column sums to 1; the row of each word that came is marked by its
//: place in the sentence:

let said = "the apple and pear salad was delicious".split(separator: " ").map(String.init)
let wordGuesses = guesses(of: wordModel, along: wordIDs([said])[0] + [wordVocabulary.end!])
let likely = wordVocabulary.tokens.indices.filter { word in wordGuesses.contains { $0[word] > 0.06 } }
show(
  Heatmap(
    title: "What comes next: each column a guess before its word", xLabel: "the word that came", yLabel: "guessed word",
    colorLabel: "probability",
    panels: [
      Panel(
        values: likely.map { word in wordGuesses.map { $0[word] } }, columnLabels: said + [Vocabulary.endOfSentence],
        rowLabels: likely.map { wordVocabulary.tokens[$0] })
    ], range: 0...1), as: "next-word")

func guesses(of model: LanguageModel<RNN<Float>>, along tokens: [Int32]) -> [[Double]] {
  var reader = Sampler(model)
  return tokens.map { token in
    defer { reader.read(token) }
    return reader.distribution()
  }
}

//: ## Characters against words
//:
//: The same sentences once more, as characters. There are only a few of them, and none is ever unknown; but a sentence is
//: several times as long, every step costs a step of the network, and what belongs together lies farther apart.

let letters = Vocabulary(of: told.joined().joined() + " \n", unit: .character)
func letterIDs(_ sentences: [[String]]) -> [[Int32]] {
  sentences.map { sentence in attempt { try letters.encode(sentence.joined(separator: " ")) } }
}
let (letterModel, letterCurve) = trained(
  "a model of characters", on: SentenceBatches(letterIDs(told), end: letters.end!),
  heldOut: SentenceBatches(letterIDs(unheard), end: letters.end!), vocabulary: letters, hidden: 128,
  steps: size.choose(quick: 60, standard: 1_200, full: 6_000))

//: The two can be compared where it counts, in nats a *sentence*. And what does each of them write? The character model is free to
//: invent words:

let sentences = Double(unheard.count)
let letterTokens = Double(letterIDs(unheard).reduce(0) { $0 + $1.count + 1 })
let nouns = Set(kitchen.vocabulary)
func drawn<Layer>(_ count: Int, from model: LanguageModel<Layer>, _ vocabulary: Vocabulary, temperature: Double = 1)
  -> [String]
{
  (0..<count).map { _ in
    var sampler = Sampler(model, temperature: temperature)
    return vocabulary.decode(sampler.tokens(limit: 120, until: vocabulary.end, using: &random))
  }
}
let written = drawn(100, from: letterModel, letters)
let writtenWords = written.joined(separator: " ").split(separator: " ").map(String.init)
let invented = writtenWords.filter { !nouns.contains($0) }
show(
  Table(
    ["", "words", "characters"],
    rows: [
      ["vocabulary", wordVocabulary.count, letters.count],
      ["steps a sentence", wordTokens / sentences, letterTokens / sentences],
      ["parameters", wordModel.parameterCount, letterModel.parameterCount],
    ]))
show(
  Table(
    ["held out", "words", "characters", "grammar"],
    rows: [
      [
        "nats a sentence", wordLoss * wordTokens / sentences, letterCurve.heldOut.last! * letterTokens / sentences,
        grammarScore * wordTokens / sentences,
      ],
      ["invented words in 100 sentences", 0, invented.count, 0],
    ]), kind: .trained)
for sentence in written.prefix(4) { show(sentence, kind: .trained) }
if let word = invented.first { show("a word that there is not", word, kind: .trained) }
claim("as characters, a sentence is at least four times as long", letterTokens > 4 * wordTokens)
claim("the character model invents words", !invented.isEmpty)

//: ## Sampling
//:
//: Names are short and a character model learns them in a second, here those of dinosaurs. To sample is the loop of the notes:
//: x⟨1⟩ = 0, draw y⟨1⟩ from ŷ⟨1⟩, let x⟨2⟩ = y⟨1⟩, and so on until the end token, a new line, is drawn.

var names = DinosaurNames.all
random.shuffle(&names)
let nameVocabulary = Vocabulary(of: DinosaurNames.text, unit: .character)
let nameIDs = names.map { name in attempt { try nameVocabulary.encode(name) } }
let (oldNames, newNames) = (Array(nameIDs.dropLast(128)), Array(nameIDs.suffix(128)))
let newNameBatches = SentenceBatches(newNames, end: nameVocabulary.end!)
var along: [[any CustomStringConvertible]] = []
let (nameModel, nameCurve) = trained(
  "a model of names", on: SentenceBatches(oldNames, end: nameVocabulary.end!), heldOut: newNameBatches,
  vocabulary: nameVocabulary, hidden: 64, steps: size.choose(quick: 120, standard: 1_200, full: 2_400)
) { step, model in along.append([step, drawn(3, from: model, nameVocabulary).joined(separator: ", ")]) }
show(Table(["step", "three names, as the model learns"], rows: along), kind: .trained)

let nameBaselines = baselines(nameVocabulary, training: oldNames, heldOut: newNames)
show(
  LineChart(
    title: "Names of dinosaurs: the network against counting", xLabel: "training step",
    yLabel: "loss [nats a character]",
    series: [
      Series("training", x: nameCurve.steps.map(Double.init), y: nameCurve.training),
      Series("held out", x: nameCurve.steps.map(Double.init), y: nameCurve.heldOut, style: .linePoints),
    ], references: nameBaselines), as: "names-loss")
claim("held out, the network beats the bigram", nameCurve.heldOut.last! < nameBaselines[2].value, from: .standard)

//: The model's guesses along a name that it has learned from, character by character. Where the name could go on in many ways the
//: column is spread; inside *saurus* it is all but certain.

let name = "tyrannosaurus"
let nameGuesses = guesses(of: nameModel, along: attempt { try nameVocabulary.encode(name) } + [nameVocabulary.end!])
show(
  Heatmap(
    title: "The next character, guessed before it comes", xLabel: "the character that came",
    yLabel: "guessed character",
    colorLabel: "probability",
    panels: [
      Panel(
        values: nameVocabulary.tokens.indices.map { y in nameGuesses.map { $0[y] } },
        columnLabels: name.map(String.init) + ["\n"],
        rowLabels: nameVocabulary.tokens)
    ], range: 0...1), as: "next-character")
let ending = zip(name, nameGuesses).suffix(3).map { $1[Int(nameVocabulary.id(of: String($0))!)] }
claim("the r, u and s that end the name are each given more than 0.8", ending.allSatisfy { $0 > 0.8 }, from: .standard)

//: **Temperature** τ divides the logits before the softmax. τ = 1 is the model's own distribution. Below 1 the likely becomes likelier;
//: at 0 only the likeliest is left, which is *greedy* sampling: the same name every time. Above 1 the distribution flattens towards
//: uniform, and names fall apart. A higher temperature is a wilder sample, not a better one.

let temperatures = [0, 0.5, 1, 1.5]
show(
  Table(
    ["τ", "six names"],
    rows: temperatures.map { [$0, drawn(6, from: nameModel, nameVocabulary, temperature: $0).joined(separator: ", ")] }),
  kind: .trained)
let entropies = [0.01, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5].map { temperature in
  (temperature, entropy(of: nameModel, at: temperature, along: newNames.prefix(40)))
}
show(
  LineChart(
    title: "The hotter, the more open the next character", xLabel: "temperature τ", yLabel: "mean entropy [nats]",
    series: [Series("along held-out names", x: entropies.map(\.0), y: entropies.map(\.1), style: .linePoints)],
    references: [Reference("uniform", at: log(Double(nameVocabulary.count)))]), as: "entropy")
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
//: `swift run Lesson04 --corpus FILE` does this for a text of yours; see `--help` for the sizes, the optimisers, `--save`,
//: `--resume`, `--prime` and `--sample`. Here it reads the sentences of the grammar as one text.

let book = Corpus(told.map { $0.joined(separator: " ") }.joined(separator: "\n"))
let (reader, readerHeldOut) = read(book, Recipe(steps: size.choose(quick: 60, standard: 1_500, full: 10_000)))

//: Greedy sampling, which is so dull with names, goes round in circles on a running text: there are only so many states that it passes
//: through, and the likeliest next character depends on the state alone.

var greedy = Sampler(reader.model, temperature: 0)
let circles = greedy.tokens(limit: 2_000, using: &random)
let period = (1...1_000).first { period in circles.suffix(1_000).elementsEqual(circles.dropLast(period).suffix(1_000)) }
show(reader.vocabulary.decode(circles.prefix(300)), kind: .trained)
show("characters until it repeats itself", period.map(String.init) ?? "more than 1,000", kind: .trained)
claim("greedy sampling ends in a loop", period != nil, from: .standard)

//: ## Break it
//:
//: **Reset the state at every window.** The model above is tested twice on the text held out: with the state carried, as it was
//: trained, and from a⟨0⟩ = 0 in every window.

let carried = reader.model.meanLoss(over: readerHeldOut)
let reset = reader.model.meanLoss(over: readerHeldOut.map { ($0.batch, false) })
show(Table(["state", "held out, nats a character"], rows: [["carried", carried], ["reset", reset]]), kind: .trained)
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
      ["the bigram, for comparison", nameBaselines[2].value],
    ]), kind: .trained)
claim("without its input the network is worse than the bigram", blindLoss > nameBaselines[2].value, from: .standard)

//: ## What to expect
//:
//: | what | where | nats a character |
//: |---|---|---|
//: | an untrained model | any text of V characters | ln V, 4.17 for 65 |
//: | this package, 100 units, Adagrad 0.1, 25 characters at a time | a play text of 1.1 MB, after 10,000 steps | about 2.07 |
//: | the same | after 100,000 steps | about 1.88 |
//: | an RNN of 64 units | 32,000 first names, held out | about 2.05; the bigram has 2.48 |
//:
//: The numbers of this table were measured with NumPy and PyTorch on the recipe that Karpathy published in 2015 with “The
//: Unreasonable Effectiveness of Recurrent Neural Networks”; another text has other numbers. Those of this run:

show(
  Table(
    ["model", "untrained, ln V", "bigram", "this network", "floor"],
    rows: [
      ["words of the grammar", wordBaselines[0].value, wordBaselines[2].value, wordLoss, formatted(grammarScore)],
      ["names of dinosaurs", nameBaselines[0].value, nameBaselines[2].value, nameCurve.heldOut.last!, "unknown"],
    ]), kind: .trained)

//: ## Exercises
//:
//: 1. The sentence model is given “cats average 15 hours of sleep a day”. How likely does the grammar take it to be, and what
//:    perplexity a word is that, ⟨EOS⟩ included?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: Its log probability is divided by the number of tokens, and the power taken.

let cats = "cats average 15 hours of sleep a day".split(separator: " ").map(String.init)
let catsLogP = kitchen.logProbability(of: cats)
show(Table(["log P", "perplexity a word"], rows: [[catsLogP, perplexity(nats: -catsLogP / Double(cats.count + 1))]]))

//: </details>
//:
//: 2. Why does a model of characters not need ⟨UNK⟩, and when does it still meet something that it does not know?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: Every word of an alphabet can be spelled, also one that never occurred. A *character* that never occurred cannot: `--prime` with one
//: ends with an error that names it.
//:
//: </details>
//:
//: 3. At which temperature is the perplexity of the samples, judged by the model itself, the lowest? Is that the temperature to use?
//:
//: <details>
//: <summary>Answer</summary>
//:
//: At τ = 0: the likeliest character every time. Yet it writes one name for ever. Between repetition and noise lies a choice, not an
//: optimum, and most people like something between 0.5 and 1.
//:
//: </details>

// page: off
// MARK: - Running text

/// How a running text is learned.
struct Recipe {
  var unit = TokenUnit.character
  var hidden = 128, length = 50, batch = 50, steps = 2_000
  var rule = OptimizerRule.adam(), learningRate = 0.002, clip = 5.0
}

typealias ModelFile = LanguageModelFile<RNN<Float>>

func plainModel(_ vocabularySize: Int, _ hidden: Int) -> LanguageModel<RNN<Float>> {
  LanguageModel(
    layer: Recurrent(RNNCell(inputSize: vocabularySize, hiddenSize: hidden, using: &random)),
    output: Dense(inputSize: hidden, outputSize: vocabularySize, using: &random))
}

/// Trains on a text in streams, the state carried, from a model at hand or from a new one. Shows the loss beside the baselines.
/// Saves the model to `path` at the end or when it is interrupted.
func read(
  _ corpus: Corpus, _ recipe: Recipe, from file: ModelFile? = nil, saveTo path: String? = nil, line: Int = #line
) -> (file: ModelFile, heldOut: [(batch: LanguageBatch, continues: Bool)]) {
  let data = attempt {
    if let file { return try TokenizedCorpus(corpus, vocabulary: file.vocabulary, heldOut: 0.1) }
    // The notes take a vocabulary of 10,000 words.
    return TokenizedCorpus(corpus, unit: recipe.unit, heldOut: 0.1, limit: 10_000)
  }
  if data.isMonotonous { fail(CorpusError.monotonous(token: data.vocabulary.tokens[Int(data.tokens[0])])) }
  let training = attempt {
    try TokenStreams(data.training, batch: recipe.batch, length: recipe.length, part: "part of the text to train on")
  }
  // As many streams as the part held out fills; 100,000 tokens tell the loss to a hundredth.
  let heldOutTokens = data.heldOut.prefix(100_000)
  let heldOut = attempt {
    try TokenStreams(
      heldOutTokens, batch: max(1, min(recipe.batch, (heldOutTokens.count - 1) / recipe.length)),
      length: recipe.length, part: "part of the text held out")
  }
  var file =
    file
    ?? {
      let model = plainModel(data.vocabulary.count, recipe.hidden)
      let optimizer = Optimizer(recipe.rule, learningRate: recipe.learningRate, for: model)
      return ModelFile(model: model, vocabulary: data.vocabulary, optimizer: optimizer)
    }()
  var trainer = Trainer(file.model, optimizer: file.optimizer, clipping: .norm(recipe.clip))
  let unit = data.vocabulary.unit.rawValue
  show(
    Table(
      ["\(unit)s to train on", "\(unit)s held out", "vocabulary", "parameters"],
      rows: [[data.training.count, data.heldOut.count, data.vocabulary.count, file.model.parameterCount]]), line: line)
  let bar = ProgressBar("reading", total: recipe.steps, line: line)
  let start = file.optimizer.step
  let curve = attempt {
    try trainer.train(
      steps: recipe.steps, heldOut: heldOut, until: { Interrupt.requested }, on: training.next
    ) { report, _, _ in bar.update(report.step - start, loss: report.loss, tokens: report.targets) }
  }
  bar.finish()
  (file.model, file.optimizer) = (trainer.model, trainer.optimizer)
  if let path {
    attempt { try file.write(to: path, cell: "rnn tanh") }
    show("saved", path, kind: .trained, line: line)
  }
  if Interrupt.requested { end(line: line) }
  let baselines = NGramModel.Order.allCases.map { order in
    let counts = NGramModel(order, vocabularySize: data.vocabulary.count, counting: data.training)
    return Reference("\(order)", at: counts.meanLoss(over: heldOutTokens))
  }
  show(
    LineChart(
      title: "A running text, read in streams", xLabel: "training step", yLabel: "loss [nats a \(unit)]",
      series: [
        Series("training", x: curve.steps.map(Double.init), y: curve.training),
        Series("held out", x: curve.steps.map(Double.init), y: curve.heldOut, style: .linePoints),
      ], references: baselines), as: "running-loss", line: line)
  let loss = curve.heldOut.last!
  show(
    Table(
      ["held out", "nats a \(unit)", "perplexity", "bits a \(unit)"],
      rows:
        baselines.map { [$0.label, $0.value, perplexity(nats: $0.value), bits(nats: $0.value)] }
        + [["this network", loss, perplexity(nats: loss), bits(nats: loss)]]), kind: .trained, line: line)
  return (file, Array(heldOut))
}

// MARK: - A text of one's own

enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case sgd, adagrad, rmsprop, adam

  /// The rule, and a learning rate that suits a plain RNN of this lesson's size.
  var rule: (OptimizerRule, learningRate: Double) {
    switch self {
    case .sgd: (.sgd(momentum: 0.9), 0.2)
    case .adagrad: (.adagrad(), 0.05)
    case .rmsprop: (.rmsprop(), 0.001)
    case .adam: (.adam(), 0.002)
    }
  }
}

extension TokenUnit: ExpressibleByArgument {}

struct OwnText: ParsableArguments {
  @Option(help: ArgumentHelp("Train on this UTF-8 text instead of the lesson's own.", valueName: "file")) var corpus:
    String?
  @Option(help: "What a token is: character or word. (default: character)") var unit: TokenUnit?
  @Option(help: "The number of units. (default: 128)") var hidden: Int?
  @Option(help: "The number of tokens in a window, through which the gradient flows. (default: 50)") var length: Int?
  @Option(help: "The number of streams that are read side by side. (default: 50)") var batch: Int?
  @Option(help: "The number of training steps. (default: 2000)") var steps: Int?
  @Option(help: "The size of a step. (default: adam 0.002, rmsprop 0.001, adagrad 0.05, sgd 0.2)") var learningRate:
    Double?
  @Option(help: "The rule of a step; sgd has momentum 0.9. (default: adam)") var optimizer: OptimizerName?
  @Option(help: "The longest gradient; a longer one is scaled down to it. (default: 5)") var clip: Double?
  @Option(help: "Sample at this temperature. (default: 0, 0.5, 1 and 1.5 one after the other)") var temperature: Double?
  @Option(help: ArgumentHelp("Let the samples continue this text.", valueName: "text")) var prime: String?
  @Option(help: "The number of tokens to sample. (default: 300)") var sample: Int?
  @Option(help: ArgumentHelp("Save the model here (safetensors), also when interrupted.", valueName: "file")) var save:
    String?
  @Option(
    help: ArgumentHelp("Take the model from here: train it on with --corpus, or sample from it.", valueName: "file"))
  var resume: String?

  var isAsked: Bool { corpus != nil || resume != nil }

  func validate() throws {
    for (name, value) in [("hidden", hidden), ("length", length), ("batch", batch), ("steps", steps)] {
      if let value, value < 1 { throw ValidationError("--\(name) must be 1 or more, not \(value).") }
    }
    for (name, value) in [("learning-rate", learningRate), ("clip", clip)] {
      if let value, !(value > 0 && value.isFinite) { throw ValidationError("--\(name) must be above 0, not \(value).") }
    }
    if let temperature, !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError("--temperature must be 0 or more, not \(temperature).")
    }
    if let sample, sample < 0 { throw ValidationError("--sample must be 0 or more, not \(sample).") }
    let training: [(String, Any?)] = [
      ("unit", unit), ("hidden", hidden), ("length", length), ("batch", batch), ("steps", steps),
      ("learning-rate", learningRate), ("optimizer", optimizer), ("clip", clip), ("save", save),
    ]
    let sampling: [(String, Any?)] = [("temperature", temperature), ("prime", prime), ("sample", sample)]
    if corpus == nil, let given = training.first(where: { $0.1 != nil }) {
      throw ValidationError("--\(given.0) is about training on a text of yours: give one with --corpus.")
    }
    if !isAsked, let given = sampling.first(where: { $0.1 != nil }) {
      throw ValidationError("--\(given.0) needs a model: train one with --corpus or take one with --resume.")
    }
    if resume != nil && (unit != nil || hidden != nil) {
      throw ValidationError("With --resume the model is that of the file: leave out --unit and --hidden.")
    }
  }
}

/// Trains on the reader's text or takes the reader's model, samples from it, and ends the lesson.
func readOwnText(_ own: OwnText, line: Int = #line) -> Never {
  if let path = own.save { attempt { try Safetensors.checkWritable(path) } }
  let corpus = own.corpus.map { path in attempt { try Corpus(contentsOf: path) } }
  var file = own.resume.map { path in
    attempt { try ModelFile(contentsOf: path, cell: "rnn tanh", build: plainModel) }
  }
  if let corpus {
    var recipe = Recipe()
    recipe.unit = own.unit ?? recipe.unit
    recipe.hidden = own.hidden ?? recipe.hidden
    recipe.length = own.length ?? recipe.length
    recipe.batch = own.batch ?? recipe.batch
    recipe.steps = own.steps ?? recipe.steps
    recipe.clip = own.clip ?? recipe.clip
    (recipe.rule, recipe.learningRate) = (own.optimizer ?? .adam).rule
    recipe.learningRate = own.learningRate ?? recipe.learningRate
    file = read(corpus, recipe, from: file, saveTo: own.save, line: line).file
  }
  guard let file else { end(line: line) }
  let prime = attempt { try file.vocabulary.encode(own.prime ?? "") }
  for temperature in own.temperature.map({ [$0] }) ?? temperatures where own.sample != 0 {
    var sampler = Sampler(file.model, temperature: temperature)
    for token in prime { sampler.read(token) }
    let tokens = sampler.tokens(limit: own.sample ?? 300, using: &random)
    show("temperature \(temperature)", "\n" + file.vocabulary.decode(prime + tokens) + "\n", kind: .trained, line: line)
  }
  end(line: line)
}
// page: on

end()
