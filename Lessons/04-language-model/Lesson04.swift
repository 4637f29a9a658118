import SequenceModels
import Foundation
var random = RandomSource(seed: 1)
let clock = ContinuousClock()
func makeModel(_ v: Int, _ h: Int) -> LanguageModel<RNN<Float>> {
  LanguageModel(layer: Recurrent(RNNCell<Float>(inputSize: v, hiddenSize: h, using: &random)), output: Dense(inputSize: h, outputSize: v, using: &random))
}
func sents(_ s: [[Int32]], _ end: Int32, _ held: [[Int32]], v: Int, h: Int, lr: Double, steps: Int, batch: Int) throws -> LanguageModel<RNN<Float>> {
  let train = SentenceBatches(s, end: end), test = SentenceBatches(held, end: end)
  let model = makeModel(v, h)
  var t = Trainer(model, optimizer: Optimizer(.adam(), learningRate: lr, for: model), clipping: .norm(5))
  let start = clock.now
  for k in 1...steps {
    t.optimizer.learningRate = lr * min(1, 2 * Double(steps - k) / Double(steps))
    let r = try t.step(on: train.random(batch, using: &random))
    if k % (steps / 6) == 0 { print(k, r.loss, t.model.meanLoss(over: test.all(inBatchesOf: 100)), clock.now - start) }
  }
  return t.model
}
// names
let nameV = Vocabulary(of: DinosaurNames.text, unit: .character)
var names = DinosaurNames.all
random.shuffle(&names)
let ids = try names.map { try nameV.encode($0) }
let heldN = Array(ids.suffix(128)), trainN = Array(ids.dropLast(128))
for order in NGramModel.Order.allCases {
  let flat = trainN.flatMap { $0 + [nameV.end!] }, flatH = heldN.flatMap { $0 + [nameV.end!] }
  print(order, NGramModel(order, vocabularySize: nameV.count, counting: flat).meanLoss(over: flatH))
}
for (h, lr, steps) in [(64, 0.003, 1200), (100, 0.003, 1200), (128, 0.002, 2400)] {
  print("names", h, lr, steps)
  let m = try sents(trainN, nameV.end!, heldN, v: nameV.count, h: h, lr: lr, steps: steps, batch: 50)
  for temp in [0, 0.5, 1, 1.5] {
    print(temp, (0..<6).map { _ in var s = Sampler(m, temperature: temp); return nameV.decode(s.tokens(limit: 30, until: nameV.end, using: &random)) })
  }
}
// kitchen
let g = Grammar.kitchen
let all = g.sentences(12000, using: &random)
let training = Array(all.prefix(10000))
let seen = Set(training)
let unseen = all.suffix(2000).filter { !seen.contains($0) }
let wv = Vocabulary(unit: .word, tokens: [Vocabulary.unknown, Vocabulary.endOfSentence] + g.vocabulary)
let tw = training.map { $0.map { wv.id(of: $0)! } }, hw = unseen.map { $0.map { wv.id(of: $0)! } }
let tokensHeld = Double(unseen.reduce(0) { $0 + $1.count + 1 })
print("unseen", unseen.count, "floor per token", -unseen.reduce(0) { $0 + g.logProbability(of: $1) } / tokensHeld, "all floor", g.entropy / (g.expectedLength + 1))
for order in NGramModel.Order.allCases {
  let flat = tw.flatMap { $0 + [wv.end!] }, flatH = hw.flatMap { $0 + [wv.end!] }
  print(order, NGramModel(order, vocabularySize: wv.count, counting: flat).meanLoss(over: flatH))
}
for (h, lr, steps) in [(64, 0.005, 1200), (128, 0.003, 1200), (128, 0.003, 3000)] {
  print("words", h, lr, steps)
  let m = try sents(tw, wv.end!, hw, v: wv.count, h: h, lr: lr, steps: steps, batch: 50)
  for s in ["the apple and pear salad was delicious", "the apple and pair salad was delicious"] {
    print(s, m.logProbability(of: try wv.encode(s) + [wv.end!]), g.logProbability(of: s.split(separator: " ").map(String.init)))
  }
}
