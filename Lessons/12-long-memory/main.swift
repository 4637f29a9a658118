import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(
    parsing: .unconditional,
    help: "The steps of a sequence, 10 to 500. (default: 100 before training, 50 in the trainings of this run)")
  var lag: Int?
  @Option(parsing: .unconditional, help: "The units of every network in this run, 2 to 512. (default: 50)")
  var hidden: Int?
  @Flag(help: "Make the whole tournament and write it to tournament.csv beside the figures: some twenty minutes.")
  var table = false

  func validate() throws {
    for (name, value, range) in [("lag", lag, 10...500), ("hidden", hidden, 2...512)] {
      if let value, !range.contains(value) {
        throw ValidationError("--\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
      }
      if table && value != nil {
        throw ValidationError("--table makes the page's own tournament: leave out --\(name).")
      }
    }
  }
}

let options = Options.parseLesson()
let run = options.notebook

begin(
  "12", "Long memory", run, withProse: !options.table,
  unchecked: options.lag == nil && options.hidden == nil ? nil : "not checked at sizes of your own")

//: Here are a hundred letters. Two of them count: a capital near the beginning, and another one before the middle.

// page: off
let rules = Rules(
  units: options.hidden ?? 50, window: run.choose(quick: 20, standard: 250, full: 250))
let tournament = Tournament(
  rules: rules, steps: run.choose(quick: 20, standard: 6_000, full: 6_000),
  seeds: (0..<run.choose(quick: 1, standard: 5, full: 5)).map { run.seed() &+ $0 },
  lags: run.choose(quick: [20, 40], standard: [50, 100], full: [50, 100]))
if options.table {
  makeTable(tournament)
  end()
}
let results = Results(all: Tournament.committed())
show(orderExample(length: 100))
// page: on

//: After the last letter comes the question: which two capitals were they, and in which order? (The answer stands behind the arrow.) You'd
//: manage. You'd keep saying the first capital to yourself and let the rest pass. A network has to *learn* this. And to learn it, it needs a
//: gradient that gets from the answer back to the first capital, over some 90 steps. [Lesson 05](../05-vanishing-gradients/README.md) showed
//: how such a gradient fades.
//:
//: Seven networks will try. Which of them learn across a hundred steps? And could you have known it before training?

// page: off
let long = options.lag ?? 100
let reach = Challenge.reach(long)
let starts = sizesAtStart(.order, lag: long, units: rules.units, seed: run.seed())
let stuck = ["uniform RNN", "GRU", "LSTM (b_f = 0)"]
let start = Dictionary(uniqueKeysWithValues: starts.map { ($0.name, $0.sizes[reach]) })
show(fadingPicture([starts[0], starts[5], starts[2]], reach: reach), as: "fading")
claim(
  "over 90 steps, less than 10⁻¹⁵ is left in the first row, 10⁻¹⁰ to 10⁻⁵ in the second, and more than a tenth in the third",
  start["uniform RNN"]! < 1e-15 && 1e-10...1e-5 ~= start["LSTM (b_f = 1)"]! && start["IRNN"]! > 0.1)
// page: on

//: Three untrained networks have read the hundred letters. Read each row from right to left. On the right is the last step, where the answer
//: is due, and each box is 18 steps earlier than the one before. The number in it is the **size** of Lesson 05: nudge the memory of the
//: network there, and this is what's left of the nudge in the last a, on average. It's also what's left of a gradient in the backward pass.
//: (6e-22 means 6 · 10⁻²². We'll come to the names of the rows.)
//:
//: In the top row, next to nothing gets back to the first capital. In the last one, more than a tenth does. And in the middle: is that
//: enough to learn from?
//:
//: ## Two tasks
//:
//: The task above is that of Lesson 05, made longer. It's called **temporal order** (here as in Pascanu, Mikolov and Bengio 2013). The first
//: capital stands somewhere at steps 10 to 20, the second at steps 40 to 50. If you know nothing, the best you can do is to give each of the
//: four answers, AA, AB, BA and BB, ¼, for a loss of ln 4 = 1.39.
//:
//: The second task is the **adding problem** (Hochreiter and Schmidhuber 1997; here as in Le, Jaitly and Hinton 2015). Each step brings a
//: random number between 0 and 1, each as likely as another, and a mark that is 0 or 1. Two numbers are marked, one in each half. At the end the network must say their sum, less 1. Here is one with eight steps:

// page: off
show(addingExample())
// page: on

//: The answer is 0.9 + 0.2 − 1 = 0.1. (In the papers it's the sum itself. With 1 off, an untrained network, which says about 0, already gives the best constant answer.) The loss is the squared error. If you know nothing, the best you can say is 0, because each of the two numbers is ½ on average. What does that cost? One number is off from ½ by a squared distance of 1/12 on average. Two of them cost 2/12 = 1/6 = 0.167 (question 1 of “Your turn”).

// page: off
var random = RandomSource(seed: run.seed())
let sums = Challenge.adding.sums(count: 10_000, lag: 20, using: &random).targets.elements.map(Double.init)
claim(
  "always saying 0 costs 1/6 per sequence, within three per cent over 10,000 sequences",
  abs(mean(sums.map { $0 * $0 }) * 6 - 1) < 0.03)
show(tasksPicture(length: 100), as: "tasks")
// page: on

//: Each box is a tenth of the sequence, and the coloured boxes are those in which something to remember can stand. Now look at the orange
//: arrows. In temporal order, even the second capital is at least 50 steps away from the answer. There is *nothing near* to learn from. In the adding problem the second mark may be at the very last step.
//:
//: To compare the tasks, we divide each loss by its **chance level**, 1.39 or 0.167. So 1 means "knows nothing", and below 0.05 we call
//: the task solved.
//:
//: ## Seven networks
//:
//: All have one layer of 50 units. Two are the RNNs of Lesson 05 with a uniform and with an orthogonal W_aa, one is the GRU of
//: [Lesson 06](../06-gru/README.md), and three are LSTMs of [Lesson 07](../07-lstm/README.md), with a forget bias b_f of 0, 1 and 2.
//:
//: The seventh is new: the **IRNN** (Le, Jaitly and Hinton 2015), a plain RNN with a trick. Its activation is relu, max(0, z); its W_aa starts as
//: the identity matrix I, and all its other weights start near 0. So before training, a unit that's on just adds what comes in to what it
//: has. Nothing moves from one unit to another: a nudge in a unit that's on stays there, and one in a unit that's off is lost. About half of the units are on, mostly the same half at every step. So the size falls to √½ = 0.7 once, and then only slowly.
//:
//: The GRU starts as in the usual libraries, with its update gate half open, not shut as in Lesson 06.

//: ## Guess first
//:
//: Now measure, before the first training step, on temporal order. Take the 90th root of the size, and you have what each step keeps on average:

// page: off
show(startTable(starts, reach: reach))
claim(
  "over 90 steps, the uniform RNN, the GRU and the LSTM with b_f = 0 keep less than 10⁻¹⁵, the orthogonal RNN, the IRNN and the LSTM with b_f = 2 more than 10⁻⁴",
  stuck.allSatisfy { start[$0]! < 1e-15 }
    && ["orthogonal RNN", "IRNN", "LSTM (b_f = 2)"].allSatisfy { start[$0]! > 1e-4 })
// page: on

//: Take a pencil, and write down which of the seven will learn temporal order with 100 letters, within 6,000 training steps. Then do the same
//: for the adding problem.
//:
//: ## Temporal order
//:
//: Each training step takes 20 new sequences, the same ones for every network. We use Adam with a learning rate of 0.001, and clip gradients
//: to norm 1. All seven networks train on both tasks, with 50 and with 100 steps, from five seeds each, for up to 6,000 training steps. With two variants of the adding problem that we'll meet below, this **tournament** takes about twenty minutes. `swift run Lesson12 --table` makes it, and [tournament.csv](tournament.csv) keeps it. The next four figures are made from it.

// page: off
show(
  results.chart(
    "Temporal order, 100 letters: solved early, late or not at all", .order, 100,
    of: networks.filter { $0 != "IRNN" && $0 != "orthogonal RNN" }, steps: 6_000, window: 250),
  as: "order")
claim(
  "100 letters: all five seeds of the LSTM with b_f = 2 solve it, each within 1,000 steps",
  results(.order, 100, "LSTM (b_f = 2)").allSatisfy { ($0.solved ?? .max) <= 1_000 })
