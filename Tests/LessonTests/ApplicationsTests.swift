import Foundation
import Testing

/// Lesson 11, of which one application can be asked for.
@Suite(.serialized) struct ApplicationsTests {
  @Test func oneApplicationAloneShowsWhatItShowsAmongTheOthers() throws {
    let (one, all) = (try TemporaryFolder(), try TemporaryFolder())
    let alone = try Program("Lesson11", ["melody", "--quick", "--no-render", "--plots", one.path])
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(alone.output.contains("Melody: a tune of its own"))
    #expect(!alone.output.contains("Named entities") && !alone.output.contains("Your turn"))
    let whole = try Program("Lesson11", ["--quick", "--no-render", "--plots", all.path])
    let files = ["tests.gp", "notes.gp", "melody.gp", "melody.mid"].map { "Lesson11/\($0)" }
    for file in files {
      #expect(one.contents[file] != nil && one.contents[file] == all.contents[file])
    }
    #expect(Set(one.contents.keys) == Set(files) && all.contents.count > 14)
    #expect(one.contents["Lesson11/melody.mid"]!.prefix(4) == Data("MThd".utf8))
    #expect(whole.status == 0, "\(whole.errors)")
  }

  @Test(arguments: ["sentiment", "entities", "translation", "captions", "dna", "speech", "video"])
  func eachApplicationRunsAlone(name: String) throws {
    let plots = try TemporaryFolder()
    let run = try Program("Lesson11", [name, "--quick", "--no-render", "--plots", plots.path])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("a success") && run.output.contains("a failure"))
    #expect(!run.output.contains("Melody: ") && !run.output.contains("all eight in one table"))
  }

  @Test func anotherNameIsRefusedWithThoseThatThereAre() throws {
    let run = try Program("Lesson11", ["poetry"])
    #expect(run.status == 64)
    #expect(run.errors.contains("sentiment") && run.errors.contains("video"))
  }
}
