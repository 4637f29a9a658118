import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions

  @Option(
    help: ArgumentHelp("Translate this French sentence instead of running the lesson.", valueName: "text"))
  var sentence: String?

  func validate() throws { if let sentence { try checkFrench(sentence) } }
}

let options = Options.parseLesson()
let run = options.notebook

begin("14", "Attention", run, withProse: options.sentence == nil)
if let text = options.sentence {
  translateOwn(text, run)
  end()
}

//: *h g c a b d j e i f*
//:
//: Read this word once, look away, and write it down. You'll hardly manage. Now write it with the word before your eyes. That's easy: you look
//: at one letter, write it, look at the next.
//:
//: The encoder–decoder of [Lesson 10](../10-types/README.md) has to do it the hard way. Its first half, the **encoder**, reads all of the
//: source. Its second half, the **decoder**, gets the encoder's last state, and then it must write without another look. How much fits into
//: one state? And what if we let the decoder look?

// page: off
let words = Words(run)
let looking = words.pairs.trainWithAttention(units: 32)
let looker = looking.writer(units: 32, end: Words.end)
let beach = looker.weights(Words.ids("beach"), Words.ids("beach"))!
show(lookPicture("beach", step: 3, weights: beach), as: "look")
claim("at step 3, more than half of the mix is a⟨3⟩", beach[2, 2] > 0.5, from: .standard)
// page: on

//: In blue you see the encoder. It has read *beach* and keeps all its states, a⟨1⟩ to a⟨5⟩. In orange is the decoder, at its third step. It
//: began with the encoder's last state, as in Lesson 10. It has written *be* and read its own *e*. Now its state s⟨3⟩ *asks*: what comes next?
//: What it gets is a mix of the encoder's states. The thicker the green arrow (and the darker the box), the more of that state is in the mix.
//: This network is trained, and most of its mix is a⟨3⟩, the state after the third letter. So the decoder writes *a*.
//:
//: That's **attention**. Nobody told this network where to look. Here we see how it found out.
//:
//: ## One vector for everything
//:
//: First, without attention. We make words of up to 12 random letters, from *a* to *j*, and train encoder–decoders to copy them. Both halves are
//: GRUs. All that the decoder learns of the word is one state of 16, 32, 64 or 128 numbers. Everything else is equal: 800 steps, with 32 new
//: words in each. (`words` holds them.) A word counts as copied if every letter is right. Before you look: how long can a word be until most
//: words of its length come out wrong?

let memories = [16, 32, 64, 128].map { words.pairs.trainWithoutAttention(units: $0) }

// page: off
let rights = memories.map { words.right($0) }
show(
  copyChart("More units copy longer words", zip(memories, rights).map { ("\($0.units) units", $1) }), as: "bottleneck")
show(
  Table(
    ["units", "parameters", "half of the words are copied up to"],
    varying: ["half of the words are copied up to"],
    rows: zip(memories, rights).map { ["\($0.units)", grouped($0.parameterCount), "\(reach($1)) letters"] }))
let reaches = rights.map(reach)
claim(
  "each doubling of the units copies longer words; even with 128 units, fewer than half of the words of 12 letters are right",
  zip(reaches, reaches.dropFirst()).allSatisfy { $0 < $1 } && rights[3][11] < 50, from: .standard)
// page: on

//: Each line is one network. Go to the right, to longer words: every line falls, first that of 16 units, last that of 128. The table has the
//: longest words of which at least half still come out right.
//:
//: This is the **bottleneck**: whatever the length, the whole word must be packed into one state, and the longer it is, the harder that is to learn. You can make the state larger, but look at the price. Four times the units cost more than ten times the parameters, and the lines only move to the right; they still fall. (With more training, each line moves a bit to the right, too.)
//:
//: ## By hand: a look
//:
//: Now let the decoder look. It has a state s, and the encoder has three states, a⟨1⟩ to a⟨3⟩. How does it pick one? It doesn't. Picking has no
//: gradient: nudge a parameter a little, and it would still pick the same state, so training couldn't find out what to change. It takes a bit
//: of everything instead, in three moves:
//:
//: 1. **Score.** How well does each a⟨j⟩ fit s? The simplest score is the dot product, s · a⟨j⟩.
//: 2. **Weights.** A softmax turns the scores into positive numbers α⟨j⟩ that add up to 1. On this page, only these are called *weights*; what
//:    is learned, we call parameters.
//: 3. **Mix.** Add up the states, each times its weight.
//:
//: Take s = [2, 1]:

