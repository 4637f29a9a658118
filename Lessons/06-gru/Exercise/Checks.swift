// What the functions of Exercise06.swift are measured by.

import Marker
import SequenceModels

var exercise: Exercise {
  Exercise("06", "the GRU", [stepCheck, gateGradientsCheck, toPastCheck, weightGradientsCheck])
}

/// The full GRU of the page, with Γr before the product.
typealias Cell = GRUCell<Double>

/// A step forwards: c⟨t−1⟩ and x⟨t⟩, both gates, the candidate, and the new memory c⟨t⟩.
struct Step {
  var c: Columns, x: Columns
  var Γu: Columns, Γr: Columns, c̃: Columns, new: Columns
}

/// δu, δr and δc: the gradient of what stands inside the σ of each gate, and inside the tanh of the candidate.
typealias Inside = (u: Columns, r: Columns, c: Columns)

// MARK: - The inputs

/// A step that the library takes, and the gradient ∂L/∂c⟨t⟩ that it sends back.
private struct Taken {
  let θ: Cell, dc: Columns
  let step: Step
  let weights: Cell, toPast: Columns

  init(_ θ: Cell, c: Columns, x: Columns, dc: Columns) {
    (self.θ, self.dc) = (θ, dc)
    let layer = Recurrent(θ)
    let tape = layer(SequenceBatch([x]), from: RecurrentState([c]))
    let gates = tape.trace.map { $0.values[0] }
    step = Step(c: c, x: x, Γu: gates[0], Γr: gates[1], c̃: gates[2], new: tape.outputSequence[0])
    let gradients = layer.gradients(outputGradient: SequenceBatch([dc]), on: tape)
    (weights, toPast) = (gradients.layer.cell, gradients.initialState.values[0])
  }

  init(inputs: Int, units: Int, batch: Int, seed: UInt64) {
    var random = RandomSource(seed: seed)
    let θ = Cell(
      Wax: random.matrix(3 * units, inputs), Waa: random.matrix(3 * units, units), ba: random.matrix(3 * units, 1),
      form: .resetBefore)
    self.init(
      θ, c: random.matrix(units, batch), x: random.matrix(inputs, batch), dc: random.matrix(units, batch))
  }

  /// One unit that holds 1 and reads −1: its candidate is tanh(2 Γr c⟨t−1⟩ + 2 x⟨t⟩), its gates have only a bias.
  init(bu: Double, br: Double) {
    self.init(
      Cell(
        Wax: Columns(column: [0, 0, 2]), Waa: Columns(column: [0, 0, 2]), ba: Columns(column: [bu, br, 0]),
        form: .resetBefore), c: Columns([[1]]), x: Columns([[-1]]), dc: Columns([[0.5]]))
  }

  /// δ of each example: the gradient of the biases where that example is alone.
  var inside: Inside {
    let biases = (0..<dc.columns).map { j in
      let j = j..<j + 1
      return Taken(θ, c: step.c.columns(j), x: step.x.columns(j), dc: dc.columns(j)).weights
    }
    func beside(_ columns: [Columns]) -> Columns {
      Columns(rows: columns.count, columns: columns[0].rows, elements: columns.flatMap(\.elements)).transposed
    }
    return (beside(biases.map(\.bu)), beside(biases.map(\.br)), beside(biases.map(\.bc)))
  }
}

private var taken: [(String, Taken)] {
  [
    // σ(−2.2) is about 0.1.
    ("one unit with a gate that is almost shut", Taken(bu: -2.2, br: 0)),
    ("three units that read two numbers, drawn at random", Taken(inputs: 2, units: 3, batch: 1, seed: 1)),
    ("as many inputs as units", Taken(inputs: 3, units: 3, batch: 3, seed: 2)),
    ("a batch of five", Taken(inputs: 4, units: 3, batch: 5, seed: 3)),
  ]
}

/// The part of a weight that sees the memory: its first n_a columns.
private func overMemory(_ W: Columns) -> Columns { W.columns(0..<W.rows) }
/// The part that sees the input: all other columns.
private func overInput(_ W: Columns) -> Columns { W.columns(W.rows..<W.columns) }
/// Backwards through the part that sees the memory.
private func back(_ W: Columns, _ δ: Columns) -> Columns { overMemory(W).transposed * δ }
/// A slip: backwards through its last n_a columns.
private func backFromTheEnd(_ W: Columns, _ δ: Columns) -> Columns {
  W.columns(W.columns - W.rows..<W.columns).transposed * δ
}
private func left(_ Γ: Columns) -> Columns { Γ.map { 1 - $0 } }
/// The slope of σ and of tanh, from their values.
private func gateSlope(_ Γ: Columns) -> Columns { Γ.map { $0 * (1 - $0) } }
private func tanhSlope(_ c̃: Columns) -> Columns { c̃.map { 1 - $0 * $0 } }

