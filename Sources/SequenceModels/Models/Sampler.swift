// Sampling: the model reads what it has just written.

import RealModule

extension LanguageModel {
  /// What the model expects at each place of a text before it reads the token there: a distribution over the vocabulary
  /// for each of `tokens`, from a⟨0⟩ = 0 on, with x⟨1⟩ as in `Sampler`.
  public func guesses(along tokens: some Sequence<Int32>, after first: Int32 = TokenBatch.none) -> [[Double]] {
    var reader = Sampler(self, after: first)
    return tokens.map { token in
      defer { reader.read(token) }
      return reader.distribution()
    }
  }
}

/// Draws tokens from a language model one after the other: x⟨t⟩ = y⟨t−1⟩.
///
/// At temperature τ a token is drawn from softmax(z / τ): τ = 1 is the model's own distribution, a smaller τ prefers
/// the likely, and τ = 0 is greedy, the likeliest token every time. Top-k sampling draws among the k likeliest tokens
/// alone, by their probabilities divided by their sum (Fan et al. 2018).
public struct Sampler<Layer: CausalLayer> {
  private let model: LanguageModel<Layer>
  private let temperature: Double
  private let topK: Int?
  private let tape: LanguageModel<Layer>.Tape
  private var state: RecurrentState<Layer.Scalar>
  private var previous: Int32

  /// A sampler at the start of a text. Traps where the temperature is negative or not finite, and where `topK` is below
  /// 1.
  ///
  /// - Parameters:
  ///   - model: the model that writes. The sampler keeps it as it is now.
  ///   - temperature: τ.
  ///   - topK: k, the number of tokens to draw from; of equally likely ones the first. All of them where it is nil.
  ///   - state: a⟨0⟩ for one example; 0 where it is nil.
  ///   - first: x⟨1⟩. A model of sentences has learned to start from none, x⟨1⟩ = 0. A model of a running text has
  ///     never seen that, and may not find into the text from there; give it a token of the text.
  public init(
    _ model: LanguageModel<Layer>, temperature: Double = 1, topK: Int? = nil,
    from state: RecurrentState<Layer.Scalar>? = nil, after first: Int32 = TokenBatch.none
  ) {
    previous = first
    require((topK ?? 1) >= 1, "top-k sampling needs a k of at least 1, not \(topK ?? 1)")
    require(temperature >= 0 && temperature.isFinite, "a temperature must be 0 or more, not \(temperature)")
    (self.model, self.temperature, self.topK, tape) = (model, temperature, topK, model.makeTape())
    self.state = state ?? model.layer.zeroState(batch: 1)
  }

  /// The distribution of the next token at the sampler's temperature and among its k likeliest tokens, without choosing
  /// one.
  @specialized(where Layer == Recurrent<RNNCell<Float>>)
  @specialized(where Layer == Recurrent<GRUCell<Float>>)
  @specialized(where Layer == Recurrent<LSTMCell<Float>>)
  public mutating func distribution() -> [Double] {
    let z = logits()
    if temperature == 0 {
      let likeliest = z.indices.max { z[$0] < z[$1] }!
      return z.indices.map { $0 == likeliest ? 1 : 0 }
    }
    let largest = z.max()!
    var powers = z.map { Double.exp(($0 - largest) / temperature) }
    if let topK, topK < z.count {
      let fromLikeliest = z.indices.sorted { z[$0] > z[$1] || z[$0] == z[$1] && $0 < $1 }
      for token in fromLikeliest.dropFirst(topK) { powers[token] = 0 }
    }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// Reads a token as if it had been drawn.
  public mutating func read(_ token: Int32) {
    advance()
    previous = token
  }

  /// Draws the next token and reads it: the smallest y whose cumulative probability passes a uniform number, which is
  /// made of the generator's next 64 bits.
  public mutating func next(using random: inout some RandomNumberGenerator) -> Int32 {
    next(at: random.nextUniform())
  }

  @specialized(where Layer == Recurrent<RNNCell<Float>>)
  @specialized(where Layer == Recurrent<GRUCell<Float>>)
  @specialized(where Layer == Recurrent<LSTMCell<Float>>)
  private mutating func next(at uniform: Double) -> Int32 {
    let p = distribution()
    var remaining = uniform
    var choice = p.lastIndex { $0 > 0 }!
    for (token, probability) in p.enumerated() {
      remaining -= probability
      if remaining < 0 {
        choice = token
        break
      }
    }
    read(Int32(choice))
    return Int32(choice)
  }

  /// Draws until `end` or `limit` tokens; `end` is not among them.
  public mutating func tokens(
    limit: Int, until end: Int32? = nil, using random: inout some RandomNumberGenerator
  ) -> [Int32] {
    var result: [Int32] = []
    while result.count < limit {
      let token = next(using: &random)
      if token == end { break }
      result.append(token)
    }
    return result
  }

  // MARK: - One step

  /// z⟨t⟩, once it has been computed.
  private var pending: [Double]?

  @specialized(where Layer == Recurrent<RNNCell<Float>>)
  @specialized(where Layer == Recurrent<GRUCell<Float>>)
  @specialized(where Layer == Recurrent<LSTMCell<Float>>)
  private mutating func logits() -> [Double] {
    if let pending { return pending }
    let z = model.logits(after: [previous], from: &state, on: tape)
    // Weights close to the largest number overflow: an infinite logit counts as the largest finite one.
    let bound = Double.greatestFiniteMagnitude
    let values = (0..<z.count).map { z.start[$0].isNaN ? -bound : min(max(Double(z.start[$0]), -bound), bound) }
    pending = values
    return values
  }

  private mutating func advance() {
    _ = logits()
    pending = nil
  }
}
