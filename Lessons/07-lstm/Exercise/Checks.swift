// What the functions of Exercise07.swift are measured by.

import Marker
import SequenceModels

var exercise: Exercise {
  Exercise("07", "the LSTM", [stepCheck, memoryGradientCheck, gateGradientsCheck, toPastCheck])
}

typealias Cell = LSTMCell<Double>

/// A step forwards: a⟨t−1⟩, c⟨t−1⟩ and x⟨t⟩, the candidate, the three gates, and the new states c⟨t⟩ and a⟨t⟩.
struct Step {
  var a: Columns, c: Columns, x: Columns
  var c̃: Columns, Γu: Columns, Γf: Columns, Γo: Columns
  var newC: Columns, newA: Columns
}

/// δc, δu, δf and δo: the gradient of what stands inside the tanh of the candidate, and inside the σ of each gate.
typealias Inside = (c: Columns, u: Columns, f: Columns, o: Columns)

// MARK: - The inputs

/// A step that the library takes, and the gradients that come back to it.
private struct Taken {
  let θ: Cell, da: Columns, fromFuture: Columns
  let s: Step
  /// What the step passes on, and the gradients of the biases.
  let toPast: (a: Columns, c: Columns), biases: Columns

  init(_ θ: Cell, a: Columns, c: Columns, x: Columns, da: Columns, fromFuture: Columns) {
    (self.θ, self.da, self.fromFuture) = (θ, da, fromFuture)
    let layer = Recurrent(θ)
    let tape = layer(SequenceBatch([x]), from: RecurrentState([a, c]))
    let gates = tape.trace.map { $0.values[0] }
    s = Step(
      a: a, c: c, x: x, c̃: gates[3], Γu: gates[0], Γf: gates[1], Γo: gates[2], newC: tape.finalState.values[1],
      newA: tape.finalState.values[0])
    let gradients = layer.gradients(
      outputGradient: SequenceBatch([da]), finalGradient: RecurrentState([0 * da, fromFuture]), on: tape)
    toPast = (gradients.initialState.values[0], gradients.initialState.values[1])
    biases = gradients.layer.cell.ba
  }

  init(inputs: Int, units: Int, batch: Int, seed: UInt64) {
    var random = RandomSource(seed: seed)
    func states() -> Columns { random.matrix(units, batch) }
    let θ = Cell(
      Wax: random.matrix(4 * units, inputs), Waa: random.matrix(4 * units, units), ba: random.matrix(4 * units, 1))
    self.init(θ, a: states(), c: states(), x: random.matrix(inputs, batch), da: states(), fromFuture: states())
  }

  /// One unit that reads 1. As it stands it counts: the candidate is 1, the gates have only a bias and are open.
  init(c: Double, Wax: Double = 40, Waa: Double = 0, bu: Double = 40, bf: Double = 40, bo: Double = 40) {
    self.init(
      // In the order Γu, Γf, Γo, c̃.
      Cell(
        Wax: Columns(column: [0, 0, 0, Wax]), Waa: Columns(column: [Waa, Waa, Waa, Waa]),
        ba: Columns(column: [bu, bf, bo, 0])), a: tanh(Columns([[c]])), c: Columns([[c]]), x: Columns([[1]]),
      da: Columns([[0.5]]), fromFuture: Columns([[0.2]]))
  }

  /// ∂L/∂c⟨t⟩: the library multiplies it by Γf as it passes it on.
  var dc: Columns { toPast.c ⊙ s.Γf.map { 1 / $0 } }

  /// δ of each example: the gradient of the biases where that example is alone.
  var inside: Inside {
    let n = s.a.rows
    let columns = (0..<s.x.columns).flatMap { j in
      let j = j..<j + 1
      return Taken(
        θ, a: s.a.columns(j), c: s.c.columns(j), x: s.x.columns(j), da: da.columns(j),
        fromFuture: fromFuture.columns(j)
      ).biases.elements
    }
    let δ = Columns(rows: s.x.columns, columns: 4 * n, elements: columns).transposed
    return (δ.rows(3 * n..<4 * n), δ.rows(0..<n), δ.rows(n..<2 * n), δ.rows(2 * n..<3 * n))
  }
}

