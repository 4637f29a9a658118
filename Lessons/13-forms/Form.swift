// The forms of a gated cell: what a step makes of the same weights in each of them.

import SequenceModels

typealias Columns = Matrix<Double>

/// Where Γ_r stands in the candidate of a GRU.
enum RelevancePlace: CaseIterable { case none, before, half, whole }

/// What an update gate of 1 does: takes in the new, or keeps the old.
enum UpdateMeaning: CaseIterable { case takesIn, keeps }

/// How the candidate is made of the sum z and its bias b: tanh(z + b), σ(z + b) or tanh(z) + b.
enum CandidateKind: CaseIterable { case tanh, sigmoid, biasOutside }

/// The weights of a cell: for each gate, and for the candidate, a block of n_a rows.
struct Blocks: Equatable {
  /// What is multiplied by x⟨t⟩, (n_a, n_x) each, and by the state, (n_a, n_a) each.
  var Wx: [Columns], Wa: [Columns]
  /// The biases, as PyTorch has them: one beside W_x, one beside W_a, (n_a, 1) each.
  var bx: [Columns], ba: [Columns]
  /// The peepholes, (n_a, 1) each: one for each gate, none for the candidate; or empty.
  var p: [Columns]

  /// The block of gate 0 is `rows[0]` here, and so on; the candidate comes last. The peepholes stand in the order of the rows.
  func arranged(_ rows: [Int]) -> Blocks {
    Blocks(
      Wx: rows.map { Wx[$0] }, Wa: rows.map { Wa[$0] }, bx: rows.map { bx[$0] }, ba: rows.map { ba[$0] },
      p: p.isEmpty ? [] : rows.dropLast().map { p[$0 < rows.last! ? $0 : $0 - 1] })
  }
}

/// A form of a gated cell.
enum Form: Hashable {
  /// Gates Γ_u and Γ_r, or Γ_u alone.
  case gru(RelevancePlace, UpdateMeaning, CandidateKind)
  /// Gates Γ_u, Γ_f and Γ_o.
  case lstm(Peephole, CandidateKind)

  /// The forms that a cell with so many blocks can have. Without a bias it stands nowhere, also not outside the tanh.
  static func all(blocks: Int, hasBias: Bool, hasPeepholes: Bool) -> [Form] {
    let peepholes: [Peephole] = hasPeepholes ? [.previous, .updated] : [.none]
    let places: [RelevancePlace] = blocks == 2 ? [.none] : [.before, .half, .whole]
    return CandidateKind.allCases.filter { hasBias || $0 != .biasOutside }.flatMap { kind in
      blocks == 4
        ? peepholes.map { .lstm($0, kind) }
        : places.flatMap { place in UpdateMeaning.allCases.map { .gru(place, $0, kind) } }
    }
  }

  /// What its blocks are for, in the order in which `step` takes them.
  var roles: [String] {
    switch self {
    case .gru(.none, _, _): ["Γ_u", "c̃"]
    case .gru: ["Γ_u", "Γ_r", "c̃"]
    case .lstm: ["Γ_u", "Γ_f", "Γ_o", "c̃"]
    }
  }

  /// A step, from a⟨t−1⟩ and c⟨t−1⟩, which are the same in a GRU.
  func step(_ w: Blocks, _ x: Columns, _ a: Columns, _ c: Columns) -> (a: Columns, c: Columns) {
    func z(_ k: Int) -> Columns { w.Wx[k] * x + w.Wa[k] * a + w.bx[k] + w.ba[k] }
    let k = roles.count - 1
    switch self {
    case .gru(let place, let meaning, let kind):
      let (Γu, Γr, b) = (σ(z(0)), σ(z(k - 1)), w.bx[k] + w.ba[k])
      let c̃ =
        switch place {
        case .none: kind.candidate(w.Wx[k] * x + w.Wa[k] * c, bias: b)
        case .before: kind.candidate(w.Wx[k] * x + w.Wa[k] * (Γr ⊙ c), bias: b)
        case .half: kind.candidate(w.Wx[k] * x + Γr ⊙ (w.Wa[k] * c + w.ba[k]), bias: w.bx[k])
        case .whole: kind.candidate(Γr ⊙ (w.Wx[k] * x + w.Wa[k] * c), bias: b)
        }
      let take = meaning == .takesIn ? Γu : Γu.map { 1 - $0 }
      let new = take ⊙ c̃ + take.map { 1 - $0 } ⊙ c
      return (new, new)
    case .lstm(let peephole, let kind):
      func gate(_ k: Int, sees memory: Columns) -> Columns {
        peephole == .none ? σ(z(k)) : σ(z(k) + w.p[k] ⊙ memory)
      }
      let c̃ = kind.candidate(w.Wx[k] * x + w.Wa[k] * a, bias: w.bx[k] + w.ba[k])
      let new = gate(0, sees: c) ⊙ c̃ + gate(1, sees: c) ⊙ c
      return (gate(2, sees: peephole == .updated ? new : c) ⊙ tanh(new), new)
    }
  }
}

extension CandidateKind {
  fileprivate func candidate(_ z: Columns, bias: Columns) -> Columns {
    switch self {
    case .tanh: SequenceModels.tanh(z + bias)
    case .sigmoid: σ(z + bias)
    case .biasOutside: SequenceModels.tanh(z) + bias
    }
  }
}

// MARK: - In words

extension Form: CustomStringConvertible {
  /// What sets it apart, and who has it.
  var description: String { parts + (owner.map { " – \($0)" } ?? "") }

  /// What sets it apart.
  var parts: String {
    switch self {
    case .gru(let place, let meaning, let kind):
      let Γr = [
        RelevancePlace.none: "GRU without Γ_r", .before: "GRU, Γ_r before the product",
        .half: "GRU, Γ_r on the recurrent half", .whole: "GRU, Γ_r on the whole product",
      ]
      return Γr[place]! + (meaning == .takesIn ? ", Γ_u takes in" : ", Γ_u keeps") + kind.part
    case .lstm(let peephole, let kind):
      let seen = [
        Peephole.none: "LSTM", .previous: "LSTM, every gate sees c⟨t−1⟩",
        .updated: "LSTM, Γ_u and Γ_f see c⟨t−1⟩, Γ_o sees c⟨t⟩",
      ]
      return seen[peephole]! + kind.part
    }
  }

  /// Who has it, as far as this lesson knows.
  private var owner: String? {
    switch self {
    case .gru(.none, .takesIn, .tanh): "Ng's simplified GRU"
    case .gru(.before, .takesIn, .tanh): "Ng"
    case .gru(.before, .keeps, .tanh): "Cho et al. 2014"
    case .gru(.before, .keeps, .sigmoid): "Goodfellow"
    case .gru(.half, .keeps, .tanh): "PyTorch, cuDNN"
    case .gru(.whole, .takesIn, .biasOutside): "note 000 as printed"
    case .gru(.whole, .takesIn, .tanh): "note 000 with its bias inside"
    case .lstm(.none, .tanh): "PyTorch, Ng"
    case .lstm(.none, .sigmoid): "Goodfellow"
    case .lstm(.previous, .tanh): "Ng's peepholes"
    case .lstm(.updated, .tanh): "Gers, Graves"
    default: nil
    }
  }
}

extension CandidateKind {
  fileprivate var part: String { [.tanh: "", .sigmoid: ", σ in c̃", .biasOutside: ", b_c outside tanh"][self]! }
}
