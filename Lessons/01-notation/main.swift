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
  showOwnText(path)
  end()
}

//: *He said, "**Teddy** Roosevelt was a great president."*
//:
//: ***Teddy** bears are on sale.*
//:
//: In the first sentence, *Teddy* is part of a person's name. In the second it isn't: these are toys. How could a network see that? The networks
//: that you know (multi-layer perceptrons, MLPs) read a column of numbers. A sentence is made of words, it may be short or long, and a name may
//: stand anywhere in it. So what would you feed such a network?

// page: off
show(
  questionPicture([
    ("He said , Teddy Roosevelt was a great president", [0, 0, 0, 1, 1, 0, 0, 0, 0]),
    ("Teddy bears are on sale", [0, 0, 0, 0, 0]),
  ]), as: "sentence")
// page: on

//: Each box holds one word, and the comma has a box of its own. (We leave out quotation marks and full stops.) Above each box is the answer that
//: we want: 1 if the word is part of a name, 0 if not. Compare the two boxes with *Teddy*: the same word, but once we want a 1 and once a 0.
//:
//: In this lesson we write sentences down for a network, and at the end we come back to the two Teddys. The page is also a program:
//: `swift run Lesson01` computes every number anew. A line with a ✓ is a statement that it has checked. (All random numbers of a
//: run are made from one number, the **seed**. With another, say `--seed 2`, the numbers on the page change a little, but these statements still hold.)
//:
//: ## Steps and examples
//:
//: What stands in a box is called a **token**: here, a word or a comma. We number the boxes from left to right. The number is the **step**, and
//: we write it in pointed brackets: x⟨t⟩ is what goes into the network at step t, and y⟨t⟩ is the answer that we want there. In the first
//: sentence, x⟨4⟩ is *Teddy*, and y⟨4⟩ is 1. The number of tokens that go in is T_x, the number of answers is T_y. Here both are 9.
//:
//: A sentence together with its answers is an **example**. We number the examples too, in round brackets: x⁽ⁱ⁾⟨t⟩ is the input at step t of
//: example i. Here are three, split into tokens at the spaces:

let sentences = [
  "He said , Teddy Roosevelt was a great president",
  "Teddy bears are on sale",
  "She met Teddy",
].map { $0.split(separator: " ") }
let y = [[0, 0, 0, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1]]
show("x⁽¹⁾⟨4⟩", sentences[0][3])
show("x⁽³⁾⟨3⟩", sentences[2][2])
show("T_x", sentences.map(\.count))

// page: off
let names = zip(sentences, y).map { zip($0, $1).filter { $1 == 1 }.map { String($0.0) } }
claim(
  "each example has as many answers as tokens, and the only names are x⁽¹⁾⟨4⟩, x⁽¹⁾⟨5⟩ and x⁽³⁾⟨3⟩",
  y.map(\.count) == sentences.map(\.count) && names == [["Teddy", "Roosevelt"], [], ["Teddy"]])
// page: on

//: Arrays count from 0, so step 4 of example 1 is `sentences[0][3]`. (`show` prints a value under a name; T_x is that of all three examples.)
//:
//: You'll often see one more token, **⟨EOS⟩**, for "end of sentence". Its brackets have nothing to do with steps: they mark it as something that
//: isn't a word. A network that writes sentences needs it, to know where to stop, and then it counts as a step. We only look for names, so we leave
//: it out.

// page: off
claim(
  "with ⟨EOS⟩, T_x of example 1 is 10",
  SentenceBatches([sentences[0].indices.map(Int32.init)], end: 9).batch([0]).inputs.length == sentences[0].count + 1)
// page: on

// fold: Other tasks, where T_x and T_y differ
//: We want one answer for each token, so T_x and T_y are equal. In other tasks they needn't be. We made up one short example for each of these:

// page: off
show(taskTable())
// page: on
claim(
  "T_x and T_y are the same in the first two rows and in no other",
  tasks.map { $0.x.count == $0.y.count } == [true, true] + Array(repeating: false, count: 6))

//: Look at the row with speech: two hundred short frames of sound become four words, and nothing tells you which frames belong to which word.
//: (Our own speech recogniser, in [Lesson 11](../11-applications/README.md), makes it easier for itself: it hears one word at a time.)
// fold end