// page: on

//: Five of the seven are here. Each line is the median of five seeds, and its band reaches from the lowest loss to the highest. (A network that has solved the task stops,
//: and its line goes on flat.) At the top, the LSTM with b_f = 0 (yellow) hides the uniform RNN and the GRU for all 6,000 steps. At the bottom
//: is the LSTM with b_f = 2 (black). The LSTM with b_f = 1 has a wide band, so its seeds differ.
//:
//: Now put what you saw *before* the training on one axis, and what came of it on the other:

// page: off
show(results.scatter("Temporal order: no gradient at the start, no learning", .order, 100), as: "order-by-size")
let byOrder = results.all.filter { $0.challenge == .order && $0.lag == 100 }
let (without, with) = (byOrder.filter { $0.size < 1e-15 }, byOrder.filter { $0.size > 1e-3 })
let between = byOrder.filter { 1e-15...1e-3 ~= $0.size }
claim(
  "100 letters: of 15 trainings that begin below 10⁻¹⁵, none leaves the chance level; of 15 that begin above 10⁻³, 12 solve the task; of the 5 between, 1",
  without.count == 15 && Set(without.map(\.network)) == Set(stuck)
    && without.allSatisfy { $0.share > 0.97 && $0.losses.count == 24 } && with.count == 15
    && with.count { $0.solved != nil } == 12 && between.count == 5 && between.count { $0.solved != nil } == 1
    && between.allSatisfy { $0.network == "LSTM (b_f = 1)" })
// page: on

//: Here are all seven, and every point is one training. How was your guess? Further right, more of the gradient got back to the first capital before training; further down, the network
//: was better in the end. On the left, nobody learns. In the middle, one of the five LSTMs with b_f = 1 solves it. On the right most do. Having gates isn't what decides: the orthogonal RNN has none, and four
//: of its five seeds learn. The GRU has two gates and doesn't.
//:
//: So a gradient at the start is a ticket, not a prize. But below 10⁻¹⁵, nobody got in.

// fold: The points that don't fit: three with a ticket that failed, and a wait that paid
//: *At the top right* are two IRNNs (they lie on each other) and an orthogonal RNN. The loss of the IRNNs jumped to four times the chance level and
//: more, fell back to 1, and stayed there. Those are the two troubles of relu from Lesson 05: nothing keeps the states from growing, and units that are
//: off stay off. The orthogonal RNN had come down to two thirds of the chance level and lost it again: orthogonal is only how W_aa *starts*.

// page: off
claim(
  "the two IRNNs that failed had a loss of more than four times the chance level within 500 steps, and the chance level after that",
  results(.order, 100, "IRNN").count {
    $0.losses.prefix(2).max()! > 4 * TemporalOrder.baseline
      && $0.losses.dropFirst(2).allSatisfy { abs($0 / TemporalOrder.baseline - 1) < 0.01 }
  } == 2)
claim(
  "the orthogonal RNN that failed had been below 0.7",
  with.contains { $0.network == "orthogonal RNN" && $0.share > 0.97 && $0.losses.min()! < 0.7 * TemporalOrder.baseline }
)
// page: on

//: *Does it help to wait?* With 50 letters, half as many, the GRU starts with about 10⁻⁹, and four of its five seeds solved the task in the end. But for 2,000 steps
//: and more, nothing at all was to be seen, and then it came all at once. From outside you can't tell waiting from failing.

// page: off
claim(
  "50 letters: the GRU solves the task in four seeds, but in all five it stays within one per cent of the chance level for 2,000 steps or more",
  results.solved(.order, 50, "GRU") == 4
    && results(.order, 50, "GRU").allSatisfy { $0.losses.prefix(8).allSatisfy { $0 > 0.99 * TemporalOrder.baseline } })
// page: on
// fold end

//: ## The adding problem
//:
//: So you could have known it! Let's do the same with the adding problem. Here, too, the GRU starts with next to nothing, about 10⁻¹⁸. Would you
//: bet on it?

// page: off
show(
  results.chart(
    "The adding problem, 100 steps: the GRU solves it, too", .adding, 100,
    of: ["uniform RNN", "orthogonal RNN", "GRU", "LSTM (b_f = 2)"], steps: 6_000, window: 250),
  as: "adding")