private var drawn: [(String, Taken)] {
  [
    ("three units that read two numbers, drawn at random", Taken(inputs: 2, units: 3, batch: 1, seed: 1)),
    ("as many inputs as units", Taken(inputs: 3, units: 3, batch: 3, seed: 2)),
    ("a batch of five", Taken(inputs: 4, units: 3, batch: 5, seed: 3)),
  ]
}

/// A unit of which nothing is quite open or shut, and what is drawn at random.
private var backwards: [(String, Taken)] {
  [("one unit that holds 1", Taken(c: 1, Wax: 0.5, Waa: 0.5, bu: -1, bf: 1, bo: 0))] + drawn
}

/// Backwards through the part of a weight that sees a⟨t−1⟩, its first n_a columns.
private func back(_ W: Columns, _ δ: Columns) -> Columns { W.columns(0..<W.rows).transposed * δ }
/// A slip: backwards through its last n_a columns.
private func backFromTheEnd(_ W: Columns, _ δ: Columns) -> Columns {
  W.columns(W.columns - W.rows..<W.columns).transposed * δ
}
/// The slope of σ and of tanh, from their values.
private func gateSlope(_ Γ: Columns) -> Columns { Γ.map { $0 * (1 - $0) } }
private func tanhSlope(_ c̃: Columns) -> Columns { c̃.map { 1 - $0 * $0 } }

// MARK: - The checks