//: ## From words to numbers
//:
//: We make a list of all tokens that the network should know, the **vocabulary**. The position of a token in this list is its **index**. A list
//: with V entries has the indices 0 to V − 1. Entry 0 of ours is **⟨UNK⟩**, "unknown": it stands for every word that isn't in the list. Then
//: come the tokens of our three sentences, each once, sorted as Swift sorts them: the comma first, then capitals, then small letters.

let tokens = Set(sentences[0] + sentences[1] + sentences[2])
let vocabulary = ["⟨UNK⟩"] + tokens.sorted()
let V = vocabulary.count
let indices = sentences.map { sentence in
  sentence.map { token in vocabulary.firstIndex(of: token)! }
}
show("V", V)
show("example 1 as indices", indices[0])

// page: off
claim(
  "*Teddy* is 5, and *met* is 10", vocabulary.firstIndex(of: "Teddy") == 5 && vocabulary.firstIndex(of: "met") == 10)
// page: on

//: Could we feed the network these indices? It multiplies what it gets by a weight w. That's 5w for *Teddy* and 10w for *met*, so *met* would
//: always count twice as much, only because of its place in a list. An index is a name, not an amount.
//:
//: Instead, we give it a column of V numbers: a 1 in the place of the token, and 0 everywhere else. This is a **one-hot column**. For a
//: vocabulary of only three words, *cat*, *dog* and *spoon*, there are three of them:
//:
//: ```math
//: o_{\text{cat}} = \begin{pmatrix} 1 \\ 0 \\ 0 \end{pmatrix}, \qquad o_{\text{dog}} = \begin{pmatrix} 0 \\ 1 \\ 0 \end{pmatrix}, \qquad o_{\text{spoon}} = \begin{pmatrix} 0 \\ 0 \\ 1 \end{pmatrix}
//: ```
//:
//: In code, matrices have the type `Columns`, and a single column has it too. This function makes the one-hot column of index v, and `x` holds
//: those of example 1:

func oneHot(_ v: Int) -> Columns {
  Columns(column: (0..<V).map { place in place == v ? 1 : 0 })
}
let x = indices[0].map { v in oneHot(v) }

// page: off
show(oneHotPicture(sentences[0].map(String.init), x, vocabulary.map(String.init)), as: "one-hot")
claim(
  "every column of the figure has one 1 and fifteen zeros; nine rows have one 1, and seven have none",
  x.allSatisfy { column in column.elements.count { $0 == 1 } == 1 && column.elements.count { $0 == 0 } == 15 }
    && (0..<V).count { v in x.count { $0[v, 0] == 1 } == 1 } == 9
    && (0..<V).count { v in x.allSatisfy { $0[v, 0] == 0 } } == 7)
// page: on

//: Each frame is one step, and on the left is the vocabulary. Go to *Teddy* at the bottom and follow its frame upwards: all zeros, until you come
//: to the row of *Teddy*. (The rows without a 1 are ⟨UNK⟩ and words of the other examples.) From now on, x⟨t⟩ is the one-hot column of step t. We
//: say "x⟨4⟩ is *Teddy*" and mean the column.
//:
//: ## One product, by hand
//:
//: What does a network do first with a column? It multiplies it by a matrix of weights, W. Let's do that by hand, with our three words and this W:
//:
//: ```math
//: W = \begin{pmatrix} 0.9 & 0.6 & -0.6 \\ 0.1 & 0.5 & -0.4 \end{pmatrix}
//: ```
//:
//: It has two rows and three columns. Its **shape** is (2, 3). Take the one-hot column of *dog*. We also write it lying down, in square
//: brackets: [0, 1, 0]. The first row of W gives 0.9 · 0 + 0.6 · 1 − 0.6 · 0 = 0.6. The second gives 0.1 · 0 + 0.5 · 1 − 0.4 · 0 = 0.5. The
//: result is [0.6, 0.5]. Do you see these two numbers in W?

// page: off
let ids = indices.map { $0.map(Int32.init) }
let W = Columns([[0.9, 0.6, -0.6], [0.1, 0.5, -0.4]])
let (cat, dog, spoon) = (Columns(column: [1, 0, 0]), Columns(column: [0, 1, 0]), Columns(column: [0, 0, 1]))
show(lookUpPicture(W, ["cat", "dog", "spoon"], chosen: 1), as: "look-up")
claim(
  "W times the column of *dog* is [0.6, 0.5], the middle column of W",
  (W * dog).elements == [0.6, 0.5] && W * dog == W.columns(1..<2))
