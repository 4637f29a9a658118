// The figures of the pages as they stand there: no text lies on another, and none is struck through.

import Foundation
import Testing

@testable import Plotting

struct CommittedFiguresTests {
  private static let lessons =
    URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/Lessons"

  static let figures: [String] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: lessons)) ?? []
    return folders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(lessons)/\(folder)/figures")) ?? [])
        .filter { $0.hasSuffix(".svg") }.map { "\(folder)/figures/\($0)" }
    }.sorted()
  }()

  /// What a text covers: an upright one, or one that reads upwards.
  private struct Box {
    let text: SVGText.Label, x: ClosedRange<Double>, y: ClosedRange<Double>

    init(_ label: SVGText.Label) {
      text = label
      // A little less than the letters, since a browser's font may be narrower than gnuplot's measure.
      let width = 0.9 * Double(label.text.displayWidth) * Text.width * label.size
      let before = label.anchor == "end" ? width : label.anchor == "middle" ? width / 2 : 0
      let (rise, fall) = (0.66 * label.size, 0.1 * label.size)
      if label.isUpright {
        x = label.x - rise...label.x + fall
        y = label.y - width + before...label.y + before
      } else {
        x = label.x - before...label.x - before + width
        y = label.y - rise...label.y + fall
      }
    }

    func overlaps(_ other: Box) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }

    /// Whether a line passes through.
    func isStruck(by line: SVGText.Line) -> Bool {
      zip(line.points, line.points.dropFirst()).contains { start, end in
        let steps = max(1, Int(max(abs(end.x - start.x), abs(end.y - start.y))))
        return (0...steps).contains { step in
          let share = Double(step) / Double(steps)
          return x.contains(start.x + share * (end.x - start.x)) && y.contains(start.y + share * (end.y - start.y))
        }
      }
    }
  }

  @Test func thereAreFigures() { #expect(Self.figures.count > 50) }

  @Test(arguments: figures)
  func noTextLiesOnAnotherOrOnALine(figure: String) throws {
    let svg = try SVGText(path: Self.lessons + "/" + figure)
    let boxes = svg.labels.filter { !$0.text.allSatisfy(\.isWhitespace) && !$0.isSlanted }.map(Box.init)
    for (index, box) in boxes.enumerated() {
      // gnuplot writes a text with a ground of its own twice.
      for other in boxes[..<index] where box.overlaps(other) && (box.text.x, box.text.y) != (other.text.x, other.text.y)
      {
        Issue.record("“\(box.text.text)” lies on “\(other.text.text)” at \(box.text.x), \(box.text.y)")
      }
    }
    let colours = Style.colours.map { code in
      let value = Int(code.dropFirst(), radix: 16)!
      return "rgb(\(value >> 16),\(value >> 8 & 255),\(value & 255))"
    }
    // The names at lines and words at points; the values of bars have a ground of their own.
    for line in svg.lines where colours.contains(line.colour) && line.points.count > 1 {
      for box in boxes where box.text.size >= 13 && box.isStruck(by: line) {
        Issue.record("“\(box.text.text)” is struck through at \(box.text.x), \(box.text.y)")
      }
    }
  }
}
