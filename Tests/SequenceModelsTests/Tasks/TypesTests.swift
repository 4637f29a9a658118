import Testing

@testable import SequenceModels

/// The tasks of Lesson 10: the rules that make their answers, and that nothing held out is ever drawn for training.
@Suite struct TypesTests {
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
      training.allSatisfy { Part.training.contains($0.iso) } && heldOut.allSatisfy { Part.heldOut.contains($0.iso) })
    var again = RandomSource(seed: 1)
    #expect(CalendarDates.example(.training, using: &again) == training[0])
    #expect(heldOut.allSatisfy { $0.iso.count == 10 && $0.spelling.count <= 19 })
  }

  @Test func numbersAreNamed() {
    #expect(
      [0, 7, 13, 20, 42, 99].map(NumberNames.name) == [
        "zero", "seven", "thirteen", "twenty", "forty-two", "ninety-nine",
      ])
    #expect(Set((0..<100).map(NumberNames.name)).count == NumberNames.count)
    let (told, untold) = (NumberNames.numbers(.training), NumberNames.numbers(.heldOut))
    #expect(Set(told).isDisjoint(with: untold) && told.count + untold.count == 100)
    for number in untold {
      #expect(told.count { $0 >= 20 && $0 / 10 == number / 10 } >= 5)
      #expect(told.count { $0 >= 20 && $0 % 10 == number % 10 } >= 5)
    }
    #expect(
      (0..<100).allSatisfy { NumberNames.name(of: $0).allSatisfy { NumberNames.vocabulary.id(of: "\($0)") != nil } })
  }

  @Test func segmentsWithoutNoiseAreRead() {
    #expect((0..<10).allSatisfy { SevenSegments.nearest(to: SevenSegments.patterns[$0]) == Int32($0) })
    #expect(SevenSegments.patterns.map { Int($0.reduce(0, +)) } == [6, 2, 5, 5, 4, 5, 6, 3, 7, 6])
    var random = RandomSource(seed: 3)
    let batch = SevenSegments.batch(50, using: &random)
    #expect(batch.inputs.length == 1 && batch.exampleCount == 50)
  }

  @Test func numbersAreAdded() {
    var random = RandomSource(seed: 4)
    let batch = BinaryAddition.batch(200, bits: 9, using: &random)
    guard case .features(let x) = batch.inputs else { return }
    for i in 0..<200 {
      func number(_ bit: (Int) -> Int) -> Int { (0..<9).reduce(0) { $0 + bit($1) << $1 } }
      let (a, b) = (number { Int(x[$0][0, i]) }, number { Int(x[$0][1, i]) })
      #expect(number { Int(batch.targets[$0, i]) } == (a + b) % 512)
    }
  }

  @Test func walkersMoveOnOrRest() {
    var random = RandomSource(seed: 5)
    let batch = RestingWalk.batch(1_000, teacherForcing: 1, using: &random)
    guard case .tokens(let source) = batch.source else { return }
    var rests = 0
    for i in 0..<1_000 {
      var place = source[1, i]
      for t in 0..<RestingWalk.length {
        let next = batch.target.targets[t, i]
        if next == place { rests += 1 } else { #expect(next == (place + (source[0, i] == 12 ? 1 : 11)) % 12) }
        #expect(batch.target.inputs[t, i] == (t == 0 ? TokenBatch.none : place))
        place = next
      }
    }
    #expect(abs(Double(rests) / 12_000 - RestingWalk.rest) < 0.02)
    #expect(abs(RestingWalk.chance(of: 2, in: 4) - 6 * 0.04 * 0.64) < 1e-12)
    #expect(abs((0...12).reduce(0) { $0 + RestingWalk.chance(of: $1, in: 12) } - 1) < 1e-12)
  }

  @Test func wordsOfSixLettersHaveTheirProbabilities() {
    #expect(Set(SixLetters.words).count == 729)
    #expect(abs(SixLetters.probabilities.reduce(0, +) - 1) < 1e-12)
    #expect(SixLetters.words[1] == [0, 0, 0, 0, 0, 1])
    #expect(abs(SixLetters.probabilities[1] - 0.8 * 0.8 * 0.8 * 0.1 / 9) < 1e-12)
    var random = RandomSource(seed: 6)
    let drawn = (0..<20_000).count { _ in SixLetters.sample(using: &random) == 0 }
    #expect(abs(Double(drawn) / 20_000 - SixLetters.probabilities[0]) < 0.01)
  }

  @Test func batchesHoldWhatTheExamplesSay() {
    let example = CalendarDates.Example(spelling: "7-mar-53", iso: "1953-03-07")
    let (spelled, iso) = CalendarDates.vocabularies
    let batch = CalendarDates.batch([example], reversed: true)
    guard case .tokens(let source) = batch.source else { return }
    #expect(spelled.decode(source.ids) == "35-ram-7")
    #expect(iso.decode(batch.target.targets.ids) == "1953-03-07\n")
    let reading = NumberNames.reading([7, 42])
    #expect(reading.mask == Mask(lengths: [5, 9]) && reading.targets.elements == [0.07, 0.42])
    #expect(NumberNames.naming([42]).vectors.elements.indices { $0 == 1 }.ranges.map(\.lowerBound) == [4, 12])
  }
}
