// What a chart is made of: lines, points, bars, rules, texts and bands.

/// One thing that a ``Chart`` draws, with the name by which the reader finds it.
///
/// A value that its axis cannot show (nan, infinite, or zero and below on a logarithmic axis) leaves a gap. Values
/// without an `x` stand at 1, 2, 3, …, or at the categories of a categorical axis, one after the other.
public struct Mark: Sendable {
  enum Kind { case line, points, bars, band, rule, texts }

  let name: String
  let kind: Kind
  let like: String?
  let x: [Double]?
  /// The values for each place; of a band its lower and its upper edge, of runs their medians and then such edges.
  let y: [[Double]]
  let hasPoints: Bool, isDashed: Bool, showsValues: Bool
  let texts: [String]

  private init(
    _ name: String, _ kind: Kind, like: String? = nil, x: (some Collection<some Plottable>)?, y: [Double]...,
    hasPoints: Bool = false, isDashed: Bool = false, showsValues: Bool = false, texts: [String] = []
  ) {
    (self.name, self.kind, self.like, self.x, self.y) = (name, kind, like, x?.map(\.plotted), y)
    (self.hasPoints, self.isDashed, self.showsValues, self.texts) = (hasPoints, isDashed, showsValues, texts)
    for y in y where x != nil && y.count != x!.count {
      fatalError("mark “\(name)” has \(x!.count) x values and \(y.count) y values")
    }
  }

  /// Whether it is an upright rule.
  var isUpright: Bool { kind == .rule && !x![0].isNaN }

  /// A line through the points (x[i], y[i]), its name where it ends. Traps where `x` and `y` differ in length.
  ///
  /// - Parameters:
  ///   - name: What the line is; an empty name is not drawn.
  ///   - x: In the units of the x axis.
  ///   - y: In the units of the y axis.
  ///   - hasPoints: Whether each point is marked.
  ///   - like: The name of the mark whose colour it takes; nil for a colour of its own.
  ///   - isDashed: Whether it is thin and dashed: what theory expects of the mark that it is `like`.
  public static func line<X: Collection, Y: Collection>(
    _ name: String = "", x: X? = nil as [Double]?, y: Y, hasPoints: Bool = false, like: String? = nil,
    isDashed: Bool = false
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    Mark(name, .line, like: like, x: x, y: y.map(\.plotted), hasPoints: hasPoints, isDashed: isDashed)
  }

  /// Several runs of one experiment: a line through the median, and a band from the smallest value to the largest.
  /// Traps where a run has not as many values as `x`.
  public static func runs<X: Collection, Y: Collection>(
    _ name: String, x: X, y runs: [Y], like: String? = nil
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    let runs = runs.map { $0.map(\.plotted) }
    for run in runs where run.count != x.count {
      fatalError("mark “\(name)” has \(x.count) x values and a run of \(run.count)")
    }
    let columns = (0..<x.count).map { place in runs.map { $0[place] }.filter { !$0.isNaN }.sorted() }
    let medians = columns.map { $0.isEmpty ? .nan : ($0[($0.count - 1) / 2] + $0[$0.count / 2]) / 2 }
    return Mark(
      name, .line, like: like, x: x, y: medians, columns.map { $0.first ?? .nan }, columns.map { $0.last ?? .nan })
  }

  /// The area between `low` and `high`. Traps where the three differ in length.
  public static func band<X: Collection, Y: Collection>(
    _ name: String = "", x: X, low: Y, high: Y, like: String? = nil
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    if low.count != high.count { fatalError("band “\(name)” has \(low.count) lower and \(high.count) upper edges") }
    return Mark(name, .band, like: like, x: x, y: low.map(\.plotted), high.map(\.plotted))
  }

  /// Points at (x[i], y[i]), their name in a legend. Traps where `x` and `y` differ in length.
  public static func points<X: Collection, Y: Collection>(
    _ name: String = "", x: X? = nil as [Double]?, y: Y, like: String? = nil
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    Mark(name, .points, like: like, x: x, y: y.map(\.plotted))
  }

  /// Bars from zero, their name in a legend; those of several marks stand side by side. Traps where `x` and `y` differ
  /// in length.
  ///
  /// - Parameters:
  ///   - name: What the bars are.
  ///   - x: Where they stand.
  ///   - y: How high they are.
  ///   - showsValues: Whether each bar carries its value, to three digits.
  ///   - like: The name of the mark whose colour they take.
  public static func bars<X: Collection, Y: Collection>(
    _ name: String = "", x: X? = nil as [Double]?, y: Y, showsValues: Bool = false, like: String? = nil
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    Mark(name, .bars, like: like, x: x, y: y.map(\.plotted), showsValues: showsValues)
  }

  /// A horizontal line that a chart is read against: a baseline, a bound. It is dark and dashed, its name at its right
  /// end.
  public static func rule(_ name: String, y: Double) -> Mark { Mark(name, .rule, x: [Double.nan], y: [y]) }

  /// A vertical line: where something happens.
  public static func rule(_ name: String, x: Double) -> Mark { Mark(name, .rule, x: [x], y: [.nan]) }

  /// Words beside the points (x[i], y[i]), clear of lines, points and each other where there is room. Traps where the
  /// three differ in length.
  public static func texts<X: Collection, Y: Collection>(
    _ texts: [String], x: X? = nil as [Double]?, y: Y
  ) -> Mark where X.Element: Plottable, Y.Element: Plottable {
    if texts.count != y.count { fatalError("\(texts.count) texts stand at \(y.count) places") }
    return Mark("", .texts, x: x, y: y.map(\.plotted), texts: texts)
  }
}
