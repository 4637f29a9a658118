import Testing

/// Lesson 10 on a date of the reader's own.
@Suite(.serialized) struct OwnDateTests {
  @Test func writesADateWithoutRunningTheLesson() throws {
    let folder = try TemporaryFolder()
    let run = try Program("Lesson10", ["--quick", "--plots", folder.path, "--date", "March 7, 1999"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("March 7, 1999: "))
    #expect(run.errors.contains(/100 steps in .*mean training loss [0-9.]+, held-out loss [0-9.]+\n/), "\(run.errors)")
    #expect(!run.output.contains("One to one"))
  }

  @Test func namesTheCharactersThatNoSpellingHas() throws {
    let folder = try TemporaryFolder()
    let run = try Program("Lesson10", ["--quick", "--plots", folder.path, "--date", "7. März 1999"])
    #expect(run.status == 1)
    #expect(run.errors.contains("ä") && !run.errors.contains("steps/s"))
  }

  @Test(arguments: ["", "  ", String(repeating: "1", count: 41)])
  func refusesWhatIsNoDate(text: String) throws {
    let run = try Program("Lesson10", ["--date", text])
    #expect(run.status == 64)
    #expect(run.errors.contains("--date needs a date"))
  }
}
