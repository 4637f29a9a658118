import RealModule
import Testing

@testable import SequenceModels

@Suite struct UpdateBoundsTests {
  /// A run of the usual sizes never has to look at its numbers again: by the bounds alone it stays finite. An L2 penalty makes
  /// them grow fast, but leaves room for a step.
  @Test(arguments: OptimizerTests.rules) func usualSizesAreSafe(rule: OptimizerRule) {
    var bounds = UpdateBounds(weights: 100, moments: 1)
    for _ in 0..<(rule.weightDecay == 0 || rule.isDecoupled ? 100_000 : 1) {
      bounds.follow(rule, learningRate: 0.01, gradientNorm: 5)
    }
    #expect(bounds.areSafe(for: Float.self))
  }

  /// Numbers of all magnitudes: an update that the bounds call safe is finite.
  @Test(arguments: OptimizerTests.rules) func whatIsSafeIsFinite(rule: OptimizerRule) throws {
    var random = RandomSource(seed: 12)
    func magnitude() -> Double { Double.exp10(Double(random.uniform(in: -45..<38))) }
    var safe = 0
    for _ in 0..<2_000 {
      let (w, g, m) = (Float(magnitude()), Float(magnitude()), Float(magnitude()))
      let (learningRate, k) = (magnitude(), 1 + random.index(below: 5))
      var parameter = Matrix<Float>([[w, -w, 0, w]])
      let gradient = Matrix<Float>([[g, g, 0, 0]])
      var moments = Matrix<Float>(rows: rule.momentNames.count, columns: 4, repeating: m)
      var bounds = UpdateBounds(weights: norm(parameter), moments: norm(moments))
      bounds.follow(rule, learningRate: learningRate, gradientNorm: norm(gradient))
      if !bounds.areSafe(for: Float.self) { continue }
      safe += 1
      parameter.withMutableBlock { w in
        gradient.withBlock { g in
          moments.withMutableBlock { moments in
            Subnormals.flushed {
              rule.update(w, gradient: g, moments: moments, in: 0..<4, learningRate: learningRate, step: k)
            }
          }
        }
      }
      let areFinite = (parameter.elements + moments.elements).allSatisfy(\.isFinite)
      #expect(areFinite, "w \(w), g \(g), m \(m), α \(learningRate)")
      #expect(norm(parameter) <= 4 * bounds.weights && norm(moments) <= 4 * bounds.moments)
    }
    #expect(safe > 50)
  }

  private func norm(_ matrix: Matrix<Float>) -> Double {
    matrix.elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
