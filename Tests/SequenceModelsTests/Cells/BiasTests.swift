import Testing

@testable import SequenceModels

/// A cell without bias is the cell whose bias is 0 and stays there.
@Suite struct BiasTests {
  private func check<Cell: RecurrentCell<Double>>(
    _ makeCell: (_ bias: Bool, inout RandomSource) -> Cell, _ location: SourceLocation = #_sourceLocation
  ) throws {
    var (one, other) = (RandomSource(seed: 3), RandomSource(seed: 3))
    let (without, with) = (Recurrent(makeCell(false, &one)), Recurrent(makeCell(true, &other)))
    let x = SequenceBatch<Double>.random(length: 4, batch: 2, size: 3, using: &one)
    let r = SequenceBatch<Double>.random(length: 4, batch: 2, size: 5, using: &one)
    #expect(without(x).outputSequence == with(x).outputSequence, sourceLocation: location)
    let names = with.parameterPaths.map(\.name).filter { !$0.hasPrefix("bias") }
    #expect(without.parameterPaths.map(\.name) == names, sourceLocation: location)
    let gradients = (
      without.gradients(outputGradient: r, on: without(x)).layer, with.gradients(outputGradient: r, on: with(x)).layer
    )
    for name in names {
      func value(_ layer: Recurrent<Cell>) -> Matrix<Double> {
        layer[keyPath: layer.parameterPaths.first { $0.name == name }!.keyPath]
      }
      #expect(value(gradients.0) == value(gradients.1), sourceLocation: location)
    }
    var trained = without
    var optimizer = Optimizer(.sgd(), learningRate: 1, for: trained)
    try optimizer.update(&trained, gradient: gradients.0)
    #expect(trained.cell.ba == without.cell.ba && trained.cell.Wax != without.cell.Wax, sourceLocation: location)
  }

  @Test func aCellWithoutBiasHasZeros() throws {
    try check { RNNCell(inputSize: 3, hiddenSize: 5, bias: $0, using: &$1) }
    for form in GRUForm.allCases {
      try check { GRUCell(inputSize: 3, hiddenSize: 5, form: form, bias: $0, using: &$1) }
    }
    try check { LSTMCell(inputSize: 3, hiddenSize: 5, bias: $0, forgetBias: 0, using: &$1) }
  }

  /// As PyTorch's modules with `bias=False`.
  @Test func pyTorchHasNoneOfItsTwo() {
    var random = RandomSource(seed: 4)
    let names = ["weight_ih", "weight_hh"]
    #expect(
      RNNCell<Float>(inputSize: 3, hiddenSize: 5, bias: false, using: &random).torchParameters.map(\.name) == names)
    #expect(
      LSTMCell<Float>(inputSize: 3, hiddenSize: 5, bias: false, using: &random).torchParameters.map(\.name) == names)
    #expect(
      GRUCell<Float>(inputSize: 3, hiddenSize: 5, form: .resetAfterRecurrent, bias: false, using: &random)
        .torchParameters.map(\.name) == names)
  }

  @Test func aCellOfGivenWeightsHasNoneWithoutOne() {
    let (Wax, Waa) = (Matrix<Double>(rows: 5, columns: 3), Matrix<Double>(rows: 5, columns: 5))
    let cell = RNNCell(Wax: Wax, Waa: Waa, ba: nil)
    #expect(!cell.hasBias && cell.ba == Matrix(rows: 5, columns: 1))
  }
}
