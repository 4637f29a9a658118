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
  writeOwn(date, run)
  end()
}

//: *march 7, 1993*
//:
//: *1993-03-07*
//:
//: That's the same date twice. People write the first, and a database wants the second. Can a recurrent network turn one into the other?
//: Nearly all our networks so far got one input per step and gave one answer per step. That can't work here: 13 characters come in, and only
//: ten go out. And the first of these ten, the 1 of 1993, is the tenth to come in.
//:
//: So let's drop that rule. Nobody says that something must come in at every step, or that we must use every answer. Which kinds of network
//: does that give us?

// page: off
show(typesPicture(), as: "types")
// page: on

//: These five. Below is what comes in: an x at each step, or a single column v at the start. In the middle are the states, and the green boxes
//: on top are the answers that we use. The first type has one input and one answer, and nothing recurs. The second makes a whole sequence from
//: one input, or from none. The third reads a sequence and answers once. The fourth is the one you know. The last reads everything first, and
//: only then writes. Its two halves have weights of their own, so we draw them in two colours.
//:
//: Now look at the slanting arrows. Where nothing else comes in, the network gets its own last answer as its next input, as in the sampling of
//: [Lesson 04](../04-language-model/README.md). There's a catch in that, and the second half of this lesson is about it.
//:
//: ## One to one

// page: off
show(oneToOnePicture(), as: "one-to-one")
// page: on

//: The smallest type takes a single step. Its input x is the brightness of the seven bars of a pocket calculator's display, and its answer is
//: the digit that they show. In the code of this lesson, `net.zero` is a⟨0⟩ = 0, `net.step(a, x)` makes the next state from a state and an
//: input, and `net.answer(a)` is the softmax of W_ya a + b_y. `likeliest` finds the place of the largest number in a column:

func oneToOne(_ x: Columns, _ net: Network) -> Columns {
  let a = net.step(net.zero, x)
  return net.answer(a)
}
let digits = trainDigitReader()
let digitsRead = digits.tests.map { test in likeliest(oneToOne(test.x, digits.net)) }

// page: off
let right = percentEqual(digitsRead, digits.tests.map(\.digit))
show(
  Table(
    ["digits read", "right, %"],
    rows: [("by the network", right), ("the best possible", digits.best)].map { [$0, String(format: "%.1f", $1)] }),
  kind: .varies)
claim("the network is within 4 percentage points of the best possible", abs(right - digits.best) < 4, from: .standard)
// page: on

//: The display flickers: a bar is 1 or 0, plus noise of standard deviation 0.4. The best you can do is to take the digit whose bars are
//: nearest to what you see, and on new pictures the network is nearly as good. What has its W_aa learned? Nothing. It's only ever multiplied by
//: a⟨0⟩ = 0, so it has no effect and no gradient. What is left is an MLP with one hidden layer.

claim("training has not changed W_aa", !digits.hasNewWaa)

//:
//: ## One to many

// page: off
show(oneToManyPicture(), as: "one-to-many")
// page: on

//: A number comes in, and its name goes out, letter by letter. The column v has the two digits as one-hot columns, one on top of the other. An
//: extra layer makes the first state from it: a⟨0⟩ = tanh(W v + b), and for once not 0. From there on this is a language model that has
//: something in mind. Its cell is a GRU.

func write(from start: Columns, _ net: Network) -> String {
  var (a, x, text) = (start, net.nothing, "")  // the first input is all zeros
  while text.count < 20 {  // in case that no end comes
    a = net.step(a, x)
    let y = likeliest(net.answer(a))
    if y == net.end { break }
    text += net.character(y)
    x = net.oneHot(y)  // its own answer comes back in
  }
  return text
}

//: We take the likeliest letter each time, because we want the right name and not a new one. Of the numbers from 0 to 99, 15 were held out,
//: such as 24. Their words are known from other numbers: *twenty-one*, *sixty-four*. Can it put them together? (`namer.start(n)` is the a⟨0⟩
//: for the number n.)

let namer = trainNamer()
let asked = [24, 29, 43, 48, 79]
let names = asked.map { n in write(from: namer.start(n), namer.net) }

