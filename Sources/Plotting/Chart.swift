// A chart: marks on two axes.

/// Marks on two axes.
///
/// A line and a rule carry their names where they end, in their colour; lines that lie on each other share a label.
/// Points, bars and bands are named in a legend below, and so are lines and rules that have no room for their names:
/// more than ten, or one that is wider than 26 columns or cannot be seen.
public struct Chart: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas: Canvas
  let x: Axis, y: Axis
  let marks: [Mark]
  private let colours: [String]

  /// A chart of `marks`. Traps where one without `x` has not as many values as the x axis has categories.
  ///
  /// - Parameters:
  ///   - title: What the figure shows.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - colours: The names whose colours come first, in their order: given to every chart of a page, they keep a
  ///     name in its colour. Other names take the next colours as they appear.
  ///   - canvas: The size of the image.
  ///   - marks: What is drawn, the later over the earlier.
  public init(
    _ title: String, x: Axis, y: Axis, colours: [String] = [], canvas: Canvas = Canvas(), _ marks: [Mark]
  ) {
    (self.title, self.x, self.y, self.colours, self.canvas, self.marks) = (title, x, y, colours, canvas, marks)
    if case .categorical(let names) = x.scale {
      for mark in marks where mark.x == nil && mark.hasPlaces && mark.y.count != names.count {
        fatalError("mark “\(mark.name)” has \(mark.y.count) values for \(names.count) categories")
      }
    }
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] { statements(in: Cell(canvas: canvas, left: 0, top: 0, of: canvas)) }

  func statements(in cell: Cell) -> [Statement] { ChartDrawing(self, in: cell).statements }

  /// The number of the colour of each mark, from 1; 0 for one that has none. A mark without a name has a colour of its
  /// own.
  var colourNumbers: [Int] {
    var numbers: [String: Int] = [:]
    for name in colours where numbers[name] == nil { numbers[name] = numbers.count + 1 }
    var unnamed = 0
    return marks.map { mark in
      switch mark.kind {
      case .rule, .texts: return 0
      case .line, .points, .bars, .band:
        let name = mark.like ?? mark.name
        // The names of others are no names, nor is this.
        let key = name.isEmpty ? "\u{0}\(unnamed)" : name
        if name.isEmpty { unnamed += 1 }
        if numbers[key] == nil { numbers[key] = numbers.count + 1 }
        return numbers[key]!
      }
    }
  }
}

/// Charts beside and below each other.
public struct Panels: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  private let charts: [Chart], columns: Int

  /// The charts in rows of `columns`. Traps where there is no chart, or no column.
  public init(_ title: String, columns: Int = 2, _ charts: [Chart]) {
    if charts.isEmpty || columns < 1 { fatalError("panels “\(title)” need charts and columns for them") }
    (self.title, self.charts, self.columns) = (title, charts, min(columns, charts.count))
  }

  /// Of each chart, whatever its own canvas.
  private var size: Canvas { Canvas(width: max(240, 720 / columns), height: 320) }

  private var titleHeight: Int { 10 + Int(Text.line) * title.wrapped(to: size.width * columns / 9, lines: 3).count }

  /// The size of the image.
  public var canvas: Canvas {
    let rows = (charts.count + columns - 1) / columns
    return Canvas(width: size.width * columns, height: size.height * rows + titleHeight)
  }

  /// One row of text for each chart.
  public var textRows: Int { charts.count }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let text = title.quotedLines(width: size.width * columns / 9, lines: 3)
    let half = (5 + Double(titleHeight) / 2) / Double(canvas.height)
    // gnuplot's own layout of a multiplot does not say where a cell is, which the names of lines must know.
    return [.command("set multiplot")]
      + charts.enumerated().flatMap { index, chart in
        let place = (left: index % columns * size.width, top: titleHeight + index / columns * size.height)
        let cell = Cell(canvas: size, left: place.left, top: place.top, of: canvas)
        let row = 1 - Double(index + 1) / Double(charts.count)
        return [
          .command("reset"),
          .command("if (terminal eq 'dumb') { set origin 0, \(row); set size 1, \(1 / Double(charts.count)) }"),
          .command(index == 0 ? "set label \(text) at screen 0.5, \(1 - half) center font ',16'" : "unset label"),
        ] + chart.statements(in: cell)
      } + [.command("unset multiplot")]
  }
}

/// The part of an image that a chart may fill, in pixels from the upper left corner.
struct Cell {
  let canvas: Canvas
  let left: Int, top: Int
  /// The whole image.
  let of: Canvas

  /// gnuplot's coordinates on the screen for a place in pixels from the left and from the foot of the cell.
  func screen(x: Double) -> Double { (Double(left) + x) / Double(of.width) }
  func screen(y: Double) -> Double { (Double(of.height - top - canvas.height) + y) / Double(of.height) }
}