// MARK: - The checks

private var stepCheck: Check {
  typealias Input = (θ: Cell, c: Columns, x: Columns)
  /// The step with one thing changed.
  func wrong(
    _ sentence: String, Γu: @escaping (Input) -> Columns = { σ($0.θ.Wu * [$0.c, $0.x] + $0.θ.bu) },
    Γr: @escaping (Input) -> Columns = { σ($0.θ.Wr * [$0.c, $0.x] + $0.θ.br) },
    c̃: @escaping (Input, _ Γr: Columns) -> Columns = { tanh($0.θ.Wc * [$1 ⊙ $0.c, $0.x] + $0.θ.bc) },
    new: @escaping (Step) -> Columns = { $0.Γu ⊙ $0.c̃ + left($0.Γu) ⊙ $0.c }
  ) -> Mistake<Input, Step> {
    Mistake(sentence) { input in
      let Γr = Γr(input)
      var s = Step(c: input.c, x: input.x, Γu: Γu(input), Γr: Γr, c̃: c̃(input, Γr), new: input.c)
      s.new = new(s)
      return s
    }
  }
  func seen(_ input: Input) -> Columns { [input.c, input.x] }
  func turned(_ input: Input) -> Columns { [input.x, input.c] }
  return Check(
    "step",
    inputs: ([("a new subject: the gate open, the memory hidden", Taken(bu: 40, br: -40))] + taken).map {
      ($0, Input($1.θ, $1.step.c, $1.step.x))
    }, parts: { [Part("Γu", $0.Γu), Part("Γr", $0.Γr), Part("c̃⟨t⟩", $0.c̃), Part("c⟨t⟩", $0.new)] },
    yours: { step($0.θ, c: $0.c, x: $0.x) }, solution: { Solution.step($0.θ, c: $0.c, x: $0.x) },
    library: { Taken($0.θ, c: $0.c, x: $0.x, dc: $0.c).step },
    mistakes: [
      wrong(
        "Γr is missing in the candidate: that's the simplified GRU. See Lesson 06, “The relevance gate”.",
        c̃: { input, _ in tanh(input.θ.Wc * seen(input) + input.θ.bc) }),
      wrong(
        "Γu is turned round. Here it takes in the new: it multiplies c̃⟨t⟩, and 1 − Γu keeps the old.",
        new: { left($0.Γu) ⊙ $0.c̃ + $0.Γu ⊙ $0.c }),
      wrong(
        "The gates are exchanged: you make Γu with Wr and br, and Γr with Wu and bu.",
        Γu: { σ($0.θ.Wr * seen($0) + $0.θ.br) }, Γr: { σ($0.θ.Wu * seen($0) + $0.θ.bu) }),
      wrong(
        "Γr is made with Wu. It has weights of its own, Wr: was the line copied?",
        Γr: { σ($0.θ.Wu * seen($0) + $0.θ.br) }),
      wrong(
        "Γr is made with bu. It has a bias of its own, br: was the line copied?",
        Γr: { σ($0.θ.Wr * seen($0) + $0.θ.bu) }),
      wrong(
        "At the gates, the biases are exchanged: bu belongs to Γu, br to Γr.",
        Γu: { σ($0.θ.Wu * seen($0) + $0.θ.br) }, Γr: { σ($0.θ.Wr * seen($0) + $0.θ.bu) }),
      wrong(
        "You stack x on top of c, and the weights have the columns for c first: [c, x].",
        Γu: { σ($0.θ.Wu * turned($0) + $0.θ.bu) }, Γr: { σ($0.θ.Wr * turned($0) + $0.θ.br) },
        c̃: { tanh($0.θ.Wc * [$0.x, $1 ⊙ $0.c] + $0.θ.bc) }),
      wrong(
        "In the candidate, x stands on top of the memory. Its weights have the columns for c first, as in the gates.",
        c̃: { tanh($0.θ.Wc * [$0.x, $1 ⊙ $0.c] + $0.θ.bc) }),
      wrong(
        "Your Γr multiplies the whole product Wc [c, x]. It belongs inside the brackets, at c alone: see Lesson 13, "
          + "“One gate, three places”.",
        c̃: { tanh($1 ⊙ ($0.θ.Wc * seen($0)) + $0.θ.bc) }),
      wrong(
        "Your Γr multiplies everything inside the tanh, the bias too. It belongs inside the brackets, at c alone: see "
          + "Lesson 13, “One gate, three places”.",
        c̃: { tanh($1 ⊙ ($0.θ.Wc * seen($0) + $0.θ.bc)) }),
      wrong(
        "Your Γr multiplies the candidate when it is made. It belongs inside the brackets, at c alone: hidden is what "
          + "the candidate sees, and not what it says.",
        c̃: { $1 ⊙ tanh($0.θ.Wc * seen($0) + $0.θ.bc) }),
      wrong(
        "Your Γr multiplies what comes out of the product with c, as in PyTorch. Here it multiplies c before the "
          + "product: see Lesson 13, “One gate, three places”.",
        c̃: { tanh($1 ⊙ (overMemory($0.θ.Wc) * $0.c) + overInput($0.θ.Wc) * $0.x + $0.θ.bc) }),
      wrong(
        "Your Γr hides the word and not the memory: it multiplies what comes from x. It belongs at c.",
        c̃: { tanh(overMemory($0.θ.Wc) * $0.c + $1 ⊙ (overInput($0.θ.Wc) * $0.x) + $0.θ.bc) }),
      wrong(
        "In the candidate, Γu stands where Γr should.",
        c̃: { input, _ in
          tanh(input.θ.Wc * [σ(input.θ.Wu * seen(input) + input.θ.bu) ⊙ input.c, input.x] + input.θ.bc)
        }),
      wrong(
        "You hide the memory with 1 − Γr. With Γr = 1 the candidate sees all of it: multiply by Γr itself.",
        c̃: { tanh($0.θ.Wc * [left($1) ⊙ $0.c, $0.x] + $0.θ.bc) }),
      wrong(
        "You add bc behind the tanh. It belongs inside, or c̃ leaves the range from −1 to 1.",
        c̃: { tanh($0.θ.Wc * [$1 ⊙ $0.c, $0.x]) + $0.θ.bc }),
      wrong("The bias bc is missing in the candidate.", c̃: { tanh($0.θ.Wc * [$1 ⊙ $0.c, $0.x]) }),
      wrong(
        "The biases are missing at both gates. It was a bias that kept the gate nearly shut in Lesson 06, “What the "
          + "gate does for the gradient”.",
        Γu: { σ($0.θ.Wu * seen($0)) }, Γr: { σ($0.θ.Wr * seen($0)) }),
      wrong(
        "Your candidate has a σ. It needs the tanh, or nothing below 0 could ever be written.",
        c̃: { σ($0.θ.Wc * [$1 ⊙ $0.c, $0.x] + $0.θ.bc) }),
      wrong(
        "The tanh of the candidate is missing.", c̃: { $0.θ.Wc * [$1 ⊙ $0.c, $0.x] + $0.θ.bc }),
      wrong(
        "The σ is missing at both gates. A gate has to lie between 0 and 1.", Γu: { $0.θ.Wu * seen($0) + $0.θ.bu },
        Γr: { $0.θ.Wr * seen($0) + $0.θ.br }),
      wrong(
        "Your gates have a tanh. A gate has to lie between 0 and 1: that's σ.",
        Γu: { tanh($0.θ.Wu * seen($0) + $0.θ.bu) }, Γr: { tanh($0.θ.Wr * seen($0) + $0.θ.br) }),
      wrong(
        "The direct path is missing: (1 − Γu) ⊙ c⟨t−1⟩. It's the thick line of Lesson 06, and without it nothing is "
          + "kept.",
        new: { $0.Γu ⊙ $0.c̃ }),
      wrong(
        "You keep all of the old memory. What is written takes its place: multiply c⟨t−1⟩ by 1 − Γu.",
        new: { $0.Γu ⊙ $0.c̃ + $0.c }),
      wrong(
        "You write all of the candidate. How much of it gets in is up to the gate: multiply it by Γu.",
        new: { $0.c̃ + left($0.Γu) ⊙ $0.c }),
      wrong(
        "You keep with Γr. It only hides: how much of the old memory stays is 1 − Γu.",
        new: { $0.Γu ⊙ $0.c̃ + $0.Γr ⊙ $0.c }),
      wrong(
        "Your Γr erases: it multiplies the memory on the thick line too. It only hides c from the candidate: see "
          + "Lesson 06, “The relevance gate”.",
        new: { $0.Γu ⊙ $0.c̃ + left($0.Γu) ⊙ $0.Γr ⊙ $0.c }),
    ],
    hints: [
      "The gates are the plain layer of Lesson 02 with σ in the place of tanh: `σ(θ.Wu * [c, x] + θ.bu)`.",
      "The candidate reads a memory of which Γr has hidden a part: put `Γr ⊙ c` in the place of c in the brackets.",
      "The new memory has two terms, `Γu ⊙ c̃` and what is kept; 1 − Γu is `Γu.map { 1 - $0 }`.",
    ])
}