// page: on

//: They are the middle column, the one of *dog*. The zeros wipe out the other columns, and the 1 lets its own column through. So W has one column
//: for each word, and multiplying by a one-hot column picks out one of them.
//:
//: ## In code: the product is a look-up
//:
//: By hand, we went through W row by row. You can also go column by column: multiply each column of W by its number in the one-hot column, and add
//: them all up. With our numbers, that's 0 times the first, plus 1 times the second, plus 0 times the third. Now take V words. W has the columns
//: w₀, w₁ and so on, and o is the one-hot column of index v. Its 1 stands in place v, so
//:
//: ```math
//: W\,o = 0 \cdot w_0 + 0 \cdot w_1 + \dots + 1 \cdot w_v + \dots + 0 \cdot w_{V-1} = w_v
//: ```
//:
//: We check this for x⟨4⟩ with a W of numbers that `random` draws, called `big`: first the left-hand side, then the right-hand side.
//: (`columns(v..<v + 1)` cuts out column v.)

let big = Columns(rows: 4, columns: V) { random.normal() }
let v = indices[0][3]
let product = big * x[3]
let column = big.columns(v..<v + 1)
show("largest difference", product.largestDifference(from: column))

// page: off
claim(
  "for every token of the vocabulary, the product and the column are equal to the last bit",
  (0..<V).allSatisfy { big * oneHot($0) == big.columns($0..<$0 + 1) })
// page: on

//: Not a single bit is different. So nobody multiplies. With 10,000 words and 100 rows, the product costs a million multiplications per token,
//: nearly all of them by zero. A program just takes the index and copies column v. This is called a **look-up**. That's why programs store texts
//: as indices. In formulas we go on writing the product: it means the same.
//:
//: ## Where embeddings come from
//:
//: How far apart are two words? Take the one-hot columns of *cat* and *dog* and subtract them: [1, −1, 0]. Its length is √(1² + 1²) = √2 = 1.41.
//: It's the same for *cat* and *spoon*, and for any other pair. One-hot columns don't show that a cat is more like a dog than like a spoon. The
//: columns of W can:

// page: off
show(distancePicture(W, ["cat", "dog", "spoon"]), as: "distances")
claim(
  "any two of the three one-hot columns are √2 apart",
  [(cat, dog), (cat, spoon), (dog, spoon)].allSatisfy { distance($0, $1) == 2.0.squareRoot() })
claim(
  "after the look-up, cat and dog are 0.5 apart, dog and spoon 1.5, cat and spoon 1.58",
  abs(distance(W * cat, W * dog) - 0.5) < 1e-12 && abs(distance(W * dog, W * spoon) - 1.5) < 1e-12
    && abs(distance(W * cat, W * spoon) - 1.58) < 0.005)
// page: on

//: On the left are the one-hot columns: three equal sides. On the right are the columns of W, as points: the first number goes right, the second
//: up. *Cat* and *dog* are only 0.5 apart, and *spoon* is far from both.
//:
//: We chose these numbers, but W is a matrix of weights, so training can choose them. Imagine another task, guessing the next word. After *cat*,
//: *sleeps* is a good guess, and after *dog* as well, but not after *spoon*. All that the rest of the network sees of a word is its column of W. So
//: where two words need the same answers, training tends to push their columns to the same place, and what the network learns about cats then
//: helps it with dogs. A short column of learned numbers for a word is called its **embedding**. Once W is trained, its columns are the embeddings
//: of the words.
//:
//: ## An experiment: how many words do you need?
//:
//: Every word costs a column of W. So we'd like to keep only the most common words and read all others as ⟨UNK⟩. The share of a text that isn't
//: ⟨UNK⟩ is called the **coverage** of the vocabulary.
//:
//: We try it on an artificial language about a kitchen ("the apple and pear salad was delicious"). The program reads 320 sentences and makes the
//: list from them. They have a little over 200 different words. Another 80 sentences are **held out**: we only use them as a test. Suppose you
//: keep 100 words, under half of them. How much of the 320 sentences do they cover? Guess before you look.

