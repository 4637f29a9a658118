// The adding problem: two numbers to be added, far apart, among many that are not to be (Hochreiter & Schmidhuber 1997, section 5.4).

import SequenceModels

/// Sequences of T random numbers of which two are marked; the target is the sum of the two.
///
/// x⟨t⟩ = (number, marker): the number is uniform in 0 ..< 1, the marker is 1 at two steps and 0 elsewhere. One marked step lies in
/// the first half, 1 … T / 2, the other in the second, each place as likely as another (Le, Jaitly & Hinton 2015, section 4.1; in
/// 1997 the numbers lay in −1 … 1 and the first marker among the first ten steps).
///
/// A guess that knows nothing does best with 1, the mean of the sum, and has a mean squared error of `baseline`, 1/6.
public enum AddingProblem {
  /// The variance of the sum of two numbers uniform in 0 ..< 1: 2 · 1/12.
  public static let baseline = 1.0 / 6

  /// n_x: a number and its marker.
  public static let inputSize = 2

  /// `count` sequences of `length` steps: inputs (2, count) a step, targets (1, count). Traps where `length` is below 2.
  public static func batch<Scalar: RealScalar>(
    _ type: Scalar.Type = Scalar.self, count: Int, length: Int, using random: inout RandomSource
  ) -> RegressorBatch<Scalar> {
    require(length >= 2, "two marks need a sequence of two steps or more, not \(length)")
    var inputs = SequenceBatch<Scalar>(length: length, batch: count, size: inputSize)
    var targets = Matrix<Scalar>(rows: 1, columns: count)
    inputs.withMutableBlock { block in
      for example in 0..<count {
        let marked = [random.index(below: length / 2), length / 2 + random.index(below: length - length / 2)]
        for t in 0..<length {
          let number = Scalar(random.uniform())
          let x = block.start + (t * count + example) * inputSize
          x[0] = number
          if marked.contains(t) {
            x[1] = 1
            targets[0, example] += number
          }
        }
      }
    }
    return RegressorBatch(inputs: .features(inputs), targets: targets)
  }
}