// page: off
func dot(_ s: Columns, _ a: Columns) -> Float { (s.transposed * a)[0, 0] }
let three = [[1, 0], [0, 1], [-1, 2]].map { Columns(column: $0) }
let asking = Columns(column: [2, 1])
let byHand = look(asking, at: three, dot)
show(
  Table(
    ["j", "a⟨j⟩", "score s · a⟨j⟩", "e^score", "weight α⟨j⟩", "α⟨j⟩ a⟨j⟩"],
    rows: three.indices.map { j in
      let (score, α) = (dot(asking, three[j]), byHand.α[j, 0])
      return [
        "\(j + 1)", "[\(Int(three[j][0, 0])), \(Int(three[j][1, 0]))]".replacing("-", with: "−"), "\(Int(score))",
        String(format: "%.2f", exp(score)), String(format: "%.3f", α),
        String(format: "[%.3f, %.3f]", α * three[j][0, 0], α * three[j][1, 0]).replacing("-", with: "−")
          .replacing("−0.000", with: "0.000"),
      ]
    }))
claim(
  "the weights are 0.665, 0.245 and 0.090, and the mix is [0.575, 0.425]",
  zip(byHand.α.elements + byHand.mix.elements, [0.665, 0.245, 0.090, 0.575, 0.425]).allSatisfy { abs($0 - $1) < 5e-4 })
// page: on

//: The exponentials add up to 11.11, and 7.39 / 11.11 = 0.665 is the first weight. Add the last column: the mix is [0.575, 0.425]. Two thirds
//: of it come from a⟨1⟩, which fits best. With scores further apart, the first weight would come close to 1, and the mix would nearly be a⟨1⟩ itself.
//: And every move is smooth, so the gradient gets through.
//:
//: ## In code
//:
//: At step t of the decoder:
//:
//: ```math
//: \alpha^{\langle t,j\rangle} = \frac{\exp \text{score}^{\langle t,j\rangle}}{\sum_i \exp \text{score}^{\langle t,i\rangle}}
//: \qquad \text{mix}^{\langle t\rangle} = \sum_j \alpha^{\langle t,j\rangle}\, a^{\langle j\rangle}
//: ```
//:
//: In Swift, with columns for the states (the list `a` begins with a⟨1⟩ here), and a function that scores two of them:

func look(
  _ s: Columns, at a: [Columns], _ score: (Columns, Columns) -> Float
) -> (α: Columns, mix: Columns) {
  let α = softmax(Columns(column: a.map { score(s, $0) }))
  var mix = 0 * a[0]
  for j in a.indices { mix = mix + α[j, 0] * a[j] }
  return (α, mix)
}

//: What does the decoder do with its mix? It puts mix and state on top of each other, and one more hidden layer, h, makes the answer of both:
//:
//: ```math
//: h^{\langle t\rangle} = \tanh\!\big(W_h\,[\text{mix}^{\langle t\rangle}; s^{\langle t\rangle}]\big)
//: \qquad \hat y^{\langle t\rangle} = \mathrm{softmax}\big(W_{yh}\,h^{\langle t\rangle} + b_y\big)
//: ```
//:
//: The next step doesn't see h: from s⟨t⟩ to s⟨t+1⟩ the decoder is the GRU it was.
//:
//: The dot product is fixed. Our networks learn their score, with a small layer: a matrix for each of the two states, the results added, then tanh, and a row v_e makes one number of that. This is the
//: **additive** score of Bahdanau, Cho and Bengio (2015), who call a score e:
//:
//: ```math
//: \text{score}^{\langle t,j\rangle} = v_e \tanh\!\big(W_{es}\,s^{\langle t\rangle} + W_{ea}\,a^{\langle j\rangle}\big)
//: ```
//:
// page: off
let (a, s) = states(of: looking, copying: Words.ids("headache"))
let attention = looking.decoder.layer.attention
let (Wes, Wea, ve) = (attention.Wes, attention.Wea, attention.ve)
let headache = looker.weights(Words.ids("headache"), Words.ids("headache"))!
// page: on
func additive(_ s: Columns, _ a: Columns) -> Float { (ve * tanh(Wes * s + Wea * a))[0, 0] }

