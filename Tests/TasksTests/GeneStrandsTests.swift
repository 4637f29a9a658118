import SequenceModels
import Testing

@testable import Tasks

/// Strands of DNA with genes in them.
@Suite struct GeneStrandsTests {
  @Test(arguments: [
    ("CCATGAAATAACC", "..*********.."), ("ATGATAACATAG", "************"), ("ATGATAACCCCC", "............"),
    ("AATGTGATGA", ".******..."), ("CATGCTGACTAAC", "............."),
  ])
  func genesRunFromStartToStopInStep(strand: String, genes: String) {
    let ids = strand.map { Int32(GeneStrands.bases.firstIndex(of: String($0))!) }
    #expect(GeneStrands.genes(in: ids).map { $0 == 1 ? "*" : "." }.joined() == genes)
  }

  @Test func halfOfAStrandIsGenes() {
    var random = RandomSource(seed: 7)
    let strands = (0..<500).map { _ in GeneStrands.strand(.training, length: 60, using: &random) }
    #expect(strands.allSatisfy { $0.count == 60 })
    let share = Double(strands.reduce(0) { $0 + $1.count { $0 == 1 } }) / 30_000
    #expect(share > 0.1 && share < 0.5)
    let coding = Double(strands.reduce(0) { $0 + GeneStrands.genes(in: $1).count { $0 == 1 } }) / 30_000
    #expect(abs(coding - 0.5) < 0.15)
    expectPartsApart(500) { "\(GeneStrands.strand($0, length: 60, using: &$1))" }
  }
}
