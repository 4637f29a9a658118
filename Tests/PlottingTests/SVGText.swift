// Reads an SVG as strictly as a browser does.

import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The texts that an SVG draws.
final class SVGText: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private var depth = 0

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
    guard name == "text" else { return }
    depth += 1
    texts.append("")
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if name == "text" { depth -= 1 }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if depth > 0 { texts[texts.count - 1] += string }
  }
}