//: With 32 units, W_es and W_ea are (32, 32), W_h is (32, 64), and v_e is a row of 32 numbers, so that a score is one number. They are learned
//: together with all other parameters, by the same gradient.
//:
//: ## With a look
//:
//: The same words, the same 800 steps, 32 units, and attention:

// page: off
let lookRight = words.right(looker)
show(
  copyChart(
    "With a look, the length doesn't matter",
    [("32 units, attention", lookRight), ("32 units", rights[1]), ("128 units", rights[3])]), as: "attention")
claim(
  "with attention and 32 units, at least 95 % of the words of every length are right",
  lookRight.allSatisfy { $0 >= 95 }, from: .standard)
claim(
  "it has 13,003 parameters; with 128 units and no attention, a network has 109,195",
  looker.parameterCount == 13_003 && memories[3].parameterCount == 109_195)
// page: on

//: The upper line is the network with attention. It stays at the top, whatever the length. Compare the line that falls first, the same 32 units
//: without a look. The 128 units don't get there either, with eight times the parameters. The bottleneck is gone: the decoder only has to
//: remember its place.
//:
//: Where does it look? Here are its weights while it copies *headache*, which has two *h*, two *e* and two *a*:

// page: off
show(
  alignment(
    "Each letter written looks at the same place of the word read", headache, read: "headache".map(String.init),
    written: "headache".map(String.init) + ["end"], unit: "letter"), as: "headache")
claim(
  "each of the eight letters looks most at its own place",
  (0..<8).allSatisfy { t in
    (0..<8).allSatisfy { headache[t, $0] <= headache[t, t] }
  }, from: .standard)
claim(
  "with the trained parameters, `look` and `additive` give the network's own weights in every row",
  s.indices.allSatisfy { t in
    look(s[t], at: a, additive).α.largestDifference(from: headache.rows(t..<t + 1).transposed) < 1e-5
  })
// page: on

//: Each row is a step of the decoder, and its weights add up to 1. (In the ninth row it writes the end of the word.) From the top down, the
//: brightest cell moves one to the right with every letter. That's your finger under the line. Look at the second *h*, in the seventh row: the
//: network looks at the seventh letter, not at the first *h*. So it doesn't search for a letter, it follows the place. Such a picture is called
//: an **alignment**.
//:
//: ## A translator
//:
//: Copying needs a straight line. Translating doesn't, because French puts words elsewhere: *la maison noire* is *the black house*, and *ne …
//: pas* stands around its verb. We train on the made-up French of [Lesson 11](../11-applications/README.md), with sentences of 5 to 14 words.
//: (`french` has them.) In Lesson 11, a state of 64 numbers learned this small language, in 3,500 steps. So it can be done without attention. Who learns sooner? We stop after 500 steps.

let french = Sentences(run)
let translator = french.pairs.trainWithAttention(units: 32)
let noLook = french.pairs.trainWithoutAttention(units: 64)

// page: off
let seer = translator.writer(units: 32, end: french.pairs.end)
let (seen, blind) = (french.right(seer), french.right(noLook))
let flawless = "new sentences without an error after \(french.pairs.steps) steps"
show(
  Table(
    ["network", "parameters", flawless],
    varying: [flawless],
    rows: [("32 units, attention", seer, seen), ("64 units, no attention", noLook, blind)].map {
      [$0, grouped($1.parameterCount), String(format: "%.0f %%", $2)]
    }))
claim(
  "after 500 steps, attention translates more than 95 % of the sentences, and twice the units without it fewer than 5 %",
  seen > 95 && blind < 5, from: .standard)
let sentence = split("la maison noire ne regarde pas un chat")
let (english, translated) = french.alignment(seer, of: sentence)
show(
  alignment(
    "Where the translator looks while it writes", translated, read: sentence, written: english + ["end"], unit: "word"),
  as: "translation")
