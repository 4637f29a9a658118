import Dispatch
import Foundation
import Testing

@testable import SequenceModels

@Suite struct ThreadsTests {
  /// Half of the smallest number that is not subnormal, computed at run time.
  private static func halved() -> Float { Float.leastNormalMagnitude / Float(2 + Int.random(in: 0...0)) }

  /// Every piece waits a little, so that no thread takes all of them.
  private static func results(_ run: ((Int) -> Void) -> Void) -> [Float] {
    var results = [Float](repeating: -1, count: 8)
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      run { place in
        usleep(2_000)
        results[place] = halved()
      }
    }
    return results
  }

  @Test func everyPieceOfWorkFlushesSubnormalsAndNoThreadGoesOnWithIt() {
    func plainly(_ body: (Int) -> Void) {
      withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: 8) { body($0) }
      }
    }
    for _ in 0..<5 {
      #expect(Self.results(plainly).allSatisfy { $0 > 0 })
      #expect(Self.results { concurrently(8, $0) }.allSatisfy { $0 == 0 })
    }
    #expect(Self.halved() > 0)
  }

  @Test(arguments: [0, 1, 100, 1 << 16, 100_003], [1, 2, 7]) func rangesCoverEveryNumberOnce(count: Int, threads: Int) {
    var times = [Int](repeating: 0, count: count)
    times.withUnsafeMutableBufferPointer { times in
      nonisolated(unsafe) let times = times
      concurrently(over: count, threads: threads) { for place in $0 { times[place] += 1 } }
    }
    #expect(times.allSatisfy { $0 == 1 })
  }
}
