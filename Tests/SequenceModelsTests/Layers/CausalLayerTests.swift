import Testing

@testable import SequenceModels

@Suite struct CausalLayerTests {
  typealias Both = Bidirectional<RNN<Float>>

  /// Nothing that a layer of both directions stands in can be given to a language model.
  @Test func whatReadsBothSidesIsNotCausal() {
    let causal: [any RecurrentLayer.Type] = [
      RNN<Float>.self, LSTM<Double>.self, Deep<GRU<Float>>.self, DenseOnTop<RNN<Float>>.self, Embedded<RNN<Float>>.self,
      Embedded<DenseOnTop<Deep<RNN<Float>>>>.self, AttentionOnTop<RNN<Float>>.self,
    ]
    let others: [any RecurrentLayer.Type] = [
      Both.self, Deep<Both>.self, DenseOnTop<Both>.self, Embedded<Both>.self, Bidirectional<Deep<RNN<Float>>>.self,
      Embedded<DenseOnTop<Deep<Both>>>.self,
    ]
    for layer in causal { #expect(layer is any CausalLayer.Type, "\(layer)") }
    for layer in others { #expect(!(layer is any CausalLayer.Type), "\(layer)") }
  }

  /// What comes after step t changes no output up to t.
  @Test func aCausalLayerHasNotReadWhatComes() {
    var random = RandomSource(seed: 1)
    func check(_ layer: some CausalLayer<Double>) {
      let x = SequenceBatch<Double>.random(length: 5, batch: 2, size: 3, using: &random)
      var other = x
      other[3] = -1 * x[3]
      let (one, two) = (layer(x).outputSequence, layer(other).outputSequence)
      for t in 0..<3 { #expect(one[t] == two[t]) }
      #expect(one[3] != two[3])
      #expect(one[4] != two[4])
    }
    let deep = Deep(depth: 2, inputSize: 3) { RNN<Double>.plain(inputSize: $0, hiddenSize: 4, using: &random) }
    check(deep)
    check(DenseOnTop(deep, Dense(inputSize: 4, outputSize: 5, using: &random)))
    check(LSTM<Double>(LSTMCell(inputSize: 3, hiddenSize: 4, using: &random)))
  }
}
