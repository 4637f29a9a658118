import Dispatch
import Foundation
import Testing

@testable import SequenceModels

@Suite struct TrainerTests {
  typealias Model = LanguageModel<RNN<Double>>

  /// Twenty batches of five sentences of unequal lengths.
  static func batches() -> [LanguageBatch] {
    var random = RandomSource(seed: 5)
    let sentences = (0..<30).map { _ in
      (0...random.index(below: 6)).map { _ in Int32(1 + random.index(below: 5)) }
    }
    return (0..<20).map { _ in SentenceBatches(sentences, end: 0).random(5, using: &random) }
  }

  static func train(threads: Int) throws -> (losses: [Double], model: Model) {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    var trainer = Trainer(
      model, optimizer: Optimizer(.sgd(momentum: 0.9), learningRate: 0.1, for: model), clipping: .norm(1),
      threads: threads)
    let losses = try batches().map { try trainer.step(on: $0).loss }
    return (losses, trainer.model)
  }

  @Test func threadsGiveTheSameLosses() throws {
    let one = try Self.train(threads: 1)
    #expect(one.losses.last! < one.losses.first!)
    for threads in [2, 3, 5, 8] {
      let many = try Self.train(threads: threads)
      for (loss, expected) in zip(many.losses, one.losses) { #expect(abs(loss - expected) < 1e-12) }
      #expect(many.model.largestDifference(from: one.model) < 1e-12)
    }
  }

  @Test(arguments: [1, 2, 3])
  func sameThreadsGiveTheSameBits(threads: Int) throws {
    let (one, other) = (try Self.train(threads: threads), try Self.train(threads: threads))
    #expect(one.losses == other.losses)
    #expect(one.model.numbers == other.model.numbers)
  }

  @Test func reportTellsWhatTheStepSaw() throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    let batch = Self.batches()[0]
    let tape = model.makeTape()
    var gradient = model.zeroed
    let loss = model.forward(batch, from: nil, on: tape)
    model.backward(batch, scale: 1 / Double(loss.count), on: tape, accumulatingInto: &gradient)
    var trainer = Trainer(
      model, optimizer: Optimizer(.sgd(), learningRate: 0.1, for: model), clipping: .norm(1e-3), threads: 2)
    let report = try trainer.step(on: batch)
    #expect(report.step == 1)
    #expect(report.targets == batch.targetCount)
    #expect(abs(report.loss - loss.mean) < 1e-13)
    // Before clipping; what clipping left moved the model.
    #expect(abs(report.gradientNorm - gradient.norm) < 1e-13)
    var moved = trainer.model
    moved.add(model.map { -$0 }, moved.parameterPaths)
    #expect(abs(moved.norm - 1e-4) < 1e-15)
    #expect(try trainer.step(on: batch).step == 2)
  }