// page: off
show(Table(["held out", "written"], varying: ["written"], rows: zip(asked, names).map { [$0, $1] }))
let allNames = Namer.heldOut.map { write(from: namer.start($0), namer.net) }
let trueNames = Namer.heldOut.map(NumberNames.name)
show("of the 15 held out, written without a mistake", zip(allNames, trueNames).count { $0 == $1 }, kind: .varies)
claim(
  "of the 15 held-out names, at least 3 are right, and at least 12 have the right first word",
  allNames == Namer.heldOut.map(namer.libraryWrites) && zip(allNames, trueNames).count { $0 == $1 } >= 3
    && zip(allNames, trueNames).count { $0.split(separator: "-").first == $1.split(separator: "-").first } >= 12,
  from: .standard)
// page: on

//: It has never seen these names.
//:
//: ## Many to one

// page: off
show(manyToOnePicture(), as: "many-to-one")
// page: on

//: Now the other way round: the name comes in, and the number goes out, once, after the last letter. All that the network knows by then is in
//: its last state, a⟨T_x⟩. The answer is a number, so there's no softmax: ŷ = W_ya a⟨T_x⟩ + b_y, and the loss is the squared error. (We
//: trained it on hundredths, 0.43 for 43.)

func read(_ inputs: [Columns], _ net: Network) -> Columns {
  var a = net.zero
  for x in inputs { a = net.step(a, x) }
  return a  // a⟨T_x⟩
}
let reader = trainNameReader()
func value(_ name: String) -> Double {
  let a = read(reader.oneHot(name), reader)
  return 100 * Double((reader.Wya * a + reader.by)[0, 0])
}

// page: off
let values = Namer.heldOut.map { value(NumberNames.name(of: $0)) }
show(
  Table(
    ["held out", "read as"], varying: ["read as"],
    rows: asked.map {
      [NumberNames.name(of: $0), String(format: "%.1f", values[Namer.heldOut.firstIndex(of: $0)!])]
    }))
let errors = zip(values, Namer.heldOut).map { abs($0 - Double($1)) }
let spread = mean(Namer.heldOut.map { abs(Double($0) - 50) })
claim(
  "on the 15 held-out names it's off by less than 1 on average; if you always say 50, you're off by 22",
  mean(errors) < 1 && abs(spread - 22) < 0.5, from: .standard)
// page: on

//: ## Many to many, in step

// page: off
show(inStepPicture(), as: "in-step")
// page: on

//: One answer per step: let's add two binary numbers, as you do on paper. You start at the lowest bit, so step 1 gets the last bit of each
//: number. Here are 6 (110) and 7 (111), from their last bits to their first:

// page: off
let byHand = Sum([0, 1, 1, 0], [1, 1, 1, 0], sum: [1, 0, 1, 1], carry: [0, 0, 1, 1])
show(
  Table(
    ["step", "1", "2", "3", "4"],
    rows: [
      ["6"] + byHand.x.map { "\(Int($0[0, 0]))" }, ["7"] + byHand.x.map { "\(Int($0[1, 0]))" },
      ["carry in"] + byHand.carry.map(String.init), ["sum"] + byHand.y.map(String.init),
    ]))
// page: on

//: At step 2, 1 + 1 = 2: write 0, carry 1. At step 3, 1 + 1 and the carry make 3: write 1, carry 1. Read the last row from the right: 1101,
//: and that's 13. The carry isn't in the input, so the network has to keep it in its state.

func inStep(_ inputs: [Columns], _ net: Network) -> [Columns] {
  var (a, answers) = (net.zero, [Columns]())
  for x in inputs {
    a = net.step(a, x)
    answers.append(net.answer(a))
  }
  return answers
}
let adder = trainAdder()
let sum = Sum.example  // 20 bits
let added = inStep(sum.x, adder)

// page: off
show(sum.picture(answers: added), as: "sum")
let long = (0..<100).map { _ in Sum(bits: 32, using: &random) }
let longRight = percentEqual(long.flatMap { inStep($0.x, adder).map(likeliest) }, long.flatMap(\.y))
claim(
  "at steps 1 and 6 the same two bits come in; P(1) is below 0.1 at step 1 and above 0.9 at step 6",
  inStep(byHand.x, adder).map(likeliest) == byHand.y && sum.x[0] == sum.x[5] && added[0][1, 0] < 0.1
    && added[5][1, 0] > 0.9, from: .standard)
claim("of the bits in sums of 32 bits, more than 99 % are right", longRight > 99, from: .standard)
// page: on

