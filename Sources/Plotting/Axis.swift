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
/// gnuplot would choose them as well, but not tell: where the names of lines go depends on them.
struct PlacedAxis {
  private let name: String, scale: Scale
  private(set) var lower: Double, upper: Double
  private let tics: String
  /// The width of the widest label of a tic, and how far those at the foot reach down, in pixels.
  private(set) var ticBreadth = 0.0, ticDepth = 17.0

  /// The axis that gnuplot calls `name` ("x", "y", "cb") in a frame of so many `pixels` for `values`. A y axis ends at
  /// tics beyond them, another where they do. With `room` there is some between them and its ends, except below bars at
  /// 0.
  init(_ axis: Axis, _ name: String, _ values: [Double], pixels: Double, room: Bool = true, bars: Bool = false) {
    (self.name, scale) = (name, axis.scale)
    let values = (values + (bars ? [0] : [])).filter { !axis.scale.place($0).isNaN }
    var (low, high) = (values.min() ?? (axis.scale == .logarithmic ? 0.1 : 0), values.max() ?? 1)
    // What lies beyond a given range is cut off, and needs no room.
    var isCut = (false, false)
    if let range = axis.range, !axis.scale.place(range.lowerBound).isNaN, !axis.scale.place(range.upperBound).isNaN {
      isCut = (low < range.lowerBound, high > range.upperBound)
      (low, high) = (range.lowerBound, range.upperBound)
    }
    switch axis.scale {
    case .linear, .integers:
      let isWhole = axis.scale == .integers
      // Numbers so small that a sixth of them is 0 are drawn as 0.
      if high - low <= max(max(abs(low), abs(high)) * 1e-12, 1e-300) {
        let beside = isWhole || abs(low) <= 1e-290 ? 1 : abs(low) / 10
        (low, high) = (low - beside, high + beside)
      }
      let raw = max((high - low) / 6, isWhole ? 1 : 0)
      let power = pow(10, floor(log10(raw)))
      let step = power * ([1, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10)
      let (foot, top) = (floor(low / step), ceil(high / step))
      tics = "set \(name)tics \(step)"
      let labels = stride(from: foot, through: top, by: 1).map { String(format: "%.10g", $0 * step) }
      ticBreadth = Tics.breadth(of: labels, size: Text.smallSize)
      // Not where nearly a whole step would be empty.
      lower = name != "y" || low - foot * step > 0.85 * step ? low : foot * step
      upper = name != "y" || top * step - high > 0.85 * step ? high : top * step
    case .logarithmic:
      // gnuplot's own tics are powers of ten, of which there may be one in the frame, or a hundred.
      let decades = Int(floor(log10(low)))...Int(ceil(log10(high)))
      let isShort = log10(high) - log10(low) < 2
      let step = isShort ? 1 : [1, 2, 5, 10, 20, 50].first { decades.count <= 9 * $0 } ?? 100
      let marks = (decades.lowerBound - 1...decades.upperBound).flatMap { decade in
        (isShort ? [1, 2, 5] : [1]).map { (decade: decade, code: "\($0)e\(decade)", place: Double("\($0)e\(decade)")!) }
      }.filter { !axis.scale.place($0.place).isNaN }
      var foot = marks.last { $0.place <= low }?.place ?? low
      let top = marks.first { $0.place >= high && $0.place > foot }?.place ?? high
      if foot == top { foot /= 2 }
      let shown = marks.filter { foot...top ~= $0.place && $0.decade % step == 0 }
        .map { (label: -3...4 ~= $0.decade ? readable($0.place) : $0.code, place: $0.place) }
      tics = "set \(name)tics \(Tics.list(shown))\nset logscale \(name)"
      ticBreadth = Tics.breadth(of: shown.map(\.label), size: Text.smallSize)
      (lower, upper) = name != "y" && low < high ? (low, high) : (foot, top)
    case .categorical(let names):
      let placed = Tics(names, count: names.count, atFoot: name == "x", pixels: pixels)
      (tics, ticBreadth, ticDepth) = (placed.commands(name), placed.breadth, placed.depth)
      (lower, upper) = (-0.6, Double(max(names.count, 1)) - 0.4)
      return
    }
    let (start, end) = (value(at: -0.03), value(at: 1.03))
    let isTight = (fraction(low) < 0.015 && !isCut.0, fraction(high) > 0.985 && !isCut.1)
    if room && isTight.0 && !(bars && low == 0) { lower = start }
    if room && isTight.1 && !(bars && high == 0) { upper = end }
  }

  /// The commands that set up the axis.
  var commands: String { "set \(name)range [\(lower):\(upper)]\n\(tics)" }

  /// Where `value` stands between the ends of the axis: 0 at the lower, 1 at the upper.
  func fraction(_ value: Double) -> Double {
    if scale != .logarithmic { return (value - lower) / (upper - lower) }
    return (log(value) - log(lower)) / (log(upper) - log(lower))
  }

  /// The value that stands there.
  private func value(at fraction: Double) -> Double {
    if scale != .logarithmic { return lower + fraction * (upper - lower) }
    return exp(log(lower) + fraction * (log(upper) - log(lower))).clamped(to: 1e-307...1e307)
  }
}
