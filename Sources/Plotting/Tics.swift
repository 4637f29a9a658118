// Words, characters and numbers as the tics of an axis, one for each category, column or row, turned and sized so that
// they fit.

/// Labels at 0, 1, 2, … along an axis of the image.
struct Tics {
  /// The turn of the labels in degrees: 0, 40 or 90.
  private let turn: Int
  private let size: Int
  private let marks: [(label: String, place: Double)]
  private let count: Int

  /// `labels` along the foot or the side of a frame, which is so many `pixels` long; without labels, the numbers from 1
  /// to `count`, at round steps.
  init(_ labels: [String]?, count: Int, atFoot: Bool, pixels: Double) {
    self.count = max(count, 1)
    let room = pixels / Double(self.count)
    let texts = (0..<count).map { labels?[$0].elided(to: atFoot ? 24 : 20) ?? "\($0 + 1)" }
    let step: Int
    if labels != nil {
      let longest = Double(texts.map(\.displayWidth).max() ?? 1)
      func fitting(_ pixels: Double) -> Int { Int(pixels.clamped(to: 9...Double(Text.smallSize))) }
      if !atFoot {
        (turn, size) = (0, fitting(room))
      } else if longest <= 2 || Tics.breadth(of: texts, size: Text.smallSize) <= room * 0.95 {
        (turn, size) = (0, longest <= 2 ? fitting(room / longest / Text.width) : Text.smallSize)
      } else {
        (turn, size) = room >= 34 ? (40, Text.smallSize) : (90, fitting(room / 1.1))
      }
      let needed = atFoot && turn == 0 ? Tics.breadth(of: texts, size: size) : Double(size)
      step = max(1, Int((needed * 0.95 / room).rounded(.up)))
    } else {
      (turn, size) = (0, Text.smallSize)
      let most = max(1, Int(pixels / (atFoot ? 30 : 20)))
      step = [1, 2, 5, 10, 20, 50, 100, 200, 500].first { count <= most * $0 } ?? 1000
    }
    // The words from the first on; the numbers 1, 10, 20, …
    let chosen = texts.indices.filter { labels == nil ? $0 == 0 || ($0 + 1) % step == 0 : $0 % step == 0 }
    marks = chosen.map { (texts[$0], Double($0)) }
  }

  /// The width of the widest of `labels` in a font of `size` pixels.
  static func breadth(of labels: [String], size: Int) -> Double {
    Double(labels.map(\.displayWidth).max() ?? 0) * Text.width * Double(size)
  }

  /// Labels at places, as a list of gnuplot.
  static func list(_ marks: [(label: String, place: Double)]) -> String {
    "(" + marks.map { "\($0.label.quotedTic) \($0.place)" }.joined(separator: ", ") + ")"
  }

  /// The width of the widest label, in pixels.
  var breadth: Double { Tics.breadth(of: marks.map(\.label), size: size) }

  /// How far labels at the foot reach down, in pixels.
  var depth: Double { turn == 0 ? Double(size) * Text.height : turn == 90 ? breadth : breadth * 0.64 + Double(size) }

  /// The commands that put the labels on the axis `name`. The text terminal cannot turn text, so there a label is cut
  /// to the room that it has.
  func commands(_ name: String) -> String {
    if turn == 0 { return "set \(name)tics norotate font ',\(size)' \(Tics.list(marks))" }
    let short = marks.map { ($0.label.elided(to: max(1, 64 / count - 1)), $0.place) }
    return """
      set \(name)tics rotate by \(turn) right font ',\(size)' \(Tics.list(marks))
      if (terminal eq 'dumb') { set \(name)tics norotate \(Tics.list(short)) }
      """
  }
}
