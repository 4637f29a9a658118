// A melody as a file that any music player opens (Standard MIDI Files 1.0, MIDI Manufacturers Association 1996).
//
//   MThd  6, format 0, 1 track, 480 ticks a quarter
//   MTrk  length, then for each event the ticks since the last one and the event:
//         FF 51 03 …  microseconds a quarter      90 key 64  a note begins     80 key 00  it ends     FF 2F 00  the end

import Foundation

/// One voice, note after note, as a Standard MIDI File of format 0 that plays on the piano of channel 1.
public struct StandardMIDIFile: Equatable, Sendable {
  /// A note: its key, 60 for middle C, and its length in eighths.
  public struct Note: Equatable, Sendable {
    /// The key, 0 to 127.
    public let key: Int
    /// The length in eighths.
    public let eighths: Int

    /// A note. Traps where MIDI has no such key, or where the length is not from 1 to 64.
    public init(key: Int, eighths: Int) {
      require((0...127).contains(key), "MIDI has the keys 0 to 127, not \(key)")
      require((1...64).contains(eighths), "a note lasts 1 to 64 eighths, not \(eighths)")
      (self.key, self.eighths) = (key, eighths)
    }
  }

  /// The notes, one after the other.
  public let notes: [Note]
  /// Quarters a minute.
  public let tempo: Int

  /// A melody. Traps where the tempo is not from 4 to 1,000 quarters a minute.
  public init(_ notes: [Note], tempo: Int = 120) {
    require((4...1_000).contains(tempo), "a tempo is from 4 to 1000 quarters a minute, not \(tempo)")
    (self.notes, self.tempo) = (notes, tempo)
  }

  private static let ticksPerEighth = 240

  /// The bytes of the file.
  public func encoded() -> Data {
    var track: [UInt8] = [0, 0xFF, 0x51, 3] + Self.bytes(60_000_000 / tempo, count: 3)
    for note in notes {
      track += [0, 0x90, UInt8(note.key), 100]
      track += Self.variableLength(note.eighths * Self.ticksPerEighth) + [0x80, UInt8(note.key), 0]
    }
    track += [0, 0xFF, 0x2F, 0]
    let header = Self.bytes(6, count: 4) + Self.bytes(0, count: 2) + Self.bytes(1, count: 2)
    return Data("MThd".utf8) + header + Self.bytes(2 * Self.ticksPerEighth, count: 2) + Data("MTrk".utf8)
      + Self.bytes(track.count, count: 4) + track
  }

  /// Writes the file: beside its place first, then into it. Written over is only an empty file, or one that begins as
  /// those of this type do.
  ///
  /// - Throws: `StorageError.inaccessible`; what was there is unharmed.
  public func write(to path: String) throws(StorageError) {
    try encoded().write(to: path) { path in
      // All up to the length of the track, and the first event up to its value.
      let (ours, theirs) = (encoded().prefix(26), FileManager.default.contents(atPath: path) ?? Data())
      let isOurs = theirs.prefix(18) == ours.prefix(18) && theirs.dropFirst(22).prefix(4) == ours.dropFirst(22)
      return isOurs ? nil : "there is a file that is no melody of ours, and it is not written over; give another name"
    }
  }

  /// A number in big-endian order.
  private static func bytes(_ number: Int, count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// A number in groups of seven bits, all but the last with the high bit set.
  private static func variableLength(_ number: Int) -> [UInt8] {
    var groups = [UInt8(number & 0x7F)]
    var rest = number >> 7
    while rest > 0 {
      groups.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
      rest >>= 7
    }
    return groups
  }
}
