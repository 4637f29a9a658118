import Foundation
import Testing

/// The mathematics of every page arrives at its readers as it was written: no Markdown parser alters it, and whatever
/// typesets it knows its commands.
@Suite struct MathematicsTests {
  static let pages = (try? HouseTests.pages()) ?? []

  // MARK: - What is written

  /// The formulas of a page as they stand in its source.
  struct Source {
    private(set) var formulas: [String] = []
    /// The lines with a dollar that belongs to no formula and stands in no code.
    private(set) var strayDollars: [String] = []

    init(_ page: String) {
      var fence: (marks: Substring, indent: Int, isMath: Bool)?
      var tex: [Substring] = []
      for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
        let text = line.drop { $0 == " " }
        if let open = fence {
          if text == open.marks {
            if open.isMath { formulas.append(tex.joined(separator: "\n")) }
            fence = nil
          } else {
            tex.append(line.dropFirst(open.indent))
          }
        } else if let opening = text.wholeMatch(of: /(`{3,})([^`]*)/) {
          fence = (opening.1, line.count - text.count, opening.2 == "math")
          tex = []
        } else {
          addFormulas(ofLine: text.hasPrefix("|") ? String(text).replacing("\\|", with: "|") : String(text))
        }
      }
    }

    private mutating func addFormulas(ofLine line: String) {
      var found: [String] = []
      let rest = line.replacing(/(\$?)(`++)(.+?)\2(?!`)(\$?)/) { span in
        guard span.1 == "$" && span.2 == "`" && span.4 == "$" else { return span.1 + span.4 }
        found.append(String(span.3))
        return ""
      }
      formulas += found
      if rest.contains("$") { strayDollars.append(line) }
    }
  }

  // MARK: - What arrives

  /// The formulas that are left of a page when it has gone through GitHub's parser.
  static func arriving(_ page: String) throws -> [String] {
    let folder = try TemporaryFolder()
    let (parser, output) = (Process(), Pipe())
    parser.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    parser.arguments = ["cmark-gfm", "--to", "html", "-e", "table", try folder.file("page.md", page)]
    parser.standardOutput = output
    try parser.run()
    let html = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    parser.waitUntilExit()
    try #require(parser.terminationStatus == 0, "cmark-gfm does not run")
    let formula = /(?s)<pre><code class="language-math">(.*?)\n<\/code><\/pre>|\$<code>(.*?)<\/code>\$/
    return html.matches(of: formula).map { match in
      [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(String(match.1 ?? match.2!)) {
        $0.replacing($1.0, with: $1.1)
      }
    }
  }

  /// Whether the parser can be asked. Where everything is to be checked, it must be.
  static let canParse: Bool = {
    let variables = ProcessInfo.processInfo.environment
    let folders = (variables["PATH"] ?? "").split(separator: ":")
    return variables["CI"] == "true"
      || folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/cmark-gfm") }
  }()
  static let noParser: Comment = "needs the command cmark-gfm, which `make test` installs"

  // MARK: - What is known

  /// The commands that GitHub, pandoc's MathML and the terminal of a lesson all read. GitHub refuses `\operatorname`.
  static let commands: Set<String> = [
    ",", ";", ":", "!", " ", "{", "}", "|", "\\", "quad", "qquad", "text", "mathrm", "mathbf", "mathbb", "frac",
    "sqrt", "hat", "tilde", "bar", "overrightarrow", "overleftarrow", "left", "right", "big", "Big", "langle",
    "rangle", "lVert", "rVert", "lvert", "rvert", "mid", "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon",
    "eta", "theta", "lambda", "mu", "pi", "rho", "sigma", "tau", "phi", "varphi", "omega", "Gamma", "Delta", "Theta",
    "Sigma", "Phi", "Omega", "partial", "nabla", "sum", "prod", "infty", "ell", "top", "prime", "times", "cdot",
    "odot", "pm", "le", "ge", "ne", "ll", "gg", "approx", "sim", "propto", "in", "to", "leftarrow", "rightarrow",
    "Rightarrow", "dots", "ldots", "cdots", "tanh", "ln", "log", "exp", "max", "min",
  ]

  /// What is wrong with a formula, wherever it is read.
  static func faults(of tex: String) -> [String] {
    let named = tex.replacing(/\\(begin|end)\{(aligned|pmatrix)\}/, with: "").matches(of: /\\([A-Za-z]+|.)/).map {
      String($0.1)
    }
    var faults = Set(named).subtracting(commands).sorted().map { "no \\\($0)" }
    var depth = 0
    for mark in tex.replacing(/\\./, with: "") where depth >= 0 { depth += mark == "{" ? 1 : mark == "}" ? -1 : 0 }
    if depth != 0 { faults.append("braces do not balance") }
    if tex.contains("$") { faults.append("a dollar") }
    return faults
  }

  // MARK: - The pages

  @Test(.enabled(if: canParse, noParser), arguments: pages)
  func everyFormulaArrivesAsItWasWritten(page: String) throws {
    let text = try HouseTests.text(page)
    #expect(try Self.arriving(text) == Source(text).formulas)
  }

  @Test(arguments: pages)
  func everyFormulaIsReadEverywhere(page: String) throws {
    let source = Source(try HouseTests.text(page))
    #expect(source.strayDollars == [])
    for tex in source.formulas { #expect(Self.faults(of: tex) == [], "\(tex)") }
  }

  // MARK: - Pages that are spoiled

  @Test func formulasAreFoundInTheSource() {
    let source = Source(
      #"""
      Of $`W_{aa}^\top`$ ($`\{0, 1\}`$), `$x$`, ``$`x`$`` and `x`.

      | $`p(x \| y)`$ | `a` |

      - item

        ```math
        x \\
          y
        ```

      ````sh
      ```math
      echo "$HOME" $$
      ```
      ````
      """#)
    #expect(source.formulas == [#"W_{aa}^\top"#, #"\{0, 1\}"#, "p(x | y)", "x \\\\\n  y"])
    #expect(source.strayDollars == [])
  }

  @Test(arguments: [#"of $\{0, 1\}$"#, "$$", "$$ x $$", "$`x`", "`x`$", "$``x``$", "costs 5$"])
  func aStrayDollarIsFound(line: String) {
    #expect(Source("before\n\(line)\nafter").strayDollars.count == 1)
  }

  @Test(arguments: [
    (#"\operatorname{x}"#, 1), ("{x", 1), ("x}{", 1), (#"\begin{array} x$"#, 2), (#"\{ \frac{1}{2} \\"#, 0),
  ])
  func aFaultyFormulaIsFound(tex: String, faults: Int) {
    #expect(Self.faults(of: tex).count == faults)
  }

  @Test(.enabled(if: canParse, noParser))
  func whatArrivesIsWhatIsWritten() throws {
    let page = "Of ($`a < \\{b\\}\\,c`$).\n\n| a |\n|---|\n| $`x \\| y`$ |\n\n```math\na &= \"b\" \\\\\nc\n```\n"
    let formulas = ["a < \\{b\\}\\,c", "x | y", "a &= \"b\" \\\\\nc"]
    #expect(Source(page).formulas == formulas)
    #expect(try Self.arriving(page) == formulas)
  }

  @Test(
    .enabled(if: canParse, noParser),
    arguments: [
      "| a |\n|---|\n| $`x | y`$ |", "<details>\n```math\nx\n```\n</details>", "a\n\n    ```math\n    x\n    ```",
      "$`x\ny`$", "<!-- $`x`$ -->",
    ])
  func whatDoesNotArriveIsFound(page: String) throws {
    #expect(try Self.arriving(page) != Source(page).formulas)
  }
}