private var stepCheck: Check {
  typealias Input = (θ: Cell, a: Columns, c: Columns, x: Columns)
  func seen(_ input: Input) -> Columns { [input.a, input.x] }
  /// The step with one thing changed.
  func wrong(
    _ sentence: String, seen: @escaping (Input) -> Columns = seen, seenByCandidate: ((Input) -> Columns)? = nil,
    weights: @escaping (Cell) -> Cell = { $0 }, squash: @escaping (Columns) -> Columns = { tanh($0) },
    gate: @escaping (Columns) -> Columns = { σ($0) },
    newC: @escaping (Step) -> Columns = { $0.Γu ⊙ $0.c̃ + $0.Γf ⊙ $0.c },
    newA: @escaping (Step) -> Columns = { $0.Γo ⊙ tanh($0.newC) }
  ) -> Mistake<Input, Step> {
    Mistake(sentence) { input in
      let θ = weights(input.θ)
      let read = seen(input)
      var s = Step(
        a: input.a, c: input.c, x: input.x, c̃: squash(θ.Wc * (seenByCandidate ?? seen)(input) + θ.bc),
        Γu: gate(θ.Wu * read + θ.bu), Γf: gate(θ.Wf * read + θ.bf), Γo: gate(θ.Wo * read + θ.bo), newC: input.c,
        newA: input.a)
      s.newC = newC(s)
      s.newA = newA(s)
      return s
    }
  }
  /// The cell with something else in the place of its weights.
  func changed(_ change: @escaping (inout Cell) -> Void) -> (Cell) -> Cell {
    { θ in
      var θ = θ
      change(&θ)
      return θ
    }
  }
  func exchanged(
    _ W: WritableKeyPath<Cell, Columns>, _ b: WritableKeyPath<Cell, Columns>, with V: WritableKeyPath<Cell, Columns>,
    _ d: WritableKeyPath<Cell, Columns>
  ) -> (Cell) -> Cell {
    changed { θ in
      (θ[keyPath: W], θ[keyPath: V]) = (θ[keyPath: V], θ[keyPath: W])
      (θ[keyPath: b], θ[keyPath: d]) = (θ[keyPath: d], θ[keyPath: b])
    }
  }
  let inputs =
    [
      ("the counter at 3, which reads one more a", Taken(c: 3)),
      // σ(2.197…) is 0.9.
      ("the counter at 1.9, whose belt leaks", Taken(c: 1.9, bf: 2.1972245773362196)),
    ] + drawn
  return Check(
    "step", inputs: inputs.map { ($0, Input($1.θ, $1.s.a, $1.s.c, $1.s.x)) },
    parts: {
      [
        Part("c̃⟨t⟩", $0.c̃), Part("Γu", $0.Γu), Part("Γf", $0.Γf), Part("Γo", $0.Γo), Part("c⟨t⟩", $0.newC),
        Part("a⟨t⟩", $0.newA),
      ]
    },
    yours: { step($0.θ, a: $0.a, c: $0.c, x: $0.x) }, solution: { Solution.step($0.θ, a: $0.a, c: $0.c, x: $0.x) },
    library: { Taken($0.θ, a: $0.a, c: $0.c, x: $0.x, da: $0.a, fromFuture: $0.c).s },
    mistakes: [
      wrong(
        "Gates and candidate read c⟨t−1⟩, as in a GRU. In an LSTM they read a⟨t−1⟩, what was shown: see Lesson 07, "
          + "“The whole cell”.",
        seen: { [$0.c, $0.x] }),
      wrong(
        "The candidate reads c⟨t−1⟩. It should read a⟨t−1⟩, like the gates: see Lesson 07, “In your notes”.",
        seenByCandidate: { [$0.c, $0.x] }),
      wrong(
        "You stack x on top of a, and the weights have the columns for a first: [a, x].", seen: { [$0.x, $0.a] }),
      wrong(
        "Γu and Γf are exchanged: you make Γu with Wf and bf, and Γf with Wu and bu.",
        weights: exchanged(\.Wu, \.bu, with: \.Wf, \.bf)),
      wrong(
        "Γf and Γo are exchanged: you make Γf with Wo and bo, and Γo with Wf and bf.",
        weights: exchanged(\.Wf, \.bf, with: \.Wo, \.bo)),
      wrong(
        "Γu and Γo are exchanged: you make Γu with Wo and bo, and Γo with Wu and bu.",
        weights: exchanged(\.Wu, \.bu, with: \.Wo, \.bo)),
      wrong(
        "Γf is made with Wu. Each gate has weights of its own: was the line copied?", weights: changed { $0.Wf = $0.Wu }
      ),
      wrong(
        "Γf is made with bu. Each gate has a bias of its own: was the line copied?",
        weights: changed { $0.bf = $0.bu }),
      wrong(
        "Γo is made with Wf. Each gate has weights of its own: was the line copied?", weights: changed { $0.Wo = $0.Wf }
      ),
      wrong(
        "Γo is made with bf. Each gate has a bias of its own: was the line copied?",
        weights: changed { $0.bo = $0.bf }),
      wrong(
        "At two gates, the biases are exchanged: bu belongs to Γu, bf to Γf.",
        weights: changed { ($0.bu, $0.bf) = ($0.bf, $0.bu) }),
      wrong(
        "On the belt, Γu and Γf have changed places. Γu lets the candidate in, and Γf keeps c⟨t−1⟩.",
        newC: { $0.Γf ⊙ $0.c̃ + $0.Γu ⊙ $0.c }),
      wrong(
        "You keep with 1 − Γu, as a GRU does. Here the forget gate keeps, or the cell couldn't count: see Lesson 07, "
          + "“Counting by hand”.",
        newC: { $0.Γu ⊙ $0.c̃ + $0.Γu.map { 1 - $0 } ⊙ $0.c }),
      wrong(
        "You keep with 1 − Γf. In spite of its name, the forget gate says what stays: with Γf = 1 it's all of c⟨t−1⟩.",
        newC: { $0.Γu ⊙ $0.c̃ + $0.Γf.map { 1 - $0 } ⊙ $0.c }),
      wrong(
        "Γf is missing on the belt: all of the old memory stays. The first LSTM was like that.",
        newC: { $0.Γu ⊙ $0.c̃ + $0.c }),
      wrong(
        "On the belt, you put the old memory through a tanh. It rides on as it is, or the cell couldn't count.",
        newC: { $0.Γu ⊙ $0.c̃ + $0.Γf ⊙ tanh($0.c) }),
      wrong("Γu is missing on the belt: all of the candidate is written.", newC: { $0.c̃ + $0.Γf ⊙ $0.c }),
      wrong("The old memory is missing on the belt: Γf ⊙ c⟨t−1⟩.", newC: { $0.Γu ⊙ $0.c̃ }),
      wrong(
        "On the belt, you add Γf ⊙ a⟨t−1⟩. What is kept is the memory c⟨t−1⟩, and not what was shown of it.",
        newC: { $0.Γu ⊙ $0.c̃ + $0.Γf ⊙ $0.a }),
      wrong(
        "Γo is missing in a⟨t⟩: you show all of the memory. See Lesson 07, “Break it”.", newA: { tanh($0.newC) }),
      wrong("The tanh is missing in a⟨t⟩. It keeps what is shown between −1 and 1.", newA: { $0.Γo ⊙ $0.newC }),
      wrong(
        "In a⟨t⟩, Γo stands inside the tanh. First the tanh, then the gate: Γo ⊙ tanh(c⟨t⟩).",
        newA: { tanh($0.Γo ⊙ $0.newC) }),
      wrong(
        "Your a⟨t⟩ shows the memory as it was, c⟨t−1⟩. It's made from the new one, c⟨t⟩.",
        newA: { $0.Γo ⊙ tanh($0.c) }),
      wrong("Your a⟨t⟩ is made from the candidate. It's made from the memory, c⟨t⟩.", newA: { $0.Γo ⊙ tanh($0.c̃) }),
      wrong(
        "Your candidate has a σ. With it, nothing can be subtracted, only forgotten: it needs the tanh.",
        squash: { σ($0) }),
      wrong("The tanh of the candidate is missing.", squash: { $0 }),
      wrong("Your gates have a tanh. A gate has to lie between 0 and 1: that's σ.", gate: { tanh($0) }),
      wrong("The σ is missing at the gates. A gate has to lie between 0 and 1.", gate: { $0 }),
      wrong(
        "All biases are missing. Without bf, the forget gate starts half open: see Lesson 07, “The whole cell”.",
        weights: changed { $0.ba = 0 * $0.ba }),
    ],
    hints: [
      "The candidate is the plain layer of Lesson 02: `tanh(θ.Wc * [a, x] + θ.bc)`. The gates are like it, with σ.",
      "The belt has two terms: `Γu ⊙ c̃`, which is written, and what Γf keeps of c.",
      "Give c⟨t⟩ a name, `new`: you need it twice, for the belt and for what is shown, `Γo ⊙ tanh(new)`.",
    ])
}

