import ArgumentParser
import Foundation
import SequenceModels

let env = ProcessInfo.processInfo.environment
func I(_ k: String, _ d: Int) -> Int { env[k].flatMap { Int($0) } ?? d }
let modulus = I("K", 3), levels = I("LEV", 2), T = I("T", 20), W = I("W", 30), steps = I("STEPS", 2000), seeds = I("SEEDS", 3)
let lr = Double(env["LR"] ?? "0.005")!
let nx = env["ASK"] != nil ? modulus * levels : modulus
let kind = env["CELL"] ?? "gru"

let tables: [[[Int32]]] = {
  var r = RandomSource(seed: UInt64(I("TAB", 1)))
  return (0..<levels).map { _ in (0..<modulus).map { _ in var p = (0..<Int32(modulus)).map { $0 }; r.shuffle(&p); return p } }
}()
func pipeline(_ count: Int, _ random: inout RandomSource) -> TaggerBatch<Float> {
  if env["SUM"] != nil { return NestedSums.batch(count: count, length: T, levels: levels, modulus: modulus, using: &random) }
  var inputs = TokenBatch(length: T, batch: count)
  var targets = inputs
  for e in 0..<count {
    var q = [Int](repeating: 0, count: levels)
    for t in 0..<T {
      var u = random.index(below: modulus)
      let ask = env["ASK"] != nil ? random.index(below: levels) : levels - 1
      inputs[t, e] = Int32(env["ASK"] != nil ? ask * modulus + u : u)
      for l in 0..<levels { q[l] = Int(tables[l][q[l]][u]); u = q[l] }
      targets[t, e] = Int32(q[ask])
    }
  }
  return TaggerBatch(inputs: .tokens(inputs), targets: targets)
}
func widths(_ depth: Int, _ budget: Int, _ count: ([Int]) -> Int) -> [Int] {
  var best: [Int] = [], error = Int.max
  for n in 1...200 {
    for wide in 0..<depth {
      let w = (0..<depth).map { $0 < wide ? n + 1 : n }
      let d = abs(count(w) - budget)
      if d < error { (best, error) = (w, d) }
    }
  }
  return best
}
func gru(_ w: [Int], _ nx: Int, _ ny: Int) -> Int {
  var total = ny * w.last! + ny, below = nx
  for n in w { total += (kind == "gru" ? 3 : 1) * n * (n + below + 1); below = n }
  return total
}
func run<Cell: RecurrentCell>(_ w: [Int], _ seed: Int, _ make: (Int, Int, inout RandomSource) -> Cell) where Cell.Scalar == Float {
  var random = RandomSource(seed: UInt64(seed))
  var below = nx
  var layers: [Recurrent<Cell>] = []
  for n in w { layers.append(Recurrent(make(below, n, &random))); below = n }
  let m = Tagger(layer: Deep(layers), output: Dense(inputSize: below, outputSize: modulus, using: &random))
  var tr = Trainer(m, optimizer: Optimizer(.adam(), learningRate: lr, for: m), clipping: .norm(1))
  var data = RandomSource(seed: UInt64(seed + 1000))
  var held = RandomSource(seed: UInt64(seed + 2000))
  let test: TaggerBatch<Float> = pipeline(500, &held)
  var out = ""
  let t0 = Date()
  for s in 1...steps {
    _ = try! tr.step(on: pipeline(32, &data))
    if s % max(1, steps / 8) == 0 {
      let tags = tr.model.tags(test.inputs)
      let right = zip(tags.ids, test.targets.ids).filter { $0 == $1 }.count
      out += String(format: " %.3f", Double(right) / Double(tags.ids.count))
    }
  }
  print(kind, w, m.parameterCount, "seed", seed, out, String(format: "%.1fs", Date().timeIntervalSince(t0)))
}
let depths = (env["D"] ?? "1,2,3").split(separator: ",").map { Int($0)! }
let budget = gru([W], nx, modulus)
for d in depths {
  let w = widths(d, budget) { gru($0, nx, modulus) }
  for s in 1...seeds {
    if kind == "gru" { run(w, s) { GRUCell<Float>(inputSize: $0, hiddenSize: $1, using: &$2) } }
    else { run(w, s) { RNNCell<Float>(inputSize: $0, hiddenSize: $1, recurrentInitialization: .orthogonal(), using: &$2) } }
  }
}
