// A language whose every probability is known: what a language model learns from it can be held against the truth.
//
//   P(sentence)  = Π over the steps of its derivation of w(alternative) / Σ w(alternatives of the same rule)
//   H(rule)      = Σ over the alternatives of p (−ln p + Σ H(parts))           entropy in nats
//   L(rule)      = Σ over the alternatives of p Σ L(parts)                     expected length in words
//
// A sentence has one derivation only, so H of the first rule is the entropy of the sentence itself.

import Foundation
import SequenceModels

/// A weighted context-free grammar without recursion, and with one derivation for each of its sentences.
///
/// A rule is a name with a capital letter, an arrow and its alternatives; every other token is a word of the language.
/// An alternative may open with its weight in brackets, 1 where there is none, and `ε` stands for no words at all. The
/// first rule is the sentence.
///
/// ```swift
/// let grammar = try Grammar("""
///   Sentence -> the Animal sleeps | [3] the Animal eats Food
///   Animal -> cat | dog
///   Food -> ε | fish
///   """)
/// grammar.sentenceCount  // 6
/// grammar.logProbability(of: ["the", "cat", "sleeps"])  // ln 1/4 + ln 1/2 = −2.08
/// ```
///
/// No rule may reach itself, which bounds the length of a sentence, and no sentence may have two derivations; the
/// initialiser proves both or throws. So the entropy, the expected length and the number of sentences below are exact.
///
/// Words are counted without the end-of-sentence token that a vocabulary adds after the last one. The token leaves the
/// entropy of a sentence as it is, since every sentence ends, but a model has to predict it too: over many fresh sentences
/// no model brings the mean loss a token below `entropy / (expectedLength + 1)`, and one that knows the grammar reaches it.
public struct Grammar: Sendable {
  /// The rules as they were given.
  public let rules: String

  /// The words of the language in alphabetical order.
  public let vocabulary: [String]

  /// The number of different sentences.
  public let sentenceCount: Int

  /// The entropy of a sentence in nats: the mean of −`logProbability(of:)` over the sentences that the grammar makes.
  public let entropy: Double

  /// The mean number of words in a sentence that the grammar makes, without the end-of-sentence token.
  public let expectedLength: Double

  /// The number of words in the shortest and in the longest sentence, without the end-of-sentence token.
  public let lengths: ClosedRange<Int>

  private let productions: [[Alternative]]
  private let wordIndex: [String: Int]

  /// The grammar that `rules` describe, in the notation above.
  ///
  /// - Throws: `GrammarError`, where a rule is malformed, missing, repeated or never used, where a rule reaches itself, or
  ///   where a sentence has two derivations.
  /// - Complexity: the proof that every sentence has one derivation visits each set of sentence endings that some
  ///   beginning leaves open, which is few for a grammar of everyday phrases and can be exponential for others.
  public init(_ rules: String) throws(GrammarError) {
    let parsed = try GrammarText(rules)
    let measures = try Self.measures(of: parsed)
    self.rules = rules
    vocabulary = parsed.words
    wordIndex = Dictionary(uniqueKeysWithValues: parsed.words.enumerated().map { ($1, $0) })
    productions = parsed.productions
    sentenceCount = measures.count
    entropy = measures.entropy
    expectedLength = measures.length
    lengths = measures.shortest...measures.longest
    if let sentence = ambiguousSentence() { throw .ambiguous(sentence: sentence) }
  }

  // MARK: - Sentences

  /// A sentence drawn with the grammar's probabilities: its words, without the end-of-sentence token.
  public func sentence(using random: inout RandomSource) -> [String] {
    var words: [String] = []
    var stack: [Symbol] = [.rule(0)]
    while let symbol = stack.popLast() {
      switch symbol {
      case .word(let word): words.append(vocabulary[word])
      case .rule(let rule): stack.append(contentsOf: draw(from: productions[rule], using: &random).reversed)
      }
    }
    return words
  }

  /// `count` sentences, drawn independently one after the other; the same sentence can come more than once.
  public func sentences(_ count: Int, using random: inout RandomSource) -> [[String]] {
    (0..<count).map { _ in sentence(using: &random) }
  }

  // MARK: - Probabilities

  /// The natural logarithm of the probability that a sentence is `words`; −∞ where the grammar cannot make it.
  public func logProbability(of words: [String]) -> Double {
    guard let parses = parses(of: words) else { return -.infinity }
    return parses.flatMap { heads(of: $0, matching: .end) }.first?.logProbability ?? -.infinity
  }

