// Temporal order: two symbols far apart and far from the end, whose order is the class (Hochreiter & Schmidhuber 1997, experiment 6a).

import RealModule
import SequenceModels

/// Sequences of T symbols, all of them distractors but two; the class says which two they were, and in which order.
///
/// The distractors are c, d, e and f, each as likely as another. At one step in T/10 … 2T/10 and at one in 4T/10 … 5T/10 stands an
/// A or a B, so there are four classes: AA, AB, BA, BB (Pascanu, Mikolov & Bengio 2013, section 4.1). Half of the sequence and more
/// follows the second of them: unlike the adding problem, the task has no short lag to begin with.
///
/// A guess that knows nothing has a cross-entropy of `baseline`, ln 4, and is right one time in four.
public enum TemporalOrder {
  /// ln 4, in nats.
  public static let baseline = Double.log(4)

  /// What the ids of the tokens stand for. n_x is their number, 6.
  public static let symbols = ["A", "B", "c", "d", "e", "f"]

  /// What the ids of the classes stand for.
  public static let classes = ["AA", "AB", "BA", "BB"]

  /// The steps, counted from 1, at which the first and the second symbol can stand.
  public static func places(length: Int) -> (first: ClosedRange<Int>, second: ClosedRange<Int>) {
    require(length >= 10, "temporal order needs a sequence of ten steps or more, not \(length)")
    return (length / 10...2 * length / 10, 4 * length / 10...5 * length / 10)
  }

  /// `count` sequences of `length` tokens and the class of each. Traps where `length` is below 10.
  public static func batch<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, count: Int, length: Int, using random: inout RandomSource
  ) -> ClassifierBatch<Scalar> {
    let places = places(length: length)
    var inputs = TokenBatch(length: length, batch: count)
    var targets: [Int32] = []
    for example in 0..<count {
      for t in 0..<length { inputs[t, example] = Int32(2 + random.index(below: 4)) }
      let symbols = [random.index(below: 2), random.index(below: 2)]
      for (place, symbol) in zip([places.first, places.second], symbols) {
        inputs[place.lowerBound - 1 + random.index(below: place.count), example] = Int32(symbol)
      }
      targets.append(Int32(2 * symbols[0] + symbols[1]))
    }
    return ClassifierBatch(inputs: .tokens(inputs), targets: targets)
  }
}
