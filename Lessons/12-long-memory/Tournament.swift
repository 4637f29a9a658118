// The tournament of Lesson 12: seven networks, the tasks that they learn, one training of one of them, and the table of
// all of them that `--table` makes.

import Foundation
import Notebook
import SequenceModels
import Tasks
import Workshop

// MARK: - The networks

/// The networks that take part, by the names that `makeCell` knows.
let networks = [
  "uniform RNN", "orthogonal RNN", "IRNN", "GRU", "LSTM (b_f = 0)", "LSTM (b_f = 1)", "LSTM (b_f = 2)",
]

/// A network by its name, its weights drawn: one of the tournament's, or a GRU whose update gate starts shut.
func makeCell(_ network: String, inputs: Int, units: Int, using random: inout RandomSource) -> any RecurrentCell<Float>
{
  switch network {
  case "uniform RNN": return RNNCell(inputSize: inputs, hiddenSize: units, using: &random)
  case "orthogonal RNN":
    return RNNCell(inputSize: inputs, hiddenSize: units, recurrentInitialization: .orthogonal(), using: &random)
  case "IRNN":
    return RNNCell(
      inputSize: inputs, hiddenSize: units, activation: .relu, initialization: .normal(deviation: 0.001),
      recurrentInitialization: .identity(), using: &random)
  case "GRU", shutGRU:
    var cell = GRUCell<Float>(inputSize: inputs, hiddenSize: units, using: &random)
    for unit in 0..<units where network == shutGRU { cell.ba[unit, 0] = -4 }
    return cell
  default: return LSTMCell(inputSize: inputs, hiddenSize: units, forgetBias: forgetBias(in: network), using: &random)
  }
}

let shutGRU = "GRU (b_u = −4)"

/// The forget bias in the name of an LSTM.
func forgetBias(in network: String) -> Double { Double(network.filter(\.isNumber))! }

/// The size by lag from the state that remembers to the output: c of an LSTM, a of all others.
func sizesByLag(_ cell: some RecurrentCell<Float>, along x: SequenceBatch<Float>) -> [Double] {
  Recurrent(cell).jacobianNorms(x, toState: cell.stateSizes.count - 1)
}

// MARK: - The tasks

/// What a network learns.
enum Challenge: String {
  case order, adding
  /// Temporal order in which every second batch is of shorter sequences, down to a fifth of the length.
  case orderMixed = "order-mixed"
  /// The adding problem with both marks in the first half.
  case addingFar = "adding-far"
  /// The adding problem in which every number without a mark is 0.
  case addingClean = "adding-clean"

  var isOrder: Bool { self == .order || self == .orderMixed }
  var inputSize: Int { isOrder ? TemporalOrder.symbols.count : AddingProblem.inputSize }
  /// The loss of somebody who knows nothing.
  var baseline: Double { isOrder ? TemporalOrder.baseline : AddingProblem.baseline }

  /// The steps from the earliest place of the first symbol to the end, for both tasks.
  static func reach(_ lag: Int) -> Int { lag - TemporalOrder.places(length: lag).first.lowerBound }

  func order(count: Int, lag: Int, using random: inout RandomSource) -> ClassifierBatch<Float> {
    TemporalOrder.batch(count: count, length: lag, using: &random)
  }

  /// The answer is the sum of the two marked numbers, less 1: an untrained network, which says about 0, begins at the
  /// chance level.
  func sums(count: Int, lag: Int, using random: inout RandomSource) -> RegressorBatch<Float> {
    let marked = self == .addingFar ? lag / 2 : lag
    let problem: RegressorBatch<Float> = AddingProblem.batch(count: count, length: marked, using: &random)
    guard case .features(let x) = problem.inputs else { fatalError("the adding problem is made of numbers") }
    let steps = (0..<lag).map { t in
      var numbers = t < marked ? Array(x[t].elements.prefix(count)) : []
      let marks = t < marked ? Array(x[t].elements.suffix(count)) : [Float](repeating: 0, count: count)
      if t >= marked { numbers = (0..<count).map { _ in Float(random.uniform()) } }
      if self == .addingClean { numbers = zip(numbers, marks).map { $0 * $1 } }
      return Matrix<Float>(rows: 2, columns: count, elements: numbers + marks)
    }
    return RegressorBatch(inputs: .features(SequenceBatch(steps)), targets: problem.targets.map { $0 - 1 })
  }

  /// One sequence.
  func example(lag: Int, seed: UInt64) -> SequenceBatch<Float> {
    var random = RandomSource(seed: seed &+ 2_000)
    let inputs =
      isOrder
      ? order(count: 1, lag: lag, using: &random).inputs : sums(count: 1, lag: lag, using: &random).inputs
    return switch inputs {
    case .features(let x): x
    case .tokens(let ids): ids.oneHot(size: inputSize)
    }
  }
}