  /// What can follow the beginning `words` of a sentence, with its probability: each word that can come next, in
  /// alphabetical order, and last `nil` where the sentence can end here. Empty where no sentence begins so.
  ///
  /// This is the distribution that a perfect language model gives after `words`: the probabilities add up to 1, and
  /// along a sentence and its end they multiply to `exp(logProbability(of:))`.
  public func continuations(of words: [String]) -> [(word: String?, probability: Double)] {
    guard let parses = parses(of: words) else { return [] }
    var words: [Int: Double] = [:]
    var end = 0.0
    for head in parses.flatMap({ heads(of: $0, matching: .anything) }) {
      let probability = exp(head.logProbability)
      if let word = head.word { words[word, default: 0] += probability } else { end += probability }
    }
    let total = words.sorted { $0.key < $1.key }.reduce(end) { $0 + $1.value }
    return words.sorted { $0.key < $1.key }.map { (vocabulary[$0.key], $0.value / total) }
      + (end > 0 ? [(nil, end / total)] : [])
  }
}

/// Why a text is no grammar.
public enum GrammarError: Error, Equatable, CustomStringConvertible {
  /// A text that is not in the notation of `Grammar`; the message says what is wrong where.
  case malformed(String)
  /// A rule that is given twice.
  case repeated(rule: String)
  /// A rule that is used and not given.
  case missing(rule: String)
  /// A rule that no sentence uses.
  case unused(rule: String)
  /// A rule that reaches itself.
  case recursive(rule: String)
  /// A sentence with two derivations.
  case ambiguous(sentence: [String])
  /// More sentences than an `Int` counts.
  case tooManySentences

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .malformed(let message): message
    case .repeated(let rule): "The rule \(rule) is given twice."
    case .missing(let rule): "The rule \(rule) is used and not given."
    case .unused(let rule): "No sentence uses the rule \(rule)."
    case .recursive(let rule): "The rule \(rule) reaches itself."
    case .ambiguous(let sentence): "The sentence \"\(sentence.joined(separator: " "))\" has two derivations."
    case .tooManySentences: "The grammar has more than \(Int.max) sentences."
    }
  }
}

// MARK: - Symbols

/// What stands in an alternative: a word, by its place in the vocabulary, or a rule, by its place in the text.
private enum Symbol: Hashable, Sendable {
  case word(Int)
  case rule(Int)
}

private struct Alternative: Sendable {
  /// The last symbol first, as it goes on a stack.
  var reversed: [Symbol]
  var probability: Double
  /// The words that it can begin with.
  var firstWords: Set<Int> = []
  var canBeEmpty = false
}

/// A derivation cut off after some words: what is still to be derived, the next symbol last.
private struct Parse {
  var stack: [Symbol]
  var logProbability: Double
}

extension Grammar {
  private func draw(from alternatives: [Alternative], using random: inout RandomSource) -> Alternative {
    guard alternatives.count > 1 else { return alternatives[0] }
    var remaining = random.uniform()
    for alternative in alternatives.dropLast() {
      remaining -= alternative.probability
      if remaining < 0 { return alternative }
    }
    return alternatives[alternatives.count - 1]
  }
}

// MARK: - Parsing

extension Grammar {
  /// Which heads of a parse are asked for.
  private enum Next {
    case word(Int)
    case end
    case anything
  }

  /// A parse taken on to its next word and past it, or to its end, where `word` is `nil`.
  private struct Head {
    var word: Int?
    var stack: [Symbol]
    var logProbability: Double
  }

  /// The derivations of every sentence that begins with `words`, each cut off behind them; `nil` where there is none.
  private func parses(of words: [String]) -> [Parse]? {
    var parses = [Parse(stack: [.rule(0)], logProbability: 0)]
    for word in words {
      guard let index = wordIndex[word] else { return nil }
      parses = parses.flatMap { heads(of: $0, matching: .word(index)) }
        .map { Parse(stack: $0.stack, logProbability: $0.logProbability) }
    }
    return parses.isEmpty ? nil : parses
  }

