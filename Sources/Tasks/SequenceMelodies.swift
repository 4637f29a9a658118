// Melodies that repeat a motif on other steps of the scale.

import SequenceModels

/// Tunes of eight bars in C major. A motif of four notes comes three times, each time from another step of the scale, and a long note closes;
/// then a second motif does the same.
///
/// Musicians call a motif that returns on another step a *sequence*. Here the first note of a bar says how far the motif moves, and the
/// three others follow from what was heard a bar before, rhythm and all. So of the 26 notes of a tune twelve are a repetition, which
/// no table of pairs of notes can foresee.
public enum SequenceMelodies {
  /// A note: its step in the scale, and how long it sounds.
  public struct Note: Hashable, Sendable {
    /// The step in C major, 0 for middle C.
    public let step: Int
    /// The length in eighths.
    public let eighths: Int

    /// A note at a step of the scale, of a length in eighths.
    public init(step: Int, eighths: Int) {
      (self.step, self.eighths) = (step, eighths)
    }

    /// The number of the key in MIDI, where middle C is 60.
    public var key: Int {
      let octave = step >= 0 ? step / 7 : (step - 6) / 7
      return 60 + 12 * octave + [0, 2, 4, 5, 7, 9, 11][step - 7 * octave]
    }

    /// Its name and length: "E4/2" is the E above middle C for two eighths.
    public var name: String {
      let octave = step >= 0 ? step / 7 : (step - 6) / 7
      return "\(["C", "D", "E", "F", "G", "A", "B"][step - 7 * octave])\(4 + octave)/\(eighths)"
    }
  }

  /// The steps of the scale that occur: from the G below middle C to the G above the next.
  public static let steps = -3...11
  /// The lengths of the four notes of a motif, in eighths: eight together, a bar of 4/4.
  public static let rhythms = [[2, 2, 2, 2], [3, 1, 2, 2], [1, 1, 2, 4], [2, 1, 1, 4]]
  /// The number of notes in a tune.
  public static let length = 26
  /// The number of different tunes: four rhythms and 4,371 motifs with their steps, that stay within `steps`, for each half.
  public static let count = (4 * 4_371) * (4 * 4_371)

  /// Every note, by its id; the last id ends a tune.
  public static let notes: [Note] = steps.flatMap { step in
    [1, 2, 3, 4, 8].map { Note(step: step, eighths: $0) }
  }

  /// The ids of the notes by their names, and ⟨EOS⟩.
  public static let vocabulary = Vocabulary(
    unit: .word, tokens: notes.map(\.name) + [Vocabulary.endOfSentence])

  /// Whether note `place` of a tune, counted from 0, follows from the bar before: the second to fourth of a bar that repeats.
  public static func isRepetition(_ place: Int) -> Bool {
    let inHalf = place % 13
    return (4..<12).contains(inHalf) && inHalf % 4 != 0
  }

  /// The notes of a tune, `length` of them, drawn at random until it belongs to `split`.
  public static func tune(_ split: Split, using random: inout RandomSource) -> [Note] {
    split.first(describedBy: { $0.map(\.name).joined(separator: " ") }, using: &random) { random in
      (0..<2).flatMap { half in self.half(closingOn: half == 0 ? 4 : 0, using: &random) }
    }
  }

  /// Three bars of a motif and the long note that closes them.
  private static func half(closingOn last: Int, using random: inout RandomSource) -> [Note] {
    let rhythm = random.element(of: rhythms)
    while true {
      var motif = [0]
      for _ in 1..<4 { motif.append(motif.last! + random.element(of: [-2, -1, 1, 2])) }
      var starts = [random.element(of: [0, 2, 4, 5, 7])]
      for _ in 1..<3 { starts.append(starts.last! + random.element(of: [-2, -1, 1, 2])) }
      let bars = starts.flatMap { start in zip(motif, rhythm).map { Note(step: start + $0, eighths: $1) } }
      if bars.allSatisfy({ steps.contains($0.step) }) { return bars + [Note(step: last, eighths: 8)] }
    }
  }
}
