import Testing

/// Lesson 08 on a sentence of the reader's own.
@Suite(.serialized) struct OwnTaggedSentenceTests {
  @Test func tagsASentenceWithBothNetworks() throws {
    let folder = try TemporaryFolder()
    let run = try Program(
      "Lesson08", ["--quick", "--plots", folder.path, "--sentence", "Anna said, Teddy \"bears\" the `cost`."])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("read: ⟨UNK⟩ said , teddy"))
    #expect(run.output.contains("not in the vocabulary: anna"))
    #expect(run.output.contains("P(part of a name), forward") && run.output.contains("bidirectional"))
    #expect(!run.output.contains("Two words, by hand"))
  }

  @Test(arguments: ["", " ", "."])
  func refusesASentenceWithoutAWord(text: String) throws {
    let run = try Program("Lesson08", ["--sentence", text])
    #expect(run.status == 64)
    #expect(run.errors.contains("--sentence needs a word"))
  }

  @Test func aPageIsNotWovenFromIt() throws {
    #expect(try Program("Lesson08", ["--weave", "--sentence", "he said"]).status == 64)
  }
}
