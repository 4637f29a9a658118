// The weights of gated cells as the notes write them: W_u, b_u and so on, where the engine has the gates one under the
// other.

/// A cell whose gates' weights stand one under the other, n_a rows each, in `Waa`, `Wax` and `ba`.
protocol StackedGates: RecurrentCell {
  var Waa: Matrix<Scalar> { get set }
}

extension StackedGates {
  /// The rows of a gate, counted from 0 in the order of `gates`.
  func rows(ofGate gate: Int) -> Range<Int> { gate * hiddenSize..<(gate + 1) * hiddenSize }

  /// [W_a W_x] of a gate, over [a⟨t−1⟩, x⟨t⟩]: (n_a, n_a + n_x).
  subscript(weight gate: Int) -> Matrix<Scalar> {
    get {
      let rows = rows(ofGate: gate)
      return ([Waa.rows(rows).transposed, Wax.rows(rows).transposed] as Matrix).transposed
    }
    set {
      let (n, size) = (hiddenSize, hiddenSize + inputSize)
      require(
        newValue.rows == n && newValue.columns == size,
        "a weight over [a, x] of (\(n), \(size)) was given (\(newValue.rows), \(newValue.columns))")
      Waa.replaceRows(rows(ofGate: gate), with: newValue.columns(0..<n))
      Wax.replaceRows(rows(ofGate: gate), with: newValue.columns(n..<size))
    }
  }

  /// The bias of a gate, (n_a, 1).
  subscript(bias gate: Int) -> Matrix<Scalar> {
    get { ba.rows(rows(ofGate: gate)) }
    set { ba.replaceRows(rows(ofGate: gate), with: newValue) }
  }
}

// MARK: - LSTM

extension LSTMCell: StackedGates {
  /// W_u, the weights of Γu over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wu: Matrix<Scalar> {
    get { self[weight: 0] }
    set { self[weight: 0] = newValue }
  }
  /// W_f, the weights of Γf over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wf: Matrix<Scalar> {
    get { self[weight: 1] }
    set { self[weight: 1] = newValue }
  }
  /// W_o, the weights of Γo over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wo: Matrix<Scalar> {
    get { self[weight: 2] }
    set { self[weight: 2] = newValue }
  }
  /// W_c, the weights of c̃ over [a⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wc: Matrix<Scalar> {
    get { self[weight: 3] }
    set { self[weight: 3] = newValue }
  }

  /// b_u, the bias of Γu, (n_a, 1).
  public var bu: Matrix<Scalar> {
    get { self[bias: 0] }
    set { self[bias: 0] = newValue }
  }
  /// b_f, the bias of Γf, (n_a, 1).
  public var bf: Matrix<Scalar> {
    get { self[bias: 1] }
    set { self[bias: 1] = newValue }
  }
  /// b_o, the bias of Γo, (n_a, 1).
  public var bo: Matrix<Scalar> {
    get { self[bias: 2] }
    set { self[bias: 2] = newValue }
  }
  /// b_c, the bias of c̃, (n_a, 1).
  public var bc: Matrix<Scalar> {
    get { self[bias: 3] }
    set { self[bias: 3] = newValue }
  }

  /// p_u, the peephole of Γu, (n_a, 1).
  public var pu: Matrix<Scalar> {
    get { pa.rows(rows(ofGate: 0)) }
    set { pa.replaceRows(rows(ofGate: 0), with: newValue) }
  }
  /// p_f, the peephole of Γf, (n_a, 1).
  public var pf: Matrix<Scalar> {
    get { pa.rows(rows(ofGate: 1)) }
    set { pa.replaceRows(rows(ofGate: 1), with: newValue) }
  }
  /// p_o, the peephole of Γo, (n_a, 1).
  public var po: Matrix<Scalar> {
    get { pa.rows(rows(ofGate: 2)) }
    set { pa.replaceRows(rows(ofGate: 2), with: newValue) }
  }
}

// MARK: - GRU

extension GRUCell: StackedGates {
  /// W_u over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wu: Matrix<Scalar> {
    get { self[weight: 0] }
    set { self[weight: 0] = newValue }
  }
  /// W_r over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x). Traps in the simplified form, which has none.
  public var Wr: Matrix<Scalar> {
    get { self[weight: reset] }
    set { self[weight: reset] = newValue }
  }
  /// W_c = [W_cc W_cx] over [c⟨t−1⟩, x⟨t⟩], (n_a, n_a + n_x).
  public var Wc: Matrix<Scalar> {
    get { self[weight: candidate] }
    set { self[weight: candidate] = newValue }
  }
  /// The columns of W_c that see the state, (n_a, n_a).
  public var Wcc: Matrix<Scalar> { Waa.rows(candidateRows) }
  /// The columns of W_c that see the input, (n_a, n_x).
  public var Wcx: Matrix<Scalar> { Wax.rows(candidateRows) }

  /// b_u, the bias of Γu, (n_a, 1).
  public var bu: Matrix<Scalar> {
    get { self[bias: 0] }
    set { self[bias: 0] = newValue }
  }
  /// b_r, the bias of Γr, (n_a, 1). Traps in the simplified form, which has none.
  public var br: Matrix<Scalar> {
    get { self[bias: reset] }
    set { self[bias: reset] = newValue }
  }
  /// b_c, the bias of c̃, (n_a, 1).
  public var bc: Matrix<Scalar> {
    get { self[bias: candidate] }
    set { self[bias: candidate] = newValue }
  }

  private var reset: Int {
    require(form != .simplified, "a simplified GRU has no reset gate")
    return 1
  }

  private var candidate: Int { form.gateCount - 1 }
  /// The rows of the gates, which stand before those of c̃.
  var gateRows: Range<Int> { 0..<candidate * hiddenSize }
  /// The rows of c̃.
  var candidateRows: Range<Int> { rows(ofGate: candidate) }
}
