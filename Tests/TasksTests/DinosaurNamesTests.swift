import SequenceModels
import Tasks
import Testing

@Suite struct DinosaurNamesTests {
  let names = DinosaurNames.all

  @Test func areManySortedAndDistinct() {
    #expect(names.count >= 700)
    #expect(names == names.sorted())
    #expect(Set(names).count == names.count)
  }

  @Test func haveLowerCaseLettersOnly() {
    for name in names {
      #expect(name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }, "\(name)")
      #expect((2...25).contains(name.count), "\(name)")
    }
  }

  @Test func holdTheFamousAndNoneThatIsNoDinosaur() {
    let all = Set(names)
    for name in ["tyrannosaurus", "triceratops", "stegosaurus", "velociraptor", "iguanodon", "yi", "mei"] {
      #expect(all.contains(name), "\(name)")
    }
    // A pterosaur, a sail-backed relative of the mammals, a marine reptile and a bird.
    for name in ["pteranodon", "dimetrodon", "plesiosaurus", "archaeopteryx"] {
      #expect(!all.contains(name), "\(name)")
    }
  }

  @Test func textIsOneNameALine() {
    let lines = DinosaurNames.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines == names + [""])
  }
}