// page: off
let spoken = Grammar.kitchen.sentences(400, using: &random)
let kitchen = measured(spoken)
show(kitchen.coverageChart(.linear), as: "coverage")
// page: on

//: About 85 %. Look at the blue curve, the 320 sentences: 50 words already cover two thirds. The next 50 take you to those 85 %, and for the
//: rest you need a hundred more. A few words are very common, and many are rare, as in all languages.
//:
//: Now the orange curve, the 80 sentences held out. It stays close to the blue one, and where it lies above, that's chance. But look at the right
//: end, where the list is complete: some of their words, fewer than 3 %, aren't in it. However long your list is, ⟨UNK⟩ is never quite gone. That
//: hurts, because names are rare words. With the kitchen's list, example 1 reads
//: "⟨UNK⟩ ⟨UNK⟩ ⟨UNK⟩ ⟨UNK⟩ ⟨UNK⟩ was a ⟨UNK⟩ ⟨UNK⟩". Find the names in that!

// page: off
claim(
  "50 words cover 62 to 73 % of the text, and 100 words, less than half of the different ones, cover 83 to 88 %",
  201...225 ~= kitchen.kept.last! && 0.62...0.73 ~= kitchen.coverage(keeping: 50)
    && 0.83...0.88 ~= kitchen.coverage(keeping: 100))
claim(
  "the curves are less than ten percentage points apart; at the end, some words held out are unknown, fewer than 3 %",
  zip(kitchen.unknownRead, kitchen.unknownHeldOut).allSatisfy { abs($0 - $1) < 0.1 }
    && kitchen.unknownRead.last! == 0 && kitchen.unknownHeldOut.last! > 0 && kitchen.unknownHeldOut.last! < 0.03)
let kitchenWords = Set(spoken.joined())
claim(
  "the kitchen has only *was* and *a* of example 1",
  sentences[0].map(String.init).filter(kitchenWords.contains) == ["was", "a"])
// page: on

// fold: A trap: ⟨UNK⟩ that never occurs in training
//: If you keep *all* words of your text, ⟨UNK⟩ never occurs in training. Training only changes columns of W that are looked up, so the column of
//: ⟨UNK⟩ keeps its random numbers, and at the first new word the network reads noise. So leave a few rare words out of your list on purpose.
//:
//: Why only the columns that are looked up? Take our small W. Let δ₁ and δ₂ be the gradient with respect to the product W o. The weight in row i
//: and column j is multiplied by o_j, so its gradient is δ_i o_j. All of them together are the product δ oᵀ, and for *dog* that is
//:
//: ```math
//: \begin{pmatrix} \delta_1 \\ \delta_2 \end{pmatrix} \begin{pmatrix} 0 & 1 & 0 \end{pmatrix} = \begin{pmatrix} 0 & \delta_1 & 0 \\ 0 & \delta_2 & 0 \end{pmatrix}
//: ```
//:
//: Only the column of *dog* gets a gradient.

claim(
  "in a network, the gradient reaches the columns of the tokens that were read, and no other",
  columnsWithGradient(reading: ids[0], vocabularySize: V) == Set(ids[0])
    && columnsWithGradient(reading: [0] + ids[0].dropFirst(), vocabularySize: V).contains(0) && !ids[0].contains(0))
// fold end

//: ## Sentences of different lengths
//:
//: Networks are trained on several examples at once, a **batch**. So far, x⟨t⟩ was a column. In a batch of m examples it's a matrix of the shape
//: (V, m), with one column for each example: column i is x⁽ⁱ⁾⟨t⟩. (In code for an MLP you may have seen one example per row.)
//:
//: But what is x⟨4⟩ of example 3? *She met Teddy* is over by then. We fill the gap. That's **padding**:

// page: off
show(paddingPicture(sentences.map { $0.map(String.init) }, marking: 4), as: "padding")
// page: on

//: Each line is one example. A grey box is padding: no word at all. It gets the index −1, since 0 is ⟨UNK⟩, a word that we don't know. No place in
//: a column has the number −1, so `oneHot(-1)` is all zeros.
//:
//: The dashed frame is step 4 of all three: *Teddy*, *on*, and nothing. Put their three columns side by side, and you have the matrix x⟨4⟩, its
//: first column from the first line of the figure, and so on. Many trip over this, so say it aloud once: **a batch is a list of matrices, one per
//: step, each with one column per example.**
//:
//: We also write down which boxes are real. That's the **mask**: 1 for a real box, 0 for padding. Multiply the loss at each box by it, and
//: padding adds nothing.

