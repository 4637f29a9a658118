// What one function of an exercise is measured by, and what is said about its numbers.

import Notebook
import SequenceModels

/// One named matrix of what a function returns, such as a⟨2⟩ or ∂L/∂Waa.
public struct Part {
  let name: String
  let values: Matrix<Double>

  /// A matrix and its name.
  public init(_ name: String, _ values: Matrix<Double>) { (self.name, self.values) = (name, values) }
  /// A number and its name.
  public init(_ name: String, _ value: Double) { self.init(name, Matrix([[value]])) }
}

/// A common way to get a function wrong: what it would return then, and a sentence that teaches.
public struct Mistake<Input, Output> {
  let sentence: String
  let function: (Input) -> Output

  /// The sentence, and the function with this mistake in it.
  public init(_ sentence: String, _ function: @escaping (Input) -> Output) {
    (self.sentence, self.function) = (sentence, function)
  }
}

/// One function of an exercise: what the student wrote, what is right, and what is often wrong.
public struct Check {
  /// The name of the function in the student's file.
  public let name: String
  /// What to do next, from the first step to nearly the answer.
  public let hints: [String]
  /// The sentences of the mistakes that are known.
  public let mistakes: [String]

  /// Marks the student's function or the solution, telling the name of each input before it is used.
  let marked: (_ solution: Bool, _ next: (String) -> Void) -> Verdict
  /// Marks a known mistake in the student's place.
  package let markedMistake: (Int) -> Verdict

  /// - Parameters:
  ///   - inputs: Named inputs: first the smallest, with numbers that the page has, then random ones.
  ///   - parts: What is compared, in the order in which it is computed.
  ///   - library: What is right.
  public init<Input, Output>(
    _ name: String, inputs: [(String, Input)], parts: @escaping (Output) -> [Part],
    yours: @escaping (Input) -> Output, solution: @escaping (Input) -> Output, library: @escaping (Input) -> Output,
    mistakes: [Mistake<Input, Output>], hints: [String]
  ) {
    (self.name, self.hints, self.mistakes) = (name, hints, mistakes.map(\.sentence))
    func mark(_ function: (Input) -> Output, _ next: (String) -> Void) -> Verdict {
      let results = inputs.map { name, input in
        next(name)
        return Result(input: name, yours: parts(function(input)), right: parts(library(input)))
      }
      next("")
      if let difference = results.difference { return .right(difference: difference) }
      let known = mistakes.first { mistake in
        let wrong = zip(results, inputs).map { result, input in
          Result(input: input.0, yours: result.yours, right: parts(mistake.function(input.1)))
        }
        return wrong.difference != nil
      }
      return known.map { .mistake($0.sentence) } ?? .wrong(results.first { !$0.agrees }!.narrowedDown)
    }
    marked = { isSolution, next in mark(isSolution ? solution : yours, next) }
    markedMistake = { place in mark(mistakes[place].function) { _ in } }
  }
}

/// What a function returned on one input, beside what is right.
private struct Result {
  let input: String
  let yours: [Part], right: [Part]

  var agrees: Bool { yours.count == right.count && zip(yours, right).allSatisfy { $0.agrees(with: $1) } }

  /// What can be said about the first number that is off.
  var narrowedDown: [String] {
    let place = zip(yours, right).map { !$0.agrees(with: $1) }.firstIndex(of: true)
    guard let place else {
      return ["On the input “\(input)” it returns \(yours.count) matrices, and \(right.count) are right."]
    }
    let (part, wanted) = (yours[place], right[place])
    let before = place == 0 ? "" : " (what comes before it is right)"
    var lines = ["On the input “\(input)”, \(part.name) is off\(before)."]
    let neighbour = right.indices.first { $0 != place && part.agrees(with: right[$0]) }
    if let what = part.relation(to: wanted) {
      lines.append(what)
    } else if let neighbour {
      lines.append("It is what \(right[neighbour].name) should be.")
    }
    if part.values.count <= 12 && wanted.values.count <= 12 {
      lines.append("Yours: \(part.text)")
      lines.append("Right: \(wanted.text)")
    }
    return lines
  }
}

extension [Result] {
  /// The largest difference where all agree, or nil.
  fileprivate var difference: Double? {
    guard allSatisfy(\.agrees) else { return nil }
    return flatMap { zip($0.yours, $0.right).map { $0.values.largestDifference(from: $1.values) } }.max() ?? 0
  }
}

extension Part {
  private static let tolerance = 1e-9

  private var size: Double { values.elements.map(abs).max() ?? 0 }

  private func hasShape(of other: Matrix<Double>) -> Bool {
    values.rows == other.rows && values.columns == other.columns
  }

  /// Whether the numbers are the same, up to rounding.
  fileprivate func agrees(with right: Part) -> Bool { agrees(with: right.values) }

  private func agrees(with right: Matrix<Double>) -> Bool {
    // A NaN is no difference of at most anything.
    hasShape(of: right)
      && values.largestDifference(from: right) <= Self.tolerance * max(1, right.elements.map(abs).max() ?? 0)
  }

  /// What the numbers have to do with the right ones, or nil where they have nothing to do with them.
  fileprivate func relation(to right: Part) -> String? {
    let (rows, columns) = (right.values.rows, right.values.columns)
    if !hasShape(of: right.values) {
      let isTurned = values.rows == columns && values.columns == rows
      return "Its shape is (\(values.rows), \(values.columns)), and (\(rows), \(columns)) is right."
        + (isTurned ? " A transposition is missing, or there is one too many." : "")
    }
    if values.elements.contains(where: \.isNaN) {
      return "There is a NaN in it: a 0 / 0, or a logarithm of a negative number?"
    }
    if values.elements.contains(where: \.isInfinite) {
      return "There is an infinite number in it: a division by 0, a logarithm of 0, or an exponential too large?"
    }
    if size == 0 { return "All its numbers are 0." }
    if rows == columns && agrees(with: right.values.transposed) { return "It is transposed." }
    if agrees(with: -1 * right.values) { return "Its sign is wrong." }
    let factor =
      zip(values.elements, right.values.elements).max { abs($0.1) < abs($1.1) }.map { $0.1 == 0 ? 0 : $0.0 / $0.1 } ?? 0
    if factor != 0 && values.count > 1 && agrees(with: factor * right.values) {
      return "Every number is \(formatted(factor)) times the right one."
    }
    let offset = values.elements[0] - right.values.elements[0]
    if values.count > 1 && agrees(with: right.values.map { $0 + offset }) {
      return "Every number is the right one \(offset < 0 ? "minus" : "plus") \(formatted(abs(offset)))."
    }
    let wrong = zip(values.elements, right.values.elements).map { abs($0 - $1) > Self.tolerance * max(1, right.size) }
    let wrongColumns = (0..<columns).filter { column in (0..<rows).contains { wrong[$0 * columns + column] } }
    if wrongColumns.count < columns {
      return "Only column \(wrongColumns.map(String.init).joined(separator: ", ")) is wrong, counted from 0."
    }
    let wrongRows = (0..<rows).filter { row in (0..<columns).contains { wrong[row * columns + $0] } }
    if wrongRows.count < rows {
      return "Only row \(wrongRows.map(String.init).joined(separator: ", ")) is wrong, counted from 0."
    }
    return nil
  }

  /// A few numbers, row by row.
  fileprivate var text: String {
    let rows = (0..<values.rows).map { row in
      "[" + (0..<values.columns).map { formatted(values[row, $0]) }.joined(separator: ", ") + "]"
    }
    return rows.count == 1 ? rows[0] : "[" + rows.joined(separator: ", ") + "]"
  }
}