// MARK: - One training

/// What all trainings of the tournament share.
struct Rules {
  var units = 50
  var batch = 20
  var rate = 0.001
  var window = 250
  /// A task is solved when the mean loss over a window is below this share of the baseline.
  static let solved = 0.05
}

/// What became of one network on one task.
struct Outcome {
  let challenge: Challenge, lag: Int, network: String, seed: UInt64
  /// The size over nine tenths of the sequence before training.
  let size: Double
  /// The mean losses over windows of steps.
  let losses: [Double]
  let window: Int
  /// The size after each window; empty where the outcome is from the table.
  var sizes: [Double] = []
  /// The network after the training; nil where the outcome is from the table.
  var trained: (any RecurrentCell<Float>)?

  /// The loss at the end as a share of the baseline.
  var share: Double { (losses.last ?? .nan) / challenge.baseline }
  /// The step after which the task was solved.
  var solved: Int? { share < Rules.solved ? window * losses.count : nil }
}

/// Trains a network on a task for so many steps or until it is solved. `observe` is told of every step, and an
/// interrupt ends the training.
func train(
  _ network: String, _ challenge: Challenge, lag: Int, seed: UInt64, steps: Int, rules: Rules,
  observe: (_ step: Int, _ loss: Double) -> Void
) -> Outcome {
  var random = RandomSource(seed: seed)
  func opened(_ cell: some RecurrentCell<Float>) -> Outcome {
    let outputs = challenge.isOrder ? TemporalOrder.classes.count : 1
    let output = Dense<Float>(inputSize: cell.hiddenSize, outputSize: outputs, using: &random)
    let example = challenge.example(lag: lag, seed: seed)
    func size(_ cell: some RecurrentCell<Float>) -> Double { sizesByLag(cell, along: example)[Challenge.reach(lag)] }
    var sizes: [Double] = []
    func outcome(_ losses: [Double], _ trained: some RecurrentCell<Float>) -> Outcome {
      Outcome(
        challenge: challenge, lag: lag, network: network, seed: seed, size: size(cell), losses: losses,
        window: rules.window, sizes: sizes, trained: trained)
    }
    var data = RandomSource(seed: seed &+ 1_000)  // the same sequences for every network
    guard challenge.isOrder else {
      let (model, losses) = fit(
        Regressor(layer: Recurrent(cell), output: output), challenge, steps: steps, rules: rules, observe: observe,
        atEachWindow: { sizes.append(size($0.layer.cell)) }
      ) { _ in (challenge.sums(count: rules.batch, lag: lag, using: &data), true) }
      return outcome(losses, model.layer.cell)
    }
    let (model, losses) = fit(
      Classifier(layer: Recurrent(cell), output: output), challenge, steps: steps, rules: rules, observe: observe,
      atEachWindow: { sizes.append(size($0.layer.cell)) }
    ) { step in
      var length = lag
      if challenge == .orderMixed && step % 2 == 1 { length = max(10, lag * (1 + data.index(below: 4)) / 5) }
      return (challenge.order(count: rules.batch, lag: length, using: &data), length == lag)
    }
    return outcome(losses, model.layer.cell)
  }
  return opened(makeCell(network, inputs: challenge.inputSize, units: rules.units, using: &random))
}

/// Adam with the gradient clipped to norm 1. `next` returns the batch of a step, and whether its loss counts.
private func fit<Model: SequenceModel>(
  _ model: Model, _ challenge: Challenge, steps: Int, rules: Rules, observe: (Int, Double) -> Void,
  atEachWindow measure: (Model) -> Void, on next: (Int) -> (batch: Model.Batch, counts: Bool)
) -> (Model, [Double]) {
  var trainer = Trainer(
    model, optimizer: Optimizer(.adam(), learningRate: rules.rate, for: model), clipping: .norm(1))
  var (losses, sum, count) = ([Double](), 0.0, 0)
  for step in 1...steps where !Interrupt.requested {
    let (batch, counts) = next(step)
    let report = attempt { try trainer.step(on: batch) }
    observe(step, report.loss)
    if counts { (sum, count) = (sum + report.loss, count + 1) }
    guard step % rules.window == 0 else { continue }
    losses.append(sum / Double(count))
    measure(trainer.model)
    if losses.last! < Rules.solved * challenge.baseline { break }
    (sum, count) = (0, 0)
  }
  return (trainer.model, losses)
}

// MARK: - The table

/// The trainings that `--table` makes, and the file that keeps them.
struct Tournament {
  let rules: Rules, steps: Int, seeds: [UInt64]
  let plan: [(challenge: Challenge, lag: Int, networks: [String])]

