import Testing

@testable import Notebook

struct ProseTests {
  private func lines(_ markdown: [String], width: Int = 40) -> [String] {
    let reader = ProseReader(width: width, style: Style(isOn: false))
    return reader.terminalLines(for: markdown)
  }

  @Test(arguments: [
    ("a **bold** and *slanted* `a_b_c * d*` word", "a bold and slanted a_b_c * d* word"),
    ("see [note 003](../003.md#x), _please_", "see note 003, please"),
    ("H<sub>2</sub>O, 1 < 2 and `Matrix<Float>` and <EOS>", "H2O, 1 < 2 and Matrix<Float> and <EOS>"),
    ("2 * 3 * 4, a_b and c_d", "2 * 3 * 4, a_b and c_d"),
    (#"\*not slanted\* and &lt;UNK&gt;"#, "*not slanted* and <UNK>"),
    ("`**code**` stays", "**code** stays"),
  ])
  func marksGiveWayToWords(markdown: String, plain: String) {
    #expect(plainText(markdown) == plain)
  }

  @Test(arguments: [
    (#"$`\hat y^{\langle t\rangle}`$"#, "ŷ⟨t⟩"),
    (#"$`a^{\langle t-1 \rangle}`$"#, "a⟨t−1⟩"),
    (#"$`\Gamma_u = \sigma(W_u [c, x] + b_u)`$"#, "Γ_u = σ(W_u [c, x] + b_u)"),
    (#"$`\tilde{c}`$ and $`a^{[l]\langle t\rangle}`$"#, "c̃ and a[l]⟨t⟩"),
    (#"$`\frac{\partial L}{\partial W_{aa}}`$"#, "∂L/∂W_aa"),
    (#"$`\frac{\partial L}{\partial a^{\langle t-1\rangle}}`$"#, "∂L/∂a⟨t−1⟩"),
    (#"$`\frac{y_k}{\hat y_k}\frac{a - b}{2\varepsilon}\sum_k ( w )`$"#, "y_k/ŷ_k (a − b)/(2ε) Σ_k (w)"),
    (#"$`x \in \mathbb{R}^{n_a}`$"#, "x ∈ ℝ^n_a"),
    (#"$`\tanh x`$, $`\sqrt{n}`$, $`10^{-3}`$, $`W^\top`$, $`g^k`$"#, "tanh x, √n, 10⁻³, Wᵀ, gᵏ"),
    (#"$`\lVert g \rVert`$"#, "‖g‖"),
    (#"($`\{0, 1\}`$), $`p(x \mid y)`$: `\*`"#, #"({0, 1}), p(x | y): \*"#),
    ("costs 5$ or 6$, `a$` and `b$`", "costs 5$ or 6$, a$ and b$"),
  ])
  func formulasAreReadable(markdown: String, plain: String) {
    #expect(plainText(markdown) == plain)
  }

  @Test func paragraphsAndListsAreFilled() {
    #expect(
      lines(["one two three four", "five six", "", "- seven eight nine ten", "- 十 十 十 十 十"], width: 14)
        == ["one two three", "four five six", "", "• seven eight", "  nine ten", "• 十 十 十 十", "  十"])
  }

  @Test func headingsStandApart() {
    #expect(lines(["before", "## Head `x`", "after"]) == ["before", "", "Head x", "", "after"])
  }

  @Test func displayMathematicsIsIndentedAFormulaALine() {
    #expect(
      lines(["a", "```math", "x = y", "```", "b", "```math", #"z, \qquad w"#, "p", "```", "d"])
        == ["a", "  x = y", "b", "  z", "  w p", "d"])
    #expect(
      lines(["```math", #"W = \begin{pmatrix} 1 & -2 \\ 0 & 3 \end{pmatrix}, \quad z"#, "```"])
        == ["  W = [1 −2; 0 3]", "  z"])
    #expect(
      lines(["```math", #"\begin{aligned}"#, #"x &= 1 \\"#, #"xy &= 2, \quad z"#, #"\end{aligned}"#, "```"])
        == ["  x = 1", "  xy = 2", "  z"])
  }

  @Test func fencesStayAsTheyAre() {
    #expect(lines(["```sh", "swift  run  *", "```"]) == ["swift  run  *"])
  }

  @Test func tablesAreAligned() {
    #expect(
      lines(["| a | n |", "|---|---|", "| `x\\|y` | 1 |", "| z | 22 |"])
        == ["a     n", "───  ──", "x|y   1", "z    22"])
  }
}
