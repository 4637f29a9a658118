// The softmax, in a form in which no logit is too large for it.
//
//   p_i = e^{z_i − max z} / Σ_j e^{z_j − max z},   log Σ_j e^{z_j} = max z + log Σ_j e^{z_j − max z}

import RealModule

/// The softmax of each column: positive numbers that sum to 1, e^{z_i} / Σ_j e^{z_j}, finite for any finite z.
public func softmax<Scalar>(_ z: Matrix<Scalar>) -> Matrix<Scalar> {
  var examples = z.transposed
  examples.withMutableBlock { $0.applySoftmax() }
  return examples.transposed
}

extension Block {
  /// Replaces the logits of each row by probabilities that sum to 1.
  func applySoftmax() {
    for row in 0..<rows { applySoftmax(toRow: row) }
  }

  /// Replaces the logits z of one row by probabilities that sum to 1, and returns log Σ e^z.
  @discardableResult @specialized(where Scalar == Float)
  func applySoftmax(toRow row: Int) -> Double {
    let z = rows(row..<row + 1)
    var largest = -Scalar.infinity
    for i in 0..<z.count where z.start[i] > largest { largest = z.start[i] }
    let sum = Scalar.exp(z, minus: largest)
    let factor = Scalar(1 / sum)
    for i in 0..<z.count { z.start[i] *= factor }
    return Double(largest) + Double.log(sum)
  }
}
