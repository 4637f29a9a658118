// Dates in ten spellings, to be written as ISO 8601: a task for an encoder–decoder.

import SequenceModels

/// The days from 1 January 1950 to 31 December 2049, each in ten spellings, all in lower case.
///
/// The order of day and month is told by the mark between them: 21.11.2026 has the day first, 11/21/26 the month. Two of the spellings give two
/// digits of the year; those from 50 on belong to the twentieth century. A date is held out as a whole, by a hash of its ISO form, so that no spelling of
/// it is ever drawn for training.
public enum CalendarDates {
  /// A day, and one way to write it.
  public struct Example: Equatable, Sendable {
    /// The date as somebody might write it.
    public let spelling: String
    /// The same as year, month and day: 2026-11-21.
    public let iso: String
  }

  /// The first and the last year.
  public static let years = 1950...2049
  /// The names of the spellings, each by 21 November 2026.
  public static let spellings = spell(year: 2026, month: 11, day: 21)
  /// The number of days: 75 years of 365 days and 25 of 366.
  public static let dayCount = 75 * 365 + 25 * 366
  /// The number of different examples: every day in ten spellings, and in May in eight, for its short name is its name.
  public static let count = dayCount * spellings.count - 2 * 31 * years.count

  /// The characters of the spellings, and those of the ISO form, with the new line that ends it.
  public static let vocabularies: (spelled: Vocabulary, iso: Vocabulary) = {
    let digits = (0...9).map(String.init)
    let letters = Set((months + weekdays).joined() + "thestndrdof").map(String.init).sorted()
    return (
      Vocabulary(unit: .character, tokens: digits + [" ", ",", ".", "/", "-"] + letters),
      Vocabulary(unit: .character, tokens: ["\n"] + digits + ["-"])
    )
  }()

  static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

  /// A date of a split in a spelling drawn at random, each as likely as another; or in that of the given number.
  public static func example(_ split: Split, spelling: Int? = nil, using random: inout RandomSource) -> Example {
    let day = split.first(describedBy: iso, using: &random) { random -> (year: Int, month: Int, day: Int) in
      let year = years.lowerBound + random.index(below: years.count)
      let month = 1 + random.index(below: 12)
      return (year, month, 1 + random.index(below: length(ofMonth: month, year: year)))
    }
    let place = spelling ?? random.index(below: spellings.count)
    return Example(spelling: spell(year: day.year, month: day.month, day: day.day)[place], iso: iso(day))
  }

  /// The spellings, padded to the longest and with their mask, and the ISO forms to be written; `reversed` from the last character to the first.
  public static func batch(_ examples: [Example], reversed: Bool = false) -> EncoderDecoderBatch<Float> {
    func ids(_ text: String, _ vocabulary: Vocabulary) -> [Int32] { text.map { vocabulary.id(of: String($0))! } }
    let (spelled, iso) = vocabularies
    let sources = examples.map { ids($0.spelling, spelled) }
    let (source, mask) = TokenBatch.padded(reversed ? sources.map { $0.reversed() } : sources)
    let targets = SentenceBatches(examples.map { ids($0.iso, iso) }, end: iso.end!)
    return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: targets.batch(examples.indices))
  }

  /// The ten spellings of a day.
  static func spell(year: Int, month: Int, day: Int) -> [String] {
    let (name, weekday) = (months[month - 1], weekdays[weekday(year: year, month: month, day: day)])
    let (short, end) = (name.prefix(3), twoDigits(year % 100))
    return [
      "\(day) \(name) \(year)", "\(name) \(day), \(year)", "\(ordinal(day)) \(name) \(year)",
      "\(day) \(short) \(year)", "\(short) \(day), \(year)", "\(weekday.prefix(3)) \(day) \(short) \(year)",
      "\(twoDigits(day)).\(twoDigits(month)).\(year)", "\(year)/\(twoDigits(month))/\(twoDigits(day))",
      "\(month)/\(day)/\(end)", "\(day)-\(short)-\(end)",
    ]
  }

  private static func iso(_ date: (year: Int, month: Int, day: Int)) -> String {
    "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func ordinal(_ day: Int) -> String {
    if (11...13).contains(day) { return "\(day)th" }
    return "\(day)" + ([1: "st", 2: "nd", 3: "rd"][day % 10] ?? "th")
  }

  static func length(ofMonth month: Int, year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// The day of the week of a date of the Gregorian calendar, from 0 for Sunday (Sakamoto 1993).
  static func weekday(year: Int, month: Int, day: Int) -> Int {
    let y = month < 3 ? year - 1 : year
    return (y + y / 4 - y / 100 + y / 400 + [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] + day) % 7
  }
}