private var memoryGradientCheck: Check {
  func wrong(
    _ sentence: String, _ function: @escaping (Step, _ da: Columns, _ fromFuture: Columns) -> Columns
  ) -> Mistake<Taken, Columns> {
    Mistake(sentence) { function($0.s, $0.da, $0.fromFuture) }
  }
  func slope(_ s: Step) -> Columns { tanhSlope(tanh(s.newC)) }
  return Check(
    "memoryGradient", inputs: backwards, parts: { [Part("∂L/∂c⟨t⟩", $0)] },
    yours: { memoryGradient($0.s, da: $0.da, fromFuture: $0.fromFuture) },
    solution: { Solution.memoryGradient($0.s, da: $0.da, fromFuture: $0.fromFuture) }, library: \.dc,
    mistakes: [
      wrong(
        "Only what comes through a⟨t⟩ is there. The belt goes on to the next step: add `fromFuture`. See Lesson 03, "
          + "“Where two gradients meet”."
      ) { s, da, _ in da ⊙ s.Γo ⊙ slope(s) },
      wrong("Only what comes along the belt is there. c⟨t⟩ is shown as well: add what comes through a⟨t⟩.") {
        _, _, fromFuture in fromFuture
      },
      wrong("Γo is missing. Of the memory only so much was shown, and only so much comes back.") {
        s, da, fromFuture in fromFuture + da ⊙ slope(s)
      },
      wrong("The slope of tanh is missing: 1 − tanh(c⟨t⟩) ⊙ tanh(c⟨t⟩).") { s, da, fromFuture in
        fromFuture + da ⊙ s.Γo
      },
      wrong("Γo and the slope of tanh are missing. a⟨t⟩ is Γo ⊙ tanh(c⟨t⟩), so its gradient goes through both.") {
        s, da, fromFuture in fromFuture + da
      },
      wrong("Your slope is 1 − c⟨t⟩ ⊙ c⟨t⟩. There is no tanh in c⟨t⟩ yet: the slope is 1 − tanh(c⟨t⟩) ⊙ tanh(c⟨t⟩).") {
        s, da, fromFuture in fromFuture + da ⊙ s.Γo ⊙ tanhSlope(s.newC)
      },
      wrong(
        "Your slope is 1 − a⟨t⟩ ⊙ a⟨t⟩. But a⟨t⟩ is Γo ⊙ tanh(c⟨t⟩), and the slope is made from tanh(c⟨t⟩) alone."
      ) { s, da, fromFuture in fromFuture + da ⊙ s.Γo ⊙ tanhSlope(s.newA) },
      wrong("You take the slope at c⟨t−1⟩. What was shown is the new memory, c⟨t⟩.") { s, da, fromFuture in
        fromFuture + da ⊙ s.Γo ⊙ tanhSlope(tanh(s.c))
      },
      wrong("You compute the slope from tanh(tanh(c⟨t⟩)): one tanh too many.") { s, da, fromFuture in
        fromFuture + da ⊙ s.Γo ⊙ tanhSlope(tanh(tanh(s.newC)))
      },
      wrong("Your factor is tanh(c⟨t⟩) and not its slope. That factor belongs to δo.") { s, da, fromFuture in
        fromFuture + da ⊙ s.Γo ⊙ tanh(s.newC)
      },
      wrong(
        "Γo and the slope multiply what came along the belt, too. There is neither a gate nor a tanh after c⟨t⟩ there."
      ) { s, da, fromFuture in (fromFuture + da) ⊙ s.Γo ⊙ slope(s) },
      wrong("You multiply `fromFuture` by Γf. The step after has done so with its own Γf: add it as it comes.") {
        s, da, fromFuture in fromFuture ⊙ s.Γf + da ⊙ s.Γo ⊙ slope(s)
      },
      wrong(
        "That's the slope of σ, tanh(c⟨t⟩) ⊙ (1 − tanh(c⟨t⟩)). The memory is shown through tanh: 1 − tanh(c⟨t⟩) ⊙ "
          + "tanh(c⟨t⟩)."
      ) {
        s, da, fromFuture in fromFuture + da ⊙ s.Γo ⊙ gateSlope(tanh(s.newC))
      },
      wrong("Γo multiplies `fromFuture` too. It stands between the memory and what is shown, and not on the belt.") {
        s, da, fromFuture in fromFuture ⊙ s.Γo + da ⊙ s.Γo ⊙ slope(s)
      },
      wrong("Γf stands where Γo should. What is shown goes through the output gate.") {
        s, da, fromFuture in fromFuture + da ⊙ s.Γf ⊙ slope(s)
      },
      wrong("You multiply by Γo's slope. Γo isn't what changes here: c⟨t⟩ is, and Γo is its factor.") {
        s, da, fromFuture in fromFuture + da ⊙ gateSlope(s.Γo) ⊙ slope(s)
      },
    ],
    hints: [
      "c⟨t⟩ is used twice: a⟨t⟩ = Γo ⊙ tanh(c⟨t⟩) shows it, and the belt carries it on. Add what comes back from both.",
      "From a⟨t⟩, the gradient is multiplied by Γo and by the slope of tanh: `tanh(s.newC).map { 1 - $0 * $0 }`.",
    ])
}