  /// Every way in which `parse` goes on until it has made one word more or ended.
  private func heads(of parse: Parse, matching next: Next) -> [Head] {
    var heads: [Head] = []
    var open = [parse]
    while var parse = open.popLast() {
      switch parse.stack.popLast() {
      case nil:
        if case .word = next { continue }
        heads.append(Head(word: nil, stack: [], logProbability: parse.logProbability))
      case .word(let word):
        switch next {
        case .end: continue
        case .word(let wanted) where wanted != word: continue
        default: heads.append(Head(word: word, stack: parse.stack, logProbability: parse.logProbability))
        }
      case .rule(let rule):
        for alternative in productions[rule] {
          switch next {
          case .word(let word) where !alternative.canBeEmpty && !alternative.firstWords.contains(word): continue
          case .end where !alternative.canBeEmpty: continue
          default: break
          }
          open.append(
            Parse(
              stack: parse.stack + alternative.reversed,
              logProbability: parse.logProbability + log(alternative.probability)))
        }
      }
    }
    return heads
  }

  /// A sentence that has two derivations, where there is one.
  ///
  /// Two derivations of one sentence, both written from left to right, have the same rest to derive after some beginning
  /// of it, at the latest the empty rest after its end. And where two derivations have the same rest after the same words,
  /// whatever completes it has two. So it is enough to look, for every set of rests that some beginning leaves open, for
  /// a rest that comes twice.
  private func ambiguousSentence() -> [String]? {
    var seen: Set<Set<[Symbol]>> = [[[.rule(0)]]]
    var queue: [(rests: Set<[Symbol]>, beginning: [Int])] = [([[.rule(0)]], [])]
    var index = 0
    while index < queue.count {
      let (rests, beginning) = queue[index]
      index += 1
      var followers: [Int: Set<[Symbol]>] = [:]
      var ends = 0
      for head in rests.flatMap({ heads(of: Parse(stack: $0, logProbability: 0), matching: .anything) }) {
        guard let word = head.word else {
          ends += 1
          if ends > 1 { return beginning.map { vocabulary[$0] } }
          continue
        }
        if !followers[word, default: []].insert(head.stack).inserted {
          return (beginning + [word] + completion(of: head.stack)).map { vocabulary[$0] }
        }
      }
      for (word, rests) in followers.sorted(by: { $0.key < $1.key }) where seen.insert(rests).inserted {
        queue.append((rests, beginning + [word]))
      }
    }
    return nil
  }

  /// The words of one derivation of `rest`.
  private func completion(of rest: [Symbol]) -> [Int] {
    var words: [Int] = []
    var stack = rest
    while let symbol = stack.popLast() {
      switch symbol {
      case .word(let word): words.append(word)
      case .rule(let rule): stack.append(contentsOf: productions[rule][0].reversed)
      }
    }
    return words
  }
}

// MARK: - Exact sums

extension Grammar {
  private struct Measures {
    var count = 0
    var entropy = 0.0
    var length = 0.0
    var shortest = 0
    var longest = 0
  }

  /// The sums at the top of this file, from the rules that use no other up to the sentence.
  private static func measures(of text: GrammarText) throws(GrammarError) -> Measures {
    var measures: [Measures] = Array(repeating: Measures(), count: text.productions.count)
    for rule in text.order {
      var whole = Measures()
      for (index, alternative) in text.productions[rule].enumerated() {
        var part = Measures(count: 1)
        for symbol in alternative.reversed.reversed() {
          switch symbol {
          case .word:
            part.length += 1
            part.shortest += 1
            part.longest += 1
          case .rule(let inner):
            let inner = measures[inner]
            let (product, overflow) = part.count.multipliedReportingOverflow(by: inner.count)
            if overflow { throw .tooManySentences }
            part.count = product
            part.entropy += inner.entropy
            part.length += inner.length
            part.shortest += inner.shortest
            part.longest += inner.longest
          }
        }
        let (sum, overflow) = whole.count.addingReportingOverflow(part.count)
        if overflow { throw .tooManySentences }
        whole.count = sum
        whole.entropy += alternative.probability * (part.entropy - log(alternative.probability))
        whole.length += alternative.probability * part.length
        whole.shortest = index == 0 ? part.shortest : min(whole.shortest, part.shortest)
        whole.longest = max(whole.longest, part.longest)
      }
      measures[rule] = whole
    }
    return measures[0]
  }
}

// MARK: - Notation

/// The rules of a grammar, read from its text: names and words become numbers, weights probabilities.
private struct GrammarText {
  var words: [String] = []
  /// The alternatives of each rule, the sentence first.
  var productions: [[Alternative]] = []
  /// The rules, each behind all that it uses.
  var order: [Int] = []

