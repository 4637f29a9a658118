// What is found about a function.

/// What is found about one function of an exercise.
package enum Verdict: Codable, Equatable {
  /// The largest difference from what is right.
  case right(difference: Double)
  /// A mistake that is known, in a sentence.
  case mistake(String)
  /// Something else: what can be said about it, a line each.
  case wrong([String])
  /// There is nothing yet, at this line of the student's file.
  case unwritten(line: Int)

  /// What `unwritten()` says as it ends the program.
  static let unwrittenWords = "still to be written"

  package var isRight: Bool { if case .right = self { true } else { false } }
  var isUnwritten: Bool { if case .unwritten = self { true } else { false } }
}
