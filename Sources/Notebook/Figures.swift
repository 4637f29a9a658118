// Where the notebook meets `Plotting`: a figure is written, drawn, and shown by its name.

import Foundation
import Plotting

/// Shows a figure under a name: `show(chart, as: "loss")` writes `plots/Lesson04/loss.gp` and draws `loss.svg` beside
/// it. Without gnuplot only the script is written, and the lesson goes on; where gnuplot fails, the lesson ends.
@MainActor public func show(_ figure: some Figure, as name: String, line: Int = #line) {
  let run = LessonRun.begun
  let folder = PlotFolder(
    path: run.plotFolder, formats: run.options.noRender ? [] : [.svg],
    text: run.options.ascii ? TextSize(columns: run.width) : nil)
  run.show(figure.title, as: name, saved: attempt { try folder.save(figure, as: name) }, line: line)
}

extension LessonRun {
  /// Records a figure and prints where it lies, and the figure itself where it was drawn as text.
  fileprivate func show(_ title: String, as name: String, saved: SavedFigure, line: Int) {
    if images.keys.contains(name) { fail("Two figures of the lesson are called \(name).") }
    show(.figure(name: name, title: title), kind: .exact, line: line)
    images[name] = saved.images
    if !isFolded(line) {
      print(filled("Figure: \(title) (\(shortPath(saved.images.first ?? saved.script)))"), as: .block)
      if var lines = saved.text?.components(separatedBy: "\n") {
        lines.trimEmptyEnds()
        print(lines, as: .block)
      }
    }
    if let warning = saved.warning, warnings.insert(warning).inserted {
      Terminal(descriptor: STDERR_FILENO).write("\(program): warning: \(warning)\n")
    }
  }
}

/// The path for a file called `name` beside the figures of the lesson: `plots/Lesson11/melody.mid`.
@MainActor public func besideFigures(_ name: String) -> String { "\(LessonRun.begun.plotFolder)/\(name)" }