//: Yellow is 1, dark is 0. The lowest row, the network's answer, should look like the one above. Compare steps 1 and 6. At both, two ones come
//: in. At step 1 there's no carry, and the network answers 0. At step 6 there is one, and it answers 1. So its state knows the carry. It learned
//: this on numbers of 8 bits, and it still works with 32.
//:
//: ## Many to many, out of step

// page: off
show(encoderDecoderPicture(), as: "encoder-decoder")
// page: on

//: Back to the date. Do you see it? You have both halves already. *Many to one* reads the date, and *one to many* writes it! The network that
//: reads is the **encoder**, the one that writes is the **decoder**. The decoder's states are called s, and it starts where the encoder ends:
//: s⟨0⟩ = a⟨T_x⟩. Call the two together a clerk. It learns ten spellings, from *sun 7 mar 1993* to *3/7/93*. The dates of the test, and 7 March
//: 1993, never come up in its training.

let clerks = trainClerks()  // one half-trained, one trained
let clerk = clerks.trained
let memory = read(clerk.encoder.oneHot("march 7, 1993"), clerk.encoder)
let written = write(from: memory, clerk.decoder)

// page: off
show("march 7, 1993", written, kind: .varies)
let (earlyRight, allRight) = (clerks.early.right(clerks.heldOut), clerk.right(clerks.heldOut))
show(
  Table(
    ["training steps", "held-out dates that are exactly right"],
    varying: ["held-out dates that are exactly right"],
    rows: [(clerks.earlySteps, earlyRight), (clerks.steps, allRight)].map { [$0, String(format: "%.1f %%", $1)] }))
claim(
  "of 1,000 held-out dates, fewer than 90 % are exactly right after 1,000 steps and more than 95 % after 2,000",
  earlyRight < 90 && allRight > 95, from: .standard)
let example = clerks.example
// page: on

//: We also kept the clerk as it was after half of its training. Here is a date that it got wrong then:

// page: off
show(clerks.picture(example), as: "out-of-step")
// page: on

//: Each column is one answer of the decoder, and below it stands the likeliest character, which it wrote. In the left half, look for the column
//: where the outlined cell isn't the brightest. There the decoder hesitates between several digits, and writes the wrong one. In the right
//: half, 1,000 steps later, it's certain of all eleven (the end counts).

// page: off
claim(
  "half-trained, it writes a wrong digit, while the right one has more than 0.2; trained, it's right and certain",
  (clerks.early.doubt(example) ?? 0) > 0.2 && clerk.writes([example]) == [example.iso]
    && clerk.certainty(example) > 0.9, from: .standard)
// page: on

//: All that the decoder learns about the date is a⟨T_x⟩, here 96 numbers, however long the text. This is the **fixed-vector bottleneck**. For a
//: date it's wide enough. For a sentence of thirty words it may not be. The way out is *attention*, in [Lesson 14](../14-attention/README.md):
//: there the decoder may look back at all states of the encoder.
//:
//: ## Greedy, or with a beam?
//:
//: `write` always takes the likeliest character, so it is greedy. Is the text then the likeliest one? Say a decoder has to write a day, and
//: only the digits 1 and 2 are possible:

// page: off
show(
  Table(
    ["first digit", "P", "second digit", "P after the first", "P of both"],
    rows: [
      ["1", "0.6", "1", "0.55", "0.33"], ["1", "0.6", "2", "0.45", "0.27"], ["2", "0.4", "1", "0.9", "0.36"],
      ["2", "0.4", "2", "0.1", "0.04"],
    ]))
let hesitant = TwoSteps(first: [0.6, 0.4], second: [[0.55, 0.45], [0.9, 0.1]])
let (greedy, beam) = (hesitant.best(beam: 1), hesitant.best(beam: 2))
// page: on

//: Greedy takes 1, because 0.6 is more than 0.4. Then 11 is the best it can get: 0.6 · 0.55 = 0.33. But 21 is likelier. **Beam search**
//: doesn't decide so soon. At each step it keeps the k likeliest beginnings and drops the rest; k is the *width* of the beam. With k = 2:
//:
//: - Step 1: there are only two, 1 (0.6) and 2 (0.4). Keep both.
//: - Step 2: go on from both. That gives all four rows. Keep 21 (0.36) and 11 (0.33), drop the others. The better one is the answer.
//:
// page: off
claim(
  "greedy writes 11, which has a probability of 0.33; a beam of width 2 writes 21, with 0.36",
  greedy.tokens == [1, 1] && abs(greedy.probability - 0.33) < 1e-9 && beam.tokens == [2, 1]
    && abs(beam.probability - 0.36) < 1e-9)
