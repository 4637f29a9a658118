import Testing

@testable import SequenceModels

@Suite struct ClippingTests {
  /// clipping.json: two gradients, clipped together.
  struct File: Decodable {
    struct ByNorm: Decodable {
      let name: String
      let gradients, clipped: [Fixture.Tensor]
      let max_norm, total_norm: Double
    }

    struct ByValue: Decodable {
      let gradients, clipped: [Fixture.Tensor]
      let clip_value: Double
    }

    let by_norm: [ByNorm]
    let by_value: [ByValue]
  }

  let file: File

  init() throws { file = try Fixture.read("clipping") }

  private func weights(_ tensors: [Fixture.Tensor]) -> Weights<Double> {
    Weights(w: tensors[0].matrix, b: tensors[1].matrix)
  }

  @Test func boundOfNothingIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var gradient = Weights<Float>(w: Matrix([[1, -2]]))
      gradient.clip(.norm(-1))
    }
    #expect(result.words.contains("a clipping bound must be above 0, not -1.0"))
  }

  /// PyTorch divides by ‖g‖ + 1e-6, we by ‖g‖: 1e-6 / ‖g‖ apart in relation, and only where there is something to clip.
  @Test func normAgreesWithPyTorch() {
    for item in file.by_norm {
      var gradient = weights(item.gradients)
      let before = gradient
      #expect(abs(gradient.clip(.norm(item.max_norm)) - item.total_norm) <= 1e-14 * item.total_norm, "\(item.name)")
      let expected = weights(item.clipped)
      for (ours, theirs) in zip(gradient.numbers, expected.numbers) {
        #expect(abs(ours - theirs) <= 1e-6 * abs(ours), "\(item.name)")
      }
      if item.total_norm < item.max_norm {
        #expect(gradient.numbers == before.numbers, "\(item.name): a gradient within the bound is left alone")
      } else {
        #expect(abs(gradient.norm - item.max_norm) <= 1e-14 * item.max_norm, "\(item.name)")
      }
    }
  }

  /// 3, 4, 5: a norm without rounding.
  @Test func normAtTheBoundIsLeftAlone() {
    var gradient = Weights<Double>(w: Matrix([[3]]), b: Matrix(column: [-4]))
    #expect(gradient.clip(.norm(5)) == 5)
    #expect(gradient.numbers == [3, -4])
    gradient.clip(.norm(5.0.nextDown))
    #expect(gradient.norm < 5)
  }

  @Test func elementsAgreeWithPyTorch() {
    for item in file.by_value {
      var gradient = weights(item.gradients)
      gradient.clip(.elements(item.clip_value))
      #expect(gradient.numbers == weights(item.clipped).numbers)
    }
  }

  @Test func normIsTakenOverAllParametersTogether() {
    var gradient = Weights<Float>(w: Matrix([[3]]), b: Matrix(column: [4]))
    #expect(gradient.clip(.norm(1)) == 5)
    #expect(gradient.numbers.map { ($0 * 1e6).rounded() / 1e6 } == [0.6, 0.8])
  }

  /// Squares of these overflow a Float, and must not.
  @Test func normOfLongGradientsIsFinite() {
    var gradient = Weights<Float>(w: Matrix([[3e30]]), b: Matrix(column: [4e30]))
    #expect(abs(gradient.norm / 5e30 - 1) < 1e-6)
    gradient.clip(.norm(5))
    #expect(abs(gradient.w[0, 0] - 3) < 1e-5)
  }

  @Test(arguments: [Clipping.none, .norm(1), .elements(1)])
  func notANumberIsNotClippedAway(clipping: Clipping) {
    var gradient = Weights<Float>(w: Matrix([[.nan, 5]]))
    #expect(gradient.clip(clipping).isNaN)
    #expect(gradient.w[0, 0].isNaN)
  }

  @Test func noneLeavesTheGradientAndTellsItsNorm() {
    var gradient = Weights<Double>(w: Matrix([[300]]), b: Matrix(column: [400]))
    #expect(gradient.clip(.none) == 500)
    #expect(gradient.numbers == [300, 400])
  }
}
