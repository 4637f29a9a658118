// The English names of the numbers below a hundred: one to many, and many to one.

import SequenceModels

/// The numbers from 0 to 99 and their names, "forty-two". Of those from 20 on some are held out; the others have names of their own
/// and are always told.
public enum NumberNames {
  private static let low = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

  /// The number of different examples.
  public static let count = 100

  /// The name of a number in English, "forty-two". Traps where it is not from 0 to 99.
  public static func name(of number: Int) -> String {
    if number < 20 { return low[number] }
    return tens[number / 10 - 2] + (number % 10 == 0 ? "" : "-" + low[number % 10])
  }

  /// The numbers of a split. Held out are some of two words each, so that both words are known from other numbers.
  public static func numbers(_ split: Split) -> [Int] {
    (0..<count).filter { number in
      let isHeldOut = number > 20 && number % 10 != 0 && (3 * (number / 10) + number % 10) % 5 == 0
      return isHeldOut == (split == .heldOut)
    }
  }

  /// The characters of the names, with the new line that ends one.
  public static let vocabulary = Vocabulary(
    unit: .character, tokens: ["\n", "-"] + Set((low + tens).joined()).map(String.init).sorted())

  /// The ids of the characters of a number's name, without the new line that ends it.
  public static func ids(of number: Int) -> [Int32] { name(of: number).map { vocabulary.id(of: String($0))! } }

  /// The two digits of each number as two one-hot columns, the tens above the ones: (20, count).
  public static func digits(of numbers: [Int]) -> Matrix<Float> {
    var v = Matrix<Float>(rows: 20, columns: numbers.count)
    for (column, number) in numbers.enumerated() {
      v[number / 10, column] = 1
      v[10 + number % 10, column] = 1
    }
    return v
  }

  /// One to many: the digits, and the names to be written, padded to the longest.
  public static func naming(_ numbers: [Int]) -> GeneratorBatch<Float> {
    GeneratorBatch(
      vectors: digits(of: numbers),
      text: SentenceBatches(numbers.map(ids), end: vocabulary.end!).batch(numbers.indices))
  }

  /// Many to one: the names, padded to the longest, and a hundredth of each number.
  public static func reading(_ numbers: [Int]) -> RegressorBatch<Float> {
    let (text, mask) = TokenBatch.padded(numbers.map(ids))
    let values = Matrix(rows: 1, columns: numbers.count, elements: numbers.map { Float($0) / 100 })
    return RegressorBatch(inputs: .tokens(text), targets: values, mask: mask)
  }
}
