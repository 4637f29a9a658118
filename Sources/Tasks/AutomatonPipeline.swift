// Automata in a row: each reads the state of the one below, and the last one's state is asked for.
//
//   q^[0]⟨t⟩ = x⟨t⟩,   q^[l]⟨t⟩ = δ^[l](q^[l]⟨t−1⟩, q^[l−1]⟨t⟩),   q^[l]⟨0⟩ = 0,   y⟨t⟩ = q^[levels]⟨t⟩

import RealModule
import SequenceModels

/// A pipeline of finite automata of k states, and sequences of symbols with the state of the last automaton as the tag of each step.
///
/// A level has a table of k² entries; seen as one automaton, the pipeline has k^levels states and k^(levels + 1) entries. The rows of every
/// table are permutations: whatever state an automaton is in, the k symbols lead it to the k states, one each. The symbols are drawn
/// uniformly and independently, hence so are the states of every level: what y has been so far says nothing about y⟨t⟩, and a guess that does not
/// know the input has a cross-entropy of `baseline`, ln k, and is right one time in k. The columns are no permutations, so that an
/// automaton forgets: two of them in unlike states sooner or later meet.
public struct AutomatonPipeline: Sendable {
  /// k, the number of symbols and of the states of an automaton.
  public let stateCount: Int
  /// δ, level by level: `tables[l][q][u]` is the state of level l + 1 after symbol u in state q.
  public let tables: [[[Int]]]

  /// A pipeline with tables drawn at random. Traps where there is no level, or fewer than two states.
  public init(levels: Int, states: Int, using random: inout RandomSource) {
    require(levels > 0 && states > 1, "a pipeline needs a level and two states")
    stateCount = states
    tables = (0..<levels).map { _ in
      (0..<states).map { _ in
        var row = Array(0..<states)
        random.shuffle(&row)
        return row
      }
    }
  }

  /// ln k, in nats.
  public var baseline: Double { .log(Double(stateCount)) }

  /// The states at each step of level 0, which are the symbols themselves, and of every level above it. Traps where a symbol is not below k.
  public func states(reading symbols: [Int]) -> [[Int]] {
    require(symbols.allSatisfy { (0..<stateCount).contains($0) }, "a symbol is not below \(stateCount)")
    var result = [symbols]
    for table in tables {
      var q = 0
      result.append(
        result.last!.map {
          q = table[q][$0]
          return q
        })
    }
    return result
  }

  /// `count` sequences of `length` symbols as tokens, and the last automaton's state as the tag of each step.
  public func batch<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, count: Int, length: Int, using random: inout RandomSource
  ) -> TaggerBatch<Scalar> {
    var inputs = TokenBatch(length: length, batch: count)
    var targets = inputs
    for example in 0..<count {
      let symbols = (0..<length).map { _ in random.index(below: stateCount) }
      let top = states(reading: symbols).last!
      for t in 0..<length { (inputs[t, example], targets[t, example]) = (Int32(symbols[t]), Int32(top[t])) }
    }
    return TaggerBatch(inputs: .tokens(inputs), targets: targets)
  }
}