private var gateGradientsCheck: Check {
  /// The three with one thing changed.
  func wrong(
    _ sentence: String,
    u: @escaping (Taken, Step) -> Columns = { $0.dc ⊙ ($1.c̃ - $1.c) ⊙ gateSlope($1.Γu) },
    c: @escaping (Taken, Step) -> Columns = { $0.dc ⊙ $1.Γu ⊙ tanhSlope($1.c̃) },
    r: @escaping (Taken, Step, _ δc: Columns) -> Columns = { back($0.θ.Wc, $2) ⊙ $1.c ⊙ gateSlope($1.Γr) }
  ) -> Mistake<Taken, Inside> {
    Mistake(sentence) { taken in
      let s = taken.step
      let δc = c(taken, s)
      return (u(taken, s), r(taken, s, δc), δc)
    }
  }
  let halfDone =
    "In δu, the product rule is half done. Γu stands in two terms of c⟨t⟩, once as 1 − Γu: so c̃⟨t⟩ − c⟨t−1⟩ is its "
    + "factor."
  return Check(
    "gateGradients", inputs: taken, parts: { [Part("δu", $0.u), Part("δc", $0.c), Part("δr", $0.r)] },
    yours: { gateGradients($0.θ, $0.step, dc: $0.dc) },
    solution: { Solution.gateGradients($0.θ, $0.step, dc: $0.dc) }, library: \.inside,
    mistakes: [
      wrong(halfDone, u: { $0.dc ⊙ $1.c̃ ⊙ gateSlope($1.Γu) }),
      wrong(halfDone, u: { -1 * ($0.dc ⊙ $1.c ⊙ gateSlope($1.Γu)) }),
      wrong(
        "In δu, the difference is turned round. The more the gate opens, the more of c̃⟨t⟩ and the less of c⟨t−1⟩: "
          + "it's c̃⟨t⟩ − c⟨t−1⟩.",
        u: { $0.dc ⊙ ($1.c - $1.c̃) ⊙ gateSlope($1.Γu) }),
      wrong(
        "In δu, you add c⟨t−1⟩. It is multiplied by 1 − Γu, which falls as Γu rises: subtract it.",
        u: { $0.dc ⊙ ($1.c̃ + $1.c) ⊙ gateSlope($1.Γu) }),
      wrong(
        "In δu, ∂L/∂c⟨t⟩ is missing: what comes back is multiplied by it.",
        u: { ($1.c̃ - $1.c) ⊙ gateSlope($1.Γu) + 0 * $0.dc }),
      wrong(
        "In δc, ∂L/∂c⟨t⟩ is missing: what comes back is multiplied by it.",
        c: { $1.Γu ⊙ tanhSlope($1.c̃) + 0 * $0.dc }),
      wrong(
        "At both gates, the slope of σ is missing: Γ ⊙ (1 − Γ).", u: { $0.dc ⊙ ($1.c̃ - $1.c) },
        r: { back($0.θ.Wc, $2) ⊙ $1.c }),
      wrong("In δu, the slope of σ is missing: Γu ⊙ (1 − Γu).", u: { $0.dc ⊙ ($1.c̃ - $1.c) }),
      wrong("In δr, the slope of σ is missing: Γr ⊙ (1 − Γr).", r: { back($0.θ.Wc, $2) ⊙ $1.c }),
      wrong("In δr, the slope is that of Γu. It's Γr ⊙ (1 − Γr).", r: { back($0.θ.Wc, $2) ⊙ $1.c ⊙ gateSlope($1.Γu) }),
      wrong(
        "You compute the slope of σ as if Γ were z: σ(Γ) ⊙ (1 − σ(Γ)). The σ is in Γ already, so the slope "
          + "is Γ ⊙ (1 − Γ).",
        u: { $0.dc ⊙ ($1.c̃ - $1.c) ⊙ gateSlope(σ($1.Γu)) }, r: { back($0.θ.Wc, $2) ⊙ $1.c ⊙ gateSlope(σ($1.Γr)) }),
      wrong(
        "At the gates, you take the slope of tanh, 1 − Γ ⊙ Γ. They are made with σ, whose slope is Γ ⊙ (1 − Γ).",
        u: { $0.dc ⊙ ($1.c̃ - $1.c) ⊙ tanhSlope($1.Γu) }, r: { back($0.θ.Wc, $2) ⊙ $1.c ⊙ tanhSlope($1.Γr) }),
      wrong(
        "In δc, the slope of tanh is missing: 1 − c̃⟨t⟩ ⊙ c̃⟨t⟩.", c: { $0.dc ⊙ $1.Γu }),
      wrong(
        "In δc, you compute the slope as if c̃ were z: 1 − tanh²(c̃). The tanh is in c̃ already, so the slope "
          + "is 1 − c̃ ⊙ c̃.",
        c: { $0.dc ⊙ $1.Γu ⊙ tanhSlope(tanh($1.c̃)) }),
      wrong(
        "In δc, you take the slope of σ, c̃ ⊙ (1 − c̃). The candidate is made with tanh: 1 − c̃ ⊙ c̃.",
        c: { $0.dc ⊙ $1.Γu ⊙ gateSlope($1.c̃) }),
      wrong(
        "In δc, Γu is missing: only so much of the candidate was written.", c: { $0.dc ⊙ tanhSlope($1.c̃) }),
      wrong(
        "In δc, you multiply by 1 − Γu, which belongs to the old memory. The candidate was multiplied by Γu.",
        c: { $0.dc ⊙ left($1.Γu) ⊙ tanhSlope($1.c̃) }),
      wrong(
        "In δr, the factor c⟨t−1⟩ is missing: it is what Γr was multiplied by.",
        r: { back($0.θ.Wc, $2) ⊙ gateSlope($1.Γr) }),
      wrong(
        "In δr, you don't go through Wc. Γr reaches the loss only by way of the candidate: begin with Wccᵀ δc.",
        r: { $2 ⊙ $1.c ⊙ gateSlope($1.Γr) }),
      wrong(
        "In δr, you begin with ∂L/∂c⟨t⟩. Γr reaches the loss only by way of the candidate: begin with Wccᵀ δc.",
        r: { taken, s, _ in taken.dc ⊙ s.c ⊙ gateSlope(s.Γr) }),
      wrong(
        "In δr, Wcc isn't transposed. Forwards it is Wcc, backwards Wccᵀ.",
        r: { overMemory($0.θ.Wc) * $2 ⊙ $1.c ⊙ gateSlope($1.Γr) }),
      wrong(
        "In δr, you go back through the weights of the gate. Γr was multiplied by c⟨t−1⟩ on its way to the candidate, "
          + "so it's Wcc.",
        r: { back($0.θ.Wr, $2) ⊙ $1.c ⊙ gateSlope($1.Γr) }),
      wrong(
        "In δr, you multiply by Γr once more. What Γr was multiplied by is c⟨t−1⟩, as it was.",
        r: { back($0.θ.Wc, $2) ⊙ $1.Γr ⊙ $1.c ⊙ gateSlope($1.Γr) }),
    ],
    hints: [
      "Ask of each what it was multiplied by: Γu by c̃⟨t⟩, and 1 − Γu by c⟨t−1⟩; c̃⟨t⟩ by Γu. Then comes its slope.",
      "The slopes: `s.Γu.map { $0 * (1 - $0) }` for a gate, `s.c̃.map { 1 - $0 * $0 }` for the candidate.",
      "For δr, go back through the product first: `θ.Wc.columns(0..<s.c.rows).transposed * δc`.",
    ])
}

