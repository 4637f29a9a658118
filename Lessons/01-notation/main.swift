import ArgumentParser
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(help: ArgumentHelp("Measure this UTF-8 text, and nothing else.", valueName: "file")) var corpus: String?
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("01", "Notation and one-hot", run, withProse: options.corpus == nil)
if let path = options.corpus {
  let text = attempt { try TextMeasure(Corpus(contentsOf: path)) }
  show(text.sizeTable)
  show(text.unknownTable)
  show(text.unknownChart, as: "unknown")
  show(text.lengthChart(), as: "lengths")
  show(text.lengthTable())
  end()
}

//: *Beside the notes: 001 “Why sequence models” and “Notation”; 004 §1.1, the two problems at the head of §1.2, and steps 2 to 5 of “构建语言模型” in §1.3;
//: 002 “RNN Applications”.*
//:
//: This lesson says how a sequence is written down, for the reader and for the machine. It trains nothing.
//:
//: ## Why sequences
//:
//: The notes name eight tasks. In each the input x or the output y is a sequence, and the two need not be of one length. T_x counts the elements of
//: the input, T_y those of the output. Here is one example of each task:

func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

let applications = [
  ("speech recognition", "frames of sound", Array(repeating: "frame", count: 200), "words", split("the soup is cold")),
  ("music generation", "nothing", [], "notes", split("C E G E C E G C")),
  ("sentiment classification", "words", split("the soup was cold and the bread was old"), "a grade", ["1 of 5"]),
  ("DNA sequence analysis", "bases", split("A C G T A A G C"), "in a gene?", split("0 0 1 1 1 1 0 0")),
  ("machine translation", "words", split("wo ist die alte Katze"), "words", split("where is the old cat")),
  ("video activity recognition", "frames", Array(repeating: "frame", count: 48), "a class", ["running"]),
  ("named entity recognition", "words", split("mr baker met the cook"), "a name?", split("0 1 0 0 0")),
  ("image captioning", "an image", ["image"], "words", split("a bowl of pears on a table")),
]
show(Table(["task", "x", "T_x", "y", "T_y"], rows: applications.map { [$0, $1, $2.count, $3, $4.count] }))
claim("T_x and T_y are the same in three of the eight", applications.count { $2.count == $4.count } == 3)

//: Translation is one of the three by chance: another sentence would have other lengths. In the tagging of DNA and of names it is the task that makes
//: them equal, one answer for each element.
//:
//: ## A sentence and its names
//:
//: Andrew Ng's example, which stands in the pictures of the notes, asks of each word whether it is part of a person's name:

let sentence = "Harry Potter and Hermione Granger invented a new spell"
let x = split(sentence)
let y = [1, 1, 0, 1, 1, 0, 0, 0, 0]
show(Table(["t", "x⟨t⟩", "y⟨t⟩"], rows: x.indices.map { [$0 + 1, x[$0], y[$0]] }))
let (Tx, Ty) = (x.count, y.count)
claim("T_x = T_y = 9", Tx == 9 && Ty == 9)

//: x⟨t⟩ is the element at **step** t, counted from 1. (A Swift array counts from 0: x⟨1⟩ is `x[0]`.) Of several sentences, x⁽ⁱ⁾⟨t⟩ is step t of the
//: i-th **example** and T_x⁽ⁱ⁾ its length; 001 and 004 write a capital X for the same. Pointed brackets count steps, round ones count examples. Note
//: 003 follows Goodfellow's book, where round brackets count *steps*: its x⁽ᵗ⁾ is our x⟨t⟩.
//:
//: ## The vocabulary
//:
//: A network reads numbers. The **vocabulary** gives every word one, its index. Two entries are no words: ⟨EOS⟩ ends a sentence, ⟨UNK⟩ stands for
//: every word that is not in the list.

let vocabulary = Vocabulary(of: sentence, unit: .word), V = vocabulary.count
let ids = attempt { try vocabulary.encode(sentence) }
show(vocabulary.tokens.enumerated().map { "\($0) \($1)" }.joined(separator: " · "))
show("the sentence", ids.map(String.init).joined(separator: " "))
claim("the indices lead back to the words", ids.prefix(Tx).map { vocabulary.tokens[Int($0)] } == x)

//: ## One-hot columns
//:
//: An index is a name and no quantity: word 6 is not twice word 3. So the network is given a column with a place for each entry of the vocabulary, 1
//: at the index v of the word and 0 elsewhere, a **one-hot** vector. (000 says “a one-hot vector or an index”. They tell the same; the index is how a
//: program stores the column.)
//:
//: ```math
//: o_i = 1 \text{ where } i = v, \text{ else } 0
//: ```

