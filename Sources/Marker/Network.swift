// The network that several exercises have in common.

import SequenceModels

/// As the pages call it: a matrix of numbers, with one column for each example.
public typealias Columns = Matrix<Double>

/// The five matrices of a plain recurrent network; a gradient holds ∂L/∂W in the place of each W.
public struct Network: Sendable {
  /// The weights from the input to the state, (n_a, n_x), and from state to state, (n_a, n_a).
  public var Wax, Waa: Columns
  /// The bias of the state, (n_a, 1).
  public var ba: Columns
  /// The weights from the state to the logits, (n_y, n_a).
  public var Wya: Columns
  /// The bias of the logits, (n_y, 1).
  public var by: Columns

  /// A network of these matrices.
  public init(Wax: Columns, Waa: Columns, ba: Columns, Wya: Columns, by: Columns) {
    (self.Wax, self.Waa, self.ba, self.Wya, self.by) = (Wax, Waa, ba, Wya, by)
  }

  /// Numbers drawn between −1 and 1, also for the biases.
  public init(inputs: Int, units: Int, outputs: Int, using random: inout RandomSource) {
    Wax = random.matrix(units, inputs)
    Waa = random.matrix(units, units)
    ba = random.matrix(units, 1)
    Wya = random.matrix(outputs, units)
    by = random.matrix(outputs, 1)
  }

  /// The same shapes, filled with 0.
  public var zeroed: Network { Network(Wax: 0 * Wax, Waa: 0 * Waa, ba: 0 * ba, Wya: 0 * Wya, by: 0 * by) }

  /// The one-hot column of a word, or of another token: 1 in its place, 0 elsewhere, (n_x, 1).
  public func oneHot(_ token: Int) -> Columns {
    var x = Columns(rows: Wax.columns, columns: 1)
    x[token, 0] = 1
    return x
  }

  /// The five matrices by their names.
  public var parts: [Part] {
    [
      Part("∂L/∂Wax", Wax), Part("∂L/∂Waa", Waa), Part("∂L/∂ba", ba), Part("∂L/∂Wya", Wya), Part("∂L/∂by", by),
    ]
  }
}

extension RandomSource {
  /// A matrix of numbers drawn between −1 and 1.
  public mutating func matrix(_ rows: Int, _ columns: Int) -> Columns {
    Columns(rows: rows, columns: columns) { self.uniform(in: -1..<1) }
  }
}

extension Network {
  /// The sum, matrix by matrix.
  public static func + (left: Network, right: Network) -> Network {
    Network(
      Wax: left.Wax + right.Wax, Waa: left.Waa + right.Waa, ba: left.ba + right.ba, Wya: left.Wya + right.Wya,
      by: left.by + right.by)
  }

  /// Every number times `factor`.
  public static func * (factor: Double, θ: Network) -> Network {
    Network(
      Wax: factor * θ.Wax, Waa: factor * θ.Waa, ba: factor * θ.ba, Wya: factor * θ.Wya, by: factor * θ.by)
  }
}