private var toPastCheck: Check {
  typealias Input = (taken: Taken, s: Step, δ: Inside)
  /// The sum with one of its terms changed; 0 leaves it out.
  func wrong(
    _ sentence: String, direct: @escaping (Input) -> Columns = { $0.taken.dc ⊙ left($0.s.Γu) },
    candidate: @escaping (Input) -> Columns = { back($0.taken.θ.Wc, $0.δ.c) ⊙ $0.s.Γr },
    gates: @escaping (Input) -> Columns = { back($0.taken.θ.Wu, $0.δ.u) + back($0.taken.θ.Wr, $0.δ.r) }
  ) -> Mistake<Input, Columns> {
    Mistake(sentence) { direct($0) + candidate($0) + gates($0) }
  }
  func none(_ input: Input) -> Columns { 0 * input.s.c }
  return Check(
    "toPast", inputs: taken.map { ($0, Input($1, $1.step, $1.inside)) }, parts: { [Part("∂L/∂c⟨t−1⟩", $0)] },
    yours: { toPast($0.taken.θ, $0.s, dc: $0.taken.dc, $0.δ) },
    solution: { Solution.toPast($0.taken.θ, $0.s, dc: $0.taken.dc, $0.δ) }, library: \.taken.toPast,
    mistakes: [
      wrong(
        "The direct path is missing, ∂L/∂c⟨t⟩ ⊙ (1 − Γu): see Lesson 06, “What the gate does for the gradient”.",
        direct: none),
      wrong(
        "That's the direct path alone. Gates and candidate depend on c⟨t−1⟩ too: three more terms.", candidate: none,
        gates: none),
      wrong(
        "On the direct path, you multiply by Γu. The old memory was multiplied by 1 − Γu, and so is the gradient.",
        direct: { $0.taken.dc ⊙ $0.s.Γu }),
      wrong(
        "On the direct path, the factor 1 − Γu is missing: what was kept in part gets the gradient in part.",
        direct: { $0.taken.dc }),
      wrong("What comes back from the candidate is missing: (Wccᵀ δc) ⊙ Γr.", candidate: none),
      wrong("What comes back from both gates is missing: Wucᵀ δu + Wrcᵀ δr.", gates: none),
      wrong(
        "What comes back from Γr is missing: Wrcᵀ δr. That gate is computed from c⟨t−1⟩ too.",
        gates: { back($0.taken.θ.Wu, $0.δ.u) }),
      wrong(
        "What comes back from Γu is missing: Wucᵀ δu. That gate is computed from c⟨t−1⟩ too.",
        gates: { back($0.taken.θ.Wr, $0.δ.r) }),
      wrong(
        "From the candidate, Γr is missing. It saw Γr ⊙ c⟨t−1⟩, so what comes back is multiplied by Γr.",
        candidate: { back($0.taken.θ.Wc, $0.δ.c) }),
      wrong(
        "From the candidate, Γr stands on the wrong side of the product. Go back through Wccᵀ first, then multiply by "
          + "Γr.",
        candidate: { back($0.taken.θ.Wc, $0.δ.c ⊙ $0.s.Γr) }),
      wrong(
        "Your Γr multiplies what comes back from the gates as well. Only the candidate saw Γr ⊙ c⟨t−1⟩; the gates saw "
          + "c⟨t−1⟩.",
        gates: { (back($0.taken.θ.Wu, $0.δ.u) + back($0.taken.θ.Wr, $0.δ.r)) ⊙ $0.s.Γr }),
      wrong(
        "The weights aren't transposed. Forwards it is Wcc, backwards Wccᵀ, and so for both gates.",
        candidate: { (overMemory($0.taken.θ.Wc) * $0.δ.c) ⊙ $0.s.Γr },
        gates: { overMemory($0.taken.θ.Wu) * $0.δ.u + overMemory($0.taken.θ.Wr) * $0.δ.r }),
      wrong(
        "You take the last n_a columns of each weight. In [c, x], c stands on top, so its columns come first.",
        candidate: { backFromTheEnd($0.taken.θ.Wc, $0.δ.c) ⊙ $0.s.Γr },
        gates: { backFromTheEnd($0.taken.θ.Wu, $0.δ.u) + backFromTheEnd($0.taken.θ.Wr, $0.δ.r) }),
      wrong(
        "The gates are exchanged: δu goes back through Wuc, and δr through Wrc.",
        gates: { back($0.taken.θ.Wr, $0.δ.u) + back($0.taken.θ.Wu, $0.δ.r) }),
    ],
    hints: [
      "c⟨t−1⟩ was used in four places: on the thick line, in both gates and in the candidate. There is a term for "
        + "each.",
      "Through a gate: `θ.Wu.columns(0..<s.c.rows).transposed * δ.u`.",
      "What comes back through Wcc is the gradient of Γr ⊙ c⟨t−1⟩. So it is multiplied by Γr, entry by entry, after "
        + "the product.",
    ])
}