func oneHot(_ v: Int32) -> Matrix<Double> { Matrix(column: (0..<V).map { i in i == v ? 1 : 0 }) }

let columns = TokenBatch(sequence: ids).oneHot(size: V, as: Double.self)
claim("the library makes the same columns, exactly", ids.indices.allSatisfy { columns[$0] == oneHot(ids[$0]) })

let picture = (0..<V).map { i in ids.map { oneHot($0)[i, 0] } }
let panel = Panel("", picture, columns: x + ["⟨EOS⟩"], rows: vocabulary.tokens)
show(
  Heatmap(
    "A sentence as one-hot columns: a single 1 in each", x: "word of the sentence", y: "entry of the vocabulary",
    color: "value", range: 0...1, panels: [panel]), as: "one-hot")
claim("every column sums to 1", ids.indices.allSatisfy { t in picture.reduce(0) { $0 + $1[t] } == 1 })

//: Any two different columns differ in two places, by 1: all words are equally far apart, √2. Which are alike, the network has to learn.

claim("from Harry to spell it is √2", (columns[0] - columns[8]).elements.map { $0 * $0 }.reduce(0, +) == 2)

//: ## A product that is a look-up
//:
//: The first thing that a network does with x⟨t⟩ is to multiply it by a matrix W that has a column w_i for each entry. In that sum every term but one
//: has the factor 0. The product *is* a column of W:
//:
//: ```math
//: W o = \sum_i w_i\, o_i = w_v
//: ```

let W = Matrix<Double>(rows: 3, columns: V) { random.normal() }
let v = ids[0]
let product = W * oneHot(v)
let column = Matrix(column: (0..<3).map { W[$0, Int(v)] })
show("W (3, \(V)) times o (\(V), 1)", product)
claim("it is equal to the column of Harry, to the last bit", product == column)

//: So nobody multiplies: a program looks the column up. A matrix that is read so is called an **embedding**, a vector for each word. The library
//: keeps it a word a row, as PyTorch does:

let embedding = Embedding(table: W.transposed)
let lookedUp = embedding(TokenBatch(sequence: ids))
let differences = ids.indices.map { lookedUp[$0].largestDifference(from: W * oneHot(ids[$0])) }
show("largest difference between look-up and product, all words", differences.max()!)
claim("there is none", differences.max()! == 0)

//: With the 10,000 words of the notes and 100 rows a product takes 100 · 10,000 multiplications a word, the look-up none.
//:
//: ## Unknown words
//:
//: The package has a language of its own, sentences about a kitchen. Read with its vocabulary, Ng's sentence is mostly unknown:

let kitchen = Vocabulary(unit: .word, tokens: [Vocabulary.unknown] + Grammar.kitchen.vocabulary)
let read = x.map { kitchen.tokens[Int(kitchen.id(of: $0)!)] }
show(read.joined(separator: " "))
claim("every name has become ⟨UNK⟩", zip(read, y).allSatisfy { $0 == Vocabulary.unknown || $1 == 0 })

//: The names are gone, and with them what the task asks for. With **characters** as tokens nothing is unknown, for a new word has the old letters;
//: but the sequence is several times as long.

claim("the sentence has 9 words and 54 characters", TokenUnit.character.tokens(of: sentence).count == 54 && Tx == 9)

//: 004 first puts all words of the corpus into the vocabulary (step 3) and then models the probability of ⟨UNK⟩ (step 5). With all words in the list,
//: ⟨UNK⟩ never occurs in the corpus. What is meant: keep the commonest words, for example 10,000, and read the others as ⟨UNK⟩, in training too. The
//: share of the words that are kept is the **coverage**, the others make the **rate of ⟨UNK⟩**. `TextMeasure` sorts the words in the first four
//: fifths of a text by how often they come, and keeps 1, 2, 5, 10, … of them. The last fifth is held out: what do they miss there?

let spoken = Grammar.kitchen.sentences(400, using: &random)
let book = Corpus(spoken.map { $0.joined(separator: " ") }.joined(separator: "\n\n"))
let measure = attempt { try TextMeasure(book) }
show(measure.sizeTable)
show(measure.unknownTable)
show(measure.unknownChart, as: "unknown")
let half = measure.kept.firstIndex { 2 * $0 >= measure.kept.last! }!
claim("half of the different words cover nine tenths of the text", measure.unknownRead[half] < 0.1)
claim("with all of them, no word of the text read is unknown", measure.unknownRead.last! == 0)
claim("but some of those held out still are", measure.unknownHeldOut.last! > 0)

