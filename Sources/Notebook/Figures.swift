// Where the notebook meets `Plotting`: a figure is written, drawn, and shown by its name.

import Foundation
import Plotting

/// Shows a figure under a name: `show(chart, as: "loss")` writes `plots/Lesson04/loss.gp` and draws `loss.svg` beside
/// it. Without gnuplot, or once it has failed, only the script is written, and the lesson goes on.
@MainActor public func show(_ figure: some Figure, as name: String, line: Int = #line) {
  let run = LessonRun.begun
  run.endIfInterrupted(line: line)
  run.show(figure.title, as: name, saved: attempt { try run.save(figure, as: name) }, line: line)
}

extension LessonRun {
  /// Where the figures of the lesson go, in the forms that its options ask for.
  fileprivate var figureFolder: PlotFolder {
    var folder = PlotFolder(
      path: plotFolder, isDrawing: !options.noRender, textColumns: options.ascii ? width : nil)
    folder.usesGnuplot = !isGnuplotGivenUp
    folder.isStopped = { Interrupt.requested }
    return folder
  }

  /// Saves a figure. A gnuplot that fails, or that does not come to an end, is not tried again.
  fileprivate func save(_ figure: some Figure, as name: String) throws(PlottingError) -> SavedFigure {
    do {
      return try figureFolder.save(figure, as: name)
    } catch {
      guard case .gnuplotFailed = error else { throw error }
      isGnuplotGivenUp = true
      if !Interrupt.requested { warn("\(error)\nThe lesson goes on without drawings.") }
      return try figureFolder.save(figure, as: name)
    }
  }

  /// Records a figure and prints where it lies, and the figure itself where it was drawn as text.
  fileprivate func show(_ title: String, as name: String, saved: SavedFigure, line: Int) {
    if images.keys.contains(name) { fail("Two figures of the lesson are called \(name).") }
    show(.figure(name: name, title: title), kind: .exact, line: line)
    images[name] = .some(saved.image)
    if !isFolded(line) {
      print(filled("Figure: \(title) (\(shortPath(saved.image ?? saved.script)))"), as: .block)
      if var lines = saved.text?.components(separatedBy: "\n") {
        lines.trimEmptyEnds()
        print(lines, as: .block)
      }
    }
    if let warning = saved.warning { warn(warning) }
  }

  /// Tells standard error something, once.
  private func warn(_ warning: String) {
    if warnings.insert(warning).inserted {
      Terminal(descriptor: STDERR_FILENO).write("\(program): warning: \(warning)\n")
    }
  }
}

/// Ends the lesson where a figure of one of these names would replace a file that is no figure: to be called before a
/// training whose figures they are.
@MainActor public func checkFigures(_ names: [String]) {
  attempt { try LessonRun.begun.figureFolder.prepare(for: names) }
}

/// The path for a file called `name` beside the figures of the lesson: `plots/Lesson11/melody.mid`.
@MainActor public func besideFigures(_ name: String) -> String { "\(LessonRun.begun.plotFolder)/\(name)" }
