import Foundation
import Testing

@testable import SequenceModels

@Suite struct StandardMIDIFileTests {
  @Test func bytesAreThoseOfTheStandard() {
    let file = StandardMIDIFile([.init(key: 60, eighths: 2), .init(key: 67, eighths: 1)], tempo: 120)
    let expected: [UInt8] =
      Array("MThd".utf8) + [0, 0, 0, 6, 0, 0, 0, 1, 0x01, 0xE0] + Array("MTrk".utf8) + [0, 0, 0, 29]
      + [0, 0xFF, 0x51, 3, 0x07, 0xA1, 0x20]  // 500,000 microseconds
      + [0, 0x90, 60, 100, 0x83, 0x60, 0x80, 60, 0]  // 480 ticks: 3 · 128 + 96
      + [0, 0x90, 67, 100, 0x81, 0x70, 0x80, 67, 0]  // 240 ticks: 1 · 128 + 112
      + [0, 0xFF, 0x2F, 0]
    #expect(Array(file.encoded()) == expected)
  }

  @Test func onlyAMelodyOfOursIsWrittenOver() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("melody.mid")
    for key in [60, 62] {
      let file = StandardMIDIFile([.init(key: key, eighths: 1)], tempo: 60 + key)
      try file.write(to: path)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == file.encoded())
    }
    // A song in two voices.
    var song = [UInt8](StandardMIDIFile([.init(key: 60, eighths: 1)]).encoded())
    (song[9], song[11]) = (1, 2)
    _ = try folder.file("melody.mid", song)
    #expect(throws: StorageError.self) { try StandardMIDIFile([.init(key: 60, eighths: 1)]).write(to: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(song))
  }

  @Test func fileThatCannotBeIsRefused() {
    #expect(throws: StorageError.self) {
      try StandardMIDIFile([.init(key: 60, eighths: 1)]).write(to: "/nowhere/melody.mid")
    }
  }
}