  init(_ text: String) throws(GrammarError) {
    let named = try Self.rules(in: text)
    let names = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1.name, $0) })
    let symbols = named.flatMap { $0.alternatives.flatMap(\.symbols) }
    words = Set(symbols.filter { !Self.isName($0) }).sorted()
    let wordIndex = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, $0) })

    for rule in named {
      let total = rule.alternatives.reduce(0) { $0 + $1.weight }
      var production: [Alternative] = []
      for alternative in rule.alternatives {
        var reversed: [Symbol] = []
        for symbol in alternative.symbols.reversed() {
          if let word = wordIndex[symbol] {
            reversed.append(.word(word))
          } else if let rule = names[symbol] {
            reversed.append(.rule(rule))
          } else {
            throw .missing(rule: symbol)
          }
        }
        production.append(Alternative(reversed: reversed, probability: alternative.weight / total))
      }
      productions.append(production)
    }
    order = try Self.order(of: productions, names: named.map(\.name))
    findFirstWords()
  }

  private struct NamedRule {
    var name: String
    var alternatives: [(weight: Double, symbols: [String])]
  }

  private static func isName(_ token: String) -> Bool {
    token.first.map { $0.isUppercase } ?? false
  }

  /// The rules as the text gives them, in its order.
  private static func rules(in text: String) throws(GrammarError) -> [NamedRule] {
    let tokens = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard !tokens.isEmpty else { throw .malformed("A grammar has at least one rule.") }
    let arrows = tokens.indices.filter { tokens[$0] == "->" }
    guard arrows.first == 1 else { throw .malformed("A grammar opens with the name of a rule and an arrow.") }
    var rules: [NamedRule] = []
    for (number, arrow) in arrows.enumerated() {
      let name = tokens[arrow - 1]
      guard isName(name) else { throw .malformed("\(name) before an arrow is no name with a capital letter.") }
      if rules.contains(where: { $0.name == name }) { throw .repeated(rule: name) }
      let end = number + 1 < arrows.count ? arrows[number + 1] - 1 : tokens.count
      guard arrow < end else { throw .malformed("An arrow follows \(name) where a rule should.") }
      var alternatives: [(weight: Double, symbols: [String])] = []
      for part in tokens[(arrow + 1)..<end].split(separator: "|", omittingEmptySubsequences: false) {
        alternatives.append(try alternative(Array(part), of: name))
      }
      rules.append(NamedRule(name: name, alternatives: alternatives))
    }
    return rules
  }

  private static func alternative(
    _ tokens: [String], of name: String
  ) throws(GrammarError) -> (weight: Double, symbols: [String]) {
    var symbols = tokens
    var weight = 1.0
    if let first = symbols.first, first.hasPrefix("[") {
      guard first.hasSuffix("]"), let number = Double(first.dropFirst().dropLast()), number > 0, number.isFinite else {
        throw .malformed("\(first) in the rule \(name) is no positive weight.")
      }
      weight = number
      symbols.removeFirst()
    }
    guard !symbols.isEmpty else { throw .malformed("The rule \(name) has an alternative without a word; say ε.") }
    if symbols == ["ε"] { return (weight, []) }
    if let odd = symbols.first(where: { $0 == "ε" || $0.hasPrefix("[") }) {
      throw .malformed("\(odd) stands among the words of the rule \(name).")
    }
    return (weight, symbols)
  }

  /// The rules that the first one reaches, each behind all that it uses.
  private static func order(of productions: [[Alternative]], names: [String]) throws(GrammarError) -> [Int] {
    enum State { case untouched, open, done }
    var states = Array(repeating: State.untouched, count: productions.count)
    var order: [Int] = []
    func visit(_ rule: Int) throws(GrammarError) {
      if states[rule] == .done { return }
      if states[rule] == .open { throw .recursive(rule: names[rule]) }
      states[rule] = .open
      for alternative in productions[rule] {
        for case .rule(let inner) in alternative.reversed { try visit(inner) }
      }
      states[rule] = .done
      order.append(rule)
    }
    try visit(0)
    if let unused = states.firstIndex(of: .untouched) { throw .unused(rule: names[unused]) }
    return order
  }

  private mutating func findFirstWords() {
    for rule in order {
      for index in productions[rule].indices {
        var first: Set<Int> = []
        var isEmpty = true
        for symbol in productions[rule][index].reversed.reversed() where isEmpty {
          switch symbol {
          case .word(let word):
            first.insert(word)
            isEmpty = false
          case .rule(let inner):
            for alternative in productions[inner] { first.formUnion(alternative.firstWords) }
            isEmpty = productions[inner].contains { $0.canBeEmpty }
          }
        }
        productions[rule][index].firstWords = first
        productions[rule][index].canBeEmpty = isEmpty
      }
    }
  }
}