let longest = indices.map(\.count).max()!
let padded = indices.map { example in
  example + Array(repeating: -1, count: longest - example.count)
}
let mask = padded.map { example in example.map { v in v == -1 ? 0 : 1 } }
let x4 = sideBySide(padded.map { example in oneHot(example[3]) })
show("example 3, padded", padded[2])
show("example 3, mask", mask[2])
show("shape of x⟨4⟩", "(\(x4.rows), \(x4.columns))")

// page: off
claim(
  "the columns of x⟨4⟩ are *Teddy*, *on* and sixteen zeros",
  x4.columns == 3 && x4.columns(0..<1) == oneHot(5)
    && x4.columns(1..<2) == oneHot(vocabulary.firstIndex(of: "on")!)
    && x4.columns(2..<3).elements == Array(repeating: 0, count: 16))
claim(
  "of 27 boxes, 17 are real and 10 are padding",
  mask.joined().count == 27 && mask.joined().reduce(0, +) == 17 && padded.joined().count { $0 == -1 } == 10)
// page: on

//: ## Break it
//:
//: **Forget the mask.** A lazy network says "not a name" at every step. How often is it right? The mask leaves 17 boxes, and 3 of them are
//: names, so it's right at 14 of 17, 82 %. Now forget the mask. The answers are padded too, with 0, so the ten padded boxes count as right: 24
//: of 27, 89 %. It has become better without learning anything. So measure, and train, on real boxes only.

// page: off
let isRight = y.flatMap { wanted in (0..<longest).map { t in t < wanted.count && wanted[t] == 1 ? 0 : 1 } }
let counted = zip(isRight, mask.joined()).map { $0 * $1 }.reduce(0, +)
let (real, right) = (mask.joined().reduce(0, +), isRight.reduce(0, +))
claim(
  "14 of 17 is 82 %, and 24 of 27 is 89 %",
  (counted, real, right, isRight.count) == (14, 17, 24, 27)
    && abs(Double(counted) / Double(real) - 0.82) < 0.005 && abs(Double(right) / Double(isRight.count) - 0.89) < 0.005)
// page: on

//: **Feed the index after all.** One unit reads a word as its index v and computes w · v + b. It should say "name" if the result is above 0. In
//: our vocabulary *Roosevelt* is 3, *She* is 4, and *Teddy* is 5. The result for 4 is always halfway between those for 3 and 5. So a unit that
//: says "name" to *Roosevelt* and to *Teddy* has to say it to *She* as well. With one-hot columns each word has a weight of its own: say, 1 for
//: *Roosevelt* and *Teddy*, and −1 for *She*.

// page: off
claim(
  "of 1,000 random pairs w, b, none says \"name\" to 3 and 5 and not to 4",
  ["Roosevelt", "She", "Teddy"].map { vocabulary.firstIndex(of: $0) } == [3, 4, 5]
    && (0..<1000).allSatisfy { _ in
      let (w, b) = (random.normal(), 4 * random.normal())
      return !(3 * w + b > 0 && 5 * w + b > 0 && 4 * w + b <= 0)
    }
    && [3, 4, 5].map { (Columns([(0..<V).map { [3: 1, 4: -1, 5: 1][$0] ?? 0 }]) * oneHot($0))[0, 0] > 0 }
      == [true, false, true]
)
// page: on

//: ## Back to the two Teddys
//:
//: With one-hot columns, a unit can say "name" to the word *Teddy*. But then it says so to every *Teddy*. We wanted a 1 for *Teddy Roosevelt* and
//: a 0 for *Teddy bears*. Does a larger network help?
//:
//: **One word at a time.** Let an MLP read x⟨1⟩, then x⟨2⟩, and so on, each on its own. The two Teddys are the same column, so they get the same
//: answer, however large the MLP is.

// page: off
claim("x⁽¹⁾⟨4⟩ and x⁽²⁾⟨1⟩ are the same column", oneHot(indices[0][3]) == oneHot(indices[1][0]))
// page: on