private var weightGradientsCheck: Check {
  typealias Input = (s: Step, δ: Inside, right: Cell)
  typealias Output = (Wu: Columns, Wr: Columns, Wc: Columns)
  func seen(_ s: Step) -> Columns { [s.c, s.x] }
  func hidden(_ s: Step) -> Columns { [s.Γr ⊙ s.c, s.x] }
  /// The three products with one thing changed.
  func wrong(
    _ sentence: String, gates: @escaping (Step) -> Columns = seen, candidate: @escaping (Step) -> Columns = hidden,
    after: @escaping (Input, Output) -> Output = { $1 }
  ) -> Mistake<Input, Output> {
    Mistake(sentence) { input in
      let (s, δ) = (input.s, input.δ)
      let read = gates(s).transposed
      return after(input, (δ.u * read, δ.r * read, δ.c * candidate(s).transposed))
    }
  }
  return Check(
    "weightGradients", inputs: taken.map { ($0, Input($1.step, $1.inside, $1.weights)) },
    parts: { [Part("∂L/∂Wu", $0.Wu), Part("∂L/∂Wr", $0.Wr), Part("∂L/∂Wc", $0.Wc)] },
    yours: { weightGradients($0.s, $0.δ) }, solution: { Solution.weightGradients($0.s, $0.δ) },
    library: { ($0.right.Wu, $0.right.Wr, $0.right.Wc) },
    mistakes: [
      wrong(
        "In ∂L/∂Wc, you multiply by c⟨t−1⟩ as it was. The candidate saw Γr ⊙ c⟨t−1⟩: see Lesson 06, “The relevance "
          + "gate”.",
        candidate: seen),
      wrong(
        "At the gates, you multiply by Γr ⊙ c⟨t−1⟩. Only the candidate saw that; the gates saw c⟨t−1⟩.", gates: hidden),
      wrong(
        "You stack x on top of the memory. The columns for c come first, in a gradient as in its weight: [c, x].",
        gates: { [$0.x, $0.c] }, candidate: { [$0.x, $0.Γr ⊙ $0.c] }),
      wrong(
        "All three are transposed. It's δ times what was read, transposed, and not the other way round.",
        after: { ($1.Wu.transposed, $1.Wr.transposed, $1.Wc.transposed) }),
      wrong(
        "The gates are exchanged: ∂L/∂Wu is made with δu, and ∂L/∂Wr with δr.", after: { ($1.Wr, $1.Wu, $1.Wc) }),
      wrong(
        "That's the mean over the batch. The gradient of the summed loss is the sum: don't divide by m.",
        after: { input, d in
          let share = 1 / Double(input.s.c.columns)
          return (share * d.Wu, share * d.Wr, share * d.Wc)
        }),
      wrong(
        "You multiply by c⟨t⟩. At step t, the weights read the memory before: c⟨t−1⟩.", gates: { [$0.new, $0.x] },
        candidate: { [$0.Γr ⊙ $0.new, $0.x] }),
      wrong("∂L/∂Wr is made with δu. Each weight has its own δ: δr for Wr.", after: { ($1.Wu, $1.Wu, $1.Wc) }),
      wrong(
        "In ∂L/∂Wc, Γu stands where Γr should. The candidate saw Γr ⊙ c⟨t−1⟩.",
        candidate: { [$0.Γu ⊙ $0.c, $0.x] }),
      wrong(
        "In ∂L/∂Wc, your Γr hides what it should show: multiply c⟨t−1⟩ by Γr, and not by 1 − Γr.",
        candidate: { [left($0.Γr) ⊙ $0.c, $0.x] }),
    ],
    hints: [
      "As in Exercise 03: δ, times what the weight was multiplied by, transposed.",
      "The gates read `[s.c, s.x]`. To transpose a stack, give it a name: `let seen: Columns = [s.c, s.x]`.",
      "The candidate read `[s.Γr ⊙ s.c, s.x]`.",
    ])
}
