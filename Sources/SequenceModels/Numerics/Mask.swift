// Which steps of a padded batch are real.

/// The lengths of the sequences in a padded batch: at the steps past a sequence's length its states stay as they are.
///
/// So a sequence shorter than the batch ends in its own last state. Its output at a padded step is the output of its
/// last real step, carried on, and a gradient sent to an output there flows into that last real step. PyTorch's packed
/// sequences have 0 there and no gradient instead: leave padded outputs out of the loss, as all models of this package
/// do, and the two agree. Whatever stands at a padded step of the input is without effect as long as it is a finite
/// number.
public struct Mask: Equatable, Sendable {
  /// The number of real steps of each example.
  public let lengths: [Int]

  /// A mask for examples of the given lengths, each from 0 to T. Traps where one is negative.
  public init(lengths: [Int]) {
    for length in lengths where length < 0 { fatalError("a sequence cannot have \(length) steps") }
    self.lengths = lengths
  }

  /// Traps where the mask is for another number of examples, or for longer ones.
  func check(batch: Int, length: Int) {
    require(
      lengths.count == batch && lengths.allSatisfy { $0 <= length },
      "a mask of lengths \(lengths) does not fit \(batch) sequences of at most \(length) steps")
  }

  /// Whether an example, counted from 0, has a real step `t`, counted from 1. Traps where there is no such example.
  public func isReal(_ t: Int, example: Int) -> Bool {
    t <= lengths[example]
  }

  /// The examples in `range`, in a mask of their own.
  public func examples(_ range: Range<Int>) -> Mask {
    Mask(lengths: Array(lengths[range]))
  }
}
