import SequenceModels
import Testing

@testable import Tasks

/// Pictures of two shapes and their captions.
@Suite struct DrawnScenesTests {
  @Test func captionsSayWhatIsDrawn() {
    var random = RandomSource(seed: 6)
    var captions: Set<[String]> = []
    for _ in 0..<3_000 {
      let scene = DrawnScenes.scene(.training, using: &random)
      let caption = DrawnScenes.caption(of: scene)
      captions.insert(caption)
      #expect(scene[0].row == scene[1].row ? scene[0].column < scene[1].column : scene[0].row < scene[1].row)
      #expect(caption.contains("above") == (scene[0].column == scene[1].column))
      let picture = DrawnScenes.picture(of: scene, noise: 0, using: &random)
      #expect(picture.count == 225 && picture.allSatisfy { $0 == 0 || $0 == 1 })
    }
    // Two shapes of eight, and two relations.
    #expect(captions.count == 8 * 8 * 2)
    expectPartsApart(500) { "\(DrawnScenes.scene($0, using: &$1))" }
  }
}
