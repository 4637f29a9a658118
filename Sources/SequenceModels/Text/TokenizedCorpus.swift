// A corpus as token ids, with a part held out: what training and testing read.

/// The tokens of a corpus and their vocabulary, split into a part to train on and a part held out.
public struct TokenizedCorpus: Sendable {
  /// The vocabulary: every character of the corpus, or the words of the training part.
  public let vocabulary: Vocabulary
  /// The ids of the tokens, in order.
  public let tokens: [Int32]
  /// How many tokens at the start are to train on.
  public let trainingCount: Int

  /// The tokens to train on.
  public var training: ArraySlice<Int32> { tokens[..<trainingCount] }
  /// The tokens held out, the last of the text.
  public var heldOut: ArraySlice<Int32> { tokens[trainingCount...] }

  /// The token that the whole text consists of, where there is but one and so nothing to predict.
  public var onlyToken: String? {
    guard let first = tokens.first, tokens.allSatisfy({ $0 == first }) else { return nil }
    return vocabulary.tokens[Int(first)]
  }

  /// Tokenises a corpus and builds its vocabulary.
  ///
  /// - Parameters:
  ///   - corpus: the text.
  ///   - unit: what a token is, a character or a word.
  ///   - heldOut: the fraction at the end of the text that is held out. Traps where it is not from 0 to 1.
  ///   - limit: how many words to keep, the most frequent of the training part; the others become ⟨UNK⟩. Characters are
  ///     all kept.
  public init(_ corpus: Corpus, unit: TokenUnit, heldOut: Double = 0, limit: Int = .max) {
    let (names, numbers) = Self.numbered(corpus.text, unit: unit)
    let trainingCount = Self.trainingCount(of: numbers.count, heldOut: heldOut)
    let vocabulary: Vocabulary
    switch unit {
    case .character: vocabulary = Vocabulary(unit: unit, tokens: names.sorted())
    case .word:
      var counts = Array(repeating: 0, count: names.count)
      for number in numbers[..<trainingCount] { counts[Int(number)] += 1 }
      let special = [Vocabulary.unknown, Vocabulary.endOfSentence]
      let frequent = names.indices.filter { counts[$0] > 0 && !special.contains(names[$0]) }
        .sorted { (counts[$1], names[$0]) < (counts[$0], names[$1]) }.prefix(limit)
      vocabulary = Vocabulary(unit: unit, tokens: special + frequent.map { names[$0] }.sorted())
    }
    self.init(vocabulary, numbers: numbers, ids: names.map { vocabulary.id(of: $0)! }, trainingCount: trainingCount)
  }

  /// Tokenises a corpus with a vocabulary at hand, such as that of a model to be trained further.
  ///
  /// - Throws: `CorpusError.unknownCharacters` where it does not know a character.
  public init(_ corpus: Corpus, vocabulary: Vocabulary, heldOut: Double = 0) throws(CorpusError) {
    let (names, numbers) = Self.numbered(corpus.text, unit: vocabulary.unit)
    let ids = try vocabulary.ids(of: names)
    self.init(
      vocabulary, numbers: numbers, ids: ids, trainingCount: Self.trainingCount(of: numbers.count, heldOut: heldOut))
  }

  private static func trainingCount(of count: Int, heldOut: Double) -> Int {
    require(heldOut >= 0 && heldOut <= 1, "the part held out is a fraction from 0 to 1, not \(heldOut)")
    return count - Int(heldOut * Double(count))
  }

  /// Takes the numbers over, so that a large text is in memory once.
  private init(_ vocabulary: Vocabulary, numbers: consuming [Int32], ids: [Int32], trainingCount: Int) {
    for place in 0..<numbers.count { numbers[place] = ids[Int(numbers[place])] }
    (self.vocabulary, tokens, self.trainingCount) = (vocabulary, numbers, trainingCount)
  }

  /// The distinct tokens of a text in the order in which they are first seen, and the text as their numbers.
  private static func numbered(_ text: String, unit: TokenUnit) -> (names: [String], numbers: [Int32]) {
    var names: [String] = []
    var numbers: [Int32] = []
    numbers.reserveCapacity(unit == .character ? text.utf8.count : text.utf8.count / 5)
    var known: [Substring: Int32] = [:]
    func number(of token: Substring) -> Int32 {
      if let number = known[token] { return number }
      known[token] = Int32(names.count)
      names.append(String(token))
      return Int32(names.count - 1)
    }
    switch unit {
    case .character:
      var ascii = Array(repeating: Int32(-1), count: 128)
      forEachCharacter(
        of: text,
        ascii: { byte, range in
          if ascii[Int(byte)] < 0 { ascii[Int(byte)] = number(of: text[range]) }
          numbers.append(ascii[Int(byte)])
        },
        other: { _, range in numbers.append(number(of: text[range])) })
    case .word:
      unit.forEachToken(of: text) { numbers.append(number(of: $0)) }
    }
    return (names, numbers)
  }
}