//: A few words are very common and many are rare, so the rate falls fast at first and then slowly. And a word that the text read does not have is in
//: no vocabulary made from it. `swift run Lesson01 --corpus FILE` measures a text of yours in the same way.
//:
//: ## Unequal lengths
//:
//: Examples are computed side by side, a column each: at every step x⟨t⟩ is a matrix (n_x, m), m examples of n_x numbers. Their lengths differ, so
//: the shorter ones are **padded** to the longest. A **mask** keeps the true lengths T_x⁽ⁱ⁾.

let batch = ["Harry Potter invented a spell", sentence, "a new spell"]
let sequences = batch.map { split($0).map { vocabulary.id(of: $0)! } }
let (tokens, mask) = TokenBatch.padded(sequences)
func id(_ i: Int, _ t: Int) -> String { mask.isReal(t, example: i) ? "\(tokens[t - 1, i])" : "–" }
show(Table(["i"] + (1...9).map { "t = \($0)" }, rows: (0..<3).map { i in ["\(i + 1)"] + (1...9).map { id(i, $0) } }))
show("T_x⁽ⁱ⁾", mask.lengths.map(String.init).joined(separator: ", "))
let padded = tokens.oneHot(size: V, as: Double.self)
show("x⟨t⟩ at each of \(padded.length) steps", "(\(padded[0].rows), \(padded[0].columns))")
claim("a step of padding is a column of zeros", (0..<V).allSatisfy { padded[8][$0, 0] == 0 })

//: This is the one layout of the package: a list of steps, in each a matrix whose columns are examples. PyTorch has the same numbers in a tensor (T,
//: m, n_x), or (m, T, n_x) with `batch_first`.
//:
//: 004 warns that the zeros are noise. They are, where they are read: a recurrent network goes on changing its state on them. With the mask they are
//: not read. Lesson 02 opens the layer; here it is enough that it reads a batch and ends with a column of numbers for each example.

let layer = Recurrent(RNNCell<Double>(inputSize: V, hiddenSize: 4, using: &random))
func lastState(_ tokens: TokenBatch, _ mask: Mask?) -> Matrix<Double> {
  let tape = layer.makeTape()
  layer.forward(.tokens(tokens), from: nil, mask: mask, on: tape)
  return tape.finalState.values[0].transposed
}
let alone = lastState(TokenBatch(sequence: sequences[2]), nil)
let withMask = lastState(tokens, mask).rows(2..<3).largestDifference(from: alone)
let without = lastState(tokens, nil).rows(2..<3).largestDifference(from: alone)
show("largest difference from the third sentence alone: with the mask, without", [withMask, without])
claim("with the mask, padding changes nothing", withMask < 1e-15)
claim("without it, the numbers are others", without > 0.01)

//: Padding is harmless then, but it is not free: its steps are computed. Batches of sentences of similar length have little of it.

show(measure.lengthChart(), as: "lengths")
show(measure.lengthTable())
let (inOrder, byLength) = (measure.padding(sorted: false), measure.padding(sorted: true))
claim("in the order of the text, more than a fifth of the steps are padding", inOrder > 0.2)
claim("sorted by length, less than a twentieth", byLength < 0.05)

//: ## The same things under other names
//:
//: | here | 000, 001, 004 | 003 (book) | 002 (MIT) | PyTorch |
//: |---|---|---|---|---|
//: | x⟨t⟩ | x⟨t⟩, X⁽ⁱ⁾⟨t⟩ | x⁽ᵗ⁾ | x_t | input |
//: | a⟨t⟩ | a⟨t⟩ | h⁽ᵗ⁾ | h_t | h_t |
//: | ŷ⟨t⟩ | ŷ⟨t⟩ | ŷ⁽ᵗ⁾ | ŷ_t | – |
//: | W_ax, W_aa | W_ax, W_aa | U, W | W_xh, W_hh | weight_ih, weight_hh |
//: | b_a | b_a | b | – | bias_ih + bias_hh |
//: | W_ya, b_y | W_ya, b_y | V, c | W_hy | Linear |
//: | Γ_u, GRU | Γ_u | 1 − u | – | 1 − z |
//: | Γ_r, GRU | Γ_r | r | – | r |
//: | Γ_u, LSTM | Γ_u | g | store, update | i |
//: | Γ_f, Γ_o | Γ_f, Γ_o | f, q | forget, output | f, o |
//: | c̃⟨t⟩ | c̃⟨t⟩ | σ(b + Ux + Wh) | – | g; n in a GRU |
//: | c⟨t⟩ | c⟨t⟩ | s⁽ᵗ⁾ | c_t | c_t |
//:
//: The first six rows are for Lesson 02, the others for Lessons 06 and 07. Two traps are among them: the update gates of the book and of
//: PyTorch keep the *old* state where Γ_u takes in the new one, and the book's candidate has σ where all others have tanh.
//:
//: ## Break it
//:
//: **Give the index instead of the column.** Then x⟨t⟩ is one number and W a single column w. Whatever w is, index 6 sends three times what index 2
//: sends, though the order of the list says nothing about the words:

