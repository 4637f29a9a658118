// A chart: marks on two axes.

/// Marks on two axes.
///
/// A line and a rule carry their names where they end, in their colour; lines that lie on each other share a label.
/// Points, bars and bands are named in a legend below, and so are lines and rules that have no room for their names:
/// more than ten, or one that is wider than 26 columns or cannot be seen. In a name and in the label of an axis,
/// letters or digits after an underscore are drawn as a subscript.
public struct Chart: Figure {
  /// What the figure shows; drawn above it.
  public let title: String
  /// The size of the image.
  public let canvas = Canvas(width: 680, height: 430)
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
  ///   - marks: What is drawn, the later over the earlier.
  public init(_ title: String, x: Axis, y: Axis, colours: [String] = [], _ marks: [Mark]) {
    (self.title, self.x, self.y, self.colours, self.marks) = (title, x, y, colours, marks)
    if case .categorical(let names) = x.scale {
      for mark in marks where mark.x == nil && mark.y[0].count != names.count {
        fatalError("mark “\(mark.name)” has \(mark.y[0].count) values for \(names.count) categories")
      }
    }
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] { ChartDrawing(self, in: Cell(canvas)).statements }

  /// The number of the colour of each mark, from 1; 0 for one that has none. A mark without a name has a colour of its
  /// own.
  var colourNumbers: [Int] {
    var numbers: [String: Int] = [:]
    func number(_ name: String) -> Int {
      numbers[name] = numbers[name] ?? numbers.count + 1
      return numbers[name]!
    }
    for name in colours { _ = number(name) }
    return marks.enumerated().map { index, mark in
      if mark.kind == .rule || mark.kind == .texts { return 0 }
      let name = mark.like ?? mark.name
      // The names of others are no names, nor is this.
      return number(name.isEmpty ? "\u{0}\(index)" : name)
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

  private var caption: Caption { Caption(title, pixels: Double(size.width * columns), isTitle: true) }

  private var rows: Int { (charts.count + columns - 1) / columns }

  /// The size of the image.
  public var canvas: Canvas {
    Canvas(width: size.width * columns, height: size.height * rows + 10 + Int(caption.depth))
  }

  /// The gnuplot statements that draw the figure.
  public var statements: [Statement] {
    let (image, share) = (Cell(canvas), 1 / Double(charts.count))
    // In the text terminal the charts stand below each other. gnuplot's own layout of a multiplot does not say where a
    // cell is, which the names of lines must know.
    let parts = charts.enumerated().map { index, chart -> [Statement] in
      let cell = Cell(
        size, left: index % columns * size.width, top: canvas.height + (index / columns - rows) * size.height,
        of: canvas)
      let title = index > 0 ? "" : image.label(caption, image.width / 2, image.height - 5 - Text.line / 2, "font ',16'")
      return [
        .command(
          """
          reset
          if (terminal eq 'dumb') { set origin 0, \(1 - Double(index + 1) * share); set size 1, \(share) }
          \(title)
          """)
      ] + ChartDrawing(chart, in: cell).statements
    }
    return [
      .command("if (terminal eq 'dumb') { set terminal dumb size columns, rows * \(charts.count) mono noenhanced }"),
      .command("set multiplot"),
    ] + parts.joined() + [.command("unset multiplot")]
  }
}
