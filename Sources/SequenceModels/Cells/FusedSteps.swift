// The steps of the LSTM and of PyTorch's GRU in single precision: all that follows the products, in one sweep over
// memory.
//
// The equations are those of the cells' files, which every other form and precision goes through; `lanes.inc` of
// CKernels has them for several units at a time. A test holds the two against each other.

import CKernels

/// Each returns false, and does nothing, where the numbers are not of single precision.
enum FusedSteps {
  /// Γu, Γf, Γo and c̃ in the place of their pre-activations, (m, 4 n), then c⟨t⟩, tanh(c⟨t⟩) and a⟨t⟩.
  static func lstmForward<Scalar>(
    gates: Block<Scalar>, c_before: Block<Scalar>, c: Block<Scalar>, tanh_c: Block<Scalar>, a: Block<Scalar>
  ) -> Bool {
    guard Scalar.self == Float.self else { return false }
    kernel_lstm_forward(
      gates.rows, c.columns, numbers(gates), numbers(c_before), numbers(c), numbers(tanh_c), numbers(a))
    return true
  }

  /// ∂L/∂z⟨t⟩ from ∂L/∂a⟨t⟩ and ∂L/∂c⟨t⟩; `dc` and `dc_before` gain what `LSTMCell` says.
  static func lstmBackward<Scalar>(
    gates: Block<Scalar>, c_before: Block<Scalar>, tanh_c: Block<Scalar>, da: Block<Scalar>, dc: Block<Scalar>,
    dc_before: Block<Scalar>, δ: Block<Scalar>
  ) -> Bool {
    guard Scalar.self == Float.self else { return false }
    kernel_lstm_backward(
      gates.rows, c_before.columns, numbers(gates), numbers(c_before), numbers(tanh_c), numbers(da), numbers(dc),
      numbers(dc_before), numbers(δ))
    return true
  }

  /// Γu, Γr and c̃ in the place of what the input sends to each, (m, 3 n), and c⟨t⟩.
  static func gruForward<Scalar>(
    gates: Block<Scalar>, recurrent: Block<Scalar>, bcc: Matrix<Scalar>, before: Block<Scalar>, c: Block<Scalar>
  ) -> Bool {
    guard Scalar.self == Float.self else { return false }
    bcc.withBlock {
      kernel_gru_forward(
        gates.rows, c.columns, numbers(gates), numbers(recurrent), numbers($0), numbers(before), numbers(c))
    }
    return true
  }

  /// ∂L/∂z⟨t⟩ and what of it reaches the recurrent product, from ∂L/∂c⟨t⟩; `dBefore` gains what `GRUCell` says.
  static func gruBackward<Scalar>(
    gates: Block<Scalar>, recurrent: Block<Scalar>, before: Block<Scalar>, dc: Block<Scalar>, dBefore: Block<Scalar>,
    δ: Block<Scalar>, δRecurrent: Block<Scalar>
  ) -> Bool {
    guard Scalar.self == Float.self else { return false }
    kernel_gru_backward(
      gates.rows, before.columns, numbers(gates), numbers(recurrent), numbers(before), numbers(dc), numbers(dBefore),
      numbers(δ), numbers(δRecurrent))
    return true
  }

  /// The address of a block of a tape, whose shapes the cell has checked.
  private static func numbers<Scalar>(_ block: Block<Scalar>) -> UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(block.start).assumingMemoryBound(to: Float.self)
  }
}
