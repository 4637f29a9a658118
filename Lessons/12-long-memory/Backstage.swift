// What stands behind Lesson 12: the drawings, the figures of the tournament, and the trainings of a default run.

import Foundation
import Notebook
import Plotting
import SequenceModels
import Tasks
import Workshop

/// A number for a label: one or two significant digits.
func short(_ number: Double) -> String {
  String(format: abs(number) < 1e-3 ? "%.0e" : "%.2g", number).replacingOccurrences(of: "e-0", with: "e-")
}

// MARK: - Drawings

/// Three networks over the last steps of a sequence: in each box the size of the gradient that gets there, each arrow
/// as thick as its order of magnitude.
func fadingPicture(_ sizes: [(name: String, sizes: [Double])], reach: Int) -> Diagram {
  let lags = (0...5).map { $0 * reach / 5 }
  var nodes: [Node] = []
  var arrows: [Arrow] = []
  for (row, network) in sizes.enumerated() {
    let y = Double(sizes.count - row)
    let boxes = lags.enumerated().map { place, lag in
      place == 0
        ? Node("answer", at: 5, y, shape: .plain)
        : Node(short(network.sizes[lag]), at: Double(5 - place), y, ink: place == 5 ? .accent : .neutral)
    }
    nodes += boxes + [Node(network.name, at: -1.25, y, shape: .plain)]
    arrows += (1...5).map {
      let magnitude = 1 + log10(network.sizes[lags[$0]]) / 10
      return Arrow(boxes[$0 - 1], boxes[$0], ink: .backward, strength: min(1, max(0, magnitude)))
    }
  }
  nodes += lags.dropFirst().enumerated().map { place, lag in
    Node(
      place == 4 ? "\(lag) steps back:\nfirst capital" : "\(lag) steps back", at: Double(4 - place), 0, shape: .plain)
  }
  return Diagram(
    title: "How much of the gradient gets back to the first capital, before training", nodes: nodes, arrows: arrows,
    spacing: (118, 74))
}

/// The two tasks, a box for each tenth of the sequence.
func tasksPicture(length: Int) -> Diagram {
  func row(_ y: Double, _ name: String, _ places: [(ClosedRange<Int>, String, Ink)], _ answer: String, _ near: String)
    -> (nodes: [Node], arrows: [Arrow])
  {
    let boxes = (0..<10).map { tenth -> Node in
      let place = places.first { $0.0.contains(tenth) }
      return Node(place?.1 ?? "", at: Double(tenth), y, ink: place?.2 ?? .faint, value: place == nil ? 0 : 0.35)
    }
    let end = Node(answer, at: 10.4, y, shape: .plain)
    let last = boxes[places.last!.0.upperBound]
    let nearest = Arrow(
      end, last, near, ink: .backward, via: [(10.4, y + 0.85), (Double(places.last!.0.upperBound), y + 0.85)])
    return (boxes + [end, Node(name, at: -1.35, y, shape: .plain)], [nearest])
  }
  let order = row(
    2, "temporal\norder", [(1...1, "A/B", .accent), (4...4, "A/B", .forward)], "order?",
    "at least \(length - TemporalOrder.places(length: length).second.upperBound) steps")
  let adding = row(
    0, "adding", [(0...4, "1st", .accent), (5...9, "2nd", .forward)], "sum − 1?", "maybe 0 steps")
  return Diagram(
    title: "Two tasks: where the things to remember can stand", nodes: order.nodes + adding.nodes,
    arrows: order.arrows + adding.arrows, spacing: (62, 66))
}

// MARK: - Examples

/// A sequence of temporal order, symbol by symbol, and its class.
func orderExample(length: Int) -> String {
  var random = RandomSource(seed: 1)
  let example = TemporalOrder.batch(Float.self, count: 1, length: length, using: &random)
  guard case .tokens(let ids) = example.inputs else { fatalError("temporal order is made of tokens") }
  let symbols = ids.ids.map { TemporalOrder.symbols[Int($0)] }.joined()
  return "\(symbols)  →  \(TemporalOrder.classes[Int(example.targets[0])])"
}

/// A sequence of the adding problem, with numbers of one digit after the point.
func addingExample() -> Table {
  let numbers = [0.4, 0.9, 0.1, 0.7, 0.5, 0.3, 0.8, 0.2].map { String(format: "%.1f", $0) }
  return Table(
    ["step"] + (1...8).map { "\($0)" },
    rows: [["number"] + numbers, ["mark"] + [0, 1, 0, 0, 0, 0, 0, 1].map { "\($0)" }])
}

// MARK: - Before training

/// The sizes by lag of each network before training, along one sequence of a task.
func sizesAtStart(_ challenge: Challenge, lag: Int, units: Int, seed: UInt64) -> [(name: String, sizes: [Double])] {
  networks.map { network in
    var random = RandomSource(seed: seed)
    let cell = makeCell(network, inputs: challenge.inputSize, units: units, using: &random)
    return (network, sizesByLag(cell, along: challenge.example(lag: lag, seed: seed)))
  }
}

/// What each step keeps on average, and what is left after all of them.
func startTable(_ sizes: [(name: String, sizes: [Double])], reach: Int) -> Table {
  let columns = ["each step keeps", "size over \(reach) steps"]
  return Table(
    ["network"] + columns, varying: columns,
    rows: sizes.map { name, sizes in
      [name, String(format: "%.3f", pow(sizes[reach], 1 / Double(reach))), short(sizes[reach])]
    })
}

// MARK: - The tournament's figures