func looksMost(_ row: Int, at column: Int) -> Bool {
  (0..<8).allSatisfy { translated[row, $0] <= translated[row, column] }
}
claim(
  "*black* looks most at *noire*, *house* at *maison*, *does* at *pas*, and *cat* at *chat*",
  english.count == 9 && looksMost(1, at: 2) && looksMost(2, at: 1) && looksMost(3, at: 5) && looksMost(8, at: 7),
  from: .standard)
// page: on

//: Look at the second and the third row. *black* looks at *noire*, and *house* looks back at *maison*: the two bright cells have changed places.
//: Then comes *does*. There's no such word in French, so where does it look? At *pas*, one half of *ne … pas*. The last word, *cat*, looks at
//: *chat*. Rows such as *not* and *end* differ from training to training (try `--seed 2`). For these the decoder's own state, which began as the encoder's last, knows enough, so they may look anywhere.
//:
// fold: The same code reads dates
//: It reads them character by character, and writes the year first, as databases want it:

// page: off
let dates = Dates(run)
let clerk = dates.pairs.trainWithAttention(units: 32).writer(units: 32, end: dates.pairs.end)
let dateRight = dates.right(clerk)
let date = dates.tests.first { $0.spelling.contains(/^[a-z]{3} \d\d, \d+$/) }!
show(
  alignment(
    "A date, from \(date.spelling) to \(date.iso)", dates.weights(clerk, spelling: date.spelling, iso: date.iso),
    read: date.spelling.map { $0 == " " ? "␣" : String($0) }, written: date.iso.map(String.init) + ["end"],
    unit: "character"), as: "date")
claim("after 400 steps, more than 90 % of new dates are right", dateRight > 90, from: .standard)
let spelled = date.spelling.split(separator: " ").map(\.count)
let looks = dates.weights(clerk, spelling: date.spelling, iso: date.iso)
func mostlyAt(_ columns: Range<Int>, _ row: Int) -> Bool {
  let place = (0..<looks.columns).max { looks[row, $0] < looks[row, $1] }!
  return columns.contains(place)
}
claim(
  "the month's digits look most at its name, the day's at the day, and the last two of the year at the year",
  [5, 6].allSatisfy { mostlyAt(0..<spelled[0] + 1, $0) }
    && [8, 9].allSatisfy { mostlyAt(spelled[0] + 1..<spelled[0] + spelled[1] + 1, $0) }
    && [2, 3].allSatisfy { mostlyAt(date.spelling.count - 4..<date.spelling.count, $0) }, from: .standard)
// page: on

//: (␣ is a space.) The rows that write the month look at its name, and those of the day look at the day. The last two digits of the year look to
//: the right, where the year stands. The top row has to choose between 1 and 2, and looks at the 4 of 40, not at the 2. Why? The 2 isn't always there: a date may come as 4/14/40. The 40 is, and it's enough: our years run from 1950 to 2049, so 40 can only be 2040. After a 2 there always comes a 0, and the hyphens have fixed places: these rows need no look.
// fold end

//: ## Break it
//:
//: **Take the choice away.** What if all weights are equal, so that the mix is the mean of all states? We train it like that, with every score
//: held at 0.

let mean = words.pairs.trainWithAttention(units: 32, uniform: true)

// page: off
let meanRight = words.right(mean.writer(units: 32, end: Words.end))
show(
  copyChart(
    "The mean of all states helps a little, the choice does the rest",
    [("32 units, attention", lookRight), ("32 units, the mean", meanRight), ("32 units", rights[1])]), as: "uniform")
claim(
  "with equal weights, fewer than half of the words of 10 letters or more are right; but it copies longer words than 32 units without a look",
  meanRight[9...].allSatisfy { $0 < 50 } && reach(meanRight) > reaches[1], from: .standard)
// page: on

//: The middle line is the mean. It's better than no look at all: the decoder still begins with the encoder's last state, and now it also gets the
//: mean of all of them. But the line falls like the lower one. It's the choice that makes the length irrelevant.
//:
//: **Shuffle the states.** In our example by hand, take a⟨1⟩, a⟨2⟩ and a⟨3⟩ in another order. What happens to the mix? Nothing. Each state keeps
//: its score, so it keeps its weight, and a sum doesn't care about the order of its terms. So attention itself doesn't know that a word has a
//: beginning and an end.