// page: on

//: With k = 1 it's greedy. A beam can only help where a decoder hesitates, and our trained clerk hardly does:

// page: off
let some = Array(clerks.heldOut.prefix(100))
let same = zip(clerk.writes(some), some.map { clerk.writes($0, beam: 4) }).count { $0 == $1 }
claim("for at least 95 of 100 dates, a beam of width 4 writes what greedy writes", same >= 95, from: .standard)
// page: on

//: ## What did the network read in training?
//:
//: Now for the catch. In use, a decoder reads its own answers. And in training? There we know the right text, so at each step it reads the
//: *right* character. That's **teacher forcing**. All our decoders were trained like this, and so was Lesson 04's network. It's practical: a
//: mistake at step 2 doesn't spoil step 3. But does the difference matter?
//:
//: Take a walker who goes round a circle of twelve places, 0 to 11, forwards or backwards, one place per step. One time in five he rests and
//: stays where he is. An encoder reads two tokens, his direction and his starting place. The decoder says his next twelve places. In training
//: it's forced: at each step it reads where he really was. In use it runs **free**: it reads its own answers. In the code, look for the
//: difference in the last line of the loop:

func walk(_ truth: [Int], from start: Columns, _ net: Network, isForced: Bool) -> [Int] {
  var (a, x, says) = (start, net.nothing, [Int]())
  for t in truth.indices {
    a = net.step(a, x)
    says.append(likeliest(net.answer(a)))
    x = net.oneHot(isForced ? truth[t] : says[t])
  }
  return says
}
let walker = trainWalker(reading: .theRightAnswers)
let truth = [4, 5, 5, 6, 7, 8, 9, 9, 10, 11, 0, 1]  // forwards from 3, rests at steps 3 and 8
let start = read(walker.reads(from: 3, forwards: true), walker.encoder)
let forced = walk(truth, from: start, walker.decoder, isForced: true)
let free = walk(truth, from: start, walker.decoder, isForced: false)

// page: off
show(forcingPicture(places: truth, forced: forced, free: free), as: "forced-and-free")
show(walkTable(truth, [("forced, it says", forced), ("free, it says", free)]), kind: .varies)
claim(
  "forced, the decoder is wrong at steps 3 and 8; free, it's right at steps 1 and 2, and never again",
  truth.indices.filter { forced[$0] != truth[$0] } == [2, 7]
    && truth.indices.filter { free[$0] == truth[$0] } == [0, 1], from: .standard)
// page: on

//: The picture has the first four steps, with wrong answers in grey. As in Lesson 04, the truth comes in along dashed arrows, its own answer
//: along solid ones. The table has all twelve, with right answers in bold. Look at step 3. He rests at 5, and both say 6. Nobody could know. Now
//: step 4. The forced decoder reads 5, where he was, says 6, and is right again. The free one reads its own 6 and says 7. It's one place ahead
//: now, and from step 8 on two. It never hears that he rested.
//:
//: How often is each of them right at step 12? Guess first. Forced, it's right whenever he doesn't rest, four times in five. Free, only if he
//: never rested: 0.8¹² = 0.07. Is that the best one can do without seeing him? No! Suppose that he rests twice. There are 12 · 11 / 2 = 66 pairs
//: of steps where that can happen, so the probability is 66 · 0.2² · 0.8¹⁰ = 0.28. No other number of rests is likelier. If at step 12 you
//: say "ten places further", you're right in 28 %. The network hasn't learned that: in training it was always told where he was.

// page: off
let rests = [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2]
claim(
  "without seeing him, expect no rest up to step 4, one up to step 9, then two: at step 12 that's right in 28 %",
  abs(bestBlind[11] - 28) < 0.5
    && rests.indices.allSatisfy { abs(restedChance(rests[$0], after: $0 + 1) - bestBlind[$0]) < 1e-9 })
// page: on

