import Testing

@testable import SequenceModels

/// What holds of every cell in every arrangement, whatever it computes: two ways to one result.
@Suite struct LayerInvariantTests {
  typealias Pass = EveryLayerTests.Pass
  typealias Shape = EveryLayerTests.Shape
  typealias Arrangement = EveryLayerTests.Arrangement
  typealias Form = EveryLayerTests.Form

  private func difference(_ one: RecurrentState<Double>, _ other: RecurrentState<Double>) -> Double {
    zip(one.values, other.values).map { $0.largestDifference(from: $1) }.max()!
  }

  /// A padded batch is as good as each of its sequences alone: the padding is noise, and nothing of it shows.
  private func fromSequencesAlone<Layer: RecurrentLayer>(
    _ layer: Layer, _ random: inout RandomSource
  ) -> Double where Layer.Scalar == Double {
    let lengths = [6, 2, 1]
    let pass = Pass(layer, Shape(length: 6, batch: 3, lengths: lengths), inputs: 1, using: &random)
    var asked = pass.r
    for (example, length) in lengths.enumerated() {
      for t in length..<6 { for unit in 0..<layer.outputSize { asked[t][unit, example] = 0 } }
    }
    let tape = pass.tape
    let (outputs, last) = (tape.outputSequence, tape.finalState)
    let whole = layer.gradients(outputGradient: asked, finalGradient: pass.s, on: tape)

    var (sum, differences) = (layer.zeroed, [Double]())
    for (example, length) in lengths.enumerated() {
      func alone(_ state: RecurrentState<Double>) -> RecurrentState<Double> {
        RecurrentState(state.values.map { $0.columns(example..<example + 1) })
      }
      func alone(_ steps: SequenceBatch<Double>) -> SequenceBatch<Double> {
        steps.examples(example..<example + 1).steps(0..<length)
      }
      let tape = layer(alone(pass.x), from: alone(pass.start))
      differences.append(alone(outputs).largestDifference(from: tape.outputSequence))
      differences.append(difference(alone(last), tape.finalState))
      let gradient = layer.gradients(outputGradient: alone(pass.r), finalGradient: alone(pass.s), on: tape)
      differences.append(alone(whole.input).largestDifference(from: gradient.input))
      differences.append(difference(alone(whole.initialState), gradient.initialState))
      for t in length..<6 { differences += whole.input[t].columns(example..<example + 1).elements.map(abs) }
      sum.add(gradient.layer, sum.parameterPaths)
    }
    return (differences + [whole.layer.largestDifference(from: sum)]).max()!
  }

  @Test(arguments: Form.all)
  func maskedBatchIsEachSequenceAlone(form: Form) {
    var random = RandomSource(seed: 51)
    for arrangement in Arrangement.allCases {
      #expect(fromSequencesAlone(form.layer(arrangement, 0.5, &random), &random) < 1e-12, "\(arrangement)")
    }
  }

  /// The state is carried forwards, its gradient handed back, and two windows are one.
  private func fromTwoWindows<Layer: RecurrentLayer>(
    _ layer: Layer, _ random: inout RandomSource
  ) -> Double where Layer.Scalar == Double {
    let pass = Pass(layer, Shape(length: 6, batch: 3), inputs: 1, using: &random)
    let tape = pass.tape
    let whole = layer.gradients(outputGradient: pass.r, finalGradient: pass.s, on: tape)
    let early = layer(pass.x.steps(0..<2), from: pass.start)
    let late = layer(pass.x.steps(2..<6), from: early.finalState)
    let forward = [
      tape.outputSequence.steps(0..<2).largestDifference(from: early.outputSequence),
      tape.outputSequence.steps(2..<6).largestDifference(from: late.outputSequence),
      difference(tape.finalState, late.finalState),
    ]
    let second = layer.gradients(
      outputGradient: pass.r.steps(2..<6), finalGradient: pass.s, on: late)
    let first = layer.gradients(
      outputGradient: pass.r.steps(0..<2), finalGradient: second.initialState, on: early)
    var sum = first.layer
    sum.add(second.layer, sum.parameterPaths)
    return
      (forward + [
        sum.largestDifference(from: whole.layer), difference(first.initialState, whole.initialState),
        first.input.largestDifference(from: whole.input.steps(0..<2)),
      ]).max()!
  }

  @Test(arguments: Form.all)
  func twoWindowsAreOneLongWindow(form: Form) {
    var random = RandomSource(seed: 41)
    // What reads from the end as well cannot be cut.
    for arrangement in [Arrangement.one, .three] {
      #expect(fromTwoWindows(form.layer(arrangement, 0.5, &random), &random) < 1e-12, "\(arrangement)")
    }
  }

  /// Longer and wider first, so that what it left behind could show.
  private func isAsFresh<Layer: RecurrentLayer>(
    _ layer: Layer, _ random: inout RandomSource
  ) -> Bool where Layer.Scalar == Double {
    let long = Pass(layer, Shape(length: 9, batch: 5), inputs: 1, using: &random)
    let pass = Pass(layer, Shape(length: 6, batch: 3), inputs: 1, using: &random)
    let (used, fresh) = (long.tape, pass.tape)
    _ = long.gradients(of: long.r, on: used)
    layer.forward(.features(pass.x), from: pass.start, mask: nil, on: used)
    return used.outputSequence == fresh.outputSequence
      && pass.gradients(of: pass.r, on: used) == pass.gradients(of: pass.r, on: fresh)
  }

  @Test(arguments: Form.all)
  func tapeUsedBeforeGivesWhatAFreshOneGives(form: Form) {
    var random = RandomSource(seed: 61)
    for arrangement in Arrangement.allCases {
      #expect(isAsFresh(form.layer(arrangement, 0.5, &random), &random), "\(arrangement)")
    }
  }

  /// A token is looked up, its one-hot column is multiplied.
  private func fromOneHot<Layer: RecurrentLayer>(
    _ layer: Layer, _ random: inout RandomSource
  ) -> Double where Layer.Scalar == Double {
    let pass = Pass(layer, Shape(length: 6, batch: 3), inputs: 1, using: &random)
    var tokens = TokenBatch(length: 6, batch: 3)
    // A token twice in a step and in later ones, and steps without a token.
    tokens.ids = [0, 0, 1, 1, 0, 1, 0, 1, TokenBatch.none, 0, 0, 0, 1, 1, TokenBatch.none, 0, 1, 0]
    let columns = tokens.oneHot(size: 2, as: Double.self)
    let (dense, sparse) = (layer(columns, from: pass.start), layer.makeTape())
    layer.forward(.tokens(tokens), from: pass.start, mask: nil, on: sparse)
    let outputs = sparse.outputSequence.largestDifference(from: dense.outputSequence)
    let expected = layer.gradients(outputGradient: pass.r, on: dense).layer
    var gradient = layer.zeroed
    sparse.outputGradients.copy(pass.r.block)
    layer.backward(finalGradient: nil, inputGradient: nil, on: sparse, accumulatingInto: &gradient)
    return max(outputs, gradient.largestDifference(from: expected))
  }

  @Test(arguments: Form.all)
  func tokensAreTheirOneHotColumns(form: Form) {
    var random = RandomSource(seed: 71)
    for arrangement in Arrangement.allCases {
      #expect(fromOneHot(form.layer(arrangement, 0.5, &random), &random) < 1e-12, "\(arrangement)")
    }
  }
}