// page: off
let shuffled = look(asking, at: [three[2], three[0], three[1]], dot)
claim(
  "with the three states in another order, the mix is the same", shuffled.mix.largestDifference(from: byHand.mix) < 1e-6
)
// page: on

//: But the network followed the places of *headache*! It must know them from the states themselves: the encoder reads step by step, so a⟨7⟩ can
//: tell that it's the seventh.
//:
//: **Trust the picture?** A bright cell is where the network looks, not what it sees there. The state at *noire* has also read *la maison*. And
//: a network that looks at quite other places may write the same (Jain and Wallace 2019; but see Wiegreffe and Pinter 2019). Take an alignment as a
//: hint, not as a proof.
//:
//: ## One step further: no recurrence
//:
//: If the decoder can look anywhere, what do we still need the recurrence for? To know the order, as we've just seen. So let's take it away, and
//: write the order down. In the encoder, each letter has a column of 32 learned numbers. To the column of the t-th letter we add another one, p⟨t⟩, which
//: marks its **position**. The sum is a⟨t⟩, a letter with its place.
//:
//: What could such a mark be? The number t itself would grow too large, but sines and cosines stay between −1 and 1. So p⟨t⟩ has sixteen pairs of
//: them: sin t and cos t, then sin ¾t and cos ¾t, and so on, each pair ¾ as fast as the one before. The fast pairs tell neighbours apart, but soon come back to nearly the same values; the slow ones tell distant places apart. For t = 2 it begins with 0.91, −0.42, 1.00, 0.07. Here are the dot products of all marks with each other:

// page: off
let marks = WithoutRecurrence<Double>.marks(units: 32, count: 12)
let fits = marks.transposed * marks
show(
  Heatmap(
    "A mark fits itself best, and its neighbours next", x: "place j", y: "place t", color: "p⟨t⟩ · p⟨j⟩",
    isSquare: true,
    values: fits), as: "marks")
claim(
  "p⟨2⟩ begins with 0.91, −0.42, 1.00, 0.07",
  zip(marks.columns(1..<2).rows(0..<4).elements, [0.91, -0.42, 1.00, 0.07]).allSatisfy { abs($0 - $1) < 0.005 })
claim(
  "each mark's dot product with itself is 16, and with any other one smaller",
  (0..<12).allSatisfy { t in
    abs(fits[t, t] - 16) < 1e-9 && (0..<12).allSatisfy { $0 == t || fits[t, $0] < 15 }
  })
// page: on

//: The diagonal is the brightest: a mark fits itself best.

// fold: Why it does
//: In p⟨3⟩ · p⟨3⟩, each pair gives sin² + cos² = 1. In p⟨3⟩ · p⟨2⟩, the first pair gives only sin 3 sin 2 + cos 3 cos 2 = cos(3 − 2) = 0.54, and the second cos ¾ = 0.73.

// page: off
claim(
  "the first two pairs of p⟨3⟩ and p⟨2⟩ give 0.54 and 0.73",
  zip([0, 2], [0.54, 0.73]).allSatisfy { pair, expected in
    abs((pair..<pair + 2).reduce(0) { $0 + marks[$1, 2] * marks[$1, 1] } - expected) < 0.005
  })
// page: on
// fold end

//: The decoder has no recurrence either. Say that it has written *be*:
//:
//: 1. It takes the column of its last letter, *e* (the decoder has columns of its own), and adds p⟨3⟩, since the third is next. The sum stands in for
//:    the state s⟨3⟩.
//: 2. This sum asks all columns a⟨j⟩. The score is a dot product again, with a learned matrix in between, a⟨j⟩ᵀ W_score s⟨3⟩. So the mark in the sum can find the same mark in the source.
//: 3. Mix and sum go through h to the answer, as before.
//:
//: Without the marks, *ab* and *ba* would be the same to it: the same columns in another order. With them, we train it on our words, for 400 steps:

// page: off
let marked = words.trainWithoutRecurrence(run)
let markedRight = words.right(marked)
show(
  copyChart(
    "Without recurrence, and nearly as good",
    [("32 units, attention", lookRight), ("no recurrence", markedRight), ("32 units", rights[1])]),
  as: "no-recurrence")
claim(
  "with marks and without recurrence, at least 90 % of the words of up to 8 letters are right",
  markedRight.prefix(8).allSatisfy { $0 >= 90 }, from: .standard)
