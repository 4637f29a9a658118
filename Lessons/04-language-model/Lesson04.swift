import SequenceModels
import Foundation
let clock = ContinuousClock()
let unit = TokenUnit(rawValue: CommandLine.arguments[2])!
var mark = clock.now
func lap(_ s: String) { print(s, clock.now - mark); mark = clock.now }
let corpus = try Corpus(contentsOf: CommandLine.arguments[1])
lap("read")
let c = TokenizedCorpus(corpus, unit: unit, heldOut: 0.1, limit: 10000)
lap("tokens \(c.tokens.count) \(c.vocabulary.count)")
let bigram = NGramModel(.bigram, vocabularySize: c.vocabulary.count, counting: c.training)
lap("bigram")
let loss = bigram.meanLoss(over: c.heldOut)
lap("bigram \(loss)")
if c.tokens.count < 1000 { print(c.vocabulary.tokens.map(\.debugDescription)) }
print(try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") })
