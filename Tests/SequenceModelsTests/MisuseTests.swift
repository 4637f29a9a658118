// What a caller can get wrong, and the sentence that each mistake ends with: in debug and in release, and before it reaches memory.

import Testing

@testable import SequenceModels

/// Expects that a child process ended with a sentence.
private func expect(
  _ result: ExitTest.Result?, says sentence: String, _ location: SourceLocation = #_sourceLocation
) {
  let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  #expect(errors.contains("Fatal error: ") && errors.contains(sentence), "\(errors)", sourceLocation: location)
}

private func layer(hiddenSize: Int = 3) -> LSTM<Float> {
  var random = RandomSource(seed: 1)
  return LSTM(LSTMCell(inputSize: 2, hiddenSize: hiddenSize, using: &random))
}

private func small() -> LSTM<Float> { layer(hiddenSize: 2) }

private func sequence(_ length: Int, _ batch: Int, size: Int = 2) -> SequenceBatch<Float> {
  SequenceBatch(length: length, batch: batch, size: size)
}

@Suite struct MisuseTests {
  @Test func aProductOfMatricesThatDoNotFit() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Float>(rows: 2, columns: 3) * Matrix<Float>(rows: 2, columns: 3)
    }
    expect(result, says: "(2, 3) cannot be multiplied by (2, 3)")
  }

  @Test func anEntryOutsideAMatrix() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Float>(rows: 2, columns: 3)[flat: 6]
    }
    expect(result, says: "place 6 lies outside a (2, 3) matrix")
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Matrix<Float>(rows: 2, columns: 3).rows(1..<3)
    }
    expect(rows, says: "there are no rows 1..<3 in 2")
  }

  // MARK: - Weights that were set

  @Test func aPeepholeOfAnotherSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let weights = layer().cell
      var cell = LSTMCell(Wax: weights.Wax, Waa: weights.Waa, ba: weights.ba, peephole: .previous)
      cell.pa = Matrix(rows: 1, columns: 1)
      _ = LSTM(cell)(sequence(4, 1))
    }
    expect(result, says: "p_a is (1, 1) and has to be (9, 1), as W_ax is (12, 2) and n_a is 3")
  }

  @Test func aBiasOfAnotherSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      var cell = GRUCell<Float>(inputSize: 2, hiddenSize: 3, form: .resetAfterRecurrent, using: &random)
      cell.bcc = Matrix(rows: 1, columns: 1)
      _ = GRU(cell)(sequence(4, 1))
    }
    expect(result, says: "b_cc is (1, 1) and has to be (3, 1)")
    let torch = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      var layer = RNN(RNNCell<Float>(inputSize: 2, hiddenSize: 3, using: &random))
      layer.setTorchParameters { Matrix(rows: 3, columns: $0.hasPrefix("bias") ? 1 : 4) }
      _ = layer(sequence(4, 1, size: 4))
    }
    expect(torch, says: "weight_ih_l0 of (3, 2) was given (3, 4)")
  }

  @Test func weightsThatChangeBetweenThePasses() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var layer = layer()
      let tape = layer(sequence(4, 1))
      var gradient = layer.zeroed
      layer.cell.Wax = Matrix(rows: 12, columns: 5)
      layer.cell.Waa = Matrix(rows: 16, columns: 4)
      layer.backward(finalGradient: nil, inputGradient: nil, on: tape, accumulatingInto: &gradient)
    }
    expect(result, says: "W_ax is (12, 5) and has to be (16, 5)")
  }

  @Test func aTapeOfAnotherLayer() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let wide = layer(hiddenSize: 300)
      wide.forward(.features(sequence(4, 1)), from: nil, mask: nil, on: layer().makeTape())
    }
    expect(result, says: "a tape for states of [3, 3] and gates of 12 rows was given a cell with states of [300, 300]")
  }

  @Test func aDenseLayerWithAnotherBias() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Dense<Float>(Wya: Matrix(rows: 2, columns: 3), by: Matrix(rows: 3, columns: 1))
    }
    expect(result, says: "W_ya (2, 3) and b_y (3, 1) disagree")
  }

  // MARK: - Passes

  @Test func aMaskForOtherSequences() async {
    let long = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = layer()(sequence(4, 2), mask: Mask(lengths: [99, 3]))
    }
    expect(long, says: "a mask of lengths [99, 3] does not fit 2 sequences of at most 4 steps")
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Mask(lengths: [4, -3])
    }
    expect(negative, says: "a sequence cannot have -3 steps")
    let both = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Bidirectional(forward: layer(), backward: layer())(sequence(4, 2), mask: Mask(lengths: [99, 3]))
    }
    expect(both, says: "a mask of lengths [99, 3] does not fit 2 sequences of at most 4 steps")
  }

  @Test func anOutputGradientWithStepsAndExamplesExchanged() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (layer, x) = (layer(), sequence(4, 2))
      _ = layer.gradients(outputGradient: sequence(2, 4, size: 3), on: layer(x))
    }
    expect(result, says: "the gradient of 4 outputs of (3, 2) cannot be 2 of (3, 4)")
  }

  @Test func tooFewOrTooManyStates() async {
    let few = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = layer()(sequence(4, 2), from: RecurrentState([Matrix(rows: 3, columns: 2)]))
    }
    expect(few, says: "states of (3, 2) were given where a layer has (3, 2), (3, 2)")
    let many = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let stack = Deep([layer()])
      _ = stack(sequence(4, 2), from: RecurrentState(Array(repeating: Matrix(rows: 3, columns: 2), count: 3)))
    }
    expect(many, says: "states of (3, 2), (3, 2), (3, 2) were given where a layer has (3, 2), (3, 2)")
  }

  @Test func aBackwardPassWithoutAForwardPass() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let layer = layer()
      var gradient = layer.zeroed
      layer.backward(finalGradient: nil, inputGradient: nil, on: layer.makeTape(), accumulatingInto: &gradient)
    }
    expect(result, says: "there is no forward pass on the tape to go back through")
  }

  @Test func aGradientOfAnotherSize() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let layer = layer()
      var gradient = small()
      let tape = layer(sequence(4, 2))
      layer.backward(finalGradient: nil, inputGradient: nil, on: tape, accumulatingInto: &gradient)
    }
    expect(result, says: "a product of (12, 8) and (8, 3) cannot fill (8, 2)")
  }

  @Test func blocksOfDifferentShapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = layer()(sequence(4, 2))
      tape.cell.state(0, at: 1) ← tape.cell.gates(at: 1) ⊙ tape.cell.state(1, at: 1)
    }
    expect(result, says: "(2, 12) and (2, 3) cannot be combined entry by entry")
    let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = layer()(sequence(4, 2)).cell.gates(at: 5)
    }
    expect(step, says: "step 4 lies outside the 4 that a tape holds")
  }

  @Test func attentionWithoutASource() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      _ = AttentionOnTop(layer(), Attention(.additive, size: 3, using: &random))(sequence(4, 2))
    }
    expect(result, says: "there is no source to attend to: attention is for an EncoderDecoder")
    let size = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var random = RandomSource(seed: 1)
      _ = AttentionOnTop(layer(), Attention(.dotProduct, size: 4, using: &random))
    }
    expect(size, says: "attention from a state of 4 units does not fit a layer of 3")
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Attention<Float>(Wc: Matrix(rows: 3, columns: 5))
    }
    expect(weights, says: "W_c (3, 5), W_es (0, 0), W_ea (0, 0) and v_e (0, 0) disagree")
  }

  /// What a tape handed out before outlives it, and a longer pass on it.
  @Test func aBlockOutlivesItsTape() {
    let layer = layer()
    var tape: LSTM<Float>.Tape? = layer(sequence(1, 1))
    let block = tape!.outputs
    let before = SequenceBatch(copying: block, length: 1, batch: 1)
    layer.forward(.features(sequence(50, 20)), from: nil, mask: nil, on: tape!)
    tape = nil
    #expect(SequenceBatch(copying: block, length: 1, batch: 1) == before)
  }

  /// The gradient belongs to the input of the pass, whatever becomes of the caller's.
  @Test func aTapeRemembersItsInputAndItsMask() {
    let layer = layer()
    func gradients(changing: Bool) -> [Float] {
      var x = SequenceBatch<Float>(length: 3, batch: 2, size: 2, elements: (0..<12).map { Float($0) / 10 })
      let tape = layer(x, mask: Mask(lengths: [3, 1]))
      if changing { x[0] = Matrix(rows: 2, columns: 2, repeating: 9) }
      let r = SequenceBatch<Float>(length: 3, batch: 2, size: 3, elements: Array(repeating: 1, count: 18))
      return layer.gradients(outputGradient: r, on: tape).layer.cell.Wax.elements
    }
    #expect(gradients(changing: false) == gradients(changing: true))
  }
}
