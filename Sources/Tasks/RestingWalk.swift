// A walk that rests now and then: what a network that reads its own output gets wrong, and one with teacher forcing cannot show.

import SequenceModels

/// A walker goes round twelve places, forwards or backwards, a place a step, and one time in five he stays where he is.
///
/// The source is his direction (12 or 13) and the place he starts from (0 to 11), the target his places at steps 1 to 12.
/// Who is told the place before is right with probability 0.8 at best; who is not, at step t with that of the likeliest number of rests.
public enum RestingWalk {
  /// The number of places, and of steps.
  public static let length = 12
  /// The probability of a rest.
  public static let rest = 0.2

  /// `count` walks; the decoder reads the right place with a probability of `teacherForcing`, else its own.
  public static func batch(
    _ count: Int, teacherForcing: Double, using random: inout RandomSource
  ) -> EncoderDecoderBatch<Float> {
    var source = TokenBatch(length: 2, batch: count)
    var (read, places) = (TokenBatch(length: length, batch: count), TokenBatch(length: length, batch: count))
    for i in 0..<count {
      let direction = random.index(below: 2)
      var place = random.index(below: length)
      (source[0, i], source[1, i]) = (Int32(length + direction), Int32(place))
      for t in 0..<length {
        if random.uniform() >= rest { place = (place + (direction == 0 ? 1 : length - 1)) % length }
        places[t, i] = Int32(place)
        if t > 0 { read[t, i] = places[t - 1, i] }
      }
    }
    return EncoderDecoderBatch(
      source: .tokens(source), target: LanguageBatch(inputs: read, targets: places), teacherForcing: teacherForcing,
      using: &random)
  }

  /// The probability of so many rests in so many steps: binomial, with `rest` at each.
  public static func chance(of rests: Int, in steps: Int) -> Double {
    (0..<steps).reduce(1.0) { $0 * ($1 < rests ? rest * Double(steps - $1) / Double($1 + 1) : 1 - rest) }
  }
}