claim(
  "100 steps: all five seeds of the GRU solve the adding problem, though each starts below 10⁻¹⁵",
  results(.adding, 100, "GRU").allSatisfy { $0.solved != nil && $0.size < 1e-15 })
claim(
  "100 steps: no seed of the orthogonal RNN leaves the chance level within 6,000 steps",
  results(.adding, 100, "orthogonal RNN").allSatisfy { $0.share > 0.95 })
// page: on

//: Here are four of the seven. For a thousand steps and more, nothing is to be seen. Then look at the first line that goes down, the pink one. It's the
//: GRU, with its 10⁻¹⁸! The LSTM with b_f = 2 is later. And look who stays at the top with the uniform RNN: the orthogonal RNN. On these inputs
//: it starts with nearly a tenth of the gradient, and after 6,000 steps it knows nothing.

// page: off
show(results.scatter("The adding problem: gates learn it, wherever they start", .adding, 100), as: "adding-by-size")
let isGated = { (outcome: Outcome) in networks.dropFirst(3).contains(outcome.network) }
let byAdding = results.all.filter { $0.challenge == .adding && $0.lag == 100 }
claim(
  "100 steps: of 20 trainings with gates, 19 end below a tenth of the chance level; of 15 without, 14 end at it",
  byAdding.filter(isGated).count { $0.share <= 0.1 } == 19 && byAdding.count == 35
    && byAdding.filter { !isGated($0) }.count { $0.share > 0.95 } == 14)
// page: on

//: Here are all seven. This time left and right tell little. All networks with gates are at the bottom, but for one LSTM with b_f = 0. All without gates are at the top, but for one IRNN. So there are two questions.
//:
//: *The orthogonal RNN has a gradient. Why doesn't it learn?* It keeps, but here it also has to *ignore* 98 of 100 numbers. If that's the
//: reason, it should learn once we set every number without a mark to 0. And so it does, in sequences of 50: all five seeds solve that, and none the real task. (In temporal order, ignoring is easier: the column of W_ax that belongs to a letter of the noise can become 0. Here the numbers with and without a mark share one column.) A gate that reads the mark can multiply the number by it. The orthogonal RNN has no gate, and finds no other way.

// page: off
claim(
  "50 steps: the orthogonal RNN solves the adding problem in no seed, and without the noise in all five",
  results.solved(.adding, 50, "orthogonal RNN") == 0 && results.solved(.addingClean, 50, "orthogonal RNN") == 5)
// page: on

//: *And how can the GRU learn, without a gradient?*
//:
//: ## What is near opens the way
//:
//: Here is a guess. Go back to the drawing of the two tasks. In the adding problem the second mark may stand two or three steps before the answer, and a gradient gets *that* far. So from near marks the GRU can learn what to do: take in a number with a mark, leave out the others, and keep what you have. But its weights are the same at every step. So what keeps a number for three steps also helps to keep one for thirty, and its gradient with it.
//:
//: ## Break it
//:
//: If that's right, the GRU should be lost once no mark is near. So we put both marks into the first half. (This is from the tournament, too, with 50 steps, and shows the networks with gates.)

// page: off
show(results.tableOfNearMarks(lag: 50))
claim(
  "50 steps: with a mark near, all twenty trainings solve the task; with none, no GRU and no LSTM with b_f = 0, but at least four of five LSTMs with b_f = 1 and with b_f = 2",
  networks.dropFirst(3).allSatisfy { results.solved(.adding, 50, $0) == 5 }
    && ["GRU", "LSTM (b_f = 0)"].allSatisfy { results.solved(.addingFar, 50, $0) == 0 }
    && ["LSTM (b_f = 1)", "LSTM (b_f = 2)"].allSatisfy { results.solved(.addingFar, 50, $0) >= 4 })
// page: on

//: And so it is. With a near mark, all of them learn, whatever their size. Without one, the size at the start decides here: the two that start with next to nothing learn nothing, as in temporal order with 100 letters, and the other two learn, but for one training.
//:
//: Now let's watch one GRU learn, with a near mark and without, and measure its size again every 250 training steps:

// page: off
let short50 = options.lag ?? run.choose(quick: 20, standard: 50, full: 100)
let steps = run.choose(quick: 40, standard: 1_500, full: 6_000)
func train(_ network: String, _ challenge: Challenge, steps: Int, line: Int = #line) -> Outcome {
  trained(network, challenge, lag: short50, seed: run.seed(), steps: steps, rules: rules, line: line)
}
let near = train("GRU", .adding, steps: 2 * steps)
let far = train("GRU", .addingFar, steps: steps)
show(sizesChart(near: near, far: far), as: "opening")
claim(
  "where a mark may be near, the GRU's size rises from less than 10⁻⁷ to more than 10⁻³; where none is, it stays below 10⁻⁷",
  near.size < 1e-7 && near.sizes.last! > 1e-3 && ([far.size] + far.sizes).allSatisfy { $0 < 1e-7 }, from: .standard)
// page: on

//: Where a mark may be near, the size hardly moves at first. Then it rises more than a millionfold, all at once, and the task is learned. Where no mark is near, it
//: stays what it was.
//:
// fold: Does the GRU shut its gate? Hardly
//: You might think that it shuts its gate, as in Lesson 06. We've looked: in the trained GRU, even the unit that keeps most has 1 − Γ_u below 0.8 on average.
//: And 0.8⁴⁵ is only 4 · 10⁻⁵. So most of the nudge must take the second path of Lesson 06, on which gates and candidate read the state before.

// page: off
let kept = keptByGate(near)
claim(
  "in the GRU that learned with near marks, 1 − Γ_u is below 0.8 for every unit, and the size more than a thousand times 0.8⁴⁵",
  kept.max()! < 0.8 && near.sizes.last! > 1e3 * pow(0.8, 45), from: .standard)
// page: on
// fold end

//: ## Mend it
//:
//: In temporal order with 50 letters, no capital is near either, and the GRU starts with about as little as in the table above. Yet four of the five GRUs of the tournament learn it, after 2,750 training steps or more. We don't know why it does here and not there. Can we have it sooner?
//:
//: Now you know two ways to mend it. **Start with the gate shut**, with b_u = −4 as in Lesson 06. Or **put something near into the task**: every second batch gets
//: shorter sequences, with 10, 20, 30 or 40 letters. (`train` makes a network, trains it and says what came of it. `steps` is 1,500. As every second batch of the third training is shorter, it may take twice as many.)

let usual = train("GRU", .order, steps: steps)
let shut = train("GRU (b_u = −4)", .order, steps: steps)
let mixed = train("GRU", .orderMixed, steps: 2 * steps)

// page: off
show(outcomeTable([usual, shut, mixed], named: ["as it was", "b_u = −4", "short ones too"]))
claim(
  "as it was, the GRU's loss is within two per cent of the chance level from the first 250 steps to the last, and its size below 10⁻⁶",
  usual.losses.allSatisfy { abs($0 / TemporalOrder.baseline - 1) < 0.02 } && usual.size < 1e-6
    && usual.sizes.last! < 1e-6, from: .standard)
claim(
  "with b_u = −4, the GRU solves temporal order within 1,500 steps", shut.solved != nil, from: .standard)
claim(
  "with short sequences among the others, it solves it sooner than any of the four GRUs of the tournament that solve it, which take 2,750 steps or more",
  results.solved(.order, 50, "GRU") == 4 && results(.order, 50, "GRU").compactMap(\.solved).min() == 2_750
    && (mixed.solved ?? .max) < 2_750, from: .standard)
// page: on

//: Both work, here with one seed. (Compare the steps of the third row with those of the tournament, 2,750 or more. The loss in the third row is that of the batches with 50 letters. A size above 1 is no mistake: on the second path of Lesson 06, through gates and candidate, a nudge can also grow.)
//:
//: What we haven't shown: every network had the same learning rate, and with one of its own each may do better. The tasks are toys, and 6,000
//: steps are a budget. But before a long training, measure the size. If it's tiny, and nothing in the task is near, start the gates on the side of keeping, or mix in short sequences.