claim(
  "the marked network has 4,139 parameters, fewer than a third of the two GRUs with attention",
  marked.parameterCount == 4_139 && 3 * marked.parameterCount < looker.parameterCount)
// page: on

//: It copies nearly as well as the two GRUs with attention, with less than a third of the parameters and in half of the steps.

// fold: And the letters in the sums?
//: Both sides of a score are sums, so it has four parts: mark with mark, letter with letter, and the mixed ones. Training learns the matrix and the
//: letters' columns. So it can let the first part decide: that one differs much from place to place, and the others little.

// page: off
let parts = marked.partsOfScore
claim(
  "in the trained network, mark with mark differs more than twice as much from place to place as any other part",
  parts[0] > 2 * parts[1...].max()!, from: .standard)
// page: on
// fold end

//:
//: ## The source looks at itself
//:
//: In this network no letter of the source knows its neighbours. To copy a letter, it needn't. But in *jordan flew from lima to jordan* (Lesson 11), each
//: *jordan* should know its neighbours: one is a person, the other a place. So let the columns of the source ask each other, before the decoder looks.
//: Each asks all, itself included, in the three moves that you know: scores, weights, mix. It adds the mix, times a learned matrix, to itself. That's **self-attention**.

// page: off
let selfLooking = words.trainWithoutRecurrence(selfAttention: true, run)
let selfRight = words.right(selfLooking)
let pass = selfLooking.pass(Words.ids("beach"), Words.ids("beach") + [Words.end])
show(selfPicture("beach", weights: pass.α), as: "self-attention")
claim(
  "with self-attention, too, at least 90 % of the words of up to 8 letters are right, and over all lengths hardly more are right than without it",
  selfRight.prefix(8).allSatisfy { $0 >= 90 } && selfRight.reduce(0, +) < markedRight.reduce(0, +) + 36, from: .standard
)
// page: on

//: Below are the letters with their marks, above what self-attention makes of them, a′⟨t⟩: at these the decoder looks. The arrows are the weights of the mix in a trained network. (The thick ones that go straight up are weights, too: there a place looks at itself.) Where they lead depends on the seed: copying needs no neighbours, so here self-attention brings nothing. But see what isn't there: an
//: arrow within a row, from a′⟨1⟩ to a′⟨2⟩. All places are computed at once, in a few matrix products, and no gradient has to go back through time.
//:
//: Put several such layers on top of each other, in the decoder as well, and you are close to the **Transformer** (Vaswani et al. 2017). (In the decoder, no place may look ahead: in training, the next place holds the answer.) It needs no
//: state that carries everything. The price: every place looks at every place, so a text of twice the length costs four times as much. For a
//: recurrent network it costs twice as much.

// fold: Self-attention by hand, and in a formula
//: Take our three states again, and let a⟨2⟩ = [0, 1] ask. The scores are a⟨2⟩ · a⟨1⟩ = 0, a⟨2⟩ · a⟨2⟩ = 1 and a⟨2⟩ · a⟨3⟩ = 2, the weights 0.090, 0.245 and
//: 0.665 (those of our first example, the other way round), and the mix is [−0.575, 1.575].
//:
//: In the network, a matrix in the score learns where to look, as W_score does, and another one, W_mix, what to take from there:
//: a′⟨t⟩ = a⟨t⟩ + W_mix mix⟨t⟩. The decoder looks at the a′⟨t⟩.

// page: off
let own = look(three[1], at: three, dot)
claim(
  "a⟨2⟩ gives the weights 0.090, 0.245 and 0.665, and the mix is [−0.575, 1.575]",
  zip(own.α.elements + own.mix.elements, [0.090, 0.245, 0.665, -0.575, 1.575]).allSatisfy { abs($0 - $1) < 5e-4 })
claim(
  "with self-attention and without, the backward pass gives the gradients of central differences",
  withoutRecurrenceIsDifferentiatedRightly())
// page: on
// fold end

