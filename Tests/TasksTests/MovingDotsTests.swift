import SequenceModels
import Testing

@testable import Tasks

/// Films of a dot that moves.
@Suite struct MovingDotsTests {
  @Test func dotsMove() {
    var random = RandomSource(seed: 9)
    var paths: [Split: Set<String>] = [:]
    for part in [Split.training, .heldOut] {
      for _ in 0..<6_000 {
        let film = MovingDots.film(part, length: 6, noise: 0, using: &random)
        #expect(film.frames.allSatisfy { $0.reduce(0, +) == 1 })
        let places = film.frames.map { $0.firstIndex(of: 1)! }
        paths[part, default: []].insert("\(places)")
        let step = (places[1] / 8 - places[0] / 8 + 8) % 8 * 8 + (places[1] % 8 - places[0] % 8 + 8) % 8
        #expect([1, 9, 8, 15, 7, 63, 56, 57][film.direction] == step)
      }
    }
    #expect(paths[.training]!.isDisjoint(with: paths[.heldOut]!))
    #expect(paths[.training]!.count + paths[.heldOut]!.count == MovingDots.count)
  }
}