// fold: In your notes
//: - The notes end before this lesson. **Ng's notes** (001, "Vanishing gradients with RNNs") say that the basic RNN isn't good at very
//:   long-term dependencies. With uniform weights that's what we see. But with an orthogonal W_aa the basic RNN learns temporal order, and
//:   the GRU doesn't.
//: - **6.S191** (002, "Backpropagation Through Time") names three remedies: a good activation, a good initialisation, or gates. Its list on
//:   the LSTM says that gates store what is relevant in the current input. To ignore the rest is what the orthogonal RNN didn't learn.
//: - **Goodfellow** (003) stops at the equations of the LSTM and the GRU. The book has the long-term dependencies in 10.7, skip connections
//:   and leaky units in 10.9, gates in 10.10 and clipping in 10.11.
//: - **The papers.** Hochreiter and Schmidhuber (1997) set the tasks for the first LSTM, which had no forget gate: its c kept everything. Le,
//:   Jaitly and Hinton (2015) searched for the best learning rate of each network, and ours all have the same one, so our ranking isn't
//:   theirs.
//: - **PyTorch**: `nn.LSTM` draws its biases around 0, so it starts like our b_f = 0. Set the forget gate's part of a bias to 1 or 2
//:   yourself: with n units it's `bias_hh_l0[n:2*n]`.
// fold end

//: ## Your turn
//:
//: 1. A number u is drawn as in the adding problem. What's the mean of (u − ½)²? And in the adding problem, what does it cost to always say 0.1?

// fold: Answer
//: The mean of (u − ½)² is the integral over u from 0 to 1. With v = u − ½ it's the integral of v² from −½ to ½, which is 2 · (½)³/3 = 1/12.
//: Of two numbers, p + q, the mean of (p + q − 1)² is twice that, 1/6: the square also has 2(p − ½)(q − ½), which is positive as often as negative, and 0 on average. Saying 0.1 is off by 0.1 from the best answer, 0, which adds 0.1² = 0.01: 0.177.

claim(
  "always saying 0.1 costs 0.177 on the 10,000 sequences, within three per cent",
  abs(mean(sums.map { ($0 - 0.1) * ($0 - 0.1) }) / 0.17667 - 1) < 0.03)
// fold end

//: 2. A network should keep at least 10⁻⁴ of a gradient. How much must each step keep, over 90 steps and over 400? Which forget bias gives
//:    that on the direct path?

// fold: Answer
//: Each step keeps p with p⁹⁰ = 10⁻⁴, so p = 10^(−4/90) = 0.903. Over 400 steps, it's 10^(−4/400) = 0.977. With σ(b_f) = p, b_f = ln(p/(1 −
//: p)): 2.23 and 3.76. The longer the way, the larger the bias.

let p90 = pow(10, -4 / 90.0)
let p400 = pow(10, -4 / 400.0)
claim(
  "p is 0.903 and 0.977, and b_f is 2.23 and 3.76",
  abs(p90 - 0.903) < 5e-4 && abs(p400 - 0.977) < 5e-4 && abs(log(p90 / (1 - p90)) - 2.23) < 0.005
    && abs(log(p400 / (1 - p400)) - 3.76) < 0.01)
// fold end

//: 3. On temporal order, the loss of one network stops at 0.69 nats and that of another at 0.35. What does each know?

// fold: Answer
//: 0.69 is ln 2: two answers are left, each with ½. It knows one of the two capitals. 0.35 is half of that. Such a network knows which
//: capitals came, but not in which order. For AA and BB, half of all sequences, this is the whole answer and costs 0; for AB and BA it costs
//: ln 2. On average, that's ½ ln 2 = 0.35.

claim("ln 2 is 0.69, and half of it 0.35", abs(log(2.0) - 0.69) < 0.005 && abs(log(2.0) / 2 - 0.35) < 0.005)
// fold end

//: ## In short
//:
//: If nothing in a task is near, you can tell before training who won't learn it: at 100 steps, no network with next to no gradient at the start left the chance level within 6,000 training steps. A gradient at the start was no guarantee, but most who had one learned. If something is near, learning it can open the way for what's far. And keeping isn't all: the orthogonal RNN keeps, but didn't learn to ignore.
//:
//: Try next:
//:
//: ```sh
//: swift run Lesson12 --lag 30   # 30 steps: the GRU?
//: swift run Lesson12 --seed 2   # other random weights
//: swift run Lesson12 --table    # the whole tournament
//: ```
//:
//: [Lesson 11](../11-applications/README.md) used such networks for eight jobs. [Lesson 13](../13-forms/README.md) asks why your GRU may look
//: different from ours.

end()
