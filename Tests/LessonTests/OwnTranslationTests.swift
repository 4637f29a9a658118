import Foundation
import Testing

/// A French sentence of the reader's own, translated by Lesson 14.
@Suite struct OwnTranslationTests {
  @Test func translatesASentenceAndDrawsWhereItLooked() throws {
    let folder = try TemporaryFolder()
    let run = try Program(
      "Lesson14", ["--quick", "--no-render", "--plots", folder.path, "--sentence", "Un chien voit la fleur."])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("French: un chien voit la fleur\nEnglish: "))
    #expect(folder.contents.keys.contains("Lesson14/own-translation.gp"))
  }

  @Test func refusesWhatItCannotRead() throws {
    for (text, reason) in [
      ("", "--sentence needs a word"), (" . ", "--sentence needs a word"),
      ("le zèbre voit", "has words that the network has never seen: zèbre. It knows blanc, "),
      ("⟨UNK⟩", "has words that the network has never seen: "),
      (String(repeating: "un ", count: 41), "takes 40 words at most, and this one has 41"),
    ] {
      let run = try Program("Lesson14", ["--sentence", text])
      #expect(run.status == 64 && run.output.isEmpty)
      #expect(run.errors.contains(reason), "\(run.errors)")
    }
  }
}
