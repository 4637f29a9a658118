// Saving is all or nothing: whole files under their names, or an error that says why and what was there before.

import Files
import Foundation
import Testing

@testable import Plotting

struct PlotFolderTests {
  private let figure = Chart("Loss", x: "step", y: "nats", [.line("RNN", y: [3, 2, 1])])

  private func folder(
    _ path: String, isDrawing: Bool = true, textColumns: Int? = 79, searchPath: String
  ) -> PlotFolder {
    var folder = PlotFolder(path: path, isDrawing: isDrawing, textColumns: textColumns)
    folder.searchPath = searchPath
    return folder
  }

  @Test func makesTheFoldersOnTheWay() throws {
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path + "/plots/Lesson05").save(figure, as: "loss")
      #expect(saved.image == path + "/plots/Lesson05/loss.svg")
      #expect(saved.text == nil)
      #expect(try files(in: path + "/plots/Lesson05") == ["loss.gp", "loss.svg"])
    }
  }

  @Test func theScriptRedrawsBesideItselfFromAnywhere() throws {
    try withTemporaryFolder { path in
      let inside = path + "/a folder’s 'name'"
      let saved = try PlotFolder(path: inside, isDrawing: false).save(figure, as: "loss")
      #expect(try !contents(of: saved.script).contains(path))
      let places = [("/", saved.script), (inside, "loss.gp"), (path, "a folder’s 'name'/loss.gp")]
      for (place, script) in places {
        for (arguments, image) in [([], "loss.svg"), (["-e", "terminal='png'"], "loss.png")] {
          let process = Process()
          process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
          process.arguments = ["gnuplot"] + arguments + [script]
          process.currentDirectoryURL = URL(fileURLWithPath: place)
          try process.run()
          process.waitUntilExit()
          #expect(process.terminationStatus == 0)
          #expect(try files(in: inside) == ["loss.gp", image].sorted())
          try FileManager.default.removeItem(atPath: inside + "/" + image)
        }
      }
    }
  }

  @Test func withoutGnuplotTheScriptIsWritten() throws {
    try withTemporaryFolder { path in
      let saved = try folder(path, searchPath: path).save(figure, as: "loss")
      #expect(saved.image == nil)
      #expect(saved.text == nil)
      #expect(try #require(saved.warning).contains("apt-get install gnuplot-nox"))
      #expect(try files(in: path) == ["loss.gp"])
      let heatmap = try folder(path, searchPath: path).save(Samples.gates, as: "gates")
      #expect(try #require(heatmap.text).contains(Samples.gates.title))
    }
  }

  @Test func whatGnuplotSaysIsReported() throws {
    try withTemporaryFolder { path in
      try install(gnuplot: #"echo "\"$4\" line 7: undefined variable: x" >&2; exit 1"#, in: path)
      let plots = path + "/plots"
      let error = #expect(throws: PlottingError.self) { try folder(plots, searchPath: path).save(figure, as: "loss") }
      #expect(error == .gnuplotFailed(script: plots + "/loss.gp", message: "\"loss.gp\" line 7: undefined variable: x"))
      #expect(error!.localizedDescription.contains("undefined variable"))
      let forged = PlottingError.gnuplotFailed(script: "x\nerror: y.gp", message: "no")
      #expect(forged.description.hasPrefix("gnuplot could not draw x␊error: y.gp:\nno\n"))
      #expect(try files(in: plots) == ["loss.gp"])
    }
  }

  @Test(arguments: ["exit 3", "exit 0", "kill -9 $$"])
  func aGnuplotThatDrawsNothingIsReported(script: String) throws {
    try withTemporaryFolder { path in
      try install(gnuplot: script, in: path)
      let plots = path + "/plots"
      _ = try PlotFolder(path: plots).save(figure, as: "loss")
      let older = try contents(of: plots + "/loss.svg")
      #expect(throws: PlottingError.self) { try folder(plots, searchPath: path).save(figure, as: "loss") }
      #expect(try contents(of: plots + "/loss.svg") == older)
      #expect(try files(in: plots) == ["loss.gp", "loss.svg"])
    }
  }

  @Test func aDrawingCutShortByAFullDiskIsReported() throws {
    try withTemporaryFolder { path in
      // The real gnuplot, which may write only the first block of a file and, as on a full disk, ends with status 0.
      try install(gnuplot: #"trap '' XFSZ; ulimit -f 1; exec env gnuplot "$@""#, in: path)
      let plots = path + "/plots"
      _ = try PlotFolder(path: plots).save(figure, as: "loss")
      let older = try contents(of: plots + "/loss.svg")
      for isDrawing in [true, false] {
        let folder = self.folder(plots, isDrawing: isDrawing, textColumns: isDrawing ? nil : 79, searchPath: path)
        let error = #expect(throws: PlottingError.self) { try folder.save(Samples.losses, as: "loss") }
        #expect(error?.description.contains("is the disk full?") == true)
        #expect(try files(in: plots) == ["loss.gp", "loss.svg"])
        #expect(try contents(of: plots + "/loss.svg") == older)
      }
    }
  }

  @Test func muchAdoFromGnuplotDoesNotBlock() throws {
    try withTemporaryFolder { path in
      try install(
        gnuplot: "i=0; while [ $i -lt 9000 ]; do echo warning $i; echo warning $i >&2; i=$((i+1)); done; exit 1",
        in: path)
      #expect(throws: PlottingError.self) { try folder(path, searchPath: path).save(figure, as: "loss") }
    }
  }

  @Test(arguments: ["sleep 1000", "exec sleep 1000 2>&-", "yes >&2"])
  func aGnuplotThatHangsIsStopped(script: String) throws {
    try withTemporaryFolder { path in
      try install(gnuplot: script, in: path)
      var folder = folder(path + "/plots", searchPath: path)
      folder.drawingTime = 1
      let error = #expect(throws: PlottingError.self) { try folder.save(figure, as: "loss") }
      #expect(error?.description.contains("did not end within 1 seconds") == true)
      #expect(try files(in: path + "/plots") == ["loss.gp"])
    }
  }

  @Test func aFileInPlaceOfTheFolderIsReported() throws {
    try withTemporaryFolder { path in
      try "mine".write(toFile: path + "/plots", atomically: false, encoding: .utf8)
      for place in ["/plots", "/plots/Lesson05"] {
        let error = #expect(throws: PlottingError.self) { try PlotFolder(path: path + place).save(figure, as: "loss") }
        guard case .cannotCreateFolder(path + place, _) = error else { throw error! }
      }
      #expect(try contents(of: path + "/plots") == "mine")
    }
  }

  @Test func aFolderThatCannotBeWrittenIsReported() throws {
    // Not even the superuser makes a file among the processes.
    let error = #expect(throws: PlottingError.self) { try PlotFolder(path: "/proc").save(figure, as: "loss") }
    guard case .cannotCreateFolder("/proc", _) = error else { throw error! }
  }

  @Test func aFullDiskIsReported() throws {
    let error = #expect(throws: WriteFault.self) { try Script(figure, name: "loss").write(to: "/dev/full") }
    #expect(error?.reason == "No space left on device")
  }

  @Test func aNameAsLongAsTheSystemTakesIsDrawn() throws {
    try withTemporaryFolder { path in
      let name = String(repeating: "n", count: 251)
      _ = try PlotFolder(path: path).save(figure, as: name)
      #expect(try files(in: path) == ["\(name).gp", "\(name).svg"])
      #expect(throws: PlottingError.self) { try PlotFolder(path: path).save(figure, as: name + "n") }
      #expect(try files(in: path) == ["\(name).gp", "\(name).svg"])
    }
  }

  // MARK: - What is there

  /// A script or a drawing of somebody's own, also one that gnuplot drew, is not written over, nor is the other file
  /// then.
  @Test(arguments: [
    ("loss.gp", "plot sin(x)"), ("loss.svg", "<svg>mine</svg>"), ("loss.svg", "<desc>Produced by GNUPLOT 6.0</desc>"),
    ("loss.svg", " "),
  ])
  func whatIsNoFigureIsNotWrittenOver(name: String, text: String) throws {
    try withTemporaryFolder { path in
      try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
      let folder = PlotFolder(path: path)
      let error = #expect(throws: PlottingError.self) { try folder.save(figure, as: "loss") }
      guard case .cannotWrite("\(path)/\(name)", _) = error else { throw error! }
      #expect(throws: PlottingError.self) { try folder.prepare(for: ["accuracy", "loss"]) }
      try folder.prepare(for: ["accuracy"])
      #expect(try contents(of: path + "/" + name) == text)
      #expect(try files(in: path) == [name])
    }
  }

  @Test func aDrawingThatWasChangedElsewhereIsKept() throws {
    try withTemporaryFolder { path in
      let saved = try PlotFolder(path: path).save(figure, as: "loss")
      try "<svg>changed in an editor</svg>".write(toFile: saved.image!, atomically: false, encoding: .utf8)
      #expect(throws: PlottingError.self) { try PlotFolder(path: path).save(figure, as: "loss") }
      #expect(try contents(of: saved.image!) == "<svg>changed in an editor</svg>")
    }
  }

  @Test func anEmptyFileAFigureAndALinkAreReplacedAndKeepTheirMode() throws {
    try withTemporaryFolder { path in
      let (plots, elsewhere) = (path + "/plots", path + "/elsewhere.svg")
      mkdir(plots, 0o777)
      try Data().write(to: URL(fileURLWithPath: plots + "/loss.gp"))
      chmod(plots + "/loss.gp", 0o600)
      try FileManager.default.createSymbolicLink(atPath: plots + "/loss.svg", withDestinationPath: "../elsewhere.svg")
      for _ in 0..<2 { _ = try PlotFolder(path: plots).save(figure, as: "loss") }
      let attributes = try FileManager.default.attributesOfItem(atPath: plots + "/loss.gp")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: plots + "/loss.svg") == "../elsewhere.svg")
      #expect(try contents(of: elsewhere).contains("</svg>"))
    }
  }

  @Test func whatAKilledSaveLeftIsCleared() async throws {
    let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    mkdir(path, 0o777)
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let drafts = [try HiddenFile(in: path), try HiddenFile(in: path)]
      kill(getpid(), SIGKILL)
      _ = drafts[0].name
    }
    #expect(try files(in: path).count == 2)
    // What a living one is making stays.
    let draft = try HiddenFile(in: path)
    try PlotFolder(path: path).prepare()
    #expect(try files(in: path) == [draft.name])
  }

  @Test func aFolderWithoutANameIsRefused() {
    #expect(throws: PlottingError.cannotCreateFolder(path: "", reason: "it has no name")) {
      try PlotFolder(path: "").save(figure, as: "loss")
    }
  }

  /// A path is what it says, for gnuplot as well.
  @Test func tildeIsALetter() async throws {
    let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    mkdir(path, 0o777)
    await #expect(processExitsWith: .success) { [path = path as String] in
      chdir(path)
      _ = try PlotFolder(path: "~/p").save(Samples.losses, as: "loss")
    }
    #expect(try files(in: path + "/~/p") == ["loss.gp", "loss.svg"])
  }

  @Test(arguments: ["", ".", "..", "a/b", "a b", "it's", "|touch x", "é", "a\n"])
  func aNameThatIsNoFileNameIsRefused(name: String) throws {
    try withTemporaryFolder { path in
      #expect(throws: PlottingError.invalidName(name)) { try PlotFolder(path: path).save(figure, as: name) }
      let left = try files(in: path)
      #expect(left.isEmpty)
    }
  }

  @Test func savesAtOnceDoNotMix() async throws {
    let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let charts = (1...8).map { number in
      Chart("Run \(number)", x: "step", y: "nats", [.line("RNN", y: Array(repeating: Double(number), count: 2000))])
    }
    try await withThrowingTaskGroup { group in
      for chart in charts {
        group.addTask {
          let saved = try PlotFolder(path: path, textColumns: 79).save(chart, as: "loss")
          #expect(saved.text!.contains(chart.title))
        }
      }
      try await group.waitForAll()
    }
    #expect(try files(in: path) == ["loss.gp", "loss.svg"])
    let scripts = try charts.map { chart in
      try Script(chart, name: "loss").write(to: path + "/expected.gp")
      return try contents(of: path + "/expected.gp")
    }
    #expect(try scripts.contains(contents(of: path + "/loss.gp")))
    let titles = Set(try SVGText(path: path + "/loss.svg").texts).intersection(charts.map(\.title))
    #expect(titles.count == 1)
  }
}
