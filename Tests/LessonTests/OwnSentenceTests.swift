import Foundation
import Testing

/// The lessons that draw their gates over a sentence of the reader's own, and save the model that they drew it with.
@Suite(.serialized) struct OwnSentenceTests {
  static let programs = ["Lesson06", "Lesson07"]

  @Test(arguments: programs)
  func drawsASentenceWithUnknownWordsAndSavesItsModel(program: String) throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model.safetensors"
    let run = try Program(
      program,
      [
        "--quick", "--no-render", "--plots", folder.path, "--sentence", "The cat, which `ate` a $(zebra)", "--save",
        model,
      ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains(program == "Lesson06" ? "read: the cat , which" : "read: the cat, which"))
    #expect(run.output.contains(program == "Lesson06" ? "zebra" : "read as ⟨UNK⟩: $ ( ) , `"))
    #expect(!run.output.contains("Beside the notes"))
    #expect(folder.contents.keys.contains { $0.contains("own-") && $0.hasSuffix(".gp") })
    #expect(folder.contents["model.safetensors"]!.count > 10_000)
  }

  @Test(arguments: programs, ["", " ", "."])
  func refusesASentenceWithoutAWord(program: String, text: String) throws {
    let run = try Program(program, ["--sentence", text])
    #expect(run.status == 64)
    #expect(run.errors.contains("--sentence needs a word"))
  }

  /// The whole lesson, stopped after its first network or in it.
  @Test(arguments: programs)
  func interruptSavesWhatIsTrained(program: String) throws {
    let folder = try TemporaryFolder()
    let model = folder.path + "/model.safetensors"
    let running = try Program.Running(program, ["--no-render", "--plots", folder.path + "/plots", "--save", model])
    running.wait(for: program == "Lesson06" ? "start 1: " : "seed 1: ")
    running.process.interrupt()
    let run = running.finished()
    #expect(run.status == 130)
    #expect(run.output.hasSuffix("\nsaved: \(model)\n\nInterrupted: the lesson ends here.\n"), "\(run.output)")
    // A network that Lesson 04 knows: the first one of Lesson 06 is a plain RNN.
    let sample = try Program("Lesson04", ["--resume", model, "--sample", "5"], in: folder.path)
    #expect(sample.status == 0, "\(sample.errors)")
  }

  @Test(arguments: programs)
  func refusesAFileWithoutAName(program: String) throws {
    let run = try Program(program, ["--save", ""])
    #expect(run.status == 64 && run.errors.contains("--save needs the name of a file"), "\(run.errors)")
  }

  @Test(arguments: programs)
  func refusesAPlaceThatCannotBeWrittenBeforeItTrains(program: String) throws {
    let folder = try TemporaryFolder()
    let run = try Program(program, ["--plots", folder.path, "--save", folder.path + "/nowhere/model.safetensors"])
    #expect(run.status == 1)
    #expect(run.errors.contains("its folder does not exist"))
    #expect(!run.errors.contains("steps/s"))
  }
}
