// Words and characters as the tics of an axis, one for each category, column or row, turned and sized so that they fit.

/// Labels at 0, 1, 2, … along an axis of the image.
struct Tics {
  /// How the labels lie, in degrees.
  enum Turn: Int {
    case flat = 0
    case slanted = 40
    case upright = 90
  }

  /// How the labels lie.
  let turn: Turn
  /// The size of their font in pixels.
  let size: Int
  private let marks: [(position: Int, label: String)]
  private let count: Int

  /// Labels along the foot of a figure, which is `pixels` wide.
  init(foot labels: [String], pixels: Double) {
    let labels = labels.map { $0.elided(to: 24) }
    let room = pixels / Double(max(labels.count, 1))
    let longest = Double(labels.map(\.displayWidth).max() ?? 1)
    if longest * Text.width * Double(Text.smallSize) <= room * 0.95 {
      (turn, size) = (.flat, Text.smallSize)
    } else if longest <= 2 {
      (turn, size) = (.flat, min(Text.smallSize, max(9, Int(room / longest / Text.width))))
    } else if room >= 34 {
      (turn, size) = (.slanted, Text.smallSize)
    } else {
      (turn, size) = (.upright, min(Text.smallSize, max(9, Int(room / 1.1))))
    }
    let needed = turn == .flat ? longest * Text.width * Double(size) : Double(size)
    let step = max(1, Int((needed * 0.95 / room).rounded(.up)))
    marks = Array(labels.enumerated()).filter { $0.offset % step == 0 }.map { ($0.offset, $0.element) }
    count = labels.count
  }

  /// Labels down the side of a figure, which is `pixels` high.
  init(side labels: [String], pixels: Double) {
    let room = pixels / Double(max(labels.count, 1))
    turn = .flat
    size = min(Text.smallSize, max(9, Int(room)))
    let step = max(1, Int((Double(size) * 0.95 / room).rounded(.up)))
    marks = Array(labels.enumerated()).filter { $0.offset % step == 0 }.map { ($0.offset, $0.element.elided(to: 20)) }
    count = labels.count
  }

  /// The numbers from 1 to `count`, as many of them as `pixels` have room for, each `apart` from the next, at round
  /// steps.
  init(count: Int, pixels: Double, apart: Double) {
    turn = .flat
    size = Text.smallSize
    let most = max(1, Int(pixels / apart))
    let step = [1, 2, 5, 10, 20, 50, 100, 200, 500].first { count <= most * $0 } ?? 1000
    marks = (0..<count).filter { $0 == 0 || ($0 + 1) % step == 0 }.map { ($0, String($0 + 1)) }
    self.count = count
  }

  /// How far labels at the foot reach down, in pixels.
  var depth: Double {
    switch turn {
    case .flat: Double(size) * Text.height
    case .slanted: breadth * 0.64 + Double(size)
    case .upright: breadth
    }
  }

  /// The width of the widest label, in pixels.
  var breadth: Double { Double(marks.map(\.label.displayWidth).max() ?? 0) * Text.width * Double(size) }

  /// The statements that put the labels on the axis `name`. The text terminal cannot turn text, so there a label is cut
  /// to the room that it has.
  func statements(_ name: String) -> [Statement] {
    let turned = turn == .flat ? "norotate" : "rotate by \(turn.rawValue) right"
    let image = "set \(name)tics \(turned) font ',\(size)' (\(list(marks)))"
    if turn == .flat { return [.command(image)] }
    let room = max(1, 64 / count - 1)
    let short = list(marks.map { ($0.position, $0.label.elided(to: room)) })
    return [
      .command("if (terminal ne 'dumb') { \(image) }"),
      .command("if (terminal eq 'dumb') { set \(name)tics norotate (\(short)) }"),
    ]
  }

  private func list(_ marks: [(position: Int, label: String)]) -> String {
    marks.map { "\($0.label.quotedTic) \($0.position)" }.joined(separator: ", ")
  }
}
