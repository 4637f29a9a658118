import Foundation
import Testing

/// Which folder of the library may name the types of which: Models → Layers → Cells → Numerics, and what stands on them.
@Suite struct ArrowTests {
  static let library = "Sources/SequenceModels"

  /// The folders whose types each folder may name besides its own.
  static let allowed: [String: Set<String>] = [
    "Numerics": [],
    "Cells": ["Numerics"],
    "Layers": ["Cells", "Numerics"],
    "Losses": ["Numerics"],
    "Models": ["Layers", "Cells", "Losses", "Numerics"],
    "Training": ["Models", "Layers", "Cells", "Losses", "Numerics"],
    // What they feed and store; nobody below knows them.
    "Text": ["Models", "Numerics"],
    "Storage": ["Text", "Training", "Models", "Layers", "Cells", "Losses", "Numerics"],
  ]

  /// The code of each file of a folder, without comments and texts.
  static func code(_ folder: String) throws -> [(file: String, text: String)] {
    let path = HouseTests.root.appendingPathComponent("\(library)/\(folder)").path
    return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".swift") }.sorted().map {
      let text = try HouseTests.text("\(library)/\(folder)/\($0)")
      return ($0, text.replacing(/"""(?s:.*?)"""|"(?:\\.|[^"\\\n])*"|\/\/[^\n]*/, with: " "))
    }
  }

  /// The folder of each type that other files can name.
  static func declarations() throws -> [String: String] {
    var folders: [String: String] = [:]
    for folder in allowed.keys {
      for (_, text) in try code(folder) {
        for match in text.matches(
          of:
            /(?m)^(?:@\S+ )*(?:public |package )?(?:final |indirect )?(?:struct|class|enum|protocol|typealias|actor) (\w+)/
        ) { folders[String(match.1)] = folder }
      }
    }
    return folders
  }

  @Test func everyFolderHasItsPlace() throws {
    let path = HouseTests.root.appendingPathComponent(Self.library).path
    let files = FileManager.default.enumerator(atPath: path)?.allObjects as? [String] ?? []
    let folders = Set(files.filter { $0.hasSuffix(".swift") }.map { String($0.prefix { $0 != "/" }) })
    #expect(folders == Set(Self.allowed.keys))
    #expect(try Set(Self.declarations().values) == folders)
  }

  /// In this order every folder stands on earlier ones, so that no chain of arrows leads back to where it began.
  @Test func arrowsRunOneWay() {
    let order = ["Numerics", "Cells", "Layers", "Losses", "Models", "Training", "Text", "Storage"]
    for (place, folder) in order.enumerated() {
      #expect(Self.allowed[folder]?.isSubset(of: order[..<place]) == true, "\(folder)")
    }
  }

  @Test(arguments: allowed.keys.sorted())
  func aFolderNamesOnlyWhatStandsBelowIt(folder: String) throws {
    let home = try Self.declarations()
    for (file, text) in try Self.code(folder) {
      for word in Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)).sorted() {
        guard let other = home[word], other != folder, !Self.allowed[folder]!.contains(other) else { continue }
        Issue.record("\(folder)/\(file) names \(word), which \(other) declares")
      }
    }
  }
}
