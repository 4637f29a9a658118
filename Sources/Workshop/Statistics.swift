// What a table says of several numbers.

import Notebook

/// The arithmetic mean; not a number where there are none.
public func mean(_ values: some Collection<Double>) -> Double {
  values.reduce(0, +) / Double(values.count)
}

/// The lowest and the highest value, such as `49.5 to 51`; a single one stands alone. Traps where there are none.
public func spread(_ values: some Collection<Double>) -> String {
  let (lowest, highest) = (values.min()!, values.max()!)
  return values.count == 1 ? formatted(lowest) : "\(formatted(lowest)) to \(formatted(highest))"
}

/// How many of `answers` are equal to what stands in their place in `expected`, in %.
public func percentEqual<Answer: Equatable>(_ answers: [Answer], _ expected: [Answer]) -> Double {
  100 * Double(zip(answers, expected).count { $0 == $1 }) / Double(expected.count)
}
