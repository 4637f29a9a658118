// A figure as a standalone gnuplot script: a head that chooses terminal and output, then the statements of the figure.

import CGnuplotIOStream
import Files

/// The script of a figure, ready to be written.
struct Script {
  private let statements: [Statement]

  /// What the head of every script says of its image, by which a script is known again.
  static let mark = ".svg beside this file\n# gnuplot -e \"terminal='png'\" "

  /// The script that draws `figure`. Run as `name`.gp, it draws beside itself, whatever the working directory.
  init(_ figure: some Figure, name: String) {
    let size = "size \(figure.canvas.width), \(figure.canvas.height)"
    let head = """
      # \(figure.title.visible)
      #
      # Saving the figure again replaces this file: change a copy under another name.
      #
      # gnuplot \(name).gp                         draws \(name).svg beside this file
      # gnuplot -e "terminal='png'" \(name).gp     draws \(name).png
      # gnuplot -e "terminal='dumb'" \(name).gp    prints a chart as text

      reset
      set encoding utf8
      if (!exists('terminal')) { terminal = 'svg' }
      folder = exists('ARG0') ? ARG0 : ''
      while (strlen(folder) > 0 && folder[strlen(folder):strlen(folder)] ne '/') { folder = folder[1:strlen(folder)-1] }
      if (folder[1:1] ne '/') { folder = './'.folder }
      if (!exists('output')) { output = terminal eq 'dumb' ? '' : folder.'\(name).'.terminal }
      if (!exists('columns')) { columns = 79 }
      rows = 24
      if (terminal eq 'svg') { set terminal svg \(size) font 'sans,\(Text.size)' background rgb 'white' noenhanced }
      if (terminal eq 'png') { set terminal pngcairo \(size) font 'sans,14' fontscale 0.75 background rgb 'white' \
      noenhanced }
      if (terminal eq 'dumb') { set terminal dumb size columns, rows mono noenhanced }
      if (strstrt(' svg png dumb ', ' '.terminal.' ') == 0) { print 'The terminal is svg, png or dumb.'; exit status 1 }
      if (output ne '') { set output output }

      """
    statements = [.command(head)] + figure.statements + [.command("set output")]
  }

  /// Writes the script to the file at `path`, or throws why it could not be written. Traps where a figure's rows of
  /// numbers differ in length, or where there are none.
  func write(to path: String) throws(WriteFault) {
    guard let file = gnuplot_script_open(path) else { throw WriteFault("out of memory") }
    defer { gnuplot_script_free(file) }
    for statement in statements {
      switch statement {
      case .command(let text): gnuplot_script_command(file, text)
      case .data(let name, let rows):
        guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
          fatalError(
            "the rows of $\(name) have \(Set(rows.map(\.count)).sorted()) numbers, and all need the same number")
        }
        gnuplot_script_data(file, name, Array(rows.joined()), rows.count, width)
      }
    }
    gnuplot_script_finish(file)
    if let reason = gnuplot_script_error(file) { throw WriteFault(String(cString: reason)) }
  }
}
