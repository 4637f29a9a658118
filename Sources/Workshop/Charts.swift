// The figures that more than one lesson draws of a network.

import Plotting
import SequenceModels

extension Matrix: PlottableTable where Scalar: Plottable {
  /// The rows of the matrix.
  public var plottedRows: [[Double]] {
    (0..<rows).map { row in (0..<columns).map { self[row, $0].plotted } }
  }
}

// MARK: - Losses

/// What is known without a network: a name, and a loss.
public typealias Baseline = (name: String, loss: Double)

/// What counting alone scores on `tested`, in nats per token: a uniform guess, the unigram and the bigram of `read`.
public func baselines(
  vocabularySize: Int, read: some Collection<Int32>, tested: some Collection<Int32>
) -> [Baseline] {
  NGramModel.Order.allCases.map { order in
    let counts = NGramModel(order, vocabularySize: vocabularySize, counting: read)
    return ("\(order)", counts.meanLoss(over: tested))
  }
}

/// The losses along a training, in nats per `unit`, beside what is known without a network.
public func trainingChart(_ title: String, _ curve: TrainingCurve, per unit: String, baselines: [Baseline]) -> Chart {
  Chart(
    title, x: "training step", y: "loss [nats per \(unit)]",
    [
      .line("training", x: curve.steps, y: curve.training),
      .line("held out", x: curve.steps, y: curve.heldOut, hasPoints: true),
    ] + baselines.map { .rule($0.name, y: $0.loss) })
}

/// How much of a gradient arrives at each lag from 0, on a logarithmic axis: what `jacobianNorms` and `gradientNorms`
/// measure.
public func lagChart(_ title: String, _ curves: [(name: String, sizes: [Double])], y: String = "size of the Jacobian")
  -> Chart
{
  Chart(
    title, x: "lag k [steps]", y: Axis(y, .logarithmic),
    curves.map { .line($0.name, x: Array($0.sizes.indices), y: $0.sizes) })
}

// MARK: - Heatmaps

/// A gate over a text: a row for each unit, numbered from 1, and a column for each token.
///
/// - Parameters:
///   - title: What the figure shows.
///   - gate: The values from 0 to 1, unit by unit, as a ``CellReading`` has them.
///   - name: What the colours measure, such as Γ_u.
///   - tokens: The words or characters that are read.
///   - units: The units to show, from the top; nil for all of them in their order.
///   - marked: The unit that gets an arrow.
public func gateHeatmap(
  _ title: String, _ gate: some PlottableTable, _ name: String, along tokens: [String], units: [Int]? = nil,
  marked: Int? = nil
) -> Heatmap {
  let rows = gate.plottedRows
  let units = units ?? Array(rows.indices)
  return Heatmap(
    title, x: tokens.allSatisfy { $0.count == 1 } ? "character read" : "word read", y: "unit", color: name,
    range: 0...1, values: units.map { rows[$0] }, columns: tokens,
    rows: units.map { ($0 == marked ? "→ " : "") + "\($0 + 1)" })
}

/// The guesses of a language model along a text, a column for each token: the distribution before it was read. The cell
/// of the token that came is outlined.
///
/// - Parameters:
///   - title: What the figure shows.
///   - guesses: A distribution over the vocabulary for each of `tokens`.
///   - tokens: What came.
///   - vocabulary: The tokens' names; a newline is called `end`.
///   - limit: At most so many tokens get a row, those that are likeliest somewhere; nil for all of them.
public func guessHeatmap(
  _ title: String, _ guesses: [[Double]], along tokens: [Int32], vocabulary: Vocabulary, atMost limit: Int? = 30
) -> Heatmap {
  let peaks = vocabulary.tokens.indices.map { row in guesses.map { $0[row] }.max() ?? 0 }
  let rows = peaks.indices.sorted { (peaks[$1], $0) < (peaks[$0], $1) }.prefix(limit ?? .max).sorted()
  let names = vocabulary.tokens.map { $0 == "\n" ? "end" : $0 }
  let unit = vocabulary.unit.rawValue
  return Heatmap(
    title, x: "the \(unit) that came", y: "guessed \(unit)", color: "probability", range: 0...1,
    values: rows.map { row in guesses.map { $0[row] } }, columns: tokens.map { names[Int($0)] },
    rows: rows.map { names[$0] },
    outlined: tokens.enumerated().compactMap { column, token in
      rows.firstIndex(of: Int(token)).map { (row: $0, column: column) }
    })
}

/// The same of ŷ⟨1⟩ … ŷ⟨T⟩ of the first sequence, with a row for the whole vocabulary.
public func guessHeatmap(
  _ title: String, _ probabilities: SequenceBatch<Float>, along tokens: [Int32], vocabulary: Vocabulary
) -> Heatmap {
  let ŷ = probabilities.trajectory(example: 0)
  let guesses = tokens.indices.map { t in vocabulary.tokens.indices.map { Double(ŷ[$0, t]) } }
  return guessHeatmap(title, guesses, along: tokens, vocabulary: vocabulary, atMost: nil)
}
