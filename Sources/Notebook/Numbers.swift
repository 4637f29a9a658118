// How a number reads: four significant digits where they say something, an exponent where they would not.

import Foundation

/// A number with four significant digits: `2.071`, `0.05`, `12346`; from a million upwards and below a thousandth
/// with two digits and an exponent: `1.2e-16`.
public func formatted(_ number: some BinaryFloatingPoint) -> String {
  let number = Double(number)
  guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
  guard number != 0 else { return "0" }
  let size = abs(number)
  if size < 1e-3 || size >= 1e6 {
    let parts = String(format: "%.1e", number).split(separator: "e")
    return "\(parts[0])e\(Int(parts[1])!)"
  }
  return size < 1000 ? String(format: "%.4g", number) : String(format: "%.0f", number)
}

/// The text of a value: numbers as `formatted` gives them, also in arrays, anything else as it describes itself.
func text(of value: Any) -> String {
  switch value {
  case let number as Double: formatted(number)
  case let number as Float: formatted(number)
  case let numbers as [Double]: "[" + numbers.map { formatted($0) }.joined(separator: ", ") + "]"
  case let numbers as [Float]: "[" + numbers.map { formatted($0) }.joined(separator: ", ") + "]"
  default: String(describing: value)
  }
}
