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

  /// Tokenises a corpus and builds its vocabulary.
  ///
  /// - Parameters:
  ///   - heldOut: the fraction at the end of the text that is held out.
  ///   - limit: how many words to keep, the most frequent of the training part; the others become ⟨UNK⟩. Characters are all kept.
  public init(_ corpus: Corpus, unit: TokenUnit, heldOut: Double = 0, limit: Int = .max) {
    // Each token gets the next free number when it is first seen, and its id once all have been.
    var names: [String] = []
    var provisional: [Int32] = []
    provisional.reserveCapacity(unit == .character ? corpus.text.utf8.count : corpus.text.utf8.count / 5)
    var numbers: [Substring: Int32] = [:]
    func number(of token: Substring) -> Int32 {
      if let number = numbers[token] { return number }
      numbers[token] = Int32(names.count)
      names.append(String(token))
      return Int32(names.count - 1)
    }
    switch unit {
    case .character:
      var ascii = Array(repeating: Int32(-1), count: 128)
      forEachCharacter(
        of: corpus.text,
        ascii: { byte, range in
          if ascii[Int(byte)] < 0 { ascii[Int(byte)] = number(of: corpus.text[range]) }
          provisional.append(ascii[Int(byte)])
        },
        other: { _, range in provisional.append(number(of: corpus.text[range])) })
    case .word:
      unit.forEachToken(of: corpus.text) { provisional.append(number(of: $0)) }
    }
    trainingCount = provisional.count - Int(heldOut * Double(provisional.count))

    let vocabulary: Vocabulary
    switch unit {
    case .character: vocabulary = Vocabulary(unit: unit, tokens: names.sorted())
    case .word:
      var counts = Array(repeating: 0, count: names.count)
      for number in provisional[..<trainingCount] { counts[Int(number)] += 1 }
      let special = [Vocabulary.unknown, Vocabulary.endOfSentence]
      let frequent = names.indices.filter { counts[$0] > 0 && !special.contains(names[$0]) }
        .sorted { (counts[$1], names[$0]) < (counts[$0], names[$1]) }.prefix(limit)
      vocabulary = Vocabulary(unit: unit, tokens: special + frequent.map { names[$0] }.sorted())
    }
    let ids = names.map { vocabulary.id(of: $0)! }
    for place in provisional.indices { provisional[place] = ids[Int(provisional[place])] }
    (self.vocabulary, tokens) = (vocabulary, provisional)
  }
}
