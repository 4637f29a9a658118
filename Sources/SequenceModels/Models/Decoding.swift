// Decoding: the likeliest sequence that a language model can write from a state, greedily or by beam search.
//
//   log P(y⟨1⟩ … y⟨T⟩ | a⟨0⟩) = Σ_t log P(y⟨t⟩ | y⟨1⟩ … y⟨t−1⟩, a⟨0⟩)
//
// Greedy decoding takes the likeliest token at each step. A beam of width k keeps the k likeliest beginnings; wide
// enough to keep all of them it finds the likeliest sequence of all, narrower it may miss it, and of width 1 it is
// greedy.

import RealModule

/// A sequence that beam search found, and its probability under the model.
public struct Hypothesis: Equatable, Sendable {
  /// The tokens, without the end token.
  public let tokens: [Int32]
  /// log P of the tokens and of the end token where it is reached, in nats: a plain sum, so that every further token
  /// lowers it.
  public let logProbability: Double
  /// Whether the end token was reached, rather than the limit.
  public let isFinished: Bool
}

extension LanguageModel {
  /// The likeliest token at each step, the first of equally likely ones, until `end` or `limit` tokens, for each
  /// example of `state`.
  ///
  /// - Returns: one sequence an example, without `end`.
  public func greedyTokens(from state: RecurrentState<Scalar>, until end: Int32, limit: Int) -> [[Int32]] {
    greedyTokens(from: state, until: end, limit: limit, on: makeTape())
  }

  /// The same on a tape, which may have a source that the layer attends to.
  func greedyTokens(from state: RecurrentState<Scalar>, until end: Int32, limit: Int, on tape: Tape) -> [[Int32]] {
    let batch = state.values[0].columns
    var (sequences, isOpen) = ([[Int32]](repeating: [], count: batch), [Bool](repeating: true, count: batch))
    var (previous, state) = ([Int32](repeating: TokenBatch.none, count: batch), state)
    for _ in 0..<limit where isOpen.contains(true) {
      previous = logits(after: previous, from: &state, on: tape).largestColumns()
      for example in 0..<batch where isOpen[example] {
        if previous[example] == end {
          isOpen[example] = false
        } else {
          sequences[example].append(previous[example])
        }
      }
    }
    return sequences
  }

  /// The `width` likeliest sequences that a beam of this width finds, the likeliest first, of at most `limit` tokens.
  ///
  /// A finished hypothesis keeps its place in the beam for as long as it is among the best; the search ends once all of
  /// them are finished, or at the limit, with what is unfinished among the results. Log probabilities are compared as
  /// they are, which favours short sequences; some divide each by its number of tokens instead. A step compares V
  /// candidates for each unfinished hypothesis.
  ///
  /// - Parameters:
  ///   - state: where to start from, of one example; a⟨0⟩ = 0 where it is nil.
  ///   - width: k, how many hypotheses the beam keeps. Traps where it is below 1.
  ///   - end: the token that finishes a hypothesis.
  ///   - limit: the largest number of tokens, the end token among them.
  /// - Returns: at most `width` hypotheses, the likeliest first.
  public func beamSearch(
    from state: RecurrentState<Scalar>? = nil, width: Int, until end: Int32, limit: Int
  ) -> [Hypothesis] {
    beamSearch(from: state, width: width, until: end, limit: limit, on: makeTape())
  }

  /// The same on a tape, which may have a source that the layer attends to.
  func beamSearch(
    from state: RecurrentState<Scalar>?, width: Int, until end: Int32, limit: Int, on tape: Tape
  ) -> [Hypothesis] {
    require(width > 0, "a beam must be at least 1 wide, not \(width)")
    let start = state ?? layer.zeroState(batch: 1)
    require(start.values[0].columns == 1, "a beam starts from one state, not \(start.values[0].columns)")
    /// A hypothesis and the column of its state.
    typealias Beginning = (hypothesis: Hypothesis, column: Int)
    var beam: [Beginning] = [(Hypothesis(tokens: [], logProbability: 0, isFinished: false), 0)]
    var state = start
    for _ in 0..<limit {
      let open = beam.filter { !$0.hypothesis.isFinished }
      if open.isEmpty { break }
      state = state.columns(open.map(\.column))
      let z = logits(after: open.map { $0.hypothesis.tokens.last ?? TokenBatch.none }, from: &state, on: tape)
      var candidates = beam.filter(\.hypothesis.isFinished)
      for (row, beginning) in open.enumerated() {
        for (token, logarithm) in z.rows(row..<row + 1).logSoftmax().enumerated() {
          let (isEnd, before) = (Int32(token) == end, beginning.hypothesis)
          candidates.append(
            (
              Hypothesis(
                tokens: isEnd ? before.tokens : before.tokens + [Int32(token)],
                logProbability: before.logProbability + logarithm, isFinished: isEnd), row
            ))
        }
      }
      // Equally likely ones stay in their order, so that a beam of width 1 takes the first as greedy decoding does.
      let order = candidates.indices.sorted {
        let (one, other) = (candidates[$0].hypothesis.logProbability, candidates[$1].hypothesis.logProbability)
        return one > other || one == other && $0 < $1
      }
      beam = order.prefix(width).map { candidates[$0] }
    }
    return beam.map(\.hypothesis)
  }

  /// z⟨t⟩ for each example, one row each, (m, V), after it has read one more token; `state` moves on by the step.
  @specialized(where Layer == Recurrent<RNNCell<Float>>)
  @specialized(where Layer == Recurrent<GRUCell<Float>>)
  @specialized(where Layer == Recurrent<LSTMCell<Float>>)
  func logits(after previous: [Int32], from state: inout RecurrentState<Scalar>, on tape: Tape) -> Block<Scalar> {
    var tokens = TokenBatch(length: 1, batch: previous.count)
    tokens.ids = previous
    let z = readEveryStep(.tokens(tokens), from: state, mask: nil, on: tape)
    state = tape.layer.finalState
    return z
  }
}

extension RecurrentState {
  /// The states of the examples at the given places, in that order, an example as often as it is named.
  func columns(_ places: [Int]) -> RecurrentState {
    RecurrentState(
      values.map { matrix in
        var result = Matrix<Scalar>(rows: matrix.rows, columns: places.count)
        for row in 0..<matrix.rows {
          for (column, place) in places.enumerated() { result[row, column] = matrix[row, place] }
        }
        return result
      })
  }
}

extension Block {
  /// log softmax of a single row; what is not a number counts as impossible.
  fileprivate func logSoftmax() -> [Double] {
    let z = (0..<count).map { Double(start[$0]) }
    let logSum = applySoftmax(toRow: 0)
    return z.map { $0 - logSum }.map { $0.isNaN ? -.infinity : $0 }
  }
}