//: **All words at once.** Put the columns of all nine steps on top of each other, and the MLP reads one long column of 9 · 16 = 144 numbers. Let it
//: give nine answers, one for each word. This MLP *can* tell the two Teddys apart, because it sees what stands around them. But look at its first
//: matrix. It has 144 columns, in blocks of 16: W₁ for step 1, W₂ for step 2, and so on.

// page: off
show(longColumnPicture(sentences[0].map(String.init), sentences[1].map(String.init)), as: "long-column")
// page: on

//: Two readings are drawn: example 1 comes in from above, example 2, padded with zeros, from below. Find *Teddy*: above it is multiplied by W₄,
//: below by W₁. These are different weights, so what the network learns about *Teddy* at step 4 doesn't help it at step 1. It has to learn every
//: word once for every step. And if you pad to 50 steps, so that longer sentences fit, it has to learn every word fifty times.

// page: off
let long = padded.map { example in example.flatMap { oneHot($0).elements } }
claim(
  "the long columns have 144 numbers; *Teddy* is multiplied by W₄ in example 1, by W₁ in example 2, by W₃ in example 3",
  long.allSatisfy { $0.count == 144 }
    && long.map { column in column.indices.filter { column[$0] == 1 && $0 % V == 5 }.map { $0 / V + 1 } }
      == [[4], [1], [3]]
)
// page: on

//: **One word at a time, with a memory.** A **recurrent network** reads one step after the other, always with the *same* W, so what it learns
//: about a word holds at every step. And from each step to the next it hands on a column of numbers, its memory of what it has read so far.
//:
//: So the same word can get two answers: after *She met*, *Teddy* is likely to be a name, and after *a brown* it's likely to be a toy. For our two
//: Teddys, that isn't enough: after *He said ,* anything may follow, and a sentence may begin with anything. Only the next word, *Roosevelt* or
//: *bears*, tells them apart, and [Lesson 08](../08-brnn/README.md) lets the network read from both ends.
//:
//: ## Your own text
//:
//: ```sh
//: swift run Lesson01 --corpus book.txt
//: ```
//:
//: Instead of this page, you get the coverage for a text of your own, and how much padding its sentences need. Expect a steep start, then a slow
//: rise, and always some ⟨UNK⟩ in the part held out.

// fold: What to expect in numbers
//: In a text in a natural language, the n-th most common word comes about 1/n as often as the most common one. This is **Zipf's law**. Add up:
//: 50,000 different words make 1 + 1/2 + 1/3 + … + 1/50,000 = 11.40 times the count of the most common one. The first 168 terms make 5.70, so 168
//: words make half of the text. In the Brown corpus, a million words of English with about 50,000 different ones, it takes 135, and about half of
//: the 50,000 occur only once (Kučera and Francis 1967).

// page: off
func H(_ n: Int) -> Double { (1...n).reduce(0) { $0 + 1 / Double($1) } }
// page: on
claim(
  "the sums are 11.40 and 5.70, and 168 terms are the first to make half",
  abs(H(50_000) - 11.40) < 0.005 && abs(H(168) - 5.70) < 0.005 && H(168) >= 0.5 * H(50_000) && H(167) < 0.5 * H(50_000))
// fold end

// fold: If you have the lecture notes
//: These lessons follow the notation of Andrew Ng's course *Sequence Models*. You don't need any notes. But they were written next to five sets,
//: and if you have some of these, open the folds called "In your notes": they say which passage a lesson belongs to, where the letters differ,
//: and where the notes slip. All five are written in Chinese or in a mixture of Chinese and English. These are the names that we use for them in
//: all lessons:
//:
//: | file | our name | notes on |
//: |---|---|---|
//: | 000 | Ng's notes (000) | Andrew Ng, *Sequence Models* (the last course of his Deep Learning Specialization), a short version |
//: | 001 | Ng's notes (001) | the same course, as a list of keywords |
//: | 004 | Ng's notes (004) | the same course, the longest version, with numbered sections |
//: | 002 | 6.S191 (002) | MIT 6.S191, *Introduction to Deep Learning*, the lecture on sequences |
//: | 003 | Goodfellow (003) | Goodfellow, Bengio and Courville, *Deep Learning* (2016), chapter 10 |
// fold end