private var gateGradientsCheck: Check {
  typealias Input = (taken: Taken, dc: Columns)
  /// The four with one thing changed.
  func wrong(
    _ sentence: String, c: @escaping (Input, Step) -> Columns = { $0.dc ⊙ $1.Γu ⊙ tanhSlope($1.c̃) },
    u: @escaping (Input, Step) -> Columns = { $0.dc ⊙ $1.c̃ ⊙ gateSlope($1.Γu) },
    f: @escaping (Input, Step) -> Columns = { $0.dc ⊙ $1.c ⊙ gateSlope($1.Γf) },
    o: @escaping (Input, Step) -> Columns = { $0.taken.da ⊙ tanh($1.newC) ⊙ gateSlope($1.Γo) }
  ) -> Mistake<Input, Inside> {
    Mistake(sentence) { input in
      let s = input.taken.s
      return (c(input, s), u(input, s), f(input, s), o(input, s))
    }
  }
  /// All three gates with another slope.
  func slopes(_ sentence: String, _ slope: @escaping (Columns) -> Columns) -> Mistake<Input, Inside> {
    wrong(
      sentence, u: { $0.dc ⊙ $1.c̃ ⊙ slope($1.Γu) }, f: { $0.dc ⊙ $1.c ⊙ slope($1.Γf) },
      o: { $0.taken.da ⊙ tanh($1.newC) ⊙ slope($1.Γo) })
  }
  return Check(
    "gateGradients", inputs: backwards.map { ($0, Input($1, $1.dc)) },
    parts: { [Part("δc", $0.c), Part("δu", $0.u), Part("δf", $0.f), Part("δo", $0.o)] },
    yours: { gateGradients($0.taken.s, da: $0.taken.da, dc: $0.dc) },
    solution: { Solution.gateGradients($0.taken.s, da: $0.taken.da, dc: $0.dc) }, library: \.taken.inside,
    mistakes: [
      slopes("At the gates, the slope of σ is missing: Γ ⊙ (1 − Γ).") { 0 * $0 + $0.map { _ in 1 } },
      slopes(
        "You compute the slope of σ as if Γ were z: σ(Γ) ⊙ (1 − σ(Γ)). The σ is in Γ already, so the slope "
          + "is Γ ⊙ (1 − Γ)."
      ) { gateSlope(σ($0)) },
      slopes("At the gates, you take the slope of tanh, 1 − Γ ⊙ Γ. They are made with σ, whose slope is Γ ⊙ (1 − Γ).") {
        tanhSlope($0)
      },
      slopes("At the gates, half of the slope is missing: it's Γ ⊙ (1 − Γ), and not 1 − Γ.") { $0.map { 1 - $0 } },
      wrong(
        "In δf, the slope is that of Γu. It's Γf ⊙ (1 − Γf): was the line copied?",
        f: { $0.dc ⊙ $1.c ⊙ gateSlope($1.Γu) }),
      wrong(
        "In δo, the slope is that of Γf. It's Γo ⊙ (1 − Γo): was the line copied?",
        o: { $0.taken.da ⊙ tanh($1.newC) ⊙ gateSlope($1.Γf) }),
      wrong("In δc, the slope of tanh is missing: 1 − c̃⟨t⟩ ⊙ c̃⟨t⟩.", c: { $0.dc ⊙ $1.Γu }),
      wrong(
        "In δc, you compute the slope as if c̃ were z: 1 − tanh²(c̃). The tanh is in c̃ already, so the slope "
          + "is 1 − c̃ ⊙ c̃.",
        c: { $0.dc ⊙ $1.Γu ⊙ tanhSlope(tanh($1.c̃)) }),
      wrong(
        "In δc, you take the slope of σ, c̃ ⊙ (1 − c̃). The candidate is made with tanh: 1 − c̃ ⊙ c̃.",
        c: { $0.dc ⊙ $1.Γu ⊙ gateSlope($1.c̃) }),
      wrong("In δc, Γu is missing: only so much of the candidate was written.", c: { $0.dc ⊙ tanhSlope($1.c̃) }),
      wrong("In δu, the factor c̃⟨t⟩ is missing: it is what Γu was multiplied by.", u: { $0.dc ⊙ gateSlope($1.Γu) }),
      wrong(
        "In δu, you multiply by c̃⟨t⟩ − c⟨t−1⟩, as in a GRU. Here Γu stands in one term only, at c̃⟨t⟩.",
        u: { $0.dc ⊙ ($1.c̃ - $1.c) ⊙ gateSlope($1.Γu) }),
      wrong("In δf, the factor c⟨t−1⟩ is missing: it is what Γf was multiplied by.", f: { $0.dc ⊙ gateSlope($1.Γf) }),
      wrong(
        "In δf, you multiply by c⟨t⟩. Γf was multiplied by the memory before, c⟨t−1⟩.",
        f: { $0.dc ⊙ $1.newC ⊙ gateSlope($1.Γf) }),
      wrong(
        "In δf, you multiply by a⟨t−1⟩. What Γf kept is the memory, c⟨t−1⟩.", f: { $0.dc ⊙ $1.a ⊙ gateSlope($1.Γf) }),
      wrong(
        "The factors of δu and δf are exchanged: Γu was multiplied by c̃⟨t⟩, and Γf by c⟨t−1⟩.",
        u: { $0.dc ⊙ $1.c ⊙ gateSlope($1.Γu) }, f: { $0.dc ⊙ $1.c̃ ⊙ gateSlope($1.Γf) }),
      wrong(
        "In δo, you begin with ∂L/∂c⟨t⟩. Γo changes only what is shown, so it begins with ∂L/∂a⟨t⟩.",
        o: { $0.dc ⊙ tanh($1.newC) ⊙ gateSlope($1.Γo) }),
      wrong(
        "Nothing goes through Γo: your δo is 0. It decides how much of the memory is shown, so it gets a gradient too.",
        o: { 0 * $0.dc + 0 * $1.Γo }),
      wrong(
        "In δo, the tanh is missing: Γo was multiplied by tanh(c⟨t⟩).",
        o: { $0.taken.da ⊙ $1.newC ⊙ gateSlope($1.Γo) }),
      wrong(
        "In δo, the factor tanh(c⟨t⟩) is missing: it is what Γo was multiplied by.",
        o: { $0.taken.da ⊙ gateSlope($1.Γo) }),
      wrong(
        "In δo, you multiply by a⟨t⟩, and there Γo is in already. It was multiplied by tanh(c⟨t⟩).",
        o: { $0.taken.da ⊙ $1.newA ⊙ gateSlope($1.Γo) }),
      wrong(
        "In δc, δu and δf, you begin with ∂L/∂a⟨t⟩. They change the memory, so they begin with the whole ∂L/∂c⟨t⟩.",
        c: { $0.taken.da ⊙ $1.Γu ⊙ tanhSlope($1.c̃) }, u: { $0.taken.da ⊙ $1.c̃ ⊙ gateSlope($1.Γu) },
        f: { $0.taken.da ⊙ $1.c ⊙ gateSlope($1.Γf) }),
    ],
    hints: [
      "Ask of each what it was multiplied by: c̃⟨t⟩ by Γu, Γu by c̃⟨t⟩, Γf by c⟨t−1⟩, Γo by tanh(c⟨t⟩). Then comes "
        + "its slope.",
      "The slopes: `s.Γu.map { $0 * (1 - $0) }` for a gate, `s.c̃.map { 1 - $0 * $0 }` for the candidate.",
      "Three of them change the memory and begin with `dc`. Γo changes what is shown: it begins with `da`.",
    ])
}

