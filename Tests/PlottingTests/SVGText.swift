// Reads an SVG as strictly as a browser does.

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The texts and lines that an SVG of gnuplot draws.
final class SVGText: NSObject, XMLParserDelegate {
  /// A text: its words, where its base line starts, is centred or ends by its `anchor`, how far it is turned in degrees,
  /// the size of its font and its colour.
  struct Label {
    var text = "", x = 0.0, y = 0.0, turn = 0.0, anchor = "", size = 0.0, colour = ""

    /// Whether it reads upwards, or aslant.
    var isUpright: Bool { turn == 270 || turn == -90 }
    var isSlanted: Bool { turn != 0 && !isUpright }
  }

  /// A line through points: its colour and whether it is dashed.
  struct Line {
    let points: [(x: Double, y: Double)], colour: String, isDashed: Bool
  }

  private(set) var labels: [Label] = []
  private(set) var lines: [Line] = []
  private var depth = 0
  private var group: [String: String] = [:]

  var texts: [String] { labels.map(\.text) }

  /// The texts of the SVG at `path`; throws where it is not well-formed XML.
  init(path: String) throws {
    super.init()
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
    parser.delegate = self
    if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    switch name {
    case "g": group = attributes
    case "path":
      let numbers = Self.numbers(attributes["d"] ?? "")
      lines.append(
        Line(
          points: stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) },
          colour: (attributes["stroke"] ?? "").filter { $0 != " " }, isDashed: attributes["stroke-dasharray"] != nil))
    case "text":
      depth += 1
      let place = Self.numbers(group["transform"] ?? "")
      labels.append(
        Label(
          x: place.first ?? 0, y: place.dropFirst().first ?? 0, turn: place.dropFirst(2).first ?? 0,
          anchor: group["text-anchor"] ?? "",
          size: Double(group["font-size"] ?? "") ?? 0,
          colour: group["fill"] ?? ""))
    default: break
    }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text" { depth -= 1 }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if depth > 0 { labels[labels.count - 1].text += string }
  }

  private static func numbers(_ text: String) -> [Double] {
    text.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
  }
}