//: This gap between training and use is called **exposure bias**: in training, the network was only ever exposed to the truth.
//:
//: ## A cure: scheduled sampling
//:
//: What can we do? Let it read its own answers in training, too. But an untrained network says nonsense, and nonsense is no good to read. So
//: begin with the right answers. Then, at each step, toss a coin: does it read the right answer or its own? Either way, it should say where
//: he really is. In the course of the training, let the probability of the right one fall from 1 to 0. That's **scheduled sampling** (Bengio
//: et al. 2015). Guess how far the free decoder gets now.

let scheduled = trainWalker(reading: .moreAndMoreItsOwn)

// page: off
show(walkerChart(forced: walker, mixed: scheduled), as: "free-running")
let onItsOwn = walk(
  truth, from: read(scheduled.reads(from: 3, forwards: true), scheduled.encoder), scheduled.decoder, isForced: false)
claim(
  "forced, the decoder is right in 76 to 84 %; free, in 0.8ᵗ of the walks at step t, within 6 percentage points",
  walker.forced.allSatisfy { abs($0 - 80) < 4 }
    && walker.free.indices.allSatisfy { abs(walker.free[$0] - 100 * pow(0.8, Double($0 + 1))) < 6 }, from: .standard)
claim(
  "after scheduled sampling, free, it stays within 9 percentage points of the best possible, and puts in rests",
  zip(scheduled.free, bestBlind).allSatisfy { abs($0 - $1) < 9 }
    && zip(onItsOwn, onItsOwn.dropFirst()).contains { $0 == $1 }, from: .standard)
// page: on

//: Blue is the forced network while it reads the truth: 80 % at every step. Orange is the same network running free, down to 7 % at the end. Green runs free as well, but was trained for that. The dashed line is the best possible without seeing him. It bends after steps 4 and 9, from where on it's best to expect one rest more. Green isn't far below it. Its own answers are no news of him. So it has learned to put in a rest now and then, if not always at the best step.
//:
//: That has a price. If you tell it where he was, it doesn't quite believe you:

// page: off
claim(
  "if both read the truth, the one after scheduled sampling is right less often, by at least 3 percentage points",
  mean(scheduled.forced) < mean(walker.forced) - 3, from: .standard)
// page: on

//: Each is better at what it was trained for, the moral of [Lesson 08](../08-brnn/README.md) again: train a network on what it'll get when it's
//: used.
//:
//: ## Break it: only the output comes back
//:
//: A recurrent layer hands on its state. What if it hands on nothing but its output?

// page: off
show(outputRecurrencePicture(), as: "output-recurrence")
// page: on

//: The network on the left hands on its state, as usual, and the one on the right nothing but its output. All that its a⟨t⟩ knows of the past is
//: z_y⟨t−1⟩, the logits of the step before:
//:
//: ```math
//: a^{\langle t\rangle} = \tanh(W_{az}\,z_y^{\langle t-1\rangle} + W_{ax}\,x^{\langle t\rangle} + b_a), \qquad z_y^{\langle t\rangle} = W_{ya}\,a^{\langle t\rangle} + b_y
//: ```
//:
//: Its task is an echo: at each step it reads a random bit, and the right answer is the bit of two steps ago, y⟨t⟩ = x⟨t−2⟩. So z_y has two
//: numbers, the logits of 0 and 1. We train it twice. Once it's forced: in the place of z_y⟨t−1⟩ it gets the right answer y⟨t−1⟩, as a one-hot
//: column. And once it gets its own z_y⟨t−1⟩. Guess what happens.

let echoForced = echoThroughOutput(reading: .theRightAnswers)
let echoFree = echoThroughOutput(reading: .itsOwnAnswers)

// page: off
let echoState = echoThroughState(run)
show(
  Table(
    ["network", "what comes back", "loss on new bits, nats"],
    varying: ["loss on new bits, nats"],
    rows: [
      ["through the output", "the right answer, one-hot", String(format: "%.3f", echoForced.loss)],
      ["through the output", "its own z_y", String(format: "%.3f", echoFree.loss)],
      ["through the state", "its state", String(format: "%.3f", echoState)],
    ]))
claim(
  "forced, the loss stays within 0.02 of ln 2; if the network reads its own outputs, it falls below 0.1",
  abs(echoForced.loss - log(2.0)) < 0.02 && echoFree.loss < 0.1 && echoState < 0.1, from: .standard)
