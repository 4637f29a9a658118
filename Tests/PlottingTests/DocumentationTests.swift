// The code of the landing page, line by line as it stands there.

import Foundation
import Plotting
import Testing

@Suite struct DocumentationTests {
  @Test func aChartIsSaved() throws {
    try withTemporaryFolder { folder in try save(in: folder) }
  }

  private func save(in folder: String) throws {
    let chart = Chart(
      "The loss falls below that of counting pairs", x: "training step", y: "loss [nats per character]",
      [.line("RNN", x: [1, 100, 200, 300], y: [4.2, 2.7, 2.3, 2.1]), .rule("bigram", y: 2.5)])
    let saved = try PlotFolder(path: folder).save(chart, as: "losses")

    #expect(saved.script == folder + "/losses.gp")
    #expect(saved.image == folder + "/losses.svg")
    #expect(saved.text == nil && saved.warning == nil)
  }
}
