// How much memory a training takes, to be told before it starts: later there is only a trap.

import Foundation

/// The memory that a language model in training takes, from its sizes, to about a fifth.
package struct MemoryNeed {
  /// About how many bytes it takes.
  package let bytes: Double

  /// The need of `layers` recurrent layers of `hidden` units, whose cells have `blocks` blocks of weights, with an
  /// output over the vocabulary, for windows of so many tokens in all.
  package init(
    blocks: Int, layers: Int, hidden: Int, vocabulary: Int, tokens: Int,
    threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    let (n, v, depth) = (Double(hidden), Double(vocabulary), Double(layers))
    let parameters = Double(blocks) * n * (v + n + 2 * (depth - 1) * n) + n * v
    // The model and Adam's two moments, each beside a copy to go back to, and a gradient for each thread.
    let copies = 6 + Double(threads)
    // What a tape keeps of a token, measured: so many numbers a unit in each layer, and two for each token to come.
    let kept = depth * n * (blocks == 1 ? 9 : 29) + 2 * v
    bytes = 4 * (parameters * copies + Double(tokens) * kept)
  }

  /// The need in words: “about 2.1 GB of memory”.
  package var words: String { "about \(Self.gigabytes(bytes)) of memory" }

  /// Why there is not enough memory, or nil where there is.
  package var fault: String? {
    let free = Self.available
    return bytes <= free ? nil : "this takes \(words), and \(Self.gigabytes(free)) are free; choose smaller sizes"
  }

  private static func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }

  /// How many bytes this process may still take: what the machine has, within the limits of its shell and its
  /// container.
  private static var available: Double {
    func words(_ path: String) -> [Substring] {
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split { $0.isWhitespace }
    }
    var bounds = [Double(ProcessInfo.processInfo.physicalMemory)]
    let machine = words("/proc/meminfo")
    if let place = machine.firstIndex(of: "MemAvailable:"), let kilobytes = Double(machine[place + 1]) {
      bounds.append(kilobytes * 1024)
    }
    bounds += ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap {
      words($0).first.flatMap { Double($0) }
    }
    var limit = rlimit()
    let pages = words("/proc/self/statm").first.flatMap { Double($0) } ?? 0
    if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 {
      bounds.append(max(0, Double(limit.rlim_cur) - pages * Double(sysconf(Int32(_SC_PAGESIZE)))))
    }
    return bounds.min()!
  }
}
