import Foundation
import Plotting
import SequenceModels
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Figures of any numbers and words: gnuplot draws each, and what it draws is XML to its end.
struct FigureFuzz {
  @Test func aFigureIsDrawnWhateverItHolds() throws {
    try fuzz("figures", cases: 40) { random, folder in
      let figure = Self.figure(&random)
      let text = random.index(below: 4) == 0 ? random.index(below: 120) : nil
      let saved = try PlotFolder(path: folder, textColumns: text).save(figure, as: "figure")
      let image = try Data(contentsOf: URL(fileURLWithPath: saved.image!))
      let parser = XMLParser(data: image)
      try expect(parser.parse(), "no XML: \(parser.parserError.map { "\($0)" } ?? "")")
      try expect(
        image.range(of: Data("viewBox=\"0 0 \(figure.canvas.width) \(figure.canvas.height)\"".utf8)) != nil, "no canvas"
      )
      try expect((saved.text == nil) == (text == nil), "no text")
      let odd = saved.text?.unicodeScalars.first { $0.value < 0x20 && $0 != "\n" }
      try expect(odd == nil, "the text has the control character \(odd!.value): \(saved.text!.debugDescription)")
    }
  }

  static func figure(_ random: inout RandomSource) -> any Figure {
    let (title, x, y) = (random.label(), random.label(), random.label())
    let scales: [Scale] = (0..<2).map { _ in
      random.element(of: [.linear, .logarithmic, .integers, .categorical([random.label(), random.label()])])
    }
    let references: [Mark] = (0..<random.index(below: 3)).map { _ in .rule(random.label(), y: random.value()) }
    switch random.index(below: 5) {
    case 0:
      let series = (0..<random.index(below: 5)).map { _ -> Mark in
        let values = random.values(below: 200)
        let x = values.map { _ in random.value() }
        let other = random.index(below: 3) == 0 ? random.label() : nil
        switch random.index(below: 4) {
        case 0: return .runs(random.label(), x: x, y: [values, x, values.reversed()], like: other)
        case 1: return .band(random.label(), x: x, low: values, high: x, like: other)
        default:
          return .line(
            random.label(), x: x, y: values, hasPoints: random.index(below: 2) == 0, like: other,
            isDashed: random.index(below: 2) == 0)
        }
      }
      return Chart(
        title, x: Axis(x, scales[0]), y: Axis(y, scales[1], range: random.index(below: 3) == 0 ? random.range() : nil),
        series + references)
    case 1:
      let categories = (0..<random.index(below: 12)).map { _ in random.label() }
      let bars: [Mark] = (0..<1 + random.index(below: 3)).map { _ in
        .bars(random.label(), y: categories.map { _ in random.value() }, showsValues: random.index(below: 2) == 0)
      }
      return Chart(title, x: Axis(x, .categorical(categories)), y: Axis(y), bars + references)
    case 2:
      let points = (0..<random.index(below: 3)).flatMap { _ -> [Mark] in
        let values = random.values(below: 20)
        let x = values.map { _ in random.value() }
        return [.points(random.label(), x: x, y: values), .texts(values.map { _ in random.label() }, x: x, y: values)]
      }
      return Panels(
        title, columns: 1 + random.index(below: 3),
        (0...random.index(below: 3)).map { _ in
          Chart(
            random.label(), x: Axis(x, random.element(of: [.integers, .linear])), y: Axis(y),
            colours: [random.label()], points + [.rule(random.label(), x: random.value())])
        })
    case 3:
      let nodes = (0..<random.index(below: 12)).map { _ in
        Node(
          random.label(), at: random.value(), random.value(),
          shape: random.element(of: [.box, .circle, .gate, .operation, .dot, .plain]), ink: random.ink(),
          value: random.value())
      }
      let arrows = (0..<(nodes.isEmpty ? 0 : random.index(below: 20))).map { _ in
        Arrow(
          random.element(of: nodes), random.element(of: nodes), random.label(), ink: random.ink(),
          strength: random.index(below: 2) == 0 ? nil : random.value(),
          bend: random.index(below: 2) == 0 ? 0 : random.value(),
          via: (0..<random.index(below: 3)).map { _ in (random.value(), random.value()) },
          isDashed: random.index(below: 3) == 0)
      }
      let frames = (0..<random.index(below: 3)).map { _ in
        Frame(random.label(), columns: random.range(), rows: random.range(), ink: random.ink())
      }
      return Diagram(
        title: title, nodes: nodes, arrows: arrows, frames: frames, spacing: (60 * random.value(), 60 * random.value()))
    default:
      let panels = (0..<1 + random.index(below: 3)).map { _ in
        let values = (0..<random.index(below: 12)).map { _ in random.values(below: 30) }
        let columns = values.map(\.count).max() ?? 0
        return Panel(
          random.label(), values,
          columns: random.index(below: 2) == 0 ? nil : (0..<columns).map { _ in random.label() },
          rows: random.index(below: 2) == 0 ? nil : values.map { _ in random.label() },
          outlined: [(random.index(below: 12), random.index(below: 30))])
      }
      return Heatmap(
        title, x: x, y: y, color: random.label(), palette: random.element(of: [.sequential, .diverging]),
        isSquare: random.index(below: 3) == 0, panels: panels)
    }
  }
}

extension RandomSource {
  /// A label, mostly short, at times empty, at times very long.
  fileprivate mutating func label() -> String {
    switch index(below: 20) {
    case 0: ""
    case 1: text(pieces: 2000)
    default: text(pieces: 1 + index(below: 12))
    }
  }

  /// A number, at times one that an axis cannot show.
  fileprivate mutating func value() -> Double {
    switch index(below: 12) {
    case 0:
      element(of: [
        .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
        -.greatestFiniteMagnitude,
        1e-300, 1e300, -.leastNormalMagnitude, 1 + .ulpOfOne,
      ])
    case 1: Double(bitPattern: next())
    case 2: Double(index(below: 100))
    default: normal()
    }
  }

  fileprivate mutating func ink() -> Ink { element(of: [.neutral, .forward, .backward, .accent, .faint]) }

  /// A range between two numbers.
  fileprivate mutating func range() -> ClosedRange<Double> {
    let ends = [value(), value()].filter { !$0.isNaN }.sorted()
    return (ends.first ?? 0)...(ends.last ?? 1)
  }

  /// Numbers: none, one, all the same, or fewer than `count`.
  fileprivate mutating func values(below count: Int) -> [Double] {
    switch index(below: 6) {
    case 0: []
    case 1: [value()]
    case 2: Array(repeating: value(), count: 1 + index(below: count))
    default: (0..<index(below: count)).map { _ in value() }
    }
  }
}