let w = Matrix<Double>(rows: 3, columns: 1) { random.normal() }
claim("6 sends three times what 2 sends", (6 * w).largestDifference(from: 3 * (2 * w)) < 1e-12)

//: **Count without the mask.** A tagger that never finds a name is tested on sentences with names in them. Each step of padding counts as a right
//: answer, for there is no name in it:

let guests = Grammar.guests.sentences(1_000, using: &random)
let answers = guests.flatMap { Grammar.guestNames(in: $0) }
let steps = guests.count * guests.map(\.count).max()!
let names = Double(answers.count { $0 })
let (ofWords, ofSteps) = (1 - names / Double(answers.count), 1 - names / Double(steps))
show("“never a name” is right: of the words, of all steps, %", [100 * ofWords, 100 * ofSteps])
claim("with padding counted it seems better than it is", ofSteps > ofWords + 0.03)

//: ## What to expect
//:
//: In a natural text the n-th commonest word comes about 1/n as often as the commonest, which is Zipf's law. So of N different words the v commonest
//: cover about H_v / H_N of the text, where H_n = 1 + 1/2 + … + 1/n.

func H(_ n: Int) -> Double { (1...n).reduce(0) { $0 + 1 / Double($1) } }
show(
  Table(
    ["text", "different words", "that cover half of it"],
    rows: [
      ["the kitchen, this run", measure.kept.last!, measure.wordsCovering(0.5)], ["Zipf's law", 50_000, 168],
      ["Brown corpus, a million words of English", "about 50,000", 135],
    ]))
claim("under Zipf's law it takes 168 words", H(168) >= 0.5 * H(50_000) && H(167) < 0.5 * H(50_000))
claim("an eighth of the kitchen's words make half of its text", measure.wordsCovering(0.5) <= measure.kept.last! / 8)

//: The last row is from Kučera and Francis (1967). About half of the 50,000 words occur there only once, so that a vocabulary made from such a text
//: goes on missing words.
//:
//: ## Exercises
//:
//: 1. The notes take a vocabulary of 10,000 words. How many numbers do the one-hot columns of Ng's sentence hold, and how many of them are 1?

// fold: Answer
//: Nine columns of 10,000 numbers are 90,000. Nine of them are 1, one a column.

claim("90,000 numbers, nine ones", 10_000 * Tx == 90_000 && Tx == 9)
// fold end

//: 2. Sentences of 4, 9, 6 and 9 words are one batch. Which share of its steps is padding? And if they may be two batches of two?

// fold: Answer
//: The batch has 4 · 9 = 36 steps for 28 words, so 8 of 36 are padding, 22 %. As (4, 6) and (9, 9) there are 12 + 18 = 30 steps, 2 of them
//: padding, 7 %.

func idle(_ lengths: [Int]) -> Int { lengths.count * lengths.max()! - lengths.reduce(0, +) }
claim("8 of 36, and 2 of 30", idle([4, 9, 6, 9]) == 8 && idle([4, 6]) + idle([9, 9]) == 2)
// fold end

//: 3. A text of 50,000 different words follows Zipf's law. How many must the vocabulary have so that a tenth of the text is ⟨UNK⟩, and how many for a
//:    hundredth?

// fold: Answer
//: H_v must be 0.9 H_N, which takes about 16,000 words. For a hundredth it takes about 44,600. The last percents are dear, a column of W a word.

let shares = [16_000, 44_600].map { H($0) / H(50_000) }
claim("a tenth and a hundredth are left", abs(shares[0] - 0.9) < 1e-4 && abs(shares[1] - 0.99) < 1e-4)
// fold end

//: This is the first lesson. The next, on the [forward pass](../02-forward-pass/README.md), puts the columns into a network.

end()
