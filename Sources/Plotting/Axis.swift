// An axis: which values it can show, where it begins and ends, and where its tics stand.

import Foundation

/// How an axis spaces its values.
public enum Scale: Sendable, Equatable {
  /// Equal differences take equal space. Values beyond ±1e300 are left out.
  case linear
  /// The same for what is counted: tics stand at whole numbers alone.
  case integers
  /// Equal ratios take equal space. Values below 1e-307, zero and negative ones among them, or above
  /// 1e307 are left out.
  case logarithmic
  /// A word for each of the values 0, 1, 2, …
  case categorical([String])

  /// `value`, or nan where the axis has no place for it, which leaves a gap.
  func place(_ value: Double) -> Double {
    switch self {
    case .linear, .integers: abs(value) <= 1e300 ? value : .nan
    case .logarithmic: value >= 1e-307 && value <= 1e307 ? value : .nan
    case .categorical(let names): value >= 0 && value < Double(names.count) ? value : .nan
    }
  }
}

/// What an axis of a ``Chart`` measures. A string alone is a linear axis with that label.
public struct Axis: Sendable, ExpressibleByStringInterpolation {
  let label: String, scale: Scale, range: ClosedRange<Double>?

  /// An axis for `label`, which names a quantity and its unit. It shows `range`, and a line that goes beyond leaves the
  /// frame; without a range it shows every value.
  public init(_ label: String, _ scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    (self.label, self.scale, self.range) = (label, scale, range)
  }

  /// A linear axis.
  public init(stringLiteral label: String) { self.init(label) }
}

/// The ends of an axis and its tics, chosen for the values that it shows.
///
/// gnuplot would choose them as well, but not tell: where the names of lines go depends on them. Its own tics on a
/// logarithmic axis are powers of ten alone, of which there may be one in the frame, or a hundred.
struct PlacedAxis {
  let lower: Double, upper: Double
  private let scale: Scale
  private let tics: [Statement]
  /// The columns that the widest label of a tic takes, and how far the tics of an x axis reach down, in pixels.
  let ticWidth: Int, ticDepth: Double

  /// The x or y axis (`name`) of a frame of so many `pixels` for `values`. A `tight` axis ends where the values do,
  /// another at a tic beyond. With `room` there is some between the values and its ends, except below bars at 0.
  init(
    _ axis: Axis, _ name: String, _ values: some Sequence<Double>, pixels: Double, tight: Bool = false,
    room: Bool = true, bars: Bool = false
  ) {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where !axis.scale.place(value).isNaN { (low, high) = (min(low, value), max(high, value)) }
    if bars && axis.scale != .logarithmic { (low, high) = (min(low, 0), max(high, 0)) }
    // What lies beyond a given range is cut off, and needs no room.
    let isCut = axis.range.map { (low < $0.lowerBound, high > $0.upperBound) } ?? (false, false)
    if let range = axis.range, !axis.scale.place(range.lowerBound).isNaN, !axis.scale.place(range.upperBound).isNaN {
      (low, high) = (range.lowerBound, range.upperBound)
    }
    scale = axis.scale
    var depth = 17.0
    var ends: (Double, Double)
    let list: String
    switch axis.scale {
    case .linear, .integers:
      if low > high { (low, high) = (0, 1) }
      (ends.0, ends.1, list, ticWidth) = Self.linear(&low, &high, tight: tight, whole: axis.scale == .integers)
      tics = [.command("set \(name)tics \(list)")]
      let margin = (ends.1 - ends.0) * 0.03
      if room && !isCut.0 && low - ends.0 < margin / 2 && !(bars && low == 0) { ends.0 -= margin }
      if room && !isCut.1 && ends.1 - high < margin / 2 && !(bars && high == 0) { ends.1 += margin }
    case .logarithmic:
      if low > high { (low, high) = (0.1, 1) }
      (ends.0, ends.1, list, ticWidth) = Self.logarithmic(low, high, tight: tight)
      tics = [.command("set \(name)tics \(list)"), .command("set logscale \(name)")]
      let margin = log(ends.1 / ends.0) * 0.03
      if room && !isCut.0 && log(low / ends.0) < margin / 2 { ends.0 = max(1e-307, ends.0 * exp(-margin)) }
      if room && !isCut.1 && log(ends.1 / high) < margin / 2 { ends.1 = min(1e307, ends.1 * exp(margin)) }
    case .categorical(let names):
      let placed = name == "x" ? Tics(foot: names, pixels: pixels) : Tics(side: names, pixels: pixels)
      ends = (-0.6, Double(max(names.count, 1)) - 0.4)
      tics = placed.statements(name)
      ticWidth = Int(placed.breadth / 10) + 1
      depth = placed.depth
    }
    (lower, upper) = ends
    ticDepth = depth
  }