// page: on

//: The last row is the network on the left. Forced, the other one is stuck at ln 2 = 0.69, the loss of a coin, and more steps wouldn't
//: help. It reads the new bit x⟨t⟩ and the last right answer, y⟨t−1⟩ = x⟨t−3⟩. Neither says anything about x⟨t−2⟩. So can't this network learn
//: the echo at all? It can! Trained on its own outputs, it finds a trick. Its answer is right once the right number in z_y is clearly the larger one. But only their difference counts: [5, 2] and [8, 5] have the same softmax. So the network can move both numbers up or down together, and mostly there it hides the last two bits, the answers of the next two steps.
//:
//: What's forcing good for, then? Here, it's fast. No state is handed on in this network, and when it's forced, no output is either. So all steps can be computed at once.

// fold: Where it hides the bits
// page: off
show(echoFree.chart(run), as: "hidden-bits")
claim(
  "take any z_y, and the one nearest to it from other sequences: in more than 95 % both have the same last three bits",
  echoFree.bitsTold(run) > 95, from: .standard)
// page: on
//: Each point is a z_y⟨t⟩ of the network that read its own outputs. Blue means that 0 is due, orange that 1 is. That's the bit of two steps ago.
//: The points lie in small groups, and in each of them the last three bits are the same, such as 011 (the newest is the last). One pattern can have several groups. The first of its three bits is the answer, and the other two are those that it hides.
// fold end

// fold: Goodfellow's graphical model: why the output has to come back at all
// page: off
show(graphicalPicture(), as: "graphical-model")
// page: on
//: Suppose a network hesitates between *forty* and *fifty*. If its letters didn't come back in, it couldn't know which of the two it has
//: begun, and might write *fofty*. The letters depend on each other. In the drawing on the left, each output has an arrow to every later one.
//: That's the chain rule of Lesson 04: P(y⟨t⟩ | y⟨1⟩ … y⟨t−1⟩) for every t.
//:
//: You could store all of this in a table. With an alphabet of three letters there are 3⁶ = 729 words of six, and each has an entry. On the right, the arrows go
//: through a state instead. The same outputs still depend on each other, but the number of parameters is the same for any length. That's
//: because the network uses the same rule at every step: how y⟨t⟩ follows from the state doesn't depend on t. This assumption is called
//: **stationarity**.
//:
//: Does it pay? We made up a language of such words: a letter is the sum of the two before it, modulo 3, with probability 0.8. A table of
//: counts (1 added to each) and a network of 12 units learn it from the same samples:

// page: off
let fits = SixLetterFits(run)
show(
  Table(
    ["samples", "table of 729, nats per word", "RNN of \(fits.parameters) parameters"],
    varying: ["table of 729, nats per word", "RNN of \(fits.parameters) parameters"],
    rows: fits.sizes.indices.map {
      [fits.sizes[$0], String(format: "%.2f", fits.table[$0]), String(format: "%.2f", fits.network[$0])]
    }))
show("the entropy, nats per word", String(format: "%.2f", SixLetters.entropy))
claim(
  "with 300, 1,000 and 3,000 samples the network is nearer to the entropy than the table",
  zip(fits.table, fits.network).allSatisfy { $0 > $1 && $1 > SixLetters.entropy }, from: .standard)
// page: on
//: The table has to learn 729 numbers one by one. The network learns one rule and uses it at every step.
// fold end

// fold: The same in PyTorch
//: - Many to one: take `h_n`, or `output[-1]` if nothing is padded. In step: put a `Linear` on all of `output`.
//: - Out of step: give the encoder's `h_n` to the decoder as its `h_0`. For an LSTM that's the pair `(h_n, c_n)`.
//: - Forced, the decoder is one call over the whole target. Its inputs are a start token (a zero column here) and the target;
//:   its right answers are the target and the end token. If the two are shifted wrongly, the loss falls to 0 and the network copies.
//: - Free, it's a loop that calls the decoder with one token at a time and passes the state on. Stop at the end token, and set a limit for texts in
//:   which none comes.
// fold end

