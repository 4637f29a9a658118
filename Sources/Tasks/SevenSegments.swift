// The digits of a seven-segment display behind noise: one to one.

import SequenceModels

/// Digits from 0 to 9, each as the brightness of the seven segments a to g: 1 or 0, and normal noise of deviation 0.4 on top.
///
/// Nobody can do better than to take the digit whose pattern lies nearest, for the digits are equally likely and the noise is the same in all directions.
public enum SevenSegments {
  /// The brightness of the segments of each digit without noise, 7 numbers a digit.
  public static let patterns = [
    "abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg",
  ].map { lit in "abcdefg".map { Float(lit.contains($0) ? 1 : 0) } }

  /// `count` sequences of a single step, (7, count), and the digit of each.
  public static func batch(_ count: Int, using random: inout RandomSource) -> ClassifierBatch<Float> {
    let digits = (0..<count).map { _ in random.index(below: 10) }
    var x = Matrix<Float>(rows: 7, columns: count)
    for (column, digit) in digits.enumerated() {
      for row in 0..<7 { x[row, column] = patterns[digit][row] + Float(0.4 * random.normal()) }
    }
    return ClassifierBatch(inputs: .features(SequenceBatch([x])), targets: digits.map(Int32.init))
  }

  /// The digit whose pattern lies nearest to 7 numbers, the first of equals.
  public static func nearest(to x: [Float]) -> Int32 {
    func distance(_ pattern: [Float]) -> Float { zip(x, pattern).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    return Int32(patterns.indices.min { distance(patterns[$0]) < distance(patterns[$1]) }!)
  }
}