// fold: The same symbols elsewhere
//: Most of these symbols are still to come. The last column says which lesson explains them.
//:
//: | here | Ng's notes (000, 001, 004) | Goodfellow (003) | 6.S191 (002) | PyTorch | lesson |
//: |---|---|---|---|---|---|
//: | x⟨t⟩ | x⟨t⟩, X⁽ⁱ⁾⟨t⟩ | x⁽ᵗ⁾ | x_t | `input` | 01 |
//: | a⟨t⟩ | a⟨t⟩ | h⁽ᵗ⁾ | h_t | `h_t` | 02 |
//: | ŷ⟨t⟩ | ŷ⟨t⟩ | ŷ⁽ᵗ⁾ | ŷ_t | – | 02 |
//: | W_ax, W_aa | W_ax, W_aa | U, W | W_xh, W_hh | `weight_ih`, `weight_hh` | 02 |
//: | b_a | b_a | b | – | `bias_ih` + `bias_hh` | 02 |
//: | W_ya, b_y | W_ya, b_y | V, c | W_hy | `Linear` | 02 |
//: | Γ_u (GRU) | Γ_u | 1 − u | – | 1 − z | 06 |
//: | Γ_r (GRU) | Γ_r | r | – | r | 06 |
//: | Γ_u (LSTM) | Γ_u | g | store | i | 07 |
//: | Γ_f, Γ_o (LSTM) | Γ_f, Γ_o | f, q | forget, output | f, o | 07 |
//: | c̃⟨t⟩ | c̃⟨t⟩ | σ(b + Ux + Wh) | – | g; n in a GRU | 06, 07 |
//: | c⟨t⟩ | c⟨t⟩ (004: C⟨t⟩) | s⁽ᵗ⁾; h⁽ᵗ⁾ in a GRU | c_t | `c_t`; `h_t` in a GRU | 06, 07 |
//:
//: There are two traps. The update gates of Goodfellow and PyTorch keep the *old* state, where Γ_u takes in the new one. And Goodfellow's
//: candidate has a σ where all others have a tanh.
// fold end

// fold: In your notes
//: - **Ng's notes** (001, "Why sequence models") name seven of the tasks in the table of the first fold. The eighth, a description of a picture,
//:   is in **6.S191** (002, "RNN Applications").
//: - **Ng's notes** (001, "Notation") write X⁽ⁱ⁾⟨t⟩ and T_X⁽ⁱ⁾ with capital letters; we keep the small ones. 004 (§1.1) has T_x for the length,
//:   and y⁽ⁱ⁾⟨t⟩ with a small letter.
//: - **Ng's notes** (004, §1.3) slip in the brackets: y⁽¹⁾, …, y⁽ᵀ⁾ are the words of one sentence there, so that round brackets count steps. In
//:   §1.1 of the same notes they count examples, and pointed brackets count steps. **Goodfellow** (003) has round brackets for steps throughout:
//:   x⁽ᵗ⁾ is our x⟨t⟩. **6.S191** (the lecture's figures) writes x_t.
//: - **Ng's notes** (004, §1.2) begin with the two troubles of the long column, different lengths and nothing shared. They say that padding zeros
//:   bring in noise; the mask makes them harmless. They also say that an RNN "remembers how often a word occurs at different positions". It
//:   doesn't count positions: it shares its weights between all steps.
//: - **Ng's notes** (004, §1.3, step 2) split "Cats average 15 hours of sleep a day." into eight words and ⟨EOS⟩ and leave out the full stop. It
//:   could as well be a token.
//: - **Ng's notes** (004, §1.3, steps 3 and 5) put all words of the corpus into the vocabulary and then model the probability of ⟨UNK⟩. In that
//:   corpus, ⟨UNK⟩ never occurs. What is meant: keep the most common words, 10,000 say, and read the others as ⟨UNK⟩, in training too.
//: - **Ng's notes** (000, "语言建模") allow "a one-hot vector or an index". They tell the network the same; the index is how a program stores it.
//: - **6.S191** (002) says that words need an *embedding* before a network can take them. One-hot is the simplest one, and the first W makes a
//:   learned one of it.
//: - **PyTorch** puts a batch into one block of numbers, with the axes (steps, examples, V), or (examples, steps, V) if you set
//:   `batch_first=True`. So each example is a *row*. `nn.Embedding` keeps the transpose of our W, one *row* per word.
//:   `torch.nn.utils.rnn.pad_sequence` pads a batch, and `pack_padded_sequence` has the job of our mask. One-hot columns exist as `one_hot`, but
//:   are hardly ever built.

