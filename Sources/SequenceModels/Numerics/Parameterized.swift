// Anything with weights: where its parameters are, so that one optimiser, one gradient check and one file format serve
// all.

/// A cell, layer or model with parameters, each a matrix under a name.
///
/// The gradient of such a value is a value of the same type that holds ∂L/∂W in the place of each W, so `gradient.Waa`
/// is the gradient of `cell.Waa`.
public protocol Parameterized<Scalar>: Sendable {
  /// The number type of the parameters.
  associatedtype Scalar: RealScalar

  /// Where the parameters are, in an order that never changes.
  var parameterPaths: [ParameterPath<Self>] { get }
}

/// The name of a parameter and the key path to it.
public struct ParameterPath<Root: Parameterized> {
  /// The name, close to PyTorch's: `rnn.weight_hh_l0`.
  public let name: String
  /// The key path from the value to the parameter.
  public let keyPath: WritableKeyPath<Root, Matrix<Root.Scalar>>

  /// A parameter under a name.
  public init(_ name: String, _ keyPath: WritableKeyPath<Root, Matrix<Root.Scalar>>) {
    (self.name, self.keyPath) = (name, keyPath)
  }
}

extension Parameterized {
  /// The paths to the parameters of a part of this value, from this value on and renamed: how a whole lists those of
  /// its parts.
  public func paths<Part: Parameterized>(
    of part: WritableKeyPath<Self, Part>, _ paths: [ParameterPath<Part>], renamed: (String) -> String
  ) -> [ParameterPath<Self>] where Part.Scalar == Scalar {
    paths.map { ParameterPath<Self>(renamed($0.name), part.appending(path: $0.keyPath)) }
  }

  /// How many numbers training adjusts.
  public var parameterCount: Int {
    parameterPaths.reduce(0) { $0 + self[keyPath: $1.keyPath].count }
  }

  /// The same shapes with every parameter 0: where a gradient starts.
  public var zeroed: Self {
    var result = self
    result.setToZero(parameterPaths)
    return result
  }

  /// Lets `body` change the numbers of the parameter at `path` in place.
  ///
  /// The parameter is moved out meanwhile: a key path through a protocol or an array works on a copy that it writes
  /// back, and a change to numbers that two arrays share copies all of them.
  mutating func change(_ path: ParameterPath<Self>, _ body: (Block<Scalar>) -> Void) {
    var parameter = self[keyPath: path.keyPath]
    self[keyPath: path.keyPath] = Matrix(rows: 0, columns: 0)
    parameter.withMutableBlock(body)
    self[keyPath: path.keyPath] = parameter
  }

  /// Sets the parameters at `paths` to 0.
  mutating func setToZero(_ paths: [ParameterPath<Self>]) {
    for path in paths { change(path) { $0.fill(0) } }
  }

  /// Adds the parameters of a value of the same shapes to this one's.
  mutating func add(_ other: Self, _ paths: [ParameterPath<Self>], threads: Int = 1) {
    for path in paths {
      other[keyPath: path.keyPath].withBlock { source in
        change(path) { sum in
          require(source.count == sum.count, "\(path.name) has \(sum.count) numbers, and \(source.count) to be added")
          concurrently(over: sum.count, threads: threads) { sum.numbers($0).add(source.numbers($0)) }
        }
      }
    }
  }
}
