// What a caller does wrong is said in a sentence, in debug and in release.

import Foundation
import Plotting
import Testing

struct CheckTests {
  /// What a process wrote before it ended.
  private func words(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }

  @Test func aSeriesOfTwoLengthsIsNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = .line("RNN", x: [1, 2], y: [1])
    }
    #expect(words(result).contains("series “RNN” has 2 x values and 1 y values"))
  }

  @Test func barsForOtherCategoriesAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Chart("", x: Axis("", .categorical(["a"])), y: "", [.bars("LSTM", y: [1, 2])])
    }
    #expect(words(result).contains("bars “LSTM” have 2 values for 1 categories"))
  }

  @Test func pointsOfTwoLengthsAreNamed() async {
    let values = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = .points("words", x: [1, 2], y: [1])
    }
    #expect(words(values).contains("points “words” have 2 x values and 1 y values"))
    let names = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = .points("words", x: [1], y: [1]), .texts([], x: [1], y: [1])
    }
    #expect(words(names).contains("points “words” number 1, their names 0"))
  }

  @Test func labelsThatDoNotFitAPanelAreCounted() async {
    let columns = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Panel("Γf", [[1, 2]], columns: ["a"])
    }
    #expect(words(columns).contains("panel “Γf” has 2 columns and 1 labels for them"))
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var panel = Panel("Γf", [[1, 2]])
      panel.rowLabels = ["a", "b"]
      _ = Heatmap("", x: "", y: "", color: "", panels: [panel])
    }
    #expect(words(rows).contains("panel “Γf” has 1 rows and 2 labels for them"))
    let none = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Heatmap("Gates", x: "", y: "", color: "", panels: [])
    }
    #expect(words(none).contains("heatmap “Gates” has no panel"))
  }

  /// A figure of a caller's own, whose rows differ in length, would have been read past its end.
  private struct Ragged: Figure {
    let title = "", canvas = Canvas()
    var statements: [Statement] { [.data(name: "rows", rows: [[1, 2], [3]])] }
  }

  @Test func rowsOfTwoLengthsAreNamed() async {
    let path = NSTemporaryDirectory() + "plotting-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [path = path as String] in
      _ = try PlotFolder(path: path, formats: []).save(Ragged(), as: "ragged")
    }
    #expect(words(result).contains("the rows of $rows have [1, 2] numbers"))
  }
}
