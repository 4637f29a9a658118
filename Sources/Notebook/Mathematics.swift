// Reads the TeX of a formula, `\hat y^{\langle t\rangle}`, as a line of text: ŷ⟨t⟩.

import Foundation

/// The formulas of a display in plain characters: the rows of `aligned`, and of each row what a `\qquad` parts.
func plainFormulas(_ tex: String) -> [String] {
  // A matrix on one line, its rows parted by semicolons.
  let tex = tex.replacing(/\\begin\{pmatrix\}\ *(.*?)\ *\\end\{pmatrix\}/) { match in
    "[" + match.1.replacing(/\ *\\\\\ */, with: "; ").replacing(/\ *&\ */, with: " ") + "]"
  }
  return tex.replacing(/\\(begin|end)\{aligned\}/, with: "").replacing("&", with: "")
    .split(separator: /,? *\\(q?quad\b|\\)/).map { plainFormula(String($0)) }
}

/// The formula in plain characters. Commands without a character of their own keep their name, as in `tanh`.
func plainFormula(_ tex: String) -> String {
  var text = tex.replacing("\\mathbb{R}", with: "ℝ").replacing("\\mathbb{E}", with: "𝔼")
  text = text.replacing(/\\([,;:! ]|quad\b|qquad\b)/, with: " ")
  text = text.replacing("\\|", with: "‖").replacing("\\{", with: "｛").replacing("\\}", with: "｝")
  text = text.replacing(/\ +\\(rangle|rVert|right)/) { "\\\($0.1)" }
  text = text.replacing(/\\([A-Za-z]+) ?/) { match in
    let name = String(match.1)
    if takesArgument.contains(name) { return "\\" + name }
    return symbols[name] ?? (name + (match.0.hasSuffix(" ") ? " " : ""))
  }
  // Inside out, until no braces are left to read.
  var before = ""
  while before != text {
    before = text
    text = text.replacing(/\^(?:\{([^{}]*)\}|([^{}\\]))/) { raised(String($0.1 ?? $0.2!)) }
    text = text.replacing(/_\{([^{}]*)\}/) { "_\($0.1)" }
    text = text.replacing(/\\frac\{([^{}]*)\}\{([^{}]*)\}/) { "\(grouped($0.1))/\(grouped($0.2)) " }
    text = text.replacing(/\\sqrt\{([^{}]*)\}/) { "√\(grouped($0.1))" }
    text = text.replacing(/\\(hat|tilde|bar|vec|overrightarrow|overleftarrow)(?:\{([^{}]*)\}|([^{}\\]))/) {
      accented(String($0.2 ?? $0.3!), by: String($0.1))
    }
    text = text.replacing(/\\(?:text|mathrm|mathbf|mathit|mathcal|boldsymbol)\{([^{}]*)\}/) { $0.1 }
  }
  text = text.replacing(/[{}\\]/, with: "").replacing(Caret.kept, with: "^")
  text = text.replacing("｛", with: "{").replacing("｝", with: "}").replacing("-", with: "−")
  // Factors apart, parentheses close.
  text = text.replacing(/([\p{L}\p{M}⟩)\]])(?=[Σ∂])/) { "\($0.1) " }.replacing(/\( +/, with: "(").replacing(
    /\ +\)/, with: ")")
  return text.replacing(/\ +/, with: " ").trimmingCharacters(in: .whitespaces)
}

private let takesArgument: Set<String> = [
  "frac", "sqrt", "hat", "tilde", "bar", "vec", "overrightarrow", "overleftarrow", "text", "mathrm", "mathbf", "mathit",
  "mathcal", "boldsymbol",
]

private let symbols: [String: String] = [
  "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η", "theta": "θ",
  "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "omega": "ω",
  "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Sigma": "Σ", "Phi": "Φ", "Omega": "Ω",
  "langle": "⟨", "rangle": "⟩", "lVert": "‖", "rVert": "‖", "Vert": "‖", "lvert": "|", "rvert": "|", "mid": " | ",
  "partial": "∂", "nabla": "∇", "sum": "Σ", "prod": "Π", "infty": "∞", "ell": "ℓ", "top": "ᵀ", "prime": "′",
  "times": " × ", "cdot": " · ", "odot": " ⊙ ", "pm": " ± ", "le": " ≤ ", "leq": " ≤ ", "ge": " ≥ ", "geq": " ≥ ",
  "ne": " ≠ ", "neq": " ≠ ", "ll": " ≪ ", "gg": " ≫ ", "approx": " ≈ ", "sim": " ~ ", "propto": " ∝ ", "in": " ∈ ",
  "to": " → ", "rightarrow": " → ", "leftarrow": " ← ", "Rightarrow": " ⇒ ", "ldots": "…", "cdots": "…", "dots": "…",
  "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "", "displaystyle": "",
]

/// Stands for a `^` that stays, while the others are read.
private enum Caret { static let kept = "\u{E003}" }

/// A superscript: an index in brackets stands as it is, as in the notes; digits and T are raised.
private func raised(_ text: String) -> String {
  let small: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹", "-": "⁻",
    "+": "⁺", "T": "ᵀ", "ᵀ": "ᵀ", "′": "′", "k": "ᵏ", "n": "ⁿ", "i": "ⁱ", "(": "⁽", ")": "⁾",
  ]
  if text.hasPrefix("⟨") || text.hasPrefix("[") { return text }
  let letters = text.map { small[$0] }
  return letters.contains(nil) ? "\(Caret.kept)\(grouped(Substring(text)))" : String(letters.map { $0! })
}

/// The text in parentheses where it is more than one term or a number times a letter; an index in brackets is none.
private func grouped(_ text: Substring) -> String {
  text.replacing(/⟨[^⟩]*⟩/, with: "").contains(/[ +\-−]|\d\p{L}/) ? "(\(text))" : String(text)
}

private func accented(_ text: String, by accent: String) -> String {
  switch accent {
  case "overrightarrow", "vec": "→" + text
  case "overleftarrow": "←" + text
  default:
    (text + (accent == "hat" ? "\u{302}" : accent == "tilde" ? "\u{303}" : "\u{304}"))
      .precomposedStringWithCanonicalMapping
  }
}