  /// The tasks at both lags for all networks, and without the noise for the network that does not ignore it.
  init(rules: Rules, steps: Int, seeds: [UInt64], lags: [Int]) {
    (self.rules, self.steps, self.seeds) = (rules, steps, seeds)
    plan = lags.flatMap { lag in
      [Challenge.order, .adding, .addingFar].map { ($0, lag, networks) } + [(.addingClean, lag, ["orthogonal RNN"])]
    }
  }

  nonisolated static let command = "swift run Lesson12 --table"
  nonisolated static let columns = "task,lag,network,seed,size,losses"

  /// What the file says of itself.
  private func header(_ done: Int) -> [String] {
    let made = seeds.prefix(done).map(String.init).joined(separator: " ")
    return [
      "# \(Self.command)", "# seeds: \(made)",
      "# \(rules.units) units, batches of \(rules.batch), Adam with learning rate \(rules.rate), clipped to norm 1, "
        + "until \(Rules.solved) of the baseline or for \(steps) steps; losses are means over \(rules.window) steps",
      Self.columns,
    ]
  }

  /// Makes all trainings and writes them to `file`, again after each seed.
  func make(to file: String, line: Int = #line) -> [Outcome] {
    let count = plan.reduce(0) { $0 + $1.networks.count } * seeds.count
    let bar = ProgressBar("\(count) trainings", total: count * steps, line: line)
    var (done, outcomes) = (0, [Outcome]())
    for (place, seed) in seeds.enumerated() {
      for (challenge, lag, networks) in plan {
        for network in networks where !Interrupt.requested {
          outcomes.append(
            train(network, challenge, lag: lag, seed: seed, steps: steps, rules: rules) { step, loss in
              bar.update(done + step, loss: loss)
            })
          done += steps  // A training that ends early has done its part.
        }
      }
      if Interrupt.requested { end(line: line) }
      let rows = outcomes.map { outcome in
        [
          outcome.challenge.rawValue, "\(outcome.lag)", outcome.network, "\(outcome.seed)", formatted(outcome.size),
          outcome.losses.map { formatted($0) }.joined(separator: " "),
        ].joined(separator: ",")
      }
      attempt {
        try FileManager.default.createDirectory(
          at: URL(fileURLWithPath: file).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((header(place + 1) + rows).map { $0 + "\n" }.joined().utf8).write(
          to: URL(fileURLWithPath: file), options: .atomic)
      }
    }
    bar.finish()
    return outcomes
  }

  /// The outcomes in a file that `make` wrote.
  static func read(_ file: String, window: Int) throws -> [Outcome] {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    guard lines.first.map(String.init) == columns else { throw TableError(file: file, line: 1) }
    return try lines.dropFirst().enumerated().map { place, line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let losses = (cells.last ?? "").split(separator: " ").map { Double($0) ?? .nan }
      guard cells.count == 6, let challenge = Challenge(rawValue: cells[0]), let lag = Int(cells[1]),
        networks.contains(cells[2]), let seed = UInt64(cells[3]), let size = Double(cells[4]), !losses.isEmpty,
        losses.allSatisfy(\.isFinite)
      else { throw TableError(file: file, line: place + 2) }
      return Outcome(
        challenge: challenge, lag: lag, network: cells[2], seed: seed, size: size, losses: losses, window: window)
    }
  }
}

/// A table that cannot be read.
struct TableError: LocalizedError {
  let file: String, line: Int
  var errorDescription: String? {
    "\(file) is no table of this lesson: line \(line) below its comments. `\(Tournament.command)` makes a new one."
  }
}

extension Tournament {
  /// The table that the page is made of: what `--table` wrote with seed 1.
  private static let committedFile =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/tournament.csv"

  static func committed() -> [Outcome] { attempt { try read(committedFile, window: Rules().window) } }
}

/// Makes the tournament and shows what came of it. A file that is no table of ours is not written over.
func makeTable(_ tournament: Tournament, line: Int = #line) {
  let file = besideFigures("tournament.csv")
  let isThere = FileManager.default.fileExists(atPath: file)
  if isThere && (try? Tournament.read(file, window: tournament.rules.window)) == nil {
    fail("\(file) is there, and is no table of this lesson: move it away, or name another folder with --plots FOLDER.")
  }
  let results = Results(all: tournament.make(to: file, line: line))
  for (challenge, lag, networks) in tournament.plan {
    show("\(challenge.rawValue), \(lag) steps", line: line)
    show(results.table(networks.map { ($0, challenge, $0) }, lag: lag), line: line)
  }
  show("The table is \(file).", line: line)
}
