// What a caller does wrong is said in a sentence, in debug and in release.

import Foundation
import Plotting
import Testing

struct CheckTests {
  /// What a process wrote before it ended.
  private func words(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func marksOfTwoLengthsAreNamed() async {
    let values = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mark.line("RNN", x: [1, 2], y: [1])
    }
    #expect(words(values).contains("mark “RNN” has 2 x values and 1 y values"))
    let texts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mark.texts(["cat"], y: [1, 2])
    }
    #expect(words(texts).contains("1 texts stand at 2 places"))
    let runs = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mark.runs("GRU", x: [1, 2], y: [[1, 2], [1]])
    }
    #expect(words(runs).contains("mark “GRU” has 2 x values and a run of 1"))
    let band = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mark.band("LSTM", x: [1], low: [1], high: [1, 2])
    }
    #expect(words(band).contains("band “LSTM” has 1 lower and 2 upper edges"))
  }

  @Test func marksForOtherCategoriesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Chart("", x: Axis("", .categorical(["a"])), y: "", [.rule("r", y: 1), .bars("LSTM", y: [1, 2])])
    }
    #expect(words(result).contains("mark “LSTM” has 2 values for 1 categories"))
  }

  @Test func panelsNeedCharts() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Panels("Cells", [])
    }
    #expect(words(result).contains("panels “Cells” need charts and columns for them"))
  }

  @Test func labelsThatDoNotFitAPanelAreCounted() async {
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Panel("Γf", [[1, 2]], columns: ["a"])
    }
    #expect(words(columns).contains("panel “Γf” has 2 columns and 1 labels for them"))
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Heatmap("", x: "", y: "", color: "", values: [[1, 2]], rows: ["a", "b"])
    }
    #expect(words(rows).contains("panel “” has 1 rows and 2 labels for them"))
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Heatmap("Gates", x: "", y: "", color: "", panels: [])
    }
    #expect(words(none).contains("heatmap “Gates” has no panel"))
  }

  /// A figure of a caller's own, whose rows differ in length, would have been read past its end.
  private struct Ragged: Figure {
    let title = "", canvas = Canvas(width: 680, height: 430)
    var statements: [Statement] { [.data(name: "rows", rows: [[1, 2], [3]])] }
  }

  @Test func rowsOfTwoLengthsAreNamed() async {
    let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [path = path as String] in
      _ = try PlotFolder(path: path, isDrawing: false).save(Ragged(), as: "ragged")
    }
    #expect(words(result).contains("the rows of $rows have [1, 2] numbers"))
  }
}