  /// A copy carries on from the state that it was made with, whatever the other trainer reads.
  @Test func aCopyTrainsOnItsOwn() throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    let batches = Self.batches()
    func trained(_ order: [Int], alone: Bool) throws -> [Model] {
      var trainers = [
        Trainer(model, optimizer: Optimizer(.adam(), learningRate: 0.1, for: model), clipping: .norm(1), threads: 2)
      ]
      _ = try trainers[0].step(on: batches[0])
      if !alone { trainers.append(trainers[0]) }
      for place in order {
        for index in trainers.indices { _ = try trainers[index].step(on: batches[place + index], state: .carried) }
      }
      return trainers.map(\.model)
    }
    let together = try trained([1, 3, 5], alone: false)
    #expect(try together[0].numbers == trained([1, 3, 5], alone: true)[0].numbers)
    #expect(try together[1].numbers == trained([2, 4, 6], alone: true)[0].numbers)
  }

  @Test func aBatchOfNothingTraps() async {
    await #expect(processExitsWith: .failure) {
      let model = Model.random(vocabulary: 2, hidden: 1, seed: 6)
      var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0.1, for: model), threads: 1)
      _ = try trainer.step(on: SentenceBatches([[1]], end: 0).batch([]))
    }
  }

  /// A batch may ask for nothing, and then teaches nothing.
  @Test func aBatchWithoutTargetsMovesNothing() throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0.1, for: model), threads: 1)
    let inputs = TokenBatch(sequence: [0, 1])
    let report = try trainer.step(on: LanguageBatch(inputs: inputs, targets: TokenBatch(length: 2, batch: 1)))
    #expect(report.targets == 0 && report.loss.isNaN && report.gradientNorm == 0)
    #expect(trainer.model.numbers == model.numbers)
  }

  // MARK: - State

  /// Two streams of nine steps as three windows.
  static func windows() throws -> (windows: [LanguageBatch], whole: LanguageBatch) {
    var random = RandomSource(seed: 8)
    let text = (0..<19).map { _ in Int32(random.index(below: 6)) }
    let cut = try TokenStreams(text[...], batch: 2, length: 3)
    let whole = try TokenStreams(text[...], batch: 2, length: 9)
    return ((0..<3).map(cut.window), whole.window(0))
  }

  /// A learning rate of 0, so that windows and whole see the same model.
  private func losses(_ handling: StateHandling, threads: Int) throws -> [Double] {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model), threads: threads)
    return try Self.windows().windows.enumerated().map {
      try trainer.step(on: $1, state: $0 == 0 ? .reset : handling).loss
    }
  }

  @Test(arguments: [1, 2])
  func carriedStateMakesOneLongText(threads: Int) throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    let whole = model.forward(try Self.windows().whole, from: nil, on: model.makeTape())
    let carried = try losses(.carried, threads: threads)
    #expect(abs(carried.reduce(0, +) / 3 - whole.mean) < 1e-13)
    let reset = try losses(.reset, threads: threads)
    #expect(reset[0] == carried[0])
    #expect(abs(reset[1] - carried[1]) > 1e-3)
  }

  @Test func resetForgetsWhatWasCarried() throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model))
    let window = try Self.windows().windows[0]
    let first = try trainer.step(on: window).loss
    _ = try trainer.step(on: window, state: .carried)
    #expect(try trainer.step(on: window, state: .reset).loss == first)
  }

  /// The state can be looked at and set, whatever the number of threads: the state of a whole batch, its examples in order.
  @Test(arguments: [1, 2, 3, 8])
  func stateIsShownAndTaken(threads: Int) throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    var random = RandomSource(seed: 9)
    let text = (0..<41).map { _ in Int32(random.index(below: 6)) }
    let streams = try TokenStreams(text[...], batch: 5, length: 4)
    func trainer() -> Trainer<Model> {
      Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model), threads: threads)
    }
    var first = trainer()
    #expect(first.state == nil)
    _ = try first.step(on: streams.window(0))
    let tape = model.makeTape()
    _ = model.forward(streams.window(0), from: nil, on: tape)
    let state = try #require(first.state)
    #expect(state.values[0].largestDifference(from: model.finalState(of: tape).values[0]) < 1e-14)
    // Another trainer goes on from it, and so does a copy; a copy's state is its own.
    var (second, copy) = (trainer(), first)
    second.state = state
    #expect(second.state == state)
    copy.state = nil
    #expect(first.state == state && copy.state == nil)
    let expected = try first.step(on: streams.window(1), state: .carried)
    #expect(try second.step(on: streams.window(1), state: .carried).loss == expected.loss)
    #expect(try copy.step(on: streams.window(1), state: .carried).loss != expected.loss)
  }

  @Test func stateOfAnotherShapeIsRefused() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
      var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model), threads: 2)
      trainer.state = RecurrentState([Matrix(rows: 7, columns: 1)])
      _ = try trainer.step(on: Self.windows().windows[0], state: .carried)
    }
    #expect(result.words.contains("the carried state has 1 examples and the batch 2"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
      var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model), threads: 2)
      trainer.state = RecurrentState([Matrix(rows: 4, columns: 2)])
      _ = try trainer.step(on: Self.windows().windows[0], state: .carried)
    }
    #expect(result.words.contains("(7, 1)") && result.words.contains("(4, 1)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
      var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0, for: model), threads: 2)
      trainer.state = RecurrentState([Matrix(rows: 7, columns: 1), Matrix(rows: 7, columns: 2)])
    }
    #expect(result.words.contains("a state needs matrices of one number of columns, not [\"(7, 1)\", \"(7, 2)\"]"))
  }

  // MARK: - What belongs together

  @Test func anOptimiserOfAnotherModelIsRefused() async {
    var result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (big, small) = (
        Model.random(vocabulary: 6, hidden: 400, seed: 6), Model.random(vocabulary: 6, hidden: 7, seed: 6)
      )
      var trainer = Trainer(big, optimizer: Optimizer(.adam(), learningRate: 0.1, for: small))
      _ = try trainer.step(on: Self.batches()[0])
    }
    #expect(
      result.words.contains(
        "the model of the optimiser has rnn.weight_ih_l0 of (7, 6) where the trainer's model has rnn.weight_ih_l0 of (400, 6)"
      ))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (big, small) = (
        Model.random(vocabulary: 6, hidden: 400, seed: 6), Model.random(vocabulary: 6, hidden: 7, seed: 6)
      )
      var trainer = Trainer(small, optimizer: Optimizer(.adam(), learningRate: 0.1, for: small))
      trainer.optimizer = Optimizer(.adam(), learningRate: 0.1, for: big)
    }
    #expect(result.words.contains("the model of the optimiser has rnn.weight_ih_l0 of (400, 6)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (big, small) = (
        Model.random(vocabulary: 6, hidden: 400, seed: 6), Model.random(vocabulary: 6, hidden: 7, seed: 6)
      )
      var trainer = Trainer(small, optimizer: Optimizer(.adam(), learningRate: 0.1, for: small))
      trainer.model = big
    }
    #expect(result.words.contains("the new model has rnn.weight_ih_l0 of (400, 6)"))
    result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      func deep(_ depth: Int) -> LanguageModel<Deep<RNN<Double>>> {
        var random = RandomSource(seed: 6)
        return LanguageModel(
          layer: Deep(depth: depth, inputSize: 3) { RNN(RNNCell(inputSize: $0, hiddenSize: 2, using: &random)) },
          output: Dense(inputSize: 2, outputSize: 3, using: &random))
      }
      _ = Trainer(deep(1), optimizer: Optimizer(.adam(), learningRate: 0.1, for: deep(2)))
    }
    #expect(result.words.contains("where the trainer's model has output.weight of (3, 2)"))
  }

  /// One example leaves the second thread without a batch, and its half of the update is still the same. The gradient is clipped
  /// to numbers that are subnormal or next to it.
  @Test(arguments: [OptimizerRule.sgd(momentum: 0.9), .adam(), .adagrad()])
  func updatesOnTwoThreadsGiveTheSameBitsWhereNumbersVanish(rule: OptimizerRule) throws {
    // So that there are threads that flush nothing.
    DispatchQueue.concurrentPerform(iterations: 100) { _ in for _ in 0..<10_000 { _ = Int.random(in: 0...1) } }
    func trained(threads: Int) throws -> [UInt32] {
      var random = RandomSource(seed: 6)
      let cell = RNNCell<Float>(inputSize: 3, hiddenSize: 300, using: &random)
      let model = LanguageModel(layer: Recurrent(cell), output: Dense(inputSize: 300, outputSize: 3, using: &random))
      // With a learning rate as large as this gradient is small.
      var trainer = Trainer(
        model, optimizer: Optimizer(rule, learningRate: 1e30, for: model), clipping: .norm(1e-36), threads: threads)
      for _ in 0..<20 { _ = try trainer.step(on: LanguageBatch(sentence: [0, 1, 2, 0, 1])) }
      return (trainer.model.numbers + trainer.optimizer.moments.flatMap(\.elements)).map(\.bitPattern)
    }
    #expect(try trained(threads: 1) == trained(threads: 2))
  }

  // MARK: - Reduction

  @Test func sumIsTheMeanTimesTheTargets() throws {
    let model = Model.random(vocabulary: 6, hidden: 7, seed: 6)
    let batch = Self.batches()[0]
    let targets = Double(batch.targetCount)
    #expect(batch.targets.ids.contains(TokenBatch.none), "padding must not count")
    func step(_ reduction: Reduction, learningRate: Double) throws -> (StepReport, Model) {
      var trainer = Trainer(
        model, optimizer: Optimizer(.sgd(), learningRate: learningRate, for: model), reduction: reduction, threads: 2)
      return (try trainer.step(on: batch), trainer.model)
    }
    let (mean, sum) = (try step(.mean, learningRate: 0.3), try step(.sum, learningRate: 0.3 / targets))
    #expect(mean.0.loss == sum.0.loss, "both report the loss a target")
    #expect(abs(sum.0.gradientNorm - targets * mean.0.gradientNorm) < 1e-12)
    #expect(sum.1.largestDifference(from: mean.1) < 1e-14)
    #expect(sum.1.largestDifference(from: model) > 1e-3)
  }

  // MARK: - Divergence

  /// Not a number anywhere, or an infinite weight in the output, stops training in both precisions.
  @Test func numbersThatAreNotFiniteStopTrainingAndLeaveTheModel() throws {
    let model = Model.random(vocabulary: 3, hidden: 4, seed: 6)
    let batch = LanguageBatch(sentence: [0, 1, 2, 0, 1])
    for (path, value) in model.parameterPaths.map({ ($0, Double.nan) })
      + model.parameterPaths.filter({ $0.name == "output.weight" }).map({ ($0, Double.infinity) })
    {
      for threads in [1, 2] {
        var broken = model
        broken[keyPath: path.keyPath][0, 0] = value
        var trainer = Trainer(
          broken, optimizer: Optimizer(.adam(), learningRate: 0.1, for: broken), clipping: .norm(1), threads: threads)
        #expect(throws: TrainingError.self, "\(value) in \(path.name)") { try trainer.step(on: batch) }
        #expect(trainer.model.numbers.map(\.bitPattern) == broken.numbers.map(\.bitPattern))
        #expect(trainer.optimizer.step == 0)
        #expect(trainer.optimizer.moments.flatMap(\.elements).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func notANumberPassesThroughTheVectorKernels() throws {
    var random = RandomSource(seed: 6)
    for activation in Activation.allCases {
      let cell = RNNCell<Float>(inputSize: 3, hiddenSize: 4, activation: activation, using: &random)
      let model = LanguageModel(layer: Recurrent(cell), output: Dense(inputSize: 4, outputSize: 3, using: &random))
      for path in model.parameterPaths {
        var broken = model
        broken[keyPath: path.keyPath][0, 0] = .nan
        var trainer = Trainer(broken, optimizer: Optimizer(.sgd(), learningRate: 0.1, for: broken), threads: 1)
        #expect(throws: TrainingError.notFinite(step: 1, quantity: "loss"), "\(activation), \(path.name)") {
          try trainer.step(on: LanguageBatch(sentence: [0, 1, 2, 0, 1]))
        }
      }
    }
  }

  /// A logit of −∞ for another class leaves the loss finite and the gradient not.
  @Test func errorTellsTheGradientFromTheLoss() throws {
    var model = Model.random(vocabulary: 3, hidden: 1, seed: 6)
    model.layer.cell.ba[0, 0] = 1
    model.output.Wya[0, 0] = -.infinity
    var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 0.1, for: model), threads: 1)
    let error = #expect(throws: TrainingError.notFinite(step: 1, quantity: "gradient")) {
      try trainer.step(on: LanguageBatch(sentence: [1]))
    }
    #expect(error?.description.contains("gradient") == true)
  }

  /// A learning rate beyond the numbers of single precision, and one within them.
  @Test(arguments: OptimizerTests.rules, [1e39, 3e38])
  func anUpdateThatIsNotFiniteIsNotKept(rule: OptimizerRule, learningRate: Double) throws {
    var random = RandomSource(seed: 6)
    let cell = RNNCell<Float>(inputSize: 3, hiddenSize: 4, using: &random)
    let model = LanguageModel(layer: Recurrent(cell), output: Dense(inputSize: 4, outputSize: 3, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(rule, learningRate: 1e-3, for: model), threads: 2)
    let batch = SentenceBatches([[1, 2, 0, 1], [0, 1]], end: 0).batch([0, 1])
    for _ in 0..<3 { _ = try trainer.step(on: batch) }
    // A gradient that is large but finite takes a learning rate of 3e38 past the end.
    trainer.optimizer.learningRate = learningRate
    let before = trainer
    func bits(_ trainer: Trainer<LanguageModel<RNN<Float>>>) -> [UInt32] {
      (trainer.model.numbers + trainer.optimizer.moments.flatMap(\.elements)).map(\.bitPattern)
    }
    for _ in 0..<2 {
      do {
        _ = try trainer.step(on: batch)
        #expect(trainer.model.numbers.allSatisfy(\.isFinite) && learningRate < 1e39)
        break
      } catch {
        #expect(error == .notFinite(step: 4, quantity: "update"))
        #expect(bits(trainer) == bits(before))
        #expect(trainer.optimizer.step == 3)
      }
    }
    // It goes on as if nothing had been tried.
    trainer = before
    trainer.optimizer.learningRate = 1e-3
    var other = before
    other.optimizer.learningRate = 1e-3
    #expect(throws: TrainingError.self) {
      trainer.optimizer.learningRate = 1e39
      _ = try trainer.step(on: batch)
    }
    trainer.optimizer.learningRate = 1e-3
    #expect(try trainer.step(on: batch) == other.step(on: batch))
    #expect(bits(trainer) == bits(other))
  }

  @Test func trainingThatRunsAwayIsStopped() throws {
    var random = RandomSource(seed: 6)
    let cell = RNNCell<Float>(inputSize: 3, hiddenSize: 4, activation: .identity, using: &random)
    let model = LanguageModel(layer: Recurrent(cell), output: Dense(inputSize: 4, outputSize: 3, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.sgd(), learningRate: 1e10, for: model), threads: 1)
    #expect(throws: TrainingError.self) {
      for _ in 0..<100 { _ = try trainer.step(on: LanguageBatch(sentence: [0, 1, 2, 0, 1, 2, 2])) }
    }
  }

  // MARK: - Learning

  @Test func repeatingTextIsLearned() throws {
    var random = RandomSource(seed: 7)
    // After c comes a or d, by what came before: one token of context is not enough.
    let corpus = TokenizedCorpus(Corpus(String(repeating: "abcacd", count: 60)), unit: .character)
    let streams = try TokenStreams(corpus.training, batch: 4, length: 12)
    let cell = RNNCell<Float>(inputSize: corpus.vocabulary.count, hiddenSize: 16, using: &random)
    let model = LanguageModel(
      layer: Recurrent(cell), output: Dense(inputSize: 16, outputSize: corpus.vocabulary.count, using: &random))
    var trainer = Trainer(
      model, optimizer: Optimizer(.adam(), learningRate: 0.02, for: model), clipping: .norm(5), threads: 2)
    for _ in 0..<40 {
      for (batch, continues) in streams { _ = try trainer.step(on: batch, state: continues ? .carried : .reset) }
    }
    #expect(trainer.model.meanLoss(over: streams) < 0.05)

    var sampler = Sampler(trainer.model, temperature: 0)
    for token in try corpus.vocabulary.encode("abcacdabc") { sampler.read(token) }
    #expect(corpus.vocabulary.decode(sampler.tokens(limit: 9, using: &random)) == "acdabcacd")
  }

  // MARK: - Memory

  /// A gradient or a tape kept from each step would show as 200 MB and more.
  @Test func memoryDoesNotGrow() throws {
    var random = RandomSource(seed: 7)
    let cell = RNNCell<Float>(inputSize: 64, hiddenSize: 128, using: &random)
    let model = LanguageModel(layer: Recurrent(cell), output: Dense(inputSize: 128, outputSize: 64, using: &random))
    var trainer = Trainer(model, optimizer: Optimizer(.adagrad(), learningRate: 0.01, for: model), threads: 2)
    let text = (0..<100).map { _ in Int32(random.index(below: 64)) }
    let streams = try TokenStreams(text[...], batch: 4, length: 8)
    func run(_ steps: Int) throws {
      for step in 0..<steps {
        _ = try trainer.step(on: streams.window(step % streams.windowCount), state: .carried)
      }
    }
    try run(200)
    let before = try residentKilobytes()
    try run(1800)
    let after = try residentKilobytes()
    if let before, let after { #expect(after - before < 64 * 1024) }
  }

  /// The memory that the process has in use; nil on a system that does not say so under /proc.
  private func residentKilobytes() throws -> Int? {
    #if os(Linux)
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
      let kilobytes: Int = try #require(Int(line.split(separator: " ")[1]))
      return kilobytes
    #else
      return nil
    #endif
  }
}

extension Parameterized {
  /// The same value with `function` applied to each number.
  func map(_ function: (Scalar) -> Scalar) -> Self {
    var result = self
    for path in parameterPaths { result[keyPath: path.keyPath] = self[keyPath: path.keyPath].map(function) }
    return result
  }
}
