import SequenceModels
import Testing

@testable import Tasks

@Suite struct AddingProblemTests {
  /// The numbers and the markers of an example, and its target.
  func examples(
    length: Int, count: Int = 2_000, seed: UInt64 = 1
  ) -> [(numbers: [Double], markers: [Double], target: Double)] {
    var random = RandomSource(seed: seed)
    let batch = AddingProblem.batch(Double.self, count: count, length: length, using: &random)
    guard case .features(let inputs) = batch.inputs else { preconditionFailure("numbers come as features") }
    return (0..<count).map { example in
      let x = inputs.trajectory(example: example)
      return (x.rows(0..<1).elements, x.rows(1..<2).elements, batch.targets[0, example])
    }
  }

  @Test(arguments: [2, 3, 50])
  func targetIsTheSumOfTheMarkedNumbers(length: Int) {
    for (numbers, markers, target) in examples(length: length) {
      let marked = markers.indices.filter { markers[$0] == 1 }
      #expect(marked.count == 2 && markers.reduce(0, +) == 2)
      #expect(marked[0] < length / 2 && marked[1] >= length / 2)
      #expect(target == numbers[marked[0]] + numbers[marked[1]])
      #expect(numbers.allSatisfy { (0..<1).contains($0) })
    }
  }

  @Test func everyPlaceIsMarkedSometime() {
    let examples = examples(length: 10)
    for t in 0..<10 {
      let share = examples.reduce(0) { $0 + $1.markers[t] } / Double(examples.count)
      #expect(abs(share - 0.2) < 0.04, "step \(t + 1)")
    }
  }

  @Test func baselineIsTheErrorOfGuessingOne() {
    let errors = examples(length: 4, count: 50_000).map { ($0.target - 1) * ($0.target - 1) }
    #expect(abs(errors.reduce(0, +) / Double(errors.count) - AddingProblem.baseline) < 0.003)
  }

  @Test func seedAloneDecides() {
    var (one, same, other) = (RandomSource(seed: 3), RandomSource(seed: 3), RandomSource(seed: 4))
    let batch = AddingProblem.batch(Float.self, count: 5, length: 8, using: &one)
    #expect(batch == AddingProblem.batch(count: 5, length: 8, using: &same))
    #expect(batch != AddingProblem.batch(count: 5, length: 8, using: &other))
    #expect(batch != AddingProblem.batch(count: 5, length: 8, using: &one))
  }
}
