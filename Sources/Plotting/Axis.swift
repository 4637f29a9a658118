// An axis: which values it can show, where it begins and ends, and where its tics stand.

import Foundation

/// How an axis spaces its values.
public enum Scale: Sendable {
  /// Equal differences take equal space. Values beyond ±1e300 are left out.
  case linear
  /// Equal ratios take equal space. Values below 1e-307, zero and negative ones among them, or above
  /// 1e307 are left out.
  case logarithmic

  /// `value`, or nan where the axis has no place for it, which leaves a gap.
  func place(_ value: Double) -> Double {
    switch self {
    case .linear: abs(value) <= 1e300 ? value : .nan
    case .logarithmic: value >= 1e-307 && value <= 1e307 ? value : .nan
    }
  }
}

/// The range of an axis and its tics, chosen for the values that it shows.
struct Axis {
  let lower: Double
  let upper: Double
  private let scale: Scale
  /// The columns that the widest label of a tic takes.
  let ticWidth: Int
  private let tics: String

  /// An axis for `values`. A `tight` one ends where the values do; another, at a tic beyond them.
  init(_ values: some Sequence<Double>, scale: Scale, tight: Bool = false) {
    let placed = values.lazy.map(scale.place).filter { !$0.isNaN }
    let low = placed.min()
    let high = placed.max()
    self.scale = scale
    switch scale {
    case .linear: (lower, upper, tics, ticWidth) = Axis.linear(low ?? 0, high ?? 1, tight: tight)
    case .logarithmic: (lower, upper, tics, ticWidth) = Axis.logarithmic(low ?? 0.1, high ?? 1, tight: tight)
    }
  }

  /// The statements that set up the axis that gnuplot calls `name` ("x", "y", "cb").
  func statements(_ name: String) -> [Statement] {
    [
      .command("set \(name)range [\(lower):\(upper)]"),
      .command("set \(name)tics \(tics)"),
    ] + (scale == .logarithmic ? [.command("set logscale \(name)")] : [])
  }

  /// Where `value` stands between the ends of the axis: 0 at the lower, 1 at the upper.
  func fraction(_ value: Double) -> Double {
    switch scale {
    case .linear: (value - lower) / (upper - lower)
    case .logarithmic: (log(value) - log(lower)) / (log(upper) - log(lower))
    }
  }

  private static func linear(_ low: Double, _ high: Double, tight: Bool) -> (Double, Double, String, Int) {
    var low = low
    var high = high
    // Numbers so small that a sixth of them is 0 are drawn as 0.
    if high - low <= max(max(abs(low), abs(high)) * 1e-12, 1e-300) {
      let room = abs(low) <= 1e-290 ? 1 : abs(low) / 10
      low -= room
      high += room
    }
    let raw = (high - low) / 6
    let power = pow(10, floor(log10(raw)))
    let step = power * ([1, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10)
    let marks = stride(from: floor(low / step), through: ceil(high / step), by: 1)
    let width = marks.map { String(format: "%.10g", $0 * step).count }.max() ?? 0
    if tight { return (low, high, "\(step)", width) }
    return (floor(low / step) * step, ceil(high / step) * step, "\(step)", width)
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
