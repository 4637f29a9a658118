// A rhythm to be kept: two beats are heard, and the next ones have to come in time (after Gers, Schraudolph & Schmidhuber 2002).

import SequenceModels

/// Sequences of T steps in which two beats are heard; the tags are the beats that go on at the same distance.
///
/// The first beat falls on one of the first three steps and the second P steps later, P one of `periods`, each as likely as another. From then on nothing is
/// heard, and tag 1 stands P, 2P, 3P, … steps after the second beat, tag 0 elsewhere. Whoever tags must measure a time and then count it
/// out again and again. (Gers and his colleagues have a network make beats at a fixed distance, and one that measures; this is both.)
public enum SteadyBeat {
  /// The distances between two beats, in steps.
  public static let periods = 4...9

  /// `count` sequences of `length` steps, the input 1 at a beat that is heard and else 0. Traps where `length` is below 30.
  public static func batch<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, count: Int, length: Int, using random: inout RandomSource
  ) -> TaggerBatch<Scalar> {
    require(length >= 30, "a beat needs a sequence of thirty steps or more, not \(length)")
    var inputs = SequenceBatch<Scalar>(length: length, batch: count, size: 1)
    var targets = TokenBatch(length: length, batch: count, repeating: 0)
    inputs.withMutableBlock { x in
      for example in 0..<count {
        let period = periods.lowerBound + random.index(below: periods.count)
        let first = random.index(below: 3)
        for beat in [first, first + period] { x.start[beat * count + example] = 1 }
        for beat in stride(from: first + 2 * period, to: length, by: period) { targets[beat, example] = 1 }
      }
    }
    return TaggerBatch(inputs: .features(inputs), targets: targets)
  }
}
