// exploration
import Foundation
import SequenceModels

func p(_ s: String) { print(s); fflush(nil) }
func now() -> Double { Date().timeIntervalSince1970 }
func cpu() -> Double { var u = rusage(); getrusage(__rusage_who_t(0), &u); return Double(u.ru_utime.tv_sec) + Double(u.ru_utime.tv_usec) * 1e-6 }
let args = CommandLine.arguments
let what = args[1], name = args[2], T = Int(args[3])!, seed = UInt64(args[4])!, cap = Int(args[5])!
let lr = args.count > 6 ? Double(args[6])! : 1e-3
let H = args.count > 7 ? Int(args[7])! : (what == "add" ? 64 : 50)
let batchSize = args.count > 8 ? Int(args[8])! : 50
var r = RandomSource(seed: seed)
func go<C: RecurrentCell>(_ cell: C) where C.Scalar == Float {
  let t0 = cpu()
  var recent: [Double] = []
  var line = "\(what) \(name) T=\(T) seed=\(seed):"
  var solved: Int?
  if what == "add" {
    let m = Regressor(layer: Recurrent(cell), output: Dense(inputSize: H, outputSize: 1, using: &r))
    var tr = Trainer(m, optimizer: Optimizer(.adam(), learningRate: lr, for: m), clipping: .norm(1))
    for s in 1...cap {
      let b = AddingProblem.batch(Float.self, count: batchSize, length: T, using: &r)
      recent.append(try! tr.step(on: b).loss)
      if s % 250 == 0 { let l = recent.reduce(0,+)/Double(recent.count); recent = []; line += String(format: " %.4f", l); if l < 0.01 { solved = s; break } }
    }
  } else {
    let m = Classifier(layer: Recurrent(cell), output: Dense(inputSize: H, outputSize: 4, using: &r))
    var tr = Trainer(m, optimizer: Optimizer(.adam(), learningRate: lr, for: m), clipping: .norm(1))
    for s in 1...cap {
      let b = TemporalOrder.batch(Float.self, count: batchSize, length: T, using: &r)
      recent.append(try! tr.step(on: b).loss)
      if s % 250 == 0 { let l = recent.reduce(0,+)/Double(recent.count); recent = []; line += String(format: " %.3f", l); if l < 0.05 { solved = s; break } }
    }
  }
  line += " -> \(solved.map(String.init) ?? "NOT") user \(String(format: "%.1f", cpu()-t0))s"
  p(line)
}
let nx = what == "add" ? 2 : 6
switch name {
case "rnn": go(RNNCell<Float>(inputSize: nx, hiddenSize: H, using: &r))
case "ortho": go(RNNCell<Float>(inputSize: nx, hiddenSize: H, recurrentInitialization: .orthogonal(), using: &r))
case "irnn": go(RNNCell<Float>(inputSize: nx, hiddenSize: H, activation: .relu, initialization: .normal(deviation: 0.001), recurrentInitialization: .identity(), using: &r))
case "irnnu": go(RNNCell<Float>(inputSize: nx, hiddenSize: H, activation: .relu, recurrentInitialization: .identity(), using: &r))
case "gru": go(GRUCell<Float>(inputSize: nx, hiddenSize: H, using: &r))
case "lstm0": go(LSTMCell<Float>(inputSize: nx, hiddenSize: H, forgetBias: 0, using: &r))
case "lstm1": go(LSTMCell<Float>(inputSize: nx, hiddenSize: H, forgetBias: 1, using: &r))
case "lstm2": go(LSTMCell<Float>(inputSize: nx, hiddenSize: H, forgetBias: 2, using: &r))
default: fatalError()
}
