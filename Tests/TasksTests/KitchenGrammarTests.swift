import Foundation
import SequenceModels
import Tasks
import Testing

@Suite struct KitchenGrammarTests {
  let grammar = Grammar.kitchen
  var samples: [[String]] { Self.samples }

  static let samples = {
    var random = RandomSource(seed: 4)
    return Grammar.kitchen.sentences(20_000, using: &random)
  }()

  @Test func hasTheSizeThatTheLessonStates() {
    #expect(grammar.sentenceCount == 20_975_221)
    #expect(grammar.vocabulary.count == 233)
    #expect(grammar.lengths == 4...14)
  }

  @Test func entropyIsTheMeanSurpriseOfItsSentences() {
    let surprise = samples.map { -grammar.logProbability(of: $0) }
    #expect(standardErrors(of: surprise, from: grammar.entropy) < 3)
  }

  @Test func expectedLengthIsTheMeanLength() {
    #expect(standardErrors(of: samples.map { Double($0.count) }, from: grammar.expectedLength) < 3)
  }

  @Test func everySampleHasOneDerivation() {
    // Counted by another algorithm, straight from the text of the rules.
    let counter = DerivationCounter(grammar.rules)
    for sentence in samples.prefix(500) { #expect(counter.derivations(of: sentence) == 1, "\(sentence)") }
    #expect(counter.derivations(of: words("the apple and pair salad")) == 0)
    #expect(DerivationCounter("S -> A A A -> x | ε").derivations(of: ["x"]) == 2)
  }

  @Test func everyWordIsUsed() {
    #expect(Set(samples.joined()).isSubset(of: grammar.vocabulary))
    #expect(Set(samples.joined()).count > 225)
    #expect(grammar.vocabulary.allSatisfy { $0 == $0.lowercased() && $0.allSatisfy { $0.isLetter || $0.isNumber } })
  }

  @Test(arguments: [
    "the apple and pear salad", "the apple and pear salad was delicious", "a pair of gloves costs 12 euros",
    "the cook needs a pair of knives", "there is a pear on the table", "cats average 15 hours of sleep a day",
    "the basket of pears is heavy", "the pears that the cook sold are ripe", "how much are the pears",
    "my mother slices an apple in the kitchen every morning",
  ])
  func makes(sentence: String) {
    #expect(grammar.logProbability(of: words(sentence)) > -30)
  }

  @Test(arguments: [
    // The words that sound the same, each in the other's place.
    "the apple and pair salad", "the apple and pair salad was delicious", "a pear of gloves costs 12 euros",
    "the cook needs a pear of knives", "there is a pair on the table", "how much are the pairs",
    // Number.
    "the basket of pears are heavy", "the pears that the cook sold is ripe", "how much is the pears",
    "the cook need a pair of knives", "the cooks needs a pair of knives", "a pair of gloves cost 12 euros",
    "there are a pear on the table", "two cook made the pear tart", "cats average 15 hour of sleep a day",
    // Article, order and facts.
    "my mother slices a apple", "my mother slices an pear", "the salad apple and pear",
    "horses average 15 hours of sleep a day",
  ])
  func doesNotMake(sentence: String) {
    #expect(grammar.logProbability(of: words(sentence)) == -.infinity)
  }

  @Test func pearAndPairAreBothCommon() {
    for word in ["pear", "pair"] {
      let share = Double(samples.count { $0.contains(word) }) / Double(samples.count)
      #expect(share > 0.08, "\(word)")
    }
  }

  @Test func nothingIsMixedWithItself() {
    for sentence in samples {
      for place in sentence.indices where sentence[place] == "and" {
        #expect(sentence[place - 1] != sentence[place + 1], "\(sentence)")
      }
    }
  }

  private func words(_ sentence: String) -> [String] {
    sentence.split(separator: " ").map(String.init)
  }

  /// How far the mean of `values` is from `expected`, in standard errors of the mean.
  private func standardErrors(of values: [Double], from expected: Double) -> Double {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return abs(mean - expected) / (variance / count).squareRoot()
  }
}

/// Counts the derivations of a sentence by dynamic programming over its spans.
private struct DerivationCounter {
  private var rules: [String: [[String]]] = [:]
  private var first = ""

  init(_ text: String) {
    let tokens = text.split(whereSeparator: \.isWhitespace).map(String.init)
    var name = ""
    for (place, token) in tokens.enumerated() where token != "->" && !token.hasPrefix("[") && token != "ε" {
      if place + 1 < tokens.count, tokens[place + 1] == "->" {
        if first.isEmpty { first = token }
        name = token
        rules[name] = [[]]
      } else if token == "|" {
        rules[name, default: []].append([])
      } else {
        rules[name, default: []][rules[name, default: []].count - 1].append(token)
      }
    }
  }

  func derivations(of sentence: [String]) -> Int {
    struct Key: Hashable {
      var symbols: ArraySlice<String>
      var span: Range<Int>
    }
    var known: [Key: Int] = [:]
    func count(_ symbols: ArraySlice<String>, _ span: Range<Int>) -> Int {
      guard let symbol = symbols.first else { return span.isEmpty ? 1 : 0 }
      let key = Key(symbols: symbols, span: span)
      if let count = known[key] { return count }
      var sum = 0
      if let alternatives = rules[symbol] {
        for middle in span.lowerBound...span.upperBound {
          let rest = count(symbols.dropFirst(), middle..<span.upperBound)
          if rest == 0 { continue }
          sum += rest * alternatives.reduce(0) { $0 + count($1[...], span.lowerBound..<middle) }
        }
      } else if let word = span.first, sentence[word] == symbol {
        sum = count(symbols.dropFirst(), (word + 1)..<span.upperBound)
      }
      known[key] = sum
      return sum
    }
    return count([first], sentence.indices)
  }
}
