// Strands of DNA with genes in them.

import SequenceModels

/// Strands of bases in which genes are to be found. A gene opens with the codon ATG and runs, three bases at a time, up to the first of the
/// codons TAA, TAG and TGA; where none comes before the end of the strand, there is no gene.
///
/// These are the start and the stop codons of the standard genetic code, read on one strand, in one direction and without introns. A TAA that is out of
/// step with the ATG ends nothing, so the base itself tells little: whoever reads has to count by three, and whether an ATG opens a
/// gene at all is only known at its end. There are 4^T strands of T bases.
public enum GeneStrands {
  /// What the ids of the bases stand for.
  public static let bases = ["A", "C", "G", "T"]

  private static let start: [Int32] = [0, 3, 2]
  private static let stops: Set<[Int32]> = [[3, 0, 0], [3, 0, 2], [3, 2, 0]]

  /// For each base 1 where it belongs to a gene and else 0.
  public static func genes(in strand: [Int32]) -> [Int32] {
    var tags = [Int32](repeating: 0, count: strand.count)
    var place = 0
    while place + 3 <= strand.count {
      guard Array(strand[place..<place + 3]) == start, let end = end(of: place, in: strand) else {
        place += 1
        continue
      }
      for base in place..<end { tags[base] = 1 }
      place = end
    }
    return tags
  }

  /// The place after the stop codon of the gene that opens at `place`, or nil where there is none.
  private static func end(of place: Int, in strand: [Int32]) -> Int? {
    stride(from: place + 3, through: strand.count - 3, by: 3).first { stops.contains(Array(strand[$0..<$0 + 3])) }.map {
      $0 + 3
    }
  }

  /// A strand of a split, of `length` bases, 30 or more, drawn so that about half of it is gene: random bases, with genes of two to eight
  /// codons between start and stop put in, and here and there an ATG alone.
  public static func strand(_ split: Split, length: Int, using random: inout RandomSource) -> [Int32] {
    require(length >= 30, "a strand has 30 bases or more, not \(length)")
    return split.first(describedBy: { $0.map { bases[Int($0)] }.joined() }, using: &random) { random in
      var strand: [Int32] = []
      while strand.count < length {
        strand += (0..<2 + random.index(below: 8)).map { _ in Int32(random.index(below: 4)) }
        if random.index(below: 5) == 0 { strand += start }
        strand += start
        for _ in 0..<2 + random.index(below: 7) {
          var codon: [Int32]
          repeat { codon = (0..<3).map { _ in Int32(random.index(below: 4)) } } while stops.contains(codon)
          strand += codon
        }
        strand += random.element(of: stops.sorted { $0.lexicographicallyPrecedes($1) })
      }
      return Array(strand.prefix(length))
    }
  }
}
