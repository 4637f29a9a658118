import Foundation
import Testing

/// Lesson 11, of which one application can be asked for.
@Suite(.serialized) struct ApplicationsTests {
  @Test func oneApplicationAloneShowsWhatItShowsAmongTheOthers() throws {
    let (one, all) = (try TemporaryFolder(), try TemporaryFolder())
    let alone = try Program("Lesson11", ["melody", "--quick", "--no-render", "--plots", one.path])
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(alone.output.contains("Melody: one to many"))
    #expect(!alone.output.contains("Named entities") && !alone.output.contains("Exercises"))
    let whole = try Program("Lesson11", ["--quick", "--no-render", "--plots", all.path])
    for file in ["Lesson11/melody.gp", "Lesson11/melody.mid"] {
      #expect(one.contents[file] != nil && one.contents[file] == all.contents[file])
    }
    #expect(one.contents.count == 2 && all.contents.count > 9)
    #expect(one.contents["Lesson11/melody.mid"]!.prefix(4) == Data("MThd".utf8))
    #expect(whole.status == 0, "\(whole.errors)")
  }

  @Test func anotherNameIsRefusedWithThoseThatThereAre() throws {
    let run = try Program("Lesson11", ["poetry"])
    #expect(run.status == 64)
    #expect(run.errors.contains("sentiment") && run.errors.contains("video"))
  }
}