/// What the table has of one task at one lag.
struct Results {
  let all: [Outcome]

  func callAsFunction(_ challenge: Challenge, _ lag: Int, _ network: String) -> [Outcome] {
    all.filter { $0.challenge == challenge && $0.lag == lag && $0.network == network }
  }
  func solved(_ challenge: Challenge, _ lag: Int, _ network: String) -> Int {
    self(challenge, lag, network).count { $0.solved != nil }
  }
  var seeds: Int { Set(all.map(\.seed)).count }

  /// How many seeds of each network solved a task, and when.
  func table(_ rows: [(label: String, challenge: Challenge, network: String)], lag: Int) -> Table {
    Table(
      ["network", "size over \(Challenge.reach(lag)) steps, at the start", "solved by", "after steps"],
      rows: rows.map { label, challenge, network in
        let outcomes = self(challenge, lag, network)
        let steps = outcomes.compactMap(\.solved)
        return [
          label, short(median(outcomes.map(\.size))), "\(steps.count) of \(outcomes.count)",
          steps.isEmpty ? "–" : spread(steps.map(Double.init)),
        ]
      })
  }

  /// What came of the adding problem where a mark may be near, and where none is.
  func tableOfNearMarks(lag: Int) -> Table {
    func share(_ challenge: Challenge, _ network: String) -> String {
      "\(solved(challenge, lag, network)) of \(self(challenge, lag, network).count)"
    }
    return Table(
      [
        "network", "size over \(Challenge.reach(lag)) steps", "solved, marks in both halves",
        "solved, both in the first half",
      ],
      rows: networks.dropFirst(3).map {
        [$0, short(median(self(.addingFar, lag, $0).map(\.size))), share(.adding, $0), share(.addingFar, $0)]
      })
  }

  /// The losses along the trainings, a band for the seeds. A training that ended early stays at its last loss.
  func chart(_ title: String, _ challenge: Challenge, _ lag: Int, of networks: [String], steps: Int, window: Int)
    -> Chart
  {
    let x = (1...steps / window).map { Double($0 * window) }
    return Chart(
      title, x: Axis("training step", range: 0...Double(steps)),
      y: Axis("loss, as a share of the chance level", range: 0...1.2),
      colours: Lesson12.networks,
      networks.map { network in
        .runs(
          network, x: x,
          y: self(challenge, lag, network).map { outcome in
            x.indices.map { outcome.losses[min($0, outcome.losses.count - 1)] / challenge.baseline }
          })
      })
  }

  /// The size at the start against the loss at the end, a point for each seed.
  func scatter(_ title: String, _ challenge: Challenge, _ lag: Int) -> Chart {
    Chart(
      title, x: Axis("size over \(Challenge.reach(lag)) steps, before training", .logarithmic, range: 1e-23...10),
      y: Axis("loss at the end, as a share of the chance level", range: 0...1.1), colours: networks,
      networks.map { network in
        let outcomes = self(challenge, lag, network)
        return .points(network, x: outcomes.map(\.size), y: outcomes.map(\.share))
      })
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

// MARK: - The trainings of this run

/// One training under a progress bar.
func trained(
  _ network: String, _ challenge: Challenge, lag: Int, seed: UInt64, steps: Int, rules: Rules, line: Int = #line
) -> Outcome {
  let bar = ProgressBar("\(network), \(challenge.rawValue)", total: steps, line: line)
  let outcome = train(network, challenge, lag: lag, seed: seed, steps: steps, rules: rules) { bar.update($0, loss: $1) }
  bar.finish(outcome.solved == nil ? "not solved" : "solved")
  if Interrupt.requested { end(line: line) }
  return outcome
}

/// What became of a network that was trained in these ways.
func outcomeTable(_ outcomes: [Outcome], named names: [String]) -> Table {
  let reach = Challenge.reach(outcomes[0].lag)
  let columns = ["size over \(reach) steps, at the start", "at the end", "loss at the end, as a share", "solved"]
  return Table(
    ["GRU"] + columns, varying: columns,
    rows: zip(names, outcomes).map { name, outcome in
      let trained = outcome.window * outcome.losses.count
      return [
        name, short(outcome.size), short(outcome.sizes.last!), String(format: "%.2f", outcome.share),
        outcome.solved.map { "after \($0) steps" } ?? "not within \(trained) steps",
      ]
    })
}

/// The size along the training of a network where a mark may be near, and of the same one where none is.
func sizesChart(near: Outcome, far: Outcome) -> Chart {
  let (network, reach) = (near.network, Challenge.reach(near.lag))
  return Chart(
    "A near mark opens the way", x: "training step", y: Axis("size over \(reach) steps", .logarithmic),
    colours: networks,
    [("a mark may be near", near), ("both in the first half", far)].map { name, outcome in
      let sizes = [outcome.size] + outcome.sizes
      return .line(
        name, x: sizes.indices.map { $0 * outcome.window }, y: sizes, hasPoints: true, like: network,
        isDashed: outcome.challenge == .addingFar)
    })
}

/// How much the gate of each unit of a trained GRU keeps: 1 − Γ_u, the mean over the steps of a sequence.
func keptByGate(_ outcome: Outcome) -> [Double] {
  guard let cell = outcome.trained as? GRUCell<Float> else { fatalError("Γ_u is a GRU's") }
  let gates = Recurrent(cell)(outcome.challenge.example(lag: outcome.lag, seed: outcome.seed)).trace[0].values
  return (0..<cell.hiddenSize).map { unit in 1 - mean((0..<outcome.lag).map { Double(gates[$0][unit, 0]) }) }
}