  /// The statements that set up the axis that gnuplot calls `name` ("x", "y", "cb").
  func statements(_ name: String) -> [Statement] { [.command("set \(name)range [\(lower):\(upper)]")] + tics }

  /// Where `value` stands between the ends of the axis: 0 at the lower, 1 at the upper.
  func fraction(_ value: Double) -> Double {
    scale == .logarithmic ? log(value / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }

  private static func linear(
    _ low: inout Double, _ high: inout Double, tight: Bool, whole: Bool
  ) -> (Double, Double, String, Int) {
    // Numbers so small that a sixth of them is 0 are drawn as 0.
    if high - low <= max(max(abs(low), abs(high)) * 1e-12, 1e-300) {
      let room = whole || abs(low) <= 1e-290 ? 1 : abs(low) / 10
      low -= room
      high += room
    }
    let raw = max((high - low) / 6, whole ? 1 : 0)
    let power = pow(10, floor(log10(raw)))
    let step = power * ([1, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10)
    let marks = stride(from: floor(low / step), through: ceil(high / step), by: 1)
    let width = marks.map { String(format: "%.10g", $0 * step).count }.max() ?? 0
    if tight { return (low, high, "\(step)", width) }
    // A tic beyond the values, unless nearly a whole step would be empty.
    let (foot, top) = (floor(low / step) * step, ceil(high / step) * step)
    return (low - foot > 0.85 * step ? low : foot, top - high > 0.85 * step ? high : top, "\(step)", width)
  }

  private static func logarithmic(_ low: Double, _ high: Double, tight: Bool) -> (Double, Double, String, Int) {
    let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
    let ends: [(label: String, value: Double)]
    var marks: [(label: String, value: Double)]
    if log10(high) - log10(low) < 2 {
      // Few decades: 1, 2 and 5 of each, as many as it takes to enclose the values.
      marks = (decades.lowerBound - 1...decades.upperBound).flatMap { decade in
        ["1", "2", "5"].compactMap { mark(digit: $0, decade: decade) }
      }
      let first = marks.lastIndex { $0.value <= low } ?? 0
      let last = marks.firstIndex { $0.value >= high && $0.value > marks[first].value } ?? marks.count - 1
      marks = Array(marks[min(first, last - 1)...last])
      ends = marks
    } else {
      let step = [1, 2, 5, 10, 20, 50, 100].first { decades.count <= 9 * $0 } ?? 100
      // Counted from one, so that the tics are round powers.
      marks = decades.filter { $0 % step == 0 }.compactMap { mark(digit: "1", decade: $0) }
      ends = [decades.lowerBound, decades.upperBound].compactMap { mark(digit: "1", decade: $0) }
    }
    let tics = "(" + marks.map { "\($0.label.quotedTic) \($0.value)" }.joined(separator: ", ") + ")"
    let width = marks.map(\.label.count).max() ?? 0
    if tight && low < high { return (low, high, tics, width) }
    return (min(low, ends[0].value), max(high, ends[ends.count - 1].value), tics, width)
  }

  /// The number `digit` times ten to the power `decade`, exactly, where a logarithmic axis can show it.
  private static func mark(digit: String, decade: Int) -> (label: String, value: Double)? {
    let code = "\(digit)e\(decade)"
    guard let value = Double(code), !Scale.logarithmic.place(value).isNaN else { return nil }
    return (-3...4 ~= decade ? readable(value) : code, value)
  }
}
