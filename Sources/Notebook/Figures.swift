// Where the notebook meets `Plotting`: a figure is written, drawn, and shown by its name.

import Foundation

/// Shows a figure under a name, `plots/Lesson04/<name>.gp` and `.svg`. Without gnuplot only the script is written.
@MainActor public func show(_ figure: some Figure, as name: String, line: Int = #line) {
  let run = LessonRun.begun
  let folder = PlotFolder(
    path: "\(run.options.plots)/\(run.program)", rendersImages: !run.options.noRender, rendersText: run.options.ascii)
  let saved = attempt { try folder.save(figure, as: name) }
  run.show(figure: figure.title, as: name, saved: saved, line: line)
}

extension LessonRun {
  /// Records a figure and prints where it lies, and the figure itself where it was drawn as text.
  func show(figure title: String, as name: String, saved: SavedFigure, line: Int) {
    if images.keys.contains(name) { fail("Two figures of the lesson are called \(name).") }
    show(.figure(name: name, title: title), kind: .exact, line: line)
    images[name] = saved.image
    let place = "Figure: \(title) (\(shortPath(saved.image ?? saved.script)))"
    print([place] + (saved.text.map { ["", $0] } ?? []), as: .block)
    if let warning = saved.warning, warnings.insert(warning).inserted {
      Terminal(descriptor: STDERR_FILENO).write("\(program): warning: \(warning)\n")
    }
  }
}
