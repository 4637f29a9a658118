import ArgumentParser
import Foundation
import Notebook
import Plotting
import SequenceModels
import Workshop

struct Options: ParsableArguments {
  @OptionGroup(title: "Every lesson") var notebook: NotebookOptions
  @Option(help: "Write this date as ISO 8601, after the training of that part alone.") var date: String?
}

let options = Options.parseLesson()
let run = options.notebook
var random = RandomSource(seed: run.seed())

begin("10", "Types of RNN", run, withProse: options.date == nil)

// page: off
func learn<Model: SequenceModel>(
  _ name: String, _ model: Model, steps: Int, rate: Double = 0.01, line: Int = #line, on next: () -> Model.Batch
) -> (model: Model, curve: WindowedLosses) {
  var trainer = Trainer(model, optimizer: Optimizer(.adam(), learningRate: rate, for: model), clipping: .norm(1))
  let count = run.choose(quick: max(50, steps / 10), standard: steps, full: 3 * steps)
  let curve = trainer.train(name, steps: count, window: count / 25, settling: true, line: line, on: next)
  if Interrupt.requested { end() }
  return (trainer.model, curve)
}
func gru(_ inputs: Int, _ units: Int) -> GRU<Float> {
  Recurrent(GRUCell(inputSize: inputs, hiddenSize: units, form: .resetAfterRecurrent, using: &random))
}
func dense(_ inputs: Int, _ outputs: Int) -> Dense<Float> {
  Dense(inputSize: inputs, outputSize: outputs, using: &random)
}
func percentEqual<Answer: Equatable>(_ answers: [Answer], _ expected: [Answer]) -> Double {
  100 * Double(zip(answers, expected).count { $0 == $1 }) / Double(expected.count)
}
func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

let (spelled, iso) = CalendarDates.vocabularies
func dateBatch(_ dates: [CalendarDates.Example], reversed: Bool) -> EncoderDecoderBatch<Float> {
  let sources = dates.map { attempt { [text = $0.spelling] in try spelled.encode(text) } }
  let (source, mask) = TokenBatch.padded(sources.map { reversed ? $0.reversed() : $0 })
  let target = SentenceBatches(dates.map { attempt { [text = $0.iso] in try iso.encode(text) } }, end: iso.end!)
  return EncoderDecoderBatch(source: .tokens(source), sourceMask: mask, target: target.batch(dates.indices))
}
let units = Int(ProcessInfo.processInfo.environment["U"] ?? "96")!
let steps = Int(ProcessInfo.processInfo.environment["S"] ?? "2000")!
let rate = Double(ProcessInfo.processInfo.environment["R"] ?? "0.006")!
let held = (0..<1000).map { _ in CalendarDates.example(.heldOut, using: &random) }
for reversed in (ProcessInfo.processInfo.environment["REV"] ?? "01").map({ $0 == "1" }) {
  let model = EncoderDecoder(
    encoder: gru(spelled.count, units),
    decoder: LanguageModel(layer: gru(iso.count, units), output: dense(units, iso.count)))
  let start = Date()
  let (m, curve) = learn("dates", model, steps: steps, rate: rate) {
    dateBatch((0..<64).map { _ in CalendarDates.example(.training, using: &random) }, reversed: reversed)
  }
  let b = dateBatch(held, reversed: reversed)
  let a = m.greedyTokens(for: b.source, mask: b.sourceMask, until: iso.end!, limit: 12).map { iso.decode($0) }
  show("\(reversed) \(curve.losses)\n\(percentEqual(a, held.map(\.iso))) % in \(Date().timeIntervalSince(start)) s")
}
end()
