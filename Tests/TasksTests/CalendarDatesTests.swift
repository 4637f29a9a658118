import SequenceModels
import Testing

@testable import Tasks

/// Dates in many spellings, each day held out in all of them.
@Suite struct CalendarDatesTests {
  @Test func datesAreWrittenInTenSpellings() {
    #expect(
      CalendarDates.spellings == [
        "21 november 2026", "november 21, 2026", "21st november 2026", "21 nov 2026", "nov 21, 2026", "sat 21 nov 2026",
        "21.11.2026", "2026/11/21", "11/21/26", "21-nov-26",
      ])
    #expect(
      CalendarDates.spell(year: 1953, month: 3, day: 7)[6...] == ["07.03.1953", "1953/03/07", "3/7/53", "7-mar-53"])
    #expect(
      [1, 2, 3, 4, 11, 12, 13, 22, 23, 31].map { CalendarDates.spell(year: 2000, month: 1, day: $0)[2] }
        .map { String($0.prefix { $0 != " " }) }
        == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "22nd", "23rd", "31st"])
  }

  @Test func noTwoDaysShareASpelling() {
    var (meanings, days) = ([String: String](), 0)
    let (spelled, iso) = CalendarDates.vocabularies
    var weekday = 0
    for year in CalendarDates.years {
      for month in 1...12 {
        for day in 1...CalendarDates.length(ofMonth: month, year: year) {
          let text = "\(year)-\(month)-\(day)"
          for spelling in CalendarDates.spell(year: year, month: month, day: day) {
            #expect([nil, text].contains(meanings.updateValue(text, forKey: spelling)))
          }
          // 1 January 1950 was a Sunday.
          #expect(CalendarDates.weekday(year: year, month: month, day: day) == weekday)
          (weekday, days) = ((weekday + 1) % 7, days + 1)
        }
      }
    }
    #expect(days == CalendarDates.dayCount && meanings.count == CalendarDates.count)
    #expect(Set(meanings.keys.joined()).isSubset(of: Set(spelled.tokens.joined())))
    #expect(iso.end == 0)
  }

  @Test func aHeldOutDayIsNeverDrawnForTraining() {
    var (one, other) = (RandomSource(seed: 1), RandomSource(seed: 2))
    let training = (0..<20_000).map { _ in CalendarDates.example(.training, using: &one) }
    let heldOut = (0..<5_000).map { _ in CalendarDates.example(.heldOut, using: &other) }
    #expect(Set(training.map(\.iso)).isDisjoint(with: heldOut.map(\.iso)))
    #expect(
      training.allSatisfy { Split.training.contains($0.iso) } && heldOut.allSatisfy { Split.heldOut.contains($0.iso) })
    var again = RandomSource(seed: 1)
    #expect(CalendarDates.example(.training, using: &again) == training[0])
    #expect(heldOut.allSatisfy { $0.iso.count == 10 && $0.spelling.count <= 19 })
  }

  @Test func aSourceCanBeReversed() {
    let example = CalendarDates.Example(spelling: "7-mar-53", iso: "1953-03-07")
    let (spelled, iso) = CalendarDates.vocabularies
    let batch = CalendarDates.batch([example], reversed: true)
    guard case .tokens(let source) = batch.source else { return }
    #expect(spelled.decode(source.ids) == "35-ram-7")
    #expect(iso.decode(batch.target.targets.ids) == "1953-03-07\n")
  }
}