// fold: Two scores, two places for them
//: Luong, Pham and Manning (2015) compare several scores, among them the dot product. It needs no parameters, but both states must have the
//: same number of units; in the library it's `Attention(.dotProduct, …)`.
//:
//: Bahdanau and his colleagues let the state *before* the step ask, s⟨t−1⟩, and give the mix to the step as a second input. We do it as Luong
//: does: the step comes first, then s⟨t⟩ asks, and the mix goes into the answer. So in training, all steps of the decoder can be computed without
//: waiting for a mix. (Our h and W_h are his h̃ and W_c.)
//:
//: Where the source is padded ([Lesson 01](../01-notation/README.md)), its weight must be 0. The library leaves these places out of the softmax.
// fold end

// fold: In your notes
//: The notes that we follow end before attention. Ng's course has it in its third week, and writes a⟨t′⟩ and α⟨t,t′⟩ for our a⟨j⟩ and α⟨t,j⟩; he calls the
//: mix *context* and writes it c⟨t⟩, which we avoid, because c⟨t⟩ is the memory of an LSTM. His attention asks with s⟨t−1⟩, as Bahdanau's does.
//: Goodfellow has a page on it in section 12.4.5.1.
// fold end

//: ## Your turn
//:
//: Let it translate a sentence of yours. (With a word that it doesn't know, it lists those that it knows.)
//:
//: ```sh
//: swift run Lesson14 --sentence "un chien voit la fleur"
//: ```
//:
//: Write it yourself: `swift run Exercise14` marks what you write in [Exercise14.swift](Exercise/Exercise14.swift), and tells you what went
//: wrong. And three questions:
//:
//: 1. The scores are 3, 1 and 1. What are the weights, and what is the mix of our three states?

// fold: Answer
//: e³ = 20.09 and e¹ = 2.72, which makes 25.52 in all. The weights are 0.787, 0.107 and 0.107. The mix is 0.787 · [1, 0] + 0.107 · [0, 1] +
//: 0.107 · [−1, 2] = [0.680, 0.320]. Its first number is 0.787 − 0.107, its second three times 2.72 / 25.52.

// page: off
let other = softmax(Columns(column: [3, 1, 1]))
let otherMix = other[0, 0] * three[0] + other[1, 0] * three[1] + other[2, 0] * three[2]
claim(
  "the weights are 0.787, 0.107 and 0.107, and the mix is [0.680, 0.320]",
  zip(other.elements + otherMix.elements, [0.787, 0.107, 0.107, 0.680, 0.320]).allSatisfy { abs($0 - $1) < 5e-4 })
// page: on
// fold end

//: 2. What happens to the weights of the first example if you multiply s by 10?

// fold: Answer
//: The scores become 20, 10 and 0, and the first weight is 0.99995: the soft choice has become a hard one, with hardly any gradient left. (In a dot product of long columns, scores get large as well. So Transformers divide them, by the square root of how many numbers a column has.)

// page: off
claim(
  "ten times s gives the first state a weight of 0.99995",
  abs(look(10 * asking, at: three, dot).α[0, 0] - 0.99995) < 1e-5)
// page: on
// fold end

//: 3. A text of 1,000 tokens looks at itself. How many weights α are there in one layer? How many for a text of 2,000 tokens? And how many steps,
//:    one after the other, does a recurrent layer need for each?

// fold: Answer
//: 1,000 · 1,000 = one million, and for 2,000 tokens four million. The recurrent layer takes 1,000 steps, or 2,000, each waiting for the one
//: before. Attention does more work, but all of it can be done at the same time.
// fold end

//: ## In short
//:
//: Without attention, everything that a decoder knows of its source must be packed into one state, and long sources are hard to pack. With attention, the
//: decoder looks back at all states of the encoder at each of its steps. It gives each a score, turns the scores into weights with a softmax,
//: and takes the weighted sum. Since all of this is smooth, the network learns by itself where to look. Attention knows no order; that must come
//: from a recurrence, or from marks of the positions.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson14 --seed 2  # other words, another start
//: swift run Lesson14 --full    # longer trainings
//: ```
//:
//: [Lesson 13](../13-forms/README.md) sorted the forms of the gated cells. This is where our course ends, and where the next one begins: read
//: *Attention Is All You Need* (Vaswani et al. 2017), and build a small Transformer with Karpathy's
//: [nanoGPT](https://github.com/karpathy/nanoGPT) or [Dive into Deep Learning](https://d2l.ai).

end()
