import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

let run = NotebookOptions.parseLesson()
var random = RandomSource(seed: run.seed())
begin("06", "GRU", run)

let known = Grammar.agreement(nouns: 0...6)
let vocabulary = Vocabulary(
  unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + known.vocabulary)
let (V, end_) = (vocabulary.count, vocabulary.end!)
func ids(_ s: [String]) -> [Int32] { s.map { vocabulary.id(of: $0)! } }
let told = SentenceBatches(
  known.sentences(8000, using: &random).map { ids($0.map { random.uniform() < 0.02 ? Vocabulary.unknown : $0 }) }, end: end_)
let heldOut = SentenceBatches(known.sentences(500, using: &random).map(ids), end: end_)
let exams = (0...12).map { k in Grammar.agreement(nouns: k...k).sentences(300, using: &random) }
let (was, were) = (Int(vocabulary.id(of: "was")!), Int(vocabulary.id(of: "were")!))
func accuracy<L: RecurrentLayer>(_ m: LanguageModel<L>, _ k: Int) -> Double where L.Scalar == Float {
  let at = 2 + Grammar.agreementDistance(nouns: k)
  let tape = m.makeTape()
  let sents = exams[k].map { Array(ids($0).prefix(at)) }
  let batch = SentenceBatches(sents, end: end_).batch(0..<sents.count)
  _ = m.forward(batch, from: nil, on: tape)
  let z = tape.probabilities(rows: batch.inputs.ids.count)
  var right = 0
  for e in sents.indices {
    let row = z.start + (at * sents.count + e) * V
    if (row[were] > row[was]) == (exams[k][e][at] == "were") { right += 1 }
  }
  return 100 * Double(right) / Double(sents.count)
}
let steps = Int(ProcessInfo.processInfo.environment["STEPS"] ?? "1000")!
let rate = Double(ProcessInfo.processInfo.environment["RATE"] ?? "0.01")!
let batchSize = Int(ProcessInfo.processInfo.environment["BATCH"] ?? "32")!
func train<C: RecurrentCell>(_ name: String, _ c: C) -> LanguageModel<Recurrent<C>> where C.Scalar == Float {
  let model = LanguageModel(layer: Recurrent(c), output: Dense(inputSize: c.hiddenSize, outputSize: V, using: &random))
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let t0 = Date()
  var rows = ""
  let curve = trainer.train(name, steps: steps, points: 5, heldOut: heldOut.all(inBatchesOf: 100), on: { _ in (told.random(batchSize, using: &random), false) }) { r, p, t in
    t.optimizer.learningRate = rate * min(1, 2 * Double(steps - r.step) / Double(steps))
    if p { rows += " \(Int(accuracy(t.model, 4)))" }
  }
  print(name, model.parameterCount, formatted(curve.heldOut.last!), "at k=4:", rows, "time", Date().timeIntervalSince(t0))
  print("  ", (0...12).map { Int(accuracy(trainer.model, $0)) })
  return trainer.model
}
let rnn = train("rnn", RNNCell<Float>(inputSize: V, hiddenSize: 48, using: &random))
let simple = train("simplified", GRUCell<Float>(inputSize: V, hiddenSize: 33, form: .simplified, using: &random))
let full = train("full", GRUCell<Float>(inputSize: V, hiddenSize: 26, using: &random))

// units
func study(_ name: String, _ m: LanguageModel<GRU<Float>>, _ k: Int) {
  let at = 2 + Grammar.agreementDistance(nouns: k)
  let sents = exams[k].map { Array(ids($0).prefix(at)) }
  let batch = SentenceBatches(sents, end: end_).batch(0..<sents.count).inputs
  let plural = exams[k].map { $0[at] == "were" }
  let tape = m.layer.makeTape()
  m.layer.forward(.tokens(batch), from: nil, mask: nil, on: tape)
  let a = tape.outputSequence
  let n = m.layer.outputSize
  func verdicts(_ state: Matrix<Float>) -> [Bool] {
    let z = m.output.Wya * state + m.output.by
    return (0..<sents.count).map { z[were, $0] > z[was, $0] }
  }
  let base = verdicts(a[at])
  var res: [(Int, Double, Double, Double, Double)] = []
  for j in 0..<n {
    func stats(_ t: Int) -> (Double, Double, Double) {
      let v = (0..<sents.count).map { Double(a[t][j, $0]) }
      let s = zip(v, plural).filter { !$0.1 }.map(\.0), p = zip(v, plural).filter(\.1).map(\.0)
      let ms = s.reduce(0, +) / Double(s.count), mp = p.reduce(0, +) / Double(p.count)
      let vs = s.reduce(0) { $0 + ($1 - ms) * ($1 - ms) } / Double(s.count), vp = p.reduce(0) { $0 + ($1 - mp) * ($1 - mp) } / Double(p.count)
      let d = (mp - ms)
      let all = (vs + vp) / 2
      return (ms, mp, (d / 2) / (all + d * d / 4).squareRoot())
    }
    let (ms, mp, r) = stats(at)
    var s = a[at]
    for e in 0..<sents.count { s[j, e] = Float(ms + mp) - s[j, e] }
    let flippedNow = verdicts(s)
    // early flip: after the noun (t=2 in 0-based with x⟨1⟩=0: state index 2)
    let t0 = at - 3
    var s0 = a[t0]
    let (ms0, mp0, _) = stats(t0)
    for e in 0..<sents.count { s0[j, e] = Float(ms0 + mp0) - s0[j, e] }
    var rest = TokenBatch(length: batch.length - t0 - 1, batch: batch.batch)
    rest.ids = Array(batch.ids[((t0 + 1) * batch.batch)...])
    let tp = m.layer.makeTape()
    m.layer.forward(.tokens(rest), from: RecurrentState([s0]), mask: nil, on: tp)
    let fe = verdicts(tp.outputSequence[rest.length - 1])
    func changed(_ b: [Bool]) -> Double { Double(zip(b, base).count { $0 != $1 }) / Double(sents.count) }
    res.append((j, abs(r), changed(flippedNow), changed(fe), Double(abs(m.output.Wya[were, j] - m.output.Wya[was, j])) * abs(mp - ms)))
  }
  print(name, "k", k)
  for r in res.sorted(by: { $0.1 > $1.1 }).prefix(6) { print("   unit \(r.0) |r| \(formatted(r.1)) flip at verb \(formatted(r.2)) flip earlier \(formatted(r.3)) push \(formatted(r.4))") }
}
study("simplified", simple, 3)
study("full", full, 3)
study("full", full, 6)
end()