private var toPastCheck: Check {
  typealias Input = (taken: Taken, dc: Columns, δ: Inside)
  typealias Output = (a: Columns, c: Columns)
  /// Both with one thing changed; `back` goes back through a weight.
  func wrong(
    _ sentence: String, a: ((Cell, Inside) -> Columns)? = nil,
    back: @escaping (Columns, Columns) -> Columns = back, c: @escaping (Input, Step) -> Columns = { $0.dc ⊙ $1.Γf }
  ) -> Mistake<Input, Output> {
    Mistake(sentence) { input in
      let (θ, δ) = (input.taken.θ, input.δ)
      let all = back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wf, δ.f) + back(θ.Wo, δ.o)
      return (a?(θ, δ) ?? all, c(input, input.taken.s))
    }
  }
  return Check(
    "toPast", inputs: backwards.map { ($0, Input($1, $1.dc, $1.inside)) },
    parts: { [Part("∂L/∂c⟨t−1⟩", $0.c), Part("∂L/∂a⟨t−1⟩", $0.a)] },
    yours: { toPast($0.taken.θ, $0.taken.s, dc: $0.dc, $0.δ) },
    solution: { Solution.toPast($0.taken.θ, $0.taken.s, dc: $0.dc, $0.δ) }, library: \.taken.toPast,
    mistakes: [
      wrong(
        "On the belt, Γf is missing: the direct path multiplies the gradient by Γf. See Lesson 07, “The whole cell”.",
        c: { input, _ in input.dc }),
      wrong(
        "On the belt, you multiply by 1 − Γu, as in a GRU. c⟨t−1⟩ was multiplied by Γf, and so is the gradient.",
        c: { $0.dc ⊙ $1.Γu.map { 1 - $0 } }),
      wrong(
        "On the belt, you multiply by Γo. That gate stands between the memory and what is shown; c⟨t−1⟩ was multiplied "
          + "by Γf.",
        c: { $0.dc ⊙ $1.Γo }),
      wrong("On the belt, you multiply by Γu. c⟨t−1⟩ was multiplied by Γf.", c: { $0.dc ⊙ $1.Γu }),
      wrong(
        "On the belt, you multiply by the slope of the tanh too. Nothing squashes c⟨t−1⟩ on its way to c⟨t⟩: by Γf "
          + "alone.",
        c: { $0.dc ⊙ $1.Γf ⊙ tanhSlope(tanh($1.newC)) }),
      wrong(
        "On the belt, you pass on `fromFuture`'s share alone. Everything at c⟨t⟩ goes back: `dc`, with what came "
          + "through a⟨t⟩.",
        c: { $0.taken.fromFuture ⊙ $1.Γf }),
      wrong(
        "On the belt, you multiply by the slope of Γf. The belt is a path past the gate's σ: multiply by Γf itself.",
        c: { $0.dc ⊙ gateSlope($1.Γf) }),
      wrong(
        "In ∂L/∂a⟨t−1⟩, you take the last n_a columns of each weight. In [a, x], a stands on top, so its columns come "
          + "first.",
        back: backFromTheEnd),
      wrong("In ∂L/∂a⟨t−1⟩, you send δf back through Woa. δo belongs there: was the line copied?") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wf, δ.f) + back(θ.Wo, δ.f)
      },
      wrong("In ∂L/∂a⟨t−1⟩, what comes back from Γo is missing: Woaᵀ δo. That gate reads a⟨t−1⟩ too.") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wf, δ.f)
      },
      wrong("In ∂L/∂a⟨t−1⟩, what comes back from Γf is missing: Wfaᵀ δf. That gate reads a⟨t−1⟩ too.") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wo, δ.o)
      },
      wrong("In ∂L/∂a⟨t−1⟩, what comes back from Γu is missing: Wuaᵀ δu. That gate reads a⟨t−1⟩ too.") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wf, δ.f) + back(θ.Wo, δ.o)
      },
      wrong("In ∂L/∂a⟨t−1⟩, what comes back from the candidate is missing: Wcaᵀ δc.") { θ, δ in
        back(θ.Wu, δ.u) + back(θ.Wf, δ.f) + back(θ.Wo, δ.o)
      },
      wrong("In ∂L/∂a⟨t−1⟩, the three gates are missing. They read a⟨t−1⟩ as the candidate does.") { θ, δ in
        back(θ.Wc, δ.c)
      },
      wrong(
        "In ∂L/∂a⟨t−1⟩, the weights aren't transposed. Forwards it is Wca, backwards Wcaᵀ, and so for the gates.",
        back: { W, δ in W.columns(0..<W.rows) * δ }),
      wrong("In ∂L/∂a⟨t−1⟩, Γu and Γf are exchanged: δu goes back through Wua, and δf through Wfa.") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wu, δ.f) + back(θ.Wf, δ.u) + back(θ.Wo, δ.o)
      },
      wrong("In ∂L/∂a⟨t−1⟩, Γf and Γo are exchanged: δf goes back through Wfa, and δo through Woa.") { θ, δ in
        back(θ.Wc, δ.c) + back(θ.Wu, δ.u) + back(θ.Wf, δ.o) + back(θ.Wo, δ.f)
      },
    ],
    hints: [
      "The belt is the short one: c⟨t−1⟩ was multiplied by Γf, and so is the gradient.",
      "a⟨t−1⟩ was read by the candidate and by three gates. There is a term for each.",
      "Through one of them: `θ.Wc.columns(0..<s.a.rows).transposed * δ.c`.",
    ])
}
