// Which examples a network is tested on: a split of them from which none is ever drawn for training.

import SequenceModels

/// A split of the examples of a task.
///
/// The example itself decides to which split it belongs, by a hash of what it is made of. So an example that is held
/// out cannot come in training, however many are drawn and with whatever seed.
public enum Split: Sendable {
  /// What a network learns from: about nine examples of ten.
  case training
  /// What it is tested on: the others.
  case heldOut

  /// Whether the example that `description` tells from all others belongs to this split.
  public func contains(_ description: String) -> Bool {
    // FNV-1a, its high bits mixed into the low ones.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 32
    return (hash % 10 == 0) == (self == .heldOut)
  }

  /// Draws with `draw` until an example of this split comes.
  func first<Example>(
    describedBy description: (Example) -> String, using random: inout RandomSource,
    _ draw: (inout RandomSource) -> Example
  ) -> Example {
    while true {
      let example = draw(&random)
      if contains(description(example)) { return example }
    }
  }
}