// fold: In your notes
//: - **Ng's notes** (004, "不同类型的RNNS") list our five types with an application each. (000, "不同类型", and 001,
//:   "Different types of RNNs", have only the figure.)
//:   For the type in step, 004 says "video classification" but describes "a sequence of labels", a label per frame. One label for the whole video
//:   is many to one.
//: - **6.S191** (002) speaks of "n to n".
//: - **Goodfellow** (003) has seven of these networks in figures. The first is our type in step. The second (figure 10.4 in the book) is our *Break it*; its o are our z_y. 003 says
//:   that "each layer" hands its output to the next; its layers are the steps of time. It also says that this usually loses information, but is
//:   convenient for training and for parallel computing. Our *Break it* shows both: forced, it's fast and loses the bit. On its own, it loses nothing,
//:   but no step can begin before the last one is done.
//: - "Tearch Forcing" (003; figure 10.6) is teacher forcing, our picture of the walker: on its left the training, on its right the use.
//: - The "fully connected graphical model" (003; figure 10.7) is in the fold above. In "a vector of fixed length to a sequence" (003; figure 10.9), v enters at every
//:   step. Ours only sets a⟨0⟩.
//: - Encoder and decoder are section 10.4 and figure 10.12 in the book. They are from Cho et al. (2014) and Sutskever et al. (2014).
// fold end

//: ## Your turn
//:
//: Write it yourself: `swift run Exercise10` marks what you write in [Exercise10.swift](Exercise/Exercise10.swift), and tells you what went
//: wrong.
//:
//: 1. Which type is it? (a) A photo, and a sentence about it. (b) A mail, and whether it's spam. (c) A film, and for each frame whether a face is in
//:    it. (d) A question, and its answer. (e) Four measurements of a flower, and its species.

// fold: Answer
//: (a) One to many. (b) Many to one. (c) Many to many, in step. (d) Many to many, out of step: you can't answer before you've heard the
//: question. (e) One to one.
// fold end

//: 2. Another decoder: the first digit is 1 with 0.55 and 2 with 0.45. After a 1 come 1 or 2 with 0.6 and 0.4, after a 2 with 0.2 and 0.8. What
//:    does greedy write? What does a beam of width 2?

// fold: Answer
//: 11 has 0.55 · 0.6 = 0.33, 12 has 0.22, 21 has 0.09 and 22 has 0.45 · 0.8 = 0.36. Greedy takes 1, then 1. The beam keeps both beginnings,
//: and finds 22.

// page: off
let second = TwoSteps(first: [0.55, 0.45], second: [[0.6, 0.4], [0.2, 0.8]])
claim(
  "greedy writes 11 with 0.33, the beam 22 with 0.36",
  second.best(beam: 1).tokens == [1, 1] && abs(second.best(beam: 1).probability - 0.33) < 1e-9
    && second.best(beam: 2).tokens == [2, 2] && abs(second.best(beam: 2).probability - 0.36) < 1e-9)
// page: on
// fold end

//: 3. The walker rests one time in ten, not in five. How often is the forced decoder right at step 12? And how often on its own? What is the best
//:    answer without seeing him?

// fold: Answer
//: Forced: 0.9. On its own, it never puts in a rest: 0.9¹² = 0.28. One rest can come at any of twelve steps: 12 · 0.1 · 0.9¹¹ = 0.38. Two
//: rests, at 66 pairs of steps: 66 · 0.1² · 0.9¹⁰ = 0.23. So the best is to say "eleven places further", and it's right in 38 %.

// page: off
let chances = [pow(0.9, 12), 1.2 * pow(0.9, 11), 0.66 * pow(0.9, 10)]
claim("the three are 0.28, 0.38 and 0.23", chances.map(short) == ["0.28", "0.38", "0.23"])
// page: on
// fold end

//: ## In short
//:
//: Something may come in at every step or only once, and we may use every answer or only the last: that's how one cell makes five types of
//: network. The type out of step is two of the others in a row: an encoder reads everything into one state, and a decoder writes from there. A
//: network that writes eats its own output. If it has only read right answers in training, it has never learned what to do after a mistake of
//: its own: that's exposure bias.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson10 --date "march 7, 1999"
//: swift run Lesson10 --seed 2   # other weights and dates
//: swift run Lesson10 --full     # three times the training
//: ```
//:
//: The first one trains the clerk and gives it your date. [Lesson 09](../09-deep/README.md) put layers on top of each other, all of the type
//: in step. [Lesson 11](../11-applications/README.md) takes the types to work: eight applications, each with one of these networks.

end()