claim(
  "the notes' sentence is nine tokens with ⟨EOS⟩",
  "Cats average 15 hours of sleep a day".split(separator: " ").count + 1 == 9)
claim(
  "the library's embedding, a table with one row per word, looks up the same numbers",
  {
    let found = Embedding(table: big.transposed)(TokenBatch(sequence: ids[0]));
    return x.indices.allSatisfy { found[$0] == big * x[$0] }
  }())
// fold end

//: ## Your turn
//:
//: 1. Take W from "One product, by hand". What is W times [1, 1, 0]? And W times [½, ½, 0]? Then think of a sentence as the *sum* of its one-hot
//:    columns. What does this sum still know about the sentence, and what is lost?

// fold: Answer
//: W [1, 1, 0] is the sum of the columns of *cat* and *dog*: [0.9 + 0.6, 0.1 + 0.5] = [1.5, 0.6]. W [½, ½, 0] is the point halfway between them,
//: [0.75, 0.3]. The sum of a sentence's one-hot columns says how often each word occurs. The order is lost: "dog bites man" and "man bites dog"
//: have the same sum. So we keep a column for each step.

claim(
  "the sum is [1.5, 0.6], and the point halfway is [0.75, 0.3]",
  (W * Columns([[1], [1], [0]])).largestDifference(from: Columns([[1.5], [0.6]])) < 1e-12
    && (W * Columns([[0.5], [0.5], [0]])).largestDifference(from: Columns([[0.75], [0.3]])) < 1e-12)
// fold end

//: 2. Sentences with 4, 9, 6 and 9 words are put in one batch. What share of the boxes is padding? How small can that share get
//:    in two batches of two?

// fold: Answer
//: One batch has 4 · 9 = 36 boxes. 4 + 9 + 6 + 9 = 28 of them are words, so 8 of 36 are padding, 22 %. Put the two short ones together, 4 and 6,
//: and the two long ones, 9 and 9. That makes 12 + 18 = 30 boxes, and 2 of them are padding, 7 %. In our kitchen text, cut into batches of twelve
//: sentences as they come, about a third of all boxes are padding. Sort the sentences by length first, and it is one in fifty.

claim(
  "8 of 36 boxes are padding; in two batches, 2 of 30 with the short ones together, and 8 of 36 otherwise",
  padding([[4, 9, 6, 9]]) == (8, 36) && padding([[4, 6], [9, 9]]) == (2, 30) && padding([[4, 9], [6, 9]]) == (8, 36))
claim(
  "in the kitchen, 25 to 40 % of the boxes are padding; sorted by length, less than 4 %",
  0.25...0.4 ~= kitchen.padding(sorted: false) && kitchen.padding(sorted: true) < 0.04)
// fold end

//: 3. A vocabulary has 10,000 words, sentences have 9 words, and a hidden layer has 100 units. How many weights does the first matrix have if you
//:    feed one long column? And if you read step by step, always with the same matrix?

// fold: Answer
//: The long column has 9 · 10,000 = 90,000 numbers (nine of them are 1), so it needs a matrix (100, 90,000): nine million weights. Step by step,
//: the matrix is (100, 10,000), one million weights, for sentences of any length.

claim(
  "90,000 numbers, nine million weights, one million weights",
  sentences[0].count * 10_000 == 90_000 && Columns(rows: 100, columns: 9 * 10_000).count == 9_000_000
    && Columns(rows: 100, columns: 10_000).count == 1_000_000)
// fold end

//: ## In short
//:
//: A sentence is written x⟨1⟩ to x⟨T_x⟩: pointed brackets count steps, round brackets count examples. A token goes into the network as a one-hot
//: column, and a matrix times this column is a look-up. Words that aren't in the vocabulary become ⟨UNK⟩, short sentences are padded, and a mask
//: says which steps are real. A word alone doesn't decide, so a network that reads word by word has to remember what it has read.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson01 --seed 2               # another text from the kitchen
//: swift run Lesson01 --corpus book.txt      # a text of your own
//: swift run Lesson01 --ascii                # with the figures in the terminal
//: ```
//:
//: In [Lesson 02](../02-forward-pass/README.md), we give a network this memory.

end()
